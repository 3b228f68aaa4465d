"""Which ZigBee attributes a command changes, for GSME and GPF; and what they hold at first.

In: commands as they take effect. Out: tables for the model: initial values, the attributes that
follow a published command, handlers of the prepayment commands. Source: reference
`gbcs-general.md` §8. Left out: replies (`gas_requests`), how credit is used up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Final

from dcc_sim.catalogue.usecases.gbz_clusters import CALENDAR, METERING, PRICE
from dcc_sim.codec.shape import Value, as_int, as_list, as_struct
from dcc_sim.codec.times import ZclDate
from dcc_sim.devices.alert_settings import CONFIGURATIONS, initial_configurations
from dcc_sim.devices.holdings import holdings_of, initial_values
from dcc_sim.devices.model import Execution, Handler, Model
from dcc_sim.devices.store import Instruction, Key, Published, ZclAttribute, ZclCommand
from dcc_sim.devices.zigbee_commands import publish
from dcc_sim.ids import DeviceType

PREPAYMENT: Final = 0x0705
DEVICE_MANAGEMENT: Final = 0x0708
TO_SERVER: Final = 0x01

TARIFF_INFORMATION: Final = ZclCommand(PRICE, 0x04)
PRICE_MATRIX: Final = ZclCommand(PRICE, 0x05)
BLOCK_THRESHOLDS: Final = ZclCommand(PRICE, 0x06)
BILLING_PERIOD: Final = ZclCommand(PRICE, 0x09)
CONVERSION_FACTOR: Final = ZclCommand(PRICE, 0x02)
CALORIFIC_VALUE: Final = ZclCommand(PRICE, 0x03)
SITE: Final = ZclCommand(DEVICE_MANAGEMENT, 0x03)
EVENT_CONFIGURATION: Final = ZclCommand(DEVICE_MANAGEMENT, 0x04)
PAYMENT_MODE: Final = ZclCommand(PREPAYMENT, 0x06, TO_SERVER)

BALANCE: Final = ZclAttribute(PREPAYMENT, 0x0001)
EMERGENCY_CREDIT: Final = ZclAttribute(PREPAYMENT, 0x0002)
CREDIT_LIMIT: Final = ZclAttribute(PREPAYMENT, 0x0010)
CREDIT_THRESHOLD: Final = ZclAttribute(PREPAYMENT, 0x0011)
MAX_BALANCE: Final = ZclAttribute(PREPAYMENT, 0x0021)
MAX_CREDIT: Final = ZclAttribute(PREPAYMENT, 0x0022)
BILL_TO_DATE: Final = ZclAttribute(METERING, 0x0A00)
SUPPLY_STATUS: Final = ZclAttribute(METERING, 0x0014)
CURRENCY: Final = ZclAttribute(PRICE, 0x0616)
TRAILING_DIGIT: Final = ZclAttribute(PRICE, 0x0617)


EVENT_CONFIGURATIONS: Final = CONFIGURATIONS

NON_DISABLEMENT: Final = 3
"""Calendar type; the tariff calendar is 0."""

_FOLLOWS: Final[Mapping[ZclCommand, Mapping[str, ZclAttribute]]] = {
    TARIFF_INFORMATION: {
        "unit": ZclAttribute(PRICE, 0x0615),
        "currency": CURRENCY,
        "price_trailing_digit": TRAILING_DIGIT,
        "standing_charge": ZclAttribute(PRICE, 0x0301),
        "threshold_multiplier": ZclAttribute(PRICE, 0x0202),
        "threshold_divisor": ZclAttribute(PRICE, 0x0203),
    },
    CONVERSION_FACTOR: {
        "value": ZclAttribute(PRICE, 0x0302),
        "trailing_digit": ZclAttribute(PRICE, 0x0303),
    },
    CALORIFIC_VALUE: {
        "value": ZclAttribute(PRICE, 0x0304),
        "unit": ZclAttribute(PRICE, 0x0305),
        "trailing_digit": ZclAttribute(PRICE, 0x0306),
    },
    ZclCommand(METERING, 0x0E, TO_SERVER): {
        "threshold": ZclAttribute(METERING, 0x0B10),
        "unit": ZclAttribute(METERING, 0x0B11),
        "multiplier": ZclAttribute(METERING, 0x0B12),
        "divisor": ZclAttribute(METERING, 0x0B13),
        "stabilisation_period": ZclAttribute(METERING, 0x0B14),
        "measurement_period": ZclAttribute(METERING, 0x0B15),
    },
    ZclCommand(METERING, 0x0D, TO_SERVER): {
        "tamper_state": ZclAttribute(METERING, 0x0607),
        "depletion_state": ZclAttribute(METERING, 0x0608),
    },
    ZclCommand(PREPAYMENT, 0x03, TO_SERVER): {"limit": CREDIT_LIMIT, "threshold": CREDIT_THRESHOLD},
    ZclCommand(PREPAYMENT, 0x09, TO_SERVER): {"level": ZclAttribute(PREPAYMENT, 0x0031)},
    ZclCommand(PREPAYMENT, 0x0B, TO_SERVER): {
        "maximum_meter_balance": MAX_BALANCE,
        "maximum_credit": MAX_CREDIT,
    },
    ZclCommand(PREPAYMENT, 0x0C, TO_SERVER): {"amount": ZclAttribute(PREPAYMENT, 0x0006)},
    PAYMENT_MODE: {"payment_control_configuration": ZclAttribute(PREPAYMENT, 0x0000)},
    SITE: {"mprn": ZclAttribute(METERING, 0x0307)},
}
"""Fields of a command in force and the attributes that show them."""

_CUT_OFF: Final = ZclAttribute(PREPAYMENT, 0x0040)
_NO_CUT_OFF: Final = -1
_BLOCK_THRESHOLD: Final = 0x0100
_BLOCK_PRICE: Final = 0x0400
_TIER_PRICE: Final = 0x0410
_TIERS: Final = 4
_BY_TIER: Final = 1


def gas_effects() -> dict[Instruction, Callable[[Model, datetime], None]]:
    """What the attributes show once a command is in force."""
    effects: dict[Instruction, Callable[[Model, datetime], None]] = {
        command: _following(command) for command in _FOLLOWS
    }
    effects[BLOCK_THRESHOLDS] = _show_thresholds
    effects[PRICE_MATRIX] = _show_prices
    return effects


def _following(command: ZclCommand) -> Callable[[Model, datetime], None]:
    def show(model: Model, _: datetime) -> None:
        value = as_struct(model.store.read(Published(command)))
        for name, attribute in _FOLLOWS[command].items():
            if name in value:
                model.store.write(attribute, value[name])
        if value.get("cut_off_value", _NO_CUT_OFF) != _NO_CUT_OFF:
            model.store.write(_CUT_OFF, value["cut_off_value"])

    return show


def _show_thresholds(model: Model, _: datetime) -> None:
    limits = as_list(as_struct(model.store.read(Published(BLOCK_THRESHOLDS)))["thresholds"])
    for number, limit in enumerate(limits):
        model.store.write(ZclAttribute(PRICE, _BLOCK_THRESHOLD + number), limit)


def _show_prices(model: Model, _: datetime) -> None:
    matrix = as_struct(model.store.read(Published(PRICE_MATRIX)))
    by_tier = matrix["sub_payload_control"] == _BY_TIER
    for entry in map(as_struct, as_list(matrix["prices"])):
        number = as_int(entry["tier_block_id"])
        place = _TIER_PRICE + 0x10 * (number - 1) if by_tier else _BLOCK_PRICE + number
        if (1 <= number <= _TIERS) if by_tier else (number < _TIERS):
            model.store.write(ZclAttribute(PRICE, place), entry["price"])


# ------------------------------------------------------------------------------------ prepayment


def gas_handlers() -> dict[ZclCommand, Handler]:
    """Settings that come in several commands; those that change amounts are in `gas_account`."""
    return {
        EVENT_CONFIGURATION: _configure_events,
    }


def _configure_events(run: Execution, value: Value) -> None:
    change, store = as_struct(value), run.model.store
    known = {
        as_int(e["event_id"]): as_int(e["configuration"])
        for e in map(as_struct, as_list(store.get(EVENT_CONFIGURATIONS, ())))
    }
    known |= {as_int(code): as_int(change["configuration"]) for code in as_list(change["events"])}
    store.write(EVENT_CONFIGURATIONS, [{"event_id": c, "configuration": v} for c, v in known.items()])
    publish(run, EVENT_CONFIGURATION, value)


# ---------------------------------------------------------------------------------- initial values

_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NO_ISSUER: Final = {"provider_id": 0, "issuer_event_id": 0, "issuer_calendar_id": 0}
_SINGLE: Final = {"command_index": 0, "total_commands": 1}
_UNLIMITED: Final = 0xFFFF_FFFF
_CREDIT_MODE: Final = 0x0C94
CALENDAR_PARTS: Final = ("calendar", "day_profiles", "week_profiles", "seasons")
TARIFF_PARTS: Final = {
    "calendar": ZclCommand(CALENDAR, 0x00),
    "day_profiles": ZclCommand(CALENDAR, 0x01),
    "week_profiles": ZclCommand(CALENDAR, 0x02),
    "seasons": ZclCommand(CALENDAR, 0x03),
    "special_days": ZclCommand(CALENDAR, 0x04),
    "tariff_information": TARIFF_INFORMATION,
    "price_matrix": PRICE_MATRIX,
    "block_thresholds": BLOCK_THRESHOLDS,
}
_KNOWN: Final[Mapping[str, Value]] = {
    "multiplier": 1,
    "divisor": 1000,
    "unit": 1,
    "threshold_multiplier": 1,
    "threshold_divisor": 1000,
    "currency": 826,
    "price_trailing_digit": 0x50,
    "calorific_value": 395,
    "calorific_value_unit": 1,
    "calorific_value_trailing_digit": 0x10,
    "conversion_factor": 102_264,
    "conversion_factor_trailing_digit": 0x50,
    "flow_unit": 1,
    "flow_multiplier": 1,
    "flow_divisor": 1,
    "payment_control_configuration": _CREDIT_MODE,
    "maximum_meter_balance": _UNLIMITED,
    "maximum_credit": _UNLIMITED,
    "supply_status": 2,
    "supply_tamper_state": 3,
    "supply_depletion_state": 3,
    "firmware_version": bytes.fromhex("00000001"),
    "manufacturer": b"0000",
    "model": b"00000000",
    "battery_life": 3650,
}
"""By the names of the rows: units of 10⁻³ m³, credit mode, supply on, usual figures for energy."""


@cache
def gas_initial(device_type: DeviceType) -> Mapping[Key, Value]:
    """The initial values of every GSME, or of every GPF."""
    values = initial_values(holdings_of(device_type), _KNOWN)
    settings: dict[Key, Value] = {EVENT_CONFIGURATIONS: initial_configurations(device_type)}
    return MappingProxyType({**values, **dict(_single_tier()), **settings})


def _single_tier() -> Iterator[tuple[Key, Value]]:
    day = {**_NO_ISSUER, "day_id": 1, **_SINGLE, "calendar_type": 0}
    values: dict[str, Value] = {
        "calendar": {**_NO_ISSUER, "seasons": 1, "weeks": 1, "days": 1},
        "day_profiles": [{**day, "schedule": [{"start_minute": 0, "price_tier": 1}]}],
        "week_profiles": [{**_NO_ISSUER, "week_id": 1, **dict.fromkeys(_WEEKDAYS, 1)}],
        "seasons": {
            **_NO_ISSUER,
            **_SINGLE,
            "seasons": [{"start": ZclDate(bytes.fromhex("FF0101FF")), "week_id": 1}],
        },
        "special_days": {**_NO_ISSUER, **_SINGLE, "start_time": 0, "calendar_type": 0, "special_days": []},
        "tariff_information": {"tariff_type": 0, "price_trailing_digit": 0x50, "currency": 826},
        "block_thresholds": {"thresholds": []},
        "price_matrix": {"prices": []},
    }
    for name, value in values.items():
        yield Published(TARIFF_PARTS[name]), value
