"""Fixed fields without tags, in network order, as alerts pack them into one octet-string.

In: octets. Out: numbers, octets, dicts. Left out: `BigEndian`, which stands with the GBZ envelope that
uses it too (`gbz_component`), and everything with tags (`cosem`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dcc_sim.codec.cosem import Part
from dcc_sim.codec.shape import (
    Reader,
    Shape,
    Value,
    Values,
    as_bytes,
    as_struct,
    decode_field,
    encode_field,
    in_range,
)
from dcc_sim.errors import EncodeError


@dataclass(frozen=True, slots=True)
class Raw:
    """Exactly `size` octets, such as an EUI-64."""

    size: int

    def encode(self, value: Value, out: bytearray) -> None:
        octets = as_bytes(value)
        in_range(len(octets), self.size, self.size)
        out += octets

    def decode(self, reader: Reader) -> bytes:
        start = reader.pos
        octets = reader.take(self.size)
        reader.note(start, octets, self)
        return octets


@dataclass(frozen=True, slots=True)
class Prefixed:
    """One value behind constant octets, such as the tag and length of an octet-string around it."""

    prefix: bytes
    shape: Shape

    def encode(self, value: Value, out: bytearray) -> None:
        out += self.prefix
        self.shape.encode(value, out)

    def decode(self, reader: Reader) -> Value:
        reader.expect(self.prefix, "tag and length")
        return self.shape.decode(reader)


@dataclass(frozen=True, slots=True)
class Depending:
    """A field whose meaning depends on the fields named `on`, which stand before it.

    The cases differ in what the values mean, never in how they are written.
    """

    on: tuple[str, ...]
    cases: Mapping[tuple[Value, ...], Shape]
    otherwise: Shape

    def shape_for(self, members: Values) -> Shape:
        """The shape when the fields before it have these values."""
        return self.cases.get(tuple(members[name] for name in self.on), self.otherwise)

    def encode(self, value: Value, out: bytearray) -> None:
        self.otherwise.encode(value, out)

    def decode(self, reader: Reader) -> Value:
        return self.otherwise.decode(reader)


@dataclass(frozen=True, slots=True)
class Packed:
    """Fields one after another behind a prefix, which counts their octets."""

    prefix: bytes
    parts: tuple[Part, ...]

    def encode(self, value: Value, out: bytearray) -> None:
        members = as_struct(value)
        unknown = members.keys() - {part.name for part in self.parts}
        if unknown:
            raise EncodeError(f"unknown parts {', '.join(sorted(unknown))}")
        out += self.prefix
        for part in self.parts:
            encode_field(part.name, part.shape, members.get(part.name), out)

    def decode(self, reader: Reader) -> dict[str, Value]:
        reader.expect(self.prefix, "tag and length")
        values: dict[str, Value] = {}
        for part in self.parts:
            shape = part.shape.shape_for(values) if isinstance(part.shape, Depending) else part.shape
            values[part.name] = decode_field(part.name, shape, reader)
        return values
