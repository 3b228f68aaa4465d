"""Values from XML, made whole by the shapes of the catalogue: constants filled in, types put right.

In: what the reader found, with parts missing; a use case or alert. Out: values as the codec gives
them, as far as they are known. XML does not say whether `1` is a number or true, nor whether `00FF`
is a number or two octets; the shape does. Left out: which items were answered (`reader`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from dcc_sim.catalogue.row import AlertCase, UseCase
from dcc_sim.codec import cosem, der, zcl
from dcc_sim.codec.access import AccessRow, NotificationRow
from dcc_sim.codec.exchange import Sealed
from dcc_sim.codec.gbz import BigEndian, GbzAlertRow, GbzRow
from dcc_sim.codec.packed import Depending, Packed, Prefixed
from dcc_sim.codec.shape import Shape, Value, Values
from dcc_sim.codec.times import CosemDateTime
from dcc_sim.errors import EncodeError


class Unknown:
    """No value, which is not the value None."""


UNKNOWN: Final = Unknown()


def shapes(row: UseCase | AlertCase) -> dict[str, Shape]:
    """The shape of each value of a Response or Alert by its name."""
    return dict(_shapes(row))


def _shapes(row: UseCase | AlertCase) -> Iterator[tuple[str, Shape]]:
    match row.payload:
        case AccessRow() as access:
            for item in access.items:
                if item.protected:
                    yield item.name, _struct(item.protected)
                elif not isinstance(item.answer, cosem.Null):
                    yield item.name, item.answer
        case GbzRow() as gbz:
            for command in gbz.commands:
                yield from ((read.name, read.shape) for read in command.reads)
                if command.reply is not None:
                    fields: Shape = command.reply.fields
                    yield command.name, cosem.Array(fields) if command.replies_listed else fields
        case NotificationRow() as notification:
            yield from ((part.name, part.shape) for part in notification.parts)
            if notification.protected is not None:
                yield notification.protected.name, _struct(notification.protected.protected)
        case GbzAlertRow() as alert:
            yield from ((part.name, part.shape) for part in alert.parts)
            if alert.component is not None:
                yield alert.component.name, alert.component.fields
        case der.DerAlertRow() as signed:
            yield from ((part.name, part.shape) for part in signed.layout.parts)
        case der.DerRow() as asn1:
            if isinstance(asn1.response, der.Sequence | der.Choice):
                yield from ((part.name, part.shape) for part in asn1.response.parts)


def _struct(attributes: tuple[object, ...]) -> cosem.Struct:
    return cosem.Struct(*(cosem.Part(a.name, a.shape) for a in attributes))  # type: ignore[attr-defined]


def complete(value: Value | Unknown, shape: Shape) -> Value | Unknown:
    """The value as the codec gives it, or UNKNOWN when there is none and the shape has no constant."""
    if isinstance(value, Sealed) or value is None:
        return value
    shape = _bare(shape)
    members = _members(shape)
    if members is not None:
        return _complete_members(value, members, chosen=isinstance(shape, der.Choice))
    element = getattr(shape, "element", None)
    if element is not None:
        return value if isinstance(value, Unknown) else _complete_items(value, element)
    if isinstance(value, Unknown):
        const = getattr(shape, "const", None)
        return UNKNOWN if const is None else const
    return _typed(value, shape)


def _bare(shape: Shape) -> Shape:
    """The shape that says what a value is, without what only says how or where it is written."""
    while isinstance(shape, Prefixed | Depending | der.Default):
        shape = shape.otherwise if isinstance(shape, Depending) else shape.shape
    return shape


def _members(shape: Shape) -> list[tuple[str, Shape, bool]] | None:
    match shape:
        case cosem.Struct() | der.Sequence() | Packed() | der.Choice():
            return [(part.name, part.shape, getattr(part, "optional", False)) for part in shape.parts]
        case zcl.Fields():
            return [
                (field.name, field.shape, False)
                for field in shape.fields
                if not isinstance(field.shape, zcl.CountOf)
            ]
    return None


def _complete_members(
    value: Value | Unknown, members: list[tuple[str, Shape, bool]], *, chosen: bool
) -> Value | Unknown:
    if not isinstance(value, Unknown | Mapping):
        raise EncodeError(f"named parts are needed, not {value!r}")
    found: Values = {} if isinstance(value, Unknown) else value
    whole: dict[str, Value] = {}
    missing = chosen
    for name, shape, optional in members:
        if name not in found and (optional or chosen):
            continue
        try:
            part = complete(found.get(name, UNKNOWN) if name in found else UNKNOWN, shape)
        except EncodeError as error:
            error.field = f"{name}.{error.field}" if error.field else name
            raise
        if isinstance(part, Unknown):
            missing = True
        else:
            whole[name] = part
    if isinstance(value, Unknown) and (missing or not whole):
        return UNKNOWN
    return whole


def _complete_items(value: Value, element: Shape) -> Value:
    if not isinstance(value, list | tuple):
        raise EncodeError(f"a list is needed, not {value!r}")
    items = (complete(item, element) for item in value)
    return [None if isinstance(item, Unknown) else item for item in items]


def _typed(value: Value, shape: Shape) -> Value:
    match shape:
        case Prefixed():
            return _typed(value, shape.shape)
        case Depending():
            return _typed(value, shape.otherwise)
        case cosem.Boolean() | zcl.Flag() if isinstance(value, int):
            return bool(value)
        case cosem.Integer() | zcl.Number() | BigEndian() | der.Int() if isinstance(value, bytes):
            return int.from_bytes(value, "big")
        case der.Moment() if isinstance(value, CosemDateTime):
            return value.moment
    return value
