"""What several tables of responses share: number types, index attributes, the date of the schema.

In: nothing. Out: conversions and rows. Left out: whole responses (`responses_*`).
"""

from __future__ import annotations

from typing import Final

from dcc_sim.mmc.conversions import Const, Integer, Named, OctetNumber, SecondsSince2000
from dcc_sim.mmc.rows import POSITION, Attribute, Choice, Element, Flag, Leaf, Omit
from dcc_sim.mmc.views import ANY, LAST, SECOND_LAST

CONSTANT: Final = "a constant of GBCS"

NO_REQUEST: Final = ""
"""In the place of a Service Reference Variant: the Response answers no Service Request."""

UNSIGNED_INT: Final = Integer(0, 0xFFFF_FFFF)
INTEGER: Final = Integer()
LOG_TIME: Final = SecondsSince2000()
LEVEL: Final = Integer(0, 100)
"""Percent of an auxiliary controller."""
PRICE: Final = Integer(-0x8000, 0x7FFF)
PRICE_SCALE: Final = Integer(-128, 127)
DAY: Final = Integer(1, 16)
WEEK: Final = OctetNumber(1, 4)


def omit(why: str, *paths: str) -> tuple[Omit, ...]:
    """Values that are left out for the same reason."""
    return tuple(Omit(path, why) for path in paths)


def unit_row(item: str, name: str, names: dict[int, str]) -> tuple[Leaf | Omit, ...]:
    """The unit of a register as an element; its scaler is fixed."""
    return (Leaf(name, f"{item}.unit", Named(names)), Omit(f"{item}.scaler", CONSTANT))


def index(high: int) -> tuple[Attribute, ...]:
    """The attribute that numbers the items of a list from 1."""
    return (Attribute("index", Integer(1, high), POSITION),)


def numbered(number: int) -> tuple[Attribute, ...]:
    """The attribute of an element that is always the same item of a list."""
    return (Attribute("index", Const(str(number))),)


DATE: Final = (
    Element(
        "Year",
        Choice(Leaf("SpecifiedYear", "year", Integer(2014, 9999)), Flag("NonSpecifiedYear", "year", ANY)),
    ),
    Element(
        "Month",
        Choice(Leaf("SpecifiedMonth", "month", Integer(1, 12)), Flag("NonSpecifiedMonth", "month", ANY)),
    ),
    Element(
        "DayOfMonth",
        Choice(
            Leaf("SpecifiedDayOfMonth", "day", Integer(1, 31)),
            Flag("LastDayOfMonth", "day", LAST),
            Flag("SecondLastDayOfMonth", "day", SECOND_LAST),
            Flag("NonSpecifiedDayOfMonth", "day", ANY),
        ),
    ),
    Element(
        "DayOfWeek",
        Choice(
            Leaf("SpecifiedDayOfWeek", "weekday", Integer(1, 7)),
            Flag("NonSpecifiedDayOfWeek", "weekday", ANY),
        ),
    ),
)

TIME_STATUS: Final = Named({0: "reliable", 1: "invalid", 2: "unreliable"})

CLOCK_ELEMENTS: Final = {"6.11": "SynchroniseClockRsp", "8.1.1": "CommissionDeviceSynchroniseClockRsp"}
