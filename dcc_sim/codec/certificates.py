"""What a certificate or a certification request says, in one line for people.

In: DER octets that may be anything. Out: text, also for octets that are no certificate; nothing is
raised and nothing is checked. Profile: reference `gbcs.md` §b.6: organisations by their
x500UniqueIdentifier and role, devices by the hardware module name. Left out: chains (`smki`).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509.oid import NameOID

from dcc_sim.ids import RemotePartyRole

_HARDWARE_MODULE_NAME: Final = x509.ObjectIdentifier("1.3.6.1.5.5.7.8.4")
_UNREADABLE: Final = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)
_EUI: Final = 8
_USAGES: Final = ("digital_signature", "key_agreement", "key_cert_sign", "crl_sign")


def describe_certificate(octets: bytes) -> str:
    """`supplier 90-B3-…, digital signature, serial 7D62…` or why not."""
    return _described(octets, "a certificate", _certificate)


def describe_request(octets: bytes) -> str:
    """`device 00-DB-…, digital signature` or why not."""
    return _described(octets, "a certification request", _request)


def _described(octets: bytes, what: str, describe: Callable[[bytes], str]) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the library warns of what certificates should not hold
            return describe(octets)
    except _UNREADABLE as error:
        return f"not {what}: {error}"


def _certificate(octets: bytes) -> str:
    certificate = x509.load_der_x509_certificate(octets)
    subject = _organisation(certificate.subject) or _device(certificate.extensions)
    return ", ".join((subject, *_usages(certificate.extensions), f"serial {certificate.serial_number:X}"))


def _request(octets: bytes) -> str:
    request = x509.load_der_x509_csr(octets)
    subject = _organisation(request.subject) or _device(request.extensions)
    return ", ".join((subject, *_usages(request.extensions)))


def _organisation(subject: x509.Name) -> str:
    """Role and EUI, or the name of an issuer; nothing for a device, whose subject is empty."""
    unit = next(iter(subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)), None)
    unique = next(iter(subject.get_attributes_for_oid(NameOID.X500_UNIQUE_IDENTIFIER)), None)
    words = [_role(str(unit.value))] if unit is not None else []
    if unique is not None and isinstance(unique.value, bytes):
        # The library gives the BIT STRING with its count of unused bits or without.
        words.append(unique.value[-_EUI:].hex("-").upper())
    elif len(subject.rdns):
        words.append(subject.rfc4514_string())
    return " ".join(words)


def _role(unit: str) -> str:
    try:
        return RemotePartyRole(int(unit, 16)).name.lower().replace("_", " ")
    except ValueError:
        return f"role {unit}"


def _device(extensions: x509.Extensions) -> str:
    for extension in extensions:
        if isinstance(extension.value, x509.SubjectAlternativeName):
            for name in extension.value:
                if isinstance(name, x509.OtherName) and name.type_id == _HARDWARE_MODULE_NAME:
                    return f"device {name.value[-_EUI:].hex('-').upper()}"
    return "nobody named"


def _usages(extensions: x509.Extensions) -> list[str]:
    for extension in extensions:
        if isinstance(extension.value, x509.KeyUsage):
            return [name.replace("_", " ") for name in _USAGES if getattr(extension.value, name)]
    return []
