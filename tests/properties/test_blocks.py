"""Any message, cut into blocks and put together again, in whatever state the blocks arrive."""

from __future__ import annotations

import contextlib
import random
from functools import cache

from hypothesis import assume, given
from hypothesis import strategies as st

from dcc_sim.errors import DecodeError
from dcc_sim.gbcs.blocks import LIMIT, Reassembly, Route, blocks_again, is_block, read_block, segment
from dcc_sim.gbcs.crypto import check_mac, compute_mac
from dcc_sim.gbcs.frame import Frame
from dcc_sim.gbcs.header import GroupingHeader
from dcc_sim.ids import CraFlag, Eui64, MessageCode

SECRET = bytes(range(32))
EUIS = st.binary(min_size=8, max_size=8).map(Eui64)
COUNTERS = st.integers(0, 0xFFFF_FFFF_FFFF_FFFF)


@st.composite
def frames(draw: st.DrawFn, *, least: int = 0) -> Frame:
    """A MAC'd message whose payload is long but cheap to draw."""
    header = GroupingHeader(
        cra=draw(st.sampled_from(CraFlag)),
        counter=draw(COUNTERS),
        originator=draw(EUIS),
        target=draw(EUIS),
        message_code=MessageCode(draw(st.integers(0, 0xFFFF))),
        supplementary_party=draw(st.none() | EUIS),
    )
    payload = random.Random(draw(st.integers(0, 1 << 32))).randbytes(draw(st.integers(least, 6000)))
    frame = Frame.build(header, payload, signature=b"")
    return frame.with_mac(compute_mac(SECRET, frame))


LIMITS = st.sampled_from((100, 255, 256, 310, 1000, LIMIT)) | st.integers(60, 2000)


def _verify(frame: Frame) -> None:
    check_mac(SECRET, frame)


@given(frame=frames(), limit=LIMITS, window=st.integers(1, 63))
def test_blocks_are_as_large_as_the_limit_and_make_the_message(frame: Frame, limit: int, window: int) -> None:
    message = frame.encode()
    parts = segment(message, limit=limit, window=window)
    if len(message) <= limit:
        assert parts == [message]
        return
    blocks = [read_block(part) for part in parts]
    assert [block.encode() for block in blocks] == parts
    assert b"".join(block.data for block in blocks) == message
    assert [block.number for block in blocks] == list(range(1, len(parts) + 1))
    assert [block.last for block in blocks] == [False] * (len(parts) - 1) + [True]
    assert {block.route for block in blocks} == {Route.of(frame.header)}
    assert all(len(part) <= limit for part in parts)
    # A larger block would not have fitted; one octet may be lost where a length grows by an octet.
    assert {len(part) for part in parts[:-1]} <= {limit, limit - 1, limit - 2}
    assert all(not block.streaming for block in blocks if block.last or block.number % window == 0)


@given(frame=frames(least=400), limit=st.integers(80, 400), data=st.data())
def test_any_order_repeats_and_losses_made_good_give_the_message(
    frame: Frame, limit: int, data: st.DataObject
) -> None:
    message = frame.encode()
    parts = segment(message, limit=limit)
    assume(len(parts) > 1)
    rng = random.Random(data.draw(st.integers(0, 1 << 32)))
    reassembly = Reassembly()
    found: list[bytes] = []
    waiting = list(parts)
    for _ in range(200):
        if not waiting:
            break
        arrived = [part for part in waiting if rng.random() < 0.7]
        arrived += rng.choices(arrived, k=len(arrived) // 3) if arrived else []
        rng.shuffle(arrived)
        for part in arrived:
            given_back = reassembly.receive(part)
            if given_back is not None:
                found.append(given_back)
            assert reassembly.held <= len(message)
        if reassembly.route is None:
            continue
        missing = set(reassembly.missing)
        got = {read_block(part).number for part in arrived}
        assert not missing & got
        waiting = blocks_again(parts, reassembly.request()) if reassembly.message is None else []
        assert missing <= {read_block(part).number for part in waiting}
    assert found == [message]
    assert reassembly.message == message
    assert reassembly.missing == ()
    assert reassembly.held == 0
    assert blocks_again(parts, reassembly.request()) == []


@given(frame=frames(least=300), limit=st.integers(80, 300), data=st.data())
def test_a_corrupted_block_never_makes_a_wrong_message(frame: Frame, limit: int, data: st.DataObject) -> None:
    message = frame.encode()
    parts = segment(message, limit=limit)
    assume(1 < len(parts) < 40)
    number = data.draw(st.integers(0, len(parts) - 1))
    place = data.draw(st.integers(0, len(parts[number]) - 1))
    spoilt = bytearray(parts[number])
    spoilt[place] ^= data.draw(st.integers(1, 255))
    reassembly = Reassembly(data.draw(st.sampled_from((None, Route.of(frame.header)))), verify=_verify)
    arriving = [*parts[:number], bytes(spoilt), *parts[number + 1 :]]
    if data.draw(st.booleans()):
        random.Random(place).shuffle(arriving)
    found = _take(reassembly, arriving)
    assert found in ([], [message])
    if reassembly.route not in (None, Route.of(frame.header)):
        # The spoilt block came first and nothing says that it was spoilt: whoever waits starts anew.
        reassembly = Reassembly(verify=_verify)
    for _ in range(3):
        found += _take(reassembly, parts)
    assert found == [message]


def _take(reassembly: Reassembly, parts: list[bytes]) -> list[bytes]:
    found = []
    for part in parts:
        try:
            message = reassembly.receive(part)
        except DecodeError:
            continue
        if message is not None:
            found.append(message)
    return found


@cache
def _sample() -> list[bytes]:
    header = GroupingHeader(
        cra=CraFlag.RESPONSE,
        counter=1,
        originator=Eui64(bytes(8)),
        target=Eui64(bytes(range(8))),
        message_code=MessageCode(0x0037),
    )
    frame = Frame.build(header, bytes(500), signature=b"")
    return segment(frame.with_mac(compute_mac(SECRET, frame)).encode(), limit=200)


@given(data=st.data())
def test_any_octets_are_a_block_or_refused(data: st.DataObject) -> None:
    octets = data.draw(
        st.binary(max_size=120)
        | st.binary(max_size=80).map(lambda tail: _sample()[0][:40] + tail)
        | st.tuples(st.integers(0, 199), st.integers(0, 255)).map(
            lambda change: _sample()[0][: change[0]] + bytes((change[1],)) + _sample()[0][change[0] + 1 :]
        )
    )
    try:
        block = read_block(octets)
    except DecodeError:
        return
    assert is_block(octets)
    # Lengths that are longer than needed are read, as elsewhere, and not written.
    assert read_block(block.encode()) == block


@given(data=st.data())
def test_what_is_held_is_bounded(data: st.DataObject) -> None:
    reassembly = Reassembly(limit=300)
    template = read_block(_sample()[0])
    for _ in range(data.draw(st.integers(1, 40))):
        block = type(template)(
            route=template.route,
            number=data.draw(st.integers(0, 70)),
            last=data.draw(st.booleans()),
            data=data.draw(st.binary(max_size=120)),
        )
        with contextlib.suppress(DecodeError):
            reassembly.receive(block.encode())
        assert 0 <= reassembly.held <= 300
        assert reassembly.message is None
        assert len(reassembly.missing) <= 70
