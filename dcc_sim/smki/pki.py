"""A test PKI that is the same on every machine: keys come from a seed, signatures are RFC 6979.

In: a seed and the EUIs of parties and devices. Out: P-256 keys and X.509 certificates in the SMKI
profile (reference `gbcs.md` §b.6, `dcc-boxed.md` §4.3). Left out: revocation, recovery, the
certificate search service. The keys are public by design and protect nothing.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from cryptography import x509
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import NameOID

from dcc_sim.gbcs.keys import KeyRing
from dcc_sim.ids import Eui64, KeyUsage, RemotePartyRole

_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Order of the P-256 group."""

ISSUER: Final = x509.Name(
    [
        x509.NameAttribute(NameOID.COMMON_NAME, "dcc-sim test CA"),
        x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "07"),
    ]
)
_NOT_BEFORE: Final = datetime(2014, 1, 1, tzinfo=UTC)
_NOT_AFTER: Final = datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC)
_NO_EXPIRY: Final = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
_HARDWARE_MODULE_NAME: Final = x509.ObjectIdentifier("1.3.6.1.5.5.7.8.4")
_HARDWARE_TYPE: Final = x509.ObjectIdentifier("2.25.73926")
"""An OID below the UUID arc, so that nobody's registered hardware type is claimed."""
_XML_SIGN_ROLE: Final = 135

_USAGES: Final = (KeyUsage.DIGITAL_SIGNATURE, KeyUsage.KEY_AGREEMENT)


_ISSUES: Final = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)


@asn1.sequence
class _HardwareModuleName:
    """RFC 4108 §5: what a device certificate is made out to."""

    hardware_type: x509.ObjectIdentifier
    serial: bytes


@dataclass(slots=True)
class TestPki:
    """Issues the same key and certificate for the same seed, EUI and usage."""

    __test__ = False  # not a pytest class, whatever its name

    seed: str
    ring: KeyRing = field(default_factory=KeyRing)

    def enrol_organisation(self, eui: Eui64, role: RemotePartyRole) -> None:
        """Keys and certificates of a party: signing, key agreement, XML; top-up for suppliers."""
        for usage in _USAGES:
            self._issue(eui, usage, _organisation_name(eui, f"{role.value:02X}"))
        self._issue(eui, KeyUsage.XML_SIGNATURE, _organisation_name(eui, f"{_XML_SIGN_ROLE:02X}"))
        if role is RemotePartyRole.SUPPLIER:
            name = _organisation_name(eui, f"{role.value:02X}")
            self._issue(eui, KeyUsage.PREPAYMENT_KEY_AGREEMENT, name)

    def enrol_device(self, eui: Eui64) -> None:
        """Keys and certificates of a device: signing and key agreement."""
        for usage in _USAGES:
            self._issue(eui, usage, None)

    def authority_certificate(self) -> x509.Certificate:
        """Of the issuing authority, signed by itself: what a certification path of this PKI consists of."""
        key = self._key("issuing authority")
        identifier = key_identifier(key.public_key())
        return (
            x509.CertificateBuilder()
            .serial_number(int.from_bytes(self._hash("serial/issuing authority")[:16], "big") >> 1)
            .issuer_name(ISSUER)
            .subject_name(ISSUER)
            .not_valid_before(_NOT_BEFORE)
            .not_valid_after(_NOT_AFTER)
            .public_key(key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_ISSUES, critical=True)
            .add_extension(x509.SubjectKeyIdentifier(identifier), critical=False)
            .sign(key, hashes.SHA256(), ecdsa_deterministic=True)
        )

    def _issue(self, eui: Eui64, usage: KeyUsage, subject: x509.Name | None) -> None:
        key = self._key(f"{eui.compact}/{usage.value}")
        certificate = _certificate(
            key.public_key(),
            self._key("issuing authority"),
            serial=int.from_bytes(self._hash(f"serial/{eui.compact}/{usage.value}")[:16], "big") >> 1,
            subject=subject,
            device=eui if subject is None else None,
            usage=usage,
        )
        self.ring.add_certificate(eui, usage, certificate)
        self.ring.add_private(eui, usage, key)

    def _key(self, name: str) -> ec.EllipticCurvePrivateKey:
        scalar = int.from_bytes(self._hash(f"key/{name}"), "big") % (_ORDER - 1) + 1
        return ec.derive_private_key(scalar, ec.SECP256R1())

    def _hash(self, name: str) -> bytes:
        return hashlib.sha256(f"dcc-sim test PKI/{self.seed}/{name}".encode()).digest()


def _organisation_name(eui: Eui64, role: str) -> x509.Name:
    # The content of a BIT STRING begins with the number of unused bits: none.
    unused = b"\x00"
    unique = x509.NameAttribute(NameOID.X500_UNIQUE_IDENTIFIER, unused + eui.octets, _ASN1Type.BitString)
    return x509.Name([x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, role), unique])


def _certificate(
    key: ec.EllipticCurvePublicKey,
    issuer: ec.EllipticCurvePrivateKey,
    *,
    serial: int,
    subject: x509.Name | None,
    device: Eui64 | None,
    usage: KeyUsage,
) -> x509.Certificate:
    builder = (
        x509.CertificateBuilder()
        .serial_number(serial)
        .issuer_name(ISSUER)
        .subject_name(subject or x509.Name([]))
        .not_valid_before(_NOT_BEFORE)
        .not_valid_after(_NO_EXPIRY if device else _NOT_AFTER)
        .public_key(key)
        .add_extension(_key_usage(usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier(key_identifier(key)), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier(key_identifier(issuer.public_key()), None, None), critical=False
        )
    )
    if device is not None:
        name = asn1.encode_der(_HardwareModuleName(hardware_type=_HARDWARE_TYPE, serial=device.octets))
        other = x509.OtherName(_HARDWARE_MODULE_NAME, name)
        builder = builder.add_extension(x509.SubjectAlternativeName([other]), critical=True)
    return builder.sign(issuer, hashes.SHA256(), ecdsa_deterministic=True)


def key_identifier(key: ec.EllipticCurvePublicKey) -> bytes:
    """8 octets: 0100 and the least 60 bits of the SHA-1 of the key (RFC 5280 §4.2.1.2 (2))."""
    point = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    tail = hashlib.sha1(point, usedforsecurity=False).digest()[-8:]
    return bytes((0x40 | (tail[0] & 0x0F),)) + tail[1:]


def _key_usage(usage: KeyUsage) -> x509.KeyUsage:
    signing = usage in (KeyUsage.DIGITAL_SIGNATURE, KeyUsage.XML_SIGNATURE)
    return x509.KeyUsage(
        digital_signature=signing,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=not signing,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
