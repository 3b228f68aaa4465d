"""What the profiles share: exchanges that every device with trust anchors has, values that are pinned.

In: a model. Out: entries for its tables. Left out: what only one kind of device does.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache

from dcc_sim.catalogue.usecases import ALERTS
from dcc_sim.codec.shape import Value, as_list
from dcc_sim.codec.times import CosemDateTime
from dcc_sim.devices.anchors import TrustAnchors
from dcc_sim.devices.credentials import credential_deferred, credential_exchanges
from dcc_sim.devices.engine import Device
from dcc_sim.devices.firmware import firmware_deferred, firmware_exchanges
from dcc_sim.devices.joining import joining_exchanges
from dcc_sim.devices.model import Exchange, FutureAlert, Kind, Live, Model
from dcc_sim.devices.own_keys import own_key_exchanges
from dcc_sim.devices.store import Key
from dcc_sim.devices.timekeeping import DeviceClock
from dcc_sim.gbcs.keys import KeyRing
from dcc_sim.ids import DeviceType, Eui64, MessageCode, OriginatorCounter


def common_exchanges(device_type: DeviceType) -> dict[MessageCode, Exchange]:
    """Credentials, own keys, joining, as far as the device type has them."""
    return {
        **credential_exchanges(device_type),
        **own_key_exchanges(device_type),
        **joining_exchanges(device_type),
    }


def pinned_or(key: Key, compute: Callable[[Model, datetime], Value]) -> Live:
    """A computed value, or the one that was loaded until something is activated or written."""
    return Live(compute, lambda model, value: model.pin(key, value))


def append_entry(model: Model, log: Key, entry: Value, capacity: int) -> None:
    """Add to a log that lies in the store; the oldest entry gives way."""
    entries = [*as_list(model.store.get(log, ())), entry]
    model.store.write(log, entries[-capacity:])


@cache
def plain_kind(device_type: DeviceType) -> Kind:
    """A kind that has nothing but exchanges: PPMID, HCALCS."""
    return Kind(
        device_type=device_type,
        future_alert=FutureAlert(ALERTS["FutureDatedAlert-DLMS"], CosemDateTime.at, lambda _: {}),
        exchanges=common_exchanges(device_type) | firmware_exchanges(device_type),
        deferred=credential_deferred() | firmware_deferred(),
    )


def plain_device(
    device_type: DeviceType,
    eui: Eui64,
    *,
    keys: KeyRing,
    trust_anchors: TrustAnchors,
    own_counter: OriginatorCounter,
) -> Device:
    """A device of such a kind."""
    model = Model(kind=plain_kind(device_type), clock=DeviceClock())
    return Device(eui, model, keys=keys, trust_anchors=trust_anchors, own_counter=own_counter)
