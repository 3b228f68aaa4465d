"""ASN.1 values: both ways, lengths longer than DER allows, everything else strict."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from dcc_sim.codec.cosem import Part, UInt8
from dcc_sim.codec.der import (
    Bare,
    Bits,
    Certificate,
    CertificationRequest,
    Choice,
    Default,
    DerAlertRow,
    DerRow,
    DeviceOctets,
    Enumerated,
    Fixed,
    Implicit,
    Int,
    Moment,
    Nothing,
    Null,
    Octets,
    Sequence,
    SequenceOf,
)
from dcc_sim.codec.exchange import Body, Envelope
from dcc_sim.codec.shape import Notes, Reader, Shape, Value, decode_field
from dcc_sim.errors import DecodeError, EncodeError

AT = datetime(2028, 2, 29, 23, 59, 58, tzinfo=UTC)
ROW = DerRow(
    command=Sequence(Part("start", Moment()), Part("end", Moment())),
    response=Sequence(Part("time", Moment()), Part("status", Int({0: "reliable"}))),
)
ENVELOPE = Envelope(bytes(8), bytes(8), 1)

BOTH_WAYS: list[tuple[Shape, Value, str]] = [
    (Int(), 0, "020100"),
    (Int(), 127, "02017F"),
    (Int(), 128, "02020080"),
    (Int(), -128, "020180"),
    (Int(), 2**64 - 1, "020900FFFFFFFFFFFFFFFF"),
    (Enumerated({25: "trustAnchorNotFound"}), 25, "0A0119"),
    (Implicit(3, Int()), 1002, "830203EA"),
    (Fixed(4), b"\x01\x23\xab\xcd", "04040123ABCD"),
    (Octets(0, 4), b"", "0400"),
    (Implicit(0, Octets(16, 32)), bytes(16), "8010" + "00" * 16),
    (Bits(), 0, "030100"),
    (Bits(), 1, "03020780"),
    (Bits(), 16, "03020308"),
    (Bits(), 32, "03020204"),
    (Bits(), 256 + 1, "0303078080"),
    (Null(), None, "0500"),
    (Nothing(), {}, "0500"),
    (Certificate(), bytes.fromhex("3003020105"), "3003020105"),
    (CertificationRequest(), bytes.fromhex("30820001FF"), "30820001FF"),
    (Bare("code", Int()), {"code": 3}, "020103"),
    (Choice(Part("accepted", Null()), Part("code", Int())), {"accepted": None}, "0500"),
    (Choice(Part("accepted", Null()), Part("code", Int())), {"code": 1}, "020101"),
    (SequenceOf(Int()), [], "3000"),
    (SequenceOf(Int()), [1, 2], "3006020101020102"),
    (Implicit(6, SequenceOf(Int())), [1], "A603020101"),
    (Implicit(2, Sequence(Part("n", Int()))), {"n": 5}, "A203020105"),
    (Sequence(Part("n", Default(Int(), 0))), {"n": 0}, "3000"),
    (Sequence(Part("n", Default(Int(), 0))), {"n": 1}, "3003020101"),
    (Sequence(Part("n", Implicit(1, Default(Int(), 0)))), {"n": 1}, "3003810101"),
    (Sequence(Part("a", Implicit(0, Int()), optional=True), Part("b", Int())), {"b": 5}, "3003020105"),
    (
        Sequence(Part("a", Bits(), optional=True), Part("b", Moment(), optional=True)),
        {"b": AT},
        "3011180F" + b"20280229235958Z".hex(),
    ),
    (
        Sequence(Part("a", Null()), Part("c", Choice(Part("n", Int())))),
        {"a": None, "c": {"n": 1}},
        "30050500020101",
    ),
    (Moment(), AT, "180F" + b"20280229235958Z".hex()),
    (Sequence(Part("n", Int())), {"n": 5}, "3003020105"),
]


@pytest.mark.parametrize(("shape", "value", "octets"), BOTH_WAYS)
def test_both_ways(shape: Shape, value: Value, octets: str) -> None:
    out = bytearray()
    shape.encode(value, out)
    assert out.hex().upper() == octets.upper()
    reader = Reader(bytes(out))
    assert shape.decode(reader) == value
    reader.finish()


@pytest.mark.parametrize(("shape", "value", "octets"), BOTH_WAYS)
def test_cut_short_anywhere(shape: Shape, value: Value, octets: str) -> None:
    whole = bytes.fromhex(octets)
    for length in range(len(whole)):
        with pytest.raises(DecodeError):
            shape.decode(Reader(whole[:length]))


def test_a_length_longer_than_needed_is_read() -> None:
    octets = bytes.fromhex("30820003" + "020105")
    assert Sequence(Part("n", Int())).decode(Reader(octets)) == {"n": 5}
    assert Int().decode(Reader(bytes.fromhex("02810105"))) == 5


@pytest.mark.parametrize(
    ("shape", "octets", "reason"),
    [
        (Int(), "02020001", "not valid DER"),
        (Int(), "0200", "not valid DER"),
        (Int(), "0211" + "01" * 17, "INTEGER of 17 octets"),
        (Moment(), "180D" + b"202802292359Z".hex(), "not valid DER"),
        (Moment(), "180F" + b"20290229235958Z".hex(), "not valid DER"),
        (Moment(), "1810" + b"20280229235958Z0".hex(), "not valid DER"),
        (Sequence(Part("n", Int())), "3006020105020105", "3 octets more than the layout has"),
        (Sequence(Part("n", Int())), "3103020105", "SEQUENCE 30 expected, found 31"),
        (Sequence(Part("n", Int())), "30800201050000", "length octet 80 is not allowed"),
        (Sequence(Part("n", Int())), "3084FFFFFFFF020105", "length 4294967295 but only 3 octets"),
        (Sequence(Part("n", Int())), "30880000000000000003020105", "length octet 88"),
        (Sequence(Part("n", Int())), "3002020105", "length 1 but only 0 octets"),
        (Int(), "020A00" + "FF" * 9, "INTEGER of 10 octets"),
        (Int(), "0209010000000000000000", "found 18446744073709551616"),
        (Int(low=0), "0201FF", "found -1"),
        (Int(), "0282FFFF05", "length 65535 but only 1 octets"),
        (Int(), "0A0105", "tag 02 expected, found 0A"),
        (Enumerated({}), "020105", "tag 0A expected, found 02"),
        (Fixed(4), "0403010203", "4 … 4 octets expected, found 3"),
        (Fixed(4), "2406040101040102", "tag 04 expected, found 24"),
        (Bits(), "0300", "not valid DER"),
        (Bits(), "03020781", "not valid DER"),
        (Bits(), "03020880", "not valid DER"),
        (Bits(), "03020080", "named bits end"),
        (Bits(), "0303000101", "9 bits expected, found 16"),
        (Null(), "050100", "not valid DER"),
        (Nothing(), "020100", "tag 05 expected"),
        (Moment(), "1811" + b"20280229235958.5Z".hex(), "to the second"),
        (Moment(), "1813" + b"20280229235958+0100".hex(), "not valid DER"),
        (Certificate(), "3005020105", "length 5 but only 3"),
        (Certificate(), "020105", "SEQUENCE 30 expected"),
        (SequenceOf(Int(), 1), "3000", "1 … 255 elements expected, found 0"),
        (SequenceOf(Int(), 0, 1), "3006020101020102", "more than 1 elements"),
        (SequenceOf(Int()), "30040201010A", "tag 02 expected, found 0A"),
        (Choice(Part("a", Null()), Part("b", Int())), "0400", "one of a, b expected"),
        (Choice(Part("a", Null())), "", "one of a expected"),
        (Sequence(Part("n", Default(Int(), 0))), "3003020100", "0 is the DEFAULT"),
        (Sequence(Part("n", Int(), optional=True)), "30030A0105", "3 octets more"),
        (SequenceOf(SequenceOf(Int())), "30" * 3 + "00", "only"),
    ],
)
def test_octets_that_do_not_fit(shape: Shape, octets: str, reason: str) -> None:
    with pytest.raises(DecodeError, match=reason):
        shape.decode(Reader(bytes.fromhex(octets)))


@pytest.mark.parametrize(
    ("shape", "value"),
    [
        (Int(), "5"),
        (Int(), None),
        (Int(), 2**64),
        (Int(low=0), -1),
        (Moment(), 5),
        (Moment(), AT.replace(microsecond=1)),
        (Sequence(Part("n", Int())), {}),
        (Sequence(Part("n", Int())), {"n": 1, "m": 2}),
        (Sequence(Part("n", Int())), [1]),
        (SequenceOf(Int(), 1), []),
        (SequenceOf(Int()), {"n": 1}),
        (Fixed(4), b"123"),
        (Fixed(4), "1234"),
        (Bits(), 512),
        (Bits(), -1),
        (Null(), 0),
        (Nothing(), {"n": 1}),
        (Certificate(), b""),
        (Certificate(), bytes.fromhex("300302010500")),
        (Certificate(), bytes.fromhex("0201")),
        (Choice(Part("a", Null()), Part("b", Int())), {}),
        (Choice(Part("a", Null()), Part("b", Int())), {"a": None, "b": 1}),
        (Choice(Part("a", Null()), Part("b", Int())), {"c": 1}),
        (Bare("a", Int()), {"b": 1}),
    ],
)
def test_a_value_that_does_not_fit(shape: Shape, value: Value) -> None:
    with pytest.raises(EncodeError):
        shape.encode(value, bytearray())


def test_a_row_both_ways() -> None:
    command = ROW.encode_command({"start": AT, "end": AT + timedelta(seconds=9)}, ENVELOPE)
    assert ROW.decode_command(Reader(command), ENVELOPE).values == {
        "start": AT,
        "end": AT + timedelta(seconds=9),
    }
    response = ROW.encode_response(Body({"time": AT, "status": 2}), ENVELOPE)
    assert ROW.decode_response(Reader(response), ENVELOPE).values == {"time": AT, "status": 2}
    with pytest.raises(DecodeError, match="1 octets more"):
        ROW.decode_command(Reader(command + b"\x00"), ENVELOPE)


def test_the_field_is_named() -> None:
    with pytest.raises(DecodeError) as refused:
        decode_field("message", ROW.command, Reader(bytes.fromhex("3003020105")))
    assert refused.value.field == "message.start"


def test_a_moment_of_another_zone_is_the_same_moment() -> None:
    out = bytearray()
    Moment().encode(AT.astimezone(timezone(timedelta(hours=2))), out)
    assert Moment().decode(Reader(bytes(out))) == AT


def test_a_moment_that_generalized_time_cannot_say() -> None:
    with pytest.raises(EncodeError):
        Moment().encode(AT.replace(tzinfo=None), bytearray())


def test_devices_write_two_octets_for_lengths_from_128_on() -> None:
    shape = Sequence(Part("all", SequenceOf(Fixed(8), 0, 100)))

    def lengths(out: bytearray, count: int) -> str:
        shape.encode({"all": [bytes(8)] * count}, out)
        return out[: 2 * (out[1] & 0x7F if out[1] & 0x80 else 0) + 4].hex().upper()

    assert lengths(bytearray(), 12) == lengths(DeviceOctets(), 12) == "307A3078"
    assert lengths(bytearray(), 13) == "3081853081" + "82"
    assert lengths(DeviceOctets(), 13) == "3082008630820082"
    assert lengths(bytearray(), 30) == lengths(DeviceOctets(), 30) == "308201303082012C"


def test_a_certificate_in_a_device_message_keeps_its_lengths() -> None:
    certificate = bytes.fromhex("308180") + bytes(128)
    row = DerRow(command=Nothing(), response=Sequence(Part("c", Certificate())))
    octets = row.encode_response(Body({"c": certificate}), ENVELOPE)
    assert octets == bytes.fromhex("30820083") + certificate
    assert row.decode_response(Reader(octets), ENVELOPE).values == {"c": certificate}


def test_an_alert_row_both_ways() -> None:
    row = DerAlertRow(Sequence(Part("alert_code", Int()), Part("time", Moment())))
    octets = row.encode({"alert_code": 0x8F66, "time": AT}, ENVELOPE)
    assert octets[:7].hex().upper() == "30160203008F66"
    assert row.decode(Reader(octets), ENVELOPE).values == {"alert_code": 0x8F66, "time": AT}
    with pytest.raises(DecodeError):
        row.decode(Reader(octets + b"\x00"), ENVELOPE)


def test_a_default_that_is_absent_is_noted_with_no_octets() -> None:
    notes = Notes()
    shape = Sequence(Part("usage", Default(Int({0: "management"}), 0)))
    assert shape.decode(Reader(bytes.fromhex("3000"), notes=notes.plain)) == {"usage": 0}
    assert [(note.path, note.offset, note.length, note.value) for note in notes] == [
        ((), 0, 2, 0),
        (("usage",), 2, 0, 0),
    ]


def test_nesting_costs_no_more_than_its_octets() -> None:
    bomb = b"".join(bytes((0x30, 0x82)) + (4 * n).to_bytes(2, "big") for n in range(16_000, 0, -1))
    for shape in (
        SequenceOf(Int()),
        SequenceOf(SequenceOf(SequenceOf(Int()))),
        Sequence(Part("n", Int(), optional=True)),
    ):
        with pytest.raises(DecodeError):
            shape.decode(Reader(bomb))


def test_shapes_of_other_languages_are_refused_when_the_row_is_written() -> None:
    with pytest.raises(TypeError, match="no shape of ASN"):
        Sequence(Part("n", UInt8()))
    with pytest.raises(TypeError, match="no implicit tag"):
        Implicit(1, Null())


def test_octets_that_are_no_certificate_are_said_to_be_none() -> None:
    assert Certificate().explain(bytes.fromhex("3003020105")).startswith("not a certificate")
    assert CertificationRequest().explain(b"").startswith("not a certification request")
