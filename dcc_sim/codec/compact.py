"""compact-array (tag 13): the type once, then the contents of all entries without tags.

In: `13`, a type description, a byte length, packed entries (Blue Book, DLMS Data). Out: a list of
dicts. Entries of most log reads have a fixed size and are compiled; those with octet-strings are
read one by one. Left out: nested compact arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from dcc_sim.codec.axdr import decode_bounded_length, encode_length
from dcc_sim.codec.compiled import (
    Call,
    DecodeAll,
    Member,
    Nest,
    Series,
    compile_list,
    is_fixed,
    size_of,
)
from dcc_sim.codec.cosem import Array, Integer, Octets, Struct
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
from dcc_sim.errors import EncodeError


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
        self.element = _member(Struct(*self.parts))
        self.size = size_of(self.element) if is_fixed(self.element) else 0
        self.compiled: DecodeAll | None = None

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

    def decode_all(self, reader: Reader) -> list[Value] | None:
        """Every entry when they have one size. Raises DecodeError when they are not whole."""
        if not self.size:
            return None
        if reader.left % self.size:
            reader.fail(f"{reader.left} octets are not whole entries of {self.size}")
        if self.compiled is None:
            self.compiled = compile_list(self.element, ">")
        return self.compiled(reader, reader.left // self.size)


def _member(shape: Shape) -> Member:
    """How a part of an entry is packed: without its tag."""
    match shape:
        case Integer():
            return replace(shape.slot, literal=b"", const=None)
        case Array(low=low) if low:
            element = _member(shape.element)
            return Series((element,) * low)
        case Struct():
            return Nest(b"", tuple((part.name, _member(part.shape)) for part in shape.parts))
        case _:
            return Call(shape)


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
        entries = layout.decode_all(inner)
        if entries is None:
            entries = _unpack_each(layout, inner)
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
