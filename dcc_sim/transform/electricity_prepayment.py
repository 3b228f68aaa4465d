"""Prepayment and payment mode on an ESME: the bodies of 1.5, 1.6, 2.1, 2.2, 2.3, 2.5.

Values of ECS02, ECS03, ECS04a/b, ECS07, ECS08/08a, ECS09, CS01a. Source: reference `gbcs-use-cases/`,
`gbcs.md` §k; vectors.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from dcc_sim.transform.conversions import COSEM_DAY, COSEM_TIME, TEXT, WEEKDAY_BITS, WHOLE, Named
from dcc_sim.transform.electricity_schedule import special_day_view, special_days
from dcc_sim.transform.electricity_tariff import activation
from dcc_sim.transform.elements import get, text
from dcc_sim.transform.rows import (
    CHOSE_USE_CASE,
    LEFT_OUT,
    CommandRow,
    Composite,
    Constant,
    Each,
    Element,
    Leaf,
    Omit,
    Position,
    Row,
    View,
)

if TYPE_CHECKING:
    from lxml.etree import _Element

    from dcc_sim.codec.shape import Value
    from dcc_sim.transform.compiled import Job

_BALANCE, _EMERGENCY, _ACCUMULATED = (bytes.fromhex(f"0000130A0{n}FF") for n in (0, 1, 2))
_CONSUMPTION, _TIME_1, _TIME_2, _PAYMENT, _STANDING, _SECONDARY = (
    bytes.fromhex(f"000013140{n}FF") for n in range(6)
)
_CREDIT_MODE: Final = ((_BALANCE, _CONSUMPTION), (_BALANCE, _STANDING))
_SECONDARY_CREDIT_MODE: Final = ((_BALANCE, _SECONDARY),)
_PREPAYMENT_MODE: Final = (
    (_BALANCE, _CONSUMPTION),
    (_BALANCE, _STANDING),
    (_BALANCE, _TIME_1),
    (_BALANCE, _TIME_2),
    (_BALANCE, _PAYMENT),
    (_EMERGENCY, _PAYMENT),
    (_EMERGENCY, _CONSUMPTION),
    (_EMERGENCY, _STANDING),
    (_EMERGENCY, _TIME_1),
    (_EMERGENCY, _TIME_2),
    (_ACCUMULATED, _STANDING),
    (_ACCUMULATED, _TIME_1),
    (_ACCUMULATED, _TIME_2),
)
_SECONDARY_PREPAYMENT_MODE: Final = ((_BALANCE, _SECONDARY), (_EMERGENCY, _SECONDARY))
_TIME_DEBTS: Final = (_TIME_1, _TIME_2)
_ALWAYS: Final = "111"
_NOT_WHILE_DISABLED: Final = "110"


def credit_charges(body: _Element, job: Job) -> Mapping[str, Value]:  # noqa: ARG001
    """Credit mode: which charges are taken from the meter balance, with the secondary one if there is one."""
    pairs = _CREDIT_MODE + (_SECONDARY_CREDIT_MODE if job.context.twin_element else ())
    return {"credit_charges": [_collected(credit, charge, _ALWAYS) for credit, charge in pairs]}


def prepayment_charges(prepayment: _Element, job: Job) -> Mapping[str, Value]:
    """Prepayment mode: which charge is taken from which credit, by the two suspensions of debt.

    GBCS 18.2.1 has four values; the published frames show two (debt suspended when disabled or not,
    both with debt suspended in emergency credit), with the order of the entries. That time debts are
    not charged to the accumulated debt when emergency credit pays them is inferred (uncertain).
    """
    disabled = text(get(prepayment, "SuspendDebtDisabled")) in ("true", "1")
    emergency = text(get(prepayment, "SuspendDebtEmergency")) in ("true", "1")
    entries = []
    for credit, charge in _PREPAYMENT_MODE + (_SECONDARY_PREPAYMENT_MODE if job.context.twin_element else ()):
        is_debt = charge in _TIME_DEBTS
        if is_debt and credit == _ACCUMULATED and not emergency:
            continue
        suspended = is_debt and disabled and credit != _ACCUMULATED
        entries.append(_collected(credit, charge, _NOT_WHILE_DISABLED if suspended else _ALWAYS))
    return {"credit_charges": entries}


def _collected(credit: bytes, charge: bytes, when: str) -> Value:
    return {"credit": credit, "charge": charge, "collection": when}


_CREDIT, _PREPAYMENT = 1, 2
_HOUR, _DAY, _WEEK = 3600, 86_400, 604_800
_PERIODS: Final = Named({"HOURLY": _HOUR, "DAILY": _DAY})


def _debt_recovery(number: int) -> tuple[Row, ...]:
    return (
        Constant(f"debt_rate_{number}.commodity", {}),
        Element(
            f"ElecDebtRecovery{number}",
            Each("DebtRecoveryRate", f"debt_rate_{number}.table", Leaf(".", "charge", WHOLE)),
            Leaf("DebtRecoveryRatePriceScale", f"debt_rate_{number}.scaling.price_scale", WHOLE),
            Leaf("DebtRecoveryRatePeriod", f"debt_period_{number}", _PERIODS),
        ),
    )


_SPECIAL_DAYS: Final = "ElectricitySpecialDays/SpecialDay"
_CONFIGURATION: Final[tuple[Row, ...]] = (
    Element(
        "UpdatePrepayConfigElectricity",
        Leaf("DebtRecoveryRateCap", "debt_cap_amount", WHOLE),
        # The cap is an amount per week (SMETS 5.7.4.13; vectors).
        Constant("debt_cap_period", _WEEK),
        Leaf("EmergencyCreditLimit", "emergency_credit_limit", WHOLE),
        Leaf("EmergencyCreditThreshold", "emergency_credit_threshold", WHOLE),
        Leaf("LowCreditThreshold", "low_credit_threshold", WHOLE),
        Element(
            "ElectricityNonDisablementCalendar",
            special_days(_SPECIAL_DAYS, "non_disablement_special_days", "@index", "Date"),
            Each(
                "ElectricityNonDisablementSchedule",
                "non_disablement_calendar",
                Position("index"),
                Leaf("NonDisablementScript", "script", Named({"START": 32, "STOP": 33})),
                special_day_view(
                    "SpecialDaysApplicability/SpecialDayApplicability",
                    "SpecialDayID",
                    f"UpdatePrepayConfigElectricity/ElectricityNonDisablementCalendar/{_SPECIAL_DAYS}",
                ),
                Composite("DaysOfWeekApplicability", "weekdays", WEEKDAY_BITS),
                Element(
                    "ScheduleDatesAndTime",
                    Leaf("SwitchTime", "switch_time", COSEM_TIME),
                    Leaf("StartDate", "begin_date", COSEM_DAY),
                    Leaf("EndDate", "end_date", COSEM_DAY),
                ),
            ),
        ),
        Leaf("MaxMeterBalance", "max_meter_balance", WHOLE),
        Leaf("MaxCreditThreshold", "max_credit", WHOLE),
    ),
    activation(
        "activate_non_disablement_special_days",
        "activate_max_meter_balance",
        "activate_max_credit",
        "activate_debt_cap_amount",
        "activate_debt_cap_period",
        "activate_low_credit_threshold",
        "activate_emergency_credit_limit",
        "activate_emergency_credit_threshold",
        "activate_non_disablement_calendar",
    ),
)

ROWS: Final = (
    CommandRow(code="CS01a", bodies=("TopUpDevice",), rows=(Leaf("UTRN", "token", TEXT),)),
    CommandRow(
        code="ECS02",
        bodies=("UpdatePaymentMode",),
        rows=(
            Constant("payment_mode", {"mode": _CREDIT}),
            Omit("Credit", CHOSE_USE_CASE),
            View(credit_charges, (), ("credit_charges",)),
            activation("activate_payment_mode"),
        ),
    ),
    CommandRow(
        code="ECS03",
        bodies=("UpdatePaymentMode",),
        rows=(
            Constant("payment_mode", {"mode": _PREPAYMENT}),
            Element(
                "Prepayment",
                Leaf("DisablementThreshold", "disablement_threshold", WHOLE),
                View(
                    prepayment_charges, ("SuspendDebtDisabled", "SuspendDebtEmergency"), ("credit_charges",)
                ),
            ),
            activation("activate_disablement_threshold", "activate_payment_mode"),
        ),
    ),
    CommandRow(
        # An ESME has one balance: which mode the request names does not change the command.
        code="ECS04a",
        bodies=("UpdateMeterBalance",),
        rows=(
            Leaf("PrepaymentMode/AdjustMeterBalance", "adjust_meter_balance", WHOLE, absent=LEFT_OUT),
            Leaf("CreditMode/AdjustMeterBalance", "adjust_meter_balance", WHOLE, absent=LEFT_OUT),
        ),
    ),
    CommandRow(
        code="ECS04b",
        bodies=("UpdateMeterBalance",),
        rows=(
            Omit("PrepaymentMode/ResetMeterBalance", CHOSE_USE_CASE),
            Omit("CreditMode/ResetMeterBalance", CHOSE_USE_CASE),
        ),
    ),
    CommandRow(
        code="ECS07",
        bodies=("UpdateDebt",),
        rows=(
            Leaf("TimeDebtRegister1", "adjust_time_debt_1", WHOLE),
            Leaf("TimeDebtRegister2", "adjust_time_debt_2", WHOLE),
            Leaf("PaymentDebtRegister", "adjust_payment_debt", WHOLE),
            Leaf("DebtRecoveryPerPayment", "debt_per_payment", WHOLE),
            *_debt_recovery(1),
            *_debt_recovery(2),
        ),
    ),
    CommandRow(code="ECS08", bodies=("UpdatePrepayConfiguration",), rows=_CONFIGURATION),
    CommandRow(code="ECS08a", bodies=("UpdatePrepayConfiguration",), rows=_CONFIGURATION),
    CommandRow(code="ECS09", bodies=("ActivateEmergencyCredit",)),
)
