"""Whether a device does what a frame says: the checks, in order, before anything is changed.

In: octets from the wire, keys, trust anchors, counters. Out: `Accepted`, or `Discarded` with the
code for the security log; a discarded Command gets no answer at all. Order: frame, target, use
case, originator and role, MAC, signature, content, counter (reference `gbcs.md` §b, §c, §l; GBCS
4.3, 6). The counter moves only when everything else passed.
Left out: changing credentials (CS02b), certificates and chains (`smki`), block transfer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography import x509

from dcc_sim.catalogue.row import PayloadRow, UseCase
from dcc_sim.catalogue.usecases import by_message_code
from dcc_sim.codec.access import AccessRow
from dcc_sim.codec.exchange import Body
from dcc_sim.codec.gbz import GbzRow
from dcc_sim.codec.shape import Reader
from dcc_sim.devices.execution import activation_times, can_execute
from dcc_sim.devices.logs import CONTENT_INVALID, NO_AUTHORITY, NOT_AUTHENTIC, UNAUTHORISED_ACCESS
from dcc_sim.devices.model import Model
from dcc_sim.errors import DecodeError, KeyMissing, SecurityError, Unsupported
from dcc_sim.gbcs.crypto import check_mac, check_signature
from dcc_sim.gbcs.frame import Frame, decode_frame
from dcc_sim.gbcs.header import GroupingHeader
from dcc_sim.gbcs.keys import KeyRing
from dcc_sim.ids import CraFlag, Eui64, KeyUsage, OriginatorCounter, RemotePartyRole
from dcc_sim.transform.message import envelope_of

TrustAnchors = Mapping[RemotePartyRole, Eui64]
"""Who holds each trust anchor cell; the keys are in the device's key ring."""

CounterCell = tuple[RemotePartyRole, str]
"""A role and, for a future-datable use case, its code; else an empty string."""


class Discarded(SecurityError):
    """The Command is dropped without a Response; `code` goes into the security log."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A Command that passed. `checks` says what was checked, in words.

    `answer_keys` are the device's keys and, when the Command brought a certificate, its key.
    """

    frame: Frame
    row: UseCase
    body: Body
    role: RemotePartyRole
    answer_keys: KeyRing
    checks: tuple[str, ...]

    @property
    def header(self) -> GroupingHeader:
        """The Grouping Header."""
        return self.frame.header


@dataclass(slots=True)
class Guard:
    """The security of one device.

    `counters` are the Execution Counters: one per role for replay-protected Commands that are
    executed at once, and one per role and future-datable use case.
    """

    eui: Eui64
    keys: KeyRing
    trust_anchors: TrustAnchors
    counters: dict[CounterCell, OriginatorCounter] = field(default_factory=dict)

    @property
    def acb(self) -> Eui64:
        """The Access Control Broker. Raises Discarded when its cell is empty."""
        eui = self.trust_anchors.get(RemotePartyRole.ACCESS_CONTROL_BROKER)
        if eui is None:
            raise Discarded(UNAUTHORISED_ACCESS, "no Access Control Broker in the trust anchor cells")
        return eui

    def check(self, octets: bytes, model: Model) -> Accepted:
        """Everything, in order. Raises Discarded; nothing is changed but the counter at the end."""
        frame, row = self._read_frame(octets, model)
        header = frame.header
        role = self._check_originator(header, row)
        checks = [
            f"addressed to {self.eui}",
            f"{row.code} {row.title}",
            f"{header.originator} is the {role.name.lower().replace('_', ' ')}",
        ]
        self._check_protection(frame, row)
        checks.append(f"MAC of {self.acb} and this device")
        if row.critical:
            checks.append(f"signature of {header.originator}")
        body = self._read_body(frame, row, model)
        checks.append(f"content is that of {row.code}")
        answer_keys = self._answer_keys(header, row)
        if row.replay_protected:
            last = self._take_counter(header, row, role)
            checks.append(f"counter {header.counter} is higher than {last}")
        return Accepted(
            frame=frame, row=row, body=body, role=role, answer_keys=answer_keys, checks=tuple(checks)
        )

    def _read_frame(self, octets: bytes, model: Model) -> tuple[Frame, UseCase]:
        try:
            frame = decode_frame(octets)
        except (DecodeError, Unsupported) as error:
            raise Discarded(CONTENT_INVALID, str(error)) from error
        header = frame.header
        if header.target != self.eui:
            raise Discarded(UNAUTHORISED_ACCESS, f"addressed to {header.target}, not to {self.eui}")
        if header.cra is not CraFlag.COMMAND:
            raise Discarded(CONTENT_INVALID, f"not a Command but a {header.cra.name.capitalize()}")
        try:
            row = by_message_code(header.message_code)
        except Unsupported as error:
            raise Discarded(CONTENT_INVALID, f"unknown message code {header.message_code}") from error
        known = can_execute(model, row.payload, header.message_code)
        if model.device_type not in row.targets or not known:
            raise Discarded(CONTENT_INVALID, f"{row.code} is not for a {model.device_type.value}")
        return frame, row

    def _check_originator(self, header: GroupingHeader, row: UseCase) -> RemotePartyRole:
        held = [role for role, eui in self.trust_anchors.items() if eui == header.originator]
        if not held:
            raise Discarded(UNAUTHORISED_ACCESS, f"{header.originator} is in no trust anchor cell")
        entitled = next((role for role in held if role in row.roles), None)
        if entitled is None:
            names = ", ".join(role.name for role in held)
            raise Discarded(NO_AUTHORITY, f"{row.code} is not for the role {names}")
        return entitled

    def _check_protection(self, frame: Frame, row: UseCase) -> None:
        originator, acb = frame.header.originator, self.acb
        try:
            check_mac(self.keys.shared_secret(acb, self.eui), frame)
            if row.critical:
                check_signature(self.keys.public(originator, KeyUsage.DIGITAL_SIGNATURE), frame)
        except SecurityError as error:
            raise Discarded(NOT_AUTHENTIC, str(error)) from error
        if not row.critical and frame.signature:
            raise Discarded(CONTENT_INVALID, f"{row.code} is not critical but signed")

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
        return body

    def _answer_keys(self, header: GroupingHeader, row: UseCase) -> KeyRing:
        # Every key the answer needs must be there before anything is executed.
        keys = self.keys
        reader = header.supplementary_party or header.originator
        try:
            if header.certificate is not None:
                keys = KeyRing(dict(keys.entries), keys.secrets)
                keys.entries.pop((reader, KeyUsage.KEY_AGREEMENT), None)
                certificate = x509.load_der_x509_certificate(header.certificate)
                keys.add_certificate(reader, KeyUsage.KEY_AGREEMENT, certificate)
            if not row.critical:
                keys.shared_secret(self.eui, header.originator)
            if _has_sealed_values(row.payload):
                keys.shared_secret(self.eui, reader)
        except ValueError as error:
            raise Discarded(CONTENT_INVALID, f"not a certificate: {error}") from error
        except KeyMissing as error:
            raise Discarded(NOT_AUTHENTIC, str(error)) from error
        return keys

    def _take_counter(self, header: GroupingHeader, row: UseCase, role: RemotePartyRole) -> OriginatorCounter:
        cell = (role, row.code if row.future_datable else "")
        last = self.counters.get(cell, 0)
        if header.counter <= last:
            raise Discarded(NOT_AUTHENTIC, f"counter {header.counter} is not higher than {last}: a replay")
        self.counters[cell] = header.counter
        return last


def _has_sealed_values(row: PayloadRow) -> bool:
    match row:
        case AccessRow():
            return any(item.protected for item in row.items)
        case GbzRow():
            return any(command.encrypted for command in row.commands)
        case _:
            return False
