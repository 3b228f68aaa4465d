"""The table of alerts: what stands in the DeviceAlertContent of each.

Rows in the order of the MMC 5.4 schema; paths are the names of `catalogue.usecases`. The
descriptions are this project's wording of the alert codes (`catalogue.alerts`). The schema has nine
payloads; what an alert says beyond them is omitted: all such alerts go to the Access Control Broker,
which is the DCC, and no User gets them.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from dcc_sim.catalogue.alerts import MEANINGS
from dcc_sim.mmc.conversions import Described, Hex, Integer, Moment, Named, OctetText, SecondsSince2000
from dcc_sim.mmc.elements_gas import GAS_BILLING_ENTRY, snapshot_omissions
from dcc_sim.mmc.elements_security import ACTIVATION, COUNTER, EXECUTION_OUTCOME, LOAD_CONTROLLER_OUTCOME
from dcc_sim.mmc.responses_electricity_logs import BILLING_ENTRY
from dcc_sim.mmc.rows import AlertContentRow, Each, Element, Flag, Leaf, Omit, Row, View, When
from dcc_sim.mmc.views_alerts import (
    controller_level,
    controller_level_values,
    controller_state,
    controller_state_values,
)

DESCRIPTIONS: Final = Described(MEANINGS, "Alert without a description here")

_TO_THE_DCC: Final = "MMC has no payload for it: the alert goes to the Access Control Broker, to no User"

_LEVEL: Final = Integer(0, 100)
_CODE: Final = (
    Leaf("GBCSHexAlertCode", "alert_code", Hex(2)),
    Leaf("AlertDescription", "alert_code", DESCRIPTIONS),
)


def _dlms(code: str, *rows: Row) -> AlertContentRow:
    return AlertContentRow(code=code, rows=(*_CODE, Leaf("Timestamp", "time", Moment()), *rows))


def _gbz(code: str, *rows: Row) -> AlertContentRow:
    return AlertContentRow(code=code, rows=(*_CODE, Leaf("Timestamp", "time", SecondsSince2000()), *rows))


_asn1 = _dlms
"""The moment of an ASN.1 alert is written as that of a DLMS one."""


def _payload(name: str, *rows: Row, at: str = "") -> Element:
    return Element("Payload", Element(name, *rows, at=at))


def _outcome(name: str, *rows: Row, at: str = "") -> Element:
    return _payload("FutureDatedCommandOutcomeDeviceAlert", Element(name, *rows, at=at))


_COMMAND: Final = (
    Leaf("FutureDatedCommandMessageCode", "message_code", Hex(2)),
    Leaf("FutureDatedCommandOriginatorCounter", "originator_counter", COUNTER),
)
_IMAGE: Final = _payload(
    "FirmwareVerificationDeviceAlert", Leaf("ManufacturerImageHash", "manufacturer_hash", Hex(32))
)
_ISSUE: Final = _payload(
    "SmartMeterIntegrityIssueWarningDeviceAlert",
    Leaf(
        "Warning",
        "issue",
        Named(
            {
                0: "Other",
                1: "Error Non Volatile Memory",
                2: "Error Program Execution",
                3: "Error Program Storage",
                4: "Error RAM",
                5: "Error Unexpected Hardware Reset",
                6: "Error Watchdog",
                7: "Error Metrology Firmware Verification Failure",
                8: "Error Measurement Fault",
                9: "Unspecified Smart Meter Operational Integrity Error",
            }
        ),
    ),
)


def _credentials(rows: tuple[Row, ...]) -> Element:
    return _outcome(
        "UpdateSecurityCredentialsDeviceAlert",
        Element("UpdateSecurityCredentialsExecutionOutcome", *rows, at="execution_outcome"),
    )


_CONTROLLER: Final = View(
    controller_level,
    ("controller", "level"),
    Leaf("AuxiliaryControllerN", "number", Integer(1, 5)),
    Leaf("ResultingLevel", "level", _LEVEL),
    When("input", Flag("InputFromControlledLoad", "input", True)),
    inverse=controller_level_values,
)
_FIRMWARE: Final = ("firmware_version", "response_code")

_ROWS: Final = (
    _dlms("GenericCriticalAlert-DLMS"),
    _dlms("GenericNonCriticalAlert-DLMS"),
    _gbz("GenericCriticalAlert-GBZ"),
    _gbz("GenericNonCriticalAlert-GBZ"),
    _dlms(
        "FutureDatedAlert-DLMS",
        _outcome(
            "COSEMFutureDatedAlert",
            *_COMMAND,
            Element(
                "DLMSCOSEMFDInstructionIdentification",
                Leaf("ClassId", "class_id", Hex(2)),
                Leaf("InstanceId", "logical_name", Hex(6)),
                Leaf("AttributeId", "attribute", Hex(1)),
            ),
            at="instruction",
        ),
    ),
    _gbz(
        "FutureDatedAlert-GBZ",
        _outcome(
            "GBZFutureDatedAlert",
            *_COMMAND,
            Element(
                "GBZFDInstructionIdentification",
                Leaf("ExtendedHeaderClusterID", "cluster", Hex(2)),
                Leaf("FrameControl", "frame_control", Hex(1)),
                Leaf("CommandIdentifier", "command", Hex(1)),
            ),
            at="instruction",
        ),
    ),
    _asn1(
        "FutureDatedAlert-CS06",
        _outcome(
            "FirmwareActivationDeviceAlert",
            # The moment of the alert is that of the activation.
            Leaf("ExecutionDateTime", "time", Moment()),
            Leaf("OriginatorCounterFromCommand", "originator_counter", COUNTER),
            *ACTIVATION,
        ),
    ),
    _asn1("FutureDatedAlert-CS02b", _credentials(EXECUTION_OUTCOME)),
    _asn1("FutureDatedAlert-CS02g", _credentials(LOAD_CONTROLLER_OUTCOME)),
    _dlms("FirmwareReceiptAlert-DLMS", _IMAGE),
    _gbz("FirmwareReceiptAlert-GBZ", _IMAGE),
    _dlms("IntegrityIssueAlert-DLMS", _ISSUE),
    _gbz("IntegrityIssueAlert-GBZ", _ISSUE),
    _dlms(
        "ECS68",
        # Only the newest entry of the log is sent; without the User's key it stands in GBCSData.
        When(
            "billing_data_log",
            _payload(
                "BillingDataLogDeviceAlert",
                Each("entries", Element("ESMEBillingDataLogEntry", *BILLING_ENTRY), high=1),
                at="billing_data_log",
            ),
        ),
    ),
    _gbz(
        "GCS53",
        When(
            "snapshot",
            _payload(
                "BillingDataLogDeviceAlert",
                Element("GSMEBillingDataLogEntry", *GAS_BILLING_ENTRY, *snapshot_omissions(), at="snapshot"),
            ),
        ),
    ),
    _dlms(
        "ECS80",
        _payload(
            "SupplyOutageRestoreAlert",
            Leaf("interruptionValue", "interruption", Moment()),
            Leaf("restorationValue", "restoration", Moment()),
        ),
    ),
    _dlms(
        "ECS100",
        _payload(
            "CommandNotSupportedbyDevice",
            Leaf("MessageCodeofCommandReceived", "message_code", Hex(2)),
            Leaf("OriginatorCounterfromCommandReceived", "originator_counter", COUNTER),
            at="command",
        ),
    ),
    _dlms(
        "ECS101",
        _payload(
            "LimitAPCLevelCommandProcessedDeviceAlert",
            Leaf("APCLimitPeriodStart", "start", Moment()),
            Leaf("APCLimitPeriodEnd", "end", Moment()),
            _CONTROLLER,
        ),
    ),
    _dlms("ECS102", _payload("LimitAPCLevelEndedDeviceAlert", _CONTROLLER)),
    _dlms(
        "ECS200",
        _payload(
            "OperationalUpdateDeviceAlert",
            View(
                controller_state,
                ("update",),
                When("output", Leaf("OutputState", "output", _LEVEL)),
                When("input", Leaf("InputState", "input", _LEVEL)),
                Leaf("StateAndAssociatedInformation", "text", OctetText(1200)),
                inverse=controller_state_values,
            ),
        ),
    ),
    _dlms("CS14", Omit("device_log", _TO_THE_DCC)),
    _dlms("DBCH06", Omit("device_id", _TO_THE_DCC)),
    _dlms("DBCH07", Omit("change", _TO_THE_DCC)),
    _dlms("DBCH08", Omit("assessment", _TO_THE_DCC)),
    _dlms("DBCH09", Omit("sub_ghz_configuration", _TO_THE_DCC)),
    _dlms("DBCH10", Omit("message", _TO_THE_DCC)),
    _dlms("DBCH11", Omit("device_id", _TO_THE_DCC)),
    _asn1("CCS08", *(Omit(part, _TO_THE_DCC) for part in ("entity_id", *_FIRMWARE))),
    _asn1("CS09", *(Omit(part, _TO_THE_DCC) for part in _FIRMWARE)),
    _asn1("GCS62", Omit("device_log_entries", _TO_THE_DCC)),
    _asn1("FailureToDeliverAlert", Omit("message", _TO_THE_DCC)),
)

ALERT_CONTENTS: Final[MappingProxyType[str, AlertContentRow]] = MappingProxyType(
    {row.code: row for row in _ROWS}
)
