"""Rules on moments: when a request takes effect, and whether a time can be put on the wire.

In: a request, the time it is. Out: flaws. Left out: calendars (`calendar`), stretches of logs
(`reads`), dates of certificates (`credentials`).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from dcc_sim.catalogue.request_row import FutureDating
from dcc_sim.duis.names import local_name
from dcc_sim.duis.request import CANCELLATION
from dcc_sim.duis.rules.reading import (
    child,
    date,
    dates,
    days_in,
    everywhere,
    exact,
    is_utc_second,
    moment,
    number,
    shown,
    text,
)
from dcc_sim.duis.rules.row import ERROR, HIGH, LOW, MEDIUM, WARNING, Flaw, RequestUnderCheck, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

_MOMENTS: Final = (
    "ExecutionDateTime",
    "StartDateTime",
    "EndDateTime",
    "CurrentDateTime",
    "RestrictionDateTime",
    "BillingPeriodStart",
)
_KEPT_BY_DEVICE: Final = (FutureDating.DEVICE, FutureDating.DSP_AND_DEVICE)
_TIMES: Final = ("StartTime", "EndTime", "SwitchTime", "BillingTime")
_DEVICE_HORIZON: Final = timedelta(days=30)
_ZCL_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
_ZCL_RESERVED: Final = 0xFFFF_FFFE
"""Seconds since 2000 that say "cancel", as does the next; 0 says "now"."""
_ZCL_YEARS: Final = (1900, 2154)
_UTC: Final = "a moment in UTC such as 2026-11-22T12:00:00Z"
_NOW_ONLY: Final = (2, 3, 6, 7)


def execution(request: RequestUnderCheck) -> datetime | None:
    """When it takes effect; None for at once and for a cancellation."""
    when = moment(child(request.content, "ExecutionDateTime"))
    return None if when == CANCELLATION else when


def _is_gas(request: RequestUnderCheck) -> bool:
    return any(
        local_name(each).startswith(("Gas", "UpdatePrepayConfigGas")) for each in request.content.iter("{*}*")
    )


def _not_datable(request: RequestUnderCheck) -> Iterator[Flaw]:
    element = child(request.content, "ExecutionDateTime")
    if element is not None and request.row is not None and request.row.future_dating is FutureDating.NO:
        yield Flaw(element, f"{request.variant} cannot be future-dated", "no ExecutionDateTime")


def _past(request: RequestUnderCheck) -> Iterator[Flaw]:
    element, when = child(request.content, "ExecutionDateTime"), execution(request)
    if element is not None and when is not None and when <= request.now:
        yield Flaw(
            element, f"{_text(when)} is not ahead of {_text(request.now)}", f"after {_text(request.now)}"
        )


def _far(request: RequestUnderCheck) -> Iterator[Flaw]:
    element, when, row = child(request.content, "ExecutionDateTime"), execution(request), request.row
    if element is None or when is None or row is None or row.future_dating is not FutureDating.DEVICE:
        return
    if when - request.now > _DEVICE_HORIZON:
        valid = f"up to {_text(request.now + _DEVICE_HORIZON)}"
        yield Flaw(element, f"{(when - request.now).days} days ahead, kept by the device", valid)


def _local(request: RequestUnderCheck) -> Iterator[Flaw]:
    element, form = (
        child(request.content, "ExecutionDateTime"),
        number(child(request.header, "CommandVariant")),
    )
    dsp = request.row is not None and request.row.future_dating is FutureDating.DSP
    if element is not None and dsp and form in _NOW_ONLY:
        reason = f"command variant {form} hands the command over at once"
        yield Flaw(element, reason, "command variant 1, or no ExecutionDateTime")


def _no_moment(request: RequestUnderCheck) -> Iterator[Flaw]:
    for element in everywhere(request.content, *_MOMENTS):
        if moment(element) is None:
            yield Flaw(element, f"{text(element)!r} is not a moment in UTC", _UTC)


def _fraction(request: RequestUnderCheck) -> Iterator[Flaw]:
    kept_by_dsp = request.row is None or request.row.future_dating not in _KEPT_BY_DEVICE
    for element in everywhere(request.content, *_MOMENTS):
        when = moment(element)
        if (
            when is None
            or not when.microsecond
            or (local_name(element) == "ExecutionDateTime" and kept_by_dsp)
        ):
            continue
        yield Flaw(element, "a fraction of a second cannot be carried to the device", "whole seconds")


def _offset(request: RequestUnderCheck) -> Iterator[Flaw]:
    for element in everywhere(request.content, *_MOMENTS):
        zone = re.search(r"[+-]\d\d:\d\d$", text(element))
        if zone and moment(element) is not None:
            valid = f"{moment(element):%Y-%m-%dT%H:%M:%SZ}, if local time is meant"
            yield Flaw(element, f"a moment with offset {zone[0]}", valid)


def _time_of_day(request: RequestUnderCheck) -> Iterator[Flaw]:
    if request.name == "CreateSchedule":  # never leaves the DCC
        return
    for element in everywhere(request.content, *_TIMES):
        if not is_utc_second(element):
            reason = f"{text(element)!r} is not a time of day in UTC to the second"
            yield Flaw(element, reason, "00:00:00Z to 23:59:59Z")


def _gas_moment(request: RequestUnderCheck) -> Iterator[Flaw]:
    element, when = child(request.content, "ExecutionDateTime"), execution(request)
    if element is None or when is None or not _is_gas(request):
        return
    if not 0 < (when - _ZCL_EPOCH).total_seconds() < _ZCL_RESERVED:
        reason = f"{_text(when)} has no number of seconds since 2000 that ZigBee can carry"
        yield Flaw(element, reason, "2000-01-01T00:00:01Z to 2136-02-07T06:28:13Z")


def _gas_year(request: RequestUnderCheck) -> Iterator[Flaw]:
    low, high = _ZCL_YEARS
    for holder in everywhere(request.content, "GasYearWithWildcards"):
        element = child(holder, "SpecifiedYear")
        year = number(element)
        if element is not None and year is not None and not low <= year <= high:
            yield Flaw(element, f"the year {year} does not fit a ZigBee date", f"{low} to {high}")


def _never(request: RequestUnderCheck) -> Iterator[Flaw]:
    for element in dates(request.content):
        when = date(element)
        if when is None:
            continue
        year, month, day, _ = when
        if (
            isinstance(month, int)
            and isinstance(day, int)
            and 1 <= month <= 12
            and day > days_in(year, month)
        ):
            reason = f"{shown(when)} is on no calendar"
            yield Flaw(element, reason, f"a day up to {days_in(year, month)} in that month")


def _special_day_past(request: RequestUnderCheck) -> Iterator[Flaw]:
    today = (request.now.year, request.now.month, request.now.day)
    names = ("SpecialDay", "ALCSHCALCSSpecialDay", "AuxiliaryControllerSpecialDayDefinition")
    for holder in everywhere(request.content, *names):
        dated = child(holder, "Date")
        element: _Element = holder if dated is None else dated
        when = date(element)
        fixed = exact(when)
        if when is not None and fixed is not None and fixed < today:
            yield Flaw(element, f"the special day {shown(when)} is over", "a day to come, or any year")


def _clock_window(request: RequestUnderCheck) -> Iterator[Flaw]:
    element, tolerance = (
        child(request.content, "CurrentDateTime"),
        number(child(request.content, "TolerancePeriod")),
    )
    start = moment(element)
    if element is None or start is None or tolerance is None or _ends_after_9999(start, tolerance):
        return
    end = start + timedelta(seconds=tolerance)
    if not start <= request.now <= end:
        reason = f"the window {_text(start)} to {_text(end)} does not hold the present, {_text(request.now)}"
        yield Flaw(element, reason, "a window around the time at which the command arrives")


def _clock_end(request: RequestUnderCheck) -> Iterator[Flaw]:
    element, tolerance = child(request.content, "CurrentDateTime"), child(request.content, "TolerancePeriod")
    start, seconds = moment(element), number(tolerance)
    if (
        tolerance is not None
        and start is not None
        and seconds is not None
        and _ends_after_9999(start, seconds)
    ):
        yield Flaw(tolerance, "the window ends after the year 9999", "a window that ends in four-digit years")


def _ends_after_9999(start: datetime, seconds: int) -> bool:
    return seconds > (datetime.max.replace(tzinfo=UTC) - start).total_seconds()


def _text(when: datetime) -> str:
    return f"{when:%Y-%m-%dT%H:%M:%SZ}"


RULES: Final = (
    Rule(
        code="R020",
        severity=ERROR,
        title="Execution date on a service that cannot be future-dated",
        why="Only some services are kept until their time, by the DCC or by the device.",
        example="3.3 Clear Event Log has no date; 8.5 must have one",
        source="duis.md §13, §27",
        confidence=HIGH,
        answer="E100",
        check=_not_datable,
    ),
    Rule(
        code="R021",
        severity=ERROR,
        title="Execution date not ahead",
        why="A moment that is over cannot be waited for. The year 3000 takes an earlier request back.",
        example="`ExecutionDateTime` 2015-01-15T09:00:00Z today",
        source="duis.md §13",
        confidence=MEDIUM,
        answer="E100",
        check=_past,
    ),
    Rule(
        code="R022",
        severity=WARNING,
        title="Execution date far ahead, on a device",
        why="A device is said to keep commands for 30 days; published commands that lie further ahead are "
        "taken.",
        example="1.1.1 with an `ExecutionDateTime` in five years",
        source="duis.md §13, from memory there",
        confidence=LOW,
        check=_far,
    ),
    Rule(
        code="R023",
        severity=WARNING,
        title="Execution date on a command to hand over at once",
        why="Only what is sent over the WAN alone waits at the DCC; a local command is answered in the "
        "same reply.",
        example="4.1.1 with command variant 2 and an `ExecutionDateTime`",
        source="duis.md §3, column mode",
        confidence=MEDIUM,
        check=_local,
    ),
    Rule(
        code="R024",
        severity=ERROR,
        title="Not a moment in UTC",
        why="XSD admits times without zone, hour 24 and years without end. All moments of the interface "
        "are UTC.",
        example="`ExecutionDateTime` 2026-11-22T12:00:00, without Z",
        source="duis.md §12, §13; all published requests",
        confidence=HIGH,
        answer="E100",
        check=_no_moment,
    ),
    Rule(
        code="R025",
        severity=ERROR,
        title="Fraction of a second",
        why="Commands carry whole seconds. `.00` is no fraction.",
        example="`CurrentDateTime` 2026-11-22T12:00:00.5Z",
        source="gbcs.md §d.4",
        confidence=HIGH,
        check=_fraction,
    ),
    Rule(
        code="R026",
        severity=WARNING,
        title="Moment with an offset",
        why="It is converted to UTC. Who writes +01:00 often means a time that the meter, which knows no "
        "summer "
        "time, does not keep.",
        example="`ExecutionDateTime` 2026-07-01T00:00:00+01:00",
        source="all published requests are in Z",
        confidence=MEDIUM,
        check=_offset,
    ),
    Rule(
        code="R027",
        severity=ERROR,
        title="Time of day not in UTC to the second",
        why="Switching times go to the device as hour, minute and second in UTC.",
        example="`StartTime` 07:00:00+01:00, or 07:00:00 without Z",
        source="gbcs.md §d.4, §k.2",
        confidence=HIGH,
        check=_time_of_day,
    ),
    Rule(
        code="R028",
        severity=ERROR,
        title="Execution date that ZigBee cannot carry",
        why="Gas commands hold 32 bits of seconds since 2000, and three of the values mean now, cancel and "
        "never.",
        example="gas 1.1.1 with `ExecutionDateTime` 2150-01-01T00:00:00Z",
        source="gbcs.md §e; cancellations of the published requests",
        confidence=HIGH,
        check=_gas_moment,
    ),
    Rule(
        code="R029",
        severity=ERROR,
        title="Year that a ZigBee date cannot carry",
        why="Gas calendars hold the year in one octet, counted from 1900.",
        example="`SpecifiedYear` 2155 in a gas tariff",
        source="gbcs.md §e",
        confidence=HIGH,
        check=_gas_year,
    ),
    Rule(
        code="R030",
        severity=WARNING,
        title="Date that never occurs",
        why="The meter waits for it for ever.",
        example="day 31 of month 4; 29 February 2027",
        source="the calendar",
        confidence=HIGH,
        check=_never,
    ),
    Rule(
        code="R031",
        severity=WARNING,
        title="Special day in the past",
        why="It takes one of the few places in the table and never comes again.",
        example="special day 2015-04-03",
        source="gbcs.md §k.2",
        confidence=HIGH,
        check=_special_day_past,
    ),
    Rule(
        code="R032",
        severity=WARNING,
        title="Clock window without the present",
        why="A device sets its clock only if the hub's time lies within CurrentDateTime and TolerancePeriod.",
        example="`CurrentDateTime` an hour ago, `TolerancePeriod` 60",
        source="gbcs.md §k.7; published 6.11 and 8.1.1",
        confidence=HIGH,
        check=_clock_window,
    ),
    Rule(
        code="R033",
        severity=ERROR,
        title="Clock window that ends after the year 9999",
        why="The end of the window is a date-time with a four-digit year.",
        example="`CurrentDateTime` 9999-12-31T23:59:59Z, `TolerancePeriod` 60",
        source="gbcs.md §d.4",
        confidence=HIGH,
        check=_clock_end,
    ),
)
