"""Key rings from PEM files and from JSON: every documented shape, and what is not one."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from gbcs_bench import ACB, METER, private

from dcc_sim.errors import KeyMissing, NotFound
from dcc_sim.gbcs.keys import KeyRing, key_ring_from_files, key_ring_from_json
from dcc_sim.ids import KeyUsage

KEY = private(7)
NAME = f"{METER.compact}-ds"
DS = KeyUsage.DIGITAL_SIGNATURE


def certificate(key: Any) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "x")])
    start, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    return x509.CertificateBuilder(name, name, key.public_key(), 5, start, end).sign(KEY, hashes.SHA256())


def private_pem(key: Any = KEY, form: PrivateFormat = PrivateFormat.PKCS8) -> bytes:
    return bytes(key.private_bytes(Encoding.PEM, form, NoEncryption()))


PUBLIC_PEM = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
CERTIFICATE = certificate(KEY)
CERTIFICATE_PEM = CERTIFICATE.public_bytes(Encoding.PEM)
POINT = KEY.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def same(ring: KeyRing, *, with_private: bool, with_certificate: bool) -> None:
    assert ring.public(METER, DS).public_numbers() == KEY.public_key().public_numbers()
    entry = ring.entries[METER, DS]
    assert (entry.private is not None) == with_private
    assert (entry.certificate is not None) == with_certificate


# ---------------------------------------------------------------------------------------- PEM files


@pytest.mark.parametrize(
    ("content", "with_private", "with_certificate"),
    [
        (private_pem(), True, False),
        (private_pem(form=PrivateFormat.TraditionalOpenSSL), True, False),
        (PUBLIC_PEM, False, False),
        (CERTIFICATE_PEM, False, True),
        (CERTIFICATE_PEM + private_pem(), True, True),
        (private_pem() + CERTIFICATE_PEM, True, True),
        (b"Bag Attributes\n  friendlyName: meter\n" + private_pem(), True, False),
        (private_pem().replace(b"\n", b"\r\n"), True, False),
    ],
)
@pytest.mark.parametrize("suffix", ["key", "pem"])
def test_pem(content: bytes, with_private: bool, with_certificate: bool, suffix: str) -> None:
    ring = key_ring_from_files({f"{NAME}.{suffix}": content})
    same(ring, with_private=with_private, with_certificate=with_certificate)


def test_key_and_certificate_in_two_files() -> None:
    ring = key_ring_from_files({f"{NAME}.key": private_pem(), f"{NAME}.pem": CERTIFICATE_PEM})
    same(ring, with_private=True, with_certificate=True)


@pytest.mark.parametrize(
    ("name", "usage"),
    [
        (f"{METER.compact}-ds.pem", DS),
        (f"{METER.compact}-ka.key", KeyUsage.KEY_AGREEMENT),
        (f"{METER.compact}-pp-ka.pem", KeyUsage.PREPAYMENT_KEY_AGREEMENT),
        (f"{METER.compact}-xml.pem", KeyUsage.XML_SIGNATURE),
        (f"{METER.compact.upper()}-DS.PEM", DS),
    ],
)
def test_the_name_says_whose_key_it_is_and_what_for(name: str, usage: KeyUsage) -> None:
    assert set(key_ring_from_files({name: private_pem()}).entries) == {(METER, usage)}


@pytest.mark.parametrize(
    "name", ["README", "ds.pem", f"{METER.compact}.pem", f"{METER.compact}-xx.pem", "x.pem"]
)
def test_other_names_are_left_alone(name: str) -> None:
    assert key_ring_from_files({name: b"not PEM at all"}).entries == {}


@pytest.mark.parametrize(
    "content",
    [
        b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        b"-----BEGIN PUBLIC KEY-----\n",
        b"-----BEGIN PRIVATE KEY-----",
        b"PRIVATE KEY",
        private_pem()[:100],
        private_pem(rsa.generate_private_key(65537, 2048)),
        private_pem(ed25519.Ed25519PrivateKey.generate()),
        KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")),
        rsa.generate_private_key(65537, 2048)
        .public_key()
        .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
    ],
)
def test_a_file_that_is_no_key(content: bytes) -> None:
    with pytest.raises(NotFound, match=f"{NAME}.pem: not a P-256 key or certificate in PEM"):
        key_ring_from_files({f"{NAME}.pem": content})


@pytest.mark.parametrize(
    "other", [rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP384R1())]
)
def test_a_certificate_of_another_sort_of_key(other: Any) -> None:
    with pytest.raises(KeyMissing, match="does not hold a P-256 key"):
        key_ring_from_files({f"{NAME}.pem": certificate(other).public_bytes(Encoding.PEM)})


def test_a_key_on_another_curve() -> None:
    other = ec.generate_private_key(ec.SECP384R1())
    public = other.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for content in (private_pem(other), public):
        with pytest.raises(NotFound, match="in PEM: not a P-256 key"):
            key_ring_from_files({f"{NAME}.pem": content})


# --------------------------------------------------------------------------------------------- JSON

SCALAR = f"{KEY.private_numbers().private_value:064x}"
IN_JSON = {
    "certificate": base64.b64encode(CERTIFICATE.public_bytes(Encoding.DER)).decode(),
    "scalar": SCALAR,
    "point": POINT.hex(),
}


@pytest.mark.parametrize(
    "parts", [("certificate",), ("scalar",), ("point",), tuple(IN_JSON), ("point", "scalar")]
)
@pytest.mark.parametrize("eui", [str(METER), METER.compact])
def test_json(parts: tuple[str, ...], eui: str) -> None:
    ring = key_ring_from_json(json.dumps({eui: {"ds": {part: IN_JSON[part] for part in parts}}}))
    same(ring, with_private="scalar" in parts, with_certificate="certificate" in parts)


def test_json_of_several() -> None:
    one = {"scalar": SCALAR}
    ring = key_ring_from_json(
        json.dumps({str(METER): {"ds": one, "ka": one, "pp-ka": one}, str(ACB): {"ds": {}}})
    )
    assert len(ring.entries) == 3


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "5",
        "null",
        '"x"',
        '{"not an eui": {}}',
        json.dumps({str(METER): 5}),
        json.dumps({str(METER): {"ds": 5}}),
        json.dumps({str(METER): {"tls": {}}}),
        json.dumps({str(METER): {"ds": {"scalar": "xyz"}}}),
        json.dumps({str(METER): {"ds": {"scalar": "00"}}}),
        json.dumps({str(METER): {"ds": {"scalar": "f" * 64}}}),
        json.dumps({str(METER): {"ds": {"scalar": 5}}}),
        json.dumps({str(METER): {"ds": {"point": "04" + "00" * 64}}}),
        json.dumps({str(METER): {"ds": {"point": POINT.hex()[:-2]}}}),
        json.dumps({str(METER): {"ds": {"certificate": "AAAA"}}}),
        json.dumps({str(METER): {"ds": {"certificate": "not base64"}}}),
        json.dumps({str(METER): {"ds": {"certificate": None}}}),
        "[" * 100_000,
        '{"a":' * 100_000,
    ],
)
def test_json_of_another_shape(text: str) -> None:
    with pytest.raises(NotFound, match="not a key file of the documented shape"):
        key_ring_from_json(text)


def test_all_certificates_are_listed() -> None:
    ring = KeyRing()
    ring.add_certificate(METER, DS, CERTIFICATE)
    ring.add_private(ACB, DS, KEY)
    assert list(ring.certificates()) == [(METER, DS, CERTIFICATE)]
