"""Whether a device does what a frame says: the checks, in order, before anything is changed.

In: octets from the wire, keys, trust anchors, counters. Out: `Accepted`, or `Discarded` with the
code for the security log; a discarded Command gets no answer at all. Order: frame, target, use
case, originator and role, MAC, signature, content, counter (reference `gbcs.md` §b, §c, §l; GBCS
4.3, 6). The counter moves only when everything else passed. A use case with several protections
takes the one the Command came with, and is answered with the one that goes with it.
Left out: changing credentials (`credentials`), block transfer.
"""

from __future__ import annotations

from dataclasses import dataclass

from cryptography import x509

from dcc_sim.catalogue.row import Guard as Protect
from dcc_sim.catalogue.row import PayloadRow, Protection, UseCase
from dcc_sim.catalogue.usecases import by_message_code
from dcc_sim.codec.access import AccessRow
from dcc_sim.codec.der import DerRow
from dcc_sim.codec.exchange import Body
from dcc_sim.codec.gbz import GbzRow
from dcc_sim.codec.shape import Reader
from dcc_sim.devices.anchors import CounterCell, Credentials, TrustAnchors
from dcc_sim.devices.execution import activation_times, can_execute
from dcc_sim.devices.joining import joined_type
from dcc_sim.devices.logs import (
    CONTENT_INVALID,
    NO_AUTHORITY,
    NOT_AUTHENTIC,
    OTHER_AUTHENTICATION,
    UNAUTHORISED_ACCESS,
)
from dcc_sim.devices.model import Model
from dcc_sim.devices.top_up import COUNTED_BY_TOKEN
from dcc_sim.errors import DecodeError, KeyMissing, SecurityError, Unsupported
from dcc_sim.gbcs.crypto import check_mac, check_signature
from dcc_sim.gbcs.frame import Frame, decode_frame
from dcc_sim.gbcs.header import GroupingHeader
from dcc_sim.gbcs.keys import KeyEntry, KeyRing, certificate_key
from dcc_sim.ids import CraFlag, DeviceType, Eui64, KeyUsage, OriginatorCounter, RemotePartyRole
from dcc_sim.transform.message import envelope_of

__all__ = ("Accepted", "CounterCell", "Discarded", "Guard", "TrustAnchors")


class Discarded(SecurityError):
    """The Command is dropped without a Response; `code` goes into the security log.

    `unsupported` is the header of a Command whose message code this device does not know.
    """

    def __init__(self, code: int, reason: str, *, unsupported: GroupingHeader | None = None) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.unsupported = unsupported


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A Command that passed. `checks` says what was checked, in words.

    `protection` is what the Response gets; `answer_keys` are the device's keys and, when the Command
    brought a certificate, its key.
    """

    frame: Frame
    row: UseCase
    body: Body
    role: RemotePartyRole
    protection: Protect
    answer_keys: KeyRing
    checks: tuple[str, ...]

    @property
    def header(self) -> GroupingHeader:
        """The Grouping Header."""
        return self.frame.header


@dataclass(slots=True)
class Guard:
    """The security of one device."""

    credentials: Credentials

    @property
    def eui(self) -> Eui64:
        """The device."""
        return self.credentials.eui

    @property
    def keys(self) -> KeyRing:
        """Its own keys and those of the parties it knows."""
        return self.credentials.keys

    @property
    def counters(self) -> dict[CounterCell, OriginatorCounter]:
        """The Execution Counters."""
        return self.credentials.counters

    @property
    def acb(self) -> Eui64:
        """The Access Control Broker. Raises Discarded when its cell is empty."""
        eui = self.credentials.holders.get(RemotePartyRole.ACCESS_CONTROL_BROKER)
        if eui is None:
            raise Discarded(UNAUTHORISED_ACCESS, "no Access Control Broker in the trust anchor cells")
        return eui

    def check(self, octets: bytes, model: Model) -> Accepted:
        """Everything, in order. Raises Discarded; nothing is changed but the counter at the end."""
        frame, row = self._read_frame(octets, model)
        header = frame.header
        role = self._check_originator(header, row, model)
        checks = [
            f"addressed to {self.eui}",
            f"{row.code} {row.title}",
            f"{header.originator} is the {role.name.lower().replace('_', ' ')}",
        ]
        protection = _protection(frame, row)
        other = self.acb if row.roles else header.originator
        self._check_protection(frame, row, protection, other)
        if protection.command & Protect.MAC:
            checks.append(f"MAC of {other} and this device")
        if protection.command & Protect.SIGNATURE:
            checks.append(f"signature of {header.originator}")
        body = self._read_body(frame, row, model)
        checks.append(f"content is that of {row.code}")
        answer_keys = self._answer_keys(header, row, protection)
        if row.replay_protected and row.message_code not in COUNTED_BY_TOKEN:
            last = self._take_counter(header, row, role)
            checks.append(f"counter {header.counter} is higher than {last}")
        return Accepted(
            frame=frame,
            row=row,
            body=body,
            role=role,
            protection=protection.response,
            answer_keys=answer_keys,
            checks=tuple(checks),
        )

    def _read_frame(self, octets: bytes, model: Model) -> tuple[Frame, UseCase]:
        try:
            frame = decode_frame(octets)
        except DecodeError as error:
            raise Discarded(CONTENT_INVALID, str(error)) from error
        header = frame.header
        if header.target != self.eui:
            raise Discarded(UNAUTHORISED_ACCESS, f"addressed to {header.target}, not to {self.eui}")
        if header.cra is not CraFlag.COMMAND:
            raise Discarded(CONTENT_INVALID, f"not a Command but a {header.cra.name.capitalize()}")
        try:
            row = by_message_code(header.message_code)
        except Unsupported as error:
            raise Discarded(
                CONTENT_INVALID, f"unknown message code {header.message_code}", unsupported=header
            ) from error
        known = can_execute(model, row.payload, header.message_code)
        if model.device_type not in row.targets or not known:
            raise Discarded(
                CONTENT_INVALID, f"{row.code} is not for a {model.device_type.value}", unsupported=header
            )
        return frame, row

    def _check_originator(self, header: GroupingHeader, row: UseCase, model: Model) -> RemotePartyRole:
        if not row.roles:
            # A Command from another device of the home: it must have joined this one.
            if joined_type(model, header.originator) is not DeviceType.PPMID:
                raise Discarded(UNAUTHORISED_ACCESS, f"{header.originator} has not joined as a PPMID")
            return RemotePartyRole.OTHER
        held = [role for role, eui in self.credentials.holders.items() if eui == header.originator]
        if not held:
            raise Discarded(UNAUTHORISED_ACCESS, f"{header.originator} is in no trust anchor cell")
        entitled = next((role for role in held if role in row.roles), None)
        if entitled is None:
            names = ", ".join(role.name for role in held)
            raise Discarded(NO_AUTHORITY, f"{row.code} is not for the role {names}")
        return entitled

    def _check_protection(self, frame: Frame, row: UseCase, protection: Protection, other: Eui64) -> None:
        wanted = protection.command
        try:
            if wanted & Protect.MAC:
                check_mac(self.keys.shared_secret(other, self.eui), frame)
            if wanted & Protect.SIGNATURE:
                key = self.keys.public(frame.header.originator, KeyUsage.DIGITAL_SIGNATURE)
                check_signature(key, frame)
        except SecurityError as error:
            raise Discarded(NOT_AUTHENTIC, str(error)) from error
        if not wanted & Protect.SIGNATURE and frame.signature:
            raise Discarded(CONTENT_INVALID, f"{row.code} is not critical but signed")
        if not wanted & Protect.MAC and frame.mac is not None:
            raise Discarded(CONTENT_INVALID, f"{row.code} has no MAC but came with one")

    def _read_body(self, frame: Frame, row: UseCase, model: Model) -> Body:
        header = frame.header
        if header.time is not None:
            raise Discarded(CONTENT_INVALID, "a Command carries no date-time")
        if header.supplementary_party is not None and header.originator != self.acb:
            raise Discarded(
                CONTENT_INVALID, "a supplementary party is named by the Access Control Broker only"
            )
        reader = Reader(frame.payload, base=frame.payload_offset)
        try:
            body = row.payload.decode_command(reader, envelope_of(header, None))
        except DecodeError as error:
            raise Discarded(CONTENT_INVALID, str(error)) from error
        if isinstance(row.payload, AccessRow) and len(activation_times(row.payload, model, body)) > 1:
            raise Discarded(CONTENT_INVALID, "the activation times of the Command are not all equal")
        if isinstance(row.payload, DerRow):
            wrong = model.kind.exchanges[row.message_code].check(body.values, header)
            if wrong:
                raise Discarded(CONTENT_INVALID, wrong)
        return body

    def _answer_keys(self, header: GroupingHeader, row: UseCase, protection: Protection) -> KeyRing:
        # Every key the answer needs must be there before anything is executed.
        keys = self.keys
        reader = header.supplementary_party or header.originator
        try:
            if header.certificate is not None:
                keys = _with_certificate(keys, reader, header.certificate)
            if protection.response & Protect.MAC:
                keys.shared_secret(self.eui, header.originator)
            if _has_sealed_values(row.payload):
                keys.shared_secret(self.eui, reader)
        except ValueError as error:
            raise Discarded(CONTENT_INVALID, f"not a certificate: {error}") from error
        except KeyMissing as error:
            # The Command is authentic, but nobody could tell that its answer is.
            raise Discarded(OTHER_AUTHENTICATION, str(error)) from error
        return keys

    def _take_counter(self, header: GroupingHeader, row: UseCase, role: RemotePartyRole) -> OriginatorCounter:
        cell = (role, row.code if row.future_datable else "")
        last = self.counters.get(cell, 0)
        if header.counter <= last:
            raise Discarded(NOT_AUTHENTIC, f"counter {header.counter} is not higher than {last}: a replay")
        self.counters[cell] = header.counter
        return last


def _protection(frame: Frame, row: UseCase) -> Protection:
    """The protection the Command came with; of a use case with just one, that one."""
    for protection in row.protections:
        wanted = protection.command
        if bool(wanted & Protect.MAC) is not (frame.mac is not None):
            continue
        if bool(wanted & Protect.SIGNATURE) is bool(frame.signature):
            return protection
    return row.protections[0]


def _with_certificate(keys: KeyRing, reader: Eui64, octets: bytes) -> KeyRing:
    """The keys, with that of a certificate a Command brought for its reader."""
    certificate = x509.load_der_x509_certificate(octets)
    key, place = certificate_key(certificate), (reader, KeyUsage.KEY_AGREEMENT)
    known = keys.entries.get(place)
    if known is not None and known.public == key:
        return keys
    changed = KeyRing(dict(keys.entries), keys.secrets)
    changed.entries[place] = KeyEntry(None, key, certificate)
    return changed


def _has_sealed_values(row: PayloadRow) -> bool:
    match row:
        case AccessRow():
            return any(item.protected for item in row.items)
        case GbzRow():
            return any(command.encrypted for command in row.commands)
        case _:
            return False
