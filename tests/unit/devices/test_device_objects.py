"""What single objects do: credit, supply, controllers, alerts, joins, firmware, the hub's log, gas logs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from device_bench import ACB, DAY, ESME, GSME, KEYS, START, STRANGER, SUPPLIER, Bench, esme, gsme
from device_rows import command, make

from dcc_sim.catalogue.objects import (
    ACCOUNT_ACTIVE,
    DISABLEMENT_THRESHOLD_ACTIVE,
    LOAD_LIMITER,
    METER_BALANCE,
    SUPPLY_SWITCH,
)
from dcc_sim.catalogue.usecases import use_case
from dcc_sim.codec.shape import Value
from dcc_sim.codec.times import NOW, CosemDateTime, seconds_since_2000
from dcc_sim.devices.engine import Device
from dcc_sim.devices.firmware import hold_image
from dcc_sim.devices.joining import CAPACITY
from dcc_sim.devices.profiles.chf import HISTORIC_CAPACITY
from dcc_sim.devices.profiles.gas_requests import SNAPSHOTS, samples
from dcc_sim.devices.store import CosemAttribute
from dcc_sim.gbcs.crypto import compute_mac
from dcc_sim.gbcs.header import GroupingHeader
from dcc_sim.gbcs.keys import KeyRing
from dcc_sim.gbcs.protection import protect
from dcc_sim.gbcs.utrn import make_utrn, originator_counter, top_up_secret
from dcc_sim.ids import CraFlag, DeviceType, Eui64, KeyUsage
from dcc_sim.transform.message import Message, build_command, read_message

BALANCE = CosemAttribute(METER_BALANCE, 2)


def codes(message: Message | None) -> list[int]:
    assert message is not None
    return [result.code for result in message.body.results]


def told(message: Message | None, *path: str) -> Any:
    """A value of an answer, by its path."""
    assert message is not None
    value: Any = message.body.values
    for name in path:
        value = value[name]
    return value


# ------------------------------------------------------------------------------------------ top-ups


def prepayment_keys() -> KeyRing:
    ring = KeyRing(dict(KEYS.entries), KEYS.secrets)
    key = ec.derive_private_key(0xB0B5, ec.SECP256R1())
    ring.add_private(SUPPLIER, KeyUsage.PREPAYMENT_KEY_AGREEMENT, key)
    return ring


def token(device: Eui64, counter: int, pence: int, keys: KeyRing) -> bytes:
    secret = top_up_secret(keys, SUPPLIER, device)
    return make_utrn(secret, supplier=SUPPLIER, device=device, utrn_counter=counter, amount=pence).encode()


def top_up(bench: Bench, counter: int, digits: bytes, code: str = "CS01a") -> Message | None:
    value: Value = digits if code == "CS01a" else {"originator": 0, "utrn": digits}
    name = "token" if code == "CS01a" else "top_up"
    return bench.deliver(bench.frame(code, {name: value}, counter=originator_counter(counter)))


def test_a_token_is_credit_once() -> None:
    keys = prepayment_keys()
    bench = esme()
    bench.device.model.credentials.keys = keys
    digits = token(ESME, 3, 1250, keys)
    assert codes(top_up(bench, 3, digits)) == [0]
    assert bench.device.model.read(BALANCE, START) == 1_250_000
    assert codes(top_up(bench, 3, digits)) == [1]
    assert bench.device.model.read(BALANCE, START) == 1_250_000
    assert bench.device.security_log[-1].code == 0x8F51
    # Tokens may arrive out of order, and do not count as Commands.
    assert codes(top_up(bench, 2, token(ESME, 2, 100, keys))) == [0]
    assert bench.device.state().counters == {}
    assert bench.send("ECS10", {"message": b"hello"}, counter=1) is not None
    log = bench.send("ECS20d", {"log": {"from": 0, "to": 0xFFFF_FFFF}})
    assert log is not None
    assert [entry["amount"] for entry in told(log, "log")] == [1_250_000, 100_000]


def test_a_token_of_another_counter_or_too_large_is_refused() -> None:
    keys = prepayment_keys()
    bench = esme()
    bench.device.model.credentials.keys = keys
    assert codes(top_up(bench, 4, token(ESME, 5, 100, keys))) == [1]
    assert bench.device.security_log[-1].code == 0x8F63
    settings: dict[str, Value] = dict.fromkeys(ACTIVATIONS, NOW)
    settings |= {
        "non_disablement_special_days": [],
        "non_disablement_calendar": [SCHEDULE],
        "max_meter_balance": 500_000,
        "max_credit": 300_000,
        "debt_cap_amount": 1,
        "debt_cap_period": 604_800,
        "low_credit_threshold": 7,
        "emergency_credit_limit": 8,
        "emergency_credit_threshold": 9,
    }
    assert set(codes(bench.send("ECS08a", settings))) == {0}
    assert bench.device.model.read(CosemAttribute(ACCOUNT_ACTIVE, 16), START) == 7
    assert codes(top_up(bench, 6, token(ESME, 6, 301, keys))) == [1]
    assert bench.device.security_log[-1].code == 0x8F5B
    assert codes(top_up(bench, 7, token(ESME, 7, 300, keys))) == [0]
    assert codes(top_up(bench, 8, token(ESME, 8, 300, keys))) == [1]
    assert bench.device.security_log[-1].code == 0x8F47
    assert bench.device.model.read(BALANCE, START) == 300_000


ACTIVATIONS = tuple(
    item.name for item in use_case("ECS08a").payload.items if item.name.startswith("activate_")
)
SCHEDULE: Value = {
    "index": 1,
    "enable": True,
    "script_table": bytes.fromhex("00000A006AFF"),
    "script": 32,
    "switch_time": bytes(4),
    "validity_window": 0xFFFF,
    "weekdays": "1111111",
    "special_days": "",
    "begin_date": bytes.fromhex("FFFFFFFFFF"),
    "end_date": bytes.fromhex("FFFFFFFFFF"),
}


def test_a_gas_token_says_what_is_left() -> None:
    keys = prepayment_keys()
    bench = gsme()
    bench.device.model.credentials.keys = keys
    answer = top_up(bench, 1, token(GSME, 1, 500, keys), "CS01b")
    assert answer is not None
    assert told(answer, "top_up") == {
        "result": 0,
        "value": 500_000,
        "source": 0,
        "credit_remaining": 500_000,
    }
    answer = top_up(bench, 1, token(GSME, 1, 500, keys), "CS01b")
    assert answer is not None
    assert (told(answer, "top_up", "result"), told(answer, "top_up", "value")) == (1, -1)


# ------------------------------------------------------------------------------- objects of the ESME


def test_debts_and_balances_add_up() -> None:
    bench = esme()
    bench.send("ECS04a", {"adjust_meter_balance": 700})
    bench.send("ECS04a", {"adjust_meter_balance": -1000})
    assert bench.device.model.read(BALANCE, START) == -300
    bench.device.model.load(BALANCE, 0x7FFF_FFFF)
    assert codes(bench.send("ECS04a", {"adjust_meter_balance": 1})) == [12]
    bench.send("ECS04b", {"reset_meter_balance": 0, "reset_emergency_credit": 0, "reset_accumulated_debt": 0})
    answer = bench.send("ECS19")
    assert answer is not None
    assert set(told(answer, "prepayment_balances", "registers").values()) == {0}


def test_the_payment_mode_becomes_the_active_one() -> None:
    bench = esme()
    later = CosemDateTime.at(START + DAY)
    charges: Value = [
        {
            "credit": bytes.fromhex("0000130A00FF"),
            "charge": bytes.fromhex("0000131400FF"),
            "collection": "111",
        }
    ]
    values: dict[str, Value] = {
        "payment_mode": {"mode": 2, "status": 1},
        "disablement_threshold": -500,
        "credit_charges": charges,
        "activate_disablement_threshold": later,
        "activate_payment_mode": later,
    }
    assert set(codes(bench.send("ECS03", values))) == {0}
    mode = CosemAttribute(ACCOUNT_ACTIVE, 2)
    assert bench.device.model.read(mode, START) == {"mode": 1, "status": 2}
    assert len(bench.wake()) == 2
    assert bench.device.model.read(mode, START) == {"mode": 2, "status": 2}
    assert bench.device.model.read(CosemAttribute(DISABLEMENT_THRESHOLD_ACTIVE, 2), START) == [-500]


def test_load_limits_become_active_in_the_limiter() -> None:
    bench = esme()
    names = ("load_limit_disables", "load_limit_power", "load_limit_period", "load_limit_restoration_period")
    values: dict[str, Value] = dict(zip(names, (True, 6900, 300, 30), strict=True))
    values |= {f"activate_{name}": NOW for name in names}
    assert set(codes(bench.send("ECS28a", values))) == {0}
    read = [bench.device.model.read(CosemAttribute(LOAD_LIMITER, index), START) for index in (4, 6, 7)]
    assert read == [6900, 300, 30]
    answer = bench.send("ECS27")
    assert answer is not None
    assert told(answer, "load_limit_disables") is True


@pytest.mark.parametrize(
    ("code", "values", "state"),
    [
        ("ECS43", {"disable_supply": 52}, 0),
        ("ECS42", {"enable_supply": 51}, 1),
        ("ECS44", {"arm_supply": 54}, 2),
    ],
)
def test_the_supply_is_switched(code: str, values: dict[str, Value], state: int) -> None:
    bench = esme()
    assert codes(bench.send(code, values)) == [0]
    assert bench.device.model.read(CosemAttribute(SUPPLY_SWITCH, 3), START) == state


def test_masks_say_which_alerts_change() -> None:
    bench = esme()
    before = bench.send("ECS25r1")
    assert before is not None
    mask, actions = "1" * 4 + "0" * 252, "1010" + "1" * 252
    assert codes(bench.send("ECS25a", {"wan_alerts": mask + actions})) == [0]
    answer = bench.send("ECS25r1")
    assert answer is not None
    known = told(before, "wan_alerts")
    assert isinstance(known, str)
    assert told(answer, "wan_alerts") == "1010" + known[4:]
    assert told(answer, "logging") == told(before, "logging")


def test_a_controller_remembers_its_state_and_logs_it() -> None:
    bench = esme()
    period: dict[str, Value] = {"start": {"object": 5, "value": NOW}, "end": {"object": 5, "value": NOW}}
    assert codes(bench.send("ECS47a", {**period, "controller_and_state": 0x1564})) == [0, 0, 0]
    answer = bench.send("ECS61e")
    assert answer is not None
    assert json.loads(told(answer, "state_5")) == {"outputState": 100}
    assert codes(bench.send("ECS47a", {**period, "controller_and_state": 0x1965})) == [0, 0, 4]
    log = bench.send("ECS35g", {"log": {"from": 0, "to": 0xFFFF_FFFF}})
    assert log is not None
    assert [entry["switch_and_action"] for entry in told(log, "log")] == [0x1564]
    assert codes(bench.send("ECS15c", {"clear_auxiliary_log": 0})) == [0]
    log = bench.send("ECS35g", {"log": {"from": 0, "to": 0xFFFF_FFFF}})
    assert log is not None
    assert told(log, "log") == []


def test_logs_are_read_by_time_with_what_happened() -> None:
    bench = esme()
    bench.send("ECS10", {"message": b"hello"})
    bench.now += DAY
    bench.send("ECS10", {"message": b"again"})
    late = seconds_since_2000(START + DAY)
    answer = bench.send("ECS35a", {"log": {"from": late, "to": late}})
    assert answer is not None
    assert told(answer, "log") == [
        {"timestamp": late, "code": 0x8154, "other_information": bytes.fromhex("0021")}
    ]
    assert codes(bench.send("ECS15a", {"clear_event_log": 0})) == [0]
    assert [entry.message_code for entry in bench.device.event_log] == [0x24]
    bench.deliver(bytes(3))
    answer = bench.send("ECS35b", {"log": {"from": 0, "to": 0xFFFF_FFFF}})
    assert answer is not None
    assert told(answer, "log") == [
        {"timestamp": late, "code": 0x8F52},
        {"timestamp": late, "code": 0x8F1E},
    ]


def test_what_does_not_fit_the_answer_is_type_unmatched() -> None:
    bench = esme()
    entry: Value = {"time": bytes(4), "date": bytes.fromhex("FFFFFF01FF")}
    assert codes(bench.send("ECS30a", {"billing_calendar": [entry, entry]})) == [0]
    assert codes(bench.send("ECS26d")) == [12]
    assert codes(bench.send("ECS26l")) == [0]


# ------------------------------------------------------------------------------- joins and firmware


def join(bench: Bench, other: bytes, kind: int, code: str = "CS03A1", method: int = 0) -> int:
    values: dict[str, Value] = {
        "join_method_and_role": method,
        "other_device_entity_identifier": other,
        "other_device_type": kind,
    }
    answer = bench.send(code, values)
    assert answer is not None
    found = told(answer, "response_code")
    assert isinstance(found, int)
    return found


def test_a_meter_joins_and_unjoins() -> None:
    bench = esme()
    other = bytes(7) + b"\x09"
    assert join(bench, other, 4) == 0
    assert join(bench, other, 4) == 0
    assert join(bench, other, 5) == 3
    assert join(bench, other, 0) == 2
    assert join(bench, other, 4, method=1) == 1
    answer = bench.send("CS07")
    assert answer is not None
    assert told(answer, "device_log_entries") == [{"device_id": other, "device_type": 4}]
    for expected in (0, 1):
        gone = bench.send("CS04AC", {"other_device_entity_identifier": other})
        assert gone is not None
        assert told(gone, "response_code") == expected


def test_a_device_log_has_an_end() -> None:
    bench = esme()
    for number in range(CAPACITY):
        assert join(bench, bytes(7) + bytes((number,)), 5) == 0
    assert join(bench, bytes(7) + b"\xff", 5) == 4


def test_a_gas_meter_needs_the_certificate_of_a_ppmid() -> None:
    assert join(gsme(), bytes(7) + b"\x01", 5, "CS03C", 3) == 11


def firmware(bench: Bench, image: bytes, **more: Value) -> Mapping[str, Value]:
    bench.counter += 1
    values: dict[str, Value] = {
        "manufacturer_image_hash": image,
        "originator_counter": bench.counter,
        **more,
    }
    answer = bench.deliver(bench.frame("CS06", values, counter=bench.counter))
    assert answer is not None
    return answer.body.values


def test_an_image_is_activated_when_its_hash_is_the_one() -> None:
    bench = esme()
    image, version = bytes(32), b"\x01\x02\x03\x04"
    assert firmware(bench, image)["execution_outcome"] == {
        "response_code": 1,
        "firmware_version": b"\x00\x00\x00\x01",
    }
    hold_image(bench.device.model, image, version)
    assert firmware(bench, b"\x01" * 32)["execution_outcome"]["response_code"] == 2
    assert firmware(bench, image)["execution_outcome"] == {"response_code": 0, "firmware_version": version}
    answer = bench.send("ECS52")
    assert answer is not None
    assert told(answer, "firmware_version") == version


def test_an_activation_waits_for_its_moment() -> None:
    bench = esme()
    hold_image(bench.device.model, bytes(32), b"\x01\x02\x03\x04")
    assert firmware(bench, bytes(32), execution_date_time=START + DAY) == {"command_accepted": None}
    (alert,) = bench.wake()
    assert alert.row.code == "FutureDatedAlert-CS06"
    assert told(alert, "execution_outcome") == {
        "response_code": 0,
        "firmware_version": b"\x01\x02\x03\x04",
    }


# --------------------------------------------------------------------------------------- the hub


def asked(device: Device, code: str, values: Mapping[str, Value], counter: int) -> Message:
    (answer,) = device.receive(command(use_case(code), values, counter), START)
    return read_message(answer, KEYS)


def added(device: Device, number: int, counter: int) -> list[int]:
    entry: Value = {"device": bytes(7) + bytes((number,)), "key_type": 1, "key": bytes(16), "device_type": 0}
    values = {"add_device": entry, "join_timeout": 90, "allow_joining": True}
    return codes(asked(device, "CCS01", values, counter))


def test_the_hub_keeps_a_list_of_devices() -> None:
    hub = make(DeviceType.CHF)
    assert added(hub, 1, 1) == [0, 0, 0]
    assert added(hub, 1, 2) == [0, 0, 0]
    listed = told(asked(hub, "CCS06", {}, 3), "devices")
    assert [entry["device"] for entry in listed] == [bytes(7) + b"\x01"]
    backup = asked(hub, "CCS07", {}, 4).body.values
    assert backup["device_log"]["extended_pan_id"] == hub.eui.octets
    for number in range(2, 18):
        result = added(hub, number, 10 + number)
    assert result == [2, 250, 250]


def test_what_is_removed_is_remembered_for_a_while() -> None:
    hub = make(DeviceType.CHF)
    for number in range(1, HISTORIC_CAPACITY + 3):
        added(hub, number, 2 * number)
        asked(hub, "CCS02", {"remove_device": bytes(7) + bytes((number,))}, 2 * number + 1)
    historic = told(asked(hub, "CCS07", {}, 1), "historic_device_log")
    kept = [entry["device"][-1] for entry in historic["devices"]]
    assert kept == list(range(3, HISTORIC_CAPACITY + 3))


def test_a_restored_log_is_the_log() -> None:
    hub = make(DeviceType.CHF)
    entries: Value = [{"device": bytes(8), "hashed_link_key": bytes(range(16))}]
    values: dict[str, Value] = {"restore_devices": {"extended_pan_id": b"networks", "devices": entries}}
    assert codes(asked(hub, "CCS03", values, 1)) == [0]
    backup = asked(hub, "CCS07", {}, 2).body.values["device_log"]
    assert isinstance(backup, dict)
    assert (backup["extended_pan_id"], backup["devices"]) == (b"networks", entries)


# ------------------------------------------------------------------------------------------ gas


def test_not_found_stops_nothing() -> None:
    bench = gsme()
    held: Value = [
        {
            "snapshot_id": number,
            "time": 1000 * number,
            "command_index": 0,
            "total_commands": 1,
            "cause": cause,
            "payload_type": 6,
            "consumption": number,
            "tiers": 4,
            "tier_consumptions": [0] * 4,
            "blocks": 0x14,
            "block_consumptions": [0] * 4,
        }
        for number, cause in ((1, 1), (2, 2), (3, 1), (4, 1))
    ]
    bench.device.model.store.write(SNAPSHOTS, held)
    answer = bench.send("GCS16a", {"snapshots": {"start_time": 1000, "end_time": 3500, "cause": 1}})
    assert codes(answer) == [0, 0] + [0x8B] * 29
    assert answer is not None
    found = told(answer, "snapshots")
    assert [(one["snapshot_id"], one["total_found"]) for one in found] == [(1, 2), (3, 2)]
    assert answer.body.first_failure is None
    assert bench.device.event_log[-1].code == 0x8154


def test_samples_are_read_from_a_moment_on() -> None:
    bench = gsme()
    bench.device.model.store.write(samples(0), {"start_time": 3600, "samples": [1, 2, 3, 4]})
    answer = bench.send("GCS17", {"samples": {"start_time": 5000, "number_of_samples": 2}})
    assert answer is not None
    assert (told(answer, "samples", "start_time"), told(answer, "samples", "samples")) == (5400, [2, 3])
    nothing = bench.send("GCS17", {"samples": {"start_time": 99_000, "number_of_samples": 2}})
    assert codes(nothing) == [0x8B]


def test_gas_settings_show_in_attributes() -> None:
    bench = gsme()
    codes_ = {"issuer_event_id": 1, "configuration": 24, "events": [0x8154, 0x8F01]}
    assert codes(bench.send("GCS20", {"event_configurations": [codes_]})) == [0]
    answer = bench.send("GCS20r")
    assert answer is not None
    settings = told(answer, "event_configuration", "events")
    assert isinstance(settings, list)
    assert {"event_id": 0x8154, "configuration": 24} in settings
    assert codes(bench.send("GCS41", {"site": {"issuer_event_id": 1, "mprn": b"1234567890"}})) == [0]
    site = bench.send("GCS46")
    assert site is not None
    assert told(site, "mprn") == b"1234567890"
    debt = {"issuer_event_id": 1, "amount": 500, "recovery_frequency": 1, "recovery_amount": 50}
    payment = {"issuer_event_id": 1, "amount": 7, "recovery_percentage": 10}
    wrong = {**debt, "recovery_amount": -1}
    answer = bench.send("GCS04", {"time_debt_1": debt, "time_debt_2": wrong, "payment_debt": payment})
    assert codes(answer) == [0, 0x87, 1]
    registers = bench.send("GCS14")
    assert registers is not None
    assert (told(registers, "time_debt_1"), told(registers, "payment_debt")) == (500, 0)


def test_a_device_that_has_not_joined_is_nobody() -> None:
    bench = gsme()
    frame = bench.frame("PCS02", {"emergency_credit": {}}, originator=ACB)
    assert bench.deliver(frame) is None
    assert "not joined" in bench.device.security_log[-1].detail


def test_a_ppmid_that_has_joined_is_listened_to() -> None:
    bench = gsme()
    values: dict[str, Value] = {
        "join_method_and_role": 3,
        "other_device_entity_identifier": STRANGER.octets,
        "other_device_type": 5,
        "other_device_certificate": certificate_of(STRANGER),
    }
    assert told(bench.send("CS03C", values), "response_code") == 0
    row = use_case("PCS02")
    header = GroupingHeader(
        cra=CraFlag.COMMAND, counter=1, originator=STRANGER, target=GSME, message_code=row.message_code
    )
    frame = build_command(header, row, {"emergency_credit": {"originator": 2}}).with_signature(b"")
    mac = compute_mac(KEYS.shared_secret(STRANGER, GSME), frame)
    meter = bench.device.model.meter
    assert meter is not None
    meter.account.emergency_active = True
    assert codes(bench.deliver(frame.with_mac(mac).encode())) == [0]
    # The ACB's MAC, which guards every other Command, is no proof here.
    assert bench.deliver(protect(frame, KEYS, ACB).encode()) is None


def certificate_of(eui: Eui64) -> bytes:
    key = KEYS.private(eui, KeyUsage.KEY_AGREEMENT)
    name = x509.Name([])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, START, START + DAY)
    return builder.sign(key, SHA256()).public_bytes(Encoding.DER)
