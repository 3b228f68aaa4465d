"""The voltage of a supply, and how often it left its limits.

In: a seed, an EUI, disturbances of a script. Out: the mean RMS voltage (V) of any period and phase as
a pure function, logs of it and counters, all computed when they are asked for.
Left out: extremes, sags and swells, which are shorter than a period; the alerts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from dcc_sim.devices.load import draw, whole_second
from dcc_sim.ids import Eui64

ENTRIES: Final = 4320
"""How many entries the log of a phase holds (reference `gbcs-general.md` §6)."""
_USUAL: Final = 238
_SPREAD: Final = 9
"""Great Britain: 230 V −6 % +10 %, in most homes a little above the middle of that."""
USUAL_RANGE: Final = (_USUAL, _USUAL + _SPREAD - 1)
"""The least and the most of it (V) while nothing disturbs it."""


@dataclass(frozen=True, slots=True)
class Disturbance:
    """From `start` up to `stop` (UTC) a phase has `volts`."""

    start: datetime
    stop: datetime
    phase: int
    volts: int


class Voltage:
    """The voltage of up to three phases."""

    __slots__ = ("_disturbances", "_key")

    def __init__(self, seed: int, eui: Eui64, disturbances: Sequence[Disturbance] = ()) -> None:
        self._key = int.from_bytes(hashlib.sha256(f"{seed}:{eui}:voltage".encode()).digest()[:8], "big")
        self._disturbances = tuple(
            (whole_second(d.start), whole_second(d.stop), d.phase, d.volts) for d in disturbances
        )

    def mean(self, phase: int, end: int, period: int) -> int:
        """The mean RMS voltage of the `period` seconds before `end`, a second since 2000-01-01."""
        usual = _USUAL + draw(self._key, end // period * 4 + phase, _SPREAD)
        if not self._disturbances:
            return usual
        total, start = usual * period, end - period
        for first, last, where, volts in self._disturbances:
            if where == phase:
                total += max(0, min(last, end) - max(first, start)) * (volts - usual)
        return max(total // period, 0)

    def log(self, phase: int, start: int, until: int, period: int) -> list[tuple[int, int]]:
        """`(end of the period, V)`, oldest first: the newest 4320 periods from `start` up to `until`."""
        last = until // period
        first = max(-(-start // period), last - ENTRIES)
        return [(n * period, self.mean(phase, n * period, period)) for n in range(first + 1, last + 1)]

    def crossings(self, phase: int, start: int, until: int, period: int, limit: int, *, above: bool) -> int:
        """How many times the mean went above the limit, or below it, from `start` up to `until`."""
        outside, count = False, 0
        for n in range(-(-start // period) + 1, until // period + 1):
            volts = self.mean(phase, n * period, period)
            now = volts > limit if above else volts < limit
            count += now and not outside
            outside = now
        return count
