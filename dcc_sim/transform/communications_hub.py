"""Commands to the Communications Hub in DLMS: the bodies of 6.28–6.32, 8.9, 8.11, 8.12.1, and its logs.

Values of CCS01–03, CCS05CCS04, CCS06, CCS07, DBCH01–05, ECS26i/n, ECS35c/d. Source: reference
`gbcs-use-cases/`, `gbcs-general.md`; vectors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dcc_sim.errors import NotFound
from dcc_sim.ids import DeviceType
from dcc_sim.transform.conversions import EUI, WHOLE, Hex, Scaled
from dcc_sim.transform.electricity_reads import PLAIN_LOG
from dcc_sim.transform.elements import children, local_name
from dcc_sim.transform.rows import (
    CHOSE_USE_CASE,
    DSP_DATED,
    CommandRow,
    Composite,
    Element,
    Given,
    Leaf,
    Omit,
    View,
)

if TYPE_CHECKING:
    from lxml.etree import _Element

    from dcc_sim.codec.shape import Value
    from dcc_sim.transform.compiled import Job

_DEVICE_TYPES: Final = {
    DeviceType.ESME: 0,
    DeviceType.GSME: 1,
    DeviceType.HCALCS: 13,
    DeviceType.IHD: 128,
    DeviceType.CAD: 130,
    DeviceType.PPMID: 132,
    DeviceType.GPF: 254,
}
_INVENTORY: Final = "is for the inventory and registration checks of the DCC; the hub knows no meter points"
_PAGE_BITS, _MASK_BITS = 5, 27


def added_type(body: _Element, job: Job) -> Mapping[str, Value]:  # noqa: ARG001
    """The type of the device to add, which the inventory knows. Raises NotFound when nobody said."""
    if job.context.other is None:
        raise NotFound("CCS01 needs the type of the device to add, from the inventory")
    return {"add_device.device_type": _DEVICE_TYPES[job.context.other]}


@dataclass(frozen=True, slots=True)
class ChannelMask:
    """The channels of a page, as 5 bits of page number and 27 bits, channel `first` last (vectors)."""

    page: int
    first: int
    reads: tuple[str, ...] = (".", "*")

    def value(self, element: _Element) -> str:
        """An element per channel in use."""
        mask = 0
        for channel in children(element):
            mask |= 1 << int(local_name(channel).removeprefix("Channel")) - self.first
        return f"{self.page:0{_PAGE_BITS}b}{mask:0{_MASK_BITS}b}"


_HUNDREDTHS: Final = Scaled(2)
_SETTINGS: Final = "sub_ghz_configuration"
_READ_CHOICE: Final = Omit("LogToRead", CHOSE_USE_CASE)

ROWS: Final = (
    CommandRow(
        code="CCS01",
        bodies=("UpdateHANDeviceLog",),
        rows=(
            DSP_DATED,
            Leaf("DeviceID", "add_device.device", EUI),
            Omit("RequestType", CHOSE_USE_CASE),
            View(added_type, (), ("add_device.device_type",)),
            Element(
                "AddDeviceToCHFWhitelist",
                Leaf("JoinTimePeriod", "join_timeout", WHOLE),
                Leaf("InstallCode", "add_device.key", Hex()),
                Omit("ImportMPxN", _INVENTORY),
                Omit("SecondaryImportMPAN", _INVENTORY),
                Omit("ExportMPAN", _INVENTORY),
            ),
        ),
    ),
    CommandRow(
        code="CCS02",
        bodies=("UpdateHANDeviceLog",),
        rows=(DSP_DATED, Leaf("DeviceID", "remove_device", EUI), Omit("RequestType", CHOSE_USE_CASE)),
    ),
    CommandRow(
        code="CCS03",
        bodies=("RestoreHANDeviceLog",),
        rows=(
            Omit("OldCHFID", "names the device log that the DCC has kept and restores"),
            Given("restore_devices", "device log"),
        ),
    ),
    CommandRow(code="CCS05CCS04", bodies=("ReadDeviceLog",), rows=(DSP_DATED,)),
    CommandRow(code="CCS06", bodies=("ReadDeviceLog",), rows=(DSP_DATED,)),
    CommandRow(
        code="CCS07",
        bodies=("ReadDeviceLog",),
        rows=(DSP_DATED, Omit("ReadSecurityDetails", CHOSE_USE_CASE)),
    ),
    CommandRow(code="DBCH01", bodies=("ReadCHFSubGHzChannel",)),
    CommandRow(code="DBCH02", bodies=("ReadCHFSubGHzChannelLog",), rows=(PLAIN_LOG,)),
    CommandRow(code="DBCH03", bodies=("ReadCHFSubGHzConfiguration",)),
    CommandRow(
        code="DBCH04",
        bodies=("SetCHFSubGHzConfiguration",),
        rows=(
            Composite("LowerBandSubGHzChannels0To26", f"{_SETTINGS}.page_28_mask", ChannelMask(28, 0)),
            Composite("LowerBandSubGHzChannels27To34", f"{_SETTINGS}.page_29_mask", ChannelMask(29, 27)),
            Composite("LowerBandSubGHzChannels35To61", f"{_SETTINGS}.page_30_mask", ChannelMask(30, 35)),
            Composite("UpperBandSubGHzChannels0To26", f"{_SETTINGS}.page_31_mask", ChannelMask(31, 0)),
            *(
                Leaf(path, f"{_SETTINGS}.{name}", conversion)
                for path, name, conversion in (
                    ("NormalLimitedDutyCycleThreshold", "normal_limited_threshold", _HUNDREDTHS),
                    ("LimitedCriticalDutyCycleThreshold", "limited_critical_threshold", _HUNDREDTHS),
                    ("MaximumSubGHzChannelChangesPerWeek", "max_channel_changes_per_week", WHOLE),
                    ("GSMECurfew", "gsme_curfew", WHOLE),
                    ("ChannelQuieterThreshold", "channel_quieter_threshold", WHOLE),
                    ("ChannelNoisierThreshold", "channel_noisier_threshold", WHOLE),
                    ("NonGSMEPoorCommsPercentageThreshold", "non_gsme_poor_communications", _HUNDREDTHS),
                    ("NonGSMEPoorCommsMeasurementPeriods", "non_gsme_measurement_period", WHOLE),
                    ("LocalCHNoiseMeasurementPeriod", "local_noise_measurement_period", WHOLE),
                    ("LocalCHFailurePercentage", "local_failure_percentage", _HUNDREDTHS),
                    ("LocalCHRetryPercentage", "local_retry_percentage", _HUNDREDTHS),
                )
            ),
        ),
    ),
    CommandRow(code="DBCH05", bodies=("RequestCHFSubGHzChannelScan",)),
    CommandRow(code="ECS26i", bodies=("ReadDeviceConfigurationIdentityExcMPxN",)),
    CommandRow(code="ECS26n", bodies=("ReadDeviceConfigurationIdentityExcMPxN",)),
    CommandRow(code="ECS35c", bodies=("ReadEventOrSecurityLog",), rows=(PLAIN_LOG, _READ_CHOICE)),
    CommandRow(code="ECS35d", bodies=("ReadEventOrSecurityLog",), rows=(PLAIN_LOG, _READ_CHOICE)),
)
