"""For every row of a DLMS use case: whatever its Command or Response may say reads back the same."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dcc_sim.catalogue.usecases import USE_CASES
from dcc_sim.codec.access import AccessRow
from dcc_sim.codec.exchange import Envelope
from dcc_sim.codec.shape import Notes, Reader
from dcc_sim.testing.shapes import command_values, response_body

CODES = sorted(code for code, row in USE_CASES.items() if isinstance(row.payload, AccessRow))
ASKER, DEVICE, USER = (bytes.fromhex(f"90B3D51F3001000{n}") for n in (0, 1, 2))
ALL_ROWS = settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


class Transparent:
    """A seal that does not encrypt."""

    def close(self, plaintext: bytes) -> bytes:
        return b"\x31\x00\x00\x00\x00" + plaintext + bytes(12)

    def open(self, blob: bytes) -> bytes:
        return blob[5:-12]


def row_of(code: str) -> AccessRow:
    payload = USE_CASES[code].payload
    assert isinstance(payload, AccessRow)
    return payload


@pytest.mark.parametrize("code", CODES)
@ALL_ROWS
@given(data=st.data(), counter=st.integers(0, 0xFFFF_FFFF_FFFF_FFFF), party=st.sampled_from((None, USER)))
def test_a_command_reads_back(code: str, data: st.DataObject, counter: int, party: bytes | None) -> None:
    row, envelope = row_of(code), Envelope(ASKER, DEVICE, counter, party=party)
    values = data.draw(command_values(USE_CASES[code]))
    octets = row.encode_command(values, envelope)
    notes = Notes()
    body = row.decode_command(Reader(octets, notes=notes.plain), envelope)
    assert body.values == values
    assert row.encode_command(body.values, envelope) == octets
    assert all(0 <= note.offset <= note.offset + note.length <= len(octets) for note in notes)


@pytest.mark.parametrize("code", CODES)
@ALL_ROWS
@given(data=st.data(), counter=st.integers(0, 0xFFFF_FFFF_FFFF_FFFF))
def test_a_response_reads_back(code: str, data: st.DataObject, counter: int) -> None:
    row, envelope = row_of(code), Envelope(DEVICE, ASKER, counter, Transparent())
    body = data.draw(response_body(USE_CASES[code]))
    octets = row.encode_response(body, envelope)
    assert row.decode_response(Reader(octets, notes=[]), envelope) == body
    assert row.decode_response(Reader(octets), envelope) == body
