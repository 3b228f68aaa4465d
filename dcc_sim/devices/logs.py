"""The event log and the security log of a device: 100 entries each, the oldest goes first.

In: a code, the device's time, and for people a sentence. Out: entries. Codes: reference `gbcs.md`
§i.2, §l. Left out: the wire shape of log reads (CS10a, ECS35) and the power event log.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from dcc_sim.catalogue.alerts import MEANINGS
from dcc_sim.ids import MessageCode

CAPACITY: Final = 100

COMMAND_EXECUTED: Final = 0x8154
COMMAND_FAILED: Final = 0x8155
CLOCK_ADJUSTED: Final = 0x8145
CLOCK_NOT_ADJUSTED: Final = 0x8F0C
CONTENT_INVALID: Final = 0x8F1E
NO_AUTHORITY: Final = 0x8F30
NOT_AUTHENTIC: Final = 0x8F3D
UNAUTHORISED_ACCESS: Final = 0x8F3E
EVENT_LOG_CLEARED: Final = 0x8F52
OTHER_AUTHENTICATION: Final = 0x8F53
UNUSUAL_COMMANDS: Final = 0x8F60
FUTURE_DATED_DONE: Final = 0x8F66
FUTURE_DATED_FAILED: Final = 0x8F67


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One entry; `message_code` where the code has one, `detail` is ours and not on the wire.

    `data` is the other information a log read gives; without it that is the message code. `log_id`
    is the log a ZigBee read names, where it is not the one that was asked for.
    """

    code: int
    at: datetime
    message_code: MessageCode | None = None
    detail: str = ""
    data: bytes | None = None
    log_id: int | None = None

    def __str__(self) -> str:
        about = f" {self.message_code}" if self.message_code is not None else ""
        detail = f": {self.detail}" if self.detail else ""
        meaning = MEANINGS.get(self.code, "")
        return f"{self.at:%Y-%m-%dT%H:%M:%SZ} {self.code:04X} {meaning}{about}{detail}"


class Log:
    """First in, first out. An empty log holds nothing at all."""

    __slots__ = ("_entries",)

    def __init__(self) -> None:
        self._entries: tuple[LogEntry, ...] | deque[LogEntry] = ()

    def add(self, entry: LogEntry) -> None:
        """Append; the 101st entry pushes the first one out."""
        if isinstance(self._entries, tuple):
            self._entries = deque(self._entries, maxlen=CAPACITY)
        self._entries.append(entry)

    def clear(self) -> None:
        """Forget everything."""
        self._entries = ()

    def hold(self, entries: Iterable[LogEntry]) -> None:
        """Hold these and nothing else."""
        self._entries = deque(entries, maxlen=CAPACITY)

    @property
    def entries(self) -> tuple[LogEntry, ...]:
        """Oldest first."""
        return tuple(self._entries)
