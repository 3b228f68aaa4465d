"""Meters that bill: what supplier and consumer see of registers, logs and accounts, message by message."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from device_bench import ACB, DAY, HOUR, START, Bench, Steady, esme, gsme

from dcc_sim.catalogue.objects import (
    BILLING_CALENDAR,
    EMERGENCY_CREDIT,
    STANDING_CHARGE,
    SUPPLY_SWITCH,
    SWITCHING_TABLE,
)
from dcc_sim.catalogue.objects import TARIFF_PRICES as PRICES
from dcc_sim.codec.shape import Value
from dcc_sim.codec.times import NOW, CosemDate, CosemDateTime, CosemTime, seconds_since_2000
from dcc_sim.devices import consumption_logs as logs
from dcc_sim.devices.billing import (
    CHANGE_OF_METER_MODE,
    CHANGE_OF_SUPPLIER,
    CHANGE_OF_TARIFF,
    BillingPeriods,
    execution_times,
)
from dcc_sim.devices.load import ELECTRICITY, SOLAR_PANELS, HouseholdLoad, LoadEvent, ScriptedLoad
from dcc_sim.devices.metering import Meter, Supply
from dcc_sim.devices.profiles.esme_initial import esme_initial
from dcc_sim.devices.profiles.esme_rules import compile_electricity
from dcc_sim.devices.profiles.gas_attributes import PRICE_MATRIX, TARIFF_INFORMATION
from dcc_sim.devices.store import CosemAttribute, ObjectStore, Published
from dcc_sim.devices.voltage import Disturbance, Voltage
from dcc_sim.ids import Eui64

EUI = Eui64.parse("00-5E-00-00-00-00-00-01")
SUPPLY = CosemAttribute(SUPPLY_SWITCH, 3)
ALL_TIMES: Value = {"from": CosemDateTime.at(START - 9000 * DAY), "to": CosemDateTime.at(START + 9000 * DAY)}
POUND = 100_000
CHARGES = (
    (0, 0, "111"), (0, 4, "111"), (0, 1, "110"), (0, 2, "110"), (0, 3, "111"), (1, 3, "111"), (1, 0, "111"),
    (1, 4, "111"), (1, 1, "110"), (1, 2, "110"), (2, 4, "111"), (2, 1, "111"), (2, 2, "111"),
)  # fmt: skip
"""Credit, charge, bits: debt is suspended while supply is disabled and in emergency."""


def meter_of(bench: Bench) -> Meter:
    meter = bench.device.model.meter
    assert meter is not None
    return meter


def charge(price: int) -> Value:
    """`price` × 10⁻⁵ pounds."""
    return {
        "scaling": {"commodity_scale": 3, "price_scale": -5},
        "commodity": {"class_id": 0, "logical_name": bytes(6), "attribute": 0},
        "table": [{"index": b"\x01", "charge": price}],
    }


def set_prices(bench: Bench, energy: int, standing: int) -> None:
    bench.device.model.write(CosemAttribute(PRICES, 5), charge(energy))
    bench.device.model.write(CosemAttribute(STANDING_CHARGE, 5), charge(standing))


def to_prepayment(bench: Bench) -> None:
    entries: list[Value] = [
        {
            "credit": bytes((0, 0, 0x13, 0x0A, a, 0xFF)),
            "charge": bytes((0, 0, 0x13, 0x14, b, 0xFF)),
            "collection": bits,
        }
        for a, b, bits in CHARGES
    ]
    values: dict[str, Value] = {
        "payment_mode": {"mode": 2, "status": 1},
        "disablement_threshold": 0,
        "credit_charges": entries,
        "activate_disablement_threshold": NOW,
        "activate_payment_mode": NOW,
    }
    answer = bench.send("ECS03", values)
    assert answer is not None
    assert answer.body.first_failure is None


def test_credit_runs_out_at_its_second_and_a_top_up_arms_supply() -> None:
    bench = esme(load=Steady(36))  # 100 Wh an hour
    set_prices(bench, 30_000, 0)
    bench.send("ECS04a", {"adjust_meter_balance": 300_000})  # £3: 10 kWh at 30 p
    to_prepayment(bench)
    model, meter = bench.device.model, meter_of(bench)
    assert meter.rules_of is not None
    terms = meter.rules_of().terms
    assert (terms.prepayment, terms.suspend_debt_disabled, terms.suspend_debt_emergency) == (True, True, True)
    bench.now = START + 10 * DAY
    bench.device.settle(bench.now)
    # The 10,001st Wh is the first that is not paid for.
    gone = START + timedelta(seconds=36 * 10_001)
    assert (meter.total, meter.account.balance) == (10_001, -30)
    assert (meter.gaps[0].start, meter.gaps[0].stop) == (seconds_since_2000(gone), None)
    assert model.read(SUPPLY, bench.now) == Supply.DISABLED
    bench.send("ECS04a", {"adjust_meter_balance": 100_000})
    assert model.read(SUPPLY, bench.now) == Supply.ARMED
    assert meter.enable_locally()
    bench.now += HOUR
    bench.device.settle(bench.now)
    assert meter.total == 10_101 == meter.registers.total
    log = bench.send("ECS22b", {"log": ALL_TIMES})
    entries = told(log, "log", "entries")
    assert sum(entry["primary"] for entry in entries) == 10_101
    assert all(b["timestamp"] - a["timestamp"] == 1800 for a, b in pairwise(entries))
    days = told(bench.send("ECS21b", {"log": ALL_TIMES}), "log", "entries")
    assert [day["meter_balance"] for day in days[:5]] == [300_000 - 72_000 * n for n in range(1, 5)] + [-30]


def told(message: Any, *path: str) -> Any:
    assert message is not None
    value: Any = message.body.values
    for name in path:
        value = value[name]
    return value


def test_emergency_credit_is_refused_until_it_can_be_had() -> None:
    bench = esme(load=Steady(36))
    refused = bench.send("ECS09")
    assert refused is not None
    assert refused.body.first_failure is not None
    assert refused.body.first_failure.code == 250
    to_prepayment(bench)
    bench.device.model.write(CosemAttribute(EMERGENCY_CREDIT, 9), 5 * POUND)
    bench.device.model.write(CosemAttribute(EMERGENCY_CREDIT, 10), POUND)
    granted = bench.send("ECS09")
    assert granted is not None
    assert granted.body.first_failure is None
    balances = told(bench.send("ECS19"), "prepayment_balances", "registers")
    assert balances["emergency_credit"] == 5 * POUND
    set_prices(bench, 50_000, 0)
    bench.now += 20 * HOUR  # 2 kWh: £1
    bench.device.settle(bench.now)
    balances = told(bench.send("ECS19"), "prepayment_balances", "registers")
    assert (balances["emergency_credit"], balances["meter_balance"]) == (4 * POUND, 0)


def test_a_billing_period_ends_with_a_snapshot_and_new_counters() -> None:
    bench = esme(load=Steady(36))
    schedule: list[Value] = [
        {"start_time": CosemTime.of_day(0), "script_table": bytes.fromhex("00000A0064FF"), "script": 103}
    ]
    bench.device.model.write(CosemAttribute(SWITCHING_TABLE, 5), [{"day_id": 1, "schedule": schedule}])
    times: list[Value] = [{"time": CosemTime.of_day(0), "date": CosemDate(bytes.fromhex("FFFFFF01FF"))}]
    answer = bench.send("ECS30", {"billing_calendar": times})
    assert answer is not None
    assert answer.body.first_failure is None
    assert bench.device.next_wake() == START + 31 * DAY
    bench.now = START + 70 * DAY
    bench.device.settle(bench.now)
    meter = meter_of(bench)
    assert meter.registers.blocks[2][0] == meter.total == 70 * 2400
    assert meter.registers.counters[2][0] == 10 * 2400
    log = told(bench.send("ECS20c", {"log": ALL_TIMES}), "log")
    assert [entry["timestamp"] for entry in log["registers"]] == [
        seconds_since_2000(START + n * DAY) for n in (31, 60)
    ]
    assert [entry["block_1_tou"][2] for entry in log["registers"]] == [31 * 2400, 60 * 2400]
    assert len(log["prepayment"]) == 2
    blocks = told(bench.send("ECS17e"), "block_registers", "registers", "primary")
    assert (blocks[2], blocks[10]) == (70 * 2400, 10 * 2400)
    bench.send("ECS05", {"reset_block_counters": 99})
    assert meter.registers.counters[2][0] == 0


def test_the_billing_log_keeps_twelve_and_the_daily_log_thirty_one() -> None:
    bench = esme(load=Steady(36))
    times: list[Value] = [{"time": CosemTime.of_day(0), "date": CosemDate(bytes.fromhex("FFFFFFFF01"))}]
    bench.device.model.write(CosemAttribute(BILLING_CALENDAR, 4), times)
    bench.now = START + 366 * DAY
    bench.device.settle(bench.now)
    assert len(meter_of(bench).snapshots) == 12
    days = told(bench.send("ECS21a", {"log": ALL_TIMES}), "log", "entries")
    assert len(days) == 31
    assert [day["active_import"] for day in days] == [2400 * (366 - 30 + n) for n in range(31)]


@pytest.mark.parametrize("years", [2])
def test_logs_hold_what_they_can(years: int) -> None:
    bench = esme()
    bench.now = START + 800 * years // 2 * DAY
    bench.device.settle(bench.now)
    meter = meter_of(bench)
    assert len(logs.half_hours(meter)) == 19_056
    assert len(logs.days(meter)) == 731
    assert len(logs.reactive_half_hours(meter)) == len(logs.exported_half_hours(meter)) == 4464
    assert sum(value for _, value in logs.days(meter)) == meter.total_at(bench.now) - meter.total_at(
        bench.now - 731 * DAY
    )
    assert all(b - a == 1800 for (a, _), (b, _) in pairwise(logs.half_hours(meter)))


def test_reactive_and_export_entries_add_up_to_their_registers() -> None:
    meter = Meter(
        HouseholdLoad(1, EUI, ELECTRICITY), START, export=HouseholdLoad(1, EUI, SOLAR_PANELS, element=3)
    )
    tariff = compile_electricity(ObjectStore(initial=esme_initial()), twin=False)
    meter.settle(START + 80 * DAY, tariff)
    assert sum(value for _, value in logs.reactive_half_hours(meter)) == meter.reactive
    exported = logs.exported_half_hours(meter)
    assert sum(active for _, active, _ in exported) == logs.exported_at(meter, meter.settled_second) > 0
    assert sum(r for _, _, r in exported) == logs.reactive_exported_at(meter, meter.settled_second)
    assert logs.exported_midnights(meter)[-1][1] == logs.exported_at(meter, meter.settled_second)
    peak = logs.maximum_demand(meter, meter.load, meter.started)
    assert peak is not None
    assert peak[1] == 2 * max(value for _, value in logs.half_hours(meter))


def test_gas_is_paid_for_by_its_energy() -> None:
    bench = gsme(load=Steady(36))  # 100 × 10⁻³ m³ an hour
    model, meter = bench.device.model, meter_of(bench)
    tariff = model.tariff
    n, d = tariff.unit_cost
    # 1.02264 × 39.5 ÷ 3.6 kWh in a m³, prices in 10⁻⁵ pounds, counters in 10⁻³ m³.
    assert Fraction(n, d) == Fraction(102_264, 100_000) * Fraction(395, 10) / 3600
    bench.now = START + 40 * DAY
    bench.device.settle(bench.now)
    half_hours = told(
        bench.send("GCS17", {"samples": {"start_time": 0, "number_of_samples": 48}}), "samples", "samples"
    )
    assert half_hours == [50] * 48
    asked = {"start_time": 0, "end_time": 0xFFFF_FFFF, "cause": 1}
    snapshots = told(bench.send("GCS16a", {"snapshots": asked}), "snapshots")
    assert [one["consumption"] for one in snapshots] == [2400 * n for n in range(10, 41)]
    assert meter.total == meter.registers.total


def test_a_network_data_log_is_begun_and_fills() -> None:
    bench = gsme(load=Steady(36))
    begun = bench.send("GCS31", {"sampling": {"issuer_event_id": 1}}, originator=ACB)
    assert told(begun, "sampling", "sample_id") == 2
    bench.now += HOUR
    asked: dict[str, Value] = {"samples": {}}
    assert told(bench.send("GCS18", asked), "samples", "samples") == [10] * 10
    bench.now += DAY
    assert told(bench.send("GCS18", asked), "samples", "samples") == [10] * 41


def test_periods_of_gas_bills() -> None:
    monthly = BillingPeriods(seconds_since_2000(START), 1, 3)
    ends = [seconds_since_2000(START + n * DAY) for n in (0, 31, 60, 91)]
    assert monthly.next_after(ends[0] - 1) == ends[0]
    assert [monthly.next_after(end) for end in ends[:3]] == ends[1:]
    weekly = BillingPeriods(seconds_since_2000(START), 1, 2)
    assert weekly.next_after(ends[0] + 1) == ends[0] + 604_800
    assert execution_times([]) is None


def test_a_script_adds_to_the_load() -> None:
    base = HouseholdLoad(1, EUI, ELECTRICITY)
    kettle = ScriptedLoad(base, [LoadEvent(START + HOUR, START + 2 * HOUR, 3000)])
    assert kettle.at(START) == base.at(START)
    assert kettle.at(START + 3 * HOUR) == base.at(START + 3 * HOUR) + 3000
    assert kettle.at(START + timedelta(minutes=90)) == base.at(START + timedelta(minutes=90)) + 1500
    with pytest.raises(ValueError, match="stop not before"):
        ScriptedLoad(base, [LoadEvent(START, START - HOUR, 1)])


def test_voltage_leaves_its_limits_when_it_is_told_to() -> None:
    calm, first = Voltage(1, EUI), seconds_since_2000(START)
    assert all(216 <= volts <= 253 for _, volts in calm.log(1, first, first + 30 * 86_400, 1800))
    assert calm.crossings(1, first, first + 30 * 86_400, 1800, 253, above=True) == 0
    rough = Voltage(1, EUI, [Disturbance(START + HOUR, START + 3 * HOUR, 1, 260)])
    assert rough.crossings(1, first, first + 86_400, 1800, 253, above=True) == 1
    assert rough.crossings(2, first, first + 86_400, 1800, 253, above=True) == 0
    assert len(rough.log(1, first, first + 400 * 86_400, 1800)) == 4320


def test_a_gas_meter_in_prepayment_closes_its_valve_and_pays_off_debt() -> None:
    bench = gsme(load=Steady(36))
    model, meter = bench.device.model, meter_of(bench)
    information = {"tariff_type": 0, "price_trailing_digit": 0x50, "currency": 826, "standing_charge": 0}
    model.write(Published(TARIFF_INFORMATION), information)
    model.write(Published(PRICE_MATRIX), {"prices": [{"tier_block_id": 1, "price": 10_000}]})
    credit: dict[str, Value] = {"credit_adjustment": {"issuer_event_id": 1, "amount": POUND}}
    assert bench.send("GCS40a", credit) is not None
    bench.now += DAY
    bench.device.settle(bench.now)
    # In credit mode consumption makes the bill grow and leaves the balance of prepayment mode alone.
    owed = 2400 * 1.02264 * 39.5 / 3.6 / 1000 * 10_000
    assert (meter.account.balance, meter.account.bill) == (POUND, int(owed))
    assert told(bench.send("GCS60"), "bill_to_date") == int(owed)
    mode = {
        "issuer_event_id": 1,
        "start_time": 0,
        "payment_control_configuration": 0x0497,
        "cut_off_value": -1,
    }
    assert bench.send("GCS03", {"payment_mode": mode}) is not None
    debt = {"issuer_event_id": 1, "amount": 30_000, "recovery_frequency": 1, "recovery_amount": 10_000}
    none = {"issuer_event_id": 1, "amount": 0, "recovery_frequency": 1, "recovery_amount": 0}
    payment = {"issuer_event_id": 1, "amount": 50_000, "recovery_percentage": 2500}
    answer = bench.send("GCS04", {"time_debt_1": debt, "time_debt_2": none, "payment_debt": payment})
    assert answer is not None
    assert answer.body.first_failure is None
    bench.now += 30 * DAY
    bench.device.settle(bench.now)
    assert meter.supply is Supply.DISABLED
    # Debt is not taken while supply is off.
    assert meter.account.time_debts[0] in (20_000, 30_000)
    parts = meter.top_up(2 * POUND)
    assert parts.payment_debt == 50_000
    assert meter.supply is Supply.ARMED


def test_the_log_of_changes_keeps_mode_tariff_and_supplier_apart_from_bills() -> None:
    bench = esme(load=Steady(36))
    bench.now += DAY
    bench.device.settle(bench.now)
    to_prepayment(bench)
    bench.now += DAY
    bench.device.settle(bench.now)
    set_prices(bench, 5000, 0)
    bench.device.settle(bench.now)
    meter = meter_of(bench)
    meter.take_down(CHANGE_OF_SUPPLIER)
    assert [s.cause for s in meter.snapshots] == [CHANGE_OF_METER_MODE, CHANGE_OF_TARIFF, CHANGE_OF_SUPPLIER]
    entries = told(bench.send("ECS20b", {"log": ALL_TIMES}), "log", "entries")
    assert [entry["active_import"] for entry in entries] == [2400, 4800, 4800]
    assert told(bench.send("ECS20c", {"log": ALL_TIMES}), "log", "registers") == []
    for _ in range(20):
        meter.take_down(CHANGE_OF_SUPPLIER)
    assert len(meter.snapshots) == 12
