"""Use cases about the quality of supply of an ESME with one or three phases.

ECS23, ECS23b, ECS26b, ECS26k, ECS29a–f; rows in wire order, from reference `gbcs-use-cases/`.
"""

from __future__ import annotations

from typing import Final, Protocol

from dcc_sim.catalogue.objects import (
    EXTREME_OVER_VOLTAGE,
    EXTREME_UNDER_VOLTAGE,
    OVER_VOLTAGE_COUNTERS,
    OVER_VOLTAGE_THRESHOLDS,
    UNDER_VOLTAGE_COUNTERS,
    UNDER_VOLTAGE_THRESHOLDS,
    VOLTAGE_LOGS,
    VOLTAGE_SAG,
    VOLTAGE_SWELL,
)
from dcc_sim.catalogue.usecases.dlms_shapes import (
    NETWORK,
    NO_UNIT,
    RESET,
    SECONDS,
    SUPPLIER_NETWORK_ACB,
    access_case,
    log_entries,
    read_log,
    scaler_unit,
)
from dcc_sim.codec.access import Do, Get, Item, Set
from dcc_sim.codec.cosem import Part, UInt32
from dcc_sim.codec.exchange import CosemObject
from dcc_sim.codec.shape import Shape

_VOLT: Final = UInt32(unit="V")
_COUNT: Final = UInt32()
_MONITORS: Final = (
    (EXTREME_OVER_VOLTAGE, "extreme_over_voltage"),
    (EXTREME_UNDER_VOLTAGE, "extreme_under_voltage"),
    (VOLTAGE_SAG, "voltage_sag"),
    (VOLTAGE_SWELL, "voltage_swell"),
)


class _Access(Protocol):
    """`Get` or `Set`: the same attributes are written by some of these use cases, read by others."""

    def __call__(
        self, target: CosemObject, index: int, name: str, shape: Shape, /, *, smets: str
    ) -> Item: ...


def _counts(phase: int) -> tuple[Item, ...]:
    items: list[Item] = []
    for side, counters in (("under", UNDER_VOLTAGE_COUNTERS), ("over", OVER_VOLTAGE_COUNTERS)):
        counter, name = counters[phase - 1], f"{side}_voltage_count_{phase}"
        items.append(Get(counter, 2, name, _COUNT, smets=f"{counter.name}: value"))
        items.append(Get(counter, 3, f"{name}_unit", scaler_unit(f"{counter.name}: ", NO_UNIT)))
    return tuple(items)


def _operational(phase: int) -> tuple[Item, ...]:
    log = VOLTAGE_LOGS[phase - 1]
    entries = log_entries(log.name, 1, 4320, Part("voltage", _VOLT, "value"))
    return (
        *_counts(phase),
        read_log(log, log.name, entries, f"voltage_log_{phase}"),
        _period(Get, phase, f"{log.name}: measurementPeriod"),
    )


def _period(access: _Access, phase: int, smets: str) -> Item:
    return access(VOLTAGE_LOGS[phase - 1], 4, f"voltage_period_{phase}", SECONDS, smets=smets)


def _monitors(access: _Access, threshold: str = "threshold", period: str = "period") -> tuple[Item, ...]:
    items: list[Item] = []
    for monitor, name in _MONITORS:
        level = f"{monitor.name}Threshold: {threshold}"
        items.append(access(monitor, 4, f"{name}_threshold", _VOLT, smets=level))
        duration = f"{monitor.name}MeasurementPeriod: {period}"
        items.append(access(monitor, 6, f"{name}_period", SECONDS, smets=duration))
    return tuple(items)


def _under(access: _Access, phase: int) -> Item:
    target = UNDER_VOLTAGE_THRESHOLDS[phase - 1]
    return access(target, 2, f"under_voltage_threshold_{phase}", _VOLT, smets=f"{target.name}: value")


def _over(access: _Access, phase: int) -> Item:
    target = OVER_VOLTAGE_THRESHOLDS[phase - 1]
    return access(target, 2, f"over_voltage_threshold_{phase}", _VOLT, smets=f"{target.name}: value")


def _reset(phase: int) -> tuple[Item, Item]:
    under, over = UNDER_VOLTAGE_COUNTERS[phase - 1], OVER_VOLTAGE_COUNTERS[phase - 1]
    return (
        Do(under, 1, f"reset_under_voltage_count_{phase}", RESET, smets=f"{under.name}: reset"),
        Do(over, 1, f"reset_over_voltage_count_{phase}", RESET, smets=f"{over.name}: reset"),
    )


def _log_period(phase: int) -> Item:
    return _period(Set, phase, f"(Phase[{phase}])AverageRMSVoltageProfileDataLog: measurementPeriod")


def _average_period(phase: int) -> Item:
    return _period(Set, phase, f"(Phase[{phase}])AverageRMSVoltageMeasurementPeriod: value")


# The order of under and over differs between phase 1 and the others, and between use cases.
_OTHER_PHASES_READ: Final = (_under(Get, 2), _over(Get, 2), _under(Get, 3), _over(Get, 3))
_OTHER_PHASES_SET: Final = (_under(Set, 2), _over(Set, 2), _under(Set, 3), _over(Set, 3))

ECS23: Final = access_case(
    "ECS23", 0x0039, "Read Voltage Operational Data", SUPPLIER_NETWORK_ACB,
    *_operational(1),
    timed=True,
)  # fmt: skip

ECS23B: Final = access_case(
    "ECS23b", 0x00BC, "Read Voltage Operational Data -3 Phase", SUPPLIER_NETWORK_ACB,
    *_operational(1), *_operational(2), *_operational(3),
    timed=True,
)  # fmt: skip

ECS26B: Final = access_case(
    "ECS26b", 0x003C, "Read ESME Configuration Voltage Data", SUPPLIER_NETWORK_ACB,
    *_monitors(Get), _over(Get, 1), _under(Get, 1),
)  # fmt: skip

ECS26K: Final = access_case(
    "ECS26k", 0x00C6, "Read ESME Configuration Voltage Data - 3 phase", SUPPLIER_NETWORK_ACB,
    *_monitors(Get), _over(Get, 1), _under(Get, 1), *_OTHER_PHASES_READ,
)  # fmt: skip

ECS29A: Final = access_case(
    "ECS29a", 0x0045, "Set Voltage Configurations on ESME", NETWORK,
    _log_period(1), *_monitors(Set), _over(Set, 1), _under(Set, 1), *_reset(1),
    replay_protected=True,
)  # fmt: skip

ECS29B: Final = access_case(
    "ECS29b", 0x00AE, "Set Voltage Configurations on ESME - 3ph", NETWORK,
    _log_period(1), _log_period(2), _log_period(3), *_monitors(Set),
    _over(Set, 1), _under(Set, 1), *_OTHER_PHASES_SET,
    *_reset(1), *_reset(2), *_reset(3),
    replay_protected=True,
)  # fmt: skip

ECS29C: Final = access_case(
    "ECS29c", 0x00D1, "Set Voltage Configurations on ESME without counter reset", NETWORK,
    _under(Set, 1), _over(Set, 1), _average_period(1), *_monitors(Set, "value", "value"),
    replay_protected=True,
)  # fmt: skip

ECS29D: Final = access_case(
    "ECS29d", 0x00D2, "Set Voltage Configurations on polyphase ESME without counter reset", NETWORK,
    _under(Set, 1), _over(Set, 1), *_OTHER_PHASES_SET,
    _average_period(1), _average_period(2), _average_period(3), *_monitors(Set, "value", "value"),
    replay_protected=True,
)  # fmt: skip

ECS29E: Final = access_case(
    "ECS29e", 0x00D3, "Reset RMS Voltage Counters on ESME", NETWORK, *_reset(1), replay_protected=True
)  # fmt: skip

ECS29F: Final = access_case(
    "ECS29f", 0x00D4, "Reset RMS Voltage Counters on polyphase ESME", NETWORK,
    *_reset(1), *_reset(2), *_reset(3),
    replay_protected=True,
)  # fmt: skip

USE_CASES: Final = (
    ECS23, ECS23B, ECS26B, ECS26K, ECS29A, ECS29B, ECS29C, ECS29D, ECS29E, ECS29F,
)  # fmt: skip
