"""What a schema allows below an element, as plain values that are easy to walk.

In: a schema set. Out: `Element`, `Group` and `Simple`: names, order, choice, how often, facets.
Left out: everything that no document depends on (names of types, how a definition is cut up), and
the XML signature. xmlschema reads the XSDs; it is loaded when the first shape is asked for.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Literal

from dcc_sim.duis.names import SR, sr

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dcc_sim.duis.schema import Schemas

_XSD: Final = "{http://www.w3.org/2001/XMLSchema}"
_RANGES: Final = {
    "short": (-(2**15), 2**15 - 1),
    "int": (-(2**31), 2**31 - 1),
    "unsignedByte": (0, 2**8 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedLong": (0, 2**64 - 1),
    "positiveInteger": (1, None),
    "nonNegativeInteger": (0, None),
    "nonPositiveInteger": (None, 0),
    "integer": (None, None),
    "decimal": (None, None),
}


@dataclass(frozen=True, slots=True)
class Simple:
    """The texts that a leaf or an attribute may have.

    `base` is the built-in type under it. `low` and `high` are the first and last number that is
    allowed, `places` the decimals; lengths count characters, of binary types octets. All of
    `patterns` must match, each being alternatives joined by `|`.
    """

    base: str
    values: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    low: Decimal | None = None
    high: Decimal | None = None
    places: int = 0
    digits: int | None = None
    shortest: int = 0
    longest: int | None = None

    @property
    def is_number(self) -> bool:
        """True for whole numbers and decimals."""
        return self.base in _RANGES

    def __str__(self) -> str:
        """Type and facets in one line."""
        if self.values:
            return " | ".join(self.values)
        said = [self.base]
        if self.low is not None or self.high is not None:
            said.append(f"{_end(self.low)} … {_end(self.high)}")
        if self.places:
            said.append(f"{self.places} decimals")
        if self.digits is not None:
            said.append(f"at most {self.digits} digits")
        if self.shortest or self.longest is not None:
            unit = " octets" if self.base in ("base64Binary", "hexBinary") else " characters"
            most = "" if self.longest is None else str(self.longest)
            length = most if str(self.shortest) == most else f"{self.shortest} … {most}".rstrip()
            said.append(length + unit)
        said += [f"of the form {each}" if len(each) <= 80 else "of a form" for each in self.patterns]
        return ", ".join(said)


def _end(number: Decimal | None) -> str:
    return "" if number is None else f"{number:f}"


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of an element."""

    name: str
    required: bool
    type: Simple


@dataclass(frozen=True, slots=True, eq=False)
class Element:
    """An element where it stands: a leaf with a `type`, or content, or neither when it is a marker."""

    name: str
    least: int
    most: int | None
    type: Simple | None
    attributes: tuple[Attribute, ...]
    content: Group | None

    def children(self) -> Iterator[Element]:
        """All elements that may stand directly below it, of all alternatives."""
        if self.content is not None:
            yield from self.content.elements()


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Parts in order, or alternatives."""

    model: Literal["sequence", "choice"]
    least: int
    most: int | None
    parts: tuple[Element | Group, ...]

    def elements(self) -> Iterator[Element]:
        """The elements in it, at any depth of groups."""
        for part in self.parts:
            if isinstance(part, Element):
                yield part
            else:
                yield from part.elements()

    def names(self) -> tuple[str, ...]:
        """The names of its elements."""
        return tuple(each.name for each in self.elements())


def alternative_name(part: Element | Group) -> str:
    """What an alternative of a choice goes by: its element, or the first of its elements."""
    return part.name if isinstance(part, Element) else part.names()[0]


@functools.lru_cache(maxsize=8)
def request_shape(schemas: Schemas) -> Element:
    """A whole Request in the newest version of a schema set. Raises NotFound for a bad folder."""
    declared = schemas.duis_definitions().maps.elements[sr("Request")]
    return _element(declared)


@functools.lru_cache(maxsize=8)
def header_shape(schemas: Schemas) -> Element:
    """What may stand in a Header."""
    return next(each for each in request_shape(schemas).children() if each.name == "Header")


@functools.lru_cache(maxsize=8)
def service_shapes(schemas: Schemas) -> dict[str, Element]:
    """What may stand in a Body, by name: the services and SignedPreCommand."""
    (body,) = (each for each in request_shape(schemas).children() if each.name == "Body")
    return {each.name: each for each in body.children()}


def _element(declared: Any) -> Element:
    kind = declared.type
    least, most = declared.occurs
    name = declared.name.rpartition("}")[2]
    if kind.is_simple():
        return Element(name, least, most, simple_type(kind), (), None)
    attributes = tuple(
        Attribute(key, each.use == "required", simple_type(each.type))
        for key, each in kind.attributes.items()
        if key
    )
    if kind.has_simple_content():
        return Element(name, least, most, simple_type(kind.content), attributes, None)
    content = _group(kind.content)
    return Element(name, least, most, None, attributes, content if content.parts else None)


def _group(declared: Any) -> Group:
    parts: list[Element | Group] = []
    for each in declared:
        if hasattr(each, "model"):
            inner = _group(each)
            if inner.parts and each.occurs == (1, 1) and each.model == declared.model:
                parts.extend(inner.parts)  # a group that only gathers
            elif inner.parts:
                parts.append(inner)
        elif each.max_occurs != 0 and each.name.startswith(f"{{{SR}}}"):
            parts.append(_element(each))
    least, most = declared.occurs
    return Group(declared.model, least, most, tuple(parts))


def simple_type(kind: Any) -> Simple:
    """All facets of a simple type, those of the nearest definition first."""
    found: dict[str, Any] = {}
    patterns: list[str] = []
    while not (kind.name or "").startswith(_XSD):
        for name, facet in kind.facets.items():
            short = (name or "").rpartition("}")[2]
            if short == "enumeration":
                found.setdefault(short, tuple(str(each.get("value")) for each in facet))
            elif short == "pattern":
                patterns.append("|".join(str(each.get("value")) for each in facet))
            elif short and short != "whiteSpace":
                found.setdefault(short, Decimal(str(facet.value)))
        kind = kind.base_type
    base = kind.name.removeprefix(_XSD)
    places = int(found.get("fractionDigits", 0))
    low, high = _range(base, found, Decimal(10) ** -places)
    length = found.get("length")
    longest = found.get("maxLength", length)
    return Simple(
        base=base,
        values=found.get("enumeration", ()),
        patterns=tuple(patterns),
        low=low,
        high=high,
        places=places,
        digits=int(found["totalDigits"]) if "totalDigits" in found else None,
        shortest=int(found.get("minLength", length or 0)),
        longest=None if longest is None else int(longest),
    )


def _range(base: str, found: dict[str, Any], step: Decimal) -> tuple[Decimal | None, Decimal | None]:
    """First and last number, exclusive limits made inclusive."""
    first, last = _RANGES.get(base, (None, None))
    low = None if first is None else Decimal(first)
    high = None if last is None else Decimal(last)
    low = found.get("minInclusive", found["minExclusive"] + step if "minExclusive" in found else low)
    high = found.get("maxInclusive", found["maxExclusive"] - step if "maxExclusive" in found else high)
    if "totalDigits" in found and base != "decimal":
        top = Decimal(10) ** int(found["totalDigits"]) - 1
        high = top if high is None else min(high, top)
    return low, high
