"""MMC rows of the use cases of what an ESME switches (`dlms_load`)."""

from __future__ import annotations

from typing import Final

from dcc_sim.codec.shape import Value
from dcc_sim.mmc.conversions import Const, Eui, Integer, Named, OctetText, Plain, YesNo
from dcc_sim.mmc.elements import CONSTANT, DATE, LEVEL, LOG_TIME, UNSIGNED_INT, omit
from dcc_sim.mmc.elements_load import CALENDAR_OMISSIONS, DAYS_OF_WEEK, dates_and_time
from dcc_sim.mmc.rows import (
    POSITION,
    Attribute,
    Choice,
    Each,
    Element,
    Flag,
    Leaf,
    Omit,
    ResponseRow,
    Row,
    View,
    When,
)
from dcc_sim.mmc.views import date_parts, date_values
from dcc_sim.mmc.views_alerts import controller_state, controller_state_values
from dcc_sim.mmc.views_load import (
    controller_script,
    controller_script_values,
    controller_type,
    controller_type_values,
    fill_special_days,
    marked_special_days,
    marked_special_days_values,
    switch_script,
    switch_script_values,
)

_CONTROLLERS: Final = range(1, 6)
_SPECIAL_DAY: Final = Integer(1, 20)
_CONTROLLER_NUMBER: Final = Integer(1, 5)

_LOAD_LIMIT: Final[tuple[Row, ...]] = (
    Leaf("LoadLimitCounterValue", "load_limit_count", UNSIGNED_INT),
    *omit(CONSTANT, "load_limit_count_unit.scaler", "load_limit_count_unit.unit"),
    Leaf("LoadLimitPowerThreshold", "load_limit_power", UNSIGNED_INT),
    Leaf("LoadLimitPeriod", "load_limit_period", UNSIGNED_INT),
    Leaf("LoadLimitRestorationPeriod", "load_limit_restoration_period", UNSIGNED_INT),
    Leaf("LoadLimitSupplyState", "load_limit_disables", Named({1: "Disable", 0: "Unchanged"})),
)


def _special_days(table: str, day: str, attribute: str) -> Element:
    return Element(
        table,
        Each(
            "auxiliary_special_days",
            Element(
                day,
                View(date_parts, ("date",), *DATE, inverse=date_values),
                Omit("index", "the order of the list", fill=POSITION),
                attributes=(Attribute(attribute, _SPECIAL_DAY, "day_id"),),
            ),
            high=20,
        ),
    )


def _special_days_applicability(attribute: str) -> View:
    return View(
        marked_special_days,
        ("special_days",),
        Each(
            "numbers",
            Element("SpecialDaysApplicability", attributes=(Attribute(attribute, _SPECIAL_DAY),), keep=True),
            high=20,
        ),
        inverse=marked_special_days_values,
    )


def _settle(values: dict[str, Value]) -> None:
    fill_special_days(values, "auxiliary_calendar", "auxiliary_special_days")


_SWITCHES: Final[tuple[Row, ...]] = (
    *(
        Element(
            "AuxiliaryLoadControlSwitch",
            Leaf("Description", f"description_{n}", OctetText(22)),
            Element(
                "TypeAndIdentifier",
                Choice(Flag("ALCS", f"controller_{n}", bytes(8)), Leaf("HCALCS", f"controller_{n}", Eui())),
            ),
            Leaf("State", f"switch_{n}", YesNo()),
            attributes=(Attribute("Index", Const(str(n))),),
        )
        for n in _CONTROLLERS
    ),
    _special_days("ALCSHCALCSSpecialDays", "ALCSHCALCSSpecialDay", "index"),
    Each(
        "auxiliary_calendar",
        Element(
            "ALCSScheduler",
            View(
                switch_script,
                ("script",),
                Element(
                    "ActivateDeactivateSwitch",
                    Choice(Flag("ActivateSwitch", "action", 1), Flag("DeactivateSwitch", "action", 2)),
                    attributes=(Attribute("index", _CONTROLLER_NUMBER, "number"),),
                ),
                inverse=switch_script_values,
            ),
            _special_days_applicability("index"),
            DAYS_OF_WEEK,
            dates_and_time("ALCSScheduleDatesAndTime"),
            *CALENDAR_OMISSIONS,
        ),
        high=48,
    ),
)

_BOOST: Final[tuple[Row, ...]] = (
    Each(
        "boost_log",
        Element("EventLogEntry", Leaf("BoostEnd", "end", LOG_TIME), Leaf("BoostStart", "start", LOG_TIME)),
        high=25,
    ),
    Leaf("BoostFunctionAvailability", "boost_function", YesNo()),
    *(Leaf(f"BoostFunctionControl{n}Value", f"boost_controls_{n}", YesNo()) for n in _CONTROLLERS),
)

_CONTROLLER_CONFIGURATION: Final[tuple[Row, ...]] = (
    *(
        Element(
            "AuxiliaryControllerDescription",
            Leaf("AuxiliaryControlDescription", f"description_{n}", OctetText(22)),
            attributes=(Attribute("auxiliaryControllerN", Const(str(n))),),
        )
        for n in _CONTROLLERS
    ),
    _special_days(
        "AuxiliaryControllerSpecialDayDefinitions", "AuxiliaryControllerSpecialDayDefinition", "identifier"
    ),
    Each(
        "auxiliary_calendar",
        Element(
            "AuxiliaryControllerSchedule",
            View(
                controller_script,
                ("script",),
                Element(
                    "AuxiliaryControllerAction",
                    Leaf("CommandedStateLevel", "level", LEVEL),
                    When("input", Flag("InputFromControlledLoad", "input", value=True)),
                    attributes=(Attribute("auxiliaryControllerN", _CONTROLLER_NUMBER, "number"),),
                ),
                inverse=controller_script_values,
            ),
            _special_days_applicability("identifier"),
            DAYS_OF_WEEK,
            dates_and_time("AuxiliaryControllerSchedulePeriodAndTime"),
            *CALENDAR_OMISSIONS,
        ),
        high=120,
    ),
)

_CONTROLLER_STATES: Final[tuple[Row, ...]] = tuple(
    Element(
        "AuxiliaryControllerOperationalData",
        View(
            controller_type,
            (f"controller_{n}",),
            Element(
                "TypeAndIdentifier",
                Leaf("AuxiliaryControllerType", "type", Plain()),
                When("id", Leaf("HCALCSID", "id", Eui())),
            ),
            inverse=controller_type_values,
        ),
        View(
            controller_state,
            (f"state_{n}",),
            Element(
                "AuxiliaryControllerStateAndAssociatedInformation",
                When("output", Leaf("OutputState", "output", LEVEL)),
                When("input", Leaf("InputState", "input", LEVEL)),
                Leaf("StateAndAssociatedInformation", "text", OctetText(72_000)),
            ),
            inverse=controller_state_values,
        ),
        attributes=(Attribute("auxiliaryControllerN", Const(str(n))),),
    )
    for n in _CONTROLLERS
)

ROWS: Final = (
    ResponseRow(code="ECS27", elements={"4.15": "ReadLoadLimitDataRsp"}, rows=_LOAD_LIMIT),
    ResponseRow(code="ECS28a", elements={"6.4.1": "UpdateDeviceConfigurationLoadLimitingGeneralSettingsRsp"}),
    ResponseRow(code="ECS28b", elements={"6.4.2": "UpdateDeviceConfigurationLoadLimitingCounterResetRsp"}),
    ResponseRow(code="ECS42", elements={"7.1": "EnableSupplyRsp"}),
    ResponseRow(code="ECS43", elements={"7.2": "DisableSupplyRsp"}),
    ResponseRow(code="ECS44", elements={"7.3": "ArmSupplyRsp"}),
    ResponseRow(
        code="ECS45",
        elements={"7.4": "ReadSupplyStatusRsp"},
        rows=(Leaf("SupplyState", "supply_state", Named({0: "Disabled", 1: "Enabled", 2: "Armed"})),),
    ),
    ResponseRow(code="ECS46a", elements={"6.14.1": "UpdateDeviceConfigurationALCDescriptionsRsp"}),
    ResponseRow(code="ECS46c", elements={"6.14.2": "UpdateDeviceConfigurationALCSchedulerRsp"}),
    # MMC 5.4 has no element for 6.14.3: the document says what failed in DebugInfo, else nothing.
    ResponseRow(code="ECS46d", elements={"6.14.3": None}),
    ResponseRow(
        code="ECS47",
        elements={
            "7.5": "ActivateAuxiliaryLoadRsp",
            "7.6": "DeactivateAuxiliaryLoadRsp",
            "7.8": "ResetAuxiliaryLoadRsp",
        },
    ),
    ResponseRow(code="ECS47a", elements={"7.13": "SetAuxiliaryControllerStateRsp"}),
    ResponseRow(code="ECS47e", elements={"7.16": "LimitAPCLevelRsp"}),
    ResponseRow(code="ECS61a", elements={"7.7": "ReadALCSDataRsp"}, rows=_SWITCHES, settle=_settle),
    ResponseRow(code="ECS61c", elements={"7.11": "ReadBoostButtonDetailsRsp"}, rows=_BOOST),
    ResponseRow(
        code="ECS61d",
        elements={"7.14": "ReadAuxiliaryControllerConfigurationDataRsp"},
        rows=_CONTROLLER_CONFIGURATION,
        settle=_settle,
    ),
    ResponseRow(
        code="ECS61e",
        elements={"7.15": "ReadAuxiliaryControllerOperationalDataRsp"},
        rows=_CONTROLLER_STATES,
    ),
    ResponseRow(
        code="ECS62",
        elements={"7.9": "AddAuxiliaryLoadToBoostButtonRsp", "7.10": "RemoveAuxiliaryLoadFromBoostButtonRsp"},
    ),
)
