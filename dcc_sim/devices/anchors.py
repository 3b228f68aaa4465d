"""The trust anchor cells of a device, its counters and its own keys (GBCS 4.3, 13).

In: who holds each role and a key ring with certificates; from then on what Commands replace. Out:
the holder and the key of each cell, execution counters, UTRN counters. A device that was never
given new credentials holds nothing but references to what all devices of a home share.
Left out: the Commands that change cells (`credentials`), the checks of messages (`security`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from dcc_sim.errors import KeyMissing
from dcc_sim.gbcs.keys import KeyEntry, KeyRing
from dcc_sim.gbcs.utrn import CounterCache
from dcc_sim.ids import DeviceType, Eui64, KeyUsage, OriginatorCounter, RemotePartyRole
from dcc_sim.smki.pki import key_identifier

TrustAnchors = Mapping[RemotePartyRole, Eui64]
"""Who holds each role; the keys are in the device's key ring."""

CounterCell = tuple[RemotePartyRole, str]
"""A role and, for a future-datable use case, its code; else an empty string."""

SIGNING: Final = 1
AGREEMENT: Final = 16
CERTIFYING: Final = 32
"""KeyUsage bits of a certificate: digitalSignature, keyAgreement, keyCertSign."""
MANAGEMENT: Final = 0
TOP_UP: Final = 1
"""Cell usages."""


class Cell(NamedTuple):
    """TrustAnchorCellIdentifier: role, one key usage bit, cell usage."""

    role: int
    key_usage: int
    cell_usage: int = MANAGEMENT

    @property
    def usage(self) -> KeyUsage | None:
        """The usage of the key in a key ring; None for the root, which signs certificates only."""
        return _USAGES.get((self.key_usage, self.cell_usage))


_USAGES: Final = {
    (SIGNING, MANAGEMENT): KeyUsage.DIGITAL_SIGNATURE,
    (AGREEMENT, MANAGEMENT): KeyUsage.KEY_AGREEMENT,
    (AGREEMENT, TOP_UP): KeyUsage.PREPAYMENT_KEY_AGREEMENT,
}
_ROOT: Final = Cell(RemotePartyRole.ROOT, CERTIFYING)
_SUPPLIER: Final = (
    Cell(RemotePartyRole.SUPPLIER, SIGNING),
    Cell(RemotePartyRole.SUPPLIER, AGREEMENT),
    Cell(RemotePartyRole.SUPPLIER, AGREEMENT, TOP_UP),
)
_COMMON: Final = (
    _ROOT,
    Cell(RemotePartyRole.RECOVERY, SIGNING),
    *_SUPPLIER,
    Cell(RemotePartyRole.NETWORK_OPERATOR, SIGNING),
    Cell(RemotePartyRole.NETWORK_OPERATOR, AGREEMENT),
    Cell(RemotePartyRole.ACCESS_CONTROL_BROKER, AGREEMENT),
    Cell(RemotePartyRole.TRANSITIONAL_COS, SIGNING),
)
_LOAD_CONTROLLER: Final = (
    Cell(RemotePartyRole.LOAD_CONTROLLER, SIGNING),
    Cell(RemotePartyRole.LOAD_CONTROLLER, AGREEMENT),
)
_WAN_PROVIDER: Final = (Cell(RemotePartyRole.WAN_PROVIDER, SIGNING),)
_CELLS: Final[Mapping[DeviceType, tuple[Cell, ...]]] = {
    DeviceType.ESME: (*_COMMON, *_LOAD_CONTROLLER),
    DeviceType.CHF: (*_COMMON, *_WAN_PROVIDER),
}
"""Reference `gbcs.md` §f; the others have the common cells."""


def cells_of(device_type: DeviceType) -> tuple[Cell, ...]:
    """The cells that devices of a type have."""
    return _CELLS.get(device_type, _COMMON)


@dataclass(frozen=True, slots=True)
class Anchor:
    """What a cell holds. The key is missing where only the identifier is known."""

    holder: Eui64
    key_identifier: bytes
    key: ec.EllipticCurvePublicKey | None = None
    certificate: x509.Certificate | None = None


_NOBODY: Final = Eui64(bytes(8))


@dataclass(slots=True, kw_only=True)
class Credentials:
    """Everything a device trusts and counts.

    `counters` are the Execution Counters: one per role for replay-protected Commands that are
    executed at once, and one per role and future-datable use case. `replaced` are the cells that
    differ from what `holders` and `keys` say; None empties a cell. `utrn_counters` are those of the
    top-up tokens of each supplier.
    """

    eui: Eui64 = _NOBODY
    device_type: DeviceType = DeviceType.ESME
    keys: KeyRing = field(default_factory=KeyRing)
    holders: TrustAnchors = field(default_factory=dict)
    counters: dict[CounterCell, OriginatorCounter] = field(default_factory=dict)
    replaced: dict[Cell, Anchor | None] = field(default_factory=dict)
    utrn_counters: CounterCache = field(default_factory=CounterCache)
    own_ring: bool = False

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The cells the device has."""
        return cells_of(self.device_type)

    def anchor(self, cell: Cell) -> Anchor | None:
        """What a cell holds, if anything."""
        if cell in self.replaced:
            return self.replaced[cell]
        if cell not in self.cells or cell.key_usage == CERTIFYING:
            return None
        holder, usage = self.holders.get(RemotePartyRole(cell.role)), cell.usage
        entry = None if holder is None or usage is None else self.keys.entries.get((holder, usage))
        if holder is None or entry is None or entry.public is None:
            return None
        return Anchor(holder, _identifier(entry), entry.public, entry.certificate)

    def replace(self, cell: Cell, anchor: Anchor | None) -> None:
        """Put something else into a cell; messages are checked with it from now on."""
        self.replaced[cell] = anchor
        if anchor is None:
            return
        usage = cell.usage
        if usage is None:
            return
        self.holders = {**self.holders, RemotePartyRole(cell.role): anchor.holder}
        if anchor.key is not None:
            self.hold(anchor.holder, usage, KeyEntry(None, anchor.key, anchor.certificate))

    def hold_own(self, usage: KeyUsage, key: ec.EllipticCurvePrivateKey, certificate: bytes) -> None:
        """Take a new key pair of the device's own into use."""
        entry = KeyEntry(key, key.public_key(), x509.load_der_x509_certificate(certificate))
        self.hold(self.eui, usage, entry)

    def agree_with(self, other: Eui64, certificate: x509.Certificate, key: ec.EllipticCurvePublicKey) -> None:
        """Hold the Key Agreement certificate of another device of the home."""
        self.hold(other, KeyUsage.KEY_AGREEMENT, KeyEntry(None, key, certificate))

    def hold(self, eui: Eui64, usage: KeyUsage, entry: KeyEntry) -> None:
        """Use this key of somebody from now on, whatever the others of the home have."""
        # The ring is shared until it is first changed.
        if not self.own_ring:
            self.keys = KeyRing(dict(self.keys.entries), self.keys.secrets)
            self.own_ring = True
        self.keys.entries[eui, usage] = entry

    def agreement(self, other: Eui64) -> bytes:
        """The secret of the device and somebody else. Raises KeyMissing."""
        return self.keys.shared_secret(self.eui, other)


def _identifier(entry: KeyEntry) -> bytes:
    if entry.certificate is not None:
        return certificate_identifier(entry.certificate)
    if entry.public is None:
        raise KeyMissing("neither certificate nor key")
    return key_identifier(entry.public)


def certificate_identifier(certificate: x509.Certificate) -> bytes:
    """The subject key identifier of a certificate. Raises KeyMissing when it does not hold one."""
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    except (x509.ExtensionNotFound, ValueError) as error:
        raise KeyMissing(f"no subject key identifier: {error}") from error
    return extension.value.digest
