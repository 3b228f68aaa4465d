"""A-XDR lengths (IEC 61334-6), the same coding that DER has.

In: a number of octets. Out: one octet below 128, else `8n` and n octets, shortest form.
Reading also accepts forms that are longer than needed; published vectors contain `82 00 C4`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dcc_sim.codec.shape import Reader


def encode_length(length: int) -> bytes:
    """The shortest form."""
    if length < 0x80:
        return bytes((length,))
    size = (length.bit_length() + 7) // 8
    return bytes((0x80 | size,)) + length.to_bytes(size, "big")


def decode_length(reader: Reader) -> int:
    """A length of at most four octets that the data can hold. Raises DecodeError."""
    first = reader.u8()
    if first < 0x80:
        return first
    if first == 0x82 and reader.pos + 2 <= reader.end:
        at = reader.pos
        reader.pos = at + 2
        return reader.data[at] << 8 | reader.data[at + 1]
    size = first & 0x7F
    if not 1 <= size <= 4:
        reader.fail(f"length octet {first:02X} is not allowed", at=reader.pos - 1)
    return int.from_bytes(reader.take(size), "big")


def decode_bounded_length(reader: Reader) -> int:
    """A length that must fit into what is left. Raises DecodeError."""
    start = reader.pos
    if start < reader.end and reader.data[start] < 0x80:
        length = reader.data[start]
        reader.pos = start + 1
    else:
        length = decode_length(reader)
    if length > reader.end - reader.pos:
        reader.fail(f"length {length} but only {reader.left} octets are left", at=start)
    return length
