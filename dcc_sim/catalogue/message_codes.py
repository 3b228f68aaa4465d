"""Every message code of GBCS: which use case or alert it stands for, and whether it is still in use.

In: a code. Out: its row. Left out: what the messages look like (`usecases`), which of them are built
(`usecases.is_built`).

Numbers, names, categories and Service References are facts of the GBCS annex (reference `gbcs.md` §h,
`gbcs-general.md` §10). The category is certain (HIGH) where the annex names it or a published vector
shows it by its protection, MEDIUM where neither does or where it varies, LOW where only a peer names
the code.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Final

from dcc_sim.errors import NotFound, Unsupported
from dcc_sim.ids import Confidence, MessageCode


class Category(Enum):
    """Message types of GBCS: who protects the message and how."""

    CRITICAL_COMMAND = "SME.C.C"
    NON_CRITICAL_COMMAND = "SME.C.NC"
    CRITICAL_ALERT = "SME.A.C"
    NON_CRITICAL_ALERT = "SME.A.NC"
    PPMID_TO_GSME = "SME.C.PPMID-GSME"
    ZSE = "ZSE specified"
    VARIANT = "see GBCS"

    @property
    def is_alert(self) -> bool:
        """Whether the message is an Alert."""
        return self in (Category.CRITICAL_ALERT, Category.NON_CRITICAL_ALERT)


class Status(Enum):
    """Whether a code is in use."""

    CURRENT = "current"
    WITHDRAWN = "withdrawn"
    UNLISTED = "unlisted"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageCodeRow:
    """One message code. Several may share a use case (CS02b, CS02g)."""

    code: MessageCode
    use_case: str
    title: str
    category: Category
    services: tuple[str, ...]
    status: Status
    confidence: Confidence

    def __str__(self) -> str:
        # Alerts without a use case number have a name of ours, which says no more than the title.
        return self.title if "Alert" in self.use_case else f"{self.use_case} {self.title}"


_C, _NC = Category.CRITICAL_COMMAND, Category.NON_CRITICAL_COMMAND
_AC, _ANC = Category.CRITICAL_ALERT, Category.NON_CRITICAL_ALERT
_HAN, _ZSE, _V = Category.PPMID_TO_GSME, Category.ZSE, Category.VARIANT
_HIGH, _MEDIUM, _LOW = Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW
_WITHDRAWN: Final = Status.WITHDRAWN


def _row(
    code: int,
    use_case: str,
    title: str,
    category: Category,
    services: tuple[str, ...] = (),
    *,
    confidence: Confidence = _HIGH,
    status: Status = Status.CURRENT,
) -> MessageCodeRow:
    return MessageCodeRow(
        code=MessageCode(code),
        use_case=use_case,
        title=title,
        category=category,
        services=services,
        status=status,
        confidence=confidence,
    )


_ROWS: Final = (
    _row(0x0001, "CCS01", "Add Device to CHF device log", _NC, ("8.11",)),
    _row(0x0002, "CCS02", "Remove device from CHF device log", _NC, ("8.11",)),
    _row(0x0003, "CCS03", "Restore CHF Device Log", _NC, ("8.12",)),
    _row(0x0004, "CCS05CCS04", "Read CHF device log / check HAN comms", _NC, status=_WITHDRAWN),
    _row(0x0007, "CS01a", "Apply Prepayment Top Up to an ESME", _NC, ("2.2",)),
    _row(0x0008, "CS02a", "Provide Security Credentials Details", _V, ("6.24",), confidence=_MEDIUM),
    _row(0x000A, "CS02c", "Issue Security Credentials", _C, ("6.17",)),
    _row(0x000B, "CS02d", "Update Device Certificates on Device", _C, ("6.15",)),
    _row(0x000C, "CS02e", "Provide Device Certificates from Device", _V, ("6.24",), confidence=_MEDIUM),
    _row(0x000D, "CS03A1", "Method A Join (Meter)", _C, ("8.7",)),
    _row(0x000E, "CS03B", "Method B Join", _NC, ("8.7",)),
    _row(0x000F, "CS04AC", "Method A or C Unjoin", _C, ("8.8",)),
    _row(0x0010, "CS04B", "Method B Unjoin", _NC, ("8.8",)),
    _row(0x0012, "CS06", "Activate Firmware", _C, ("11.3",)),
    _row(0x0013, "CS07", "Read Device Join Details", _NC, ("8.9",)),
    _row(0x0014, "CS10a", "Read ZigBee Device Event Log", _NC, ("6.13",)),
    _row(0x0015, "CS11", "Clear ZigBee Device Event Log", _NC, ("3.3",)),
    _row(0x0018, "CS14", "Device Addition To / Removal From HAN Whitelist Alerts", _ANC),
    _row(0x0019, "ECS01a", "Set Tariff and Price on ESME", _C, ("1.1",)),
    _row(0x001A, "ECS02", "Set ESME Payment Mode to Credit", _C, ("1.6",)),
    _row(0x001B, "ECS03", "Set ESME Payment Mode to Prepayment", _C, ("1.6",)),
    _row(0x001C, "ECS04a", "Adjust Meter Balance on the ESME", _C, ("1.5",)),
    _row(0x001D, "ECS05", "Reset Tariff Block Counter Matrix", _C, ("1.7",)),
    _row(0x001E, "ECS07", "Manage Debt on the ESME", _C, ("2.3",)),
    _row(0x001F, "ECS08", "Update Prepayment Configuration on ESME", _C, ("2.1",), status=_WITHDRAWN),
    _row(0x0020, "ECS09", "Activate Emergency Credit Remotely on ESME", _C, ("2.5",)),
    _row(0x0021, "ECS10", "Send Message to ESME", _NC, ("3.1",)),
    _row(0x0022, "ECS12", "Set Change of Tenancy date on ESME", _NC, ("3.2",)),
    _row(0x0023, "ECS14", "Disable Privacy PIN Protection on ESME", _NC, ("3.5",)),
    _row(0x0024, "ECS15a", "Clear ESME Event Log", _NC, ("3.3",)),
    _row(0x0025, "ECS16", "Write Supplier Contact Details on ESME", _NC, ("3.4",)),
    _row(0x0026, "ECS17a", "Read ESME Energy Registers (Export Energy)", _NC, ("4.2",)),
    _row(0x0027, "ECS17b", "Read ESME Energy Registers (Import Energy)", _NC, ("4.1",)),
    _row(0x0028, "ECS17c", "Read ESME Energy Registers (Power)", _NC, ("4.16",)),
    _row(0x0029, "ECS17d", "Read ESME Energy Register (TOU)", _NC, ("4.1",)),
    _row(0x002A, "ECS17e", "Read ESME Energy Register (TOU with Blocks)", _NC, ("4.1",)),
    _row(0x002B, "ECS18a", "Read Maximum Demand Registers (export)", _NC, ("4.12",)),
    _row(0x002C, "ECS18b", "Read Maximum Demand Registers (import)", _NC, ("4.12",)),
    _row(0x002D, "ECS19", "Read ESME Prepayment Registers", _NC, ("4.3",)),
    _row(0x002E, "ECS20a", "Read ESME Billing Data Log (payment based debt payments)", _NC, ("4.4",)),
    _row(
        0x002F,
        "ECS20b",
        "Read ESME Billing Data Log (change of mode / tariff triggered exc export)",
        _NC,
        ("4.4",),
    ),
    _row(
        0x0030, "ECS20c", "Read ESME Billing Data Log (billing calendar triggered exc export)", _NC, ("4.4",)
    ),
    _row(0x0033, "ECS21a", "Read Electricity Daily Read Log (exc export)", _NC, ("4.6",)),
    _row(0x0034, "ECS21b", "Read Electricity (Prepayment) Daily Read Log", _NC, ("4.14",)),
    _row(0x0035, "ECS21c", "Read Electricity Daily Read Log (export only)", _NC, ("4.6",)),
    _row(0x0036, "ECS22a", "Read Electricity Half Hour Profile Data (export)", _NC, ("4.8",)),
    _row(0x0037, "ECS22b", "Read Electricity Half Hour Profile Data (active import)", _NC, ("4.8",)),
    _row(0x0038, "ECS22c", "Read Electricity Half Hour Profile Data (reactive import)", _NC, ("4.8",)),
    _row(0x0039, "ECS23", "Read Voltage Operational Data", _NC, ("4.10",)),
    _row(0x003A, "ECS24", "Read ESME Tariff Data", _NC, ("4.11",)),
    _row(0x003B, "ECS26a", "Read ESME Configuration Data Prepayment", _NC, ("4.13",)),
    _row(0x003C, "ECS26b", "Read ESME Configuration Voltage Data", _NC, ("6.2",)),
    _row(0x003D, "ECS26c", "Read ESME Configuration Data Device Information (randomisation)", _NC, ("6.2",)),
    _row(
        0x003E,
        "ECS26d",
        "Read ESME Configuration Data Device Information (Billing Calendar)",
        _NC,
        ("6.2",),
        status=_WITHDRAWN,
    ),
    _row(
        0x003F,
        "ECS26e",
        "Read ESME Configuration Data Device Information (device identity exc MPAN)",
        _NC,
        ("6.2",),
        status=_WITHDRAWN,
    ),
    _row(
        0x0040,
        "ECS26f",
        "Read ESME Configuration Data Device Information (instantaneous power thresholds)",
        _NC,
        ("6.2",),
    ),
    _row(0x0042, "ECS27", "Read ESME Load Limit Data", _NC, ("4.15",)),
    _row(0x0043, "ECS28a", "Set Load Limit Configurations - General Settings", _C, ("6.4",)),
    _row(0x0044, "ECS28b", "Set Load Limit Configuration Counter Reset", _NC, ("6.4",)),
    _row(0x0045, "ECS29a", "Set Voltage Configurations on ESME", _NC, ("6.5",)),
    _row(0x0046, "ECS30", "Set Billing Calendar on the ESME", _C, ("6.8",), status=_WITHDRAWN),
    _row(0x0047, "ECS34", "Set Instantaneous Power Threshold Configuration", _NC, ("6.12",)),
    _row(0x0048, "ECS35a", "Read ESME Event Log", _NC, ("6.13",)),
    _row(0x0049, "ECS35b", "Read ESME Security Log", _NC, ("6.13",)),
    _row(0x004A, "ECS37", "Set Maximum Demand Configurable Time Period", _NC, ("6.18",)),
    _row(0x004B, "ECS38", "Update Randomised Offset Limit", _C, ("7.12",)),
    _row(0x004C, "ECS39a", "Set MPAN Value on the ESME", _NC, ("6.20",)),
    _row(0x004D, "ECS39b", "Set Export MPAN Value on the ESME", _NC, ("6.20",)),
    _row(0x004E, "ECS40", "Read MPAN Value on the ESME", _NC, ("6.2",)),
    _row(0x004F, "ECS42", "Remotely Close the Load Switch on the ESME", _C, ("7.1",)),
    _row(0x0050, "ECS43", "Remotely Open the Load Switch on the ESME", _C, ("7.2",)),
    _row(0x0051, "ECS44", "Arm Load Switch in ESME", _C, ("7.3",)),
    _row(0x0052, "ECS45", "Read Status of Load Switch in the ESME", _NC, ("7.4",)),
    _row(0x0053, "ECS46a", "Set HC ALCS or ALCS Labels in ESME", _C, ("6.14",)),
    _row(
        0x0054,
        "ECS46c",
        "Set HC ALCS and ALCS configuration in ESME (excluding labels)",
        _C,
        ("6.14",),
        status=_WITHDRAWN,
    ),
    _row(0x0055, "ECS47", "Set or Reset HC ALCS or ALCS State", _C, ("7.5",), status=_WITHDRAWN),
    _row(0x0058, "ECS50", "Send CIN to ESME", _NC, ("9.1",)),
    _row(0x0059, "ECS52", "Read ESME/Comms Hub Firmware Version", _NC, ("11.2",)),
    _row(0x005A, "ECS57", "Reset ESME Maximum Demand Registers", _NC, ("6.18",)),
    _row(0x005E, "ECS61c", "Read Boost Button Data from ESME", _NC, ("7.11",)),
    _row(0x005F, "ECS62", "Set ALCS and Boost Button Association", _NC, ("7.9", "7.10")),
    _row(0x0060, "ECS66", "Read ESME Daily Consumption Log", _NC, ("4.17",)),
    _row(0x0061, "ECS68", "ESME Critical Sensitive Alert (Billing Data Log)", _AC),
    _row(0x0062, "ECS70", "Set Clock on ESME", _C, ("6.11", "8.1")),
    _row(0x0067, "ECS80", "Supply Outage Restore Alert from ESME", _AC),
    _row(0x0068, "ECS81", "Set Supply Tamper State on ESME", _C, ("6.25",)),
    _row(0x0069, "ECS82", "Read Meter Balance for ESME", _NC, ("4.18",)),
    _row(0x006B, "GCS01a", "Set Tariff and Price on GSME", _C, ("1.1",)),
    _row(0x006C, "GCS02", "Set GSME Payment Mode to Credit", _C, ("1.6",)),
    _row(0x006D, "GCS03", "Set GSME Payment Mode to Prepayment", _C, ("1.6",)),
    _row(0x006E, "GCS04", "Manage Debt on the GSME", _C, ("2.3",)),
    _row(0x006F, "GCS05", "Update Prepayment Configurations on GSME", _C, ("2.1",)),
    _row(0x0070, "GCS06", "Activate Emergency Credit Remotely on GSME", _C, ("2.5",)),
    _row(0x0071, "GCS07", "Send Message to GSME", _NC, ("3.1",)),
    _row(0x0072, "GCS09", "Set Change of Tenancy date on GPF", _NC, ("3.2",)),
    _row(0x0073, "GCS11", "Disable Privacy PIN Protection on GSME", _NC, ("3.5",)),
    _row(0x0074, "GCS13a", "Read GSME Consumption Register", _NC, ("4.1",)),
    _row(0x0075, "GCS14", "Read GSME Prepayment Registers", _NC, ("4.3",)),
    _row(0x0076, "GCS15c", "Read GSME Billing Data Log (billing calendar triggered)", _NC, ("4.4",)),
    _row(0x0077, "GCS16a", "Read GSME Daily Read Log", _NC, ("4.6",)),
    _row(0x0078, "GCS17", "Read GSME Profile Data Log", _NC, ("4.8",)),
    _row(0x0079, "GCS18", "Read Gas Network Data Log", _NC, ("4.10",)),
    _row(0x007B, "GCS21a", "Read Gas Configuration Data Device Information", _NC, ("6.2",)),
    _row(0x007C, "GCS23", "Set CV and Conversion Factor Value(s) on the GSME", _C, ("6.6",)),
    _row(
        0x007D,
        "GCS24",
        "Set Uncontrolled Gas Flow Rate and Supply Tamper State on the GSME",
        _C,
        ("6.7",),
        status=_WITHDRAWN,
    ),
    _row(0x007E, "GCS25", "Set Billing Calendar on the GSME", _C, ("6.8",)),
    _row(0x007F, "GCS28", "Set Clock on GSME", _C, ("6.11",)),
    _row(0x0080, "GCS31", "Start Network Data Log on GSME", _NC, ("14.1",)),
    _row(0x0081, "GCS32", "Remotely close the valve in the GSME", _C, ("7.2",)),
    _row(0x0082, "GCS33", "Read GSME Valve Status", _NC, ("7.4",)),
    _row(0x0083, "GCS36", "Send CIN to GSME", _NC, ("9.1",)),
    _row(0x0084, "GCS38", "Read GSME Firmware Version", _NC, ("11.2",)),
    _row(0x0085, "GCS39", "Arm Valve in GSME", _C, ("7.3",)),
    _row(0x0086, "GCS40a", "Adjust Prepayment Mode Meter Balance on the GSME", _C, ("1.5",)),
    _row(0x0087, "GCS41", "Set MPRN Value on the GSME", _NC, ("6.20",)),
    _row(0x0088, "GCS44", "Write Contact Details on GSME", _NC, ("3.4",)),
    _row(0x0089, "GCS46", "Read MPRN on the GSME", _NC, ("6.2",)),
    _row(0x008B, "GCS53", "Push Billing Data Log as an Alert", _AC),
    _row(0x008C, "GCS59", "Restore GPF Device Log", _NC, ("8.12",)),
    _row(0x008D, "GCS60", "Read Meter Balance for GSME", _NC, ("4.18",)),
    _row(0x0090, "PCS02", "Activate Emergency Credit on GSME from PPMID", _HAN),
    _row(
        0x0092,
        "ECS26i",
        "Read Configuration Data Device Information (CHF identity)",
        _NC,
        ("6.2",),
        status=_WITHDRAWN,
    ),
    _row(0x0093, "ECS35c", "Read CHF Event Log", _NC, ("6.13",)),
    _row(0x0094, "ECS35d", "Read CHF Security Log", _NC, ("6.13",)),
    _row(0x0096, "GCS16b", "Read GSME Daily Read log(s) (prepayment)", _NC, ("4.14",)),
    _row(0x0097, "CS01b", "Apply Prepayment Top Up to a GSME", _NC, ("2.2",)),
    _row(0x009B, "PCS01", "Apply Prepayment Top Up to a GSME using PPMID", _HAN),
    _row(
        0x009D,
        "GCS21d",
        "Read GSME Configuration Data Device Information (BillingCalendar)",
        _NC,
        ("6.2",),
        status=_WITHDRAWN,
    ),
    _row(
        0x009E,
        "GCS21e",
        "Read GSME/GPF Configuration Data Device Information (device identity)",
        _NC,
        ("6.2",),
        status=_WITHDRAWN,
    ),
    _row(0x009F, "GCS21f", "Read GSME Tariff Data", _NC, ("4.11",)),
    _row(0x00A0, "GCS61", "Read Gas Daily Consumption Log", _NC, ("4.17",)),
    _row(0x00A1, "CS10b", "Read ZigBee Device Security Log", _NC, ("6.13",)),
    _row(0x00A2, "ECS01b", "Set Price on ESME", _C, ("1.2",)),
    _row(0x00A3, "GCS01b", "Set Price on GSME", _C, ("1.2",)),
    _row(0x00AB, "CS03A2", "Method A Join (non Meter)", _C, ("8.7",)),
    _row(0x00AC, "ECS25a", "Set Alert Behaviours - ESME - Supplier", _NC, ("6.22",)),
    _row(0x00AD, "GCS20", "Set Alert Behaviours - GSME", _NC, ("6.22",)),
    _row(0x00AE, "ECS29b", "Set Voltage Configurations on ESME - 3ph", _NC, ("6.5",)),
    _row(0x00AF, "CS03C", "Method C Join", _C, ("8.7",)),
    _row(0x00B0, "ECS25b", "Set Alert Behaviours - ESME - Network Operator", _NC, ("6.22",)),
    _row(0x00B2, "GCS62", "Backup GPF Device Log", _ANC),
    _row(0x00B3, "ECS04b", "Reset Meter Balance on the ESME", _C, ("1.5",)),
    _row(0x00B4, "GCS40b", "Reset Prepayment Mode Meter Balance on the GSME", _C, ("1.5",)),
    _row(0x00B5, "GCS21b", "Read GSME Configuration Data Prepayment", _NC, ("4.13",)),
    _row(0x00B6, "GCS13c", "Read GSME Register (TOU)", _NC, ("4.1",)),
    _row(0x00B7, "ECS01c", "Set Tariff and Price on ESME secondary", _C, ("1.1",)),
    _row(0x00B8, "GCS13b", "Read GSME Block Counters", _NC, ("4.1",)),
    _row(0x00B9, "ECS35e", "Read ESME Power Event Log", _NC, ("6.13",)),
    _row(0x00BA, "ECS35f", "Read ALCS Event Log", _NC, ("6.13",), status=_WITHDRAWN),
    _row(0x00BB, "ECS61a", "Read HC ALCS and ALCS Data from ESME", _NC, ("7.7",), status=_WITHDRAWN),
    _row(0x00BC, "ECS23b", "Read Voltage Operational Data - 3 Phase", _NC, ("4.10",)),
    _row(0x00BD, "ECS24b", "Read ESME Tariff Data - second element", _NC, ("4.10", "4.11")),
    _row(0x00BE, "ECS26j", "Read ESME Configuration Data Device Information (Payment Mode)", _NC, ("6.2",)),
    _row(0x00BF, "GCS21j", "Read GSME Configuration Data Device Information (Payment Mode)", _NC, ("6.2",)),
    _row(0x00C0, "GCS40c", "Adjust Credit Mode Meter Balance on the GSME", _C, ("1.5",)),
    _row(0x00C1, "ECS15c", "Clear ALCS Event Log", _NC, ("3.3",)),
    _row(0x00C2, "GCS40d", "Reset Credit Mode Meter Balance on the GSME", _C, ("1.5",)),
    _row(0x00C3, "GCS15b", "Read GSME Billing Data Log (change of mode / tariff triggered)", _NC, ("4.4",)),
    _row(0x00C4, "GCS15d", "Read GSME Billing Data Log (payment-based debt payments)", _NC, ("4.4",)),
    _row(0x00C5, "GCS15e", "Read GSME Billing Data Log (prepayment credits)", _NC, ("4.4",)),
    _row(0x00C6, "ECS26k", "Read ESME Configuration Voltage Data - 3 phase", _NC, ("6.2",)),
    _row(0x00C7, "ECS01d", "Set Price on ESME secondary", _C, ("1.2",)),
    _row(0x00C9, "ECS20d", "Read ESME Billing Data Log (prepayment credits)", _NC, ("4.4",)),
    _row(0x00CA, "FutureDatedAlert-CS06", "Future Dated Firmware Activation Alert", _AC),
    _row(0x00CB, "FutureDatedAlert-CS02b", "Future Dated Update Security Credentials Alert", _AC),
    _row(0x00CC, "FutureDatedAlert-DLMS", "Future Dated Execution Of Instruction Alert (DLMS COSEM)", _AC),
    _row(0x00CD, "FutureDatedAlert-GBZ", "Future Dated Execution Of Instruction Alert (GBZ)", _AC),
    _row(0x00CE, "FirmwareReceiptAlert-DLMS", "Firmware Distribution Receipt Alert (ESME)", _AC),
    _row(0x00CF, "FirmwareReceiptAlert-GBZ", "Firmware Distribution Receipt Alert (GSME)", _AC),
    _row(0x00D1, "ECS29c", "Set Voltage Configurations on ESME without counter reset", _NC, ("6.5",)),
    _row(
        0x00D2, "ECS29d", "Set Voltage Configurations on polyphase ESME without counter reset", _NC, ("6.5",)
    ),
    _row(0x00D3, "ECS29e", "Reset RMS Voltage Counters on ESME", _NC, ("6.27",)),
    _row(0x00D4, "ECS29f", "Reset RMS Voltage Counters on polyphase ESME", _NC, ("6.27",)),
    _row(
        0x00D5,
        "FailureToDeliverAlert",
        "Failure to Deliver Remote Party Message to ESME Alert",
        _ANC,
        confidence=_LOW,
    ),
    _row(0x00D7, "ECS30a", "Set Billing Calendar on the ESME - all periodicities", _C, ("6.8",)),
    _row(0x00D8, "GCS25a", "Set Billing Calendar on the GSME - all periodicities", _C, ("6.8",)),
    _row(
        0x00D9,
        "ECS26l",
        "Read ESME Configuration Data Device Information (Billing Calendar - all periodicities)",
        _NC,
        ("6.2",),
    ),
    _row(
        0x00DA,
        "GCS21k",
        "Read GSME Configuration Data Device Information (BillingCalendar - all periodicities)",
        _NC,
        ("6.2",),
    ),
    _row(0x00DB, "ECS48", "Configure daily resetting of Tariff Block Counter Matrix", _C, ("6.26",)),
    _row(0x00DE, "ECS08a", "Update Prepayment Configuration on ESME", _C, ("2.1",)),
    _row(0x00EA, "ECS25a1", "Set Event Behaviours - ESME to HAN Device - Supplier", _NC, ("6.22",)),
    _row(0x00EB, "ECS25a2", "Set Event Behaviours - ESME audible alarm - Supplier", _NC, ("6.22",)),
    _row(0x00EC, "ECS25a3", "Set Event Behaviours - ESME logging - Supplier", _NC, ("6.22",)),
    _row(0x00ED, "ECS25b3", "Set Event Behaviours - ESME logging - Network Operator", _NC, ("6.22",)),
    _row(0x00EE, "ECS25r1", "Read non-critical event and alert behaviours - ESME - Supplier", _NC, ("6.2",)),
    _row(
        0x00EF,
        "ECS25r2",
        "Read non-critical event and alert behaviours - ESME - Network Operator",
        _NC,
        ("6.2",),
    ),
    _row(0x00F0, "IntegrityIssueAlert-DLMS", "Meter Integrity Issue Warning Alert - ESME", _ANC),
    _row(0x00F1, "GCS20r", "Read non-critical event and alert behaviours - GSME - Supplier", _NC, ("6.2",)),
    _row(0x00F2, "IntegrityIssueAlert-GBZ", "Meter Integrity Issue Warning Alert - GSME", _ANC),
    _row(
        0x00F9,
        "ECS26m",
        "Read ESME Configuration Data Device Information (identity, type and supply tamper state)",
        _NC,
        ("6.2",),
    ),
    _row(
        0x00FA,
        "ECS26n",
        "Read CHF Configuration Data Device Information (CH identity and type)",
        _NC,
        ("6.2",),
    ),
    _row(
        0x00FB,
        "GCS21m",
        "Read GSME Configuration Data Device Information (identity, type, supply tamper and depletion state)",
        _NC,
        ("6.2",),
    ),
    _row(
        0x00FC,
        "GCS24a",
        "Set Uncontrolled Gas Flow Rate and Supply Tamper State on the GSME (SMETS4)",
        _C,
        ("6.7",),
    ),
    _row(0x00FD, "ECS35g", "Read ALCS Event Log", _NC, ("6.13",)),
    _row(0x00FE, "CCS07", "Read CHF Device Logs", _NC, ("8.9",)),
    _row(0x0100, "CS02b", "Update Security Credentials (rootBySupplier)", _V, confidence=_MEDIUM),
    _row(0x0101, "CS02b", "Update Security Credentials (rootByWanProvider)", _V, confidence=_MEDIUM),
    _row(
        0x0102, "CS02b", "Update Security Credentials (supplierBySupplier)", _V, ("6.15",), confidence=_MEDIUM
    ),
    _row(
        0x0103,
        "CS02b",
        "Update Security Credentials (networkOperatorByNetworkOperator)",
        _V,
        ("6.15",),
        confidence=_MEDIUM,
    ),
    _row(
        0x0104,
        "CS02b",
        "Update Security Credentials (accessControlBrokerByACB)",
        _V,
        ("8.5",),
        confidence=_MEDIUM,
    ),
    _row(0x0105, "CS02b", "Update Security Credentials (wanProviderByWanProvider)", _V, confidence=_MEDIUM),
    _row(0x0106, "CS02b", "Update Security Credentials (transCoSByTransCoS)", _V, confidence=_MEDIUM),
    _row(
        0x0107, "CS02b", "Update Security Credentials (supplierByTransCoS)", _V, ("6.23",), confidence=_MEDIUM
    ),
    _row(
        0x0108,
        "CS02b",
        "Update Security Credentials (anyExceptAbnormalRootByRecovery)",
        _V,
        confidence=_MEDIUM,
    ),
    _row(0x0109, "CS02b", "Update Security Credentials (anyByContingency)", _V, confidence=_MEDIUM),
    _row(0x010A, "DBCH01", "Read CHF Sub GHz Channel", _NC, ("6.31",)),
    _row(0x010B, "DBCH02", "Read CHF Sub GHz Channel Log", _NC, ("6.32",)),
    _row(0x010C, "DBCH03", "Read CHF Sub GHz Configuration", _NC, ("6.30",)),
    _row(0x010D, "DBCH04", "Set CHF Sub GHz Configuration", _NC, ("6.28",)),
    _row(0x010E, "DBCH05", "Request CHF Sub GHz Channel Scan", _NC, ("6.29",)),
    _row(0x010F, "CCS06", "Read CHF device log and check HAN communications", _NC, ("8.9",)),
    _row(0x0110, "DBCH06", "Limited Duty Cycle Action Taken Sub GHz Alert", _ANC),
    _row(0x0111, "DBCH07", "Sub GHz Channel Changed Sub GHz Alert", _ANC),
    _row(0x0112, "DBCH08", "Sub GHz Channel Scan Request Assessment Outcome Sub GHz Alert", _ANC),
    _row(0x0113, "DBCH09", "Sub GHz Configuration Changed Sub GHz Alert", _ANC),
    _row(0x0114, "DBCH10", "Message Discarded Due to Duty Cycle Management Sub GHz Alert", _ANC),
    _row(0x0115, "DBCH11", "No More Sub GHz Device Capacity Sub GHz Alert", _ANC),
    _row(0x0116, "PECS01", "Apply Prepayment Top Up to an ESME using PPMID", _ZSE, confidence=_MEDIUM),
    _row(0x0117, "PECS02", "Activate Emergency Credit on ESME from PPMID", _ZSE, confidence=_MEDIUM),
    _row(0x0118, "PECS03", "Request to Enable ESME Supply from PPMID", _ZSE, confidence=_MEDIUM),
    _row(
        0x0119,
        "HECS01",
        "Request Control of a HAN Connected Auxiliary Load Control Switch from HCALCS",
        _ZSE,
        confidence=_MEDIUM,
    ),
    _row(0x011A, "ECS46d", "Set Auxiliary Controller Calendar", _C, ("6.14",)),
    _row(
        0x011B,
        "CS02f",
        "Provide Security Credential Details (load controller aware)",
        _V,
        ("6.24",),
        confidence=_MEDIUM,
    ),
    _row(0x011C, "ECS61d", "Read Auxiliary Controller Configuration Data", _NC, ("7.14",)),
    _row(0x011D, "ECS61e", "Read Auxiliary Controller Operational Data", _NC, ("7.15",)),
    _row(0x011E, "ECS47a", "Set Auxiliary Controller [n] State", _C, ("7.13",)),
    _row(0x011F, "ECS47e", "Limit APC [n] Level", _C, ("7.16",)),
    _row(0x0120, "ECS100", "Command not supported by Device", _AC, confidence=_MEDIUM),
    _row(0x0121, "ECS101", "Limit APC Level Command processed", _AC),
    _row(0x0122, "ECS102", "Limit APC Level ended or cancelled", _AC),
    _row(0x0123, "ECS200", "Operational Update", _AC),
    _row(
        0x0124,
        "FutureDatedAlert-CS02g",
        "Future Dated Update Load Controller Security Credentials Alert",
        _AC,
        ("6.15",),
        confidence=_MEDIUM,
    ),
    _row(0x0125, "CS02g", "loadControllerByLoadController", _V, ("6.15",), confidence=_MEDIUM),
    _row(0x0126, "CS02g", "loadControllerBySupplier", _V, ("6.15",), confidence=_MEDIUM),
    _row(0x0128, "CCS08", "Firmware Transfer Alert", _AC, confidence=_MEDIUM),
    _row(0x0129, "CS08", "Read PPMID/HCALCS Firmware Version", _NC, confidence=_MEDIUM),
    _row(0x012A, "GCS60a", "Read Meter Balance for GSME (GPF capable)", _NC),
    _row(0x012B, "CS09", "PPMID Firmware Activation Alert", _AC),
    _row(0x1000, "GenericCriticalAlert", "Generic Critical Alert", _AC),
    _row(0x1001, "GenericNonCriticalAlert", "Generic Non Critical Alert", _ANC),
)

MESSAGE_CODES: Final[MappingProxyType[MessageCode, MessageCodeRow]] = MappingProxyType(
    {row.code: row for row in _ROWS}
)

NAMES: Final[MappingProxyType[int, str]] = MappingProxyType(
    {int(code): str(row) for code, row in MESSAGE_CODES.items()}
)

_LAST_IN_SERIES: Final = 0x012B
"""Codes are given out in order up to here; the generic alerts stand apart."""


def status(code: MessageCode) -> Status:
    """Whether a code is in use; UNLISTED when no source names it."""
    row = MESSAGE_CODES.get(code)
    return Status.UNLISTED if row is None else row.status


def message_code(code: MessageCode) -> MessageCodeRow:
    """The row of a message code.

    Raises Unsupported for a gap in the series, which may be a use case that no source tells of, and
    NotFound for a number outside it.
    """
    if code in MESSAGE_CODES:
        return MESSAGE_CODES[code]
    if 0 < code <= _LAST_IN_SERIES:
        raise Unsupported(f"message code {code}", "no source says what it stands for")
    raise NotFound(f"{code} is not a message code of GBCS")
