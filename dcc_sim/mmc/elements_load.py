"""What the tables of an ESME share about calendars of entries: days they apply to, dates, constants.

In: nothing. Out: rows over one entry of a schedule. Left out: what an entry does.
"""

from __future__ import annotations

from typing import Final

from dcc_sim.mmc.conversions import Day, Plain, TimeOfDay
from dcc_sim.mmc.elements import CONSTANT, DATE, omit
from dcc_sim.mmc.rows import POSITION, Each, Element, Leaf, Omit, View, When
from dcc_sim.mmc.views import date_parts, date_values, known_day, known_day_values
from dcc_sim.mmc.views_load import marked_days, marked_days_values

DAYS_OF_WEEK: Final = Element(
    "DaysOfWeekApplicability",
    View(
        marked_days,
        ("weekdays",),
        Each("days", Element("DayOfWeekApplicability", Leaf("DayOfWeekID", "", Plain())), high=7),
        inverse=marked_days_values,
    ),
)

CALENDAR_OMISSIONS: Final = (
    Omit("index", "the order of the list", fill=POSITION),
    *omit(CONSTANT, "enable", "script_table", "validity_window"),
)


def day_row(element: str, path: str) -> View:
    """A day that need not be there."""
    return View(known_day, (path,), When("day", Leaf(element, "day", Day())), inverse=known_day_values)


def dates_and_time(element: str) -> Element:
    """ScheduleDatesAndTime, whose dates may have wildcards."""
    return Element(
        element,
        Leaf("SwitchTime", "switch_time", TimeOfDay()),
        Element("StartDate", View(date_parts, ("begin_date",), *DATE, inverse=date_values)),
        Element("EndDate", View(date_parts, ("end_date",), *DATE, inverse=date_values)),
    )
