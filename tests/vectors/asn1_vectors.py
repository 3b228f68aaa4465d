"""The published frames with an ASN.1 payload, for the tests that compare them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

from dcc_sim.catalogue.row import Guard
from dcc_sim.codec.der import DerAlertRow, DerRow
from dcc_sim.codec.shape import Notes
from dcc_sim.errors import Unsupported
from dcc_sim.gbcs.frame import Frame, decode_frame
from dcc_sim.transform.message import Message, read_frame

OTHER_LANGUAGES = (b"\xd9", b"\xda", b"\x0f", b"\x01\x09")
"""First octets of DLMS and ZigBee payloads; a payload of 01 09 is never DER (BOOLEAN of 9 octets)."""


class Published(NamedTuple):
    """One file: what it is called, its octets, what we read in them."""

    name: str
    folder: str
    octets: bytes
    frame: Frame
    message: Message
    notes: Notes

    @property
    def guard(self) -> Guard:
        """What protects it; nothing for a pre-command."""
        found = Guard(0)
        if self.frame.mac is not None:
            found |= Guard.MAC
        if self.frame.signature:
            found |= Guard.SIGNATURE
        return found


@cache
def published(vectors: Path) -> tuple[Published, ...]:
    """All of them. A frame that is not read fails the test that asks."""
    found = []
    for path in sorted((vectors / "rtds").glob("*/*.HEX")):
        octets = bytes.fromhex(path.read_text(encoding="ascii"))
        try:
            frame = decode_frame(octets)
        except Unsupported:
            continue
        if frame.payload.startswith(OTHER_LANGUAGES):
            continue
        notes = Notes()
        message = read_frame(frame, None, notes)
        assert isinstance(message.row.payload, DerRow | DerAlertRow)
        found.append(Published(path.name, path.parent.name, octets, frame, message, notes))
    return tuple(found)
