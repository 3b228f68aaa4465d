"""How the text of a request becomes one value of a command.

In: text as it stands in a schema-valid document; for a `Structure` the element itself. Out: a value
as the codec wants it, exactly what the text says: a text that cannot be carried is a ValueError that
says why, and the compiler adds line and element. Left out: ranges of the wire (`codec`), and which
element means what (the tables).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Protocol

from dcc_sim.clock import utc
from dcc_sim.codec.times import NEVER, CosemDate, CosemDateTime, CosemTime, ZclDate, seconds_since_2000
from dcc_sim.errors import EncodeError
from dcc_sim.ids import Eui64
from dcc_sim.transform.elements import CANCELLATION, NAMESPACE, children, get, refuse, text

if TYPE_CHECKING:
    from lxml.etree import _Element

    from dcc_sim.codec.shape import Value


class Conversion(Protocol):
    """A typed text. `rule` is what a text that does not convert breaks."""

    @property
    def rule(self) -> str:
        """A few words for the refusal."""
        ...

    def read(self, text: str) -> Value:
        """The value. Raises ValueError saying what cannot be carried."""
        ...


class Structure(Protocol):
    """Several elements that make one value. `reads` are their paths below the element."""

    @property
    def reads(self) -> tuple[str, ...]:
        """Paths of the leaves it takes in."""
        ...

    def value(self, element: _Element) -> Value:
        """The value. Raises RequestInvalid."""
        ...


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number; the value is `plus` more than the text says, or `times` as much."""

    low: int | None = None
    high: int | None = None
    plus: int = 0
    times: int = 1
    rule: str = "whole number"

    def read(self, text: str) -> int:
        """Decimal digits, with a sign perhaps."""
        try:
            number = int(text)
        except ValueError:
            raise ValueError(f"{text!r} is not a whole number") from None
        if (self.low is not None and number < self.low) or (self.high is not None and number > self.high):
            raise ValueError(f"{number} is outside {self.low} … {self.high}")
        return number * self.times + self.plus


@dataclass(frozen=True, slots=True)
class Scaled:
    """A decimal number in units of 10⁻ⁿ: with `digits` 2 the text 1.3 is 130."""

    digits: int
    rule: str = "precision"

    def read(self, text: str) -> int:
        """Refuses digits that the command has no place for."""
        scaled = Decimal(text).scaleb(self.digits)
        if scaled != scaled.to_integral_value():
            raise ValueError(f"{text} has more than {self.digits} decimal places")
        return int(scaled)


@dataclass(frozen=True, slots=True)
class Octets:
    """Text as its UTF-8 octets."""

    rule: str = "text"

    def read(self, text: str) -> bytes:
        """White space inside is kept."""
        return text.encode()


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number as that many octets, most significant first."""

    size: int
    rule: str = "whole number"

    def read(self, text: str) -> bytes:
        """Refuses what does not fit."""
        number = int(text)
        if not 0 <= number < 1 << (8 * self.size):
            raise ValueError(f"{number} does not fit {self.size} octets")
        return number.to_bytes(self.size, "big")


@dataclass(frozen=True, slots=True)
class Named:
    """An enumeration: each name is a value."""

    values: Mapping[str, Value]
    rule: str = "enumeration"

    def read(self, text: str) -> Value:
        """The value of a name."""
        if text not in self.values:
            raise ValueError(f"{text!r} is not one of {', '.join(self.values)}")
        return self.values[text]


@dataclass(frozen=True, slots=True)
class Hex:
    """xs:hexBinary, of `size` octets if that is given."""

    size: int | None = None
    rule: str = "hexadecimal"

    def read(self, text: str) -> bytes:
        """The octets."""
        octets = bytes.fromhex(text)
        if self.size is not None and len(octets) != self.size:
            raise ValueError(f"{self.size} octets are needed, not {len(octets)}")
        return octets


@dataclass(frozen=True, slots=True)
class Base64:
    """xs:base64Binary."""

    rule: str = "base64"

    def read(self, text: str) -> bytes:
        """The octets; white space inside does not count."""
        try:
            return base64.b64decode("".join(text.split()), validate=True)
        except binascii.Error as error:
            raise ValueError(f"not base64: {error}") from None


@dataclass(frozen=True, slots=True)
class EuiText:
    """An EUI-64 as its 8 octets."""

    rule: str = "EUI-64"

    def read(self, text: str) -> bytes:
        """From hex digits with dashes."""
        return Eui64.parse(text).octets


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment, UTC, to the second."""

    rule: str = "UTC date and time"

    def read(self, text: str) -> datetime:
        """Refuses fractions of a second and times without a zone."""
        moment = utc(datetime.fromisoformat(text))
        if moment.microsecond:
            raise ValueError(f"{text}: a fraction of a second cannot be carried to the device")
        return moment


_MOMENT: Final = Moment()


@dataclass(frozen=True, slots=True)
class CosemMoment:
    """A moment as DLMS date-time."""

    rule: str = "UTC date and time"

    def read(self, text: str) -> CosemDateTime:
        """As `Moment`."""
        return CosemDateTime.at(_MOMENT.read(text))


@dataclass(frozen=True, slots=True)
class CosemActivation:
    """ExecutionDateTime as the activation time of passive values; the far date cancels."""

    rule: str = "UTC date and time"

    def read(self, text: str) -> CosemDateTime:
        """As `Moment`, or never."""
        moment = _MOMENT.read(text)
        return NEVER if moment == CANCELLATION else CosemDateTime.at(moment)


@dataclass(frozen=True, slots=True)
class Seconds2000:
    """A moment as seconds since 2000-01-01T00:00:00Z."""

    rule: str = "moment within 2000 … 2136"

    def read(self, text: str) -> int:
        """As `Moment`, within 32 bits."""
        try:
            return seconds_since_2000(_MOMENT.read(text))
        except EncodeError as error:
            raise ValueError(error.reason) from None


@dataclass(frozen=True, slots=True)
class ZclActivation:
    """ExecutionDateTime as ZigBee UTCTime; the far date becomes `cancel`."""

    cancel: int
    rule: str = "moment within 2000 … 2136"

    def read(self, text: str) -> int:
        """Refuses the seconds that mean now (0) or never (FFFFFFFE and up) on the wire."""
        if _MOMENT.read(text) == CANCELLATION:
            return self.cancel
        seconds = SECONDS_2000.read(text)
        if not 0 < seconds < 0xFFFF_FFFE:
            raise ValueError("on the wire this second means now or never")
        return seconds


@dataclass(frozen=True, slots=True)
class CosemClock:
    """A time of day, UTC, as DLMS time."""

    rule: str = "UTC time"

    def read(self, text: str) -> CosemTime:
        """`07:30:00.00Z`; refuses other zones and fractions of a second."""
        clock, _, fraction = text.removesuffix("Z").partition(".")
        if not text.endswith("Z") or fraction.strip("0"):
            raise ValueError(f"{text!r}: switching times are UTC to the second")
        hours, minutes, seconds = (int(part) for part in clock.split(":"))
        if hours > 23:
            raise ValueError(f"{text!r} is not a time of day")
        return CosemTime(bytes((hours, minutes, seconds, 0)))


_DATE: Final = re.compile(r"(\d{4,5})-(\d\d)-(\d\d)(Z?)")
ANY_YEAR: Final = 0xFFFF
"""Year 65535 of an xs:date stands for every year, as FFFF does in DLMS (vectors)."""


@dataclass(frozen=True, slots=True)
class CosemDay:
    """An xs:date as DLMS date, weekday left open."""

    rule: str = "UTC date"

    def read(self, text: str) -> CosemDate:
        """`2014-10-27Z`; year 65535 is every year."""
        found = _DATE.fullmatch(text)
        if found is None:
            raise ValueError(f"{text!r} is not a date in UTC")
        year, month, day = (int(part) for part in found.groups()[:3])
        if year > 9999 and year != ANY_YEAR:
            raise ValueError(f"the year {year} is not within 0 … 9999, nor 65535 for every year")
        return CosemDate(year.to_bytes(2, "big") + bytes((month, day, 0xFF)))


WHOLE: Final = Whole()
TEXT: Final = Octets()
TRUTH: Final = Named({"true": True, "1": True, "false": False, "0": False}, rule="boolean")
EUI: Final = EuiText()
BASE64: Final = Base64()
MOMENT: Final = Moment()
COSEM_MOMENT: Final = CosemMoment()
COSEM_ACTIVATION: Final = CosemActivation()
COSEM_TIME: Final = CosemClock()
COSEM_DAY: Final = CosemDay()
SECONDS_2000: Final = Seconds2000()

_COSEM_TOKENS: Final = {
    "NonSpecifiedYear": 0xFFFF,
    "NonSpecifiedMonth": 0xFF,
    "LastDayOfMonth": 0xFE,
    "SecondLastDayOfMonth": 0xFD,
    "NonSpecifiedDayOfMonth": 0xFF,
    "NonSpecifiedDayOfWeek": 0xFF,
}


@dataclass(frozen=True, slots=True)
class CosemDateParts:
    """Year, Month, DayOfMonth and DayOfWeek, each specified or a wildcard, as DLMS date."""

    reads: tuple[str, ...] = ("Year/*", "Month/*", "DayOfMonth/*", "DayOfWeek/*")

    def value(self, element: _Element) -> CosemDate:
        """Raises RequestInvalid when a part has nothing chosen."""
        year, month, day, weekday = _parts(element, _COSEM_PARTS, _COSEM_TOKENS)
        return CosemDate(year.to_bytes(2, "big") + bytes((month, day, weekday)))


@dataclass(frozen=True, slots=True)
class CosemDayStart:
    """As `CosemDateParts`, as the date-time of its midnight; deviation and status not specified."""

    reads: tuple[str, ...] = ("Year/*", "Month/*", "DayOfMonth/*", "DayOfWeek/*")

    def value(self, element: _Element) -> CosemDateTime:
        """Raises RequestInvalid when a part has nothing chosen."""
        return CosemDateTime(COSEM_DATE.value(element) + bytes((0, 0, 0, 0)) + b"\x80\x00\xff")


@dataclass(frozen=True, slots=True)
class ZclDateParts:
    """Gas…WithWildcards: year, month, day and weekday, each specified or a wildcard, as ZigBee date."""

    reads: tuple[str, ...] = (
        "GasYearWithWildcards/*",
        "GasMonthWithWildcards/*",
        "GasDayOfMonthWithWildcards/*",
        "GasDayOfWeekWithWildcards/*",
    )

    def value(self, element: _Element) -> ZclDate:
        """Raises RequestInvalid for a year that ZigBee has no octet for."""
        names = tuple(NAMESPACE + path.removesuffix("/*") for path in self.reads)
        year, month, day, weekday = _parts(element, names, _ZCL_TOKENS)
        if year >= 0 and not 0 <= year - 1900 < 0xFF:
            raise refuse(element, f"the year {year} does not fit a ZigBee date", rule="year 1900 … 2154")
        parts = (year - 1900 if year >= 0 else -1, month, day, weekday)
        return ZclDate(bytes(0xFF if part < 0 else part for part in parts))


COSEM_DATE: Final = CosemDateParts()
COSEM_DAY_START: Final = CosemDayStart()
ZCL_DATE: Final = ZclDateParts()


_ZCL_TOKENS: Final = dict.fromkeys(
    ("NonSpecifiedYear", "NonSpecifiedMonth", "GasNonSpecifiedDayOfMonth", "NonSpecifiedDayOfWeek"), -1
)
_COSEM_PARTS: Final = tuple(NAMESPACE + part for part in ("Year", "Month", "DayOfMonth", "DayOfWeek"))


def _parts(element: _Element, names: tuple[str, ...], tokens: Mapping[str, int]) -> list[int]:
    """The parts of a date, by their qualified names and in their order."""
    found = {part.tag: part for part in children(element)}
    for name in names:
        if name not in found:
            raise refuse(element, f"{name.removeprefix(NAMESPACE)} is missing")
    return [_specified(found[name], tokens) for name in names]


def _specified(element: _Element, tokens: Mapping[str, int]) -> int:
    choice = next(children(element), None)
    if choice is None:
        raise refuse(element, "nothing is chosen")
    token = tokens.get(choice.tag.removeprefix(NAMESPACE))
    return int(text(choice)) if token is None else token


_WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class WeekdayBits:
    """DaysOfWeekApplicability as seven bits, Monday first."""

    reads: tuple[str, ...] = (".", "DayOfWeekApplicability", "DayOfWeekApplicability/DayOfWeekID")

    def value(self, element: _Element) -> str:
        """No day at all is seven zeros. Raises RequestInvalid for a day named twice."""
        found = [get(each, "DayOfWeekID") for each in children(element)]
        named = [text(day) for day in found]
        for n, day in enumerate(named):
            if day in named[:n]:
                raise refuse(found[n], f"{day} is named twice", rule="weekday once")
        return "".join("1" if day in named else "0" for day in _WEEKDAYS)


WEEKDAY_BITS: Final = WeekdayBits()


def seconds_2000(now: datetime) -> int:
    """The time of the transform as seconds since 2000: issuer event and calendar ids."""
    return seconds_since_2000(now.astimezone(UTC))
