"""Any request that the schema allows, of any of the 129 services, as octets.

In: a Service Reference Variant, or none for all of them. Out: `requests`, a Hypothesis strategy of
unsigned Request documents that are valid against the schema: every alternative, optional parts,
numbers of repetitions up to the largest, values at the ends of their ranges and in all the ways
that XSD lets them be written (`+1`, `007`, `1`, `true`, offsets from UTC, 24:00:00). Places in a table
(`index`, `identifier`) are not used twice. Left out: rules beyond the schema; who wants tariffs that a
meter can be set to takes `strategies.tariffs`. Signed pre-commands are left out too.
"""

from __future__ import annotations

import base64
import copy
import functools
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Final

try:
    from hypothesis import strategies as st
    from hypothesis.errors import InvalidArgument
except ImportError as missing:
    raise ImportError(
        "dcc_sim.testing.strategies_requests needs Hypothesis: pip install 'dcc-sim[testing]'"
    ) from missing

from lxml import etree

from dcc_sim.catalogue.requests import REQUESTS
from dcc_sim.duis.drafting.shape import Attribute, Element, Group, Simple, service_shapes
from dcc_sim.duis.names import SR, sr
from dcc_sim.duis.schema import Schemas, default_schemas
from dcc_sim.duis.schema_versions import CURRENT
from dcc_sim.ids import MAX_COUNTER, CommandVariant, Eui64, RequestId, ServiceReferenceVariant

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["requests"]

_FEW: Final = 2
"""Repetitions beyond the least, but for the one list in a document that may be full."""
_SECOND_HALF: Final = frozenset(
    {CommandVariant.SIGNED_SEND, CommandVariant.SIGNED_LOCAL, CommandVariant.SIGNED_SEND_AND_LOCAL}
)
_DISTINCT: Final = 6
"""Elements of a long list that are drawn; the others repeat them, as Hypothesis cannot draw without end."""
_UNIQUE: Final = ("index", "identifier")
_UNBOUNDED: Final = 10**20
_EUIS: Final = st.binary(min_size=8, max_size=8).map(Eui64)
_COUNTERS: Final = st.integers(0, MAX_COUNTER)
_ODD_DAYS: Final = ("65535-07-25", "0001-01-01", "9999-12-31", "2028-02-29", "12026-01-01")
_ODD_MOMENTS: Final = (
    "3000-12-31T00:00:00.00Z",
    "2026-12-31T24:00:00Z",
    "2028-02-29T23:59:59.999Z",
    "0001-01-01T00:00:00Z",
)
_ODD_TIMES: Final = ("24:00:00", "23:59:59.99Z", "00:00:00")
# What XML 1.0 can carry; a carriage return would come back as a line feed.
_CHARACTERS: Final = st.characters(
    exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff", include_characters="\t\n"
)


def requests(
    variant: ServiceReferenceVariant | str | None = None, *, schemas: Schemas | None = None
) -> st.SearchStrategy[bytes]:
    """Unsigned Request documents of one service, or of any. A service that there is not raises when drawn."""
    return _requests(variant, schemas)


@st.composite
def _requests(
    draw: st.DrawFn, variant: ServiceReferenceVariant | str | None, schemas: Schemas | None
) -> bytes:
    asked = draw(st.sampled_from(tuple(REQUESTS))) if variant is None else str(variant)
    if asked not in REQUESTS:
        raise InvalidArgument(f"there is no Service Request {asked}")
    service = ServiceReferenceVariant(asked)
    shapes = service_shapes(schemas or default_schemas())
    shape = shapes[REQUESTS[asked].body]
    root = etree.Element(sr("Request"), nsmap={"sr": SR}, schemaVersion=CURRENT)
    root.append(_header(draw, service))
    body = etree.SubElement(root, sr("Body"))
    full = draw(st.sampled_from((None, *_lists(shape))))
    _Writer(draw, full).element(shape, body, None)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _header(draw: st.DrawFn, service: ServiceReferenceVariant) -> _Element:
    header = etree.Element(sr("Header"))
    ids = st.builds(RequestId, _EUIS, _EUIS, _COUNTERS).map(str)

    def say(name: str, text: str) -> None:
        etree.SubElement(header, sr(name)).text = text

    say("RequestID", draw(ids))
    if draw(st.booleans()):
        say("FirstInSequence", draw(st.sampled_from(("true", "false", "1", "0"))))
    if draw(st.booleans()):
        say("PrecedingServiceRequestID", draw(ids))
    row = REQUESTS[service.text]
    say(
        "CommandVariant",
        str(int(draw(st.sampled_from([each for each in row.command_variants if each not in _SECOND_HALF])))),
    )
    say("ServiceReference", service.service_reference)
    say("ServiceReferenceVariant", service.text)
    return header


@functools.cache
def _lists(shape: Element) -> tuple[Element, ...]:
    """The elements below one that may stand there more often than the few that are drawn."""
    found = []
    for each in shape.children():
        if each.most is not None and each.most > each.least + _FEW:
            found.append(each)
        found += _lists(each)
    return tuple(found)


class _Writer:
    """Puts drawn content below an element; `full` is the list that is as long as it may be."""

    def __init__(self, draw: st.DrawFn, full: Element | None) -> None:
        self.draw = draw
        self.full = full

    def element(self, shape: Element, above: _Element, place: int | None) -> None:
        node = etree.SubElement(above, sr(shape.name))
        for each in shape.attributes:
            if place is not None and each.name in _UNIQUE:
                node.set(each.name, str(place))
            elif each.required or self.draw(st.booleans()):
                node.set(each.name, self.draw(texts(each.type)))
        if shape.type is not None:
            node.text = self.draw(texts(shape.type))
        if shape.content is not None:
            self._group(shape.content, node)

    def _group(self, group: Group, node: _Element) -> None:
        for _ in range(self._times(group)):
            if group.model == "choice":
                # The list that is to be full can only be so in the alternative it belongs to.
                leading = [part for part in group.parts if _leads_to(part, self.full)]
                self._part(self.draw(st.sampled_from(leading or group.parts)), node)
            else:
                for part in group.parts:
                    self._part(part, node)

    def _part(self, part: Element | Group, node: _Element) -> None:
        if isinstance(part, Group):
            self._group(part, node)
            return
        places = self._numbers(part, self._times(part))
        for place in places[:_DISTINCT]:
            self.element(part, node, place)
        drawn = list(node)[-_DISTINCT:]
        for number, place in enumerate(places[_DISTINCT:]):
            again = copy.deepcopy(drawn[number % _DISTINCT])
            if place is not None:
                _set_place(again, place)
            node.append(again)

    def _times(self, part: Element | Group) -> int:
        if part is self.full and part.most is not None:
            return part.most
        most = part.least + _FEW if part.most is None else min(part.most, part.least + _FEW)
        least = max(part.least, int(_leads_to(part, self.full)))
        return self.draw(st.integers(least, max(most, least)))

    def _numbers(self, part: Element, times: int) -> Sequence[int | None]:
        """A place in the table for each, if the element has such an attribute."""
        attribute = next((each for each in part.attributes if each.name in _UNIQUE), None)
        if attribute is None or times == 1:
            return [None] * times
        return self.draw(_places(attribute, times))


def _set_place(element: _Element, place: int) -> None:
    for name in _UNIQUE:
        if element.get(name) is not None:
            element.set(name, str(place))


@functools.cache
def _places(attribute: Attribute, times: int) -> st.SearchStrategy[list[int]]:
    low, high = int(attribute.type.low or 0), int(attribute.type.high or _UNBOUNDED)
    if high - low + 1 == times:
        return st.permutations(range(low, high + 1))
    return st.lists(st.integers(low, high), min_size=times, max_size=times, unique=True)


def _leads_to(part: Element | Group, wanted: Element | None) -> bool:
    if wanted is None:
        return False
    if isinstance(part, Group):
        return any(_leads_to(each, wanted) for each in part.parts)
    return part is wanted or wanted in _lists(part)


# ---------------------------------------------------------------------------------------- values


@functools.cache
def texts(kind: Simple) -> st.SearchStrategy[str]:
    """Texts of a simple type, the ends of its range and the longest among them."""
    if kind.values:
        return st.sampled_from(kind.values)
    if kind.patterns:
        return _matching(kind)
    if kind.is_number:
        return _decimals(kind) if kind.base == "decimal" else _integers(kind)
    if kind.base in _WRITTEN:
        return _WRITTEN[kind.base]
    if kind.base == "base64Binary":
        return _octets(kind).map(lambda octets: base64.b64encode(octets).decode())
    if kind.base == "hexBinary":
        return st.builds(_cased, _octets(kind), st.booleans())
    return _sized(_CHARACTERS, kind.shortest, kind.longest)


def _sized(one: st.SearchStrategy[str], shortest: int, longest: int | None) -> st.SearchStrategy[str]:
    """Texts of any length that is allowed, and of the largest."""
    if longest is None:
        return st.text(one, min_size=shortest, max_size=shortest + 40)
    full = st.text(one, min_size=longest, max_size=longest)
    return st.one_of(st.text(one, min_size=shortest, max_size=longest), full)


def _cased(octets: bytes, upper: bool) -> str:
    return octets.hex().upper() if upper else octets.hex()


def _octets(kind: Simple) -> st.SearchStrategy[bytes]:
    longest = kind.shortest + 60 if kind.longest is None else min(kind.longest, kind.shortest + 60)
    return st.binary(min_size=kind.shortest, max_size=longest)


def _integers(kind: Simple) -> st.SearchStrategy[str]:
    low = -_UNBOUNDED if kind.low is None else int(kind.low)
    high = _UNBOUNDED if kind.high is None else int(kind.high)
    ends = st.sampled_from((low, high, min(max(0, low), high)))
    return st.builds(
        _written, st.one_of(st.integers(low, high), ends), st.sampled_from(("", "", "", "+", "0", "00"))
    )


def _written(number: int, lead: str) -> str:
    """A whole number with a sign or zeros before it that do not change it."""
    if lead == "+":
        return f"{number:+d}"
    return f"-{lead}{-number}" if number < 0 else f"{lead}{number}"


def _decimals(kind: Simple) -> st.SearchStrategy[str]:
    unit = Decimal(10) ** -kind.places
    low = -_UNBOUNDED if kind.low is None else int(kind.low / unit)
    high = _UNBOUNDED if kind.high is None else int(kind.high / unit)
    steps = st.one_of(st.integers(low, high), st.sampled_from((low, high)))
    return st.builds(lambda count, short: _shortened(f"{count * unit:f}", short), steps, st.booleans())


def _shortened(text: str, short: bool) -> str:
    return (text.rstrip("0").rstrip(".") or "0") if short and "." in text else text


def _matching(kind: Simple) -> st.SearchStrategy[str]:
    (pattern, *others) = [python_pattern(each) for each in kind.patterns]
    longest = kind.longest
    repeated = re.fullmatch(r"(\[[^\[\]]+\])\+", pattern)
    if repeated is not None and not others:
        one = st.characters(min_codepoint=1, max_codepoint=0xFFFF).filter(re.compile(repeated[1]).fullmatch)
        allowed = [chr(each) for each in range(0x20, 0x7F) if re.fullmatch(repeated[1], chr(each))]
        one = st.sampled_from(allowed) if allowed else one
        return _sized(one, max(kind.shortest, 1), longest)
    drawn = st.from_regex(re.compile(pattern, re.ASCII), fullmatch=True)

    def fits(text: str) -> bool:
        right = len(text) >= kind.shortest and (longest is None or len(text) <= longest)
        return right and all(re.fullmatch(each, text) for each in others)

    return drawn if not others and not kind.shortest and longest is None else drawn.filter(fits)


def python_pattern(pattern: str) -> str:
    """A pattern of XSD as one of `re`, where `^` and `$` are no characters.

    Raises ValueError for what only XSD can say.
    """
    if re.search(r"\\[icICpP]|\[[^]]*-\[", pattern):
        raise ValueError(f"{pattern} has escapes that only XSD knows")
    out, inside, escaped = [], False, False
    for character in pattern:
        if not escaped and not inside and character in "^$":
            out.append("\\")
        if not escaped and character in "[]":
            inside = character == "["
        escaped = character == "\\" and not escaped
        out.append(character)
    return "".join(out)


def _moment_text(moment: datetime, zone: int | None, hundredths: bool) -> str:
    if zone is not None:
        moment = moment.replace(tzinfo=timezone(timedelta(minutes=zone)))
    text = moment.isoformat()
    text = text.replace("+00:00", "Z")
    return f"{text[:19]}.00{text[19:]}" if hundredths else text


_ZONES: Final = st.sampled_from((0, 0, 0, None, 60, -300, 840))
_MOMENTS: Final = st.integers(1_400_000_000, 5_400_000_000).map(
    lambda seconds: datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
)
_DATES: Final = st.one_of(
    st.dates().map(lambda day: day.isoformat()),
    st.sampled_from(_ODD_DAYS),
)
_WRITTEN: Final[dict[str, st.SearchStrategy[str]]] = {
    "boolean": st.sampled_from(("true", "false", "1", "0")),
    "dateTime": st.one_of(
        st.builds(_moment_text, _MOMENTS, _ZONES, st.booleans()), st.sampled_from(_ODD_MOMENTS)
    ),
    "date": st.builds(str.__add__, _DATES, st.sampled_from(("", "Z", "+01:00"))),
    "time": st.one_of(
        st.builds(
            str.__add__,
            st.times().map(lambda at: at.replace(microsecond=0).isoformat()),
            st.sampled_from(("Z", ".00Z", "")),
        ),
        st.sampled_from(_ODD_TIMES),
    ),
}
