"""Reading typed values out of a Service Request body.

In: an lxml element that has passed its schema. Out: Python values, with the element's line and
name in every error. Left out: what the values mean for a command.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from lxml import etree

from dcc_sim.clock import utc
from dcc_sim.errors import RequestInvalid

NAMESPACE: Final = "{http://www.dccinterface.co.uk/ServiceUserGateway}"
CANCELLATION: Final = datetime(3000, 12, 31, tzinfo=UTC)
"""The ExecutionDateTime that cancels a future-dated command (all published cancellations)."""


def local_name(element: etree._Element) -> str:
    """Name without its namespace."""
    return etree.QName(element).localname


def children(element: etree._Element) -> Iterator[etree._Element]:
    """Child elements; comments and processing instructions are no content."""
    return element.iterchildren(tag=etree.Element)


def find(element: etree._Element, path: str) -> etree._Element | None:
    """The first descendant along a path of local names, or None."""
    found: etree._Element | None = element
    for name in path.split("/"):
        if found is None:
            return None
        found = found.find(NAMESPACE + name)
    return found


def get(element: etree._Element, path: str) -> etree._Element:
    """As `find`. Raises RequestInvalid when it is missing."""
    found = find(element, path)
    if found is None:
        raise refuse(element, f"{path} is missing")
    return found


def every(element: etree._Element, path: str, name: str) -> list[etree._Element]:
    """All children `name` of the element at `path`, which must be there."""
    return get(element, path).findall(NAMESPACE + name)


def text(element: etree._Element, path: str = "", *, strip: bool = True) -> str:
    """Text content, white space around it removed; comments inside do not cut it short."""
    holder = get(element, path) if path else element
    said = holder.text or ""
    if len(holder):
        said += "".join(node.tail or "" for node in holder)
    return said.strip() if strip else said


def integer(element: etree._Element, path: str = "") -> int:
    """Text content as an integer. Raises RequestInvalid."""
    holder = get(element, path) if path else element
    try:
        return int(text(holder))
    except ValueError:
        raise refuse(holder, f"{text(holder)!r} is not a whole number") from None


def moment(element: etree._Element, path: str = "") -> datetime:
    """Text content as a UTC moment to the second. Raises RequestInvalid when it says more or less."""
    holder = get(element, path) if path else element
    try:
        value = utc(datetime.fromisoformat(text(holder)))
    except ValueError as error:
        raise refuse(holder, f"{text(holder)!r}: {error}", rule="UTC date and time") from None
    if value.microsecond:
        raise refuse(holder, "a fraction of a second cannot be carried to the device", rule="whole seconds")
    return value


def indexed(
    elements: list[etree._Element], low: int, high: int, attribute: str = "index"
) -> dict[int, etree._Element]:
    """Elements by an attribute that numbers them, each of low … high at most once. Raises RequestInvalid."""
    found: dict[int, etree._Element] = {}
    for element in elements:
        index = int(element.get(attribute) or 0)
        if not low <= index <= high:
            raise refuse(element, f"index {index} is outside {low} … {high}", rule="index range")
        if index in found:
            raise refuse(element, f"index {index} appears twice", rule="index unique")
        found[index] = element
    return found


def refuse(element: etree._Element, reason: str, rule: str = "") -> RequestInvalid:
    """The refusal of a request because of one of its elements."""
    return RequestInvalid(reason, rule=rule, place=place_of(element))


def place_of(element: etree._Element) -> str:
    """Where an element stands, as far as it was read from a document."""
    line = getattr(element, "sourceline", None)  # the stubs leave its type open
    return local_name(element) if line is None else f"line {line}, {local_name(element)}"
