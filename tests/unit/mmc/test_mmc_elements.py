"""Which element answers which use case: held against the tables of requests and routes."""

from __future__ import annotations

import pytest

from dcc_sim.catalogue.requests import REQUESTS
from dcc_sim.catalogue.routes import ROUTES
from dcc_sim.catalogue.usecases import USE_CASES
from dcc_sim.mmc.elements import NO_REQUEST
from dcc_sim.mmc.responses import RESPONSES


def test_every_use_case_has_rows() -> None:
    assert RESPONSES.keys() == USE_CASES.keys()


@pytest.mark.parametrize("code", RESPONSES)
def test_elements_are_those_of_the_requests_that_reach_the_use_case(code: str) -> None:
    reached = {route.variant for route in ROUTES if route.use_case == code}
    wanted = {variant: REQUESTS[variant].answer for variant in reached}
    elements = RESPONSES[code].elements
    if wanted:
        assert dict(elements) == wanted
    else:
        # Nobody's request leads here: one element, of the request that asks for the same.
        assert elements.keys() == {NO_REQUEST} or code in WITHDRAWN
        assert set(elements.values()) <= {row.answer for row in REQUESTS.values()}


WITHDRAWN = {code for code, row in USE_CASES.items() if row.withdrawn}


def test_every_response_element_of_a_device_request_is_used() -> None:
    written = {element for row in RESPONSES.values() for element in row.elements.values()}
    routed = {REQUESTS[route.variant].answer for route in ROUTES}
    assert routed <= written
