"""Prepayment and payment mode on a GSME: the bodies of 1.5, 1.6, 2.1, 2.2, 2.3, 2.5.

Values of CS01b, GCS02–GCS06, GCS40a–d. Source: reference `gbcs-use-cases/`, `gbcs.md` §e, §k.4; vectors.
Amounts stay in the units of the request (millipence). Left out: the calendar (`gas_calendar`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dcc_sim.transform.compiled import converted
from dcc_sim.transform.conversions import TEXT, TRUTH, WHOLE, Named
from dcc_sim.transform.elements import get
from dcc_sim.transform.gas_calendar import (
    AT_ONCE,
    CALENDAR_ISSUED,
    CALENDAR_START,
    CANCEL_HIGH,
    SPECIAL_DAYS,
    MinuteOfDay,
    calendar,
    issued,
)
from dcc_sim.transform.rows import CHOSE_USE_CASE, CommandRow, Each, Element, Leaf, Omit, Row, View

if TYPE_CHECKING:
    from lxml.etree import _Element

    from dcc_sim.codec.shape import Value
    from dcc_sim.transform.compiled import Job

_PREPAYMENT: Final = 0x0097
_DEBT_NOT_SUSPENDED_IN_EMERGENCY: Final = 0x0800
_DEBT_SUSPENDED_WHEN_DISABLED: Final = 0x0400


def payment_control(prepayment: _Element, job: Job) -> Mapping[str, Value]:  # noqa: ARG001
    """Prepayment mode with the two suspensions of debt: one of 0097, 0497, 0897, 0C97 (page GCS03)."""
    configuration = _PREPAYMENT
    if converted(TRUTH, get(prepayment, "SuspendDebtDisabled")):
        configuration |= _DEBT_SUSPENDED_WHEN_DISABLED
    if not converted(TRUTH, get(prepayment, "SuspendDebtEmergency")):
        configuration |= _DEBT_NOT_SUSPENDED_IN_EMERGENCY
    return {"payment_mode.payment_control_configuration": configuration}


@dataclass(frozen=True, slots=True)
class Threshold:
    """A disablement threshold; the one below zero that the wire uses for "unchanged" has no place."""

    rule: str = "threshold within −2147483647 … 2147483647 without −1"

    def read(self, text: str) -> int:
        """Refuses −1, and −2³¹, which ZigBee calls invalid."""
        threshold = WHOLE.read(text)
        if threshold in (-1, -(1 << 31)):
            raise ValueError(f"on the wire {threshold} leaves the threshold as it is or is no number")
        return threshold


_START: Final = Leaf("ExecutionDateTime", "payment_mode.start_time", CANCEL_HIGH, absent=AT_ONCE)
_PERIODS: Final = Named({"HOURLY": 0, "DAILY": 1})


def _time_debt(number: int) -> tuple[Row, ...]:
    return (
        Leaf(f"TimeDebtRegister{number}", f"time_debt_{number}.amount", WHOLE),
        Element(
            f"GasDebtRecovery{number}",
            Leaf("DebtRecoveryRate", f"time_debt_{number}.recovery_amount", WHOLE),
            Leaf("DebtRecoveryRatePeriod", f"time_debt_{number}.recovery_frequency", _PERIODS),
        ),
    )


def _balance(code: str, mode: str, *, adjust: bool) -> CommandRow:
    row: Row = (
        Leaf(f"{mode}/AdjustMeterBalance", "credit_adjustment.amount", WHOLE)
        if adjust
        else Omit(f"{mode}/ResetMeterBalance", CHOSE_USE_CASE)
    )
    return CommandRow(code=code, bodies=("UpdateMeterBalance",), rows=(issued("credit_adjustment"), row))


_SETTINGS: Final = ("emergency_credit", "debt_cap", "credit_limits")

ROWS: Final = (
    CommandRow(code="CS01b", bodies=("TopUpDevice",), rows=(Leaf("UTRN", "top_up.utrn", TEXT),)),
    CommandRow(
        code="GCS02",
        bodies=("UpdatePaymentMode",),
        rows=(issued("payment_mode"), _START, Omit("Credit", CHOSE_USE_CASE)),
    ),
    CommandRow(
        code="GCS03",
        bodies=("UpdatePaymentMode",),
        rows=(
            issued("payment_mode"),
            _START,
            Element(
                "Prepayment",
                View(
                    payment_control,
                    ("SuspendDebtDisabled", "SuspendDebtEmergency"),
                    ("payment_mode.payment_control_configuration",),
                ),
                Leaf("DisablementThreshold", "payment_mode.cut_off_value", Threshold()),
            ),
        ),
    ),
    CommandRow(
        code="GCS04",
        bodies=("UpdateDebt",),
        rows=(
            issued("time_debt_1", "time_debt_2", "payment_debt"),
            *_time_debt(1),
            *_time_debt(2),
            Leaf("PaymentDebtRegister", "payment_debt.amount", WHOLE),
            Leaf("DebtRecoveryPerPayment", "payment_debt.recovery_percentage", WHOLE),
        ),
    ),
    CommandRow(
        code="GCS05",
        bodies=("UpdatePrepayConfiguration",),
        rows=(
            issued(*_SETTINGS),
            *CALENDAR_ISSUED,
            Leaf(
                "ExecutionDateTime",
                tuple(f"{part}.start_time" for part in (*_SETTINGS, "low_credit_warning")),
                CANCEL_HIGH,
                absent=AT_ONCE,
            ),
            CALENDAR_START,
            Element(
                "UpdatePrepayConfigGas",
                Leaf("DebtRecoveryRateCap", "debt_cap.amount", WHOLE),
                Leaf("EmergencyCreditLimit", "emergency_credit.limit", WHOLE),
                Leaf("EmergencyCreditThreshold", "emergency_credit.threshold", WHOLE),
                Leaf("LowCreditThreshold", "low_credit_warning.level", WHOLE),
                Element(
                    "GasNonDisablementCalendar",
                    *calendar(
                        "DayProfiles/GasNonDisablementDayProfile",
                        "SeasonProfiles/Season",
                        "GasDayName",
                        Each(
                            "TimeStartAction",
                            "schedule",
                            Leaf("StartTime", "start_minute", MinuteOfDay()),
                            Leaf(
                                "NonDisablementAction",
                                "non_disablement",
                                Named({"START": True, "STOP": False}),
                            ),
                        ),
                    ),
                    SPECIAL_DAYS,
                ),
                Leaf("MaxMeterBalance", "credit_limits.maximum_meter_balance", WHOLE),
                Leaf("MaxCreditThreshold", "credit_limits.maximum_credit", WHOLE),
            ),
        ),
    ),
    CommandRow(code="GCS06", bodies=("ActivateEmergencyCredit",)),
    _balance("GCS40a", "PrepaymentMode", adjust=True),
    _balance("GCS40b", "PrepaymentMode", adjust=False),
    _balance("GCS40c", "CreditMode", adjust=True),
    _balance("GCS40d", "CreditMode", adjust=False),
)
