"""A whole message with its meaning: frame, use case, values; reading and building.

In: octets from the wire, or a use case and values. Out: `Message`, or the octets. The same rows
serve both directions. Left out: where the values of a Command come from (`transform.request`).
"""

from __future__ import annotations

from dataclasses import dataclass

from dcc_sim.catalogue.row import AlertCase, UseCase
from dcc_sim.catalogue.usecases import alert_by_message_code, by_message_code
from dcc_sim.codec.exchange import Body, Envelope
from dcc_sim.codec.shape import Notes, Reader, Values
from dcc_sim.errors import DecodeError, Unsupported
from dcc_sim.gbcs.frame import Frame, decode_frame
from dcc_sim.gbcs.header import GroupingHeader
from dcc_sim.gbcs.keys import KeyRing
from dcc_sim.gbcs.protection import seal_for
from dcc_sim.ids import CraFlag


@dataclass(frozen=True, slots=True)
class Message:
    """A frame, the row it belongs to, and what it says."""

    frame: Frame
    row: UseCase | AlertCase
    body: Body

    @property
    def header(self) -> GroupingHeader:
        """The Grouping Header."""
        return self.frame.header


def read_message(octets: bytes, keys: KeyRing | None = None, notes: Notes | None = None) -> Message:
    """Decode a message. Sensitive values are opened when `keys` can.

    Raises DecodeError, or DecryptionFailed when a value does not open with the key that is there.
    """
    return read_frame(decode_frame(octets, notes), keys, notes)


def read_frame(frame: Frame, keys: KeyRing | None = None, notes: Notes | None = None) -> Message:
    """As `read_message`, for a frame that is already apart."""
    header = frame.header
    reader = Reader(frame.payload, base=frame.payload_offset, notes=None if notes is None else notes.plain)
    envelope = envelope_of(header, keys)
    row = _row(frame)
    if isinstance(row, AlertCase):
        return Message(frame, row, row.payload.decode(reader, envelope))
    if header.cra is CraFlag.COMMAND:
        return Message(frame, row, row.payload.decode_command(reader, envelope))
    return Message(frame, row, row.payload.decode_response(reader, envelope))


def _row(frame: Frame) -> UseCase | AlertCase:
    code = frame.header.message_code
    try:
        if frame.header.cra is CraFlag.ALERT:
            return alert_by_message_code(code, frame.payload)
        return by_message_code(code)
    except Unsupported as error:
        reason = f"message code {code} is that of no message of GBCS that starts like this"
        raise DecodeError(reason, offset=frame.payload_offset, field="payload") from error


def envelope_of(header: GroupingHeader, keys: KeyRing | None) -> Envelope:
    """What a payload needs to know of its header."""
    seal = None if keys is None or header.cra is CraFlag.COMMAND else seal_for(header, keys)
    party = None if header.supplementary_party is None else header.supplementary_party.octets
    return Envelope(header.originator.octets, header.target.octets, header.counter, seal, party)


def build_command(header: GroupingHeader, row: UseCase, values: Values) -> Frame:
    """The pre-command: header and payload, no signature, no MAC. Raises EncodeError."""
    return Frame.build(header, row.payload.encode_command(values, envelope_of(header, None)))


def build_response(header: GroupingHeader, row: UseCase, body: Body, keys: KeyRing) -> Frame:
    """The Response, neither signed nor MAC'd yet. Raises EncodeError, KeyMissing."""
    return Frame.build(header, row.payload.encode_response(body, envelope_of(header, keys)))


def build_alert(header: GroupingHeader, row: AlertCase, values: Values, keys: KeyRing) -> Frame:
    """The Alert, neither signed nor MAC'd yet. Raises EncodeError, KeyMissing."""
    return Frame.build(header, row.payload.encode(values, envelope_of(header, keys)))


def encode_again(message: Message, keys: KeyRing | None = None) -> bytes:
    """The octets of a message made from its values alone; signature and MAC are kept as they are."""
    header, row = message.header, message.row
    envelope = envelope_of(header, keys)
    if isinstance(row, AlertCase):
        payload = row.payload.encode(message.body.values, envelope)
    elif header.cra is CraFlag.COMMAND:
        payload = row.payload.encode_command(message.body.values, envelope)
    else:
        payload = row.payload.encode_response(message.body, envelope)
    frame = Frame.build(header, payload, signature=message.frame.signature)
    return (frame if message.frame.mac is None else frame.with_mac(message.frame.mac)).encode()
