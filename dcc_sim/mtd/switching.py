"""The switching table by which a SMETS meter does what an SSC says, and the way back.

In: a configuration. Out: a `SwitchingPlan`, day profiles, week profiles, seasons and special days
as Service Request 1.1.1 carries them, in UTC, exact for every moment of the years asked for; and
`recognise`, which names the configurations that a plan read back from a meter fulfils.

A regime in GMT needs one set of times. A regime in local clock time needs a summer set, an hour
earlier in UTC, and the day on which the clock changes is neither: a season starts at 00:00 UTC and
the clocks change at 01:00 UTC, so that one hour would be read by the wrong set. Where that hour
matters (it does when a switching time lies between 00:00 and 02:00), the two Sundays of each year
are special days with day profiles of their own. 50 special days make 25 years.

Left out: block tariffs and prices (a plan only says which register counts), seasons within the
year (no import configuration of the table has any), and meters that cannot read "last Sunday of
March, any year" as the start of a season.
"""

from __future__ import annotations

from bisect import bisect_right
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final, TypeVar

from dcc_sim.clock import utc
from dcc_sim.errors import EncodeError, Unsupported
from dcc_sim.mtd.days import SUNDAY, clock_change_days
from dcc_sim.mtd.settlement import (
    SSCS,
    Ssc,
    SscType,
    change_minutes,
    check_clock_controlled,
    tpr_at_clock,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_DAY_PROFILES: Final = 16
MAX_ENTRIES: Final = 48
MAX_WEEK_PROFILES: Final = 4
MAX_SEASONS: Final = 4
MAX_SPECIAL_DAYS: Final = 50
MAX_REGISTERS: Final = 48

DEFAULT_YEARS: Final = range(2026, 2051)
"""25 years: as many as 50 special days can hold."""

LAST_DAY: Final = 0xFE
SECOND_LAST_DAY: Final = 0xFD

_DAY_MINUTES: Final = 24 * 60
_A_MONDAY: Final = date(2024, 1, 1)

_Register = TypeVar("_Register", int, int | None)

Segments = tuple[tuple[int, int], ...]
"""(minute after midnight UTC, register from then on), changes only, the first at 0."""


@dataclass(frozen=True, slots=True)
class DatePattern:
    """A date of a switching table; None is "not specified".

    `day` is 1 … 31, `LAST_DAY` or `SECOND_LAST_DAY`; `day_of_week` 1 = Monday … 7 = Sunday. A day and
    a day of week together: the first such weekday on or after the day, with `LAST_DAY` the last
    such weekday of the month (DLMS Blue Book 4.1.6.1). The schema of 1.1.1 has no clock-change months.
    """

    year: int | None = None
    month: int | None = None
    day: int | None = None
    day_of_week: int | None = None

    def __post_init__(self) -> None:
        if self.month is not None and not 1 <= self.month <= 12:
            raise EncodeError(f"{self.month} is no month", field="date pattern")
        if self.day is not None and not (1 <= self.day <= 31 or self.day in (LAST_DAY, SECOND_LAST_DAY)):
            raise EncodeError(f"{self.day} is no day of a month", field="date pattern")
        if self.day_of_week is not None and not 1 <= self.day_of_week <= 7:
            raise EncodeError(f"{self.day_of_week} is no day of the week", field="date pattern")

    @classmethod
    def on(cls, day: date) -> DatePattern:
        """One concrete date."""
        return cls(day.year, day.month, day.day)

    def matches(self, day: date) -> bool:
        """True when `day` is one of the dates meant."""
        return (
            self.year in (None, day.year)
            and self.month in (None, day.month)
            and self.day_of_week in (None, day.isoweekday())
            and self._day_matches(day)
        )

    def dates(self, year: int) -> list[date]:
        """All dates of a year that are meant, ascending."""
        if self.year not in (None, year):
            return []
        months = range(1, 13) if self.month is None else (self.month,)
        days = (date(year, month, n) for month in months for n in range(1, monthrange(year, month)[1] + 1))
        return [day for day in days if self.matches(day)]

    def _day_matches(self, day: date) -> bool:
        if self.day is None:
            return True
        if self.day <= 31:
            return day.day == self.day if self.day_of_week is None else 0 <= day.day - self.day < 7
        from_end = monthrange(day.year, day.month)[1] - day.day
        back = 0 if self.day == LAST_DAY else 1
        return from_end == back if self.day_of_week is None else from_end // 7 == back


@dataclass(frozen=True, slots=True)
class DayProfile:
    """`entries`: (seconds after midnight UTC, register), ascending."""

    name: int
    entries: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class WeekProfile:
    """Names of the seven day profiles, Monday first."""

    name: int
    days: tuple[int, int, int, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Season:
    """A week profile in force from 00:00 UTC of `start` until another season starts."""

    name: str
    start: DatePattern
    week: int


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day that has its own day profile, whatever the season says."""

    on: DatePattern
    day: int


@dataclass(frozen=True, slots=True)
class SwitchingPlan:
    """What a meter's switching table holds. Register n is cell n of the TOU register matrix."""

    day_profiles: tuple[DayProfile, ...]
    week_profiles: tuple[WeekProfile, ...]
    seasons: tuple[Season, ...]
    special_days: tuple[SpecialDay, ...] = ()


def register_of(configuration: Ssc, tpr: str) -> int:
    """The register that counts a regime: the n-th in ascending order of code is cell n."""
    try:
        return configuration.tpr_codes.index(tpr) + 1
    except ValueError:
        raise EncodeError(f"has no TPR {tpr}", field=f"SSC {configuration.code}") from None


def switching(configuration: Ssc, *, years: range = DEFAULT_YEARS) -> SwitchingPlan:
    """The switching table that realises a configuration at every moment of `years`.

    Raises Unsupported (teleswitch, seasons within the year) or EncodeError (export, gaps, too much
    for the table), with the reason.
    """
    _check_expressible(configuration)
    utc_days = _UtcDays(configuration)
    monday_to_sunday = [_A_MONDAY + timedelta(days=n) for n in range(7)]
    winter = [utc_days.segments(day, summer_from=_DAY_MINUTES) for day in monday_to_sunday]
    summer = [utc_days.segments(day, summer_from=0) for day in monday_to_sunday]
    one_set = winter == summer

    profiles = _Profiles()
    weeks = [WeekProfile(1, profiles.week(winter))]
    if one_set:
        seasons = [Season("ALL YEAR", DatePattern(month=1, day=1), 1)]
    else:
        weeks.append(WeekProfile(2, profiles.week(summer)))
        seasons = [
            Season("SUMMER", DatePattern(month=3, day=LAST_DAY, day_of_week=SUNDAY), 2),
            Season("WINTER", DatePattern(month=10, day=LAST_DAY, day_of_week=SUNDAY), 1),
        ]
    special = []
    for forward, back in () if utc_days.gmt else map(clock_change_days, years):
        # Forward: the first hour is still winter. Back: the first hour is still summer.
        for day, segments, by_season in (
            (forward, utc_days.segments(forward, summer_from=60), summer[-1]),
            (back, utc_days.segments(back, summer_until=60), winter[-1]),
        ):
            if segments != by_season:
                special.append(SpecialDay(DatePattern.on(day), profiles.name(segments)))
    plan = SwitchingPlan(profiles.rows(), tuple(weeks), tuple(seasons), tuple(special))
    check_limits(plan)
    return plan


def check_limits(plan: SwitchingPlan) -> None:
    """A plan fits the switching table of an ESME and refers only to what it holds. Raises EncodeError."""
    for count, limit, what in (
        (len(plan.day_profiles), MAX_DAY_PROFILES, "day profiles"),
        (len(plan.week_profiles), MAX_WEEK_PROFILES, "week profiles"),
        (len(plan.seasons), MAX_SEASONS, "seasons"),
        (len(plan.special_days), MAX_SPECIAL_DAYS, "special days"),
        *(
            (len(profile.entries), MAX_ENTRIES, f"entries of day profile {profile.name}")
            for profile in plan.day_profiles
        ),
    ):
        if count > limit:
            raise EncodeError(f"{count} {what}, at most {limit} fit", field="switching table")
    days = {profile.name for profile in plan.day_profiles}
    weeks = {profile.name for profile in plan.week_profiles}
    used_days = {name for week in plan.week_profiles for name in week.days} | {
        s.day for s in plan.special_days
    }
    if not used_days <= days:
        raise EncodeError(f"no day profile {sorted(used_days - days)}", field="switching table")
    if not {season.week for season in plan.seasons} <= weeks:
        raise EncodeError("a season names a week profile that is not there", field="switching table")
    for profile in plan.day_profiles:
        starts = [start for start, _ in profile.entries]
        if starts != sorted(set(starts)) or not all(0 <= start < 86400 for start in starts):
            raise EncodeError("start times must ascend within the day", field=f"day profile {profile.name}")
        if not all(1 <= register <= MAX_REGISTERS for _, register in profile.entries):
            raise EncodeError(f"registers are 1 to {MAX_REGISTERS}", field=f"day profile {profile.name}")


def recognise(plan: SwitchingPlan, *, years: range = DEFAULT_YEARS) -> list[Ssc]:
    """The configurations whose intervals a plan realises at every moment of `years`.

    Registers must stand in ascending order of TPR: a plan that swaps day and night is not
    recognised. Export and off-peak-only configurations are never named.
    """
    check_limits(plan)
    replay = Replay(plan, years)
    found = []
    for configuration in SSCS:
        try:
            _check_expressible(configuration)
        except (EncodeError, Unsupported):
            continue
        if _realises(replay, configuration, years):
            found.append(configuration)
    return found


@dataclass(slots=True)
class Replay:
    """A plan as a meter follows it, over a range of years."""

    plan: SwitchingPlan
    years: range
    _starts: list[date] = field(init=False)
    _weeks: list[int] = field(init=False)
    _days: dict[date, DayProfile | None] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        # Recurring starts of the eight years before (a 29 February comes at least that often) and
        # concrete ones of any year decide which season is already in force at the beginning.
        recurring = range(self.years.start - 8, self.years.stop)
        changes: dict[date, int] = {}
        for season in self.plan.seasons:
            for year in recurring if season.start.year is None else (season.start.year,):
                for day in season.start.dates(year):
                    changes.setdefault(day, season.week)
        self._starts = sorted(changes)
        self._weeks = [changes[day] for day in self._starts]

    def profile_of(self, day: date) -> DayProfile | None:
        """The day profile of a UTC day; None before the first season has started."""
        if day not in self._days:
            self._days[day] = self._find(day)
        return self._days[day]

    def register_at(self, moment: datetime) -> int | None:
        """The register that counts at a moment.

        Before the first entry of a day, the last action of an earlier day is still in force.
        """
        at = utc(moment)
        second = at.hour * 3600 + at.minute * 60 + at.second
        day = at.date()
        for _ in range(8):
            profile = self.profile_of(day)
            entries = profile.entries if profile else ()
            current = [register for start, register in entries if start <= second]
            if current:
                return current[-1]
            day -= timedelta(days=1)
            second = 86400
        return None

    def segments(self, day: date) -> tuple[tuple[int, int | None], ...]:
        """(second after midnight UTC, register) of one day, changes only, the first at 0."""
        profile = self.profile_of(day)
        entries: tuple[tuple[int, int | None], ...] = profile.entries if profile else ()
        if entries and entries[0][0] == 0:
            return _changes(entries)
        return _changes([(0, self.register_at(datetime.combine(day, time(0), UTC))), *entries])

    def _find(self, day: date) -> DayProfile | None:
        name = next((special.day for special in self.plan.special_days if special.on.matches(day)), None)
        if name is None:
            at = bisect_right(self._starts, day)
            if at == 0:
                return None
            week = next(row for row in self.plan.week_profiles if row.name == self._weeks[at - 1])
            name = week.days[day.weekday()]
        return next(profile for profile in self.plan.day_profiles if profile.name == name)


def _check_expressible(configuration: Ssc) -> None:
    where = f"SSC {configuration.code}"
    check_clock_controlled(configuration)
    if configuration.type is SscType.EXPORT:
        raise EncodeError("counts export; the switching table steers import registers only", field=where)
    if configuration.off_peak_only:
        raise EncodeError("leaves gaps; a meter always counts on some register", field=where)
    if not all(interval.all_year for tpr in configuration.tprs for interval in tpr.intervals):
        raise Unsupported("SSC with seasons within the year", where)


def _realises(replay: Replay, configuration: Ssc, years: range) -> bool:
    utc_days = _UtcDays(configuration)
    for year in years:
        forward, back = clock_change_days(year)
        day = date(year, 1, 1)
        while day.year == year:
            summer_from = 60 if day == forward else 0 if forward < day <= back else _DAY_MINUTES
            summer_until = 60 if day == back else _DAY_MINUTES
            wanted = utc_days.segments(day, summer_from=summer_from, summer_until=summer_until)
            if replay.segments(day) != tuple((minute * 60, register) for minute, register in wanted):
                return False
            day += timedelta(days=1)
    return True


def _changes(entries: Sequence[tuple[int, _Register]]) -> tuple[tuple[int, _Register], ...]:
    """Without the entries that only repeat what is in force."""
    return tuple(
        (start, register)
        for n, (start, register) in enumerate(entries)
        if n == 0 or register != entries[n - 1][1]
    )


class _UtcDays:
    """The days of a configuration, its clock turned into UTC."""

    def __init__(self, configuration: Ssc) -> None:
        self.configuration = configuration
        self.gmt = all(tpr.gmt for tpr in configuration.tprs)
        self._known: dict[tuple[int, int, int], Segments] = {}

    def segments(self, day: date, *, summer_from: int = 0, summer_until: int = _DAY_MINUTES) -> Segments:
        """The UTC day, local clocks being an hour ahead from `summer_from` to `summer_until` minutes."""
        key = (day.weekday(), summer_from, summer_until)
        if key not in self._known:
            self._known[key] = self._compute(day, summer_from, summer_until)
        return self._known[key]

    def _compute(self, day: date, summer_from: int, summer_until: int) -> Segments:
        entries = []
        for minute in change_minutes(self.configuration):
            ahead = 60 if not self.gmt and summer_from <= minute < summer_until else 0
            days_on, clock = divmod(minute + ahead, _DAY_MINUTES)
            tpr = tpr_at_clock(self.configuration, day + timedelta(days=days_on), clock)
            if tpr is None:
                raise EncodeError("leaves a gap", field=f"SSC {self.configuration.code}")
            entries.append((minute, register_of(self.configuration, tpr)))
        return _changes(entries)


class _Profiles:
    """Day profiles being collected: equal days share one, numbered from 1."""

    def __init__(self) -> None:
        self._names: dict[Segments, int] = {}

    def name(self, segments: Segments) -> int:
        return self._names.setdefault(segments, len(self._names) + 1)

    def week(self, days: list[Segments]) -> tuple[int, int, int, int, int, int, int]:
        monday, tuesday, wednesday, thursday, friday, saturday, sunday = map(self.name, days)
        return monday, tuesday, wednesday, thursday, friday, saturday, sunday

    def rows(self) -> tuple[DayProfile, ...]:
        return tuple(
            DayProfile(name, tuple((minute * 60, register) for minute, register in segments))
            for segments, name in self._names.items()
        )
