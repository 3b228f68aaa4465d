"""What every wire format here shares: a reader with a position, and shapes that name their leaves.

In: octets. Out: values (`Value`) keyed by the names of a row, and, when asked for, a `Note` for
each field with its offset, so that any octet of a frame can be explained. The same shape object
encodes, decodes, annotates and is read by the Hypothesis strategies and the documentation.
Left out: which use case a payload belongs to (`catalogue`), and cryptography (`gbcs`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias, overload

from dcc_sim.errors import DecodeError, EncodeError

if TYPE_CHECKING:
    from typing import NoReturn

Value: TypeAlias = "bool | int | bytes | str | datetime | Sequence[Value] | Mapping[str, Value] | None"
Values: TypeAlias = "Mapping[str, Value]"


Scope: TypeAlias = "tuple[Scope, str | int] | None"
"""Where a reader is: the enclosing scope and a name in it, or a number from 1 in a list."""


class Note(NamedTuple):
    """One explained field: `length` octets at `offset` of the frame, its value, its shape if any."""

    offset: int
    length: int
    scope: Scope
    value: Value
    shape: Shape | None

    @property
    def path(self) -> tuple[str, ...]:
        """Names from the outermost to the field's own."""
        return path_of(self.scope)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A field of a compiled layout: its names below the scope of the layout, its shape."""

    path: tuple[str | int, ...]
    shape: Shape | None


PlainNote: TypeAlias = "tuple[int, int, Scope, Value, Shape | Leaf | None]"
"""A `Note` as decoders write it down: a frame has hundreds, and this is the quickest to make."""


class Notes(Sequence[Note]):
    """What reading a message left behind, field by field; decoders append to `plain`."""

    __slots__ = ("plain",)

    def __init__(self) -> None:
        self.plain: list[PlainNote] = []

    def __len__(self) -> int:
        return len(self.plain)

    @overload
    def __getitem__(self, index: int) -> Note: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Note]: ...
    def __getitem__(self, index: int | slice) -> Note | Sequence[Note]:
        if isinstance(index, slice):
            return [_explained(plain) for plain in self.plain[index]]
        return _explained(self.plain[index])

    def __iter__(self) -> Iterator[Note]:
        return map(_explained, self.plain)


def _explained(plain: PlainNote) -> Note:
    offset, length, scope, value, shape = plain
    if isinstance(shape, Leaf):
        for name in shape.path:
            scope = (scope, name)
        shape = shape.shape
    return Note(offset, length, scope, value, shape)


def path_of(scope: Scope) -> tuple[str, ...]:
    """A scope as names, list positions in brackets."""
    names: list[str] = []
    while scope is not None:
        scope, name = scope
        names.append(name if isinstance(name, str) else f"[{name}]")
    return tuple(reversed(names))


class Reader:
    """Octets with a position. `base` is the offset of `data[0]` in the frame the user knows."""

    __slots__ = ("base", "data", "end", "notes", "pos", "scope")

    def __init__(
        self, data: bytes, *, base: int = 0, notes: list[PlainNote] | None = None, scope: Scope = None
    ) -> None:
        self.data = data
        self.pos = 0
        self.end = len(data)
        self.base = base
        self.notes = notes
        self.scope = scope

    @property
    def left(self) -> int:
        """Octets not read yet."""
        return self.end - self.pos

    def take(self, count: int) -> bytes:
        """The next `count` octets. Raises DecodeError when there are fewer."""
        start = self.pos
        stop = start + count
        if stop > self.end:
            self.fail(f"{count} octets expected, the data breaks off after {self.end - start}")
        self.pos = stop
        return self.data[start:stop]

    def u8(self) -> int:
        """One octet."""
        if self.pos >= self.end:
            self.fail("1 octet expected, the data breaks off")
        self.pos += 1
        return self.data[self.pos - 1]

    def u16(self) -> int:
        """Two octets, big-endian."""
        return int.from_bytes(self.take(2), "big")

    def expect(self, octets: bytes, what: str) -> None:
        """The next octets must be these. Raises DecodeError."""
        start = self.pos
        stop = start + len(octets)
        if self.data[start:stop] != octets:
            found = self.take(len(octets))
            self.fail(f"{what} {octets.hex().upper()} expected, found {found.hex().upper()}", at=start)
        self.pos = stop

    def finish(self) -> None:
        """Nothing may be left. Raises DecodeError."""
        if self.pos != self.end:
            self.fail(f"{self.end - self.pos} octets more than the layout has")

    def note(self, start: int, value: Value, shape: Shape | None = None, name: str = "") -> None:
        """Record what was read since `start`, if somebody wants to know."""
        if self.notes is not None:
            scope = (self.scope, name) if name else self.scope
            self.notes.append((self.base + start, self.pos - start, scope, value, shape))

    def fail(self, reason: str, *, at: int | None = None) -> NoReturn:
        """Raise DecodeError here, or at an earlier position."""
        position = self.pos if at is None else at
        raise DecodeError(reason, offset=self.base + position, field=".".join(path_of(self.scope)))

    def within(self, count: int) -> Reader:
        """A reader over the next `count` octets, which counts offsets and notes as this one does."""
        start = self.pos
        return Reader(self.take(count), base=self.base + start, notes=self.notes, scope=self.scope)


class Shape(Protocol):
    """A typed layout. Instances are immutable and shared between rows."""

    def encode(self, value: Value, out: bytearray) -> None:
        """Append the octets of `value`. Raises EncodeError; its `field` names the leaf."""
        ...

    def decode(self, reader: Reader) -> Value:
        """Read one value. Raises DecodeError."""
        ...


def encode_field(name: str, shape: Shape, value: Value, out: bytearray) -> None:
    """Encode one named part, so that an error says which part it was."""
    try:
        shape.encode(value, out)
    except EncodeError as error:
        error.field = f"{name}.{error.field}" if error.field else name
        raise


def decode_field(name: str | int, shape: Shape, reader: Reader) -> Value:
    """Decode one named part, so that notes and errors carry its name."""
    outer = reader.scope
    reader.scope = (outer, name)
    value = shape.decode(reader)
    reader.scope = outer
    return value


def as_int(value: Value) -> int:
    """The value as an integer. Raises EncodeError."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise EncodeError(f"an integer is needed, not {value!r}")
    return value


def as_bytes(value: Value) -> bytes:
    """The value as octets. Raises EncodeError."""
    if not isinstance(value, bytes):
        raise EncodeError(f"octets are needed, not {value!r}")
    return value


def as_list(value: Value) -> Sequence[Value]:
    """The value as a list. Raises EncodeError."""
    if not isinstance(value, list | tuple):
        raise EncodeError(f"a list is needed, not {value!r}")
    return value


def as_struct(value: Value) -> Mapping[str, Value]:
    """The value as named parts. Raises EncodeError."""
    if not isinstance(value, Mapping):
        raise EncodeError(f"named parts are needed, not {value!r}")
    return value


def as_text(value: Value) -> str:
    """The value as text. Raises EncodeError."""
    if not isinstance(value, str):
        raise EncodeError(f"text is needed, not {value!r}")
    return value


def as_moment(value: Value) -> datetime:
    """The value as a moment. Raises EncodeError."""
    if not isinstance(value, datetime):
        raise EncodeError(f"a date and time is needed, not {value!r}")
    return value


def in_range(value: int, low: int, high: int) -> int:
    """The value itself. Raises EncodeError outside low … high."""
    if not low <= value <= high:
        raise EncodeError(f"{value} is outside {low} … {high}")
    return value
