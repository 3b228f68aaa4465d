"""A page for each Service Request: fresh, whole, short."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree

from dcc_sim.catalogue.requests import REQUESTS
from dcc_sim.catalogue.routes import use_cases_of
from dcc_sim.catalogue.usecases import USE_CASES
from dcc_sim.mmc.responses import RESPONSES
from dcc_sim.testing.service_pages import INDEX, service_pages
from dcc_sim.testing.service_purposes import PURPOSES

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "reference" / "srv"
LONGEST = 260


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return service_pages()


def test_the_pages_are_fresh(pages: dict[str, str]) -> None:
    said = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    assert said.keys() == pages.keys(), "run python scripts/generate_srv_pages.py"
    stale = [name for name, text in pages.items() if said[name] != text]
    assert not stale, "run python scripts/generate_srv_pages.py"


def test_every_service_has_a_page_and_a_purpose(pages: dict[str, str]) -> None:
    assert pages.keys() == {INDEX, *(f"{variant}.md" for variant in REQUESTS)}
    assert list(PURPOSES) == list(REQUESTS)
    assert all(text.endswith(".") for text in PURPOSES.values())
    assert pages[INDEX].count("\n| [") == len(REQUESTS)


@pytest.mark.parametrize("variant", REQUESTS)
def test_a_page_says_all_and_is_short(pages: dict[str, str], variant: str) -> None:
    page = pages[f"{variant}.md"]
    assert len(page.splitlines()) < LONGEST
    codes = re.findall(r"^## The command: (\S+)$", page, re.MULTILINE)
    assert codes == list(use_cases_of(variant))
    answering = {code for code in codes if RESPONSES[code].elements.get(variant) is not None}
    shown = re.findall(r"^## The answer as MMC: (.*)$", page, re.MULTILINE)
    assert {code for line in shown for code in line.split(", ")} == answering
    for fence in re.findall(r"```xml\n(.*?)```", page, re.DOTALL):
        etree.fromstring(fence)
    for line in page.splitlines():
        if line.startswith("| `"):
            assert line.count(" | ") == 3, line


def test_fields_have_types_units_and_examples(pages: dict[str, str]) -> None:
    page = pages["2.3.md"]
    assert "| `adjust_payment_debt` | int32 | 10⁻⁵ currency units | 200000 |" in page
    assert "| `time_debt_1.recovery_frequency` | uint8 | 0 hourly, 1 daily | 1 |" in page
    assert "`consumption` | read uint48" in pages["4.1.1.md"]
    assert "`import_registers.registers` | read, encrypted |" in pages["4.1.1.md"]
    assert str(USE_CASES["ECS07"].message_code) in page
