"""A page for each Service Request: purpose, rights, an example, the command's fields, the answer's shape.

In: the catalogue, the tables of transform and MMC, drafts. Out: Markdown by file name, the same for the
same tables. Examples are drafts at a fixed moment for made-up devices. Left out: doubts and differences
between sources (`request_page`), what the fields mean in GBCS.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Final

from lxml import etree

from dcc_sim.catalogue.request_row import FutureDating, RequestRow
from dcc_sim.catalogue.requests import REQUESTS
from dcc_sim.catalogue.routes import BY_VARIANT, GbcsVersion, Route, describe, devices_of, use_cases_of
from dcc_sim.catalogue.usecases import use_case
from dcc_sim.clock import parse_moment
from dcc_sim.codec.shape import Notes
from dcc_sim.duis.codes import codes_of
from dcc_sim.duis.drafting import Draft, House, Wishes, draft, every_choice
from dcc_sim.duis.request import read_request
from dcc_sim.duis.schema import default_schemas
from dcc_sim.errors import AccessDenied, NotFound, RequestInvalid, SchemaInvalid
from dcc_sim.gbcs.frame import decode_frame
from dcc_sim.ids import DeviceType, Eui64, ServiceReferenceVariant, UserRole
from dcc_sim.mmc.responses import RESPONSES
from dcc_sim.testing.service_fields import Field, fields_of, reads_of
from dcc_sim.testing.service_purposes import PURPOSES
from dcc_sim.testing.service_skeletons import skeleton
from dcc_sim.transform.context import DccParty, TransformContext
from dcc_sim.transform.message import read_frame
from dcc_sim.transform.originators import route_of
from dcc_sim.transform.request import transform

if TYPE_CHECKING:
    from datetime import datetime

    from lxml.etree import _Element

    from dcc_sim.gbcs.frame import Frame

INDEX: Final = "index.md"
_MOMENT: Final = parse_moment("2027-03-01T12:00:00Z")
_ACB: Final = Eui64.parse("90-B3-D5-1F-30-00-00-02")
_COS_PARTY: Final = Eui64.parse("90-B3-D5-1F-30-00-00-04")
_USER: Final = Eui64.parse("90-B3-D5-1F-30-01-00-00")
_DEVICE: Final = bytes.fromhex("00DB1234567890")
_HOUSE: Final = House(
    originator=_USER,
    acb=_ACB,
    devices={kind: Eui64(_DEVICE + bytes((0xA0 + n,))) for n, kind in enumerate(DeviceType)},
    mpan="1312345678111",
    mprn="1234567800",
)
_KNOWN: Final = TransformContext(
    broker=DccParty(eui=_ACB, counter=1),
    cos_party=DccParty(eui=_COS_PARTY, counter=1),
    certificate=lambda eui, usage: b"\x30\x00",  # noqa: ARG005 - nothing looks into it here
    given={
        "customer identification number": b"1234",
        "GPF device log": [{"device_id": bytes(8), "device_type": 5}],
        "device log": {
            "extended_pan_id": bytes(8),
            "devices": [{"device": bytes(8), "hashed_link_key": bytes(16)}],
        },
    },
)
_VERSIONS: Final = (None, GbcsVersion(1, 0), GbcsVersion(2, 0), GbcsVersion(3, 0), GbcsVersion(4, 1))
_OTHERS: Final = (DeviceType.PPMID, DeviceType.ESME, DeviceType.GSME, DeviceType.GPF, DeviceType.HCALCS)
_MOST_FIELDS: Final = 60
_ROLES: Final = {
    "IS": "import supplier", "GS": "gas supplier", "ES": "export supplier", "ED": "electricity distributor",
    "GT": "gas transporter", "RSA": "registered supplier agent", "OU": "other User", "LC": "load controller",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Example:
    """A request, the device it goes to, and the command it becomes there."""

    root: _Element
    device: DeviceType
    command: Frame


def service_pages() -> dict[str, str]:
    """All pages of `docs/reference/srv`, by file name."""
    pages = {f"{variant}.md": _page(row) for variant, row in REQUESTS.items()}
    return {INDEX: _index(), **pages}


def _index() -> str:
    lines = [
        "# Service Requests, one by one",
        "",
        "Generated from the tables by `python scripts/generate_srv_pages.py`; a test keeps it fresh.",
        "All in one table, with codes and doubts: [Service Requests](../service-requests.md).",
        "",
        "| SRV | name | purpose |",
        "| --- | --- | --- |",
        *(f"| [{v}]({v}.md) | {row.name} | {PURPOSES[v]} |" for v, row in REQUESTS.items()),
    ]
    return "\n".join(lines) + "\n"


def _page(row: RequestRow) -> str:
    service = ServiceReferenceVariant(row.variant)
    root = draft(service, _HOUSE, _MOMENT, default_schemas()).root
    lines = [
        f"# {row.variant} {row.name}",
        "",
        PURPOSES[row.variant],
        "",
        *_facts(row),
        "",
        "## Example",
        "",
        f"The body that `dcc-sim new {row.variant}` writes; of alike siblings the first.",
        "",
        *_fenced(root[1][0]),
    ]
    for route, example in _examples(row.variant):
        lines += ["", *_command(route, example)]
    lines += _answers(row)
    return "\n".join(lines) + "\n"


def _facts(row: RequestRow) -> Iterator[str]:
    yield "| | |"
    yield "| --- | --- |"
    yield f"| body element | `{row.body}` |"
    yield f"| critical | {'yes' if row.critical else 'no'} |"
    yield f"| forms (command variants) | {', '.join(str(int(form)) for form in row.command_variants)} |"
    yield f"| who may send it | {', '.join(map(_role, row.roles)) or 'nobody'} |"
    for device in devices_of(row.variant):
        codes = dict.fromkeys(e.use_case for e in BY_VARIANT[row.variant] if device in e.devices)
        yield f"| use cases, {device.value} | {', '.join(codes)} |"
    if not devices_of(row.variant):
        yield "| device | none: the DCC answers by itself |"
    if row.future_dating is not FutureDating.NO:
        always = ", and it has to be" if row.dated_only else ""
        yield f"| for later | kept by the {row.future_dating.value}{always} |"
    if row.schedulable:
        yield "| in a schedule | yes |"
    answer = row.answer or row.response
    yield f"| answer | {f'`{answer}`' if answer else 'a response code only'} |"
    own = " ".join(code.code for code in codes_of(ServiceReferenceVariant(row.variant).service_reference))
    if own:
        yield f"| response codes of the service | {own} |"


def _role(role: UserRole) -> str:
    return f"{_ROLES.get(role.value, role.value)} ({role.value})"


def _fenced(element: _Element) -> Iterator[str]:
    """An element as XML, without what its siblings say again."""
    shown = copy.deepcopy(element)
    _thin_out(shown)
    etree.cleanup_namespaces(shown)
    etree.indent(shown)
    text = etree.tostring(shown, encoding="unicode").strip()
    yield "```xml"
    yield text.replace(' xmlns:sr="http://www.dccinterface.co.uk/ServiceUserGateway"', "").replace("sr:", "")
    yield "```"


def _thin_out(element: _Element) -> None:
    previous, again = None, 0
    for child in list(element):
        if previous is not None and child.tag == previous.tag:
            again += 1
            element.remove(child)
            continue
        _say_how_many(previous, again)
        previous, again = child, 0
        _thin_out(child)
    _say_how_many(previous, again)


def _say_how_many(element: _Element | None, again: int) -> None:
    if element is not None and again:
        element.addnext(etree.Comment(f" {again} more "))


@cache
def _examples(variant: str) -> tuple[tuple[Route, Example], ...]:
    """An example for each use case, in the order of the routes; of several the one with most fields."""
    found: dict[str, tuple[Route, Example]] = {}
    service = ServiceReferenceVariant(variant)
    drafts = [each.root for each in drafts_of(service, _HOUSE, _MOMENT)]
    wanted = {(e.use_case, device) for e in BY_VARIANT.get(variant, ()) for device in e.devices[:1]}
    for root, device in product(drafts, sorted({d for _, d in wanted}, key=lambda d: d.value)):
        for route, example in _commands(root, device):
            known = found.get(route.use_case)
            if known is None or len(known[1].command.payload) < len(example.command.payload):
                found[route.use_case] = route, example
    return tuple(found[code] for code in use_cases_of(variant) if code in found)


def _commands(root: _Element, device: DeviceType) -> Iterator[tuple[Route, Example]]:
    """What a request becomes on that device, by what is known of it; each use case once."""
    request = read_request(root)
    made: set[str] = set()
    for context in _contexts(request.variant.text):
        try:
            route = route_of(request, device, context)
            if route.use_case in made:
                continue
            command = transform(request, device, _MOMENT, context)
        except (RequestInvalid, AccessDenied):
            continue
        made.add(route.use_case)
        yield route, Example(root, device, command)


def _contexts(variant: str) -> Iterator[TransformContext]:
    """What the DCC may know, as far as it decides between the routes."""
    routes = BY_VARIANT[variant]
    versions = _VERSIONS if any(e.since or e.before for e in routes) else (None,)
    phases = (None, True, False) if any(e.polyphase is not None for e in routes) else (None,)
    parties = (None, *dict.fromkeys(e.party for e in routes if e.party is not None))
    for gbcs, polyphase, party, other in product(versions, phases, parties, _OTHERS):
        yield replace(_KNOWN, gbcs=gbcs, polyphase=polyphase, party=party, other=other)


def drafts_of(variant: ServiceReferenceVariant, house: House, now: datetime) -> Iterator[Draft]:
    """Drafts that take every alternative, and every text that a route depends on."""
    schemas = default_schemas()
    yield from every_choice(variant, house, now, schemas)
    wishes = (wish for entry in BY_VARIANT.get(variant.text, ()) for wish in entry.has if "=" in wish)
    for wish in dict.fromkeys(wishes):
        path, _, text = wish.partition("=")
        with suppress(RequestInvalid, NotFound, SchemaInvalid):
            yield draft(variant, house, now, schemas, Wishes(values=((path, text),)))


def _command(route: Route, example: Example) -> Iterator[str]:
    row = use_case(route.use_case)
    yield f"## The command: {row.code}"
    yield ""
    conditions = describe(route)
    guarded = "signed, with a MAC" if row.critical else "with a MAC"
    yield (
        f"{row.title}. Message code {row.message_code}, to {', '.join(d.value for d in row.targets)}; "
        f"{guarded}; "
        f"originated by the {' or '.join(each.value for each in route.originators)}"
        f"{f'; taken for {conditions}' if conditions else ''}."
    )
    yield ""
    notes = Notes()
    frame = decode_frame(example.command.encode(), None)
    read_frame(frame, None, notes)
    fields = [*fields_of(notes), *reads_of(row.payload)]
    if not fields:
        yield "Its payload says nothing beyond the use case."
        return
    yield "| field | type | range, unit or meaning | example |"
    yield "| --- | --- | --- | --- |"
    yield from (_field(each) for each in fields[:_MOST_FIELDS])
    if len(fields) > _MOST_FIELDS:
        yield f"| … | | {len(fields) - _MOST_FIELDS} more | |"


def _field(field: Field) -> str:
    cells = (f"`{field.name}`", field.type, field.meaning, field.example)
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _answers(row: RequestRow) -> Iterable[str]:
    """The shape of the MMC answer, once for all use cases that answer alike."""
    shapes: dict[str, list[str]] = {}
    for code in use_cases_of(row.variant):
        response = RESPONSES.get(code)
        element = None if response is None else response.elements.get(row.variant)
        if response is not None and element is not None:
            shapes.setdefault(skeleton(element, response.rows), []).append(code)
    for text, codes in shapes.items():
        yield from ("", f"## The answer as MMC: {', '.join(codes)}", "", "```xml", text, "```")
