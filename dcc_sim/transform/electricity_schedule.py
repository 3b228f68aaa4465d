"""What the calendars of an ESME have in common: special days by number, and entries that refer to them.

A schedule entry holds one bit for each special day of the table that goes with it, so the entry
cannot be read without the table. Used by the non-disablement calendar and the auxiliary controllers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from dcc_sim.transform.conversions import COSEM_DATE
from dcc_sim.transform.elements import NAMESPACE, integer, refuse
from dcc_sim.transform.rows import Composite, Each, Position, View

if TYPE_CHECKING:
    from lxml.etree import _Element

    from dcc_sim.codec.shape import Value
    from dcc_sim.transform.compiled import Job


def special_days(path: str, name: str, key: str, date: str = ".") -> Each:
    """A special days table whose entries are numbered by an attribute: index, date, day id."""
    return Each(
        path, name, Position(("index", "day_id")), Composite(date, "date", COSEM_DATE), key=key, low=0
    )


def special_day_bits(entries: str, number: str, table: str) -> Callable[[_Element, Job], Mapping[str, Value]]:
    """A function for the `special_days` bits of an entry, first special day first.

    `entries` is the path of what names a day, `number` the attribute or child that holds its number,
    `table` the path of the special days from the body.
    """
    named = "/".join(NAMESPACE + name for name in entries.split("/"))
    defined = "/".join(NAMESPACE + name for name in table.split("/"))

    def bits(element: _Element, job: Job) -> Mapping[str, Value]:
        size = len(job.request.body.findall(defined))
        found: set[int] = set()
        for each in element.iterfind(named):
            day = int(each.get(number[1:]) or 0) if number.startswith("@") else integer(each, number)
            if not 1 <= day <= size:
                raise refuse(each, f"special day {day} is not defined", rule="special day defined")
            if day in found:
                raise refuse(each, f"special day {day} is named twice", rule="special day once")
            found.add(day)
        return {"special_days": "".join("1" if n in found else "0" for n in range(1, size + 1))}

    return bits


def special_day_view(entries: str, number: str, table: str) -> View:
    """The row for `special_day_bits`."""
    reads = (entries.partition("/")[0], entries, f"{entries}/{number}")
    return View(special_day_bits(entries, number, table), tuple(dict.fromkeys(reads)), ("special_days",))
