"""What a User reads from a gas meter or its mirror: 4.*, 6.2.*, 6.13, 7.4, 11.2.

Registers and settings have no value at all; logs have a period in seconds since 2000. A log of samples
is asked for by its first moment and a number instead: that of the entries within the period, its ends
included, and no more than the log holds (pages GCS17, GCS61; vectors). Source: reference
`gbcs-use-cases/`, `gbcs.md` §e.4.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from dcc_sim.codec.shape import as_int
from dcc_sim.transform.compiled import converted
from dcc_sim.transform.conversions import MOMENT, SECONDS_2000, Named
from dcc_sim.transform.elements import get, refuse
from dcc_sim.transform.rows import DSP_DATED, IN_HEADER, CommandRow, Element, Leaf, Omit, Row, View

if TYPE_CHECKING:
    from lxml.etree import _Element

    from dcc_sim.codec.shape import Value
    from dcc_sim.transform.compiled import Job
    from dcc_sim.transform.conversions import Conversion

KEY: Final = Omit("KAPublicSecurityCredentials", IN_HEADER)
_HALF_HOUR, _DAY = 1800, 86_400
_PROFILE_ENTRIES, _DAILY_ENTRIES = 19_056, 731


_ALL_ENTRIES: Final = 0xFFFF_FFFE
_FROM_THEN_ON: Final = datetime(2000, 1, 1, tzinfo=UTC) + timedelta(seconds=_ALL_ENTRIES)


@dataclass(frozen=True, slots=True)
class LatestEnd:
    """The end of a period; one that 32 bits cannot say lets all entries come (pages GCS15d, GCS15e)."""

    rule: str = "UTC date and time, to the second, from 2000"

    def read(self, text: str) -> int:
        """Seconds since 2000, at most FFFFFFFE."""
        return _ALL_ENTRIES if MOMENT.read(text) >= _FROM_THEN_ON else SECONDS_2000.read(text)


def period(*logs: str, end: Conversion = SECONDS_2000) -> Element:
    """ReadLogPeriod as the range of one log or several."""
    return Element(
        "ReadLogPeriod",
        Leaf("StartDateTime", "start_time", SECONDS_2000),
        Leaf("EndDateTime", "end_time", end),
        to=logs,
    )


def samples(interval: int, most: int) -> Callable[[_Element, Job], Mapping[str, Value]]:
    """A function for logs with an entry each `interval` seconds and `most` entries altogether."""

    def number(asked: _Element, job: Job) -> Mapping[str, Value]:  # noqa: ARG001
        start, end = (
            as_int(converted(SECONDS_2000, get(asked, name))) for name in ("StartDateTime", "EndDateTime")
        )
        entries = end // interval - (start - 1) // interval
        if end < start or entries < 1:
            raise refuse(asked, "no entry of the log lies within it", rule="period with an entry")
        return {"samples.number_of_samples": min(entries, most)}

    return number


def _sampled(interval: int, most: int) -> Element:
    return Element(
        "ReadLogPeriod",
        Leaf("StartDateTime", "samples.start_time", SECONDS_2000),
        View(samples(interval, most), ("StartDateTime", "EndDateTime"), ("samples.number_of_samples",)),
    )


def _read(code: str, body: str, *rows: Row) -> CommandRow:
    return CommandRow(code=code, bodies=(body,), rows=rows)


_NETWORK_PERIOD: Final = Omit("ReadLogPeriod", "the command always asks for the whole log (page GCS18)")
_SNAPSHOTS: Final = period("snapshots")
_BOTH: Final = period("snapshots", "prepay_snapshots")
_EVENTS: Final = period("event_log")

ROWS: Final = (
    _read(
        "CS10a",
        "ReadEventOrSecurityLog",
        _EVENTS,
        Leaf("LogToRead", "event_log.log", Named({"Event": 0x13, "GSMEEvent": 0x16})),
    ),
    _read(
        "CS10b",
        "ReadEventOrSecurityLog",
        _EVENTS,
        Leaf("LogToRead", "event_log.log", Named({"Security": 0x04, "GSMESecurity": 0x07})),
    ),
    _read("GCS13a", "ReadInstantaneousImportRegisters", DSP_DATED),
    _read("GCS13b", "ReadInstantaneousImportBlockCounters", DSP_DATED),
    _read("GCS13c", "ReadInstantaneousImportTOUMatrices", DSP_DATED),
    _read("GCS14", "ReadInstantaneousPrepayValues", DSP_DATED),
    _read("GCS15b", "RetrieveCoMOrTariffTriggeredBillingDataLog", DSP_DATED, _BOTH, KEY),
    _read("GCS15c", "RetrieveBillingCalendarTriggeredBillingDataLog", DSP_DATED, _BOTH, KEY),
    _read("GCS15d", "RetrieveBillingDataLogDebtPayments", DSP_DATED, period("debt_log", end=LatestEnd())),
    _read(
        "GCS15e", "RetrieveBillingDataLogPrepaymentCredits", DSP_DATED, period("top_up_log", end=LatestEnd())
    ),
    _read("GCS16a", "RetrieveImportDailyReadLog", DSP_DATED, _SNAPSHOTS, KEY),
    _read("GCS16b", "ReadPrepaymentDailyReadLog", DSP_DATED, period("prepay_snapshots"), KEY),
    _read("GCS17", "ReadActiveImportProfileData", DSP_DATED, _sampled(_HALF_HOUR, _PROFILE_ENTRIES), KEY),
    _read("GCS18", "ReadNetworkData", DSP_DATED, _NETWORK_PERIOD, KEY),
    _read("GCS20r", "ReadDeviceConfigurationEventAndAlertBehaviours"),
    _read("GCS21a", "ReadDeviceConfigurationGas"),
    _read("GCS21b", "ReadPrepaymentConfiguration", DSP_DATED),
    _read("GCS21d", "ReadDeviceConfigurationBillingCalendar"),
    _read("GCS21e", "ReadDeviceConfigurationIdentityExcMPxN"),
    _read("GCS21f", "ReadTariffPrimaryElement"),
    _read("GCS21j", "ReadDeviceConfigurationPaymentMode"),
    _read("GCS21k", "ReadDeviceConfigurationBillingCalendar"),
    _read("GCS21m", "ReadDeviceConfigurationIdentityExcMPxN"),
    _read("GCS33", "ReadSupplyStatus"),
    _read("GCS38", "ReadFirmwareVersion", DSP_DATED),
    _read("GCS46", "ReadDeviceConfigurationMPxN"),
    _read("GCS60", "ReadMeterBalance", DSP_DATED),
    _read("GCS60a", "ReadMeterBalance", DSP_DATED),
    _read("GCS61", "RetrieveDailyConsumptionLog", DSP_DATED, _sampled(_DAY, _DAILY_ENTRIES), KEY),
)
