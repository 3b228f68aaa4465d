"""A slow reading of an electricity tariff: minute by minute, as a person would with the tables at hand.

Nothing of `dcc_sim.devices` is used. Times in the tables must be whole minutes.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from typing import Any

Tables = dict[str, Any]
MINUTE = timedelta(minutes=1)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@lru_cache(maxsize=4096)
def month(year: int, number: int) -> list[list[int]]:
    return calendar.monthcalendar(year, number)


@lru_cache(maxsize=200_000)
def named_by(fields: bytes, day: date) -> bool:
    """Whether a date with wildcards (year, month, day, weekday) names this day."""
    year, number, day_of_month, weekday = int.from_bytes(fields[:2], "big"), *fields[2:5]
    if year not in (0xFFFF, day.year):
        return False
    if number in (0xFE, 0xFD):
        sundays = [week[6] for week in month(day.year, day.month) if week[6]]
        return day.month == (3 if number == 0xFE else 10) and day.day == sundays[-1]
    if number not in (0xFF, day.month):
        return False
    weeks = month(day.year, day.month)
    days = [n for week in weeks for n in week if n]
    if weekday != 0xFF:
        days = [week[weekday - 1] for week in weeks if week[weekday - 1]]
    if day_of_month == 0xFF:
        return day.day in days
    if day_of_month in (0xFE, 0xFD):
        place = -1 if day_of_month == 0xFE else -2
        return len(days) >= -place and day.day == days[place]
    return (
        [n for n in days if n >= day_of_month][:1] == [day.day]
        if weekday != 0xFF
        else day.day == day_of_month
    )


class Oracle:
    """Walks on from two days before `first`; `script` is what is in force at `moment`."""

    def __init__(self, values: Tables, first: datetime) -> None:
        self.values = values
        self.moment = first - timedelta(days=2)
        self.season = self.season_before(self.moment)
        self.script = 1
        self.read()
        while self.moment < first:
            self.step()

    def season_before(self, moment: datetime) -> Tables:
        seasons = self.values["seasons"]
        for back in range(8 * 366):
            day = (moment - timedelta(days=back)).date()
            found = [s for s in seasons if named_by(bytes(s["start"][:5]), day)]
            # Before the season of this very day starts another one is in force.
            begun = [
                s
                for s in found
                if back or self.minute_of(s["start"][5:7]) <= 60 * moment.hour + moment.minute
            ]
            if begun:
                return max(enumerate(begun), key=lambda i: (bytes(i[1]["start"][5:8]), i[0]))[1]
        # None has ever started: the first to start within the year at hand, else the first of the table.
        for ahead in range((datetime(moment.year + 1, 1, 1, tzinfo=moment.tzinfo) - moment).days):
            day = (moment + timedelta(days=ahead)).date()
            found = [s for s in seasons if named_by(bytes(s["start"][:5]), day)]
            if found:
                return min(enumerate(found), key=lambda i: (bytes(i[1]["start"][5:8]), i[0]))[1]
        return seasons[0]

    @staticmethod
    def minute_of(time: bytes) -> int:
        return time[0] * 60 + time[1]

    def step(self) -> None:
        self.moment += MINUTE
        self.read()

    def read(self) -> None:
        day, minute = self.moment.date(), self.moment.hour * 60 + self.moment.minute
        for season in self.values["seasons"]:
            if self.minute_of(season["start"][5:7]) == minute and named_by(bytes(season["start"][:5]), day):
                self.season = season
        for entry in self.day_profile(day)["schedule"]:
            if self.minute_of(entry["start_time"][:2]) <= minute:
                self.script = entry["script"]

    def day_profile(self, day: date) -> Tables:
        for special in self.values["special_days"]:
            if named_by(bytes(special["date"]), day):
                return self.profile(special["day_id"])
        week = next(w for w in self.values["weeks"] if w["name"] == self.season["week"])
        return self.profile(week[WEEKDAYS[day.weekday()]])

    def profile(self, day_id: int) -> Tables:
        return next(d for d in self.values["days"] if d["day_id"] == day_id)


class Counting:
    """Registers, block counters and money of a stretch of time, one unit after the other."""

    def __init__(self, values: Tables) -> None:
        self.values = values
        self.tou = [0] * 48
        self.blocks = [[0] * 4 for _ in range(8)]
        self.owed = Fraction(0)
        self.standing = Fraction(0)
        scale = values["prices"]["scaling"]["price_scale"]
        self.price_of_unit = Fraction(10) ** scale / 1000 * 100_000
        charge = values["standing_charge"]
        self.day_charge = (
            Fraction(10) ** charge["scaling"]["price_scale"] * charge["table"][0]["charge"] * 100_000
        )
        self.prices = {e["index"][0]: e["charge"] for e in values["prices"]["table"]}

    def count(self, amount: int, script: int) -> None:
        if script <= 48:
            self.tou[script - 1] += amount
            self.owed += amount * self.prices.get(script, 0) * self.price_of_unit
            return
        limits, counters = self.values[f"thresholds_{script - 100}"], self.blocks[script - 101]
        for _ in range(amount):
            block = sum(1 for limit in limits if sum(counters) >= limit)
            counters[block] += 1
            self.owed += (
                self.prices.get((0xA0, 0xB0, 0xC0, 0xD0)[block] + script - 100, 0) * self.price_of_unit
            )

    def run(self, oracle: Oracle, until: datetime, load: Callable[[datetime], int]) -> None:
        before = load(oracle.moment)
        while oracle.moment < until:
            script = oracle.script
            oracle.step()
            after = load(oracle.moment)
            self.count(after - before, script)
            if (oracle.moment.hour, oracle.moment.minute) == (0, 0):
                self.standing += self.day_charge
            before = after
