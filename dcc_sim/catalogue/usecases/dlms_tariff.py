"""Use cases that write and read the tariff of an ESME: ECS01a, ECS01b, ECS24.

Rows in wire order, from reference `gbcs-use-cases/`; SMETS names on every leaf.
"""

from __future__ import annotations

from typing import Final

from dcc_sim.catalogue.objects import (
    ACTIVE_TARIFF_PRICE,
    CURRENCY,
    SPECIAL_DAYS_ACTIVATION,
    SPECIAL_DAYS_ACTIVE,
    SPECIAL_DAYS_PASSIVE,
    STANDING_CHARGE,
    SWITCHING_TABLE,
    TARIFF_PRICES,
    THRESHOLDS_ACTIVATION,
    THRESHOLDS_ACTIVE,
    THRESHOLDS_PASSIVE,
)
from dcc_sim.catalogue.row import UseCase
from dcc_sim.codec.access import AccessRow, Get, Item, Set
from dcc_sim.codec.cosem import (
    Array,
    Boolean,
    Date,
    DateTime,
    Enum8,
    Fixed,
    Int8,
    Int16,
    Octets,
    Part,
    Struct,
    Time,
    UInt8,
    UInt16,
    UInt32,
)
from dcc_sim.ids import DeviceType, MessageCode, RemotePartyRole

TARIFF_SCRIPTS: Final = bytes.fromhex("00000A0064FF")
"""0-0:10.0.100.255, the script table whose selectors choose a register or block set."""

_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CURRENCY: Final = Boolean(meaning={1: "GB Pounds", 0: "ECB Euro"})


def _seasons(names: str) -> Array:
    item = f"TariffSwitchingTable: {names}Seasons[1..n]"
    return Array(
        Struct(
            Part("name", Octets(0, 8), f"{item}.Name"),
            Part("start", DateTime(), f"{item}.startDate"),
            Part("week", Octets(0, 4), f"{item}.WeekIdentifier"),
        ),
        low=1,
        high=4,
    )


def _weeks(names: str) -> Array:
    item = f"TariffSwitchingTable: {names}Weeks[1..n]"
    days = (Part(day, UInt8(), f"{item}.days[{n}].Identifier") for n, day in enumerate(_WEEKDAYS, 1))
    return Array(Struct(Part("name", Octets(0, 4), f"{item}.weekIdentifier"), *days), low=1, high=4)


def _days(names: str) -> Array:
    item = f"TariffSwitchingTable: {names}DayIdentifiers[1..m]"
    action = Struct(
        Part("start_time", Time(), f"{item}.Time[1..n].startTime"),
        Part("script_table", Fixed(6, TARIFF_SCRIPTS), f"{item}.Time[1..n].actionsObject"),
        Part("script", UInt16(), f"{item}.Time[1..n].tariff_rate_identifier"),
    )
    day = Struct(Part("day_id", UInt8(), item), Part("schedule", Array(action, low=1, high=48)))
    return Array(day, low=1, high=16)


def _special_days(names: str) -> Array:
    item = "TariffSwitchingTable(SpecialDays):"
    return Array(
        Struct(
            Part("index", UInt16(), f"{item} index[0..50].{names}"),
            Part("date", Date(), f"{item} date[0..n].{names}"),
            Part("day_id", UInt8(), f"{item} dayIdentifier[0..n].{names}"),
        ),
        high=50,
    )


_THRESHOLDS: Final = Array(UInt32(unit="Wh"), low=1, high=3)


def _charge(
    item: str, element: Struct, size: int, *, scale: int | None, commodity: tuple[int, str, int]
) -> Struct:
    class_id, logical_name, attribute = commodity
    return Struct(
        Part(
            "scaling",
            Struct(
                Part("commodity_scale", Int8(scale), f"{item}.commodityScale"),
                Part("price_scale", Int8(), f"{item}.price_scale"),
            ),
        ),
        Part(
            "commodity",
            Struct(
                Part("class_id", UInt16(class_id), f"{item}.classID"),
                Part("logical_name", Fixed(6, bytes.fromhex(logical_name)), f"{item}.LN"),
                Part("attribute", Int8(attribute), f"{item}.attribute_index"),
            ),
        ),
        Part("table", Array(element, low=size, high=size)),
    )


def _standing_charge(item: str) -> Struct:
    element = Struct(
        Part("index", Octets(0, 0, b""), f"{item}.index"),
        Part("charge", Int16(), f"{item}.charge_per_unit"),
    )
    return _charge(item, element, 1, scale=0, commodity=(0, "000000000000", 0))


def _prices(item: str, scale: int | None) -> Struct:
    element = Struct(
        Part("index", Fixed(1), f"{item}.index"),
        Part("charge", Int16(), f"{item}.charge_per_unit"),
    )
    return _charge(item, element, 80, scale=scale, commodity=(3, "0100010800FF", 2))


_SET_PRICES: Final[tuple[Item, ...]] = (
    Set(STANDING_CHARGE, 6, "standing_charge", _standing_charge("StandingCharge: valueNext")),
    Set(TARIFF_PRICES, 6, "prices", _prices("TariffBlockPriceMatrixTOU: valueNext", 3)),
)
_ACTIVATE_PRICES: Final[tuple[Item, ...]] = (
    Set(STANDING_CHARGE, 7, "activate_standing_charge", DateTime()),
    Set(TARIFF_PRICES, 7, "activate_prices", DateTime()),
)

ECS01A: Final = UseCase(
    code="ECS01a",
    message_code=MessageCode(0x0019),
    title="Set Tariff and Price on ESME",
    targets=(DeviceType.ESME,),
    roles=(RemotePartyRole.SUPPLIER,),
    critical=True,
    future_datable=True,
    replay_protected=True,
    timed=True,
    payload=AccessRow(
        (
            Set(SWITCHING_TABLE, 7, "seasons", _seasons("next")),
            Set(SWITCHING_TABLE, 8, "weeks", _weeks("next")),
            Set(SWITCHING_TABLE, 9, "days", _days("next")),
            Set(SPECIAL_DAYS_PASSIVE, 2, "special_days", _special_days("next")),
            *(Set(o, 2, f"thresholds_{n}", _THRESHOLDS) for n, o in enumerate(THRESHOLDS_PASSIVE, 1)),
            Set(CURRENCY, 4, "currency_gbp", _CURRENCY),
            *_SET_PRICES,
            Set(SWITCHING_TABLE, 10, "activate_switching_table", DateTime()),
            Set(SPECIAL_DAYS_ACTIVATION, 6, "activate_special_days", DateTime()),
            Set(CURRENCY, 6, "activate_currency", DateTime()),
            *_ACTIVATE_PRICES,
            Set(THRESHOLDS_ACTIVATION, 6, "activate_thresholds", DateTime()),
        )
    ),
    source="GBCS 4.0 annex, ECS01a",
)

ECS01B: Final = UseCase(
    code="ECS01b",
    message_code=MessageCode(0x00A2),
    title="Set Price on ESME",
    targets=(DeviceType.ESME,),
    roles=(RemotePartyRole.SUPPLIER,),
    critical=True,
    future_datable=True,
    replay_protected=True,
    timed=True,
    payload=AccessRow((*_SET_PRICES, *_ACTIVATE_PRICES)),
    source="GBCS 4.0 annex, ECS01b",
)

_SCALER_UNIT_PRICE: Final = Struct(
    Part("scaler", Int8(-5), "(Primary)ActiveTariffPrice: scale"),
    Part("unit", Enum8(254), "(Primary)ActiveTariffPrice: unit"),
)

ECS24: Final = UseCase(
    code="ECS24",
    message_code=MessageCode(0x003A),
    title="Read ESME Tariff Data",
    targets=(DeviceType.ESME,),
    roles=(RemotePartyRole.SUPPLIER, RemotePartyRole.ACCESS_CONTROL_BROKER),
    critical=False,
    payload=AccessRow(
        (
            Get(ACTIVE_TARIFF_PRICE, 2, "active_price", UInt32()),
            Get(ACTIVE_TARIFF_PRICE, 3, "active_price_unit", _SCALER_UNIT_PRICE),
            Get(SWITCHING_TABLE, 3, "seasons", _seasons("current")),
            Get(SWITCHING_TABLE, 4, "weeks", _weeks("current")),
            Get(SWITCHING_TABLE, 5, "days", _days("current")),
            Get(SPECIAL_DAYS_ACTIVE, 2, "special_days", _special_days("current")),
            *(Get(o, 2, f"thresholds_{n}", _THRESHOLDS) for n, o in enumerate(THRESHOLDS_ACTIVE, 1)),
            Get(CURRENCY, 2, "currency_gbp", _CURRENCY),
            Get(STANDING_CHARGE, 5, "standing_charge", _standing_charge("StandingCharge: valueCurrent")),
            Get(TARIFF_PRICES, 5, "prices", _prices("TariffBlockPriceMatrixTOU: valueCurrent", None)),
        )
    ),
    source="GBCS 4.0 annex, ECS24",
)

USE_CASES: Final = (ECS01A, ECS01B, ECS24)
