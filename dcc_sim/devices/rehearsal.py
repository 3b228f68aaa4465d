"""A device that is made to give a known Response: conformance at the level `execute`.

In: a Command and the Response that somebody else's device gave to it. Out: the Response this
engine gives when the known one's values, date-time and failing item are loaded into a device of
that type and the Command is run on it. Nobody has the device's private keys: its signature is made
with a key of our own (`rehearsal_key`), MACs and encryption come from the other party's private
key, which gives the same secret. Between two devices of a home even that is missing: such a Command
gets a MAC of made-up keys, and MACs are left out of the comparison. Failures that no state of the
device leads to are injected. Nothing here depends on which vector it is.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec

from dcc_sim.catalogue.row import UseCase
from dcc_sim.catalogue.usecases import by_message_code
from dcc_sim.codec.access import AccessRow
from dcc_sim.codec.der import DerRow
from dcc_sim.codec.exchange import NOT_FOUND, Body
from dcc_sim.codec.gbz import GbzRow
from dcc_sim.codec.shape import Value, as_bytes
from dcc_sim.devices.anchors import TrustAnchors
from dcc_sim.devices.certificates import organisation_role
from dcc_sim.devices.engine import Device
from dcc_sim.devices.execution import can_execute_whole
from dcc_sim.devices.joining import DEVICE_LOG, TYPE_NUMBERS
from dcc_sim.devices.model import Fault
from dcc_sim.devices.profiles import make_chf, make_esme, make_gpf, make_gsme, make_hcalcs, make_ppmid
from dcc_sim.devices.profiles.esme import ALL_EXTRAS, Variant, lacking_of
from dcc_sim.devices.security import Discarded
from dcc_sim.devices.store import CosemAttribute
from dcc_sim.errors import DecodeError, SignatureInvalid, Unsupported
from dcc_sim.gbcs.crypto import check_signature, compute_mac
from dcc_sim.gbcs.frame import MAC_LENGTH, SIGNATURE_LENGTH, decode_frame
from dcc_sim.gbcs.header import GroupingHeader
from dcc_sim.gbcs.keys import KeyRing
from dcc_sim.ids import CraFlag, DeviceType, Eui64, KeyUsage, RemotePartyRole
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
    ring = _device_keys(keys, asked.header, row)

    def answer(looking_up: frozenset[str]) -> bytes:
        device = _device(device_type, asked.header, row, ring, acb, moment)
        if not can_execute_whole(device.model, row.payload, row.message_code):
            raise Unsupported(f"{row.code} on a {device_type.value}")
        told = device.load(row, known.body, asked=asked.body, time=time)
        _inject(device, row, known.body, looking_up)
        _foresee_counter(device, asked, known)
        _vouch(device, asked, known)
        answers = device.receive(_readable(command, row, ring), told or moment)
        if not answers:
            entry = device.security_log[-1]
            raise Discarded(entry.code, entry.detail)
        return answers[-1]

    # Where there are replies, "not found" follows from there being nothing to reply; not in every case.
    replying = _replying(row)
    built = answer(replying)
    absent = {result.name for result in known.body.results if result.code == NOT_FOUND} & replying
    if not absent:
        return built
    found = {result.name for result in read_message(built, ring).body.results if not result.code}
    return answer(replying - found) if absent & found else built


def _replying(row: UseCase) -> frozenset[str]:
    commands = row.payload.commands if isinstance(row.payload, GbzRow) else ()
    return frozenset(command.name for command in commands if command.reply is not None)


def _readable(command: bytes, row: UseCase, keys: KeyRing) -> bytes:
    """The Command; one between two devices, whose keys nobody has, gets the MAC of made-up ones."""
    if row.roles:
        return command
    frame = decode_frame(command)
    secret = keys.shared_secret(frame.header.originator, frame.header.target)
    return frame.with_mac(compute_mac(secret, frame)).encode()


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
    ring = _device_keys(keys, asked.header, row)

    def start(counter: int) -> Device:
        device = _device(device_type, asked.header, row, ring, acb, now)
        device.own_counter = counter
        if isinstance(row.payload, DerRow):
            # The alert tells the outcome of a whole Command as a Response at once would.
            device.load(row, known.body, asked=asked.body)
        if not device.receive(command, now):
            entry = device.security_log[-1]
            raise Discarded(entry.code, entry.detail)
        return device

    device = start(known.header.counter)
    due = device.next_wake()
    if due is not None:
        planned = len(device.state().pending)
        # Counters go up by one per Alert: the known one was reached from one of these.
        for counter in range(known.header.counter - planned + 1, known.header.counter + 1):
            for built in start(counter).wake(due):
                message = read_message(built, ring)
                if (message.header, message.body) == (known.header, known.body):
                    return built
    raise DecodeError("no such instruction was planned", offset=0)


def check_same_answer(built: bytes, expected: bytes, device: Eui64) -> None:
    """Equal to the last octet, but for a signature, which must be ours and verify.

    Between two devices the MAC may differ too. Raises DecodeError at the first octet that differs,
    SignatureInvalid.
    """
    wanted_frame = decode_frame(expected)
    length = SIGNATURE_LENGTH if wanted_frame.signature else 0
    if not _has_roles(wanted_frame.header):
        length = MAC_LENGTH
    ours, theirs = built[: len(built) - length], expected[: len(expected) - length]
    if ours != theirs:
        pairs = enumerate(zip(ours, theirs, strict=False))
        at = next((n for n, (a, b) in pairs if a != b), min(len(ours), len(theirs)))
        found, wanted = ours[at : at + 8].hex(), theirs[at : at + 8].hex()
        raise DecodeError(f"{wanted or 'the end'} expected, built {found or 'the end'}", offset=at)
    frame = decode_frame(built)
    if wanted_frame.signature:
        check_signature(rehearsal_key(device).public_key(), frame)
    elif frame.signature:
        raise SignatureInvalid("signed, but the known Response is not")


def _has_roles(header: GroupingHeader) -> bool:
    """Whether a remote party takes part; nobody has the keys of two devices of a home."""
    return header.cra is not CraFlag.RESPONSE or bool(by_message_code(header.message_code).roles)


def rehearsal_key(device: Eui64) -> ec.EllipticCurvePrivateKey:
    """The signing key of a rehearsing device. It protects nothing, so it is made of the EUI."""
    scalar = int.from_bytes(hashlib.sha256(b"rehearsal" + device.octets).digest(), "big")
    return ec.derive_private_key(scalar >> 8 or 1, ec.SECP256R1())


def _device_keys(keys: KeyRing, header: GroupingHeader, row: UseCase) -> KeyRing:
    ring = KeyRing(dict(keys.entries), keys.secrets)
    _make_up(ring, header.target, KeyUsage.DIGITAL_SIGNATURE)
    if not row.roles:
        # Made up for the other device: the published key of this one is needed for top-up tokens.
        _make_up(ring, header.originator, KeyUsage.KEY_AGREEMENT)
    return ring


def _make_up(ring: KeyRing, eui: Eui64, usage: KeyUsage) -> None:
    ring.entries.pop((eui, usage), None)
    ring.add_private(eui, usage, rehearsal_key(eui))


def _rehearsing_anchors(header: GroupingHeader, row: UseCase, keys: KeyRing, acb: Eui64) -> TrustAnchors:
    """Who the rehearsing device trusts: for each role the first party whose certificate names it.

    The originator holds the role its certificate names where the use case allows that, else the
    first role of the use case.
    """
    anchors: dict[RemotePartyRole, Eui64] = {}
    roles: dict[Eui64, RemotePartyRole] = {}
    for eui, _, certificate in sorted(keys.certificates(), key=lambda found: found[0]):
        number = organisation_role(certificate)
        if number is not None and number in _ROLES:
            role = roles.setdefault(eui, RemotePartyRole(number))
            anchors.setdefault(role, eui)
    anchors[RemotePartyRole.ACCESS_CONTROL_BROKER] = acb
    if row.roles:
        own = roles.get(header.originator)
        anchors[own if own in row.roles else row.roles[0]] = header.originator
    return anchors


_ROLES: Final = frozenset(int(role) for role in RemotePartyRole)


def _device(
    device_type: DeviceType, header: GroupingHeader, row: UseCase, keys: KeyRing, acb: Eui64, moment: datetime
) -> Device:
    anchors = _rehearsing_anchors(header, row, keys, acb)
    eui = header.target
    match device_type:
        case DeviceType.ESME:
            device = make_esme(
                eui, keys=keys, trust_anchors=anchors, seed=_SEED, started_at=moment, variant=_variant(row)
            )
        case DeviceType.GSME:
            device = make_gsme(eui, keys=keys, trust_anchors=anchors, seed=_SEED, started_at=moment)
        case DeviceType.GPF:
            device = make_gpf(eui, keys=keys, trust_anchors=anchors)
        case DeviceType.CHF:
            device = make_chf(eui, keys=keys, trust_anchors=anchors)
        case DeviceType.PPMID:
            device = make_ppmid(eui, keys=keys, trust_anchors=anchors)
        case DeviceType.HCALCS:
            device = make_hcalcs(eui, keys=keys, trust_anchors=anchors)
        case _:
            raise Unsupported(f"device type {device_type.value}")
    if not row.roles:
        entry: Value = {
            "device_id": header.originator.octets,
            "device_type": TYPE_NUMBERS[DeviceType.PPMID],
        }
        device.model.store.write(DEVICE_LOG, [entry])
    return device


_VARIANTS: Final[tuple[Variant, ...]] = ("single", "twin", "polyphase")


def _variant(row: UseCase) -> Variant:
    """The first kind of ESME that has everything the use case names."""
    for variant in _VARIANTS:
        lacking = lacking_of(variant, ALL_EXTRAS)
        named = row.payload.items if isinstance(row.payload, AccessRow) else ()
        if not any(CosemAttribute(item.object, item.index) in lacking for item in named):
            return variant
    return _VARIANTS[0]


def _inject(device: Device, row: UseCase, body: Body, looking_up: frozenset[str]) -> None:
    """Failures of the items; not those where a command of `looking_up` finds nothing."""
    if isinstance(row.payload, DerRow):
        faults = device.model.kind.exchanges[row.message_code].faults(body.values)
    else:
        faults = tuple(
            Fault(result.index, result.code, result.name)
            for result in body.results
            if result.executed
            and result.code
            and not (result.code == NOT_FOUND and result.name in looking_up)
        )
    if faults:
        device.inject_failures(row.code, faults)


def _foresee_counter(device: Device, asked: Message, known: Message) -> None:
    # A Response to an unknown party carries the device's own counter; it is the vector's to give.
    own = known.header.supplementary_originator_counter
    if own is not None:
        device.own_counter = own
    device.numbers_answers = own is not None or asked.header.certificate is None


def _vouch(device: Device, asked: Message, known: Message) -> None:
    # A token typed in at home is not the originator's own: nobody says which supplier made it.
    top_up, answer = asked.body.values.get("top_up"), known.body.values.get("top_up")
    assert isinstance(asked.row, UseCase)
    if asked.row.roles or not isinstance(top_up, dict) or not isinstance(answer, dict):
        return
    if answer["result"] == 0:
        device.vouch_for(as_bytes(top_up["utrn"]))
