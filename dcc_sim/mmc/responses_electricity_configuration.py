"""MMC rows of the use cases of the configuration and identity of an ESME (`dlms_configuration`)."""

from __future__ import annotations

from typing import Final

from dcc_sim.mmc.conversions import Eui, Integer, Named, OctetText, TimeOfDay
from dcc_sim.mmc.elements import INTEGER
from dcc_sim.mmc.rows import Element, Flag, Leaf, ResponseRow, Row, View, When
from dcc_sim.mmc.views_electricity import (
    NETWORK_CODES,
    NETWORK_POLYPHASE_CODES,
    NETWORK_SINGLE_PHASE_CODES,
    SUPPLIER_CODES,
    SUPPLIER_POLYPHASE_CODES,
    billing_periodicity,
    billing_periodicity_values,
    mpans,
    mpans_values,
    network_settings,
    network_settings_values,
    power_thresholds,
    power_thresholds_values,
    supplier_settings,
    supplier_settings_values,
)

_ENABLED: Final = Named({1: "Enable", 0: "Disable"})


def _settings(element: str, at: str, codes: tuple[str, ...]) -> Element:
    return Element(element, *(Leaf(code, code, _ENABLED) for code in codes), at=at)


def _supplier(element: str, path: str) -> View:
    return View(
        supplier_settings,
        (path,),
        Element(
            element,
            _settings("SupplierESMECommon", "common", SUPPLIER_CODES),
            _settings("SupplierESMEPolyPhase", "polyphase", SUPPLIER_POLYPHASE_CODES),
        ),
        inverse=supplier_settings_values,
    )


def _network(element: str, path: str) -> View:
    return View(
        network_settings,
        (path,),
        Element(
            element,
            _settings("NetworkOperatorESMECommon", "common", NETWORK_CODES),
            When(
                "one_phase",
                _settings("NetworkOperatorESMESinglePhase", "one_phase", NETWORK_SINGLE_PHASE_CODES),
            ),
            When(
                "three_phases",
                _settings("NetworkOperatorESMEPolyPhase", "three_phases", NETWORK_POLYPHASE_CODES),
            ),
        ),
        inverse=network_settings_values,
    )


_SUPPLIER_SETTINGS: Final = Element(
    "ElectricitySupplierAlertEventSettings",
    _supplier("ElectricitySupplierWANAlertSettings", "wan_alerts"),
    _supplier("ElectricitySupplierHANAlertSettings", "han_sharing"),
    _supplier("ElectricitySupplierAlarmSettings", "alarms"),
    _supplier("ElectricitySupplierLoggingSettings", "logging"),
    keep=True,
)

_NETWORK_SETTINGS: Final = Element(
    "ElectricityNetworkOperatorAlertEventSettings",
    _network("ElectricityNetworkOperatorWANAlertSettings", "wan_alerts"),
    _network("ElectricityNetworkOperatorLoggingSettings", "logging"),
    keep=True,
)

_RANDOMISATION: Final[tuple[Row, ...]] = (
    Leaf("RandomisedOffset", "randomised_offset", INTEGER),
    Leaf("RandomisedOffsetNumber", "randomised_offset_number", INTEGER),
    Leaf("RandomisedOffsetLimit", "randomised_offset_limit", INTEGER),
)

_DAY_OF_MONTH: Final = Integer(1, 28)


def _start(element: str, at: str) -> When:
    return When(
        at,
        Element(
            element,
            Leaf("DayOfMonth", "day", _DAY_OF_MONTH),
            Leaf("BillingPeriodStartMonth", "month", Integer(1, 12)),
            at=at,
        ),
    )


_BILLING_CALENDAR: Final = Element(
    "BillingCalendar",
    Element(
        "ElectricityBillingCalendar",
        View(
            billing_periodicity,
            ("billing_calendar",),
            Leaf("BillingTime", "time", TimeOfDay()),
            When("daily", Flag("Daily", "daily", value=True)),
            When("weekly", Leaf("Weekly", "weekly", Integer(1, 7))),
            When("monthly", Leaf("Monthly", "monthly", _DAY_OF_MONTH)),
            _start("Quarterly", "quarterly"),
            _start("SixMonthly", "six_monthly"),
            _start("Yearly", "yearly"),
            inverse=billing_periodicity_values,
        ),
    ),
)

MODEL: Final[tuple[Row, ...]] = (
    Leaf("ModelType", "model_type", OctetText(8)),
    Leaf("ManufacturerIdentifier", "manufacturer", OctetText(4)),
)
DEVICE: Final = Leaf("DeviceIdentifier", "device_identity", Eui())

_METER: Final[tuple[Row, ...]] = (
    *MODEL,
    Element(
        "Electricity",
        Leaf("SupplyTamperState", "supply_tamper_state", Named({1: "Locked", 0: "Unchanged"})),
        Leaf("MeterVariant", "meter_variant", OctetText(1)),
    ),
)

_POWER_THRESHOLDS: Final = View(
    power_thresholds,
    ("power_thresholds",),
    Leaf("LowMediumPowerThreshold", "low_medium", INTEGER),
    Leaf("MediumHighPowerThreshold", "medium_high", INTEGER),
    inverse=power_thresholds_values,
)

_MPANS: Final = Element(
    "Electricity",
    View(
        mpans,
        ("mpans",),
        Leaf("ImportMPAN", "primary", OctetText(13)),
        When("secondary", Leaf("SecondaryImportMPAN", "secondary", OctetText(13))),
        inverse=mpans_values,
    ),
    Leaf("ExportMPAN", "export_mpan", OctetText(13)),
)

_CONFIGURE: Final = {"6.22": "ConfigureAlertBehaviourRsp"}
_READ_SETTINGS: Final = {"6.2.10": "ReadDeviceConfigurationEventAndAlertBehavioursRsp"}
_READ_CALENDAR: Final = {"6.2.3": "ReadDeviceConfigurationDataBillingCalendarRsp"}
_WRITE_CALENDAR: Final = {"6.8": "UpdateDeviceConfigurationBillingCalendarRsp"}
IDENTITY_ELEMENTS: Final = {"6.2.4": "ReadDeviceConfigurationIdentityExcMPxNRsp"}

ROWS: Final = (
    ResponseRow(code="ECS10", elements={"3.1": "DisplayMessageRsp"}),
    ResponseRow(code="ECS12", elements={"3.2": "RestrictAccessForChangeOfTenancyRsp"}),
    ResponseRow(code="ECS14", elements={"3.5": "DisablePrivacyPINRsp"}),
    ResponseRow(code="ECS16", elements={"3.4": "UpdateSupplierNameRsp"}),
    *(
        ResponseRow(code=code, elements=_CONFIGURE)
        for code in ("ECS25a", "ECS25a1", "ECS25a2", "ECS25a3", "ECS25b", "ECS25b3")
    ),
    ResponseRow(code="ECS25r1", elements=_READ_SETTINGS, rows=(_SUPPLIER_SETTINGS,)),
    ResponseRow(code="ECS25r2", elements=_READ_SETTINGS, rows=(_NETWORK_SETTINGS,)),
    ResponseRow(
        code="ECS26c", elements={"6.2.2": "ReadDeviceConfigurationRandomisationRsp"}, rows=_RANDOMISATION
    ),
    ResponseRow(code="ECS26d", elements=_READ_CALENDAR, rows=(_BILLING_CALENDAR,)),
    ResponseRow(code="ECS26e", elements=IDENTITY_ELEMENTS, rows=(DEVICE, *_METER)),
    ResponseRow(
        code="ECS26f",
        elements={"6.2.5": "ReadDeviceConfigurationInstantaneousPowerThresholdsRsp"},
        rows=(_POWER_THRESHOLDS,),
    ),
    ResponseRow(code="ECS26l", elements=_READ_CALENDAR, rows=(_BILLING_CALENDAR,)),
    ResponseRow(code="ECS26m", elements=IDENTITY_ELEMENTS, rows=_METER),
    ResponseRow(code="ECS30", elements=_WRITE_CALENDAR),
    ResponseRow(code="ECS30a", elements=_WRITE_CALENDAR),
    ResponseRow(code="ECS34", elements={"6.12": "UpdateDeviceConfigurationInstantaneousPowerThresholdRsp"}),
    ResponseRow(code="ECS38", elements={"7.12": "SetRandomisedOffsetLimitRsp"}),
    ResponseRow(code="ECS39a", elements={"6.20.1": "SetDeviceConfigurationImportMPxNRsp"}),
    ResponseRow(code="ECS39b", elements={"6.20.2": "SetDeviceConfigurationExportMPANRsp"}),
    ResponseRow(code="ECS40", elements={"6.2.7": "ReadDeviceConfigurationMPxNRsp"}, rows=(_MPANS,)),
    ResponseRow(code="ECS50", elements={"9.1": "RequestCustomerIdentificationNumberRsp"}),
    ResponseRow(code="ECS81", elements={"6.25": "SetElectricitySupplyTamperStateRsp"}),
)
