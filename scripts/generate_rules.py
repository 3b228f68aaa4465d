"""Writes docs/reference/rules.md from the table of business rules."""

from pathlib import Path

from dcc_sim.testing.rules_page import rules_page

if __name__ == "__main__":
    page = Path(__file__).resolve().parents[1] / "docs" / "reference" / "rules.md"
    page.write_text(rules_page(), encoding="utf-8")
    print(page)
