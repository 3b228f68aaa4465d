"""General Block Transfer: long messages in blocks that fit the tunnel, and blocks to messages.

In: a message, or blocks as they come: in any order, repeated, some lost. Out: blocks, or the message,
which numbers are missing, and the octets that ask for them. Nothing here waits or sends. Layout of a
block (reference `gbcs.md` §a.5): a Message Routing Header, which is a General-Ciphering header that
names the message, then `E0`, block control, number, acknowledged number, length, data.

A block has no check of its own. What comes out has been read as a frame and compared with the Message
Routing Header; only a MAC or signature (`verify`) shows that its payload is the one that was sent.
No published vector has a block: `CHOICES` says which parts of this are how sure. Left out: timers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from dcc_sim.codec.axdr import decode_length, encode_length
from dcc_sim.codec.shape import Notes, Reader
from dcc_sim.errors import DecodeError, EncodeError, SecurityError
from dcc_sim.gbcs.frame import MAX_FRAME, Frame, decode_frame
from dcc_sim.gbcs.header import GroupingHeader
from dcc_sim.ids import Confidence, CraFlag, Eui64, MessageCode

LIMIT: Final = 1500
"""Octets of one tunnel message, headers included."""
WINDOW: Final = 63
"""Blocks that are sent before an acknowledgement is due: as many as the field can say."""
MAX_BLOCKS: Final = 2048
"""More than twice as many as the longest message makes under the usual limit."""

_SECURITY_HEADER: Final = b"\x11\x00\x00\x00\x00"
_LAST: Final = 0x80
_STREAMING: Final = 0x40


@dataclass(frozen=True, slots=True)
class Choice:
    """Something about blocks that had to be decided, how it is done here, and how sure that is."""

    about: str
    here: str
    confidence: Confidence


CHOICES: Final = (
    Choice("fields and order of a block", "as above", Confidence.MEDIUM),
    Choice("how a block is told from a MAC'd message", "second octet 09 instead of 00", Confidence.MEDIUM),
    Choice("limit of 1,500 octets", "headers included; an argument", Confidence.MEDIUM),
    Choice("what is cut", "the finished message, MAC Header and MAC included", Confidence.MEDIUM),
    Choice(
        "other-information of the header", "the message code alone, whoever else is named", Confidence.LOW
    ),
    Choice("MAC over a block", "none, though the security header says authenticated", Confidence.LOW),
    Choice("first block number", "1", Confidence.MEDIUM),
    Choice("size of blocks", "as large as the limit allows, the last one shorter", Confidence.LOW),
    Choice("window", "63; an argument", Confidence.LOW),
    Choice("streaming bit", "set where the next block follows without an answer", Confidence.LOW),
    Choice("acknowledged number in data blocks", "0", Confidence.LOW),
    Choice("asking again", "an empty block, acknowledging what came without a gap", Confidence.LOW),
    Choice("parties in that answer", "swapped; CRA flag, counter and code of the message", Confidence.LOW),
    Choice("what is sent after that answer", "everything behind the acknowledged number", Confidence.LOW),
)
"""Sources: a peer's reader and the names of DLMS fields; no vector, and GBCS's own text is not public."""


@dataclass(frozen=True, slots=True)
class Route:
    """What a Message Routing Header says: which message a block belongs to."""

    cra: CraFlag
    counter: int
    originator: Eui64
    target: Eui64
    message_code: MessageCode

    @classmethod
    def of(cls, header: GroupingHeader) -> Route:
        """The route of a message."""
        return cls(header.cra, header.counter, header.originator, header.target, header.message_code)

    @property
    def back(self) -> Route:
        """The way that an answer to a block takes."""
        return replace(self, originator=self.target, target=self.originator)

    @property
    def octets(self) -> bytes:
        """The Message Routing Header up to its length."""
        transaction = bytes((9, self.cra)) + self.counter.to_bytes(8, "big")
        parties = b"\x08" + self.originator.octets + b"\x08" + self.target.octets
        code = int(self.message_code).to_bytes(2, "big")
        return b"\xdd" + transaction + parties + b"\x00\x02" + code + b"\x00"

    def __str__(self) -> str:
        return (
            f"{self.cra.name} {self.message_code} {self.originator} → {self.target}, counter {self.counter}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One block. Without data it only acknowledges: all blocks up to `acknowledged` have come."""

    route: Route
    number: int
    last: bool
    streaming: bool = False
    window: int = WINDOW
    acknowledged: int = 0
    data: bytes = b""

    def encode(self) -> bytes:
        """The octets of the tunnel message."""
        control = (_LAST if self.last else 0) | (_STREAMING if self.streaming else 0) | self.window
        numbers = self.number.to_bytes(2, "big") + self.acknowledged.to_bytes(2, "big")
        block = bytes((0xE0, control)) + numbers + encode_length(len(self.data)) + self.data
        return self.route.octets + encode_length(len(_SECURITY_HEADER + block)) + _SECURITY_HEADER + block


def is_block(octets: bytes) -> bool:
    """Whether a tunnel message is a block, and not a message."""
    return octets[:2] == b"\xdd\x09"


def read_block(octets: bytes, notes: Notes | None = None) -> Block:
    """Read one block to its last octet. Raises DecodeError."""
    reader = Reader(octets, notes=None if notes is None else notes.plain)
    route = _route(reader)
    start = reader.pos
    length = decode_length(reader)
    if length != reader.left:
        reader.fail(f"the Message Routing Header announces {length} octets, {reader.left} follow", at=start)
    reader.expect(_SECURITY_HEADER, "security header")
    reader.note(start, length, None, "ciphered_service")
    start = reader.pos
    reader.expect(b"\xe0", "General-Block-Transfer")
    control = reader.u8()
    reader.note(start, control, None, "block_control")
    number = _noted(reader, "block_number")
    acknowledged = _noted(reader, "block_number_ack")
    start = reader.pos
    length = decode_length(reader)
    if length != reader.left:
        reader.fail(f"the block announces {length} octets, {reader.left} follow", at=start)
    data = reader.take(length)
    reader.note(start, data, None, "block_data")
    return Block(
        route=route,
        number=number,
        last=bool(control & _LAST),
        streaming=bool(control & _STREAMING),
        window=control & WINDOW,
        acknowledged=acknowledged,
        data=data,
    )


def _route(reader: Reader) -> Route:
    reader.expect(b"\xdd\x09", "Message Routing Header")
    flag = reader.u8()
    if flag not in CraFlag._value2member_map_:
        reader.fail(f"CRA flag {flag:02X} is not 01, 02 or 03", at=reader.pos - 1)
    counter = int.from_bytes(reader.take(8), "big")
    reader.note(0, counter, None, "transaction_id")
    originator = _party(reader, "originator")
    target = _party(reader, "target")
    start = reader.pos
    reader.expect(b"\x00\x02", "no date-time, other-information of two octets")
    code = MessageCode(reader.u16())
    reader.expect(b"\x00", "no key-info")
    reader.note(start, int(code), None, "message_code")
    return Route(CraFlag(flag), counter, originator, target, code)


def _party(reader: Reader, name: str) -> Eui64:
    start = reader.pos
    reader.expect(b"\x08", f"{name}: length")
    party = Eui64(reader.take(8))
    reader.note(start, party.octets, None, name)
    return party


def _noted(reader: Reader, name: str) -> int:
    start = reader.pos
    number = reader.u16()
    reader.note(start, number, None, name)
    return number


def _message(octets: bytes) -> Frame:
    if is_block(octets):
        raise DecodeError("a block where a message is expected", offset=0)
    return decode_frame(octets)


def segment(message: bytes, *, limit: int = LIMIT, window: int = WINDOW) -> list[bytes]:
    """The tunnel messages of a message: itself when it fits, else its blocks, none above `limit`.

    Raises DecodeError when it is no message, EncodeError when no such blocks can carry it.
    """
    if len(message) <= limit:
        return [message]
    route = Route.of(_message(message).header)
    size = _room(route, limit)
    parts = [message[start : start + size] for start in range(0, len(message), size)]
    if not 1 <= window <= WINDOW:
        raise EncodeError(f"a window is 1 … {WINDOW} blocks, not {window}", field="window")
    if len(parts) > MAX_BLOCKS:
        raise EncodeError(f"{len(parts)} blocks of {limit} octets, more than {MAX_BLOCKS}", field="limit")
    return [
        Block(
            route=route,
            number=number,
            last=number == len(parts),
            streaming=number < len(parts) and number % window != 0,
            window=window,
            data=data,
        ).encode()
        for number, data in enumerate(parts, 1)
    ]


def _room(route: Route, limit: int) -> int:
    """Octets of data that a block of at most `limit` octets holds."""
    empty = Block(route=route, number=1, last=False)
    room = limit - len(empty.encode())
    # Each length octet that the data itself costs is taken off; there are at most two times three.
    while room > 0 and len(replace(empty, data=bytes(room)).encode()) > limit:
        room -= 1
    if room <= 0:
        raise EncodeError(f"a block with data does not fit {limit} octets", field="limit")
    return room


def blocks_again(sent: Sequence[bytes], request: bytes) -> list[bytes]:
    """Of the blocks that were sent, those that the other side asks for.

    `sent` is what `segment` gave, `request` what `Reassembly.request` made. Raises DecodeError for a
    request that is not about these blocks.
    """
    asked, first = read_block(request), read_block(sent[0])
    if asked.route != first.route.back or asked.data:
        raise DecodeError(f"not an answer to the blocks of {first.route}", offset=0)
    if asked.acknowledged > len(sent):
        raise DecodeError(f"block {asked.acknowledged} acknowledged, {len(sent)} were sent", offset=0)
    return list(sent[asked.acknowledged :])


class Reassembly:
    """The blocks of one message as they come in; never more than `limit` octets or MAX_BLOCKS of them.

    `verify` may raise a SecurityError for a message that is not what its MAC or signature protects.
    Whatever contradicts what came before is refused and, since nobody knows which of the two was
    wrong, both are forgotten and asked for again. Without a `route` the first block fixes it.
    """

    def __init__(
        self,
        route: Route | None = None,
        *,
        limit: int = MAX_FRAME,
        verify: Callable[[Frame], None] | None = None,
    ) -> None:
        self.route = route
        self.message: bytes | None = None
        self._limit = limit
        self._verify = verify
        self._parts: dict[int, bytes] = {}
        self._held = 0
        self._last: int | None = None

    @property
    def held(self) -> int:
        """Octets of blocks that wait for others."""
        return self._held

    @property
    def missing(self) -> tuple[int, ...]:
        """Numbers that are known to be missing, in order; not what may follow the highest one."""
        if self.message is not None:
            return ()
        highest = self._last or max(self._parts, default=0)
        return tuple(number for number in range(1, highest + 1) if number not in self._parts)

    def receive(self, octets: bytes) -> bytes | None:
        """Take one block; the message when it was the last one wanting, else None.

        Raises DecodeError, which leaves what is known in a state from which repeats lead to the message.
        """
        block = read_block(octets)
        route = self.route or block.route
        if block.route != route:
            raise DecodeError(f"a block of another message: {block.route}", offset=0)
        if not block.data:
            raise DecodeError("a block without data is an answer, and none is due", offset=len(octets))
        if self.message is not None:
            return None
        self._check(block)
        self.route = route
        if block.number not in self._parts:
            self._parts[block.number] = block.data
            self._held += len(block.data)
        if block.last:
            self._last = block.number
        return self._complete()

    def request(self) -> bytes:
        """The block that acknowledges what has come without a gap, and so asks for the rest.

        Raises EncodeError before the first block, because nobody to ask is known yet.
        """
        if self.route is None:
            raise EncodeError("no block has come yet", field="route")
        seen = self._last if self.message is not None else None
        if seen is None:
            seen = 0
            while seen + 1 in self._parts:
                seen += 1
        return Block(route=self.route.back, number=1, last=True, acknowledged=seen).encode()

    def _check(self, block: Block) -> None:
        number = block.number
        if not 1 <= number <= MAX_BLOCKS:
            raise DecodeError(f"block number {number} is not 1 … {MAX_BLOCKS}", offset=0)
        highest = max(self._parts, default=0) if block.last else number
        end = number if block.last else self._last
        if end is not None and (highest > end or self._last not in (None, end)):
            self._forget()
            raise DecodeError(
                f"block {highest} behind the last one, {end}: all are asked for again", offset=0
            )
        known = self._parts.get(number)
        if known is not None and (known != block.data or (self._last == number) is not block.last):
            self._drop(number)
            raise DecodeError(f"block {number} has come before, with other data", offset=0)
        if known is None and self._held + len(block.data) > self._limit:
            self._forget()
            raise DecodeError(f"more than {self._limit} octets of blocks", offset=0)

    def _complete(self) -> bytes | None:
        if self._last is None or len(self._parts) != self._last:
            return None
        message = b"".join(self._parts[number] for number in range(1, self._last + 1))
        try:
            self._confirm(message)
        except DecodeError:
            self._forget()
            raise
        except SecurityError as error:
            self._forget()
            raise DecodeError(f"the blocks do not make what was sent: {error}", offset=0) from error
        self.message = message
        self._parts.clear()
        self._held = 0
        return message

    def _confirm(self, message: bytes) -> None:
        frame = _message(message)
        found = Route.of(frame.header)
        if found != self.route:
            raise DecodeError(f"the blocks make another message: {found}", offset=0)
        if self._verify is not None:
            self._verify(frame)

    def _drop(self, number: int) -> None:
        self._held -= len(self._parts.pop(number))
        if self._last == number:
            self._last = None

    def _forget(self) -> None:
        self._parts.clear()
        self._held = 0
        self._last = None
