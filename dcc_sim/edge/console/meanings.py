"""What a field of a frame stands for, in words.

In: a `Note` and the octets of its frame. Out: one short text, empty where name and value say it all.
Shapes know the meaning of their own codes; what belongs to no shape, the Grouping Header, access items,
results and the octets between two fields, is told here. Left out: tables and colours (`frames`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from dcc_sim.catalogue.message_codes import NAMES as MESSAGE_CODE_NAMES
from dcc_sim.codec import cosem, der
from dcc_sim.codec.access_item import Kind
from dcc_sim.codec.compact import CompactArray
from dcc_sim.codec.exchange import Obis
from dcc_sim.codec.shape import Note
from dcc_sim.ids import CraFlag
from dcc_sim.mmc.debug import ACTION_RESULT, DATA_ACCESS_RESULT

_SINCE_2000: Final = "s since 2000-01-01T00:00:00Z"
_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
_SPECIFICATION: Final = 10
"""Octets of an access item: kind, class (2), logical name (6), attribute or method."""
_SERVICES: Final = {0xD9: "access-request", 0xDA: "access-response", 0x0F: "data-notification"}
_KINDS: Final[Mapping[int, str]] = {Kind.GET: "get", Kind.SET: "set", Kind.ACTION: "do"}
_PARTIES: Final = frozenset(
    {"business_originator_id", "business_target_id", "originator", "target", "supplementary_remote_party_id"}
)


def meaning(note: Note, octets: bytes = b"", names: Mapping[bytes, str] | None = None) -> str:
    """What a coded value stands for, or its unit; whose an EUI is, if `names` knows.

    `octets` are the field's own.
    """
    known: Mapping[int, str] = getattr(note.shape, "meaning", {})
    if isinstance(note.value, int) and int(note.value) in known:
        return known[int(note.value)]
    explain = getattr(note.shape, "explain", None)
    if explain is not None:
        return str(explain(note.value))
    if names and note.path[-1:] and note.path[-1] in _PARTIES and isinstance(note.value, bytes):
        return names.get(bytes(note.value), "")
    if isinstance(note.value, bytes) and type(note.value) is bytes and note.value.isascii():
        text = note.value.decode("ascii")
        if len(text) > 1 and text.isprintable():  # a single octet is a number or an index
            return f'"{text}"'
    unit = str(getattr(note.shape, "unit", ""))
    if unit == _SINCE_2000 and isinstance(note.value, int):
        return f"{_EPOCH + timedelta(seconds=note.value):%Y-%m-%dT%H:%M:%SZ}, {unit}"
    return unit or _of_structure(note) or _of_frame(note, octets)


def between(octets: bytes, following: str) -> str:
    """What octets say that stand between two fields: lengths and counts, or a payload nobody could read."""
    if following == "message_code":
        time, length = (octets[:1] == b"\x00", octets[-1])
        return f"{'no date-time, ' if time and len(octets) > 1 else ''}other-information: {length} octets"
    if len(octets) == 2 and octets[0] in (0x02, 0x09):
        return f"structure of {octets[1]}" if octets[0] == 0x02 else f"octet-string of {octets[1]} octets"
    if len(octets) == 2 and octets[0] == 0:
        return f"no specifications repeated; items: {octets[1]}"
    if following in (*_PARTIES, "date_time", "instruction.message_code"):
        return f"{octets[-1]} octets follow"
    if len(octets) > 2:
        return "not read"
    return f"items: {octets[-1]}" if len(octets) == 1 else "length or count of what follows"


def _of_structure(note: Note) -> str:
    match note.shape:
        case cosem.Array():
            return f"array of {note.value}"
        case cosem.Struct():
            return f"structure of {note.value}"
        case cosem.Null():
            return "null-data"
        case CompactArray():
            return f"compact-array of {note.value} octets"
        case der.Null():
            return "NULL"
        case der.Sequence() | der.SequenceOf():
            return f"SEQUENCE of {note.value} octets"
        case _:
            return "empty" if note.value == b"" and note.shape is not None else ""


def _of_frame(note: Note, octets: bytes) -> str:
    """Of a field without a shape, by its name."""
    if note.shape is not None or not note.path:
        return ""
    name = note.path[-1]
    if name.endswith(".result"):
        return _result(octets)
    tell = _BY_NAME.get(name)
    if tell is not None:
        return tell(note, octets)
    if len(note.path) == 1 and isinstance(note.value, str) and len(octets) == _SPECIFICATION:
        return _access_item(octets)
    return ""


def _access_item(octets: bytes) -> str:
    kind = _KINDS.get(octets[0], f"{octets[0]:02X}")
    class_id = int.from_bytes(octets[1:3], "big")
    what = "method" if octets[0] == Kind.ACTION else "attribute"
    return f"{kind}: class {class_id}, {Obis(octets[3:9])}, {what} {octets[9]}"


def _result(octets: bytes) -> str:
    if len(octets) != 2:
        return ""
    names = ACTION_RESULT if octets[0] == Kind.ACTION else DATA_ACCESS_RESULT
    return names.names.get(octets[1], "not a code of DLMS")


def _message_code(note: Note, _octets: bytes) -> str:
    code = note.value if isinstance(note.value, int) else -1
    return f"{code:04X} {MESSAGE_CODE_NAMES.get(code, 'is no code of GBCS')}"


def _cra(note: Note, _octets: bytes) -> str:
    return CraFlag(note.value).name.capitalize() if isinstance(note.value, int) else ""


def _invoke(_note: Note, octets: bytes) -> str:
    return f"{_SERVICES.get(octets[0], '')}, low 24 bits of the counter" if octets else ""


def _frame_control(note: Note, _octets: bytes) -> str:
    """ZCL 2.4.1.1: frame type, manufacturer bit, direction, default response."""
    value = note.value if isinstance(note.value, int) else 0
    said = [
        "command of the cluster" if value & 3 == 1 else "command of all clusters",
        "from server to client" if value & 8 else "from client to server",
    ]
    if value & 4:
        said.append("manufacturer specific")
    if value & 16:
        said.append("no default response")
    return ", ".join(said)


def _component_control(note: Note, _octets: bytes) -> str:
    value = note.value if isinstance(note.value, int) else 0
    said = ["the last component" if value & 1 else "more follow"]
    said += [text for bit, text in ((2, "encrypted"), (16, "carried out from a time on")) if value & bit]
    return ", ".join(said)


def _block_control(note: Note, _octets: bytes) -> str:
    value = note.value if isinstance(note.value, int) else 0
    last, streaming = ("the last block" if value & 0x80 else "more follow"), value & 0x40
    return f"{last}, {'streaming, ' if streaming else ''}window {value & 0x3F}"


def _decimal(_note: Note, octets: bytes) -> str:
    return str(int.from_bytes(octets, "big"))


def _signature(note: Note, _octets: bytes) -> str:
    return "ECDSA P-256: r, s" if note.value else "none"


_BY_NAME: Final[Mapping[str, Callable[[Note, bytes], str]]] = {
    "mac_header": lambda _note, _octets: "General-Ciphering: authenticated, not encrypted",
    "general_signing": lambda _note, _octets: "General-Signing",
    "cra_flag": _cra,
    "message_code": _message_code,
    "content_length": lambda _note, _octets: "octets of payload",
    "length": lambda _note, _octets: "octets",
    "ciphered_length": lambda _note, _octets: "octets",
    "invoke_id": _invoke,
    "profile": lambda _note, _octets: "ZigBee Smart Energy",
    "number_of_components": lambda _note, _octets: "",
    "control": _component_control,
    "frame_control": _frame_control,
    "security_header": lambda _note, _octets: "authenticated and encrypted; invocation counter",
    "ciphertext": lambda _note, _octets: "AES-128-GCM",
    "tag": lambda _note, _octets: "of AES-128-GCM",
    "supplementary_remote_party_counter": _decimal,
    "supplementary_originator_counter": _decimal,
    "transaction_id": lambda _note, octets: CraFlag(octets[2]).name.capitalize() if len(octets) > 2 else "",
    "ciphered_service": lambda _note, _octets: "octets; General-Ciphering without key",
    "block_control": _block_control,
    "block_data": lambda _note, _octets: "a part of the message",
    "attribute": lambda note, _octets: (
        f"attribute id {note.value:04X}" if isinstance(note.value, int) else ""
    ),
    "signature": _signature,
    "mac": lambda _note, _octets: "AES-128-GMAC",
}
