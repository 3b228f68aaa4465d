"""What raises each code of the alert table, on which devices: the data behind the page of incidents.

In: the occurrences of `incidents`, and rows for everything else. Out: `CAUSES`, every code with its causes,
and `NOT_APPLICABLE`, codes that no device here raises, with the reason; together they are the table of
`catalogue.alerts`, exactly. Left out: the handlers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Final

from dcc_sim.devices.incidents import ISSUE_CODES
from dcc_sim.devices.occurrences import OCCURRENCES
from dcc_sim.ids import DeviceType


class By(Enum):
    """What sort of thing raises a code."""

    INCIDENT = "incident"
    COMMAND = "Command"
    TIME = "time"
    METER = "metering"


@dataclass(frozen=True, slots=True)
class Cause:
    """One way in which a code comes about. `what` names the incident or says it in words."""

    devices: tuple[DeviceType, ...]
    by: By
    what: str


_ESME, _GSME = (DeviceType.ESME,), (DeviceType.GSME,)
_METERS: Final = (*_ESME, *_GSME)
_CHF, _GPF = (DeviceType.CHF,), (DeviceType.GPF,)
_PPMID, _HCALCS = (DeviceType.PPMID,), (DeviceType.HCALCS,)
_ALL: Final = (*_METERS, *_CHF, *_GPF, *_PPMID, *_HCALCS)

_Row = tuple[tuple[int, ...], tuple[DeviceType, ...], By, str]


def _phases(*codes: int) -> tuple[int, ...]:
    return tuple(code + phase for code in codes for phase in range(4))


_INCIDENTS: Final[tuple[_Row, ...]] = (
    (_phases(0x8020, 0x8024, 0x8028, 0x802C), _ESME, By.INCIDENT, "VoltageAt, beyond a limit for its period"),
    (_phases(0x808D, 0x8091, 0x8095, 0x8099), _ESME, By.INCIDENT, "VoltageAt, back for the period"),
    (_phases(0x8002, 0x8006), _ESME, By.INCIDENT, "VoltageAt, the mean of a period crosses a threshold"),
    (_phases(0x8085, 0x8089), _ESME, By.INCIDENT, "VoltageAt, the mean of a period comes back"),
    ((0x8010, 0x8011, 0x8013, 0x8016), _ESME, By.INCIDENT, "OverCurrent"),
    (_phases(0x8F57), _ESME, By.INCIDENT, "PowerLost"),
    (tuple(range(0x8F35, 0x8F3D)), _ESME, By.INCIDENT, "PowerRestored"),
    ((0x8F1D,), _GSME, By.INCIDENT, "PowerLost"),
    ((0x8F1B,), _METERS, By.INCIDENT, "FIRMWARE_CORRUPTED, then PowerLost and PowerRestored"),
    ((0x81A0,), _METERS, By.INCIDENT, "SelfTestFailed"),
    (tuple(ISSUE_CODES.values()), _METERS, By.INCIDENT, "SelfTestFailed with that issue"),
    ((0x8F1F,), _GSME, By.INCIDENT, "BatteryAt, at or below what counts as low"),
    ((0x8F82,), _GSME, By.INCIDENT, "BatteryReplaced"),
    ((0x8145, 0x8F0C), _METERS, By.INCIDENT, "ClockDrifted, then HUB_TIME_COMPARED"),
    ((0x8161, 0x8162), _METERS, By.INCIDENT, "BUTTON_PRESSED, EMERGENCY_CREDIT_ASKED, UtrnEntered"),
    ((0x810E, 0x81C4, 0x81C5), _METERS, By.INCIDENT, "UtrnEntered"),
    ((0x81BD, 0x81C0), _METERS, By.INCIDENT, "SUPPLY_SWITCH_STUCK, then something moves the switch"),
    ((0x81BE,), _METERS, By.INCIDENT, "tampering while the Supply Tamper State is to lock"),
    ((0x81BF,), _GSME, By.INCIDENT, "GAS_UNCONTROLLED"),
    ((0x8F72, 0x8F1C), _METERS, By.INCIDENT, "ImageReceived"),
    ((0x8F8B,), _PPMID, By.INCIDENT, "ImageReceived"),
    ((0x8F43,), _PPMID, By.INCIDENT, "ImageReceived"),
    ((0x8F89, 0x8F8A), _CHF, By.INCIDENT, "ImagePassedOn"),
    ((0x8F20, 0x8F21, 0x8F22, 0x8F23, 0x8F24, 0x8F25), _CHF, By.INCIDENT, "DutyCycle"),
    ((0x8F26,), _CHF, By.INCIDENT, "ChannelChanged"),
    ((0x8F2C, 0x8F84), _CHF, By.INCIDENT, "MessageHeld"),
    ((0x8F2D,), _CHF, By.INCIDENT, "NoCapacity"),
)  # fmt: skip

_COMMANDS: Final[tuple[_Row, ...]] = (
    ((0x8154, 0x8155), _ALL, By.COMMAND, "any Command, carried out or failed"),
    ((0x8F1E, 0x8F30, 0x8F3D, 0x8F3E), _ALL, By.COMMAND, "a Command that is discarded"),
    ((0x8F53,), _ALL, By.COMMAND, "an authentic Command whose answer cannot be protected"),
    ((0x8F60,), _ALL, By.COMMAND, "twenty discarded Commands within an hour"),
    ((0x8F85,), _ESME, By.COMMAND, "a Command that the device does not support"),
    ((0x8F66, 0x8F67), _ALL, By.TIME, "a future-dated instruction comes due"),
    ((0x8F70,), _ALL, By.COMMAND, "CS02b, CS02g"),
    ((0x8F48, 0x8F49), (*_METERS, *_PPMID, *_HCALCS, *_GPF), By.COMMAND, "CS03A1, CS03A2, CS03B, CS03C"),
    ((0x8F4A, 0x8F4B), (*_METERS, *_PPMID, *_HCALCS, *_GPF), By.COMMAND, "CS04AC, CS04B"),
    ((0x8F4C, 0x8F4D, 0x8F4E, 0x8F4F), _ALL, By.COMMAND, "CS02d"),
    ((0x8F43,), (*_METERS, *_HCALCS), By.COMMAND, "CS06"),
    ((0x8145, 0x81C6, 0x8F0C, 0x8F69), _METERS, By.COMMAND, "ECS70, GCS28"),
    ((0x8F52,), _METERS, By.COMMAND, "ECS15a, CS11"),
    ((0x8F47, 0x8F51, 0x8F5B, 0x8F63, 0x8F64), _METERS, By.COMMAND, "a token: CS01a, CS01b, or keyed in"),
    ((0x8071,), _GPF, By.COMMAND, "CS03B, CS04B, GCS59"),
    ((0x8F12,), _CHF, By.COMMAND, "CCS01, CCS02, CCS03"),
    ((0x8F27, 0x8F28), _CHF, By.COMMAND, "DBCH05"),
    ((0x8F2A,), _CHF, By.COMMAND, "DBCH04"),
    ((0x8F32,), _METERS, By.COMMAND, "ECS44, GCS39"),
    ((0x811A,), _ESME, By.COMMAND, "ECS47, ECS47a, ECS47e, the controller calendar, a boost"),
    ((0x8F86,), _ESME, By.COMMAND, "ECS47e"),
    ((0x8F87,), _ESME, By.TIME, "the period of ECS47e ends"),
    ((0x8F88,), _ESME, By.TIME, "a controller changes its level while there is a load controller"),
    ((0x8F01, 0x8F33, 0x8F34), _ESME, By.TIME, "PowerDrawn above the load limit of ECS28a"),
)  # fmt: skip

_METERING: Final[tuple[_Row, ...]] = (
    ((0x8F0A,), _METERS, By.METER, "a billing period ends"),
    ((0x810D, 0x8119, 0x81AA, 0x81AB, 0x8F0F, 0x8F83), _METERS, By.METER, "credit in prepayment mode"),
    ((0x81A7, 0x81A8, 0x81A9), _METERS, By.METER, "a debt is paid off"),
    ((0x8F32,), _METERS, By.METER, "credit is back after supply was disabled for lack of it"),
    ((0x8168,), _METERS, By.METER, "emergency credit is activated while supply is disabled"),
)  # fmt: skip

NOT_APPLICABLE: Final[Mapping[int, str]] = MappingProxyType({})
"""Codes that no device here raises, with the reason."""


def _causes() -> Iterator[tuple[int, Cause]]:
    for which, row in OCCURRENCES.items():
        yield row.code, Cause(row.devices, By.INCIDENT, which.name)
    for codes, devices, by, what in (*_INCIDENTS, *_COMMANDS, *_METERING):
        for code in codes:
            yield code, Cause(devices, by, what)


def _by_code() -> Mapping[int, tuple[Cause, ...]]:
    found: dict[int, tuple[Cause, ...]] = {}
    for code, cause in _causes():
        found[code] = (*found.get(code, ()), cause)
    return MappingProxyType(dict(sorted(found.items())))


CAUSES: Final = _by_code()
