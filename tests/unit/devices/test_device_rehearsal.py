"""Rehearsing on exchanges of our own: what one device answered, another is made to answer."""

from __future__ import annotations

import pytest
from device_bench import ACB, ESME, GSME, KEYS, START, Bench, day_night, esme, gas_tariff, gpf, gsme

from dcc_sim.codec.shape import Value
from dcc_sim.codec.times import CosemDateTime
from dcc_sim.devices.rehearsal import check_same_answer, rehearsal_key, rehearse, rehearse_alert
from dcc_sim.devices.security import Discarded
from dcc_sim.errors import DecodeError, SignatureInvalid, Unsupported
from dcc_sim.gbcs.frame import decode_frame
from dcc_sim.ids import DeviceType

LATER = CosemDateTime.at(START.replace(year=2025))


def exchange(bench: Bench, code: str, values: dict[str, Value]) -> tuple[bytes, bytes]:
    command = bench.frame(code, values)
    (response,) = bench.device.receive(command, bench.now)
    return command, response


@pytest.mark.parametrize(
    ("make", "kind", "code", "values"),
    [
        (lambda: esme(variant="twin"), DeviceType.ESME, "ECS17b", {}),
        (lambda: esme(variant="twin"), DeviceType.ESME, "ECS17d", {}),
        (esme, DeviceType.ESME, "ECS24", {}),
        (esme, DeviceType.ESME, "ECS52", {}),
        (esme, DeviceType.ESME, "ECS01a", day_night()),
        (gsme, DeviceType.GSME, "GCS01a", gas_tariff()),
        (gpf, DeviceType.GPF, "GCS13a", {}),
    ],
)
def test_a_response_is_given_again(
    make: object, kind: DeviceType, code: str, values: dict[str, Value]
) -> None:
    assert callable(make)
    bench = make()
    command, response = exchange(bench, code, values)
    built = rehearse(command, response, KEYS, kind, ACB)
    check_same_answer(built, response, bench.device.eui)


def test_a_failure_is_given_again() -> None:
    bench = gsme()
    bench.device.inject_failure("GCS13a", 0, 0xC0, name="unit")
    command, response = exchange(bench, "GCS13a", {})
    built = rehearse(command, response, KEYS, DeviceType.GSME, ACB)
    check_same_answer(built, response, GSME)


def test_an_alert_is_given_again() -> None:
    bench = esme(own_counter=400)
    command, _ = exchange(bench, "ECS01a", day_night(LATER))
    due = bench.device.next_wake()
    assert due is not None
    for alert in bench.device.wake(due):
        built = rehearse_alert(command, alert, KEYS, DeviceType.ESME, ACB, now=START)
        check_same_answer(built, alert, ESME)


def test_an_alert_of_something_else_is_not_found() -> None:
    bench = esme()
    command, response = exchange(bench, "ECS01a", day_night(LATER))
    due = bench.device.next_wake()
    assert due is not None
    alert = bench.device.wake(due)[0]
    at_once = esme().frame("ECS01a", day_night())
    with pytest.raises(DecodeError, match="no such instruction"):
        rehearse_alert(at_once, alert, KEYS, DeviceType.ESME, ACB)
    with pytest.raises(DecodeError, match="not a Command"):
        rehearse_alert(alert, alert, KEYS, DeviceType.ESME, ACB)
    with pytest.raises(Discarded):
        rehearse_alert(command[:-1] + bytes((command[-1] ^ 1,)), alert, KEYS, DeviceType.ESME, ACB)
    with pytest.raises(DecodeError, match="not a Command and its Response"):
        rehearse(command, alert, KEYS, DeviceType.ESME, ACB)
    assert response


def test_silence_says_why() -> None:
    command, response = exchange(esme(), "ECS52", {})
    with pytest.raises(Discarded, match="MAC"):
        rehearse(command[:-1] + bytes((command[-1] ^ 1,)), response, KEYS, DeviceType.ESME, ACB)


def test_other_device_types_are_not_built() -> None:
    command, response = exchange(esme(), "ECS52", {})
    with pytest.raises(Unsupported, match="device type IHD"):
        rehearse(command, response, KEYS, DeviceType.IHD, ACB)


def test_what_differs_is_said_with_its_offset() -> None:
    _, response = exchange(esme(), "ECS52", {})
    with pytest.raises(DecodeError, match="offset 3"):
        check_same_answer(response[:3] + b"\xff" + response[4:], response, ESME)
    with pytest.raises(DecodeError, match="the end"):
        check_same_answer(response[:-1], response, ESME)


def test_a_signature_must_be_the_rehearsing_device_s() -> None:
    _, response = exchange(esme(), "ECS01a", day_night())
    with pytest.raises(SignatureInvalid):
        check_same_answer(response, response, ESME)
    assert rehearsal_key(ESME).public_key() != rehearsal_key(GSME).public_key()
    assert decode_frame(response).signature
