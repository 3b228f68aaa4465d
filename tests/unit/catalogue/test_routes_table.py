"""The table of routes: every request to a device leads somewhere, and only one way at a time.

The published vectors and schemas lie beside the project; what needs them is skipped where they are absent.
"""

from __future__ import annotations

import json
import os
import re
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from dcc_sim.catalogue.requests import BY_BODY, REQUESTS
from dcc_sim.catalogue.routes import (
    BY_VARIANT,
    ROUTES,
    UNKNOWN_PARTY_KEY,
    Circumstances,
    CommandOriginator,
    GbcsVersion,
    Route,
    candidates,
    describe,
    devices_of,
    route,
    routes_of,
    use_cases_of,
)
from dcc_sim.catalogue.usecases import USE_CASES, by_message_code
from dcc_sim.edge.inputs import read_home
from dcc_sim.errors import AccessDenied, RequestInvalid, Unsupported
from dcc_sim.gbcs.frame import decode_frame
from dcc_sim.gbcs.header import GroupingHeader
from dcc_sim.ids import (
    Confidence,
    DeviceType,
    MessageCode,
    RemotePartyRole,
    ServiceReferenceVariant,
)

SHARED = Path(__file__).resolve().parents[4] / "shared"
VECTORS = Path(os.environ.get("DCC_SIM_VECTORS") or SHARED / "vectors")
OFFICIAL = Path(os.environ.get("DCC_SIM_OFFICIAL_SCHEMAS") or SHARED / "schemas-official") / "5.4"
XS = "{http://www.w3.org/2001/XMLSchema}"

needs_schemas = pytest.mark.skipif(not OFFICIAL.is_dir(), reason=f"no official schemas in {OFFICIAL}")
needs_vectors = pytest.mark.skipif(not VECTORS.is_dir(), reason=f"no vectors in {VECTORS}")

OLD, NEW = GbcsVersion(1, 0), GbcsVersion(4, 3)
SUPPLIER, NETWORK, OTHER = (
    RemotePartyRole.SUPPLIER,
    RemotePartyRole.NETWORK_OPERATOR,
    RemotePartyRole.OTHER,
)


def srv(text: str) -> ServiceReferenceVariant:
    return ServiceReferenceVariant(text)


def holding(*contents: str, gbcs: GbcsVersion | None = None) -> Circumstances:
    return Circumstances(contents=frozenset(contents), gbcs=gbcs)


# ------------------------------------------------------------------------------------ in itself


def test_every_device_request_has_routes_and_nothing_else_has() -> None:
    assert set(BY_VARIANT) == {row.variant for row in REQUESTS.values() if not row.non_device}


@pytest.mark.parametrize("entry", ROUTES, ids=lambda e: f"{e.variant}-{e.use_case}")
def test_a_route_fits_its_use_case(entry: Route) -> None:
    case = USE_CASES[entry.use_case]
    assert entry.devices
    assert set(entry.devices) <= set(case.targets)
    assert entry.originators
    assert not set(entry.has) & set(entry.lacks)
    assert entry.confidence is Confidence.HIGH or entry.source
    if entry.since is not None and entry.before is not None:
        assert entry.since < entry.before
    if entry.party is not None:
        assert entry.party in case.roles


def test_routes_between_the_same_two_ends_differ_in_their_conditions() -> None:
    for one, other in combinations(ROUTES, 2):
        if one.variant == other.variant and set(one.devices) & set(other.devices):
            assert describe(one) != describe(other)


def test_a_newer_use_case_takes_over_where_the_older_ends() -> None:
    for entry in ROUTES:
        if entry.before is None:
            continue
        successors = {
            other.since
            for other in routes_of(entry.variant)
            if other.since is not None and set(other.devices) & set(entry.devices)
        }
        # Those without a successor are requests of their own that a newer device no longer takes.
        assert entry.before in successors or entry.variant in {"6.14.2", "7.5", "7.6", "7.7", "7.8"}


@pytest.mark.parametrize("variant", BY_VARIANT)
def test_what_a_variant_leads_to(variant: str) -> None:
    assert set(use_cases_of(variant)) == {entry.use_case for entry in routes_of(variant)}
    for device in DeviceType:
        if device in devices_of(variant):
            assert route(srv(variant), device) in use_cases_of(variant)
        else:
            with pytest.raises(AccessDenied, match=f"does not apply to a {device.value}") as refused:
                route(srv(variant), device)
            assert refused.value.response_code == "E11"


def test_no_route_of_a_request_without_device() -> None:
    assert (routes_of("8.2"), devices_of("8.2"), use_cases_of("8.2")) == ((), (), ())
    with pytest.raises(Unsupported, match=r"Service Request 8\.2 Read Inventory"):
        route(srv("8.2"), DeviceType.ESME, "Read Inventory")


@needs_schemas
def test_the_official_schema_has_what_conditions_name() -> None:
    root: Any = etree.parse(str(OFFICIAL / "duis.xsd")).getroot()
    elements = {str(each.get("name")) for each in root.iter(f"{XS}element")}
    values = {str(each.get("value")) for each in root.iter(f"{XS}enumeration")}
    conditions = {condition for entry in ROUTES for condition in (*entry.has, *entry.lacks)}
    assert {name for each in conditions for name in each.partition("=")[0].split("/")} <= elements
    assert {each.partition("=")[2] for each in conditions if "=" in each} <= values
    assert UNKNOWN_PARTY_KEY in elements


# ------------------------------------------------------------------------------------- decisions


@pytest.mark.parametrize(
    ("variant", "device", "known", "use_case"),
    [
        ("1.5", DeviceType.GSME, holding("CreditMode", "CreditMode/AdjustMeterBalance"), "GCS40c"),
        ("1.5", DeviceType.ESME, holding("CreditMode", "CreditMode/AdjustMeterBalance"), "ECS04a"),
        ("2.1", DeviceType.ESME, holding("UpdatePrepayConfigElectricity"), "ECS08a"),
        ("2.1", DeviceType.ESME, holding("UpdatePrepayConfigElectricity", gbcs=OLD), "ECS08"),
        ("4.10", DeviceType.ESME, Circumstances(polyphase=True), "ECS23b"),
        ("4.10", DeviceType.ESME, Circumstances(), "ECS23"),
        ("6.2.4", DeviceType.GPF, Circumstances(gbcs=NEW), "GCS21e"),
        ("6.2.4", DeviceType.GSME, Circumstances(gbcs=NEW), "GCS21m"),
        ("6.2.10", DeviceType.ESME, Circumstances(party=NETWORK), "ECS25r2"),
        ("6.2.10", DeviceType.ESME, Circumstances(), "ECS25r1"),
        ("6.5", DeviceType.ESME, holding("PolyPhaseVoltageSettings"), "ECS29b"),
        (
            "6.5",
            DeviceType.ESME,
            holding("PolyPhaseVoltageSettings", "RMSVoltageCountersNotReset"),
            "ECS29d",
        ),
        ("6.13", DeviceType.GPF, holding("LogToRead=GSMESecurity"), "CS10b"),
        ("6.13", DeviceType.CHF, holding("LogToRead=Security"), "ECS35d"),
        ("6.13", DeviceType.ESME, holding("LogToRead=ALCSEvent", gbcs=GbcsVersion(3, 2)), "ECS35f"),
        ("6.24.1", DeviceType.ESME, holding("RemotePartyRole=LoadController"), "CS02f"),
        ("6.24.1", DeviceType.ESME, holding("RemotePartyRole=Supplier"), "CS02a"),
        ("6.24.1", DeviceType.ESME, holding("RemotePartyRole=Supplier", gbcs=NEW), "CS02f"),
        ("6.24.1", DeviceType.GSME, holding("RemotePartyRole=Supplier", gbcs=NEW), "CS02a"),
        ("8.7.2", DeviceType.PPMID, Circumstances(other=DeviceType.GSME), "CS03C"),
        ("8.7.2", DeviceType.PPMID, Circumstances(other=DeviceType.ESME), "CS03A2"),
        ("8.9", DeviceType.CHF, holding("ReadSecurityDetails"), "CCS07"),
        ("8.9", DeviceType.CHF, holding(gbcs=OLD), "CCS05CCS04"),
    ],
)
def test_what_decides(variant: str, device: DeviceType, known: Circumstances, use_case: str) -> None:
    assert route(srv(variant), device, known=known) == use_case


@pytest.mark.parametrize(
    ("variant", "device", "known"),
    [
        ("1.1.1", DeviceType.ESME, holding("GasTariffElements")),
        ("3.3", DeviceType.ESME, holding()),
        ("6.13", DeviceType.CHF, holding("LogToRead=PowerEvent")),
        ("6.13", DeviceType.GSME, holding("LogToRead=GSMEEvent")),
        (
            "6.8",
            DeviceType.ESME,
            holding("ElectricityBillingCalendar", "ElectricityBillingCalendar/Yearly", gbcs=OLD),
        ),
        ("7.5", DeviceType.ESME, Circumstances(gbcs=NEW)),
        ("7.13", DeviceType.ESME, Circumstances(gbcs=OLD)),
        ("6.24.1", DeviceType.GSME, holding("RemotePartyRole=LoadController")),
    ],
)
def test_what_no_use_case_can_do(variant: str, device: DeviceType, known: Circumstances) -> None:
    with pytest.raises(RequestInvalid, match=f"no use case of Service Request {variant} on a {device.value}"):
        candidates(srv(variant), device, known=known)


circumstances = st.builds(
    Circumstances,
    contents=st.none()
    | st.frozensets(st.sampled_from(sorted({c for e in ROUTES for c in (*e.has, *e.lacks)})), max_size=4),
    gbcs=st.none() | st.builds(GbcsVersion, st.integers(1, 5), st.integers(0, 3)),
    polyphase=st.none() | st.booleans(),
    party=st.none() | st.sampled_from((SUPPLIER, NETWORK, OTHER)),
    other=st.none() | st.sampled_from(DeviceType),
)


@given(st.sampled_from(ROUTES), circumstances, circumstances)
def test_knowing_more_never_opens_a_route(entry: Route, known: Circumstances, more: Circumstances) -> None:
    merged = Circumstances(
        contents=known.contents if known.contents is not None else more.contents,
        gbcs=known.gbcs or more.gbcs,
        polyphase=known.polyphase if known.polyphase is not None else more.polyphase,
        party=known.party or more.party,
        other=known.other or more.other,
    )
    assert entry.is_open(known) or not entry.is_open(merged)
    assert entry.is_open(Circumstances())


# ------------------------------------------------------------------------------------ originators


@pytest.mark.parametrize(
    ("variant", "use_case", "party", "contents", "originator"),
    [
        ("1.1.1", "ECS01a", SUPPLIER, frozenset(), CommandOriginator.USER),
        ("4.8.1", "ECS22b", SUPPLIER, frozenset(), CommandOriginator.USER),
        ("4.8.1", "ECS22b", OTHER, frozenset(), CommandOriginator.ACB_FOR_USER),
        ("4.14", "ECS21b", SUPPLIER, frozenset({UNKNOWN_PARTY_KEY}), CommandOriginator.ACB_FOR_USER),
        ("4.6.2", "ECS21c", OTHER, frozenset(), CommandOriginator.ACB_FOR_USER),
        ("7.16", "ECS47e", RemotePartyRole.LOAD_CONTROLLER, frozenset(), CommandOriginator.USER),
        ("6.21", "CS02bNOByNO", SUPPLIER, frozenset(), CommandOriginator.ACB),
        ("6.23", "CS02bSupplierByTransCoS", SUPPLIER, frozenset(), CommandOriginator.COS_PARTY),
        ("6.24.1", "CS02a", SUPPLIER, frozenset(), CommandOriginator.ACB),
        ("8.8.2", "CS04AC", SUPPLIER, frozenset(), CommandOriginator.ACB_FOR_USER),
        ("8.8.1", "CS04AC", SUPPLIER, frozenset(), CommandOriginator.USER),
    ],
)
def test_who_originates(
    variant: str,
    use_case: str,
    party: RemotePartyRole,
    contents: frozenset[str],
    originator: CommandOriginator,
) -> None:
    entry = next(each for each in routes_of(variant) if each.use_case == use_case)
    assert entry.originator_for(party, contents) is originator


# ---------------------------------------------------------------------------- against the vectors


NOT_FROM_A_REQUEST = {
    # The meter answers with status 1, invalidMessageCodeForJoinMethodAndRole: that is what it shows.
    "CS04B_8.8.2_ERROR",
}


def commands() -> list[Any]:
    if not VECTORS.is_dir():
        return [pytest.param(Path(), marks=pytest.mark.skip(reason=f"no vectors in {VECTORS}"), id="none")]
    folders = (each for each in sorted((VECTORS / "rtds").iterdir()) if not each.name.startswith("NA_"))
    return [pytest.param(each, id=each.name) for each in folders]


def contents_of(request: bytes) -> frozenset[str]:
    """The facts a body gives, read without any code of the package."""
    body = next(etree.fromstring(request).iterfind("{*}Body"))[0]
    found = set()

    def walk(element: Any, path: str) -> None:
        for child in element.iterchildren("{*}*"):
            here = f"{path}/{etree.QName(child).localname}".lstrip("/")
            found.add(here)
            if (child.text or "").strip():
                found.add(f"{here}={child.text.strip()}")
            walk(child, here)

    walk(body, "")
    return frozenset(found)


def originator_in(header: GroupingHeader) -> CommandOriginator:
    home = {party.eui: party.remote_role for party in read_home("rtds").parties}
    match home.get(header.originator):
        case RemotePartyRole.ACCESS_CONTROL_BROKER:
            named = header.supplementary_party is not None
            return CommandOriginator.ACB_FOR_USER if named else CommandOriginator.ACB
        case RemotePartyRole.TRANSITIONAL_COS:
            return CommandOriginator.COS_PARTY
        case _:
            return CommandOriginator.USER


def device_state(entry: Route, contents: frozenset[str] | None) -> Circumstances:
    """What the DCC would know for this route to be the right one."""
    before = None if entry.before is None else GbcsVersion(entry.before.major - 1, 0)
    if entry.before is not None and entry.before.minor:
        before = GbcsVersion(entry.before.major, entry.before.minor - 1)
    return Circumstances(
        contents=frozenset(entry.has) if contents is None else contents,
        gbcs=entry.since or before,
        polyphase=entry.polyphase,
        party=entry.party,
        other=entry.other,
    )


@pytest.mark.parametrize("folder", commands())
def test_every_published_command_is_reached(folder: Path) -> None:
    variant = srv(folder.name.partition("_")[0])
    devices = {record.eui: record.type for record in read_home("rtds").devices}
    seen = 0
    for file in sorted(folder.glob("*_COMMAND_GBCS.*")):
        header = decode_frame(bytes.fromhex(file.read_text(encoding="ascii").strip())).header
        case = by_message_code(header.message_code).code
        scenario = re.sub(r"_COMMAND_GBCS.*", "", file.name)
        request = VECTORS / "requests" / f"{scenario}_REQUEST_DUIS.XML"
        contents = contents_of(request.read_bytes()) if request.is_file() else None
        device = devices[header.target]
        open_routes = candidates(variant, device, known=Circumstances(contents=contents))
        entry = next((each for each in open_routes if each.use_case == case), None)
        seen += 1
        if scenario in NOT_FROM_A_REQUEST:
            assert entry is None
            continue
        assert entry is not None, f"{scenario}: {[each.use_case for each in open_routes]}"
        assert originator_in(header) in entry.originators, scenario
        assert route(variant, device, known=device_state(entry, contents)) == case, scenario
    assert seen


TABLE = SHARED / "reference" / "gbcs-mapping-table.json"


@pytest.mark.skipif(not TABLE.is_file(), reason=f"no {TABLE}")
def test_the_mapping_table_sends_use_cases_to_the_same_services() -> None:
    compared = 0
    for each in json.loads(TABLE.read_text(encoding="utf-8")):
        case, said = each["Use Case Title"].split()[0], str(each["Service Reference"])
        if case not in USE_CASES or not said[0].isdigit():
            continue
        wanted = {ServiceReferenceVariant(one.strip()).service_reference for one in re.split(r"[,;\n]", said)}
        routed = {srv(entry.variant).service_reference for entry in ROUTES if entry.use_case == case}
        assert routed == wanted, case
        compared += 1
    assert compared > 150


ORIGINATORS = {
    "Supplier User": CommandOriginator.USER,
    "Network Operator User": CommandOriginator.USER,
    "LoadController": CommandOriginator.USER,
    "CoS party": CommandOriginator.COS_PARTY,
    "ACB (no supplementary fields)": CommandOriginator.ACB,
}
CATALOGUE = SHARED / "reference" / "srv-catalogue.json"


@pytest.mark.skipif(not CATALOGUE.is_file(), reason=f"no {CATALOGUE}")
def test_every_originator_that_was_seen_is_possible() -> None:
    for each in json.loads(CATALOGUE.read_text(encoding="utf-8")):
        for seen in each["use_cases"]:
            case = by_message_code(MessageCode(int(seen["gbcs_message_code"], 16))).code
            possible = {o for e in routes_of(each["srv"]) if e.use_case == case for o in e.originators}
            named = seen["gbcs_command_originator"]
            wanted = {ORIGINATORS.get(name, CommandOriginator.ACB_FOR_USER) for name in named}
            assert wanted, seen
            assert wanted <= possible, seen["use_case"]


NOT_ASKED_FOR = {
    "CS02bRootBySupplier", "CS02bRootByWP", "CS02bWPByWP", "CS02bTransCoSByTransCoS",
    "CS02bAnyExceptAbnormalRootByRecovery", "CS02bAnyByContingency", "CS02gLoadControllerByLoadController",
    "PCS01", "PCS02",
}  # fmt: skip


def test_which_use_cases_no_request_leads_to() -> None:
    assert set(USE_CASES) - {entry.use_case for entry in ROUTES} == NOT_ASKED_FOR


@needs_vectors
def test_every_published_request_finds_its_row_and_route() -> None:
    devices = {record.eui.octets: record.type for record in read_home("rtds").devices}
    for file in sorted((VECTORS / "requests").iterdir()):
        root: Any = etree.fromstring(file.read_bytes())
        body = etree.QName(next(root.iterfind("{*}Body"))[0]).localname
        variant = root.findtext("{*}Header/{*}ServiceReferenceVariant").strip()
        assert BY_BODY[body].variant == variant
        form = int(root.findtext("{*}Header/{*}CommandVariant"))
        assert form in [int(each) for each in REQUESTS[variant].command_variants]
        if not REQUESTS[variant].non_device:
            target = bytes.fromhex(root.findtext("{*}Header/{*}RequestID").split(":")[1].replace("-", ""))
            contents = contents_of(file.read_bytes())
            assert candidates(srv(variant), devices[target], known=Circumstances(contents=contents))
