"""What a command needs of the DCC itself, beyond the request.

In: nothing. Out: `TransformContext`, filled by whoever keeps that state (the hub, the command line, a
conformance run) and handed to `request.transform`. Left out: where the state is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from cryptography.hazmat.primitives.serialization import Encoding

from dcc_sim.catalogue.routes import GbcsVersion
from dcc_sim.codec.shape import Value
from dcc_sim.gbcs.keys import KeyRing
from dcc_sim.ids import DeviceType, Eui64, KeyUsage, OriginatorCounter, RemotePartyRole


@dataclass(frozen=True, slots=True, kw_only=True)
class DccParty:
    """A party of the DCC that originates commands, and the counter its next one has."""

    eui: Eui64
    counter: OriginatorCounter


@dataclass(frozen=True, slots=True, kw_only=True)
class TransformContext:
    """State of the DCC. What is not given is refused when a command needs it, never made up.

    `broker` is the Access Control Broker, `cos_party` the Transitional Change of Supplier party.
    `party` is the role in which the device knows the User, OTHER when it does not; None where nobody
    said, and then the User is taken for one that the use case is meant for. `gbcs`, `polyphase`,
    `twin_element` and the type of the `other` device that the body names come from the inventory; None
    decides nothing (`catalogue.routes`). `certificate` finds a certificate (DER) of a party and raises
    KeyMissing; `given` holds values by the name that a `Given` row has for them. `reissued` is for
    conformance runs alone: another issue of a certificate that stands in a request to replace credentials.
    """

    broker: DccParty | None = None
    cos_party: DccParty | None = None
    party: RemotePartyRole | None = None
    gbcs: GbcsVersion | None = None
    polyphase: bool | None = None
    twin_element: bool = False
    other: DeviceType | None = None
    certificate: Callable[[Eui64, KeyUsage], bytes] | None = None
    reissued: Callable[[bytes], bytes] | None = None
    given: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))


def certificates_of(keys: KeyRing) -> Callable[[Eui64, KeyUsage], bytes]:
    """The certificates of a key ring as `TransformContext.certificate` wants them; it raises KeyMissing."""
    return lambda eui, usage: keys.certificate(eui, usage).public_bytes(Encoding.DER)


NOTHING_GIVEN: Final = TransformContext()
"""Enough for a command that a User originates."""
