"""Settings of a gas meter and orders to it: bodies of 3.1–3.5, 6.6–6.8, 6.20.1, 6.22, 7.2, 7.3, 9.1, 14.1.

Values of CS11, GCS07, GCS09, GCS11, GCS20, GCS23, GCS24/24a, GCS25/25a, GCS31, GCS32, GCS36, GCS39, GCS41,
GCS44. Source: reference `gbcs-use-cases/`, `gbcs-general.md` §11; vectors.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from dcc_sim.transform.compiled import converted
from dcc_sim.transform.conversions import SECONDS_2000, TEXT, WHOLE, Named, Scaled, seconds_2000
from dcc_sim.transform.elements import children, get, local_name, refuse
from dcc_sim.transform.gas_calendar import AT_ONCE, issued
from dcc_sim.transform.rows import DSP_DATED, CommandRow, Constant, Element, Given, Leaf, Now, Row, View, When

if TYPE_CHECKING:
    from lxml.etree import _Element

    from dcc_sim.codec.shape import Value
    from dcc_sim.transform.compiled import Job

_LOG, _WAN, _HAN, _ALARM = 0x03, 0x08, 0x10, 0x40
_ACTIONS: Final = {"WANAlert": _WAN, "HANAlert": _HAN, "EventLog": _LOG, "Alarm": _ALARM}
_ON: Final = Named({"Enable": True, "Disable": False})


def event_configurations(settings: _Element, job: Job) -> Mapping[str, Value]:
    """One command for each combination of actions, with the events that are to have it.

    First those that alert to the WAN, then to the HAN, then those not kept in a log: the order of the
    published frame, without meaning for the meter.
    """
    events: dict[int, list[Value]] = {}
    seen: set[int] = set()
    for event in children(settings):
        code = int(local_name(event).removeprefix("x"), 16)
        if code in seen:
            raise refuse(event, "it is named twice", rule="event once")
        seen.add(code)
        bits = sum(bit for name, bit in _ACTIONS.items() if converted(_ON, get(event, name)))
        events.setdefault(bits, []).append(code)
    if not events:
        raise refuse(settings, "it sets no event")
    return {
        "event_configurations": [
            {"issuer_event_id": seconds_2000(job.now), "configuration": bits, "events": events[bits]}
            for bits in sorted(events, key=_alerts_first)
        ]
    }


def _alerts_first(bits: int) -> tuple[bool, bool, int]:
    return not bits & _WAN, not bits & _HAN, bits & ~(_WAN | _HAN)


def alerts_alone(settings: _Element, job: Job) -> Mapping[str, Value]:  # noqa: ARG001
    """Refuses the older form: the command sets HAN alert, log and alarm of an event with its WAN alert."""
    raise refuse(
        settings,
        "it says nothing of HAN alert, log and alarm, which the command sets for each event: "
        "use GasSupplierAlertEventSettings",
        rule="nothing is made up",
    )


_SETTING_OF_DAYS, _SETTING_OF_WEEKS, _SETTING_OF_MONTHS = 0x21, 0x22, 0x23
_PERIODS: Final = {
    "Daily": (_SETTING_OF_DAYS, 1),
    "Weekly": (_SETTING_OF_WEEKS, 1),
    "Monthly": (_SETTING_OF_MONTHS, 1),
    "Quarterly": (_SETTING_OF_MONTHS, 3),
    "SixMonthly": (_SETTING_OF_MONTHS, 6),
    "Yearly": (_SETTING_OF_MONTHS, 12),
}
"""Periodicity to duration type and duration (pages GCS25, GCS25a)."""


def _billing(code: str, *periods: str) -> CommandRow:
    types = Named({period: _PERIODS[period][0] for period in periods})
    durations = Named({period: _PERIODS[period][1] for period in periods})
    return CommandRow(
        code=code,
        bodies=("UpdateDeviceConfigurationBillingCalendar",),
        rows=(
            issued("billing_period", "block_period"),
            Element(
                "GasBillingCalendar",
                Leaf(
                    "BillingPeriodStart",
                    ("billing_period.start_time", "block_period.start_time"),
                    SECONDS_2000,
                ),
                Leaf("Periodicity", ("billing_period.duration_type", "block_period.duration_type"), types),
                Leaf("Periodicity", ("billing_period.duration", "block_period.duration"), durations),
            ),
        ),
    )


_STATES: Final = Named({"Locked": 0, "Unchanged": 3})


def _flow(code: str, rate: Row) -> CommandRow:
    return CommandRow(
        code=code,
        bodies=("UpdateDeviceConfigurationGasFlow",),
        rows=(
            issued("uncontrolled_flow", "supply_states"),
            rate,
            Leaf("SupplyDepletionState", "supply_states.depletion_state", _STATES),
            Leaf("SupplyTamperState", "supply_states.tamper_state", _STATES),
            Leaf("StabilisationPeriod", "uncontrolled_flow.stabilisation_period", WHOLE),
            Leaf("MeasurementPeriod", "uncontrolled_flow.measurement_period", WHOLE),
        ),
    )


def _order(code: str, body: str, *rows: Row) -> CommandRow:
    return CommandRow(code=code, bodies=(body,), rows=rows)


_CALORIFIC_DIGITS, _FACTOR_DIGITS, _FLOW_DIGITS = 1, 5, 4
"""Decimal places that the trailing digits of GCS23 and the divisor of GCS24a leave."""

ROWS: Final = (
    _order("CS11", "ClearEventLog"),
    _order(
        "GCS07",
        "DisplayMessage",
        DSP_DATED,
        Now("message.message_id", seconds_2000),
        Constant("message.start_time", AT_ONCE),
        Leaf("SupplierMessage", "message.text", TEXT),
    ),
    _order(
        "GCS09",
        "RestrictAccessForChangeOfTenancy",
        DSP_DATED,
        issued("change_of_tenancy"),
        Leaf("RestrictionDateTime", "change_of_tenancy.start_time", SECONDS_2000),
    ),
    _order("GCS11", "DisablePrivacyPIN", issued("password")),
    _order(
        "GCS20",
        "ConfigureAlertBehaviour",
        When(
            "GasSupplierAlertEventSettings",
            View(event_configurations, ("*/*",), ("event_configurations",)),
        ),
        When("GasSupplierAlerts", View(alerts_alone, ("*",), ())),
    ),
    _order(
        "GCS23",
        "UpdateDeviceConfigurationGasConversion",
        issued("conversion_factor", "calorific_value"),
        Leaf("CalorificValue", "calorific_value.value", Scaled(_CALORIFIC_DIGITS)),
        Leaf("ConversionFactor", "conversion_factor.value", Scaled(_FACTOR_DIGITS)),
    ),
    _flow("GCS24", Leaf("UncontrolledGasFlowRate", "uncontrolled_flow.threshold", WHOLE)),
    _flow(
        "GCS24a",
        Leaf("UncontrolledGasFlowRateDecimal", "uncontrolled_flow.threshold", Scaled(_FLOW_DIGITS)),
    ),
    _billing("GCS25", "Daily", "Weekly", "Monthly"),
    _billing("GCS25a", *_PERIODS),
    _order("GCS31", "RecordNetworkDataGAS", issued("sampling")),
    _order("GCS32", "DisableSupply", issued("supply")),
    _order(
        "GCS36",
        "RequestCustomerIdentificationNumber",
        issued("customer_identification"),
        Given("customer_identification.number", "customer identification number"),
    ),
    _order("GCS39", "ArmSupply", issued("supply")),
    _order(
        "GCS41",
        "SetDeviceConfigurationImportMPxN",
        DSP_DATED,
        issued("site"),
        Leaf("ImportMPRN", "site.mprn", TEXT),
    ),
    _order(
        "GCS44",
        "UpdateSupplierName",
        DSP_DATED,
        issued("contact"),
        Leaf("SupplierName", "contact.name", TEXT),
        Leaf("SupplierTelephoneNumber", "contact.telephone", TEXT),
    ),
)
