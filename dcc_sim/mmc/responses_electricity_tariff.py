"""MMC rows of the use cases that write and read the tariff of an ESME (`catalogue.usecases.dlms_tariff`)."""

from __future__ import annotations

from typing import Final

from dcc_sim.mmc.conversions import Integer, Named, OctetNumber, OctetText, TimeOfDay
from dcc_sim.mmc.elements import (
    CONSTANT,
    DATE,
    DAY,
    PRICE,
    PRICE_SCALE,
    UNSIGNED_INT,
    WEEK,
    index,
    numbered,
    omit,
)
from dcc_sim.mmc.rows import (
    POSITION,
    Attribute,
    Choice,
    Each,
    Element,
    Leaf,
    Omit,
    ResponseRow,
    Row,
    View,
)
from dcc_sim.mmc.views import (
    date_parts,
    date_values,
    price_matrix,
    price_table,
    season_start,
    season_start_values,
)

_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _switching_table(prefix: str, *action: Row) -> Element:
    """The calendar of one element; `action` is what an entry of a day does."""
    return Element(
        "TariffSwitchingTable",
        Element(
            "DayProfiles",
            Each(
                f"{prefix}days",
                Element(
                    "DayProfile",
                    Leaf("Day", "day_id", DAY),
                    Each(
                        "schedule",
                        Element(
                            "ProfileSchedule",
                            Leaf("StartTime", "start_time", TimeOfDay()),
                            Omit("script_table", CONSTANT),
                            *action,
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
                f"{prefix}weeks",
                Element(
                    "WeekProfile",
                    Leaf("WeekName", "name", WEEK),
                    *(Leaf("ReferencedElecDay", day, DAY, numbered(n)) for n, day in enumerate(_WEEKDAYS, 1)),
                ),
                high=4,
            ),
        ),
        Element(
            "Seasons",
            Each(
                f"{prefix}seasons",
                Element(
                    "Season",
                    Leaf("SeasonName", "name", OctetText(8)),
                    Element(
                        "SeasonStartDate",
                        View(season_start, ("start",), *DATE, inverse=season_start_values),
                    ),
                    Leaf("ReferencedWeekName", "week", WEEK),
                ),
                high=4,
            ),
        ),
    )


def _special_days(path: str) -> Element:
    return Element(
        "TariffSwitchingTableSpecialDays",
        Each(
            path,
            Element(
                "SpecialDay",
                # From 1 in most vectors, from 0 in that of ECS24b.
                Omit("index", "the schema numbers special days by their order", fill=POSITION),
                Element("Date", View(date_parts, ("date",), *DATE, inverse=date_values)),
                Leaf("ReferencedDay", "day_id", DAY),
            ),
            high=50,
        ),
    )


_THRESHOLDS: Final = Element(
    "TariffThresholdMatrix",
    *(
        Element(
            "ElecTariffThresholds",
            Each(f"thresholds_{n}", Leaf("BlockThreshold", "", UNSIGNED_INT, index(3)), high=3),
            attributes=numbered(n),
        )
        for n in range(1, 9)
    ),
)

_PRICES: Final = View(
    price_matrix,
    ("prices.table",),
    Element(
        "TariffBlockPriceMatrix",
        Each(
            "blocks",
            Element(
                "TariffBlockPrices",
                Each("", Leaf("BlockPrice", "", PRICE, index(4)), high=4),
                attributes=index(8),
            ),
            high=8,
        ),
    ),
    Element("TariffTOUPriceMatrix", Each("tou", Leaf("TariffTOUPrice", "", PRICE, index(48)), high=48)),
    inverse=price_table,
)

_PER_KWH: Final = 3


def _reference(item: str) -> tuple[Omit, ...]:
    paths = (f"{item}.commodity.{part}" for part in ("class_id", "logical_name", "attribute"))
    return omit(CONSTANT, *paths)


def _price_scale(item: str) -> tuple[Row, ...]:
    no_place = "the schema has no place; GBCS sets it to 3 (per kWh)"
    return (
        Leaf("PriceScale", f"{item}.scaling.price_scale", PRICE_SCALE),
        Omit(f"{item}.scaling.commodity_scale", no_place, fill=_PER_KWH),
        *_reference(item),
    )


_PRIMARY_TARIFF: Final = Element(
    "Electricity",
    Leaf("PrimaryActiveTariffPrice", "active_price", UNSIGNED_INT),
    *omit(CONSTANT, "active_price_unit.scaler", "active_price_unit.unit"),
    Leaf("CurrencyUnitsLabel", "currency_gbp", Named({1: "GBP", 0: "ECB"})),
    Leaf("CurrencyUnitsName", "currency_gbp", Named({1: "Millipence", 0: "Millicent"})),
    # The table of a standing charge has one element (reference `gbcs-use-cases/ECS24`).
    Each("standing_charge.table", Leaf("StandingCharge", "charge", PRICE), high=1),
    Omit("standing_charge.table[].index", CONSTANT),
    Leaf("StandingChargeScale", "standing_charge.scaling.price_scale", PRICE_SCALE),
    Omit("standing_charge.scaling.commodity_scale", CONSTANT),
    *_reference("standing_charge"),
    *_price_scale("prices"),
    _PRICES,
    _switching_table(
        "",
        Choice(
            Leaf("TOUTariffAction", "script", Integer(1, 48)),
            Leaf("BlockTariffAction", "script", Integer(1, 8, minus=100)),
        ),
    ),
    _special_days("special_days"),
    _THRESHOLDS,
    keep=True,
)

_SECONDARY_INDEX: Final = (Attribute("index", OctetNumber(1, 4), "index"),)

_SECONDARY_TARIFF: Final[tuple[Row, ...]] = (
    Leaf("SecondaryActiveTariffPrice", "secondary_active_price", UNSIGNED_INT),
    *omit(CONSTANT, "secondary_active_price_unit.scaler", "secondary_active_price_unit.unit"),
    *_price_scale("secondary_prices"),
    Element(
        "TariffTOUPriceMatrix",
        Each("secondary_prices.table", Leaf("TariffTOUPrice", "charge", PRICE, _SECONDARY_INDEX), high=4),
    ),
    _switching_table("secondary_", Leaf("TOUTariffAction", "script", Integer(1, 4, minus=200))),
    _special_days("secondary_special_days"),
)

ROWS: Final = (
    ResponseRow(code="ECS01a", elements={"1.1.1": "UpdateImportTariffPrimaryElementRsp"}),
    ResponseRow(code="ECS01b", elements={"1.2.1": "UpdatePricePrimaryElementRsp"}),
    ResponseRow(code="ECS01c", elements={"1.1.2": "UpdateImportTariffSecondaryElementRsp"}),
    ResponseRow(code="ECS01d", elements={"1.2.2": "UpdatePriceSecondaryElementRsp"}),
    ResponseRow(code="ECS05", elements={"1.7": "ResetTariffBlockCounterMatrixRsp"}),
    ResponseRow(code="ECS24", elements={"4.11.1": "ReadTariffPrimaryElementRsp"}, rows=(_PRIMARY_TARIFF,)),
    ResponseRow(code="ECS24b", elements={"4.11.2": "ReadTariffSecondaryElementRsp"}, rows=_SECONDARY_TARIFF),
    ResponseRow(
        code="ECS48",
        elements={"6.26": "UpdateDeviceConfigurationDailyResettingOfTariffBlockCounterMatrixRsp"},
    ),
)
