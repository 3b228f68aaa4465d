"""Gas tariffs: the body of 1.1.1 as values of GCS01a.

In: `UpdateImportTariffPrimaryElement` with `GasTariffElements`. Out: values by the names of the
row. Source: reference `gbcs-use-cases/GCS01a.md`, `gbcs.md` §e; vectors. Left out: prices alone
(GCS01b).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from lxml import etree

from dcc_sim.codec.shape import Value
from dcc_sim.codec.times import ZclDate, seconds_since_2000
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

_CANCEL_COMMAND: Final = 0xFFFF_FFFE
_CANCEL_INFORMATION: Final = 0xFFFF_FFFF
"""PublishTariffInformation is cancelled with FFFFFFFF, every other command with FFFFFFFE
(published cancellations of GCS01b and GCS05; mapping of GCS01a)."""

_NOW: Final = 0
_CURRENCIES: Final = {"GBP": 826, "ECB": 978}
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_BLOCK: Final = 0x10
_TOU: Final = 0x00


def tariff(body: etree._Element, now: datetime) -> Mapping[str, Value]:
    """Values of GCS01a; issuer ids are `now`. Raises RequestInvalid naming the element."""
    elements = get(body, "GasTariffElements")
    table = get(elements, "SwitchingTable")
    prices = get(body, "PriceElements/GasPriceElements")
    is_block = find(prices, "BlockTariff") is not None
    start = _start(body, _CANCEL_COMMAND)
    event: dict[str, Value] = {"issuer_event_id": seconds_since_2000(now)}
    issuer = event | {"issuer_calendar_id": seconds_since_2000(now)}
    days = every(table, "DayProfiles", "DayProfile")
    weeks = every(table, "WeekProfiles", "WeekProfile")
    seasons = every(table, "Seasons", "Season")
    thresholds = _thresholds(elements) if is_block else []
    counts: dict[str, Value] = {"seasons": len(seasons), "weeks": len(weeks), "days": len(days)}
    values: dict[str, Value] = {
        "calendar": issuer | counts | {"start_time": start},
        "day_profiles": [issuer | _day(e) for e in days],
        "week_profiles": [issuer | _week(e) for e in weeks],
        "seasons": issuer | {"seasons": [_season(e) for e in seasons]},
        "special_days": issuer
        | {
            "start_time": start,
            "special_days": [_special_day(e) for e in every(elements, "SpecialDays", "SpecialDay")],
        },
        "tariff_information": event
        | {
            "start_time": _start(body, _CANCEL_INFORMATION),
            "tariff_type": _BLOCK if is_block else _TOU,
            "price_tiers": 0 if is_block else len(every(prices, "TOUTariff", "TOUPrice")),
            "block_thresholds": len(thresholds),
            "currency": _CURRENCIES[text(prices, "CurrencyUnits")],
            "standing_charge": integer(prices, "StandingCharge"),
        },
        "price_matrix": event
        | {
            "start_time": start,
            "sub_payload_control": 0 if is_block else 1,
            "prices": _prices(prices, is_block=is_block),
        },
    }
    if thresholds:
        values["block_thresholds"] = event | {"start_time": start, "thresholds": thresholds}
    return values


def _start(body: etree._Element, cancel: int) -> int:
    when = execution(body)
    if when is None:
        return _NOW
    if when == CANCELLATION:
        return cancel
    seconds = seconds_since_2000(when)
    if not _NOW < seconds < _CANCEL_COMMAND:
        raise refuse(get(body, "ExecutionDateTime"), "on the wire this second means now or never")
    return seconds


def _day(element: etree._Element) -> dict[str, Value]:
    tier = find(element, "TOUTariffAction")
    # Gas switches once a day, at midnight; tier 0 stands for block charging (vectors).
    entry: dict[str, Value] = {"start_minute": 0, "price_tier": 0 if tier is None else integer(tier)}
    return {"day_id": integer(element, "DayName"), "schedule": [entry]}


def _week(element: etree._Element) -> dict[str, Value]:
    named = indexed(element.findall(f"{NAMESPACE}ReferencedDayName"), 1, 7)
    if len(named) != len(_DAYS):
        raise refuse(element, "a week names seven days", rule="week of seven days")
    days: dict[str, Value] = {day: integer(named[n]) for n, day in enumerate(_DAYS, 1)}
    return {"week_id": integer(element, "WeekName"), **days}


def _season(element: etree._Element) -> Value:
    start = _date(get(element, "SeasonStartDate"))
    return {"start": start, "week_id": integer(element, "ReferencedWeekName")}


def _special_day(element: etree._Element) -> Value:
    return {"date": _date(get(element, "Date")), "day_id": integer(element, "ReferencedDayName")}


def _thresholds(elements: etree._Element) -> list[Value]:
    found = indexed(every(elements, "ThresholdMatrix", "BlockThreshold"), 1, 3)
    if sorted(found) != list(range(1, len(found) + 1)):
        raise refuse(get(elements, "ThresholdMatrix"), "block thresholds are numbered from 1 without a gap")
    return [integer(found[n]) for n in sorted(found)]


def _prices(prices: etree._Element, *, is_block: bool) -> list[Value]:
    holder, name, first = ("BlockTariff", "BlockPrice", 0) if is_block else ("TOUTariff", "TOUPrice", 1)
    found = indexed(every(prices, holder, name), 1, 4)
    # Tiers count from 1, blocks from 0 on the wire (vectors).
    return [{"tier_block_id": n - 1 + first, "price": integer(found[n])} for n in sorted(found)]


def _date(element: etree._Element) -> ZclDate:
    year = _specified(get(element, "GasYearWithWildcards"))
    month, day, weekday = (
        _specified(get(element, f"Gas{part}WithWildcards")) for part in ("Month", "DayOfMonth", "DayOfWeek")
    )
    if year is not None and not 0 <= year - 1900 < 0xFF:
        raise refuse(element, f"the year {year} does not fit a ZigBee date", rule="year 1900 … 2154")
    parts = (None if year is None else year - 1900, month, day, weekday)
    return ZclDate(bytes(0xFF if part is None else part for part in parts))


def _specified(element: etree._Element) -> int | None:
    choice = next(iter(children(element)), None)
    if choice is None:
        raise refuse(element, "nothing is chosen")
    return integer(choice) if local_name(choice).startswith("Specified") else None
