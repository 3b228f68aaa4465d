"""MMC rows of the use cases that write and read the tariff of a GSME (`gbz_tariff`)."""

from __future__ import annotations

from typing import Final

from dcc_sim.mmc.conversions import Integer, Named, Plain
from dcc_sim.mmc.elements import PRICE_SCALE, UNSIGNED_INT, numbered
from dcc_sim.mmc.elements_gas import (
    calendar_omissions,
    constants,
    seasons,
    special_days,
    unplaced,
    week_profiles,
)
from dcc_sim.mmc.rows import Choice, Each, Element, Flag, Leaf, Omit, ResponseRow, Row, View
from dcc_sim.mmc.views import gas_volume
from dcc_sim.mmc.views_gas import (
    digits_after_point,
    digits_after_point_values,
    gas_volume_values,
    single_action,
    single_action_values,
)

_DAY: Final = Integer(1, 4)

_SWITCHING_TABLE: Final = Element(
    "TariffSwitchingTable",
    Element(
        "DayProfiles",
        Each(
            "day_profiles",
            Element(
                "DayProfile",
                Leaf("DayName", "day_id", _DAY),
                View(
                    single_action,
                    ("schedule",),
                    Choice(Leaf("TOUTariffAction", "tier", Integer(1, 4)), Flag("BlockTariff", "tier", 0)),
                    inverse=single_action_values,
                ),
            ),
            *calendar_omissions("command_index", "total_commands", "calendar_type"),
            high=4,
        ),
    ),
    week_profiles("ReferencedDay", _DAY),
    *seasons("Seasons"),
)

_SPECIAL_DAYS: Final = special_days("TariffSwitchingTableSpecialDays", "ReferencedDay", _DAY)

_TARIFF: Final[tuple[Row, ...]] = (
    Leaf("PrimaryActiveTariffPrice", "active_price.price", UNSIGNED_INT),
    View(
        digits_after_point,
        ("active_price.trailing_digit_and_tier",),
        Leaf("PrimaryActiveTariffPriceScale", "scale", PRICE_SCALE),
        inverse=digits_after_point_values,
    ),
    *constants(
        "active_price.provider_id", "active_price.unit", "active_price.start_time", "price_trailing_digit"
    ),
    *unplaced(
        *(
            f"active_price.{name}"
            for name in (
                "rate_label",
                "issuer_event_id",
                "current_time",
                "tiers_and_register_tier",
                "duration",
                "reserved",
            )
        )
    ),
    Omit("active_price.currency", "that of the tariff, which is carried", same_as="currency"),
    Leaf("CurrencyUnitsLabel", "currency", Named({826: "GBP", 978: "ECB"})),
    Leaf("StandingCharge", "standing_charge", UNSIGNED_INT),
    _SWITCHING_TABLE,
    *_SPECIAL_DAYS,
    Element(
        "TariffThresholds",
        # In kWh: a threshold counts in the unit times multiplier over divisor, as a register does.
        *(
            View(
                gas_volume,
                (f"threshold_{n}", "threshold_multiplier", "threshold_divisor"),
                Leaf("BlockThreshold", "volume", Plain(), numbered(n)),
                inverse=gas_volume_values,
            )
            for n in range(1, 4)
        ),
        *constants("threshold_unit"),
    ),
    Element(
        "TOUTariff",
        *(Leaf("TariffTOUPrice", f"tier_price_{n}", UNSIGNED_INT, numbered(n)) for n in range(1, 5)),
    ),
    Element(
        "BlockTariff",
        *(Leaf("BlockPrice", f"block_price_{n}", UNSIGNED_INT, numbered(n)) for n in range(1, 5)),
    ),
)

ROWS: Final = (
    ResponseRow(code="GCS01a", elements={"1.1.1": "UpdateImportTariffPrimaryElementRsp"}),
    ResponseRow(code="GCS01b", elements={"1.2.1": "UpdatePricePrimaryElementRsp"}),
    ResponseRow(
        code="GCS21f",
        elements={"4.11.1": "ReadTariffPrimaryElementRsp"},
        rows=(Element("Gas", *_TARIFF, keep=True),),
    ),
)
