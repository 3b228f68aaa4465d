"""Rules on calendars: days, weeks, seasons, special days of tariffs and of gas non-disablement.

In: a request. Out: flaws. Four tables of the interface have the same form; `Tables` is that form.
Left out: calendars of switches with dates of their own (`switching`), prices (`tariff`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from dcc_sim.duis.rules.reading import (
    child,
    children,
    date,
    everywhere,
    number,
    repeated,
    seconds_of_day,
    shown,
    text,
)
from dcc_sim.duis.rules.row import ERROR, HIGH, LOW, MEDIUM, WARNING, Flaw, RequestUnderCheck, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

_MOST_SWITCHES: Final = 200
_WEEK: Final = range(1, 8)


@dataclass(frozen=True, slots=True)
class Tables:
    """The four tables of one calendar; `days` are DayProfile or GasNonDisablementDayProfile."""

    days: list[_Element]
    weeks: list[_Element]
    seasons: list[_Element]
    special_days: list[_Element]

    def day_numbers(self) -> dict[int, _Element]:
        """Each defined day, by its number."""
        return {n: day for day in self.days if (n := number(day_name(day))) is not None}

    def week_numbers(self) -> dict[int, _Element]:
        """Each defined week, by its number."""
        return {n: week for week in self.weeks if (n := number(child(week, "WeekName"))) is not None}

    def day_references(self) -> Iterator[_Element]:
        """All places that name a day."""
        for holder in (*self.weeks, *self.special_days):
            yield from children(holder, "ReferencedDayName")


def day_name(day: _Element) -> _Element | None:
    """The number of a day profile."""
    found = child(day, "DayName")
    return child(day, "GasDayName") if found is None else found


def switches(day: _Element) -> list[_Element]:
    """The entries of a day that begin at a time; gas tariff days have none."""
    return children(day, "ProfileSchedule") or children(day, "TimeStartAction")


def tables(request: RequestUnderCheck) -> Iterator[Tables]:
    """The calendar of a tariff or of a gas non-disablement calendar; a request has at most one."""
    for holder in everywhere(request.content, "SwitchingTable", "GasNonDisablementCalendar"):
        owner = holder if child(holder, "SpecialDays") is not None else holder.getparent()
        seasons = children(child(holder, "Seasons"), "Season") or children(
            child(holder, "SeasonProfiles"), "Season"
        )
        profiles = child(holder, "DayProfiles")
        yield Tables(
            days=children(profiles, "DayProfile") or children(profiles, "GasNonDisablementDayProfile"),
            weeks=children(child(holder, "WeekProfiles"), "WeekProfile"),
            seasons=seasons,
            special_days=children(child(owner, "SpecialDays"), "SpecialDay"),
        )


def _listed(numbers: dict[int, _Element]) -> str:
    return ", ".join(str(each) for each in sorted(numbers))


def _undefined_day(request: RequestUnderCheck) -> Iterator[Flaw]:
    for calendar in tables(request):
        known = calendar.day_numbers()
        for week in calendar.weeks:
            for element in children(week, "ReferencedDayName"):
                if number(element) not in known:
                    name = text(child(week, "WeekName"))
                    reason = f"week {name} names day {text(element)}, which is not defined"
                    yield Flaw(element, reason, f"one of the days that are: {_listed(known)}")


def _undefined_special(request: RequestUnderCheck) -> Iterator[Flaw]:
    for calendar in tables(request):
        known = calendar.day_numbers()
        for special in calendar.special_days:
            for element in children(special, "ReferencedDayName"):
                if number(element) not in known:
                    reason = f"a special day uses day {text(element)}, which is not defined"
                    yield Flaw(element, reason, f"one of the days that are: {_listed(known)}")


def _undefined_week(request: RequestUnderCheck) -> Iterator[Flaw]:
    for calendar in tables(request):
        known = calendar.week_numbers()
        for season in calendar.seasons:
            for element in children(season, "ReferencedWeekName"):
                if number(element) not in known:
                    reason = f"a season uses week {text(element)}, which is not defined"
                    yield Flaw(element, reason, f"one of the weeks that are: {_listed(known)}")


def _unused_day(request: RequestUnderCheck) -> Iterator[Flaw]:
    for calendar in tables(request):
        used = {number(each) for each in calendar.day_references()}
        for found, day in calendar.day_numbers().items():
            if found not in used:
                yield Flaw(
                    _or_self(day_name(day), day),
                    f"no week and no special day uses day {found}",
                    "a day in use",
                )


def _unused_week(request: RequestUnderCheck) -> Iterator[Flaw]:
    for calendar in tables(request):
        used = {number(child(season, "ReferencedWeekName")) for season in calendar.seasons}
        for found, week in calendar.week_numbers().items():
            if found not in used:
                yield Flaw(
                    _or_self(child(week, "WeekName"), week), f"no season uses week {found}", "a week in use"
                )


def _or_self(found: _Element | None, element: _Element) -> _Element:
    return element if found is None else found


def _midnight(request: RequestUnderCheck) -> Iterator[Flaw]:
    for calendar in tables(request):
        for day in calendar.days:
            times = [start for each in switches(day) if (start := child(each, "StartTime")) is not None]
            seconds = [each for time in times if (each := seconds_of_day(time)) is not None]
            if seconds and min(seconds) > 0:
                reason = (
                    f"day {text(day_name(day))} begins at {text(times[0])}; until then yesterday's goes on"
                )
                yield Flaw(times[0], reason, "a first switch at 00:00:00Z")


def _pairs(day: _Element) -> Iterator[tuple[_Element, int, int]]:
    """Neighbouring switches: the later one's time, and both in seconds."""
    times = [
        (start, seconds_of_day(start))
        for each in switches(day)
        if (start := child(each, "StartTime")) is not None
    ]
    for (_, before), (element, after) in pairwise(times):
        if before is not None and after is not None:
            yield element, before, after


def _unsorted(request: RequestUnderCheck) -> Iterator[Flaw]:
    for calendar in tables(request):
        for day in calendar.days:
            for element, before, after in _pairs(day):
                if after < before:
                    reason = f"in day {text(day_name(day))} {text(element)} comes after {_clock(before)}"
                    yield Flaw(element, reason, "switches in the order of their times")


def _same_time(request: RequestUnderCheck) -> Iterator[Flaw]:
    for calendar in tables(request):
        for day in calendar.days:
            times = [start for each in switches(day) if (start := child(each, "StartTime")) is not None]
            for element, _ in repeated(times, [seconds_of_day(each) for each in times]):
                reason = f"day {text(day_name(day))} switches twice at {text(element)}"
                yield Flaw(element, reason, "one switch for each time")


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}Z"


def _weekdays(request: RequestUnderCheck) -> Iterator[Flaw]:
    for calendar in tables(request):
        for week in calendar.weeks:
            named = children(week, "ReferencedDayName")
            found = Counter(number(each, "index") for each in named)
            missing = [str(each) for each in _WEEK if each not in found]
            for element, _ in repeated(named, [number(each, "index") for each in named]):
                reason = f"week {text(child(week, 'WeekName'))} has weekday {element.get('index')} twice"
                yield Flaw(element, reason, f"each of 1 to 7 once; missing: {', '.join(missing)}", "index")


def _same_days(request: RequestUnderCheck) -> Iterator[Flaw]:
    for calendar in tables(request):
        names = [name for day in calendar.days if (name := day_name(day)) is not None]
        for element, _ in repeated(names, [number(each) for each in names]):
            yield Flaw(element, f"day {text(element)} is defined twice", "a number for each day")


def _same_weeks(request: RequestUnderCheck) -> Iterator[Flaw]:
    for calendar in tables(request):
        names = [name for week in calendar.weeks if (name := child(week, "WeekName")) is not None]
        for element, _ in repeated(names, [number(each) for each in names]):
            yield Flaw(element, f"week {text(element)} is defined twice", "a number for each week")


def _same_season_names(request: RequestUnderCheck) -> Iterator[Flaw]:
    for calendar in tables(request):
        names = [name for season in calendar.seasons if (name := child(season, "SeasonName")) is not None]
        for element, _ in repeated(names, [text(each) for each in names]):
            yield Flaw(element, f"two seasons are called {text(element)!r}", "a name for each season")


def _same_starts(request: RequestUnderCheck) -> Iterator[Flaw]:
    for calendar in tables(request):
        starts = [
            start for season in calendar.seasons if (start := child(season, "SeasonStartDate")) is not None
        ]
        for element, _ in repeated(starts, [date(each) for each in starts]):
            when = date(element)
            yield Flaw(
                element, f"two seasons start on {shown(when) if when else 'the same day'}", "a start for each"
            )


def _special_days(request: RequestUnderCheck) -> Iterator[tuple[_Element, _Element, bool]]:
    """Special days on a date that another has: the later, the earlier, whether they agree."""
    for calendar in tables(request):
        days = [day for day in calendar.special_days if child(day, "Date") is not None]
        for later, earlier in repeated(days, [date(child(day, "Date")) for day in days]):
            same = number(child(later, "ReferencedDayName")) == number(child(earlier, "ReferencedDayName"))
            yield later, earlier, same


def _contradiction(request: RequestUnderCheck) -> Iterator[Flaw]:
    for later, earlier, same in _special_days(request):
        when = date(child(later, "Date"))
        if not same and when is not None:
            both = (
                f"{text(child(earlier, 'ReferencedDayName'))} and {text(child(later, 'ReferencedDayName'))}"
            )
            reason = f"the special day {shown(when)} uses days {both}"
            yield Flaw(_or_self(child(later, "ReferencedDayName"), later), reason, "one day for each date")


def _repetition(request: RequestUnderCheck) -> Iterator[Flaw]:
    for later, _, same in _special_days(request):
        when = date(child(later, "Date"))
        if same and when is not None:
            yield Flaw(
                _or_self(child(later, "Date"), later), f"the special day {shown(when)} is there twice", "once"
            )


def _many_switches(request: RequestUnderCheck) -> Iterator[Flaw]:
    for calendar in tables(request):
        total = sum(len(children(day, "ProfileSchedule")) for day in calendar.days)
        parent = calendar.days[0].getparent() if calendar.days else None
        if total > _MOST_SWITCHES and parent is not None:
            yield Flaw(parent, f"{total} switches in all", f"at most {_MOST_SWITCHES}")


RULES: Final = (
    Rule(
        code="R101",
        severity=ERROR,
        title="Week names a day profile that is not defined",
        why="On that weekday the meter has no times to switch at. What it does then is nowhere defined.",
        example="`DayProfiles` defines 1; a `WeekProfile` names 2",
        source="gbcs.md §k.2",
        confidence=MEDIUM,
        check=_undefined_day,
    ),
    Rule(
        code="R102",
        severity=ERROR,
        title="Special day uses a day profile that is not defined",
        why="As R101, on that date.",
        example="`DayProfiles` defines 1; a `SpecialDay` uses 3",
        source="gbcs.md §k.2",
        confidence=MEDIUM,
        check=_undefined_special,
    ),
    Rule(
        code="R103",
        severity=ERROR,
        title="Season uses a week profile that is not defined",
        why="For that season the meter has no days.",
        example="`WeekProfiles` defines 1; a `Season` uses 2",
        source="gbcs.md §k.2",
        confidence=MEDIUM,
        check=_undefined_week,
    ),
    Rule(
        code="R104",
        severity=WARNING,
        title="Day profile that nothing uses",
        why="It takes a place in the meter and never applies.",
        example="day 2 is defined, all weeks and special days use 1",
        source="gbcs.md §k.2",
        confidence=HIGH,
        check=_unused_day,
    ),
    Rule(
        code="R105",
        severity=WARNING,
        title="Week profile that no season uses",
        why="It takes a place in the meter and never applies.",
        example="week 2 is defined, all seasons use 1",
        source="gbcs.md §k.2",
        confidence=HIGH,
        check=_unused_week,
    ),
    Rule(
        code="R106",
        severity=WARNING,
        title="First switch of a day not at 00:00",
        why="Legal: what was in force the day before stays in force over midnight, whichever day that was.",
        example="a `DayProfile` whose first `StartTime` is 06:00:00Z",
        source="gbcs.md §k.2; published ECS01a has such days",
        confidence=HIGH,
        check=_midnight,
    ),
    Rule(
        code="R107",
        severity=WARNING,
        title="Switches of a day not in order",
        why="Meters expect the entries of a day by time; ours sorts them, others may not.",
        example="`StartTime` 07:00:00Z followed by 06:00:00Z",
        source="inferred; all published calendars are in order",
        confidence=LOW,
        check=_unsorted,
    ),
    Rule(
        code="R108",
        severity=ERROR,
        title="Two switches at the same time",
        why="Two actions at one moment; which is in force afterwards is nowhere defined.",
        example="two `ProfileSchedule` with `StartTime` 07:00:00Z in one day",
        source="gbcs.md §k.2",
        confidence=MEDIUM,
        check=_same_time,
    ),
    Rule(
        code="R109",
        severity=ERROR,
        title="Week without seven distinct days",
        why="The schema counts seven entries; they must also be the seven weekdays, as the command has a "
        "place for "
        "each.",
        example="`ReferencedDayName` with `index` 1, 2, 3, 4, 5, 6, 6",
        source="gbcs.md §d.7; GCS01a",
        confidence=HIGH,
        check=_weekdays,
    ),
    Rule(
        code="R110",
        severity=ERROR,
        title="Day profile defined twice",
        why="References to the number are ambiguous.",
        example="two `DayProfile` with `DayName` 1",
        source="gbcs.md §k.2",
        confidence=MEDIUM,
        check=_same_days,
    ),
    Rule(
        code="R111",
        severity=ERROR,
        title="Week profile defined twice",
        why="References to the number are ambiguous.",
        example="two `WeekProfile` with `WeekName` 1",
        source="gbcs.md §k.2",
        confidence=MEDIUM,
        check=_same_weeks,
    ),
    Rule(
        code="R112",
        severity=WARNING,
        title="Two seasons of the same name",
        why="The name is all that tells seasons apart when the tariff is read back.",
        example="two `Season` with `SeasonName` winter",
        source="gbcs.md §d.7",
        confidence=MEDIUM,
        check=_same_season_names,
    ),
    Rule(
        code="R113",
        severity=ERROR,
        title="Two seasons with the same start",
        why="The season in force is the one that started last; of two that start together that is neither.",
        example="two `Season` that start on 1 January of any year",
        source="gbcs.md §k.2",
        confidence=MEDIUM,
        check=_same_starts,
    ),
    Rule(
        code="R114",
        severity=ERROR,
        title="Special day with two day profiles",
        why="Which of the two the meter uses is nowhere defined.",
        example="25 December of any year uses day 1, and further down day 2",
        source="gbcs.md §k.2",
        confidence=MEDIUM,
        check=_contradiction,
    ),
    Rule(
        code="R115",
        severity=WARNING,
        title="Special day there twice",
        why="The second takes a place and changes nothing.",
        example="25 December of any year, twice, with the same day",
        source="gbcs.md §k.2",
        confidence=HIGH,
        check=_repetition,
    ),
    Rule(
        code="R116",
        severity=WARNING,
        title="More switches than a meter may hold",
        why="SMETS is said to limit the switching rules of a meter to 200 in all.",
        example="16 days with 13 switches each",
        source="gbcs.md §k.1, marked uncertain there",
        confidence=LOW,
        check=_many_switches,
    ),
)
