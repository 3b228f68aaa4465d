"""Top-up tokens: making, reading, every check that a meter makes, and the counter it rebuilds."""

from __future__ import annotations

import pytest

from dcc_sim.errors import EncodeError, KeyMissing, SecurityError, UtrnInvalid
from dcc_sim.gbcs.keys import KeyRing
from dcc_sim.gbcs.utrn import (
    CACHE_SIZE,
    DUPLICATE,
    MAX_AMOUNT,
    MAX_COUNTER,
    NOT_AUTHENTIC,
    NOT_FOR_THIS_DEVICE,
    OFFSET,
    CounterCache,
    Token,
    ValueClass,
    accept_utrn,
    check_digit,
    check_token,
    decode_utrn,
    make_utrn,
    originator_counter,
    top_up_secret,
)
from dcc_sim.ids import Eui64, KeyUsage, RemotePartyRole
from dcc_sim.smki.pki import TestPki

SUPPLIER = Eui64.parse("00-5E-01-00-00-00-00-01")
OTHER_SUPPLIER = Eui64.parse("00-5E-01-00-00-00-00-02")
METER = Eui64.parse("00-5E-00-00-00-00-00-01")
OTHER_METER = Eui64.parse("00-5E-00-00-00-00-00-02")

PKI = TestPki("utrn")
for _party in (SUPPLIER, OTHER_SUPPLIER):
    PKI.enrol_organisation(_party, RemotePartyRole.SUPPLIER)
for _meter in (METER, OTHER_METER):
    PKI.enrol_device(_meter)
KEYS = PKI.ring
SECRET = top_up_secret(KEYS, SUPPLIER, METER)


def token(counter: int = 2001, amount: int = 1500, value_class: ValueClass = ValueClass.PENCE) -> str:
    return make_utrn(
        SECRET,
        supplier=SUPPLIER,
        device=METER,
        utrn_counter=counter,
        amount=amount,
        value_class=value_class,
    )


def with_check_digit(ptut: int) -> str:
    digits = f"{ptut + OFFSET:019d}"
    return digits + check_digit(digits)


def refused(code: int, text: str, cache: CounterCache | None = None) -> None:
    with pytest.raises(UtrnInvalid) as error:
        accept_utrn(
            SECRET, text, supplier=SUPPLIER, device=METER, cache=cache or CounterCache(frozenset({2000}))
        )
    assert error.value.event_code == code
    assert str(error.value).startswith(f"{code:04X}: ")


def test_a_token_is_made_and_accepted() -> None:
    text = token()
    assert len(text) == 20
    assert text.isdigit()
    accepted, counter = accept_utrn(
        SECRET, text, supplier=SUPPLIER, device=METER, cache=CounterCache(frozenset({2000}))
    )
    assert counter == 2001
    assert (accepted.truncated_counter, accepted.amount, accepted.pence) == (2001 - 1024, 1500, 1500)
    assert accepted.value_class is ValueClass.PENCE


def test_pounds_are_a_hundred_pence() -> None:
    assert decode_utrn(token(amount=20, value_class=ValueClass.POUNDS)).pence == 2000


def test_spaces_and_hyphens_do_not_matter() -> None:
    text = token()
    spaced = f" {text[:4]} {text[4:8]}-{text[8:12]} {text[12:16]} {text[16:]}\n"
    assert decode_utrn(spaced) == decode_utrn(text)


@pytest.mark.parametrize("position", range(20))
def test_any_wrong_digit_is_found(position: int) -> None:
    text = token()
    for digit in "0123456789":
        if digit != text[position]:
            refused(NOT_AUTHENTIC, text[:position] + digit + text[position + 1 :])


@pytest.mark.parametrize("position", range(19))
def test_two_digits_the_wrong_way_round_are_found(position: int) -> None:
    text = token()
    swapped = text[:position] + text[position + 1] + text[position] + text[position + 2 :]
    if swapped != text:
        refused(NOT_AUTHENTIC, swapped)


@pytest.mark.parametrize("text", ["", "1", "7" * 19, "7" * 21, "x" * 20, "-" * 20, "٣" * 20])
def test_what_is_no_token(text: str) -> None:
    refused(NOT_AUTHENTIC, text)


@pytest.mark.parametrize("ptut", [-1, -OFFSET, 1 << 57, 1 << 61, 10**19 - 1 - OFFSET])
def test_lead_and_sub_class(ptut: int) -> None:
    refused(NOT_FOR_THIS_DEVICE, with_check_digit(ptut))


@pytest.mark.parametrize("value_class", [2, 3])
def test_value_classes_that_are_not_used(value_class: int) -> None:
    refused(NOT_FOR_THIS_DEVICE, with_check_digit(value_class << 45))


def test_a_token_is_good_once() -> None:
    cache = CounterCache(frozenset({2000})).with_accepted(2001)
    refused(DUPLICATE, token(2001), cache)


def test_a_token_below_the_floor_is_no_longer_good() -> None:
    refused(DUPLICATE, token(2001), CounterCache(floor=2001))
    refused(DUPLICATE, token(2001), CounterCache(frozenset({2010}), floor=2005))


def test_a_token_older_than_all_that_is_remembered() -> None:
    full = CounterCache(frozenset(range(2002, 2002 + CACHE_SIZE)))
    refused(DUPLICATE, token(2001), full)
    room = CounterCache(frozenset(range(2002, 2001 + CACHE_SIZE)))
    assert accept_utrn(SECRET, token(2001), supplier=SUPPLIER, device=METER, cache=room)[1] == 2001


def test_the_cache_keeps_the_highest() -> None:
    cache = CounterCache()
    for counter in range(1, CACHE_SIZE + 3):
        cache.check(counter)
        cache = cache.with_accepted(counter)
    assert cache.accepted == frozenset(range(3, CACHE_SIZE + 3))
    assert cache.highest == CACHE_SIZE + 2
    assert cache.with_accepted(1) == cache


def test_the_mac_is_for_one_device_supplier_and_counter() -> None:
    read = decode_utrn(token(2001))
    check_token(SECRET, read, supplier=SUPPLIER, device=METER, utrn_counter=2001)
    for secret, supplier, device, counter in (
        (top_up_secret(KEYS, SUPPLIER, OTHER_METER), SUPPLIER, OTHER_METER, 2001),
        (top_up_secret(KEYS, OTHER_SUPPLIER, METER), OTHER_SUPPLIER, METER, 2001),
        (SECRET, SUPPLIER, OTHER_METER, 2001),
        (SECRET, OTHER_SUPPLIER, METER, 2001),
        (SECRET, SUPPLIER, METER, 2001 + 1024),
        (SECRET, SUPPLIER, METER, 2002),
        (SECRET, SUPPLIER, METER, 2001 + (1 << 32)),
        (SECRET, SUPPLIER, METER, 2001 - 2048),
    ):
        with pytest.raises(UtrnInvalid) as error:
            check_token(secret, read, supplier=supplier, device=device, utrn_counter=counter)
        assert error.value.event_code == NOT_AUTHENTIC


def test_the_mac_covers_the_amount() -> None:
    read = decode_utrn(token(2001))
    for forged in (
        Token(truncated_counter=977, value_class=ValueClass.PENCE, amount=1501, mac=read.mac),
        Token(truncated_counter=977, value_class=ValueClass.POUNDS, amount=1500, mac=read.mac),
    ):
        with pytest.raises(UtrnInvalid):
            check_token(SECRET, forged, supplier=SUPPLIER, device=METER, utrn_counter=2001)


@pytest.mark.parametrize(
    ("highest", "truncated", "counter"),
    [
        (2458896167, 812, 2458896172),
        (1024, 0, 1024),
        (1024, 512, 1536),
        (1024, 513, 513),
        (1023, 0, 1024),
        (1023, 511, 511),
        (1023, 510, 1534),
        (0, 512, 512),
        (MAX_COUNTER, 1023, MAX_COUNTER),
    ],
)
def test_the_counter_nearest_to_the_highest(highest: int, truncated: int, counter: int) -> None:
    assert CounterCache(floor=highest).expand(truncated) == counter
    assert CounterCache(frozenset({1, highest} - {0})).expand(truncated) == counter or highest == 0


@pytest.mark.parametrize(("highest", "truncated"), [(0, 513), (100, 1000), (MAX_COUNTER, 5)])
def test_a_counter_that_would_be_none(highest: int, truncated: int) -> None:
    with pytest.raises(UtrnInvalid, match="no counter near"):
        CounterCache(floor=highest).expand(truncated)


def test_the_originator_counter_has_the_utrn_counter_above() -> None:
    assert originator_counter(6) == 0x6_0000_0000
    for counter in (-1, MAX_COUNTER + 1):
        with pytest.raises(EncodeError):
            originator_counter(counter)


@pytest.mark.parametrize("amount", [-1, MAX_AMOUNT + 1])
def test_an_amount_that_does_not_fit(amount: int) -> None:
    with pytest.raises(EncodeError):
        token(amount=amount)


def test_either_private_key_makes_the_secret() -> None:
    supplier, meter = KeyRing(), KeyRing()
    pp, ka = KeyUsage.PREPAYMENT_KEY_AGREEMENT, KeyUsage.KEY_AGREEMENT
    supplier.add_private(SUPPLIER, pp, KEYS.private(SUPPLIER, pp))
    supplier.add_public(METER, ka, KEYS.public(METER, ka))
    meter.add_private(METER, ka, KEYS.private(METER, ka))
    meter.add_public(SUPPLIER, pp, KEYS.public(SUPPLIER, pp))
    assert top_up_secret(supplier, SUPPLIER, METER) == top_up_secret(meter, SUPPLIER, METER) == SECRET
    with pytest.raises(KeyMissing):
        top_up_secret(KeyRing(), SUPPLIER, METER)
    with pytest.raises(KeyMissing):
        top_up_secret(supplier, SUPPLIER, OTHER_METER)


def test_what_is_refused_is_a_security_matter() -> None:
    assert issubclass(UtrnInvalid, SecurityError)
