"""Clock changes, local time and working days of Great Britain, computed.

In: dates and UTC moments. Out: local clock time, the wire's date stamps, working days. Nothing is
read from the machine: no time zone files, no list of holidays to download. Left out: the
clock rules before 1996 (other Sundays) and the bank holidays of Scotland and Northern Ireland.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Final

from dcc_sim.clock import utc

SUNDAY: Final = 7
MONDAY: Final = 1
FIRST_YEAR_OF_THE_CLOCK_RULE: Final = 1996

# Proclaimed for one year only; no rule gives them.
_EXTRA_HOLIDAYS: Final[dict[int, tuple[date, ...]]] = {
    1999: (date(1999, 12, 31),),
    2002: (date(2002, 6, 3),),
    2011: (date(2011, 4, 29),),
    2012: (date(2012, 6, 5),),
    2022: (date(2022, 6, 3), date(2022, 9, 19)),
    2023: (date(2023, 5, 8),),
}
# Holidays of the rule that were moved in one year.
_MOVED_HOLIDAYS: Final[dict[date, date]] = {
    date(2002, 5, 27): date(2002, 6, 4),
    date(2012, 5, 28): date(2012, 6, 4),
    date(2020, 5, 4): date(2020, 5, 8),
    date(2022, 5, 30): date(2022, 6, 2),
}


def last_weekday(year: int, month: int, weekday: int) -> date:
    """The last Monday (1) … Sunday (7) of a month."""
    first_of_next = date(year + month // 12, month % 12 + 1, 1)
    back = (first_of_next.isoweekday() - weekday - 1) % 7 + 1
    return first_of_next - timedelta(days=back)


@cache
def clock_change_days(year: int) -> tuple[date, date]:
    """The two Sundays on which the clocks change, both at 01:00 UTC: forward, back."""
    if year < FIRST_YEAR_OF_THE_CLOCK_RULE:
        raise ValueError(f"the clock rule used here holds from {FIRST_YEAR_OF_THE_CLOCK_RULE}, not {year}")
    return last_weekday(year, 3, SUNDAY), last_weekday(year, 10, SUNDAY)


def is_summer_time(moment: datetime) -> bool:
    """True while local clocks are an hour ahead of UTC."""
    at = utc(moment)
    forward, back = _clock_changes(at.year)
    return forward <= at < back


def local_clock(moment: datetime) -> datetime:
    """What a clock on a British wall shows, as a datetime without zone."""
    at = utc(moment)
    return (at + timedelta(hours=1 if is_summer_time(at) else 0)).replace(tzinfo=None)


def from_local(day: date, at: time = time(0)) -> datetime:
    """The UTC moment at which local clocks show this.

    Of the hour that comes twice in October the first is meant; the hour that is left out in March
    gives the moment of the change. Settlement dates start at midnight, which is neither.
    """
    as_if_utc = datetime.combine(day, at, UTC)
    an_hour_before = as_if_utc - timedelta(hours=1)
    if is_summer_time(an_hour_before):
        return an_hour_before
    if is_summer_time(as_if_utc):
        return datetime.combine(day, time(1), UTC)
    return as_if_utc


def date_stamp(day: date) -> str:
    """`ccyymmdd`."""
    return f"{day.year:04d}{day.month:02d}{day.day:02d}"


def moment_stamp(moment: datetime) -> str:
    """`ccyymmddhhmmss` in local clock time, as data flows write their moments."""
    local = local_clock(moment)
    return date_stamp(local.date()) + f"{local.hour:02d}{local.minute:02d}{local.second:02d}"


def easter_sunday(year: int) -> date:
    """Western Easter by the anonymous Gregorian computus."""
    century, of_century = divmod(year, 100)
    golden = year % 19
    moon_shift = (8 * century + 13) // 25
    epact = (19 * golden + century - century // 4 - moon_shift + 15) % 30
    to_sunday = (32 + 2 * (century % 4) + 2 * (of_century // 4) - epact - of_century % 4) % 7
    correction = (golden + 11 * epact + 22 * to_sunday) // 451
    month, day = divmod(epact + to_sunday - 7 * correction + 114, 31)
    return date(year, month, day + 1)


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """Bank holidays of England and Wales, substitute days included."""
    easter = easter_sunday(year)
    regular = {
        _not_weekend(date(year, 1, 1)),
        easter - timedelta(days=2),
        easter + timedelta(days=1),
        _first_monday(year, 5),
        last_weekday(year, 5, MONDAY),
        last_weekday(year, 8, MONDAY),
        *_christmas(year),
    }
    moved = {_MOVED_HOLIDAYS.get(day, day) for day in regular}
    return frozenset(moved | set(_EXTRA_HOLIDAYS.get(year, ())))


def is_working_day(day: date) -> bool:
    """True for Monday to Friday when it is no bank holiday of England and Wales."""
    return day.isoweekday() <= 5 and day not in bank_holidays(day.year)


def add_working_days(day: date, count: int) -> date:
    """The `count`-th working day after `day`; with 0, `day` itself or the next working day."""
    if count < 0:
        raise ValueError("working days are counted forward")
    at = day
    while not is_working_day(at) and count == 0:
        at += timedelta(days=1)
    for _ in range(count):
        at += timedelta(days=1)
        while not is_working_day(at):
            at += timedelta(days=1)
    return at


@cache
def _clock_changes(year: int) -> tuple[datetime, datetime]:
    forward, back = clock_change_days(year)
    return datetime.combine(forward, time(1), UTC), datetime.combine(back, time(1), UTC)


def _first_monday(year: int, month: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(MONDAY - first.isoweekday()) % 7)


def _not_weekend(day: date) -> date:
    """The day itself, or the Monday that stands in for it."""
    return day + timedelta(days=max(0, 8 - day.isoweekday())) if day.isoweekday() > 5 else day


def _christmas(year: int) -> tuple[date, date]:
    """Christmas and Boxing Day. Of a pair that touches a weekend both must land on weekdays."""
    christmas = date(year, 12, 25)
    match christmas.isoweekday():
        case 5:  # Friday: only Boxing Day moves, to Monday 28
            return christmas, date(year, 12, 28)
        case 6:  # Saturday: Monday 27 and Tuesday 28
            return date(year, 12, 27), date(year, 12, 28)
        case 7:  # Sunday: Boxing Day stays on Monday 26, Christmas moves to Tuesday 27
            return date(year, 12, 27), date(year, 12, 26)
        case _:
            return christmas, date(year, 12, 26)
