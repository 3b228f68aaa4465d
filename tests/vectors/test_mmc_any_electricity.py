"""DLMS in MMC: any values are a valid document or an EncodeError with a place, and come back from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from dcc_sim.catalogue.usecases import use_case
from dcc_sim.codec.access import AccessRow
from dcc_sim.codec.times import CosemDateTime
from dcc_sim.duis.schema import Schemas
from dcc_sim.errors import EncodeError
from dcc_sim.gbcs.frame import Frame
from dcc_sim.gbcs.header import GroupingHeader
from dcc_sim.ids import CraFlag, Eui64
from dcc_sim.mmc.document import render
from dcc_sim.mmc.reader import read
from dcc_sim.mmc.responses import RESPONSES
from dcc_sim.testing.shapes import response_body
from dcc_sim.transform.message import Message

DLMS = [code for code in RESPONSES if isinstance(use_case(code).payload, AccessRow)]
CODES = [code for code in DLMS if RESPONSES[code].rows]
_FEW = settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
_HEADER = GroupingHeader(
    cra=CraFlag.RESPONSE,
    counter=1,
    originator=Eui64(bytes(8)),
    target=Eui64(b"\xff" * 8),
    message_code=use_case("ECS24").message_code,
    time=CosemDateTime.at(datetime(2026, 1, 1, tzinfo=UTC)),
)


@pytest.mark.parametrize("code", CODES)
@_FEW
@given(data=st.data())
def test_any_response_is_valid_and_comes_back(official: Schemas, code: str, data: st.DataObject) -> None:
    row = use_case(code)
    body = data.draw(response_body(row))
    message = Message(Frame(header=replace(_HEADER, message_code=row.message_code), payload=b""), row, body)
    try:
        document = render(message)
    except EncodeError as error:
        assert error.field  # noqa: PT017  # the point is what it names, not that it is raised
        return
    official.check_mmc(etree.fromstring(document))
    answer = read(document, sent=[result.name for result in body.results])
    assert answer.body.results == body.results
    assert answer.header == message.header
    if code != "ECS26a":  # of which the credit charges do not come back
        assert render(replace(message, body=answer.body)) == document
