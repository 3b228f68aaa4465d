"""MMC rows of the use cases of prepayment on an ESME (`dlms_prepayment`)."""

from __future__ import annotations

from typing import Final

from dcc_sim.codec.shape import Value
from dcc_sim.mmc.conversions import Integer, Named, Plain, TimeOfDay, YesNo
from dcc_sim.mmc.elements import CONSTANT, DATE, INTEGER, PRICE_SCALE, omit
from dcc_sim.mmc.elements_load import CALENDAR_OMISSIONS, DAYS_OF_WEEK, day_row
from dcc_sim.mmc.rows import POSITION, Attribute, Each, Element, Leaf, Omit, ResponseRow, Row, View, When
from dcc_sim.mmc.views import date_parts, date_values
from dcc_sim.mmc.views_electricity import charges_mode, debt_suspension
from dcc_sim.mmc.views_load import fill_special_days, marked_special_days, marked_special_days_values

_PERIODS: Final = Named({3600: "HOURLY", 86400: "DAILY"})
_WEEK: Final = 604_800
_SCRIPTS: Final = Named({32: "START", 33: "STOP"})
"""Vectors of ECS08a."""

_SPECIAL_DAYS: Final = Element(
    "ElectricitySpecialDays",
    Each(
        "non_disablement_special_days",
        Element(
            "SpecialDay",
            View(date_parts, ("date",), *DATE, inverse=date_values),
            Omit("index", "the order of the list", fill=POSITION),
            attributes=(Attribute("index", Integer(1, 20), "day_id"),),
        ),
        high=20,
    ),
)

_SCHEDULE: Final = Each(
    "non_disablement_calendar",
    Element(
        "ElectricityNonDisablementSchedule",
        Leaf("NonDisablementScript", "script", _SCRIPTS),
        Element(
            "SpecialDaysApplicability",
            View(
                marked_special_days,
                ("special_days",),
                Each(
                    "numbers",
                    Element("SpecialDayApplicability", Leaf("SpecialDayID", "", Integer(1, 20))),
                    high=20,
                ),
                inverse=marked_special_days_values,
            ),
        ),
        DAYS_OF_WEEK,
        Element(
            "ScheduleDatesAndTime",
            Leaf("SwitchTime", "switch_time", TimeOfDay()),
            day_row("StartDate", "begin_date"),
            day_row("EndDate", "end_date"),
        ),
        *CALENDAR_OMISSIONS,
    ),
    high=22,
)


def _debt(number: int) -> tuple[Row, ...]:
    rate = f"debt_rate_{number}"
    fixed = ("scaling.commodity_scale", "commodity.class_id", "commodity.logical_name", "commodity.attribute")
    return (
        Element(
            f"DebtRecovery{number}",
            # The table of a rate has one element (page ECS26a).
            Each(f"{rate}.table", Leaf("DebtRecoveryRate", "charge", INTEGER), high=1),
            Leaf("DebtRecoveryRatePriceScale", f"{rate}.scaling.price_scale", PRICE_SCALE),
            Leaf("DebtRecoveryRatePeriod", f"debt_period_{number}", _PERIODS),
        ),
        *omit(CONSTANT, *(f"{rate}.{path}" for path in fixed), f"{rate}.table[].index"),
        Omit(f"{rate}_again", "the same attribute, read twice (page ECS26a)", same_as=rate),
    )


_CONFIGURATION: Final[tuple[Row, ...]] = (
    Leaf("DebtRecoveryPerPayment", "debt_per_payment", INTEGER),
    # In whole currency units, as requests have it (vectors of ECS08a).
    Leaf("DebtRecoveryRateCap", "debt_cap_amount", INTEGER),
    Omit("debt_cap_period", "GBCS sets it to a week (page ECS26a)", fill=_WEEK),
    Each("disablement_threshold", Leaf("DisablementThreshold", "", INTEGER), high=1),
    Leaf("EmergencyCreditLimit", "emergency_credit_limit", INTEGER),
    Leaf("EmergencyCreditThreshold", "emergency_credit_threshold", INTEGER),
    Leaf("LowCreditThreshold", "low_credit_threshold", INTEGER),
    Leaf("CreditMaxCreditThreshold", "max_credit", INTEGER),
    Leaf("MaxCreditMaxMeterBalance", "max_meter_balance", INTEGER),
)

_NO_WAY_BACK: Final = "the entries also depend on whether the ESME has two elements, which MMC does not say"

_MODE: Final = View(
    debt_suspension,
    ("credit_charges",),
    When("disabled", Leaf("SuspendDebtDisabled", "disabled", YesNo())),
    When("emergency", Leaf("SuspendDebtEmergency", "emergency", YesNo())),
    inverse=_NO_WAY_BACK,
)


def _settle(values: dict[str, Value]) -> None:
    fill_special_days(values, "non_disablement_calendar", "non_disablement_special_days")


ROWS: Final = (
    ResponseRow(code="CS01a", elements={"2.2": "TopUpDeviceRsp"}),
    ResponseRow(code="ECS02", elements={"1.6": "UpdatePaymentModeRsp"}),
    ResponseRow(code="ECS03", elements={"1.6": "UpdatePaymentModeRsp"}),
    ResponseRow(code="ECS04a", elements={"1.5": "UpdateMeterBalanceRsp"}),
    ResponseRow(code="ECS04b", elements={"1.5": "UpdateMeterBalanceRsp"}),
    ResponseRow(code="ECS07", elements={"2.3": "UpdateDebtRsp"}),
    ResponseRow(code="ECS08", elements={"2.1": "UpdatePrepayConfigurationRsp"}),
    ResponseRow(code="ECS08a", elements={"2.1": "UpdatePrepayConfigurationRsp"}),
    ResponseRow(code="ECS09", elements={"2.5": "ActivateEmergencyCreditRsp"}),
    ResponseRow(
        code="ECS19",
        elements={"4.3": "ReadInstantaneousPrepayValuesRsp"},
        rows=(
            Leaf("EmergencyCreditBalance", "prepayment_balances.registers.emergency_credit", INTEGER),
            Leaf("AccumulatedDebtRegister", "prepayment_balances.registers.accumulated_debt", INTEGER),
            Leaf("PaymentDebtRegister", "prepayment_balances.registers.payment_debt", INTEGER),
            Leaf("TimeDebtRegister1", "prepayment_balances.registers.time_debt_1", INTEGER),
            Leaf("TimeDebtRegister2", "prepayment_balances.registers.time_debt_2", INTEGER),
            Leaf("MeterBalance", "prepayment_balances.registers.meter_balance", INTEGER),
        ),
    ),
    ResponseRow(
        code="ECS26a",
        elements={"4.13": "ReadPrepaymentConfigurationRsp"},
        rows=(
            *_CONFIGURATION,
            _MODE,
            Element(
                "Electricity",
                View(
                    charges_mode,
                    ("credit_charges",),
                    Leaf("PaymentMode", "mode", Plain()),
                    inverse=_NO_WAY_BACK,
                ),
                Element("NonDisablementCalendar", _SPECIAL_DAYS, _SCHEDULE),
                *_debt(1),
                *_debt(2),
            ),
        ),
        settle=_settle,
    ),
    ResponseRow(
        code="ECS26j",
        elements={"6.2.9": "ReadDeviceConfigurationPaymentModeRsp"},
        rows=(
            Leaf("PaymentMode", "payment_mode.mode", Named({1: "Credit", 2: "Prepayment"})),
            Omit("payment_mode.status", CONSTANT),
        ),
    ),
    ResponseRow(
        code="ECS82",
        elements={"4.18": "ReadMeterBalanceRsp"},
        rows=(Leaf("MeterBalance", "meter_balance", INTEGER),),
    ),
)
