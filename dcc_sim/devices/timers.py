"""Timers of a device: what it looks at again at a later moment by itself.

In: a name and a number that say what is to be looked at (`Kind.timed` knows how), a moment of true
time. Out: what is due, earliest first. There is one timer per name and number; setting it again
moves it. Timers lie in the store, so that a device which never set one holds nothing.
Left out: instructions of Commands (`agenda`), which go by the device's clock and give alerts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from dcc_sim.codec.shape import Value, as_int, as_list, as_struct, as_text
from dcc_sim.codec.times import COSEM_EPOCH, moment_since_2000
from dcc_sim.devices.store import ObjectStore, Record

_TIMERS: Final = Record("timers")


@dataclass(frozen=True, slots=True)
class Timer:
    """`number` tells phases, controllers … apart; `at` is a whole second."""

    name: str
    number: int
    at: datetime


def set_timer(store: ObjectStore, name: str, number: int, at: datetime) -> None:
    """Look again at that moment, rounded up to the second, and not at one that was set before."""
    # Not `seconds_since_2000`: periods of 32 bits lead beyond what the wire can say.
    second = -((COSEM_EPOCH - at) // timedelta(seconds=1))
    kept = _without(store, name, number)
    store.write(_TIMERS, [*kept, {"name": name, "number": number, "at": second}])


def stop_timer(store: ObjectStore, name: str, number: int = 0) -> None:
    """Do not look again."""
    _keep(store, _without(store, name, number))


def is_set(store: ObjectStore, name: str, number: int = 0) -> bool:
    """Whether a timer runs."""
    return any((t.name, t.number) == (name, number) for t in timers(store))


def timers(store: ObjectStore) -> list[Timer]:
    """All of them, in the order in which they were set."""
    entries = map(as_struct, as_list(store.values.get(_TIMERS, ())))
    return [
        Timer(as_text(e["name"]), as_int(e["number"]), moment_since_2000(as_int(e["at"]))) for e in entries
    ]


def next_timer(store: ObjectStore) -> Timer | None:
    """The earliest; of two at one moment the one that was set first."""
    return min(timers(store), key=lambda timer: timer.at, default=None)


def _without(store: ObjectStore, name: str, number: int) -> list[Value]:
    entries = as_list(store.values.get(_TIMERS, ()))
    return [e for e in entries if (as_struct(e)["name"], as_struct(e)["number"]) != (name, number)]


def _keep(store: ObjectStore, entries: list[Value]) -> None:
    if entries:
        store.write(_TIMERS, entries)
    else:
        store.forget(_TIMERS)
