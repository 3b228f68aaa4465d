"""Each code of the alert table by its cause; logs; what the settings let through; life without power."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from device_bench import ACB, DAY, GSME, NETWORK, START, STRANGER, SUPPLIER, Bench, Steady
from hypothesis import given, settings
from hypothesis import strategies as st
from incident_drivers import (
    DRIVERS,
    LOAD_CONTROLLER,
    RING,
    Scene,
    boosted,
    esme,
    gsme,
    hub,
    of_device,
    period,
    ppmid,
    proxy,
    utrn,
    write,
)

from dcc_sim.catalogue.alerts import ALERT_CODES, Category, Log
from dcc_sim.catalogue.objects import DAILY_CONSUMPTION_LOG, VOLTAGE_SAG
from dcc_sim.catalogue.usecases import ALERTS
from dcc_sim.codec.shape import Value, as_int, as_list, as_struct
from dcc_sim.codec.times import NOW, CosemDate, CosemDateTime, CosemTime, seconds_since_2000
from dcc_sim.devices.alert_settings import can_be_set
from dcc_sim.devices.alerting import CHANNEL_LOG, POWER_LOG, message_of
from dcc_sim.devices.causes import CAUSES, NOT_APPLICABLE
from dcc_sim.devices.consumer_view import log_at_home, restricted_before, shown
from dcc_sim.devices.controllers import BOOST_LOG, LOG
from dcc_sim.devices.incident_script import Scripted, play
from dcc_sim.devices.incidents import (
    ACTIONS,
    HANDLERS,
    BoostPressed,
    ClockDrifted,
    Incident,
    OverCurrent,
    PowerDrawn,
    PowerLost,
    PowerRestored,
    UtrnEntered,
    VoltageAt,
)
from dcc_sim.devices.load import ELECTRICITY, HouseholdLoad
from dcc_sim.devices.logs import CAPACITY
from dcc_sim.devices.occurrences import OCCURRENCES, Occurrence
from dcc_sim.devices.power import Interrupted
from dcc_sim.devices.store import CosemAttribute, ZclAttribute
from dcc_sim.devices.timekeeping import ClockStatus
from dcc_sim.duis.parsing import parse_xml
from dcc_sim.duis.schema import Schemas
from dcc_sim.errors import Unsupported
from dcc_sim.events import EventReported
from dcc_sim.gbcs.protection import check_protection
from dcc_sim.ids import CraFlag, DeviceType
from dcc_sim.mmc.document import render
from dcc_sim.transform.message import read_message

HOUR = timedelta(hours=1)
METERS = (DeviceType.ESME, DeviceType.GSME)


def logged(scene: Scene) -> set[int]:
    """The codes in all logs of a device."""
    model = scene.device.model
    found = {entry.code for entry in (*scene.device.event_log, *scene.device.security_log)}
    return found | {as_int(as_struct(e)["code"]) for e in as_list(model.store.get(POWER_LOG, ()))}


# ---------------------------------------------------------------------------------- every code


def test_the_tables_know_the_same_codes() -> None:
    assert set(CAUSES) | set(NOT_APPLICABLE) == set(ALERT_CODES)
    assert not set(CAUSES) & set(NOT_APPLICABLE)
    assert set(DRIVERS) == set(CAUSES)


@pytest.mark.parametrize("code", CAUSES, ids="{:04X}".format)
def test_a_code_comes_from_its_cause(code: int) -> None:
    scene = DRIVERS[code]()
    row, device = ALERT_CODES[code], scene.device
    assert device.model.device_type in {kind for cause in CAUSES[code] for kind in cause.devices}
    alerts = [alert for alert in scene.alerts if alert.body.values["alert_code"] == code]
    if row.category is Category.EVENT:
        assert alerts == []
    else:
        assert alerts, f"{code:04X} was not alerted: {[f'{c:04X}' for c in scene.codes()]}"
    for alert, octets in ((a, o) for a, o in zip(scene.alerts, scene.frames, strict=True) if a in alerts):
        assert alert.row in ALERTS.values()
        assert (alert.header.cra, alert.header.originator) == (CraFlag.ALERT, device.eui)
        assert bool(alert.frame.signature) == (row.category is Category.CRITICAL)
        assert (alert.frame.mac is None) == (row.category is Category.CRITICAL)
        check_protection(read_message(octets, scene.ring).frame, scene.ring, ACB)
        assert f"{code:04X}".encode() in render(alert).upper()
    if row.log is Log.AUXILIARY:
        assert as_list(device.model.store.get(LOG, ()))
    elif row.log is not Log.NONE:
        assert code in logged(scene)


@pytest.mark.parametrize(
    ("which", "kind"), [(s, kind) for s, row in OCCURRENCES.items() for kind in row.devices], ids=str
)
def test_an_occurrence_is_reported_by_each_device_it_happens_to(which: Occurrence, kind: DeviceType) -> None:
    row, scene = OCCURRENCES[which], of_device(kind)
    begins = next((s for s, other in OCCURRENCES.items() if row.ends and other.begins == row.ends), None)
    scene.let(*([begins] if begins else []), which)
    alert = ALERT_CODES[row.code]
    if alert.log in (Log.EVENT, Log.SECURITY, Log.POWER):
        assert row.code in logged(scene)
    if alert.is_alert:
        assert row.code in scene.codes()
        assert message_of(row.code, kind) is not None


def test_who_is_alerted() -> None:
    for code in (0x8F74, 0x8F34):
        scene = DRIVERS[code]()
        to = [a.header.target for a in scene.alerts if a.body.values["alert_code"] == code]
        assert to == [SUPPLIER, NETWORK]
    for code, party in (
        (0x8F36, NETWORK),
        (0x8020, NETWORK),
        (0x8F3F, SUPPLIER),
        (0x8F12, ACB),
        (0x8F8B, ACB),
    ):
        scene = DRIVERS[code]()
        assert {a.header.target for a in scene.alerts if a.body.values["alert_code"] == code} == {party}
    # A Command that is not authentic concerns whom it claims to come from, if that party has a say.
    for party, alerted in ((ACB, ACB), (SUPPLIER, SUPPLIER), (STRANGER, SUPPLIER)):
        scene = esme()
        frame = Bench(scene.device, START, 5000).frame("ECS52", originator=party)
        scene.deliver(frame[:-1] + bytes((frame[-1] ^ 1,)))
        assert [alert.header.target for alert in scene.alerts] == [alerted]


def test_counters_of_alerts_rise() -> None:
    scene = esme().let(
        Occurrence.MAGNETIC_FIELD, Occurrence.MAGNETIC_FIELD_REMOVED, Occurrence.METER_COVER_REMOVED
    )
    counters = [alert.header.counter for alert in scene.alerts]
    assert counters == list(range(counters[0], counters[0] + 5))


def test_the_load_controller_is_named_in_an_operational_update() -> None:
    scene = DRIVERS[0x8F88]()
    (update,) = [a for a in scene.alerts if a.body.values["alert_code"] == 0x8F88]
    assert (update.header.target, update.header.supplementary_party) == (SUPPLIER, LOAD_CONTROLLER)


def test_alerts_are_valid_mmc(official: Schemas) -> None:
    for drive in dict.fromkeys(DRIVERS.values()):
        for alert in drive().alerts:
            official.check_mmc(parse_xml(render(alert)))


def test_what_lasts_begins_once_and_ends_once() -> None:
    scene = esme().let(
        Occurrence.TERMINAL_COVER_CLOSED, Occurrence.TERMINAL_COVER_REMOVED, Occurrence.TERMINAL_COVER_REMOVED
    )
    assert scene.codes() == [0x8F76, 0x8F76]  # supplier and network operator
    scene.let(Occurrence.TERMINAL_COVER_CLOSED, Occurrence.TERMINAL_COVER_CLOSED)
    assert scene.codes()[2:] == [0x81C1]


def test_what_cannot_happen_is_refused() -> None:
    with pytest.raises(Unsupported, match="valve tested does not happen to a ESME"):
        esme().let(Occurrence.VALVE_TESTED)
    with pytest.raises(Unsupported, match="VoltageAt does not happen to a GSME"):
        gsme().let(VoltageAt(300))


def test_every_incident_stands_in_the_table() -> None:
    named = " ".join(cause.what for causes in CAUSES.values() for cause in causes)
    changes_state_only = {Occurrence.SUPPLY_SWITCH_FREED}
    for which in Occurrence:
        assert which.name in named or which in changes_state_only
    assert set(Occurrence) == set(OCCURRENCES) | set(ACTIONS)
    assert all(kind.__name__ in named for kind in HANDLERS if kind is not BoostPressed)


# ------------------------------------------------------------------------------------- settings


def bits(*numbers: int) -> str:
    return "".join("1" if 255 - place in numbers else "0" for place in range(256))


@pytest.mark.parametrize(("wan", "log", "han"), [(a, b, c) for a in (0, 1) for b in (0, 1) for c in (0, 1)])
def test_an_esme_does_what_its_settings_say(wan: int, log: int, han: int) -> None:
    scene = esme()
    mask = bits(0xBC, 0x54)
    for code, name, on in (
        ("ECS25a", "wan_alerts", wan),
        ("ECS25a3", "logging", log),
        ("ECS25a1", "han_sharing", han),
    ):
        scene.send(code, {name: mask + (mask if on else bits())})
    scene.device.model.event_log.clear()
    scene.let(Occurrence.MAGNETIC_FIELD, Occurrence.MAGNETIC_FIELD_REMOVED)
    assert (0x81BC in scene.codes()) == bool(wan)
    assert (0x81BC in logged(scene)) == bool(log)
    (event,) = [e for e in scene.device.take_events() if isinstance(e, EventReported) and e.code == 0x81BC]
    assert (event.on_han, event.logged, event.recipients) == (
        bool(han),
        bool(log),
        (SUPPLIER,) if wan else (),
    )
    scene.send("ECS10", {"message": b"hello"})
    assert (0x8154 in logged(scene)) == bool(log)
    # Critical ones cannot be set.
    assert 0x8F75 in scene.codes()


@pytest.mark.parametrize(("wan", "log"), [(0, 0), (0, 1), (1, 0), (1, 1)])
def test_the_network_operator_sets_its_own(wan: int, log: int) -> None:
    scene = esme()
    mask = bits(0x10)
    scene.send("ECS25b", {"wan_alerts": mask + (mask if wan else bits())}, by=NETWORK)
    scene.send("ECS25b3", {"logging": mask + (mask if log else bits())}, by=NETWORK)
    scene.let(OverCurrent())
    assert (0x8010 in scene.codes()) == bool(wan)
    assert (0x8010 in logged(scene)) == bool(log)


@pytest.mark.parametrize("bitmap", [0x00, 0x03, 0x08, 0x0B, 0x10, 0x5B, 0x4B, 0x43])
def test_a_gsme_does_what_its_settings_say(bitmap: int) -> None:
    scene = gsme()
    change: Value = {"issuer_event_id": 1, "configuration": bitmap, "events": [0x81C3]}
    scene.send("GCS20", {"event_configurations": [change]})
    scene.let(Occurrence.TILTED)
    assert (0x81C3 in scene.codes()) == bool(bitmap & 8)
    assert (0x81C3 in logged(scene)) == bool(bitmap & 7)
    events = [e for e in scene.device.take_events() if isinstance(e, EventReported) and e.code == 0x81C3]
    assert [(e.on_han, e.alarm) for e in events] == [(bool(bitmap & 16), bool(bitmap & 64))]


def test_a_gsme_tells_a_setting_for_each_code_it_raises() -> None:
    answer = gsme().send("GCS20r")
    assert answer is not None
    events = as_list(as_struct(answer.body.values["event_configuration"])["events"])
    told = {as_int(as_struct(event)["event_id"]) for event in events}
    raised = {
        code
        for code, causes in CAUSES.items()
        if code >> 8 == 0x81 and any(DeviceType.GSME in cause.devices for cause in causes)
    }
    assert told == raised
    assert all(can_be_set(ALERT_CODES[code], DeviceType.GSME) for code in told)


def test_what_a_device_has_no_message_for_is_logged_only() -> None:
    scene = ppmid()
    scene.deliver(b"\x00")
    assert scene.frames == []
    assert message_of(0x8F1E, DeviceType.PPMID) is None
    assert [entry.code for entry in scene.device.security_log] == [0x8F1E]


# ----------------------------------------------------------------------------------------- logs

INCIDENTS = st.sampled_from(
    [
        Occurrence.MAGNETIC_FIELD,
        Occurrence.MAGNETIC_FIELD_REMOVED,
        Occurrence.METER_COVER_REMOVED,
        Occurrence.METER_COVER_CLOSED,
        Occurrence.LOCAL_PORT_USED,
        Occurrence.POLARITY_REVERSED,
        Occurrence.BUTTON_PRESSED,
        PowerLost(),
        PowerRestored(),
        UtrnEntered("1" * 20),
        ClockDrifted(timedelta(seconds=3)),
        Occurrence.HUB_TIME_COMPARED,
    ]
)


@settings(max_examples=25)
@given(st.lists(INCIDENTS, min_size=1, max_size=60), st.integers(1, 5))
def test_logs_keep_their_capacity_and_their_order(incidents: list[object], times: int) -> None:
    scene = esme()
    for _ in range(times):
        scene.let(*incidents)  # type: ignore[arg-type]
    scene.let(PowerRestored())
    model = scene.device.model
    for entries in (scene.device.event_log, scene.device.security_log):
        assert len(entries) <= CAPACITY
    power = [as_struct(entry) for entry in as_list(model.store.get(POWER_LOG, ()))]
    assert len(power) <= CAPACITY
    counters = [alert.header.counter for alert in scene.alerts]
    assert counters == sorted(set(counters))


def test_the_oldest_entry_goes_first() -> None:
    scene = esme()
    for _ in range(CAPACITY + 20):
        scene.let(Occurrence.LOCAL_PORT_USED, Occurrence.POLARITY_REVERSED, after=timedelta(seconds=1))
        scene.device.model.report(0x8F78, scene.now)
        scene.device.wake(scene.now)
    model = scene.device.model
    for entries in (scene.device.event_log, scene.device.security_log):
        assert len(entries) == CAPACITY
        assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)
        assert scene.now - entries[-1].at <= timedelta(seconds=1)
    power = [as_int(as_struct(entry)["timestamp"]) for entry in as_list(model.store.read(POWER_LOG))]
    assert (len(power), power) == (CAPACITY, sorted(power))
    assert power[-1] == seconds_since_2000(scene.now)


def test_clearing_the_event_log_leaves_an_entry_in_the_security_log() -> None:
    for scene, code, values in (
        (esme(), "ECS15a", {"clear_event_log": 0}),
        (gsme(), "CS11", {"clear_event_log": {"log": 3}}),
    ):
        scene.let(Occurrence.LOCAL_PORT_USED)
        assert scene.send(code, values) is not None
        assert [entry.code for entry in scene.device.event_log] == [0x8154]
        assert [entry.code for entry in scene.device.security_log] == [0x8F52]


def test_the_power_log_is_read_with_what_happened() -> None:
    scene = esme().let(PowerLost())
    scene.let(PowerRestored(), after=timedelta(minutes=4))
    answer = scene.send("ECS35e", {"log": {"from": 0, "to": 0xFFFF_FFFF}}, by=NETWORK)
    assert answer is not None
    off, on = (as_struct(entry) for entry in as_list(answer.body.values["log"]))
    assert (off["code"], off["timestamp"]) == (0x8F57, seconds_since_2000(START) + 60)
    assert (on["code"], on["timestamp"]) == (0x8F36, seconds_since_2000(START) + 300)
    assert on["other_information"] == 240


def test_the_channel_log_of_the_hub() -> None:
    scene = hub()
    scene.send("DBCH05", {"scan_sub_ghz_channels": 0}, by=ACB)
    entries = [as_struct(e)["code"] for e in as_list(scene.device.model.store.read(CHANNEL_LOG))]
    assert entries == [0x8F28, 0x8F27]


# ---------------------------------------------------------------------------------------- power


def test_a_device_without_power_is_silent_and_catches_up() -> None:
    scene = esme(load=Steady())
    later = CosemDateTime.at(START + 2 * HOUR)
    values: dict[str, Value] = {
        "load_limit_disables": False,
        "load_limit_power": 5000,
        "load_limit_period": 300,
        "load_limit_restoration_period": 0,
    }
    scene.send("ECS28a", values | {f"activate_{name}": later for name in values})
    scene.let(PowerLost())
    assert scene.device.next_wake() is None
    scene.now = START + 3 * HOUR
    assert scene.send("ECS52") is None
    assert scene.frames == []
    assert scene.device.security_log == ()
    scene.now = START + 5 * HOUR
    scene.frames += scene.device.undergo(PowerRestored(), scene.now)
    assert sorted(scene.codes()) == [0x8F36] + [0x8F66] * 4
    done = [alert for alert in scene.alerts if alert.body.values["alert_code"] == 0x8F66]
    assert {alert.body.values["time"] for alert in done} == {CosemDateTime.at(scene.now)}
    assert scene.send("ECS52") is not None
    meter = scene.device.model.meter
    assert meter is not None
    # One Wh a second, but not while there was no power.
    assert meter.total == 60


def test_an_interrupted_load_says_the_same_both_ways() -> None:
    start = seconds_since_2000(START)
    load = Interrupted(HouseholdLoad(1, SUPPLIER, ELECTRICITY), start + 1000, start + 9000)
    first = start // 1800 - 2
    by_half_hour = load.at_half_hours(first, 12)
    assert by_half_hour == [load.at_second((first + n) * 1800) for n in range(12)]
    assert by_half_hour == sorted(by_half_hour)
    assert by_half_hour[3] == by_half_hour[6] < by_half_hour[-1]


def test_many_outages_stand_beside_each_other() -> None:
    class Counted:
        asked = 0

        def at(self, moment: datetime) -> int:
            return self.at_second(seconds_since_2000(moment))

        def at_second(self, second: int) -> int:
            self.asked += 1
            return second

    base = Counted()
    load = Interrupted(base, 100, 110)
    for n in range(2, 60):
        load = load.interrupted(100 * n, 100 * n + 10)
    base.asked = 0
    assert [load.at_second(second) for second in (99, 105, 110, 205, 10_000)] == [
        99,
        100,
        100,
        190,
        10_000 - 590,
    ]
    assert base.asked == 5


def test_an_outage_changes_nothing_that_was_stored() -> None:
    scene = esme()
    scene.send("ECS10", {"message": b"hello"})
    before = scene.device.state()
    scene.let(PowerLost(), PowerRestored())
    after = scene.device.state()
    assert {k: v for k, v in after.values.items() if k != POWER_LOG} == before.values
    assert (after.counters, after.anchors, after.pending) == (before.counters, before.anchors, before.pending)


def test_a_clock_that_stopped_is_invalid_until_it_is_set() -> None:
    scene = esme().let(PowerLost(), PowerRestored(clock_kept=False))
    clock = scene.device.model.clock
    seen = [clock.status]
    scene.let(Occurrence.HUB_TIME_COMPARED)
    seen.append(clock.status)
    start, end = (CosemDateTime.at(scene.now + n * HOUR) for n in (-1, 1))
    scene.send("ECS70", {"valid_time_range": {"start": start, "end": end}, "set_time": 0})
    seen.append(clock.status)
    assert seen == [ClockStatus.INVALID, ClockStatus.INVALID, ClockStatus.RELIABLE]
    assert 0x8F69 in scene.codes()


def test_a_clock_far_off_is_unreliable() -> None:
    scene = esme().let(ClockDrifted(timedelta(seconds=11)), Occurrence.HUB_TIME_COMPARED)
    assert scene.device.model.clock.status is ClockStatus.UNRELIABLE
    assert scene.device.model.clock.drift == timedelta(seconds=11)
    near = esme().let(ClockDrifted(timedelta(seconds=-10)), Occurrence.HUB_TIME_COMPARED)
    assert (near.device.model.clock.status, near.device.model.clock.drift) == (
        ClockStatus.RELIABLE,
        timedelta(0),
    )


def test_one_phase_may_fail_alone() -> None:
    scene = esme(variant="polyphase").let(PowerLost(2))
    assert scene.send("ECS52") is not None
    scene.let(PowerRestored(2))
    assert scene.codes() == [0x8F39]


# ------------------------------------------------------------------------- voltage, load, supply


def test_voltage_counters_count_what_was_alerted() -> None:
    scene = esme().let(VoltageAt(300)).wait(2 * HOUR)
    scene.let(VoltageAt(None)).wait(2 * HOUR)
    answer = scene.send("ECS23", {"voltage_log_1": {"from": 0, "to": 0xFFFF_FFFF}}, by=NETWORK)
    assert answer is not None
    values = answer.body.values
    assert (values["over_voltage_count_1"], values["under_voltage_count_1"]) == (1, 0)
    assert scene.codes() == [0x8002, 0x8085]


def test_a_limit_inside_the_usual_range_is_crossed_by_itself() -> None:
    scene = esme()
    monitors = {
        f"{name}_{part}": 0
        for name in ("extreme_over_voltage", "extreme_under_voltage", "voltage_sag", "voltage_swell")
        for part in ("threshold", "period")
    }
    limits = {"under_voltage_threshold_1": 216, "over_voltage_threshold_1": 242, "voltage_period_1": 1800}
    assert scene.send("ECS29c", limits | monitors, by=NETWORK) is not None
    scene.wait(DAY)
    answer = scene.send("ECS23", {"voltage_log_1": {"from": 0, "to": 0xFFFF_FFFF}}, by=NETWORK)
    assert answer is not None
    above, back = (scene.codes().count(code) for code in (0x8002, 0x8085))
    assert above > 1
    assert above - back in (0, 1)
    assert abs(as_int(answer.body.values["over_voltage_count_1"]) - above) <= 1


def test_a_short_extreme_is_none() -> None:
    scene = esme()
    write(scene, VOLTAGE_SAG, 4, 200)
    write(scene, VOLTAGE_SAG, 6, 60)
    scene.let(VoltageAt(100)).let(VoltageAt(None), after=timedelta(seconds=30))
    scene.wait(HOUR)
    assert 0x802C not in scene.codes()


def test_the_load_limit_opens_and_closes_the_switch() -> None:
    scene = DRIVERS[0x8F34]()
    codes = [code for code in scene.codes() if code in (0x8F01, 0x8F33, 0x8F34)]
    assert codes[:4] == [0x8F01, 0x8F33, 0x8F34, 0x8F34]
    answer = scene.send("ECS27")
    assert answer is not None
    assert as_int(answer.body.values["load_limit_count"]) == codes.count(0x8F01) >= 1


def test_no_limit_costs_no_timer() -> None:
    scene = esme().let(PowerDrawn(50_000, START + HOUR))
    assert scene.device.next_wake() is None
    scene.wait(HOUR)
    assert scene.codes() == []


def test_supply_needs_the_button_when_it_is_armed() -> None:
    scene = esme()
    states = []
    for code, values in (("ECS44", {"arm_supply": 54}), ("ECS45", {})):
        answer = scene.send(code, values)
    assert answer is not None
    states.append(answer.body.values["supply_state"])
    scene.let(Occurrence.BUTTON_PRESSED)
    answer = scene.send("ECS45")
    assert answer is not None
    states.append(answer.body.values["supply_state"])
    assert states == [2, 1]


def test_a_gas_meter_is_armed_and_opened_at_the_meter() -> None:
    scene = gsme()
    status: dict[str, Value] = {"issuer_event_id": 1}
    scene.send("GCS32", {"supply": {**status, "proposed_status": 0}})
    scene.let(Occurrence.BUTTON_PRESSED)
    assert 0x8162 in logged(scene)
    scene.send("GCS39", {"supply": {**status, "proposed_status": 1}})
    assert 0x8F32 in scene.codes()
    scene.let(Occurrence.BUTTON_PRESSED)
    assert 0x8161 in logged(scene)


def test_tampering_locks_a_gas_meter_where_its_setting_says_so() -> None:
    for setting, codes in ((0, {0x81C3, 0x81BE}), (3, {0x81C3})):
        scene = gsme()
        scene.device.model.write(ZclAttribute(0x0702, 0x0607), setting)
        scene.let(Occurrence.TILTED)
        assert set(scene.codes()) == codes
        scene.let(Occurrence.BUTTON_PRESSED)
        assert 0x8162 in logged(scene)


def test_a_gas_meter_pushes_its_billing_log() -> None:
    scene = gsme(load=Steady())
    start = seconds_since_2000(START + DAY)
    period: Value = {
        "issuer_event_id": 1,
        "start_time": start,
        "duration": 1,
        "duration_type": 1,
    }
    scene.send("GCS25a", {"billing_period": period, "block_period": period})
    scene.wait(3 * DAY)
    alerts = [alert for alert in scene.alerts if alert.row.code == "GCS53"]
    assert len(alerts) == 3
    told = [as_struct(alert.body.values["snapshot"]) for alert in alerts]
    volumes = [as_int(as_struct(as_struct(t).get("snapshot", t))["consumption"]) for t in told]
    assert volumes == [86_400, 2 * 86_400, 3 * 86_400]


# ---------------------------------------------------------------------------------- controllers


def entry(index: int, script: int, hour: int, special: str = "0") -> Value:
    """On every day, or only on the special one."""
    return {
        "index": index,
        "enable": True,
        "script_table": bytes.fromhex("00000A0067FF"),
        "script": script,
        "switch_time": CosemTime.of_day(hour * 3600),
        "validity_window": 0xFFFF,
        "weekdays": "1111111" if special == "0" else "0000000",
        "special_days": special,
        "begin_date": CosemDate(bytes.fromhex("FFFFFFFFFF")),
        "end_date": CosemDate(bytes.fromhex("FFFFFFFFFF")),
    }


def state(scene: Scene, controller: int) -> dict[str, object]:
    answer = scene.send("ECS61e")
    assert answer is not None
    text = answer.body.values[f"state_{controller}"]
    assert isinstance(text, bytes)
    found = json.loads(text or b"{}")
    assert isinstance(found, dict)
    return found


def scheduled() -> Scene:
    scene = esme()
    values: dict[str, Value] = {
        "auxiliary_special_days": [{"index": 1, "date": CosemDate.on(START + DAY), "day_id": 1}],
        "auxiliary_calendar": [entry(1, 0x11E4, 6), entry(2, 0x1180, 8), entry(3, 0x11B2, 12, "1")],
        "activate_auxiliary_calendar": NOW,
        "activate_auxiliary_special_days": NOW,
    }
    answer = scene.send("ECS46d", values)
    assert answer is not None
    assert answer.body.first_failure is None
    return scene


def test_a_controller_follows_its_calendar() -> None:
    scene = scheduled()
    seen = []
    for hour in (5, 7, 9, 24 + 7, 24 + 13, 48 + 7):
        scene.wait(START + hour * HOUR)
        seen.append(state(scene, 1).get("outputState", 0))
    # The second day is special: only the third entry runs on it.
    assert seen == [0, 100, 0, 0, 50, 100]
    log = [as_struct(e)["switch_and_action"] for e in as_list(scene.device.model.store.read(LOG))]
    assert log == [0x11E4, 0x1180, 0x11B2, 0x11E4]
    assert scene.codes().count(0x8F88) == 4


def test_the_calendar_catches_up_after_an_outage() -> None:
    scene = scheduled().wait(START + 5 * HOUR)
    scene.let(PowerLost())
    scene.now = START + 7 * HOUR
    scene.let(PowerRestored())
    assert state(scene, 1)["outputState"] == 100
    scene.wait(START + 9 * HOUR)
    assert state(scene, 1)["outputState"] == 0


def test_the_calendar_goes_by_a_clock_that_was_set() -> None:
    scene = scheduled().wait(START + 5 * HOUR)
    scene.let(ClockDrifted(timedelta(hours=-1)))
    for hour, level in ((6.5, 0), (7.5, 100), (8.5, 100), (9.5, 0)):
        scene.wait(START + hour * HOUR)
        assert state(scene, 1).get("outputState", 0) == level


def test_the_calendar_is_late_by_the_randomised_offset() -> None:
    scene = scheduled()
    scene.send("ECS38", {"randomised_offset_limit": 1000})
    answer = scene.send("ECS26c")
    assert answer is not None
    offset, number = (
        as_int(answer.body.values[n]) for n in ("randomised_offset", "randomised_offset_number")
    )
    assert 1 <= number <= 10_000
    assert offset == 1000 * number // 10_000
    scene.wait(START + 9 * HOUR)
    due = scene.device.next_wake()
    assert due == START + DAY + 12 * HOUR + timedelta(seconds=offset)
    again = esme().send("ECS26c")
    assert again is not None
    assert again.body.values["randomised_offset_number"] == number


def test_a_commanded_state_ends_with_its_period() -> None:
    scene = scheduled().wait(START + 7 * HOUR)
    scene.send("ECS47a", period(1, scene.now, scene.now + HOUR // 2, 0x1100))
    assert state(scene, 1)["outputState"] == 0
    scene.wait(HOUR // 2 + timedelta(seconds=1))
    # The calendar said 100 at six.
    assert state(scene, 1)["outputState"] == 100


def test_a_period_is_at_most_a_day() -> None:
    for end in (START, START + DAY + timedelta(seconds=1)):
        answer = esme().send("ECS47a", period(1, START, end, 0x1164))
        assert answer is not None
        assert [result.code for result in answer.body.results] == [0, 250, 250]


def test_a_limit_holds_a_level_down_for_its_period() -> None:
    scene = esme()
    scene.send("ECS47e", period(3, START, START + HOUR, 0x1332), by=LOAD_CONTROLLER)
    scene.send("ECS47a", period(3, START, START + 3 * HOUR, 0x1364))
    (told,) = [a.body.values for a in scene.alerts if a.body.values["alert_code"] == 0x8F86]
    assert (told["controller"], told["end"]) == (0x13, CosemDateTime.at(START + HOUR))
    scene.wait(2 * HOUR)
    (ended,) = [a.body.values for a in scene.alerts if a.body.values["alert_code"] == 0x8F87]
    assert (ended["controller"], ended["level"]) == (0x13, 100)


def test_the_boost_button() -> None:
    scene = boosted().let(BoostPressed(HOUR))
    assert state(scene, 1)["outputState"] == 100
    scene.wait(2 * HOUR)
    assert state(scene, 1)["outputState"] == 0
    (logged_boost,) = (as_struct(e) for e in as_list(scene.device.model.store.read(BOOST_LOG)))
    assert as_int(logged_boost["end"]) - as_int(logged_boost["start"]) == 3600
    without = esme().let(BoostPressed(HOUR))
    assert 0x8162 in logged(without)


def test_a_token_may_be_entered_again_after_the_suspension() -> None:
    scene = DRIVERS[0x81C5]()
    scene.let(UtrnEntered(utrn(1, 500)), after=timedelta(minutes=6))
    assert 0x810E in scene.codes()


def test_idle_devices_want_nothing() -> None:
    for scene in (esme(), gsme(), hub(), ppmid()):
        assert scene.device.next_wake() is None
        assert scene.device.wake(START + DAY) == ()
        assert scene.device.state().values == {}


# ------------------------------------------------------------------------------------ the consumer


def test_a_new_tenant_sees_nothing_from_before() -> None:
    scene = esme(load=Steady())
    scene.wait(START + 10 * DAY)
    moved = START + 7 * DAY
    log = CosemAttribute(DAILY_CONSUMPTION_LOG, 2)
    model = scene.device.model
    model.settle(scene.now)
    everything = log_at_home(model, log, scene.now)
    scene.send("ECS12", {"restrict_data_before": CosemDateTime.at(moved)})
    seen = log_at_home(model, log, scene.now)
    assert 0 < len(seen) < len(everything)
    assert seen == everything[-len(seen) :]
    assert min(as_int(as_struct(e)["timestamp"]) for e in seen) >= seconds_since_2000(moved)
    # The supplier still reads all of it, and a date that is to come restricts nothing yet.
    assert model.read(log, scene.now) == everything
    scene.send("ECS12", {"restrict_data_before": CosemDateTime.at(scene.now + DAY)})
    assert log_at_home(model, log, scene.now) == everything


def test_the_proxy_knows_the_change_of_tenancy_too() -> None:
    scene = proxy()
    change: Value = {"issuer_event_id": 1, "start_time": seconds_since_2000(START + DAY)}
    scene.send("GCS09", {"change_of_tenancy": change})
    model = scene.device.model
    assert restricted_before(model, START) is None
    assert restricted_before(model, START + 2 * DAY) == START + DAY


def test_what_the_consumer_is_shown() -> None:
    scene = esme()
    scene.send("ECS10", {"message": b"hello"})
    scene.send("ECS50", {"customer_number": b"1234"}, by=ACB)
    assert shown(scene.device.model, scene.now) == {"message": b"hello", "customer number": b"1234"}


# ------------------------------------------------------------------------------------- a script


def test_a_script_is_played_in_the_order_of_time() -> None:
    scene = esme()
    write(scene, VOLTAGE_SAG, 4, 200)
    write(scene, VOLTAGE_SAG, 6, 60)
    script = [
        Scripted(START + 3 * HOUR, PowerRestored()),
        Scripted(START + HOUR, VoltageAt(190)),
        Scripted(START + 2 * HOUR, PowerLost()),
        Scripted(START + HOUR + timedelta(minutes=5), VoltageAt(None)),
        Scripted(START + 9 * HOUR, Occurrence.MAGNETIC_FIELD),
    ]
    sent = list(play(scene.device, script, START + 4 * HOUR))
    found = [(at - START, read_message(octets, scene.ring).body.values["alert_code"]) for at, octets in sent]
    assert found == [
        (HOUR + timedelta(seconds=61), 0x802C),
        (HOUR + timedelta(minutes=6, seconds=1), 0x8099),
        (3 * HOUR, 0x8F36),
    ]


def test_the_same_script_gives_the_same_alerts() -> None:
    incidents: list[Incident] = [
        Occurrence.METER_COVER_REMOVED,
        PowerLost(),
        PowerRestored(),
        Occurrence.METER_COVER_CLOSED,
    ]
    script = [Scripted(START + n * HOUR, which) for n, which in enumerate(incidents)]
    first, again = (list(play(esme().device, script, START + DAY)) for _ in range(2))
    bodies = [[read_message(octets, RING).body for _, octets in sent] for sent in (first, again)]
    assert bodies[0] == bodies[1]


def test_a_token_keyed_in_at_a_gas_meter() -> None:
    scene = gsme().let(UtrnEntered(utrn(1, 500, GSME)))
    assert 0x810E in scene.codes()
    assert 0x8161 in logged(scene)
    scene.let(UtrnEntered(utrn(1, 500, GSME)))
    assert {0x8162, 0x8F51} <= logged(scene)
