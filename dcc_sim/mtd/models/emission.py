"""A flow file on its way from one party to another, and the desk that numbers and dates them.

In: records, sender, recipient, the step and what triggered it. Out: `Emission`. File ids come from
an iterator that the caller owns, so the same run gives the same files. Left out: delivery, and the
acknowledgements of the network.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dcc_sim.clock import utc
from dcc_sim.mtd.days import moment_stamp
from dcc_sim.mtd.dtn import FlowFile, Header, Record, check_route
from dcc_sim.mtd.flows import flow_layout
from dcc_sim.mtd.models.timing import DEFAULT_TIMINGS, Step, Timings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from dcc_sim.mtd.models.change import Party


@dataclass(frozen=True, slots=True)
class Emission:
    """One file that a party sends. `row` is the row of the scenario table (reference §7.1)."""

    row: int
    step: Step
    created: datetime
    due: datetime
    sender: Party
    recipient: Party
    file: FlowFile
    why: str

    def __str__(self) -> str:
        way = f"{self.sender} → {self.recipient}"
        return f"{self.created:%Y-%m-%dT%H:%MZ} {way} {self.file.header.flow}: {self.why}"


@dataclass(slots=True)
class Desk:
    """Numbers, dates and addresses files. One desk per run: ids stay unique over all parties."""

    file_ids: Iterator[int]
    test_flag: str = "TR01"
    timings: Timings = field(default=DEFAULT_TIMINGS)

    def next_file_id(self) -> int:
        """The next number of the caller's series."""
        return next(self.file_ids)

    def send(
        self,
        flow: str,
        records: tuple[Record, ...],
        *,
        row: int,
        step: Step,
        trigger: datetime,
        sender: Party,
        recipient: Party,
        why: str,
        file_id: int | None = None,
    ) -> Emission:
        """Make the file. Raises EncodeError when the flow has no such route."""
        check_route(flow_layout(flow), sender.role, recipient.role)
        created = self.timings.sent(step, utc(trigger))
        number = self.next_file_id() if file_id is None else file_id
        header = Header(
            file_id=f"{number:010d}",
            flow=flow,
            from_role=sender.role.value,
            from_mpid=sender.mpid,
            to_role=recipient.role.value,
            to_mpid=recipient.mpid,
            created=moment_stamp(created),
            test_flag=self.test_flag,
        )
        file = FlowFile(header, records, header.created)
        due = self.timings.due(step, utc(trigger))
        return Emission(row, step, created, due, sender, recipient, file, why)
