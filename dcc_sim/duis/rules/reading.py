"""Values out of a schema-valid tree, for rules.

In: elements. Out: text, numbers, moments, times, dates with holes; None where a rule has nothing to
look at, as another rule or the schema speaks of that. Nothing is raised. Left out: what is wrong.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import datetime
from typing import TYPE_CHECKING, Final

from lxml import etree

from dcc_sim.clock import utc
from dcc_sim.duis.names import local_name, sr

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lxml.etree import _Element

_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,40}")
_CLOCK: Final = re.compile(r"(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)?")
_LEAP_YEAR: Final = 2000

Date = tuple[int | str | None, int | str | None, int | str | None, int | str | None]
"""Year, month, day, weekday: a number, a token such as `LastDayOfMonth`, None for any."""


def child(element: _Element | None, *path: str) -> _Element | None:
    """The first element along a path of local names."""
    for name in path:
        if element is None:
            return None
        element = element.find(sr(name))
    return element


def children(element: _Element | None, name: str) -> list[_Element]:
    """All children of that name; of None there are none."""
    return [] if element is None else element.findall(sr(name))


def everywhere(element: _Element, *names: str) -> Iterator[_Element]:
    """All descendants of those names, in document order."""
    return element.iter(*(sr(name) for name in names))


def text(element: _Element | None) -> str:
    """Text content without white space around it; empty for None."""
    return "" if element is None else (element.text or "").strip()


def number(element: _Element | None, attribute: str = "") -> int | None:
    """A whole number of up to 40 digits."""
    if element is None:
        return None
    found = (element.get(attribute) or "").strip() if attribute else text(element)
    return int(found) if _NUMBER.fullmatch(found) else None


def moment(element: _Element | None) -> datetime | None:
    """A date and time with a zone, in UTC."""
    try:
        return utc(datetime.fromisoformat(text(element)))
    except (ValueError, OverflowError):
        return None


def seconds_of_day(element: _Element | None) -> int | None:
    """A time of day in seconds after midnight; a zone or a fraction is not looked at."""
    found = _CLOCK.fullmatch(text(element))
    return int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3]) if found else None


def is_utc_second(element: _Element) -> bool:
    """Whether a time of day is in UTC (`Z`), without a fraction, and before hour 24."""
    found = _CLOCK.fullmatch(text(element))
    return bool(found and found[5] == "Z" and not (found[4] or "").strip("0") and int(found[1]) < 24)


def plain_date(element: _Element | None) -> tuple[int, int, int] | None:
    """Year, month and day of an xs:date; the year may be any, such as 65535 for every year."""
    found = re.match(r"(-?\d{4,9})-(\d\d)-(\d\d)", text(element))
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


_PARTS: Final = ("Year", "Month", "DayOfMonth", "DayOfWeek")


def dates(element: _Element) -> Iterator[_Element]:
    """All dates with holes below, electricity's and gas's."""
    for year in everywhere(element, "Year", "GasYearWithWildcards"):
        holder = year.getparent()
        if holder is not None:
            yield holder


def date(element: _Element | None) -> Date | None:
    """A date with holes."""
    if element is None:
        return None
    found = [_part(element, name) for name in _PARTS]
    return None if any(part is _MISSING for part in found) else (found[0], found[1], found[2], found[3])


_MISSING: Final = "missing"


def _part(element: _Element, name: str) -> int | str | None:
    holder = child(element, name)
    if holder is None:
        holder = child(element, f"Gas{name}WithWildcards")
    choice = None if holder is None else next(holder.iterchildren(tag=etree.Element), None)
    if choice is None:
        return _MISSING
    token = local_name(choice)
    if token.startswith("Specified"):
        return number(choice)
    return None if "NonSpecified" in token else token


def exact(when: Date | None) -> tuple[int, int, int] | None:
    """Year, month, day, when all three are numbers."""
    if when is None:
        return None
    year, month, day, _ = when
    if isinstance(year, int) and isinstance(month, int) and isinstance(day, int):
        return year, month, day
    return None


def days_in(year: int | str | None, month: int) -> int:
    """How long a month is; February has 29 days when the year is open."""
    return monthrange(year if isinstance(year, int) and 1 <= year <= 9999 else _LEAP_YEAR, month)[1]


def shown(when: Date) -> str:
    """`2026-12-25`, with `*` for what is left open."""
    return "-".join(
        "*" if part is None else f"{part:02}" if isinstance(part, int) else part for part in when[:3]
    )


def repeated(elements: list[_Element], keys: Sequence[object]) -> Iterator[tuple[_Element, _Element]]:
    """Elements whose key was there before, each with the first one that has it. None is no key."""
    first: dict[object, _Element] = {}
    for element, key in zip(elements, keys, strict=True):
        if key is None:
            continue
        if key in first:
            yield element, first[key]
        else:
            first[key] = element
