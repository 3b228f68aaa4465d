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
from dcc_sim.codec.cosem import DateTime, Fixed, Int8, Null, Octets, UInt16, UInt32
from dcc_sim.codec.exchange import Body, CosemObject, Envelope, Obis, Result, Sealed
from dcc_sim.codec.shape import (
    Reader,
    Shape,
    Value,
    Values,
    as_int,
    as_struct,
    decode_field,
    encode_field,
    in_range,
)
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

    `protected` lists the attributes a get_protected_attributes returns encrypted. A `ranged` read
    is restricted in time: by two u32 for a log buffer, by two date-times for protected ones; its
    value in the Command is {from, to}. An `optional` item may be left out of the Command. An item
    with `choices` addresses one of several alike objects: its value is {object: n, value: …}.
    """

    kind: Kind
    object: CosemObject
    index: int
    name: str
    argument: Shape
    answer: Shape
    protected: tuple[Attribute, ...] = ()
    ranged: bool = False
    optional: bool = False
    choices: tuple[CosemObject, ...] = ()

    @property
    def carries(self) -> bool:
        """Whether the Command holds a value for it."""
        return self.argument is not NULL or self.ranged

    def spec(self, target: CosemObject) -> bytes:
        """The access-request-specification, as far as it is the same in every Command."""
        kind = GET_WITH_SELECTION if self.ranged and not self.protected else self.kind
        return bytes((kind,)) + target.octets + bytes((self.index,))


NULL: Final = Null()
GET_WITH_SELECTION: Final = 4


def Get(target: CosemObject, index: int, name: str, answer: Shape) -> Item:
    """Read an attribute."""
    return Item(kind=Kind.GET, object=target, index=index, name=name, argument=NULL, answer=answer)


def GetRange(target: CosemObject, index: int, name: str, answer: Shape) -> Item:
    """Read the entries of a log buffer from one moment to another."""
    return Item(
        kind=Kind.GET, object=target, index=index, name=name, argument=NULL, answer=answer, ranged=True
    )


def Set(
    target: CosemObject,
    index: int,
    name: str,
    argument: Shape,
    *,
    optional: bool = False,
    choices: tuple[CosemObject, ...] = (),
) -> Item:
    """Write an attribute."""
    return Item(
        kind=Kind.SET, object=target, index=index, name=name, argument=argument, answer=NULL,
        optional=optional, choices=choices,
    )  # fmt: skip


def Do(target: CosemObject, index: int, name: str, argument: Shape = NULL, *, optional: bool = False) -> Item:
    """Invoke a method that returns nothing."""
    return Item(
        kind=Kind.ACTION, object=target, index=index, name=name, argument=argument, answer=NULL,
        optional=optional,
    )  # fmt: skip


def Protected(collection: CosemObject, name: str, *attributes: Attribute, ranged: bool = False) -> Item:
    """get_protected_attributes (class 30 method 1): read sensitive attributes, encrypted."""
    return Item(
        kind=Kind.ACTION, object=collection, index=1, name=name, argument=NULL, answer=NULL,
        protected=attributes, ranged=ranged,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class AccessRow:
    """The items of a use case in wire order; reads and writes both payloads of it."""

    items: tuple[Item, ...]

    def sent(self, values: Values) -> list[Item]:
        """The items a Command with these values has."""
        return [item for item in self.items if not item.optional or values.get(item.name) is not None]

    def encode_command(self, values: Values, envelope: Envelope) -> bytes:
        """The access-request. Raises EncodeError naming the item."""
        items = self.sent(values)
        count = encode_length(len(items))
        out = bytearray(b"\xd9" + _invoke_id(envelope) + b"\x00" + count)
        for item in items:
            encode_field(item.name, _Specification(item), values.get(item.name), out)
        out += count
        for item in items:
            value = values.get(item.name)
            if item.protected:
                encode_field(item.name, _ProtectionRequest(item, envelope), value, out)
            elif item.ranged:
                out.append(0)
            else:
                chosen = as_struct(value).get("value") if item.choices else value
                encode_field(item.name, item.argument, chosen, out)
        return bytes(out)

    def decode_command(self, reader: Reader, envelope: Envelope) -> Body:
        """Read an access-request. Raises DecodeError when it is not the one of this use case."""
        _expect_start(reader, b"\xd9", envelope)
        count = _count(reader)
        values: dict[str, Value] = {}
        items = self._match_specifications(reader, count, values)
        _expect_count(reader, count)
        for item in items:
            if item.protected:
                value = decode_field(item.name, _ProtectionRequest(item, envelope), reader)
            elif item.ranged:
                decode_field(item.name, NULL, reader)
                continue
            else:
                value = decode_field(item.name, item.argument, reader)
            if item.choices:
                values[item.name] = {**as_struct(values[item.name]), "value": value}
            elif item.carries:
                values[item.name] = value
        reader.finish()
        return Body(values)

    def _match_specifications(self, reader: Reader, count: int, values: dict[str, Value]) -> list[Item]:
        found: list[Item] = []
        for item in self.items:
            chosen = _Specification(item).find(reader) if len(found) < count else None
            if chosen is None:
                if item.optional:
                    continue
                if len(found) >= count:
                    reader.fail(f"{item.name}: the Command ends before it")
                reader.expect(item.spec(item.object), f"{item.name}: access item")
            start = reader.pos
            value = _Specification(item).decode(reader)
            reader.note(start, str(chosen), None, item.name)
            if value is not None:
                values[item.name] = value
            found.append(item)
        if len(found) != count:
            reader.fail(f"{len(found)} items of this use case found, {count} announced")
        return found

    def encode_response(self, body: Body, envelope: Envelope) -> bytes:
        """The access-response: one result per item, data only for items that succeeded."""
        named = {item.name: item for item in self.items}
        unknown = [r.name for r in body.results if r.name not in named]
        if unknown or len(body.results) < sum(not item.optional for item in self.items):
            raise EncodeError("one result is needed for each item, in order", field=", ".join(unknown))
        count = encode_length(len(body.results))
        out = bytearray(b"\xda" + _invoke_id(envelope) + b"\x00\x00" + count)
        for result in body.results:
            item = named[result.name]
            if result.code:
                out.append(0)
            else:
                shape = _ProtectedAnswer(item, envelope) if item.protected else item.answer
                encode_field(item.name, shape, body.values.get(item.name), out)
        out += count
        for result in body.results:
            out += bytes((named[result.name].kind, result.code))
        return bytes(out)

    def decode_response(self, reader: Reader, envelope: Envelope) -> Body:
        """Read an access-response. Raises DecodeError."""
        _expect_start(reader, b"\xda", envelope)
        reader.expect(b"\x00", "no repeated specification")
        count = _count(reader)
        items, codes = self._match_results(reader, count)
        values: dict[str, Value] = {}
        for item, code in zip(items, codes, strict=True):
            if code:
                decode_field(item.name, NULL, reader)
            elif item.protected:
                values[item.name] = decode_field(item.name, _ProtectedAnswer(item, envelope), reader)
            else:
                value = decode_field(item.name, item.answer, reader)
                if item.answer is not NULL:
                    values[item.name] = value
        _expect_count(reader, count)
        stopped = False
        results = []
        for index, (item, code) in enumerate(zip(items, codes, strict=True)):
            start = reader.pos
            reader.pos += 2
            reader.note(start, code, None, f"{item.name}.result")
            results.append(Result(item.name, index, code, executed=not stopped))
            stopped = stopped or code != 0
        reader.finish()
        return Body(values, tuple(results))

    def _match_results(self, reader: Reader, count: int) -> tuple[list[Item], list[int]]:
        # The results stand behind the data they qualify; their size is known, so look ahead. A
        # Response does not say which optional items its Command had: the first that fit are taken.
        if reader.left < 2 * count:
            reader.fail(f"{2 * count} octets of results expected, the data breaks off")
        tail = reader.data[reader.end - 2 * count : reader.end]
        kinds, codes = list(tail[::2]), list(tail[1::2])
        spare = count - sum(not item.optional for item in self.items)
        items: list[Item] = []
        for item in self.items:
            if item.optional and (spare <= 0 or len(items) >= count or kinds[len(items)] != item.kind):
                continue
            spare -= item.optional
            items.append(item)
        if len(items) != count or [item.kind for item in items] != kinds:
            reader.fail(f"the {count} results are not those of this use case")
        return items, codes


def _invoke_id(envelope: Envelope) -> bytes:
    # Priority bit set, then the least significant 3 octets of the counter (vectors).
    return b"\x20" + envelope.counter.to_bytes(8, "big")[5:]


def _count(reader: Reader) -> int:
    start = reader.pos
    count = decode_length(reader)
    if count > reader.left:
        reader.fail(f"{count} items announced, only {reader.left} octets are left", at=start)
    return count


def _expect_count(reader: Reader, count: int) -> None:
    start = reader.pos
    found = decode_length(reader)
    if found != count:
        reader.fail(f"{count} items expected, found {found}", at=start)


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


_RANGE_OBJECT: Final = b"\x02\x04\x12\x00\x01\x09\x06\x00\x00\x5e\x2c\x64\xff\x0f\x02\x12\x00\x00"
"""The restricting object of every log read: class 1 0-0:94.44.100.255 attribute 2 (vectors)."""
_MOMENT: Final = UInt32()


@dataclass(frozen=True, slots=True)
class _Specification:
    """What to access: kind, object, attribute; and for a log buffer from when to when."""

    item: Item

    def find(self, reader: Reader) -> CosemObject | None:
        """The object that the next specification addresses, if it is one of this item's."""
        candidates = self.item.choices or (self.item.object,)
        return next((c for c in candidates if reader.data.startswith(self.item.spec(c), reader.pos)), None)

    def encode(self, value: Value, out: bytearray) -> None:
        item = self.item
        target = item.object
        if item.choices:
            number = in_range(as_int(as_struct(value).get("object")), 1, len(item.choices))
            target = item.choices[number - 1]
        out += item.spec(target)
        if item.ranged and not item.protected:
            bounds = as_struct(value)
            out += b"\x01\x02\x04" + _RANGE_OBJECT
            encode_field("from", _MOMENT, bounds.get("from"), out)
            encode_field("to", _MOMENT, bounds.get("to"), out)
            out += b"\x01\x00"

    def decode(self, reader: Reader) -> Value:
        item = self.item
        chosen = self.find(reader)
        if chosen is None:
            reader.fail(f"{item.name}: another object expected")
        reader.pos += len(item.spec(chosen))
        if item.choices:
            return {"object": item.choices.index(chosen) + 1}
        if not item.ranged or item.protected:
            return None
        reader.expect(b"\x01\x02\x04" + _RANGE_OBJECT, "selection by range")
        bounds = {
            "from": decode_field("from", _MOMENT, reader),
            "to": decode_field("to", _MOMENT, reader),
        }
        reader.expect(b"\x01\x00", "no selected values")
        return bounds


_UNRESTRICTED: Final = b"\x02\x02\x16\x00\x00"
_BY_DATE: Final = b"\x02\x02\x16\x01\x02\x02"
_DATE_TIME: Final = DateTime()


@dataclass(frozen=True, slots=True)
class _ProtectionRequest:
    """structure { the attributes asked for, protection parameters }.

    In the request the parties are those of the Command: who asks, then the Device (vectors).
    """

    item: Item
    envelope: Envelope

    def _head(self, wanted: Attribute) -> bytes:
        out = bytearray(b"\x02\x05")
        UInt16().encode(wanted.object.class_id, out)
        Fixed(6).encode(wanted.object.obis.octets, out)
        Int8().encode(wanted.index, out)
        UInt16().encode(0, out)
        return bytes(out)

    def _parameters(self) -> bytes:
        envelope = self.envelope
        return _protection_parameters(envelope.counter, envelope.originator, envelope.target)

    def encode(self, value: Value, out: bytearray) -> None:
        out += b"\x02\x02\x01" + encode_length(len(self.item.protected))
        for wanted in self.item.protected:
            out += self._head(wanted)
            if self.item.ranged:
                bounds = as_struct(value)
                out += _BY_DATE
                encode_field("from", _DATE_TIME, bounds.get("from"), out)
                encode_field("to", _DATE_TIME, bounds.get("to"), out)
            else:
                out += _UNRESTRICTED
        out += self._parameters()

    def decode(self, reader: Reader) -> Value:
        start = reader.pos
        reader.expect(b"\x02\x02\x01" + encode_length(len(self.item.protected)), "protection request")
        bounds: dict[str, Value] | None = None
        for wanted in self.item.protected:
            reader.expect(self._head(wanted), f"{wanted.name}: attribute")
            if not self.item.ranged:
                reader.expect(_UNRESTRICTED, "no restriction")
                continue
            reader.expect(_BY_DATE, "restriction by date")
            at = reader.pos
            found = {
                "from": decode_field("from", _DATE_TIME, reader),
                "to": decode_field("to", _DATE_TIME, reader),
            }
            if bounds is not None and bounds != found:
                reader.fail("the attributes are restricted to different ranges", at=at)
            bounds = found
        reader.expect(self._parameters(), "protection parameters")
        reader.note(start, ", ".join(str(a.object) for a in self.item.protected))
        return bounds


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
        scope = (reader.scope, "decrypted")
        inner = Reader(plaintext, base=reader.base + start, notes=reader.notes, scope=scope)
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
_ALERT_TIME: Final = DateTime()
