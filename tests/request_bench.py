"""Requests near to ones that become commands: every form of a service, some of its texts drawn anew."""

from __future__ import annotations

import copy
from contextlib import suppress
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Final

import transform_bench
from home_bench import ESME, SUPPLIER, demo_home
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from lxml import etree

from dcc_sim.catalogue.requests import REQUESTS
from dcc_sim.catalogue.routes import BY_VARIANT, devices_of
from dcc_sim.clock import parse_moment
from dcc_sim.dsp.world import home_keys
from dcc_sim.duis.drafting.shape import Attribute, Element, service_shapes
from dcc_sim.duis.names import local_name
from dcc_sim.duis.request import read_request
from dcc_sim.duis.schema import default_schemas
from dcc_sim.edge.console.new import house_of
from dcc_sim.errors import AccessDenied, KeyMissing, RequestInvalid
from dcc_sim.ids import DeviceType, Eui64, KeyUsage, ServiceReferenceVariant
from dcc_sim.testing.service_pages import drafts_of
from dcc_sim.testing.strategies_requests import texts
from dcc_sim.transform.context import TransformContext, certificates_of
from dcc_sim.transform.request import transform

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

    from dcc_sim.duis.drafting.shape import Simple

CASES = [(variant, device) for variant in BY_VARIANT for device in devices_of(variant)]
ANY_SHAPE = settings(
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.large_base_example,
        HealthCheck.filter_too_much,
    ],
)
NOW: Final = parse_moment("2027-03-01T12:00:00Z")
KEYS: Final = home_keys(demo_home())
CERTIFICATES: Final = certificates_of(KEYS)
Place = tuple[int, str, "Simple"]
"""The number of an element in its body, an attribute of it or none, and its type."""


@cache
def forms(variant: str) -> tuple[_Element, ...]:
    """Documents that between them take every alternative."""
    house = house_of(demo_home(), KEYS, SUPPLIER, None)
    service = ServiceReferenceVariant(variant)
    return tuple(each.root for each in drafts_of(service, house, NOW))


def certificate(eui: Eui64, usage: KeyUsage) -> bytes:
    """A repository that has a certificate of every device: that of the ESME where it has none of its own."""
    try:
        return CERTIFICATES(eui, usage)
    except KeyMissing:
        return CERTIFICATES(ESME, usage)


STATE: Final = replace(transform_bench.STATE, certificate=certificate)
OTHERS: Final = (DeviceType.PPMID, DeviceType.ESME, DeviceType.GSME, DeviceType.GPF, DeviceType.HCALCS)


@cache
def fitting(variant: str, device: DeviceType) -> dict[int, TransformContext]:
    """The forms that become a command for a device, and what the DCC has to know for that."""
    found: dict[int, TransformContext] = {}
    for number, root in enumerate(forms(variant)):
        for other in OTHERS:
            context = replace(STATE, other=other)
            with suppress(RequestInvalid, AccessDenied):
                transform(read_request(root), device, NOW, context)
                found[number] = context
                break
    return found


@cache
def places(variant: str, number: int) -> tuple[Place, ...]:
    """Where one of the forms has a text that can be another."""
    body = forms(variant)[number][1][0]
    shape = service_shapes(default_schemas())[REQUESTS[variant].body]
    order = {element: n for n, element in enumerate(body.iter())}
    return tuple((order[e], attribute, kind) for e, attribute, kind in _texts(body, shape))


def _texts(node: _Element, shape: Element) -> Iterator[tuple[_Element, str, Simple]]:
    if shape.type is not None:
        yield node, "", shape.type
    yield from ((node, each.name, each.type) for each in shape.attributes if _free(each, node))
    inner = {each.name: each for each in shape.children()}
    for child in node:
        yield from _texts(child, inner[local_name(child)])


def _free(attribute: Attribute, node: _Element) -> bool:
    return attribute.name not in ("index", "identifier") and node.get(attribute.name) is not None


@st.composite
def near_requests(draw: st.DrawFn, variant: str, device: DeviceType) -> tuple[bytes, TransformContext]:
    """A form that becomes a command for the device, up to three of its texts drawn from their types."""
    number, context = draw(st.sampled_from(list(fitting(variant, device).items())))
    root = copy.deepcopy(forms(variant)[number])
    found = places(variant, number)
    elements = list(root[1][0].iter())
    chosen = draw(st.lists(st.sampled_from(found), max_size=3, unique_by=lambda p: p[:2])) if found else []
    for n, attribute, kind in chosen:
        text = draw(texts(kind))
        if attribute:
            elements[n].set(attribute, text)
        else:
            elements[n].text = text
    return etree.tostring(root), context
