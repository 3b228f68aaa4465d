"""The link between the DCC and its devices.

In: octets for a device, the time they are sent. Out: what the device answers, and when. Faults are
set, not rolled: a lost, late or doubled message happens because a test asked for it. Left out:
random faults, block transfer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from dcc_sim.errors import AccessDenied
from dcc_sim.ids import Eui64


class Receiver(Protocol):
    """A device, as far as the link knows it."""

    def receive(self, octets: bytes, now: datetime) -> tuple[bytes, ...]:
        """Take a message in; the answers, none for silence."""
        ...

    def next_wake(self) -> datetime | None:
        """When it wants to act by itself."""
        ...

    def wake(self, now: datetime) -> tuple[bytes, ...]:
        """Let it act; what it sends."""
        ...


@dataclass(slots=True)
class Link:
    """Carries messages with a fixed delay each way."""

    devices: Mapping[Eui64, Receiver]
    delay: timedelta = timedelta(seconds=2)
    lose: set[Eui64] = field(default_factory=set)
    double: set[Eui64] = field(default_factory=set)

    def deliver(self, target: Eui64, octets: bytes, now: datetime) -> tuple[bytes, ...]:
        """Bring a command to its device and its answers back. Raises AccessDenied (E20)."""
        if target not in self.devices:
            raise AccessDenied(f"no way to reach {target}", code="E20", rule="device reachable")
        if target in self.lose:
            return ()
        answers = self.devices[target].receive(octets, now + self.delay)
        if target in self.double:
            answers += self.devices[target].receive(octets, now + 2 * self.delay)
        return answers

    def next_wake(self) -> datetime | None:
        """The next moment any device acts by itself."""
        return min((w for d in self.devices.values() if (w := d.next_wake()) is not None), default=None)

    def wake(self, now: datetime) -> tuple[bytes, ...]:
        """Let every device that is due act; what they send, in their order."""
        due = [d for d in self.devices.values() if (w := d.next_wake()) is not None and w <= now]
        return tuple(octets for device in due for octets in device.wake(now))
