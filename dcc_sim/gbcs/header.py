"""The Grouping Header (DLMS General-Signing) in all its other-information variants.

In: octets from `DF` on. Out: `GroupingHeader`. Layout (reference `gbcs.md` §a.1): `DF`,
transaction id `09 CRA counter`, originator and recipient `08 EUI`, date-time `00` or `0C`+12,
other-information, length of the payload. Source: GBCS 7.2.7; confirmed on the published vectors.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple, NoReturn

from dcc_sim.codec.axdr import decode_bounded_length, decode_length, encode_length
from dcc_sim.codec.shape import Leaf, Reader, Value
from dcc_sim.codec.times import CosemDateTime
from dcc_sim.errors import EncodeError
from dcc_sim.ids import MAX_COUNTER, CraFlag, Eui64, MessageCode, OriginatorCounter


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


_FIXED: Final = struct.Struct(">2sBQB8sB8sB")
"""General-Signing tag and transaction length, CRA flag, counter, originator, recipient, the length
of the date-time: the same in every message, so it is read in one go."""
_TAG, _CRA_FLAG, _COUNTER, _ORIGINATOR, _TARGET, _CODE, _CONTENT_LENGTH = (
    Leaf((name,), None)
    for name in (
        "general_signing",
        "cra_flag",
        "originator_counter",
        "business_originator_id",
        "business_target_id",
        "message_code",
        "content_length",
    )
)

_eui64: Final = lru_cache(maxsize=4096)(Eui64)
"""A few parties write many messages: their identifiers are made once."""
_FLAGS: Final = {int(flag): flag for flag in CraFlag}


def decode_header(reader: Reader) -> tuple[GroupingHeader, int]:
    """Read a Grouping Header; also gives the length of the payload. Raises DecodeError."""
    start = reader.pos
    if reader.end - start < _FIXED.size:
        _explain(reader)
    tag, cra, counter, eui_length, originator, eui_length_too, target, time_length = _FIXED.unpack_from(
        reader.data, start
    )
    if tag != b"\xdf\x09" or eui_length != 8 or eui_length_too != 8 or not 1 <= cra <= 3:
        _explain(reader)
    reader.pos = start + _FIXED.size
    flag = _FLAGS[cra]
    if reader.notes is not None:
        _note_fixed(reader, start, (flag, counter, originator, target))
    time = _time(reader, time_length) if time_length else None
    other = _other_information(reader, flag)
    at = reader.pos
    length = decode_length(reader)
    notes = reader.notes
    if notes is not None:
        notes.append((reader.base + at, reader.pos - at, reader.scope, length, _CONTENT_LENGTH))
    if length > reader.end - reader.pos:
        reader.fail(f"a payload of {length} octets announced, {reader.left} are left", at=at)
    header = GroupingHeader(
        cra=flag,
        counter=counter,
        originator=_eui64(originator),
        target=_eui64(target),
        time=time,
        message_code=other.message_code,
        supplementary_party=other.party,
        supplementary_counter=other.party_counter,
        certificate=other.certificate,
        supplementary_originator_counter=other.own_counter,
    )
    return header, length


def _note_fixed(reader: Reader, start: int, values: tuple[Value, ...]) -> None:
    notes, base, scope = reader.notes, reader.base + start, reader.scope
    cra, counter, originator, target = values
    if notes is not None:
        notes += (
            (base, 2, scope, None, _TAG),
            (base + 2, 1, scope, cra, _CRA_FLAG),
            (base + 3, 8, scope, counter, _COUNTER),
            (base + 12, 8, scope, originator, _ORIGINATOR),
            (base + 21, 8, scope, target, _TARGET),
        )


def _explain(reader: Reader) -> NoReturn:
    """Raise the DecodeError of the first thing that is wrong in the fixed part."""
    reader.expect(b"\xdf\x09", "Grouping Header")
    flag = reader.u8()
    if not 1 <= flag <= 3:
        reader.fail(f"CRA flag {flag:02X} is not 01, 02 or 03", at=reader.pos - 1)
    reader.take(8)
    for name in ("business originator id", "business target id"):
        reader.expect(b"\x08", f"{name}: length")
        reader.take(8)
    reader.u8()
    raise AssertionError("the fixed part of the header is in order")


def _time(reader: Reader, length: int) -> CosemDateTime:
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


@lru_cache(maxsize=1024)
def _code_alone(code: int) -> _OtherInformation:
    return _OtherInformation(MessageCode(code))


def _other_information(reader: Reader, cra: CraFlag) -> _OtherInformation:
    start = reader.pos
    data, notes = reader.data, reader.notes
    if reader.end - start >= 3 and data[start] == 2:
        code = data[start + 1] << 8 | data[start + 2]
        reader.pos = start + 3
        if notes is not None:
            notes.append((reader.base + start + 1, 2, reader.scope, code, _CODE))
        return _code_alone(code)
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
