"""The energy registers of a meter: time of use, blocks, the second element.

In: amounts and where they go. Out: cumulative values in the least unit (Wh, 10⁻³ m³). A group of
registers takes no room before it is asked for: most meters never use blocks, most never run.
Left out: which register is in force (`tariff`), when (`metering`), how wide they are on the wire.
"""

from __future__ import annotations

from dcc_sim.devices.tariff import BLOCK_SETS, BLOCKS, SECONDARY_REGISTERS, TOU_REGISTERS, Tariff


class Registers:
    """Cumulative values in the least unit.

    `tou` are 48, `secondary` 4 registers. `blocks` and `counters` are 8 sets of 4 blocks: `counters`
    are those of the billing period, `blocks` keep what they held before a reset too.
    """

    __slots__ = ("_blocks", "_counters", "_secondary", "_tou")

    def __init__(self) -> None:
        self._tou: list[int] | None = None
        self._blocks: list[list[int]] | None = None
        self._counters: list[list[int]] | None = None
        self._secondary: list[int] | None = None

    @property
    def tou(self) -> list[int]:
        """The time-of-use registers of the primary element."""
        if self._tou is None:
            self._tou = [0] * TOU_REGISTERS
        return self._tou

    @tou.setter
    def tou(self, values: list[int]) -> None:
        self._tou = values

    @property
    def blocks(self) -> list[list[int]]:
        """The block registers, which are never reset."""
        if self._blocks is None:
            self._blocks = _no_blocks()
        return self._blocks

    @property
    def counters(self) -> list[list[int]]:
        """The block counters of the billing period."""
        if self._counters is None:
            self._counters = _no_blocks()
        return self._counters

    @property
    def secondary(self) -> list[int]:
        """The registers of the second element."""
        if self._secondary is None:
            self._secondary = [0] * SECONDARY_REGISTERS
        return self._secondary

    @secondary.setter
    def secondary(self, values: list[int]) -> None:
        self._secondary = values

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Registers):
            return NotImplemented
        return all(
            getattr(self, name) == getattr(other, name) for name in ("tou", "blocks", "counters", "secondary")
        )

    __hash__ = None  # type: ignore[assignment]  # values change

    def __repr__(self) -> str:
        return f"Registers(tou={self.tou}, blocks={self.blocks}, secondary={self.secondary})"

    def copy(self) -> Registers:
        """Other registers with the same values."""
        other = Registers()
        other._tou = None if self._tou is None else list(self._tou)
        other._blocks = None if self._blocks is None else [list(blocks) for blocks in self._blocks]
        other._counters = None if self._counters is None else [list(blocks) for blocks in self._counters]
        other._secondary = None if self._secondary is None else list(self._secondary)
        return other

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
        self._counters = None

    @property
    def total(self) -> int:
        """The sum over all registers of the primary element."""
        return sum(self._tou or ()) + sum(map(sum, self._blocks or ()))


def _no_blocks() -> list[list[int]]:
    return [[0] * BLOCKS for _ in range(BLOCK_SETS)]
