"""DLMS ACCESS requests and responses, and data-notifications, driven by a row of items.

In: the payload of a message to or from an ESME, CHF or HCALCS. Out: a `Body`. Layout (reference
`gbcs.md` §d.1): `D9`, long-invoke-id, empty date-time, the specifications, the data; the answer
`DA` carries the data first and one result per item after it. The order of items is fixed by the
use case and checked. Left out: payloads of unknown use cases.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from dcc_sim.codec.access_item import (
    GET_WITH_SELECTION,
    NULL,
    Attribute,
    Do,
    Get,
    GetRange,
    Item,
    Kind,
    Protected,
    Set,
)
from dcc_sim.codec.axdr import decode_bounded_length, decode_length, encode_length
from dcc_sim.codec.compiled import Decode, Literal, Mark, Member, Nest, compile_record, member_of
from dcc_sim.codec.cosem import DateTime, Fixed, Int8, Octets, Part, UInt16, UInt32
from dcc_sim.codec.exchange import Body, CosemObject, Envelope, Obis, Result, Sealed
from dcc_sim.codec.shape import (
    Reader,
    Shape,
    Value,
    Values,
    as_bytes,
    as_int,
    as_struct,
    decode_field,
    encode_field,
    in_range,
)
from dcc_sim.errors import EncodeError, KeyMissing

__all__ = (
    "GET_WITH_SELECTION",
    "NOT_PROCESSED",
    "NULL",
    "AccessRow",
    "Attribute",
    "Do",
    "Get",
    "GetRange",
    "Item",
    "Kind",
    "NotificationRow",
    "Protected",
    "Set",
    "obis",
)

NOT_PROCESSED: Final = 250
"""other-reason: the result of every item after the first failure (vectors, reference §d.2)."""


_START: Final = "tag, long-invoke-id, empty date-time"
_NO_ENVELOPE: Final = Envelope(b"", b"", 0)
"""For payloads in which nothing depends on it."""
_SPECIFICATION_SIZE: Final = 10
"""Kind, class u16, logical name, attribute or method."""


@dataclass(frozen=True, slots=True)
class AccessRow:
    """The items of a use case in wire order; reads and writes both payloads of it."""

    items: tuple[Item, ...]
    kinds: bytes = field(init=False, default=b"", repr=False)
    quick: _Quick = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "kinds", bytes(item.kind for item in self.items))
        object.__setattr__(self, "quick", _Quick(self))

    def item(self, name: str) -> Item | None:
        """The item of that name. A position in a message says less: optional items may be missing."""
        return next((item for item in self.items if item.name == name), None)

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
        quick = self.quick.command
        return Body(self.decode_items(reader, envelope) if quick is None else quick(reader))

    def decode_items(self, reader: Reader, envelope: Envelope = _NO_ENVELOPE) -> dict[str, Value]:
        """The values of a Command, item by item, from its specifications on. Raises DecodeError."""
        values: dict[str, Value] = {}
        items = self._match_specifications(reader, values)
        _expect_count(reader, len(items))
        for item in items:
            if item.argument is NULL and not item.protected and not item.ranged:
                _expect_null(reader, item.name)
                continue
            if item.protected:
                value = decode_field(item.name, _ProtectionRequest(item, envelope), reader)
            elif item.ranged:
                decode_field(item.name, NULL, reader)
                continue
            else:
                value = decode_field(item.name, item.argument, reader)
            if item.choices:
                values[item.name] = {**as_struct(values[item.name]), "value": value}
            elif item.carries or value is not None:
                values[item.name] = value
        reader.finish()
        return values

    def _match_specifications(self, reader: Reader, values: dict[str, Value]) -> Sequence[Item]:
        count = _count(reader)
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
            reader.note(start, _named(chosen), None, item.name)
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
        quick = self.quick
        if reader.data.endswith(quick.successes) and quick.response is not None:
            return Body(quick.response(reader), quick.results)
        return self._decode_results(reader, envelope)

    def decode_answers(self, reader: Reader) -> dict[str, Value]:
        """The values of a Response of nothing but successes that is out of order. Raises DecodeError."""
        return dict(self._decode_results(reader, _NO_ENVELOPE).values)

    def _decode_results(self, reader: Reader, envelope: Envelope) -> Body:
        reader.expect(b"\x00", "no repeated specification")
        count = _count(reader)
        items, codes = self._match_results(reader, count)
        values: dict[str, Value] = {}
        for item, code in zip(items, codes, strict=True):
            if item.protected and not code:
                values[item.name] = decode_field(item.name, _ProtectedAnswer(item, envelope), reader)
            elif code or item.answer is NULL:
                _expect_null(reader, item.name)
            else:
                values[item.name] = decode_field(item.name, item.answer, reader)
        _expect_count(reader, count)
        stopped = False
        results = []
        for index, (item, code) in enumerate(zip(items, codes, strict=True)):
            reader.pos += 2
            if reader.notes is not None:
                reader.note(reader.pos - 2, code, None, f"{item.name}.result")
            results.append(Result(item.name, index, code, executed=not stopped))
            stopped = stopped or code != 0
        reader.finish()
        return Body(values, tuple(results))

    def _match_results(self, reader: Reader, count: int) -> tuple[Sequence[Item], Sequence[int]]:
        # The results stand behind the data they qualify; their size is known, so look ahead. A
        # Response does not say which optional items its Command had: the first that fit are taken.
        if reader.left < 2 * count:
            reader.fail(f"{2 * count} octets of results expected, the data breaks off")
        tail = reader.data[reader.end - 2 * count : reader.end]
        kinds, codes = tail[::2], tail[1::2]
        if kinds == self.kinds:
            return self.items, codes
        spare = count - sum(not item.optional for item in self.items)
        items: list[Item] = []
        for item in self.items:
            if item.optional and (spare <= 0 or len(items) >= count or kinds[len(items)] != item.kind):
                continue
            spare -= item.optional
            items.append(item)
        if len(items) != count or bytes(item.kind for item in items) != kinds:
            reader.fail(f"the {count} results are not those of this use case")
        return items, codes


class _Quick:
    """Readers of whole payloads that are as most are, compiled when they are first needed.

    A Command is when its items are always the same and nothing in it depends on the Grouping
    Header; a Response when besides every item succeeded.
    """

    __slots__ = ("_command", "_response", "results", "row", "successes")

    def __init__(self, row: AccessRow) -> None:
        self.row = row
        self.successes = b"".join(bytes((item.kind, 0)) for item in row.items)
        self.results = tuple(Result(item.name, index) for index, item in enumerate(row.items))
        self._command: Decode | None = None
        self._response: Decode | None = None

    @property
    def command(self) -> Decode | None:
        """What reads a Command from its specifications on; None when its items vary."""
        items = self.row.items
        if self._command is None and not any(
            i.optional or i.choices or i.ranged or i.protected for i in items
        ):
            count = encode_length(len(items))
            arguments = [_told(item, item.argument) for item in items]
            nest = Nest(b"", (("", _specifications(items)), ("", Literal(count)), *arguments))
            self._command = compile_record(nest, ">", self.row.decode_items, whole=True)
        return self._command

    @property
    def response(self) -> Decode | None:
        """What reads a Response of nothing but successes behind its start; None when it is encrypted."""
        items = self.row.items
        if self._response is None and not any(item.protected for item in items):
            count = encode_length(len(items))
            marks = tuple(Mark(2 * n, 2, (f"{item.name}.result",), 0) for n, item in enumerate(items))
            answers = [_told(item, item.answer) for item in items]
            results = (("", Literal(count)), ("", Literal(self.successes, marks)))
            nest = Nest(b"", (("", Literal(b"\x00" + count)), *answers, *results))
            self._response = compile_record(nest, ">", self.row.decode_answers, whole=True)
        return self._response


def _told(item: Item, shape: Shape) -> tuple[str, Member]:
    if shape is NULL:
        return "", Literal(b"\x00", (Mark(0, 1, (item.name,), None, NULL),))
    return item.name, member_of(shape)


def _specifications(items: Sequence[Item]) -> Literal:
    count = encode_length(len(items))
    marks = (
        Mark(len(count) + _SPECIFICATION_SIZE * n, _SPECIFICATION_SIZE, (item.name,), _named(item.object))
        for n, item in enumerate(items)
    )
    return Literal(count + b"".join(item.spec(item.object) for item in items), tuple(marks))


def _named(target: CosemObject | None) -> str:
    return "" if target is None else target.name or str(target.obis)


def _invoke_id(envelope: Envelope) -> bytes:
    # Priority bit set, then the least significant 3 octets of the counter (vectors).
    return b"\x20" + envelope.counter.to_bytes(8, "big")[5:]


def _expect_null(reader: Reader, name: str) -> None:
    start = reader.pos
    if start >= reader.end or reader.data[start]:
        decode_field(name, NULL, reader)
        return
    reader.pos = start + 1
    if reader.notes is not None:
        reader.notes.append((reader.base + start, 1, (reader.scope, name), None, NULL))


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
    start, counter = reader.pos, envelope.counter & 0xFF_FFFF
    reader.expect(tag + (0x2000_0000_00 | counter << 8).to_bytes(5, "big"), _START)
    notes = reader.notes
    if notes is not None:
        notes.append((reader.base + start, 6, (reader.scope, "invoke_id"), counter, None))


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

    In the request the parties are who asks, then the Device; when the Access Control Broker asks
    for a User, the User is named, with the Broker's counter (vectors). Should a request name
    another party of the header, the value says so: `asked_by`.
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

    def _parameters(self, asked_by: bytes) -> bytes:
        return _protection_parameters(self.envelope.counter, asked_by, self.envelope.target)

    @property
    def _asker(self) -> bytes:
        return self.envelope.party or self.envelope.originator

    def encode(self, value: Value, out: bytearray) -> None:
        asked_by = self._asker
        if isinstance(value, Mapping) and value.get("asked_by") is not None:
            asked_by = as_bytes(value["asked_by"])
            in_range(len(asked_by), 8, 8)
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
        out += self._parameters(asked_by)

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
        usual, other = self._parameters(self._asker), self._parameters(self.envelope.originator)
        if usual != other and reader.data.startswith(other, reader.pos):
            reader.pos += len(other)
            bounds = {**(bounds or {}), "asked_by": self.envelope.originator}
        else:
            reader.expect(usual, "protection parameters")
        reader.note(start, ", ".join(str(a.object) for a in self.item.protected))
        return bounds


@dataclass(frozen=True, slots=True)
class _ProtectedAnswer:
    """structure { protection parameters, octet-string blob }; the blob holds a structure.

    An alert has the two in its own structure: then nothing stands before them.
    """

    item: Item
    envelope: Envelope
    before: bytes = b"\x02\x02"

    def encode(self, value: Value, out: bytearray) -> None:
        envelope = self.envelope
        blob = value if isinstance(value, Sealed) else self._close(value)
        out += self.before
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
        reader.expect(self.before, "structure")
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


_ALERT_CODE: Final = UInt16()
_ALERT_TIME: Final = DateTime()


@dataclass(frozen=True, slots=True)
class NotificationRow:
    """A DLMS alert: `0F`, invoke id, empty date-time, structure { code, time, further items }.

    `content` are the further items. `protected` is what stands encrypted behind them, as protection
    parameters and blob. `alert_code` is the shape of the code, so that a row can name its meanings.
    """

    content: tuple[Part, ...] = ()
    protected: Item | None = None
    alert_code: Shape = _ALERT_CODE

    @property
    def parts(self) -> tuple[Part, ...]:
        """What every alert has, then the content."""
        return (Part("alert_code", self.alert_code), Part("time", _ALERT_TIME), *self.content)

    def encode(self, values: Values, envelope: Envelope) -> bytes:
        """The data-notification. Raises EncodeError."""
        out = bytearray(b"\x0f" + _invoke_id(envelope) + b"\x00" + self._structure())
        for part in self.parts:
            encode_field(part.name, part.shape, values.get(part.name), out)
        if self.protected is not None:
            name = self.protected.name
            encode_field(name, _ProtectedAnswer(self.protected, envelope, b""), values.get(name), out)
        return bytes(out)

    def decode(self, reader: Reader, envelope: Envelope) -> Body:
        """Read a data-notification. Raises DecodeError."""
        _expect_start(reader, b"\x0f", envelope)
        reader.expect(self._structure(), "structure")
        values = {part.name: decode_field(part.name, part.shape, reader) for part in self.parts}
        if self.protected is not None:
            shape = _ProtectedAnswer(self.protected, envelope, b"")
            values[self.protected.name] = decode_field(self.protected.name, shape, reader)
        reader.finish()
        return Body(values)

    def _structure(self) -> bytes:
        return bytes((0x02, len(self.parts) + (0 if self.protected is None else 2)))


def obis(text: str) -> Obis:
    """Shorthand for the tables."""
    return Obis.parse(text)
