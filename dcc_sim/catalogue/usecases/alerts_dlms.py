"""Alerts in DLMS: of the ESME and of the Communications Hub Function.

Source: reference `gbcs.md` §i.1, §g, and the pages ECS68, ECS80, ECS100 … 102, ECS200, CS14 and
DBCH06 … 11 of `gbcs-use-cases/`. Where no page describes the content, the published vectors do.
"""

from __future__ import annotations

from typing import Final

from dcc_sim.catalogue.objects import BILLING_REGISTERS_LOG
from dcc_sim.catalogue.row import AlertCase
from dcc_sim.catalogue.usecases.alert_parts import (
    ACB,
    ALERT_CODE,
    ANYBODY,
    COMMAND,
    COMMANDERS,
    COSEM_INSTRUCTION,
    ISSUE,
    MESSAGE,
    NETWORK,
    SUPPLIER,
    Roles,
)
from dcc_sim.catalogue.usecases.dlms_chf import SUB_GHZ_SETTINGS
from dcc_sim.catalogue.usecases.dlms_logs import REGISTER_PARTS
from dcc_sim.catalogue.usecases.dlms_shapes import log_entries
from dcc_sim.codec.access import Attribute, Item, NotificationRow, Protected
from dcc_sim.codec.cosem import (
    Array,
    Bits,
    DateTime,
    Fixed,
    Octets,
    Part,
    Struct,
    UInt8,
    Utf8Text,
)
from dcc_sim.codec.exchange import CosemObject, Obis
from dcc_sim.codec.packed import Packed, Prefixed
from dcc_sim.ids import DeviceType, MessageCode

_ESME: Final = (DeviceType.ESME,)
_CHF: Final = (DeviceType.CHF,)
_VECTORS: Final = "RTDS 4.5.0 vectors"


def _alert(
    code: str,
    message_code: int,
    title: str,
    *content: Part,
    critical: bool,
    recipients: Roles,
    source: str,
    senders: tuple[DeviceType, ...] = _ESME,
    protected: Item | None = None,
) -> AlertCase:
    return AlertCase(
        code=code,
        message_code=MessageCode(message_code),
        title=title,
        senders=senders,
        recipients=recipients,
        critical=critical,
        payload=NotificationRow(content, protected, ALERT_CODE),
        source=source,
    )


def _hub_alert(code: str, message_code: int, title: str, *content: Part, source: str = _VECTORS) -> AlertCase:
    return _alert(
        code, message_code, title, *content, critical=False, recipients=ACB, source=source, senders=_CHF
    )


GENERIC_CRITICAL_DLMS: Final = _alert(
    "GenericCriticalAlert-DLMS", 0x1000, "Generic Critical Alert",
    critical=True, recipients=ANYBODY, source="GBCS 7", senders=(*_ESME, *_CHF),
)  # fmt: skip

GENERIC_NON_CRITICAL_DLMS: Final = _alert(
    "GenericNonCriticalAlert-DLMS", 0x1001, "Generic Non Critical Alert",
    critical=False, recipients=ANYBODY, source="GBCS 7", senders=(*_ESME, *_CHF),
)  # fmt: skip

FUTURE_DATED_DLMS: Final = _alert(
    "FutureDatedAlert-DLMS", 0x00CC, "Future Dated Execution Of Instruction Alert (DLMS COSEM)",
    Part("instruction", Packed(b"\x09\x13", (*COMMAND, *COSEM_INSTRUCTION))),
    critical=True, recipients=COMMANDERS, source="GBCS 9.2.2.6",
)  # fmt: skip

FIRMWARE_RECEIPT_DLMS: Final = _alert(
    "FirmwareReceiptAlert-DLMS", 0x00CE, "Firmware Distribution Receipt Alert (ESME)",
    Part("manufacturer_hash", Fixed(32)),
    critical=True, recipients=SUPPLIER, source="GBCS 11.2.6",
)  # fmt: skip

INTEGRITY_ISSUE_DLMS: Final = _alert(
    "IntegrityIssueAlert-DLMS", 0x00F0, "Meter Integrity Issue Warning Alert - ESME",
    Part("issue", Prefixed(b"\x09\x02", ISSUE)),
    critical=False, recipients=SUPPLIER, source="GBCS 16",
)  # fmt: skip

_BILLING: Final = "BillingDataLog(BillingCalendarTriggeredExcExport)"
_ALERT_PROTECTION: Final = CosemObject(30, Obis.parse("0-0:43.2.11.255"), f"{_BILLING}: readLog")

ECS68: Final = _alert(
    "ECS68", 0x0061, "ESME Critical Sensitive Alert (Billing Data Log)",
    critical=True, recipients=SUPPLIER, source="GBCS 4.0 annex, ECS68",
    protected=Protected(
        _ALERT_PROTECTION,
        "billing_data_log",
        Attribute(BILLING_REGISTERS_LOG, 2, "entries", log_entries(_BILLING, 1, 12, *REGISTER_PARTS)),
        smets=_BILLING,
    ),
)  # fmt: skip

ECS80: Final = _alert(
    "ECS80", 0x0067, "Supply Outage Restore Alert from ESME",
    Part("interruption", DateTime(), "SupplyOutageRestore: interruptionValue"),
    Part("restoration", DateTime(), "SupplyOutageRestore: restorationValue"),
    critical=True, recipients=NETWORK, source="GBCS 4.0 annex, ECS80",
)  # fmt: skip

ECS100: Final = _alert(
    "ECS100", 0x0120, "Command not supported by Device",
    Part("command", Packed(b"\x09\x0a", COMMAND)),
    critical=True, recipients=(*COMMANDERS, *ACB), source=f"GBCS 7.2.9.1; {_VECTORS}",
)  # fmt: skip

_CONTROLLERS: Final = UInt8(
    meaning={
        nibble | n: f"{direction} of APC {n}"
        for nibble, direction in ((0x10, "output"), (0x20, "input"))
        for n in range(1, 6)
    }
)
"""The annex page of ECS102 allows output only; a published vector has input."""

_LIMITED: Final = "LimitAPC[n]LevelCommandProcessed"
ECS101: Final = _alert(
    "ECS101", 0x0121, "Limit APC [n] Level Command processed",
    Part("controller", _CONTROLLERS, f"{_LIMITED}: apcDirectionAndNumber"),
    Part("start", DateTime(), f"{_LIMITED}: apcLimitPeriodStart"),
    Part("end", DateTime(), f"{_LIMITED}: apcLimitPeriodEnd"),
    Part("level", UInt8(unit="%"), f"{_LIMITED}: resultingLevel"),
    critical=True, recipients=SUPPLIER, source="GBCS 4.0 annex, ECS101",
)  # fmt: skip

_ENDED: Final = "LimitAPC[n]LevelEndedOrCancelled"
ECS102: Final = _alert(
    "ECS102", 0x0122, "Limit APC [n] Level ended or cancelled",
    Part("controller", _CONTROLLERS, f"{_ENDED}: apcDirectionAndNumber"),
    Part("level", UInt8(unit="%"), f"{_ENDED}: resultingLevel"),
    critical=True, recipients=SUPPLIER, source="GBCS 4.0 annex, ECS102",
)  # fmt: skip

ECS200: Final = _alert(
    "ECS200", 0x0123, "Operational Update",
    # JSON: outputState, inputState, other-data. The header names the load controller as supplementary party.
    Part("update", Utf8Text(0xFFFF)),
    critical=True, recipients=SUPPLIER, source=f"GBCS 7.2.9.1; {_VECTORS}",
)  # fmt: skip

_LOG: Final = "DeviceLog(CHF): alertOutput:"
CS14: Final = _hub_alert(
    "CS14", 0x0018, "Device Addition To / Removal From HAN Whitelist Alerts",
    Part(
        "device_log",
        Struct(
            Part("backup_time", DateTime(), f"{_LOG} backupDateTime"),
            Part("extended_pan_id", Fixed(8), f"{_LOG} hanIdentifier"),
            Part(
                "devices",
                Array(
                    Struct(
                        Part("device_id", Fixed(8), f"{_LOG} devices[0..16].device.deviceidentifier"),
                        # Empty as long as the device has no trust centre link key.
                        Part(
                            "hashed_link_key", Octets(0, 16), f"{_LOG} devices[0..16].device.securityDetails"
                        ),
                    ),
                    high=16,
                ),
            ),
        ),
    ),
    source="GBCS 4.0 annex, CS14",
)  # fmt: skip

_CHANNEL: Final = Bits(32, 32)
"""A sub-GHz channel: five bits of page (28 … 31), then one bit for each channel in it."""

DBCH06: Final = _hub_alert(
    "DBCH06", 0x0110, "Limited Duty Cycle Action Taken Sub GHz Alert",
    Part("device_id", Fixed(8)),
    source=f"GBCS 10.6.2.4; {_VECTORS}",
)  # fmt: skip

DBCH07: Final = _hub_alert(
    "DBCH07", 0x0111, "Sub GHz Channel Changed Sub GHz Alert",
    Part(
        "change",
        Struct(Part("channel", _CHANNEL, "OperatingSubGHzChannel: value"), Part("reason", Fixed(1))),
    ),
    source=f"GBCS 10.6.2.1; {_VECTORS}",
)  # fmt: skip

DBCH08: Final = _hub_alert(
    "DBCH08", 0x0112, "Sub GHz Channel Scan Request Assessment Outcome Sub GHz Alert",
    Part("assessment", Struct(Part("outcome", Fixed(1)), Part("reason", Fixed(1)))),
)  # fmt: skip

DBCH09: Final = _hub_alert(
    "DBCH09", 0x0113, "Sub GHz Configuration Changed Sub GHz Alert",
    Part("sub_ghz_configuration", SUB_GHZ_SETTINGS),
    source="GBCS 4.0 annex, DBCH09",
)  # fmt: skip

DBCH10: Final = _hub_alert(
    "DBCH10", 0x0114, "Message Discarded Due to Duty Cycle Management Sub GHz Alert",
    Part("message", Packed(b"\x09\x19", MESSAGE)),
    source=f"GBCS 10.6.2.1.1; {_VECTORS}",
)  # fmt: skip

DBCH11: Final = _hub_alert(
    "DBCH11", 0x0115, "No More Sub GHz Device Capacity Sub GHz Alert",
    Part("device_id", Fixed(8)),
    source=f"GBCS 10.6.2.4; {_VECTORS}",
)  # fmt: skip

ALERTS: Final = (
    GENERIC_CRITICAL_DLMS,
    GENERIC_NON_CRITICAL_DLMS,
    FUTURE_DATED_DLMS,
    FIRMWARE_RECEIPT_DLMS,
    INTEGRITY_ISSUE_DLMS,
    ECS68,
    ECS80,
    ECS100,
    ECS101,
    ECS102,
    ECS200,
    CS14,
    DBCH06,
    DBCH07,
    DBCH08,
    DBCH09,
    DBCH10,
    DBCH11,
)
