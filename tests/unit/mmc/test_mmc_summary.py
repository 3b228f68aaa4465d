from __future__ import annotations

from dataclasses import replace

import pytest
from mmc_messages import DEVICE, TARIFF, TIME, USER, alert, response

from dcc_sim.catalogue.usecases import ALERTS, use_case
from dcc_sim.codec.exchange import Result
from dcc_sim.codec.shape import Value
from dcc_sim.errors import EncodeError, Unsupported
from dcc_sim.gbcs.header import GroupingHeader
from dcc_sim.ids import CraFlag
from dcc_sim.mmc.summary import summary
from dcc_sim.transform.message import build_command, read_message

REGISTERS: dict[str, Value] = {
    "active": 123,
    "active_unit": {"scaler": 0, "unit": 30},
    "reactive": 5,
    "reactive_unit": {"scaler": 0, "unit": 32},
}


def test_registers_with_units_and_without_constants() -> None:
    assert summary(response("ECS17b", {"import_registers": {"registers": REGISTERS}})) == [
        ("Use case", "ECS17b Read ESME Energy Registers (Import Energy)"),
        ("Outcome", "success"),
        ("Device time", "2026-03-29T01:30:00Z"),
        ("ImportRegisterCollection: active.value", "123 Wh"),
        ("ImportRegisterCollection: reactive.value", "5 varh"),
    ]


def test_encrypted_values_are_said_to_be_so() -> None:
    sealed = summary(response("ECS17b", {"import_registers": {"registers": REGISTERS}}, ring=None))
    assert sealed[-1] == ("ImportRegisterCollection", "encrypted, 43 octets")
    values: dict[str, Value] = {"divisor": 1000, "multiplier": 1, "unit": 1, "consumption": 7}
    assert summary(response("GCS13a", values, ring=None))[-1][1].startswith("encrypted")
    assert ("ConsumptionRegister: unit", "1 (m³)") in summary(response("GCS13a", values))


def test_a_tariff() -> None:
    lines = dict(summary(response("ECS24", TARIFF)))
    seasons = "name 412642203CFF00, start *-03-last 00:00:00, week 01"
    assert lines["TariffSwitchingTable: seasons[1]"] == seasons
    assert lines["TariffSwitchingTable: days[1]"] == (
        "day_id 1, schedule start_time 00:00:00, script 2; start_time 07:00:00, script 108"
    )
    assert lines["TariffThresholdMatrixBlocks[1to3]TOU[2]"] == "2, 4294967295 Wh"
    assert lines["TariffSwitchingTable(SpecialDays)[1]"] == "index 1, date *-12-25, day_id 1"
    assert lines["CurrencyUnit"] == "ECB Euro"
    assert lines["TariffBlockPriceMatrixTOU.table"].startswith("index 01, charge -99; index 02, charge -98; ")
    assert (
        dict(summary(response("ECS24", {**TARIFF, "special_days": []})))["TariffSwitchingTable(SpecialDays)"]
        == "none"
    )


def test_printable_names_are_text() -> None:
    seasons: list[Value] = [{"name": b"summer 1", "start": TIME, "week": b"\x01"}]
    lines = dict(summary(response("ECS24", {**TARIFF, "seasons": seasons})))
    assert lines["TariffSwitchingTable: seasons[1]"].startswith('name "summer 1", start 2026-03-29T01:30:00Z')


@pytest.mark.parametrize(
    ("code", "failures", "outcome"),
    [
        ("ECS01b", {2: 1}, "failed: activate_standing_charge (item 3): hardware-fault (1)"),
        ("ECS70", {1: 3}, "failed: valid_time_range (item 2): read-write-denied (3)"),
    ],
)
def test_failures(code: str, failures: dict[int, int], outcome: str) -> None:
    assert dict(summary(response(code, {}, failures=failures)))["Outcome"] == outcome


def test_a_gbz_failure() -> None:
    message = response("GCS01a", {}, results=(Result("calendar", 0, 0x85),))
    assert dict(summary(message))["Outcome"] == "failed: calendar (item 1): INVALID_FIELD (133)"


def test_clocks() -> None:
    lines = summary(response("ECS70", {"time": TIME, "clock_status": 2}))
    assert lines[2:] == [("Time: time", "2026-03-29T01:30:00Z"), ("Time: clock_status", "2 (unreliable)")]
    lines = summary(response("GCS28", {"time": TIME.moment, "clock_status": 9}))
    assert lines[2:] == [
        ("Time: methodOutput: value", "2026-03-29T01:30:00Z"),
        ("Time: methodOutput: status", "9"),
    ]


def test_an_alert() -> None:
    names = ("message_code", "originator_counter", "cluster", "frame_control", "command")
    values: dict[str, Value] = {"alert_code": 0x8F66, "time": 0, "instruction": dict.fromkeys(names, 1)}
    message = alert("FutureDatedAlert-GBZ", values)
    assert summary(message)[:3] == [
        ("Alert", "Future Dated Execution Of Instruction Alert (GBZ)"),
        ("GBCSHexAlertCode", "8F66"),
        ("AlertDescription", "future-dated command carried out"),
    ]
    with pytest.raises(Unsupported, match="MMC for other"):
        summary(replace(message, row=replace(ALERTS["FutureDatedAlert-GBZ"], code="other")))


def test_replies_of_a_gas_meter() -> None:
    results = (Result("debt_log", 0),)
    debt: dict[str, Value] = {"collection_time": 86_400, "amount": 5, "debt_type": 2, "outstanding_debt": 1}
    lines = dict(summary(response("GCS15d", {"debt_log": {"debts": [debt]}}, results=results)))
    assert lines["debt_log.debts[1]"] == (
        "collection_time 2000-01-02T00:00:00Z, amount 5 millipence, debt_type 2 (payment-based debt), "
        "outstanding_debt 1 millipence"
    )


def test_entries_of_a_log_that_are_encrypted_one_by_one() -> None:
    money = ("accumulated_debt", "time_debt_1", "time_debt_2", "payment_debt", "emergency_credit")
    entry: dict[str, Value] = {"snapshot_id": 1, "time": 1, "total_found": 1, "cause": 1, "meter_balance": 3}
    values: dict[str, Value] = {"prepay_snapshots": [entry | dict.fromkeys(money, 0)]}
    results = tuple(Result("prepay_snapshots", n, 0x8B if n else 0) for n in range(31))
    opened = summary(response("GCS16b", values, results=results))
    assert opened[1] == ("Outcome", "success")
    assert "meter_balance 3 millipence" in opened[2][1]
    sealed = summary(response("GCS16b", values, results=results, ring=None))
    assert sealed[2:] == [("prepay_snapshots[1]", "encrypted, 57 octets")]


def test_a_refusal_in_asn1() -> None:
    assert summary(response("CS03A1", {"response_code": 4}))[1:] == [
        ("Outcome", "refused, by a code among the values"),
        ("response_code", "4 (deviceLogFull)"),
    ]


def test_an_alert_that_is_encrypted_in_part() -> None:
    snapshot: Value = {
        "snapshot_id": 1,
        "time": 0,
        "cause": 2,
        "consumption": 7,
        "tier_consumptions": [0] * 4,
        "block_consumptions": [0] * 4,
    }
    values: dict[str, Value] = {"alert_code": 0x8F0A, "time": 0, "snapshot": snapshot}
    assert summary(alert("GCS53", values, ring=None))[-1] == ("snapshot", "encrypted, 89 octets")
    assert ("TariffTOURegisterMatrixValue[4]", "0") in summary(alert("GCS53", values))


def test_what_mmc_has_no_place_for_in_an_alert() -> None:
    device: Value = {"device_id": bytes(8), "hashed_link_key": b""}
    log: Value = {"backup_time": TIME, "extended_pan_id": b"\1" * 8, "devices": [device]}
    lines = summary(alert("CS14", {"alert_code": 0x8F12, "time": TIME, "device_log": log}))
    assert lines[3:] == [
        ("Timestamp", "2026-03-29T01:30:00Z"),
        ("DeviceLog(CHF): alertOutput: backupDateTime", "2026-03-29T01:30:00Z"),
        ("DeviceLog(CHF): alertOutput: hanIdentifier", "0101010101010101"),
        ("device_log.devices[1]", 'device_id 0000000000000000, hashed_link_key ""'),
    ]


def test_a_command_has_no_summary() -> None:
    row = use_case("ECS52")
    header = GroupingHeader(
        cra=CraFlag.COMMAND, counter=1, originator=USER, target=DEVICE, message_code=row.message_code
    )
    with pytest.raises(EncodeError):
        summary(read_message(build_command(header, row, {}).encode()))
