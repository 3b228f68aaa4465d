"""Signatures: ours against an independent implementation, and every way of cheating."""

from __future__ import annotations

import base64
import copy
import datetime as dt
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.signer import XMLSigner
from signxml.verifier import SignatureConfiguration, XMLVerifier

from dcc_sim.duis.names import ds, sr
from dcc_sim.duis.parsing import parse_xml
from dcc_sim.duis.signature import ENVELOPED, EXCLUSIVE_C14N, Signer, sign, verify
from dcc_sim.errors import XmlSignatureInvalid

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml.etree import _Element

    Key = ec.EllipticCurvePublicKey | x509.Certificate
    Lookup = Callable[[int, str], Key | None]

DOCUMENT = b"""<?xml version="1.0"?>
<!-- note -->
<r xmlns="urn:a" xmlns:unused="urn:b" x="1">
  <b>1<!-- c -->0</b>
  <c> blank </c>
</r>"""


@pytest.fixture
def signed(signer: Signer) -> _Element:
    return parse_xml(signer.sign(DOCUMENT))


def always(key: Key) -> Lookup:
    def find(serial: int, issuer: str) -> Key:
        return key

    return find


def reason(root: _Element, lookup: Lookup) -> str:
    with pytest.raises(XmlSignatureInvalid) as refused:
        verify(root, lookup)
    return refused.value.reason


def part(root: _Element, name: str) -> _Element:
    return next(root.iter(ds(name)))


# ------------------------------------------------------------------------------------ the profile


def test_it_is_the_profile(signed: _Element) -> None:
    signature = signed[-1]
    assert [child.tag for child in signature] == [ds("SignedInfo"), ds("SignatureValue"), ds("KeyInfo")]
    assert part(signed, "Reference").get("URI") == ""
    assert [each.get("Algorithm") for each in part(signed, "Transforms")] == [ENVELOPED]
    assert part(signed, "CanonicalizationMethod").get("Algorithm") == EXCLUSIVE_C14N
    assert len(base64.b64decode(part(signed, "SignatureValue").text or "")) == 64
    assert part(signed, "X509SerialNumber").text == str(2**120 + 7)


def test_what_is_verified_is_what_is_returned(signed: _Element, lookup: Lookup) -> None:
    assert verify(signed, lookup) is signed
    before = etree.tostring(signed)
    verify(signed, lookup)
    assert etree.tostring(signed) == before


def test_it_is_compact_and_keeps_values(signer: Signer) -> None:
    octets = signer.sign(DOCUMENT)
    assert b">\n" not in octets.split(b"?>\n", 1)[1]
    assert b"<b>10</b><c> blank </c>" in octets


def test_signing_again_replaces(signer: Signer, lookup: Lookup) -> None:
    twice = parse_xml(signer.sign(signer.sign(DOCUMENT)))
    assert len(list(twice.iter(ds("Signature")))) == 1
    assert verify(twice, lookup) is twice


def test_an_element_can_be_signed_and_is_left_alone(signer: Signer, lookup: Lookup) -> None:
    element = parse_xml(DOCUMENT)
    before = etree.tostring(element)
    verify(parse_xml(signer.sign(element)), lookup)
    assert etree.tostring(element) == before


def test_a_certificate_will_do_as_key(signed: _Element, key: ec.EllipticCurvePrivateKey) -> None:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "x")])
    day = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 5, day, day + dt.timedelta(1))
    certificate = builder.sign(key, hashes.SHA256())
    assert verify(signed, always(certificate)) is signed


# ------------------------------------------------------------------- an independent implementation


def test_signxml_accepts_ours(
    signer: Signer, key: ec.EllipticCurvePrivateKey, example: Callable[[str], bytes]
) -> None:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "x")])
    day = dt.datetime.now(tz=dt.UTC) - dt.timedelta(1)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 5, day, day + dt.timedelta(30))
    certificate = builder.sign(key, hashes.SHA256())
    wanted = SignatureConfiguration(
        require_x509=True,
        signature_methods=frozenset({SignatureMethod.ECDSA_SHA256}),
        digest_algorithms=frozenset({DigestAlgorithm.SHA256}),
        default_reference_c14n_method=CanonicalizationMethod.CANONICAL_XML_1_0,
        location="./",
    )
    for document in (DOCUMENT, example("1.1.1-eco")):
        XMLVerifier().verify(signer.sign(document), x509_cert=certificate, expect_config=wanted)


@pytest.mark.parametrize("method", ["CANONICAL_XML_1_0", "EXCLUSIVE_XML_CANONICALIZATION_1_0"])
def test_ours_accepts_signxml(method: str, signer: Signer, lookup: Lookup) -> None:
    algorithm = CanonicalizationMethod[method]
    theirs = XMLSigner(
        signature_algorithm=SignatureMethod.ECDSA_SHA256,
        digest_algorithm=DigestAlgorithm.SHA256,
        c14n_algorithm=algorithm,
    )
    key_info = etree.Element(ds("KeyInfo"))
    pair = etree.SubElement(etree.SubElement(key_info, ds("X509Data")), ds("X509IssuerSerial"))
    etree.SubElement(pair, ds("X509IssuerName")).text = signer.issuer_name
    etree.SubElement(pair, ds("X509SerialNumber")).text = str(signer.serial)
    root = theirs.sign(parse_xml(DOCUMENT), key=signer.key, key_info=key_info)
    again = parse_xml(etree.tostring(root))
    if method == "CANONICAL_XML_1_0":
        # SignedInfo canonicalised inclusively: outside the profile.
        assert "expected http://www.w3.org/2001/10/xml-exc-c14n#" in reason(again, lookup)
    else:
        assert verify(again, lookup) is again


# -------------------------------------------------------------------------------- what peers need


def resigned(root: _Element, signer: Signer) -> _Element:
    """Make the value again after SignedInfo was changed."""
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature  # noqa: PLC0415

    octets = etree.tostring(part(root, "SignedInfo"), method="c14n", exclusive=True)
    r, s = decode_dss_signature(signer.key.sign(octets, ec.ECDSA(hashes.SHA256())))
    part(root, "SignatureValue").text = base64.b64encode(
        r.to_bytes(32, "big") + s.to_bytes(32, "big")
    ).decode()
    return root


def test_line_breaks_in_base64(signer: Signer, lookup: Lookup) -> None:
    octets = signer.sign(DOCUMENT)
    start = octets.index(b"<ds:SignatureValue>") + len(b"<ds:SignatureValue>")
    broken = octets[:start] + b"&#13;\n" + octets[start : start + 40] + b"&#13;\r\n" + octets[start + 40 :]
    verify(parse_xml(broken), lookup)


def test_other_prefix(signer: Signer, lookup: Lookup) -> None:
    octets = (
        signer.sign(DOCUMENT)
        .replace(b"<ds:", b"<q:")
        .replace(b"</ds:", b"</q:")
        .replace(b"xmlns:ds", b"xmlns:q")
    )
    root = parse_xml(octets)
    verify(resigned(root, signer), lookup)  # exclusive C14N keeps prefixes, so the value changes


def test_extra_certificate_and_key_name(signed: _Element, lookup: Lookup) -> None:
    etree.SubElement(part(signed, "X509Data"), ds("X509Certificate")).text = "AAAA"
    etree.SubElement(part(signed, "KeyInfo"), ds("KeyName")).text = "me"
    assert verify(signed, lookup) is signed


def test_extra_exclusive_transform(signed: _Element, signer: Signer, lookup: Lookup) -> None:
    etree.SubElement(part(signed, "Transforms"), ds("Transform"), Algorithm=EXCLUSIVE_C14N)
    bare = copy.deepcopy(signed)
    bare.remove(bare[-1])
    digest = hashes.Hash(hashes.SHA256())
    digest.update(etree.tostring(bare, method="c14n", exclusive=True))
    part(signed, "DigestValue").text = base64.b64encode(digest.finalize()).decode()
    assert verify(resigned(signed, signer), lookup) is signed


def test_signed_compact_then_indented(
    signer: Signer, lookup: Lookup, example: Callable[[str], bytes]
) -> None:
    root = parse_xml(signer.sign(example("1.1.1-eco")))
    body = root[1]
    etree.indent(body, level=1)
    for element, tail in ((root[0], "\n  "), (body, "\n  "), (root[2], "\n")):
        element.tail = tail
    returned = verify(root, lookup)
    assert returned is not root
    assert b"\n" not in etree.tostring(returned)


def test_indented_and_signed_as_it_stands(signer: Signer, lookup: Lookup) -> None:
    # What a standard library does with an indented document: the text around the signature counts.
    root = parse_xml(b"<r>\n  <b>1</b>\n  </r>")
    signature = parse_xml(signer.sign(b"<r/>"))[-1]
    digest = hashes.Hash(hashes.SHA256())
    digest.update(b"<r>\n  <b>1</b>\n  \n</r>")
    root.append(signature)
    signature.tail = "\n"
    part(root, "DigestValue").text = base64.b64encode(digest.finalize()).decode()
    assert verify(resigned(root, signer), lookup) is root


def test_instructions_in_front_are_covered(signer: Signer, lookup: Lookup) -> None:
    octets = signer.sign(b"<?page one?><r><b>1</b></r>")
    verify(parse_xml(octets), lookup)
    assert "digest" in reason(parse_xml(octets.replace(b"?page one", b"?page two")), lookup)


# -------------------------------------------------------------------------------------- cheating


def test_each_value_is_covered(signer: Signer, lookup: Lookup) -> None:
    octets = signer.sign(DOCUMENT)
    for old, new in (
        (b"<b>10", b"<b>11"),
        (b'x="1"', b'x="2"'),
        (b" blank ", b" blan k "),
        (b"urn:a", b"urn:c"),
    ):
        assert "digest differs" in reason(parse_xml(octets.replace(old, new)), lookup)
    # An unused namespace declaration counts too: that is what inclusive canonicalisation means.
    assert "digest differs" in reason(parse_xml(octets.replace(b"urn:b", b"urn:z")), lookup)


def test_unsigned(lookup: Lookup) -> None:
    assert reason(parse_xml(DOCUMENT), lookup) == "there is no signature"


def test_two_signatures(signed: _Element, lookup: Lookup) -> None:
    signed.append(copy.deepcopy(signed[-1]))
    assert reason(signed, lookup) == "there are 2 signatures"


def test_signature_not_last(signed: _Element, lookup: Lookup) -> None:
    etree.SubElement(signed, "{urn:a}more")
    assert "not the last child" in reason(signed, lookup)


def test_wrapping_the_signed_request_in_a_new_one(
    signer: Signer, lookup: Lookup, example: Callable[[str], bytes]
) -> None:
    inner = parse_xml(signer.sign(example("4.1.1-read")))
    evil = parse_xml(example("1.1.1-eco"))
    evil[1].append(inner)
    assert "not a child of the root" in reason(evil, lookup)


def test_wrapping_the_signed_request_into_the_signature(
    signer: Signer, lookup: Lookup, example: Callable[[str], bytes]
) -> None:
    inner = parse_xml(signer.sign(example("4.1.1-read")))
    evil = parse_xml(example("1.1.1-eco"))
    signature = inner[-1]
    evil.append(signature)
    assert "digest differs" in reason(evil, lookup)
    etree.SubElement(signature, ds("Object")).append(inner)
    assert "no place in the signature" in reason(evil, lookup)


def test_wrapping_with_a_reference_to_a_part(
    signer: Signer, lookup: Lookup, example: Callable[[str], bytes]
) -> None:
    evil = parse_xml(signer.sign(example("1.1.1-eco")))
    evil[1].set("Id", "b")
    part(evil, "Reference").set("URI", "#b")
    assert "not to the whole document" in reason(resigned(evil, signer), lookup)
    part(evil, "Reference").attrib.pop("URI")
    assert "not to the whole document" in reason(resigned(evil, signer), lookup)


def test_a_part_of_a_document_cannot_be_verified(signer: Signer, lookup: Lookup) -> None:
    outer = etree.Element("outer")
    outer.append(parse_xml(signer.sign(DOCUMENT)))
    assert "whole document" in reason(outer[0], lookup)


def test_second_reference(signed: _Element, signer: Signer, lookup: Lookup) -> None:
    part(signed, "SignedInfo").append(copy.deepcopy(part(signed, "Reference")))
    assert "2 Reference elements" in reason(resigned(signed, signer), lookup)


def test_other_key(signed: _Element) -> None:
    other = ec.generate_private_key(ec.SECP256R1()).public_key()
    assert "signature value" in reason(signed, always(other))


def test_keys_that_are_not_p256(signed: _Element) -> None:
    other = ec.generate_private_key(ec.SECP384R1()).public_key()
    assert "P-256" in reason(signed, always(other))
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "x")])
    day = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    rsa_key = rsa.generate_private_key(65537, 2048)
    builder = x509.CertificateBuilder(name, name, rsa_key.public_key(), 5, day, day + dt.timedelta(1))
    certificate = builder.sign(rsa_key, hashes.SHA256())
    with pytest.raises(XmlSignatureInvalid, match="P-256"):
        verify(signed, always(certificate))


def test_unknown_serial(signed: _Element, lookup: Lookup) -> None:
    part(signed, "X509SerialNumber").text = "12"
    assert "no certificate with serial number 12" in reason(signed, lookup)


@pytest.mark.parametrize("text", ["", "x", "-1", "9" * 5000])
def test_serial_that_is_none(text: str, signed: _Element, lookup: Lookup) -> None:
    part(signed, "X509SerialNumber").text = text
    assert "is not a number" in reason(signed, lookup)


@pytest.mark.parametrize(
    ("element", "algorithm"),
    [
        ("CanonicalizationMethod", "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"),
        ("SignatureMethod", "http://www.w3.org/2000/09/xmldsig#hmac-sha1"),
        ("DigestMethod", "http://www.w3.org/2000/09/xmldsig#sha1"),
        ("Transform", "http://www.w3.org/TR/1999/REC-xslt-19991116"),
    ],
)
def test_other_algorithms(
    element: str, algorithm: str, signed: _Element, signer: Signer, lookup: Lookup
) -> None:
    part(signed, element).set("Algorithm", algorithm)
    assert algorithm in reason(resigned(signed, signer), lookup)


def test_a_transform_too_many(signed: _Element, signer: Signer, lookup: Lookup) -> None:
    transforms = part(signed, "Transforms")
    etree.SubElement(transforms, ds("Transform"), Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116")
    assert "is not accepted" in reason(resigned(signed, signer), lookup)
    etree.SubElement(transforms, ds("Transform"), Algorithm=EXCLUSIVE_C14N)
    assert "expected" in reason(resigned(signed, signer), lookup)


def test_parameters_of_algorithms(signed: _Element, signer: Signer, lookup: Lookup) -> None:
    etree.SubElement(
        part(signed, "CanonicalizationMethod"), f"{{{EXCLUSIVE_C14N}}}InclusiveNamespaces", PrefixList="x"
    )
    assert "parameters" in reason(resigned(signed, signer), lookup)


@pytest.mark.parametrize("value", ["", "!!!!", "AAAA", "é", base64.b64encode(b"\x00" * 63).decode()])
def test_bad_values(value: str, signed: _Element, lookup: Lookup) -> None:
    part(signed, "SignatureValue").text = value
    assert reason(signed, lookup)


def test_zero_value(signed: _Element, lookup: Lookup) -> None:
    part(signed, "SignatureValue").text = base64.b64encode(bytes(64)).decode()
    assert "signature value" in reason(signed, lookup)


@pytest.mark.parametrize(
    "name",
    ["SignedInfo", "SignatureValue", "KeyInfo", "Reference", "DigestValue", "X509IssuerSerial", "Transforms"],
)
def test_missing_parts(name: str, signed: _Element, lookup: Lookup) -> None:
    element = part(signed, name)
    parent = element.getparent()
    assert parent is not None
    parent.remove(element)
    assert "expected one" in reason(signed, lookup)


def test_schema_keeps_the_signature_last(
    schemas: object, signer: Signer, example: Callable[[str], bytes]
) -> None:
    root = parse_xml(sign(example("4.1.1-read"), signer.key, "CN=x", 1))
    assert root[-1].tag == ds("Signature")
    assert root[0].tag == sr("Header")
