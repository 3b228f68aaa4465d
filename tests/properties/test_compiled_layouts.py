"""The compiled way of reading a payload and the ordinary one say the same, of good octets and of bad.

For every row: a Command or Response that its strategy draws, as it is, with a bit flipped, and cut
short, is read once by the compiled layouts and once by the shapes alone. Values, notes, results, and
the place and reason of a refusal must be equal.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dcc_sim.catalogue.row import UseCase
from dcc_sim.catalogue.usecases import USE_CASES
from dcc_sim.codec.access import AccessRow
from dcc_sim.codec.compact import CompactArray
from dcc_sim.codec.cosem import Array, Struct
from dcc_sim.codec.exchange import Body, Envelope
from dcc_sim.codec.gbz import GbzRow
from dcc_sim.codec.gbz_command import Command
from dcc_sim.codec.shape import Note, Notes, Reader
from dcc_sim.codec.zcl import Fields, Listed, Repeat
from dcc_sim.errors import DecodeError
from dcc_sim.testing import shapes_zcl as _  # registers the strategies of ZigBee shapes  # noqa: F401
from dcc_sim.testing.shapes import command_values, response_body

ROWS = {code: row for code, row in USE_CASES.items() if isinstance(row.payload, AccessRow | GbzRow)}
A_FEW = settings(max_examples=5, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
ASKER, DEVICE = (bytes.fromhex(f"90B3D51F3001000{n}") for n in (0, 1))


class Transparent:
    """A seal that does not encrypt."""

    def close(self, plaintext: bytes) -> bytes:
        return b"\x31\x00\x00\x00\x00" + plaintext + bytes(12)

    def open(self, blob: bytes) -> bytes:
        return blob[5:-12]


TO_DEVICE = Envelope(ASKER, DEVICE, 7)
FROM_DEVICE = Envelope(DEVICE, ASKER, 7, Transparent())

Outcome = tuple[Body, list[Note]] | tuple[int | None, str, str]


def no_list(reader: Reader, count: int) -> None:
    return None


def no_values(reader: Reader) -> dict[str, object]:
    return {}


class NoQuick:
    successes, command, response, results = b"", None, None, ()


def parts(thing: Any, seen: dict[int, Any]) -> dict[int, Any]:
    """Everything of the codec that a row is made of, by identity."""
    if isinstance(thing, tuple | list):
        for one in thing:
            parts(one, seen)
    elif isinstance(thing, dict):
        parts(list(thing.values()), seen)
    elif type(thing).__module__.startswith("dcc_sim.codec") and id(thing) not in seen:
        seen[id(thing)] = thing
        names = [f.name for f in fields(thing)] if is_dataclass(thing) else getattr(thing, "__slots__", ())
        for name in names:
            parts(getattr(thing, name, None), seen)
    return seen


@contextmanager
def ordinary(row: UseCase) -> Iterator[None]:
    """Nothing of this row is compiled while it lasts."""
    kept: list[tuple[Any, str, Any]] = []

    def change(thing: Any, name: str, value: Any) -> None:
        kept.append((thing, name, getattr(thing, name)))
        object.__setattr__(thing, name, value)

    for thing in parts(row.payload, {}).values():
        match thing:
            case Struct():
                change(thing, "compiled", thing.decode_parts)
            case Fields():
                change(thing, "compiled", thing.decode_fields)
            case Array():
                change(thing, "compiled", no_list)
            case Listed() | Repeat():
                change(thing.run, "compiled", no_list)
                change(thing.run, "size", 0)
            case CompactArray():
                for layout in thing.layouts.values():
                    change(layout, "size", 0)
            case AccessRow():
                change(thing, "quick", NoQuick())
            case Command():
                change(thing, "compiled", [no_values])
    yield
    for thing, name, value in reversed(kept):
        object.__setattr__(thing, name, value)


def read(row: UseCase, octets: bytes, *, command: bool) -> Outcome:
    assert isinstance(row.payload, AccessRow | GbzRow)
    notes = Notes()
    reader = Reader(octets, base=40, notes=notes.plain)
    try:
        if command:
            body = row.payload.decode_command(reader, TO_DEVICE)
        else:
            body = row.payload.decode_response(reader, FROM_DEVICE)
    except DecodeError as error:
        return error.offset, error.field, error.reason
    return body, list(notes)


@pytest.mark.parametrize("command", [True, False], ids=["command", "response"])
@pytest.mark.parametrize("code", sorted(ROWS))
@A_FEW
@given(data=st.data())
def test_both_ways_say_the_same(code: str, command: bool, data: st.DataObject) -> None:
    row = ROWS[code]
    assert isinstance(row.payload, AccessRow | GbzRow)
    if command:
        octets = row.payload.encode_command(data.draw(command_values(row)), TO_DEVICE)
    else:
        octets = row.payload.encode_response(data.draw(response_body(row)), FROM_DEVICE)
    place = data.draw(st.integers(0, len(octets) - 1))
    flipped = octets[:place] + bytes((octets[place] ^ 1 << place % 8,)) + octets[place + 1 :]
    variants = (octets, flipped, octets[:place], octets + b"\0")
    compiled = [read(row, variant, command=command) for variant in variants]
    assert isinstance(compiled[0][0], Body)
    with ordinary(row):
        assert [read(row, variant, command=command) for variant in variants] == compiled
