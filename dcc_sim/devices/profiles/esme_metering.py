"""What the registers, logs and demands of an ESME show: its meter, in the values of the rows.

In: a model with a meter. Out: entries for the tables of the kind. Registers are 32 bits wide and
begin again at 0. Logs are made when they are read; one that was loaded is pinned.
Left out: account and switch (`esme_account`), the power event log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

from dcc_sim.catalogue.objects import (
    ACTIVE_EXPORT,
    BILLING_PREPAYMENT_LOG,
    BILLING_REGISTERS_LOG,
    BLOCK_REGISTERS,
    CHANGE_LOG,
    DAILY_CONSUMPTION_LOG,
    DAILY_EXPORT_LOG,
    DAILY_PREPAYMENT_LOG,
    DAILY_READ_LOG,
    MAX_DEMAND_CONFIGURABLE,
    MAX_DEMAND_CONFIGURABLE_RESET_TIME,
    MAX_DEMAND_EXPORT,
    MAX_DEMAND_EXPORT_RESET_TIME,
    MAX_DEMAND_IMPORT,
    MAX_DEMAND_IMPORT_RESET_TIME,
    MAX_DEMAND_PERIOD,
    OVER_VOLTAGE_COUNTERS,
    OVER_VOLTAGE_THRESHOLDS,
    POWER_IMPORT,
    PROFILE_EXPORT_LOG,
    PROFILE_IMPORT_LOG,
    PROFILE_REACTIVE_LOG,
    REACTIVE_EXPORT,
    UNDER_VOLTAGE_COUNTERS,
    UNDER_VOLTAGE_THRESHOLDS,
    VOLTAGE_LOGS,
)
from dcc_sim.codec.exchange import CosemObject
from dcc_sim.codec.shape import Value, as_bytes, as_int, as_list, as_struct
from dcc_sim.codec.times import CosemDateTime, CosemTime, moment_since_2000, seconds_since_2000
from dcc_sim.devices import consumption_logs as logs
from dcc_sim.devices.billing import END_OF_BILLING_PERIOD, Snapshot
from dcc_sim.devices.load import Load
from dcc_sim.devices.metering import Meter
from dcc_sim.devices.model import Execution, Live, Method, Model
from dcc_sim.devices.power_quality import voltage_of
from dcc_sim.devices.profiles.any_device import pinned_or
from dcc_sim.devices.store import CosemAttribute, Key, Record
from dcc_sim.devices.tariff import BLOCK_SETS, BLOCKS

VALUE: Final = 2
CAPTURE_TIME: Final = 5
REGISTER: Final = 0xFFFF_FFFF
_BLOCK_COLUMNS: Final = 16
"""ECS17e has 4 × 16 values: of each block eight registers, then eight counters."""
_PHASES: Final = (1, 2, 3)


def meter_of(model: Model) -> Meter:
    """The meter of a model that has one."""
    assert model.meter is not None
    return model.meter


def metering_live() -> dict[Key, Live]:
    """Registers, logs, demands and voltages."""
    computed: dict[Key, Callable[[Model, datetime], Value]] = {
        _value(BLOCK_REGISTERS): _block_registers,
        _value(ACTIVE_EXPORT): _active_export,
        _value(REACTIVE_EXPORT): _reactive_export,
        _value(POWER_IMPORT): _power,
        _value(PROFILE_IMPORT_LOG): _profile_import,
        _value(PROFILE_EXPORT_LOG): _profile_export,
        _value(PROFILE_REACTIVE_LOG): _profile_reactive,
        _value(DAILY_CONSUMPTION_LOG): _daily_consumption,
        _value(DAILY_EXPORT_LOG): _daily_export,
        _value(DAILY_READ_LOG): _daily_read,
        _value(DAILY_PREPAYMENT_LOG): _daily_prepayment,
        _value(BILLING_REGISTERS_LOG): _billing(register_entry),
        _value(BILLING_PREPAYMENT_LOG): _billing(account_entry),
        _value(CHANGE_LOG): _changes,
    }
    for demand in _DEMANDS:
        computed[_value(demand)] = _demand_value(demand)
        computed[CosemAttribute(demand, CAPTURE_TIME)] = _demand_time(demand)
    for phase in _PHASES:
        computed[_value(VOLTAGE_LOGS[phase - 1])] = _voltage_log(phase)
        for counters, limits, above in _VOLTAGE_SIDES:
            computed[_value(counters[phase - 1])] = _crossings(phase, counters, limits, above=above)
    return {key: pinned_or(key, compute) for key, compute in computed.items()}


def metering_methods() -> dict[CosemAttribute, Method]:
    """Resets of what is computed: maximum demands and voltage counters count anew from then."""
    resets = {CosemAttribute(demand, 1): Method(_reset_demand(demand)) for demand in _DEMANDS}
    for counters, _, _ in _VOLTAGE_SIDES:
        resets |= {CosemAttribute(counter, 1): Method(_reset_counter(counter)) for counter in counters}
    return resets


def _value(target: CosemObject) -> CosemAttribute:
    return CosemAttribute(target, VALUE)


# ------------------------------------------------------------------------------------- registers


def _block_registers(model: Model, _: datetime) -> Value:
    held = meter_of(model).registers
    found = [0] * (BLOCKS * _BLOCK_COLUMNS)
    for column, (blocks, counters) in enumerate(zip(held.blocks, held.counters, strict=True)):
        for row in range(BLOCKS):
            found[row * _BLOCK_COLUMNS + column] = blocks[row] & REGISTER
            found[row * _BLOCK_COLUMNS + BLOCK_SETS + column] = counters[row] & REGISTER
    return {"primary": found}


def _active_export(model: Model, _: datetime) -> Value:
    meter = meter_of(model)
    return logs.exported_at(meter, meter.settled_second) & REGISTER


def _reactive_export(model: Model, _: datetime) -> Value:
    meter = meter_of(model)
    return logs.reactive_exported_at(meter, meter.settled_second) & REGISTER


def _power(model: Model, _: datetime) -> Value:
    meter = meter_of(model)
    primary = logs.power_at(meter, meter.load, meter.settled_second)
    other = 0 if meter.second is None else logs.power_at(meter, meter.second, meter.settled_second)
    return {
        "active": primary + other,
        "active_unit": {"scaler": 0, "unit": 27},
        "primary_active": primary,
    }


# ------------------------------------------------------------------------------------------ logs


def _profile_import(model: Model, _: datetime) -> Value:
    meter = meter_of(model)
    primary = logs.half_hours(meter)
    if meter.second is None or meter.second_total is None:
        return [{"timestamp": end, "primary": value} for end, value in primary]
    second = logs.second_half_hours(meter)
    return [
        {"timestamp": end, "primary": value, "secondary": other}
        for (end, value), (_, other) in zip(primary, second, strict=True)
    ]


def _profile_export(model: Model, _: datetime) -> Value:
    return [
        {"timestamp": end, "active_export": active, "reactive_export": reactive}
        for end, active, reactive in logs.exported_half_hours(meter_of(model))
    ]


def _profile_reactive(model: Model, _: datetime) -> Value:
    return _entries("reactive_import", logs.reactive_half_hours(meter_of(model)))


def _daily_consumption(model: Model, _: datetime) -> Value:
    return _entries("consumption", logs.days(meter_of(model)))


def _daily_export(model: Model, _: datetime) -> Value:
    return _entries("active_export", logs.exported_midnights(meter_of(model)))


def _entries(name: str, found: Iterable[logs.Entry]) -> list[Value]:
    return [{"timestamp": end, name: value & REGISTER} for end, value in found]


def _daily_read(model: Model, _: datetime) -> Value:
    return [register_entry(taken) for taken in meter_of(model).midnights(logs.DAILY_ENTRIES)]


def _daily_prepayment(model: Model, _: datetime) -> Value:
    return [account_entry(taken) for taken in meter_of(model).midnights(logs.DAILY_ENTRIES)]


def _billing(entry: Callable[[Snapshot], dict[str, Value]]) -> Callable[[Model, datetime], Value]:
    def read(model: Model, _: datetime) -> Value:
        return [entry(s) for s in meter_of(model).snapshots if s.cause == END_OF_BILLING_PERIOD]

    return read


def _changes(model: Model, _: datetime) -> Value:
    taken = (s for s in meter_of(model).snapshots if s.cause != END_OF_BILLING_PERIOD)
    return [{**register_entry(s), **account_entry(s)} for s in taken]


def register_entry(taken: Snapshot) -> dict[str, Value]:
    """A snapshot as a register read entry."""
    held = taken.registers
    entry: dict[str, Value] = {"timestamp": taken.second, "active_import": taken.total & REGISTER}
    if taken.second_total is not None:
        entry["secondary_active_import"] = taken.second_total & REGISTER
        entry["secondary_tou"] = [n & REGISTER for n in held.secondary]
    entry["tou"] = [n & REGISTER for n in held.tou]
    for block in range(BLOCKS):
        entry[f"block_{block + 1}_tou"] = [blocks[block] & REGISTER for blocks in held.blocks]
    return entry


def account_entry(taken: Snapshot) -> dict[str, Value]:
    """A snapshot as a prepayment read entry."""
    return {
        "timestamp": taken.second,
        "emergency_credit": taken.emergency_credit,
        "meter_balance": taken.meter_balance,
        "payment_debt": taken.payment_debt,
        "time_debt_1": taken.time_debt_1,
        "time_debt_2": taken.time_debt_2,
        "accumulated_debt": taken.accumulated_debt,
    }


# ------------------------------------------------------------------------------- maximum demand

_RESET_TIMES: Final = {
    MAX_DEMAND_IMPORT: MAX_DEMAND_IMPORT_RESET_TIME,
    MAX_DEMAND_CONFIGURABLE: MAX_DEMAND_CONFIGURABLE_RESET_TIME,
    MAX_DEMAND_EXPORT: MAX_DEMAND_EXPORT_RESET_TIME,
}
_DEMANDS: Final = tuple(_RESET_TIMES)
_PERIOD: Final = _value(MAX_DEMAND_PERIOD)
_START_OF_PERIOD: Final = 1


def _demand(model: Model, demand: CosemObject) -> logs.Entry | None:
    meter = meter_of(model)
    load: Load | None = meter.export if demand is MAX_DEMAND_EXPORT else meter.load
    if load is None:
        return None
    reset = CosemDateTime(as_bytes(model.store.read(_value(_RESET_TIMES[demand])))).moment
    since = meter.started + meter.drift if reset is None else seconds_since_2000(reset)
    within = _configured(model) if demand is MAX_DEMAND_CONFIGURABLE else None
    return logs.maximum_demand(meter, load, since, within)


def _configured(model: Model) -> Callable[[int], bool]:
    """Whether a second of the day lies in the configurable period; a period may go over midnight."""
    times = sorted(
        (CosemTime(as_bytes(entry["switch_time"])).seconds, entry["script"] == _START_OF_PERIOD)
        for entry in map(as_struct, as_list(model.store.read(_PERIOD)))
    )

    def within(second: int) -> bool:
        before = [starts for at, starts in times if at <= second]
        return before[-1] if before else bool(times) and times[-1][1]

    return within


def _demand_value(demand: CosemObject) -> Callable[[Model, datetime], Value]:
    def read(model: Model, _: datetime) -> Value:
        found = _demand(model, demand)
        return 0 if found is None else found[1] & REGISTER

    return read


def _demand_time(demand: CosemObject) -> Callable[[Model, datetime], Value]:
    def read(model: Model, _: datetime) -> Value:
        found = _demand(model, demand)
        if found is None:
            return model.store.read(_value(_RESET_TIMES[demand]))
        return CosemDateTime.at(moment_since_2000(found[0]))

    return read


def _reset_demand(demand: CosemObject) -> Callable[[Execution, Value], None]:
    def reset(run: Execution, _: Value) -> None:
        model = run.model
        model.write(_value(_RESET_TIMES[demand]), CosemDateTime.at(model.clock.at(run.now)))
        for index in (VALUE, CAPTURE_TIME):
            model.pinned.pop(CosemAttribute(demand, index), None)

    return reset


# -------------------------------------------------------------------------------------- voltage

_VOLTAGE_SIDES: Final = (
    (UNDER_VOLTAGE_COUNTERS, UNDER_VOLTAGE_THRESHOLDS, False),
    (OVER_VOLTAGE_COUNTERS, OVER_VOLTAGE_THRESHOLDS, True),
)


def _period_of(model: Model, phase: int) -> int:
    return max(as_int(model.store.read(CosemAttribute(VOLTAGE_LOGS[phase - 1], 4))), 1)


def _voltage_log(phase: int) -> Callable[[Model, datetime], Value]:
    def read(model: Model, now: datetime) -> Value:
        meter = meter_of(model)
        until = seconds_since_2000(model.clock.at(now))
        found = voltage_of(model).log(phase, meter.started, until, _period_of(model, phase))
        return [{"timestamp": end, "voltage": volts} for end, volts in found]

    return read


def _reset_at(counter: CosemObject) -> Record:
    return Record(f"{counter} reset")


def _crossings(
    phase: int, counters: tuple[CosemObject, ...], limits: tuple[CosemObject, ...], *, above: bool
) -> Callable[[Model, datetime], Value]:
    def read(model: Model, now: datetime) -> Value:
        since = as_int(model.store.get(_reset_at(counters[phase - 1]), meter_of(model).started))
        limit = as_int(model.store.read(_value(limits[phase - 1])))
        until = seconds_since_2000(model.clock.at(now))
        return voltage_of(model).crossings(phase, since, until, _period_of(model, phase), limit, above=above)

    return read


def _reset_counter(counter: CosemObject) -> Callable[[Execution, Value], None]:
    def reset(run: Execution, _: Value) -> None:
        run.model.store.write(_reset_at(counter), seconds_since_2000(run.model.clock.at(run.now)))
        run.model.pinned.pop(_value(counter), None)

    return reset
