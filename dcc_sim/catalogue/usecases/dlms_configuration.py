"""Use cases that write and read the configuration and identity of an ESME.

ECS10, ECS12, ECS14, ECS16, ECS25*, ECS26c–f/l/m, ECS30, ECS30a, ECS34, ECS38, ECS39a/b, ECS40,
ECS50, ECS81; rows in wire order, from reference `gbcs-use-cases/`.
"""

from __future__ import annotations

from typing import Final

from dcc_sim.catalogue.objects import (
    BILLING_CALENDAR,
    CUSTOMER_NUMBER,
    DEVICE_IDENTITY,
    EXPORT_MPAN,
    MANUFACTURER,
    METER_VARIANT,
    MODEL_TYPE,
    MPANS,
    NETWORK_ALERT_SETTINGS,
    NETWORK_ALERT_STATES,
    NETWORK_EVENT_SETTINGS,
    NETWORK_EVENT_STATES,
    POWER_THRESHOLDS,
    PRIVACY_PIN,
    RANDOMISED_OFFSET,
    RANDOMISED_OFFSET_LIMIT,
    RANDOMISED_OFFSET_NUMBER,
    RESTRICT_DATA,
    SUPPLIER_ALERT_SETTINGS,
    SUPPLIER_ALERT_STATES,
    SUPPLIER_EVENT_SETTINGS,
    SUPPLIER_EVENT_STATES,
    SUPPLIER_MESSAGE,
    SUPPLIER_NAME,
    SUPPLIER_TELEPHONE,
    SUPPLY_TAMPER_STATE,
)
from dcc_sim.catalogue.usecases.dlms_shapes import (
    ACB,
    NETWORK,
    SUPPLIER,
    SUPPLIER_ACB,
    SUPPLIER_NETWORK_ACB,
    VECTORS,
    access_case,
    execution_times,
)
from dcc_sim.codec.access import Get, Set
from dcc_sim.codec.cosem import Array, Bits, Boolean, DateTime, Fixed, Octets, UInt16, UInt32

_MASK_AND_ACTIONS: Final = Bits(512, 512)
"""256 bits that say which to change, 256 that say to what; bit 0 of each is its last (GBCS, page)."""
_STATES: Final = Bits(256, 256)
_TAMPER: Final = Boolean(meaning={1: "locked", 0: "unchanged"})
_OFFSET: Final = UInt16(unit="s")
_OFFSET_LIMIT: Final = UInt16(high=1799, unit="s")

_CALENDAR: Final = "BillingCalendar: startDateTimeAndLongerPeriodicity"
_POWER: Final = Array(UInt32(unit="W"), low=2, high=2)
_POWER_NAMES: Final = "LowMediumPowerThreshold: threshold / MediumHighPowerThreshold: threshold"
_ALERTS, _HAN_SHARING = SUPPLIER_ALERT_SETTINGS
_ALARMS, _LOGGING = SUPPLIER_EVENT_SETTINGS
_ALERT_STATES, _HAN_SHARING_STATES = SUPPLIER_ALERT_STATES
_ALARM_STATES, _LOGGING_STATES = SUPPLIER_EVENT_STATES

ECS10: Final = access_case(
    "ECS10", 0x0021, "Send Message to ESME", SUPPLIER,
    Set(SUPPLIER_MESSAGE, 2, "message", Octets(0, 116), smets="SupplierMessage: value"),
)  # fmt: skip

ECS12: Final = access_case(
    "ECS12", 0x0022, "Set Change of Tenancy date on ESME", SUPPLIER,
    Set(RESTRICT_DATA, 2, "restrict_data_before", DateTime(), smets="restrictDataDateTime: value"),
)  # fmt: skip

ECS14: Final = access_case(
    "ECS14", 0x0023, "Disable Privacy PIN Protection on ESME", SUPPLIER,
    Set(
        PRIVACY_PIN, 2, "disable_privacy_pin", Octets(0, 0, b""), smets="DisablePrivacyPinProtection: value"
    ),
    replay_protected=True,
)  # fmt: skip

ECS16: Final = access_case(
    "ECS16", 0x0025, "Write Supplier Contact Details on ESME", SUPPLIER,
    Set(
        SUPPLIER_TELEPHONE, 2, "supplier_telephone", Octets(0, 18),
        smets="ContactDetails: supplierTelephoneNumber",
    ),
    Set(SUPPLIER_NAME, 2, "supplier_name", Octets(0, 15), smets="ContactDetails: supplierName"),
)  # fmt: skip

ECS25A: Final = access_case(
    # Bit n stands for alert 0x81nn.
    "ECS25a", 0x00AC, "Set Alert Behaviours - ESME - Supplier", SUPPLIER,
    Set(_ALERTS, 2, "wan_alerts", _MASK_AND_ACTIONS, smets=f"{_ALERTS.name}: Bit string"),
)  # fmt: skip

ECS25A1: Final = access_case(
    "ECS25a1", 0x00EA, "Set Event Behaviours - ESME to HAN Device - Supplier", SUPPLIER,
    Set(
        _HAN_SHARING, 2, "han_sharing", _MASK_AND_ACTIONS,
        smets=f"{_HAN_SHARING.name}: maskAndActionsForHANDeviceSharing",
    ),
)  # fmt: skip

ECS25A2: Final = access_case(
    "ECS25a2", 0x00EB, "Set Event Behaviours - ESME audible alarm - Supplier", SUPPLIER,
    Set(_ALARMS, 2, "alarms", _MASK_AND_ACTIONS, smets=f"{_ALARMS.name}: maskAndActionsForAlarms"),
)  # fmt: skip

ECS25A3: Final = access_case(
    "ECS25a3", 0x00EC, "Set Event Behaviours - ESME logging - Supplier", SUPPLIER,
    Set(_LOGGING, 2, "logging", _MASK_AND_ACTIONS, smets=f"{_LOGGING.name}: maskAndActionsForLogging"),
)  # fmt: skip

ECS25B: Final = access_case(
    # Bit n stands for alert 0x80nn.
    "ECS25b", 0x00B0, "Set Alert Behaviours - ESME - Network Operator", NETWORK,
    Set(
        NETWORK_ALERT_SETTINGS, 2, "wan_alerts", _MASK_AND_ACTIONS,
        smets="Alerts Configuration Settings - DNO: Bit string",
    ),
)  # fmt: skip

ECS25B3: Final = access_case(
    "ECS25b3", 0x00ED, "Set Event Behaviours - ESME logging - Network Operator", NETWORK,
    Set(
        NETWORK_EVENT_SETTINGS, 2, "logging", _MASK_AND_ACTIONS,
        smets="Events Configuration Settings - Network Operator: maskAndActionsForLogging",
    ),
)  # fmt: skip

ECS25R1: Final = access_case(
    "ECS25r1", 0x00EE, "Read non-critical event and alert behaviours - ESME- Supplier", SUPPLIER,
    Get(_ALERT_STATES, 2, "wan_alerts", _STATES, smets=f"{_ALERT_STATES.name}: settingsForWANAlerting"),
    Get(
        _HAN_SHARING_STATES, 2, "han_sharing", _STATES,
        smets=f"{_HAN_SHARING_STATES.name}: settingsForHANDeviceSharing",
    ),
    Get(_ALARM_STATES, 2, "alarms", _STATES, smets=f"{_ALARM_STATES.name}: settingsForAlarms"),
    Get(_LOGGING_STATES, 2, "logging", _STATES, smets=f"{_LOGGING_STATES.name}: settingForLogging"),
)  # fmt: skip

ECS25R2: Final = access_case(
    "ECS25r2", 0x00EF, "Read non-critical event and alert behaviours - ESME- Network Operator", NETWORK,
    Get(
        NETWORK_ALERT_STATES, 2, "wan_alerts", _STATES,
        smets=f"{NETWORK_ALERT_STATES.name}: settingsForWANAlerting",
    ),
    Get(
        NETWORK_EVENT_STATES, 2, "logging", _STATES, smets=f"{NETWORK_EVENT_STATES.name}: settingForLogging"
    ),
)  # fmt: skip

ECS26C: Final = access_case(
    "ECS26c", 0x003D, "Read ESME Configuration Data Device Information (randomisation)",
    SUPPLIER_NETWORK_ACB,
    Get(RANDOMISED_OFFSET, 2, "randomised_offset", _OFFSET, smets="RandomisedOffset: value"),
    Get(
        RANDOMISED_OFFSET_NUMBER, 2, "randomised_offset_number", UInt16(low=1, high=10_000, unit="10⁻⁴"),
        smets="RandomisedOffsetNumber: value",
    ),
    Get(
        RANDOMISED_OFFSET_LIMIT, 2, "randomised_offset_limit", _OFFSET_LIMIT,
        smets="RandomisedOffsetLimit: value",
    ),
)  # fmt: skip

ECS26D: Final = access_case(
    "ECS26d", 0x003E, "Read ESME Configuration Data Device Information (Billing Calendar)", SUPPLIER_ACB,
    Get(BILLING_CALENDAR, 4, "billing_calendar", execution_times(_CALENDAR, 1)),
    withdrawn=True, source=VECTORS,
)  # fmt: skip

ECS26E: Final = access_case(
    "ECS26e", 0x003F, "Read ESME Configuration Data Device Information (device identity exc MPAN)",
    SUPPLIER_NETWORK_ACB,
    Get(DEVICE_IDENTITY, 2, "device_identity", Fixed(8), smets="DeviceIdentifier: value"),
    Get(METER_VARIANT, 2, "meter_variant", Octets(0, 1), smets="MeterVariant: value"),
    Get(MODEL_TYPE, 2, "model_type", Octets(0, 8), smets="ModelType(SmartMeter): value"),
    # 3 octets in the vectors, where ECS26m has 4.
    Get(MANUFACTURER, 2, "manufacturer", Octets(0, 4), smets="ManufacturerIdentifier: value"),
    Get(SUPPLY_TAMPER_STATE, 2, "supply_tamper_state", _TAMPER, smets="SupplyTamperState: value"),
    withdrawn=True, source=VECTORS,
)  # fmt: skip

ECS26F: Final = access_case(
    "ECS26f", 0x0040,
    "Read ESME Configuration Data Device Information (instantaneous power thresholds)", SUPPLIER_ACB,
    Get(POWER_THRESHOLDS, 2, "power_thresholds", _POWER, smets=_POWER_NAMES),
)  # fmt: skip

ECS26L: Final = access_case(
    "ECS26l", 0x00D9,
    "Read ESME Configuration Data Device Information (Billing Calendar - all periodicities)", SUPPLIER_ACB,
    Get(BILLING_CALENDAR, 4, "billing_calendar", execution_times(_CALENDAR, 4)),
)  # fmt: skip

ECS26M: Final = access_case(
    "ECS26m", 0x00F9,
    "Read ESME Configuration Data Device Information (identity, type and supply tamper state)",
    SUPPLIER_NETWORK_ACB,
    Get(METER_VARIANT, 2, "meter_variant", Fixed(1), smets="MeterVariant: value"),
    Get(MODEL_TYPE, 2, "model_type", Fixed(8), smets="ModelType(SmartMeter): value"),
    Get(MANUFACTURER, 2, "manufacturer", Fixed(4), smets="ManufacturerIdentifier: value"),
    Get(SUPPLY_TAMPER_STATE, 2, "supply_tamper_state", _TAMPER, smets="SupplyTamperState: value"),
)  # fmt: skip

ECS30: Final = access_case(
    "ECS30", 0x0046, "Set Billing Calendar on the ESME", SUPPLIER,
    Set(BILLING_CALENDAR, 4, "billing_calendar", execution_times(_CALENDAR, 1)),
    critical=True, replay_protected=True, withdrawn=True, source=VECTORS,
)  # fmt: skip

ECS30A: Final = access_case(
    "ECS30a", 0x00D7, "Set Billing Calendar on the ESME - all periodicities", SUPPLIER,
    Set(BILLING_CALENDAR, 4, "billing_calendar", execution_times(_CALENDAR, 4)),
    critical=True, replay_protected=True,
)  # fmt: skip

ECS34: Final = access_case(
    "ECS34", 0x0047, "Set Instantaneous Power Threshold Configuration", SUPPLIER,
    Set(POWER_THRESHOLDS, 2, "power_thresholds", _POWER, smets=_POWER_NAMES),
)  # fmt: skip

ECS38: Final = access_case(
    "ECS38", 0x004B, "Update Randomised Offset Limit", SUPPLIER,
    Set(
        RANDOMISED_OFFSET_LIMIT, 2, "randomised_offset_limit", _OFFSET_LIMIT,
        smets="RandomisedOffsetLimit: value",
    ),
    critical=True, replay_protected=True,
)  # fmt: skip

_MPANS: Final = Octets(0, 26)
"""13 octets of the primary element; 13 more of the secondary one on a twin-element ESME."""
_EXPORT_MPAN: Final = Octets(0, 13)

ECS39A: Final = access_case(
    "ECS39a", 0x004C, "Set MPAN Value on the ESME", SUPPLIER,
    Set(MPANS, 2, "mpans", _MPANS, smets="MeterPointAdministrationNumber(combinedMPANS): value"),
    replay_protected=True,
)  # fmt: skip

ECS39B: Final = access_case(
    "ECS39b", 0x004D, "Set Export MPAN Value on the ESME", ACB,
    Set(
        EXPORT_MPAN, 2, "export_mpan", _EXPORT_MPAN, smets="MeterPointAdministrationNumber(ExportMPAN): value"
    ),
    replay_protected=True,
)  # fmt: skip

ECS40: Final = access_case(
    "ECS40", 0x004E, "Read MPAN Value on the ESME", SUPPLIER_NETWORK_ACB,
    Get(MPANS, 2, "mpans", _MPANS, smets="MeterPointAdministrationNumber(combinedMPANS): value"),
    Get(
        EXPORT_MPAN, 2, "export_mpan", _EXPORT_MPAN, smets="MeterPointAdministrationNumber(ExportMPAN): value"
    ),
)  # fmt: skip

ECS50: Final = access_case(
    "ECS50", 0x0058, "Send CIN to ESME", ACB,
    Set(CUSTOMER_NUMBER, 2, "customer_number", Fixed(4), smets="CustomerIdentificationNumber: value"),
    replay_protected=True,
)  # fmt: skip

ECS81: Final = access_case(
    "ECS81", 0x0068, "Set Supply Tamper State on ESME", SUPPLIER,
    Set(SUPPLY_TAMPER_STATE, 2, "supply_tamper_state", _TAMPER, smets="SupplyTamperState: value"),
    critical=True, replay_protected=True,
)  # fmt: skip

USE_CASES: Final = (
    ECS10, ECS12, ECS14, ECS16, ECS25A, ECS25A1, ECS25A2, ECS25A3, ECS25B, ECS25B3, ECS25R1, ECS25R2,
    ECS26C, ECS26D, ECS26E, ECS26F, ECS26L, ECS26M, ECS30, ECS30A, ECS34, ECS38, ECS39A, ECS39B, ECS40,
    ECS50, ECS81,
)  # fmt: skip
