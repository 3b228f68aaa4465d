"""Prepayment on a gas meter: payment mode, debt, credit, top-ups, their settings.

CS01b, GCS02–GCS06, GCS21b, GCS40a–d, and from the PPMID PCS01, PCS02; rows in wire order, from
reference `gbcs-use-cases/`.
"""

from __future__ import annotations

from typing import Final

from dcc_sim.catalogue.row import UseCase
from dcc_sim.catalogue.usecases.gbz_calendar import NON_DISABLEMENT
from dcc_sim.catalogue.usecases.gbz_clusters import (
    EVENT,
    GPF_GSME,
    GSME,
    MILLIPENCE,
    PREPAYMENT,
    PRICE,
    PROVIDER,
    SUPPLIER,
)
from dcc_sim.codec.gbz import GbzRow
from dcc_sim.codec.gbz_command import AttributeRead, Command, ReadAttributes, Reply, Request
from dcc_sim.codec.gbz_component import NetworkTime
from dcc_sim.codec.zcl import (
    I32,
    U8,
    U16,
    U32,
    Bits8,
    Bits16,
    Enumeration,
    Field,
    Fields,
    Number,
    OctetString,
    UtcTime,
)
from dcc_sim.ids import MessageCode

CREDIT_MODE: Final = 0b0000_1100_1001_0100
PAYMENT_CONTROL: Final = {
    CREDIT_MODE: "credit mode",
    0b0000_0100_1001_0111: "prepayment mode, debt suspended in emergency and when disabled",
    0b0000_0000_1001_0111: "prepayment mode, debt suspended in emergency",
    0b0000_1100_1001_0111: "prepayment mode, debt suspended when disabled",
    0b0000_1000_1001_0111: "prepayment mode, debt never suspended",
}

_ORIGINATORS: Final = {0: "energy service interface", 2: "in-home display"}

_RESULTS: Final = {
    0x00: "accepted",
    0x01: "rejected: invalid top up",
    0x02: "rejected: duplicate top up",
    0x03: "rejected: error",
    0x04: "rejected: maximum credit reached",
    0x05: "rejected: keypad lock",
    0x06: "rejected: top up value too large",
    0x10: "accepted, supply enabled",
    0x11: "accepted, supply disabled",
    0x12: "accepted, supply armed",
}


def _top_up(originator: int, source: Number) -> GbzRow:
    return GbzRow(
        (
            Request(
                PREPAYMENT,
                0x04,
                "top_up",
                Fields(
                    Field("originator", Enumeration(originator, _ORIGINATORS)),
                    Field("utrn", OctetString(20, low=20), "PrepaymentCredit: methodInput: creditToken"),
                ),
                reply=Reply(
                    0x03,
                    Fields(
                        Field("result", Enumeration(meaning=_RESULTS)),
                        Field("value", I32(unit=MILLIPENCE)),
                        Field("source", source),
                        Field("credit_remaining", I32(meaning={-1: "not accepted"}, unit=MILLIPENCE)),
                    ),
                    frame_control=0x09,
                ),
            ),
        )
    )


CS01B: Final = UseCase(
    code="CS01b",
    message_code=MessageCode(0x0097),
    title="Apply Prepayment Top Up to a GSME",
    targets=GSME,
    # The page refers to GBCS itself; the vectors come from the Supplier.
    roles=SUPPLIER,
    critical=False,
    replay_protected=True,
    timed=True,
    payload=_top_up(0, Enumeration(0, _ORIGINATORS)),
    source="GBCS 4.0 annex, CS01b",
)

PCS01: Final = UseCase(
    code="PCS01",
    message_code=MessageCode(0x009B),
    title="Apply Prepayment Top Up to a GSME using PPMID",
    targets=GSME,
    roles=(),
    critical=False,
    payload=_top_up(2, Enumeration(meaning=_ORIGINATORS)),
    source="GBCS 4.0 annex, PCS01",
)


def _payment_mode(configuration: Number, cut_off: Number) -> GbzRow:
    modes = "SuspendDebtDisabled / SuspendDebtEmergency / Payment Mode:"
    return GbzRow(
        (
            Request(
                PREPAYMENT,
                0x06,
                "payment_mode",
                Fields(
                    PROVIDER,
                    EVENT,
                    Field("start_time", UtcTime(), f"{modes} activateNextDateTime"),
                    Field("payment_control_configuration", configuration, f"{modes} valueNext"),
                    Field("cut_off_value", cut_off, "DisablementThreshold(MeterBalance): thresholdNext"),
                ),
                reply=Reply(
                    0x02,
                    Fields(
                        Field("friendly_credit", Bits8(meaning={0: "unavailable", 1: "available"})),
                        Field("friendly_credit_calendar_id", U32(2, {2: "non-disablement calendar"})),
                        Field("emergency_credit_limit", U32(unit=MILLIPENCE)),
                        Field("emergency_credit_threshold", U32(unit=MILLIPENCE)),
                    ),
                ),
            ),
        )
    )


_UNCHANGED: Final = {-1: "unchanged"}

GCS02: Final = UseCase(
    code="GCS02",
    message_code=MessageCode(0x006C),
    title="Set GSME Payment Mode to Credit",
    targets=GSME,
    roles=SUPPLIER,
    critical=True,
    future_datable=True,
    replay_protected=True,
    timed=True,
    payload=_payment_mode(Bits16(CREDIT_MODE, PAYMENT_CONTROL), I32(-1, _UNCHANGED)),
    source="GBCS 4.0 annex, GCS02",
)

GCS03: Final = UseCase(
    code="GCS03",
    message_code=MessageCode(0x006D),
    title="Set GSME Payment Mode to Prepayment",
    targets=GSME,
    roles=SUPPLIER,
    critical=True,
    future_datable=True,
    replay_protected=True,
    timed=True,
    payload=_payment_mode(
        Bits16(
            meaning=PAYMENT_CONTROL, allowed=tuple(mode for mode in PAYMENT_CONTROL if mode != CREDIT_MODE)
        ),
        I32(meaning=_UNCHANGED, unit=MILLIPENCE),
    ),
    source="GBCS 4.0 annex, GCS03",
)

_METHODS: Final = {0: "time-based debt", 1: "payment-based debt"}
_AMOUNT_TYPES: Final = {
    1: "time-based debt 1, incremental",
    3: "time-based debt 2, incremental",
    5: "payment-based debt, incremental",
}


def _change_debt(name: str, amount_type: int, register: str, *recovery: Field) -> Command:
    return Request(
        PREPAYMENT,
        0x02,
        name,
        Fields(
            EVENT,
            Field("label", OctetString(12, b"")),
            Field("amount", I32(unit=MILLIPENCE), f"{register}: methodInput: adjustmentValue"),
            Field("recovery_method", Enumeration(1 if amount_type == 5 else 0, _METHODS)),
            Field("amount_type", Enumeration(amount_type, _AMOUNT_TYPES), f"{register}: adjust"),
            Field("recovery_start_time", UtcTime(0)),
            Field("recovery_collection_time", U16(0, {0: "midnight"})),
            *recovery,
        ),
    )


def _time_debt(number: int) -> Command:
    rate = f"DebtRecoveryRates[{number}]:"
    return _change_debt(
        f"time_debt_{number}",
        2 * number - 1,
        f"TimeDebtRegisters[{number}]",
        # Not limited to 0 and 1: a meter has to read other values to refuse them with 85.
        Field("recovery_frequency", Enumeration(meaning={0: "hourly", 1: "daily"}), f"{rate} periodNext"),
        Field("recovery_amount", I32(unit=MILLIPENCE), f"{rate} amountNext"),
        Field("recovery_percentage", U16(0)),
    )


GCS04: Final = UseCase(
    code="GCS04",
    message_code=MessageCode(0x006E),
    title="Manage Debt on the GSME",
    targets=GSME,
    roles=SUPPLIER,
    critical=True,
    replay_protected=True,
    payload=GbzRow(
        (
            _time_debt(1),
            _time_debt(2),
            _change_debt(
                "payment_debt",
                5,
                "PaymentDebtRegister",
                Field("recovery_frequency", Enumeration(1, {1: "daily"})),
                Field("recovery_amount", I32(0)),
                Field("recovery_percentage", U16(unit="0.01 %"), "DebtRecoveryperPayment: valueCurrent"),
            ),
        )
    ),
    source="GBCS 4.0 annex, GCS04",
)

GCS05: Final = UseCase(
    code="GCS05",
    message_code=MessageCode(0x006F),
    title="Update Prepayment Configurations on GSME",
    targets=GSME,
    roles=SUPPLIER,
    critical=True,
    future_datable=True,
    replay_protected=True,
    timed=True,
    payload=GbzRow(
        (
            Request(
                PREPAYMENT,
                0x03,
                "emergency_credit",
                Fields(
                    EVENT,
                    Field(
                        "start_time",
                        UtcTime(),
                        "EmergencyCreditLimit / EmergencyCreditThreshold: activateNextDateTime",
                    ),
                    Field("limit", U32(unit=MILLIPENCE), "EmergencyCreditLimit: amountNext"),
                    Field("threshold", U32(unit=MILLIPENCE), "EmergencyCreditThreshold: thresholdNext"),
                ),
            ),
            Request(
                PREPAYMENT,
                0x0C,
                "debt_cap",
                Fields(
                    PROVIDER,
                    EVENT,
                    Field("start_time", UtcTime(), "DebtRecoveryRateCap: activateAmountNextDateTime"),
                    Field("amount", I32(unit=MILLIPENCE), "DebtRecoveryRateCap: amountNext"),
                ),
            ),
            Request(
                PREPAYMENT,
                0x09,
                "low_credit_warning",
                Fields(Field("level", U32(unit=MILLIPENCE), "LowCreditThreshold: thresholdNext")),
                from_time=Field("start_time", NetworkTime()),
            ),
            Request(
                PREPAYMENT,
                0x0B,
                "credit_limits",
                Fields(
                    PROVIDER,
                    EVENT,
                    Field(
                        "start_time",
                        UtcTime(),
                        "PrepaymentCredit(MaxMeterBalance) / "
                        "PrepaymentCredit(MaximumCreditThreshold): activateNextDateTime",
                    ),
                    Field(
                        "maximum_meter_balance",
                        U32(unit=MILLIPENCE),
                        "PrepaymentCredit(MaxMeterBalance): valueNext",
                    ),
                    Field(
                        "maximum_credit",
                        U32(unit=MILLIPENCE),
                        "PrepaymentCredit(MaximumCreditThreshold): valueNext",
                    ),
                ),
            ),
            *NON_DISABLEMENT.publish(),
        )
    ),
    source="GBCS 4.0 annex, GCS05",
)


def _emergency_credit(originator: int) -> GbzRow:
    return GbzRow(
        (
            Request(
                PREPAYMENT,
                0x00,
                "emergency_credit",
                Fields(
                    Field("issue_time", UtcTime(0)),
                    Field("originator", Enumeration(originator, _ORIGINATORS), "EmergencyCredit: select"),
                ),
            ),
        )
    )


GCS06: Final = UseCase(
    code="GCS06",
    message_code=MessageCode(0x0070),
    title="Activate Emergency Credit Remotely on GSME",
    targets=GSME,
    roles=SUPPLIER,
    critical=True,
    replay_protected=True,
    payload=_emergency_credit(0),
    source="GBCS 4.0 annex, GCS06",
)

PCS02: Final = UseCase(
    code="PCS02",
    message_code=MessageCode(0x0090),
    title="Activate Emergency Credit on GSME from PPMID",
    targets=GSME,
    roles=(),
    critical=False,
    payload=_emergency_credit(2),
    source="GBCS 4.0 annex, PCS02",
)

_CAP: Final = "PrepaymentCredit"

GCS21B: Final = UseCase(
    code="GCS21b",
    message_code=MessageCode(0x00B5),
    title="Read GSME Configuration Data Prepayment",
    targets=GPF_GSME,
    roles=SUPPLIER,
    critical=False,
    payload=GbzRow(
        (
            ReadAttributes(
                PREPAYMENT,
                "prepayment_settings",
                AttributeRead(
                    0x0239,
                    "debt_recovery_percentage",
                    U16(unit="0.01 %"),
                    "DebtRecoveryperPayment: percentage(ZSE Reading)",
                ),
                AttributeRead(
                    0x0006,
                    "debt_recovery_rate_cap",
                    I32(unit=MILLIPENCE),
                    "DebtRecoveryRateCap: amountCurrent",
                ),
                *(
                    AttributeRead(
                        0x0206 + 0x10 * n,
                        f"debt_recovery_frequency_{n}",
                        Enumeration(meaning={0: "hourly", 1: "daily"}, allowed=(0, 1)),
                        f"DebtRecoveryRates[{n}]: periodCurrent",
                    )
                    for n in (1, 2)
                ),
                AttributeRead(
                    0x0040,
                    "disablement_threshold",
                    I32(unit=MILLIPENCE),
                    "DisablementThreshold(MeterBalance): thresholdCurrent",
                ),
                AttributeRead(
                    0x0010,
                    "emergency_credit_limit",
                    U32(unit=MILLIPENCE),
                    "EmergencyCreditLimit: amountCurrent",
                ),
                AttributeRead(
                    0x0011,
                    "emergency_credit_threshold",
                    U32(unit=MILLIPENCE),
                    "EmergencyCreditThreshold: thresholdCurrent",
                ),
                AttributeRead(
                    0x0031,
                    "low_credit_threshold",
                    U32(unit=MILLIPENCE),
                    "LowCreditThreshold: thresholdCurrent",
                ),
                AttributeRead(
                    0x0021,
                    "maximum_meter_balance",
                    U32(unit=MILLIPENCE),
                    f"{_CAP}(MaxMeterBalance): valueCurrent",
                ),
                AttributeRead(
                    0x0022,
                    "maximum_credit",
                    U32(unit=MILLIPENCE),
                    f"{_CAP}(MaximumCreditThreshold): valueCurrent",
                ),
                *(
                    AttributeRead(
                        0x0207 + 0x10 * n,
                        f"debt_recovery_amount_{n}",
                        U32(unit=MILLIPENCE),
                        f"DebtRecoveryRates[{n}]: amountCurrent",
                    )
                    for n in (1, 2)
                ),
            ),
            ReadAttributes(
                PRICE,
                "scale",
                AttributeRead(
                    0x0617,
                    "price_trailing_digit",
                    Bits8(meaning={0x50: "5 digits right of the decimal point"}),
                    "DebtRecoveryRates[1] / DebtRecoveryRates[2]: scalerCurrent",
                ),
            ),
            *NON_DISABLEMENT.read(day_type=U8),
        )
    ),
    source="GBCS 4.0 annex, GCS21b",
)


def _credit_adjustment(kind: int, meaning: str, smets: str, value: Field) -> GbzRow:
    return GbzRow(
        (
            Request(
                PREPAYMENT,
                0x05,
                "credit_adjustment",
                Fields(
                    EVENT,
                    Field("start_time", UtcTime(0)),
                    Field("adjustment_type", Enumeration(kind, {kind: meaning}), smets),
                    value,
                ),
            ),
        )
    )


_AMOUNT: Final = Field("amount", I32(unit=MILLIPENCE), "MeterBalance: methodInput: adjustmentValue")
_NOTHING: Final = Field("amount", I32(0))

GCS40A: Final = UseCase(
    code="GCS40a",
    message_code=MessageCode(0x0086),
    title="Adjust Prepayment Mode Meter Balance on the GSME",
    targets=GSME,
    roles=SUPPLIER,
    critical=True,
    replay_protected=True,
    payload=_credit_adjustment(0, "prepayment mode, incremental", "MeterBalance: adjust", _AMOUNT),
    source="GBCS 4.0 annex, GCS40a",
)

GCS40B: Final = UseCase(
    code="GCS40b",
    message_code=MessageCode(0x00B4),
    title="Reset Prepayment Mode Meter Balance on the GSME",
    targets=GSME,
    roles=SUPPLIER,
    critical=True,
    replay_protected=True,
    payload=_credit_adjustment(
        1,
        "prepayment mode, absolute",
        "EmergencyCreditBalance / AccumulatedDebtRegister / MeterBalance: reset",
        _NOTHING,
    ),
    source="GBCS 4.0 annex, GCS40b",
)

GCS40C: Final = UseCase(
    code="GCS40c",
    message_code=MessageCode(0x00C0),
    title="Adjust Credit Mode Meter Balance on the GSME",
    targets=GSME,
    roles=SUPPLIER,
    critical=True,
    replay_protected=True,
    payload=_credit_adjustment(3, "credit mode, incremental", "MeterBalance: adjustCreditMode", _AMOUNT),
    source="GBCS 4.0 annex, GCS40c",
)

GCS40D: Final = UseCase(
    code="GCS40d",
    message_code=MessageCode(0x00C2),
    title="Reset Credit Mode Meter Balance on the GSME",
    targets=GSME,
    roles=SUPPLIER,
    critical=True,
    replay_protected=True,
    payload=_credit_adjustment(2, "credit mode, absolute", "MeterBalance: resetCreditMode", _NOTHING),
    source="GBCS 4.0 annex, GCS40d",
)

USE_CASES: Final = (
    CS01B,
    PCS01,
    GCS02,
    GCS03,
    GCS04,
    GCS05,
    GCS06,
    PCS02,
    GCS21B,
    GCS40A,
    GCS40B,
    GCS40C,
    GCS40D,
)
