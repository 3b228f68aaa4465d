"""Each business rule on a request that is wrong in one place, and on requests that are right."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from rule_samples import BASES, BROKEN, NOW, Broken, indented

from dcc_sim.duis.parsing import parse_xml
from dcc_sim.duis.request import read_request
from dcc_sim.duis.rules import RULES, SUBJECTS, check_rules
from dcc_sim.duis.schema import default_schemas
from dcc_sim.errors import DccSimError, Finding, RequestInvalid, Severity
from dcc_sim.ids import DeviceType
from dcc_sim.transform.request import transform

SCHEMAS = default_schemas()
FIXTURES = sorted((Path(__file__).resolve().parents[3] / "fixtures" / "requests").glob("*.xml"))


def check(text: str) -> tuple[Finding, ...]:
    """The rules' findings in a document that has to be schema-valid."""
    root = parse_xml(indented(text).encode())
    SCHEMAS.check_duis(root)
    return check_rules(root, NOW)


@pytest.mark.parametrize("name", BASES)
def test_what_is_right_has_no_finding(name: str) -> None:
    assert check(BASES[name]) == ()


@pytest.mark.parametrize("broken", BROKEN, ids=lambda each: f"{each.code} {each.base}")
def test_one_wrong_value_is_found(broken: Broken) -> None:
    found = check(broken.text)
    assert Counter(each.rule for each in found) == Counter((broken.code, *broken.also))
    finding = next(each for each in found if each.rule == broken.code)
    assert not broken.path or finding.path == broken.path
    steps = [step for step in finding.path.split("/") if not step.startswith("@")]
    line = indented(broken.text).splitlines()[finding.line - 1]
    assert f"<{steps[-1].partition('[')[0]}" in line
    assert finding.severity is RULES[finding.rule].severity
    assert finding.valid
    assert finding.message.endswith(f"; expected {finding.valid}")


def test_every_rule_is_broken_somewhere() -> None:
    assert {broken.code for broken in BROKEN} == set(RULES)


def test_codes_are_unique_and_in_order() -> None:
    codes = [rule.code for _, rules in SUBJECTS for rule in rules]
    assert codes == sorted(set(codes))


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_rows_are_complete(rule: object) -> None:
    row = RULES[rule.code]  # type: ignore[attr-defined]
    assert row.title
    assert row.why.endswith(".")
    assert row.example
    assert row.source
    assert row.answer == "" or row.severity is Severity.ERROR


@pytest.mark.parametrize("path", FIXTURES, ids=lambda each: each.stem)
def test_the_example_requests_break_no_rule(path: Path) -> None:
    assert check_rules(parse_xml(path.read_bytes()), NOW) == ()


def test_other_documents_are_not_judged() -> None:
    for text in ("<x/>", "<Request xmlns='http://www.dccinterface.co.uk/ServiceUserGateway'/>"):
        assert check_rules(parse_xml(text.encode()), NOW) == ()


def test_the_present_is_passed_in() -> None:
    root = parse_xml(BASES["READ"].encode())
    assert check_rules(root, NOW) == ()
    assert [each.rule for each in check_rules(root, NOW + timedelta(days=30))] == ["R021"]


def test_a_cancellation_is_not_in_the_future() -> None:
    for name in ("ELECTRICITY", "GAS_TOU", "READ"):
        assert check(BASES[name].replace("2026-01-20T00:00:00Z", "3000-12-31T00:00:00.00Z")) == ()


def test_several_rules_at_once_by_line() -> None:
    text = BASES["ELECTRICITY"].replace(">summer<", ">winter<").replace('"7">2<', '"7">4<', 1)
    found = check(text.replace("Scale>-4<", "Scale>0<"))
    assert [each.rule for each in found] == ["R101", "R112", "R216"]
    assert [each.line for each in found] == sorted(each.line for each in found)


# Published requests that break a rule, with the reason why they may.
_TESTS_OF_2025 = "written for 2015, with certificates that begin in 2025"
_OTHER_SUPPLIER = "a test with the certificates of another supplier than the sender"
EXCEPTIONS = {
    ("CS02bACBByACB_8.5", "R803"): "carries a signing certificate in the place of the key agreement one",
    ("CS02bACBByACB_8.5", "R805"): _TESTS_OF_2025,
    ("CS02bNOByNOHandover_6.21", "R805"): _TESTS_OF_2025,
    ("CS02bNOByNO_6.15.1", "R805"): _TESTS_OF_2025,
    ("CS02bSupplierBySupplierHandover_6.21", "R805"): _TESTS_OF_2025,
    ("CS02bSupplierBySupplier_6.15.1", "R805"): _TESTS_OF_2025,
    ("CS02gLoadControllerBySupplier_6.15.1", "R805"): _TESTS_OF_2025,
    ("CS02bSupplierByTransCoS_6.23", "R805"): _TESTS_OF_2025,
    ("CS02bSupplierByTransCoS_6.23", "R810"): _OTHER_SUPPLIER,
}


def test_published_requests_are_right(vectors: Path) -> None:
    now = NOW.replace(year=2015, month=1, day=1, hour=0)
    paths = sorted((vectors / "requests").glob("*_DUIS.XML"))
    assert paths
    surprises = []
    for path in paths:
        found = check_rules(parse_xml(path.read_bytes()), now)
        start = "_".join(path.name.split("_")[:2])
        surprises += [
            f"{path.name}: {each}"
            for each in found
            if each.severity is Severity.ERROR and (start, each.rule) not in EXCEPTIONS
        ]
    assert surprises == []


@pytest.mark.parametrize("broken", BROKEN, ids=lambda each: f"{each.code} {each.base}")
def test_the_transform_agrees(broken: Broken) -> None:
    """No rule is a warning where the transform refuses."""
    request = BASES[broken.base], broken.text
    outcomes = []
    for text in request:
        root = parse_xml(text.encode())
        errors = [each for each in check_rules(root, NOW) if each.severity is Severity.ERROR]
        refusals = set()
        for device in DeviceType:
            try:
                transform(read_request(root), device, NOW)
            except RequestInvalid as error:
                refusals.add(str(error))
            except DccSimError:  # another device, or not built
                continue
        outcomes.append((errors, refusals))
    (no_errors, before), (errors, after) = outcomes
    assert no_errors == []
    if after - before and not before:
        assert errors, after
