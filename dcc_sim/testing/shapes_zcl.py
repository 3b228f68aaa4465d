"""Hypothesis strategies for ZCL shapes and GBZ rows; importing registers the shapes with `values_for`.

In: a shape of `codec.zcl`, or a `GbzRow`. Out: values it can carry, as its `decode` gives them, and
whole Responses: successes, failures, "not found", and what was not processed after a failure.
Left out: values that a meter would accept; these are values that fit on the wire.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from hypothesis import strategies as st

from dcc_sim.codec.exchange import Body, Result
from dcc_sim.codec.gbz import NOT_PROCESSED_STATUS, GbzRow
from dcc_sim.codec.gbz_command import Command
from dcc_sim.codec.gbz_component import BigEndian, NetworkTime
from dcc_sim.codec.shape import Shape, Value, Values
from dcc_sim.codec.times import ZclDate
from dcc_sim.codec.zcl import (
    STATUSES,
    CountOf,
    DateField,
    Fields,
    Flag,
    Listed,
    Number,
    OctetString,
    Repeat,
    Rest,
)
from dcc_sim.testing.shapes import body_of_response, values_for, values_of_command

_MORE: Final = 3
"""Elements beyond the least number of a list: longer ones say nothing new."""
_FAILURES: Final = sorted(STATUSES.keys() - {0})


@values_for.register(Number)
def _number(shape: Number) -> st.SearchStrategy[Value]:
    if shape.const is not None:
        return st.just(shape.const)
    if shape.allowed:
        return st.sampled_from(shape.allowed)
    low, high = shape.limits
    known = [value for value in shape.meaning if low <= value <= high]
    anything = st.integers(low, high)
    return st.sampled_from(known) | anything if known else anything


@values_for.register(BigEndian)
def _big_endian(shape: BigEndian) -> st.SearchStrategy[Value]:
    return st.integers(0, (1 << 8 * shape.size) - 1)


@values_for.register(NetworkTime)
def _network_time(shape: NetworkTime) -> st.SearchStrategy[Value]:
    return st.sampled_from([0, *shape.meaning]) | st.integers(0, 0xFFFFFFFF)


@values_for.register(Flag)
def _flag(_shape: Flag) -> st.SearchStrategy[Value]:
    return st.booleans()


@values_for.register(OctetString)
def _octet_string(shape: OctetString) -> st.SearchStrategy[Value]:
    if shape.const is not None:
        return st.just(shape.const)
    return st.binary(min_size=shape.low, max_size=shape.high)


@values_for.register(DateField)
def _date(_shape: DateField) -> st.SearchStrategy[Value]:
    return st.binary(min_size=4, max_size=4).map(ZclDate)


@values_for.register(Rest)
def _rest(shape: Rest) -> st.SearchStrategy[Value]:
    return st.one_of(*(st.binary(min_size=length, max_size=length) for length in shape.lengths))


@values_for.register(Listed)
def _listed(shape: Listed) -> st.SearchStrategy[Value]:
    most = min(shape.high, shape.low + _MORE)
    return st.lists(values_for(shape.element), min_size=shape.low, max_size=most)


@values_for.register(Repeat)
def _repeat(shape: Repeat) -> st.SearchStrategy[Value]:
    return st.lists(values_for(shape.element), min_size=shape.count, max_size=shape.count)


@values_for.register(Fields)
def _fields(shape: Fields) -> st.SearchStrategy[Value]:
    return st.fixed_dictionaries(dict(_members(shape)))


def _members(shape: Fields) -> Iterator[tuple[str, st.SearchStrategy[Value]]]:
    for part in shape.fields:
        if not isinstance(part.shape, CountOf):
            yield part.name, values_for(part.shape)


def _argument(command: Command) -> st.SearchStrategy[Value]:
    members = dict(_members(command.fields))
    members.pop(command.step, None)
    if command.from_time is not None:
        members[command.from_time.name] = values_for(NetworkTime())
    return st.fixed_dictionaries(members)


@values_of_command.register(GbzRow)
def _command(row: GbzRow) -> st.SearchStrategy[Values]:
    return _command_values(row)


@body_of_response.register(GbzRow)
def _response(row: GbzRow) -> st.SearchStrategy[Body]:
    return _response_bodies(row)


@st.composite
def _command_values(draw: st.DrawFn, row: GbzRow) -> Values:
    values: dict[str, Value] = {}
    for command in row.commands:
        if command.reads:
            continue
        argument = _argument(command)
        if command.repeats:
            most = min(command.high, command.low + _MORE)
            values[command.name] = draw(st.lists(argument, min_size=command.low, max_size=most))
        elif command.low or draw(st.booleans()):
            values[command.name] = draw(argument)
    return values


@st.composite
def _response_bodies(draw: st.DrawFn, row: GbzRow) -> Body:
    # After a failure other than "not found" nothing is processed.
    values: dict[str, Value] = {}
    results: list[Result] = []
    index = 0
    stopped = False
    for command in row.commands:
        low, high = command.low, min(command.high, command.low + _MORE)
        for _ in range(draw(st.integers(low, high))):
            answers = _answers(draw, command, index, values, stopped=stopped)
            results += answers
            stopped = stopped or any(result.code not in (0, 0x8B) for result in answers)
            index += 1
    return Body(values, tuple(results))


def _answers(
    draw: st.DrawFn, command: Command, index: int, values: dict[str, Value], *, stopped: bool
) -> Sequence[Result]:
    if stopped:
        return [Result(command.name, index, NOT_PROCESSED_STATUS, executed=False)]
    if command.reads:
        found = []
        for read in command.reads:
            code = draw(_codes())
            found.append(Result(read.name, index, code))
            if code == 0:
                values[read.name] = draw(values_for(read.shape))
        return found
    code = draw(_codes())
    if code == 0 and command.reply is not None:
        _reply(draw, command, command.reply.fields, values)
    return [Result(command.name, index, code)]


def _reply(draw: st.DrawFn, command: Command, fields: Shape, values: dict[str, Value]) -> None:
    assert command.reply is not None
    reply = values_for(fields)
    if not command.replies_listed:
        values[command.name] = draw(reply)
        return
    waiting = values.setdefault(command.name, [])
    assert isinstance(waiting, list)
    most = 1 if command.step else min(command.reply.high, 1 + _MORE)
    waiting += draw(st.lists(reply, min_size=1, max_size=most))


def _codes() -> st.SearchStrategy[int]:
    # Mostly well, so that what comes after is reached.
    return st.sampled_from([0, 0, 0, 0, 0, 0, 0x8B]) | st.sampled_from([0, *_FAILURES])
