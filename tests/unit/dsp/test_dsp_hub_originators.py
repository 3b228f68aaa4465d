"""The hub knows the state that commands of the DCC's own parties need: counters that only rise."""

from __future__ import annotations

from datetime import timedelta

from home_bench import ACB, ESME, NOW, SUPPLIER, house
from lxml import etree

from dcc_sim.dsp.hub import Admitted, Hub
from dcc_sim.duis.names import sr
from dcc_sim.duis.request import parse_request, render_request
from dcc_sim.duis.schema import default_schemas
from dcc_sim.gbcs.frame import Frame
from dcc_sim.ids import CommandVariant, RequestId, ServiceReferenceVariant


def made(hub: Hub, variant: str, body: str, counter: int, seconds: int = 0) -> Frame:
    element = etree.Element(sr(body))
    if variant == "6.20.2":
        etree.SubElement(element, sr("ExportMPAN")).text = "1312345678333"
    document = render_request(
        RequestId(SUPPLIER, ESME, counter), ServiceReferenceVariant(variant), CommandVariant.SEND, element
    )
    request = parse_request(document, default_schemas())
    admitted = Admitted(request, hub.inventory.device(ESME), ())
    return hub.pre_command(admitted, NOW + timedelta(seconds=seconds))


def test_the_broker_counts_up_at_the_same_moment_and_later() -> None:
    hub = house().world.hub
    frames = [made(hub, "6.20.2", "SetDeviceConfigurationExportMPAN", 7, seconds) for seconds in (0, 0, 5)]
    counters = [frame.header.counter for frame in frames]
    start = int(NOW.timestamp() * 1000)
    assert counters == [start, start + 1, start + 5000]
    for frame in frames:
        assert frame.header.originator == ACB
        assert (frame.header.supplementary_party, frame.header.supplementary_counter) == (SUPPLIER, 7)


def test_a_command_of_the_user_leaves_the_counter_alone() -> None:
    hub = house().world.hub
    frame = made(hub, "7.4", "ReadSupplyStatus", 8)
    assert (frame.header.originator, frame.header.counter) == (SUPPLIER, 8)
    assert hub.counters == {}
