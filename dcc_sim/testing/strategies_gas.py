"""Gas tariffs as values: what they ask for, and what the meter must get.

In: a tariff in the words of the field. Out: `request`, a Service Request 1.1.1; `values`, the
values of GCS01a as a decoder names them, worked out here from the layout of the commands and not
by the code that makes them. Left out: how tariffs are drawn (`strategies`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

from lxml import etree

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

GasKind = Literal["tou", "block"]

_CODES: Final = {"GBP": 826, "ECB": 978}
_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
_PENCE_TIMES_1000: Final = 0x50
_WHOLE: Final = {"command_index": 0, "total_commands": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class GasDay:
    """A kind of day; `tier` is its register 1 … 4, or None where blocks count."""

    number: int
    tier: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GasSeason:
    """A part of the year and the week that is in force in it."""

    start: Date
    week: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GasTariff:
    """A tariff of a GSME. `prices` are (tier or block, price), in the order of the document.

    `thresholds` stand in every request; they reach the meter in a block tariff only.
    """

    kind: GasKind
    currency: Currency
    days: tuple[GasDay, ...]
    weeks: tuple[WeekProfile, ...]
    seasons: tuple[GasSeason, ...]
    special_days: tuple[SpecialDay, ...]
    thresholds: tuple[int, ...]
    standing_charge: int
    prices: tuple[tuple[int, int], ...]

    def request(
        self,
        request_id: RequestId,
        execution: Form = None,
        command_variant: CommandVariant = CommandVariant.TRANSFORM,
    ) -> bytes:
        """Service Request 1.1.1, unsigned."""
        body = element(
            "UpdateImportTariffPrimaryElement",
            *when(execution),
            self._elements(),
            element("PriceElements", self._prices()),
        )
        return document(request_id, "1.1.1", body, command_variant)

    def values(self, issued_at: datetime, execution: Form = None) -> dict[str, Value]:
        """The values of GCS01a. `issued_at` is the time of the transform, which makes the issuer ids."""
        is_block = self.kind == "block"
        start = _start(execution, cancel=0xFFFF_FFFE)
        event: dict[str, Value] = {"provider_id": 0, "issuer_event_id": _seconds(issued_at)}
        issuer = event | {"issuer_calendar_id": _seconds(issued_at)}
        tariff = event | {"issuer_tariff_id": 1}
        values = self._calendar(issuer, start)
        values["tariff_information"] = tariff | {
            "start_time": _start(execution, cancel=0xFFFF_FFFF),
            "tariff_type": 0x10 if is_block else 0x00,
            "label": b"",
            "price_tiers": 0 if is_block else len(self.prices),
            "block_thresholds": len(self.thresholds) if is_block else 0,
            "unit": 0,
            "currency": _CODES[self.currency],
            "price_trailing_digit": _PENCE_TIMES_1000,
            "standing_charge": self.standing_charge,
            "tier_block_mode": 0xFF,
            "threshold_multiplier": 1,
            "threshold_divisor": 1000,
        }
        if is_block:
            values["block_thresholds"] = (
                tariff
                | _WHOLE
                | {"start_time": start, "sub_payload_control": 1, "thresholds": list(self.thresholds)}
            )
        # Blocks count from 0 on the wire, tiers from 1; in the command they stand in that order.
        first = 0 if is_block else 1
        values["price_matrix"] = (
            tariff
            | _WHOLE
            | {
                "start_time": start,
                "sub_payload_control": 0 if is_block else 1,
                "prices": [{"tier_block_id": n - 1 + first, "price": p} for n, p in sorted(self.prices)],
            }
        )
        return values

    def _calendar(self, issuer: dict[str, Value], start: int) -> dict[str, Value]:
        kind: dict[str, Value] = {"calendar_type": 0}
        return {
            "calendar": issuer
            | kind
            | {
                "start_time": start,
                "time_reference": 0,
                "name": b"",
                "seasons": len(self.seasons),
                "weeks": len(self.weeks),
                "days": len(self.days),
            },
            "day_profiles": [
                issuer
                | kind
                | _WHOLE
                | {"day_id": d.number, "schedule": [{"start_minute": 0, "price_tier": d.tier or 0}]}
                for d in self.days
            ],
            "week_profiles": [issuer | {"week_id": week.number, **week.values()} for week in self.weeks],
            "seasons": issuer
            | _WHOLE
            | {"seasons": [{"start": s.start.zigbee, "week_id": s.week} for s in self.seasons]},
            "special_days": issuer
            | kind
            | _WHOLE
            | {
                "start_time": start,
                "special_days": [{"date": s.date.zigbee, "day_id": s.day} for s in self.special_days],
            },
        }

    def _elements(self) -> etree._Element:
        days = (
            element(
                "DayProfile",
                element("DayName", day.number),
                element("BlockTariff") if day.tier is None else element("TOUTariffAction", day.tier),
            )
            for day in self.days
        )
        seasons = (
            element("Season", s.start.gas("SeasonStartDate"), element("ReferencedWeekName", s.week))
            for s in self.seasons
        )
        specials = (
            element("SpecialDay", s.date.gas("Date"), element("ReferencedDayName", s.day))
            for s in self.special_days
        )
        thresholds = (element("BlockThreshold", t, index=n) for n, t in enumerate(self.thresholds, 1))
        return element(
            "GasTariffElements",
            element(
                "SwitchingTable",
                element("DayProfiles", *days),
                element("WeekProfiles", *(week.element() for week in self.weeks)),
                element("Seasons", *seasons),
            ),
            element("SpecialDays", *specials),
            element("ThresholdMatrix", *thresholds),
        )

    def _prices(self) -> etree._Element:
        if self.kind == "tou":
            holder = element("TOUTariff", *(element("TOUPrice", p, index=n) for n, p in self.prices))
        else:
            blocks = (element("BlockPrice", p, index=n) for n, p in self.prices)
            holder = element("BlockTariff", *blocks, element("NumberOfThresholds", len(self.thresholds)))
        return element(
            "GasPriceElements",
            element("CurrencyUnits", self.currency),
            element("StandingCharge", self.standing_charge),
            holder,
        )


def _start(execution: Form, *, cancel: int) -> int:
    if execution is None:
        return 0
    return _seconds(execution) if isinstance(execution, datetime) else cancel


def _seconds(moment: datetime) -> int:
    return int((moment - _EPOCH).total_seconds())
