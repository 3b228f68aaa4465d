"""A frame field by field: offset, octets, name, value, meaning.

In: the octets and what reading them left behind (`Note`s, the checks). Out: a table on the console
or a JSON value. Left out: reading (`transform.message`), what a field stands for (`meanings`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from rich.console import Console
from rich.markup import escape

from dcc_sim.codec.shape import Note, Value
from dcc_sim.edge.console.meanings import between, meaning
from dcc_sim.edge.console.tables import Column, print_table


@dataclass(frozen=True, slots=True)
class Verdict:
    """Outcome of one check on a frame: `ok` is None when it could not be made."""

    check: str
    ok: bool | None
    detail: str


def show_value(value: Value) -> str:
    """A value as one short line."""
    match value:
        case None:
            return ""
        case bytes() if type(value) is bytes:
            return (
                value.hex().upper()
                if len(value) <= 24
                else f"{value[:24].hex().upper()}… ({len(value)} octets)"
            )
        case datetime():
            return f"{value:%Y-%m-%dT%H:%M:%SZ}"
        case _:
            return str(value)


def field_rows(
    octets: bytes, notes: Iterable[Note], names: Mapping[bytes, str] | None = None
) -> list[dict[str, Any]]:
    """One row per field, in the order of the octets; JSON-ready.

    Lengths and counts between two fields, and what was not read, are rows without a name: no octet is
    left out.
    """
    rows: list[dict[str, Any]] = []
    end = 0
    # What has no octets of its own, a DEFAULT, comes before what follows it.
    for note in sorted(notes, key=lambda n: (n.offset, n.length != 0, -n.length)):
        inside = "decrypted" not in note.path
        field = ".".join(note.path)
        if inside and note.offset > end:
            rows.append(
                _row(end, octets[end : note.offset], "", "", between(octets[end : note.offset], field))
            )
        part = octets[note.offset : note.offset + note.length] if inside else b""
        said = meaning(note, part, names)
        offset = note.offset if inside else None
        rows.append(_row(offset, part, field, show_value(note.value), said))
        if inside:
            end = max(end, note.offset + note.length)
    if end < len(octets):
        rows.append(_row(end, octets[end:], "", "", "not read"))
    return rows


def _row(offset: int | None, octets: bytes, field: str, value: str, said: str) -> dict[str, Any]:
    return {
        "offset": offset,
        "octets": octets.hex().upper(),
        "field": field,
        "value": value,
        "meaning": said,
    }


_COLUMNS: Final = (
    Column("offset", "dim", whole=True),
    Column("octets", "cyan", whole=True),
    Column("field", whole=True),
    Column("value", "green"),
    Column("meaning", "yellow"),
)
_NARROW_COLUMNS: Final = (*_COLUMNS[:2], Column("field"), Column("value and meaning", "green"))
_ROOM: Final = 70
"""Columns that a terminal needs beside the names of the fields; with less, names stand as a tree."""
_NARROW: Final = 100


def print_fields(console: Console, rows: list[dict[str, Any]], verdicts: Iterable[Verdict]) -> None:
    """The table of a frame, then what the checks said."""
    names = [row["field"] for row in rows]
    tree = console.is_terminal and console.width < max(map(len, names), default=0) + _ROOM
    narrow = console.is_terminal and console.width < _NARROW
    most = 12 if narrow else 16 if tree else 32
    table: list[Sequence[str]] = []
    for row, lines in zip(rows, _tree(names) if tree else names, strict=True):
        *above, field = lines.split("\n")
        table += [("", "", each, "", "") for each in above]
        shown = row["octets"] if len(row["octets"]) <= most else row["octets"][:most] + "…"
        offset = "" if row["offset"] is None else str(row["offset"])
        table.append((offset, shown, field, row["value"], row["meaning"]))
    if narrow:
        table = [(*cells[:3], "  ".join(filter(None, cells[3:]))) for cells in table]
    print_table(console, _NARROW_COLUMNS if narrow else _COLUMNS, table)
    for verdict in verdicts:
        mark = {True: "[green]holds[/]", False: "[red]FAILS[/]", None: "[yellow]not checked[/]"}[verdict.ok]
        console.print(f"{verdict.check}: {mark} {escape(verdict.detail)}".rstrip())


def _tree(names: Iterable[str]) -> Iterator[str]:
    """Each name as its last part, indented; parts that have no row of their own on lines before it."""
    before: list[str] = []
    for name in names:
        parts = name.split(".") if name else []
        same = next((n for n, (a, b) in enumerate(zip(before, parts, strict=False)) if a != b), None)
        first = min(len(before), len(parts)) if same is None else same
        first = max(0, min(first, len(parts) - 1))
        lines = [f"{'  ' * depth}{parts[depth]}" for depth in range(first, len(parts))]
        yield "\n".join(lines)
        before = parts or before


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that two frames do not share: its text on either side, empty where it is absent."""

    field: str
    left: str
    right: str


def differences(left: Iterable[Mapping[str, Any]], right: Iterable[Mapping[str, Any]]) -> list[Difference]:
    """Fields of two `field_rows` that differ or stand in one frame only, in the order of the frames."""
    ours, theirs = _by_field(left), _by_field(right)
    names = list(ours) + [name for name in theirs if name not in ours]
    return [
        Difference(name, ours.get(name, ""), theirs.get(name, ""))
        for name in names
        if ours.get(name) != theirs.get(name)
    ]


def _by_field(rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in rows:
        name = row["field"]
        if not name:
            continue
        text = "  ".join(part for part in (row["value"], row["meaning"]) if part)
        # Some names come back, a log entry's header for one; they are numbered in order.
        while name in found:
            stem, _, number = name.partition("#")
            name = f"{stem}#{int(number or 1) + 1}"
        found[name] = text
    return found


def print_differences(console: Console, found: Iterable[Difference]) -> None:
    """Two columns, one line per field."""
    columns = (Column("field"), Column("A", "red"), Column("B", "green"))
    print_table(console, columns, [(each.field, each.left or "–", each.right or "–") for each in found])
