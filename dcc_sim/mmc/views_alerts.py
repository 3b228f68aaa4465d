"""The named functions of the MMC tables of alerts, each with its way back.

In: decoded values. Out: named parts that rows can say. Each raises EncodeError for what its schema
cannot express. Left out: element names.
"""

from __future__ import annotations

import json
from typing import Final

from dcc_sim.codec.shape import Value, Values, as_bytes, as_int
from dcc_sim.errors import EncodeError

_OUTPUT: Final = 0x10
_INPUT: Final = 0x20
_MOST_CONTROLLERS: Final = 5
_HIGHEST_LEVEL: Final = 100


def controller_level(controller: Value, level: Value) -> Values:
    """Which auxiliary proportional controller, in which direction, and its level (ECS101, ECS102).

    1n is the output and 2n the input of controller n, 1 … 5 (page ECS102 for the output; the
    published vectors for the input).
    """
    octet = as_int(controller)
    direction, number = octet & 0xF0, octet & 0x0F
    if direction not in (_OUTPUT, _INPUT) or not 1 <= number <= _MOST_CONTROLLERS:
        raise EncodeError(f"{octet:02X} is no direction and number of a controller")
    parts: dict[str, Value] = {"number": number, "level": level}
    if direction == _INPUT:
        parts["input"] = True
    return parts


def controller_level_values(parts: Values) -> tuple[Value, ...]:
    """The way back from `controller_level`."""
    direction = _INPUT if parts.get("input") else _OUTPUT
    return (direction | as_int(parts.get("number")), parts.get("level"))


def controller_state(text: Value) -> Values:
    """State and Associated Information of an auxiliary controller: its text, and the levels in it.

    The text is JSON with the members outputState and inputState in percent (published vector of
    ECS200). MMC has elements for both; the text is carried whole as well, because it may have other
    members, and because a Device may send text that is no JSON: then there are no levels.
    """
    octets = as_bytes(text)
    parts: dict[str, Value] = {"text": octets}
    try:
        state = json.loads(octets)
    except ValueError:
        return parts
    if isinstance(state, dict):
        for name, member in (("output", "outputState"), ("input", "inputState")):
            level = _level(state.get(member))
            if level is not None:
                parts[name] = level
    return parts


def controller_state_values(parts: Values) -> tuple[Value, ...]:
    """The way back from `controller_state`: the text holds the levels too."""
    return (parts.get("text"),)


def _level(member: object) -> int | None:
    if isinstance(member, str) and member.isascii() and member.isdecimal():
        member = int(member) if len(member) <= 3 else None
    if isinstance(member, int) and not isinstance(member, bool) and 0 <= member <= _HIGHEST_LEVEL:
        return member
    return None
