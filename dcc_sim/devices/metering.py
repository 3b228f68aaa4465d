"""A meter: settled up to a moment, asked about it and earlier ones, and changed at it.

In: a load, the tariff in force, moments; top-ups, switching, changes by the supplier. Out: registers,
the account, snapshots, what happened (codes of alerts, each with its moment). Invariant: the sum of
all registers is what flowed since the start (or since values were loaded from elsewhere). How energy
and money are counted is in `settling`. Left out: what the wire makes of it (`profiles`), logs of
half hours (`consumption_logs`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from dcc_sim.codec.times import moment_since_2000
from dcc_sim.devices.billing import (
    CHANGE_OF_METER_MODE,
    CHANGE_OF_TARIFF,
    GENERAL,
    Snapshot,
)
from dcc_sim.devices.load import (
    ELECTRICITY,
    GAS,
    SECOND_ELEMENT,
    SOLAR_PANELS,
    HouseholdLoad,
    Load,
    LoadEvent,
    ScriptedLoad,
    Shape,
    reader_of,
    whole_second,
)
from dcc_sim.devices.prepayment import CREDIT_ADDED_LOCALLY, DAY, EMERGENCY_ACTIVATED, Account, Terms, TopUp
from dcc_sim.devices.registers import Registers
from dcc_sim.devices.settling import PLAIN, Happening, Rules, Settling, Supply
from dcc_sim.devices.tariff import BLOCKS, Action, BlockSet, Tariff

__all__ = [
    "ELECTRICITY", "GAS", "SECOND_ELEMENT", "SOLAR_PANELS", "Happening", "HouseholdLoad", "Load",
    "LoadEvent", "Meter", "Registers", "Rules", "ScriptedLoad", "Shape", "Supply",
]  # fmt: skip

DAYS_KEPT: Final = 32
"""How far back in time the registers can be asked for: the daily logs have 31 entries."""
_NO_TIME: Final = timedelta(0)


class Meter(Settling):
    """A meter that started to count at `started_at`.

    `export` is what the home gives to the network. `rules_of` gives the rules in force whenever the
    meter is settled.
    """

    __slots__ = ("_history", "_marked", "_same", "export", "rules_of", "settled", "started")

    def __init__(
        self, load: Load, started_at: datetime, *, second: Load | None = None, export: Load | None = None
    ) -> None:
        self.started = whole_second(started_at)
        super().__init__(load, self.started, second=second)
        self.settled = started_at
        self.export = export
        self.rules_of: Callable[[], Rules] | None = None
        self._history: list[Settling] = []
        self._marked = True
        self._same: Tariff | None = None

    # ------------------------------------------------------------------------------------- settling

    def settle(self, until: datetime, tariff: Tariff, drift: timedelta = _NO_TIME) -> None:
        """Count what flowed since the last call; tariff times are the device's, `drift` ahead."""
        self.adopt(tariff, drift)
        if until <= self.settled:
            return
        stop = whole_second(until)
        before = stop - DAYS_KEPT * DAY
        if before > self._history[-1].settled_second + DAYS_KEPT * DAY:
            # Daily logs are computed from here, and not from a year ago.
            self.walk(before)
            self._history.append(self.fork())
        self.walk(stop)
        self.settled = until
        while len(self._history) > 1 and self._history[1].settled_second <= before:
            del self._history[0]

    def adopt(self, tariff: Tariff, drift: timedelta = _NO_TIME) -> None:
        """From the settled moment on these hold; a new tariff or mode leaves a snapshot."""
        rules = PLAIN if self.rules_of is None else self.rules_of()
        seconds = drift.days * DAY + drift.seconds
        before, mode = self.tariff, self.rules.terms.prepayment
        if before is not None and (tariff is self._same or tariff == before):
            # The same tariff compiled once more: the one that is unrolled already serves.
            self._same, tariff = tariff, before
        unchanged = tariff is before and rules == self.rules and seconds == self.drift
        if unchanged and not self._marked:
            return
        if tariff is not before:
            self._same = None
        self.tariff, self.rules, self.drift = tariff, rules, seconds
        if before is not None and rules.terms.prepayment != mode:
            self.take_down(CHANGE_OF_METER_MODE)
        elif before is not None and tariff is not before:
            self.take_down(CHANGE_OF_TARIFF)
        self.review(self.settled_second)
        self._marked = False
        self._history.append(self.fork())

    def mark(self) -> None:
        """Something was changed from outside: what is asked about the past starts here again."""
        self._marked = True

    def replace_loads(self, change: Callable[[Load], Load]) -> None:
        """Something else flows from the settled moment on; before it `change` must change nothing."""
        self.load = change(self.load)
        self._read = reader_of(self.load)
        if self.second is not None:
            self.second = change(self.second)
            self._read_second = reader_of(self.second)
        if self.export is not None:
            self.export = change(self.export)
        self.mark()

    def next_happening(self, tariff: Tariff, drift: timedelta = _NO_TIME) -> datetime | None:
        """When there may be something to tell next; None when nothing is foreseen.

        In prepayment mode that is within a day, at which it is to be asked again.
        """
        self.adopt(tariff, drift)
        if not self.rules.terms.prepayment:
            end = self.next_end()
            return None if end is None else moment_since_2000(end)
        ahead = self.fork()
        horizon = self.settled_second + DAY - (self.settled_second + self.drift) % DAY
        while ahead.settled_second < horizon and not ahead.happened:
            ahead.walk(ahead.next_stop(horizon))
        return ahead.happened[0].at if ahead.happened else moment_since_2000(horizon)

    def take_happenings(self) -> tuple[Happening, ...]:
        """What happened since the last call, in order."""
        happened, self.happened = tuple(self.happened), []
        return happened

    # ------------------------------------------------------------------------------------ questions

    def total_at(self, moment: datetime) -> int:
        """Total import at the settled moment or any other, earlier ones too."""
        return self.total + self.flowed(self.load, self.settled_second, whole_second(moment))

    def flowed(self, load: Load, start: int, stop: int) -> int:
        """What flowed of a load from one second to another; less than 0 when `stop` is earlier."""
        read = reader_of(load)
        return read(stop) - read(start) - (self._lost(read, stop) - self._lost(read, start))

    def supplied(self, load: Load, seconds: list[int], values: list[int]) -> list[int]:
        """The values of a load at ascending seconds, less what would have flowed while supply was off."""
        read, found, lost, ahead = reader_of(load), [], 0, iter(self.gaps)
        gap = next(ahead, None)
        for second, value in zip(seconds, values, strict=True):
            while gap is not None and gap.stop is not None and gap.stop <= second:
                lost += read(gap.stop) - read(gap.start)
                gap = next(ahead, None)
            found.append((value if gap is None or second <= gap.start else read(gap.start)) - lost)
        return found

    def _lost(self, read: Callable[[int], int], second: int) -> int:
        lost = 0
        for gap in self.gaps:
            if gap.start >= second:
                break
            lost += read(second if gap.stop is None else min(gap.stop, second)) - read(gap.start)
        return lost

    def active_block(self, action: Action, tariff: Tariff) -> int:
        """The block, from 1, that the next unit goes to; 1 where there are no blocks."""
        if not isinstance(action, BlockSet):
            return 1
        return min(tariff.block_of(action.number, self.registers.used(action.number)), BLOCKS)

    def midnights(self, count: int) -> list[Snapshot]:
        """The state at the last `count` midnights of the device's clock, oldest first.

        Computed anew from what was last changed before each; as many as there were since the start.
        """
        last = (self.settled_second + self.drift) // DAY * DAY - self.drift
        found: list[Snapshot] = []
        starts = [past.settled_second for past in self._history]
        walking: Settling | None = None
        index = -1
        for moment in range(last - (count - 1) * DAY, last + 1, DAY):
            # What was changed at that very midnight came after it.
            following = bisect_right(starts, moment - 1) - 1
            if moment <= self.started or following < 0:
                continue
            if walking is None or following != index:
                walking, index = self._history[following].fork(), following
            walking.walk(moment)
            found.append(walking.snapshot(GENERAL))
        return found

    # ----------------------------------------------------------------------------------- operations

    def switch(self, supply: Supply) -> None:
        """Open, close or arm the switch at the settled moment."""
        self._by_credit = False
        self.set_supply(supply, self.settled_second)
        self._changed()

    def enable_locally(self) -> bool:
        """The consumer presses the button: an armed switch closes. Whether supply is on then."""
        if self.supply is Supply.ARMED:
            self.switch(Supply.ENABLED)
        return self.supply is Supply.ENABLED

    def top_up(self, amount: int, *, locally: bool = False) -> TopUp:
        """Money comes in at the settled moment: where it went."""
        parts, codes = self.account.top_up(amount, self.settled_second + self.drift, self.terms())
        self.tell([CREDIT_ADDED_LOCALLY, *codes] if locally else codes, self.settled_second)
        self._changed()
        return parts

    def activate_emergency(self) -> bool:
        """Select emergency credit at the settled moment; whether it is active then."""
        before = self.account.emergency_active
        active = self.account.activate_emergency(self.terms())
        if active and not before:
            self.tell([EMERGENCY_ACTIVATED], self.settled_second)
            self._changed()
        return active

    def change_account(self, change: Callable[[Account], None]) -> None:
        """The supplier adjusts or resets something of the account, at the settled moment."""
        change(self.account)
        self._changed()

    def reset_counters(self) -> None:
        """Block counters go back to 0 (ECS05)."""
        self.registers.reset_counters()
        self.mark()

    def terms(self) -> Terms:
        """The settings of the account as they are in force now."""
        if self.rules_of is not None:
            self.rules = self.rules_of()
        return self.rules.terms

    def _changed(self) -> None:
        self.terms()
        self.review(self.settled_second)
        self.mark()
