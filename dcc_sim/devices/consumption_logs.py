"""Logs of consumption, computed when they are read: half hours, days, maximum demand.

In: a meter and its loads. Out: entries as `(second, value …)`, oldest first; `second` is the end of
the interval by the device's clock, since 2000-01-01T00:00:00Z. Nothing is stored: an entry is the
difference of what had flowed at both ends of its interval. Only whole intervals since the start of
the meter count; the newest ones, as many as the log holds (reference `gbcs-general.md` §6).
Left out: registers at midnight (`Meter.midnights`), voltage (`voltage`), wire shapes (`profiles`).
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Final

from dcc_sim.devices.load import DAY, HALF_HOUR, Load, at_half_hours, reader_of
from dcc_sim.devices.metering import Meter

IMPORT_ENTRIES: Final = 19_056
EXPORT_ENTRIES: Final = 4464
REACTIVE_ENTRIES: Final = 4464
DAILY_ENTRIES: Final = 31
CONSUMPTION_ENTRIES: Final = 731
"""How many entries each log holds."""
SAMPLES: Final = 41
SAMPLE_INTERVAL: Final = 360
"""The network data log of a GSME, which is begun by a Command (GCS31)."""

_REACTIVE_IMPORT: Final = 4
_REACTIVE_EXPORT: Final = 10
"""Reactive energy is this part of the active one: power factors of 0.97 and 0.995."""

Entry = tuple[int, int]
Entries = list[Entry]


def half_hours(meter: Meter, capacity: int = IMPORT_ENTRIES) -> Entries:
    """Active import per half hour; of a gas meter the volume."""
    return _differences(meter, meter.load, HALF_HOUR, capacity)


def second_half_hours(meter: Meter, capacity: int = IMPORT_ENTRIES) -> Entries:
    """Active import of the second element per half hour; none where there is no such element."""
    return [] if meter.second is None else _differences(meter, meter.second, HALF_HOUR, capacity)


def network_samples(meter: Meter, start: int) -> list[int]:
    """What flowed in each of the 41 periods of 360 s from a second of the device's clock on, so far."""
    now = meter.settled_second + meter.drift
    count = min(max((now - start) // SAMPLE_INTERVAL, 0), SAMPLES)
    ends = [start - meter.drift + n * SAMPLE_INTERVAL for n in range(count + 1)]
    return [meter.flowed(meter.load, before, after) for before, after in pairwise(ends)]


def exported_half_hours(meter: Meter, capacity: int = EXPORT_ENTRIES) -> list[tuple[int, int, int]]:
    """Active and reactive export per half hour; zeros where nothing is ever exported."""
    if meter.export is None:
        return [(second, 0, 0) for second, _ in half_hours(meter, capacity)]
    ends, values = _cumulative(meter, meter.export, HALF_HOUR, capacity)
    if not ends:
        return []
    # From what had flowed to what the register showed.
    first = exported_at(meter, ends[-1] - meter.drift) - values[-1]
    shown = [first + value for value in values]
    return [
        (end, after - before, after // _REACTIVE_EXPORT - before // _REACTIVE_EXPORT)
        for end, (before, after) in zip(ends, pairwise(shown), strict=True)
    ]


def reactive_half_hours(meter: Meter, capacity: int = REACTIVE_ENTRIES) -> Entries:
    """Reactive import per half hour; it adds up to what the reactive register gained."""
    ends, values = _cumulative(meter, meter.load, HALF_HOUR, capacity)
    if not ends:
        return []
    # From what had flowed to what the register showed, of which the reactive one is a part.
    first = meter.total - meter.flowed(meter.load, ends[-1] - meter.drift, meter.settled_second) - values[-1]
    shown = [(first + value) // _REACTIVE_IMPORT for value in values]
    return [(end, after - before) for end, (before, after) in zip(ends, pairwise(shown), strict=True)]


def days(meter: Meter, capacity: int = CONSUMPTION_ENTRIES) -> Entries:
    """Active import per day, of both elements; of a gas meter the volume."""
    found = _differences(meter, meter.load, DAY, capacity)
    if meter.second is None:
        return found
    other = _differences(meter, meter.second, DAY, capacity)
    return [(end, value + more) for (end, value), (_, more) in zip(found, other, strict=True)]


def exported_midnights(meter: Meter, capacity: int = DAILY_ENTRIES) -> Entries:
    """The active export register at each midnight."""
    ends = _ends(meter, DAY, capacity)[1:]
    return [(end, exported_at(meter, end - meter.drift)) for end in ends]


def exported_at(meter: Meter, second: int) -> int:
    """The active export register at a second of true time."""
    return 0 if meter.export is None else meter.flowed(meter.export, meter.started, second)


def reactive_exported_at(meter: Meter, second: int) -> int:
    """The reactive export register at a second of true time."""
    return exported_at(meter, second) // _REACTIVE_EXPORT


def power_at(meter: Meter, load: Load, second: int) -> int:
    """Mean power, in W, over the minute before a second of true time."""
    return meter.flowed(load, second - 60, second) * 60


def maximum_demand(
    meter: Meter, load: Load, since: int, within: Callable[[int], bool] | None = None
) -> Entry | None:
    """The half hour of the greatest mean power since a second of the device's clock: `(end, W)`.

    `within` says of a second of the day at which a half hour starts whether it counts. The earlier
    one of equals; None when no whole half hour has passed.
    """
    capacity = max((meter.settled_second + meter.drift - since) // HALF_HOUR, 0)
    best: Entry | None = None
    for end, value in _differences(meter, load, HALF_HOUR, capacity):
        if end - HALF_HOUR < since or (within is not None and not within((end - HALF_HOUR) % DAY)):
            continue
        if best is None or value * 2 > best[1]:
            best = (end, value * 2)
    return best


def _differences(meter: Meter, load: Load, interval: int, capacity: int) -> Entries:
    ends, values = _cumulative(meter, load, interval, capacity)
    return [(end, after - before) for end, (before, after) in zip(ends, pairwise(values), strict=True)]


def _ends(meter: Meter, interval: int, capacity: int) -> range:
    """The ends of the intervals, and before them the start of the first one."""
    last = (meter.settled_second + meter.drift) // interval
    first = max(-(-(meter.started + meter.drift) // interval), last - capacity)
    return range(first * interval, last * interval + 1, interval)


def _cumulative(meter: Meter, load: Load, interval: int, capacity: int) -> tuple[range, list[int]]:
    """The ends, and what had flowed at each and at the start of the first."""
    ends = _ends(meter, interval, capacity)
    if len(ends) <= 1:
        return ends[:0], []
    if interval == HALF_HOUR and meter.drift == 0:
        values = at_half_hours(load, ends[0] // HALF_HOUR, len(ends))
    else:
        read = reader_of(load)
        values = [read(end - meter.drift) for end in ends]
    if meter.gaps:
        values = meter.supplied(load, [end - meter.drift for end in ends], values)
    return ends[1:], values
