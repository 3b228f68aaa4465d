"""A world saved and loaded is the same world, and what is no saved state is refused by name."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from home_bench import ECONOMY_7, ESME, GAS_BLOCKS, GSME, MIDNIGHT, NOW, House, house, messages

from dcc_sim.devices.incidents import PowerLost, PowerRestored
from dcc_sim.devices.plain_data import Reader, Writer
from dcc_sim.dsp.faults import Fault, FaultKind
from dcc_sim.dsp.saving import load_world, save_world
from dcc_sim.dsp.world import World
from dcc_sim.duis.schema import default_schemas
from dcc_sim.errors import NotFound, Unsupported
from dcc_sim.ids import CraFlag


def again(world: World) -> World:
    return load_world(json.loads(json.dumps(save_world(world))), default_schemas())


def lived_in() -> House:
    """A home with tariffs to come, an outage behind it, a fault that is on and one to come."""
    home = house()
    home.answer(home.changing(ECONOMY_7, MIDNIGHT))
    home.answer(home.changing(GAS_BLOCKS))
    home.device().undergo(PowerLost(), home.now)
    home.now += timedelta(hours=1)
    home.device().undergo(PowerRestored(), home.now)
    home.world.inject(Fault(device=GSME, kind=FaultKind.CLOCK_ERROR, seconds=30, starts=NOW))
    home.world.inject(
        Fault(device=ESME, kind=FaultKind.WRONG_CERTIFICATE, party="supplier", starts=MIDNIGHT + timedelta(1))
    )
    home.answer(home.asking("4.1.1", ESME))
    return home


def test_a_world_is_the_same_after_it_was_saved_and_loaded() -> None:
    home = lived_in()
    world = again(home.world)
    assert world.home == home.world.home
    for eui, device in home.world.devices.items():
        assert world.devices[eui].state() == device.state()
        assert world.devices[eui].event_log == device.event_log
        assert world.devices[eui].security_log == device.security_log
    assert save_world(world) == save_world(home.world)


def test_it_goes_on_the_same_way() -> None:
    one = lived_in()
    other = House(again(one.world), one.now, one.counter)
    told = []
    for home in (one, other):
        alerts = home.pass_time(MIDNIGHT + timedelta(hours=3))
        read = home.answer(home.asking("4.1.2", ESME))
        gas = home.answer(home.asking("4.11.1", GSME))
        told.append(
            ([(m.row.code, m.body.values) for m in alerts], read.body, read.header, gas.body, gas.header)
        )
    assert told[0] == told[1]
    assert len(told[0][0]) >= 6
    for eui, device in one.world.devices.items():
        assert other.world.devices[eui].state() == device.state()


def test_a_fault_that_is_on_ends_at_its_time_after_loading() -> None:
    home = house()
    fault = Fault(
        device=ESME, kind=FaultKind.WRONG_CERTIFICATE, party="supplier", ends=NOW + timedelta(hours=1)
    )
    home.world.inject(fault)
    home.pass_time(NOW)
    other = House(again(home.world), home.now, home.counter)
    other.pass_time(NOW + timedelta(hours=2))
    assert other.answer(other.changing(ECONOMY_7)).body.first_failure is None


def test_what_is_under_way_arrives_after_loading() -> None:
    home = house()
    home.world.inject(Fault(device=ESME, kind=FaultKind.SLOW, seconds=300))
    with pytest.raises(Exception, match="E21"):
        home.send(home.asking("4.1.1", ESME))
    other = House(again(home.world), home.now, home.counter)
    (late,) = other.pass_time(NOW + timedelta(minutes=10))
    assert late.header.cra is CraFlag.RESPONSE


def test_a_replay_is_still_one_after_loading() -> None:
    home = house()
    document = home.changing(ECONOMY_7)
    home.send(document)
    assert messages(home.hops)
    other = House(again(home.world), home.now, home.counter)
    with pytest.raises(Exception, match="was used before"):
        other.send(document)


def spoiled(state: dict[str, Any], *path: str, value: object = None) -> object:
    place: Any = state
    for step in path[:-1]:
        place = place[step]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return state


@pytest.mark.parametrize(
    "state",
    [
        None,
        [],
        {},
        {"format": "something else"},
        spoiled(save_world(house().world), "home"),
        spoiled(save_world(house().world), "home", value=5),
        spoiled(save_world(house().world), "hub", "seen"),
        spoiled(save_world(house().world), "link", "delay", value={"microseconds": "x"}),
        spoiled(save_world(house().world), "hub", "seen", value={"nonsense": []}),
        spoiled(save_world(house().world), "devices", str(ESME), "type", value="GSME"),
        spoiled(save_world(house().world), "devices", str(ESME), "meter"),
        spoiled(save_world(house().world), "home", "as", value="os:system"),
        spoiled(save_world(house().world), "home", "as", value="dcc_sim.dsp.home:Nothing"),
        spoiled(save_world(house().world), "hub", "seen", value={"function": "dcc_sim.edge.inputs:sys"}),
    ],
)
def test_what_is_no_saved_state_is_refused(state: object) -> None:
    with pytest.raises(
        NotFound, match=r"not a saved state|is not of this package|is not in this version|neither"
    ):
        load_world(state, default_schemas())


def test_what_has_no_plain_form_is_named() -> None:
    with pytest.raises(Unsupported, match=r"builtins\.object"):
        Writer({}).plain([object()], "things")
    with pytest.raises(Unsupported, match="<lambda>"):
        Writer({}).plain(lambda: 1)


def test_what_was_one_object_is_one_again() -> None:
    fault = Fault(device=ESME, kind=FaultKind.SILENT)
    one, other = Reader({}).value(json.loads(json.dumps(Writer({}).plain((fault, fault)))))
    assert one is other
    assert one == fault
