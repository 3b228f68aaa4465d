"""The named functions of the tables of ESME and Communications Hub: what they refuse, and odd values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mmc_samples_electricity import EVENING, LOWER, MIDNIGHT, billed, charge, charges, settings

from dcc_sim.codec.shape import Value, Values
from dcc_sim.codec.times import CosemDate
from dcc_sim.errors import EncodeError
from dcc_sim.mmc.views_electricity import (
    billing_periodicity,
    billing_periodicity_values,
    block_matrices,
    charges_mode,
    debt_suspension,
    demand_period,
    mpans,
    mpans_values,
    network_settings,
    network_settings_values,
    supplier_settings,
)
from dcc_sim.mmc.views_hub import channel_change, channel_masks, operating_channel, operating_channel_values
from dcc_sim.mmc.views_load import (
    controller_script,
    controller_type,
    fill_special_days,
    logged_action,
    logged_action_values,
    marked_days,
    marked_days_values,
    marked_special_days,
    marked_special_days_values,
    switch_script,
)


def test_block_registers_and_counters_alternate() -> None:
    blocks = block_matrices(list(range(64)))["blocks"]
    assert isinstance(blocks, list)
    assert blocks[2] == {"registers": list(range(32, 40)), "counters": list(range(40, 48))}
    with pytest.raises(EncodeError):
        block_matrices([0] * 63)


@pytest.mark.parametrize("scripts", [(), (1,), (2, 2), (1, 3)])
def test_a_demand_period_needs_a_start_and_an_end(scripts: tuple[int, ...]) -> None:
    with pytest.raises(EncodeError):
        demand_period([{"script": script, "switch_time": MIDNIGHT} for script in scripts])


@pytest.mark.parametrize(
    ("dates", "parts"),
    [
        (("FFFFFFFFFF",), {"daily": True}),
        (("FFFFFFFF01",), {"weekly": 1}),
        (("FFFFFF1CFF",), {"monthly": 28}),
        (("FFFF0C01FF",), {"yearly": {"day": 1, "month": 12}}),
        (("FFFF0901FF", "FFFF0301FF"), {"six_monthly": {"day": 1, "month": 9}}),
        (
            ("FFFF0B02FF", "FFFF0202FF", "FFFF0502FF", "FFFF0802FF"),
            {"quarterly": {"day": 2, "month": 11}},
        ),
    ],
)
def test_periodicities(dates: tuple[str, ...], parts: Values) -> None:
    (times,) = billed(*dates)
    assert billing_periodicity(times) == {"time": EVENING, **parts}


@pytest.mark.parametrize(
    "dates",
    [
        ("07EAFFFFFF",),
        ("FFFFFF0101",),
        ("FFFF010101",),
        ("FFFF0101FF", "FFFF0201FF"),
        ("FFFF0101FF", "FFFF0702FF"),
        ("FFFF0101FF", "FFFF0501FF", "FFFF0901FF"),
        ("FFFFFF01FF", "FFFFFF01FF"),
    ],
)
def test_dates_that_are_no_periodicity(dates: tuple[str, ...]) -> None:
    (times,) = billed(*dates)
    with pytest.raises(EncodeError):
        billing_periodicity(times)


def test_a_billing_calendar_has_one_time_of_day() -> None:
    dates = [CosemDate(bytes.fromhex(text)) for text in ("FFFF0101FF", "FFFF0701FF")]
    with pytest.raises(EncodeError):
        billing_periodicity([{"time": t, "date": d} for t, d in zip((MIDNIGHT, EVENING), dates, strict=True)])


@given(st.integers(1, 28), st.integers(1, 12), st.sampled_from(("quarterly", "six_monthly", "yearly")))
def test_every_start_of_a_longer_period_comes_back(day: int, month: int, name: str) -> None:
    parts = {"time": EVENING, name: {"day": day, "month": month}}
    assert billing_periodicity(*billing_periodicity_values(parts)) == parts


@pytest.mark.parametrize(
    ("listed", "mode", "suspension"),
    [
        ([charge(0, 0, "111"), charge(0, 4, "111")], "Credit", {}),
        ([charge(0, 0, "111"), charge(0, 4, "111"), charge(0, 5, "111")], "Credit", {}),
        (charges("111", accumulated=True), "Prepayment", {"disabled": False, "emergency": True}),
        (charges("110", accumulated=True), "Prepayment", {"disabled": True, "emergency": True}),
        (charges("110", accumulated=False), "Prepayment", {"disabled": True, "emergency": False}),
    ],
)
def test_charges_tell_mode_and_suspensions(listed: list[Value], mode: str, suspension: Values) -> None:
    assert charges_mode(listed) == {"mode": mode}
    assert debt_suspension(listed) == suspension


def test_a_charge_of_no_credit_is_refused() -> None:
    with pytest.raises(EncodeError):
        charges_mode([{"credit": bytes(6), "charge": bytes(6), "collection": "111"}])


def test_mpans() -> None:
    assert mpans(b"1" * 13 + b"2" * 13) == {"primary": b"1" * 13, "secondary": b"2" * 13}
    assert mpans(b"") == {"primary": b""}
    with pytest.raises(EncodeError):
        mpans_values({"primary": b"1", "secondary": b"2" * 13})


def test_settings_are_found_by_bit_from_the_end() -> None:
    common = supplier_settings("0" * 256)["common"]
    assert isinstance(common, dict)
    assert not any(common.values())
    found = supplier_settings(settings(0x0D, 0xC6))["common"]
    assert isinstance(found, dict)
    assert [name for name, enabled in found.items() if enabled] == ["x810D", "x81C6"]


@pytest.mark.parametrize("bits", [settings(0), "0" * 255])
def test_settings_that_the_schema_cannot_say(bits: str) -> None:
    with pytest.raises(EncodeError):
        supplier_settings(bits)


def test_settings_of_one_phase_or_of_three() -> None:
    assert "one_phase" in network_settings(settings())
    assert "one_phase" in network_settings(settings(0x02))
    assert "three_phases" in network_settings(settings(0x03, 0x14))
    with pytest.raises(EncodeError):
        network_settings(settings(0x02, 0x03))
    with pytest.raises(EncodeError):
        network_settings_values({"common": {"x8114": True}})


@given(st.text("01", min_size=7, max_size=7))
def test_any_days_of_the_week_come_back(bits: str) -> None:
    assert marked_days_values(marked_days(bits)) == (bits,)


@given(st.text("01", max_size=20))
def test_special_days_come_back_as_long_as_their_table(bits: str) -> None:
    (shortest,) = marked_special_days_values(marked_special_days(bits))
    values: dict[str, Value] = {"c": [{"special_days": shortest}], "t": [{}] * len(bits)}
    fill_special_days(values, "c", "t")
    assert values["c"] == [{"special_days": bits}]


def test_without_a_table_of_special_days_nothing_is_filled() -> None:
    values: dict[str, Value] = {"c": [{"special_days": "1"}]}
    fill_special_days(values, "c", "t")
    assert values == {"c": [{"special_days": "1"}]}


def test_no_day_of_the_week() -> None:
    with pytest.raises(EncodeError):
        marked_days_values({"days": ["Someday"]})


@pytest.mark.parametrize("script", [0x0001, 0x0601, 0x0103, 0x0100])
def test_scripts_that_are_no_switch_and_action(script: int) -> None:
    with pytest.raises(EncodeError):
        switch_script(script)


@pytest.mark.parametrize("script", [0x1080, 0x1680, 0x3180, 0x11E5, 0x1132])
def test_scripts_that_are_no_controller_and_level(script: int) -> None:
    with pytest.raises(EncodeError):
        controller_script(script)


def test_logged_actions() -> None:
    assert logged_action(0x0312, 2, 9) == {"number": 3, "action": 0x12, "outcome": 2, "command": 9}
    assert logged_action(0x2332, 1, 0) == {
        "number": 3,
        "level": 50,
        "input": True,
        "outcome": 1,
        "command": 0,
    }
    # Of a calendar: the highest bit of the level does not come back.
    assert logged_action_values(logged_action(0x1180, 1, 0)) == (0x1100, 1, 0)
    with pytest.raises(EncodeError):
        logged_action(0x0313, 0, 0)


def test_a_type_of_another_size() -> None:
    with pytest.raises(EncodeError):
        controller_type(b"\x00\x01")


def test_channels() -> None:
    assert operating_channel(LOWER) == {"lower": 33}
    for bits in ("0" * 32, "11100" + "0" * 27, "11101" + "0" * 18 + "1" + "0" * 8, "11100" + "1" * 27, "1"):
        with pytest.raises(EncodeError):
            operating_channel(bits)
    with pytest.raises(EncodeError):
        operating_channel_values({"upper": 27})
    with pytest.raises(EncodeError):
        channel_masks(*(["11100" + "0" * 27] * 4))
    with pytest.raises(EncodeError):
        channel_change(bytes(7))


@given(
    st.one_of(
        st.tuples(st.just("lower"), st.integers(0, 61)), st.tuples(st.just("upper"), st.integers(0, 26))
    )
)
def test_every_channel_comes_back(channel: tuple[str, int]) -> None:
    parts = dict([channel])
    assert operating_channel(*operating_channel_values(parts)) == parts
