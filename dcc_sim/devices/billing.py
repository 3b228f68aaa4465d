"""When a billing period ends, and what a meter takes down then.

In: the execution times of an ESME's billing calendar (up to four, with wildcards), or the start and
the length of a GSME's billing period. Out: the moments, in whole seconds since 2000-01-01T00:00:00Z
by the device's clock; `Snapshot`, the values of registers and account at one of them.
Left out: what happens at such a moment (`metering`), the wire shape of the entries (`profiles`).
"""

from __future__ import annotations

from bisect import bisect_right
from calendar import monthrange
from dataclasses import dataclass, field
from typing import Final, Protocol

from dcc_sim.codec.shape import Value, as_bytes, as_int, as_list, as_struct
from dcc_sim.codec.times import COSEM_EPOCH, CosemTime, moment_since_2000, seconds_since_2000
from dcc_sim.devices.calendar import DatePattern
from dcc_sim.devices.registers import Registers

DAY: Final = 86_400
GENERAL: Final = 0x0001
END_OF_BILLING_PERIOD: Final = 0x0002
CHANGE_OF_TARIFF: Final = 0x0008
CHANGE_OF_SUPPLIER: Final = 0x2000
CHANGE_OF_METER_MODE: Final = 0x4000
"""Causes of a snapshot, with the numbers that ZigBee gives them."""

_EPOCH_ORDINAL: Final = COSEM_EPOCH.toordinal()
_YEARS_AHEAD: Final = 8
_DAYS, _WEEKS, _MONTHS = 1, 2, 3
_NO_LENGTH: Final = 0xFFFFFF


class Billing(Protocol):
    """Anything that says when the next billing period ends."""

    def next_after(self, second: int) -> int | None:
        """The first end later than `second`; None when there is none."""
        ...


@dataclass(frozen=True, slots=True)
class ExecutionTimes:
    """An ESME's: dates with wildcards, each with its second of the day."""

    times: tuple[tuple[DatePattern, int], ...]
    _years: dict[int, list[int]] = field(default_factory=dict, compare=False, repr=False)

    def next_after(self, second: int) -> int | None:
        """The first execution time later than `second`, within eight years."""
        year = moment_since_2000(second).year
        for number in range(year, year + _YEARS_AHEAD + 1):
            ends = self._ends_in(number)
            index = bisect_right(ends, second)
            if index < len(ends):
                return ends[index]
        return None

    def _ends_in(self, year: int) -> list[int]:
        if year not in self._years:
            self._years[year] = sorted(
                {
                    (ordinal - _EPOCH_ORDINAL) * DAY + at
                    for pattern, at in self.times
                    for ordinal in pattern.ordinals(year)
                }
            )
        return self._years[year]


def execution_times(value: Value) -> ExecutionTimes | None:
    """From the entries of a single action schedule; None when they name no day."""
    entries = [as_struct(entry) for entry in as_list(value)]
    times = tuple(
        (DatePattern.of_cosem(as_bytes(entry["date"])), CosemTime(as_bytes(entry["time"])).seconds)
        for entry in entries
    )
    found = ExecutionTimes(times)
    return found if times and found.next_after(0) is not None else None


@dataclass(frozen=True, slots=True)
class BillingPeriods:
    """A GSME's: one period after the other from `start` on, each of `length` days, weeks or months."""

    start: int
    length: int
    unit: int

    def next_after(self, second: int) -> int | None:
        """The first end of a period later than `second`; the start is an end too."""
        if second < self.start:
            return self.start
        if self.unit in (_DAYS, _WEEKS):
            period = self.length * DAY * (7 if self.unit == _WEEKS else 1)
            return self.start + ((second - self.start) // period + 1) * period
        months = (self._months_since(second) // self.length) * self.length
        while self._after(months) <= second:
            months += self.length
        return self._after(months)

    def _months_since(self, second: int) -> int:
        first, now = moment_since_2000(self.start), moment_since_2000(second)
        return (now.year - first.year) * 12 + now.month - first.month

    def _after(self, months: int) -> int:
        first = moment_since_2000(self.start)
        year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
        day = min(first.day, monthrange(year, month + 1)[1])
        return seconds_since_2000(first.replace(year=year, month=month + 1, day=day))


def billing_periods(value: Value) -> BillingPeriods | None:
    """From a published billing period; None when it has no length that is known."""
    period = as_struct(value)
    length, unit = as_int(period["duration"]), as_int(period["duration_type"]) & 0x0F
    if not 0 < length < _NO_LENGTH or unit not in (_DAYS, _WEEKS, _MONTHS):
        return None
    return BillingPeriods(as_int(period["start_time"]), length, unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Registers and balances at one moment; `second` is the device's, since 2000-01-01."""

    second: int
    cause: int
    total: int
    second_total: int | None
    registers: Registers
    emergency_credit: int = 0
    meter_balance: int = 0
    payment_debt: int = 0
    time_debt_1: int = 0
    time_debt_2: int = 0
    accumulated_debt: int = 0
