"""Every way a service's body can go, and every place in it.

In: a Service Reference Variant and a schema set. Out: the places with type, number and choice
(`places`), or the wishes and drafts that between them take every alternative, and every optional part
once with and once without (`every_choice`). Left out: values (`defaults`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dcc_sim.duis.drafting.drafts import Draft, House, Wishes, draft, service_shape
from dcc_sim.duis.drafting.engine import ALL, NONE
from dcc_sim.duis.drafting.shape import Element, Group, alternative_name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from dcc_sim.duis.schema import Schemas
    from dcc_sim.ids import ServiceReferenceVariant


@dataclass(frozen=True, slots=True)
class PlaceToSet:
    """An element or attribute that a request may have.

    `least` and `most` say how often it stands there (`most` None: any number); `type` is empty for
    elements without text; `chosen_at` is the element whose choice it is one alternative of, else None.
    """

    path: str
    least: int
    most: int | None
    type: str
    chosen_at: str | None = None


def places(variant: ServiceReferenceVariant, schemas: Schemas) -> Iterator[PlaceToSet]:
    """All places below a service's element in document order. Raises NotFound."""
    service = service_shape(variant, schemas)
    yield from _attributes(service, "")
    yield from _below(service.content, "", None)


def _attributes(element: Element, path: str) -> Iterator[PlaceToSet]:
    for each in element.attributes:
        place = f"{path}/@{each.name}" if path else f"@{each.name}"
        yield PlaceToSet(place, int(each.required), 1, str(each.type))


def _below(group: Group | None, above: str, chosen_at: str | None) -> Iterator[PlaceToSet]:
    if group is None:
        return
    here = above or "."
    for part in group.parts:
        choice = here if group.model == "choice" else chosen_at
        if isinstance(part, Group):
            yield from _below(part, above, choice)
            continue
        path = f"{above}/{part.name}" if above else part.name
        yield PlaceToSet(path, part.least, part.most, "" if part.type is None else str(part.type), choice)
        yield from _attributes(part, path)
        yield from _below(part.content, path, None)


def every_wish(variant: ServiceReferenceVariant, schemas: Schemas) -> Iterator[Wishes]:
    """The wishes behind `every_choice`: as usual, all, none; each alternative; each optional part."""
    service = service_shape(variant, schemas)
    yield Wishes()
    yield Wishes(optionals=ALL)
    yield Wishes(optionals=NONE)
    for place, name in alternatives(service.content, ""):
        yield Wishes(choices=((place or ".", name),))
        yield Wishes(choices=((place or ".", name),), optionals=ALL)
    for each in places(variant, schemas):
        if each.least == 0 and "@" not in each.path:
            yield Wishes(optional=(each.path,))
            yield Wishes(optional=(each.path,), optionals=NONE)
    yield Wishes(optional=("Header/FirstInSequence",))
    yield Wishes(optional=("Header/PrecedingServiceRequestID",))


def alternatives(group: Group | None, above: str) -> Iterator[tuple[str, str]]:
    """Every alternative of every choice below a place: where the choice is, and its name there."""
    if group is None:
        return
    for part in group.parts:
        if group.model == "choice":
            yield above, alternative_name(part)
        if isinstance(part, Group):
            yield from alternatives(part, above)
        else:
            yield from alternatives(part.content, f"{above}/{part.name}" if above else part.name)


def every_choice(
    variant: ServiceReferenceVariant, house: House, now: datetime, schemas: Schemas
) -> Iterator[Draft]:
    """Drafts that between them take every alternative, and every optional part with and without."""
    for wishes in every_wish(variant, schemas):
        yield draft(variant, house, now, schemas, wishes)
