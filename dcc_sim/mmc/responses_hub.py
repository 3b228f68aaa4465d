"""MMC rows of the use cases of the Communications Hub (`dlms_chf`)."""

from __future__ import annotations

from typing import Final

from dcc_sim.catalogue.alerts import MEANINGS
from dcc_sim.mmc.conversions import Described, Eui, Hex, HexOctets, Integer, Moment, Named
from dcc_sim.mmc.conversions_gas import Scaled
from dcc_sim.mmc.elements import LOG_TIME, omit
from dcc_sim.mmc.responses_electricity_configuration import DEVICE, IDENTITY_ELEMENTS, MODEL
from dcc_sim.mmc.responses_electricity_logs import EVENT_LOG, EVENT_LOG_ELEMENTS, SECURITY_LOG
from dcc_sim.mmc.rows import Choice, Each, Element, Flag, Leaf, ResponseRow, Row, View, When
from dcc_sim.mmc.views import known_moment, known_moment_values
from dcc_sim.mmc.views_hub import (
    PAGES,
    channel_change,
    channel_change_values,
    channel_masks,
    channel_masks_values,
    operating_channel,
    operating_channel_values,
)

_DEVICES: Final = Element(
    "CHFDeviceLog",
    Each(
        "devices",
        Element(
            "CHFDeviceLogEntry",
            Leaf("DeviceID", "device", Eui()),
            View(
                known_moment,
                ("last_communication",),
                When("moment", Leaf("LastCommunicationsDateTime", "moment", Moment())),
                inverse=known_moment_values,
            ),
            Leaf("SubGHzLinkQuality", "average_rssi", Integer(-128, 127)),
            *omit(
                "returned by the attribute, but asked for by no use case (page CCS06); no place in MMC",
                *("status", "max_rssi", "min_rssi", "max_lqi", "average_lqi", "min_lqi", "hops"),
                *("transmission_failures", "transmission_successes", "application_version", "stack_version"),
            ),
        ),
        high=16,
    ),
    keep=True,
)


def _backup(element: str, item: str) -> tuple[Row, ...]:
    return (
        Each(
            f"{item}.devices",
            Element(
                element,
                Leaf("DeviceID", "device", Eui()),
                # Empty where there is no link key yet (page CCS07).
                Leaf("DeviceSecurityDetails", "hashed_link_key", HexOctets(16)),
            ),
            high=16,
        ),
        *omit(
            "the schema lists devices only; the Timestamp of the document is that of the hub",
            *(f"{item}.time", f"{item}.extended_pan_id"),
        ),
    )


_CONNECTED_DEVICES: Final = Element(
    "CHFConnectedDeviceLog",
    *_backup("CHFCurrentConnectedDeviceLogEntry", "device_log"),
    *_backup("CHFHistoricConnectedDeviceLogEntry", "historic_device_log"),
    keep=True,
)

_PERCENT: Final = Scaled(2)
_UNSIGNED_SHORT: Final = Integer(0, 0xFFFF)
_AT: Final = "sub_ghz_configuration"

_CHANNEL_ELEMENTS: Final = {
    28: "LowerBandSubGHzChannels0To26",
    29: "LowerBandSubGHzChannels27To34",
    30: "LowerBandSubGHzChannels35To61",
    31: "UpperBandSubGHzChannels0To26",
}

_SUB_GHZ_CONFIGURATION: Final[tuple[Row, ...]] = (
    View(
        channel_masks,
        tuple(f"{_AT}.page_{page}_mask" for page in PAGES),
        *(
            Element(
                _CHANNEL_ELEMENTS[page],
                *(When(f"c{n}", Flag(f"Channel{n}", f"c{n}", value=True)) for n in channels),
                at=f"page_{page}",
                keep=True,
            )
            for page, (_, channels) in PAGES.items()
        ),
        inverse=channel_masks_values,
    ),
    Leaf("NormalLimitedDutyCycleThreshold", f"{_AT}.normal_limited_threshold", _PERCENT),
    Leaf("LimitedCriticalDutyCycleThreshold", f"{_AT}.limited_critical_threshold", _PERCENT),
    Leaf("MaximumSubGHzChannelChangesPerWeek", f"{_AT}.max_channel_changes_per_week", _UNSIGNED_SHORT),
    Leaf("GSMECurfew", f"{_AT}.gsme_curfew", _UNSIGNED_SHORT),
    Leaf("ChannelQuieterThreshold", f"{_AT}.channel_quieter_threshold", _UNSIGNED_SHORT),
    Leaf("ChannelNoisierThreshold", f"{_AT}.channel_noisier_threshold", _UNSIGNED_SHORT),
    Leaf("NonGSMEPoorCommsPercentageThreshold", f"{_AT}.non_gsme_poor_communications", _PERCENT),
    Leaf("NonGSMEPoorCommsMeasurementPeriods", f"{_AT}.non_gsme_measurement_period", _UNSIGNED_SHORT),
    Leaf("LocalCHNoiseMeasurementPeriod", f"{_AT}.local_noise_measurement_period", _UNSIGNED_SHORT),
    Leaf("LocalCHFailurePercentage", f"{_AT}.local_failure_percentage", _PERCENT),
    Leaf("LocalCHRetryPercentage", f"{_AT}.local_retry_percentage", _PERCENT),
)


def _band(element: str, band: str, count: int) -> When:
    return When(band, Element(element, Choice(*(Flag(f"Channel{n}", band, n) for n in range(count)))))


_CHANNEL: Final[tuple[Row, ...]] = (
    _band("OperatingLowerBandSubGHzChannel", "lower", 62),
    _band("OperatingUpperBandSubGHzChannel", "upper", 27),
)

_SCAN_TRIGGERS: Final = Named(
    dict(
        enumerate(
            (
                "RemotePartyCommand",
                "GSMERequest",
                "GSMEMissedItsCurfew",
                "GSMEMissingForTheLastDay",
                "CHDetectedMessageFailureProblems",
                "CHDetectedMessageRetryProblems",
                "SubGHzNon-GSMEDeviceRequest",
                "SMHANFormation",
            )
        )
    )
)
"""In the order of the schema, which has as many as the vectors of DBCH02 have numbers."""

_CHANNEL_LOG: Final = Each(
    "log",
    Element(
        "LogEntry",
        Leaf("Timestamp", "timestamp", LOG_TIME),
        Leaf("EventCode", "code", Hex(2)),
        Leaf("EventDescription", "code", Described(MEANINGS, "Event without a description here")),
        View(
            channel_change,
            ("other_information",),
            Element("OperatingSubGHzChannel", *_CHANNEL, at="channel"),
            Leaf("ScanTrigger", "trigger", _SCAN_TRIGGERS),
            inverse=channel_change_values,
        ),
    ),
    high=100,
)

_DEVICE_LOG: Final = {"8.9": "ReadDeviceLogRsp"}

ROWS: Final = (
    ResponseRow(code="CCS01", elements={"8.11": "UpdateHANDeviceLogRsp"}),
    ResponseRow(code="CCS02", elements={"8.11": "UpdateHANDeviceLogRsp"}),
    ResponseRow(code="CCS03", elements={"8.12.1": "RestoreHANDeviceLogRsp"}),
    ResponseRow(code="CCS05CCS04", elements=_DEVICE_LOG, rows=(_DEVICES,)),
    ResponseRow(code="CCS06", elements=_DEVICE_LOG, rows=(_DEVICES,)),
    ResponseRow(code="CCS07", elements=_DEVICE_LOG, rows=(_CONNECTED_DEVICES,)),
    ResponseRow(
        code="DBCH01",
        elements={"6.31": "ReadCHFSubGHzChannelRsp"},
        rows=(
            View(
                operating_channel,
                ("sub_ghz_channel",),
                Element("OperatingSubGHzChannel", *_CHANNEL),
                inverse=operating_channel_values,
            ),
        ),
    ),
    ResponseRow(code="DBCH02", elements={"6.32": "ReadCHFSubGHzChannelLogRsp"}, rows=(_CHANNEL_LOG,)),
    ResponseRow(
        code="DBCH03", elements={"6.30": "ReadCHFSubGHzConfigurationRsp"}, rows=_SUB_GHZ_CONFIGURATION
    ),
    ResponseRow(code="DBCH04", elements={"6.28": "SetCHFSubGHzConfigurationRsp"}),
    ResponseRow(code="DBCH05", elements={"6.29": "RequestCHFSubGHzChannelScanRsp"}),
    ResponseRow(code="ECS26i", elements=IDENTITY_ELEMENTS, rows=(DEVICE, *MODEL)),
    ResponseRow(code="ECS26n", elements=IDENTITY_ELEMENTS, rows=MODEL),
    ResponseRow(code="ECS35c", elements=EVENT_LOG_ELEMENTS, rows=(EVENT_LOG,)),
    ResponseRow(code="ECS35d", elements=EVENT_LOG_ELEMENTS, rows=(SECURITY_LOG,)),
)
