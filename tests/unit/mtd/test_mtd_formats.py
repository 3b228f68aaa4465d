from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dcc_sim.ids import Mpxn
from dcc_sim.mtd.formats import (
    BOOLEAN,
    DATE,
    DATETIME,
    MPAN,
    MPID,
    TPR,
    Format,
    Kind,
    Value,
    check_text,
    to_text,
)

KWH = Format(Kind.NUM, 9, 1)
PROFILE_CLASS = Format(Kind.NUM, 2, leading_zeros=True)
COEFFICIENT = Format(Kind.NUM, 1, signed=True)
WORD = Format(Kind.CHAR, 4)
NUMBER = Format(Kind.INT, 12)


@pytest.mark.parametrize(
    ("form", "value", "text"),
    [
        (KWH, Decimal(1234), "1234.0"),
        (KWH, Decimal("0.5"), "0.5"),
        (KWH, 7, "7.0"),
        (KWH, Decimal("99999999.9"), "99999999.9"),
        (Format(Kind.NUM, 9, 2), Decimal(1), "1.00"),
        (PROFILE_CLASS, 2, "02"),
        (COEFFICIENT, -1, "-1"),
        (NUMBER, 42, "42"),
        (DATE, date(2026, 10, 15), "20261015"),
        (DATETIME, datetime(2026, 10, 14, 23, tzinfo=UTC), "20261015000000"),
        (BOOLEAN, True, "T"),
        (BOOLEAN, False, "F"),
        (MPAN, Mpxn("1099000000016"), "1099000000016"),
        (WORD, "A B", "A B"),
        (WORD, None, ""),
    ],
)
def test_values_become_text(form: Format, value: Value, text: str) -> None:
    assert to_text(form, value) == text


@pytest.mark.parametrize(
    ("form", "value", "rule"),
    [
        (KWH, Decimal("0.05"), "more than 1 decimals"),
        (KWH, Decimal(123456789), "before the point"),
        (KWH, Decimal("1E9"), "too many"),
        (KWH, Decimal("1E400"), "too many digits"),
        (KWH, Decimal(-1), "not a number"),
        (KWH, Decimal("NaN"), "no number"),
        (COEFFICIENT, 10, "before the point"),
        (WORD, "ABCDE", "too many"),
    ],
)
def test_values_that_do_not_fit(form: Format, value: Value, rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        to_text(form, value)


@pytest.mark.parametrize(
    ("form", "text", "rule"),
    [
        (KWH, "01.0", "leading zeros"),
        (KWH, "1.05", "decimals"),
        (KWH, "1.", "not a number"),
        (KWH, "+1", "not a number"),
        (KWH, "1e3", "not a number"),
        (KWH, "٣", "not a number"),
        (DATE, "20260230", "calendar"),
        (DATE, "2026-1-1", "8 digits"),
        (DATE, "00000101", "calendar"),
        (DATETIME, "20261015240000", "calendar"),
        (DATETIME, "20261015", "14 digits"),
        (BOOLEAN, "Y", "T or F"),
        (TPR, "0004", "five digits"),
        (MPID, "simx", "capitals"),
        (MPAN, "1099000000017", "should be 6"),
        (MPAN, "109900000001", "13 digits"),
        (NUMBER, "007", "leading zeros"),
        (WORD, "a|b", "printable"),
        (WORD, "é", "printable"),
    ],
)
def test_texts_that_break_a_rule(form: Format, text: str, rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        check_text(form, text)


@given(st.decimals(min_value=0, max_value=Decimal("99999999.9"), places=1))
def test_every_reading_survives(reading_kwh: Decimal) -> None:
    assert Decimal(to_text(KWH, reading_kwh)) == reading_kwh


@given(st.text(max_size=20), st.sampled_from([KWH, DATE, DATETIME, BOOLEAN, TPR, MPID, MPAN, NUMBER, WORD]))
def test_any_text_is_accepted_or_refused_with_value_error(text: str, form: Format) -> None:
    try:
        check_text(form, text)
    except ValueError as error:
        assert str(error).startswith(str(form))  # noqa: PT017 - either outcome is fine, others are not
    else:
        assert text


def test_formats_print_as_in_the_catalogue() -> None:
    assert [str(form) for form in (KWH, WORD, DATE)] == ["NUM(9,1)", "CHAR(4)", "DATE(8)"]
