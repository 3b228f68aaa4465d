"""Settings of a gas meter and orders to it, other than tariff and prepayment.

GCS07, GCS09, GCS11, GCS20, GCS20r, GCS21d, GCS21k, GCS23, GCS24, GCS24a, GCS25, GCS25a, GCS31, GCS32,
GCS36, GCS39, GCS41, GCS44; rows in wire order, from reference `gbcs-use-cases/`.
"""

from __future__ import annotations

from typing import Final

from dcc_sim.catalogue.row import UseCase
from dcc_sim.catalogue.usecases.gbz_clusters import (
    ACB,
    DEVICE_MANAGEMENT,
    EVENT,
    GPF,
    GPF_GSME,
    GSME,
    MESSAGING,
    METERING,
    ONE_COMMAND,
    PRICE,
    PROVIDER,
    SUPPLIER,
    SUPPLIER_ACB,
)
from dcc_sim.codec.gbz import GbzRow
from dcc_sim.codec.gbz_command import FROM_SERVER, TO_SERVER, Command, Publish, Reply, Request
from dcc_sim.codec.zcl import (
    U8,
    U16,
    U24,
    U32,
    Bits8,
    Bits32,
    CharString,
    CountOf,
    Enumeration,
    Field,
    Fields,
    Listed,
    Number,
    OctetString,
    UtcTime,
)
from dcc_sim.ids import MessageCode

GCS07: Final = UseCase(
    code="GCS07",
    message_code=MessageCode(0x0071),
    title="Send Message to GSME",
    targets=GSME,
    roles=SUPPLIER,
    critical=False,
    payload=GbzRow(
        (
            Publish(
                MESSAGING,
                0x00,
                "message",
                Fields(
                    Field("message_id", UtcTime()),
                    Field("message_control", Bits8(0)),
                    Field("start_time", UtcTime()),
                    Field("duration", U16(0xFFFF, {0xFFFF: "until changed"})),
                    Field("text", CharString(116), "SupplierMessage: value"),
                ),
            ),
        )
    ),
    source="GBCS 4.0 annex, GCS07",
)

_DELIVERED: Final = Bits8(0, {0: "delivered tariff"})

GCS09: Final = UseCase(
    code="GCS09",
    message_code=MessageCode(0x0072),
    title="Set Change of Tenancy date on GPF",
    targets=GPF,
    roles=SUPPLIER,
    critical=False,
    payload=GbzRow(
        (
            Publish(
                DEVICE_MANAGEMENT,
                0x00,
                "change_of_tenancy",
                Fields(
                    PROVIDER,
                    EVENT,
                    Field("tariff_type", _DELIVERED, "restrictDataDateTime: valueTariffTypeNext"),
                    Field("start_time", UtcTime(), "restrictDataDateTime: value"),
                    Field(
                        "tenancy_change_control",
                        Bits32(0x200, {0x200: "clear consumer data of the in-home display"}),
                        "restrictDataDateTime: valueProviderChangeControlNext",
                    ),
                ),
            ),
        )
    ),
    source="GBCS 4.0 annex, GCS09",
)

GCS11: Final = UseCase(
    code="GCS11",
    message_code=MessageCode(0x0073),
    title="Disable Privacy PIN Protection on GSME",
    targets=GSME,
    roles=SUPPLIER,
    critical=False,
    replay_protected=True,
    payload=GbzRow(
        (
            Publish(
                DEVICE_MANAGEMENT,
                0x02,
                "password",
                Fields(
                    EVENT,
                    Field("start_time", UtcTime(0)),
                    Field("duration", U16(0, {0: "until changed"})),
                    Field(
                        "password_type",
                        Enumeration(2, {2: "consumer menu"}),
                        "DisablePrivacyPinProtection: disableProtection",
                    ),
                    # Empty: no PIN is asked for any more.
                    Field("password", OctetString(10, b"")),
                ),
            ),
        )
    ),
    source="GBCS 4.0 annex, GCS11",
)

_EVENT_ACTIONS: Final = ((0b11, "log"), (0x08, "alert to WAN"), (0x10, "alert to HAN"), (0x40, "alarm"))
_EVENT_CONFIGURATION: Final = {
    sum(bits for bits, _ in chosen): ", ".join(word for _, word in chosen) or "nothing"
    for chosen in (
        tuple(action for n, action in enumerate(_EVENT_ACTIONS) if choice >> n & 1)
        for choice in range(1 << len(_EVENT_ACTIONS))
    )
}
_ALERT_SETTINGS: Final = "Alerts Configuration Settings:"

GCS20: Final = UseCase(
    code="GCS20",
    message_code=MessageCode(0x00AD),
    title="Set Alert Behaviours - GSME",
    targets=GSME,
    roles=SUPPLIER,
    critical=False,
    payload=GbzRow(
        (
            Publish(
                DEVICE_MANAGEMENT,
                0x04,
                "event_configurations",
                Fields(
                    EVENT,
                    Field("start_time", UtcTime(0)),
                    Field(
                        "configuration",
                        Bits8(meaning=_EVENT_CONFIGURATION),
                        f"{_ALERT_SETTINGS} methodInput: value",
                    ),
                    Field(
                        "configuration_control",
                        Enumeration(0, {0: "apply by list"}),
                        f"{_ALERT_SETTINGS} configure",
                    ),
                    Field("number_of_events", CountOf("events")),
                    Field("events", Listed(U16()), f"{_ALERT_SETTINGS} methodInput: eventList"),
                ),
                high=255,
            ),
        )
    ),
    source="GBCS 4.0 annex, GCS20",
)

_ALL_SETTINGS: Final = "Events and Alerts Configuration Settings:"

GCS20R: Final = UseCase(
    code="GCS20r",
    message_code=MessageCode(0x00F1),
    title="Read non-critical event and alert behaviours - GSME- Supplier",
    targets=GSME,
    roles=SUPPLIER,
    critical=False,
    payload=GbzRow(
        (
            # Here it is the meter that is the client of the cluster: directions are the other way.
            Command(
                DEVICE_MANAGEMENT,
                FROM_SERVER,
                0x05,
                "event_configuration",
                Fields(
                    Field(
                        "event_id",
                        U16(0x81FF, {0x81FF: "all codes 81xx"}),
                        f"{_ALL_SETTINGS} method: getSettings",
                    )
                ),
                reply=Reply(
                    0x04,
                    Fields(
                        *ONE_COMMAND,
                        Field(
                            "events",
                            Listed(
                                Fields(
                                    Field("event_id", U16(), f"{_ALL_SETTINGS} settings"),
                                    Field(
                                        "configuration",
                                        Bits8(meaning=_EVENT_CONFIGURATION),
                                        f"{_ALL_SETTINGS} settings",
                                    ),
                                )
                            ),
                        ),
                    ),
                    frame_control=TO_SERVER,
                ),
            ),
        )
    ),
    source="GBCS 4.0 annex, GCS20r",
)

_DURATION_TYPES: Final = {0x21: "days", 0x22: "weeks", 0x23: "months"}


def _billing_period(duration: Number, smets: str) -> Fields:
    return Fields(
        PROVIDER,
        EVENT,
        Field("start_time", UtcTime(), smets),
        Field("duration", duration, smets),
        Field("duration_type", Bits8(meaning=_DURATION_TYPES), smets),
        Field("tariff_type", _DELIVERED),
    )


def _read_billing_period(smets: str) -> GbzRow:
    return GbzRow(
        (
            Request(
                PRICE,
                0x0B,
                "billing_period",
                Fields(
                    Field("earliest_start_time", UtcTime(0)),
                    Field("minimum_issuer_event_id", U32(0xFFFFFFFF, {0xFFFFFFFF: "not used"})),
                    Field("number_of_commands", U8(1)),
                    Field("tariff_type", _DELIVERED),
                ),
                reply=Reply(0x09, _billing_period(U24(), smets), frame_control=FROM_SERVER),
            ),
        )
    )


# Without a page; the layout is that of the vectors and of GCS21k, which replaced it, with its roles.
GCS21D: Final = UseCase(
    code="GCS21d",
    message_code=MessageCode(0x009D),
    title="Read GSME Configuration Data Device Information (BillingCalendar)",
    targets=GPF_GSME,
    roles=SUPPLIER_ACB,
    critical=False,
    withdrawn=True,
    payload=_read_billing_period("BillingCalendar: startDateTimeAndPeriodicity"),
    source="published vectors",
)

GCS21K: Final = UseCase(
    code="GCS21k",
    message_code=MessageCode(0x00DA),
    title="Read GSME Configuration Data Device Information (BillingCalendar - all periodicities)",
    targets=GPF_GSME,
    roles=SUPPLIER_ACB,
    critical=False,
    payload=_read_billing_period("BillingCalendar: startDateTimeAndAnyPeriodicity"),
    source="GBCS 4.0 annex, GCS21k",
)


def _set_billing_period(duration: Number, smets: str) -> GbzRow:
    resolution = "BillingCalendar: blockResolutionPeriod"
    return GbzRow(
        (
            Publish(PRICE, 0x09, "billing_period", _billing_period(duration, smets)),
            Publish(
                PRICE,
                0x01,
                "block_period",
                Fields(
                    PROVIDER,
                    EVENT,
                    Field("start_time", UtcTime(), resolution),
                    Field("duration", duration, resolution),
                    Field("block_period_control", Bits8(0b10, {0b10: "repeating block"})),
                    Field("duration_type", Bits8(meaning=_DURATION_TYPES), resolution),
                    Field("tariff_type", _DELIVERED),
                    Field("tariff_resolution_period", Enumeration(1, {1: "block period"})),
                ),
            ),
        )
    )


# The page keeps it for the GPF alone, without role and target; the vectors go from the Supplier to
# a GSME.
GCS25: Final = UseCase(
    code="GCS25",
    message_code=MessageCode(0x007E),
    title="Set Billing Calendar on the GSME",
    targets=GSME,
    roles=SUPPLIER,
    critical=True,
    replay_protected=True,
    withdrawn=True,
    payload=_set_billing_period(U24(1), "BillingCalendar: startDateTimeAndPeriodicity"),
    source="GBCS 4.0 annex, GCS25",
)

GCS25A: Final = UseCase(
    code="GCS25a",
    message_code=MessageCode(0x00D8),
    title="Set Billing Calendar on the GSME - all periodicities",
    targets=GSME,
    roles=SUPPLIER,
    critical=True,
    replay_protected=True,
    payload=_set_billing_period(U24(), "BillingCalendar: startDateTimeAndLongerPeriodicity"),
    source="GBCS 4.0 annex, GCS25a",
)

GCS23: Final = UseCase(
    code="GCS23",
    message_code=MessageCode(0x007C),
    title="Set CV and Conversion Factor Value(s) on the GSME",
    targets=GSME,
    roles=SUPPLIER,
    critical=True,
    replay_protected=True,
    payload=GbzRow(
        (
            Publish(
                PRICE,
                0x02,
                "conversion_factor",
                Fields(
                    EVENT,
                    Field("start_time", UtcTime(0)),
                    Field("value", U32(), "ConversionFactor: valueNext"),
                    Field(
                        "trailing_digit",
                        Bits8(0x50, {0x50: "5 digits right of the decimal point"}),
                        "ConversionFactor: ScalerNext",
                    ),
                ),
            ),
            Publish(
                PRICE,
                0x03,
                "calorific_value",
                Fields(
                    EVENT,
                    Field("start_time", UtcTime(0)),
                    Field("value", U32(), "CalorificValue: valueNext"),
                    Field("unit", Enumeration(1, {1: "MJ/m³"}), "CalorificValue: unitNext"),
                    Field(
                        "trailing_digit",
                        Bits8(0x10, {0x10: "1 digit right of the decimal point"}),
                        "CalorificValue: ScalerNext",
                    ),
                ),
            ),
        )
    ),
    source="GBCS 4.0 annex, GCS23",
)

_SUPPLY_STATES: Final = {0: "locked", 3: "unchanged"}


def _uncontrolled_flow(divisor: int) -> GbzRow:
    flow = "UncontrolledGasFlowRate: methodInput:"
    return GbzRow(
        (
            Request(
                METERING,
                0x0E,
                "uncontrolled_flow",
                Fields(
                    PROVIDER,
                    EVENT,
                    Field("threshold", U16(), f"{flow} threshold"),
                    Field("unit", Enumeration(1, {1: "m³/h"})),
                    Field("multiplier", U16(1), f"{flow} adjustmentScaleMultiplier"),
                    Field("divisor", U16(divisor), f"{flow} adjustmentScaleDivisor"),
                    Field("stabilisation_period", U8(unit="0.1 s"), f"{flow} stabilisationPeriod"),
                    Field("measurement_period", U16(unit="s"), f"{flow} measurementPeriod"),
                ),
            ),
            Request(
                METERING,
                0x0D,
                "supply_states",
                Fields(
                    EVENT,
                    Field(
                        "tamper_state",
                        Enumeration(meaning=_SUPPLY_STATES, allowed=(0, 3)),
                        "SupplyTamperState: methodInput: state",
                    ),
                    Field(
                        "depletion_state",
                        Enumeration(meaning=_SUPPLY_STATES, allowed=(0, 3)),
                        "SupplyDepletionState: methodInput: state",
                    ),
                    Field("uncontrolled_flow_state", Enumeration(0, {0: "off"})),
                    Field("load_limit_state", Enumeration(3, {3: "unchanged"})),
                ),
            ),
        )
    )


GCS24: Final = UseCase(
    code="GCS24",
    message_code=MessageCode(0x007D),
    title="Set Uncontrolled Gas Flow Rate and Supply Tamper State on the GSME",
    targets=GSME,
    roles=SUPPLIER,
    critical=True,
    replay_protected=True,
    withdrawn=True,
    payload=_uncontrolled_flow(1),
    source="GBCS 3.1 annex, GCS24",
)

GCS24A: Final = UseCase(
    code="GCS24a",
    message_code=MessageCode(0x00FC),
    title="Set Uncontrolled Gas Flow Rate at greater resolution and Supply Tamper State on the GSME",
    targets=GSME,
    roles=SUPPLIER,
    critical=True,
    replay_protected=True,
    payload=_uncontrolled_flow(10_000),
    source="GBCS 4.0 annex, GCS24a",
)

GCS31: Final = UseCase(
    code="GCS31",
    message_code=MessageCode(0x0080),
    title="Start Network Data Log on GSME",
    targets=GSME,
    roles=ACB,
    critical=False,
    replay_protected=True,
    payload=GbzRow(
        (
            Request(
                METERING,
                0x07,
                "sampling",
                Fields(
                    EVENT,
                    Field("start_time", UtcTime(0)),
                    Field(
                        "sample_type",
                        Enumeration(0, {0: "consumption delivered"}),
                        "NetworkDataLog: method:record network data",
                    ),
                    Field("interval", U16(360, unit="s")),
                    Field("number_of_samples", U16(41)),
                ),
                reply=Reply(
                    0x0D,
                    Fields(
                        Field("sample_id", U16(meaning={2: "network data log", 0xFFFF: "could not start"}))
                    ),
                    frame_control=FROM_SERVER,
                ),
            ),
        )
    ),
    source="GBCS 4.0 annex, GCS31",
)


def _change_supply(status: int, order: str, state: str, smets: str) -> GbzRow:
    return GbzRow(
        (
            Request(
                METERING,
                0x0B,
                "supply",
                Fields(
                    PROVIDER,
                    EVENT,
                    Field("request_time", UtcTime(0)),
                    Field("start_time", UtcTime(0)),
                    Field("proposed_status", Enumeration(status, {status: order}), smets),
                    Field("supply_control", Bits8(1, {1: "acknowledgement required"})),
                ),
                reply=Reply(
                    0x0C,
                    Fields(
                        Field("provider_id", U32()),
                        EVENT,
                        Field("start_time", UtcTime()),
                        Field("status", Enumeration(status, {status: state})),
                    ),
                    frame_control=FROM_SERVER,
                ),
            ),
        )
    )


GCS32: Final = UseCase(
    code="GCS32",
    message_code=MessageCode(0x0081),
    title="Remotely close the valve in the GSME",
    targets=GSME,
    roles=SUPPLIER,
    critical=True,
    replay_protected=True,
    payload=_change_supply(0, "close valve", "valve closed", "SupplyState: disable"),
    source="GBCS 4.0 annex, GCS32",
)

GCS39: Final = UseCase(
    code="GCS39",
    message_code=MessageCode(0x0085),
    title="Arm Valve in GSME",
    targets=GSME,
    roles=SUPPLIER,
    critical=True,
    replay_protected=True,
    payload=_change_supply(1, "arm supply", "supply armed", "SupplyState: arm"),
    source="GBCS 4.0 annex, GCS39",
)

GCS36: Final = UseCase(
    code="GCS36",
    message_code=MessageCode(0x0083),
    title="Send CIN to GSME",
    targets=GSME,
    roles=ACB,
    critical=False,
    replay_protected=True,
    payload=GbzRow(
        (
            Publish(
                DEVICE_MANAGEMENT,
                0x06,
                "customer_identification",
                Fields(
                    EVENT,
                    Field("start_time", UtcTime(0)),
                    PROVIDER,
                    Field("number", OctetString(4, low=1), "CustomerIdentificationNumber: value"),
                ),
            ),
        )
    ),
    source="GBCS 4.0 annex, GCS36",
)

GCS41: Final = UseCase(
    code="GCS41",
    message_code=MessageCode(0x0087),
    title="Set MPRN Value on the GSME",
    targets=GSME,
    roles=SUPPLIER,
    critical=False,
    replay_protected=True,
    payload=GbzRow(
        (
            Publish(
                DEVICE_MANAGEMENT,
                0x03,
                "site",
                Fields(
                    EVENT,
                    Field("start_time", UtcTime(0)),
                    PROVIDER,
                    Field("mprn", OctetString(32, low=1), "MeterPointReferenceNumber: methodInput: value"),
                ),
            ),
        )
    ),
    source="GBCS 4.0 annex, GCS41",
)

GCS44: Final = UseCase(
    code="GCS44",
    message_code=MessageCode(0x0088),
    title="Write Contact Details on GSME",
    targets=GSME,
    roles=SUPPLIER,
    critical=False,
    payload=GbzRow(
        (
            Publish(
                DEVICE_MANAGEMENT,
                0x01,
                "contact",
                Fields(
                    Field("current_provider_id", U32(0)),
                    EVENT,
                    Field("tariff_type", _DELIVERED, "ContactDetails: valueTariffTypeNext"),
                    Field("proposed_provider_id", U32(0)),
                    Field("start_time", UtcTime(0)),
                    Field(
                        "provider_change_control",
                        Bits32(0x1800, {0x1800: "no actions"}),
                        "ContactDetails: valueProviderChangeControlNext",
                    ),
                    Field("name", OctetString(15, low=1), "ContactDetails: supplierName"),
                    Field("telephone", OctetString(18, low=1), "ContactDetails: supplierTelephoneNumber"),
                ),
            ),
        )
    ),
    source="GBCS 4.0 annex, GCS44",
)

USE_CASES: Final = (
    GCS07,
    GCS09,
    GCS11,
    GCS20,
    GCS20R,
    GCS21D,
    GCS21K,
    GCS23,
    GCS24,
    GCS24A,
    GCS25,
    GCS25A,
    GCS31,
    GCS32,
    GCS36,
    GCS39,
    GCS41,
    GCS44,
)
