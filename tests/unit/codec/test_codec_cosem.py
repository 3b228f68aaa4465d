"""DLMS values: each shape both ways, cut short, of the wrong type, out of its range."""

from __future__ import annotations

import pytest

from dcc_sim.codec.cosem import (
    Array,
    Bits,
    Boolean,
    Date,
    DateTime,
    Enum8,
    Fixed,
    Int8,
    Int16,
    Int32,
    Int64,
    Null,
    Octets,
    Part,
    Struct,
    Time,
    UInt8,
    UInt16,
    UInt32,
    UInt64,
    Utf8Text,
    VisibleText,
)
from dcc_sim.codec.shape import Notes, Reader, Shape, Value, decode_field, encode_field
from dcc_sim.codec.times import NEVER, NOW
from dcc_sim.errors import DecodeError, EncodeError

PAIR = Struct(Part("low", UInt8()), Part("high", Int16(), optional=True))
LOG = Array(PAIR, low=1, high=2)

BOTH_WAYS: list[tuple[str, Shape, Value, str]] = [
    ("Int8", Int8(), -128, "0F80"),
    ("Int8 positive", Int8(), 127, "0F7F"),
    ("Int16", Int16(), -32768, "108000"),
    ("Int32", Int32(), -2, "05FFFFFFFE"),
    ("Int64", Int64(), -(2**63), "148000000000000000"),
    ("UInt8", UInt8(), 255, "11FF"),
    ("UInt16", UInt16(), 0x0102, "120102"),
    ("UInt32", UInt32(), 2**32 - 1, "06FFFFFFFF"),
    ("UInt64", UInt64(), 2**64 - 1, "15FFFFFFFFFFFFFFFF"),
    ("Enum8", Enum8(), 5, "1605"),
    ("constant", UInt16(3), 3, "120003"),
    ("true", Boolean(), True, "03FF"),
    ("false", Boolean(), False, "0300"),
    ("null", Null(), None, "00"),
    ("octets", Octets(), b"abc", "0903616263"),
    ("200 octets", Octets(), bytes(200), "0981C8" + "00" * 200),
    ("no octets", Octets(0, 8), b"", "0900"),
    ("fixed", Fixed(2), b"\x01\x02", "09020102"),
    ("constant octets", Fixed(1, b"\x07"), b"\x07", "090107"),
    ("date-time", DateTime(), NOW, "090C0000000000000000008000FF"),
    ("constant date-time", DateTime(NEVER), NEVER, "090CFFFFFFFFFFFFFFFFFF8000FF"),
    ("date", Date(), bytes.fromhex("FFFF0CFE07"), "0905FFFF0CFE07"),
    ("time", Time(), bytes.fromhex("173B3B00"), "0904173B3B00"),
    ("no bits", Bits(), "", "0400"),
    ("bits", Bits(), "101", "0403A0"),
    ("a whole octet of bits", Bits(8, 8), "00000001", "040801"),
    ("nine bits", Bits(), "000000001", "04090080"),
    ("visible text", VisibleText(4), b"hi", "0A026869"),
    ("utf-8 text", Utf8Text(4), "é".encode(), "0C02C3A9"),
    ("structure", PAIR, {"low": 1, "high": -1}, "0202110110FFFF"),
    ("structure without its optional part", PAIR, {"low": 1}, "02011101"),
    ("array", LOG, [{"low": 1}, {"low": 2, "high": 3}], "0102" + "02011101" + "02021102100003"),
]


def encoded(shape: Shape, value: Value) -> str:
    out = bytearray()
    shape.encode(value, out)
    return out.hex().upper()


@pytest.mark.parametrize(
    ("shape", "value", "octets"), [row[1:] for row in BOTH_WAYS], ids=[r[0] for r in BOTH_WAYS]
)
def test_both_ways(shape: Shape, value: Value, octets: str) -> None:
    assert encoded(shape, value) == octets
    reader = Reader(bytes.fromhex(octets))
    assert shape.decode(reader) == value
    reader.finish()


@pytest.mark.parametrize(
    ("shape", "value", "octets"), [row[1:] for row in BOTH_WAYS], ids=[r[0] for r in BOTH_WAYS]
)
def test_cut_short_anywhere_is_an_error_within_the_data(shape: Shape, value: Value, octets: str) -> None:
    whole = bytes.fromhex(octets)
    for length in range(len(whole)):
        with pytest.raises(DecodeError) as refused:
            shape.decode(Reader(whole[:length], base=100))
        assert 100 <= refused.value.offset <= 100 + length


@pytest.mark.parametrize(
    ("shape", "value", "octets"), [row[1:] for row in BOTH_WAYS], ids=[r[0] for r in BOTH_WAYS]
)
def test_another_tag_is_an_error(shape: Shape, value: Value, octets: str) -> None:
    whole = bytearray.fromhex(octets)
    whole[0] ^= 0x40
    with pytest.raises(DecodeError) as refused:
        shape.decode(Reader(bytes(whole)))
    assert refused.value.offset == 0


@pytest.mark.parametrize(
    ("shape", "value", "octets"), [row[1:] for row in BOTH_WAYS], ids=[r[0] for r in BOTH_WAYS]
)
def test_a_reader_that_ends_before_the_data_does_is_not_read_past(
    shape: Shape, value: Value, octets: str
) -> None:
    reader = Reader(bytes.fromhex(octets))
    reader.end -= 1
    with pytest.raises(DecodeError):  # noqa: PT012  # either of the two says so
        shape.decode(reader)
        reader.finish()


WRONG: list[tuple[str, Shape, Value, str]] = [
    ("too large", UInt8(), 256, "256 is outside 0 … 255"),
    ("negative", UInt32(), -1, "outside"),
    ("too small", Int8(), -129, "outside"),
    ("narrowed", UInt8(low=1, high=4), 5, "5 is outside 1 … 4"),
    ("true is no integer", UInt8(), True, "an integer is needed"),
    ("text is no integer", UInt8(), "7", "an integer is needed"),
    ("nothing is no integer", UInt8(), None, "an integer is needed"),
    ("one is not true", Boolean(), 1, "true or false is needed"),
    ("not the constant", UInt8(5), 6, "always 5"),
    ("not the constant octets", Fixed(1, b"\x07"), b"\x08", "always"),
    ("not the constant date-time", DateTime(NEVER), NOW, "always"),
    ("something for null", Null(), 0, "nothing is carried here"),
    ("other text than bits", Bits(), "102", "text of 0 and 1"),
    ("a number for bits", Bits(), 101, "text of 0 and 1"),
    ("too many bits", Bits(0, 2), "101", "3 is outside 0 … 2"),
    ("too much text", VisibleText(1), b"hi", "2 is outside 0 … 1"),
    ("too many octets", Octets(0, 2), b"abc", "3 is outside 0 … 2"),
    ("text for octets", Octets(), "abc", "octets are needed"),
    ("a short date-time", DateTime(), bytes(11), "12 octets, not 11"),
    ("a short date", Date(), bytes(4), "5 octets, not 4"),
    ("a long time", Time(), bytes(5), "4 octets, not 5"),
    ("an unknown part", PAIR, {"low": 1, "middle": 2}, "unknown parts middle"),
    ("a list for a structure", PAIR, [1, 2], "named parts are needed"),
    ("too few elements", LOG, [], "0 is outside 1 … 2"),
    ("too many elements", LOG, [{"low": 1}] * 3, "3 is outside 1 … 2"),
    ("a structure for a list", LOG, {"low": 1}, "a list is needed"),
]


@pytest.mark.parametrize(("shape", "value", "reason"), [row[1:] for row in WRONG], ids=[r[0] for r in WRONG])
def test_a_value_that_does_not_fit(shape: Shape, value: Value, reason: str) -> None:
    with pytest.raises(EncodeError, match=reason):
        encoded(shape, value)


def test_an_encode_error_names_the_leaf() -> None:
    with pytest.raises(EncodeError) as refused:
        encode_field("log", LOG, [{"low": 1}, {"low": 2, "high": 2**15}], bytearray())
    assert refused.value.field == "log.[2].high"
    assert str(refused.value) == "log.[2].high: 32768 is outside -32768 … 32767"


@pytest.mark.parametrize(
    ("shape", "octets", "reason"),
    [
        (UInt16(3), "120004", "3 expected, found 4"),
        (Fixed(1, b"\x07"), "090108", "07 expected, found 08"),
        (Fixed(2), "090101", "2 … 2 octets expected, found 1"),
        (Octets(0, 8), "0909" + "00" * 9, "0 … 8 octets expected, found 9"),
        (DateTime(NEVER), "090C0000000000000000008000FF", "never expected, found now"),
        (Bits(), "0403A1", "unused bits"),
        (Bits(0, 2), "0403A0", "0 … 2 bits expected, found 3"),
        (PAIR, "0203110110FFFF1101", "structure of 1 … 2 expected, found 3"),
        (PAIR, "0200", "structure of 1 … 2 expected, found 0"),
        (LOG, "0100", "array of 1 … 2 expected, found 0"),
        (LOG, "0184FFFFFFFF", "array of 1 … 2 expected, found 4294967295"),
        (Array(Null(), high=9), "0105" + "00" * 4, "found 5"),
    ],
)
def test_octets_that_do_not_fit(shape: Shape, octets: str, reason: str) -> None:
    with pytest.raises(DecodeError, match=reason):
        shape.decode(Reader(bytes.fromhex(octets)))


def test_any_octet_but_zero_is_true() -> None:
    assert Boolean().decode(Reader(b"\x03\x01")) is True


def test_a_constant_need_not_be_given() -> None:
    assert encoded(UInt16(3), None) == "120003"
    assert encoded(Fixed(1, b"\x07"), None) == "090107"


def test_a_decode_error_names_the_leaf_and_its_offset() -> None:
    octets = bytes.fromhex("0102" + "02011101" + "02021102" + "120003")
    with pytest.raises(DecodeError) as refused:
        decode_field("log", LOG, Reader(octets, base=1000))
    assert refused.value.field == "log.[2].high"
    assert refused.value.offset == 1000 + 10
    assert str(refused.value) == "offset 1010 in log.[2].high: tag 10 expected, found 12"


def test_every_octet_is_explained_by_a_note() -> None:
    octets = bytes.fromhex("0101" + "02021105" + "10FFFE")
    notes = Notes()
    decode_field("log", LOG, Reader(octets, base=3, notes=notes.plain))
    leaves = {".".join(n.path): (n.offset, n.length, n.value) for n in notes}
    assert leaves["log.[1].low"] == (7, 2, 5)
    assert leaves["log.[1].high"] == (9, 3, -2)
    covered = {place for n in notes for place in range(n.offset, n.offset + n.length)}
    assert covered == set(range(3, 3 + len(octets)))
