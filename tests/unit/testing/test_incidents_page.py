from pathlib import Path

from dcc_sim.catalogue.alerts import ALERT_CODES
from dcc_sim.testing.incidents_page import incidents_page

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "incidents.md"


def test_the_page_of_incidents_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == incidents_page(), "run python scripts/generate_incidents.py"


def test_every_code_stands_on_the_page_of_incidents() -> None:
    page = incidents_page()
    assert all(f"\n{code:04X} | " in page for code in ALERT_CODES)
