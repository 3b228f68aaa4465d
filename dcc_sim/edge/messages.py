"""The commands that work on one message: transform, command, decode, mmc.

In: what the user named. Out: text for standard output, or a refusal as an exception. Left out: the
option parsing (`dcc_sim.cli`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from dcc_sim.codec.exchange import Sealed
from dcc_sim.codec.shape import Note
from dcc_sim.dsp.home import Home
from dcc_sim.duis.request import ServiceRequest, parse_request
from dcc_sim.duis.schema import Schemas
from dcc_sim.edge.console.frames import Verdict
from dcc_sim.errors import DecodeError, KeyMissing, NotFound, SecurityError, Unsupported
from dcc_sim.gbcs.crypto import check_mac, check_signature
from dcc_sim.gbcs.frame import Frame, decode_frame
from dcc_sim.gbcs.keys import KeyRing
from dcc_sim.gbcs.protection import mac_parties, protect, signed
from dcc_sim.ids import CraFlag, DeviceType, Eui64, KeyUsage
from dcc_sim.mmc.document import render
from dcc_sim.transform.message import Message, read_frame
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


def pre_command(document: bytes, schemas: Schemas, homes: list[Home], now: datetime) -> Frame:
    """The pre-command of a request; its XML signature is not looked at."""
    request = parse_request(document, schemas)
    return transform(request, device_type(request, homes), now)


def finished_command(frame: Frame, keys: KeyRing, acb: Eui64, *, critical: bool) -> Frame:
    """Signed by its originator when it is critical, with the ACB's MAC. Raises KeyMissing."""
    return protect(signed(frame, keys) if critical else frame.with_signature(b""), keys, acb)


@dataclass(slots=True)
class Reading:
    """A frame as far as it could be understood: fields, meaning, checks, and why it stopped."""

    octets: bytes
    notes: list[Note] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    message: Message | None = None
    problem: DecodeError | Unsupported | None = None
    title: str = ""


def read_with_checks(octets: bytes, keys: KeyRing, acb_of: Callable[[Eui64], Eui64]) -> Reading:
    """Read a frame and check whatever the keys allow; nothing is raised for a bad frame.

    `acb_of` names the ACB that guards a device.
    """
    reading = Reading(octets)
    frame: Frame | None = None
    try:
        frame = decode_frame(octets, reading.notes)
        reading.message = read_frame(frame, keys, reading.notes)
        reading.title = f"{reading.message.row.code} {reading.message.row.title}"
    except (DecodeError, Unsupported) as error:
        reading.problem = error
    except SecurityError as error:
        reading.verdicts.append(Verdict("decryption", ok=False, detail=str(error)))
    if frame is not None:
        reading.verdicts += _verdicts(frame, keys, acb_of(frame.header.target))
        reading.verdicts += _decryption(reading)
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
    if any(isinstance(value, Sealed) for value in reading.message.body.values.values()):
        return [Verdict("decryption", ok=None, detail="no key for the encrypted values (--keys)")]
    if any("decrypted" in note.path for note in reading.notes):
        return [Verdict("decryption", ok=True, detail="all encrypted values opened")]
    return []


def mmc_document(octets: bytes, keys: KeyRing | None) -> bytes:
    """The MMC XML of a Response or Alert. Raises DecodeError, Unsupported, NotFound for a Command."""
    frame = decode_frame(octets)
    if frame.header.cra is CraFlag.COMMAND:
        raise NotFound("this is a Command; MMC renders Responses and Alerts")
    return render(read_frame(frame, keys))
