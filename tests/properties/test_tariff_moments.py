"""For any tariff that a meter has taken over and any moment: exactly one register or block set counts.

Here the tariff comes in as a command, and what may count is told from the tariff as it was drawn.
That seasons, weeks and wildcards are read rightly is shown by `test_device_tariff_properties`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from home_bench import ACB, ESME, GSME, MIDNIGHT, SUPPLIER, demo_home
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tariff_extremes import largest, largest_gas

from dcc_sim.devices.engine import Device
from dcc_sim.devices.profiles import make_esme, make_gsme
from dcc_sim.devices.tariff import BlockSet, TouRegister
from dcc_sim.dsp.world import home_keys
from dcc_sim.duis.request import parse_request
from dcc_sim.duis.schema import Schemas
from dcc_sim.gbcs.protection import protect, signed
from dcc_sim.ids import DeviceType, Eui64, RemotePartyRole, RequestId
from dcc_sim.testing.strategies import (
    ElectricityTariff,
    GasTariff,
    electricity_tariffs,
    gas_tariffs,
    moments,
)
from dcc_sim.testing.strategies_electricity import Switch
from dcc_sim.transform.request import transform

START = datetime(2024, 1, 1, tzinfo=UTC)
KEYS = home_keys(demo_home())
TRUSTED = {RemotePartyRole.SUPPLIER: SUPPLIER, RemotePartyRole.ACCESS_CONTROL_BROKER: ACB}
LEAP_DAY = datetime(2028, 2, 29, 12, tzinfo=UTC)
SPRING = datetime(2028, 3, 26, 1, tzinfo=UTC)
AUTUMN = datetime(2028, 10, 29, 1, tzinfo=UTC)


class Steady:
    """One unit a second."""

    def at(self, moment: datetime) -> int:
        return int((moment - START).total_seconds())


def meter_with(asked: ElectricityTariff | GasTariff, schemas: Schemas) -> Device:
    """A new meter that was sent the tariff."""
    gas = isinstance(asked, GasTariff)
    eui: Eui64 = GSME if gas else ESME
    make = make_gsme if gas else make_esme
    device = make(eui, keys=KEYS, trust_anchors=TRUSTED, seed=1, started_at=START, load=Steady())
    request = parse_request(asked.request(RequestId(SUPPLIER, eui, 5)), schemas)
    frame = transform(request, DeviceType.GSME if gas else DeviceType.ESME, MIDNIGHT)
    assert len(device.receive(protect(signed(frame, KEYS), KEYS, ACB).encode(), START)) == 1
    return device


def number_of(device: Device, moment: datetime) -> int:
    """The script in force: 1 … 48 for registers, 101 … 108 for block sets."""
    action = device.model.tariff.action_at(moment)
    assert isinstance(action, TouRegister | BlockSet)
    return action.number if isinstance(action, TouRegister) else 100 + action.number


def script_of(switch: Switch) -> int:
    return switch.number + (100 if switch.kind == "block" else 0)


@settings(max_examples=30)
@given(asked=electricity_tariffs(), moment=moments(START))
@example(asked=largest("hybrid"), moment=LEAP_DAY)
@example(asked=largest("tou"), moment=SPRING)
@example(asked=largest("block"), moment=AUTUMN)
def test_electricity(schemas: Schemas, asked: ElectricityTariff, moment: datetime) -> None:
    # Whatever the season, the day is one of these; of each the last switch up to now is in force.
    numbers = {week.days[moment.weekday()] for week in asked.weeks} | {s.day for s in asked.special_days}
    schedules = [day.switches for day in asked.days if day.number in numbers]
    begun = [[s for s in switches if s.start <= moment.time()] for switches in schedules]
    number = number_of(meter_with(asked, schemas), moment)
    if all(begun):
        assert number in {script_of(switches[-1]) for switches in begun}
    else:  # the day before, or the time before there were any switches, still counts
        assert number in {script_of(s) for day in asked.days for s in day.switches} | {1}


@settings(max_examples=30)
@given(asked=gas_tariffs(), moment=moments(START))
@example(asked=largest_gas("tou"), moment=SPRING)
@example(asked=largest_gas("block"), moment=LEAP_DAY)
def test_gas(schemas: Schemas, asked: GasTariff, moment: datetime) -> None:
    numbers = {week.days[moment.weekday()] for week in asked.weeks} | {s.day for s in asked.special_days}
    tiers = {day.tier for day in asked.days if day.number in numbers}
    number = number_of(meter_with(asked, schemas), moment)
    assert number == 101 if asked.kind == "block" else number in tiers


@settings(max_examples=30)
@given(
    asked=st.one_of(electricity_tariffs(), gas_tariffs()),
    steps=st.lists(st.integers(1, 40 * 86_400), min_size=1, max_size=4),
)
def test_the_registers_hold_all_that_flowed(
    schemas: Schemas, asked: ElectricityTariff | GasTariff, steps: list[int]
) -> None:
    device = meter_with(asked, schemas)
    meter = device.model.meter
    assert meter is not None
    moment = START
    for step in steps:
        moment += timedelta(seconds=step)
        device.settle(moment)
        assert meter.total == meter.registers.total == Steady().at(moment)
        used = [n for n, wh in enumerate(meter.registers.tou, 1) if wh]
        if isinstance(asked, ElectricityTariff) and asked.kind == "tou":
            reachable = {s.number for day in asked.days for s in day.switches}
            assert set(used) <= reachable | {1}  # 1: before the first switch of a new calendar
