"""Texts of a request as values of a command: exactly, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from lxml import etree

from dcc_sim.codec.times import NEVER
from dcc_sim.duis.names import SR
from dcc_sim.errors import RequestInvalid
from dcc_sim.transform.conversions import (
    BASE64,
    COSEM_ACTIVATION,
    COSEM_DATE,
    COSEM_DAY,
    COSEM_DAY_START,
    COSEM_MOMENT,
    COSEM_TIME,
    EUI,
    MOMENT,
    SECONDS_2000,
    TEXT,
    TRUTH,
    WEEKDAY_BITS,
    WHOLE,
    ZCL_DATE,
    Hex,
    Named,
    Number,
    Scaled,
    Whole,
    ZclActivation,
    seconds_2000,
)


@pytest.mark.parametrize(
    ("conversion", "text", "value"),
    [
        (WHOLE, "007", 7),
        (WHOLE, "-128", -128),
        (Whole(times=256, plus=0x11), "5", 0x511),
        (Scaled(2), "1.3", 130),
        (Scaled(2), "60.00", 6000),
        (Scaled(0), "-5", -5),
        (TEXT, " é ", " é ".encode()),
        (Number(1), "16", b"\x10"),
        (TRUTH, "1", True),
        (TRUTH, "false", False),
        (Named({"GBP": 826}), "GBP", 826),
        (Hex(), "0aFF", b"\x0a\xff"),
        (BASE64, "AQ\n ID", b"\x01\x02\x03"),
        (EUI, "00-db-12-34-56-78-90-A0", bytes.fromhex("00DB1234567890A0")),
        (MOMENT, "2026-12-01T01:30:00+01:30", datetime(2026, 12, 1, tzinfo=UTC)),
        (COSEM_MOMENT, "2015-01-03T00:00:00.00Z", bytes.fromhex("07DF0103FF000000008000FF")),
        (COSEM_ACTIVATION, "3000-12-31T00:00:00.00Z", NEVER),
        (COSEM_ACTIVATION, "2030-01-15T09:00:00Z", bytes.fromhex("07EE010FFF090000008000FF")),
        (SECONDS_2000, "2000-01-01T00:00:01Z", 1),
        (ZclActivation(0xFFFF_FFFE), "3000-12-31T00:00:00Z", 0xFFFF_FFFE),
        (ZclActivation(0xFFFF_FFFE), "2000-01-01T00:01:00Z", 60),
        (COSEM_TIME, "07:30:59.00Z", bytes((7, 30, 59, 0))),
        (COSEM_DAY, "2014-10-27Z", bytes.fromhex("07DE0A1BFF")),
        (COSEM_DAY, "65535-04-29Z", bytes.fromhex("FFFF041DFF")),
    ],
)
def test_what_a_text_is_worth(conversion: Any, text: str, value: Any) -> None:
    assert conversion.read(text) == value


@pytest.mark.parametrize(
    ("conversion", "text", "reason"),
    [
        (WHOLE, "1.0", "not a whole number"),
        (Whole(low=0, high=9), "10", "10 is outside 0 … 9"),
        (Scaled(2), "1.234", "more than 2 decimal places"),
        (Number(1), "256", "does not fit 1 octets"),
        (Named({"A": 1}), "B", "'B' is not one of A"),
        (Hex(4), "0a", "4 octets are needed, not 1"),
        (Hex(), "0", "hexadecimal"),
        (BASE64, "A", "not base64"),
        (EUI, "00-11", "not an EUI-64"),
        (MOMENT, "2026-12-01T00:00:00.5Z", "fraction of a second"),
        (MOMENT, "2026-12-01T00:00:00", "time zone"),
        (MOMENT, "12026-12-01T00:00:00Z", "isoformat"),
        (SECONDS_2000, "1999-12-31T23:59:59Z", "not within 2000 … 2136"),
        (ZclActivation(1), "2000-01-01T00:00:00Z", "now or never"),
        (ZclActivation(1), "2136-02-07T06:28:14Z", "now or never"),
        (COSEM_TIME, "07:30:00", "UTC to the second"),
        (COSEM_TIME, "07:30:00.5Z", "UTC to the second"),
        (COSEM_TIME, "24:00:00Z", "not a time of day"),
        (COSEM_DAY, "2014-10-27+01:00", "not a date in UTC"),
        (COSEM_DAY, "65534-10-27Z", "65535 for every year"),
    ],
)
def test_what_cannot_be_carried(conversion: Any, text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        conversion.read(text)
    assert conversion.rule


def element(content: str) -> etree._Element:
    return etree.fromstring(f'<d xmlns="{SR}">{content}</d>')


def date(prefix: str = "", suffix: str = "", **parts: str) -> etree._Element:
    return element(
        "".join(f"<{prefix}{name}{suffix}>{part}</{prefix}{name}{suffix}>" for name, part in parts.items())
    )


def said(name: str, number: int) -> str:
    return f"<{name}>{number:02d}</{name}>"


def test_dates_with_wildcards() -> None:
    parts = {
        "Year": "<NonSpecifiedYear/>",
        "Month": said("SpecifiedMonth", 2),
        "DayOfMonth": "<SecondLastDayOfMonth/>",
        "DayOfWeek": said("SpecifiedDayOfWeek", 7),
    }
    assert COSEM_DATE.value(date(**parts)) == bytes.fromhex("FFFF02FD07")
    assert COSEM_DAY_START.value(date(**parts)) == bytes.fromhex("FFFF02FD07000000008000FF")
    with pytest.raises(RequestInvalid, match="nothing is chosen at line 1, Month"):
        COSEM_DATE.value(date(**(parts | {"Month": ""})))
    del parts["DayOfWeek"]
    with pytest.raises(RequestInvalid, match="DayOfWeek is missing"):
        COSEM_DATE.value(date(**parts))


def test_gas_dates() -> None:
    parts = {
        "Year": said("SpecifiedYear", 2015),
        "Month": "<NonSpecifiedMonth/>",
        "DayOfMonth": "<GasNonSpecifiedDayOfMonth/>",
        "DayOfWeek": "<NonSpecifiedDayOfWeek/>",
    }
    assert ZCL_DATE.value(date("Gas", "WithWildcards", **parts)) == bytes((115, 255, 255, 255))
    with pytest.raises(RequestInvalid, match="does not fit a ZigBee date"):
        ZCL_DATE.value(date("Gas", "WithWildcards", **(parts | {"Year": said("SpecifiedYear", 2155)})))


def test_weekdays() -> None:
    def days(*names: str) -> etree._Element:
        one = "<DayOfWeekApplicability><DayOfWeekID>{}</DayOfWeekID></DayOfWeekApplicability>"
        return element("".join(map(one.format, names)))

    assert WEEKDAY_BITS.value(days()) == "0000000"
    assert WEEKDAY_BITS.value(days("Sunday", "Monday")) == "1000001"
    with pytest.raises(RequestInvalid, match="Monday is named twice"):
        WEEKDAY_BITS.value(days("Monday", "Monday"))


def test_the_time_of_the_transform() -> None:
    assert seconds_2000(datetime(2015, 1, 1, tzinfo=UTC)) == 473_385_600
