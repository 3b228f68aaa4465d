from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dcc_sim.codec.shape import Value
from dcc_sim.errors import EncodeError
from dcc_sim.mmc.views import (
    clock_status,
    date_parts,
    date_values,
    gas_volume,
    gas_volume_values,
    price_matrix,
    price_table,
    season_start,
    season_start_values,
)


@pytest.mark.parametrize(
    ("octets", "parts"),
    [
        ("07EA0C1F03", (2026, 12, 31, 3)),
        ("FFFFFFFFFF", ("any", "any", "any", "any")),
        ("FFFF03FE07", ("any", 3, "last", 7)),
        ("FFFFFDFDFF", ("any", 0xFD, "second-last", "any")),
    ],
)
def test_dates(octets: str, parts: tuple[Value, ...]) -> None:
    found = date_parts(bytes.fromhex(octets))
    assert tuple(found.values()) == parts
    assert list(found) == ["year", "month", "day", "weekday"]
    assert date_values(found) == (bytes.fromhex(octets),)


@pytest.mark.parametrize("octets", ["", "07EA0C1F", "07EA0101FF000001008000FF"])
def test_what_is_no_date(octets: str) -> None:
    with pytest.raises(EncodeError):
        date_parts(bytes.fromhex(octets))


def test_a_season_starts_with_its_date_whatever_the_time() -> None:
    parts = season_start(bytes.fromhex("07DF0314FF162D00008000FF"))
    assert parts == {"year": 2015, "month": 3, "day": 20, "weekday": "any"}
    assert season_start_values(parts) == (bytes.fromhex("07DF0314FF000000008000FF"),)
    with pytest.raises(EncodeError):
        season_start(b"\xff" * 5)


@pytest.mark.parametrize(
    ("consumption", "multiplier", "divisor", "volume"),
    [
        (12345, 1, 1000, "12.345"),
        (12000, 1, 1000, "12"),
        (0, 1, 1000, "0"),
        (5, 1, 1000, "0.005"),
        (9, 2, 3, "6"),
        (2**48 - 1, 1, 1000, "281474976710.655"),
    ],
)
def test_gas_volumes(consumption: int, multiplier: int, divisor: int, volume: str) -> None:
    parts = gas_volume(consumption, multiplier, divisor)
    assert parts == {"volume": volume}
    assert gas_volume(*gas_volume_values(parts)) == parts


@given(st.integers(0, 2**48 - 1), st.integers(0, 2**24 - 1), st.integers(0, 2**24 - 1))
def test_a_gas_volume_is_exact_or_refused(consumption: int, multiplier: int, divisor: int) -> None:
    try:
        text = gas_volume(consumption, multiplier, divisor)["volume"]
    except EncodeError:
        return
    assert isinstance(text, str)
    assert Fraction(text) == Fraction(consumption * multiplier, divisor)
    assert len(text.replace(".", "")) <= 18


def _table() -> list[Value]:
    numbers = [*range(1, 49), *(16 * letter + n for letter in range(10, 14) for n in range(1, 9))]
    return [{"index": bytes((number,)), "charge": number} for number in numbers]


def test_prices_are_found_by_index_not_by_place() -> None:
    found = price_matrix(_table()[::-1])
    assert price_table(found) == (_table(),)
    assert found["tou"] == list(range(1, 49))
    assert found["blocks"] == [[16 * letter + n for letter in range(10, 14)] for n in range(1, 9)]


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        (_table()[1:], "missing"),
        ([*_table(), {"index": b"\x01", "charge": 0}], "twice"),
        ([{"index": b"\x01\x02", "charge": 0}], "no index"),
        ([*_table(), {"index": b"\x99", "charge": 0}], "99"),
    ],
)
def test_a_matrix_that_is_not_whole(table: list[Value], reason: str) -> None:
    with pytest.raises(EncodeError, match=reason):
        price_matrix(table)


@pytest.mark.parametrize(("octet", "status"), [(0, 0), (1, 1), (2, 2), (3, 1), (4, 0), (0x82, 2)])
def test_clock_status(octet: int, status: int) -> None:
    assert clock_status(octet) == {"code": octet, "status": status}


def test_clock_status_not_specified() -> None:
    with pytest.raises(EncodeError):
        clock_status(0xFF)
