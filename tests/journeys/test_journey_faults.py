"""Faults that were asked for: what the DCC makes of them, and what the User gets to see."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import timedelta

import pytest
from home_bench import (
    ECONOMY_7,
    ESME,
    GAS_BLOCKS,
    GPF,
    GSME,
    MIDNIGHT,
    NOW,
    SUPPLIER,
    House,
    house,
    messages,
)
from journey_bench import document as draft_of
from journey_bench import full_home, new_world
from journey_bench import send as send_draft

from dcc_sim.bundled import bundled
from dcc_sim.codec.shape import as_int, as_struct
from dcc_sim.devices.logs import NOT_AUTHENTIC
from dcc_sim.devices.timekeeping import ClockStatus
from dcc_sim.dsp.faults import Fault, FaultKind
from dcc_sim.dsp.home import parse_home
from dcc_sim.dsp.world import build_world
from dcc_sim.duis.response import Response
from dcc_sim.duis.schema import default_schemas
from dcc_sim.errors import AccessDenied, NotFound
from dcc_sim.ids import CraFlag, DeviceType
from dcc_sim.transform.message import Message

HOUR = timedelta(hours=1)


@pytest.fixture
def home() -> House:
    return house()


def inject(home: House, kind: FaultKind, **parts: object) -> None:
    given: dict[str, object] = {"device": ESME, "starts": home.now, **parts}
    home.world.inject(Fault(kind=kind, **given))  # type: ignore[arg-type]


def no_answer(home: House, document: bytes) -> AccessDenied:
    with pytest.raises(AccessDenied) as denied:
        home.send(document)
    assert denied.value.response_code == "E21"
    assert [hop.title for hop in home.hops][-1] == "Acknowledgement"
    return denied.value


def read(home: House, eui: object = ESME) -> Message:
    return home.answer(home.asking("4.1.1", eui))  # type: ignore[arg-type]


def total(message: Message) -> int:
    return as_int(as_struct(as_struct(message.body.values["import_registers"])["registers"])["active"])


def test_a_clock_that_is_wrong_is_set_by_the_user(home: House) -> None:
    inject(home, FaultKind.CLOCK_ERROR, seconds=3600)
    read(home)
    device = home.device()
    assert device.model.clock.drift == HOUR
    told = read(home).header.time
    assert told is not None
    assert told.moment is not None
    assert told.moment - home.now > HOUR - timedelta(minutes=2)
    home.answer(home.setting_clock(ESME, tolerance=7200))
    assert device.model.clock.drift == timedelta(0)


def test_an_item_that_fails_shows_in_the_answer(home: House) -> None:
    inject(home, FaultKind.FAILING_ITEM, use_case="ECS17b", item=0, result=3)
    failed = read(home).body.first_failure
    assert failed is not None
    assert (failed.index, failed.code) == (0, 3)
    mmc = [hop.octets for hop in home.hops if hop.title == "MMC"]
    assert b'MessageSuccess="false"' in mmc[0]
    assert b"DebugInfo" in mmc[0]
    assert read(home).body.first_failure is None


def test_a_full_memory_stores_nothing_and_reads_on(home: House) -> None:
    inject(home, FaultKind.FULL_MEMORY, ends=home.now + HOUR)
    before = dict(home.device().model.store.values)
    failed = home.answer(home.changing(ECONOMY_7)).body.first_failure
    assert failed is not None
    assert failed.code == 2
    assert dict(home.device().model.store.values) == before
    assert read(home).body.first_failure is None
    inject(home, FaultKind.FULL_MEMORY, device=GSME)
    gas = home.answer(home.changing(GAS_BLOCKS)).body.first_failure
    assert gas is not None
    assert gas.code == 0x89
    home.pass_time(home.now + HOUR)
    assert home.answer(home.changing(ECONOMY_7)).body.first_failure is None


def test_a_silent_device_hears_but_says_nothing(home: House) -> None:
    inject(home, FaultKind.SILENT, ends=home.now + HOUR)
    no_answer(home, home.asking("4.1.1", ESME))
    assert len(home.device().event_log) == 1
    home.pass_time(home.now + HOUR)
    assert read(home).body.first_failure is None


def test_a_slow_device_is_heard_later(home: House) -> None:
    inject(home, FaultKind.SLOW, seconds=120)
    sent = home.now
    document = home.asking("4.1.1", ESME)
    no_answer(home, document)
    home.now = sent
    (late,) = home.pass_time(sent + timedelta(minutes=5))
    assert late.header.cra is CraFlag.RESPONSE
    assert late.header.counter == home.counter


def test_what_is_slow_within_the_patience_of_the_dcc_does_not_show(home: House) -> None:
    inject(home, FaultKind.SLOW, seconds=10)
    assert read(home).body.first_failure is None


def test_a_late_answer_reaches_the_user_who_asked() -> None:
    world = new_world()
    meter = full_home().device(DeviceType.ESME).eui
    world.inject(Fault(device=meter, kind=FaultKind.SLOW, seconds=600))
    sent = send_draft(world, draft_of(world, "4.1.1", meter))
    assert sent.refused is not None
    assert sent.titles()[-3:] == ["Device response", "Service Response", "MMC"]
    answer = sent.hops[-2].artefact
    assert isinstance(answer, Response)
    assert answer.request_id is not None
    assert answer.request_id.target == meter


def test_answers_that_come_twice_are_passed_on_once(home: House) -> None:
    inject(home, FaultKind.DUPLICATE_ANSWERS)
    assert read(home).body.first_failure is None  # `answer` wants exactly one
    assert home.world.hub.dropped == [f"{ESME} said 0x0027 twice"]


def test_lost_power_is_told_when_it_is_back(home: House) -> None:
    begins, ends = home.now + HOUR, home.now + 3 * HOUR
    before = total(read(home))
    inject(home, FaultKind.LOST_POWER, starts=begins, ends=ends)
    home.pass_time(begins)
    at_loss = home.device().model.meter
    assert at_loss is not None
    lost = at_loss.total
    home.now = begins + HOUR
    no_answer(home, home.asking("4.1.1", ESME))
    alerts = home.pass_time(ends)
    codes = [as_int(m.body.values["alert_code"]) for m in alerts]
    assert 0x8F36 in codes  # the outage was longer than three minutes
    assert total(read(home)) >= lost >= before
    assert at_loss.total_at(begins + HOUR) == lost
    assert home.device().model.clock.status is ClockStatus.RELIABLE


def test_with_a_dead_battery_an_electricity_meter_forgets_the_time(home: House) -> None:
    inject(home, FaultKind.DEAD_BATTERY)
    inject(home, FaultKind.LOST_POWER, starts=home.now + HOUR, ends=home.now + 3 * HOUR)
    home.pass_time(home.now + 4 * HOUR)
    clock = home.device().model.clock
    assert clock.status is ClockStatus.INVALID
    assert clock.drift == -2 * HOUR


def test_with_a_dead_battery_a_gas_meter_is_gone_and_its_proxy_keeps_what_it_had(home: House) -> None:
    inject(home, FaultKind.DEAD_BATTERY, device=GSME)
    codes = [as_int(m.body.values["alert_code"]) for m in home.pass_time(home.now + HOUR)]
    assert 0x8F1F in codes
    no_answer(home, home.setting_clock(GSME))
    first = read(home, GPF).body.values["consumption"]
    home.pass_time(home.now + 48 * HOUR)
    assert read(home, GPF).body.values["consumption"] == first


def test_a_hub_without_power_takes_its_home_with_it() -> None:
    world = new_world()
    hub, meter = (full_home().device(kind).eui for kind in (DeviceType.CHF, DeviceType.ESME))
    world.inject(Fault(device=hub, kind=FaultKind.LOST_POWER))
    sent = send_draft(world, draft_of(world, "4.1.1", meter), wait=timedelta(0))
    assert sent.refused is not None
    assert sent.refused.response_code == "E21"


def test_a_device_that_knows_another_supplier_discards_its_commands(home: House) -> None:
    inject(home, FaultKind.WRONG_CERTIFICATE, party="supplier", ends=home.now + HOUR)
    no_answer(home, home.changing(ECONOMY_7))
    assert NOT_AUTHENTIC in [entry.code for entry in home.device().security_log]
    home.pass_time(home.now + HOUR)
    assert home.answer(home.changing(ECONOMY_7)).body.first_failure is None


def test_a_device_whose_keys_nobody_certified_is_not_believed(home: House) -> None:
    inject(home, FaultKind.WRONG_CERTIFICATE, ends=home.now + HOUR)
    denied = no_answer(home, home.asking("4.1.1", ESME))
    assert denied.response_code == "E21"
    denied = no_answer(home, home.changing(ECONOMY_7))
    assert (
        home.device().event_log == ()
    )  # its MAC check failed too: what it shares with the ACB is another secret
    home.pass_time(home.now + HOUR)
    assert read(home).body.first_failure is None


def test_a_fault_of_a_device_that_is_not_there(home: House) -> None:
    with pytest.raises(NotFound, match="is not emulated"):
        inject(home, FaultKind.SILENT, device=SUPPLIER)


def test_faults_come_with_the_home() -> None:
    content: Mapping[str, object] = {
        **_demo(),
        "fault": [
            {"device": str(ESME), "kind": "silent", "starts": "2026-11-30T15:00:00Z"},
            {"device": str(GSME), "kind": "clock error", "seconds": -90},
        ],
    }
    world = build_world(parse_home(content), default_schemas(), NOW - timedelta(days=1))
    assert world.devices[GSME].model.clock.drift == timedelta(seconds=-90)
    home = House(world)
    assert read(home).body.first_failure is None
    home.pass_time(NOW + HOUR)
    no_answer(home, home.asking("4.1.1", ESME))
    assert messages(home.hops)[-1].header.cra is CraFlag.COMMAND
    assert home.now < MIDNIGHT


def _demo() -> dict[str, object]:
    return tomllib.loads((bundled("fixtures") / "homes" / "demo.toml").read_text(encoding="utf-8"))
