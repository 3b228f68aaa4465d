"""GBZ payloads and ZCL fields: both ways, the layout octet by octet, and what breaks it."""

from __future__ import annotations

import pytest

from dcc_sim.codec.exchange import Body, Envelope, Result, Sealed
from dcc_sim.codec.gbz import AttributeRead, GbzRow, Publish, ReadAttributes
from dcc_sim.codec.shape import Reader, Shape, Value, Values
from dcc_sim.codec.zcl import (
    U8,
    U16,
    U24,
    U32,
    U48,
    Bits8,
    CountOf,
    DateField,
    Enumeration,
    Field,
    Fields,
    Listed,
    Number,
    OctetString,
    UtcTime,
)
from dcc_sim.errors import DecodeError, DecryptionFailed, EncodeError, KeyMissing

ENVELOPE = Envelope(b"a meter.", b"the user", 7)


class Xor:
    """A seal that can be looked through."""

    def close(self, plaintext: bytes) -> bytes:
        return b"sealed" + bytes(octet ^ 0x55 for octet in plaintext)

    def open(self, blob: bytes) -> bytes:
        if blob[:6] != b"sealed":
            raise DecryptionFailed("not sealed")
        return bytes(octet ^ 0x55 for octet in blob[6:])


SEALED = Envelope(ENVELOPE.originator, ENVELOPE.target, 7, Xor())
LISTS = Fields(
    Field("kind", U8(1)),
    Field("number", CountOf("entries", mask=0x0F)),
    Field("entries", Listed(Fields(Field("id", U8()), Field("price", U16())), high=3)),
)

FIELDS: list[tuple[Shape, Value, str]] = [
    (U8(), 0xFE, "FE"),
    (U8(5), 5, "05"),
    (U16(), 0x0102, "0201"),
    (U24(), 0x010203, "030201"),
    (U32(), 0x01020304, "04030201"),
    (U48(), 2**48 - 1, "FFFFFFFFFFFF"),
    (Number(2, 0x29, signed=True), -2, "FEFF"),
    (Enumeration(), 3, "03"),
    (Bits8(), 0x10, "10"),
    (UtcTime(), 1, "01000000"),
    (OctetString(4), b"abc", "03616263"),
    (OctetString(4, b""), b"", "00"),
    (DateField(), bytes.fromhex("7E0C19FF"), "7E0C19FF"),
    (LISTS, {"kind": 1, "entries": [{"id": 1, "price": 258}, {"id": 2, "price": 3}]}, "0102010201020300"),
    (LISTS, {"kind": 1, "entries": []}, "0100"),
]


@pytest.mark.parametrize(("shape", "value", "octets"), FIELDS)
def test_a_field_both_ways(shape: Shape, value: Value, octets: str) -> None:
    out = bytearray()
    shape.encode(value, out)
    assert out.hex().upper() == octets
    reader = Reader(bytes(out))
    assert shape.decode(reader) == value
    reader.finish()


@pytest.mark.parametrize(("shape", "value", "octets"), FIELDS)
def test_a_field_cut_short(shape: Shape, value: Value, octets: str) -> None:
    whole = bytes.fromhex(octets)
    for length in range(len(whole)):
        with pytest.raises(DecodeError):
            shape.decode(Reader(whole[:length]))


@pytest.mark.parametrize(
    ("shape", "value", "reason"),
    [
        (U8(5), 6, "always 5"),
        (U8(low=1, high=3), 4, "4 is outside 1 … 3"),
        (U8(), 256, "outside"),
        (U8(), None, "an integer is needed"),
        (Number(2, 0x29, signed=True), 2**15, "outside"),
        (OctetString(2), b"abc", "3 is outside 0 … 2"),
        (OctetString(2, b""), b"a", "always"),
        (DateField(), bytes(5), "4 octets"),
        (LISTS, {"entries": [{"id": 1, "price": 2}] * 4}, "entries: 4 is outside 0 … 3"),
        (LISTS, {"entries": [{"id": 1}]}, r"entries\.\[1\]\.price: an integer is needed"),
        (LISTS, {}, "a list is needed"),
        (LISTS, {"entries": [], "more": 0}, "unknown fields more"),
    ],
)
def test_a_value_that_does_not_fit(shape: Shape, value: Value, reason: str) -> None:
    with pytest.raises(EncodeError, match=reason):
        shape.encode(value, bytearray())


@pytest.mark.parametrize(
    ("shape", "octets", "reason"),
    [
        (U8(5), "06", "5 expected, found 6"),
        (U8(low=1, high=3), "04", "1 … 3 expected, found 4"),
        (OctetString(2), "03616263", "0 … 2 octets expected, found 3"),
        (OctetString(2, b""), "0161", "expected, found 61"),
        (LISTS, "0104" + "010000" * 4, "0 … 3 elements expected, found 4"),
        (LISTS, "0101", "1 entries announced, found 0"),
        (LISTS, "0100010100", "0 entries announced, found 1"),
    ],
)
def test_octets_that_do_not_fit(shape: Shape, octets: str, reason: str) -> None:
    with pytest.raises(DecodeError, match=reason):
        shape.decode(Reader(bytes.fromhex(octets)))


PUBLISH = GbzRow(
    (
        Publish(0x0707, 0x00, "calendar", Fields(Field("id", U8()))),
        Publish(0x0707, 0x01, "days", Fields(Field("day", U8())), high=3),
        Publish(0x0700, 0x06, "thresholds", Fields(Field("first", U16())), low=0),
    )
)
READ = GbzRow(
    (
        ReadAttributes(
            0x0702,
            "registers",
            AttributeRead(0x0302, "divisor", U24()),
            AttributeRead(0x0000, "consumption", U48()),
            encrypted=True,
        ),
    )
)
IN_CLEAR = GbzRow((ReadAttributes(0x0702, "register", AttributeRead(0x0302, "divisor", U24())),))

COMMANDS: list[tuple[GbzRow, Values]] = [
    (PUBLISH, {"calendar": {"id": 1}, "days": [{"day": 1}]}),
    (
        PUBLISH,
        {"calendar": {"id": 1}, "days": [{"day": 1}, {"day": 2}, {"day": 3}], "thresholds": {"first": 9}},
    ),
    (READ, {}),
]


@pytest.mark.parametrize(("row", "values"), COMMANDS)
def test_a_command_both_ways(row: GbzRow, values: Values) -> None:
    octets = row.encode_command(values, ENVELOPE)
    assert row.decode_command(Reader(octets), ENVELOPE).values == values
    for length in range(len(octets)):
        with pytest.raises(DecodeError):
            row.decode_command(Reader(octets[:length]), ENVELOPE)
    with pytest.raises(DecodeError):
        row.decode_command(Reader(octets + b"\x00"), ENVELOPE)


def test_the_layout_of_a_command() -> None:
    octets = PUBLISH.encode_command({"calendar": {"id": 5}, "days": [{"day": 6}]}, ENVELOPE)
    assert octets.hex(" ").upper() == ("01 09 02 00 07 07 00 04 09 00 00 05 01 07 07 00 04 09 01 01 06")
    assert (
        READ.encode_command({}, ENVELOPE).hex(" ").upper() == "01 09 01 01 07 02 00 07 00 00 00 02 03 00 00"
    )


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"days": [{"day": 1}]}, "calendar"),
        ({"calendar": {"id": 1}, "days": []}, "days"),
        ({"calendar": {"id": 1}, "days": [{"day": 1}] * 4}, "days"),
        ({"calendar": {"id": 256}, "days": [{"day": 1}]}, "calendar.id"),
    ],
)
def test_a_command_that_cannot_be_made_names_the_component(values: Values, field: str) -> None:
    with pytest.raises(EncodeError) as refused:
        PUBLISH.encode_command(values, ENVELOPE)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("octets", "reason"),
    [
        ("0109 01 01 0707 0004 09 00 00 05", "days expected"),
        ("0109 01 01 0707 0004 09 00 01 05", "calendar expected"),
        ("0108 01 01 0707 0004 09 00 00 05", "profile"),
        ("0109 01 21 0707 0004 09 00 00 05", "control octet 21"),
        ("0109 01 00 0707 0004 09 00 00 05", "last-component bit"),
        ("0109 02 01 0707 0004 09 00 00 05 01 0707 0004 09 01 01 06", "last-component bit"),
        ("0109 02 00 0707 0004 09 00 00 05 01 0707 0004 09 02 01 06", "sequence 1 expected"),
        ("0109 02 00 0707 0004 01 00 00 05 01 0707 0004 09 01 01 06", "frame control 09"),
        ("0109 02 00 0707 0004 09 00 00 05 01 0707 0005 09 01 01 06 07", "1 octets more"),
        ("0109 03 00 0707 0004 09 00 00 05 00 0707 0004 09 01 01 06 01 0701 0005 09 02 06 0700",
         "a component more"),
    ],
)  # fmt: skip
def test_a_command_of_another_use_case(octets: str, reason: str) -> None:
    with pytest.raises(DecodeError, match=reason):
        PUBLISH.decode_command(Reader(bytes.fromhex(octets)), ENVELOPE)


READ_RESULTS = (Result("divisor", 0), Result("consumption", 0))
ANSWERS: list[tuple[str, GbzRow, Body]] = [
    ("done", PUBLISH, Body({}, (Result("calendar", 0), Result("days", 1), Result("days", 2)))),
    (
        "failed",
        PUBLISH,
        Body(
            {}, (Result("calendar", 0), Result("days", 1, 0x87), Result("thresholds", 2, 1, executed=False))
        ),
    ),
    ("read", READ, Body({"divisor": 1000, "consumption": 5}, READ_RESULTS)),
    ("read in part", READ, Body({"divisor": 1000}, (Result("divisor", 0), Result("consumption", 0, 0x86)))),
    ("read in clear", IN_CLEAR, Body({"divisor": 1000}, (Result("divisor", 0),))),
]


@pytest.mark.parametrize(("row", "body"), [a[1:] for a in ANSWERS], ids=[a[0] for a in ANSWERS])
def test_an_answer_both_ways(row: GbzRow, body: Body) -> None:
    octets = row.encode_response(body, SEALED)
    assert row.decode_response(Reader(octets), SEALED) == body
    for length in range(len(octets)):
        with pytest.raises((DecodeError, DecryptionFailed)):
            row.decode_response(Reader(octets[:length]), SEALED)


def test_the_layout_of_an_answer() -> None:
    octets = PUBLISH.encode_response(ANSWERS[1][2], ENVELOPE)
    assert octets.hex(" ").upper() == (
        "01 09 03 00 07 07 00 05 00 00 0B 00 00 00 07 07 00 05 00 01 0B 01 87 01 07 00 00 05 00 02 0B FF 01"
    )


def test_an_answer_stays_sealed_without_a_key() -> None:
    octets = READ.encode_response(ANSWERS[2][2], SEALED)
    body = READ.decode_response(Reader(octets), ENVELOPE)
    assert isinstance(body.values["registers"], Sealed)
    with pytest.raises(KeyMissing):
        READ.encode_response(ANSWERS[2][2], ENVELOPE)
    spoiled = octets.replace(b"sealed", b"opened")
    with pytest.raises(DecryptionFailed):
        READ.decode_response(Reader(spoiled), SEALED)


@pytest.mark.parametrize(
    ("octets", "reason"),
    [
        ("0109 01 01 0701 0005 00 00 0B 00 00", "does not have"),
        ("0109 01 01 0707 0005 00 00 0B 09 00", "does not have"),
        ("0109 01 01 0707 0004 18 00 01 00", "does not have"),
        ("0109 01 01 0707 0006 00 00 0B 00 00 00", "1 octets more"),
    ],
)
def test_an_answer_of_another_use_case(octets: str, reason: str) -> None:
    with pytest.raises(DecodeError, match=reason):
        PUBLISH.decode_response(Reader(bytes.fromhex(octets)), ENVELOPE)


def test_a_read_answer_with_another_type_of_value() -> None:
    octets = bytearray(IN_CLEAR.encode_response(ANSWERS[4][2], ENVELOPE))
    assert octets[-4] == 0x22
    octets[-4] = 0x23
    with pytest.raises(DecodeError, match="divisor: data type 22 expected, found 23"):
        IN_CLEAR.decode_response(Reader(bytes(octets)), ENVELOPE)
