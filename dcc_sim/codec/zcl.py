"""ZigBee Cluster Library field types as shapes with named leaves; little-endian.

In: the ZCL payload of one component. Out: int, bytes, dates, lists and dicts. A count field is
derived from the list it counts, so that the two cannot disagree. Left out: the ZCL header and
the GBZ envelope around it (`gbz`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dcc_sim.codec.shape import (
    Reader,
    Shape,
    Value,
    as_bytes,
    as_int,
    as_list,
    as_struct,
    decode_field,
    encode_field,
    in_range,
)
from dcc_sim.codec.times import ZclDate
from dcc_sim.errors import EncodeError


@dataclass(frozen=True, slots=True)
class Number:
    """UINTn, INTn, ENUM8, BITMAPn or UTCTime of `size` octets; `data_type` is its ZCL type id."""

    size: int
    data_type: int
    signed: bool = False
    const: int | None = None
    low: int | None = None
    high: int | None = None
    unit: str = ""
    meaning: Mapping[int, str] = field(default_factory=dict)

    def encode(self, value: Value, out: bytearray) -> None:
        if self.const is not None:
            if value is not None and value != self.const:
                raise EncodeError(f"this field is always {self.const}, not {value!r}")
            value = self.const
        least = -(1 << (8 * self.size - 1)) if self.signed else 0
        most = (1 << (8 * self.size - self.signed)) - 1
        low = least if self.low is None else self.low
        high = most if self.high is None else self.high
        out += in_range(as_int(value), low, high).to_bytes(self.size, "little", signed=self.signed)

    def decode(self, reader: Reader) -> int:
        start = reader.pos
        number = int.from_bytes(reader.take(self.size), "little", signed=self.signed)
        if self.const is not None and number != self.const:
            reader.fail(f"{self.const} expected, found {number}", at=start)
        if (self.low is not None and number < self.low) or (self.high is not None and number > self.high):
            reader.fail(f"{self.low} … {self.high} expected, found {number}", at=start)
        reader.note(start, number, self)
        return number


def U8(const: int | None = None, **limits: int) -> Number:
    """Unsigned 8-bit integer."""
    return Number(1, 0x20, const=const, low=limits.get("low"), high=limits.get("high"))


def U16(const: int | None = None) -> Number:
    """Unsigned 16-bit integer."""
    return Number(2, 0x21, const=const)


def U24(const: int | None = None) -> Number:
    """Unsigned 24-bit integer."""
    return Number(3, 0x22, const=const)


def U32(const: int | None = None) -> Number:
    """Unsigned 32-bit integer."""
    return Number(4, 0x23, const=const)


def U48(const: int | None = None) -> Number:
    """Unsigned 48-bit integer."""
    return Number(6, 0x25, const=const)


def Enumeration(const: int | None = None, meaning: Mapping[int, str] | None = None) -> Number:
    """8-bit enumeration."""
    return Number(1, 0x30, const=const, meaning=meaning or {})


def Bits8(const: int | None = None, meaning: Mapping[int, str] | None = None) -> Number:
    """8-bit bitmap."""
    return Number(1, 0x18, const=const, meaning=meaning or {})


def UtcTime() -> Number:
    """Seconds since 2000-01-01T00:00:00Z; 0 is now, FFFFFFFF never."""
    return Number(4, 0xE2, meaning={0: "now", 0xFFFFFFFF: "never"})


@dataclass(frozen=True, slots=True)
class OctetString:
    """One octet of length, then that many octets, at most `high`."""

    high: int = 254
    const: bytes | None = None
    data_type: int = 0x41

    def encode(self, value: Value, out: bytearray) -> None:
        octets = self.const if value is None and self.const is not None else as_bytes(value)
        if self.const is not None and octets != self.const:
            raise EncodeError(f"this field is always {self.const!r}, not {octets!r}")
        out.append(in_range(len(octets), 0, self.high))
        out += octets

    def decode(self, reader: Reader) -> bytes:
        start = reader.pos
        length = reader.u8()
        if length > self.high:
            reader.fail(f"at most {self.high} octets expected, found {length}", at=start)
        octets = reader.take(length)
        if self.const is not None and octets != self.const:
            reader.fail(f"{self.const.hex()} expected, found {octets.hex()}", at=start)
        reader.note(start, octets, self)
        return octets


@dataclass(frozen=True, slots=True)
class DateField:
    """ZigBee Date, 4 octets, FF is a wildcard."""

    data_type: int = 0xE1

    def encode(self, value: Value, out: bytearray) -> None:
        out += ZclDate(as_bytes(value))

    def decode(self, reader: Reader) -> ZclDate:
        start = reader.pos
        value = ZclDate(reader.take(4))
        reader.note(start, value, self)
        return value


@dataclass(frozen=True, slots=True)
class CountOf:
    """A one-octet number of the elements in the list named `of`, which comes later."""

    of: str
    mask: int = 0xFF


class Listed:
    """Elements of one shape up to the end of the component, `low … high` of them."""

    __slots__ = ("element", "high", "low")

    def __init__(self, element: Shape, low: int = 0, high: int = 0xFF) -> None:
        self.element = element
        self.low = low
        self.high = high

    def encode(self, value: Value, out: bytearray) -> None:
        items = as_list(value)
        in_range(len(items), self.low, self.high)
        for position, item in enumerate(items, 1):
            encode_field(f"[{position}]", self.element, item, out)

    def decode(self, reader: Reader) -> list[Value]:
        start = reader.pos
        items: list[Value] = []
        while reader.left:
            items.append(decode_field(len(items) + 1, self.element, reader))
        if not self.low <= len(items) <= self.high:
            reader.fail(f"{self.low} … {self.high} elements expected, found {len(items)}", at=start)
        return items


@dataclass(frozen=True, slots=True)
class Field:
    """A named field of a command. `smets` is its SMETS data item."""

    name: str
    shape: Shape | CountOf
    smets: str = ""


class Fields:
    """Fields in wire order."""

    __slots__ = ("fields",)

    def __init__(self, *fields: Field) -> None:
        self.fields = fields

    def encode(self, value: Value, out: bytearray) -> None:
        members = as_struct(value)
        unknown = members.keys() - {f.name for f in self.fields}
        if unknown:
            raise EncodeError(f"unknown fields {', '.join(sorted(unknown))}")
        for part in self.fields:
            if isinstance(part.shape, CountOf):
                out.append(in_range(len(as_list(members.get(part.shape.of))), 0, part.shape.mask))
            else:
                encode_field(part.name, part.shape, members.get(part.name), out)

    def decode(self, reader: Reader) -> dict[str, Value]:
        values: dict[str, Value] = {}
        counts: list[tuple[CountOf, int, int]] = []
        for part in self.fields:
            if isinstance(part.shape, CountOf):
                start = reader.pos
                counts.append((part.shape, reader.u8(), start))
                reader.note(start, counts[-1][1], None, part.name)
            else:
                values[part.name] = decode_field(part.name, part.shape, reader)
        for count, number, start in counts:
            if number != len(as_list(values[count.of])):
                reader.fail(
                    f"{number} {count.of} announced, found {len(as_list(values[count.of]))}", at=start
                )
        return values
