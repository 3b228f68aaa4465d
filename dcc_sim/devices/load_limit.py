"""The load limit of an ESME: power above a threshold for a period, and what follows (ECS28a, ECS27).

In: the limit in force, what the meter measures. Out: 8F01 and one more in the Load Limit Counter when
the mean active power of a period was above the threshold; where the Load Limit Supply State says so,
supply is disabled and armed (8F33), and enabled again after the restoration period (8F34). Source:
reference `gbcs.md` §k.5; that it is the mean over the period, that it counts again only after a
period below the threshold, and that a restoration period of 0 leaves it to the consumer, no source
says. While no limit is set there is no timer. Left out: setting the limit (`profiles`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from dcc_sim.catalogue.objects import LOAD_LIMIT_COUNTER, LOAD_LIMIT_SUPPLY_STATE, LOAD_LIMITER
from dcc_sim.codec.shape import as_int
from dcc_sim.devices import supply
from dcc_sim.devices.metering import LoadEvent, ScriptedLoad, Supply
from dcc_sim.devices.model import Model
from dcc_sim.devices.store import CosemAttribute, Key, Record
from dcc_sim.devices.timers import set_timer, stop_timer

MEASURE: Final = "load limit"
RESTORE: Final = "load limit restoration"

_UNLIMITED: Final = 0xFFFF_FFFF
_ABOVE: Final = Record("load above its limit")
_BEGAN: Final = Record("load limit period")
_POWER: Final = CosemAttribute(LOAD_LIMITER, 4)
_PERIOD: Final = CosemAttribute(LOAD_LIMITER, 6)
_RESTORATION: Final = CosemAttribute(LOAD_LIMITER, 7)
_DISABLES: Final = CosemAttribute(LOAD_LIMIT_SUPPLY_STATE, 2)
_COUNT: Final = CosemAttribute(LOAD_LIMIT_COUNTER, 2)
_EXCEEDED: Final = 0x8F01
_DISABLED: Final = 0x8F33
_ENABLED: Final = 0x8F34
_WATT_SECONDS: Final = 3600
"""In a watt-hour."""


def watch(model: Model, now: datetime) -> None:
    """The limit has been set anew: a period begins."""
    period = _seconds(model, _PERIOD)
    if as_int(model.store.get(_POWER, _UNLIMITED)) == _UNLIMITED or not period:
        stop_timer(model.store, MEASURE)
        model.store.forget(_BEGAN)
        model.store.forget(_ABOVE)
        return
    model.settle(now)
    model.store.write(_BEGAN, _imported(model))
    set_timer(model.store, MEASURE, 0, now + timedelta(seconds=period))


def measure(model: Model, _: int, now: datetime) -> None:
    """A period ends. The meter is settled up to now."""
    period, began = _seconds(model, _PERIOD), as_int(model.store.get(_BEGAN, 0))
    power = (_imported(model) - began) * _WATT_SECONDS // max(period, 1)
    above = power > as_int(model.store.get(_POWER, _UNLIMITED))
    if above and _ABOVE not in model.store:
        model.store.write(_ABOVE, True)
        model.write(_COUNT, as_int(model.store.get(_COUNT, 0)) + 1)
        model.report(_EXCEEDED, now, detail=f"{power} W")
        if model.store.get(_DISABLES, False):
            _disable(model, now)
    elif not above:
        model.store.forget(_ABOVE)
    watch(model, now)


def _disable(model: Model, now: datetime) -> None:
    if supply.supply_of(model, now) is Supply.ENABLED and supply.move(model, Supply.ARMED, now):
        model.report(_DISABLED, now)
        restoration = _seconds(model, _RESTORATION)
        if restoration:
            set_timer(model.store, RESTORE, 0, now + timedelta(seconds=restoration))


def restore(model: Model, _: int, now: datetime) -> None:
    """The restoration period ends; whoever has opened the switch meanwhile keeps it open."""
    if supply.supply_of(model, now) is Supply.ARMED and supply.move(model, Supply.ENABLED, now):
        model.report(_ENABLED, now)


def draw_power(model: Model, watts: int, until: datetime, now: datetime) -> None:
    """Besides everything else, the home takes this much from now on, up to a later moment."""
    meter = model.meter
    if meter is None:
        return
    model.settle(now)
    event, primary = LoadEvent(now, until, watts), meter.load
    # A twin-element meter takes it through its primary element.
    meter.replace_loads(lambda load: ScriptedLoad(load, (event,)) if load is primary else load)


def _imported(model: Model) -> int:
    assert model.meter is not None
    return model.meter.total + (model.meter.second_total or 0)


def _seconds(model: Model, place: Key) -> int:
    return as_int(model.store.get(place, 0))
