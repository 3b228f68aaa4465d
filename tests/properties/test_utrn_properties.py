"""For every counter and amount: the token says what went in, and holds for nothing else."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dcc_sim.errors import UtrnInvalid
from dcc_sim.gbcs.utrn import (
    MAX_AMOUNT,
    MAX_COUNTER,
    CounterCache,
    ValueClass,
    accept_utrn,
    check_digit,
    check_token,
    decode_utrn,
    make_utrn,
)
from dcc_sim.ids import Eui64

EUIS = st.binary(min_size=8, max_size=8).map(Eui64)
SECRETS = st.binary(min_size=32, max_size=32)
COUNTERS = st.integers(0, MAX_COUNTER)
AMOUNTS = st.integers(0, MAX_AMOUNT)
CLASSES = st.sampled_from(ValueClass)


@given(SECRETS, EUIS, EUIS, COUNTERS, AMOUNTS, CLASSES)
def test_a_token_says_what_went_in(
    secret: bytes, supplier: Eui64, device: Eui64, counter: int, amount: int, value_class: ValueClass
) -> None:
    parties = {"supplier": supplier, "device": device}
    text = make_utrn(secret, **parties, utrn_counter=counter, amount=amount, value_class=value_class)
    assert len(text) == 20
    assert text[:2] in ("73", "74", "75")
    token = decode_utrn(text)
    assert token.truncated_counter == counter & 0x3FF
    assert (token.value_class, token.amount) == (value_class, amount)
    check_token(secret, token, **parties, utrn_counter=counter)


@given(SECRETS, EUIS, EUIS, EUIS, COUNTERS, COUNTERS, AMOUNTS)
def test_a_token_holds_for_nothing_else(
    secret: bytes, supplier: Eui64, device: Eui64, other: Eui64, counter: int, another: int, amount: int
) -> None:
    assume(other not in (supplier, device))
    assume(another != counter)
    token = decode_utrn(
        make_utrn(secret, supplier=supplier, device=device, utrn_counter=counter, amount=amount)
    )
    for parties, wanted in (
        ((other, device), counter),
        ((supplier, other), counter),
        ((supplier, device), another),
    ):
        with pytest.raises(UtrnInvalid):
            check_token(secret, token, supplier=parties[0], device=parties[1], utrn_counter=wanted)


@given(SECRETS, EUIS, EUIS, st.integers(513, MAX_COUNTER - 513), st.integers(1, 511), AMOUNTS)
def test_a_meter_finds_the_counter_of_the_next_tokens(
    secret: bytes, supplier: Eui64, device: Eui64, highest: int, step: int, amount: int
) -> None:
    counter = highest + step
    text = make_utrn(secret, supplier=supplier, device=device, utrn_counter=counter, amount=amount)
    cache = CounterCache(frozenset({highest}))
    _, found = accept_utrn(secret, text, supplier=supplier, device=device, cache=cache)
    assert found == counter
    with pytest.raises(UtrnInvalid):
        accept_utrn(secret, text, supplier=supplier, device=device, cache=cache.with_accepted(found))


@given(st.from_regex(r"[0-9]{19}", fullmatch=True), st.integers(0, 18), st.integers(1, 9))
def test_the_check_digit_finds_every_single_error(digits: str, position: int, error: int) -> None:
    wrong = str((int(digits[position]) + error) % 10)
    assert check_digit(digits[:position] + wrong + digits[position + 1 :]) != check_digit(digits)


@given(st.text(max_size=24) | st.from_regex(r"7[345][0-9]{18}", fullmatch=True))
def test_any_text_is_a_token_or_refused(text: str) -> None:
    try:
        token = decode_utrn(text)
    except UtrnInvalid:
        return
    assert token.pence <= MAX_AMOUNT * 100
