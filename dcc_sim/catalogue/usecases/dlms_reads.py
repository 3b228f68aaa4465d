"""Use cases that read registers, maximum demand and versions, and set the clock.

ECS17a–e, ECS18a/b, ECS37, ECS52, ECS57, ECS70; rows in wire order, from reference
`gbcs-use-cases/`.
"""

from __future__ import annotations

from typing import Final

from dcc_sim.catalogue.objects import (
    ACTIVE_EXPORT,
    BLOCK_REGISTERS,
    BLOCK_REGISTERS_PROTECTION,
    CLOCK,
    FIRMWARE_VERSION,
    IMPORT_REGISTERS,
    IMPORT_REGISTERS_PROTECTION,
    MAX_DEMAND_CONFIGURABLE,
    MAX_DEMAND_CONFIGURABLE_RESET_TIME,
    MAX_DEMAND_EXPORT,
    MAX_DEMAND_EXPORT_RESET_TIME,
    MAX_DEMAND_IMPORT,
    MAX_DEMAND_IMPORT_RESET_TIME,
    MAX_DEMAND_PERIOD,
    POWER_IMPORT,
    REACTIVE_EXPORT,
    TOU_REGISTERS,
    TOU_REGISTERS_PROTECTION,
)
from dcc_sim.catalogue.usecases.dlms_shapes import (
    ESME_CHF,
    NETWORK,
    NETWORK_ACB,
    RESET,
    SUPPLIER,
    SUPPLIER_NETWORK,
    SUPPLIER_NETWORK_ACB,
    VAR_HOUR,
    WATT,
    WATT_HOUR,
    access_case,
    scaler_unit,
    schedule,
)
from dcc_sim.codec.access import Attribute, Do, Get, Item, Protected, Set
from dcc_sim.codec.cosem import Array, DateTime, Enum8, Fixed, Integer, Part, Struct, UInt8, UInt32
from dcc_sim.codec.exchange import CosemObject
from dcc_sim.codec.times import NEVER

CLOCK_STATUS: Final = {0x00: "reliable", 0x01: "invalid", 0x02: "unreliable"}

_ENERGY: Final = UInt32(unit="Wh")
_REACTIVE: Final = UInt32(unit="varh")
_POWER: Final = UInt32(unit="W")

_IMPORT: Final = "ImportRegisterCollection:"
_IMPORT_REGISTERS: Final = Struct(
    Part("active", _ENERGY, f"{_IMPORT} active.value"),
    Part("active_unit", scaler_unit(f"{_IMPORT} active.", WATT_HOUR)),
    Part("reactive", _REACTIVE, f"{_IMPORT} reactive.value"),
    Part("reactive_unit", scaler_unit(f"{_IMPORT} reactive.", VAR_HOUR)),
    Part("secondary", _ENERGY, f"{_IMPORT} secondary.value", optional=True),
)

_TOU: Final = "TariffTOURegisterCollection:"
_TOU_REGISTERS: Final = Struct(
    Part("primary", Array(_ENERGY, low=48, high=48), f"{_TOU} TOUPrimaryRegister[1..48].value"),
    Part("secondary", Array(_ENERGY, low=4, high=4), f"{_TOU} TOUSecondRegister[1..4].value", optional=True),
)

_BLOCKS: Final = (
    "TariffBlockTOURegisterCollection: TariffBlock[1..4]RegisterBlockCounterMatrixTOU[1..16].value"
)
_BLOCK_REGISTERS: Final = Struct(Part("primary", Array(_ENERGY, low=64, high=64), _BLOCKS))

_ACTIVE_POWER: Final = "PowerImportCollection: ActivePowerImport."
_POWER_IMPORT: Final = Struct(
    Part("active", _POWER, f"{_ACTIVE_POWER}value"),
    Part("active_unit", scaler_unit(_ACTIVE_POWER, WATT, scale="scaler")),
    Part("primary_active", _POWER, "PowerImportCollection: PrimaryActivePowerImport.value"),
)


def _register(register: CosemObject, name: str, shape: Integer, unit: int) -> tuple[Item, ...]:
    return (
        Get(register, 2, name, shape, smets=f"{register.name}: value"),
        Get(register, 3, f"{name}_unit", scaler_unit(f"{register.name}: ", unit)),
    )


def _demand(register: CosemObject, name: str) -> tuple[Item, ...]:
    return (
        *_register(register, name, _POWER, WATT),
        Get(register, 5, f"{name}_time", DateTime(), smets=f"{register.name}: dateTimeStamp"),
    )


def _last_reset(target: CosemObject, name: str) -> Item:
    return Get(target, 2, f"{name}_last_reset", DateTime(), smets=f"{target.name}: dateTimeOfLastReset")


_DEMAND_PERIOD: Final = schedule(
    "MaximumDemandConfigurableTimePeriod: currentEntries[1..2].", "00000A8064FF", 1, 2, every_day=True
)

ECS17A: Final = access_case(
    "ECS17a", 0x0026, "Read ESME Energy Registers (Export Energy)", NETWORK_ACB,
    *_register(ACTIVE_EXPORT, "active_export", _ENERGY, WATT_HOUR),
    *_register(REACTIVE_EXPORT, "reactive_export", _REACTIVE, VAR_HOUR),
    timed=True,
)  # fmt: skip

ECS17B: Final = access_case(
    "ECS17b", 0x0027, "Read ESME Energy Registers (Import Energy)", SUPPLIER_NETWORK,
    Protected(
        IMPORT_REGISTERS_PROTECTION, "import_registers",
        Attribute(IMPORT_REGISTERS, 2, "registers", _IMPORT_REGISTERS),
        smets="ImportRegisterCollection",
    ),
    timed=True,
)  # fmt: skip

ECS17C: Final = access_case(
    "ECS17c", 0x0028, "Read ESME Energy Registers (Power)", SUPPLIER_NETWORK_ACB,
    Get(POWER_IMPORT, 2, "power_import", _POWER_IMPORT),
    timed=True,
)  # fmt: skip

ECS17D: Final = access_case(
    "ECS17d", 0x0029, "Read ESME Energy Register (TOU)", SUPPLIER_NETWORK,
    Protected(
        TOU_REGISTERS_PROTECTION, "tou_registers",
        Attribute(TOU_REGISTERS, 2, "registers", _TOU_REGISTERS),
        smets="TariffTOURegisterCollection",
    ),
    timed=True,
)  # fmt: skip

ECS17E: Final = access_case(
    "ECS17e", 0x002A, "Read ESME Energy Register (TOU with Blocks)", SUPPLIER_NETWORK,
    Protected(
        BLOCK_REGISTERS_PROTECTION, "block_registers",
        Attribute(BLOCK_REGISTERS, 2, "registers", _BLOCK_REGISTERS),
        smets="TariffBlockTOURegisterCollection",
    ),
    timed=True,
)  # fmt: skip

ECS18A: Final = access_case(
    "ECS18a", 0x002B, "Read Maximum Demand Registers (export)", NETWORK_ACB,
    _last_reset(MAX_DEMAND_EXPORT_RESET_TIME, "max_demand_export"),
    *_demand(MAX_DEMAND_EXPORT, "max_demand_export"),
    timed=True,
)  # fmt: skip

ECS18B: Final = access_case(
    "ECS18b", 0x002C, "Read Maximum Demand Registers (import)", SUPPLIER_NETWORK_ACB,
    _last_reset(MAX_DEMAND_CONFIGURABLE_RESET_TIME, "max_demand_configurable"),
    _last_reset(MAX_DEMAND_IMPORT_RESET_TIME, "max_demand_import"),
    *_demand(MAX_DEMAND_IMPORT, "max_demand_import"),
    *_demand(MAX_DEMAND_CONFIGURABLE, "max_demand_configurable"),
    Get(MAX_DEMAND_PERIOD, 2, "max_demand_period", _DEMAND_PERIOD),
    timed=True,
)  # fmt: skip

ECS37: Final = access_case(
    "ECS37", 0x004A, "Set Maximum Demand Configurable Time Period", NETWORK,
    Set(MAX_DEMAND_PERIOD, 2, "max_demand_period", _DEMAND_PERIOD),
    replay_protected=True,
)  # fmt: skip

ECS52: Final = access_case(
    "ECS52", 0x0059, "Read ESME/SAPC/Comms Hub Firmware Version", SUPPLIER_NETWORK_ACB,
    Get(FIRMWARE_VERSION, 2, "firmware_version", Fixed(4), smets="FirmwareVersion: value"),
    targets=ESME_CHF,
)  # fmt: skip

# The page calls two of the three by names that no other page has (Power and Energy exchanged).
ECS57: Final = access_case(
    "ECS57", 0x005A, "Reset ESME Maximum Demand Registers", NETWORK,
    Do(
        MAX_DEMAND_IMPORT, 1, "reset_max_demand_import", RESET, optional=True,
        smets="MaximumDemandActiveEnergyImportValue: reset",
    ),
    Do(
        MAX_DEMAND_CONFIGURABLE, 1, "reset_max_demand_configurable", RESET, optional=True,
        smets="MaximumDemand(ConfigurableTime)ActivePowerImportValue: reset",
    ),
    Do(
        MAX_DEMAND_EXPORT, 1, "reset_max_demand_export", RESET, optional=True,
        smets="MaximumDemandActivePowerExportValue: reset",
    ),
)  # fmt: skip

ECS70: Final = access_case(
    "ECS70", 0x0062, "Set Clock on ESME", SUPPLIER,
    Set(CLOCK, 9, "clock_base", Enum8(5), smets="Time: clockBase"),
    Do(
        CLOCK, 5, "valid_time_range",
        Struct(
            Part("preset_time", DateTime(NEVER), "Time: methodInput: presetTime"),
            Part("start", DateTime(), "Time: methodInput: timeRangeStart"),
            Part("end", DateTime(), "Time: methodInput: timeRangeEnd"),
        ),
    ),
    Do(CLOCK, 4, "set_time", RESET, smets="Time: setTime"),
    Get(CLOCK, 2, "time", DateTime(), smets="Time: methodOutput: value"),
    Get(CLOCK, 4, "clock_status", UInt8(meaning=CLOCK_STATUS), smets="Time: methodOutput: status"),
    critical=True, replay_protected=True,
)  # fmt: skip

USE_CASES: Final = (
    ECS17A, ECS17B, ECS17C, ECS17D, ECS17E, ECS18A, ECS18B, ECS37, ECS52, ECS57, ECS70,
)  # fmt: skip
