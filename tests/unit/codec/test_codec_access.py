"""DLMS access payloads: rows of every sort of item, the layout octet by octet, and what breaks it."""

from __future__ import annotations

import pytest

from dcc_sim.codec.access import (
    NOT_PROCESSED,
    AccessRow,
    Attribute,
    Do,
    Get,
    GetRange,
    Protected,
    Set,
)
from dcc_sim.codec.cosem import Array, UInt8, UInt16, UInt32
from dcc_sim.codec.exchange import Body, CosemObject, Envelope, Obis, Result, Sealed
from dcc_sim.codec.shape import Reader, Values
from dcc_sim.codec.times import CosemDateTime
from dcc_sim.errors import DecodeError, DecryptionFailed, EncodeError, KeyMissing

USER, METER = b"the user", b"a meter."
CLOCK = CosemObject(8, Obis.parse("0-0:1.0.0.255"), "clock")
DATA = CosemObject(1, Obis.parse("1-2:3.4.5.6"), "data")
OTHER = CosemObject(1, Obis.parse("1-2:3.4.5.7"), "other data")
COLLECTION = CosemObject(30, Obis.parse("0-0:43.2.8.255"), "collection")

COMMAND = Envelope(USER, METER, 0x0102030405)
ANSWER = Envelope(METER, USER, 0x0102030405)
FROM, TO = CosemDateTime(bytes(12)), CosemDateTime(b"\xff" * 12)


class Xor:
    """A seal that can be looked through."""

    def close(self, plaintext: bytes) -> bytes:
        return b"sealed" + bytes(octet ^ 0x55 for octet in plaintext)

    def open(self, blob: bytes) -> bytes:
        if blob[:6] != b"sealed":
            raise DecryptionFailed("not sealed")
        return bytes(octet ^ 0x55 for octet in blob[6:])


class NoKey(Xor):
    def open(self, blob: bytes) -> bytes:  # noqa: ARG002  # as its parent
        raise KeyMissing("no key")


SEALED = Envelope(METER, USER, COMMAND.counter, Xor())
PLAIN = AccessRow(
    (Set(DATA, 2, "level", UInt16()), Do(CLOCK, 4, "go", UInt8(0)), Get(CLOCK, 2, "time", UInt32()))
)
SECRET = AccessRow((Protected(COLLECTION, "registers", Attribute(DATA, 2, "energy", UInt32())),))
RANGED = AccessRow((GetRange(DATA, 2, "log", Array(UInt8())),))
SECRET_RANGE = AccessRow(
    (
        Protected(
            COLLECTION,
            "logs",
            Attribute(DATA, 2, "a", UInt8()),
            Attribute(OTHER, 2, "b", UInt8()),
            ranged=True,
        ),
    )
)
CHOICE = AccessRow((Set(DATA, 2, "cell", UInt8(), choices=(DATA, OTHER)), Get(CLOCK, 2, "time", UInt32())))
OPTIONAL = AccessRow(
    (
        Set(DATA, 2, "first", UInt8(), optional=True),
        Set(OTHER, 2, "second", UInt8()),
        Do(CLOCK, 4, "last", UInt8(), optional=True),
    )
)

COMMANDS: list[tuple[str, AccessRow, Values]] = [
    ("plain", PLAIN, {"level": 7, "go": 0}),
    ("protected", SECRET, {}),
    ("range of a log", RANGED, {"log": {"from": 0, "to": 2**32 - 1}}),
    ("range of protected logs", SECRET_RANGE, {"logs": {"from": FROM, "to": TO}}),
    ("first choice", CHOICE, {"cell": {"object": 1, "value": 9}}),
    ("second choice", CHOICE, {"cell": {"object": 2, "value": 9}}),
    ("all options", OPTIONAL, {"first": 1, "second": 2, "last": 3}),
    ("no option", OPTIONAL, {"second": 2}),
    ("the last option", OPTIONAL, {"second": 2, "last": 3}),
]


def ok(*names: str) -> tuple[Result, ...]:
    return tuple(Result(name, n) for n, name in enumerate(names))


ANSWERS: list[tuple[str, AccessRow, Body]] = [
    ("plain", PLAIN, Body({"time": 5}, ok("level", "go", "time"))),
    (
        "failed",
        PLAIN,
        Body({}, (Result("level", 0), Result("go", 1, 3), Result("time", 2, NOT_PROCESSED, executed=False))),
    ),
    ("protected", SECRET, Body({"registers": {"energy": 77}}, ok("registers"))),
    ("range", RANGED, Body({"log": [1, 2, 3]}, ok("log"))),
    ("choice", CHOICE, Body({"time": 5}, ok("cell", "time"))),
    ("options", OPTIONAL, Body({}, ok("first", "second", "last"))),
    ("no option", OPTIONAL, Body({}, ok("second"))),
]


def ids(rows: list[tuple[str, AccessRow, Values]] | list[tuple[str, AccessRow, Body]]) -> list[str]:
    return [row[0] for row in rows]


@pytest.mark.parametrize(("row", "values"), [c[1:] for c in COMMANDS], ids=ids(COMMANDS))
def test_a_command_both_ways(row: AccessRow, values: Values) -> None:
    octets = row.encode_command(values, COMMAND)
    assert row.decode_command(Reader(octets), COMMAND).values == values


@pytest.mark.parametrize(("row", "values"), [c[1:] for c in COMMANDS], ids=ids(COMMANDS))
def test_a_command_cut_short_or_too_long(row: AccessRow, values: Values) -> None:
    octets = row.encode_command(values, COMMAND)
    for length in range(len(octets)):
        with pytest.raises(DecodeError):
            row.decode_command(Reader(octets[:length]), COMMAND)
    with pytest.raises(DecodeError, match="1 octets more"):
        row.decode_command(Reader(octets + b"\x00"), COMMAND)


@pytest.mark.parametrize(("row", "body"), [a[1:] for a in ANSWERS], ids=ids(ANSWERS))
def test_an_answer_both_ways(row: AccessRow, body: Body) -> None:
    octets = row.encode_response(body, SEALED)
    assert row.decode_response(Reader(octets), SEALED) == body


@pytest.mark.parametrize(("row", "body"), [a[1:] for a in ANSWERS], ids=ids(ANSWERS))
def test_an_answer_cut_short_or_too_long(row: AccessRow, body: Body) -> None:
    octets = row.encode_response(body, SEALED)
    for length in range(len(octets)):
        with pytest.raises((DecodeError, DecryptionFailed)):
            row.decode_response(Reader(octets[:length]), SEALED)
    with pytest.raises(DecodeError):
        row.decode_response(Reader(octets + b"\x00"), SEALED)


def test_the_layout_of_a_command() -> None:
    octets = PLAIN.encode_command({"level": 7}, COMMAND)
    assert octets.hex(" ").upper() == (
        "D9 20 03 04 05 00 "
        "03 "
        "02 00 01 01 02 03 04 05 06 02 "
        "03 00 08 00 00 01 00 00 FF 04 "
        "01 00 08 00 00 01 00 00 FF 02 "
        "03 "
        "12 00 07 "
        "11 00 "
        "00"
    )


def test_the_layout_of_an_answer() -> None:
    octets = PLAIN.encode_response(ANSWERS[1][2], ANSWER)
    assert octets.hex(" ").upper() == "DA 20 03 04 05 00 00 03 00 00 00 03 02 00 03 03 01 FA"


def test_the_layout_of_a_range() -> None:
    octets = RANGED.encode_command({"log": {"from": 1, "to": 2}}, COMMAND)
    selection = (
        "01 02 04 02 04 12 00 01 09 06 00 00 5E 2C 64 FF 0F 02 12 00 00 06 00 00 00 01 06 00 00 00 02 01 00"
    )
    assert octets == bytes.fromhex(f"D9 20030405 00 01 04 0001 010203040506 02 {selection} 01 00")


@pytest.mark.parametrize("place", [0, 1, 5, 6, 7, 16, 17, 36, 37, 38, 41])
def test_a_command_of_another_use_case(place: int) -> None:
    octets = bytearray(PLAIN.encode_command({"level": 7}, COMMAND))
    octets[place] ^= 0x41
    with pytest.raises(DecodeError):
        PLAIN.decode_command(Reader(bytes(octets)), COMMAND)


def test_the_invoke_id_is_the_end_of_the_counter() -> None:
    octets = PLAIN.encode_command({"level": 7}, COMMAND)
    same_end = Envelope(USER, METER, 0xFF_030405)
    assert PLAIN.decode_command(Reader(octets), same_end).values == {"level": 7, "go": 0}
    with pytest.raises(DecodeError, match="long-invoke-id"):
        PLAIN.decode_command(Reader(octets), Envelope(USER, METER, 0x030406))


def test_the_parties_are_those_of_the_header() -> None:
    octets = SECRET.encode_command({}, COMMAND)
    for other in (Envelope(METER, USER, COMMAND.counter), Envelope(b"stranger", METER, COMMAND.counter)):
        with pytest.raises(DecodeError, match="protection parameters"):
            SECRET.decode_command(Reader(octets), other)


def test_an_error_names_the_item() -> None:
    with pytest.raises(EncodeError, match="level: 65536 is outside"):
        PLAIN.encode_command({"level": 2**16}, COMMAND)
    with pytest.raises(EncodeError, match="cell: 3 is outside 1 … 2"):
        CHOICE.encode_command({"cell": {"object": 3, "value": 1}}, COMMAND)
    with pytest.raises(EncodeError, match=r"log\.from"):
        RANGED.encode_command({"log": {"to": 1}}, COMMAND)


@pytest.mark.parametrize(
    "results", [(), ok("level", "go"), ok("level", "go", "nothing"), ok("level", "go", "time", "more")]
)
def test_an_answer_needs_a_result_for_each_item(results: tuple[Result, ...]) -> None:
    with pytest.raises(EncodeError, match="one result is needed for each item"):
        PLAIN.encode_response(Body({"time": 1}, results), ANSWER)


def test_an_answer_of_another_use_case() -> None:
    octets = PLAIN.encode_response(ANSWERS[0][2], ANSWER)
    for row in (CHOICE, SECRET, OPTIONAL):
        with pytest.raises(DecodeError):
            row.decode_response(Reader(octets), ANSWER)


def test_a_protected_answer_stays_sealed_without_a_key() -> None:
    octets = SECRET.encode_response(ANSWERS[2][2], SEALED)
    for envelope in (ANSWER, Envelope(METER, USER, COMMAND.counter, NoKey())):
        body = SECRET.decode_response(Reader(octets), envelope)
        assert isinstance(body.values["registers"], Sealed)
        assert SECRET.encode_response(body, ANSWER) == octets


def test_a_protected_answer_cannot_be_made_without_a_key() -> None:
    with pytest.raises(KeyMissing):
        SECRET.encode_response(ANSWERS[2][2], ANSWER)


def test_what_does_not_authenticate_is_no_answer() -> None:
    octets = SECRET.encode_response(ANSWERS[2][2], SEALED).replace(b"sealed", b"opened")
    with pytest.raises(DecryptionFailed):
        SECRET.decode_response(Reader(octets), SEALED)


def test_a_decrypted_value_is_read_strictly() -> None:
    other = AccessRow((Protected(COLLECTION, "registers", Attribute(DATA, 2, "energy", UInt16())),))
    octets = SECRET.encode_response(ANSWERS[2][2], SEALED)
    with pytest.raises(DecodeError) as refused:
        other.decode_response(Reader(octets), SEALED)
    assert refused.value.field == "registers.decrypted.energy"


def test_protected_logs_are_all_asked_for_the_same_range() -> None:
    octets = bytearray(SECRET_RANGE.encode_command({"logs": {"from": FROM, "to": TO}}, COMMAND))
    octets[octets.rindex(b"\xff" * 12)] = 0
    with pytest.raises(DecodeError, match="different ranges"):
        SECRET_RANGE.decode_command(Reader(bytes(octets)), COMMAND)
