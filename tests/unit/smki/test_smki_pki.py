"""The test PKI: certificates of the SMKI profile, the same on every machine."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID, SignatureAlgorithmOID

from dcc_sim.ids import Eui64, KeyUsage, RemotePartyRole
from dcc_sim.smki.pki import ISSUER, TestPki, key_identifier

SUPPLIER = Eui64.parse("00-5E-01-00-00-00-00-01")
NETWORK = Eui64.parse("00-5E-01-00-00-00-00-02")
METER = Eui64.parse("00-5E-00-00-00-00-00-01")


def pki(seed: str = "a seed") -> TestPki:
    made = TestPki(seed)
    made.enrol_organisation(SUPPLIER, RemotePartyRole.SUPPLIER)
    made.enrol_organisation(NETWORK, RemotePartyRole.NETWORK_OPERATOR)
    made.enrol_device(METER)
    return made


RING = pki().ring
PLACES = sorted(RING.entries, key=str)
ORGANISATIONS = [place for place in PLACES if place[0] != METER]
DEVICES = [place for place in PLACES if place[0] == METER]
SIGNING = (KeyUsage.DIGITAL_SIGNATURE, KeyUsage.XML_SIGNATURE)


def certificate(place: tuple[Eui64, KeyUsage]) -> x509.Certificate:
    return RING.certificate(*place)


def der(found: x509.Certificate) -> bytes:
    return found.public_bytes(Encoding.DER)


def test_who_has_which_keys() -> None:
    usages = {eui: {usage.value for owner, usage in PLACES if owner == eui} for eui, _ in PLACES}
    assert usages == {
        SUPPLIER: {"ds", "ka", "xml", "pp-ka"},
        NETWORK: {"ds", "ka", "xml"},
        METER: {"ds", "ka"},
    }


def test_the_same_seed_gives_the_same_octets() -> None:
    again = pki().ring
    for place in PLACES:
        assert der(again.certificate(*place)) == der(certificate(place))
        assert again.private(*place).private_numbers() == RING.private(*place).private_numbers()


def test_the_octets_do_not_depend_on_the_order_of_enrolment() -> None:
    other = TestPki("a seed")
    other.enrol_device(METER)
    assert der(other.ring.certificate(METER, KeyUsage.DIGITAL_SIGNATURE)) == der(
        certificate((METER, KeyUsage.DIGITAL_SIGNATURE))
    )


def test_another_seed_gives_others() -> None:
    other = pki("another seed").ring
    for place in PLACES:
        assert other.private(*place).private_numbers() != RING.private(*place).private_numbers()
        assert other.certificate(*place).serial_number != certificate(place).serial_number


def test_the_first_key_is_this_one() -> None:
    # Pinned: a change of the derivation would break everybody's recorded frames.
    scalar = RING.private(METER, KeyUsage.DIGITAL_SIGNATURE).private_numbers().private_value
    text = f"dcc-sim test PKI/a seed/key/{METER.compact}/ds"
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    assert scalar == int.from_bytes(hashlib.sha256(text.encode()).digest(), "big") % (order - 1) + 1


def test_no_two_have_a_key_or_a_serial_number_in_common() -> None:
    scalars = {RING.private(*place).private_numbers().private_value for place in PLACES}
    serials = {certificate(place).serial_number for place in PLACES}
    assert len(scalars) == len(serials) == len(PLACES)


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_what_all_certificates_have(place: tuple[Eui64, KeyUsage]) -> None:
    found = certificate(place)
    assert found.version is x509.Version.v3
    assert found.issuer == ISSUER
    assert 0 < found.serial_number < 2**127
    assert found.signature_algorithm_oid == SignatureAlgorithmOID.ECDSA_WITH_SHA256
    assert found.public_key() == RING.private(*place).public_key()
    assert found.not_valid_before_utc < datetime(2026, 1, 1, tzinfo=UTC) < found.not_valid_after_utc
    usage = found.extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical
    assert usage.value.digital_signature == (place[1] in SIGNING)
    assert usage.value.key_agreement == (place[1] not in SIGNING)
    assert not usage.value.key_cert_sign
    subject = found.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    authority = found.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier)
    assert len(subject.value.digest) == 8
    assert subject.value.digest[0] >> 4 == 0b0100
    assert authority.value.key_identifier is not None
    assert len(authority.value.key_identifier) == 8


@pytest.mark.parametrize("place", ORGANISATIONS, ids=str)
def test_an_organisation_has_its_role_and_id_in_its_name(place: tuple[Eui64, KeyUsage]) -> None:
    eui, usage = place
    found = certificate(place)
    role = {SUPPLIER: "02", NETWORK: "03"}[eui] if usage is not KeyUsage.XML_SIGNATURE else "87"
    (unit,) = found.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
    (unique,) = found.subject.get_attributes_for_oid(NameOID.X500_UNIQUE_IDENTIFIER)
    # BIT STRING: no unused bits, then the 8 octets.
    assert (unit.value, unique.value) == (role, b"\x00" + eui.octets)
    assert b"\x03\x09\x00" + eui.octets in der(found)
    with pytest.raises(x509.ExtensionNotFound):
        found.extensions.get_extension_for_class(x509.SubjectAlternativeName)


@pytest.mark.parametrize("place", DEVICES, ids=str)
def test_a_device_has_its_id_as_hardware_module_name(place: tuple[Eui64, KeyUsage]) -> None:
    found = certificate(place)
    assert list(found.subject) == []
    name = found.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    assert name.critical
    (other,) = name.value
    assert isinstance(other, x509.OtherName)
    assert other.type_id.dotted_string == "1.3.6.1.5.5.7.8.4"
    # SEQUENCE { OID, OCTET STRING of the 8 octets }
    assert other.value[0] == 0x30
    assert other.value.endswith(b"\x04\x08" + METER.octets)
    assert found.not_valid_after_utc == datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


def test_one_authority_signed_them_all_and_nobody_else() -> None:
    identifiers = {
        certificate(place)
        .extensions.get_extension_for_class(x509.AuthorityKeyIdentifier)
        .value.key_identifier
        for place in PLACES
    }
    assert len(identifiers) == 1
    authority = pki()._key("issuing authority").public_key()
    assert key_identifier(authority) in identifiers
    found = certificate(PLACES[0])
    algorithm = found.signature_hash_algorithm
    assert algorithm is not None
    authority.verify(found.signature, found.tbs_certificate_bytes, ec.ECDSA(algorithm))
    with pytest.raises(InvalidSignature):
        RING.public(*PLACES[0]).verify(found.signature, found.tbs_certificate_bytes, ec.ECDSA(algorithm))


def test_a_key_identifier_is_the_end_of_the_sha1_of_the_point() -> None:
    key = RING.public(*PLACES[0])
    point = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    tail = hashlib.sha1(point, usedforsecurity=False).digest()[-8:]
    assert key_identifier(key)[1:] == tail[1:]
    assert key_identifier(key)[0] & 0x0F == tail[0] & 0x0F


def test_a_certificate_holds_less_than_a_device_can_store() -> None:
    # What travels in a command as remote party certificate is short.
    assert max(len(der(certificate(place))) for place in PLACES) < 500
