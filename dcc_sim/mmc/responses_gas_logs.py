"""MMC rows of the use cases of the logs of a GSME (`gbz_logs`).

A log is asked for entry by entry; what is not there is answered NOT_FOUND and makes no entry. Entries
that nobody could open stand in `GBCSData`.
"""

from __future__ import annotations

from typing import Final

from dcc_sim.catalogue.alerts import MEANINGS
from dcc_sim.mmc.conversions import Described, Hex, HexOctets
from dcc_sim.mmc.elements_gas import (
    GAS_BILLING_ENTRY,
    MONEY,
    PREPAYMENT_LOG_ENTRY,
    TIME,
    VOLUME,
    constants,
    registers,
    snapshot_omissions,
    unplaced,
)
from dcc_sim.mmc.rows import Each, Element, Leaf, Omit, ResponseRow, Row, View, When
from dcc_sim.mmc.views_gas import (
    days,
    days_values,
    half_hours,
    half_hours_values,
    six_minutes,
    six_minutes_values,
)

_CHANGE_OF_MODE: Final = Element(
    "Gas",
    Each(
        "snapshots",
        Element(
            "LogEntryConsumptionRegister",
            Leaf("ConsumptionRegister", "consumption", VOLUME),
            Leaf("Timestamp", "time", TIME),
            registers("TariffTOURegisterMatrixValue", "tier_consumptions"),
            registers("BlockRegisterMatrixValue", "block_consumptions"),
            *snapshot_omissions(),
        ),
        high=12,
    ),
    Each("prepay_snapshots", Element("LogEntryPrepaymentData", *PREPAYMENT_LOG_ENTRY), high=12),
    keep=True,
)

_BILLING: Final = Element(
    "Gas",
    Each("snapshots", Element("GSMEBillingDataLogEntry", *GAS_BILLING_ENTRY, *snapshot_omissions()), high=12),
    Each("prepay_snapshots", Element("GSMEBillingPrepaymentDataLogEntry", *PREPAYMENT_LOG_ENTRY), high=12),
    keep=True,
)

_DAILY_READS: Final = Each(
    "snapshots",
    Element(
        "LogEntry",
        Leaf("Timestamp", "time", TIME),
        Element(
            "Gas",
            Leaf("GasActiveImportRegisterConsumption", "consumption", VOLUME),
            registers("TariffBlockCounterMatrix", "block_consumptions"),
            registers("TariffTOURegisterMatrix", "tier_consumptions"),
        ),
        *snapshot_omissions(),
    ),
    high=31,
)

_DEBT_PAYMENTS: Final[tuple[Row, ...]] = (
    Element(
        "PaymentBasedDebtRepayment",
        Each(
            "debt_log.debts",
            Element(
                "LogEntry",
                Leaf("Amount", "amount", MONEY),
                Leaf("Timestamp", "collection_time", TIME),
                Omit("debt_type", "the log is that of the payment-based debt"),
                *unplaced("outstanding_debt"),
            ),
            high=10,
        ),
    ),
    *constants("debt_log.command_index", "debt_log.total_commands"),
)

_CREDITS: Final[tuple[Row, ...]] = (
    Element(
        "PrepaymentCredits",
        Each(
            "top_up_log.top_ups",
            Element(
                "LogEntry",
                Leaf("Amount", "amount", MONEY),
                Leaf("Timestamp", "time", TIME),
                *unplaced("utrn"),
            ),
            high=5,
        ),
    ),
    *constants("top_up_log.command_index", "top_up_log.total_commands"),
)

_SAMPLES_FIXED: Final = constants("samples.sample_id", "samples.sample_type", "samples.interval")
_SAMPLES: Final = ("samples.start_time", "samples.samples")
_VALUE: Final = When("value", Leaf("Value", "value", VOLUME))
_TIMESTAMP: Final = Leaf("Timestamp", "time", TIME)

_PROFILE: Final[tuple[Row, ...]] = (
    View(
        half_hours,
        _SAMPLES,
        Each(
            "entries",
            Element(
                "LogEntry",
                _TIMESTAMP,
                Element("Gas", When("value", Leaf("PrimaryValue", "value", VOLUME)), keep=True),
            ),
            high=19056,
        ),
        inverse=half_hours_values,
    ),
    *_SAMPLES_FIXED,
)

_NETWORK_DATA: Final = Element(
    "Gas",
    Element(
        "NetworkDataLog",
        View(
            six_minutes,
            _SAMPLES,
            Each("entries", Element("LogEntry", _VALUE, _TIMESTAMP), high=41),
            inverse=six_minutes_values,
        ),
    ),
    *_SAMPLES_FIXED,
    keep=True,
)

_DAILY_CONSUMPTION: Final = Element(
    "Gas",
    View(
        days,
        _SAMPLES,
        Each("entries", Element("LogEntry", _VALUE, _TIMESTAMP), high=731),
        inverse=days_values,
    ),
    *_SAMPLES_FIXED,
    keep=True,
)

_MEANING: Final = Described(MEANINGS, "Event without a description here")

_EVENTS: Final[tuple[Row, ...]] = (
    Element(
        "Log",
        Each(
            "event_log.events",
            Element(
                "LogEntry",
                Leaf("Timestamp", "time", TIME),
                Leaf("LogCode", "event_code", Hex(2)),
                Leaf("LogMeaning", "event_code", _MEANING),
                Leaf("OtherInformation", "data", HexOctets(0xFE)),
                Omit("log_id", "the log that was asked for"),
            ),
            high=100,
        ),
    ),
    *constants("event_log.command_index", "event_log.total_commands", "event_log.payload_control"),
)


def _log(code: str, variant: str, element: str, *rows: Row) -> ResponseRow:
    return ResponseRow(code=code, elements={variant: element}, rows=rows)


ROWS: Final = (
    _log("CS10a", "6.13", "ReadEventOrSecurityLogRsp", *_EVENTS),
    _log("CS10b", "6.13", "ReadEventOrSecurityLogRsp", *_EVENTS),
    _log("CS11", "3.3", "ClearEventLogRsp", Omit("event_log.cleared", "told by MessageSuccess")),
    _log("GCS15b", "4.4.2", "RetrieveCoMOrTariffTriggeredBillingDataLogRsp", _CHANGE_OF_MODE),
    _log("GCS15c", "4.4.3", "RetrieveBillingCalendarTriggeredBillingDataLogRsp", _BILLING),
    _log("GCS15d", "4.4.4", "RetrieveBillingDataLogDebtPaymentsRsp", *_DEBT_PAYMENTS),
    _log("GCS15e", "4.4.5", "RetrieveBillingDataLogPrepaymentCreditsRsp", *_CREDITS),
    _log("GCS16a", "4.6.1", "RetrieveImportDailyReadLogRsp", _DAILY_READS),
    _log(
        "GCS16b",
        "4.14",
        "ReadPrepaymentDailyReadLogRsp",
        Element(
            "Gas", Each("prepay_snapshots", Element("LogEntry", *PREPAYMENT_LOG_ENTRY), high=31), keep=True
        ),
    ),
    _log("GCS17", "4.8.1", "ReadActiveImportProfileDataRsp", *_PROFILE),
    _log("GCS18", "4.10", "ReadNetworkDataRsp", _NETWORK_DATA),
    _log("GCS61", "4.17", "RetrieveDailyConsumptionLogRsp", _DAILY_CONSUMPTION),
)
