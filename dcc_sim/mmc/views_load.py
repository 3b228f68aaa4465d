"""The named functions of the MMC tables of what an ESME switches by calendar, each with its way back.

In: decoded values. Out: named parts that rows can say; and for the way back, parts to values. Each
raises EncodeError for what its schema cannot express. Left out: element names; the state of an
auxiliary controller (`views_alerts.controller_state`).
"""

from __future__ import annotations

from typing import Final

from dcc_sim.codec.shape import Value, Values, as_bytes, as_int, as_list, as_text, in_range
from dcc_sim.errors import EncodeError

WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MOST_CONTROLLERS: Final = 5


def marked_days(weekdays: Value) -> Values:
    """Seven bits, Monday first, as the names of the days that are set (vectors of ECS46c)."""
    bits = as_text(weekdays)
    in_range(len(bits), len(WEEKDAYS), len(WEEKDAYS))
    return {"days": [day for day, bit in zip(WEEKDAYS, bits, strict=True) if bit == "1"]}


def marked_days_values(parts: Values) -> tuple[Value, ...]:
    """The way back from `marked_days`."""
    days = as_list(parts.get("days", []))
    wrong = [day for day in days if day not in WEEKDAYS]
    if wrong:
        raise EncodeError(f"{wrong[0]!r} is no day of the week")
    return ("".join("1" if day in days else "0" for day in WEEKDAYS),)


def marked_special_days(special_days: Value) -> Values:
    """One bit for each special day, the first one first, as the numbers of those that are set."""
    return {"numbers": [n for n, bit in enumerate(as_text(special_days), 1) if bit == "1"]}


def marked_special_days_values(parts: Values) -> tuple[Value, ...]:
    """The way back from `marked_special_days`, as many bits as the last number needs.

    `fill_special_days` adds those that the table of special days asks for.
    """
    numbers = [as_int(number) for number in as_list(parts.get("numbers", []))]
    return ("".join("1" if n in numbers else "0" for n in range(1, max(numbers, default=0) + 1)),)


def fill_special_days(values: dict[str, Value], calendar: str, table: str) -> None:
    """Give each entry of a calendar as many bits as there are special days (note of page ECS61d)."""
    entries, days = values.get(calendar), values.get(table)
    if not isinstance(entries, list) or not isinstance(days, list):
        return
    for entry in entries:
        bits = entry.get("special_days")
        if isinstance(bits, str):
            entry["special_days"] = bits.ljust(len(days), "0")


_SWITCH_ACTIONS: Final = (1, 2)
"""Activate, deactivate."""


def switch_script(script: Value) -> Values:
    """A script of a load control switch: its number, then 1 to activate, 2 to deactivate (ECS46c)."""
    number, action = divmod(as_int(script), 0x100)
    if not 1 <= number <= _MOST_CONTROLLERS or action not in _SWITCH_ACTIONS:
        raise EncodeError(f"script {as_int(script):04X} is no switch and action")
    return {"number": number, "action": action}


def switch_script_values(parts: Values) -> tuple[Value, ...]:
    """The way back from `switch_script`."""
    return (_numbered(parts) << 8 | as_int(parts.get("action")),)


def _numbered(parts: Values) -> int:
    return in_range(as_int(parts.get("number")), 1, _MOST_CONTROLLERS)


_OUTPUT: Final = 1
_INPUT: Final = 2
_CALENDAR: Final = 0x80
_HIGHEST_LEVEL: Final = 100


def controller_script(script: Value) -> Values:
    """A script of a controller calendar: direction, controller, level (GBCS 7.3.6.1; vectors of ECS46d).

    The first digit is 1 for the output and 2 for the input, the second the number; the lower octet
    is the level in percent with its highest bit set.
    """
    upper, lower = divmod(as_int(script), 0x100)
    parts = _controller(upper, lower & ~_CALENDAR)
    if parts is None or not lower & _CALENDAR:
        raise EncodeError(f"script {as_int(script):04X} is no direction, controller and level of a calendar")
    return parts


def controller_script_values(parts: Values) -> tuple[Value, ...]:
    """The way back from `controller_script`."""
    return (_script(parts) | _CALENDAR,)


def _controller(upper: int, level: int) -> Values | None:
    direction, number = divmod(upper, 0x10)
    if direction not in (_OUTPUT, _INPUT) or not 1 <= number <= _MOST_CONTROLLERS or level > _HIGHEST_LEVEL:
        return None
    return {"number": number, "level": level} | ({"input": True} if direction == _INPUT else {})


def _script(parts: Values) -> int:
    direction = _INPUT if parts.get("input") else _OUTPUT
    number = _numbered(parts)
    level = in_range(as_int(parts.get("level")), 0, _HIGHEST_LEVEL)
    return direction << 12 | number << 8 | level


_LOGGED_ACTIONS: Final = (0x11, 0x12, 0x20, 0x00)
"""On, off, back to the calendar, a message from the switch."""


def logged_action(entry: Value, outcome: Value, command: Value) -> Values:
    """What the log says was done to which switch, with its outcome and the identifier on the HAN.

    16 bits. Of a switch: its number, then 11 on, 12 off, 20 back to the calendar, 00 a message from
    it (page ECS35f; vectors of ECS35g, ECS47). Else the script of a Command to a controller, as
    ECS47a and ECS47e carry it: direction, number, level (GBCS 7.3.6.1), or that of a calendar, whose
    highest bit of the level has no place in the schema.
    """
    upper, lower = divmod(as_int(entry), 0x100)
    if 1 <= upper <= _MOST_CONTROLLERS and lower in _LOGGED_ACTIONS:
        parts: Values | None = {"number": upper, "action": lower}
    else:
        parts = _controller(upper, lower & ~_CALENDAR)
    if parts is None:
        raise EncodeError(f"{as_int(entry):04X} is no switch and action, nor a controller and level")
    return {**parts, "outcome": outcome, "command": command}


def logged_action_values(parts: Values) -> tuple[Value, ...]:
    """The way back from `logged_action`."""
    action = parts.get("action")
    entry = _script(parts) if action is None else _numbered(parts) << 8 | as_int(action)
    return (entry, parts.get("outcome"), parts.get("command"))


_NO_CONTROLLER: Final = b""
_PROPORTIONAL: Final = b"\xff"
_SWITCH: Final = bytes(8)


def controller_type(octets: Value) -> Values:
    """The type of an auxiliary controller, and the identifier of an HCALCS (SMETS 5.7.5.38).

    Nothing: no controller. FF: an APC. Eight octets 0: an ALCS.
    """
    found = as_bytes(octets)
    if found in _TYPES:
        return {"type": _TYPES[found]}
    in_range(len(found), 8, 8)
    return {"type": _HCALCS, "id": found}


def controller_type_values(parts: Values) -> tuple[Value, ...]:
    """The way back from `controller_type`."""
    if parts.get("type") == _HCALCS:
        return (as_bytes(parts.get("id")),)
    for octets, name in _TYPES.items():
        if name == parts.get("type"):
            return (octets,)
    raise EncodeError(f"{parts.get('type')!r} is no type of an auxiliary controller")


_HCALCS: Final = "HCALCS"
_TYPES: Final = {_NO_CONTROLLER: "None", _PROPORTIONAL: "APC", _SWITCH: "ALCS"}
