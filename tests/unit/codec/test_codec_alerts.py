"""Alerts of both payload languages, by their rows."""

from __future__ import annotations

import pytest

from dcc_sim.catalogue.usecases.alerts_dlms import FUTURE_DATED_DLMS
from dcc_sim.catalogue.usecases.alerts_gbz import FUTURE_DATED_GBZ
from dcc_sim.codec.exchange import Envelope
from dcc_sim.codec.shape import Reader, Values
from dcc_sim.codec.times import CosemDateTime
from dcc_sim.errors import DecodeError, EncodeError

ENVELOPE = Envelope(b"a meter.", b"the user", 0x0102030405)
TIME = CosemDateTime(bytes.fromhex("07EA0C01FF000000008000FF"))
DLMS: Values = {
    "alert_code": 0x8F66,
    "time": TIME,
    "instruction": {
        "message_code": 0x19,
        "originator_counter": 7,
        "class_id": 20,
        "logical_name": 0x00000D0000FF,
        "attribute": 10,
    },
}
GBZ: Values = {
    "alert_code": 0x8F67,
    "time": 1,
    "instruction": {
        "message_code": 0x6B,
        "originator_counter": 7,
        "cluster": 0x0707,
        "frame_control": 9,
        "command": 0,
    },
}
DLMS_OCTETS = (
    "0F 20030405 00 02 03 12 8F66 09 0C 07EA0C01FF000000008000FF"
    "09 13 0019 0000000000000007 0014 00000D0000FF 0A"
)
GBZ_OCTETS = "01 09 01 8F67 00000001 0E 006B 0000000000000007 0707 09 00"
ROWS = [(FUTURE_DATED_DLMS.payload, DLMS, DLMS_OCTETS), (FUTURE_DATED_GBZ.payload, GBZ, GBZ_OCTETS)]


@pytest.mark.parametrize("number", [0, 1], ids=["DLMS", "GBZ"])
def test_an_alert_both_ways(number: int) -> None:
    row, values, expected = ROWS[number]
    octets = row.encode(values, ENVELOPE)
    assert octets == bytes.fromhex(expected)
    assert row.decode(Reader(octets), ENVELOPE).values == values
    for length in range(len(octets)):
        with pytest.raises(DecodeError):
            row.decode(Reader(octets[:length]), ENVELOPE)
    with pytest.raises(DecodeError):
        row.decode(Reader(octets + b"\x00"), ENVELOPE)


@pytest.mark.parametrize("number", [0, 1], ids=["DLMS", "GBZ"])
def test_an_alert_that_cannot_be_made(number: int) -> None:
    row, values, _ = ROWS[number]
    with pytest.raises(EncodeError) as refused:
        row.encode({**values, "alert_code": 2**16}, ENVELOPE)
    assert refused.value.field == "alert_code"
    with pytest.raises(EncodeError) as refused:
        row.encode({**values, "instruction": {}}, ENVELOPE)
    assert refused.value.field.startswith("instruction.")


def test_the_invoke_id_of_an_alert_is_the_end_of_its_counter() -> None:
    with pytest.raises(DecodeError, match="long-invoke-id"):
        ROWS[0][0].decode(Reader(bytes.fromhex(DLMS_OCTETS)), Envelope(b"a meter.", b"the user", 5))
