"""What an ESME switches: the bodies of 6.4.*, 6.14.*, 7.1–7.3, 7.5, 7.6, 7.8–7.10, 7.13, 7.16.

Values of ECS28a/b, ECS42–44, ECS46a/c/d, ECS47, ECS47a/e, ECS62. Source: reference
`gbcs-use-cases/`; the numbers of scripts from the vectors (GBCS 7.3.6).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from dcc_sim.transform.conversions import (
    COSEM_DATE,
    COSEM_MOMENT,
    COSEM_TIME,
    EUI,
    TEXT,
    TRUTH,
    WEEKDAY_BITS,
    WHOLE,
    Named,
    Whole,
)
from dcc_sim.transform.electricity_schedule import special_day_view, special_days
from dcc_sim.transform.electricity_tariff import activation
from dcc_sim.transform.elements import find, integer
from dcc_sim.transform.rows import (
    DSP_DATED,
    LEFT_OUT,
    CommandRow,
    Composite,
    Each,
    Element,
    Flag,
    Leaf,
    Position,
    Row,
    Spread,
    View,
)

if TYPE_CHECKING:
    from lxml.etree import _Element

    from dcc_sim.codec.shape import Value
    from dcc_sim.transform.compiled import Job

_CONTROLLERS: Final = range(1, 6)
_CLOSE, _OPEN, _REVERT = 0x11, 0x12, 0x20
_ACTIVATE, _DEACTIVATE = 0x01, 0x02
_OCTET: Final = 0x100
"""The number of the controller stands in the octet above its state."""

_OUTPUT, _INPUT = 0x10, 0x20
_LEVEL_IN_CALENDAR: Final = 0x80


def _state(element: _Element) -> int:
    direction = _OUTPUT if find(element, "InputFromControlledLoad") is None else _INPUT
    number = int(element.get("auxiliaryControllerN") or 0)
    return (direction | number) * _OCTET + integer(element, "CommandedStateLevel")


def commanded_state(element: _Element, job: Job) -> Mapping[str, Value]:  # noqa: ARG001
    """Direction and number of the controller in the upper octet, level in per cent in the lower."""
    return {"controller_and_state": _state(element)}


def scheduled_state(element: _Element, job: Job) -> Mapping[str, Value]:  # noqa: ARG001
    """As `commanded_state`, with the highest bit of the level set."""
    return {"script": _state(element) | _LEVEL_IN_CALENDAR}


def switch_script(element: _Element, job: Job) -> Mapping[str, Value]:  # noqa: ARG001
    """Number of the switch in the upper octet, activate or deactivate in the lower."""
    action = _ACTIVATE if find(element, "ActivateSwitch") is not None else _DEACTIVATE
    return {"script": int(element.get("index") or 0) * _OCTET + action}


_STATE_PARTS: Final = ("@auxiliaryControllerN", "CommandedStateLevel", "InputFromControlledLoad")
_PERIOD: Final[tuple[Row, ...]] = (
    Leaf("@auxiliaryControllerN", ("start.object", "end.object"), WHOLE),
    Leaf("StartDateTime", "start.value", COSEM_MOMENT),
    Leaf("EndDateTime", "end.value", COSEM_MOMENT),
    View(commanded_state, _STATE_PARTS, ("controller_and_state",)),
)


def _entry(times: str, action: Row, special_day: View) -> tuple[Row, ...]:
    return (
        Position("index"),
        action,
        special_day,
        Composite("DaysOfWeekApplicability", "weekdays", WEEKDAY_BITS, absent="0000000"),
        Element(
            times,
            Leaf("SwitchTime", "switch_time", COSEM_TIME),
            Composite("StartDate", "begin_date", COSEM_DATE),
            Composite("EndDate", "end_date", COSEM_DATE),
        ),
    )


def _special_days(path: str, key: str) -> tuple[Row, View]:
    view = special_day_view("SpecialDaysApplicability", key, path)
    return special_days(path, "auxiliary_special_days", key), view


_OLD_DAYS, _OLD_BITS = _special_days("ALCSHCALCSSpecialDays/ALCSHCALCSSpecialDay", "@index")
_DAYS, _BITS = _special_days(
    "AuxiliaryControllerSpecialDayDefinitions/AuxiliaryControllerSpecialDayDefinition", "@identifier"
)
_ACTIVATE_CALENDAR: Final = activation("activate_auxiliary_calendar", "activate_auxiliary_special_days")
_BOOST: Final = tuple(f"boost_controls_{n}" for n in _CONTROLLERS)
_NOT: Final = Named({"true": False, "1": False, "false": True, "0": True}, rule="boolean")
"""The command says of each controller whether it is controlled: what is not removed stays (uncertain)."""

_LIMITS: Final = (
    ("LoadLimitPeriod", "load_limit_period", WHOLE),
    ("LoadLimitPowerThreshold", "load_limit_power", WHOLE),
    ("LoadLimitRestorationPeriod", "load_limit_restoration_period", WHOLE),
    ("LoadLimitSupplyState", "load_limit_disables", Named({"Disable": True, "Unchanged": False})),
)

ROWS: Final = (
    CommandRow(
        code="ECS28a",
        bodies=("UpdateDeviceConfigurationLoadLimitingGeneralSettings",),
        rows=(
            *(Leaf(path, name, conversion) for path, name, conversion in _LIMITS),
            activation(*(f"activate_{name}" for _, name, _ in _LIMITS)),
        ),
    ),
    CommandRow(
        code="ECS28b", bodies=("UpdateDeviceConfigurationLoadLimitingCounterReset",), rows=(DSP_DATED,)
    ),
    CommandRow(code="ECS42", bodies=("EnableSupply",)),
    CommandRow(code="ECS43", bodies=("DisableSupply",)),
    CommandRow(code="ECS44", bodies=("ArmSupply",)),
    CommandRow(
        code="ECS46a",
        bodies=("UpdateDeviceConfigurationALCDescriptions",),
        rows=(
            Spread(
                "ALCSHCALCSDescription",
                tuple(f"description_{n}" for n in _CONTROLLERS),
                Leaf("SwitchDescription", "", TEXT),
                absent=LEFT_OUT,
            ),
        ),
    ),
    CommandRow(
        code="ECS46c",
        bodies=("UpdateDeviceConfigurationALCScheduler",),
        rows=(
            Spread(
                "SwitchTypeAndId",
                tuple(f"controller_{n}" for n in _CONTROLLERS),
                # A switch of the meter's own has no identifier: 8 octets of 0 (vectors).
                Flag("ALCS", "", bytes(8)),
                Leaf("HCALCS", "", EUI, absent=LEFT_OUT),
                absent=LEFT_OUT,
            ),
            _OLD_DAYS,
            Each(
                "ALCSHCALCSConnectionSchedule",
                "auxiliary_calendar",
                *_entry(
                    "ALCSScheduleDatesAndTime",
                    Element(
                        "ActivateDeactivateSwitch",
                        View(switch_script, ("@index", "ActivateSwitch", "DeactivateSwitch"), ("script",)),
                    ),
                    _OLD_BITS,
                ),
            ),
            _ACTIVATE_CALENDAR,
        ),
    ),
    CommandRow(
        code="ECS46d",
        bodies=("UpdateDeviceConfigurationAuxiliaryControllerScheduler",),
        rows=(
            _DAYS,
            Each(
                "AuxiliaryControllerSchedule",
                "auxiliary_calendar",
                *_entry(
                    "AuxiliaryControllerSchedulePeriodAndTime",
                    Element("AuxiliaryControllerAction", View(scheduled_state, _STATE_PARTS, ("script",))),
                    _BITS,
                ),
                low=0,
            ),
            _ACTIVATE_CALENDAR,
        ),
    ),
    CommandRow(
        code="ECS47",
        bodies=("ActivateAuxiliaryLoad",),
        rows=(
            Leaf("ActivateALCSHCALCS/@index", "close_time.object", WHOLE),
            Leaf("ActivateALCSHCALCS/@index", "controller_and_state", Whole(times=_OCTET, plus=_CLOSE)),
            Leaf("ActivateALCSHCALCS/Duration", "close_time.value", WHOLE),
        ),
    ),
    CommandRow(
        code="ECS47",
        bodies=("DeactivateAuxiliaryLoad",),
        rows=(
            Leaf("DeactivateALCSHCALCS/@index", "open_time.object", WHOLE),
            Leaf("DeactivateALCSHCALCS/@index", "controller_and_state", Whole(times=_OCTET, plus=_OPEN)),
            Leaf("DeactivateALCSHCALCS/Duration", "open_time.value", WHOLE),
        ),
    ),
    CommandRow(
        code="ECS47",
        bodies=("ResetAuxiliaryLoad",),
        rows=(Leaf("ResetALCSHCALCS/@index", "controller_and_state", Whole(times=_OCTET, plus=_REVERT)),),
    ),
    CommandRow(code="ECS47a", bodies=("SetAuxiliaryControllerState",), rows=_PERIOD),
    CommandRow(code="ECS47e", bodies=("LimitAPCLevel",), rows=_PERIOD),
    CommandRow(
        code="ECS62",
        bodies=("AddAuxiliaryLoadToBoostButton",),
        rows=(DSP_DATED, Spread("AddToBoostButton", _BOOST, Leaf(".", "", TRUTH))),
    ),
    CommandRow(
        code="ECS62",
        bodies=("RemoveAuxiliaryLoadFromBoostButton",),
        rows=(DSP_DATED, Spread("RemoveFromBoostButton", _BOOST, Leaf(".", "", _NOT))),
    ),
)
