"""The ZigBee commands of a Command, one by one: attribute reads, publishes, requests with replies.

In: a row, the values of a Command, a model. Out: values and results. A failure lets every later
component go unprocessed, but "not found" stops nothing (reference `gbcs.md` §e.3). A command that
no profile gives a meaning is stored as published and takes effect at its start time.
Left out: what the commands mean (`profiles/`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from dcc_sim.codec.exchange import NOT_FOUND, Body, Result, Sealed
from dcc_sim.codec.gbz import NOT_PROCESSED_STATUS, GbzRow
from dcc_sim.codec.gbz_command import Command
from dcc_sim.codec.shape import Value, as_int, as_list, as_struct
from dcc_sim.codec.times import moment_since_2000
from dcc_sim.devices.holdings import command_key
from dcc_sim.devices.model import Execution, ItemFailed, Model
from dcc_sim.devices.store import Published, ZclAttribute, ZclCommand
from dcc_sim.errors import EncodeError

UNSUPPORTED_COMMAND: Final = 0x81
UNSUPPORTED_ATTRIBUTE: Final = 0x86
INVALID_VALUE: Final = 0x87
INVALID_DATA_TYPE: Final = 0x8D

_NOW: Final = 0
_NEVER: Final = (0xFFFF_FFFF, 0xFFFF_FFFE)


def execute_gbz(run: Execution, row: GbzRow, body: Body) -> Body:
    """Execute the components that were sent, in order."""
    values: dict[str, Value] = {}
    results: list[Result] = []
    for index, (command, value) in enumerate(row.expand(body.values)):
        if run.failed:
            results.append(Result(command.name, index, NOT_PROCESSED_STATUS, executed=False))
        elif command.reads:
            results += _read_attributes(run, command, index, values)
        else:
            results.append(_send(run, command, index, value, values))
        stop = next((r for r in results if r.code not in (0, NOT_FOUND)), None)
        if stop is not None:
            run.failed = run.failed or stop.name
    return Body(values, tuple(results))


def has_command(model: Model, command: Command) -> bool:
    """Whether the device has what a command reads or does."""
    if command.reads:
        return all(model.has(ZclAttribute(command.cluster, read.id)) for read in command.reads)
    key = command_key(command)
    return key in model.kind.requests if command.reply is not None else key in model.holdings.zcl_commands


def load_gbz(model: Model, row: GbzRow, asked: Body, known: Body) -> datetime | None:
    """Make the device hold what a Response says."""
    told: datetime | None = None
    codes: dict[str, int] = {}
    for result in known.results:
        if result.executed:
            codes.setdefault(result.name, result.code)
    for command in row.commands:
        for read in command.reads:
            if read.name in known.values:
                key = ZclAttribute(command.cluster, read.id)
                told = model.load(key, known.values[read.name]) or told
        request = model.kind.requests.get(command_key(command))
        replies = known.values.get(command.name)
        if request is None or isinstance(replies, Sealed):
            continue
        if command.name in codes and codes[command.name] in (0, NOT_FOUND):
            listed = [] if replies is None else as_list(replies) if command.replies_listed else [replies]
            question = asked.values.get(command.name)
            told_by = [as_struct(reply) for reply in listed]
            request.load(model, command, {} if question is None else as_struct(question), told_by)
    return told


def _read_attributes(
    run: Execution, command: Command, index: int, values: dict[str, Value]
) -> Iterator[Result]:
    # One attribute that fails leaves the others of its command readable; the command may fail as one.
    whole = next((f for f in run.faults if f.index == index and f.name == command.name), None)
    if whole is not None:
        yield Result(command.name, index, whole.code)
        return
    for read in command.reads:
        key = ZclAttribute(command.cluster, read.id)
        fault, code = run.fault_at(index, read.name), 0
        if fault is not None:
            code = fault.code
        elif not run.model.has(key):
            code = UNSUPPORTED_ATTRIBUTE
        else:
            try:
                value = run.model.read(key, run.now)
                read.shape.encode(value, bytearray())
                values[read.name] = value
            except ItemFailed as failure:
                code = failure.code
            except EncodeError:
                code = INVALID_DATA_TYPE
        yield Result(read.name, index, code)


def _send(run: Execution, command: Command, index: int, value: Value, values: dict[str, Value]) -> Result:
    fault = run.fault_at(index)
    if fault is not None:
        return Result(command.name, index, fault.code)
    try:
        if command.reply is not None:
            _request(run, command, value, values)
        else:
            _publish(run, command, value)
    except ItemFailed as failure:
        return Result(command.name, index, failure.code)
    return Result(command.name, index)


def _publish(run: Execution, command: Command, value: Value) -> None:
    key = command_key(command)
    handler = run.model.kind.publishes.get(key)
    if handler is not None:
        handler(run, value)
    elif key in run.model.holdings.zcl_commands:
        publish(run, key, value)
    else:
        raise ItemFailed(UNSUPPORTED_COMMAND, f"no {command.name}")


def _request(run: Execution, command: Command, value: Value, values: dict[str, Value]) -> None:
    request = run.model.kind.requests.get(command_key(command))
    if request is None or command.reply is None:
        raise ItemFailed(UNSUPPORTED_COMMAND, f"no {command.name}")
    replies = list(request.handle(run, command, value))[: command.reply.high]
    for reply in replies:
        try:
            command.reply.fields.encode(reply, bytearray())
        except EncodeError as error:
            raise ItemFailed(INVALID_DATA_TYPE, f"{command.name}: {error}") from error
    if command.replies_listed:
        known = values.get(command.name)
        values[command.name] = [*(as_list(known) if known is not None else ()), *replies]
    elif replies:
        values[command.name] = replies[0]


def publish(run: Execution, key: ZclCommand, value: Value) -> None:
    """Hold a command, in force at once or from its start time on."""
    start = as_struct(value).get("start_time", _NOW) if run.row.future_datable else _NOW
    take_effect(run, key, {key: value}, as_int(start))


def take_effect(run: Execution, key: ZclCommand, values: Mapping[ZclCommand, Value], start: int) -> None:
    """Hold several commands that take effect as one, named by `key`; or cancel what was to come."""
    if start in _NEVER:
        run.model.cancel(key)
        return
    for published, value in values.items():
        run.model.store.write(Published(published, coming=True), value)
    run.model.schedule(key, None if start == _NOW else moment_since_2000(start), run)
