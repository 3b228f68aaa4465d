"""A draft of any device request in the home `full`, sent through the whole chain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache

from dcc_sim.catalogue.requests import REQUESTS
from dcc_sim.catalogue.routes import devices_of
from dcc_sim.clock import parse_moment
from dcc_sim.dsp.home import Home
from dcc_sim.dsp.inventory import DeviceRecord
from dcc_sim.dsp.world import World, build_world
from dcc_sim.duis.drafting import Wishes, draft
from dcc_sim.duis.parsing import parse_xml
from dcc_sim.duis.schema import default_schemas
from dcc_sim.edge.console.new import house_of, user_for
from dcc_sim.edge.inputs import read_home
from dcc_sim.errors import Refused
from dcc_sim.flow import Hop, alerts_until, journey
from dcc_sim.ids import DeviceType, Eui64, ServiceReferenceVariant

NOW = parse_moment("2026-11-30T14:00:00Z")


@cache
def full_home() -> Home:
    return read_home("full")


def pairs() -> Iterator[tuple[str, DeviceRecord]]:
    """Every device request with every device of the home that it is for."""
    for variant, row in REQUESTS.items():
        if not row.non_device:
            for record in full_home().devices:
                if record.type in devices_of(variant):
                    yield variant, record


def name_of(variant: str, record: DeviceRecord) -> str:
    letters = "" if record.variant is None else f"-{record.variant}"
    return f"{variant}-{record.type.value}{letters}"


def partner(variant: str, record: DeviceRecord) -> dict[str, str]:
    """What a draft says of another device where the usual one does not fit."""
    home = full_home()
    if variant in ("8.7.2", "8.8.2") and record.type is DeviceType.PPMID:
        return {"OtherDeviceID": str(home.device(DeviceType.ESME).eui)}
    if variant in ("8.12.1", "8.12.2"):
        return {"OldCHFID" if variant == "8.12.1" else "OldGPFID": str(record.eui)}
    return {}


def new_world() -> World:
    return build_world(full_home(), default_schemas(), NOW - timedelta(days=40))


@dataclass
class Sent:
    """What became of one request."""

    hops: list[Hop] = field(default_factory=list)
    refused: Refused | None = None

    @property
    def documents(self) -> list[bytes]:
        return [hop.octets for hop in self.hops if hop.title == "MMC"]

    def titles(self) -> list[str]:
        return [hop.title for hop in self.hops]


def document(
    world: World,
    variant: str,
    device: Eui64,
    now: datetime = NOW,
    counter: int | None = None,
    **wishes: object,
) -> bytes:
    """A signed draft."""
    record = next(r for r in full_home().devices if r.eui == device)
    service = ServiceReferenceVariant(variant)
    user = user_for(service, full_home())
    said = wishes.pop("values", ())
    assert isinstance(said, tuple)
    values = (*partner(variant, record).items(), *said)
    if variant == "6.22" and record.type is DeviceType.GSME:
        wishes = {"choices": ((".", "GasSupplierAlertEventSettings"),), **wishes}
    if variant == "6.7" and record.type is DeviceType.GSME:
        wishes = {"choices": ((".", "UncontrolledGasFlowRateDecimal"),), **wishes}
    asked = Wishes(device=device, counter=counter, values=values, **wishes)  # type: ignore[arg-type]
    house = house_of(full_home(), world.keys, user, device)
    made = draft(service, house, now, default_schemas(), asked)
    return world.xml_signer(user).sign(made.document)


def send(world: World, octets: bytes, now: datetime = NOW, wait: timedelta = timedelta(days=2)) -> Sent:
    """On its journey, and the time after it."""
    sent = Sent()
    try:
        sent.hops += journey(world, octets, now)
    except Refused as refused:
        sent.refused = refused
    sent.hops += [hop for _, hop in alerts_until(world, now + wait)]
    return sent


def check_documents(sent: Sent) -> None:
    """Every answer and alert is a valid MMC document."""
    for octets in sent.documents:
        default_schemas().check_mmc(parse_xml(octets))
