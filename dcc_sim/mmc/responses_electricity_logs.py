"""MMC rows of the use cases that read and clear the logs of an ESME (`dlms_logs`)."""

from __future__ import annotations

from typing import Final

from dcc_sim.catalogue.alerts import MEANINGS
from dcc_sim.mmc.conversions import Conversion, Described, Hex, HexOctets, Integer, Named
from dcc_sim.mmc.elements import INTEGER, LEVEL, LOG_TIME, UNSIGNED_INT, index
from dcc_sim.mmc.rows import Each, Element, Flag, Leaf, ResponseRow, Row, View, When
from dcc_sim.mmc.views_load import logged_action, logged_action_values

_MOST_IN_BILLING: Final = 12
_MOST_IN_DAILY: Final = 31

_TIME: Final = Leaf("Timestamp", "timestamp", LOG_TIME)


def _secondary(name: str) -> tuple[Row, ...]:
    """Registers of the second element; the name of the first of them differs."""
    return (
        When("secondary_active_import", Leaf(name, "secondary_active_import", UNSIGNED_INT)),
        *_secondary_tou(),
    )


def _secondary_tou() -> tuple[Row, ...]:
    name = "SecondaryTariffTOURegisterMatrixValue"
    return (When("secondary_tou", Each("secondary_tou", Leaf(name, "", UNSIGNED_INT, index(4)), high=4)),)


def _tou() -> Each:
    return Each("tou", Leaf("TariffTOURegisterMatrixValue", "", UNSIGNED_INT, index(48)), high=48)


def _blocks() -> tuple[Row, ...]:
    return tuple(
        Each(
            f"block_{n}_tou",
            Leaf(f"TariffTOUBlock{n}RegisterMatrixValue", "", UNSIGNED_INT, index(8)),
            high=8,
        )
        for n in range(1, 5)
    )


def _matrices() -> tuple[Row, ...]:
    return (_tou(), *_blocks())


_PREPAYMENT: Final[tuple[Row, ...]] = (
    Leaf("AccumulatedDebtRegister", "accumulated_debt", INTEGER),
    Leaf("EmergencyCreditBalance", "emergency_credit", INTEGER),
    Leaf("MeterBalance", "meter_balance", INTEGER),
    Leaf("PaymentDebtRegister", "payment_debt", INTEGER),
    Leaf("TimeDebtRegisters1", "time_debt_1", INTEGER),
    Leaf("TimeDebtRegisters2", "time_debt_2", INTEGER),
    _TIME,
)

_CHANGES: Final = Element(
    "Electricity",
    # The log is listed twice: the registers of every entry, then the balances of every entry.
    Each(
        "log.entries",
        Element(
            "LogEntryConsumptionAndTariffRegistersData",
            Leaf("ActiveImportRegisterConsumption", "active_import", UNSIGNED_INT),
            *_matrices(),
            *_secondary("SecondaryActiveImportRegisterConsumption"),
            _TIME,
        ),
        high=_MOST_IN_BILLING,
    ),
    Each("log.entries", Element("LogEntryPrepaymentData", *_PREPAYMENT), high=_MOST_IN_BILLING),
    keep=True,
)

BILLING_ENTRY: Final[tuple[Row, ...]] = (
    _TIME,
    Leaf("ActiveImportRegisterValueConsumption", "active_import", UNSIGNED_INT),
    When(
        "secondary_active_import",
        Leaf("SecondaryActiveImportRegisterValueConsumption", "secondary_active_import", UNSIGNED_INT),
    ),
    _tou(),
    *_secondary_tou(),
    *_blocks(),
)
"""ESMEBillingDataLogType, of responses and of the billing alert."""

_BILLING: Final = Element(
    "Electricity",
    Each("log.registers", Element("ESMEBillingDataLogEntry", *BILLING_ENTRY), high=_MOST_IN_BILLING),
    Each(
        "log.prepayment",
        Element("ESMEBillingPrepaymentDataLogEntry", *_PREPAYMENT),
        high=_MOST_IN_BILLING,
    ),
    keep=True,
)


def _amounts(element: str, high: int) -> Element:
    entry = Element("LogEntry", Leaf("Amount", "amount", UNSIGNED_INT), _TIME)
    return Element(element, Each("log", entry, high=high))


_DAILY_READS: Final = Each(
    "log.entries",
    Element(
        "LogEntry",
        _TIME,
        Element(
            "Electricity",
            Leaf("ElecActiveImportRegisterConsumption", "active_import", UNSIGNED_INT),
            *_secondary("SecondaryActiveImportRegisterConsumption"),
            *_matrices(),
        ),
    ),
    high=_MOST_IN_DAILY,
)

_DAILY_BALANCES: Final = Element(
    "Electricity",
    Each("log.entries", Element("LogEntry", *_PREPAYMENT), high=_MOST_IN_DAILY),
    keep=True,
)

_DAILY_EXPORT: Final = Each(
    "log",
    Element(
        "LogEntry",
        Leaf("ActiveExportRegisterValue", "active_export", UNSIGNED_INT),
        Leaf("TimeStamp", "timestamp", LOG_TIME),
    ),
    high=_MOST_IN_DAILY,
)

_EXPORT_PROFILE: Final = Each(
    "log",
    Element(
        "LogEntry",
        Leaf("ActiveEnergyExportedValue", "active_export", UNSIGNED_INT),
        Leaf("ReactiveEnergyExportedValue", "reactive_export", UNSIGNED_INT),
        _TIME,
    ),
    high=4464,
)

_IMPORT_PROFILE: Final = Each(
    "log.entries",
    Element(
        "LogEntry",
        _TIME,
        Element(
            "Electricity",
            Leaf("PrimaryValue", "primary", UNSIGNED_INT),
            When("secondary", Leaf("SecondaryValue", "secondary", UNSIGNED_INT)),
        ),
    ),
    high=19056,
)

_REACTIVE_PROFILE: Final = Each(
    "log",
    Element("LogEntry", Leaf("ReactiveEnergyImportedValue", "reactive_import", UNSIGNED_INT), _TIME),
    high=4464,
)

_DAILY_CONSUMPTION: Final = Element(
    "Electricity",
    Each("log.entries", Element("LogEntry", Leaf("Value", "consumption", UNSIGNED_INT), _TIME), high=731),
    keep=True,
)

_EVENT_MEANING: Final = Described(MEANINGS, "Event without a description here")


def event_log(other_information: Conversion | None) -> Element:
    """An event, security or power log; what the further information means depends on the code."""
    other = (
        ()
        if other_information is None
        else (Leaf("OtherInformation", "other_information", other_information),)
    )
    return Element(
        "Log",
        Each(
            "log",
            Element(
                "LogEntry",
                _TIME,
                Leaf("LogCode", "code", Hex(2)),
                Leaf("LogMeaning", "code", _EVENT_MEANING),
                *other,
            ),
            high=100,
        ),
        keep=True,
    )


EVENT_LOG: Final = event_log(HexOctets(8))
SECURITY_LOG: Final = event_log(None)
EVENT_LOG_ELEMENTS: Final = {"6.13": "ReadEventOrSecurityLogRsp"}

_SWITCH_ACTIONS: Final = Named(
    {
        0x11: "On",
        0x12: "Off",
        0x20: "Revert to calendar control",
        0x00: "Entry relates to a Message from an HC ALCS",
    }
)
_OUTCOMES: Final = Named({0: "Outcome not known", 1: "Success", 2: "Failure"})

_CONTROLLER_LOG: Final = Element(
    "ALCSEvent",
    Each(
        "log",
        Element(
            "ALCSEventLogEntry",
            _TIME,
            View(
                logged_action,
                ("switch_and_action", "outcome", "han_command_id"),
                Leaf("SwitchNumber", "number", Integer(1, 5)),
                When("action", Leaf("SwitchAction", "action", _SWITCH_ACTIONS)),
                Leaf("Outcome", "outcome", _OUTCOMES),
                Leaf("HANCommandID", "command", UNSIGNED_INT),
                When("level", Leaf("AuxiliaryControllerLevel", "level", LEVEL)),
                When("input", Flag("InputFromControlledLoad", "input", value=True)),
                inverse=logged_action_values,
            ),
        ),
        high=100,
    ),
    keep=True,
)

ROWS: Final = (
    ResponseRow(code="ECS15a", elements={"3.3": "ClearEventLogRsp"}),
    ResponseRow(code="ECS15c", elements={"3.3": "ClearEventLogRsp"}),
    ResponseRow(
        code="ECS20a",
        elements={"4.4.4": "RetrieveBillingDataLogDebtPaymentsRsp"},
        rows=(_amounts("PaymentBasedDebtRepayment", 10),),
    ),
    ResponseRow(
        code="ECS20b",
        elements={"4.4.2": "RetrieveCoMOrTariffTriggeredBillingDataLogRsp"},
        rows=(_CHANGES,),
    ),
    ResponseRow(
        code="ECS20c",
        elements={"4.4.3": "RetrieveBillingCalendarTriggeredBillingDataLogRsp"},
        rows=(_BILLING,),
    ),
    ResponseRow(
        code="ECS20d",
        elements={"4.4.5": "RetrieveBillingDataLogPrepaymentCreditsRsp"},
        rows=(_amounts("PrepaymentCredits", 5),),
    ),
    ResponseRow(code="ECS21a", elements={"4.6.1": "RetrieveImportDailyReadLogRsp"}, rows=(_DAILY_READS,)),
    ResponseRow(code="ECS21b", elements={"4.14": "ReadPrepaymentDailyReadLogRsp"}, rows=(_DAILY_BALANCES,)),
    ResponseRow(code="ECS21c", elements={"4.6.2": "RetrieveExportDailyReadLogRsp"}, rows=(_DAILY_EXPORT,)),
    ResponseRow(code="ECS22a", elements={"4.8.3": "ReadExportProfileDataRsp"}, rows=(_EXPORT_PROFILE,)),
    ResponseRow(code="ECS22b", elements={"4.8.1": "ReadActiveImportProfileDataRsp"}, rows=(_IMPORT_PROFILE,)),
    ResponseRow(
        code="ECS22c", elements={"4.8.2": "ReadReactiveImportProfileDataRsp"}, rows=(_REACTIVE_PROFILE,)
    ),
    ResponseRow(code="ECS35a", elements=EVENT_LOG_ELEMENTS, rows=(EVENT_LOG,)),
    ResponseRow(code="ECS35b", elements=EVENT_LOG_ELEMENTS, rows=(SECURITY_LOG,)),
    ResponseRow(code="ECS35e", elements=EVENT_LOG_ELEMENTS, rows=(event_log(Hex(4)),)),
    ResponseRow(code="ECS35f", elements=EVENT_LOG_ELEMENTS, rows=(_CONTROLLER_LOG,)),
    ResponseRow(code="ECS35g", elements=EVENT_LOG_ELEMENTS, rows=(_CONTROLLER_LOG,)),
    ResponseRow(
        code="ECS66", elements={"4.17": "RetrieveDailyConsumptionLogRsp"}, rows=(_DAILY_CONSUMPTION,)
    ),
)
