"""The gas meter: tariff, registers, clock, and what its ZigBee commands do.

In: identity, keys, trust anchors, a seed. Out: a `Device` on a single-tier tariff, tier 1 all day,
prices 0. It measures volume, in 10⁻³ m³. Commands that belong together (calendar, days, weeks,
seasons) are drafted and take effect as a whole with the last of them (GBCS 4.0, GCS01a, GCS05).
Start times: 0 now, FFFFFFFF or FFFFFFFE cancel; the two sources name one each. Attributes that
follow a command are in `gas_attributes`, replies in `gas_requests`.
Left out: how credit is used up, conversion figures in the thresholds of blocks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import Final

from dcc_sim.catalogue.usecases import ALERTS
from dcc_sim.catalogue.usecases.asn1 import GCS28
from dcc_sim.catalogue.usecases.gbz_clusters import CALENDAR, METERING
from dcc_sim.codec.shape import Value, Values, as_int, as_list, as_moment, as_struct
from dcc_sim.codec.times import seconds_since_2000
from dcc_sim.devices.anchors import TrustAnchors
from dcc_sim.devices.billing import END_OF_BILLING_PERIOD
from dcc_sim.devices.clock_setting import set_clock
from dcc_sim.devices.credentials import credential_deferred
from dcc_sim.devices.engine import Device
from dcc_sim.devices.firmware import firmware_deferred, firmware_exchanges
from dcc_sim.devices.holdings import holdings_of
from dcc_sim.devices.metering import GAS, HouseholdLoad, Load, Meter
from dcc_sim.devices.model import (
    Exchange,
    Execution,
    Fault,
    FutureAlert,
    Handler,
    ItemFailed,
    Kind,
    Live,
    Model,
)
from dcc_sim.devices.profiles.any_device import common_exchanges
from dcc_sim.devices.profiles.gas_account import (
    CONVERSION,
    GasRules,
    gas_account_handlers,
    gas_account_live,
    gas_account_requests,
    gas_conversion,
)
from dcc_sim.devices.profiles.gas_attributes import (
    CALENDAR_PARTS,
    NON_DISABLEMENT,
    TARIFF_PARTS,
    gas_effects,
    gas_handlers,
    gas_initial,
)
from dcc_sim.devices.profiles.gas_logs import block_snapshot
from dcc_sim.devices.profiles.gas_requests import gas_requests
from dcc_sim.devices.settling import BILLING_UPDATED
from dcc_sim.devices.store import (
    Instruction,
    Key,
    ObjectStore,
    Published,
    ZclAttribute,
    ZclCommand,
)
from dcc_sim.devices.tariff import GAS_BLOCKS, GAS_TIERS, Tariff, gas_tariff
from dcc_sim.devices.timekeeping import STAMPED_BY_GSME, ClockStatus, DeviceClock
from dcc_sim.devices.zigbee_commands import INVALID_VALUE, take_effect
from dcc_sim.gbcs.keys import KeyRing
from dcc_sim.ids import DeviceType, Eui64, OriginatorCounter

FIRST_ALERT_COUNTER: Final = 0xBB8
CONSUMPTION: Final = ZclAttribute(METERING, 0x0000)
FIRMWARE: Final = ZclAttribute(METERING, 0x0206)
TIERS: Final = tuple(ZclAttribute(METERING, 0x0100 + 2 * n) for n in range(GAS_TIERS))
BLOCK_COUNTERS: Final = tuple(ZclAttribute(METERING, 0x0700 + n) for n in range(GAS_BLOCKS))

_MAX_REGISTER: Final = 0xFFFF_FFFF_FFFF
_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def make_gsme(
    eui: Eui64,
    *,
    keys: KeyRing,
    trust_anchors: TrustAnchors,
    seed: int,
    started_at: datetime,
    drift: timedelta = timedelta(0),
    own_counter: OriginatorCounter = FIRST_ALERT_COUNTER,
    load: Load | None = None,
) -> Device:
    """A GSME that starts to count at `started_at`. `load` replaces the household it measures."""
    model = Model(
        kind=gsme_kind(),
        clock=DeviceClock(drift=drift, stamp=STAMPED_BY_GSME),
        meter=Meter(load or HouseholdLoad(seed, eui, GAS), started_at),
    )
    _meter(model).rules_of = GasRules(model.store)
    return Device(eui, model, keys=keys, trust_anchors=trust_anchors, own_counter=own_counter)


@cache
def gsme_kind() -> Kind:
    """What all GSMEs share."""
    kind = DeviceType.GSME
    return Kind(
        device_type=kind,
        future_alert=FutureAlert(ALERTS["FutureDatedAlert-GBZ"], seconds_since_2000, alert_parts),
        initial=gas_initial(kind),
        tariff_of=compile_gas,
        live=_registers() | gas_account_live(),
        publishes=gas_handlers() | gas_account_handlers() | _calendar_handlers(),
        requests=gas_requests(kind) | gas_account_requests(),
        exchanges={
            **common_exchanges(kind),
            **firmware_exchanges(kind, FIRMWARE),
            GCS28.message_code: Exchange(_set_clock, _load_clock, _clock_faults),
        },
        activations=dict(gas_activations(kind)),
        effects=gas_effects(),
        deferred=credential_deferred() | firmware_deferred(FIRMWARE),
        told={BILLING_UPDATED: _newest_snapshot},
    )


def _newest_snapshot(model: Model, _: datetime) -> dict[str, Value]:
    taken = [s for s in _meter(model).snapshots if s.cause & END_OF_BILLING_PERIOD]
    return {"snapshot": {"total_found": 1, **block_snapshot(len(taken), taken[-1])}}


def compile_gas(store: ObjectStore) -> Tariff:
    """The tariff of the commands in force."""
    if _TARIFF_KEYS.isdisjoint(store.values):
        return _initial_tariff()
    parts = {name: store.read(Published(c)) for name, c in TARIFF_PARTS.items()}
    return gas_tariff(parts, gas_conversion(store))


_TARIFF_KEYS: Final[frozenset[Key]] = frozenset((*map(Published, TARIFF_PARTS.values()), *CONVERSION))


@cache
def _initial_tariff() -> Tariff:
    """That of a new gas meter is one and the same for all of them."""
    store = ObjectStore(initial=gas_initial(DeviceType.GSME))
    parts = {name: store.read(Published(c)) for name, c in TARIFF_PARTS.items()}
    return gas_tariff(parts, gas_conversion(store))


def gas_activations(device_type: DeviceType) -> Iterator[tuple[Instruction, tuple[tuple[Key, Key], ...]]]:
    """Each command takes effect by itself, but a calendar as a whole."""
    for command in holdings_of(device_type).zcl_commands:
        yield command, ((Published(command, coming=True), Published(command)),)
    for kind in (0, NON_DISABLEMENT):
        parts = [_of_kind(name, kind) for name in CALENDAR_PARTS]
        yield parts[0], tuple((Published(c, coming=True), Published(c)) for c in parts)
        special = _of_kind("special_days", kind)
        yield special, ((Published(special, coming=True), Published(special)),)


def alert_parts(instruction: Instruction) -> dict[str, Value]:
    """How a future-dated alert names a command."""
    assert isinstance(instruction, ZclCommand)
    return {
        "cluster": instruction.cluster,
        "frame_control": instruction.frame_control,
        "command": instruction.id,
    }


# --------------------------------------------------------------------------------------- calendars


def _of_kind(name: str, kind: int) -> ZclCommand:
    command = TARIFF_PARTS[name]
    return ZclCommand(command.cluster, command.id, calendar=kind)


def _calendar_handlers() -> dict[ZclCommand, Handler]:
    return {
        TARIFF_PARTS["calendar"]: _publish_calendar,
        TARIFF_PARTS["day_profiles"]: _drafted("day_profiles"),
        TARIFF_PARTS["week_profiles"]: _drafted("week_profiles"),
        TARIFF_PARTS["seasons"]: _publish_seasons,
        TARIFF_PARTS["special_days"]: _publish_special_days,
    }


def _publish_calendar(run: Execution, value: Value) -> None:
    run.draft[Published(TARIFF_PARTS["calendar"])] = value
    for name in ("day_profiles", "week_profiles"):
        run.draft[Published(TARIFF_PARTS[name])] = []


def _drafted(name: str) -> Handler:
    key = Published(TARIFF_PARTS[name])

    def handle(run: Execution, value: Value) -> None:
        _check_same_calendar(run, value)
        run.draft[key] = [*as_list(run.draft[key]), value]

    return handle


def _publish_seasons(run: Execution, value: Value) -> None:
    _check_same_calendar(run, value)
    drafted = {name: run.draft.get(Published(TARIFF_PARTS[name])) for name in CALENDAR_PARTS[:3]}
    calendar = as_struct(drafted["calendar"])
    days = {as_int(as_struct(d)["day_id"]) for d in as_list(drafted["day_profiles"])}
    weeks = {as_int(as_struct(w)["week_id"]): as_struct(w) for w in as_list(drafted["week_profiles"])}
    seasons = as_list(as_struct(value)["seasons"])
    if (len(seasons), len(weeks), len(days)) != tuple(calendar[n] for n in ("seasons", "weeks", "days")):
        raise ItemFailed(INVALID_VALUE, "not as many seasons, weeks and days as the calendar announced")
    if any(as_int(as_struct(season)["week_id"]) not in weeks for season in seasons):
        raise ItemFailed(INVALID_VALUE, "a season uses a week that is not in the calendar")
    if any(as_int(week[day]) not in days for week in weeks.values() for day in _WEEKDAYS):
        raise ItemFailed(INVALID_VALUE, "a week uses a day that is not in the calendar")
    kind = as_int(calendar.get("calendar_type", 0))
    values = {_of_kind(name, kind): drafted[name] for name in CALENDAR_PARTS[:3]}
    values[_of_kind("seasons", kind)] = value
    take_effect(run, _of_kind("calendar", kind), values, as_int(calendar["start_time"]))


def _publish_special_days(run: Execution, value: Value) -> None:
    published = as_struct(value)
    key = ZclCommand(CALENDAR, 0x04, calendar=as_int(published["calendar_type"]))
    take_effect(run, key, {key: value}, as_int(published["start_time"]))


def _check_same_calendar(run: Execution, value: Value) -> None:
    calendar = run.draft.get(Published(TARIFF_PARTS["calendar"]))
    if calendar is None:
        raise ItemFailed(INVALID_VALUE, "no calendar was published before")
    if as_struct(calendar)["issuer_calendar_id"] != as_struct(value)["issuer_calendar_id"]:
        raise ItemFailed(INVALID_VALUE, "another calendar's id")


# --------------------------------------------------------------------------------- registers, clock


def _meter(model: Model) -> Meter:
    assert model.meter is not None
    return model.meter


def _registers() -> dict[Key, Live]:
    found: dict[Key, Live] = {
        CONSUMPTION: Live(lambda model, _: _meter(model).total & _MAX_REGISTER, _load_total)
    }
    for number, tier in enumerate(TIERS):
        found[tier] = _register(lambda meter: meter.registers.tou, number)
    # The first block set is the only one a gas tariff has.
    for number, block in enumerate(BLOCK_COUNTERS):
        found[block] = _register(lambda meter: meter.registers.counters[0], number)
    return found


def _load_total(model: Model, value: Value) -> None:
    _meter(model).total = as_int(value)


def _register(registers: Callable[[Meter], list[int]], number: int) -> Live:
    def read(model: Model, _: datetime) -> Value:
        return registers(_meter(model))[number] & _MAX_REGISTER

    def load(model: Model, value: Value) -> None:
        registers(_meter(model))[number] = as_int(value)

    return Live(read, load)


def _set_clock(run: Execution, values: Values) -> Values:
    clock, fault = run.model.clock, run.fault_at(0)
    if fault is not None:
        clock.status = ClockStatus.told(fault.code)
    if fault is not None or not set_clock(run, as_moment(values["start"]), as_moment(values["end"])):
        run.failed = "time"
    return {"time": clock.at(run.now).replace(microsecond=0), "clock_status": int(clock.status)}


def _load_clock(model: Model, _: Values, known: Values) -> datetime:
    model.clock.status = ClockStatus.told(as_int(known["clock_status"]))
    return as_moment(known["time"])


def _clock_faults(known: Values) -> tuple[Fault, ...]:
    status = as_int(known["clock_status"])
    return (Fault(0, status),) if status else ()
