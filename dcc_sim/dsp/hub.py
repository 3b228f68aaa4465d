"""The DCC itself: what it admits, remembers, protects and sends. The hub owns this state.

In: documents and frames with the time they arrive. Out: the next thing on the way, or a refusal
that changed nothing. One verb per step; `dcc_sim.flow` puts them in order. What the hub keeps until
its time is in `schedules`, what it answers out of its own records in `records`. Left out: anomaly
detection, sequencing.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from cryptography import x509

from dcc_sim.catalogue.request_row import FutureDating
from dcc_sim.catalogue.requests import request_row
from dcc_sim.catalogue.routes import routes_of
from dcc_sim.catalogue.usecases import by_message_code, use_case
from dcc_sim.codec.shape import Value
from dcc_sim.dsp.access import SIGNED, Application, Passed, check_access
from dcc_sim.dsp.correspondence import Correspondence
from dcc_sim.dsp.inventory import WITHOUT_USERS, DeviceRecord, Inventory
from dcc_sim.dsp.schedules import Diary, Kept
from dcc_sim.duis.names import sr
from dcc_sim.duis.request import ServiceRequest, parse_request
from dcc_sim.duis.response import (
    Response,
    dcc_alert,
)
from dcc_sim.duis.schema import Schemas
from dcc_sim.errors import (
    AccessDenied,
    DecodeError,
    KeyMissing,
    NotFound,
    Refused,
    RequestInvalid,
    SignatureInvalid,
    XmlSignatureInvalid,
)
from dcc_sim.gbcs.crypto import check_signature
from dcc_sim.gbcs.frame import Frame, decode_frame
from dcc_sim.gbcs.keys import KeyRing
from dcc_sim.gbcs.protection import protect, signed
from dcc_sim.ids import (
    CommandVariant,
    CraFlag,
    Eui64,
    KeyUsage,
    RemotePartyRole,
    RequestId,
)
from dcc_sim.transform.context import DccParty, TransformContext, certificates_of
from dcc_sim.transform.correlate import frame_differences
from dcc_sim.transform.originators import named_device
from dcc_sim.transform.request import transform
from dcc_sim.wan.link import Link

_LOCAL: Final = frozenset({CommandVariant.LOCAL, CommandVariant.SIGNED_LOCAL})
_BOTH: Final = frozenset({CommandVariant.SEND_AND_LOCAL, CommandVariant.SIGNED_SEND_AND_LOCAL})
_SHOWN: Final = 3
"""Fields that a refusal names."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """A request that passed schema, signature and access control; `device` is None when none is asked.

    `schedule` is the number of the schedule that it is a run of.
    """

    request: ServiceRequest
    device: DeviceRecord | None
    passed: tuple[Passed, ...]
    document: bytes = b""
    schedule: int | None = None

    @property
    def target(self) -> DeviceRecord:
        """The device that is asked. Raises RequestInvalid when none is."""
        if self.device is None:
            raise RequestInvalid(f"{self.request.variant} asks no device", rule="device asked")
        return self.device


_NUMBER_SERVICE: Final = "9.1"
_DIGITS: Final = 4
_RECORDED: Final = frozenset({RemotePartyRole.SUPPLIER, RemotePartyRole.NETWORK_OPERATOR})


@dataclass(slots=True)
class Hub:
    """One DCC. `keys` holds the ACB's private keys and everybody's certificates.

    `device_logs` is what the DCC knows of the logs of hubs and gas proxies (what their `Given` rows need),
    `dropped` what came to nothing: messages that prove to be no device's, kept requests no longer allowed.
    """

    acb: Eui64
    inventory: Inventory
    keys: KeyRing
    schemas: Schemas
    link: Link
    seen: set[tuple[RequestId, bool]] = field(default_factory=set)
    pre_commands: dict[RequestId, Frame] = field(default_factory=dict)
    counters: dict[Eui64, int] = field(default_factory=dict)
    diary: Diary = field(default_factory=Diary)
    device_logs: dict[Eui64, Value] = field(default_factory=dict)
    dropped: list[str] = field(default_factory=list)
    correspondence: Correspondence = field(init=False)

    def __post_init__(self) -> None:
        self.correspondence = Correspondence(self.acb, self.inventory, self.keys, self.dropped)

    def admit(self, document: bytes, now: datetime) -> Admitted:
        """Parse, validate, verify, check rights. Raises a Refused, or Unsupported."""
        signers: list[Eui64] = []

        def lookup(serial: int, issuer: str) -> x509.Certificate | None:  # noqa: ARG001
            # As the real interface does it: by serial number alone (reference `dcc-boxed.md` §3.1).
            for eui, _usage, certificate in self.keys.certificates():
                if certificate.serial_number == serial:
                    signers.append(eui)
                    return certificate
            return None

        request = parse_request(document, self.schemas, lookup)
        if not signers:
            raise XmlSignatureInvalid("the request names no known certificate", rule="XML signature")
        application = Application(request, signers[-1], self.inventory, frozenset(self.seen), now)
        passed = check_access(application)
        device = None if application.row.non_device else application.device
        self.seen.add((request.request_id, request.command_variant in SIGNED))
        return Admitted(request, device, passed, document)

    def keeps(self, admitted: Admitted) -> bool:
        """Whether the DCC itself waits for the date of the request."""
        request = admitted.request
        dating = request_row(request.variant).future_dating
        return request.execution is not None and dating is FutureDating.DSP

    def keep(self, admitted: Admitted, now: datetime) -> None:
        """Put it by until its date; a cancellation takes back what was put by before."""
        request = admitted.request
        ids, when = request.request_id, request.execution
        if request.is_cancellation or when is None:
            self.diary.cancel(ids.originator, ids.target, request.variant)
            return
        self.diary.keep(Kept(when, now, admitted.document, ids, request.variant))

    def due(self, now: datetime) -> list[tuple[datetime, Admitted]]:
        """The requests that were kept, and runs of schedules, whose time has come.

        Rights are checked again: what is no longer allowed is dropped.
        """
        found = []
        for entry in self.diary.take_due(now):
            if isinstance(entry, Kept):
                document, signer, asked_at = entry.document, entry.request_id.originator, entry.received
                schedule = None
            else:
                counter = self._originating(self.acb, entry.at).counter
                self.counters[self.acb] = counter
                schedule, signer, asked_at = entry.schedule.number, entry.schedule.user, entry.at
                document = entry.schedule.request(entry.at, counter)
            request = parse_request(document, self.schemas)
            application = Application(request, signer, self.inventory, frozenset(), asked_at)
            try:
                passed = check_access(application)
            except AccessDenied as denied:
                self.dropped.append(f"{request.request_id}, {request.variant}: {denied}")
                continue
            found.append((entry.at, Admitted(request, application.device, passed, document, schedule)))
        return found

    def failure(self, admitted: Admitted, refused: Refused, now: datetime) -> Response:
        """What the User is told when something that was kept could not be done (N12, N13)."""
        counter = self._originating(self.acb, now).counter
        self.counters[self.acb] = counter
        request = admitted.request
        code = "N13" if refused.response_code == "E21" else "N12"
        number = () if admitted.schedule is None else (("DSPScheduleID", admitted.schedule),)
        about = (
            ("CommandRequestID", request.request_id),
            *number,
            ("DeviceID", admitted.target.eui),
        )
        ids = RequestId(self.acb, request.request_id.originator, counter)
        return dcc_alert(ids, code, "CommandFailure", about, now)

    def pre_command(self, admitted: Admitted, now: datetime) -> Frame:
        """The GBCS command of a request, unsigned; remembered until it comes back signed.

        Raises RequestInvalid, AccessDenied, Unsupported.
        """
        request, device = admitted.request, admitted.target
        context = self._transform_context(request, device, now)
        if admitted.schedule is not None:
            # The User is answered, but it is the DCC that asks, under a counter of its own.
            context = replace(context, party=RemotePartyRole.OTHER)
        try:
            frame = transform(request, device.type, now, context)
        except NotFound as error:
            raise RequestInvalid(str(error), rule="known to the DCC") from error
        self._count(frame)
        if request.command_variant is CommandVariant.TRANSFORM:
            self.pre_commands[request.request_id] = frame
        return frame

    def _count(self, frame: Frame) -> None:
        """Remember the counter of a command of the DCC's own parties."""
        eui = frame.header.originator
        if not self.inventory.parties[eui].user_roles:
            self.counters[eui] = frame.header.counter

    def _transform_context(
        self, request: ServiceRequest, device: DeviceRecord, now: datetime
    ) -> TransformContext:
        roles = {eui: party.remote_role for eui, party in self.inventory.parties.items()}
        cos = next((eui for eui, role in roles.items() if role is RemotePartyRole.TRANSITIONAL_COS), None)
        named = named_device(request.body)
        record = None if named is None else self.inventory.devices.get(named)
        return TransformContext(
            broker=self._originating(self.acb, now),
            cos_party=None if cos is None else self._originating(cos, now),
            party=self._known_as(request.request_id.originator, device),
            gbcs=device.gbcs,
            polyphase=None if device.variant is None else device.variant.phases > 1,
            twin_element=device.variant is not None and device.variant.twin_element,
            other=None if record is None else record.type,
            certificate=certificates_of(self.keys),
            given=self._given(request),
        )

    def _known_as(self, user: Eui64, device: DeviceRecord) -> RemotePartyRole | None:
        """The role in which the device knows a User: registered there, or one that all devices know."""
        party = self.inventory.parties.get(user)
        role = None if party is None else party.remote_role
        if device.type in WITHOUT_USERS:
            return RemotePartyRole.OTHER
        points = (device.mpxn, device.secondary, device.export)
        registered = [self.inventory.registrations[p] for p in points if p in self.inventory.registrations]
        if role in _RECORDED and registered:
            euis = {eui for each in registered for eui in (each.supplier, each.network)}
            return role if user in euis else RemotePartyRole.OTHER
        return role

    def _given(self, request: ServiceRequest) -> dict[str, Value]:
        """What only the DCC knows: the number that 9.1 shows, the logs that 8.12 restores."""
        given: dict[str, Value] = {"customer identification number": self._number(request).encode()}
        for name, what in (("OldCHFID", "device log"), ("OldGPFID", "GPF device log")):
            old = request.body.findtext(sr(name))
            log = None if old is None else self.device_logs.get(Eui64.parse(old))
            if log is not None:
                given[what] = log
        return given

    def _originating(self, eui: Eui64, now: datetime) -> DccParty:
        # Milliseconds since 1970, as the signing tool of Users counts: always higher than before.
        return DccParty(eui=eui, counter=max(self.counters.get(eui, 0) + 1, int(now.timestamp() * 1000)))

    @staticmethod
    def _number(request: ServiceRequest) -> str:
        drawn = int.from_bytes(hashlib.sha256(str(request.request_id).encode()).digest()[:8], "big")
        return f"{drawn % 10**_DIGITS:0{_DIGITS}d}"

    def take_back(self, admitted: Admitted) -> Frame:
        """The signed pre-command, if it is the one that was made and the User's signature holds."""
        request = admitted.request
        made = self.pre_commands.get(request.request_id)
        if made is None:
            raise RequestInvalid(
                f"no pre-command was made for {request.request_id}", rule="pre-command known"
            )
        try:
            frame = decode_frame(request.signed_pre_command or b"")
            self._check_ids(request, frame)
            self._check_same(made, frame)
            check_signature(self.keys.public(frame.header.originator, KeyUsage.DIGITAL_SIGNATURE), frame)
        except DecodeError as error:
            raise RequestInvalid(f"the signed pre-command: {error}", rule="GBCS frame") from error
        except (SignatureInvalid, KeyMissing) as error:
            raise RequestInvalid(f"the signed pre-command: {error}", rule="GBCS signature") from error
        del self.pre_commands[request.request_id]
        return frame

    @staticmethod
    def _check_ids(request: ServiceRequest, frame: Frame) -> None:
        """The ids in the document and in the command it carries are the same (DUIS: E100, code uncertain)."""
        header, asked = frame.header, request.request_id
        user, counter = header.supplementary_party, header.supplementary_counter
        if user is None or counter is None:  # not sent by the ACB for the User
            user, counter = header.originator, header.counter
        said = RequestId(user, header.target, counter)
        if said != asked:
            raise RequestInvalid(
                f"the signed pre-command is of {said}, not of {asked}",
                rule="pre-command ids",
                place="RequestID",
            )
        code = header.message_code
        possible = [entry.use_case for entry in routes_of(request.variant.text)]
        if code not in {use_case(each).message_code for each in possible}:
            raise RequestInvalid(
                f"the signed pre-command has message code {code}; {request.variant} becomes "
                f"{', '.join(dict.fromkeys(possible))}",
                rule="pre-command ids",
                place="ServiceReferenceVariant",
            )

    @staticmethod
    def _check_same(made: Frame, frame: Frame) -> None:
        if made.signed_octets == frame.signed_octets:
            return
        changed = [each.field for each in frame_differences(made, frame)]
        more = f" and {len(changed) - _SHOWN} more" if len(changed) > _SHOWN else ""
        raise RequestInvalid(
            f"the signed pre-command is not the one the DCC made: {', '.join(changed[:_SHOWN])}{more}",
            rule="pre-command unchanged",
        )

    def command(self, frame: Frame) -> bytes:
        """The finished command: the ACB's MAC around a signed or unsigned body.

        A critical command that a party of the DCC originates is signed with that party's key. Raises
        KeyMissing.
        """
        row, body = by_message_code(frame.header.message_code), frame
        if frame.signature is None:
            own = not self.inventory.parties[frame.header.originator].user_roles
            body = signed(frame, self.keys) if own and row.critical else frame.with_signature(b"")
        return protect(body, self.keys, self.acb).encode()

    def send(self, command: bytes, target: Eui64, now: datetime) -> tuple[bytes, ...]:
        """Send to the device; what came back for sure from it.

        What does not prove to be the device's, and what came before, is dropped. Raises AccessDenied: E20
        no link, E21 no answer.
        """
        before = len(self.dropped)
        answers = self.correspondence.accept(self.link.deliver(target, command, now))
        if not any(decode_frame(answer).header.cra is CraFlag.RESPONSE for answer in answers):
            reason = f"no response from {target}"
            denied = AccessDenied(reason, code="E21", rule="device answers")
            for note in self.dropped[before:]:
                denied.add_note(f"dropped: {note}")
            raise denied
        return answers

    def expect(self, command: bytes, request: ServiceRequest, schedule: int | None = None) -> None:
        """Remember what a command was sent for, so that what comes back can be told whose it is."""
        number = self._number(request) if request.variant.text == _NUMBER_SERVICE else ""
        self.correspondence.expect(command, request.request_id, request.variant, number, schedule)

    @staticmethod
    def is_local(request: ServiceRequest) -> bool:
        """Whether the command goes back to the User instead of over the WAN."""
        return request.command_variant in _LOCAL

    @staticmethod
    def returns_command(request: ServiceRequest) -> bool:
        """Whether the User gets the finished command, for itself to deliver: forms 2, 3, 6, 7."""
        return request.command_variant in _LOCAL | _BOTH
