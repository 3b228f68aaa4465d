"""GBZ payloads (ZSE profile 0109 over GBCS) driven by a row of ZCL commands.

In: the payload of a message to or from a GSME or GPF. Out: a `Body`. A component's sequence number is
its index in the Command, and each answer repeats it, so that one command may have several answers
(reference `gbcs.md` §e.2). Left out: the words of a row (`gbz_command`, offered here too), single
answers (`gbz_answer`), the envelope around components (`gbz_component`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from dcc_sim.codec.cosem import Part
from dcc_sim.codec.exchange import Body, Envelope, Result
from dcc_sim.codec.gbz_answer import (
    NOT_PROCESSED_COMMAND,
    NOT_PROCESSED_STATUS,
    Replies,
    check_header,
    decode_attributes,
    decode_default,
    decode_payload,
    decode_reply,
    default_response,
    encode_attributes,
    encode_payload,
    is_default,
    is_global,
    may_answer,
)
from dcc_sim.codec.gbz_command import (
    AttributeRead,
    Command,
    Publish,
    Push,
    ReadAttributes,
    Reply,
    Request,
)
from dcc_sim.codec.gbz_component import (
    PROFILE,
    BigEndian,
    Component,
    Draft,
    NetworkTime,
    assemble,
    read_components,
    read_payload,
    write_components,
)
from dcc_sim.codec.shape import (
    Reader,
    Shape,
    Value,
    Values,
    as_list,
    as_struct,
    decode_field,
    encode_field,
)
from dcc_sim.errors import EncodeError

__all__ = (
    "NOT_PROCESSED_COMMAND",
    "NOT_PROCESSED_STATUS",
    "AttributeRead",
    "BigEndian",
    "Command",
    "GbzAlertRow",
    "GbzRow",
    "NetworkTime",
    "Publish",
    "Push",
    "ReadAttributes",
    "Reply",
    "Request",
)

_FROM_TIME: Final = NetworkTime()
_ALERT_CODE: Final = BigEndian(2)
_ALERT_TIME: Final = NetworkTime({})


@dataclass(frozen=True, slots=True)
class GbzRow:
    """The commands of a use case in wire order; reads and writes both payloads of it."""

    commands: tuple[Command, ...]

    def encode_command(self, values: Values, envelope: Envelope) -> bytes:  # noqa: ARG002
        """The payload of the Command. Raises EncodeError naming the component and field."""
        drafts = []
        for index, (command, value) in enumerate(self.expand(values)):
            payload, time = bytearray(), bytearray()
            for read in command.reads:
                payload += read.octets
            if not command.reads:
                members = dict(as_struct(value))
                if command.from_time is not None:
                    name = command.from_time.name
                    encode_field(f"{command.name}.{name}", _FROM_TIME, members.pop(name, None), time)
                encode_field(command.name, command.fields, members, payload)
            drafts.append(
                Draft(
                    command.cluster,
                    command.frame_control,
                    index,
                    command.id,
                    bytes(payload),
                    from_time=bytes(time),
                )
            )
        return assemble(drafts)

    def expand(self, values: Values) -> Iterator[tuple[Command, Value]]:
        """The components a set of values makes, runs unrolled, copies numbered. Raises EncodeError."""
        for command in self.commands:
            value = values.get(command.name)
            if command.reads:
                yield command, None
            elif command.repeats:
                items = as_list(value) if command.low or value is not None else []
                if not command.low <= len(items) <= command.high:
                    raise EncodeError(
                        f"{command.low} … {command.high} are needed, not {len(items)}", field=command.name
                    )
                yield from ((command, item) for item in items)
            elif command.step and value is not None:
                yield from (
                    (command, {**as_struct(value), command.step: number}) for number in range(command.high)
                )
            elif value is not None:
                yield command, value
            elif command.low and not command.fields.constant:
                raise EncodeError("missing", field=command.name)
            elif command.low:
                yield command, {}

    def decode_command(self, reader: Reader, envelope: Envelope) -> Body:  # noqa: ARG002
        """Read the payload of a Command. Raises DecodeError when it is not this use case's."""
        components = read_payload(reader)
        values: dict[str, Value] = {}
        position = 0
        for command in self.commands:
            found: list[Value] = []
            while position < len(components) and len(found) < command.high:
                component = components[position]
                if (component.cluster, component.command) != (command.cluster, command.id):
                    break
                found.append(_decode_command(command, component, position, len(found)))
                position += 1
            if len(found) < command.low:
                at = components[position].payload.base if position < len(components) else None
                reader.fail(f"{command.name} expected", at=at if at is None else at - reader.base)
            if command.repeats:
                values[command.name] = found
            elif found and not command.reads:
                values[command.name] = found[0]
            if command.step and any(item != found[0] for item in found):
                reader.fail(f"{command.name}: copies that differ in more than {command.step}", at=0)
        if position != len(components):
            reader.fail("a component more than the use case has")
        return Body(values)

    def encode_response(self, body: Body, envelope: Envelope) -> bytes:
        """The payload of the Response, one answer or more per command that was sent.

        Raises EncodeError, or KeyMissing when there is something to encrypt.
        """
        named = {command.name: command for command in self.commands}
        named |= {read.name: command for command in self.commands for read in command.reads}
        by_index: dict[int, list[Result]] = {}
        for result in body.results:
            if result.name not in named:
                raise EncodeError("the use case has no such command", field=result.name)
            by_index.setdefault(result.index, []).append(result)
        replies = {
            command.name: Replies(command, body.values.get(command.name))
            for command in self.commands
            if command.reply is not None
        }
        drafts: list[Draft] = []
        for index, results in by_index.items():
            command = named[results[0].name]
            if not results[0].executed or (results[0].name == command.name and results[0].code):
                drafts.append(default_response(command, index, results[0]))
            elif command.reads:
                drafts.append(encode_attributes(command, index, results, body.values, envelope))
            elif command.reply is not None:
                drafts += replies[command.name].take(index, envelope)
            else:
                drafts.append(default_response(command, index, results[0]))
        for name, waiting in replies.items():
            if waiting.items:
                raise EncodeError("more replies than commands that succeeded", field=name)
        return assemble(drafts)

    def decode_response(self, reader: Reader, envelope: Envelope) -> Body:
        """Read the payload of a Response. Raises DecodeError, DecryptionFailed."""
        groups = _by_sequence(reader, read_payload(reader))
        values: dict[str, Value] = {}
        results: list[Result] = []
        for index, (command, group) in enumerate(self._match(reader, groups)):
            first = group[0]
            allowed = command.reply.high if command.reply and not is_global(first) else 1
            if len(group) > allowed:
                at = group[allowed].payload.base - reader.base
                reader.fail(f"{command.name}: {len(group)} answers, {allowed} expected", at=at)
            if is_default(command, first):
                results.append(decode_default(command, first))
            elif command.reads:
                results += decode_attributes(command, first, values, envelope)
            else:
                results.append(Result(command.name, index))
                for component in group:
                    decode_reply(command, component, values, envelope)
        return Body(values, tuple(results))

    def _match(
        self, reader: Reader, groups: list[list[Component]]
    ) -> Iterator[tuple[Command, list[Component]]]:
        if len(groups) == len(self.commands) and all(
            command.low == command.high == 1 and all(may_answer(command, component) for component in group)
            for command, group in zip(self.commands, groups, strict=True)
        ):
            yield from zip(self.commands, groups, strict=True)
            return
        # What was not processed does not say what it was, so the lengths of runs are found by trying,
        # longest first. A Response that breaks off is read as far as it goes.
        found = self._lengths(groups, whole=True) or self._lengths(groups, whole=False)
        if found is None:
            strange = next(
                (g for g in groups if not any(may_answer(c, g[0]) for c in self.commands)), groups[0]
            )
            at = strange[0].payload.base - reader.base
            reader.fail("an answer to a command that the use case does not have here", at=at)
        waiting = iter(groups)
        for command, length in zip(self.commands, found, strict=False):
            for _ in range(length):
                yield command, next(waiting)

    def _lengths(self, groups: list[list[Component]], *, whole: bool) -> list[int] | None:
        # How many commands of each kind were answered; `dead` keeps the trying from taking long.
        dead: set[tuple[int, int]] = set()

        def lengths(at: int, start: int) -> list[int] | None:
            if start == len(groups) and (at == len(self.commands) or not whole):
                return []
            if at == len(self.commands) or (at, start) in dead:
                return None
            command = self.commands[at]
            fits = 0
            for group in groups[start : start + command.high]:
                if not all(may_answer(command, component) for component in group):
                    break
                fits += 1
            least = command.low if whole or start + fits < len(groups) else min(command.low, fits)
            for length in range(fits, least - 1, -1):
                rest = lengths(at + 1, start + length)
                if rest is not None:
                    return [length, *rest]
            dead.add((at, start))
            return None

        return lengths(0, 0)


@dataclass(frozen=True, slots=True)
class GbzAlertRow:
    """A GSME or GPF alert: `01 09`, n, alert code, seconds since 2000 (big-endian), content.

    The content is fixed fields, or one component such as `Push` makes; n is 1 when there is any.
    `alert_code` is the shape of the code, so that a row can name its meanings.
    """

    content: tuple[Part, ...] = ()
    component: Command | None = None
    alert_code: Shape = _ALERT_CODE

    @property
    def parts(self) -> tuple[Part, ...]:
        """What every alert has, then the fixed fields."""
        return (Part("alert_code", self.alert_code), Part("time", _ALERT_TIME), *self.content)

    def encode(self, values: Values, envelope: Envelope) -> bytes:
        """The payload of the Alert. Raises EncodeError, KeyMissing."""
        out = bytearray(self._profile)
        for part in self.parts:
            encode_field(part.name, part.shape, values.get(part.name), out)
        if self.component is not None:
            command = self.component
            payload = encode_payload(command, command.fields, values.get(command.name), envelope)
            header = (command.cluster, command.frame_control, 0, command.id)
            write_components([Draft(*header, payload, encrypted=command.encrypted)], out)
        return bytes(out)

    def decode(self, reader: Reader, envelope: Envelope) -> Body:
        """Read the payload of an Alert. Raises DecodeError, DecryptionFailed."""
        reader.expect(self._profile, "profile")
        reader.note(0, PROFILE, None, "profile")
        values = {part.name: decode_field(part.name, part.shape, reader) for part in self.parts}
        if self.component is not None:
            command = self.component
            (component,) = read_components(reader, 1)
            found = component.cluster, component.sequence, component.from_time
            if found != (command.cluster, 0, None):
                component.payload.fail(
                    f"{command.name}: cluster {command.cluster:04X}, sequence 0 expected", at=0
                )
            check_header(command, component, command.frame_control, command.id, encrypted=command.encrypted)
            values[command.name] = decode_payload(command.fields, component, envelope, (None, command.name))
        reader.finish()
        return Body(values)

    @property
    def _profile(self) -> bytes:
        return PROFILE + bytes((1 if self.content or self.component else 0,))


def _decode_command(command: Command, component: Component, index: int, number: int) -> Value:
    reader = component.payload
    check_header(command, component, command.frame_control, command.id)
    if component.sequence != index:
        reader.fail(f"{command.name}: sequence {index} expected, found {component.sequence}")
    if (component.from_time is None) != (command.from_time is None):
        reader.fail(f"{command.name}: from-date-time {'expected' if command.from_time else 'not expected'}")
    if command.reads:
        for read in command.reads:
            start = reader.pos
            reader.expect(read.octets, f"{command.name}: attribute")
            reader.scope = ((None, command.name), read.name)
            reader.note(start, read.id, None, "attribute")
        reader.finish()
        return None
    reader.scope = ((None, command.name), number + 1) if command.high > 1 else (None, command.name)
    values: dict[str, Value] = {}
    if component.from_time is not None and command.from_time is not None:
        component.from_time.scope = reader.scope
        values[command.from_time.name] = decode_field(command.from_time.name, _FROM_TIME, component.from_time)
    values |= command.fields.decode(reader)
    reader.finish()
    if command.step and values.pop(command.step) != number:
        reader.fail(f"{command.name}: {command.step} {number} expected")
    return values


def _by_sequence(reader: Reader, components: list[Component]) -> list[list[Component]]:
    groups: list[list[Component]] = []
    for component in components:
        if groups and component.sequence == len(groups) - 1:
            groups[-1].append(component)
        elif component.sequence == len(groups):
            groups.append([component])
        else:
            at = component.payload.base - reader.base
            reader.fail(f"sequence {len(groups)} expected, found {component.sequence}", at=at)
    return groups
