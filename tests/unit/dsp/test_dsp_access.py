"""Access control: each check says yes on its ground, and no with its code, before anything changes."""

from __future__ import annotations

import copy
import dataclasses
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from home_bench import (
    ACB,
    ECONOMY_7,
    ESME,
    GPF,
    GSME,
    MIDNIGHT,
    NETWORK,
    NOW,
    STRANGER,
    SUPPLIER,
    demo_home,
    house,
)
from lxml import etree

from dcc_sim.catalogue.requests import REQUESTS
from dcc_sim.dsp.access import SIGNED, Application, _dating, check_access
from dcc_sim.dsp.inventory import DeviceRecord, Inventory, Party, Registration, SmiStatus
from dcc_sim.duis.names import sr
from dcc_sim.duis.parsing import parse_xml
from dcc_sim.duis.request import CANCELLATION, ServiceRequest, parse_request, read_request
from dcc_sim.duis.schema import default_schemas
from dcc_sim.edge.inputs import read_home
from dcc_sim.errors import AccessDenied
from dcc_sim.ids import (
    CommandVariant,
    DeviceType,
    Eui64,
    Mpxn,
    RemotePartyRole,
    RequestId,
    ServiceReferenceVariant,
    UserRole,
)

REQUESTS_SENT = (
    Path(os.environ.get("DCC_SIM_VECTORS") or Path(__file__).resolve().parents[4] / "shared" / "vectors")
    / "requests"
)
HUB = Eui64.parse("00-50-C2-5F-31-00-00-A2")
UNKNOWN = Eui64.parse("00-50-C2-5F-31-00-00-FF")
MPAN = Mpxn("1099000000016")


def inventory() -> Inventory:
    found = demo_home().inventory()
    found.add([DeviceRecord(eui=HUB, type=DeviceType.CHF)])
    found.add([Party(eui=STRANGER, name="Another Supplier", user_roles=frozenset({UserRole.IMPORT_SUPPLIER}),
                     remote_role=RemotePartyRole.SUPPLIER)])  # fmt: skip
    return found


def parsed(document: bytes) -> ServiceRequest:
    return parse_request(document, default_schemas())


TARIFF = parsed(ECONOMY_7.request(RequestId(SUPPLIER, ESME, 1001), MIDNIGHT))
READ = parsed(house().asking("4.1.1", ESME))


def application(request: ServiceRequest = TARIFF, **parts: object) -> Application:
    given: dict[str, object] = {
        "request": request,
        "signer": request.request_id.originator,
        "inventory": inventory(),
        "seen": frozenset(),
        "now": NOW,
    }
    return Application(**(given | parts))  # type: ignore[arg-type]  # one part is replaced at a time


def changed(request: ServiceRequest = TARIFF, **parts: object) -> ServiceRequest:
    return dataclasses.replace(request, **parts)  # type: ignore[arg-type]  # by name


def to(target: Eui64, originator: Eui64 = SUPPLIER, request: ServiceRequest = TARIFF) -> ServiceRequest:
    return changed(request, request_id=RequestId(originator, target, 1001))


def denied(a: Application) -> AccessDenied:
    with pytest.raises(AccessDenied) as refused:
        check_access(a)
    assert refused.value.reason
    return refused.value


RULES = [
    "signer is the originator",
    "request id unused",
    "User known",
    "role may use the service",
    "User status",
    "command variant",
    "execution date",
    "device known",
    "device type",
    "SMI status",
    "responsible party",
]


def test_every_check_says_on_what_ground_it_said_yes() -> None:
    passed = check_access(application())
    assert [each.rule for each in passed] == RULES
    assert [each.detail for each in passed] == [
        str(SUPPLIER),
        "counter 1001",
        "Simulated Supplier: GS, IS",
        "GS, IS",
        "active",
        "4 transform",
        "2026-12-01T00:00:00Z, kept by the device",
        f"ESME {ESME}",
        "ECS01a",
        "Commissioned",
        "supplier of 1099000000016",
    ]


def with_device(**parts: object) -> Inventory:
    found = inventory()
    found.add([dataclasses.replace(found.devices[ESME], **parts)])  # type: ignore[arg-type]  # by name
    return found


def with_party(**parts: object) -> Inventory:
    found = inventory()
    found.add([dataclasses.replace(found.parties[SUPPLIER], **parts)])  # type: ignore[arg-type]  # by name
    return found


def registered(supplier: Eui64 = SUPPLIER, network: Eui64 = NETWORK) -> Inventory:
    found = inventory()
    found.add([Registration(mpxn=MPAN, supplier=supplier, network=network)])
    return found


def without_registration() -> Inventory:
    found = inventory()
    found.registrations.clear()
    return found


FORM = "command_variant"
REFUSALS: dict[str, tuple[Application, str, str, str]] = {
    "signed by somebody else": (
        application(signer=STRANGER),
        "E100",
        "signer is the originator",
        "is signed by",
    ),
    "used before": (
        application(seen=frozenset({(TARIFF.request_id, False)})),
        "E100",
        "request id unused",
        "was used before",
    ),
    "nobody": (application(to(ESME, UNKNOWN)), "E1", "User known", "is not a User of this DCC"),
    "a party without a User Role": (application(to(ESME, ACB)), "E1", "User known", "has no User Role"),
    "the wrong role": (
        application(to(ESME, NETWORK)),
        "E2",
        "role may use the service",
        "1.1.1 is for IS, GS",
    ),
    "suspended": (application(inventory=with_party(active=False)), "E3", "User status", "is suspended"),
    "sent like a read": (
        application(changed(command_variant=CommandVariant.SEND)),
        "E12",
        "command variant",
        "only 4, 5, 6, 7",
    ),
    "a read sent like a tariff": (
        application(changed(READ, command_variant=CommandVariant.TRANSFORM)),
        "E12",
        "command variant",
        "only 1, 2, 3",
    ),
    "in the past": (application(now=MIDNIGHT + timedelta(seconds=1)), "E100", "execution date", "is past"),
    "at this very moment": (application(now=MIDNIGHT), "E100", "execution date", "is past"),
    "cannot be dated": (
        application(changed(parsed(house().setting_clock(ESME)), execution=MIDNIGHT)),
        "E100",
        "future dating",
        "cannot be future-dated",
    ),
    "an unknown device": (application(to(UNKNOWN)), "E19", "device known", "is not in the inventory"),
    "another type of device": (application(to(HUB)), "E11", "device type", "does not apply to a CHF"),
    "another supplier": (
        application(to(ESME, STRANGER)),
        "E4",
        "responsible party",
        "is not registered at 1099000000016",
    ),
    "registered to another": (
        application(inventory=registered(supplier=STRANGER)),
        "E4",
        "responsible party",
        "not registered",
    ),
    "not registered at all": (
        application(inventory=without_registration()),
        "E4",
        "responsible party",
        "no registered meter point",
    ),
    "a device without a meter point": (
        application(inventory=with_device(mpxn=None)),
        "E4",
        "responsible party",
        "no registered meter point",
    ),
    "an electricity supplier at a gas meter": (
        application(to(GSME), inventory=with_party(user_roles=frozenset({UserRole.IMPORT_SUPPLIER}))),
        "E4",
        "responsible party",
        "its roles are for the other fuel",
    ),
    "a gas supplier at an electricity meter": (
        application(inventory=with_party(user_roles=frozenset({UserRole.GAS_SUPPLIER}))),
        "E4",
        "responsible party",
        "its roles are for the other fuel",
    ),
}
REFUSALS |= {
    f"a {status.value} device": (
        application(inventory=with_device(status=status)),
        "E5",
        "SMI status",
        f"the device is {status.value}",
    )
    for status in (
        SmiStatus.DECOMMISSIONED,
        SmiStatus.WITHDRAWN,
        SmiStatus.SUSPENDED,
        SmiStatus.RECOVERY,
        SmiStatus.RECOVERED,
    )
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_has_its_code_its_rule_and_its_reason(name: str) -> None:
    asked, code, rule, reason = REFUSALS[name]
    refused = denied(asked)
    assert (refused.response_code, refused.rule) == (code, rule)
    assert reason in refused.reason


@pytest.mark.parametrize("name", REFUSALS)
def test_what_passed_before_is_in_the_notes(name: str) -> None:
    asked, _, rule, _ = REFUSALS[name]
    notes = getattr(denied(asked), "__notes__", [])
    rule = "execution date" if rule == "future dating" else rule
    assert [note.partition(": ")[2].rpartition(" (")[0].partition(" (")[0] for note in notes] == RULES[
        : RULES.index(rule)
    ]


def scheduled(variant: str = "4.6.1", device: Eui64 = ESME) -> ServiceRequest:
    """5.1 for one variant and device."""
    service = ServiceReferenceVariant(variant)
    content = []
    for name, text in (
        ("ScheduleFrequency", "Daily"),
        ("ScheduleStartDate", "2026-12-02"),
        ("DSPScheduledServiceReference", service.service_reference),
        ("DSPScheduledServiceReferenceVariant", variant),
        ("DeviceID", str(device)),
    ):
        element = etree.Element(sr(name))
        element.text = text
        content.append(element)
    read = etree.Element(sr(REQUESTS[variant].scheduled_body or ""))
    for name, text in (("StartDateOffset", "-1"), ("StartTime", "00:00:00Z"), ("EndDateOffset", "0"),
                       ("EndTime", "00:00:00Z")):  # fmt: skip
        etree.SubElement(read, sr(name)).text = text
    return parsed(house().asking("5.1", ACB, *content, read, command_variant=CommandVariant.DCC_ONLY))


def test_a_schedule_is_checked_like_the_request_it_will_make() -> None:
    details = [each.detail for each in check_access(application(scheduled()))]
    assert details[5:] == [
        "8 dcc only",
        "schedule of 4.6.1",
        f"ESME {ESME}",
        "ECS21a",
        "Commissioned",
        "supplier of 1099000000016",
    ]


@pytest.mark.parametrize(
    ("request_", "code", "rule"),
    [
        (scheduled("4.6.2"), "E2", "role may use the service"),
        (scheduled(device=UNKNOWN), "E19", "device known"),
        (scheduled(device=HUB), "E11", "device type"),
        (to(ACB, STRANGER, scheduled()), "E4", "responsible party"),
    ],
)
def test_a_schedule_that_its_user_could_not_ask_for(request_: ServiceRequest, code: str, rule: str) -> None:
    refused = denied(application(request_, inventory=with_device()))
    assert (refused.response_code, refused.rule) == (code, rule)


def test_only_what_can_be_scheduled_is() -> None:
    # The schema lists the variants: only a document that was not checked can say another.
    request = scheduled()
    body = copy.deepcopy(request.body)
    next(iter(body.iterfind(sr("DSPScheduledServiceReferenceVariant")))).text = "4.1.1"
    refused = denied(application(changed(request, body=body)))
    assert (refused.response_code, refused.rule) == ("E100", "scheduling")


def test_a_request_that_the_dcc_answers_needs_no_device() -> None:
    filter_ = etree.Element(sr("UPRN"))
    filter_.text = "1"
    request = parsed(house().asking("8.2", ACB, filter_, command_variant=CommandVariant.DCC_ONLY))
    assert [each.detail for each in check_access(application(request))][7:] == ["no device is asked"] * 4
    sent = changed(request, command_variant=CommandVariant.SEND)
    assert denied(application(sent)).response_code == "E12"


@pytest.mark.parametrize("role", [UserRole.IMPORT_SUPPLIER, UserRole.GAS_SUPPLIER])
def test_a_hub_serves_both_fuels(role: UserRole) -> None:
    home = with_party(user_roles=frozenset({role}))
    home.add([DeviceRecord(eui=HUB, type=DeviceType.CHF, mpxn=MPAN)])
    read = parsed(house().asking("6.30", HUB))
    assert check_access(application(read, inventory=home))[-1].detail == f"supplier of {MPAN}"


@pytest.mark.skipif(not REQUESTS_SENT.is_dir(), reason=f"no requests in {REQUESTS_SENT}")
def test_the_published_requests_pass_unless_their_sender_has_no_role_for_them() -> None:
    published = read_home("rtds").inventory()
    passed = 0
    for file in sorted(REQUESTS_SENT.iterdir()):
        request = read_request(parse_xml(file.read_bytes()))
        sender = request.request_id.originator
        asked = Application(request, sender, published, frozenset(), datetime(2015, 1, 1, tzinfo=UTC))
        mine = published.party(sender).user_roles
        if not mine:
            assert denied(asked).response_code == "E1", file.name
        elif not mine & set(REQUESTS[request.variant.text].roles):
            assert denied(asked).response_code == "E2", file.name
        else:
            assert len(check_access(asked)) == len(RULES), file.name
            passed += 1
    assert passed > 200


def test_opting_out_is_open_to_nobody_and_always_dated() -> None:
    request = changed(READ, variant=ServiceReferenceVariant("8.5"))
    refused = denied(application(request))
    assert (refused.response_code, refused.reason) == ("E2", "8.5 is for no User Role")
    with pytest.raises(AccessDenied, match="has to be future-dated"):
        _dating(application(request))


@pytest.mark.parametrize("status", [SmiStatus.PENDING, SmiStatus.WHITELISTED, SmiStatus.INSTALLED])
def test_a_device_on_its_way_to_being_commissioned_is_served(status: SmiStatus) -> None:
    assert check_access(application(inventory=with_device(status=status)))[9].detail == status.value


def test_a_suspended_device_may_be_asked_for_its_firmware_version() -> None:
    request = parsed(house().asking("11.2", ESME))
    check_access(application(request, inventory=with_device(status=SmiStatus.SUSPENDED)))


def test_a_network_operator_may_read_where_it_is_registered() -> None:
    read = to(ESME, NETWORK, READ)
    assert check_access(application(read))[-1].detail == "network operator of 1099000000016"
    refused = denied(application(read, inventory=registered(network=STRANGER)))
    assert refused.response_code == "E4"


def test_a_role_that_needs_no_registration() -> None:
    other = with_party(user_roles=frozenset({UserRole.OTHER_USER}))
    read = parsed(house().asking("4.11.1", ESME))
    assert check_access(application(read, inventory=other))[-1].detail == "no registration needed"


def test_a_supplier_of_both_fuels_is_served_at_both_meters() -> None:
    for device in (ESME, GPF):
        assert "supplier of" in check_access(application(to(device, request=READ)))[-1].detail


def test_a_signed_pre_command_repeats_the_id_of_its_request_once() -> None:
    signed = changed(command_variant=CommandVariant.SIGNED_SEND)
    assert CommandVariant.SIGNED_SEND in SIGNED
    check_access(application(signed, seen=frozenset({(TARIFF.request_id, False)})))
    twice = application(signed, seen=frozenset({(TARIFF.request_id, True)}))
    assert denied(twice).rule == "request id unused"


def test_a_cancellation_is_not_past() -> None:
    cancelled = changed(execution=CANCELLATION)
    assert check_access(application(cancelled))[6].detail == "cancellation"


@pytest.mark.parametrize("name", REFUSALS)
def test_asking_changes_nothing(name: str) -> None:
    asked = REFUSALS[name][0]
    before = copy.deepcopy(asked.inventory)
    denied(asked)
    assert asked.inventory == before
