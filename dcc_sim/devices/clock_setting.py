"""Setting a device's clock from the Communications Hub (GBCS 9.1), for ECS70 and GCS28.

In: the window in which the hub's time is to be believed. Out: a clock that is right, or one that
was left alone and is reported as unreliable. Inside the window the clock is set however far off it
was: a new device has no other way to learn the time. Outside it nothing is adjusted, and a clock
that is more than 10 s off is worth the entry 8F0C (reference `gbcs.md` §l).
Left out: the daily synchronisation, the Alert 8F0C.
"""

from __future__ import annotations

from datetime import datetime

from dcc_sim.devices.logs import CLOCK_ADJUSTED, CLOCK_NOT_ADJUSTED, LogEntry
from dcc_sim.devices.model import Execution
from dcc_sim.devices.timekeeping import TOLERANCE, ClockStatus


def set_clock(run: Execution, start: datetime, end: datetime) -> bool:
    """Set the clock if the hub's time lies in the window, both ends included; says whether it did."""
    clock = run.model.clock
    believed, off = clock.at(run.now), abs(clock.drift)
    if start <= run.now <= end:
        clock.set()
        run.events.append(LogEntry(CLOCK_ADJUSTED, run.now, detail=f"it was {off.total_seconds():.0f} s off"))
        return True
    if off > TOLERANCE:
        run.security_events.append(
            LogEntry(
                CLOCK_NOT_ADJUSTED,
                believed,
                detail=f"{off.total_seconds():.0f} s off, hub time outside the window",
            )
        )
    if clock.status is ClockStatus.RELIABLE:
        clock.status = ClockStatus.UNRELIABLE
    return False
