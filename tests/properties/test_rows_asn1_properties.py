"""For every ASN.1 row: what its values are, its octets say, and nothing else comes out of bad octets."""

from __future__ import annotations

import random

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st

import dcc_sim.testing.shapes_der  # noqa: F401  # registers the shapes
from dcc_sim.catalogue.row import AlertCase, UseCase
from dcc_sim.catalogue.usecases import ALERTS, USE_CASES
from dcc_sim.codec.certificates import describe_certificate, describe_request
from dcc_sim.codec.der import DerAlertRow, DerRow
from dcc_sim.codec.exchange import Body, Envelope
from dcc_sim.codec.shape import Notes, Reader, as_struct
from dcc_sim.errors import DecodeError
from dcc_sim.gbcs.frame import Frame
from dcc_sim.gbcs.header import GroupingHeader
from dcc_sim.ids import CraFlag, Eui64, KeyUsage
from dcc_sim.smki.pki import TestPki
from dcc_sim.testing.shapes import values_for
from dcc_sim.transform.message import encode_again, read_message

assert settings.default is not None
ENVELOPE = Envelope(bytes(8), bytes(8), 1)
DEVICE, PARTY = Eui64(b"device.."), Eui64(b"party...")


def payloads(row: UseCase | AlertCase) -> list[tuple[CraFlag, DerRow | DerAlertRow]]:
    match row.payload:
        case DerRow() as payload:
            return [(CraFlag.COMMAND, payload), (CraFlag.RESPONSE, payload)]
        case DerAlertRow() as alert:
            return [(CraFlag.ALERT, alert)]
    return []


ROWS: list[UseCase | AlertCase] = [*USE_CASES.values(), *ALERTS.values()]
EVERY = [
    pytest.param(row, cra, payload, id=f"{row.code} {cra.name}")
    for row in ROWS
    for cra, payload in payloads(row)
]
A_FEW = settings(max_examples=settings.default.max_examples // 4)
"""For tests that run once for each of the rows."""
LIES = ("80", "81FF", "82FFFF", "84FFFFFFFF", "30", "A0", "02", "0500", "")
LAYOUTS = {
    CraFlag.COMMAND: "command",
    CraFlag.RESPONSE: "response",
    CraFlag.ALERT: "layout",
}


def encoded(cra: CraFlag, payload: DerRow | DerAlertRow, body: Body) -> bytes:
    if isinstance(payload, DerAlertRow):
        return payload.encode(body.values, ENVELOPE)
    if cra is CraFlag.COMMAND:
        return payload.encode_command(body.values, ENVELOPE)
    return payload.encode_response(body, ENVELOPE)


def decoded(cra: CraFlag, payload: DerRow | DerAlertRow, octets: bytes, notes: Notes | None = None) -> Body:
    reader = Reader(octets, notes=None if notes is None else notes.plain)
    if isinstance(payload, DerAlertRow):
        return payload.decode(reader, ENVELOPE)
    if cra is CraFlag.COMMAND:
        return payload.decode_command(reader, ENVELOPE)
    return payload.decode_response(reader, ENVELOPE)


@pytest.mark.parametrize(("row", "cra", "payload"), EVERY)
@A_FEW
@given(data=st.data())
def test_values_come_back(
    row: UseCase | AlertCase, cra: CraFlag, payload: DerRow | DerAlertRow, data: st.DataObject
) -> None:
    values = as_struct(data.draw(values_for(getattr(payload, LAYOUTS[cra]))))
    octets = encoded(cra, payload, Body(values))
    notes = Notes()
    body = decoded(cra, payload, octets, notes)
    assert body == Body(values)
    assert encoded(cra, payload, body) == octets
    # Every octet is explained.
    explained = {at for note in notes for at in range(note.offset, note.offset + note.length)}
    assert explained == set(range(len(octets)))
    # So it is in a frame.
    parties = (PARTY, DEVICE) if cra is CraFlag.COMMAND else (DEVICE, PARTY)
    header = GroupingHeader(
        cra=cra, counter=1, originator=parties[0], target=parties[1], message_code=row.message_code
    )
    frame = Frame.build(header, octets, signature=bytes(64)).encode()
    message = read_message(frame)
    assert message.row is row
    assert message.body == Body(values)
    assert encode_again(message) == frame


@pytest.mark.parametrize(("row", "cra", "payload"), EVERY)
@A_FEW
@given(data=st.data())
def test_spoiled_octets_are_read_or_refused(
    row: UseCase | AlertCase, cra: CraFlag, payload: DerRow | DerAlertRow, data: st.DataObject
) -> None:
    values = as_struct(data.draw(values_for(getattr(payload, LAYOUTS[cra]))))
    octets = encoded(cra, payload, Body(values))
    draw = random.Random(data.draw(st.integers(0, 2**32)))
    for _ in range(10):
        spoiled = bytearray(octets)
        at = draw.randrange(len(spoiled) + 1)
        told = bytes.fromhex(draw.choice(LIES))
        spoiled[at : at + draw.choice((0, len(told)))] = told
        if draw.random() < 0.3:
            del spoiled[draw.randrange(len(spoiled) + 1) :]
        try:
            body = decoded(cra, payload, bytes(spoiled))
        except DecodeError:
            continue
        # Whatever is read can be said again, and then means the same.
        assert decoded(cra, payload, encoded(cra, payload, body)) == body


PKI = TestPki("properties")
PKI.enrol_device(DEVICE)
CERTIFICATE = PKI.ring.certificate(DEVICE, KeyUsage.DIGITAL_SIGNATURE)


@given(data=st.data())
def test_octets_that_are_no_certificate_are_described_as_such(data: st.DataObject) -> None:
    octets = bytearray(CERTIFICATE.public_bytes(Encoding.DER))
    for at in data.draw(st.lists(st.integers(0, len(octets) - 1), max_size=4)):
        octets[at] ^= 1 << data.draw(st.integers(0, 7))
    assert describe_certificate(bytes(octets))
    assert describe_request(bytes(octets)).startswith("not a certification request")
