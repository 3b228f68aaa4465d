"""Settings of an ESME: the bodies of 3.1–3.5, 6.8, 6.12, 6.18.*, 6.20.*, 6.22, 6.25, 7.12, 9.1.

Values of ECS10, ECS12, ECS14, ECS15a/c, ECS16, ECS25*, ECS30/30a, ECS34, ECS37, ECS38, ECS39a/b, ECS50,
ECS57, ECS81. Source: reference `gbcs-use-cases/`, `gbcs.md` §k; vectors.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from dcc_sim.codec.times import CosemDate
from dcc_sim.transform.compiled import converted
from dcc_sim.transform.conversions import COSEM_MOMENT, COSEM_TIME, TEXT, WHOLE, Named
from dcc_sim.transform.elements import children, find, get, integer, local_name, refuse, text
from dcc_sim.transform.rows import (
    CHOSE_USE_CASE,
    DSP_DATED,
    CommandRow,
    Element,
    Flag,
    Given,
    Leaf,
    Omit,
    View,
)

if TYPE_CHECKING:
    from lxml.etree import _Element

    from dcc_sim.codec.shape import Value
    from dcc_sim.transform.compiled import Job

_SETTINGS: Final = 256


def alert_settings(prefix: int, name: str) -> Callable[[_Element, Job], Mapping[str, Value]]:
    """A function for elements named by alert code, each Enable or Disable: 256 bits of mask, 256 of actions.

    Bit n stands for alert `prefix` and n; bit 0 of each half is its last (page ECS25a). What is not
    named keeps its setting. Alerts of a polyphase meter do not exist on one known to have a single
    phase: there they are left out (vector of ECS25b).
    """

    def settings(element: _Element, job: Job) -> Mapping[str, Value]:
        mask = actions = 0
        for group in children(element):
            if job.context.polyphase is False and local_name(group).endswith("PolyPhase"):
                continue
            for setting in children(group):
                code = int(local_name(setting).removeprefix("x"), 16)
                bit = 1 << (code & 0xFF)
                if code >> 8 != prefix:
                    raise refuse(setting, f"its code does not start with {prefix:02X}", rule="alert code")
                if mask & bit:
                    raise refuse(setting, "it is named twice", rule="alert once")
                mask |= bit
                if text(setting) == "Enable":
                    actions |= bit
        return {name: f"{mask:0{_SETTINGS}b}{actions:0{_SETTINGS}b}"}

    return settings


_SUPPLIER, _NETWORK = 0x81, 0x80


def _alerts(code: str, path: str, name: str, prefix: int) -> CommandRow:
    view = View(alert_settings(prefix, name), ("*", "*/*"), (name,))
    return CommandRow(code=code, bodies=("ConfigureAlertBehaviour",), rows=(Element(path, view),))


_ANY: Final = 0xFF
_MONTHS: Final = 12
_LONG_PERIODS: Final = {"Quarterly": 4, "SixMonthly": 2, "Yearly": 1}
"""Element to number of billing dates in a year."""


def billing_calendar(element: _Element, job: Job) -> Mapping[str, Value]:  # noqa: ARG001
    """One date with wildcards, or one a year, half-year or quarter from the start month on (vectors)."""
    time = converted(COSEM_TIME, get(element, "BillingTime"))
    dates = [CosemDate(b"\xff\xff" + bytes(parts)) for parts in _billing_dates(element)]
    return {"billing_calendar": [{"time": time, "date": date} for date in dates]}


def _billing_dates(element: _Element) -> list[tuple[int, int, int]]:
    """Month, day, weekday of each."""
    for period, count in _LONG_PERIODS.items():
        found = find(element, period)
        if found is not None:
            day, start = integer(found, "DayOfMonth"), integer(found, "BillingPeriodStartMonth")
            months = ((start - 1 + n * _MONTHS // count) % _MONTHS + 1 for n in range(count))
            return [(month, day, _ANY) for month in months]
    if (weekly := find(element, "Weekly")) is not None:
        return [(_ANY, _ANY, integer(weekly))]
    if (monthly := find(element, "Monthly")) is not None:
        return [(_ANY, integer(monthly), _ANY)]
    return [(_ANY, _ANY, _ANY)]


_BILLING: Final = (
    Element(
        "ElectricityBillingCalendar",
        View(
            billing_calendar,
            ("BillingTime", "Daily", "Weekly", "Monthly", *(f"{period}/*" for period in _LONG_PERIODS)),
            ("billing_calendar",),
        ),
    ),
)


def power_thresholds(body: _Element, job: Job) -> Mapping[str, Value]:  # noqa: ARG001
    """Low to medium, then medium to high, in watts."""
    names = ("LowMediumPowerThreshold", "MediumHighPowerThreshold")
    return {"power_thresholds": [integer(body, name) for name in names]}


def demand_period(schedule: _Element, job: Job) -> Mapping[str, Value]:  # noqa: ARG001
    """The start of the configurable period is schedule entry 0, script 1; its end entry 1, script 2."""
    entries = [
        {
            "index": n,
            "script": n + 1,
            "switch_time": converted(COSEM_TIME, get(schedule, name)),
        }
        for n, name in enumerate(("StartTime", "EndTime"))
    ]
    return {"max_demand_period": entries}


def mpans(element: _Element, job: Job) -> Mapping[str, Value]:  # noqa: ARG001
    """The import MPAN, followed at once by that of the secondary element if there is one."""
    found = (find(element, name) for name in ("ImportMPAN", "SecondaryImportMPAN"))
    return {"mpans": "".join(text(mpan) for mpan in found if mpan is not None).encode()}


_RESET: Final = 0

ROWS: Final = (
    CommandRow(
        code="ECS10", bodies=("DisplayMessage",), rows=(DSP_DATED, Leaf("SupplierMessage", "message", TEXT))
    ),
    CommandRow(
        code="ECS12",
        bodies=("RestrictAccessForChangeOfTenancy",),
        rows=(DSP_DATED, Leaf("RestrictionDateTime", "restrict_data_before", COSEM_MOMENT)),
    ),
    CommandRow(code="ECS14", bodies=("DisablePrivacyPIN",)),
    CommandRow(code="ECS15a", bodies=("ClearEventLog",), rows=(Omit("ESMEEventLogType", CHOSE_USE_CASE),)),
    CommandRow(code="ECS15c", bodies=("ClearEventLog",), rows=(Omit("ESMEEventLogType", CHOSE_USE_CASE),)),
    CommandRow(
        code="ECS16",
        bodies=("UpdateSupplierName",),
        rows=(
            DSP_DATED,
            Leaf("SupplierName", "supplier_name", TEXT),
            Leaf("SupplierTelephoneNumber", "supplier_telephone", TEXT),
        ),
    ),
    _alerts("ECS25a", "ElectricitySupplierAlerts", "wan_alerts", _SUPPLIER),
    _alerts("ECS25a1", "ElectricitySupplierHANAlertSettings", "han_sharing", _SUPPLIER),
    _alerts("ECS25a2", "ElectricitySupplierAlarmSettings", "alarms", _SUPPLIER),
    _alerts("ECS25a3", "ElectricitySupplierLoggingSettings", "logging", _SUPPLIER),
    _alerts("ECS25b", "ElectricityNetworkOperatorAlerts", "wan_alerts", _NETWORK),
    _alerts("ECS25b3", "ElectricityNetworkOperatorLoggingSettings", "logging", _NETWORK),
    CommandRow(code="ECS30", bodies=("UpdateDeviceConfigurationBillingCalendar",), rows=_BILLING),
    CommandRow(code="ECS30a", bodies=("UpdateDeviceConfigurationBillingCalendar",), rows=_BILLING),
    CommandRow(
        code="ECS34",
        bodies=("UpdateDeviceConfigurationInstantaneousPowerThreshold",),
        rows=(
            DSP_DATED,
            View(
                power_thresholds,
                ("LowMediumPowerThreshold", "MediumHighPowerThreshold"),
                ("power_thresholds",),
            ),
        ),
    ),
    CommandRow(
        code="ECS37",
        bodies=("SetMaximumDemandConfigurableTimePeriod",),
        rows=(
            DSP_DATED,
            Element(
                "MaximumDemandTimePeriodSchedule",
                View(demand_period, ("StartTime", "EndTime"), ("max_demand_period",)),
            ),
        ),
    ),
    CommandRow(
        code="ECS38",
        bodies=("SetRandomisedOffsetLimit",),
        rows=(Leaf("RandomisedOffsetLimit", "randomised_offset_limit", WHOLE),),
    ),
    CommandRow(
        code="ECS39a",
        bodies=("SetDeviceConfigurationImportMPxN",),
        rows=(
            DSP_DATED,
            Element("ImportMPANs", View(mpans, ("ImportMPAN", "SecondaryImportMPAN"), ("mpans",))),
        ),
    ),
    CommandRow(
        code="ECS39b",
        bodies=("SetDeviceConfigurationExportMPAN",),
        rows=(DSP_DATED, Leaf("ExportMPAN", "export_mpan", TEXT)),
    ),
    CommandRow(
        code="ECS50",
        bodies=("RequestCustomerIdentificationNumber",),
        rows=(Given("customer_number", "customer identification number"),),
    ),
    CommandRow(
        code="ECS57",
        bodies=("ResetMaximumDemandRegisters",),
        rows=(
            DSP_DATED,
            Flag("MaxDemandActivePowerImportValue", "reset_max_demand_import", _RESET),
            Flag("MaxDemandConfigTimeActivePowerImportValue", "reset_max_demand_configurable", _RESET),
            Flag("MaxDemandActivePowerExportValue", "reset_max_demand_export", _RESET),
        ),
    ),
    CommandRow(
        code="ECS81",
        bodies=("SetElectricitySupplyTamperState",),
        rows=(Leaf("SupplyTamperState", "supply_tamper_state", Named({"Locked": True, "Unchanged": False})),),
    ),
)
