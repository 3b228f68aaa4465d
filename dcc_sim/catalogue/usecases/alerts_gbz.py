"""Alerts in GBZ: of the GSME.

Source: reference `gbcs.md` §i.1, the page GCS53 of `gbcs-use-cases/`, and the published vectors.
"""

from __future__ import annotations

from typing import Final

from dcc_sim.catalogue.row import AlertCase
from dcc_sim.catalogue.usecases.alert_parts import (
    ALERT_CODE_GBZ,
    ANYBODY,
    COMMAND,
    COMMANDERS,
    ISSUE,
    SUPPLIER,
    ZCL_INSTRUCTION,
    Roles,
)
from dcc_sim.catalogue.usecases.gbz_logs import billing_snapshot
from dcc_sim.codec.cosem import Fixed, Part
from dcc_sim.codec.gbz import Command, GbzAlertRow, Push
from dcc_sim.codec.packed import Packed
from dcc_sim.ids import DeviceType, MessageCode


def _alert(
    code: str,
    message_code: int,
    title: str,
    *content: Part,
    critical: bool,
    recipients: Roles,
    source: str,
    senders: tuple[DeviceType, ...] = (DeviceType.GSME,),
    component: Command | None = None,
) -> AlertCase:
    return AlertCase(
        code=code,
        message_code=MessageCode(message_code),
        title=title,
        senders=senders,
        recipients=recipients,
        critical=critical,
        payload=GbzAlertRow(content, component, ALERT_CODE_GBZ),
        source=source,
    )


GENERIC_CRITICAL_GBZ: Final = _alert(
    "GenericCriticalAlert-GBZ", 0x1000, "Generic Critical Alert",
    critical=True, recipients=ANYBODY, source="GBCS 7", senders=(DeviceType.GSME, DeviceType.GPF),
)  # fmt: skip

GENERIC_NON_CRITICAL_GBZ: Final = _alert(
    "GenericNonCriticalAlert-GBZ", 0x1001, "Generic Non Critical Alert",
    critical=False, recipients=ANYBODY, source="GBCS 7", senders=(DeviceType.GSME, DeviceType.GPF),
)  # fmt: skip

FUTURE_DATED_GBZ: Final = _alert(
    "FutureDatedAlert-GBZ", 0x00CD, "Future Dated Execution Of Instruction Alert (GBZ)",
    Part("instruction", Packed(b"\x0e", (*COMMAND, *ZCL_INSTRUCTION))),
    critical=True, recipients=COMMANDERS, source="GBCS 9.2.2.6",
)  # fmt: skip

FIRMWARE_RECEIPT_GBZ: Final = _alert(
    "FirmwareReceiptAlert-GBZ", 0x00CF, "Firmware Distribution Receipt Alert (GSME)",
    # An octet-string of DLMS in the middle of a GBZ payload (vectors).
    Part("manufacturer_hash", Fixed(32)),
    critical=True, recipients=SUPPLIER, source="GBCS 11.2.6",
)  # fmt: skip

INTEGRITY_ISSUE_GBZ: Final = _alert(
    "IntegrityIssueAlert-GBZ", 0x00F2, "Meter Integrity Issue Warning Alert - GSME",
    Part("issue", ISSUE),
    critical=False, recipients=SUPPLIER, source="GBCS 16",
)  # fmt: skip

GCS53: Final = _alert(
    "GCS53", 0x008B, "Push Billing Data Log as an Alert",
    critical=True, recipients=SUPPLIER, source="GBCS 4.0 annex, GCS53",
    component=Push(0x0702, 0x06, "snapshot", billing_snapshot(1)),
)  # fmt: skip

ALERTS: Final = (
    GENERIC_CRITICAL_GBZ,
    GENERIC_NON_CRITICAL_GBZ,
    FUTURE_DATED_GBZ,
    FIRMWARE_RECEIPT_GBZ,
    INTEGRITY_ISSUE_GBZ,
    GCS53,
)
