"""Tariffs and prices of a gas meter: GCS01a, GCS01b, GCS21f.

Rows in wire order, from reference `gbcs-use-cases/`. A tariff is cancelled by its start time:
FFFFFFFF in the tariff information, FFFFFFFE elsewhere.
"""

from __future__ import annotations

from typing import Final

from dcc_sim.catalogue.row import UseCase
from dcc_sim.catalogue.usecases.gbz_calendar import TARIFF_SWITCHING
from dcc_sim.catalogue.usecases.gbz_clusters import (
    CURRENCIES,
    EVENT,
    GPF_GSME,
    GSME,
    MILLIPENCE,
    ONE_COMMAND,
    PRICE,
    PROVIDER,
    SUPPLIER,
    SUPPLIER_ACB,
)
from dcc_sim.codec.gbz import GbzRow
from dcc_sim.codec.gbz_command import AttributeRead, Publish, ReadAttributes, Reply, Request
from dcc_sim.codec.zcl import (
    U8,
    U16,
    U24,
    U32,
    U48,
    Bits8,
    CountOf,
    Enumeration,
    Field,
    Fields,
    Listed,
    Number,
    OctetString,
    Rest,
    UtcTime,
)
from dcc_sim.ids import MessageCode

_TARIFF_ID: Final = Field("issuer_tariff_id", U32(1, {1: "tariff switching table"}))


def _currency() -> Number:
    return U16(meaning=CURRENCIES, allowed=(826, 978))


def _trailing_digit() -> Number:
    return Bits8(0x50, {0x50: "5 digits right of the decimal point"})


def _tariff_information(blocks_smets: str = "") -> Fields:
    return Fields(
        PROVIDER,
        EVENT,
        _TARIFF_ID,
        Field("start_time", UtcTime(), "StandingCharge: activateNextDateTime"),
        Field("tariff_type", Bits8(meaning={0x00: "TOU tariff", 0x10: "block tariff"}, allowed=(0x00, 0x10))),
        Field("label", OctetString(15, b"")),
        Field("price_tiers", U8(high=4)),
        Field("block_thresholds", U8(high=3), blocks_smets),
        Field(
            "unit", Enumeration(0, {0: "kWh"}), "" if blocks_smets else "TariffThresholdMatrix[1..3]: unit"
        ),
        Field("currency", _currency(), "CurrencyUnit: valueNext"),
        Field("price_trailing_digit", _trailing_digit(), "StandingCharge / TariffTOUPriceMatrix: ScalerNext"),
        Field("standing_charge", U32(unit=MILLIPENCE), "StandingCharge: amountNext"),
        Field("tier_block_mode", U8(0xFF)),
        Field(
            "threshold_multiplier",
            U24(1),
            "" if blocks_smets else "TariffThresholdMatrix[1..3]: ScalerNextMultiplier",
        ),
        Field(
            "threshold_divisor",
            U24(1000),
            "" if blocks_smets else "TariffThresholdMatrix[1..3]: ScalerNextDivisor",
        ),
    )


def _prices(smets: str) -> Fields:
    return Fields(
        PROVIDER,
        EVENT,
        Field("start_time", UtcTime(), smets),
        _TARIFF_ID,
        *ONE_COMMAND,
        Field("sub_payload_control", Bits8(meaning={0: "block", 1: "TOU"}, allowed=(0, 1))),
        Field(
            "prices",
            Listed(
                Fields(
                    Field("tier_block_id", U8()),
                    Field("price", U32(unit=MILLIPENCE), "TariffBlockPriceMatrixTOU: valueNext[1..4]"),
                ),
                low=1,
                high=4,
            ),
        ),
    )


_BLOCK_THRESHOLDS: Final = Fields(
    PROVIDER,
    EVENT,
    Field("start_time", UtcTime(), "TariffThresholdMatrix: activateNextDateTime"),
    _TARIFF_ID,
    *ONE_COMMAND,
    Field("sub_payload_control", Bits8(1, {1: "for all tiers, or blocks alone"})),
    Field("number_of_thresholds", CountOf("thresholds", mask=0x0F)),
    Field("thresholds", Listed(U48(unit="Wh"), low=1, high=3), "TariffThresholdMatrix[1..3]: thresholdNext"),
)

GCS01A: Final = UseCase(
    code="GCS01a",
    message_code=MessageCode(0x006B),
    title="Set Tariff and Price on GSME",
    targets=GSME,
    roles=SUPPLIER,
    critical=True,
    future_datable=True,
    replay_protected=True,
    timed=True,
    payload=GbzRow(
        (
            *TARIFF_SWITCHING.publish(),
            Publish(PRICE, 0x04, "tariff_information", _tariff_information()),
            Publish(PRICE, 0x06, "block_thresholds", _BLOCK_THRESHOLDS, low=0),
            Publish(PRICE, 0x05, "price_matrix", _prices("TariffBlockPriceMatrixTOU: activateNextDateTime")),
        )
    ),
    source="GBCS 4.0 annex, GCS01a",
)

GCS01B: Final = UseCase(
    code="GCS01b",
    message_code=MessageCode(0x00A3),
    title="Set Price on GSME",
    targets=GSME,
    roles=SUPPLIER,
    critical=True,
    future_datable=True,
    replay_protected=True,
    timed=True,
    payload=GbzRow(
        (
            Publish(
                PRICE,
                0x04,
                "tariff_information",
                _tariff_information("StandingCharge: numberOfBlockThresholdsInUse"),
            ),
            Publish(PRICE, 0x05, "price_matrix", _prices("TariffBlockPriceMatrixTOU: activateNextDateTime")),
        )
    ),
    source="GBCS 4.0 annex, GCS01b",
)

_PUBLISH_PRICE: Final = Fields(
    PROVIDER,
    Field("rate_label", OctetString(11)),
    EVENT,
    Field("current_time", UtcTime()),
    Field("unit", Enumeration(1, {1: "m³"}), "(Primary)ActiveTariffPrice: unit"),
    Field("currency", _currency()),
    # Two nibbles: digits right of the decimal point, price tier in force.
    Field("trailing_digit_and_tier", Bits8(), "(Primary)ActiveTariffPrice: scale"),
    # Two nibbles: number of price tiers, register tier in use.
    Field("tiers_and_register_tier", Bits8()),
    Field("start_time", UtcTime(0)),
    Field("duration", U16(unit="min")),
    Field("price", U32(unit=MILLIPENCE), "(Primary)ActiveTariffPrice: value"),
    # A meter may add the optional fields of ZSE, without meaning in GBCS.
    Field("reserved", Rest((0, 19))),
)

_PRICES_NOW: Final = "TariffBlockPriceMatrixTOU: valueCurrent[1..4]"

GCS21F: Final = UseCase(
    code="GCS21f",
    message_code=MessageCode(0x009F),
    title="Read GSME Tariff Data",
    targets=GPF_GSME,
    roles=SUPPLIER_ACB,
    critical=False,
    payload=GbzRow(
        (
            ReadAttributes(
                PRICE,
                "tariff",
                AttributeRead(
                    0x0203,
                    "threshold_divisor",
                    U24(),
                    "TariffThresholdMatrix[1..3]: scalerCurrentDivisor",
                ),
                AttributeRead(
                    0x0202,
                    "threshold_multiplier",
                    U24(),
                    "TariffThresholdMatrix[1..3]: scalerCurrentMultiplier",
                ),
                *(
                    AttributeRead(
                        0x0100 + n,
                        f"threshold_{n + 1}",
                        U48(),
                        "TariffThresholdMatrix[1..3]: thresholdCurrent",
                    )
                    for n in range(3)
                ),
                AttributeRead(
                    0x0615, "threshold_unit", Enumeration(0, {0: "kWh"}), "TariffThresholdMatrix[1..3]: unit"
                ),
                *(
                    AttributeRead(0x0400 + n, f"block_price_{n + 1}", U32(unit=MILLIPENCE), _PRICES_NOW)
                    for n in range(4)
                ),
                *(
                    AttributeRead(0x0400 + 0x10 * n, f"tier_price_{n}", U32(unit=MILLIPENCE), _PRICES_NOW)
                    for n in range(1, 5)
                ),
                AttributeRead(0x0616, "currency", _currency(), "CurrencyUnit: valueCurrent"),
                AttributeRead(
                    0x0617,
                    "price_trailing_digit",
                    _trailing_digit(),
                    "TariffBlockPriceMatrixTOU: scalerCurrent",
                ),
                AttributeRead(
                    0x0301, "standing_charge", U32(unit=MILLIPENCE), "StandingCharge: amountCurrent"
                ),
                answer_control=0x18,
            ),
            *TARIFF_SWITCHING.read(),
            Request(
                PRICE,
                0x00,
                "active_price",
                Fields(Field("command_options", Bits8(0, {0: "active price"}))),
                reply=Reply(0x00, _PUBLISH_PRICE),
            ),
        )
    ),
    source="GBCS 4.0 annex, GCS21f",
)

USE_CASES: Final = (GCS01A, GCS01B, GCS21F)
