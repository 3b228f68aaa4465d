"""What the settlement world says about a moment: which regimes of an SSC are active.

In: a configuration and a UTC moment. Out: the codes of the Time Pattern Regimes that count energy
then (reference `mtd.md` §4.1). The clock of a regime is GMT all year or British local time, by its
flag. Left out: what a meter must hold to do the same (`switching.py`), and teleswitched regimes,
whose times are broadcast and stand in no table.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from dcc_sim.clock import utc
from dcc_sim.errors import EncodeError, NotFound, Unsupported
from dcc_sim.mtd.days import from_local, local_clock
from dcc_sim.mtd.ssc_table import SOURCE, SSCS, ClockInterval, Control, Ssc, SscType, Tpr

__all__ = [
    "SOURCE",
    "SSCS",
    "ClockInterval",
    "Control",
    "Ssc",
    "SscType",
    "Tpr",
    "active_tprs",
    "change_minutes",
    "check_clock_controlled",
    "check_coverage",
    "ssc",
    "start_of_settlement_day",
    "tpr_at_clock",
]

_BY_CODE: Final[dict[str, Ssc]] = {row.code: row for row in SSCS}


def ssc(code: str) -> Ssc:
    """The configuration with this 4-digit code. Raises NotFound."""
    try:
        return _BY_CODE[code]
    except KeyError:
        raise NotFound(f"SSC {code!r} is not in the table ({SOURCE}, {len(SSCS)} configurations)") from None


def active_tprs(configuration: Ssc, moment_utc: datetime) -> tuple[str, ...]:
    """Codes of the regimes active at a moment, ascending.

    One code for a configuration that covers the day; none in the gap of an off-peak-only one.
    """
    check_clock_controlled(configuration)
    gmt = utc(moment_utc).replace(tzinfo=None)
    local = gmt if all(tpr.gmt for tpr in configuration.tprs) else local_clock(moment_utc)
    return tuple(tpr.code for tpr in configuration.tprs if _covers(tpr, gmt if tpr.gmt else local))


def tpr_at_clock(configuration: Ssc, day: date, minute: int) -> str | None:
    """The one regime active when the configuration's own clock shows this day and minute.

    Only for configurations whose regimes all keep the same clock; raises EncodeError otherwise
    and when two regimes overlap.
    """
    if len({tpr.gmt for tpr in configuration.tprs}) != 1:
        raise EncodeError(
            "regimes on different clocks have no common minute", field=f"SSC {configuration.code}"
        )
    at = datetime.combine(day, time(minute // 60, minute % 60))
    found = [tpr.code for tpr in configuration.tprs if _covers(tpr, at)]
    if len(found) > 1:
        raise EncodeError(
            f"regimes {found} overlap on {day} at {minute} min", field=f"SSC {configuration.code}"
        )
    return found[0] if found else None


def check_coverage(configuration: Ssc, year: int = 2024) -> None:
    """Every moment of a year belongs to exactly one regime. Raises EncodeError.

    Gaps are right for off-peak-only configurations and for export ones, whose regimes (solar,
    hydro) name the hours in which a plant can feed in.
    """
    check_clock_controlled(configuration)
    gaps_allowed = configuration.off_peak_only or configuration.type is SscType.EXPORT
    field = f"SSC {configuration.code}"
    moment = datetime(year, 1, 1, tzinfo=UTC)
    marks = change_minutes(configuration)
    while moment.year == year:
        for minute in marks:
            at = moment + timedelta(minutes=minute)
            codes = active_tprs(configuration, at)
            if len(codes) > 1:
                raise EncodeError(f"regimes {', '.join(codes)} overlap at {at:%Y-%m-%dT%H:%MZ}", field=field)
            if not codes and not gaps_allowed:
                raise EncodeError(f"no regime is active at {at:%Y-%m-%dT%H:%MZ}", field=field)
        moment += timedelta(days=1)


def check_clock_controlled(configuration: Ssc) -> None:
    """Raises Unsupported for a teleswitched configuration: its times are broadcast, not tabled."""
    for tpr in configuration.tprs:
        if tpr.control is not Control.CLOCK:
            raise Unsupported("teleswitched SSC", f"SSC {configuration.code}, TPR {tpr.code}")


def start_of_settlement_day(day: date) -> datetime:
    """Midnight of the local clock, as a UTC moment: when an effective-from date begins."""
    return from_local(day)


def change_minutes(configuration: Ssc) -> list[int]:
    """Minutes of the UTC day at which anything can change, in winter, in summer or between them."""
    edges = {0, 60}
    for tpr in configuration.tprs:
        for interval in tpr.intervals:
            for edge in (interval.start_minute, interval.end_minute):
                edges |= {edge % 1440, (edge - 60) % 1440}
    return sorted(edges)


def _covers(tpr: Tpr, clock: datetime) -> bool:
    day, minute = clock.date(), clock.hour * 60 + clock.minute
    return any(interval.covers(day, minute) for interval in tpr.intervals)
