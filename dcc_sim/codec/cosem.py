"""DLMS/COSEM Data (A-XDR, IEC 62056-5-3) as shapes with named leaves.

In: tagged octets. Out: int, bool, bytes, dates, lists and dicts. A leaf may be constant: it is
written without being asked for and must be found as it is. Left out: which objects a payload
addresses (`access`), compact arrays (they come with the log reads).
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from dcc_sim.codec.axdr import decode_bounded_length, decode_length, encode_length
from dcc_sim.codec.compiled import (
    Decode,
    DecodeAll,
    Nest,
    Slot,
    compile_list,
    compile_record,
    is_fixed,
    member_of,
)
from dcc_sim.codec.packing import Field, Pack, no_short_way, pack_of
from dcc_sim.codec.shape import (
    Reader,
    Shape,
    Value,
    as_bytes,
    as_int,
    as_list,
    as_struct,
    in_range,
)
from dcc_sim.codec.times import CosemDate, CosemDateTime, CosemTime
from dcc_sim.errors import EncodeError

Meaning = Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Integer:
    """One of the integer types; `low … high` may be narrower than the type."""

    tag: int
    size: int
    signed: bool
    low: int
    high: int
    const: int | None = None
    unit: str = ""
    meaning: Meaning = field(default_factory=dict)
    unpack: Callable[[bytes, int], tuple[int, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        code = {1: "b", 2: "h", 4: "i", 8: "q"}[self.size]
        layout = struct.Struct(">" + (code if self.signed else code.upper()))
        object.__setattr__(self, "unpack", layout.unpack_from)

    def encode(self, value: Value, out: bytearray) -> None:
        if self.const is not None:
            value = _constant(value, self.const)
        number = value if type(value) is int else as_int(value)
        if not self.low <= number <= self.high:
            in_range(number, self.low, self.high)
        out.append(self.tag)
        out += number.to_bytes(self.size, "big", signed=self.signed)

    def decode(self, reader: Reader) -> int:
        start = reader.pos
        stop = start + 1 + self.size
        if stop > reader.end or reader.data[start] != self.tag:
            found = reader.take(1 + self.size)
            reader.fail(f"tag {self.tag:02X} expected, found {found[0]:02X}", at=start)
        number: int = self.unpack(reader.data, start + 1)[0]
        reader.pos = stop
        if self.const is not None and number != self.const:
            reader.fail(f"{self.const} expected, found {number}", at=start)
        notes = reader.notes
        if notes is not None:
            notes.append((reader.base + start, stop - start, reader.scope, number, self))
        return number

    @property
    def slot(self) -> Slot:
        """How it stands in a compiled layout."""
        return Slot(bytes((self.tag,)), self._code, self, const=self.const)

    @property
    def field(self) -> Field | None:
        """How it is written the short way; a constant is not."""
        if self.const is not None:
            return None
        return Field(literal=bytes((self.tag,)), code=self._code, of=int, low=self.low, high=self.high)

    @property
    def _code(self) -> str:
        code = {1: "b", 2: "h", 4: "i", 8: "q"}[self.size]
        return code if self.signed else code.upper()


def _integer(tag: int, size: int, *, signed: bool) -> Callable[..., Integer]:
    lowest = -(1 << (8 * size - 1)) if signed else 0
    highest = (1 << (8 * size - signed)) - 1

    def make(
        const: int | None = None,
        *,
        low: int = lowest,
        high: int = highest,
        unit: str = "",
        meaning: Meaning | None = None,
    ) -> Integer:
        return Integer(tag, size, signed, low, high, const, unit, meaning or {})

    return make


Int8 = _integer(0x0F, 1, signed=True)
Int16 = _integer(0x10, 2, signed=True)
Int32 = _integer(0x05, 4, signed=True)
Int64 = _integer(0x14, 8, signed=True)
UInt8 = _integer(0x11, 1, signed=False)
UInt16 = _integer(0x12, 2, signed=False)
UInt32 = _integer(0x06, 4, signed=False)
UInt64 = _integer(0x15, 8, signed=False)
Enum8 = _integer(0x16, 1, signed=False)


@dataclass(frozen=True, slots=True)
class Boolean:
    """True is written FF; any octet but 00 reads as true (Blue Book 4.1.5)."""

    meaning: Meaning = field(default_factory=dict)
    const: bool | None = None

    def encode(self, value: Value, out: bytearray) -> None:
        if self.const is not None:
            value = _constant(value, self.const)
        if not isinstance(value, bool):
            raise EncodeError(f"true or false is needed, not {value!r}")
        out += b"\x03\xff" if value else b"\x03\x00"

    def decode(self, reader: Reader) -> bool:
        start = reader.pos
        raw = reader.take(2)
        if raw[0] != 0x03:
            reader.fail(f"tag 03 expected, found {raw[0]:02X}", at=start)
        if self.const is not None and (raw[1] != 0) is not self.const:
            reader.fail(f"{self.const} expected, found {raw[1] != 0}", at=start)
        reader.note(start, raw[1] != 0, self)
        return raw[1] != 0

    @property
    def slot(self) -> Slot:
        """How it stands in a compiled layout."""
        return Slot(b"\x03", "B", self, convert=bool, const=self.const)


@dataclass(frozen=True, slots=True)
class Null:
    """null-data, `00`."""

    def encode(self, value: Value, out: bytearray) -> None:
        if value is not None:
            raise EncodeError(f"nothing is carried here, not {value!r}")
        out.append(0)

    def decode(self, reader: Reader) -> None:
        start = reader.pos
        reader.expect(b"\x00", "null")
        reader.note(start, None, self)


@dataclass(frozen=True, slots=True)
class Octets:
    """octet-string (tag 09), visible-string (0A) or utf8-string (0C) of low … high octets."""

    low: int = 0
    high: int = 0xFFFF_FFFF
    const: bytes | None = None
    tag: int = 0x09
    text: bool = False

    def encode(self, value: Value, out: bytearray) -> None:
        if self.const is not None:
            value = _constant(value, self.const)
        octets = value if type(value) is bytes else as_bytes(value)
        size = len(octets)
        if not self.low <= size <= self.high:
            in_range(size, self.low, self.high)
        out.append(self.tag)
        if size < 0x80:
            out.append(size)
        else:
            out += encode_length(size)
        out += octets

    def decode(self, reader: Reader) -> bytes:
        start = reader.pos
        reader.expect(bytes((self.tag,)), "tag")
        length = decode_bounded_length(reader)
        if not self.low <= length <= self.high:
            reader.fail(f"{self.low} … {self.high} octets expected, found {length}", at=start)
        octets = reader.take(length)
        if self.const is not None and octets != self.const:
            reader.fail(f"{self.const.hex()} expected, found {octets.hex()}", at=start)
        reader.note(start, octets, self)
        return octets

    @property
    def slot(self) -> Slot | None:
        """How it stands in a compiled layout; None when its length varies."""
        if self.low != self.high or not 0 < self.low < 0x80:
            return None
        return Slot(bytes((self.tag, self.low)), f"{self.low}s", self, const=self.const)

    @property
    def field(self) -> Field | None:
        """How it is written the short way; a constant is not."""
        if self.const is not None:
            return None
        literal = bytes((self.tag, self.low)) if self.low == self.high < 0x80 else bytes((self.tag,))
        return Field(literal=literal, code="", of=bytes, low=self.low, high=self.high)


def Fixed(size: int, const: bytes | None = None) -> Octets:
    """An octet-string of exactly `size` octets."""
    return Octets(size, size, const)


@dataclass(frozen=True, slots=True)
class DateTime:
    """octet-string(12) holding a DLMS date-time."""

    const: CosemDateTime | None = None

    def encode(self, value: Value, out: bytearray) -> None:
        if self.const is not None:
            value = _constant(value, self.const)
        out += b"\x09\x0c"
        out += CosemDateTime(as_bytes(value))

    def decode(self, reader: Reader) -> CosemDateTime:
        start = reader.pos
        reader.expect(b"\x09\x0c", "date-time")
        value = CosemDateTime(reader.take(12))
        if self.const is not None and value != self.const:
            reader.fail(f"{self.const} expected, found {value}", at=start)
        reader.note(start, value, self)
        return value

    @property
    def slot(self) -> Slot:
        """How it stands in a compiled layout."""
        return Slot(b"\x09\x0c", "12s", self, convert=CosemDateTime, const=self.const)

    @property
    def field(self) -> Field | None:
        """How it is written the short way; a constant is not."""
        if self.const is not None:
            return None
        return Field(literal=b"\x09\x0c", code="", of=CosemDateTime, low=12, high=12)


@dataclass(frozen=True, slots=True)
class Date:
    """octet-string(5) holding a DLMS date."""

    const: CosemDate | None = None

    def encode(self, value: Value, out: bytearray) -> None:
        if self.const is not None:
            value = _constant(value, self.const)
        out += b"\x09\x05"
        out += CosemDate(as_bytes(value))

    def decode(self, reader: Reader) -> CosemDate:
        start = reader.pos
        reader.expect(b"\x09\x05", "date")
        value = CosemDate(reader.take(5))
        if self.const is not None and value != self.const:
            reader.fail(f"{self.const} expected, found {value}", at=start)
        reader.note(start, value, self)
        return value

    @property
    def slot(self) -> Slot:
        """How it stands in a compiled layout."""
        return Slot(b"\x09\x05", "5s", self, convert=CosemDate, const=self.const)

    @property
    def field(self) -> Field | None:
        """How it is written the short way; a constant is not."""
        if self.const is not None:
            return None
        return Field(literal=b"\x09\x05", code="", of=CosemDate, low=5, high=5)


@dataclass(frozen=True, slots=True)
class Time:
    """octet-string(4) holding a DLMS time."""

    def encode(self, value: Value, out: bytearray) -> None:
        out += b"\x09\x04"
        out += CosemTime(as_bytes(value))

    def decode(self, reader: Reader) -> CosemTime:
        start = reader.pos
        reader.expect(b"\x09\x04", "time")
        value = CosemTime(reader.take(4))
        reader.note(start, value, self)
        return value

    @property
    def slot(self) -> Slot:
        """How it stands in a compiled layout."""
        return Slot(b"\x09\x04", "4s", self, convert=CosemTime)

    @property
    def field(self) -> Field:
        """How it is written the short way."""
        return Field(literal=b"\x09\x04", code="", of=CosemTime, low=4, high=4)


@dataclass(frozen=True, slots=True)
class Bits:
    """bit-string (tag 04) of low … high bits, as text of 0 and 1, first bit first."""

    low: int = 0
    high: int = 0xFFFF
    const: str | None = None

    def encode(self, value: Value, out: bytearray) -> None:
        if self.const is not None:
            value = _constant(value, self.const)
        text = value if isinstance(value, str) else ""
        if not isinstance(value, str) or text.strip("01"):
            raise EncodeError(f"text of 0 and 1 is needed, not {value!r}")
        in_range(len(text), self.low, self.high)
        out.append(0x04)
        out += encode_length(len(text))
        size = (len(text) + 7) // 8
        out += int(text.ljust(8 * size, "0") or "0", 2).to_bytes(size, "big")

    def decode(self, reader: Reader) -> str:
        start = reader.pos
        reader.expect(b"\x04", "tag")
        count = decode_length(reader)
        if not self.low <= count <= self.high:
            reader.fail(f"{self.low} … {self.high} bits expected, found {count}", at=start)
        size = (count + 7) // 8
        octets = reader.take(size)
        text = f"{int.from_bytes(octets, 'big'):0{8 * size}b}" if size else ""
        if text[count:].strip("0"):
            reader.fail("the unused bits of the last octet are not 0", at=start)
        if self.const is not None and text[:count] != self.const:
            reader.fail(f"{self.const!r} expected, found {text[:count]!r}", at=start)
        reader.note(start, text[:count], self)
        return text[:count]

    @property
    def slot(self) -> Slot | None:
        """How it stands in a compiled layout; None when its length varies."""
        if self.low != self.high or not 0 < self.low < 0x80:
            return None
        size = (self.low + 7) // 8
        return Slot(bytes((0x04, self.low)), f"{size}s", self, self._text, const=self.const, fallible=True)

    def _text(self, octets: bytes) -> str | None:
        text = f"{int.from_bytes(octets, 'big'):0{8 * len(octets)}b}"
        return None if text[self.low :].strip("0") else text[: self.low]


def VisibleText(high: int, low: int = 0) -> Octets:
    """visible-string."""
    return Octets(low, high, tag=0x0A, text=True)


def Utf8Text(high: int, low: int = 0) -> Octets:
    """utf8-string."""
    return Octets(low, high, tag=0x0C, text=True)


@dataclass(frozen=True, slots=True)
class Part:
    """A named member of a structure. `smets` is its SMETS data item; optional ones come last."""

    name: str
    shape: Shape
    smets: str = ""
    optional: bool = False


class Struct:
    """structure (tag 02): members in order; trailing optional ones may be absent."""

    __slots__ = ("compiled", "least", "names", "pack", "parts")

    def __init__(self, *parts: Part) -> None:
        self.parts = parts
        self.least = sum(not part.optional for part in parts)
        self.names = frozenset(part.name for part in parts)
        self.compiled: Decode | None = None
        self.pack: Pack | None = None

    def encode(self, value: Value, out: bytearray) -> None:
        if self.pack is None:
            self.pack = self._short_way()
        if type(value) is dict and self.pack(value, out):
            return
        members = value if type(value) is dict else as_struct(value)
        present: Sequence[Part] = self.parts
        if self.least != len(present):
            present = [p for p in present if not p.optional or members.get(p.name) is not None]
        if not self.names.issuperset(members):
            raise EncodeError(f"unknown parts {', '.join(sorted(members.keys() - self.names))}")
        out.append(0x02)
        out.append(len(present))
        name = ""
        try:
            for part in present:
                name = part.name
                part.shape.encode(members.get(name), out)
        except EncodeError as error:
            error.field = f"{name}.{error.field}" if error.field else name
            raise

    def _short_way(self) -> Pack:
        if self.least != len(self.parts):
            return no_short_way
        fields = tuple((part.name, getattr(part.shape, "field", None)) for part in self.parts)
        return pack_of(fields, bytes((0x02, len(self.parts))))

    def decode(self, reader: Reader) -> dict[str, Value]:
        if self.compiled is None:
            slot = self.slot
            self.compiled = (
                self.decode_parts if slot is None else compile_record(slot, ">", self.decode_parts)
            )
        return self.compiled(reader)

    def decode_parts(self, reader: Reader) -> dict[str, Value]:
        """Read it part by part, which says what is wrong when something is. Raises DecodeError."""
        start = reader.pos
        reader.expect(b"\x02", "structure")
        count = reader.u8()
        if not self.least <= count <= len(self.parts):
            reader.fail(f"structure of {self.least} … {len(self.parts)} expected, found {count}", at=start)
        reader.note(start, count, self)
        outer = reader.scope
        values: dict[str, Value] = {}
        for part in self.parts[:count]:
            reader.scope = (outer, part.name)
            values[part.name] = part.shape.decode(reader)
        reader.scope = outer
        return values

    @property
    def slot(self) -> Nest | None:
        """How it stands in a compiled layout; None when members may be missing."""
        if self.least != len(self.parts):
            return None
        members = tuple((part.name, member_of(part.shape)) for part in self.parts)
        return Nest(bytes((0x02, len(self.parts))), members, self)


class Array:
    """array (tag 01) of `low … high` elements of one shape."""

    __slots__ = ("compiled", "element", "high", "low")

    def __init__(self, element: Shape, low: int = 0, high: int = 0xFFFF) -> None:
        self.element = element
        self.low = low
        self.high = high
        self.compiled: DecodeAll | None = None

    def encode(self, value: Value, out: bytearray) -> None:
        items = as_list(value)
        in_range(len(items), self.low, self.high)
        out.append(0x01)
        out += encode_length(len(items))
        encode, position = self.element.encode, 0
        try:
            for position, item in enumerate(items, 1):  # noqa: B007 - named when an item fails
                encode(item, out)
        except EncodeError as error:
            error.field = f"[{position}].{error.field}" if error.field else f"[{position}]"
            raise

    def decode(self, reader: Reader) -> list[Value]:
        start = reader.pos
        reader.expect(b"\x01", "array")
        count = decode_length(reader)
        if not self.low <= count <= self.high or count > reader.left:
            reader.fail(f"array of {self.low} … {self.high} expected, found {count}", at=start)
        reader.note(start, count, self)
        if self.compiled is None:
            member = member_of(self.element)
            self.compiled = compile_list(member, ">") if is_fixed(member) else self._decode_each
        values = self.compiled(reader, count)
        return self._decode_each(reader, count) if values is None else values

    def _decode_each(self, reader: Reader, count: int) -> list[Value]:
        outer = reader.scope
        decode = self.element.decode
        found: list[Value] = []
        for number in range(1, count + 1):
            reader.scope = (outer, number)
            found.append(decode(reader))
        reader.scope = outer
        return found


_Const = TypeVar("_Const", bound=int | bytes | str)


def _constant(value: Value, const: _Const) -> _Const:
    if value is not None and value != const:
        raise EncodeError(f"this field is always {const!r}, not {value!r}")
    return const
