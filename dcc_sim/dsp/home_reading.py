"""Reads tables as users write them: every key known, typed and checked, all findings at once.

In: mappings from TOML and the keys that a table may have. Out: converted values, and `Finding`s that name
the place, the rule and what would be valid. Left out: which tables there are (`home`).
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any, Final

from dcc_sim.catalogue.routes import GbcsVersion
from dcc_sim.clock import parse_moment, utc
from dcc_sim.errors import NotFound

_WRONG: Final = (ValueError, TypeError, KeyError, AttributeError, ArithmeticError)


@dataclass(frozen=True, slots=True)
class HomeFinding:
    """One thing in a home file that is not as it should be; `place` is a path such as `device[2].mpxn`."""

    place: str
    rule: str
    message: str
    valid: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.message} [{self.rule}]" + (f"; {self.valid}" if self.valid else "")


class HomeInvalid(NotFound):
    """A home file that no home can be made of; `findings` are all the places, in the order of the tables."""

    def __init__(self, findings: tuple[HomeFinding, ...]) -> None:
        super().__init__("\n".join(map(str, findings)))
        self.findings = findings


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a table. `convert` raises ValueError or TypeError; `valid` says what may stand there."""

    convert: Callable[[Any], Any]
    valid: str
    required: bool = False
    default: Any = None


@dataclass(slots=True)
class Reading:
    """One home file being read."""

    findings: list[HomeFinding] = field(default_factory=list)

    def say(self, place: str, rule: str, message: str, valid: str = "") -> None:
        """Something is wrong there."""
        self.findings.append(HomeFinding(place, rule, message, valid))

    def finish(self) -> None:
        """Raises HomeInvalid when anything was said."""
        if self.findings:
            raise HomeInvalid(tuple(self.findings))

    def table(
        self, content: object, place: str, keys: Mapping[str, Key], tables: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        """The converted values; of what is missing or wrong the default. `tables` are read by others."""
        values = {name: key.default for name, key in keys.items()}
        if not isinstance(content, Mapping):
            self.say(place, "table", f"{content!r} is not a table")
            return values
        inside = f"{place}." if place else ""
        for name in content:
            if name not in keys and name not in tables:
                near = difflib.get_close_matches(str(name), [*keys, *tables], n=1, cutoff=0.5)
                hint = f"did you mean {near[0]}?" if near else f"known are {', '.join([*keys, *tables])}"
                self.say(f"{inside}{name}", "unknown key", "there is no such key", hint)
        for name, key in keys.items():
            if name not in content:
                if key.required:
                    self.say(f"{inside}{name}", "required", "is missing", key.valid)
                continue
            try:
                values[name] = key.convert(content[name])
            except _WRONG as error:
                self.say(f"{inside}{name}", "value", _reason(content[name], error), key.valid)
        return values

    def tables(self, content: Mapping[str, Any], key: str, place: str = "") -> list[tuple[str, object]]:
        """The entries of an array of tables, each with its place; `[[key]]` counts from 1."""
        found = content.get(key, [])
        here = f"{place}.{key}" if place else key
        if not isinstance(found, list) or not all(isinstance(entry, Mapping) for entry in found):
            self.say(here, "table", "is no array of tables", f"write [[{here}]] before the entries of each")
            return []
        return [(f"{here}[{number}]", entry) for number, entry in enumerate(found, 1)]


def _reason(value: object, error: Exception) -> str:
    said = str(error)
    told = isinstance(value, str) and value in said
    return said if told else f"{value!r}: {said}" if said else repr(value)


# ------------------------------------------------------------------------------------- conversions


def text(value: object) -> str:
    """A text that is not empty."""
    if not isinstance(value, str) or not value.strip():
        raise TypeError("not a text")
    return value


def truth(value: object) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise TypeError("not true or false")
    return value


def whole(low: int, high: int) -> Callable[[object], int]:
    """A whole number within a range."""

    def convert(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise ValueError(f"not a whole number from {low} to {high}")
        return value

    return convert


def amount(value: object) -> Decimal:
    """A number that is not negative, written as a number or as text."""
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        raise ValueError("not a number") from None
    if isinstance(value, bool) or not found.is_finite() or found < 0:
        raise ValueError("not a number from 0 on")
    return found


def moment(value: object) -> datetime:
    """A moment in UTC, as a TOML date-time with zone or as text."""
    if isinstance(value, datetime):
        return utc(value)
    if isinstance(value, str):
        return parse_moment(value)
    raise TypeError("not a moment")


def day(value: object) -> date:
    """A TOML date."""
    if not isinstance(value, date) or isinstance(value, datetime):
        raise TypeError("not a date")
    return value


def version(value: object) -> GbcsVersion:
    """`4.1`, as text."""
    if not isinstance(value, str):
        raise TypeError("not a text")
    major, dot, minor = value.partition(".")
    if not dot or not major.isdecimal() or not minor.isdecimal():
        raise ValueError("not a version")
    return GbcsVersion(int(major), int(minor))


def member(kind: type[Enum]) -> Callable[[object], Any]:
    """A member of an enumeration, by value."""
    return one_of({item.value: item for item in kind})


def one_of(known: Mapping[str, Any]) -> Callable[[object], Any]:
    """What a word stands for; the error names the nearest."""

    def convert(value: object) -> Any:
        if isinstance(value, str) and value in known:
            return known[value]
        near = difflib.get_close_matches(str(value), known, n=1, cutoff=0.5)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise ValueError(f"{value!r} is none of {', '.join(known)}{hint}")

    return convert


def of_text(convert: Callable[[str], Any]) -> Callable[[object], Any]:
    """A conversion that wants a text."""

    def checked(value: object) -> Any:
        if not isinstance(value, str):
            raise TypeError("not a text: write it in quotation marks")
        return convert(value)

    return checked


def each(convert: Callable[[Any], Any]) -> Callable[[object], tuple[Any, ...]]:
    """A list of something."""

    def checked(value: object) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise TypeError("not a list")
        return tuple(convert(item) for item in value)

    return checked
