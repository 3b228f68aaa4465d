"""One value of a request changed, for any other of its type: the command differs in that value only.

The change is found by `correlate`, which has to name the element. A value that is said in other words
(`+1`, `01`) is no change; what the rows leave out, with their reason, is none either.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from request_bench import ANY_SHAPE, CASES, NOW, fitting, forms, places

from dcc_sim.duis.names import path_of
from dcc_sim.duis.request import read_request
from dcc_sim.duis.schema import default_schemas
from dcc_sim.errors import AccessDenied, RequestInvalid, SchemaInvalid
from dcc_sim.testing.strategies_requests import texts
from dcc_sim.transform.bindings import COMMANDS
from dcc_sim.transform.correlate import correlate
from dcc_sim.transform.elements import find
from dcc_sim.transform.originators import route_of
from dcc_sim.transform.request import transform
from dcc_sim.transform.rows import omitted

if TYPE_CHECKING:
    from lxml.etree import _Element

    from dcc_sim.duis.request import ServiceRequest
    from dcc_sim.duis.values import Node
    from dcc_sim.ids import DeviceType


def said(node: Node) -> list[object]:
    """All typed values of a request, in the order of the document."""
    found: list[object] = [node.local, node.value, *(node.attribute(name) for name, _ in node.attributes)]
    for child in node.children:
        found += said(child)
    return found


def same_words(one: ServiceRequest, other: ServiceRequest) -> bool:
    try:
        return said(one.values) == said(other.values)
    except RequestInvalid:  # a text that Python has no value for
        return False


def steps_of(element: _Element, body: _Element) -> str:
    """Its path below the body without positions, as rows write it."""
    path = path_of(element).removeprefix(path_of(body)).strip("/")
    return "/".join(step.partition("[")[0] for step in path.split("/"))


def is_omitted(path: str, code: str, body: str) -> bool:
    left_out = [each.removesuffix("/**") for each, _ in omitted(COMMANDS[code, body].rows)]
    return any(f"{path}/".startswith(f"{each}/") for each in left_out)


def is_unused(path: str, code: str, body: _Element) -> bool:
    """Thresholds of a gas tariff by time of use: the schema wants them, the command has no place."""
    by_blocks = find(body, "PriceElements/GasPriceElements/BlockTariff") is not None
    return code == "GCS01a" and not by_blocks and path.startswith("GasTariffElements/ThresholdMatrix/")


def check(variant: str, device: DeviceType, data: st.DataObject) -> None:
    number, context = data.draw(st.sampled_from(list(fitting(variant, device).items())))
    found = places(variant, number)
    if not found:
        return
    place, attribute, kind = data.draw(st.sampled_from(found))
    root = copy.deepcopy(forms(variant)[number])
    element = list(root[1][0].iter())[place]
    text = data.draw(texts(kind))
    if attribute:
        element.set(attribute, text)
    else:
        element.text = text
    first = read_request(forms(variant)[number])
    frame = transform(first, device, NOW, context)
    try:
        default_schemas().check_duis(root)
        request = read_request(root)
        result = correlate(request, device, frame, context, NOW)
    except (RequestInvalid, AccessDenied, SchemaInvalid):
        return
    if same_words(first, request):
        assert result.same, result.differences
        return
    code = result.use_case
    if code != route_of(first, device, context).use_case:
        assert [each.field for each in result.differences][:1] == ["header.message_code"]
        return
    where = path_of(element)
    path = steps_of(element, request.body)
    if is_omitted(path, code, request.body_name) or is_unused(path, code, request.body):
        return
    assert not result.same, f"{where}: {text!r} leaves the command as it was"
    for each in result.differences:
        assert each.field.startswith("header.") or within(where, each.path), (where, text, each)


def within(where: str, group: str) -> bool:
    """Whether an element is one or below one."""
    return f"{where}/".startswith(f"{group}/")


@pytest.mark.parametrize(("variant", "device"), CASES)
@settings(ANY_SHAPE, max_examples=5)
@given(data=st.data())
def test_one_change_is_one_difference(variant: str, device: DeviceType, data: st.DataObject) -> None:
    check(variant, device, data)


@pytest.mark.slow
@pytest.mark.parametrize(("variant", "device"), CASES)
@settings(ANY_SHAPE, max_examples=80)
@given(data=st.data())
def test_many_changes_are_one_difference_each(variant: str, device: DeviceType, data: st.DataObject) -> None:
    check(variant, device, data)
