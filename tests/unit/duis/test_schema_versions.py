"""A document is judged by the version of the interface that it says it is in."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree

from dcc_sim.bundled import bundled
from dcc_sim.duis.names import RA, SR, ra
from dcc_sim.duis.parsing import parse_xml
from dcc_sim.duis.request import parse_request
from dcc_sim.duis.schema import Schemas
from dcc_sim.duis.schema_versions import (
    CURRENT,
    DIFFERENCES,
    NUMBERS,
    VERSIONS,
    Difference,
    schema_files,
    version_of,
)
from dcc_sim.errors import NotFound, SchemaInvalid

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml.etree import _Element

ROOT = Path(__file__).resolve().parents[3]

EUI = "00-50-C2-5F-31-00-00-A0"
ALERT = f"""<Response xmlns="{SR}" schemaVersion="VERSION"><Header><ResponseCode>I0</ResponseCode>
<ResponseDateTime>2026-01-05T00:00:00Z</ResponseDateTime></Header><Body><DCCAlertMessage>
<DCCAlertCode>N1</DCCAlertCode><DCCAlert>CONTENT</DCCAlert></DCCAlertMessage></Body></Response>"""
ANSWER = f"""<Response xmlns="{SR}" schemaVersion="VERSION"><Header><ResponseCode>I0</ResponseCode>
<ResponseDateTime>2026-01-05T00:00:00Z</ResponseDateTime></Header><Body><ResponseMessage>
<ServiceReference>12.1</ServiceReference><ServiceReferenceVariant>12.1</ServiceReferenceVariant>
<DSPWANMatrix><Request><UPRN>1</UPRN></Request>CONTENT</DSPWANMatrix></ResponseMessage></Body></Response>"""
COVERAGE = (
    "<CSPRegion>North</CSPRegion>CODE<CoverageAvailability>true</CoverageAvailability>"
    "<WANTechnology>x</WANTechnology><ConnectivityLikelihood>High</ConnectivityLikelihood>"
)
ONE_REGION = COVERAGE.replace("CODE", "")
EACH_REGION = COVERAGE.replace("CODE", "<CSPRegionResponseCode>I0</CSPRegionResponseCode>")
EACH_REGION = f"<DSPWANMatrixResponse>{EACH_REGION}</DSPWANMatrixResponse>" * 2
ECOS = f"""<ECoSAlert><AlertID>{EUI}:{EUI}:1</AlertID><ECoSAlertCode>x</ECoSAlertCode>
<DeviceID>{EUI}</DeviceID></ECoSAlert>"""
TIMESTAMP = f"""<GBCSResponse xmlns="{RA}" schemaVersion="VERSION"><Header>
<BusinessOriginatorID>{EUI}</BusinessOriginatorID><BusinessTargetID>{EUI}</BusinessTargetID>
<OriginatorCounter>1</OriginatorCounter><Timestamp CONTENT>2026-01-05T00:00:00Z</Timestamp></Header>
<Body><ResponseMessage/></Body></GBCSResponse>"""


def document(text: str, version: str, content: str) -> _Element:
    return parse_xml(text.replace("VERSION", version).replace("CONTENT", content).encode())


@pytest.mark.parametrize(
    ("text", "content", "versions"),
    [
        (ALERT, ECOS, ("5.1", "5.2", "5.3", "5.4")),
        (ALERT.replace("N1", "N64"), "<DUISVersionMismatch/>", ()),
        (ANSWER, ONE_REGION, ("5.0", "5.1")),
        (ANSWER, EACH_REGION, ("5.2", "5.3", "5.4")),
        (ANSWER, EACH_REGION.replace("North", "4G North"), ("5.2", "5.3", "5.4")),
        (ANSWER, ONE_REGION.replace("North", "4G North"), ()),
        (ANSWER.replace(">I0<", ">E081406<", 1), EACH_REGION, ("5.4",)),
        (TIMESTAMP, "", NUMBERS),
        (TIMESTAMP, 'ClockStatus="reliable"', ("5.1", "5.2", "5.3", "5.4")),
    ],
)
def test_each_version_takes_its_own(
    text: str, content: str, versions: tuple[str, ...], schemas: Schemas
) -> None:
    for version in NUMBERS:
        root = document(text, version, content)
        check = schemas.check_mmc if root.tag == ra("GBCSResponse") else schemas.check_duis
        if version in versions:
            check(root)
        else:
            with pytest.raises(SchemaInvalid) as refused:
                check(root)
            assert {each.rule for each in refused.value.findings} <= {"content", "enumeration", "attributes"}


def test_findings_are_those_of_the_version(schemas: Schemas) -> None:
    """xmlschema, which explains, has the same files as libxml2, which judges."""
    with pytest.raises(SchemaInvalid, match="E081406") as refused:
        schemas.check_duis(document(ANSWER.replace(">I0<", ">E081406<", 1), "5.3", EACH_REGION))
    (finding,) = refused.value.findings
    assert finding.rule == "enumeration"
    assert "expected one of 193 values" in finding.message


@pytest.mark.parametrize("stated", ["4.0", "5.5", "6", "-5.4", "5.40000000000001"])
def test_an_unknown_version_is_refused(
    stated: str, example: Callable[[str], bytes], schemas: Schemas
) -> None:
    data = example("11.2").replace(b'schemaVersion="5.4"', f'schemaVersion="{stated}"'.encode())
    with pytest.raises(SchemaInvalid, match=r"expected one of 5\.0, 5\.1, 5\.2, 5\.3, 5\.4") as refused:
        parse_request(data, schemas)
    (finding,) = refused.value.findings
    assert (finding.rule, finding.path) == ("schemaVersion", "/Request/@schemaVersion")
    assert stated in finding.message


@pytest.mark.parametrize("stated", ["5.3a", "", "x", "NaN", "Infinity", "1e1", "٥.٤"])
def test_what_is_no_version_at_all_is_left_to_the_schema(
    stated: str, example: Callable[[str], bytes], schemas: Schemas
) -> None:
    data = example("11.2").replace(b'schemaVersion="5.4"', f'schemaVersion="{stated}"'.encode())
    with pytest.raises(SchemaInvalid) as refused:
        parse_request(data, schemas)
    assert refused.value.findings[0].rule == "type"


def test_versions_are_numbers() -> None:
    assert [version_of(each) for each in NUMBERS] == ["5.0", "5.1", "5.3a", "5.3a", "5.4"]
    assert [version_of(each) for each in ("5", " 5.40 ", "+5.1", "05.3")] == ["5.0", "5.4", "5.1", "5.3a"]
    assert version_of(None) == CURRENT == VERSIONS[-1]


def test_one_version_for_everything(schemas: Schemas) -> None:
    root = document(ANSWER, "5.4", ONE_REGION)
    Schemas(schemas.directory, "5.1").check_duis(root)
    with pytest.raises(SchemaInvalid):
        Schemas(schemas.directory, "5.3a").check_duis(root)


def test_published_sets_side_by_side(official: Schemas, tmp_path: Path) -> None:
    """A folder per version is told apart; one folder alone judges everything."""
    older = document(ANSWER, "5.0", ONE_REGION)
    Schemas(official.directory.parent).check_duis(older)
    with pytest.raises(SchemaInvalid):
        official.check_duis(older)
    with pytest.raises(SchemaInvalid, match="not known"):
        Schemas(official.directory.parent).check_duis(document(ANSWER, "9", ONE_REGION))
    with pytest.raises(NotFound):
        Schemas(tmp_path, "5.0").check_duis(older)


# ------------------------------------------------------------------------------------ differences


@pytest.mark.parametrize("difference", DIFFERENCES, ids=str)
def test_each_difference_is_in_the_docs_under_its_version(difference: Difference) -> None:
    page = (ROOT / "docs" / "reference" / "schemas.md").read_text("utf-8")
    section = page.partition(f"### What is new in {difference.since.rstrip('a')}\n")[2].partition("\n#")[0]
    tree: Any = etree.parse(str(bundled("schemas") / difference.file))
    found = tree.xpath(difference.path, namespaces={"xs": "http://www.w3.org/2001/XMLSchema"})
    assert found
    for each in found:
        assert f"`{each.get('name') or each.get('value')}`" in section
    assert difference.what


def test_the_newest_files_are_read_as_they_are() -> None:
    assert not schema_files(bundled("schemas"), CURRENT).replaced
    assert set(schema_files(bundled("schemas"), "5.0").replaced) == {each.file for each in DIFFERENCES}


def test_files_that_the_differences_do_not_fit(tmp_path: Path) -> None:
    copied = shutil.copytree(bundled("schemas"), tmp_path / "schemas")
    path = copied / "duis" / "dcc-answers.xsd"
    path.write_text(path.read_text("utf-8").replace('"Connectivity"', '"Nowhere"'), "utf-8")
    Schemas(copied).check_duis(document(ANSWER, "5.4", EACH_REGION))
    with pytest.raises(NotFound, match=r"Connectivity.*new in 5\.4"):
        Schemas(copied).check_duis(document(ANSWER, "5.3", EACH_REGION))


def test_folders_with_odd_names(tmp_path: Path) -> None:
    """libxml2 and xmlschema make URLs of paths, each in its own way."""
    copied = shutil.copytree(bundled("schemas"), tmp_path / "a b" / "ä & co" / "schemas")
    for check in (Schemas(copied).check_duis, Schemas(copied, "5.0").check_duis):
        with pytest.raises(SchemaInvalid, match="E081406") as refused:
            check(document(ANSWER.replace(">I0<", ">E081406<", 1), "5.1", ONE_REGION))
        assert refused.value.findings[0].rule == "enumeration"
