"""The fields of a command, for the documentation: name, type, range or meaning, and a value.

In: the notes that reading an example left behind. Out: a `Field` for each that says something; of a list
the first item stands for all. Left out: the fields of the header, and those that frame others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from dcc_sim.catalogue.row import PayloadRow
from dcc_sim.codec import cosem, der, zcl
from dcc_sim.codec.access import NULL, AccessRow
from dcc_sim.codec.access_item import Kind
from dcc_sim.codec.gbz import GbzRow
from dcc_sim.codec.shape import Note, Value

_FRAMING: Final = ("component", "invoke_id")
_SILENT: Final = (cosem.Struct, cosem.Array, cosem.Null, der.Sequence, der.SequenceOf, der.Null)
_LONG: Final = 24
_FEW: Final = 6
_NO_LIMIT: Final = 0xFFFF


@dataclass(frozen=True, slots=True)
class Field:
    """One row of the table."""

    name: str
    type: str
    meaning: str
    example: str


def reads_of(payload: PayloadRow) -> Iterator[Field]:
    """What a command asks for or starts without saying a value."""
    match payload:
        case AccessRow():
            for item in payload.items:
                if item.kind is Kind.GET:
                    span = ", for a span of time" if item.ranged else ""
                    yield Field(item.name, f"read{span}", f"{item.object}, attribute {item.index}", "")
                elif item.argument is NULL:
                    yield Field(
                        item.name, "action", f"{item.object}, {item.kind.name.lower()} {item.index}", ""
                    )
                for attribute in item.protected:
                    where = f"{attribute.object}, attribute {attribute.index}"
                    yield Field(f"{item.name}.{attribute.name}", "read, encrypted", where, "")
        case GbzRow():
            for command in payload.commands:
                for read in command.reads:
                    yield Field(read.name, f"read {_type(read.shape)}", _meaning(read.shape), "")
        case _:
            pass


def fields_of(notes: Iterable[Note]) -> Iterator[Field]:
    """What a command says, in the order of the octets."""
    seen: set[str] = set()
    for note in notes:
        path = note.path
        if not path or path[0] in _FRAMING or note.shape is None or isinstance(note.shape, _SILENT):
            continue
        if any(step.startswith("[") and step != "[1]" for step in path):
            continue
        name = ".".join(path).replace(".[1]", "[]")
        if name in seen:
            continue
        seen.add(name)
        yield Field(name, _type(note.shape), _meaning(note.shape), _example(note.value))


def _type(shape: object) -> str:
    match shape:
        case cosem.Integer() | zcl.Number():
            return f"{'int' if shape.signed else 'uint'}{8 * shape.size}"
        case cosem.Octets():
            return _sized("text" if shape.text else "octets", shape.low, shape.high)
        case cosem.Bits():
            return _sized("bits", shape.low, shape.high)
        case der.Octets():
            return _sized("octets", shape.low, shape.high)
        case zcl.OctetString():
            return _sized("octets", shape.low, shape.high)
        case der.Int():
            return "integer"
        case _:
            words = "".join(f" {c.lower()}" if c.isupper() else c for c in type(shape).__name__)
            return words.strip().replace("date time", "date-time")


def _sized(name: str, low: int, high: int) -> str:
    if low == high:
        return f"{name}({low})"
    return name if high >= _NO_LIMIT else f"{name}({low}…{high})"


def _meaning(shape: object) -> str:
    const = getattr(shape, "const", None)
    if const is not None:
        return f"always {_example(const) or 'empty'}"
    known: Mapping[int, str] = getattr(shape, "meaning", {})
    if known:
        shown = [f"{value} {text}" for value, text in list(known.items())[:_FEW]]
        return ", ".join(shown) + (", …" if len(known) > _FEW else "")
    unit = str(getattr(shape, "unit", ""))
    limits = _limits(shape)
    return ", ".join(part for part in (limits, unit) if part)


def _limits(shape: object) -> str:
    """The range of an integer, if it is narrower than its type."""
    match shape:
        case cosem.Integer() | zcl.Number():
            lowest = -(1 << (8 * shape.size - 1)) if shape.signed else 0
            highest = (1 << (8 * shape.size - shape.signed)) - 1
            low = lowest if shape.low is None else shape.low
            high = highest if shape.high is None else shape.high
            return "" if (low, high) == (lowest, highest) else f"{low} … {high}"
        case _:
            return ""


def _example(value: Value) -> str:
    match value:
        case None:
            return ""
        case bytes() if type(value) is bytes:
            if value.isascii() and value and value.decode("ascii").isprintable():
                return f"`{value.decode('ascii')}`"
            return value.hex().upper() if len(value) <= _LONG else f"{len(value)} octets"
        case datetime():
            return f"{value:%Y-%m-%dT%H:%M:%SZ}"
        case str() if len(value) > _LONG:
            return f"{value[:_LONG]}…"
        case _:
            return str(value)
