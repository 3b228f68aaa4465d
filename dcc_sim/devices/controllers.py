"""The auxiliary controllers of an ESME: ALCS, HCALCS and APC; calendar, commands, limits, boost.

In: ECS46c/d (calendar), ECS47, ECS47a (state for a period), ECS47e (limit for a period), the boost
button. Out: levels of input and output in %, the switch of each controller, entries of the
Auxiliary Controller Event Log with the event 811A, and alerts: 8F86 when a limit was taken, 8F87 when
it ended, 8F88 when a level changed at the meter and there is a load controller to be told.

The calendar (`controller_calendar`) goes by the device's clock and is late by the randomised offset.
When a commanded state ends, what the calendar said last holds again. The boost button puts the
controllers that follow it (ECS62) to 100 % for its time. A period of more than 24 hours, or one that
ends before it starts, is refused (page ECS47a).
Left out: what is connected to a controller; the talk with an HCALCS over the HAN.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from dcc_sim.catalogue.objects import (
    AUXILIARY_ENDS,
    AUXILIARY_EVENT_LOG,
    AUXILIARY_LIMIT_ENDS,
    AUXILIARY_LIMIT_STARTS,
    AUXILIARY_STARTS,
    AUXILIARY_STATES,
    AUXILIARY_SWITCHES,
    BOOST_CONTROLS,
    BOOST_EVENT_LOG,
    RANDOMISED_OFFSET,
)
from dcc_sim.codec.exchange import CosemObject
from dcc_sim.codec.shape import Value, as_bytes, as_int, as_list
from dcc_sim.codec.times import CosemDateTime, seconds_since_2000
from dcc_sim.devices.controller_calendar import (
    FULL,
    Script,
    due_at,
    next_moment,
    read_script,
    said_last,
    scripts,
)
from dcc_sim.devices.model import Execution, Handler, ItemFailed, Model
from dcc_sim.devices.store import CosemAttribute
from dcc_sim.devices.timers import set_timer, stop_timer
from dcc_sim.ids import RemotePartyRole

CALENDAR: Final = "controller calendar"
SETTING_START: Final = "controller setting starts"
SETTING_END: Final = "controller setting ends"
LIMIT_START: Final = "controller limit starts"
LIMIT_END: Final = "controller limit ends"
BOOST_END: Final = "boost ends"

LOG: Final = CosemAttribute(AUXILIARY_EVENT_LOG, 2)
BOOST_LOG: Final = CosemAttribute(BOOST_EVENT_LOG, 2)
ENTRIES: Final = 100
BOOST_ENTRIES: Final = 25

_EVENT: Final = 0x811A
_LIMITED, _LIMIT_ENDED, _UPDATED = 0x8F86, 0x8F87, 0x8F88
_OTHER_REASON: Final = 250
_SUCCEEDED: Final = 1
_LONGEST: Final = timedelta(hours=24)


# -------------------------------------------------------------------------------------- commands


def period_checks() -> dict[CosemAttribute, Handler]:
    """The Sets of a period's end, which must follow its start by at most 24 hours."""
    pairs = zip(
        (*AUXILIARY_STARTS, *AUXILIARY_LIMIT_STARTS), (*AUXILIARY_ENDS, *AUXILIARY_LIMIT_ENDS), strict=True
    )
    return {CosemAttribute(end, 2): _end_after(start, end) for start, end in pairs}


def _end_after(start: CosemObject, end: CosemObject) -> Handler:
    place = CosemAttribute(start, 2)

    def write(run: Execution, value: Value) -> None:
        first, last = _moment(run.model.store.get(place)), _moment(value)
        if first is not None and last is not None and not first < last <= first + _LONGEST:
            raise ItemFailed(_OTHER_REASON, f"from {first} to {last} is no period of at most 24 hours")
        run.model.store.write(CosemAttribute(end, 2), value)

    return write


def _moment(value: Value) -> datetime | None:
    # The withdrawn ECS47 writes a number of minutes into the same objects.
    return CosemDateTime(value).moment if isinstance(value, bytes) and len(value) == 12 else None


def control(run: Execution, value: Value) -> None:
    """ECS47, ECS47a: a state, at once or from the start of its period on, up to its end."""
    script = read_script(as_int(value))
    model, now = run.model, run.now
    start, end = _period(model, AUXILIARY_STARTS, AUXILIARY_ENDS, script, now)
    for name in (SETTING_START, SETTING_END):
        stop_timer(model.store, name, script.number)
    if start is not None and start > now:
        set_timer(model.store, SETTING_START, script.number, start)
    else:
        _carry_out(model, script, now)
    if end is not None:
        set_timer(model.store, SETTING_END, script.number, max(end, now))


def limit(run: Execution, value: Value) -> None:
    """ECS47e: no more than this level during the period."""
    script = read_script(as_int(value))
    model, now = run.model, run.now
    start, end = _period(model, AUXILIARY_LIMIT_STARTS, AUXILIARY_LIMIT_ENDS, script, now)
    if start is not None and start > now:
        set_timer(model.store, LIMIT_START, script.number, start)
    else:
        _set(model, script, script.limit, script.level or 0)
    if end is not None:
        set_timer(model.store, LIMIT_END, script.number, max(end, now))
    _log(model, script.number, now)
    at = CosemDateTime.at(model.clock.at(now).replace(microsecond=0))
    ends = AUXILIARY_LIMIT_STARTS[script.controller - 1], AUXILIARY_LIMIT_ENDS[script.controller - 1]
    told = [model.store.get(CosemAttribute(o, 2), at) for o in ends]
    content: dict[str, Value] = {
        "controller": script.direction_and_number,
        "start": told[0],
        "end": told[1],
        "level": min(script.level or 0, _level(model, script)),
    }
    model.report(_LIMITED, now, content=content)


def _period(
    model: Model,
    starts: tuple[CosemObject, ...],
    ends: tuple[CosemObject, ...],
    script: Script,
    now: datetime,
) -> tuple[datetime | None, datetime | None]:
    """True moments; the wire has the device's, or minutes from now."""
    found: list[datetime | None] = []
    for objects in (starts, ends):
        value = model.store.values.get(CosemAttribute(objects[script.controller - 1], 2))
        moment = _moment(value)
        found.append(None if moment is None else moment - model.clock.drift)
        if isinstance(value, int) and objects is ends and value:
            found[-1] = now + timedelta(minutes=value)
    return found[0], found[1]


# ---------------------------------------------------------------------------------------- timers


def setting_started(model: Model, number: int, now: datetime) -> None:
    """The period of a commanded state begins."""
    _carry_out(model, read_script(number), now)


def setting_ended(model: Model, number: int, now: datetime) -> None:
    """It ends: what the calendar said last holds again, or nothing is on."""
    _back_to_calendar(model, read_script(number), now)


def limit_started(model: Model, number: int, now: datetime) -> None:
    """The period of a limit begins."""
    script = read_script(number)
    _set(model, script, script.limit, script.level or 0)
    _log(model, number, now)


def limit_ended(model: Model, number: int, now: datetime) -> None:
    """The period of a limit ends."""
    script = read_script(number)
    state = _state(model, script.controller)
    state.pop(script.limit, None)
    _hold(model, script.controller, state)
    _log(model, number, now)
    content: dict[str, Value] = {"controller": script.direction_and_number, "level": _level(model, script)}
    model.report(_LIMIT_ENDED, now, content=content)


def watch_calendar(model: Model, now: datetime) -> None:
    """Wait for the next entry of the calendar in force, if there is one."""
    following = next_moment(model.store, model.clock.at(now) - _offset(model))
    if following is None:
        stop_timer(model.store, CALENDAR)
        return
    set_timer(model.store, CALENDAR, 0, following + _offset(model) - model.clock.drift)


def calendar_due(model: Model, _: int, now: datetime) -> None:
    """Entries of the calendar have come due.

    Where none is due at this very second, the clock was set meanwhile or there was no power: then what
    the calendar said last holds.
    """
    at = (model.clock.at(now) - _offset(model)).replace(microsecond=0)
    due = due_at(model.store, at)
    for script in due:
        _carry_out(model, script, now)
    if not due:
        for script in scripts(model.store):
            _back_to_calendar(model, script, now)
    watch_calendar(model, now)


def _offset(model: Model) -> timedelta:
    return timedelta(seconds=as_int(model.store.get(CosemAttribute(RANDOMISED_OFFSET, 2), 0)))


def _carry_out(model: Model, script: Script, now: datetime) -> None:
    if script.level is None:
        _back_to_calendar(model, script, now)
        return
    _apply(model, script, script.level, now)


def _back_to_calendar(model: Model, script: Script, now: datetime) -> None:
    level = said_last(model.store, script, model.clock.at(now) - _offset(model))
    _apply(model, script, level, now)


def _apply(model: Model, script: Script, level: int, now: datetime) -> None:
    before = _level(model, script)
    _set(model, script, script.name, level)
    model.write(CosemAttribute(AUXILIARY_SWITCHES[script.controller - 1], 2), _level(model, script) > 0)
    _log(model, script.number, now)
    controller = model.credentials.holders.get(RemotePartyRole.LOAD_CONTROLLER)
    if controller is not None and _level(model, script) != before:
        model.report(_UPDATED, now, content={"update": _told(model, script.controller)}, party=controller)


def _told(model: Model, controller: int) -> bytes:
    # Levels as texts, and always both: as the published vector of ECS200 has them.
    state = _state(model, controller)
    levels = {name: str(state.get(name, 0)) for name in ("outputState", "inputState")}
    return json.dumps({**levels, "other-data": ""}, separators=(",", ":")).encode()


# ----------------------------------------------------------------------------------------- state


def _state(model: Model, controller: int) -> dict[str, object]:
    place = CosemAttribute(AUXILIARY_STATES[controller - 1], 2)
    try:
        state = json.loads(as_bytes(model.store.get(place, b"")) or b"{}")
    except ValueError:
        return {}
    return dict(state) if isinstance(state, dict) else {}


def _hold(model: Model, controller: int, state: Mapping[str, object]) -> None:
    model.write(CosemAttribute(AUXILIARY_STATES[controller - 1], 2), json.dumps(dict(state)).encode())


def _set(model: Model, script: Script, name: str, level: int) -> None:
    _hold(model, script.controller, {**_state(model, script.controller), name: level})


def _level(model: Model, script: Script) -> int:
    state = _state(model, script.controller)
    level, most = state.get(script.name, 0), state.get(script.limit, FULL)
    return min(level, most) if isinstance(level, int) and isinstance(most, int) else 0


def _log(model: Model, number: int, now: datetime) -> None:
    entry: Value = {
        "timestamp": seconds_since_2000(model.clock.at(now)),
        "switch_and_action": number,
        "outcome": _SUCCEEDED,
        "han_command_id": 0,
    }
    _append(model, LOG, entry, ENTRIES)
    model.report(_EVENT, now, detail=f"script {number:04X}", logged=False)


def _append(model: Model, log: CosemAttribute, entry: Value, capacity: int) -> None:
    model.store.write(log, [*as_list(model.store.get(log, ())), entry][-capacity:])


# ----------------------------------------------------------------------------------------- boost


def boost(model: Model, duration: timedelta, now: datetime) -> bool:
    """The consumer asks for a boost; whether any controller follows it."""
    followed = [n for n, o in enumerate(BOOST_CONTROLS, 1) if model.store.get(CosemAttribute(o, 2), False)]
    if not followed or CosemAttribute(BOOST_CONTROLS[0], 2) in model.kind.lacking:
        return False
    begins, ends = (seconds_since_2000(model.clock.at(t)) for t in (now, now + duration))
    _append(model, BOOST_LOG, {"start": begins, "end": ends}, BOOST_ENTRIES)
    for controller in followed:
        _apply(model, read_script(1 << 12 | controller << 8 | FULL), FULL, now)
    set_timer(model.store, BOOST_END, 0, now + duration)
    return True


def boost_ended(model: Model, _: int, now: datetime) -> None:
    """The boost is over: back to the calendar."""
    for controller, o in enumerate(BOOST_CONTROLS, 1):
        if model.store.get(CosemAttribute(o, 2), False):
            _back_to_calendar(model, read_script(1 << 12 | controller << 8), now)
