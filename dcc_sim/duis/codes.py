"""What the codes of the DCC mean, as far as it is known: 194 response codes and 66 alert codes.

In: a code. Out: its row. Left out: when each is returned; the checks that do so name the code.

The numbers are certain: they are the enumerations of the DUIS 5.4 schema. Most meanings are not, as
the text that defines them is not public to read; each row says where its meaning comes from and how
far to trust it. `schema` means that nothing but the number, and the service it belongs to, is known.
Nor does the schema tie an alert code to what the alert holds: any code may come with any content.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from dcc_sim.errors import NotFound
from dcc_sim.ids import Confidence


class Category(Enum):
    """What kind of thing a response code is about; as far to be trusted as the row that names it."""

    OUTCOME = "outcome"
    ACCESS = "access control"
    DEVICE = "target device"
    ROUTE = "command variant and web service"
    COMMUNICATION = "communication"
    SEQUENCE = "sequences and identifiers"
    DATA = "data of the request"
    SMETS1 = "SMETS1 and versions"
    CHANGE_OF_SUPPLIER = "change of supplier"
    AUTHENTICITY = "authenticity"
    TRANSFORM = "making of the command"
    SERVICE = "one service only"


@dataclass(frozen=True, slots=True)
class CodeMeaning:
    """One response code. `service` is the Service Reference it belongs to, None for common ones."""

    code: str
    meaning: str
    source: str
    confidence: Confidence
    service: str | None = None

    @property
    def category(self) -> Category:
        """What kind of thing it is about."""
        return Category.SERVICE if self.service else _CATEGORY[self.code]

    @property
    def is_warning(self) -> bool:
        """True for what was accepted, but not for all of what was asked."""
        return self.code.startswith("W")

    @property
    def is_refusal(self) -> bool:
        """True for errors; information and warnings mean that the request was accepted."""
        return self.code.startswith("E")


_HIGH, _MEDIUM, _LOW, _UNKNOWN = Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW, Confidence.UNKNOWN

_CATEGORIES: Final = {
    Category.OUTCOME: "I0 I99",
    Category.ACCESS: "E1 E2 E3 E4",
    Category.DEVICE: "E5 E11 E19",
    Category.ROUTE: "E12 E13 E17",
    Category.COMMUNICATION: "E20 E21 E30",
    Category.SEQUENCE: "E31 E40 E41 E42 E43 E44 E45 E46 E47",
    Category.DATA: "E48 E49 E50 E51 E52 E53 E54 E55 E56 E57 E58",
    Category.SMETS1: "E59 E60 E61 E62 E63 E64",
    Category.CHANGE_OF_SUPPLIER: "E65 E66 E67 E68 E69 E70 E71",
    Category.AUTHENTICITY: "E100",
    Category.TRANSFORM: "E1000 E1001 E1003 E1004 E1006 E1007 E1008 E1010 E1011",
}
_CATEGORY: Final = {code: category for category, codes in _CATEGORIES.items() for code in codes.split()}

_COMMON: Final = (
    CodeMeaning(
        "I0", "done; also the answer of Transform and of a device", "published page, DCC Boxed clients", _HIGH
    ),
    CodeMeaning(
        "I99", "accepted, the answer follows; or done, with nothing to return", "published page", _HIGH
    ),
    CodeMeaning("E1", "the sender is not a party in that User Role", "published page", _HIGH),
    CodeMeaning("E2", "the User Role may not use this service", "published page", _HIGH),
    CodeMeaning(
        "E3", "the status of the User, such as suspended, does not permit it", "published page", _HIGH
    ),
    CodeMeaning("E4", "the User is not responsible for this device at that time", "published page", _HIGH),
    CodeMeaning("E5", "the status of the device does not permit it", "published page", _HIGH),
    CodeMeaning("E11", "the service does not apply to this type of device", "published page", _HIGH),
    CodeMeaning("E12", "the command variant does not go with the request", "published page", _HIGH),
    CodeMeaning("E13", "the request was sent to the wrong web service", "published page", _HIGH),
    CodeMeaning("E17", "no local command for this request", "published page", _HIGH),
    CodeMeaning("E19", "the device is unknown", "published page", _HIGH),
    CodeMeaning("E20", "the device cannot be reached", "published page", _HIGH),
    CodeMeaning("E21", "the device did not answer", "published page", _HIGH),
    CodeMeaning("E30", "a future-dated command ran out of time", "published page, title only", _MEDIUM),
    CodeMeaning("E31", "a request in a sequence waited too long for the one before", "memory", _LOW),
    CodeMeaning("E40", "one of the checks on sequences and identifiers", "memory", _LOW),
    CodeMeaning("E41", "one of the checks on sequences and identifiers", "memory", _LOW),
    CodeMeaning("E42", "one of the checks on sequences and identifiers", "memory", _LOW),
    CodeMeaning("E43", "one of the checks on sequences and identifiers", "memory", _LOW),
    CodeMeaning("E44", "one of the checks on sequences and identifiers", "memory", _LOW),
    CodeMeaning("E45", "one of the checks on sequences and identifiers", "memory", _LOW),
    CodeMeaning("E46", "one of the checks on sequences and identifiers", "memory", _LOW),
    CodeMeaning("E47", "one of the checks on sequences and identifiers", "memory", _LOW),
    CodeMeaning("E48", "one of the checks on data, dates, certificates, versions", "memory", _LOW),
    CodeMeaning("E49", "one of the checks on data, dates, certificates, versions", "memory", _LOW),
    CodeMeaning("E50", "one of the checks on data, dates, certificates, versions", "memory", _LOW),
    CodeMeaning("E51", "one of the checks on data, dates, certificates, versions", "memory", _LOW),
    CodeMeaning("E52", "one of the checks on data, dates, certificates, versions", "memory", _LOW),
    CodeMeaning("E53", "one of the checks on data, dates, certificates, versions", "memory", _LOW),
    CodeMeaning("E54", "one of the checks on data, dates, certificates, versions", "memory", _LOW),
    CodeMeaning("E55", "one of the checks on data, dates, certificates, versions", "memory", _LOW),
    CodeMeaning("E56", "one of the checks on data, dates, certificates, versions", "memory", _LOW),
    CodeMeaning("E57", "one of the checks on data, dates, certificates, versions", "memory", _LOW),
    CodeMeaning("E58", "one of the checks on data, dates, certificates, versions", "memory", _LOW),
    CodeMeaning("E59", "one of the checks around SMETS1 and versions", "memory", _LOW),
    CodeMeaning("E60", "one of the checks around SMETS1 and versions", "memory", _LOW),
    CodeMeaning("E61", "one of the checks around SMETS1 and versions", "memory", _LOW),
    CodeMeaning("E62", "one of the checks around SMETS1 and versions", "memory", _LOW),
    CodeMeaning("E63", "one of the checks around SMETS1 and versions", "memory", _LOW),
    CodeMeaning("E64", "one of the checks around SMETS1 and versions", "memory", _LOW),
    CodeMeaning("E65", "an outcome of the enduring change of supplier", "inferred from schema 5.1", _LOW),
    CodeMeaning("E66", "an outcome of the enduring change of supplier", "inferred from schema 5.1", _LOW),
    CodeMeaning("E67", "an outcome of the enduring change of supplier", "inferred from schema 5.1", _LOW),
    CodeMeaning("E68", "an outcome of the enduring change of supplier", "inferred from schema 5.1", _LOW),
    CodeMeaning("E69", "an outcome of the enduring change of supplier", "inferred from schema 5.1", _LOW),
    CodeMeaning("E70", "an outcome of the enduring change of supplier", "inferred from schema 5.1", _LOW),
    CodeMeaning("E71", "an outcome of the enduring change of supplier", "inferred from schema 5.1", _LOW),
    CodeMeaning("E100", "not authentic, or invalid in a way no other code covers", "memory", _LOW),
    CodeMeaning("E1000", "no GBCS command could be made of it", "memory", _LOW),
    CodeMeaning("E1001", "no GBCS command could be made of it", "memory", _LOW),
    CodeMeaning("E1003", "no GBCS command could be made of it", "memory", _LOW),
    CodeMeaning("E1004", "no GBCS command could be made of it", "memory", _LOW),
    CodeMeaning("E1006", "no GBCS command could be made of it", "memory", _LOW),
    CodeMeaning("E1007", "no GBCS command could be made of it", "memory", _LOW),
    CodeMeaning("E1008", "no GBCS command could be made of it", "memory", _LOW),
    CodeMeaning("E1010", "no GBCS command could be made of it", "memory", _LOW),
    CodeMeaning("E1011", "no GBCS command could be made of it", "memory", _LOW),
)

# Service Reference: its name, its codes.
_OF_SERVICE: Final = {
    "1.1": ("Update Import Tariff (Primary Element)", "E010101 E010102"),
    "1.2": ("Update Price (Primary Element)", "E010201"),
    "3.3": ("Clear Event Log", "E030301 E030302"),
    "4.1": ("Read Instantaneous Import Registers", "E040101"),
    "4.17": ("Retrieve Daily Consumption Log", "E041701"),
    "5.1": (
        "Create Schedule",
        ("E050101 E050102 E050103 E050105 E050107 E050108 E050109 E050110 E050111 E050112"),
    ),
    "5.2": ("Read Schedule", "E050201 E050202 W050201"),
    "5.3": ("Delete Schedule", "E050301 E050302 W050301"),
    "6.5": ("Update Device Configuration (Voltage)", "E060501 E060502"),
    "6.7": ("Update Device Configuration (Gas Flow)", "E060701"),
    "6.8": ("Update Device Configuration (Billing Calendar)", "E060801 E060802 E060803"),
    "6.13": ("Read Event Or Security Log", "E061301 E061304 E061305"),
    "6.15": ("Update Security Credentials (KRP)", "E061501 E061504 E061505 E061506 E061507 E061508 E061509"),
    "6.18": ("Set Maximum Demand Configurable Time Period", "E061801 E061802 E061803"),
    "6.21": ("Request Handover Of DCC Controlled Device", "E062101 E062102 E062103 E062105"),
    "6.22": ("Configure Alert Behaviour", "E062201 E062202 E062203"),
    "6.23": ("Update Security Credentials (CoS)", "E062301 E062302 E062303 E062304 E062305 E062306"),
    "6.24": ("Retrieve Device Security Credentials (KRP)", "E062401 E062402 E062403"),
    "6.28": ("Set CHF Sub GHz Configuration", "E062801 E062802 E062803"),
    "8.2": ("Read Inventory", "E080201 E080202"),
    "8.3": ("Decommission Device", "E080301 E080302"),
    "8.4": (
        "Update Inventory",
        ("E080405 E080406 E080407 E080408 E080409 E080410 E080411 E080412 E080413 E080414 E080415"),
    ),
    "8.5": ("Service Opt Out", "E080501 E080502 E080503"),
    "8.6": ("Service Opt In", "E080601 E080602 E080604 E080606 E080607"),
    "8.7": ("Join Service", "E080702 E080721 E080722 E080723"),
    "8.8": ("Unjoin Service", "E080801 E080821 E080822"),
    "8.9": ("Read Device Log", "E080901 E080902 E080903"),
    "8.11": (
        "Update HAN Device Log",
        ("E081101 E081102 E081104 E081105 E081106 E081107 E081108 E081109 E081110 E081111"),
    ),
    "8.12": ("Restore HAN Device Log", "E081202 E081204 E081205 E081221 E081222 E081223"),
    "8.13": ("Return Local Command Response", "E081301 E081302 E081303"),
    "8.14": ("Communications Hub Status Update", "E081401 E081402 E081405 E081406 W081401"),
    "11.1": ("Update Firmware", "E110101 E110102 E110103 E110105 E110106 W110101"),
    "11.4": ("Update PPMID Firmware", "E110401 E110402 E110403 E110405 W110401"),
    "12.1": ("Request WAN Matrix", "E120101 E120102 E120103"),
    "12.2": ("Device Pre-notification", "E120201 E120203 E120204 E120207"),
}

# The few of them whose meaning is known.
_KNOWN: Final = {
    "E120201": ("the identifier is already in use", "DCC issue DP316 (March 2026)", _HIGH),
    "W110101": ("accepted, less the devices listed in the answer", "schema 5.4", _HIGH),
    "W110401": ("accepted, less the devices listed in the answer", "schema 5.4", _HIGH),
}


def _specific() -> tuple[CodeMeaning, ...]:
    rows = []
    for service, (name, codes) in _OF_SERVICE.items():
        for code in codes.split():
            kind = "warning" if code.startswith("W") else "refusal"
            unknown = (f"a {kind} of its own of {service} {name}", "schema", _UNKNOWN)
            meaning, source, confidence = _KNOWN.get(code, unknown)
            rows.append(CodeMeaning(code, meaning, source, confidence, service))
    return tuple(rows)


RESPONSE_CODES: Final = {row.code: row for row in (*_COMMON, *_specific())}


def meaning(code: str) -> CodeMeaning:
    """The row of a code. Raises NotFound for what is no response code."""
    try:
        return RESPONSE_CODES[code]
    except KeyError:
        raise NotFound(f"{code!r} is not a DUIS response code") from None


def codes_of(service: str) -> tuple[CodeMeaning, ...]:
    """The codes of one Service Reference only; none for those that have no codes of their own."""
    return tuple(row for row in RESPONSE_CODES.values() if row.service == service)


# ---------------------------------------------------------------------------------- alerts of the DCC


@dataclass(frozen=True, slots=True)
class DccAlertMeaning:
    """One DCC alert code. `contents` are the elements it comes with; empty when nobody knows."""

    code: str
    contents: tuple[str, ...]
    meaning: str
    source: str
    confidence: Confidence


def _alert(code: str, contents: str, meaning: str, source: str, confidence: Confidence) -> DccAlertMeaning:
    return DccAlertMeaning(code, tuple(contents.split()), meaning, source, confidence)


_ENDED: Final = (
    "one of: schedules or future-dated requests that ended with a decommissioning, a withdrawal, "
    "a change of supplier or a lost right"
)
_AMONG: Final = "not known; the three of anomaly detection and those of recovery are among them"

# fmt: off
_ALERTS: Final = (
    _alert("AD1", "PowerOutageEvent",
           "a hub has lost power for three minutes or longer", "memory, content from schema", _HIGH),
    _alert("N1", "DeviceStatusChangeEvent",
           "a meter was decommissioned", "published stub of a supplier's adapter", _MEDIUM),
    _alert("N2", "DeviceStatusChangeEvent", "a meter was withdrawn", "memory", _MEDIUM),
    _alert("N3", "DeviceStatusChangeEvent",
           "a device left the inventory, or a hub was decommissioned", "memory", _LOW),
    _alert("N4", "DSPScheduleRemoval CommandFailure", _ENDED, "memory, as a group", _MEDIUM),
    _alert("N5", "DSPScheduleRemoval CommandFailure", _ENDED, "memory, as a group", _MEDIUM),
    _alert("N6", "DSPScheduleRemoval CommandFailure", _ENDED, "memory, as a group", _MEDIUM),
    _alert("N7", "DSPScheduleRemoval CommandFailure", _ENDED, "memory, as a group", _MEDIUM),
    _alert("N8", "DeviceStatusChangeEvent", "the identity of a meter is confirmed", "memory", _LOW),
    _alert("N9", "DeviceStatusChangeEvent", "the identity of a meter is confirmed", "memory", _LOW),
    _alert("N10", "CommandFailure",
           "a command failed: out of time, or the right to it was lost", "memory", _LOW),
    _alert("N11", "CommandFailure",
           "a command failed: out of time, or the right to it was lost", "memory", _LOW),
    _alert("N12", "CommandFailure", "a command could not be delivered to its device", "memory", _MEDIUM),
    _alert("N13", "CommandFailure", "a command was delivered and not answered", "memory", _MEDIUM),
    _alert("N14", "CommandFailure",
           "a command failed: out of time, or the right to it was lost", "memory", _LOW),
    _alert("N15", "CommandFailure",
           "a command failed: out of time, or the right to it was lost", "memory", _LOW),
    _alert("N16", "DeviceStatusChangeEvent",
           "a meter was commissioned; for its network operator", "memory", _MEDIUM),
    _alert("N17", "DSPScheduleRemoval CommandFailure", _ENDED, "memory, as a group", _MEDIUM),
    _alert("N18", "FirmwareDistributionFailure",
           "an image could not be distributed to some devices", "memory, as a group", _MEDIUM),
    _alert("N19", "FirmwareDistributionFailure",
           "an image could not be distributed to some devices", "memory, as a group", _MEDIUM),
    _alert("N20", "FirmwareDistributionFailure",
           "an image could not be distributed to some devices", "memory, as a group", _MEDIUM),
    _alert("N21", "FirmwareDistributionFailure",
           "an image could not be distributed to some devices", "memory, as a group", _MEDIUM),
    _alert("N22", "FirmwareDistributionFailure",
           "an image could not be distributed to some devices", "memory, as a group", _MEDIUM),
    _alert("N23", "FirmwareDistributionFailure",
           "an image could not be distributed to some devices", "memory, as a group", _MEDIUM),
    _alert("N24", "UpdateHANDeviceLogResult",
           "the hub took the change to its list of devices", "memory", _MEDIUM),
    _alert("N25", "UpdateHANDeviceLogResult",
           "the hub may not have taken the change to its list of devices", "memory", _MEDIUM),
    _alert("N26", "ChangeOfSupplier", "a change of supplier was refused", "memory", _MEDIUM),
    _alert("N27", "ChangeOfSupplier",
           "a device went to another supplier; for the one that loses it", "memory", _MEDIUM),
    _alert("N28", "DeviceStatusChangeEvent", "a device was suspended", "memory", _MEDIUM),
    _alert("N29", "DeviceStatusChangeEvent", "a device was restored after suspension", "memory", _MEDIUM),
    _alert("N30", "DeviceLogRestored", "the device log of a hub was restored", "memory", _MEDIUM),
    _alert("N31", "DeviceLogRestored",
           "the device log of a Gas Proxy Function was restored", "memory", _MEDIUM),
    _alert("N33", "PPMIDAlert", "an alert of a PPMID", "memory", _LOW),
    _alert("N34", "PPMIDRemoval", "a PPMID was removed", "memory", _LOW),
    _alert("N35", "", _AMONG, "schema", _UNKNOWN),
    _alert("N36", "", _AMONG, "schema", _UNKNOWN),
    _alert("N37", "", _AMONG, "schema", _UNKNOWN),
    _alert("N38", "", _AMONG, "schema", _UNKNOWN),
    _alert("N39", "", _AMONG, "schema", _UNKNOWN),
    _alert("N40", "", _AMONG, "schema", _UNKNOWN),
    _alert("N41", "", _AMONG, "schema", _UNKNOWN),
    _alert("N42", "SecurityCredentialsUpdated",
           "credentials in a slot of a device were replaced", "memory", _MEDIUM),
    _alert("N43", "", _AMONG, "schema", _UNKNOWN),
    _alert("N44", "", _AMONG, "schema", _UNKNOWN),
    _alert("N45", "", _AMONG, "schema", _UNKNOWN),
    _alert("N46", "", _AMONG, "schema", _UNKNOWN),
    _alert("N47", "", _AMONG, "schema", _UNKNOWN),
    _alert("N48", "", _AMONG, "schema", _UNKNOWN),
    _alert("N49", "FirmwareVersionMismatch",
           "inventory and device do not name the same firmware", "memory", _MEDIUM),
    _alert("N50", "FirmwareVersionMismatch",
           "inventory and device do not name the same firmware", "memory", _MEDIUM),
    _alert("N51", "FirmwareVersionMismatch",
           "inventory and device do not name the same firmware", "memory", _MEDIUM),
    _alert("N52", "FirmwareVersionMismatch",
           "inventory and device do not name the same firmware", "memory", _MEDIUM),
    _alert("N53", "CommandFailure", "delivery to an ESME failed (its alert 8F84)", "memory", _LOW),
    _alert("N54", "DualBandCHAlert", "news of the sub-GHz radio of a hub", "memory", _MEDIUM),
    _alert("N55", "S1SPAlertDSP SMETS1CHFirmwareNotification",
           "one of: an alert of a SMETS1 provider, firmware of a SMETS1 hub", "memory", _MEDIUM),
    _alert("N56", "S1SPAlertDSP SMETS1CHFirmwareNotification",
           "one of: an alert of a SMETS1 provider, firmware of a SMETS1 hub", "memory", _MEDIUM),
    _alert("N57", "S1SPAlertDSP SMETS1CHFirmwareNotification",
           "one of: an alert of a SMETS1 provider, firmware of a SMETS1 hub", "memory", _MEDIUM),
    _alert("N58", "ALCSHCALCSConfigurationChange",
           "the load switches of a meter have changed", "memory", _MEDIUM),
    _alert("N59", "FirmwareUpgradeRequested", "devices were asked to take new firmware", "memory", _LOW),
    _alert("N60", "CSPFirmwareDeliveryStatus",
           "an image has arrived at the hub", "published page of SECMP0007", _HIGH),
    _alert("N61", "CSPFirmwareDeliveryStatus",
           "an image has not arrived at the hub", "published page of SECMP0007", _HIGH),
    _alert("N62", "CommsHubAlert",
           "how the transfer of an image from the hub to a device went", "memory", _MEDIUM),
    _alert("N63", "ECoSAlert",
           "an alert of the change of supplier service", "inferred from schema 5.1", _MEDIUM),
    _alert("N64", "CommsHubFirmwareActivation",
           "a hub runs a new image", "inferred from schema 5.1", _MEDIUM),
    _alert("N65", "CoSCertificateAlert",
           "a certificate of that service on a device", "inferred from schema 5.1", _MEDIUM),
    _alert("N999", "DUISVersionMismatch",
           "it cannot be said in the User's version of the interface", "inferred from schema", _MEDIUM),
)
# fmt: on

DCC_ALERTS: Final = {row.code: row for row in _ALERTS}


def alert_meaning(code: str) -> DccAlertMeaning:
    """The row of a DCC alert code. Raises NotFound for what is none."""
    try:
        return DCC_ALERTS[code]
    except KeyError:
        raise NotFound(f"{code!r} is not a DCC alert code") from None
