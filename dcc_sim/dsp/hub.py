"""The DCC itself: what it admits, remembers, protects and sends. The hub owns this state.

In: documents and frames with the time they arrive. Out: the next thing on the way, or a refusal
that changed nothing. One verb per step; `dcc_sim.flow` puts them in order. Left out: schedules,
anomaly detection, sequencing, keeping DSP-dated requests until their time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509

from dcc_sim.dsp.access import SIGNED, Application, Passed, check_access
from dcc_sim.dsp.inventory import DeviceRecord, Inventory
from dcc_sim.duis.request import ServiceRequest, parse_request
from dcc_sim.duis.schema import Schemas
from dcc_sim.errors import (
    AccessDenied,
    DecodeError,
    KeyMissing,
    RequestInvalid,
    SignatureInvalid,
    Unsupported,
    XmlSignatureInvalid,
)
from dcc_sim.gbcs.crypto import check_signature
from dcc_sim.gbcs.frame import Frame, decode_frame
from dcc_sim.gbcs.keys import KeyRing
from dcc_sim.gbcs.protection import protect
from dcc_sim.ids import CommandVariant, Eui64, KeyUsage, RemotePartyRole, RequestId
from dcc_sim.transform.context import DccParty, TransformContext, certificates_of
from dcc_sim.transform.originators import named_device
from dcc_sim.transform.request import transform
from dcc_sim.wan.link import Link

_LOCAL: frozenset[CommandVariant] = frozenset({CommandVariant.LOCAL, CommandVariant.SIGNED_LOCAL})


@dataclass(frozen=True, slots=True)
class Admitted:
    """A request that passed schema, signature and access control."""

    request: ServiceRequest
    device: DeviceRecord
    passed: tuple[Passed, ...]


@dataclass(slots=True)
class Hub:
    """One DCC. `keys` holds the ACB's private keys and everybody's certificates."""

    acb: Eui64
    inventory: Inventory
    keys: KeyRing
    schemas: Schemas
    link: Link
    seen: set[tuple[RequestId, bool]] = field(default_factory=set)
    pre_commands: dict[RequestId, Frame] = field(default_factory=dict)
    counters: dict[Eui64, int] = field(default_factory=dict)

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
        device = application.device
        if device is None or application.row.non_device:
            raise Unsupported(f"Service Request {request.variant} {request.name}")
        self.seen.add((request.request_id, request.command_variant in SIGNED))
        return Admitted(request, device, passed)

    def pre_command(self, admitted: Admitted, now: datetime) -> Frame:
        """The GBCS command of a request, unsigned; remembered until it comes back signed.

        Raises RequestInvalid, AccessDenied (DSP-dated requests are not kept yet: Unsupported).
        """
        request = admitted.request
        row_is_critical = request.command_variant is CommandVariant.TRANSFORM
        if request.execution is not None and not row_is_critical:
            raise Unsupported("requests that the DSP keeps until their date", request.variant.text)
        frame = transform(request, admitted.device.type, now, self._transform_context(request, now))
        if frame.header.originator != request.request_id.originator:
            self.counters[frame.header.originator] = frame.header.counter
        if row_is_critical:
            self.pre_commands[request.request_id] = frame
        return frame

    def _transform_context(self, request: ServiceRequest, now: datetime) -> TransformContext:
        roles = {eui: party.remote_role for eui, party in self.inventory.parties.items()}
        cos = next((eui for eui, role in roles.items() if role is RemotePartyRole.TRANSITIONAL_COS), None)
        named = named_device(request.body)
        record = None if named is None else self.inventory.devices.get(named)
        return TransformContext(
            broker=self._originating(self.acb, now),
            cos_party=None if cos is None else self._originating(cos, now),
            party=roles.get(request.request_id.originator),
            other=None if record is None else record.type,
            certificate=certificates_of(self.keys),
        )

    def _originating(self, eui: Eui64, now: datetime) -> DccParty:
        # Milliseconds since 1970, as the signing tool of Users counts: always higher than before.
        return DccParty(eui=eui, counter=max(self.counters.get(eui, 0) + 1, int(now.timestamp() * 1000)))

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
            self._check_same(made, frame)
            check_signature(self.keys.public(frame.header.originator, KeyUsage.DIGITAL_SIGNATURE), frame)
        except DecodeError as error:
            raise RequestInvalid(f"the signed pre-command: {error}", rule="GBCS frame") from error
        except (SignatureInvalid, KeyMissing) as error:
            raise RequestInvalid(f"the signed pre-command: {error}", rule="GBCS signature") from error
        del self.pre_commands[request.request_id]
        return frame

    @staticmethod
    def _check_same(made: Frame, frame: Frame) -> None:
        if made.signed_octets != frame.signed_octets:
            raise RequestInvalid(
                "the signed pre-command is not the one the DCC made", rule="pre-command unchanged"
            )

    def command(self, frame: Frame) -> bytes:
        """The finished command: the ACB's MAC around a signed or unsigned body."""
        body = frame if frame.signature is not None else frame.with_signature(b"")
        return protect(body, self.keys, self.acb).encode()

    def send(self, command: bytes, target: Eui64, now: datetime) -> tuple[bytes, ...]:
        """Send to the device; its answers. Raises AccessDenied: E20 no link, E21 no answer."""
        answers = self.link.deliver(target, command, now)
        if not answers:
            raise AccessDenied(f"no response from {target}", code="E21", rule="device answers")
        return answers

    @staticmethod
    def is_local(request: ServiceRequest) -> bool:
        """Whether the command goes back to the User instead of over the WAN."""
        return request.command_variant in _LOCAL
