"""Redeeming a top-up token: from 20 digits to an amount, once (GBCS 14, reference `gbcs.md` §j).

In: the digits, the Command they came in. Out: the amount in 10⁻⁵ currency units, or ItemFailed
with an entry for the security log. A remote Command carries the token's counter as its own, so
these Commands have no other replay protection; a token typed in at home has only its ten bits.
Left out: what the amount pays for first (`profiles`, prepayment), the lock-out after wrong entries.
"""

from __future__ import annotations

from typing import Final

from dcc_sim.devices.logs import LogEntry
from dcc_sim.devices.model import Execution, ItemFailed
from dcc_sim.devices.store import Record
from dcc_sim.errors import KeyMissing, UtrnInvalid
from dcc_sim.gbcs.utrn import (
    Token,
    accept_utrn,
    check_token,
    decode_utrn,
    originator_counter,
    top_up_secret,
)
from dcc_sim.ids import Eui64, MessageCode, RemotePartyRole

COUNTED_BY_TOKEN: Final = frozenset({MessageCode(0x0007), MessageCode(0x0097)})
"""CS01a and CS01b: their Originator Counter is the UTRN counter, kept in a cache of its own."""

VOUCHED: Final = Record("token vouched for")
"""Digits whose MAC is taken as right: a failure that is not injected (`Device.vouch_for`)."""
REFUSED: Final = 1
EXCEEDS_CREDIT: Final = 0x8F5B
EXCEEDS_BALANCE: Final = 0x8F47
_UNITS_PER_PENNY: Final = 1000
_COUNTER_SHIFT: Final = 32


def redeem(run: Execution, digits: bytes, *, balance: int, max_credit: int, max_balance: int) -> int:
    """The amount of a token, which is then used up. Raises ItemFailed.

    `max_credit` and `max_balance` are the limits of one top-up and of the balance after it, all
    in 10⁻⁵ currency units.
    """
    try:
        token, counter = _accepted(run, digits.decode("ascii", "replace"))
        amount = token.pence * _UNITS_PER_PENNY
        _check_limits(amount, balance, max_credit, max_balance)
    except UtrnInvalid as refusal:
        at = run.model.clock.at(run.now)
        run.security_events.append(LogEntry(refusal.event_code, at, run.row.message_code, str(refusal)))
        raise ItemFailed(REFUSED, str(refusal)) from refusal
    except KeyMissing as error:
        raise ItemFailed(REFUSED, str(error)) from error
    credentials = run.model.credentials
    credentials.utrn_counters = credentials.utrn_counters.with_accepted(counter)
    return amount


def _check_limits(amount: int, balance: int, max_credit: int, max_balance: int) -> None:
    if amount > max_credit:
        raise UtrnInvalid(f"{amount} is more than {max_credit} at once", event_code=EXCEEDS_CREDIT)
    if balance + amount > max_balance:
        raise UtrnInvalid(f"the balance would exceed {max_balance}", event_code=EXCEEDS_BALANCE)


def _accepted(run: Execution, digits: str) -> tuple[Token, int]:
    credentials = run.model.credentials
    cache = credentials.utrn_counters
    supplier = credentials.holders.get(RemotePartyRole.SUPPLIER, Eui64(bytes(8)))
    store = run.model.store
    if VOUCHED in store and store.read(VOUCHED) == digits.encode():
        store.forget(VOUCHED)
        token = decode_utrn(digits)
        counter = cache.expand(token.truncated_counter)
        return token, counter
    secret = top_up_secret(credentials.keys, supplier, credentials.eui)
    if run.row.message_code not in COUNTED_BY_TOKEN:
        return accept_utrn(secret, digits, supplier=supplier, device=credentials.eui, cache=cache)
    token = decode_utrn(digits)
    counter = run.header.counter >> _COUNTER_SHIFT
    if run.header.counter != originator_counter(counter):
        raise UtrnInvalid("the lower half of the Originator Counter is not 0", event_code=0x8F63)
    cache.check(counter)
    check_token(secret, token, supplier=supplier, device=credentials.eui, utrn_counter=counter)
    return token, counter
