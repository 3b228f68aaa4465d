"""MMC rows of the use cases of the configuration of a GSME (`gbz_configuration`)."""

from __future__ import annotations

from typing import Final

from dcc_sim.mmc.conversions import Integer, Named, Plain
from dcc_sim.mmc.elements_gas import TIME, constants, unplaced
from dcc_sim.mmc.rows import Element, Leaf, Omit, ResponseRow, Row, View, When
from dcc_sim.mmc.views_gas import (
    ALERT_EVENTS,
    billing_period,
    billing_period_values,
    event_behaviours,
    event_behaviours_values,
)

_ENABLED: Final = Named({True: "Enable", False: "Disable"})

_BEHAVIOURS: Final[tuple[Row, ...]] = (
    Element(
        "GasSupplierAlertEventSettings",
        View(
            event_behaviours,
            ("event_configuration.events",),
            *(
                When(
                    name,
                    Element(
                        name,
                        Leaf("WANAlert", "wan", _ENABLED),
                        Leaf("HANAlert", "han", _ENABLED),
                        Leaf("EventLog", "log", _ENABLED),
                        Leaf("Alarm", "alarm", _ENABLED),
                        at=name,
                    ),
                )
                for name in (f"x{code:04X}" for code in ALERT_EVENTS)
            ),
            inverse=event_behaviours_values,
        ),
        keep=True,
    ),
    *constants("event_configuration.command_index", "event_configuration.total_commands"),
)

_CALENDAR: Final[tuple[Row, ...]] = (
    Element(
        "BillingCalendar",
        Element(
            "GasBillingCalendar",
            Leaf("BillingPeriodStart", "billing_period.start_time", TIME),
            View(
                billing_period,
                ("billing_period.duration", "billing_period.duration_type"),
                Leaf("Periodicity", "periodicity", Plain()),
                inverse=billing_period_values,
            ),
        ),
    ),
    *constants("billing_period.provider_id", "billing_period.tariff_type"),
    *unplaced("billing_period.issuer_event_id"),
)

_SUPPLY: Final[tuple[Row, ...]] = (
    Omit("supply.status", "what the element is named for"),
    *unplaced("supply.provider_id", "supply.issuer_event_id", "supply.start_time"),
)


def _row(code: str, variant: str, element: str, *rows: Row) -> ResponseRow:
    return ResponseRow(code=code, elements={variant: element}, rows=rows)


ROWS: Final = (
    _row("GCS07", "3.1", "DisplayMessageRsp"),
    _row("GCS09", "3.2", "RestrictAccessForChangeOfTenancyRsp"),
    _row("GCS11", "3.5", "DisablePrivacyPINRsp"),
    _row("GCS20", "6.22", "ConfigureAlertBehaviourRsp"),
    _row("GCS20r", "6.2.10", "ReadDeviceConfigurationEventAndAlertBehavioursRsp", *_BEHAVIOURS),
    _row("GCS21d", "6.2.3", "ReadDeviceConfigurationDataBillingCalendarRsp", *_CALENDAR),
    _row("GCS21k", "6.2.3", "ReadDeviceConfigurationDataBillingCalendarRsp", *_CALENDAR),
    _row("GCS23", "6.6", "UpdateDeviceConfigurationGasConversionRsp"),
    _row("GCS24", "6.7", "UpdateDeviceConfigurationGasFlowRsp"),
    _row("GCS24a", "6.7", "UpdateDeviceConfigurationGasFlowRsp"),
    _row("GCS25", "6.8", "UpdateDeviceConfigurationBillingCalendarRsp"),
    _row("GCS25a", "6.8", "UpdateDeviceConfigurationBillingCalendarRsp"),
    _row("GCS31", "14.1", "RecordNetworkDataGASRsp", Leaf("SampleID", "sampling.sample_id", Integer())),
    _row("GCS32", "7.2", "DisableSupplyRsp", *_SUPPLY),
    _row("GCS36", "9.1", "RequestCustomerIdentificationNumberRsp"),
    _row("GCS39", "7.3", "ArmSupplyRsp", *_SUPPLY),
    _row("GCS41", "6.20.1", "SetDeviceConfigurationImportMPxNRsp"),
    _row("GCS44", "3.4", "UpdateSupplierNameRsp"),
)
