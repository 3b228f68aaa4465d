"""What a payload needs to know of its frame, and what both directions of it carry.

The three payload languages (DLMS access, GBZ, ASN.1) share these: the parties and counter of the
Grouping Header, the sealing of sensitive values, and the outcome of each item of a command.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from dcc_sim.codec.shape import Value, Values


class Seal(Protocol):
    """Encryption of sensitive values for one message (GBCS 8); made by `gbcs.crypto`."""

    def close(self, plaintext: bytes) -> bytes:
        """`31 00000000` + ciphertext + 12-octet tag."""
        ...

    def open(self, blob: bytes) -> bytes:
        """The plaintext. Raises DecryptionFailed, or KeyMissing when there is no key."""
        ...


@dataclass(frozen=True, slots=True)
class Envelope:
    """The Grouping Header as far as payloads depend on it, and the seal when keys are there.

    `originator` and `target` are the 8 octets of the message at hand, so in a Response the
    originator is the Device. `party` is the User for whom the Access Control Broker asks.
    """

    originator: bytes
    target: bytes
    counter: int
    seal: Seal | None = None
    party: bytes | None = None


class Sealed(bytes):
    """An encrypted value nobody could or wanted to open: the blob as it stands on the wire."""


NOT_FOUND: Final = 0x8B
"""ZCL: there is nothing to return."""


def sealed_values(value: Value, name: str = "") -> Iterator[tuple[str, Sealed]]:
    """Every value that is still encrypted, at any depth, with its path: `snapshots[2]`."""
    if isinstance(value, Sealed):
        yield name, value
    elif isinstance(value, Mapping):
        for part, inner in value.items():
            yield from sealed_values(inner, f"{name}.{part}" if name else part)
    elif isinstance(value, list | tuple):
        for position, item in enumerate(value, 1):
            yield from sealed_values(item, f"{name}[{position}]")


@dataclass(frozen=True, slots=True)
class Result:
    """Outcome of one item. `index` is the item's position in the Command, from 0.

    `code` is a DLMS data-access or action result, or a ZCL status; 0 is success. `executed` is
    False for what came after the first failure (GBCS: processing stops there).
    """

    name: str
    index: int
    code: int = 0
    executed: bool = True


@dataclass(frozen=True, slots=True)
class Body:
    """A payload as values: `values` by name of the row, `results` of a Response in wire order."""

    values: Values
    results: tuple[Result, ...] = ()

    @property
    def first_failure(self) -> Result | None:
        """The item at which processing stopped, if any.

        The ZCL status 8B, nothing found, stops nothing (reference `gbcs.md` §e.3); no DLMS result is 8B.
        """
        return next((r for r in self.results if r.code not in (0, NOT_FOUND)), None)


@dataclass(frozen=True, slots=True)
class Obis:
    """A COSEM logical name A-B:C.D.E.F."""

    octets: bytes

    @classmethod
    def parse(cls, text: str) -> Obis:
        """Read `0-0:13.0.0.255`. Raises ValueError."""
        medium, rest = text.split("-")
        channel, rest = rest.split(":")
        return cls(bytes(int(part) for part in (medium, channel, *rest.split("."))))

    def __str__(self) -> str:
        a, b, c, d, e, f = self.octets
        return f"{a}-{b}:{c}.{d}.{e}.{f}"


@dataclass(frozen=True, slots=True)
class CosemObject:
    """An object that commands address: class, logical name, the SMETS or GBCS name for it."""

    class_id: int
    obis: Obis
    name: str = field(default="", compare=False)

    @property
    def octets(self) -> bytes:
        """Class u16 and logical name, 8 octets."""
        return self.class_id.to_bytes(2, "big") + self.obis.octets

    def __str__(self) -> str:
        return f"{self.class_id} {self.obis} {self.name}".rstrip()
