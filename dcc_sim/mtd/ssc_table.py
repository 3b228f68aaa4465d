"""Standard Settlement Configurations and their Time Pattern Regimes: the table.

In: nothing. Out: `SSCS` and `TPRS`, 28 configurations and the regimes they are made of, as typed
literals. Source of every row: Market Domain Data of 4 February 2015 (`SOURCE`); newer
configurations exist and are not here. Left out: teleswitched regimes, of which the table has none
(the types can hold them), and the combination tables with MTC, LLFC and profile class.

An interval never crosses midnight in this data: "23:30 to 06:30" is two intervals, and 24:00 is a
legal end. Neither does a date range cross the new year, but the types allow it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

SOURCE: Final = "MDD 4 Feb 2015"

DAILY: Final = (1, 2, 3, 4, 5, 6, 7)
WEEKDAYS: Final = (1, 2, 3, 4, 5)
WEEKEND: Final = (6, 7)

MonthDay = tuple[int, int]
"""(month, day of month)."""


class Control(Enum):
    """What switches a regime: a clock, or a radio teleswitch."""

    CLOCK = "C"
    TELESWITCH = "S"


class SscType(Enum):
    """Direction of the energy that an SSC counts."""

    IMPORT = "I"
    EXPORT = "E"


@dataclass(frozen=True, slots=True)
class ClockInterval:
    """A stretch of the day in which a regime is active.

    Minutes after midnight, start included, end excluded; days 1 = Monday … 7 = Sunday; the date
    range has both ends included and may wrap the year. Which clock is meant stands in the `Tpr`.
    """

    start_minute: int
    end_minute: int
    days: tuple[int, ...] = DAILY
    since: MonthDay = (1, 1)
    until: MonthDay = (12, 31)

    def __post_init__(self) -> None:
        if not 0 <= self.start_minute < self.end_minute <= 24 * 60:
            raise ValueError(f"not an interval of one day: {self.start_minute} to {self.end_minute} minutes")

    @property
    def all_year(self) -> bool:
        """True when the date range leaves no day out."""
        return self.since == (1, 1) and self.until == (12, 31)

    def covers(self, day: date, minute: int) -> bool:
        """True when `minute` of `day`, both on the interval's own clock, lies inside."""
        if not (self.start_minute <= minute < self.end_minute and day.isoweekday() in self.days):
            return False
        month_day = (day.month, day.day)
        if self.since <= self.until:
            return self.since <= month_day <= self.until
        return month_day >= self.since or month_day <= self.until


@dataclass(frozen=True, slots=True)
class Tpr:
    """A Time Pattern Regime. `gmt` False: its intervals are local clock time."""

    code: str
    control: Control
    gmt: bool
    intervals: tuple[ClockInterval, ...]
    source: str = SOURCE


@dataclass(frozen=True, slots=True)
class Ssc:
    """A Standard Settlement Configuration with its regimes in ascending order of code.

    `off_peak_only`: a related MPAN that is energised for part of the day only, so that its
    regimes rightly leave gaps.
    """

    code: str
    description: str
    type: SscType
    effective_from: date
    tprs: tuple[Tpr, ...]
    off_peak_only: bool = False
    source: str = SOURCE

    @property
    def tpr_codes(self) -> tuple[str, ...]:
        """Codes of the regimes, ascending: register n of a meter belongs to the n-th."""
        return tuple(tpr.code for tpr in self.tprs)


def _at(
    start: str,
    end: str,
    days: tuple[int, ...] = DAILY,
    *,
    since: MonthDay = (1, 1),
    until: MonthDay = (12, 31),
) -> ClockInterval:
    return ClockInterval(_minutes(start), _minutes(end), days, since, until)


def _minutes(text: str) -> int:
    if not re.fullmatch(r"\d\d:\d\d", text):
        raise ValueError(f"not hh:mm: {text!r}")
    return int(text[:2]) * 60 + int(text[3:])


def _ssc(
    code: str, description: str, kind: SscType, since: date, *tprs: str, off_peak_only: bool = False
) -> Ssc:
    regimes = {tpr.code: tpr for tpr in TPRS}
    return Ssc(code, description, kind, since, tuple(regimes[tpr] for tpr in tprs), off_peak_only)


TPRS: Final[tuple[Tpr, ...]] = (
    Tpr("00001", Control.CLOCK, gmt=False, intervals=(_at("00:00", "24:00"),)),
    Tpr("00039", Control.CLOCK, gmt=False, intervals=(_at("06:30", "23:30"),)),
    Tpr("00040", Control.CLOCK, gmt=True, intervals=(_at("07:00", "24:00"),)),
    Tpr(
        "00042",
        Control.CLOCK,
        gmt=True,
        intervals=(
            _at("00:00", "00:15"),
            _at("07:15", "24:00"),
        ),
    ),
    Tpr(
        "00043",
        Control.CLOCK,
        gmt=True,
        intervals=(
            _at("00:00", "00:30"),
            _at("07:30", "24:00"),
        ),
    ),
    Tpr(
        "00044",
        Control.CLOCK,
        gmt=False,
        intervals=(
            _at("00:00", "00:30"),
            _at("07:30", "24:00"),
        ),
    ),
    Tpr(
        "00045",
        Control.CLOCK,
        gmt=True,
        intervals=(
            _at("00:00", "00:45"),
            _at("07:45", "24:00"),
        ),
    ),
    Tpr("00057", Control.CLOCK, gmt=True, intervals=(_at("07:30", "23:30"),)),
    Tpr(
        "00080",
        Control.CLOCK,
        gmt=False,
        intervals=(
            _at("19:00", "23:30", WEEKDAYS),
            _at("06:30", "23:30", WEEKEND),
        ),
    ),
    Tpr("00148", Control.CLOCK, gmt=False, intervals=(_at("06:30", "19:00", WEEKDAYS),)),
    Tpr("00160", Control.CLOCK, gmt=False, intervals=(_at("00:00", "07:00"),)),
    Tpr("00184", Control.CLOCK, gmt=True, intervals=(_at("07:30", "19:30", WEEKDAYS),)),
    Tpr(
        "00187",
        Control.CLOCK,
        gmt=True,
        intervals=(
            _at("00:00", "00:30"),
            _at("19:30", "24:00", WEEKDAYS),
            _at("07:30", "24:00", WEEKEND),
        ),
    ),
    Tpr(
        "00194",
        Control.CLOCK,
        gmt=True,
        intervals=(
            _at("00:00", "07:00"),
            _at("23:00", "24:00"),
        ),
    ),
    Tpr(
        "00196",
        Control.CLOCK,
        gmt=True,
        intervals=(
            _at("00:00", "07:30"),
            _at("23:30", "24:00"),
        ),
    ),
    Tpr("00206", Control.CLOCK, gmt=True, intervals=(_at("00:00", "07:00"),)),
    Tpr("00207", Control.CLOCK, gmt=True, intervals=(_at("00:15", "07:15"),)),
    Tpr("00208", Control.CLOCK, gmt=False, intervals=(_at("00:30", "07:30"),)),
    Tpr("00210", Control.CLOCK, gmt=True, intervals=(_at("00:30", "07:30"),)),
    Tpr("00211", Control.CLOCK, gmt=True, intervals=(_at("00:45", "07:45"),)),
    Tpr(
        "00221",
        Control.CLOCK,
        gmt=False,
        intervals=(
            _at("00:00", "06:30"),
            _at("23:30", "24:00"),
        ),
    ),
    Tpr(
        "00258",
        Control.CLOCK,
        gmt=True,
        intervals=(
            _at("00:00", "06:00"),
            _at("22:00", "24:00"),
        ),
    ),
    Tpr("00259", Control.CLOCK, gmt=True, intervals=(_at("06:00", "22:00"),)),
    Tpr(
        "00260",
        Control.CLOCK,
        gmt=True,
        intervals=(
            _at("00:00", "09:00"),
            _at("19:00", "24:00"),
        ),
    ),
    Tpr("00261", Control.CLOCK, gmt=True, intervals=(_at("09:00", "19:00"),)),
    Tpr(
        "00264",
        Control.CLOCK,
        gmt=True,
        intervals=(
            _at("00:00", "01:00"),
            _at("05:00", "09:00"),
            _at("16:00", "24:00"),
        ),
    ),
    Tpr(
        "00265",
        Control.CLOCK,
        gmt=True,
        intervals=(
            _at("01:00", "05:00"),
            _at("09:00", "16:00"),
        ),
    ),
    Tpr(
        "00269",
        Control.CLOCK,
        gmt=True,
        intervals=(
            _at("00:00", "07:30"),
            _at("13:00", "16:00"),
            _at("22:30", "24:00"),
        ),
    ),
    Tpr("00276", Control.CLOCK, gmt=False, intervals=(_at("07:00", "19:00", WEEKDAYS),)),
    Tpr(
        "00277",
        Control.CLOCK,
        gmt=False,
        intervals=(
            _at("19:00", "24:00", WEEKDAYS),
            _at("07:00", "24:00", WEEKEND),
        ),
    ),
    Tpr(
        "00378",
        Control.CLOCK,
        gmt=True,
        intervals=(
            _at("11:30", "12:00", since=(1, 1), until=(1, 31)),
            _at("11:30", "12:00", since=(2, 1), until=(2, 29)),
            _at("08:30", "15:00", since=(3, 1), until=(3, 31)),
            _at("07:30", "16:00", since=(4, 1), until=(4, 30)),
            _at("04:30", "17:00", since=(5, 1), until=(5, 31)),
            _at("04:30", "18:00", since=(6, 1), until=(6, 30)),
            _at("04:30", "19:00", since=(7, 1), until=(7, 31)),
            _at("04:30", "19:00", since=(8, 1), until=(8, 31)),
            _at("05:30", "18:00", since=(9, 1), until=(9, 30)),
            _at("06:30", "16:00", since=(10, 1), until=(10, 31)),
            _at("08:30", "15:30", since=(11, 1), until=(11, 30)),
            _at("11:30", "12:00", since=(12, 1), until=(12, 31)),
        ),
    ),
    Tpr(
        "00397",
        Control.CLOCK,
        gmt=True,
        intervals=(
            _at("00:00", "24:00", since=(1, 1), until=(6, 30)),
            _at("00:00", "00:30", since=(7, 1), until=(11, 30)),
            _at("00:00", "24:00", since=(12, 1), until=(12, 31)),
        ),
    ),
    Tpr("00398", Control.CLOCK, gmt=True, intervals=(_at("00:00", "24:00"),)),
    Tpr(
        "00412",
        Control.CLOCK,
        gmt=True,
        intervals=(
            _at("00:00", "06:00"),
            _at("23:00", "24:00"),
        ),
    ),
    Tpr(
        "00413",
        Control.CLOCK,
        gmt=True,
        intervals=(
            _at("06:00", "16:30"),
            _at("19:30", "23:00"),
        ),
    ),
    Tpr("00414", Control.CLOCK, gmt=True, intervals=(_at("16:30", "19:30"),)),
    Tpr("00427", Control.CLOCK, gmt=False, intervals=(_at("07:00", "16:00", WEEKDAYS),)),
    Tpr(
        "00431",
        Control.CLOCK,
        gmt=False,
        intervals=(
            _at("19:30", "24:00", WEEKDAYS),
            _at("07:00", "24:00", WEEKEND),
        ),
    ),
    Tpr("00432", Control.CLOCK, gmt=False, intervals=(_at("16:00", "19:30", WEEKDAYS),)),
    Tpr(
        "00433",
        Control.CLOCK,
        gmt=False,
        intervals=(
            _at("00:00", "16:00"),
            _at("19:30", "24:00"),
            _at("16:00", "19:30", WEEKEND),
        ),
    ),
    Tpr(
        "00434",
        Control.CLOCK,
        gmt=False,
        intervals=(
            _at("00:00", "16:00"),
            _at("19:30", "24:00"),
        ),
    ),
    Tpr("00435", Control.CLOCK, gmt=False, intervals=(_at("16:00", "19:30"),)),
    Tpr(
        "00436",
        Control.CLOCK,
        gmt=False,
        intervals=(
            _at("07:00", "16:00", WEEKDAYS),
            _at("19:30", "24:00", WEEKDAYS),
            _at("07:00", "24:00", WEEKEND),
        ),
    ),
    Tpr(
        "00437",
        Control.CLOCK,
        gmt=False,
        intervals=(
            _at("00:00", "07:00", WEEKDAYS),
            _at("19:30", "24:00", WEEKDAYS),
            _at("00:00", "24:00", WEEKEND),
        ),
    ),
    Tpr("00440", Control.CLOCK, gmt=False, intervals=(_at("07:00", "19:30", WEEKDAYS),)),
    Tpr(
        "00441",
        Control.CLOCK,
        gmt=False,
        intervals=(
            _at("07:00", "16:00"),
            _at("19:30", "24:00"),
        ),
    ),
    Tpr("00443", Control.CLOCK, gmt=True, intervals=(_at("00:00", "07:00"),)),
    Tpr("00489", Control.CLOCK, gmt=True, intervals=(_at("16:00", "20:00", WEEKDAYS),)),
    Tpr("00492", Control.CLOCK, gmt=True, intervals=(_at("00:00", "05:00"),)),
    Tpr(
        "00493",
        Control.CLOCK,
        gmt=True,
        intervals=(
            _at("05:00", "18:00"),
            _at("19:00", "24:00"),
        ),
    ),
    Tpr("00494", Control.CLOCK, gmt=True, intervals=(_at("18:00", "19:00"),)),
    Tpr(
        "00500",
        Control.CLOCK,
        gmt=True,
        intervals=(
            _at("07:00", "16:00", WEEKDAYS),
            _at("20:00", "23:00", WEEKDAYS),
            _at("07:00", "23:00", WEEKEND),
        ),
    ),
    Tpr(
        "00501",
        Control.CLOCK,
        gmt=True,
        intervals=(
            _at("07:00", "16:00", WEEKDAYS),
            _at("20:00", "24:00", WEEKDAYS),
            _at("07:00", "24:00", WEEKEND),
        ),
    ),
)

SSCS: Final[tuple[Ssc, ...]] = (
    _ssc("0127", "3-rate SToD", SscType.IMPORT, date(1996, 4, 1), "00080", "00148", "00221"),
    _ssc("0150", "7-hour E7", SscType.IMPORT, date(1996, 4, 1), "00042", "00207"),
    _ssc("0151", "7-hour E7", SscType.IMPORT, date(1996, 4, 1), "00043", "00210"),
    _ssc("0152", "7-hour E7", SscType.IMPORT, date(1996, 4, 1), "00045", "00211"),
    _ssc("0154", "7-hour E7", SscType.IMPORT, date(1996, 4, 1), "00039", "00221"),
    _ssc("0242", "7-hour night", SscType.IMPORT, date(1996, 4, 1), "00044", "00208"),
    _ssc("0244", "7-hour E7", SscType.IMPORT, date(1996, 4, 1), "00040", "00206"),
    _ssc("0246", "Economy 7 Day & Night", SscType.IMPORT, date(1996, 4, 1), "00160", "00276", "00277"),
    _ssc("0257", "8-hour E7", SscType.IMPORT, date(1996, 4, 1), "00057", "00196"),
    _ssc("0326", "Evening/Weekend E7", SscType.IMPORT, date(1996, 4, 1), "00184", "00187", "00210"),
    _ssc("0393", "Unrestricted", SscType.IMPORT, date(1996, 4, 1), "00001"),
    _ssc("0428", 'Unmetered Type A ("flat" profile)', SscType.IMPORT, date(1996, 4, 1), "00258", "00259"),
    _ssc("0429", 'Unmetered B ("dusk-to-dawn")', SscType.IMPORT, date(1996, 4, 1), "00260", "00261"),
    _ssc("0430", 'Unmetered C ("half-night & pre-dawn")', SscType.IMPORT, date(1996, 4, 1), "00264", "00265"),
    _ssc("0434", "12 Hour OP", SscType.IMPORT, date(1996, 4, 1), "00269", off_peak_only=True),
    _ssc("0482", "Micro-PV Export Import Profile Class 1", SscType.EXPORT, date(2003, 9, 28), "00378"),
    _ssc("0940", "NHH Export Hydro Profile Class", SscType.EXPORT, date(2004, 8, 13), "00397"),
    _ssc("0941", "NHH Export Wind Profile Class", SscType.EXPORT, date(2004, 8, 13), "00398"),
    _ssc(
        "0947", "Smart Meter 3 Rate Time of Day", SscType.IMPORT, date(2007, 12, 7), "00412", "00413", "00414"
    ),
    _ssc("0957", "Unrestricted with Weekday Peak", SscType.IMPORT, date(2011, 6, 15), "00432", "00433"),
    _ssc("0958", "Unrestricted with Peak", SscType.IMPORT, date(2011, 6, 15), "00434", "00435"),
    _ssc("0959", "Economy 7 with Weekday Peak", SscType.IMPORT, date(2011, 6, 15), "00160", "00432", "00436"),
    _ssc("0960", "Economy 7 with Peak", SscType.IMPORT, date(2011, 6, 15), "00160", "00435", "00441"),
    _ssc(
        "0961",
        "Evening Weekend and Weekday Peak (smart)",
        SscType.IMPORT,
        date(2011, 4, 20),
        "00427",
        "00432",
        "00437",
    ),
    _ssc(
        "0964",
        "Evening Weekend with Night (BST)",
        SscType.IMPORT,
        date(2011, 4, 20),
        "00160",
        "00431",
        "00440",
    ),
    _ssc("0965", "3 Rate with Weekday Peak", SscType.IMPORT, date(2011, 11, 16), "00194", "00489", "00500"),
    _ssc("0969", "3 Rate with Weekday Peak", SscType.IMPORT, date(2011, 12, 14), "00443", "00489", "00501"),
    _ssc(
        "0971",
        "Smart meter trial - time of use 3 rate",
        SscType.IMPORT,
        date(2012, 3, 14),
        "00492",
        "00493",
        "00494",
    ),
)
