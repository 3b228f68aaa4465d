"""Setting a device's clock from the Communications Hub (GBCS 9.1), for ECS70 and GCS28.

In: the window in which the hub's time is to be believed. Out: a clock that is right, or one that
was left alone and is reported as unreliable. Inside the window the clock is set however far off it
was: a new device has no other way to learn the time. Outside it nothing is adjusted, and a clock
that is more than 10 s off is worth the entry 8F0C (reference `gbcs.md` §l).
Every time that was not taken over is worth the event 81C6. A clock whose time was invalid, because it
was never set or lost its power, reports the device as commissioned when it is set (8F69): setting the
clock is what the Service Request "Commission Device" does.
The comparison with the hub's time that a device makes every day (`compare_with_hub`) adjusts a clock
that is at most 10 s off; one that is further off becomes unreliable, and so does it stay.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from dcc_sim.devices.logs import CLOCK_ADJUSTED, CLOCK_NOT_ADJUSTED, LogEntry
from dcc_sim.devices.model import Execution, Model
from dcc_sim.devices.timekeeping import TOLERANCE, ClockStatus

OUTSIDE_TOLERANCE: Final = 0x81C6
COMMISSIONED: Final = 0x8F69


def set_clock(run: Execution, start: datetime, end: datetime) -> bool:
    """Set the clock if the hub's time lies in the window, both ends included; says whether it did."""
    model, clock, off = run.model, run.model.clock, abs(run.model.clock.drift)
    if start <= run.now <= end:
        new = clock.status is ClockStatus.INVALID
        model.settle(run.now)
        clock.set()
        if new:
            model.report(COMMISSIONED, run.now)
        run.events.append(LogEntry(CLOCK_ADJUSTED, run.now, detail=f"it was {off.total_seconds():.0f} s off"))
        return True
    detail = f"{off.total_seconds():.0f} s off, hub time outside the window"
    model.report(OUTSIDE_TOLERANCE, run.now, detail=detail)
    if off > TOLERANCE:
        model.report(CLOCK_NOT_ADJUSTED, run.now, detail=detail)
    if clock.status is ClockStatus.RELIABLE:
        clock.status = ClockStatus.UNRELIABLE
    return False


def compare_with_hub(model: Model, now: datetime) -> None:
    """What a device does once a day: a small difference is adjusted, a large one reported."""
    clock, off = model.clock, abs(model.clock.drift)
    if not off or clock.status is ClockStatus.INVALID:
        return
    detail = f"{off.total_seconds():.0f} s off"
    if off <= TOLERANCE:
        model.settle(now)
        clock.set()
        model.report(CLOCK_ADJUSTED, now, detail=detail)
        return
    clock.status = ClockStatus.UNRELIABLE
    model.report(CLOCK_NOT_ADJUSTED, now, detail=detail)
