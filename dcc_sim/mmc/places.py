"""Elements of an MMC document by name: children, texts, and where an element stands.

In: an element. Out: another, or the value of its text. Left out: rows (`row_reader`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dcc_sim.codec.shape import Value
from dcc_sim.errors import EncodeError
from dcc_sim.mmc.conversions import Conversion, Integer
from dcc_sim.mmc.document import NAMESPACE

if TYPE_CHECKING:
    from lxml.etree import _Element

TAG: Final = f"{{{NAMESPACE}}}"


def path_of(element: _Element) -> str:
    """Names from below the root to the element, with its place among those of the same name."""
    names = [] if element.getparent() is not None else [name_of(element)]
    while (parent := element.getparent()) is not None:
        alike = [other for other in parent if other.tag == element.tag]
        place = f"[{alike.index(element) + 1}]" if len(alike) > 1 else ""
        names.append(name_of(element) + place)
        element = parent
    return "/".join(reversed(names))


def name_of(element: _Element) -> str:
    """The name without its namespace, when it is that of MMC."""
    return str(element.tag).removeprefix(TAG)


def child(parent: _Element, name: str) -> _Element | None:
    """The first child of that name."""
    return parent.find(TAG + name)


def need(parent: _Element, name: str) -> _Element:
    """The first child of that name. Raises EncodeError."""
    element = child(parent, name)
    if element is None:
        raise EncodeError(f"{name} is missing", field=path_of(parent))
    return element


def only(parent: _Element) -> _Element | None:
    """The one child, if there is any. Raises EncodeError when there are more."""
    children = list(parent.iterchildren("*"))
    if len(children) > 1:
        raise EncodeError(f"one element is expected, not {len(children)}", field=path_of(parent))
    return children[0] if children else None


def text_of(parent: _Element, name: str) -> str | None:
    """The text of the first child of that name."""
    element = child(parent, name)
    return None if element is None else (element.text or "").strip()


def converted(conversion: Conversion, element: _Element) -> Value:
    """The value of an element with text. Raises EncodeError with its path."""
    try:
        return conversion.value(element.text or "")
    except EncodeError as error:
        error.field = path_of(element)
        raise


def attribute(element: _Element, name: str, conversion: Integer) -> int:
    """A number in an attribute. Raises EncodeError with the path of the element."""
    try:
        value = conversion.value(element.get(name, ""))
    except EncodeError as error:
        error.field = path_of(element)
        raise
    return value if isinstance(value, int) else 0
