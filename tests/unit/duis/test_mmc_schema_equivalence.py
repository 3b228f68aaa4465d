"""Our MMC schema allows exactly what the published ones allow, in every version.

Four independent looks. *Walking*: both are read by xmlschema and compared element by element, from
every root. *Writing*: documents made from either schema, for each answer and alert, are valid in
both. *Counting*: each part that may be repeated, as often as allowed and once more. *Spoiling*:
damaged documents get the same verdict from both in libxml2. Skipped where no published schema is.
"""

from __future__ import annotations

import copy
import functools
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import pytest
import xmlschema
from lxml import etree
from lxml.etree import _Element
from schema_samples import facets
from schema_walk import children, compare, local, same_language
from xmlschema.validators import XsdGroup

from dcc_sim.bundled import bundled
from dcc_sim.catalogue.requests import REQUESTS
from dcc_sim.duis.names import RA, local_name, ra
from dcc_sim.duis.schema import Schemas, _compiled, _explainer
from dcc_sim.duis.schema_versions import VERSIONS

ENDS: Final = ("5.0", "5.4")  # for those between, the walk and the long run are enough
ROOTS: Final = (ra("GBCSResponse"), ra("GBCSData"))
SPOILED: Final = 500  # documents per version by default
SPOILED_SLOWLY: Final = 10_000  # per version


@dataclass(frozen=True, eq=False)
class Pair:
    """Two schemas, as xmlschema reads them and as libxml2 judges by them."""

    ours: xmlschema.XMLSchema
    theirs: xmlschema.XMLSchema
    our_verdict: Callable[[_Element], bool]
    their_verdict: Callable[[_Element], bool]


@pytest.fixture(scope="session", params=VERSIONS)
def pair(request: pytest.FixtureRequest, official: Schemas) -> Pair:
    """Ours and theirs of one version."""
    theirs = official.directory.parent
    if not (theirs / request.param / "mmc.xsd").is_file():
        pytest.skip(f"no official schemas in {theirs / request.param}")
    folders = (bundled("schemas"), theirs)
    read = [_explainer(each, request.param, "mmc.xsd") for each in folders]
    compiled = [_compiled(each, request.param, "mmc.xsd") for each in folders]
    return Pair(read[0], read[1], compiled[0].validate, compiled[1].validate)


# ---------------------------------------------------------------------------------------- walking


def test_walking(pair: Pair) -> None:
    found, compared = compare(pair.ours, pair.theirs)
    assert not found, "\n".join(found)
    assert compared > 450, "the walk did not get far"


def test_elements_of_the_same_type_have_the_same_defaults(pair: Pair) -> None:
    """The walk looks at a pair of types once, and so at the first element that has them."""
    ours, theirs = (
        {(each.name, each.default, each.fixed, each.nillable) for each in reachable(schema)}
        for schema in (pair.ours, pair.theirs)
    )
    assert ours == theirs


def test_names_of_types_are_ours(pair: Pair) -> None:
    assert not set(pair.ours.types) & set(pair.theirs.types)


def test_every_service_that_a_device_answers_has_its_answer() -> None:
    schema = xmlschema.XMLSchema(str(bundled("schemas") / "mmc.xsd"))
    answers = set(alternatives(schema, "ResponseMessage", "SMETSData"))
    assert answers == {each.answer for each in REQUESTS.values() if each.answer}
    assert len(answers) == 112
    assert len(alternatives(schema, "DeviceAlertMessage", "DeviceAlertContent", "Payload")) == 9


def alternatives(schema: xmlschema.XMLSchema, *path: str) -> list[str]:
    """Names of the children at a place below the body."""
    element = schema.maps.elements[ROOTS[0]]
    for name in ("Body", *path):
        element = children(element)[ra(name)]
    return [local(each) for each in children(element)]


# ---------------------------------------------------------------------------------------- writing


class Author:
    """Writes a document that a schema allows, with dice where it leaves a choice.

    `full` takes every optional part, twice where that may be; elements that are `wanted` are taken
    wherever they may be.
    """

    def __init__(self, schema: xmlschema.XMLSchema, dice: random.Random, *, full: bool = False) -> None:
        self.schema = schema
        self.dice = dice
        self.full = full
        self.wanted: tuple[str, ...] = ()

    def document(self, *wanted: str) -> _Element:
        self.wanted = wanted
        return self._element(self.schema.maps.elements[ROOTS[0]])

    def _element(self, declaration: Any) -> _Element:
        element = etree.Element(declaration.name, nsmap={"ra": RA})
        kind = declaration.type
        if kind.is_simple():
            element.text = self._text(kind)
            return element
        for name, attribute in kind.attributes.items():
            if name and (attribute.use == "required" or self._takes_it()):
                element.set(name, self._text(attribute.type))
        if kind.has_simple_content():
            element.text = self._text(kind.content)
        else:
            element.extend(self._particle(kind.content))
        return element

    def _takes_it(self) -> bool:
        return self.full or self.dice.random() < 0.5

    def _particle(self, particle: Any) -> Iterator[_Element]:
        low, high = particle.occurs
        twice = low + 2 if high is None else min(high, low + 2)
        if self.full:
            count = min(max(low, 2), twice)
        else:
            count = self.dice.randint(max(low, self._is_wanted(particle)), twice)
        for _ in range(count):
            if not isinstance(particle, XsdGroup):
                yield self._element(particle)
            elif particle.model == "choice":
                parts = [each for each in particle if self._is_wanted(each)] or list(particle)
                yield from self._particle(self.dice.choice(parts))
            else:
                for each in particle:
                    yield from self._particle(each)

    def _is_wanted(self, particle: Any) -> bool:
        """Whether it is, or is on the way to, an element that the document is about."""
        if isinstance(particle, XsdGroup):
            return any(self._is_wanted(each) for each in particle)
        return local(particle.name) in self.wanted

    def _text(self, kind: Any) -> str:
        return self.dice.choice(valid_texts(kind))


@functools.cache
def valid_texts(kind: Any) -> tuple[str, ...]:
    """Examples of a type, the ends of its range among them."""
    known = facets(kind)
    base = known["base"]
    if "enumeration" in known:
        return tuple(known["enumeration"])
    if "pattern" in known:
        is_eui = same_language(known["pattern"], EUI)
        return ("00-50-c2-5F-30-01-00-0a",) if is_eui else tuple(known["pattern"].split("|"))
    low = known.get("minInclusive", BOUNDS.get(base, (None, None))[0])
    high = known.get("maxInclusive", BOUNDS.get(base, (None, None))[1])
    if "totalDigits" in known:
        digits = 10 ** int(known["totalDigits"]) - 1
        high = digits if high is None else min(high, digits)
    if base in BOUNDS:
        ends = [int(each) for each in (low, high) if each is not None]
        return tuple(str(each) for each in (*ends, ends[0] + 1 if ends else -(2**70)))
    if base in {"string", "token"}:
        sizes = int(known.get("minLength", 0)), int(known.get("maxLength", 20))
        return tuple("ä" * each for each in sizes)
    return EXAMPLES[base]


EUI: Final = "[0-9A-Fa-f]{2}(-[0-9A-Fa-f]{2}){7}"
BOUNDS: Final[dict[str, tuple[int | None, int | None]]] = {
    "integer": (None, None),
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "short": (-(2**15), 2**15 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedInt": (0, 2**32 - 1),
}
EXAMPLES: Final[dict[str, tuple[str, ...]]] = {
    "decimal": ("0", "-12.5", "12345678901234567.001"),
    "boolean": ("true", "false", "0", "1"),
    "dateTime": ("2026-01-01T00:00:00Z", "2026-02-28T23:59:59.99Z"),
    "date": ("2026-12-31",),
    "time": ("00:00:00", "23:30:00.00Z"),
    "hexBinary": ("", "8F66", "810d"),
    "base64Binary": ("", "3wkAAAAA", "AAA="),
}


def documents(schema: xmlschema.XMLSchema, dice: random.Random, each: int) -> list[_Element]:
    """For every alternative of every choice a full document, and `each` random ones."""
    return [
        Author(schema, dice, full=not n).document(*path) for path in forks(schema) for n in range(each + 1)
    ]


def forks(schema: xmlschema.XMLSchema) -> Iterator[tuple[str, ...]]:
    """The way from the root to each element that is an alternative to others: answers, alerts, results…"""

    def below(group: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        for part in group:
            if isinstance(part, XsdGroup):
                yield from below(part, path)
                continue
            here = (*path, local(part.name))
            if group.model == "choice":
                yield here
            if not part.type.is_simple() and not part.type.has_simple_content():
                yield from below(part.type.content, here)

    root: Any = schema.maps.elements[ROOTS[0]]
    yield from below(root.type.content, ())


@functools.cache
def seeds(pair: Pair) -> list[_Element]:
    """Documents from either schema: what one has too much, the other refuses."""
    dice = random.Random(20260105)
    return [*documents(pair.ours, dice, 1), *documents(pair.theirs, dice, 1)]


def shown(root: _Element) -> str:
    return etree.tostring(root, pretty_print=True).decode()[:4000]


@pytest.mark.parametrize("pair", ENDS, indirect=True)
def test_writing(pair: Pair) -> None:
    written = seeds(pair)
    for root in written:
        assert pair.our_verdict(root), shown(root)
        assert pair.their_verdict(root), shown(root)
    names = {local_name(each) for root in written for each in root.iter(etree.Element)}
    every = {local(each.name) for each in reachable(pair.theirs)}
    assert names >= every, every - names


@functools.cache
def reachable(schema: xmlschema.XMLSchema) -> list[Any]:
    """Declarations of all elements; those with the same name, type and default once."""
    found: dict[Any, Any] = {}
    waiting = [schema.maps.elements[each] for each in ROOTS]
    while waiting:
        element = waiting.pop()
        key = element.name, element.type, element.default, element.fixed, element.nillable
        if key not in found:
            found[key] = element
            waiting.extend(children(element).values())
    return list(found.values())


# --------------------------------------------------------------------------------------- counting


def limits(schema: xmlschema.XMLSchema) -> Iterator[tuple[str, str, int]]:
    """Each part that may come several times: its parent, its name, how often."""
    for element in reachable(schema):
        for name, child in children(element).items():
            high = child.occurs[1]
            if high is not None and high > 1:
                yield local(element.name), local(name), high


@pytest.mark.parametrize("pair", ENDS, indirect=True)
def test_counting(pair: Pair) -> None:
    """As often as allowed is valid, once more is not: for both."""
    wanted = sorted(set(limits(pair.theirs)))
    assert wanted == sorted(set(limits(pair.ours)))
    assert len(wanted) > 60
    missing = set(wanted)
    for seed in documents(pair.ours, random.Random(20260105), 0):
        for parent, name, high in sorted(missing):
            for each in seed.iter(ra(parent)):
                first = each.find(ra(name))
                if first is None or not pair.our_verdict(seed):
                    continue
                more = [copy.deepcopy(first) for _ in range(high - len(each.findall(ra(name))))]
                for extra in more:
                    first.addnext(extra)
                fits = pair.our_verdict(seed), pair.their_verdict(seed)
                once_more = copy.deepcopy(first)
                first.addnext(once_more)
                too_many = pair.our_verdict(seed), pair.their_verdict(seed)
                for extra in (*more, once_more):
                    each.remove(extra)
                assert fits[0] == fits[1], (parent, name, high)
                assert too_many[0] == too_many[1], (parent, name, high)
                # A name may have another limit elsewhere; then this was not the place.
                if fits[0] and not too_many[0]:
                    missing.discard((parent, name, high))
                    break
    assert not missing


# --------------------------------------------------------------------------------------- spoiling

PLAIN: Final = """
    x 0 1 2 5 7 8 9 12 13 16 17 20 21 28 29 31 48 49 100 101 127 128 -1 -128 -129 00 01 +1 1.0 1.5 1e1
    2013 2014 9999 10000 32767 32768 -32768 -32769 65535 65536 4294967295 4294967296
    18446744073709551615 18446744073709551616 true false TRUE 00:00:00 24:00:00 24:00:01 07:30:00.00Z
    2026-01-01T00:00:00Z 2026-02-30T00:00:00Z 2026-01-01 8F66 8F6 AAAA AAA AAA= success SUCCESS plain
    00-50-C2-5F-30-01-00-00 00-50-c2-5f-30-01-00-0 00-50-C2-5F-30-01-00-00-00 GBP ECB 1.1 4.1.1
"""
LENGTHS: Final = (1, 2, 8, 9, 10, 11, 13, 14, 22, 23, 32, 33, 200, 201, 250, 251, 1200, 1201, 72000, 72001)
TEXTS: Final = ("", " ", " 1 ", " 1.1", "A A\nA A", *("a" * each for each in LENGTHS), *PLAIN.split())


class Spoiler:
    """Makes small changes anywhere in a document."""

    def __init__(self, schema: xmlschema.XMLSchema, dice: random.Random) -> None:
        self.dice = dice
        declared = reachable(schema)
        self.names = sorted({each.name for each in declared})
        # texts near the limits of each element, and of each attribute as "element attribute"
        self.texts: dict[str, list[str]] = {}
        for each in declared:
            kind = each.type
            if not kind.is_simple():
                for name, attribute in kind.attributes.items():
                    self.texts.setdefault(f"{each.name} {name}", []).extend(near(attribute.type))
                kind = kind.content if kind.has_simple_content() else None
            if kind is not None:
                self.texts.setdefault(each.name, []).extend(near(kind))
        self.marks = [*sorted({each.partition(" ")[2] for each in self.texts} - {""}), "extra"]

    def spoil(self, root: _Element) -> None:
        dice = self.dice
        every = [each for each in root.iter(etree.Element) if each is not root]
        element = dice.choice(every)
        parent = element.getparent()
        assert parent is not None
        place = parent.index(element)
        match dice.randrange(10):
            case 0:
                parent.remove(element)
            case 1:
                for _ in range(dice.choice((1, 1, 2, 4, 17))):
                    parent.insert(place, copy.deepcopy(element))
            case 2:
                parent.insert(dice.randrange(len(parent)), element)
            case 3:
                element.tag = dice.choice(self.names)
            case 4:
                etree.SubElement(element, dice.choice(self.names)).text = dice.choice((None, *TEXTS))
            case 5 if element.attrib:
                self._mark(element, dice.choice(sorted(map(str, element.attrib))))
            case 6 if element.attrib:
                element.attrib.pop(dice.choice(sorted(map(str, element.attrib))))
            case 7:
                self._mark(element, dice.choice(self.marks))
            case 8:
                parent.insert(place, copy.deepcopy(dice.choice(every)))
            case _:
                leaf = dice.choice([each for each in every if not len(each)])
                leaf.text = self._text(str(leaf.tag))

    def _mark(self, element: _Element, name: str) -> None:
        element.set(name, self._text(f"{element.tag} {name}"))

    def _text(self, place: str) -> str:
        """Rather one that is nearly right there."""
        own = self.texts.get(place)
        return self.dice.choice(own if own and self.dice.random() < 0.7 else TEXTS)


def near(kind: Any) -> Iterator[str]:
    """Texts at and beyond the limits of a type."""
    known = facets(kind)
    for text in valid_texts(kind):
        yield text
        yield f" {text}"
        yield text.swapcase()
        if re.fullmatch(r"-?\d+", text):
            yield str(int(text) - 1)
            yield str(int(text) + 1)
    if "maxLength" in known:
        yield "a" * (int(known["maxLength"]) + 1)


def spoil_and_compare(pair: Pair, count: int, seed: int) -> None:
    start = seeds(pair)
    dice = random.Random(seed)  # the same documents every time
    spoiler = Spoiler(pair.theirs, dice)
    verdicts = [0, 0]
    for _ in range(count):
        root = copy.deepcopy(dice.choice(start))
        for _ in range(dice.choice((1, 1, 1, 2, 3))):
            spoiler.spoil(root)
        mine, other = pair.our_verdict(root), pair.their_verdict(root)
        assert mine == other, f"ours: {mine}, theirs: {other}\n{shown(root)}"
        verdicts[mine] += 1
    assert min(verdicts) > count // 10, verdicts


@pytest.mark.parametrize("pair", ENDS, indirect=True)
def test_spoiling(pair: Pair) -> None:
    spoil_and_compare(pair, SPOILED, 20260106)


@pytest.mark.slow
def test_spoiling_at_length(pair: Pair) -> None:
    spoil_and_compare(pair, SPOILED_SLOWLY, 20260107)


@pytest.mark.parametrize("pair", ENDS, indirect=True)
def test_every_text_near_a_limit(pair: Pair) -> None:
    """Each leaf and each attribute in turn, all texts that its type could take offence at."""
    texts = Spoiler(pair.theirs, random.Random(0)).texts
    done: set[tuple[str, str]] = set()

    def same_verdict(place: str, root: _Element, write: Callable[[str], None]) -> None:
        for text in (*texts.get(place, ()), "", " ", "x", "1.5", "-1"):
            write(text)
            assert pair.our_verdict(root) == pair.their_verdict(root), f"{place}: {text!r}"

    for root in seeds(pair):
        for element in root.iter(etree.Element):
            parent = element.getparent()
            if parent is None or (key := (str(parent.tag), str(element.tag))) in done:
                continue
            done.add(key)
            for name, before in element.attrib.items():
                same_verdict(f"{key[1]} {name!s}", root, partial(element.set, name))
                element.set(name, before)
            if not len(element):
                text = element.text
                same_verdict(key[1], root, partial(setattr, element, "text"))
                element.text = text
    assert len(done) > 700
