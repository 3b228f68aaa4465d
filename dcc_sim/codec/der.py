"""ASN.1 payloads (DER) as shapes with named leaves.

In: the DER of a security, firmware or clock use case. Out: int, bytes, datetime, dicts. Structure
and lengths are read here, because published vectors hold lengths longer than DER allows and every
field needs its offset; the values themselves go through `cryptography.hazmat.asn1`.
Left out: choices, optional and tagged members (they come with the credential use cases).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from cryptography.hazmat import asn1

from dcc_sim.codec.axdr import decode_bounded_length, encode_length
from dcc_sim.codec.cosem import Part
from dcc_sim.codec.exchange import Body, Envelope
from dcc_sim.codec.shape import (
    Reader,
    Shape,
    Value,
    Values,
    as_int,
    as_moment,
    as_struct,
    decode_field,
    encode_field,
)

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Int:
    """INTEGER."""

    meaning: Mapping[int, str] = field(default_factory=dict)

    def encode(self, value: Value, out: bytearray) -> None:
        out += asn1.encode_der(as_int(value))

    def decode(self, reader: Reader) -> int:
        start = reader.pos
        octets = _content(reader, 0x02)
        if len(octets) > 16:
            reader.fail(f"an INTEGER of {len(octets)} octets", at=start)
        value = _strict(reader, start, int, 0x02, octets)
        reader.note(start, value, self)
        return value


@dataclass(frozen=True, slots=True)
class Moment:
    """GeneralizedTime `YYYYMMDDhhmmssZ`, UTC to the second."""

    def encode(self, value: Value, out: bytearray) -> None:
        out += asn1.encode_der(asn1.GeneralizedTime(as_moment(value)))

    def decode(self, reader: Reader) -> Value:
        start = reader.pos
        value = _strict(reader, start, asn1.GeneralizedTime, 0x18, _content(reader, 0x18))
        moment = value.as_datetime()
        reader.note(start, moment, self)
        return moment


class Sequence:
    """SEQUENCE of named members."""

    __slots__ = ("parts",)

    def __init__(self, *parts: Part) -> None:
        self.parts = parts

    def encode(self, value: Value, out: bytearray) -> None:
        members = as_struct(value)
        content = bytearray()
        for part in self.parts:
            encode_field(part.name, part.shape, members.get(part.name), content)
        out.append(0x30)
        out += encode_length(len(content))
        out += content

    def decode(self, reader: Reader) -> dict[str, Value]:
        start = reader.pos
        reader.expect(b"\x30", "SEQUENCE")
        inner = reader.within(decode_bounded_length(reader))
        reader.note(start, inner.end, self)
        values = {part.name: decode_field(part.name, part.shape, inner) for part in self.parts}
        inner.finish()
        return values


@dataclass(frozen=True, slots=True)
class DerRow:
    """The Command and Response of an ASN.1 use case."""

    command: Shape
    response: Shape

    def encode_command(self, values: Values, envelope: Envelope) -> bytes:  # noqa: ARG002
        """The DER of the Command. Raises EncodeError."""
        out = bytearray()
        self.command.encode(values, out)
        return bytes(out)

    def decode_command(self, reader: Reader, envelope: Envelope) -> Body:  # noqa: ARG002
        """Read the DER of a Command. Raises DecodeError."""
        return _decode(self.command, reader)

    def encode_response(self, body: Body, envelope: Envelope) -> bytes:  # noqa: ARG002
        """The DER of the Response. Raises EncodeError."""
        out = bytearray()
        self.response.encode(body.values, out)
        return bytes(out)

    def decode_response(self, reader: Reader, envelope: Envelope) -> Body:  # noqa: ARG002
        """Read the DER of a Response. Raises DecodeError."""
        return _decode(self.response, reader)


def _decode(shape: Shape, reader: Reader) -> Body:
    values = as_struct(shape.decode(reader))
    reader.finish()
    return Body(values)


def _content(reader: Reader, tag: int) -> bytes:
    reader.expect(bytes((tag,)), "tag")
    return reader.take(decode_bounded_length(reader))


def _strict(reader: Reader, start: int, kind: type[_T], tag: int, octets: bytes) -> _T:
    try:
        return asn1.decode_der(kind, bytes((tag,)) + encode_length(len(octets)) + octets)
    except ValueError as error:
        reader.fail(f"not valid DER: {error}", at=start)
