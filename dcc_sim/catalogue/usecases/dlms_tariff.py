"""Use cases that write and read the tariff of an ESME, of either element, and its block counters.

ECS01a–d, ECS05, ECS24, ECS24b, ECS48. Rows in wire order, from reference `gbcs-use-cases/`; SMETS
names on every leaf.
"""

from __future__ import annotations

from typing import Final

from dcc_sim.catalogue.objects import (
    ACTIVE_TARIFF_PRICE,
    BLOCK_COUNTER_SCHEDULE,
    CURRENCY,
    SECONDARY_ACTIVE_TARIFF_PRICE,
    SECONDARY_SPECIAL_DAYS_ACTIVATION,
    SECONDARY_SPECIAL_DAYS_ACTIVE,
    SECONDARY_SPECIAL_DAYS_PASSIVE,
    SECONDARY_SWITCHING_TABLE,
    SECONDARY_TARIFF_PRICES,
    SPECIAL_DAYS_ACTIVATION,
    SPECIAL_DAYS_ACTIVE,
    SPECIAL_DAYS_PASSIVE,
    STANDING_CHARGE,
    SWITCHING_TABLE,
    TARIFF_PRICES,
    TARIFF_SCRIPT_TABLE,
    THRESHOLDS_ACTIVATION,
    THRESHOLDS_ACTIVE,
    THRESHOLDS_PASSIVE,
)
from dcc_sim.catalogue.usecases.dlms_shapes import (
    OTHER_UNIT,
    SUPPLIER,
    SUPPLIER_ACB,
    access_case,
    execution_times,
    scaler_unit,
    special_days,
    unit_charge,
)
from dcc_sim.codec.access import Do, Get, Item, Set
from dcc_sim.codec.cosem import (
    Array,
    Boolean,
    DateTime,
    Fixed,
    Octets,
    Part,
    Struct,
    Time,
    UInt8,
    UInt16,
    UInt32,
)

TARIFF_SCRIPTS: Final = TARIFF_SCRIPT_TABLE.obis.octets
"""0-0:10.0.100.255, the script table whose selectors choose a register or block set."""

_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CURRENCY: Final = Boolean(meaning={1: "GB Pounds", 0: "ECB Euro"})

_PRIMARY: Final = "TariffSwitchingTable"
_SECONDARY: Final = "TariffSwitchingTable(SecondaryElement)"


def _seasons(table: str, names: str) -> Array:
    item = f"{table}: {names}Seasons[1..4]"
    return Array(
        Struct(
            Part("name", Octets(0, 8), f"{item}.Name"),
            Part("start", DateTime(), f"{item}.startDate"),
            Part("week", Octets(0, 4), f"{item}.WeekIdentifier"),
        ),
        low=1,
        high=4,
    )


def _weeks(table: str, names: str) -> Array:
    item = f"{table}: {names}Weeks[1..4]"
    days = (Part(day, UInt8(), f"{item}.days[{n}].Identifier") for n, day in enumerate(_WEEKDAYS, 1))
    return Array(Struct(Part("name", Octets(0, 4), f"{item}.weekIdentifier"), *days), low=1, high=4)


def _days(table: str, names: str) -> Array:
    item = f"{table}: {names}DayIdentifiers[1..16]"
    script = "actions" if names == "current" else "tariff_rate_identifier"
    action = Struct(
        Part("start_time", Time(), f"{item}.Time[1..48].startTime"),
        Part("script_table", Fixed(6, TARIFF_SCRIPTS), f"{item}.Time[1..48].actionsObject"),
        Part("script", UInt16(), f"{item}.Time[1..48].{script}"),
    )
    day = Struct(Part("day_id", UInt8(), item), Part("schedule", Array(action, low=1, high=48)))
    return Array(day, low=1, high=16)


_THRESHOLDS: Final = Array(UInt32(unit="Wh"), low=1, high=3)


def _thresholds(number: int, value: str) -> str:
    return f"TariffThresholdMatrixBlocks[1to3]TOU[{number}]: {value}[1..3]"


def _standing_charge(value: str) -> Struct:
    return unit_charge(f"StandingCharge: {value}", Octets(0, 0, b""), 1, scale=0)


def _prices(value: str, scale: int | None) -> Struct:
    return unit_charge(
        f"TariffBlockPriceMatrixTOU: {value}", Fixed(1), 80, scale=scale, commodity=(3, "0100010800FF", 2)
    )


def _secondary_prices(value: str, scale: int | None) -> Struct:
    return unit_charge(
        f"SecondaryTariffTOUPriceMatrix: {value}", Fixed(1), 4, scale=scale, commodity=(3, "0114010800FF", 2)
    )


_SET_PRICES: Final[tuple[Item, ...]] = (
    Set(STANDING_CHARGE, 6, "standing_charge", _standing_charge("valueNext")),
    Set(TARIFF_PRICES, 6, "prices", _prices("valueNext", 3)),
)
_ACTIVATE_PRICES: Final[tuple[Item, ...]] = (
    Set(
        STANDING_CHARGE, 7, "activate_standing_charge", DateTime(),
        smets="StandingCharge: activateNextDateTime",
    ),
    Set(
        TARIFF_PRICES, 7, "activate_prices", DateTime(),
        smets="TariffBlockPriceMatrixTOU: activateNextDateTime",
    ),
)  # fmt: skip

ECS01A: Final = access_case(
    "ECS01a", 0x0019, "Set Tariff and Price on ESME", SUPPLIER,
    Set(SWITCHING_TABLE, 7, "seasons", _seasons(_PRIMARY, "next")),
    Set(SWITCHING_TABLE, 8, "weeks", _weeks(_PRIMARY, "next")),
    Set(SWITCHING_TABLE, 9, "days", _days(_PRIMARY, "next")),
    Set(SPECIAL_DAYS_PASSIVE, 2, "special_days", special_days(f"{_PRIMARY}(SpecialDays)", "next", 50)),
    *(
        Set(o, 2, f"thresholds_{n}", _THRESHOLDS, smets=_thresholds(n, "thresholdNext"))
        for n, o in enumerate(THRESHOLDS_PASSIVE, 1)
    ),
    Set(CURRENCY, 4, "currency_gbp", _CURRENCY, smets="CurrencyUnit: valueNext"),
    *_SET_PRICES,
    Set(
        SWITCHING_TABLE, 10, "activate_switching_table", DateTime(),
        smets=f"{_PRIMARY}: activateNextDateTime",
    ),
    Set(
        SPECIAL_DAYS_ACTIVATION, 6, "activate_special_days", DateTime(),
        smets=f"{_PRIMARY}(SpecialDays): activateNextDateTime",
    ),
    Set(CURRENCY, 6, "activate_currency", DateTime(), smets="CurrencyUnit: activateNextDateTime"),
    *_ACTIVATE_PRICES,
    Set(
        THRESHOLDS_ACTIVATION, 6, "activate_thresholds", DateTime(),
        smets="TariffThresholdMatrix: activateNextDateTime",
    ),
    critical=True, future_datable=True, replay_protected=True,
)  # fmt: skip

ECS01B: Final = access_case(
    "ECS01b", 0x00A2, "Set Price on ESME", SUPPLIER, *_SET_PRICES, *_ACTIVATE_PRICES,
    critical=True, future_datable=True, replay_protected=True,
)  # fmt: skip

_SET_SECONDARY_PRICES: Final = Set(
    SECONDARY_TARIFF_PRICES, 6, "secondary_prices", _secondary_prices("valueNext", 3)
)
_ACTIVATE_SECONDARY_PRICES: Final = Set(
    SECONDARY_TARIFF_PRICES, 7, "activate_secondary_prices", DateTime(),
    smets="SecondaryTariffTOUPriceMatrix: activateNextDateTime",
)  # fmt: skip

ECS01C: Final = access_case(
    "ECS01c", 0x00B7, "Set Tariff and Price on ESME secondary", SUPPLIER,
    _SET_SECONDARY_PRICES,
    Set(SECONDARY_SWITCHING_TABLE, 7, "secondary_seasons", _seasons(_SECONDARY, "next")),
    Set(SECONDARY_SWITCHING_TABLE, 8, "secondary_weeks", _weeks(_SECONDARY, "next")),
    Set(SECONDARY_SWITCHING_TABLE, 9, "secondary_days", _days(_SECONDARY, "next")),
    Set(
        SECONDARY_SPECIAL_DAYS_PASSIVE, 2, "secondary_special_days",
        special_days(f"{_SECONDARY}(SpecialDays)", "next", 50),
    ),
    Set(
        SECONDARY_SWITCHING_TABLE, 10, "activate_secondary_switching_table", DateTime(),
        smets=f"{_SECONDARY}: activateNextDateTime",
    ),
    _ACTIVATE_SECONDARY_PRICES,
    Set(
        SECONDARY_SPECIAL_DAYS_ACTIVATION, 6, "activate_secondary_special_days", DateTime(),
        smets=f"{_SECONDARY}(SpecialDays): activateNextDateTime",
    ),
    critical=True, future_datable=True, replay_protected=True,
)  # fmt: skip

ECS01D: Final = access_case(
    "ECS01d", 0x00C7, "Set Price on ESME secondary", SUPPLIER,
    _SET_SECONDARY_PRICES, _ACTIVATE_SECONDARY_PRICES,
    critical=True, future_datable=True, replay_protected=True,
)  # fmt: skip

ECS05: Final = access_case(
    "ECS05", 0x001D, "Reset Tariff Block Counter Matrix", SUPPLIER,
    Do(
        TARIFF_SCRIPT_TABLE, 1, "reset_block_counters", UInt16(99),
        smets="TariffBlock[1to4]CounterMatrixTOU[1to8]: reset",
    ),
    critical=True, replay_protected=True,
)  # fmt: skip

ECS24: Final = access_case(
    "ECS24", 0x003A, "Read ESME Tariff Data", SUPPLIER_ACB,
    Get(ACTIVE_TARIFF_PRICE, 2, "active_price", UInt32(), smets="(Primary)ActiveTariffPrice: value"),
    Get(
        ACTIVE_TARIFF_PRICE, 3, "active_price_unit",
        scaler_unit("(Primary)ActiveTariffPrice: ", OTHER_UNIT, -5),
    ),
    Get(SWITCHING_TABLE, 3, "seasons", _seasons(_PRIMARY, "current")),
    Get(SWITCHING_TABLE, 4, "weeks", _weeks(_PRIMARY, "current")),
    Get(SWITCHING_TABLE, 5, "days", _days(_PRIMARY, "current")),
    Get(SPECIAL_DAYS_ACTIVE, 2, "special_days", special_days(f"{_PRIMARY}(SpecialDays)", "current", 50)),
    *(
        Get(o, 2, f"thresholds_{n}", _THRESHOLDS, smets=_thresholds(n, "thresholdCurrent"))
        for n, o in enumerate(THRESHOLDS_ACTIVE, 1)
    ),
    Get(CURRENCY, 2, "currency_gbp", _CURRENCY, smets="CurrencyUnit: valueCurrent"),
    Get(STANDING_CHARGE, 5, "standing_charge", _standing_charge("valueCurrent")),
    Get(TARIFF_PRICES, 5, "prices", _prices("valueCurrent", None)),
)  # fmt: skip

ECS24B: Final = access_case(
    "ECS24b", 0x00BD, "Read ESME Tariff Data - second element", SUPPLIER_ACB,
    Get(SECONDARY_TARIFF_PRICES, 5, "secondary_prices", _secondary_prices("valueCurrent", None)),
    Get(
        SECONDARY_ACTIVE_TARIFF_PRICE, 2, "secondary_active_price", UInt32(),
        smets="SecondaryActiveTariffPrice: value",
    ),
    Get(
        SECONDARY_ACTIVE_TARIFF_PRICE, 3, "secondary_active_price_unit",
        scaler_unit("SecondaryActiveTariffPrice: ", OTHER_UNIT, -5),
    ),
    Get(
        SECONDARY_SPECIAL_DAYS_ACTIVE, 2, "secondary_special_days",
        special_days(f"{_SECONDARY}(SpecialDays)", "current", 50),
    ),
    Get(SECONDARY_SWITCHING_TABLE, 3, "secondary_seasons", _seasons(_SECONDARY, "current")),
    Get(SECONDARY_SWITCHING_TABLE, 4, "secondary_weeks", _weeks(_SECONDARY, "current")),
    Get(SECONDARY_SWITCHING_TABLE, 5, "secondary_days", _days(_SECONDARY, "current")),
)  # fmt: skip

ECS48: Final = access_case(
    "ECS48", 0x00DB, "Configure daily resetting of Tariff Block Counter Matrix", SUPPLIER,
    Set(
        BLOCK_COUNTER_SCHEDULE, 4, "daily_reset",
        execution_times("TariffBlockCounterMatrix: dailyResetting", 1),
    ),
    critical=True, replay_protected=True,
)  # fmt: skip

USE_CASES: Final = (ECS01A, ECS01B, ECS01C, ECS01D, ECS05, ECS24, ECS24B, ECS48)
