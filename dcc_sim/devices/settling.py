"""How a meter is settled: energy, charges and what falls due, from one moment to a later one.

In: a load, a tariff, rules, a state that was settled before. Out: the state at a later moment, and
what happened in between. How often a meter is settled changes nothing. Between two moments at which
something changes the amount is one subtraction, so a year costs as much as its tariff switches.
Units: Wh for electricity, 10⁻³ m³ for gas; money 10⁻⁵ currency units; moments are whole seconds
since 2000-01-01T00:00:00Z of true time, tariff and calendars go by the device's clock.
At one moment this is the order: energy up to it, standing charge (at midnight, for the day before),
time debts, end of a billing period (snapshot, block counters back to 0). In prepayment mode the very
second is found at which there is something to tell. Left out: what is done to a meter (`metering`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Final

from dcc_sim.codec.times import moment_since_2000
from dcc_sim.devices.billing import END_OF_BILLING_PERIOD, Billing, Snapshot
from dcc_sim.devices.calendar import Timetable
from dcc_sim.devices.load import Load, reader_of
from dcc_sim.devices.prepayment import (
    CREDIT_TERMS,
    DAY,
    DISABLEMENT_SUSPENDED,
    HOUR,
    Account,
    Charge,
    Terms,
)
from dcc_sim.devices.registers import Registers
from dcc_sim.devices.tariff import Action, BlockSet, SecondaryRegister, Tariff, TouRegister

BILLING_UPDATED: Final = 0x8F0A
SUPPLY_ARMED: Final = 0x8F32
SNAPSHOTS_KEPT: Final = 12


class Supply(IntEnum):
    """The state of the load switch or valve, as `control_state` has it."""

    DISABLED = 0
    ENABLED = 1
    ARMED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What governs a meter besides its tariff.

    `protected` is the non-disablement calendar: True while supply must stay on. `counter_resets` are
    moments at which block counters go back to 0 without a billing period ending.
    """

    terms: Terms = CREDIT_TERMS
    billing: Billing | None = None
    counter_resets: Billing | None = None
    protected: Timetable[bool] | None = None


PLAIN: Final = Rules()


@dataclass(frozen=True, slots=True)
class Happening:
    """An alert that is due: `at` is true time, `code` that of the table (`catalogue.alerts`)."""

    at: datetime
    code: int


@dataclass(slots=True)
class Gap:
    """Supply was off from `start` to `stop`; None while it still is."""

    start: int
    stop: int | None = None


class Settling:
    """Total import, its registers, its account and its switch, as far as they are settled.

    `second` is the load of a twin-element meter's other element; `gaps` is when supply was off.
    """

    __slots__ = (
        "_by_credit",
        "_read",
        "_read_second",
        "_suspended",
        "account",
        "drift",
        "gaps",
        "happened",
        "load",
        "reactive",
        "registers",
        "rules",
        "second",
        "second_total",
        "settled_second",
        "snapshots",
        "supply",
        "tariff",
        "total",
    )

    def __init__(self, load: Load, started: int, *, second: Load | None = None) -> None:
        self.load = load
        self.second = second
        self._read = reader_of(load)
        self._read_second = None if second is None else reader_of(second)
        self.settled_second = started
        self.registers = Registers()
        self.total = 0
        self.reactive = 0
        self.second_total: int | None = None if second is None else 0
        self.account = Account()
        self.supply = Supply.ENABLED
        self.gaps: list[Gap] = []
        self.snapshots: tuple[Snapshot, ...] = ()
        self.happened: list[Happening] = []
        self.tariff: Tariff | None = None
        self.rules = PLAIN
        self.drift = 0
        self._by_credit = False
        self._suspended = False

    def fork(self) -> Settling:
        """Another one in the same state, which goes its own way from here. It has no past."""
        other = Settling(self.load, self.settled_second, second=self.second)
        other.registers = self.registers.copy()
        other.total, other.reactive, other.second_total = self.total, self.reactive, self.second_total
        other.account, other.supply = self.account.copy(), self.supply
        other.tariff, other.rules, other.drift = self.tariff, self.rules, self.drift
        other._by_credit, other._suspended = self._by_credit, self._suspended
        return other

    def snapshot(self, cause: int) -> Snapshot:
        """Registers and balances as they are settled."""
        account = self.account
        return Snapshot(
            second=self.settled_second + self.drift,
            cause=cause,
            total=self.total,
            second_total=self.second_total,
            registers=self.registers.copy(),
            emergency_credit=account.emergency_balance(self.rules.terms),
            meter_balance=account.balance,
            payment_debt=account.payment_debt,
            time_debt_1=account.time_debts[0],
            time_debt_2=account.time_debts[1],
            accumulated_debt=account.accumulated_debt,
        )

    # ------------------------------------------------------------------------------------- the walk

    def walk(self, stop: int) -> None:
        """Settle up to a second; one that lies behind changes nothing."""
        while self.settled_second < stop:
            end = self.next_stop(stop)
            self._span(end)
            self._at_stop(end)

    def next_stop(self, stop: int) -> int:
        """The next second, not after `stop`, at which more happens than that energy flows."""
        now = self.settled_second + self.drift
        terms = self.rules.terms
        if terms.prepayment:
            hourly = any(
                debt and rate.period == HOUR
                for debt, rate in zip(self.account.time_debts, terms.debt_rates, strict=True)
            )
            period = HOUR if hourly else DAY
            stop = min(stop, (now // period + 1) * period - self.drift)
            if self.rules.protected is not None:
                _, end, _ = next(self.rules.protected.segments(now, stop + self.drift))
                stop = min(stop, end - self.drift)
        for billing in (self.rules.billing, self.rules.counter_resets):
            end_of_period = None if billing is None else billing.next_after(now)
            if end_of_period is not None:
                stop = min(stop, end_of_period - self.drift)
        return stop

    def next_end(self) -> int | None:
        """When the billing period ends, if there is one."""
        billing = self.rules.billing
        end = None if billing is None else billing.next_after(self.settled_second + self.drift)
        return None if end is None else end - self.drift

    def _span(self, stop: int) -> None:
        start, tariff = self.settled_second, self.tariff
        assert tariff is not None
        if self.supply is Supply.ENABLED:
            if self.rules.terms.prepayment:
                self._span_of_prepayment(start, stop, tariff)
            else:
                self._span_of_credit(start, stop, tariff)
        self.settled_second = stop
        midnights = (stop + self.drift) // DAY - (start + self.drift) // DAY
        if midnights:
            n, d = tariff.daily_charge
            disabled = self.supply is Supply.DISABLED
            self.account.charge(n * midnights, d, Charge.STANDING, self.rules.terms, disabled=disabled)

    def _segments(self, start: int, stop: int, tariff: Tariff) -> Iterator[tuple[int, int, Action, Action]]:
        """True seconds, and what counts in them: the primary element's action, the second's."""
        drift, other = self.drift, tariff.secondary
        register: Action = SecondaryRegister(1)
        for first, last, action in tariff.timetable.segments(start + drift, stop + drift):
            if self.second is None or other is None:
                yield first - drift, last - drift, action, register
                continue
            for begin, end, own in other.timetable.segments(first, last):
                yield begin - drift, end - drift, action, own

    def _span_of_credit(self, start: int, stop: int, tariff: Tariff) -> None:
        read, second = self._read, self._read_second
        seen = read(start)
        seen_second = 0 if second is None else second(start)
        owed = owed_second = 0
        for _, end, action, own in self._segments(start, stop, tariff):
            now = read(end)
            owed += self._count(now - seen, action, tariff)
            seen = now
            if second is not None:
                now = second(end)
                owed_second += self._count_second(now - seen_second, own, tariff)
                seen_second = now
        self._pay(self.account, owed, owed_second, tariff)

    def _pay(self, account: Account, owed: int, owed_second: int, tariff: Tariff) -> None:
        terms = self.rules.terms
        if owed:
            n, d = tariff.unit_cost
            account.charge(owed * n, d, Charge.ENERGY, terms, disabled=False)
        if owed_second:
            n, d = tariff.secondary_unit_cost
            account.charge(owed_second * n, d, Charge.SECONDARY_ENERGY, terms, disabled=False)

    def _span_of_prepayment(self, start: int, stop: int, tariff: Tariff) -> None:
        for begin, end, action, own in self._segments(start, stop, tariff):
            reached = begin
            while reached < end and self.supply is Supply.ENABLED:
                reached = self._until_told(reached, end, action, own, tariff)

    def _until_told(self, start: int, stop: int, action: Action, own: Action, tariff: Tariff) -> int:
        """Count up to `stop`, or up to the second at which there is something to tell."""
        signs, terms = self.account.signs, self.rules.terms
        trial = self._tried(start, stop, action, own, tariff)
        if trial.signs_now(terms) != signs:
            low, high = start, stop
            while high - low > 1:
                middle = (low + high) // 2
                found = self._tried(start, middle, action, own, tariff)
                if found.signs_now(terms) != signs:
                    high = middle
                else:
                    low = middle
            stop, trial = high, self._tried(start, high, action, own, tariff)
        amount, second = self._amounts(start, stop)
        self._count(amount, action, tariff)
        self._count_second(second, own, tariff)
        self.account = trial
        self.review(stop)
        return stop

    def _tried(self, start: int, stop: int, action: Action, own: Action, tariff: Tariff) -> Account:
        trial = self.account.copy()
        amount, second = self._amounts(start, stop)
        owed = sum(part * price for part, price in self._priced(amount, action, tariff))
        self._pay(trial, owed, second * tariff.price_of(own).mantissa, tariff)
        return trial

    def _amounts(self, start: int, stop: int) -> tuple[int, int]:
        amount = self._read(stop) - self._read(start)
        if self._read_second is None:
            return amount, 0
        return amount, self._read_second(stop) - self._read_second(start)

    def _priced(self, amount: int, action: Action, tariff: Tariff) -> list[tuple[int, int]]:
        if isinstance(action, BlockSet):
            parts = self.registers.split(amount, action.number, tariff)
            return [(part, tariff.price_of(action, block).mantissa) for block, part in parts]
        return [(amount, tariff.price_of(action).mantissa)]

    def _count(self, amount: int, action: Action, tariff: Tariff) -> int:
        """Count an amount; its price, in units of the tariff's price scale."""
        before = self.total
        self.total += amount
        # A power factor of 0.97: a quarter of the active energy, carried without loss.
        self.reactive += self.total // 4 - before // 4
        match action:
            case TouRegister(number):
                self.registers.tou[number - 1] += amount
                return amount * tariff.tou_prices.get(number, 0)
            case BlockSet(number):
                parts = self.registers.split(amount, number, tariff)
                self.registers.count_blocks(number, parts)
                return sum(part * tariff.block_prices.get((number, block), 0) for block, part in parts)
            case SecondaryRegister(number):
                self.registers.secondary[number - 1] += amount
                return 0

    def _count_second(self, amount: int, action: Action, tariff: Tariff) -> int:
        if self.second_total is None or not isinstance(action, SecondaryRegister):
            return 0
        self.second_total += amount
        self.registers.secondary[action.number - 1] += amount
        return amount * tariff.price_of(action).mantissa

    # --------------------------------------------------------------------------------- at a stop

    def _at_stop(self, second: int) -> None:
        now, rules = second + self.drift, self.rules
        if rules.terms.prepayment:
            for number, rate in enumerate(rules.terms.debt_rates):
                if now % rate.period == 0:
                    disabled = self.supply is Supply.DISABLED
                    codes = self.account.collect_time_debt(number, rules.terms, disabled=disabled)
                    self.tell(codes, second)
            self.review(second)
        if rules.billing is not None and rules.billing.next_after(now - 1) == now:
            self.take_down(END_OF_BILLING_PERIOD)
            self.tell([BILLING_UPDATED], second)
            self.registers.reset_counters()
        if rules.counter_resets is not None and rules.counter_resets.next_after(now - 1) == now:
            self.registers.reset_counters()

    def review(self, second: int) -> None:
        """Tell what has come to be, and let credit work the switch."""
        terms = self.rules.terms
        self.tell(self.account.review(terms), second)
        if not self.account.is_exhausted(terms):
            self._suspended = False
            if self.supply is Supply.DISABLED and self._by_credit:
                self._by_credit = False
                self.set_supply(Supply.ARMED, second)
                self.tell([SUPPLY_ARMED], second)
        elif self.supply is not Supply.DISABLED:
            if self._is_protected(second):
                if not self._suspended:
                    self._suspended = True
                    self.tell([DISABLEMENT_SUSPENDED], second)
                return
            self._by_credit = True
            self.set_supply(Supply.DISABLED, second)

    def _is_protected(self, second: int) -> bool:
        calendar = self.rules.protected
        return calendar is not None and calendar.action_at(moment_since_2000(second + self.drift))

    def set_supply(self, supply: Supply, second: int) -> None:
        """Work the switch; nothing flows unless supply is enabled."""
        if self.supply is Supply.ENABLED and supply is not Supply.ENABLED:
            self.gaps.append(Gap(second))
        elif supply is Supply.ENABLED and self.gaps and self.gaps[-1].stop is None:
            self.gaps[-1].stop = second
        self.supply = supply

    def tell(self, codes: list[int], second: int) -> None:
        """These alerts are due."""
        self.happened += [Happening(moment_since_2000(second), code) for code in codes]

    def take_down(self, cause: int) -> None:
        """Keep a snapshot; the 13th of a billing period, or of a change, takes the oldest one's place."""
        kind = cause == END_OF_BILLING_PERIOD
        same = [s for s in self.snapshots if (s.cause == END_OF_BILLING_PERIOD) == kind]
        taken = self.snapshot(cause)
        gone = same[0] if len(same) >= SNAPSHOTS_KEPT else None
        self.snapshots = (*(s for s in self.snapshots if s is not gone), taken)
