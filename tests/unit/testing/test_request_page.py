from pathlib import Path

from dcc_sim.catalogue.requests import REQUESTS
from dcc_sim.duis.codes import RESPONSE_CODES
from dcc_sim.testing.request_page import request_page

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "service-requests.md"


def test_the_page_is_fresh() -> None:
    said = PAGE.read_text(encoding="utf-8")
    assert said == request_page(), "run python scripts/generate_service_requests.py"


def test_every_request_and_code_stands_on_the_page() -> None:
    page = request_page()
    for row in REQUESTS.values():
        assert page.count(f"| {row.variant} | {row.name} | `{row.body}` |") == 1
    assert all(code.code in page for code in RESPONSE_CODES.values() if code.service)


def test_every_doubt_and_difference_stands_on_the_page() -> None:
    page = request_page()
    for row in REQUESTS.values():
        for each in row.differences:
            assert f"| {row.variant} | {each.source.value} | {each.about} |" in page
        for doubt in row.doubts:
            assert f"| {row.variant} | {doubt.about} | {doubt.confidence.value} |" in page
