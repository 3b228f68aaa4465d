"""The named functions of the MMC tables of a Communications Hub: sub-GHz channels, with the way back.

In: bit-strings of 32. Out: named parts that rows can say; and for the way back, parts to values.
The first five bits are the channel page, of the others the last is the page's first channel. Pages
28 to 30 are the lower band, channels 0 to 26, 27 to 34 and 35 to 61; page 31 is the upper band,
channels 0 to 26 (published request and Command of DBCH04; schema). Left out: element names.
"""

from __future__ import annotations

from typing import Final

from dcc_sim.codec.shape import Value, Values, as_bytes, as_int, as_struct, as_text, in_range
from dcc_sim.errors import EncodeError

_BITS: Final = 32
_PAGE_BITS: Final = 5
PAGES: Final = {
    28: ("lower", range(27)),
    29: ("lower", range(27, 35)),
    30: ("lower", range(35, 62)),
    31: ("upper", range(27)),
}
"""Channel page to band and channels."""


def _channels(bits: str) -> tuple[int, list[int]]:
    in_range(len(bits), _BITS, _BITS)
    page = int(bits[:_PAGE_BITS], 2)
    if page not in PAGES:
        raise EncodeError(f"channel page {page} is none of {', '.join(map(str, PAGES))}")
    set_bits = [n for n in range(_BITS - _PAGE_BITS) if bits[_BITS - 1 - n] == "1"]
    channels = PAGES[page][1]
    if set_bits and set_bits[-1] >= len(channels):
        raise EncodeError(f"page {page} has {len(channels)} channels, bit {set_bits[-1]} is set")
    return page, [channels[n] for n in set_bits]


def _mask(page: int, channels: list[int]) -> str:
    known = PAGES[page][1]
    wrong = [n for n in channels if n not in known]
    if wrong:
        raise EncodeError(f"channel {wrong[0]} is not on page {page}")
    return f"{page:05b}" + "".join(
        "1" if n < len(known) and known[n] in channels else "0" for n in range(_BITS - _PAGE_BITS - 1, -1, -1)
    )


def channel_masks(page_28: Value, page_29: Value, page_30: Value, page_31: Value) -> Values:
    """The channels that may be used, page by page: `c5` is there when channel 5 may be."""
    parts: dict[str, Value] = {}
    for page, mask in zip(PAGES, (page_28, page_29, page_30, page_31), strict=True):
        found, channels = _channels(as_text(mask))
        if found != page:
            raise EncodeError(f"the mask of page {page} says page {found}")
        parts[f"page_{page}"] = {f"c{n}": True for n in channels}
    return parts


def channel_masks_values(parts: Values) -> tuple[Value, ...]:
    """The way back from `channel_masks`."""
    return tuple(
        _mask(page, [int(name[1:]) for name in as_struct(parts.get(f"page_{page}", {}))]) for page in PAGES
    )


def operating_channel(bits: Value) -> Values:
    """The one channel in use, by its number in the lower or upper band."""
    page, channels = _channels(as_text(bits))
    if len(channels) != 1:
        raise EncodeError(f"one channel is in use at a time, not {len(channels)}")
    return {PAGES[page][0]: channels[0]}


def operating_channel_values(parts: Values) -> tuple[Value, ...]:
    """The way back from `operating_channel`."""
    for page, (band, channels) in PAGES.items():
        channel = parts.get(band)
        if channel is not None and channel in channels:
            return (_mask(page, [as_int(channel)]),)
    raise EncodeError("no band and channel")


_TRIGGER: Final = b"\x09\x01"
"""The trigger stands behind the channel as an octet-string of one (vectors of DBCH02)."""


def channel_change(information: Value) -> Values:
    """What the channel log says beyond time and code: the new channel, and why there was a scan."""
    octets = as_bytes(information)
    if len(octets) != 7 or octets[4:6] != _TRIGGER:
        raise EncodeError(f"{octets.hex()} is no channel and trigger")
    channel = operating_channel(f"{int.from_bytes(octets[:4], 'big'):032b}")
    return {"channel": channel, "trigger": octets[6]}


def channel_change_values(parts: Values) -> tuple[Value, ...]:
    """The way back from `channel_change`."""
    (bits,) = operating_channel_values(as_struct(parts.get("channel")))
    trigger = in_range(as_int(parts.get("trigger")), 0, 0xFF)
    return (int(as_text(bits), 2).to_bytes(4, "big") + _TRIGGER + bytes((trigger,)),)
