"""Alerts in DLMS and GBZ against the published vectors, and against an independent reading of them."""

from __future__ import annotations

import json
import re
from calendar import month_name
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest

from dcc_sim.catalogue.alerts import ALERT_CODES, MEANINGS
from dcc_sim.catalogue.message_codes import NAMES
from dcc_sim.catalogue.row import AlertCase
from dcc_sim.catalogue.usecases import alerts, alerts_gbz
from dcc_sim.codec.compact import CompactArray
from dcc_sim.codec.exchange import Sealed
from dcc_sim.codec.shape import Note, Notes
from dcc_sim.codec.times import CosemDateTime, moment_since_2000
from dcc_sim.edge.console.frames import meaning
from dcc_sim.gbcs.frame import decode_frame
from dcc_sim.gbcs.keys import KeyRing, key_ring_from_json
from dcc_sim.ids import CraFlag, RemotePartyRole
from dcc_sim.transform.message import encode_again, read_message

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "vectors"
PARTIES = {
    "90B3D51F30010000": RemotePartyRole.SUPPLIER,
    "90B3D51F30020000": RemotePartyRole.NETWORK_OPERATOR,
    "90B3D51F30000002": RemotePartyRole.ACCESS_CONTROL_BROKER,
    "90B3D51F30010008": RemotePartyRole.LOAD_CONTROLLER,
}


def _alert_files() -> Iterator[Path]:
    for path in sorted(SHARED.glob("rtds/*/*ALERT*.HEX")):
        frame = decode_frame(bytes.fromhex(path.read_text()))
        if frame.header.cra is CraFlag.ALERT and (
            frame.payload[:1] == b"\x0f" or frame.payload[:2] == b"\x01\x09"
        ):
            yield path


FILES = list(_alert_files())
pytestmark = pytest.mark.skipif(not FILES, reason=f"no published vectors in {SHARED}")


@cache
def _ring() -> KeyRing:
    return key_ring_from_json((SHARED / "keys.json").read_text())


def _octets(path: Path) -> bytes:
    return bytes.fromhex(path.read_text())


def test_every_row_but_those_without_a_vector_has_one() -> None:
    seen = {read_message(_octets(path)).row.code for path in FILES}
    assert {row.code for row in alerts.ALERTS} == seen


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_is_read_and_written_with_and_without_keys(path: Path) -> None:
    octets = _octets(path)
    assert encode_again(read_message(octets)) == octets
    opened = read_message(octets, _ring())
    assert not any(isinstance(value, Sealed) for value in opened.body.values.values())
    assert encode_again(opened, _ring()) == octets


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_table_says_how_it_is_sent_and_to_whom(path: Path) -> None:
    message = read_message(_octets(path))
    row, code = message.row, message.body.values["alert_code"]
    assert isinstance(row, AlertCase)
    assert isinstance(code, int)
    assert row.critical is bool(message.frame.signature)
    assert row.critical is (message.frame.mac is None)
    recipient = PARTIES[message.header.target.octets.hex().upper()]
    assert recipient in row.recipients
    assert recipient in ALERT_CODES[code].recipients
    assert row.message_code in ALERT_CODES[code].message_codes


@dataclass(frozen=True)
class Leaf:
    """One line of the peer's reading; `offset` is None inside decrypted values."""

    name: str
    octets: bytes
    text: str
    offset: int | None


@cache
def _peer() -> dict[str, list[Leaf]]:
    path = SHARED / "peer-decoded.jsonl"
    found: dict[str, list[Leaf]] = {}
    if not path.is_file():
        return found
    for line in path.read_text().splitlines():
        entry = json.loads(line)
        leaves: list[Leaf] = []
        offset = 0
        for name, octets, *text in entry["fields"]:
            raw = bytes.fromhex(octets)
            outside = not name.startswith("Decrypted Payload")
            leaves.append(Leaf(name, raw, text[0] if text else "", offset if outside else None))
            offset += len(raw) if outside else 0
        found[entry["frame"]] = leaves
    return found


# The peer's words for a code that is not spelt the same in our tables, and ours.
SAME_MEANING = {
    "Alert": "Alert",
    "Billing Data Log Updated": "billing data log updated",
    "CHF Device Log Changed": "device log of the CHF changed",
    "Error Unexpected Hardware Reset": "unexpected hardware reset",
    "Firmware Verification Successful": "firmware verified",
    "Future-date HAN Interface Command Successfully Actioned": "future-dated command carried out",
    "GBCS Extended Data": "extended data (GBCS)",
    "Message Discarded Due to Duty Cycle Management": "message discarded by duty cycle management",
    "No More Sub GHz Device Capacity": "no capacity for another sub-GHz device",
    "Source Does not have Authority for Command": "source has no authority for the command",
    "Sub GHz Channel Scan Request Assessment Outcome": "sub-GHz channel scan request assessed",
    "Supply Outage Restored - Outage >= 3 minutes": "supply outage restored after 3 minutes or more",
    # A doubled word in the title, which the peer keeps.
    "DBCH07 Sub GHz Sub GHz Channel Changed Sub GHz Alert": "DBCH07 Sub GHz Channel Changed Sub GHz Alert",
}

# What the peer says wrongly: its text → what is on the wire, and why we are right.
PEER_IS_WRONG = {
    "31 December 2014 ::00.00": (
        {"2014-12-31T23:50:00Z", "2014-12-31T23:59:00Z"},
        "the octets are 17 32 00 and 17 3B 00; the peer drops hour and minute when they are not 0 in a body",
    ),
}

# What the peer shows as a field with a value and we do not: lengths and constants, which follow from
# the rest of the frame, so that writing the frame from our values shows that we read them right.
DERIVED = {
    "Ciphered Service Length",
    "Other Information Length",
    "Signature Length",
    "Protection Type",
    "Key Info Type",
    "Key Parameters",
}


def _normal(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", text.lower()).strip()


def _number(text: str) -> int | None:
    if re.fullmatch(r"\d+|0x[0-9A-F]+", text):
        return int(text, 0)
    if re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", text):
        since = datetime.fromisoformat(f"{text}+00:00") - moment_since_2000(0)
        return int(since.total_seconds())
    return None


def _date(moment: datetime) -> str:
    return f"{moment.day:02d} {month_name[moment.month]} {moment:%Y %H:%M:%S}.00"


def _agrees(leaf: Leaf, note: Note) -> bool:
    """Whether a field of ours says what a field of theirs says."""
    text, value, name = leaf.text, note.value, note.path[-1]
    if text in PEER_IS_WRONG:
        return str(value) in PEER_IS_WRONG[text][0]
    if isinstance(value, CosemDateTime):
        moment = value.moment
        return moment is not None and text == _date(moment)
    if isinstance(value, str):
        return text == value
    if isinstance(value, bytes):
        if name == "mac":
            return text == "valid"
        return text in (str(int.from_bytes(value, "big")), f'"{value.decode("ascii", "replace")}"')
    assert isinstance(value, int)
    number = _number(text.removesuffix(" elements"))
    if number is not None:
        return number == value
    if name == "message_code":
        said = NAMES[value]
    elif name == "cra_flag":
        said = CraFlag(value).name.title()
    elif name == "logical_name":
        # Both know the object where the peer does; the names are in two spellings.
        there, _, its_name = text.partition(" - ")
        said = meaning(note)
        return said.split(" ")[0] == there and bool(its_name) <= bool(said.partition(" ")[2])
    elif name == "command" and leaf.name.endswith("ZCL Header / Command Id"):
        # The header of a component has no meanings of its own; the row names it.
        component = alerts_gbz.GCS53.payload.component
        assert component is not None
        said = text if component.id == value and component.name in text.lower() else ""
    else:
        said = meaning(note)
    return _normal(SAME_MEANING.get(text, text)) == _normal(said)


def _inside(leaf: Leaf, note: Note) -> bool:
    assert leaf.offset is not None
    end = leaf.offset + len(leaf.octets)
    return bool(note.length) and leaf.offset <= note.offset and note.offset + note.length == end


def _cuts(leaf: Leaf, note: Note) -> bool:
    assert leaf.offset is not None
    start, stop = leaf.offset, leaf.offset + len(leaf.octets)
    first, last = note.offset, note.offset + note.length
    apart = last <= start or stop <= first
    return not apart and not (start <= first and last <= stop) and not (first <= start and stop <= last)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_leaf_agrees_with_the_peer(path: Path) -> None:
    if path.name not in _peer():
        pytest.skip(f"no peer reading of {path.name} in {SHARED}")
    octets, leaves = _octets(path), _peer()[path.name]
    notes = Notes()
    read_message(octets, _ring(), notes)
    outside = [leaf for leaf in leaves if leaf.offset is not None and leaf.octets]
    assert b"".join(leaf.octets for leaf in outside) == octets
    ours = [note for note in notes if "decrypted" not in note.path]
    for leaf in outside:
        assert not [note.path for note in ours if _cuts(leaf, note)], leaf
        if not leaf.text:
            continue
        same = [note for note in ours if _inside(leaf, note)]
        if not same:
            assert leaf.name.split(" / ")[-1] in DERIVED, leaf
        else:
            assert any(_agrees(leaf, note) for note in same), (leaf, [(n.path, n.value) for n in same])


@pytest.mark.parametrize("path", [path for path in FILES if "8F0A" in path.name], ids=lambda path: path.stem)
def test_every_decrypted_leaf_agrees_with_the_peer(path: Path) -> None:
    if path.name not in _peer():
        pytest.skip(f"no peer reading of {path.name} in {SHARED}")
    notes = Notes()
    read_message(_octets(path), _ring(), notes)
    theirs = [
        (number, len(leaf.octets))
        for leaf in _peer()[path.name]
        if leaf.offset is None and (number := _number(leaf.text)) is not None
    ]
    inside = [note for note in notes if "decrypted" in note.path and isinstance(note.value, int)]
    # The first note on a compact array is the length of its contents.
    mine = [note for note in inside if not isinstance(note.shape, CompactArray)]
    assert [(note.value, note.length) for note in mine] == theirs
    assert len(theirs) > 10


def test_nothing_that_the_peer_says_wrongly_is_out_of_date() -> None:
    texts = {leaf.text for path in FILES for leaf in _peer().get(path.name, [])}
    assert not texts or texts >= PEER_IS_WRONG.keys()


def test_the_peer_names_no_alert_code_that_we_do_not() -> None:
    named = {
        int.from_bytes(leaf.octets[-2:], "big")
        for leaves in _peer().values()
        for leaf in leaves
        if leaf.name.endswith("Alert Code") and leaf.text
    }
    assert named <= MEANINGS.keys()
