"""For all tariffs: the meter agrees with a slow reading of the calendar, minute by minute."""

from __future__ import annotations

import calendar
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from math import floor
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tariff_oracle import Counting, Oracle

from dcc_sim.devices.metering import ELECTRICITY, GAS, HouseholdLoad, Meter
from dcc_sim.devices.tariff import (
    BlockSet,
    GasConversion,
    Tariff,
    TouRegister,
    electricity_tariff,
    gas_tariff,
)
from dcc_sim.ids import Eui64
from dcc_sim.testing.strategies import GasTariff, electricity_tariffs, gas_tariffs

EUI = Eui64.parse("00-5E-00-00-00-00-00-01")
YEAR = datetime(2024, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
REMARKABLE = (0, 58, 59, 89, 90, 299, 300, 365)
"""Days of 2024 around which calendars go wrong: new year, leap day, clock changes, new year's eve."""
TOKENS = (b"\xff\xff\xfe\xff\xff", b"\xff\xff\xfd\xff\xff", b"\xff\xff\x03\xfe\x07", b"\xff\xff\x0a\xfe\x07")


@st.composite
def tables(draw: st.DrawFn) -> dict[str, Any]:
    """Any tariff, its switches at whole minutes, some of its dates those of the clock changes."""
    asked = draw(electricity_tariffs())
    days = tuple(
        replace(
            day,
            switches=tuple(
                {
                    s.start.replace(second=0): replace(s, start=s.start.replace(second=0))
                    for s in day.switches
                }.values()
            ),
        )
        for day in asked.days
    )
    limits = st.lists(st.integers(0, 60_000), min_size=1, max_size=3).map(sorted)
    asked = replace(asked, days=days, thresholds=tuple(tuple(draw(limits)) for _ in range(8)))
    values: dict[str, Any] = dict(asked.values())
    values["seasons"] = [
        {**season, "start": draw(st.sampled_from(TOKENS)) + start_of_day(draw)}
        if draw(st.booleans())
        else season
        for season in values["seasons"]
    ]
    values["special_days"] = [
        {**day, "date": draw(st.sampled_from(TOKENS))} if draw(st.integers(0, 3)) == 0 else day
        for day in values["special_days"][:12]
    ]
    return values


def start_of_day(draw: st.DrawFn) -> bytes:
    minute = draw(st.one_of(st.just(0), st.just(60), st.integers(0, 1439)))
    return bytes((minute // 60, minute % 60, 0, 0)) + b"\x80\x00\xff"


def script_of(tariff: Tariff, moment: datetime) -> int:
    match tariff.action_at(moment):
        case TouRegister(number):
            return number
        case BlockSet(number):
            return 100 + number
    raise AssertionError("the primary element has no other action")


def compare(values: dict[str, Any], first: datetime, until: datetime) -> None:
    tariff, load = electricity_tariff(values), HouseholdLoad(5, EUI, ELECTRICITY)
    oracle, counting, meter = Oracle(values, first), Counting(values), Meter(load, first)
    while oracle.moment < until:
        assert script_of(tariff, oracle.moment) == oracle.script, oracle.moment
        stop = min(oracle.moment + timedelta(hours=7), until)
        while oracle.moment < stop:
            begun = oracle.moment
            counting.run(oracle, begun + timedelta(minutes=1), load.at)
            assert script_of(tariff, oracle.moment) == oracle.script, oracle.moment
        meter.settle(stop, tariff)
        assert meter.registers.tou == counting.tou
        assert meter.registers.counters == counting.blocks
        assert meter.total == meter.registers.total == load.at(stop) - load.at(first)
        assert -meter.account.balance == floor(counting.owed) + floor(counting.standing)


@settings(deadline=None, max_examples=14)
@given(tables(), st.one_of(st.sampled_from(REMARKABLE), st.integers(0, 365)))
def test_three_days_of_any_tariff(values: dict[str, Any], day: int) -> None:
    first = YEAR + day * DAY
    compare(values, first, first + 3 * DAY)


@settings(deadline=None, max_examples=40)
@given(tables(), st.lists(st.integers(0, 366 * 1440 - 1), min_size=1, max_size=4))
def test_any_minute_of_a_leap_year(values: dict[str, Any], minutes: list[int]) -> None:
    tariff = electricity_tariff(values)
    for minute in minutes:
        moment = YEAR + timedelta(minutes=minute)
        day = moment.replace(hour=0, minute=0)
        oracle = Oracle(values, day)
        while oracle.moment < moment:
            oracle.step()
        assert script_of(tariff, moment) == oracle.script, moment


@pytest.mark.slow
@settings(deadline=None, max_examples=3)
@given(tables())
def test_every_minute_of_a_leap_year(values: dict[str, Any]) -> None:
    assert calendar.isleap(YEAR.year)
    compare(values, YEAR, YEAR.replace(year=2025))


@settings(deadline=None, max_examples=20)
@given(
    tables(),
    st.integers(0, 330),
    st.lists(st.integers(1, 9 * 86_400), min_size=1, max_size=6),
    st.integers(-7200, 7200),
)
@example({}, 0, [1], 0)
def test_how_often_a_meter_is_settled_changes_nothing(
    values: dict[str, Any], day: int, steps: list[int], drift: int
) -> None:
    if not values:
        values = dict(DAY_NIGHT)
    tariff, load = electricity_tariff(values), HouseholdLoad(6, EUI, ELECTRICITY)
    first, ahead = YEAR + day * DAY, timedelta(seconds=drift)
    often, once = Meter(load, first), Meter(load, first)
    moment = first
    for step in steps:
        moment += timedelta(seconds=step)
        often.settle(moment, tariff, ahead)
    once.settle(moment, tariff, ahead)
    assert often.registers == once.registers
    assert (often.total, often.reactive) == (once.total, once.reactive)
    assert often.account == once.account
    assert often.midnights(31) == once.midnights(31)


DAY_NIGHT: dict[str, Any] = {
    "seasons": [{"name": b"", "start": bytes.fromhex("FFFF0101FF000000008000FF"), "week": b"\x01"}],
    "weeks": [
        {"name": b"\x01", **dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), 1)}
        | {"saturday": 1, "sunday": 1}
    ],
    "days": [
        {
            "day_id": 1,
            "schedule": [
                {"start_time": bytes((0, 30, 0, 0)), "script": 1},
                {"start_time": bytes((7, 30, 0, 0)), "script": 102},
            ],
        }
    ],
    "special_days": [],
    **{f"thresholds_{n}": [20_000] for n in range(1, 9)},
    "prices": {
        "scaling": {"price_scale": -4},
        "table": [
            {"index": b"\x01", "charge": 1234},
            {"index": b"\xa2", "charge": 3001},
            {"index": b"\xb2", "charge": -7},
        ],
    },
    "standing_charge": {"scaling": {"price_scale": -5}, "table": [{"charge": 20_000}]},
}


def as_electricity(values: dict[str, Any]) -> dict[str, Any]:
    """The tables of a gas tariff in the words of the oracle: volumes, tiers as registers, blocks as set 1."""
    is_block = values["tariff_information"]["tariff_type"] == 0x10
    prices = values["price_matrix"]["prices"]
    letters = (0xA1, 0xB1, 0xC1, 0xD1)
    # kWh = m³ × 1.02264 × 39.5 ÷ 3.6; thresholds are Wh, counters 10⁻³ m³.
    limits = values["block_thresholds"]["thresholds"] if is_block else [0]
    return {
        "seasons": [
            {"start": cosem(season["start"]) + bytes(4) + b"\x80\x00\xff", "week": season["week_id"]}
            for season in values["seasons"]["seasons"]
        ],
        "weeks": [{**week, "name": week["week_id"]} for week in values["week_profiles"]],
        "days": [
            {
                "day_id": day["day_id"],
                "schedule": [
                    {
                        "start_time": minute(entry["start_minute"]),
                        "script": 101 if is_block else entry["price_tier"],
                    }
                    for entry in day["schedule"]
                ],
            }
            for day in values["day_profiles"]
        ],
        "special_days": [
            {"date": cosem(day["date"]), "day_id": day["day_id"]}
            for day in values["special_days"]["special_days"]
        ],
        "thresholds_1": [floor(limit / (KWH_PER_M3)) for limit in limits],
        "prices": {
            "scaling": {"price_scale": -5},
            "table": [
                {
                    "index": bytes((letters[p["tier_block_id"]] if is_block else p["tier_block_id"],)),
                    "charge": p["price"],
                }
                for p in prices
            ],
        },
        "standing_charge": {
            "scaling": {"price_scale": -5},
            "table": [{"charge": values["tariff_information"]["standing_charge"]}],
        },
    }


KWH_PER_M3 = Fraction(102_264, 100_000) * Fraction(395, 10) / Fraction(36, 10)


def cosem(date: bytes) -> bytes:
    year = b"\xff\xff" if date[0] == 0xFF else (1900 + date[0]).to_bytes(2, "big")
    return year + bytes(date[1:4])


def minute(number: int) -> bytes:
    return bytes((number // 60, number % 60, 0, 0))


@settings(deadline=None, max_examples=8)
@given(gas_tariffs(), st.one_of(st.sampled_from(REMARKABLE), st.integers(0, 365)))
def test_three_days_of_any_gas_tariff(asked: GasTariff, day: int) -> None:
    first = YEAR + day * DAY
    until = first + 3 * DAY
    if asked.kind == "block":
        asked = replace(asked, thresholds=tuple(limit % 60_000 for limit in asked.thresholds))
        asked = replace(asked, thresholds=tuple(sorted(asked.thresholds)))
    values = dict(asked.values(YEAR))
    values.setdefault("block_thresholds", {"thresholds": []})
    tariff, load = gas_tariff(values, GasConversion()), HouseholdLoad(5, EUI, GAS)
    tables = as_electricity(values)
    oracle, counting, meter = Oracle(tables, first), Counting(tables), Meter(load, first)
    counting.price_of_unit *= KWH_PER_M3
    while oracle.moment < until:
        assert script_of(tariff, oracle.moment) == oracle.script, oracle.moment
        counting.run(oracle, oracle.moment + timedelta(hours=1), load.at)
    meter.settle(until, tariff)
    assert meter.registers.tou == counting.tou
    assert meter.registers.counters == counting.blocks
    assert -meter.account.balance == floor(counting.owed) + floor(counting.standing)
