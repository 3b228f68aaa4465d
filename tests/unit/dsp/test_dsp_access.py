"""Access control: each check says yes on its ground, and no with its code, before anything changes."""

from __future__ import annotations

import copy
import dataclasses
from datetime import timedelta

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

from dcc_sim.catalogue.requests import REQUESTS
from dcc_sim.dsp.access import SIGNED, Application, check_access
from dcc_sim.dsp.inventory import DeviceRecord, Inventory, Party, Registration, SmiStatus
from dcc_sim.duis.request import CANCELLATION, ServiceRequest, parse_request
from dcc_sim.duis.schema import default_schemas
from dcc_sim.duis.services import BY_VARIANT
from dcc_sim.errors import AccessDenied, Unsupported
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


def test_nothing_is_asked_of_a_variant_that_is_not_built() -> None:
    unbuilt = next((variant for variant in BY_VARIANT if variant not in REQUESTS), None)
    if unbuilt is None:
        pytest.skip("all of them are built")
    with pytest.raises(Unsupported, match=f"Service Request {unbuilt}"):
        check_access(application(changed(variant=ServiceReferenceVariant(unbuilt))))


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
