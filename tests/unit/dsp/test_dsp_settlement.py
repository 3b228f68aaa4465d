"""From a tariff a meter took over to what settlement has to know."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from decimal import Decimal

import pytest
from home_bench import ECONOMY_7, GAS_BLOCKS, MIDNIGHT, NOW, SINGLE_RATE, demo_home, tariff_of

from dcc_sim.codec.shape import Values, as_struct
from dcc_sim.dsp.settlement import TARIFF_NAMES, Switch, differences, outcome_of, switching_plan
from dcc_sim.errors import EncodeError, NotFound
from dcc_sim.ids import Mpxn
from dcc_sim.mtd.models import Outcome, OutcomeKind
from dcc_sim.testing.strategies_electricity import DayProfile, ElectricityTariff, Season
from dcc_sim.testing.strategies_electricity import Switch as TariffSwitch

MPAN = Mpxn("1099000000016")
HOME = demo_home().settlement


def outcome(
    asked: ElectricityTariff, *, found: Values | None = None, wanted: str | None = None, ssc: str = "0393"
) -> tuple[Outcome, str]:
    assert HOME is not None
    values = asked.values(MIDNIGHT)
    switch = Switch(
        asked=values,
        found=found or values,
        registers_wh=[1_234_567, 890, *([0] * 46)],
        effective=MIDNIGHT,
        occurred=MIDNIGHT + timedelta(minutes=5),
    )
    return outcome_of(switch, dataclasses.replace(HOME, ssc=ssc), MPAN, wanted)


def test_a_change_of_ssc() -> None:
    what, why = outcome(ECONOMY_7, wanted="0151")
    assert (what.kind, why) == (OutcomeKind.SSC_CHANGED, "the switching times are those of SSC 0151")
    change = what.change
    assert change is not None
    assert (change.old_ssc.code, change.new_ssc.code) == ("0393", "0151")
    assert change.effective_from == MIDNIGHT.date()
    # In whole tenths of a kWh, rounded down; one reading per register of either configuration.
    assert change.final_kwh == (Decimal("1234.5"),)
    assert change.initial_kwh == (Decimal("1234.5"), Decimal("0.8"))
    # 17 of 24 hours are day: 3100 kWh × 17/24 = 2195.83.
    assert change.eac_kwh == (Decimal("2195.8"), Decimal("904.2"))


def test_the_effective_day_is_the_local_one() -> None:
    assert HOME is not None
    summer = MIDNIGHT.replace(month=6, day=30, hour=23)  # already 1 July on the wall
    values = ECONOMY_7.values(summer)
    switch = Switch(asked=values, found=values, registers_wh=[0] * 48, effective=summer, occurred=summer)
    change = outcome_of(switch, HOME, MPAN, "0151")[0].change
    assert change is not None
    assert change.effective_from.isoformat() == "2026-07-01"


def test_the_same_times_are_a_change_of_prices_only() -> None:
    what, why = outcome(SINGLE_RATE)
    assert (what.kind, what.change) == (OutcomeKind.PRICE_ONLY, None)
    assert "as before" in why
    assert outcome(ECONOMY_7, ssc="0151")[0].kind is OutcomeKind.PRICE_ONLY


@pytest.mark.parametrize("name", TARIFF_NAMES)
def test_a_read_back_that_differs_is_a_failure_and_says_where(name: str) -> None:
    values = dict(ECONOMY_7.values(MIDNIGHT))
    other = tariff_of(("00:00", 3), ("05:00", 4), prices=(1, 2, 3, 4))
    other = dataclasses.replace(
        other,
        currency="ECB",
        seasons=(Season(name="other", start=ECONOMY_7.seasons[0].start, week=2),),
        weeks=(dataclasses.replace(ECONOMY_7.weeks[0], days=(1, 1, 1, 1, 1, 1, 2)),),
        thresholds=((1,),) * 8,
        prices=dataclasses.replace(other.prices, standing_charge=1),
    )
    special: Values = {"special_days": [{"index": 1, "date": b"\xff\xff\x0c\x19\xff", "day_id": 1}]}
    found: Values = {**values, name: {**other.values(MIDNIGHT), **special}[name]}
    assert differences(values, found) == [name]
    what, why = outcome(ECONOMY_7, found=found, wanted="0151")
    assert what.kind is OutcomeKind.FAILED
    assert name in why


def test_constants_and_activation_times_are_no_difference() -> None:
    values = ECONOMY_7.values(MIDNIGHT)
    found = {name: values[name] for name in TARIFF_NAMES}
    prices = as_struct(values["prices"])
    found["prices"] = {part: value for part, value in prices.items() if part != "commodity"}
    assert differences(values, found) == []


def test_the_wrong_ssc_is_not_believed() -> None:
    with pytest.raises(NotFound, match=r"are not those of SSC 0244, but of .*0151"):
        outcome(ECONOMY_7, wanted="0244")
    with pytest.raises(NotFound):
        outcome(ECONOMY_7, wanted="9999")


def test_times_of_no_ssc() -> None:
    odd = tariff_of(("00:00", 1), ("03:17", 2), prices=(1, 2))
    with pytest.raises(NotFound, match="fit no SSC of the table"):
        outcome(odd)


def test_registers_that_are_exchanged_are_another_tariff() -> None:
    swapped = tariff_of(("00:00", 2), ("00:30", 1), ("07:30", 2), prices=(14_000, 29_000))
    with pytest.raises(NotFound, match="fit no SSC of the table"):
        outcome(swapped)


def test_an_ssc_that_is_the_only_one_need_not_be_named() -> None:
    change = outcome(SINGLE_RATE, ssc="0151")[0].change
    assert change is not None
    assert (change.old_ssc.code, change.new_ssc.code) == ("0151", "0393")
    assert (len(change.final_kwh), len(change.initial_kwh)) == (2, 1)


def test_blocks_are_no_settlement_matter() -> None:
    day = DayProfile(
        number=1, switches=(TariffSwitch(start=ECONOMY_7.days[0].switches[0].start, kind="block", number=1),)
    )
    with pytest.raises(EncodeError, match="script 101 is not a time-of-use register"):
        switching_plan(dataclasses.replace(ECONOMY_7, days=(day,)).values())


def test_a_gas_tariff_has_no_plan() -> None:
    with pytest.raises(KeyError):
        switching_plan(GAS_BLOCKS.values(NOW + timedelta(0)))
