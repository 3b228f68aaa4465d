"""Electricity tariffs: the body of 1.1.1 and 1.2.1 as values of ECS01a and ECS01b.

In: `UpdateImportTariffPrimaryElement` or `UpdatePricePrimaryElement`. Out: values by the names of
the rows. Source: reference `gbcs.md` §d.7, §d.8, §k.1; DUIS 5.4 schema. Left out: the secondary
element.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lxml import etree

from dcc_sim.codec.shape import Value
from dcc_sim.codec.times import NEVER, NOW, CosemDate, CosemDateTime, CosemTime
from dcc_sim.transform.elements import (
    CANCELLATION,
    NAMESPACE,
    children,
    every,
    execution,
    find,
    get,
    indexed,
    integer,
    local_name,
    refuse,
    text,
)

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

_MIDNIGHT: Final = bytes((0, 0, 0, 0))
_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_TARIFF_ACTIVATIONS: Final = (
    "activate_switching_table",
    "activate_special_days",
    "activate_currency",
    "activate_thresholds",
)
_PRICE_ACTIVATIONS: Final = ("activate_standing_charge", "activate_prices")


def tariff(body: etree._Element) -> Mapping[str, Value]:
    """Values of ECS01a. Raises RequestInvalid naming the element."""
    elements = get(body, "ElecTariffElements")
    table = get(elements, "SwitchingTable")
    values: dict[str, Value] = {
        "seasons": [_season(e) for e in every(table, "Seasons", "Season")],
        "weeks": [_week(e) for e in every(table, "WeekProfiles", "WeekProfile")],
        "days": [_day(e) for e in every(table, "DayProfiles", "DayProfile")],
        "special_days": [
            _special_day(n, e) for n, e in enumerate(every(elements, "SpecialDays", "SpecialDay"), 1)
        ],
        "currency_gbp": text(elements, "CurrencyUnits") == "GBP",
    }
    matrix = indexed(every(elements, "ThresholdMatrix", "Thresholds"), 1, BLOCK_SETS)
    for block_set in range(1, BLOCK_SETS + 1):
        if block_set not in matrix:
            raise refuse(get(elements, "ThresholdMatrix"), f"Thresholds {block_set} is missing")
        values[f"thresholds_{block_set}"] = _thresholds(matrix[block_set])
    values |= _charges(body)
    values |= dict.fromkeys(_TARIFF_ACTIVATIONS, activation(body))
    return values


def prices(body: etree._Element) -> Mapping[str, Value]:
    """Values of ECS01b. Raises RequestInvalid naming the element."""
    return _charges(body)


def activation(body: etree._Element) -> CosemDateTime:
    """ExecutionDateTime as the activation time of passive values."""
    when = execution(body)
    if when is None:
        return NOW
    return NEVER if when == CANCELLATION else CosemDateTime.at(when)


def _season(element: etree._Element) -> Value:
    start = get(element, "SeasonStartDate")
    name = text(element, "SeasonName").encode()
    week = integer(element, "ReferencedWeekName")
    # A season starts with its date: midnight UTC, deviation and status not specified (vectors).
    moment = CosemDateTime(_date(start) + _MIDNIGHT + b"\x80\x00\xff")
    return {"name": name, "start": moment, "week": bytes((week,))}


def _week(element: etree._Element) -> Value:
    named = indexed(element.findall(f"{NAMESPACE}ReferencedDayName"), 1, 7)
    if len(named) != len(_WEEKDAYS):
        raise refuse(element, "a week names seven days", rule="week of seven days")
    days = {day: integer(named[n]) for n, day in enumerate(_WEEKDAYS, 1)}
    return {"name": bytes((integer(element, "WeekName"),)), **days}


def _day(element: etree._Element) -> Value:
    schedule = element.findall(f"{NAMESPACE}ProfileSchedule")
    return {"day_id": integer(element, "DayName"), "schedule": [_switch(e) for e in schedule]}


def _switch(element: etree._Element) -> Value:
    block = find(element, "BlockTariffAction")
    script = 100 + integer(block) if block is not None else integer(element, "TOUTariffAction")
    return {"start_time": _time(get(element, "StartTime")), "script": script}


def _special_day(index: int, element: etree._Element) -> Value:
    return {
        "index": index,
        "date": _date(get(element, "Date")),
        "day_id": integer(element, "ReferencedDayName"),
    }


def _thresholds(element: etree._Element) -> list[int]:
    found = indexed(element.findall(f"{NAMESPACE}BlockThreshold"), 1, 3)
    if sorted(found) != list(range(1, len(found) + 1)):
        raise refuse(element, "block thresholds are numbered from 1 without a gap", rule="threshold order")
    return [integer(found[n]) for n in sorted(found)]


def _charges(body: etree._Element) -> dict[str, Value]:
    elements = get(body, "PriceElements/ElectricityPriceElements")
    values: dict[str, Value] = {
        "standing_charge": {
            "scaling": {"price_scale": integer(elements, "StandingChargeScale")},
            "commodity": {},
            "table": [{"charge": integer(elements, "StandingCharge")}],
        },
        "prices": {
            "scaling": {"price_scale": integer(elements, "PriceScale")},
            "commodity": {},
            "table": _price_table(elements),
        },
    }
    return values | dict.fromkeys(_PRICE_ACTIVATIONS, activation(body))


def _price_table(elements: etree._Element) -> list[Value]:
    asked: dict[int, int] = {}
    for kind in ("TOUTariff", "BlockTariff", "HybridTariff"):
        holder = find(elements, kind)
        if holder is None:
            continue
        for index, element in indexed(holder.findall(f"{NAMESPACE}TOUPrice"), 1, TOU_PRICES).items():
            asked[index] = integer(element)
        for block_set, blocks in indexed(holder.findall(f"{NAMESPACE}BlockPrices"), 1, BLOCK_SETS).items():
            for block, element in indexed(blocks.findall(f"{NAMESPACE}BlockPrice"), 1, BLOCKS).items():
                asked[0x90 + 0x10 * block + block_set] = integer(element)
    # All 80 prices always travel; what the tariff does not use is 0 (vectors).
    return [{"index": bytes((index,)), "charge": asked.get(index, 0)} for index in PRICE_INDEXES]


def _time(element: etree._Element) -> CosemTime:
    value = text(element)
    clock, _, fraction = value.removesuffix("Z").partition(".")
    if not value.endswith("Z") or fraction.strip("0"):
        raise refuse(element, f"{value!r}: switching times are UTC to the second", rule="UTC time")
    hours, minutes, seconds = (int(part) for part in clock.split(":"))
    if hours > 23:
        raise refuse(element, f"{value!r} is not a time of day", rule="UTC time")
    return CosemTime(bytes((hours, minutes, seconds, 0)))


_UNSPECIFIED: Final = {
    "NonSpecifiedYear": 0xFFFF,
    "NonSpecifiedMonth": 0xFF,
    "LastDayOfMonth": 0xFE,
    "SecondLastDayOfMonth": 0xFD,
    "NonSpecifiedDayOfMonth": 0xFF,
    "NonSpecifiedDayOfWeek": 0xFF,
}


def _date(element: etree._Element) -> CosemDate:
    year, month, day, weekday = (
        _specified(get(element, part)) for part in ("Year", "Month", "DayOfMonth", "DayOfWeek")
    )
    return CosemDate(year.to_bytes(2, "big") + bytes((month, day, weekday)))


def _specified(element: etree._Element) -> int:
    choice = next(iter(children(element)), None)
    if choice is None:
        raise refuse(element, "nothing is chosen")
    token = _UNSPECIFIED.get(local_name(choice))
    return integer(choice) if token is None else token
