"""The gas meter: tariff, consumption register, clock.

In: identity, keys, trust anchors, a seed. Out: a `Device` on a single-tier tariff, tier 1 all day,
prices 0. It measures volume, in 10⁻³ m³. Commands that belong together (calendar, days, weeks,
seasons) are drafted and take effect as a whole with the last of them (GBCS 4.0, GCS01a).
Start times: 0 now, FFFFFFFF or FFFFFFFE cancel; the two sources name one each.
Left out: supply control, prepayment, conversion figures set by GCS23.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from dcc_sim.catalogue.usecases import ALERTS
from dcc_sim.catalogue.usecases.asn1 import GCS28
from dcc_sim.catalogue.usecases.gbz_clusters import CALENDAR, METERING, PRICE
from dcc_sim.codec.shape import Value, Values, as_int, as_list, as_moment, as_struct
from dcc_sim.codec.times import ZclDate, moment_since_2000, seconds_since_2000
from dcc_sim.devices.engine import Device
from dcc_sim.devices.metering import GAS, HouseholdLoad, Load, Meter
from dcc_sim.devices.model import Exchange, Execution, FutureAlert, Handler, ItemFailed, Live, Model
from dcc_sim.devices.profiles.clock_setting import set_clock
from dcc_sim.devices.security import TrustAnchors
from dcc_sim.devices.store import Instruction, Key, ObjectStore, Published, ZclAttribute, ZclCommand
from dcc_sim.devices.tariff import GasConversion, Tariff, gas_tariff
from dcc_sim.devices.timekeeping import STAMPED_BY_GSME, ClockStatus, DeviceClock
from dcc_sim.gbcs.keys import KeyRing
from dcc_sim.ids import DeviceType, Eui64, OriginatorCounter

FIRST_ALERT_COUNTER: Final = 0xBB8
CONSUMPTION: Final = ZclAttribute(METERING, 0x0000)
FORMATTING: Final[dict[Key, Value]] = {
    ZclAttribute(METERING, 0x0300): 1,
    ZclAttribute(METERING, 0x0301): 1,
    ZclAttribute(METERING, 0x0302): 1000,
}
"""Unit m³, multiplier 1, divisor 1000."""

INVALID_VALUE: Final = 0x87
_NOW: Final = 0
_NEVER: Final = (0xFFFF_FFFF, 0xFFFF_FFFE)
_FROM_SERVER: Final = 0x09
_MAX_CONSUMPTION: Final = 0xFFFF_FFFF_FFFF

_COMMANDS: Final = {
    "calendar": ZclCommand(CALENDAR, 0x00),
    "day_profiles": ZclCommand(CALENDAR, 0x01),
    "week_profiles": ZclCommand(CALENDAR, 0x02),
    "seasons": ZclCommand(CALENDAR, 0x03),
    "special_days": ZclCommand(CALENDAR, 0x04),
    "tariff_information": ZclCommand(PRICE, 0x04),
    "price_matrix": ZclCommand(PRICE, 0x05),
    "block_thresholds": ZclCommand(PRICE, 0x06),
}
_CALENDAR_PARTS: Final = ("calendar", "day_profiles", "week_profiles", "seasons")
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
    meter = Meter(load or HouseholdLoad(seed, eui, GAS), started_at)
    model = Model(
        device_type=DeviceType.GSME,
        clock=DeviceClock(drift=drift, stamp=STAMPED_BY_GSME),
        future_alert=FutureAlert(ALERTS["FutureDatedAlert-GBZ"], seconds_since_2000, _alert_parts),
        store=ObjectStore({**FORMATTING, **dict(_single_tier())}),
        meter=meter,
        tariff_of=_compile,
        activations=dict(_activations()),
        publishes=_publishes(),
    )
    model.live[CONSUMPTION] = _consumption(meter)
    model.exchanges[GCS28.message_code] = _set_clock_exchange(model)
    return Device(eui, model, keys=keys, trust_anchors=trust_anchors, own_counter=own_counter)


def _single_tier() -> Iterator[tuple[Key, Value]]:
    values: dict[str, Value] = {
        "calendar": {"issuer_calendar_id": 0, "seasons": 1, "weeks": 1, "days": 1},
        "day_profiles": [{"day_id": 1, "schedule": [{"start_minute": 0, "price_tier": 1}]}],
        "week_profiles": [{"week_id": 1, **dict.fromkeys(_WEEKDAYS, 1)}],
        "seasons": {"seasons": [{"start": ZclDate(bytes.fromhex("FF0101FF")), "week_id": 1}]},
        "special_days": {"special_days": []},
        "tariff_information": {"tariff_type": 0, "price_trailing_digit": 0x50, "currency": 826},
        "block_thresholds": {"thresholds": []},
        "price_matrix": {"prices": []},
    }
    for name, value in values.items():
        yield Published(_COMMANDS[name]), value


def _compile(store: ObjectStore) -> Tariff:
    return gas_tariff({name: store.read(Published(c)) for name, c in _COMMANDS.items()}, GasConversion())


def _activations() -> Iterator[tuple[Instruction, tuple[tuple[Key, Key], ...]]]:
    calendar = tuple(_COMMANDS[name] for name in _CALENDAR_PARTS)
    yield calendar[0], tuple((Published(c, coming=True), Published(c)) for c in calendar)
    for name, command in _COMMANDS.items():
        if name not in _CALENDAR_PARTS:
            yield command, ((Published(command, coming=True), Published(command)),)


def _alert_parts(instruction: Instruction) -> dict[str, Value]:
    assert isinstance(instruction, ZclCommand)
    return {"cluster": instruction.cluster, "frame_control": _FROM_SERVER, "command": instruction.id}


def _publishes() -> dict[ZclCommand, Handler]:
    handlers: dict[ZclCommand, Handler] = {
        _COMMANDS["calendar"]: _publish_calendar,
        _COMMANDS["day_profiles"]: _drafted("day_profiles"),
        _COMMANDS["week_profiles"]: _drafted("week_profiles"),
        _COMMANDS["seasons"]: _publish_seasons,
    }
    for name, command in _COMMANDS.items():
        if name not in _CALENDAR_PARTS:
            handlers[command] = _published(command)
    return handlers


def _published(command: ZclCommand) -> Handler:
    def handle(run: Execution, value: Value) -> None:
        _take_effect(run, command, {command: value}, as_int(as_struct(value)["start_time"]))

    return handle


def _take_effect(run: Execution, command: ZclCommand, values: dict[ZclCommand, Value], start: int) -> None:
    if start in _NEVER:
        run.model.agenda.cancel(command)
        for published in values:
            run.model.store.forget(Published(published, coming=True))
        return
    for published, value in values.items():
        run.model.store.write(Published(published, coming=True), value)
    run.model.schedule(command, None if start == _NOW else moment_since_2000(start), run)


def _publish_calendar(run: Execution, value: Value) -> None:
    run.draft[Published(_COMMANDS["calendar"])] = value
    for name in ("day_profiles", "week_profiles"):
        run.draft[Published(_COMMANDS[name])] = []


def _drafted(name: str) -> Handler:
    key = Published(_COMMANDS[name])

    def handle(run: Execution, value: Value) -> None:
        _check_same_calendar(run, value)
        run.draft[key] = [*as_list(run.draft[key]), value]

    return handle


def _publish_seasons(run: Execution, value: Value) -> None:
    _check_same_calendar(run, value)
    drafted = {name: run.draft.get(Published(_COMMANDS[name])) for name in _CALENDAR_PARTS[:3]}
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
    values = {_COMMANDS[name]: drafted[name] for name in _CALENDAR_PARTS[:3]}
    values[_COMMANDS["seasons"]] = value
    _take_effect(run, _COMMANDS["calendar"], values, as_int(calendar["start_time"]))


def _check_same_calendar(run: Execution, value: Value) -> None:
    calendar = run.draft.get(Published(_COMMANDS["calendar"]))
    if calendar is None:
        raise ItemFailed(INVALID_VALUE, "no calendar was published before")
    if as_struct(calendar)["issuer_calendar_id"] != as_struct(value)["issuer_calendar_id"]:
        raise ItemFailed(INVALID_VALUE, "another calendar's id")


def _consumption(meter: Meter) -> Live:
    def load(value: Value) -> None:
        meter.total = as_int(value)

    return Live(lambda _: meter.total & _MAX_CONSUMPTION, load)


def _set_clock_exchange(model: Model) -> Exchange:
    def handle(run: Execution, values: Values) -> Values:
        if not set_clock(run, as_moment(values["start"]), as_moment(values["end"])):
            run.failed = "time"
        time = model.clock.at(run.now).replace(microsecond=0)
        return {"time": time, "clock_status": int(model.clock.status)}

    def load(values: Values) -> datetime:
        model.clock.status = ClockStatus(as_int(values["clock_status"]))
        return as_moment(values["time"])

    return Exchange(handle, load)
