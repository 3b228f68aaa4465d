"""A whole request from wishes as users write them.

In: a Service Reference Variant, `Wishes`, the `House` it is about, a schema set. Out: a `Draft`, an
unsigned Request that the schema accepts. Left out: rules beyond the schema (defaults obey them,
wishes need not), signing, where house and wishes come from (`edge`).
"""

from __future__ import annotations

import base64
import difflib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from lxml import etree

from dcc_sim.catalogue.requests import REQUESTS, request_row
from dcc_sim.catalogue.routes import devices_of
from dcc_sim.duis.drafting.engine import USUAL, Plan, body_of, header_of
from dcc_sim.duis.drafting.paths import Path, check_alternative, find
from dcc_sim.duis.drafting.place import Situation
from dcc_sim.duis.drafting.shape import header_shape, service_shapes
from dcc_sim.duis.names import SIGNED_PRE_COMMAND, SR, sr
from dcc_sim.duis.schema_versions import CURRENT
from dcc_sim.errors import NotFound, RequestInvalid
from dcc_sim.ids import CommandVariant, DeviceType, Eui64, RequestId, ServiceReferenceVariant

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from lxml.etree import _Element

    from dcc_sim.duis.drafting.shape import Element
    from dcc_sim.duis.schema import Schemas

_MOMENT: Final = "%Y-%m-%dT%H:%M:%SZ"
_SECOND_HALF: Final = (
    CommandVariant.SIGNED_SEND,
    CommandVariant.SIGNED_LOCAL,
    CommandVariant.SIGNED_SEND_AND_LOCAL,
)
_OF_THE_HUB: Final = ("8.14.1", "8.14.2", "8.14.3", "8.14.4")
_HUB_ELEMENTS: Final = frozenset({"UpdateDeviceStatusCH", "AssociatedGPFDeviceID"})
_GAS: Final = ("Gas", "UpdatePrepayConfigGas", "ImportMPRN", "UncontrolledGas")
"""How names begin that only a gas meter has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The parties and devices that a draft is about. `devices` has one of every type it may need."""

    originator: Eui64
    acb: Eui64
    devices: Mapping[DeviceType, Eui64]
    mpan: str
    mprn: str
    certificates: Mapping[str, bytes] = field(default_factory=dict)
    top_up_secret: bytes = bytes(32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a draft shall say. Places are written as `paths` explains.

    `values`: place and text; `choices`: place and the alternative to take there; `optional`: places
    of parts that may be left out; `optionals`: whether the others are taken as usual, all, or none.
    `device` is the header's target, or, of requests to the DCC itself, the device they are about.
    `pre_command` is the signed command (GBCS) for command variants 5 to 7.
    """

    values: tuple[tuple[str, str], ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    optional: tuple[str, ...] = ()
    optionals: str = USUAL
    device: Eui64 | None = None
    counter: int | None = None
    command_variant: CommandVariant | None = None
    execution: datetime | None = None
    pre_command: bytes | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """A request that was made up; `root` is the unsigned document."""

    variant: ServiceReferenceVariant
    wishes: Wishes
    root: _Element

    @property
    def document(self) -> bytes:
        """The document as octets, indented."""
        return etree.tostring(self.root, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def draft(
    variant: ServiceReferenceVariant,
    house: House,
    now: datetime,
    schemas: Schemas,
    wishes: Wishes | None = None,
) -> Draft:
    """Make up a request.

    Raises NotFound for places and services that there are not, RequestInvalid for texts and
    combinations that cannot be, SchemaInvalid when the document as a whole is not valid.
    """
    asked = wishes or Wishes()
    service = _service(variant, asked, schemas)
    plan = _plan(asked, service, header_shape(schemas))
    situation = _situation(variant, house, now, asked, plan)
    plan = replace(plan, values={**_header_values(variant, asked, situation), **plan.values})
    root = etree.Element(sr("Request"), nsmap={"sr": SR})
    root.set("schemaVersion", (schemas.version or CURRENT).rstrip("a"))
    root.append(header_of(header_shape(schemas), plan, situation))
    etree.SubElement(root, sr("Body")).append(body_of(service, plan, situation))
    schemas.check_duis(root)
    return Draft(variant, asked, root)


def usual_command_variant(variant: ServiceReferenceVariant) -> CommandVariant:
    """The first form that a service may be sent in: transform when it is critical. Raises NotFound."""
    return request_row(variant).command_variants[0]


def service_shape(variant: ServiceReferenceVariant, schemas: Schemas) -> Element:
    """What a service's element may hold. Raises NotFound."""
    known = REQUESTS.get(variant.text)
    shapes = service_shapes(schemas)
    if known is None or known.body not in shapes:
        near = difflib.get_close_matches(variant.text, REQUESTS, n=3, cutoff=0.0)
        raise NotFound(f"there is no Service Request {variant}; nearest {', '.join(near)}")
    return shapes[known.body]


def _service(variant: ServiceReferenceVariant, wishes: Wishes, schemas: Schemas) -> Element:
    """The element in the body: the service's, or a signed pre-command."""
    service = service_shape(variant, schemas)
    form = wishes.command_variant
    if wishes.pre_command is None:
        if form in _SECOND_HALF:
            raise RequestInvalid(
                f"command variant {int(form)} carries a signed pre-command", rule="--pre-command"
            )
        return service
    if (form or CommandVariant.SIGNED_SEND) not in _SECOND_HALF:
        raise RequestInvalid("a signed pre-command goes with command variant 5, 6 or 7", rule="--pre-command")
    return service_shapes(schemas)[SIGNED_PRE_COMMAND]


def _plan(wishes: Wishes, service: Element, header: Element) -> Plan:
    """Wishes with every place looked up."""
    values = {find(place, service, header)[0]: text for place, text in wishes.values}
    choices: dict[tuple[tuple[str, int], ...], tuple[str, ...]] = {}
    for place, name in wishes.choices:
        path, element = find(place, service, header)
        check_alternative(path, element, name)
        choices[path.steps] = (*choices.get(path.steps, ()), name)
    wanted = {find(place, service, header)[0].steps for place in wishes.optional}
    if wishes.execution is not None:
        if "ExecutionDateTime" not in (each.name for each in service.children()):
            raise NotFound(f"{service.name} has no ExecutionDateTime: it is carried out at once")
        values[Path((("ExecutionDateTime", 1),))] = wishes.execution.strftime(_MOMENT)
    if wishes.pre_command is not None:
        values[Path((("GBCSPayload", 1),))] = base64.b64encode(wishes.pre_command).decode()
    return Plan(values, choices, frozenset(wanted), wishes.optionals)


def _situation(
    variant: ServiceReferenceVariant, house: House, now: datetime, wishes: Wishes, plan: Plan
) -> Situation:
    device = wishes.device or house.devices[_device_type(variant, plan)]
    to_dcc = request_row(variant).non_device
    counter = wishes.counter
    if counter is None:
        # As signing tools do, so that it always increases; a top-up's counter ends in 32 zero bits.
        counter = int(now.timestamp()) << 32 if variant.text == "2.2" else int(now.timestamp() * 1000)
    return Situation(
        now=now,
        request_id=RequestId(house.originator, house.acb if to_dcc else device, counter),
        device=device,
        devices=house.devices,
        mpan=house.mpan,
        mprn=house.mprn,
        certificates=house.certificates,
        top_up_secret=house.top_up_secret,
    )


def _device_type(variant: ServiceReferenceVariant, plan: Plan) -> DeviceType:
    """What it is asked of: an electricity meter where that may be, a gas meter when gas is spoken of."""
    names = {name for steps in _all_steps(plan) for name, _ in steps}
    if variant.text in _OF_THE_HUB or names & _HUB_ELEMENTS:
        return DeviceType.CHF
    if variant.text == "11.4":
        return DeviceType.PPMID
    possible = devices_of(variant.text) or tuple(DeviceType)
    gas = any(each.startswith(_GAS) for each in names)
    order = (DeviceType.GSME, DeviceType.GPF) if gas else (DeviceType.ESME, DeviceType.GSME)
    return next((each for each in order if each in possible), possible[0])


def _all_steps(plan: Plan) -> Iterable[tuple[tuple[str, int], ...]]:
    yield from (path.steps for path in plan.values)
    yield from plan.wanted
    for steps, names in plan.choices.items():
        yield (*steps, *((name, 1) for name in names))


def _header_values(variant: ServiceReferenceVariant, wishes: Wishes, situation: Situation) -> dict[Path, str]:
    form = wishes.command_variant
    if form is None:
        signed = wishes.pre_command is not None
        form = CommandVariant.SIGNED_SEND if signed else usual_command_variant(variant)
    said = {
        "RequestID": str(situation.request_id),
        "CommandVariant": str(int(form)),
        "ServiceReference": variant.service_reference,
        "ServiceReferenceVariant": variant.text,
    }
    return {Path((("Header", 1), (name, 1))): text for name, text in said.items()}
