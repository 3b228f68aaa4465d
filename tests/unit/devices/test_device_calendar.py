from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from dcc_sim.devices.calendar import Calendar, DatePattern, Season, Timetable

HOUR = 3600
ALWAYS = DatePattern(None, 1, 1)


def days_of(pattern: DatePattern, year: int) -> list[str]:
    return [date.fromordinal(ordinal).strftime("%m-%d") for ordinal in pattern.ordinals(year)]


@pytest.mark.parametrize(
    ("octets", "year", "expected"),
    [
        ("07E8 02 1D FF", 2024, ["02-29"]),
        ("07E8 02 1D FF", 2025, []),
        ("FFFF 02 1D FF", 2025, []),
        ("FFFF 0C 19 FF", 2024, ["12-25"]),
        ("FFFF FF 01 FF", 2024, [f"{month:02d}-01" for month in range(1, 13)]),
        ("FFFF 02 FE FF", 2024, ["02-29"]),
        ("FFFF 02 FD FF", 2023, ["02-27"]),
        ("FFFF 03 FE 07", 2024, ["03-31"]),
        ("FFFF 03 FD 07", 2024, ["03-24"]),
        ("FFFF 03 01 07", 2024, ["03-03"]),
        ("FFFF 03 08 02", 2024, ["03-12"]),
        ("FFFF 02 1D 01", 2024, []),
        ("FFFF 02 FF 04", 2024, ["02-01", "02-08", "02-15", "02-22", "02-29"]),
        ("FFFF FE FF FF", 2024, ["03-31"]),
        ("FFFF FD FF FF", 2024, ["10-27"]),
        ("FFFF FE FF FF", 2025, ["03-30"]),
        ("FFFF 0D 01 FF", 2024, []),
        ("FFFF 01 20 FF", 2024, []),
        ("FFFF 01 01 09", 2024, []),
        ("FFFF 01 FE 00", 2024, []),
    ],
)
def test_a_dlms_date_names_these_days(octets: str, year: int, expected: list[str]) -> None:
    assert days_of(DatePattern.of_cosem(bytes.fromhex(octets)), year) == expected


def test_a_zigbee_date_counts_years_from_1900() -> None:
    assert days_of(DatePattern.of_zcl(bytes.fromhex("7C 05 09 FF")), 2024) == ["05-09"]
    assert days_of(DatePattern.of_zcl(bytes.fromhex("FF 05 09 FF")), 2030) == ["05-09"]


def table(**parts: object) -> Timetable[str]:
    given: dict[str, object] = {
        "seasons": (Season(ALWAYS, 0, "w"),),
        "weeks": {"w": (1,) * 7},
        "days": {1: ((0, "night"), (7 * HOUR, "day"))},
        "special_days": (),
        "otherwise": "nothing",
    }
    return Timetable(Calendar(**(given | parts)))  # type: ignore[arg-type]  # one part is replaced at a time


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_the_last_entry_at_or_before_the_time_of_day_is_in_force() -> None:
    timetable = table()
    assert timetable.action_at(at("2024-06-01T00:00:00")) == "night"
    assert timetable.action_at(at("2024-06-01T06:59:59.999")) == "night"
    assert timetable.action_at(at("2024-06-01T07:00:00")) == "day"
    assert timetable.action_at(at("2024-06-01T23:59:59")) == "day"


def test_entries_need_not_be_in_order_and_the_later_of_equal_ones_counts() -> None:
    timetable = table(days={1: ((7 * HOUR, "day"), (0, "never"), (0, "night"))})
    assert timetable.action_at(at("2024-06-01T03:00:00")) == "night"
    assert timetable.action_at(at("2024-06-01T08:00:00")) == "day"


def test_an_action_stays_in_force_over_midnight_and_over_new_year() -> None:
    timetable = table(days={1: ((7 * HOUR, "day"), (23 * HOUR, "night"))})
    assert timetable.action_at(at("2024-01-01T00:00:00")) == "night"
    assert timetable.action_at(at("2024-06-02T06:00:00")) == "night"


def test_days_without_a_schedule_carry_on() -> None:
    timetable = table(weeks={"w": (1, 9, 9, 9, 9, 9, 9)})
    assert timetable.action_at(at("2024-06-06T03:00:00")) == "day"
    yearly = table(weeks={"w": (9,) * 7}, special_days=((DatePattern(None, 3, 1), 1),))
    assert yearly.action_at(at("2024-02-01T00:00:00")) == "day"
    assert table(weeks={"w": (9,) * 7}).action_at(at("2024-02-01T00:00:00")) == "nothing"
    assert table(seasons=()).action_at(at("2024-02-01T00:00:00")) == "nothing"
    assert table(weeks={}).action_at(at("2024-02-01T00:00:00")) == "nothing"


def test_a_special_day_takes_the_place_of_the_week_and_the_first_of_two_counts() -> None:
    timetable = table(
        days={1: ((0, "usual"),), 2: ((0, "first"),), 3: ((0, "second"),)},
        special_days=((DatePattern(None, 12, 25), 2), (DatePattern(2024, 12, 25), 3)),
    )
    assert timetable.action_at(at("2024-12-25T12:00:00")) == "first"
    assert timetable.action_at(at("2024-12-26T00:00:00")) == "usual"


def test_the_week_chooses_by_day() -> None:
    timetable = table(weeks={"w": (1, 1, 1, 1, 1, 2, 2)}, days={1: ((0, "weekday"),), 2: ((0, "weekend"),)})
    assert timetable.action_at(at("2024-06-07T23:00:00")) == "weekday"
    assert timetable.action_at(at("2024-06-08T00:00:00")) == "weekend"
    assert timetable.action_at(at("2024-06-10T00:00:00")) == "weekday"


TWO_WEEKS = {"w": (1,) * 7, "s": (2,) * 7}
TWO_DAYS = {1: ((0, "winter"),), 2: ((0, "summer"),)}


def test_the_season_that_started_last_is_in_force_and_recurs() -> None:
    seasons = (
        Season(DatePattern.of_cosem(bytes.fromhex("FFFF FE FF FF")), HOUR, "s"),
        Season(DatePattern.of_cosem(bytes.fromhex("FFFF FD FF FF")), HOUR, "w"),
    )
    timetable = table(seasons=seasons, weeks=TWO_WEEKS, days=TWO_DAYS)
    assert timetable.action_at(at("2024-01-01T00:00:00")) == "winter"
    assert timetable.action_at(at("2024-03-31T00:59:59")) == "winter"
    assert timetable.action_at(at("2024-03-31T01:00:00")) == "summer"
    assert timetable.action_at(at("2024-10-27T00:59:59")) == "summer"
    assert timetable.action_at(at("2024-10-27T01:00:00")) == "winter"
    assert timetable.next_boundary(at("2024-10-27T01:00:00")) == at("2025-03-30T01:00:00")


def test_a_season_on_a_fixed_date_starts_once_and_the_first_reaches_back() -> None:
    seasons = (
        Season(DatePattern(2024, 6, 1), 0, "s"),
        Season(DatePattern(2025, 6, 1), 0, "w"),
    )
    timetable = table(seasons=seasons, weeks=TWO_WEEKS, days=TWO_DAYS)
    assert timetable.action_at(at("2024-01-01T00:00:00")) == "summer"
    assert timetable.action_at(at("2025-05-31T23:59:59")) == "summer"
    assert timetable.action_at(at("2031-01-01T00:00:00")) == "winter"


def test_a_season_that_names_no_date_is_still_a_season() -> None:
    timetable = table(seasons=(Season(DatePattern(None, 13, 1), 0, "w"),))
    assert timetable.action_at(at("2024-06-01T08:00:00")) == "day"


def test_next_boundary_is_the_next_change_and_nothing_less() -> None:
    timetable = table(days={1: ((0, "a"), (3 * HOUR, "a"), (7 * HOUR, "b"))})
    assert timetable.next_boundary(at("2024-06-01T00:00:00")) == at("2024-06-01T07:00:00")
    assert timetable.next_boundary(at("2024-06-01T07:00:00")) == at("2024-06-02T00:00:00")
    assert timetable.next_boundary(at("2024-12-31T07:00:00")) == at("2025-01-01T00:00:00")
    until = at("2024-06-01T07:00:00")
    assert timetable.next_boundary(at("2024-06-01T00:00:00"), until=until) is None
    later = until + timedelta(seconds=1)
    assert timetable.next_boundary(at("2024-06-01T00:00:00"), until=later) == until


def test_a_tariff_without_switches_has_no_boundary() -> None:
    assert table(days={1: ((0, "a"),)}).next_boundary(at("2024-06-01T00:00:00")) is None
