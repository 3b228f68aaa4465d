"""General Block Transfer octet by octet, and what it refuses."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from pathlib import Path

import pytest
from gbcs_bench import ACB, EVERYBODY, METER, SUPPLIER, header

from dcc_sim.codec.shape import Notes
from dcc_sim.errors import DecodeError, EncodeError
from dcc_sim.gbcs.blocks import (
    CHOICES,
    LIMIT,
    MAX_BLOCKS,
    Block,
    Reassembly,
    Route,
    blocks_again,
    is_block,
    read_block,
    segment,
)
from dcc_sim.gbcs.frame import Frame, decode_frame
from dcc_sim.gbcs.protection import check_protection, protect
from dcc_sim.ids import Confidence, CraFlag, MessageCode

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "block-transfer.md"
LONG = protect(Frame.build(header(CraFlag.RESPONSE), bytes(range(256)) * 2, signature=b""), EVERYBODY, ACB)
MESSAGE = LONG.encode()
PARTS = segment(MESSAGE, limit=150)
ROUTE = Route.of(LONG.header)


def test_a_block_octet_by_octet() -> None:
    block = Block(
        route=ROUTE, number=0x0102, last=True, streaming=True, window=5, acknowledged=3, data=b"\xaa\xbb"
    )
    expected = (
        "DD 09 02 0102030405060708"  # CRA flag, counter
        "08 005E000000000001 08 005E010000000001"  # originator, target
        "00 02 0019 00"  # no date-time, message code, no key-info
        "0E 1100000000"  # what follows, security header
        "E0 C5 0102 0003 02 AABB"  # last and streaming, window 5
    )
    assert block.encode() == bytes.fromhex(expected)
    assert read_block(block.encode()) == block


def test_every_field_is_explained() -> None:
    notes = Notes()
    read_block(PARTS[0], notes)
    names = [note.path[-1] for note in notes]
    assert names == [
        "transaction_id", "originator", "target", "message_code", "ciphered_service",
        "block_control", "block_number", "block_number_ack", "block_data",
    ]  # fmt: skip
    assert notes[-1].offset + notes[-1].length == len(PARTS[0])
    assert all(a.offset + a.length == b.offset for a, b in itertools.pairwise(notes))


def test_a_message_that_fits_is_not_cut() -> None:
    assert segment(MESSAGE) == [MESSAGE]
    assert segment(MESSAGE, limit=len(MESSAGE)) == [MESSAGE]
    assert len(segment(MESSAGE, limit=len(MESSAGE) - 1)) == 2
    assert not is_block(MESSAGE)
    assert is_block(PARTS[0])


def test_what_is_not_a_message_is_not_cut() -> None:
    for octets in (b"\xdd\x09" + bytes(2000), b"\xdf" + bytes(2000)):
        with pytest.raises(DecodeError):
            segment(octets)


@pytest.mark.parametrize(
    ("limit", "window", "named"),
    [(45, 1, "limit"), (200, 0, "window"), (200, 64, "window"), (48, 1, "limit")],
)
def test_blocks_that_cannot_be_are_refused(limit: int, window: int, named: str) -> None:
    message = Frame.build(header(), bytes(3 * MAX_BLOCKS), signature=b"").encode()
    with pytest.raises(EncodeError) as caught:
        segment(message, limit=limit, window=window)
    assert caught.value.field == named


def test_the_streaming_bit_stops_at_each_window() -> None:
    blocks = [read_block(part) for part in segment(MESSAGE, limit=100, window=3)]
    assert [block.streaming for block in blocks[:6]] == [True, True, False, True, True, False]
    assert {block.window for block in blocks} == {3}
    assert not blocks[-1].streaming


def test_a_frame_reader_names_what_a_block_is() -> None:
    with pytest.raises(DecodeError, match="General Block Transfer"):
        decode_frame(PARTS[0])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda octets: octets[:-1], "announces"),
        (lambda octets: octets + b"\x00", "announces"),
        (lambda octets: b"\xdd\x00" + octets[2:], "Message Routing Header"),
        (lambda octets: octets[:2] + b"\x04" + octets[3:], "CRA flag"),
        (lambda octets: octets[:29] + b"\x0c" + octets[30:], "date-time"),
        (lambda octets: octets.replace(b"\x11\x00\x00\x00\x00\xe0", b"\x31\x00\x00\x00\x00\xe0"), "security"),
        (lambda octets: octets.replace(b"\x00\xe0", b"\x00\xe1", 1), "General-Block-Transfer"),
        (lambda octets: octets[:20], "breaks off"),
        (lambda _: b"", "Message Routing Header|breaks off"),
    ],
)
def test_what_is_not_a_block_is_refused(change: object, said: str) -> None:
    assert callable(change)
    with pytest.raises(DecodeError, match=said):
        read_block(change(PARTS[0]))


def test_missing_blocks_are_named_and_asked_for() -> None:
    reassembly = Reassembly()
    with pytest.raises(EncodeError):
        reassembly.request()
    assert reassembly.missing == ()
    assert reassembly.receive(PARTS[0]) is None
    assert reassembly.receive(PARTS[3]) is None
    assert reassembly.missing == (2, 3)
    asked = read_block(reassembly.request())
    assert asked.route == ROUTE.back
    assert (asked.acknowledged, asked.data) == (1, b"")
    assert blocks_again(PARTS, reassembly.request()) == PARTS[1:]
    assert [reassembly.receive(part) for part in PARTS[1:]] == [*([None] * (len(PARTS) - 2)), MESSAGE]
    assert reassembly.missing == ()
    assert read_block(reassembly.request()).acknowledged == len(PARTS)
    assert reassembly.receive(PARTS[0]) is None


def _changed(part: bytes, **fields: object) -> bytes:
    return replace(read_block(part), **fields).encode()  # type: ignore[arg-type]


def test_other_data_under_the_same_number_is_refused_and_both_are_asked_for_again() -> None:
    reassembly = Reassembly()
    reassembly.receive(PARTS[0])
    reassembly.receive(PARTS[1])
    with pytest.raises(DecodeError, match="other data"):
        reassembly.receive(_changed(PARTS[1], data=b"something else"))
    assert reassembly.receive(PARTS[2]) is None
    assert reassembly.missing == (2,)


@pytest.mark.parametrize("number", [0, MAX_BLOCKS + 1, 0xFFFF])
def test_a_number_out_of_range_is_refused(number: int) -> None:
    with pytest.raises(DecodeError, match="block number"):
        Reassembly().receive(_changed(PARTS[0], number=number))


def test_a_block_behind_the_last_one_is_refused() -> None:
    for first, second in (
        (PARTS[-1], _changed(PARTS[0], number=len(PARTS) + 1)),
        (PARTS[3], _changed(PARTS[1], last=True)),
    ):
        reassembly = Reassembly()
        reassembly.receive(first)
        with pytest.raises(DecodeError, match="behind the last one"):
            reassembly.receive(second)
        assert reassembly.held == 0


def test_two_last_blocks_are_refused() -> None:
    reassembly = Reassembly()
    reassembly.receive(_changed(PARTS[1], last=True))
    with pytest.raises(DecodeError, match="behind the last one"):
        reassembly.receive(PARTS[-1])
    assert [reassembly.receive(part) for part in PARTS][-1] == MESSAGE


def test_a_block_of_another_message_or_without_data_is_refused() -> None:
    reassembly = Reassembly()
    reassembly.receive(PARTS[0])
    with pytest.raises(DecodeError, match="another message"):
        reassembly.receive(_changed(PARTS[1], route=replace(ROUTE, counter=9)))
    with pytest.raises(DecodeError, match="without data"):
        reassembly.receive(_changed(PARTS[1], data=b""))
    with pytest.raises(DecodeError, match="another message"):
        Reassembly(ROUTE.back).receive(PARTS[0])


def test_more_than_the_limit_is_not_kept() -> None:
    reassembly = Reassembly(limit=150)
    reassembly.receive(PARTS[0])
    with pytest.raises(DecodeError, match="more than 150 octets"):
        reassembly.receive(PARTS[1])
    assert reassembly.held == 0


def test_blocks_that_make_no_message_or_another_one_are_refused_together() -> None:
    other = replace(ROUTE, message_code=MessageCode(0x001A))
    wrong = [_changed(part, route=other) for part in PARTS]
    nested = list(PARTS)
    nested[0] = _changed(nested[0], data=b"\xdd\x09" + read_block(nested[0]).data[2:])
    for parts, said in (
        (wrong, "make another message"),
        (nested, "a block where"),
        ([PARTS[0], _changed(PARTS[1], last=True)], "octets"),
    ):
        reassembly = Reassembly()
        for part in parts[:-1]:
            reassembly.receive(part)
        with pytest.raises(DecodeError, match=said):
            reassembly.receive(parts[-1])
        assert reassembly.held == 0
        assert reassembly.message is None


def test_only_a_mac_tells_that_the_payload_was_changed() -> None:
    spoilt = [*PARTS[:2], _changed(PARTS[2], data=bytes(len(read_block(PARTS[2]).data))), *PARTS[3:]]

    def verify(frame: Frame) -> None:
        check_protection(frame, EVERYBODY, ACB)

    careless, careful = Reassembly(), Reassembly(verify=verify)
    for part in spoilt[:-1]:
        careless.receive(part)
        careful.receive(part)
    assert careless.receive(spoilt[-1]) not in (None, MESSAGE)
    with pytest.raises(DecodeError, match="do not make what was sent"):
        careful.receive(spoilt[-1])
    assert [careful.receive(part) for part in PARTS][-1] == MESSAGE


def test_a_request_for_other_blocks_is_refused() -> None:
    reassembly = Reassembly()
    reassembly.receive(PARTS[0])
    request = reassembly.request()
    for wrong in (
        PARTS[0],
        _changed(request, route=replace(ROUTE.back, counter=1)),
        _changed(request, data=b"x"),
        _changed(request, acknowledged=len(PARTS) + 1),
    ):
        with pytest.raises(DecodeError):
            blocks_again(PARTS, wrong)


def test_routes_and_limits() -> None:
    assert ROUTE.back.back == ROUTE
    assert (ROUTE.originator, ROUTE.target) == (METER, SUPPLIER)
    assert "RESPONSE 0x0019" in str(ROUTE)
    assert LIMIT == 1500


def test_the_page_has_every_choice_and_how_sure_it_is() -> None:
    rows = re.findall(r"^\| (.+?) \| (.+?) \| (\w+) \|$", PAGE.read_text(), re.MULTILINE)
    assert rows[-len(CHOICES) :] == [(c.about, c.here, c.confidence.value) for c in CHOICES]
    assert {choice.confidence for choice in CHOICES} <= {Confidence.MEDIUM, Confidence.LOW}
