from __future__ import annotations

from datetime import UTC, datetime

import pytest
from device_bench import day_night, entry, gas_tariff, prices

from dcc_sim.codec.times import CosemDateTime
from dcc_sim.devices.tariff import (
    BlockSet,
    GasConversion,
    Price,
    SecondaryRegister,
    TouRegister,
    action_of_script,
    electricity_tariff,
)
from dcc_sim.devices.tariff import gas_tariff as compile_gas


@pytest.mark.parametrize(
    ("selector", "action"),
    [
        (0, None),
        (1, TouRegister(1)),
        (48, TouRegister(48)),
        (49, None),
        (100, None),
        (101, BlockSet(1)),
        (108, BlockSet(8)),
        (109, None),
        (201, SecondaryRegister(1)),
        (204, SecondaryRegister(4)),
        (205, None),
    ],
)
def test_a_script_selector_means(selector: int, action: object) -> None:
    assert action_of_script(selector) == action


def test_the_wire_values_of_ecs01a_compile() -> None:
    tariff = electricity_tariff(day_night())
    assert tariff.action_at(datetime(2024, 6, 1, 6, tzinfo=UTC)) == TouRegister(1)
    assert tariff.action_at(datetime(2024, 6, 1, 7, tzinfo=UTC)) == TouRegister(2)
    assert tariff.action_at(datetime(2024, 12, 25, 7, tzinfo=UTC)) == TouRegister(3)
    assert tariff.next_boundary(datetime(2024, 6, 1, tzinfo=UTC)) == datetime(2024, 6, 1, 7, tzinfo=UTC)
    assert tariff.price_of(TouRegister(2)) == Price(3400, -5)
    assert tariff.price_of(TouRegister(40)) == Price(0, -5)
    assert tariff.price_of(SecondaryRegister(1)) == Price(0, -5)


def test_selectors_of_the_second_element_and_unknown_ones_are_passed_over() -> None:
    values = day_night() | {"days": [{"day_id": 1, "schedule": [entry(0, 5), entry(7, 201), entry(9, 77)]}]}
    tariff = electricity_tariff(values)
    assert tariff.action_at(datetime(2024, 6, 1, 12, tzinfo=UTC)) == TouRegister(5)


def test_block_prices_lie_at_a1_to_d8() -> None:
    values = day_night() | prices({0xA1: 11, 0xB1: 12, 0xD8: 48})
    tariff = electricity_tariff(values)
    assert tariff.price_of(BlockSet(1), 1).mantissa == 11
    assert tariff.price_of(BlockSet(1), 2).mantissa == 12
    assert tariff.price_of(BlockSet(8), 4).mantissa == 48


def test_thresholds_choose_the_block_and_say_what_fits() -> None:
    tariff = electricity_tariff(day_night() | {"thresholds_2": [100, 300]})
    assert [tariff.block_of(2, used) for used in (0, 99, 100, 299, 300, 9999)] == [1, 1, 2, 2, 3, 3]
    assert [tariff.room(2, used) for used in (0, 99, 100, 300)] == [100, 1, 200, None]


def test_season_start_with_wildcard_time_is_midnight() -> None:
    start = CosemDateTime(bytes.fromhex("FFFF0601FFFFFFFFFF8000FF"))
    values = day_night() | {"seasons": [{"name": b"s", "start": start, "week": b"\x01"}]}
    assert electricity_tariff(values).action_at(datetime(2024, 6, 1, tzinfo=UTC)) == TouRegister(1)


@pytest.mark.parametrize(
    ("mantissa", "scale", "wanted", "result"),
    [
        (2121, -5, -5, 2121),
        (21, -3, -5, 2100),
        (15, -6, -5, 2),
        (14, -6, -5, 1),
        (-15, -6, -5, -2),
        (1, 0, -5, 100_000),
    ],
)
def test_a_price_changes_its_scale_in_whole_numbers(
    mantissa: int, scale: int, wanted: int, result: int
) -> None:
    assert Price(mantissa, scale).at_scale(wanted) == result


def test_gas_in_tiers() -> None:
    tariff = compile_gas(gas_tariff(tier=3), GasConversion())
    assert tariff.action_at(datetime(2024, 6, 1, tzinfo=UTC)) == TouRegister(3)
    assert tariff.price_of(TouRegister(3)) == Price(5003, -5)


def test_gas_in_blocks_converts_energy_to_volume() -> None:
    conversion = GasConversion(factor=100_000, calorific_value=3_600_000)
    tariff = compile_gas(gas_tariff(block=True), conversion)
    assert tariff.action_at(datetime(2024, 6, 1, tzinfo=UTC)) == BlockSet(1)
    # At 36 MJ/m³ and factor 1 a cubic metre is 10 kWh.
    assert tariff.thresholds == ((100, 200),)
    assert tariff.price_of(BlockSet(1), 3) == Price(5002, -5)


def test_a_gas_tier_that_does_not_exist_is_passed_over() -> None:
    tariff = compile_gas(gas_tariff(tier=9), GasConversion())
    assert tariff.action_at(datetime(2024, 6, 1, tzinfo=UTC)) == TouRegister(1)
