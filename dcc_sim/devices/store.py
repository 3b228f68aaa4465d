"""The typed object store of a device: what it remembers, by object and attribute.

In: keys of the two object models and decoded values. Out: the same values, and a comparable
snapshot. COSEM devices (ESME, CHF) have attributes of objects; ZigBee devices (GSME, GPF) have
attributes of clusters and the last command sent to each, as in force and as to come; `Record` is
for what GBCS gives a device without an object (device log, images). What was never written has the
initial value that all devices of a kind share, so an untouched device holds nothing of its own.
Left out: registers that move by themselves (`metering`), what a write sets off (`model`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from dcc_sim.codec.exchange import CosemObject
from dcc_sim.codec.gbz_command import FROM_SERVER
from dcc_sim.codec.shape import Value
from dcc_sim.ids import MessageCode


@dataclass(frozen=True, slots=True)
class CosemAttribute:
    """An attribute, or a method, of a COSEM object."""

    object: CosemObject
    index: int

    def __str__(self) -> str:
        return f"{self.object} #{self.index}"


@dataclass(frozen=True, slots=True)
class ZclAttribute:
    """An attribute of a ZigBee cluster."""

    cluster: int
    id: int

    def __str__(self) -> str:
        return f"cluster {self.cluster:04X} attribute {self.id:04X}"


@dataclass(frozen=True, slots=True)
class ZclCommand:
    """A command of a ZigBee cluster that is sent to the device.

    Ids are a server's or a client's own, so the frame control tells them apart; `calendar` is the
    calendar type of the commands that make a calendar (0 tariff, 3 non-disablement).
    """

    cluster: int
    id: int
    frame_control: int = FROM_SERVER
    calendar: int = 0

    def __str__(self) -> str:
        return f"cluster {self.cluster:04X} command {self.id:02X}"


@dataclass(frozen=True, slots=True)
class Published:
    """What a command published: in force, or `coming` at its start time."""

    command: ZclCommand
    coming: bool = False

    def __str__(self) -> str:
        return f"{self.command} ({'coming' if self.coming else 'in force'})"


@dataclass(frozen=True, slots=True)
class Record:
    """Something a device remembers that is no attribute of an object: `device log`, `images`."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Deferred:
    """A whole ASN.1 Command that waits; one at a time per message code."""

    message_code: MessageCode

    def __str__(self) -> str:
        return f"Command {self.message_code}"


Key = CosemAttribute | ZclAttribute | Published | Record
"""Where a value lies."""

Instruction = CosemAttribute | ZclCommand | Deferred
"""What can be future-dated, as its alert names it."""

_NOTHING: Final[Mapping[Key, Value]] = MappingProxyType({})


@dataclass(slots=True)
class ObjectStore:
    """Values by key. Values are never changed in place, so that a snapshot stays what it was.

    `values` are the device's own; `initial` is shared by all devices of a kind and never written.
    """

    values: dict[Key, Value] = field(default_factory=dict)
    initial: Mapping[Key, Value] = field(default_factory=lambda: _NOTHING)

    def __contains__(self, key: Key) -> bool:
        return key in self.values or key in self.initial

    def read(self, key: Key) -> Value:
        """The value. Raises KeyError for what the device does not have."""
        return self.values[key] if key in self.values else self.initial[key]

    def get(self, key: Key, otherwise: Value = None) -> Value:
        """The value, or another where there is none."""
        return self.read(key) if key in self else otherwise

    def write(self, key: Key, value: Value) -> None:
        """Replace the value."""
        self.values[key] = value

    def forget(self, key: Key) -> None:
        """Go back to the initial value, or to none."""
        self.values.pop(key, None)

    def copy(self, moves: Iterable[tuple[Key, Key]]) -> None:
        """Each `(source, destination)`: passive over active. What was never written stays initial."""
        for source, destination in moves:
            if source in self.values:
                self.values[destination] = self.values[source]
            else:
                self.values.pop(destination, None)

    def snapshot(self) -> Mapping[Key, Value]:
        """What the device holds of its own, as it is now."""
        return dict(self.values)
