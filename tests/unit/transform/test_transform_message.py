"""Whole messages: read, written again, built from values, in both directions."""

from __future__ import annotations

from functools import cache

import pytest
from home_bench import ACB, ESME, MIDNIGHT, SUPPLIER, every_kind_of_document, house, messages

from dcc_sim.catalogue.usecases import alert_by_message_code, by_message_code, use_case
from dcc_sim.codec.exchange import Sealed
from dcc_sim.codec.shape import Notes
from dcc_sim.errors import DecodeError, DecryptionFailed, Unsupported
from dcc_sim.gbcs.header import GroupingHeader
from dcc_sim.gbcs.keys import KeyRing
from dcc_sim.ids import CraFlag, MessageCode
from dcc_sim.transform.message import (
    Message,
    build_alert,
    build_command,
    build_response,
    encode_again,
    read_frame,
    read_message,
)

HOME = house()
CODES = ("ECS01a", "ECS01b", "ECS17b", "ECS17d", "ECS24", "ECS52", "ECS70", "GCS01a", "GCS13a", "GCS28")
NAMES = [f"{code} {kind}" for code in CODES for kind in ("COMMAND", "RESPONSE")]
NAMES += ["FutureDatedAlert-DLMS ALERT", "FutureDatedAlert-GBZ ALERT"]


@cache
def exchanged() -> dict[str, Message]:
    found: dict[str, Message] = {}
    for _, document in every_kind_of_document(HOME):
        for message in messages(HOME.send(document)):
            found[f"{message.row.code} {message.header.cra.name}"] = message
    for message in HOME.pass_time(MIDNIGHT):
        found[f"{message.row.code} ALERT"] = message
    return found


@pytest.mark.parametrize("name", NAMES)
def test_built_from_its_values_a_message_is_the_same(name: str) -> None:
    message, keys = exchanged()[name], HOME.world.keys
    header, row, body = message.header, message.row, message.body
    if header.cra is CraFlag.COMMAND:
        frame = build_command(header, use_case(row.code), body.values)
    elif header.cra is CraFlag.RESPONSE:
        frame = build_response(header, use_case(row.code), body, keys)
    else:
        frame = build_alert(header, alert_by_message_code(header.message_code), body.values, keys)
    assert frame.payload == message.frame.payload
    assert encode_again(message, keys) == message.frame.encode()


@pytest.mark.parametrize("name", NAMES)
def test_every_octet_of_the_payload_is_explained(name: str) -> None:
    message = exchanged()[name]
    found = Notes()
    octets = message.frame.encode()
    read_message(octets, HOME.world.keys, found)
    inside = [n for n in found if "decrypted" not in n.path]
    explained = {place for n in inside for place in range(n.offset, n.offset + n.length)}
    start = message.frame.payload_offset
    payload = set(range(start, start + len(message.frame.payload)))
    # What is left over are tags and counts that the layout fixes: no more than a fifth of it.
    assert len(payload - explained) <= max(8, len(payload) // 5)


@pytest.mark.parametrize("name", ["ECS17b RESPONSE", "ECS17d RESPONSE", "GCS13a RESPONSE"])
def test_sensitive_values_need_a_key(name: str) -> None:
    octets = exchanged()[name].frame.encode()
    for keys in (None, KeyRing()):
        message = read_message(octets, keys)
        assert any(isinstance(value, Sealed) for value in message.body.values.values())
        assert encode_again(message) == octets
    opened = read_message(octets, HOME.world.keys)
    assert not any(isinstance(value, Sealed) for value in opened.body.values.values())


def test_a_wrong_key_opens_nothing() -> None:
    octets = exchanged()["ECS17b RESPONSE"].frame.encode()
    wrong = KeyRing(dict(HOME.world.keys.entries))
    place = next(place for place in wrong.entries if place[0] == ESME and place[1].value == "ka")
    other = next(place for place in wrong.entries if place[0] == ACB and place[1].value == "ka")
    wrong.entries[place] = wrong.entries[other]
    with pytest.raises(DecryptionFailed):
        read_message(octets, wrong)


def test_a_message_code_without_a_row() -> None:
    header = GroupingHeader(
        cra=CraFlag.COMMAND, counter=1, originator=SUPPLIER, target=ESME, message_code=MessageCode(0xFFFE)
    )
    frame = build_command(header, use_case("ECS52"), {})
    with pytest.raises(DecodeError, match="message code 0xFFFE"):
        read_frame(frame)
    with pytest.raises(Unsupported):
        alert_by_message_code(MessageCode(0xFFFE))
    with pytest.raises(Unsupported):
        by_message_code(MessageCode(0xFFFE))
    with pytest.raises(Unsupported, match="use case ECS999"):
        use_case("ECS999")


def test_a_command_is_not_read_as_another_one() -> None:
    message = exchanged()["ECS52 COMMAND"]
    octets = bytearray(message.frame.encode())
    at = octets.index(bytes((0x02,)) + int(message.header.message_code).to_bytes(2, "big")) + 1
    octets[at : at + 2] = use_case("ECS24").message_code.to_bytes(2, "big")
    with pytest.raises(DecodeError):
        read_message(bytes(octets))
