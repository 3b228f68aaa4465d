"""Gas, ASN.1 and alerts in MMC: whatever the rows allow is a valid document or an EncodeError with a place.

The published messages themselves are rendered in `test_mmc`. Here: any values of any shape, and the
meaning of published values as an independent parser or the request that set them reads them.
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from dcc_sim.catalogue.row import AlertCase
from dcc_sim.catalogue.usecases import ALERTS, use_case
from dcc_sim.codec.access import AccessRow
from dcc_sim.codec.exchange import Body
from dcc_sim.codec.times import CosemDateTime
from dcc_sim.errors import EncodeError
from dcc_sim.gbcs.frame import Frame
from dcc_sim.gbcs.header import GroupingHeader
from dcc_sim.gbcs.keys import KeyRing, key_ring_from_json
from dcc_sim.ids import CraFlag, Eui64
from dcc_sim.mmc.alerts import ALERT_CONTENTS
from dcc_sim.mmc.document import render
from dcc_sim.mmc.responses import RESPONSES
from dcc_sim.testing.shapes import response_body
from dcc_sim.testing.shapes_alerts import alert_values
from dcc_sim.transform.message import Message, read_message

_SHARED = Path(__file__).resolve().parents[2].parent / "shared"
VECTORS = Path(os.environ.get("DCC_SIM_VECTORS") or _SHARED / "vectors")
SCHEMAS = Path(os.environ.get("DCC_SIM_OFFICIAL_SCHEMAS") or _SHARED / "schemas-official")
OURS = [code for code in RESPONSES if not isinstance(use_case(code).payload, AccessRow)]
_FEW = settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
_HEADER = GroupingHeader(
    cra=CraFlag.RESPONSE,
    counter=1,
    originator=Eui64(bytes(8)),
    target=Eui64(b"\xff" * 8),
    message_code=use_case("GCS01a").message_code,
)
_TIME = CosemDateTime.at(datetime(2026, 1, 1, tzinfo=UTC))


@cache
def _schema() -> etree.XMLSchema:
    for place in (SCHEMAS / "mmc.xsd", SCHEMAS / "5.4" / "mmc.xsd"):
        if place.is_file():
            return etree.XMLSchema(etree.parse(place))
    pytest.skip(f"no official MMC schema in {SCHEMAS} (set DCC_SIM_OFFICIAL_SCHEMAS)")


@cache
def _ring() -> KeyRing:
    return key_ring_from_json((VECTORS / "keys.json").read_text())


def _render(message: Message) -> None:
    try:
        document = render(message)
    except EncodeError as error:
        assert error.field  # noqa: PT017  # the point is what it names, not that it is raised
        return
    root = etree.fromstring(document)
    _schema().assertValid(root)
    assert etree.tostring(root, method="c14n", exclusive=True) == document


@pytest.mark.parametrize("code", OURS)
@_FEW
@given(data=st.data())
def test_any_response_is_a_valid_document_or_an_encode_error(code: str, data: st.DataObject) -> None:
    row = use_case(code)
    header = replace(_HEADER, message_code=row.message_code, time=_TIME if row.timed else None)
    body = data.draw(response_body(row))
    _render(Message(Frame(header=header, payload=b""), row, body))


@pytest.mark.parametrize("code", ALERT_CONTENTS)
@_FEW
@given(data=st.data())
def test_any_alert_is_a_valid_document_or_an_encode_error(code: str, data: st.DataObject) -> None:
    row = ALERTS[code]
    header = replace(_HEADER, cra=CraFlag.ALERT, message_code=row.message_code)
    _render(Message(Frame(header=header, payload=b""), row, Body(data.draw(alert_values(row)))))


def _published(name: str) -> dict[str, str]:
    """Text of every leaf by path, of the document of a published message; of lists the last item."""
    found = sorted((VECTORS / "rtds").rglob(f"{name}_GBCS.HEX"))
    if not found:
        pytest.skip(f"no vector {name} in {VECTORS} (set DCC_SIM_VECTORS)")
    message = read_message(bytes.fromhex(found[0].read_text().strip()), _ring())
    root = etree.fromstring(render(message))
    assert isinstance(message.row, AlertCase) == (root.find(".//{*}DeviceAlertContent") is not None)
    leaves = {}
    for element in root.iter():
        if not len(element):
            above = [etree.QName(step).localname for step in element.iterancestors()][:1]
            leaves["/".join((*above, etree.QName(element).localname))] = element.text or ""
    return leaves


PUBLISHED = {
    # 12345 × 1 ÷ 1000 m³.
    "GCS13a_4.1.1_SUCCESS_RELIABLE_GSME_RESPONSE": {"ConsumptionRegister/Value": "12.345"},
    "GCS13c_4.1.2_SUCCESS_RELIABLE_GSME_RESPONSE": {"TariffTOURegisterMatrix/TOURegisterMatrixValue": "4"},
    "GCS16a_4.6.1_SUCCESS_RESPONSE": {"Gas/GasActiveImportRegisterConsumption": "0.057"},
    # Thresholds of 300000 with divisor 1000, in kWh.
    "GCS21f_4.11.1_SUCCESS_RESPONSE": {
        "TariffThresholds/BlockThreshold": "300",
        "Gas/PrimaryActiveTariffPriceScale": "-5",
        "DayProfile/TOUTariffAction": "4",
    },
    "GCS21b_4.13_SUCCESS_RESPONSE": {
        "TimeStartAction/NonDisablementAction": "START",
        "DebtRecovery2/DebtRecoveryRatePeriod": "DAILY",
    },
    # 41 samples six minutes apart: the last is four hours after the first, at 20:00.
    "GCS18_4.10_SUCCESS_RESPONSE": {"LogEntry/Timestamp": "2015-01-01T00:00:00Z"},
    "GCS21e_6.2.4_SUCCESS_RESPONSE": {
        "ReadDeviceConfigurationIdentityExcMPxNRsp/DeviceIdentifier": "00-DB-12-34-56-78-90-A1",
        "ReadDeviceConfigurationIdentityExcMPxNRsp/ModelType": "GFI     ",
    },
    "GCS21k_6.2.3_SUCCESS_RESPONSE": {"GasBillingCalendar/Periodicity": "SixMonthly"},
    "CS06_11.3_8F67_FUTURE_DATED_ERROR_ALERT": {
        "ActivateImageResponseCode/ASN1Status": "hashMismatch",
        "FirmwareActivationDeviceAlert/FirmwareVersion": "0123ABCF",
    },
    "CS02bSupplierByTransCoS_6.23_8F66_FUTURE_DATED_SUCCESS_ALERT": {
        "UpdateSecurityCredentialsExecutionOutcome/CredentialsReplacementMode": "SupplierByTransCoS",
        "ReplacementOutcome/CertificateType": "KeyAgreementTopUp",
        "RemotePartySeqNumberChange/RemotePartyPrepaymentTopUpFloorSeqNumber": "0",
    },
    "ECS80_NA_8F36_ALERT": {
        "SupplyOutageRestoreAlert/interruptionValue": "2014-12-31T23:50:00Z",
        "SupplyOutageRestoreAlert/restorationValue": "2014-12-31T23:59:00Z",
    },
    "ECS101_NA_8F86_INPUT_ALERT": {
        "LimitAPCLevelCommandProcessedDeviceAlert/AuxiliaryControllerN": "3",
        "LimitAPCLevelCommandProcessedDeviceAlert/ResultingLevel": "100",
        "LimitAPCLevelCommandProcessedDeviceAlert/InputFromControlledLoad": "",
    },
    "ECS200_NA_8F88_ALERT": {
        "OperationalUpdateDeviceAlert/OutputState": "100",
        "OperationalUpdateDeviceAlert/InputState": "0",
    },
    "GCS53_NA_8F0A_ALERT": {"GSMEBillingDataLogEntry/ActiveImportRegisterValueConsumption": "0.015"},
    "MIIWA-ZigBee_NA_81A0_ALERT": {
        "SmartMeterIntegrityIssueWarningDeviceAlert/Warning": "Error Unexpected Hardware Reset"
    },
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_what_published_values_mean(name: str) -> None:
    found = _published(name)
    assert {path: found.get(path) for path in PUBLISHED[name]} == PUBLISHED[name]
