"""XML namespaces of the interface and the few operations on qualified names that all modules need.

In: local names. Out: names as lxml wants them. Left out: which element may stand where; the XSDs
under `schemas/` say that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from lxml.etree import _Element

SR: Final = "http://www.dccinterface.co.uk/ServiceUserGateway"
RA: Final = "http://www.dccinterface.co.uk/ResponseAndAlert"
DS: Final = "http://www.w3.org/2000/09/xmldsig#"

SIGNED_PRE_COMMAND: Final = "SignedPreCommand"
"""The body of any critical request when it comes in the second time, as a signed command."""


def sr(local: str) -> str:
    """`{namespace}local` of a DUIS element."""
    return f"{{{SR}}}{local}"


def ra(local: str) -> str:
    """`{namespace}local` of an MMC element."""
    return f"{{{RA}}}{local}"


def ds(local: str) -> str:
    """`{namespace}local` of an XML signature element."""
    return f"{{{DS}}}{local}"


def local_name(element: _Element) -> str:
    """The name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def line_of(element: _Element) -> int:
    """The line it began on, or 1 for an element that was never parsed."""
    return int(getattr(element, "sourceline", None) or 1)


def path_of(element: _Element, attribute: str = "") -> str:
    """Where it stands, in local names; a position, from 1, where siblings share the name.

    `/Request/Body/…/WeekProfile[2]/ReferencedDayName[7]/@index`
    """
    steps = [f"@{attribute}"] if attribute else []
    current: _Element | None = element
    while current is not None:
        before = sum(1 for _ in current.itersiblings(current.tag, preceding=True))
        alone = not before and next(current.itersiblings(current.tag), None) is None
        steps.append(local_name(current) if alone else f"{local_name(current)}[{before + 1}]")
        current = current.getparent()
    return "/" + "/".join(reversed(steps))
