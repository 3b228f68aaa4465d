"""What the DCC keeps until its time: requests with a date of their own, and schedules of reads.

In: requests that were admitted. Out: what is due, earliest first; the request that a run of a schedule
makes. Source: reference `duis.md` §12, §13. A run is made at its time and not spread over the day. A month
that has not that day ends earlier. Left out: who may ask for it (`access`), sending (`hub`).
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from lxml import etree

from dcc_sim.duis.names import local_name, sr
from dcc_sim.duis.request import render_request
from dcc_sim.ids import CommandVariant, Eui64, RequestId, ServiceReferenceVariant

if TYPE_CHECKING:
    from lxml.etree import _Element

MOST_SCHEDULES: Final = 99
"""Of one User for one device (reference `duis.md` §12, medium confidence)."""
_DAYS: Final = {"Daily": 1, "Weekly": 7}
_MONTHS: Final = {"Monthly": 1, "Quarterly": 3, "Half-Yearly": 6, "Yearly": 12}
_PREFIX: Final = "DSP"
_KEY: Final = "KAPublicSecurityCredential"


@dataclass(frozen=True, slots=True)
class Kept:
    """A request that waits: when it is to be sent, when it came in, and the document as it came."""

    at: datetime
    received: datetime
    document: bytes
    request_id: RequestId
    variant: ServiceReferenceVariant


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A read that the DCC repeats. `document` is the request for it; `runs` counts those that were due."""

    number: int
    user: Eui64
    device: Eui64
    variant: ServiceReferenceVariant
    frequency: str
    first: date
    last: date | None
    at: time
    document: bytes
    runs: int = 0

    @property
    def details(self) -> _Element:
        """The CreateSchedule element, in its document."""
        return next(etree.fromstring(self.document).iter(sr("CreateSchedule")))

    @property
    def next_run(self) -> datetime | None:
        """When it is due next; None after its last day."""
        day = self._day(self.runs)
        if day is None or (self.last is not None and day > self.last):
            return None
        return datetime.combine(day, self.at, tzinfo=UTC)

    def _day(self, number: int) -> date | None:
        try:
            if self.frequency in _DAYS:
                return self.first + timedelta(days=_DAYS[self.frequency] * number)
            months = self.first.month - 1 + _MONTHS[self.frequency] * number
            year, month = self.first.year + months // 12, months % 12 + 1
            return date(year, month, min(self.first.day, monthrange(year, month)[1]))
        except (OverflowError, ValueError):
            return None  # beyond the year 9999

    def request(self, at: datetime, counter: int) -> bytes:
        """The request of one run, unsigned: it comes from the DCC itself."""
        ids = RequestId(self.user, self.device, counter)
        return render_request(ids, self.variant, CommandVariant.SEND, _run_body(self.details, at))


def _run_body(asked: _Element, at: datetime) -> _Element:
    """The scheduled element as the service has it: days counted from the run become moments."""
    scheduled = asked[-1]
    made = etree.Element(sr(local_name(scheduled).removeprefix(_PREFIX)))
    offsets = {local_name(child): (child.text or "").strip() for child in scheduled}
    if offsets:
        period = etree.SubElement(made, sr("ReadLogPeriod"))
        for end in ("Start", "End"):
            day = at.date() + timedelta(days=int(offsets[f"{end}DateOffset"]))
            moment = etree.SubElement(period, sr(f"{end}DateTime"))
            moment.text = f"{day.isoformat()}T{offsets[f'{end}Time'][:8]}Z"
        key = asked.findtext(sr(_KEY))
        if key is not None:
            etree.SubElement(made, sr("KAPublicSecurityCredentials")).text = key
    return made


def schedule_of(number: int, user: Eui64, body: _Element) -> Schedule:
    """What a CreateSchedule says. Raises ValueError for dates that no calendar has."""

    def said(name: str) -> str | None:
        found = body.findtext(sr(name))
        return None if found is None else found.strip()

    end, start = said("ScheduleEndDate"), said("ScheduleExecutionStartTime")
    return Schedule(
        number=number,
        user=user,
        device=Eui64.parse(said("DeviceID") or ""),
        variant=ServiceReferenceVariant(said("DSPScheduledServiceReferenceVariant") or ""),
        frequency=said("ScheduleFrequency") or "",
        first=date.fromisoformat((said("ScheduleStartDate") or "")[:10]),
        last=None if end is None else date.fromisoformat(end[:10]),
        at=time(0) if start is None else time.fromisoformat(start[:8]),
        document=etree.tostring(body.getroottree()),
    )


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a schedule that is due."""

    at: datetime
    schedule: Schedule


@dataclass(slots=True)
class Diary:
    """Everything that waits at one DCC. `numbered` counts all schedules there ever were."""

    kept: list[Kept] = field(default_factory=list)
    schedules: dict[int, Schedule] = field(default_factory=dict)
    numbered: int = 0

    def keep(self, request: Kept) -> None:
        """Have it sent at its time."""
        self.kept.append(request)

    def cancel(self, user: Eui64, device: Eui64, variant: ServiceReferenceVariant) -> int:
        """Forget what a User asked of a device by that service; how many requests that were."""
        left = [
            k
            for k in self.kept
            if (k.request_id.originator, k.request_id.target, k.variant) != (user, device, variant)
        ]
        gone = len(self.kept) - len(left)
        self.kept = left
        return gone

    def forget(self, device: Eui64) -> None:
        """Nothing is asked of that device any more."""
        self.kept = [kept for kept in self.kept if kept.request_id.target != device]
        self.schedules = {n: s for n, s in self.schedules.items() if s.device != device}

    def next_at(self) -> datetime | None:
        """When the next one is due."""
        runs = (schedule.next_run for schedule in self.schedules.values())
        return min((*(kept.at for kept in self.kept), *(r for r in runs if r is not None)), default=None)

    def take_due(self, now: datetime) -> list[Kept | Run]:
        """Remove and return what is due, earliest first; of one moment in the order it came."""
        due: list[Kept | Run] = [kept for kept in self.kept if kept.at <= now]
        self.kept = [kept for kept in self.kept if kept.at > now]
        for number, schedule in list(self.schedules.items()):
            following = schedule
            while (at := following.next_run) is not None and at <= now:
                due.append(Run(at, schedule))
                following = replace(following, runs=following.runs + 1)
            self.schedules[number] = following
        return sorted(due, key=lambda entry: entry.at)
