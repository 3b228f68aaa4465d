"""Voltage limits of an ESME: the bodies of 6.5 and 6.27 as values of ECS29a–f.

Source: reference `gbcs-use-cases/ECS29*.md`; vectors. Counter resets carry no value.
"""

from __future__ import annotations

from typing import Final

from dcc_sim.transform.conversions import WHOLE
from dcc_sim.transform.rows import CHOSE_USE_CASE, DSP_DATED, CommandRow, Element, Leaf, Numbered, Omit, Row

_MONITORS: Final[tuple[Row, ...]] = tuple(
    Leaf(f"RMS{element}{last}", f"{name}_{value}", WHOLE)
    for element, name in (
        ("ExtremeOverVoltage", "extreme_over_voltage"),
        ("ExtremeUnderVoltage", "extreme_under_voltage"),
        ("VoltageSag", "voltage_sag"),
        ("VoltageSwell", "voltage_swell"),
    )
    for last, value in (("MeasurementPeriod", "period"), ("Threshold", "threshold"))
)


def _phase(number: int) -> tuple[Row, ...]:
    return (
        Leaf("AverageRMSOverVoltageThreshold", f"over_voltage_threshold_{number}", WHOLE),
        Leaf("AverageRMSUnderVoltageThreshold", f"under_voltage_threshold_{number}", WHOLE),
        Leaf("AverageRMSVoltageMeasurementPeriod", f"voltage_period_{number}", WHOLE),
    )


_COMMON: Final[tuple[Row, ...]] = (DSP_DATED, Element("RMSVoltageSettings", *_MONITORS))
_SINGLE: Final = Element("SinglePhaseVoltageSettings", *_phase(1))
_POLY: Final = Numbered(
    "PolyPhaseVoltageSettings",
    *((Element("PhaseVoltageSettings", *_phase(number)),) for number in (1, 2, 3)),
    key="Phase",
)
_NOT_RESET: Final = Omit("RMSVoltageCountersNotReset", CHOSE_USE_CASE)
_RESET_BODY: Final = ("UpdateDeviceConfigurationRMSVoltageCounterReset",)


def _limits(code: str, *rows: Row) -> CommandRow:
    return CommandRow(code=code, bodies=("UpdateDeviceConfigurationVoltage",), rows=(*_COMMON, *rows))


ROWS: Final = (
    _limits("ECS29a", _SINGLE),
    _limits("ECS29b", _POLY),
    _limits("ECS29c", _SINGLE, _NOT_RESET),
    _limits("ECS29d", _POLY, _NOT_RESET),
    CommandRow(code="ECS29e", bodies=_RESET_BODY, rows=(DSP_DATED,)),
    CommandRow(code="ECS29f", bodies=_RESET_BODY, rows=(DSP_DATED,)),
)
