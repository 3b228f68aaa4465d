"""A Response or Alert in lines for people: names of data items, values with unit and meaning.

In: a decoded `Message`. Out: pairs of label and text. Values of a Response are read along the
shapes of its catalogue row, because the SMETS names, units and meanings stand there; an Alert is
read along its MMC rows, and along its shapes where these leave something out. Constants of GBCS
are not shown. Left out: Commands, which `decode` shows octet by octet.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final, NamedTuple

from dcc_sim.catalogue.row import AlertCase, PayloadRow, UseCase
from dcc_sim.codec.access import NULL, AccessRow, Kind
from dcc_sim.codec.compact import CompactArray
from dcc_sim.codec.cosem import Array, Boolean, Integer, Octets, Struct
from dcc_sim.codec.der import Choice, DerAlertRow, Int, Sequence, SequenceOf
from dcc_sim.codec.exchange import Result, Sealed, sealed_values
from dcc_sim.codec.gbz import GbzRow, Reply
from dcc_sim.codec.packed import Packed
from dcc_sim.codec.shape import Shape, Value, Values, as_list, as_struct
from dcc_sim.codec.times import CosemDate, CosemDateTime, CosemTime, ZclDate
from dcc_sim.codec.zcl import UTC_TIME, CountOf, Fields, Listed, Number, OctetString, Repeat, UtcSeconds
from dcc_sim.errors import EncodeError, Unsupported
from dcc_sim.ids import CraFlag
from dcc_sim.mmc.alerts import ALERT_CONTENTS
from dcc_sim.mmc.debug import ACTION_RESULT, DATA_ACCESS_RESULT, ZCL_STATUS
from dcc_sim.mmc.outcome import succeeded
from dcc_sim.mmc.rows import Row, omitted
from dcc_sim.mmc.writer import PREFIX, Writer
from dcc_sim.transform.message import Message

_LISTED: Final = 16
"""Lists of structures up to this long have a line for each element."""

_IDENTIFIER: Final = 4
"""Octets up to this many are numbers, not text, even when they could be read as text."""

Lists = Array | CompactArray | Listed | Repeat | SequenceOf
_LEAF: Final = re.compile(rf'<{PREFIX}(\w+)(?: index="(\d+)")?(?: [^>]*)?>([^<]+)</')
_DATES: Final = (CosemDateTime, CosemDate, CosemTime, ZclDate)


def summary(message: Message) -> list[tuple[str, str]]:
    """Label and text of everything the message says, in wire order, outcome first.

    Raises Unsupported for an alert without MMC rows, EncodeError for a Command.
    """
    row, body = message.row, message.body
    if message.header.cra is CraFlag.COMMAND:
        raise EncodeError(f"{row.code} is a Command; summaries are of Responses and Alerts")
    if isinstance(row, AlertCase):
        if row.code not in ALERT_CONTENTS:
            raise Unsupported(f"MMC for {row.code}")
        rows = ALERT_CONTENTS[row.code].rows
        return [("Alert", row.title), *_leaf_texts(rows, body.values), *_left_out(row, rows, body.values)]
    lines = [("Use case", f"{row.code} {row.title}")]
    failure = body.first_failure
    told = "success" if succeeded(row, body) else "refused, by a code among the values"
    lines.append(("Outcome", told if failure is None else f"failed: {_failure(row, failure)}"))
    if message.header.time is not None:
        lines.append(("Device time", str(message.header.time)))
    for item in _items(row.payload):
        value = body.values.get(item.name)
        if isinstance(value, Sealed):
            lines.append((item.label, _text(NULL, value)))
            continue
        if item.part and value is not None:
            value = as_struct(value).get(item.part)
        if value is not None and item.shape is not None:
            lines += _described(item.label, item.shape, value)
    return lines


def _left_out(row: AlertCase, rows: tuple[Row, ...], values: Values) -> Iterator[tuple[str, str]]:
    """What an Alert says that MMC has no place for, or that nobody could open."""
    payload = row.payload
    parts = payload.layout.parts if isinstance(payload, DerAlertRow) else payload.content
    omissions = set(omitted(rows))
    for part in parts:
        if part.name in omissions:
            yield from _described(part.smets or part.name, part.shape, values.get(part.name))
    for name, blob in sealed_values(values):
        yield name, _text(NULL, blob)


def _failure(row: UseCase, result: Result) -> str:
    if isinstance(row.payload, GbzRow):
        status = ZCL_STATUS.text(result.code)
    else:
        item = row.payload.item(result.name) if isinstance(row.payload, AccessRow) else None
        action = item is not None and item.kind is Kind.ACTION
        status = (ACTION_RESULT if action else DATA_ACCESS_RESULT).text(result.code)
    return f"{result.name} (item {result.index + 1}): {status} ({result.code})"


class _Item(NamedTuple):
    name: str
    label: str
    shape: Shape | None
    part: str = ""


def _items(payload: PayloadRow) -> Iterator[_Item]:
    if isinstance(payload, AccessRow):
        names = [item.object.name for item in payload.items]
        for item in payload.items:
            alone = names.count(item.object.name) == 1
            label = item.object.name if alone else f"{item.object.name}: {item.name}"
            yield from (_Item(item.name, label, wanted.shape, wanted.name) for wanted in item.protected)
            if not item.protected:
                yield _Item(item.name, label, item.answer)
    elif isinstance(payload, GbzRow):
        for command in payload.commands:
            reply = command.reply
            replies = None if reply is None else _replies(reply, listed=command.replies_listed)
            yield _Item(command.name, command.name, replies)
            yield from (_Item(read.name, read.smets or read.name, read.shape) for read in command.reads)
    elif isinstance(payload.response, Sequence | Choice):
        yield from (_Item(part.name, part.smets or part.name, part.shape) for part in payload.response.parts)


def _replies(reply: Reply, *, listed: bool) -> Shape:
    return Listed(reply.fields, high=reply.high) if listed else reply.fields


def _described(label: str, shape: Shape, value: Value) -> Iterator[tuple[str, str]]:
    if isinstance(shape, Lists):
        items = as_list(value)
        if items and isinstance(items[0], Mapping | Sealed) and len(items) <= _LISTED:
            yield from ((f"{label}[{n}]", _text(shape.element, item)) for n, item in enumerate(items, 1))
        else:
            yield label, _text(shape, value)
        return
    parts = _parts(shape, value)
    if parts is None:
        yield label, _text(shape, value)
        return
    for name, smets, inner, part in parts:
        yield from _described(smets or f"{label}.{name}", inner, part)


def _parts(shape: Shape, value: Value) -> list[tuple[str, str, Shape, Value]] | None:
    if isinstance(shape, Struct | Sequence | Choice | Packed):
        fields: list[tuple[str, str, Shape | CountOf]] = [(p.name, p.smets, p.shape) for p in shape.parts]
    elif isinstance(shape, Fields):
        fields = [(f.name, f.smets, f.shape) for f in shape.fields]
    else:
        return None
    values = as_struct(value)
    return [
        (name, smets, inner, values[name])
        for name, smets, inner in fields
        if not isinstance(inner, CountOf) and getattr(inner, "const", None) is None and name in values
    ]


def _text(shape: Shape, value: Value) -> str:
    if isinstance(value, Sealed):
        return f"encrypted, {len(value)} octets"
    if isinstance(shape, Lists):
        separator = "; " if value and isinstance(as_list(value)[0], Mapping) else ", "
        unit = getattr(shape.element, "unit", "")
        shown = separator.join(_text(shape.element, item).removesuffix(f" {unit}") for item in as_list(value))
        return f"{shown} {unit}".strip() or "none"
    parts = _parts(shape, value)
    if parts is not None:
        return ", ".join(f"{name} {_text(inner, part)}" for name, _, inner, part in parts)
    return _scalar(shape, value)


def _scalar(shape: Shape, value: Value) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%SZ}"
    if isinstance(value, _DATES):
        return str(value)
    if isinstance(value, bytes):
        text = value.decode("ascii", "replace")
        readable = value.isascii() and text.isprintable()
        if readable and isinstance(shape, Octets | OctetString) and shape.high > _IDENTIFIER:
            return f'"{text}"'
        return value.hex().upper() or "none"
    if isinstance(shape, Integer | Number | Boolean | Int) and isinstance(value, int):
        meaning = shape.meaning.get(value)
        if meaning is not None:
            return meaning if isinstance(value, bool) else f"{value} ({meaning})"
        if isinstance(shape, Number) and shape.data_type == UTC_TIME:
            return str(UtcSeconds(value))
        unit = shape.unit if isinstance(shape, Integer | Number) else ""
        return f"{value} {unit}".strip()
    return str(value)


def _leaf_texts(rows: tuple[Row, ...], values: Values) -> Iterator[tuple[str, str]]:
    writer = Writer()
    writer.write(rows, values, partial=False)
    # The writer has just made it: tags without surprises, so that no XML parser is needed.
    for name, number, text in _LEAF.findall("".join(writer.pieces)):
        yield f"{name}[{number}]" if number else name, html.unescape(text)
