"""The calendar of the auxiliary controllers, and the script numbers that it and Commands use.

In: script numbers; the schedule and the special days in force. Out: `Script`; what the calendar does on
a day, what comes next, what it said last. A script number is side (0 old style, 1 output, 2 input),
controller, and how: a level in %, with the bit 80 when a calendar says it (vectors of ECS46d); in the old
style 01, 11 close, 02, 12 open, 20 back to the calendar. Entries whose script is none are passed over;
of equal times the later entry counts. Moments are those of the device's clock.
Left out: what a script does (`controllers`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from dcc_sim.catalogue.objects import AUXILIARY_CALENDAR_ACTIVE, AUXILIARY_DAYS_ACTIVE, AUXILIARY_STATES
from dcc_sim.codec.shape import Value, as_bytes, as_int, as_list, as_struct, as_text
from dcc_sim.codec.times import CosemTime
from dcc_sim.devices.access_items import OBJECT_UNDEFINED, TYPE_UNMATCHED
from dcc_sim.devices.calendar import DatePattern
from dcc_sim.devices.model import ItemFailed
from dcc_sim.devices.schedule import Switching
from dcc_sim.devices.store import CosemAttribute, ObjectStore

FULL: Final = 100
"""The highest level, in %."""

_CLOSE, _OPEN, _RESET = (0x01, 0x11), (0x02, 0x12), (0x20,)
_INPUT: Final = 2
_BY_CALENDAR: Final = 0x80
_DAY: Final = timedelta(days=1)
_DAYS_AHEAD: Final = 400
_DAYS_BACK: Final = 8
_CALENDAR: Final = CosemAttribute(AUXILIARY_CALENDAR_ACTIVE, 2)
_SPECIAL_DAYS: Final = CosemAttribute(AUXILIARY_DAYS_ACTIVE, 2)


@dataclass(frozen=True, slots=True)
class Script:
    """One script number, read. `level` is in %; None is back to the calendar."""

    number: int
    side: int
    controller: int
    level: int | None

    @property
    def name(self) -> str:
        """Of what it sets, in the state of the controller."""
        return "inputState" if self.side == _INPUT else "outputState"

    @property
    def limit(self) -> str:
        """Of the limit that goes with it."""
        return "inputLimit" if self.side == _INPUT else "outputLimit"

    @property
    def direction_and_number(self) -> int:
        """As ECS101 and ECS102 name it."""
        return max(self.side, 1) << 4 | self.controller


def read_script(number: int) -> Script:
    """Read a script number. Raises ItemFailed."""
    side, controller, how = number >> 12, number >> 8 & 0x0F, number & 0xFF
    if not 1 <= controller <= len(AUXILIARY_STATES) or side > _INPUT:
        raise ItemFailed(OBJECT_UNDEFINED, f"no auxiliary controller {controller}")
    if side:
        level: int | None = how & ~_BY_CALENDAR
        if how & ~_BY_CALENDAR > FULL:
            raise ItemFailed(TYPE_UNMATCHED, f"{how & ~_BY_CALENDAR} is no percentage")
    elif how in _CLOSE + _OPEN:
        level = FULL if how in _CLOSE else 0
    elif how in _RESET:
        level = None
    else:
        raise ItemFailed(OBJECT_UNDEFINED, f"no script {number:04X}")
    return Script(number, side, controller, level)


def scripts(store: ObjectStore) -> list[Script]:
    """One script of the calendar for each controller and side it works on."""
    return list({(script.name, script.controller): script for _, script in _entries(store)}.values())


def next_moment(store: ObjectStore, after: datetime) -> datetime | None:
    """When the calendar does something next; None when it does not within a year."""
    if not as_list(store.get(_CALENDAR, ())):
        return None
    for ahead in range(_DAYS_AHEAD):
        moments = [moment for moment, _ in on_day(store, (after + ahead * _DAY).date()) if moment > after]
        if moments:
            return min(moments)
    return None


def due_at(store: ObjectStore, at: datetime) -> list[Script]:
    """What the calendar does at a moment."""
    return [script for moment, script in on_day(store, at.date()) if moment == at]


def said_last(store: ObjectStore, script: Script, at: datetime) -> int:
    """The level that the calendar gave the side of a controller last, within eight days; else 0."""
    for back in range(_DAYS_BACK):
        said = [
            (moment, other)
            for moment, other in on_day(store, (at - back * _DAY).date())
            if moment <= at and (other.name, other.controller) == (script.name, script.controller)
        ]
        if said:
            latest = max(moment for moment, _ in said)
            return [other for moment, other in said if moment == latest][-1].level or 0
    return 0


def on_day(store: ObjectStore, day: date) -> Iterator[tuple[datetime, Script]]:
    """What the calendar does on a day, in the order of its entries."""
    dates = [as_bytes(as_struct(special)["date"]) for special in as_list(store.get(_SPECIAL_DAYS, ()))]
    special = next((n for n, octets in enumerate(dates) if _is_on(octets, day)), None)
    midnight = datetime.combine(day, datetime.min.time(), tzinfo=UTC)
    for switching, script in _entries(store):
        if switching.runs_on(day, special):
            yield midnight + timedelta(seconds=switching.second), script


def _entries(store: ObjectStore) -> Iterator[tuple[Switching, Script]]:
    for entry in map(as_struct, as_list(store.get(_CALENDAR, ()))):
        try:
            script = read_script(as_int(entry["script"]))
        except ItemFailed:
            continue
        begin, end = (_date(entry[name]) for name in ("begin_date", "end_date"))
        second = CosemTime(as_bytes(entry["switch_time"])).seconds
        weekdays, days = as_text(entry["weekdays"]), as_text(entry["special_days"])
        yield Switching(second, False, weekdays, days, begin, end), script


def _date(value: Value) -> tuple[int, int, int]:
    octets = as_bytes(value)
    return int.from_bytes(octets[:2], "big"), octets[2], octets[3]


def _is_on(octets: bytes, day: date) -> bool:
    return day.toordinal() in DatePattern.of_cosem(octets).ordinals(day.year)
