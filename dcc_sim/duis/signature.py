"""XML signatures as the User interface makes them (DUIS 5.4; profile in `docs/reference/xml-signature.md`).

In: a document and a P-256 key; or a parsed document and a way to find public keys. Out: the
signed document; or the very tree that the signature covers. Left out: whether the key's owner
is the sender, certificate chains and validity (`dsp` and `smki`).

The signature is enveloped and the last child of the root. Its one Reference points at the whole
document, less the signature itself, digested over inclusive Canonical XML 1.0 because no other
canonicalisation is named. `SignedInfo` in turn is signed over its *exclusive* canonical form. The
value is r‖s, 32 octets each; the key is named by issuer and serial number.

`verify` is strict where a looser reading could make somebody believe unsigned content, and only
lenient where real peers differ without harm: any prefix, line breaks (also CR) in base64, an
explicit canonicalisation transform, certificates beside the serial number, and a digest over the
content without its indentation, which is what the signing tool of DCC Boxed computes.
"""

from __future__ import annotations

import base64
import binascii
import copy
import re
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NoReturn

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import constant_time, hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from lxml import etree

from dcc_sim.duis.names import DS, ds, line_of, sr
from dcc_sim.duis.parsing import parse_xml
from dcc_sim.errors import XmlSignatureInvalid

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml.etree import _Element

    PublicKey = ec.EllipticCurvePublicKey | x509.Certificate
    KeyLookup = Callable[[int, str], PublicKey | None]

INCLUSIVE_C14N: Final = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
EXCLUSIVE_C14N: Final = "http://www.w3.org/2001/10/xml-exc-c14n#"
ENVELOPED: Final = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
SHA256: Final = "http://www.w3.org/2001/04/xmlenc#sha256"
ECDSA_SHA256: Final = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"

_ECDSA: Final = ec.ECDSA(hashes.SHA256())
_SIGNATURE: Final = ds("Signature")
_KEY_INFO: Final = ds("KeyInfo")
_PARTS: Final = (ds("SignedInfo"), ds("SignatureValue"), _KEY_INFO)
_ISSUER_SERIAL: Final = ds("X509IssuerSerial")
_HANDED_ON: Final = (sr("SMETS1SignedResponse"), sr("S1SPAlert"))
_BLANK: Final = re.compile(r"[ \t\r\n]+")
_SERIAL: Final = re.compile(r"\d{1,50}")  # 20 octets are the most a serial number may have


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key and the name under which verifiers find its certificate."""

    key: ec.EllipticCurvePrivateKey
    issuer_name: str
    serial: int

    def sign(self, document: bytes | _Element) -> bytes:
        """The document with this signer's signature; see `sign`."""
        return sign(document, self.key, self.issuer_name, self.serial)


# --------------------------------------------------------------------------------------- signing


def sign(document: bytes | _Element, key: ec.EllipticCurvePrivateKey, issuer_name: str, serial: int) -> bytes:
    """The document with an enveloped signature; one it had before is replaced.

    The result is compact: no indentation, no comments. Some verifiers compute their digest
    without indentation; where there is none, they and the standard agree. Raises MalformedXml for
    octets that are no document.
    """
    root = parse_xml(document) if isinstance(document, bytes) else copy.deepcopy(document)
    for old in root.findall(ds("Signature")):
        root.remove(old)
    _drop_indentation(root)
    signature, signed_info = _unsigned_signature(_digest(root, INCLUSIVE_C14N))
    root.append(signature)
    r, s = decode_dss_signature(key.sign(_exclusive(signed_info), ec.ECDSA(hashes.SHA256())))
    value = etree.SubElement(signature, ds("SignatureValue"))
    value.text = base64.b64encode(r.to_bytes(32, "big") + s.to_bytes(32, "big")).decode()
    data = etree.SubElement(etree.SubElement(signature, ds("KeyInfo")), ds("X509Data"))
    name = etree.SubElement(data, ds("X509IssuerSerial"))
    etree.SubElement(name, ds("X509IssuerName")).text = issuer_name
    etree.SubElement(name, ds("X509SerialNumber")).text = str(serial)
    return etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True, standalone=False)


def _unsigned_signature(digest: bytes) -> tuple[_Element, _Element]:
    """A Signature with its SignedInfo filled in, and that SignedInfo."""
    signature = etree.Element(ds("Signature"), nsmap={"ds": DS})
    info = etree.SubElement(signature, ds("SignedInfo"))
    etree.SubElement(info, ds("CanonicalizationMethod"), Algorithm=EXCLUSIVE_C14N)
    etree.SubElement(info, ds("SignatureMethod"), Algorithm=ECDSA_SHA256)
    reference = etree.SubElement(info, ds("Reference"), URI="")
    transforms = etree.SubElement(reference, ds("Transforms"))
    etree.SubElement(transforms, ds("Transform"), Algorithm=ENVELOPED)
    etree.SubElement(reference, ds("DigestMethod"), Algorithm=SHA256)
    etree.SubElement(reference, ds("DigestValue")).text = base64.b64encode(digest).decode()
    return signature, info


# ------------------------------------------------------------------------------------- verifying


def verify(root: _Element, lookup: KeyLookup) -> _Element:
    """Check the signature and return the root of exactly what it covers. Raises XmlSignatureInvalid.

    `lookup(serial, issuer)` gives the public key or certificate, or None when it has no such. Use
    the returned tree and no other: it is `root` itself, or, when the digest was made without
    indentation, a copy without indentation. The Signature element is still in it.
    """
    signature = _the_signature(root)
    signed_info, signature_value = _each(signature, "SignedInfo", "SignatureValue")
    method, algorithm, reference = _each(
        signed_info, "CanonicalizationMethod", "SignatureMethod", "Reference"
    )
    _check_algorithm(method, EXCLUSIVE_C14N)
    _check_algorithm(algorithm, ECDSA_SHA256)
    canonicalisation, digest_value = _check_reference(reference)
    serial, issuer = _key_name(signature)
    key = _public_key(lookup(serial, issuer), serial)
    value = _base64(signature_value, 64)
    digest = _base64(digest_value, 32)
    try:
        key.verify(
            encode_dss_signature(int.from_bytes(value[:32], "big"), int.from_bytes(value[32:], "big")),
            _exclusive(signed_info),
            _ECDSA,
        )
    except InvalidSignature:
        _refuse(f"the signature value was not made over this SignedInfo with key {serial}", "SignatureValue")
    return _covered(root, canonicalisation, digest)


def _the_signature(root: _Element) -> _Element:
    """The one signature, in its one place.

    Anything else that could draw the eye of a reader (a second signature, content beside it that
    the enveloped transform would hide, a signature over some other part) is refused here.
    """
    if root.getparent() is not None:
        _refuse("only a whole document can be verified", "whole document", root)
    found = [each for each in root.iter(_SIGNATURE) if not _is_providers(each)]
    if not found:
        _refuse("there is no signature", "one signature")
    if len(found) > 1:
        _refuse(f"there are {len(found)} signatures", "one signature", found[1])
    if found[0].getparent() is not root:
        _refuse("the signature is not a child of the root", "last child of the root", found[0])
    if found[0] is not root[-1]:
        _refuse("the signature is not the last child of the root", "last child of the root", found[0])
    for child in found[0]:
        if child.tag not in _PARTS:
            _refuse(f"{child.tag} has no place in the signature", "signature content", child)
    return found[0]


def _is_providers(signature: _Element) -> bool:
    """Whether it is that of a SMETS1 service provider, whose message the DCC hands on signature and all.

    It belongs to the content: the signature of the whole document covers it like everything else.
    """
    parent = signature.getparent()
    return (
        parent is not None
        and parent.tag in _HANDED_ON
        and parent.getparent() is not None
        and signature is parent[-1]
        and next(signature.iterancestors(ds("Signature")), None) is None
    )


def _check_reference(reference: _Element) -> tuple[str, _Element]:
    """Whole document, enveloped, SHA-256. Returns the canonicalisation for the digest, and where that is."""
    if reference.get("URI") != "":
        _refuse(
            f"it refers to {reference.get('URI')!r}, not to the whole document", "Reference URI", reference
        )
    listed, method, digest = _each(reference, "Transforms", "DigestMethod", "DigestValue")
    _check_algorithm(method, SHA256)
    transforms = [_algorithm(each) for each in listed]
    if transforms[:1] != [ENVELOPED] or len(transforms) > 2:
        _refuse(f"transforms {transforms}, expected {ENVELOPED} first", "Transforms", reference)
    if len(transforms) == 1:
        return INCLUSIVE_C14N, digest
    if transforms[1] not in (INCLUSIVE_C14N, EXCLUSIVE_C14N):
        _refuse(f"transform {transforms[1]!r} is not accepted", "Transforms", reference)
    return transforms[1], digest


def _key_name(signature: _Element) -> tuple[int, str]:
    """Serial number and issuer name; further certificates or names are not looked at."""
    names = [name for info in signature.iterchildren(_KEY_INFO) for name in info.iter(_ISSUER_SERIAL)]
    if len(names) != 1:
        _refuse(f"{len(names)} issuer and serial pairs in KeyInfo, expected one", "KeyInfo", signature)
    issuer_name, number = _each(names[0], "X509IssuerName", "X509SerialNumber")
    issuer, serial = issuer_name.text or "", (number.text or "").strip()
    if not _SERIAL.fullmatch(serial):
        _refuse(f"serial number {serial[:60]!r} is not a number", "X509SerialNumber", names[0])
    return int(serial), issuer.strip()


def _public_key(found: PublicKey | None, serial: int) -> ec.EllipticCurvePublicKey:
    if found is None:
        _refuse(f"no certificate with serial number {serial} is known", "X509SerialNumber")
    key = found.public_key() if isinstance(found, x509.Certificate) else found
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        _refuse(f"certificate {serial} does not hold a P-256 key", "SignatureMethod")
    return key


def _covered(root: _Element, canonicalisation: str, expected: bytes) -> _Element:
    """The tree whose digest is the expected one: as it came, or without indentation."""
    if constant_time.bytes_eq(_digest(root, canonicalisation), expected):
        return root
    stripped = copy.deepcopy(root)
    _drop_indentation(stripped, values=True)
    if not constant_time.bytes_eq(_digest(stripped, canonicalisation), expected):
        _refuse("the content is not what was signed: its digest differs", "DigestValue")
    return stripped


# ------------------------------------------------------------------------------- canonical forms


def _digest(root: _Element, canonicalisation: str) -> bytes:
    """SHA-256 over the canonical document without its signature, which is back in its place afterwards.

    Taking it out of the tree for a moment is half the cost of working on a copy.
    """
    signature = root[-1] if len(root) else None
    if signature is None or signature.tag != _SIGNATURE:
        return _hash(root, canonicalisation)
    before, behind = signature.getprevious(), signature.tail or ""
    text = root.text if before is None else before.tail
    root.remove(signature)  # lxml takes the text behind it along
    _write_behind(before, root, (text or "") + behind)
    try:
        return _hash(root, canonicalisation)
    finally:
        _write_behind(before, root, text)
        root.append(signature)


def _write_behind(before: _Element | None, root: _Element, text: str | None) -> None:
    """The text after an element, or, without one, the first in the root."""
    if before is None:
        root.text = text
    else:
        before.tail = text


def _hash(root: _Element, canonicalisation: str) -> bytes:
    # The whole document, not the root: instructions before the root belong to it too.
    exclusive = canonicalisation == EXCLUSIVE_C14N
    document = root.getroottree()
    return sha256(etree.tostring(document, method="c14n", exclusive=exclusive, with_comments=False)).digest()


def _exclusive(element: _Element) -> bytes:
    return etree.tostring(element, method="c14n", exclusive=True, with_comments=False, with_tail=False)


def _drop_indentation(root: _Element, *, values: bool = False) -> None:
    """Remove white space between elements; with `values` also the blanks around values."""
    for element in root.iter(etree.Element):
        if element.tail and not element.tail.strip(" \t\r\n"):
            element.tail = None
        if not element.text:
            continue
        if len(element) and not element.text.strip(" \t\r\n"):
            element.text = None
        elif values:
            element.text = element.text.strip(" \t\r\n") or None


# ------------------------------------------------------------------------------------ small steps


def _each(parent: _Element, *names: str) -> list[_Element]:
    """The one child of each name. Nearly always they stand there in that order, with nothing between."""
    children = list(parent)
    found, further = children[: len(names)], {each.tag for each in children[len(names) :]}
    expected = [ds(name) for name in names]
    if [each.tag for each in found] == expected and further.isdisjoint(expected):
        return found
    return [_only(parent, name) for name in names]


def _only(parent: _Element, name: str) -> _Element:
    found = list(parent.iterchildren(ds(name)))
    if len(found) != 1:
        _refuse(f"{len(found)} {name} elements, expected one", name, parent)
    return found[0]


def _algorithm(element: _Element) -> str:
    """The algorithm URI; parameters inside would change what it computes, so there may be none."""
    if len(element):
        _refuse("parameters of an algorithm are not accepted", "algorithm", element)
    return element.get("Algorithm", "")


def _check_algorithm(element: _Element, expected: str) -> None:
    found = _algorithm(element)
    if found != expected:
        _refuse(f"algorithm {found!r}, expected {expected}", "algorithm", element)


def _base64(element: _Element, length: int) -> bytes:
    text = _BLANK.sub("", element.text or "")
    try:
        value = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        _refuse("not base64", "base64", element)
    if len(value) != length:
        _refuse(f"{len(value)} octets, expected {length}", "length", element)
    return value


def _refuse(reason: str, rule: str, element: _Element | None = None) -> NoReturn:
    place = "" if element is None else f"line {line_of(element)}"
    raise XmlSignatureInvalid(reason, rule=rule, place=place)
