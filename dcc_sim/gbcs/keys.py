"""The keys one party or one test run holds, by EUI and usage.

In: PEM files of a folder (`<eui>-ds.pem`), or one JSON object in the shape the command line
documents. Out: `KeyRing`. Left out: chains and revocation (`smki`), reading the disk (`edge`).
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from dcc_sim.errors import KeyMissing, NotFound
from dcc_sim.gbcs.crypto import SharedSecrets
from dcc_sim.ids import Eui64, KeyUsage

_FILE_NAME: Final = re.compile(r"([0-9a-f]{16})-(pp-ka|ds|ka|xml)\.(key|pem|crt|cer)")


@dataclass(slots=True)
class KeyEntry:
    """What is known of one key pair: any of private key, public key, certificate."""

    private: ec.EllipticCurvePrivateKey | None = None
    public: ec.EllipticCurvePublicKey | None = None
    certificate: x509.Certificate | None = None


@dataclass(slots=True)
class KeyRing:
    """Keys and certificates by EUI and usage, and the shared secrets made of them."""

    entries: dict[tuple[Eui64, KeyUsage], KeyEntry] = field(default_factory=dict)
    secrets: SharedSecrets = field(default_factory=SharedSecrets)

    def add_private(self, eui: Eui64, usage: KeyUsage, key: ec.EllipticCurvePrivateKey) -> None:
        """Hold a private key and, with it, its public half."""
        entry = self._entry(eui, usage)
        entry.private, entry.public = key, key.public_key()

    def add_public(self, eui: Eui64, usage: KeyUsage, key: ec.EllipticCurvePublicKey) -> None:
        """Hold a public key."""
        self._entry(eui, usage).public = key

    def add_certificate(self, eui: Eui64, usage: KeyUsage, certificate: x509.Certificate) -> None:
        """Hold a certificate and its public key. Raises KeyMissing when the key is not P-256."""
        entry = self._entry(eui, usage)
        entry.certificate, entry.public = certificate, certificate_key(certificate)

    def private(self, eui: Eui64, usage: KeyUsage) -> ec.EllipticCurvePrivateKey:
        """Raises KeyMissing."""
        entry = self.entries.get((eui, usage))
        if entry is None or entry.private is None:
            raise KeyMissing(f"no private {usage.value} key for {eui}")
        return entry.private

    def public(self, eui: Eui64, usage: KeyUsage) -> ec.EllipticCurvePublicKey:
        """Raises KeyMissing."""
        entry = self.entries.get((eui, usage))
        if entry is None or entry.public is None:
            raise KeyMissing(f"no public {usage.value} key or certificate for {eui}")
        return entry.public

    def certificate(self, eui: Eui64, usage: KeyUsage) -> x509.Certificate:
        """Raises KeyMissing."""
        entry = self.entries.get((eui, usage))
        if entry is None or entry.certificate is None:
            raise KeyMissing(f"no {usage.value} certificate for {eui}")
        return entry.certificate

    def certificates(self) -> Iterator[tuple[Eui64, KeyUsage, x509.Certificate]]:
        """All certificates held."""
        for (eui, usage), entry in self.entries.items():
            if entry.certificate is not None:
                yield eui, usage, entry.certificate

    def shared_secret(self, one: Eui64, other: Eui64, usage: KeyUsage = KeyUsage.KEY_AGREEMENT) -> bytes:
        """Z of two parties, whichever of the two private keys is held. Raises KeyMissing."""
        mine, theirs = self.entries.get((one, usage)), self.entries.get((other, usage))
        if mine is not None and theirs is not None:
            if mine.private is not None and theirs.public is not None:
                return self.secrets.of(mine.private, theirs.public)
            if theirs.private is not None and mine.public is not None:
                return self.secrets.of(theirs.private, mine.public)
        for eui, entry in ((one, mine), (other, theirs)):
            if entry is None or entry.public is None:
                raise KeyMissing(f"no {usage.value} key or certificate for {eui}")
        raise KeyMissing(f"no private {usage.value} key for {one} or {other}")

    def _entry(self, eui: Eui64, usage: KeyUsage) -> KeyEntry:
        return self.entries.setdefault((eui, usage), KeyEntry())


def certificate_key(certificate: x509.Certificate) -> ec.EllipticCurvePublicKey:
    """The P-256 public key of a certificate. Raises KeyMissing for any other key."""
    try:
        key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeyMissing(f"certificate {certificate.serial_number:x}: {error}") from error
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise KeyMissing(f"certificate {certificate.serial_number:x} does not hold a P-256 key")
    return key


def key_ring_from_json(text: str) -> KeyRing:
    """`{eui: {"ds"|"ka"|"pp-ka": {"certificate"|"scalar"|"point": …}}}`. Raises NotFound."""
    try:
        content = json.loads(text)
        ring = KeyRing()
        for name, usages in content.items():
            eui = Eui64.parse(name)
            for usage, parts in usages.items():
                _add_json(ring, eui, KeyUsage(usage), parts)
    except (ValueError, AttributeError, TypeError, RecursionError) as error:
        raise NotFound(f"not a key file of the documented shape: {error}") from error
    return ring


def _add_json(ring: KeyRing, eui: Eui64, usage: KeyUsage, parts: Mapping[str, str]) -> None:
    if "certificate" in parts:
        der = base64.b64decode(parts["certificate"], validate=True)
        ring.add_certificate(eui, usage, x509.load_der_x509_certificate(der))
    if "point" in parts:
        point = bytes.fromhex(parts["point"])
        ring.add_public(eui, usage, ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point))
    if "scalar" in parts:
        ring.add_private(eui, usage, ec.derive_private_key(int(parts["scalar"], 16), ec.SECP256R1()))


def key_ring_from_files(files: Mapping[str, bytes]) -> KeyRing:
    """PEM files by name, `<eui>-<usage>.key|.pem`; other names are left alone. Raises NotFound."""
    ring = KeyRing()
    for name, content in sorted(files.items()):
        match = _FILE_NAME.fullmatch(name.lower())
        if match is None:
            continue
        try:
            _add_pem(ring, Eui64.parse(match[1]), KeyUsage(match[2]), content)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise NotFound(f"{name}: not a P-256 key or certificate in PEM: {error}") from error
    return ring


def _add_pem(ring: KeyRing, eui: Eui64, usage: KeyUsage, content: bytes) -> None:
    if b"BEGIN CERTIFICATE" in content:
        ring.add_certificate(eui, usage, x509.load_pem_x509_certificate(content))
    if b"PRIVATE KEY" in content:
        start = content.index(b"-----BEGIN", content.rfind(b"\n", 0, content.index(b"PRIVATE KEY")) + 1)
        key = load_pem_private_key(content[start:], password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
            raise ValueError("not a P-256 key")
        ring.add_private(eui, usage, key)
    if b"BEGIN PUBLIC KEY" in content:
        public = load_pem_public_key(content)
        if not isinstance(public, ec.EllipticCurvePublicKey) or not isinstance(public.curve, ec.SECP256R1):
            raise ValueError("not a P-256 key")
        ring.add_public(eui, usage, public)
