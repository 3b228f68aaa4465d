"""Operating models: who sends which flow to whom.

In: the name of a model. Out: the function that turns an `SscChange` into emissions. Left out: MHHS,
where nothing of this travels (reference `mtd.md` §9.4): no SSC mapping, interfaces of the DIP instead.
"""

from __future__ import annotations

from typing import Final, Protocol

from dcc_sim.errors import NotFound, Unsupported
from dcc_sim.mtd.models import cp1388, cp1395
from dcc_sim.mtd.models.change import (
    Meter,
    NonSettlement,
    NonSettlementRegister,
    Parties,
    Party,
    Registration,
    SscChange,
)
from dcc_sim.mtd.models.emission import Desk, Emission
from dcc_sim.mtd.models.outcome import Following, Outcome, OutcomeKind, flows_for
from dcc_sim.mtd.models.timing import Certainty, Step, Timing, Timings

__all__ = [
    "Certainty",
    "Desk",
    "Emission",
    "Following",
    "Meter",
    "NonSettlement",
    "NonSettlementRegister",
    "OperatingModel",
    "Outcome",
    "OutcomeKind",
    "Parties",
    "Party",
    "Registration",
    "SscChange",
    "Step",
    "Timing",
    "Timings",
    "flows_for",
    "model",
]


class OperatingModel(Protocol):
    """Turns a change into the files it causes, in the order of the scenario table."""

    def __call__(self, change: SscChange, desk: Desk, /) -> list[Emission]:
        """Every file of the change."""
        ...


_MODELS: Final[dict[str, OperatingModel]] = {"cp1388": cp1388.emissions, "cp1395": cp1395.emissions}


def model(name: str) -> OperatingModel:
    """The model with this name. Raises Unsupported for `mhhs`, NotFound for an unknown name."""
    key = name.lower()
    if key == "mhhs":
        raise Unsupported("MHHS operating model", "a migrated supply uses the DIP, not D-flows")
    try:
        return _MODELS[key]
    except KeyError:
        raise NotFound(f"no operating model {name!r}; there are {', '.join(_MODELS)}") from None
