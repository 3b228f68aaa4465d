"""The walk that makes a document of a shape: order and number by the schema, the rest by wishes and defaults.

In: a service, wishes (`Wishes`), the situation they are made in (`Situation`). Out: an unsigned
Request as a tree, valid against the schema. Left out: the defaults themselves (`defaults`, `presence`), how
users write places (`paths`), signing (`signature`).

A draft takes what must be there; of a choice the alternative that was asked for, else the one that
`presence` says goes with the rest, else the first. Setting a value below an optional element, an
alternative or a position takes them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from lxml import etree

from dcc_sim.duis.drafting import defaults, presence
from dcc_sim.duis.drafting.paths import Path, Steps
from dcc_sim.duis.drafting.place import Place
from dcc_sim.duis.drafting.shape import Element, Group, alternative_name
from dcc_sim.duis.drafting.texts import refusal
from dcc_sim.duis.names import SR, local_name, sr
from dcc_sim.errors import RequestInvalid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml.etree import _Element

    from dcc_sim.duis.drafting.place import Situation
    from dcc_sim.duis.drafting.shape import Attribute

USUAL: Final = "usual"
ALL: Final = "all"
NONE: Final = "none"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be in a body, place by place; everything else is left to the defaults.

    `optionals`: parts that may be left out are taken as usual, all, or none, wanted ones always.
    """

    values: Mapping[Path, str] = field(default_factory=dict)
    choices: Mapping[Steps, tuple[str, ...]] = field(default_factory=dict)
    wanted: frozenset[Steps] = frozenset()
    optionals: str = USUAL


class Walk:
    """One document being made."""

    def __init__(self, plan: Plan, situation: Situation) -> None:
        self.plan = plan
        self.situation = situation
        self.demanded: dict[Steps, dict[str, int]] = defaultdict(dict)
        names = set()
        places = [
            *(each.steps for each in plan.values),
            *plan.wanted,
            *((*path, (name, 1)) for path, chosen in plan.choices.items() for name in chosen),
            *plan.choices,
        ]
        for steps in places:
            for length, (name, position) in enumerate(steps):
                below = self.demanded[steps[:length]]
                below[name] = max(below.get(name, 0), position)
                names.add(name)
        self.names = frozenset(names)

    def fill(self, shape: Element, node: _Element, steps: Steps) -> None:
        """Everything in an element. Raises RequestInvalid for wishes that exclude each other."""
        for attribute in shape.attributes:
            self._attribute(attribute, node, steps)
        wish = self.plan.values.get(Path(steps))
        if shape.type is not None:
            node.text = defaults.text(self._place(node, steps), shape.type) if wish is None else wish
            _check(Path(steps), shape, None, wish)
        elif wish:
            raise RequestInvalid(f"{Path(steps)} has no text", rule="--set")
        if shape.content is not None:
            self._group(shape.content, node, steps)

    def _attribute(self, attribute: Attribute, node: _Element, steps: Steps) -> None:
        path = Path(steps, attribute.name)
        wish = self.plan.values.get(path)
        if wish is not None:
            _check(path, None, attribute, wish)
            node.set(attribute.name, wish)
        elif attribute.required or self.plan.optionals == ALL:
            node.set(attribute.name, defaults.attribute(self._place(node, steps), attribute))

    def _group(self, group: Group, node: _Element, steps: Steps) -> None:
        wanted = self.demanded.get(steps, {})
        times = max(group.least, int(any(name in wanted for name in group.names())))
        for _ in range(times or int(self.plan.optionals == ALL)):
            if group.model == "choice":
                self._part(self._alternative(group, node, steps), node, steps)
            else:
                for part in group.parts:
                    self._part(part, node, steps)

    def _part(self, part: Element | Group, node: _Element, steps: Steps) -> None:
        if isinstance(part, Group):
            self._group(part, node, steps)
            return
        # A group around it may be repeated: positions go on.
        before = len(node.findall(sr(part.name)))
        for position in range(before + 1, before + self._times(part, node, steps) + 1):
            child = etree.SubElement(node, sr(part.name))
            self.fill(part, child, (*steps, (part.name, position)))

    def _times(self, part: Element, node: _Element, steps: Steps) -> int:
        wanted = self.demanded.get(steps, {}).get(part.name, 0)
        times = max(part.least, wanted)
        if self.plan.optionals == NONE:
            return times
        if part.least == 0 and not times:
            place = self._place(node, steps)
            everything = self.plan.optionals == ALL and presence.goes_with_all(place, part.name)
            times = int(everything or presence.is_usual(place, part.name))
        if times:
            times = max(times, presence.times(self._place(node, steps), part.name))
        return times if part.most is None else min(times, part.most)

    def _alternative(self, group: Group, node: _Element, steps: Steps) -> Element | Group:
        wanted = self.demanded.get(steps, {})
        named = [part for part in group.parts if any(each in wanted for each in _names(part))]
        if len(named) > 1:
            both = " and ".join(alternative_name(each) for each in named)
            raise RequestInvalid(f"{local_name(node)} has either {both}, not both", rule="choice")
        if named:
            return named[0]
        usual = presence.alternative(self._place(node, steps))
        return next((part for part in group.parts if usual in _names(part)), group.parts[0])

    def _place(self, node: _Element, steps: Steps) -> Place:
        return Place(node, steps, self.names, self.plan.values, self.situation)


def _names(part: Element | Group) -> tuple[str, ...]:
    return (part.name,) if isinstance(part, Element) else part.names()


def _check(path: Path, shape: Element | None, attribute: Attribute | None, wish: str | None) -> None:
    kind = attribute.type if attribute is not None else shape.type if shape is not None else None
    if kind is None or wish is None:
        return
    reason = refusal(kind, wish)
    if reason:
        raise RequestInvalid(f"{path}: {reason}", rule="--set")


def header_of(shape: Element, plan: Plan, situation: Situation) -> _Element:
    """The header with what the plan says of it. Raises RequestInvalid."""
    node = etree.Element(sr(shape.name), nsmap={"sr": SR})
    only_wanted = replace(plan, optionals=NONE)  # nobody means the header by "all"
    Walk(only_wanted, situation).fill(shape, node, ((shape.name, 1),))
    return node


def body_of(shape: Element, plan: Plan, situation: Situation) -> _Element:
    """A service's element with all that is in it. Raises RequestInvalid."""
    node = etree.Element(sr(shape.name), nsmap={"sr": SR})
    Walk(plan, situation).fill(shape, node, ())
    return node
