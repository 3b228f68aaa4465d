"""A-XDR lengths."""

from __future__ import annotations

import pytest

from dcc_sim.codec.axdr import decode_bounded_length, decode_length, encode_length
from dcc_sim.codec.shape import Reader
from dcc_sim.errors import DecodeError

SHORTEST = [
    (0, "00"),
    (1, "01"),
    (127, "7F"),
    (128, "8180"),
    (200, "81C8"),
    (255, "81FF"),
    (256, "820100"),
    (65_535, "82FFFF"),
    (65_536, "83010000"),
    (2**32 - 1, "84FFFFFFFF"),
]


@pytest.mark.parametrize(("length", "octets"), SHORTEST)
def test_both_ways(length: int, octets: str) -> None:
    assert encode_length(length).hex().upper() == octets
    reader = Reader(bytes.fromhex(octets))
    assert decode_length(reader) == length
    reader.finish()


@pytest.mark.parametrize(("octets", "length"), [("8200C4", 196), ("8105", 5), ("8400000000", 0)])
def test_a_length_may_be_longer_than_it_needs_to_be(octets: str, length: int) -> None:
    assert decode_length(Reader(bytes.fromhex(octets))) == length


@pytest.mark.parametrize("octets", ["80", "85", "8500000000FF", "FF", "81", "8201", ""])
def test_a_length_that_is_none(octets: str) -> None:
    with pytest.raises(DecodeError) as refused:
        decode_length(Reader(bytes.fromhex(octets), base=10))
    assert refused.value.offset >= 10


def test_a_length_that_the_data_cannot_hold() -> None:
    assert decode_bounded_length(Reader(b"\x02ab")) == 2
    with pytest.raises(DecodeError, match="length 3 but only 2 octets are left") as refused:
        decode_bounded_length(Reader(b"\x03ab", base=7))
    assert refused.value.offset == 7
