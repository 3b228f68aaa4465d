"""For all that can be done to a meter: nothing is lost, nothing goes back, every log is in order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import chain, pairwise
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tariff_samples import blocks_and_tou

from dcc_sim.devices import consumption_logs as logs
from dcc_sim.devices.billing import BillingPeriods
from dcc_sim.devices.load import ELECTRICITY, SECOND_ELEMENT, SOLAR_PANELS, HouseholdLoad
from dcc_sim.devices.metering import Meter, Rules, Supply
from dcc_sim.devices.prepayment import DebtRate, Terms
from dcc_sim.devices.tariff import electricity_tariff
from dcc_sim.ids import Eui64

EUI = Eui64.parse("00-5E-00-00-00-00-00-01")
YEAR = datetime(2024, 2, 20, tzinfo=UTC)
POUNDS = 100_000
money = st.integers(-20 * POUNDS, 20 * POUNDS)
terms = st.builds(
    Terms,
    prepayment=st.booleans(),
    suspend_debt_disabled=st.booleans(),
    suspend_debt_emergency=st.booleans(),
    disablement_threshold=st.integers(-2, 2).map(lambda n: n * POUNDS),
    low_credit_threshold=st.integers(0, 5).map(lambda n: n * POUNDS),
    emergency_limit=st.sampled_from((0, 5 * POUNDS)),
    emergency_threshold=st.integers(0, 3).map(lambda n: n * POUNDS),
    debt_rates=st.tuples(
        st.builds(
            DebtRate,
            numerator=st.integers(0, 99_999),
            denominator=st.sampled_from((1, 10, 1000)),
            period=st.sampled_from((3600, 86_400)),
        ),
        st.just(DebtRate(numerator=POUNDS)),
    ),
    payment_share=st.integers(0, 10_000),
    cap=st.sampled_from((None, POUNDS)),
)


class Doings(RuleBasedStateMachine):
    """A twin-element meter with export, of which `opening` is what its account began with."""

    @initialize(first=terms)
    def begin(self, first: Terms) -> None:
        self.rules = Rules(terms=first, billing=BillingPeriods(757_382_400, 1, 2))
        self.tariff = electricity_tariff(blocks_and_tou())
        loads = (
            HouseholdLoad(9, EUI, shape, element=n)
            for n, shape in enumerate((ELECTRICITY, SECOND_ELEMENT, SOLAR_PANELS))
        )
        primary, second, export = loads
        self.meter = Meter(primary, YEAR, second=second, export=export)
        self.meter.rules_of = lambda: self.rules
        self.now = YEAR
        self.before: dict[str, Any] = {}
        self.told: list[tuple[datetime, int]] = []
        self.forgiven = 0

    @rule(seconds=st.integers(0, 3 * 86_400))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)
        self.meter.settle(self.now, self.tariff)

    @rule(new=terms)
    def other_terms(self, new: Terms) -> None:
        self.rules = Rules(terms=new, billing=self.rules.billing)

    @rule(amount=st.integers(1, 50 * POUNDS))
    def top_up(self, amount: int) -> None:
        parts = self.meter.top_up(amount)
        assert amount == (
            parts.payment_debt + parts.accumulated_debt + parts.emergency_credit + parts.balance
        )

    @rule()
    def borrow(self) -> None:
        self.meter.activate_emergency()

    @rule(supply=st.sampled_from(Supply))
    def switch(self, supply: Supply) -> None:
        self.meter.switch(supply)

    @rule()
    def press(self) -> None:
        self.meter.enable_locally()

    @rule(amount=money)
    def adjust(self, amount: int) -> None:
        self.meter.change_account(lambda account: account.adjust_balance(amount))

    @rule(number=st.integers(0, 1), amount=money)
    def adjust_debt(self, number: int, amount: int) -> None:
        self.meter.change_account(lambda account: account.adjust_time_debt(number, amount))
        self.meter.change_account(lambda account: account.adjust_payment_debt(amount))

    @rule()
    def reset(self) -> None:
        for change in (
            type(self.meter.account).reset_balance,
            type(self.meter.account).reset_emergency,
            type(self.meter.account).reset_accumulated,
        ):
            self.meter.change_account(change)
        assert (self.meter.account.balance, self.meter.account.accumulated_debt) == (0, 0)

    @rule()
    def reset_counters(self) -> None:
        self.meter.reset_counters()

    @invariant()
    def money_in_is_money_out(self) -> None:
        account = getattr(self, "meter", None) and self.meter.account
        if account:
            held = account.balance - account.emergency_used - account.accumulated_debt - account.bill
            assert held == account.received - account.charged
            assert min(*account.time_debts, account.payment_debt, account.accumulated_debt) >= 0
            assert all(0 <= rest < parts for rest, parts in account.rests)

    @invariant()
    def registers_sum_to_the_total_and_never_go_back(self) -> None:
        if not hasattr(self, "meter"):
            return
        meter = self.meter
        assert meter.registers.total == meter.total
        assert sum(meter.registers.secondary) == meter.second_total
        values = [
            meter.total,
            meter.reactive,
            *meter.registers.tou,
            *chain.from_iterable(meter.registers.blocks),
        ]
        values += [*meter.registers.secondary, logs.exported_at(meter, meter.settled_second)]
        assert all(old <= new for old, new in zip(self.before.get("values", values), values, strict=True))
        self.before["values"] = values
        assert all(
            c <= b
            for cs, bs in zip(meter.registers.counters, meter.registers.blocks, strict=True)
            for c, b in zip(cs, bs, strict=True)
        )

    @invariant()
    def what_is_told_is_in_order(self) -> None:
        if not hasattr(self, "meter"):
            return
        self.told += [(h.at, h.code) for h in self.meter.take_happenings()]
        assert all(a[0] <= b[0] for a, b in pairwise(self.told))
        assert not self.told or self.told[-1][0] <= self.now

    def teardown(self) -> None:
        if not hasattr(self, "meter"):
            return
        meter = self.meter
        meter.settle(self.now + timedelta(hours=1), self.tariff)
        half_hours = logs.half_hours(meter)
        assert len(half_hours) <= logs.IMPORT_ENTRIES
        assert all(b[0] - a[0] == 1800 for a, b in pairwise(half_hours))
        # The last half hour may still be under way.
        under_way = meter.flowed(
            meter.load, half_hours[-1][0] if half_hours else meter.started, meter.settled_second
        )
        assert sum(value for _, value in half_hours) + under_way == meter.total
        days = meter.midnights(31)
        assert all(b.second - a.second == 86_400 for a, b in pairwise(days))
        assert all(a.total <= b.total for a, b in pairwise(days))
        for day in days:
            assert day.registers.total == day.total
            assert day.total == meter.total_at(datetime.fromtimestamp(day.second + 946_684_800, UTC))
        ends = [s.second for s in meter.snapshots if s.cause == 2]
        assert len(ends) <= 12
        assert ends == sorted(ends)


TestDoings = Doings.TestCase
