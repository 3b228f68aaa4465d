"""Rows made ready to run: the plan of a table.

In: the rows of a `CommandRow`, once. Out: a `Plan` (`compiled`), in which the rows of one element meet.
Left out: running it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dcc_sim.errors import EncodeError
from dcc_sim.transform.compiled import (
    SKIP,
    Apart,
    Branch,
    Chain,
    Filled,
    Groups,
    Job,
    Many,
    One,
    Own,
    Plan,
    Tally,
    converted_text,
    put,
    reader,
)
from dcc_sim.transform.elements import NAMESPACE, refuse
from dcc_sim.transform.rows import (
    ALL,
    ANY,
    Absent,
    Composite,
    Constant,
    Count,
    Each,
    Element,
    Flag,
    Given,
    Leaf,
    Now,
    Numbered,
    Omit,
    Position,
    Spread,
    View,
    When,
)

if TYPE_CHECKING:
    from lxml.etree import _Element

    from dcc_sim.codec.shape import Value
    from dcc_sim.transform.rows import Default, Names, Row


def compile_rows(rows: tuple[Row, ...]) -> Plan:
    """The plan of some rows. Raises ValueError for rows that contradict each other."""
    plan = Plan()
    for row in rows:
        _add(plan, row)
    match rows:
        case (Leaf(path=".", name="", conversion=conversion),):  # the item is a text: nothing to collect
            plan.direct = reader(conversion)
        case _:
            pass
    return plan


def _add(plan: Plan, row: Row) -> None:
    match row:
        case Leaf():
            _add_leaf(plan, row)
        case Composite():
            _add_one(plan, row.path, row.name, row.structure.value, row.absent)
        case Flag():
            present = row.present
            _add_one(plan, row.path, row.name, lambda _: present, row.absent)
        case Element():
            chain = _descend(plan, row.path, _places(row.to) if row.to else ())
            chain.needed = True
            for inner in row.rows:
                _add(chain.plan, inner)
        case When():
            inside, name = _last(plan, row.path)
            to = _places(row.to) if row.to else ()
            inside.add(name, Branch(compile_rows(row.rows), compile_rows(row.otherwise), to))
        case Each():
            inside, name = _last(plan, row.path)
            items = _with_key(row.rows, row.key)
            inside.add(name, Many(name, _places(row.name), items, row.key, row.low, row.high))
        case Spread():
            inside, name = _last(plan, row.path)
            items = _with_key(row.rows, row.key)
            inside.add(name, Apart(name, _places(row.names), items, row.key, row.absent))
        case Numbered():
            inside, name = _last(plan, row.path)
            plans = tuple(_with_key(group, row.key) for group in row.groups)
            inside.add(name, Groups(name, plans, row.key))
        case Count():
            inside, name = _last(plan, row.path)
            inside.add(name, Tally(_places(row.name)))
        case Omit():
            inside, name = _last(plan, row.path)
            inside.add(name, SKIP)
        case View():
            for path in row.reads:
                _skip(plan, path)
            plan.own.append(_viewed(row))
        case Position() | Constant() | Now() | Given():
            plan.own.append(_own(row))


def _add_leaf(plan: Plan, row: Leaf) -> None:
    path, _, attribute = row.path.rpartition("@")
    if not attribute or not row.path.endswith(f"@{attribute}") or "@" not in row.path:
        _add_one(plan, row.path, row.name, reader(row.conversion), row.absent)
        return
    names, absent, conversion = _places(row.name), row.absent, row.conversion
    inside = _descend(plan, path.rstrip("/"), ()).plan if path else plan

    def own(element: _Element, values: Filled, job: Job) -> None:
        found = element.get(attribute)
        if found is not None:
            put(values, names, converted_text(conversion, found.strip(), element), element, job)
        elif absent is Absent.REFUSED:
            raise refuse(element, f"its {attribute} is missing")
        elif absent is not Absent.LEFT_OUT:
            put(values, names, absent, element, job)

    inside.own.append(own)


def _add_one(plan: Plan, path: str, name: Names, read: Callable[[_Element], Value], absent: Default) -> None:
    names = _places(name)
    if path != ".":
        inside, last = _last(plan, path)
        plain = names[0][0] if len(names) == len(names[0]) == 1 else ""
        inside.add(last, One(last, names, read, absent, plain))
        return
    plan.known.add(ALL)
    plan.own.append(lambda element, values, job: put(values, names, read(element), element, job))


def _own(row: Position | Constant | Now | Given) -> Own:
    names = _places(row.name)

    def own(element: _Element, values: Filled, job: Job) -> None:
        value: Value
        match row:
            case Position():
                value = job.position - 1 + row.first
            case Constant():
                value = row.value
            case Now():
                value = row.conversion(job.now)
            case Given():
                value = job.given(row.what)
        put(values, names, value, element, job)

    return own


def _viewed(row: View) -> Own:
    function = row.function

    def own(element: _Element, values: Filled, job: Job) -> None:
        try:
            found = function(element, job)
        except EncodeError as error:
            raise refuse(element, str(error), rule="value on the wire") from error
        for name, value in found.items():
            put(values, (tuple(name.split(".")),), value, element, job)

    return own


def _descend(plan: Plan, path: str, to: tuple[tuple[str, ...], ...]) -> Chain:
    """The chain at a path, made where it is not there yet."""
    *outer, last = path.split("/")
    for name in outer:
        plan = _chain(plan, name, ()).plan
    return _chain(plan, last, to)


def _chain(plan: Plan, name: str, to: tuple[tuple[str, ...], ...]) -> Chain:
    for tag, taker in plan.takers:
        if tag == NAMESPACE + name and isinstance(taker, Chain) and taker.to == to:
            return taker
    chain = Chain(name, to)
    plan.add(name, chain)
    return chain


def _last(plan: Plan, path: str) -> tuple[Plan, str]:
    outer, _, last = path.rpartition("/")
    return (_descend(plan, outer, ()).plan if outer else plan), last


def _skip(plan: Plan, path: str) -> None:
    first, _, _ = path.partition("/")
    if first in (".", ANY, ALL):
        plan.known.add(ALL)
    elif not first.startswith("@"):
        plan.add(first, SKIP)


def _with_key(rows: tuple[Row, ...], key: str) -> Plan:
    plan = compile_rows(rows)
    if key and not key.startswith("@"):
        plan.add(key, SKIP)
    return plan


def _places(names: Names) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(name.split(".")) for name in ((names,) if isinstance(names, str) else names))
