from __future__ import annotations

import csv
import json
from datetime import UTC, date, datetime, timedelta

import pytest
import settlement_oracle as oracle
from mtd_reference import reference

from dcc_sim.errors import EncodeError, NotFound, Unsupported
from dcc_sim.mtd.settlement import SSCS, active_tprs, check_coverage, ssc, tpr_at_clock
from dcc_sim.mtd.ssc_table import ClockInterval, Control, Ssc, SscType, Tpr

CODES = [row.code for row in SSCS]


def an_ssc(*tprs: Tpr) -> Ssc:
    return Ssc("9999", "of this test", SscType.IMPORT, date(2020, 1, 1), tprs)


def a_tpr(code: str, *intervals: ClockInterval, gmt: bool = True) -> Tpr:
    return Tpr(code, Control.CLOCK, gmt, intervals)


def test_the_table_holds_the_configurations_of_the_oracle_with_ascending_tprs() -> None:
    assert sorted(oracle.READINGS) == CODES
    for row in SSCS:
        assert row.tpr_codes == tuple(sorted(oracle.READINGS[row.code]))


@pytest.mark.parametrize("code", CODES)
def test_every_half_hour_of_a_leap_year_agrees_with_the_oracle(code: str) -> None:
    row = ssc(code)
    moment = datetime(2028, 1, 1, tzinfo=UTC)
    while moment.year == 2028:
        assert active_tprs(row, moment) == tuple(oracle.active(code, moment)), moment
        moment += timedelta(minutes=30)


@pytest.mark.parametrize("code", CODES)
def test_coverage(code: str) -> None:
    check_coverage(ssc(code))


def test_overlap_and_gap_are_found() -> None:
    morning, day = ClockInterval(0, 720), ClockInterval(600, 1440)
    with pytest.raises(EncodeError, match="overlap at 2024-01-01T10:00Z"):
        check_coverage(an_ssc(a_tpr("00001", morning), a_tpr("00002", day)))
    with pytest.raises(EncodeError, match="no regime is active at 2024-01-01T12:00Z"):
        check_coverage(an_ssc(a_tpr("00001", morning)))
    with pytest.raises(EncodeError, match="overlap"):
        tpr_at_clock(an_ssc(a_tpr("00001", morning), a_tpr("00002", day)), date(2024, 1, 1), 610)
    with pytest.raises(EncodeError, match="different clocks"):
        tpr_at_clock(an_ssc(a_tpr("00001", morning), a_tpr("00002", day, gmt=False)), date(2024, 1, 1), 610)


def test_a_date_range_may_wrap_the_year() -> None:
    winter = ClockInterval(0, 1440, since=(11, 1), until=(2, 29))
    assert winter.covers(date(2024, 12, 31), 0)
    assert winter.covers(date(2024, 2, 29), 1439)
    assert not winter.covers(date(2024, 3, 1), 0)


@pytest.mark.parametrize(("start", "end"), [(10, 10), (720, 60), (0, 1445), (-5, 60)])
def test_impossible_intervals(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="minutes"):
        ClockInterval(start, end)


def test_unknown_and_teleswitched_configurations() -> None:
    with pytest.raises(NotFound, match="'9999'"):
        ssc("9999")
    radio = an_ssc(Tpr("01001", Control.TELESWITCH, gmt=True, intervals=()))
    with pytest.raises(Unsupported, match="teleswitched"):
        active_tprs(radio, datetime(2026, 1, 1, tzinfo=UTC))


def test_the_table_is_what_the_market_data_says() -> None:
    rows = json.loads(reference("ssc-subset.json").read_text())["ssc"]
    assert {row["ssc"] for row in rows} <= set(CODES)
    for row in rows:
        ours = ssc(row["ssc"])
        assert ours.type.value == row["type"]
        assert ours.effective_from.strftime("%d/%m/%Y") == row["efd"]
        for theirs, tpr in zip(sorted(row["tprs"], key=lambda tpr: str(tpr["tpr"])), ours.tprs, strict=True):
            assert (tpr.code, tpr.control.value, tpr.gmt) == (theirs["tpr"], theirs["control"], theirs["gmt"])
            assert [
                (f"{i.start_minute // 60:02d}:{i.start_minute % 60:02d}", list(i.days), i.since)
                for i in tpr.intervals
            ] == [
                (i["start"], i["days"], tuple(int(part) for part in i["from"].split("-")))
                for i in theirs["intervals"]
            ]


def test_no_interval_of_the_whole_market_data_wraps_midnight_or_the_year() -> None:
    with reference("mdd/Clock_Interval.csv").open() as file:
        for row in csv.DictReader(file):
            assert row["Start Time"] < row["End Time"]
            start = (int(row["Start Month"]), int(row["Start Day"]))
            assert start <= (int(row["End Month"]), int(row["End Day"]))
