"""START HERE: the journey of a Service Request, one call per arrow of the picture in the design.

In: a `World` (one home, its DCC, its meters), a signed document, the time. Out: `Hop`s, one after
the other as they happen; a refusal ends the journey as an exception and has changed nothing.
No logic lives here: each step names the room that does it. Left out: where documents come from
and how hops are shown (`edge`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from dcc_sim.dsp.hub import Admitted
from dcc_sim.dsp.world import World
from dcc_sim.duis.request import render_signed_pre_command
from dcc_sim.duis.response import (
    Response,
    acknowledgement,
    device_response,
    for_local_delivery,
    render_response,
    transformed,
)
from dcc_sim.gbcs.frame import Frame
from dcc_sim.gbcs.protection import check_protection, signed
from dcc_sim.ids import CommandVariant
from dcc_sim.mmc.document import render
from dcc_sim.transform.message import Message, read_frame, read_message

Artefact = bytes | Admitted | Frame | Message | Response


@dataclass(frozen=True, slots=True)
class Hop:
    """One thing that came into being on the way. `octets` is its form on the interface."""

    title: str
    artefact: Artefact
    octets: bytes
    file: str


def journey(world: World, document: bytes, now: datetime) -> Iterator[Hop]:
    """A signed Service Request to its answer as MMC XML. Raises a Refused, or Unsupported."""
    hub = world.hub
    yield Hop("Service Request", document, document, "service-request.xml")
    admitted = hub.admit(document, now)  # duis: XSD, XML signature; dsp: rights
    yield Hop("Access control", admitted, b"", "")
    if admitted.request.signed_pre_command is not None:
        command = hub.take_back(admitted)  # dsp: what was made, and signed by the User
    else:
        command = hub.pre_command(admitted, now)  # transform: use case and values
        if admitted.request.command_variant is CommandVariant.TRANSFORM:
            yield _pre_command(world, admitted, command, now)
            command = signed(command, world.keys)  # gbcs: the User signs
            again = _signed_pre_command(world, admitted, command)
            yield Hop("Signed pre-command", command, again, "signed-pre-command.xml")
            command = hub.take_back(hub.admit(again, now))
    octets = hub.command(command)  # gbcs: the ACB's MAC
    yield Hop("Command", read_message(octets, world.keys), octets, "command.hex")
    yield from _deliver(world, admitted, octets, now)


def alerts_until(world: World, until: datetime) -> Iterator[tuple[datetime, Hop]]:
    """Let time pass: every alert the devices send by themselves, and when."""
    while (due := world.hub.link.next_wake()) is not None and due <= until:
        for octets in world.hub.link.wake(due):
            hop = _from_device(world, "Alert", octets, "alert.hex")
            yield due, hop
            if isinstance(hop.artefact, Message):
                mmc = render(hop.artefact)
                yield due, Hop("MMC", mmc, mmc, "alert-mmc.xml")


def answer_as_mmc(message: Message, variant: str) -> bytes:
    """Parse & Correlate: what a device said as MMC XML."""
    return render(message, service_reference_variant=variant)


def _pre_command(world: World, admitted: Admitted, frame: Frame, now: datetime) -> Hop:
    response = transformed(admitted.request, frame.with_signature(b"").encode(), now)
    document = render_response(response, world.xml_signer(world.hub.acb))
    return Hop("PreCommand", read_frame(frame), document, "pre-command.xml")


def _signed_pre_command(world: World, admitted: Admitted, frame: Frame) -> bytes:
    unsigned = render_signed_pre_command(admitted.request, frame.encode())
    return world.xml_signer(admitted.request.request_id.originator).sign(unsigned)


def _deliver(world: World, admitted: Admitted, octets: bytes, now: datetime) -> Iterator[Hop]:
    request, hub = admitted.request, world.hub
    dcc = world.xml_signer(hub.acb)
    if hub.is_local(request):
        local = for_local_delivery(request, octets, now)
        yield Hop("Local command", local, render_response(local, dcc), "local-command.xml")
        return
    accepted = acknowledgement(request, now)
    yield Hop("Acknowledgement", accepted, render_response(accepted, dcc), "acknowledgement.xml")
    for answer in hub.send(octets, admitted.device.eui, now):  # wan, devices
        hop = _from_device(world, "Device response", answer, "response.hex")
        yield hop
        response = device_response(request.request_id, request.variant, answer, now)
        yield Hop("Service Response", response, render_response(response, dcc), "service-response.xml")
        if isinstance(hop.artefact, Message):
            mmc = answer_as_mmc(hop.artefact, request.variant.text)
            yield Hop("MMC", mmc, mmc, "mmc.xml")


def _from_device(world: World, title: str, octets: bytes, file: str) -> Hop:
    message = read_message(octets, world.keys)
    check_protection(message.frame, world.keys, world.hub.acb)  # gbcs: signature or MAC
    return Hop(title, message, octets, file)
