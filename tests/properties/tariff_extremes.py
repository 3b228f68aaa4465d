"""The largest and the smallest tariffs there are, which a random draw would hardly ever hit."""

from __future__ import annotations

from datetime import time
from typing import Literal

from dcc_sim.testing.strategies import ElectricityTariff, GasTariff, PriceUpdate
from dcc_sim.testing.strategies_calendar import Date, SpecialDay, WeekProfile
from dcc_sim.testing.strategies_electricity import (
    DayProfile,
    ElectricityKind,
    ElectricityPrices,
    Season,
    Switch,
)
from dcc_sim.testing.strategies_gas import GasDay, GasSeason

LOW, HIGH = -(2**15), 2**15 - 1
SUNDAY_IN_MARCH = Date(month=3, day="last", weekday=7)


def prices(kind: ElectricityKind) -> ElectricityPrices:
    """Every price there is room for, the indexes descending."""
    registers = tuple((n, HIGH - n) for n in range(48, 0, -1))
    blocks = tuple((n, tuple((b, LOW + 10 * n + b) for b in range(4, 0, -1))) for n in range(8, 0, -1))
    return ElectricityPrices(
        kind=kind,
        standing_charge=HIGH,
        standing_charge_scale=-128,
        price_scale=127,
        registers=() if kind == "block" else registers,
        blocks=() if kind == "tou" else blocks,
    )


def _switch(kind: ElectricityKind, n: int) -> Switch:
    which: Literal["tou", "block"] = "block" if kind == "block" or (kind == "hybrid" and n % 2) else "tou"
    number = n % 8 + 1 if which == "block" else n + 1
    return Switch(start=time(n // 2, 30 * (n % 2), 59), kind=which, number=number)


def largest(kind: ElectricityKind) -> ElectricityTariff:
    """Every table of an ESME full."""
    starts = (Date(), Date(year=9999), SUNDAY_IN_MARCH, Date(year=2014, month=12, day="second last"))
    return ElectricityTariff(
        currency="ECB",
        days=tuple(
            DayProfile(number=day, switches=tuple(_switch(kind, n) for n in range(48)))
            for day in range(16, 0, -1)
        ),
        weeks=tuple(WeekProfile(number=n, days=(16, 1, 2, 3, 4, 5, n)) for n in range(4, 0, -1)),
        seasons=tuple(Season(name=f"season {n}", start=start, week=n) for n, start in enumerate(starts, 1)),
        special_days=tuple(SpecialDay(date=Date(year=2014 + n, month=12, day=31), day=16) for n in range(50)),
        thresholds=tuple((0, n, 2**32 - 1) for n in range(8)),
        prices=prices(kind),
    )


def smallest(kind: ElectricityKind) -> ElectricityTariff:
    """One of everything, none of what there may be none of."""
    which: Literal["tou", "block"] = "block" if kind == "block" else "tou"
    return ElectricityTariff(
        currency="GBP",
        days=(DayProfile(number=1, switches=(Switch(start=time(0), kind=which, number=1),)),),
        weeks=(WeekProfile(number=1, days=(1, 1, 1, 1, 1, 1, 1)),),
        seasons=(Season(name="", start=Date(), week=1),),
        special_days=(),
        thresholds=((0,),) * 8,
        prices=ElectricityPrices(
            kind=kind,
            standing_charge=LOW,
            standing_charge_scale=127,
            price_scale=-128,
            registers=() if kind == "block" else ((1, LOW),),
            blocks=() if kind == "tou" else ((1, ((1, HIGH),)),),
        ),
    )


def largest_gas(kind: Literal["tou", "block"]) -> GasTariff:
    """Every table of a GSME full."""
    return GasTariff(
        kind=kind,
        currency="ECB",
        days=tuple(GasDay(number=n, tier=None if kind == "block" else n) for n in range(4, 0, -1)),
        weeks=tuple(WeekProfile(number=n, days=(4, 3, 2, 1, 1, 1, n)) for n in (2, 1)),
        seasons=tuple(GasSeason(start=Date(year=2154, month=n, day=31), week=2) for n in (1, 2, 3)),
        special_days=tuple(SpecialDay(date=Date(month=12, day=n + 1, weekday=7), day=4) for n in range(20)),
        thresholds=(0, 1, 2**48 - 1),
        standing_charge=2**32 - 1,
        prices=tuple((n, 2**32 - n) for n in range(4, 0, -1)),
    )


LARGEST: tuple[ElectricityTariff | GasTariff, ...] = (
    *(largest(kind) for kind in ("tou", "block", "hybrid")),
    *(largest_gas(kind) for kind in ("tou", "block")),
)
SMALLEST = tuple(smallest(kind) for kind in ("tou", "block", "hybrid"))
EVERY_PRICE = tuple(PriceUpdate(prices=prices(kind)) for kind in ("tou", "block", "hybrid"))
