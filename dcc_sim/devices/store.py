"""The typed object store of a device: what it remembers, by object and attribute.

In: keys of the two object models and decoded values. Out: the same values, and a comparable
snapshot. COSEM devices (ESME, CHF) have attributes of objects; ZigBee devices (GSME, GPF) have
attributes of clusters and the last command published to each, as in force and as to come.
Left out: registers that move by themselves (`metering`), what a write sets off (`model`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dcc_sim.codec.exchange import CosemObject
from dcc_sim.codec.shape import Value


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
    """A command of a ZigBee cluster that is published to the device."""

    cluster: int
    id: int

    def __str__(self) -> str:
        return f"cluster {self.cluster:04X} command {self.id:02X}"


@dataclass(frozen=True, slots=True)
class Published:
    """What a command published: in force, or `coming` at its start time."""

    command: ZclCommand
    coming: bool = False

    def __str__(self) -> str:
        return f"{self.command} ({'coming' if self.coming else 'in force'})"


Key = CosemAttribute | ZclAttribute | Published
"""Where a value lies."""

Instruction = CosemAttribute | ZclCommand
"""What can be future-dated, as its alert names it."""


@dataclass(slots=True)
class ObjectStore:
    """Values by key. Values are never changed in place, so that a snapshot stays what it was."""

    values: dict[Key, Value] = field(default_factory=dict)

    def __contains__(self, key: Key) -> bool:
        return key in self.values

    def read(self, key: Key) -> Value:
        """The value. Raises KeyError for what the device does not have."""
        return self.values[key]

    def write(self, key: Key, value: Value) -> None:
        """Replace the value."""
        self.values[key] = value

    def forget(self, key: Key) -> None:
        """Remove a value, if it is there."""
        self.values.pop(key, None)

    def copy(self, moves: Iterable[tuple[Key, Key]]) -> None:
        """Each `(source, destination)`: passive over active. What was never written stays out."""
        for source, destination in moves:
            if source in self.values:
                self.values[destination] = self.values[source]
            else:
                self.values.pop(destination, None)

    def snapshot(self) -> Mapping[Key, Value]:
        """All values as they are now."""
        return dict(self.values)
