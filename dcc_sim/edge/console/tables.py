"""Tables on standard output: fitted to a terminal, one line per row for a program that reads them.

In: columns and rows of plain text. Out: lines. Left out: what they say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape
from rich.table import Table

_GAP = "  "


@dataclass(frozen=True, slots=True)
class Column:
    """A heading, the style of the cells, and whether they stay on one line."""

    name: str
    style: str = ""
    whole: bool = False


def print_table(console: Console, columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> None:
    """Print rows under headings. In a pipe nothing is folded, cut or padded at the end of a line."""
    if console.is_terminal:
        console.print(_fitted(columns, rows))
        return
    lines = [tuple(column.name for column in columns), *rows]
    widths = [max(map(len, cells)) for cells in zip(*lines, strict=True)]
    for line in lines:
        text = _GAP.join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        console.out(text.rstrip(), highlight=False)


def _fitted(columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column.name, style=column.style, overflow="fold", no_wrap=column.whole)
    for row in rows:
        table.add_row(*map(escape, row))
    return table
