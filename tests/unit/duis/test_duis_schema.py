"""Findings of the schema check: each with line, path, rule and what would be valid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dcc_sim.duis.parsing import parse_xml
from dcc_sim.duis.schema import Schemas
from dcc_sim.errors import Finding, NotFound, SchemaInvalid

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def findings(data: bytes, schemas: Schemas) -> tuple[Finding, ...]:
    with pytest.raises(SchemaInvalid) as refused:
        schemas.check_duis(parse_xml(data))
    assert refused.value.response_code == "E100"
    assert refused.value.place
    return refused.value.findings


@pytest.mark.parametrize(
    ("old", "new", "line", "path", "rule", "message"),
    [
        (b"Variant>1<", b"Variant>12<", 8, "sr:CommandVariant", "enumeration", "expected one of 1, 2, 3"),
        (b">4.1.1<", b">4.1.9<", 10, "sr:ServiceReferenceVariant", "enumeration", "nearest 4.1."),
        (b":20003<", b":-1<", 7, "sr:RequestID", "pattern", "originator:target:counter"),
        (b"schemaVersion=", b"version=", 5, "/sr:Request", "attributes", "schemaVersion"),
        (b"<sr:Body>", b"<sr:Bodi>", 12, "/sr:Request", "content", "sr:Body"),
        (b"ReadInstantaneousImportRegisters/", b"Dance/", 13, "sr:Body", "content", "sr:Dance"),
    ],
)
def test_one_finding(
    *,
    old: bytes,
    new: bytes,
    line: int,
    path: str,
    rule: str,
    message: str,
    example: Callable[[str], bytes],
    schemas: Schemas,
) -> None:
    data = example("4.1.1-read").replace(old, new)
    if b"Bodi" in new:
        data = data.replace(b"</sr:Body>", b"</sr:Bodi>")
    found = findings(data, schemas)[0]
    assert found.rule == rule
    assert path in found.path
    assert message in found.message
    assert found.line == line


def test_all_findings_in_order(example: Callable[[str], bytes], schemas: Schemas) -> None:
    data = example("1.1.1-eco").replace(b">29130<", b">40000<").replace(b">GBP<", b">USD<")
    data = data.replace(b">year<", b">whole year<").replace(b'Thresholds index="8"', b'Thresholds index="9"')
    found = findings(data, schemas)
    assert [each.rule for each in found] == ["enumeration", "maxLength", "maxInclusive", "type"]
    assert [each.line for each in found] == sorted(each.line for each in found)
    assert "GBP" in found[0].message
    assert str(found[0]).startswith(f"line {found[0].line}, /sr:Request/sr:Body/")


def test_the_official_set_says_the_same(
    example: Callable[[str], bytes], schemas: Schemas, official: Schemas
) -> None:
    data = example("4.1.1-read").replace(b">4.1.1<", b">4.1.9<")
    assert findings(data, official) == findings(data, schemas)


def test_a_root_of_another_namespace(schemas: Schemas) -> None:
    for data in (b"<a/>", b'<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/>'):
        assert findings(data, schemas)[0].rule == "root"
    with pytest.raises(SchemaInvalid, match="ResponseAndAlert"):
        schemas.check_mmc(parse_xml(b"<a/>"))


def test_big_documents_are_explained_in_libxml2s_words(
    example: Callable[[str], bytes], schemas: Schemas
) -> None:
    extra = b"<sr:ReadFirmwareVersion/>" * 20_001
    found = findings(example("11.2").replace(b"<sr:ReadFirmwareVersion/>", extra), schemas)
    assert found[0].rule == "element content"
    assert "not expected" in found[0].message


def test_findings_are_limited(example: Callable[[str], bytes], schemas: Schemas) -> None:
    start = (
        b"<sr:ProfileSchedule><sr:StartTime>x</sr:StartTime>"
        b"<sr:TOUTariffAction>99</sr:TOUTariffAction></sr:ProfileSchedule>"
    )
    data = example("1.1.1-eco").replace(
        b"<sr:DayName>1</sr:DayName>", b"<sr:DayName>1</sr:DayName>" + start * 200
    )
    assert len(findings(data, schemas)) == 100


def test_folders_that_are_no_schema_set(tmp_path: Path, example: Callable[[str], bytes]) -> None:
    root = parse_xml(example("11.2"))
    with pytest.raises(NotFound, match=r"duis\.xsd"):
        Schemas(tmp_path).check_duis(root)
    (tmp_path / "duis.xsd").write_text("<nonsense/>")
    with pytest.raises(NotFound, match="not a usable"):
        Schemas(tmp_path).check_duis(root)


def test_which_elements_are_known(schemas: Schemas, official: Schemas) -> None:
    for each in (schemas, official):
        assert each.declares("SynchroniseClock")
        assert each.declares("Connectivity")
        assert not each.declares("ReadMind")
    assert not Schemas(schemas.directory, "5.3a").declares("Connectivity")
