"""Requests of every form as finished Commands, devices that answer them, and all that an answer has to be.

The parties hold every remote party role, the devices are one of each type; all keys come from the test PKI.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree
from transform_bench import STATE

from dcc_sim.catalogue.requests import request_row
from dcc_sim.catalogue.routes import BY_VARIANT, GbcsVersion
from dcc_sim.catalogue.row import Guard, UseCase
from dcc_sim.catalogue.usecases import by_message_code
from dcc_sim.clock import parse_moment
from dcc_sim.codec.access import AccessRow
from dcc_sim.codec.exchange import Body, Result, sealed_values
from dcc_sim.codec.times import CosemDateTime
from dcc_sim.devices.model import Fault
from dcc_sim.devices.profiles import make_chf, make_esme, make_hcalcs, make_ppmid
from dcc_sim.devices.profiles.esme import ALL_EXTRAS, Variant, lacking_of
from dcc_sim.devices.rehearsal import check_same_answer, rehearse
from dcc_sim.devices.store import CosemAttribute
from dcc_sim.duis.drafting import ALL, House, Wishes, draft, every_choice
from dcc_sim.duis.request import read_request
from dcc_sim.duis.schema import Schemas, default_schemas
from dcc_sim.errors import AccessDenied, KeyMissing, NotFound, RequestInvalid
from dcc_sim.gbcs.frame import Frame, decode_frame
from dcc_sim.gbcs.protection import check_protection, protect, signed
from dcc_sim.gbcs.utrn import top_up_secret
from dcc_sim.ids import (
    CraFlag,
    DeviceType,
    Eui64,
    KeyUsage,
    RemotePartyRole,
    ServiceReferenceVariant,
    UserRole,
)
from dcc_sim.mmc.document import render
from dcc_sim.mmc.reader import read
from dcc_sim.smki.pki import TestPki
from dcc_sim.transform.context import DccParty, TransformContext, certificates_of
from dcc_sim.transform.message import Message, build_response, encode_again, read_frame, read_message
from dcc_sim.transform.request import transform

if TYPE_CHECKING:
    from lxml.etree import _Element

    from dcc_sim.codec.shape import Values
    from dcc_sim.devices.engine import Device

NOW: Final = parse_moment("2027-03-01T12:00:00Z")
STARTED: Final = NOW - timedelta(days=3)
PARTIES: Final = {
    role: Eui64.parse(f"00-5E-30-00-00-00-00-{n:02X}") for n, role in enumerate(RemotePartyRole, 1)
}
DEVICES: Final = {kind: Eui64.parse(f"00-5E-31-00-00-00-00-{n:02X}") for n, kind in enumerate(DeviceType, 1)}
ACB: Final = PARTIES[RemotePartyRole.ACCESS_CONTROL_BROKER]
TYPES: Final = (DeviceType.ESME, DeviceType.CHF, DeviceType.HCALCS, DeviceType.PPMID)
"""Whose answers are looked at here."""
NO_WAY_BACK: Final = {"ECS26a": "credit charges are told by what they mean, of which several may mean one"}
_ACB_STANDS_IN: Final = (DeviceType.CHF, DeviceType.PPMID)
_OTHERS: Final = (
    DeviceType.PPMID,
    DeviceType.ESME,
    DeviceType.GSME,
    DeviceType.GPF,
    DeviceType.HCALCS,
)
_VERSIONS: Final = (GbcsVersion(4, 1), GbcsVersion(3, 2), GbcsVersion(1, 0))
_KNOWN_AS: Final = {
    UserRole.IMPORT_SUPPLIER: RemotePartyRole.SUPPLIER,
    UserRole.ELECTRICITY_DISTRIBUTOR: RemotePartyRole.NETWORK_OPERATOR,
    UserRole.LOAD_CONTROLLER: RemotePartyRole.LOAD_CONTROLLER,
}
"""Every other User is unknown to an electricity meter."""

_PKI: Final = TestPki("exchanges")
for _role, _eui in PARTIES.items():
    _PKI.enrol_organisation(_eui, _role)
for _eui in DEVICES.values():
    _PKI.enrol_device(_eui)
KEYS: Final = _PKI.ring

Roots = Callable[[str, Eui64], Iterable["_Element"]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request that became a Command. `kind` says whom the device takes for its originator."""

    variant: str
    device: DeviceType
    row: UseCase
    kind: str
    frame: Frame
    command: bytes


def house(user: Eui64) -> House:
    """What drafts are about when this party writes them."""

    def der(eui: Eui64, usage: KeyUsage) -> bytes:
        return KEYS.certificate(eui, usage).public_bytes(Encoding.DER)

    certificates = {
        "DigitalSigningCertificate": der(user, KeyUsage.DIGITAL_SIGNATURE),
        "KeyAgreementCertificate": der(user, KeyUsage.KEY_AGREEMENT),
        "KAPublicSecurityCredentials": der(user, KeyUsage.KEY_AGREEMENT),
        "Certificate": _PKI.authority_certificate().public_bytes(Encoding.DER),
        "DeviceCertificate": der(DEVICES[DeviceType.ESME], KeyUsage.DIGITAL_SIGNATURE),
    }
    secret = bytes(32)
    with suppress(KeyMissing):
        certificates["KeyAgreementTopUpCertificate"] = der(user, KeyUsage.PREPAYMENT_KEY_AGREEMENT)
        secret = top_up_secret(KEYS, user, DEVICES[DeviceType.ESME])
    return House(
        originator=user,
        acb=ACB,
        devices=DEVICES,
        mpan="1099000000016",
        mprn="9900000003",
        certificates=certificates,
        top_up_secret=secret,
    )


@cache
def every_form(variant: str, user: Eui64) -> tuple[_Element, ...]:
    """Documents that between them take every alternative, each log that can be read among them."""
    service, about = ServiceReferenceVariant(variant), house(user)
    found = [each.root for each in every_choice(service, about, NOW, default_schemas())]
    if variant == "6.13":
        logs = ("Event", "Security", "PowerEvent", "ALCSEvent")
        wishes = (Wishes(values=(("LogToRead", log),), optionals=ALL) for log in logs)
        found += [draft(service, about, NOW, default_schemas(), each).root for each in wishes]
    return tuple(found)


def contexts(variant: str, party: RemotePartyRole) -> Iterator[TransformContext]:
    """Everything that the DCC may know of the device, as far as the routes of the service ask for it."""
    routes = BY_VARIANT[variant]
    dated = any(route.since is not None or route.before is not None for route in routes)
    phases = any(route.polyphase is not None for route in routes)
    joined = variant.startswith("8.")
    for version, polyphase, other in product(
        _VERSIONS if dated else _VERSIONS[:1], (False, True)[: 1 + phases], _OTHERS if joined else _OTHERS[:1]
    ):
        yield replace(
            STATE,
            broker=DccParty(eui=ACB, counter=1302),
            cos_party=DccParty(eui=PARTIES[RemotePartyRole.TRANSITIONAL_COS], counter=6001),
            party=party,
            gbcs=version,
            polyphase=polyphase,
            other=other,
            certificate=certificates_of(KEYS),
        )


def asked(variant: str, device: DeviceType, roots: Roots = every_form) -> Iterator[Asked]:
    """Every different Command that a service becomes, whoever may ask for it.

    Left out are those for which the use case has no role: a request that its User may not make.
    """
    users = request_row(ServiceReferenceVariant(variant)).roles
    parties = {_KNOWN_AS.get(user, RemotePartyRole.OTHER) for user in users}
    for party in sorted(parties or {RemotePartyRole.ACCESS_CONTROL_BROKER}):
        known_as = RemotePartyRole.OTHER if device in _ACB_STANDS_IN else party
        seen: set[bytes] = set()
        for root, context in product(roots(variant, PARTIES[party]), contexts(variant, known_as)):
            request = read_request(_sent_to(root, device))
            try:
                frame = transform(request, device, NOW, context)
            except (RequestInvalid, AccessDenied, NotFound):
                continue
            octets = frame.encode()
            row = by_message_code(frame.header.message_code)
            own = frame.header.originator == request.request_id.originator
            if octets not in seen and not (own and party not in row.roles):
                seen.add(octets)
                yield Asked(
                    variant=variant,
                    device=device,
                    row=row,
                    kind=_kind(frame, party),
                    frame=frame,
                    command=finished(frame, row),
                )


def _sent_to(root: _Element, device: DeviceType) -> _Element:
    sent = copy.deepcopy(root)
    request_id = sent[0][0]
    originator, target, counter = (request_id.text or "").split(":")
    if target != str(ACB):
        request_id.text = f"{originator}:{DEVICES[device]}:{counter}"
    return sent


def _kind(frame: Frame, party: RemotePartyRole) -> str:
    if frame.header.certificate is not None:
        return "unknown, with certificate"
    if frame.header.supplementary_party is not None:
        return "unknown"
    return "ACB" if frame.header.originator == ACB else party.name


def finished(frame: Frame, row: UseCase) -> bytes:
    """With the originator's signature and the ACB's MAC, where the use case has them."""
    guard = row.protections[0].command
    frame = signed(frame, KEYS) if Guard.SIGNATURE in guard else frame.with_signature(b"")
    return (protect(frame, KEYS, ACB) if Guard.MAC in guard else frame).encode()


def make(device: DeviceType, row: UseCase) -> Device:
    """A new device that has what the use case names and trusts one party in each role."""
    anchors: dict[RemotePartyRole, Eui64] = {**PARTIES}
    del anchors[RemotePartyRole.OTHER]
    eui = DEVICES[device]
    match device:
        case DeviceType.ESME:
            return make_esme(
                eui, keys=KEYS, trust_anchors=anchors, seed=1, started_at=STARTED, variant=variant_for(row)
            )
        case DeviceType.CHF:
            return make_chf(eui, keys=KEYS, trust_anchors=anchors)
        case DeviceType.PPMID:
            return make_ppmid(eui, keys=KEYS, trust_anchors=anchors)
        case _:
            return make_hcalcs(eui, keys=KEYS, trust_anchors=anchors)


def variant_for(row: UseCase) -> Variant:
    """The first kind of ESME that has every object of the use case."""
    items = row.payload.items if isinstance(row.payload, AccessRow) else ()
    named = {CosemAttribute(item.object, item.index) for item in items}
    kinds: tuple[Variant, ...] = ("single", "twin", "polyphase")
    return next(kind for kind in kinds if named.isdisjoint(lacking_of(kind, ALL_EXTRAS)))


def answer(ask: Asked, *faults: Fault) -> bytes:
    """What a new device answers. Raises AssertionError, with its reason, for silence."""
    device = make(ask.device, ask.row)
    if faults:
        device.inject_failures(ask.row.code, faults)
    answers = device.receive(ask.command, NOW)
    assert answers, (ask.row.code, ask.kind, device.security_log[-1])
    return answers[-1]


def check_command(ask: Asked) -> None:
    """It decodes, encodes again to the same octets, and its protection verifies."""
    message = read_frame(decode_frame(ask.command), KEYS)
    assert encode_again(message, KEYS) == ask.command
    check_protection(message.frame, KEYS, ACB)


def answer_saying(ask: Asked, values: Values) -> bytes:
    """The answer of a device of somebody else's that carried out everything and read these values."""
    assert isinstance(ask.row.payload, AccessRow)
    results = tuple(Result(item.name, n, 0, True) for n, item in enumerate(ask.row.payload.items))
    return answer_of(ask, Body(values, results))


def answer_of(ask: Asked, body: Body) -> bytes:
    """Any answer to a Command, as the device that has its target's keys gives it.

    To a party whose certificate the Command carries it numbers its answers itself.
    """
    header = ask.frame.header
    about = replace(
        header,
        cra=CraFlag.RESPONSE,
        originator=header.target,
        target=header.originator,
        time=CosemDateTime.at(NOW) if ask.row.timed else None,
        certificate=None,
        supplementary_originator_counter=None if header.certificate is None else 0x7D5,
    )
    frame = build_response(about, ask.row, body, KEYS)
    guard = ask.row.protections[0].response
    frame = signed(frame, KEYS) if Guard.SIGNATURE in guard else frame.with_signature(b"")
    return (protect(frame, KEYS, ACB) if Guard.MAC in guard else frame).encode()


def check_answer(ask: Asked, octets: bytes, official: Schemas) -> Message:
    """All levels: decode, encode again, verify, open, MMC and back, and given again by another device."""
    message = read_message(octets, KEYS)
    assert encode_again(message, KEYS) == octets
    check_protection(message.frame, KEYS, ACB)
    assert not any(sealed_values(message.body.values))
    for variant in (ask.variant, None):
        document = render(message, service_reference_variant=variant)
        official.check_mmc(etree.fromstring(document))
        told = read(document, sent=[result.name for result in message.body.results])
        assert told.header == message.header
        again = replace(message, body=told.body)
        if message.row.code not in NO_WAY_BACK:
            assert render(again, service_reference_variant=variant) == document
    built = rehearse(ask.command, octets, KEYS, ask.device, ACB, now=NOW)
    check_same_answer(built, octets, DEVICES[ask.device])
    return message
