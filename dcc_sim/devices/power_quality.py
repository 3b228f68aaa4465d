"""The quality of an electricity supply: what the voltage of a phase does to logs and alerts (ECS23, ECS29).

In: the voltage of a phase from a moment on, the limits that the network operator set. Out: disturbances
of the voltage that the meter logs and counts (`voltage`); 8020 … 802F when the RMS voltage stays
beyond an extreme, sag or swell threshold for its period, 808D … 809C when it stays back for as
long; 8002 … 8009 when the mean of a period crosses an average threshold, 8085 … 808C when it comes back.
A threshold of 0 is not set. Means are looked at from a disturbance on until they are back within
their limits, and all the time only where a limit lies inside the usual range of the voltage, so that
a meter with the usual limits never wakes for it. Other information in the power event log: the
voltage (V); no source gives it a meaning.
Left out: the counters and the log of means, which are computed when they are read (`profiles`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from dcc_sim.catalogue.objects import (
    EXTREME_OVER_VOLTAGE,
    EXTREME_UNDER_VOLTAGE,
    OVER_VOLTAGE_THRESHOLDS,
    UNDER_VOLTAGE_COUNTERS,
    UNDER_VOLTAGE_THRESHOLDS,
    VOLTAGE_LOGS,
    VOLTAGE_SAG,
    VOLTAGE_SWELL,
)
from dcc_sim.codec.exchange import CosemObject
from dcc_sim.codec.shape import Value, as_int, as_list, as_struct
from dcc_sim.codec.times import moment_since_2000, seconds_since_2000
from dcc_sim.devices.model import Execution, Handler, Model
from dcc_sim.devices.store import CosemAttribute, Record
from dcc_sim.devices.timers import is_set, set_timer, stop_timer
from dcc_sim.devices.voltage import USUAL_RANGE, Disturbance, Voltage

MEAN: Final = "mean voltage"

_DISTURBANCES: Final = Record("voltage disturbances")
_OPEN: Final = 0xFFFF_FFFF
"""The end of a disturbance that still lasts."""
_KEPT: Final = 200


@dataclass(frozen=True, slots=True)
class Monitor:
    """A threshold and a period; `begins` and `ends` are the codes without a phase."""

    object: CosemObject
    above: bool
    begins: int
    ends: int

    def beyond(self, model: Model, volts: int) -> bool:
        """Whether a voltage is beyond the threshold."""
        threshold = as_int(model.store.get(CosemAttribute(self.object, 4), 0))
        return bool(threshold) and (volts > threshold if self.above else volts < threshold)

    def period(self, model: Model) -> timedelta:
        """How long it must stay there."""
        return timedelta(seconds=as_int(model.store.get(CosemAttribute(self.object, 6), 0)))


MONITORS: Final = (
    Monitor(EXTREME_OVER_VOLTAGE, True, 0x8020, 0x808D),
    Monitor(VOLTAGE_SWELL, True, 0x8024, 0x8091),
    Monitor(EXTREME_UNDER_VOLTAGE, False, 0x8028, 0x8095),
    Monitor(VOLTAGE_SAG, False, 0x802C, 0x8099),
)
_MEANS: Final = (
    (OVER_VOLTAGE_THRESHOLDS, True, 0x8002, 0x8085),
    (UNDER_VOLTAGE_THRESHOLDS, False, 0x8006, 0x8089),
)


def voltage_of(model: Model) -> Voltage:
    """The voltage at a meter, which is its own and nobody else's, with its disturbances."""
    found = [
        Disturbance(
            moment_since_2000(as_int(d["start"])),
            moment_since_2000(as_int(d["stop"])),
            as_int(d["phase"]),
            as_int(d["volts"]),
        )
        for d in _disturbances(model)
    ]
    return Voltage(0, model.credentials.eui, found)


def _disturbances(model: Model) -> list[dict[str, Value]]:
    return [dict(as_struct(d)) for d in as_list(model.store.get(_DISTURBANCES, ()))]


def volts_now(model: Model, phase: int, now: datetime) -> int:
    """The RMS voltage of a phase."""
    second = seconds_since_2000(now)
    return voltage_of(model).mean(phase, second + 1, 1)


def change_voltage(model: Model, phase: int, volts: int | None, now: datetime) -> None:
    """From now on a phase has this voltage; None is back to usual."""
    second = seconds_since_2000(now)
    found = _disturbances(model)
    for disturbance in found:
        if disturbance["phase"] == phase and disturbance["stop"] == _OPEN:
            disturbance["stop"] = second
    if volts is not None:
        found.append({"start": second, "stop": _OPEN, "phase": phase, "volts": volts})
    model.store.write(_DISTURBANCES, list(found[-_KEPT:]))
    for monitor in MONITORS:
        _watch(model, monitor, phase, volts_now(model, phase, now), now)
    _watch_mean(model, phase, now)


def _watch(model: Model, monitor: Monitor, phase: int, volts: int, now: datetime) -> None:
    beyond, known = monitor.beyond(model, volts), _flag(monitor, phase) in model.store
    name = timer_name(monitor)
    if beyond == known:
        stop_timer(model.store, name, phase)
    elif not is_set(model.store, name, phase):
        set_timer(model.store, name, phase, now + monitor.period(model) + timedelta(seconds=1))


def timer_name(monitor: Monitor) -> str:
    """The timer of a monitor."""
    return f"voltage {monitor.begins:04X}"


def _flag(monitor: Monitor, phase: int) -> Record:
    return Record(f"voltage {monitor.begins:04X}, phase {phase}")


def lasted(monitor: Monitor, model: Model, phase: int, now: datetime) -> None:
    """The voltage has stayed where it went for longer than the period."""
    volts, flag = volts_now(model, phase, now), _flag(monitor, phase)
    beyond = monitor.beyond(model, volts)
    if beyond == (flag in model.store):
        return
    if beyond:
        model.store.write(flag, True)
    else:
        model.store.forget(flag)
    model.report(_code(model, monitor.begins if beyond else monitor.ends, phase), now, value=volts)


def _code(model: Model, code: int, phase: int) -> int:
    # A single-phase meter uses the codes without a phase.
    polyphase = CosemAttribute(UNDER_VOLTAGE_COUNTERS[1], 2) not in model.kind.lacking
    return code + phase if polyphase else code


# ----------------------------------------------------------------------------------------- means


def _period(model: Model, phase: int) -> int:
    return max(as_int(model.store.get(CosemAttribute(VOLTAGE_LOGS[phase - 1], 4), 1)), 1)


def _watch_mean(model: Model, phase: int, now: datetime) -> None:
    period = _period(model, phase)
    believed = seconds_since_2000(model.clock.at(now))
    ahead = timedelta(seconds=period - believed % period)
    set_timer(model.store, MEAN, phase, now.replace(microsecond=0) + ahead)


def period_ended(model: Model, phase: int, now: datetime) -> None:
    """Compare the mean of the period that ends now with the one before it."""
    period, end = _period(model, phase), seconds_since_2000(model.clock.at(now))
    voltage, usual = voltage_of(model), True
    end -= end % period
    before, current = (voltage.mean(phase, second, period) for second in (end - period, end))
    for thresholds, above, begins, ends in _MEANS:
        limit = as_int(model.store.get(CosemAttribute(thresholds[phase - 1], 2), 0))
        was, is_now = (mean > limit if above else mean < limit for mean in (before, current))
        if was != is_now:
            model.report(_code(model, begins if is_now else ends, phase), now, value=current)
        usual = usual and not is_now
    lasting = any(d["phase"] == phase and d["stop"] == _OPEN for d in _disturbances(model))
    if lasting or not usual or _may_cross(model, phase):
        _watch_mean(model, phase, now)


def _may_cross(model: Model, phase: int) -> bool:
    """Whether the voltage can go beyond a limit by itself."""
    over, under = (
        as_int(model.store.get(CosemAttribute(thresholds[phase - 1], 2), 0)) for thresholds, *_ in _MEANS
    )
    least, most = USUAL_RANGE
    return over < most or under > least


def threshold_writes() -> dict[CosemAttribute, Handler]:
    """The Sets of the average thresholds: stored, and looked at where the voltage may cross them."""
    return {
        CosemAttribute(target, 2): _set_threshold(CosemAttribute(target, 2), phase)
        for thresholds, *_ in _MEANS
        for phase, target in enumerate(thresholds, 1)
    }


def _set_threshold(place: CosemAttribute, phase: int) -> Handler:
    def write(run: Execution, value: Value) -> None:
        run.model.write(place, value)
        if _may_cross(run.model, phase):
            _watch_mean(run.model, phase, run.now)

    return write
