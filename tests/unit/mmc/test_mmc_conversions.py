from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dcc_sim.codec.shape import Value
from dcc_sim.codec.times import CosemDate, CosemDateTime
from dcc_sim.errors import EncodeError
from dcc_sim.mmc.conversions import (
    Base64,
    Const,
    Conversion,
    Day,
    Described,
    Hex,
    Integer,
    Moment,
    Named,
    OctetNumber,
    OctetText,
    Plain,
    SecondsSince2000,
    TimeOfDay,
    YesNo,
)

GOOD: list[tuple[Conversion, Value, str]] = [
    (Integer(), -5, "-5"),
    (Integer(1, 8, minus=100), 108, "8"),
    (Hex(2), 0x8F66, "8F66"),
    (Hex(2), b"\x00\xab", "00AB"),
    (Named({1: "one"}), 1, "one"),
    (Named({1: "GBP"}), True, "GBP"),
    (Named({}, "other"), 5, "other"),
    (YesNo(), False, "false"),
    (OctetNumber(1, 4), b"\x04", "4"),
    (OctetNumber(1, 4), b"\x00\x00\x00\x02", "2"),
    (OctetText(8), b"", ""),
    (OctetText(8), b" winter ", " winter "),
    (OctetText(8), "été".encode(), "été"),
    (OctetText(8), b"a\x00\t\x7f", "a\u2400\u2409\u2421"),
    (OctetText(8), b"\xe9", "\ue0e9"),
    (OctetText(8), "\u2400".encode(), "\ue0e2\ue090\ue080"),
    (OctetText(8), "\ue0e9".encode(), "\ue0ee\ue083\ue0a9"),
    (Plain(), "x", "x"),
    (Const("3"), None, "3"),
    (Base64(), b"\x00\xff", "AP8="),
    (Moment(), CosemDateTime.at(datetime(26, 1, 2, tzinfo=UTC)), "0026-01-02T00:00:00Z"),
    (Moment(), bytes.fromhex("07EA0101FF0A0B0C320000FF"), "2026-01-01T10:11:12.5Z"),
    (Moment(), datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=1))), "2026-01-01T00:00:00Z"),
    (SecondsSince2000(), 0xFFFF_FFFF, "2136-02-07T06:28:15Z"),
    (TimeOfDay(), b"\x17\x3b\x3b\x00", "23:59:59Z"),
    (TimeOfDay(), b"\x00\x00\x00\xff", "00:00:00Z"),
    (TimeOfDay(), b"\x00\x00\x00\x05", "00:00:00.05Z"),
    (Day(), CosemDate.on(date(2026, 3, 29)), "2026-03-29Z"),
    (Day(), bytes.fromhex("07EA031D07"), "2026-03-29Z"),
    (Described({5: "five"}, "another"), 5, "five"),
    (Described({5: "five"}, "another"), 6, "another"),
]


@pytest.mark.parametrize(("conversion", "value", "text"), GOOD, ids=[f"{c}-{v!r}" for c, v, _ in GOOD])
def test_text(conversion: Conversion, value: Value, text: str) -> None:
    assert conversion.text(value) == text


@pytest.mark.parametrize(("conversion", "value", "text"), GOOD, ids=[f"{c}-{v!r}" for c, v, _ in GOOD])
def test_the_way_back_says_the_same(conversion: Conversion, value: Value, text: str) -> None:
    back = conversion.value(text)
    # None: the text says nothing that another element does not say.
    assert back is None or conversion.text(back) == text


@pytest.mark.parametrize(
    ("conversion", "text", "value"),
    [
        (Integer(1, 8, minus=100), " +8 ", 108),
        (Hex(2), "8f66", b"\x8f\x66"),
        (Named({1: "GBP"}), "GBP", 1),
        (Named({}, "other"), "other", None),
        (YesNo(), "1", True),
        (YesNo(), "0", False),
        (OctetNumber(1, 4), "04", b"\x04"),
        (OctetNumber(0, 0xFFFF), "256", b"\x01\x00"),
        (Base64(), " AP8=\n", b"\x00\xff"),
        (Moment(), "2026-03-29T02:30:00+01:00", CosemDateTime.at(datetime(2026, 3, 29, 1, 30, tzinfo=UTC))),
        (Moment(), "2026-03-29T01:30:00.500", bytes.fromhex("07EA031DFF011E00328000FF")),
        (SecondsSince2000(), "2000-01-01T00:00:01Z", 1),
        (TimeOfDay(), "07:30:00", b"\x07\x1e\x00\x00"),
        (Day(), "2026-03-29", bytes.fromhex("07EA031DFF")),
        (Const("3"), "3", None),
    ],
)
def test_value(conversion: Conversion, text: str, value: Value) -> None:
    assert conversion.value(text) == value


@pytest.mark.parametrize(
    ("conversion", "text"),
    [
        (Integer(), ""),
        (Integer(), "1.0"),
        (Integer(), "１"),
        (Integer(1, 8, minus=100), "9"),
        (Hex(2), "8F"),
        (Hex(1), "xy"),
        (Named({1: "one"}), "two"),
        (YesNo(), "yes"),
        (OctetNumber(1, 4), "5"),
        (OctetText(2), "abc"),
        (Const("3"), "4"),
        (Base64(), "A"),
        (Moment(), "2026-03-29"),
        (Moment(), "2026-13-01T00:00:00Z"),
        (Moment(), "2026-01-01T00:00:00.001Z"),
        (Moment(), "0001-01-01T00:00:00+14:00"),
        (SecondsSince2000(), "1999-12-31T23:59:59Z"),
        (SecondsSince2000(), "2026-01-01T00:00:00.5Z"),
        (TimeOfDay(), "24:00:00Z"),
        (TimeOfDay(), "07:00:00+01:00"),
        (Day(), "2026-02-30"),
        (Day(), "29.3.2026"),
    ],
)
def test_what_is_no_text_of_the_type(conversion: Conversion, text: str) -> None:
    with pytest.raises(EncodeError):
        conversion.value(text)


BAD: list[tuple[Conversion, Value]] = [
    (Integer(1), 0),
    (Integer(None, 3), 4),
    (Integer(1, 8, minus=100), 8),
    (Integer(), "1"),
    (Integer(), True),
    (Hex(1), 256),
    (Hex(1), b"ab"),
    (Named({1: "one"}), 2),
    (Named({1: "one"}), "one"),
    (YesNo(), 1),
    (OctetNumber(1, 4), b""),
    (OctetNumber(1, 4), b"\x05"),
    (OctetText(8), b"123456789"),
    (OctetText(8), "text"),
    (Plain(), b"x"),
    (Base64(), "x"),
    (Moment(), datetime(2026, 1, 1)),  # noqa: DTZ001  # naive is what is refused
    (Moment(), b"\xff" * 12),
    (Moment(), b"\xff" * 5),
    (Moment(), 5),
    (SecondsSince2000(), -1),
    (TimeOfDay(), b"\x18\x00\x00\x00"),
    (TimeOfDay(), b"\x00\x00\x00"),
    (TimeOfDay(), b"\x00\x00\x00\x64"),
    (Day(), b"\xff" * 5),
    (Day(), b"\x07\xea\x02\x1e\xff"),
    (Day(), bytes(4)),
]


@pytest.mark.parametrize(("conversion", "value"), BAD, ids=[f"{c}-{v!r}" for c, v in BAD])
def test_what_cannot_be_said(conversion: Conversion, value: Value) -> None:
    with pytest.raises(EncodeError):
        conversion.text(value)


def _octets(text: str) -> bytes:
    """The way back from `OctetText`, written independently of it."""
    out = b""
    for character in text:
        number = ord(character)
        if number == 0x2421:
            out += b"\x7f"
        elif 0x2400 <= number < 0x2420:
            out += bytes((number - 0x2400,))
        elif 0xE000 <= number <= 0xE0FF:
            out += bytes((number - 0xE000,))
        else:
            out += character.encode()
    return out


@given(st.one_of(st.binary(max_size=8), st.text(max_size=8).map(lambda t: t.encode("utf-8", "replace")[:8])))
def test_octet_text_loses_nothing_and_never_grows(octets: bytes) -> None:
    text = OctetText(8).text(octets)
    assert len(text) <= len(octets)
    assert _octets(text) == octets
    assert OctetText(8).value(text) == octets
