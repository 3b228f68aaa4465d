"""Layouts compiled to Python: the fixed parts of a structure are read with one `struct.Struct`.

In: the layout of a shape as `Slot`s (a leaf of a fixed size), `Nest`s (named members) and `Call`s
(anything else). Out: a function that reads it and leaves the same values and notes as reading leaf
by leaf does, several times faster. The function only knows the way of a value that is in order:
at the first thing that is not, it puts everything back and the ordinary `decode` finds the place and
says what is wrong. Left out: the wording of errors, encoding.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Self, TypeAlias, cast

from dcc_sim.codec.shape import Leaf, Reader, Scope, Shape, Value
from dcc_sim.errors import DecodeError

Path: TypeAlias = "tuple[str | int, ...]"
Decode: TypeAlias = "Callable[[Reader], dict[str, Value]]"
DecodeAll: TypeAlias = "Callable[[Reader, int], list[Value] | None]"


@dataclass(frozen=True, slots=True)
class Slot:
    """A leaf: the literal octets before it, the struct code of its field, its shape.

    `convert` makes its value of the raw field, None of one that is not in order if it is `fallible`;
    `show` makes the value that its note has. `const`, `low`, `high` and `allowed` must hold. A
    `counts` slot holds the length of that list and no value.
    """

    literal: bytes
    code: str
    shape: Shape | None
    convert: Callable[..., Value] | None = None
    show: Callable[..., Value] | None = None
    const: Value = None
    low: int | None = None
    high: int | None = None
    allowed: tuple[int, ...] = ()
    counts: str = ""
    fallible: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A member of variable size, read by its own shape."""

    shape: Shape


@dataclass(frozen=True, slots=True)
class Mark:
    """What to note of some literal octets: where, the names below the scope, value and shape."""

    offset: int
    length: int
    path: Path
    value: Value
    shape: Shape | None = None


@dataclass(frozen=True, slots=True)
class Literal:
    """Octets that are always the same and give no value."""

    octets: bytes
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Nest:
    """Named members behind literal octets; those octets are noted when there are any."""

    literal: bytes
    members: tuple[tuple[str, Member], ...]
    shape: Shape | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """Elements that are numbered from 1."""

    elements: tuple[Member, ...]


Member: TypeAlias = "Slot | Nest | Call | Literal | Series"

_UNSIGNED: Final = {1: "B", 2: "H", 4: "I"}


def function_of(lines: Iterable[str], names: dict[str, object]) -> Any:
    """The one function that some lines of our own define; `names` are the objects they speak of."""
    known = set(names)
    exec("\n".join(lines), names)  # noqa: S102 - made of our own tables
    (name,) = names.keys() - known - {"__builtins__"}
    return names[name]


def member_of(shape: object) -> Member:
    """The layout of a shape: its own if it has one (`slot`), else a call of it."""
    member: Member | None = getattr(shape, "slot", None)
    return Call(cast("Shape", shape)) if member is None else member


def is_fixed(member: Member) -> bool:
    """Whether it always has the same size, and no count of a list in it."""
    if isinstance(member, Nest):
        return all(is_fixed(part) for _, part in member.members)
    if isinstance(member, Series):
        return all(map(is_fixed, member.elements))
    return isinstance(member, Literal) or (isinstance(member, Slot) and not member.counts)


def size_of(member: Member) -> int:
    """Octets of a fixed member."""
    source = _Source(">")
    source.member(member, "", ())
    return source.run.size


def compile_record(nest: Nest, order: str, ordinary: Decode, *, whole: bool = False) -> Decode:
    """A reader of one `nest`; `order` is `>` or `<`, `ordinary` reads what is not in order.

    A `whole` one has to end where the data do, and what is wrong in a member of variable size is left
    to `ordinary` as well.
    """
    source = _Source(order)
    result = source.member(nest, "s", ())
    source.flush()
    source.check_counts()
    if whole:
        source.names["DecodeError"] = DecodeError
        tried = [*source.lines, f"if p != r.end: {_RESTART}"]
        source.lines = ["try:", *_indented(tried), f"except DecodeError: {_RESTART}"]
    source.names["_ordinary"] = ordinary
    decode: Decode = source.build(
        "def decode(r):",
        "d = r.data; p0 = p = r.pos; s = r.scope; notes = r.notes",
        "n0 = 0 if notes is None else len(notes)",
        *source.lines,
        "r.pos = p; r.scope = s",
        f"return {result}",
    )
    return decode


def compile_list(element: Member, order: str) -> DecodeAll:
    """A reader of so many fixed elements, numbered from 1; it gives None when they are not in order."""
    source = _Source(order)
    result = source.member(element, "e", ())
    run = source.run.closed()
    source.names["_each"] = run.packed.iter_unpack
    wrong = ("    if notes is not None: del notes[n0:]", "    return None")
    decode: DecodeAll = source.build(
        "def decode(r, count):",
        f"size = count * {run.size}; p = r.pos",
        "if p + size > r.end: return None",
        "s = r.scope; notes = r.notes; values = []; add = values.append; k = 0; b = r.base + p",
        "n0 = 0 if notes is None else len(notes)",
        f"for {run.targets} in _each(r.data[p:p + size]):",
        *_indented(run.checks(*wrong)),
        f"    add({result})",
        "    if notes is not None:",
        "        k += 1; e = (s, k)",
        *_indented(_indented(run.notes())),
        f"        b += {run.size}",
        "r.pos = p + size",
        "return values",
    )
    return decode


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return (f"    {line}" for line in lines)


def _restart(reader: Reader, start: int, scope: Scope, noted: int, ordinary: Decode) -> dict[str, Value]:
    reader.pos, reader.scope = start, scope
    if reader.notes is not None:
        del reader.notes[noted:]
    return ordinary(reader)


_RESTART: Final = "return _restart(r, p0, s, n0, _ordinary)"


@dataclass(slots=True)
class _Run:
    """Fields that follow each other at fixed offsets: how to take them apart, check and note them."""

    order: str
    waiting: bytearray = field(default_factory=bytearray)
    codes: list[str] = field(default_factory=list)
    variables: list[str] = field(default_factory=list)
    literals: list[str] = field(default_factory=list)
    conversions: list[str] = field(default_factory=list)
    limits: list[str] = field(default_factory=list)
    noted: list[str] = field(default_factory=list)
    size: int = 0

    @property
    def packed(self) -> struct.Struct:
        """The fields as a struct."""
        return struct.Struct(self.order + "".join(self.codes))

    @property
    def targets(self) -> str:
        """What the struct is taken apart into."""
        return ", ".join(self.variables) + ","

    def add(self, code: str, variable: str) -> None:
        """One more field."""
        self.closed()
        self.codes.append(code)
        self.variables.append(variable)
        self.size += struct.calcsize(self.order + code)

    def add_literal(self, octets: bytes) -> None:
        """More octets that are always the same; those that follow each other are compared as one."""
        self.waiting += octets
        self.size += len(octets)

    def closed(self) -> Self:
        """The run with every literal among its fields."""
        if self.waiting:
            octets, variable = bytes(self.waiting), f"t{len(self.codes)}"
            code = _UNSIGNED.get(len(octets), f"{len(octets)}s")
            (expected,) = struct.unpack(self.order + code, octets)
            self.codes.append(code)
            self.variables.append(variable)
            self.literals.append(f"{variable} != {expected!r}")
            self.waiting.clear()
        return self

    def checks(self, *otherwise: str) -> Iterator[str]:
        """Literals, conversions, limits; `otherwise` is done when something does not hold."""
        first, then = (self.literals, self.limits) if self.conversions else (self.literals + self.limits, [])
        if first:
            yield f"if {' or '.join(first)}:"
            yield from otherwise
        yield from self.conversions
        if then:
            yield f"if {' or '.join(then)}:"
            yield from otherwise

    def notes(self) -> Iterator[str]:
        """The notes of the fields, `b` being the offset of the first."""
        if self.noted:
            yield f"notes += ({', '.join(self.noted)},)"
        else:
            yield "pass"


class _Source:
    """The lines of a function that is being written, and the objects that they name."""

    def __init__(self, order: str) -> None:
        self.order = order
        self.lines: list[str] = []
        self.names: dict[str, object] = {"_restart": _restart}
        self.run = _Run(order)
        self.values: dict[Path, str] = {}
        self.counts: list[tuple[str, Path]] = []
        self.number = 0

    def new(self, kind: str, thing: object = None) -> str:
        """A name that nothing else has, for an object if one is given."""
        self.number += 1
        name = f"{kind}{self.number}"
        if thing is not None:
            self.names[name] = thing
        return name

    def member(self, member: Member, scope: str, path: Path) -> str:
        """Write how to read a member at `path` under `scope`; gives the expression of its value."""
        match member:
            case Slot():
                return self.slot(member, scope, path)
            case Call():
                return self.call(member, scope, path)
            case Nest():
                return self.nest(member, scope, path)
            case Literal():
                return self.told(member, scope, path)
            case Series():
                numbered = enumerate(member.elements, 1)
                return f"[{', '.join(self.member(one, scope, (*path, n)) for n, one in numbered)}]"

    def nest(self, nest: Nest, scope: str, path: Path) -> str:
        """Named members."""
        if nest.literal:
            start = self.run.size
            self.run.add_literal(nest.literal)
            self.note(start, scope, str(len(nest.members)), Leaf(path, nest.shape))
        parts = []
        for name, part in nest.members:
            value = self.member(part, scope, (*path, name))
            if isinstance(part, Slot) and part.counts:
                self.counts.append((value, (*path, part.counts)))
            elif not isinstance(part, Literal):
                self.values[*path, name] = value
                parts.append(f"{name!r}: {value}")
        return "{" + ", ".join(parts) + "}"

    def slot(self, slot: Slot, scope: str, path: Path) -> str:
        """A leaf."""
        start = self.run.size
        if slot.literal:
            self.run.add_literal(slot.literal)
        value = raw = self.new("v")
        self.run.add(slot.code, raw)
        if slot.convert is not None:
            value = self.new("c")
            self.run.conversions.append(f"{value} = {self.new('C', slot.convert)}({raw})")
        if slot.fallible:
            self.run.limits.append(f"{value} is None")
        if slot.const is not None:
            self.run.limits.append(f"{value} != {self.new('K', slot.const)}")
        if slot.low is not None:
            self.run.limits.append(f"{value} < {slot.low}")
        if slot.high is not None:
            self.run.limits.append(f"{value} > {slot.high}")
        if slot.allowed:
            self.run.limits.append(f"{value} not in {slot.allowed!r}")
        shown = value if slot.show is None else f"{self.new('W', slot.show)}({value})"
        self.note(start, scope, shown, Leaf(path, slot.shape))
        return value

    def told(self, literal: Literal, scope: str, path: Path) -> str:
        """Octets that are always the same."""
        start = self.run.size
        self.run.add_literal(literal.octets)
        for mark in literal.marks:
            value = "None" if mark.value is None else self.new("V", mark.value)
            leaf = self.new("L", Leaf((*path[:-1], *mark.path), mark.shape))
            self.run.noted.append(f"(b + {start + mark.offset}, {mark.length}, {scope}, {value}, {leaf})")
        return "None"

    def note(self, start: int, scope: str, value: str, leaf: Leaf) -> None:
        """A field that ends where the run now ends, explained."""
        length = self.run.size - start
        self.run.noted.append(f"(b + {start}, {length}, {scope}, {value}, {self.new('L', leaf)})")

    def call(self, member: Call, scope: str, path: Path) -> str:
        """A member that its own shape reads."""
        self.flush()
        value, decode = self.new("m"), self.new("D", member.shape.decode)
        for name in path:
            scope = f"({scope}, {name!r})"
        self.lines += (f"r.pos = p; r.scope = {scope}", f"{value} = {decode}(r)", "p = r.pos")
        return value

    def flush(self) -> None:
        """Write the present run and begin another."""
        run, self.run = self.run.closed(), _Run(self.order)
        if not run.codes:
            return
        self.lines += (
            f"if p + {run.size} > r.end: {_RESTART}",
            f"{run.targets} = {self.new('U', run.packed.unpack_from)}(d, p)",
            *run.checks(f"    {_RESTART}"),
            "if notes is not None:",
            "    b = r.base + p",
            *_indented(run.notes()),
            f"p += {run.size}",
        )

    def check_counts(self) -> None:
        """Each count must be that of its list."""
        self.lines += (f"if {count} != len({self.values[of]}): {_RESTART}" for count, of in self.counts)

    def build(self, signature: str, *body: str) -> Any:
        """The function."""
        return function_of((signature, *_indented(body)), self.names)
