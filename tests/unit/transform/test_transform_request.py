"""Which command a request becomes, on which device, and in whose name."""

from __future__ import annotations

import pytest
from home_bench import ECONOMY_7, ESME, NOW, SUPPLIER, house
from lxml import etree

from dcc_sim.catalogue.routes import route
from dcc_sim.catalogue.usecases import USE_CASES
from dcc_sim.duis.names import sr
from dcc_sim.duis.request import ServiceRequest, parse_request, render_request
from dcc_sim.duis.schema import default_schemas
from dcc_sim.errors import AccessDenied, RequestInvalid, Unsupported
from dcc_sim.ids import CommandVariant, CraFlag, DeviceType, RequestId, ServiceReferenceVariant
from dcc_sim.transform.bindings import CODES
from dcc_sim.transform.request import command_values, transform

HOME = house()
ID = RequestId(SUPPLIER, ESME, 2**63 + 5)


def parsed(document: bytes) -> ServiceRequest:
    return parse_request(document, default_schemas())


def test_the_header_is_made_of_the_request_id() -> None:
    frame = transform(parsed(ECONOMY_7.request(ID)), DeviceType.ESME, NOW)
    header = frame.header
    assert (header.cra, header.originator, header.target, header.counter) == (
        CraFlag.COMMAND,
        SUPPLIER,
        ESME,
        2**63 + 5,
    )
    assert header.message_code == USE_CASES["ECS01a"].message_code
    assert (frame.signature, frame.mac) == (None, None)


def test_every_binding_has_a_row() -> None:
    assert set(USE_CASES) >= CODES


def test_a_device_that_a_request_is_not_for() -> None:
    with pytest.raises(AccessDenied, match="does not apply to a CHF, only to ESME, GSME") as refused:
        transform(parsed(ECONOMY_7.request(ID)), DeviceType.CHF, NOW)
    assert refused.value.response_code == "E11"


def test_a_request_without_a_route() -> None:
    with pytest.raises(Unsupported, match=r"Service Request 99\.9"):
        route(ServiceReferenceVariant("99.9"), DeviceType.ESME)


def test_a_service_that_is_not_built_is_named() -> None:
    body = etree.Element(sr("ReadInventory"))
    etree.SubElement(body, sr("UPRN")).text = "1"
    read = render_request(ID, ServiceReferenceVariant("8.2"), CommandVariant.DCC_ONLY, body)
    with pytest.raises(Unsupported, match=r"^not built yet: Service Request 8\.2 Read Inventory$"):
        transform(parsed(read), DeviceType.CHF, NOW)


def test_a_use_case_without_a_binding() -> None:
    request = parsed(ECONOMY_7.request(ID))
    row = next(row for code, row in USE_CASES.items() if code == "ECS01a")
    assert "seasons" in command_values(request, row, NOW)
    unbound = type(row)(
        code="ECS999",
        message_code=row.message_code,
        title="",
        targets=row.targets,
        roles=row.roles,
        critical=True,
        payload=row.payload,
    )
    with pytest.raises(Unsupported, match="transform of ECS999"):
        command_values(request, unbound, NOW)


def test_prices_of_the_other_fuel_are_refused() -> None:
    root = etree.fromstring(ECONOMY_7.request(ID))
    gas_prices = etree.fromstring(HOME_GAS)
    elements = next(e for e in root.iter() if str(e.tag).endswith("}PriceElements"))
    elements.remove(elements[0])
    elements.append(gas_prices)
    with pytest.raises(
        RequestInvalid, match=r"ECS01a has no place for it at line \d+, GasPriceElements"
    ) as refused:
        transform(parsed(etree.tostring(root)), DeviceType.ESME, NOW)
    assert refused.value.response_code == "E100"


HOME_GAS = (
    '<GasPriceElements xmlns="http://www.dccinterface.co.uk/ServiceUserGateway"><CurrencyUnits>GBP</CurrencyUnits>'
    "<StandingCharge>1</StandingCharge><TOUTariff><TOUPrice index='1'>1</TOUPrice></TOUTariff>"
    "</GasPriceElements>"
)


def test_a_value_that_does_not_go_on_the_wire_is_named_by_its_place() -> None:
    document = ECONOMY_7.request(ID).replace(b">year<", ">ééééé<".encode())
    with pytest.raises(RequestInvalid) as refused:
        transform(parsed(document), DeviceType.ESME, NOW)
    assert (refused.value.rule, refused.value.place) == (
        "value on the wire",
        "line 2, SeasonName (seasons.[1].name)",
    )
