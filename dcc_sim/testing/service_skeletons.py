"""The shape of an MMC answer, for the documentation: its elements and attributes, without values.

In: the rows of a response. Out: XML as text; lists and alike siblings once, alternatives with what they
stand for. Left out: values, which the device has.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from dcc_sim.mmc.rows import Choice, Each, Element, Flag, Leaf, View, When

if TYPE_CHECKING:
    from dcc_sim.mmc.rows import Attribute, Row

    Shown = Element | Leaf | Flag | Choice

_MOST_LINES: Final = 60
_MOST_SIBLINGS: Final = 16
_DEEPEST: Final = 9
_ANY: Final = "…"
_MANY: Final = " <!-- many -->"


def skeleton(name: str, rows: tuple[Row, ...]) -> str:
    """At most some sixty lines: what is too deep for that is left out."""
    lines: list[str] = []
    for deepest in range(_DEEPEST, 0, -1):
        lines = list(_lines(rows, 1, deepest))
        if len(lines) <= _MOST_LINES:
            break
    return "\n".join((f"<{name}>", *lines, f"</{name}>")) if lines else f"<{name}/>"


def _lines(rows: tuple[Row, ...], depth: int, deepest: int) -> Iterator[str]:
    margin = "  " * depth
    shown = list(_children(rows, many=False))
    for row, many in shown[:_MOST_SIBLINGS]:
        note = _MANY if many else ""
        match row:
            case Choice():
                yield f"{margin}<!-- {' or '.join(each.name for each in row.alternatives)} -->"
            case Flag():
                yield f"{margin}<{row.name}/>{note}"
            case Leaf():
                yield f"{margin}<{row.name}{_attributes(row.attributes)}>{_ANY}</{row.name}>{note}"
            case Element() if depth < deepest:
                yield f"{margin}<{row.name}{_attributes(row.attributes)}>{note}"
                yield from _lines(row.rows, depth + 1, deepest)
                yield f"{margin}</{row.name}>"
            case Element():
                yield f"{margin}<{row.name}{_attributes(row.attributes)}>{_ANY}</{row.name}>{note}"
    if len(shown) > _MOST_SIBLINGS:
        yield f"{margin}<!-- {len(shown) - _MOST_SIBLINGS} more -->"


def _children(rows: tuple[Row, ...], *, many: bool) -> Iterator[tuple[Shown, bool]]:
    """The elements of some rows, of each name the first, and whether there can be many."""
    seen: set[str] = set()
    for row, several in _flat(rows, many=many):
        name = " ".join(each.name for each in row.alternatives) if isinstance(row, Choice) else row.name
        if name not in seen:
            seen.add(name)
            yield row, several


def _flat(rows: tuple[Row, ...], *, many: bool) -> Iterator[tuple[Shown, bool]]:
    for row in rows:
        match row:
            case Element() | Leaf() | Flag() | Choice():
                yield row, many
            case Each():
                yield from _flat(row.rows, many=True)
            case When() | View():
                yield from _flat(row.rows, many=many)
            case _:
                pass


def _attributes(attributes: tuple[Attribute, ...]) -> str:
    return "".join(f' {each.name}="{_ANY}"' for each in attributes)
