"""The named functions of the MMC tables: values that become more than one element.

In: decoded values. Out: named parts that rows can say. Each is total over what its schema can
express and raises EncodeError outside, and names the specification it follows. All can be undone,
a gas volume only up to the multiplier and divisor that made it. Left out: element names.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from dcc_sim.codec.shape import Value, Values, as_bytes, as_int, as_list, as_struct
from dcc_sim.errors import EncodeError

ANY: Final = "any"
LAST: Final = "last"
SECOND_LAST: Final = "second-last"

_DAY_TOKENS: Final = {0xFE: LAST, 0xFD: SECOND_LAST}
_NOTHING: Final = (0x00, 0xFF)


def date_parts(value: Value) -> Values:
    """A DLMS date (5 octets) or date-time (12) as year, month, day, weekday (Blue Book 4.1.6.1).

    Wildcards become `any`. MMC has no time of day beside a date, so one that is neither midnight
    nor left open cannot be said, nor can a deviation from UTC.
    """
    octets = as_bytes(value)
    if len(octets) not in (5, 12):
        raise EncodeError(f"a date has 5 or 12 octets, not {len(octets)}")
    if any(part not in _NOTHING for part in octets[5:9]):
        raise EncodeError(f"a date with a time of day, {octets[5:9].hex(':')}, has no form in MMC")
    if len(octets) == 12 and octets[9:11] not in (b"\x80\x00", b"\x00\x00"):
        raise EncodeError(f"a date with a deviation from UTC, {octets[9:11].hex()}, has no form in MMC")
    year = int.from_bytes(octets[:2], "big")
    month, day, weekday = octets[2:5]
    return {
        "year": ANY if year == 0xFFFF else year,
        "month": ANY if month == 0xFF else month,
        "day": ANY if day == 0xFF else _DAY_TOKENS.get(day, day),
        "weekday": ANY if weekday == 0xFF else weekday,
    }


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


def clock_status(octet: Value) -> Values:
    """The DLMS clock status of a Device: reliable 0, invalid 1, unreliable 2.

    Bit 0 is invalid value, bit 1 doubtful value (Blue Book 4.1.6.1); the other bits say nothing of
    it. FF is "not specified", for which MMC has no word.
    """
    status = as_int(octet)
    if status == 0xFF:
        raise EncodeError("clock status not specified")
    return {"code": status, "status": 1 if status & 1 else status & 2}
