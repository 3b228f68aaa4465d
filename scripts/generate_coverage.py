"""Writes docs/reference/coverage.md from the tables of the package."""

from pathlib import Path

from dcc_sim.testing.coverage import coverage_page

if __name__ == "__main__":
    page = Path(__file__).resolve().parents[1] / "docs" / "reference" / "coverage.md"
    page.write_text(coverage_page(), encoding="utf-8")
    print(page)
