"""The strategies themselves: what they draw is whole, and what they are asked wrongly they say."""

from __future__ import annotations

import dataclasses
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from dcc_sim.ids import Eui64, RequestId
from dcc_sim.testing import strategies
from dcc_sim.testing.strategies import (
    ElectricityTariff,
    GasTariff,
    electricity_tariffs,
    gas_tariffs,
    moments,
    price_updates,
    request_ids,
    tariffs,
)

YEAR_2028 = (datetime(2028, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC))
quick = settings(max_examples=20_000, suppress_health_check=list(HealthCheck), database=None)


def test_everything_that_is_promised_is_there() -> None:
    for name in strategies.__all__:
        assert getattr(strategies, name).__doc__, name


@given(electricity_tariffs())
def test_an_electricity_tariff_is_whole(tariff: ElectricityTariff) -> None:
    days, weeks = [d.number for d in tariff.days], [w.number for w in tariff.weeks]
    assert len(set(days)) == len(days) <= 16
    assert len(set(weeks)) == len(weeks) <= 4
    assert {day for week in tariff.weeks for day in week.days} <= set(days)
    assert {season.week for season in tariff.seasons} <= set(weeks)
    assert {special.day for special in tariff.special_days} <= set(days)
    priced = {("tou", n) for n, _ in tariff.prices.registers} | {
        ("block", n) for n, _ in tariff.prices.blocks
    }
    for day in tariff.days:
        starts = [switch.start for switch in day.switches]
        assert starts == sorted(set(starts))
        assert {(switch.kind, switch.number) for switch in day.switches} <= priced


@given(gas_tariffs())
def test_a_gas_tariff_is_whole(tariff: GasTariff) -> None:
    days = {day.number for day in tariff.days}
    assert {day for week in tariff.weeks for day in week.days} <= days
    assert {season.week for season in tariff.seasons} <= {week.number for week in tariff.weeks}
    assert {special.day for special in tariff.special_days} <= days
    assert {day.tier for day in tariff.days} <= {n for n, _ in tariff.prices} | {None}


@settings(max_examples=10)
@given(tariffs())
def test_a_drawn_tariff_is_a_value(drawn: ElectricityTariff | GasTariff) -> None:
    again = dataclasses.replace(drawn)
    assert (again, hash(again)) == (drawn, hash(drawn))
    with pytest.raises(dataclasses.FrozenInstanceError):
        drawn.currency = "ECB"  # type: ignore[misc]  # frozen is what is tested


@pytest.mark.parametrize("make", [electricity_tariffs, gas_tariffs, price_updates])
def test_a_kind_that_is_none_is_said_when_drawing(make: Any) -> None:
    asked_for = make("flat")  # not before: a recipe may be written down and never used
    with pytest.raises(InvalidArgument, match="kind 'flat' is none of tou, block"):
        find(asked_for, lambda _: True, settings=quick)


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        ((datetime(2026, 1, 1), YEAR_2028[1]), "need a time zone"),  # noqa: DTZ001  # that is the point
        ((YEAR_2028[1], YEAR_2028[0]), "is later than"),
    ],
)
def test_limits_that_make_no_sense_are_said_when_drawing(
    limits: tuple[datetime, datetime], reason: str
) -> None:
    asked_for = moments(*limits)
    with pytest.raises(InvalidArgument, match=reason):
        find(asked_for, lambda _: True, settings=quick)


@given(st.tuples(moments(), moments()).map(sorted), st.data())
def test_moments_lie_within_their_limits_to_the_second(limits: list[datetime], data: st.DataObject) -> None:
    low, high = limits
    moment = data.draw(moments(low, high))
    assert low <= moment <= high
    assert moment.utcoffset() == UTC.utcoffset(None)
    assert moment.microsecond == 0


@pytest.mark.parametrize(
    "wanted",
    ["2028-02-29T00:00:00", "2028-03-26T01:00:00", "2028-03-26T00:59:59", "2028-10-29T01:00:00",
     "2028-10-29T01:30:00", "2028-12-31T23:59:59"],
)  # fmt: skip
def test_moments_at_which_calendars_go_wrong_are_drawn(wanted: str) -> None:
    # One second out of 32 millions: by chance alone this would take years.
    moment = datetime.fromisoformat(wanted).replace(tzinfo=UTC)
    assert find(moments(*YEAR_2028), lambda drawn: drawn == moment, settings=quick) == moment


@given(request_ids(target=Eui64(b"a meter!")))
def test_request_ids_have_the_party_that_is_given(request_id: RequestId) -> None:
    assert request_id.target == Eui64(b"a meter!")
    assert RequestId.parse(str(request_id)) == request_id


def test_without_hypothesis_the_import_says_what_to_install() -> None:
    code = "import sys; sys.modules['hypothesis'] = None; import dcc_sim.testing;"
    code += "import dcc_sim.testing.strategies"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert "pip install 'dcc-sim[testing]'" in ran.stderr.splitlines()[-1]


def test_the_examples_of_the_guide_run() -> None:
    guide = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "test-with-hypothesis.md"
    blocks = re.findall(r"```python\n(.*?)```", guide.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 3
    names: dict[str, Any] = {}
    for block in blocks[:2]:  # the third is the start of our conftest
        exec(compile(block, str(guide), "exec"), names)  # noqa: S102  # documentation is code
    names["test_the_currency_arrives"]()
    few = settings(max_examples=50, phases=(Phase.generate,), suppress_health_check=list(HealthCheck))
    assert find(names["in_euros"], lambda _: True, settings=few).currency == "ECB"
    assert len(find(names["weekend_tariffs"], lambda _: True, settings=few).days) >= 2
    assert find(names["with_ids"], lambda _: True, settings=few)[1].target == Eui64(b"a meter!")
