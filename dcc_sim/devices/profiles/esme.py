"""The electricity meter: single element, twin element or polyphase; tariff, registers, clock.

In: identity, keys, trust anchors, a seed, a variant. Out: a `Device` on a single-rate tariff,
register 1 all day, prices 0. Which objects exist follows from the use cases (`holdings`); what they
hold at first is in `esme_initial`, what a Set or an Action of them does in `esme_objects`, what
moves by itself is here.
Registers and logs are in `esme_metering`, account and switch in `esme_account`.
Left out: load limiting.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from functools import cache
from typing import Final, Literal

from dcc_sim.catalogue.objects import (
    ACTIVE_TARIFF_PRICE,
    AUXILIARY_CALENDAR_ACTIVATION,
    AUXILIARY_CALENDAR_ACTIVE,
    AUXILIARY_CALENDAR_PASSIVE,
    AUXILIARY_DAYS_ACTIVATION,
    AUXILIARY_DAYS_ACTIVE,
    AUXILIARY_DAYS_PASSIVE,
    AUXILIARY_DESCRIPTIONS,
    AUXILIARY_ENDS,
    AUXILIARY_EVENT_LOG,
    AUXILIARY_LIMIT_ENDS,
    AUXILIARY_LIMIT_SCRIPT_TABLE,
    AUXILIARY_LIMIT_STARTS,
    AUXILIARY_SCRIPT_TABLE,
    AUXILIARY_STARTS,
    AUXILIARY_STATES,
    AUXILIARY_SWITCHES,
    AUXILIARY_TYPES,
    BILLING_REGISTERS_LOG,
    BOOST_AVAILABILITY,
    BOOST_CONTROLS,
    BOOST_EVENT_LOG,
    CLOCK,
    DEVICE_IDENTITY,
    FIRMWARE_VERSION,
    IMPORT_REGISTERS,
    OVER_VOLTAGE_COUNTERS,
    OVER_VOLTAGE_THRESHOLDS,
    RANDOMISED_OFFSET_NUMBER,
    SECONDARY_ACTIVE_TARIFF_PRICE,
    SECONDARY_SPECIAL_DAYS_ACTIVATION,
    SECONDARY_SPECIAL_DAYS_ACTIVE,
    SECONDARY_SPECIAL_DAYS_PASSIVE,
    SECONDARY_SWITCHING_TABLE,
    SECONDARY_TARIFF_PRICES,
    TOU_REGISTERS,
    UNDER_VOLTAGE_COUNTERS,
    UNDER_VOLTAGE_THRESHOLDS,
    VOLTAGE_LOGS,
)
from dcc_sim.catalogue.usecases import ALERTS
from dcc_sim.codec.exchange import CosemObject
from dcc_sim.codec.shape import Value, as_bytes, as_int, as_list, as_struct
from dcc_sim.codec.times import CosemDateTime
from dcc_sim.devices.access_items import TYPE_UNMATCHED
from dcc_sim.devices.anchors import TrustAnchors
from dcc_sim.devices.credentials import credential_deferred
from dcc_sim.devices.engine import Device
from dcc_sim.devices.firmware import firmware_deferred, firmware_exchanges
from dcc_sim.devices.holdings import holdings_of
from dcc_sim.devices.log_reading import cosem_logs
from dcc_sim.devices.metering import ELECTRICITY, SECOND_ELEMENT, HouseholdLoad, Load, Meter
from dcc_sim.devices.model import FutureAlert, ItemFailed, Kind, Live, Model
from dcc_sim.devices.power_quality import threshold_writes
from dcc_sim.devices.profiles.any_device import common_exchanges, pinned_or
from dcc_sim.devices.profiles.esme_account import account_live, account_methods
from dcc_sim.devices.profiles.esme_initial import PRICE_SCALE, esme_initial
from dcc_sim.devices.profiles.esme_metering import REGISTER, meter_of, metering_live, metering_methods
from dcc_sim.devices.profiles.esme_objects import (
    alert_settings,
    esme_activations,
    esme_effects,
    esme_methods,
    esme_timers,
)
from dcc_sim.devices.profiles.esme_rules import EsmeRules, compile_electricity
from dcc_sim.devices.settling import BILLING_UPDATED
from dcc_sim.devices.store import CosemAttribute, Instruction, Key
from dcc_sim.devices.tariff import Price
from dcc_sim.devices.timekeeping import ClockStatus, DeviceClock
from dcc_sim.gbcs.keys import KeyRing
from dcc_sim.ids import DeviceType, Eui64, OriginatorCounter

Variant = Literal["single", "twin", "polyphase"]
Extra = Literal["auxiliary controllers", "boost function", "proportional controllers"]
"""What an ESME may have besides (SMETS variants)."""

FIRST_ALERT_COUNTER: Final = 0x7D0
ALL_EXTRAS: Final[frozenset[Extra]] = frozenset(
    ("auxiliary controllers", "boost function", "proportional controllers")
)
_FIRMWARE: Final = bytes.fromhex("00000001")
_TWIN_ONLY: Final = (
    SECONDARY_ACTIVE_TARIFF_PRICE,
    SECONDARY_SPECIAL_DAYS_ACTIVATION,
    SECONDARY_SPECIAL_DAYS_ACTIVE,
    SECONDARY_SPECIAL_DAYS_PASSIVE,
    SECONDARY_SWITCHING_TABLE,
    SECONDARY_TARIFF_PRICES,
)
_POLYPHASE_ONLY: Final = (
    *UNDER_VOLTAGE_COUNTERS[1:],
    *OVER_VOLTAGE_COUNTERS[1:],
    *UNDER_VOLTAGE_THRESHOLDS[1:],
    *OVER_VOLTAGE_THRESHOLDS[1:],
    *VOLTAGE_LOGS[1:],
)
_EXTRA_OBJECTS: Final[dict[Extra, tuple[CosemObject, ...]]] = {
    "auxiliary controllers": (
        *AUXILIARY_DESCRIPTIONS,
        *AUXILIARY_TYPES,
        *AUXILIARY_STATES,
        *AUXILIARY_SWITCHES,
        *AUXILIARY_STARTS,
        *AUXILIARY_ENDS,
        AUXILIARY_SCRIPT_TABLE,
        AUXILIARY_EVENT_LOG,
        AUXILIARY_CALENDAR_ACTIVE,
        AUXILIARY_CALENDAR_PASSIVE,
        AUXILIARY_CALENDAR_ACTIVATION,
        AUXILIARY_DAYS_ACTIVE,
        AUXILIARY_DAYS_PASSIVE,
        AUXILIARY_DAYS_ACTIVATION,
    ),
    "boost function": (BOOST_AVAILABILITY, BOOST_EVENT_LOG, *BOOST_CONTROLS),
    "proportional controllers": (
        *AUXILIARY_LIMIT_STARTS,
        *AUXILIARY_LIMIT_ENDS,
        AUXILIARY_LIMIT_SCRIPT_TABLE,
    ),
}


def make_esme(
    eui: Eui64,
    *,
    keys: KeyRing,
    trust_anchors: TrustAnchors,
    seed: int,
    started_at: datetime,
    variant: Variant = "single",
    extras: frozenset[Extra] = ALL_EXTRAS,
    firmware_version: bytes = _FIRMWARE,
    drift: timedelta = timedelta(0),
    own_counter: OriginatorCounter = FIRST_ALERT_COUNTER,
    load: Load | None = None,
    export: Load | None = None,
) -> Device:
    """An ESME that starts to count at `started_at`.

    `load` replaces the household it measures; `export` is what the home gives to the network.
    """
    second = HouseholdLoad(seed, eui, SECOND_ELEMENT, element=2) if variant == "twin" else None
    model = Model(
        kind=esme_kind(variant, extras),
        clock=DeviceClock(drift=drift),
        meter=Meter(load or HouseholdLoad(seed, eui, ELECTRICITY), started_at, second=second, export=export),
    )
    meter_of(model).rules_of = EsmeRules(model.store)
    if firmware_version != _FIRMWARE:
        model.store.write(_VERSION, firmware_version)
    return Device(eui, model, keys=keys, trust_anchors=trust_anchors, own_counter=own_counter)


_VERSION: Final = CosemAttribute(FIRMWARE_VERSION, 2)
_IDENTITY: Final = CosemAttribute(DEVICE_IDENTITY, 2)
_OFFSET_NUMBER: Final = CosemAttribute(RANDOMISED_OFFSET_NUMBER, 2)
_OFFSET_NUMBERS: Final = 10_000


@cache
def esme_kind(variant: Variant, extras: frozenset[Extra] = ALL_EXTRAS) -> Kind:
    """What all ESMEs of a variant share."""
    return Kind(
        device_type=DeviceType.ESME,
        future_alert=FutureAlert(ALERTS["FutureDatedAlert-DLMS"], CosemDateTime.at, _alert_parts),
        initial=esme_initial(polyphase=variant == "polyphase"),
        tariff_of=lambda store: compile_electricity(store, twin=variant == "twin"),
        lacking=lacking_of(variant, extras),
        live={
            **_live(),
            **cosem_logs(),
            **account_live(),
            **metering_live(),
            _IDENTITY: pinned_or(_IDENTITY, lambda model, _: model.credentials.eui.octets),
            _OFFSET_NUMBER: pinned_or(_OFFSET_NUMBER, _offset_number),
        },
        writes=alert_settings() | threshold_writes(),
        methods=esme_methods() | metering_methods() | account_methods(),
        exchanges=common_exchanges(DeviceType.ESME) | firmware_exchanges(DeviceType.ESME, _VERSION),
        activations=esme_activations(),
        effects=esme_effects(),
        timed=esme_timers(),
        told={BILLING_UPDATED: _newest_billing_entry},
        deferred=credential_deferred() | firmware_deferred(_VERSION),
    )


def _offset_number(model: Model, _: datetime) -> Value:
    """Each meter has its own, from 1 to 10000, and always the same."""
    digest = hashlib.sha256(b"randomised offset" + model.credentials.eui.octets).digest()
    return 1 + int.from_bytes(digest[:8], "big") % _OFFSET_NUMBERS


def _newest_billing_entry(model: Model, now: datetime) -> dict[str, Value]:
    entries = as_list(model.read(CosemAttribute(BILLING_REGISTERS_LOG, 2), now))
    return {"billing_data_log": {"entries": entries[-1:]}}


def lacking_of(variant: Variant, extras: frozenset[Extra]) -> frozenset[Key]:
    """The attributes and methods that the use cases give an ESME but this variant has not."""
    missing = set(_TWIN_ONLY if variant != "twin" else ())
    missing |= set(_POLYPHASE_ONLY if variant != "polyphase" else ())
    for extra, objects in _EXTRA_OBJECTS.items():
        if extra not in extras:
            missing |= set(objects)
    holdings = holdings_of(DeviceType.ESME)
    return frozenset(t for t in (*holdings.attributes, *holdings.methods) if t.object in missing)


def _alert_parts(instruction: Instruction) -> dict[str, Value]:
    assert isinstance(instruction, CosemAttribute)
    return {
        "class_id": instruction.object.class_id,
        "logical_name": int.from_bytes(instruction.object.obis.octets, "big"),
        "attribute": instruction.index,
    }


def _live() -> dict[Key, Live]:
    price = CosemAttribute(ACTIVE_TARIFF_PRICE, 2)
    second_price = CosemAttribute(SECONDARY_ACTIVE_TARIFF_PRICE, 2)
    return {
        price: pinned_or(price, _active_price),
        second_price: pinned_or(second_price, _second_active_price),
        CosemAttribute(CLOCK, 2): Live(
            lambda model, now: CosemDateTime.at(model.clock.at(now)),
            lambda _, value: CosemDateTime(as_bytes(value)).moment,
        ),
        CosemAttribute(CLOCK, 4): Live(lambda model, _: int(model.clock.status), _load_status),
        CosemAttribute(IMPORT_REGISTERS, 2): Live(_read_import, _load_import),
        CosemAttribute(TOU_REGISTERS, 2): Live(_read_tou, _load_tou),
    }


def _active_price(model: Model, now: datetime) -> Value:
    tariff = model.tariff
    action = tariff.action_at(model.clock.at(now))
    block = meter_of(model).active_block(action, tariff)
    return _told_price(tariff.price_of(action, block))


def _second_active_price(model: Model, now: datetime) -> Value:
    tariff = model.tariff
    if tariff.secondary is None:
        return 0
    return _told_price(tariff.price_of(tariff.secondary.timetable.action_at(model.clock.at(now))))


def _told_price(price: Price) -> int:
    mantissa = price.at_scale(PRICE_SCALE)
    if not 0 <= mantissa <= REGISTER:
        raise ItemFailed(TYPE_UNMATCHED, "the attribute holds no price below 0 or above 2³²−1")
    return mantissa


def _load_status(model: Model, value: Value) -> None:
    model.clock.status = ClockStatus.told(as_int(value))


def _read_import(model: Model, _: datetime) -> Value:
    meter = meter_of(model)
    values: dict[str, Value] = {
        "active": meter.total & REGISTER,
        "active_unit": {"scaler": 0, "unit": 30},
        "reactive": meter.reactive & REGISTER,
        "reactive_unit": {"scaler": 0, "unit": 32},
    }
    if meter.second_total is not None:
        values["secondary"] = meter.second_total & REGISTER
    return values


def _load_import(model: Model, value: Value) -> None:
    registers, meter = as_struct(value), meter_of(model)
    meter.total, meter.reactive = as_int(registers["active"]), as_int(registers["reactive"])
    secondary = registers.get("secondary")
    meter.second_total = None if secondary is None else as_int(secondary)


def _read_tou(model: Model, _: datetime) -> Value:
    meter = meter_of(model)
    values: dict[str, Value] = {"primary": [n & REGISTER for n in meter.registers.tou]}
    if meter.second_total is not None:
        values["secondary"] = [n & REGISTER for n in meter.registers.secondary]
    return values


def _load_tou(model: Model, value: Value) -> None:
    registers, meter = as_struct(value), meter_of(model)
    meter.registers.tou = [as_int(n) for n in as_list(registers["primary"])]
    secondary = registers.get("secondary")
    if secondary is None:
        meter.second_total = None
    else:
        meter.registers.secondary = [as_int(n) for n in as_list(secondary)]
        meter.second_total = sum(meter.registers.secondary)
