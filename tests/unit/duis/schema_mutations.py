"""Documents damaged in all the ways that a schema has an opinion on, near its limits rather than far off.

`Mutator(schema).mutate(root, dice)` changes one thing: an element removed, doubled, moved, renamed, put into
another namespace; a text or attribute at or just beyond the limits of its type; `schemaVersion`. Same
dice, same changes. Types are looked up by the names of an element and the one around it.
"""

from __future__ import annotations

import copy
import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from lxml import etree
from schema_walk import children

from dcc_sim.duis.drafting.shape import Simple, simple_type
from dcc_sim.duis.drafting.texts import refusal
from dcc_sim.duis.names import DS, RA, SR

if TYPE_CHECKING:
    from lxml.etree import _Element

Place = tuple[str, str]
_SPACES: Final = (SR, RA, DS, "urn:elsewhere", "")
_VERSIONS: Final = ("5.0", "5.1", "5.3", "5.4", "5.40", "+5.4", " 5.4 ", "", "x", "5.3a", "NaN", "1e1")
_ODD: Final = (
    "",
    " ",
    "x",
    "0",
    "-1",
    "1.0",
    "1e1",
    "true",
    "A A\nA A",
    "ä",
    "24:00:00",
    "2026-02-30T00:00:00Z",
    "AAA=",
)
_FORMS: Final[dict[str, tuple[str, ...]]] = {
    "boolean": ("true", "false", "1", "0", "TRUE", "2"),
    "dateTime": ("2026-01-31T00:00:00Z", "2024-02-29T24:00:00", "2026-01-01T00:00:00.5+14:00",
                 "2026-01-01T00:00:00+14:01",
                 "12026-01-01T00:00:00Z", "0000-01-01T00:00:00Z", "2026-01-01"),
    "date": ("2026-03-29", "2024-02-29Z", "65535-07-25", "2026-02-29", "26-02-28"),
    "time": ("00:00:00", "24:00:00", "24:00:01", "7:30:00", "07:30:00.00Z", "23:59:60"),
    "hexBinary": ("", "00", "0f0F", "0", "zz"),
    "base64Binary": ("", "AAAA", "AA==", "AAA", "A A A A", "A==="),
    "anyURI": ("", "#x", "a b"),
    "ID": ("a1", "1a", ""),
}  # fmt: skip


def near(kind: Simple) -> Iterator[str]:
    """Texts at the limits of a type and just beyond."""
    for each in (*kind.values[:3], *kind.values[-1:]):
        yield from (each, f" {each}", each.swapcase(), each + "x")
    if kind.is_number:
        step = Decimal(10) ** -kind.places
        for end in (kind.low, kind.high):
            if end is not None:
                yield from (f"{each:f}" for each in (end - step, end, end + step, end + step / 10))
                yield f" +{end:f} "
        yield from ("0", "1", "+1", "007", "1.0", "1.")
    if kind.longest is not None or kind.shortest:
        unit = {"hexBinary": "00", "base64Binary": "AAAA"}.get(kind.base, "a")
        for length in (kind.shortest - 1, kind.shortest, kind.longest or 1, (kind.longest or 1) + 1):
            if 0 <= length <= 80_000:
                yield unit * length
                yield unit * (length // 3) if unit == "AAAA" else "1" * length
    yield from _FORMS.get(kind.base, ())


def is_plain(kind: Any) -> bool:
    """Whether a simple type comes from a built-in one, and not from a list or a union."""
    while kind is not None and not (kind.name or "").startswith("{http://www.w3.org/2001/XMLSchema}"):
        if kind.is_list() or kind.is_union():
            return False
        kind = kind.base_type
    return kind is not None


class Mutator:
    """Changes to documents of one schema, below any of its roots."""

    def __init__(self, schema: Any) -> None:
        self.texts: dict[Place, list[str]] = defaultdict(list)
        self.right: dict[Place, list[str]] = defaultdict(list)
        self.marks: dict[str, dict[str, list[str]]] = defaultdict(dict)
        self.inside: dict[str, set[str]] = defaultdict(set)
        seen: set[Any] = set()
        for root in schema.maps.elements.values():
            self._learn(root, "", seen)
        self.names = sorted(name for found in self.inside.values() for name in found)
        self.changes: tuple[Callable[[_Element, random.Random], None], ...] = (
            *(self._write,) * 11, *(self._mark,) * 3, self._remove, self._remove, self._double, self._double,
            self._move, self._swap, self._rename, self._rename, self._insert, self._space, self._unmark,
        )  # fmt: skip

    def _learn(self, declared: Any, above: str, seen: set[Any]) -> None:
        kind = declared.type
        if kind.is_simple() or kind.has_simple_content():
            simple = kind if kind.is_simple() else kind.content
            if is_plain(simple):
                known = simple_type(simple)
                self.texts[above, declared.name] += near(known)
                self.right[above, declared.name] += (each for each in near(known) if not refusal(known, each))
        if not kind.is_simple():
            for name, each in kind.attributes.items():
                if name and is_plain(each.type):
                    self.marks[declared.name].setdefault(name, list(near(simple_type(each.type))))
        if kind in seen:
            return
        seen.add(kind)
        for child in children(declared).values():
            self.inside[declared.name].add(child.name)
            self._learn(child, declared.name, seen)

    def mutate(self, root: _Element, dice: random.Random) -> None:
        """One change somewhere."""
        if dice.random() < 0.04:
            root.set("schemaVersion", dice.choice(_VERSIONS))
            return
        below = [each for each in root.iter(etree.Element) if each is not root]
        if below:
            dice.choice(self.changes)(dice.choice(below), dice)

    def _write(self, element: _Element, dice: random.Random) -> None:
        """Of a leaf below the element, or of itself."""
        leaves = [each for each in element.iter(etree.Element) if not len(each)]
        leaf = dice.choice(leaves)
        parent = leaf.getparent()
        place = (str(parent.tag) if parent is not None else "", str(leaf.tag))
        known = self.right.get(place) if dice.random() < 0.5 else self.texts.get(place)
        leaf.text = dice.choice(known) if known and dice.random() < 0.85 else dice.choice(_ODD)

    def _mark(self, element: _Element, dice: random.Random) -> None:
        known = self.marks.get(str(element.tag), {})
        if not known and dice.random() < 0.7:
            return self._write(element, dice)
        name = dice.choice([*known, "index"])
        element.set(name, dice.choice([*known.get(name, ()), "1", "x"]))
        return None

    def _unmark(self, element: _Element, dice: random.Random) -> None:
        if element.attrib:
            element.attrib.pop(dice.choice(sorted(map(str, element.attrib))))

    def _remove(self, element: _Element, _dice: random.Random) -> None:
        parent = element.getparent()
        assert parent is not None
        parent.remove(element)

    def _double(self, element: _Element, dice: random.Random) -> None:
        for _ in range(dice.choice((1, 1, 2, 6, 16, 47))):
            element.addnext(copy.deepcopy(element))

    def _move(self, element: _Element, dice: random.Random) -> None:
        parent = element.getparent()
        assert parent is not None
        parent.insert(dice.randrange(len(parent)), element)

    def _swap(self, element: _Element, _dice: random.Random) -> None:
        behind = element.getnext()
        if behind is not None:
            behind.addnext(element)

    def _rename(self, element: _Element, dice: random.Random) -> None:
        """To something else that may stand there, or anywhere."""
        parent = element.getparent()
        assert parent is not None
        siblings = sorted(self.inside.get(str(parent.tag), ()))
        element.tag = dice.choice(siblings if siblings and dice.random() < 0.7 else self.names)

    def _insert(self, element: _Element, dice: random.Random) -> None:
        """Something that may be in it, with a text of its own."""
        inside = sorted(self.inside.get(str(element.tag), ()))
        name = dice.choice(inside if inside and dice.random() < 0.8 else self.names)
        new = etree.Element(name)
        known = self.texts.get((str(element.tag), name))
        new.text = dice.choice(known) if known else None
        element.insert(dice.randint(0, len(element)), new)

    def _space(self, element: _Element, dice: random.Random) -> None:
        space, name = dice.choice(_SPACES), etree.QName(element).localname
        element.tag = f"{{{space}}}{name}" if space else name
