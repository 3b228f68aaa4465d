"""MMC rows of the use cases of the quality of supply of an ESME (`dlms_voltage`)."""

from __future__ import annotations

from typing import Final

from dcc_sim.mmc.conversions import Const
from dcc_sim.mmc.elements import LOG_TIME, UNSIGNED_INT, omit
from dcc_sim.mmc.rows import Each, Element, Leaf, ResponseRow, Row

_PHASES: Final = range(1, 4)
_COUNT: Final = "a count has no unit: the constant 255 of GBCS"


def _counter(element: str, item: str) -> Element:
    return Element(
        element, Leaf("Value", item, UNSIGNED_INT), *omit(_COUNT, f"{item}_unit.unit", f"{item}_unit.scaler")
    )


def _operational(phase: int) -> tuple[Row, ...]:
    return (
        _counter("AvgRMSOverVoltageCounter", f"over_voltage_count_{phase}"),
        _counter("AvgRMSUnderVoltageCounter", f"under_voltage_count_{phase}"),
        Element(
            "AvgRMSVoltageProfileDataLog",
            Each(
                f"voltage_log_{phase}",
                Element(
                    "LogEntry",
                    Leaf("Value", "voltage", UNSIGNED_INT),
                    Leaf("Timestamp", "timestamp", LOG_TIME),
                ),
                high=4320,
            ),
            Leaf("MeasurementPeriod", f"voltage_period_{phase}", UNSIGNED_INT),
        ),
    )


def _phase(phase: int, known_by: str) -> Leaf:
    """The number of a phase; `known_by` is what comes first of it, so is there when anything is."""
    return Leaf("Phase", known_by, Const(str(phase)))


_ONE_PHASE: Final = Element("Electricity", Element("SinglePhaseESME", *_operational(1)), keep=True)

_THREE_PHASES: Final = Element(
    "Electricity",
    Element(
        "PolyPhaseESME",
        *(
            Element(
                "PhaseVoltageOperationalData",
                Element("VoltageOperationalData", *_operational(n)),
                _phase(n, f"under_voltage_count_{n}"),
            )
            for n in _PHASES
        ),
    ),
    keep=True,
)


def _thresholds(phase: int) -> tuple[Row, ...]:
    return (
        Leaf("AverageRMSOverVoltageThreshold", f"over_voltage_threshold_{phase}", UNSIGNED_INT),
        Leaf("AverageRMSUnderVoltageThreshold", f"under_voltage_threshold_{phase}", UNSIGNED_INT),
    )


_MONITORS: Final = Element(
    "RMSVoltageSettings",
    *(
        Leaf(f"{element}{last}", f"{item}_{part}", UNSIGNED_INT)
        for element, item in (
            ("RMSExtremeOverVoltage", "extreme_over_voltage"),
            ("RMSExtremeUnderVoltage", "extreme_under_voltage"),
            ("RMSVoltageSag", "voltage_sag"),
            ("RMSVoltageSwell", "voltage_swell"),
        )
        for last, part in (("MeasurementPeriod", "period"), ("Threshold", "threshold"))
    ),
)

_SETTINGS: Final[tuple[Row, ...]] = (Element("SinglePhaseVoltageSettings", *_thresholds(1)), _MONITORS)

_SETTINGS_OF_PHASES: Final[tuple[Row, ...]] = (
    *(
        Element(
            "PolyPhaseVoltageSettings",
            # Of phase 1 the over-voltage threshold comes first, of the others the under-voltage one.
            _phase(n, f"over_voltage_threshold_{n}" if n == 1 else f"under_voltage_threshold_{n}"),
            Element("PhaseVoltageSettings", *_thresholds(n)),
        )
        for n in _PHASES
    ),
    _MONITORS,
)

_READ_DATA: Final = {"4.10": "ReadNetworkDataRsp"}
_READ_SETTINGS: Final = {"6.2.1": "ReadDeviceConfigurationVoltageRsp"}
_WRITE: Final = {"6.5": "UpdateDeviceConfigurationVoltageRsp"}
_RESET: Final = {"6.27": "UpdateDeviceConfigurationRMSVoltageCounterResetRsp"}

ROWS: Final = (
    ResponseRow(code="ECS23", elements=_READ_DATA, rows=(_ONE_PHASE,)),
    ResponseRow(code="ECS23b", elements=_READ_DATA, rows=(_THREE_PHASES,)),
    ResponseRow(code="ECS26b", elements=_READ_SETTINGS, rows=_SETTINGS),
    ResponseRow(code="ECS26k", elements=_READ_SETTINGS, rows=_SETTINGS_OF_PHASES),
    *(ResponseRow(code=code, elements=_WRITE) for code in ("ECS29a", "ECS29b", "ECS29c", "ECS29d")),
    *(ResponseRow(code=code, elements=_RESET) for code in ("ECS29e", "ECS29f")),
)
