"""Executing the items of a Command, one by one, in each of the three payload languages.

In: a row of the use case table, the values of a Command, a model. Out: the `Body` of the Response.
Stop rules (reference `gbcs.md` §d.2, §e.3): DLMS gives the first failure its code and every later
item 250; ZigBee marks every later component as not processed, but "not found" stops nothing.
Left out: what the items do (`profiles/`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from dcc_sim.codec.access import NOT_PROCESSED, AccessRow, Item, Kind
from dcc_sim.codec.der import DerRow
from dcc_sim.codec.exchange import Body, Result, Sealed
from dcc_sim.codec.gbz import NOT_PROCESSED_STATUS, GbzRow
from dcc_sim.codec.gbz_command import FROM_SERVER, Command
from dcc_sim.codec.shape import Value, as_bytes, as_struct
from dcc_sim.codec.times import NEVER, NOW, CosemDateTime
from dcc_sim.devices.model import Execution, Handler, ItemFailed, Model
from dcc_sim.devices.store import CosemAttribute, ZclAttribute, ZclCommand

READ_WRITE_DENIED: Final = 3
OBJECT_UNDEFINED: Final = 4
TYPE_UNMATCHED: Final = 12
UNSUPPORTED_COMMAND: Final = 0x81
UNSUPPORTED_ATTRIBUTE: Final = 0x86
NOT_FOUND: Final = 0x8B


@dataclass(frozen=True, slots=True)
class Fault:
    """A failure that was asked for: the item at `index` (0 first) answers with `code`.

    `name` narrows it to one attribute of a ZigBee read.
    """

    index: int
    code: int
    name: str = ""


def execute(run: Execution, body: Body, fault: Fault | None = None) -> Body:
    """Execute a Command; `run.failed` names the item that failed, if one did."""
    match run.row.payload:
        case AccessRow() as row:
            return _execute_access(run, row, body, fault)
        case GbzRow() as row:
            return _execute_gbz(run, row, body, fault)
        case DerRow():
            return Body(run.model.exchanges[run.row.message_code].handle(run, body.values))


def can_execute(model: Model, row: AccessRow | GbzRow | DerRow, code: int) -> bool:
    """Whether the device has anything of what the message is about; the rest is found out later."""
    match row:
        case AccessRow():
            return any(_has(model, item) for item in row.items)
        case GbzRow():
            return True
        case DerRow():
            return code in model.exchanges


def can_execute_whole(model: Model, row: AccessRow | GbzRow | DerRow, code: int) -> bool:
    """Whether the device has everything the message is about: the use case is built for it."""
    match row:
        case AccessRow():
            return all(_has(model, item) for item in row.items)
        case GbzRow():
            return all(
                all(model.has(ZclAttribute(command.cluster, read.id)) for read in command.reads)
                if command.reads
                else _handler(model, command) is not None
                for command in row.commands
            )
        case DerRow():
            return code in model.exchanges


def _handler(model: Model, command: Command) -> Handler | None:
    # Ids are a server's or a client's own; handlers are for what a server publishes to the meter.
    if command.frame_control != FROM_SERVER or command.reply is not None:
        return None
    return model.publishes.get(ZclCommand(command.cluster, command.id))


def _has(model: Model, item: Item) -> bool:
    if item.protected:
        return all(model.has(CosemAttribute(wanted.object, wanted.index)) for wanted in item.protected)
    target = CosemAttribute(item.object, item.index)
    if item.choices or (item.ranged and not item.protected):
        return False
    return (
        target in model.methods
        if item.kind is Kind.ACTION
        else model.has(target) or target in model.activations
    )


def load(model: Model, row: AccessRow | GbzRow | DerRow, code: int, body: Body) -> datetime | None:
    """Make the device hold what a Response says; tells the moment when the Response does."""
    if isinstance(row, DerRow):
        return next((e.load(body.values) for c, e in model.exchanges.items() if c == code), None)
    told: datetime | None = None
    if isinstance(row, GbzRow):
        for command in row.commands:
            for read in command.reads:
                if read.name in body.values:
                    key = ZclAttribute(command.cluster, read.id)
                    told = model.load(key, body.values[read.name]) or told
        return told
    for item in row.items:
        value = body.values.get(item.name)
        if item.name not in body.values or isinstance(value, Sealed):
            continue
        if item.kind is Kind.GET:
            told = model.load(CosemAttribute(item.object, item.index), value) or told
        for attribute in item.protected:
            part = as_struct(value)[attribute.name]
            told = model.load(CosemAttribute(attribute.object, attribute.index), part) or told
    return told


def _execute_access(run: Execution, row: AccessRow, body: Body, fault: Fault | None) -> Body:
    values: dict[str, Value] = {}
    results: list[Result] = []
    for index, item in enumerate(row.items):
        if run.failed:
            results.append(Result(item.name, index, NOT_PROCESSED, executed=False))
            continue
        code = 0
        try:
            _check_fault(fault, index)
            answer = _access_item(run, item, body.values.get(item.name))
        except ItemFailed as failure:
            code, run.failed, answer = failure.code, item.name, None
        if answer is not None:
            values[item.name] = answer
        results.append(Result(item.name, index, code))
    return Body(values, tuple(results))


def _check_fault(fault: Fault | None, index: int) -> None:
    if fault is not None and fault.index == index:
        raise ItemFailed(fault.code, "failure injected")


def _access_item(run: Execution, item: Item, argument: Value) -> Value:
    target = CosemAttribute(item.object, item.index)
    if item.protected:
        return {a.name: _read(run, CosemAttribute(a.object, a.index)) for a in item.protected}
    if item.kind is Kind.GET:
        return _read(run, target)
    if item.kind is Kind.SET:
        _write(run, target, argument)
        return None
    method = run.model.methods.get(target)
    if method is None:
        raise ItemFailed(OBJECT_UNDEFINED, f"no method {target}")
    method(run, argument)
    return None


def _read(run: Execution, target: CosemAttribute) -> Value:
    if not run.model.has(target):
        raise ItemFailed(OBJECT_UNDEFINED, f"no attribute {target}")
    return run.model.read(target, run.now)


def _write(run: Execution, target: CosemAttribute, value: Value) -> None:
    model = run.model
    if target in model.live:
        raise ItemFailed(READ_WRITE_DENIED, f"{target} is read only")
    if target in model.activations:
        _set_activation_time(run, target, CosemDateTime(as_bytes(value)))
    elif target not in model.store:
        raise ItemFailed(OBJECT_UNDEFINED, f"no attribute {target}")
    model.store.write(target, value)


def _set_activation_time(run: Execution, target: CosemAttribute, time: CosemDateTime) -> None:
    if time == NEVER:
        run.model.agenda.cancel(target)
        return
    moment = time.moment
    if moment is None and time != NOW:
        raise ItemFailed(TYPE_UNMATCHED, f"{time} is not a moment")
    run.model.schedule(target, moment, run)


def activation_times(row: AccessRow, model: Model, body: Body) -> set[bytes]:
    """The different activation times in a Command; GBCS 9.2 allows one at most."""
    return {
        as_bytes(body.values[item.name])
        for item in row.items
        if item.kind is Kind.SET and CosemAttribute(item.object, item.index) in model.activations
    }


def _execute_gbz(run: Execution, row: GbzRow, body: Body, fault: Fault | None) -> Body:
    values: dict[str, Value] = {}
    results: list[Result] = []
    for index, (command, value) in enumerate(row.expand(body.values)):
        wanted = fault if fault is not None and fault.index == index else None
        if run.failed:
            results.append(Result(command.name, index, NOT_PROCESSED_STATUS, executed=False))
        elif command.reads:
            results += _read_attributes(run, command, index, values, wanted)
        else:
            results.append(_publish(run, command, index, value, wanted))
        stop = next((r for r in results if r.code not in (0, NOT_FOUND)), None)
        if stop is not None:
            run.failed = run.failed or stop.name
    return Body(values, tuple(results))


def _read_attributes(
    run: Execution, command: Command, index: int, values: dict[str, Value], fault: Fault | None
) -> list[Result]:
    # One attribute that fails leaves the others of its command readable.
    results = []
    for read in command.reads:
        key = ZclAttribute(command.cluster, read.id)
        code = 0
        if fault is not None and fault.name in ("", read.name):
            code = fault.code
        elif not run.model.has(key):
            code = UNSUPPORTED_ATTRIBUTE
        else:
            try:
                values[read.name] = run.model.read(key, run.now)
            except ItemFailed as failure:
                code = failure.code
        results.append(Result(read.name, index, code))
    return results


def _publish(run: Execution, command: Command, index: int, value: Value, fault: Fault | None) -> Result:
    handler = _handler(run.model, command)
    if fault is not None:
        return Result(command.name, index, fault.code)
    if handler is None:
        return Result(command.name, index, UNSUPPORTED_COMMAND)
    try:
        handler(run, value)
    except ItemFailed as failure:
        return Result(command.name, index, failure.code)
    return Result(command.name, index)
