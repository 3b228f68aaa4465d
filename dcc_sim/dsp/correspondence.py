"""What the DCC and its devices say to each other: which answer belongs to which request.

In: commands that are sent, messages that arrive. Out: messages that prove to be a device's and are new, in
the envelope of who asked or listens. What was dropped is kept as a sentence. An answer that succeeded may
move the status of a device in the inventory. Left out: the way there and back (`wan`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from dcc_sim.catalogue.row import UseCase
from dcc_sim.codec.access import AccessRow
from dcc_sim.codec.gbz import GbzRow
from dcc_sim.codec.shape import as_int
from dcc_sim.codec.times import CosemDateTime
from dcc_sim.dsp.inventory import Inventory
from dcc_sim.dsp.records import changed_device
from dcc_sim.duis.response import (
    CustomerIdentification,
    FutureDatedOutcome,
    Response,
    ScheduledResponse,
    customer_identification,
    device_alert,
    device_response,
    future_dated_outcome,
    scheduled_response,
)
from dcc_sim.errors import DecodeError, SecurityError
from dcc_sim.gbcs.frame import decode_frame
from dcc_sim.gbcs.keys import KeyRing
from dcc_sim.gbcs.protection import check_protection
from dcc_sim.ids import (
    CraFlag,
    Eui64,
    MessageCode,
    OriginatorCounter,
    RequestId,
    ServiceReferenceVariant,
)
from dcc_sim.mmc.outcome import succeeded
from dcc_sim.transform.message import Message, read_message


@dataclass(frozen=True, slots=True)
class Awaited:
    """A command that is out: the request it came of and what was heard of it.

    `number` is the customer identification number of 9.1, `instructions` how many of them can be
    future-dated, `outcomes` of how many the device has told the outcome; `about` is the device whose
    status an answer may change.
    """

    request_id: RequestId
    variant: ServiceReferenceVariant
    message_code: MessageCode
    number: str = ""
    instructions: int = 1
    about: Eui64 | None = None
    outcomes: int = 0
    answered: bool = False
    schedule: int | None = None


Conversation = tuple[Eui64, Eui64, OriginatorCounter]
"""Device, the party that is answered, its counter: what a command and its answers have in common."""


@dataclass(slots=True)
class Correspondence:
    """All conversations of one DCC. `heard` tells what came twice, `dropped` is the hub's."""

    acb: Eui64
    inventory: Inventory
    keys: KeyRing
    dropped: list[str]
    awaited: dict[Conversation, Awaited] = field(default_factory=dict)
    heard: set[tuple[CraFlag, Eui64, Eui64, OriginatorCounter, MessageCode]] = field(default_factory=set)

    def expect(
        self,
        command: bytes,
        request_id: RequestId,
        variant: ServiceReferenceVariant,
        number: str = "",
        schedule: int | None = None,
    ) -> None:
        """Remember what a command is sent for. `number` is that of 9.1, `schedule` that it is a run of."""
        message = read_message(command)
        header = message.header
        self.awaited[header.target, header.originator, header.counter] = Awaited(
            request_id,
            variant,
            header.message_code,
            number,
            _instructions(message),
            changed_device(variant.text, message),
            schedule=schedule,
        )

    def accept(self, messages: tuple[bytes, ...]) -> tuple[bytes, ...]:
        """The messages that are a device's own and new; the others are dropped, and why is kept."""
        accepted: list[bytes] = []
        for octets in messages:
            try:
                frame = decode_frame(octets)
                check_protection(frame, self.keys, self.acb)
            except (DecodeError, SecurityError) as error:
                self.dropped.append(f"{type(error).__name__}: {error}")
                continue
            header = frame.header
            said = (header.cra, header.originator, header.target, header.counter, header.message_code)
            if said in self.heard:
                self.dropped.append(f"{header.originator} said {header.message_code} twice")
                continue
            self.heard.add(said)
            accepted.append(octets)
        return tuple(accepted)

    def envelope(self, message: Message, octets: bytes, now: datetime) -> Response | None:
        """What a device said, addressed to who asked or listens; None for an answer nobody waits for."""
        header = message.header
        if header.cra is CraFlag.ALERT:
            return self._alert(message, octets, now)
        place = (header.originator, header.target, header.counter)
        asked = self.awaited.get(place)
        if asked is None:
            return None
        self.awaited[place] = replace(asked, answered=True)
        if (
            asked.about is not None
            and isinstance(message.row, UseCase)
            and succeeded(message.row, message.body)
        ):
            self.inventory.succeeded(asked.variant.text, asked.about, now)
        if asked.schedule is not None:
            run = ScheduledResponse(octets, asked.schedule)
            return scheduled_response(asked.request_id, asked.variant, run, now)
        if asked.number:
            answer = CustomerIdentification(octets, asked.number)
            return customer_identification(asked.request_id, asked.variant, answer, now)
        return device_response(asked.request_id, asked.variant, octets, now)

    def _alert(self, message: Message, octets: bytes, now: datetime) -> Response:
        """An alert; one about a future-dated command is the outcome of the request for it."""
        header, values = message.header, message.body.values
        code = as_int(values["alert_code"])
        instruction = values.get("instruction")
        if isinstance(instruction, Mapping):
            place = (header.originator, header.target, as_int(instruction["originator_counter"]))
            asked = self.awaited.get(place)
            if asked is not None:
                told = asked.outcomes + 1
                self.awaited[place] = replace(asked, outcomes=told)
                outcome = FutureDatedOutcome(code, octets, told, max(asked.instructions, told))
                return future_dated_outcome(asked.request_id, asked.variant, outcome, now)
        reader = header.supplementary_party or header.target
        ids = RequestId(header.originator, reader, header.counter)
        return device_alert(ids, code, octets, now)


def _instructions(message: Message) -> int:
    """How many instructions of a command the device may carry out later, each with an alert of its own."""
    row = message.row
    values = message.body.values
    match row.payload:
        case AccessRow():
            dated = sum(isinstance(v, CosemDateTime) and n.startswith("activate_") for n, v in values.items())
        case GbzRow():
            dated = sum(isinstance(value, Mapping) and "start_time" in value for value in values.values())
        case _:
            dated = 1
    return max(dated, 1)
