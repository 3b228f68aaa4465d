"""Gas tariffs: the bodies of 1.1.1 and 1.2.1 as values of GCS01a and GCS01b.

A tariff is by time of use or by blocks. Gas switches once a day, at midnight; tiers count from 1,
blocks from 0, and tier 0 in a calendar stands for charging by blocks (vectors). Source: reference
`gbcs-use-cases/GCS01a.md`, `GCS01b.md`, `gbcs.md` §e, §k.3. Left out: the calendar (`gas_calendar`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dcc_sim.transform.compiled import converted
from dcc_sim.transform.conversions import WHOLE, Named, Whole, seconds_2000
from dcc_sim.transform.elements import NAMESPACE, find, indexed, integer, refuse
from dcc_sim.transform.gas_calendar import (
    AT_ONCE,
    CALENDAR_ISSUED,
    CALENDAR_START,
    CANCEL,
    CANCEL_HIGH,
    SPECIAL_DAYS,
    calendar,
    issued,
)
from dcc_sim.transform.rows import (
    LEFT_OUT,
    CommandRow,
    Constant,
    Count,
    Each,
    Element,
    Flag,
    Leaf,
    Omit,
    Row,
    View,
    When,
)

if TYPE_CHECKING:
    from lxml.etree import _Element

    from dcc_sim.codec.shape import Value
    from dcc_sim.transform.compiled import Job

_TOU, _BLOCK = 0x00, 0x10
_TOU_PRICES, _BLOCK_PRICES = 1, 0
_MOST_THRESHOLDS: Final = 3
_MOST_PRICES: Final = 4


def _day(tier: int) -> list[Value]:
    return [{"start_minute": 0, "price_tier": tier}]


@dataclass(frozen=True, slots=True)
class TierOfDay:
    """A price tier as the schedule of a day: it holds from midnight on."""

    rule: str = "whole number"

    def read(self, text: str) -> Value:
        """A list of one entry."""
        return _day(WHOLE.read(text))


def block_thresholds(elements: _Element, job: Job) -> Mapping[str, Value]:
    """Thresholds of a tariff by blocks. The schema wants some for a TOU tariff too, which has none.

    NumberOfThresholds is not looked at: all that stand in the matrix are in use (vectors).
    """
    body = job.request.body
    if find(body, "PriceElements/GasPriceElements/BlockTariff") is None:
        return {"tariff_information.block_thresholds": 0}
    matrix = elements.find(f"{NAMESPACE}ThresholdMatrix")
    found = [] if matrix is None else matrix.findall(f"{NAMESPACE}BlockThreshold")
    numbered = indexed(found, 1, _MOST_THRESHOLDS)
    if matrix is None or sorted(numbered) != list(range(1, len(numbered) + 1)):
        raise refuse(
            elements if matrix is None else matrix, "block thresholds are numbered from 1 without a gap"
        )
    start = find(body, "ExecutionDateTime")
    return {
        "tariff_information.block_thresholds": len(numbered),
        "block_thresholds.issuer_event_id": seconds_2000(job.now),
        "block_thresholds.start_time": AT_ONCE if start is None else converted(CANCEL, start),
        "block_thresholds.thresholds": [integer(numbered[n]) for n in sorted(numbered)],
    }


def _prices(number_of_thresholds: Row, *otherwise: Row) -> tuple[Row, ...]:
    return (
        issued("tariff_information", "price_matrix"),
        Leaf("ExecutionDateTime", "tariff_information.start_time", CANCEL_HIGH, absent=AT_ONCE),
        Leaf("ExecutionDateTime", "price_matrix.start_time", CANCEL, absent=AT_ONCE),
        Element(
            "PriceElements/GasPriceElements",
            Leaf("CurrencyUnits", "tariff_information.currency", Named({"GBP": 826, "ECB": 978})),
            Leaf("StandingCharge", "tariff_information.standing_charge", WHOLE),
            When(
                "BlockTariff",
                Constant("tariff_information.tariff_type", _BLOCK),
                Constant("tariff_information.price_tiers", 0),
                number_of_thresholds,
                Constant("price_matrix.sub_payload_control", _BLOCK_PRICES),
                Each(
                    "BlockPrice",
                    "price_matrix.prices",
                    Leaf("@index", "tier_block_id", Whole(plus=-1)),
                    Leaf(".", "price", WHOLE),
                    key="@index",
                    high=_MOST_PRICES,
                ),
            ),
            When(
                "TOUTariff",
                Constant("tariff_information.tariff_type", _TOU),
                Count("TOUPrice", "tariff_information.price_tiers"),
                *otherwise,
                Constant("price_matrix.sub_payload_control", _TOU_PRICES),
                Each(
                    "TOUPrice",
                    "price_matrix.prices",
                    Leaf("@index", "tier_block_id", WHOLE),
                    Leaf(".", "price", WHOLE),
                    key="@index",
                    high=_MOST_PRICES,
                ),
            ),
        ),
    )


_THRESHOLDS_IN_USE: Final = "tariff_information.block_thresholds"

ROWS: Final = (
    CommandRow(
        code="GCS01a",
        bodies=("UpdateImportTariffPrimaryElement",),
        rows=(
            *CALENDAR_ISSUED,
            CALENDAR_START,
            Element(
                "GasTariffElements",
                Element(
                    "SwitchingTable",
                    *calendar(
                        "DayProfiles/DayProfile",
                        "Seasons/Season",
                        "DayName",
                        Leaf("TOUTariffAction", "schedule", TierOfDay(), absent=LEFT_OUT),
                        Flag("BlockTariff", "schedule", _day(0)),
                    ),
                ),
                SPECIAL_DAYS,
                View(
                    block_thresholds,
                    ("ThresholdMatrix/BlockThreshold", "ThresholdMatrix/BlockThreshold/@index"),
                    (_THRESHOLDS_IN_USE, "block_thresholds"),
                ),
            ),
            *_prices(Omit("NumberOfThresholds", "all thresholds of the matrix are in use (vectors)")),
        ),
    ),
    CommandRow(
        code="GCS01b",
        bodies=("UpdatePricePrimaryElement",),
        rows=_prices(Leaf("NumberOfThresholds", _THRESHOLDS_IN_USE, WHOLE), Constant(_THRESHOLDS_IN_USE, 0)),
    ),
)
