"""Alerts whose payload is ASN.1: outcomes of future-dated updates, firmware, the GPF's device log.

Source: reference `gbcs.md` §f, §i.1. The counters and times of the frame are not repeated in the
payload: `time` is that of the event.
"""

from __future__ import annotations

from typing import Final

from dcc_sim.catalogue.row import AlertCase
from dcc_sim.catalogue.usecases.asn1_shapes import (
    ACTIVATION_OUTCOME,
    DEVICE_LOG_ENTRY,
    ENTITY_ID,
    EXECUTION_OUTCOME,
    FIRMWARE_VERSION,
    SEQUENCE_NUMBER,
    outcome,
)
from dcc_sim.codec.cosem import Part
from dcc_sim.codec.der import DerAlertRow, Int, Moment, Sequence, SequenceOf
from dcc_sim.ids import DeviceType, MessageCode

_FUTURE_DATED: Final = {
    0x8F66: "future-dated command actioned",
    0x8F67: "future-dated command not actioned",
}
_ANY_WITH_CELLS: Final = (
    DeviceType.ESME,
    DeviceType.GSME,
    DeviceType.GPF,
    DeviceType.CHF,
    DeviceType.HCALCS,
    DeviceType.PPMID,
)


def _alert(codes: dict[int, str], *parts: Part) -> DerAlertRow:
    code = Part("alert_code", Int(codes, low=0, high=0xFFFF_FFFF))
    return DerAlertRow(Sequence(code, Part("time", Moment()), *parts))


ALERTS: Final = (
    AlertCase(
        code="FutureDatedAlert-CS06",
        message_code=MessageCode(0x00CA),
        title="Futured Dated Firmware Activation Alert",
        senders=(DeviceType.ESME, DeviceType.GSME, DeviceType.HCALCS),
        critical=True,
        payload=_alert(
            _FUTURE_DATED,
            Part("originator_counter", SEQUENCE_NUMBER),
            Part("execution_outcome", ACTIVATION_OUTCOME),
        ),
        source="GBCS 11",
    ),
    AlertCase(
        code="FutureDatedAlert-CS02b",
        message_code=MessageCode(0x00CB),
        title="Futured Dated Update Security Credentials Alert",
        senders=_ANY_WITH_CELLS,
        critical=True,
        payload=_alert(_FUTURE_DATED, Part("execution_outcome", EXECUTION_OUTCOME)),
        source="GBCS 13",
    ),
    AlertCase(
        code="FutureDatedAlert-CS02g",
        message_code=MessageCode(0x0124),
        title="Future Dated Update Load Controller Security Credentials Alert",
        senders=(DeviceType.ESME,),
        critical=True,
        payload=_alert(_FUTURE_DATED, Part("execution_outcome", EXECUTION_OUTCOME)),
        source="GBCS 13.10.3.3",
    ),
    AlertCase(
        code="CCS08",
        message_code=MessageCode(0x0128),
        title="Firmware Transfer Alert",
        senders=(DeviceType.CHF,),
        critical=True,
        payload=_alert(
            {0x8F89: "firmware transfer failed", 0x8F8A: "firmware transfer succeeded"},
            Part("entity_id", ENTITY_ID),
            Part("firmware_version", FIRMWARE_VERSION),
            Part("response_code", outcome({0: "success"})),
        ),
        source="GBCS 11; codes other than 0 are in no source",
    ),
    AlertCase(
        code="CS09",
        message_code=MessageCode(0x012B),
        title="PPMID Firmware Activation Alert",
        senders=(DeviceType.PPMID,),
        critical=True,
        payload=_alert(
            {0x8F8B: "firmware version after activation"},
            Part("firmware_version", FIRMWARE_VERSION),
            Part("response_code", outcome({0: "success"})),
        ),
        source="GBCS 11.9; codes other than 0 are in no source",
    ),
    AlertCase(
        code="GCS62",
        message_code=MessageCode(0x00B2),
        title="Backup GPF Device Log",
        senders=(DeviceType.GPF,),
        critical=False,
        payload=_alert(
            {0x8071: "GPF device log changed"},
            Part("device_log_entries", SequenceOf(DEVICE_LOG_ENTRY)),
        ),
        source="GBCS 13.8",
    ),
    AlertCase(
        code="FailureToDeliverAlert",
        message_code=MessageCode(0x00D5),
        title="Failure to Deliver Remote Party Message to ESME Alert",
        senders=(DeviceType.CHF,),
        critical=False,
        payload=_alert(
            {0x8F84: "failure to deliver a Remote Party message to the ESME"},
            Part(
                "message",
                Sequence(
                    Part("originator_id", ENTITY_ID),
                    Part("target_id", ENTITY_ID),
                    Part("cra_flag", Int({1: "Command", 2: "Response", 3: "Alert"}, low=0)),
                    Part("originator_counter", SEQUENCE_NUMBER),
                ),
            ),
        ),
        source="GBCS 10; uncertain: no vector, members from a peer's source, that they stand in a SEQUENCE "
        "of their own behind code and time and that the alert is not critical are inferred",
    ),
)
