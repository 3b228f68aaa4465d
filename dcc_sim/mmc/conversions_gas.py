"""How values that only gas meters have look as text: volumes in thousandths, minutes of the day.

In: a value as the codec gives it. Out: text, and the way back. Left out: everything that both
fuels share (`conversions`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from dcc_sim.codec.shape import Value, as_int, in_range
from dcc_sim.errors import EncodeError

_DECIMAL: Final = re.compile(r"(-?)(\d+)(?:\.(\d+))?")
_TIME: Final = re.compile(r"(\d\d):(\d\d):00(?:\.0+)?Z?")
_LAST_MINUTE: Final = 24 * 60 - 1


@dataclass(frozen=True, slots=True)
class Scaled:
    """xs:decimal: an integer that counts in units of 10 to the power of minus `places`."""

    places: int

    def text(self, value: Value) -> str:
        """Without zeros at the end, so `12.345` and `12`."""
        number = as_int(value)
        digits = str(abs(number)).rjust(self.places + 1, "0")
        whole, part = digits[: -self.places], digits[-self.places :].rstrip("0")
        return f"{'-' if number < 0 else ''}{whole}{'.' if part else ''}{part}"

    def value(self, text: str) -> Value:
        """The way back. Raises EncodeError when there are more places."""
        found = _DECIMAL.fullmatch(text)
        part = (found[3] or "").rstrip("0") if found else ""
        if found is None or len(part) > self.places:
            raise EncodeError(f"{text!r} is not a decimal with {self.places} places")
        number = int(found[2] + part.ljust(self.places, "0"))
        return -number if found[1] else number


@dataclass(frozen=True, slots=True)
class MinuteOfDay:
    """xs:time in UTC, from minutes since midnight."""

    def text(self, value: Value) -> str:
        """`07:30:00Z`."""
        hour, minute = divmod(in_range(as_int(value), 0, _LAST_MINUTE), 60)
        return f"{hour:02d}:{minute:02d}:00Z"

    def value(self, text: str) -> Value:
        """The way back. Raises EncodeError for what is no whole minute in UTC."""
        found = _TIME.fullmatch(text)
        if found is None:
            raise EncodeError(f"{text!r} is not a whole minute of the day in UTC")
        return in_range(int(found[1]), 0, 23) * 60 + in_range(int(found[2]), 0, 59)
