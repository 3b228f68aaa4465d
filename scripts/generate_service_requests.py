"""Writes docs/reference/service-requests.md from the tables of the package."""

from pathlib import Path

from dcc_sim.testing.request_page import request_page

if __name__ == "__main__":
    page = Path(__file__).resolve().parents[1] / "docs" / "reference" / "service-requests.md"
    page.write_text(request_page(), encoding="utf-8")
    print(page)
