"""The tariff in force: which register or block set takes the energy, and at what price.

In: the values of the tariff objects as the wire carries them (electricity: the parts of ECS01a
and ECS24; gas: the ZigBee commands of GCS01a). Out: `Tariff`, compiled once per activation.
Prices are whole numbers with a power of ten, never floats. Rules: reference `gbcs.md` §k.2, §k.3.
Left out: what energy has flowed (`metering`), standing charge and debts (prepayment).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from dcc_sim.codec.shape import Value, Values, as_bytes, as_int, as_list, as_struct
from dcc_sim.codec.times import CosemTime
from dcc_sim.devices.calendar import Calendar, DatePattern, Season, Timetable

TOU_REGISTERS: Final = 48
SECONDARY_REGISTERS: Final = 4
BLOCK_SETS: Final = 8
BLOCKS: Final = 4
GAS_TIERS: Final = 4
GAS_BLOCK_TARIFF: Final = 0x10

_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class TouRegister:
    """Energy goes to time-of-use register `number`, 1 … 48."""

    number: int


@dataclass(frozen=True, slots=True)
class BlockSet:
    """Energy goes to the block counters of set `number`, 1 … 8; thresholds choose the block."""

    number: int


@dataclass(frozen=True, slots=True)
class SecondaryRegister:
    """Energy of the second element goes to its register `number`, 1 … 4."""

    number: int


Action = TouRegister | BlockSet | SecondaryRegister
"""What a script of the tariff script table does."""


@dataclass(frozen=True, slots=True)
class Price:
    """`mantissa` × 10^`scale` currency units per kWh."""

    mantissa: int
    scale: int

    def at_scale(self, scale: int) -> int:
        """The mantissa at another scale; what does not fit is rounded half away from zero."""
        shift = self.scale - scale
        if shift >= 0:
            return int(self.mantissa * 10**shift)
        divisor = int(10**-shift)
        rounded = (2 * abs(self.mantissa) + divisor) // (2 * divisor)
        return rounded if self.mantissa >= 0 else -rounded


@dataclass(frozen=True, slots=True)
class Tariff:
    """A compiled tariff.

    `thresholds[n - 1]` are those of block set n, in the least unit of the meter (Wh; gas 10⁻³ m³).
    `tou_prices` and `block_prices` are keyed by register, and by (set, block), all counted from 1.
    """

    timetable: Timetable[Action]
    thresholds: tuple[tuple[int, ...], ...]
    tou_prices: Mapping[int, int]
    block_prices: Mapping[tuple[int, int], int]
    price_scale: int

    def action_at(self, moment: datetime) -> Action:
        """The one register or block set in force; `moment` is the device's time."""
        return self.timetable.action_at(moment)

    def next_boundary(self, after: datetime, *, until: datetime | None = None) -> datetime | None:
        """When another register or block set takes over."""
        return self.timetable.next_boundary(after, until=until)

    def block_of(self, block_set: int, used: int) -> int:
        """The block, from 1, that the next unit goes to when `used` went to the set already."""
        thresholds = self.thresholds[block_set - 1]
        return next((n for n, limit in enumerate(thresholds, 1) if used < limit), len(thresholds) + 1)

    def room(self, block_set: int, used: int) -> int | None:
        """How much fits into that block before the next; None for the last block."""
        thresholds = self.thresholds[block_set - 1]
        block = self.block_of(block_set, used)
        return thresholds[block - 1] - used if block <= len(thresholds) else None

    def price_of(self, action: Action, block: int = 1) -> Price:
        """The price of a register, or of a block of a set; 0 where none was given."""
        match action:
            case TouRegister(number):
                mantissa = self.tou_prices.get(number, 0)
            case BlockSet(number):
                mantissa = self.block_prices.get((number, block), 0)
            case SecondaryRegister():
                mantissa = 0
        return Price(mantissa, self.price_scale)


def action_of_script(selector: int) -> Action | None:
    """1–48 time of use, 101–108 block set, 201–204 second element; None for any other."""
    if 1 <= selector <= TOU_REGISTERS:
        return TouRegister(selector)
    if 101 <= selector <= 100 + BLOCK_SETS:
        return BlockSet(selector - 100)
    if 201 <= selector <= 200 + SECONDARY_REGISTERS:
        return SecondaryRegister(selector - 200)
    return None


def electricity_tariff(values: Values) -> Tariff:
    """Compile `seasons, weeks, days, special_days, thresholds_1 … 8, prices` of an ESME.

    An entry whose selector is not one of the primary element is passed over.
    """
    calendar: Calendar[Action] = Calendar(
        seasons=tuple(_season(as_struct(s)) for s in as_list(values["seasons"])),
        weeks={
            as_bytes(week["name"]): tuple(as_int(week[day]) for day in _WEEKDAYS)
            for week in map(as_struct, as_list(values["weeks"]))
        },
        days={
            as_int(day["day_id"]): _schedule(as_list(day["schedule"]))
            for day in map(as_struct, as_list(values["days"]))
        },
        special_days=tuple(
            (DatePattern.of_cosem(as_bytes(special["date"])), as_int(special["day_id"]))
            for special in map(as_struct, as_list(values["special_days"]))
        ),
        otherwise=TouRegister(1),
    )
    prices = as_struct(values["prices"])
    tou_prices: dict[int, int] = {}
    block_prices: dict[tuple[int, int], int] = {}
    for element in map(as_struct, as_list(prices["table"])):
        index, mantissa = as_bytes(element["index"])[0], as_int(element["charge"])
        if index >= 0xA0:
            # A1 … D8: block A … D of set 1 … 8.
            block_prices[(index & 0x0F, (index >> 4) - 9)] = mantissa
        else:
            tou_prices[index] = mantissa
    return Tariff(
        timetable=Timetable(calendar),
        thresholds=tuple(
            tuple(as_int(limit) for limit in as_list(values[f"thresholds_{n}"]))
            for n in range(1, BLOCK_SETS + 1)
        ),
        tou_prices=tou_prices,
        block_prices=block_prices,
        price_scale=as_int(as_struct(prices["scaling"])["price_scale"]),
    )


def _season(season: Mapping[str, Value]) -> Season:
    start = as_bytes(season["start"])
    return Season(DatePattern.of_cosem(start), CosemTime(start[5:9]).seconds, as_bytes(season["week"]))


def _schedule(entries: Sequence[Value]) -> tuple[tuple[int, Action], ...]:
    found: list[tuple[int, Action]] = []
    for entry in map(as_struct, entries):
        action = action_of_script(as_int(entry["script"]))
        if action is not None and not isinstance(action, SecondaryRegister):
            found.append((CosemTime(as_bytes(entry["start_time"])).seconds, action))
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class GasConversion:
    """From volume to energy: kWh = m³ × conversion factor × calorific value ÷ 3.6.

    Both in units of 10⁻⁵, as GCS23 sets them; these are the usual figures for Great Britain.
    """

    factor: int = 102_264
    calorific_value: int = 3_950_000

    def volume(self, energy_wh: int) -> int:
        """The 10⁻³ m³ that hold so much energy, rounded down."""
        return energy_wh * 36_000_000_000 // (self.factor * self.calorific_value)


def gas_tariff(values: Values, conversion: GasConversion) -> Tariff:
    """Compile `day_profiles, week_profiles, seasons, special_days, tariff_information,
    block_thresholds, price_matrix` of a GSME.

    Block or time of use is what the tariff information says; in a block tariff the calendar does
    not choose anything.
    """  # noqa: D205
    information = as_struct(values["tariff_information"])
    is_block = as_int(information["tariff_type"]) == GAS_BLOCK_TARIFF
    calendar: Calendar[Action] = Calendar(
        seasons=tuple(
            Season(DatePattern.of_zcl(as_bytes(season["start"])), 0, as_int(season["week_id"]))
            for season in map(as_struct, as_list(as_struct(values["seasons"])["seasons"]))
        ),
        weeks={
            as_int(week["week_id"]): tuple(as_int(week[day]) for day in _WEEKDAYS)
            for week in map(as_struct, as_list(values["week_profiles"]))
        },
        days={
            as_int(day["day_id"]): _gas_schedule(as_list(day["schedule"]), is_block=is_block)
            for day in map(as_struct, as_list(values["day_profiles"]))
        },
        special_days=tuple(
            (DatePattern.of_zcl(as_bytes(special["date"])), as_int(special["day_id"]))
            for special in map(as_struct, as_list(as_struct(values["special_days"])["special_days"]))
        ),
        otherwise=BlockSet(1) if is_block else TouRegister(1),
    )
    # Thresholds are energy × divisor (1000 per kWh, so Wh); the counters are volumes.
    limits = as_list(as_struct(values["block_thresholds"])["thresholds"]) if is_block else ()
    prices = {
        as_int(entry["tier_block_id"]): as_int(entry["price"])
        for entry in map(as_struct, as_list(as_struct(values["price_matrix"])["prices"]))
    }
    return Tariff(
        timetable=Timetable(calendar),
        thresholds=(tuple(conversion.volume(as_int(limit)) for limit in limits),),
        tou_prices={} if is_block else prices,
        block_prices={(1, block + 1): price for block, price in prices.items()} if is_block else {},
        price_scale=-(as_int(information["price_trailing_digit"]) >> 4),
    )


def _gas_schedule(entries: Sequence[Value], *, is_block: bool) -> tuple[tuple[int, Action], ...]:
    found: list[tuple[int, Action]] = []
    for entry in map(as_struct, entries):
        tier = as_int(entry["price_tier"])
        if is_block:
            found.append((as_int(entry["start_minute"]) * 60, BlockSet(1)))
        elif 1 <= tier <= GAS_TIERS:
            found.append((as_int(entry["start_minute"]) * 60, TouRegister(tier)))
    return tuple(found)
