"""MMC rows of the use cases of credentials, joining and firmware (`asn1`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from dcc_sim.catalogue.usecases.asn1_shapes import CREDENTIAL_STATUS, JOIN_OUTCOMES
from dcc_sim.codec.shape import Value, as_list, as_struct
from dcc_sim.mmc.conversions import Base64, Eui, Hex, Named, Plain
from dcc_sim.mmc.elements import NO_REQUEST
from dcc_sim.mmc.elements_security import (
    ACTIVATION,
    COUNTER,
    EXECUTION_OUTCOME,
    EXECUTION_OUTCOME_OF_MANY,
    status,
)
from dcc_sim.mmc.rows import Each, Element, Leaf, Omit, ResponseRow, Row, View, When
from dcc_sim.mmc.views_security import credential_cells, credential_cells_values

_ACCEPTED: Final = Omit("command_accepted", "NULL: said by MessageSuccess")
_READ_FAILURE: Final = Omit("response_code", "success or failure: said by MessageSuccess")
_NO_USER: Final = "UpdateSecurityCredentialsKRPRsp"
"""For updates that answer no Service Request: the element of the one that asks for the same."""

_DETAILS: Final = View(
    credential_cells,
    ("remote_party_details",),
    Each(
        "cells",
        Element(
            "RemotePartyDetails",
            When("role", Leaf("RemotePartyRole", "role", Plain())),
            status("StatusCode", "status_code", CREDENTIAL_STATUS),
            When("floor", Leaf("RemotePartyFloorSeqNumber", "floor", COUNTER)),
            When("type", Leaf("CertificateUsage", "type", Plain())),
            When("party", Leaf("ExistingRemotePartyID", "party", Eui())),
            When("key", Leaf("ExistingCertificateHash", "key", Base64())),
        ),
        high=0xFFFF,
    ),
    inverse=credential_cells_values,
)

_ISSUE: Final = {
    0: "success",
    1: "invalidKeyUsage",
    2: "keyPairGenerationFailed",
    3: "cRProductionFailed",
}
_STORE: Final = {
    0: "success",
    1: "invalidCertificate",
    2: "wrongDeviceIdentity",
    3: "invalidKeyUsage",
    4: "noCorrespondingKeyPairGenerated",
    5: "wrongPublicKey",
    6: "certificateStorageFailed",
    7: "privateKeyChangeFailed",
}
_PROVIDE: Final = {
    0: "success",
    1: "invalidKeyUsage",
    2: "noCertificateHeld",
    3: "certificateRetrievalFailure",
}
_UNJOIN: Final = {0: "success", 1: "otherDeviceNotInDeviceLog", 2: "otherFailure"}

_DEVICE: Final = (
    Leaf("DeviceID", "device_id", Eui()),
    Leaf(
        "DeviceType",
        "device_type",
        Named({0: "GSME", 1: "ESME", 2: "CHF", 3: "GPF", 4: "HCALCS", 5: "PPMID", 6: "Type2"}),
    ),
)

_JOINED: Final = status("joinResponseCode", "response_code", JOIN_OUTCOMES)
_UNJOINED: Final = status("unjoinResponseCode", "response_code", _UNJOIN)
_JOIN_CRITICAL: Final = {"8.7.1": "JoinServiceCriticalRsp"}
_JOIN_NON_CRITICAL: Final = {"8.7.2": "JoinServiceNonCriticalRsp"}
_UNJOIN_CRITICAL: Final = {"8.8.1": "UnjoinServiceCriticalRsp"}
_UNJOIN_NON_CRITICAL: Final = {"8.8.2": "UnjoinServiceNonCriticalRsp"}


_WAN_PROVIDER: Final = 6
_BY_WAN_PROVIDER: Final = 5


def _settle(mode: int) -> Callable[[dict[str, Value]], None]:
    """On the way back: what MMC has no name for, the mode of a use case and the role of the WAN provider."""

    def settle(values: dict[str, Value]) -> None:
        outcome = values.get("execution_outcome")
        if not isinstance(outcome, dict):
            return
        outcome.setdefault("credentials_replacement_mode", mode)
        if mode == _BY_WAN_PROVIDER:
            for change in as_list(outcome.get("remote_party_seq_number_changes") or []):
                _set_role(change)
            for replaced in as_list(outcome.get("replacement_outcomes") or []):
                _set_role(as_struct(replaced).get("affected_trust_anchor_cell"))

    return settle


def _set_role(value: Value) -> None:
    if isinstance(value, dict):
        value.setdefault("remote_party_role", _WAN_PROVIDER)


def _update(
    code: str, mode: int, elements: dict[str, str], rows: tuple[Row, ...] = EXECUTION_OUTCOME
) -> ResponseRow:
    # Without an outcome a future-dated update was accepted: the outcome comes in an alert.
    outcome = When("execution_outcome", Element("ExecutionOutcome", *rows, at="execution_outcome"))
    return ResponseRow(code=code, elements=elements, rows=(_ACCEPTED, outcome), settle=_settle(mode))


_CREDENTIALS: Final = (
    ResponseRow(
        code="CS02a", elements={"6.24.1": "RetrieveDeviceSecurityCredentialsKRPRsp"}, rows=(_DETAILS,)
    ),
    ResponseRow(
        code="CS02f", elements={"6.24.1": "RetrieveDeviceSecurityCredentialsKRPRsp"}, rows=(_DETAILS,)
    ),
    _update(
        "CS02bSupplierBySupplier",
        2,
        {"6.15.1": "UpdateSecurityCredentialsKRPRsp", "6.21": "RequestHandoverOfDCCControlledDeviceRsp"},
    ),
    _update(
        "CS02bNOByNO",
        3,
        {"6.15.1": "UpdateSecurityCredentialsKRPRsp", "6.21": "RequestHandoverOfDCCControlledDeviceRsp"},
    ),
    _update("CS02bACBByACB", 4, {"8.5": "ServiceOptOutRsp"}),
    _update("CS02bSupplierByTransCoS", 7, {"6.23": "UpdateSecurityCredentialsCoSRsp"}),
    _update("CS02gLoadControllerBySupplier", 11, {"6.15.1": "UpdateSecurityCredentialsKRPRsp"}),
    _update("CS02gLoadControllerByLoadController", 10, {NO_REQUEST: _NO_USER}),
    _update("CS02bRootBySupplier", 0, {NO_REQUEST: _NO_USER}),
    _update("CS02bRootByWP", 1, {NO_REQUEST: _NO_USER}),
    _update("CS02bWPByWP", 5, {NO_REQUEST: _NO_USER}),
    _update("CS02bTransCoSByTransCoS", 6, {NO_REQUEST: _NO_USER}),
    _update("CS02bAnyExceptAbnormalRootByRecovery", 8, {NO_REQUEST: _NO_USER}, EXECUTION_OUTCOME_OF_MANY),
    _update("CS02bAnyByContingency", 9, {NO_REQUEST: _NO_USER}, EXECUTION_OUTCOME_OF_MANY),
    ResponseRow(
        code="CS02c",
        elements={"6.17": "IssueSecurityCredentialsRsp"},
        rows=(
            status("IssueCredentialsResponseCode", "response_code", _ISSUE),
            Leaf("CertificationRequest", "certification_request", Base64()),
        ),
    ),
    ResponseRow(
        code="CS02d",
        elements={"6.15.2": "UpdateSecurityCredentialsDeviceRsp"},
        rows=(status("UpdateSecurityCredentialsResponseCode", "response_code", _STORE),),
    ),
    ResponseRow(
        code="CS02e",
        elements={"6.24.2": "RetrieveDeviceSecurityCredentialsDeviceRsp"},
        rows=(
            status("RetrieveDeviceSecurityCredentialsStatusCode", "response_code", _PROVIDE),
            Leaf("Certificate", "certificate", Base64()),
        ),
    ),
)

_JOINING: Final = (
    ResponseRow(code="CS03A1", elements=_JOIN_CRITICAL, rows=(_JOINED,)),
    ResponseRow(code="CS03A2", elements=_JOIN_CRITICAL | _JOIN_NON_CRITICAL, rows=(_JOINED,)),
    ResponseRow(code="CS03B", elements=_JOIN_NON_CRITICAL, rows=(_JOINED,)),
    ResponseRow(code="CS03C", elements=_JOIN_CRITICAL | _JOIN_NON_CRITICAL, rows=(_JOINED,)),
    ResponseRow(code="CS04AC", elements=_UNJOIN_CRITICAL | _UNJOIN_NON_CRITICAL, rows=(_UNJOINED,)),
    ResponseRow(code="CS04B", elements=_UNJOIN_NON_CRITICAL, rows=(_UNJOINED,)),
    ResponseRow(
        code="CS07",
        elements={"8.9": "ReadDeviceLogRsp"},
        rows=(
            _READ_FAILURE,
            Element(
                "DeviceLogEntries",
                Each("device_log_entries", Element("LogEntry", *_DEVICE), high=0xFF),
            ),
        ),
    ),
    ResponseRow(
        code="GCS59",
        elements={"8.12.2": "RestoreGPFDeviceLogRsp"},
        rows=(
            Each(
                "restore_outcomes",
                Element(
                    "RestoreDeviceLogOutcome",
                    Element("DeviceLogEntry", *_DEVICE, at="device_log_entry"),
                    status("joinResponseCode", "join_response_code", JOIN_OUTCOMES),
                ),
                high=0xFF,
            ),
        ),
    ),
)

_FIRMWARE: Final = (
    ResponseRow(code="CS06", elements={"11.3": "ActivateFirmwareRsp"}, rows=(_ACCEPTED, *ACTIVATION)),
    ResponseRow(
        code="CS08",
        elements={"11.2": "ReadFirmwareVersionRsp"},
        rows=(Leaf("FirmwareVersion", "firmware_version", Hex(4)), _READ_FAILURE),
    ),
)

ROWS: Final = (*_CREDENTIALS, *_JOINING, *_FIRMWARE)
