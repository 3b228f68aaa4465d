"""The Gas Proxy Function: answers for the gas meter, which sleeps most of the time.

In: identity, keys, trust anchors, the GSME whose pushes it keeps. Out: a `Device` whose
consumption is what the GSME pushed at the last half hour, and whose other values are the meter's.
It has trust anchors, a device log and event logs of its own. Left out: tapping off commands,
pushes that get lost.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import Final

from dcc_sim.catalogue.usecases import ALERTS
from dcc_sim.codec.shape import Value
from dcc_sim.codec.times import seconds_since_2000
from dcc_sim.devices.anchors import TrustAnchors
from dcc_sim.devices.credentials import credential_deferred
from dcc_sim.devices.engine import Device
from dcc_sim.devices.model import FutureAlert, Kind, Model
from dcc_sim.devices.profiles.any_device import common_exchanges, pinned_or
from dcc_sim.devices.profiles.gas_attributes import gas_effects, gas_initial
from dcc_sim.devices.profiles.gas_requests import gas_requests
from dcc_sim.devices.profiles.gsme import CONSUMPTION, alert_parts, compile_gas, gas_activations
from dcc_sim.devices.timekeeping import STAMPED_BY_GPF, DeviceClock
from dcc_sim.gbcs.keys import KeyRing
from dcc_sim.ids import DeviceType, Eui64, OriginatorCounter

FIRST_ALERT_COUNTER: Final = 0x3E8
PUSH_INTERVAL: Final = timedelta(minutes=30)


def make_gpf(
    eui: Eui64,
    *,
    keys: KeyRing,
    trust_anchors: TrustAnchors,
    gsme: Device | None = None,
    own_counter: OriginatorCounter = FIRST_ALERT_COUNTER,
) -> Device:
    """A GPF that mirrors a GSME; without one its registers hold what was loaded, or 0."""
    model = Model(
        kind=gpf_kind(),
        clock=DeviceClock(stamp=STAMPED_BY_GPF),
        behind=None if gsme is None else gsme.model,
    )
    return Device(eui, model, keys=keys, trust_anchors=trust_anchors, own_counter=own_counter)


@cache
def gpf_kind() -> Kind:
    """What all GPFs share."""
    kind = DeviceType.GPF
    return Kind(
        device_type=kind,
        future_alert=FutureAlert(ALERTS["FutureDatedAlert-GBZ"], seconds_since_2000, alert_parts),
        initial=gas_initial(kind),
        tariff_of=compile_gas,
        live={CONSUMPTION: pinned_or(CONSUMPTION, _pushed)},
        requests=gas_requests(kind),
        exchanges=common_exchanges(kind),
        activations=dict(gas_activations(kind)),
        effects=gas_effects(),
        deferred=credential_deferred(),
    )


def _pushed(model: Model, now: datetime) -> Value:
    meter = None if model.behind is None else model.behind.meter
    if meter is None:
        return 0
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return max(meter.total_at(now - (now - midnight) % PUSH_INTERVAL), 0)
