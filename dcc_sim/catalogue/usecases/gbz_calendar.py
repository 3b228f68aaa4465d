"""Calendars of a gas meter: the tariff switching table and the non-disablement calendar.

Both travel in the same commands, told apart by the calendar type; GCS01a and GCS05 publish them to
the meter, GCS21f and GCS21b have the meter publish them. Cluster 0707; ZSE D.9.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dcc_sim.catalogue.usecases.gbz_clusters import CALENDAR, EVENT, ONE_COMMAND, PROVIDER
from dcc_sim.codec.gbz_command import Command, Publish, Reply, Request
from dcc_sim.codec.zcl import (
    U8,
    U16,
    U32,
    CountOf,
    DateField,
    Enumeration,
    Field,
    Fields,
    Flag,
    Kind,
    Listed,
    OctetString,
    UtcTime,
)

_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CALENDAR_ID: Final = Field("issuer_calendar_id", U32())
_ISSUER: Final = (PROVIDER, EVENT, _CALENDAR_ID)
_MAX_SEASONS: Final = 3
_MAX_SPECIAL_DAYS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarKind:
    """One of the two calendars: its ZigBee type, limits, SMETS names, and what a day switches."""

    type: int
    type_meaning: str
    smets: str
    days: str
    entries: str
    weeks: str
    seasons: str
    special_days: str
    action: str
    action_kind: Kind | Flag
    max_days: int
    least: int
    current_id: int

    @property
    def _special(self) -> str:
        return f"{self.smets}(SpecialDays):"

    def _type(self, smets: str = "", kind: Kind = Enumeration) -> Field:
        return Field("calendar_type", kind(self.type, {self.type: self.type_meaning}), smets)

    def day_profile(self, tense: str, kind: Kind = Enumeration) -> Fields:
        """PublishDayProfile; `kind` is the type that the page gives to the calendar type."""
        item = f"{self.smets}: {tense}DayIdentifiers[{self.days}]"
        times = f"{item}.Time[{self.entries}]"
        action = self.action_kind if isinstance(self.action_kind, Flag) else self.action_kind()
        name, _, smets = self.action.partition(" ")
        if tense == "current":
            smets = "actions"
        return Fields(
            *_ISSUER,
            Field("day_id", U8(), item),
            Field("entries", CountOf("schedule")),
            *ONE_COMMAND,
            self._type(kind=kind),
            Field(
                "schedule",
                Listed(
                    Fields(
                        Field("start_minute", U16(unit="min"), f"{times}.startTime"),
                        Field(name, action, f"{times}.{smets}"),
                    ),
                    low=1,
                ),
            ),
        )

    def week_profile(self, tense: str) -> Fields:
        """PublishWeekProfile."""
        item = f"{self.smets}: {tense}Weeks[{self.weeks}]"
        return Fields(
            *_ISSUER,
            Field("week_id", U8(), f"{item}.weekIdentifier"),
            *(Field(day, U8(), f"{item}.days[{n}].Identifier") for n, day in enumerate(_DAYS, 1)),
        )

    def season_list(self, tense: str) -> Fields:
        """PublishSeasons."""
        item = f"{self.smets}: {tense}Seasons[{self.seasons}]"
        season = Fields(
            Field("start", DateField(), f"{item}.startDate"),
            Field("week_id", U8(), f"{item}.WeekIdentifier"),
        )
        least = self.least if tense == "next" else 0
        return Fields(*_ISSUER, *ONE_COMMAND, Field("seasons", Listed(season, low=least, high=_MAX_SEASONS)))

    def special_day_list(self, tense: str) -> Fields:
        """PublishSpecialDays."""
        update = tense == "next"
        day = Fields(
            Field("date", DateField(), f"{self._special} date[{self.special_days}].{tense}"),
            Field("day_id", U8(), f"{self._special} dayIdentifier[{self.special_days}].{tense}"),
        )
        return Fields(
            *_ISSUER,
            Field("start_time", UtcTime(), f"{self._special} activateNextDateTime" if update else ""),
            self._type(f"{self._special} calendarTypeSpecialDays" if update else ""),
            Field("total", CountOf("special_days")),
            *ONE_COMMAND,
            Field("special_days", Listed(day, high=_MAX_SPECIAL_DAYS)),
        )

    def publish(self) -> tuple[Command, ...]:
        """The five commands that replace the calendar. The first four succeed or fail together."""
        calendar = Fields(
            *_ISSUER,
            Field("start_time", UtcTime(), f"{self.smets}: activateNextDateTime"),
            self._type(f"{self.smets}: calendarType"),
            Field("time_reference", Enumeration(0, {0: "UTC"})),
            Field("name", OctetString(12, b"")),
            Field("seasons", U8(low=self.least, high=_MAX_SEASONS)),
            Field("weeks", U8(low=self.least, high=2)),
            Field("days", U8(low=1, high=self.max_days)),
        )
        return (
            Publish(CALENDAR, 0x00, "calendar", calendar),
            Publish(CALENDAR, 0x01, "day_profiles", self.day_profile("next"), high=self.max_days),
            Publish(CALENDAR, 0x02, "week_profiles", self.week_profile("next"), low=self.least, high=2),
            Publish(CALENDAR, 0x03, "seasons", self.season_list("next")),
            Publish(CALENDAR, 0x04, "special_days", self.special_day_list("next")),
        )

    def read(self, day_type: Kind = Enumeration) -> tuple[Command, ...]:
        """The four requests for the calendar in force."""
        whole = (
            PROVIDER,
            Field("issuer_calendar_id", U32(self.current_id, {self.current_id: f"{self.smets} in force"})),
        )
        return (
            Request(
                CALENDAR,
                0x01,
                "day_profiles",
                Fields(*whole, Field("start_day_id", U8(1)), Field("number_of_days", U8(0, {0: "all"}))),
                reply=Reply(0x01, self.day_profile("current", day_type), high=self.max_days),
            ),
            Request(
                CALENDAR,
                0x02,
                "week_profiles",
                Fields(*whole, Field("start_week_id", U8(1)), Field("number_of_weeks", U8(0, {0: "all"}))),
                reply=Reply(0x02, self.week_profile("current"), high=2),
            ),
            Request(
                CALENDAR, 0x03, "seasons", Fields(*whole), reply=Reply(0x03, self.season_list("current"))
            ),
            Request(
                CALENDAR,
                0x04,
                "special_days",
                Fields(
                    Field("start_time", UtcTime(0)),
                    Field("number_of_events", U8(0, {0: "all"})),
                    self._type(),
                    *whole,
                ),
                reply=Reply(0x04, self.special_day_list("current")),
            ),
        )


TARIFF_SWITCHING: Final = CalendarKind(
    type=0x00,
    type_meaning="delivered calendar",
    smets="TariffSwitchingTable",
    days="1..m",
    entries="1..n",
    weeks="1..n",
    seasons="1..n",
    special_days="0..n",
    action="price_tier tariff_rate_identifier",
    action_kind=U8,
    max_days=4,
    least=1,
    current_id=0xFFFFFFFF,
)
NON_DISABLEMENT: Final = CalendarKind(
    type=0x03,
    type_meaning="friendly credit calendar",
    smets="Non-DisablementCalendar",
    days="1..5",
    entries="1..3",
    weeks="1..2",
    seasons="1..3",
    special_days="0..20",
    action="non_disablement actions",
    action_kind=Flag(meaning={0: "not enabled", 1: "enabled"}),
    max_days=5,
    least=0,
    current_id=0xFFFFFFFE,
)
