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
from dcc_sim.dsp.records import answer_from_records
from dcc_sim.dsp.world import World, keys_of
from dcc_sim.duis.request import render_signed_pre_command
from dcc_sim.duis.response import (
    Response,
    acknowledgement,
    for_local_delivery,
    render_response,
    transformed,
)
from dcc_sim.errors import Refused
from dcc_sim.gbcs.frame import Frame
from dcc_sim.gbcs.protection import signed
from dcc_sim.ids import CommandVariant, CraFlag
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
    if admitted.device is None:
        answer = answer_from_records(hub, admitted.request, now)  # dsp: out of the DCC's own records
        yield _service_response(world, answer)
        return
    if hub.keeps(admitted):
        hub.keep(admitted, now)  # dsp: until its date
        yield _acknowledged(world, admitted, now)
        return
    if admitted.request.signed_pre_command is not None:
        command = hub.take_back(admitted)  # dsp: what was made, and signed by the User
    else:
        command = hub.pre_command(admitted, now)  # transform: use case and values
        if admitted.request.command_variant is CommandVariant.TRANSFORM:
            yield _pre_command(world, admitted, command, now)
            command = signed(command, world.keys)  # gbcs: the User signs
            again = _signed_pre_command(world, admitted, command)
            yield Hop("Signed pre-command", command, again, "signed-pre-command.xml")
            admitted = hub.admit(again, now)
            command = hub.take_back(admitted)
    yield from _send(world, admitted, command, now)


def alerts_until(world: World, until: datetime) -> Iterator[tuple[datetime, Hop]]:
    """Let time pass: what devices say by themselves, what was slow, requests that were kept; and when.

    Of a kept request that fails at its time an alert of the DCC is the last hop.
    """
    hub = world.hub
    while (due := next_event(world)) is not None and due <= until:
        for octets in hub.correspondence.accept(hub.link.wake(due)):
            for hop in _said(world, octets, due):
                yield due, hop
        for at, admitted in hub.due(due):
            try:
                for hop in _send(world, admitted, hub.pre_command(admitted, at), at, kept=True):
                    yield at, hop
            except Refused as refused:
                response = hub.failure(admitted, refused, at)
                document = render_response(response, world.xml_signer(hub.acb))
                yield at, Hop("DCC alert", response, document, "dcc-alert.xml")


def next_event(world: World) -> datetime | None:
    """When something happens next by itself."""
    moments = (world.hub.link.next_wake(), world.hub.diary.next_at())
    return min((moment for moment in moments if moment is not None), default=None)


def next_dated(world: World) -> datetime | None:
    """When the next request with a date falls due: kept by the DCC, or waiting in a device."""
    models = [device.model for device in world.devices.values()]
    waiting = ((m.agenda.next_at(), m.clock.drift) for m in models)
    moments = [at - drift for at, drift in waiting if at is not None]
    kept = world.hub.diary.next_at()
    return min(moments if kept is None else [*moments, kept], default=None)


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


def _send(
    world: World, admitted: Admitted, frame: Frame, now: datetime, *, kept: bool = False
) -> Iterator[Hop]:
    """A command on its way; one of a request that was kept has been acknowledged long ago."""
    hub, request = world.hub, admitted.request
    octets = hub.command(frame)  # gbcs: the ACB's MAC
    yield Hop("Command", read_message(octets, world.keys), octets, "command.hex")
    if hub.returns_command(request):
        local = for_local_delivery(request, octets, now)
        document = render_response(local, world.xml_signer(hub.acb))
        yield Hop("Local command", local, document, "local-command.xml")
    elif not kept:
        yield _acknowledged(world, admitted, now)
    hub.expect(octets, request, admitted.schedule)
    if hub.is_local(request):
        return
    for answer in hub.send(octets, admitted.target.eui, now):  # wan, devices
        yield from _said(world, answer, now)


def _acknowledged(world: World, admitted: Admitted, now: datetime) -> Hop:
    accepted = acknowledgement(admitted.request, now)
    document = render_response(accepted, world.xml_signer(world.hub.acb))
    return Hop("Acknowledgement", accepted, document, "acknowledgement.xml")


def _service_response(world: World, response: Response) -> Hop:
    document = render_response(response, world.xml_signer(world.hub.acb))
    return Hop("Service Response", response, document, "service-response.xml")


def _said(world: World, octets: bytes, now: datetime) -> Iterator[Hop]:
    """What a device said, as the User gets it: the frame in its envelope, and as MMC XML."""
    message = read_message(octets)
    reader = message.header.supplementary_party or message.header.target
    message = read_message(octets, keys_of(world.keys, reader))  # gbcs: sealed values, with the User's key
    is_alert = message.header.cra is CraFlag.ALERT
    title, name = ("Alert", "alert") if is_alert else ("Device response", "response")
    yield Hop(title, message, octets, f"{name}.hex")
    response = world.hub.correspondence.envelope(message, octets, now)  # dsp: whose it is
    if response is not None:
        yield _service_response(world, response)
    variant = None if response is None or response.variant is None else response.variant.text
    mmc = render(message) if is_alert or variant is None else answer_as_mmc(message, variant)
    yield Hop("MMC", mmc, mmc, "alert-mmc.xml" if is_alert else "mmc.xml")
