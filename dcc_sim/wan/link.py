"""The link between the DCC and its devices.

In: octets for a device, the time they are sent. Out: what the device answers; what comes later than
the DCC waits is under way until its moment (`wake`). Faults are set, not rolled: a lost, late or
doubled message happens because somebody asked for it. Left out: random faults, block transfer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol

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


class Conditions(Protocol):
    """What changes links and devices by itself as time passes."""

    def come_to(self, now: datetime) -> tuple[bytes, ...]:
        """Bring about what is due up to now; what devices say because of it."""
        ...

    def next_change(self) -> datetime | None:
        """The next moment at which something changes."""
        ...


ON_DEMAND: Final = timedelta(seconds=30)
"""How long the DCC waits for the answer to a command (reference `duis.md` §16, medium confidence)."""


@dataclass(slots=True)
class Link:
    """Carries messages with a fixed delay each way.

    `lose`: commands get lost on the way there; `quiet`: what the device sends gets lost; `double`: commands
    arrive twice; `repeat`: what the device sends comes twice; `slow`: how much later it comes; `off`: the
    device has no power; `no_battery`: and will have forgotten the time when it comes back. Through
    `gateway`, the hub of the home, all of it passes, if there is one. `patience` is how long an answer is
    waited for; `under_way` is what comes later, with the moment it arrives.
    """

    devices: Mapping[Eui64, Receiver]
    delay: timedelta = timedelta(seconds=2)
    lose: set[Eui64] = field(default_factory=set)
    double: set[Eui64] = field(default_factory=set)
    quiet: set[Eui64] = field(default_factory=set)
    repeat: set[Eui64] = field(default_factory=set)
    slow: dict[Eui64, timedelta] = field(default_factory=dict)
    off: set[Eui64] = field(default_factory=set)
    no_battery: set[Eui64] = field(default_factory=set)
    gateway: Eui64 | None = None
    patience: timedelta = ON_DEMAND
    under_way: list[tuple[datetime, bytes]] = field(default_factory=list)
    conditions: Conditions | None = None

    def deliver(self, target: Eui64, octets: bytes, now: datetime) -> tuple[bytes, ...]:
        """Bring a command to its device and its answers back. Raises AccessDenied (E20)."""
        if target not in self.devices:
            raise AccessDenied(f"no way to reach {target}", code="E20", rule="device reachable")
        self._come_to(now + self.delay)
        if target in self.lose or target in self.off or self.gateway in self.off:
            return ()
        answers = self.devices[target].receive(octets, now + self.delay)
        if target in self.double:
            answers += self.devices[target].receive(octets, now + 2 * self.delay)
        late = self.slow.get(target, timedelta(0))
        answers = self._carried(target, answers)
        if 2 * self.delay + late <= self.patience:
            return answers
        self.under_way += [(now + 2 * self.delay + late, answer) for answer in answers]
        return ()

    def next_wake(self) -> datetime | None:
        """The next moment any device acts by itself, or something that is under way arrives."""
        moments = [w for _, d in self._awake() if (w := d.next_wake()) is not None]
        moments += [arrives for arrives, _ in self.under_way]
        change = None if self.conditions is None else self.conditions.next_change()
        return min((*moments, change) if change is not None else moments, default=None)

    def wake(self, now: datetime) -> tuple[bytes, ...]:
        """Let every device that is due act; what arrives of it and of what was under way, in order."""
        self._come_to(now)
        arrived = [octets for arrives, octets in self.under_way if arrives <= now]
        self.under_way = [(arrives, octets) for arrives, octets in self.under_way if arrives > now]
        for eui, device in self._awake():
            due = device.next_wake()
            if due is None or due > now:
                continue
            sent = self._carried(eui, device.wake(now))
            late = self.slow.get(eui)
            if late:
                self.under_way += [(now + late, octets) for octets in sent]
            else:
                arrived += sent
        return tuple(arrived)

    def _awake(self) -> list[tuple[Eui64, Receiver]]:
        return [(eui, device) for eui, device in self.devices.items() if eui not in self.off]

    def _carried(self, eui: Eui64, sent: tuple[bytes, ...]) -> tuple[bytes, ...]:
        if eui in self.quiet or self.gateway in self.off:
            return ()
        return tuple(octets for octets in sent for _ in range(2 if eui in self.repeat else 1))

    def _come_to(self, now: datetime) -> None:
        if self.conditions is not None:
            self.under_way += [(now, octets) for octets in self.conditions.come_to(now)]
