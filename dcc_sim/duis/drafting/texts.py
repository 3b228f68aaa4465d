"""Whether a text is of a type, in words, and a text that is when nothing better is known.

In: a `Simple`. Out: the reason why a text is refused, or nothing; or a text. The schema check has the
last word: it sees the whole document, this looks at one value so that it can say what would be valid.
"""

from __future__ import annotations

import base64
import binascii
import difflib
import re
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from dcc_sim.duis.drafting.shape import Simple

_WHOLE: Final = re.compile(r"[+-]?\d+", re.ASCII)
_BLANKS: Final = " \t\r\n"
_FEW: Final = 12


def _moment(text: str) -> object:
    if "T" not in text:
        raise ValueError(text)
    return datetime.fromisoformat(text)


def _day(text: str) -> object:
    return date.fromisoformat(text.removesuffix("Z"))


def _time(text: str) -> object:
    if not re.fullmatch(r"\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?", text, re.ASCII):
        raise ValueError(text)
    return time.fromisoformat(text)


_FORMS: Final[dict[str, tuple[Callable[[str], Any], str]]] = {
    "dateTime": (_moment, "a moment such as 2026-11-30T00:00:00Z"),
    "date": (_day, "a day such as 2026-11-30"),
    "time": (_time, "a time such as 07:30:00Z"),
    "boolean": (("true", "false", "1", "0").index, "true or false"),
    "hexBinary": (binascii.unhexlify, "octets in hex"),
    "base64Binary": (lambda text: base64.b64decode("".join(text.split()), validate=True), "octets in base64"),
}


def refusal(kind: Simple, text: str) -> str | None:
    """Why a text is not of a type, and what would be; None when nothing is wrong with it."""
    collapsed = text if kind.base == "string" else text.strip(_BLANKS)
    shown = repr(text if len(text) <= 60 else text[:59] + "…")
    if kind.values and collapsed not in kind.values:
        return f"{shown} is not allowed; expected one of {_choices(collapsed, kind.values)}"
    if not (_has_form(kind, collapsed) and _has_length(kind, collapsed)):
        form = _FORMS[kind.base][1] if kind.base in _FORMS else str(kind)
        return f"{shown} is not valid; expected {form if kind.base in _FORMS and not kind.longest else kind}"
    return None


def _choices(text: str, values: tuple[str, ...]) -> str:
    if len(values) <= _FEW:
        return ", ".join(values)
    near = difflib.get_close_matches(text, values, n=3, cutoff=0.0)
    return f"{len(values)} values, nearest {', '.join(near)}"


def _has_form(kind: Simple, text: str) -> bool:
    if not all(re.fullmatch(each, text, re.ASCII) for each in kind.patterns):
        return False
    if kind.is_number:
        return _is_in_range(kind, text)
    if kind.base == "dateTime" and re.match(r"-?\d{4,}-\d\d-\d\dT24:00:00", text, re.ASCII):
        return True  # the end of a day: XSD has it, Python has not
    try:
        if kind.base in _FORMS:
            _FORMS[kind.base][0](text)
    except (ValueError, binascii.Error):
        # Years beyond 9999 and before 1 are days and moments too; the schema knows.
        return kind.base in ("date", "dateTime") and bool(re.match(r"-|\d{5,}-", text, re.ASCII))
    return True


def _is_in_range(kind: Simple, text: str) -> bool:
    if kind.base != "decimal" and not _WHOLE.fullmatch(text):
        return False
    if "e" in text.lower():
        return False
    try:
        number = Decimal(text)
    except InvalidOperation:
        return False
    if not number.is_finite() or (kind.base == "decimal" and round(number, kind.places) != number):
        return False
    low, high = kind.low, kind.high
    return (low is None or number >= low) and (high is None or number <= high)


def _has_length(kind: Simple, text: str) -> bool:
    size = len(text)
    if kind.base == "hexBinary":
        size //= 2
    elif kind.base == "base64Binary":
        size = len(base64.b64decode("".join(text.split())))
    return size >= kind.shortest and (kind.longest is None or size <= kind.longest)


def plain_text(kind: Simple) -> str:
    """The plainest text of a type: the first value, the nearest to 1 of a range, the shortest of a length."""
    if kind.values:
        return kind.values[0]
    if kind.is_number:
        number = Decimal(1)
        number = number if kind.low is None else max(number, kind.low)
        number = number if kind.high is None else min(number, kind.high)
        return f"{number:f}"
    length = max(kind.shortest, 1)
    if kind.base == "hexBinary":
        return "00" * length
    if kind.base == "base64Binary":
        return base64.b64encode(bytes(length)).decode()
    return "1" * length
