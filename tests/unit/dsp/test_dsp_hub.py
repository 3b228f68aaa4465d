"""The hub: what it admits and remembers, what it takes back, what it sends."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from home_bench import (
    ACB,
    ECONOMY_7,
    ESME,
    GSME,
    MIDNIGHT,
    NETWORK,
    NOW,
    SINGLE_RATE,
    STRANGER,
    SUPPLIER,
    House,
    house,
)
from lxml import etree

from dcc_sim.dsp.hub import Admitted, Hub
from dcc_sim.duis.names import sr
from dcc_sim.duis.request import parse_request, render_signed_pre_command
from dcc_sim.duis.signature import sign as sign_xml
from dcc_sim.errors import AccessDenied, Refused, RequestInvalid, XmlSignatureInvalid
from dcc_sim.gbcs.crypto import check_mac, sign
from dcc_sim.gbcs.frame import Frame, decode_frame
from dcc_sim.gbcs.protection import signed
from dcc_sim.ids import CommandVariant, DeviceType, Eui64, KeyUsage, MessageCode, RequestId
from dcc_sim.smki.pki import TestPki
from dcc_sim.transform.request import transform
from dcc_sim.wan.link import Link


@pytest.fixture
def home() -> House:
    return house()


@pytest.fixture
def hub(home: House) -> Hub:
    return home.world.hub


def remembered(hub: Hub) -> tuple[object, ...]:
    return (set(hub.seen), dict(hub.pre_commands))


@pytest.fixture
def admitted(home: House, hub: Hub) -> Admitted:
    return hub.admit(home.changing(ECONOMY_7, MIDNIGHT), NOW)


@pytest.fixture
def made(hub: Hub, admitted: Admitted) -> Frame:
    return hub.pre_command(admitted, NOW)


def returned(home: House, admitted: Admitted, frame: bytes, signer: Eui64 = SUPPLIER) -> Admitted:
    """What the hub makes of a signed pre-command that comes back."""
    document = home.sign(render_signed_pre_command(admitted.request, frame), signer)
    return home.world.hub.admit(document, NOW)


# ----------------------------------------------------------------------------------------- admitting


def test_what_is_admitted_is_remembered(hub: Hub, admitted: Admitted) -> None:
    assert hub.seen == {(admitted.request.request_id, False)}
    assert admitted.device.eui == ESME


def test_twice_is_once_too_often(home: House, hub: Hub) -> None:
    document = home.changing(ECONOMY_7)
    hub.admit(document, NOW)
    before = remembered(hub)
    with pytest.raises(AccessDenied, match="was used before"):
        hub.admit(document, NOW)
    assert remembered(hub) == before


@pytest.mark.parametrize(
    ("spoil", "kind"),
    [
        (lambda d: d[:-20], "MalformedXml"),
        (lambda d: b"<!DOCTYPE x>" + d.partition(b"?>")[2], "MalformedXml"),
        (lambda d: d.replace(b"TOUPrice", b"TouPrice"), "SchemaInvalid"),
        (lambda d: d.replace(b">29000<", b">29001<"), "XmlSignatureInvalid"),
        (
            lambda d: re.sub(rb"<ds:Signature .*</ds:Signature>", b"", d, flags=re.DOTALL),
            "XmlSignatureInvalid",
        ),
        (lambda d: re.sub(rb"(X509SerialNumber>)\d+", rb"\g<1>5", d), "XmlSignatureInvalid"),
        (lambda d: d.replace(b"-30-01-00-00:", b"-30-02-00-00:"), "XmlSignatureInvalid"),
    ],
)
def test_a_refused_document_is_not_remembered(home: House, hub: Hub, spoil: object, kind: str) -> None:
    assert callable(spoil)
    document = home.changing(ECONOMY_7)
    before = remembered(hub)
    with pytest.raises(Refused) as refused:
        hub.admit(spoil(document), NOW)
    assert type(refused.value).__name__ == kind
    assert refused.value.response_code == "E100"
    assert remembered(hub) == before
    hub.admit(document, NOW)  # the id was not used up


def test_a_document_signed_by_another_party(home: House, hub: Hub) -> None:
    document = home.sign(ECONOMY_7.request(home.id(ESME)), NETWORK)
    with pytest.raises(AccessDenied, match="is signed by") as refused:
        hub.admit(document, NOW)
    assert refused.value.response_code == "E100"
    assert hub.seen == set()


def test_a_document_signed_with_a_key_of_another_pki(home: House, hub: Hub) -> None:
    pki = TestPki("another seed")
    pki.enrol_organisation(
        SUPPLIER, next(p.remote_role for p in home.world.home.parties if p.eui == SUPPLIER)
    )
    ours = home.world.keys.certificate(SUPPLIER, KeyUsage.XML_SIGNATURE)
    theirs = pki.ring.private(SUPPLIER, KeyUsage.XML_SIGNATURE)
    document = sign_xml(
        ECONOMY_7.request(home.id(ESME)), theirs, ours.issuer.rfc4514_string(), ours.serial_number
    )
    with pytest.raises(XmlSignatureInvalid):
        hub.admit(document, NOW)


# --------------------------------------------------------------------------------------- pre-commands


def test_the_pre_command_is_kept_until_it_comes_back(
    home: House, hub: Hub, admitted: Admitted, made: Frame
) -> None:
    assert hub.pre_commands == {admitted.request.request_id: made}
    again = returned(home, admitted, signed(made, home.world.keys).encode())
    taken = hub.take_back(again)
    assert taken.signed_octets == made.signed_octets
    assert hub.pre_commands == {}
    with pytest.raises(RequestInvalid, match="no pre-command was made"):
        hub.take_back(again)


def flipped(octets: bytes, place: int) -> bytes:
    spoiled = bytearray(octets)
    spoiled[place] ^= 1
    return bytes(spoiled)


REFUSED_BACK = {
    "another request": "is of .*:1002, not of .*:1001",
    "another service": "has message code 0x0062; 1.1.1 becomes ECS01a, GCS01a",
    "another tariff": r"is not the one the DCC made: days\.\[1\]\.schedule\.#, prices\.table\.\[1\]\.charge",
    "a changed value": r"is not the one the DCC made: prices\.table\.\[57\]\.index \[",
    "another counter": "is of .*, not of ",
    "signed by another party": "does not verify",
    "signed with the other key": "does not verify",
    "a flipped signature": "does not verify",
    "not signed": "has no signature",
    "null signature": "has no signature",
    "cut short": "octets",
    "not GBCS at all": "Grouping Header",
}


def spoiled(name: str, home: House, frame: Frame) -> bytes:
    keys = home.world.keys
    good = signed(frame, keys)
    match name:
        case "another request":
            other = home.world.hub.admit(home.changing(SINGLE_RATE, MIDNIGHT), NOW)
            return signed(home.world.hub.pre_command(other, NOW), keys).encode()
        case "another service":
            header = replace(frame.header, message_code=MessageCode(0x62))
            return signed(Frame.build(header, frame.payload), keys).encode()
        case "another tariff":
            same_ids = RequestId(SUPPLIER, ESME, frame.header.counter)
            asked = parse_request(SINGLE_RATE.request(same_ids, MIDNIGHT), home.world.hub.schemas)
            return signed(transform(asked, DeviceType.ESME, NOW), keys).encode()
        case "a changed value":
            changed = decode_frame(
                flipped(frame.encode(), frame.payload_offset + len(frame.header_octets) + 900)
            )
            return signed(changed, keys).encode()
        case "another counter":
            return signed(decode_frame(flipped(frame.encode(), 10)), keys).encode()
        case "signed by another party":
            stranger = keys.private(NETWORK, KeyUsage.DIGITAL_SIGNATURE)
            return frame.with_signature(sign(stranger, frame)).encode()
        case "signed with the other key":
            return frame.with_signature(sign(keys.private(SUPPLIER, KeyUsage.KEY_AGREEMENT), frame)).encode()
        case "a flipped signature":
            return flipped(good.encode(), -1)
        case "not signed":
            return frame.encode()
        case "null signature":
            return frame.with_signature(b"").encode()
        case "cut short":
            return good.encode()[:-1]
        case "not GBCS at all":
            return b"hello"
    raise AssertionError(name)


@pytest.mark.parametrize("name", REFUSED_BACK)
def test_what_is_not_taken_back(home: House, hub: Hub, admitted: Admitted, made: Frame, name: str) -> None:
    octets = spoiled(name, home, made)
    before = dict(hub.pre_commands)
    again = returned(home, admitted, octets)
    with pytest.raises(RequestInvalid, match=REFUSED_BACK[name]) as denied:
        hub.take_back(again)
    assert denied.value.response_code == "E100"
    assert denied.value.rule in ("pre-command ids", "pre-command unchanged", "GBCS signature", "GBCS frame")
    assert hub.pre_commands == before  # the right one may still come


def test_an_empty_signed_pre_command(home: House, hub: Hub, admitted: Admitted, made: Frame) -> None:
    with pytest.raises(Refused):
        hub.take_back(returned(home, admitted, b""))
    assert hub.pre_commands == {admitted.request.request_id: made}


def test_a_signed_pre_command_nobody_asked_for(
    home: House, hub: Hub, admitted: Admitted, made: Frame
) -> None:
    hub.pre_commands.clear()
    again = returned(home, admitted, signed(made, home.world.keys).encode())
    with pytest.raises(RequestInvalid, match="no pre-command was made for") as refused:
        hub.take_back(again)
    assert refused.value.rule == "pre-command known"


def test_a_signed_pre_command_of_somebody_else(home: House, admitted: Admitted, made: Frame) -> None:
    with pytest.raises(AccessDenied, match="is signed by"):
        returned(home, admitted, signed(made, home.world.keys).encode(), signer=NETWORK)


# --------------------------------------------------------------------------------------------- sending


def test_a_command_gets_the_mac_of_the_acb(home: House, hub: Hub, made: Frame) -> None:
    for frame in (made, signed(made, home.world.keys)):
        command = decode_frame(hub.command(frame))
        check_mac(home.world.keys.shared_secret(ACB, ESME), command)
        assert command.signature == (frame.signature or b"")


def test_a_request_with_a_date_is_kept_until_then(home: House, hub: Hub) -> None:
    date = etree.Element(sr("ExecutionDateTime"))
    date.text = "2026-12-01T00:00:00.00Z"
    admitted = hub.admit(home.asking("4.1.1", ESME, date), NOW)
    assert hub.keeps(admitted)
    hub.keep(admitted, NOW)
    assert hub.diary.next_at() == MIDNIGHT
    assert hub.due(MIDNIGHT - timedelta(seconds=1)) == []
    ((at, again),) = hub.due(MIDNIGHT)
    assert (at, again.request.request_id) == (MIDNIGHT, admitted.request.request_id)
    assert hub.due(MIDNIGHT) == []


@pytest.mark.parametrize(
    ("link", "code"), [(Link({}), "E20"), (Link({}, lose={ESME}), "E20")], ids=["no link", "unknown and lost"]
)
def test_a_device_that_cannot_be_reached(hub: Hub, link: Link, code: str) -> None:
    hub.link = link
    with pytest.raises(AccessDenied) as refused:
        hub.send(b"", ESME, NOW)
    assert refused.value.response_code == code


def test_a_device_that_does_not_answer(hub: Hub) -> None:
    hub.link.lose.add(GSME)
    with pytest.raises(AccessDenied, match="no response from") as refused:
        hub.send(b"", GSME, NOW)
    assert refused.value.response_code == "E21"


def test_local_forms_go_back_to_the_user(home: House, hub: Hub) -> None:
    local = hub.admit(home.asking("4.1.1", ESME, command_variant=CommandVariant.LOCAL), NOW)
    remote = hub.admit(home.asking("4.1.1", ESME), NOW)
    assert hub.is_local(local.request)
    assert not hub.is_local(remote.request)
    assert hub.returns_command(local.request)
    assert not hub.returns_command(remote.request)


class Echo:
    """A device that answers with what it got, and when."""

    def __init__(self) -> None:
        self.wakes = [NOW + timedelta(hours=1), NOW + timedelta(hours=2)]

    def receive(self, octets: bytes, now: object) -> tuple[bytes, ...]:
        return (octets + str(now).encode(),)

    def next_wake(self) -> object:
        return self.wakes[0] if self.wakes else None

    def wake(self, now: object) -> tuple[bytes, ...]:  # noqa: ARG002  # as the real ones
        return (str(self.wakes.pop(0)).encode(),)


def test_the_link_delays_doubles_and_loses() -> None:
    link = Link({ESME: Echo()}, delay=timedelta(seconds=3))  # type: ignore[dict-item]  # looser on purpose
    assert link.deliver(ESME, b"x ", NOW) == (b"x 2026-11-30 14:00:03+00:00",)
    link.double.add(ESME)
    assert link.deliver(ESME, b"x ", NOW)[1] == b"x 2026-11-30 14:00:06+00:00"
    link.lose.add(ESME)
    assert link.deliver(ESME, b"x ", NOW) == ()
    with pytest.raises(AccessDenied):
        link.deliver(STRANGER, b"x", NOW)


def test_the_link_wakes_who_is_due() -> None:
    one, other = Echo(), Echo()
    other.wakes = [NOW]
    link = Link({ESME: one, GSME: other})  # type: ignore[dict-item]  # looser on purpose
    assert link.next_wake() == NOW
    assert link.wake(NOW) == (b"2026-11-30 14:00:00+00:00",)
    assert link.next_wake() == one.wakes[0]
    assert link.wake(NOW) == ()
