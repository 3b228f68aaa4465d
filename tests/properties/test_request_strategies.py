"""Requests that are drawn are valid by both schema sets, and go everywhere that the schema goes."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument
from lxml import etree

from dcc_sim.catalogue.requests import REQUESTS
from dcc_sim.duis.drafting.shape import Simple
from dcc_sim.duis.names import local_name, sr
from dcc_sim.duis.parsing import parse_xml
from dcc_sim.duis.schema import default_schemas
from dcc_sim.ids import ServiceReferenceVariant
from dcc_sim.testing.strategies_requests import python_pattern, requests, texts

if TYPE_CHECKING:
    from dcc_sim.duis.schema import Schemas

OURS = default_schemas()
BIG = settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
)


class Quiet:
    """A document that Hypothesis does not try to print."""

    def __init__(self, document: bytes) -> None:
        self.document = document

    def __repr__(self) -> str:
        return "a document"


@settings(BIG, max_examples=50)
@given(requests())
def test_any_request_is_valid(official: Schemas, document: bytes) -> None:
    root = parse_xml(document)
    OURS.check_duis(root)
    official.check_duis(root)


@pytest.mark.parametrize("variant", ["1.1.1", "2.1", "6.14.3", "6.22"])
@settings(BIG, max_examples=15)
@given(data=st.data())
def test_large_requests_are_valid(variant: str, official: Schemas, data: st.DataObject) -> None:
    root = parse_xml(data.draw(requests(variant)))
    OURS.check_duis(root)
    official.check_duis(root)
    assert root.findtext(f"{sr('Header')}/{sr('ServiceReferenceVariant')}") == variant


@pytest.mark.slow
@pytest.mark.parametrize("variant", list(REQUESTS))
@settings(BIG, max_examples=30)
@given(data=st.data())
def test_every_service_is_valid(variant: str, official: Schemas, data: st.DataObject) -> None:
    root = parse_xml(data.draw(requests(ServiceReferenceVariant(variant))))
    OURS.check_duis(root)
    official.check_duis(root)


@settings(BIG, max_examples=20)
@given(requests("1.1.1"))
def test_places_in_a_table_are_not_used_twice(document: bytes) -> None:
    for above in parse_xml(document).iter(etree.Element):
        used = Counter((child.tag, child.get("index")) for child in above if child.get("index"))
        assert not used or max(used.values()) == 1, local_name(above)


@pytest.mark.parametrize(
    ("variant", "wanted"),
    [
        ("1.1.1", lambda root: len(list(root.iter(sr("DayProfile")))) == 16),
        ("1.1.1", lambda root: next(root.iter(sr("HybridTariff")), None) is not None),
        ("1.1.1", lambda root: next(root.iter(sr("GasPriceElements")), None) is not None),
        ("6.14.3", lambda root: len(list(root.iter(sr("AuxiliaryControllerSchedule")))) == 120),
        ("6.14.3", lambda root: next(root.iter(sr("AuxiliaryControllerSchedule")), None) is None),
        ("3.1", lambda root: len(root.findtext(f".//{sr('SupplierMessage')}")) == 116),
        ("3.4", lambda root: len(root.findtext(f".//{sr('SupplierName')}")) == 15),
        ("7.12", lambda root: root.findtext(f".//{sr('RandomisedOffsetLimit')}") == "1799"),
        ("2.3", lambda root: next(root.iter(sr("GasDebtRecovery1")), None) is not None),
        ("4.1.1", lambda root: root.findtext(f".//{sr('ExecutionDateTime')}") == "3000-12-31T00:00:00.00Z"),
        ("4.1.1", lambda root: next(root.iter(sr("PrecedingServiceRequestID")), None) is not None),
    ],
)
def test_it_gets_there(variant: str, wanted: object) -> None:
    """Each of these within some hundred draws; the ends of ranges and of lists are not rare."""
    again = settings(BIG, max_examples=400, database=None, phases=[Phase.generate])
    find(requests(variant).map(Quiet), lambda each: wanted(parse_xml(each.document)), settings=again)  # type: ignore[operator]


def test_a_service_that_there_is_not() -> None:
    with pytest.raises(InvalidArgument, match=r"no Service Request 9\.9"):
        find(requests("9.9"), lambda _: True)


@given(
    st.sampled_from((Simple("unsignedByte", high=None), Simple("string", patterns=("[ -~]+",), longest=5))),
    st.data(),
)
def test_texts_keep_to_their_type(kind: Simple, data: st.DataObject) -> None:
    text = data.draw(texts(kind))
    assert text
    if kind.patterns:
        assert len(text) <= 5
        assert re.fullmatch("[ -~]+", text)


def test_patterns_of_xsd_become_those_of_python() -> None:
    assert python_pattern("a^b$") == r"a\^b\$"
    assert python_pattern(r"[^$]\$") == r"[^$]\$"
    for unknown in (r"\i\c*", r"\p{Lu}", "[a-z-[aeiou]]"):
        with pytest.raises(ValueError, match="only XSD"):
            python_pattern(unknown)
