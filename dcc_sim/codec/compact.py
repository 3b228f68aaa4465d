"""compact-array (tag 13): the type once, then the contents of all entries without tags.

In: `13`, a type description, a byte length, packed entries (Blue Book, DLMS Data). Out: a list of
dicts. Entries of log reads have a fixed size, so the whole contents are read with one
`struct.Struct`; an entry with octet-strings is read one by one. Left out: nested compact arrays.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from dcc_sim.codec.axdr import decode_bounded_length, encode_length
from dcc_sim.codec.cosem import Array, Integer, Octets, Struct
from dcc_sim.codec.shape import (
    Note,
    Reader,
    Scope,
    Shape,
    Value,
    as_bytes,
    as_int,
    as_list,
    as_struct,
    in_range,
)
from dcc_sim.errors import EncodeError

_FORMATS: Final = {(1, False): "B", (1, True): "b", (2, False): "H", (2, True): "h", (4, False): "I",
                   (4, True): "i", (8, False): "Q", (8, True): "q"}  # fmt: skip


class _Layout:
    """An entry type taken apart: its leaves in order, its description, its size when fixed."""

    def __init__(self, element: Struct, present: int) -> None:
        self.parts = element.parts[:present]
        self.leaves: list[tuple[tuple[str | int, ...], Integer | Octets]] = []
        self.slots: list[tuple[str, int, int]] = []
        description = bytearray((0x02, present))
        for part in self.parts:
            first = len(self.leaves)
            self._describe((part.name,), part.shape, description)
            count = len(self.leaves) - first if isinstance(part.shape, Array) else 0
            self.slots.append((part.name, first, count))
        self.description = bytes(description)
        self.packed = self._struct()

    def _describe(self, path: tuple[str | int, ...], shape: Shape, out: bytearray) -> None:
        match shape:
            case Integer() | Octets():
                out.append(shape.tag)
                self.leaves.append((path, shape))
            case Array(low=low, high=high) if low == high:
                out.append(0x01)
                out += low.to_bytes(2, "big")
                # The element type is described once, whatever the number of elements.
                self._describe((*path, 1), shape.element, out)
                for number in range(2, low + 1):
                    self._describe((*path, number), shape.element, bytearray())
            case _:
                raise TypeError(f"{shape!r} does not fit a compact array")

    def _struct(self) -> struct.Struct | None:
        shapes = [shape for _, shape in self.leaves]
        if not all(isinstance(shape, Integer) for shape in shapes):
            return None
        return struct.Struct(
            ">" + "".join(_FORMATS[s.size, s.signed] for s in shapes if isinstance(s, Integer))
        )


class CompactArray:
    """A log buffer: `low … high` entries of one structure. Trailing optional parts may be absent."""

    __slots__ = ("element", "high", "layouts", "low")

    def __init__(self, element: Struct, low: int = 0, high: int = 0xFFFF) -> None:
        self.element = element
        self.low = low
        self.high = high
        present = [
            [p for p in element.parts if not p.optional],
            list(element.parts),
        ]
        # With every optional part, or with none: a device either has a second element or not.
        layouts = {len(parts): _Layout(Struct(*parts), len(parts)) for parts in present}
        self.layouts = {layout.description: layout for layout in layouts.values()}

    def encode(self, value: Value, out: bytearray) -> None:
        entries = as_list(value)
        in_range(len(entries), self.low, self.high)
        layout = self._layout_for(entries)
        contents = bytearray()
        for position, entry in enumerate(entries, 1):
            try:
                _pack(layout, as_struct(entry), contents)
            except EncodeError as error:
                error.field = f"[{position}].{error.field}" if error.field else f"[{position}]"
                raise
        out.append(0x13)
        out += layout.description
        out += encode_length(len(contents))
        out += contents

    def decode(self, reader: Reader) -> list[Value]:
        start = reader.pos
        reader.expect(b"\x13", "tag")
        layout = self._layout_at(reader)
        size = decode_bounded_length(reader)
        reader.note(start, size, self)
        inner = reader.within(size)
        packed = layout.packed
        entries = _unpack_each(layout, inner) if packed is None else _unpack_all(layout, packed, inner)
        if not self.low <= len(entries) <= self.high:
            reader.fail(f"{self.low} … {self.high} entries expected, found {len(entries)}", at=start)
        return entries

    def _layout_for(self, entries: Sequence[Value]) -> _Layout:
        layouts = list(self.layouts.values())
        first = as_struct(entries[0]) if entries else {}
        optional = [p.name for p in self.element.parts if p.optional]
        full = any(first.get(name) is not None for name in optional)
        return layouts[-1] if full or len(layouts) == 1 else layouts[0]

    def _layout_at(self, reader: Reader) -> _Layout:
        for description, layout in self.layouts.items():
            if reader.data.startswith(description, reader.pos):
                reader.pos += len(description)
                return layout
        reader.fail("the type description is not that of this log")


def _leaf(entry: Value, path: tuple[str | int, ...]) -> Value:
    for step in path:
        if isinstance(step, int):
            items = as_list(entry)
            if step > len(items):
                raise EncodeError(f"{step} elements are needed, not {len(items)}")
            entry = items[step - 1]
        else:
            entry = as_struct(entry).get(step)
    return entry


def _pack(layout: _Layout, entry: Value, out: bytearray) -> None:
    for path, shape in layout.leaves:
        try:
            value = _leaf(entry, path)
            if isinstance(shape, Integer):
                number = in_range(as_int(value), shape.low, shape.high)
                out += number.to_bytes(shape.size, "big", signed=shape.signed)
            else:
                octets = as_bytes(value)
                in_range(len(octets), shape.low, shape.high)
                out += encode_length(len(octets)) + octets
        except EncodeError as error:
            error.field = ".".join(str(step) for step in path)
            raise


def _unpack_all(layout: _Layout, packed: struct.Struct, reader: Reader) -> list[Value]:
    if reader.left % packed.size:
        reader.fail(f"{reader.left} octets are not whole entries of {packed.size}")
    entries = _build_all(layout, packed.iter_unpack(reader.data))
    if reader.notes is not None:
        _note_all(layout, reader, reader.notes, packed.iter_unpack(reader.data))
    reader.pos = reader.end
    return entries


def _build_all(layout: _Layout, rows: Iterator[tuple[int, ...]]) -> list[Value]:
    # Most logs are flat with two to four parts, and long: a display is the quickest way to a dict.
    if any(count for _, _, count in layout.slots):
        build = _builder(layout)
        return [build(row) for row in rows]
    match [name for name, _, _ in layout.slots]:
        case [a, b]:
            return [{a: p, b: q} for p, q in rows]
        case [a, b, c]:
            return [{a: p, b: q, c: r} for p, q, r in rows]
        case [a, b, c, d]:
            return [{a: p, b: q, c: r, d: s} for p, q, r, s in rows]
        case names:
            return [dict(zip(names, row, strict=True)) for row in rows]


def _note_all(layout: _Layout, reader: Reader, notes: list[Note], rows: Iterable[tuple[int, ...]]) -> None:
    outer, offset = reader.scope, reader.base
    for number, row in enumerate(rows, 1):
        scope: Scope = (outer, number)
        for (path, shape), value in zip(layout.leaves, row, strict=True):
            size = shape.size if isinstance(shape, Integer) else 0
            leaf = scope
            for step in path:
                leaf = (leaf, step)
            notes.append(Note(offset, size, leaf, value, shape))
            offset += size


def _unpack_each(layout: _Layout, reader: Reader) -> list[Value]:
    build = _builder(layout)
    entries: list[Value] = []
    outer = reader.scope
    while reader.left:
        leaves: list[Value] = []
        for path, shape in layout.leaves:
            reader.scope = (outer, len(entries) + 1)
            for step in path:
                reader.scope = (reader.scope, step)
            start = reader.pos
            if isinstance(shape, Integer):
                value: Value = int.from_bytes(reader.take(shape.size), "big", signed=shape.signed)
            else:
                length = decode_bounded_length(reader)
                if not shape.low <= length <= shape.high:
                    reader.fail(f"{shape.low} … {shape.high} octets expected, found {length}", at=start)
                value = reader.take(length)
            reader.note(start, value, shape)
            leaves.append(value)
        entries.append(build(tuple(leaves)))
    reader.scope = outer
    return entries


def _builder(layout: _Layout) -> Callable[[tuple[Value, ...]], dict[str, Value]]:
    """From the leaves of an entry in order to its named parts."""
    if all(count == 0 for _, _, count in layout.slots):
        names = [name for name, _, _ in layout.slots]
        return lambda leaves: dict(zip(names, leaves, strict=True))
    slots = layout.slots
    return lambda leaves: {
        name: list(leaves[first : first + count]) if count else leaves[first] for name, first, count in slots
    }
