"""The energy registers of a meter: time of use, blocks, the second element.

In: amounts and where they go. Out: cumulative values in the least unit (Wh, 10⁻³ m³).
Left out: which register is in force (`tariff`), when (`metering`), how wide they are on the wire.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from dcc_sim.devices.tariff import BLOCK_SETS, BLOCKS, SECONDARY_REGISTERS, TOU_REGISTERS, Tariff


@dataclass(slots=True)
class Registers:
    """Cumulative values in the least unit. `counters` are the blocks of the billing period.

    `blocks` keep what the counters held before a reset too; the sum goes over them.
    """

    tou: list[int] = field(default_factory=lambda: [0] * TOU_REGISTERS)
    blocks: list[list[int]] = field(default_factory=lambda: [[0] * BLOCKS for _ in range(BLOCK_SETS)])
    counters: list[list[int]] = field(default_factory=lambda: [[0] * BLOCKS for _ in range(BLOCK_SETS)])
    secondary: list[int] = field(default_factory=lambda: [0] * SECONDARY_REGISTERS)

    def copy(self) -> Registers:
        """Other registers with the same values."""
        return Registers(
            list(self.tou),
            [list(b) for b in self.blocks],
            [list(c) for c in self.counters],
            list(self.secondary),
        )

    def used(self, block_set: int) -> int:
        """What went to a block set in this billing period."""
        return sum(self.counters[block_set - 1])

    def split(self, amount: int, block_set: int, tariff: Tariff) -> list[tuple[int, int]]:
        """`(block, part)` of an amount that goes to a block set next; the parts add up to it."""
        used, parts = self.used(block_set), []
        while amount > 0:
            block = min(tariff.block_of(block_set, used), BLOCKS)
            room = tariff.room(block_set, used) if block < BLOCKS else None
            part = amount if room is None else min(amount, room)
            parts.append((block, part))
            amount -= part
            used += part
        return parts

    def count_blocks(self, block_set: int, parts: list[tuple[int, int]]) -> None:
        """Add the parts to the blocks of a set."""
        blocks, counters = self.blocks[block_set - 1], self.counters[block_set - 1]
        for block, part in parts:
            counters[block - 1] += part
            blocks[block - 1] += part

    def reset_counters(self) -> None:
        """The billing period ends."""
        self.counters = [[0] * BLOCKS for _ in range(BLOCK_SETS)]

    @property
    def total(self) -> int:
        """The sum over all registers of the primary element."""
        return sum(self.tou) + sum(map(sum, self.blocks))
