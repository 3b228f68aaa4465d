"""The commands that work on one XML document: validate, sign, verify.

In: the document as octets. Out: the signed document, or the findings. Left out: option parsing
(`dcc_sim.cli`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from lxml import etree

from dcc_sim.catalogue.requests import BY_BODY
from dcc_sim.dsp.world import xml_signer
from dcc_sim.duis.names import line_of, local_name, path_of, sr
from dcc_sim.duis.parsing import parse_xml
from dcc_sim.duis.request import read_request
from dcc_sim.duis.rules import check_rules
from dcc_sim.duis.schema import Schemas
from dcc_sim.duis.signature import verify
from dcc_sim.errors import Finding, NotFound, Refused, SchemaInvalid, Severity
from dcc_sim.gbcs.keys import KeyRing
from dcc_sim.ids import Eui64, RequestId


@dataclass(frozen=True, slots=True)
class Checked:
    """What validation found in one document; `kind` is the name of its root, such as Request."""

    kind: str
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that make the document invalid."""
        return tuple(each for each in self.findings if each.severity is Severity.ERROR)


def validate(document: bytes, schemas: Schemas, now: datetime) -> Checked:
    """All findings: of the parser, or else of the schema, or else of the business rules at `now`."""
    try:
        root = parse_xml(document)
    except Refused as error:
        return Checked("", (_of_parser(error),))
    kind = local_name(root)
    try:
        if kind == "GBCSResponse":
            schemas.check_mmc(root)
        else:
            schemas.check_duis(root)
    except SchemaInvalid as error:
        return Checked(kind, _missing_service(root, schemas) or error.findings)
    if root.tag != sr("Request"):
        return Checked(kind, ())
    return Checked(kind, _checked_request(root, now))


def _of_parser(error: Refused) -> Finding:
    place = re.fullmatch(r"line (\d+), (column \d+)", error.place)
    if place is None:
        return Finding(1, "/", error.rule, f"{error.reason} {error.place}".strip())
    reason = error.reason.removesuffix(f", {error.place}")  # libxml2 says it sometimes
    return Finding(int(place[1]), "/", error.rule, f"{reason}, {place[2]}")


def _checked_request(root: etree._Element, now: datetime) -> tuple[Finding, ...]:
    """Business rules, and the reader of requests as a second opinion: what it refuses is an error."""
    findings = check_rules(root, now)
    if any(each.severity is Severity.ERROR for each in findings):
        return findings
    try:
        read_request(root)
    except Refused as error:
        place = re.match(r"line (\d+)", error.place)
        line = int(place[1]) if place else 1
        return (*findings, Finding(line, path_of(root), error.rule, f"{error.reason} {error.place}".strip()))
    return findings


def _missing_service(root: etree._Element, schemas: Schemas) -> tuple[Finding, ...]:
    """A finding for a service that the interface has but these schemas have not."""
    body = root.find(sr("Body"))
    if root.tag != sr("Request") or body is None or len(body) != 1:
        return ()
    name = local_name(body[0])
    service = BY_BODY.get(name)
    if service is None or schemas.declares(name):
        return ()
    message = f"these schemas have no {name}, which is Service Request {service.variant}"
    return (Finding(line_of(body[0]), path_of(body[0]), "schema set", message, name, "other schemas"),)


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
