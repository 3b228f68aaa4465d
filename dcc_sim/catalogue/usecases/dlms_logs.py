"""Use cases that read or clear the logs of an ESME: billing, daily, profile, events.

ECS15a/c, ECS20a–d, ECS21a–c, ECS22a–c, ECS35a/b/e/f/g, ECS66; rows in wire order, from reference
`gbcs-use-cases/`. Entries on a twin-element ESME have further values. Left out: the logs of the
Communications Hub (`dlms_chf`), voltage (`dlms_voltage`) and the boost function (`dlms_load`).
"""

from __future__ import annotations

from typing import Final

from dcc_sim.catalogue.objects import (
    AUXILIARY_EVENT_LOG,
    BILLING_LOG_PROTECTION,
    BILLING_PREPAYMENT_LOG,
    BILLING_REGISTERS_LOG,
    CHANGE_LOG,
    CHANGE_LOG_PROTECTION,
    CREDIT_LOG,
    DAILY_CONSUMPTION_LOG,
    DAILY_CONSUMPTION_LOG_PROTECTION,
    DAILY_EXPORT_LOG,
    DAILY_PREPAYMENT_LOG,
    DAILY_PREPAYMENT_LOG_PROTECTION,
    DAILY_READ_LOG,
    DAILY_READ_LOG_PROTECTION,
    DEBT_PAYMENT_LOG,
    EVENT_LOG,
    POWER_EVENT_LOG,
    PROFILE_EXPORT_LOG,
    PROFILE_IMPORT_LOG,
    PROFILE_IMPORT_LOG_PROTECTION,
    PROFILE_REACTIVE_LOG,
    SECURITY_LOG,
)
from dcc_sim.catalogue.usecases.dlms_shapes import (
    ACB,
    ANNEX_3_1,
    LOAD_CONTROLLER,
    MILLIPENCE,
    NETWORK_ACB,
    RESET,
    SUPPLIER,
    SUPPLIER_ACB,
    SUPPLIER_NETWORK,
    SUPPLIER_NETWORK_ACB,
    access_case,
    log_entries,
    read_log,
    read_sealed_log,
)
from dcc_sim.codec.access import Do
from dcc_sim.codec.compact import CompactArray
from dcc_sim.codec.cosem import Array, Enum8, Octets, Part, UInt16, UInt32

_ENERGY: Final = UInt32(unit="Wh")
_REACTIVE: Final = UInt32(unit="varh")
_MONEY: Final = UInt32(unit="10⁻⁵ currency units")
LOG_CODE: Final = Part("code", UInt16(), "logCode")
OTHER_INFORMATION: Final = Part("other_information", Octets(0, 8), "otherInformation")
"""Zero to eight octets; what they mean depends on the code (vectors have 0, 2 and 7)."""
OUTCOMES: Final = {0: "not known", 1: "success", 2: "failure"}


def _registers(size: int) -> Array:
    return Array(_ENERGY, low=size, high=size)


REGISTER_PARTS: Final = (
    Part("active_import", _ENERGY, "activeImportRegisterValue/consumption"),
    Part("secondary_active_import", _ENERGY, "secondaryActiveImportRegisterValue/consumption", optional=True),
    Part("tou", _registers(48), "tariffTOU[1..48].RegisterMatrixValue"),
    Part("secondary_tou", _registers(4), "secondaryTariffTOU[1..4].RegisterMatrixValue", optional=True),
    *(
        Part(f"block_{n}_tou", _registers(8), f"tariffTOU[1..8].Block{n}.RegisterMatrixValue")
        for n in range(1, 5)
    ),
)
_PREPAYMENT_PARTS: Final = (
    Part("emergency_credit", MILLIPENCE, "emergencyCreditBalanceValue"),
    Part("meter_balance", MILLIPENCE, "meterBalanceValue"),
    Part("payment_debt", MILLIPENCE, "paymentDebtRegisterValue"),
    Part("time_debt_1", MILLIPENCE, "timeDebtRegisters1Value"),
    Part("time_debt_2", MILLIPENCE, "timeDebtRegisters2Value"),
    Part("accumulated_debt", MILLIPENCE, "accumulatedDebtRegisterValue"),
)

_BILLING: Final = "BillingDataLog(BillingCalendarTriggeredExcExport)"
_CHANGE: Final = "BillingDataLog(SetPaymentModeOrTariffTriggeredFinancialExcExport)"
_DEBT_PAYMENTS: Final = "BillingDataLog(mostrecentPaymentBasedDebtRepayment)"
_CREDITS: Final = "BillingDataLog(mostrecentPrepaymentCredits)"
_PROFILE: Final = "ProfileDataLog(ActiveEnergyImportedInPeriod)"


def event_entries(log: str, low: int = 1) -> CompactArray:
    """An event log: time, code, up to 8 octets more."""
    return log_entries(log, low, 100, LOG_CODE, OTHER_INFORMATION)


def _controller_entries(log: str) -> CompactArray:
    return log_entries(
        log, 1, 100,
        Part("switch_and_action", UInt16(), "switchNumberAndAction"),
        Part("outcome", Enum8(meaning=OUTCOMES), "outcome"),
        Part("han_command_id", UInt32(), "HANCommandID"),
    )  # fmt: skip


ECS15A: Final = access_case(
    "ECS15a", 0x0024, "Clear ESME Event Log", SUPPLIER,
    Do(EVENT_LOG, 1, "clear_event_log", RESET, smets="EventLog(incGPF): clear"),
)  # fmt: skip

ECS15C: Final = access_case(
    "ECS15c", 0x00C1, "Clear Auxiliary Controller Event Log", SUPPLIER,
    Do(AUXILIARY_EVENT_LOG, 1, "clear_auxiliary_log", RESET, smets="AuxiliaryControllerEventLog: clear"),
)  # fmt: skip

ECS20A: Final = access_case(
    "ECS20a", 0x002E, "Read ESME Billing Data Log (payment based debt payments)", SUPPLIER_ACB,
    read_log(
        DEBT_PAYMENT_LOG, _DEBT_PAYMENTS, log_entries(_DEBT_PAYMENTS, 1, 10, Part("amount", _MONEY, "amount"))
    ),
)  # fmt: skip

ECS20B: Final = access_case(
    "ECS20b", 0x002F, "Read ESME Billing Data Log (change of mode / tariff triggered exc export)",
    SUPPLIER_ACB,
    read_sealed_log(
        CHANGE_LOG_PROTECTION, _CHANGE,
        (CHANGE_LOG, "entries", log_entries(_CHANGE, 1, 12, *REGISTER_PARTS, *_PREPAYMENT_PARTS)),
    ),
)  # fmt: skip

ECS20C: Final = access_case(
    "ECS20c", 0x0030, "Read ESME Billing Data Log (billing calendar triggered exc export)", SUPPLIER_ACB,
    read_sealed_log(
        BILLING_LOG_PROTECTION, _BILLING,
        (BILLING_REGISTERS_LOG, "registers", log_entries(_BILLING, 1, 12, *REGISTER_PARTS)),
        (BILLING_PREPAYMENT_LOG, "prepayment", log_entries(_BILLING, 1, 12, *_PREPAYMENT_PARTS)),
    ),
)  # fmt: skip

ECS20D: Final = access_case(
    "ECS20d", 0x00C9, "Read ESME Billing Data Log (prepayment credits)", SUPPLIER_ACB,
    read_log(CREDIT_LOG, _CREDITS, log_entries(_CREDITS, 1, 5, Part("amount", _MONEY, "amount"))),
)  # fmt: skip

ECS21A: Final = access_case(
    "ECS21a", 0x0033, "Read Electricity Daily Read Log (exc export)", SUPPLIER_ACB,
    read_sealed_log(
        DAILY_READ_LOG_PROTECTION, "DailyReadLog(excExport)",
        (DAILY_READ_LOG, "entries", log_entries("DailyReadLog(excExport)", 1, 31, *REGISTER_PARTS)),
    ),
)  # fmt: skip

ECS21B: Final = access_case(
    "ECS21b", 0x0034, "Read Electricity (Prepayment) Daily Read Log", SUPPLIER_ACB,
    read_sealed_log(
        DAILY_PREPAYMENT_LOG_PROTECTION, "PrepaymentDailyReadLog",
        (DAILY_PREPAYMENT_LOG, "entries", log_entries("PrepaymentDailyReadLog", 1, 31, *_PREPAYMENT_PARTS)),
    ),
)  # fmt: skip

ECS21C: Final = access_case(
    "ECS21c", 0x0035, "Read Electricity Daily Read Log (export only)", ACB,
    read_log(
        DAILY_EXPORT_LOG, "DailyReadLog(export)",
        log_entries(
            "DailyReadLog(export)", 1, 31, Part("active_export", _ENERGY, "activeExportRegisterValue")
        ),
    ),
)  # fmt: skip

ECS22A: Final = access_case(
    "ECS22a", 0x0036, "Read Electricity Half Hour Profile Data (export)", NETWORK_ACB,
    read_log(
        PROFILE_EXPORT_LOG, "ProfileDataLog(Export)",
        log_entries(
            "ProfileDataLog(Export)", 1, 4464,
            Part("active_export", _ENERGY, "activeEnergyExportedValue"),
            Part("reactive_export", _REACTIVE, "reactiveEnergyExportedValue"),
        ),
    ),
)  # fmt: skip

ECS22B: Final = access_case(
    "ECS22b", 0x0037, "Read Electricity Half Hour Profile Data (active import)", SUPPLIER_NETWORK_ACB,
    read_sealed_log(
        PROFILE_IMPORT_LOG_PROTECTION, _PROFILE,
        (
            PROFILE_IMPORT_LOG, "entries",
            log_entries(
                _PROFILE, 1, 19056,
                Part("primary", _ENERGY, "primaryValue"),
                Part("secondary", _ENERGY, "secondaryValue", optional=True),
            ),
        ),
    ),
)  # fmt: skip

ECS22C: Final = access_case(
    "ECS22c", 0x0038, "Read Electricity Half Hour Profile Data (reactive import)", SUPPLIER_NETWORK_ACB,
    read_log(
        PROFILE_REACTIVE_LOG, "ProfileDataLog(ReactiveImport)",
        log_entries(
            "ProfileDataLog(ReactiveImport)", 1, 4464,
            Part("reactive_import", _REACTIVE, "reactiveEnergyImportedValue"),
        ),
    ),
)  # fmt: skip

ECS35A: Final = access_case(
    "ECS35a", 0x0048, "Read ESME Event Log", SUPPLIER_NETWORK_ACB,
    read_log(EVENT_LOG, "EventLog(incGPF)", event_entries("EventLog(incGPF)")),
)  # fmt: skip

ECS35B: Final = access_case(
    "ECS35b", 0x0049, "Read ESME Security Log", SUPPLIER_NETWORK_ACB,
    read_log(SECURITY_LOG, "SecurityLog(notCHF)", log_entries("SecurityLog(notCHF)", 1, 100, LOG_CODE)),
)  # fmt: skip

ECS35E: Final = access_case(
    "ECS35e", 0x00B9, "Read ESME Power Event Log", SUPPLIER_NETWORK_ACB,
    read_log(
        POWER_EVENT_LOG, "PowerEventLog",
        log_entries(
            "PowerEventLog", 1, 100, LOG_CODE, Part("other_information", UInt32(), "otherInformation")
        ),
    ),
)  # fmt: skip

ECS35F: Final = access_case(
    "ECS35f", 0x00BA, "Read ALCS Event Log", SUPPLIER,
    read_log(
        AUXILIARY_EVENT_LOG, "AuxiliaryLoadControlSwitchEventLog",
        _controller_entries("AuxiliaryLoadControlSwitchEventLog"),
    ),
    withdrawn=True, source=ANNEX_3_1,
)  # fmt: skip

ECS35G: Final = access_case(
    "ECS35g", 0x00FD, "Read Auxiliary Controller Event Log", SUPPLIER_NETWORK + LOAD_CONTROLLER,
    read_log(
        AUXILIARY_EVENT_LOG, "AuxiliaryControllerEventLog",
        _controller_entries("AuxiliaryControllerEventLog"),
    ),
)  # fmt: skip

ECS66: Final = access_case(
    "ECS66", 0x0060, "Read ESME Daily Consumption Log", SUPPLIER_NETWORK_ACB,
    read_sealed_log(
        DAILY_CONSUMPTION_LOG_PROTECTION, "DailyConsumptionLog",
        (
            DAILY_CONSUMPTION_LOG, "entries",
            log_entries("DailyConsumptionLog", 1, 731, Part("consumption", _ENERGY, "value")),
        ),
    ),
)  # fmt: skip

USE_CASES: Final = (
    ECS15A, ECS15C, ECS20A, ECS20B, ECS20C, ECS20D, ECS21A, ECS21B, ECS21C, ECS22A, ECS22B, ECS22C,
    ECS35A, ECS35B, ECS35E, ECS35F, ECS35G, ECS66,
)  # fmt: skip
