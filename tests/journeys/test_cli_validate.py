"""`dcc-sim validate` from the shell's side: findings of all kinds, JSON, exit codes, any input."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from dcc_sim.cli import app
from dcc_sim.duis.parsing import parse_xml
from dcc_sim.duis.request import read_request
from dcc_sim.duis.rules import RULES, check_rules
from dcc_sim.duis.schema import default_schemas
from dcc_sim.edge.documents import validate
from dcc_sim.errors import RequestInvalid
from dcc_sim.ids import DeviceType
from dcc_sim.testing.strategies_requests import requests
from dcc_sim.transform.request import transform

ROOT = Path(__file__).resolve().parents[2]
REQUESTS = ROOT / "fixtures" / "requests"
TARIFF = (REQUESTS / "1.1.1-economy-7.xml").read_bytes()
READ = (REQUESTS / "4.1.1-read-import.xml").read_bytes()
NOW = ("--now", "2026-01-05T09:00:05Z")
KEYS = {"line", "path", "rule", "severity", "value", "valid", "message", "documentation"}
RESPONSE = (
    b'<sr:Response xmlns:sr="http://www.dccinterface.co.uk/ServiceUserGateway" schemaVersion="5.4">'
    b"<sr:Header><sr:ResponseCode>E4</sr:ResponseCode><sr:ResponseDateTime>2026-01-05T09:00:00Z</sr:ResponseDateTime>"
    b"</sr:Header><sr:Body><sr:ResponseMessage><sr:ServiceReference>8.14</sr:ServiceReference>"
    b"<sr:ServiceReferenceVariant>8.14.1</sr:ServiceReferenceVariant></sr:ResponseMessage></sr:Body>"
    b"</sr:Response>"
)


def run(*arguments: str, stdin: bytes = b"") -> Any:
    """In process; an exception other than leaving would be a traceback on the screen."""
    result = CliRunner().invoke(app, ["validate", *arguments], input=stdin)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise AssertionError(f"validate {arguments}: {result.exception!r}") from result.exception
    return result


def findings(document: bytes, *arguments: str) -> list[dict[str, Any]]:
    result = run("-", "--json", *NOW, *arguments, stdin=document)
    (file,) = json.loads(result.stdout)
    assert all(set(each) == KEYS for each in file["findings"])
    return list(file["findings"])


@pytest.mark.parametrize("path", sorted(REQUESTS.glob("*.xml")), ids=lambda each: each.stem)
def test_the_example_requests_have_no_finding(path: Path) -> None:
    result = run(str(path), *NOW, "--strict")
    assert (result.exit_code, result.stdout) == (0, f"{path}: valid Request\n")


def test_several_findings_of_the_schema() -> None:
    spoiled = (
        TARIFF.replace(b">GBP<", b">USD<").replace(b">29130<", b">40000<").replace(b">year<", b">whole year<")
    )
    result = run("-", *NOW, stdin=spoiled)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert len(lines) == 3
    assert lines[0] == (
        "-: line 20, /Request/Body/UpdateImportTariffPrimaryElement/ElecTariffElements/CurrencyUnits: "
        "'USD' is not allowed; expected one of GBP, ECB [enumeration]"
    )
    assert "errors: 3, warnings: 0" in result.stderr


def test_several_findings_of_the_rules() -> None:
    spoiled = TARIFF.replace(b'index="7">1<', b'index="7">2<').replace(b">00:00:00.00Z<", b">00:15:00.00Z<")
    spoiled = spoiled.replace(b"ServiceReference>1.1<", b"ServiceReference>1.2<")
    found = findings(spoiled)
    assert [each["rule"] for each in found] == ["R001", "R106", "R101"]
    assert found[2] == {
        "line": 48,
        "path": "/Request/Body/UpdateImportTariffPrimaryElement/ElecTariffElements/SwitchingTable"
        "/WeekProfiles/WeekProfile/ReferencedDayName[7]",
        "rule": "R101",
        "severity": "error",
        "value": "2",
        "valid": "one of the days that are: 1",
        "message": "week 1 names day 2, which is not defined; expected one of the days that are: 1",
        "documentation": "docs/reference/rules.md#r101",
    }
    result = run("-", *NOW, stdin=spoiled)
    assert result.exit_code == 1
    assert "docs/reference/rules.md" in result.stderr


def test_warnings_are_legal_unless_strict() -> None:
    late = TARIFF.replace(b">00:00:00.00Z<", b">00:15:00.00Z<")
    result = run("-", *NOW, stdin=late)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == "-: valid Request, 1 warning"
    assert "warning: day 1 begins at 00:15" in result.stdout
    assert run("-", *NOW, "--strict", stdin=late).exit_code == 1


def test_the_time_it_is() -> None:
    clock = (REQUESTS / "6.11-gas-clock.xml").read_bytes()
    assert findings(clock) == []
    (found,) = json.loads(run("-", "--json", "--now", "2026-01-05T10:00:00Z", stdin=clock).stdout)
    assert [each["rule"] for each in found["findings"]] == ["R032"]
    assert run("-", "--now", "tomorrow", stdin=clock).exit_code == 2


def test_responses_and_mmc() -> None:
    assert run("-", stdin=RESPONSE).stdout == "-: valid Response\n"
    (found,) = findings(RESPONSE.replace(b">E4<", b">E99<"))
    assert (found["path"], found["rule"]) == ("/Response/Header/ResponseCode", "enumeration")
    mmc = b'<ra:GBCSResponse xmlns:ra="http://www.dccinterface.co.uk/ResponseAndAlert" schemaVersion="5.4"/>'
    (found,) = findings(mmc)
    assert (found["path"], found["valid"]) == ("/GBCSResponse", "Header")


def test_files_that_are_not_there(tmp_path: Path) -> None:
    good = tmp_path / "good.xml"
    good.write_bytes(READ)
    result = run("missing.xml", str(good), str(tmp_path), *NOW)
    assert result.exit_code == 2
    assert result.stdout == f"{good}: valid Request\n"
    assert "missing.xml: No such file" in result.stderr
    assert "Is a directory" in result.stderr
    assert run().exit_code == 2


@pytest.mark.parametrize(
    ("document", "rule"),
    [
        (b"\x00\x01", "encoding"),
        (b"<x", "well-formedness"),
        (b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>", "no DTD"),
        (b"<x>" * 100 + b"</x>" * 100, "depth"),
        (b"<x>" + b"y" * 50_000_000 + b"</x>", "document size"),
        (TARIFF.replace(b">GBP<", b">" + b"G" * 15_000_000 + b"<"), "document size"),
    ],
    ids=["octets", "open", "entity", "deep", "50 MB", "15 MB in a value"],
)
def test_what_the_parser_refuses(document: bytes, rule: str) -> None:
    (found,) = findings(document)
    assert found["rule"] == rule
    assert found["line"] >= 1
    assert "passwd" not in found["message"]


# ------------------------------------------------------------------------------- the published schemas


def test_a_folder_of_published_schemas(official: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = official.directory
    spoiled = (
        TARIFF.replace(b">GBP<", b">USD<").replace(b">29130<", b">40000<").replace(b"<sr:SpecialDays/>", b"")
    )
    ours = findings(spoiled)
    assert len(ours) == 3
    assert findings(spoiled, "--schemas", str(folder)) == ours
    assert findings(TARIFF.replace(b'"7">1<', b'"7">9<'), "--schemas", str(folder))[0]["rule"] == "R101"
    monkeypatch.setenv("DCC_SIM_SCHEMAS", str(folder))
    assert findings(spoiled) == ours
    assert run("-", *NOW, stdin=READ).stdout == "-: valid Request\n"
    (found,) = findings(RESPONSE.replace(b">E4<", b">E99<"))
    assert found["path"] == "/Response/Header/ResponseCode"


def test_a_folder_of_all_versions(official: Any) -> None:
    folder = official.directory.parent
    if not (folder / "5.0" / "duis.xsd").is_file():
        pytest.skip(f"only one version beside {official.directory}")
    newer = RESPONSE.replace(b">E4<", b">E081406<")
    for schemas in ((), ("--schemas", str(folder))):
        assert findings(newer, *schemas) == []
        (found,) = findings(newer.replace(b'"5.4"', b'"5.3"'), *schemas)
        assert (found["rule"], found["value"]) == ("enumeration", "E081406")
        (found,) = findings(newer.replace(b'"5.4"', b'"6.0"'), *schemas)
        assert (found["rule"], found["path"]) == ("schemaVersion", "/Response/@schemaVersion")
        assert found["valid"] == "one of 5.0, 5.1, 5.2, 5.3, 5.4"


@pytest.mark.parametrize("content", [None, "<nonsense/>", "not XML"])
def test_a_folder_that_is_no_schema_set(tmp_path: Path, content: str | None) -> None:
    if content:
        (tmp_path / "duis.xsd").write_text(content)
    result = run("-", "--schemas", str(tmp_path), stdin=READ)
    assert result.exit_code == 1
    assert "duis.xsd" in result.stderr


# -------------------------------------------------------------------------------------- any document

NOW_MOMENT = datetime(2026, 1, 5, 9, 0, 5, tzinfo=UTC)
SCHEMAS = default_schemas()
PIECES = sorted({*TARIFF.split(b"<"), *READ.split(b"<")})
VALUES = st.sampled_from(
    (
        b"",
        b"0",
        b"-1",
        b"1",
        b"2",
        b"127",
        b"9" * 30,
        b"24:00:00Z",
        b"3000-12-31T00:00:00Z",
        b"\xc3\xa9",
        b" ",
    )
)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A request with some texts, tags or attributes changed, dropped or doubled."""
    document = draw(st.sampled_from((TARIFF, READ, (REQUESTS / "1.1.1-gas-block-tariff.xml").read_bytes())))
    pieces = document.split(b"<")
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(1, len(pieces) - 1))
        match draw(st.sampled_from(("text", "drop", "double", "swap", "octet"))):
            case "text":
                pieces[at] = pieces[at].partition(b">")[0] + b">" + draw(VALUES)
            case "drop":
                pieces[at] = b"!---->"
            case "double":
                pieces[at] = pieces[at] + b"<" + pieces[at]
            case "swap":
                pieces[at] = draw(st.sampled_from(PIECES))
            case _:
                pieces[at] = pieces[at] + draw(st.binary(max_size=2))
    return b"<".join(pieces)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(mutated(), st.binary(max_size=300)))
def test_any_document_gives_findings_or_none(document: bytes) -> None:
    result = run("-", "--json", *NOW, stdin=document)
    (file,) = json.loads(result.stdout)
    errors = [each for each in file["findings"] if each["severity"] == "error"]
    assert result.exit_code == (1 if errors else 0)
    assert all(each["line"] >= 1 and each["path"].startswith("/") for each in file["findings"])
    assert all(each["rule"] in RULES for each in file["findings"] if each["documentation"])


@given(mutated())
def test_rules_never_raise_also_where_the_schema_says_no(document: bytes) -> None:
    try:
        root = parse_xml(document)
    except Exception:  # noqa: BLE001  # the parser has tests of its own
        return
    check_rules(root, NOW_MOMENT)


@given(mutated())
def test_what_the_transform_refuses_is_an_error(document: bytes) -> None:
    checked = validate(document, SCHEMAS, NOW_MOMENT)
    if checked.errors or not checked.kind:
        return
    request = read_request(parse_xml(document))
    device = DeviceType.GSME if b"Gas" in document else DeviceType.ESME
    try:
        transform(request, device, NOW_MOMENT)
    except RequestInvalid as error:
        pytest.fail(f"not found by validate: {error}")


@given(requests())
def test_any_request_of_the_schema_is_judged(document: bytes) -> None:
    for finding in check_rules(parse_xml(document), NOW_MOMENT):
        assert finding.line >= 1
        assert finding.path.startswith("/Request/")
        assert finding.message.endswith(f"; expected {finding.valid}")
