"""The tables of codes against the schema and, where it lies beside the repository, the reference page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree

from dcc_sim.bundled import bundled
from dcc_sim.duis.codes import DCC_ALERTS, RESPONSE_CODES, Category, alert_meaning, meaning
from dcc_sim.errors import NotFound
from dcc_sim.ids import Confidence

PAGE = Path(__file__).resolve().parents[4] / "shared" / "reference" / "duis.md"
CODE = re.compile(r"\b(?:[IEW]\d+|AD1|N\d+)\b")
XS = {"xs": "http://www.w3.org/2001/XMLSchema"}


@pytest.fixture(scope="module")
def page() -> str:
    if not PAGE.is_file():
        pytest.skip(f"no reference page at {PAGE}")
    return PAGE.read_text(encoding="utf-8")


def section(page: str, start: str, end: str) -> list[list[str]]:
    """The rows of the tables between two headings, cell by cell."""
    text = page[page.index(start) : page.index(end)]
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def numbered(text: str) -> list[str]:
    """`N4-N7, N17` as single codes."""
    found = []
    for prefix, first, last in re.findall(r"\b([A-Z]+)(\d+)(?:-[A-Z]+(\d+))?", text):
        found += [f"{prefix}{number}" for number in range(int(first), int(last or first) + 1)]
    return found


def alert_enumeration() -> tuple[set[str], set[str]]:
    tree = etree.parse(str(bundled("schemas") / "duis" / "dcc-alerts.xsd"))
    codes = tree.xpath("//xs:element[@name='DCCAlertCode']//@value", namespaces=XS)
    contents = tree.xpath("//xs:element[@name='DCCAlert']/xs:complexType/xs:choice/*/@name", namespaces=XS)
    return {str(each) for each in codes}, {str(each) for each in contents}


def test_every_alert_code_has_a_row_and_every_content_a_code() -> None:
    codes, contents = alert_enumeration()
    assert set(DCC_ALERTS) == codes
    assert (len(codes), len(contents)) == (66, 24)
    named = {each for row in DCC_ALERTS.values() for each in row.contents}
    # Which three codes anomaly detection has is not known, so no row names its content.
    assert named == contents - {"QuarantinedRequest"}


def test_what_is_not_known_says_so() -> None:
    for row in (*RESPONSE_CODES.values(), *DCC_ALERTS.values()):
        assert row.meaning
        assert row.source
    assert all((row.confidence is Confidence.UNKNOWN) == (not row.contents) for row in DCC_ALERTS.values())
    with pytest.raises(NotFound, match="N32"):
        alert_meaning("N32")


def test_categories() -> None:
    assert meaning("E4").category is Category.ACCESS
    assert meaning("E1011").category is Category.TRANSFORM
    assert meaning("E080405").category is Category.SERVICE
    assert meaning("W110101").is_warning
    assert not meaning("W110101").is_refusal
    assert {row.category for row in RESPONSE_CODES.values()} == set(Category)


def test_common_codes_of_the_page(page: str) -> None:
    found = {}
    for row in section(page, "### 7.1", "### 7.2"):
        for code in CODE.findall(row[0]) if "-" not in row[0] else numbered(row[0]):
            found[code] = row[2]
    common = {code: row for code, row in RESPONSE_CODES.items() if row.service is None}
    assert set(found) == set(common)
    for code, source in found.items():
        published = source.startswith("[P]") and "title" not in source
        assert (common[code].confidence is Confidence.HIGH) == published, code


def test_codes_of_services_of_the_page(page: str) -> None:
    rows = [row for row in section(page, "### 7.2", "## 8.") if CODE.search(row[-1])]
    found = {code: row[0].split()[0] for row in rows for code in CODE.findall(row[1])}
    assert found == {code: row.service for code, row in RESPONSE_CODES.items() if row.service}


CONFIDENCES = {
    "high": {Confidence.HIGH},
    "good": {Confidence.HIGH, Confidence.MEDIUM},
    "medium": {Confidence.MEDIUM},
    "low": {Confidence.LOW},
    "unknown": {Confidence.UNKNOWN},
    "N16": {Confidence.LOW, Confidence.MEDIUM},  # the row speaks of N16 apart from the others
    "N12,": {Confidence.LOW, Confidence.MEDIUM},  # and of N12 and N13
}


def test_alert_codes_of_the_page(page: str) -> None:
    rows = section(page, "## 17.", "## 18.")[2:]
    seen = []
    contents_before: set[str] = set()
    _, contents = alert_enumeration()
    for codes, content, _, trust in rows:
        named = {each for each in contents if re.search(rf"\b{each}\b", content)}
        if "DeviceSuspended" in content:  # one of the kinds of it
            named.add("DeviceStatusChangeEvent")
        contents_before = contents_before if content == "same" else named
        for code in numbered(codes):
            seen.append(code)
            row = DCC_ALERTS[code]
            assert row.confidence in CONFIDENCES[trust.split()[0]], code
            if row.contents:
                assert set(row.contents) <= contents_before, code
    assert sorted(seen) == sorted(DCC_ALERTS)
