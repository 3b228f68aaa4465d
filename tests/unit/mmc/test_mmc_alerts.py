"""Alerts in MMC: every alert code has its words, every payload its element or a reason for none."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from lxml import etree
from mmc_messages import TIME, alert
from mmc_samples_gas import SAMPLES

from dcc_sim.catalogue.alerts import ALERT_CODES, codes_carried_by
from dcc_sim.catalogue.usecases import ALERTS
from dcc_sim.codec.exchange import Sealed
from dcc_sim.codec.shape import Value, Values
from dcc_sim.errors import EncodeError
from dcc_sim.ids import RemotePartyRole
from dcc_sim.mmc.alerts import ALERT_CONTENTS, DESCRIPTIONS
from dcc_sim.mmc.document import render
from dcc_sim.mmc.rows import omitted, views
from dcc_sim.mmc.views_alerts import (
    controller_level,
    controller_level_values,
    controller_state,
    controller_state_values,
)

MOMENT = "2026-03-29T01:30:00Z"


def _root(code: str, values: Values) -> etree._Element:
    return etree.fromstring(render(alert(code, {"time": TIME, **values})))


def _leaves(root: etree._Element) -> dict[str, str]:
    content = root.find(".//{*}DeviceAlertContent")
    assert content is not None
    return {etree.QName(e).localname: e.text or "" for e in content.iter() if not len(e)}


def test_every_alert_of_the_catalogue_has_rows() -> None:
    assert ALERT_CONTENTS.keys() == ALERTS.keys()


@pytest.mark.parametrize("code", ALERT_CODES)
def test_every_code_has_words_that_fit(code: int) -> None:
    text = DESCRIPTIONS.text(code)
    assert text == ALERT_CODES[code].meaning
    assert 0 < len(text) <= 250


def test_what_is_left_out_goes_to_no_user() -> None:
    for code, row in ALERT_CONTENTS.items():
        dropped = [path for path in omitted(row.rows) if "." not in path]
        if dropped:
            codes = codes_carried_by(ALERTS[code].message_code)
            assert codes
            for entry in codes:
                assert entry.recipients == (RemotePartyRole.ACCESS_CONTROL_BROKER,)


def test_every_view_goes_back() -> None:
    found = {view.function.__name__: view for row in ALERT_CONTENTS.values() for view in views(row.rows)}
    for name, view in found.items():
        assert callable(view.inverse)
        assert view.inverse(view.function(*SAMPLES[name])) == SAMPLES[name]


def test_a_generic_alert_has_no_payload() -> None:
    for code in ("GenericCriticalAlert-DLMS", "GenericNonCriticalAlert-DLMS"):
        assert _leaves(_root(code, {"alert_code": 0x810E})) == {
            "GBCSHexAlertCode": "810E",
            "AlertDescription": "credit added locally",
            "Timestamp": MOMENT,
        }
    gas = _root("GenericCriticalAlert-GBZ", {"alert_code": 0x8F1D, "time": 0})
    assert _leaves(gas)["Timestamp"] == "2000-01-01T00:00:00Z"


def test_a_verified_image() -> None:
    for code, time in (("FirmwareReceiptAlert-DLMS", TIME), ("FirmwareReceiptAlert-GBZ", 0)):
        values: Values = {"alert_code": 0x8F72, "time": time, "manufacturer_hash": b"\xa1" * 32}
        assert _leaves(_root(code, values))["ManufacturerImageHash"] == "A1" * 32


@pytest.mark.parametrize("issue", range(10))
def test_integrity_issues(issue: int) -> None:
    words = _leaves(_root("IntegrityIssueAlert-DLMS", {"alert_code": 0x81A0, "issue": issue}))["Warning"]
    assert words == "Other" or "Error" in words


def test_an_integrity_issue_without_words() -> None:
    with pytest.raises(EncodeError) as caught:
        _root("IntegrityIssueAlert-GBZ", {"alert_code": 0x81A0, "time": 0, "issue": 10})
    assert caught.value.field == "issue"


def test_a_command_that_is_not_supported() -> None:
    values: Values = {"alert_code": 0x8F85, "command": {"message_code": 0x12, "originator_counter": 5}}
    found = _leaves(_root("ECS100", values))
    assert found["MessageCodeofCommandReceived"] == "0012"
    assert found["OriginatorCounterfromCommandReceived"] == "5"


def test_a_limit_of_an_output() -> None:
    values: Values = {"alert_code": 0x8F86, "controller": 0x15, "start": TIME, "end": TIME, "level": 30}
    root = _root("ECS101", values)
    assert [etree.QName(e).localname for e in root.find(".//{*}Payload")[0]] == [  # type: ignore[index]
        *("APCLimitPeriodStart", "APCLimitPeriodEnd", "AuxiliaryControllerN", "ResultingLevel"),
    ]
    ended = _leaves(_root("ECS102", {"alert_code": 0x8F87, "controller": 0x21, "level": 0}))
    assert ended["InputFromControlledLoad"] == ""
    with pytest.raises(EncodeError):
        _root("ECS102", {"alert_code": 0x8F87, "controller": 0x21, "level": 101})


@pytest.mark.parametrize("octet", [0x00, 0x10, 0x16, 0x20, 0x31])
def test_no_controller(octet: int) -> None:
    with pytest.raises(EncodeError):
        controller_level(octet, 1)


def test_controllers_go_back() -> None:
    for octet in (0x11, 0x15, 0x21, 0x25):
        assert controller_level_values(controller_level(octet, 7)) == (octet, 7)


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        (b'{"outputState":"100","inputState":"0","other-data":""}', {"output": 100, "input": 0}),
        (b'{"outputState": 55}', {"output": 55}),
        (b'{"outputState":"101","inputState":true}', {}),
        (b'{"outputState":"9999999999"}', {}),
        (b'["outputState"]', {}),
        (b"switched off", {}),
        (b"\xff\xfe", {}),
        (b"", {}),
    ],
)
def test_state_of_a_controller(text: bytes, levels: dict[str, Value]) -> None:
    parts = controller_state(text)
    assert parts == {"text": text, **levels}
    assert controller_state_values(parts) == (text,)


def test_an_operational_update_keeps_its_text() -> None:
    found = _leaves(_root("ECS200", {"alert_code": 0x8F88, "update": b'{"outputState":"7"}'}))
    assert found["OutputState"] == "7"
    assert found["StateAndAssociatedInformation"] == '{"outputState":"7"}'
    with pytest.raises(EncodeError):
        _root("ECS200", {"alert_code": 0x8F88, "update": b"x" * 1201})


def test_a_billing_alert_waits_for_the_second_pass_when_there_is_no_key() -> None:
    for code, name in (("ECS68", "billing_data_log"), ("GCS53", "snapshot")):
        time: Value = TIME if code == "ECS68" else 0
        values: Values = {"alert_code": 0x8F0A, "time": time, name: Sealed(b"\x31\0\0\0\0secret")}
        message = alert("GenericCriticalAlert-DLMS", {"alert_code": 0x8F0A, "time": TIME})
        body = replace(message.body, values=values)
        root = etree.fromstring(render(replace(message, row=ALERTS[code], body=body)))
        assert [e.get("name") for e in root.findall(".//{*}GBCSData")] == [name]
        assert root.find(".//{*}Payload") is None


def test_a_firmware_activation() -> None:
    values: Values = {
        "alert_code": 0x8F67,
        "time": datetime(2030, 1, 1, tzinfo=UTC),
        "originator_counter": 4,
        "execution_outcome": {"response_code": 2, "firmware_version": b"\1\2\3\4"},
    }
    found = _leaves(_root("FutureDatedAlert-CS06", values))
    assert found["ExecutionDateTime"] == found["Timestamp"] == "2030-01-01T00:00:00Z"
    assert (found["ASN1Status"], found["FirmwareVersion"]) == ("hashMismatch", "01020304")
