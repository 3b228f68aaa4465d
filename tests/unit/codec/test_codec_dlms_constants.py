"""Constants that are not numbers, methods that answer, and who asks in a protected read."""

from __future__ import annotations

import pytest

from dcc_sim.codec.access import NULL, AccessRow, Attribute, Do, Protected
from dcc_sim.codec.cosem import Bits, Boolean, Date, UInt8
from dcc_sim.codec.exchange import Body, CosemObject, Envelope, Obis, Result
from dcc_sim.codec.shape import Reader, Shape, Value
from dcc_sim.codec.times import CosemDate
from dcc_sim.errors import DecodeError, EncodeError

EVERY_DAY = CosemDate(b"\xff" * 5)
CONSTANTS: list[tuple[Shape, Value, str, str]] = [
    (Boolean(const=True), True, "03FF", "0300"),
    (Boolean(const=False), False, "0300", "0301"),
    (Bits(7, 7, "1111111"), "1111111", "0407FE", "0407FC"),
    (Bits(0, 0, ""), "", "0400", "040180"),
    (Date(EVERY_DAY), EVERY_DAY, "0905FFFFFFFFFF", "0905FFFF0CFFFF"),
]


@pytest.mark.parametrize(("shape", "value", "octets", "other"), CONSTANTS)
def test_a_constant_is_written_unasked_and_must_be_found(
    shape: Shape, value: Value, octets: str, other: str
) -> None:
    for given in (None, value):
        out = bytearray()
        shape.encode(given, out)
        assert out == bytes.fromhex(octets)
    assert shape.decode(Reader(bytes.fromhex(octets))) == value
    with pytest.raises(DecodeError, match="expected"):
        shape.decode(Reader(bytes.fromhex(other)))


@pytest.mark.parametrize(
    ("shape", "value"), [(Boolean(const=True), False), (Bits(1, 1, "1"), "0"), (Date(EVERY_DAY), bytes(5))]
)
def test_another_value_than_the_constant_is_refused(shape: Shape, value: Value) -> None:
    with pytest.raises(EncodeError, match="always"):
        shape.encode(value, bytearray())


USER, BROKER, METER = b"the user", b"broker..", b"a meter."
TARGET = CosemObject(104, Obis.parse("0-0:30.3.0.255"), "devices")
BACKUP = AccessRow((Do(TARGET, 4, "backup", NULL, UInt8()),))


def test_a_method_may_answer() -> None:
    envelope = Envelope(METER, USER, 1)
    body = Body({"backup": 7}, (Result("backup", 0),))
    octets = BACKUP.encode_response(body, envelope)
    assert BACKUP.decode_response(Reader(octets), envelope) == body
    assert BACKUP.decode_command(Reader(BACKUP.encode_command({}, envelope)), envelope) == Body({})


SECRET = AccessRow((Protected(TARGET, "registers", Attribute(TARGET, 2, "level", UInt8())),))


def test_a_request_of_the_broker_names_the_user_it_is_for() -> None:
    own, for_user = Envelope(BROKER, METER, 5), Envelope(BROKER, METER, 5, party=USER)
    octets = SECRET.encode_command({}, for_user)
    assert b"\x09\x08" + USER + b"\x09\x08" + METER in octets
    assert SECRET.decode_command(Reader(octets), for_user).values == {}
    with pytest.raises(DecodeError, match="protection parameters"):
        SECRET.decode_command(Reader(octets), own)


def test_a_request_that_names_the_broker_itself_is_kept_as_it_is() -> None:
    for_user = Envelope(BROKER, METER, 5, party=USER)
    octets = SECRET.encode_command({}, Envelope(BROKER, METER, 5))
    values = SECRET.decode_command(Reader(octets), for_user).values
    assert values == {"registers": {"asked_by": BROKER}}
    assert SECRET.encode_command(values, for_user) == octets


def test_items_are_found_by_name() -> None:
    assert SECRET.item("registers") is SECRET.items[0]
    assert SECRET.item("other") is None
