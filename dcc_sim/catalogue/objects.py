"""COSEM objects of the ESME and CHF that the use cases address.

Facts from reference `gbcs-general.md` §5 and `gbcs-use-cases/`; the names are the SMETS data items.
"""

from __future__ import annotations

from typing import Final

from dcc_sim.codec.exchange import CosemObject, Obis


def _object(class_id: int, logical_name: str, name: str) -> CosemObject:
    return CosemObject(class_id, Obis.parse(logical_name), name)


CLOCK: Final = _object(8, "0-0:1.0.0.255", "Time")
FIRMWARE_VERSION: Final = _object(1, "0-0:0.2.1.255", "FirmwareVersion")

SWITCHING_TABLE: Final = _object(20, "0-0:13.0.0.255", "TariffSwitchingTable")
SPECIAL_DAYS_ACTIVE: Final = _object(11, "0-0:11.0.0.255", "TariffSwitchingTable(SpecialDays)")
SPECIAL_DAYS_PASSIVE: Final = _object(11, "0-1:11.0.0.255", "TariffSwitchingTable(SpecialDays)")
SPECIAL_DAYS_ACTIVATION: Final = _object(9000, "0-0:94.44.128.29", "TariffSwitchingTable(SpecialDays)")
THRESHOLDS_ACTIVE: Final = tuple(
    _object(21, f"0-0:16.0.{10 + n}.255", f"TariffThresholdMatrixBlocks[1to3]TOU[{n}]") for n in range(1, 9)
)
THRESHOLDS_PASSIVE: Final = tuple(
    _object(21, f"0-0:16.1.{10 + n}.255", f"TariffThresholdMatrixBlocks[1to3]TOU[{n}]") for n in range(1, 9)
)
THRESHOLDS_ACTIVATION: Final = _object(9000, "0-0:63.1.1.255", "TariffThresholdMatrix")
CURRENCY: Final = _object(9000, "0-0:94.44.2.0", "CurrencyUnit")
STANDING_CHARGE: Final = _object(113, "0-0:19.20.4.255", "StandingCharge")
TARIFF_PRICES: Final = _object(113, "0-0:19.20.0.255", "TariffBlockPriceMatrixTOU")
ACTIVE_TARIFF_PRICE: Final = _object(3, "0-0:94.44.1.7", "(Primary)ActiveTariffPrice")

IMPORT_REGISTERS: Final = _object(1, "0-0:94.44.34.10", "ImportRegisterCollection")
IMPORT_REGISTERS_PROTECTION: Final = _object(30, "0-0:43.2.8.255", "ImportRegisterCollection")
TOU_REGISTERS: Final = _object(1, "0-0:94.44.34.1", "TariffTOURegisterCollection")
TOU_REGISTERS_PROTECTION: Final = _object(30, "0-0:43.2.9.255", "TariffTOURegisterCollection")
BLOCK_REGISTERS: Final = _object(1, "0-0:94.44.34.2", "TariffBlockTOURegisterCollection")
BLOCK_REGISTERS_PROTECTION: Final = _object(30, "0-0:43.2.10.255", "TariffBlockTOURegisterCollection")
POWER_IMPORT: Final = _object(1, "0-0:94.44.34.20", "PowerImportCollection")
ACTIVE_EXPORT: Final = _object(3, "1-0:2.8.0.255", "ActiveExportRegister")
REACTIVE_EXPORT: Final = _object(3, "1-0:4.8.0.255", "ReactiveExportRegister")

# Tariff, second element and block counters
TARIFF_SCRIPT_TABLE: Final = _object(9, "0-0:10.0.100.255", "TariffBlock[1to4]CounterMatrixTOU[1to8]")
BLOCK_COUNTER_SCHEDULE: Final = _object(22, "0-0:15.1.0.255", "TariffBlockCounterMatrix")
SECONDARY_SWITCHING_TABLE: Final = _object(20, "0-0:13.0.1.255", "TariffSwitchingTable(SecondaryElement)")
SECONDARY_SPECIAL_DAYS_ACTIVE: Final = _object(
    11, "0-0:11.0.1.255", "TariffSwitchingTable(SecondaryElement)(SpecialDays)"
)
SECONDARY_SPECIAL_DAYS_PASSIVE: Final = _object(
    11, "0-1:11.0.1.255", "TariffSwitchingTable(SecondaryElement)(SpecialDays)"
)
SECONDARY_SPECIAL_DAYS_ACTIVATION: Final = _object(
    9000, "0-0:94.44.128.30", "TariffSwitchingTable(SecondaryElement)(SpecialDays)"
)
SECONDARY_TARIFF_PRICES: Final = _object(113, "0-0:19.20.5.255", "SecondaryTariffTOUPriceMatrix")
SECONDARY_ACTIVE_TARIFF_PRICE: Final = _object(3, "0-0:94.44.1.8", "SecondaryActiveTariffPrice")

# Maximum demand
MAX_DEMAND_IMPORT: Final = _object(4, "1-0:1.6.0.255", "MaximumDemandActiveEnergyImportValue")
MAX_DEMAND_IMPORT_RESET_TIME: Final = _object(1, "0-0:94.44.5.1", "MaximumDemandActiveEnergyImportValue")
MAX_DEMAND_CONFIGURABLE: Final = _object(
    4, "1-0:1.6.1.255", "MaximumDemand(ConfigurableTime)ActivePowerImportValue"
)
MAX_DEMAND_CONFIGURABLE_RESET_TIME: Final = _object(
    1, "0-0:94.44.5.0", "MaximumDemand(ConfigurableTime)ActivePowerImportValue"
)
MAX_DEMAND_EXPORT: Final = _object(4, "1-0:2.6.0.255", "MaximumDemandActivePowerExportValue")
MAX_DEMAND_EXPORT_RESET_TIME: Final = _object(1, "0-0:94.44.5.2", "MaximumDemandActivePowerExportValue")
MAX_DEMAND_PERIOD: Final = _object(10, "0-0:12.0.0.255", "MaximumDemandConfigurableTimePeriod")

# Prepayment: the account, its credits and charges, and their passive values
ACCOUNT_ACTIVE: Final = _object(111, "0-0:19.0.0.255", "PaymentMode")
ACCOUNT_PASSIVE: Final = _object(111, "0-1:19.0.0.255", "PaymentMode")
METER_BALANCE: Final = _object(112, "0-0:19.10.0.255", "MeterBalance")
EMERGENCY_CREDIT: Final = _object(112, "0-0:19.10.1.255", "EmergencyCredit")
ACCUMULATED_DEBT: Final = _object(112, "0-0:19.10.2.255", "AccumulatedDebtRegister")
TIME_DEBTS: Final = tuple(_object(113, f"0-0:19.20.{n}.255", f"DebtRecoveryRates[{n}]") for n in (1, 2))
PAYMENT_DEBT: Final = _object(113, "0-0:19.20.3.255", "DebtRecoveryperPayment")
TOKEN_GATEWAY: Final = _object(115, "0-0:19.40.0.255", "PrepaymentCredit")
PREPAYMENT_BALANCES: Final = _object(1, "0-0:94.44.34.30", "PrepaymentBalanceCollection")
PREPAYMENT_BALANCES_PROTECTION: Final = _object(30, "0-0:43.2.1.255", "PrepaymentBalanceCollection")
MAX_CREDIT: Final = _object(9000, "0-0:94.44.2.10", "PrepaymentCredit(MaximumCreditThreshold)")
MAX_METER_BALANCE: Final = _object(9000, "0-0:94.44.2.20", "PrepaymentCredit(MaxMeterBalance)")
DISABLEMENT_THRESHOLD_ACTIVE: Final = _object(21, "0-0:16.0.1.255", "DisablementThreshold(MeterBalance)")
DISABLEMENT_THRESHOLD_PASSIVE: Final = _object(9000, "0-0:94.44.128.22", "DisablementThreshold(MeterBalance)")
EMERGENCY_CREDIT_LIMIT: Final = _object(9000, "0-0:94.44.128.2", "EmergencyCreditLimit")
EMERGENCY_CREDIT_THRESHOLD: Final = _object(9000, "0-0:94.44.128.3", "EmergencyCreditThreshold")
LOW_CREDIT_THRESHOLD: Final = _object(9000, "0-0:94.44.128.9", "LowCreditThreshold")
DEBT_RECOVERY_CAP_AMOUNT: Final = _object(9000, "0-0:94.44.128.12", "DebtRecoveryRateCap")
DEBT_RECOVERY_CAP_PERIOD: Final = _object(9000, "0-0:94.44.128.13", "DebtRecoveryRateCap")
NON_DISABLEMENT_ACTIVE: Final = _object(10, "0-0:12.0.1.255", "Non-DisablementCalendar")
NON_DISABLEMENT_PASSIVE: Final = _object(10, "0-1:12.0.1.255", "Non-DisablementCalendar")
NON_DISABLEMENT_ACTIVATION: Final = _object(9000, "0-0:94.44.128.28", "Non-DisablementCalendar")
NON_DISABLEMENT_DAYS_ACTIVE: Final = _object(11, "0-0:11.0.2.255", "Non-DisablementCalendar(SpecialDays)")
NON_DISABLEMENT_DAYS_PASSIVE: Final = _object(11, "0-1:11.0.2.255", "Non-DisablementCalendar(SpecialDays)")
NON_DISABLEMENT_DAYS_ACTIVATION: Final = _object(
    9000, "0-0:94.44.128.31", "Non-DisablementCalendar(SpecialDays)"
)

# Logs, and the collections through which the sensitive ones are read
EVENT_LOG: Final = _object(7, "0-0:99.98.0.255", "EventLog")
SECURITY_LOG: Final = _object(7, "0-0:99.98.1.255", "SecurityLog")
POWER_EVENT_LOG: Final = _object(7, "0-0:99.98.4.255", "PowerEventLog")
AUXILIARY_EVENT_LOG: Final = _object(7, "0-17:99.98.2.255", "AuxiliaryControllerEventLog")
BOOST_EVENT_LOG: Final = _object(7, "0-0:99.98.20.255", "BoostFunctionEventLog")
BILLING_REGISTERS_LOG: Final = _object(
    7, "0-0:98.1.0.255", "BillingDataLog(BillingCalendarTriggeredExcExport)"
)
BILLING_PREPAYMENT_LOG: Final = _object(
    7, "0-0:98.1.1.255", "BillingDataLog(BillingCalendarTriggeredExcExport)"
)
BILLING_LOG_PROTECTION: Final = _object(
    30, "0-0:43.2.2.255", "BillingDataLog(BillingCalendarTriggeredExcExport)"
)
CHANGE_LOG: Final = _object(
    7, "0-0:98.1.2.255", "BillingDataLog(SetPaymentModeOrTariffTriggeredFinancialExcExport)"
)
CHANGE_LOG_PROTECTION: Final = _object(
    30, "0-0:43.2.3.255", "BillingDataLog(SetPaymentModeOrTariffTriggeredFinancialExcExport)"
)
DEBT_PAYMENT_LOG: Final = _object(7, "0-0:98.1.4.255", "BillingDataLog(mostrecentPaymentBasedDebtRepayment)")
CREDIT_LOG: Final = _object(7, "0-0:98.1.5.255", "BillingDataLog(mostrecentPrepaymentCredits)")
DAILY_PREPAYMENT_LOG: Final = _object(7, "0-0:98.1.8.255", "PrepaymentDailyReadLog")
DAILY_PREPAYMENT_LOG_PROTECTION: Final = _object(30, "0-0:43.2.6.255", "PrepaymentDailyReadLog")
DAILY_READ_LOG: Final = _object(7, "0-0:98.1.9.255", "DailyReadLog(excExport)")
DAILY_READ_LOG_PROTECTION: Final = _object(30, "0-0:43.2.5.255", "DailyReadLog(excExport)")
DAILY_EXPORT_LOG: Final = _object(7, "0-0:98.1.10.255", "DailyReadLog(export)")
DAILY_CONSUMPTION_LOG: Final = _object(7, "0-0:99.1.3.255", "DailyConsumptionLog")
DAILY_CONSUMPTION_LOG_PROTECTION: Final = _object(30, "0-0:43.2.4.255", "DailyConsumptionLog")
PROFILE_IMPORT_LOG: Final = _object(7, "0-0:99.1.0.255", "ProfileDataLog(ActiveEnergyImportedInPeriod)")
PROFILE_IMPORT_LOG_PROTECTION: Final = _object(
    30, "0-0:43.2.7.255", "ProfileDataLog(ActiveEnergyImportedInPeriod)"
)
PROFILE_EXPORT_LOG: Final = _object(7, "0-0:99.1.1.255", "ProfileDataLog(Export)")
PROFILE_REACTIVE_LOG: Final = _object(7, "0-0:99.1.2.255", "ProfileDataLog(ReactiveImport)")

# Voltage: logical names of the phases have 32, 52, 72 in C
_PHASES: Final = tuple(zip((1, 2, 3), (32, 52, 72), strict=True))
VOLTAGE_LOGS: Final = tuple(
    _object(7, f"1-0:{c}.24.0.255", f"(Phase[{n}])AverageRMSVoltageProfileDataLog") for n, c in _PHASES
)
UNDER_VOLTAGE_THRESHOLDS: Final = tuple(
    _object(1, f"1-0:{c}.31.0.4", f"(Phase[{n}])AverageRMSUnderVoltageThreshold") for n, c in _PHASES
)
OVER_VOLTAGE_THRESHOLDS: Final = tuple(
    _object(1, f"1-0:{c}.35.0.4", f"(Phase[{n}])AverageRMSOverVoltageThreshold") for n, c in _PHASES
)
UNDER_VOLTAGE_COUNTERS: Final = tuple(
    _object(3, f"1-0:{c}.32.0.4", f"(Phase[{n}])AverageRMSUnderVoltageCounter") for n, c in _PHASES
)
OVER_VOLTAGE_COUNTERS: Final = tuple(
    _object(3, f"1-0:{c}.36.0.4", f"(Phase[{n}])AverageRMSOverVoltageCounter") for n, c in _PHASES
)
EXTREME_OVER_VOLTAGE: Final = _object(71, "0-0:17.0.1.255", "RMSExtremeOverVoltage")
EXTREME_UNDER_VOLTAGE: Final = _object(71, "0-0:17.0.2.255", "RMSExtremeUnderVoltage")
VOLTAGE_SAG: Final = _object(71, "0-0:17.0.3.255", "RMSVoltageSag")
VOLTAGE_SWELL: Final = _object(71, "0-0:17.0.4.255", "RMSVoltageSwell")

# Load: limit, main switch, auxiliary controllers, boost function
LOAD_LIMITER: Final = _object(71, "0-0:17.0.0.255", "LoadLimit")
LOAD_LIMIT_SUPPLY_STATE: Final = _object(9000, "0-0:94.44.0.3", "LoadLimitSupplyState")
LOAD_LIMIT_COUNTER: Final = _object(3, "0-0:94.44.42.255", "LoadLimitCounter")
LOAD_LIMIT_PERIOD: Final = _object(9000, "0-0:94.44.128.6", "LoadLimitPeriod(Timer)")
LOAD_LIMIT_POWER: Final = _object(9000, "0-0:94.44.128.7", "LoadLimitPowerThreshold")
LOAD_LIMIT_RESTORATION: Final = _object(9000, "0-0:94.44.128.8", "LoadLimitRestorationPeriod(Timer)")
SUPPLY_SCRIPT_TABLE: Final = _object(9, "0-0:10.0.106.255", "SupplyState")
SUPPLY_SWITCH: Final = _object(70, "0-0:96.3.10.255", "SupplyState")
AUXILIARY_DESCRIPTIONS: Final = tuple(
    _object(1, f"0-0:94.44.0.{10 + n}", f"AuxiliaryController[{n}]") for n in range(1, 6)
)
AUXILIARY_TYPES: Final = tuple(
    _object(1, f"0-0:94.44.0.{20 + n}", f"AuxiliaryController[{n}]") for n in range(1, 6)
)
AUXILIARY_STATES: Final = tuple(
    _object(1, f"0-0:94.44.0.{30 + n}", f"AuxiliaryController[{n}]") for n in range(1, 6)
)
AUXILIARY_SWITCHES: Final = tuple(
    _object(70, f"0-{n}:96.3.10.255", f"AuxiliaryController[{n}]") for n in range(1, 6)
)
AUXILIARY_STARTS: Final = tuple(
    _object(1, f"0-0:94.44.{116 + n}.1", f"AuxiliaryController[{n}]") for n in range(1, 6)
)
AUXILIARY_ENDS: Final = tuple(
    _object(1, f"0-0:94.44.{116 + n}.2", f"AuxiliaryController[{n}]") for n in range(1, 6)
)
AUXILIARY_LIMIT_STARTS: Final = tuple(
    _object(1, f"0-0:94.44.{116 + n}.3", f"AuxiliaryProportionalController[{n}]") for n in range(1, 6)
)
AUXILIARY_LIMIT_ENDS: Final = tuple(
    _object(1, f"0-0:94.44.{116 + n}.4", f"AuxiliaryProportionalController[{n}]") for n in range(1, 6)
)
AUXILIARY_SCRIPT_TABLE: Final = _object(9, "0-0:10.0.103.255", "AuxiliaryController[n]")
AUXILIARY_LIMIT_SCRIPT_TABLE: Final = _object(9, "0-0:10.0.107.255", "AuxiliaryProportionalController[n]")
AUXILIARY_CALENDAR_ACTIVE: Final = _object(10, "0-0:12.0.2.255", "AuxiliaryControllerCalendar")
AUXILIARY_CALENDAR_PASSIVE: Final = _object(10, "0-1:12.0.2.255", "AuxiliaryControllerCalendar")
AUXILIARY_CALENDAR_ACTIVATION: Final = _object(9000, "0-0:94.44.128.26", "AuxiliaryControllerCalendar")
AUXILIARY_DAYS_ACTIVE: Final = _object(11, "0-0:11.0.3.255", "AuxiliaryControllerCalendar(SpecialDays)")
AUXILIARY_DAYS_PASSIVE: Final = _object(11, "0-1:11.0.3.255", "AuxiliaryControllerCalendar(SpecialDays)")
AUXILIARY_DAYS_ACTIVATION: Final = _object(
    9000, "0-0:94.44.128.35", "AuxiliaryControllerCalendar(SpecialDays)"
)
BOOST_AVAILABILITY: Final = _object(1, "0-0:94.44.7.255", "BoostFunctionAvailability")
BOOST_CONTROLS: Final = tuple(
    _object(1, f"0-0:94.44.6.{n}", f"BoostFunctionControl[{n}]") for n in range(1, 6)
)

# Configuration and identity
BILLING_CALENDAR: Final = _object(22, "0-0:15.0.0.255", "BillingCalendar")
POWER_THRESHOLDS: Final = _object(21, "0-0:16.0.0.255", "PowerThreshold")
RANDOMISED_OFFSET: Final = _object(1, "0-0:94.44.0.0", "RandomisedOffset")
RANDOMISED_OFFSET_LIMIT: Final = _object(1, "0-0:94.44.0.1", "RandomisedOffsetLimit")
RANDOMISED_OFFSET_NUMBER: Final = _object(1, "0-0:94.44.0.2", "RandomisedOffsetNumber")
SUPPLY_TAMPER_STATE: Final = _object(1, "0-0:94.44.0.4", "SupplyTamperState")
PRIVACY_PIN: Final = _object(1, "0-0:94.44.3.1", "DisablePrivacyPinProtection")
RESTRICT_DATA: Final = _object(1, "0-0:94.44.3.2", "restrictDataDateTime")
MPANS: Final = _object(1, "0-0:94.44.34.11", "MeterPointAdministrationNumber(combinedMPANS)")
EXPORT_MPAN: Final = _object(1, "1-0:0.0.2.255", "MeterPointAdministrationNumber(ExportMPAN)")
DEVICE_IDENTITY: Final = _object(1, "0-0:96.1.1.255", "DeviceIdentifier")
METER_VARIANT: Final = _object(1, "0-0:96.1.2.255", "MeterVariant")
MODEL_TYPE: Final = _object(1, "0-0:96.1.4.255", "ModelType")
MANUFACTURER: Final = _object(1, "0-0:96.1.6.255", "ManufacturerIdentifier")
SUPPLIER_MESSAGE: Final = _object(1, "0-2:96.13.1.255", "SupplierMessage")
CUSTOMER_NUMBER: Final = _object(1, "0-3:96.13.1.255", "CustomerIdentificationNumber")
SUPPLIER_TELEPHONE: Final = _object(9000, "0-0:96.13.0.255", "ContactDetails")
SUPPLIER_NAME: Final = _object(9000, "0-0:96.13.1.255", "ContactDetails")
SUPPLIER_ALERT_SETTINGS: Final = tuple(
    _object(1, f"0-30:97.98.{n}.255", "Alerts Configuration Settings - Supplier") for n in (11, 12)
)
SUPPLIER_EVENT_SETTINGS: Final = tuple(
    _object(1, f"0-30:97.98.{n}.255", "Events Configuration Settings - Supplier") for n in (13, 14)
)
SUPPLIER_ALERT_STATES: Final = tuple(
    _object(1, f"0-30:97.98.{n}.255", "Alerts Configuration Settings - Supplier") for n in (15, 16)
)
SUPPLIER_EVENT_STATES: Final = tuple(
    _object(1, f"0-30:97.98.{n}.255", "Events Configuration Settings - Supplier") for n in (17, 18)
)
NETWORK_ALERT_SETTINGS: Final = _object(1, "0-33:97.98.11.255", "Alerts Configuration Settings - DNO")
NETWORK_EVENT_SETTINGS: Final = _object(
    1, "0-33:97.98.14.255", "Events Configuration Settings - Network Operator"
)
NETWORK_ALERT_STATES: Final = _object(
    1, "0-33:97.98.15.255", "Alerts Configuration Settings - Network Operator"
)
NETWORK_EVENT_STATES: Final = _object(
    1, "0-33:97.98.18.255", "Events Configuration Settings - Network Operator"
)

# Communications Hub
ZIGBEE_COORDINATOR: Final = _object(104, "0-0:30.3.0.255", "DeviceLog(CHF)")
ZIGBEE_COORDINATOR_HISTORIC: Final = _object(104, "0-0:30.3.1.255", "HistoricDeviceLog(CHF)")
SUB_GHZ_CONFIGURATION: Final = _object(1, "0-0:94.44.10.0", "SubGHzConfigurationSettings")
SUB_GHZ_SCAN: Final = _object(1, "0-0:94.44.10.1", "CHFSubGHzChannelScan")
SUB_GHZ_CHANNEL: Final = _object(1, "0-0:94.44.10.2", "OperatingSubGHzChannel")
SUB_GHZ_LOG: Final = _object(7, "0-0:94.44.10.3", "SubGHzChannelLog")
