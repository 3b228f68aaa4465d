"""A device that is made to give a known Response: conformance at the level `execute`.

In: a Command and the Response that somebody else's device gave to it. Out: the Response this
engine gives when the known one's values, date-time and failing item are loaded into a device of
that type and the Command is run on it. Nobody has the device's private keys: its signature is made
with a key of our own (`rehearsal_key`), MACs and encryption come from the other party's private
key, which gives the same secret. Nothing here depends on which vector it is.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec

from dcc_sim.catalogue.row import UseCase
from dcc_sim.codec.exchange import Body
from dcc_sim.devices.engine import Device
from dcc_sim.devices.execution import can_execute_whole
from dcc_sim.devices.profiles import make_esme, make_gpf, make_gsme
from dcc_sim.devices.security import Discarded, TrustAnchors
from dcc_sim.errors import DecodeError, SignatureInvalid, Unsupported
from dcc_sim.gbcs.crypto import check_signature
from dcc_sim.gbcs.frame import SIGNATURE_LENGTH, decode_frame
from dcc_sim.gbcs.header import GroupingHeader
from dcc_sim.gbcs.keys import KeyRing
from dcc_sim.ids import DeviceType, Eui64, KeyUsage, RemotePartyRole
from dcc_sim.transform.message import Message, read_message

WRITTEN_FOR: Final = datetime(2015, 1, 1, tzinfo=UTC)
"""The moment the published vectors were made for; used when the Response does not say its own."""

_SEED: Final = 0


def rehearse(
    command: bytes,
    response: bytes,
    keys: KeyRing,
    device_type: DeviceType,
    acb: Eui64,
    *,
    now: datetime = WRITTEN_FOR,
) -> bytes:
    """The Response our device gives.

    Raises Discarded when it stays silent; DecodeError, DecryptionFailed, Unsupported for what
    cannot be read or is not built.
    """
    asked, known = read_message(command), read_message(response, keys)
    row = asked.row
    if not isinstance(row, UseCase) or known.row is not row:
        raise DecodeError("not a Command and its Response", offset=0)
    time = known.header.time
    moment = time.moment if time is not None and time.moment is not None else now
    ring = _device_keys(keys, asked.header.target)
    device = _device(device_type, asked.header, row, ring, acb, moment)
    if not can_execute_whole(device.model, row.payload, row.message_code):
        raise Unsupported(f"{row.code} on a {device_type.value}")
    told = device.load(row, known.body, time=time)
    _inject(device, row, known.body)
    _foresee_counter(device, known)
    answers = device.receive(command, told or moment)
    if not answers:
        entry = device.security_log[-1]
        raise Discarded(entry.code, entry.detail)
    return answers[-1]


def rehearse_alert(
    command: bytes,
    alert: bytes,
    keys: KeyRing,
    device_type: DeviceType,
    acb: Eui64,
    *,
    now: datetime = WRITTEN_FOR,
) -> bytes:
    """The Alert our device gives when what the Command future-dated comes due.

    The known Alert says which instruction is meant and which counter the device had reached.
    Raises Discarded when the device does not accept the Command, DecodeError when nothing that it
    planned is what the Alert is about.
    """
    asked, known = read_message(command), read_message(alert, keys)
    row = asked.row
    if not isinstance(row, UseCase):
        raise DecodeError("not a Command", offset=0)
    ring = _device_keys(keys, asked.header.target)
    device = _device(device_type, asked.header, row, ring, acb, now)
    if not device.receive(command, now):
        entry = device.security_log[-1]
        raise Discarded(entry.code, entry.detail)
    due = device.next_wake()
    if due is not None:
        planned = len(device.state().pending)
        # Counters go up by one per Alert: the known one was reached from one of these.
        for start in range(known.header.counter - planned + 1, known.header.counter + 1):
            again = _device(device_type, asked.header, row, ring, acb, now)
            again.own_counter = start
            again.receive(command, now)
            for built in again.wake(due):
                message = read_message(built, ring)
                if (message.header, message.body) == (known.header, known.body):
                    return built
    raise DecodeError("no such instruction was planned", offset=0)


def check_same_answer(built: bytes, expected: bytes, device: Eui64) -> None:
    """Equal to the last octet, but for a signature, which must be ours and verify.

    Raises DecodeError at the first octet that differs, SignatureInvalid.
    """
    length = SIGNATURE_LENGTH if decode_frame(expected).signature else 0
    ours, theirs = built[: len(built) - length], expected[: len(expected) - length]
    if ours != theirs:
        pairs = enumerate(zip(ours, theirs, strict=False))
        at = next((n for n, (a, b) in pairs if a != b), min(len(ours), len(theirs)))
        found, wanted = ours[at : at + 8].hex(), theirs[at : at + 8].hex()
        raise DecodeError(f"{wanted or 'the end'} expected, built {found or 'the end'}", offset=at)
    frame = decode_frame(built)
    if length:
        check_signature(rehearsal_key(device).public_key(), frame)
    elif frame.signature:
        raise SignatureInvalid("signed, but the known Response is not")


def rehearsal_key(device: Eui64) -> ec.EllipticCurvePrivateKey:
    """The signing key of a rehearsing device. It protects nothing, so it is made of the EUI."""
    scalar = int.from_bytes(hashlib.sha256(b"rehearsal" + device.octets).digest(), "big")
    return ec.derive_private_key(scalar >> 8 or 1, ec.SECP256R1())


def _device_keys(keys: KeyRing, eui: Eui64) -> KeyRing:
    ring = KeyRing(dict(keys.entries), keys.secrets)
    ring.entries.pop((eui, KeyUsage.DIGITAL_SIGNATURE), None)
    ring.add_private(eui, KeyUsage.DIGITAL_SIGNATURE, rehearsal_key(eui))
    return ring


def _device(
    device_type: DeviceType, header: GroupingHeader, row: UseCase, keys: KeyRing, acb: Eui64, moment: datetime
) -> Device:
    # The rehearsing device trusts the originator in the first cell the use case allows.
    if not row.roles:
        raise Unsupported(f"{row.code}: a Command from another device of the home")
    trust_anchors: TrustAnchors = {
        row.roles[0]: header.originator,
        RemotePartyRole.ACCESS_CONTROL_BROKER: acb,
    }
    eui = header.target
    match device_type:
        case DeviceType.ESME:
            return make_esme(eui, keys=keys, trust_anchors=trust_anchors, seed=_SEED, started_at=moment)
        case DeviceType.GSME:
            return make_gsme(eui, keys=keys, trust_anchors=trust_anchors, seed=_SEED, started_at=moment)
        case DeviceType.GPF:
            return make_gpf(eui, keys=keys, trust_anchors=trust_anchors)
        case _:
            raise Unsupported(f"device type {device_type.value}")


def _inject(device: Device, row: UseCase, body: Body) -> None:
    failure = body.first_failure
    if failure is not None:
        device.inject_failure(row.code, failure.index, failure.code, name=failure.name)


def _foresee_counter(device: Device, known: Message) -> None:
    # A Response to an unknown party carries the device's own counter; it is the vector's to give.
    own = known.header.supplementary_originator_counter
    if own is not None:
        device.own_counter = own
