"""How one decoded value looks as the text of an MMC element or attribute.

In: a value as the codec gives it. Out: text within the lexical space and facets of its schema
type, not yet escaped; and the way back, from any text of that type. Back comes the usual form of
what was said: an identifier in one octet, a DLMS date-time without weekday and clock status. None
comes back where the text says nothing that no other element says (`Const`, `Described`, and a word
for codes without a name). Left out: values that need more than one element (`views`).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Protocol

from dcc_sim.clock import utc
from dcc_sim.codec.shape import Value, as_bytes, as_int, as_text, in_range
from dcc_sim.codec.times import CosemDate, CosemDateTime, CosemTime, moment_since_2000, seconds_since_2000
from dcc_sim.errors import EncodeError
from dcc_sim.ids import Eui64


class Conversion(Protocol):
    """A typed text."""

    def text(self, value: Value) -> str:
        """The text of a value. Raises EncodeError when the schema type cannot say it."""
        ...

    def value(self, text: str) -> Value:
        """The value of a text. Raises EncodeError when the text is not of the schema type."""
        ...


_INTEGER: Final = re.compile(r"\s*([+-]?\d+)\s*", re.ASCII)


def _integer(text: str) -> int:
    found = _INTEGER.fullmatch(text)
    if found is None:
        raise EncodeError(f"{text!r} is not an integer")
    return int(found[1])


def _octets(text: str) -> bytes:
    try:
        return binascii.unhexlify(text.strip())
    except (binascii.Error, ValueError) as error:
        raise EncodeError(f"{text!r} is not hexadecimal") from error


@dataclass(frozen=True, slots=True)
class Integer:
    """xs:integer; `low … high` bound what is written, which is the value less `minus`."""

    low: int | None = None
    high: int | None = None
    minus: int = 0

    def text(self, value: Value) -> str:
        """Decimal digits."""
        return str(self._bounded(as_int(value) - self.minus))

    def value(self, text: str) -> Value:
        """The way back."""
        return self._bounded(_integer(text)) + self.minus

    def _bounded(self, number: int) -> int:
        if (self.low is not None and number < self.low) or (self.high is not None and number > self.high):
            raise EncodeError(f"{number + self.minus} is outside what the schema allows here: {self}")
        return number

    def __str__(self) -> str:
        low = "" if self.low is None else self.low + self.minus
        return f"{low} … {'' if self.high is None else self.high + self.minus}"


@dataclass(frozen=True, slots=True)
class Hex:
    """xs:hexBinary of `size` octets, from a number or from octets; capitals."""

    size: int

    def text(self, value: Value) -> str:
        """Two digits per octet."""
        octets = value
        if not isinstance(octets, bytes):
            octets = in_range(as_int(value), 0, (1 << (8 * self.size)) - 1).to_bytes(self.size, "big")
        in_range(len(octets), self.size, self.size)
        return octets.hex().upper()

    def value(self, text: str) -> Value:
        """The octets."""
        octets = _octets(text)
        in_range(len(octets), self.size, self.size)
        return octets


@dataclass(frozen=True, slots=True)
class Named:
    """An enumeration; `otherwise` is the schema's own word for a code it has no name for."""

    names: Mapping[int, str]
    otherwise: str | None = None

    def text(self, value: Value) -> str:
        """The name of the code."""
        name = self.names.get(int(value) if isinstance(value, bool) else as_int(value), self.otherwise)
        if name is None:
            raise EncodeError(f"{value!r} is not one of {', '.join(self.names.values())}")
        return name

    def value(self, text: str) -> Value:
        """The code; None for the word that stands for any other code."""
        for code, name in self.names.items():
            if name == text:
                return code
        if text == self.otherwise:
            return None
        raise EncodeError(f"{text!r} is not one of {', '.join(self.names.values())}")


@dataclass(frozen=True, slots=True)
class Described:
    """A description in words of a code that another element carries."""

    names: Mapping[int, str]
    otherwise: str

    def text(self, value: Value) -> str:
        """The words for the code."""
        return self.names.get(as_int(value), self.otherwise)

    def value(self, text: str) -> Value:  # noqa: ARG002
        """Nothing: the other element says it."""
        return None


_BOOLEANS: Final = {"true": True, "1": True, "false": False, "0": False}


@dataclass(frozen=True, slots=True)
class YesNo:
    """xs:boolean."""

    def text(self, value: Value) -> str:
        """Either `true` or `false`."""
        if not isinstance(value, bool):
            raise EncodeError(f"true or false is needed, not {value!r}")
        return "true" if value else "false"

    def value(self, text: str) -> Value:
        """True or False."""
        known = _BOOLEANS.get(text.strip())
        if known is None:
            raise EncodeError(f"{text!r} is neither true nor false")
        return known


@dataclass(frozen=True, slots=True)
class OctetNumber:
    """A big-endian number in an octet-string, such as the identifier of a week."""

    low: int
    high: int

    def text(self, value: Value) -> str:
        """Decimal digits."""
        octets = as_bytes(value)
        if not octets:
            raise EncodeError("an identifier without octets")
        return str(in_range(int.from_bytes(octets, "big"), self.low, self.high))

    def value(self, text: str) -> Value:
        """As few octets as hold the number."""
        number = in_range(_integer(text), self.low, self.high)
        return number.to_bytes(max(1, (number.bit_length() + 7) // 8), "big")


_PICTURES: Final = {n: chr(0x2400 + n) for n in range(0x20)} | {0x7F: "\u2421"}
_PRIVATE: Final = 0xE000


@dataclass(frozen=True, slots=True)
class OctetText:
    """Octets that should be UTF-8 but may be anything, as text that XML can hold.

    What is not printable is shown octet by octet: a control octet as its picture (U+2400 …), any
    other as U+E000 plus the octet. So there are never more characters than octets, and different
    octets give different texts.
    """

    high: int

    def text(self, value: Value) -> str:
        """Printable characters only."""
        octets = as_bytes(value)
        in_range(len(octets), 0, self.high)
        if octets.isascii() and (text := octets.decode("ascii")).isprintable():
            return text
        # surrogateescape leaves octets that are not UTF-8 as one lone surrogate each.
        return "".join(_shown(c) for c in octets.decode("utf-8", "surrogateescape"))

    def value(self, text: str) -> Value:
        """The octets."""
        octets = b"".join(_hidden(character) for character in text)
        in_range(len(octets), 0, self.high)
        return octets


def _shown(character: str) -> str:
    # Pictures and private characters that were really sent are spelled out too: no confusion.
    if character.isprintable() and not 0x2400 <= ord(character) <= 0x2421:
        return character
    octets = character.encode("utf-8", "surrogateescape")
    return "".join(_PICTURES.get(octet, chr(_PRIVATE + octet)) for octet in octets)


_OCTET_OF_PICTURE: Final = {ord(picture): octet for octet, picture in _PICTURES.items()}


def _hidden(character: str) -> bytes:
    code = ord(character)
    if code in _OCTET_OF_PICTURE:
        return bytes((_OCTET_OF_PICTURE[code],))
    if _PRIVATE <= code <= _PRIVATE + 0xFF:
        return bytes((code - _PRIVATE,))
    return character.encode()


@dataclass(frozen=True, slots=True)
class Plain:
    """Text that a view or this package has made."""

    def text(self, value: Value) -> str:
        """The text itself."""
        return as_text(value)

    def value(self, text: str) -> Value:
        """The text itself."""
        return text


@dataclass(frozen=True, slots=True)
class Const:
    """The same text whatever the value."""

    content: str

    def text(self, value: Value) -> str:  # noqa: ARG002
        """The text."""
        return self.content

    def value(self, text: str) -> Value:
        """Nothing."""
        if text != self.content:
            raise EncodeError(f"{self.content!r} is needed, not {text!r}")
        return None


@dataclass(frozen=True, slots=True)
class Base64:
    """xs:base64Binary."""

    def text(self, value: Value) -> str:
        """Without line breaks."""
        return base64.b64encode(as_bytes(value)).decode("ascii")

    def value(self, text: str) -> Value:
        """The octets."""
        try:
            return base64.b64decode("".join(text.split()), validate=True)
        except (binascii.Error, ValueError) as error:
            raise EncodeError("not base64") from error


@dataclass(frozen=True, slots=True)
class Moment:
    """xs:dateTime in UTC, from a DLMS date-time (12 octets) or a datetime."""

    def text(self, value: Value) -> str:
        """`2015-01-01T00:00:00Z`; a fraction only when there is one."""
        if isinstance(value, datetime):
            try:
                return _date_time(utc(value))
            except ValueError as error:
                raise EncodeError(str(error)) from error
        octets = CosemDateTime(as_bytes(value))
        moment = octets.moment
        if moment is None:
            raise EncodeError(f"{octets} is not one moment")
        return _date_time(moment)

    def value(self, text: str) -> Value:
        """A DLMS date-time."""
        moment = _moment(text)
        if moment.microsecond % 10_000:
            raise EncodeError(f"{text!r} has more than hundredths of a second")
        octets = CosemDateTime.at(moment)
        return CosemDateTime(octets[:8] + bytes((moment.microsecond // 10_000,)) + octets[9:])


@dataclass(frozen=True, slots=True)
class SecondsSince2000:
    """xs:dateTime in UTC, from ZigBee seconds."""

    def text(self, value: Value) -> str:
        """`2015-01-01T00:00:00Z`."""
        return _date_time(moment_since_2000(in_range(as_int(value), 0, 0xFFFF_FFFF)))

    def value(self, text: str) -> Value:
        """Seconds since 2000-01-01T00:00:00Z."""
        moment = _moment(text)
        if moment.microsecond:
            raise EncodeError(f"{text!r} is not a whole second")
        return seconds_since_2000(moment)


_DATE_TIME: Final = re.compile(
    r"\s*(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6}0*)?)(Z|[+-]\d\d:\d\d)?\s*", re.ASCII
)


def _moment(text: str) -> datetime:
    found = _DATE_TIME.fullmatch(text)
    if found is None:
        raise EncodeError(f"{text!r} is not a date and time")
    try:
        # A text without a zone is taken as UTC, which all times of GBCS are.
        return utc(datetime.fromisoformat(found[1] + (found[2] or "Z")))
    except (ValueError, OverflowError) as error:
        raise EncodeError(f"{text!r}: {error}") from error


def _date_time(moment: datetime) -> str:
    # Not strftime: its %Y has no leading zeros everywhere.
    return moment.replace(tzinfo=None).isoformat().rstrip("0" if moment.microsecond else "") + "Z"


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """xs:time in UTC, from a DLMS time (4 octets); hundredths that are not specified count as 0."""

    def text(self, value: Value) -> str:
        """`07:00:00Z`; a fraction only when there is one."""
        octets = as_bytes(value)
        in_range(len(octets), 4, 4)
        hour, minute, second, hundredths = octets
        if hour > 23 or minute > 59 or second > 59 or (hundredths > 99 and hundredths != 0xFF):
            raise EncodeError(f"{octets.hex(':')} is not one time of day")
        fraction = "" if hundredths in (0, 0xFF) else f".{hundredths:02d}"
        return f"{hour:02d}:{minute:02d}:{second:02d}{fraction}Z"

    def value(self, text: str) -> Value:
        """A DLMS time."""
        found = _TIME.fullmatch(text)
        if found is None:
            raise EncodeError(f"{text!r} is not a time of day in UTC")
        hour, minute, second = (int(found[n]) for n in (1, 2, 3))
        if hour > 23 or minute > 59 or second > 59:
            raise EncodeError(f"{text!r} is not a time of day")
        return CosemTime(bytes((hour, minute, second, int((found[4] or "").ljust(2, "0")))))


_TIME: Final = re.compile(r"\s*(\d\d):(\d\d):(\d\d)(?:\.(\d{1,2})0*)?Z?\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Eui:
    """An EUI-64 of 8 octets as DUIS and MMC write it."""

    def text(self, value: Value) -> str:
        """`00-DB-12-34-56-78-90-A0`."""
        octets = as_bytes(value)
        in_range(len(octets), 8, 8)
        return str(Eui64(octets))

    def value(self, text: str) -> Value:
        """The way back."""
        try:
            return Eui64.parse(text).octets
        except ValueError as error:
            raise EncodeError(str(error)) from error


@dataclass(frozen=True, slots=True)
class HexOctets:
    """xs:hexBinary of up to `high` octets, as many as there are; capitals."""

    high: int

    def text(self, value: Value) -> str:
        """Two digits per octet."""
        octets = as_bytes(value)
        in_range(len(octets), 0, self.high)
        return octets.hex().upper()

    def value(self, text: str) -> Value:
        """The way back."""
        try:
            return bytes.fromhex(text)
        except ValueError as error:
            raise EncodeError(f"{text!r} is not hexadecimal") from error


_DAY: Final = re.compile(r"\s*(\d{4}-\d\d-\d\d)(?:Z|[+-]00:00)?\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Day:
    """xs:date, from a DLMS date (5 octets) without wildcards; the weekday is left out."""

    def text(self, value: Value) -> str:
        """`2015-01-01Z`."""
        octets = as_bytes(value)
        in_range(len(octets), 5, 5)
        try:
            return date(int.from_bytes(octets[:2], "big"), octets[2], octets[3]).isoformat() + "Z"
        except ValueError as error:
            raise EncodeError(f"{octets.hex()} is not one day") from error

    def value(self, text: str) -> Value:
        """A DLMS date."""
        found = _DAY.fullmatch(text)
        if found is None:
            raise EncodeError(f"{text!r} is not a date in UTC")
        try:
            return CosemDate.on(date.fromisoformat(found[1]))
        except ValueError as error:
            raise EncodeError(f"{text!r}: {error}") from error
