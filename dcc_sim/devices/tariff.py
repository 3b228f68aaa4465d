"""The tariff in force: which register or block set takes the energy, and at what price.

In: the values of the tariff objects as the wire carries them (electricity: the parts of ECS01a
and ECS24, for a second element ECS01c and ECS24b; gas: the ZigBee commands of GCS01a and GCS23).
Out: `Tariff`, compiled once per activation. Prices are whole numbers with a power of ten, and money
is whole 10⁻⁵ currency units (millipence) with the exact rest carried, never floats.
Rules: reference `gbcs.md` §k.2, §k.3. Left out: what energy has flowed (`metering`), what pays for
it (`prepayment`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import gcd
from typing import Final

from dcc_sim.codec.shape import Value, Values, as_bytes, as_int, as_list, as_struct
from dcc_sim.codec.times import CosemTime
from dcc_sim.devices.calendar import Calendar, DatePattern, Season, Timetable

TOU_REGISTERS: Final = 48
SECONDARY_REGISTERS: Final = 4
BLOCK_SETS: Final = 8
BLOCKS: Final = 4
GAS_TIERS: Final = 4
GAS_BLOCKS: Final = 4
GAS_BLOCK_TARIFF: Final = 0x10

MONEY_DIGITS: Final = 5
"""Money is counted in 10⁻⁵ currency units."""
_WH_PRICE: Final = MONEY_DIGITS - 3
_GAS_DIVISOR: Final = 36_000_000_000
"""10⁻³ m³ × (10⁻⁵)² ÷ 3.6 MJ/kWh, in Wh."""

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
class SecondaryTariff:
    """What a twin-element meter's second element is counted and charged by: up to 4 registers."""

    timetable: Timetable[Action]
    prices: Mapping[int, int]
    price_scale: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GasConversion:
    """From volume to energy: kWh = m³ × conversion factor × calorific value ÷ 3.6.

    Both in units of 10⁻⁵, as GCS23 sets them; these are the usual figures for Great Britain.
    """

    factor: int = 102_264
    calorific_value: int = 3_950_000

    @property
    def wh_per_unit(self) -> tuple[int, int]:
        """`(n, d)`: 10⁻³ m³ hold n/d Wh."""
        return self.factor * self.calorific_value, _GAS_DIVISOR

    def volume(self, energy_wh: int) -> int:
        """The 10⁻³ m³ that hold so much energy, rounded down."""
        return energy_wh * _GAS_DIVISOR // (self.factor * self.calorific_value or 1)


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
    standing_charge: Price = Price(0, 0)
    secondary: SecondaryTariff | None = None
    conversion: GasConversion | None = None

    @property
    def unit_cost(self) -> tuple[int, int]:
        """`(n, d)`: one unit at a price of mantissa 1 costs n/d millipence."""
        # Wh × 10^scale £/kWh = 10^(scale − 3) £ = 10^(scale + 2) × 10⁻⁵ £; gas see `GasConversion`.
        n, d = (1, 1) if self.conversion is None else self.conversion.wh_per_unit
        return _scaled(n, d, self.price_scale + _WH_PRICE)

    @property
    def secondary_unit_cost(self) -> tuple[int, int]:
        """As `unit_cost`, for the second element."""
        return _scaled(1, 1, (self.secondary.price_scale if self.secondary else 0) + _WH_PRICE)

    @property
    def daily_charge(self) -> tuple[int, int]:
        """`(n, d)`: the standing charge of a day is n/d millipence."""
        return _scaled(self.standing_charge.mantissa, 1, self.standing_charge.scale + MONEY_DIGITS)

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
            case SecondaryRegister(number):
                if self.secondary is None:
                    return Price(0, self.price_scale)
                return Price(self.secondary.prices.get(number, 0), self.secondary.price_scale)
        return Price(mantissa, self.price_scale)


def _scaled(n: int, d: int, power: int) -> tuple[int, int]:
    """`n / d × 10^power`, in lowest terms."""
    n, d = (n * 10**power, d) if power >= 0 else (n, d * 10**-power)
    common = gcd(n, d) or 1
    return n // common, d // common


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

    `standing_charge` and the `secondary_…` values count where they are given. An entry whose
    selector is not one of the element is passed over.
    """
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
        timetable=Timetable(_electricity_calendar(values, "", TouRegister(1))),
        thresholds=tuple(
            tuple(as_int(limit) for limit in as_list(values[f"thresholds_{n}"]))
            for n in range(1, BLOCK_SETS + 1)
        ),
        tou_prices=tou_prices,
        block_prices=block_prices,
        price_scale=as_int(as_struct(prices["scaling"])["price_scale"]),
        standing_charge=_standing_charge(values.get("standing_charge")),
        secondary=_secondary(values) if "secondary_seasons" in values else None,
    )


def _electricity_calendar(values: Values, prefix: str, otherwise: Action) -> Calendar[Action]:
    is_secondary = isinstance(otherwise, SecondaryRegister)
    return Calendar(
        seasons=tuple(_season(as_struct(s)) for s in as_list(values[f"{prefix}seasons"])),
        weeks={
            as_bytes(week["name"]): tuple(as_int(week[day]) for day in _WEEKDAYS)
            for week in map(as_struct, as_list(values[f"{prefix}weeks"]))
        },
        days={
            as_int(day["day_id"]): _schedule(as_list(day["schedule"]), is_secondary=is_secondary)
            for day in map(as_struct, as_list(values[f"{prefix}days"]))
        },
        special_days=tuple(
            (DatePattern.of_cosem(as_bytes(special["date"])), as_int(special["day_id"]))
            for special in map(as_struct, as_list(values[f"{prefix}special_days"]))
        ),
        otherwise=otherwise,
    )


def _secondary(values: Values) -> SecondaryTariff:
    prices = as_struct(values["secondary_prices"])
    elements = map(as_struct, as_list(prices["table"]))
    return SecondaryTariff(
        timetable=Timetable(_electricity_calendar(values, "secondary_", SecondaryRegister(1))),
        prices={as_bytes(e["index"])[0]: as_int(e["charge"]) for e in elements},
        price_scale=as_int(as_struct(prices["scaling"])["price_scale"]),
    )


def _standing_charge(value: Value) -> Price:
    if value is None:
        return Price(0, 0)
    charge = as_struct(value)
    table = as_list(charge["table"])
    mantissa = as_int(as_struct(table[0])["charge"]) if table else 0
    return Price(mantissa, as_int(as_struct(charge["scaling"])["price_scale"]))


def _season(season: Mapping[str, Value]) -> Season:
    start = as_bytes(season["start"])
    return Season(DatePattern.of_cosem(start), CosemTime(start[5:9]).seconds, as_bytes(season["week"]))


def _schedule(entries: Sequence[Value], *, is_secondary: bool) -> tuple[tuple[int, Action], ...]:
    found: list[tuple[int, Action]] = []
    for entry in map(as_struct, entries):
        action = action_of_script(as_int(entry["script"]))
        if action is not None and isinstance(action, SecondaryRegister) == is_secondary:
            found.append((CosemTime(as_bytes(entry["start_time"])).seconds, action))
    return tuple(found)


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
    scale = -(as_int(information["price_trailing_digit"]) >> 4)
    return Tariff(
        timetable=Timetable(calendar),
        thresholds=(tuple(conversion.volume(as_int(limit)) for limit in limits),),
        tou_prices={} if is_block else prices,
        block_prices={(1, block + 1): price for block, price in prices.items()} if is_block else {},
        price_scale=scale,
        standing_charge=Price(as_int(information.get("standing_charge", 0)), scale),
        conversion=conversion,
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
