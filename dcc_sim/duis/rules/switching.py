"""Rules on lists of switches, each with the days it is for: auxiliary loads, quiet times.

In: a request. Out: flaws. 2.1 for electricity, 6.14.2 and 6.14.3 have the same form under other
names; `Switch` is that form. Left out: calendars with day profiles (`calendar`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dcc_sim.duis.names import local_name
from dcc_sim.duis.rules.reading import (
    child,
    children,
    date,
    everywhere,
    exact,
    moment,
    number,
    plain_date,
    repeated,
    seconds_of_day,
    shown,
    text,
)
from dcc_sim.duis.rules.row import ERROR, HIGH, LOW, MEDIUM, WARNING, Flaw, RequestUnderCheck, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from lxml.etree import _Element

_ANY_YEAR: Final = 65535
_LOADS: Final = range(1, 6)


@dataclass(frozen=True, slots=True)
class Switch:
    """One entry: what it switches, what to, when.

    `special_days` are the places that name a special day. `weekdays` is None where nothing is said.
    """

    element: _Element
    load: int | None
    action: str
    special_days: list[tuple[_Element, str]]
    weekdays: list[str] | None
    time: _Element
    start: _Element
    end: _Element

    def days(self) -> set[object]:
        """All days it is for, by name or number."""
        numbers = {number(element, attribute) for element, attribute in self.special_days}
        return {*(self.weekdays or ()), *numbers}

    def sort_key(self) -> tuple[object, ...]:
        """Switches of the same key happen to the same load at the same time in the same stretch."""
        return self.load, seconds_of_day(self.time), _when(self.start), _when(self.end)


def _when(element: _Element) -> object:
    return plain_date(element) or date(element)


def switches(request: RequestUnderCheck) -> Iterator[Switch]:
    """All entries of a request."""
    for element in everywhere(request.content, "ElectricityNonDisablementSchedule"):
        named = everywhere(element, "SpecialDayID")
        action = text(child(element, "NonDisablementScript"))
        yield from _switch(element, None, action, [(e, "") for e in named], "ScheduleDatesAndTime")
    for element in everywhere(request.content, "ALCSHCALCSConnectionSchedule"):
        what = child(element, "ActivateDeactivateSwitch")
        action = "" if what is None or not len(what) else local_name(what[0])
        special = [(e, "index") for e in children(element, "SpecialDaysApplicability")]
        yield from _switch(element, number(what, "index"), action, special, "ALCSScheduleDatesAndTime")
    for element in everywhere(request.content, "AuxiliaryControllerSchedule"):
        what = child(element, "AuxiliaryControllerAction")
        level = text(child(what, "CommandedStateLevel"))
        special = [(e, "identifier") for e in children(element, "SpecialDaysApplicability")]
        load = number(what, "auxiliaryControllerN")
        yield from _switch(element, load, level, special, "AuxiliaryControllerSchedulePeriodAndTime")


def _switch(
    element: _Element, load: int | None, action: str, special: list[tuple[_Element, str]], period: str
) -> Iterator[Switch]:
    days = child(element, "DaysOfWeekApplicability")
    named = None if days is None else [text(each) for each in everywhere(days, "DayOfWeekID")]
    time, start, end = (child(element, period, name) for name in ("SwitchTime", "StartDate", "EndDate"))
    if time is not None and start is not None and end is not None:
        yield Switch(element, load, action, special, named, time, start, end)


def _definitions(request: RequestUnderCheck) -> tuple[list[_Element], str]:
    """Special days that switches can name, and the attribute that numbers them."""
    by_identifier = list(everywhere(request.content, "AuxiliaryControllerSpecialDayDefinition"))
    if by_identifier:
        return by_identifier, "identifier"
    found = list(everywhere(request.content, "ALCSHCALCSSpecialDay"))
    for holder in everywhere(request.content, "ElectricitySpecialDays"):
        found += children(holder, "SpecialDay")
    return found, "index"


def _undefined_special(request: RequestUnderCheck) -> Iterator[Flaw]:
    defined, attribute = _definitions(request)
    known = sorted(n for each in defined if (n := number(each, attribute)) is not None)
    for switch in switches(request):
        for element, where in switch.special_days:
            named = number(element, where)
            if named not in known:
                valid = f"one of {', '.join(map(str, known))}" if known else "none, as none is defined"
                yield Flaw(element, f"special day {named} is not defined", valid, where)


def _same_special(request: RequestUnderCheck) -> Iterator[Flaw]:
    defined, attribute = _definitions(request)
    for element, _ in repeated(defined, [number(each, attribute) for each in defined]):
        yield Flaw(
            element, f"special day {element.get(attribute)} is defined twice", "each number once", attribute
        )


def _reversed(request: RequestUnderCheck) -> Iterator[Flaw]:
    for switch in switches(request):
        start, end = plain_date(switch.start), plain_date(switch.end)
        if start is None or end is None:
            start, end = exact(date(switch.start)), exact(date(switch.end))
        if start is None or end is None or _ANY_YEAR in (start[0], end[0]):
            continue  # with an open year a stretch may run over New Year
        if end < start:
            reason = f"the switch ends on {_day(switch.end)}, before its start on {_day(switch.start)}"
            yield Flaw(switch.end, reason, f"{_day(switch.start)} or later")


def _day(element: _Element) -> str:
    when = date(element)
    return text(element) if when is None else shown(when)


def _no_day(request: RequestUnderCheck) -> Iterator[Flaw]:
    for switch in switches(request):
        if switch.weekdays == [] and not switch.special_days:
            reason = f"the switch at {text(switch.time)} is for no weekday and no special day"
            yield Flaw(switch.element, reason, "at least one day")


def _contradiction(request: RequestUnderCheck) -> Iterator[Flaw]:
    seen: dict[tuple[object, ...], list[Switch]] = {}
    for switch in switches(request):
        for earlier in seen.setdefault(switch.sort_key(), []):
            shared = earlier.days() & switch.days()
            if shared and earlier.action != switch.action:
                days = ", ".join(sorted(map(str, shared)))
                reason = f"{earlier.action} and {switch.action} at {text(switch.time)} on {days}"
                yield Flaw(switch.time, reason, "one switch for each time and day")
                break
        seen[switch.sort_key()].append(switch)


def _only_starts(request: RequestUnderCheck) -> Iterator[Flaw]:
    scripts = list(everywhere(request.content, "NonDisablementScript", "NonDisablementAction"))
    kinds = {text(each) for each in scripts}
    if len(kinds) == 1 and "STOP" in kinds:
        yield Flaw(scripts[0], "supply is protected from no time on", "a START before each STOP")
    if len(kinds) == 1 and "START" in kinds:
        yield Flaw(scripts[0], "supply is protected for ever: no switch ends it", "a STOP after a START")


def _unlisted_load(request: RequestUnderCheck) -> Iterator[Flaw]:
    listed = {number(each, "index") for each in children(request.content, "SwitchTypeAndId")}
    for switch in switches(request):
        what = child(switch.element, "ActivateDeactivateSwitch")
        if what is not None and listed and switch.load not in listed:
            there = ", ".join(map(str, sorted(each for each in listed if each)))
            yield Flaw(what, f"load {switch.load} is not among those listed", f"one of {there}", "index")


def _same_index(request: RequestUnderCheck) -> Iterator[Flaw]:
    for name in ("SwitchTypeAndId", "ALCSHCALCSDescription", "AddToBoostButton", "RemoveFromBoostButton"):
        found = children(request.content, name)
        numbers = [number(each, "index") for each in found]
        missing = [str(each) for each in _LOADS if each not in numbers]
        for element, _ in repeated(found, numbers):
            reason = f"{name} {element.get('index')} is there twice"
            yield Flaw(
                element, reason, f"each of 1 to 5 at most once; missing: {', '.join(missing)}", "index"
            )


def _same_hcalcs(request: RequestUnderCheck) -> Iterator[Flaw]:
    found = list(everywhere(request.content, "HCALCS"))
    for element, _ in repeated(found, [text(each).upper() for each in found]):
        yield Flaw(element, f"{text(element)} stands for two loads", "a device for each")


def _idle_button(request: RequestUnderCheck) -> Iterator[Flaw]:
    for name in ("AddToBoostButton", "RemoveFromBoostButton"):
        found = children(request.content, name)
        if found and all(text(each) in ("false", "0") for each in found):
            yield Flaw(
                found[0], "no load is chosen: the request changes nothing", "true for at least one load"
            )


def _state_reversed(request: RequestUnderCheck) -> Iterator[Flaw]:
    for element, start, end in _states(request):
        if end <= start:
            yield Flaw(element, "the level ends before it begins", f"after {start:%Y-%m-%dT%H:%M:%SZ}")


def _state_past(request: RequestUnderCheck) -> Iterator[Flaw]:
    for element, start, end in _states(request):
        if start < end <= request.now:
            yield Flaw(element, "the level ended already", f"after {request.now:%Y-%m-%dT%H:%M:%SZ}")


def _states(request: RequestUnderCheck) -> Iterator[tuple[_Element, datetime, datetime]]:
    if request.name not in ("SetAuxiliaryControllerState", "LimitAPCLevel"):
        return
    start, element = moment(child(request.content, "StartDateTime")), child(request.content, "EndDateTime")
    end = moment(element)
    if element is not None and start is not None and end is not None:
        yield element, start, end


RULES: Final = (
    Rule(
        code="R401",
        severity=ERROR,
        title="Switch for a special day that is not defined",
        why="The command holds a bit for each special day of its table; one beyond it has no date.",
        example="`SpecialDaysApplicability` with `index` 5 and four special days",
        source="gbcs.md §k.4; published 2.1, 6.14.2, 6.14.3",
        confidence=MEDIUM,
        check=_undefined_special,
    ),
    Rule(
        code="R402",
        severity=ERROR,
        title="Special day number used twice",
        why="Switches name special days by number.",
        example="two `SpecialDay` with `index` 1",
        source="published 2.1, 6.14.2, 6.14.3",
        confidence=HIGH,
        check=_same_special,
    ),
    Rule(
        code="R403",
        severity=ERROR,
        title="Switch that ends before it starts",
        why="It never applies. Where the year is open a stretch may run over New Year and nothing is said.",
        example="`StartDate` 2015-03-28Z, `EndDate` 2014-10-27Z",
        source="published 2.1, 6.14.3",
        confidence=MEDIUM,
        check=_reversed,
    ),
    Rule(
        code="R404",
        severity=WARNING,
        title="Switch for no day",
        why="No bit is set for weekdays or special days; it never happens.",
        example="empty `SpecialDaysApplicability` and `DaysOfWeekApplicability`",
        source="gbcs.md §k.4",
        confidence=MEDIUM,
        check=_no_day,
    ),
    Rule(
        code="R405",
        severity=ERROR,
        title="Two switches against each other",
        why="At one time, on one day, in one stretch the same thing is switched on and off.",
        example="`START` and `STOP` at 07:00:00Z on Mondays",
        source="inferred",
        confidence=MEDIUM,
        check=_contradiction,
    ),
    Rule(
        code="R406",
        severity=WARNING,
        title="Non-disablement that never ends, or never begins",
        why="All switches are STARTs, so that supply is never cut off; or all are STOPs, so that the "
        "calendar "
        "protects nothing.",
        example="an `ElectricityNonDisablementSchedule` with `START` alone",
        source="gbcs.md §k.4",
        confidence=MEDIUM,
        check=_only_starts,
    ),
    Rule(
        code="R407",
        severity=WARNING,
        title="Switch of a load that is not listed",
        why="Where SwitchTypeAndId says which loads there are, a switch of another has nothing to switch.",
        example="`ActivateDeactivateSwitch` with `index` 3; `SwitchTypeAndId` 1 and 2",
        source="published 6.14.2",
        confidence=MEDIUM,
        check=_unlisted_load,
    ),
    Rule(
        code="R408",
        severity=ERROR,
        title="Load there twice",
        why="Loads have numbers from 1 to 5. Boost buttons state all five, each once.",
        example="`AddToBoostButton` with `index` 1, 2, 3, 4, 4",
        source="published 6.14.1, 6.14.2, 7.9, 7.10",
        confidence=HIGH,
        check=_same_index,
    ),
    Rule(
        code="R409",
        severity=WARNING,
        title="One HCALCS for two loads",
        why="A device switches one circuit; the second order overrules the first.",
        example="two `SwitchTypeAndId` with the same `HCALCS`",
        source="inferred; published 6.14.2",
        confidence=LOW,
        check=_same_hcalcs,
    ),
    Rule(
        code="R410",
        severity=WARNING,
        title="Boost button request that changes nothing",
        why="All five loads are false.",
        example="five `AddToBoostButton` with false",
        source="published 7.9, 7.10",
        confidence=HIGH,
        check=_idle_button,
    ),
    Rule(
        code="R411",
        severity=ERROR,
        title="Level that ends before it begins",
        why="The controller is to hold the level from StartDateTime to EndDateTime.",
        example="`StartDateTime` 02:00, `EndDateTime` 01:00 of the same day",
        source="published 7.13, 7.16",
        confidence=MEDIUM,
        check=_state_reversed,
    ),
    Rule(
        code="R412",
        severity=WARNING,
        title="Level that is over",
        why="Nothing happens, as the end lies in the past.",
        example="`EndDateTime` 2015-01-03T01:00:00Z today",
        source="published 7.13, 7.16",
        confidence=HIGH,
        check=_state_past,
    ),
)
