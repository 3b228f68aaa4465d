"""ZigBee commands of GSME and GPF that are answered by replies of their cluster.

In: requests for calendars, prices, snapshots, samples, logs, and to top up, switch, sample. Out:
replies, or "not found" where there is nothing. What a GPF does not hold itself it has from the
meter behind it. Snapshots, samples and log entries lie in `Record`s, oldest first; each snapshot as
its reply says it. Left out: what fills these logs (`metering`, prepayment).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from dcc_sim.catalogue.usecases.gbz_clusters import CALENDAR, METERING, PRICE
from dcc_sim.codec.exchange import NOT_FOUND
from dcc_sim.codec.gbz_command import Command
from dcc_sim.codec.shape import Value, as_bytes, as_int, as_list, as_struct
from dcc_sim.codec.times import seconds_since_2000
from dcc_sim.devices import supply
from dcc_sim.devices.holdings import holdings_of
from dcc_sim.devices.log_reading import zigbee_log_requests
from dcc_sim.devices.model import Execution, ItemFailed, Model, Request
from dcc_sim.devices.profiles.any_device import append_entry
from dcc_sim.devices.profiles.gas_attributes import (
    BALANCE,
    BILLING_PERIOD,
    CREDIT_LIMIT,
    CREDIT_THRESHOLD,
    CURRENCY,
    DEVICE_MANAGEMENT,
    EVENT_CONFIGURATIONS,
    MAX_BALANCE,
    MAX_CREDIT,
    NON_DISABLEMENT,
    PAYMENT_MODE,
    PREPAYMENT,
    TO_SERVER,
    TRAILING_DIGIT,
)
from dcc_sim.devices.profiles.gas_logs import network_samples_of, samples_of, snapshots_of
from dcc_sim.devices.store import Key, Published, Record, ZclCommand
from dcc_sim.devices.tariff import BlockSet, TouRegister
from dcc_sim.devices.top_up import REFUSED, redeem
from dcc_sim.devices.zigbee_commands import publish
from dcc_sim.ids import DeviceType

SNAPSHOTS: Final = Record("snapshots")
PREPAY_SNAPSHOTS: Final = Record("prepay snapshots")
TOP_UPS: Final = Record("top-ups")
DEBT_PAYMENTS: Final = Record("debt payments")
SAMPLING: Final = Record("sampling refused")
FRIENDLY_CREDIT: Final = Record("friendly credit")
TOP_UP_ENTRIES: Final = 5
DEBT_ENTRIES: Final = 10
_PAYMENT_DEBT: Final = 2

_INTERVALS: Final = {0: 1800, 1: 86_400, 2: 360}
"""Sample id (profile, daily, network) to seconds from one sample to the next."""
_TOLD_INTERVALS: Final = {0: 1800, 1: 0xFFFF, 2: 360}
_NETWORK_SAMPLES: Final = 2
_NO_SAMPLES: Final = 0xFFFF
_ACTIVE_PRICE: Final = ZclCommand(PRICE, 0x00, TO_SERVER)
_NON_DISABLEMENT_IN_FORCE: Final = 0xFFFF_FFFE
_OK: Final = 0
_NO_AMOUNT: Final = -1


def samples(sample_id: int) -> Record:
    """Where a log of samples lies: {start_time, samples}."""
    return Record(f"samples {sample_id}")


def gas_requests(device_type: DeviceType) -> dict[ZclCommand, Request]:
    """Every request a GSME or GPF answers; which of them reach it the use cases say."""
    found = {
        ZclCommand(METERING, 0x06, TO_SERVER): _snapshots(SNAPSHOTS),
        ZclCommand(PREPAYMENT, 0x07, TO_SERVER): _snapshots(PREPAY_SNAPSHOTS),
        ZclCommand(METERING, 0x08, TO_SERVER): Request(_get_samples, _load_samples),
        ZclCommand(METERING, 0x07, TO_SERVER): Request(_start_sampling, _load_sampling),
        ZclCommand(METERING, 0x0B, TO_SERVER): Request(_change_supply, _load_nothing),
        ZclCommand(PREPAYMENT, 0x04, TO_SERVER): Request(_top_up, _load_top_up),
        PAYMENT_MODE: Request(_change_mode, _load_mode),
        ZclCommand(PREPAYMENT, 0x08, TO_SERVER): _entries(TOP_UPS, "top_ups", "time"),
        ZclCommand(PREPAYMENT, 0x0A, TO_SERVER): _entries(DEBT_PAYMENTS, "debts", "collection_time"),
        ZclCommand(DEVICE_MANAGEMENT, 0x05): Request(_get_events, _load_events),
        ZclCommand(PRICE, 0x0B, TO_SERVER): Request(_get_billing, _load_billing),
        _ACTIVE_PRICE: Request(_get_price, _load_price),
        **{
            ZclCommand(CALENDAR, number, TO_SERVER): Request(_get_calendar, _load_calendar)
            for number in range(1, 5)
        },
        **zigbee_log_requests(),
    }
    answered = holdings_of(device_type).zcl_commands
    return {key: request for key, request in found.items() if key in answered}


def _load_nothing(*_: object) -> None:
    """The reply only repeats the Command."""


def _recall(run: Execution, key: Key) -> Value:
    """What the device holds, or the meter behind it; None where nobody does."""
    for model in (run.model, run.model.behind):
        if model is not None and key in model.pinned:
            return model.pinned[key]
        if model is not None and key in model.store.values:
            return model.store.values[key]
    return run.model.store.get(key)


def _nothing_found(what: str) -> ItemFailed:
    return ItemFailed(NOT_FOUND, f"no {what}")


# ----------------------------------------------------------------------------- calendars and prices


def _calendar_key(command: Command, asked: Mapping[str, Value]) -> ZclCommand:
    kind = NON_DISABLEMENT if asked.get("issuer_calendar_id") == _NON_DISABLEMENT_IN_FORCE else 0
    return ZclCommand(CALENDAR, command.id, calendar=kind)


def _get_calendar(run: Execution, command: Command, value: Value) -> Sequence[Value]:
    held = _recall(run, Published(_calendar_key(command, as_struct(value))))
    replies = held if isinstance(held, list | tuple) else [] if held is None else [held]
    if not replies:
        raise _nothing_found(command.name)
    return replies


def _load_calendar(
    model: Model, command: Command, asked: Mapping[str, Value], replies: Sequence[Mapping[str, Value]]
) -> None:
    key = Published(_calendar_key(command, asked))
    if not replies:
        model.pin(key, [])
    elif command.replies_listed:
        model.store.write(key, list(replies))
    else:
        model.store.write(key, replies[0])


def _get_price(run: Execution, command: Command, value: Value) -> Sequence[Value]:  # noqa: ARG001
    pinned = _recall(run, Published(_ACTIVE_PRICE))
    if pinned is not None:
        if not as_list(pinned):
            raise _nothing_found("active price")
        return as_list(pinned)
    model = run.model if run.model.behind is None else run.model.behind
    at = model.clock.at(run.now)
    tariff, meter = model.tariff, model.meter
    action = tariff.action_at(at)
    block = 1 if meter is None else meter.active_block(action, tariff)
    price = tariff.price_of(action, block)
    end = tariff.next_boundary(at)
    tier = action.number if isinstance(action, TouRegister) else 0
    tiers = 0 if isinstance(action, BlockSet) else 4
    information = as_struct(model.store.read(Published(ZclCommand(PRICE, 0x04))))
    return [
        {
            "provider_id": 0,
            "rate_label": b"",
            "issuer_event_id": information.get("issuer_event_id", 0),
            "current_time": seconds_since_2000(at),
            "unit": 1,
            "currency": run.model.read(CURRENCY, run.now),
            "trailing_digit_and_tier": as_int(run.model.read(TRAILING_DIGIT, run.now)) | tier,
            "tiers_and_register_tier": tiers << 4 | tier,
            "start_time": 0,
            "duration": _minutes(at, end),
            "price": max(price.mantissa, 0),
            "reserved": b"",
        }
    ]


_UNTIL_CHANGED: Final = 0xFFFF


def _minutes(at: datetime, end: datetime | None) -> int:
    return _UNTIL_CHANGED if end is None else min(int((end - at).total_seconds()) // 60, _UNTIL_CHANGED)


def _load_price(
    model: Model,
    command: Command,  # noqa: ARG001
    asked: Mapping[str, Value],  # noqa: ARG001
    replies: Sequence[Mapping[str, Value]],
) -> None:
    model.pin(Published(_ACTIVE_PRICE), list(replies))


def _get_billing(run: Execution, command: Command, value: Value) -> Sequence[Value]:  # noqa: ARG001
    held = _recall(run, Published(BILLING_PERIOD))
    if held is None:
        raise _nothing_found("billing period")
    return [held]


def _load_billing(
    model: Model,
    command: Command,  # noqa: ARG001
    asked: Mapping[str, Value],  # noqa: ARG001
    replies: Sequence[Mapping[str, Value]],
) -> None:
    if replies:
        model.store.write(Published(BILLING_PERIOD), replies[0])
    else:
        model.store.forget(Published(BILLING_PERIOD))


_EVENT_GROUP: Final = 0xFF00


def _get_events(run: Execution, command: Command, value: Value) -> Sequence[Value]:  # noqa: ARG001
    group = as_int(as_struct(value)["event_id"]) & _EVENT_GROUP
    known = [as_struct(e) for e in as_list(_recall(run, EVENT_CONFIGURATIONS) or ())]
    found = [e for e in known if as_int(e["event_id"]) & _EVENT_GROUP == group]
    return [{"command_index": 0, "total_commands": 1, "events": found}]


def _load_events(
    model: Model,
    command: Command,  # noqa: ARG001
    asked: Mapping[str, Value],  # noqa: ARG001
    replies: Sequence[Mapping[str, Value]],
) -> None:
    model.store.write(EVENT_CONFIGURATIONS, replies[0]["events"] if replies else [])


# --------------------------------------------------------------------------------------------- logs


def _snapshots(place: Record) -> Request:
    def handle(run: Execution, command: Command, value: Value) -> Sequence[Value]:  # noqa: ARG001
        asked = as_struct(value)
        first, last, cause = (as_int(asked[name]) for name in ("start_time", "end_time", "cause"))
        known = _recall(run, place)
        if known is None:
            known = list(snapshots_of(run, cause, prepayment=place is PREPAY_SNAPSHOTS))
        held = [as_struct(entry) for entry in as_list(known)]
        found = [
            e for e in held if first <= as_int(e["time"]) <= last and as_int(e["cause"]) & cause
        ]  # fmt: skip
        offset = as_int(asked["offset"])
        if offset >= len(found):
            raise _nothing_found(f"snapshot {offset}")
        return [{"total_found": min(len(found), 0xFF), **found[offset]}]

    def load(
        model: Model,
        command: Command,  # noqa: ARG001
        asked: Mapping[str, Value],  # noqa: ARG001
        replies: Sequence[Mapping[str, Value]],
    ) -> None:
        model.store.write(place, list(replies))

    return Request(handle, load)


def _entries(place: Record, name: str, time: str) -> Request:
    """A log whose reply lists the latest entries between two moments."""

    def handle(run: Execution, command: Command, value: Value) -> Sequence[Value]:
        asked = as_struct(value)
        first, last = as_int(asked.get("start_time", 0)), as_int(asked["end_time"])
        held = [as_struct(entry) for entry in as_list(_recall(run, place) or ())]
        found = [entry for entry in held if first <= as_int(entry[time]) <= last]
        if not found:
            raise _nothing_found(command.name)
        return [{"command_index": 0, "total_commands": 1, name: found}]

    def load(
        model: Model,
        command: Command,  # noqa: ARG001
        asked: Mapping[str, Value],  # noqa: ARG001
        replies: Sequence[Mapping[str, Value]],
    ) -> None:
        model.store.write(place, replies[0][name] if replies else [])

    return Request(handle, load)


def _get_samples(run: Execution, command: Command, value: Value) -> Sequence[Value]:  # noqa: ARG001
    asked = as_struct(value)
    number, wanted = as_int(asked["sample_id"]), as_int(asked["start_time"])
    held = _recall(run, samples(number)) or samples_of(run.model, number)
    if held is None:
        raise _nothing_found("samples")
    log = as_struct(held)
    start, values = as_int(log["start_time"]), as_list(log["samples"])
    if number == _NETWORK_SAMPLES and not values:
        values = network_samples_of(run.model, start)
    skipped = max(0, -(-(wanted - start) // _INTERVALS[number]))
    found = values[skipped : skipped + as_int(asked["number_of_samples"])]
    if not found and (values or wanted > start):
        raise _nothing_found("samples from then on")
    return [
        {
            "sample_id": number,
            "start_time": start + skipped * _INTERVALS[number],
            "sample_type": 0,
            "interval": _TOLD_INTERVALS[number],
            "samples": found,
        }
    ]


def _load_samples(
    model: Model,
    command: Command,  # noqa: ARG001
    asked: Mapping[str, Value],
    replies: Sequence[Mapping[str, Value]],
) -> None:
    place = samples(as_int(asked.get("sample_id", 0)))
    if replies:
        model.store.write(place, {name: replies[0][name] for name in ("start_time", "samples")})
    else:
        model.store.forget(place)


def _start_sampling(run: Execution, command: Command, value: Value) -> Sequence[Value]:  # noqa: ARG001
    if run.model.store.get(SAMPLING) is not None:
        return [{"sample_id": _NO_SAMPLES}]
    start = seconds_since_2000(run.model.clock.at(run.now))
    run.model.store.write(samples(_NETWORK_SAMPLES), {"start_time": start, "samples": []})
    return [{"sample_id": _NETWORK_SAMPLES}]


def _load_sampling(
    model: Model,
    command: Command,  # noqa: ARG001
    asked: Mapping[str, Value],  # noqa: ARG001
    replies: Sequence[Mapping[str, Value]],
) -> None:
    if replies and replies[0]["sample_id"] == _NO_SAMPLES:
        model.store.write(SAMPLING, True)


# ------------------------------------------------------------------------------ prepayment and supply


def _change_supply(run: Execution, command: Command, value: Value) -> Sequence[Value]:  # noqa: ARG001
    asked = as_struct(value)
    wanted = supply.wanted_by_gas(as_int(asked["proposed_status"]))
    supply.require_free(run, wanted)
    supply.move(run.model, wanted, run.now)
    supply.commanded(run, wanted)
    return [
        {
            "provider_id": asked["provider_id"],
            "issuer_event_id": asked["issuer_event_id"],
            "start_time": asked["start_time"],
            "status": asked["proposed_status"],
        }
    ]


def _change_mode(run: Execution, command: Command, value: Value) -> Sequence[Value]:  # noqa: ARG001
    model = run.model
    publish(run, PAYMENT_MODE, value)
    return [
        {
            "friendly_credit": model.store.get(FRIENDLY_CREDIT, 1),
            "friendly_credit_calendar_id": 2,
            "emergency_credit_limit": model.read(CREDIT_LIMIT, run.now),
            "emergency_credit_threshold": model.read(CREDIT_THRESHOLD, run.now),
        }
    ]


def _load_mode(
    model: Model,
    command: Command,  # noqa: ARG001
    asked: Mapping[str, Value],  # noqa: ARG001
    replies: Sequence[Mapping[str, Value]],
) -> None:
    if replies:
        model.store.write(FRIENDLY_CREDIT, replies[0]["friendly_credit"])
        model.store.write(CREDIT_LIMIT, replies[0]["emergency_credit_limit"])
        model.store.write(CREDIT_THRESHOLD, replies[0]["emergency_credit_threshold"])


def _top_up(run: Execution, command: Command, value: Value) -> Sequence[Value]:
    asked, model = as_struct(value), run.model
    balance = as_int(model.read(BALANCE, run.now))
    try:
        amount = redeem(
            run,
            as_bytes(asked["utrn"]),
            balance=balance,
            max_credit=as_int(model.read(MAX_CREDIT, run.now)),
            max_balance=min(as_int(model.read(MAX_BALANCE, run.now)), 0x7FFF_FFFF),
        )
    except ItemFailed:
        run.failed = run.failed or command.name
        return [
            {"result": REFUSED, "value": _NO_AMOUNT, "source": 0, "credit_remaining": _NO_AMOUNT}
        ]  # fmt: skip
    assert model.meter is not None
    paid = model.meter.top_up(amount).payment_debt
    at = seconds_since_2000(model.clock.at(run.now))
    append_entry(model, TOP_UPS, {"utrn": asked["utrn"], "amount": amount, "time": at}, TOP_UP_ENTRIES)
    if paid:
        payment: Value = {
            "collection_time": at,
            "amount": paid,
            "debt_type": _PAYMENT_DEBT,
            "outstanding_debt": model.meter.account.payment_debt,
        }
        append_entry(model, DEBT_PAYMENTS, payment, DEBT_ENTRIES)
    return [
        {
            "result": _OK,
            "value": amount,
            "source": asked["originator"],
            "credit_remaining": model.meter.account.balance,
        }
    ]


def _load_top_up(
    model: Model,
    command: Command,  # noqa: ARG001
    asked: Mapping[str, Value],  # noqa: ARG001
    replies: Sequence[Mapping[str, Value]],
) -> None:
    if not replies:
        return
    if replies[0]["result"] == _OK:
        before = as_int(replies[0]["credit_remaining"]) - as_int(replies[0]["value"])
        model.load(BALANCE, before)
    else:
        # A device whose limit any token exceeds refuses as this one did.
        model.store.write(MAX_CREDIT, 0)
