"""What the DCC's response codes mean, as far as it is known.

In: a code. Out: its row. Left out: when each is returned; the checks that do so name the code.

The numbers are certain: they are the enumeration of the DUIS 5.4 schema. Most meanings are not, as
the text that defines them is not public to read; each row says where its meaning comes from and how
far to trust it. `schema` means that nothing but the number, and the service it belongs to, is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dcc_sim.errors import NotFound
from dcc_sim.ids import Confidence


@dataclass(frozen=True, slots=True)
class CodeMeaning:
    """One response code. `service` is the Service Reference it belongs to, None for common ones."""

    code: str
    meaning: str
    source: str
    confidence: Confidence
    service: str | None = None

    @property
    def is_refusal(self) -> bool:
        """True for errors; information and warnings mean that the request was accepted."""
        return self.code.startswith("E")


_HIGH, _MEDIUM, _LOW, _UNKNOWN = Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW, Confidence.UNKNOWN

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
