"""Dates and times as octets, and what they say."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from dcc_sim.codec.times import (
    NEVER,
    NOW,
    CosemDate,
    CosemDateTime,
    CosemTime,
    ZclDate,
    moment_since_2000,
    seconds_since_2000,
)
from dcc_sim.errors import EncodeError

MOMENT = datetime(2028, 2, 29, 23, 59, 58, tzinfo=UTC)


def test_a_moment_is_written_as_gbcs_wants_it() -> None:
    assert CosemDateTime.at(MOMENT).hex().upper() == "07EC021DFF173B3A008000FF"
    assert CosemDateTime.at(MOMENT, status=0x04)[-1] == 4
    assert CosemDateTime.at(MOMENT).moment == MOMENT
    in_summer = datetime(2028, 6, 1, 1, tzinfo=UTC).astimezone(UTC)
    assert CosemDateTime.at(in_summer).moment == in_summer


@pytest.mark.parametrize(
    ("octets", "shown", "is_moment"),
    [
        (NOW, "now", False),
        (NEVER, "never", False),
        (bytes.fromhex("07EC021DFF173B3A008000FF"), "2028-02-29T23:59:58Z", True),
        (bytes.fromhex("07EC021DFF173B3AFF8000FF"), "2028-02-29T23:59:58Z", True),
        (bytes.fromhex("07ED021DFF173B3A008000FF"), "2029-02-29 23:59:58", False),
        (bytes.fromhex("FFFF0CFE07000000008000FF"), "*-12-last weekday 7 00:00:00", False),
    ],
)
def test_what_a_date_time_says(octets: bytes, shown: str, is_moment: bool) -> None:
    value = CosemDateTime(octets)
    assert str(value) == repr(value) == shown
    assert (value.moment is not None) == is_moment


@pytest.mark.parametrize(
    ("octets", "shown"),
    [
        ("07EC021DFF", "2028-02-29"),
        ("FFFFFFFFFF", "*-*-*"),
        ("FFFFFEFFFF", "*-dst-begin-*"),
        ("FFFFFDFE07", "*-dst-end-last weekday 7"),
        ("FFFF0CFDFF", "*-12-second-last"),
    ],
)
def test_what_a_date_says(octets: str, shown: str) -> None:
    assert str(CosemDate(bytes.fromhex(octets))) == shown


@pytest.mark.parametrize(
    ("octets", "shown"),
    [("80021DFF", "2028-02-29"), ("FFFFFF07", "*-*-* weekday 7"), ("000101FF", "1900-01-01")],
)
def test_what_a_zigbee_date_says(octets: str, shown: str) -> None:
    assert str(ZclDate(bytes.fromhex(octets))) == shown


def test_a_day_and_a_time_of_day() -> None:
    assert CosemDate.on(date(2028, 2, 29)).hex().upper() == "07EC021DFF"
    assert CosemTime.of_day(86_399).hex().upper() == "173B3B00"
    assert CosemTime.of_day(86_399).seconds == 86_399
    assert CosemTime(b"\xff\x1e\xff\x00").seconds == 1800
    assert str(CosemTime(b"\xff\x1e\x00\x00")) == "*:30:00"


@pytest.mark.parametrize("kind", [CosemDateTime, CosemDate, CosemTime, ZclDate])
def test_another_number_of_octets(kind: type[CosemDate]) -> None:
    with pytest.raises(EncodeError, match="octets, not 3"):
        kind(bytes(3))


def test_seconds_since_2000() -> None:
    epoch = datetime(2000, 1, 1, tzinfo=UTC)
    assert seconds_since_2000(epoch) == 0
    assert seconds_since_2000(epoch + timedelta(seconds=2**32 - 1)) == 2**32 - 1
    assert moment_since_2000(seconds_since_2000(MOMENT)) == MOMENT
    for outside in (epoch - timedelta(seconds=1), epoch + timedelta(seconds=2**32)):
        with pytest.raises(EncodeError, match="not within 2000 … 2136"):
            seconds_since_2000(outside)
