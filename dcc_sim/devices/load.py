"""What a home takes from the network and gives to it, as a pure function of the moment.

In: a seed, an EUI, a shape; or another load and scripted events on top of it. Out: cumulative
amounts, in whole units, at any moment: Wh for electricity, 10⁻³ m³ for gas. Any two runs agree and
a year needs no more work than an hour: cumulative = nominal + a bounded displacement drawn by hash.
Moments are counted in whole seconds since 2000-01-01T00:00:00Z.
Left out: which register counts it (`metering`), supply that is switched off (`metering`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import accumulate
from typing import Final, Protocol, runtime_checkable

from dcc_sim.codec.times import COSEM_EPOCH, moment_since_2000
from dcc_sim.ids import Eui64

HALF_HOUR: Final = 1800
DAY: Final = 86_400
_MASK: Final = 0xFFFF_FFFF_FFFF_FFFF
_CYCLE: Final = 1461
"""Days in four years; 2100 is off by one day, which no load notices."""


class Load(Protocol):
    """Anything that says how much has flowed since 2000-01-01, never less at a later moment."""

    def at(self, moment: datetime) -> int:
        """Whole units since 2000-01-01T00:00:00Z."""
        ...


@runtime_checkable
class FastLoad(Protocol):
    """A load that is asked by the second, and for many half hours at once."""

    def at_second(self, second: int) -> int:
        """Whole units since 2000-01-01T00:00:00Z; `second` counts from there."""
        ...

    def at_half_hours(self, first: int, count: int) -> list[int]:
        """The values at `count` half hours from number `first` since 2000-01-01 on."""
        ...


def whole_second(moment: datetime) -> int:
    """Seconds since 2000-01-01T00:00:00Z, rounded down."""
    since = moment - COSEM_EPOCH
    return since.days * DAY + since.seconds


def at_second(load: Load, second: int) -> int:
    """The value of any load at a second."""
    return reader_of(load)(second)


def reader_of(load: Load) -> Callable[[int], int]:
    """What gives the values of a load by the second."""
    # Not isinstance: asking a protocol takes longer than a hundred values.
    fast: Callable[[int], int] | None = getattr(load, "at_second", None)
    return fast if fast is not None else lambda second: load.at(moment_since_2000(second))


def at_half_hours(load: Load, first: int, count: int) -> list[int]:
    """The values of any load at `count` half hours."""
    if isinstance(load, FastLoad):
        return load.at_half_hours(first, count)
    return [load.at(moment_since_2000(n * HALF_HOUR)) for n in range(first, first + count)]


@dataclass(frozen=True, slots=True)
class Shape:
    """`months` are the mean daily amounts of January … December; `half_hours` are 48 weights."""

    months: tuple[int, ...]
    half_hours: tuple[int, ...]


# Night low, breakfast, a flat day, the evening peak.
_DOMESTIC: Final = (
    *(12, 11, 10, 10, 9, 9, 9, 9, 9, 9, 10, 11),
    *(14, 18, 23, 27, 27, 25, 23, 22, 21, 21, 21, 22),
    *(24, 24, 22, 21, 20, 20, 21, 23, 27, 32, 37, 40),
    *(41, 40, 38, 36, 34, 32, 30, 27, 24, 20, 17, 14),
)
_STORAGE_HEATING: Final = (*(60,) * 14, *(2,) * 34)
_BOILER: Final = (
    *(3, 3, 3, 3, 3, 3, 3, 3, 3, 4, 10, 30),
    *(50, 60, 55, 45, 35, 25, 20, 15, 15, 15, 15, 15),
    *(15, 15, 15, 15, 15, 15, 18, 25, 35, 45, 55, 55),
    *(50, 45, 40, 35, 30, 25, 20, 15, 8, 4, 3, 3),
)
_SUNRISE: Final = (*(0,) * 12, *(1, 3, 6, 9, 12, 14, 16, 18, 19, 20, 20, 20))
ELECTRICITY: Final = Shape(
    (11_400, 11_000, 10_300, 9_300, 8_600, 8_200, 8_000, 8_100, 8_700, 9_600, 10_600, 11_500), _DOMESTIC
)
SECOND_ELEMENT: Final = Shape(
    (14_000, 13_000, 10_000, 6_000, 2_500, 800, 500, 500, 1_500, 5_000, 10_000, 13_500), _STORAGE_HEATING
)
GAS: Final = Shape((5_600, 5_300, 4_300, 2_900, 1_500, 700, 500, 500, 800, 2_200, 4_000, 5_400), _BOILER)
SOLAR_PANELS: Final = Shape(
    (1_800, 3_200, 5_600, 8_700, 10_800, 11_300, 11_000, 9_400, 6_900, 4_200, 2_200, 1_500),
    (*_SUNRISE, *reversed(_SUNRISE)),
)
"""What panels of 4 kW give to the network on a mean day."""
_MONTH_DAYS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class HouseholdLoad:
    """A domestic load: the shape, with each day and half hour displaced by a hash of the seed."""

    __slots__ = ("_days", "_key", "_least", "_shape", "_sum", "_wobble")

    def __init__(self, seed: int, eui: Eui64, shape: Shape, *, element: int = 1) -> None:
        source = f"{seed}:{eui}:{element}".encode()
        self._key = int.from_bytes(hashlib.sha256(source).digest()[:8], "big")
        self._days = _four_years(shape.months)
        self._shape = _cumulative(shape.half_hours)
        self._sum = self._shape[-1]
        self._least = min(shape.half_hours)
        self._wobble = min(shape.months) * 6 // 10

    @property
    def tables(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """What all loads of the shape share: four years of days, one day of half hours."""
        return self._days, self._shape

    def at(self, moment: datetime) -> int:
        """Whole units since 2000-01-01T00:00:00Z."""
        return self.at_second(whole_second(moment))

    def at_second(self, second: int) -> int:
        """Whole units since 2000-01-01T00:00:00Z; `second` counts from there."""
        day, rest = divmod(second, DAY)
        half_hour, rest = divmod(rest, HALF_HOUR)
        start = self._at_midnight(day)
        amount = self._at_midnight(day + 1) - start
        before = self._within(day, start, amount, half_hour)
        if rest == 0:
            return before
        return before + (self._within(day, start, amount, half_hour + 1) - before) * rest // HALF_HOUR

    def at_half_hours(self, first: int, count: int) -> list[int]:
        """The values at `count` half hours from number `first` since 2000-01-01 on."""
        found: list[int] = []
        day, skipped = divmod(first, 48)
        start = self._at_midnight(day)
        while len(found) < count + skipped:
            following = self._at_midnight(day + 1)
            found += self._of_day(day, start, following - start)
            day, start = day + 1, following
        return found[skipped : skipped + count]

    def _of_day(self, day: int, start: int, amount: int) -> list[int]:
        # As `_within` for all 48, with the drawing written out: a year has 17,520 of them.
        total, wobble = self._sum, amount * self._least // self._sum
        found = [start + amount * part // total for part in self._shape[:-1]]
        if wobble <= 0:
            return found
        place = self._key + day * 48 * 0x9E37_79B9_7F4A_7C15
        for half_hour in range(1, 48):
            place += 0x9E37_79B9_7F4A_7C15
            mixed = place & _MASK
            mixed = ((mixed ^ (mixed >> 30)) * 0xBF58_476D_1CE4_E5B9) & _MASK
            mixed = ((mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB) & _MASK
            found[half_hour] += (mixed ^ (mixed >> 31)) % wobble
        return found

    def _within(self, day: int, start: int, amount: int, half_hour: int) -> int:
        nominal = start + amount * self._shape[half_hour] // self._sum
        if not self._least or half_hour in (0, 48):
            return nominal
        return nominal + draw(self._key, day * 48 + half_hour, amount * self._least // self._sum)

    def _at_midnight(self, day: int) -> int:
        # The displacement is less than any day's amount, so the sum never falls.
        cycles, rest = divmod(day, _CYCLE)
        return cycles * self._days[-1] + self._days[rest] + draw(self._key, ~day, self._wobble)


def draw(key: int, place: int, below: int) -> int:
    """A number from 0 to `below` - 1 that belongs to a place: splitmix64, even enough for a load."""
    if below <= 0:
        return 0
    mixed = (key + place * 0x9E37_79B9_7F4A_7C15) & _MASK
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58_476D_1CE4_E5B9) & _MASK
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB) & _MASK
    return (mixed ^ (mixed >> 31)) % below


@cache
def _four_years(months: tuple[int, ...]) -> tuple[int, ...]:
    # Cumulative amounts at the 1462 midnights of a leap year and the three years after it; they are
    # the same for all homes of a shape.
    days: list[int] = []
    for year in range(4):
        for month, (amount, length) in enumerate(zip(months, _MONTH_DAYS, strict=True), 1):
            days += [amount] * (length + (1 if year == 0 and month == 2 else 0))
    return (0, *accumulate(days))


@cache
def _cumulative(weights: tuple[int, ...]) -> tuple[int, ...]:
    return (0, *accumulate(weights))


@dataclass(frozen=True, slots=True)
class LoadEvent:
    """From `start` up to `stop` (UTC) `power` is taken besides: W; of gas 10⁻³ m³ an hour."""

    start: datetime
    stop: datetime
    power: int


class ScriptedLoad:
    """A load and the events of a script: a kettle at seven, a tap left open for a week."""

    __slots__ = ("_base", "_events")

    def __init__(self, base: Load, events: Sequence[LoadEvent]) -> None:
        if any(event.power < 0 or event.stop < event.start for event in events):
            raise ValueError("a load event needs a power from 0 on and a stop not before its start")
        self._base = base
        self._events = tuple((whole_second(e.start), whole_second(e.stop), e.power) for e in events)

    def at(self, moment: datetime) -> int:
        """Whole units since 2000-01-01T00:00:00Z."""
        return self.at_second(whole_second(moment))

    def at_second(self, second: int) -> int:
        """Whole units since 2000-01-01T00:00:00Z; `second` counts from there."""
        return at_second(self._base, second) + self._besides(second)

    def at_half_hours(self, first: int, count: int) -> list[int]:
        """The values at `count` half hours from number `first` since 2000-01-01 on."""
        base = at_half_hours(self._base, first, count)
        return [value + self._besides((first + n) * HALF_HOUR) for n, value in enumerate(base)]

    def _besides(self, second: int) -> int:
        # One division for all of them, so that a unit is never lost between two events.
        return sum(p * max(0, min(second, stop) - start) for start, stop, p in self._events) // 3600
