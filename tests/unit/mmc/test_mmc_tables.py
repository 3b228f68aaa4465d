"""Are the MMC tables whole: every response element of the schema, every use case, every route?"""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from dcc_sim.catalogue.routes import ROUTES
from dcc_sim.catalogue.usecases import ALERTS, USE_CASES
from dcc_sim.mmc.alerts import ALERT_CONTENTS
from dcc_sim.mmc.document import SERVICE_REFERENCE_VARIANTS
from dcc_sim.mmc.responses import RESPONSES
from dcc_sim.mmc.tables import functions_without_way_back, response_elements, view_functions

_XS = "{http://www.w3.org/2001/XMLSchema}"
_SCHEMAS = Path(__file__).resolve().parents[3] / "schemas" / "mmc"


def test_every_response_element_of_the_schema_answers_something() -> None:
    trees = [etree.parse(path) for path in _SCHEMAS.glob("*.xsd")]
    names = {element.get("name") or "" for tree in trees for element in tree.iter(f"{_XS}element")}
    expected = {name for name in names if name.endswith("Rsp")}
    assert len(expected) == 112
    assert response_elements() == expected


def test_every_use_case_and_alert_has_rows() -> None:
    assert RESPONSES.keys() == USE_CASES.keys()
    assert ALERT_CONTENTS.keys() == ALERTS.keys()


def test_every_route_leads_to_a_response_element() -> None:
    missing = [
        (route.use_case, route.variant)
        for route in ROUTES
        if route.variant not in RESPONSES[route.use_case].elements
    ]
    assert missing == []


def test_only_variants_of_the_schema_are_answered() -> None:
    # A use case that no Service Request leads to has its element under no variant.
    answered = {variant for row in RESPONSES.values() for variant in row.elements} - {""}
    assert answered <= SERVICE_REFERENCE_VARIANTS


def test_functions_are_few_and_documented() -> None:
    functions = view_functions()
    assert len(functions) < len(RESPONSES) // 4
    assert all(function.__doc__ for function in functions.values())
    assert functions_without_way_back().keys() <= functions.keys()
    assert {"charges_mode", "debt_suspension"} <= functions_without_way_back().keys()
