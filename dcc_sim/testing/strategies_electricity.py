"""Electricity tariffs and price updates as values: what they ask for, and what the meter must get.

In: a tariff in the words of the field. Out: `request`, a Service Request 1.1.1 or 1.2.1; `values`,
the values of ECS01a or ECS01b as a decoder names them, worked out here from the layout of the
command and not by the code that makes commands. Left out: how tariffs are drawn (`strategies`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from typing import Final, Literal

from lxml import etree

from dcc_sim.clock import utc
from dcc_sim.codec.shape import Value
from dcc_sim.ids import CommandVariant, RequestId
from dcc_sim.testing.strategies_calendar import (
    Currency,
    Date,
    Form,
    SpecialDay,
    WeekProfile,
    document,
    element,
    when,
)

ElectricityKind = Literal["tou", "block", "hybrid"]

SCRIPTS: Final = bytes.fromhex("00000A0064FF")
_NOW: Final = bytes.fromhex("0000000000000000008000FF")
_NEVER: Final = bytes.fromhex("FFFFFFFFFFFFFFFFFF8000FF")
_HOLDERS: Final = {"tou": "TOUTariff", "block": "BlockTariff", "hybrid": "HybridTariff"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """From `start` (UTC) on, a time-of-use register 1 … 48 or a block set 1 … 8 counts."""

    start: time
    kind: Literal["tou", "block"]
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DayProfile:
    """The switches of one kind of day, in the order of their times."""

    number: int
    switches: tuple[Switch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """A part of the year and the week that is in force in it."""

    name: str
    start: Date
    week: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ElectricityPrices:
    """Standing charge and prices, with the powers of ten they are to be multiplied by.

    `registers` are (register, price); `blocks` are (block set, ((block, price), …)). The order is
    that of the document.
    """

    kind: ElectricityKind
    standing_charge: int
    standing_charge_scale: int
    price_scale: int
    registers: tuple[tuple[int, int], ...] = ()
    blocks: tuple[tuple[int, tuple[tuple[int, int], ...]], ...] = ()

    def element(self) -> etree._Element:
        """As it stands in a request."""
        blocks = (
            element("BlockPrices", *(element("BlockPrice", price, index=b) for b, price in prices), index=n)
            for n, prices in self.blocks
        )
        registers = (element("TOUPrice", price, index=n) for n, price in self.registers)
        return element(
            "PriceElements",
            element(
                "ElectricityPriceElements",
                element("StandingCharge", self.standing_charge),
                element("StandingChargeScale", self.standing_charge_scale),
                element("PriceScale", self.price_scale),
                element(_HOLDERS[self.kind], *blocks, *registers),
            ),
        )

    def table(self) -> list[Value]:
        """The 80 prices that always travel: 48 registers, then four blocks of eight sets each."""
        registers = dict(self.registers)
        blocks = {(block, n): price for n, prices in self.blocks for block, price in prices}
        indexed = [(n, registers.get(n, 0)) for n in range(1, 49)]
        for block, letter in enumerate((0xA0, 0xB0, 0xC0, 0xD0), 1):
            indexed += [(letter + n, blocks.get((block, n), 0)) for n in range(1, 9)]
        return [{"index": bytes((index,)), "charge": price} for index, price in indexed]

    def values(self, execution: Form) -> dict[str, Value]:
        """What ECS01a and ECS01b have in common."""
        return {
            "standing_charge": {
                "scaling": {"commodity_scale": 0, "price_scale": self.standing_charge_scale},
                "commodity": {"class_id": 0, "logical_name": bytes(6), "attribute": 0},
                "table": [{"index": b"", "charge": self.standing_charge}],
            },
            "prices": {
                "scaling": {"commodity_scale": 3, "price_scale": self.price_scale},
                "commodity": {"class_id": 3, "logical_name": bytes.fromhex("0100010800FF"), "attribute": 2},
                "table": self.table(),
            },
            "activate_standing_charge": _activation(execution),
            "activate_prices": _activation(execution),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ElectricityTariff:
    """A tariff of an ESME. `thresholds` has one row for each of the eight block sets."""

    currency: Currency
    days: tuple[DayProfile, ...]
    weeks: tuple[WeekProfile, ...]
    seasons: tuple[Season, ...]
    special_days: tuple[SpecialDay, ...]
    thresholds: tuple[tuple[int, ...], ...]
    prices: ElectricityPrices

    @property
    def kind(self) -> ElectricityKind:
        """Time of use, blocks, or both."""
        return self.prices.kind

    def request(
        self,
        request_id: RequestId,
        execution: Form = None,
        command_variant: CommandVariant = CommandVariant.TRANSFORM,
    ) -> bytes:
        """Service Request 1.1.1, unsigned."""
        body = element(
            "UpdateImportTariffPrimaryElement", *when(execution), self._elements(), self.prices.element()
        )
        return document(request_id, "1.1.1", body, command_variant)

    def values(self, execution: Form = None) -> dict[str, Value]:
        """The values of ECS01a, under the names a decoder gives them."""
        activation = _activation(execution)
        thresholds = enumerate(self.thresholds, 1)
        return {
            "seasons": [
                # Date, midnight, hundredths 0, deviation not specified, status not specified.
                {
                    "name": s.name.encode(),
                    "start": s.start.cosem + bytes(4) + b"\x80\x00\xff",
                    "week": bytes((s.week,)),
                }
                for s in self.seasons
            ],
            "weeks": [{"name": bytes((week.number,)), **week.values()} for week in self.weeks],
            "days": [{"day_id": day.number, "schedule": list(_schedule(day))} for day in self.days],
            "special_days": [
                {"index": n, "date": special.date.cosem, "day_id": special.day}
                for n, special in enumerate(self.special_days, 1)
            ],
            **{f"thresholds_{n}": list(row) for n, row in thresholds},
            "currency_gbp": self.currency == "GBP",
            **self.prices.values(execution),
            "activate_switching_table": activation,
            "activate_special_days": activation,
            "activate_currency": activation,
            "activate_thresholds": activation,
        }

    def _elements(self) -> etree._Element:
        seasons = (
            element(
                "Season",
                element("SeasonName", season.name),
                season.start.electricity("SeasonStartDate"),
                element("ReferencedWeekName", season.week),
            )
            for season in self.seasons
        )
        specials = (
            element("SpecialDay", s.date.electricity("Date"), element("ReferencedDayName", s.day))
            for s in self.special_days
        )
        rows = (
            element(
                "Thresholds", *(element("BlockThreshold", t, index=i) for i, t in enumerate(row, 1)), index=n
            )
            for n, row in enumerate(self.thresholds, 1)
        )
        return element(
            "ElecTariffElements",
            element("CurrencyUnits", self.currency),
            element(
                "SwitchingTable",
                element("DayProfiles", *(_day(day) for day in self.days)),
                element("WeekProfiles", *(week.element() for week in self.weeks)),
                element("Seasons", *seasons),
            ),
            element("SpecialDays", *specials),
            element("ThresholdMatrix", *rows),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceUpdate:
    """New prices for a tariff whose times stay."""

    prices: ElectricityPrices

    def request(
        self,
        request_id: RequestId,
        execution: Form = None,
        command_variant: CommandVariant = CommandVariant.TRANSFORM,
    ) -> bytes:
        """Service Request 1.2.1, unsigned."""
        body = element("UpdatePricePrimaryElement", *when(execution), self.prices.element())
        return document(request_id, "1.2.1", body, command_variant)

    def values(self, execution: Form = None) -> dict[str, Value]:
        """The values of ECS01b, under the names a decoder gives them."""
        return self.prices.values(execution)


def _day(day: DayProfile) -> etree._Element:
    switches = (
        element(
            "ProfileSchedule",
            element("StartTime", f"{switch.start:%H:%M:%S}.00Z"),
            element("TOUTariffAction" if switch.kind == "tou" else "BlockTariffAction", switch.number),
        )
        for switch in day.switches
    )
    return element("DayProfile", element("DayName", day.number), *switches)


def _schedule(day: DayProfile) -> Iterator[Value]:
    for switch in day.switches:
        start = switch.start
        yield {
            "start_time": bytes((start.hour, start.minute, start.second, 0)),
            "script_table": SCRIPTS,
            "script": switch.number if switch.kind == "tou" else 100 + switch.number,
        }


def _activation(execution: Form) -> bytes:
    if execution is None:
        return _NOW
    if not isinstance(execution, datetime):
        return _NEVER
    at = utc(execution)
    day = at.year.to_bytes(2, "big") + bytes((at.month, at.day, 0xFF))
    return day + bytes((at.hour, at.minute, at.second, 0)) + b"\x80\x00\xff"
