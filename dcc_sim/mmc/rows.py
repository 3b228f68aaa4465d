"""The vocabulary of the MMC tables: how decoded values become elements, in the order of the XML.

In: nothing; rows are literals. Out: `Element`, `Leaf`, `Each`, `When`, `Choice`, `Flag`, `View`,
`Omit`, closed and read by three: the writer (`writer`), the reader (`reader`), which goes back from
XML to values, and the completeness check (`carried`, `omitted`). For the way back every row names
what it reads and what it writes, and a `View` is undone by a second function or says why it cannot
be. A path is dotted and starts from the value at hand; an empty path is the value at hand itself.
Left out: XML syntax, and what a text looks like (`conversions`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from dcc_sim.mmc.conversions import Const

if TYPE_CHECKING:
    from dcc_sim.codec.shape import Value, Values
    from dcc_sim.mmc.conversions import Conversion

POSITION: Final = "#"
"""As the path of an attribute: the number, from 1, of the item that `Each` is at."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """An XML attribute; an `optional` one is left out when it has no value."""

    name: str
    conversion: Conversion
    path: str = ""
    optional: bool = False


class Element:
    """An element with rows inside; `at` moves into a part of the value.

    It is left out when nothing inside has a value, unless the schema needs it (`keep`).
    """

    __slots__ = ("at", "attributes", "keep", "name", "rows")

    def __init__(
        self,
        name: str,
        *rows: Row,
        at: str = "",
        attributes: tuple[Attribute, ...] = (),
        keep: bool = False,
    ) -> None:
        self.name = name
        self.rows = rows
        self.at = at
        self.attributes = attributes
        self.keep = keep


@dataclass(frozen=True, slots=True)
class Leaf:
    """An element with text."""

    name: str
    path: str
    conversion: Conversion
    attributes: tuple[Attribute, ...] = ()


@dataclass(frozen=True, slots=True)
class Flag:
    """An empty element that says by its name that the value is `value`."""

    name: str
    path: str
    value: int | str | bool | bytes


class Choice:
    """The first alternative that can say the value; the schema has a choice here."""

    __slots__ = ("alternatives",)

    def __init__(self, *alternatives: Leaf | Flag) -> None:
        self.alternatives = alternatives


class Each:
    """The rows once for each item of a list of at most `high`."""

    __slots__ = ("high", "path", "rows")

    def __init__(self, path: str, *rows: Row, high: int) -> None:
        self.path = path
        self.rows = rows
        self.high = high


class When:
    """Rows for a value that a Device may leave out."""

    __slots__ = ("path", "rows")

    def __init__(self, path: str, *rows: Row) -> None:
        self.path = path
        self.rows = rows


class View:
    """Rows over what a named function makes of one or more values that no row can say.

    `inverse` goes back: from the parts to the values in the order of `paths`. Where there is no way
    back, ever or for some parts, it is or gives the reason, in words.
    """

    __slots__ = ("function", "inverse", "paths", "rows")

    def __init__(
        self,
        function: Callable[..., Values],
        paths: tuple[str, ...],
        *rows: Row,
        inverse: Callable[[Values], tuple[Value, ...] | str] | str = "",
    ) -> None:
        self.function = function
        self.paths = paths
        self.rows = rows
        self.inverse = inverse


@dataclass(frozen=True, slots=True)
class Omit:
    """A value that the schema has no place for, and why nothing is lost.

    On the way back constants of the use case come from its row, `fill` from here (`POSITION` is the
    number of the item), and what a Device sends twice from `same_as`, a path at the same place;
    anything else is not there.
    """

    path: str
    why: str
    fill: int | str | bytes | None = None
    same_as: str = ""


Row: TypeAlias = "Element | Leaf | Flag | Choice | Each | When | View | Omit"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseRow:
    """A use case: its response element by Service Reference Variant (the first when unknown), rows.

    The element is None where the schema has none. `settle` puts right on the way back what depends
    on several values of the Response.
    """

    code: str
    elements: Mapping[str, str | None]
    rows: tuple[Row, ...] = ()
    settle: Callable[[dict[str, Value]], None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertContentRow:
    """An alert: the rows of its DeviceAlertContent."""

    code: str
    rows: tuple[Row, ...]


def carried(rows: tuple[Row, ...], base: str = "") -> Iterator[str]:
    """Paths of the values that the rows put into the XML; `[]` stands for any item of a list."""
    for row in rows:
        match row:
            case Leaf() | Flag():
                yield _join(base, row.path)
                yield from _attributes(row, base)
            case Element():
                yield from _attributes(row, _join(base, row.at))
                yield from carried(row.rows, _join(base, row.at))
            case Choice():
                yield from carried(row.alternatives, base)
            case Each():
                yield from carried(row.rows, _join(base, row.path) + "[]")
            case When():
                yield from carried(row.rows, base)
            case View():
                yield from (_join(base, path) for path in row.paths)
            case Omit():
                pass


def omitted(rows: tuple[Row, ...], base: str = "") -> Iterator[str]:
    """Paths of the values that the rows say are not carried."""
    for row in rows:
        match row:
            case Omit():
                yield _join(base, row.path)
            case Element():
                yield from omitted(row.rows, _join(base, row.at))
            case Each():
                yield from omitted(row.rows, _join(base, row.path) + "[]")
            case When():
                yield from omitted(row.rows, base)
            case Leaf() | Flag() | Choice() | View():
                pass


def views(rows: tuple[Row, ...]) -> Iterator[View]:
    """Every view among the rows, at any depth."""
    for row in rows:
        if isinstance(row, View):
            yield row
        if isinstance(row, View | Element | Each | When):
            yield from views(row.rows)


def leaves(value: Value, base: str = "") -> Iterator[str]:
    """Paths of everything that a decoded value holds, in the form of `carried`."""
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from leaves(part, _join(base, name))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from leaves(item, base + "[]")
    else:
        yield base


def _attributes(row: Element | Leaf | Flag, base: str) -> Iterator[str]:
    for attribute in () if isinstance(row, Flag) else row.attributes:
        if attribute.path != POSITION and not isinstance(attribute.conversion, Const):
            yield _join(base, attribute.path)


def _join(base: str, path: str) -> str:
    return f"{base}.{path}" if base and path else base or path
