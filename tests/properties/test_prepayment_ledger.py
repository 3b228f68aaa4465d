"""For all terms and habits: the meter's account is the spreadsheet's, to the last 10⁻⁵."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from credit_ledger import HALF_HOUR, Sheet
from hypothesis import given, settings
from hypothesis import strategies as st

from dcc_sim.devices.calendar import Calendar, DatePattern, Season, Timetable
from dcc_sim.devices.load import draw as drawn
from dcc_sim.devices.metering import Meter, Rules, Supply
from dcc_sim.devices.prepayment import DebtRate, Terms
from dcc_sim.devices.tariff import Price, Tariff, TouRegister

YEAR = datetime(2024, 1, 1, tzinfo=UTC)
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
PENCE = 1000
POUNDS = 100 * PENCE
NAMES = {Supply.ENABLED: "on", Supply.DISABLED: "off", Supply.ARMED: "armed"}
EVERY_DAY = (Season(DatePattern(None, 1, 1), 0, "week"),)


@dataclass
class Stepping:
    """A load that takes the energy of a half hour at its end, all at once."""

    seed: int
    most: int

    def __post_init__(self) -> None:
        self.sums = {self.first: 0}
        self.last = self.first

    @property
    def first(self) -> int:
        return int((YEAR - EPOCH) / HALF_HOUR)

    def energy(self, number: int) -> int:
        return drawn(self.seed, number, self.most)

    def at(self, moment: datetime) -> int:
        number = (moment - EPOCH) // HALF_HOUR
        while self.last < number:
            self.last += 1
            self.sums[self.last] = self.sums[self.last - 1] + self.energy(self.last)
        return self.sums[number]


def calendar_of(days: tuple[tuple[int, Any], ...], otherwise: Any) -> Timetable[Any]:
    return Timetable(
        Calendar(
            seasons=EVERY_DAY, weeks={"week": (1,) * 7}, days={1: days}, special_days=(), otherwise=otherwise
        )
    )


def tariff_of(price: int, standing: int) -> Tariff:
    return Tariff(
        timetable=calendar_of(((0, TouRegister(1)),), TouRegister(1)),
        thresholds=((),) * 8,
        tou_prices={1: price},
        block_prices={},
        price_scale=-5,
        standing_charge=Price(standing, -5),
    )


@st.composite
def sheets(draw: st.DrawFn) -> Sheet:
    hours = st.sampled_from((1, 24))
    amount = st.integers(1, 40).map(lambda n: n * PENCE)
    sheet = Sheet(
        now=YEAR,
        price=draw(st.integers(0, 60_000)),
        standing=draw(st.sampled_from((0, 33_333, 60_000))),
        threshold=draw(st.integers(-3, 2)) * POUNDS,
        low=draw(st.integers(0, 5)) * POUNDS,
        limit=draw(st.sampled_from((0, 5, 10))) * POUNDS,
        emergency_threshold=draw(st.integers(0, 4)) * POUNDS,
        rates=((draw(amount), draw(hours)), (draw(amount), draw(hours))),
        share=draw(st.sampled_from((0, 2500, 3333, 10_000))),
        cap=draw(st.sampled_from((None, 0, 3 * POUNDS))),
        hold_when_off=draw(st.booleans()),
        hold_in_emergency=draw(st.booleans()),
        protected=draw(st.sampled_from((None, (18, 9), (2, 5)))),
        balance=draw(st.integers(-2, 20)) * POUNDS,
        debts=[draw(st.integers(0, 30)) * POUNDS, draw(st.integers(0, 5)) * POUNDS],
        payment_debt=draw(st.integers(0, 20)) * POUNDS,
    )
    sheet.look()
    return sheet


def meter_of(sheet: Sheet, load: Stepping) -> tuple[Meter, Tariff]:
    rates = [DebtRate(numerator=rate, period=hours * 3600) for rate, hours in sheet.rates]
    terms = Terms(
        prepayment=True,
        suspend_debt_disabled=sheet.hold_when_off,
        suspend_debt_emergency=sheet.hold_in_emergency,
        disablement_threshold=sheet.threshold,
        low_credit_threshold=sheet.low,
        emergency_limit=sheet.limit,
        emergency_threshold=sheet.emergency_threshold,
        debt_rates=(rates[0], rates[1]),
        payment_share=sheet.share,
        cap=sheet.cap,
    )
    protected = None
    if sheet.protected is not None:
        begin, end = sheet.protected
        days = sorted(((begin * 3600, True), (end * 3600, False)))
        protected = calendar_of(tuple(days), begin > end)
    rules = Rules(terms=terms, protected=protected)
    meter = Meter(load, YEAR)
    meter.rules_of = lambda: rules
    meter.account.balance = sheet.balance
    meter.account.time_debts = (sheet.debts[0], sheet.debts[1])
    meter.account.payment_debt = sheet.payment_debt
    return meter, tariff_of(sheet.price, sheet.standing)


def cells(meter: Meter) -> dict[str, Any]:
    account = meter.account
    return {
        "balance": account.balance,
        "lent": account.emergency_used,
        "emergency": account.emergency_active,
        "arrears": account.accumulated_debt,
        "debts": account.time_debts,
        "payment_debt": account.payment_debt,
        "switch": NAMES[meter.supply],
    }


def live(sheet: Sheet, load: Stepping, rows: int, habits: list[tuple[int, str, int]], *, often: bool) -> None:
    """Both go through the same half hours; at some of them somebody does something."""
    meter, tariff = meter_of(sheet, load)
    meter.settle(YEAR, tariff)
    opening = sheet.balance
    for row in range(1, rows + 1):
        sheet.row(load.energy(load.first + row))
        done = [habit for habit in habits if row % (habit[0] + 7) == 0]
        if done or often or row == rows:
            meter.settle(sheet.now, tariff)
            assert cells(meter) == sheet.cells(), sheet.now
        for _, what, amount in done:
            match what:
                case "top up":
                    sheet.top_up(amount * PENCE)
                    meter.top_up(amount * PENCE)
                case "borrow":
                    sheet.borrow()
                    meter.activate_emergency()
                case _:
                    sheet.press()
                    meter.enable_locally()
            assert cells(meter) == sheet.cells(), (sheet.now, what)
    account = meter.account
    assert account.balance - account.emergency_used - account.accumulated_debt == (
        opening + account.received - account.charged
    )
    assert (account.received, account.charged) == (sheet.paid_in, sheet.paid_out)
    told = [(happening.at, happening.code) for happening in meter.take_happenings()]
    assert all(before <= after for (before, _), (after, _) in pairwise(told))
    # What falls on one moment has no order.
    assert sorted(told) == sorted(sheet.told)


habits = st.lists(
    st.tuples(
        st.integers(0, 400), st.sampled_from(("top up", "top up", "borrow", "press")), st.integers(1, 4000)
    ),
    max_size=6,
)


@settings(deadline=None, max_examples=40)
@given(sheets(), st.integers(1, 1 << 60), st.integers(1, 1500), habits, st.booleans())
def test_a_month_of_prepayment(
    sheet: Sheet, seed: int, most: int, habits: list[tuple[int, str, int]], often: bool
) -> None:
    live(sheet, Stepping(seed, most), 31 * 48, habits, often=often)


@pytest.mark.slow
@settings(deadline=None, max_examples=12)
@given(sheets(), st.integers(1, 1 << 60), st.integers(1, 1500), habits)
def test_a_leap_year_of_prepayment(
    sheet: Sheet, seed: int, most: int, habits: list[tuple[int, str, int]]
) -> None:
    live(sheet, Stepping(seed, most), 366 * 48, habits, often=False)


def test_a_year_in_which_everything_happens() -> None:
    sheet = Sheet(
        now=YEAR, price=25_000, standing=50_000, threshold=0, low=2 * POUNDS, limit=5 * POUNDS,
        emergency_threshold=POUNDS, rates=((30 * PENCE, 24), (PENCE, 1)), share=2000, cap=2 * POUNDS,
        hold_when_off=True, hold_in_emergency=True, protected=(18, 9), balance=10 * POUNDS,
        debts=[60 * POUNDS, 40 * POUNDS], payment_debt=30 * POUNDS,
    )  # fmt: skip
    weekly = [(7 * 48 - 7 + 20, "top up", 2600), (48 - 7, "borrow", 0), (3, "press", 0)]
    live(sheet, Stepping(3, 800), 366 * 48, weekly, often=False)
    codes = {code for _, code in sheet.told}
    assert codes >= {0x810D, 0x8119, 0x81AA, 0x81AB, 0x8F0F, 0x8F83, 0x8F32, 0x81A7, 0x81A8, 0x81A9}


@settings(deadline=None, max_examples=15)
@given(sheets(), st.integers(1, 1 << 60), st.lists(st.integers(1, 400_000), min_size=1, max_size=12))
def test_credit_runs_out_at_the_same_second_however_often_a_meter_is_settled(
    sheet: Sheet, seed: int, steps: list[int]
) -> None:
    load = Stepping(seed, 900)
    often, tariff = meter_of(sheet, load)
    once, _ = meter_of(sheet, load)
    moment = YEAR
    for step in steps:
        moment += timedelta(seconds=step)
        often.settle(moment, tariff)
        foreseen = often.next_happening(tariff)
        assert foreseen is not None
        assert moment < foreseen <= moment + timedelta(days=1)
    once.settle(moment, tariff)
    assert often.take_happenings() == once.take_happenings()
    assert (often.account, often.supply, often.registers) == (once.account, once.supply, once.registers)
    assert often.midnights(31) == once.midnights(31)
