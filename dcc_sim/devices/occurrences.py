"""Incidents that need no parameters, and which code each raises on which devices.

In: nothing. Out: `Occurrence`; `OCCURRENCES`, a row for each whose code is always the same. Left out: those
whose code depends on the state of a device, incidents with parameters, the handlers (`incidents`).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, unique
from types import MappingProxyType
from typing import Final, NamedTuple

from dcc_sim.ids import DeviceType

_ESME, _GSME = (DeviceType.ESME,), (DeviceType.GSME,)
_METERS: Final = (*_ESME, *_GSME)
_CHF, _GPF = (DeviceType.CHF,), (DeviceType.GPF,)


@unique
class Occurrence(Enum):
    """An incident that needs no parameters."""

    METER_COVER_REMOVED = "meter cover removed"
    METER_COVER_CLOSED = "meter cover closed"
    TERMINAL_COVER_REMOVED = "terminal cover removed"
    TERMINAL_COVER_CLOSED = "terminal cover closed"
    SECOND_TERMINAL_COVER_REMOVED = "second terminal cover removed"
    BATTERY_COVER_REMOVED = "battery cover removed"
    BATTERY_COVER_CLOSED = "battery cover closed"
    MAGNETIC_FIELD = "strong magnetic field"
    MAGNETIC_FIELD_REMOVED = "strong magnetic field removed"
    TILTED = "meter tilted"
    UPRIGHT = "meter upright again"
    TAMPERED = "tamper detected"
    MEDDLED_WITH = "meddled with in another way"
    HUB_DISCONNECTED = "communications hub taken off the meter"
    HUB_CONNECTED = "communications hub put onto the meter"
    JOINED_SMHAN = "joined the SMHAN"
    TUNNEL_REQUEST_REJECTED = "request for a tunnel rejected"
    TUNNEL_CLOSE_REJECTED = "closing of a tunnel rejected"
    LOCAL_PORT_USED = "communication on a local port"
    MESSAGE_ACKNOWLEDGED = "consumer acknowledged a message"
    PHASES_SWAPPED = "phases connected in the wrong order"
    POLARITY_REVERSED = "line and neutral swapped"
    CURRENT_REVERSED = "current flows backwards"
    POWER_FACTOR_LOW = "power factor below its threshold"
    POWER_FACTOR_OK = "power factor back above it"
    VALVE_TESTED = "valve tested"
    GAS_BEYOND_CAPACITY = "gas flow beyond the capacity of the meter"
    AIR_IN_GAS = "air in the gas"
    GAS_REVERSED = "gas flows backwards"
    GAS_UNCONTROLLED = "gas flows though nothing is switched on"
    SUPPLY_SWITCH_STUCK = "load switch or valve stuck"
    SUPPLY_SWITCH_FREED = "load switch or valve freed"
    BUTTON_PRESSED = "consumer presses the button for supply"
    EMERGENCY_CREDIT_ASKED = "consumer asks for emergency credit at the meter"
    FIRMWARE_CORRUPTED = "stored firmware damaged"
    HUB_TIME_COMPARED = "daily comparison with the hub's time"
    COMMAND_NOT_FETCHED = "GSME did not fetch a command"
    TAP_OFF_FAILED = "message tapped off for the GSME failed"
    LOST_GSME_SEARCHED = "third search for a lost GSME failed"
    CHANNEL_KEPT = "sub-GHz channel kept for its frequency agility parameters"


class Row(NamedTuple):
    """What an occurrence does: the code it raises and on which devices.

    `begins` is the name of a condition that lasts, `ends` of one that it ends; `tamper` may lock supply.
    """

    code: int
    devices: tuple[DeviceType, ...]
    begins: str = ""
    ends: str = ""
    tamper: bool = False


_METER_COVER, _TERMINAL_COVER, _BATTERY_COVER = "meter cover off", "terminal cover off", "battery cover off"
_FIELD, _TILT, _NO_HUB, _LOW_FACTOR = "magnetic field", "tilted", "without a hub", "power factor low"

OCCURRENCES: Final[Mapping[Occurrence, Row]] = MappingProxyType(
    {
        Occurrence.METER_COVER_REMOVED: Row(0x8F74, _METERS, begins=_METER_COVER, tamper=True),
        Occurrence.METER_COVER_CLOSED: Row(0x81B9, _METERS, ends=_METER_COVER),
        Occurrence.TERMINAL_COVER_REMOVED: Row(0x8F76, _METERS, begins=_TERMINAL_COVER, tamper=True),
        Occurrence.TERMINAL_COVER_CLOSED: Row(0x81C1, _METERS, ends=_TERMINAL_COVER),
        Occurrence.SECOND_TERMINAL_COVER_REMOVED: Row(0x8F77, _ESME, tamper=True),
        Occurrence.BATTERY_COVER_REMOVED: Row(0x8F73, _METERS, begins=_BATTERY_COVER, tamper=True),
        Occurrence.BATTERY_COVER_CLOSED: Row(0x81A1, _METERS, ends=_BATTERY_COVER),
        Occurrence.MAGNETIC_FIELD: Row(0x8F75, _METERS, begins=_FIELD, tamper=True),
        Occurrence.MAGNETIC_FIELD_REMOVED: Row(0x81BC, _METERS, ends=_FIELD),
        Occurrence.TILTED: Row(0x81C3, _GSME, begins=_TILT, tamper=True),
        Occurrence.UPRIGHT: Row(0x81C2, _GSME, ends=_TILT),
        Occurrence.TAMPERED: Row(0x8F3F, (*_METERS, *_CHF), tamper=True),
        Occurrence.MEDDLED_WITH: Row(0x8F78, _METERS, tamper=True),
        Occurrence.HUB_DISCONNECTED: Row(0x81A3, _ESME, begins=_NO_HUB),
        Occurrence.HUB_CONNECTED: Row(0x81A2, _ESME, ends=_NO_HUB),
        Occurrence.JOINED_SMHAN: Row(0x8183, _METERS),
        Occurrence.TUNNEL_REQUEST_REJECTED: Row(0x81BA, _ESME),
        Occurrence.TUNNEL_CLOSE_REJECTED: Row(0x81A4, _ESME),
        Occurrence.LOCAL_PORT_USED: Row(0x81A5, _METERS),
        Occurrence.MESSAGE_ACKNOWLEDGED: Row(0x81A6, _METERS),
        Occurrence.PHASES_SWAPPED: Row(0x81B7, _ESME),
        Occurrence.POLARITY_REVERSED: Row(0x81B8, _ESME),
        Occurrence.CURRENT_REVERSED: Row(0x81BB, _ESME),
        Occurrence.POWER_FACTOR_LOW: Row(0x8014, _ESME, begins=_LOW_FACTOR),
        Occurrence.POWER_FACTOR_OK: Row(0x8015, _ESME, ends=_LOW_FACTOR),
        Occurrence.VALVE_TESTED: Row(0x8184, _GSME),
        Occurrence.GAS_BEYOND_CAPACITY: Row(0x81B4, _GSME),
        Occurrence.AIR_IN_GAS: Row(0x81B5, _GSME),
        Occurrence.GAS_REVERSED: Row(0x81B6, _GSME),
        Occurrence.COMMAND_NOT_FETCHED: Row(0x819D, _GPF),
        Occurrence.TAP_OFF_FAILED: Row(0x819E, _GPF),
        Occurrence.LOST_GSME_SEARCHED: Row(0x8F29, _CHF),
        Occurrence.CHANNEL_KEPT: Row(0x8F2B, _CHF),
    }
)
