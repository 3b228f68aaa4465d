"""Use cases about what an ESME switches: supply, load limit, auxiliary controllers, boost function.

ECS27, ECS28a/b, ECS42–45, ECS46a/c/d, ECS47, ECS47a/e, ECS61a/c/d/e, ECS62; rows in wire order,
from reference `gbcs-use-cases/`. The calendar of ECS46d may also go to a SAPC (vectors).
"""

from __future__ import annotations

from typing import Final

from dcc_sim.catalogue.objects import (
    AUXILIARY_CALENDAR_ACTIVATION,
    AUXILIARY_CALENDAR_ACTIVE,
    AUXILIARY_CALENDAR_PASSIVE,
    AUXILIARY_DAYS_ACTIVATION,
    AUXILIARY_DAYS_ACTIVE,
    AUXILIARY_DAYS_PASSIVE,
    AUXILIARY_DESCRIPTIONS,
    AUXILIARY_ENDS,
    AUXILIARY_LIMIT_ENDS,
    AUXILIARY_LIMIT_SCRIPT_TABLE,
    AUXILIARY_LIMIT_STARTS,
    AUXILIARY_SCRIPT_TABLE,
    AUXILIARY_STARTS,
    AUXILIARY_STATES,
    AUXILIARY_SWITCHES,
    AUXILIARY_TYPES,
    BOOST_AVAILABILITY,
    BOOST_CONTROLS,
    BOOST_EVENT_LOG,
    LOAD_LIMIT_COUNTER,
    LOAD_LIMIT_PERIOD,
    LOAD_LIMIT_POWER,
    LOAD_LIMIT_RESTORATION,
    LOAD_LIMIT_SUPPLY_STATE,
    LOAD_LIMITER,
    SUPPLY_SCRIPT_TABLE,
    SUPPLY_SWITCH,
)
from dcc_sim.catalogue.usecases.dlms_shapes import (
    ANNEX_3_1,
    LOAD_CONTROLLER,
    NO_UNIT,
    RESET,
    SECONDS,
    SUPPLIER,
    SUPPLIER_ACB,
    SUPPLIER_NETWORK_ACB,
    TIMESTAMP,
    access_case,
    read_log,
    scaler_unit,
    schedule,
    special_days,
)
from dcc_sim.codec.access import Do, Get, Item, Set
from dcc_sim.codec.compact import CompactArray
from dcc_sim.codec.cosem import (
    Array,
    Boolean,
    DateTime,
    Enum8,
    Fixed,
    Octets,
    Part,
    Struct,
    UInt16,
    UInt32,
    Utf8Text,
    VisibleText,
)
from dcc_sim.codec.exchange import CosemObject
from dcc_sim.codec.shape import Shape

_WATT: Final = UInt32(unit="W")
_MINUTES: Final = UInt16(unit="min")
_LIMIT_ACTION: Final = Boolean(meaning={1: "disable", 0: "unchanged"})
_PRESENT: Final = Boolean(meaning={1: "present", 0: "absent"})
_CONTROLLED: Final = Boolean(meaning={1: "controlled by the boost function", 0: "not controlled"})
_SWITCHED: Final = Boolean(meaning={1: "connected", 0: "disconnected"})
SUPPLY_STATES: Final = {0: "disabled", 1: "enabled", 2: "armed"}
SCRIPT_TABLE: Final = "00000A0067FF"
"""0-0:10.0.103.255, the scripts of the auxiliary controllers."""

_OLD: Final = "(HANConnected)AuxiliaryLoadControlSwitch"
_OLD_CALENDAR: Final = "AuxiliaryLoadControlSwitchesCalendar"
_CALENDAR: Final = "AuxiliaryControllerCalendar"

_LIMITS: Final = (
    (LOAD_LIMIT_SUPPLY_STATE, "load_limit_disables", _LIMIT_ACTION, "valueNext"),
    (LOAD_LIMIT_POWER, "load_limit_power", _WATT, "thresholdNext"),
    (LOAD_LIMIT_PERIOD, "load_limit_period", SECONDS, "valueNext"),
    (LOAD_LIMIT_RESTORATION, "load_limit_restoration_period", SECONDS, "valueNext"),
)

ECS27: Final = access_case(
    "ECS27", 0x0042, "Read ESME Load Limit Data", SUPPLIER_NETWORK_ACB,
    Get(
        LOAD_LIMIT_SUPPLY_STATE, 2, "load_limit_disables", _LIMIT_ACTION,
        smets="LoadLimitSupplyState: valueCurrent",
    ),
    Get(LOAD_LIMIT_COUNTER, 2, "load_limit_count", UInt32(), smets="LoadLimitCounter: value"),
    Get(LOAD_LIMIT_COUNTER, 3, "load_limit_count_unit", scaler_unit("LoadLimitCounter: ", NO_UNIT)),
    Get(LOAD_LIMITER, 4, "load_limit_power", _WATT, smets="LoadLimitPowerThreshold: thresholdCurrent"),
    Get(LOAD_LIMITER, 6, "load_limit_period", SECONDS, smets="LoadLimitPeriod(Timer): valueCurrent"),
    Get(
        LOAD_LIMITER, 7, "load_limit_restoration_period", SECONDS,
        smets="LoadLimitRestorationPeriod(Timer): valueCurrent",
    ),
)  # fmt: skip

ECS28A: Final = access_case(
    "ECS28a", 0x0043, "Set Load Limit Configurations - General Settings", SUPPLIER,
    *(Set(o, 4, name, shape, smets=f"{o.name}: {last}") for o, name, shape, last in _LIMITS),
    *(
        Set(o, 6, f"activate_{name}", DateTime(), smets=f"{o.name}: activateNextDateTime")
        for o, name, _, _ in _LIMITS
    ),
    critical=True, future_datable=True, replay_protected=True,
)  # fmt: skip

ECS28B: Final = access_case(
    "ECS28b", 0x0044, "Set Load Limit Configuration Counter Reset", SUPPLIER,
    Do(LOAD_LIMIT_COUNTER, 1, "reset_load_limit_count", RESET, smets="LoadLimitCounter: reset"),
    replay_protected=True,
)  # fmt: skip


def _switch_supply(name: str, script: int, last: str) -> Item:
    return Do(SUPPLY_SCRIPT_TABLE, 1, name, UInt16(script), smets=f"SupplyState: {last}")


ECS42: Final = access_case(
    "ECS42", 0x004F, "Remotely Close the Load Switch on the ESME", SUPPLIER,
    _switch_supply("enable_supply", 51, "enable"),
    critical=True, replay_protected=True,
)  # fmt: skip

ECS43: Final = access_case(
    "ECS43", 0x0050, "Remotely Open the Load Switch on the ESME", SUPPLIER,
    _switch_supply("disable_supply", 52, "disable"),
    critical=True, replay_protected=True,
)  # fmt: skip

ECS44: Final = access_case(
    "ECS44", 0x0051, "Arm Load Switch in ESME", SUPPLIER,
    _switch_supply("arm_supply", 54, "arm"),
    critical=True, replay_protected=True,
)  # fmt: skip

ECS45: Final = access_case(
    "ECS45", 0x0052, "Read Status of Load Switch in the ESME", SUPPLIER_NETWORK_ACB,
    Get(
        SUPPLY_SWITCH, 3, "supply_state", Enum8(meaning=SUPPLY_STATES),
        smets="SupplyState: value.output_state",
    ),
)  # fmt: skip


def _descriptions_read(item: str, high: int) -> tuple[Item, ...]:
    return tuple(
        Get(o, 2, f"description_{n}", VisibleText(high), smets=f"{item}[{n}]: Description")
        for n, o in enumerate(AUXILIARY_DESCRIPTIONS, 1)
    )


def _days(item: str, names: str) -> Array:
    return special_days(f"{item}(SpecialDays)", names, 20)


def _calendar(item: str, names: str, low: int, high: int) -> Array:
    return schedule(f"{item}: {names}Entries[{low}..{high}].", SCRIPT_TABLE, low, high)


def _set_calendar(item: str, low: int, high: int) -> tuple[Item, ...]:
    return (
        Set(AUXILIARY_DAYS_PASSIVE, 2, "auxiliary_special_days", _days(item, "next")),
        Set(AUXILIARY_CALENDAR_PASSIVE, 2, "auxiliary_calendar", _calendar(item, "next", low, high)),
        Set(
            AUXILIARY_CALENDAR_ACTIVATION, 6, "activate_auxiliary_calendar", DateTime(),
            smets=f"{item}: activateNextDateTime",
        ),
        Set(
            AUXILIARY_DAYS_ACTIVATION, 6, "activate_auxiliary_special_days", DateTime(),
            smets=f"{item}(SpecialDays): activateNextDateTime",
        ),
    )  # fmt: skip


ECS46A: Final = access_case(
    "ECS46a", 0x0053, "Set Auxiliary Controller Descriptions", SUPPLIER,
    *(
        Set(
            o, 2, f"description_{n}", VisibleText(22), optional=True,
            smets=f"AuxiliaryController[{n}]: Description",
        )
        for n, o in enumerate(AUXILIARY_DESCRIPTIONS, 1)
    ),
    critical=True,
)  # fmt: skip

ECS46C: Final = access_case(
    "ECS46c", 0x0054, "Set HC ALCS and ALCS configuration in ESME (excluding labels)", SUPPLIER,
    *(
        Set(o, 2, f"controller_{n}", Fixed(8), optional=True, smets=f"{_OLD}[{n}]: TypeAndIdentifier")
        for n, o in enumerate(AUXILIARY_TYPES, 1)
    ),
    *_set_calendar(_OLD_CALENDAR, 1, 48),
    critical=True, future_datable=True, replay_protected=True, withdrawn=True, source=ANNEX_3_1,
)  # fmt: skip

ECS46D: Final = access_case(
    "ECS46d", 0x011A, "Set Auxiliary Controller Calendar", SUPPLIER,
    *_set_calendar(_CALENDAR, 0, 120),
    critical=True, future_datable=True, replay_protected=True,
)  # fmt: skip


def _for_controller(targets: tuple[CosemObject, ...], name: str, shape: Shape, smets: str) -> Item:
    return Set(targets[0], 2, name, shape, optional=True, choices=targets, smets=smets)


ECS47: Final = access_case(
    # Closing carries the close time, opening the open time, going back to the calendar neither.
    "ECS47", 0x0055, "Set or Reset HC ALCS or ALCS State", SUPPLIER,
    _for_controller(AUXILIARY_STARTS, "close_time", _MINUTES, f"{_OLD}[n]State: closetime"),
    _for_controller(AUXILIARY_ENDS, "open_time", _MINUTES, f"{_OLD}[n]State: opentime"),
    Do(
        AUXILIARY_SCRIPT_TABLE, 1, "controller_and_state", UInt16(),
        smets=f"{_OLD}[n]State: OpenCloseOrReset",
    ),
    critical=True, replay_protected=True, withdrawn=True, source=ANNEX_3_1,
)  # fmt: skip

_CONTROLLER: Final = "AuxiliaryController[n]"
ECS47A: Final = access_case(
    "ECS47a", 0x011E, "Set Auxiliary Controller [n] State", SUPPLIER,
    _for_controller(AUXILIARY_STARTS, "start", DateTime(), f"{_CONTROLLER}: settingPeriodStartDateTime"),
    _for_controller(AUXILIARY_ENDS, "end", DateTime(), f"{_CONTROLLER}: settingPeriodEndDateTime"),
    Do(
        AUXILIARY_SCRIPT_TABLE, 1, "controller_and_state", UInt16(),
        smets=f"{_CONTROLLER}: controllerNumberAndCommandedState",
    ),
    critical=True, replay_protected=True,
)  # fmt: skip

_APC: Final = "AuxiliaryProportionalController[n]"
ECS47E: Final = access_case(
    "ECS47e", 0x011F, "Limit APC [n] Level", LOAD_CONTROLLER,
    _for_controller(AUXILIARY_LIMIT_STARTS, "start", DateTime(), f"{_APC}: limitPeriodStartDateTime"),
    _for_controller(AUXILIARY_LIMIT_ENDS, "end", DateTime(), f"{_APC}: limitPeriodEndDateTime"),
    Do(
        AUXILIARY_LIMIT_SCRIPT_TABLE, 1, "controller_and_state", UInt16(),
        smets=f"{_APC}: controllerNumberAndCommandedState",
    ),
    critical=True, replay_protected=True,
)  # fmt: skip

ECS61A: Final = access_case(
    # The page marks items as optional, but only for the use case that writes them: all are read.
    "ECS61a", 0x00BB, "Read HC ALCS and ALCS Data from ESME", SUPPLIER_ACB,
    *_descriptions_read(_OLD, 127),
    *(
        Get(o, 2, f"controller_{n}", Fixed(8), smets=f"{_OLD}[{n}]: TypeAndIdentifier")
        for n, o in enumerate(AUXILIARY_TYPES, 1)
    ),
    Get(AUXILIARY_DAYS_ACTIVE, 2, "auxiliary_special_days", _days(_OLD_CALENDAR, "current")),
    Get(AUXILIARY_CALENDAR_ACTIVE, 2, "auxiliary_calendar", _calendar(_OLD_CALENDAR, "current", 1, 48)),
    *(
        Get(o, 2, f"switch_{n}", _SWITCHED, smets=f"{_OLD}[{n}]State: value")
        for n, o in enumerate(AUXILIARY_SWITCHES, 1)
    ),
    withdrawn=True, source=ANNEX_3_1,
)  # fmt: skip

_BOOST: Final = "BoostFunctionEventLog: logEntries[1..25].logEntry."
_BOOST_ENTRIES: Final = CompactArray(
    Struct(
        Part("start", TIMESTAMP, f"{_BOOST}boostStart"),
        Part("end", TIMESTAMP, f"{_BOOST}boostEnd"),
    ),
    high=25,
)

ECS61C: Final = access_case(
    "ECS61c", 0x005E, "Read Boost Function Data", SUPPLIER_ACB,
    Get(BOOST_AVAILABILITY, 2, "boost_function", _PRESENT, smets="BoostFunctionAvailability: value"),
    read_log(BOOST_EVENT_LOG, "BoostFunctionEventLog", _BOOST_ENTRIES, "boost_log"),
    *(
        Get(o, 2, f"boost_controls_{n}", _CONTROLLED, smets=f"{o.name}: value")
        for n, o in enumerate(BOOST_CONTROLS, 1)
    ),
)  # fmt: skip

ECS61D: Final = access_case(
    # The page marks the descriptions as optional, as ECS61a does: all are read.
    "ECS61d", 0x011C, "Read Auxiliary Controller Configuration Data", SUPPLIER_NETWORK_ACB + LOAD_CONTROLLER,
    *_descriptions_read("AuxiliaryController", 22),
    Get(AUXILIARY_DAYS_ACTIVE, 2, "auxiliary_special_days", _days(_CALENDAR, "current")),
    Get(AUXILIARY_CALENDAR_ACTIVE, 2, "auxiliary_calendar", _calendar(_CALENDAR, "current", 0, 120)),
)  # fmt: skip

ECS61E: Final = access_case(
    "ECS61e", 0x011D, "Read Auxiliary Controller Operational Data", SUPPLIER_NETWORK_ACB + LOAD_CONTROLLER,
    *(
        # 8 octets: 0 for an ALCS, the identifier of an HCALCS; but FF alone for an APC, and empty
        # without a controller (SMETS item; vectors).
        Get(o, 2, f"controller_{n}", Octets(0, 8), smets=f"AuxiliaryController[{n}]: typeAndIdentifier")
        for n, o in enumerate(AUXILIARY_TYPES, 1)
    ),
    *(
        Get(
            o, 2, f"state_{n}", Utf8Text(72_000),
            smets=f"AuxiliaryController[{n}]: stateAndAssociatedInformation",
        )
        for n, o in enumerate(AUXILIARY_STATES, 1)
    ),
)  # fmt: skip

ECS62: Final = access_case(
    "ECS62", 0x005F, "Set ALCS/APC and Boost Function Association", SUPPLIER,
    *(
        Set(o, 2, f"boost_controls_{n}", _CONTROLLED, smets=f"{o.name}: value")
        for n, o in enumerate(BOOST_CONTROLS, 1)
    ),
    replay_protected=True,
)  # fmt: skip

USE_CASES: Final = (
    ECS27, ECS28A, ECS28B, ECS42, ECS43, ECS44, ECS45, ECS46A, ECS46C, ECS46D, ECS47, ECS47A, ECS47E,
    ECS61A, ECS61C, ECS61D, ECS61E, ECS62,
)  # fmt: skip
