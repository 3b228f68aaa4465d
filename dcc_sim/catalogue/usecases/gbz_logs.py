"""Logs of a gas meter and its mirror: snapshots, samples, debts, top-ups, events.

CS10a, CS10b, CS11, GCS15b–e, GCS16a/b, GCS17, GCS18, GCS61; rows in wire order, from reference
`gbcs-use-cases/`. Snapshots are asked for one by one, by numbered copies of the same request.
`block_snapshot` also makes the one component of the alert GCS53.
"""

from __future__ import annotations

from typing import Final

from dcc_sim.catalogue.row import UseCase
from dcc_sim.catalogue.usecases.gbz_clusters import (
    EVENTS,
    GPF,
    GPF_GSME,
    GSME,
    METERING,
    MILLIPENCE,
    ONE_COMMAND,
    PREPAYMENT,
    SUPPLIER,
    SUPPLIER_ACB,
    SUPPLIER_NETWORK_ACB,
)
from dcc_sim.codec.gbz import GbzRow
from dcc_sim.codec.gbz_command import FROM_SERVER, PUSHED, Command, Reply, Request
from dcc_sim.codec.gbz_component import NetworkTime
from dcc_sim.codec.zcl import (
    I32,
    U8,
    U16,
    U24,
    U32,
    U48,
    Bits8,
    Bits32,
    CountOf,
    Enumeration,
    Field,
    Fields,
    Listed,
    OctetString,
    Repeat,
    UtcTime,
)
from dcc_sim.ids import MessageCode

_LATEST: Final = {0xFFFFFFFE: "all entries"}

SNAPSHOT_CAUSES: Final = {
    0x0001: "general",
    0x0002: "end of billing period",
    0x0008: "change of tariff information",
    0x2000: "change of supplier",
    0x4000: "change of meter mode",
    0x6008: "change of meter mode, of supplier or of tariff information",
}


def _snapshot_head(
    payload_type: int, meaning: str, timestamp: str, total: int | None = None
) -> tuple[Field, ...]:
    return (
        Field("snapshot_id", U32()),
        Field("time", UtcTime(), timestamp),
        Field("total_found", U8(total)),
        *ONE_COMMAND,
        Field("cause", Bits32(meaning=SNAPSHOT_CAUSES)),
        Field("payload_type", Enumeration(payload_type, {payload_type: meaning})),
    )


def block_snapshot(
    *, timestamp: str, consumption: str, tiers: str, blocks: str, total: int | None = None
) -> Fields:
    """PublishSnapshot of type 6: the register, four TOU registers, four block counters.

    Parts are SMETS names; `total` is the number of snapshots found when it is fixed.
    """
    return Fields(
        *_snapshot_head(6, "block tiers, no billing", timestamp, total),
        Field("consumption", U48(), consumption),
        Field("tiers", U8(4)),
        Field("tier_consumptions", Repeat(U48(), 4), tiers),
        Field("blocks", Bits8(0x14)),
        Field("block_consumptions", Repeat(U48(), 4), blocks),
    )


def prepay_snapshot(entry: str) -> Fields:
    """PublishPrepaySnapshot of type 0: debts and credits; `entry` is the SMETS name of the entry."""
    return Fields(
        *_snapshot_head(0, "debt and credit status", f"{entry}.timestamp"),
        Field("accumulated_debt", I32(unit=MILLIPENCE), f"{entry}.accumulatedDebtRegisterValue"),
        Field("time_debt_1", U32(unit=MILLIPENCE), f"{entry}.timeDebtRegisters1Value"),
        Field("time_debt_2", U32(unit=MILLIPENCE), f"{entry}.timeDebtRegisters2Value"),
        Field("payment_debt", U32(unit=MILLIPENCE), f"{entry}.paymentDebtRegisterValue"),
        Field("emergency_credit", I32(unit=MILLIPENCE), f"{entry}.emergencyCreditBalanceValue"),
        Field("meter_balance", I32(unit=MILLIPENCE), f"{entry}.meterBalanceValue"),
    )


def _range(cause: int, log: str, suffix: str = "") -> Fields:
    return Fields(
        Field("start_time", UtcTime(), f"{log}: methodInput: fromDateTime{suffix}"),
        Field("end_time", UtcTime(), f"{log}: methodInput: toDateTime{suffix}"),
        Field("offset", U8()),
        Field("cause", Bits32(cause, SNAPSHOT_CAUSES), f"{log}: method: readLog{suffix}"),
    )


def _snapshots(cause: int, times: int, log: str, fields: Fields, suffix: str = "") -> Command:
    return Request(
        METERING,
        0x06,
        "snapshots",
        _range(cause, log, suffix),
        reply=Reply(0x06, fields),
        encrypted=True,
        times=times,
        step="offset",
    )


def _prepay_snapshots(cause: int, times: int, log: str) -> Command:
    return Request(
        PREPAYMENT,
        0x07,
        "prepay_snapshots",
        _range(cause, log),
        reply=Reply(0x01, prepay_snapshot(f"{log}: logEntries[1..{times}].logEntry")),
        encrypted=True,
        times=times,
        step="offset",
    )


_MODE_LOG: Final = "BillingDataLog(SetPaymentModeOrTariffTriggeredFinancialExcExport)"
_MODE_ENTRY: Final = f"{_MODE_LOG}: logEntries[1..12].logEntry"

GCS15B: Final = UseCase(
    code="GCS15b",
    message_code=MessageCode(0x00C3),
    title="Read GSME Billing Data Log (change of mode / tariff triggered)",
    targets=GPF_GSME,
    roles=SUPPLIER_ACB,
    critical=False,
    payload=GbzRow(
        (
            _prepay_snapshots(0x6008, 12, _MODE_LOG),
            _snapshots(
                0x6008,
                12,
                _MODE_LOG,
                block_snapshot(
                    timestamp=f"{_MODE_ENTRY}.timestampGasConsumption",
                    consumption=f"{_MODE_ENTRY}.activeImportRegisterValue/consumption",
                    tiers=f"{_MODE_ENTRY}.tariffTOU[1..4].RegisterMatrixValue",
                    blocks=f"{_MODE_ENTRY}.Block[1..4].RegisterMatrixValue",
                ),
                "GasConsumption",
            ),
        )
    ),
    source="GBCS 4.0 annex, GCS15b",
)

BILLING_LOG: Final = "BillingDataLog(BillingCalendarTriggeredExcExport)"
_BILLING_ENTRY: Final = f"{BILLING_LOG}: logEntries[1..12].logEntry"


def billing_snapshot(total: int | None = None) -> Fields:
    """The snapshot of the end of a billing period, read by GCS15c and pushed by GCS53."""
    return block_snapshot(
        timestamp=f"{_BILLING_ENTRY}.timestamp",
        consumption=f"{_BILLING_ENTRY}.activeImportRegisterValue/consumption",
        tiers=f"{_BILLING_ENTRY}.tariffTOU[1..4].RegisterMatrixValue",
        blocks=f"{_BILLING_ENTRY}.Block[1..4].RegisterMatrixValue",
        total=total,
    )


GCS15C: Final = UseCase(
    code="GCS15c",
    message_code=MessageCode(0x0076),
    title="Read GSME Billing Data Log (billing calendar triggered)",
    targets=GPF_GSME,
    roles=SUPPLIER_ACB,
    critical=False,
    payload=GbzRow(
        (
            _snapshots(0x0002, 12, BILLING_LOG, billing_snapshot()),
            _prepay_snapshots(0x0002, 12, BILLING_LOG),
        )
    ),
    source="GBCS 4.0 annex, GCS15c",
)

_DEBT_LOG: Final = "BillingDataLog(mostrecentPaymentBasedDebtRepayment)"
_DEBT_ENTRY: Final = f"{_DEBT_LOG}: logEntries[1..10].logEntry"

GCS15D: Final = UseCase(
    code="GCS15d",
    message_code=MessageCode(0x00C4),
    title="Read GSME Billing Data Log (payment-based debt payments)",
    targets=GPF_GSME,
    roles=SUPPLIER_ACB,
    critical=False,
    payload=GbzRow(
        (
            Request(
                PREPAYMENT,
                0x0A,
                "debt_log",
                Fields(
                    Field("end_time", UtcTime(meaning=_LATEST), f"{_DEBT_LOG}: methodInput: toDateTime"),
                    Field("number_of_debts", U8(10)),
                    Field(
                        "debt_type",
                        Enumeration(2, {2: "payment-based debt"}),
                        f"{_DEBT_LOG}: method: readLog",
                    ),
                ),
                from_time=Field("start_time", NetworkTime(), f"{_DEBT_LOG}: methodInput: fromDateTime"),
                reply=Reply(
                    0x06,
                    Fields(
                        *ONE_COMMAND,
                        Field(
                            "debts",
                            Listed(
                                Fields(
                                    Field("collection_time", UtcTime(), f"{_DEBT_ENTRY}.timestamp"),
                                    Field("amount", U32(unit=MILLIPENCE), f"{_DEBT_ENTRY}.amount"),
                                    Field(
                                        "debt_type",
                                        Enumeration(
                                            meaning={
                                                0: "time-based debt 1",
                                                1: "time-based debt 2",
                                                2: "payment-based debt",
                                            }
                                        ),
                                    ),
                                    Field("outstanding_debt", U32(unit=MILLIPENCE)),
                                ),
                                high=10,
                            ),
                        ),
                    ),
                ),
                encrypted=True,
            ),
        )
    ),
    source="GBCS 4.0 annex, GCS15d",
)

_CREDIT_LOG: Final = "BillingDataLog(mostrecentPrepaymentCredits)"
_CREDIT_ENTRY: Final = f"{_CREDIT_LOG}: logEntries[1..5].logEntry"

GCS15E: Final = UseCase(
    code="GCS15e",
    message_code=MessageCode(0x00C5),
    title="Read GSME Billing Data Log (prepayment credits)",
    targets=GPF_GSME,
    roles=SUPPLIER_ACB,
    critical=False,
    payload=GbzRow(
        (
            Request(
                PREPAYMENT,
                0x08,
                "top_up_log",
                Fields(
                    Field("end_time", UtcTime(meaning=_LATEST), f"{_CREDIT_LOG}: methodInput: toDateTime"),
                    Field("number_of_records", U8(5), f"{_CREDIT_LOG}: method: readLog"),
                ),
                from_time=Field("start_time", NetworkTime(), f"{_CREDIT_LOG}: methodInput: fromDateTime"),
                reply=Reply(
                    0x05,
                    Fields(
                        *ONE_COMMAND,
                        Field(
                            "top_ups",
                            Listed(
                                Fields(
                                    Field("utrn", OctetString(25)),
                                    Field("amount", I32(unit=MILLIPENCE), f"{_CREDIT_ENTRY}.amount"),
                                    Field("time", UtcTime(), f"{_CREDIT_ENTRY}.timestamp"),
                                ),
                                high=5,
                            ),
                        ),
                    ),
                ),
            ),
        )
    ),
    source="GBCS 4.0 annex, GCS15e",
)

_DAILY_LOG: Final = "DailyReadLog(excExport)"
_DAILY_ENTRY: Final = f"{_DAILY_LOG}: logEntries[1..31].logEntry"

GCS16A: Final = UseCase(
    code="GCS16a",
    message_code=MessageCode(0x0077),
    title="Read GSME Daily Read log(s)",
    targets=GPF_GSME,
    roles=SUPPLIER_ACB,
    critical=False,
    payload=GbzRow(
        (
            _snapshots(
                0x0001,
                31,
                _DAILY_LOG,
                block_snapshot(
                    timestamp=f"{_DAILY_ENTRY}.timestamp",
                    consumption=f"{_DAILY_ENTRY}.activeImportRegisterValue/consumption",
                    tiers=f"{_DAILY_ENTRY}.tariffTOURegisterMatrix[1..4].RegisterMatrixValue",
                    blocks=f"{_DAILY_ENTRY}.tariffBlockCounterMatrix[1..4].CounterMatrixValue",
                ),
            ),
        )
    ),
    source="GBCS 4.0 annex, GCS16a",
)

GCS16B: Final = UseCase(
    code="GCS16b",
    message_code=MessageCode(0x0096),
    title="Read GSME Daily Read log(s) (prepayment)",
    targets=GPF_GSME,
    roles=SUPPLIER_ACB,
    critical=False,
    payload=GbzRow((_prepay_snapshots(0x0001, 31, "PrepaymentDailyReadLog"),)),
    source="GBCS 4.0 annex, GCS16b",
)

_TYPE: Final = Field("sample_type", Enumeration(0, {0: "consumption delivered"}))


def _samples(
    sample_id: int,
    log: str,
    *,
    start: Field,
    number: Field,
    interval: Field,
    entry: str,
    value: str = "value",
    high: int,
    frame_control: int = PUSHED,
) -> GbzRow:
    identity = {sample_id: log.partition(":")[0].partition("(")[0]}
    return GbzRow(
        (
            Request(
                METERING,
                0x08,
                "samples",
                Fields(Field("sample_id", U16(sample_id, identity), log), start, _TYPE, number),
                reply=Reply(
                    0x07,
                    Fields(
                        Field("sample_id", U16(sample_id, identity)),
                        Field("start_time", UtcTime(), f"{entry}.timestamp"),
                        _TYPE,
                        interval,
                        Field("number_of_samples", CountOf("samples", mask=high, size=2)),
                        Field(
                            "samples",
                            Listed(U24(meaning={0xFFFFFF: "no value"}), high=high),
                            f"{entry}.{value}",
                        ),
                    ),
                    frame_control=frame_control,
                ),
                encrypted=True,
            ),
        )
    )


_PROFILE_LOG: Final = "ProfileDataLog(ActiveEnergyImportedInPeriod)"

# The text of the page says sample id 1 for the profile and 0 for the day; its templates and the vectors
# have it the other way round.
GCS17: Final = UseCase(
    code="GCS17",
    message_code=MessageCode(0x0078),
    title="Read GSME Profile Data Log",
    targets=GPF_GSME,
    roles=SUPPLIER_NETWORK_ACB,
    critical=False,
    payload=_samples(
        0,
        f"{_PROFILE_LOG}: method: readLog",
        start=Field("start_time", UtcTime(), f"{_PROFILE_LOG}: methodInput: fromDateTime"),
        number=Field("number_of_samples", U16(low=1, high=19056), f"{_PROFILE_LOG}: methodInput: toDateTime"),
        interval=Field("interval", U16(1800, unit="s")),
        entry=f"{_PROFILE_LOG}: logEntries[1..19056].logEntry",
        value="primaryValue",
        high=19056,
    ),
    source="GBCS 4.0 annex, GCS17",
)

_NETWORK_LOG: Final = "NetworkDataLog"

GCS18: Final = UseCase(
    code="GCS18",
    message_code=MessageCode(0x0079),
    title="Read Gas Network Data Log",
    targets=GSME,
    roles=SUPPLIER_ACB,
    critical=False,
    payload=_samples(
        2,
        f"{_NETWORK_LOG}: method:readLog",
        start=Field("start_time", UtcTime(1), f"{_NETWORK_LOG}: methodInput: time"),
        number=Field("number_of_samples", U16(41), f"{_NETWORK_LOG}: methodInput: samples"),
        interval=Field("interval", U16(360, unit="s")),
        entry=f"{_NETWORK_LOG}: logEntry[1..41]",
        high=41,
        frame_control=FROM_SERVER,
    ),
    source="GBCS 4.0 annex, GCS18",
)

_DAY_LOG: Final = "DailyConsumptionLog"

GCS61: Final = UseCase(
    code="GCS61",
    message_code=MessageCode(0x00A0),
    title="Read gas Daily Consumption Log",
    targets=GPF,
    roles=SUPPLIER_NETWORK_ACB,
    critical=False,
    payload=_samples(
        1,
        f"{_DAY_LOG}: Method: readLog",
        start=Field("start_time", UtcTime(), f"{_DAY_LOG}: methodInput: fromDateTime"),
        number=Field("number_of_samples", U16(low=1, high=731), f"{_DAY_LOG}: methodInput: toDateTime"),
        interval=Field("interval", U16(0xFFFF, {0xFFFF: "24 h"})),
        entry=f"{_DAY_LOG}: logEntries[1..731].logEntry",
        high=731,
    ),
    source="GBCS 4.0 annex, GCS61",
)

LOG_IDS: Final = {
    0x03: "general event log",
    0x04: "security event log",
    0x06: "GSME proxy log of the general event log",
    0x07: "GSME proxy log of the security event log",
}


def _event_log(selector: dict[int, str], item: str) -> GbzRow:
    entry = f"{item}: logEntries[1..100].logEntry"
    other = f"{entry}.otherInformation" if item.startswith("EventLog") else ""
    return GbzRow(
        (
            Request(
                EVENTS,
                0x00,
                "event_log",
                Fields(
                    Field(
                        "log", Bits8(meaning=selector, allowed=tuple(selector)), f"{item}: method: readLog"
                    ),
                    Field("event_id", U16(0, {0: "all events"})),
                    Field("start_time", UtcTime(), f"{item}: methodInput: fromDateTime"),
                    Field("end_time", UtcTime(), f"{item}: methodInput: toDateTime"),
                    Field("number_of_events", U8(0, {0: "all events"})),
                    Field("event_offset", U16(0)),
                ),
                reply=Reply(
                    0x01,
                    Fields(
                        Field("total", CountOf("events", mask=0xFFFF, size=2)),
                        *ONE_COMMAND,
                        Field("payload_control", Bits8(0)),
                        Field(
                            "events",
                            Listed(
                                Fields(
                                    Field("log_id", Enumeration(meaning=LOG_IDS)),
                                    Field("event_code", U16(), f"{entry}.logCode"),
                                    Field("time", UtcTime(), f"{entry}.timestamp"),
                                    Field("data", OctetString(), other),
                                ),
                                low=1,
                                high=100,
                            ),
                        ),
                    ),
                ),
            ),
        )
    )


CS10A: Final = UseCase(
    code="CS10a",
    message_code=MessageCode(0x0014),
    title="Read ZigBee Device Event Log",
    targets=GPF_GSME,
    roles=SUPPLIER_NETWORK_ACB,
    critical=False,
    payload=_event_log({0x10 | n: LOG_IDS[n] for n in (3, 6)}, "EventLog(incGPF)"),
    source="GBCS 4.0 annex, CS10a",
)

CS10B: Final = UseCase(
    code="CS10b",
    message_code=MessageCode(0x00A1),
    title="Read ZigBee Device Security Log",
    targets=GPF_GSME,
    roles=SUPPLIER_NETWORK_ACB,
    critical=False,
    payload=_event_log({n: LOG_IDS[n] for n in (4, 7)}, "SecurityLog(notCHF)"),
    source="GBCS 4.0 annex, CS10b",
)

CS11: Final = UseCase(
    code="CS11",
    message_code=MessageCode(0x0015),
    title="Clear ZigBee Device Event Log",
    targets=GPF_GSME,
    roles=SUPPLIER,
    critical=False,
    payload=GbzRow(
        (
            Request(
                EVENTS,
                0x01,
                "event_log",
                Fields(Field("log", U8(3, {3: LOG_IDS[3]}), "EventLog(incGPF): clear")),
                reply=Reply(
                    0x02,
                    Fields(
                        Field(
                            "cleared", Bits8(meaning={0x00: "not cleared", 0x08: "cleared"}, allowed=(0, 8))
                        )
                    ),
                    frame_control=FROM_SERVER,
                ),
            ),
        )
    ),
    source="GBCS 4.0 annex, CS11",
)

USE_CASES: Final = (
    CS10A,
    CS10B,
    CS11,
    GCS15B,
    GCS15C,
    GCS15D,
    GCS15E,
    GCS16A,
    GCS16B,
    GCS17,
    GCS18,
    GCS61,
)
