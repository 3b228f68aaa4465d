"""A plan replayed by a reading of its own, against the package and against the oracle."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import settlement_oracle as oracle

from dcc_sim.errors import EncodeError, Unsupported
from dcc_sim.mtd.settlement import SSCS, ssc
from dcc_sim.mtd.ssc_table import ClockInterval, Control, Ssc, SscType, Tpr
from dcc_sim.mtd.switching import (
    LAST_DAY,
    SECOND_LAST_DAY,
    DatePattern,
    DayProfile,
    Replay,
    Season,
    SpecialDay,
    SwitchingPlan,
    WeekProfile,
    check_limits,
    recognise,
    register_of,
    switching,
)

NOT_EXPRESSIBLE = {
    "0434": "gaps: off-peak only",
    "0482": "export",
    "0940": "export",
    "0941": "export",
}
EXPRESSIBLE = [row.code for row in SSCS if row.code not in NOT_EXPRESSIBLE]
IN_CLOCK_TIME = [code for code in EXPRESSIBLE if not ssc(code).tprs[0].gmt]
QUARTERS = {"0150", "0152"}


class SlowReplay:
    """As a meter does it, step by step; only the profile of the day at hand is remembered."""

    def __init__(self, plan: SwitchingPlan) -> None:
        self.plan = plan
        self.today: tuple[date, DayProfile] | None = None

    def register(self, moment: datetime) -> int:
        second = moment.hour * 3600 + moment.minute * 60
        day = moment.date()
        if not self.today or self.today[0] != day:
            self.today = day, slow_profile(self.plan, day)
        entries = self.today[1].entries
        while True:
            for start, register in reversed(entries):
                if start <= second:
                    return register
            day, second = day - timedelta(days=1), 86399
            entries = slow_profile(self.plan, day).entries


def slow_profile(plan: SwitchingPlan, day: date) -> DayProfile:
    names = {profile.name: profile for profile in plan.day_profiles}
    for special in plan.special_days:
        if slow_matches(special.on, day):
            return names[special.day]
    back = day
    while True:
        for season in plan.seasons:
            if slow_matches(season.start, back):
                weeks = {week.name: week for week in plan.week_profiles}
                return names[weeks[season.week].days[day.isoweekday() - 1]]
        back -= timedelta(days=1)


def slow_matches(pattern: DatePattern, day: date) -> bool:
    if pattern.day == LAST_DAY:  # only ever "last weekday of the month" here
        in_last_week = (day + timedelta(days=7)).month != day.month
        return day.month == pattern.month and in_last_week and day.isoweekday() == pattern.day_of_week
    return (day.month, day.day) == (pattern.month, pattern.day) and pattern.year in (None, day.year)


@pytest.mark.parametrize("code", EXPRESSIBLE)
def test_every_half_hour_of_a_leap_year(code: str) -> None:
    row = ssc(code)
    plan = switching(row)
    fast, slow = Replay(plan, range(2028, 2029)), SlowReplay(plan)
    step = timedelta(minutes=15 if code in QUARTERS else 30)
    moment = datetime(2028, 1, 1, tzinfo=UTC)
    while moment.year == 2028:
        register = slow.register(moment)
        assert fast.register_at(moment) == register, moment
        assert [row.tpr_codes[register - 1]] == oracle.active(code, moment), moment
        moment += step


@pytest.mark.parametrize("code", IN_CLOCK_TIME)
def test_around_each_clock_change_of_25_years(code: str) -> None:
    slow = SlowReplay(switching(ssc(code)))
    for year in range(2026, 2051):
        for month in (3, 10):
            sunday = max(d for n in range(25, 32) if (d := date(year, month, n)).isoweekday() == 7)
            midnight = datetime(sunday.year, sunday.month, sunday.day, tzinfo=UTC)
            for half_hour in range(-3, 6):
                moment = midnight + timedelta(minutes=30 * half_hour)
                tpr = ssc(code).tpr_codes[slow.register(moment) - 1]
                assert [tpr] == oracle.active(code, moment), moment


def test_without_special_days_the_change_sundays_would_be_wrong() -> None:
    plan = replace(switching(ssc("0242")), special_days=())
    assert _wrong_half_hours(plan, "0242") == ["2028-03-26T00:00", "2028-10-29T00:00"]


def _wrong_half_hours(plan: SwitchingPlan, code: str) -> list[str]:
    found = []
    slow = SlowReplay(plan)
    moment = datetime(2028, 1, 1, tzinfo=UTC)
    while moment.year == 2028:
        if [ssc(code).tpr_codes[slow.register(moment) - 1]] != oracle.active(code, moment):
            found.append(f"{moment:%Y-%m-%dT%H:%M}")
        moment += timedelta(minutes=30)
    return found


@pytest.mark.parametrize("code", NOT_EXPRESSIBLE)
def test_what_no_switching_table_can_hold(code: str) -> None:
    with pytest.raises(EncodeError, match=r"gap|export"):
        switching(ssc(code))


def test_teleswitch_seasons_and_gaps_are_refused() -> None:
    radio = Ssc("9998", "", SscType.IMPORT, date(2020, 1, 1), (Tpr("01001", Control.TELESWITCH, True, ()),))
    with pytest.raises(Unsupported, match="teleswitch"):
        switching(radio)
    summer_only = Tpr("00900", Control.CLOCK, True, (ClockInterval(0, 1440, since=(4, 1), until=(9, 30)),))
    with pytest.raises(Unsupported, match="seasons"):
        switching(Ssc("9997", "", SscType.IMPORT, date(2020, 1, 1), (summer_only,)))
    morning = Tpr("00901", Control.CLOCK, True, (ClockInterval(0, 720),))
    with pytest.raises(EncodeError, match="gap"):
        switching(Ssc("9996", "", SscType.IMPORT, date(2020, 1, 1), (morning,)))


def test_more_years_than_special_days() -> None:
    with pytest.raises(EncodeError, match="52 special days, at most 50"):
        switching(ssc("0242"), years=range(2026, 2052))


def test_economy_7_in_gmt_is_one_set_of_times() -> None:
    plan = switching(ssc("0151"))
    assert plan.day_profiles == (DayProfile(1, ((0, 1), (1800, 2), (27000, 1))),)
    assert plan.week_profiles == (WeekProfile(1, (1,) * 7),)
    assert [season.name for season in plan.seasons] == ["ALL YEAR"]
    assert plan.special_days == ()


def test_clock_time_has_two_seasons_and_exact_change_days() -> None:
    plan = switching(ssc("0242"), years=range(2026, 2027))
    assert [(season.name, season.start) for season in plan.seasons] == [
        ("SUMMER", DatePattern(month=3, day=LAST_DAY, day_of_week=7)),
        ("WINTER", DatePattern(month=10, day=LAST_DAY, day_of_week=7)),
    ]
    assert [special.on for special in plan.special_days] == [
        DatePattern(2026, 3, 29),
        DatePattern(2026, 10, 25),
    ]


@pytest.mark.parametrize("code", EXPRESSIBLE)
def test_recognise_is_the_inverse(code: str) -> None:
    assert [
        row.code for row in recognise(switching(ssc(code), years=range(2026, 2029)), years=range(2026, 2029))
    ] == [code]


def test_recognise_refuses_swapped_registers_and_a_missing_special_day() -> None:
    swapped = (DayProfile(1, ((0, 2), (1800, 1), (27000, 2))),)
    assert recognise(replace(switching(ssc("0151")), day_profiles=swapped)) == []
    assert recognise(replace(switching(ssc("0242")), special_days=())) == []


def test_recognise_reads_what_a_meter_may_hold_otherwise() -> None:
    """Carried over midnight, concrete season start, an entry that changes nothing."""
    plan = SwitchingPlan(
        (DayProfile(7, ((1800, 2), (27000, 1), (40000, 1))),),
        (WeekProfile(3, (7, 7, 7, 7, 7, 7, 7)),),
        (Season("S", DatePattern.on(date(2020, 5, 1)), 3),),
    )
    assert [row.code for row in recognise(plan, years=range(2026, 2027))] == ["0151"]


def test_before_the_first_season_nothing_counts() -> None:
    plan = SwitchingPlan(
        (DayProfile(1, ((0, 1),)),),
        (WeekProfile(1, (1, 1, 1, 1, 1, 1, 1)),),
        (Season("S", DatePattern.on(date(2026, 5, 1)), 1),),
    )
    replay = Replay(plan, range(2026, 2027))
    assert replay.register_at(datetime(2026, 4, 30, tzinfo=UTC)) is None
    assert replay.register_at(datetime(2026, 5, 1, tzinfo=UTC)) == 1
    assert recognise(plan, years=range(2026, 2027)) == []


@pytest.mark.parametrize(
    ("pattern", "dates"),
    [
        (DatePattern(2026, 2, LAST_DAY), ["2026-02-28"]),
        (DatePattern(None, 2, SECOND_LAST_DAY), ["2026-02-27"]),
        (DatePattern(None, 3, LAST_DAY, 7), ["2026-03-29"]),
        (DatePattern(None, 3, 1), ["2026-03-01"]),
        (DatePattern(None, 3, 25, 7), ["2026-03-29"]),
        (DatePattern(None, 10, 31, 7), []),
        (DatePattern(2027, 3, 1), []),
        (DatePattern(None, 2, None, 1), ["2026-02-02", "2026-02-09", "2026-02-16", "2026-02-23"]),
    ],
)
def test_date_patterns(pattern: DatePattern, dates: list[str]) -> None:
    assert [str(day) for day in pattern.dates(2026)] == dates


@pytest.mark.parametrize("parts", [(None, 0xFE, 1, None), (None, 1, 32, None), (None, 1, 1, 8)])
def test_no_such_date_pattern(parts: tuple[int | None, ...]) -> None:
    with pytest.raises(EncodeError, match="date pattern"):
        DatePattern(*parts)


def test_limits_and_references() -> None:
    good = switching(ssc("0151"))
    day = good.day_profiles[0]
    for bad, rule in (
        (replace(good, day_profiles=(day,) * 17), "17 day profiles"),
        (replace(good, day_profiles=()), "no day profile"),
        (replace(good, week_profiles=()), "week profile that is not there"),
        (replace(good, special_days=(SpecialDay(DatePattern(month=1, day=1), 9),)), r"\[9\]"),
        (replace(good, day_profiles=(DayProfile(1, ((60, 1), (0, 2))),)), "ascend"),
        (replace(good, day_profiles=(DayProfile(1, ((0, 49),)),)), "1 to 48"),
        (replace(good, day_profiles=(DayProfile(1, tuple((n, 1) for n in range(49))),)), "49 entries"),
    ):
        with pytest.raises(EncodeError, match=rule):
            check_limits(bad)


def test_register_of() -> None:
    assert register_of(ssc("0151"), "00210") == 2
    with pytest.raises(EncodeError, match="00001"):
        register_of(ssc("0151"), "00001")
