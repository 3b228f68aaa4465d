"""Components of a GBZ payload: the envelope around ZCL headers and payloads, without use cases.

In: octets after the grouping header. Out: `Component`s; and back from `Draft`s. Layout (reference
`gbcs.md` §e.1): `01 09`, number of components, then for each a control octet (bit 0 last, bit 1
encrypted, bit 4 from-date-time), cluster, length, body. The body is a ZCL header and payload; a
from-date-time stands before the header, and an encrypted body has two octets before and the length
of the ciphered information behind it. The envelope is big-endian, the ZCL payload little-endian.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from dcc_sim.codec.exchange import Envelope, Sealed
from dcc_sim.codec.shape import Leaf, Reader, Scope, Value, in_range
from dcc_sim.codec.zcl import CLUSTERS, UtcSeconds
from dcc_sim.errors import EncodeError, KeyMissing

PROFILE: Final = b"\x01\x09"

_HEAD: Final = struct.Struct(">BHHBBB")
"""Control, cluster, length; then, in most components, the ZCL header: control, sequence, command."""
_PREFIX: Final = 5
_LAST: Final = 0x01
_ENCRYPTED: Final = 0x02
_FROM_TIME: Final = 0x10
_SPECIAL: Final = _ENCRYPTED | _FROM_TIME
_MAX_COMPONENTS: Final = 0xFF
_MAX_LENGTH: Final = 0xFFFF
_SECURITY_HEADER: Final = 5
_TAG: Final = 12


@dataclass(frozen=True, slots=True)
class BigEndian:
    """An unsigned integer in network order; the GBZ envelope uses it, ZCL payloads do not."""

    size: int
    meaning: Mapping[int, str] = field(default_factory=dict)

    def encode(self, value: Value, out: bytearray) -> None:
        if not isinstance(value, int) or not 0 <= value < 1 << (8 * self.size):
            raise EncodeError(f"an unsigned integer of {self.size} octets is needed, not {value!r}")
        out += value.to_bytes(self.size, "big")

    def decode(self, reader: Reader) -> int:
        start = reader.pos
        value = int.from_bytes(reader.take(self.size), "big")
        reader.note(start, value, self)
        return value


@dataclass(frozen=True, slots=True)
class NetworkTime:
    """Seconds since 2000 in network order: from-date-times and the time stamps of Alerts."""

    meaning: Mapping[int, str] = field(default_factory=lambda: {0: "now", 0xFFFFFFFF: "never"})

    def encode(self, value: Value, out: bytearray) -> None:
        BigEndian(4).encode(value, out)

    def decode(self, reader: Reader) -> int:
        start = reader.pos
        value = int.from_bytes(reader.take(4), "big")
        reader.note(start, UtcSeconds(value), self)
        return value


_CLUSTER: Final = Leaf(("cluster",), BigEndian(2, CLUSTERS))
_CONTROL: Final = Leaf(
    ("control",),
    BigEndian(
        1,
        {
            0x00: "more follow",
            0x01: "last",
            0x02: "encrypted, more follow",
            0x03: "encrypted, last",
            0x10: "from-date-time, more follow",
            0x11: "from-date-time, last",
        },
    ),
)
_LENGTH, _FRAME_CONTROL, _SEQUENCE, _COMMAND = (
    Leaf((name,), None) for name in ("length", "frame_control", "sequence", "command")
)


@dataclass(frozen=True, slots=True)
class Draft:
    """One component to be written. `payload` is the ZCL payload, or the blob when `encrypted`."""

    cluster: int
    frame_control: int
    sequence: int
    command: int
    payload: bytes
    encrypted: bool = False
    from_time: bytes = b""


class Component(NamedTuple):
    """One component as it stands on the wire. `payload` reads the ZCL payload or the blob."""

    cluster: int
    frame_control: int
    sequence: int
    command: int
    payload: Reader
    encrypted: bool
    from_time: Reader | None


def assemble(drafts: Sequence[Draft]) -> bytes:
    """A whole payload. Raises EncodeError when it does not fit its counters."""
    if len(drafts) > _MAX_COMPONENTS:
        raise EncodeError(f"at most {_MAX_COMPONENTS} components fit, not {len(drafts)}")
    out = bytearray(PROFILE + bytes((len(drafts),)))
    write_components(drafts, out)
    return bytes(out)


def write_components(drafts: Sequence[Draft], out: bytearray) -> None:
    """The components alone. The frame counter counts the encrypted ones of the message from 0."""
    sealed = 0
    for position, draft in enumerate(drafts, 1):
        body = draft.from_time + bytes((draft.frame_control, draft.sequence, draft.command)) + draft.payload
        control = _LAST if position == len(drafts) else 0
        if draft.encrypted:
            length = in_range(len(draft.payload), 0, _MAX_LENGTH).to_bytes(2, "big")
            body = bytes((0x00, sealed)) + body[:3] + length + draft.payload
            control |= _ENCRYPTED
            sealed += 1
        if draft.from_time:
            control |= _FROM_TIME
        out.append(control)
        out += draft.cluster.to_bytes(2, "big")
        out += in_range(len(body), 0, _MAX_LENGTH).to_bytes(2, "big")
        out += body


def read_payload(reader: Reader) -> list[Component]:
    """Every component of a payload. Raises DecodeError."""
    reader.expect(PROFILE, "profile")
    reader.note(0, PROFILE, None, "profile")
    count = reader.u8()
    reader.note(reader.pos - 1, count, None, "number_of_components")
    return read_components(reader, count)


def read_components(reader: Reader, count: int) -> list[Component]:
    """`count` components up to the end. Raises DecodeError."""
    outer = reader.scope
    found: list[Component] = []
    sealed = 0
    for number in range(1, count + 1):
        reader.scope = ((outer, "component"), number)
        component = _read_component(reader, last=number == count, sealed=sealed)
        sealed += component.encrypted
        found.append(component)
    reader.scope = outer
    reader.finish()
    return found


def _read_component(reader: Reader, *, last: bool, sealed: int) -> Component:
    start = reader.pos
    if reader.end - start < _HEAD.size:
        reader.take(_HEAD.size)
    control, cluster, length, frame_control, sequence, command = _HEAD.unpack_from(reader.data, start)
    if control & ~(_LAST | _ENCRYPTED | _FROM_TIME) or control & _SPECIAL == _SPECIAL:
        reader.fail(f"control octet {control:02X} is not allowed", at=start)
    if bool(control & _LAST) != last:
        reader.fail("the last-component bit is not on the last component", at=start)
    scope, notes, offset = reader.scope, reader.notes, reader.base + start
    if notes is not None:
        notes += (
            (offset, 1, scope, control, _CONTROL),
            (offset + 1, 2, scope, cluster, _CLUSTER),
            (offset + 3, 2, scope, length, _LENGTH),
        )
    reader.pos = start + _PREFIX
    body = reader.within(length)
    time = None
    if control & _SPECIAL:
        time = _before_header(body, control, sealed)
        at = body.pos
        frame_control, sequence, command = body.take(3)
        offset += at
    else:
        body.take(3)
    if notes is not None:
        notes += (
            (offset + 5, 1, scope, frame_control, _FRAME_CONTROL),
            (offset + 6, 1, scope, sequence, _SEQUENCE),
            (offset + 7, 1, scope, command, _COMMAND),
        )
    if control & _ENCRYPTED:
        body = _blob(body)
    return Component(cluster, frame_control, sequence, command, body, bool(control & _ENCRYPTED), time)


def _before_header(body: Reader, control: int, sealed: int) -> Reader | None:
    """What stands before the ZCL header of a component that is restricted in time or encrypted."""
    if control & _FROM_TIME:
        return body.within(4)
    body.expect(b"\x00", "additional header control")
    body.note(0, 0, None, "additional_header_control")
    body.expect(bytes((sealed,)), "additional header frame counter")
    body.note(1, sealed, None, "additional_header_frame_counter")
    return None


def _blob(body: Reader) -> Reader:
    start = body.pos
    length = body.u16()
    body.note(start, length, None, "ciphered_length")
    blob = body.within(length)
    body.finish()
    return blob


def unseal(component: Component, envelope: Envelope, scope: Scope) -> Reader | Sealed:
    """A reader over the plaintext, or the blob when there is no key. Raises DecryptionFailed.

    Offsets of the plaintext are those of the ciphertext, octet for octet.
    """
    reader = component.payload
    blob = reader.take(reader.left)
    if len(blob) >= _SECURITY_HEADER + _TAG and reader.notes is not None:
        for name, start, stop in (
            ("security_header", 0, _SECURITY_HEADER),
            ("ciphertext", _SECURITY_HEADER, len(blob) - _TAG),
            ("tag", len(blob) - _TAG, len(blob)),
        ):
            reader.pos = stop
            reader.note(start, blob[start:stop], None, name)
    if envelope.seal is None:
        return Sealed(blob)
    try:
        opened = envelope.seal.open(blob)
    except KeyMissing:
        return Sealed(blob)
    return Reader(opened, base=reader.base + _SECURITY_HEADER, notes=reader.notes, scope=(scope, "decrypted"))


def seal(plaintext: bytes, envelope: Envelope, name: str) -> bytes:
    """The blob of a plaintext. Raises KeyMissing naming the value."""
    if envelope.seal is None:
        raise KeyMissing(f"no key to encrypt {name} with")
    return envelope.seal.close(plaintext)
