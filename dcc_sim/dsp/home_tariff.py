"""The tariff a meter has when its home begins, in the few words of a home file.

In: a table of prices and switching times. Out: `HomeTariff`, and what a meter that was sent it would have
been told: values of ECS01a or GCS01a. Times of use only; who wants blocks, seasons or special days sends
1.1.1. Left out: executing it (`world`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from typing import Any, Final

from dcc_sim.codec.shape import Value, Values
from dcc_sim.codec.times import NOW, CosemDateTime, CosemTime, ZclDate
from dcc_sim.dsp.home_reading import Key, Reading, amount, each
from dcc_sim.ids import DeviceType

_SCALE: Final = 5
_MOST_REGISTERS: Final = {DeviceType.ESME: 48, DeviceType.GSME: 1}
"""A gas meter changes tiers once a day at most, so here it has one."""
_MOST: Final = 32_767
"""Of a price in 10⁻⁵ pounds per kWh, and of a standing charge in 10⁻⁴ pounds a day: 16 bits with sign."""
_BLOCKS: Final = tuple(bytes((block << 4 | n,)) for block in range(0xA, 0xE) for n in range(1, 9))
_NO_LIMIT: Final = 0xFFFF_FFFF
_SCRIPTS: Final = bytes.fromhex("00000A0064FF")
_IMPORT_REGISTER: Final[Values] = {
    "class_id": 3,
    "logical_name": bytes.fromhex("0100010800FF"),
    "attribute": 2,
}
_NO_REGISTER: Final[Values] = {"class_id": 0, "logical_name": bytes(6), "attribute": 0}
_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_EVERY_DAY: Final[Values] = dict.fromkeys(_WEEKDAYS, 1)
_POUNDS: Final = 826
_NEW_YEAR: Final = bytes.fromhex("FFFF0101FF000000008000FF")
_NEW_YEAR_ZCL: Final = bytes.fromhex("FF0101FF")
_ACTIVATIONS: Final = tuple(
    f"activate_{part}"
    for part in ("switching_table", "special_days", "currency", "standing_charge", "prices", "thresholds")
)
_ISSUED: Final = {"provider_id": 0, "issuer_event_id": 1}


@dataclass(frozen=True, slots=True)
class HomeSwitch:
    """From this time of day (UTC) this register counts, the first is 1."""

    start: time
    register: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeTariff:
    """The same every day. Prices in 10⁻⁵ pounds per kWh, one for each register from 1 on.

    `standing_charge` is in 10⁻⁴ pounds a day.
    """

    prices: tuple[int, ...]
    standing_charge: int = 0
    switches: tuple[HomeSwitch, ...] = (HomeSwitch(time(0), 1),)


def _switch(value: object) -> HomeSwitch:
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError("not a pair of a time and a register")
    start, register = value
    if isinstance(start, str):
        start = time.fromisoformat(start)
    if not isinstance(start, time) or isinstance(register, bool) or not isinstance(register, int):
        raise TypeError("not a pair of a time and a register")
    return HomeSwitch(start.replace(tzinfo=None), register)


TARIFF_KEYS: Final = {
    "prices": Key(each(amount), "pounds per kWh, one for each register", required=True, default=()),
    "standing_charge": Key(amount, "pounds a day", default=Decimal(0)),
    "switches": Key(
        each(_switch),
        'pairs of a time (UTC) and a register, the first at midnight: [["00:00", 1], ["00:30", 2]]',
        default=(HomeSwitch(time(0), 1),),
    ),
}


def home_tariff(
    reading: Reading, place: str, values: Mapping[str, Any], kind: DeviceType
) -> HomeTariff | None:
    """The tariff, or nothing and findings."""
    before = len(reading.findings)
    prices = [int(price.scaleb(_SCALE)) for price in values["prices"]]
    charge = int(values["standing_charge"].scaleb(_SCALE - 1))
    switches: tuple[HomeSwitch, ...] = values["switches"]
    if values["prices"] and not 1 <= len(prices) <= _MOST_REGISTERS[kind]:
        reading.say(f"{place}.prices", "number", f"{len(prices)} prices", f"1 to {_MOST_REGISTERS[kind]}")
    if any(price > _MOST for price in prices):
        reading.say(f"{place}.prices", "value", "a price the meter cannot hold", "up to 0.32767")
    if charge > _MOST:
        reading.say(f"{place}.standing_charge", "value", "more than the meter can hold", "up to 3.2767")
    starts = [switch.start for switch in switches]
    if not starts or starts[0] != time(0) or sorted(set(starts)) != starts:
        reading.say(f"{place}.switches", "order", "times have to rise from midnight on", 'first ["00:00", …]')
    missing = sorted({s.register for s in switches} - set(range(1, len(prices) + 1)))
    if prices and missing:
        reading.say(f"{place}.switches", "register", f"there is no price for register {missing[0]}")
    if not prices or len(reading.findings) > before:
        return None
    return HomeTariff(prices=tuple(prices), standing_charge=charge, switches=switches)


# -------------------------------------------------------------------------------- as commands say it


def electricity_values(tariff: HomeTariff) -> Values:
    """What ECS01a says of it, in force at once."""
    schedule: list[Value] = [
        {
            "start_time": CosemTime.of_day(s.start.hour * 3600 + s.start.minute * 60 + s.start.second),
            "script_table": _SCRIPTS,
            "script": s.register,
        }
        for s in tariff.switches
    ]
    registers = [*tariff.prices, *(0,) * (_MOST_REGISTERS[DeviceType.ESME] - len(tariff.prices))]
    prices = {bytes((n,)): price for n, price in enumerate(registers, 1)} | dict.fromkeys(_BLOCKS, 0)
    table: list[Value] = [{"index": index, "charge": price} for index, price in prices.items()]
    days: list[Value] = [{"day_id": 1, "schedule": schedule}]
    values: dict[str, Value] = {
        "seasons": [{"name": b"year", "start": CosemDateTime(_NEW_YEAR), "week": b"\x01"}],
        "weeks": [{"name": b"\x01", **_EVERY_DAY}],
        "days": days,
        "special_days": [],
        "currency_gbp": True,
        "standing_charge": {
            "scaling": {"commodity_scale": 0, "price_scale": 1 - _SCALE},
            "commodity": _NO_REGISTER,
            "table": [{"index": b"", "charge": tariff.standing_charge}],
        },
        "prices": {
            "scaling": {"commodity_scale": 3, "price_scale": -_SCALE},
            "commodity": _IMPORT_REGISTER,
            "table": table,
        },
    }
    values |= {f"thresholds_{n}": [_NO_LIMIT] for n in range(1, 9)}
    return values | dict.fromkeys(_ACTIVATIONS, NOW)


def gas_values(tariff: HomeTariff) -> Values:
    """What GCS01a says of it, in force at once."""
    calendar = {**_ISSUED, "issuer_calendar_id": 1}
    whole = {"command_index": 0, "total_commands": 1}
    start = {"start_time": 0, "calendar_type": 0}
    prices: list[Value] = [{"tier_block_id": n, "price": price} for n, price in enumerate(tariff.prices, 1)]
    day: dict[str, Value] = {
        "day_id": 1,
        "calendar_type": 0,
        "schedule": [{"start_minute": 0, "price_tier": 1}],
    }
    week = {"week_id": 1, **dict.fromkeys(_WEEKDAYS, 1)}
    return {
        "calendar": {
            **calendar,
            **start,
            "time_reference": 0,
            "name": b"",
            "seasons": 1,
            "weeks": 1,
            "days": 1,
        },
        "day_profiles": [{**calendar, **whole, **day}],
        "week_profiles": [{**calendar, **week}],
        "seasons": {**calendar, **whole, "seasons": [{"start": ZclDate(_NEW_YEAR_ZCL), "week_id": 1}]},
        "special_days": {**calendar, **whole, **start, "special_days": []},
        "tariff_information": {
            **_ISSUED,
            "issuer_tariff_id": 1,
            "start_time": 0,
            "tariff_type": 0,
            "label": b"",
            "price_tiers": len(prices),
            "block_thresholds": 0,
            "unit": 0,
            "currency": _POUNDS,
            "price_trailing_digit": _SCALE << 4,
            "standing_charge": tariff.standing_charge * 10,
            "tier_block_mode": 0xFF,
            "threshold_multiplier": 1,
            "threshold_divisor": 1000,
        },
        "price_matrix": {
            **_ISSUED,
            **whole,
            "start_time": 0,
            "issuer_tariff_id": 1,
            "sub_payload_control": 1,
            "prices": prices,
        },
    }
