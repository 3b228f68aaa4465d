"""A message as it travels: with and without signature and MAC wrapper."""

from __future__ import annotations

import pytest
from gbcs_bench import frame

from dcc_sim.codec.shape import Notes
from dcc_sim.errors import DecodeError
from dcc_sim.gbcs.frame import MAX_FRAME, Frame, decode_frame

BARE = frame()
FORMS = {
    "ends at the payload": BARE,
    "null signature": BARE.with_signature(b""),
    "signed": BARE.with_signature(bytes(range(64))),
    "MAC'd": BARE.with_signature(b"").with_mac(b"twelve octet"),
    "signed and MAC'd": BARE.with_signature(bytes(64)).with_mac(b"twelve octet"),
}


@pytest.mark.parametrize("name", FORMS)
def test_both_ways(name: str) -> None:
    made = FORMS[name]
    read = decode_frame(made.encode())
    assert read.encode() == made.encode()
    assert (read.header, read.payload, read.signature, read.mac) == (
        made.header,
        b"the payload",
        made.signature,
        made.mac,
    )
    assert made.encode()[read.payload_offset :].startswith(b"the payload")


@pytest.mark.parametrize("name", FORMS)
def test_cut_short_or_too_long(name: str) -> None:
    octets = FORMS[name].encode()
    whole_too = {len(BARE.encode())} if not FORMS[name].mac else set()
    for length in set(range(len(octets))) - whole_too:
        with pytest.raises(DecodeError):
            decode_frame(octets[:length])
    if name != "ends at the payload":  # there one octet more is the null signature
        with pytest.raises(DecodeError):
            decode_frame(octets + b"\x00")


def test_the_mac_wrapper() -> None:
    body = FORMS["null signature"].encode()
    octets = FORMS["MAC'd"].encode()
    assert (
        octets
        == bytes.fromhex("DD000000000000")
        + bytes((5 + len(body) + 12,))
        + bytes.fromhex("1100000000")
        + body
        + b"twelve octet"
    )


def test_what_is_signed_and_what_is_macd() -> None:
    made = FORMS["signed"]
    assert made.signed_octets == BARE.encode()[1:]
    assert made.body == BARE.encode() + b"\x40" + bytes(range(64))
    assert FORMS["null signature"].body == BARE.encode() + b"\x00"


def test_a_payload_longer_than_one_length_octet() -> None:
    long = Frame.build(BARE.header, bytes(1000)).with_signature(b"").with_mac(bytes(12))
    assert decode_frame(long.encode()).payload == bytes(1000)
    assert long.encode()[7:10] == b"\x82" + (5 + len(long.body) + 12).to_bytes(2, "big")


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda o: o[:7] + bytes((o[7] - 1,)) + o[8:], "announces"),
        (lambda o: o[:7] + bytes((o[7] + 1,)) + o[8:], "announces"),
        (lambda o: o[:1] + b"\x01" + o[2:], "MAC Header"),
        (lambda o: o[:8] + b"\x10" + o[9:], "security header"),
        (lambda o: o[:-13] + b"\x01" + o[-12:], "0 or 64 octets expected, found 1"),
        (lambda o: o[:-13] + b"\x40" + o[-12:], "64 octets expected"),
    ],
)
def test_a_spoiled_wrapper(spoil: object, reason: str) -> None:
    assert callable(spoil)
    with pytest.raises(DecodeError, match=reason):
        decode_frame(spoil(FORMS["MAC'd"].encode()))


def test_a_mac_needs_a_signature_block_before_it() -> None:
    with pytest.raises(DecodeError, match="signature length is expected before the MAC"):
        decode_frame(BARE.with_mac(bytes(12)).encode())


def test_a_mac_wrapper_with_nothing_in_it() -> None:
    with pytest.raises(DecodeError, match="breaks off before the MAC"):
        decode_frame(bytes.fromhex("DD000000000000 10 1100000000") + bytes(11))


def test_a_block_is_not_a_message() -> None:
    with pytest.raises(DecodeError, match="General Block Transfer"):
        decode_frame(bytes.fromhex("DD0900"))


def test_a_frame_longer_than_any() -> None:
    with pytest.raises(DecodeError, match="more than any message has"):
        decode_frame(bytes(MAX_FRAME + 1))


@pytest.mark.parametrize("octets", [b"", b"\x00", b"hello", b"\xdf", b"\xdd"])
def test_something_else(octets: bytes) -> None:
    with pytest.raises(DecodeError):
        decode_frame(octets)


def test_every_octet_of_a_frame_is_noted_once_but_for_the_payload() -> None:
    octets = FORMS["signed and MAC'd"].encode()
    notes = Notes()
    made = decode_frame(octets, notes)
    places = [place for note in notes for place in range(note.offset, note.offset + note.length)]
    names = {note.path[-1] for note in notes}
    assert {"mac_header", "message_code", "content_length", "signature", "mac"} <= names
    assert len(places) == len(set(places))
    payload = range(made.payload_offset, made.payload_offset + len(made.payload))
    # Lengths of ids, the empty date-time and the length of other-information carry no name.
    assert set(range(len(octets))) - set(places) - set(payload) <= set(range(len(octets))[13:50])
