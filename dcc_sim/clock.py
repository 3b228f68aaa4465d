"""Time that is handed in, never read from the machine.

In: aware UTC datetimes. Out: the moment it is, and moments to wake at. Left out: the wall clock,
which only `edge` may read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Anything that says what time it is."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


@dataclass(slots=True)
class VirtualClock:
    """A clock that stands still until it is moved; it never goes back."""

    moment: datetime

    def __post_init__(self) -> None:
        self.moment = utc(self.moment)

    def now(self) -> datetime:
        """The moment it was last moved to."""
        return self.moment

    def advance(self, by: timedelta) -> datetime:
        """Move forward. Raises ValueError for a negative step."""
        return self.move_to(self.moment + by)

    def move_to(self, moment: datetime) -> datetime:
        """Move to a later moment. Raises ValueError when it lies in the past."""
        if utc(moment) < self.moment:
            raise ValueError(f"the clock stands at {self.moment:%Y-%m-%dT%H:%M:%SZ} and does not go back")
        self.moment = utc(moment)
        return self.moment


def utc(moment: datetime) -> datetime:
    """The same moment in UTC. Raises ValueError for a naive datetime, and outside the years 1 … 9999."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{moment.isoformat()} is not within the years 1 … 9999 in UTC") from error


def parse_moment(text: str) -> datetime:
    """Read ISO 8601 with `Z` or an offset. Raises ValueError."""
    return utc(datetime.fromisoformat(text.replace("Z", "+00:00") if text.endswith("Z") else text))
