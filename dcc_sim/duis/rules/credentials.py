"""Rules on certificates that a request carries: readable, current, of the right kind and party.

In: a request, the time it is. Out: flaws. Left out: signatures of chains, which need the DCC's
roots (`smki`). Profile: reference `gbcs.md` §b.6. Certificates that cannot be read are the
subject of one rule; the others pass them over.
"""

from __future__ import annotations

import base64
import binascii
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from dcc_sim.duis.names import local_name
from dcc_sim.duis.request import CANCELLATION
from dcc_sim.duis.rules.reading import child, everywhere, moment, text
from dcc_sim.duis.rules.row import ERROR, HIGH, LOW, MEDIUM, WARNING, Flaw, RequestUnderCheck, Rule
from dcc_sim.ids import Eui64, RemotePartyRole, RequestId

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

_SIGNING: Final = "DigitalSigningCertificate"
_AGREEMENT: Final = "KeyAgreementCertificate"
_TOP_UP: Final = "KeyAgreementTopUpCertificate"
_OF_READER: Final = ("KAPublicSecurityCredentials", "KAPublicSecurityCredential")
_DEVICE: Final = "DeviceCertificate"
_PATH: Final = "Certificate"
_NEW: Final = (_SIGNING, _AGREEMENT, _TOP_UP)
_ROLES: Final = {
    "Supplier": RemotePartyRole.SUPPLIER,
    "NetworkOperator": RemotePartyRole.NETWORK_OPERATOR,
    "ACB": RemotePartyRole.ACCESS_CONTROL_BROKER,
    "TransCoS": RemotePartyRole.TRANSITIONAL_COS,
    "LoadController": RemotePartyRole.LOAD_CONTROLLER,
    "Root": RemotePartyRole.ROOT,
    "Recovery": RemotePartyRole.RECOVERY,
}
_OWN: Final = ("Supplier", "NetworkOperator")
_EUI: Final = 8
_UNREADABLE: Final = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)


@dataclass(frozen=True, slots=True)
class Held:
    """A certificate and the element that holds it."""

    element: _Element
    certificate: x509.Certificate

    @property
    def name(self) -> str:
        """The element's local name."""
        return local_name(self.element)


def _elements(request: RequestUnderCheck, *names: str) -> Iterator[_Element]:
    return everywhere(request.content, *names)


def _read(element: _Element) -> Held | str:
    """The certificate in it; or why there is none."""
    try:
        octets = base64.b64decode("".join(text(element).split()), validate=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the library warns of what certificates should not hold
            certificate = x509.load_der_x509_certificate(octets)
            _usage(certificate)
            certificate.public_key()
    except binascii.Error:
        return "not base64"
    except _UNREADABLE as error:
        return str(error).partition("\n")[0] or "not DER"
    return Held(element, certificate)


def _held(request: RequestUnderCheck, *names: str) -> Iterator[Held]:
    for element in _elements(request, *names):
        found = _read(element)
        if isinstance(found, Held):
            yield found


def _usage(certificate: x509.Certificate) -> x509.KeyUsage | None:
    for extension in certificate.extensions:
        if isinstance(extension.value, x509.KeyUsage):
            return extension.value
    return None


def _owner(certificate: x509.Certificate) -> Eui64 | None:
    """The organisation's EUI; None for certificates of others."""
    for attribute in certificate.subject.get_attributes_for_oid(NameOID.X500_UNIQUE_IDENTIFIER):
        if isinstance(attribute.value, bytes) and len(attribute.value) >= _EUI:
            return Eui64(attribute.value[-_EUI:])
    return None


def _role(certificate: x509.Certificate) -> RemotePartyRole | None:
    for attribute in certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME):
        try:
            return RemotePartyRole(int(str(attribute.value), 16))
        except ValueError:
            return None
    return None


_ALL: Final = (*_NEW, *_OF_READER, _DEVICE, _PATH)


def _unreadable(request: RequestUnderCheck) -> Iterator[Flaw]:
    for element in _elements(request, *_ALL):
        found = _read(element)
        if isinstance(found, str):
            yield Flaw(
                element,
                f"{local_name(element)} holds no certificate: {found}",
                "an X.509 certificate, DER in base64",
            )


def _curve(request: RequestUnderCheck) -> Iterator[Flaw]:
    for held in _held(request, *_ALL):
        key = held.certificate.public_key()
        if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
            yield Flaw(held.element, f"{held.name} is for another kind of key", "a key on the curve P-256")


def _wrong_use(request: RequestUnderCheck) -> Iterator[Flaw]:
    for held in _held(request, *_NEW, *_OF_READER):
        usage = _usage(held.certificate)
        signing = held.name == _SIGNING
        if usage is None or (usage.digital_signature if signing else usage.key_agreement):
            continue
        wanted = "digital signature" if signing else "key agreement"
        yield Flaw(held.element, f"{held.name} is not for {wanted}", f"a certificate with key usage {wanted}")


def _no_authority(request: RequestUnderCheck) -> Iterator[Flaw]:
    for held in _held(request, _PATH):
        usage = _usage(held.certificate)
        if usage is not None and not usage.key_cert_sign:
            yield Flaw(
                held.element, "a certificate in the path may not issue others", "one of an issuing authority"
            )


def _validity(request: RequestUnderCheck) -> Iterator[tuple[Held, str]]:
    """Certificates that are not valid when the request takes effect, and why."""
    when = moment(child(request.content, "ExecutionDateTime")) or request.now
    if when == CANCELLATION:
        return
    for held in _held(request, *_ALL):
        begin, end = held.certificate.not_valid_before_utc, held.certificate.not_valid_after_utc
        if not begin <= when <= end:
            verb = "has expired" if when > end else "is not valid yet"
            yield held, f"{held.name} {verb} on {when:%Y-%m-%d}: {begin:%Y-%m-%d} to {end:%Y-%m-%d}"


def _checked(request: RequestUnderCheck) -> bool:
    return text(child(request.content, "ApplyTimeBasedCPVChecks")) in ("true", "1")


def _expired(request: RequestUnderCheck) -> Iterator[Flaw]:
    if _checked(request):
        for held, reason in _validity(request):
            yield Flaw(held.element, reason, "a certificate that is valid then")


def _expired_unchecked(request: RequestUnderCheck) -> Iterator[Flaw]:
    if not _checked(request):
        for held, reason in _validity(request):
            yield Flaw(held.element, reason, "a certificate that is valid then")


def _none(request: RequestUnderCheck) -> Iterator[Flaw]:
    holder = child(request.content, "ReplacementCertificates", "SupplierOrNetworkOperatorCertificates")
    if holder is not None and not len(holder):
        yield Flaw(holder, "no certificate to put in place of the old", "at least one of the three")


def _parties(request: RequestUnderCheck) -> Iterator[Flaw]:
    owners = [(held, _owner(held.certificate)) for held in _held(request, *_NEW)]
    for held, owner in owners[1:]:
        if owner is not None and owners[0][1] is not None and owner != owners[0][1]:
            yield Flaw(
                held.element,
                f"{held.name} is of {owner}, the first of {owners[0][1]}",
                "certificates of one party",
            )


def _wrong_role(request: RequestUnderCheck) -> Iterator[Flaw]:
    stated = child(request.content, "RemotePartyRole")
    name = "Supplier" if request.name == "UpdateSecurityCredentialsCoS" else text(stated)
    for held in _held(request, *_NEW) if name in _ROLES else ():
        role = _role(held.certificate)
        if role is not None and role is not _ROLES[name]:
            word = role.name.lower().replace("_", " ")
            yield Flaw(held.element, f"{held.name} is of a {word}", f"a certificate of a {name}")


def _not_own(request: RequestUnderCheck) -> Iterator[Flaw]:
    sender = _sender(request)
    role = text(child(request.content, "RemotePartyRole"))
    own = request.name == "UpdateSecurityCredentialsCoS" or (
        request.name == "UpdateSecurityCredentialsKRP" and role in _OWN
    )
    for held in _held(request, *_NEW) if own else ():
        owner = _owner(held.certificate)
        if sender is not None and owner is not None and owner != sender:
            yield Flaw(
                held.element, f"{held.name} is of {owner}, not of the sender", f"a certificate of {sender}"
            )


def _not_reader(request: RequestUnderCheck) -> Iterator[Flaw]:
    sender = _sender(request)
    for held in _held(request, *_OF_READER):
        owner = _owner(held.certificate)
        if sender is not None and owner is not None and owner != sender:
            reason = f"the answer would be encrypted for {owner}, who has not asked"
            yield Flaw(held.element, reason, f"a certificate of {sender}")


def _sender(request: RequestUnderCheck) -> Eui64 | None:
    try:
        return RequestId.parse(text(child(request.header, "RequestID"))).originator
    except ValueError:
        return None


def _top_up(request: RequestUnderCheck) -> Iterator[Flaw]:
    role = text(child(request.content, "RemotePartyRole"))
    for element in _elements(request, _TOP_UP, "RemotePartyPrepaymentTopUpFloorSeqNumber"):
        if role and role != "Supplier":
            yield Flaw(
                element, f"{local_name(element)} for a {role}", "a Supplier; others make no top-up tokens"
            )


def _issuer(request: RequestUnderCheck) -> Iterator[Flaw]:
    path = {held.certificate.subject for held in _held(request, _PATH)}
    for held in _held(request, *_NEW):
        if path and held.certificate.issuer not in path:
            issuer = held.certificate.issuer.rfc4514_string()
            yield Flaw(
                held.element,
                f"{held.name} is issued by {issuer}, who is not in the path",
                "a path with its issuer",
            )


RULES: Final = (
    Rule(
        code="R801",
        severity=ERROR,
        title="Certificate that cannot be read",
        why="Neither the DCC nor the device can do anything with it.",
        example="`DigitalSigningCertificate` that is PEM, or base64 of base64",
        source="gbcs.md §b.6",
        confidence=HIGH,
        check=_unreadable,
    ),
    Rule(
        code="R802",
        severity=ERROR,
        title="Certificate for another kind of key",
        why="All keys of the interface lie on the curve P-256.",
        example="a certificate with an RSA key",
        source="gbcs.md §b",
        confidence=HIGH,
        check=_curve,
    ),
    Rule(
        code="R803",
        severity=ERROR,
        title="Certificate for another use",
        why="A device keeps a key to check signatures with and another to agree secrets with; the key "
        "usage of the "
        "certificate says which it is.",
        example="the key agreement certificate as `DigitalSigningCertificate`",
        source="gbcs.md §b.6",
        confidence=HIGH,
        check=_wrong_use,
    ),
    Rule(
        code="R804",
        severity=ERROR,
        title="Path of certificates through one that issues none",
        why="The path leads from the new certificates up to a root that the device trusts.",
        example="the new certificate itself in `CertificationPathCertificates`",
        source="gbcs.md §b.6; published 6.15.1",
        confidence=MEDIUM,
        check=_no_authority,
    ),
    Rule(
        code="R805",
        severity=ERROR,
        title="Certificate not valid, and the device is told to look",
        why="With ApplyTimeBasedCPVChecks a device refuses certificates that are not valid by its own clock.",
        example="a certificate until 2025, installed in 2026",
        source="published 6.15.1, 6.21, 6.23, 8.5; CS02b",
        confidence=MEDIUM,
        check=_expired,
    ),
    Rule(
        code="R806",
        severity=WARNING,
        title="Certificate not valid",
        why="Nobody is told to look, but the DCC's services will not work with it.",
        example="a certificate until 2025, in 2026, `ApplyTimeBasedCPVChecks` false",
        source="gbcs.md §b.6",
        confidence=MEDIUM,
        check=_expired_unchecked,
    ),
    Rule(
        code="R807",
        severity=ERROR,
        title="No certificate to install",
        why="All three are optional in the schema, but one must be there.",
        example="an empty `SupplierOrNetworkOperatorCertificates`",
        source="CS02b",
        confidence=MEDIUM,
        check=_none,
    ),
    Rule(
        code="R808",
        severity=ERROR,
        title="Certificates of two parties",
        why="A slot of a device belongs to one party.",
        example="signing certificate of one supplier, key agreement of another",
        source="duis.md §11",
        confidence=MEDIUM,
        check=_parties,
    ),
    Rule(
        code="R809",
        severity=ERROR,
        title="Certificate of another role",
        why="The certificate names its owner's role, the request the slot; a device checks that they agree.",
        example="`RemotePartyRole` Supplier with a network operator's certificate",
        source="gbcs.md §b.6; published 6.15.1, 6.21",
        confidence=MEDIUM,
        check=_wrong_role,
    ),
    Rule(
        code="R810",
        severity=ERROR,
        title="Certificates that are not the sender's",
        why="Who replaces its own certificates, or takes over a supply, installs its own.",
        example="a 6.23 with certificates of another supplier",
        source="duis.md §11",
        confidence=MEDIUM,
        check=_not_own,
    ),
    Rule(
        code="R811",
        severity=ERROR,
        title="Answer encrypted for somebody else",
        why="The key agreement certificate in a read is the reader's: values come back encrypted for it.",
        example="a 4.14 with another party's `KAPublicSecurityCredentials`",
        source="duis.md §4.4; published 4.14, 4.17",
        confidence=MEDIUM,
        check=_not_reader,
    ),
    Rule(
        code="R812",
        severity=ERROR,
        title="Top-up key for a party that makes no tokens",
        why="Only the slot of a supplier has a key for top-up tokens.",
        example="`RemotePartyRole` NetworkOperator with a `KeyAgreementTopUpCertificate`",
        source="gbcs.md §b.6, §j",
        confidence=MEDIUM,
        check=_top_up,
    ),
    Rule(
        code="R813",
        severity=WARNING,
        title="Path without the issuer",
        why="The device builds the chain from the path; without the issuer it ends at once.",
        example="a path with the certificate of another authority",
        source="published 6.15.1, 6.21, 6.23",
        confidence=LOW,
        check=_issuer,
    ),
)
