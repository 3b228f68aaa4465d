"""Executing a Command, whichever of the three payload languages it is in.

In: a row of the use case table, the values of a Command, a model. Out: the `Body` of the Response.
The items of DLMS are done in `access_items`, those of ZigBee in `zigbee_commands`; an ASN.1 use
case is one exchange. Left out: what the items do (`profiles/` and the modules of their subjects).
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from dcc_sim.catalogue.row import UseCase
from dcc_sim.codec.access import AccessRow, Kind
from dcc_sim.codec.der import DerRow
from dcc_sim.codec.exchange import Body
from dcc_sim.codec.gbz import GbzRow
from dcc_sim.codec.shape import as_bytes
from dcc_sim.devices.access_items import (
    OBJECT_UNDEFINED,
    TYPE_UNMATCHED,
    execute_access,
    has_item,
    load_access,
)
from dcc_sim.devices.credentials import INSUFFICIENT_MEMORY, MODES
from dcc_sim.devices.joining import WRITE_FAILURES
from dcc_sim.devices.model import Execution, Fault, Model
from dcc_sim.devices.store import CosemAttribute
from dcc_sim.devices.zigbee_commands import execute_gbz, has_command, load_gbz
from dcc_sim.ids import MessageCode

__all__ = (
    "OBJECT_UNDEFINED",
    "TYPE_UNMATCHED",
    "Fault",
    "can_execute",
    "can_execute_whole",
    "execute",
    "load",
    "storing_faults",
)

Row = AccessRow | GbzRow | DerRow

_NO_FAILURE: Final = ("response_code", 0)
_TEMPORARY_FAILURE: Final = 2
_INSUFFICIENT_SPACE: Final = 0x89
_MOST_CELLS: Final = 16
"""What a full memory is reported as, in DLMS and ZigBee; no source of GBCS names the codes."""


def execute(run: Execution, body: Body) -> Body:
    """Execute a Command; `run.failed` names the item that failed, if one did."""
    match run.row.payload:
        case AccessRow() as row:
            return execute_access(run, row, body)
        case GbzRow() as row:
            return execute_gbz(run, row, body)
        case DerRow():
            values = run.model.kind.exchanges[run.row.message_code].handle(run, body.values)
            if values.get(_NO_FAILURE[0], 0) != 0:
                run.failed = run.failed or _NO_FAILURE[0]
            return Body(values)


def storing_faults(row: UseCase) -> tuple[Fault, ...]:
    """The failures of a device that has no room left: everything that would be stored.

    Of ASN.1 use cases joins and new credentials have codes of their own for it; the others go on.
    """
    match row.payload:
        case AccessRow() as items:
            stored = (n for n, i in enumerate(items.items) if i.kind is not Kind.GET and not i.protected)
            return tuple(Fault(index, _TEMPORARY_FAILURE) for index in stored)
        case GbzRow() as zigbee:
            sent = (n for n, c in enumerate(zigbee.commands) if not c.reads and c.reply is None)
            return tuple(Fault(index, _INSUFFICIENT_SPACE) for index in sent)
        case _:
            if row.message_code in MODES:
                return tuple(Fault(index, INSUFFICIENT_MEMORY) for index in range(_MOST_CELLS))
            code = WRITE_FAILURES.get(row.message_code)
            return () if code is None else (Fault(0, code),)


def can_execute(model: Model, row: Row, code: int) -> bool:
    """Whether the device has anything of what the message is about; the rest is found out later."""
    match row:
        case AccessRow():
            return any(has_item(model, item) for item in row.items)
        case GbzRow():
            return True
        case DerRow():
            return code in model.kind.exchanges


def can_execute_whole(model: Model, row: Row, code: int) -> bool:
    """Whether the device has everything the message is about."""
    match row:
        case AccessRow():
            return all(has_item(model, item) for item in row.items)
        case GbzRow():
            return all(has_command(model, command) for command in row.commands)
        case DerRow():
            return code in model.kind.exchanges


def load(model: Model, row: Row, code: int, asked: Body, known: Body) -> datetime | None:
    """Make the device hold what a Response says; tells the moment when the Response does."""
    match row:
        case AccessRow():
            return load_access(model, row, known)
        case GbzRow():
            return load_gbz(model, row, asked, known)
        case DerRow():
            exchange = model.kind.exchanges.get(MessageCode(code))
            return None if exchange is None else exchange.load(model, asked.values, known.values)


def activation_times(row: AccessRow, model: Model, body: Body) -> set[bytes]:
    """The different activation times in a Command; GBCS 9.2 allows one at most."""
    return {
        as_bytes(body.values[item.name])
        for item in row.items
        if item.kind is Kind.SET and CosemAttribute(item.object, item.index) in model.kind.activations
    }
