"""The HAN connected auxiliary load control switch: joins, firmware, trust anchors, own keys.

In: identity, keys, trust anchors. Out: a `Device`. What it switches the ESME tells it over the HAN,
which is no Command. Left out: the switch itself.
"""

from __future__ import annotations

from typing import Final

from dcc_sim.devices.anchors import TrustAnchors
from dcc_sim.devices.engine import Device
from dcc_sim.devices.profiles.any_device import plain_device
from dcc_sim.gbcs.keys import KeyRing
from dcc_sim.ids import DeviceType, Eui64, OriginatorCounter

FIRST_ALERT_COUNTER: Final = 0x1770


def make_hcalcs(
    eui: Eui64,
    *,
    keys: KeyRing,
    trust_anchors: TrustAnchors,
    own_counter: OriginatorCounter = FIRST_ALERT_COUNTER,
) -> Device:
    """An HCALCS that has joined nobody."""
    return plain_device(
        DeviceType.HCALCS, eui, keys=keys, trust_anchors=trust_anchors, own_counter=own_counter
    )
