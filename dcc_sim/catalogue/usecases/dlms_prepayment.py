"""Use cases of prepayment on an ESME: mode, balance, debt, credit, top-up, their configuration.

CS01a, ECS02, ECS03, ECS04a/b, ECS07, ECS08, ECS08a, ECS09, ECS19, ECS26a, ECS26j, ECS82; rows in
wire order, from reference `gbcs-use-cases/`. Left out: what a top-up token says (`gbcs.utrn`).
"""

from __future__ import annotations

from typing import Final

from dcc_sim.catalogue.objects import (
    ACCOUNT_ACTIVE,
    ACCOUNT_PASSIVE,
    ACCUMULATED_DEBT,
    DEBT_RECOVERY_CAP_AMOUNT,
    DEBT_RECOVERY_CAP_PERIOD,
    DISABLEMENT_THRESHOLD_ACTIVE,
    DISABLEMENT_THRESHOLD_PASSIVE,
    EMERGENCY_CREDIT,
    EMERGENCY_CREDIT_LIMIT,
    EMERGENCY_CREDIT_THRESHOLD,
    LOW_CREDIT_THRESHOLD,
    MAX_CREDIT,
    MAX_METER_BALANCE,
    METER_BALANCE,
    NON_DISABLEMENT_ACTIVATION,
    NON_DISABLEMENT_ACTIVE,
    NON_DISABLEMENT_DAYS_ACTIVATION,
    NON_DISABLEMENT_DAYS_ACTIVE,
    NON_DISABLEMENT_DAYS_PASSIVE,
    NON_DISABLEMENT_PASSIVE,
    PAYMENT_DEBT,
    PREPAYMENT_BALANCES,
    PREPAYMENT_BALANCES_PROTECTION,
    TIME_DEBTS,
    TOKEN_GATEWAY,
)
from dcc_sim.catalogue.usecases.dlms_shapes import (
    CREDIT_CHARGE_ITEM,
    MILLIPENCE,
    RESET,
    SECONDS,
    SUPPLIER,
    SUPPLIER_ACB,
    VECTORS,
    access_case,
    credit_charges,
    schedule,
    special_days,
    unit_charge,
)
from dcc_sim.codec.access import Attribute, Do, Get, Item, Protected, Set
from dcc_sim.codec.cosem import Array, DateTime, Enum8, Fixed, Int32, Octets, Part, Struct, UInt16
from dcc_sim.codec.exchange import CosemObject

PAYMENT_MODES: Final = {1: "credit", 2: "prepayment"}

_CAP_AMOUNT: Final = UInt16(unit="currency units")
_CAP_PERIOD: Final = Int32(unit="s")
_PROPORTION: Final = UInt16(high=10_000, unit="0.01 %")
_NON_DISABLEMENT: Final = "Non-DisablementCalendar"
_NON_DISABLEMENT_NAMES: Final = (
    "Index", "enable", "scriptTable", "scriptRef", "time", "validityWindow", "execWeekdays",
    "execSpecdays", "beginDate", "endDate",
)  # fmt: skip


def _mode(status: int, item: str, mode: str, state: str) -> Struct:
    return Struct(
        Part("mode", Enum8(low=1, high=2, meaning=PAYMENT_MODES), f"{item}.{mode}"),
        Part("status", Enum8(status), f"{item}.{state}"),
    )


_SET_MODE: Final = Set(
    ACCOUNT_PASSIVE, 2, "payment_mode",
    _mode(1, f"{CREDIT_CHARGE_ITEM}: valueNext", "paymentModePart", "Status"),
)  # fmt: skip
_SET_CHARGES: Final = Set(
    ACCOUNT_PASSIVE, 11, "credit_charges", credit_charges(f"{CREDIT_CHARGE_ITEM}: valueNext")
)
_ACTIVATE_MODE: Final = Set(
    ACCOUNT_PASSIVE, 13, "activate_payment_mode", DateTime(),
    smets=f"{CREDIT_CHARGE_ITEM}: activateNextDateTime",
)  # fmt: skip

CS01A: Final = access_case(
    # The page leaves roles to GBCS; every published Command comes from the Supplier.
    "CS01a", 0x0007, "Apply Prepayment Top Up to an ESME", SUPPLIER,
    Do(TOKEN_GATEWAY, 1, "token", Fixed(20), smets="PrepaymentCredit: methodInput: creditToken"),
    replay_protected=True, timed=True,
)  # fmt: skip

ECS02: Final = access_case(
    "ECS02", 0x001A, "Set ESME Payment Mode to Credit", SUPPLIER,
    _SET_MODE, _SET_CHARGES, _ACTIVATE_MODE,
    critical=True, future_datable=True, replay_protected=True,
)  # fmt: skip

ECS03: Final = access_case(
    "ECS03", 0x001B, "Set ESME Payment Mode to Prepayment", SUPPLIER,
    _SET_MODE,
    Set(
        DISABLEMENT_THRESHOLD_PASSIVE, 4, "disablement_threshold", MILLIPENCE,
        smets="DisablementThreshold(MeterBalance): thresholdNext",
    ),
    _SET_CHARGES,
    Set(
        DISABLEMENT_THRESHOLD_PASSIVE, 6, "activate_disablement_threshold", DateTime(),
        smets="DisablementThreshold(MeterBalance): activateNextDateTime",
    ),
    _ACTIVATE_MODE,
    critical=True, future_datable=True, replay_protected=True,
)  # fmt: skip

ECS04A: Final = access_case(
    "ECS04a", 0x001C, "Adjust Meter Balance on the ESME", SUPPLIER,
    Do(
        METER_BALANCE, 1, "adjust_meter_balance", MILLIPENCE,
        smets="MeterBalance: methodInput: adjustmentValue",
    ),
    critical=True, replay_protected=True,
)  # fmt: skip

ECS04B: Final = access_case(
    "ECS04b", 0x00B3, "Reset Meter Balance on the ESME", SUPPLIER,
    Do(METER_BALANCE, 2, "reset_meter_balance", Int32(0), smets="MeterBalance: reset"),
    Do(EMERGENCY_CREDIT, 2, "reset_emergency_credit", Int32(0), smets="EmergencyCreditBalance: reset"),
    Do(ACCUMULATED_DEBT, 2, "reset_accumulated_debt", Int32(0), smets="AccumulatedDebtRegister: reset"),
    critical=True, replay_protected=True,
)  # fmt: skip


def _debt_rate(number: int, when: str) -> Struct:
    debt = f"DebtRecoveryRates[{number}]"
    return unit_charge(
        f"{debt}: value{when}", Octets(0, 0, b""), 1, scale=0,
        price_scale=f"{debt}: scaler{when}", charge=f"{debt}: amount{when}",
    )  # fmt: skip


def _adjust_debt(target: CosemObject, name: str, register: str) -> Item:
    return Do(target, 4, f"adjust_{name}", MILLIPENCE, smets=f"{register}: methodInput: adjustmentValue")


ECS07: Final = access_case(
    "ECS07", 0x001E, "Manage Debt on the ESME", SUPPLIER,
    *(Set(o, 6, f"debt_rate_{n}", _debt_rate(n, "Next")) for n, o in enumerate(TIME_DEBTS, 1)),
    Set(
        PAYMENT_DEBT, 13, "debt_per_payment", _PROPORTION, smets="DebtRecoveryperPayment: valueCurrent"
    ),
    *(
        Set(o, 8, f"debt_period_{n}", SECONDS, smets=f"DebtRecoveryRates[{n}]: periodNext")
        for n, o in enumerate(TIME_DEBTS, 1)
    ),
    *(
        Do(o, 2, f"activate_debt_rate_{n}", RESET, smets=f"DebtRecoveryRates[{n}]: activateNext")
        for n, o in enumerate(TIME_DEBTS, 1)
    ),
    _adjust_debt(PAYMENT_DEBT, "payment_debt", "PaymentDebtRegister"),
    *(_adjust_debt(o, f"time_debt_{n}", f"TimeDebtRegisters[{n}]") for n, o in enumerate(TIME_DEBTS, 1)),
    critical=True, replay_protected=True,
)  # fmt: skip


_SETTING_ACTIVATIONS: Final = (
    Set(
        MAX_METER_BALANCE, 6, "activate_max_meter_balance", DateTime(),
        smets="PrepaymentCredit(MaxMeterBalance): activateNextDateTime",
    ),
    Set(
        MAX_CREDIT, 6, "activate_max_credit", DateTime(),
        smets="PrepaymentCredit(MaximumCreditThreshold): activateNextDateTime",
    ),
    Set(
        DEBT_RECOVERY_CAP_AMOUNT, 6, "activate_debt_cap_amount", DateTime(),
        smets="DebtRecoveryRateCap: activateAmountNextDateTime",
    ),
    Set(
        DEBT_RECOVERY_CAP_PERIOD, 6, "activate_debt_cap_period", DateTime(),
        smets="DebtRecoveryRateCap: activatePeriodNextDateTime",
    ),
    Set(
        LOW_CREDIT_THRESHOLD, 6, "activate_low_credit_threshold", DateTime(),
        smets="LowCreditThreshold: activateNextDateTime",
    ),
    Set(
        EMERGENCY_CREDIT_LIMIT, 6, "activate_emergency_credit_limit", DateTime(),
        smets="EmergencyCreditLimit: activateNextDateTime",
    ),
    Set(
        EMERGENCY_CREDIT_THRESHOLD, 6, "activate_emergency_credit_threshold", DateTime(),
        smets="EmergencyCreditThreshold: activateNextDateTime",
    ),
    Set(
        NON_DISABLEMENT_ACTIVATION, 6, "activate_non_disablement_calendar", DateTime(),
        smets=f"{_NON_DISABLEMENT}: activateNextDateTime",
    ),
)  # fmt: skip


def _configuration(max_balance_attribute: int) -> tuple[Item, ...]:
    names = tuple(f"{name}Next" for name in _NON_DISABLEMENT_NAMES)
    calendar = schedule(f"{_NON_DISABLEMENT}: entries[1..22].", "00000A006AFF", 1, 22, names=names)
    days = special_days(f"{_NON_DISABLEMENT}(SpecialDays)", "next", 20)
    return (
        Set(NON_DISABLEMENT_DAYS_PASSIVE, 2, "non_disablement_special_days", days),
        Set(
            MAX_METER_BALANCE, max_balance_attribute, "max_meter_balance", MILLIPENCE,
            smets="PrepaymentCredit(MaxMeterBalance): valueNext",
        ),
        Set(
            MAX_CREDIT, 4, "max_credit", MILLIPENCE,
            smets="PrepaymentCredit(MaximumCreditThreshold): valueNext",
        ),
        Set(NON_DISABLEMENT_PASSIVE, 2, "non_disablement_calendar", calendar),
        Set(
            DEBT_RECOVERY_CAP_AMOUNT, 4, "debt_cap_amount", _CAP_AMOUNT,
            smets="DebtRecoveryRateCap: amountNext",
        ),
        Set(
            DEBT_RECOVERY_CAP_PERIOD, 4, "debt_cap_period", _CAP_PERIOD,
            smets="DebtRecoveryRateCap: periodNext",
        ),
        Set(
            LOW_CREDIT_THRESHOLD, 4, "low_credit_threshold", MILLIPENCE,
            smets="LowCreditThreshold: thresholdNext",
        ),
        Set(
            EMERGENCY_CREDIT_LIMIT, 4, "emergency_credit_limit", MILLIPENCE,
            smets="EmergencyCreditLimit: amountNext",
        ),
        Set(
            NON_DISABLEMENT_DAYS_ACTIVATION, 6, "activate_non_disablement_special_days", DateTime(),
            smets=f"{_NON_DISABLEMENT}(SpecialDays): activateNextDateTime",
        ),
        Set(
            EMERGENCY_CREDIT_THRESHOLD, 4, "emergency_credit_threshold", MILLIPENCE,
            smets="EmergencyCreditThreshold: thresholdNext",
        ),
        *_SETTING_ACTIVATIONS,
    )  # fmt: skip


ECS08: Final = access_case(
    # As ECS08a, but for the maximum meter balance it writes the active value.
    "ECS08", 0x001F, "Update Prepayment Configuration on ESME", SUPPLIER,
    *_configuration(2),
    critical=True, future_datable=True, replay_protected=True, withdrawn=True, source=VECTORS,
)  # fmt: skip

ECS08A: Final = access_case(
    "ECS08a", 0x00DE, "Update Prepayment Configuration on ESME", SUPPLIER,
    *_configuration(4),
    critical=True, future_datable=True, replay_protected=True,
)  # fmt: skip

ECS09: Final = access_case(
    "ECS09", 0x0020, "Activate Emergency Credit Remotely on ESME", SUPPLIER,
    Do(EMERGENCY_CREDIT, 3, "select_emergency_credit", RESET, smets="EmergencyCredit: select"),
    critical=True, replay_protected=True,
)  # fmt: skip

_BALANCES: Final = Struct(
    Part("meter_balance", MILLIPENCE, "PrepaymentBalanceCollection: MeterBalance"),
    Part("emergency_credit", MILLIPENCE, "PrepaymentBalanceCollection: EmergencyCreditBalance"),
    Part("accumulated_debt", MILLIPENCE, "PrepaymentBalanceCollection: AccumulatedDebtRegister"),
    Part("time_debt_1", MILLIPENCE, "PrepaymentBalanceCollection: TimeDebt1Balance"),
    Part("time_debt_2", MILLIPENCE, "PrepaymentBalanceCollection: TimeDebt2Balance"),
    Part("payment_debt", MILLIPENCE, "PrepaymentBalanceCollection: PaymentDebtBalance"),
)

ECS19: Final = access_case(
    "ECS19", 0x002D, "Read ESME Prepayment Registers", SUPPLIER,
    Protected(
        PREPAYMENT_BALANCES_PROTECTION, "prepayment_balances",
        Attribute(PREPAYMENT_BALANCES, 2, "registers", _BALANCES),
        smets="PrepaymentBalanceCollection",
    ),
    timed=True,
)  # fmt: skip

_TIME_DEBT_1, _TIME_DEBT_2 = TIME_DEBTS

ECS26A: Final = access_case(
    # Both rates are read twice: the page has the attribute once for the amount, once for its period.
    "ECS26a", 0x003B, "Read ESME Configuration Data Prepayment", SUPPLIER,
    Get(_TIME_DEBT_1, 5, "debt_rate_1", _debt_rate(1, "Current")),
    Get(
        NON_DISABLEMENT_DAYS_ACTIVE, 2, "non_disablement_special_days",
        special_days(f"{_NON_DISABLEMENT}(SpecialDays)", "current", 20),
    ),
    Get(_TIME_DEBT_1, 8, "debt_period_1", SECONDS, smets="DebtRecoveryRates[1]: periodCurrent"),
    Get(_TIME_DEBT_1, 5, "debt_rate_1_again", _debt_rate(1, "Current")),
    Get(_TIME_DEBT_2, 5, "debt_rate_2", _debt_rate(2, "Current")),
    Get(_TIME_DEBT_2, 8, "debt_period_2", SECONDS, smets="DebtRecoveryRates[2]: periodCurrent"),
    Get(_TIME_DEBT_2, 5, "debt_rate_2_again", _debt_rate(2, "Current")),
    Get(
        PAYMENT_DEBT, 13, "debt_per_payment", _PROPORTION, smets="DebtRecoveryperPayment: valueCurrent"
    ),
    Get(
        MAX_CREDIT, 2, "max_credit", MILLIPENCE,
        smets="PrepaymentCredit(MaximumCreditThreshold): valueCurrent",
    ),
    Get(
        DISABLEMENT_THRESHOLD_ACTIVE, 2, "disablement_threshold", Array(MILLIPENCE, low=1, high=1),
        smets="DisablementThreshold(MeterBalance): thresholdCurrent",
    ),
    Get(
        MAX_METER_BALANCE, 2, "max_meter_balance", MILLIPENCE,
        smets="PrepaymentCredit(MaxMeterBalance): valueCurrent",
    ),
    Get(
        ACCOUNT_ACTIVE, 16, "low_credit_threshold", MILLIPENCE,
        smets="LowCreditThreshold: thresholdCurrent",
    ),
    Get(ACCOUNT_ACTIVE, 18, "debt_cap_amount", _CAP_AMOUNT, smets="DebtRecoveryRateCap: amountCurrent"),
    Get(ACCOUNT_ACTIVE, 19, "debt_cap_period", _CAP_PERIOD, smets="DebtRecoveryRateCap: periodCurrent"),
    Get(
        EMERGENCY_CREDIT, 9, "emergency_credit_limit", MILLIPENCE,
        smets="EmergencyCreditLimit: amountCurrent",
    ),
    Get(
        EMERGENCY_CREDIT, 10, "emergency_credit_threshold", MILLIPENCE,
        smets="EmergencyCreditThreshold: thresholdCurrent",
    ),
    Get(
        NON_DISABLEMENT_ACTIVE, 2, "non_disablement_calendar",
        schedule(
            f"{_NON_DISABLEMENT}: entries[1..22].", "00000A006AFF", 1, 22, names=_NON_DISABLEMENT_NAMES
        ),
    ),
    Get(ACCOUNT_ACTIVE, 11, "credit_charges", credit_charges(f"{CREDIT_CHARGE_ITEM}: value")),
)  # fmt: skip

ECS26J: Final = access_case(
    "ECS26j", 0x00BE, "Read ESME Configuration Data Device Information (Payment Mode)", SUPPLIER_ACB,
    Get(ACCOUNT_ACTIVE, 2, "payment_mode", _mode(2, "PaymentMode: value", "PaymentMode", "Status")),
)  # fmt: skip

ECS82: Final = access_case(
    "ECS82", 0x0069, "Read Meter Balance for ESME", SUPPLIER,
    Get(METER_BALANCE, 2, "meter_balance", MILLIPENCE, smets="MeterBalance: value"),
)  # fmt: skip

USE_CASES: Final = (
    CS01A, ECS02, ECS03, ECS04A, ECS04B, ECS07, ECS08, ECS08A, ECS09, ECS19, ECS26A, ECS26J, ECS82,
)  # fmt: skip
