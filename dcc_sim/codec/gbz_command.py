"""The words of a GBZ row: ZCL commands, what they carry and what answers them.

In: facts of the use case pages. Out: `Command`s, read by `gbz`, the devices, MMC and the strategies.
`Publish`, `Request`, `ReadAttributes` and `Push` make them. Left out: octets (`gbz`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from dcc_sim.codec.compiled import Decode
from dcc_sim.codec.zcl import Field, Fields, Number, OctetString

READ_ATTRIBUTES: Final = 0x00
READ_ATTRIBUTES_RESPONSE: Final = 0x01
DEFAULT_RESPONSE: Final = 0x0B
TO_SERVER: Final = 0x01
FROM_SERVER: Final = 0x09
PUSHED: Final = 0x19
"""Frame controls: a cluster's command to its server, from it, and from it with no answer wanted."""

_DIRECTION: Final = 0x08


@dataclass(frozen=True, slots=True)
class AttributeRead:
    """One attribute of a Read Attributes command: its id, name and type."""

    id: int
    name: str
    shape: Number | OctetString
    smets: str = ""

    @property
    def octets(self) -> bytes:
        """The id as it stands in commands and answers."""
        return self.id.to_bytes(2, "little")


@dataclass(frozen=True, slots=True)
class Reply:
    """The cluster's own answer to a command. Up to `high` of them come for one command."""

    id: int
    fields: Fields
    frame_control: int = PUSHED
    high: int = 1


@dataclass(frozen=True, slots=True)
class Command:
    """One ZCL command of a use case, or a run of `low … high` of them (then its value is a list).

    `reads` makes it a Read Attributes, whose answer has the frame control `answer_control`. Any other
    is answered by its `reply`, if it has one and succeeds, else by a Default Response. `encrypted`
    says that the answer (in an Alert: the command itself) carries sensitive values. `step` names a
    field that counts from 0: the command is then sent `high` times, else alike, and its value is one,
    without that field. `from_time` stands before the ZCL header; its value is among the fields.
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
    reply: Reply | None = None
    step: str = ""
    from_time: Field | None = None
    answer_control: int = 0x08
    compiled: list[Decode] = field(init=False, default_factory=list, repr=False, compare=False)
    """The reader of the answer to `reads`, once it has been needed."""

    @property
    def repeats(self) -> bool:
        """Whether its value is a list of field values."""
        return self.high > 1 and not self.step

    @property
    def replies_listed(self) -> bool:
        """Whether the value of its replies is a list."""
        return self.reply is not None and (self.reply.high > 1 or bool(self.step))

    @property
    def default_control(self) -> int:
        """Frame control of a Default Response to it: global, the other way."""
        return (self.frame_control & _DIRECTION) ^ _DIRECTION


def Publish(cluster: int, command: int, name: str, fields: Fields, *, low: int = 1, high: int = 1) -> Command:
    """A command that a server publishes, sent to the meter; it answers with a Default Response."""
    return Command(cluster, FROM_SERVER, command, name, fields, low, high)


def Request(
    cluster: int,
    command: int,
    name: str,
    fields: Fields,
    *,
    reply: Reply | None = None,
    encrypted: bool = False,
    times: int = 1,
    step: str = "",
    from_time: Field | None = None,
) -> Command:
    """A command to a server. `times` numbered copies of it are told apart by the field `step`."""
    return Command(
        cluster, TO_SERVER, command, name, fields, times, times, (), encrypted, reply, step, from_time
    )


def ReadAttributes(
    cluster: int, name: str, *reads: AttributeRead, encrypted: bool = False, answer_control: int = 0x08
) -> Command:
    """Read attributes of a cluster; the answer is encrypted when it carries sensitive data."""
    return Command(
        cluster,
        0x00,
        READ_ATTRIBUTES,
        name,
        Fields(),
        reads=reads,
        encrypted=encrypted,
        answer_control=answer_control,
    )


def Push(cluster: int, command: int, name: str, fields: Fields) -> Command:
    """The encrypted component of an Alert: what the meter sends unasked."""
    return Command(cluster, PUSHED, command, name, fields, encrypted=True)
