"""Any request that the schema allows, to any device it is for: a command that says the same, or a reason."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from request_bench import ANY_SHAPE, CASES, NOW, STATE, fitting, near_requests

from dcc_sim.catalogue.routes import GbcsVersion
from dcc_sim.catalogue.usecases import use_case
from dcc_sim.clock import parse_moment
from dcc_sim.duis.parsing import parse_xml
from dcc_sim.duis.request import ServiceRequest, read_request
from dcc_sim.duis.schema import default_schemas
from dcc_sim.errors import AccessDenied, NotFound, RequestInvalid
from dcc_sim.gbcs.frame import Frame, decode_frame
from dcc_sim.ids import DeviceType, RemotePartyRole
from dcc_sim.testing.strategies_requests import requests
from dcc_sim.transform.correlate import correlate, value_leaves
from dcc_sim.transform.message import read_frame
from dcc_sim.transform.originators import route_of
from dcc_sim.transform.request import command_values, transform

if TYPE_CHECKING:
    from dcc_sim.transform.context import TransformContext

LATER = parse_moment("2031-07-09T23:59:59Z")


def contexts() -> st.SearchStrategy[TransformContext]:
    """What the DCC may know of device and User."""
    return st.builds(
        replace,
        st.just(STATE),
        party=st.sampled_from((None, RemotePartyRole.OTHER, RemotePartyRole.SUPPLIER)),
        gbcs=st.sampled_from(
            (None, GbcsVersion(1, 0), GbcsVersion(2, 1), GbcsVersion(3, 2), GbcsVersion(4, 1))
        ),
        polyphase=st.sampled_from((None, True, False)),
        twin_element=st.booleans(),
        other=st.sampled_from((None, *DeviceType)),
    )


def says_the_same(request: ServiceRequest, device: DeviceType, context: TransformContext) -> bool:
    """Whether a command was made; then it holds every value that the rows read from the request."""
    try:
        frame = transform(request, device, NOW, context)
    except NotFound:  # the DCC's own state: it is for nobody to refuse
        return False
    except (RequestInvalid, AccessDenied) as error:
        refused: RequestInvalid | AccessDenied = error
    else:
        check_command(request, device, context, frame)
        return True
    assert refused.response_code.startswith("E")
    assert refused.reason
    assert refused.place or refused.rule, str(refused)
    return False


def check_command(
    request: ServiceRequest, device: DeviceType, context: TransformContext, frame: Frame
) -> None:
    again = decode_frame(frame.encode())
    row = use_case(route_of(request, device, context).use_case)
    asked = dict(value_leaves(command_values(request, row, NOW, context)))
    said = dict(value_leaves(read_frame(again).body.values))
    assert {path: said.get(path) for path in asked} == asked
    exact = correlate(request, device, again, context, NOW)
    assert exact.same, exact.differences
    later = correlate(request, device, transform(request, device, LATER, context), context)
    assert later.same, later.differences
    assert later.made_at in (LATER, None)


def any_request(variant: str, device: DeviceType) -> st.SearchStrategy[tuple[bytes, TransformContext]]:
    """Wild ones, and ones that are nearly right: those reach deeper."""
    wild = st.tuples(requests(variant), contexts())
    return st.one_of(near_requests(variant, device), near_requests(variant, device), wild)


def read(document: bytes) -> ServiceRequest | None:
    """The request; None when it is refused before it comes to a command."""
    root = parse_xml(document)
    default_schemas().check_duis(root)
    try:
        return read_request(root)
    except RequestInvalid:
        return None


@pytest.mark.parametrize(("variant", "device"), CASES)
def test_a_command_can_be_made_for_each_device_that_a_service_is_for(
    variant: str, device: DeviceType
) -> None:
    assert fitting(variant, device)


def check(variant: str, device: DeviceType, data: st.DataObject) -> None:
    document, context = data.draw(any_request(variant, device))
    request = read(document)
    if request is not None:
        says_the_same(request, device, context)


@pytest.mark.parametrize(("variant", "device"), CASES)
@settings(ANY_SHAPE, max_examples=4)
@given(data=st.data())
def test_any_request_becomes_a_command_that_says_the_same_or_is_refused(
    variant: str, device: DeviceType, data: st.DataObject
) -> None:
    check(variant, device, data)


@pytest.mark.slow
@pytest.mark.parametrize(("variant", "device"), CASES)
@settings(ANY_SHAPE, max_examples=60)
@given(data=st.data())
def test_many_requests_become_commands_that_say_the_same_or_are_refused(
    variant: str, device: DeviceType, data: st.DataObject
) -> None:
    check(variant, device, data)
