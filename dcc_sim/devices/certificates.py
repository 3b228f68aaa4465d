"""What a device checks in a certificate before it puts it into a cell (GBCS 12.3, 12.4).

In: a certificate, the cell it is for, certificates that lead to the root, the root cell. Out: the
`Anchor` it makes, or `Unacceptable` with the status of the Response. Order: readable, usage, role, chain,
time. Profile: reference `gbcs.md` §b.6. Left out: revocation, which devices do not check.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.x509.oid import NameOID

from dcc_sim.devices.anchors import AGREEMENT, CERTIFYING, SIGNING, Anchor, Cell, certificate_identifier
from dcc_sim.errors import DccSimError, KeyMissing
from dcc_sim.gbcs.keys import certificate_key
from dcc_sim.ids import Eui64, RemotePartyRole

BAD_CERTIFICATE: Final = 5
NO_TRUST_ANCHOR: Final = 10

_EUI: Final = 8
_HARDWARE_MODULE_NAME: Final = x509.ObjectIdentifier("1.3.6.1.5.5.7.8.4")
_UNREADABLE: Final = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
    KeyMissing,
)
_PLACEHOLDER: Final = RemotePartyRole.ACCESS_CONTROL_BROKER
"""Holds the cells of supplier and network operator before commissioning (reference §f)."""
_ALSO: Final = {
    RemotePartyRole.SUPPLIER: {_PLACEHOLDER},
    RemotePartyRole.NETWORK_OPERATOR: {_PLACEHOLDER},
    RemotePartyRole.LOAD_CONTROLLER: {_PLACEHOLDER, RemotePartyRole.SUPPLIER},
}
"""Roles whose certificates a cell takes besides its own: a supplier may control load (vectors)."""


class Unacceptable(DccSimError):
    """A certificate does not go into the cell; `status` is that of the Response."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


def read_certificate(octets: bytes) -> x509.Certificate:
    """Raises Unacceptable when the octets are no certificate with a P-256 key."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the library warns of what certificates should not hold
            certificate = x509.load_der_x509_certificate(octets)
            certificate_key(certificate)
            list(certificate.extensions)
    except _UNREADABLE as error:
        raise Unacceptable(BAD_CERTIFICATE, f"not a certificate: {error}") from error
    return certificate


@dataclass(frozen=True, slots=True)
class Trust:
    """What a chain may end at: the root cell, or where that is empty an issuer of what is held."""

    root: Anchor | None
    held: tuple[x509.Certificate, ...]


def acceptable(
    octets: bytes, cell: Cell, path: Sequence[bytes], trust: Trust, moment: datetime | None
) -> Anchor:
    """What the certificate makes of the cell. `moment` None leaves its time unchecked.

    Raises Unacceptable.
    """
    certificate = read_certificate(octets)
    if key_usage(certificate) != cell.key_usage:
        raise Unacceptable(BAD_CERTIFICATE, "it is for another use")
    role = organisation_role(certificate)
    if role != cell.role and role not in _ALSO.get(RemotePartyRole(cell.role), ()):
        raise Unacceptable(BAD_CERTIFICATE, f"it is that of role {role}")
    _check_chain(certificate, [read_certificate(one) for one in path], trust)
    if moment is not None:
        for one in (certificate, *(read_certificate(octets) for octets in path)):
            if not one.not_valid_before_utc <= moment <= one.not_valid_after_utc:
                raise Unacceptable(BAD_CERTIFICATE, f"not valid on {moment:%Y-%m-%d}")
    try:
        identifier = certificate_identifier(certificate)
    except KeyMissing as error:
        raise Unacceptable(BAD_CERTIFICATE, str(error)) from error
    return Anchor(_holder(certificate, cell), identifier, certificate_key(certificate), certificate)


def itself(octets: bytes) -> Anchor:
    """A certificate as the root of its own chain. Raises Unacceptable."""
    certificate = read_certificate(octets)
    identifier = _identifier(certificate)
    if identifier is None:
        raise Unacceptable(BAD_CERTIFICATE, "it has no key identifier")
    return Anchor(Eui64(bytes(_EUI)), identifier, certificate_key(certificate), certificate)


def key_usage(certificate: x509.Certificate) -> int:
    """The KeyUsage as a number: bit n counts 2ⁿ; 0 without the extension."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except (x509.ExtensionNotFound, ValueError):
        return 0
    found = SIGNING if usage.digital_signature else 0
    found |= AGREEMENT if usage.key_agreement else 0
    return found | (CERTIFYING if usage.key_cert_sign else 0)


def organisation_role(certificate: x509.Certificate) -> int | None:
    """The remote party role in the subject's organisational unit, in hex."""
    units = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
    try:
        return int(str(units[0].value), 16) if units else None
    except ValueError:
        return None


def organisation_eui(certificate: x509.Certificate) -> Eui64 | None:
    """The EUI in the subject's unique identifier."""
    names = certificate.subject.get_attributes_for_oid(NameOID.X500_UNIQUE_IDENTIFIER)
    value = names[0].value if names else b""
    return Eui64(value[-_EUI:]) if isinstance(value, bytes) and len(value) >= _EUI else None


def device_eui(certificate: x509.Certificate) -> Eui64 | None:
    """The EUI in the hardware module name of a device certificate."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return None
    for name in names:
        if isinstance(name, x509.OtherName) and name.type_id == _HARDWARE_MODULE_NAME:
            return Eui64(name.value[-_EUI:]) if len(name.value) >= _EUI else None
    return None


def _holder(certificate: x509.Certificate, cell: Cell) -> Eui64:
    eui = organisation_eui(certificate)
    if eui is None and cell.key_usage == CERTIFYING:
        return Eui64(bytes(_EUI))
    if eui is None:
        raise Unacceptable(BAD_CERTIFICATE, "it names no party")
    return eui


def _check_chain(certificate: x509.Certificate, path: list[x509.Certificate], trust: Trust) -> None:
    below = certificate
    for _ in range(len(path) + 1):
        wanted = authority_identifier(below) or _own_issuer(below)
        if trust.root is not None and wanted == trust.root.key_identifier:
            _check_root(below, trust.root)
            return
        # A new root comes with itself certified by the old one: the same key, another certificate.
        issuer = next((one for one in path if _identifier(one) == wanted and one != below), None)
        if issuer is None:
            break
        if not _issued(below, issuer):
            raise Unacceptable(BAD_CERTIFICATE, f"not issued by {issuer.subject.rfc4514_string()}")
        if trust.root is None and any(_issued(held, issuer) for held in trust.held):
            return
        below = issuer
    raise Unacceptable(NO_TRUST_ANCHOR, "its chain does not end at the root of this device")


def _own_issuer(certificate: x509.Certificate) -> bytes | None:
    """The key identifier of a root, which need not say that it issued itself."""
    return _identifier(certificate) if certificate.issuer == certificate.subject else None


def _check_root(certificate: x509.Certificate, root: Anchor) -> None:
    # Where only the identifier of the root is known there is nothing to check a signature with.
    if root.certificate is not None and not _issued(certificate, root.certificate):
        raise Unacceptable(BAD_CERTIFICATE, "not issued by the root of this device")


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _identifier(certificate: x509.Certificate) -> bytes | None:
    try:
        return certificate_identifier(certificate)
    except KeyMissing:
        return None


def authority_identifier(certificate: x509.Certificate) -> bytes | None:
    """The key identifier of the issuer, where the certificate says it."""
    try:
        extension = certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier)
    except (x509.ExtensionNotFound, ValueError):
        return None
    return extension.value.key_identifier
