"""The tables of names and codes are complete: they hold what the schemas enumerate."""

from __future__ import annotations

import pytest
from lxml import etree

from dcc_sim.bundled import bundled
from dcc_sim.catalogue.requests import BY_BODY, REQUESTS
from dcc_sim.duis.codes import RESPONSE_CODES, Confidence, meaning
from dcc_sim.errors import NotFound
from dcc_sim.ids import ServiceReferenceVariant


def enumeration(file: str, type_name: str) -> set[str]:
    tree = etree.parse(str(bundled("schemas") / file))
    values = tree.xpath(f"//*[@name='{type_name}']//@value")
    assert isinstance(values, list)
    return {str(value) for value in values}


def test_every_code_has_a_row() -> None:
    assert set(RESPONSE_CODES) == enumeration("duis/response-codes.xsd", "Outcome")
    assert len(RESPONSE_CODES) == 194


def test_meaning() -> None:
    assert meaning("E19").confidence is Confidence.HIGH
    assert meaning("E19").is_refusal
    assert not meaning("I99").is_refusal
    assert meaning("E010101").service == "1.1"
    assert "1.1 Update Import Tariff" in meaning("E010101").meaning
    assert meaning("E120201").confidence is Confidence.HIGH
    assert "warning" in meaning("W050201").meaning
    with pytest.raises(NotFound, match="E999"):
        meaning("E999")


def test_every_variant_has_a_name() -> None:
    assert set(REQUESTS) == enumeration("shared/identifiers.xsd", "ServiceVariantNumber")
    assert len(REQUESTS) == len(BY_BODY) == 129
    assert {ServiceReferenceVariant(each).service_reference for each in REQUESTS} == enumeration(
        "shared/identifiers.xsd", "ServiceNumber"
    )


def test_answers_without_an_element() -> None:
    assert sum(row.answer is None for row in REQUESTS.values()) == 17
    assert REQUESTS["6.14.3"].answer is None
    assert REQUESTS["6.2.3"].answer == "ReadDeviceConfigurationDataBillingCalendarRsp"
