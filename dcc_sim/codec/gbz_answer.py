"""What comes back for one ZCL command of a row: Default Responses, attributes, replies of the cluster.

In: a `Command` of the row and a component, or results and values. Out: results and values, or
`Draft`s. Which command a component answers is found out by `gbz`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from dcc_sim.codec.compiled import Literal, Mark, Member, Nest, compile_record, member_of
from dcc_sim.codec.exchange import Envelope, Result, Sealed
from dcc_sim.codec.gbz_command import DEFAULT_RESPONSE, READ_ATTRIBUTES_RESPONSE, Command
from dcc_sim.codec.gbz_component import BigEndian, Component, Draft, seal, unseal
from dcc_sim.codec.shape import Leaf, Reader, Scope, Value, Values, as_list, encode_field
from dcc_sim.codec.zcl import DATA_TYPES, STATUSES, Fields
from dcc_sim.errors import EncodeError

NOT_PROCESSED_COMMAND: Final = 0xFF
NOT_PROCESSED_STATUS: Final = 0x01
_KIND: Final = 0x03
_GLOBAL: Final = 0x00
_STATUS: Final = BigEndian(1, STATUSES)
_ANSWERED: Final = Leaf(("answered_command",), None)
_ANSWER: Final = Leaf(("status",), _STATUS)
_TYPE: Final = BigEndian(1, DATA_TYPES)


def check_header(
    command: Command, component: Component, frame_control: int, identifier: int, *, encrypted: bool = False
) -> None:
    """The component must have this frame control and command id. Raises DecodeError."""
    found = component.frame_control, component.command, component.encrypted
    if found != (frame_control, identifier, encrypted):
        component.payload.fail(
            f"{command.name}: frame control {frame_control:02X}, command {identifier:02X}"
            f"{', encrypted' if encrypted else ''} expected",
            at=0,
        )


def is_global(component: Component) -> bool:
    """Whether it is a command of ZCL itself, not of a cluster."""
    return component.frame_control & _KIND == _GLOBAL


def is_default(command: Command, component: Component) -> bool:
    """Whether it is a Default Response to the command, or to one that was not processed."""
    if not is_global(component) or component.command != DEFAULT_RESPONSE or component.encrypted:
        return False
    reader = component.payload
    return bool(reader.left) and reader.data[reader.pos] in (command.id, NOT_PROCESSED_COMMAND)


def may_answer(command: Command, component: Component) -> bool:
    """Whether the component may be an answer to the command."""
    if component.cluster != command.cluster:
        return False
    if is_default(command, component):
        return True
    if command.reads:
        return is_global(component) and component.command == READ_ATTRIBUTES_RESPONSE
    return command.reply is not None and not is_global(component) and component.command == command.reply.id


def default_response(command: Command, index: int, result: Result) -> Draft:
    """The Default Response that tells a result."""
    answered = command.id if result.executed else NOT_PROCESSED_COMMAND
    payload = bytes((answered, result.code))
    return Draft(command.cluster, command.default_control, index, DEFAULT_RESPONSE, payload)


def decode_default(command: Command, component: Component) -> Result:
    """Read a Default Response. Raises DecodeError."""
    check_header(command, component, command.default_control, DEFAULT_RESPONSE)
    reader = component.payload
    reader.scope = scope = (None, command.name)
    start = reader.pos
    answered, status = reader.take(2)
    notes, at = reader.notes, reader.base + start
    if notes is not None:
        notes += (
            (at, 1, scope, answered, _ANSWERED),
            (at + 1, 1, scope, status, _ANSWER),
        )
    reader.finish()
    if command.step and answered == command.id and status == 0:
        reader.fail(f"{command.name}: success without the reply", at=start)
    return Result(command.name, component.sequence, status, executed=answered != NOT_PROCESSED_COMMAND)


class Replies:
    """The replies to one command of the row that are still to be written."""

    __slots__ = ("command", "items", "reply")

    def __init__(self, command: Command, value: Value) -> None:
        assert command.reply is not None
        self.command = command
        self.reply = command.reply
        if value is None:
            self.items: list[Value] = []
        else:
            self.items = list(as_list(value)) if command.replies_listed else [value]

    def take(self, index: int, envelope: Envelope) -> Iterator[Draft]:
        """The answers to the command at `index`, which succeeded."""
        command = self.command
        count = min(1, len(self.items)) if command.step else len(self.items)
        if count > self.reply.high or (command.step and not count):
            raise EncodeError(f"{count} replies to one command", field=command.name)
        if not count:
            yield default_response(command, index, Result(command.name, index))
        for _ in range(count):
            payload = encode_payload(command, self.reply.fields, self.items.pop(0), envelope)
            control = self.reply.frame_control
            yield Draft(command.cluster, control, index, self.reply.id, payload, command.encrypted)


def encode_payload(command: Command, fields: Fields, value: Value, envelope: Envelope) -> bytes:
    """Fields in clear or sealed, as the command says; what is sealed already stays so."""
    if isinstance(value, Sealed):
        return value
    out = bytearray()
    encode_field(command.name, fields, value, out)
    return seal(bytes(out), envelope, command.name) if command.encrypted else bytes(out)


def decode_payload(fields: Fields, component: Component, envelope: Envelope, scope: Scope) -> Value:
    """Read fields in clear or sealed; the blob comes back when there is no key."""
    reader = component.payload
    if component.encrypted:
        opened = unseal(component, envelope, scope)
        if isinstance(opened, Sealed):
            return opened
        reader = opened
    else:
        reader.scope = scope
    value = fields.decode(reader)
    reader.finish()
    return value


def decode_reply(
    command: Command, component: Component, values: dict[str, Value], envelope: Envelope
) -> None:
    """Read one reply of the cluster into `values`. Raises DecodeError, DecryptionFailed."""
    reply = command.reply
    assert reply is not None
    check_header(command, component, reply.frame_control, reply.id, encrypted=command.encrypted)
    scope: Scope = (None, command.name)
    if not command.replies_listed:
        values[command.name] = decode_payload(reply.fields, component, envelope, scope)
        return
    found = values.setdefault(command.name, [])
    assert isinstance(found, list)
    found.append(decode_payload(reply.fields, component, envelope, (scope, len(found) + 1)))


def encode_attributes(
    command: Command, index: int, results: list[Result], values: Values, envelope: Envelope
) -> Draft:
    """The Read Attributes Response: every attribute with its status, and its value if it has one."""
    kept = values.get(command.name)
    if isinstance(kept, Sealed):
        payload: bytes = kept
    else:
        payload = _attributes_payload(command, results, values)
        if command.encrypted:
            payload = seal(payload, envelope, command.name)
    header = (command.cluster, command.answer_control, index, READ_ATTRIBUTES_RESPONSE)
    return Draft(*header, payload, encrypted=command.encrypted)


def _attributes_payload(command: Command, results: list[Result], values: Values) -> bytes:
    codes = {result.name: result.code for result in results}
    out = bytearray()
    for read in command.reads:
        if read.name not in codes:
            raise EncodeError("an attribute without a result", field=read.name)
        out += read.octets
        out.append(codes[read.name])
        if codes[read.name] == 0:
            out.append(read.shape.data_type)
            encode_field(read.name, read.shape, values.get(read.name), out)
    return bytes(out)


def decode_attributes(
    command: Command, component: Component, values: dict[str, Value], envelope: Envelope
) -> list[Result]:
    """Read a Read Attributes Response into `values`. Raises DecodeError, DecryptionFailed."""
    check_header(
        command, component, command.answer_control, READ_ATTRIBUTES_RESPONSE, encrypted=command.encrypted
    )
    reader = component.payload
    if component.encrypted:
        opened = unseal(component, envelope, (None, command.name))
        if isinstance(opened, Sealed):
            values[command.name] = opened
            return [Result(command.name, component.sequence)]
        reader = opened
    else:
        reader.scope = (None, command.name)
    if not command.compiled:
        command.compiled.append(compile_record(_attributes_nest(command), "<", _not_all, whole=True))
    found = command.compiled[0](reader)
    if found:
        values |= found
        return [Result(read.name, component.sequence) for read in command.reads]
    return _decode_each(command, component.sequence, reader, values)


def _attributes_nest(command: Command) -> Nest:
    """The layout of an answer in which every attribute has a value."""
    members: list[tuple[str, Member]] = []
    for read in command.reads:
        kind, name = read.shape.data_type, read.name
        marks = (
            Mark(0, 2, (name, "attribute"), read.id),
            Mark(2, 1, (name, "status"), 0, _STATUS),
            Mark(3, 1, (name, "data_type"), kind, _TYPE),
        )
        members += (
            ("", Literal(read.octets + bytes((0, kind)), marks)),
            (name, member_of(read.shape)),
        )
    return Nest(b"", tuple(members))


def _not_all(reader: Reader) -> dict[str, Value]:  # noqa: ARG001
    return {}


def _decode_each(command: Command, index: int, reader: Reader, values: dict[str, Value]) -> list[Result]:
    outer = reader.scope
    results = []
    for read in command.reads:
        reader.scope = (outer, read.name)
        start = reader.pos
        reader.expect(read.octets, "attribute id")
        reader.note(start, read.id, None, "attribute")
        status = reader.u8()
        reader.note(start + 2, status, _STATUS, "status")
        results.append(Result(read.name, index, status))
        if status == 0:
            reader.expect(bytes((read.shape.data_type,)), "data type")
            reader.note(start + 3, read.shape.data_type, _TYPE, "data_type")
            values[read.name] = read.shape.decode(reader)
    reader.finish()
    return results
