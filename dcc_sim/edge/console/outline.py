"""Values of a message as a few lines a person can read.

In: decoded values. Out: (name, text) pairs; long lists are folded, runs of equal entries counted.
Left out: octets and offsets (`frames`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Final

from dcc_sim.codec.shape import Value
from dcc_sim.edge.console.frames import show_value

_MOST: Final = 8
_NO_LIMIT: Final = 0xFFFF_FFFF


def outline(values: Value) -> Iterator[tuple[str, str]]:
    """One line per leaf, or per list that fits one; neighbours that say the same share a line."""
    for text, run in groupby(_leaves(values, ""), key=itemgetter(1)):
        names = [name for name, _ in run]
        if _related(names):
            yield f"{names[0]} … {names[-1]}", text
        else:
            yield from ((name, text) for name in names)


def _related(names: list[str]) -> bool:
    """Whether neighbours are a series, as thresholds_1 … thresholds_8 are."""
    return len(names) > 1 and len({name.partition("_")[0] for name in names}) == 1


def _leaves(values: Value, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(values, Mapping):
        for key, value in values.items():
            yield from _leaves(value, f"{name}.{key}" if name else key)
    elif isinstance(values, list | tuple):
        yield name, _list(values)
    else:
        yield name, _leaf(values)


def _list(items: list[Value] | tuple[Value, ...]) -> str:
    shown = []
    for text, run in groupby(items, key=_one):
        count = len(list(run))
        shown.append(text if count == 1 else f"{count} × {text}")
    more = len(shown) - _MOST
    return ", ".join(shown[:_MOST]) + (f", … {more} more" if more > 0 else "") if shown else "none"


def _one(item: Value) -> str:
    if isinstance(item, Mapping):
        # A price table has 80 entries; without its index an unused one equals the next.
        parts = {k: v for k, v in item.items() if k not in {"index", "script_table"}}
        return "{" + " ".join(f"{k}={_one(v)}" for k, v in parts.items()) + "}"
    if isinstance(item, list | tuple):
        return "[" + _list(item) + "]"
    return _leaf(item)


def _leaf(value: Value) -> str:
    if value == _NO_LIMIT and type(value) is int:
        return f"{value} (no limit)"
    if type(value) is bytes and value and value.isascii() and value.decode().isprintable():
        return f'"{value.decode()}"'
    return show_value(value)
