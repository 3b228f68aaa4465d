"""For all tariffs: one action at any moment, and the registers hold all that flowed.

`DirectReading` is the judge: it steps through time and reads the tables as a person would, field
by field, without any of the arithmetic of `dcc_sim.devices.calendar`.
"""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dcc_sim.codec.times import CosemDate, CosemDateTime, CosemTime
from dcc_sim.devices.metering import ELECTRICITY, HouseholdLoad, Meter
from dcc_sim.devices.tariff import (
    BlockSet,
    GasConversion,
    Tariff,
    TouRegister,
    electricity_tariff,
    gas_tariff,
)
from dcc_sim.ids import Eui64

Tables = dict[str, Any]
"""Values as the wire has them."""

EUI = Eui64.parse("00-5E-00-00-00-00-00-01")
SCRIPTS = bytes.fromhex("00000A0064FF")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
HALF_HOUR = timedelta(minutes=30)
DAY = timedelta(days=1)
YEAR = datetime(2024, 1, 1, tzinfo=UTC)


def named_by(fields: bytes, day: date) -> bool:
    """Whether a date with wildcards (year, month, day, weekday) names this day."""
    year, month, number, weekday = int.from_bytes(fields[:2], "big"), *fields[2:5]
    if year not in (0xFFFF, day.year):
        return False
    weeks = calendar.monthcalendar(day.year, day.month)
    if month in (0xFE, 0xFD):
        sundays = [week[6] for week in weeks if week[6]]
        return day.month == (3 if month == 0xFE else 10) and day.day == sundays[-1]
    if month not in (0xFF, day.month):
        return False
    days = [n for week in weeks for n in week if n]
    if weekday != 0xFF:
        days = [week[weekday - 1] for week in weeks if week[weekday - 1]]
    if number == 0xFF:
        return day.day in days
    if number in (0xFE, 0xFD):
        return day.day == days[-1 if number == 0xFE else -2]
    return [n for n in days if n >= number][:1] == [day.day] if weekday != 0xFF else day.day == number


class DirectReading:
    """Steps of half an hour; every time in the tables must lie on one."""

    def __init__(self, values: Tables, first: datetime) -> None:
        self.values = values
        self.season = self.season_before(first - 2 * DAY)
        self.profile: Any = None
        self.script = 0
        self.moment = first - 2 * DAY
        while self.moment < first:
            self.step()

    def season_before(self, moment: datetime) -> Tables:
        for back in range(9 * 366):
            found = self.starting(moment - back * DAY, whole_day=back > 0)
            if found is not None:
                return found
        for ahead in range(9 * 366):
            found = self.starting(moment + ahead * DAY, whole_day=True, first=True)
            if found is not None:
                return found
        raise AssertionError("the strategy makes no season without a date")

    def starting(self, moment: datetime, *, whole_day: bool = False, first: bool = False) -> Tables | None:
        found: list[tuple[bytes, int, Tables]] = []
        for position, season in enumerate(self.values["seasons"]):
            start = season["start"]
            if named_by(start, moment.date()) and (
                whole_day or start[5:7] == bytes((moment.hour, moment.minute))
            ):
                found.append((start[5:8], position, season))
        found.sort(key=lambda item: item[:2])
        return None if not found else found[0 if first else -1][2]

    def day_profile(self) -> Tables:
        day = self.moment.date()
        day_id = next((s["day_id"] for s in self.values["special_days"] if named_by(s["date"], day)), None)
        if day_id is None:
            week = next(w for w in self.values["weeks"] if w["name"] == self.season["week"])
            day_id = week[WEEKDAYS[day.weekday()]]
        return next(d for d in self.values["days"] if d["day_id"] == day_id)

    def step(self) -> int:
        """The script in force now; then half an hour passes."""
        self.season = self.starting(self.moment) or self.season
        profile = self.day_profile()
        new = (profile, self.moment.date())
        seconds = self.moment.hour * 3600 + self.moment.minute * 60
        for at in range(0 if new != self.profile else seconds, seconds + 1, 1800):
            for entry in profile["schedule"]:
                if entry["start_time"].seconds == at:
                    self.script = entry["script"]
        self.profile = new
        self.moment += HALF_HOUR
        return self.script


def script_of(tariff: Tariff, moment: datetime) -> int:
    match tariff.action_at(moment):
        case TouRegister(number):
            return number
        case BlockSet(number):
            return 100 + number
    raise AssertionError("the primary element has no other action")


half_hours = st.integers(0, 47).map(lambda n: CosemTime.of_day(n * 1800))
scripts = st.one_of(st.integers(1, 48), st.integers(101, 108))
months = st.one_of(st.integers(1, 12), st.just(0xFF))
weekdays = st.one_of(st.just(0xFF), st.integers(1, 7))


@st.composite
def dates(draw: st.DrawFn) -> CosemDate:
    """Dates that name at least one day in four years, and no earlier year than 2023."""
    year = draw(st.sampled_from((0xFFFF, 0xFFFF, 2023, 2024, 2025)))
    month = draw(st.one_of(months, st.sampled_from((0xFD, 0xFE))))
    day = draw(st.one_of(st.integers(1, 22), st.sampled_from((0xFF, 0xFE, 0xFD))))
    return CosemDate(year.to_bytes(2, "big") + bytes((month, day, draw(weekdays))))


@st.composite
def tariffs(draw: st.DrawFn) -> Tables:
    """The values of ECS01a: 1–4 seasons and weeks, 1–16 days of 1–48 entries, 0–6 special days."""
    days = draw(st.integers(1, 16))
    weeks = draw(st.integers(1, 4))
    day_ids = st.integers(1, days)
    entry = st.fixed_dictionaries(
        {"start_time": half_hours, "script_table": st.just(SCRIPTS), "script": scripts}
    )
    season = st.builds(
        lambda day, time, week: {
            "name": b"season",
            "start": CosemDateTime(day + time[:2] + b"\x00\x00\x80\x00\xff"),
            "week": bytes((week,)),
        },
        dates(),
        half_hours,
        st.integers(1, weeks),
    )
    thresholds = st.lists(st.integers(0, 40_000), min_size=1, max_size=3).map(sorted)
    return {
        "seasons": draw(st.lists(season, min_size=1, max_size=4)),
        "weeks": [
            {"name": bytes((n,)), **{day: draw(day_ids) for day in WEEKDAYS}} for n in range(1, weeks + 1)
        ],
        "days": [
            {"day_id": n, "schedule": draw(st.lists(entry, min_size=1, max_size=6))}
            for n in range(1, days + 1)
        ],
        "special_days": [
            {"index": n, "date": draw(dates()), "day_id": draw(day_ids)}
            for n in range(draw(st.integers(0, 6)))
        ],
        **{f"thresholds_{n}": draw(thresholds) for n in range(1, 9)},
        "prices": {"scaling": {"price_scale": -5}, "table": []},
    }


@settings(deadline=None, max_examples=60)
@given(tariffs(), st.integers(0, 355))
def test_the_compiled_tariff_agrees_with_a_direct_reading(values: Tables, day: int) -> None:
    tariff = electricity_tariff(values)
    reading = DirectReading(values, YEAR + day * DAY)
    while reading.moment < YEAR + (day + 9) * DAY:
        moment = reading.moment
        script = reading.step()
        assert script_of(tariff, moment) == script, moment
        assert script_of(tariff, moment + timedelta(minutes=29, seconds=59)) == script, moment


@settings(deadline=None, max_examples=60)
@given(tariffs(), st.integers(0, 365 * 48))
def test_a_boundary_is_where_the_action_changes_and_nothing_changes_before(
    values: Tables, half_hour: int
) -> None:
    tariff = electricity_tariff(values)
    moment = YEAR + half_hour * HALF_HOUR
    for _ in range(20):
        boundary = tariff.next_boundary(moment)
        if boundary is None:
            break
        assert boundary > moment
        assert tariff.action_at(boundary) != tariff.action_at(moment)
        assert tariff.action_at(boundary - timedelta(microseconds=1)) == tariff.action_at(moment)
        moment = boundary


@settings(deadline=None, max_examples=40)
@given(tariffs(), st.lists(st.integers(1, 40 * 86_400), min_size=1, max_size=4), st.integers(-7200, 7200))
def test_the_registers_hold_all_that_flowed(values: Tables, steps: list[int], drift: int) -> None:
    tariff = electricity_tariff(values)
    load = HouseholdLoad(5, EUI, ELECTRICITY)
    meter = Meter(load, YEAR)
    moment = YEAR
    for step in steps:
        moment += timedelta(seconds=step)
        meter.settle(moment, tariff, timedelta(seconds=drift))
        assert meter.total == meter.registers.total == load.at(moment) - load.at(YEAR)
    for number, counters in enumerate(meter.registers.counters, 1):
        limits = list(tariff.thresholds[number - 1])
        rooms = [b - a for a, b in zip([0, *limits], limits, strict=False)]
        for position, room in enumerate(rooms):
            full = sum(counters[position + 1 :]) == 0 or counters[position] == room
            assert counters[position] <= room
            assert full


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.binary(min_size=12, max_size=12), min_size=1, max_size=4),
    st.lists(st.binary(min_size=5, max_size=5), max_size=3),
    st.lists(st.tuples(st.binary(min_size=4, max_size=4), st.integers(0, 0xFFFF)), min_size=1, max_size=4),
    st.lists(st.integers(0, 0xFF), min_size=7, max_size=7),
)
def test_any_octets_make_a_calendar_with_one_action_at_any_moment(
    starts: list[bytes], special: list[bytes], schedule: list[tuple[bytes, int]], week: list[int]
) -> None:
    values: Tables = {
        "seasons": [{"name": b"", "start": CosemDateTime(start), "week": b"\x01"} for start in starts],
        "weeks": [{"name": b"\x01", **dict(zip(WEEKDAYS, week, strict=True))}],
        "days": [
            {
                "day_id": week[0],
                "schedule": [{"start_time": CosemTime(time), "script": script} for time, script in schedule],
            }
        ],
        "special_days": [{"index": 1, "date": CosemDate(day), "day_id": week[6]} for day in special],
        **{f"thresholds_{n}": [0] for n in range(1, 9)},
        "prices": {"scaling": {"price_scale": -5}, "table": []},
    }
    tariff = electricity_tariff(values)
    for hours in range(0, 24 * 30, 7):
        assert script_of(tariff, YEAR + timedelta(hours=hours))


LEAP_YEAR_TABLES: dict[str, Tables] = {
    "summer time by its tokens": {
        "seasons": [("FFFF FE FF FF 01", 2), ("FFFF FD FF FF 01", 1)],
        "special": [("FFFF 0C 19 FF", 3), ("07E8 02 1D FF", 3)],
    },
    "summer time as the last Sunday": {
        "seasons": [("FFFF 03 FE 07 01", 2), ("FFFF 0A FE 07 01", 1)],
        "special": [("FFFF FF 01 01", 3)],
    },
    "fixed seasons that start in the middle of a day": {
        "seasons": [("07E7 0A 1D FF 0B", 1), ("07E8 03 1F FF 0B", 2), ("07E8 0A 1B FF 0B", 1)],
        "special": [],
    },
}


@pytest.mark.parametrize("name", LEAP_YEAR_TABLES)
def test_every_half_hour_of_a_leap_year(name: str) -> None:
    tables = LEAP_YEAR_TABLES[name]
    values: Tables = {
        "seasons": [
            {"name": b"", "start": start_of(text), "week": bytes((week,))} for text, week in tables["seasons"]
        ],
        "weeks": [
            {"name": b"\x01", **dict.fromkeys(WEEKDAYS, 1), "saturday": 3},
            {"name": b"\x02", **dict.fromkeys(WEEKDAYS, 2), "sunday": 3},
        ],
        "days": [
            {"day_id": 1, "schedule": [at(0, 30, 1), at(7, 30, 101)]},
            {"day_id": 2, "schedule": [at(23, 30, 1), at(6, 30, 2)]},
            {"day_id": 3, "schedule": [at(0, 0, 4)]},
        ],
        "special_days": [
            {"index": n, "date": CosemDate(bytes.fromhex(text)), "day_id": day}
            for n, (text, day) in enumerate(tables["special"])
        ],
        **{f"thresholds_{n}": [0xFFFF_FFFF] for n in range(1, 9)},
        "prices": {"scaling": {"price_scale": -5}, "table": []},
    }
    tariff = electricity_tariff(values)
    reading = DirectReading(values, YEAR)
    asked = 0
    while reading.moment < YEAR.replace(year=2025):
        moment = reading.moment
        assert script_of(tariff, moment) == reading.step(), moment
        asked += 1
    assert asked == 366 * 48


def start_of(text: str) -> CosemDateTime:
    return CosemDateTime(bytes.fromhex(text) + b"\x00\x00\x00\x80\x00\xff")


def at(hour: int, minute: int, script: int) -> Tables:
    time = CosemTime.of_day(hour * 3600 + minute * 60)
    return {"start_time": time, "script_table": SCRIPTS, "script": script}


@settings(deadline=None, max_examples=40)
@given(st.booleans(), st.lists(st.integers(1, 4), min_size=1, max_size=4), st.integers(0, 365))
def test_gas_has_one_tier_or_the_blocks(is_block: bool, tiers: list[int], day: int) -> None:
    week = {"week_id": 1, **{name: n % len(tiers) + 1 for n, name in enumerate(WEEKDAYS)}}
    values: Tables = {
        "seasons": {"seasons": [{"start": bytes.fromhex("FF0314FF"), "week_id": 1}]},
        "week_profiles": [week],
        "day_profiles": [
            {"day_id": n, "schedule": [{"start_minute": 0, "price_tier": tier}]}
            for n, tier in enumerate(tiers, 1)
        ],
        "special_days": {"special_days": [{"date": bytes.fromhex("FF0C19FF"), "day_id": 1}]},
        "tariff_information": {"tariff_type": 0x10 if is_block else 0, "price_trailing_digit": 0x50},
        "block_thresholds": {"thresholds": [1_000_000, 2_000_000]},
        "price_matrix": {"prices": []},
    }
    tariff = gas_tariff(values, GasConversion())
    moment = YEAR + day * DAY + timedelta(hours=13)
    if is_block:
        assert tariff.action_at(moment) == BlockSet(1)
        return
    christmas = (moment.month, moment.day) == (12, 25)
    number = 1 if christmas else moment.weekday() % len(tiers) + 1
    assert tariff.action_at(moment) == TouRegister(tiers[number - 1])
