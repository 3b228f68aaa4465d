"""The prepayment interface device: joins, firmware version, trust anchors.

In: identity, keys, trust anchors. Out: a `Device`. Until a User's own credentials lie on it the
Access Control Broker holds the supplier's cells and sends a supplier's Commands on (reference
`gbcs.md` §a.1). Left out: what a consumer does at it.
"""

from __future__ import annotations

from typing import Final

from dcc_sim.devices.anchors import TrustAnchors
from dcc_sim.devices.engine import Device
from dcc_sim.devices.profiles.any_device import plain_device
from dcc_sim.gbcs.keys import KeyRing
from dcc_sim.ids import DeviceType, Eui64, OriginatorCounter

FIRST_ALERT_COUNTER: Final = 0x1388


def make_ppmid(
    eui: Eui64,
    *,
    keys: KeyRing,
    trust_anchors: TrustAnchors,
    own_counter: OriginatorCounter = FIRST_ALERT_COUNTER,
) -> Device:
    """A PPMID that has joined nobody."""
    return plain_device(
        DeviceType.PPMID, eui, keys=keys, trust_anchors=trust_anchors, own_counter=own_counter
    )
