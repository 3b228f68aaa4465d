"""When each flow is sent and by when it is due, as a table that can be replaced.

In: the moment something happened. Out: the moment a file is made and the end of the day on which it
is due. No working-day figure of CP1388, CP1395 or the procedures behind them was found; every row
says so in its `certainty`, and the documentation prints it. Left out: the five days after which a
supply start counts as late, and everything about change of supplier.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Final

from dcc_sim.mtd.days import add_working_days, from_local, local_clock

if TYPE_CHECKING:
    from datetime import datetime


class Certainty(Enum):
    """How well a figure is founded."""

    SOURCED = "sourced"
    NOT_VERIFIED = "not verified"
    DESIGN = "design choice"


class Step(Enum):
    """Steps of the scenario that send something."""

    REGISTRATION = "D0205 to MPAS"
    SMART_CONFIGURATION = "D0367 to the MOA"
    CP1388_CONFIGURATION = "SMCD to NHHDC, LDSO (and MOA)"
    METER_DETAILS = "D0149 and D0150 from the MOA"
    SETTLEMENT_DETAILS = "D0052 to the NHHDC"
    READINGS = "D0010 to the NHHDC"


@dataclass(frozen=True, slots=True)
class Timing:
    """Working days after the trigger: when this simulation sends, and when it must have been sent."""

    step: Step
    sent_after_wd: int
    due_after_wd: int
    certainty: Certainty
    source: str


DEFAULT_ROWS: Final[tuple[Timing, ...]] = (
    Timing(Step.REGISTRATION, 1, 5, Certainty.DESIGN, "no figure found"),
    Timing(Step.SMART_CONFIGURATION, 1, 5, Certainty.NOT_VERIFIED, "mtd.md §5, from memory"),
    Timing(Step.CP1388_CONFIGURATION, 1, 5, Certainty.NOT_VERIFIED, "mtd.md §5: as the D0367"),
    Timing(Step.METER_DETAILS, 1, 5, Certainty.NOT_VERIFIED, "mtd.md §5, from memory; after the D0367"),
    Timing(Step.SETTLEMENT_DETAILS, 1, 5, Certainty.DESIGN, "no figure found"),
    Timing(Step.READINGS, 1, 5, Certainty.DESIGN, "the 3 WD of CP1447 are for change of supplier"),
)


@dataclass(frozen=True, slots=True)
class Timings:
    """The table in use, with the local times at which the parties run their files."""

    rows: tuple[Timing, ...] = DEFAULT_ROWS
    supplier_at: time = field(default=time(9, 15))
    meter_operator_at: time = field(default=time(10, 15))

    def row(self, step: Step) -> Timing:
        """The row of a step."""
        return next(row for row in self.rows if row.step is step)

    def sent(self, step: Step, trigger: datetime) -> datetime:
        """The UTC moment at which the file of a step is made."""
        row = self.row(step)
        at = self.meter_operator_at if step is Step.METER_DETAILS else self.supplier_at
        moment = from_local(add_working_days(local_clock(trigger).date(), row.sent_after_wd), at)
        # With 0 working days the run of that day may already be over: then at once.
        return max(moment, trigger)

    def due(self, step: Step, trigger: datetime) -> datetime:
        """The UTC moment by which it must be sent: the end of the last allowed working day."""
        last = add_working_days(local_clock(trigger).date(), self.row(step).due_after_wd)
        return from_local(last + timedelta(days=1))


DEFAULT_TIMINGS: Final = Timings()
