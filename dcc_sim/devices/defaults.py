"""The value an attribute has before anybody wrote it: nothing counted, nothing set.

In: the shape of an attribute. Out: a value that the shape encodes: 0 or the least allowed number,
false, the shortest octets, no date, as few elements as an array may have. Left out: initial values
with a meaning, which a profile knows by name (`profiles`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from dcc_sim.codec import cosem, zcl
from dcc_sim.codec.compact import CompactArray
from dcc_sim.codec.shape import Shape, Value
from dcc_sim.codec.times import NEVER, CosemDate, CosemTime, ZclDate

_ANY_DATE: Final = CosemDate(bytes.fromhex("FFFFFFFFFF"))
_MIDNIGHT: Final = CosemTime(bytes(4))
_NO_ZCL_DATE: Final = ZclDate(bytes.fromhex("FFFFFFFF"))


def default_of(shape: Shape) -> Value:
    """The default. Raises TypeError for a shape that no attribute has."""
    for kind, make in _DEFAULTS.items():
        if isinstance(shape, kind):
            return make(shape)
    raise TypeError(f"no default for {type(shape).__name__}")


def _integer(shape: cosem.Integer) -> Value:
    if shape.const is not None:
        return shape.const
    return min(max(0, shape.low), shape.high)


def _number(shape: zcl.Number) -> Value:
    if shape.const is not None:
        return shape.const
    low, high = shape.limits
    if shape.allowed:
        return shape.allowed[0]
    return min(max(0, low), high)


def _octets(shape: cosem.Octets | zcl.OctetString) -> Value:
    return bytes(shape.low) if shape.const is None else shape.const


def _bits(shape: cosem.Bits) -> Value:
    return "0" * shape.low if shape.const is None else shape.const


def _struct(shape: cosem.Struct) -> Value:
    return _parts((part.name, part.shape) for part in shape.parts if not part.optional)


def _fields(shape: zcl.Fields) -> Value:
    return _parts((f.name, f.shape) for f in shape.fields if not isinstance(f.shape, zcl.CountOf))


def _parts(parts: Iterable[tuple[str, Shape]]) -> Mapping[str, Value]:
    return {name: default_of(shape) for name, shape in parts}


def _array(shape: cosem.Array | zcl.Listed) -> Value:
    return [default_of(shape.element) for _ in range(shape.low)]


def _repeat(shape: zcl.Repeat) -> Value:
    return [default_of(shape.element) for _ in range(shape.count)]


_DEFAULTS: Final[Mapping[type, Callable[..., Value]]] = {
    cosem.Integer: _integer,
    cosem.Boolean: lambda shape: bool(shape.const),
    cosem.Null: lambda _: None,
    cosem.Octets: _octets,
    cosem.DateTime: lambda shape: NEVER if shape.const is None else shape.const,
    cosem.Date: lambda shape: _ANY_DATE if shape.const is None else shape.const,
    cosem.Time: lambda _: _MIDNIGHT,
    cosem.Bits: _bits,
    cosem.Struct: _struct,
    cosem.Array: _array,
    CompactArray: lambda _: [],
    zcl.Number: _number,
    zcl.Flag: lambda _: False,
    zcl.OctetString: _octets,
    zcl.DateField: lambda _: _NO_ZCL_DATE,
    zcl.Rest: lambda shape: bytes(min(shape.lengths)),
    zcl.Listed: _array,
    zcl.Repeat: _repeat,
    zcl.Fields: _fields,
}
