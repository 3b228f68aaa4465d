"""For every GBZ row: what its values are, its octets say, and the octets are those of their values."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import dcc_sim.testing.shapes_zcl  # noqa: F401  # registers the shapes
from dcc_sim.catalogue.row import UseCase
from dcc_sim.catalogue.usecases import USE_CASES
from dcc_sim.codec.exchange import Body, Envelope, Result, Sealed
from dcc_sim.codec.gbz import GbzRow
from dcc_sim.codec.shape import Notes, Reader, Value
from dcc_sim.errors import DecodeError, DecryptionFailed, KeyMissing
from dcc_sim.testing.shapes import body_of_response, values_of_command

ROWS = [row for row in USE_CASES.values() if isinstance(row.payload, GbzRow)]
HEADER = b"\x31\x00\x00\x00\x00"


class Mirror:
    """A seal of the right form without a secret: octets turned over, twelve of a tag."""

    def close(self, plaintext: bytes) -> bytes:
        return HEADER + bytes(octet ^ 0xFF for octet in plaintext) + b"twelve octet"

    def open(self, blob: bytes) -> bytes:
        if blob[:5] != HEADER or blob[-12:] != b"twelve octet":
            raise DecryptionFailed("not from this seal")
        return bytes(octet ^ 0xFF for octet in blob[5:-12])


OPEN = Envelope(b"a meter.", b"the user", 7, Mirror())
CLOSED = Envelope(b"a meter.", b"the user", 7)
MANY = settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
every_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.code)


def payload_of(row: UseCase) -> GbzRow:
    assert isinstance(row.payload, GbzRow)
    return row.payload


@every_row
@MANY
@given(data=st.data())
def test_a_command_comes_back(row: UseCase, data: st.DataObject) -> None:
    values = data.draw(values_of_command(payload_of(row)))
    octets = payload_of(row).encode_command(values, CLOSED)
    again = payload_of(row).decode_command(Reader(octets), CLOSED)
    assert again.values == values
    assert payload_of(row).encode_command(again.values, CLOSED) == octets


def outcome(result: Result) -> tuple[object, ...]:
    # What was not processed does not say what it was: in a run that may be longer or shorter it is
    # known by its place alone.
    return (result.name if result.executed else "", result.index, result.code, result.executed)


def all_sealed(value: Value) -> bool:
    return all(isinstance(v, Sealed) for v in value) if isinstance(value, list) else isinstance(value, Sealed)


@every_row
@MANY
@given(data=st.data())
def test_a_response_comes_back(row: UseCase, data: st.DataObject) -> None:
    body = data.draw(body_of_response(payload_of(row)))
    octets = payload_of(row).encode_response(body, OPEN)
    again = payload_of(row).decode_response(Reader(octets), OPEN)
    assert again.values == body.values
    assert [outcome(r) for r in again.results] == [outcome(r) for r in body.results]
    assert payload_of(row).encode_response(again, OPEN) == octets
    closed = payload_of(row).decode_response(Reader(octets), CLOSED)
    assert payload_of(row).encode_response(closed, CLOSED) == octets
    for command in payload_of(row).commands:
        if command.encrypted and command.name in closed.values:
            assert all_sealed(closed.values[command.name])


@every_row
@MANY
@given(data=st.data())
def test_every_octet_is_explained_once(row: UseCase, data: st.DataObject) -> None:
    payload = payload_of(row)
    cases: list[tuple[bytes, bool]] = [
        (payload.encode_command(data.draw(values_of_command(payload)), CLOSED), False),
        (payload.encode_response(data.draw(body_of_response(payload)), OPEN), True),
    ]
    for octets, answer in cases:
        notes = Notes()
        reader = Reader(octets, notes=notes.plain)
        if answer:
            payload.decode_response(reader, OPEN)
        else:
            payload.decode_command(reader, CLOSED)
        outside = sorted((n.offset, n.length) for n in notes if "decrypted" not in n.path)
        position = 0
        for offset, length in outside:
            assert offset == position, f"octets {position} … {offset}"
            position += length
        assert position == len(octets)


@every_row
@MANY
@given(data=st.data())
def test_broken_octets_are_refused_or_mean_something(row: UseCase, data: st.DataObject) -> None:
    payload = payload_of(row)
    body = data.draw(body_of_response(payload))
    for octets, is_command in (
        (payload.encode_command(data.draw(values_of_command(payload)), CLOSED), True),
        (payload.encode_response(body, OPEN), False),
    ):
        broken = bytearray(octets)
        for _ in range(data.draw(st.integers(1, 3))):
            broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
        cut = bytes(broken[: data.draw(st.integers(0, len(broken)))])
        for attempt in (bytes(broken), cut):
            try:
                if is_command:
                    found = payload.decode_command(Reader(attempt), CLOSED)
                    assert payload.encode_command(found.values, CLOSED) == attempt
                else:
                    read = payload.decode_response(Reader(attempt), CLOSED)
                    assert payload.encode_response(read, CLOSED) == attempt
            except DecodeError:
                pass


def test_without_a_key_nothing_is_sealed() -> None:
    row = USE_CASES["GCS13a"]
    values: dict[str, Value] = {"divisor": 1000, "multiplier": 1, "unit": 1, "consumption": 5}
    results = tuple(Result(name, 0) for name in values)
    with pytest.raises(KeyMissing, match="consumption_register"):
        payload_of(row).encode_response(Body(values, results), CLOSED)
