"""What flows through a meter, and which register it is counted in.

In: a seed and the EUI (they make the load), the tariff in force, moments. Out: register values.
The load is a pure function of the moment, in whole units, so that any two runs agree and a year
needs no more work than an hour: cumulative = nominal + a bounded displacement drawn by hash.
Units: Wh for electricity, 10⁻³ m³ for gas. Invariant: the sum of all registers is the import
since the start (or since `load`, which takes values from elsewhere).
Left out: export, voltages, logs of half hours, the billing period that resets block counters.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Final, Protocol

from dcc_sim.codec.times import COSEM_EPOCH
from dcc_sim.devices.tariff import (
    BLOCK_SETS,
    BLOCKS,
    SECONDARY_REGISTERS,
    TOU_REGISTERS,
    Action,
    BlockSet,
    SecondaryRegister,
    Tariff,
    TouRegister,
)
from dcc_sim.ids import Eui64

_MASK: Final = 0xFFFF_FFFF_FFFF_FFFF
_CYCLE: Final = 1461
"""Days in four years; 2100 is off by one day, which no load notices."""
_HALF_HOUR: Final = 1800


class Load(Protocol):
    """Anything that says how much has flowed since 2000-01-01, never less at a later moment."""

    def at(self, moment: datetime) -> int:
        """Whole units since 2000-01-01T00:00:00Z."""
        ...


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
ELECTRICITY: Final = Shape(
    (11_400, 11_000, 10_300, 9_300, 8_600, 8_200, 8_000, 8_100, 8_700, 9_600, 10_600, 11_500), _DOMESTIC
)
SECOND_ELEMENT: Final = Shape(
    (14_000, 13_000, 10_000, 6_000, 2_500, 800, 500, 500, 1_500, 5_000, 10_000, 13_500), _STORAGE_HEATING
)
GAS: Final = Shape((5_600, 5_300, 4_300, 2_900, 1_500, 700, 500, 500, 800, 2_200, 4_000, 5_400), _BOILER)
_MONTH_DAYS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class HouseholdLoad:
    """A domestic load: the shape, with each day and half hour displaced by a hash of the seed."""

    __slots__ = ("_days", "_key", "_least", "_shape", "_sum", "_wobble")

    def __init__(self, seed: int, eui: Eui64, shape: Shape, *, element: int = 1) -> None:
        source = f"{seed}:{eui}:{element}".encode()
        self._key = int.from_bytes(hashlib.sha256(source).digest()[:8], "big")
        self._days = _four_years(shape.months)
        self._shape = (0, *accumulate(shape.half_hours))
        self._sum = self._shape[-1]
        self._least = min(shape.half_hours)
        self._wobble = min(shape.months) * 6 // 10

    def at(self, moment: datetime) -> int:
        """Whole units since 2000-01-01T00:00:00Z."""
        since = moment - COSEM_EPOCH
        half_hour, second = divmod(since.seconds, _HALF_HOUR)
        before = self._at_half_hour(since.days, half_hour)
        if second == 0:
            return before
        return before + (self._at_half_hour(since.days, half_hour + 1) - before) * second // _HALF_HOUR

    def _at_half_hour(self, day: int, half_hour: int) -> int:
        start = self._at_midnight(day)
        amount = self._at_midnight(day + 1) - start
        wobble = amount * self._least // self._sum if 0 < half_hour < 48 else 0
        displaced = self._draw(day * 48 + half_hour, wobble)
        return start + amount * self._shape[half_hour] // self._sum + displaced

    def _at_midnight(self, day: int) -> int:
        # The displacement is less than any day's amount, so the sum never falls.
        cycles, rest = divmod(day, _CYCLE)
        return cycles * self._days[-1] + self._days[rest] + self._draw(~day, self._wobble)

    def _draw(self, place: int, below: int) -> int:
        # splitmix64: cheap, and even enough for a load.
        if below <= 0:
            return 0
        mixed = (self._key + place * 0x9E37_79B9_7F4A_7C15) & _MASK
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58_476D_1CE4_E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB) & _MASK
        return (mixed ^ (mixed >> 31)) % below


def _four_years(months: tuple[int, ...]) -> tuple[int, ...]:
    # Cumulative amounts at the 1462 midnights of a leap year and the three years after it.
    days: list[int] = []
    for year in range(4):
        for month, (amount, length) in enumerate(zip(months, _MONTH_DAYS, strict=True), 1):
            days += [amount] * (length + (1 if year == 0 and month == 2 else 0))
    return (0, *accumulate(days))


@dataclass(slots=True)
class Registers:
    """Cumulative values in the least unit. `counters` are the blocks of the billing period.

    `blocks` keep what the counters held before a reset too; the sum goes over them.
    """

    tou: list[int] = field(default_factory=lambda: [0] * TOU_REGISTERS)
    blocks: list[list[int]] = field(default_factory=lambda: [[0] * BLOCKS for _ in range(BLOCK_SETS)])
    counters: list[list[int]] = field(default_factory=lambda: [[0] * BLOCKS for _ in range(BLOCK_SETS)])
    secondary: list[int] = field(default_factory=lambda: [0] * SECONDARY_REGISTERS)

    def used(self, block_set: int) -> int:
        """What went to a block set in this billing period."""
        return sum(self.counters[block_set - 1])

    def reset_counters(self) -> None:
        """The billing period ends."""
        self.counters = [[0] * BLOCKS for _ in range(BLOCK_SETS)]

    @property
    def total(self) -> int:
        """The sum over all registers of the primary element."""
        return sum(self.tou) + sum(map(sum, self.blocks))


class Meter:
    """Total import, and its registers as far as they are settled.

    `second` is the load of a twin-element meter's other element; its own calendar is not built,
    so it is counted in the first secondary register.
    """

    __slots__ = ("load", "reactive", "registers", "second", "second_total", "settled", "total")

    def __init__(self, load: Load, started_at: datetime, *, second: Load | None = None) -> None:
        self.load = load
        self.second = second
        self.settled = started_at
        self.registers = Registers()
        self.total = 0
        self.reactive = 0
        self.second_total: int | None = None if second is None else 0

    def settle(self, until: datetime, tariff: Tariff, drift: timedelta) -> None:
        """Count what flowed since the last call; tariff times are the device's, `drift` ahead."""
        while self.settled < until:
            start = self.settled
            boundary = tariff.next_boundary(start + drift, until=until + drift)
            stop = until if boundary is None else boundary - drift
            amount = self.load.at(stop) - self.load.at(start)
            self._count(amount, tariff.action_at(start + drift), tariff)
            if self.second is not None and self.second_total is not None:
                second = self.second.at(stop) - self.second.at(start)
                self.second_total += second
                self.registers.secondary[0] += second
            self.settled = stop

    def total_at(self, moment: datetime) -> int:
        """Total import at the settled moment or any other, earlier ones too."""
        return self.total + self.load.at(moment) - self.load.at(self.settled)

    def active_block(self, action: Action, tariff: Tariff) -> int:
        """The block, from 1, that the next unit goes to; 1 where there are no blocks."""
        if not isinstance(action, BlockSet):
            return 1
        return min(tariff.block_of(action.number, self.registers.used(action.number)), BLOCKS)

    def _count(self, amount: int, action: Action, tariff: Tariff) -> None:
        before = self.total
        self.total += amount
        # A power factor of 0.97: a quarter of the active energy, carried without loss.
        self.reactive += self.total // 4 - before // 4
        match action:
            case TouRegister(number):
                self.registers.tou[number - 1] += amount
            case BlockSet(number):
                self._count_in_blocks(amount, number, tariff)
            case SecondaryRegister(number):
                self.registers.secondary[number - 1] += amount

    def _count_in_blocks(self, amount: int, block_set: int, tariff: Tariff) -> None:
        while amount > 0:
            used = self.registers.used(block_set)
            block = min(tariff.block_of(block_set, used), BLOCKS)
            room = tariff.room(block_set, used)
            part = amount if room is None else min(amount, room)
            self.registers.counters[block_set - 1][block - 1] += part
            self.registers.blocks[block_set - 1][block - 1] += part
            amount -= part
