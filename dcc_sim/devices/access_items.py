"""The items of a DLMS Command, one by one: Get, Get by range, Set, Action, protected Get.

In: a row, the values of a Command, a model. Out: values and results. The first failure gives its
code and every later item 250 (reference `gbcs.md` §d.2); what was set before it stays set. Ranges
include both ends (vectors). Left out: what a Set or an Action does beyond storing (`profiles/`,
`methods`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from dcc_sim.codec.access import NOT_PROCESSED, AccessRow, Attribute, Item, Kind
from dcc_sim.codec.exchange import Body, Result, Sealed
from dcc_sim.codec.shape import Shape, Value, as_bytes, as_int, as_list, as_struct
from dcc_sim.codec.times import COSEM_EPOCH, NEVER, NOW, CosemDateTime
from dcc_sim.devices.model import Execution, ItemFailed, Model
from dcc_sim.devices.store import CosemAttribute
from dcc_sim.errors import EncodeError

READ_WRITE_DENIED: Final = 3
OBJECT_UNDEFINED: Final = 4
TYPE_UNMATCHED: Final = 12

_FIRST: Final = 0
_LAST: Final = 0xFFFF_FFFF


def execute_access(run: Execution, row: AccessRow, body: Body) -> Body:
    """Execute the items that were sent, in order."""
    values: dict[str, Value] = {}
    results: list[Result] = []
    for index, item in enumerate(row.sent(body.values)):
        if run.failed:
            results.append(Result(item.name, index, NOT_PROCESSED, executed=False))
            continue
        code = 0
        try:
            _check_fault(run, index)
            answer = _access_item(run, item, body.values.get(item.name))
        except ItemFailed as failure:
            code, run.failed, answer = failure.code, item.name, None
        if answer is not None:
            values[item.name] = answer
        results.append(Result(item.name, index, code))
    return Body(values, tuple(results))


def _check_fault(run: Execution, index: int) -> None:
    fault = run.fault_at(index)
    if fault is not None:
        raise ItemFailed(fault.code, "failure injected")


def has_item(model: Model, item: Item) -> bool:
    """Whether the device has what an item addresses."""
    if item.protected:
        return all(model.has(CosemAttribute(wanted.object, wanted.index)) for wanted in item.protected)
    targets = [CosemAttribute(target, item.index) for target in item.choices or (item.object,)]
    if item.kind is Kind.ACTION:
        return any(model.has_method(target) for target in targets)
    return any(model.has(target) for target in targets)


def load_access(model: Model, row: AccessRow, known: Body) -> datetime | None:
    """Make the device hold what a Response says; tells the moment when the Response does."""
    told: datetime | None = None
    for item in row.items:
        value = known.values.get(item.name)
        if item.name not in known.values or isinstance(value, Sealed):
            continue
        target = CosemAttribute(item.object, item.index)
        if item.kind is Kind.GET:
            told = model.load(target, value) or told
        elif not item.protected:
            method = model.kind.methods.get(target)
            if method is not None and method.load is not None:
                told = method.load(model, value) or told
        for attribute in item.protected:
            part = as_struct(value)[attribute.name]
            told = model.load(CosemAttribute(attribute.object, attribute.index), part) or told
    _load_done(model, row, known)
    return told


def _load_done(model: Model, row: AccessRow, known: Body) -> None:
    """Actions that have no answer, and were carried out."""
    done = {result.name for result in known.results if result.code == 0}
    for item in row.items:
        if item.kind is Kind.ACTION and not item.protected and item.name not in known.values:
            method = model.kind.methods.get(CosemAttribute(item.object, item.index))
            if method is not None and method.load is not None and item.name in done:
                method.load(model, None)


def _access_item(run: Execution, item: Item, argument: Value) -> Value:
    target = item.object
    if item.choices:
        chosen = as_struct(argument)
        target, argument = item.choices[as_int(chosen["object"]) - 1], chosen["value"]
    if item.protected:
        return {a.name: _protected(run, item, a, argument) for a in item.protected}
    place = CosemAttribute(target, item.index)
    match item.kind:
        case Kind.GET:
            return _fitting(run, place, item.answer, _ranged(item, _read(run, place), argument))
        case Kind.SET:
            _write(run, place, argument)
            return None
        case Kind.ACTION:
            if not run.model.has_method(place):
                raise ItemFailed(OBJECT_UNDEFINED, f"no method {place}")
            return run.model.kind.methods[place].handle(run, argument)


def _protected(run: Execution, item: Item, wanted: Attribute, argument: Value) -> Value:
    place = CosemAttribute(wanted.object, wanted.index)
    return _fitting(run, place, wanted.shape, _ranged(item, _read(run, place), argument))


def _read(run: Execution, place: CosemAttribute) -> Value:
    if not run.model.has(place):
        raise ItemFailed(OBJECT_UNDEFINED, f"no attribute {place}")
    return run.model.read(place, run.now)


def _fitting(run: Execution, place: CosemAttribute, shape: Shape, value: Value) -> Value:
    # What one use case writes, another may have no room for (ECS30a, ECS26d).
    if place in run.model.store.values and place not in run.model.holdings.logs:
        try:
            shape.encode(value, bytearray())
        except EncodeError as error:
            raise ItemFailed(TYPE_UNMATCHED, f"{place}: {error}") from error
    return value


def _ranged(item: Item, value: Value, bounds: Value) -> Value:
    """The entries of a log between two moments, both included; any other value as it is."""
    if not item.ranged:
        return value
    wanted = as_struct(bounds)
    first, last = _bound(wanted["from"], _FIRST), _bound(wanted["to"], _LAST)
    return [entry for entry in as_list(value) if first <= entry_time(entry) <= last]


def _bound(value: Value, otherwise: int) -> int:
    if isinstance(value, bytes):
        moment = CosemDateTime(value).moment
        return otherwise if moment is None else int((moment - COSEM_EPOCH).total_seconds())
    return as_int(value)


def entry_time(entry: Value) -> int:
    """Seconds since 2000 of a log entry; of the boost log, when the boost began."""
    members = as_struct(entry)
    return as_int(members["timestamp"] if "timestamp" in members else members["start"])


def _write(run: Execution, place: CosemAttribute, value: Value) -> None:
    model = run.model
    handler = model.kind.writes.get(place)
    live = model.kind.live.get(place)
    if live is not None:
        handler = live.write
        if handler is None:
            raise ItemFailed(READ_WRITE_DENIED, f"{place} is read only")
    if not model.has(place):
        raise ItemFailed(OBJECT_UNDEFINED, f"no attribute {place}")
    if handler is not None:
        handler(run, value)
        return
    if place in model.kind.activations:
        _set_activation_time(run, place, CosemDateTime(as_bytes(value)))
    elif place not in model.holdings.writable:
        raise ItemFailed(READ_WRITE_DENIED, f"{place} is read only")
    model.store.write(place, value)


def _set_activation_time(run: Execution, place: CosemAttribute, time: CosemDateTime) -> None:
    if time == NEVER:
        run.model.agenda.cancel(place)
        return
    moment = time.moment
    if moment is None and time != NOW:
        raise ItemFailed(TYPE_UNMATCHED, f"{time} is not a moment")
    run.model.schedule(place, moment, run)
