"""Which objects a kind of device has: those that the use cases addressed to it name.

In: the use case table. Out: `Holdings` of a device type: attributes with their shapes and which of
them can be written, methods, ZigBee attributes and commands, ASN.1 message codes; and the initial
value of each attribute, made from its shape. Nothing here names an object. Left out: which of them a
variant of a device lacks, initial values with a meaning, behaviour (`profiles`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from dcc_sim.catalogue.row import UseCase
from dcc_sim.catalogue.usecases import USE_CASES
from dcc_sim.codec.access import AccessRow, Item, Kind
from dcc_sim.codec.der import DerRow
from dcc_sim.codec.gbz import GbzRow
from dcc_sim.codec.gbz_command import Command
from dcc_sim.codec.shape import Shape, Value
from dcc_sim.devices.defaults import default_of
from dcc_sim.devices.store import CosemAttribute, Key, ZclAttribute, ZclCommand
from dcc_sim.errors import EncodeError
from dcc_sim.ids import DeviceType, MessageCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """What a device type has. `logs` are the attributes that are read by range.

    The shapes of an attribute are those of all rows that name it: they need not agree. `names` are
    the value names that the rows use for each attribute, so that a profile can give initial values
    by name.
    """

    attributes: Mapping[CosemAttribute, tuple[Shape, ...]]
    names: Mapping[CosemAttribute, tuple[str, ...]]
    writable: frozenset[CosemAttribute]
    logs: frozenset[CosemAttribute]
    methods: frozenset[CosemAttribute]
    zcl_attributes: Mapping[ZclAttribute, tuple[Shape, ...]]
    zcl_names: Mapping[ZclAttribute, tuple[str, ...]]
    zcl_commands: frozenset[ZclCommand]
    exchanges: frozenset[MessageCode]


def rows_for(device_type: DeviceType) -> Iterator[UseCase]:
    """The use cases whose Commands this device type receives."""
    return (row for row in USE_CASES.values() if device_type in row.targets)


@cache
def holdings_of(device_type: DeviceType) -> Holdings:
    """Everything the use cases of a device type name; the same object every time."""
    attributes: dict[CosemAttribute, list[Shape]] = {}
    names: dict[CosemAttribute, list[str]] = {}
    written: set[CosemAttribute] = set()
    logs: set[CosemAttribute] = set()
    methods: set[CosemAttribute] = set()
    zcl_attributes: dict[ZclAttribute, list[Shape]] = {}
    zcl_names: dict[ZclAttribute, list[str]] = {}
    commands: set[ZclCommand] = set()
    exchanges: set[MessageCode] = set()
    for row in rows_for(device_type):
        match row.payload:
            case AccessRow(items=items):
                for item in items:
                    for target, name, shape in _targets(item):
                        if item.kind is Kind.ACTION and not item.protected:
                            methods.add(target)
                            continue
                        names.setdefault(target, []).append(name)
                        attributes.setdefault(target, []).append(shape)
                        if item.kind is Kind.SET:
                            written.add(target)
                        if item.ranged:
                            logs.add(target)
            case GbzRow(commands=sent):
                for command in sent:
                    for read in command.reads:
                        key = ZclAttribute(command.cluster, read.id)
                        zcl_attributes.setdefault(key, []).append(read.shape)
                        zcl_names.setdefault(key, []).append(read.name)
                    if not command.reads:
                        commands.add(command_key(command))
            case DerRow():
                exchanges.add(row.message_code)
    return Holdings(
        attributes={target: tuple(shapes) for target, shapes in attributes.items()},
        names={target: tuple(dict.fromkeys(found)) for target, found in names.items()},
        writable=frozenset(written),
        logs=frozenset(logs),
        methods=frozenset(methods),
        zcl_attributes={key: tuple(shapes) for key, shapes in zcl_attributes.items()},
        zcl_names={key: tuple(dict.fromkeys(found)) for key, found in zcl_names.items()},
        zcl_commands=frozenset(commands),
        exchanges=frozenset(exchanges),
    )


def command_key(command: Command) -> ZclCommand:
    """What a command of a row addresses, leaving the type of calendar open."""
    return ZclCommand(command.cluster, command.id, command.frame_control)


def initial_values(holdings: Holdings, known: Mapping[str, Value]) -> dict[Key, Value]:
    """A value for every attribute: by name where one is known, else the default of its shape."""
    values: dict[Key, Value] = {}
    for target, shapes in holdings.attributes.items():
        values[target] = _value(holdings.names[target], shapes, known)
    for key, shapes in holdings.zcl_attributes.items():
        values[key] = _value(holdings.zcl_names[key], shapes, known)
    return values


def _value(names: tuple[str, ...], shapes: tuple[Shape, ...], known: Mapping[str, Value]) -> Value:
    name = next((name for name in names if name in known), None)
    # The same name may stand for different shapes: the account in force, and the one to come.
    if name is not None and any(_fits(known[name], shape) for shape in shapes):
        return known[name]
    # Where shapes disagree, the one with the narrowest idea of nothing counts.
    defaults = [default_of(shape) for shape in shapes]
    return next((value for value in defaults if all(_fits(value, shape) for shape in shapes)), defaults[0])


def _fits(value: Value, shape: Shape) -> bool:
    try:
        shape.encode(value, bytearray())
    except EncodeError:
        return False
    return True


def _targets(item: Item) -> Iterator[tuple[CosemAttribute, str, Shape]]:
    if item.protected:
        for wanted in item.protected:
            yield CosemAttribute(wanted.object, wanted.index), wanted.name, wanted.shape
        return
    shape = item.argument if item.kind is Kind.SET else item.answer
    for target in item.choices or (item.object,):
        yield CosemAttribute(target, item.index), item.name, shape
