"""MMC rows of the use cases that read registers and settings of a GSME, and set its clock (`gbz_reads`)."""

from __future__ import annotations

from typing import Final

from dcc_sim.mmc.conversions import Eui, Hex, Integer, Moment, Named, OctetText, Plain, YesNo
from dcc_sim.mmc.elements import CLOCK_ELEMENTS, TIME_STATUS, UNSIGNED_INT, numbered
from dcc_sim.mmc.elements_gas import MONEY, constants, unplaced
from dcc_sim.mmc.rows import Attribute, Element, Leaf, Omit, ResponseRow, Row, View, When
from dcc_sim.mmc.views import gas_volume
from dcc_sim.mmc.views_gas import (
    gas_flow_values,
    gas_volume_values,
    model_and_device,
    model_and_device_values,
    payment_control,
    payment_control_values,
    trailing_digits,
    trailing_digits_values,
)


def _volume(name: str, path: str, number: int | None = None) -> View:
    return View(
        gas_volume,
        (path, "multiplier", "divisor"),
        Leaf(name, "volume", Plain(), () if number is None else numbered(number)),
        inverse=gas_volume_values,
    )


_UNIT_OF_VOLUME: Final = Omit("unit", "always cubic metres; the schema has no place for it")

_REGISTER: Final = Element(
    "Gas",
    Element(
        "ConsumptionRegister",
        _volume("Value", "consumption"),
        Leaf("Unit", "unit", Named({1: "m3"})),
    ),
    keep=True,
)

_BLOCK_COUNTERS: Final[tuple[Row, ...]] = (
    Element(
        "ImportBlockCounters",
        *(_volume("TariffBlockCounterValue", f"block_{n}", n) for n in range(1, 5)),
    ),
    _UNIT_OF_VOLUME,
)

_TOU_REGISTERS: Final = Element(
    "Gas",
    Element(
        "TariffTOURegisterMatrix",
        *(_volume("TOURegisterMatrixValue", f"tier_{n}", n) for n in range(1, 5)),
    ),
    _UNIT_OF_VOLUME,
    keep=True,
)

_PREPAYMENT_REGISTERS: Final[tuple[Row, ...]] = (
    Leaf("EmergencyCreditBalance", "emergency_credit", MONEY),
    Leaf("AccumulatedDebtRegister", "accumulated_debt", MONEY),
    Leaf("PaymentDebtRegister", "payment_debt", MONEY),
    Leaf("TimeDebtRegister1", "time_debt_1", MONEY),
    Leaf("TimeDebtRegister2", "time_debt_2", MONEY),
    Leaf("MeterBalance", "meter_balance", MONEY),
    *constants("price_trailing_digit"),
    *unplaced("currency"),
)

_GAS_CONFIGURATION: Final[tuple[Row, ...]] = (
    View(
        trailing_digits,
        ("calorific_value", "calorific_value_trailing_digit"),
        Leaf("CalorificValue", "decimal", Plain()),
        inverse=trailing_digits_values,
    ),
    View(
        trailing_digits,
        ("conversion_factor", "conversion_factor_trailing_digit"),
        Leaf("ConversionFactor", "decimal", Plain()),
        inverse=trailing_digits_values,
    ),
    View(
        gas_volume,
        ("flow_threshold", "flow_multiplier", "flow_divisor"),
        Leaf("UncontrolledGasFlowRate", "volume", Plain()),
        inverse=gas_flow_values,
    ),
    # As on the wire, in tenths of a second: that is how the request of SRV 6.7 gives it too.
    Leaf("FlowStabilisationPeriod", "stabilisation_period", Integer()),
    Leaf("FlowMeasurementPeriod", "measurement_period", Integer()),
    *constants("calorific_value_unit", "flow_unit"),
)

_STATE: Final = Named({0: "Locked", 3: "Unchanged"})
_MANUFACTURER: Final = Leaf("ManufacturerIdentifier", "manufacturer", OctetText(32))
_SUPPLY_STATES: Final = Element(
    "Gas",
    Leaf("SupplyTamperState", "supply_tamper_state", _STATE),
    Leaf("SupplyDepletionState", "supply_depletion_state", _STATE),
)

_OLD_IDENTITY: Final[tuple[Row, ...]] = (
    View(
        model_and_device,
        ("model",),
        When("device", Leaf("DeviceIdentifier", "device", Eui())),
        Leaf("ModelType", "model", OctetText(8)),
        inverse=model_and_device_values,
    ),
    _MANUFACTURER,
    *unplaced("hardware_version"),
    _SUPPLY_STATES,
)

_IDENTITY: Final = (Leaf("ModelType", "model", OctetText(8)), _MANUFACTURER, _SUPPLY_STATES)

_PAYMENT_MODE: Final = View(
    payment_control,
    ("payment_control_configuration",),
    Leaf("PaymentMode", "mode", Plain()),
    When("emergency", Leaf("SuspendDebtEmergency", "emergency", YesNo())),
    When("disabled", Leaf("SuspendDebtDisabled", "disabled", YesNo())),
    inverse=payment_control_values,
)

_SUPPLY_STATUS: Final[tuple[Row, ...]] = (
    Leaf("SupplyState", "supply_status", Named({0: "Disabled", 1: "Armed", 2: "Enabled"})),
    Element("Gas", Leaf("RemainingBatteryCapacity", "battery_life", UNSIGNED_INT)),
)

_BALANCE: Final[tuple[Row, ...]] = (
    Leaf("MeterBalance", "bill_to_date", MONEY),
    Element("Gas", Leaf("MeterBalancePrepaymentMode", "meter_balance", MONEY)),
)

_CLOCK: Final[tuple[Row, ...]] = (
    Leaf("DeviceTime", "time", Moment()),
    Element(
        "Gas",
        When(
            "clock_status",
            Element(
                "GasClockTimeStatus",
                Leaf("ASN1Status", "clock_status", Named(TIME_STATUS.names, "notKnown")),
                attributes=(Attribute("ResponseCode", Integer(), "clock_status"),),
            ),
        ),
    ),
)


def _read(code: str, variant: str, element: str, *rows: Row) -> ResponseRow:
    return ResponseRow(code=code, elements={variant: element}, rows=rows)


_IDENTITY_ELEMENT: Final = "ReadDeviceConfigurationIdentityExcMPxNRsp"

ROWS: Final = (
    _read("GCS13a", "4.1.1", "ReadInstantaneousImportRegistersRsp", _REGISTER),
    _read("GCS13b", "4.1.4", "ReadInstantaneousImportBlockCountersRsp", *_BLOCK_COUNTERS),
    _read("GCS13c", "4.1.2", "ReadInstantaneousImportTOUMatricesRsp", _TOU_REGISTERS),
    _read("GCS14", "4.3", "ReadInstantaneousPrepayValuesRsp", *_PREPAYMENT_REGISTERS),
    _read("GCS21a", "6.2.8", "ReadDeviceConfigurationGasRsp", *_GAS_CONFIGURATION),
    _read("GCS21e", "6.2.4", _IDENTITY_ELEMENT, *_OLD_IDENTITY),
    _read("GCS21j", "6.2.9", "ReadDeviceConfigurationPaymentModeRsp", _PAYMENT_MODE),
    _read("GCS21m", "6.2.4", _IDENTITY_ELEMENT, *_IDENTITY),
    ResponseRow(code="GCS28", elements=CLOCK_ELEMENTS, rows=_CLOCK),
    _read("GCS33", "7.4", "ReadSupplyStatusRsp", *_SUPPLY_STATUS),
    _read("GCS38", "11.2", "ReadFirmwareVersionRsp", Leaf("FirmwareVersion", "firmware_version", Hex(4))),
    _read(
        "GCS46",
        "6.2.7",
        "ReadDeviceConfigurationMPxNRsp",
        Element("Gas", Leaf("MPRN", "mprn", OctetText(10)), keep=True),
    ),
    _read("GCS60", "4.18", "ReadMeterBalanceRsp", *_BALANCE),
    _read("GCS60a", "4.18", "ReadMeterBalanceRsp", *_BALANCE),
)
