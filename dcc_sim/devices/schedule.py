"""Schedules of an ESME: switching entries by weekday and special day, read as a timetable.

In: the entries of a COSEM schedule (class 10) and of its special days table. Out: a `Timetable`: what
is in force at a moment. On a special day only the bit of that day counts, on any other the bit of the
weekday (Blue Book, class 10); what an entry switched on stays so until another one switches.
Left out: what the scripts mean beyond two of them (non-disablement 33, normal 32, reference §k.4).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from dcc_sim.codec.shape import Value, as_bytes, as_int, as_list, as_struct, as_text
from dcc_sim.codec.times import CosemTime
from dcc_sim.devices.calendar import Calendar, DatePattern, Timetable

PROTECTED_SCRIPTS: Final = {32: False, 33: True}
"""Scripts of the non-disablement calendar: whether supply must stay on from then."""

_NO_CALENDAR: Final[Calendar[bool]] = Calendar(
    seasons=(), weeks={}, days={}, special_days=(), otherwise=False
)
_EVER: Final = (0xFFFF, 0xFF, 0xFF)


@dataclass(frozen=True, slots=True)
class Switching:
    """`weekdays` and `special_days` are strings of bits, Monday and the first table entry in front.

    `begin` and `end` are (year, month, day) with the wire's wildcards; both days are included.
    """

    second: int
    is_protected: bool
    weekdays: str
    special_days: str
    begin: tuple[int, int, int]
    end: tuple[int, int, int]

    def runs_on(self, day: date, special: int | None) -> bool:
        """Whether it switches on a day, which is entry `special` of the special days table or none."""
        bits, place = (self.weekdays, day.weekday()) if special is None else (self.special_days, special)
        return bits[place : place + 1] == "1" and self._begun(day) and not self._over(day)

    def _begun(self, day: date) -> bool:
        return _known(self.begin, day) <= (day.year, day.month, day.day)

    def _over(self, day: date) -> bool:
        return _known(self.end, day) < (day.year, day.month, day.day)


def _known(given: tuple[int, int, int], day: date) -> tuple[int, int, int]:
    # A part that is left open is met by any day.
    year, month, number = (
        there if part == ever else part
        for part, ever, there in zip(given, _EVER, (day.year, day.month, day.day), strict=True)
    )
    return year, month, number


@dataclass(slots=True)
class ScheduleTimetable(Timetable[bool]):
    """A schedule, unrolled as far as it was asked."""

    calendar: Calendar[bool] = field(default_factory=lambda: _NO_CALENDAR)
    entries: tuple[Switching, ...] = ()
    dates: tuple[DatePattern, ...] = ()

    def __reduce__(self) -> tuple[Any, ...]:
        # What was unrolled is unrolled again.
        return _schedule_of, (self.entries, self.dates)

    def _days(self, number: int, last_days: int = 366) -> Iterator[tuple[int, list[tuple[int, bool]]]]:
        special: dict[int, int] = {}
        for place, pattern in enumerate(self.dates):
            for ordinal in pattern.ordinals(number):
                special.setdefault(ordinal, place)
        first, stop = date(number, 1, 1).toordinal(), date(number + 1, 1, 1).toordinal()
        for ordinal in range(max(first, stop - last_days), stop):
            day, place_of = date.fromordinal(ordinal), special.get(ordinal)
            yield (
                ordinal,
                [(e.second, e.is_protected) for e in self.entries if e.runs_on(day, place_of)],
            )


def _schedule_of(entries: tuple[Switching, ...], dates: tuple[DatePattern, ...]) -> ScheduleTimetable:
    return ScheduleTimetable(entries=entries, dates=dates)


def non_disablement(entries: Value, special_days: Value) -> ScheduleTimetable | None:
    """The calendar of ECS08a; None when it never switches anything."""
    found = []
    for entry in map(as_struct, as_list(entries)):
        protected = PROTECTED_SCRIPTS.get(as_int(entry["script"]))
        if protected is None or not entry["enable"]:
            continue
        begin, end = as_bytes(entry["begin_date"]), as_bytes(entry["end_date"])
        found.append(
            Switching(
                CosemTime(as_bytes(entry["switch_time"])).seconds,
                protected,
                as_text(entry["weekdays"]),
                as_text(entry["special_days"]),
                (int.from_bytes(begin[:2], "big"), begin[2], begin[3]),
                (int.from_bytes(end[:2], "big"), end[2], end[3]),
            )
        )
    if not any(entry.is_protected for entry in found):
        return None
    found.sort(key=lambda entry: entry.second)
    dates = [DatePattern.of_cosem(as_bytes(day["date"])) for day in map(as_struct, as_list(special_days))]
    return ScheduleTimetable(entries=tuple(found), dates=tuple(dates))
