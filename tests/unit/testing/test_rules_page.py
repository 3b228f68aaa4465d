from pathlib import Path

from dcc_sim.duis.rules import RULES
from dcc_sim.edge.console.findings import RULES_PAGE, documentation
from dcc_sim.errors import Finding
from dcc_sim.testing.rules_page import rules_page

ROOT = Path(__file__).resolve().parents[3]


def test_the_page_is_fresh() -> None:
    page = (ROOT / RULES_PAGE).read_text(encoding="utf-8")
    assert page == rules_page(), "run python scripts/generate_rules.py"


def test_every_rule_has_a_section_that_findings_point_to() -> None:
    headings = {
        f"{RULES_PAGE}#{line.removeprefix('### ').lower()}"
        for line in rules_page().splitlines()
        if line.startswith("### ")
    }
    assert {documentation(Finding(1, "/", code, "")) for code in RULES} == headings
    assert documentation(Finding(1, "/", "enumeration", "")) == ""
