"""The state of a device, saved as plain data (JSON) and put into a device of the same kind again.

In: a device; or a device that was just made for the same EUI, and what was saved. Out: plain data; or that
device in the same state: same values, logs, counters, credentials, registers, what is planned and what
waits to be sent. Not part of it: what its home gives it (kind, shared keys, load, the meter behind a
proxy). Left out: the home (`dsp.saving`), files (`edge`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from dcc_sim.devices.engine import Device
from dcc_sim.devices.metering import Meter
from dcc_sim.devices.plain_data import Reader, Writer
from dcc_sim.errors import NotFound
from dcc_sim.gbcs.keys import KeyRing

_OF_DEVICE: Final = (
    "own_counter",
    "numbers_answers",
    "memory_full",
    "_events",
    "_faults",
    "_activation_faults",
    "_outbox",
    "_seen",
)
_NOT_OF_MODEL: Final = frozenset({"kind", "credentials", "store", "behind", "meter"})
_OF_CREDENTIALS: Final = ("holders", "counters", "replaced", "utrn_counters", "own_ring")


def save_device(device: Device) -> dict[str, Any]:
    """What it takes to go on from here. Raises Unsupported for a load of a caller's own making."""
    model, credentials = device.model, device.model.credentials
    writer = Writer(_given(device))
    own = _own_keys(device) if credentials.own_ring else {}
    state: dict[str, Any] = {
        "eui": str(device.eui),
        "type": model.device_type.value,
        "device": {name: writer.plain(getattr(device, name), name) for name in _OF_DEVICE},
        "values": writer.plain(model.store.values, "values"),
        "credentials": {name: writer.plain(getattr(credentials, name), name) for name in _OF_CREDENTIALS},
        "keys": writer.plain(own, "keys"),
        "model": {
            each.name: writer.plain(getattr(model, each.name), each.name)
            for each in fields(model)
            if each.name not in _NOT_OF_MODEL
        },
    }
    if model.meter is not None:
        names = _slots(model.meter)
        state["meter"] = {name: writer.plain(getattr(model.meter, name), name) for name in names}
    return state


def load_device(device: Device, state: Mapping[str, Any]) -> None:
    """Put a device that was just made into a saved state. Raises NotFound when it is that of another."""
    if (state.get("eui"), state.get("type")) != (str(device.eui), device.model.device_type.value):
        raise NotFound(f"not a saved state of the {device.model.device_type.value} {device.eui}")
    model, credentials = device.model, device.model.credentials
    reader = Reader(_given(device))
    # In the order of writing: an object stands where it was met first.
    for name in _OF_DEVICE:
        setattr(device, name, reader.value(_part(state, "device", name)))
    model.store.values = reader.value(_part(state, "values"))
    for name in _OF_CREDENTIALS:
        setattr(credentials, name, reader.value(_part(state, "credentials", name)))
    own = reader.value(_part(state, "keys"))
    if credentials.own_ring:
        shared = credentials.keys
        credentials.keys = KeyRing({**shared.entries, **own}, shared.secrets)
    for each in fields(model):
        if each.name not in _NOT_OF_MODEL:
            setattr(model, each.name, reader.value(_part(state, "model", each.name)))
    if model.meter is not None:
        for name in _slots(model.meter):
            setattr(model.meter, name, reader.value(_part(state, "meter", name)))


def _given(device: Device) -> dict[str, object]:
    """What a device of a home has from its home; it is there again when the device is made again."""
    model = device.model
    given: dict[str, object] = {
        "model": model,
        "kind": model.kind,
        "store": model.store,
        "credentials": model.credentials,
        "behind": model.behind,
        "initial": model.store.initial,
    }
    if model.meter is not None:
        given["meter"] = model.meter
        given["rules of"] = model.meter.rules_of
        for name in ("load", "second", "export"):
            given[name] = _base(getattr(model.meter, name))
    return given


def _base(load: Any) -> object:
    """The load below everything that was laid on it since."""
    while hasattr(load, "_base"):
        load = load._base  # noqa: SLF001 - loads on loads name it so
    return load


def _own_keys(device: Device) -> dict[Any, Any]:
    """The keys of its own ring; those it shares with its home are the same objects there."""
    return {
        place: entry
        for place, entry in device.model.credentials.keys.entries.items()
        if entry is not device.home_keys.entries.get(place)
    }


def _slots(meter: Meter) -> list[str]:
    names = [name for kind in type(meter).__mro__ for name in getattr(kind, "__slots__", ())]
    return sorted(name for name in names if name != "rules_of")


def _part(state: Mapping[str, Any], *path: str) -> Any:
    found: Any = state
    for name in path:
        if not isinstance(found, Mapping) or name not in found:
            raise NotFound(f"not a saved state of this version: {'.'.join(path)} is missing")
        found = found[name]
    return found
