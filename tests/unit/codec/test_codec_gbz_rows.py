"""The words of a GBZ row beyond publish and read: replies, copies, from-date-times, pushes."""

from __future__ import annotations

import pytest

from dcc_sim.codec.exchange import Body, Envelope, Result, Sealed
from dcc_sim.codec.gbz import (
    AttributeRead,
    Command,
    GbzAlertRow,
    GbzRow,
    NetworkTime,
    Publish,
    Push,
    ReadAttributes,
    Reply,
    Request,
)
from dcc_sim.codec.shape import Notes, Reader, Values
from dcc_sim.codec.zcl import (
    U8,
    U16,
    U24,
    Bits8,
    CharString,
    CountOf,
    Field,
    Fields,
    Flag,
    Listed,
    OctetString,
    Repeat,
    Rest,
    UtcTime,
)
from dcc_sim.errors import DecodeError, EncodeError, KeyMissing

PLAIN = Envelope(b"a meter.", b"the user", 7)


class Turned:
    def close(self, plaintext: bytes) -> bytes:
        return b"\x31\x00\x00\x00\x00" + plaintext[::-1] + b"a tag of 12."

    def open(self, blob: bytes) -> bytes:
        return blob[5:-12][::-1]


SEALED = Envelope(PLAIN.originator, PLAIN.target, 7, Turned())
TAG = b"a tag of 12.".hex()


def hexed(octets: bytes) -> str:
    return octets.hex().upper()


def squeezed(text: str) -> str:
    return text.replace(" ", "").upper()


def octets(text: str) -> bytes:
    return bytes.fromhex(text)


def command_says(row: GbzRow, values: Values, text: str) -> None:
    assert hexed(row.encode_command(values, PLAIN)) == squeezed(text)
    assert row.decode_command(Reader(octets(text)), PLAIN).values == values


def response_says(row: GbzRow, body: Body, text: str, envelope: Envelope = PLAIN) -> None:
    assert hexed(row.encode_response(body, envelope)) == squeezed(text)
    assert row.decode_response(Reader(octets(text)), envelope) == body


DAY = Fields(Field("day", U8()))
DAYS = GbzRow(
    (
        Request(0x0707, 0x01, "days", Fields(Field("first", U8(1))), reply=Reply(0x01, DAY, high=3)),
        Request(0x0700, 0x00, "price", Fields(), reply=Reply(0x00, Fields(Field("price", U16())))),
    )
)


def test_several_replies_carry_the_sequence_of_their_command() -> None:
    body = Body(
        {"days": [{"day": 1}, {"day": 2}], "price": {"price": 258}}, (Result("days", 0), Result("price", 1))
    )
    response_says(
        DAYS, body, "0109 03 00 0707 0004 190001 01 00 0707 0004 190001 02 01 0700 0005 190100 0201"
    )


def test_nothing_found_stops_nothing() -> None:
    body = Body({"price": {"price": 1}}, (Result("days", 0, 0x8B), Result("price", 1)))
    response_says(DAYS, body, "0109 02 00 0707 0005 08000B 018B 01 0700 0005 190100 0100")


def test_success_may_come_without_a_reply() -> None:
    body = Body({}, (Result("days", 0), Result("price", 1, 1, executed=False)))
    response_says(DAYS, body, "0109 02 00 0707 0005 08000B 0100 01 0700 0005 08010B FF01")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("0109 04 " + "00 0707 0004 190001 01 " * 3 + "01 0707 0004 190001 01", "4 answers, 3 expected"),
        ("0109 01 01 0707 0004 090001 01", "frame control 19"),
        ("0109 01 01 0707 0004 190101 01", "sequence 0 expected"),
        ("0109 02 00 0707 0005 08000B 018B 01 0707 0005 08000B 018B", "2 answers, 1 expected"),
        ("0109 01 01 0707 0005 00000B 018B", "frame control 08"),
        ("0109 01 01 0700 0005 190000 0000", "does not have here"),
    ],
)
def test_answers_that_are_none(text: str, reason: str) -> None:
    with pytest.raises(DecodeError, match=reason):
        DAYS.decode_response(Reader(octets(text)), PLAIN)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (Body({"days": [{"day": 1}] * 4}, (Result("days", 0),)), "4 replies"),
        (Body({"days": [{"day": 1}]}, (Result("days", 0, 0x8B),)), "more replies"),
        (Body({}, (Result("nights", 0),)), "no such command"),
    ],
)
def test_bodies_that_cannot_be(body: Body, reason: str) -> None:
    with pytest.raises(EncodeError, match=reason):
        DAYS.encode_response(body, PLAIN)


COPIES = GbzRow(
    (
        Request(
            0x0702,
            0x06,
            "snapshots",
            Fields(Field("start", U8()), Field("offset", U8()), Field("cause", U8(2))),
            reply=Reply(0x06, DAY),
            encrypted=True,
            times=3,
            step="offset",
        ),
    )
)


def test_copies_are_numbered() -> None:
    command_says(
        COPIES,
        {"snapshots": {"start": 9, "cause": 2}},
        "0109 03 00 0702 0006 010006 09 00 02 00 0702 0006 010106 09 01 02 01 0702 0006 010206 09 02 02",
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("0109 01 01 0702 0006 010006 09 00 02", "snapshots expected"),
        (
            "0109 03 00 0702 0006 010006 09 00 02 00 0702 0006 010106 09 00 02 01 0702 0006 010206 09 02 02",
            "offset 1 expected",
        ),
        (
            "0109 03 00 0702 0006 010006 09 00 02 00 0702 0006 010106 08 01 02 01 0702 0006 010206 09 02 02",
            "differ in more than offset",
        ),
    ],
)
def test_copies_that_are_none(text: str, reason: str) -> None:
    with pytest.raises(DecodeError, match=reason):
        COPIES.decode_command(Reader(octets(text)), PLAIN)


ENCRYPTED = f"0109 03 02 0702 0019 0000 190006 0012 3100000000 05 {TAG} 00 0702 0005 08010B 068B"
ENCRYPTED += f" 03 0702 0019 0001 190206 0012 3100000000 07 {TAG}"
RESULTS = (Result("snapshots", 0), Result("snapshots", 1, 0x8B), Result("snapshots", 2))


def test_replies_are_sealed_one_by_one_and_counted() -> None:
    body = Body({"snapshots": [{"day": 5}, {"day": 7}]}, RESULTS)
    response_says(COPIES, body, ENCRYPTED, SEALED)


def test_without_a_key_the_blobs_are_kept() -> None:
    blobs = [Sealed(octets(f"3100000000 {day} {TAG}")) for day in ("05", "07")]
    response_says(COPIES, Body({"snapshots": blobs}, RESULTS), ENCRYPTED)


def test_the_frame_counter_counts_encrypted_components() -> None:
    wrong = ENCRYPTED.replace("0019 0001", "0019 0002")
    with pytest.raises(DecodeError, match="additional header frame counter"):
        COPIES.decode_response(Reader(octets(wrong)), SEALED)


def test_a_copy_succeeds_with_its_reply() -> None:
    with pytest.raises(EncodeError, match="0 replies"):
        COPIES.encode_response(Body({}, (Result("snapshots", 0),)), SEALED)
    with pytest.raises(DecodeError, match="success without the reply"):
        COPIES.decode_response(Reader(octets("0109 01 01 0702 0005 08000B 0600")), PLAIN)


FROM = GbzRow(
    (
        Request(
            0x0705,
            0x0A,
            "log",
            Fields(Field("end", UtcTime()), Field("type", U8(2))),
            from_time=Field("start", NetworkTime()),
        ),
    )
)


def test_a_from_date_time_stands_before_the_header_in_network_order() -> None:
    command_says(
        FROM,
        {"log": {"start": 1, "end": 1, "type": 2}},
        "0109 01 11 0705 000C 00000001 01000A 01000000 02",
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("0109 01 01 0705 0008 01000A 01000000 02", "from-date-time expected"),
        ("0109 01 13 0705 000C 00000001 01000A 01000000 02", "control octet 13"),
    ],
)
def test_from_date_times_that_are_none(text: str, reason: str) -> None:
    with pytest.raises(DecodeError, match=reason):
        FROM.decode_command(Reader(octets(text)), PLAIN)


def test_a_time_shows_the_moment() -> None:
    notes = Notes()
    FROM.decode_command(
        Reader(octets("0109 01 11 0705 000C 1C374A80 01000A FEFFFFFF 02"), notes=notes.plain), PLAIN
    )
    shown = {note.path[-1]: str(note.value) for note in notes}
    assert (shown["start"], shown["end"]) == ("2015-01-01T00:00:00Z", "4294967294")


def test_what_was_not_processed_is_shared_out() -> None:
    row = GbzRow(
        (
            Publish(0x0707, 0x00, "calendar", Fields(Field("id", U8()))),
            Publish(0x0707, 0x01, "days", DAY, high=3),
            Publish(0x0707, 0x02, "weeks", DAY, low=0, high=2),
            Publish(0x0707, 0x03, "seasons", DAY),
        )
    )
    body = row.decode_response(
        Reader(
            octets(
                "0109 04 00 0707 0005 00000B 00C0 00 0707 0005 00010B FF01 "
                "00 0707 0005 00020B FF01 01 0707 0005 00030B FF01"
            )
        ),
        PLAIN,
    )
    assert [r.name for r in body.results] == ["calendar", "days", "days", "seasons"]
    assert [r.executed for r in body.results] == [True, False, False, False]


READS = GbzRow(
    (
        ReadAttributes(
            0x0702,
            "register",
            AttributeRead(0x0300, "unit", Bits8()),
            AttributeRead(0x0206, "version", OctetString(4, low=4)),
            answer_control=0x18,
        ),
    )
)


def test_a_read_that_fails_as_a_whole() -> None:
    body = Body({}, (Result("register", 0, 0xC0),))
    response_says(READS, body, "0109 01 01 0702 0005 08000B 00C0")


def test_an_attribute_without_a_result() -> None:
    with pytest.raises(EncodeError, match="version: an attribute without a result"):
        READS.encode_response(Body({"unit": 1}, (Result("unit", 0),)), PLAIN)


def test_directions_turn_round() -> None:
    asked = GbzRow((Command(0x0708, 0x09, 0x05, "get", DAY, reply=Reply(0x04, DAY, frame_control=0x01)),))
    response_says(asked, Body({"get": {"day": 3}}, (Result("get", 0),)), "0109 01 01 0708 0004 010004 03")
    response_says(asked, Body({}, (Result("get", 0, 0x8B),)), "0109 01 01 0708 0005 00000B 058B")


ALERT = GbzAlertRow(component=Push(0x0702, 0x06, "snapshot", DAY))
ALERTED = f"0109 01 8F0A 1C374A80 03 0702 0019 0000 190006 0012 3100000000 05 {TAG}"


def test_an_alert_pushes_one_encrypted_component() -> None:
    values: Values = {"alert_code": 0x8F0A, "time": 0x1C374A80, "snapshot": {"day": 5}}
    assert hexed(ALERT.encode(values, SEALED)) == squeezed(ALERTED)
    assert ALERT.decode(Reader(octets(ALERTED)), SEALED).values == values
    kept = ALERT.decode(Reader(octets(ALERTED)), PLAIN).values
    assert isinstance(kept["snapshot"], Sealed)
    assert hexed(ALERT.encode(kept, PLAIN)) == squeezed(ALERTED)
    with pytest.raises(KeyMissing, match="snapshot"):
        ALERT.encode(values, PLAIN)


def test_constants_alone_need_no_value() -> None:
    row = GbzRow((Request(0x0705, 0x00, "select", Fields(Field("time", UtcTime(0)))),))
    assert hexed(row.encode_command({}, PLAIN)) == squeezed("0109 01 01 0705 0007 010000 00000000")


SHAPES = Fields(
    Field("count", CountOf("samples", mask=41, size=2)),
    Field("on", Flag()),
    Field("text", CharString(5)),
    Field("kind", U8(allowed=(3, 7))),
    Field("pair", Repeat(U16(), 2)),
    Field("samples", Listed(U24(), high=41)),
)


def test_shapes() -> None:
    value: Values = {"on": True, "text": b"ab", "kind": 7, "pair": [1, 2], "samples": [3]}
    out = bytearray()
    SHAPES.encode(value, out)
    assert hexed(bytes(out)) == squeezed("0100 01 02 6162 07 0100 0200 030000")
    assert SHAPES.decode(Reader(bytes(out))) == value


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("0100 02", "0 or 1 expected"),
        ("0100 01 00", "1 … 5 octets expected"),
        ("0100 01 02 6162 04", "one of 3, 7 expected"),
        ("0200 01 02 6162 07 0100 0200 030000", "2 samples announced, found 1"),
    ],
)
def test_octets_that_are_no_shape(text: str, reason: str) -> None:
    with pytest.raises(DecodeError, match=reason):
        SHAPES.decode(Reader(octets(text)))


@pytest.mark.parametrize(
    ("part", "value", "reason"),
    [
        (Flag(), 1, "true or false"),
        (U8(allowed=(3, 7)), 4, "none of 3, 7"),
        (Rest((0, 19)), b"x", "0 or 19 octets"),
        (Repeat(U8(), 2), [1], "outside 2 … 2"),
    ],
)
def test_values_that_do_not_fit(part: Flag, value: object, reason: str) -> None:
    with pytest.raises(EncodeError, match=reason):
        part.encode(value, bytearray())  # type: ignore[arg-type]  # some are no values


def test_too_much_for_one_message() -> None:
    row = GbzRow((Publish(0x0708, 0x04, "events", DAY, high=300),))
    with pytest.raises(EncodeError, match="at most 255 components"):
        row.encode_command({"events": [{"day": 1}] * 256}, PLAIN)
