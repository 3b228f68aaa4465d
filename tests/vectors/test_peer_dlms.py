"""DLMS Commands and Responses against the published vectors, and an independent reading of them.

The peer names every octet of a frame. Each value it shows must be one of ours: same octets, same
value; each object, method and result it names must be the one our row has.
"""

from __future__ import annotations

import json
import os
import re
from calendar import month_name
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from dcc_sim.catalogue.row import UseCase
from dcc_sim.catalogue.usecases import USE_CASES
from dcc_sim.codec.access import AccessRow, Item
from dcc_sim.codec.exchange import Obis, Sealed
from dcc_sim.codec.shape import Notes, Value
from dcc_sim.codec.times import NEVER, NOW, CosemDate, CosemDateTime, CosemTime
from dcc_sim.gbcs.frame import decode_frame
from dcc_sim.gbcs.keys import KeyRing, key_ring_from_json
from dcc_sim.ids import CraFlag
from dcc_sim.transform.message import Message, encode_again, read_message

_SHARED = Path(__file__).resolve().parents[2].parent / "shared"
VECTORS = Path(os.environ.get("DCC_SIM_VECTORS") or _SHARED / "vectors")


def _files() -> Iterator[Path]:
    for path in sorted(VECTORS.glob("rtds/*/*.HEX")):
        frame = decode_frame(bytes.fromhex(path.read_text()))
        if frame.payload[:1] in (b"\xd9", b"\xda"):
            yield path


FILES = list(_files())
pytestmark = pytest.mark.skipif(not FILES, reason=f"no published vectors in {VECTORS}")
EACH = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem.removesuffix("_GBCS"))


@cache
def _ring() -> KeyRing:
    return key_ring_from_json((VECTORS / "keys.json").read_text())


def _octets(path: Path) -> bytes:
    return bytes.fromhex(path.read_text())


def _row(message: Message) -> tuple[UseCase, AccessRow]:
    assert isinstance(message.row, UseCase)
    assert isinstance(message.row.payload, AccessRow)
    return message.row, message.row.payload


@EACH
def test_it_is_read_and_written_with_and_without_keys(path: Path) -> None:
    octets = _octets(path)
    assert encode_again(read_message(octets)) == octets
    opened = read_message(octets, _ring())
    assert not any(isinstance(value, Sealed) for value in opened.body.values.values())
    assert encode_again(opened, _ring()) == octets


@EACH
def test_the_row_says_how_it_is_protected_and_timed(path: Path) -> None:
    message = read_message(_octets(path))
    row, _ = _row(message)
    if message.header.cra is CraFlag.RESPONSE:
        assert row.timed is (message.header.time is not None)
        assert row.critical is bool(message.frame.signature)
    elif "PRECOMMAND" not in path.name:
        assert row.critical is bool(message.frame.signature)


def test_every_row_that_has_a_vector_is_met() -> None:
    met = {read_message(_octets(path)).row.code for path in FILES}
    without = {code for code, row in USE_CASES.items() if isinstance(row.payload, AccessRow)} - met
    # The set at hand has no frame of these; they rest on their pages alone.
    assert without == WITHOUT_VECTOR


WITHOUT_VECTOR = {
    "ECS18a", "ECS20d", "ECS26c", "ECS26f", "ECS29f", "ECS35f", "ECS38", "ECS45", "ECS61c",
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One line of the peer's reading. `offset` counts from the frame, or from the plaintext."""

    path: tuple[str, ...]
    octets: bytes
    text: str
    offset: int
    opened: bool

    @property
    def kind(self) -> str:
        return re.sub(r"^\[\d+\] ", "", self.path[-1])


@cache
def _peer() -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = {}
    path = VECTORS / "peer-decoded.jsonl"
    if not path.is_file():
        return found
    for text in path.read_text().splitlines():
        entry = json.loads(text)
        offsets = {False: 0, True: 0}
        lines = []
        for name, octets, *meaning in entry["fields"]:
            opened, raw = name.startswith("Decrypted"), bytes.fromhex(octets)
            lines.append(
                Line(tuple(name.split(" / ")), raw, meaning[0] if meaning else "", offsets[opened], opened)
            )
            offsets[opened] += len(raw)
        found[entry["frame"]] = lines
    return found


@EACH
def test_the_peer_reads_the_same_values_at_the_same_places(path: Path) -> None:
    if path.name not in _peer():
        pytest.skip(f"no reading of {path.name} by a peer")
    octets, notes = _octets(path), Notes()
    read_message(octets, _ring(), notes)
    lines = _peer()[path.name]
    assert b"".join(line.octets for line in lines if not line.opened) == octets
    ciphered = next((note.offset for note in notes if note.path[-1] == "ciphered"), 0)
    differences: list[str] = []
    for line in lines:
        if line.kind not in VALUES or line.path[0] not in ("Payload", "Decrypted Payload 0"):
            continue
        mine = [note for note in notes if ("decrypted" in note.path) is line.opened]
        offset = line.offset + (ciphered if line.opened else 0)
        differences += _compare(line, offset, mine)
    assert differences == []


def _compare(line: Line, offset: int, notes: Notes) -> Iterator[str]:
    exact = [note for note in notes if (note.offset, note.length) == (offset, len(line.octets))]
    if not line.octets:
        return
    if not exact:
        # Fixed octets that we check as a whole: selection by range, protection parameters, types.
        around = [n for n in notes if n.offset <= offset and offset + len(line.octets) <= n.offset + n.length]
        wrapped = line.path[1:] == ("Structure",)  # around the attributes that were asked for
        if not around and not wrapped and "Type Description" not in line.path:
            yield f"{' / '.join(line.path)} {line.octets.hex()} at {offset}: no field of ours is there"
        return
    if not any(_same(line, note.value) for note in exact):
        yield f"{' / '.join(line.path)} {line.octets.hex()} {line.text!r}: ours is {exact[-1].value!r}"


VALUES = {
    "Null", "Array", "Structure", "Octet String", "Unsigned", "Long Unsigned", "Double Long Unsigned",
    "Boolean", "Integer", "Long", "Double Long", "Enum", "Bit String", "Visible String", "UTF8 String",
}  # fmt: skip


def _same(line: Line, value: Value) -> bool:
    match line.kind:
        case "Null":
            return value is None
        case "Structure":
            return value == line.octets[1]
        case "Array":
            return line.text.split(" ")[0] == str(value)
        case "Boolean":
            return line.text == str(value)
        case "Bit String":
            return value == line.text
        case "Octet String" | "Visible String" | "UTF8 String":
            return isinstance(value, bytes) and line.octets.endswith(value) and _same_text(line.text, value)
        case _:
            return str(value) == line.text


def _same_text(text: str, value: bytes) -> bool:
    if not text:
        return True
    if text.startswith('"'):
        return text[1:-1] == value.decode()
    if re.fullmatch(r"\d+-\d+:[\d.]+", text):
        return Obis.parse(text).octets == value
    match value:
        case CosemDateTime():
            now = {NOW: "NOW", NEVER: "NEVER"}
            return text == now.get(value, f"{_date(value[:5])} {_time(value[5:9])}")
        case CosemDate():
            return text == _date(value)
        case CosemTime():
            return text == _time(value)
        case _:
            return False


def _date(octets: bytes) -> str:
    """A date in the words of the peer."""
    year, month, day = int.from_bytes(octets[:2], "big"), octets[2], octets[3]
    words = [
        "Every day" if day == 0xFF else f"{day:02d}",
        "every month" if month == 0xFF else month_name[month],
    ]
    if year == 0xFFFF:
        words.append("every year" if month != 0xFF else "of every year")
    else:
        words.append(str(year))
    return " ".join(words)


def _time(octets: bytes) -> str:
    """A time as the peer writes it: it leaves out every part from 10 on. Ours has the whole."""
    return ":".join(f"{part:02d}" if part < 10 else "" for part in octets[:3]) + ".00"


@EACH
def test_the_peer_names_the_same_objects_and_results(path: Path) -> None:
    if path.name not in _peer():
        pytest.skip(f"no reading of {path.name} by a peer")
    message = read_message(_octets(path), _ring())
    _, payload = _row(message)
    lines = [line for line in _peer()[path.name] if line.path[0] == "Payload"]
    if message.header.cra is CraFlag.COMMAND:
        items = payload.sent(message.body.values)
        assert _specifications(lines) == [_specification(item, message.body.values) for item in items]
    else:
        results = message.body.results
        assert [line.octets[0] for line in lines if line.kind.endswith("Result")] == [r.code for r in results]
        named = {item.name: item for item in payload.items}
        kinds = [line.octets[0] for line in lines if line.kind == "Access Response Specification"]
        assert kinds == [named[result.name].kind for result in results]


def _specifications(lines: list[Line]) -> list[tuple[int, ...]]:
    fields = ("Access Request Specification", "Class Id", "Instance Id", "Attribute Id", "Method Id")
    found = [int.from_bytes(line.octets, "big") for line in lines if line.kind in fields]
    return [tuple(found[at : at + 4]) for at in range(0, len(found), 4)]


def _specification(item: Item, values: Mapping[str, Value]) -> tuple[int, ...]:
    target, chosen = item.object, values.get(item.name)
    if item.choices and isinstance(chosen, Mapping):
        number = chosen["object"]
        assert isinstance(number, int)
        target = item.choices[number - 1]
    kind = 4 if item.ranged and not item.protected else int(item.kind)
    return (kind, target.class_id, int.from_bytes(target.obis.octets, "big"), item.index)


def test_the_peer_gives_the_objects_the_same_names() -> None:
    ours = {
        str(target.obis): target.name
        for row in USE_CASES.values()
        if isinstance(row.payload, AccessRow)
        for item in row.payload.items
        for target in (item.object, *item.choices)
    }
    found = {}
    for path in FILES:
        for line in _peer().get(path.name, []):
            if line.kind == "Instance Id" and " - " in line.text:
                logical_name, name = line.text.split(" - ", 1)
                if _letters(name) != _letters(ours[logical_name]):
                    found[logical_name] = name
    assert found.keys() == PEER_NAMES.keys()


def _letters(name: str) -> str:
    return re.sub(r"\[\w+to\w+\]|[^a-z0-9]", "", name.lower())


PEER_NAMES = {
    "0-0:19.10.1.255": "EmergencyCredit and EmergencyCreditBalance are one object; pages have both",
    "0-1:19.0.0.255": "three SMETS items in one attribute; we name the object after the shortest",
    "0-0:94.44.128.12": "the same SMETS item, the peer adds which half of it",
    "0-0:94.44.128.13": "the same SMETS item, the peer adds which half of it",
    "0-0:94.44.2.10": "the page writes MaximumCreditThreshold: ours",
    "0-0:96.13.0.255": "the same SMETS item, the peer adds its element",
    "0-0:96.13.1.255": "the same SMETS item, the peer adds its element",
    "0-0:99.98.0.255": "ESME and CHF have each an event log at this name; ours fits both",
    "0-17:99.98.2.255": "renamed in GBCS 4.0: ours is the new name",
}
"""Objects the peer names otherwise: who is right, and why. No name changes what is read."""
