"""What the objects of a new ESME hold: a single-rate tariff, credit mode, no limits.

In: nothing. Out: one mapping for all ESMEs, made once and never written: by value name where zero
would not do, else the default of the shape. Passive and active start alike, since rows call them
by the same name. Figures of voltages are those of the Great Britain supply (230 V −6 % +10 %).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from dcc_sim.catalogue.objects import (
    AUXILIARY_CALENDAR_ACTIVE,
    AUXILIARY_CALENDAR_PASSIVE,
    MAX_DEMAND_PERIOD,
    NON_DISABLEMENT_ACTIVE,
    NON_DISABLEMENT_PASSIVE,
)
from dcc_sim.catalogue.usecases.dlms_tariff import TARIFF_SCRIPTS
from dcc_sim.codec.shape import Value, as_list, as_struct
from dcc_sim.codec.times import CosemDateTime, CosemTime
from dcc_sim.devices.alert_settings import initial_states
from dcc_sim.devices.holdings import holdings_of, initial_values
from dcc_sim.devices.store import CosemAttribute, Key
from dcc_sim.devices.tariff import BLOCK_SETS, TOU_REGISTERS
from dcc_sim.ids import DeviceType

PRICE_SCALE: Final = -5
UNLIMITED: Final = 0xFFFF_FFFF
MOST_MONEY: Final = 0x7FFF_FFFF
"""10⁻⁵ currency units; the most that the attribute holds."""

_METER_BALANCE: Final = bytes.fromhex("0000130A00FF")
_TARIFF_CHARGE: Final = bytes.fromhex("0000131400FF")
_STANDING_CHARGE: Final = bytes.fromhex("0000131404FF")
_EVERY_YEAR: Final = CosemDateTime(bytes.fromhex("FFFF0101FF000000008000FF"))
_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SCRIPTS: Final[Mapping[Key, tuple[int, ...]]] = {
    CosemAttribute(MAX_DEMAND_PERIOD, 2): (1, 2),
    CosemAttribute(NON_DISABLEMENT_ACTIVE, 2): (32,),
    CosemAttribute(NON_DISABLEMENT_PASSIVE, 2): (32,),
    CosemAttribute(AUXILIARY_CALENDAR_ACTIVE, 2): (0x1180,),
    CosemAttribute(AUXILIARY_CALENDAR_PASSIVE, 2): (0x1180,),
}
"""Start and end; beginning of protection; output of controller 1 to 0 %, as calendars say from GBCS 4 on."""
_MIDNIGHT: Final = CosemTime.of_day(0)


@cache
def esme_initial(*, polyphase: bool = False) -> Mapping[Key, Value]:
    """The initial values of every ESME of one phase, or of three."""
    known = dict(_calendar("", 1)) | dict(_calendar("secondary_", 201)) | dict(_tariff()) | dict(_settings())
    values = initial_values(holdings_of(DeviceType.ESME), known)
    return MappingProxyType({**values, **initial_states(polyphase=polyphase), **dict(_schedules(values))})


def _calendar(prefix: str, script: int) -> Iterator[tuple[str, Value]]:
    entry: Value = {"start_time": _MIDNIGHT, "script_table": TARIFF_SCRIPTS, "script": script}
    yield f"{prefix}seasons", [{"name": b"all", "start": _EVERY_YEAR, "week": b"\x01"}]
    yield f"{prefix}weeks", [{"name": b"\x01", **dict.fromkeys(_WEEKDAYS, 1)}]
    yield f"{prefix}days", [{"day_id": 1, "schedule": [entry]}]
    yield f"{prefix}special_days", []


def _tariff() -> Iterator[tuple[str, Value]]:
    for n in range(1, BLOCK_SETS + 1):
        yield f"thresholds_{n}", [UNLIMITED]
    yield "currency_gbp", True
    yield "standing_charge", _charge(0, (0, bytes(6), 0), [b""])
    registers = [bytes((n,)) for n in range(1, TOU_REGISTERS + 1)]
    blocks = [bytes((block << 4 | n,)) for block in range(0xA, 0xE) for n in range(1, BLOCK_SETS + 1)]
    yield "prices", _charge(3, (3, bytes.fromhex("0100010800FF"), 2), registers + blocks)
    secondary = [bytes((n,)) for n in range(1, 5)]
    yield "secondary_prices", _charge(3, (3, bytes.fromhex("0114010800FF"), 2), secondary)
    yield "active_price_unit", {"scaler": PRICE_SCALE, "unit": 254}
    yield "secondary_active_price_unit", {"scaler": PRICE_SCALE, "unit": 254}


def _charge(scale: int, commodity: tuple[int, bytes, int], indexes: list[bytes]) -> Value:
    class_id, logical_name, attribute = commodity
    return {
        "scaling": {"commodity_scale": scale, "price_scale": PRICE_SCALE},
        "commodity": {"class_id": class_id, "logical_name": logical_name, "attribute": attribute},
        "table": [{"index": index, "charge": 0} for index in indexes],
    }


def _settings() -> Iterator[tuple[str, Value]]:
    yield "firmware_version", bytes.fromhex("00000001")
    yield "clock_base", 5
    yield "payment_mode", {"mode": 1, "status": 2}
    yield (
        "credit_charges",
        [
            {"credit": _METER_BALANCE, "charge": charge, "collection": "111"}
            for charge in (_TARIFF_CHARGE, _STANDING_CHARGE)
        ],
    )
    yield "max_credit", MOST_MONEY
    yield "max_meter_balance", MOST_MONEY
    yield "load_limit_power", UNLIMITED
    yield "supply_state", 1
    for phase in (1, 2, 3):
        yield f"over_voltage_threshold_{phase}", 253
        yield f"under_voltage_threshold_{phase}", 216
        yield f"voltage_period_{phase}", 1800
    for debt in (1, 2):
        yield f"debt_period_{debt}", 86_400
    yield "mpans", b""
    yield "boost_function", True


def _schedules(values: Mapping[Key, Value]) -> Iterator[tuple[Key, Value]]:
    """Schedules that say something: the demand period is all day, the calendars never come due."""
    for place, entries in _SCRIPTS.items():
        default = as_struct(as_list(values[place])[0])
        yield place, [{**default, "index": n, "script": script} for n, script in enumerate(entries, 1)]
