"""The logs of a gas meter: samples and snapshots, made of its meter when they are asked for.

In: a model with a meter, or one that mirrors it. Out: values of PublishSnapshot, PublishPrepaySnapshot
and GetSampledDataResponse. Left out: what was loaded from elsewhere (`gas_requests`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dcc_sim.codec.shape import Value
from dcc_sim.devices import consumption_logs as logs
from dcc_sim.devices.billing import GENERAL, Snapshot
from dcc_sim.devices.metering import Meter
from dcc_sim.devices.model import Execution, Model
from dcc_sim.devices.store import Record
from dcc_sim.devices.tariff import GAS_BLOCKS, GAS_TIERS

PROFILE, DAILY = 0, 1
_HALF_HOUR, _DAY = 1800, 86_400
_MIDNIGHTS: Final = Record("snapshots at midnight")
_BLOCK_TIER, _DEBT_CREDIT = 6, 0
_LARGEST: Final = 0xFFFF_FFFF_FFFF


def meter_behind(model: Model) -> Meter | None:
    """The meter of a GSME, or of the one that a GPF mirrors."""
    held = model if model.behind is None else model.behind
    return held.meter


def samples_of(model: Model, sample_id: int) -> dict[str, Value] | None:
    """The profile (0) or the daily log (1) as `start_time` and `samples`; None without entries."""
    meter = meter_behind(model)
    if meter is None or sample_id not in (PROFILE, DAILY):
        return None
    found = logs.half_hours(meter) if sample_id == PROFILE else logs.days(meter)
    if not found:
        return None
    interval = _HALF_HOUR if sample_id == PROFILE else _DAY
    return {"start_time": found[0][0] - interval, "samples": [value for _, value in found]}


def network_samples_of(model: Model, start: int) -> list[Value]:
    """The network data log that was begun at `start`, as far as it has come."""
    meter = meter_behind(model)
    return [] if meter is None else [*logs.network_samples(meter, start)]


def snapshots_of(run: Execution, cause: int, *, prepayment: bool) -> Sequence[Value]:
    """The snapshots of a cause, oldest first; those at midnight are made once for a Command."""
    meter = meter_behind(run.model)
    if meter is None:
        return ()
    if not cause & GENERAL:
        taken = [s for s in meter.snapshots if s.cause & cause]
        return _told(taken, prepayment=prepayment)
    place = Record(f"{_MIDNIGHTS} {prepayment}")
    if place not in run.draft:
        run.draft[place] = _told(meter.midnights(logs.DAILY_ENTRIES), prepayment=prepayment)
    held = run.draft[place]
    assert isinstance(held, list)
    return held


def _told(taken: Sequence[Snapshot], *, prepayment: bool) -> list[Value]:
    make = prepay_snapshot if prepayment else block_snapshot
    return [make(number, one) for number, one in enumerate(taken, 1)]


def _head(number: int, taken: Snapshot, payload_type: int) -> dict[str, Value]:
    return {
        "snapshot_id": number,
        "time": taken.second,
        "command_index": 0,
        "total_commands": 1,
        "cause": taken.cause,
        "payload_type": payload_type,
    }


def block_snapshot(number: int, taken: Snapshot) -> dict[str, Value]:
    """Registers: the volume, four tiers, four block counters."""
    return {
        **_head(number, taken, _BLOCK_TIER),
        "consumption": taken.total & _LARGEST,
        "tiers": GAS_TIERS,
        "tier_consumptions": [n & _LARGEST for n in taken.registers.tou[:GAS_TIERS]],
        "blocks": 0x10 | GAS_BLOCKS,
        "block_consumptions": [n & _LARGEST for n in taken.registers.counters[0]],
    }


def prepay_snapshot(number: int, taken: Snapshot) -> dict[str, Value]:
    """Balances and debts; a debt is never below 0 on the wire."""
    return {
        **_head(number, taken, _DEBT_CREDIT),
        "accumulated_debt": taken.accumulated_debt,
        "time_debt_1": max(taken.time_debt_1, 0),
        "time_debt_2": max(taken.time_debt_2, 0),
        "payment_debt": max(taken.payment_debt, 0),
        "emergency_credit": taken.emergency_credit,
        "meter_balance": taken.meter_balance,
    }
