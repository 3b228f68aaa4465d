"""What the tables of gas responses and alerts share: snapshots, calendars, volumes.

In: nothing. Out: rows. Volumes in logs are whole thousandths of a cubic metre: the logs carry no
multiplier and divisor of their own, and those of the registers are 1 and 1000 (reference `gbcs.md`
§k.3). Left out: whole responses (`responses_gas_*`).
"""

from __future__ import annotations

from typing import Final

from dcc_sim.mmc.conversions import Integer, SecondsSince2000
from dcc_sim.mmc.conversions_gas import Scaled
from dcc_sim.mmc.elements import CONSTANT, index, numbered
from dcc_sim.mmc.rows import Choice, Each, Element, Flag, Leaf, Omit, Row, View
from dcc_sim.mmc.views import ANY
from dcc_sim.mmc.views_gas import gas_date, gas_date_values

VOLUME: Final = Scaled(3)
MONEY: Final = Integer()
TIME: Final = SecondsSince2000()

NO_PLACE: Final = "the schema has no place for it"


def constants(*paths: str) -> tuple[Omit, ...]:
    """Values that GBCS fixes."""
    return tuple(Omit(path, CONSTANT) for path in paths)


def unplaced(*paths: str) -> tuple[Omit, ...]:
    """Values that MMC leaves out."""
    return tuple(Omit(path, NO_PLACE) for path in paths)


def registers(name: str, path: str) -> Each:
    """Four volumes, numbered."""
    return Each(path, Leaf(name, "", VOLUME, index(4)), high=4)


_HEAD: Final = ("snapshot_id", "total_found", "cause")


def snapshot_omissions() -> tuple[Omit, ...]:
    """What a snapshot of consumption says beyond its values."""
    return (
        *unplaced(*_HEAD),
        *constants("command_index", "total_commands", "payload_type", "tiers", "blocks"),
    )


def prepay_snapshot_omissions() -> tuple[Omit, ...]:
    """What a snapshot of balances says beyond its values."""
    return (*unplaced(*_HEAD), *constants("command_index", "total_commands", "payload_type"))


GAS_BILLING_ENTRY: Final[tuple[Row, ...]] = (
    Leaf("Timestamp", "time", TIME),
    Leaf("ActiveImportRegisterValueConsumption", "consumption", VOLUME),
    registers("BlockRegisterMatrixValue", "block_consumptions"),
    registers("TariffTOURegisterMatrixValue", "tier_consumptions"),
)
"""GSMEBillingDataLogType."""

PREPAYMENT_LOG_ENTRY: Final[tuple[Row, ...]] = (
    Leaf("AccumulatedDebtRegister", "accumulated_debt", MONEY),
    Leaf("EmergencyCreditBalance", "emergency_credit", MONEY),
    Leaf("MeterBalance", "meter_balance", MONEY),
    Leaf("PaymentDebtRegister", "payment_debt", MONEY),
    Leaf("TimeDebtRegisters1", "time_debt_1", MONEY),
    Leaf("TimeDebtRegisters2", "time_debt_2", MONEY),
    Leaf("Timestamp", "time", TIME),
    *prepay_snapshot_omissions(),
)
"""PrepaymentOperationalDataType of a snapshot."""

GAS_DATE: Final[tuple[Row, ...]] = (
    Element(
        "GasYearWithWildcards",
        Choice(Leaf("SpecifiedYear", "year", Integer(2014, 9999)), Flag("NonSpecifiedYear", "year", ANY)),
    ),
    Element(
        "GasMonthWithWildcards",
        Choice(Leaf("SpecifiedMonth", "month", Integer(1, 12)), Flag("NonSpecifiedMonth", "month", ANY)),
    ),
    Element(
        "GasDayOfMonthWithWildcards",
        Choice(
            Leaf("SpecifiedDayOfMonth", "day", Integer(1, 31)),
            Flag("GasNonSpecifiedDayOfMonth", "day", ANY),
        ),
    ),
    Element(
        "GasDayOfWeekWithWildcards",
        Choice(
            Leaf("SpecifiedDayOfWeek", "weekday", Integer(1, 7)),
            Flag("NonSpecifiedDayOfWeek", "weekday", ANY),
        ),
    ),
)
"""GasDateWithWildcards, of what `views_gas.gas_date` makes."""

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


_WEEK: Final = Integer(1, 2)
_SPECIAL_DAYS: Final = ("start_time", "calendar_type", "command_index", "total_commands")


def week_profiles(day: str, days: Integer) -> Element:
    """Weeks of a gas calendar; `day` is the element that names one of its `days`."""
    return Element(
        "WeekProfiles",
        Each(
            "week_profiles",
            Element(
                "WeekProfile",
                Leaf("WeekName", "week_id", _WEEK),
                *(Leaf(day, name, days, numbered(n)) for n, name in enumerate(WEEKDAYS, 1)),
            ),
            *calendar_omissions(),
            high=2,
        ),
    )


def seasons(name: str) -> tuple[Row, ...]:
    """Seasons of a gas calendar, in an element of that name."""
    season = Element(
        "Season",
        Element("SeasonStartDate", View(gas_date, ("start",), *GAS_DATE, inverse=gas_date_values)),
        Leaf("ReferencedWeekName", "week_id", _WEEK),
    )
    return (
        Element(name, Each("seasons.seasons", season, high=3)),
        *calendar_omissions("command_index", "total_commands", at="seasons."),
    )


def special_days(name: str, day: str, days: Integer) -> tuple[Row, ...]:
    """Special days of a gas calendar, in an element of that name; `day` and `days` as for its weeks."""
    special_day = Element(
        "SpecialDay",
        Element("Date", View(gas_date, ("date",), *GAS_DATE, inverse=gas_date_values)),
        Leaf(day, "day_id", days),
    )
    return (
        Element(name, Each("special_days.special_days", special_day, high=20)),
        *calendar_omissions(*_SPECIAL_DAYS, at="special_days."),
    )


def calendar_omissions(*fixed: str, at: str = "") -> tuple[Omit, ...]:
    """What a command that publishes a part of a calendar says beyond it; `fixed` are its constants."""
    return (
        *constants(f"{at}provider_id", *(f"{at}{name}" for name in fixed)),
        *unplaced(f"{at}issuer_event_id", f"{at}issuer_calendar_id"),
    )
