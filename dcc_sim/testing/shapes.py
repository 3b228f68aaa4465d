"""Hypothesis strategies made from the tables: values that fit a shape, a Command, a Response.

In: a row of the use case table, or a shape of it. Out: strategies; whatever they draw can be
encoded and reads back the same. Each payload language registers its shapes and its rows:
`values_for`, `values_of_command` and `body_of_response` dispatch on the type; here is DLMS. Long
arrays repeat a few drawn elements, so that drawing stays quick. Left out: values with a meaning
(tariffs are in `strategies`).
"""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st

from dcc_sim.codec.access import NOT_PROCESSED, NULL, AccessRow, Item
from dcc_sim.codec.compact import CompactArray
from dcc_sim.codec.cosem import (
    Array,
    Bits,
    Boolean,
    Date,
    DateTime,
    Integer,
    Null,
    Octets,
    Part,
    Struct,
    Time,
)
from dcc_sim.codec.exchange import Body, Result
from dcc_sim.codec.times import CosemDate, CosemDateTime, CosemTime

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dcc_sim.catalogue.row import UseCase
    from dcc_sim.codec.shape import Shape, Value

_FEW: Final = 3
_LONG: Final = 150
"""Arrays and strings are drawn up to this size; from 128 on their length takes two octets."""

_SECONDS: Final = st.integers(0, 0xFFFF_FFFF)
_DATE_TIMES: Final = st.binary(min_size=12, max_size=12).map(CosemDateTime)


def command_values(row: UseCase) -> st.SearchStrategy[Mapping[str, Value]]:
    """Values that a Command of this use case may carry."""
    return values_of_command(row.payload)


def response_body(row: UseCase) -> st.SearchStrategy[Body]:
    """A Response of this use case: all items succeed, or one fails and the rest is not processed."""
    return body_of_response(row.payload)


@singledispatch
def values_of_command(payload: object) -> st.SearchStrategy[Mapping[str, Value]]:
    """Values for a Command, by type of payload. Raises TypeError for an unknown one."""
    raise TypeError(f"no strategy for {type(payload).__name__}")


@singledispatch
def body_of_response(payload: object) -> st.SearchStrategy[Body]:
    """A body for a Response, by type of payload. Raises TypeError for an unknown one."""
    raise TypeError(f"no strategy for {type(payload).__name__}")


@singledispatch
def values_for(shape: Shape) -> st.SearchStrategy[Value]:
    """Values that the shape encodes, and gives back as they were. Raises TypeError for an unknown one."""
    raise TypeError(f"no strategy for {type(shape).__name__}")


@values_for.register(Integer)
def _integer(shape: Integer) -> st.SearchStrategy[Value]:
    return st.integers(shape.low, shape.high) if shape.const is None else st.just(shape.const)


@values_for.register(Boolean)
def _boolean(shape: Boolean) -> st.SearchStrategy[Value]:
    return st.booleans() if shape.const is None else st.just(shape.const)


@values_for.register(Null)
def _null(_: Null) -> st.SearchStrategy[Value]:
    return st.none()


@values_for.register(Octets)
def _octets(shape: Octets) -> st.SearchStrategy[Value]:
    if shape.const is not None:
        return st.just(shape.const)
    return st.binary(min_size=shape.low, max_size=max(shape.low, min(shape.high, _LONG)))


@values_for.register(Bits)
def _bits(shape: Bits) -> st.SearchStrategy[Value]:
    if shape.const is not None:
        return st.just(shape.const)
    sizes = st.integers(shape.low, shape.high)
    return sizes.flatmap(lambda n: st.integers(0, (1 << n) - 1).map(lambda v: f"{v:0{n}b}" if n else ""))


@values_for.register(DateTime)
def _date_time(shape: DateTime) -> st.SearchStrategy[Value]:
    return _DATE_TIMES if shape.const is None else st.just(shape.const)


@values_for.register(Date)
def _date(shape: Date) -> st.SearchStrategy[Value]:
    return st.binary(min_size=5, max_size=5).map(CosemDate) if shape.const is None else st.just(shape.const)


@values_for.register(Time)
def _time(_: Time) -> st.SearchStrategy[Value]:
    return st.binary(min_size=4, max_size=4).map(CosemTime)


@values_for.register(Struct)
def _struct(shape: Struct) -> st.SearchStrategy[Value]:
    optional = [part for part in shape.parts if part.optional]
    # Optional parts are the last ones; each stands only when those before it do.
    return st.integers(0, len(optional)).flatmap(lambda n: _parts(shape, optional[:n]))


def _parts(shape: Struct, present: list[Part]) -> st.SearchStrategy[dict[str, Value]]:
    parts = [part for part in shape.parts if not part.optional or part in present]
    return st.fixed_dictionaries({part.name: values_for(part.shape) for part in parts})


@values_for.register(Array)
def _array(shape: Array) -> st.SearchStrategy[Value]:
    return _several(values_for(shape.element), shape.low, shape.high)


@values_for.register(CompactArray)
def _compact_array(shape: CompactArray) -> st.SearchStrategy[Value]:
    # All entries of a log have the optional parts, or none has.
    optional = [part for part in shape.element.parts if part.optional]
    choices = st.sampled_from(([], optional) if optional else ([],))
    return choices.flatmap(lambda present: _several(_parts(shape.element, present), shape.low, shape.high))


def _several(element: st.SearchStrategy[Value], low: int, high: int) -> st.SearchStrategy[Value]:
    short = st.lists(element, min_size=min(low, _FEW), max_size=min(high, max(low, _FEW), _FEW))
    longest = max(low, min(high, _LONG))
    long = st.tuples(st.lists(element, min_size=1, max_size=_FEW), st.integers(low, longest)).map(
        lambda drawn: [drawn[0][n % len(drawn[0])] for n in range(drawn[1])]
    )
    return st.one_of(short, long) if low <= _FEW else long


@values_of_command.register(AccessRow)
def _access_command(row: AccessRow) -> st.SearchStrategy[Mapping[str, Value]]:
    required = {i.name: _argument(i) for i in row.items if not i.optional and i.carries}
    optional = {i.name: _argument(i) for i in row.items if i.optional}
    return st.fixed_dictionaries(required, optional=optional)


def _argument(item: Item) -> st.SearchStrategy[Value]:
    if item.ranged:
        bound = _DATE_TIMES if item.protected else _SECONDS
        return st.fixed_dictionaries({"from": bound, "to": bound})
    value = values_for(item.argument)
    if not item.choices:
        return value
    return st.fixed_dictionaries({"object": st.integers(1, len(item.choices)), "value": value})


@body_of_response.register(AccessRow)
def _access_response(row: AccessRow) -> st.SearchStrategy[Body]:
    optional = [item for item in row.items if item.optional]
    # A Response does not say which optional items its Command had; reading takes the first ones.
    return st.integers(0, len(optional)).flatmap(
        lambda n: _answered([item for item in row.items if not item.optional or item in optional[:n]])
    )


def _answered(items: list[Item]) -> st.SearchStrategy[Body]:
    failing = st.integers(0, len(items) - 1) if items else st.nothing()
    failure = st.one_of(st.none(), st.tuples(failing, st.integers(1, 0xFF)))
    return failure.flatmap(lambda failed: _outcome(items, failed))


def _outcome(items: list[Item], failed: tuple[int, int] | None) -> st.SearchStrategy[Body]:
    stop, code = failed or (len(items), 0)
    results = tuple(
        Result(item.name, n, 0 if n < stop else code if n == stop else NOT_PROCESSED, executed=n <= stop)
        for n, item in enumerate(items)
    )
    answers = {item.name: _answer(item) for item in items[:stop] if item.protected or item.answer is not NULL}
    return st.fixed_dictionaries(answers).map(lambda values: Body(values, results))


def _answer(item: Item) -> st.SearchStrategy[Value]:
    if not item.protected:
        return values_for(item.answer)
    return st.fixed_dictionaries({wanted.name: values_for(wanted.shape) for wanted in item.protected})
