"""The clock of a device: true time plus a drift, and how far it may be trusted.

In: the true moment. Out: what the device believes, and the status octet its answers carry.
Statuses: reference `gbcs.md` §a.4, §f (GCS28). Left out: drift that grows by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Final

TOLERANCE: Final = timedelta(seconds=10)
"""A clock further off than this that is not set is worth an entry 8F0C."""

NOT_SPECIFIED: Final = 0xFF
STAMPED_BY_GPF: Final = 0x00
STAMPED_BY_GSME: Final = 0x04
STAMP_UNRELIABLE: Final = 0x02


class ClockStatus(IntEnum):
    """As the device reports it in ECS70 and GCS28."""

    RELIABLE = 0
    INVALID = 1
    UNRELIABLE = 2

    @classmethod
    def told(cls, status: int) -> ClockStatus:
        """The status a known answer tells; a number without a meaning is not to be relied on."""
        return cls(status) if status in cls._value2member_map_ else cls.UNRELIABLE


@dataclass(slots=True)
class DeviceClock:
    """`stamp` is the status octet of a reliable time stamp: which device's clock it came from."""

    drift: timedelta = timedelta(0)
    status: ClockStatus = ClockStatus.RELIABLE
    stamp: int = NOT_SPECIFIED

    def at(self, now: datetime) -> datetime:
        """What the device believes the time is."""
        return now + self.drift

    def set(self) -> None:
        """Take over the Communications Hub's time, which is true."""
        self.drift = timedelta(0)
        self.status = ClockStatus.RELIABLE

    @property
    def stamp_status(self) -> int:
        """The status octet of an instantaneous read's time stamp."""
        if self.stamp == NOT_SPECIFIED or self.status is ClockStatus.RELIABLE:
            return self.stamp
        return STAMP_UNRELIABLE

    def load(self, stamp: int) -> None:
        """Become the clock that would stamp so."""
        if stamp == NOT_SPECIFIED:
            self.stamp = stamp
        elif stamp == STAMP_UNRELIABLE:
            self.status = ClockStatus.UNRELIABLE
        else:
            self.status, self.stamp = ClockStatus.RELIABLE, stamp
