"""The account of a meter: what charges take from which credit, and what a top-up pays for first.

In: terms (the settings in force), charges, top-ups, adjustments. Out: balances, and the codes of the
alerts that follow (`catalogue.alerts`). Money is whole 10⁻⁵ currency units; parts of a unit that a
charge leaves are carried exactly, per kind of charge. Order: reference `gbcs.md` §k.4.
At any time: balance − emergency credit used − accumulated debt − bill = received − charged.
Where the sources are silent: of a charge that is not suspended, what balance and emergency credit
cannot pay is added to the accumulated debt if it is a standing charge, or a time debt while debt is
suspended in emergency, and takes the balance further down otherwise; the periods of the debt
recovery rate cap are counted from 2000-01-01; emergency credit that was repaid has to be activated
again; a balance equal to the disablement threshold is not below it.
Left out: when charges fall due (`metering`), tokens (`top_up`), the switch (`metering`).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import IntEnum
from math import lcm
from typing import Final

HOUR: Final = 3600
DAY: Final = 86_400
WEEK: Final = 604_800
WHOLE_SHARE: Final = 10_000
"""The share of a top-up that pays off debt is in 0.01 %."""

LOW_CREDIT: Final = 0x810D
CREDIT_ADDED_LOCALLY: Final = 0x810E
EMERGENCY_AVAILABLE: Final = 0x8119
TIME_DEBT_COLLECTED: Final = (0x81A7, 0x81A8)
PAYMENT_DEBT_COLLECTED: Final = 0x81A9
EMERGENCY_EXHAUSTED: Final = 0x81AA
EMERGENCY_ACTIVATED: Final = 0x81AB
BELOW_THRESHOLD: Final = 0x8F0F
DISABLEMENT_SUSPENDED: Final = 0x8F83


class Charge(IntEnum):
    """What money is taken for."""

    ENERGY = 0
    SECONDARY_ENERGY = 1
    STANDING = 2
    TIME_DEBT_1 = 3
    TIME_DEBT_2 = 4


_SUSPENDABLE: Final = frozenset((Charge.STANDING, Charge.TIME_DEBT_1, Charge.TIME_DEBT_2))
_TIME_DEBTS: Final = (Charge.TIME_DEBT_1, Charge.TIME_DEBT_2)
_NO_RESTS: Final = ((0, 1),) * len(Charge)


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtRate:
    """`numerator / denominator` 10⁻⁵ currency units at the end of each `period`, 3600 or 86400 s."""

    numerator: int = 0
    denominator: int = 1
    period: int = DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The settings in force. Amounts in 10⁻⁵ currency units, `payment_share` in 0.01 %.

    `cap` is the most that top-ups pay off debt in one `cap_period` (s); None is no cap. `billed` says
    that in credit mode charges make a bill grow and leave the balance alone (gas).
    """

    prepayment: bool = False
    billed: bool = False
    suspend_debt_disabled: bool = False
    suspend_debt_emergency: bool = False
    disablement_threshold: int = 0
    low_credit_threshold: int = 0
    emergency_limit: int = 0
    emergency_threshold: int = 0
    debt_rates: tuple[DebtRate, DebtRate] = (DebtRate(), DebtRate())
    payment_share: int = 0
    cap: int | None = None
    cap_period: int = WEEK


CREDIT_TERMS: Final = Terms()


@dataclass(frozen=True, slots=True, kw_only=True)
class TopUp:
    """Where the money of one top-up went; the parts add up to it."""

    payment_debt: int = 0
    accumulated_debt: int = 0
    emergency_credit: int = 0
    balance: int = 0


@dataclass(frozen=True, slots=True)
class Signs:
    """What the consumer has been told of; each is told again only after it was over."""

    low: bool = False
    available: bool = False
    exhausted: bool = False
    below: bool = False


_CODES: Final = (
    ("low", LOW_CREDIT),
    ("available", EMERGENCY_AVAILABLE),
    ("exhausted", EMERGENCY_EXHAUSTED),
    ("below", BELOW_THRESHOLD),
)


@dataclass(slots=True, kw_only=True)
class Account:
    """Credits and debts. `received` and `charged` are all that ever came in and was taken."""

    balance: int = 0
    emergency_used: int = 0
    emergency_active: bool = False
    accumulated_debt: int = 0
    time_debts: tuple[int, int] = (0, 0)
    payment_debt: int = 0
    bill: int = 0
    received: int = 0
    charged: int = 0
    capped: tuple[int, int] = (0, 0)
    signs: Signs = field(default_factory=Signs)
    rests: tuple[tuple[int, int], ...] = _NO_RESTS

    def copy(self) -> Account:
        """Another account of the same state."""
        return replace(self)

    def emergency_left(self, terms: Terms) -> int:
        """What emergency credit can still pay; 0 when it is not activated."""
        return max(terms.emergency_limit - self.emergency_used, 0) if self.emergency_active else 0

    def emergency_balance(self, terms: Terms) -> int:
        """The emergency credit balance: the limit, less what is owed of it."""
        return terms.emergency_limit - self.emergency_used

    def is_exhausted(self, terms: Terms) -> bool:
        """Whether nothing is left that could pay for supply."""
        return (
            terms.prepayment and self.balance < terms.disablement_threshold and not self.emergency_left(terms)
        )

    # ------------------------------------------------------------------------------------- charges

    def charge(self, numerator: int, denominator: int, kind: Charge, terms: Terms, *, disabled: bool) -> int:
        """Take `numerator / denominator`; whole units are taken, the rest waits. Gives what was taken."""
        if not numerator or (disabled and kind in _SUSPENDABLE and self._suspended_disabled(terms)):
            return 0
        rest, parts = self.rests[kind]
        if parts != denominator:
            common = lcm(parts, denominator)
            rest, numerator = rest * (common // parts), numerator * (common // denominator)
            parts = common
        amount, rest = divmod(rest + numerator, parts)
        rests = list(self.rests)
        # Nothing is left of a rest of 0, so that tariffs of other scales do not pile up factors.
        rests[kind] = (rest, parts) if rest else (0, 1)
        self.rests = tuple(rests)
        self.take(amount, kind, terms)
        return amount

    def take(self, amount: int, kind: Charge, terms: Terms) -> None:
        """Take a whole amount from the credits, in their order."""
        self.charged += amount
        if not terms.prepayment and terms.billed:
            self.bill += amount
            return
        if not terms.prepayment or amount < 0:
            self.balance -= amount
            return
        suspendable = kind in _SUSPENDABLE
        if suspendable and terms.suspend_debt_emergency and self._in_emergency(terms):
            self.accumulated_debt += amount
            return
        part = min(amount, max(self.balance - terms.disablement_threshold, 0))
        self.balance -= part
        amount -= part
        part = min(amount, self.emergency_left(terms))
        self.emergency_used += part
        amount -= part
        if suspendable and (kind is Charge.STANDING or terms.suspend_debt_emergency):
            self.accumulated_debt += amount
        else:
            self.balance -= amount

    def collect_time_debt(self, number: int, terms: Terms, *, disabled: bool) -> list[int]:
        """One instalment of time debt 0 or 1 falls due; the code when it is paid off."""
        debt, rate = self.time_debts[number], terms.debt_rates[number]
        if not debt or not terms.prepayment or (disabled and self._suspended_disabled(terms)):
            return []
        kind = _TIME_DEBTS[number]
        rest, parts = self.rests[kind]
        common = lcm(parts, rate.denominator)
        total = rest * (common // parts) + rate.numerator * (common // rate.denominator)
        amount = min(total // common, debt)
        rests = list(self.rests)
        rests[kind] = (0, 1) if amount == debt or not total % common else (total % common, common)
        self.rests = tuple(rests)
        self.take(amount, kind, terms)
        self._set_time_debt(number, debt - amount)
        return [TIME_DEBT_COLLECTED[number]] if amount == debt else []

    def _suspended_disabled(self, terms: Terms) -> bool:
        return terms.prepayment and terms.suspend_debt_disabled

    def _in_emergency(self, terms: Terms) -> bool:
        return self.emergency_active and self.balance <= terms.disablement_threshold

    def _set_time_debt(self, number: int, amount: int) -> None:
        first, second = self.time_debts
        self.time_debts = (amount, second) if number == 0 else (first, amount)

    # -------------------------------------------------------------------------------------- credits

    def top_up(self, amount: int, second: int, terms: Terms) -> tuple[TopUp, list[int]]:
        """Money comes in at `second` since 2000-01-01: where it goes, and what has come to an end."""
        self.received += amount
        if not terms.prepayment:
            self.balance += amount
            return TopUp(balance=amount), []
        codes: list[int] = []
        left = amount
        paid = self._debt_share(amount, second, terms)
        if paid:
            # Debt that is paid off is money received and taken at once; the credits do not see it.
            self.charged += paid
            self.payment_debt -= paid
            left -= paid
            codes += [] if self.payment_debt else [PAYMENT_DEBT_COLLECTED]
        accumulated = min(left, self.accumulated_debt)
        self.accumulated_debt -= accumulated
        left -= accumulated
        lift = min(left, max(terms.disablement_threshold - self.balance, 0))
        repaid = min(left - lift, self.emergency_used) if self.emergency_used > 0 else 0
        self.emergency_used -= repaid
        rest = left - repaid
        self.balance += rest
        if self.emergency_used <= 0 and self.balance >= terms.emergency_threshold:
            self.emergency_active = False
        parts = TopUp(payment_debt=paid, accumulated_debt=accumulated, emergency_credit=repaid, balance=rest)
        return parts, codes

    def _debt_share(self, amount: int, second: int, terms: Terms) -> int:
        share = min(amount * terms.payment_share // WHOLE_SHARE, self.payment_debt, amount)
        if share <= 0:
            return 0
        if terms.cap is None:
            return share
        number = second // max(terms.cap_period, 1)
        before = self.capped[1] if self.capped[0] == number else 0
        share = min(share, max(terms.cap - before, 0))
        self.capped = (number, before + share)
        return share

    def can_activate(self, terms: Terms) -> bool:
        """Whether emergency credit is there to be activated."""
        return (
            terms.prepayment
            and not self.emergency_active
            and self.emergency_used <= 0
            and terms.emergency_limit > 0
            and self.balance < terms.emergency_threshold
        )

    def activate_emergency(self, terms: Terms) -> bool:
        """Activate emergency credit if it can be; whether it is active then."""
        if self.can_activate(terms):
            self.emergency_active = True
        return self.emergency_active

    def adjust_balance(self, amount: int) -> None:
        """The supplier changes the balance (ECS04a, GCS40a)."""
        self.received += amount
        self.balance += amount

    def reset_balance(self) -> None:
        """The balance becomes 0 (ECS04b, GCS40b)."""
        self.adjust_balance(-self.balance)

    def reset_emergency(self) -> None:
        """Nothing is owed of emergency credit any more."""
        self.received += self.emergency_used
        self.emergency_used = 0
        self.emergency_active = False

    def reset_accumulated(self) -> None:
        """Accumulated debt is let off."""
        self.received += self.accumulated_debt
        self.accumulated_debt = 0

    def adjust_bill(self, amount: int) -> None:
        """The supplier takes an amount off the bill (GCS40c); less than 0 adds to it."""
        self.received += amount
        self.bill -= amount

    def reset_bill(self) -> None:
        """The bill becomes 0 (GCS40d)."""
        self.adjust_bill(self.bill)

    def adjust_time_debt(self, number: int, amount: int) -> None:
        """The supplier changes time debt 0 or 1; it never falls below 0."""
        self._set_time_debt(number, max(self.time_debts[number] + amount, 0))

    def adjust_payment_debt(self, amount: int) -> None:
        """The supplier changes the payment debt; it never falls below 0."""
        self.payment_debt = max(self.payment_debt + amount, 0)

    # ---------------------------------------------------------------------------------------- alerts

    def signs_now(self, terms: Terms) -> Signs:
        """What there is to be told at this moment; nothing in credit mode."""
        if not terms.prepayment:
            return Signs()
        left = self.emergency_left(terms)
        return Signs(
            low=self.balance + left < terms.low_credit_threshold,
            available=self.can_activate(terms),
            exhausted=self.emergency_active and not left,
            below=self.is_exhausted(terms),
        )

    def review(self, terms: Terms) -> list[int]:
        """The codes of what has newly come to be."""
        before, self.signs = self.signs, self.signs_now(terms)
        if before == self.signs:
            return []
        return [code for name, code in _CODES if getattr(self.signs, name) and not getattr(before, name)]
