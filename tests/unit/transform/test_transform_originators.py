"""In whose name a command is sent, and what its header says of the User behind it."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from home_bench import house
from lxml import etree
from transform_bench import ACB, COS, HOUSE, NOW, STATE, USER

from dcc_sim.catalogue.routes import GbcsVersion
from dcc_sim.catalogue.usecases import by_message_code
from dcc_sim.duis.drafting import draft
from dcc_sim.duis.names import sr
from dcc_sim.duis.request import ServiceRequest, read_request
from dcc_sim.duis.schema import default_schemas
from dcc_sim.errors import AccessDenied, KeyMissing, NotFound, RequestInvalid
from dcc_sim.gbcs.header import GroupingHeader
from dcc_sim.ids import DeviceType, Eui64, KeyUsage, RemotePartyRole, ServiceReferenceVariant
from dcc_sim.transform.context import NOTHING_GIVEN, TransformContext, certificates_of
from dcc_sim.transform.originators import command_header, named_device, route_of
from dcc_sim.transform.request import transform

KEYS = house().world.keys
KNOWN = sorted({eui for eui, usage, _ in KEYS.certificates() if usage is KeyUsage.KEY_AGREEMENT})
UNKNOWN_USER = replace(STATE, party=RemotePartyRole.OTHER)


def certificate(party: Eui64) -> bytes:
    return KEYS.certificate(party, KeyUsage.KEY_AGREEMENT).public_bytes(Encoding.DER)


def request(variant: str, key: bytes | None = None) -> ServiceRequest:
    root = draft(ServiceReferenceVariant(variant), HOUSE, NOW, default_schemas()).root
    if key is not None:
        element = etree.SubElement(root[1][0], sr("KAPublicSecurityCredentials"))
        element.text = base64.b64encode(key).decode()
    return read_request(root)


def header(
    asked: ServiceRequest, context: TransformContext, device: DeviceType = DeviceType.ESME
) -> GroupingHeader:
    return transform(asked, device, NOW, context).header


def test_a_user_the_device_knows_speaks_for_itself() -> None:
    asked = request("4.14")
    for context in (NOTHING_GIVEN, STATE, replace(STATE, party=RemotePartyRole.SUPPLIER)):
        found = header(asked, context)
        assert (found.originator, found.counter) == (USER, asked.request_id.counter)
        assert (found.supplementary_party, found.supplementary_counter, found.certificate) == (None,) * 3


def test_the_broker_acts_for_a_user_the_device_does_not_know() -> None:
    asked = request("7.14")
    found = header(asked, UNKNOWN_USER)
    assert (found.originator, found.counter) == (ACB, 1302)
    assert (found.supplementary_party, found.supplementary_counter) == (USER, asked.request_id.counter)
    assert found.certificate is None
    with pytest.raises(NotFound, match="originated by the Access Control Broker"):
        header(asked, TransformContext(party=RemotePartyRole.OTHER))


def test_everything_for_the_hub_comes_from_the_broker() -> None:
    found = header(request("6.31"), STATE, DeviceType.CHF)
    assert (found.originator, found.supplementary_party) == (ACB, USER)


def test_a_key_in_the_request_asks_for_an_answer_to_an_unknown_party() -> None:
    found = header(request("4.14", certificate(KNOWN[0])), STATE)
    assert (found.originator, found.supplementary_party) == (ACB, USER)
    assert found.certificate == certificate(KNOWN[0])


def test_the_repository_has_the_certificate_of_the_same_key() -> None:
    def lookup(eui: Eui64, usage: KeyUsage) -> bytes:
        assert (eui, usage) == (USER, KeyUsage.KEY_AGREEMENT)
        return certificate(KNOWN[1])

    asked = request("4.14", certificate(KNOWN[0]))
    assert header(asked, replace(STATE, certificate=lookup)).certificate == certificate(KNOWN[0])
    known = certificates_of(KEYS)
    assert known(KNOWN[0], KeyUsage.KEY_AGREEMENT) == certificate(KNOWN[0])
    with pytest.raises(KeyMissing):
        known(USER, KeyUsage.KEY_AGREEMENT)
    assert header(asked, replace(STATE, certificate=known)).certificate == certificate(KNOWN[0])
    with pytest.raises(RequestInvalid, match=r"no certificate.*KAPublicSecurityCredentials"):
        header(request("4.14", b"0"), STATE)


@pytest.mark.parametrize(
    ("variant", "device", "originator", "counter"),
    [
        ("6.23", DeviceType.ESME, COS, 6001),
        ("8.5", DeviceType.ESME, ACB, 1302),
        ("8.12.2", DeviceType.GPF, ACB, 1302),
    ],
)
def test_parties_in_their_own_name(variant: str, device: DeviceType, originator: Eui64, counter: int) -> None:
    asked = request(variant)
    route = route_of(asked, device, STATE)
    row = by_message_code(header(request("4.14"), STATE).message_code)
    found = command_header(asked, route, row, STATE)
    assert (found.originator, found.counter, found.supplementary_party) == (originator, counter, None)
    with pytest.raises(NotFound):
        command_header(asked, route, row, NOTHING_GIVEN)


def test_the_device_decides_between_use_cases() -> None:
    asked = request("6.2.3")
    old = replace(STATE, gbcs=GbcsVersion(1, 0))
    assert route_of(asked, DeviceType.ESME, STATE).use_case == "ECS26l"
    assert route_of(asked, DeviceType.ESME, old).use_case == "ECS26d"
    voltage = request("4.10")
    assert route_of(voltage, DeviceType.ESME, replace(STATE, polyphase=True)).use_case == "ECS23b"
    assert route_of(voltage, DeviceType.ESME, STATE).use_case == "ECS23"
    alerts = request("6.2.10")
    network = replace(STATE, party=RemotePartyRole.NETWORK_OPERATOR)
    assert route_of(alerts, DeviceType.ESME, network).use_case == "ECS25r2"
    with pytest.raises(AccessDenied):
        route_of(asked, DeviceType.PPMID, STATE)


def test_the_device_a_body_is_about() -> None:
    assert named_device(request("8.11").body) in HOUSE.devices.values()
    assert named_device(request("4.14").body) is None
    spoiled = etree.Element(sr("b"))
    etree.SubElement(spoiled, sr("DeviceID")).text = "x"
    with pytest.raises(RequestInvalid, match="not an EUI-64"):
        named_device(spoiled)
