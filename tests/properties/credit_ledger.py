"""A prepayment year as a spreadsheet: one row for each half hour, worked out cell by cell.

Nothing of `dcc_sim.devices` is used. Energy arrives at the end of each half hour, all at once, so
that whatever follows from it happens at that moment. Order and rules: reference `gbcs.md` §k.4, as
the explanation of the devices settles what it leaves open.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from math import floor
from typing import Any

HALF_HOUR = timedelta(minutes=30)


@dataclass
class Sheet:
    """All money in 10⁻⁵ pounds. `price` is pounds per kWh × 10⁻⁵, `standing` that per day."""

    now: datetime
    price: int
    standing: int
    threshold: int
    low: int
    limit: int
    emergency_threshold: int
    rates: tuple[tuple[int, int], tuple[int, int]]
    """(amount, hours between two collections)."""
    share: int
    cap: int | None
    hold_when_off: bool
    hold_in_emergency: bool
    protected: tuple[int, int] | None
    """Hours of the day between which supply must not be cut."""
    balance: int = 0
    lent: int = 0
    emergency: bool = False
    arrears: int = 0
    debts: list[int] = field(default_factory=lambda: [0, 0])
    payment_debt: int = 0
    switch: str = "on"
    told: list[tuple[datetime, int]] = field(default_factory=list)
    said: set[int] = field(default_factory=set)
    spent: Fraction = Fraction(0)
    week: int = -1
    week_paid: int = 0
    paid_in: int = 0
    paid_out: int = 0

    # -------------------------------------------------------------------------------------- cells

    @property
    def left(self) -> int:
        return self.limit - self.lent if self.emergency else 0

    @property
    def broke(self) -> bool:
        return self.balance < self.threshold and self.left <= 0

    def protected_now(self) -> bool:
        if self.protected is None:
            return False
        begin, end = self.protected
        inside = begin <= self.now.hour < end
        return inside if begin < end else self.now.hour >= begin or self.now.hour < end

    def say(self, code: int, *, when: bool) -> None:
        if when and code not in self.said:
            self.told.append((self.now, code))
        if when:
            self.said.add(code)
        else:
            self.said.discard(code)

    def look(self) -> None:
        self.say(0x810D, when=self.balance + self.left < self.low)
        can = not self.emergency and self.lent == 0 and self.limit > 0
        self.say(0x8119, when=can and self.balance < self.emergency_threshold)
        self.say(0x81AA, when=self.emergency and self.left <= 0)
        self.say(0x8F0F, when=self.broke)
        held = self.broke and self.switch != "off" and self.protected_now()
        if held:
            self.say(0x8F83, when=True)
        if not self.broke:
            self.said.discard(0x8F83)
        if self.broke and self.switch != "off" and not held:
            self.switch = "off"
        if not self.broke and self.switch == "off":
            self.switch = "armed"
            self.told.append((self.now, 0x8F32))

    # --------------------------------------------------------------------------------------- rows

    def pay(self, amount: int, *, is_energy: bool, is_standing: bool = False) -> None:
        self.paid_out += amount
        if not is_energy and self.hold_in_emergency and self.emergency and self.balance <= self.threshold:
            self.arrears += amount
            return
        while amount > 0:
            if self.balance > self.threshold:
                step = min(amount, self.balance - self.threshold)
                self.balance -= step
            elif self.left > 0:
                step = min(amount, self.left)
                self.lent += step
            elif is_standing or (not is_energy and self.hold_in_emergency):
                step = amount
                self.arrears += step
            else:
                step = amount
                self.balance -= step
            amount -= step

    def row(self, energy: int) -> None:
        """The half hour that ends next; `energy` is what it would take with supply on, in Wh."""
        self.now += HALF_HOUR
        if self.switch == "on":
            before = floor(self.spent)
            self.spent += Fraction(energy * self.price, 1000)
            self.pay(floor(self.spent) - before, is_energy=True)
            self.look()
        may = not (self.hold_when_off and self.switch == "off")
        if (self.now.hour, self.now.minute) == (0, 0) and may:
            self.pay(self.standing, is_energy=False, is_standing=True)
        for number, (rate, hours) in enumerate(self.rates):
            due = self.now.minute == 0 and self.now.hour % hours == 0
            if due and may and self.debts[number] > 0:
                step = min(rate, self.debts[number])
                self.pay(step, is_energy=False)
                self.debts[number] -= step
                if self.debts[number] == 0:
                    self.told.append((self.now, 0x81A7 + number))
        self.look()

    def top_up(self, amount: int) -> None:
        self.paid_in += amount
        week = int((self.now - datetime(2000, 1, 1, tzinfo=self.now.tzinfo)).total_seconds()) // 604_800
        if week != self.week:
            self.week, self.week_paid = week, 0
        part = min(amount * self.share // 10_000, self.payment_debt)
        if self.cap is not None:
            part = min(part, max(self.cap - self.week_paid, 0))
        self.week_paid += part
        if part:
            self.payment_debt -= part
            self.paid_out += part
            amount -= part
            if self.payment_debt == 0:
                self.told.append((self.now, 0x81A9))
        part = min(amount, self.arrears)
        self.arrears -= part
        amount -= part
        part = min(amount, max(self.threshold - self.balance, 0))
        self.balance += part
        amount -= part
        part = min(amount, self.lent)
        self.lent -= part
        amount -= part
        self.balance += amount
        if self.lent == 0 and self.balance >= self.emergency_threshold:
            self.emergency = False
        self.look()

    def borrow(self) -> None:
        if (
            not self.emergency
            and self.lent == 0
            and self.limit > 0
            and self.balance < self.emergency_threshold
        ):
            self.emergency = True
            self.told.append((self.now, 0x81AB))
            self.look()

    def press(self) -> None:
        if self.switch == "armed":
            self.switch = "on"
            self.look()

    def cells(self) -> dict[str, Any]:
        return {
            "balance": self.balance, "lent": self.lent, "emergency": self.emergency, "arrears": self.arrears,
            "debts": tuple(self.debts), "payment_debt": self.payment_debt, "switch": self.switch,
        }  # fmt: skip
