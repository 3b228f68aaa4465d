"""What a row of the request table says: one Service Reference Variant and everything a User may ask by it.

In: facts of DUIS (reference `duis.md` §3, §27, §28, the request matrix, the 5.4 schema). Out:
`RequestRow`, read by access control, DUIS, the command line and the documentation. Left out: use cases
and device types (`routes`), meanings of response codes (`duis.codes`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from dcc_sim.ids import CommandVariant, Confidence, UserRole

GBCS_PAYLOAD: Final = "GBCSPayload"
"""Element of a Service Response that carries the device's answer."""


class FutureDating(Enum):
    """Who keeps a request whose ExecutionDateTime lies ahead."""

    NO = "no"
    DSP = "DSP"
    DEVICE = "device"
    DSP_AND_DEVICE = "DSP and device"


class Source(Enum):
    """Where a fact about requests can be looked up; the table follows none of them blindly."""

    MATRIX = "request matrix"
    CATALOGUE = "derived catalogue of variants"
    SCHEMA = "DUIS 5.4 schema"
    SCHEMA_COMMENT = "comment in the DUIS 5.4 schema"


@dataclass(frozen=True, slots=True)
class Difference:
    """A source that says something else than the row, and why the row is right."""

    source: Source
    about: str
    theirs: str
    reason: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """A fact of the row that is not certain."""

    about: str
    confidence: Confidence
    source: str


NON_CRITICAL_FORMS: Final = (CommandVariant.SEND, CommandVariant.LOCAL, CommandVariant.SEND_AND_LOCAL)
CRITICAL_FORMS: Final = (
    CommandVariant.TRANSFORM,
    CommandVariant.SIGNED_SEND,
    CommandVariant.SIGNED_LOCAL,
    CommandVariant.SIGNED_SEND_AND_LOCAL,
)
DCC_FORMS: Final = (CommandVariant.DCC_ONLY,)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRow:
    """One of the 129 Service Reference Variants.

    `body` is the element of the request, `answer` the MMC element of a device's answer (None: no
    device is asked, or MMC has none), `response` the element of the Service Response that holds what
    comes back (None: nothing but the code). `command_variants` are the forms a User may send it in;
    `dated_only` requests must carry an execution time.
    """

    variant: str
    name: str
    body: str
    answer: str | None
    response: str | None
    roles: tuple[UserRole, ...]
    command_variants: tuple[CommandVariant, ...]
    critical: bool = False
    future_dating: FutureDating = FutureDating.NO
    dated_only: bool = False
    schedulable: bool = False
    doubts: tuple[Doubt, ...] = ()
    differences: tuple[Difference, ...] = ()

    @property
    def non_device(self) -> bool:
        """Whether the DCC answers it by itself."""
        return self.command_variants == DCC_FORMS

    @property
    def on_demand(self) -> bool:
        """Whether a device is asked as soon as the request is in."""
        return not self.non_device and not self.dated_only

    @property
    def scheduled_body(self) -> str | None:
        """The element for it in a schedule (5.1), None when it cannot be scheduled at the DCC."""
        return f"DSP{self.body}" if self.schedulable else None
