"""Everything that is refused on the way: with its code, and nothing has changed after it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from home_bench import (
    ACB,
    ECONOMY_7,
    ESME,
    GSME,
    MIDNIGHT,
    NETWORK,
    NOW,
    STRANGER,
    SUPPLIER,
    House,
    house,
    messages,
)

from dcc_sim.devices.engine import DeviceState
from dcc_sim.devices.logs import CONTENT_INVALID, NO_AUTHORITY, NOT_AUTHENTIC, UNAUTHORISED_ACCESS
from dcc_sim.dsp.inventory import Party, Registration
from dcc_sim.duis.request import peek_header
from dcc_sim.duis.response import parse_response, refusal, render_response
from dcc_sim.duis.schema import Schemas
from dcc_sim.errors import AccessDenied, Refused
from dcc_sim.events import CommandDiscarded
from dcc_sim.gbcs.frame import Frame, decode_frame
from dcc_sim.gbcs.protection import protect, signed
from dcc_sim.ids import Eui64, Mpxn, RemotePartyRole, UserRole
from dcc_sim.transform.message import build_command, read_message

Spoil = Callable[[bytes], bytes]


@pytest.fixture
def home() -> House:
    made = house()
    made.world.hub.inventory.add(
        [
            Party(
                eui=STRANGER,
                name="Another Supplier",
                user_roles=frozenset({UserRole.IMPORT_SUPPLIER}),
                remote_role=RemotePartyRole.SUPPLIER,
            )
        ]
    )
    return made


def everything(home: House) -> tuple[object, ...]:
    """The state of all devices and what the hub remembers."""
    states: dict[Eui64, DeviceState] = {eui: device.state() for eui, device in home.world.devices.items()}
    logs = {eui: (device.event_log, device.security_log) for eui, device in home.world.devices.items()}
    return states, logs, set(home.world.hub.seen), dict(home.world.hub.pre_commands)


def refused(home: House, document: bytes) -> Refused:
    with pytest.raises(Refused) as error:
        home.send(document)
    return error.value


# ---------------------------------------------------------------------- refused by the DCC, not sent


def unsigned(document: bytes) -> bytes:
    return re.sub(rb"<ds:Signature .*</ds:Signature>", b"", document, flags=re.DOTALL)


AT_THE_DOOR: dict[str, tuple[Spoil, str, str]] = {
    "no XML": (lambda _: b"hello", "MalformedXml", "E100"),
    "empty": (lambda _: b"", "MalformedXml", "E100"),
    "cut short": (lambda d: d[: len(d) // 2], "MalformedXml", "E100"),
    "a document type": (
        lambda d: b'<!DOCTYPE x [<!ENTITY a "b">]>' + d.partition(b"?>")[2],
        "MalformedXml",
        "E100",
    ),
    "an unknown element": (lambda d: d.replace(b"sr:Season>", b"sr:Saison>"), "SchemaInvalid", "E100"),
    "a value out of range": (lambda d: d.replace(b">29000<", b">99999<"), "SchemaInvalid", "E100"),
    "another document": (lambda _: b"<x/>", "SchemaInvalid", "E100"),
    "no XML signature": (unsigned, "XmlSignatureInvalid", "E100"),
    "a changed value": (lambda d: d.replace(b">29000<", b">29001<"), "XmlSignatureInvalid", "E100"),
    "a changed signature": (
        lambda d: re.sub(rb"(<ds:SignatureValue>)(.)", lambda m: m[1] + (b"A" if m[2] != b"A" else b"B"), d),
        "XmlSignatureInvalid",
        "E100",
    ),
    "a moved counter": (lambda d: re.sub(rb":1001<", b":1002<", d), "XmlSignatureInvalid", "E100"),
}


@pytest.mark.parametrize("name", AT_THE_DOOR)
def test_at_the_door(home: House, name: str) -> None:
    spoil, kind, code = AT_THE_DOOR[name]
    document = home.changing(ECONOMY_7, MIDNIGHT)
    before = everything(home)
    error = refused(home, spoil(document))
    assert (type(error).__name__, error.response_code) == (kind, code)
    assert error.reason
    assert everything(home) == before
    home.send(document)  # what is in order still goes through


def after_a_change_of_supplier(home: House) -> bytes:
    point = Mpxn("1099000000016")
    home.world.hub.inventory.add([Registration(mpxn=point, supplier=STRANGER, network=NETWORK)])
    return home.changing(ECONOMY_7)


BY_ACCESS_CONTROL: dict[str, tuple[Callable[[House], bytes], str, str]] = {
    "the wrong role": (
        lambda home: home.changing(ECONOMY_7, originator=NETWORK),
        "E2",
        "role may use the service",
    ),
    "in the name of another": (
        lambda home: home.sign(ECONOMY_7.request(home.id(ESME, STRANGER)), NETWORK),
        "E100",
        "signer is the originator",
    ),
    "not responsible": (
        after_a_change_of_supplier,
        "E4",
        "responsible party",
    ),
    "an unknown device": (
        lambda home: home.sign(ECONOMY_7.request(home.id(STRANGER))),
        "E19",
        "device known",
    ),
    "in the past": (
        lambda home: home.changing(ECONOMY_7, datetime(2026, 1, 1, tzinfo=NOW.tzinfo)),
        "E100",
        "execution date",
    ),
    "at this very moment": (
        lambda home: home.changing(ECONOMY_7, NOW),
        "E100",
        "execution date",
    ),
}


@pytest.mark.parametrize("name", BY_ACCESS_CONTROL)
def test_by_access_control(home: House, name: str) -> None:
    make, code, rule = BY_ACCESS_CONTROL[name]
    document = make(home)
    before = everything(home)
    error = refused(home, document)
    assert isinstance(error, AccessDenied)
    assert (error.response_code, error.rule) == (code, rule)
    assert everything(home) == before


def test_the_same_request_id_again(home: House) -> None:
    document = home.changing(ECONOMY_7, MIDNIGHT)
    home.send(document)
    before = everything(home)
    error = refused(home, document)
    assert (error.response_code, error.rule) == ("E100", "request id unused")
    assert everything(home) == before


@pytest.mark.parametrize("name", [*AT_THE_DOOR, "the wrong role", "an unknown device"])
def test_every_refusal_can_be_answered(home: House, schemas: Schemas, name: str) -> None:
    good = home.changing(ECONOMY_7, MIDNIGHT)
    document = AT_THE_DOOR[name][0](good) if name in AT_THE_DOOR else BY_ACCESS_CONTROL[name][0](home)
    error = refused(home, document)
    try:
        request_id, variant = peek_header(document)
    except Refused:
        return  # no document at all: nobody to answer
    if variant is None:
        return
    answer = render_response(refusal(error, variant, home.now, request_id), home.world.xml_signer(ACB))
    assert parse_response(answer, schemas).code == error.response_code


# ---------------------------------------------------------------- sent, and met with silence


@dataclass
class Meddler:
    """A device with somebody on the line before it, who changes what passes and keeps a copy."""

    home: House
    spoil: Spoil
    eui: Eui64 = ESME
    passed: list[bytes] = field(default_factory=list)

    def receive(self, octets: bytes, now: datetime) -> tuple[bytes, ...]:
        self.passed.append(octets)
        return self.home.world.devices[self.eui].receive(self.spoil(octets), now)

    def next_wake(self) -> datetime | None:
        return self.home.world.devices[self.eui].next_wake()

    def wake(self, now: datetime) -> tuple[bytes, ...]:
        return self.home.world.devices[self.eui].wake(now)


def on_the_line(home: House, spoil: Spoil, eui: Eui64 = ESME) -> Meddler:
    meddler = Meddler(home, spoil, eui)
    home.world.hub.link.devices = dict(home.world.devices) | {eui: meddler}
    return meddler


def flip(place: Callable[[bytes, Frame], int]) -> Spoil:
    def spoil(octets: bytes) -> bytes:
        spoiled = bytearray(octets)
        spoiled[place(octets, decode_frame(octets))] ^= 1
        return bytes(spoiled)

    return spoil


ON_THE_LINK: dict[str, tuple[Spoil, int]] = {
    "a bit of the MAC": (flip(lambda _o, _f: -1), NOT_AUTHENTIC),
    "the first bit of the MAC": (flip(lambda o, _f: len(o) - 12), NOT_AUTHENTIC),
    "a bit of the signature": (flip(lambda _o, _f: -20), NOT_AUTHENTIC),
    "a bit of a price": (flip(lambda o, _f: len(o) - 12 - 65 - 40), NOT_AUTHENTIC),
    "the first octet of the payload": (flip(lambda _o, f: f.payload_offset), NOT_AUTHENTIC),
    "the counter": (flip(lambda o, _f: o.index(b"\xdf\x09") + 10), NOT_AUTHENTIC),
    "the message code": (flip(lambda _o, f: f.payload_offset - 4), CONTENT_INVALID),
    "the originator": (flip(lambda o, _f: o.index(SUPPLIER.octets) + 7), UNAUTHORISED_ACCESS),
    "the target": (flip(lambda o, _f: o.index(ESME.octets) + 7), UNAUTHORISED_ACCESS),
    "the flag": (flip(lambda o, _f: o.index(b"\xdf\x09") + 2), CONTENT_INVALID),
    "a length": (flip(lambda _o, _f: 8), CONTENT_INVALID),
    "cut short": (lambda o: o[:-1], CONTENT_INVALID),
    "too long": (lambda o: o + b"\x00", CONTENT_INVALID),
    "without its MAC": (lambda o: decode_frame(o).body, NOT_AUTHENTIC),
    "nothing": (lambda _: b"", CONTENT_INVALID),
    "a response instead": (lambda _: bytes.fromhex("DF09"), CONTENT_INVALID),
}


@pytest.mark.parametrize("name", ON_THE_LINK)
def test_what_was_changed_on_the_link_meets_silence(home: House, name: str) -> None:
    spoil, code = ON_THE_LINK[name]
    on_the_line(home, spoil)
    document = home.changing(ECONOMY_7, MIDNIGHT)
    before = home.device().state()
    error = refused(home, document)
    assert (error.response_code, error.rule) == ("E21", "device answers")
    assert home.device().state() == before
    (entry,) = home.device().security_log
    assert entry.code == code
    assert home.device().event_log == ()
    (event,) = home.device().take_events()
    assert isinstance(event, CommandDiscarded)
    assert (event.code, event.device) == (code, ESME)


@pytest.mark.parametrize("name", ["a bit of the MAC", "cut short", "the counter"])
def test_after_silence_the_next_request_is_served(home: House, name: str) -> None:
    on_the_line(home, ON_THE_LINK[name][0])
    refused(home, home.changing(ECONOMY_7, MIDNIGHT))
    on_the_line(home, lambda octets: octets)
    assert home.answer(home.changing(ECONOMY_7, MIDNIGHT)).body.first_failure is None


def test_a_replayed_command_meets_silence(home: House) -> None:
    meddler = on_the_line(home, lambda octets: octets)
    home.answer(home.changing(ECONOMY_7, MIDNIGHT))
    after_first = home.device().state()
    assert home.device().receive(meddler.passed[0], home.now) == ()
    assert home.device().state() == after_first
    (entry,) = home.device().security_log
    assert entry.code == NOT_AUTHENTIC
    assert "a replay" in entry.detail


def test_a_request_whose_counter_is_behind_the_last_meets_silence(home: House) -> None:
    home.answer(home.changing(ECONOMY_7, MIDNIGHT))
    before = home.device().state()
    home.counter -= 500  # another id, so the DCC lets it pass; an old counter, so the device does not
    error = refused(home, home.changing(ECONOMY_7, MIDNIGHT))
    assert error.response_code == "E21"
    assert home.device().state() == before
    assert [entry.code for entry in home.device().security_log] == [NOT_AUTHENTIC]


def test_a_doubled_command_is_answered_once(home: House) -> None:
    home.world.hub.link.double.add(ESME)
    answers = [m for m in messages(home.send(home.changing(ECONOMY_7))) if m.header.cra == 2]
    assert len(answers) == 1
    assert [entry.code for entry in home.device().security_log] == [NOT_AUTHENTIC]


def test_a_lost_command_is_not_answered(home: House) -> None:
    home.world.hub.link.lose.add(ESME)
    before = home.device().state()
    assert refused(home, home.asking("4.1.1", ESME)).response_code == "E21"
    assert home.device().state() == before


def test_a_device_without_a_link(home: House) -> None:
    home.world.hub.link.devices = {}
    assert refused(home, home.asking("4.1.1", ESME)).response_code == "E20"


def test_a_party_with_keys_but_without_authority_meets_silence(home: House) -> None:
    # Made past the DCC: signed by the network operator, MAC'd by the ACB, as a broken DCC would.
    document = home.changing(ECONOMY_7)
    command = next(hop.octets for hop in home.send(document) if hop.title == "Command")
    message = read_message(command)
    assert not hasattr(message.row, "senders")
    header = message.header
    other = type(header)(
        cra=header.cra,
        counter=header.counter + 1,
        originator=NETWORK,
        target=header.target,
        message_code=header.message_code,
    )
    frame = build_command(other, message.row, message.body.values)
    keys = home.world.keys
    before = home.device().state()
    assert home.device().receive(protect(signed(frame, keys), keys, ACB).encode(), home.now) == ()
    assert home.device().state() == before
    assert home.device().security_log[-1].code == NO_AUTHORITY


def test_an_answer_that_was_changed_on_its_way_is_not_believed(home: House) -> None:
    class Liar(Meddler):
        def receive(self, octets: bytes, now: datetime) -> tuple[bytes, ...]:
            (answer,) = self.home.world.devices[self.eui].receive(octets, now)
            return (answer[:-30] + bytes((answer[-30] ^ 1,)) + answer[-29:],)

    home.world.hub.link.devices = dict(home.world.devices) | {ESME: Liar(home, lambda o: o)}
    for document, reason in ((home.changing(ECONOMY_7), "Signature"), (home.asking("4.1.1", ESME), "Mac")):
        denied = refused(home, document)
        assert denied.response_code == "E21"
        assert denied.__notes__[0].startswith(f"dropped: {reason}Invalid")


def test_a_gas_command_meets_silence_too(home: House) -> None:
    on_the_line(home, ON_THE_LINK["a bit of the signature"][0], GSME)
    before = home.device(GSME).state()
    assert refused(home, home.setting_clock(GSME)).response_code == "E21"
    assert home.device(GSME).state() == before
    assert [entry.code for entry in home.device(GSME).security_log] == [NOT_AUTHENTIC]
