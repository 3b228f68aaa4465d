"""A home brought to life: its PKI, its DCC, its meters, all in one process.

In: a `Home` and the moment it starts at. Out: a `World`, a value like any other: two of them never
meet, reset is building a new one. Left out: where the home comes from (`edge`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from dcc_sim.catalogue.objects import AUXILIARY_CALENDAR_ACTIVE
from dcc_sim.catalogue.routes import GbcsVersion
from dcc_sim.catalogue.usecases.dlms_tariff import ECS01A
from dcc_sim.catalogue.usecases.gbz_tariff import GCS01A
from dcc_sim.codec.exchange import Body
from dcc_sim.codec.shape import Value, as_list, as_struct
from dcc_sim.devices.engine import Device
from dcc_sim.devices.execution import execute
from dcc_sim.devices.joining import TYPE_NUMBERS
from dcc_sim.devices.load import ELECTRICITY, GAS, HouseholdLoad, Load, ScriptedLoad, Shape
from dcc_sim.devices.model import Execution
from dcc_sim.devices.profiles import make_chf, make_esme, make_gpf, make_gsme, make_hcalcs, make_ppmid
from dcc_sim.devices.profiles.esme import Extra, Variant
from dcc_sim.devices.store import CosemAttribute
from dcc_sim.dsp.faults import Fault, Faults
from dcc_sim.dsp.home import PLAIN_SETUP, Home
from dcc_sim.dsp.home_tariff import HomeTariff, electricity_values, gas_values
from dcc_sim.dsp.hub import Hub
from dcc_sim.dsp.inventory import USUAL_VARIANT, WITHOUT_USERS, DeviceRecord
from dcc_sim.duis.schema import Schemas
from dcc_sim.duis.signature import Signer
from dcc_sim.errors import NotFound
from dcc_sim.gbcs.header import GroupingHeader
from dcc_sim.gbcs.keys import KeyEntry, KeyRing
from dcc_sim.ids import CraFlag, DeviceType, Eui64, KeyUsage, RemotePartyRole
from dcc_sim.smki.pki import TestPki
from dcc_sim.wan.link import Link


@dataclass(frozen=True, slots=True)
class World:
    """Everything there is around one home."""

    home: Home
    keys: KeyRing
    hub: Hub
    devices: dict[Eui64, Device]
    faults: Faults
    started_at: datetime

    def inject(self, fault: Fault) -> None:
        """Let something go wrong. Raises NotFound for a device that is not emulated."""
        self.faults.inject(fault)
        self.hub.link.conditions = self.faults

    def xml_signer(self, party: Eui64) -> Signer:
        """How a party signs its documents. Raises KeyMissing."""
        return xml_signer(self.keys, party)


def keys_of(keys: KeyRing, party: Eui64) -> KeyRing:
    """What one party holds of a ring: its own private keys, and the certificates of all."""
    held = {
        place: entry if place[0] == party else KeyEntry(None, entry.public, entry.certificate)
        for place, entry in keys.entries.items()
    }
    return KeyRing(held, keys.secrets)


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


_SUPPLIER, _NETWORK, _ACB = (
    RemotePartyRole.SUPPLIER,
    RemotePartyRole.NETWORK_OPERATOR,
    RemotePartyRole.ACCESS_CONTROL_BROKER,
)
_SHARED: Final = (
    RemotePartyRole.RECOVERY,
    RemotePartyRole.TRANSITIONAL_COS,
    RemotePartyRole.WAN_PROVIDER,
    RemotePartyRole.LOAD_CONTROLLER,
)
"""Roles that one party has for all devices, in homes that have such a party."""
_DAYS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_ELEMENTS: Final[Mapping[str, Variant]] = {"A": "single", "B": "twin", "C": "polyphase"}
_EXTRAS: Final[Mapping[str, Extra]] = {
    "D": "auxiliary controllers",
    "E": "boost function",
    "F": "proportional controllers",
    "G": "proportional controllers",
}
_KWH_PER_M3: Final = 11
_CALENDAR: Final = CosemAttribute(AUXILIARY_CALENDAR_ACTIVE, 2)
_NEWER_CALENDAR: Final = GbcsVersion(4, 0)
_SWITCH_OFF: Final = 0x0102
"""What an empty calendar of load control switches says before that version."""
_WH: Final = {
    DeviceType.ESME: sum(m * d for m, d in zip(ELECTRICITY.months, _DAYS, strict=True)),
    DeviceType.GSME: sum(m * d for m, d in zip(GAS.months, _DAYS, strict=True)) * _KWH_PER_M3,
}


def build_world(home: Home, schemas: Schemas, started_at: datetime) -> World:
    """Bring a home to life; its meters start counting at `started_at`. Raises NotFound, KeyMissing."""
    keys = home_keys(home)
    acb = home.party(_ACB).eui
    devices = _devices(home, keys, started_at)
    hub_eui = next((r.eui for r in home.devices if r.type is DeviceType.CHF), None)
    link = Link(devices, gateway=hub_eui)
    faults = Faults(devices, link, keys, list(home.faults))
    if home.faults:
        link.conditions = faults
    faults.come_to(started_at)
    hub = Hub(acb=acb, inventory=home.inventory(), keys=keys, schemas=schemas, link=link)
    hub.device_logs.update(_backups(devices))
    return World(home, keys, hub, devices, faults, started_at)


def anchors_of(home: Home, record: DeviceRecord) -> dict[RemotePartyRole, Eui64]:
    """Who holds which role for a device. Raises NotFound."""
    acb = home.party(_ACB).eui
    anchors = {_ACB: acb}
    for role in (_SUPPLIER, _NETWORK):
        stands_in = record.type in WITHOUT_USERS
        anchors[role] = acb if stands_in else home.responsible(role, record).eui
    for role in _SHARED:
        party = next((party for party in home.parties if party.remote_role is role), None)
        if party is not None:
            anchors[role] = party.eui
    return anchors


def _backups(devices: Mapping[Eui64, Device]) -> Iterator[tuple[Eui64, Value]]:
    """What the DCC would know of the logs of a home's hub and gas proxy, from their alerts about changes.

    A hub has everybody in its log, a proxy its meter and the prepayment displays.
    """
    kinds = {eui: device.model.device_type for eui, device in devices.items()}
    for eui, kind in kinds.items():
        others = [other for other in kinds if other != eui]
        if kind is DeviceType.CHF:
            listed: list[Value] = [{"device": o.octets, "hashed_link_key": bytes(16)} for o in others]
            yield eui, {"extended_pan_id": eui.octets, "devices": listed}
        elif kind is DeviceType.GPF:
            members = [o for o in others if kinds[o] in (DeviceType.GSME, DeviceType.PPMID)]
            yield eui, [{"device_id": o.octets, "device_type": TYPE_NUMBERS[kinds[o]]} for o in members]


def _devices(home: Home, keys: KeyRing, started_at: datetime) -> dict[Eui64, Device]:
    """The devices of a home in its order; Type 2 devices receive no commands: nothing answers for them."""
    made = {r.eui: _device(home, r, keys, started_at) for r in home.devices if r.type in _MAKERS}
    for record in home.devices:
        if record.type is DeviceType.GPF:
            anchors = anchors_of(home, record)
            meter = _meter_of(home, record, made)
            made[record.eui] = make_gpf(record.eui, keys=keys, trust_anchors=anchors, gsme=meter)
    return {r.eui: made[r.eui] for r in home.devices if r.eui in made}


def _meter_of(home: Home, record: DeviceRecord, made: Mapping[Eui64, Device]) -> Device | None:
    """The gas meter at the meter point of a proxy, else the first there is."""
    meters = [r for r in home.devices if r.type is DeviceType.GSME]
    meters.sort(key=lambda r: r.mpxn != record.mpxn)
    return made[meters[0].eui] if meters else None


def _device(home: Home, record: DeviceRecord, keys: KeyRing, started_at: datetime) -> Device:
    device = _MAKERS[record.type](home, record, keys, started_at)
    setup = home.setups.get(record.eui, PLAIN_SETUP)
    if setup.tariff is not None:
        _charge(device, setup.tariff, started_at)
    return device


def _charge(device: Device, tariff: HomeTariff, now: datetime) -> None:
    """Put a tariff into force as the command for it would."""
    gas = device.model.device_type is DeviceType.GSME
    row, values = (GCS01A, gas_values(tariff)) if gas else (ECS01A, electricity_values(tariff))
    header = GroupingHeader(
        cra=CraFlag.COMMAND,
        counter=0,
        originator=device.guard.acb,
        target=device.eui,
        message_code=row.message_code,
    )
    run = Execution(device.model, row, header, now)
    execute(run, Body(values))
    if run.failed:
        raise NotFound(f"{device.eui} refuses the tariff of its home at {run.failed}")


def _seed(home: Home) -> int:
    return int.from_bytes(hashlib.sha256(home.seed.encode()).digest()[:8], "big")


def _load(home: Home, record: DeviceRecord, shape: Shape) -> Load:
    setup = home.setups.get(record.eui, PLAIN_SETUP)
    if setup.annual_kwh is not None:
        months = tuple(m * setup.annual_kwh * 1000 // _WH[record.type] for m in shape.months)
        shape = Shape(months, shape.half_hours)
    load: Load = HouseholdLoad(_seed(home), record.eui, shape)
    if setup.events:
        load = ScriptedLoad(load, setup.events)
    return load


def _esme(home: Home, record: DeviceRecord, keys: KeyRing, started_at: datetime) -> Device:
    variant = record.variant or USUAL_VARIANT
    device = make_esme(
        record.eui,
        keys=keys,
        trust_anchors=anchors_of(home, record),
        seed=_seed(home),
        started_at=started_at,
        variant=_ELEMENTS[variant.letters[0]],
        extras=frozenset(extra for letter, extra in _EXTRAS.items() if letter in variant.letters),
        firmware_version=bytes.fromhex(record.firmware),
        load=_load(home, record, ELECTRICITY),
    )
    if record.gbcs is not None and record.gbcs < _NEWER_CALENDAR:
        entries = as_list(device.model.store.read(_CALENDAR))
        older = [{**as_struct(entry), "script": _SWITCH_OFF} for entry in entries]
        device.model.store.write(_CALENDAR, older)
    return device


def _gsme(home: Home, record: DeviceRecord, keys: KeyRing, started_at: datetime) -> Device:
    return make_gsme(
        record.eui,
        keys=keys,
        trust_anchors=anchors_of(home, record),
        seed=_seed(home),
        started_at=started_at,
        load=_load(home, record, GAS),
    )


def _plain(make: Callable[..., Device]) -> Maker:
    return lambda home, record, keys, _: make(record.eui, keys=keys, trust_anchors=anchors_of(home, record))


Maker = Callable[[Home, DeviceRecord, KeyRing, datetime], Device]
_MAKERS: Final[Mapping[DeviceType, Maker]] = {
    DeviceType.ESME: _esme,
    DeviceType.GSME: _gsme,
    DeviceType.CHF: _plain(make_chf),
    DeviceType.PPMID: _plain(make_ppmid),
    DeviceType.HCALCS: _plain(make_hcalcs),
}
