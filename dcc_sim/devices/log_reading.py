"""The event log and the security log as they are read: entries of COSEM buffers and ZigBee logs.

In: a `Log`. Out: values of its `Live` attribute (ESME, CHF), replies of the ZigBee Events cluster
(GSME, GPF), and back for what is loaded. The other information of 8154 and 8155 is the message code
of the Command (reference `gbcs.md` §k.6). Left out: what is logged (`engine`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from dcc_sim.catalogue.objects import EVENT_LOG, SECURITY_LOG
from dcc_sim.codec.exchange import NOT_FOUND
from dcc_sim.codec.gbz_command import Command
from dcc_sim.codec.shape import Value, as_bytes, as_int, as_list, as_struct
from dcc_sim.codec.times import moment_since_2000, seconds_since_2000
from dcc_sim.devices.logs import COMMAND_EXECUTED, COMMAND_FAILED, EVENT_LOG_CLEARED, Log, LogEntry
from dcc_sim.devices.model import Execution, ItemFailed, Live, Model, Request
from dcc_sim.devices.store import CosemAttribute, Key, Record, ZclCommand

EVENTS: Final = 0x0709
_READ: Final = ZclCommand(EVENTS, 0x00, 0x01)
_CLEAR: Final = ZclCommand(EVENTS, 0x01, 0x01)
_LOG_ID: Final = 0x0F
_SECURITY: Final = (4, 7)
"""Log ids: 3 and 6 are event logs, 4 and 7 security logs (reference `gbcs-general.md` §8.1)."""
_CLEARED: Final = 0x08
_MOST: Final = 100
_LOCKED: Final = Record("event log that cannot be cleared")
_WITH_MESSAGE_CODE: Final = (COMMAND_EXECUTED, COMMAND_FAILED)


def cosem_logs() -> dict[Key, Live]:
    """The two logs as buffers of profile objects."""
    return {
        CosemAttribute(EVENT_LOG, 2): _buffer(lambda model: model.event_log, with_data=True),
        CosemAttribute(SECURITY_LOG, 2): _buffer(lambda model: model.security_log, with_data=False),
    }


def _buffer(log_of: Callable[[Model], Log], *, with_data: bool) -> Live:
    def read(model: Model, _: datetime) -> Value:
        found: list[Value] = []
        for entry in log_of(model).entries:
            value: dict[str, Value] = {"timestamp": seconds_since_2000(entry.at), "code": entry.code}
            if with_data:
                value["other_information"] = entry_data(entry)
            found.append(value)
        return found

    def load(model: Model, value: Value) -> None:
        log_of(model).hold(
            _entry(e["timestamp"], e["code"], e.get("other_information"))
            for e in map(as_struct, as_list(value))
        )

    return Live(read, load)


def entry_data(entry: LogEntry) -> bytes:
    """The other information of an entry."""
    if entry.data is not None:
        return entry.data
    if entry.code in _WITH_MESSAGE_CODE and entry.message_code is not None:
        return int(entry.message_code).to_bytes(2, "big")
    return b""


def _entry(time: Value, code: Value, data: Value) -> LogEntry:
    octets = None if data is None else as_bytes(data)
    return LogEntry(as_int(code), moment_since_2000(as_int(time)), data=octets)


def zigbee_log_requests() -> dict[ZclCommand, Request]:
    """Reading and clearing the logs over the Events cluster."""
    return {_READ: Request(_read, _load), _CLEAR: Request(_clear, _load_cleared)}


def _log_of(model: Model, asked: Mapping[str, Value]) -> tuple[Log, int]:
    log_id = as_int(asked["log"]) & _LOG_ID
    return (model.security_log if log_id in _SECURITY else model.event_log), log_id


def _read(run: Execution, command: Command, value: Value) -> Sequence[Value]:  # noqa: ARG001
    asked = as_struct(value)
    log, log_id = _log_of(run.model, asked)
    first, last = as_int(asked["start_time"]), as_int(asked["end_time"])
    events: list[Value] = [
        {
            "log_id": log_id if entry.log_id is None else entry.log_id,
            "event_code": entry.code,
            "time": seconds_since_2000(entry.at),
            "data": entry_data(entry),
        }
        for entry in log.entries
        if first <= seconds_since_2000(entry.at) <= last
    ]
    if not events:
        raise ItemFailed(NOT_FOUND, "no entries between those times")
    return [{"command_index": 0, "total_commands": 1, "payload_control": 0, "events": events[-_MOST:]}]


def _load(
    model: Model,
    command: Command,  # noqa: ARG001
    asked: Mapping[str, Value],
    replies: Sequence[Mapping[str, Value]],
) -> None:
    log, _ = _log_of(model, asked)
    log.hold(_events(replies))


def _events(replies: Sequence[Mapping[str, Value]]) -> Iterator[LogEntry]:
    for reply in replies:
        for event in map(as_struct, as_list(reply["events"])):
            entry = _entry(event["time"], event["event_code"], event["data"])
            yield replace(entry, log_id=as_int(event["log_id"]))


def _clear(run: Execution, command: Command, value: Value) -> Sequence[Value]:  # noqa: ARG001
    if run.model.store.get(_LOCKED) is not None:
        return [{"cleared": 0}]
    run.model.event_log.clear()
    run.model.report(EVENT_LOG_CLEARED, run.now)
    return [{"cleared": _CLEARED}]


def _load_cleared(
    model: Model,
    command: Command,  # noqa: ARG001
    asked: Mapping[str, Value],  # noqa: ARG001
    replies: Sequence[Mapping[str, Value]],
) -> None:
    if replies and replies[0]["cleared"] == 0:
        model.store.write(_LOCKED, True)
