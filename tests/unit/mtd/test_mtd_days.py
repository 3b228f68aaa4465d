from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from dcc_sim.mtd import days

LONDON = ZoneInfo("Europe/London")


def test_local_clock_agrees_with_the_zone_database_at_every_hour_around_the_changes() -> None:
    for year in range(1996, 2038):
        for change in days.clock_change_days(year):
            start = datetime.combine(change, time(0), UTC) - timedelta(days=1)
            for hour in range(72):
                moment = start + timedelta(hours=hour)
                assert days.local_clock(moment) == moment.astimezone(LONDON).replace(tzinfo=None)


def test_local_midnight_of_every_day_of_a_year_as_utc() -> None:
    day = date(2028, 1, 1)
    while day.year == 2028:
        expected = datetime.combine(day, time(0), LONDON).astimezone(UTC)
        assert days.from_local(day) == expected
        day += timedelta(days=1)


def test_the_hours_that_are_left_out_and_that_come_twice() -> None:
    assert days.from_local(date(2026, 3, 29), time(1, 30)) == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert days.from_local(date(2026, 10, 25), time(1, 30)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_years_before_the_rule_are_refused() -> None:
    with pytest.raises(ValueError, match="1996"):
        days.clock_change_days(1995)


@pytest.mark.parametrize(
    ("year", "easter"),
    [(2000, (4, 23)), (2008, (3, 23)), (2011, (4, 24)), (2024, (3, 31)), (2026, (4, 5)), (2038, (4, 25))],
)
def test_easter(year: int, easter: tuple[int, int]) -> None:
    assert days.easter_sunday(year) == date(year, *easter)


@pytest.mark.parametrize(
    ("year", "holidays"),
    [
        (2021, "0101 0402 0405 0503 0531 0830 1227 1228"),
        (2022, "0103 0415 0418 0502 0602 0603 0829 0919 1226 1227"),
        (2023, "0102 0407 0410 0501 0508 0529 0828 1225 1226"),
        (2020, "0101 0410 0413 0508 0525 0831 1225 1228"),
        (2026, "0101 0403 0406 0504 0525 0831 1225 1228"),
    ],
)
def test_bank_holidays(year: int, holidays: str) -> None:
    assert sorted(f"{day:%m%d}" for day in days.bank_holidays(year)) == holidays.split()


def test_working_days_skip_weekends_and_holidays() -> None:
    assert days.add_working_days(date(2026, 4, 2), 1) == date(2026, 4, 7)  # over Easter
    assert days.add_working_days(date(2026, 12, 24), 2) == date(2026, 12, 30)
    assert days.add_working_days(date(2026, 10, 17), 0) == date(2026, 10, 19)
    assert days.add_working_days(date(2026, 10, 16), 0) == date(2026, 10, 16)
    with pytest.raises(ValueError, match="forward"):
        days.add_working_days(date(2026, 10, 16), -1)


def test_stamps_are_local() -> None:
    assert days.moment_stamp(datetime(2026, 10, 14, 23, tzinfo=UTC)) == "20261015000000"
    assert days.date_stamp(date(2026, 1, 2)) == "20260102"
