"""Any values an alert can carry come back from its octets as they went in, and so does every octet."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dcc_sim.catalogue.row import AlertCase
from dcc_sim.catalogue.usecases.alerts import ALERTS
from dcc_sim.codec.cosem import Part
from dcc_sim.codec.exchange import Envelope, Sealed
from dcc_sim.codec.gbz_component import BigEndian
from dcc_sim.codec.packed import Packed
from dcc_sim.codec.shape import Notes, Reader, Value
from dcc_sim.errors import DecodeError, EncodeError
from dcc_sim.gbcs.crypto import MessageSeal
from dcc_sim.testing.shapes_alerts import alert_values

DEVICE, READER = bytes(range(8)), bytes(range(8, 16))
SECRET = b"a shared secret of 32 octets ..."


def _envelope(counter: int, *, keys: bool = True) -> Envelope:
    seal = MessageSeal(SECRET, DEVICE, READER, counter) if keys else None
    return Envelope(DEVICE, READER, counter, seal)


COUNTERS = st.integers(0, 0xFFFF_FFFF_FFFF_FFFF)
ROWS = pytest.mark.parametrize("row", ALERTS, ids=lambda row: row.code)


@ROWS
@given(data=st.data())
def test_values_come_back(row: AlertCase, data: st.DataObject) -> None:
    values, envelope = data.draw(alert_values(row)), _envelope(data.draw(COUNTERS))
    octets = row.payload.encode(values, envelope)
    notes = Notes()
    body = row.payload.decode(Reader(octets, notes=notes.plain), envelope)
    assert body.values == values
    assert row.payload.encode(body.values, envelope) == octets
    # Every note lies within the octets, and code and time are among them.
    assert all(0 <= note.offset <= note.offset + note.length for note in notes)
    assert {note.path[-1] for note in notes} >= {"alert_code", "time"}


@ROWS
@given(data=st.data())
def test_what_nobody_can_open_is_kept_as_it_stands(row: AlertCase, data: st.DataObject) -> None:
    counter = data.draw(COUNTERS)
    octets = row.payload.encode(data.draw(alert_values(row)), _envelope(counter))
    closed = _envelope(counter, keys=False)
    body = row.payload.decode(Reader(octets), closed)
    assert row.payload.encode(body.values, closed) == octets
    sealed = [value for value in body.values.values() if isinstance(value, Sealed)]
    assert len(sealed) == (1 if row.code in ("ECS68", "GCS53") else 0)


@ROWS
@given(data=st.data())
def test_a_spoilt_payload_is_refused_or_says_something_else(row: AlertCase, data: st.DataObject) -> None:
    envelope = _envelope(7)
    octets = bytearray(row.payload.encode(data.draw(alert_values(row)), envelope))
    blind = _envelope(7, keys=False)
    before = row.payload.decode(Reader(bytes(octets)), blind).values
    place = data.draw(st.integers(0, len(octets) - 1))
    octets[place] ^= data.draw(st.integers(1, 255))
    try:
        after = row.payload.decode(Reader(bytes(octets)), blind).values
    except DecodeError:
        return
    assert after != before


@ROWS
@given(data=st.data())
def test_a_payload_that_breaks_off_or_goes_on_is_refused(row: AlertCase, data: st.DataObject) -> None:
    octets = row.payload.encode(data.draw(alert_values(row)), _envelope(7))
    cut = data.draw(st.integers(0, len(octets) - 1))
    for spoilt in (octets[:cut], octets + b"\x00"):
        with pytest.raises(DecodeError):
            row.payload.decode(Reader(spoilt), _envelope(7, keys=False))


@ROWS
@given(data=st.data())
def test_a_part_that_is_missing_is_named(row: AlertCase, data: st.DataObject) -> None:
    values = data.draw(alert_values(row))
    name = data.draw(st.sampled_from(sorted(values)))
    with pytest.raises(EncodeError) as caught:
        row.payload.encode({key: value for key, value in values.items() if key != name}, _envelope(7))
    assert caught.value.field.split(".")[0] == name


PACKED: tuple[tuple[str, Callable[[Mapping[str, Value]], Mapping[str, Value]]], ...] = (
    ("unknown", lambda members: {**members, "other": 1}),
    ("missing", lambda members: dict(list(members.items())[1:])),
)


@pytest.mark.parametrize(("name", "spoil"), PACKED, ids=[name for name, _ in PACKED])
def test_packed_fields_are_exactly_those_of_the_row(
    name: str, spoil: Callable[[Mapping[str, Value]], Mapping[str, Value]]
) -> None:
    shape = Packed(b"\x02", (Part("one", BigEndian(1)), Part("two", BigEndian(1))))
    with pytest.raises(EncodeError):
        shape.encode(spoil({"one": 1, "two": 2}), bytearray())
