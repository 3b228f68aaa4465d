"""Electricity tariffs: the bodies of 1.1.1, 1.1.2, 1.2.1, 1.2.2, 1.7 and 6.26.

Values of ECS01a–d, ECS05, ECS48. Source: reference `gbcs.md` §d.7, §d.8, §k.1;
`gbcs-use-cases/ECS01*.md`; DUIS 5.4 schema. All prices of a table always travel; what the tariff does
not use is 0 (vectors).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from dcc_sim.codec.times import NOW, CosemDate, CosemTime
from dcc_sim.transform.conversions import (
    COSEM_ACTIVATION,
    COSEM_DATE,
    COSEM_DAY_START,
    COSEM_TIME,
    TEXT,
    WHOLE,
    Named,
    Number,
    Whole,
)
from dcc_sim.transform.elements import NAMESPACE, find, indexed, integer
from dcc_sim.transform.rows import (
    LEFT_OUT,
    CommandRow,
    Composite,
    Constant,
    Each,
    Element,
    Leaf,
    Position,
    Row,
    Spread,
    View,
)

if TYPE_CHECKING:
    from lxml.etree import _Element

    from dcc_sim.codec.shape import Value
    from dcc_sim.transform.compiled import Job

TOU_PRICES: Final = 48
BLOCKS: Final = 4
BLOCK_SETS: Final = 8
PRICE_INDEXES: Final = (
    *range(1, TOU_PRICES + 1),
    *(
        0x90 + 0x10 * block + block_set
        for block in range(1, BLOCKS + 1)
        for block_set in range(1, BLOCK_SETS + 1)
    ),
)
"""01…30 hex for TOU 1–48, then A1…A8, B1…, C1…, D1…D8 for block 1–4 of block set 1–8 (vectors)."""

_INDEX_OCTETS: Final = tuple((n, bytes((n,))) for n in PRICE_INDEXES)
_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_BLOCK_SCRIPTS: Final = 100
_SECONDARY_SCRIPTS: Final = 200
"""What is added to a register number to make the script selector of block sets, of the secondary element."""


_EVERY_DAY: Final = CosemDate(bytes.fromhex("FFFFFFFFFF"))
_MIDNIGHT: Final = [{"time": CosemTime(bytes(4)), "date": _EVERY_DAY}]
# The page leaves "off" to GBCS 18.2.1, which is not at hand: no time of day, as in `NEVER` (uncertain).
_NO_TIME: Final = [{"time": CosemTime(bytes.fromhex("FFFFFFFF")), "date": _EVERY_DAY}]
_DAILY_RESET: Final = {"true": _MIDNIGHT, "1": _MIDNIGHT, "false": _NO_TIME, "0": _NO_TIME}


def activation(*names: str) -> Leaf:
    """ExecutionDateTime as activation time of passive values: at once when it is missing."""
    return Leaf("ExecutionDateTime", names, COSEM_ACTIVATION, absent=NOW)


def _switching_table(prefix: str, *action: Row) -> tuple[Row, ...]:
    return (
        Each(
            "SwitchingTable/DayProfiles/DayProfile",
            f"{prefix}days",
            Leaf("DayName", "day_id", WHOLE),
            Each("ProfileSchedule", "schedule", Leaf("StartTime", "start_time", COSEM_TIME), *action),
        ),
        Each(
            "SwitchingTable/WeekProfiles/WeekProfile",
            f"{prefix}weeks",
            Leaf("WeekName", "name", Number(1)),
            Spread("ReferencedDayName", _WEEKDAYS, Leaf(".", "", WHOLE)),
        ),
        Each(
            "SwitchingTable/Seasons/Season",
            f"{prefix}seasons",
            Leaf("SeasonName", "name", TEXT),
            Composite("SeasonStartDate", "start", COSEM_DAY_START),
            Leaf("ReferencedWeekName", "week", Number(1)),
        ),
        Each(
            "SpecialDays/SpecialDay",
            f"{prefix}special_days",
            Position("index"),
            Composite("Date", "date", COSEM_DATE),
            Leaf("ReferencedDayName", "day_id", WHOLE),
            low=0,
        ),
    )


def _price_table(element: _Element, job: Job) -> Mapping[str, Value]:  # noqa: ARG001
    """TOUPrice n stands at index n, BlockPrice b of BlockPrices s at 90+10b+s hex; the rest is 0."""
    asked: dict[int, int] = {}
    for kind in ("TOUTariff", "BlockTariff", "HybridTariff"):
        holder = find(element, kind)
        if holder is None:
            continue
        for index, price in indexed(holder.findall(f"{NAMESPACE}TOUPrice"), 1, TOU_PRICES).items():
            asked[index] = integer(price)
        for block_set, blocks in indexed(holder.findall(f"{NAMESPACE}BlockPrices"), 1, BLOCK_SETS).items():
            for block, price in indexed(blocks.findall(f"{NAMESPACE}BlockPrice"), 1, BLOCKS).items():
                asked[0x90 + 0x10 * block + block_set] = integer(price)
    table: list[Value] = [{"index": octet, "charge": asked.get(n, 0)} for n, octet in _INDEX_OCTETS]
    return {"prices.table": table}


def _secondary_price_table(element: _Element, job: Job) -> Mapping[str, Value]:  # noqa: ARG001
    """Price n stands at index n; one that is not given is 0."""
    asked = indexed(element.findall(f"{NAMESPACE}ElectricityPriceElement"), 1, 4)
    charges = ((n, integer(asked[n]) if n in asked else 0) for n in range(1, 5))
    return {"secondary_prices.table": [{"index": bytes((n,)), "charge": c} for n, c in charges]}


_COMMODITY: Final = Constant(("standing_charge.commodity", "prices.commodity"), {})
_PRICES: Final[tuple[Row, ...]] = (
    _COMMODITY,
    Element(
        "PriceElements/ElectricityPriceElements",
        Each("StandingCharge", "standing_charge.table", Leaf(".", "charge", WHOLE)),
        Leaf("StandingChargeScale", "standing_charge.scaling.price_scale", WHOLE),
        Leaf("PriceScale", "prices.scaling.price_scale", WHOLE),
        View(
            _price_table,
            reads=(
                "TOUTariff/TOUPrice",
                "TOUTariff/TOUPrice/@index",
                *(
                    f"{kind}/BlockPrices/{path}"
                    for kind in ("BlockTariff", "HybridTariff")
                    for path in ("@index", "BlockPrice", "BlockPrice/@index")
                ),
                "HybridTariff/TOUPrice",
                "HybridTariff/TOUPrice/@index",
            ),
            writes=("prices.table",),
        ),
    ),
    activation("activate_standing_charge", "activate_prices"),
)
_SECONDARY_PRICES: Final[tuple[Row, ...]] = (
    Constant("secondary_prices.commodity", {}),
    Element(
        "PriceElements",
        Leaf("PriceScale", "secondary_prices.scaling.price_scale", WHOLE),
        View(
            _secondary_price_table,
            reads=("ElectricityPriceElement", "ElectricityPriceElement/@index"),
            writes=("secondary_prices.table",),
        ),
    ),
    activation("activate_secondary_prices"),
)

ROWS: Final = (
    CommandRow(
        code="ECS01a",
        bodies=("UpdateImportTariffPrimaryElement",),
        rows=(
            Element(
                "ElecTariffElements",
                Leaf("CurrencyUnits", "currency_gbp", Named({"GBP": True, "ECB": False})),
                *_switching_table(
                    "",
                    Leaf("TOUTariffAction", "script", WHOLE, absent=LEFT_OUT),
                    Leaf("BlockTariffAction", "script", Whole(plus=_BLOCK_SCRIPTS), absent=LEFT_OUT),
                ),
                Spread(
                    "ThresholdMatrix/Thresholds",
                    tuple(f"thresholds_{n}" for n in range(1, BLOCK_SETS + 1)),
                    Each("BlockThreshold", "", Leaf(".", "", WHOLE), key="@index"),
                ),
            ),
            *_PRICES,
            activation(
                "activate_switching_table", "activate_special_days", "activate_currency",
                "activate_thresholds",
            ),
        ),
    ),
    CommandRow(code="ECS01b", bodies=("UpdatePricePrimaryElement",), rows=_PRICES),
    CommandRow(
        code="ECS01c",
        bodies=("UpdateImportTariffSecondaryElement",),
        rows=(
            *_switching_table(
                "secondary_", Leaf("TOUTariffAction", "script", Whole(plus=_SECONDARY_SCRIPTS))
            ),
            *_SECONDARY_PRICES,
            activation("activate_secondary_switching_table", "activate_secondary_special_days"),
        ),
    ),
    CommandRow(code="ECS01d", bodies=("UpdatePriceSecondaryElement",), rows=_SECONDARY_PRICES),
    CommandRow(code="ECS05", bodies=("ResetTariffBlockCounterMatrix",), rows=()),
    CommandRow(
        code="ECS48",
        bodies=("UpdateDeviceConfigurationDailyResettingOfTariffBlockCounterMatrix",),
        rows=(Leaf("DailyTariffBlockCounterMatrixReset", "daily_reset", Named(_DAILY_RESET)),),
    ),
)  # fmt: skip
