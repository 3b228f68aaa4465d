"""The commands that work on one message: transform, command, decode, mmc.

In: what the user named. Out: text for standard output, or a refusal as an exception. Left out: the
option parsing (`dcc_sim.cli`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from dcc_sim.catalogue.message_codes import message_code
from dcc_sim.catalogue.requests import request_row
from dcc_sim.catalogue.routes import GbcsVersion
from dcc_sim.codec.exchange import sealed_values
from dcc_sim.codec.shape import Notes, Reader
from dcc_sim.dsp.home import Home
from dcc_sim.duis.names import local_name
from dcc_sim.duis.parsing import parse_xml
from dcc_sim.duis.request import ServiceRequest, parse_request
from dcc_sim.duis.schema import Schemas
from dcc_sim.edge.console.frames import Verdict
from dcc_sim.edge.inputs import frame_in
from dcc_sim.errors import DecodeError, KeyMissing, NotFound, SecurityError, Unsupported
from dcc_sim.gbcs.blocks import is_block, read_block
from dcc_sim.gbcs.crypto import check_mac, check_signature
from dcc_sim.gbcs.frame import MAX_FRAME, Frame, decode_frame
from dcc_sim.gbcs.header import decode_header
from dcc_sim.gbcs.keys import KeyRing
from dcc_sim.gbcs.protection import mac_parties, protect, signed
from dcc_sim.ids import CraFlag, DeviceType, Eui64, KeyUsage, RemotePartyRole
from dcc_sim.mmc.document import render
from dcc_sim.mmc.second_pass import second_pass
from dcc_sim.transform.context import DccParty, TransformContext, certificates_of
from dcc_sim.transform.message import Message, read_frame
from dcc_sim.transform.originators import named_device
from dcc_sim.transform.request import transform


def device_type(request: ServiceRequest, homes: list[Home]) -> DeviceType:
    """Type of the target: what an inventory says. Raises NotFound."""
    target = request.request_id.target
    for home in homes:
        for record in home.devices:
            if record.eui == target:
                return record.type
    known = ", ".join(home.name for home in homes)
    raise NotFound(f"device {target} is in none of the homes {known}: describe it in a home file (--home)")


@dataclass(frozen=True, slots=True, kw_only=True)
class DccState:
    """What the command line says of the DCC and its inventory.

    The ACB; the counter of a command that it or the CoS party originates; whether the device knows the
    User; a customer identification number; the device's GBCS version, phases (1 or 3) and whether it has
    a second element.
    """

    acb: Eui64 | None = None
    counter: int | None = None
    unknown_user: bool = False
    cin: str | None = None
    gbcs: GbcsVersion | None = None
    phases: int | None = None
    twin: bool = False


NO_STATE: Final = DccState()

_GENERAL_SIGNING: Final = b"\xdf\x09"
_MAC_HEADER: Final = 20
"""No MAC Header is longer: seven octets, a length of up to five, the security header of five, rounded up."""


def transform_context(
    request: ServiceRequest, homes: list[Home], state: DccState, keys: KeyRing | None = None
) -> TransformContext:
    """The DCC's state for one transform: what was said, the rest from the home of the target."""
    home = next((h for h in homes if any(d.eui == request.request_id.target for d in h.devices)), homes[0])
    roles = {party.eui: party.remote_role for party in home.parties}
    by_role = {role: eui for eui, role in roles.items()}
    broker = state.acb or by_role.get(RemotePartyRole.ACCESS_CONTROL_BROKER)
    named = named_device(request.body)
    return TransformContext(
        broker=_originating(broker, state.counter),
        cos_party=_originating(by_role.get(RemotePartyRole.TRANSITIONAL_COS), state.counter),
        party=RemotePartyRole.OTHER if state.unknown_user else roles.get(request.request_id.originator),
        gbcs=state.gbcs,
        polyphase=None if state.phases is None else state.phases > 1,
        twin_element=state.twin,
        other=next((d.type for d in home.devices if d.eui == named), None),
        certificate=None if keys is None else certificates_of(keys),
        given={} if state.cin is None else {"customer identification number": state.cin.encode()},
    )


def _originating(eui: Eui64 | None, counter: int | None) -> DccParty | None:
    return None if eui is None or counter is None else DccParty(eui=eui, counter=counter)


def pre_command(
    document: bytes,
    schemas: Schemas,
    homes: list[Home],
    now: datetime,
    state: DccState = NO_STATE,
    keys: KeyRing | None = None,
) -> Frame:
    """The pre-command of a request; its XML signature is not looked at."""
    request = parse_request(document, schemas)
    row = request_row(request.variant)
    if row.non_device:
        raise NotFound(f"{row.variant} {row.name} is done by the DCC itself: no command is made of it")
    context = transform_context(request, homes, state, keys)
    try:
        return transform(request, device_type(request, homes), now, context)
    except NotFound as error:
        if state.counter is None and "counter" in str(error):
            error.add_note("say the counter with --acb-counter")
        raise


def finished_command(frame: Frame, keys: KeyRing, acb: Eui64, *, critical: bool) -> Frame:
    """Signed by its originator when it is critical, with the ACB's MAC. Raises KeyMissing."""
    return protect(signed(frame, keys) if critical else frame.with_signature(b""), keys, acb)


def names_of(homes: list[Home]) -> dict[bytes, str]:
    """Whose an EUI is, by the homes that are known."""
    names: dict[bytes, str] = {}
    for home in homes:
        names |= {d.eui.octets: f"{d.type.value}, home {home.name}" for d in home.devices}
        names |= {p.eui.octets: p.name for p in home.parties}
    return names


def is_document(content: bytes) -> bool:
    """Whether it is meant to be XML."""
    return content.lstrip().startswith(b"<")


def signed_pre_command(octets: bytes, keys: KeyRing) -> Frame:
    """A pre-command with its originator's signature. Raises NotFound when it is none, KeyMissing."""
    frame = decode_frame(octets)
    if frame.header.cra is not CraFlag.COMMAND or frame.mac is not None:
        raise NotFound("only a Command without a MAC is a pre-command")
    return signed(frame, keys)


@dataclass(slots=True)
class Reading:
    """A frame as far as it could be understood: fields, meaning, checks, and why it stopped."""

    octets: bytes
    notes: Notes = field(default_factory=Notes)
    verdicts: list[Verdict] = field(default_factory=list)
    message: Message | None = None
    problem: DecodeError | Unsupported | None = None
    title: str = ""


def read_with_checks(octets: bytes, keys: KeyRing, acb_of: Callable[[Eui64], Eui64]) -> Reading:
    """Read a frame and check whatever the keys allow; nothing is raised for a bad frame.

    `acb_of` names the ACB that guards a device.
    """
    reading = Reading(octets)
    if is_block(octets):
        return _read_block(reading)
    frame: Frame | None = None
    try:
        frame = decode_frame(octets, reading.notes)
        reading.message = read_frame(frame, keys, reading.notes)
        reading.title = f"{reading.message.row.code} {reading.message.row.title}"
    except (DecodeError, Unsupported) as error:
        reading.problem = error
    except SecurityError as error:
        reading.verdicts.append(Verdict("decryption", ok=False, detail=str(error)))
    if frame is None and reading.problem is not None:
        _read_what_is_there(reading)
    if frame is not None:
        reading.verdicts += _verdicts(frame, keys, acb_of(frame.header.target))
        reading.verdicts += _decryption(reading)
    return reading


def _read_what_is_there(reading: Reading) -> None:
    """The fields of a frame that breaks off: it is read as if zeros followed."""
    octets, notes = reading.octets, Notes()
    start = octets.find(_GENERAL_SIGNING, 0, _MAC_HEADER)
    if start < 0:
        return
    if start:
        notes.plain.append((0, start, (None, "mac_header"), None, None))
    reader = Reader(octets[start:] + bytes(MAX_FRAME), base=start, notes=notes.plain)
    field = ""
    try:
        header, length = decode_header(reader)
        offset = start + reader.pos
        frame = Frame(
            header=header,
            payload=reader.take(length),
            signature=None,
            mac=None,
            header_octets=octets[start:offset],
            payload_offset=offset,
        )
        reading.title = str(message_code(header.message_code))
        read_frame(frame, KeyRing(), notes)
    except (DecodeError, Unsupported) as error:
        field = getattr(error, "field", "")
    found = [plain for plain in notes.plain if plain[0] + plain[1] <= len(octets)]
    if len(found) <= len(reading.notes):
        return
    reading.notes.plain[:] = found
    beyond = next((note for note in notes if note.offset + note.length > len(octets)), None)
    if beyond is not None:
        field = f"{'.'.join(beyond.path)} that starts at {beyond.offset}"
    if field and reading.problem is not None:
        reading.problem.add_note(f"the data ends at offset {len(octets)}, in {field}")


def _read_block(reading: Reading) -> Reading:
    try:
        block = read_block(reading.octets, reading.notes)
    except DecodeError as error:
        reading.problem = error
        return reading
    place = f"block {block.number}{', the last' if block.last else ''}"
    reading.title = f"General Block Transfer: {place} of a message with code {block.route.message_code}"
    return reading


def _verdicts(frame: Frame, keys: KeyRing, acb: Eui64) -> list[Verdict]:
    found = []
    if frame.mac is not None:
        parties = mac_parties(frame.header, acb)
        who = f"{parties[0]} × {parties[1]}"
        found.append(_verdict("MAC", who, lambda: check_mac(keys.shared_secret(*parties), frame)))
    if frame.signature:
        signer = frame.header.originator
        found.append(_verdict("signature", f"by {signer}", lambda: _signature(frame, keys)))
    return found


def _verdict(check: str, who: str, run: Callable[[], None]) -> Verdict:
    try:
        run()
    except KeyMissing as error:
        return Verdict(check, ok=None, detail=str(error))
    except SecurityError as error:
        return Verdict(check, ok=False, detail=str(error))
    return Verdict(check, ok=True, detail=who)


def _signature(frame: Frame, keys: KeyRing) -> None:
    check_signature(keys.public(frame.header.originator, KeyUsage.DIGITAL_SIGNATURE), frame)


def _decryption(reading: Reading) -> list[Verdict]:
    if reading.message is None:
        return []
    if any(sealed_values(reading.message.body.values)):
        return [Verdict("decryption", ok=None, detail="no key for the encrypted values (--keys)")]
    if any("decrypted" in note.path for note in reading.notes):
        return [Verdict("decryption", ok=True, detail="all encrypted values opened")]
    return []


def mmc_document(octets: bytes, keys: KeyRing | None) -> bytes:
    """The MMC XML of a Response or Alert; an MMC document gets its encrypted parts opened.

    Raises DecodeError, Unsupported, NotFound for a Command.
    """
    if is_document(octets):
        if local_name(parse_xml(octets)) == "GBCSResponse":
            return second_pass(octets, keys or KeyRing())
        octets = frame_in(octets)
    frame = decode_frame(octets)
    if frame.header.cra is CraFlag.COMMAND:
        raise NotFound("this is a Command; MMC renders Responses and Alerts")
    return render(read_frame(frame, keys))
