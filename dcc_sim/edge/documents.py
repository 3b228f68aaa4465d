"""The commands that work on one XML document: validate, sign, verify.

In: the document as octets. Out: the signed document, or the findings. Left out: option parsing
(`dcc_sim.cli`).
"""

from __future__ import annotations

from dataclasses import dataclass

from cryptography import x509
from lxml import etree

from dcc_sim.dsp.world import xml_signer
from dcc_sim.duis.names import sr
from dcc_sim.duis.parsing import parse_xml
from dcc_sim.duis.request import read_request
from dcc_sim.duis.schema import Schemas
from dcc_sim.duis.services import BY_BODY
from dcc_sim.duis.signature import verify
from dcc_sim.errors import Finding, NotFound, Refused, SchemaInvalid, Unsupported
from dcc_sim.gbcs.keys import KeyRing
from dcc_sim.ids import Eui64, RequestId


@dataclass(frozen=True, slots=True)
class Checked:
    """What validation found in one document; `kind` is Request, Response or GBCSResponse."""

    kind: str
    findings: tuple[Finding, ...]


def validate(document: bytes, schemas: Schemas) -> Checked:
    """Schema, then what the schema cannot say. Raises Unsupported for a service without a schema."""
    try:
        root = parse_xml(document)
    except Refused as error:
        return Checked("", (Finding(1, "/", error.rule, str(error)),))
    kind = etree.QName(root).localname
    try:
        if kind == "GBCSResponse":
            schemas.check_mmc(root)
        else:
            schemas.check_duis(root)
        if root.tag == sr("Request"):
            read_request(root)
    except SchemaInvalid as error:
        _raise_unbuilt(root, schemas)
        return Checked(kind, error.findings)
    except Refused as error:
        return Checked(kind, (Finding(1, f"/{kind}", error.rule, f"{error.reason} {error.place}".strip()),))
    return Checked(kind, ())


def _raise_unbuilt(root: etree._Element, schemas: Schemas) -> None:
    body = root.find(sr("Body"))
    if root.tag == sr("Request") and body is not None and len(body) == 1:
        name = etree.QName(body[0]).localname
        variant = root.findtext(f"{sr('Header')}/{sr('ServiceReferenceVariant')}") or "?"
        if not schemas.declares(name) and name in BY_BODY:
            raise Unsupported(f"Service Request {variant} {name}")


def originator(root: etree._Element) -> Eui64:
    """Who a request says it is from. Raises NotFound."""
    text = root.findtext(f"{sr('Header')}/{sr('RequestID')}") or ""
    try:
        return RequestId.parse(text).originator
    except ValueError as error:
        raise NotFound(f"the document has no RequestID to tell who signs it: {error}") from error


def sign_document(document: bytes, keys: KeyRing) -> bytes:
    """The document signed by its originator's XML key, else signing key. Raises KeyMissing."""
    root = parse_xml(document)
    return xml_signer(keys, originator(root)).sign(root)


def verify_document(document: bytes, keys: KeyRing) -> Eui64:
    """The EUI whose certificate the signature names, if it holds. Raises XmlSignatureInvalid."""
    signers: list[Eui64] = []

    def lookup(serial: int, issuer: str) -> x509.Certificate | None:  # noqa: ARG001
        for eui, _usage, certificate in keys.certificates():
            if certificate.serial_number == serial:
                signers.append(eui)
                return certificate
        return None

    verify(parse_xml(document), lookup)
    return signers[-1]
