"""The Grouping Header in all its variants, octet by octet."""

from __future__ import annotations

import pytest
from gbcs_bench import METER, STRANGER, SUPPLIER, header

from dcc_sim.codec.shape import Notes, Reader
from dcc_sim.codec.times import CosemDateTime
from dcc_sim.errors import DecodeError, EncodeError
from dcc_sim.gbcs.header import GroupingHeader, decode_header
from dcc_sim.ids import CraFlag

TIME = CosemDateTime(bytes.fromhex("07EA0C01FF000000008000FF"))
PARTIES = "08 005E010000000001 08 005E000000000001"
BACK = "08 005E000000000001 08 005E010000000001"
COUNTER = "0102030405060708"

VARIANTS: dict[str, tuple[GroupingHeader, str]] = {
    "command": (header(), f"DF 09 01 {COUNTER} {PARTIES} 00 02 0019 05"),
    "response": (header(CraFlag.RESPONSE), f"DF 09 02 {COUNTER} {BACK} 00 02 0019 05"),
    "alert": (header(CraFlag.ALERT), f"DF 09 03 {COUNTER} {BACK} 00 02 0019 05"),
    "timed response": (
        header(CraFlag.RESPONSE, time=TIME),
        f"DF 09 02 {COUNTER} {BACK} 0C 07EA0C01FF000000008000FF 02 0019 05",
    ),
    "a party behind the ACB": (
        header(supplementary_party=STRANGER),
        f"DF 09 01 {COUNTER} {PARTIES} 00 0A 0019 005E010000000004 05",
    ),
    "its counter too": (
        header(supplementary_party=STRANGER, supplementary_counter=9),
        f"DF 09 01 {COUNTER} {PARTIES} 00 12 0019 005E010000000004 0000000000000009 05",
    ),
    "its certificate too": (
        header(supplementary_party=STRANGER, supplementary_counter=9, certificate=b"\x30" * 110),
        f"DF 09 01 {COUNTER} {PARTIES} 00 8180 0019 005E010000000004 0000000000000009 {'30' * 110} 05",
    ),
    "the device's counter": (
        header(
            CraFlag.RESPONSE,
            supplementary_party=STRANGER,
            supplementary_counter=9,
            supplementary_originator_counter=10,
        ),
        f"DF 09 02 {COUNTER} {BACK} 00 1A 0019 005E010000000004 0000000000000009 000000000000000A 05",
    ),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_both_ways(name: str) -> None:
    expected, text = VARIANTS[name]
    octets = expected.encode(5)
    assert octets == bytes.fromhex(text)
    reader = Reader(octets + b"12345")
    assert decode_header(reader) == (expected, 5)
    assert reader.left == 5


@pytest.mark.parametrize("name", VARIANTS)
def test_cut_short_anywhere(name: str) -> None:
    octets = VARIANTS[name][0].encode(5) + b"12345"
    for length in range(len(octets)):
        with pytest.raises(DecodeError) as refused:
            decode_header(Reader(octets[:length]))
        assert 0 <= refused.value.offset <= length


@pytest.mark.parametrize(
    ("place", "octet", "reason"),
    [
        (0, 0xDD, "Grouping Header"),
        (1, 0x08, "Grouping Header"),
        (2, 0x00, "CRA flag 00"),
        (2, 0x04, "CRA flag 04"),
        (11, 0x07, "business originator id"),
        (20, 0x09, "business target id"),
        (29, 0x01, "date-time of 0 or 12 octets"),
        (30, 0x01, "2 octets expected"),
        (30, 0x03, "8 octets expected"),
        (33, 0x06, "payload of 6 octets announced, 5 are left"),
    ],
)
def test_octets_that_do_not_fit(place: int, octet: int, reason: str) -> None:
    octets = bytearray(header().encode(5) + b"12345")
    octets[place] = octet
    with pytest.raises(DecodeError, match=reason):
        decode_header(Reader(bytes(octets)))


def test_other_information_is_not_longer_than_its_longest_variant() -> None:
    long = header(
        CraFlag.RESPONSE,
        supplementary_party=STRANGER,
        supplementary_counter=9,
        supplementary_originator_counter=10,
    ).encode(0)
    assert long[30] == 26
    with pytest.raises(DecodeError, match="longer than any variant"):
        decode_header(Reader(long[:30] + b"\x1b" + long[31:-1] + b"\x00\x00"))


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"supplementary_counter": 1}, "needs a supplementary party"),
        ({"certificate": b"x"}, "needs a supplementary party"),
        ({"counter": -1}, "a counter is 0"),
        ({"counter": 2**64}, "a counter is 0"),
        ({"supplementary_party": STRANGER, "supplementary_counter": 2**64}, "a counter is 0"),
    ],
)
def test_a_header_that_cannot_be_written(parts: dict[str, object], reason: str) -> None:
    with pytest.raises(EncodeError, match=reason):
        header(**parts).encode(0)  # type: ignore[arg-type]  # parts by name


def test_each_field_is_noted_with_its_place() -> None:
    notes = Notes()
    octets = VARIANTS["the device's counter"][0].encode(5) + b"12345"
    decode_header(Reader(octets, base=100, notes=notes.plain))
    places = {note.path[-1]: (note.offset - 100, note.length, note.value) for note in notes}
    assert places["cra_flag"] == (2, 1, 2)
    assert places["originator_counter"] == (3, 8, 0x0102030405060708)
    assert places["business_originator_id"] == (12, 8, METER.octets)
    assert places["business_target_id"] == (21, 8, SUPPLIER.octets)
    assert places["message_code"] == (31, 2, 0x0019)
    assert places["supplementary_remote_party_id"] == (33, 8, STRANGER.octets)
    assert places["supplementary_originator_counter"][:2] == (49, 8)
    assert places["content_length"] == (57, 1, 5)


def test_the_transaction_is_flag_and_counter() -> None:
    assert header().transaction == bytes.fromhex("01" + COUNTER)
