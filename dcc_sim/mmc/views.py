"""The named functions of the MMC tables: values that become more than one element, and the way back.

In: decoded values. Out: named parts that rows can say; and for the way back, parts to values. Each
is total over what its schema can express and raises EncodeError outside, and names the
specification it follows. A gas volume is undone only up to the multiplier and divisor that made it.
Left out: element names; what only one kind of Response needs (`views_*`).
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from dcc_sim.codec.shape import Value, Values, as_bytes, as_int, as_list, as_struct, as_text, in_range
from dcc_sim.codec.times import CosemDate, CosemDateTime
from dcc_sim.errors import EncodeError

ANY: Final = "any"
LAST: Final = "last"
SECOND_LAST: Final = "second-last"

_DAY_TOKENS: Final = {0xFE: LAST, 0xFD: SECOND_LAST}
_DATE_OCTETS: Final = {ANY: 0xFF, LAST: 0xFE, SECOND_LAST: 0xFD}
_MIDNIGHT: Final = bytes.fromhex("000000008000FF")
"""Time of day, deviation and clock status of a season that starts with its date (vectors)."""


def date_parts(value: Value) -> Values:
    """A DLMS date as year, month, day, weekday (Blue Book 4.1.6.1); wildcards become `any`."""
    octets = as_bytes(value)
    if len(octets) != 5:
        raise EncodeError(f"a date has 5 octets, not {len(octets)}")
    year = int.from_bytes(octets[:2], "big")
    month, day, weekday = octets[2:5]
    return {
        "year": ANY if year == 0xFFFF else year,
        "month": ANY if month == 0xFF else month,
        "day": ANY if day == 0xFF else _DAY_TOKENS.get(day, day),
        "weekday": ANY if weekday == 0xFF else weekday,
    }


def date_values(parts: Values) -> tuple[Value, ...]:
    """The way back from `date_parts`."""
    year = parts.get("year")
    octets = bytearray((0xFFFF if year == ANY else in_range(as_int(year), 0, 0xFFFF)).to_bytes(2, "big"))
    for name in ("month", "day", "weekday"):
        part = parts.get(name)
        octets.append(_DATE_OCTETS[part] if isinstance(part, str) else in_range(as_int(part), 0, 0xFF))
    return (CosemDate(bytes(octets)),)


def season_start(value: Value) -> Values:
    """The start of a season, a DLMS date-time, as year, month, day, weekday.

    The schema has no place for its time of day, which published responses do carry (ECS24b: the
    moment of the equinox), nor for the deviation, which is UTC.
    """
    octets = as_bytes(value)
    if len(octets) != 12:
        raise EncodeError(f"a date-time has 12 octets, not {len(octets)}")
    return date_parts(octets[:5])


def season_start_values(parts: Values) -> tuple[Value, ...]:
    """The way back from `season_start`: midnight UTC."""
    (date,) = date_values(parts)
    return (CosemDateTime(as_bytes(date) + _MIDNIGHT),)


_TOU_IDS: Final = tuple(range(0x01, 0x31))
_BLOCK_IDS: Final = tuple(tuple(first + n for first in (0xA1, 0xB1, 0xC1, 0xD1)) for n in range(8))


def price_matrix(table: Value) -> Values:
    """The 80 charges of TariffBlockPriceMatrixTOU as 48 TOU prices and 8 × 4 block prices.

    Charges are found by their index: 01 … 30 is a TOU register; A1 … D8 is block A … D (1 … 4) of
    block set 1 … 8 (published vectors; reference `dcc-boxed.md` §6.2).
    """
    charges: dict[int, Value] = {}
    for position, item in enumerate(as_list(table), 1):
        element = as_struct(item)
        index = as_bytes(element.get("index"))
        if len(index) != 1 or index[0] in charges:
            raise EncodeError(f"index {index.hex()!r} is no index, or there twice", field=f"[{position}]")
        charges[index[0]] = element.get("charge")
    missing = {*_TOU_IDS, *(number for row in _BLOCK_IDS for number in row)} ^ charges.keys()
    if missing:
        listed = ", ".join(f"{number:02X}" for number in sorted(missing))
        raise EncodeError(f"indices are missing, or more than the matrix has: {listed}")
    return {
        "tou": [charges[number] for number in _TOU_IDS],
        "blocks": [[charges[number] for number in row] for row in _BLOCK_IDS],
    }


def price_table(parts: Values) -> tuple[Value, ...]:
    """The way back from `price_matrix`: TOU prices, then block 1 of every block set, and so on."""
    tou, blocks = as_list(parts.get("tou")), [as_list(row) for row in as_list(parts.get("blocks"))]
    in_range(len(tou), len(_TOU_IDS), len(_TOU_IDS))
    if len(blocks) != len(_BLOCK_IDS) or any(len(row) != len(_BLOCK_IDS[0]) for row in blocks):
        raise EncodeError(f"{len(_BLOCK_IDS)} block sets of {len(_BLOCK_IDS[0])} blocks are needed")
    charges = dict(zip(_TOU_IDS, tou, strict=True))
    for block in range(len(_BLOCK_IDS[0])):
        charges |= {ids[block]: row[block] for ids, row in zip(_BLOCK_IDS, blocks, strict=True)}
    return ([{"index": bytes((number,)), "charge": charge} for number, charge in charges.items()],)


_DECIMAL: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)", re.ASCII)
MAX_DIGITS: Final = 18
"""Digits of an xs:decimal that every schema processor must hold (XSD part 2, 3.2.3)."""


def gas_volume(consumption: Value, multiplier: Value, divisor: Value) -> Values:
    """The register of a gas meter in its unit: consumption × multiplier ÷ divisor, exactly.

    Volume as a decimal needs a divisor of twos and fives (1000 on every published meter); any
    other would have to be rounded, which is refused.
    """
    if as_int(divisor) <= 0:
        raise EncodeError(f"divisor {as_int(divisor)}")
    volume = Fraction(as_int(consumption) * as_int(multiplier), as_int(divisor))
    places = 0
    while 10**places % volume.denominator:
        places += 1
        if places > MAX_DIGITS:
            raise EncodeError(f"{volume} is not a decimal of {MAX_DIGITS} digits")
    digits = str(abs(volume * 10**places)).rjust(places + 1, "0")
    if len(digits) > MAX_DIGITS:
        raise EncodeError(f"{digits} has more than {MAX_DIGITS} digits")
    sign = "-" if volume < 0 else ""
    return {"volume": sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)}


_LITRES: Final = 1000


def gas_volume_values(parts: Values) -> tuple[Value, ...]:
    """The way back from `gas_volume`: in thousandths, as every published meter counts."""
    text = as_text(parts.get("volume")).strip()
    if _DECIMAL.fullmatch(text) is None or Fraction(text) * _LITRES % 1:
        raise EncodeError(f"{text!r} is not a decimal with up to three places")
    return (int(Fraction(text) * _LITRES), 1, _LITRES)


def clock_status(octet: Value) -> Values:
    """The DLMS clock status of a Device: reliable 0, invalid 1, unreliable 2.

    Bit 0 is invalid value, bit 1 doubtful value (Blue Book 4.1.6.1); the other bits say nothing of
    it. FF is "not specified", for which MMC has no word.
    """
    status = as_int(octet)
    if status == 0xFF:
        raise EncodeError("clock status not specified")
    return {"code": status, "status": 1 if status & 1 else status & 2}


def clock_status_values(parts: Values) -> tuple[Value, ...]:
    """The way back from `clock_status`."""
    return (parts.get("code"),)


_EMPTY_DATE_TIME: Final = CosemDateTime(bytes.fromhex("FFFFFFFFFFFFFFFFFF8000FF"))
_EMPTY_DATE: Final = CosemDate(b"\xff" * 5)


def known_moment(value: Value) -> Values:
    """A DLMS date-time that may be "not specified", such as the last reset of what never was reset.

    The element is left out then; the schema makes it optional and has no other word.
    """
    octets = as_bytes(value)
    return {} if octets[:8] == _EMPTY_DATE_TIME[:8] else {"moment": octets}


def known_moment_values(parts: Values) -> tuple[Value, ...]:
    """The way back from `known_moment`."""
    return (parts.get("moment", _EMPTY_DATE_TIME),)


def known_day(value: Value) -> Values:
    """A DLMS date that may be "not specified", where the schema has an optional xs:date."""
    octets = as_bytes(value)
    return {} if octets == _EMPTY_DATE else {"day": octets}


def known_day_values(parts: Values) -> tuple[Value, ...]:
    """The way back from `known_day`."""
    return (parts.get("day", _EMPTY_DATE),)
