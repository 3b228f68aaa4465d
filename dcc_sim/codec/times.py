"""Dates and times as they stand on the wire, wildcards kept.

In: octets of a fixed length, or a UTC datetime. Out: the same octets as a typed value that can
say what it means. Wildcards and the daylight-saving tokens are kept as octets, so that encoding
gives back what was read. Left out: time zones; GBCS times are UTC (deviation not specified).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final, Self

from dcc_sim.errors import EncodeError

COSEM_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""Start of ZigBee UTCTime and of the u32 time stamps in GBCS logs."""


def seconds_since_2000(moment: datetime) -> int:
    """Whole seconds since 2000-01-01T00:00:00Z, 0 … 2³²−1. Raises EncodeError outside."""
    seconds = int((moment - COSEM_EPOCH).total_seconds())
    if not 0 <= seconds <= 0xFFFF_FFFF:
        raise EncodeError(f"{moment:%Y-%m-%dT%H:%M:%SZ} is not within 2000 … 2136")
    return seconds


def moment_since_2000(seconds: int) -> datetime:
    """The moment `seconds` after 2000-01-01T00:00:00Z."""
    return COSEM_EPOCH + timedelta(seconds=seconds)


class CosemDateTime(bytes):
    """DLMS date-time, 12 octets (Blue Book 4.1.6.1).

    Year u16, month, day, weekday, hour, minute, second, hundredths, deviation i16, clock status.
    GBCS writes weekday FF, hundredths 00, deviation 8000; status FF means not specified.
    """

    def __new__(cls, octets: bytes) -> Self:
        """Raises EncodeError when there are not 12 octets."""
        if len(octets) != 12:
            raise EncodeError(f"a DLMS date-time has 12 octets, not {len(octets)}")
        return super().__new__(cls, octets)

    @classmethod
    def at(cls, moment: datetime, status: int = 0xFF) -> Self:
        """A moment to the second, UTC, as GBCS writes it."""
        m = moment.astimezone(UTC)
        fields = (m.month, m.day, 0xFF, m.hour, m.minute, m.second, 0, 0x80, 0x00, status)
        return cls(m.year.to_bytes(2, "big") + bytes(fields))

    @property
    def moment(self) -> datetime | None:
        """The moment it names, or None when a part is a wildcard or it is `NOW` or `NEVER`."""
        hundredths = 0 if self[8] == 0xFF else self[8]
        try:
            return datetime(
                int.from_bytes(self[:2], "big"), self[2], self[3], self[5], self[6], self[7],
                hundredths * 10_000, tzinfo=UTC,
            )  # fmt: skip
        except ValueError:
            return None

    def __str__(self) -> str:
        if self == NOW:
            return "now"
        if self == NEVER:
            return "never"
        moment = self.moment
        if moment is not None:
            return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
        return f"{CosemDate(self[:5])} {CosemTime(self[5:9])}"

    __repr__ = __str__


NOW: Final = CosemDateTime(bytes.fromhex("00000000000000000080 00FF"))
"""Activate at once."""
NEVER: Final = CosemDateTime(bytes.fromhex("FFFFFFFFFFFFFFFFFF8000FF"))
"""Do not activate; cancels a future-dated activation."""

_MONTH_TOKENS: Final = {0xFF: "*", 0xFE: "dst-begin", 0xFD: "dst-end"}
_DAY_TOKENS: Final = {0xFF: "*", 0xFE: "last", 0xFD: "second-last"}


class CosemDate(bytes):
    """DLMS date, 5 octets: year u16, month, day, weekday; FFFF and FF are wildcards."""

    def __new__(cls, octets: bytes) -> Self:
        """Raises EncodeError when there are not 5 octets."""
        if len(octets) != 5:
            raise EncodeError(f"a DLMS date has 5 octets, not {len(octets)}")
        return super().__new__(cls, octets)

    @classmethod
    def on(cls, day: date) -> Self:
        """One calendar day, weekday left open."""
        return cls(day.year.to_bytes(2, "big") + bytes((day.month, day.day, 0xFF)))

    def __str__(self) -> str:
        year = int.from_bytes(self[:2], "big")
        shown = "*" if year == 0xFFFF else f"{year:04d}"
        month = _MONTH_TOKENS.get(self[2], f"{self[2]:02d}")
        day = _DAY_TOKENS.get(self[3], f"{self[3]:02d}")
        weekday = "" if self[4] == 0xFF else f" weekday {self[4]}"
        return f"{shown}-{month}-{day}{weekday}"

    __repr__ = __str__


class CosemTime(bytes):
    """DLMS time, 4 octets: hour, minute, second, hundredths."""

    def __new__(cls, octets: bytes) -> Self:
        """Raises EncodeError when there are not 4 octets."""
        if len(octets) != 4:
            raise EncodeError(f"a DLMS time has 4 octets, not {len(octets)}")
        return super().__new__(cls, octets)

    @classmethod
    def of_day(cls, seconds: int) -> Self:
        """Seconds after midnight, 0 … 86399."""
        return cls(bytes((seconds // 3600, seconds // 60 % 60, seconds % 60, 0)))

    @property
    def seconds(self) -> int:
        """Seconds after midnight; wildcard parts count as 0."""
        hour, minute, second = (0 if part == 0xFF else part for part in self[:3])
        return hour * 3600 + minute * 60 + second

    def __str__(self) -> str:
        return ":".join("*" if part == 0xFF else f"{part:02d}" for part in self[:3])

    __repr__ = __str__


class ZclDate(bytes):
    """ZigBee Date, 4 octets: year since 1900, month, day, weekday; FF is a wildcard."""

    def __new__(cls, octets: bytes) -> Self:
        """Raises EncodeError when there are not 4 octets."""
        if len(octets) != 4:
            raise EncodeError(f"a ZigBee date has 4 octets, not {len(octets)}")
        return super().__new__(cls, octets)

    def __str__(self) -> str:
        year = "*" if self[0] == 0xFF else str(1900 + self[0])
        month = _MONTH_TOKENS.get(self[1], f"{self[1]:02d}")
        day = _DAY_TOKENS.get(self[2], f"{self[2]:02d}")
        weekday = "" if self[3] == 0xFF else f" weekday {self[3]}"
        return f"{year}-{month}-{day}{weekday}"

    __repr__ = __str__
