"""MMC rows of the use cases of prepayment on a GSME (`gbz_prepayment`)."""

from __future__ import annotations

from typing import Final

from dcc_sim.mmc.conversions import Integer, Named
from dcc_sim.mmc.conversions_gas import MinuteOfDay
from dcc_sim.mmc.elements import NO_REQUEST, index
from dcc_sim.mmc.elements_gas import (
    MONEY,
    calendar_omissions,
    constants,
    seasons,
    special_days,
    unplaced,
    week_profiles,
)
from dcc_sim.mmc.rows import Each, Element, Leaf, Omit, ResponseRow, Row

_DAY: Final = Integer(1, 5)
_ACTION: Final = Named({True: "START", False: "STOP"})

_CALENDAR: Final = Element(
    "NonDisablementCalendar",
    Element(
        "DayProfiles",
        Each(
            "day_profiles",
            Element(
                "GasNonDisablementDayProfile",
                Each(
                    "schedule",
                    Element(
                        "TimeStartAction",
                        Leaf("StartTime", "start_minute", MinuteOfDay()),
                        Leaf("NonDisablementAction", "non_disablement", _ACTION),
                        attributes=index(3),
                    ),
                    high=3,
                ),
                Leaf("GasDayName", "day_id", _DAY),
            ),
            *calendar_omissions("command_index", "total_commands", "calendar_type"),
            high=5,
        ),
    ),
    week_profiles("ReferencedDayName", _DAY),
    *seasons("SeasonProfiles"),
    *special_days("SpecialDays", "ReferencedDayName", _DAY),
)


def _debt_recovery(number: int) -> Element:
    return Element(
        f"DebtRecovery{number}",
        Leaf("DebtRecoveryRate", f"debt_recovery_amount_{number}", MONEY),
        Leaf("DebtRecoveryRatePeriod", f"debt_recovery_frequency_{number}", Named({0: "HOURLY", 1: "DAILY"})),
    )


_CONFIGURATION: Final[tuple[Row, ...]] = (
    # In hundredths of a percent, as on the wire.
    Leaf("DebtRecoveryPerPayment", "debt_recovery_percentage", Integer()),
    Leaf("DebtRecoveryRateCap", "debt_recovery_rate_cap", MONEY),
    Leaf("DisablementThreshold", "disablement_threshold", MONEY),
    Leaf("EmergencyCreditLimit", "emergency_credit_limit", MONEY),
    Leaf("EmergencyCreditThreshold", "emergency_credit_threshold", MONEY),
    Leaf("LowCreditThreshold", "low_credit_threshold", MONEY),
    Leaf("CreditMaxCreditThreshold", "maximum_credit", MONEY),
    Leaf("MaxCreditMaxMeterBalance", "maximum_meter_balance", MONEY),
    *constants("price_trailing_digit"),
    Element("Gas", _CALENDAR, _debt_recovery(1), _debt_recovery(2)),
)

_TOP_UP: Final[tuple[Row, ...]] = (
    Omit("top_up.result", "told by MessageSuccess, without the kind of refusal"),
    *unplaced("top_up.value", "top_up.source", "top_up.credit_remaining"),
)

_PAYMENT_MODE: Final[tuple[Row, ...]] = (
    *unplaced(
        "payment_mode.friendly_credit",
        "payment_mode.emergency_credit_limit",
        "payment_mode.emergency_credit_threshold",
    ),
    *constants("payment_mode.friendly_credit_calendar_id"),
)


def _write(code: str, variant: str, element: str, *rows: Row) -> ResponseRow:
    return ResponseRow(code=code, elements={variant: element}, rows=rows)


ROWS: Final = (
    _write("CS01b", "2.2", "TopUpDeviceRsp", *_TOP_UP),
    _write("GCS02", "1.6", "UpdatePaymentModeRsp", *_PAYMENT_MODE),
    _write("GCS03", "1.6", "UpdatePaymentModeRsp", *_PAYMENT_MODE),
    _write("GCS04", "2.3", "UpdateDebtRsp"),
    _write("GCS05", "2.1", "UpdatePrepayConfigurationRsp"),
    _write("GCS06", "2.5", "ActivateEmergencyCreditRsp"),
    _write("GCS21b", "4.13", "ReadPrepaymentConfigurationRsp", *_CONFIGURATION),
    _write("GCS40a", "1.5", "UpdateMeterBalanceRsp"),
    _write("GCS40b", "1.5", "UpdateMeterBalanceRsp"),
    _write("GCS40c", "1.5", "UpdateMeterBalanceRsp"),
    _write("GCS40d", "1.5", "UpdateMeterBalanceRsp"),
    # From GSME to PPMID within the home: no User gets them. Written as what the same order answers
    # when it comes over the WAN.
    _write("PCS01", NO_REQUEST, "TopUpDeviceRsp", *_TOP_UP),
    _write("PCS02", NO_REQUEST, "ActivateEmergencyCreditRsp"),
)
