"""Forms of a value: how text of an XSD type becomes a Python value, and how it is written.

In: text as it stands in a document, or a value. Out: the other one. Left out: facets (lengths,
ranges, patterns: the schema check judges those) and which element has which form (`value_types`).

A form never rounds. A moment that Python's own types cannot hold (a year 12026, a ten-millionth of a
second) raises ValueError; the text is still there for whoever wants it. A date is a CalendarDate, as year
65535 is in use for every year, and as a date may have a zone. A value need not be written in the
same words that it was read from (`1` and `true`): documents keep their text beside the value (`values`).
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any, Final

from dcc_sim.ids import CommandVariant, DeviceType, Eui64, RequestId, ServiceReferenceVariant

ANY_YEAR: Final = 65535
"""In a date: every year, as FFFF in a date of DLMS (published requests of 2.1)."""


@dataclass(frozen=True, slots=True, order=True)
class CalendarDate:
    """An xs:date: a day in any year, and the zone it is meant in, as minutes east of UTC, if there is one."""

    year: int
    month: int
    day: int
    zone: int | None = None

    def __post_init__(self) -> None:
        # The Gregorian calendar repeats after 400 years.
        date(2000 + self.year % 400, self.month, self.day)
        if not self.year:
            raise ValueError("there is no year 0")
        if self.zone is not None and abs(self.zone) > 14 * 60:
            raise ValueError(f"{self.zone} minutes are no time zone")

    @property
    def as_date(self) -> date:
        """The same for Python. Raises ValueError for a year outside 1 … 9999."""
        return date(self.year, self.month, self.day)

    @property
    def is_every_year(self) -> bool:
        """True for the year that stands for all."""
        return self.year == ANY_YEAR

    def __str__(self) -> str:
        year = f"{self.year:05d}" if self.year < 0 else f"{self.year:04d}"
        hours, minutes = divmod(abs(self.zone or 0), 60)
        sign = "-" if (self.zone or 0) < 0 else "+"
        zone = "" if self.zone is None else f"{sign}{hours:02d}:{minutes:02d}" if self.zone else "Z"
        return f"{year}-{self.month:02d}-{self.day:02d}{zone}"


Value = (
    bool
    | int
    | Decimal
    | datetime
    | CalendarDate
    | time
    | bytes
    | str
    | Eui64
    | RequestId
    | ServiceReferenceVariant
    | DeviceType
    | tuple[Eui64, ...]
)

BLANKS: Final = " \t\r\n"

_INTEGER: Final = re.compile(r"[+-]?[0-9]+")
_DECIMAL: Final = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
_ZONE: Final = r"(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?"
_DAY: Final = r"(?P<year>-?[0-9]{4,})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
_TIME: Final = r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})(\.(?P<fraction>[0-9]+))?"
_DATE_TIME_FORM: Final = re.compile(f"{_DAY}T{_TIME}{_ZONE}")
_DATE_FORM: Final = re.compile(f"{_DAY}{_ZONE}")
_TIME_FORM: Final = re.compile(f"{_TIME}{_ZONE}")
_HEX: Final = re.compile(r"([0-9A-Fa-f]{2})*")


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write values. `read` and `write` raise ValueError; `write` takes values of `of` only."""

    name: str
    of: tuple[type, ...]
    read: Callable[[str], Value]
    write: Callable[[Any], str]
    keeps_blanks: bool = False

    def parse(self, text: str) -> Value:
        """The value; white space is collapsed first, except in strings."""
        return self.read(text if self.keeps_blanks else " ".join(text.split()))

    def render(self, value: Value) -> str:
        """The text. A value of another type is refused: True is no number, an int no text."""
        if not isinstance(value, self.of) or (isinstance(value, bool) and bool not in self.of):
            raise ValueError(f"{value!r} cannot be written as {self.name}")
        return self.write(value)


# ---------------------------------------------------------------------------------- reading


def _boolean(text: str) -> bool:
    try:
        return {"true": True, "1": True, "false": False, "0": False}[text]
    except KeyError:
        raise ValueError(f"{text!r} is not true or false") from None


def _integer(text: str) -> int:
    if not _INTEGER.fullmatch(text):
        raise ValueError(f"{text[:60]!r} is not a whole number")
    return int(text)


def _decimal(text: str) -> Decimal:
    if not _DECIMAL.fullmatch(text):
        raise ValueError(f"{text[:60]!r} is not a decimal number")
    return Decimal(text)


def _moment(text: str) -> datetime:
    parts = _parts(_DATE_TIME_FORM, text, "date and time")
    hour, carried = _hour(parts)
    day = _day(parts)
    at = datetime(
        day.year,
        day.month,
        day.day,
        hour,
        int(parts["minute"]),
        int(parts["second"]),
        _micros(parts),
        _zone(parts),
    )
    try:
        return at + timedelta(days=carried)
    except OverflowError:
        raise ValueError(f"{text!r} is later than the year 9999") from None


def _date(text: str) -> CalendarDate:
    parts = _parts(_DATE_FORM, text, "date")
    zone = _zone(parts)
    minutes = None if zone is None else zone.utcoffset(None) // timedelta(minutes=1)
    return CalendarDate(int(parts["year"]), int(parts["month"]), int(parts["day"]), minutes)


def _time(text: str) -> time:
    parts = _parts(_TIME_FORM, text, "time")
    hour, _ = _hour(parts)
    return time(hour, int(parts["minute"]), int(parts["second"]), _micros(parts), _zone(parts))


def _parts(form: re.Pattern[str], text: str, kind: str) -> dict[str, str]:
    found = form.fullmatch(text)
    if found is None:
        raise ValueError(f"{text[:60]!r} is not a {kind}")
    return {name: value or "" for name, value in found.groupdict().items()}


def _day(parts: dict[str, str]) -> date:
    if len(parts["year"]) != 4:
        raise ValueError(f"the year {parts['year'][:20]} is not within 1 … 9999")
    return date(int(parts["year"]), int(parts["month"]), int(parts["day"]))


def _hour(parts: dict[str, str]) -> tuple[int, int]:
    """Hour and days to carry: 24:00:00 is the beginning of the next day, and nothing later is allowed."""
    if parts["hour"] != "24":
        return int(parts["hour"]), 0
    if int(parts["minute"]) or int(parts["second"]) or parts["fraction"].strip("0"):
        raise ValueError("a day ends at 24:00:00")
    return 0, 1


def _micros(parts: dict[str, str]) -> int:
    fraction = parts["fraction"].rstrip("0")
    if len(fraction) > 6:
        raise ValueError(f"0.{fraction[:20]} seconds: finer than a microsecond")
    return int(fraction.ljust(6, "0"))


def _zone(parts: dict[str, str]) -> timezone | None:
    text = parts["zone"]
    if not text:
        return None
    if text == "Z":
        return UTC
    hours, minutes = int(text[1:3]), int(text[4:6])
    if minutes > 59 or hours * 60 + minutes > 14 * 60:
        raise ValueError(f"{text} is not a time zone")
    return timezone(timedelta(hours=hours, minutes=minutes) * (-1 if text[0] == "-" else 1))


def _base64(text: str) -> bytes:
    return base64.b64decode(text.replace(" ", ""), validate=True)  # binascii.Error is a ValueError


def _hex(text: str) -> bytes:
    if not _HEX.fullmatch(text):
        raise ValueError(f"{text[:60]!r} is not hex")
    return bytes.fromhex(text)


def _devices(text: str) -> tuple[Eui64, ...]:
    return tuple(Eui64.parse(each) for each in text.split(","))


def _command_variant(text: str) -> CommandVariant:
    return CommandVariant(_integer(text))


# ---------------------------------------------------------------------------------- writing


def _write_decimal(value: Decimal | int) -> str:
    if isinstance(value, Decimal) and not value.is_finite():
        raise ValueError(f"{value} is not a number")
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _write_time(value: datetime | time) -> str:
    offset = value.utcoffset()
    if offset and (offset.microseconds or offset.seconds % 60 or abs(offset) > timedelta(hours=14)):
        raise ValueError(f"{value.isoformat()}: XML has no such time zone")
    text = value.isoformat()
    if isinstance(value, datetime):
        text = text.rjust(len("0001-01-01T00:00:00"), "0")
    return text.removesuffix("+00:00") + "Z" if offset == timedelta(0) else text


# fmt: off
_TEXT: Final = Form("string", (str,), str, str, keeps_blanks=True)
_WHOLE: Final = Form("integer", (int,), _integer, lambda value: str(int(value)))

_BUILT_IN: Final = {
    "boolean": Form("boolean", (bool,), _boolean, lambda value: "true" if value else "false"),
    "decimal": Form("decimal", (Decimal, int), _decimal, _write_decimal),
    "dateTime": Form("dateTime", (datetime,), _moment, _write_time),
    "date": Form("date", (CalendarDate,), _date, str),
    "time": Form("time", (time,), _time, _write_time),
    "base64Binary": Form("base64Binary", (bytes,), _base64, lambda value: base64.b64encode(value).decode()),
    "hexBinary": Form("hexBinary", (bytes,), _hex, lambda value: value.hex().upper()),
    "string": _TEXT,
    "normalizedString": _TEXT,
    "anySimpleType": _TEXT,
    "anyType": _TEXT,
}
_WHOLE_NUMBERS: Final = """
    integer nonPositiveInteger negativeInteger long int short byte nonNegativeInteger unsignedLong unsignedInt
    unsignedShort unsignedByte positiveInteger
"""
_TOKENS: Final = "token language NMTOKEN Name NCName ID IDREF ENTITY anyURI QName NOTATION"

BUILT_IN: Final = {
    **_BUILT_IN,
    **dict.fromkeys(_WHOLE_NUMBERS.split(), _WHOLE),
    **dict.fromkeys(_TOKENS.split(), Form("token", (str,), str, str)),
}
"""By the local name of the XSD type. The interface has no lists, unions, floats or durations."""

OWN: Final = {
    "EuiText": Form("EUI-64", (Eui64,), Eui64.parse, str),
    "EuiList": Form("list of EUI-64", (tuple,), _devices, lambda value: ",".join(map(str, value))),
    "MessageIdentifier": Form("message identifier", (RequestId,), RequestId.parse, str),
    "Processing": Form("command variant", (CommandVariant,), _command_variant, lambda value: str(int(value))),
    "ServiceVariantNumber": Form("Service Reference Variant", (ServiceReferenceVariant,),
                                 ServiceReferenceVariant, str),
    "DeviceKind": Form("device type", (DeviceType,), DeviceType, lambda value: str(value.value)),
}
"""By the name of a type in our schemas: what the package has a type of its own for."""
# fmt: on
