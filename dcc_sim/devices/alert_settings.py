"""What a device is set to do about a code: log it, alert the WAN, show it in the home, sound an alarm.

In: the code and the settings that ECS25a … b3 and GCS20 wrote. Out: `Behaviour`. Only codes 80nn and
81nn can be set; critical alerts and security events always happen (reference `gbcs.md` §i.2).
An ESME keeps 256 bits per setting, bit nn for the code, bit 0 last; a GSME a bitmap per code: bits 0–2
log (3) or not, 3 WAN, 4 HAN, 6 alarm (`gbcs-general.md` §8). A new device logs, sends and shows
what the table says of each code, and sounds no alarm. Other devices have no settings.
Left out: setting them (`profiles`), the alerts (`alerting`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final

from dcc_sim.catalogue.alerts import ALERT_CODES, AlertCode, Category, Log
from dcc_sim.catalogue.objects import (
    NETWORK_ALERT_STATES,
    NETWORK_EVENT_STATES,
    SUPPLIER_ALERT_STATES,
    SUPPLIER_EVENT_STATES,
)
from dcc_sim.codec.shape import Value, as_int, as_list, as_struct, as_text
from dcc_sim.devices.store import CosemAttribute, Key, ObjectStore, Record
from dcc_sim.ids import DeviceType

CONFIGURATIONS: Final = Record("event configurations")
"""Of a GSME: a list of {event_id, configuration}."""

_NETWORK, _SUPPLIER = 0x80, 0x81
_NOT_OF_GSME: Final = frozenset(
    (0x811A, 0x819D, 0x819E, 0x81A2, 0x81A3, 0x81A4, 0x81B7, 0x81B8, 0x81BA, 0x81BB)
)
"""Codes 81nn of other devices: what is electrical, tunnels, the GPF's."""
_NOT_OF_ESME: Final = frozenset(
    (0x8071, 0x811A, 0x8184, 0x819D, 0x819E, 0x81B4, 0x81B5, 0x81B6, 0x81BF, 0x81C2, 0x81C3)
)
"""Codes without an element in what ECS25r1 and ECS25r2 are read as: what gas does, the GPF's."""
_ONE_PHASE: Final = frozenset(
    (0x8002, 0x8006, 0x8010, 0x8020, 0x8024, 0x8028, 0x802C, 0x8085, 0x8089, 0x808D, 0x8091, 0x8095, 0x8099)
)
_THREE_PHASES: Final = frozenset(
    (0x8011, 0x8013, 0x8016, *(code + n for code in _ONE_PHASE - {0x8010} for n in (1, 2, 3)))
)
"""Codes about one phase of three, beside each about the only one."""
_BITS: Final = 256
_LOG_MASK, _LOG = 0b111, 0b011
_WAN, _HAN, _ALARM = 1 << 3, 1 << 4, 1 << 6
_VALUE: Final = 2
_WAN_STATES: Final = {
    _SUPPLIER: CosemAttribute(SUPPLIER_ALERT_STATES[0], _VALUE),
    _NETWORK: CosemAttribute(NETWORK_ALERT_STATES, _VALUE),
}
_HAN_STATES: Final = CosemAttribute(SUPPLIER_ALERT_STATES[1], _VALUE)
_ALARM_STATES: Final = CosemAttribute(SUPPLIER_EVENT_STATES[0], _VALUE)
_LOG_STATES: Final = {
    _SUPPLIER: CosemAttribute(SUPPLIER_EVENT_STATES[1], _VALUE),
    _NETWORK: CosemAttribute(NETWORK_EVENT_STATES, _VALUE),
}


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What is done about a code."""

    log: bool
    wan: bool
    han: bool
    alarm: bool = False


def usual(row: AlertCode) -> Behaviour:
    """What the table says of a code."""
    return Behaviour(log=row.log is not Log.NONE, wan=row.is_alert, han=row.on_han)


def can_be_set(row: AlertCode, device_type: DeviceType) -> bool:
    """Whether a device of that type has a setting for the code."""
    if row.category is Category.CRITICAL or row.log is Log.SECURITY:
        return False
    if row.code in {DeviceType.GSME: _NOT_OF_GSME, DeviceType.ESME: _NOT_OF_ESME}.get(device_type, ()):
        return False
    groups = {DeviceType.ESME: (_NETWORK, _SUPPLIER), DeviceType.GSME: (_SUPPLIER,)}
    return row.code >> 8 in groups.get(device_type, ())


def behaviour(row: AlertCode, store: ObjectStore, device_type: DeviceType) -> Behaviour:
    """What a device does about a code; never more than the table allows, but HAN and alarm."""
    allowed = usual(row)
    if not can_be_set(row, device_type):
        return allowed
    asked = _of_esme(row.code, store) if device_type is DeviceType.ESME else _of_gsme(row, store)
    return Behaviour(
        log=allowed.log and asked.log, wan=allowed.wan and asked.wan, han=asked.han, alarm=asked.alarm
    )


def _of_esme(code: int, store: ObjectStore) -> Behaviour:
    group, number = code >> 8, code & 0xFF

    def is_on(place: CosemAttribute) -> bool:
        return as_text(store.read(place))[_BITS - 1 - number] == "1"

    by_supplier = group == _SUPPLIER
    return Behaviour(
        log=is_on(_LOG_STATES[group]),
        wan=is_on(_WAN_STATES[group]),
        han=by_supplier and is_on(_HAN_STATES),
        alarm=by_supplier and is_on(_ALARM_STATES),
    )


def _of_gsme(row: AlertCode, store: ObjectStore) -> Behaviour:
    for entry in map(as_struct, as_list(store.get(CONFIGURATIONS, ()))):
        if entry["event_id"] == row.code:
            bits = as_int(entry["configuration"])
            return Behaviour(
                log=bits & _LOG_MASK != 0,
                wan=bool(bits & _WAN),
                han=bool(bits & _HAN),
                alarm=bool(bits & _ALARM),
            )
    return usual(row)


@cache
def initial_states(*, polyphase: bool = False) -> Mapping[Key, Value]:
    """The settings of a new ESME; those of a Network Operator are of one phase or of three."""
    values: dict[Key, Value] = {_ALARM_STATES: "0" * _BITS}
    other_phases = _ONE_PHASE if polyphase else _THREE_PHASES
    for group in (_NETWORK, _SUPPLIER):
        rows = [
            r
            for r in ALERT_CODES.values()
            if r.code >> 8 == group and can_be_set(r, DeviceType.ESME) and r.code not in other_phases
        ]
        values[_LOG_STATES[group]] = _bits(r.code for r in rows if usual(r).log)
        values[_WAN_STATES[group]] = _bits(r.code for r in rows if usual(r).wan)
        if group == _SUPPLIER:
            values[_HAN_STATES] = _bits(r.code for r in rows if usual(r).han)
    return MappingProxyType(values)


def initial_configurations(device_type: DeviceType) -> Value:
    """What a new GSME tells of its settings (GCS20r): every code that can be set."""
    return [
        {"event_id": row.code, "configuration": _bitmap(usual(row))}
        for row in ALERT_CODES.values()
        if can_be_set(row, device_type)
    ]


def _bitmap(usually: Behaviour) -> int:
    return (_LOG if usually.log else 0) | (_WAN if usually.wan else 0) | (_HAN if usually.han else 0)


def _bits(codes: Iterable[int]) -> str:
    chosen = {code & 0xFF for code in codes}
    return "".join("1" if _BITS - 1 - place in chosen else "0" for place in range(_BITS))
