"""Commands that a device accepts: results, state, alerts, logs, events."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from device_bench import (
    ACB,
    DAY,
    ESME,
    HOUR,
    KEYS,
    NETWORK,
    START,
    STRANGER,
    SUPPLIER,
    Bench,
    Steady,
    day_night,
    entry,
    esme,
    finish,
    gas_tariff,
    gpf,
    gsme,
    prices,
)

from dcc_sim.catalogue.objects import CURRENCY, SWITCHING_TABLE, TARIFF_PRICES
from dcc_sim.catalogue.usecases import use_case
from dcc_sim.codec.exchange import Body
from dcc_sim.codec.shape import Value
from dcc_sim.codec.times import NEVER, NOW, CosemDateTime, seconds_since_2000
from dcc_sim.devices.logs import COMMAND_EXECUTED, COMMAND_FAILED, FUTURE_DATED_DONE, FUTURE_DATED_FAILED
from dcc_sim.devices.store import CosemAttribute, ZclAttribute
from dcc_sim.devices.timekeeping import ClockStatus
from dcc_sim.errors import Unsupported
from dcc_sim.events import CommandExecuted, InstructionActivated
from dcc_sim.gbcs.header import GroupingHeader
from dcc_sim.gbcs.protection import check_protection
from dcc_sim.ids import CraFlag, KeyUsage
from dcc_sim.transform.message import Message

LATER = START + timedelta(days=9, hours=9)


def values_of(message: Message | None) -> dict[str, Value]:
    assert message is not None
    return dict(message.body.values)


def codes(message: Message | None) -> list[int]:
    assert message is not None
    return [result.code for result in message.body.results]


def instruction(message: Message) -> dict[str, Value]:
    named = message.body.values["instruction"]
    assert isinstance(named, dict)
    return named


def test_a_response_is_addressed_back_and_protected() -> None:
    bench = esme()
    for code, values in (("ECS01a", day_night()), ("ECS24", {})):
        message = bench.send(code, values)
        assert message is not None
        head = message.header
        assert (head.cra, head.originator, head.target) == (CraFlag.RESPONSE, ESME, SUPPLIER)
        assert head.counter == bench.counter
        check_protection(message.frame, KEYS, ACB)
        assert (message.frame.mac is None) == use_case(code).critical
        assert bool(message.frame.signature) == use_case(code).critical


def test_a_tariff_that_was_set_is_read_back() -> None:
    bench = esme()
    asked = day_night()
    assert codes(bench.send("ECS01a", asked)) == [0] * 21
    read = values_of(bench.send("ECS24"))
    for name in ("seasons", "weeks", "days", "special_days", "currency_gbp", "prices", "thresholds_1"):
        assert read[name] == asked[name]
    assert read["active_price"] == 1200
    bench.now = START + 8 * HOUR
    assert values_of(bench.send("ECS24"))["active_price"] == 3400


def test_a_new_meter_is_on_a_single_rate_and_free_of_charge() -> None:
    bench = esme(load=Steady())
    assert values_of(bench.send("ECS24"))["active_price"] == 0
    bench.now = START + DAY
    registers = registers_of(bench.send("ECS17d"), "tou_registers")
    assert registers["primary"] == [86_400] + [0] * 47
    assert "secondary" not in registers


def registers_of(message: Message | None, name: str) -> dict[str, Value]:
    sealed = values_of(message)[name]
    assert isinstance(sealed, dict)
    return dict(sealed["registers"])


def test_registers_follow_the_load_and_the_tariff() -> None:
    bench = esme(load=Steady())
    bench.send("ECS01a", day_night())
    bench.now = START + 2 * DAY
    tou = registers_of(bench.send("ECS17d"), "tou_registers")["primary"]
    assert isinstance(tou, list)
    assert tou[:3] == [2 * 7 * 3600, 2 * 17 * 3600, 0]
    total = registers_of(bench.send("ECS17b"), "import_registers")
    assert (total["active"], total["reactive"]) == (172_800, 43_200)


def test_a_twin_element_meter_shows_its_second_element() -> None:
    bench = esme(variant="twin")
    bench.now = START + DAY
    total = registers_of(bench.send("ECS17b", originator=NETWORK), "import_registers")
    tou = registers_of(bench.send("ECS17d"), "tou_registers")
    assert isinstance(tou["secondary"], list)
    assert total["secondary"] == sum(n for n in tou["secondary"] if isinstance(n, int)) > 0


def test_a_register_that_is_full_begins_again() -> None:
    bench = esme(load=Steady())
    full = {"active": 0xFFFF_FFFF, "reactive": 0xFFFF_FFFF}
    bench.device.load(use_case("ECS17b"), Body({"import_registers": {"registers": full}}))
    bench.now = START + timedelta(seconds=4)
    total = registers_of(bench.send("ECS17b"), "import_registers")
    assert (total["active"], total["reactive"]) == (3, 0)


def test_the_price_of_the_block_that_is_reached() -> None:
    bench = esme(load=Steady())
    blocks: dict[str, Value] = {
        "days": [{"day_id": 1, "schedule": [entry(0, 101)]}],
        "special_days": [],
        "thresholds_1": [3600],
    }
    bench.send("ECS01a", day_night() | prices({0xA1: 10, 0xB1: 20}) | blocks)
    assert values_of(bench.send("ECS24"))["active_price"] == 10
    bench.now = START + HOUR
    assert values_of(bench.send("ECS24"))["active_price"] == 20


@pytest.mark.parametrize(("mantissa", "scale"), [(-1, -5), (30_000, 20)])
def test_a_price_the_attribute_cannot_hold_fails_the_read(mantissa: int, scale: int) -> None:
    bench = esme()
    bench.send("ECS01b", prices({1: mantissa}, scale=scale))
    message = bench.send("ECS24")
    assert codes(message) == [12] + [250] * 16
    assert bench.device.event_log[-1].code == COMMAND_FAILED


def test_a_failing_item_stops_the_rest_but_not_what_was_before() -> None:
    bench = esme()
    bench.device.inject_failure("ECS01a", 19, 1)
    before = bench.device.model.store.read(CosemAttribute(TARIFF_PRICES, 5))
    assert codes(bench.send("ECS01a", day_night())) == [0] * 19 + [1, 250]
    assert bench.device.model.store.read(CosemAttribute(TARIFF_PRICES, 5)) == before
    assert values_of(bench.send("ECS24"))["days"] == day_night()["days"]
    entry_ = bench.device.event_log[0]
    assert (entry_.code, entry_.message_code, entry_.detail) == (COMMAND_FAILED, 0x19, "activate_prices")


def test_a_failure_is_injected_once_and_only_for_its_use_case() -> None:
    bench = esme()
    bench.device.inject_failure("ECS52", 0, 3)
    assert codes(bench.send("ECS24"))[0] == 0
    assert codes(bench.send("ECS52")) == [3]
    assert codes(bench.send("ECS52")) == [0]
    with pytest.raises(Unsupported):
        bench.device.inject_failure("XYZ", 0, 1)


def test_what_the_device_does_not_have_is_undefined() -> None:
    bench = esme()
    model = bench.device.model
    lacking = frozenset({CosemAttribute(CURRENCY, 2), CosemAttribute(CURRENCY, 4)})
    model.kind = replace(model.kind, lacking=lacking, methods={})
    assert codes(bench.send("ECS24"))[14:] == [4, 250, 250]
    assert codes(bench.send("ECS01a", day_night()))[11:14] == [0, 4, 250]
    window = {"start": CosemDateTime.at(START), "end": CosemDateTime.at(START)}
    assert codes(bench.send("ECS70", {"valid_time_range": window, "set_time": 0})) == [0, 4, 250, 250, 250]


def test_a_live_value_is_read_only() -> None:
    bench = esme()
    target = CosemAttribute(CURRENCY, 4)
    model = bench.device.model
    model.kind = replace(model.kind, live={target: next(iter(model.kind.live.values()))})
    assert codes(bench.send("ECS01a", day_night()))[12] == 3


def test_an_activation_time_with_wildcards_is_no_moment() -> None:
    bench = esme()
    wild = CosemDateTime(bytes.fromhex("FFFF0101FF000000008000FF"))
    assert codes(bench.send("ECS01b", prices({}, wild))) == [0, 0, 12, 250]


def test_a_future_dated_tariff_waits_and_then_alerts_for_each_object() -> None:
    bench = esme(load=Steady(), own_counter=50)
    bench.send("ECS01a", day_night(CosemDateTime.at(LATER)))
    command = bench.counter
    assert values_of(bench.send("ECS24"))["active_price"] == 0
    assert bench.device.next_wake() == LATER
    assert bench.device.wake(LATER - timedelta(seconds=1)) == ()
    alerts = bench.wake()
    named = [instruction(alert) for alert in alerts]
    assert [(n["class_id"], n["attribute"]) for n in named] == [
        (20, 10),
        (9000, 6),
        (9000, 6),
        (113, 7),
        (113, 7),
        (9000, 6),
    ]
    assert {n["originator_counter"] for n in named} == {command}
    assert [alert.header.counter for alert in alerts] == [50, 51, 52, 53, 54, 55]
    assert {alert.header.target for alert in alerts} == {SUPPLIER}
    assert {alert.body.values["alert_code"] for alert in alerts} == {FUTURE_DATED_DONE}
    assert {alert.body.values["time"] for alert in alerts} == {CosemDateTime.at(LATER)}
    for alert in alerts:
        check_protection(alert.frame, KEYS, ACB)
    assert values_of(bench.send("ECS24"))["active_price"] == 3400
    assert bench.device.next_wake() is None
    # 9 days and 9 hours on register 1, then on the day register.
    bench.now = LATER + HOUR
    tou = registers_of(bench.send("ECS17d"), "tou_registers")["primary"]
    assert isinstance(tou, list)
    assert tou[:2] == [9 * 86_400 + 9 * 3600, 3600]


def test_what_came_due_is_done_before_a_late_command_is_looked_at() -> None:
    bench = esme(load=Steady())
    bench.send("ECS01b", prices({1: 77}, CosemDateTime.at(LATER)))
    bench.now = LATER + DAY
    message = bench.send("ECS24")
    assert len(bench.replies) == 3
    assert values_of(message)["active_price"] == 77
    assert {alert.body.values["time"] for alert in bench.replies[:2]} == {CosemDateTime.at(LATER)}


def test_never_cancels_and_a_later_command_supersedes() -> None:
    bench = esme()
    bench.send("ECS01b", prices({1: 5}, CosemDateTime.at(LATER)))
    bench.send("ECS01b", prices({1: 6}, NEVER))
    assert bench.device.next_wake() is None
    bench.send("ECS01b", prices({1: 7}, CosemDateTime.at(LATER)))
    bench.send("ECS01b", prices({1: 8}, CosemDateTime.at(LATER + DAY)))
    assert bench.device.next_wake() == LATER + DAY
    assert len(bench.wake()) == 2
    assert values_of(bench.send("ECS24"))["active_price"] == 8


def test_now_takes_the_place_of_what_was_planned_and_so_does_the_past() -> None:
    bench = esme()
    for activation in (NOW, CosemDateTime.at(START - DAY)):
        bench.send("ECS01b", prices({1: 5}, CosemDateTime.at(LATER)))
        bench.send("ECS01b", prices({1: 6}, activation))
        assert bench.device.next_wake() is None
        assert values_of(bench.send("ECS24"))["active_price"] == 6


def test_a_failing_activation_alerts_and_leaves_the_old_value() -> None:
    bench = esme()
    bench.send("ECS01b", prices({1: 5}, CosemDateTime.at(LATER)))
    bench.device.inject_failure("ECS01b", 1, 1, at_activation=True)
    assert [alert.body.values["alert_code"] for alert in bench.wake()] == [
        FUTURE_DATED_DONE,
        FUTURE_DATED_FAILED,
    ]
    assert values_of(bench.send("ECS24"))["active_price"] == 0
    assert [e.code for e in bench.device.event_log][1:3] == [FUTURE_DATED_DONE, FUTURE_DATED_FAILED]


def test_the_device_keeps_its_own_time() -> None:
    bench = esme(drift=timedelta(minutes=10))
    bench.send("ECS01b", prices({1: 5}, CosemDateTime.at(LATER)))
    assert bench.device.next_wake() == LATER - timedelta(minutes=10)
    assert bench.wake()[0].body.values["time"] == CosemDateTime.at(LATER)
    message = bench.send("ECS17b")
    assert message is not None
    assert message.header.time == CosemDateTime.at(LATER)


def test_a_clock_that_is_set_over_a_planned_moment_makes_it_due() -> None:
    bench = esme(drift=timedelta(hours=-2))
    bench.send("ECS01b", prices({1: 5}, CosemDateTime.at(START - HOUR)))
    assert bench.device.next_wake() == START + HOUR
    assert set_clock(bench, START - HOUR, START + HOUR) == [0] * 5
    due = bench.device.next_wake()
    assert due is not None
    assert due < bench.now
    (first, _) = bench.device.wake(bench.now)
    assert first


def set_clock(bench: Bench, start: object, end: object) -> list[int]:
    window = {"start": CosemDateTime.at(start), "end": CosemDateTime.at(end)}  # type: ignore[arg-type]
    return codes(bench.send("ECS70", {"valid_time_range": window, "set_time": 0}))


def test_setting_the_clock_inside_the_window() -> None:
    bench = esme(drift=timedelta(seconds=90))
    bench.device.model.clock.status = ClockStatus.INVALID
    assert set_clock(bench, START, START) == [0] * 5
    assert bench.replies[-1].body.values["time"] == CosemDateTime.at(START)
    assert bench.replies[-1].body.values["clock_status"] == 0
    assert bench.device.event_log[0].code == 0x8145


def test_setting_the_clock_outside_the_window() -> None:
    bench = esme(drift=timedelta(seconds=90))
    assert set_clock(bench, START + HOUR, START + 2 * HOUR) == [0, 0, 2, 250, 250]
    assert bench.device.model.clock.drift == timedelta(seconds=90)
    assert bench.device.model.clock.status is ClockStatus.UNRELIABLE
    assert [e.code for e in bench.device.security_log] == [0x8F0C]
    close = esme(drift=timedelta(seconds=3))
    assert set_clock(close, START + HOUR, START + 2 * HOUR)[2] == 2
    assert close.device.security_log == ()


def test_a_window_without_moments() -> None:
    bench = esme()
    window = {"start": NOW, "end": NEVER}
    assert codes(bench.send("ECS70", {"valid_time_range": window, "set_time": 0})) == [0, 12, 250, 250, 250]


def test_events_tell_the_journey() -> None:
    bench = esme()
    bench.send("ECS01b", prices({}, CosemDateTime.at(LATER)))
    bench.wake()
    executed, activated, *_ = bench.device.take_events()
    assert isinstance(executed, CommandExecuted)
    assert executed.use_case == "ECS01b"
    assert executed.checks[2] == f"{SUPPLIER} is the supplier"
    assert len(executed.checks) == 7
    assert isinstance(activated, InstructionActivated)
    assert activated.instruction == "113 0-0:19.20.4.255 StandingCharge #7"


def test_every_command_leaves_an_entry_with_its_message_code() -> None:
    bench = esme()
    bench.send("ECS52")
    assert [(e.code, e.message_code) for e in bench.device.event_log] == [(COMMAND_EXECUTED, 0x59)]


def test_loading_pins_what_cannot_be_true_until_the_tariff_changes() -> None:
    bench = esme()
    row = use_case("ECS24")
    bench.device.load(row, Body({"active_price": 1}))
    assert values_of(bench.send("ECS24"))["active_price"] == 1
    bench.send("ECS01b", prices({1: 9}))
    assert values_of(bench.send("ECS24"))["active_price"] == 9


def test_state_is_a_value() -> None:
    bench = esme()
    before = bench.device.state()
    assert bench.device.state() == before
    bench.device.settle(START + HOUR)
    assert bench.device.state() != before


# Gas


def test_a_gas_tariff_takes_effect_at_once() -> None:
    bench = gsme(load=Steady())
    message = bench.send("GCS01a", gas_tariff(tier=3))
    assert codes(message) == [0] * 7
    bench.now = START + HOUR
    assert values_of(bench.send("GCS13a")) == {
        "divisor": 1000,
        "multiplier": 1,
        "unit": 1,
        "consumption": 3600,
    }
    meter = bench.device.model.meter
    assert meter is not None
    assert meter.registers.tou[:4] == [0, 0, 3600, 0]


def test_a_future_dated_gas_tariff_alerts_for_each_command() -> None:
    bench = gsme(own_counter=9)
    bench.send("GCS01a", gas_tariff(seconds_since_2000(LATER), block=True))
    alerts = bench.wake()
    assert [(instruction(a)["cluster"], instruction(a)["command"]) for a in alerts] == [
        (0x0707, 0),
        (0x0707, 4),
        (0x0700, 4),
        (0x0700, 6),
        (0x0700, 5),
    ]
    assert {instruction(a)["frame_control"] for a in alerts} == {9}
    assert {a.body.values["time"] for a in alerts} == {seconds_since_2000(LATER)}
    assert [a.header.counter for a in alerts] == [9, 10, 11, 12, 13]


@pytest.mark.parametrize("never", [0xFFFF_FFFF, 0xFFFF_FFFE])
def test_a_future_dated_gas_tariff_is_cancelled(never: int) -> None:
    bench = gsme()
    bench.send("GCS01a", gas_tariff(seconds_since_2000(LATER)))
    before = bench.device.state().values
    assert codes(bench.send("GCS01a", gas_tariff(never))) == [0] * 7
    assert bench.device.next_wake() is None
    assert len(bench.device.state().values) < len(before)


@pytest.mark.parametrize(("calendar_id", "week_id"), [(8, 1), (7, 2)], ids=["other calendar", "unknown week"])
def test_a_calendar_changes_as_a_whole_or_not_at_all(calendar_id: int, week_id: int) -> None:
    bench = gsme()
    season: Value = {"start": bytes.fromhex("FF0101FF"), "week_id": week_id}
    wrong: dict[str, Value] = {
        "seasons": {"issuer_event_id": 7, "issuer_calendar_id": calendar_id, "seasons": [season]}
    }
    before = bench.device.state().values
    assert codes(bench.send("GCS01a", gas_tariff() | wrong)) == [0, 0, 0, 0x87, 1, 1, 1]
    assert bench.device.state().values == before


def test_a_calendar_must_be_what_it_announced() -> None:
    bench = gsme()
    assert codes(bench.send("GCS01a", gas_tariff(seasons=2)))[3] == 0x87
    unknown_day = gas_tariff()
    week = unknown_day["week_profiles"]
    assert isinstance(week, list)
    week[0]["sunday"] = 5
    assert codes(bench.send("GCS01a", unknown_day))[3] == 0x87


def test_gas_stops_after_a_failure_and_says_not_processed() -> None:
    bench = gsme()
    bench.device.inject_failure("GCS01a", 4, 0xC0)
    message = bench.send("GCS01a", gas_tariff())
    assert message is not None
    assert [(r.code, r.executed) for r in message.body.results][4:] == [(0xC0, True), (1, False), (1, False)]


def test_a_command_without_a_handler_is_unsupported() -> None:
    bench = gsme()
    bench.device.model.kind = replace(bench.device.model.kind, requests={})
    assert codes(bench.send("GCS20r")) == [0x81]


def test_one_attribute_that_fails_leaves_the_others() -> None:
    bench = gsme()
    bench.device.inject_failure("GCS13a", 0, 0xC0, name="unit")
    message = bench.send("GCS13a")
    assert codes(message) == [0, 0, 0xC0, 0]
    assert set(values_of(message)) == {"divisor", "multiplier", "consumption"}
    lacking = frozenset({ZclAttribute(0x0702, 0x0000)})
    bench.device.model.kind = replace(bench.device.model.kind, lacking=lacking)
    assert codes(bench.send("GCS13a")) == [0, 0, 0, 0x86]


def test_setting_the_gas_clock() -> None:
    bench = gsme(drift=timedelta(minutes=5))
    window: dict[str, Value] = {"start": START, "end": START + HOUR}
    assert values_of(bench.send("GCS28", window)) == {"time": START, "clock_status": 0}
    assert bench.device.event_log[-1].code == COMMAND_EXECUTED


def test_a_gas_clock_that_is_not_set_says_so() -> None:
    bench = gsme(drift=timedelta(minutes=5))
    window: dict[str, Value] = {"start": START + HOUR, "end": START + 2 * HOUR}
    answer = values_of(bench.send("GCS28", window))
    assert answer == {"time": START + timedelta(minutes=5), "clock_status": 2}
    assert bench.device.event_log[-1].code == COMMAND_FAILED
    assert bench.device.security_log[-1].code == 0x8F0C
    message = bench.send("GCS13a")
    assert message is not None
    assert message.header.time is not None
    assert message.header.time[11] == 0x02


def test_the_gas_proxy_answers_with_the_last_half_hour() -> None:
    behind = gsme(load=Steady())
    bench = gpf(behind.device)
    bench.now = START + timedelta(hours=5, minutes=47)
    message = bench.send("GCS13a", originator=NETWORK)
    assert values_of(message)["consumption"] == 5 * 3600 + 1800
    assert message is not None
    assert message.header.time is not None
    assert message.header.time[11] == 0x00
    assert values_of(gpf().send("GCS13a"))["consumption"] == 0


def test_a_gas_proxy_has_no_tariff_to_set() -> None:
    assert gpf().send("GCS01a", gas_tariff()) is None


def test_an_unknown_party_asks_through_the_acb_and_brings_its_certificate() -> None:
    bench = esme(own_counter=77)
    row = use_case("ECS24")
    head = GroupingHeader(
        cra=CraFlag.COMMAND,
        counter=1300,
        originator=ACB,
        target=ESME,
        message_code=row.message_code,
        supplementary_party=STRANGER,
        supplementary_counter=5,
        certificate=certificate(),
    )
    message = bench.deliver(finish(head, row, {}))
    assert message is not None
    answer = message.header
    assert (answer.target, answer.counter) == (ACB, 1300)
    assert (answer.supplementary_party, answer.supplementary_counter) == (STRANGER, 5)
    assert (answer.certificate, answer.supplementary_originator_counter) == (None, 77)
    assert bench.device.own_counter == 78
    check_protection(message.frame, KEYS, ACB)


def certificate() -> bytes:
    key = KEYS.private(STRANGER, KeyUsage.KEY_AGREEMENT)
    name = x509.Name([])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, START, START + DAY)
    return builder.sign(key, SHA256()).public_bytes(Encoding.DER)


def test_passive_values_wait_in_the_store() -> None:
    bench = esme()
    bench.send("ECS01a", day_night(CosemDateTime.at(LATER)))
    store = bench.device.model.store
    assert store.read(CosemAttribute(SWITCHING_TABLE, 9)) == day_night()["days"]
    assert store.read(CosemAttribute(SWITCHING_TABLE, 5)) != day_night()["days"]
