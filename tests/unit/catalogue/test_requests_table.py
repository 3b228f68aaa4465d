"""The table of 129 requests: well formed in itself, and true to the schema and to its sources.

The published material lies beside the project; what needs it is skipped where it is absent.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from dcc_sim.catalogue.request_row import CRITICAL_FORMS, GBCS_PAYLOAD, FutureDating, Source
from dcc_sim.catalogue.requests import BY_BODY, REQUESTS, request_row
from dcc_sim.catalogue.routes import CommandOriginator, devices_of, routes_of
from dcc_sim.catalogue.usecases import USE_CASES, by_message_code
from dcc_sim.duis.codes import codes_of
from dcc_sim.duis.schema import default_schemas
from dcc_sim.errors import NotFound
from dcc_sim.ids import CommandVariant, MessageCode, ServiceReferenceVariant, UserRole

SHARED = Path(__file__).resolve().parents[4] / "shared"
REFERENCE = SHARED / "reference"
OFFICIAL = Path(os.environ.get("DCC_SIM_OFFICIAL_SCHEMAS") or SHARED / "schemas-official") / "5.4"
XS = "{http://www.w3.org/2001/XMLSchema}"

needs_reference = pytest.mark.skipif(not REFERENCE.is_dir(), reason=f"no reference pages in {REFERENCE}")
needs_schemas = pytest.mark.skipif(not OFFICIAL.is_dir(), reason=f"no official schemas in {OFFICIAL}")


# ------------------------------------------------------------------------------------ in itself


def test_there_are_129_rows_with_names_of_their_own() -> None:
    assert len(REQUESTS) == len(BY_BODY) == len({row.name for row in REQUESTS.values()}) == 129


def test_how_many_there_are_of_each_kind() -> None:
    rows = REQUESTS.values()
    assert sum(row.critical for row in rows) == 37
    assert sum(row.non_device for row in rows) == 16
    assert sum(row.schedulable for row in rows) == 14
    dating = {kind: sum(row.future_dating is kind for row in rows) for kind in FutureDating}
    assert list(dating.values()) == [72, 45, 11, 1]


@pytest.mark.parametrize("variant", REQUESTS)
def test_a_row_agrees_with_itself(variant: str) -> None:
    row = REQUESTS[variant]
    ServiceReferenceVariant(variant)
    assert len(set(row.roles)) == len(row.roles)
    assert row.critical == (CommandVariant.TRANSFORM in row.command_variants)
    assert CommandVariant.DCC_INTERNAL not in row.command_variants
    assert set(row.command_variants) <= {*CRITICAL_FORMS, *CommandVariant} - {CommandVariant.DCC_INTERNAL}
    assert not (row.dated_only and row.future_dating is FutureDating.NO)
    assert bool(routes_of(variant)) != row.non_device
    if row.non_device:
        assert row.answer is None
        assert row.response != GBCS_PAYLOAD
    if row.schedulable:
        assert not row.critical
        assert row.scheduled_body == f"DSP{row.body}"


@pytest.mark.parametrize("variant", [row.variant for row in REQUESTS.values() if not row.non_device])
def test_a_row_agrees_with_its_use_cases(variant: str) -> None:
    row = REQUESTS[variant]
    for entry in routes_of(variant):
        case = USE_CASES[entry.use_case]
        # A critical command is signed by its originator: only by the User if the User is the originator.
        assert row.critical == (case.critical and CommandOriginator.USER in entry.originators), entry
        if row.future_dating is FutureDating.DEVICE:
            assert case.future_datable, entry


def test_a_variant_that_does_not_exist() -> None:
    assert request_row(ServiceReferenceVariant("8.5")).dated_only
    with pytest.raises(NotFound, match=r"there is no Service Request 99\.9"):
        request_row(ServiceReferenceVariant("99.9"))


def test_who_may_do_what() -> None:
    counted = {role.value: sum(role in row.roles for row in REQUESTS.values()) for role in UserRole}
    assert counted == {"IS": 111, "GS": 83, "ES": 16, "ED": 38, "GT": 21, "RSA": 18, "OU": 25, "LC": 1}
    assert [row.variant for row in REQUESTS.values() if not row.roles] == ["8.5", "8.6"]


def test_our_schema_has_every_body() -> None:
    schemas = default_schemas()
    assert [row.body for row in REQUESTS.values() if not schemas.declares(row.body)] == []


# --------------------------------------------------------------------- against the official schema


@pytest.fixture(scope="module")
def duis() -> Any:
    return etree.parse(str(OFFICIAL / "duis.xsd")).getroot()


def declared(root: Any, type_name: str) -> dict[str, Any]:
    """Elements by name anywhere inside a named type."""
    holder = root.find(f"{XS}complexType[@name='{type_name}']")
    return {each.get("name"): each for each in holder.iter(f"{XS}element")}


@needs_schemas
def test_the_official_schema_has_every_body_and_response(duis: Any) -> None:
    bodies = declared(duis, "Request")
    assert {row.body for row in REQUESTS.values()} == set(bodies) & set(BY_BODY)
    assert len(set(bodies) & set(BY_BODY)) == 129
    responses = declared(duis, "ResponseMessage")
    assert {row.response for row in REQUESTS.values() if row.response} <= set(responses)


@needs_schemas
def test_the_official_schema_has_every_answer() -> None:
    root: Any = etree.parse(str(OFFICIAL / "mmc.xsd")).getroot()
    answers = {name for each in root.iter(f"{XS}element") if (name := each.get("name") or "").endswith("Rsp")}
    assert {row.answer for row in REQUESTS.values() if row.answer} == answers


@needs_schemas
def test_what_the_official_schema_says_of_schedules(duis: Any) -> None:
    listed = duis.find(f"{XS}simpleType[@name='DSPScheduledServiceReferenceVariant']")
    variants = {each.get("value") for each in listed.iter(f"{XS}enumeration")}
    assert {row.variant for row in REQUESTS.values() if row.schedulable} == variants
    elements = {name for name in declared(duis, "DSPSchedule") if name[3:] in BY_BODY}
    assert {row.scheduled_body for row in REQUESTS.values() if row.schedulable} == elements


@needs_schemas
def test_what_the_official_schema_says_of_execution_dates(duis: Any) -> None:
    bodies = declared(duis, "Request")

    def execution(type_name: str) -> Any:
        holder = duis.find(f"{XS}complexType[@name='{type_name}']")
        for each in holder.iter(f"{XS}element", f"{XS}extension"):
            if each.get("name") == "ExecutionDateTime":
                return each
            if each.tag == f"{XS}extension":
                found = execution(each.get("base").partition(":")[2])
                if found is not None:
                    return found
        return None

    for row in REQUESTS.values():
        found = execution(bodies[row.body].get("type").partition(":")[2])
        assert (found is not None) == (row.future_dating is not FutureDating.NO), row.variant
        if found is not None:
            assert (found.get("minOccurs", "1") == "1") == row.dated_only, row.variant


# ------------------------------------------------------------------------------ against the sources


def say(value: object) -> str:
    match value:
        case bool():
            return "Yes" if value else "No"
        case list() | tuple() | set() | frozenset():
            return " ".join(str(each) for each in value)
        case _:
            return str(value)


def sources(name: str) -> dict[str, Any]:
    key = "Service Reference Variant" if name == "duis-request-matrix.json" else "srv"
    return {each[key]: each for each in json.loads((REFERENCE / name).read_text(encoding="utf-8"))}


def one_line(text: str) -> str:
    return " ".join(text.split())


def against_matrix(variant: str, theirs: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """What the row and the matrix say, by subject."""
    row = REQUESTS[variant]
    yes = {"Yes": "Yes", "No": "No"}
    return {
        "name": (row.name, one_line(theirs["Service Request Name"])),
        "service reference": (
            ServiceReferenceVariant(variant).service_reference,
            theirs["Service Reference"],
        ),
        "critical": (say(row.critical), yes[theirs["Critical"]]),
        "on demand": (say(row.on_demand), yes[theirs["On Demand"]]),
        "non-device": (say(row.non_device), yes[theirs["Non-Device Request"]]),
        "schedulable": (say(row.schedulable), yes[theirs["DCC Scheduled"]]),
        "future dating": (
            row.future_dating.value,
            {"No": "no", "DSP": "DSP", "Device": "device", "DSP & Device": "DSP and device"}[
                theirs["Future Dated Response Pattern"]
            ],
        ),
        "roles": (
            say(sorted(role.value for role in row.roles)),
            say(sorted(theirs["Eligible User Roles"])),
        ),
    }


def against_catalogue(variant: str, theirs: dict[str, Any]) -> dict[str, tuple[str, str]]:
    row = REQUESTS[variant]
    service = ServiceReferenceVariant(variant).service_reference
    mine = {
        "name": (row.name, theirs["name"]),
        "service reference": (service, theirs["service_reference"]),
        "body": (row.body, theirs["body_element"]),
        "answer": (say(row.answer), say(theirs["mmc_response_element"])),
        "critical": (say(row.critical), say(theirs["critical"])),
        "on demand": (say(row.on_demand), say(theirs["on_demand"])),
        "non-device": (say(row.non_device), say(theirs["dcc_only"])),
        "schedulable": (say(row.schedulable), say(theirs["dcc_schedulable"])),
        "future dating": (row.future_dating.value, theirs["future_datable"]),
        "command variants": (
            say([int(each) for each in row.command_variants]),
            say(theirs["command_variants"]),
        ),
        "roles": (
            say(sorted(role.value for role in row.roles)),
            say(sorted(theirs["eligible_roles"])),
        ),
        "device types": (
            say(sorted(each.value for each in devices_of(variant))),
            say(sorted(theirs["device_types"])),
        ),
        "response codes": (
            say([code.code for code in codes_of(service)]),
            say(theirs.get("specific_response_codes", [])),
        ),
    }
    routed: dict[str, set[str]] = {}
    for entry in routes_of(variant):
        for device in entry.devices:
            routed.setdefault(device.value, set()).add(entry.use_case)
    listed: dict[str, set[str]] = {}
    for each in theirs["use_cases"]:
        # Folder names such as ECS47Activate are told apart by request; the code says which row it is.
        code = by_message_code(MessageCode(int(each["gbcs_message_code"], 16))).code
        for name in each["devices"]:
            listed.setdefault(name, set()).add(code)
    both = [name for name in sorted(routed) if name in listed]  # others differ in "device types"
    mine["use cases"] = (
        "; ".join(f"{name}: {say(sorted(routed[name]))}" for name in both if routed[name] != listed[name]),
        "; ".join(f"{name}: {say(sorted(listed[name]))}" for name in both if routed[name] != listed[name]),
    )
    return mine


def against_comment(variant: str, theirs: dict[str, Any]) -> dict[str, tuple[str, str]]:
    mine = say([int(each) for each in REQUESTS[variant].command_variants])
    return {"command variants": (mine, say(theirs["xsd_comment_command_variants"]))}


def types_of_bodies() -> dict[str, str]:
    root = etree.parse(str(OFFICIAL / "duis.xsd")).getroot()
    return {
        name: str(each.get("type")).partition(":")[2]
        for name, each in declared(root, "Request").items()
        if each.get("type")
    }


@needs_schemas
def test_what_the_schema_has_wrong_is_in_the_schema() -> None:
    types = types_of_bodies()
    listed = [(row, each) for row in REQUESTS.values() for each in row.differences]
    assert [
        (row.variant, each.about, types[row.body] == each.theirs)
        for row, each in listed
        if each.source is Source.SCHEMA
    ] == [("6.20.2", "type", True)]


COMPARED = {
    Source.MATRIX: ("duis-request-matrix.json", against_matrix),
    Source.CATALOGUE: ("srv-catalogue.json", against_catalogue),
    Source.SCHEMA_COMMENT: ("srv-catalogue.json", against_comment),
}


@needs_reference
@pytest.mark.parametrize("source", COMPARED)
def test_differences_from_a_source_are_listed_and_only_they(source: Source) -> None:
    name, compare = COMPARED[source]
    theirs = sources(name)
    assert set(theirs) == set(REQUESTS)
    found = {
        (variant, about, their)
        for variant, entry in theirs.items()
        for about, (mine, their) in compare(variant, entry).items()
        if mine != their
    }
    listed = {
        (row.variant, each.about, each.theirs)
        for row in REQUESTS.values()
        for each in row.differences
        if each.source is source
    }
    assert found - listed == set(), "not listed"
    assert listed - found == set(), "listed, but not so"


def test_every_difference_and_doubt_has_a_reason() -> None:
    for row in REQUESTS.values():
        assert all(each.reason for each in row.differences)
        assert all(each.source for each in row.doubts)
        assert len(set(row.differences)) == len(row.differences)
