"""Credentials, joining and firmware in MMC: words for codes, outcomes, and the way back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from lxml import etree
from mmc_messages import alert, response
from mmc_samples_gas import CELL, SAMPLES

from dcc_sim.catalogue.usecases import ALERTS, use_case
from dcc_sim.codec.der import DerAlertRow, DerRow
from dcc_sim.codec.exchange import Body, Result
from dcc_sim.codec.shape import Value, Values
from dcc_sim.errors import EncodeError
from dcc_sim.mmc.alerts import ALERT_CONTENTS
from dcc_sim.mmc.document import render
from dcc_sim.mmc.outcome import succeeded
from dcc_sim.mmc.reader import read
from dcc_sim.mmc.responses import RESPONSES
from dcc_sim.mmc.rows import View, views
from dcc_sim.mmc.views_security import (
    certificate_type,
    certificate_type_values,
    credential_cells,
    credential_cells_values,
    remote_party_role,
    remote_party_role_values,
    replacement_mode,
    replacement_mode_values,
)

TABLES = [row.rows for code, row in RESPONSES.items() if isinstance(use_case(code).payload, DerRow)]
TABLES += [row.rows for code, row in ALERT_CONTENTS.items() if isinstance(ALERTS[code].payload, DerAlertRow)]
VIEWS = {view.function.__name__: view for rows in TABLES for view in views(rows)}


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_every_view_goes_back(view: View) -> None:
    sample = SAMPLES[view.function.__name__]
    assert callable(view.inverse)
    assert view.inverse(view.function(*sample)) == sample


def test_words_that_mmc_does_not_have() -> None:
    assert remote_party_role(6) == {}
    assert isinstance(remote_party_role_values({}), str)
    assert replacement_mode(10) == {}
    assert isinstance(replacement_mode_values({}), str)
    with pytest.raises(EncodeError):
        certificate_type(1, 1)
    with pytest.raises(EncodeError):
        certificate_type_values({"type": "TLS"})


def test_cells_of_several_parties() -> None:
    details: list[Value] = [
        {
            "remote_party_role": 2,
            "status_code": 0,
            "current_seq_number": 7,
            "trust_anchor_cell_details": [CELL, {**CELL, "key_usage": 16}],  # type: ignore[dict-item]
        },
        {"remote_party_role": 8, "status_code": 25},
    ]
    parts = credential_cells(details)
    cells = parts["cells"]
    assert isinstance(cells, list)
    assert [(cell.get("role"), cell.get("type"), cell.get("floor")) for cell in cells] == [
        ("Supplier", "DigitalSigning", 7),
        ("Supplier", "KeyAgreement", 7),
        ("LoadController", None, None),
    ]
    assert credential_cells_values(parts) == (details,)
    assert isinstance(
        credential_cells_values(credential_cells([{"remote_party_role": 6, "status_code": 25}])), str
    )


def _replacement(status: int = 0) -> Values:
    return {
        "affected_trust_anchor_cell": {"remote_party_role": 2, "key_usage": 1, "cell_usage": 0},
        "status_code": status,
        "existing_subject_unique_id": bytes(8),
        "existing_subject_key_identifier": b"12345678",
        "replacing_subject_unique_id": b"\1" * 8,
        "replacing_subject_key_identifier": b"abcdefgh",
    }


def _outcome(*replacements: Values) -> Values:
    return {
        "authorising_remote_party_seq_number": 9,
        "credentials_replacement_mode": 2,
        "remote_party_seq_number_changes": [
            {
                "remote_party_role": 2,
                "floor_seq_number": 1,
                "specialist_floor_seq_number": [{"seq_number_usage": 0, "seq_number": 3}],
            }
        ],
        "replacement_outcomes": list(replacements),
    }


CODE = "CS02bSupplierBySupplier"


def _root(code: str, values: Values, variant: str | None = None) -> etree._Element:
    return etree.fromstring(render(response(code, values), service_reference_variant=variant))


def test_an_update_of_credentials() -> None:
    root = _root(CODE, {"execution_outcome": _outcome(_replacement())}, "6.21")
    element = root.find(".//{*}RequestHandoverOfDCCControlledDeviceRsp")
    assert element is not None
    assert element.get("MessageSuccess") == "true"
    texts = [leaf.text for leaf in element.iter() if not len(leaf)]
    assert texts == [
        *("9", "SupplierBySupplier", "Supplier", "1", "3", "success", "DigitalSigning", "Supplier"),
        *("00-00-00-00-00-00-00-00", "01-01-01-01-01-01-01-01", "MTIzNDU2Nzg=", "YWJjZGVmZ2g="),
    ]


def test_a_replacement_that_failed() -> None:
    root = _root(CODE, {"execution_outcome": _outcome(_replacement(), _replacement(25))})
    assert root.xpath("//*/@MessageSuccess") == ["false"]
    assert root.xpath("//*/@ResponseCode") == ["0", "25"]


def test_more_cells_than_the_schema_has_room_for() -> None:
    four = {"execution_outcome": _outcome(*[_replacement()] * 4)}
    with pytest.raises(EncodeError) as caught:
        _root(CODE, four)
    assert caught.value.field == "execution_outcome.replacement_outcomes"
    root = _root("CS02bAnyByContingency", four)
    assert root.findall(".//{*}ReplacementOutcome") == []
    assert [e.text for e in root.findall(".//{*}AuthorisingRemotePartyOriginatorCounter")] == ["9"]


def test_the_way_back_knows_the_party_of_the_use_case() -> None:
    outcome = {**_outcome(_replacement()), "credentials_replacement_mode": 5}
    cell: Values = {"remote_party_role": 6, "key_usage": 1, "cell_usage": 0}
    change: Values = {"remote_party_role": 6, "floor_seq_number": 0}
    outcome["remote_party_seq_number_changes"] = [change]
    outcome["replacement_outcomes"] = [{**_replacement(), "affected_trust_anchor_cell": cell}]
    document = render(response("CS02bWPByWP", {"execution_outcome": outcome}))
    assert b"RemotePartyRole" not in document
    assert read(document).body.values["execution_outcome"] == outcome
    waiting = read(render(response("CS02bWPByWP", {"command_accepted": None})))
    assert "execution_outcome" not in waiting.body.values


def test_a_code_without_a_name_keeps_its_number() -> None:
    root = _root("CS03A1", {"response_code": 99}, "8.7.1")
    (element,) = root.findall(".//{*}joinResponseCode")
    assert (element.get("ResponseCode"), element[0].text) == ("99", "notKnown")


def test_a_request_for_a_certificate() -> None:
    issued = _root("CS02c", {"certification_request": b"\x30\x03\x02\x01\x00"})
    assert [e.text for e in issued.findall(".//{*}CertificationRequest")] == ["MAMCAQA="]
    assert issued.findall(".//{*}IssueCredentialsResponseCode") == []
    refused = _root("CS02c", {"response_code": 2})
    assert [e.text for e in refused.findall(".//{*}ASN1Status")] == ["keyPairGenerationFailed"]
    assert refused.xpath("//*/@MessageSuccess") == ["false"]


def test_device_logs() -> None:
    entry: Values = {"device_id": bytes(8), "device_type": 6}
    root = _root("CS07", {"response_code": 0, "device_log_entries": [entry]})
    assert [e.text for e in root.findall(".//{*}DeviceType")] == ["Type2"]
    failed = _root("CS07", {"response_code": 1})
    assert failed.xpath("//*/@MessageSuccess") == ["false"]
    restored = _root("GCS59", {"restore_outcomes": [{"device_log_entry": entry, "join_response_code": 4}]})
    assert [e.text for e in restored.findall(".//{*}ASN1Status")] == ["deviceLogFull"]
    assert restored.xpath("//*/@MessageSuccess") == ["false"]


def test_firmware() -> None:
    done: Values = {"execution_outcome": {"response_code": 0, "firmware_version": b"\x01\x23\xab\xcd"}}
    root = _root("CS06", done, "11.3")
    assert [e.text for e in root.findall(".//{*}FirmwareVersion")] == ["0123ABCD"]
    waiting = _root("CS06", {"command_accepted": None})
    assert waiting.xpath("//*/@MessageSuccess") == ["true"]
    assert len(waiting.findall(".//{*}ActivateFirmwareRsp")[0]) == 0


def test_a_future_dated_update_tells_its_outcome_in_an_alert() -> None:
    values: Values = {
        "alert_code": 0x8F66,
        "time": datetime(2030, 1, 15, tzinfo=UTC),
        "execution_outcome": _outcome(_replacement()),
    }
    root = etree.fromstring(render(alert("FutureDatedAlert-CS02b", values)))
    assert root.find(".//{*}UpdateSecurityCredentialsDeviceAlert") is not None
    assert [e.text for e in root.findall(".//{*}CertificateType")] == ["DigitalSigning"]


@pytest.mark.parametrize(
    ("code", "values", "expected"),
    [
        ("CS01b", {"top_up": {"result": 0x10}}, True),
        ("CS01b", {"top_up": {"result": 0x02}}, False),
        ("CS11", {"event_log": {"cleared": 8}}, True),
        ("CS11", {"event_log": {"cleared": 0}}, False),
        ("GCS31", {"sampling": {"sample_id": 2}}, True),
        ("GCS31", {"sampling": {"sample_id": 0xFFFF}}, False),
        ("GCS31", {}, True),
        ("GCS28", {"clock_status": 1}, True),
        ("CS08", {"response_code": 1}, False),
    ],
)
def test_what_counts_as_success(code: str, values: Values, expected: bool) -> None:
    assert succeeded(use_case(code), Body(values)) is expected


def test_a_failed_item_is_a_failure_whatever_the_values_say() -> None:
    assert not succeeded(use_case("GCS31"), Body({}, (Result("sampling", 0, 0xC0),)))
    assert succeeded(use_case("GCS61"), Body({}, (Result("samples", 0, 0x8B),)))
