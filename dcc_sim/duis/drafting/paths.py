"""Places in a request as users write them: `PriceElements/GasPriceElements/TOUTariff/TOUPrice[2]/@index`.

In: text, and the shape of a service. Out: a `Path`, checked: every step is an element that may
stand there. What is not there raises NotFound with the names that are. Left out: values.

Names are local names from the service's element on, which itself may be left out; `.` is the service.
`Header/…` is a field of the header. `[n]` counts elements of that name from 1.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dcc_sim.duis.drafting.shape import Element, Group
from dcc_sim.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Iterable

HEADER: Final = "Header"
_STEP: Final = re.compile(r"([A-Za-z_][\w.-]*)(?:\[(\d{1,6})\])?", re.ASCII)
_SHOWN: Final = 12

Steps = tuple[tuple[str, int], ...]
"""Name and position, from the service's element (or from `Header`) down."""


@dataclass(frozen=True, slots=True)
class Path:
    """A place that exists: an element, or an attribute of one."""

    steps: Steps
    attribute: str | None = None

    def __str__(self) -> str:
        said = [name if position == 1 else f"{name}[{position}]" for name, position in self.steps]
        return "/".join((*said, f"@{self.attribute}") if self.attribute else said) or "."


def find(text: str, service: Element, header: Element) -> tuple[Path, Element]:
    """The place a text names, and what may stand there. Raises NotFound."""
    names = text.strip().strip("/").split("/")
    names = [each for each in names if each not in ("", ".")]
    attribute = names.pop().removeprefix("@") if names and names[-1].startswith("@") else None
    if names and names[0] == service.name:
        del names[0]
    here = service
    steps: list[tuple[str, int]] = []
    if names and names[0] == HEADER:
        here = header
        steps.append((HEADER, 1))
        del names[0]
    for each in names:
        here, position = _step(each, here, text)
        steps.append((here.name, position))
    if attribute is not None and attribute not in (each.name for each in here.attributes):
        known = [f"@{each.name}" for each in here.attributes]
        raise NotFound(f"{text}: {here.name} has no attribute {attribute}{_nearest(attribute, known)}")
    return Path(tuple(steps), attribute), here


def _step(text: str, above: Element, whole: str) -> tuple[Element, int]:
    matched = _STEP.fullmatch(text)
    if matched is None:
        raise NotFound(f"{whole}: {text!r} is no name of an element, with or without a position [1]")
    name, position = matched[1], int(matched[2] or 1)
    if position < 1:
        raise NotFound(f"{whole}: positions count from 1")
    children = {each.name: each for each in above.children()}
    if name not in children:
        raise NotFound(f"{whole}: there is no {name} in {above.name}{_nearest(name, children)}")
    found = children[name]
    if found.most is not None and position > found.most:
        raise NotFound(f"{whole}: {above.name} has at most {found.most} {name}")
    return found, position


def _nearest(name: str, known: Iterable[str]) -> str:
    """The names there are, the nearest first when they are many."""
    names = list(known)
    if not names:
        return ", which has nothing in it"
    if len(names) <= _SHOWN:
        return f"; there is {', '.join(names)}"
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.0)
    return f"; nearest of {len(names)}: {', '.join(near)}"


def check_alternative(path: Path, element: Element, name: str) -> None:
    """Raises NotFound unless that name is an alternative at that place."""
    alternatives = choices_of(element)
    if name not in alternatives:
        if not alternatives:
            raise NotFound(f"{path}: {element.name} leaves no choice")
        raise NotFound(f"{path}: {name} is no alternative{_nearest(name, alternatives)}")


def choices_of(element: Element) -> tuple[str, ...]:
    """The names in all choices of an element."""
    found: list[str] = []
    waiting = [element.content] if element.content is not None else []
    while waiting:
        group = waiting.pop()
        if group.model == "choice":
            found += group.names()
        else:
            waiting += (part for part in group.parts if isinstance(part, Group))
    return tuple(found)
