"""The load switch of an ESME and the valve of a GSME: worked by Commands, by hand, by what goes wrong.

In: a state that is wanted, and who wants it. Out: the switch moved and 8F32 when it was armed, or
81BD, 81C0 when it is stuck; the consumer's button (8161, 8162); the tamper lock (81BE) and the
uncontrolled gas flow (81BF). Source: reference `gbcs.md` §k.5. A GSME is opened at the meter only.
Left out: credit (`settling`), the load limit (`load_limit`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from dcc_sim.catalogue.objects import SUPPLY_SWITCH, SUPPLY_TAMPER_STATE
from dcc_sim.codec.shape import as_int
from dcc_sim.devices.metering import Supply
from dcc_sim.devices.model import Execution, ItemFailed, Model
from dcc_sim.devices.store import CosemAttribute, Key, Record, ZclAttribute
from dcc_sim.ids import DeviceType

STUCK: Final = Record("supply switch that is stuck")

_ARMED: Final = 0x8F32
_NOT_CONNECTED: Final = 0x81BD
_NOT_DISCONNECTED: Final = 0x81C0
_LOCKED_FOR_TAMPER: Final = 0x81BE
_UNCONTROLLED_FLOW: Final = 0x81BF
_LOCAL_DONE, _LOCAL_FAILED = 0x8161, 0x8162
_TEMPORARY_FAILURE: Final = 2
_FAILURE: Final = 0x01
_INVALID_VALUE: Final = 0x87

_ESME_STATE: Final = CosemAttribute(SUPPLY_SWITCH, 3)
_GSME_STATE: Final = ZclAttribute(0x0702, 0x0014)
_GSME_STATES: Final = {Supply.DISABLED: 0, Supply.ARMED: 1, Supply.ENABLED: 2}
"""SupplyStatus of ZigBee: off, off but armed, on."""
_TAMPER: Final[dict[DeviceType, tuple[Key, tuple[object, ...]]]] = {
    DeviceType.ESME: (CosemAttribute(SUPPLY_TAMPER_STATE, 2), (True, 1)),
    DeviceType.GSME: (ZclAttribute(0x0702, 0x0607), (0,)),
}
"""Where the Supply Tamper State lies, and its values that mean "lock" (gas: 0 off, 3 unchanged)."""


def supply_of(model: Model, now: datetime) -> Supply:
    """The state of the switch or valve."""
    if model.device_type is DeviceType.GSME:
        number = as_int(model.read(_GSME_STATE, now))
        return next((state for state, value in _GSME_STATES.items() if value == number), Supply.DISABLED)
    return Supply(as_int(model.read(_ESME_STATE, now)))


def wanted_by_gas(status: int) -> Supply:
    """The state that a proposed supply status of ZigBee names. Raises ItemFailed."""
    found = next((state for state, value in _GSME_STATES.items() if value == status), None)
    if found is None:
        raise ItemFailed(_INVALID_VALUE, f"no supply status {status}")
    return found


def require_free(run: Execution, wanted: Supply) -> None:
    """Raises ItemFailed, and reports it, when the switch has to move and cannot."""
    if _is_stuck(run.model, wanted, run.now):
        gas = run.model.device_type is DeviceType.GSME
        raise ItemFailed(_FAILURE if gas else _TEMPORARY_FAILURE, "the switch is stuck")


def commanded(run: Execution, wanted: Supply) -> None:
    """A Command has moved the switch."""
    if wanted is Supply.ARMED:
        run.model.report(_ARMED, run.now)


def move(model: Model, wanted: Supply, now: datetime) -> bool:
    """Move the switch, unless it is stuck; whether it did. The meter is settled up to now."""
    if _is_stuck(model, wanted, now):
        return False
    model.settle(now)
    if model.meter is not None:
        model.meter.switch(wanted)
    place: Key = _ESME_STATE if model.device_type is DeviceType.ESME else _GSME_STATE
    if place not in model.kind.live:
        number = int(wanted) if model.device_type is DeviceType.ESME else _GSME_STATES[wanted]
        model.write(place, number)
    return True


def _is_stuck(model: Model, wanted: Supply, now: datetime) -> bool:
    if STUCK not in model.store:
        return False
    closed = supply_of(model, now) is Supply.ENABLED
    if closed == (wanted is Supply.ENABLED):
        return False
    model.report(_NOT_DISCONNECTED if closed else _NOT_CONNECTED, now)
    return True


def button_pressed(model: Model, now: datetime) -> None:
    """The consumer asks for supply at the meter: it comes when the switch is armed."""
    armed = supply_of(model, now) is Supply.ARMED
    done = armed and move(model, Supply.ENABLED, now)
    model.report(_LOCAL_DONE if done else _LOCAL_FAILED, now, detail="enable supply")


def tampered(model: Model, now: datetime) -> None:
    """Somebody meddled with the meter: its supply is locked when its Supply Tamper State says so."""
    if model.device_type not in _TAMPER:
        return
    place, locking = _TAMPER[model.device_type]
    if model.read(place, now) not in locking or supply_of(model, now) is Supply.DISABLED:
        return
    if move(model, Supply.DISABLED, now):
        model.report(_LOCKED_FOR_TAMPER, now)


def gas_flows_uncontrolled(model: Model, now: datetime) -> None:
    """More gas flows after the valve was opened than the threshold of GCS24 allows: it closes again."""
    if supply_of(model, now) is Supply.ENABLED and move(model, Supply.ARMED, now):
        model.report(_UNCONTROLLED_FLOW, now)
