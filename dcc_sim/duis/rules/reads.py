"""Rules on reads: stretches of logs, and reads that the DCC repeats (5.1).

In: a request, the time it is. Out: flaws. Left out: certificates that a read carries (`credentials`).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from dcc_sim.catalogue.requests import REQUESTS
from dcc_sim.duis.names import local_name
from dcc_sim.duis.rules.reading import child, moment, number, plain_date, repeated, seconds_of_day, text
from dcc_sim.duis.rules.row import ERROR, HIGH, LOW, MEDIUM, WARNING, Flaw, RequestUnderCheck, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

_DAY: Final = 86_400
_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
_LATEST: Final = 0xFFFF_FFFF
_OPEN_ENDED: Final = ("4.4.4", "4.4.5")
"""Logs of which a gas meter gives all entries when the end is beyond its years."""
_KEPT_DAYS: Final = {
    "4.6.1": 31,
    "4.6.2": 31,
    "4.8.1": 397,
    "4.8.2": 93,
    "4.8.3": 93,
    "4.14": 31,
    "4.17": 731,
}
"""How long a log reaches back, in days (reference `gbcs.md` §k.6)."""

_SCHEDULED: Final = {row.scheduled_body: row.variant for row in REQUESTS.values() if row.scheduled_body}
"""What 5.1 repeats, by the element that asks for it."""


def _period(request: RequestUnderCheck) -> Iterator[tuple[_Element, datetime, datetime, _Element]]:
    """Start and end of a stretch, each as element and moment."""
    period = child(request.content, "ReadLogPeriod")
    first, last = child(period, "StartDateTime"), child(period, "EndDateTime")
    start, end = moment(first), moment(last)
    if first is not None and last is not None and start is not None and end is not None:
        yield first, start, end, last


def _reversed(request: RequestUnderCheck) -> Iterator[Flaw]:
    for _, start, end, last in _period(request):
        if end < start:
            yield Flaw(
                last, f"the stretch ends before it begins, at {_text(start)}", f"{_text(start)} or later"
            )


def _future(request: RequestUnderCheck) -> Iterator[Flaw]:
    when = moment(child(request.content, "ExecutionDateTime")) or request.now
    for first, start, end, _ in _period(request):
        if start <= end and start > when:
            yield Flaw(
                first, f"nothing is logged after {_text(when)} when it is read", f"up to {_text(when)}"
            )


def _too_old(request: RequestUnderCheck) -> Iterator[Flaw]:
    days = _KEPT_DAYS.get(request.variant)
    for _, start, end, last in _period(request):
        if days is None or end < start:
            continue
        oldest = request.now - timedelta(days=days)
        if end < oldest:
            yield Flaw(
                last, f"the log of {request.variant} reaches back {days} days", f"{_text(oldest)} or later"
            )


def _outside(request: RequestUnderCheck) -> Iterator[Flaw]:
    for first, start, end, last in _period(request):
        for element, when in ((first, start), (last, end)):
            if element is last and end > start and request.variant in _OPEN_ENDED:
                continue
            if not 0 <= (when - _EPOCH).total_seconds() <= _LATEST:
                reason = f"{text(element)} has no number of seconds since 2000 in 32 bits"
                yield Flaw(element, reason, "2000-01-01T00:00:00Z to 2136-02-07T06:28:15Z")


def _text(when: datetime) -> str:
    return f"{when:%Y-%m-%dT%H:%M:%SZ}"


def _schedule(request: RequestUnderCheck) -> _Element | None:
    return request.content if request.name == "CreateSchedule" else None


def _schedule_dates(request: RequestUnderCheck) -> Iterator[Flaw]:
    schedule = _schedule(request)
    first, last = child(schedule, "ScheduleStartDate"), child(schedule, "ScheduleEndDate")
    start, end = plain_date(first), plain_date(last)
    if last is not None and start is not None and end is not None and end < start:
        yield Flaw(last, f"the schedule ends before it begins, on {text(first)}", f"{text(first)} or later")


def _schedule_past(request: RequestUnderCheck) -> Iterator[Flaw]:
    schedule = _schedule(request)
    today = (request.now.year, request.now.month, request.now.day)
    first, last = child(schedule, "ScheduleStartDate"), child(schedule, "ScheduleEndDate")
    start, end = plain_date(first), plain_date(last)
    if last is not None and start is not None and end is not None and start <= end < today:
        yield Flaw(last, "the schedule has ended already", "today or later")
    elif first is not None and start is not None and start < today:
        yield Flaw(first, "the schedule begins in the past", "today or later")


def _schedule_service(request: RequestUnderCheck) -> Iterator[Flaw]:
    schedule = _schedule(request)
    service = child(schedule, "DSPScheduledServiceReference")
    variant = text(child(schedule, "DSPScheduledServiceReferenceVariant"))
    expected = ".".join(variant.split(".")[:2])
    if service is not None and text(service) != expected:
        yield Flaw(service, f"{text(service)} is not the service of variant {variant}", expected)


def _schedule_element(request: RequestUnderCheck) -> Iterator[Flaw]:
    schedule = _schedule(request)
    if schedule is None:
        return
    variant = text(child(schedule, "DSPScheduledServiceReferenceVariant"))
    for element in schedule:
        asked = _SCHEDULED.get(local_name(element))
        if asked is not None and asked != variant:
            valid = next((name for name, each in _SCHEDULED.items() if each == variant), "another service")
            yield Flaw(element, f"{local_name(element)} is {asked}, the schedule is for {variant}", valid)


def _offsets(request: RequestUnderCheck) -> Iterator[Flaw]:
    schedule = _schedule(request)
    for holder in () if schedule is None else schedule:
        days = number(child(holder, "StartDateOffset")), number(child(holder, "EndDateOffset"))
        times = seconds_of_day(child(holder, "StartTime")), seconds_of_day(child(holder, "EndTime"))
        element = child(holder, "EndDateOffset")
        if element is None or days[0] is None or days[1] is None or times[0] is None or times[1] is None:
            continue
        if days[1] * _DAY + times[1] < days[0] * _DAY + times[0]:
            start = f"{days[0]} at {text(child(holder, 'StartTime'))}"
            yield Flaw(element, f"the stretch ends before it begins, on day {start}", f"after day {start}")


def _roles(request: RequestUnderCheck) -> Iterator[Flaw]:
    if request.name != "RetrieveDeviceSecurityCredentialsKRP":
        return
    found = [each for each in request.content if local_name(each) == "RemotePartyRole"]
    for element, _ in repeated(found, [text(each) for each in found]):
        yield Flaw(element, f"the slot {text(element)} is asked for twice", "each slot once")


RULES: Final = (
    Rule(
        code="R501",
        severity=ERROR,
        title="Log read that ends before it begins",
        why="The device looks for entries from the first to the second moment.",
        example="`StartDateTime` 2026-02-01…, `EndDateTime` 2026-01-01…",
        source="gbcs.md §d.4; all published reads",
        confidence=HIGH,
        check=_reversed,
    ),
    Rule(
        code="R502",
        severity=WARNING,
        title="Log read of the future",
        why="Nothing was logged yet when the device is asked.",
        example="`StartDateTime` tomorrow, no `ExecutionDateTime`",
        source="gbcs.md §k.6",
        confidence=HIGH,
        check=_future,
    ),
    Rule(
        code="R503",
        severity=WARNING,
        title="Log read of what is no longer kept",
        why="The answer is empty: half hours of import are kept 13 months, other half hours 3, daily reads "
        "31 days, "
        "daily consumption 731 days.",
        example="4.8.1 for January 2020, in 2026",
        source="gbcs.md §k.6",
        confidence=MEDIUM,
        check=_too_old,
    ),
    Rule(
        code="R504",
        severity=ERROR,
        title="Log read outside the years of a device",
        why="Time stamps of logs, and most commands that read them, count 32 bits of seconds from 2000.",
        example="`EndDateTime` 3000-12-31T00:00:00Z",
        source="gbcs.md §d.4",
        confidence=HIGH,
        check=_outside,
    ),
    Rule(
        code="R510",
        severity=ERROR,
        title="Schedule that ends before it begins",
        why="It would never run.",
        example="`ScheduleStartDate` 2026-02-01, `ScheduleEndDate` 2026-01-01",
        source="duis.md §12; one of the ten codes of 5.1, which is not known",
        confidence=MEDIUM,
        check=_schedule_dates,
    ),
    Rule(
        code="R511",
        severity=WARNING,
        title="Schedule in the past",
        why="What has begun misses its first runs; what has ended never runs.",
        example="`ScheduleStartDate` 2015-01-02 today",
        source="duis.md §12",
        confidence=LOW,
        check=_schedule_past,
    ),
    Rule(
        code="R512",
        severity=ERROR,
        title="Scheduled service and variant disagree",
        why="As R001, for the request that is repeated.",
        example="`DSPScheduledServiceReference` 4.8 with variant 4.6.1",
        source="duis.md §12; published 5.1",
        confidence=MEDIUM,
        check=_schedule_service,
    ),
    Rule(
        code="R513",
        severity=ERROR,
        title="Schedule of one service, element of another",
        why="The element says what is read, the variant what it is; they must be the same service.",
        example="variant 4.6.1 with `DSPReadNetworkData`",
        source="duis.md §12; published 5.1",
        confidence=MEDIUM,
        check=_schedule_element,
    ),
    Rule(
        code="R514",
        severity=ERROR,
        title="Offsets of a scheduled read reversed",
        why="As R501: day -1 is before day 0.",
        example="`StartDateOffset` 0, `EndDateOffset` -1",
        source="duis.md §12; published 5.1",
        confidence=MEDIUM,
        check=_offsets,
    ),
    Rule(
        code="R520",
        severity=WARNING,
        title="Credential slot asked for twice",
        why="The answer holds each slot once.",
        example="two `RemotePartyRole` Supplier in a 6.24.1",
        source="CS02a",
        confidence=MEDIUM,
        check=_roles,
    ),
)
