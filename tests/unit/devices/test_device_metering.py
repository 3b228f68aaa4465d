from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from device_bench import DAY, ESME, GSME, HOUR, START, Steady, day_night, entry

from dcc_sim.devices.metering import ELECTRICITY, GAS, SECOND_ELEMENT, HouseholdLoad, Meter, Shape
from dcc_sim.devices.tariff import BlockSet, SecondaryRegister, TouRegister, electricity_tariff

NO_DRIFT = timedelta(0)


def test_the_load_is_the_same_for_the_same_seed_and_device_and_no_other() -> None:
    def first(seed: int, element: int = 1) -> list[int]:
        load = HouseholdLoad(seed, ESME, ELECTRICITY, element=element)
        return [load.at(START + n * HOUR) for n in range(48)]

    assert first(1) == first(1)
    assert first(1) != first(2)
    assert first(1) != first(1, element=2)


@pytest.mark.parametrize("shape", [ELECTRICITY, SECOND_ELEMENT, GAS])
def test_the_load_never_falls(shape: Shape) -> None:
    load = HouseholdLoad(7, GSME, shape)
    values = [load.at(START + n * timedelta(minutes=7)) for n in range(30_000)]
    assert all(a <= b for a, b in pairwise(values))


def test_the_load_is_that_of_a_home() -> None:
    load = HouseholdLoad(1, ESME, ELECTRICITY)
    year = load.at(START + 366 * DAY) - load.at(START)
    assert 8_000 * 366 < year < 12_000 * 366
    winter, summer = (load.at(START + n * DAY) - load.at(START + (n - 30) * DAY) for n in (30, 210))
    assert winter > summer


def test_a_day_night_tariff_splits_at_its_boundaries() -> None:
    meter = Meter(Steady(), START)
    meter.settle(START + 2 * DAY, electricity_tariff(day_night()), NO_DRIFT)
    assert meter.registers.tou[:2] == [2 * 7 * 3600, 2 * 17 * 3600]
    assert meter.total == meter.registers.total == 2 * 86_400
    assert meter.reactive == meter.total // 4


def test_settling_in_steps_or_at_once_is_the_same() -> None:
    tariff = electricity_tariff(day_night())
    load = HouseholdLoad(3, ESME, ELECTRICITY)
    at_once, in_steps = Meter(load, START), Meter(load, START)
    at_once.settle(START + 3 * DAY, tariff, NO_DRIFT)
    for step in range(1, 3 * 24 * 12 + 1):
        in_steps.settle(START + step * timedelta(minutes=5), tariff, NO_DRIFT)
    assert (at_once.total, at_once.reactive, at_once.registers) == (
        in_steps.total,
        in_steps.reactive,
        in_steps.registers,
    )


def test_the_tariff_follows_the_clock_of_the_device() -> None:
    meter = Meter(Steady(), START)
    meter.settle(START + DAY, electricity_tariff(day_night()), timedelta(hours=1))
    # The device is an hour ahead: its night ends at 06:00 true time and begins again at 23:00.
    assert meter.registers.tou[0] == (6 + 1) * 3600


def test_a_threshold_inside_an_interval_splits_to_the_unit() -> None:
    values = day_night() | {
        "days": [{"day_id": 1, "schedule": [entry(0, 103)]}],
        "special_days": [],
        "thresholds_3": [1000, 1500, 1501],
    }
    tariff = electricity_tariff(values)
    meter = Meter(Steady(), START)
    meter.settle(START + timedelta(seconds=1400), tariff, NO_DRIFT)
    assert meter.registers.counters[2] == [1000, 400, 0, 0]
    assert meter.active_block(BlockSet(3), tariff) == 2
    assert meter.active_block(TouRegister(1), tariff) == 1
    meter.settle(START + timedelta(seconds=5000), tariff, NO_DRIFT)
    assert meter.registers.counters[2] == [1000, 500, 1, 3499]
    meter.registers.reset_counters()
    meter.settle(START + timedelta(seconds=5100), tariff, NO_DRIFT)
    assert meter.registers.counters[2] == [100, 0, 0, 0]
    assert meter.registers.total == meter.total == 5100


def test_the_second_element_has_its_own_register() -> None:
    meter = Meter(Steady(), START, second=Steady(2))
    meter.settle(START + DAY, electricity_tariff(day_night()), NO_DRIFT)
    assert meter.second_total == meter.registers.secondary[0] == 43_200
    assert meter.registers.total == meter.total == 86_400


def test_a_selector_of_the_second_element_counts_there() -> None:
    meter = Meter(Steady(), START)
    meter._count(5, SecondaryRegister(4), electricity_tariff(day_night()))
    assert meter.registers.secondary == [0, 0, 0, 5]


def test_total_at_any_moment_and_settling_backwards_does_nothing() -> None:
    meter = Meter(Steady(), START)
    meter.settle(START + HOUR, electricity_tariff(day_night()), NO_DRIFT)
    meter.settle(START, electricity_tariff(day_night()), NO_DRIFT)
    assert meter.total == meter.total_at(START + HOUR) == 3600
    assert meter.total_at(START + timedelta(minutes=30)) == 1800
