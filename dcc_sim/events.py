"""What the core announces while it works, for whoever shows or records the journey.

In: facts of one hop. Out: frozen values with everything a line on the screen needs. Left out:
what is said to the meter's own logs (`devices.logs`) and how anything is shown (`cli`, `edge`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dcc_sim.ids import Eui64, MessageCode, OriginatorCounter


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandDiscarded:
    """A device stayed silent. `code` is what its security log says, `reason` says why in words."""

    device: Eui64
    at: datetime
    code: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandExecuted:
    """A device executed a Command. `checks` passed before; `failed_item` is empty on success."""

    device: Eui64
    at: datetime
    use_case: str
    message_code: MessageCode
    originator: Eui64
    counter: OriginatorCounter
    checks: tuple[str, ...]
    failed_item: str = ""
    result: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class InstructionActivated:
    """A future-dated instruction came due; `code` is 8F66 or 8F67."""

    device: Eui64
    at: datetime
    message_code: MessageCode
    counter: OriginatorCounter
    instruction: str
    code: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EventReported:
    """A device noticed something. `code` is that of the alert table, `at` the device's own time.

    `logged`: it stands in a log; `recipients`: who is sent an Alert; `on_han`: devices of the home show
    it; `alarm`: an audible alarm.
    """

    device: Eui64
    at: datetime
    code: int
    detail: str = ""
    logged: bool = False
    recipients: tuple[Eui64, ...] = ()
    on_han: bool = False
    alarm: bool = False


DeviceEvent = CommandDiscarded | CommandExecuted | InstructionActivated | EventReported
