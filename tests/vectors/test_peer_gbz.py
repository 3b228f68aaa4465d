"""GBZ commands and responses against an independent parser's reading of the same frames.

Every leaf the peer shows must be ours too: the same octets at the same place, the same value, the
same words where both have any. What differs stands here with who is right; what no longer does fails.
"""

from __future__ import annotations

import json
import os
import re
from calendar import month_name
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from dcc_sim.codec.shape import Note, Notes
from dcc_sim.codec.times import ZclDate
from dcc_sim.codec.zcl import UtcSeconds
from dcc_sim.gbcs.frame import decode_frame
from dcc_sim.gbcs.keys import KeyRing, key_ring_from_json
from dcc_sim.ids import CraFlag
from dcc_sim.transform.message import read_message

ROOT = Path(os.environ.get("DCC_SIM_VECTORS", Path(__file__).resolve().parents[3] / "shared" / "vectors"))
PROFILE = b"\x01\x09"

_MODE = "Prepayment mode<br>Suspend Debt Emergency = False<br>Suspend Debt Disabled ="
SAME_WORDS = {
    ("tariff_type", "Block Tariff / Delivered Tariff"): "block tariff",
    ("tariff_type", "TOU Tariff / Delivered Tariff"): "TOU tariff",
    (
        "sub_payload_control",
        "Block thresholds apply to all TOU tiers / block only charging in operation",
    ): "for all tiers, or blocks alone",
    ("sub_payload_control", "Block or Block/TOU"): "block",
    ("currency", "Euro"): "EUR",
    (
        "payment_control_configuration",
        f"{_MODE} True",
    ): "prepayment mode, debt suspended when disabled",
    ("payment_control_configuration", f"{_MODE} False"): "prepayment mode, debt never suspended",
}
"""Field and the peer's words to ours, where both mean the same."""

DISAGREEMENTS = {
    "signed": "ours: both credits are INT32 in ZSE and as attributes (GCS14); the peer reads them unsigned",
    "cancel": "ours: FFFFFFFE as start time cancels (GCS01b), the peer shows the moment it would be",
    "token": "both: the peer also takes the token apart, whose digits are the same",
}
_MET: set[object] = set()


@dataclass(frozen=True)
class Leaf:
    path: str
    octets: bytes
    text: str


@cache
def _peer() -> dict[str, list[list[str]]]:
    lines = (ROOT / "peer-decoded.jsonl").read_text().splitlines()
    return {entry["frame"]: entry["fields"] for entry in map(json.loads, lines)}


@cache
def _ring() -> KeyRing:
    return key_ring_from_json((ROOT / "keys.json").read_text())


def _is_ours(path: Path) -> bool:
    frame = decode_frame(bytes.fromhex(path.read_text()))
    return frame.payload[:2] == PROFILE and frame.header.cra is not CraFlag.ALERT


FILES = [path for path in sorted(ROOT.glob("rtds/*/*.HEX")) if _is_ours(path)]
pytestmark = pytest.mark.skipif(not FILES, reason=f"no published vectors in {ROOT}")


def _leaves(fields: list[list[str]], start: str) -> Iterator[Leaf]:
    for path, octets, *text in fields:
        if re.match(start, path) and octets:
            yield Leaf(path, bytes.fromhex(octets), text[0] if text else "")


def _letters(text: str) -> str:
    # A sign stays: it is not a matter of words.
    return re.sub("(?!^-)[^a-z0-9³]", "", text.lower())


def _date(value: ZclDate) -> str:
    year = "every year" if value[0] == 0xFF else str(1900 + value[0])
    return f"{value[2]:02d} {month_name[value[1]]} {year}"


def _says(note: Note) -> set[str]:
    """Every way in which we may say a value."""
    value = note.value
    if isinstance(value, UtcSeconds):
        return {str(value).replace("T", " ").removesuffix("Z"), str(int(value))}
    if isinstance(value, ZclDate):
        return {_date(value)}
    if isinstance(value, bytes):
        return {value.decode("latin-1"), ""}
    if isinstance(value, bool):
        return {str(int(value))}
    assert isinstance(value, int)
    said = {str(value), f"0x{value:02x}", f"0x{value:04x}", f"0x{value:08x}"}
    if note.path[-1] == "start_minute":
        said.add(f"{value // 60:02d}:{value % 60:02d}")
    meaning = getattr(note.shape, "meaning", {}).get(value)
    return said | ({meaning} if meaning else set())


def _known(note: Note, leaf: Leaf, said: set[str]) -> bool:
    name, value = note.path[-1], note.value
    words = (name, leaf.text)
    if SAME_WORDS.get(words) in said:
        _MET.add(words)
        return True
    reason = ""
    if isinstance(value, int) and name in {"emergency_credit", "meter_balance"}:
        reason = "signed" if leaf.text == str(value + (1 << 32)) else ""
    elif value == 0xFFFFFFFE and name == "start_time":
        reason = "cancel" if leaf.text == "2136-02-07 06:28:14" else ""
    elif isinstance(value, bytes) and name == "utrn":
        reason = "token" if leaf.text.startswith(f"UTRN: {value.decode()}, ") else ""
    _MET.add(reason)
    return bool(reason)


NAMES = {"command", "attribute", "answered_command"}
"""Leaves whose peer text is the name of a ZigBee command or attribute; our row has a name of its own."""


def _differences(leaves: list[Leaf], notes: list[Note]) -> Iterator[str]:
    ours = iter(sorted(notes, key=lambda note: note.offset))
    offset = None
    for leaf in leaves:
        position = 0
        found: list[Note] = []
        while position < len(leaf.octets):
            note = next(ours)
            offset = note.offset if offset is None else offset
            if note.offset != offset:
                yield f"{leaf.path}: at {offset}, ours at {note.offset} {'.'.join(note.path)}"
                return
            position += note.length
            offset += note.length
            found.append(note)
        if position != len(leaf.octets):
            yield f"{leaf.path}: {len(leaf.octets)} octets, ours {position} {'.'.join(found[-1].path)}"
            return
        if len(found) == 1 and leaf.text and found[0].path[-1] not in NAMES:
            said = _says(found[0])
            if _letters(leaf.text) not in {_letters(one) for one in said} and not _known(
                found[0], leaf, said
            ):
                yield f"{'.'.join(found[0].path)} {found[0].value!r}: {said}, the peer {leaf.text!r}"
    if (note_left := next(ours, None)) is not None:
        yield f"not with the peer: {'.'.join(note_left.path)}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name.removesuffix("_GBCS.HEX"))
def test_the_peer_reads_the_same_values_at_the_same_places(path: Path) -> None:
    octets = bytes.fromhex(path.read_text())
    frame = decode_frame(octets)
    notes = Notes()
    read_message(octets, _ring(), notes)
    payload = [
        note
        for note in notes
        if frame.payload_offset <= note.offset < frame.payload_offset + len(frame.payload)
    ]
    fields = _peer()[path.name]
    outside = [note for note in payload if "decrypted" not in note.path]
    assert list(_differences(list(_leaves(fields, r"(Payload / |GBZ Component)")), outside)) == []
    inside = [note for note in payload if "decrypted" in note.path]
    groups: dict[str, list[Leaf]] = {}
    for leaf in _leaves(fields, "Decrypted Payload"):
        groups.setdefault(leaf.path.split(" / ")[0], []).append(leaf)
    for leaves in groups.values():
        length = sum(len(leaf.octets) for leaf in leaves)
        start = min(note.offset for note in inside)
        mine = [note for note in inside if note.offset < start + length]
        inside = [note for note in inside if note.offset >= start + length]
        assert list(_differences(leaves, mine)) == []
    assert inside == []


def test_every_difference_is_still_there() -> None:
    for path in FILES:
        test_the_peer_reads_the_same_values_at_the_same_places(path)
    assert _MET - {""} == SAME_WORDS.keys() | DISAGREEMENTS.keys()
