"""A second reading of the settlement clock intervals, made apart from the package.

One line per regime: clock (GMT or CLK for local), then start-end, `/` days when not all, `@` date range
when not all year. Local time comes from the zone database, not from a rule of ours.
Source: Market Domain Data, 4 February 2015.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

LONDON: Final = ZoneInfo("Europe/London")

READINGS: Final[dict[str, dict[str, str]]] = {
    "0127": {
        "00080": "CLK 19:00-23:30/12345 06:30-23:30/67",
        "00148": "CLK 06:30-19:00/12345",
        "00221": "CLK 00:00-06:30 23:30-24:00",
    },
    "0150": {"00042": "GMT 00:00-00:15 07:15-24:00", "00207": "GMT 00:15-07:15"},
    "0151": {"00043": "GMT 00:00-00:30 07:30-24:00", "00210": "GMT 00:30-07:30"},
    "0152": {"00045": "GMT 00:00-00:45 07:45-24:00", "00211": "GMT 00:45-07:45"},
    "0154": {"00039": "CLK 06:30-23:30", "00221": "CLK 00:00-06:30 23:30-24:00"},
    "0242": {"00044": "CLK 00:00-00:30 07:30-24:00", "00208": "CLK 00:30-07:30"},
    "0244": {"00040": "GMT 07:00-24:00", "00206": "GMT 00:00-07:00"},
    "0246": {
        "00160": "CLK 00:00-07:00",
        "00276": "CLK 07:00-19:00/12345",
        "00277": "CLK 19:00-24:00/12345 07:00-24:00/67",
    },
    "0257": {"00057": "GMT 07:30-23:30", "00196": "GMT 00:00-07:30 23:30-24:00"},
    "0326": {
        "00184": "GMT 07:30-19:30/12345",
        "00187": "GMT 00:00-00:30 19:30-24:00/12345 07:30-24:00/67",
        "00210": "GMT 00:30-07:30",
    },
    "0393": {"00001": "CLK 00:00-24:00"},
    "0428": {"00258": "GMT 00:00-06:00 22:00-24:00", "00259": "GMT 06:00-22:00"},
    "0429": {"00260": "GMT 00:00-09:00 19:00-24:00", "00261": "GMT 09:00-19:00"},
    "0430": {"00264": "GMT 00:00-01:00 05:00-09:00 16:00-24:00", "00265": "GMT 01:00-05:00 09:00-16:00"},
    "0434": {"00269": "GMT 00:00-07:30 13:00-16:00 22:30-24:00"},
    "0482": {
        "00378": (
            "GMT 11:30-12:00@0101..0131 11:30-12:00@0201..0229 "
            "08:30-15:00@0301..0331 07:30-16:00@0401..0430 04:30-17:00@0501..0531 "
            "04:30-18:00@0601..0630 04:30-19:00@0701..0731 04:30-19:00@0801..0831 "
            "05:30-18:00@0901..0930 06:30-16:00@1001..1031 08:30-15:30@1101..1130 "
            "11:30-12:00@1201..1231"
        ),
    },
    "0940": {"00397": "GMT 00:00-24:00@0101..0630 00:00-00:30@0701..1130 00:00-24:00@1201..1231"},
    "0941": {"00398": "GMT 00:00-24:00"},
    "0947": {
        "00412": "GMT 00:00-06:00 23:00-24:00",
        "00413": "GMT 06:00-16:30 19:30-23:00",
        "00414": "GMT 16:30-19:30",
    },
    "0957": {"00432": "CLK 16:00-19:30/12345", "00433": "CLK 00:00-16:00 19:30-24:00 16:00-19:30/67"},
    "0958": {"00434": "CLK 00:00-16:00 19:30-24:00", "00435": "CLK 16:00-19:30"},
    "0959": {
        "00160": "CLK 00:00-07:00",
        "00432": "CLK 16:00-19:30/12345",
        "00436": "CLK 07:00-16:00/12345 19:30-24:00/12345 07:00-24:00/67",
    },
    "0960": {"00160": "CLK 00:00-07:00", "00435": "CLK 16:00-19:30", "00441": "CLK 07:00-16:00 19:30-24:00"},
    "0961": {
        "00427": "CLK 07:00-16:00/12345",
        "00432": "CLK 16:00-19:30/12345",
        "00437": "CLK 00:00-07:00/12345 19:30-24:00/12345 00:00-24:00/67",
    },
    "0964": {
        "00160": "CLK 00:00-07:00",
        "00431": "CLK 19:30-24:00/12345 07:00-24:00/67",
        "00440": "CLK 07:00-19:30/12345",
    },
    "0965": {
        "00194": "GMT 00:00-07:00 23:00-24:00",
        "00489": "GMT 16:00-20:00/12345",
        "00500": "GMT 07:00-16:00/12345 20:00-23:00/12345 07:00-23:00/67",
    },
    "0969": {
        "00443": "GMT 00:00-07:00",
        "00489": "GMT 16:00-20:00/12345",
        "00501": "GMT 07:00-16:00/12345 20:00-24:00/12345 07:00-24:00/67",
    },
    "0971": {"00492": "GMT 00:00-05:00", "00493": "GMT 05:00-18:00 19:00-24:00", "00494": "GMT 18:00-19:00"},
}


Stretch = tuple[int, int, str, str, str]


Shown = tuple[int, str, str]
"""Minute of the day, weekday, month and day, as a clock shows them."""


def active(code: str, moment: datetime) -> list[str]:
    """TPRs whose line names this moment."""
    gmt, local = _clocks(moment)
    return [
        tpr
        for tpr, (clock, stretches) in _parsed(code)
        if _names(stretches, gmt if clock == "GMT" else local)
    ]


@cache
def _clocks(moment: datetime) -> tuple[Shown, Shown]:
    return _shown(moment.astimezone(UTC)), _shown(moment.astimezone(LONDON))


def _shown(at: datetime) -> Shown:
    return at.hour * 60 + at.minute, str(at.isoweekday()), f"{at.month:02d}{at.day:02d}"


def _names(stretches: list[Stretch], shown: Shown) -> bool:
    minute, weekday, month_day = shown
    for start, end, days, first, last in stretches:
        in_day = start <= minute < end and (not days or weekday in days)
        if in_day and (not first or first <= month_day <= last):
            return True
    return False


@cache
def _parsed(code: str) -> list[tuple[str, tuple[str, list[Stretch]]]]:
    rows = []
    for tpr, line in READINGS[code].items():
        clock, *stretches = line.split()
        rows.append((tpr, (clock, [_stretch(text) for text in stretches])))
    return rows


def _stretch(text: str) -> Stretch:
    match = re.fullmatch(r"(\d\d):(\d\d)-(\d\d):(\d\d)(?:/(\d+))?(?:@(\d{4})\.\.(\d{4}))?", text)
    assert match
    h1, m1, h2, m2, days, first, last = match.groups(default="")
    return int(h1) * 60 + int(m1), int(h2) * 60 + int(m2), days, first, last
