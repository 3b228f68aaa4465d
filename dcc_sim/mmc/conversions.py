"""How one decoded value looks as the text of an MMC element or attribute.

In: a value as the codec gives it. Out: text within the lexical space and facets of its schema
type, not yet escaped. Each conversion is one-to-one over the values it accepts (`Const` apart), so
that it can be undone. Left out: values that need more than one element (`views`).
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from dcc_sim.clock import utc
from dcc_sim.codec.shape import Value, as_bytes, as_int, as_text, in_range
from dcc_sim.codec.times import CosemDateTime, moment_since_2000
from dcc_sim.errors import EncodeError


class Conversion(Protocol):
    """A typed text."""

    def text(self, value: Value) -> str:
        """The text of a value. Raises EncodeError when the schema type cannot say it."""
        ...


@dataclass(frozen=True, slots=True)
class Integer:
    """xs:integer; `low … high` bound what is written, which is the value less `minus`."""

    low: int | None = None
    high: int | None = None
    minus: int = 0

    def text(self, value: Value) -> str:
        """Decimal digits."""
        number = as_int(value) - self.minus
        if (self.low is not None and number < self.low) or (self.high is not None and number > self.high):
            raise EncodeError(f"{as_int(value)} is outside what the schema allows here: {self}")
        return str(number)

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


@dataclass(frozen=True, slots=True)
class YesNo:
    """xs:boolean."""

    def text(self, value: Value) -> str:
        """Either `true` or `false`."""
        if not isinstance(value, bool):
            raise EncodeError(f"true or false is needed, not {value!r}")
        return "true" if value else "false"


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


def _shown(character: str) -> str:
    # Pictures and private characters that were really sent are spelled out too: no confusion.
    if character.isprintable() and not 0x2400 <= ord(character) <= 0x2421:
        return character
    octets = character.encode("utf-8", "surrogateescape")
    return "".join(_PICTURES.get(octet, chr(_PRIVATE + octet)) for octet in octets)


@dataclass(frozen=True, slots=True)
class Plain:
    """Text that a view or this package has made."""

    def text(self, value: Value) -> str:
        """The text itself."""
        return as_text(value)


@dataclass(frozen=True, slots=True)
class Const:
    """The same text whatever the value."""

    content: str

    def text(self, value: Value) -> str:  # noqa: ARG002
        """The text."""
        return self.content


@dataclass(frozen=True, slots=True)
class Base64:
    """xs:base64Binary."""

    def text(self, value: Value) -> str:
        """Without line breaks."""
        return base64.b64encode(as_bytes(value)).decode("ascii")


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


@dataclass(frozen=True, slots=True)
class SecondsSince2000:
    """xs:dateTime in UTC, from ZigBee seconds."""

    def text(self, value: Value) -> str:
        """`2015-01-01T00:00:00Z`."""
        return _date_time(moment_since_2000(in_range(as_int(value), 0, 0xFFFF_FFFF)))


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
