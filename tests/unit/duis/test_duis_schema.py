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
        (
            b"Variant>1<",
            b"Variant>12<",
            8,
            "/Header/CommandVariant",
            "enumeration",
            "'12' is not allowed; expected one of 1, 2, 3",
        ),
        (b">4.1.1<", b">4.1.9<", 10, "/Header/ServiceReferenceVariant", "enumeration", "nearest 4.1."),
        (b":20003<", b":-1<", 7, "/Header/RequestID", "pattern", "originator:target:counter"),
        (
            b"schemaVersion=",
            b"version=",
            5,
            "/@schemaVersion",
            "attributes",
            "Request lacks the attribute schemaVersion",
        ),
        (b'"5.4"', b'"5.4" version="1"', 5, "/@version", "attributes", "Request has no attribute version"),
        (b'"5.4"', b'"new"', 5, "/@schemaVersion", "type", "'new' is not a number"),
        (b"<sr:Body>", b"<sr:Bodi>", 12, "/Bodi", "content", "Bodi may not stand here; expected Body"),
        (
            b"ReadInstantaneousImportRegisters/",
            b"Dance/",
            13,
            "/Body/Dance",
            "content",
            "Dance may not stand here; expected one of 130 values, nearest ",
        ),
        (b"<sr:ReadInstantaneousImportRegisters/>", b"", 12, "/Body", "content", "Body is not complete"),
        (b"<sr:Body>", b"<sr:Body>text", 12, "/Body", "content", "text 'text' between the elements of Body"),
        (
            b"<sr:ReadInstantaneousImportRegisters/>",
            b"<sr:ReadTariffPrimaryElement>x</sr:ReadTariffPrimaryElement>",
            13,
            "/Body/ReadTariffPrimaryElement",
            "type",
            "text 'x' in ReadTariffPrimaryElement, which is always empty",
        ),
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
    found = next(each for each in findings(data, schemas) if each.rule == rule)
    assert found.path == f"/Request{path}"
    assert message in found.message
    assert found.line == line


def test_all_findings_in_order(example: Callable[[str], bytes], schemas: Schemas) -> None:
    data = example("1.1.1-eco").replace(b">29130<", b">40000<").replace(b">GBP<", b">USD<")
    data = data.replace(b">year<", b">whole year<").replace(b'Thresholds index="8"', b'Thresholds index="9"')
    found = findings(data, schemas)
    assert [each.rule for each in found] == ["enumeration", "maxLength", "maxInclusive", "range"]
    assert [each.line for each in found] == sorted(each.line for each in found)
    assert "GBP" in found[0].message
    assert str(found[0]).startswith(f"line {found[0].line}, /Request/Body/")
    assert (found[1].value, found[1].valid) == ("whole year", "text of at most 8 characters")
    assert found[3].path.endswith("/TOUTariff/TOUPrice[1]")
    assert found[3].message == "'40000' is not a whole number -32768 … 32767"


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


@pytest.mark.parametrize(
    ("variant", "body", "valid"),
    [
        ("2.2", "<sr:TopUpDevice><sr:UTRN>1</sr:UTRN></sr:TopUpDevice>", "20 digits"),
        (
            "3.1",
            "<sr:DisplayMessage><sr:SupplierMessage>é</sr:SupplierMessage></sr:DisplayMessage>",
            "printable ASCII text of 1 to 116 characters",
        ),
        (
            "11.3",
            "<sr:ActivateFirmware><sr:FirmwareHash>00</sr:FirmwareHash></sr:ActivateFirmware>",
            "octets in hex of 32 octets",
        ),
        (
            "7.12",
            (
                "<sr:SetRandomisedOffsetLimit><sr:RandomisedOffsetLimit>1800</sr:RandomisedOffsetLimit>"
                "</sr:SetRandomisedOffsetLimit>"
            ),
            "a whole number 0 … 1799",
        ),
        (
            "6.26",
            (
                "<sr:UpdateDeviceConfigurationDailyResettingOfTariffBlockCounterMatrix>"
                "<sr:DailyTariffBlockCounterMatrixReset>yes</sr:DailyTariffBlockCounterMatrixReset>"
                "</sr:UpdateDeviceConfigurationDailyResettingOfTariffBlockCounterMatrix>"
            ),
            "true or false",
        ),
        (
            "6.6",
            (
                "<sr:UpdateDeviceConfigurationGasConversion><sr:CalorificValue>39.55</sr:CalorificValue>"
                "<sr:ConversionFactor>1.02264</sr:ConversionFactor></sr:UpdateDeviceConfigurationGasConversion>"
            ),
            "a number 0 … 429496729.5 with at most 1 decimals",
        ),
        (
            "8.3",
            "<sr:DecommissionDevice><sr:DeviceID>00</sr:DeviceID></sr:DecommissionDevice>",
            "8 octets in hex joined by hyphens, 00-11-22-33-44-55-66-77",
        ),
        (
            "3.2",
            (
                "<sr:RestrictAccessForChangeOfTenancy><sr:RestrictionDateTime>now</sr:RestrictionDateTime>"
                "</sr:RestrictAccessForChangeOfTenancy>"
            ),
            "a date and time such as 2026-11-22T12:00:00Z",
        ),
    ],
    ids=lambda each: each if len(each) < 6 else "",
)
def test_what_would_be_valid(
    *, variant: str, body: str, valid: str, example: Callable[[str], bytes], schemas: Schemas
) -> None:
    data = example("4.1.1-read").replace(b"<sr:ReadInstantaneousImportRegisters/>", body.encode())
    (found,) = findings(data.replace(b"Variant>4.1.1<", f"Variant>{variant}<".encode()), schemas)
    assert found.valid == valid
    assert found.value


def test_attributes_have_paths_of_their_own(example: Callable[[str], bytes], schemas: Schemas) -> None:
    data = example("1.1.1-eco").replace(b'Thresholds index="8"', b'Thresholds index="9"')
    (found,) = findings(data, schemas)
    assert found.path.endswith("/ElecTariffElements/ThresholdMatrix/Thresholds[8]/@index")
    assert (found.value, found.valid) == ("9", "a whole number 1 … 8")


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        (b"<sr:ResponseCode>I0<", b"<sr:ResponseCode>I1<", "/Response/Header/ResponseCode"),
        (b"<sr:ResponseDateTime>", b"<sr:ResponseDateTime>x", "/Response/Header/ResponseDateTime"),
    ],
)
def test_responses_are_explained_too(old: bytes, new: bytes, path: str, schemas: Schemas) -> None:
    response = (
        b'<sr:Response xmlns:sr="http://www.dccinterface.co.uk/ServiceUserGateway" schemaVersion="5.4">'
        b"<sr:Header><sr:ResponseCode>I0</sr:ResponseCode>"
        b"<sr:ResponseDateTime>2026-11-22T12:00:00Z</sr:ResponseDateTime></sr:Header>"
        b"</sr:Response>"
    )
    assert path in [each.path for each in findings(response.replace(old, new), schemas)]


def test_mmc_is_explained_too(schemas: Schemas) -> None:
    document = (
        b'<ra:GBCSResponse xmlns:ra="http://www.dccinterface.co.uk/ResponseAndAlert" schemaVersion="5.4"/>'
    )
    with pytest.raises(SchemaInvalid) as refused:
        schemas.check_mmc(parse_xml(document))
    (found,) = refused.value.findings
    assert (found.path, found.rule, found.valid) == ("/GBCSResponse", "content", "Header")
