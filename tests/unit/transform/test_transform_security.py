"""Credentials, joining and firmware: what the vectors do not show, and refusals."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree
from transform_bench import ACB, COS, HOUSE, NOW, STATE, USER, body_of

from dcc_sim.catalogue.routes import BY_VARIANT
from dcc_sim.catalogue.usecases import USE_CASES, use_case
from dcc_sim.codec.der import DerRow
from dcc_sim.codec.exchange import Envelope
from dcc_sim.duis.drafting import every_choice
from dcc_sim.duis.names import SR
from dcc_sim.duis.request import ServiceRequest, read_request
from dcc_sim.duis.schema import default_schemas
from dcc_sim.errors import AccessDenied, NotFound, RequestInvalid
from dcc_sim.ids import (
    CommandVariant,
    DeviceType,
    Eui64,
    KeyUsage,
    RemotePartyRole,
    RequestId,
    ServiceReferenceVariant,
)
from dcc_sim.smki.pki import TestPki
from dcc_sim.transform.bindings import COMMANDS
from dcc_sim.transform.context import NOTHING_GIVEN, TransformContext, certificates_of
from dcc_sim.transform.message import read_frame
from dcc_sim.transform.request import command_values, transform

PKI = TestPki("credentials")
KEYS = PKI.ring
HOLDER = HOUSE.devices[DeviceType.PPMID]
PKI.enrol_organisation(USER, RemotePartyRole.SUPPLIER)
PKI.enrol_device(HOLDER)
ONE, TWO, THREE = (
    KEYS.certificate(USER, usage).public_bytes(Encoding.DER)
    for usage in (KeyUsage.DIGITAL_SIGNATURE, KeyUsage.KEY_AGREEMENT, KeyUsage.PREPAYMENT_KEY_AGREEMENT)
)
PATH = PKI.authority_certificate().public_bytes(Encoding.DER)
STATE_WITH_KEYS = replace(STATE, certificate=certificates_of(KEYS))
ENVELOPE = Envelope(bytes(8), bytes(8), 7, None, None)
KRP = "UpdateSecurityCredentialsKRP"
NEVER = "<ExecutionDateTime>3000-12-31T00:00:00Z</ExecutionDateTime>"
LATER = "<ExecutionDateTime>2028-01-01T00:00:00Z</ExecutionDateTime>"


def asked(body: str, content: str) -> ServiceRequest:
    root = etree.fromstring(f'<{body} xmlns="{SR}">{content}</{body}>'.replace("><", ">\n<"))
    return ServiceRequest(
        request_id=RequestId(USER, HOUSE.devices[DeviceType.ESME], 7),
        command_variant=CommandVariant.SEND,
        service_reference="6.15",
        variant=ServiceReferenceVariant("6.15.1"),
        schema_version="5.4",
        body_name=body,
        body=root,
        root=root,
    )


def values(code: str, body: str, content: str = "", context: TransformContext = STATE) -> Any:
    row = use_case(code)
    found = command_values(asked(body, content), row, NOW, context)
    # Whatever comes out has to go on the wire.
    assert isinstance(row.payload, DerRow)
    assert row.payload.encode_command(found, ENVELOPE)
    return found


def named(name: str, der: bytes) -> str:
    return f"<{name}>{base64.b64encode(der).decode()}</{name}>"


SIGNING, AGREEMENT, TOP_UP = (
    named(name, der)
    for name, der in (
        ("DigitalSigningCertificate", ONE),
        ("KeyAgreementCertificate", TWO),
        ("KeyAgreementTopUpCertificate", THREE),
    )
)
ENDING = (
    f"<CertificationPathCertificates>{named('Certificate', PATH)}{named('Certificate', ONE)}"
    "</CertificationPathCertificates><ApplyTimeBasedCPVChecks>{}</ApplyTimeBasedCPVChecks>"
)
FLOOR = "<RemotePartyFloorSeqNumber>9223372036854775807</RemotePartyFloorSeqNumber>"
TOP_UP_FLOOR = "<RemotePartyPrepaymentTopUpFloorSeqNumber>8</RemotePartyPrepaymentTopUpFloorSeqNumber>"


def krp(role: str, certificates: str, floors: str = "", dated: str = "", checks: str = "true") -> str:
    group = "SupplierOrNetworkOperatorCertificates"
    return (
        f"{dated}<RemotePartyRole>{role}</RemotePartyRole>{floors}<ReplacementCertificates><{group}>"
        f"{certificates}</{group}></ReplacementCertificates>{ENDING.format(checks)}"
    )


def cell(role: int, usage: int, cell_usage: int = 0) -> dict[str, int]:
    return {"remote_party_role": role, "key_usage": usage, "cell_usage": cell_usage}


def test_every_asn1_use_case_that_a_request_leads_to_has_rows() -> None:
    wanted = {
        (route.use_case, body_of(variant))
        for variant, routes in BY_VARIANT.items()
        for route in routes
        if isinstance(USE_CASES[route.use_case].payload, DerRow)
    }
    assert len({code for code, _ in wanted}) > 20
    assert sorted(wanted - COMMANDS.keys()) == []


def test_a_supplier_replaces_its_own_credentials() -> None:
    content = krp("Supplier", SIGNING + AGREEMENT + TOP_UP, FLOOR + TOP_UP_FLOOR, LATER, checks="0")
    found = values("CS02bSupplierBySupplier", KRP, content)
    assert found == {
        "authorising_remote_party_control": {
            "credentials_replacement_mode": 2,
            "apply_time_based_cpv_checks": 1,
            "authorising_remote_party_ta_cell_identifier": cell(2, 1),
            "authorising_remote_party_seq_number": 7,
            "new_remote_party_floor_seq_number": (1 << 63) - 1,
            "new_remote_party_specialist_floor_seq_number": [{"seq_number_usage": 0, "seq_number": 8}],
        },
        "replacements": [
            {"replacement_certificate": ONE, "target_trust_anchor_cell": cell(2, 1)},
            {"replacement_certificate": TWO, "target_trust_anchor_cell": cell(2, 16)},
            {"replacement_certificate": THREE, "target_trust_anchor_cell": cell(2, 16, 1)},
        ],
        "certification_path_certificates": [PATH, ONE],
        "execution_date_time": datetime(2028, 1, 1, tzinfo=UTC),
    }


def test_what_is_not_asked_for_is_left_out() -> None:
    found = values("CS02bNOByNO", KRP, krp("NetworkOperator", AGREEMENT))
    control = found["authorising_remote_party_control"]
    assert "execution_date_time" not in found
    assert not {name for name in control if name.startswith("new_")}
    assert (control["credentials_replacement_mode"], control["apply_time_based_cpv_checks"]) == (3, 0)
    assert [each["target_trust_anchor_cell"] for each in found["replacements"]] == [cell(3, 16)]


def test_a_supplier_replaces_those_of_a_load_controller() -> None:
    found = values("CS02gLoadControllerBySupplier", KRP, krp("LoadController", SIGNING, FLOOR, NEVER))
    control = found["authorising_remote_party_control"]
    assert control["authorising_remote_party_ta_cell_identifier"] == cell(2, 1)
    assert control["other_remote_party_seq_number_changes"] == [
        {"remote_party_role": 8, "floor_seq_number": (1 << 63) - 1}
    ]
    assert "new_remote_party_floor_seq_number" not in control
    assert found["replacements"][0]["target_trust_anchor_cell"] == cell(8, 1)
    assert found["execution_date_time"] == datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("code", "content", "reason"),
    [
        ("CS02bNOByNO", krp("NetworkOperator", TOP_UP), r"cell for top-ups at line \d+, KeyAgreementTopUp"),
        (
            "CS02bNOByNO",
            krp("NetworkOperator", SIGNING, TOP_UP_FLOOR),
            "no place for it at line 3, RemoteParty",
        ),
        ("CS02gLoadControllerBySupplier", krp("LoadController", TOP_UP), "cell for top-ups"),
        ("CS02bSupplierBySupplier", krp("Supplier", ""), "it replaces nothing"),
        (
            "CS02bSupplierBySupplier",
            krp("Supplier", SIGNING, dated=NEVER.replace("3000-12-31T00:00:00", "9999-12-31T23:59:59")),
            "on the wire this second cancels at line 2",
        ),
        (
            "CS02bSupplierBySupplier",
            krp("Supplier", "<DigitalSigningCertificate>A</DigitalSigningCertificate>"),
            r"not base64.*line \d+, DigitalSigning",
        ),
    ],
)
def test_updates_that_cannot_be_carried(code: str, content: str, reason: str) -> None:
    with pytest.raises(RequestInvalid, match=reason):
        values(code, KRP, content)


def test_what_is_no_certificate_is_traced_to_its_element() -> None:
    path = f"<CertificationPathCertificates>{named('Certificate', b'0')}</CertificationPathCertificates>"
    broken = krp("Supplier", SIGNING).replace(ENDING.format("true").partition("<Apply")[0], path)
    with pytest.raises(RequestInvalid, match=r"Certificate.*value on the wire"):
        transform(asked(KRP, broken), DeviceType.ESME, NOW, STATE)


def handover(certificates: str) -> str:
    return (
        f"{LATER}<RemotePartyRole>Supplier</RemotePartyRole>{FLOOR}<ReplacementCertificates>{certificates}"
        f"</ReplacementCertificates>{ENDING.format('true')}"
    )


def test_a_handover_counts_as_the_broker_and_is_not_dated() -> None:
    body = "RequestHandoverOfDCCControlledDevice"
    found = values("CS02bSupplierBySupplier", body, handover(SIGNING))
    control = found["authorising_remote_party_control"]
    assert control["authorising_remote_party_seq_number"] == 1302
    assert control["authorising_remote_party_ta_cell_identifier"] == cell(2, 1)
    assert "execution_date_time" not in found
    with pytest.raises(NotFound, match="originated by the ACB"):
        values("CS02bSupplierBySupplier", body, handover(SIGNING), NOTHING_GIVEN)


def change_of_supplier(dated: str, top_up_floor: str = "") -> str:
    return (
        f"{dated}<SupplierFloorSeqNumber>5</SupplierFloorSeqNumber>{top_up_floor}<SupplierReplacementCertificates>"
        f"{SIGNING}{AGREEMENT}</SupplierReplacementCertificates>{ENDING.format('true')}"
        "<ImportMPxN>1312345678111</ImportMPxN>"
    )


def test_a_change_of_supplier() -> None:
    body = "UpdateSecurityCredentialsCoS"
    top_up = "<SupplierPrepaymentTopUpFloorSeqNumber>6</SupplierPrepaymentTopUpFloorSeqNumber>"
    change = {"remote_party_role": 2, "floor_seq_number": 5}
    for dated, floor, expected in (
        ("", "", [change]),
        (
            LATER,
            top_up,
            [change | {"specialist_floor_seq_number": [{"seq_number_usage": 0, "seq_number": 6}]}],
        ),
        (NEVER, top_up, None),
    ):
        found = values("CS02bSupplierByTransCoS", body, change_of_supplier(dated, floor))
        control = found["authorising_remote_party_control"]
        assert control["authorising_remote_party_ta_cell_identifier"] == cell(5, 1)
        assert control["authorising_remote_party_seq_number"] == 6001
        assert control.get("other_remote_party_seq_number_changes") == expected
        assert ("execution_date_time" in found) == bool(dated)
    with pytest.raises(NotFound, match="originated by the CoS party"):
        values("CS02bSupplierByTransCoS", body, change_of_supplier(""), NOTHING_GIVEN)


def test_the_broker_replaces_its_own_without_naming_a_cell() -> None:
    content = (
        f"{LATER}<ACBFloorSeqNumber>4</ACBFloorSeqNumber><ReplacementCertificates>{SIGNING}{AGREEMENT}"
        f"</ReplacementCertificates>{ENDING.format('true')}"
    )
    found = values("CS02bACBByACB", "ServiceOptOut", content)
    assert found["authorising_remote_party_control"] == {
        "credentials_replacement_mode": 4,
        "apply_time_based_cpv_checks": 0,
        "authorising_remote_party_seq_number": 1302,
        "new_remote_party_floor_seq_number": 4,
    }
    assert [each["target_trust_anchor_cell"] for each in found["replacements"]] == [cell(4, 1), cell(4, 16)]


def test_a_certificate_of_the_request_is_not_replaced_unless_a_run_says_so() -> None:
    content = krp("Supplier", SIGNING)
    for context in (STATE, STATE_WITH_KEYS):
        found = values("CS02bSupplierBySupplier", KRP, content, context)
        assert found["replacements"][0]["replacement_certificate"] == ONE
    other = replace(STATE, reissued=lambda asked: TWO if asked == ONE else asked)
    found = values("CS02bSupplierBySupplier", KRP, content, other)
    assert found["replacements"][0]["replacement_certificate"] == TWO
    assert found["certification_path_certificates"] == [PATH, ONE]


def test_roles_that_are_read() -> None:
    names = ("ACB", "NetworkOperator", "Recovery", "Root", "Supplier", "TransCoS", "LoadController")
    content = "".join(f"<RemotePartyRole>{name}</RemotePartyRole>" for name in names)
    found = values("CS02f", "RetrieveDeviceSecurityCredentialsKRP", content)
    assert found["remote_party_roles_credentials_required"] == [4, 3, 1, 0, 2, 5, 8]
    assert found["authorising_remote_party_ta_cell_identifier"] == cell(4, 16)


@pytest.mark.parametrize(("name", "usage"), [("Digital Signature", 1), ("Key Agreement", 16)])
def test_key_usages(name: str, usage: int) -> None:
    content = f"<CredentialType>{name}</CredentialType>"
    for code, body in (
        ("CS02c", "IssueSecurityCredentials"),
        ("CS02e", "RetrieveDeviceSecurityCredentialsDevice"),
    ):
        assert values(code, body, content) == {"key_usage": usage}
    assert values("CS02d", "UpdateSecurityCredentialsDevice", named("DeviceCertificate", TWO)) == {
        "certificate": TWO
    }


def other(eui: Eui64 = HOLDER) -> str:
    return f"<OtherDeviceID>{eui}</OtherDeviceID>"


@pytest.mark.parametrize(
    ("code", "body", "device", "expected"),
    [
        ("CS03A1", "JoinServiceCritical", DeviceType.HCALCS, (0, 4)),
        ("CS03A1", "JoinServiceCritical", DeviceType.PPMID, (0, 5)),
        ("CS03A1", "JoinServiceCritical", DeviceType.IHD, (0, 6)),
        ("CS03A2", "JoinServiceCritical", DeviceType.ESME, (1, 1)),
        ("CS03A2", "JoinServiceNonCritical", DeviceType.ESME, (1, 1)),
        ("CS03B", "JoinServiceNonCritical", DeviceType.GPF, (2, 3)),
        ("CS03B", "JoinServiceNonCritical", DeviceType.CAD, (2, 6)),
        ("CS03C", "JoinServiceCritical", DeviceType.PPMID, (3, 5)),
        ("CS03C", "JoinServiceNonCritical", DeviceType.GSME, (3, 0)),
    ],
)
def test_joins(code: str, body: str, device: DeviceType, expected: tuple[int, int]) -> None:
    found = values(code, body, other(), replace(STATE_WITH_KEYS, other=device))
    assert (found["join_method_and_role"], found["other_device_type"]) == expected
    assert found["other_device_entity_identifier"] == HOLDER.octets
    wanted = KEYS.certificate(HOLDER, KeyUsage.KEY_AGREEMENT).public_bytes(Encoding.DER)
    assert found.get("other_device_certificate") == (wanted if code == "CS03C" else None)


def test_joins_need_the_inventory_and_the_repository() -> None:
    with pytest.raises(NotFound, match="CS03B needs the type of the other device"):
        values("CS03B", "JoinServiceNonCritical", other(), replace(STATE, other=None))
    with pytest.raises(NotFound, match="CS03C needs the certificate of the other device"):
        values("CS03C", "JoinServiceCritical", other())


def test_unjoins_and_logs() -> None:
    for code in ("CS04AC", "CS04B"):
        found = values(code, "UnjoinServiceNonCritical", other(ACB))
        assert found == {"other_device_entity_identifier": ACB.octets}
    content = f"<OldGPFID>{COS}</OldGPFID>"
    found = values("GCS59", "RestoreGPFDeviceLog", content)
    assert found == {"device_log_entries": [{"device_id": bytes(8), "device_type": 5}]}
    with pytest.raises(NotFound, match="GCS59 needs GPF device log"):
        values("GCS59", "RestoreGPFDeviceLog", content, NOTHING_GIVEN)


def test_activation_of_firmware() -> None:
    content = f"<FirmwareHash>{'0A' * 32}</FirmwareHash>"
    expected = {"manufacturer_image_hash": b"\x0a" * 32, "originator_counter": 7}
    assert values("CS06", "ActivateFirmware", content) == expected
    found = values("CS06", "ActivateFirmware", NEVER + content)
    assert found == expected | {"execution_date_time": datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)}
    with pytest.raises(RequestInvalid, match="32 octets are needed, not 31 at line 2, FirmwareHash"):
        values("CS06", "ActivateFirmware", f"<FirmwareHash>{'0A' * 31}</FirmwareHash>")


ASN1_VARIANTS = [
    variant
    for variant, routes in BY_VARIANT.items()
    if any(isinstance(USE_CASES[route.use_case].payload, DerRow) for route in routes)
]


@pytest.mark.parametrize("variant", ASN1_VARIANTS)
def test_every_form_becomes_a_command_or_is_refused_with_a_reason(variant: str) -> None:
    codes: set[str] = set()
    devices = {device for route in BY_VARIANT[variant] for device in route.devices}
    context = replace(STATE_WITH_KEYS, certificate=lambda *_: ONE)
    for form in every_choice(ServiceReferenceVariant(variant), HOUSE, NOW, default_schemas()):
        request = read_request(form.root)
        for device in devices:
            for joined in (DeviceType.ESME, DeviceType.GSME):
                try:
                    frame = transform(request, device, NOW, replace(context, other=joined))
                except (RequestInvalid, AccessDenied):
                    continue
                codes.add(read_frame(frame).row.code)
    assert codes & {route.use_case for route in BY_VARIANT[variant]}
