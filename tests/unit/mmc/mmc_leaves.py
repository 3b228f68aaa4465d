"""Every value that a Response or Alert of a use case can hold: the paths of its leaves, from its row.

Paths are those of `mmc.rows.leaves`: dotted names, `[]` for any item of a list.
"""

from __future__ import annotations

from collections.abc import Iterator

from dcc_sim.catalogue.row import AlertCase, UseCase
from dcc_sim.codec.access import AccessRow, NotificationRow
from dcc_sim.codec.compact import CompactArray
from dcc_sim.codec.cosem import Array, Null, Struct
from dcc_sim.codec.der import Choice, DerAlertRow, Nothing, Sequence, SequenceOf
from dcc_sim.codec.gbz import GbzAlertRow, GbzRow
from dcc_sim.codec.packed import Packed
from dcc_sim.codec.shape import Shape
from dcc_sim.codec.zcl import CountOf, Fields, Listed, Repeat


def shape_leaves(shape: Shape | CountOf, path: str = "") -> Iterator[str]:
    match shape:
        case Struct() | Sequence() | Choice() | Packed():
            for part in shape.parts:
                yield from shape_leaves(part.shape, _join(path, part.name))
        case Fields():
            for field in shape.fields:
                yield from shape_leaves(field.shape, _join(path, field.name))
        case Array() | CompactArray() | Listed() | Repeat() | SequenceOf():
            yield from shape_leaves(shape.element, f"{path}[]")
        case Null() | CountOf() | Nothing():
            pass
        case _:
            yield path


def response_leaves(row: UseCase) -> Iterator[str]:
    payload = row.payload
    if isinstance(payload, AccessRow):
        for item in payload.items:
            yield from shape_leaves(item.answer, item.name)
            for wanted in item.protected:
                yield from shape_leaves(wanted.shape, f"{item.name}.{wanted.name}")
    elif isinstance(payload, GbzRow):
        for command in payload.commands:
            yield from (read.name for read in command.reads)
            if command.reply is not None:
                listed = "[]" if command.replies_listed else ""
                yield from shape_leaves(command.reply.fields, command.name + listed)
    else:
        yield from shape_leaves(payload.response)


def alert_leaves(row: AlertCase) -> Iterator[str]:
    payload = row.payload
    if isinstance(payload, DerAlertRow):
        yield from shape_leaves(payload.layout)
        return
    yield from ("alert_code", "time")
    for part in payload.content:
        yield from shape_leaves(part.shape, part.name)
    if isinstance(payload, NotificationRow) and payload.protected is not None:
        for wanted in payload.protected.protected:
            yield from shape_leaves(wanted.shape, f"{payload.protected.name}.{wanted.name}")
    if isinstance(payload, GbzAlertRow) and payload.component is not None:
        yield from shape_leaves(payload.component.fields, payload.component.name)


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
