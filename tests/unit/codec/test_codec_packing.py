"""The short way to write a structure: the same octets as member by member, or nothing at all."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dcc_sim.codec.cosem import Boolean, Date, DateTime, Fixed, Int8, Octets, Part, Struct, Time, UInt16
from dcc_sim.codec.packing import no_short_way
from dcc_sim.codec.shape import Reader
from dcc_sim.codec.times import CosemDate, CosemDateTime, CosemTime
from dcc_sim.errors import EncodeError

SHAPE = Struct(
    Part("number", UInt16(low=3, high=900)),
    Part("name", Octets(0, 8)),
    Part("id", Fixed(2)),
    Part("date", Date()),
    Part("time", Time()),
    Part("at", DateTime()),
    Part("small", Int8()),
)
GOOD: dict[str, Any] = {
    "number": 300,
    "name": b"winter",
    "id": b"\x01\x02",
    "date": CosemDate(b"\xff\xff\x01\x01\xff"),
    "time": CosemTime(b"\x07\x1e\x00\x00"),
    "at": CosemDateTime(b"\x07\xdf\x01\x01\xff\x00\x00\x00\x00\x80\x00\xff"),
    "small": -5,
}


def slowly(shape: Struct, value: object) -> bytes:
    """Member by member."""
    other = Struct(*shape.parts)
    other.pack = no_short_way
    out = bytearray()
    other.encode(value, out)  # type: ignore[arg-type]  # what is no value is refused
    return bytes(out)


def both(shape: Struct, value: object) -> tuple[object, object]:
    """What either way gives: octets, or what is wrong."""
    found: list[object] = []
    for write in (_quickly, slowly):
        try:
            found.append(write(shape, value))
        except EncodeError as error:
            found.append((error.reason, error.field))
    return found[0], found[1]


def _quickly(shape: Struct, value: object) -> bytes:
    out = bytearray(b"before")
    shape.encode(value, out)  # type: ignore[arg-type]  # as above
    return bytes(out[6:])


@given(
    st.builds(
        lambda **changes: {**GOOD, **changes},
        number=st.integers(3, 900),
        name=st.binary(max_size=8),
        small=st.integers(-128, 127),
    )
)
def test_the_short_way_writes_the_same(value: dict[str, Any]) -> None:
    quick, slow = both(SHAPE, value)
    assert quick == slow
    assert isinstance(quick, bytes)
    assert SHAPE.decode(Reader(quick)) == value
    assert SHAPE.pack is not None
    assert SHAPE.pack(value, bytearray())


@pytest.mark.parametrize(
    "change",
    [
        {"number": 2}, {"number": 901}, {"number": True}, {"number": "300"}, {"name": b"too long!"},
        {"id": b"\x01"}, {"id": "ab"}, {"date": b"\xff\xff\x01\x01"}, {"time": None}, {"small": 128},
        {"more": 1},
    ],
    ids=str,
)  # fmt: skip
def test_what_is_not_in_order_is_left_to_the_other_way(change: dict[str, Any]) -> None:
    value = {**GOOD, **change}
    quick, slow = both(SHAPE, value)
    assert quick == slow
    out = bytearray()
    assert SHAPE.pack is not None
    assert not SHAPE.pack(value, out)
    assert not out


@pytest.mark.parametrize("name", GOOD)
def test_a_missing_member(name: str) -> None:
    value = {key: each for key, each in GOOD.items() if key != name}
    quick, slow = both(SHAPE, value)
    assert quick == slow
    assert not isinstance(quick, bytes)


@pytest.mark.parametrize(
    ("shape", "value"),
    [
        (Struct(Part("a", Boolean())), {"a": True}),
        (Struct(Part("a", UInt16(const=3))), {"a": 3}),
        (Struct(Part("a", Octets(0, 200))), {"a": b""}),
        (Struct(Part("a", UInt16(), optional=True)), {"a": 3}),
        (Struct(Part("a", Struct(Part("b", UInt16())))), {"a": {"b": 1}}),
        (Struct(), {}),
    ],
    ids=["boolean", "constant", "long", "optional", "nested", "empty"],
)
def test_structures_without_a_short_way(shape: Struct, value: dict[str, Any]) -> None:
    assert _quickly(shape, value) == slowly(shape, value)
    assert shape.pack is no_short_way
