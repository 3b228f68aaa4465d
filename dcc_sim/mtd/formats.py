"""The formats of data items: what a text on the wire may be, and how a value becomes such a text.

In: a `Format` and a text or a Python value. Out: the wire text. Both directions raise ValueError
with the rule that was broken; `dtn.py` says where. Reference `mtd.md` §2: dates `ccyymmdd`, moments
`ccyymmddhhmmss` in local clock time, booleans `T`/`F`, numbers without leading zeros.

Reading notes: NUM(9,1) is taken as nine digits, one of which stands after the point; a profile class
is written with its leading zero (`02`) although the catalogue calls it NUM(2). Left out: the valid
sets of coded items.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Final

from dcc_sim.ids import Mpxn, mpan_check_digit
from dcc_sim.mtd.days import date_stamp, moment_stamp

Value = str | int | Decimal | bool | date | datetime | Mpxn | None
"""What a data item can be given as; an aware datetime is a moment, None an item left empty."""


class Kind(Enum):
    """Domains of the catalogue, and two that it leaves to the item's description (TPR, MPID)."""

    CHAR = "CHAR"
    NUM = "NUM"
    INT = "INT"
    DATE = "DATE"
    DATETIME = "DATETIME"
    BOOLEAN = "BOOLEAN"
    MPAN = "MPAN"
    TPR = "TPR"
    MPID = "MPID"


@dataclass(frozen=True, slots=True)
class Format:
    """A domain with its length. `length` counts all digits, those after the point included."""

    kind: Kind
    length: int
    decimals: int = 0
    signed: bool = False
    leading_zeros: bool = False

    def __str__(self) -> str:
        if self.kind is Kind.NUM and self.decimals:
            return f"NUM({self.length},{self.decimals})"
        return f"{self.kind.value}({self.length})"


DATE: Final = Format(Kind.DATE, 8)
DATETIME: Final = Format(Kind.DATETIME, 14)
BOOLEAN: Final = Format(Kind.BOOLEAN, 1)
MPAN: Final = Format(Kind.MPAN, 13)
TPR: Final = Format(Kind.TPR, 5)
MPID: Final = Format(Kind.MPID, 4)

_PRINTABLE: Final = re.compile(r"[ -{}~]+")  # ASCII without the separator |
_UNSIGNED: Final = re.compile(r"[0-9]+")


def check_text(form: Format, text: str) -> None:
    """A text is a legal, non-empty value of its format. Raises ValueError with the rule."""
    longest = form.length + 2  # a sign and a point are not digits
    if len(text) > (longest if form.kind is Kind.NUM else form.length):
        raise ValueError(f"{form}: {len(text)} characters are too many")
    match form.kind:
        case Kind.CHAR:
            if not _PRINTABLE.fullmatch(text):
                raise ValueError(f"{form}: only printable ASCII without '|'")
        case Kind.NUM:
            _check_number(form, text)
        case Kind.INT:
            _check_shape(form, text, r"0|[1-9][0-9]*", "a whole number without leading zeros")
        case Kind.DATE:
            _check_moment(form, text)
        case Kind.DATETIME:
            _check_moment(form, text)
        case Kind.BOOLEAN:
            _check_shape(form, text, "[TF]", "T or F")
        case Kind.TPR:
            _check_shape(form, text, "[0-9]{5}", "five digits")
        case Kind.MPID:
            _check_shape(form, text, "[A-Z0-9]{4}", "four capitals or digits")
        case Kind.MPAN:
            _check_shape(form, text, "[0-9]{13}", "13 digits")
            if mpan_check_digit(text[:12]) != text[12]:
                raise ValueError(f"{form}: the check digit of {text} should be {mpan_check_digit(text[:12])}")


def to_text(form: Format, value: Value) -> str:
    """The wire text of a value, empty for None. Raises ValueError when the format cannot hold it."""
    if value is None:
        return ""
    text = _render(form, value)
    check_text(form, text)
    return text


def _render(form: Format, value: Value) -> str:
    match value:
        case bool():
            return "T" if value else "F"
        case datetime():
            return moment_stamp(value)
        case date():
            return date_stamp(value)
        case Decimal() | int():
            return _render_number(form, Decimal(value))
        case _:
            return str(value)


def _render_number(form: Format, value: Decimal) -> str:
    if not value.is_finite():
        raise ValueError(f"{form}: {value} is no number")
    if form.kind is Kind.NUM and form.leading_zeros:
        return f"{int(value):0{form.length}d}"
    if value.adjusted() > form.length:
        raise ValueError(f"{form}: {value} has too many digits")
    rounded = value.quantize(Decimal(1).scaleb(-form.decimals))
    if rounded != value:
        raise ValueError(f"{form}: {value} has more than {form.decimals} decimals")
    return str(rounded)


def _check_number(form: Format, text: str) -> None:
    digits = text[1:] if form.signed and text.startswith("-") else text
    whole, point, fraction = digits.partition(".")
    if not _UNSIGNED.fullmatch(whole) or (point and not _UNSIGNED.fullmatch(fraction)):
        raise ValueError(f"{form}: {text!r} is not a number")
    if len(whole) > 1 and whole.startswith("0") and not form.leading_zeros:
        raise ValueError(f"{form}: {text} has leading zeros")
    if len(fraction) > form.decimals:
        raise ValueError(f"{form}: {text} has more than {form.decimals} decimals")
    if len(whole) > form.length - form.decimals:
        raise ValueError(
            f"{form}: {text} has more than {form.length - form.decimals} digits before the point"
        )


def _check_moment(form: Format, text: str) -> None:
    if len(text) != form.length or not _UNSIGNED.fullmatch(text):
        raise ValueError(f"{form}: {text!r} is not {form.length} digits")
    iso = f"{text[:4]}-{text[4:6]}-{text[6:8]}"
    if form.kind is Kind.DATETIME:
        iso += f"T{text[8:10]}:{text[10:12]}:{text[12:14]}"
    try:
        datetime.fromisoformat(iso)
    except ValueError:
        raise ValueError(f"{form}: {text} is no date of the calendar") from None


def _check_shape(form: Format, text: str, pattern: str, rule: str) -> None:
    if not re.fullmatch(pattern, text):
        raise ValueError(f"{form}: {text!r} is not {rule}")
