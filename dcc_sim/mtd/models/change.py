"""What happened, as the operating models are told it: a remote change of SSC on a SMETS meter.

In: what the supplier knows of the home, its meter, its registration and the readings at the switch.
Out: `SscChange`, checked when it is made, and the meter register ids that both models use. Left
out: export meter points, meters with more than one element, unmetered supplies.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from dcc_sim.errors import EncodeError
from dcc_sim.mtd.flows import MarketRole
from dcc_sim.mtd.settlement import Ssc, start_of_settlement_day

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from dcc_sim.ids import Mpxn

# Single element A, twin element B, polyphase C; D, E and F are load control, boost and the
# proportional controller. SMETS1 types carry no variant.
_SMETS_TYPE: Final = re.compile(r"S1|S?2(?P<variant>[ABC])[DEF]{0,3}")
_DIGITS_OF_VARIANT: Final = {"A": 5, "B": 5, "C": 6}
_DIGITS_WITHOUT_VARIANT: Final = 5
_WINTER_DAY: Final = date(2024, 1, 10)


@dataclass(frozen=True, slots=True)
class Party:
    """A market participant in one of its roles."""

    role: MarketRole
    mpid: str

    def __str__(self) -> str:
        return f"{self.role.value}/{self.mpid}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parties:
    """MPIDs of all who take part."""

    supplier: str
    meter_operator: str
    data_collector: str
    distributor: str
    registration: str

    def party(self, role: MarketRole) -> Party:
        """The participant that plays a role. Raises EncodeError for one that none plays here."""
        mpids = {
            MarketRole.SUPPLIER: self.supplier,
            MarketRole.METER_OPERATOR: self.meter_operator,
            MarketRole.DATA_COLLECTOR: self.data_collector,
            MarketRole.DISTRIBUTOR: self.distributor,
            MarketRole.REGISTRATION: self.registration,
        }
        if role not in mpids:
            raise EncodeError(f"nobody plays {role.name} here", field="parties")
        return Party(role, mpids[role])


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """The meter as the meter operator has it on record."""

    meter_id: str
    meter_type: str
    make_and_type: str
    asset_provider: str
    current_rating_amps: int
    location: str
    installed_on: date
    retrieval_method: str
    retrieval_method_from: date

    @property
    def register_digits(self) -> int:
        """Digits left of the point: 6 for polyphase, else 5. Raises EncodeError for a non-SMETS type."""
        match = _SMETS_TYPE.fullmatch(self.meter_type)
        if not match:
            raise EncodeError(f"{self.meter_type!r} is no SMETS meter type", field="meter type")
        return _DIGITS_OF_VARIANT.get(match["variant"] or "", _DIGITS_WITHOUT_VARIANT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """How the meter point is registered, from the effective date of the change on.

    An item whose own date is the effective date of the change counts as changed with it.
    """

    supplied_from: date
    profile_class: int
    profile_class_from: date
    timeswitch_class: int
    timeswitch_class_from: date
    measurement_class: str
    measurement_class_from: date
    gsp_group: str
    gsp_group_from: date
    energisation: str = "E"


@dataclass(frozen=True, slots=True, kw_only=True)
class NonSettlementRegister:
    """A register outside the settlement mapping, such as the total of a multi-rate meter.

    `tpr` is known from MDD by the functionality code; D0367 does not carry it, D0149 demands it.
    """

    register_id: str
    tpr: str
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NonSettlement:
    """The non-settlement functionality of a metering system."""

    functionality_code: str
    effective_from: date | None
    registers: tuple[NonSettlementRegister, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SscChange:
    """A remote change of SSC that the meter has carried out.

    Readings and annual consumptions stand in ascending order of TPR: final readings for the old
    SSC, initial readings and EACs for the new one. `occurred_at` is when the supplier learned of the
    success (response and read-back); `read_at` is when the registers were read, as a rule the
    start of the effective date (`start_of_settlement_day`).
    """

    mpan: Mpxn
    parties: Parties
    meter: Meter
    registration: Registration
    old_ssc: Ssc
    new_ssc: Ssc
    effective_from: date
    eac_kwh: tuple[Decimal, ...]
    final_kwh: tuple[Decimal, ...]
    initial_kwh: tuple[Decimal, ...]
    read_at: datetime
    occurred_at: datetime
    non_settlement: NonSettlement | None = None

    def __post_init__(self) -> None:
        if not self.mpan.is_mpan:
            raise EncodeError(f"{self.mpan} is a gas meter point; it has no SSC", field="mpan")
        if self.old_ssc == self.new_ssc:
            raise EncodeError(f"SSC {self.new_ssc.code} is in force already", field="new SSC")
        if self.effective_from < self.new_ssc.effective_from:
            raise EncodeError(f"SSC {self.new_ssc.code} is not valid yet", field="effective from")
        for name, values, ssc in (
            ("final readings", self.final_kwh, self.old_ssc),
            ("initial readings", self.initial_kwh, self.new_ssc),
            ("annual consumptions", self.eac_kwh, self.new_ssc),
        ):
            if len(values) != len(ssc.tprs):
                raise EncodeError(f"{len(values)} for the {len(ssc.tprs)} TPRs of {ssc.code}", field=name)
        limit_kwh = 10**self.meter.register_digits
        for reading in (*self.final_kwh, *self.initial_kwh):
            if not 0 <= reading < limit_kwh:
                raise EncodeError(
                    f"{reading} kWh does not fit the display of {limit_kwh - 1}", field="readings"
                )
        if self.occurred_at < start_of_settlement_day(self.effective_from):
            raise EncodeError("the change cannot have succeeded before its date", field="occurred at")


def register_ids(ssc: Ssc) -> tuple[tuple[str, str], ...]:
    """(meter register id, TPR) of each cell: `01` for the lowest TPR, and so on.

    A design choice: the rule that the industry agreed (DTC Annex C) was not found.
    """
    return tuple((f"{cell:02d}", tpr) for cell, tpr in enumerate(ssc.tpr_codes, 1))


def register_descriptions(ssc: Ssc) -> tuple[str, ...]:
    """A word for each register: DAY and NIGHT where one of two regimes is a night one."""
    if len(ssc.tprs) == 1:
        return ("ALL DAY",)
    nights = [any(i.covers(_WINTER_DAY, 3 * 60) for i in tpr.intervals) for tpr in ssc.tprs]
    days = [any(i.covers(_WINTER_DAY, 15 * 60) for i in tpr.intervals) for tpr in ssc.tprs]
    if len(ssc.tprs) == 2 and nights != days:
        return tuple("NIGHT" if night else "DAY" for night in nights)
    return tuple(f"RATE {n}" for n in range(1, len(ssc.tprs) + 1))
