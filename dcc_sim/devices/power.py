"""Power that goes away and comes back: what a device logs, alerts, keeps and catches up on.

In: phases that lose power and get it back, moments of true time. Out: 8F57 … 8F5A when it is lost,
8F35 … 8F3C with both moments when it is back (from 3 minutes on another code), 8F1D of a GSME, whose
battery is its power; an outage in which nothing flows and nothing is done. A device without power is
silent. It keeps everything it had stored; instructions that came due meanwhile are carried out when
it is back (`engine`). Firmware is verified at power on: 8F1B when it does not.
A polyphase meter that loses only some phases goes on. Other information in the power event log: the
length of the outage in seconds (no source gives it a meaning).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from dcc_sim.codec.shape import Value, as_int, as_struct
from dcc_sim.codec.times import CosemDateTime, moment_since_2000, seconds_since_2000
from dcc_sim.devices.load import HALF_HOUR, Load, at_half_hours, at_second
from dcc_sim.devices.model import Model
from dcc_sim.devices.store import Record
from dcc_sim.devices.timekeeping import ClockStatus
from dcc_sim.ids import DeviceType

LONG_OUTAGE: Final = timedelta(minutes=3)
CORRUPT_FIRMWARE: Final = Record("firmware that does not verify")

_LOST: Final = Record("power lost")
_INTERRUPTED: Final = 0x8F57
_RESTORED: Final = 0x8F35
_LONGER: Final = 1
_GSME_LOST: Final = 0x8F1D
_CORRUPT_AT_POWER_ON: Final = 0x8F1B
_WHOLE: Final = 0


class Interrupted:
    """A load of which nothing flows during outages, each from one second up to another."""

    __slots__ = ("_base", "_outages")

    def __init__(
        self, base: Load, start: int, stop: int, earlier: tuple[tuple[int, int, int, int], ...] = ()
    ) -> None:
        before, after = at_second(base, start), at_second(base, stop)
        self._base = base
        self._outages = (*earlier, (start, stop, before, after - before))

    def interrupted(self, start: int, stop: int) -> Interrupted:
        """The same load with one more outage, later than the others."""
        return Interrupted(self._base, start, stop, self._outages)

    def at(self, moment: datetime) -> int:
        """Whole units since 2000-01-01T00:00:00Z."""
        return self.at_second(seconds_since_2000(moment))

    def at_second(self, second: int) -> int:
        """Whole units since 2000-01-01T00:00:00Z; `second` counts from there."""
        value = at_second(self._base, second)
        return value - self._lost(second, value)

    def at_half_hours(self, first: int, count: int) -> list[int]:
        """The values at `count` half hours from number `first` since 2000-01-01 on."""
        values = at_half_hours(self._base, first, count)
        return [value - self._lost((first + n) * HALF_HOUR, value) for n, value in enumerate(values)]

    def _lost(self, second: int, value: int) -> int:
        """What would have flowed up to a second, at which the load alone has `value`."""
        return sum(
            whole if second >= stop else value - before
            for start, stop, before, whole in self._outages
            if second > start
        )


def is_off(model: Model) -> bool:
    """Whether the device has no power at all."""
    return model.store.values.get(_place(_WHOLE)) is not None


def _place(phase: int) -> Record:
    return Record(f"{_LOST.name}, phase {phase}") if phase else _LOST


def lose(model: Model, phase: int, now: datetime) -> None:
    """Power is lost on a phase, or whole (0). The meter is settled up to now."""
    place = _place(phase)
    if model.store.values.get(place) is not None:
        return
    model.settle(now)
    model.store.write(place, {"since": seconds_since_2000(now)})
    if model.device_type is DeviceType.GSME:
        model.report(_GSME_LOST, now)
    elif model.device_type is DeviceType.ESME:
        model.report(_INTERRUPTED + phase, now)


def restore(model: Model, phase: int, now: datetime, *, clock_kept: bool) -> None:
    """Power is back. Without a clock that went on the time is invalid until it is set."""
    place = _place(phase)
    lost = model.store.values.get(place)
    if lost is None:
        return
    model.store.forget(place)
    since, until = as_int(as_struct(lost)["since"]), seconds_since_2000(now)
    if phase == _WHOLE:
        _interrupt(model, since, until)
        if not clock_kept:
            model.clock.status = ClockStatus.INVALID
        if CORRUPT_FIRMWARE in model.store:
            model.report(_CORRUPT_AT_POWER_ON, now)
    if model.device_type is DeviceType.ESME:
        long = until - since >= LONG_OUTAGE.total_seconds()
        code = _RESTORED + 2 * phase + (_LONGER if long else 0)
        model.report(code, now, content=_outage(model, since, now), value=until - since)


def _outage(model: Model, since: int, now: datetime) -> dict[str, Value]:
    start = moment_since_2000(since)
    return {
        "interruption": CosemDateTime.at(model.clock.at(start).replace(microsecond=0)),
        "restoration": CosemDateTime.at(model.clock.at(now).replace(microsecond=0)),
    }


def _interrupt(model: Model, start: int, stop: int) -> None:
    meter = model.meter
    if meter is None or model.device_type is DeviceType.GSME:
        # Gas flows through a meter without power as before; it is counted when it is back.
        return
    meter.replace_loads(lambda load: _interrupted(load, start, stop))


def _interrupted(load: Load, start: int, stop: int) -> Load:
    # Outages of a load stand beside each other: were one inside the other, each would ask the next twice.
    return load.interrupted(start, stop) if isinstance(load, Interrupted) else Interrupted(load, start, stop)
