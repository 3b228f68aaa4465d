"""The vocabulary of the transform tables: which XML of a request becomes which value of a command.

In: nothing; rows are literals. Out: `Leaf`, `Composite`, `Flag`, `Element`, `When`, `Each`, `Spread`,
`Numbered`, `Count`, `Position`, `Constant`, `Now`, `Given`, `View`, `Omit`, closed and read by three: the
compiler (`compiled`), the completeness check (`carried`, `omitted`, `uncovered`) and the coverage page
(`functions`). Left out: what a text means (`conversions`), XML syntax.

A path is local names joined by `/`, from the element at hand; `.` is that element itself, a last
step `@x` an attribute of it. A name is dotted into the values of the use case row; an empty name is
the whole value at hand (of an item of a list). An element that no row mentions is refused when it
occurs in a request: nothing is dropped in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from lxml.etree import _Element

    from dcc_sim.codec.shape import Value, Values
    from dcc_sim.transform.compiled import Job
    from dcc_sim.transform.conversions import Conversion, Structure


class Absent(Enum):
    """What to do when an element is not there."""

    REFUSED = "refused"
    LEFT_OUT = "left out"


REFUSED: Final = Absent.REFUSED
LEFT_OUT: Final = Absent.LEFT_OUT
"""The command has no such value then: for optional items."""

Names: TypeAlias = "str | tuple[str, ...]"
Default: TypeAlias = "Value | Absent"

ANY: Final = "*"
"""One step of a path, whatever its name."""
ALL: Final = "**"
"""As last step of a path: everything at and below that place."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """The text of an element or attribute becomes a value; `absent` is the value when it is missing."""

    path: str
    name: Names
    conversion: Conversion
    absent: Default = REFUSED


@dataclass(frozen=True, slots=True)
class Composite:
    """An element whose parts together make one value, as a date with wildcards does."""

    path: str
    name: Names
    structure: Structure
    absent: Default = REFUSED


@dataclass(frozen=True, slots=True)
class Flag:
    """An empty element that says something by being there."""

    path: str
    name: Names
    present: Value
    absent: Default = LEFT_OUT


class Element:
    """Rows inside a child element, which must be there; `to` puts their values into named parts."""

    __slots__ = ("path", "rows", "to")

    def __init__(self, path: str, *rows: Row, to: Names = "") -> None:
        self.path = path
        self.rows = rows
        self.to = to


class When:
    """Rows for a child element that may be missing; `otherwise` are the rows that hold then."""

    __slots__ = ("otherwise", "path", "rows", "to")

    def __init__(self, path: str, *rows: Row, to: Names = "", otherwise: tuple[Row, ...] = ()) -> None:
        self.path = path
        self.rows = rows
        self.to = to
        self.otherwise = otherwise


class Each:
    """Every element at the path becomes an item of the list `name`.

    In document order, or in the order of `key`: an attribute (`@index`) or child that numbers the
    items from 1, each once, without a gap; with gaps up to `high` if that is given.
    """

    __slots__ = ("high", "key", "low", "name", "path", "rows")

    def __init__(
        self, path: str, name: Names, *rows: Row, key: str = "", low: int = 1, high: int = 0
    ) -> None:
        self.path = path
        self.name = name
        self.rows = rows
        self.key = key
        self.low = low
        self.high = high


class Spread:
    """Numbered elements, each into a value of its own: number n into `names[n - 1]`.

    `key` is the attribute or child that holds the number; an empty one counts in document order.
    """

    __slots__ = ("absent", "key", "names", "path", "rows")

    def __init__(
        self,
        path: str,
        names: tuple[str, ...],
        *rows: Row,
        key: str = "@index",
        absent: Default = REFUSED,
    ) -> None:
        self.path = path
        self.names = names
        self.rows = rows
        self.key = key
        self.absent = absent


class Numbered:
    """Numbered elements with rows of their own: those of element n are `groups[n - 1]`; all must be there."""

    __slots__ = ("groups", "key", "path")

    def __init__(self, path: str, *groups: tuple[Row, ...], key: str = "@index") -> None:
        self.path = path
        self.groups = groups
        self.key = key


@dataclass(frozen=True, slots=True)
class Count:
    """How many elements there are at a path that other rows read."""

    path: str
    name: Names


@dataclass(frozen=True, slots=True)
class Position:
    """The number of the item that `Each` is at; the first one is `first`."""

    name: Names
    first: int = 1


@dataclass(frozen=True, slots=True)
class Constant:
    """A value that every such request has."""

    name: Names
    value: Value


@dataclass(frozen=True, slots=True)
class Now:
    """The time of the transform."""

    name: Names
    conversion: Callable[[datetime], Value]


@dataclass(frozen=True, slots=True)
class Given:
    """A value that is the DCC's own state: `what` names it in `TransformContext.given`."""

    name: Names
    what: str


class View:
    """A named function for what no row can say; it gets the element at hand and the job.

    `reads` are the paths it looks at, `writes` the names of the values it gives.
    """

    __slots__ = ("function", "reads", "writes")

    def __init__(
        self,
        function: Callable[[_Element, Job], Values],
        reads: tuple[str, ...],
        writes: tuple[str, ...],
    ) -> None:
        self.function = function
        self.reads = reads
        self.writes = writes


@dataclass(frozen=True, slots=True)
class Omit:
    """An element that the command has no place for, with all below it, and why nothing is lost."""

    path: str
    why: str


Row: TypeAlias = (
    "Leaf | Composite | Flag | Element | When | Each | Spread | Numbered | Count | Position | Constant | Now "
    "| Given | View | Omit"
)


DSP_DATED: Final = Omit("ExecutionDateTime", "the DSP keeps the request until then, and transforms it then")
CHOSE_USE_CASE: Final = "decided which use case it becomes"
IN_HEADER: Final = "stands in the Grouping Header, not in the payload"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRow:
    """How a use case gets its values from the bodies that lead to it.

    A use case that several kinds of body lead to may have a row for each.
    """

    code: str
    bodies: tuple[str, ...]
    rows: tuple[Row, ...] = ()


def carried(rows: tuple[Row, ...], base: str = "") -> Iterator[str]:
    """Paths that become values, as patterns with `*` and `**`."""
    for row in rows:
        match row:
            case Leaf() | Flag() | Count():
                yield _join(base, row.path)
                if "@" in row.path:
                    yield _join(base, row.path.rpartition("@")[0].rstrip("/"))
            case Composite():
                yield from (_join(_join(base, row.path), path) for path in row.structure.reads)
            case Element() | When():
                inner = _join(base, row.path)
                yield inner
                yield from carried(row.rows, inner)
                if isinstance(row, When):
                    yield from carried(row.otherwise, base)
            case Each() | Spread():
                inner = _join(base, row.path)
                yield inner
                if row.key:
                    yield _join(inner, row.key)
                yield from carried(row.rows, inner)
            case Numbered():
                inner = _join(base, row.path)
                yield from (inner, _join(inner, row.key))
                for group in row.groups:
                    yield from carried(group, inner)
            case View():
                yield from (_join(base, path) for path in row.reads)
            case Position() | Constant() | Now() | Given() | Omit():
                pass


def omitted(rows: tuple[Row, ...], base: str = "") -> Iterator[tuple[str, str]]:
    """Paths that the rows say are not carried, each with the reason."""
    for row in rows:
        match row:
            case Omit():
                yield _join(_join(base, row.path), ALL), row.why
            case Element() | When() | Each() | Spread():
                yield from omitted(row.rows, _join(base, row.path))
                if isinstance(row, When):
                    yield from omitted(row.otherwise, base)
            case Numbered():
                for group in row.groups:
                    yield from omitted(group, _join(base, row.path))
            case _:
                pass


def uncovered(leaves: set[str], rows: tuple[Row, ...]) -> set[str]:
    """Leaves (elements without children, attributes) that the rows neither carry nor omit."""
    patterns = {*carried(rows), *(path for path, _ in omitted(rows))}
    plain = {path for path in patterns if ANY not in path}
    wild = [path.split("/") for path in patterns if ANY in path]
    return {leaf for leaf in leaves - plain if not any(_covers(p, leaf.split("/")) for p in wild)}


def functions(rows: tuple[Row, ...]) -> Iterator[Callable[[_Element, Job], Values]]:
    """The functions of the `View` rows, to be counted."""
    for row in rows:
        match row:
            case View():
                yield row.function
            case Element() | Each() | Spread():
                yield from functions(row.rows)
            case When():
                yield from functions(row.rows)
                yield from functions(row.otherwise)
            case Numbered():
                for group in row.groups:
                    yield from functions(group)
            case _:
                pass


def _covers(pattern: list[str], leaf: list[str]) -> bool:
    if pattern[-1] == ALL:
        pattern, leaf = pattern[:-1], leaf[: len(pattern) - 1]
    return len(pattern) == len(leaf) and all(p in (ANY, s) for p, s in zip(pattern, leaf, strict=True))


def _join(base: str, path: str) -> str:
    if path in ("", "."):
        return base
    return f"{base}/{path}" if base else path
