"""The electricity meter: single or twin element, tariff, registers, clock.

In: identity, keys, trust anchors, a seed. Out: a `Device` on a single-rate tariff, register 1 all
day, prices 0. Which attributes exist follows from the rows of the use cases that read and write
them; what is written here is what they hold at first, what moves by itself and what a method does.
Passive values become active as reference `gbcs.md` §d.5, §d.6 says.
Left out: prepayment, export, load limiting, the secondary element's own calendar.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final, Literal

from dcc_sim.catalogue.objects import (
    ACTIVE_TARIFF_PRICE,
    CLOCK,
    CURRENCY,
    IMPORT_REGISTERS,
    SPECIAL_DAYS_ACTIVATION,
    SPECIAL_DAYS_ACTIVE,
    SPECIAL_DAYS_PASSIVE,
    STANDING_CHARGE,
    SWITCHING_TABLE,
    TARIFF_PRICES,
    THRESHOLDS_ACTIVATION,
    THRESHOLDS_ACTIVE,
    THRESHOLDS_PASSIVE,
    TOU_REGISTERS,
)
from dcc_sim.catalogue.usecases import ALERTS, USE_CASES
from dcc_sim.catalogue.usecases.dlms_tariff import ECS24, TARIFF_SCRIPTS
from dcc_sim.codec.access import AccessRow, Kind
from dcc_sim.codec.exchange import CosemObject
from dcc_sim.codec.shape import Value, as_bytes, as_int, as_list, as_struct
from dcc_sim.codec.times import CosemDateTime, CosemTime
from dcc_sim.devices.engine import Device
from dcc_sim.devices.execution import TYPE_UNMATCHED
from dcc_sim.devices.metering import ELECTRICITY, SECOND_ELEMENT, HouseholdLoad, Load, Meter
from dcc_sim.devices.model import Execution, FutureAlert, Handler, ItemFailed, Live, Model
from dcc_sim.devices.profiles.clock_setting import set_clock
from dcc_sim.devices.security import TrustAnchors
from dcc_sim.devices.store import CosemAttribute, Instruction, Key, ObjectStore
from dcc_sim.devices.tariff import BLOCK_SETS, Tariff, electricity_tariff
from dcc_sim.devices.tariff import TOU_REGISTERS as TOU_REGISTER_COUNT
from dcc_sim.devices.timekeeping import ClockStatus, DeviceClock
from dcc_sim.gbcs.keys import KeyRing
from dcc_sim.ids import DeviceType, Eui64, OriginatorCounter

FIRST_ALERT_COUNTER: Final = 0x7D0
PRICE_SCALE: Final = -5
_UNLIMITED: Final = 0xFFFF_FFFF
_REGISTER: Final = 0xFFFF_FFFF
"""Registers are 32 bits wide and begin again at 0."""
_CLOCK_NOT_SET: Final = 2
"""temporary-failure. No source names the action result of a clock that is not set."""

_PASSIVE: Final = {20: (10, ((7, 3), (8, 4), (9, 5))), 113: (7, ((6, 5),)), 9000: (6, ((4, 2),))}
"""Per class: the activation time attribute, and which passive attribute becomes which active one."""

_WINDOW: Final = CosemAttribute(CLOCK, 5)


def make_esme(
    eui: Eui64,
    *,
    keys: KeyRing,
    trust_anchors: TrustAnchors,
    seed: int,
    started_at: datetime,
    variant: Literal["single", "twin"] = "single",
    firmware_version: bytes = bytes.fromhex("00000001"),
    drift: timedelta = timedelta(0),
    own_counter: OriginatorCounter = FIRST_ALERT_COUNTER,
    load: Load | None = None,
) -> Device:
    """An ESME that starts to count at `started_at`. `load` replaces the household it measures."""
    second = HouseholdLoad(seed, eui, SECOND_ELEMENT, element=2) if variant == "twin" else None
    meter = Meter(load or HouseholdLoad(seed, eui, ELECTRICITY), started_at, second=second)
    model = Model(
        device_type=DeviceType.ESME,
        clock=DeviceClock(drift=drift),
        future_alert=FutureAlert(ALERTS["FutureDatedAlert-DLMS"], CosemDateTime.at, _alert_parts),
        store=ObjectStore(dict(_initial_values(firmware_version))),
        meter=meter,
        tariff_of=_compile,
        activations=dict(_activations()),
        methods=_methods(),
    )
    model.live |= _live(model, meter)
    return Device(eui, model, keys=keys, trust_anchors=trust_anchors, own_counter=own_counter)


def _initial_values(firmware_version: bytes) -> Iterator[tuple[Key, Value]]:
    # One value per name of the rows, so that passive and active start alike.
    values = dict(_single_rate()) | {
        "firmware_version": firmware_version,
        "clock_base": 5,
        "active_price_unit": {"scaler": PRICE_SCALE, "unit": 254},
    }
    for row in USE_CASES.values():
        if DeviceType.ESME not in row.targets or not isinstance(row.payload, AccessRow):
            continue
        for item in row.payload.items:
            if item.kind is not Kind.ACTION and item.name in values:
                yield CosemAttribute(item.object, item.index), values[item.name]


def _single_rate() -> Iterator[tuple[str, Value]]:
    every_year = CosemDateTime(bytes.fromhex("FFFF0101FF000000008000FF"))
    weekdays = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    entry: Value = {"start_time": CosemTime.of_day(0), "script_table": TARIFF_SCRIPTS, "script": 1}
    yield "seasons", [{"name": b"all", "start": every_year, "week": b"\x01"}]
    yield "weeks", [{"name": b"\x01", **dict.fromkeys(weekdays, 1)}]
    yield "days", [{"day_id": 1, "schedule": [entry]}]
    yield "special_days", []
    for n in range(1, BLOCK_SETS + 1):
        yield f"thresholds_{n}", [_UNLIMITED]
    yield "currency_gbp", True
    yield "standing_charge", _charge(0, (0, bytes(6), 0), [b""])
    registers = [bytes((n,)) for n in range(1, TOU_REGISTER_COUNT + 1)]
    blocks = [bytes((block << 4 | n,)) for block in range(0xA, 0xE) for n in range(1, BLOCK_SETS + 1)]
    yield "prices", _charge(3, (3, bytes.fromhex("0100010800FF"), 2), registers + blocks)


def _charge(scale: int, commodity: tuple[int, bytes, int], indexes: list[bytes]) -> Value:
    class_id, logical_name, attribute = commodity
    return {
        "scaling": {"commodity_scale": scale, "price_scale": PRICE_SCALE},
        "commodity": {"class_id": class_id, "logical_name": logical_name, "attribute": attribute},
        "table": [{"index": index, "charge": 0} for index in indexes],
    }


def _compile(store: ObjectStore) -> Tariff:
    assert isinstance(ECS24.payload, AccessRow)
    keys = ((item.name, CosemAttribute(item.object, item.index)) for item in ECS24.payload.items)
    return electricity_tariff({name: store.read(key) for name, key in keys if key in store})


def _activations() -> Iterator[tuple[Instruction, tuple[tuple[Key, Key], ...]]]:
    for target in (SWITCHING_TABLE, CURRENCY, STANDING_CHARGE, TARIFF_PRICES):
        time, moves = _PASSIVE[target.class_id]
        yield (
            CosemAttribute(target, time),
            tuple(
                (CosemAttribute(target, passive), CosemAttribute(target, active)) for passive, active in moves
            ),
        )
    # These classes have no activation time; an extended data object holds it for them.
    yield CosemAttribute(SPECIAL_DAYS_ACTIVATION, 6), (_entries(SPECIAL_DAYS_PASSIVE, SPECIAL_DAYS_ACTIVE),)
    pairs = zip(THRESHOLDS_PASSIVE, THRESHOLDS_ACTIVE, strict=True)
    yield CosemAttribute(THRESHOLDS_ACTIVATION, 6), tuple(_entries(*pair) for pair in pairs)


def _entries(passive: CosemObject, active: CosemObject) -> tuple[Key, Key]:
    return CosemAttribute(passive, 2), CosemAttribute(active, 2)


def _alert_parts(instruction: Instruction) -> dict[str, Value]:
    assert isinstance(instruction, CosemAttribute)
    return {
        "class_id": instruction.object.class_id,
        "logical_name": int.from_bytes(instruction.object.obis.octets, "big"),
        "attribute": instruction.index,
    }


def _methods() -> dict[CosemAttribute, Handler]:
    return {_WINDOW: _preset_adjusting_time, CosemAttribute(CLOCK, 4): _adjust_to_preset_time}


def _preset_adjusting_time(run: Execution, value: Value) -> None:
    window = as_struct(value)
    if any(CosemDateTime(as_bytes(window[part])).moment is None for part in ("start", "end")):
        raise ItemFailed(TYPE_UNMATCHED, "the window needs two moments")
    run.draft[_WINDOW] = value


def _adjust_to_preset_time(run: Execution, value: Value) -> None:  # noqa: ARG001
    window = as_struct(run.draft.get(_WINDOW, {}))
    start, end = (CosemDateTime(as_bytes(window[part])).moment for part in ("start", "end"))
    assert start is not None
    assert end is not None
    if not set_clock(run, start, end):
        raise ItemFailed(_CLOCK_NOT_SET, "the hub's time is outside the window")


def _live(model: Model, meter: Meter) -> dict[Key, Live]:
    price = CosemAttribute(ACTIVE_TARIFF_PRICE, 2)

    def active_price(now: datetime) -> Value:
        tariff = model.tariff
        action = tariff.action_at(model.clock.at(now))
        mantissa = tariff.price_of(action, meter.active_block(action, tariff)).at_scale(PRICE_SCALE)
        if not 0 <= mantissa <= 0xFFFF_FFFF:
            raise ItemFailed(TYPE_UNMATCHED, "the attribute holds no price below 0 or above 2³²−1")
        return mantissa

    def load_price(value: Value) -> None:
        model.pin(price, value)

    def load_time(value: Value) -> datetime | None:
        return CosemDateTime(as_bytes(value)).moment

    def load_status(value: Value) -> None:
        model.clock.status = ClockStatus(as_int(value))

    return {
        price: Live(active_price, load_price),
        CosemAttribute(CLOCK, 2): Live(lambda now: CosemDateTime.at(model.clock.at(now)), load_time),
        CosemAttribute(CLOCK, 4): Live(lambda _: int(model.clock.status), load_status),
        CosemAttribute(IMPORT_REGISTERS, 2): _import_registers(meter),
        CosemAttribute(TOU_REGISTERS, 2): _tou_registers(meter),
    }


def _import_registers(meter: Meter) -> Live:
    def read(_: datetime) -> Value:
        values: dict[str, Value] = {
            "active": meter.total & _REGISTER,
            "active_unit": {"scaler": 0, "unit": 30},
            "reactive": meter.reactive & _REGISTER,
            "reactive_unit": {"scaler": 0, "unit": 32},
        }
        if meter.second_total is not None:
            values["secondary"] = meter.second_total & _REGISTER
        return values

    def load(value: Value) -> None:
        registers = as_struct(value)
        meter.total, meter.reactive = as_int(registers["active"]), as_int(registers["reactive"])
        secondary = registers.get("secondary")
        meter.second_total = None if secondary is None else as_int(secondary)

    return Live(read, load)


def _tou_registers(meter: Meter) -> Live:
    def read(_: datetime) -> Value:
        values: dict[str, Value] = {"primary": [n & _REGISTER for n in meter.registers.tou]}
        if meter.second_total is not None:
            values["secondary"] = [n & _REGISTER for n in meter.registers.secondary]
        return values

    def load(value: Value) -> None:
        registers = as_struct(value)
        meter.registers.tou = [as_int(n) for n in as_list(registers["primary"])]
        secondary = registers.get("secondary")
        if secondary is None:
            meter.second_total = None
        else:
            meter.registers.secondary = [as_int(n) for n in as_list(secondary)]
            meter.second_total = sum(meter.registers.secondary)

    return Live(read, load)
