"""The views and conversions of gas: what they say, what they refuse, and the way back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from mmc_messages import RING, USER, response
from mmc_samples_gas import SAMPLES

from dcc_sim.catalogue.usecases import use_case
from dcc_sim.codec.exchange import Result, sealed_values
from dcc_sim.codec.gbz import GbzRow
from dcc_sim.codec.shape import Value, Values
from dcc_sim.codec.times import ZclDate
from dcc_sim.edge.messages import read_with_checks
from dcc_sim.errors import EncodeError
from dcc_sim.gbcs.keys import KeyRing
from dcc_sim.mmc.conversions import Eui, HexOctets
from dcc_sim.mmc.conversions_gas import MinuteOfDay, Scaled
from dcc_sim.mmc.document import render
from dcc_sim.mmc.responses import RESPONSES
from dcc_sim.mmc.rows import View, views
from dcc_sim.mmc.views import gas_volume
from dcc_sim.mmc.views_gas import (
    ALERT_EVENTS,
    billing_period,
    billing_period_values,
    days_values,
    digits_after_point,
    event_behaviours,
    event_behaviours_values,
    gas_date,
    gas_date_values,
    gas_flow_values,
    gas_volume_values,
    half_hours,
    half_hours_values,
    model_and_device,
    model_and_device_values,
    payment_control,
    payment_control_values,
    single_action,
    trailing_digits,
    trailing_digits_values,
)

GAS = [code for code in RESPONSES if isinstance(use_case(code).payload, GbzRow)]
VIEWS = [(code, view) for code in GAS for view in views(RESPONSES[code].rows)]


@pytest.mark.parametrize(("code", "view"), VIEWS, ids=[f"{code}-{view.paths[0]}" for code, view in VIEWS])
def test_every_view_goes_back_or_says_why_not(code: str, view: View) -> None:
    sample = SAMPLES.get(view.function.__name__, (12_345, 1, 1000))
    assert callable(view.inverse)
    back = view.inverse(view.function(*sample))
    if isinstance(back, str):
        assert view.function is digits_after_point
        return
    assert len(back) == len(view.paths)
    # A flow may have another divisor than it had: the same rate, said another way.
    assert view.function(*back) == view.function(*sample)


# --- conversions ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "text"),
    [(12345, "12.345"), (12000, "12"), (5, "0.005"), (0, "0"), (-1500, "-1.5"), (0xFFFFFF, "16777.215")],
)
def test_thousandths(number: int, text: str) -> None:
    assert Scaled(3).text(number) == text
    assert Scaled(3).value(text) == number


@given(st.integers(-(2**63), 2**63), st.integers(1, 9))
def test_scaled_goes_back(number: int, places: int) -> None:
    assert Scaled(places).value(Scaled(places).text(number)) == number


@pytest.mark.parametrize("text", ["1.2345", "", "x", "1,5", "+1"])
def test_no_thousandths(text: str) -> None:
    with pytest.raises(EncodeError):
        Scaled(3).value(text)


def test_minutes_of_the_day() -> None:
    for minute, text in ((0, "00:00:00Z"), (450, "07:30:00Z"), (1439, "23:59:00Z")):
        assert MinuteOfDay().text(minute) == text
        assert MinuteOfDay().value(text) == minute
    with pytest.raises(EncodeError):
        MinuteOfDay().text(1440)
    for bad in ("24:00:00Z", "07:30:15Z", "07:30:00+01:00", "7:30"):
        with pytest.raises(EncodeError):
            MinuteOfDay().value(bad)


def test_euis_and_octets() -> None:
    octets = bytes.fromhex("00DB1234567890A0")
    assert Eui().text(octets) == "00-DB-12-34-56-78-90-A0"
    assert Eui().value("00-DB-12-34-56-78-90-A0") == octets
    with pytest.raises(EncodeError):
        Eui().text(octets[1:])
    assert HexOctets(2).text(b"\0\x9b") == "009B"
    with pytest.raises(EncodeError):
        HexOctets(2).text(b"123")


# --- views ------------------------------------------------------------------------------------


def test_a_date_with_wildcards() -> None:
    any_christmas = ZclDate(b"\xff\x0c\x19\xff")
    parts = gas_date(any_christmas)
    assert parts == {"year": "any", "month": 12, "day": 25, "weekday": "any"}
    assert gas_date_values(parts) == (any_christmas,)
    with pytest.raises(EncodeError):
        gas_date(b"\xff\x0c\x19")
    with pytest.raises(EncodeError):
        gas_date_values({**parts, "year": 2200})


@pytest.mark.parametrize(
    "schedule",
    [
        [],
        [{"start_minute": 1, "price_tier": 1}],
        [{"start_minute": 0, "price_tier": 1}, {"start_minute": 60, "price_tier": 2}],
    ],
)
def test_a_day_that_mmc_cannot_say(schedule: list[Value]) -> None:
    with pytest.raises(EncodeError):
        single_action(schedule)


@pytest.mark.parametrize(
    ("value", "nibbles", "text"),
    [
        (102264, 0x50, "1.02264"),
        (400, 0x10, "40.0"),
        (567, 0x00, "567"),
        (36, 0x01, "36"),
        (5, 0x50, "0.00005"),
    ],
)
def test_trailing_digits(value: int, nibbles: int, text: str) -> None:
    assert trailing_digits(value, nibbles) == {"decimal": text}
    assert trailing_digits_values({"decimal": text}) == (value, nibbles & 0xF0)
    with pytest.raises(EncodeError):
        trailing_digits_values({"decimal": "-1"})


def test_a_volume_goes_back_in_litres() -> None:
    parts = gas_volume(7_500, 2, 1000)
    assert gas_volume_values(parts) == (15_000, 1, 1000)
    assert gas_flow_values(gas_volume(61_680, 1, 10_000)) == (61_680, 1, 10_000)
    with pytest.raises(EncodeError):
        gas_volume_values({"volume": "0.0001"})


@pytest.mark.parametrize("period", [(1, 0x21), (1, 0x22), (1, 0x23), (3, 0x23), (6, 0x23), (12, 0x23)])
def test_billing_periods(period: tuple[int, int]) -> None:
    assert billing_period_values(billing_period(*period)) == period


def test_a_billing_period_without_a_word() -> None:
    with pytest.raises(EncodeError):
        billing_period(2, 0x23)
    with pytest.raises(EncodeError):
        billing_period_values({"periodicity": "Hourly"})


def test_models() -> None:
    assert model_and_device(b"12345678") == {"model": b"12345678"}
    assert model_and_device_values({"model": b"12345678"}) == (b"12345678",)
    with pytest.raises(EncodeError):
        model_and_device(b"123456789")


def test_payment_modes() -> None:
    assert payment_control(0x0C94) == {"mode": "Credit"}
    assert payment_control(0x0097) == {"mode": "Prepayment", "emergency": True, "disabled": False}
    for code in (0x0C94, 0x0497, 0x0097, 0x0C97, 0x0897):
        assert payment_control_values(payment_control(code)) == (code,)
    with pytest.raises(EncodeError):
        payment_control(0)
    with pytest.raises(EncodeError):
        payment_control_values({"mode": "Credit", "emergency": True})


def test_samples_have_a_moment_each() -> None:
    start = 473_212_800
    parts = half_hours(start, [1, 0xFFFFFF, 3])
    moments = [start, start + 1800, start + 3600]
    assert parts == {
        "entries": [
            {"time": moments[0], "value": 1},
            {"time": moments[1]},
            {"time": moments[2], "value": 3},
        ]
    }
    assert half_hours_values(parts) == (start, [1, 0xFFFFFF, 3])
    with pytest.raises(EncodeError):
        days_values(parts)
    assert isinstance(half_hours_values({"entries": []}), str)


def test_behaviours_of_events() -> None:
    events: list[Value] = [
        {"event_id": 0x810D, "configuration": 0x18},
        {"event_id": 0x819E, "configuration": 0x08},
        {"event_id": 0x81A1, "configuration": 0x43},
    ]
    parts = event_behaviours(events)
    assert parts == {
        "x810D": {"wan": True, "han": True, "log": False, "alarm": False},
        "x81A1": {"wan": False, "han": False, "log": True, "alarm": True},
    }
    assert event_behaviours_values(parts) == ([events[0], events[2]],)
    assert len(ALERT_EVENTS) == 44


@pytest.mark.parametrize(
    "events",
    [
        [{"event_id": 0x81A1, "configuration": 0}] * 2,
        [{"event_id": 0x81A1, "configuration": 1}],
        [{"event_id": 0x81A1, "configuration": 0x80}],
    ],
)
def test_behaviours_that_mmc_cannot_say(events: list[Value]) -> None:
    with pytest.raises(EncodeError):
        event_behaviours(events)


# --- documents --------------------------------------------------------------------------------


def _prepay(number: int) -> Values:
    money = ("accumulated_debt", "time_debt_1", "time_debt_2", "payment_debt", "emergency_credit")
    return {
        "snapshot_id": number,
        "time": 86_400 * number,
        "total_found": 2,
        "cause": 1,
        **dict.fromkeys(money, 0),
        "meter_balance": -number,
    }


LOG_RESULTS = tuple(Result("prepay_snapshots", n, 0 if n < 2 else 0x8B) for n in range(31))


def test_a_log_that_nobody_could_open_stands_item_by_item_in_gbcs_data() -> None:
    values: Values = {"prepay_snapshots": [_prepay(1), _prepay(2)]}
    sealed = response("GCS16b", values, results=LOG_RESULTS, ring=None)
    assert [name for name, _ in sealed_values(sealed.body.values)] == [
        "prepay_snapshots[1]",
        "prepay_snapshots[2]",
    ]
    root = etree.fromstring(render(sealed))
    assert root.xpath("//*[local-name()='GBCSData']/@name") == ["prepay_snapshots[1]", "prepay_snapshots[2]"]
    assert root.xpath("//*[local-name()='GBCSData']/@sequence") == ["1", "2"]
    assert root.findall(".//{*}LogEntry") == []
    opened = etree.fromstring(render(response("GCS16b", values, results=LOG_RESULTS)))
    assert [e.text for e in opened.findall(".//{*}MeterBalance")] == ["-1", "-2"]
    assert opened.findall(".//{*}GBCSData") == []


def test_the_checks_of_a_message_see_what_stands_sealed_in_a_list() -> None:
    values: Values = {"prepay_snapshots": [_prepay(1), _prepay(2)]}
    octets = response("GCS16b", values, results=LOG_RESULTS).frame.encode()
    for ring, opened in ((KeyRing(), None), (RING, True)):
        verdicts = {v.check: v.ok for v in read_with_checks(octets, ring, lambda _: USER).verdicts}
        assert verdicts["decryption"] is opened


def test_what_was_not_found_is_no_failure_but_is_told() -> None:
    message = response("GCS16b", {"prepay_snapshots": [_prepay(1), _prepay(2)]}, results=LOG_RESULTS)
    root = etree.fromstring(render(message))
    assert root.xpath("//*/@MessageSuccess") == ["true"]
    assert root.xpath("//*/@ResponseCode") == ["00"] * 2 + ["8B"] * 29


def test_a_missing_attribute_leaves_its_element_out() -> None:
    values: Values = {"divisor": 1000, "unit": 1, "consumption": 7}
    results = tuple(
        Result(name, 0, 0xC0 if name == "multiplier" else 0)
        for name in ("divisor", "multiplier", "unit", "consumption")
    )
    root = etree.fromstring(render(response("GCS13a", values, results=results)))
    assert root.findall(".//{*}Value") == []
    assert [e.text for e in root.findall(".//{*}Unit")] == ["m3"]
    assert root.xpath("//*/@MessageSuccess") == ["false"]
    assert [e.text for e in root.findall(".//{*}AttributeID")] == ["0302", "0301", "0300", "0000"]
