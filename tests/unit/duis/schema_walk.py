"""Two XSDs, compared part by part as xmlschema reads them.

What is compared is what decides on a document: names, built-in types and facets, attributes, order,
choice and cardinality. What is not: names of types, how a definition is cut up, wrappers that a
content model could do without. Patterns are the same if they accept the same texts; that is decided
on their automata, not on examples.
"""

from __future__ import annotations

import functools
import re._constants as sre  # what `re` makes of a pattern; no public name
import re._parser as sre_parser
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

import xmlschema

_XSD: Final = "http://www.w3.org/2001/XMLSchema"


def local(name: str) -> str:
    return name.rpartition("}")[2]


# ------------------------------------------------------------------------------------- patterns

State = Any
_CHARACTERS: Final = [chr(each) for each in range(32, 127)] + ["\t", "\n", "é", "٣"]


class Automaton:
    """A pattern as states; `after(states, character)` is all that a comparison needs."""

    def __init__(self, pattern: str) -> None:
        self.free: list[list[int]] = []
        self.steps: list[list[tuple[Any, int]]] = []
        start, self.end = self._state(), self._state()
        self._add(list(sre_parser.parse(pattern)), start, self.end)
        self.start = self._closed({start})

    def after(self, states: frozenset[int], character: str) -> frozenset[int]:
        return self._closed(
            {to for each in states for test, to in self.steps[each] if _accepts(test, character)}
        )

    def _state(self) -> int:
        self.free.append([])
        self.steps.append([])
        return len(self.free) - 1

    def _closed(self, states: set[int]) -> frozenset[int]:
        waiting = list(states)
        while waiting:
            for each in self.free[waiting.pop()]:
                if each not in states:
                    states.add(each)
                    waiting.append(each)
        return frozenset(states)

    def _add(self, items: list[Any], start: int, end: int) -> None:
        for kind, value in items:
            start = self._add_one(kind, value, start)
        self.free[start].append(end)

    def _add_one(self, kind: Any, value: Any, start: int) -> int:
        end = self._state()
        if kind in (sre.LITERAL, sre.IN, sre.ANY):
            self.steps[start].append(((kind, value), end))
        elif kind is sre.SUBPATTERN:
            self._add(list(value[3]), start, end)
        elif kind is sre.BRANCH:
            for each in value[1]:
                self._add(list(each), start, end)
        elif kind is sre.MAX_REPEAT:
            least, most, body = value
            for _ in range(least):
                middle = self._state()
                self._add(list(body), start, middle)
                start = middle
            self.free[start].append(end)
            if most is sre.MAXREPEAT:
                self._add(list(body), start, start)
            else:
                for _ in range(most - least):
                    middle = self._state()
                    self._add(list(body), start, middle)
                    self.free[middle].append(end)
                    start = middle
        else:
            raise NotImplementedError(kind)
        return end


def _accepts(test: tuple[Any, Any], character: str) -> bool:
    kind, value = test
    if kind is sre.LITERAL:
        return bool(ord(character) == value)
    if kind is sre.ANY:
        return character != "\n"
    for inner, argument in value:
        if inner is sre.LITERAL and ord(character) == argument:
            return True
        if inner is sre.RANGE and argument[0] <= ord(character) <= argument[1]:
            return True
        if inner not in (sre.LITERAL, sre.RANGE):
            raise NotImplementedError(inner)
    return False


def same_language(one: str, other: str) -> bool:
    """Whether two patterns accept the same texts: all reachable pairs of states agree on the end."""
    a, b = Automaton(one), Automaton(other)
    seen = {(a.start, b.start)}
    waiting = list(seen)
    while waiting:
        left, right = waiting.pop()
        if (a.end in left) != (b.end in right):
            return False
        for character in _CHARACTERS:
            pair = (a.after(left, character), b.after(right, character))
            if pair not in seen:
                seen.add(pair)
                waiting.append(pair)
    return True


_known: list[str] = []


@functools.cache
def language(pattern: str) -> str:
    """One pattern for all that accept the same."""
    for each in _known:
        if same_language(each, pattern):
            return each
    _known.append(pattern)
    return pattern


# ----------------------------------------------------------------------------------------- forms


def simple_form(kind: Any) -> Any:
    """A simple type as its built-in ancestor and all its facets."""
    if kind.is_list():
        return ("list", simple_form(kind.item_type))
    if kind.is_union():
        return ("union", tuple(simple_form(each) for each in kind.member_types))
    facets: dict[str, Any] = {"whiteSpace": kind.white_space}
    patterns: list[str] = []
    while kind.target_namespace != _XSD:
        for name, facet in kind.facets.items():
            if name is None:
                continue
            short = local(name)
            if short == "enumeration":
                facets.setdefault(short, frozenset(str(each) for each in facet.enumeration))
            elif short == "pattern":
                patterns.append(language("|".join(f"({each.get('value')})" for each in facet)))
            elif short != "whiteSpace":
                facets.setdefault(short, Decimal(str(facet.value)))
        kind = kind.base_type
    facets["pattern"] = tuple(sorted(patterns))  # those of all levels hold together
    return (kind.name, tuple(sorted(facets.items(), key=lambda pair: pair[0])))


def particles(group: Any, model: str) -> list[Any]:
    """A content model without needless nesting; the alternatives of a choice in any order."""
    parts: list[Any] = []
    for each in group:
        if isinstance(each, xmlschema.validators.XsdGroup):
            inner = particles(each, each.model)
            occurs = tuple(each.occurs)
            if occurs == (1, 1) and (each.model == model or len(inner) == 1):
                parts.extend(inner)
            elif len(inner) == 1 and inner[0][-1] == (1, 1):
                parts.append((*inner[0][:-1], occurs))  # a repeated group of one is a repeated one
            elif inner:
                parts.append((each.model, tuple(inner), occurs))
        elif isinstance(each, xmlschema.validators.XsdAnyElement):
            parts.append(("any", tuple(each.namespace), each.process_contents, tuple(each.occurs)))
        else:
            parts.append(("element", each.name, tuple(each.occurs)))
    return sorted(parts, key=str) if model == "choice" else parts


def attributes(kind: Any) -> frozenset[Any]:
    return frozenset(
        (name, each.use, each.default, each.fixed, simple_form(each.type))
        for name, each in kind.attributes.items()
        if name
    ) | frozenset(
        ("any", tuple(each.namespace), each.process_contents)
        for name, each in kind.attributes.items()
        if not name
    )


def own_marks(element: Any) -> tuple[Any, ...]:
    """What is said of an element and not of its type."""
    identities = tuple(sorted(local(each.name or "") for each in element.identities))
    substituted = local(element.substitution_group or "")
    return (element.nillable, element.default, element.fixed, element.abstract, identities, substituted)


def own_form(element: Any) -> Any:
    """All that an element allows, except what its children allow."""
    kind = element.type
    common = own_marks(element)
    if kind.is_simple():
        return (*common, simple_form(kind), frozenset())
    if kind.has_simple_content():
        return (*common, simple_form(kind.content), attributes(kind))
    return (*common, kind.mixed, tuple(particles([kind.content], "sequence")), attributes(kind))


def children(element: Any) -> dict[str, Any]:
    kind = element.type
    if kind.is_simple() or kind.has_simple_content():
        return {}
    parts = (each for each in kind.content.iter_elements() if isinstance(each, xmlschema.XsdElement))
    return {each.name: each for each in parts if each.name}


def differences(ours: Any, theirs: Any, path: str, seen: set[Any]) -> Iterator[str]:
    """One line per element that allows something else in the other schema, and below it."""
    here = f"{path}/{local(ours.name)}"
    # The rest belongs to the types; a pair of types is looked at once.
    if own_marks(ours) != own_marks(theirs):
        yield f"{here}:\n  ours   {own_marks(ours)}\n  theirs {own_marks(theirs)}"
    if (ours.type, theirs.type) in seen:
        return
    seen.add((ours.type, theirs.type))
    if own_form(ours) != own_form(theirs):
        yield f"{here}:\n  ours   {own_form(ours)}\n  theirs {own_form(theirs)}"
    below, published = children(ours), children(theirs)
    for name in below.keys() & published.keys():
        yield from differences(below[name], published[name], here, seen)


def compare(ours: xmlschema.XMLSchema, theirs: xmlschema.XMLSchema) -> tuple[list[str], int]:
    """All differences below every global element of all namespaces; how many types were compared."""
    mine, published = ours.maps.elements, theirs.maps.elements
    spaces = {ours.target_namespace, *(each.namespace for each in ours.imports.values() if each)}
    own_names, names = ({each for each in found if _space(each) in spaces} for found in (mine, published))
    found = [f"only one has the root {each}" for each in own_names ^ names]
    seen: set[Any] = set()
    for name in sorted(own_names & names):
        found += differences(mine[name], published[name], "", seen)
    return found, len(seen)


def _space(name: str) -> str:
    return name.partition("}")[0].lstrip("{")
