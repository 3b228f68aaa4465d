"""Writes docs/reference/incidents.md from the tables of the package."""

from pathlib import Path

from dcc_sim.testing.incidents_page import incidents_page

if __name__ == "__main__":
    page = Path(__file__).resolve().parents[1] / "docs" / "reference" / "incidents.md"
    page.write_text(incidents_page(), encoding="utf-8")
    print(page)
