"""Dates with holes, weeks and special days: what both fuels' tariffs are made of.

In: numbers in the words of the schema. Out: elements of a Service Request, and the octets that a
command has to carry for them. The octets are written out here once more, from the layouts alone,
so that a comparison with what `transform` makes says something. Left out: how they are drawn
(`strategies`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from lxml import etree

from dcc_sim.clock import utc
from dcc_sim.codec.shape import Value
from dcc_sim.ids import CommandVariant, RequestId

SR: Final = "http://www.dccinterface.co.uk/ServiceUserGateway"
CANCELLATION: Final = "3000-12-31T00:00:00.00Z"
"""The execution date that takes an earlier future-dated request back."""

Currency = Literal["GBP", "ECB"]
Form = datetime | Literal["cancel"] | None
"""When a request takes effect: at a moment, never (it cancels), at once."""

DayOfMonth = int | Literal["last", "second last"] | None

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY_TOKENS: Final = {"last": 0xFE, "second last": 0xFD, None: 0xFF}


def element(name: str, *content: etree._Element | str | int, **attributes: int) -> etree._Element:
    """One element of the request namespace, with children or text."""
    made = etree.Element(f"{{{SR}}}{name}", {key: str(value) for key, value in attributes.items()})
    for part in content:
        if isinstance(part, str | int):
            made.text = str(part)
        else:
            made.append(part)
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Date:
    """A date of which any part may be left open (None). Monday is weekday 1."""

    year: int | None = None
    month: int | None = None
    day: DayOfMonth = None
    weekday: int | None = None

    def electricity(self, name: str) -> etree._Element:
        """As an element of an electricity tariff."""
        tokens = {"last": "LastDayOfMonth", "second last": "SecondLastDayOfMonth"}
        day = (
            element(tokens[self.day])
            if isinstance(self.day, str)
            else _part("DayOfMonth", self.day, "NonSpecifiedDayOfMonth")
        )
        return element(
            name,
            element("Year", _part("Year", self.year)),
            element("Month", _part("Month", self.month)),
            element("DayOfMonth", day),
            element("DayOfWeek", _part("DayOfWeek", self.weekday)),
        )

    def gas(self, name: str) -> etree._Element:
        """As an element of a gas tariff, which knows no "last"."""
        day = self.day if isinstance(self.day, int) else None
        parts: tuple[tuple[str, int | None, str], ...] = (
            ("Year", self.year, ""),
            ("Month", self.month, ""),
            ("DayOfMonth", day, "GasNonSpecifiedDayOfMonth"),
            ("DayOfWeek", self.weekday, ""),
        )
        return element(name, *(element(f"Gas{n}WithWildcards", _part(n, v, any_)) for n, v, any_ in parts))

    @property
    def cosem(self) -> bytes:
        """Five octets of a DLMS date."""
        year = 0xFFFF if self.year is None else self.year
        day = self.day if isinstance(self.day, int) else _DAY_TOKENS[self.day]
        return bytes((year >> 8, year & 0xFF, _open(self.month), day, _open(self.weekday)))

    @property
    def zigbee(self) -> bytes:
        """Four octets of a ZigBee date."""
        year = 0xFF if self.year is None else self.year - 1900
        day = self.day if isinstance(self.day, int) else None
        return bytes((year, _open(self.month), _open(day), _open(self.weekday)))


def _part(name: str, value: int | None, otherwise: str = "") -> etree._Element:
    return (
        element(otherwise or f"NonSpecified{name}") if value is None else element(f"Specified{name}", value)
    )


def _open(value: int | None) -> int:
    return 0xFF if value is None else value


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekProfile:
    """Which day profile each day of the week has, Monday first."""

    number: int
    days: tuple[int, int, int, int, int, int, int]

    def element(self) -> etree._Element:
        """As it stands in a request, both fuels alike."""
        days = (element("ReferencedDayName", day, index=n) for n, day in enumerate(self.days, 1))
        return element("WeekProfile", element("WeekName", self.number), *days)

    def values(self) -> dict[str, Value]:
        """The seven days by their names on the wire."""
        return dict(zip(WEEKDAYS, self.days, strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialDay:
    """A date that has a day profile of its own."""

    date: Date
    day: int


def document(
    request_id: RequestId,
    variant: str,
    body: etree._Element,
    command_variant: CommandVariant = CommandVariant.TRANSFORM,
) -> bytes:
    """An unsigned Service Request around a body."""
    header = element(
        "Header",
        element("RequestID", str(request_id)),
        element("CommandVariant", int(command_variant)),
        element("ServiceReference", variant.rpartition(".")[0]),
        element("ServiceReferenceVariant", variant),
    )
    root = etree.Element(f"{{{SR}}}Request", {"schemaVersion": "5.4"}, nsmap={"sr": SR})
    root.extend((header, element("Body", body)))
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def when(execution: Form) -> tuple[etree._Element, ...]:
    """The ExecutionDateTime of a request, if it has one."""
    if execution is None:
        return ()
    text = f"{utc(execution):%Y-%m-%dT%H:%M:%S}.00Z" if isinstance(execution, datetime) else CANCELLATION
    return (element("ExecutionDateTime", text),)


def flat(values: Value, path: str = "") -> dict[str, Value]:
    """Nested values as one mapping from dotted path to leaf: what to compare, and to say what differs.

    A list also has its length, at `path.#`.
    """
    if isinstance(values, Mapping):
        return {k: v for name, part in values.items() for k, v in flat(part, f"{path}.{name}").items()}
    if isinstance(values, list | tuple):
        found: dict[str, Value] = {f"{path}.#": len(values)}
        for n, part in enumerate(values, 1):
            found |= flat(part, f"{path}.{n}")
        return found
    return {path: values}
