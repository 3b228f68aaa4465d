"""Elements of one fixed layout, such as the 80 prices of a tariff, read with one `struct.Struct`.

In: the slots of an element shape: literal octets (tags, counts) and fields of a fixed size. Out: the
same values and notes as reading element by element gives, several times faster; or None when an
element does not fit, so that the ordinary way finds the place and says what is wrong.
Left out: elements with anything of variable size.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter

from dcc_sim.codec.shape import Note, Reader, Scope, Shape, Value


@dataclass(frozen=True, slots=True)
class Slot:
    """A leaf: the literal octets before it, its struct code, what makes a value of the raw field."""

    literal: bytes
    code: str
    shape: Shape
    convert: Callable[[bytes], Value] | None = None
    const: Value = None


@dataclass(frozen=True, slots=True)
class Nest:
    """A structure: its literal octets, its named members."""

    literal: bytes
    members: tuple[tuple[str, Slot | Nest], ...]
    shape: Shape


class FixedLayout:
    """The layout of one element, compiled."""

    def __init__(self, element: Nest) -> None:
        self.element = element
        self.codes: list[str] = []
        self.literals: list[bytes] = []
        self.literal_fields: list[int] = []
        self.leaves: list[tuple[tuple[str, ...], int, Slot]] = []
        self.marks: list[tuple[tuple[str, ...], int, int, Shape | None, int]] = []
        self.offset = 0
        self._add((), element)
        self.packed = struct.Struct(">" + "".join(self.codes))
        self.expected = tuple(self.literals)
        self.pick = itemgetter(*self.literal_fields)
        self.build = _builder(element, {path: (field, slot) for path, field, slot in self.leaves})

    def _add(self, path: tuple[str, ...], node: Slot | Nest) -> None:
        start = self.offset
        self._literal(node.literal)
        if isinstance(node, Nest):
            self.marks.append((path, start, len(node.literal), node.shape, -len(node.members)))
            for name, member in node.members:
                self._add((*path, name), member)
            return
        field = len(self.codes)
        self.codes.append(node.code)
        self.offset += struct.calcsize(">" + node.code)
        self.leaves.append((path, field, node))
        self.marks.append((path, start, self.offset - start, node.shape, field))

    def _literal(self, octets: bytes) -> None:
        self.literal_fields.append(len(self.codes))
        self.codes.append(f"{len(octets)}s")
        self.literals.append(octets)
        self.offset += len(octets)

    def decode(self, reader: Reader, count: int) -> list[Value] | None:
        """`count` elements, or None when they are not all there and as they should be."""
        start, size = reader.pos, self.packed.size
        stop = start + count * size
        if stop > reader.end or not count:
            return None
        rows = list(self.packed.iter_unpack(reader.data[start:stop]))
        pick = self.pick
        expected = self.expected if len(self.expected) > 1 else self.expected[0]
        if any(pick(row) != expected for row in rows) or not self._constants_hold(rows):
            return None
        values: list[Value] = [self.build(row) for row in rows]
        if reader.notes is not None:
            self._note(reader, rows)
        reader.pos = stop
        return values

    def _constants_hold(self, rows: Sequence[tuple[Value, ...]]) -> bool:
        constants = [(field, slot.const) for _, field, slot in self.leaves if slot.const is not None]
        return all(row[field] == const for field, const in constants for row in rows)

    def _note(self, reader: Reader, rows: Sequence[tuple[Value, ...]]) -> None:
        notes, base, outer = reader.notes, reader.base + reader.pos, reader.scope
        if notes is None:
            return
        converts = {field: slot.convert for _, field, slot in self.leaves}
        append = notes.append
        for number, row in enumerate(rows, 1):
            top: Scope = (outer, number)
            for path, offset, length, shape, field in self.marks:
                scope = top
                for name in path:
                    scope = (scope, name)
                value: Value = -field if field < 0 else row[field]
                convert = converts.get(field)
                if convert is not None and isinstance(value, bytes):
                    value = convert(value)
                append(Note(base + offset, length, scope, value, shape))
            base += self.packed.size


def _builder(
    node: Nest, fields: dict[tuple[str, ...], tuple[int, Slot]]
) -> Callable[[tuple[Value, ...]], Value]:
    """A function from the fields of an element to its value."""
    plain = all(isinstance(member, Slot) and member.convert is None for _, member in node.members)
    if plain:
        names = [name for name, _ in node.members]
        places = [fields[name,][0] for name in names]
        if len(places) == 2:
            (first, second), (one, other) = names, places
            return lambda row: {first: row[one], second: row[other]}
        pick = itemgetter(*places)
        return lambda row: dict(zip(names, pick(row), strict=True))

    def value_of(part: Slot | Nest, path: tuple[str, ...], row: tuple[Value, ...]) -> Value:
        if isinstance(part, Nest):
            return {name: value_of(member, (*path, name), row) for name, member in part.members}
        field, slot = fields[path]
        raw = row[field]
        return slot.convert(raw) if slot.convert is not None and isinstance(raw, bytes) else raw

    return lambda row: value_of(node, (), row)
