"""ASN.1 payloads (DER) as shapes with named leaves.

In: the DER of a security, joining, firmware or clock use case. Out: int, bytes, datetime, lists,
dicts. Structure and lengths are read here, because published vectors hold lengths longer than DER
allows and every field needs its offset; the values themselves go through
`cryptography.hazmat.asn1`. A payload that is not a SEQUENCE of names gets one from its row (`Bare`,
`Choice`). Left out: what is inside a certificate or certification request, which stay octets
(`certificates` says what they are).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from cryptography.hazmat import asn1

from dcc_sim.codec.axdr import decode_bounded_length, encode_length
from dcc_sim.codec.certificates import describe_certificate, describe_request
from dcc_sim.codec.cosem import Part
from dcc_sim.codec.exchange import Body, Envelope
from dcc_sim.codec.shape import (
    Reader,
    Shape,
    Value,
    Values,
    as_bytes,
    as_int,
    as_list,
    as_moment,
    as_struct,
    decode_field,
    encode_field,
    in_range,
)
from dcc_sim.errors import DecodeError, EncodeError

_T = TypeVar("_T")

_INTEGER: Final = 0x02
_BIT_STRING: Final = 0x03
_OCTET_STRING: Final = 0x04
_NULL: Final = 0x05
_ENUMERATED: Final = 0x0A
_GENERALIZED_TIME: Final = 0x18
_SEQUENCE: Final = 0x30
_CONTEXT: Final = 0x80
_CONTEXT_CONSTRUCTED: Final = 0xA0

_LONGEST_INTEGER: Final = 9
"""Content octets of 2⁶⁴−1, the highest number GBCS has (a counter)."""
_KEY_USAGE_BITS: Final = 9
"""Named bits of the KeyUsage of RFC 5280, from digitalSignature to decipherOnly."""


class DeviceOctets(bytearray):
    """What a Device's message is written into: lengths from 128 on take the form `82 hh ll`.

    All 17 such lengths of 128 … 255 in the published Responses and Alerts have the two octets that
    DER says should be one; Commands have none of that size. Octets that are only passed on, such
    as a certificate, keep their own lengths.
    """


@dataclass(frozen=True, slots=True)
class Int:
    """INTEGER of at most 64 bits; with another tag ENUMERATED or an implicitly tagged one."""

    meaning: Mapping[int, str] = field(default_factory=dict)
    low: int = -(1 << 63)
    high: int = (1 << 64) - 1
    tag: int = _INTEGER

    def encode(self, value: Value, out: bytearray) -> None:
        der = asn1.encode_der(in_range(as_int(value), self.low, self.high))
        out.append(self.tag)
        out += der[1:]

    def decode(self, reader: Reader) -> int:
        start = reader.pos
        octets = _content(reader, self.tag)
        size = len(octets)
        if size > _LONGEST_INTEGER:
            reader.fail(f"an INTEGER of {size} octets", at=start)
        value = int.from_bytes(octets, "big", signed=True)
        # The first 9 bits may not all be the same: that is all DER asks of the content (X.690 8.3.2).
        if not size or (size > 1 and -0x80 <= int.from_bytes(octets[:2], "big", signed=True) < 0x80):
            _strict(reader, start, int, _INTEGER, octets)
        if not self.low <= value <= self.high:
            reader.fail(f"{self.low} … {self.high} expected, found {value}", at=start)
        notes = reader.notes
        if notes is not None:
            notes.append((reader.base + start, reader.pos - start, reader.scope, value, self))
        return value


def Enumerated(meaning: Mapping[int, str]) -> Int:
    """ENUMERATED; codes that have no meaning yet are read as numbers."""
    return Int(meaning, low=0, tag=_ENUMERATED)


@dataclass(frozen=True, slots=True)
class Octets:
    """OCTET STRING of low … high octets."""

    low: int
    high: int
    tag: int = _OCTET_STRING

    def encode(self, value: Value, out: bytearray) -> None:
        octets = as_bytes(value)
        in_range(len(octets), self.low, self.high)
        out.append(self.tag)
        out += asn1.encode_der(bytes(octets))[1:]

    def decode(self, reader: Reader) -> bytes:
        start = reader.pos
        octets = _content(reader, self.tag)
        if not self.low <= len(octets) <= self.high:
            reader.fail(f"{self.low} … {self.high} octets expected, found {len(octets)}", at=start)
        notes = reader.notes
        if notes is not None:
            notes.append((reader.base + start, reader.pos - start, reader.scope, octets, self))
        return octets


def Fixed(count: int) -> Octets:
    """OCTET STRING of one size."""
    return Octets(count, count)


@dataclass(frozen=True, slots=True)
class Bits:
    """BIT STRING of named bits: bit n counts 2ⁿ, so `03 02 07 80`, bit 0 alone, is 1."""

    meaning: Mapping[int, str] = field(default_factory=dict)
    count: int = _KEY_USAGE_BITS

    def encode(self, value: Value, out: bytearray) -> None:
        number = in_range(as_int(value), 0, (1 << self.count) - 1)
        used = number.bit_length()
        size = (used + 7) // 8
        first_bit_first = f"{number:0{8 * size}b}"[::-1] if size else "0"
        octets = int(first_bit_first, 2).to_bytes(size, "big")
        out += asn1.encode_der(asn1.BitString(octets, 8 * size - used))

    def decode(self, reader: Reader) -> int:
        start = reader.pos
        octets = _content(reader, _BIT_STRING)
        bits = _strict(reader, start, asn1.BitString, _BIT_STRING, octets)
        content = bits.as_bytes()
        text = "".join(f"{octet:08b}" for octet in content)[: 8 * len(content) - bits.padding_bits()]
        if len(text) > self.count:
            reader.fail(f"{self.count} bits expected, found {len(text)}", at=start)
        if text.endswith("0"):
            reader.fail("named bits end with the last that is set", at=start)
        value = int(text[::-1] or "0", 2)
        reader.note(start, value, self)
        return value


@dataclass(frozen=True, slots=True)
class Null:
    """NULL as a member: it is there, and says nothing."""

    def encode(self, value: Value, out: bytearray) -> None:
        if value is not None:
            raise EncodeError(f"nothing is carried here, not {value!r}")
        out += asn1.encode_der(asn1.Null())

    def decode(self, reader: Reader) -> None:
        start = reader.pos
        _strict(reader, start, asn1.Null, _NULL, _content(reader, _NULL))
        reader.note(start, None, self)


@dataclass(frozen=True, slots=True)
class Moment:
    """GeneralizedTime `YYYYMMDDhhmmssZ`, UTC to the second."""

    def encode(self, value: Value, out: bytearray) -> None:
        moment = as_moment(value)
        if moment.microsecond:
            raise EncodeError(f"a moment is to the second, not {moment}")
        try:
            out += asn1.encode_der(asn1.GeneralizedTime(moment))
        except ValueError as error:  # a moment without a time zone
            raise EncodeError(str(error)) from error

    def decode(self, reader: Reader) -> Value:
        start = reader.pos
        octets = _content(reader, _GENERALIZED_TIME)
        moment = _strict(reader, start, asn1.GeneralizedTime, _GENERALIZED_TIME, octets).as_datetime()
        if moment.microsecond:
            reader.fail(f"a moment to the second expected, found {moment}", at=start)
        reader.note(start, moment, self)
        return moment


@dataclass(frozen=True, slots=True)
class Certificate:
    """An X.509 certificate, whole and as it stands.

    What is wrong inside is for the Device to answer (badCertificate), not for the decoder.
    """

    def encode(self, value: Value, out: bytearray) -> None:
        out += _whole(as_bytes(value))

    def decode(self, reader: Reader) -> bytes:
        return _passed_on(reader, self)

    def explain(self, value: bytes) -> str:
        """Whose certificate it is, for which use."""
        return describe_certificate(value)


@dataclass(frozen=True, slots=True)
class CertificationRequest:
    """A PKCS#10 certification request, whole and as it stands."""

    def encode(self, value: Value, out: bytearray) -> None:
        out += _whole(as_bytes(value))

    def decode(self, reader: Reader) -> bytes:
        return _passed_on(reader, self)

    def explain(self, value: bytes) -> str:
        """Which device asks for which use."""
        return describe_request(value)


@dataclass(frozen=True, slots=True)
class Default:
    """A member with a DEFAULT: absent on the wire when it has that value, always there in values."""

    shape: Int
    value: int

    def encode(self, value: Value, out: bytearray) -> None:
        if value is not None and value != self.value:
            self.shape.encode(value, out)

    def decode(self, reader: Reader) -> int:
        start = reader.pos
        value = self.shape.decode(reader)
        if value == self.value:
            reader.fail(f"{value} is the DEFAULT and has to be left out", at=start)
        return value


class Sequence:
    """SEQUENCE of named members; optional ones are known by their tag."""

    __slots__ = ("members", "parts", "tag")

    def __init__(self, *parts: Part, tag: int = _SEQUENCE) -> None:
        self.parts = parts
        self.tag = tag
        self.members = tuple(
            (part, _first_octets(part.shape), not (part.optional or isinstance(part.shape, Default)))
            for part in parts
        )

    def encode(self, value: Value, out: bytearray) -> None:
        members = as_struct(value)
        unknown = members.keys() - {part.name for part in self.parts}
        if unknown:
            raise EncodeError(f"unknown members {', '.join(sorted(unknown))}")
        content = type(out)()
        for part in self.parts:
            if not part.optional or members.get(part.name) is not None:
                encode_field(part.name, part.shape, members.get(part.name), content)
        out.append(self.tag)
        out += _length_of(content)
        out += content

    def decode(self, reader: Reader) -> dict[str, Value]:
        outer, end = reader.scope, reader.end
        _open(reader, self)
        data = reader.data
        values: dict[str, Value] = {}
        for part, firsts, needed in self.members:
            reader.scope = (outer, part.name)
            if needed or (reader.pos < reader.end and data[reader.pos] in firsts):
                values[part.name] = part.shape.decode(reader)
            elif isinstance(part.shape, Default):
                values[part.name] = part.shape.value
                reader.note(reader.pos, part.shape.value, part.shape.shape)
        reader.scope = outer
        reader.finish()
        reader.end = end
        return values


class SequenceOf:
    """SEQUENCE OF one shape, `low … high` times."""

    __slots__ = ("element", "high", "low", "tag")

    def __init__(self, element: Shape, low: int = 0, high: int = 0xFF, *, tag: int = _SEQUENCE) -> None:
        self.element = element
        self.low = low
        self.high = high
        self.tag = tag

    def encode(self, value: Value, out: bytearray) -> None:
        items = as_list(value)
        in_range(len(items), self.low, self.high)
        content = type(out)()
        for position, item in enumerate(items, 1):
            encode_field(f"[{position}]", self.element, item, content)
        out.append(self.tag)
        out += _length_of(content)
        out += content

    def decode(self, reader: Reader) -> list[Value]:
        outer, start, end = reader.scope, reader.pos, reader.end
        _open(reader, self)
        items: list[Value] = []
        while reader.pos < reader.end:
            if len(items) == self.high:
                reader.fail(f"more than {self.high} elements", at=start)
            reader.scope = (outer, len(items) + 1)
            items.append(self.element.decode(reader))
        reader.scope = outer
        reader.finish()
        reader.end = end
        if len(items) < self.low:
            reader.fail(f"{self.low} … {self.high} elements expected, found {len(items)}", at=start)
        return items


class Choice:
    """CHOICE: the value is a dict with the name of the alternative that is taken."""

    __slots__ = ("alternatives", "parts")

    def __init__(self, *parts: Part) -> None:
        self.parts = parts
        self.alternatives = {first: part for part in parts for first in _first_octets(part.shape)}

    def encode(self, value: Value, out: bytearray) -> None:
        chosen = as_struct(value)
        part = next((p for p in self.parts if p.name in chosen), None)
        if part is None or len(chosen) != 1:
            raise EncodeError(f"one of {self._names()} is needed, not {', '.join(chosen) or 'nothing'}")
        encode_field(part.name, part.shape, chosen[part.name], out)

    def decode(self, reader: Reader) -> dict[str, Value]:
        part = self.alternatives.get(reader.data[reader.pos]) if reader.left else None
        if part is None:
            reader.fail(f"one of {self._names()} expected")
        return {part.name: decode_field(part.name, part.shape, reader)}

    def _names(self) -> str:
        return ", ".join(part.name for part in self.parts)


class Bare(Choice):
    """A payload of one value that no SEQUENCE names: a choice without alternatives."""

    __slots__ = ()

    def __init__(self, name: str, shape: Shape, smets: str = "") -> None:
        super().__init__(Part(name, shape, smets))

    def decode(self, reader: Reader) -> dict[str, Value]:
        part = self.parts[0]
        return {part.name: decode_field(part.name, part.shape, reader)}


@dataclass(frozen=True, slots=True)
class Nothing:
    """NULL as a whole payload: no values."""

    def encode(self, value: Value, out: bytearray) -> None:
        if as_struct(value):
            raise EncodeError(f"nothing is carried here, not {value!r}")
        Null().encode(None, out)

    def decode(self, reader: Reader) -> dict[str, Value]:
        Null().decode(reader)
        return {}


def Implicit(number: int, shape: Shape) -> Shape:
    """The same shape under the context tag `[number]` IMPLICIT."""
    match shape:
        case Sequence():
            return Sequence(*shape.parts, tag=_CONTEXT_CONSTRUCTED | number)
        case SequenceOf():
            return SequenceOf(shape.element, shape.low, shape.high, tag=_CONTEXT_CONSTRUCTED | number)
        case Int() | Octets():
            return replace(shape, tag=_CONTEXT | number)
        case Default():
            return replace(shape, shape=replace(shape.shape, tag=_CONTEXT | number))
    raise TypeError(f"no implicit tag for {shape!r}")


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
        out = DeviceOctets()
        self.response.encode(body.values, out)
        return bytes(out)

    def decode_response(self, reader: Reader, envelope: Envelope) -> Body:  # noqa: ARG002
        """Read the DER of a Response. Raises DecodeError."""
        return _decode(self.response, reader)


@dataclass(frozen=True, slots=True)
class DerAlertRow:
    """The payload of an ASN.1 alert."""

    layout: Sequence

    def encode(self, values: Values, envelope: Envelope) -> bytes:  # noqa: ARG002
        """The DER of the alert. Raises EncodeError."""
        out = DeviceOctets()
        self.layout.encode(values, out)
        return bytes(out)

    def decode(self, reader: Reader, envelope: Envelope) -> Body:  # noqa: ARG002
        """Read the DER of an alert. Raises DecodeError."""
        return _decode(self.layout, reader)


def _decode(shape: Shape, reader: Reader) -> Body:
    values = as_struct(shape.decode(reader))
    reader.finish()
    return Body(values)


def _content(reader: Reader, tag: int) -> bytes:
    data, start = reader.data, reader.pos
    if start + 1 < reader.end and data[start] == tag:
        stop = start + 2 + data[start + 1]
        if stop <= reader.end and data[start + 1] < 0x80:
            reader.pos = stop
            return data[start + 2 : stop]
    reader.expect(bytes((tag,)), "tag")
    return reader.take(decode_bounded_length(reader))


def _open(reader: Reader, shape: Sequence | SequenceOf) -> None:
    """Go into a constructed value: until `end` is put back, nothing behind it can be read."""
    start = reader.pos
    reader.expect(bytes((shape.tag,)), "SEQUENCE")
    length = decode_bounded_length(reader)
    reader.end = reader.pos + length
    notes = reader.notes
    if notes is not None:
        notes.append((reader.base + start, reader.end - start, reader.scope, length, shape))


def _members(reader: Reader, tag: int) -> Reader:
    reader.expect(bytes((tag,)), "SEQUENCE")
    return reader.within(decode_bounded_length(reader))


def _length_of(content: bytearray) -> bytes:
    length = len(content)
    if isinstance(content, DeviceOctets) and 0x80 <= length <= 0xFF:
        return b"\x82\x00" + bytes((length,))
    return encode_length(length)


def _passed_on(reader: Reader, shape: Shape) -> bytes:
    start = reader.pos
    _members(reader, _SEQUENCE)
    octets = reader.data[start : reader.pos]
    reader.note(start, octets, shape)
    return octets


def _whole(octets: bytes) -> bytes:
    reader = Reader(octets)
    try:
        _members(reader, _SEQUENCE)
        reader.finish()
    except DecodeError as error:
        raise EncodeError(f"not one whole SEQUENCE: {error}") from error
    return octets


def _first_octets(shape: Shape) -> bytes:
    """The octets a value of this shape may begin with."""
    match shape:
        case Int() | Octets() | Sequence() | SequenceOf():
            return bytes((shape.tag,))
        case Certificate() | CertificationRequest():
            return bytes((_SEQUENCE,))
        case Bits():
            return bytes((_BIT_STRING,))
        case Null():
            return bytes((_NULL,))
        case Moment():
            return bytes((_GENERALIZED_TIME,))
        case Default():
            return _first_octets(shape.shape)
        case Choice():
            return bytes(shape.alternatives)
    raise TypeError(f"{shape!r} is no shape of ASN.1")


def _strict(reader: Reader, start: int, kind: type[_T], tag: int, octets: bytes) -> _T:
    try:
        return asn1.decode_der(kind, bytes((tag,)) + encode_length(len(octets)) + octets)
    except ValueError as error:
        reader.fail(f"not valid DER: {error}", at=start)
