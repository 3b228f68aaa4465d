"""Validate, sign and verify one document."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from home_bench import ECONOMY_7, ESME, NETWORK, SUPPLIER, demo_home, house, messages

from dcc_sim.bundled import bundled
from dcc_sim.dsp.world import home_keys
from dcc_sim.duis.parsing import parse_xml
from dcc_sim.duis.schema import Schemas, default_schemas
from dcc_sim.edge.documents import originator, sign_document, validate, verify_document
from dcc_sim.errors import KeyMissing, MalformedXml, NotFound, XmlSignatureInvalid
from dcc_sim.gbcs.keys import KeyRing
from dcc_sim.ids import RequestId
from dcc_sim.mmc.document import render

SCHEMAS = default_schemas()
NOW = datetime(2026, 1, 5, 9, 0, 5, tzinfo=UTC)
KEYS = home_keys(demo_home())
REQUEST = ECONOMY_7.request(RequestId(SUPPLIER, ESME, 7))
FIXTURES = sorted((bundled("fixtures") / "requests").glob("*.xml"))


@pytest.mark.parametrize("path", FIXTURES, ids=[path.stem for path in FIXTURES])
def test_the_example_requests_are_valid(path: object) -> None:
    assert hasattr(path, "read_bytes")
    checked = validate(path.read_bytes(), SCHEMAS, NOW)
    assert (checked.kind, checked.findings) == ("Request", ())


def test_what_the_dcc_and_the_parser_write_is_valid() -> None:
    home = house()
    hops = home.send(home.changing(ECONOMY_7))
    kinds = [validate(hop.octets, SCHEMAS, NOW) for hop in hops if hop.octets.startswith(b"<")]
    assert {checked.kind for checked in kinds} == {"Request", "Response", "GBCSResponse"}
    assert [checked.findings for checked in kinds if checked.findings] == []
    (answer,) = [m for m in messages(hops) if m.header.cra == 2]
    assert validate(render(answer), SCHEMAS, NOW).findings == ()


@pytest.mark.parametrize(
    ("document", "rule", "message"),
    [
        (b"", "well-formedness", "the document is empty"),
        (b"<x", "well-formedness", "column 3"),
        (b"<!DOCTYPE x><x/>", "no DTD", "document type declaration"),
        (b"<x/>", "root", "the root is x"),
        (
            REQUEST.replace(b">GBP<", b">USD<"),
            "enumeration",
            "'USD' is not allowed; expected one of GBP, ECB",
        ),
        (
            REQUEST.replace(b"<sr:CommandVariant>4", b"<sr:CommandVariant>5"),
            "R002",
            "command variant 5 with a UpdateImportTariffPrimaryElement as body",
        ),
        (
            REQUEST.replace(b"Variant>1.1.1<", b"Variant>1.2.1<"),
            "R001",
            "1.1 is not the service of variant 1.2.1",
        ),
    ],
)
def test_findings(document: bytes, rule: str, message: str) -> None:
    finding = validate(document, SCHEMAS, NOW).findings[0]
    assert finding.rule == rule
    assert message in finding.message


def test_each_finding_has_its_line() -> None:
    lines = REQUEST.replace(b"><", b">\n<").replace(b">GBP<", b">USD<").replace(b">29000<", b">99999<")
    findings = validate(lines, SCHEMAS, NOW).findings
    assert findings[0].rule == "enumeration"
    assert len(findings) == 2
    for finding, text in zip(findings, (b"USD", b"99999"), strict=True):
        assert text in lines.splitlines()[finding.line - 1]


def test_a_service_that_the_schemas_do_not_have(tmp_path: Path) -> None:
    other = REQUEST.replace(b"UpdateImportTariffPrimaryElement", b"UpdatePaymentMode")
    assert validate(other, SCHEMAS, NOW).findings[0].rule == "content"
    partial = shutil.copytree(SCHEMAS.directory, tmp_path / "partial")
    tariff = partial / "duis" / "tariff.xsd"
    tariff.write_text(tariff.read_text().replace("UpdatePaymentMode", "UpdateSomethingElse"))
    (finding,) = validate(other, Schemas(partial), NOW).findings
    assert finding.rule == "schema set"
    assert "no UpdatePaymentMode, which is Service Request 1.6" in finding.message


def test_signing_and_verifying() -> None:
    signed = sign_document(REQUEST, KEYS)
    assert verify_document(signed, KEYS) == SUPPLIER
    assert validate(signed, SCHEMAS, NOW).findings == ()
    assert originator(parse_xml(signed)) == SUPPLIER
    assert sign_document(signed, KEYS).count(b"<ds:Signature ") == 1


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: d.replace(b">29000<", b">29001<"),
        lambda d: d.replace(b'schemaVersion="5.4"', b'schemaVersion="5.3"'),
        lambda _: REQUEST,
    ],
)
def test_a_changed_document_does_not_verify(spoil: object) -> None:
    assert callable(spoil)
    signed = sign_document(REQUEST, KEYS)
    with pytest.raises(XmlSignatureInvalid):
        verify_document(spoil(signed), KEYS)


def test_keys_that_are_missing() -> None:
    with pytest.raises(KeyMissing):
        sign_document(REQUEST, KeyRing())
    with pytest.raises(XmlSignatureInvalid, match="is known"):
        verify_document(sign_document(REQUEST, KEYS), KeyRing())
    network = ECONOMY_7.request(RequestId(NETWORK, ESME, 7))
    assert verify_document(sign_document(network, KEYS), KEYS) == NETWORK


@pytest.mark.parametrize("document", [b"<x/>", REQUEST.replace(b"RequestID", b"RequestNo")])
def test_a_document_that_names_no_originator(document: bytes) -> None:
    with pytest.raises(NotFound, match="no RequestID to tell who signs it"):
        sign_document(document, KEYS)


def test_no_document_at_all() -> None:
    for act in (sign_document, verify_document):
        with pytest.raises(MalformedXml):
            act(b"hello", KEYS)
