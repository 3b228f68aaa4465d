"""What the command line says of the DCC reaches the command."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from lxml import etree

from dcc_sim.duis.drafting import House, draft
from dcc_sim.duis.request import read_request
from dcc_sim.duis.schema import default_schemas
from dcc_sim.edge.inputs import read_home
from dcc_sim.edge.messages import NO_STATE, DccState, pre_command, transform_context
from dcc_sim.errors import NotFound
from dcc_sim.ids import DeviceType, Eui64, RemotePartyRole, ServiceReferenceVariant

HOME = read_home("rtds")
NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
SUPPLIER = HOME.party(RemotePartyRole.SUPPLIER).eui
ACB = HOME.party(RemotePartyRole.ACCESS_CONTROL_BROKER).eui
OTHER_ACB = Eui64.parse("90-B3-D5-1F-30-00-00-09")
HOUSE = House(
    originator=SUPPLIER,
    acb=ACB,
    devices={
        kind: HOME.device(kind).eui for kind in DeviceType if kind not in (DeviceType.IHD, DeviceType.CAD)
    }
    | {DeviceType.IHD: ACB, DeviceType.CAD: ACB},
    mpan="1312345678111",
    mprn="1234567800",
)
STATE = DccState(counter=1302)


def document(variant: str) -> bytes:
    return etree.tostring(draft(ServiceReferenceVariant(variant), HOUSE, NOW, default_schemas()).root)


def header(variant: str, state: DccState) -> tuple[Eui64, int]:
    frame = pre_command(document(variant), default_schemas(), [HOME], NOW, state)
    return frame.header.originator, frame.header.counter


def test_the_broker_and_its_counter() -> None:
    assert header("6.30", STATE) == (ACB, 1302)
    assert header("6.30", replace(STATE, acb=OTHER_ACB)) == (OTHER_ACB, 1302)
    with pytest.raises(NotFound, match="DBCH03 is originated by the Access Control Broker"):
        header("6.30", NO_STATE)


def test_a_user_that_the_device_does_not_know() -> None:
    assert header("7.14", STATE)[0] == SUPPLIER
    assert header("7.14", replace(STATE, unknown_user=True)) == (ACB, 1302)


def test_a_customer_identification_number() -> None:
    frame = pre_command(document("9.1"), default_schemas(), [HOME], NOW, replace(STATE, cin="4711"))
    assert b"4711" in frame.payload
    with pytest.raises(NotFound, match="customer identification number"):
        header("9.1", STATE)


def test_what_the_home_says() -> None:
    request = read_request(etree.fromstring(document("8.11")))
    context = transform_context(request, [HOME], STATE)
    assert context.party is RemotePartyRole.SUPPLIER
    assert context.other in DeviceType
    assert context.cos_party is not None
    assert context.cos_party.counter == 1302
