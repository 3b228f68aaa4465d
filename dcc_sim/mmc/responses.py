"""The table of response elements: which element answers which use case, and what stands in it.

Rows in the order of the MMC 5.4 schema; paths are the names of `catalogue.usecases`. `RESPONSES`
is closed under the completeness test: every value of a decoded Response is carried or omitted with
its reason. Where this project has to guess what the real Parse & Correlate does, the comment says
so. Left out: alerts (`alerts`), header and debug information (`document`, `debug`).
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from dcc_sim.mmc.conversions import (
    Const,
    Hex,
    Integer,
    Moment,
    Named,
    OctetNumber,
    OctetText,
    Plain,
    TimeOfDay,
)
from dcc_sim.mmc.rows import (
    POSITION,
    Attribute,
    Choice,
    Each,
    Element,
    Flag,
    Leaf,
    Omit,
    ResponseRow,
    View,
    When,
)
from dcc_sim.mmc.views import ANY, LAST, SECOND_LAST, clock_status, date_parts, gas_volume, price_matrix

_CONSTANT: Final = "a constant of GBCS"

UNSIGNED_INT: Final = Integer(0, 0xFFFF_FFFF)
PRICE: Final = Integer(-0x8000, 0x7FFF)
PRICE_SCALE: Final = Integer(-128, 127)
DAY: Final = Integer(1, 16)
WEEK: Final = OctetNumber(1, 4)


def _index(high: int) -> tuple[Attribute, ...]:
    return (Attribute("index", Integer(1, high), POSITION),)


def _numbered(number: int) -> tuple[Attribute, ...]:
    return (Attribute("index", Const(str(number))),)


DATE: Final = (
    Element(
        "Year",
        Choice(Leaf("SpecifiedYear", "year", Integer(2014, 9999)), Flag("NonSpecifiedYear", "year", ANY)),
    ),
    Element(
        "Month",
        Choice(Leaf("SpecifiedMonth", "month", Integer(1, 12)), Flag("NonSpecifiedMonth", "month", ANY)),
    ),
    Element(
        "DayOfMonth",
        Choice(
            Leaf("SpecifiedDayOfMonth", "day", Integer(1, 31)),
            Flag("LastDayOfMonth", "day", LAST),
            Flag("SecondLastDayOfMonth", "day", SECOND_LAST),
            Flag("NonSpecifiedDayOfMonth", "day", ANY),
        ),
    ),
    Element(
        "DayOfWeek",
        Choice(
            Leaf("SpecifiedDayOfWeek", "weekday", Integer(1, 7)),
            Flag("NonSpecifiedDayOfWeek", "weekday", ANY),
        ),
    ),
)

_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

ELECTRICITY_SWITCHING_TABLE: Final = Element(
    "TariffSwitchingTable",
    Element(
        "DayProfiles",
        Each(
            "days",
            Element(
                "DayProfile",
                Leaf("Day", "day_id", DAY),
                Each(
                    "schedule",
                    Element(
                        "ProfileSchedule",
                        Leaf("StartTime", "start_time", TimeOfDay()),
                        Omit("script_table", _CONSTANT),
                        Choice(
                            Leaf("TOUTariffAction", "script", Integer(1, 48)),
                            Leaf("BlockTariffAction", "script", Integer(1, 8, minus=100)),
                        ),
                    ),
                    high=48,
                ),
            ),
            high=16,
        ),
    ),
    Element(
        "WeekProfiles",
        Each(
            "weeks",
            Element(
                "WeekProfile",
                Leaf("WeekName", "name", WEEK),
                *(Leaf("ReferencedElecDay", day, DAY, _numbered(n)) for n, day in enumerate(_WEEKDAYS, 1)),
            ),
            high=4,
        ),
    ),
    Element(
        "Seasons",
        Each(
            "seasons",
            Element(
                "Season",
                Leaf("SeasonName", "name", OctetText(8)),
                Element("SeasonStartDate", View(date_parts, ("start",), *DATE)),
                Leaf("ReferencedWeekName", "week", WEEK),
            ),
            high=4,
        ),
    ),
)

ELECTRICITY_SPECIAL_DAYS: Final = Element(
    "TariffSwitchingTableSpecialDays",
    Each(
        "special_days",
        Element(
            "SpecialDay",
            Omit("index", "the schema numbers special days by their order"),
            Element("Date", View(date_parts, ("date",), *DATE)),
            Leaf("ReferencedDay", "day_id", DAY),
        ),
        high=50,
    ),
)

ELECTRICITY_THRESHOLDS: Final = Element(
    "TariffThresholdMatrix",
    *(
        Element(
            "ElecTariffThresholds",
            Each(f"thresholds_{n}", Leaf("BlockThreshold", "", UNSIGNED_INT, _index(3)), high=3),
            attributes=_numbered(n),
        )
        for n in range(1, 9)
    ),
)

ELECTRICITY_PRICES: Final = View(
    price_matrix,
    ("prices.table",),
    Element(
        "TariffBlockPriceMatrix",
        Each(
            "blocks",
            Element(
                "TariffBlockPrices",
                Each("", Leaf("BlockPrice", "", PRICE, _index(4)), high=4),
                attributes=_index(8),
            ),
            high=8,
        ),
    ),
    Element("TariffTOUPriceMatrix", Each("tou", Leaf("TariffTOUPrice", "", PRICE, _index(48)), high=48)),
)

_TARIFF_OF_ESME: Final = Element(
    "Electricity",
    Leaf("PrimaryActiveTariffPrice", "active_price", UNSIGNED_INT),
    Omit("active_price_unit.scaler", _CONSTANT),
    Omit("active_price_unit.unit", _CONSTANT),
    Leaf("CurrencyUnitsLabel", "currency_gbp", Named({1: "GBP", 0: "ECB"})),
    Leaf("CurrencyUnitsName", "currency_gbp", Named({1: "Millipence", 0: "Millicent"})),
    # The table of a standing charge has one element (reference `gbcs-use-cases/ECS24`).
    Each("standing_charge.table", Leaf("StandingCharge", "charge", PRICE), high=1),
    Omit("standing_charge.table[].index", _CONSTANT),
    Leaf("StandingChargeScale", "standing_charge.scaling.price_scale", PRICE_SCALE),
    Omit("standing_charge.scaling.commodity_scale", _CONSTANT),
    Omit("standing_charge.commodity.class_id", _CONSTANT),
    Omit("standing_charge.commodity.logical_name", _CONSTANT),
    Omit("standing_charge.commodity.attribute", _CONSTANT),
    Leaf("PriceScale", "prices.scaling.price_scale", PRICE_SCALE),
    Omit("prices.scaling.commodity_scale", "the schema has no place; GBCS sets it to 3 (per kWh)"),
    Omit("prices.commodity.class_id", _CONSTANT),
    Omit("prices.commodity.logical_name", _CONSTANT),
    Omit("prices.commodity.attribute", _CONSTANT),
    ELECTRICITY_PRICES,
    ELECTRICITY_SWITCHING_TABLE,
    ELECTRICITY_SPECIAL_DAYS,
    ELECTRICITY_THRESHOLDS,
    keep=True,
)

_WH: Final = Named({30: "Wh"})
_VARH: Final = Named({32: "varh"})

_REGISTERS_OF_ESME: Final = Element(
    "Electricity",
    Element(
        "ActiveImportRegister",
        Leaf("Value", "active", UNSIGNED_INT),
        Leaf("ActiveEnergyUnit", "active_unit.unit", _WH),
        Omit("active_unit.scaler", _CONSTANT),
    ),
    Element(
        "ReactiveImportRegister",
        Leaf("Value", "reactive", UNSIGNED_INT),
        Leaf("ReactiveEnergyUnit", "reactive_unit.unit", _VARH),
        Omit("reactive_unit.scaler", _CONSTANT),
    ),
    # The second register of a twin element meter travels without a unit: it has that of the first.
    When(
        "secondary",
        Element(
            "SecondaryActiveImportRegister",
            Leaf("Value", "secondary", UNSIGNED_INT),
            Leaf("ActiveEnergyUnit", "active_unit.unit", _WH),
        ),
    ),
    at="import_registers.registers",
    keep=True,
)

_TOU_REGISTERS_OF_ESME: Final = Element(
    "Electricity",
    Element(
        "TariffTOURegisterCollection",
        Each("primary", Leaf("TOUPrimaryRegisterValue", "", UNSIGNED_INT, _index(48)), high=48),
        When(
            "secondary",
            Each("secondary", Leaf("TOUSecondRegisterValue", "", UNSIGNED_INT, _index(4)), high=4),
        ),
    ),
    at="tou_registers.registers",
    keep=True,
)

_REGISTER_OF_GAS_METER: Final = Element(
    "Gas",
    Element(
        "ConsumptionRegister",
        View(gas_volume, ("consumption", "multiplier", "divisor"), Leaf("Value", "volume", Plain())),
        Leaf("Unit", "unit", Named({1: "m3"})),
    ),
    keep=True,
)

TIME_STATUS: Final = Named({0: "reliable", 1: "invalid", 2: "unreliable"})

_CLOCK_OF_ESME: Final = (
    Leaf("DeviceTime", "time", Moment()),
    Element(
        "Electricity",
        View(
            clock_status,
            ("clock_status",),
            Element(
                "ElecClockTimeStatus",
                Leaf("TimeStatus", "status", TIME_STATUS),
                attributes=(Attribute("TimeStatusCode", Integer(), "code"),),
            ),
        ),
    ),
)

_CLOCK_OF_GSME: Final = (
    Leaf("DeviceTime", "time", Moment()),
    Element(
        "Gas",
        When(
            "clock_status",
            Element(
                "GasClockTimeStatus",
                Leaf("ASN1Status", "clock_status", Named(TIME_STATUS.names, "notKnown")),
                attributes=(Attribute("ResponseCode", Integer(), "clock_status"),),
            ),
        ),
    ),
)

_CLOCK_ELEMENTS: Final = {"6.11": "SynchroniseClockRsp", "8.1.1": "CommissionDeviceSynchroniseClockRsp"}

_ROWS: Final = (
    ResponseRow(code="ECS01a", elements={"1.1.1": "UpdateImportTariffPrimaryElementRsp"}),
    ResponseRow(code="ECS01b", elements={"1.2.1": "UpdatePricePrimaryElementRsp"}),
    ResponseRow(
        code="ECS17b",
        elements={"4.1.1": "ReadInstantaneousImportRegistersRsp"},
        rows=(_REGISTERS_OF_ESME,),
    ),
    ResponseRow(
        code="ECS17d",
        elements={"4.1.2": "ReadInstantaneousImportTOUMatricesRsp"},
        rows=(_TOU_REGISTERS_OF_ESME,),
    ),
    ResponseRow(code="ECS24", elements={"4.11.1": "ReadTariffPrimaryElementRsp"}, rows=(_TARIFF_OF_ESME,)),
    ResponseRow(
        code="ECS52",
        elements={"11.2": "ReadFirmwareVersionRsp"},
        rows=(Leaf("FirmwareVersion", "firmware_version", Hex(4)),),
    ),
    ResponseRow(code="ECS70", elements=_CLOCK_ELEMENTS, rows=_CLOCK_OF_ESME),
    ResponseRow(code="GCS01a", elements={"1.1.1": "UpdateImportTariffPrimaryElementRsp"}),
    ResponseRow(
        code="GCS13a",
        elements={"4.1.1": "ReadInstantaneousImportRegistersRsp"},
        rows=(_REGISTER_OF_GAS_METER,),
    ),
    ResponseRow(code="GCS28", elements=_CLOCK_ELEMENTS, rows=_CLOCK_OF_GSME),
)

RESPONSES: Final[MappingProxyType[str, ResponseRow]] = MappingProxyType({row.code: row for row in _ROWS})
