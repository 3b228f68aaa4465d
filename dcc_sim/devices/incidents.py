"""What happens to devices: the physical causes of events and alerts, to be scripted.

In: an incident, a device's model, a moment of true time. Out: state changed as the incident says, and
reports. An `Occurrence` has no parameters: its row says which code it raises on which devices, and,
where it lasts, under which name, so that it begins once and only ends after it began. `ACTIONS` are
those whose code depends on the state of the device. The other incidents are dataclasses with a
handler in `HANDLERS`. What raises each code at all, Commands and time included, is in `causes`.
Left out: what follows from a code (`alerting`), their order in time (`incident_script`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, unique
from types import MappingProxyType
from typing import Any, Final

from dcc_sim.codec.shape import Value, as_int
from dcc_sim.devices import images, load_limit, local_entry, power, power_quality, supply
from dcc_sim.devices.clock_setting import compare_with_hub
from dcc_sim.devices.model import Model
from dcc_sim.devices.occurrences import OCCURRENCES, Occurrence
from dcc_sim.devices.store import Record, ZclAttribute
from dcc_sim.errors import Unsupported
from dcc_sim.ids import CraFlag, DeviceType, Eui64, OriginatorCounter

_ESME, _GSME = (DeviceType.ESME,), (DeviceType.GSME,)
_METERS: Final = (*_ESME, *_GSME)
_CHF, _GPF = (DeviceType.CHF,), (DeviceType.GPF,)


ACTIONS: Final[Mapping[Occurrence, tuple[tuple[DeviceType, ...], Callable[[Model, datetime], object]]]] = (
    MappingProxyType(
        {
            Occurrence.GAS_UNCONTROLLED: (_GSME, supply.gas_flows_uncontrolled),
            Occurrence.SUPPLY_SWITCH_STUCK: (_METERS, lambda model, _: model.store.write(supply.STUCK, True)),
            Occurrence.SUPPLY_SWITCH_FREED: (_METERS, lambda model, _: model.store.forget(supply.STUCK)),
            Occurrence.BUTTON_PRESSED: (_METERS, supply.button_pressed),
            Occurrence.EMERGENCY_CREDIT_ASKED: (_METERS, local_entry.ask_for_emergency_credit),
            Occurrence.FIRMWARE_CORRUPTED: (
                _METERS,
                lambda model, _: model.store.write(power.CORRUPT_FIRMWARE, True),
            ),
            Occurrence.HUB_TIME_COMPARED: (_METERS, compare_with_hub),
        }
    )
)
"""Occurrences whose codes depend on the state of the device."""


# ------------------------------------------------------------------------------ with parameters


@dataclass(frozen=True, slots=True)
class PowerLost:
    """The device has no power any more; of a polyphase ESME some phase may have none (1–3)."""

    phase: int = 0


@dataclass(frozen=True, slots=True)
class PowerRestored:
    """It is back. `clock_kept`: the clock went on meanwhile."""

    phase: int = 0
    clock_kept: bool = True


@dataclass(frozen=True, slots=True)
class VoltageAt:
    """From now on a phase (1–3) has this voltage; None is back to usual."""

    volts: int | None
    phase: int = 1


@dataclass(frozen=True, slots=True)
class OverCurrent:
    """Too much current flows, on one phase (1–3) or in a single-phase meter (0)."""

    phase: int = 0


@dataclass(frozen=True, slots=True)
class PowerDrawn:
    """The home takes `watts` more, from now on up to a later moment."""

    watts: int
    until: datetime


@unique
class Issue(Enum):
    """What a self-test of a meter may find, as alert 81A0 numbers it."""

    OTHER = 0
    NON_VOLATILE_MEMORY = 1
    PROGRAM_EXECUTION = 2
    PROGRAM_STORAGE = 3
    RAM = 4
    HARDWARE_RESET = 5
    WATCHDOG = 6
    METROLOGY_FIRMWARE = 7
    MEASUREMENT = 8
    UNSPECIFIED = 9


ISSUE_CODES: Final[Mapping[Issue, int]] = MappingProxyType(
    {
        Issue.MEASUREMENT: 0x81AC,
        Issue.METROLOGY_FIRMWARE: 0x81AD,
        Issue.NON_VOLATILE_MEMORY: 0x81AE,
        Issue.PROGRAM_EXECUTION: 0x81AF,
        Issue.PROGRAM_STORAGE: 0x81B0,
        Issue.RAM: 0x81B1,
        Issue.HARDWARE_RESET: 0x81B2,
        Issue.WATCHDOG: 0x81B3,
    }
)
"""Issues with an event of their own besides the warning 81A0."""


@dataclass(frozen=True, slots=True)
class SelfTestFailed:
    """The meter has found something wrong with itself."""

    issue: Issue


@dataclass(frozen=True, slots=True)
class BatteryAt:
    """So many days of battery are left; at or below `low` days that is reported, once."""

    days: int
    low: int = 60


@dataclass(frozen=True, slots=True)
class BatteryReplaced:
    """A new battery that lasts so many days."""

    days: int = 3650


@dataclass(frozen=True, slots=True)
class UtrnEntered:
    """Twenty digits keyed in at the meter or at the PPMID."""

    digits: str


@dataclass(frozen=True, slots=True)
class BoostPressed:
    """The boost button, for so long."""

    duration: timedelta


@dataclass(frozen=True, slots=True)
class ClockDrifted:
    """The clock has gone wrong by so much."""

    by: timedelta


@dataclass(frozen=True, slots=True)
class ImageReceived:
    """All of a firmware image has come, announced with this hash (SHA-256), of this version (4 octets)."""

    image: bytes
    announced: bytes
    version: bytes


@dataclass(frozen=True, slots=True)
class ImagePassedOn:
    """The hub passed an image on to a device of the home; a response code other than 0 says it failed."""

    device: Eui64
    version: bytes
    response_code: int = 0


@dataclass(frozen=True, slots=True)
class DutyCycle:
    """The sub-GHz duty cycle of the hub: 0 normal, 1 limited, 2 critical, 3 regulated.

    `device` is the one whose communications are suspended when it becomes limited.
    """

    level: int
    device: Eui64


@dataclass(frozen=True, slots=True)
class ChannelChanged:
    """The hub has moved to another sub-GHz channel (32 bits as text) for a reason (one octet)."""

    channel: str
    reason: int = 0


@dataclass(frozen=True, slots=True)
class MessageHeld:
    """The hub could not bring a message: dropped for the duty cycle, or not taken by the ESME."""

    originator: Eui64
    target: Eui64
    cra: CraFlag
    counter: OriginatorCounter
    for_duty_cycle: bool = False


@dataclass(frozen=True, slots=True)
class NoCapacity:
    """A sub-GHz device wanted to join, and the hub has no room for it."""

    device: Eui64


Incident = (
    Occurrence
    | PowerLost
    | PowerRestored
    | VoltageAt
    | OverCurrent
    | PowerDrawn
    | SelfTestFailed
    | BatteryAt
    | BatteryReplaced
    | UtrnEntered
    | BoostPressed
    | ClockDrifted
    | ImageReceived
    | ImagePassedOn
    | DutyCycle
    | ChannelChanged
    | MessageHeld
    | NoCapacity
)


# ------------------------------------------------------------------------------------- handlers

_CONDITIONS: Final = Record("lasting conditions")
_BATTERY: Final = ZclAttribute(0x0702, 0x0205)
_BATTERY_LOW: Final = Record("battery is low")
_LOW_BATTERY, _BATTERY_RESET = 0x8F1F, 0x8F82
_WARNING: Final = 0x81A0
_OVER_CURRENT: Final = (0x8010, 0x8011, 0x8016, 0x8013)
"""Without a phase, then phases 1, 2, 3: the codes are not in order."""
_DUTY_CYCLE: Final = Record("duty cycle")
_ACTIONS_TAKEN: Final = (0, 0x8F20, 0x8F22, 0x8F24)
_FALLEN: Final = (0x8F21, 0x8F23, 0x8F25)
_CHANNEL_CHANGED, _DISCARDED, _NO_CAPACITY, _NOT_DELIVERED = 0x8F26, 0x8F2C, 0x8F2D, 0x8F84


def happen(model: Model, incident: Incident, now: datetime) -> None:
    """Let it happen. Raises Unsupported for what cannot happen to such a device."""
    if isinstance(incident, Occurrence):
        _occur(model, incident, now)
        return
    devices, handler = HANDLERS[type(incident)]
    _require(model, devices, type(incident).__name__)
    handler(model, incident, now)


def _require(model: Model, devices: tuple[DeviceType, ...], what: str) -> None:
    if model.device_type not in devices:
        raise Unsupported(f"{what} does not happen to a {model.device_type.value}")


def _occur(model: Model, which: Occurrence, now: datetime) -> None:
    if which in ACTIONS:
        devices, action = ACTIONS[which]
        _require(model, devices, which.value)
        action(model, now)
        return
    row = OCCURRENCES[which]
    _require(model, row.devices, which.value)
    known = model.store.get(_CONDITIONS, ())
    lasting = [name for name in known if isinstance(name, str)] if isinstance(known, list | tuple) else []
    if row.begins in lasting or (row.ends and row.ends not in lasting):
        return
    kept: list[Value] = [name for name in lasting if name != row.ends]
    if row.begins:
        kept.append(row.begins)
    if row.begins or row.ends:
        model.store.write(_CONDITIONS, kept)
    model.report(row.code, now)
    if row.tamper:
        supply.tampered(model, now)


def _power_lost(model: Model, incident: PowerLost, now: datetime) -> None:
    power.lose(model, incident.phase, now)


def _power_restored(model: Model, incident: PowerRestored, now: datetime) -> None:
    power.restore(model, incident.phase, now, clock_kept=incident.clock_kept)


def _voltage(model: Model, incident: VoltageAt, now: datetime) -> None:
    power_quality.change_voltage(model, incident.phase, incident.volts, now)


def _over_current(model: Model, incident: OverCurrent, now: datetime) -> None:
    model.report(_OVER_CURRENT[incident.phase], now)


def _power_drawn(model: Model, incident: PowerDrawn, now: datetime) -> None:
    load_limit.draw_power(model, incident.watts, incident.until, now)


def _self_test(model: Model, incident: SelfTestFailed, now: datetime) -> None:
    model.report(_WARNING, now, content={"issue": incident.issue.value}, detail=incident.issue.name)
    code = ISSUE_CODES.get(incident.issue)
    if code is not None:
        model.report(code, now)


def _battery(model: Model, incident: BatteryAt, now: datetime) -> None:
    if model.has(_BATTERY):
        model.write(_BATTERY, incident.days)
    if incident.days > incident.low:
        model.store.forget(_BATTERY_LOW)
    elif _BATTERY_LOW not in model.store:
        model.store.write(_BATTERY_LOW, True)
        model.report(_LOW_BATTERY, now, detail=f"{incident.days} days left")


def _new_battery(model: Model, incident: BatteryReplaced, now: datetime) -> None:
    if model.has(_BATTERY):
        model.write(_BATTERY, incident.days)
    model.store.forget(_BATTERY_LOW)
    model.report(_BATTERY_RESET, now)


def _utrn(model: Model, incident: UtrnEntered, now: datetime) -> None:
    local_entry.enter_utrn(model, incident.digits, now)


def _boost(model: Model, incident: BoostPressed, now: datetime) -> None:
    local_entry.press_boost(model, incident.duration, now)


def _drift(model: Model, incident: ClockDrifted, now: datetime) -> None:
    model.settle(now)
    model.clock.drift += incident.by


def _image(model: Model, incident: ImageReceived, now: datetime) -> None:
    images.receive_image(model, incident.image, incident.announced, incident.version, now)


def _passed_on(model: Model, incident: ImagePassedOn, now: datetime) -> None:
    images.transfer_done(model, incident.device, incident.version, incident.response_code, now)


def _duty_cycle(model: Model, incident: DutyCycle, now: datetime) -> None:
    before = as_int(model.store.get(_DUTY_CYCLE, 0))
    model.store.write(_DUTY_CYCLE, incident.level)
    for level in range(before + 1, incident.level + 1):
        content: dict[str, Value] = {"device_id": incident.device.octets} if level == 1 else {}
        model.report(_ACTIONS_TAKEN[level], now, content=content, data=incident.device.octets)
    for level in range(before - 1, incident.level - 1, -1):
        model.report(_FALLEN[level], now)


def _channel(model: Model, incident: ChannelChanged, now: datetime) -> None:
    reason = bytes((incident.reason,))
    change: Value = {"channel": incident.channel, "reason": reason}
    octets = int(incident.channel, 2).to_bytes(4, "big")
    model.report(_CHANNEL_CHANGED, now, content={"change": change}, data=octets + reason)


def _message(model: Model, incident: MessageHeld, now: datetime) -> None:
    by_name = ("originator", "target") if incident.for_duty_cycle else ("originator_id", "target_id")
    message: dict[str, Value] = {
        by_name[0]: incident.originator.octets,
        by_name[1]: incident.target.octets,
        "cra_flag": int(incident.cra),
        "originator_counter": incident.counter,
    }
    code = _DISCARDED if incident.for_duty_cycle else _NOT_DELIVERED
    model.report(code, now, content={"message": message})


def _no_capacity(model: Model, incident: NoCapacity, now: datetime) -> None:
    octets = incident.device.octets
    model.report(_NO_CAPACITY, now, content={"device_id": octets}, data=octets)


_IMAGES: Final = (*_METERS, DeviceType.HCALCS, DeviceType.PPMID)
_ALL: Final = (*_METERS, *_CHF, *_GPF, DeviceType.HCALCS, DeviceType.PPMID)

HANDLERS: Final[Mapping[type, tuple[tuple[DeviceType, ...], Callable[[Model, Any, datetime], None]]]] = (
    MappingProxyType(
        {
            PowerLost: (_ALL, _power_lost),
            PowerRestored: (_ALL, _power_restored),
            VoltageAt: (_ESME, _voltage),
            OverCurrent: (_ESME, _over_current),
            PowerDrawn: (_METERS, _power_drawn),
            SelfTestFailed: (_METERS, _self_test),
            BatteryAt: (_GSME, _battery),
            BatteryReplaced: (_GSME, _new_battery),
            UtrnEntered: (_METERS, _utrn),
            BoostPressed: (_ESME, _boost),
            ClockDrifted: (_ALL, _drift),
            ImageReceived: (_IMAGES, _image),
            ImagePassedOn: (_CHF, _passed_on),
            DutyCycle: (_CHF, _duty_cycle),
            ChannelChanged: (_CHF, _channel),
            MessageHeld: (_CHF, _message),
            NoCapacity: (_CHF, _no_capacity),
        }
    )
)
"""Which devices an incident happens to, and what it does to them."""
