"""A GBCS message as it travels: MAC wrapper, Grouping Header, payload, signature, MAC.

In: octets. Out: `Frame`, which keeps the very octets that were signed and MAC'd. Layout and which
parts a message has: reference `gbcs.md` §a.1, §a.2. Left out: what the payload means
(`transform.message`), checking MAC and signature (`gbcs.crypto`), block transfer of long
messages (`gbcs.blocks`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Self

from dcc_sim.codec.axdr import decode_length, encode_length
from dcc_sim.codec.shape import Notes, Reader
from dcc_sim.errors import DecodeError
from dcc_sim.gbcs.header import decode_header

if TYPE_CHECKING:
    from dcc_sim.gbcs.header import GroupingHeader

_GENERAL_CIPHERING: Final = b"\xdd\x00\x00\x00\x00\x00\x00"
_SECURITY_HEADER: Final = b"\x11\x00\x00\x00\x00"
MAC_LENGTH: Final = 12
SIGNATURE_LENGTH: Final = 64
MAX_FRAME: Final = 0x10_0000
"""1 MiB; the longest real message is a profile log of about 160 kB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One message.

    `signature` is None for a pre-command that ends at the payload, empty for the length octet
    `00`, else 64 octets r‖s. `mac` is None when there is no MAC wrapper.
    """

    header: GroupingHeader
    payload: bytes
    signature: bytes | None = None
    mac: bytes | None = None
    header_octets: bytes = b""
    payload_offset: int = 0

    @classmethod
    def build(cls, header: GroupingHeader, payload: bytes, *, signature: bytes | None = None) -> Self:
        """A message not MAC'd yet. Raises EncodeError."""
        return cls(
            header=header,
            payload=payload,
            signature=signature,
            header_octets=header.encode(len(payload)),
        )

    @property
    def signed_octets(self) -> bytes:
        """What the ECDSA signature covers: Grouping Header without its first octet, payload."""
        return self.header_octets[1:] + self.payload

    @property
    def body(self) -> bytes:
        """From `DF` to the end of the signature block: what the MAC covers."""
        block = b"" if self.signature is None else encode_length(len(self.signature)) + self.signature
        return self.header_octets + self.payload + block

    def with_signature(self, signature: bytes) -> Self:
        """The same message, signed (or with the empty signature)."""
        return replace(self, signature=signature)

    def with_mac(self, mac: bytes) -> Self:
        """The same message in its MAC wrapper."""
        return replace(self, mac=mac)

    def encode(self) -> bytes:
        """The octets on the wire."""
        body = self.body
        if self.mac is None:
            return body
        length = encode_length(len(_SECURITY_HEADER) + len(body) + MAC_LENGTH)
        return _GENERAL_CIPHERING + length + _SECURITY_HEADER + body + self.mac


def decode_frame(octets: bytes, notes: Notes | None = None) -> Frame:
    """Read one message to its last octet. Raises DecodeError, also for a GBT block."""
    if len(octets) > MAX_FRAME:
        raise DecodeError(f"{len(octets)} octets, more than any message has", offset=0)
    reader = Reader(octets, notes=None if notes is None else notes.plain)
    if octets[:1] != b"\xdd":
        return _decode_body(reader, mac=None)
    if octets[1:2] == b"\x09":
        raise DecodeError("a block of a General Block Transfer, not a message: reassemble it first", offset=0)
    reader.expect(_GENERAL_CIPHERING, "MAC Header")
    start = reader.pos
    length = decode_length(reader)
    if length != reader.left:
        reader.fail(f"the MAC Header announces {length} octets, {reader.left} follow", at=start)
    reader.expect(_SECURITY_HEADER, "security header")
    reader.note(0, None, None, "mac_header")
    if reader.left < MAC_LENGTH:
        reader.fail("the data breaks off before the MAC")
    # The MAC stands last; what comes before it is read as if the data ended there.
    reader.end -= MAC_LENGTH
    frame = _decode_body(reader, mac=octets[reader.end :])
    reader.end += MAC_LENGTH
    reader.pos = reader.end
    reader.note(reader.end - MAC_LENGTH, frame.mac, None, "mac")
    return frame


def _decode_body(reader: Reader, mac: bytes | None) -> Frame:
    start = reader.pos
    header, length = decode_header(reader)
    offset = reader.pos
    payload = reader.take(length)
    signature = _signature(reader)
    if signature is None and mac is not None:
        reader.fail("a signature length is expected before the MAC")
    reader.finish()
    return Frame(
        header=header,
        payload=payload,
        signature=signature,
        mac=mac,
        header_octets=reader.data[start:offset],
        payload_offset=reader.base + offset,
    )


def _signature(reader: Reader) -> bytes | None:
    start = reader.pos
    if start == reader.end:
        return None
    length = reader.u8()
    if length not in (0, SIGNATURE_LENGTH):
        reader.fail(f"a signature of 0 or 64 octets expected, found {length}", at=start)
    signature = reader.take(length)
    reader.note(start, signature, None, "signature")
    return signature
