"""Hypothesis strategies for tests of systems that talk to the DCC.

In: nothing but what the field calls things. Out: recipes: `tariffs`, `electricity_tariffs`,
`gas_tariffs`, `price_updates`, `moments`, `request_ids`. A drawn tariff knows its Service Request
and the values its command must carry. Arguments are checked when a value is drawn. A tariff that
is drawn here is whole: weeks use days that are there, seasons use weeks that are there, what a
switch turns to has a price; within that, everything the schema allows. Needs Hypothesis, which the
package itself does not: the extra `testing`. Left out: tariffs no command can be made of.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Final, TypeVar, cast

try:
    from hypothesis import strategies as st
    from hypothesis.errors import InvalidArgument
except ImportError as missing:
    raise ImportError(
        "dcc_sim.testing.strategies needs Hypothesis: pip install 'dcc-sim[testing]'"
    ) from missing

from dcc_sim.ids import MAX_COUNTER, Eui64, RequestId
from dcc_sim.testing.strategies_calendar import Currency, Date, DayOfMonth, SpecialDay, WeekProfile
from dcc_sim.testing.strategies_electricity import (
    DayProfile,
    ElectricityKind,
    ElectricityPrices,
    ElectricityTariff,
    PriceUpdate,
    Season,
    Switch,
)
from dcc_sim.testing.strategies_gas import GasDay, GasKind, GasSeason, GasTariff

__all__ = [
    "ElectricityTariff",
    "GasTariff",
    "PriceUpdate",
    "electricity_tariffs",
    "gas_tariffs",
    "moments",
    "price_updates",
    "request_ids",
    "tariffs",
]

T = TypeVar("T")

_ELECTRICITY_KINDS: Final[tuple[ElectricityKind, ...]] = ("tou", "block", "hybrid")
_GAS_KINDS: Final[tuple[GasKind, ...]] = ("tou", "block")
_CURRENCIES: Final[st.SearchStrategy[Currency]] = st.sampled_from(("GBP", "ECB"))
_PRICES: Final = st.integers(-(2**15), 2**15 - 1)
_SCALES: Final = st.integers(-(2**7), 2**7 - 1)
_UNSIGNED: Final = st.integers(0, 2**32 - 1)
_LAST_YEAR: Final = 9999
_LAST_ZIGBEE_YEAR: Final = 2154
# What XML 1.0 can carry, without the blanks at either end that signing tools drop; at most 8 octets.
_SEASON_NAMES: Final = st.text(
    st.characters(min_codepoint=0x20, max_codepoint=0x2FFF, exclude_categories=("Cs", "Cc")), max_size=8
).filter(lambda name: len(name.encode()) <= 8 and name == name.strip())

_FIRST_MOMENT: Final = datetime(2000, 1, 1, 0, 0, 1, tzinfo=UTC)
_LAST_MOMENT: Final = datetime(2136, 2, 7, 6, 28, 13, tzinfo=UTC)
"""The first and the last second that a gas meter can be told to do something at."""


def tariffs() -> st.SearchStrategy[ElectricityTariff | GasTariff]:
    """Any tariff of Service Request 1.1.1, of either fuel."""
    return st.one_of(electricity_tariffs(), gas_tariffs())


@st.composite
def electricity_tariffs(draw: st.DrawFn, kind: ElectricityKind | None = None) -> ElectricityTariff:
    """Tariffs of an ESME: time of use, block, hybrid, or (None) any of them."""
    prices = draw(_electricity_prices(kind))
    targets = [("tou", n) for n, _ in prices.registers] + [("block", n) for n, _ in prices.blocks]
    numbers = draw(_numbers(16))
    weeks = draw(_weeks(4, numbers))
    dates = _dates(_LAST_YEAR, electricity=True)
    seasons = st.builds(
        Season, name=_SEASON_NAMES, start=dates, week=st.sampled_from([w.number for w in weeks])
    )
    special_days = st.builds(SpecialDay, date=dates, day=st.sampled_from(numbers))
    return ElectricityTariff(
        currency=draw(_CURRENCIES),
        days=tuple(DayProfile(number=n, switches=draw(_switches(targets))) for n in numbers),
        weeks=weeks,
        seasons=tuple(draw(st.lists(seasons, min_size=1, max_size=4, unique_by=lambda s: s.name))),
        special_days=tuple(draw(st.lists(special_days, max_size=50))),
        thresholds=tuple(tuple(draw(_limits(2**32 - 1))) for _ in range(8)),
        prices=prices,
    )


@st.composite
def gas_tariffs(draw: st.DrawFn, kind: GasKind | None = None) -> GasTariff:
    """Tariffs of a GSME: time of use, block, or (None) either."""
    chosen = draw(_kind(kind, _GAS_KINDS))
    prices = draw(_priced(_numbers(4), _UNSIGNED))
    tiers = st.none() if chosen == "block" else st.sampled_from([n for n, _ in prices])
    numbers = draw(_numbers(4))
    weeks = draw(_weeks(2, numbers))
    dates = _dates(_LAST_ZIGBEE_YEAR, electricity=False)
    seasons = st.builds(GasSeason, start=dates, week=st.sampled_from([w.number for w in weeks]))
    special_days = st.builds(SpecialDay, date=dates, day=st.sampled_from(numbers))
    return GasTariff(
        kind=chosen,
        currency=draw(_CURRENCIES),
        days=tuple(GasDay(number=n, tier=draw(tiers)) for n in numbers),
        weeks=weeks,
        seasons=tuple(draw(st.lists(seasons, min_size=1, max_size=3))),
        special_days=tuple(draw(st.lists(special_days, max_size=20))),
        thresholds=tuple(draw(_limits(2**48 - 1))),
        standing_charge=draw(_UNSIGNED),
        prices=prices,
    )


@st.composite
def price_updates(draw: st.DrawFn, kind: ElectricityKind | None = None) -> PriceUpdate:
    """Service Request 1.2.1 for an ESME: prices alone."""
    return PriceUpdate(prices=draw(_electricity_prices(kind)))


@st.composite
def moments(
    draw: st.DrawFn, min_value: datetime = _FIRST_MOMENT, max_value: datetime = _LAST_MOMENT
) -> datetime:
    """Moments in UTC, to the second; by default those that any meter can be given.

    Among them, more often than chance would have it, those around which calendars go wrong: both
    clock changes of British time, leap days, the turn of a year, midnights.
    """
    if min_value.utcoffset() is None or max_value.utcoffset() is None:
        raise InvalidArgument("min_value and max_value need a time zone")
    low, high = min_value.astimezone(UTC), max_value.astimezone(UTC)
    if low > high:
        raise InvalidArgument(f"min_value {min_value} is later than max_value {max_value}")
    seconds = st.integers(0, int((high - low).total_seconds()))
    year = st.integers(low.year, high.year)
    remarkable = st.builds(_remarkable, year, st.sampled_from(_PLACES), st.sampled_from(_NEAR))
    within = remarkable.filter(lambda moment: moment is not None and low <= moment <= high)
    drawn = draw(st.one_of(seconds, within) if high - low >= timedelta(days=366) else seconds)
    return low + timedelta(seconds=drawn) if isinstance(drawn, int) else cast("datetime", drawn)


def request_ids(originator: Eui64 | None = None, target: Eui64 | None = None) -> st.SearchStrategy[RequestId]:
    """Request ids, with the parties that are given or any."""
    eui = st.binary(min_size=8, max_size=8).map(Eui64)
    parties = (eui if party is None else st.just(party) for party in (originator, target))
    return st.builds(RequestId, *parties, st.integers(0, MAX_COUNTER))


# ---------------------------------------------------------------------------------------- the parts


@st.composite
def _kind(draw: st.DrawFn, kind: T | None, allowed: Sequence[T]) -> T:
    if kind is None:
        return draw(st.sampled_from(allowed))
    if kind not in allowed:
        raise InvalidArgument(f"kind {kind!r} is none of {', '.join(map(str, allowed))}, and not None")
    return kind


def _numbers(high: int) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(1, high), min_size=1, max_size=high, unique=True)


def _limits(high: int) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(0, high), min_size=1, max_size=3).map(sorted)


@st.composite
def _priced(
    draw: st.DrawFn, numbers: st.SearchStrategy[list[int]], prices: st.SearchStrategy[int]
) -> tuple[tuple[int, int], ...]:
    return tuple((number, draw(prices)) for number in draw(numbers))


@st.composite
def _electricity_prices(draw: st.DrawFn, kind: ElectricityKind | None) -> ElectricityPrices:
    chosen = draw(_kind(kind, _ELECTRICITY_KINDS))
    blocks = _priced(_numbers(4), _PRICES)
    return ElectricityPrices(
        kind=chosen,
        standing_charge=draw(_PRICES),
        standing_charge_scale=draw(_SCALES),
        price_scale=draw(_SCALES),
        registers=() if chosen == "block" else draw(_priced(_numbers(48), _PRICES)),
        blocks=() if chosen == "tou" else tuple((n, draw(blocks)) for n in draw(_numbers(8))),
    )


@st.composite
def _switches(draw: st.DrawFn, targets: Sequence[tuple[str, int]]) -> tuple[Switch, ...]:
    starts = draw(
        st.lists(st.times(max_value=time(23, 59, 59)).map(_whole), min_size=1, max_size=48, unique=True)
    )
    chosen = [draw(st.sampled_from(targets)) for _ in starts]
    return tuple(
        Switch(start=start, kind="tou" if kind == "tou" else "block", number=number)
        for start, (kind, number) in zip(sorted(starts), chosen, strict=True)
    )


def _whole(moment: time) -> time:
    return moment.replace(microsecond=0)


@st.composite
def _weeks(draw: st.DrawFn, high: int, days: Sequence[int]) -> tuple[WeekProfile, ...]:
    day = st.sampled_from(days)
    week = st.tuples(day, day, day, day, day, day, day)
    return tuple(WeekProfile(number=n, days=draw(week)) for n in draw(_numbers(high)))


def _dates(last_year: int, *, electricity: bool) -> st.SearchStrategy[Date]:
    days: st.SearchStrategy[DayOfMonth] = st.none() | st.integers(1, 31)
    if electricity:
        days = st.one_of(days, st.sampled_from(("last", "second last")))
    return st.builds(
        Date,
        year=st.none() | st.integers(2014, last_year),
        month=st.none() | st.integers(1, 12),
        day=days,
        weekday=st.none() | st.integers(1, 7),
    )


_PLACES: Final = ("spring", "autumn", "leap day", "1 March", "new year", "new year's eve")
_NEAR: Final = tuple(timedelta(seconds=sign * seconds) for seconds in (0, 1, 1800, 3600) for sign in (1, -1))


def _remarkable(year: int, place: str, near: timedelta) -> datetime | None:
    """A moment at which calendars go wrong, in that year if it has it; and what lies beside it."""
    match place:
        case "spring" | "autumn":
            moment = _last_sunday(year, 3 if place == "spring" else 10)
        case "leap day":
            leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
            moment = datetime(year, 2, 29 if leap else 28, tzinfo=UTC)
        case "1 March":
            moment = datetime(year, 3, 1, tzinfo=UTC)
        case "new year":
            moment = datetime(year, 1, 1, tzinfo=UTC)
        case _:
            moment = datetime(year, 12, 31, 23, 59, 59, tzinfo=UTC)
    try:
        return moment + near
    except OverflowError:
        return None


def _last_sunday(year: int, month: int) -> datetime:
    """01:00 UTC on the last Sunday: when British time changes."""
    last = datetime(year, month, 31, 1, tzinfo=UTC)
    return last - timedelta(days=last.isoweekday() % 7)
