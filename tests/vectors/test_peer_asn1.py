"""Does an independent parser read the same in the published ASN.1 frames, octet by octet?

The peer's reading is one JSON object per frame: `fields` are [path, octets, text]. Compared are, for
each leaf: its octets, its place in the structure, its name and what its value means. Where the two
differ, the tables below say how, who is right, and why.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from asn1_vectors import Published, published

from dcc_sim.codec.der import Sequence, SequenceOf
from dcc_sim.codec.shape import Note

NOT_READ_BY_THE_PEER = {
    # It is older than these message codes and shows the payload as one lump. Nothing to compare.
    "011B",  # CS02f
    "0124",  # alert of CS02g
    "0125",  # CS02g
    "0126",  # CS02g
    "012B",  # CS09
}

LUMP = "Payload / Payload"

SAME_NAME = {
    # Ours are the fuller words of the ASN.1 modules; both sides mean the same member.
    "existing_subject_key_identifier": "existing_subject_key_id",
    "replacing_subject_key_identifier": "replacing_subject_key_id",
    "other_device_entity_identifier": "entity_id",
    "other_device_type": "device_type",
    # The peer leaves certificates inside a structure without a name.
    "replacement_certificate": "",
    "other_device_certificate": "",
    # All our alerts call the moment of the event so; GCS28 has had its names before.
    "time": ("execution_date_time", "backup_date_time", "device_time"),
    "clock_status": "device_time_status",
    "start": "validity_interval_start",
    "end": "validity_interval_end",
}

SAME_MEANING = {
    "accessControlBrokerByACB": "ACB by ACB",
    "transitionalCoS": "Transitional Change of Supplier",
    "otherDeviceNotInDeviceLog": "Not in Device Log",
    "future-dated command actioned": "Future-date HAN Interface Command Successfully Actioned",
    "future-dated command not actioned": "Future-date HAN Interface Command not Successfully Actioned",
    "firmware transfer succeeded": "Firmware transfer alert SUCCESS",
}

PEER_IS_WRONG = {
    # frame: the title the peer gives it, and what it is
    "CS08_11.2_SUCCESS_RESPONSE_GBCS.HEX": ("Read Device Join Details Response", "CS08, a firmware version"),
}

TITLE = re.compile(r".* (Command|Response|Alert|Firmware version)")


class Leaf(NamedTuple):
    """A field without fields of its own."""

    path: tuple[str, ...]
    octets: str
    text: str


def peer_leaves(fields: list[list[str]]) -> list[Leaf]:
    found = []
    for path, octets, *text in fields:
        parts = path.split(" / ")
        if parts[0] != "Payload" or is_structure(octets):
            continue
        names = parts[1:]
        if names and TITLE.fullmatch(names[0]):
            names = names[1:]
        found.append(Leaf(tuple(map(snake, names)), octets, "".join(text)))
    return found


def is_structure(octets: str) -> bool:
    """Tag and length alone."""
    raw = bytes.fromhex(octets)
    return bool(raw) and bool(raw[0] & 0x20) and len(raw) == 2 + (raw[1] & 0x7F if raw[1] & 0x80 else 0)


def snake(name: str) -> str:
    position = re.match(r"\[(\d+)\]", name)
    if position:
        return f"[{int(position[1]) + 1}]"
    return name.strip().lower().replace(" ", "_")


def our_leaves(one: Published) -> list[tuple[Leaf, Note]]:
    found = []
    for note in one.notes:
        if note.offset < one.frame.payload_offset or isinstance(note.shape, Sequence | SequenceOf):
            continue
        octets = one.octets[note.offset : note.offset + note.length]
        if note.path[-1:] == ("apply_time_based_cpv_checks",) and not octets:
            continue  # the DEFAULT, which the peer shows for cell usage but not here; both have it
        found.append((Leaf(note.path, octets.hex().upper(), our_text(note)), note))
    return found


def our_text(note: Note) -> str:
    if isinstance(note.value, datetime):
        return f"{note.value:%Y-%m-%d %H:%M:%S} Z"
    if isinstance(note.value, int):
        meaning = getattr(note.shape, "meaning", {}).get(note.value, str(note.value))
        return f"{meaning} (DEFAULT)" if not note.length else meaning
    return ""


def same_names(ours: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    # A list that is the whole payload has a name with us; a bare NULL has none with us.
    if ours[:1] == ("remote_party_details",):
        ours = ours[1:]
    if theirs and re.fullmatch(r"\[\d+\]", theirs[-1]) and ours[-1:] == theirs[-1:]:
        return ours == theirs
    if len(ours) != len(theirs):
        return False
    return all(theirs_one in names(ours_one) for ours_one, theirs_one in zip(ours, theirs, strict=True))


def names(ours: str) -> set[str]:
    also = SAME_NAME.get(ours, ours)
    return {ours, *((also,) if isinstance(also, str) else also)}


def same_meaning(ours: str, theirs: str) -> bool:
    plain = re.compile(r"[^a-z0-9]")
    words = {plain.sub("", text.lower()) for text in (ours, SAME_MEANING.get(ours, ours))}
    return plain.sub("", theirs.lower().removeprefix("read ")) in words


@cache
def peer(vectors: Path) -> dict[str, list[list[str]]]:
    path = vectors / "peer-decoded.jsonl"
    if not path.is_file():
        pytest.skip(f"no reading of a peer in {path}")
    readings = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return {reading["frame"]: reading["fields"] for reading in readings}


def test_every_leaf_the_peer_shows_is_ours(vectors: Path) -> None:
    compared = 0
    for one in published(vectors):
        fields = peer(vectors)[one.name]
        if f"{one.message.header.message_code:04X}" in NOT_READ_BY_THE_PEER:
            assert [f[1] for f in fields if f[0] == LUMP] == [one.frame.payload.hex().upper()]
            continue
        ours, theirs = our_leaves(one), peer_leaves(fields)
        assert [leaf.octets for leaf, _ in ours] == [leaf.octets for leaf in theirs], one.name
        for (mine, _), their in zip(ours, theirs, strict=True):
            assert same_names(mine.path, their.path), (one.name, mine, their)
            assert same_meaning(mine.text, their.text), (one.name, mine, their)
            compared += 1
    assert compared == 955


def test_the_titles_that_are_wrong(vectors: Path) -> None:
    for name, (title, _) in PEER_IS_WRONG.items():
        assert any(title in field[0] for field in peer(vectors)[name])
        one = next(one for one in published(vectors) if one.name == name)
        assert one.message.row.code == "CS08"


def test_frames_that_are_not_read_by_the_peer_are_those_listed(vectors: Path) -> None:
    lumps = {
        f"{one.message.header.message_code:04X}"
        for one in published(vectors)
        if any(field[0] == LUMP for field in peer(vectors)[one.name])
    }
    assert lumps == NOT_READ_BY_THE_PEER
