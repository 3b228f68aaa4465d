"""Use cases of the Communications Hub: device log, its logs, sub-GHz, identity.

CCS01–03, CCS05CCS04, CCS06, CCS07, DBCH01–05, ECS26i, ECS26n, ECS35c/d; rows in wire order, from
reference `gbcs-use-cases/`. DBCH01–05 are for Dual Band Communications Hubs only.
"""

from __future__ import annotations

from typing import Final

from dcc_sim.catalogue.objects import (
    DEVICE_IDENTITY,
    EVENT_LOG,
    MANUFACTURER,
    MODEL_TYPE,
    SECURITY_LOG,
    SUB_GHZ_CHANNEL,
    SUB_GHZ_CONFIGURATION,
    SUB_GHZ_LOG,
    SUB_GHZ_SCAN,
    ZIGBEE_COORDINATOR,
    ZIGBEE_COORDINATOR_HISTORIC,
)
from dcc_sim.catalogue.usecases.dlms_logs import LOG_CODE, event_entries
from dcc_sim.catalogue.usecases.dlms_shapes import ACB, CHF, VECTORS, access_case, log_entries, read_log
from dcc_sim.codec.access import NULL, Do, Get, Set
from dcc_sim.codec.cosem import (
    Array,
    Bits,
    Boolean,
    DateTime,
    Enum8,
    Fixed,
    Int8,
    Octets,
    Part,
    Struct,
    UInt8,
    UInt16,
)

DEVICE_TYPES: Final = {
    0: "ESME", 1: "GSME", 13: "HCALCS", 128: "IHD", 130: "CAD", 132: "PPMID", 254: "GPF",
}  # fmt: skip
KEY_TYPES: Final = {1: "install code"}

_ENTRY: Final = "DeviceLog(CHF): methodInput: entryToBeAdded"
_RESTORED: Final = "DeviceLog(CHF): methodInput: logDetails"
_LISTED: Final = "DeviceLog(CHF): logEntries[0..16].logentry.entityIdentifier"
_EXTRA: Final = (
    "DeviceLog(CHF) - data returned in, but not required by the Use Case: "
    "logEntries[0..16].logentry.extradetails"
)
_COMMUNICATIONS: Final = "CHFCommunicationsStore: logEntries[0..16].logentry."

_ACTIVE_DEVICES: Final = Array(
    Struct(
        Part("device", Fixed(8), _LISTED),
        Part("status", Bits(8, 8), f"{_EXTRA}1"),
        Part("max_rssi", Int8(unit="dBm"), f"{_EXTRA}2"),
        Part("average_rssi", Int8(unit="dBm"), f"{_COMMUNICATIONS}subGHzLinkQuality"),
        Part("min_rssi", Int8(unit="dBm"), f"{_EXTRA}4"),
        Part("max_lqi", UInt8(), f"{_EXTRA}5"),
        Part("average_lqi", UInt8(), f"{_EXTRA}6"),
        Part("min_lqi", UInt8(), f"{_EXTRA}7"),
        Part("last_communication", DateTime(), f"{_COMMUNICATIONS}lastCommsTimestamp"),
        Part("hops", UInt8(), f"{_EXTRA}8"),
        Part("transmission_failures", UInt8(), f"{_EXTRA}9"),
        Part("transmission_successes", UInt8(), f"{_EXTRA}10"),
        Part("application_version", UInt8(), f"{_EXTRA}11"),
        Part("stack_version", UInt8(), f"{_EXTRA}12"),
    ),
    high=16,
)


def _backup(log: str) -> Struct:
    output = f"{log}: methodOutput:"
    device = Struct(
        Part("device", Fixed(8), f"{output} devices[0..16].device.deviceIdentifier"),
        Part("hashed_link_key", Fixed(16), f"{output} devices[0..16].device.securityDetails"),
    )
    return Struct(
        Part("time", DateTime(), f"{output} readDateTime"),
        Part("extended_pan_id", Fixed(8), f"{output} hanIdentifier"),
        Part("devices", Array(device, high=16)),
    )


CCS01: Final = access_case(
    "CCS01", 0x0001, "Add Device to CHF device log", ACB,
    Do(
        ZIGBEE_COORDINATOR, 1, "add_device",
        Struct(
            Part("device", Fixed(8), f"{_ENTRY}.entityIdentifier"),
            Part("key_type", Enum8(1, meaning=KEY_TYPES), f"{_ENTRY}.credentialsType"),
            Part("key", Fixed(16), f"{_ENTRY}.installationCredentials"),
            Part("device_type", Enum8(meaning=DEVICE_TYPES), f"{_ENTRY}.deviceType"),
        ),
    ),
    Set(
        ZIGBEE_COORDINATOR, 3, "join_timeout", UInt16(unit="s"), smets="DeviceLog(CHF): joiningTimePeriod"
    ),
    Set(
        ZIGBEE_COORDINATOR, 2, "allow_joining", Boolean(const=True),
        smets="DeviceLog(CHF): allowsDevicesOnToTheHAN",
    ),
    targets=CHF, replay_protected=True,
)  # fmt: skip

CCS02: Final = access_case(
    "CCS02", 0x0002, "Remove device from CHF device log", ACB,
    Do(ZIGBEE_COORDINATOR, 2, "remove_device", Fixed(8), smets="DeviceLog(CHF): removeEntry"),
    targets=CHF, replay_protected=True,
)  # fmt: skip

CCS03: Final = access_case(
    "CCS03", 0x0003, "Restore CHF Device Log", ACB,
    Do(
        ZIGBEE_COORDINATOR, 5, "restore_devices",
        Struct(
            Part("extended_pan_id", Fixed(8), f"{_RESTORED}.hanIdentifier"),
            Part(
                "devices",
                Array(
                    Struct(
                        Part("device", Fixed(8), f"{_RESTORED}.device[1..16].deviceidentifier"),
                        Part("hashed_link_key", Fixed(16), f"{_RESTORED}.device[1..16].securityDetails"),
                    ),
                    low=1,
                    high=16,
                ),
            ),
        ),
    ),
    targets=CHF, replay_protected=True,
)  # fmt: skip

CCS05_CCS04: Final = access_case(
    "CCS05CCS04", 0x0004, "Read CHF device log and check HAN communications", ACB,
    Get(ZIGBEE_COORDINATOR, 4, "devices", _ACTIVE_DEVICES),
    targets=CHF, withdrawn=True, source=VECTORS,
)  # fmt: skip

CCS06: Final = access_case(
    "CCS06", 0x010F, "Read CHF device log and check HAN communications", ACB,
    Get(ZIGBEE_COORDINATOR, 4, "devices", _ACTIVE_DEVICES),
    targets=CHF,
)  # fmt: skip

CCS07: Final = access_case(
    # COSEM gives the method an integer; GBCS 4.0 and the vectors send null.
    "CCS07", 0x00FE, "Read CHF Device Logs", ACB,
    Do(
        ZIGBEE_COORDINATOR, 4, "device_log", NULL, _backup("DeviceLog(CHF)"),
        smets="DeviceLog(CHF): readCHFDeviceLog",
    ),
    Do(
        ZIGBEE_COORDINATOR_HISTORIC, 4, "historic_device_log", NULL, _backup("HistoricDeviceLog(CHF)"),
        smets="HistoricDeviceLog(CHF): readHistoricCHFDeviceLog",
    ),
    targets=CHF,
)  # fmt: skip

_SUB_GHZ: Final = "SubGHzConfigurationSettings:"
SUB_GHZ_SETTINGS: Final = Struct(
    *(Part(f"page_{n}_mask", Bits(32, 32), f"{_SUB_GHZ} page{n}Mask") for n in range(28, 32)),
    Part("normal_limited_threshold", UInt16(), f"{_SUB_GHZ} normal-LimitedDutyCycleThreshold"),
    Part("limited_critical_threshold", UInt16(), f"{_SUB_GHZ} limited-CriticalDutyCycleThreshold"),
    Part("max_channel_changes_per_week", UInt8(), f"{_SUB_GHZ} maximumSubGHzChannelChangesPerWeek"),
    Part("gsme_curfew", UInt16(), f"{_SUB_GHZ} gSMECurfew"),
    Part("channel_quieter_threshold", UInt8(), f"{_SUB_GHZ} channelQuieterThreshold"),
    Part("channel_noisier_threshold", UInt8(), f"{_SUB_GHZ} channelNoisierTheshold"),
    Part(
        "non_gsme_poor_communications", UInt16(), f"{_SUB_GHZ} nonGSMEPoorCommunicationsPercentageThreshold"
    ),
    Part(
        "non_gsme_measurement_period", UInt8(),
        f"{_SUB_GHZ} nonGSMEPoorCommunicationsThirtyMinutePeriodsMeasurementPeriod",
    ),
    Part("local_noise_measurement_period", UInt16(), f"{_SUB_GHZ} localCHNoiseMeasurementPeriod"),
    Part("local_failure_percentage", UInt16(), f"{_SUB_GHZ} localCHFailurePercentage"),
    Part("local_retry_percentage", UInt16(), f"{_SUB_GHZ} localCHRetryPercentage"),
)  # fmt: skip

DBCH01: Final = access_case(
    "DBCH01", 0x010A, "Read CHF Sub GHz Channel", ACB,
    Get(SUB_GHZ_CHANNEL, 2, "sub_ghz_channel", Bits(32, 32), smets="OperatingSubGHzChannel: value"),
    targets=CHF,
)  # fmt: skip

DBCH02: Final = access_case(
    "DBCH02", 0x010B, "Read CHF Sub GHz Channel Log", ACB,
    read_log(SUB_GHZ_LOG, "SubGHzChannelLog", event_entries("SubGHzChannelLog", 0)),
    targets=CHF,
)  # fmt: skip

DBCH03: Final = access_case(
    "DBCH03", 0x010C, "Read CHF Sub GHz Configuration", ACB,
    Get(SUB_GHZ_CONFIGURATION, 2, "sub_ghz_configuration", SUB_GHZ_SETTINGS),
    targets=CHF,
)  # fmt: skip

DBCH04: Final = access_case(
    "DBCH04", 0x010D, "Set CHF Sub GHz Configuration", ACB,
    Set(SUB_GHZ_CONFIGURATION, 2, "sub_ghz_configuration", SUB_GHZ_SETTINGS),
    targets=CHF, replay_protected=True,
)  # fmt: skip

DBCH05: Final = access_case(
    "DBCH05", 0x010E, "Request CHF Sub GHz Channel Scan", ACB,
    Set(SUB_GHZ_SCAN, 2, "scan_sub_ghz_channels", UInt8(0), smets="CHFSubGHzChannelScan: request"),
    targets=CHF, replay_protected=True,
)  # fmt: skip

ECS26I: Final = access_case(
    "ECS26i", 0x0092, "Read CHF Configuration Data Device Information (device identity)", ACB,
    Get(DEVICE_IDENTITY, 2, "device_identity", Fixed(8), smets="DeviceIdentifier: value"),
    Get(MODEL_TYPE, 2, "model_type", Octets(0, 8), smets="ModelType(CommsHub): value"),
    # 3 octets in the vectors, where ECS26n has 4.
    Get(MANUFACTURER, 2, "manufacturer", Octets(0, 4), smets="CHManufacturerIdentifier: value"),
    targets=CHF, withdrawn=True, source=VECTORS,
)  # fmt: skip

ECS26N: Final = access_case(
    "ECS26n", 0x00FA, "Read CHF Configuration Data Device Information (CH identity and type)", ACB,
    Get(MODEL_TYPE, 2, "model_type", Fixed(8), smets="ModelType(CommsHub): value"),
    Get(MANUFACTURER, 2, "manufacturer", Fixed(4), smets="CHManufacturerIdentifier: value"),
    targets=CHF,
)  # fmt: skip

ECS35C: Final = access_case(
    "ECS35c", 0x0093, "Read CHF Event Log", ACB,
    read_log(EVENT_LOG, "EventLog(CHF)", event_entries("EventLog(CHF)")),
    targets=CHF,
)  # fmt: skip

ECS35D: Final = access_case(
    "ECS35d", 0x0094, "Read CHF Security Log", ACB,
    read_log(SECURITY_LOG, "SecurityLog(CHF)", log_entries("SecurityLog(CHF)", 1, 100, LOG_CODE)),
    targets=CHF,
)  # fmt: skip

USE_CASES: Final = (
    CCS01, CCS02, CCS03, CCS05_CCS04, CCS06, CCS07, DBCH01, DBCH02, DBCH03, DBCH04, DBCH05,
    ECS26I, ECS26N, ECS35C, ECS35D,
)  # fmt: skip
