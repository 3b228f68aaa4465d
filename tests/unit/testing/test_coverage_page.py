from pathlib import Path

from dcc_sim.catalogue.message_codes import MESSAGE_CODES
from dcc_sim.catalogue.usecases import ALERTS, USE_CASES
from dcc_sim.testing.coverage import coverage_page

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "coverage.md"


def test_the_page_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == coverage_page(), "run python scripts/generate_coverage.py"


def test_every_row_has_a_known_message_code() -> None:
    codes = {row.message_code for row in (*USE_CASES.values(), *ALERTS.values())}
    assert codes <= set(MESSAGE_CODES)


def test_every_message_code_stands_on_the_page() -> None:
    page = coverage_page()
    assert all(f"| {code} |" in page for code in MESSAGE_CODES)
