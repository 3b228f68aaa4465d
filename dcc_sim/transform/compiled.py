"""Rows as they run: a request body in, the values of its use case out.

In: a body and a `Job`, for a `Plan` that `compiling` has made of rows. Out: values by the names of the
use case row. Each element is looked at once and handed to the rows that mention it; an element that none
mentions, or that comes twice where a row takes one, is refused. Left out: the vocabulary (`rows`), and
how a plan is made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, Protocol

from dcc_sim.errors import NotFound
from dcc_sim.transform.conversions import Octets
from dcc_sim.transform.elements import NAMESPACE, children, indexed, integer, refuse, text
from dcc_sim.transform.rows import ALL, Absent

if TYPE_CHECKING:
    from lxml.etree import _Element

    from dcc_sim.catalogue.row import UseCase
    from dcc_sim.codec.shape import Value, Values
    from dcc_sim.duis.request import ServiceRequest
    from dcc_sim.transform.context import TransformContext
    from dcc_sim.transform.conversions import Conversion
    from dcc_sim.transform.rows import Default

Filled = dict[str, "Value"]
Traced = list[tuple[Filled, str, "_Element"]]


@dataclass(slots=True)
class Job:
    """One transform: the request, the row it goes to, the time, the DCC's state.

    `position` is the number of the list item at hand; `trace`, when a list, collects which element
    each value came from.
    """

    request: ServiceRequest
    row: UseCase
    now: datetime
    context: TransformContext
    position: int = 0
    trace: Traced | None = None

    def given(self, what: str) -> Value:
        """A value of the DCC's own state. Raises NotFound."""
        if what not in self.context.given:
            raise NotFound(f"{self.row.code} needs {what}, which is the DCC's own and was not given")
        return self.context.given[what]


Own = Callable[["_Element", Filled, Job], None]
_WHOLE: Final = ""
"""Name of the value that is the item itself."""


class Taker(Protocol):
    """What does something with the children of one name."""

    @property
    def required(self) -> bool:
        """Whether a missing child is refused."""
        ...

    def take(self, found: Sequence[_Element], parent: _Element, values: Filled, job: Job) -> None:
        """`found` are all children of the name, none when the element is missing."""
        ...


class Plan:
    """The rows of one element, by the children they read."""

    __slots__ = ("direct", "known", "own", "takers")

    def __init__(self) -> None:
        self.direct: Callable[[_Element], Value] | None = None
        self.takers: list[tuple[str, Taker]] = []
        self.known: set[str] = set()
        self.own: list[Own] = []

    @property
    def required(self) -> bool:
        """Whether something inside must be there."""
        return any(taker.required for _, taker in self.takers)

    def add(self, name: str, taker: Taker) -> None:
        """Let `taker` have the children of that name."""
        self.takers.append((NAMESPACE + name, taker))
        self.known.add(NAMESPACE + name)

    def fill(self, element: _Element, values: Filled, job: Job) -> None:
        """Read the element. Raises RequestInvalid."""
        found: dict[str, list[_Element]] = {}
        if len(element):
            known = self.known
            for child in children(element):
                tag = child.tag
                if tag in known:
                    if tag in found:
                        found[tag].append(child)
                    else:
                        found[tag] = [child]
                elif ALL not in known:
                    raise refuse(child, f"{job.row.code} has no place for it", rule="nothing is dropped")
        for tag, taker in self.takers:
            taker.take(found.get(tag, ()), element, values, job)
        for own in self.own:
            own(element, values, job)

    def miss(self, parent: _Element, values: Filled, job: Job) -> None:
        """The element is not there: whatever has a value then gets it."""
        for _, taker in self.takers:
            taker.take((), parent, values, job)


class Chain:
    """A child that is there once; the rows of several paths meet in it."""

    __slots__ = ("name", "needed", "plan", "to")

    def __init__(self, name: str, to: tuple[tuple[str, ...], ...]) -> None:
        self.name = name
        self.plan = Plan()
        self.to = to
        self.needed = False

    @property
    def required(self) -> bool:
        """Whether something that must be there is inside."""
        return self.needed or self.plan.required

    def take(self, found: Sequence[_Element], parent: _Element, values: Filled, job: Job) -> None:
        """Read what was found, or do without it."""
        if found:
            element = _only(found)
            if self.to:
                _fill_into(self.plan, self.to, element, values, job)
            else:
                self.plan.fill(element, values, job)
        elif self.required:
            raise refuse(parent, f"{self.name} is missing")
        else:
            self.plan.miss(parent, values, job)


@dataclass(frozen=True, slots=True)
class Branch:
    """When."""

    plan: Plan
    otherwise: Plan
    to: tuple[tuple[str, ...], ...]
    required: bool = False

    def take(self, found: Sequence[_Element], parent: _Element, values: Filled, job: Job) -> None:
        """Read what was found, or do without it."""
        if not found:
            self.otherwise.miss(parent, values, job)
            for own in self.otherwise.own:
                own(parent, values, job)
        elif self.to:
            _fill_into(self.plan, self.to, _only(found), values, job)
        else:
            self.plan.fill(_only(found), values, job)


@dataclass(frozen=True, slots=True)
class One:
    """Leaf, Composite, Flag: one element, one value."""

    name: str
    names: tuple[tuple[str, ...], ...]
    read: Callable[[_Element], Value]
    absent: Default
    plain: str = ""
    """The name, when it is the only one and stands by itself."""

    @property
    def required(self) -> bool:
        """Whether something that must be there is inside."""
        return self.absent is Absent.REFUSED

    def take(self, found: Sequence[_Element], parent: _Element, values: Filled, job: Job) -> None:
        """Read what was found, or do without it."""
        if found:
            element = _only(found)
            if self.plain and job.trace is None:
                values[self.plain] = self.read(element)
            else:
                put(values, self.names, self.read(element), element, job)
        elif self.absent is Absent.REFUSED:
            raise refuse(parent, f"{self.name} is missing")
        elif self.absent is not Absent.LEFT_OUT:
            put(values, self.names, self.absent, parent, job)


@dataclass(frozen=True, slots=True)
class Many:
    """Each."""

    name: str
    names: tuple[tuple[str, ...], ...]
    plan: Plan
    key: str
    low: int
    high: int

    @property
    def required(self) -> bool:
        """Whether something that must be there is inside."""
        return self.low > 0

    def take(self, found: Sequence[_Element], parent: _Element, values: Filled, job: Job) -> None:
        """Read what was found, or do without it."""
        if len(found) < self.low:
            raise refuse(parent, f"{self.name} is missing")
        if self.key:
            numbered = _keyed(found, self.key, self.high or len(found))
            found = [numbered[n] for n in sorted(numbered)]
        items: list[Value] = []
        outer = job.position
        for job.position, element in enumerate(found, 1):
            items.append(_item(self.plan, element, job))
        job.position = outer
        put(values, self.names, items, parent, job)


@dataclass(frozen=True, slots=True)
class Apart:
    """Spread."""

    name: str
    names: tuple[tuple[str, ...], ...]
    plan: Plan
    key: str
    absent: Default

    @property
    def required(self) -> bool:
        """Whether something that must be there is inside."""
        return self.absent is Absent.REFUSED

    def take(self, found: Sequence[_Element], parent: _Element, values: Filled, job: Job) -> None:
        """Read what was found, or do without it."""
        if self.key:
            numbered = _keyed(found, self.key, len(self.names))
        elif len(found) <= len(self.names):
            numbered = dict(enumerate(found, 1))
        else:
            raise refuse(found[len(self.names)], f"there is no place for more than {len(self.names)}")
        outer = job.position
        for job.position, name in enumerate(self.names, 1):
            element = numbered.get(job.position)
            if element is not None:
                put(values, (name,), _item(self.plan, element, job), element, job)
            elif self.absent is Absent.REFUSED:
                raise refuse(parent, f"{self.name} {job.position} is missing")
            elif self.absent is not Absent.LEFT_OUT:
                put(values, (name,), self.absent, parent, job)
        job.position = outer


@dataclass(frozen=True, slots=True)
class Groups:
    """Numbered."""

    name: str
    plans: tuple[Plan, ...]
    key: str
    required: bool = True

    def take(self, found: Sequence[_Element], parent: _Element, values: Filled, job: Job) -> None:
        """Read what was found, or do without it."""
        numbered = _keyed(found, self.key, len(self.plans))
        for number, plan in enumerate(self.plans, 1):
            if number not in numbered:
                raise refuse(parent, f"{self.name} {number} is missing")
            plan.fill(numbered[number], values, job)


@dataclass(frozen=True, slots=True)
class Tally:
    """Count."""

    names: tuple[tuple[str, ...], ...]
    required: bool = False

    def take(self, found: Sequence[_Element], parent: _Element, values: Filled, job: Job) -> None:
        """Read what was found, or do without it."""
        put(values, self.names, len(found), parent, job)


class Skip:
    """Read by a View, or omitted."""

    __slots__ = ()
    required = False

    def take(self, found: Sequence[_Element], parent: _Element, values: Filled, job: Job) -> None:
        """Nothing to do."""


SKIP: Final = Skip()


def converted(conversion: Conversion, element: _Element) -> Value:
    """The text of an element as a value. Raises RequestInvalid with its line, name and the rule."""
    return reader(conversion)(element)


def reader(conversion: Conversion) -> Callable[[_Element], Value]:
    """What reads an element by a conversion; a text that does not convert is a RequestInvalid."""
    convert = conversion.read
    strip = not isinstance(conversion, Octets)  # white space is part of a text and of nothing else

    def read(element: _Element) -> Value:
        try:
            return convert(text(element, strip=strip))
        except ValueError as error:
            raise refuse(element, str(error), rule=conversion.rule) from None

    return read


def converted_text(conversion: Conversion, said: str, element: _Element) -> Value:
    """A text, of an attribute say, as a value. Raises RequestInvalid with the place of `element`."""
    try:
        return conversion.read(said)
    except ValueError as error:
        raise refuse(element, str(error), rule=conversion.rule) from None


def _item(plan: Plan, element: _Element, job: Job) -> Value:
    if plan.direct is not None:
        return plan.direct(element)
    inner: Filled = {}
    plan.fill(element, inner, job)
    return inner.get(_WHOLE, inner)


def _fill_into(
    plan: Plan, to: tuple[tuple[str, ...], ...], element: _Element, values: Filled, job: Job
) -> None:
    inner: Filled = {}
    plan.fill(element, inner, job)
    for *outer, last in to:
        holder = _holder(values, tuple(outer))
        part = holder.setdefault(last, {})
        if isinstance(part, dict):
            part.update(inner)
            if job.trace is not None:
                job.trace += [(part, name, source) for where, name, source in job.trace if where is inner]


def _only(found: Sequence[_Element]) -> _Element:
    if len(found) > 1:
        raise refuse(found[1], "it appears twice", rule="once")
    return found[0]


def _keyed(found: Sequence[_Element], key: str, high: int) -> dict[int, _Element]:
    if key.startswith("@"):
        return indexed(list(found), 1, high, key[1:])
    numbered: dict[int, _Element] = {}
    for element in found:
        number = integer(element, key)
        if not 1 <= number <= high:
            raise refuse(element, f"{key} {number} is outside 1 … {high}", rule="index range")
        if number in numbered:
            raise refuse(element, f"{key} {number} appears twice", rule="index unique")
        numbered[number] = element
    return numbered


def _holder(values: Filled, path: tuple[str, ...]) -> Filled:
    for step in path:
        inner = values.setdefault(step, {})
        if not isinstance(inner, dict):
            raise TypeError(f"{'.'.join(path)} is a value and a group of values")
        values = inner
    return values


def put(
    values: Filled, names: tuple[tuple[str, ...], ...], value: Value, element: _Element, job: Job
) -> None:
    """Put a value under its names, each a path of steps, and remember where it came from if asked to."""
    for path in names:
        holder = values if len(path) == 1 else _holder(values, path[:-1])
        holder[path[-1]] = value
        if job.trace is not None:
            job.trace.append((holder, path[-1], element))


def origin(trace: Traced, values: Values, path: str) -> _Element | None:
    """The element that a value came from, by its dotted path; of its group if it has none itself."""
    found: _Element | None = None
    part: object = values
    for step in path.split("."):
        if isinstance(part, dict):
            found = next((e for holder, name, e in trace if holder is part and name == step), found)
            part = part.get(step)
        elif isinstance(part, list) and step.strip("[]").isdigit():
            number = int(step.strip("[]"))
            part = part[number - 1] if number <= len(part) else None
            if isinstance(part, dict):
                found = next((e for holder, _, e in trace if holder is part), found)
    return found
