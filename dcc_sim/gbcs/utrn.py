"""Top-up tokens: 20 digits that add credit to one meter, once (GBCS 14, reference `gbcs.md` §j).

In: the secret of supplier and device, a UTRN counter, an amount; or a token. Out: the token, or
what it says; every check that fails raises `UtrnInvalid` with the event a device logs. Three forms:

    PTUT   64 bits: 000 | 0000 | counter, low 10 bits | value class 2 | value 13 | supplier MAC 32
    PPTD   PTUT + an offset, 19 decimal digits
    UTRN   PPTD and a check digit

The UTRN counter is the upper half of an Originator Counter whose lower half is 0. Left out: limits
on credit and balance and the lock-out after wrong entries, which are the device's (`devices`).
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from dcc_sim.errors import EncodeError, KeyMissing, UtrnInvalid
from dcc_sim.gbcs.crypto import derive_key
from dcc_sim.gbcs.keys import KeyRing
from dcc_sim.ids import CraFlag, Eui64, KeyUsage, OriginatorCounter

OFFSET: Final = 0x669D_529B_714A_0000
"""What turns a PTUT into a PPTD."""
MAX_COUNTER: Final = 0xFFFF_FFFF
MAX_AMOUNT: Final = 0x1FFF
CACHE_SIZE: Final = 100
"""Highest accepted counters that a device remembers."""

_COUNTER_BITS: Final = 10
_WINDOW: Final = 1 << _COUNTER_BITS
_DIGITS: Final = 20
_MAC_LENGTH: Final = 4

# Which of the three codes goes with which failure is settled in no source for the first and the
# last; a MAC that does not hold cannot tell a forged token from one for another meter.
DUPLICATE: Final = 0x8F51
NOT_AUTHENTIC: Final = 0x8F63
"""Malformed, wrong check digit, wrong MAC."""
NOT_FOR_THIS_DEVICE: Final = 0x8F64
"""Rightly typed, but of a kind that no GBCS meter takes: lead, sub-class or value class."""

# Verhoeff's scheme, but the permutation of the first digit is row 4 instead of row 0 or 1.
_PERMUTATIONS: Final = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 5, 7, 6, 2, 8, 3, 0, 9, 4),
    (5, 8, 0, 3, 7, 9, 6, 1, 4, 2),
    (8, 9, 1, 6, 0, 4, 3, 5, 2, 7),
    (9, 4, 5, 3, 1, 2, 6, 8, 7, 0),
    (4, 2, 8, 6, 5, 7, 3, 9, 0, 1),
    (2, 7, 9, 3, 8, 0, 6, 4, 1, 5),
    (7, 0, 4, 6, 9, 1, 3, 2, 5, 8),
)
_PRODUCTS: Final = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 2, 3, 4, 0, 6, 7, 8, 9, 5),
    (2, 3, 4, 0, 1, 7, 8, 9, 5, 6),
    (3, 4, 0, 1, 2, 8, 9, 5, 6, 7),
    (4, 0, 1, 2, 3, 9, 5, 6, 7, 8),
    (5, 9, 8, 7, 6, 0, 4, 3, 2, 1),
    (6, 5, 9, 8, 7, 1, 0, 4, 3, 2),
    (7, 6, 5, 9, 8, 2, 1, 0, 4, 3),
    (8, 7, 6, 5, 9, 3, 2, 1, 0, 4),
    (9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
)
_FIRST_ROW: Final = 4


class ValueClass(IntEnum):
    """What the value counts; two of the four codes are not used."""

    PENCE = 0
    POUNDS = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What a UTRN says, by itself. `truncated_counter` is the low ten bits of the UTRN counter."""

    truncated_counter: int
    value_class: ValueClass
    amount: int
    mac: bytes

    @property
    def pence(self) -> int:
        """The credit in hundredths of the currency unit."""
        return self.amount * (100 if self.value_class is ValueClass.POUNDS else 1)


@dataclass(frozen=True, slots=True)
class CounterCache:
    """The highest UTRN counters a device has accepted, and the floor its supplier has set."""

    accepted: frozenset[int] = frozenset()
    floor: int = 0

    @property
    def highest(self) -> int:
        """The counter that the next one is expected near."""
        return max(self.accepted, default=self.floor)

    def expand(self, truncated: int) -> int:
        """The counter nearest to the highest that ends in these ten bits. Raises UtrnInvalid."""
        last = self.highest % _WINDOW
        if truncated < last - _WINDOW // 2:
            truncated += _WINDOW
        elif truncated > last + _WINDOW // 2:
            truncated -= _WINDOW
        counter = self.highest - last + truncated
        if not 0 <= counter <= MAX_COUNTER:
            raise UtrnInvalid(f"no counter near {self.highest} ends so", event_code=NOT_AUTHENTIC)
        return counter

    def check(self, counter: int) -> None:
        """Raises UtrnInvalid when the counter was used, or is too old to tell."""
        full = len(self.accepted) >= CACHE_SIZE and counter < min(self.accepted)
        if counter in self.accepted or counter <= self.floor or full:
            raise UtrnInvalid(f"UTRN counter {counter} was used before", event_code=DUPLICATE)

    def with_accepted(self, counter: int) -> CounterCache:
        """The cache after a token."""
        kept = sorted({*self.accepted, counter})[-CACHE_SIZE:]
        return CounterCache(frozenset(kept), self.floor)


def originator_counter(utrn_counter: int) -> OriginatorCounter:
    """The Originator Counter of a top-up: the UTRN counter, then 32 zero bits. Raises EncodeError."""
    if not 0 <= utrn_counter <= MAX_COUNTER:
        raise EncodeError(f"a UTRN counter is 0 … {MAX_COUNTER}, not {utrn_counter}")
    return utrn_counter << 32


def top_up_secret(keys: KeyRing, supplier: Eui64, device: Eui64) -> bytes:
    """Z of the supplier's prepayment key and the device's key agreement key. Raises KeyMissing."""
    prepayment, agreement = KeyUsage.PREPAYMENT_KEY_AGREEMENT, KeyUsage.KEY_AGREEMENT
    for mine, usage, theirs, their_usage in (
        (supplier, prepayment, device, agreement),
        (device, agreement, supplier, prepayment),
    ):
        entry = keys.entries.get((mine, usage))
        if entry is not None and entry.private is not None:
            return keys.secrets.of(entry.private, keys.public(theirs, their_usage))
    raise KeyMissing(f"neither the prepayment key of {supplier} nor the key agreement key of {device}")


def make_utrn(
    secret: bytes,
    *,
    supplier: Eui64,
    device: Eui64,
    utrn_counter: int,
    amount: int,
    value_class: ValueClass = ValueClass.PENCE,
) -> str:
    """The token. Raises EncodeError when counter or amount do not fit."""
    counter = originator_counter(utrn_counter)
    if not 0 <= amount <= MAX_AMOUNT:
        raise EncodeError(f"a token holds 0 … {MAX_AMOUNT} pence or pounds, not {amount}")
    upper = (utrn_counter % _WINDOW) << 15 | value_class << 13 | amount
    mac = _supplier_mac(secret, supplier, device, counter, upper)
    digits = f"{(upper << 32 | int.from_bytes(mac, 'big')) + OFFSET:019d}"
    return digits + check_digit(digits)


def check_digit(digits: str) -> str:
    """The 20th digit, from the 19 before it."""
    state = _folded(digits)
    last = _PERMUTATIONS[(_FIRST_ROW + len(digits)) % len(_PERMUTATIONS)]
    return next(str(digit) for digit in range(10) if _PRODUCTS[state][last[digit]] == 0)


def decode_utrn(text: str) -> Token:
    """What a token says; spaces and hyphens between digits are left out. Raises UtrnInvalid."""
    digits = re.sub(r"[ -]", "", text.strip())
    if not re.fullmatch(rf"[0-9]{{{_DIGITS}}}", digits):
        raise UtrnInvalid(f"a UTRN has {_DIGITS} digits", event_code=NOT_AUTHENTIC)
    if _folded(digits) != 0:
        raise UtrnInvalid("the check digit is wrong", event_code=NOT_AUTHENTIC)
    ptut = int(digits[:-1]) - OFFSET
    if not 0 <= ptut < 1 << 57:
        raise UtrnInvalid("lead and sub-class are not 0", event_code=NOT_FOR_THIS_DEVICE)
    value_class = ptut >> 45 & 3
    if value_class not in ValueClass._value2member_map_:
        raise UtrnInvalid(f"value class {value_class} is not used", event_code=NOT_FOR_THIS_DEVICE)
    return Token(
        truncated_counter=ptut >> 47,
        value_class=ValueClass(value_class),
        amount=ptut >> 32 & MAX_AMOUNT,
        mac=(ptut & 0xFFFF_FFFF).to_bytes(_MAC_LENGTH, "big"),
    )


def check_token(secret: bytes, token: Token, *, supplier: Eui64, device: Eui64, utrn_counter: int) -> None:
    """Raises UtrnInvalid unless the supplier made the token for this device under this counter."""
    if not 0 <= utrn_counter <= MAX_COUNTER or utrn_counter % _WINDOW != token.truncated_counter:
        raise UtrnInvalid(
            f"the token ends in counter bits {token.truncated_counter}, not in those of {utrn_counter}",
            event_code=NOT_AUTHENTIC,
        )
    upper = token.truncated_counter << 15 | token.value_class << 13 | token.amount
    mac = _supplier_mac(secret, supplier, device, originator_counter(utrn_counter), upper)
    if not hmac.compare_digest(mac, token.mac):
        raise UtrnInvalid(
            "the MAC is not the one of this supplier, device and counter", event_code=NOT_AUTHENTIC
        )


def accept_utrn(
    secret: bytes, text: str, *, supplier: Eui64, device: Eui64, cache: CounterCache
) -> tuple[Token, int]:
    """The device's checks in order; the token and its full counter. Raises UtrnInvalid."""
    token = decode_utrn(text)
    counter = cache.expand(token.truncated_counter)
    cache.check(counter)
    check_token(secret, token, supplier=supplier, device=device, utrn_counter=counter)
    return token, counter


def _folded(digits: str) -> int:
    state = 0
    for row, digit in enumerate(digits, _FIRST_ROW):
        state = _PRODUCTS[state][_PERMUTATIONS[row % len(_PERMUTATIONS)][int(digit)]]
    return state


def _supplier_mac(
    secret: bytes, supplier: Eui64, device: Eui64, counter: OriginatorCounter, upper: int
) -> bytes:
    key = derive_key(
        secret,
        cra=CraFlag.COMMAND,
        counter=counter,
        originator=supplier.octets,
        target=device.octets,
    )
    covered = b"".join(
        (
            b"\x11\x00\x00\x00\x00\x00",
            supplier.octets,
            device.octets,
            bytes((CraFlag.COMMAND,)),
            counter.to_bytes(8, "big"),
            upper.to_bytes(4, "big"),
        )
    )
    # The last octets of the whole tag, where messages take the first twelve.
    return AESGCM(key).encrypt(supplier.octets + b"\x00\x00\x00\x00", b"", covered)[-_MAC_LENGTH:]
