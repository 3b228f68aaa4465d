"""A script of incidents, played to a device while time passes.

In: incidents with their moments, a device, the end. Out: what the device sends, each with its moment,
its own timers and instructions included, in the order of time. Left out: Commands (`wan`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from dcc_sim.devices.incidents import Incident


class Scripted(NamedTuple):
    """One incident and when it happens, UTC."""

    at: datetime
    incident: Incident


class Affected(Protocol):
    """A device, as far as a script knows it."""

    def undergo(self, incident: Incident, now: datetime) -> tuple[bytes, ...]:
        """Let something happen to it; what it sends."""
        ...

    def next_wake(self) -> datetime | None:
        """When it wants to act by itself."""
        ...

    def wake(self, now: datetime) -> tuple[bytes, ...]:
        """Let it act; what it sends."""
        ...


def play(device: Affected, script: Sequence[Scripted], until: datetime) -> Iterator[tuple[datetime, bytes]]:
    """Let the incidents up to the end happen, and the device act whenever it wants to.

    Of incidents at one moment the first of the script is the first. Raises Unsupported for an incident
    that does not happen to such a device.
    """
    for at, incident in sorted((s for s in script if s.at <= until), key=lambda s: s.at):
        yield from _acts(device, at)
        for octets in device.undergo(incident, at):
            yield at, octets
    yield from _acts(device, until)


def _acts(device: Affected, until: datetime) -> Iterator[tuple[datetime, bytes]]:
    while (due := device.next_wake()) is not None and due <= until:
        for octets in device.wake(due):
            yield due, octets
