"""Calendars of seasons, weeks, day schedules and special days, made fast.

In: dates with wildcards, as the wire has them, and schedules whose actions are anything. Out:
`Timetable`: which action is in force at a moment, and when the next one takes over. It is
unrolled a year at a time, when the year is first asked for; after that every answer is a bisection.

How a moment is read (reference `gbcs.md` §k.2): a special day's schedule if the date is one; else
season → week → day of week; then the last entry that starts at or before the time of day. An
action stays in force until another takes over, over midnight too. All times are UTC.
Where the sources are silent: before the first season has started the first to start is in force;
of two special days on one date the earlier in the table counts.
Left out: what the actions mean (`tariff`).
"""

from __future__ import annotations

from bisect import bisect_right
from calendar import monthrange
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Generic, TypeVar

from dcc_sim.codec.times import COSEM_EPOCH, moment_since_2000

A = TypeVar("A", bound=Hashable)

_DAY: Final = 86_400
_EPOCH_ORDINAL: Final = COSEM_EPOCH.toordinal()
_WILDCARD: Final = 0xFF
_DST_BEGIN, _DST_END = 0xFE, 0xFD
_LAST, _SECOND_LAST = 0xFE, 0xFD
_HORIZON_YEARS: Final = 8
"""Every recurring date recurs within 8 years: 29 February skips one leap year at most (2096–2104)."""


@dataclass(frozen=True, slots=True)
class DatePattern:
    """A date with wildcards. `year` None recurs; `month`, `day`, `weekday` keep the wire's tokens.

    A day and a weekday together mean the first such weekday on or after the day; with `last` the
    last such weekday of the month (Blue Book 4.1.6.1). The clock-change tokens are the last Sunday
    of March and of October, whatever the day fields hold.
    """

    year: int | None
    month: int
    day: int
    weekday: int = _WILDCARD

    @classmethod
    def of_cosem(cls, octets: bytes) -> DatePattern:
        """The first five octets of a DLMS date or date-time."""
        year = int.from_bytes(octets[:2], "big")
        return cls(None if year == 0xFFFF else year, octets[2], octets[3], octets[4])

    @classmethod
    def of_zcl(cls, octets: bytes) -> DatePattern:
        """A ZigBee date: year since 1900."""
        year = None if octets[0] == _WILDCARD else 1900 + octets[0]
        return cls(year, octets[1], octets[2], octets[3])

    def ordinals(self, year: int) -> list[int]:
        """The proleptic ordinals of the days it names in that year, ascending."""
        if self.year not in (None, year):
            return []
        if self.month in (_DST_BEGIN, _DST_END):
            return [_nth_last(year, 3 if self.month == _DST_BEGIN else 10, 7, 1)]
        months = range(1, 13) if self.month == _WILDCARD else (self.month,)
        return [o for month in months if 1 <= month <= 12 for o in self._in_month(year, month)]

    def _in_month(self, year: int, month: int) -> list[int]:
        first = date(year, month, 1).toordinal()
        length = monthrange(year, month)[1]
        if self.day == _WILDCARD:
            days = range(first, first + length)
            return [o for o in days if self.weekday in (_WILDCARD, _weekday(o))]
        if self.day in (_LAST, _SECOND_LAST):
            back = 1 if self.day == _LAST else 2
            if self.weekday == _WILDCARD:
                return [first + length - back]
            return [_nth_last(year, month, self.weekday, back)] if 1 <= self.weekday <= 7 else []
        if not 1 <= self.day <= length:
            return []
        wanted = first + self.day - 1
        if self.weekday != _WILDCARD:
            if not 1 <= self.weekday <= 7:
                return []
            wanted += (self.weekday - _weekday(wanted)) % 7
        return [wanted] if wanted < first + length else []


def _weekday(ordinal: int) -> int:
    return (ordinal - 1) % 7 + 1


def _nth_last(year: int, month: int, weekday: int, back: int) -> int:
    last = date(year, month, monthrange(year, month)[1]).toordinal()
    return last - (_weekday(last) - weekday) % 7 - 7 * (back - 1)


@dataclass(frozen=True, slots=True)
class Season:
    """Starts on the dates of `start`, `second` seconds after midnight, and uses `week`."""

    start: DatePattern
    second: int
    week: Hashable


@dataclass(frozen=True, slots=True)
class Calendar(Generic[A]):
    """The four tables. `days` holds, per day id, the seconds after midnight and the action.

    `otherwise` is in force when the tables say nothing at all.
    """

    seasons: tuple[Season, ...]
    weeks: Mapping[Hashable, tuple[int, ...]]
    days: Mapping[int, tuple[tuple[int, A], ...]]
    special_days: tuple[tuple[DatePattern, int], ...]
    otherwise: A


@dataclass(frozen=True, slots=True)
class _Year(Generic[A]):
    starts: list[int]
    actions: list[A]


@dataclass(slots=True)
class Timetable(Generic[A]):
    """A calendar, unrolled as far as it was asked."""

    calendar: Calendar[A]
    _years: dict[int, _Year[A]] = field(default_factory=dict, compare=False, repr=False)
    _schedules: dict[int, tuple[tuple[int, A], ...]] = field(default_factory=dict, compare=False, repr=False)

    def __reduce__(self) -> tuple[type[Timetable[A]], tuple[Calendar[A]]]:
        # What was unrolled is unrolled again.
        return type(self), (self.calendar,)

    def __post_init__(self) -> None:
        # Later entries of equal start win, so the sort is by start alone and stable.
        for day_id, entries in self.calendar.days.items():
            self._schedules[day_id] = tuple(sorted(entries, key=lambda entry: entry[0]))

    def action_at(self, moment: datetime) -> A:
        """The one action in force."""
        year = self._year(moment.year)
        return year.actions[bisect_right(year.starts, _seconds(moment)) - 1]

    def next_boundary(self, after: datetime, *, until: datetime | None = None) -> datetime | None:
        """The first moment later than `after`, and before `until`, at which the action changes.

        None when there is none; without `until` that is said after looking eight years ahead.
        """
        last_year = after.year + _HORIZON_YEARS if until is None else until.year
        seconds = _seconds(after)
        action = self.action_at(after)
        for number in range(after.year, last_year + 1):
            year = self._year(number)
            for index in range(bisect_right(year.starts, seconds), len(year.starts)):
                if year.actions[index] != action:
                    found = moment_since_2000(year.starts[index])
                    return found if until is None or found < until else None
        return None

    def segments(self, start: int, stop: int) -> Iterator[tuple[int, int, A]]:
        """`(from, to, action)` in order, without a gap, from `start` up to `stop`.

        All in whole seconds since 2000-01-01T00:00:00Z. Nothing when `stop` is not after `start`.
        """
        number = moment_since_2000(start).year
        year = self._year(number)
        index = bisect_right(year.starts, start) - 1
        while start < stop:
            index += 1
            if index < len(year.starts):
                end = min(year.starts[index], stop)
                yield start, end, year.actions[index - 1]
                start = end
                continue
            # Up to the end of the year; the first entry of the next one is what it begins with.
            action = year.actions[-1]
            number += 1
            year, index = self._year(number), 0
            end = min(year.starts[0], stop)
            if start < end:
                yield start, end, action
            start = end

    def _year(self, number: int) -> _Year[A]:
        known = self._years.get(number)
        if known is None:
            known = self._years[number] = self._unroll(number)
        return known

    def _unroll(self, number: int) -> _Year[A]:
        first = date(number, 1, 1).toordinal()
        action = self._carried_into(first)
        starts, actions = [(first - _EPOCH_ORDINAL) * _DAY], [action]
        for ordinal, marks in self._days(number):
            midnight = (ordinal - _EPOCH_ORDINAL) * _DAY
            for second, following in marks:
                if following == action:
                    continue
                action = following
                if starts[-1] == midnight + second:
                    actions[-1] = action
                else:
                    starts.append(midnight + second)
                    actions.append(action)
        return _Year(starts, actions)

    def _carried_into(self, first: int) -> A:
        # The last action of an earlier day: mostly of the last week, else of the last year.
        for last_days in (7, 366):
            marks = [
                mark for _, found in self._days(date.fromordinal(first - 1).year, last_days) for mark in found
            ]
            if marks:
                return marks[-1][1]
        return self.calendar.otherwise

    def _days(self, number: int, last_days: int = 366) -> Iterator[tuple[int, list[tuple[int, A]]]]:
        # Each day of the year with the actions that start on it; a schedule that is under way
        # when its season starts shows as an entry at that moment.
        special = self._special_days(number)
        seasons = _SeasonsOf(self.calendar, number)
        first, stop = date(number, 1, 1).toordinal(), date(number + 1, 1, 1).toordinal()
        for ordinal in range(max(first, stop - last_days), stop):
            segments = [(0, special[ordinal])] if ordinal in special else seasons.segments(ordinal)
            marks: list[tuple[int, A]] = []
            for position, (start, day_id) in enumerate(segments):
                stop = segments[position + 1][0] if position + 1 < len(segments) else _DAY
                marks += _marks(self._schedules.get(day_id, ()), start, stop)
            yield ordinal, marks

    def _special_days(self, number: int) -> dict[int, int]:
        found: dict[int, int] = {}
        for pattern, day_id in self.calendar.special_days:
            for ordinal in pattern.ordinals(number):
                found.setdefault(ordinal, day_id)
        return found


def _marks(schedule: tuple[tuple[int, A], ...], start: int, stop: int) -> list[tuple[int, A]]:
    under_way = [action for second, action in schedule if second <= start]
    marks = [(start, under_way[-1])] if under_way else []
    return marks + [(second, action) for second, action in schedule if start < second < stop]


class _SeasonsOf:
    """Which week is in force on the days of one year."""

    __slots__ = ("_moments", "_seasons", "_weeks")

    def __init__(self, calendar: Calendar[A], year: int) -> None:
        starts: list[tuple[int, Season]] = []
        for season in calendar.seasons:
            pattern = season.start
            years = (pattern.year,) if pattern.year is not None else range(year - _HORIZON_YEARS, year + 1)
            for number in years:
                if 1 <= number <= 9998:
                    days = pattern.ordinals(number)
                    starts += [((day - _EPOCH_ORDINAL) * _DAY + season.second, season) for day in days]
        starts.sort(key=lambda start: start[0])
        self._moments = [moment for moment, _ in starts]
        self._seasons = [season for _, season in starts] or list(calendar.seasons[:1])
        self._weeks = calendar.weeks

    def segments(self, ordinal: int) -> list[tuple[int, int]]:
        """`(second of the day, day id)` from midnight on; more than one when a season starts."""
        if not self._seasons:
            return []
        midnight = (ordinal - _EPOCH_ORDINAL) * _DAY
        index = bisect_right(self._moments, midnight)
        found = [(0, self._day_id(index - 1, ordinal))]
        while index < len(self._moments) and self._moments[index] < midnight + _DAY:
            found.append((self._moments[index] - midnight, self._day_id(index, ordinal)))
            index += 1
        return found

    def _day_id(self, index: int, ordinal: int) -> int:
        week = self._weeks.get(self._seasons[max(index, 0)].week, ())
        day = _weekday(ordinal) - 1
        return week[day] if day < len(week) else -1


def _seconds(moment: datetime) -> int:
    whole = moment - COSEM_EPOCH
    return whole.days * _DAY + whole.seconds
