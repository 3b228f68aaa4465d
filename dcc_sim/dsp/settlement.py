"""From what a meter was told, and what it says, to the change the industry has to know of.

In: tariff values of ECS01a and ECS24, register readings, the supplier's records. Out: a switching
plan, the SSCs it fulfils, an `Outcome` for the operating models. Left out: sending flows (`mtd`).
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Final

from dcc_sim.codec.shape import Value, Values, as_bytes, as_int, as_list, as_struct
from dcc_sim.codec.times import CosemTime
from dcc_sim.dsp.home import Settlement
from dcc_sim.errors import EncodeError, NotFound
from dcc_sim.ids import Mpxn
from dcc_sim.mtd.days import local_clock
from dcc_sim.mtd.models import Outcome, OutcomeKind, SscChange
from dcc_sim.mtd.settlement import Ssc, ssc
from dcc_sim.mtd.switching import (
    DatePattern,
    DayProfile,
    Replay,
    Season,
    SpecialDay,
    SwitchingPlan,
    WeekProfile,
    recognise,
)

TARIFF_NAMES: Final = (
    "seasons",
    "weeks",
    "days",
    "special_days",
    *(f"thresholds_{n}" for n in range(1, 9)),
    "currency_gbp",
    "standing_charge",
    "prices",
)
"""Values that ECS01a writes and ECS24 reads back."""

_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MOST_TOU: Final = 48
_TENTH: Final = Decimal("0.1")
_DAY_SECONDS: Final = 24 * 60 * 60


def switching_plan(values: Values) -> SwitchingPlan:
    """The switching table of a tariff. Raises EncodeError for blocks, which no SSC knows."""
    return SwitchingPlan(
        day_profiles=tuple(_day(as_struct(day)) for day in as_list(values["days"])),
        week_profiles=tuple(_week(as_struct(week)) for week in as_list(values["weeks"])),
        seasons=tuple(_season(as_struct(season)) for season in as_list(values["seasons"])),
        special_days=tuple(_special(as_struct(day)) for day in as_list(values["special_days"])),
    )


def differences(asked: Values, found: Values) -> list[str]:
    """Names of the tariff values that a read-back shows otherwise than they were asked for."""
    return [name for name in TARIFF_NAMES if _plain(asked[name]) != _plain(found[name])]


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """A tariff change that took effect: what was asked, what the meter then showed and counted."""

    asked: Values
    found: Values
    registers_wh: Sequence[int]
    effective: datetime
    occurred: datetime


def outcome_of(switch: Switch, supply: Settlement, mpan: Mpxn, wanted: str | None) -> tuple[Outcome, str]:
    """What the tariff change means for settlement, and in words why.

    `wanted` is the SSC the supplier means. Raises NotFound when several would do and none is named.
    """
    wrong = differences(switch.asked, switch.found)
    if wrong:
        return Outcome(OutcomeKind.FAILED), f"the read-back differs in {', '.join(wrong)}"
    new = _new_ssc(switch.asked, supply.ssc, wanted)
    if new.code == supply.ssc:
        return Outcome(
            OutcomeKind.PRICE_ONLY
        ), f"the switching times are those of SSC {supply.ssc}, as before"
    old = ssc(supply.ssc)
    readings = [_kwh(register_wh) for register_wh in switch.registers_wh]
    change = SscChange(
        mpan=mpan,
        parties=supply.parties,
        meter=supply.meter,
        registration=supply.registration,
        old_ssc=old,
        new_ssc=new,
        effective_from=local_clock(switch.effective).date(),
        eac_kwh=_annual_split(switch.asked, len(new.tprs), supply.annual_kwh, switch.effective),
        final_kwh=tuple(readings[: len(old.tprs)]),
        initial_kwh=tuple(readings[: len(new.tprs)]),
        read_at=switch.effective,
        occurred_at=switch.occurred,
    )
    return Outcome(OutcomeKind.SSC_CHANGED, change), f"the switching times are those of SSC {new.code}"


def _new_ssc(asked: Values, current: str, wanted: str | None) -> Ssc:
    found = {entry.code: entry for entry in recognise(switching_plan(asked))}
    if wanted is not None:
        if wanted not in found:
            known = ", ".join(found) or "none of the table"
            raise NotFound(f"the switching times are not those of SSC {ssc(wanted).code}, but of {known}")
        return found[wanted]
    if current in found:
        return found[current]
    if len(found) != 1:
        fitting = (
            f"fit the SSCs {', '.join(found)}: say which (--ssc)" if found else "fit no SSC of the table"
        )
        raise NotFound(f"the switching times {fitting}")
    return next(iter(found.values()))


def _annual_split(asked: Values, cells: int, total_kwh: Decimal, start: datetime) -> tuple[Decimal, ...]:
    # No source gives the supplier's rule; by the hours each register counts in a year is ours.
    replay = Replay(switching_plan(asked), range(start.year - 1, start.year + 2))
    seconds = [0] * (cells + 1)
    for day in _days_of_year(start):
        segments = (*replay.segments(day), (_DAY_SECONDS, None))
        for (begin, register), (end, _) in itertools.pairwise(segments):
            if register is not None and register <= cells:
                seconds[register] += end - begin
    counted = Decimal(sum(seconds)) or Decimal(1)
    return tuple((total_kwh * s / counted).quantize(_TENTH, ROUND_HALF_UP) for s in seconds[1:])


def _days_of_year(start: datetime) -> list[date]:
    first = start.date()
    return [first + timedelta(days=n) for n in range(364)]


def _kwh(register_wh: int) -> Decimal:
    return (Decimal(register_wh) / 1000).quantize(_TENTH, ROUND_DOWN)


def _day(day: Values) -> DayProfile:
    entries = []
    for switch in as_list(day["schedule"]):
        parts = as_struct(switch)
        script = as_int(parts["script"])
        if not 1 <= script <= _MOST_TOU:
            raise EncodeError(f"script {script} is not a time-of-use register", field="days")
        entries.append((CosemTime(as_bytes(parts["start_time"])).seconds, script))
    return DayProfile(as_int(day["day_id"]), tuple(entries))


def _week(week: Values) -> WeekProfile:
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = (as_int(week[d]) for d in _WEEKDAYS)
    days = (monday, tuesday, wednesday, thursday, friday, saturday, sunday)
    return WeekProfile(int.from_bytes(as_bytes(week["name"]), "big"), days)


def _season(season: Values) -> Season:
    name = as_bytes(season["name"]).decode("utf-8", "replace")
    week = int.from_bytes(as_bytes(season["week"]), "big")
    return Season(name, _pattern(as_bytes(season["start"])), week)


def _special(day: Values) -> SpecialDay:
    return SpecialDay(_pattern(as_bytes(day["date"])), as_int(day["day_id"]))


def _pattern(octets: bytes) -> DatePattern:
    year = int.from_bytes(octets[:2], "big")
    month, day, weekday = (None if part == 0xFF else part for part in octets[2:5])
    return DatePattern(None if year == 0xFFFF else year, month, day, weekday)


def _plain(value: Value) -> Value:
    """A value without the constants that only one of two directions spells out."""
    if isinstance(value, Mapping):
        return {
            k: v for k, part in value.items() if k not in _CONSTANTS and (v := _plain(part)) not in ({}, None)
        }
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value


_CONSTANTS: Final = frozenset(
    {"script_table", "commodity_scale", "class_id", "logical_name", "attribute", "commodity"}
)
