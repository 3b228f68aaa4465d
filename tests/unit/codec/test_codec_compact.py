"""compact-array: the type once, then the entries without tags."""

from __future__ import annotations

import pytest

from dcc_sim.codec.compact import CompactArray
from dcc_sim.codec.cosem import Array, Boolean, Int8, Octets, Part, Struct, UInt8, UInt16, UInt32
from dcc_sim.codec.shape import Notes, Reader, Value, decode_field
from dcc_sim.errors import DecodeError, EncodeError

NUMBERS = CompactArray(Struct(Part("at", UInt32()), Part("scale", Int8())), high=3)
SECOND = CompactArray(Struct(Part("first", UInt16()), Part("second", UInt16(), optional=True)))
REGISTERS = CompactArray(Struct(Part("at", UInt8()), Part("blocks", Array(UInt16(), low=2, high=2))))
TEXT = CompactArray(Struct(Part("code", UInt16()), Part("detail", Octets(0, 3))))

BOTH_WAYS: list[tuple[str, CompactArray, Value, str]] = [
    ("none", NUMBERS, [], "13 0202060F 00"),
    ("numbers", NUMBERS, [{"at": 1, "scale": -1}, {"at": 2, "scale": 3}],
     "13 0202060F 0A 00000001FF 0000000203"),
    ("without the second", SECOND, [{"first": 7}], "13 020112 02 0007"),
    ("with the second", SECOND, [{"first": 7, "second": 8}], "13 02021212 04 00070008"),
    ("an array within", REGISTERS, [{"at": 1, "blocks": [2, 3]}], "13 020211 01000212 05 01 0002 0003"),
    ("octets", TEXT, [{"code": 1, "detail": b"ab"}, {"code": 2, "detail": b""}],
     "13 02021209 08 0001 02 6162 0002 00"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("shape", "value", "octets"), [r[1:] for r in BOTH_WAYS], ids=[r[0] for r in BOTH_WAYS]
)
def test_both_ways(shape: CompactArray, value: Value, octets: str) -> None:
    out = bytearray()
    shape.encode(value, out)
    assert out == bytes.fromhex(octets)
    reader = Reader(bytes(out))
    assert shape.decode(reader) == value
    reader.finish()


@pytest.mark.parametrize(
    ("shape", "value", "octets"), [r[1:] for r in BOTH_WAYS], ids=[r[0] for r in BOTH_WAYS]
)
def test_cut_short_anywhere(shape: CompactArray, value: Value, octets: str) -> None:
    whole = bytes.fromhex(octets)
    for length in range(len(whole)):
        with pytest.raises(DecodeError):
            shape.decode(Reader(whole[:length]))


@pytest.mark.parametrize(
    ("shape", "octets", "reason"),
    [
        (NUMBERS, "14 0202060F 00", "tag 13 expected"),
        (NUMBERS, "13 0202060E 00", "type description"),
        (NUMBERS, "13 0202060F 04 00000001", "4 octets are not whole entries of 5"),
        (NUMBERS, "13 0202060F 14" + "00" * 20, "0 … 3 entries expected, found 4"),
        (TEXT, "13 02021209 07 0001 04 61626364", "0 … 3 octets expected, found 4"),
        (TEXT, "13 02021209 01 00", "2 octets expected"),
    ],
)
def test_octets_that_do_not_fit(shape: CompactArray, octets: str, reason: str) -> None:
    with pytest.raises(DecodeError, match=reason):
        shape.decode(Reader(bytes.fromhex(octets)))


@pytest.mark.parametrize(
    ("shape", "value", "field"),
    [
        (NUMBERS, [{"at": 1, "scale": 1}, {"at": 2, "scale": 128}], "[2].scale"),
        (NUMBERS, [{"at": 1}], "[1].scale"),
        (REGISTERS, [{"at": 1, "blocks": [1]}], "[1].blocks.2"),
        (TEXT, [{"code": 1, "detail": b"abcd"}], "[1].detail"),
        (NUMBERS, [{"at": 1, "scale": 1}, 2], "[2]"),
    ],
)
def test_a_value_that_does_not_fit_is_named(shape: CompactArray, value: Value, field: str) -> None:
    with pytest.raises(EncodeError) as refused:
        shape.encode(value, bytearray())
    assert refused.value.field.startswith(field)


def test_too_many_entries() -> None:
    with pytest.raises(EncodeError, match="4 is outside 0 … 3"):
        NUMBERS.encode([{"at": 1, "scale": 1}] * 4, bytearray())


def test_an_element_without_a_fixed_layout_is_a_mistake_in_the_table() -> None:
    with pytest.raises(TypeError, match="does not fit a compact array"):
        CompactArray(Struct(Part("x", Boolean())))


@pytest.mark.parametrize("number", [1, 4, 5])
def test_each_leaf_is_noted_with_its_place(number: int) -> None:
    _, shape, _, octets = BOTH_WAYS[number]
    notes = Notes()
    whole = bytes.fromhex(octets)
    decode_field("log", shape, Reader(whole, base=50, notes=notes.plain))
    places = [(n.offset, n.length) for n in notes if n.path != ("log",)]
    assert all(start + length <= 50 + len(whole) for start, length in places)
    assert [start for start, _ in places] == sorted({start for start, _ in places})
    assert sum(length for _, length in places) == len(whole) - (places[0][0] - 50)
