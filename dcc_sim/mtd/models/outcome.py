"""From what came of a Service Request to the flows that follow, or to the reason why none do.

In: an `Outcome`. Out: `Following`: emissions, or none and the sentence that says why. Left out: gas
settlement, which knows neither SSC nor D-flows; the RGMA files to the central data services provider are
not built.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

from dcc_sim.errors import EncodeError
from dcc_sim.mtd.models.change import SscChange

if TYPE_CHECKING:
    from collections.abc import Callable

    from dcc_sim.mtd.models.emission import Desk, Emission


class OutcomeKind(Enum):
    """What became of a request that might have changed a tariff."""

    SSC_CHANGED = "SSC changed"
    PRICE_ONLY = "price only"
    FAILED = "failed"
    GAS = "gas"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`change` is given when, and only when, the SSC has changed."""

    kind: OutcomeKind
    change: SscChange | None = None

    def __post_init__(self) -> None:
        if (self.kind is OutcomeKind.SSC_CHANGED) != (self.change is not None):
            raise EncodeError("a change of SSC goes with SSC_CHANGED and with nothing else", field="outcome")


@dataclass(frozen=True, slots=True)
class Following:
    """The files that follow and, in a sentence, why these or why none."""

    emissions: tuple[Emission, ...]
    reason: str


WHY_NONE: Final[dict[OutcomeKind, str]] = {
    OutcomeKind.PRICE_ONLY: (
        "Only prices changed. Registers, switching times and SSC are as before, "
        "and settlement knows no prices: no flow follows."
    ),
    OutcomeKind.FAILED: (
        "The request failed or the read-back did not show what was asked. The meter is taken to be "
        "as before: no flow follows."
    ),
    OutcomeKind.GAS: (
        "Gas. The D-flows serve non-half-hourly electricity settlement; gas has no SSC and no register "
        "mapping, a tariff change needs no message there. Changes of gas assets travel as RGMA files to "
        "the CDSP (Xoserve), which are not built here."
    ),
}


def flows_for(outcome: Outcome, emit: Callable[[SscChange, Desk], list[Emission]], desk: Desk) -> Following:
    """What follows under an operating model (`models.model("cp1395")`)."""
    if outcome.change is None:
        return Following((), WHY_NONE[outcome.kind])
    sent = tuple(emit(outcome.change, desk))
    old, new = outcome.change.old_ssc.code, outcome.change.new_ssc.code
    return Following(sent, f"The SSC changed from {old} to {new}: {len(sent)} files follow.")
