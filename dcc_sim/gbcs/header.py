"""The Grouping Header (DLMS General-Signing) in all its other-information variants.

In: octets from `DF` on. Out: `GroupingHeader`. Layout (reference `gbcs.md` §a.1): `DF`,
transaction id `09 CRA counter`, originator and recipient `08 EUI`, date-time `00` or `0C`+12,
other-information, length of the payload. Source: GBCS 7.2.7; confirmed on the published vectors.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from dcc_sim.codec.axdr import decode_bounded_length, decode_length, encode_length
from dcc_sim.codec.times import CosemDateTime
from dcc_sim.errors import EncodeError
from dcc_sim.ids import MAX_COUNTER, CraFlag, Eui64, MessageCode, OriginatorCounter

if TYPE_CHECKING:
    from dcc_sim.codec.shape import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupingHeader:
    """Who says what to whom.

    `supplementary_party` and `supplementary_counter` name the User when the ACB is the
    originator; `certificate` (DER) is the User's Key Agreement certificate in a Command whose
    answer carries encrypted data; `supplementary_originator_counter` is the Device's counter in
    that answer. `time` is the date-time some Responses carry.
    """

    cra: CraFlag
    counter: OriginatorCounter
    originator: Eui64
    target: Eui64
    message_code: MessageCode
    time: CosemDateTime | None = None
    supplementary_party: Eui64 | None = None
    supplementary_counter: OriginatorCounter | None = None
    supplementary_originator_counter: OriginatorCounter | None = None
    certificate: bytes | None = None

    def encode(self, payload_length: int) -> bytes:
        """The header of a payload of that many octets. Raises EncodeError."""
        other = self.other_information
        time = b"\x0c" + self.time if self.time is not None else b"\x00"
        return b"".join(
            (
                b"\xdf\x09",
                bytes((self.cra,)),
                _counter(self.counter),
                b"\x08",
                self.originator.octets,
                b"\x08",
                self.target.octets,
                time,
                encode_length(len(other)),
                other,
                encode_length(payload_length),
            )
        )

    @property
    def other_information(self) -> bytes:
        """Message code and the supplementary fields. Raises EncodeError for an impossible mix."""
        out = int(self.message_code).to_bytes(2, "big")
        if self.supplementary_party is None:
            if self.supplementary_counter is not None or self.certificate is not None:
                raise EncodeError("a supplementary counter or certificate needs a supplementary party")
            return out
        out += self.supplementary_party.octets
        if self.supplementary_counter is None:
            return out
        out += _counter(self.supplementary_counter)
        if self.certificate is not None:
            return out + self.certificate
        if self.supplementary_originator_counter is not None:
            out += _counter(self.supplementary_originator_counter)
        return out

    @property
    def transaction(self) -> bytes:
        """CRA flag, counter: the 9 octets that key derivation uses."""
        return bytes((self.cra,)) + self.counter.to_bytes(8, "big")


def decode_header(reader: Reader) -> tuple[GroupingHeader, int]:
    """Read a Grouping Header; also gives the length of the payload. Raises DecodeError."""
    start = reader.pos
    reader.expect(b"\xdf\x09", "Grouping Header")
    reader.note(start, None, None, "general_signing")
    cra = _cra(reader)
    counter = int.from_bytes(_noted(reader, 8, "originator_counter"), "big")
    originator = _eui(reader, "business_originator_id")
    target = _eui(reader, "business_target_id")
    time = _time(reader)
    message_code, party, party_counter, certificate, own_counter = _other_information(reader, cra)
    start = reader.pos
    length = decode_length(reader)
    reader.note(start, length, None, "content_length")
    if length > reader.left:
        reader.fail(f"a payload of {length} octets announced, {reader.left} are left", at=start)
    header = GroupingHeader(
        cra=cra,
        counter=counter,
        originator=originator,
        target=target,
        time=time,
        message_code=message_code,
        supplementary_party=party,
        supplementary_counter=party_counter,
        certificate=certificate,
        supplementary_originator_counter=own_counter,
    )
    return header, length


def _cra(reader: Reader) -> CraFlag:
    flag = reader.u8()
    if flag not in CraFlag._value2member_map_:
        reader.fail(f"CRA flag {flag:02X} is not 01, 02 or 03", at=reader.pos - 1)
    reader.note(reader.pos - 1, flag, None, "cra_flag")
    return CraFlag(flag)


def _eui(reader: Reader, name: str) -> Eui64:
    reader.expect(b"\x08", f"{name}: length")
    return Eui64(_noted(reader, 8, name))


def _time(reader: Reader) -> CosemDateTime | None:
    length = reader.u8()
    if length == 0:
        return None
    if length != 12:
        reader.fail(f"a date-time of 0 or 12 octets expected, found {length}", at=reader.pos - 1)
    start = reader.pos
    time = CosemDateTime(reader.take(12))
    reader.note(start, time, None, "date_time")
    return time


class _OtherInformation(NamedTuple):
    message_code: MessageCode
    party: Eui64 | None = None
    party_counter: OriginatorCounter | None = None
    certificate: bytes | None = None
    own_counter: OriginatorCounter | None = None


def _other_information(reader: Reader, cra: CraFlag) -> _OtherInformation:
    start = reader.pos
    inner = reader.within(decode_bounded_length(reader))
    found = _OtherInformation(MessageCode(inner.u16()))
    inner.note(0, int(found.message_code), None, "message_code")
    if inner.left:
        found = found._replace(party=Eui64(_noted(inner, 8, "supplementary_remote_party_id")))
    if inner.left:
        number = int.from_bytes(_noted(inner, 8, "supplementary_remote_party_counter"), "big")
        found = found._replace(party_counter=number)
    if inner.left and cra is CraFlag.COMMAND:
        found = found._replace(certificate=_noted(inner, inner.left, "remote_party_certificate"))
    elif inner.left:
        number = int.from_bytes(_noted(inner, 8, "supplementary_originator_counter"), "big")
        found = found._replace(own_counter=number)
    if inner.left:
        reader.fail("other-information is longer than any variant", at=start)
    return found


def _noted(reader: Reader, count: int, name: str) -> bytes:
    start = reader.pos
    octets = reader.take(count)
    reader.note(start, octets, None, name)
    return octets


def _counter(value: int) -> bytes:
    if not 0 <= value <= MAX_COUNTER:
        raise EncodeError(f"a counter is 0 … 2⁶⁴−1, not {value}")
    return value.to_bytes(8, "big")
