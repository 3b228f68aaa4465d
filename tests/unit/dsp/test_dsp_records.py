"""What the DCC answers out of its own records, and what that changes there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from journey_bench import NOW, Sent, document, full_home, new_world, send

from dcc_sim.dsp.inventory import EsmeVariant, SmiStatus
from dcc_sim.dsp.world import World
from dcc_sim.duis.names import sr
from dcc_sim.duis.parsing import parse_xml
from dcc_sim.duis.response import DccAnswer, Response, parse_response
from dcc_sim.duis.schema import Schemas
from dcc_sim.errors import Unsupported
from dcc_sim.ids import DeviceType, Eui64

ESME, CHF, GPF = (full_home().device(kind).eui for kind in (DeviceType.ESME, DeviceType.CHF, DeviceType.GPF))
NEW = Eui64.parse("00-50-C2-5F-42-00-00-01")


@pytest.fixture
def world() -> World:
    return new_world()


def ask(world: World, variant: str, device: Eui64 = ESME, counter: int = 1, **wishes: object) -> Sent:
    return send(world, document(world, variant, device, counter=counter, **wishes), wait=timedelta(0))


def answer(sent: Sent) -> Response:
    assert sent.refused is None, sent.refused
    found = sent.hops[-1].artefact
    assert isinstance(found, Response)
    return found


def devices(sent: Sent) -> list[tuple[str, str]]:
    root = parse_xml(sent.hops[-1].octets)
    found = root.iter(sr("Device"))
    return [(d.findtext(sr("DeviceID"), ""), d.findtext(sr("DeviceStatus"), "")) for d in found]


def test_the_inventory_by_device_and_by_meter_point(world: World, official: Schemas) -> None:
    by_device = ask(world, "8.2", choices=((".", "DeviceID"),))
    euis = [eui for eui, _ in devices(by_device)]
    assert euis[0] == str(ESME)
    assert str(CHF) in euis
    assert str(GPF) not in euis
    parse_response(by_device.hops[-1].octets, official)
    by_point = ask(world, "8.2", counter=2, values=(("MPxN", "9900000003"),))
    assert {eui for eui, _ in devices(by_point)} == {
        str(r.eui) for r in full_home().devices if str(r.mpxn) == "9900000003"
    }
    content = answer(by_device).content
    assert isinstance(content, DccAnswer)
    first = content.values["Device"]
    assert [first[name].text for name in ("ESMEVariant", "DeviceGBCSVersion", "DeviceFirmwareVersion")] == [
        "ADEF",
        "4.1",
        "00000001",
    ]


def test_what_the_inventory_does_not_have(world: World) -> None:
    refused = ask(world, "8.2", values=(("UPRN", "5"),)).refused
    assert refused is not None
    assert refused.response_code == "E080201"


def test_a_type_2_device_has_no_status(world: World) -> None:
    ihd = full_home().device(DeviceType.IHD).eui
    found = dict(devices(ask(world, "8.2", choices=((".", "DeviceID"),))))
    assert found[str(ihd)] == ""


def test_a_device_that_is_decommissioned_takes_no_request_and_what_waits_is_forgotten(world: World) -> None:
    ask(world, "4.1.1", execution=NOW + timedelta(days=1))
    assert world.hub.diary.kept
    assert answer(ask(world, "8.3", counter=2)).code == "I0"
    assert world.hub.inventory.devices[ESME].status is SmiStatus.DECOMMISSIONED
    assert world.hub.diary.kept == []
    refused = ask(world, "4.1.1", counter=3).refused
    assert refused is not None
    assert refused.response_code == "E5"
    again = ask(world, "8.3", counter=4).refused
    assert again is not None
    assert again.response_code == "E5"


def test_another_supplier_may_not_decommission(world: World) -> None:
    hub = world.hub
    for point, registration in list(hub.inventory.registrations.items()):
        hub.inventory.add([replace(registration, mpxn=point, supplier=NEW)])
    refused = ask(world, "8.3").refused
    assert refused is not None
    assert refused.response_code == "E4"
    assert hub.inventory.devices[ESME].status is SmiStatus.COMMISSIONED


def test_the_inventory_is_updated(world: World) -> None:
    hub = world.hub
    ask(world, "8.4", choices=((".", "UpdateDeviceStatusExceptCH"),))
    assert hub.inventory.devices[ESME].status is SmiStatus.PENDING
    ask(world, "8.4", counter=2, choices=((".", "UpdateDeviceDetails"),), optionals="all")
    record = hub.inventory.devices[ESME]
    assert (record.manufacturer, record.model) != ("dcc-sim", "simulated")
    assert isinstance(record.variant, EsmeVariant)
    ask(world, "8.4", CHF, 3, choices=((".", "UpdateDeviceStatusCH"),))
    assert hub.inventory.devices[CHF].status in (SmiStatus.COMMISSIONED, SmiStatus.WITHDRAWN)
    wrong = ask(world, "8.4", ESME, 4, choices=((".", "UpdateDeviceStatusCH"),)).refused
    assert wrong is not None
    ask(world, "8.4", ESME, 5, choices=((".", "DeleteDevice"),))
    assert ESME not in hub.inventory.devices


def test_a_device_is_notified_once(world: World) -> None:
    body = (("DeviceID", str(NEW)), ("DeviceType", "ESME"))
    assert answer(ask(world, "12.2", values=body)).code == "I0"
    assert world.hub.inventory.devices[NEW].status is SmiStatus.PENDING
    refused = ask(world, "12.2", counter=2, values=body).refused
    assert refused is not None
    assert refused.response_code == "E120201"


def test_a_hub_brings_its_gas_proxy(world: World) -> None:
    proxy = Eui64.parse("00-50-C2-5F-42-00-00-02")
    body = (("DeviceID", str(NEW)), ("DeviceType", "CHF"), ("AssociatedGPFDeviceID", str(proxy)))
    ask(world, "12.2", values=body)
    assert world.hub.inventory.devices[proxy].type is DeviceType.GPF
    same = (("DeviceID", str(NEW)), ("DeviceType", "CHF"), ("AssociatedGPFDeviceID", str(NEW)))
    refused = ask(new_world(), "12.2", values=same).refused
    assert refused is not None
    assert refused.response_code == "E120201"


def test_what_an_installer_says_of_a_hub(world: World) -> None:
    assert answer(ask(world, "8.14.1", CHF)).code == "I0"
    assert world.hub.inventory.devices[CHF].status is SmiStatus.COMMISSIONED
    ask(world, "8.14.3", CHF, 2)
    assert world.hub.inventory.devices[CHF].status is SmiStatus.DECOMMISSIONED
    refused = ask(world, "8.14.1", ESME, 3).refused
    assert refused is not None
    assert refused.response_code == "E11"


@pytest.mark.parametrize("variant", ["8.13", "11.1", "11.4", "12.1"])
def test_what_is_left_out_is_named(world: World, variant: str) -> None:
    with pytest.raises(Unsupported, match=variant.replace(".", r"\.")):
        ask(world, variant)


def test_a_status_moves_on_with_what_a_device_did(world: World) -> None:
    hub, display = world.hub, full_home().device(DeviceType.PPMID).eui
    for eui in (ESME, display):
        hub.inventory.add([replace(hub.inventory.devices[eui], status=SmiStatus.PENDING)])
    body = (("DeviceID", str(display)), ("RequestType", "Add"))
    ask(world, "8.11", CHF, 1, values=body, optional=("AddDeviceToCHFWhitelist",))
    assert hub.inventory.devices[display].status is SmiStatus.WHITELISTED
    ask(world, "8.1.1", ESME, 2)
    record = hub.inventory.devices[ESME]
    assert (record.status, record.commissioned_at) == (SmiStatus.COMMISSIONED, NOW)
    ask(world, "8.7.1", ESME, 3, values=(("OtherDeviceID", str(display)),))
    assert hub.inventory.devices[display].status is SmiStatus.COMMISSIONED


def test_a_status_stays_when_a_device_failed(world: World) -> None:
    hub = world.hub
    hub.inventory.add([replace(hub.inventory.devices[ESME], status=SmiStatus.PENDING)])
    world.devices[ESME].inject_failure("ECS70", 1, 3)
    ask(world, "8.1.1", ESME, 2)
    assert hub.inventory.devices[ESME].status is SmiStatus.PENDING
