"""A frame field by field: offset, octets, name, value, meaning.

In: the octets and what reading them left behind (`Note`s, the checks). Out: a table on the console
or a JSON value. Left out: reading (`transform.message`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from dcc_sim.codec.shape import Note, Value


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


def meaning(note: Note) -> str:
    """What a coded value stands for, or its unit."""
    known: Mapping[int, str] = getattr(note.shape, "meaning", {})
    if isinstance(note.value, int) and int(note.value) in known:
        return known[int(note.value)]
    explain = getattr(note.shape, "explain", None)
    if explain is not None:
        return str(explain(note.value))
    if isinstance(note.value, bytes) and type(note.value) is bytes and note.value.isascii():
        text = note.value.decode("ascii")
        return f'"{text}"' if text and text.isprintable() else ""
    return str(getattr(note.shape, "unit", ""))


def field_rows(octets: bytes, notes: Iterable[Note]) -> list[dict[str, Any]]:
    """One row per field, in the order of the octets; JSON-ready."""
    rows = []
    # What has no octets of its own, a DEFAULT, comes before what follows it.
    for note in sorted(notes, key=lambda n: (n.offset, n.length != 0, -n.length)):
        inside = "decrypted" not in note.path
        rows.append(
            {
                "offset": note.offset if inside else None,
                "octets": octets[note.offset : note.offset + note.length].hex().upper() if inside else "",
                "field": ".".join(note.path),
                "value": show_value(note.value),
                "meaning": meaning(note),
            }
        )
    return rows


def print_fields(console: Console, octets: bytes, notes: Iterable[Note], verdicts: Iterable[Verdict]) -> None:
    """The table of a frame, then what the checks said."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name, style in (
        ("offset", "dim"),
        ("octets", "cyan"),
        ("field", ""),
        ("value", "green"),
        ("meaning", "yellow"),
    ):
        table.add_column(name, style=style, overflow="fold", no_wrap=name in ("offset", "field"))
    for row in field_rows(octets, notes):
        shown = row["octets"] if len(row["octets"]) <= 32 else row["octets"][:32] + "…"
        offset = "" if row["offset"] is None else str(row["offset"])
        table.add_row(offset, shown, row["field"], row["value"], row["meaning"])
    console.print(table)
    for verdict in verdicts:
        mark = {True: "[green]holds[/]", False: "[red]FAILS[/]", None: "[yellow]not checked[/]"}[verdict.ok]
        console.print(f"{verdict.check}: {mark} {verdict.detail}".rstrip())


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that two frames do not share: its text on either side, empty where it is absent."""

    field: str
    left: str
    right: str


def differences(left: Iterable[Note], right: Iterable[Note]) -> list[Difference]:
    """Fields by name that differ in value or stand in one frame only, in the order of the frames."""
    ours, theirs = _by_field(left), _by_field(right)
    names = list(ours) + [name for name in theirs if name not in ours]
    return [
        Difference(name, ours.get(name, ""), theirs.get(name, ""))
        for name in names
        if ours.get(name) != theirs.get(name)
    ]


def _by_field(notes: Iterable[Note]) -> dict[str, str]:
    found: dict[str, str] = {}
    for note in notes:
        text = " ".join(part for part in (show_value(note.value), meaning(note)) if part)
        name = ".".join(note.path)
        # Some names come back, a log entry's header for one; they are numbered in order.
        while name in found:
            stem, _, number = name.partition("#")
            name = f"{stem}#{int(number or 1) + 1}"
        found[name] = text
    return found


def print_differences(console: Console, found: Iterable[Difference]) -> None:
    """Two columns, one line per field."""
    table = Table("field", "A", "B", box=None, header_style="bold", pad_edge=False)
    for difference in found:
        left, right = (escape(side) if side else "[dim]–[/]" for side in (difference.left, difference.right))
        table.add_row(escape(difference.field), f"[red]{left}[/]", f"[green]{right}[/]")
    console.print(table)
