"""The Gas Proxy Function: answers for the gas meter, which sleeps most of the time.

In: identity, keys, trust anchors, the GSME whose pushes it keeps. Out: a `Device` whose
consumption is what the GSME pushed at the last half hour. Left out: tapping off commands, logs,
pushes that get lost.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from dcc_sim.catalogue.usecases import ALERTS
from dcc_sim.codec.shape import Value, as_int
from dcc_sim.codec.times import seconds_since_2000
from dcc_sim.devices.engine import Device
from dcc_sim.devices.model import FutureAlert, Live, Model
from dcc_sim.devices.profiles.gsme import CONSUMPTION, FORMATTING
from dcc_sim.devices.security import TrustAnchors
from dcc_sim.devices.store import Instruction, ObjectStore
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
        device_type=DeviceType.GPF,
        clock=DeviceClock(stamp=STAMPED_BY_GPF),
        future_alert=FutureAlert(ALERTS["FutureDatedAlert-GBZ"], seconds_since_2000, _nothing),
        store=ObjectStore(dict(FORMATTING)),
    )
    model.live[CONSUMPTION] = _mirror(model, gsme)
    return Device(eui, model, keys=keys, trust_anchors=trust_anchors, own_counter=own_counter)


def _mirror(model: Model, gsme: Device | None) -> Live:
    meter = gsme.model.meter if gsme is not None else None

    def read(now: datetime) -> Value:
        if meter is None:
            return 0
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        return max(meter.total_at(now - (now - midnight) % PUSH_INTERVAL), 0)

    def load(value: Value) -> None:
        model.pin(CONSUMPTION, as_int(value))

    return Live(read, load)


def _nothing(_: Instruction) -> dict[str, Value]:
    return {}
