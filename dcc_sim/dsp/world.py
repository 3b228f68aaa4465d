"""A home brought to life: its PKI, its DCC, its meters, all in one process.

In: a `Home` and the moment it starts at. Out: a `World`, a value like any other: two of them never
meet, reset is building a new one. Left out: where the home comes from (`edge`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from dcc_sim.devices.engine import Device
from dcc_sim.devices.profiles import make_esme, make_gpf, make_gsme
from dcc_sim.dsp.home import Home
from dcc_sim.dsp.hub import Hub
from dcc_sim.duis.schema import Schemas
from dcc_sim.duis.signature import Signer
from dcc_sim.gbcs.keys import KeyRing
from dcc_sim.ids import DeviceType, Eui64, KeyUsage, RemotePartyRole
from dcc_sim.smki.pki import TestPki
from dcc_sim.wan.link import Link


@dataclass(frozen=True, slots=True)
class World:
    """Everything there is around one home."""

    home: Home
    keys: KeyRing
    hub: Hub
    devices: dict[Eui64, Device]

    def xml_signer(self, party: Eui64) -> Signer:
        """How a party signs its documents. Raises KeyMissing."""
        return xml_signer(self.keys, party)


def xml_signer(keys: KeyRing, party: Eui64) -> Signer:
    """Key and certificate name for XML signatures: the XML key, else the signing key."""
    usage = KeyUsage.XML_SIGNATURE
    if (party, usage) not in keys.entries:
        usage = KeyUsage.DIGITAL_SIGNATURE
    certificate = keys.certificate(party, usage)
    return Signer(keys.private(party, usage), certificate.issuer.rfc4514_string(), certificate.serial_number)


def home_keys(home: Home) -> KeyRing:
    """Keys and certificates of everybody in a home, the same on every machine."""
    pki = TestPki(home.seed)
    for party in home.parties:
        pki.enrol_organisation(party.eui, party.remote_role)
    for record in home.devices:
        pki.enrol_device(record.eui)
    return pki.ring


_ANCHORS: Final = (
    RemotePartyRole.SUPPLIER,
    RemotePartyRole.NETWORK_OPERATOR,
    RemotePartyRole.ACCESS_CONTROL_BROKER,
)


def build_world(home: Home, schemas: Schemas, started_at: datetime) -> World:
    """Bring a home to life; its meters start counting at `started_at`. Raises NotFound, KeyMissing."""
    keys = home_keys(home)
    anchors = {role: home.party(role).eui for role in _ANCHORS}
    devices = _devices(home, keys, anchors, started_at)
    hub = Hub(
        acb=anchors[RemotePartyRole.ACCESS_CONTROL_BROKER],
        inventory=home.inventory(),
        keys=keys,
        schemas=schemas,
        link=Link(devices),
    )
    return World(home, keys, hub, devices)


def _devices(
    home: Home, keys: KeyRing, anchors: Mapping[RemotePartyRole, Eui64], started_at: datetime
) -> dict[Eui64, Device]:
    """The meters of a home; other device types are in the inventory only, nothing answers for them."""
    seed = int.from_bytes(hashlib.sha256(home.seed.encode()).digest()[:8], "big")
    devices: dict[Eui64, Device] = {}
    gsme: Device | None = None
    for record in home.devices:
        match record.type:
            case DeviceType.ESME:
                devices[record.eui] = make_esme(
                    record.eui, keys=keys, trust_anchors=anchors, seed=seed, started_at=started_at
                )
            case DeviceType.GSME:
                gsme = devices[record.eui] = make_gsme(
                    record.eui, keys=keys, trust_anchors=anchors, seed=seed, started_at=started_at
                )
    for record in home.devices:
        if record.type is DeviceType.GPF:
            devices[record.eui] = make_gpf(record.eui, keys=keys, trust_anchors=anchors, gsme=gsme)
    return devices
