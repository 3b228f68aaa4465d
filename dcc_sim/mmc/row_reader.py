"""Rows and XML to values: what `writer` does, backwards.

In: rows, an element. Out: values under construction (`Node`), which `completion` makes whole. The
children of an element are taken in order; what no row takes is an error. Left out: the document
around it (`reader`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, assert_never

from dcc_sim.codec.shape import Value, as_int
from dcc_sim.errors import EncodeError
from dcc_sim.mmc.completion import UNKNOWN, Unknown
from dcc_sim.mmc.conversions import Const
from dcc_sim.mmc.places import TAG, name_of, path_of
from dcc_sim.mmc.rows import POSITION, Attribute, Choice, Each, Element, Flag, Leaf, Omit, Row, View, When

if TYPE_CHECKING:
    from lxml.etree import _Element


class Node:
    """A value under construction: unknown yet, a leaf, named parts, or items."""

    __slots__ = ("items", "leaf", "parts")

    def __init__(self) -> None:
        self.leaf: Value | Unknown = UNKNOWN
        self.parts: dict[str, Node] = {}
        self.items: list[Node] | None = None

    def at(self, path: str) -> Node:
        """The node at a dotted path from here."""
        node = self
        for name in path.split(".") if path else ():
            node = node.parts.setdefault(name, Node())
        return node

    def set(self, value: Value) -> None:
        """Say what it is. Raises EncodeError when it was said to be something else."""
        if not isinstance(self.leaf, Unknown) and self.leaf != value:
            raise EncodeError(f"{value!r}, but elsewhere {self.leaf!r}")
        self.leaf = value

    def plain(self) -> Value | Unknown:
        """What is known, without what is not."""
        if not isinstance(self.leaf, Unknown):
            return self.leaf
        if self.items is not None:
            items = (item.plain() for item in self.items)
            return [None if isinstance(item, Unknown) else item for item in items]
        parts = {name: node.plain() for name, node in self.parts.items()}
        known = {name: value for name, value in parts.items() if not isinstance(value, Unknown)}
        return known or UNKNOWN


class _Children:
    """The elements of an element, one after the other."""

    __slots__ = ("elements", "position")

    def __init__(self, parent: _Element) -> None:
        self.elements = list(parent.iterchildren("*"))
        self.position = 0

    def peek(self) -> _Element | None:
        return self.elements[self.position] if self.position < len(self.elements) else None


class RowReader:
    """Reads elements by rows into nodes.

    `answered` says whether the Device answered the item with that name, so that a list without
    elements is known to be empty.
    """

    def __init__(self, answered: Callable[[str], bool]) -> None:
        self.answered = answered
        self.fills: list[tuple[Node, Omit, int, bool]] = []

    def read(
        self, rows: Sequence[Row], parent: _Element, node: Node, *, position: int = 0, top: bool
    ) -> None:
        """Read all children of an element. Raises EncodeError, whose `field` is the path of the element."""
        children = _Children(parent)
        self._rows(rows, children, node, position, top=top, optional=False)
        left = children.peek()
        if left is not None:
            raise EncodeError(f"{name_of(left)} is not expected here", field=path_of(left))

    def finish(self) -> None:
        """Fill in what rows say about values that are not in the XML."""
        for node, omit, position, top in self.fills:
            if top and not self._known(node, omit.path):
                continue
            place = node.at(omit.path)
            if omit.same_as:
                value = node.at(omit.same_as).plain()
                if not isinstance(value, Unknown):
                    place.set(value)
            elif omit.fill is not None:
                place.set(position if omit.fill == POSITION else omit.fill)

    def _known(self, node: Node, path: str) -> bool:
        first = path.split(".", maxsplit=1)[0]
        return self.answered(first) and ("." not in path or not isinstance(node.at(first).plain(), Unknown))

    def _rows(
        self,
        rows: Sequence[Row],
        children: _Children,
        node: Node,
        position: int,
        *,
        top: bool,
        optional: bool,
    ) -> bool:
        found = False
        for row in rows:
            match row:
                case Leaf() | Flag():
                    found |= self._one(row, children, node, position)
                case Choice():
                    found |= any(self._one(choice, children, node, position) for choice in row.alternatives)
                case Element():
                    found |= self._element(row, children, node, position, top=top)
                case Each():
                    found |= self._each(row, children, node, top=top, optional=optional)
                case When():
                    found |= self._rows(row.rows, children, node, position, top=top, optional=True)
                case View():
                    found |= self._view(row, children, node, position, top=top, optional=optional)
                case Omit():
                    if "[]" not in row.path:
                        self.fills.append((node, row, position, top))
                case _:
                    assert_never(row)
        return found

    def _one(self, row: Leaf | Flag, children: _Children, node: Node, position: int) -> bool:
        child = children.peek()
        if child is None or not _starts(row, child):
            return False
        children.position += 1
        try:
            if len(child):
                raise EncodeError("only text is expected")  # noqa: TRY301  # the place is added below
            if isinstance(row, Flag):
                node.at(row.path).set(row.value)
                return True
            _attributes(row.attributes, child, node, position)
            value = row.conversion.value(child.text or "")
            if value is not None:
                node.at(row.path).set(value)
        except EncodeError as error:
            error.field = path_of(child)
            raise
        return True

    def _element(self, row: Element, children: _Children, node: Node, position: int, *, top: bool) -> bool:
        child = children.peek()
        if child is None or not _starts(row, child):
            return False
        children.position += 1
        inner = node.at(row.at)
        try:
            _attributes(row.attributes, child, inner, position)
        except EncodeError as error:
            error.field = path_of(child)
            raise
        self.read(row.rows, child, inner, position=position, top=top and not row.at)
        return True

    def _each(self, row: Each, children: _Children, node: Node, *, top: bool, optional: bool) -> bool:
        place = node.at(row.path)
        known = place.items
        items = [] if known is None else known
        count = 0
        while (child := children.peek()) is not None and any(_starts(inner, child) for inner in row.rows):
            count += 1
            if count > row.high:
                raise EncodeError(f"more than {row.high} of {name_of(child)}", field=path_of(child))
            if known is None:
                items.append(Node())
            elif count > len(known):
                break
            self._rows(row.rows, children, items[count - 1], count, top=False, optional=False)
        if known is not None and count != len(known):
            raise EncodeError(
                f"a list that has {len(known)} items elsewhere has {count} here", field=row.path
            )
        if count or (self.answered(row.path.split(".")[0]) if top else not optional):
            place.items = items
        return count > 0

    def _view(
        self, row: View, children: _Children, node: Node, position: int, *, top: bool, optional: bool
    ) -> bool:
        scratch = Node()
        first = children.peek()
        found = self._rows(row.rows, children, scratch, position, top=False, optional=False)
        needed = all(self.answered(path.split(".")[0]) for path in row.paths) if top else not optional
        if isinstance(row.inverse, str) or not (found or needed):
            return found
        parts = scratch.plain()
        try:
            values = row.inverse(parts if isinstance(parts, dict) else {})
        except (EncodeError, LookupError) as error:
            if not found:
                return False
            place = "" if first is None else path_of(first)
            reason = error.reason if isinstance(error, EncodeError) else f"{error} is not known here"
            raise EncodeError(reason, field=place) from error
        if not isinstance(values, str):
            for path, value in zip(row.paths, values, strict=True):
                node.at(path).set(value)
        return found


def _starts(row: Row, child: _Element) -> bool:
    """Whether the row can take this element."""
    match row:
        case Leaf() | Element():
            if child.tag != TAG + row.name:
                return False
            fixed = (a for a in row.attributes if isinstance(a.conversion, Const))
            return all(child.get(a.name) == a.conversion.text(None) for a in fixed)
        case Flag():
            return bool(child.tag == TAG + row.name)
        case Choice():
            return any(_starts(inner, child) for inner in row.alternatives)
        case Each() | When() | View():
            return any(_starts(inner, child) for inner in row.rows)
        case Omit():
            return False
        case _:
            assert_never(row)


def _attributes(attributes: tuple[Attribute, ...], child: _Element, node: Node, position: int) -> None:
    for attribute in attributes:
        text = child.get(attribute.name)
        if text is None:
            if attribute.optional or isinstance(attribute.conversion, Const):
                continue
            raise EncodeError(f"attribute {attribute.name} is missing")
        value = attribute.conversion.value(text)
        if attribute.path == POSITION:
            if as_int(value) != position:
                raise EncodeError(f"{attribute.name} {text}, where {position} is expected")
        elif value is not None:
            node.at(attribute.path).set(value)
