"""Registers, settings and identity read from a gas meter or its mirror, attribute by attribute.

GCS13a/b/c, GCS14, GCS21a, GCS21e, GCS21j, GCS21m, GCS33, GCS38, GCS46, GCS60, GCS60a; rows in wire
order, from reference `gbcs-use-cases/`.
"""

from __future__ import annotations

from typing import Final

from dcc_sim.catalogue.row import UseCase
from dcc_sim.catalogue.usecases.gbz_clusters import (
    BASIC,
    CURRENCIES,
    GPF_GSME,
    GSME,
    METERING,
    MILLIPENCE,
    PREPAYMENT,
    PRICE,
    SUPPLIER,
    SUPPLIER_ACB,
    SUPPLIER_NETWORK,
    SUPPLIER_NETWORK_ACB,
)
from dcc_sim.catalogue.usecases.gbz_prepayment import PAYMENT_CONTROL
from dcc_sim.codec.gbz import GbzRow
from dcc_sim.codec.gbz_command import AttributeRead, ReadAttributes
from dcc_sim.codec.zcl import I32, U8, U16, U24, U32, U48, Bits8, Bits16, CharString, Enumeration, OctetString
from dcc_sim.ids import MessageCode


def _formatting(
    item: str, multiplier: str = "multiplier", divisor: str = "divisor"
) -> tuple[AttributeRead, ...]:
    return (
        AttributeRead(0x0302, "divisor", U24(), f"{item}: {divisor}"),
        AttributeRead(0x0301, "multiplier", U24(), f"{item}: {multiplier}"),
        AttributeRead(0x0300, "unit", Enumeration(1, {1: "m³"}), f"{item}: unit"),
    )


GCS13A: Final = UseCase(
    code="GCS13a",
    message_code=MessageCode(0x0074),
    title="Read GSME Consumption Register",
    targets=GPF_GSME,
    roles=SUPPLIER_NETWORK,
    critical=False,
    timed=True,
    payload=GbzRow(
        (
            ReadAttributes(
                METERING,
                "consumption_register",
                *_formatting("ConsumptionRegister"),
                AttributeRead(0x0000, "consumption", U48(), "ConsumptionRegister: value"),
                encrypted=True,
                answer_control=0x18,
            ),
        )
    ),
    source="GBCS 4.0 annex, GCS13a",
)

GCS13B: Final = UseCase(
    code="GCS13b",
    message_code=MessageCode(0x00B8),
    title="Read GSME Block Counters",
    targets=GPF_GSME,
    roles=SUPPLIER,
    critical=False,
    timed=True,
    payload=GbzRow(
        (
            ReadAttributes(
                METERING,
                "block_counters",
                *(
                    AttributeRead(0x0700 + n, f"block_{n + 1}", U48(), "TariffBlockCounter[1..4]: value")
                    for n in range(4)
                ),
                *_formatting("TariffBlockCounter[1..4]"),
                encrypted=True,
                answer_control=0x18,
            ),
        )
    ),
    source="GBCS 4.0 annex, GCS13b",
)

GCS13C: Final = UseCase(
    code="GCS13c",
    message_code=MessageCode(0x00B6),
    title="Read GSME Register (TOU)",
    targets=GPF_GSME,
    roles=SUPPLIER_NETWORK,
    critical=False,
    timed=True,
    payload=GbzRow(
        (
            ReadAttributes(
                METERING,
                "tou_registers",
                *_formatting("TariffTOURegisterMatrix[1..4]", "scale", "scale"),
                *(
                    AttributeRead(
                        0x0100 + 2 * n, f"tier_{n + 1}", U48(), "TariffTOURegisterMatrix[1..4]: value"
                    )
                    for n in range(4)
                ),
                encrypted=True,
                answer_control=0x18,
            ),
        )
    ),
    source="GBCS 4.0 annex, GCS13c",
)

_REGISTERS: Final = (
    "AccumulatedDebtRegister / EmergencyCreditBalance / {}PaymentDebtRegister / "
    "TimeDebtRegisters[1] / TimeDebtRegisters[2]"
)

GCS14: Final = UseCase(
    code="GCS14",
    message_code=MessageCode(0x0075),
    title="Read GSME Prepayment Register(s)",
    targets=GPF_GSME,
    roles=SUPPLIER,
    critical=False,
    timed=True,
    payload=GbzRow(
        (
            ReadAttributes(
                PRICE,
                "currency_and_scale",
                AttributeRead(
                    0x0617,
                    "price_trailing_digit",
                    Bits8(0x50, {0x50: "5 digits right of the decimal point"}),
                    f"{_REGISTERS.format('')}: scale",
                ),
                AttributeRead(
                    0x0616,
                    "currency",
                    U16(meaning=CURRENCIES, allowed=(826, 978)),
                    f"{_REGISTERS.format('MeterBalance / ')}: unit",
                ),
            ),
            ReadAttributes(
                PREPAYMENT,
                "prepayment_registers",
                AttributeRead(
                    0x0005, "accumulated_debt", I32(unit=MILLIPENCE), "AccumulatedDebtRegister: value"
                ),
                AttributeRead(
                    0x0002, "emergency_credit", I32(unit=MILLIPENCE), "EmergencyCreditBalance: value"
                ),
                AttributeRead(
                    0x0001, "meter_balance", I32(unit=MILLIPENCE), "MeterBalance: valuePrepaymentMode"
                ),
                AttributeRead(0x0231, "payment_debt", U32(unit=MILLIPENCE), "PaymentDebtRegister: value"),
                AttributeRead(0x0211, "time_debt_1", U32(unit=MILLIPENCE), "TimeDebtRegisters[1]: value"),
                AttributeRead(0x0221, "time_debt_2", U32(unit=MILLIPENCE), "TimeDebtRegisters[2]: value"),
                encrypted=True,
            ),
        )
    ),
    source="GBCS 4.0 annex, GCS14",
)

_FLOW: Final = "UncontrolledGasFlowRate:"

GCS21A: Final = UseCase(
    code="GCS21a",
    message_code=MessageCode(0x007B),
    title="Read Gas Configuration Data Device Information",
    targets=GSME,
    roles=SUPPLIER_NETWORK_ACB,
    critical=False,
    payload=GbzRow(
        (
            ReadAttributes(
                PRICE,
                "conversion",
                AttributeRead(0x0306, "calorific_value_trailing_digit", Bits8(), "CalorificValue: scale"),
                AttributeRead(
                    0x0305, "calorific_value_unit", Enumeration(1, {1: "MJ/m³"}), "CalorificValue: unit"
                ),
                AttributeRead(0x0304, "calorific_value", U32(), "CalorificValue: value"),
                AttributeRead(0x0303, "conversion_factor_trailing_digit", Bits8(), "ConversionFactor: scale"),
                AttributeRead(0x0302, "conversion_factor", U32(), "ConversionFactor: value"),
            ),
            ReadAttributes(
                METERING,
                "uncontrolled_flow",
                AttributeRead(0x0B13, "flow_divisor", U16(), f"{_FLOW} scaleDivisor"),
                AttributeRead(0x0B12, "flow_multiplier", U16(), f"{_FLOW} scaleMultiplier"),
                AttributeRead(0x0B11, "flow_unit", Enumeration(1, {1: "m³/h"}), f"{_FLOW} unit"),
                AttributeRead(0x0B10, "flow_threshold", U16(), f"{_FLOW} value"),
                AttributeRead(
                    0x0B14, "stabilisation_period", U8(unit="0.1 s"), f"{_FLOW} stabilisationPeriod"
                ),
                AttributeRead(0x0B15, "measurement_period", U16(unit="s"), f"{_FLOW} measurementPeriod"),
            ),
        )
    ),
    source="GBCS 4.0 annex, GCS21a",
)

_SUPPLY_STATE: Final = {0: "locked", 3: "unchanged"}
_STATES: Final = ReadAttributes(
    METERING,
    "supply_states",
    AttributeRead(
        0x0608,
        "supply_depletion_state",
        Enumeration(meaning=_SUPPLY_STATE, allowed=(0, 3)),
        "SupplyDepletionState: value",
    ),
    AttributeRead(
        0x0607,
        "supply_tamper_state",
        Enumeration(meaning=_SUPPLY_STATE, allowed=(0, 3)),
        "SupplyTamperState: value",
    ),
)

# Without a page; the layout is that of the vectors, the roles those of GCS21m, which replaced it.
GCS21E: Final = UseCase(
    code="GCS21e",
    message_code=MessageCode(0x009E),
    title="Read GSME/GPF Configuration Data Device Information (device identity)",
    targets=GPF_GSME,
    roles=SUPPLIER_NETWORK_ACB,
    critical=False,
    withdrawn=True,
    payload=GbzRow(
        (
            ReadAttributes(
                BASIC,
                "identity",
                AttributeRead(0x0004, "manufacturer", CharString(32, low=0), "ManufacturerIdentifier: value"),
                AttributeRead(0x0005, "model", CharString(32, low=0), "ModelType(SmartMeter): value"),
                AttributeRead(0x0003, "hardware_version", U8()),
            ),
            _STATES,
        )
    ),
    source="published vectors",
)

GCS21J: Final = UseCase(
    code="GCS21j",
    message_code=MessageCode(0x00BF),
    title="Read GSME Configuration Data Device Information (Payment Mode)",
    targets=GPF_GSME,
    roles=SUPPLIER_ACB,
    critical=False,
    payload=GbzRow(
        (
            ReadAttributes(
                PREPAYMENT,
                "payment_control",
                AttributeRead(
                    0x0000,
                    "payment_control_configuration",
                    Bits16(meaning=PAYMENT_CONTROL, allowed=tuple(PAYMENT_CONTROL)),
                    "SuspendDebtDisabled / SuspendDebtEmergency / Payment Mode: value",
                ),
            ),
        )
    ),
    source="GBCS 4.0 annex, GCS21j",
)

GCS21M: Final = UseCase(
    code="GCS21m",
    message_code=MessageCode(0x00FB),
    title=(
        "Read GSME Configuration Data Device Information (identity, type and supply tamper / depletion state)"
    ),
    targets=GSME,
    roles=SUPPLIER_NETWORK_ACB,
    critical=False,
    payload=GbzRow(
        (
            ReadAttributes(
                BASIC,
                "identity",
                # Manufacturer code in 4 hexadecimal digits; image type and hardware version in 4 each.
                AttributeRead(0x0004, "manufacturer", CharString(4, low=4), "ManufacturerIdentifier: value"),
                AttributeRead(0x0005, "model", CharString(8, low=8), "ModelType(SmartMeter): value"),
            ),
            _STATES,
        )
    ),
    source="GBCS 4.0 annex, GCS21m",
)

GCS33: Final = UseCase(
    code="GCS33",
    message_code=MessageCode(0x0082),
    title="Read GSME Valve Status",
    targets=GPF_GSME,
    roles=SUPPLIER_NETWORK_ACB,
    critical=False,
    payload=GbzRow(
        (
            ReadAttributes(
                METERING,
                "valve_status",
                AttributeRead(0x0205, "battery_life", U16(unit="days"), "RemainingBatteryCapacity: value"),
                AttributeRead(
                    0x0014,
                    "supply_status",
                    Enumeration(meaning={0: "supply off", 1: "supply armed", 2: "supply on"}),
                    "SupplyState: value.output_state",
                ),
            ),
        )
    ),
    source="GBCS 4.0 annex, GCS33",
)

GCS38: Final = UseCase(
    code="GCS38",
    message_code=MessageCode(0x0084),
    title="Read GSME Firmware Version",
    targets=GPF_GSME,
    roles=SUPPLIER_NETWORK_ACB,
    critical=False,
    payload=GbzRow(
        (
            ReadAttributes(
                METERING,
                "firmware",
                AttributeRead(0x0206, "firmware_version", OctetString(4, low=4), "FirmwareVersion: value"),
            ),
        )
    ),
    source="GBCS 4.0 annex, GCS38",
)

GCS46: Final = UseCase(
    code="GCS46",
    message_code=MessageCode(0x0089),
    title="Read MPRN on the GSME",
    targets=GPF_GSME,
    roles=SUPPLIER_NETWORK_ACB,
    critical=False,
    payload=GbzRow(
        (
            ReadAttributes(
                METERING,
                "site",
                AttributeRead(0x0307, "mprn", OctetString(32), "MeterPointReferenceNumber: value"),
            ),
        )
    ),
    source="GBCS 4.0 annex, GCS46",
)

_BALANCES: Final = GbzRow(
    (
        ReadAttributes(
            METERING,
            "credit_mode",
            AttributeRead(0x0A00, "bill_to_date", U32(unit=MILLIPENCE), "MeterBalance: value"),
        ),
        ReadAttributes(
            PREPAYMENT,
            "prepayment_mode",
            AttributeRead(0x0001, "meter_balance", I32(unit=MILLIPENCE), "MeterBalance: valuePrepaymentMode"),
        ),
    )
)

GCS60: Final = UseCase(
    code="GCS60",
    message_code=MessageCode(0x008D),
    title="Read Meter Balance for GSME",
    targets=GPF_GSME,
    roles=SUPPLIER,
    critical=False,
    payload=_BALANCES,
    source="GBCS 4.0 annex, GCS60",
)

# Without a page; as GCS60, but the Response tells the time (vectors).
GCS60A: Final = UseCase(
    code="GCS60a",
    message_code=MessageCode(0x012A),
    title="Read Meter Balance for GSME with date-time",
    targets=GPF_GSME,
    roles=SUPPLIER,
    critical=False,
    timed=True,
    payload=_BALANCES,
    source="published vectors",
)

USE_CASES: Final = (
    GCS13A,
    GCS13B,
    GCS13C,
    GCS14,
    GCS21A,
    GCS21E,
    GCS21J,
    GCS21M,
    GCS33,
    GCS38,
    GCS46,
    GCS60,
    GCS60A,
)
