"""GBZ payloads (ZSE profile 0109 over GBCS) driven by a row of ZCL commands.

In: the payload of a message to or from a GSME or GPF. Out: a `Body`. Layout (reference `gbcs.md`
§e): `01 09`, number of components, components; each has a control octet (bit 0 last, bit 1
encrypted, bit 4 from-date-time), cluster, length, ZCL header, ZCL payload. The envelope is
big-endian, the ZCL payload little-endian. A component's sequence number is its index, and the
answer repeats it. Left out: payloads of unknown use cases.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from dcc_sim.codec.exchange import Body, Envelope, Result, Sealed
from dcc_sim.codec.shape import Reader, Shape, Value, Values, as_list, decode_field, encode_field
from dcc_sim.codec.zcl import Fields, Number, OctetString
from dcc_sim.errors import EncodeError, KeyMissing

PROFILE: Final = b"\x01\x09"
READ_ATTRIBUTES: Final = 0x00
READ_ATTRIBUTES_RESPONSE: Final = 0x01
DEFAULT_RESPONSE: Final = 0x0B
NOT_PROCESSED_COMMAND: Final = 0xFF
NOT_PROCESSED_STATUS: Final = 0x01

_LAST: Final = 0x01
_ENCRYPTED: Final = 0x02
_FROM_TIME: Final = 0x10


@dataclass(frozen=True, slots=True)
class AttributeRead:
    """One attribute of a Read Attributes command: its id, name and type."""

    id: int
    name: str
    shape: Number | OctetString
    smets: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    """One ZCL command of a use case, or a run of `low … high` of them (then its value is a list).

    `frame_control` is that of the ZCL header: 00 read attributes, 01 to the server, 09 to the
    client. `reads` makes it a Read Attributes; the answer to any other is a Default Response.
    """

    cluster: int
    frame_control: int
    id: int
    name: str
    fields: Fields
    low: int = 1
    high: int = 1
    reads: tuple[AttributeRead, ...] = ()
    encrypted: bool = False

    @property
    def repeats(self) -> bool:
        """Whether its value is a list of field values."""
        return self.high > 1


def Publish(cluster: int, command: int, name: str, fields: Fields, *, low: int = 1, high: int = 1) -> Command:
    """A command that a server publishes, sent to the meter; it answers with a Default Response."""
    return Command(cluster, 0x09, command, name, fields, low, high)


def ReadAttributes(cluster: int, name: str, *reads: AttributeRead, encrypted: bool = False) -> Command:
    """Read attributes of a cluster; the answer is encrypted when it carries sensitive data."""
    return Command(cluster, 0x00, READ_ATTRIBUTES, name, Fields(), reads=reads, encrypted=encrypted)


@dataclass(frozen=True, slots=True)
class Component:
    """One component as it stands on the wire, without meaning."""

    cluster: int
    frame_control: int
    sequence: int
    command: int
    payload: Reader
    encrypted: bool


@dataclass(frozen=True, slots=True)
class GbzRow:
    """The commands of a use case in wire order; reads and writes both payloads of it."""

    commands: tuple[Command, ...]

    def encode_command(self, values: Values, envelope: Envelope) -> bytes:  # noqa: ARG002
        """The payload of the Command. Raises EncodeError naming the component and field."""
        bodies = []
        for index, (command, value) in enumerate(self.expand(values)):
            payload = bytearray()
            if command.reads:
                payload += b"".join(read.id.to_bytes(2, "little") for read in command.reads)
            else:
                encode_field(command.name, command.fields, value, payload)
            header = bytes((command.frame_control, index, command.id))
            bodies.append((0, command.cluster, header + payload))
        return _assemble(bodies)

    def expand(self, values: Values) -> Iterator[tuple[Command, Value]]:
        """The components a set of values makes, runs unrolled. Raises EncodeError."""
        for command in self.commands:
            if command.reads:
                yield command, None
            elif command.repeats:
                items = as_list(values.get(command.name))
                if not command.low <= len(items) <= command.high:
                    raise EncodeError(
                        f"{command.low} … {command.high} are needed, not {len(items)}", field=command.name
                    )
                yield from ((command, item) for item in items)
            elif values.get(command.name) is not None:
                yield command, values[command.name]
            elif command.low:
                raise EncodeError("missing", field=command.name)

    def decode_command(self, reader: Reader, envelope: Envelope) -> Body:  # noqa: ARG002
        """Read the payload of a Command. Raises DecodeError when it is not this use case's."""
        components = _components(reader)
        values: dict[str, Value] = {}
        position = 0
        for command in self.commands:
            found: list[Value] = []
            while position < len(components) and len(found) < command.high:
                component = components[position]
                if (component.cluster, component.command) != (command.cluster, command.id):
                    break
                found.append(_decode_component(command, component, position))
                position += 1
            if len(found) < command.low:
                at = components[position].payload.base if position < len(components) else reader.end
                reader.fail(f"{command.name} expected", at=at - reader.base)
            if command.repeats:
                values[command.name] = found
            elif found and not command.reads:
                values[command.name] = found[0]
        if position != len(components):
            reader.fail("a component more than the use case has")
        return Body(values)

    def encode_response(self, body: Body, envelope: Envelope) -> bytes:
        """The payload of the Response, one component per command that was sent."""
        named = {command.name: command for command in self.commands}
        named |= {read.name: command for command in self.commands for read in command.reads}
        answers: dict[int, list[Result]] = {}
        for result in body.results:
            answers.setdefault(result.index, []).append(result)
        bodies = []
        sealed = 0
        for index, results in answers.items():
            command = named[results[0].name]
            if not results[0].executed or not command.reads:
                bodies.append((0, command.cluster, _default_response(command, index, results[0])))
            elif not command.encrypted:
                payload = _attributes_payload(command, results, body.values)
                bodies.append((0, command.cluster, _attributes_header(index) + payload))
            else:
                blob = _seal(command, results, body.values, envelope)
                extended = bytes((0x00, sealed)) + _attributes_header(index)
                bodies.append((_ENCRYPTED, command.cluster, extended + len(blob).to_bytes(2, "big") + blob))
                sealed += 1
        return _assemble(bodies)

    def decode_response(self, reader: Reader, envelope: Envelope) -> Body:
        """Read the payload of a Response. Raises DecodeError."""
        values: dict[str, Value] = {}
        results: list[Result] = []
        position = 0
        for component in _components(reader):
            position = self._match(component, position)
            command = self.commands[position]
            if component.command == DEFAULT_RESPONSE:
                results.append(_decode_default(command, component))
            elif command.reads and component.command == READ_ATTRIBUTES_RESPONSE:
                results += _decode_attributes(command, component, values, envelope)
            else:
                component.payload.fail(f"an answer to {command.name} expected")
        return Body(values, tuple(results))

    def _match(self, component: Component, position: int) -> int:
        # Which command of the row a component answers: the same one again (a run), or a later one.
        payload = component.payload
        for candidate in range(position, len(self.commands)):
            command = self.commands[candidate]
            if component.cluster != command.cluster:
                continue
            if component.command != DEFAULT_RESPONSE:
                return candidate
            answered = payload.data[payload.pos] if payload.left else NOT_PROCESSED_COMMAND
            if answered in (command.id, NOT_PROCESSED_COMMAND):
                return candidate
        payload.fail("an answer to a command that the use case does not have")


@dataclass(frozen=True, slots=True)
class GbzAlertRow:
    """A GSME or GPF alert: `01 09`, n, alert code, seconds since 2000 (big-endian), content."""

    content: tuple[tuple[str, Shape], ...] = ()

    def encode(self, values: Values, envelope: Envelope) -> bytes:  # noqa: ARG002
        """The payload of the Alert. Raises EncodeError."""
        out = bytearray(PROFILE + bytes((1 if self.content else 0,)))
        for name, shape in (*_ALERT_HEAD, *self.content):
            encode_field(name, shape, values.get(name), out)
        return bytes(out)

    def decode(self, reader: Reader, envelope: Envelope) -> Body:  # noqa: ARG002
        """Read the payload of an Alert. Raises DecodeError."""
        reader.expect(PROFILE + bytes((1 if self.content else 0,)), "profile")
        parts = (*_ALERT_HEAD, *self.content)
        values = {name: decode_field(name, shape, reader) for name, shape in parts}
        reader.finish()
        return Body(values)


@dataclass(frozen=True, slots=True)
class BigEndian:
    """An unsigned integer in network order; the GBZ envelope uses it, ZCL payloads do not."""

    size: int

    def encode(self, value: Value, out: bytearray) -> None:
        if not isinstance(value, int) or not 0 <= value < 1 << (8 * self.size):
            raise EncodeError(f"an unsigned integer of {self.size} octets is needed, not {value!r}")
        out += value.to_bytes(self.size, "big")

    def decode(self, reader: Reader) -> int:
        start = reader.pos
        value = int.from_bytes(reader.take(self.size), "big")
        reader.note(start, value, self)
        return value


_ALERT_HEAD: Final = (("alert_code", BigEndian(2)), ("time", BigEndian(4)))


def _assemble(bodies: list[tuple[int, int, bytes]]) -> bytes:
    out = bytearray(PROFILE + bytes((len(bodies),)))
    for position, (control, cluster, body) in enumerate(bodies, 1):
        out.append(control | (_LAST if position == len(bodies) else 0))
        out += cluster.to_bytes(2, "big") + len(body).to_bytes(2, "big") + body
    return bytes(out)


def _components(reader: Reader) -> list[Component]:
    reader.expect(PROFILE, "profile")
    count = reader.u8()
    reader.note(0, count, None, "components")
    found = []
    for index in range(count):
        start = reader.pos
        control = reader.u8()
        if control & ~(_LAST | _ENCRYPTED | _FROM_TIME):
            reader.fail(f"control octet {control:02X} is not allowed", at=start)
        if bool(control & _LAST) != (index == count - 1):
            reader.fail("the last-component bit is not on the last component", at=start)
        cluster = reader.u16()
        length = reader.u16()
        reader.note(start, cluster, None, f"component[{index}]")
        body = reader.within(length)
        if control & _ENCRYPTED:
            body.expect(b"\x00", "additional header control")
            body.u8()
        frame_control, sequence, command = body.take(3)
        body.note(body.pos - 3, command, None, f"component[{index}].zcl_header")
        found.append(Component(cluster, frame_control, sequence, command, body, bool(control & _ENCRYPTED)))
    reader.finish()
    return found


def _decode_component(command: Command, component: Component, index: int) -> Value:
    reader = component.payload
    if component.sequence != index or component.frame_control != command.frame_control:
        reader.fail(f"{command.name}: frame control {command.frame_control:02X}, sequence {index} expected")
    if not command.reads:
        value = decode_field(command.name, command.fields, reader)
    else:
        ids = b"".join(read.id.to_bytes(2, "little") for read in command.reads)
        start = reader.pos
        reader.expect(ids, f"{command.name}: attributes")
        reader.note(start, ", ".join(read.name for read in command.reads), None, command.name)
        value = None
    reader.finish()
    return value


def _default_response(command: Command, index: int, result: Result) -> bytes:
    head = bytes((0x00, index, DEFAULT_RESPONSE))
    if not result.executed:
        return head + bytes((NOT_PROCESSED_COMMAND, NOT_PROCESSED_STATUS))
    return head + bytes((command.id, result.code))


def _decode_default(command: Command, component: Component) -> Result:
    reader = component.payload
    start = reader.pos
    answered, status = reader.take(2)
    reader.finish()
    reader.note(start, status, None, f"{command.name}.status")
    if answered == NOT_PROCESSED_COMMAND:
        return Result(command.name, component.sequence, status, executed=False)
    return Result(command.name, component.sequence, status)


def _attributes_header(index: int) -> bytes:
    return bytes((0x18, index, READ_ATTRIBUTES_RESPONSE))


def _attributes_payload(command: Command, results: list[Result], values: Values) -> bytes:
    codes = {result.name: result.code for result in results}
    out = bytearray()
    for read in command.reads:
        out += read.id.to_bytes(2, "little")
        out.append(codes[read.name])
        if codes[read.name] == 0:
            out.append(read.shape.data_type)
            encode_field(read.name, read.shape, values.get(read.name), out)
    return bytes(out)


def _seal(command: Command, results: list[Result], values: Values, envelope: Envelope) -> bytes:
    kept = values.get(command.name)
    if isinstance(kept, Sealed):
        return kept
    if envelope.seal is None:
        raise KeyMissing("no key to encrypt the attributes with")
    return envelope.seal.close(_attributes_payload(command, results, values))


def _decode_attributes(
    command: Command, component: Component, values: dict[str, Value], envelope: Envelope
) -> list[Result]:
    reader = component.payload
    if component.encrypted:
        length = reader.u16()
        start = reader.pos
        blob = reader.take(length)
        reader.finish()
        reader.note(start, blob, None, f"{command.name}.ciphered")
        opened = _open(blob, envelope)
        if opened is None:
            values[command.name] = Sealed(blob)
            return [Result(command.name, component.sequence)]
        scope = ((None, command.name), "decrypted")
        reader = Reader(opened, base=reader.base + start, notes=reader.notes, scope=scope)
    results = []
    for read in command.reads:
        reader.expect(read.id.to_bytes(2, "little"), f"{read.name}: attribute id")
        status = reader.u8()
        results.append(Result(read.name, component.sequence, status))
        if status == 0:
            reader.expect(bytes((read.shape.data_type,)), f"{read.name}: data type")
            values[read.name] = decode_field(read.name, read.shape, reader)
    reader.finish()
    return results


def _open(blob: bytes, envelope: Envelope) -> bytes | None:
    if envelope.seal is None:
        return None
    try:
        return envelope.seal.open(blob)
    except KeyMissing:
        return None
