"""Use cases of the GSME and GPF in ZigBee: GCS01a, GCS13a.

Rows in wire order, from reference `gbcs-use-cases/`. Clusters: 0700 Price, 0702 Metering,
0707 Calendar.
"""

from __future__ import annotations

from typing import Final

from dcc_sim.catalogue.row import UseCase
from dcc_sim.codec.gbz import AttributeRead, GbzRow, Publish, ReadAttributes
from dcc_sim.codec.zcl import (
    U8,
    U16,
    U24,
    U32,
    U48,
    Bits8,
    CountOf,
    DateField,
    Enumeration,
    Field,
    Fields,
    Listed,
    OctetString,
    UtcTime,
)
from dcc_sim.ids import DeviceType, MessageCode, RemotePartyRole

PRICE: Final = 0x0700
METERING: Final = 0x0702
CALENDAR: Final = 0x0707

_TABLE: Final = "TariffSwitchingTable:"
_SPECIAL: Final = "TariffSwitchingTable(SpecialDays):"
_ISSUER: Final = (
    Field("provider_id", U32(0)),
    Field("issuer_event_id", UtcTime()),
    Field("issuer_calendar_id", U32()),
)
_ONE_COMMAND: Final = (Field("command_index", U8(0)), Field("total_commands", U8(1)))
_DELIVERED: Final = Enumeration(0, {0: "delivered calendar"})
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_CALENDAR: Final = Fields(
    *_ISSUER,
    Field("start_time", UtcTime(), f"{_TABLE} activateNextDateTime"),
    Field("calendar_type", _DELIVERED, f"{_TABLE} calendarType"),
    Field("time_reference", Enumeration(0, {0: "UTC"})),
    Field("name", OctetString(12, b"")),
    Field("seasons", U8(low=1, high=3)),
    Field("weeks", U8(low=1, high=2)),
    Field("days", U8(low=1, high=4)),
)
_DAY_PROFILE: Final = Fields(
    *_ISSUER,
    Field("day_id", U8(), f"{_TABLE} nextDayIdentifiers[1..m]"),
    Field("entries", CountOf("schedule")),
    *_ONE_COMMAND,
    Field("calendar_type", _DELIVERED),
    Field(
        "schedule",
        Listed(
            Fields(
                Field("start_minute", U16(), f"{_TABLE} nextDayIdentifiers[1..m].Time[1..n].startTime"),
                Field(
                    "price_tier", U8(), f"{_TABLE} nextDayIdentifiers[1..m].Time[1..n].tariff_rate_identifier"
                ),
            ),
            low=1,
        ),
    ),
)
_WEEK_PROFILE: Final = Fields(
    *_ISSUER,
    Field("week_id", U8(), f"{_TABLE} nextWeeks[1..n].weekIdentifier"),
    *(Field(day, U8(), f"{_TABLE} nextWeeks[1..n].days[{n}].Identifier") for n, day in enumerate(_DAYS, 1)),
)
_SEASONS: Final = Fields(
    *_ISSUER,
    *_ONE_COMMAND,
    Field(
        "seasons",
        Listed(
            Fields(
                Field("start", DateField(), f"{_TABLE} nextSeasons[1..n].startDate"),
                Field("week_id", U8(), f"{_TABLE} nextSeasons[1..n].WeekIdentifier"),
            ),
            low=1,
            high=3,
        ),
    ),
)
_SPECIAL_DAYS: Final = Fields(
    *_ISSUER,
    Field("start_time", UtcTime(), f"{_SPECIAL} activateNextDateTime"),
    Field("calendar_type", _DELIVERED, f"{_SPECIAL} calendarTypeSpecialDays"),
    Field("total", CountOf("special_days")),
    *_ONE_COMMAND,
    Field(
        "special_days",
        Listed(
            Fields(
                Field("date", DateField(), f"{_SPECIAL} date[0..n].next"),
                Field("day_id", U8(), f"{_SPECIAL} dayIdentifier[0..n].next"),
            ),
            high=20,
        ),
    ),
)
_TARIFF_INFORMATION: Final = Fields(
    Field("provider_id", U32(0)),
    Field("issuer_event_id", UtcTime()),
    Field("issuer_tariff_id", U32(1)),
    Field("start_time", UtcTime(), "StandingCharge: activateNextDateTime"),
    Field("tariff_type", Bits8(meaning={0x00: "TOU tariff", 0x10: "block tariff"})),
    Field("label", OctetString(15, b"")),
    Field("price_tiers", U8(high=4)),
    Field("block_thresholds", U8(high=3)),
    Field("unit", Enumeration(0, {0: "kWh"}), "TariffThresholdMatrix[1..3]: unit"),
    Field("currency", U16(), "CurrencyUnit: valueNext"),
    Field("price_trailing_digit", Bits8(0x50), "StandingCharge / TariffTOUPriceMatrix: ScalerNext"),
    Field("standing_charge", U32(), "StandingCharge: amountNext"),
    Field("tier_block_mode", U8(0xFF)),
    Field("threshold_multiplier", U24(1), "TariffThresholdMatrix[1..3]: ScalerNextMultiplier"),
    Field("threshold_divisor", U24(1000), "TariffThresholdMatrix[1..3]: ScalerNextDivisor"),
)
_ISSUER_TARIFF: Final = (
    Field("provider_id", U32(0)),
    Field("issuer_event_id", UtcTime()),
    Field("start_time", UtcTime(), "TariffThresholdMatrix: activateNextDateTime"),
    Field("issuer_tariff_id", U32(1)),
    *_ONE_COMMAND,
)
_BLOCK_THRESHOLDS: Final = Fields(
    *_ISSUER_TARIFF,
    Field("sub_payload_control", Bits8(1)),
    Field("number_of_thresholds", CountOf("thresholds", mask=0x0F)),
    Field("thresholds", Listed(U48(), low=1, high=3), "TariffThresholdMatrix[1..3]: thresholdNext"),
)
_PRICE_MATRIX: Final = Fields(
    *_ISSUER_TARIFF,
    Field("sub_payload_control", Bits8(meaning={0: "block", 1: "TOU"})),
    Field(
        "prices",
        Listed(
            Fields(
                Field("tier_block_id", U8()),
                Field("price", U32(), "TariffBlockPriceMatrixTOU: valueNext[1..4]"),
            ),
            low=1,
            high=4,
        ),
    ),
)

GCS01A: Final = UseCase(
    code="GCS01a",
    message_code=MessageCode(0x006B),
    title="Set Tariff and Price on GSME",
    targets=(DeviceType.GSME,),
    roles=(RemotePartyRole.SUPPLIER,),
    critical=True,
    future_datable=True,
    replay_protected=True,
    timed=True,
    payload=GbzRow(
        (
            Publish(CALENDAR, 0x00, "calendar", _CALENDAR),
            Publish(CALENDAR, 0x01, "day_profiles", _DAY_PROFILE, high=4),
            Publish(CALENDAR, 0x02, "week_profiles", _WEEK_PROFILE, high=2),
            Publish(CALENDAR, 0x03, "seasons", _SEASONS),
            Publish(CALENDAR, 0x04, "special_days", _SPECIAL_DAYS),
            Publish(PRICE, 0x04, "tariff_information", _TARIFF_INFORMATION),
            Publish(PRICE, 0x06, "block_thresholds", _BLOCK_THRESHOLDS, low=0),
            Publish(PRICE, 0x05, "price_matrix", _PRICE_MATRIX),
        )
    ),
    source="GBCS 4.0 annex, GCS01a",
)

GCS13A: Final = UseCase(
    code="GCS13a",
    message_code=MessageCode(0x0074),
    title="Read GSME Consumption Register",
    targets=(DeviceType.GPF, DeviceType.GSME),
    roles=(RemotePartyRole.SUPPLIER, RemotePartyRole.NETWORK_OPERATOR),
    critical=False,
    timed=True,
    payload=GbzRow(
        (
            ReadAttributes(
                METERING,
                "consumption_register",
                AttributeRead(0x0302, "divisor", U24(), "ConsumptionRegister: divisor"),
                AttributeRead(0x0301, "multiplier", U24(), "ConsumptionRegister: multiplier"),
                AttributeRead(0x0300, "unit", Enumeration(1, {1: "m³"}), "ConsumptionRegister: unit"),
                AttributeRead(0x0000, "consumption", U48(), "ConsumptionRegister: value"),
                encrypted=True,
            ),
        )
    ),
    source="GBCS 4.0 annex, GCS13a",
)

USE_CASES: Final = (GCS01A, GCS13A)
