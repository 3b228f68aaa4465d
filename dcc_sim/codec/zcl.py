"""ZigBee Cluster Library field types as shapes with named leaves; little-endian.

In: the ZCL payload of one component. Out: int, bytes, dates, lists and dicts. A count field is
derived from the list it counts, so that the two cannot disagree. Left out: the ZCL header and
the GBZ envelope around it (`gbz`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from dcc_sim.codec.compiled import (
    Decode,
    DecodeAll,
    Nest,
    Slot,
    compile_list,
    compile_record,
    is_fixed,
    member_of,
    size_of,
)
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
from dcc_sim.codec.times import ZclDate, moment_since_2000
from dcc_sim.errors import EncodeError

CLUSTERS: Final[Mapping[int, str]] = {
    0x0000: "Basic",
    0x000A: "Time",
    0x0019: "OTA Upgrade",
    0x0700: "Price",
    0x0701: "Demand Response and Load Control",
    0x0702: "Metering",
    0x0703: "Messaging",
    0x0705: "Prepayment",
    0x0706: "Energy Management",
    0x0707: "Calendar",
    0x0708: "Device Management",
    0x0709: "Events",
}

STATUSES: Final[Mapping[int, str]] = {
    0x00: "SUCCESS",
    0x01: "FAILURE",
    0x7E: "NOT_AUTHORIZED",
    0x7F: "RESERVED_FIELD_NOT_ZERO",
    0x80: "MALFORMED_COMMAND",
    0x81: "UNSUP_CLUSTER_COMMAND",
    0x82: "UNSUP_GENERAL_COMMAND",
    0x83: "UNSUP_MANUF_CLUSTER_COMMAND",
    0x84: "UNSUP_MANUF_GENERAL_COMMAND",
    0x85: "INVALID_FIELD",
    0x86: "UNSUPPORTED_ATTRIBUTE",
    0x87: "INVALID_VALUE",
    0x88: "READ_ONLY",
    0x89: "INSUFFICIENT_SPACE",
    0x8A: "DUPLICATE_EXISTS",
    0x8B: "NOT_FOUND",
    0x8C: "UNREPORTABLE_ATTRIBUTE",
    0x8D: "INVALID_DATA_TYPE",
    0x8E: "INVALID_SELECTOR",
    0x8F: "WRITE_ONLY",
    0x90: "INCONSISTENT_STARTUP_STATE",
    0x91: "DEFINED_OUT_OF_BAND",
    0x92: "INCONSISTENT",
    0x93: "ACTION_DENIED",
    0x94: "TIMEOUT",
    0x95: "ABORT",
    0x96: "INVALID_IMAGE",
    0x97: "WAIT_FOR_DATA",
    0x98: "NO_IMAGE_AVAILABLE",
    0x99: "REQUIRE_MORE_IMAGE",
    0xC0: "HARDWARE_FAILURE",
    0xC1: "SOFTWARE_FAILURE",
    0xC2: "CALIBRATION_ERROR",
}
"""Names of ZCL 2.5.3; INVALID_FIELD is what GBCS calls INVALID_VALUE (85) on the page of GCS04."""

UTC_TIME: Final = 0xE2
_CODES: Final = {1: "B", 2: "H", 4: "I", 8: "Q"}
_TRUTH: Final = {0: False, 1: True}


class UtcSeconds(int):
    """Seconds since 2000 that show the moment they mean; how a decoder annotates UTCTime."""

    __slots__ = ()

    def __str__(self) -> str:
        # 0, FFFFFFFE and FFFFFFFF are instructions, not moments; their meaning stands beside them.
        if not 0 < self < 0xFFFFFFFE:
            return int.__repr__(self)
        return f"{moment_since_2000(int(self)):%Y-%m-%dT%H:%M:%SZ}"

    __repr__ = __str__


@dataclass(frozen=True, slots=True)
class Number:
    """UINTn, INTn, ENUM8, BITMAPn or UTCTime of `size` octets; `data_type` is its ZCL type id.

    `const`, `allowed` and `low … high` are enforced both ways; `meaning` only explains.
    """

    size: int
    data_type: int
    signed: bool = False
    const: int | None = None
    low: int | None = None
    high: int | None = None
    unit: str = ""
    meaning: Mapping[int, str] = field(default_factory=dict)
    allowed: tuple[int, ...] = ()

    @property
    def limits(self) -> tuple[int, int]:
        """Least and greatest value."""
        least = -(1 << (8 * self.size - 1)) if self.signed else 0
        most = (1 << (8 * self.size - self.signed)) - 1
        return (least if self.low is None else self.low, most if self.high is None else self.high)

    def encode(self, value: Value, out: bytearray) -> None:
        if self.const is not None:
            if value is not None and value != self.const:
                raise EncodeError(f"this field is always {self.const}, not {value!r}")
            value = self.const
        number = in_range(as_int(value), *self.limits)
        if self.allowed and number not in self.allowed:
            raise EncodeError(f"{number} is none of {', '.join(map(str, self.allowed))}")
        out += number.to_bytes(self.size, "little", signed=self.signed)

    def decode(self, reader: Reader) -> int:
        start = reader.pos
        number = int.from_bytes(reader.take(self.size), "little", signed=self.signed)
        if self.const is not None and number != self.const:
            reader.fail(f"{self.const} expected, found {number}", at=start)
        if (self.low is not None and number < self.low) or (self.high is not None and number > self.high):
            reader.fail(f"{self.low} … {self.high} expected, found {number}", at=start)
        if self.allowed and number not in self.allowed:
            reader.fail(f"one of {', '.join(map(str, self.allowed))} expected, found {number}", at=start)
        notes = reader.notes
        if notes is not None:
            shown = UtcSeconds(number) if self.data_type == UTC_TIME else number
            notes.append((reader.base + start, self.size, reader.scope, shown, self))
        return number

    @property
    def slot(self) -> Slot:
        """How it stands in a compiled layout."""
        code, convert = _CODES.get(self.size, f"{self.size}s"), None
        if self.size not in _CODES:
            convert = partial(int.from_bytes, byteorder="little", signed=self.signed)
        elif self.signed:
            code = code.lower()
        show = UtcSeconds if self.data_type == UTC_TIME else None
        return Slot(b"", code, self, convert, show, self.const, self.low, self.high, self.allowed)


@dataclass(frozen=True, slots=True)
class Kind:
    """One ZCL type: `U16(826)` is a constant, `U16(low=1)` a range, `U16(allowed=(826, 978))` a choice."""

    size: int
    data_type: int
    signed: bool = False
    meaning: Mapping[int, str] = field(default_factory=dict)

    def __call__(
        self,
        const: int | None = None,
        meaning: Mapping[int, str] | None = None,
        *,
        low: int | None = None,
        high: int | None = None,
        allowed: tuple[int, ...] = (),
        unit: str = "",
    ) -> Number:
        """A field or attribute of this type."""
        told = self.meaning if meaning is None else meaning
        return Number(self.size, self.data_type, self.signed, const, low, high, unit, told, allowed)


U8: Final = Kind(1, 0x20)
U16: Final = Kind(2, 0x21)
U24: Final = Kind(3, 0x22)
U32: Final = Kind(4, 0x23)
U48: Final = Kind(6, 0x25)
I32: Final = Kind(4, 0x2B, signed=True)
Enumeration: Final = Kind(1, 0x30)
Bits8: Final = Kind(1, 0x18)
Bits16: Final = Kind(2, 0x19)
Bits32: Final = Kind(4, 0x1B)
UtcTime: Final = Kind(4, UTC_TIME, meaning={0: "now", 0xFFFFFFFE: "cancel", 0xFFFFFFFF: "never"})
"""Seconds since 2000-01-01T00:00:00Z."""

DATA_TYPES: Final[Mapping[int, str]] = {
    0x10: "BOOLEAN",
    0x18: "BITMAP8",
    0x19: "BITMAP16",
    0x1B: "BITMAP32",
    0x20: "UINT8",
    0x21: "UINT16",
    0x22: "UINT24",
    0x23: "UINT32",
    0x25: "UINT48",
    0x2B: "INT32",
    0x30: "ENUM8",
    0x31: "ENUM16",
    0x41: "OCTET STRING",
    0x42: "CHARACTER STRING",
    0xE1: "DATE",
    UTC_TIME: "UTCTIME",
}


@dataclass(frozen=True, slots=True)
class Flag:
    """BOOLEAN: 0 or 1."""

    data_type: int = 0x10
    meaning: Mapping[int, str] = field(default_factory=dict)

    def encode(self, value: Value, out: bytearray) -> None:
        if not isinstance(value, bool):
            raise EncodeError(f"true or false is needed, not {value!r}")
        out.append(value)

    def decode(self, reader: Reader) -> bool:
        start = reader.pos
        octet = reader.u8()
        if octet > 1:
            reader.fail(f"0 or 1 expected, found {octet}", at=start)
        reader.note(start, bool(octet), self)
        return bool(octet)

    @property
    def slot(self) -> Slot:
        """How it stands in a compiled layout."""
        return Slot(b"", "B", self, convert=_TRUTH.get, fallible=True)


@dataclass(frozen=True, slots=True)
class OctetString:
    """One octet of length, then that many octets, `low … high` of them."""

    high: int = 254
    const: bytes | None = None
    data_type: int = 0x41
    low: int = 0

    def encode(self, value: Value, out: bytearray) -> None:
        octets = self.const if value is None and self.const is not None else as_bytes(value)
        if self.const is not None and octets != self.const:
            raise EncodeError(f"this field is always {self.const!r}, not {octets!r}")
        out.append(in_range(len(octets), self.low, self.high))
        out += octets

    def decode(self, reader: Reader) -> bytes:
        start = reader.pos
        length = reader.u8()
        if not self.low <= length <= self.high:
            reader.fail(f"{self.low} … {self.high} octets expected, found {length}", at=start)
        octets = reader.take(length)
        if self.const is not None and octets != self.const:
            reader.fail(f"{self.const.hex()} expected, found {octets.hex()}", at=start)
        reader.note(start, octets, self)
        return octets


def CharString(high: int, low: int = 1) -> OctetString:
    """A character string; its value is octets, because nothing on the wire says how they are coded."""
    return OctetString(high, data_type=0x42, low=low)


@dataclass(frozen=True, slots=True)
class Rest:
    """What a sender may add at the end without meaning: one of these many octets."""

    lengths: tuple[int, ...]

    def encode(self, value: Value, out: bytearray) -> None:
        octets = b"" if value is None else as_bytes(value)
        if len(octets) not in self.lengths:
            raise EncodeError(f"{' or '.join(map(str, self.lengths))} octets are needed, not {len(octets)}")
        out += octets

    def decode(self, reader: Reader) -> bytes:
        start = reader.pos
        if reader.left not in self.lengths:
            reader.fail(f"{' or '.join(map(str, self.lengths))} octets expected, found {reader.left}")
        octets = reader.take(reader.left)
        if octets:
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

    @property
    def slot(self) -> Slot:
        """How it stands in a compiled layout."""
        return Slot(b"", "4s", self, convert=ZclDate)


@dataclass(frozen=True, slots=True)
class CountOf:
    """The number of elements in the list named `of`, which comes later; `mask` is the greatest."""

    of: str
    mask: int = 0xFF
    size: int = 1

    @property
    def slot(self) -> Slot:
        """How it stands in a compiled layout."""
        return Slot(b"", _CODES[self.size], None, counts=self.of)


class _Elements:
    """A run of elements of one shape; those of a fixed size are read all at once."""

    __slots__ = ("compiled", "element", "size")

    def __init__(self, element: Shape) -> None:
        self.element = element
        self.compiled: DecodeAll | None = None
        self.size = 0

    def decode(self, reader: Reader, count: int) -> list[Value]:
        """`count` of them. Raises DecodeError."""
        if self.compiled is None:
            self._compile()
        values = None if self.compiled is None else self.compiled(reader, count)
        if values is None:
            values = [decode_field(number, self.element, reader) for number in range(1, count + 1)]
        return values

    def decode_rest(self, reader: Reader) -> list[Value]:
        """As many as there are. Raises DecodeError."""
        if self.compiled is None:
            self._compile()
        if self.size and reader.left % self.size == 0:
            return self.decode(reader, reader.left // self.size)
        values: list[Value] = []
        while reader.left:
            values.append(decode_field(len(values) + 1, self.element, reader))
        return values

    def _compile(self) -> None:
        member = member_of(self.element)
        if is_fixed(member):
            self.compiled, self.size = compile_list(member, "<"), size_of(member)
        else:
            self.compiled = _no_list


def _no_list(reader: Reader, count: int) -> None:  # noqa: ARG001 - elements of varying size
    return None


class Listed:
    """Elements of one shape up to the end of the component, `low … high` of them."""

    __slots__ = ("element", "high", "low", "run")

    def __init__(self, element: Shape, low: int = 0, high: int = 0xFF) -> None:
        self.element = element
        self.low = low
        self.high = high
        self.run = _Elements(element)

    def encode(self, value: Value, out: bytearray) -> None:
        items = as_list(value)
        in_range(len(items), self.low, self.high)
        for position, item in enumerate(items, 1):
            encode_field(f"[{position}]", self.element, item, out)

    def decode(self, reader: Reader) -> list[Value]:
        start = reader.pos
        items = self.run.decode_rest(reader)
        if not self.low <= len(items) <= self.high:
            reader.fail(f"{self.low} … {self.high} elements expected, found {len(items)}", at=start)
        return items


class Repeat:
    """Exactly `count` elements of one shape, wherever they stand."""

    __slots__ = ("count", "element", "run")

    def __init__(self, element: Shape, count: int) -> None:
        self.element = element
        self.count = count
        self.run = _Elements(element)

    def encode(self, value: Value, out: bytearray) -> None:
        items = as_list(value)
        in_range(len(items), self.count, self.count)
        for position, item in enumerate(items, 1):
            encode_field(f"[{position}]", self.element, item, out)

    def decode(self, reader: Reader) -> list[Value]:
        return self.run.decode(reader, self.count)


@dataclass(frozen=True, slots=True)
class Field:
    """A named field of a command. `smets` is its SMETS data item."""

    name: str
    shape: Shape | CountOf
    smets: str = ""


class Fields:
    """Fields in wire order."""

    __slots__ = ("compiled", "fields")

    def __init__(self, *fields: Field) -> None:
        self.fields = fields
        self.compiled: Decode | None = None

    @property
    def constant(self) -> bool:
        """Whether there is nothing to choose."""
        return all(getattr(part.shape, "const", None) is not None for part in self.fields)

    def encode(self, value: Value, out: bytearray) -> None:
        members = as_struct(value)
        unknown = members.keys() - {f.name for f in self.fields}
        if unknown:
            raise EncodeError(f"unknown fields {', '.join(sorted(unknown))}")
        for part in self.fields:
            if isinstance(part.shape, CountOf):
                count = in_range(len(as_list(members.get(part.shape.of))), 0, part.shape.mask)
                out += count.to_bytes(part.shape.size, "little")
            else:
                encode_field(part.name, part.shape, members.get(part.name), out)

    @property
    def slot(self) -> Nest:
        """How they stand in a compiled layout."""
        return Nest(b"", tuple((part.name, member_of(part.shape)) for part in self.fields))

    def decode(self, reader: Reader) -> dict[str, Value]:
        if self.compiled is None:
            self.compiled = compile_record(self.slot, "<", self.decode_fields)
        return self.compiled(reader)

    def decode_fields(self, reader: Reader) -> dict[str, Value]:
        """Read them field by field, which says what is wrong when something is. Raises DecodeError."""
        values: dict[str, Value] = {}
        counts: list[tuple[CountOf, int, int]] = []
        outer = reader.scope
        for part in self.fields:
            shape = part.shape
            if isinstance(shape, CountOf):
                start = reader.pos
                number = int.from_bytes(reader.take(shape.size), "little")
                counts.append((shape, number, start))
                reader.note(start, number, None, part.name)
            else:
                reader.scope = (outer, part.name)
                values[part.name] = shape.decode(reader)
                reader.scope = outer
        for count, number, start in counts:
            if number != len(as_list(values[count.of])):
                reader.fail(
                    f"{number} {count.of} announced, found {len(as_list(values[count.of]))}", at=start
                )
        return values
