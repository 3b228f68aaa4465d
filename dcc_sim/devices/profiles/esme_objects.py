"""What a Set or an Action of an ESME's objects does, and what follows from an activation.

In: Commands, by object. Out: tables for the model. Passive values become active as reference
`gbcs.md` §d.5, §d.6 says; some of them in another object (load limit, prepayment settings).
Left out: registers and logs (`esme_metering`), account and switch (`esme_account`), what a
controller switches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Final

from dcc_sim.catalogue.objects import (
    ACCOUNT_ACTIVE,
    ACCOUNT_PASSIVE,
    AUXILIARY_CALENDAR_ACTIVATION,
    AUXILIARY_CALENDAR_ACTIVE,
    AUXILIARY_CALENDAR_PASSIVE,
    AUXILIARY_DAYS_ACTIVATION,
    AUXILIARY_DAYS_ACTIVE,
    AUXILIARY_DAYS_PASSIVE,
    AUXILIARY_LIMIT_SCRIPT_TABLE,
    AUXILIARY_SCRIPT_TABLE,
    CLOCK,
    CURRENCY,
    DEBT_RECOVERY_CAP_AMOUNT,
    DEBT_RECOVERY_CAP_PERIOD,
    DISABLEMENT_THRESHOLD_ACTIVE,
    DISABLEMENT_THRESHOLD_PASSIVE,
    EMERGENCY_CREDIT,
    EMERGENCY_CREDIT_LIMIT,
    EMERGENCY_CREDIT_THRESHOLD,
    EVENT_LOG,
    LOAD_LIMIT_PERIOD,
    LOAD_LIMIT_POWER,
    LOAD_LIMIT_RESTORATION,
    LOAD_LIMIT_SUPPLY_STATE,
    LOAD_LIMITER,
    LOW_CREDIT_THRESHOLD,
    MAX_CREDIT,
    MAX_METER_BALANCE,
    NETWORK_ALERT_SETTINGS,
    NETWORK_ALERT_STATES,
    NETWORK_EVENT_SETTINGS,
    NETWORK_EVENT_STATES,
    NON_DISABLEMENT_ACTIVATION,
    NON_DISABLEMENT_ACTIVE,
    NON_DISABLEMENT_DAYS_ACTIVATION,
    NON_DISABLEMENT_DAYS_ACTIVE,
    NON_DISABLEMENT_DAYS_PASSIVE,
    NON_DISABLEMENT_PASSIVE,
    RANDOMISED_OFFSET,
    RANDOMISED_OFFSET_LIMIT,
    RANDOMISED_OFFSET_NUMBER,
    SECONDARY_SPECIAL_DAYS_ACTIVATION,
    SECONDARY_SPECIAL_DAYS_ACTIVE,
    SECONDARY_SPECIAL_DAYS_PASSIVE,
    SECONDARY_SWITCHING_TABLE,
    SECONDARY_TARIFF_PRICES,
    SPECIAL_DAYS_ACTIVATION,
    SPECIAL_DAYS_ACTIVE,
    SPECIAL_DAYS_PASSIVE,
    STANDING_CHARGE,
    SUPPLIER_ALERT_SETTINGS,
    SUPPLIER_ALERT_STATES,
    SUPPLIER_EVENT_SETTINGS,
    SUPPLIER_EVENT_STATES,
    SWITCHING_TABLE,
    TARIFF_PRICES,
    THRESHOLDS_ACTIVATION,
    THRESHOLDS_ACTIVE,
    THRESHOLDS_PASSIVE,
)
from dcc_sim.codec.exchange import CosemObject
from dcc_sim.codec.shape import Value, as_bytes, as_int, as_struct, as_text
from dcc_sim.codec.times import CosemDateTime
from dcc_sim.devices import controllers, load_limit, power_quality
from dcc_sim.devices.access_items import TYPE_UNMATCHED
from dcc_sim.devices.clock_setting import set_clock
from dcc_sim.devices.controllers import control, limit, period_checks, watch_calendar
from dcc_sim.devices.holdings import holdings_of
from dcc_sim.devices.logs import EVENT_LOG_CLEARED
from dcc_sim.devices.methods import class_methods
from dcc_sim.devices.model import Execution, Handler, ItemFailed, Method, Model
from dcc_sim.devices.store import CosemAttribute, Instruction, Key
from dcc_sim.ids import DeviceType

_CLOCK_NOT_SET: Final = 2
"""temporary-failure. No source names the action result of a clock that is not set."""
_WINDOW: Final = CosemAttribute(CLOCK, 5)

_PASSIVE: Final = {20: (10, ((7, 3), (8, 4), (9, 5))), 113: (7, ((6, 5),)), 9000: (6, ((4, 2),))}
"""Per class: the activation time attribute, and which passive attribute becomes which active one."""
_OWN: Final = (
    SWITCHING_TABLE,
    SECONDARY_SWITCHING_TABLE,
    CURRENCY,
    STANDING_CHARGE,
    TARIFF_PRICES,
    SECONDARY_TARIFF_PRICES,
    LOAD_LIMIT_SUPPLY_STATE,
    MAX_CREDIT,
    MAX_METER_BALANCE,
)
_ELSEWHERE: Final = (
    (LOAD_LIMIT_POWER, LOAD_LIMITER, 4),
    (LOAD_LIMIT_PERIOD, LOAD_LIMITER, 6),
    (LOAD_LIMIT_RESTORATION, LOAD_LIMITER, 7),
    (DEBT_RECOVERY_CAP_AMOUNT, ACCOUNT_ACTIVE, 18),
    (DEBT_RECOVERY_CAP_PERIOD, ACCOUNT_ACTIVE, 19),
    (LOW_CREDIT_THRESHOLD, ACCOUNT_ACTIVE, 16),
    (EMERGENCY_CREDIT_LIMIT, EMERGENCY_CREDIT, 9),
    (EMERGENCY_CREDIT_THRESHOLD, EMERGENCY_CREDIT, 10),
    (DISABLEMENT_THRESHOLD_PASSIVE, DISABLEMENT_THRESHOLD_ACTIVE, 2),
)
"""Extended data objects whose passive value (attribute 4) becomes active in another object."""
_TABLES: Final = (
    (SPECIAL_DAYS_ACTIVATION, SPECIAL_DAYS_PASSIVE, SPECIAL_DAYS_ACTIVE),
    (SECONDARY_SPECIAL_DAYS_ACTIVATION, SECONDARY_SPECIAL_DAYS_PASSIVE, SECONDARY_SPECIAL_DAYS_ACTIVE),
    (NON_DISABLEMENT_DAYS_ACTIVATION, NON_DISABLEMENT_DAYS_PASSIVE, NON_DISABLEMENT_DAYS_ACTIVE),
    (NON_DISABLEMENT_ACTIVATION, NON_DISABLEMENT_PASSIVE, NON_DISABLEMENT_ACTIVE),
    (AUXILIARY_DAYS_ACTIVATION, AUXILIARY_DAYS_PASSIVE, AUXILIARY_DAYS_ACTIVE),
    (AUXILIARY_CALENDAR_ACTIVATION, AUXILIARY_CALENDAR_PASSIVE, AUXILIARY_CALENDAR_ACTIVE),
)
"""These classes have no activation time; an extended data object holds it for them."""
_ACTIVATE_MODE: Final = CosemAttribute(ACCOUNT_PASSIVE, 13)
_ACTIVATE_DISABLEMENT: Final = CosemAttribute(DISABLEMENT_THRESHOLD_PASSIVE, 6)
_CONTROLLER_CALENDAR: Final = tuple(
    CosemAttribute(o, 6) for o in (AUXILIARY_CALENDAR_ACTIVATION, AUXILIARY_DAYS_ACTIVATION)
)
_LOAD_LIMIT: Final = tuple(
    CosemAttribute(o, 6) for o in (LOAD_LIMIT_POWER, LOAD_LIMIT_PERIOD, LOAD_LIMIT_RESTORATION)
)
_MODE: Final = CosemAttribute(ACCOUNT_ACTIVE, 2)
_ACTIVE_ACCOUNT: Final = 2
"""account_status of the account in force; that of the passive one is 1."""


def esme_activations() -> dict[Instruction, tuple[tuple[Key, Key], ...]]:
    """Activation time attribute to the passive attributes that become active."""
    found: dict[Instruction, tuple[tuple[Key, Key], ...]] = {}
    for target in _OWN:
        time, moves = _PASSIVE[target.class_id]
        found[CosemAttribute(target, time)] = tuple(
            (CosemAttribute(target, passive), CosemAttribute(target, active)) for passive, active in moves
        )
    for target, active, index in _ELSEWHERE:
        found[CosemAttribute(target, 6)] = ((CosemAttribute(target, 4), CosemAttribute(active, index)),)
    for activation, passive, active in _TABLES:
        found[CosemAttribute(activation, 6)] = (_entries(passive, active),)
    pairs = zip(THRESHOLDS_PASSIVE, THRESHOLDS_ACTIVE, strict=True)
    found[CosemAttribute(THRESHOLDS_ACTIVATION, 6)] = tuple(_entries(*pair) for pair in pairs)
    found[_ACTIVATE_MODE] = tuple(
        (CosemAttribute(ACCOUNT_PASSIVE, index), CosemAttribute(ACCOUNT_ACTIVE, index)) for index in (2, 11)
    )
    return found


def _entries(passive: CosemObject, active: CosemObject) -> tuple[Key, Key]:
    return CosemAttribute(passive, 2), CosemAttribute(active, 2)


def esme_effects() -> dict[Instruction, Callable[[Model, datetime], None]]:
    """What follows when passive values became active."""
    found: dict[Instruction, Callable[[Model, datetime], None]] = {
        _ACTIVATE_MODE: _mode_activated,
        _ACTIVATE_DISABLEMENT: _threshold_activated,
    }
    found |= dict.fromkeys(_CONTROLLER_CALENDAR, watch_calendar)
    return found | dict.fromkeys(_LOAD_LIMIT, load_limit.watch)


def esme_timers() -> dict[str, Callable[[Model, int, datetime], None]]:
    """What the timers of an ESME look at."""
    found: dict[str, Callable[[Model, int, datetime], None]] = {
        controllers.CALENDAR: controllers.calendar_due,
        controllers.SETTING_START: controllers.setting_started,
        controllers.SETTING_END: controllers.setting_ended,
        controllers.LIMIT_START: controllers.limit_started,
        controllers.LIMIT_END: controllers.limit_ended,
        controllers.BOOST_END: controllers.boost_ended,
        load_limit.MEASURE: load_limit.measure,
        load_limit.RESTORE: load_limit.restore,
        power_quality.MEAN: power_quality.period_ended,
    }
    for monitor in power_quality.MONITORS:
        found[power_quality.timer_name(monitor)] = partial(power_quality.lasted, monitor)
    return found


def _mode_activated(model: Model, _: datetime) -> None:
    mode = as_struct(model.store.read(_MODE))
    model.store.write(_MODE, {**mode, "status": _ACTIVE_ACCOUNT})


def _threshold_activated(model: Model, _: datetime) -> None:
    # The passive one is a number, the active one a list of thresholds.
    active = CosemAttribute(DISABLEMENT_THRESHOLD_ACTIVE, 2)
    value = model.store.read(active)
    model.store.write(active, value if isinstance(value, list) else [value])


def esme_methods() -> dict[CosemAttribute, Method]:
    """What the methods do: those of their class, then those of the object itself."""
    return class_methods(holdings_of(DeviceType.ESME).methods) | {
        _WINDOW: Method(_preset_adjusting_time),
        CosemAttribute(CLOCK, 4): Method(_adjust_to_preset_time),
        CosemAttribute(EVENT_LOG, 1): Method(_clear_event_log),
        CosemAttribute(AUXILIARY_SCRIPT_TABLE, 1): Method(control),
        CosemAttribute(AUXILIARY_LIMIT_SCRIPT_TABLE, 1): Method(limit),
    }


def _clear_event_log(run: Execution, _: Value) -> None:
    run.model.event_log.clear()
    run.model.report(EVENT_LOG_CLEARED, run.now)


def _preset_adjusting_time(run: Execution, value: Value) -> None:
    window = as_struct(value)
    if any(CosemDateTime(as_bytes(window[part])).moment is None for part in ("start", "end")):
        raise ItemFailed(TYPE_UNMATCHED, "the window needs two moments")
    run.draft[_WINDOW] = value


def _adjust_to_preset_time(run: Execution, _: Value) -> None:
    window = as_struct(run.draft.get(_WINDOW, {}))
    start, end = (CosemDateTime(as_bytes(window[part])).moment for part in ("start", "end"))
    assert start is not None
    assert end is not None
    if not set_clock(run, start, end):
        raise ItemFailed(_CLOCK_NOT_SET, "the hub's time is outside the window")


_HALF: Final = 256


def alert_settings() -> dict[CosemAttribute, Handler]:
    """Sets that change something else than what they name: masks and actions, the offset limit."""
    settings = (*SUPPLIER_ALERT_SETTINGS, *SUPPLIER_EVENT_SETTINGS)
    states = (*SUPPLIER_ALERT_STATES, *SUPPLIER_EVENT_STATES)
    handlers = dict(_masked(settings, states))
    handlers |= dict(
        _masked(
            (NETWORK_ALERT_SETTINGS, NETWORK_EVENT_SETTINGS), (NETWORK_ALERT_STATES, NETWORK_EVENT_STATES)
        )
    )
    handlers[CosemAttribute(RANDOMISED_OFFSET_LIMIT, 2)] = _set_offset_limit
    return handlers | period_checks()


def _masked(
    settings: tuple[CosemObject, ...], states: tuple[CosemObject, ...]
) -> Iterator[tuple[CosemAttribute, Handler]]:
    for setting, state in zip(settings, states, strict=True):
        yield CosemAttribute(setting, 2), _mask_and_actions(setting, state)


def _mask_and_actions(setting: CosemObject, state: CosemObject) -> Handler:
    def write(run: Execution, value: Value) -> None:
        text, place = as_text(value), CosemAttribute(state, 2)
        mask, actions = text[:_HALF], text[_HALF:]
        before = as_text(run.model.store.read(place))
        after = "".join(
            new if chosen == "1" else old for chosen, new, old in zip(mask, actions, before, strict=True)
        )
        run.model.store.write(CosemAttribute(setting, 2), value)
        run.model.store.write(place, after)

    return write


def _set_offset_limit(run: Execution, value: Value) -> None:
    # The offset is the meter's own part, in 10⁻⁴, of the limit.
    number = as_int(run.model.read(CosemAttribute(RANDOMISED_OFFSET_NUMBER, 2), run.now))
    run.model.store.write(CosemAttribute(RANDOMISED_OFFSET_LIMIT, 2), value)
    run.model.store.write(CosemAttribute(RANDOMISED_OFFSET, 2), as_int(value) * number // 10_000)
