"""Every alert and event code of GBCS: what it means, how it is sent, where it is logged, who gets it.

In: a code. Out: its row. Left out: the layout of the messages (`usecases.alerts_dlms`, `alerts_gbz`).

The numbers are facts (GBCS section 16, reference `gbcs.md` §i.2, §l.1); the meanings are in this
project's own short words. The text of section 16 is not public to read, so each row says how sure its
category, log and recipients are: HIGH where a published vector or two manufacturers' manuals agree,
MEDIUM where one source says so, LOW where it is inferred from the range of the code. Phase variants of
a code are rows of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from types import MappingProxyType
from typing import Final

from dcc_sim.errors import NotFound
from dcc_sim.ids import Confidence, MessageCode, RemotePartyRole


class Category(Enum):
    """How a code leaves the device. Critical Alerts are signed, the others MAC'd."""

    CRITICAL = "critical alert"
    NON_CRITICAL = "non-critical alert"
    EVENT = "event only"


class Log(Enum):
    """Which log of the device keeps it."""

    EVENT = "event log"
    SECURITY = "security log"
    POWER = "power event log"
    AUXILIARY = "auxiliary controller event log"
    NONE = "no log"


class Addressing(Enum):
    """What several recipients mean."""

    EACH = "each gets its own Alert"
    CONCERNED = "the one whose Command or credentials it is about"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertCode:
    """One alert or event code.

    `message_codes` are the messages that carry it over the WAN, `payload` what these say beyond
    code and time. `on_han` marks codes that are shown in the home as well.
    """

    code: int
    meaning: str
    category: Category
    log: Log
    recipients: tuple[RemotePartyRole, ...]
    addressing: Addressing = Addressing.EACH
    message_codes: tuple[MessageCode, ...]
    payload: str = ""
    on_han: bool = False
    confidence: Confidence
    source: str

    @property
    def is_alert(self) -> bool:
        """Whether it travels over the WAN at all."""
        return self.category is not Category.EVENT

    def __str__(self) -> str:
        return f"{self.code:04X} {self.meaning}"


GENERIC_CRITICAL: Final = MessageCode(0x1000)
GENERIC_NON_CRITICAL: Final = MessageCode(0x1001)

_CRITICAL, _NON_CRITICAL, _EVENT_ONLY = Category.CRITICAL, Category.NON_CRITICAL, Category.EVENT
_EVENT, _SECURITY, _POWER, _AUXILIARY, _NONE = (
    Log.EVENT, Log.SECURITY, Log.POWER, Log.AUXILIARY, Log.NONE,
)  # fmt: skip
_HIGH, _MEDIUM, _LOW = Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW
_SUPPLIER: Final = (RemotePartyRole.SUPPLIER,)
_NETWORK: Final = (RemotePartyRole.NETWORK_OPERATOR,)
_BOTH: Final = (*_SUPPLIER, *_NETWORK)
_ACB: Final = (RemotePartyRole.ACCESS_CONTROL_BROKER,)
_NOBODY: Final = ()
_AUTHORITIES: Final = (
    RemotePartyRole.WAN_PROVIDER,
    RemotePartyRole.ACCESS_CONTROL_BROKER,
    RemotePartyRole.SUPPLIER,
)
_COMMANDERS: Final = (
    RemotePartyRole.SUPPLIER,
    RemotePartyRole.NETWORK_OPERATOR,
    RemotePartyRole.TRANSITIONAL_COS,
    RemotePartyRole.LOAD_CONTROLLER,
)
_GENERIC: Final[MappingProxyType[Category, tuple[MessageCode, ...]]] = MappingProxyType(
    {_CRITICAL: (GENERIC_CRITICAL,), _NON_CRITICAL: (GENERIC_NON_CRITICAL,), _EVENT_ONLY: ()}
)

_BILLING: Final = "newest entry of the billing data log, encrypted"
_OUTAGE: Final = "start of the outage, restoration"
_IMAGE: Final = "SHA-256 of the manufacturer image"
_FUTURE: Final = "message code and counter of the Command, the instruction carried out"
_FUTURE_CODES: Final = (0x00CA, 0x00CB, 0x00CC, 0x00CD, 0x0124)

_TWO_MANUALS: Final = "reference gbcs.md l.1 (two meter manuals)"
_ONE_MANUAL: Final = "reference gbcs.md l.1 (one meter manual)"
_VECTOR: Final = "published vector"
_RANGE: Final = "inferred from the range of the code, reference gbcs.md i.2, l.1"


def _row(
    code: int,
    meaning: str,
    category: Category,
    log: Log,
    recipients: tuple[RemotePartyRole, ...],
    confidence: Confidence,
    source: str,
    *,
    carried: tuple[int, ...] | None = None,
    payload: str = "",
    concerned: bool = False,
    on_han: bool = False,
) -> AlertCode:
    return AlertCode(
        code=code,
        meaning=meaning,
        category=category,
        log=log,
        recipients=recipients,
        addressing=Addressing.CONCERNED if concerned else Addressing.EACH,
        message_codes=_GENERIC[category] if carried is None else tuple(map(MessageCode, carried)),
        payload=payload,
        on_han=on_han,
        confidence=confidence,
        source=source,
    )


def _phases(row: AlertCode) -> Iterator[AlertCode]:
    """The code itself for a single-phase meter, then one for each of three phases."""
    yield row
    for phase in (1, 2, 3):
        yield replace(row, code=row.code + phase, meaning=f"{row.meaning}, phase {phase}")


def _voltage(code: int, meaning: str) -> Iterator[AlertCode]:
    return _phases(_row(code, meaning, _NON_CRITICAL, _POWER, _NETWORK, _HIGH, _TWO_MANUALS))


def _power(code: int, meaning: str) -> AlertCode:
    return _row(code, meaning, _NON_CRITICAL, _POWER, _NETWORK, _MEDIUM, _TWO_MANUALS)


def _configurable(
    code: int, meaning: str, log: Log = _EVENT, *, confidence: Confidence = _MEDIUM, on_han: bool = False
) -> AlertCode:
    """Non-critical, to the supplier, who configures most of them (ECS25a, GCS20)."""
    return _row(code, meaning, _NON_CRITICAL, log, _SUPPLIER, confidence, _TWO_MANUALS, on_han=on_han)


def _inferred(code: int, meaning: str, to: tuple[RemotePartyRole, ...] = _SUPPLIER) -> AlertCode:
    return _row(code, meaning, _NON_CRITICAL, _EVENT, to, _LOW, _RANGE)


def _inferred_event(code: int, meaning: str) -> AlertCode:
    return _row(code, meaning, _EVENT_ONLY, _EVENT, _NOBODY, _LOW, _RANGE)


def _critical(
    code: int,
    meaning: str,
    log: Log,
    confidence: Confidence = _HIGH,
    *,
    to: tuple[RemotePartyRole, ...] = _SUPPLIER,
    source: str = _TWO_MANUALS,
    on_han: bool = False,
) -> AlertCode:
    """Always sent, signed, with nothing beyond code and time."""
    return _row(
        code, meaning, _CRITICAL, log, to, confidence, source, concerned=to is _AUTHORITIES, on_han=on_han
    )


def _outage(code: int, meaning: str) -> AlertCode:
    return _row(
        code, meaning, _CRITICAL, _POWER, _NETWORK, _HIGH, _TWO_MANUALS, carried=(0x0067,), payload=_OUTAGE
    )


def _event(code: int, meaning: str, confidence: Confidence = _HIGH) -> AlertCode:
    return _row(code, meaning, _EVENT_ONLY, _EVENT, _NOBODY, confidence, _TWO_MANUALS)


def _security_event(code: int, meaning: str, confidence: Confidence = _HIGH) -> AlertCode:
    return _row(code, meaning, _EVENT_ONLY, _SECURITY, _NOBODY, confidence, _TWO_MANUALS)


_NETWORK_CODES: Final = (
    *_voltage(0x8002, "average RMS voltage rose above its over-voltage threshold"),
    *_voltage(0x8006, "average RMS voltage fell below its under-voltage threshold"),
    _power(0x8010, "over current"),
    _power(0x8011, "over current on L1"),
    _power(0x8013, "over current on L3"),
    _power(0x8014, "power factor below its threshold"),
    _power(0x8015, "power factor ok again"),
    _power(0x8016, "over current on L2"),
    *_voltage(0x8020, "RMS voltage above the extreme over-voltage threshold for its period"),
    *_voltage(0x8024, "RMS voltage above the voltage swell threshold for its period"),
    *_voltage(0x8028, "RMS voltage below the extreme under-voltage threshold for its period"),
    *_voltage(0x802C, "RMS voltage below the voltage sag threshold for its period"),
    *_voltage(0x8085, "average RMS voltage back below its over-voltage threshold"),
    *_voltage(0x8089, "average RMS voltage back above its under-voltage threshold"),
    *_voltage(0x808D, "RMS voltage back below the extreme over-voltage threshold"),
    *_voltage(0x8091, "RMS voltage back below the voltage swell threshold"),
    *_voltage(0x8095, "RMS voltage back above the extreme under-voltage threshold"),
    *_voltage(0x8099, "RMS voltage back above the voltage sag threshold"),
)

_HUB_CODES: Final = (
    _row(
        0x8071, "device log of the GPF changed", _NON_CRITICAL, _NONE, _ACB, _HIGH, _VECTOR,
        carried=(0x00B2,), payload="the entries of the log",
    ),
    _row(
        0x8F12, "device log of the CHF changed", _NON_CRITICAL, _SECURITY, _ACB, _HIGH, _VECTOR,
        carried=(0x0018,), payload="backup of the log: time, extended PAN id, devices with hashed link keys",
    ),
    _row(
        0x8F20, "limited duty cycle action taken", _NON_CRITICAL, _EVENT, _ACB, _MEDIUM, _VECTOR,
        carried=(0x0110,), payload="the device whose communications are suspended",
    ),
    _inferred_event(0x8F21, "duty cycle back below the normal-limited threshold"),
    _inferred_event(0x8F22, "critical duty cycle action taken"),
    _inferred_event(0x8F23, "duty cycle back below the limited-critical threshold"),
    _inferred_event(0x8F24, "regulated duty cycle action taken"),
    _inferred_event(0x8F25, "duty cycle back below the critical-regulated threshold"),
    _row(
        0x8F26, "sub-GHz channel changed", _NON_CRITICAL, _EVENT, _ACB, _MEDIUM, _VECTOR,
        carried=(0x0111,), payload="the channel and one octet more",
    ),
    _inferred_event(0x8F27, "sub-GHz channel scan started"),
    _row(
        0x8F28, "sub-GHz channel scan request assessed", _NON_CRITICAL, _EVENT, _ACB, _MEDIUM, _VECTOR,
        carried=(0x0112,), payload="outcome in two octets",
    ),
    _inferred_event(0x8F29, "three searches for a lost GSME failed"),
    _row(
        0x8F2A, "sub-GHz configuration changed", _NON_CRITICAL, _EVENT, _ACB, _MEDIUM, _VECTOR,
        carried=(0x0113,), payload="the whole configuration",
    ),
    _inferred_event(0x8F2B, "sub-GHz channel kept because of the frequency agility parameters"),
    _row(
        0x8F2C, "message discarded by duty cycle management", _NON_CRITICAL, _EVENT, _ACB, _MEDIUM, _VECTOR,
        carried=(0x0114,), payload="originator, target, CRA flag and counter of the message",
    ),
    _row(
        0x8F2D, "no capacity for another sub-GHz device", _NON_CRITICAL, _EVENT, _ACB, _MEDIUM, _VECTOR,
        carried=(0x0115,), payload="the device that was not let in",
    ),
    _row(
        0x8F84, "message of a remote party not delivered to the ESME", _NON_CRITICAL, _EVENT, _ACB, _LOW,
        "peer source, reference gbcs.md i.1",
        carried=(0x00D5,), payload="originator, target, CRA flag and counter of the message",
    ),
    _row(
        0x8F89, "firmware transfer failed", _CRITICAL, _NONE, _ACB, _MEDIUM, "reference gbcs.md i.1",
        carried=(0x0128,), payload="device, firmware version, response code",
    ),
    _row(
        0x8F8A, "firmware transfer done", _CRITICAL, _NONE, _ACB, _MEDIUM, "reference gbcs.md i.1",
        carried=(0x0128,), payload="device, firmware version, response code",
    ),
    _row(
        0x8F8B, "firmware version of a device read", _CRITICAL, _NONE, _ACB, _HIGH, _VECTOR,
        carried=(0x012B,), payload="firmware version, response code",
    ),
)  # fmt: skip

_METER_CODES: Final = (
    _configurable(
        0x810D, "combined credit below the low credit threshold", _NONE, confidence=_HIGH, on_han=True
    ),
    _row(0x810E, "credit added locally", _NON_CRITICAL, _NONE, _SUPPLIER, _HIGH, _VECTOR),
    _configurable(0x8119, "emergency credit is available", _NONE, confidence=_HIGH, on_han=True),
    _row(
        0x811A, "auxiliary load control event, not named in any source", _NON_CRITICAL, _AUXILIARY, _SUPPLIER,
        _LOW, _ONE_MANUAL,
    ),
    _event(0x8145, "clock adjusted, within tolerance"),
    _event(0x8154, "immediate command carried out"),
    _event(0x8155, "immediate command not carried out"),
    _event(0x8161, "command of the user interface carried out", _MEDIUM),
    _event(0x8162, "command of the user interface not carried out", _MEDIUM),
    _inferred(0x8168, "supply disabled then armed: emergency credit to be activated"),
    _configurable(0x8183, "device joined the SMHAN"),
    _inferred(0x8184, "valve tested"),
    _inferred(0x819D, "GSME did not fetch a command", _ACB),
    _row(
        0x819E, "tap off message: response or alert failed", _NON_CRITICAL, _EVENT, _ACB, _LOW, _TWO_MANUALS
    ),
    _row(
        0x81A0, "smart meter integrity issue, warning", _NON_CRITICAL, _EVENT, _SUPPLIER, _HIGH, _VECTOR,
        carried=(0x00F0, 0x00F2), payload="the kind of issue, two octets",
    ),
    _configurable(0x81A1, "battery cover closed"),
    _configurable(0x81A2, "communications hub connected to the ESME"),
    _configurable(0x81A3, "communications hub disconnected from the ESME"),
    _configurable(0x81A4, "close tunnel command rejected"),
    _configurable(0x81A5, "communication on a local port, such as the optical one"),
    _configurable(0x81A6, "customer acknowledged a message on a HAN device"),
    _configurable(0x81A7, "time debt 1 collected in full"),
    _configurable(0x81A8, "time debt 2 collected in full"),
    _configurable(0x81A9, "payment debt collected in full"),
    _configurable(0x81AA, "emergency credit exhausted", confidence=_HIGH, on_han=True),
    _configurable(0x81AB, "emergency credit activated", confidence=_HIGH, on_han=True),
    _configurable(0x81AC, "error: measurement fault"),
    _configurable(0x81AD, "error: metrology firmware does not verify"),
    _configurable(0x81AE, "error: non-volatile memory"),
    _configurable(0x81AF, "error: program execution"),
    _configurable(0x81B0, "error: program storage"),
    _configurable(0x81B1, "error: RAM"),
    _configurable(0x81B2, "error: unexpected hardware reset"),
    _configurable(0x81B3, "error: watchdog"),
    _inferred(0x81B4, "gas flow beyond the capacity of the meter"),
    _inferred(0x81B5, "flow sensor detects air in the gas"),
    _inferred(0x81B6, "flow sensor detects reverse flow"),
    _inferred(0x81B7, "incorrect phase sequence"),
    _configurable(0x81B8, "incorrect polarity", _POWER),
    _inferred(0x81B9, "meter cover closed"),
    _configurable(0x81BA, "request tunnel command rejected"),
    _configurable(0x81BB, "reverse current", _POWER),
    _configurable(0x81BC, "strong magnetic field removed"),
    _inferred(0x81BD, "supply could not be connected (valve or load switch)"),
    _configurable(0x81BE, "supply disabled then locked because of the supply tamper state"),
    _inferred(0x81BF, "supply disabled then armed: uncontrolled gas flow rate"),
    _inferred(0x81C0, "supply could not be disconnected (valve or load switch)"),
    _configurable(0x81C1, "terminal cover closed"),
    _inferred(0x81C2, "tilt tamper ended"),
    _inferred(0x81C3, "tilt tamper"),
    _configurable(0x81C4, "manual entry of UTRNs suspended", confidence=_HIGH, on_han=True),
    _configurable(0x81C5, "UTRN rejected while locked out"),
    _inferred(0x81C6, "clock not adjusted, outside tolerance"),
)  # fmt: skip


_CRITICAL_CODES: Final = (
    _critical(0x8F01, "active power import above the load limit", _EVENT, _LOW),
    _row(
        0x8F0A, "billing data log updated", _CRITICAL, _NONE, _SUPPLIER, _HIGH, _VECTOR,
        carried=(0x0061, 0x008B), payload=_BILLING,
    ),
    _critical(0x8F0C, "clock not adjusted, more than 10 seconds off", _SECURITY),
    _critical(0x8F0F, "credit below the disablement threshold", _NONE),
    _critical(0x8F1B, "firmware does not verify at power on", _SECURITY),
    _row(
        0x8F1C, "firmware does not verify", _CRITICAL, _SECURITY, _SUPPLIER, _HIGH, _TWO_MANUALS,
        carried=(0x00CE, 0x00CF), payload=_IMAGE,
    ),
    _critical(0x8F1D, "GSME lost its power supply", _NONE, _LOW, source=_RANGE),
    _critical(0x8F1E, "integrity check of a command's content or format failed", _SECURITY, to=_AUTHORITIES),
    _critical(0x8F1F, "battery capacity low", _NONE, _LOW, source=_RANGE),
    _critical(0x8F30, "source has no authority for the command", _NONE, to=_AUTHORITIES),
    _critical(0x8F32, "supply armed", _NONE, _LOW),
    _critical(0x8F33, "supply disabled then armed: load limit", _NONE, _MEDIUM),
    _critical(0x8F34, "supply enabled after the load limit restoration period", _NONE, to=_BOTH, on_han=True),
    _outage(0x8F35, "supply outage restored"),
    _outage(0x8F36, "supply outage restored after 3 minutes or more"),
    _outage(0x8F37, "supply outage restored, phase 1"),
    _outage(0x8F38, "supply outage restored after 3 minutes or more, phase 1"),
    _outage(0x8F39, "supply outage restored, phase 2"),
    _outage(0x8F3A, "supply outage restored after 3 minutes or more, phase 2"),
    _outage(0x8F3B, "supply outage restored, phase 3"),
    _outage(0x8F3C, "supply outage restored after 3 minutes or more, phase 3"),
    _critical(0x8F3D, "trusted source could not be authenticated", _NONE, to=_AUTHORITIES),
    _critical(0x8F3E, "unauthorised communication access attempted", _SECURITY, to=_AUTHORITIES),
    _critical(0x8F3F, "unauthorised physical access: tamper detected", _SECURITY),
    _security_event(0x8F43, "executing firmware version changed"),
    _security_event(0x8F47, "credit would take the meter balance over its maximum"),
    _security_event(0x8F48, "device did not join"),
    _security_event(0x8F49, "device joined"),
    _security_event(0x8F4A, "device did not unjoin"),
    _security_event(0x8F4B, "device unjoined"),
    _security_event(0x8F4C, "own digital signing certificate not replaced"),
    _security_event(0x8F4D, "own digital signing certificate replaced"),
    _security_event(0x8F4E, "own key agreement certificate not replaced"),
    _security_event(0x8F4F, "own key agreement certificate replaced"),
    _security_event(0x8F51, "UTRN entered a second time"),
    _security_event(0x8F52, "event log cleared"),
    _security_event(0x8F53, "authentication or authorisation failed, no other code fits"),
    *_phases(_row(0x8F57, "supply interrupted", _EVENT_ONLY, _POWER, _NOBODY, _MEDIUM, _TWO_MANUALS)),
    _security_event(0x8F5B, "UTRN exceeds the maximum credit threshold"),
    _security_event(0x8F60, "unusually many malformed, out-of-order or unexpected commands"),
    _security_event(0x8F63, "UTRN not authentic"),
    _security_event(0x8F64, "UTRN not for this device"),
    _row(
        0x8F66, "future-dated command carried out", _CRITICAL, _EVENT, _COMMANDERS, _HIGH, _VECTOR,
        carried=_FUTURE_CODES, payload=_FUTURE, concerned=True,
    ),
    _row(
        0x8F67, "future-dated command not carried out", _CRITICAL, _EVENT, _COMMANDERS, _HIGH, _VECTOR,
        carried=_FUTURE_CODES, payload=_FUTURE, concerned=True,
    ),
    _critical(0x8F69, "device commissioned", _NONE),
    _security_event(0x8F70, "security credentials updated", _MEDIUM),
    _row(
        0x8F72, "firmware verified", _CRITICAL, _SECURITY, _SUPPLIER, _HIGH, _VECTOR,
        carried=(0x00CE, 0x00CF), payload=_IMAGE,
    ),
    _critical(0x8F73, "unauthorised physical access: battery cover removed", _SECURITY, _LOW, source=_RANGE),
    _critical(0x8F74, "unauthorised physical access: meter cover removed", _SECURITY, to=_BOTH),
    _critical(0x8F75, "unauthorised physical access: strong magnetic field", _SECURITY, to=_BOTH),
    _critical(0x8F76, "unauthorised physical access: terminal cover removed", _SECURITY, to=_BOTH),
    _critical(0x8F77, "unauthorised physical access: second terminal cover removed", _SECURITY),
    _critical(0x8F78, "unauthorised physical access: other", _SECURITY),
    _security_event(0x8F82, "remaining battery capacity reset", _MEDIUM),
    _critical(0x8F83, "disablement of supply for lack of credit suspended", _NONE),
    _row(
        0x8F85, "command not supported by the device", _CRITICAL, _NONE, (*_SUPPLIER, *_ACB), _HIGH, _VECTOR,
        carried=(0x0120,), payload="message code and counter of the command", concerned=True,
    ),
    _row(
        0x8F86, "limit APC level command processed", _CRITICAL, _NONE, _SUPPLIER, _MEDIUM, _VECTOR,
        carried=(0x0121,), payload="controller and direction, start, end, resulting level",
    ),
    _row(
        0x8F87, "APC level limit ended or cancelled", _CRITICAL, _NONE, _SUPPLIER, _MEDIUM, _VECTOR,
        carried=(0x0122,), payload="controller and direction, resulting level",
    ),
    _row(
        0x8F88, "operational update", _CRITICAL, _NONE, _SUPPLIER, _MEDIUM, _VECTOR,
        carried=(0x0123,), payload="JSON text; the header names the load controller",
    ),
)  # fmt: skip

ALERT_CODES: Final[MappingProxyType[int, AlertCode]] = MappingProxyType(
    {
        row.code: row
        for row in sorted(
            (*_NETWORK_CODES, *_HUB_CODES, *_METER_CODES, *_CRITICAL_CODES), key=lambda row: row.code
        )
    }
)

MEANINGS: Final[MappingProxyType[int, str]] = MappingProxyType(
    {code: row.meaning for code, row in ALERT_CODES.items()}
)


def alert_code(code: int) -> AlertCode:
    """The row of an alert or event code. Raises NotFound."""
    if code not in ALERT_CODES:
        raise NotFound(f"alert code {code:04X} is in no source")
    return ALERT_CODES[code]


def codes_carried_by(message_code: MessageCode) -> tuple[AlertCode, ...]:
    """The alert codes that a message can carry; none when it is no alert."""
    return tuple(row for row in ALERT_CODES.values() if message_code in row.message_codes)
