"""DLMS ACCESS requests and responses, and data-notifications, driven by a row of items.

In: the payload of a message to or from an ESME, CHF or HCALCS. Out: a `Body`. Layout (reference
`gbcs.md` §d.1): `D9`, long-invoke-id, empty date-time, the specifications, the data; the answer
`DA` carries the data first and one result per item after it. The order of items is fixed by the
use case and checked. Left out: payloads of unknown use cases.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from dcc_sim.codec.axdr import decode_bounded_length, decode_length, encode_length
from dcc_sim.codec.cosem import Fixed, Int8, Null, Octets, UInt16
from dcc_sim.codec.exchange import Body, CosemObject, Envelope, Obis, Result, Sealed
from dcc_sim.codec.shape import Reader, Shape, Value, Values, decode_field, encode_field
from dcc_sim.errors import EncodeError, KeyMissing

NOT_PROCESSED: Final = 250
"""other-reason: the result of every item after the first failure (vectors, reference §d.2)."""


class Kind(IntEnum):
    """Access-request-specification choices."""

    GET = 1
    SET = 2
    ACTION = 3


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute that get_protected_attributes is asked for."""

    object: CosemObject
    index: int
    name: str
    shape: Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One access item of a use case. `argument` travels in the Command, `answer` comes back.

    `protected` lists the attributes a get_protected_attributes returns encrypted.
    """

    kind: Kind
    object: CosemObject
    index: int
    name: str
    argument: Shape
    answer: Shape
    protected: tuple[Attribute, ...] = ()

    @property
    def spec(self) -> bytes:
        """The access-request-specification: kind, class, logical name, attribute or method."""
        return bytes((self.kind,)) + self.object.octets + bytes((self.index,))


_NULL: Final = Null()


def Get(target: CosemObject, index: int, name: str, answer: Shape) -> Item:
    """Read an attribute."""
    return Item(kind=Kind.GET, object=target, index=index, name=name, argument=_NULL, answer=answer)


def Set(target: CosemObject, index: int, name: str, argument: Shape) -> Item:
    """Write an attribute."""
    return Item(kind=Kind.SET, object=target, index=index, name=name, argument=argument, answer=_NULL)


def Do(target: CosemObject, index: int, name: str, argument: Shape) -> Item:
    """Invoke a method that returns nothing."""
    return Item(kind=Kind.ACTION, object=target, index=index, name=name, argument=argument, answer=_NULL)


def Protected(collection: CosemObject, name: str, *attributes: Attribute) -> Item:
    """get_protected_attributes (class 30 method 1): read sensitive attributes, encrypted."""
    return Item(
        kind=Kind.ACTION, object=collection, index=1, name=name, argument=_NULL, answer=_NULL,
        protected=attributes,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class AccessRow:
    """The items of a use case in wire order; reads and writes both payloads of it."""

    items: tuple[Item, ...]

    def encode_command(self, values: Values, envelope: Envelope) -> bytes:
        """The access-request. Raises EncodeError naming the item."""
        out = bytearray(b"\xd9" + _invoke_id(envelope) + b"\x00")
        out += encode_length(len(self.items))
        for item in self.items:
            out += item.spec
        out += encode_length(len(self.items))
        for item in self.items:
            if item.protected:
                _encode_protection_request(item, envelope, out)
            else:
                encode_field(item.name, item.argument, values.get(item.name), out)
        return bytes(out)

    def decode_command(self, reader: Reader, envelope: Envelope) -> Body:
        """Read an access-request. Raises DecodeError when it is not the one of this use case."""
        _expect_start(reader, b"\xd9", envelope)
        self._expect_count(reader)
        for item in self.items:
            start = reader.pos
            reader.expect(item.spec, f"{item.name}: access item")
            reader.note(start, item.object.name or str(item.object.obis), None, item.name)
        self._expect_count(reader)
        values: dict[str, Value] = {}
        for item in self.items:
            if item.protected:
                _expect_protection_request(item, envelope, reader)
            else:
                value = decode_field(item.name, item.argument, reader)
                if item.argument is not _NULL:
                    values[item.name] = value
        reader.finish()
        return Body(values)

    def encode_response(self, body: Body, envelope: Envelope) -> bytes:
        """The access-response: one result per item, data only for items that succeeded."""
        if [r.index for r in body.results] != list(range(len(self.items))):
            raise EncodeError(f"{len(self.items)} results are needed, in order")
        out = bytearray(b"\xda" + _invoke_id(envelope) + b"\x00\x00")
        out += encode_length(len(self.items))
        for item, result in zip(self.items, body.results, strict=True):
            if result.code:
                out.append(0)
            elif item.protected:
                encode_field(item.name, _ProtectedAnswer(item, envelope), body.values.get(item.name), out)
            else:
                encode_field(item.name, item.answer, body.values.get(item.name), out)
        out += encode_length(len(self.items))
        for item, result in zip(self.items, body.results, strict=True):
            out += bytes((item.kind, result.code))
        return bytes(out)

    def decode_response(self, reader: Reader, envelope: Envelope) -> Body:
        """Read an access-response. Raises DecodeError."""
        _expect_start(reader, b"\xda", envelope)
        reader.expect(b"\x00", "no repeated specification")
        self._expect_count(reader)
        codes = self._peek_results(reader)
        values: dict[str, Value] = {}
        for item, code in zip(self.items, codes, strict=True):
            if code:
                decode_field(item.name, _NULL, reader)
            elif item.protected:
                values[item.name] = decode_field(item.name, _ProtectedAnswer(item, envelope), reader)
            else:
                value = decode_field(item.name, item.answer, reader)
                if item.answer is not _NULL:
                    values[item.name] = value
        self._expect_count(reader)
        stopped = False
        results = []
        for index, (item, code) in enumerate(zip(self.items, codes, strict=True)):
            start = reader.pos
            reader.expect(bytes((item.kind, code)), f"{item.name}: result")
            reader.note(start, code, None, f"{item.name}.result")
            results.append(Result(item.name, index, code, executed=not stopped))
            stopped = stopped or code != 0
        reader.finish()
        return Body(values, tuple(results))

    def _expect_count(self, reader: Reader) -> None:
        start = reader.pos
        count = decode_length(reader)
        if count != len(self.items):
            reader.fail(f"{len(self.items)} items expected, found {count}", at=start)

    def _peek_results(self, reader: Reader) -> list[int]:
        # The results stand behind the data they qualify; their size is known, so look ahead.
        size = 2 * len(self.items)
        if reader.left < size:
            reader.fail(f"{size} octets of results expected, the data breaks off")
        tail = reader.data[reader.end - size : reader.end]
        return list(tail[1::2])


def _invoke_id(envelope: Envelope) -> bytes:
    # Priority bit set, then the least significant 3 octets of the counter (vectors).
    return b"\x20" + envelope.counter.to_bytes(8, "big")[5:]


def _expect_start(reader: Reader, tag: bytes, envelope: Envelope) -> None:
    start = reader.pos
    reader.expect(tag, "tag")
    reader.expect(_invoke_id(envelope), "long-invoke-id")
    reader.expect(b"\x00", "empty date-time")
    reader.note(start, envelope.counter & 0xFF_FFFF, None, "invoke_id")


def _protection_parameters(counter: int, originator: bytes, target: bytes) -> bytes:
    # array[1] { enum 2, { transaction-id, originator, recipient, other-info, key-info } };
    # key-info: agreed key, ECC CDH C(0e, 2s) (GBCS 8.5, reference `gbcs.md` §g).
    transaction = b"\x09\x09\x04" + counter.to_bytes(8, "big")
    key_info = b"\x02\x02\x16\x02\x02\x02\x09\x01\x02\x09\x00"
    parts = transaction + b"\x09\x08" + originator + b"\x09\x08" + target + b"\x09\x00" + key_info
    return b"\x01\x01\x02\x02\x16\x02\x02\x05" + parts


_UNRESTRICTED: Final = b"\x02\x02\x16\x00\x00"


def _protection_request(item: Item, envelope: Envelope) -> bytes:
    out = bytearray(b"\x02\x02\x01") + encode_length(len(item.protected))
    for wanted in item.protected:
        out += b"\x02\x05"
        UInt16().encode(wanted.object.class_id, out)
        Fixed(6).encode(wanted.object.obis.octets, out)
        Int8().encode(wanted.index, out)
        UInt16().encode(0, out)
        out += _UNRESTRICTED
    # In the request the parties are those of the Command: who asks, then the Device (vectors).
    out += _protection_parameters(envelope.counter, envelope.originator, envelope.target)
    return bytes(out)


def _encode_protection_request(item: Item, envelope: Envelope, out: bytearray) -> None:
    out += _protection_request(item, envelope)


def _expect_protection_request(item: Item, envelope: Envelope, reader: Reader) -> None:
    start = reader.pos
    reader.expect(_protection_request(item, envelope), f"{item.name}: protection request")
    reader.note(start, ", ".join(str(a.object) for a in item.protected), None, item.name)


@dataclass(frozen=True, slots=True)
class _ProtectedAnswer:
    """structure { protection parameters, octet-string blob }; the blob holds a structure."""

    item: Item
    envelope: Envelope

    def encode(self, value: Value, out: bytearray) -> None:
        envelope = self.envelope
        blob = value if isinstance(value, Sealed) else self._close(value)
        out += b"\x02\x02"
        out += _protection_parameters(envelope.counter, envelope.originator, envelope.target)
        Octets().encode(blob, out)

    def _close(self, value: Value) -> bytes:
        if self.envelope.seal is None:
            raise KeyMissing("no key to encrypt the protected attributes with")
        plaintext = bytearray(b"\x02") + encode_length(len(self.item.protected))
        if not isinstance(value, dict):
            raise EncodeError(f"named parts are needed, not {value!r}")
        for attribute in self.item.protected:
            encode_field(attribute.name, attribute.shape, value.get(attribute.name), plaintext)
        return self.envelope.seal.close(bytes(plaintext))

    def decode(self, reader: Reader) -> Value:
        envelope = self.envelope
        start = reader.pos
        reader.expect(b"\x02\x02", "structure")
        parameters = _protection_parameters(envelope.counter, envelope.originator, envelope.target)
        reader.expect(parameters, "protection parameters")
        reader.note(start, None, None, "protection_parameters")
        start = reader.pos
        reader.expect(b"\x09", "tag")
        blob = reader.take(decode_bounded_length(reader))
        reader.note(start, blob, None, "ciphered")
        if envelope.seal is None:
            return Sealed(blob)
        try:
            plaintext = envelope.seal.open(blob)
        except KeyMissing:
            return Sealed(blob)
        inner = Reader(plaintext, base=reader.base + start, notes=reader.notes)
        inner.stack = [*reader.stack, "decrypted"]
        inner.expect(b"\x02", "structure")
        count = decode_length(inner)
        if count != len(self.item.protected):
            inner.fail(f"{len(self.item.protected)} attributes expected, found {count}")
        values = {a.name: decode_field(a.name, a.shape, inner) for a in self.item.protected}
        inner.finish()
        return values


@dataclass(frozen=True, slots=True)
class NotificationRow:
    """A DLMS alert: `0F`, invoke id, empty date-time, structure { code, time, further items }."""

    content: tuple[tuple[str, Shape], ...] = ()

    def encode(self, values: Values, envelope: Envelope) -> bytes:
        """The data-notification. Raises EncodeError."""
        out = bytearray(b"\x0f" + _invoke_id(envelope) + b"\x00\x02" + bytes((2 + len(self.content),)))
        for name, shape in self._parts():
            encode_field(name, shape, values.get(name), out)
        return bytes(out)

    def decode(self, reader: Reader, envelope: Envelope) -> Body:
        """Read a data-notification. Raises DecodeError."""
        _expect_start(reader, b"\x0f", envelope)
        reader.expect(b"\x02" + bytes((2 + len(self.content),)), "structure")
        values = {name: decode_field(name, shape, reader) for name, shape in self._parts()}
        reader.finish()
        return Body(values)

    def _parts(self) -> tuple[tuple[str, Shape], ...]:
        return (("alert_code", _ALERT_CODE), ("time", _ALERT_TIME), *self.content)


def obis(text: str) -> Obis:
    """Shorthand for the tables."""
    return Obis.parse(text)


_ALERT_CODE: Final = UInt16()
_ALERT_TIME: Final = Fixed(12)
