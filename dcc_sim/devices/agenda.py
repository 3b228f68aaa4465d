"""Instructions that wait for their moment (future dating, GBCS 9.2).

In: what is to be activated and when, by the device's own clock. Out: what is due, in the order in
which the Commands named it. A later instruction for the same thing takes the earlier one's place.
Left out: doing it (`model`), the alert about it (`engine`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from dcc_sim.devices.store import Instruction
from dcc_sim.ids import Eui64, MessageCode, OriginatorCounter


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """One instruction that waits, and the Command it came in; `position` counts its instructions."""

    at: datetime
    order: int
    position: int
    instruction: Instruction
    message_code: MessageCode
    counter: OriginatorCounter
    commander: Eui64


@dataclass(slots=True)
class Agenda:
    """At most one pending instruction per object."""

    pending: dict[Instruction, Pending] = field(default_factory=dict)
    planned: int = 0

    def plan(
        self,
        instruction: Instruction,
        at: datetime,
        *,
        position: int,
        message_code: MessageCode,
        counter: OriginatorCounter,
        commander: Eui64,
    ) -> None:
        """Have it done at that moment, and not at any other that was planned before."""
        self.planned += 1
        self.pending[instruction] = Pending(
            at=at,
            order=self.planned,
            position=position,
            instruction=instruction,
            message_code=message_code,
            counter=counter,
            commander=commander,
        )

    def cancel(self, instruction: Instruction) -> None:
        """Have it not done."""
        self.pending.pop(instruction, None)

    def next_at(self) -> datetime | None:
        """The earliest planned moment."""
        return min((entry.at for entry in self.pending.values()), default=None)

    def take_due(self, moment: datetime) -> list[Pending]:
        """Remove and return what is due, earliest first, then in the order it was planned."""
        due = sorted((p for p in self.pending.values() if p.at <= moment), key=lambda p: (p.at, p.order))
        for entry in due:
            del self.pending[entry.instruction]
        return due
