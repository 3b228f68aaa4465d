"""The two calendars of a gas meter as rows: switching table (1.1.1) and non-disablement calendar (2.1).

Both travel in the same five commands (`catalogue.usecases.gbz_calendar`) and share all but the name of
their elements and what a day switches. Issuer ids are the time of the transform; start times: 0 is at
once, FFFFFFFE cancels a calendar (vectors; pages GCS01a, GCS05). Left out: everything else that these
requests hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dcc_sim.transform.conversions import WHOLE, ZCL_DATE, ZclActivation, seconds_2000
from dcc_sim.transform.rows import Composite, Count, Each, Leaf, Now, Row, Spread

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
CANCEL: Final = ZclActivation(0xFFFF_FFFE)
CANCEL_HIGH: Final = ZclActivation(0xFFFF_FFFF)
"""Where the far date is all ones: tariff information, payment mode, prepayment settings (vectors)."""
AT_ONCE: Final = 0

_ISSUER: Final = Now(("issuer_event_id", "issuer_calendar_id"), seconds_2000)
_PARTS: Final = ("calendar", "seasons", "special_days")


@dataclass(frozen=True, slots=True)
class MinuteOfDay:
    """A time of day, UTC, as minutes since midnight."""

    rule: str = "UTC time to the minute"

    def read(self, text: str) -> int:
        """`07:30:00.00Z`; refuses other zones and anything below a minute."""
        hours, minutes, seconds = text.removesuffix("Z").split(":")
        if not text.endswith("Z") or seconds.strip("0.") or int(hours) > 23:
            raise ValueError(f"{text!r}: the calendar switches at whole minutes, UTC")
        return 60 * int(hours) + int(minutes)


def issued(*parts: str) -> Now:
    """The time of the transform as the issuer event id of these parts."""
    return Now(tuple(f"{part}.issuer_event_id" for part in parts), seconds_2000)


CALENDAR_ISSUED: Final[tuple[Row, ...]] = (
    issued(*_PARTS),
    Now(tuple(f"{part}.issuer_calendar_id" for part in _PARTS), seconds_2000),
)
CALENDAR_START: Final = Leaf(
    "ExecutionDateTime", ("calendar.start_time", "special_days.start_time"), CANCEL, absent=AT_ONCE
)


def calendar(days: str, seasons: str, day_name: str, *schedule: Row) -> tuple[Row, ...]:
    """The tables of a calendar; `schedule` are the rows of what a day switches."""
    return (
        Count(days, "calendar.days"),
        Count("WeekProfiles/WeekProfile", "calendar.weeks"),
        Count(seasons, "calendar.seasons"),
        Each(days, "day_profiles", _ISSUER, Leaf(day_name, "day_id", WHOLE), *schedule),
        Each(
            "WeekProfiles/WeekProfile",
            "week_profiles",
            _ISSUER,
            Leaf("WeekName", "week_id", WHOLE),
            Spread("ReferencedDayName", WEEKDAYS, Leaf(".", "", WHOLE)),
        ),
        Each(
            seasons,
            "seasons.seasons",
            Composite("SeasonStartDate", "start", ZCL_DATE),
            Leaf("ReferencedWeekName", "week_id", WHOLE),
        ),
    )


SPECIAL_DAYS: Final = Each(
    "SpecialDays/SpecialDay",
    "special_days.special_days",
    Composite("Date", "date", ZCL_DATE),
    Leaf("ReferencedDayName", "day_id", WHOLE),
    low=0,
)
