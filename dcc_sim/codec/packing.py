"""The short way to write a structure of plain members: one function for all of them.

In: the members of a structure as `Field`s. Out: a function that writes a value of it, several times
faster than member by member. It only knows the way of a value that is in order: of any other it writes
nothing and says so, and the ordinary `encode` does it or says what is wrong. Left out: structures with
members that are missing, or have members themselves; reading (`compiled`).
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from dcc_sim.codec.compiled import function_of
from dcc_sim.codec.shape import Value

Pack: TypeAlias = "Callable[[Mapping[str, Value], bytearray], bool]"

_SHORT: Final = 0x80
"""Below this a length is one octet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A member: the octets before its value, the type a value must have, its range.

    Of an integer, `code` is that of `struct`, `low … high` its values; of octets, `code` is empty and
    `low … high` their number, which stands in the literal when it is always the same.
    """

    literal: bytes
    code: str
    of: type
    low: int
    high: int


def no_short_way(members: Mapping[str, Value], out: bytearray) -> bool:  # noqa: ARG001
    """The pack of a structure that has none: it writes nothing."""
    return False


def pack_of(members: Sequence[tuple[str, Field | None]], literal: bytes) -> Pack:
    """A writer of a structure that starts with `literal`; `no_short_way` where it cannot be."""
    if not members:
        return no_short_way
    names: dict[str, object] = {}
    written = _Written(names, literal)
    reads, checks = [], []
    for number, (name, field) in enumerate(members):
        if field is None or (not field.code and field.high >= _SHORT):
            return no_short_way
        value = f"v{number}"
        reads.append(f"{value} = m[{name!r}]")
        names[f"T{number}"] = field.of
        measure = value if field.code else f"len({value})"
        checks.append(f"type({value}) is T{number} and {field.low} <= {measure} <= {field.high}")
        written.add(field, value)
    written.flush()
    source = [
        "def pack(m, out):",
        f" if len(m) != {len(members)}: return False",
        " try:",
        *(f"  {line}" for line in reads),
        " except KeyError: return False",
        f" if not ({' and '.join(checks)}): return False",
        *(f" {line}" for line in written.lines),
        " return True",
    ]
    pack: Pack = function_of(source, names)
    return pack


class _Written:
    """The lines that write the members; those of a fixed size are put together."""

    def __init__(self, names: dict[str, object], literal: bytes) -> None:
        self.names = names
        self.lines: list[str] = []
        self.literal = literal
        self.codes = ""
        self.arguments: list[str] = []

    def add(self, field: Field, value: str) -> None:
        self.literal += field.literal
        if not field.code and field.low != field.high:
            self.flush()
            self.lines += [f"out.append(len({value}))", f"out += {value}"]
            return
        self._put_literal()
        self.codes += field.code or f"{field.low}s"
        self.arguments.append(value)

    def flush(self) -> None:
        """End a run of fixed members."""
        if not self.arguments:
            if self.literal:
                self.lines.append(f"out += {self.literal!r}")
        else:
            self._put_literal()
            name = f"P{len(self.names)}"
            self.names[name] = struct.Struct(f">{self.codes}").pack
            self.lines.append(f"out += {name}({', '.join(self.arguments)})")
        self.literal, self.codes, self.arguments = b"", "", []

    def _put_literal(self) -> None:
        if self.literal:
            self.codes += f"{len(self.literal)}s"
            self.arguments.append(repr(self.literal))
        self.literal = b""
