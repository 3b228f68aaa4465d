"""What a User reads from an ESME: 4.*, 6.2.*, 6.13, 7.4, 7.7, 7.11, 7.14, 7.15, 11.2.

Most have no value at all; logs have a period, as moments where the answer is encrypted and as seconds
since 2000 where it is not (vectors). Source: reference `gbcs-use-cases/`, `duis.md` §27.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dcc_sim.transform.conversions import COSEM_MOMENT, SECONDS_2000
from dcc_sim.transform.rows import CHOSE_USE_CASE, DSP_DATED, IN_HEADER, CommandRow, Element, Leaf, Omit, Row

if TYPE_CHECKING:
    from dcc_sim.transform.conversions import Conversion


def read_period(conversion: Conversion, *names: str) -> Element:
    """ReadLogPeriod as the range of one log or several."""
    return Element(
        "ReadLogPeriod",
        Leaf("StartDateTime", "from", conversion),
        Leaf("EndDateTime", "to", conversion),
        to=names or ("log",),
    )


KEY: Final = Omit("KAPublicSecurityCredentials", IN_HEADER)
SEALED_LOG: Final = read_period(COSEM_MOMENT)
PLAIN_LOG: Final = read_period(SECONDS_2000)
VOLTAGE_LOG_1: Final = read_period(SECONDS_2000, "voltage_log_1")
VOLTAGE_LOGS: Final = read_period(SECONDS_2000, "voltage_log_1", "voltage_log_2", "voltage_log_3")
_CHOSEN_LOG: Final = (PLAIN_LOG, Omit("LogToRead", CHOSE_USE_CASE))


def _read(code: str, body: str, *rows: Row) -> CommandRow:
    return CommandRow(code=code, bodies=(body,), rows=rows)


ROWS: Final = (
    _read("ECS17a", "ReadInstantaneousExportRegisters", DSP_DATED),
    _read("ECS17b", "ReadInstantaneousImportRegisters", DSP_DATED),
    _read("ECS17c", "ReadActivePowerImport"),
    _read("ECS17d", "ReadInstantaneousImportTOUMatrices", DSP_DATED),
    _read("ECS17e", "ReadInstantaneousImportTOUWithBlocksMatrices", DSP_DATED),
    _read("ECS18a", "ReadMaximumDemandExportRegisters", DSP_DATED),
    _read("ECS18b", "ReadMaximumDemandImportRegisters", DSP_DATED),
    _read("ECS19", "ReadInstantaneousPrepayValues", DSP_DATED),
    _read("ECS20a", "RetrieveBillingDataLogDebtPayments", DSP_DATED, PLAIN_LOG),
    _read("ECS20b", "RetrieveCoMOrTariffTriggeredBillingDataLog", DSP_DATED, SEALED_LOG, KEY),
    _read("ECS20c", "RetrieveBillingCalendarTriggeredBillingDataLog", DSP_DATED, SEALED_LOG, KEY),
    _read("ECS20d", "RetrieveBillingDataLogPrepaymentCredits", DSP_DATED, PLAIN_LOG),
    _read("ECS21a", "RetrieveImportDailyReadLog", DSP_DATED, SEALED_LOG, KEY),
    _read("ECS21b", "ReadPrepaymentDailyReadLog", DSP_DATED, SEALED_LOG, KEY),
    _read("ECS21c", "RetrieveExportDailyReadLog", DSP_DATED, PLAIN_LOG),
    _read("ECS22a", "ReadExportProfileData", DSP_DATED, PLAIN_LOG),
    _read("ECS22b", "ReadActiveImportProfileData", DSP_DATED, SEALED_LOG, KEY),
    _read("ECS22c", "ReadReactiveImportProfileData", DSP_DATED, PLAIN_LOG),
    _read("ECS23", "ReadNetworkData", DSP_DATED, VOLTAGE_LOG_1, KEY),
    _read("ECS23b", "ReadNetworkData", DSP_DATED, VOLTAGE_LOGS, KEY),
    _read("ECS24", "ReadTariffPrimaryElement"),
    _read("ECS24b", "ReadTariffSecondaryElement"),
    _read("ECS25r1", "ReadDeviceConfigurationEventAndAlertBehaviours"),
    _read("ECS25r2", "ReadDeviceConfigurationEventAndAlertBehaviours"),
    _read("ECS26a", "ReadPrepaymentConfiguration", DSP_DATED),
    _read("ECS26b", "ReadDeviceConfigurationVoltage"),
    _read("ECS26c", "ReadDeviceConfigurationRandomisation"),
    _read("ECS26d", "ReadDeviceConfigurationBillingCalendar"),
    _read("ECS26e", "ReadDeviceConfigurationIdentityExcMPxN"),
    _read("ECS26f", "ReadDeviceConfigurationInstantaneousPowerThresholds"),
    _read("ECS26j", "ReadDeviceConfigurationPaymentMode"),
    _read("ECS26k", "ReadDeviceConfigurationVoltage"),
    _read("ECS26l", "ReadDeviceConfigurationBillingCalendar"),
    _read("ECS26m", "ReadDeviceConfigurationIdentityExcMPxN"),
    _read("ECS27", "ReadLoadLimitData", DSP_DATED),
    _read("ECS35a", "ReadEventOrSecurityLog", *_CHOSEN_LOG),
    _read("ECS35b", "ReadEventOrSecurityLog", *_CHOSEN_LOG),
    _read("ECS35e", "ReadEventOrSecurityLog", *_CHOSEN_LOG),
    _read("ECS35f", "ReadEventOrSecurityLog", *_CHOSEN_LOG),
    _read("ECS35g", "ReadEventOrSecurityLog", *_CHOSEN_LOG),
    _read("ECS40", "ReadDeviceConfigurationMPxN"),
    _read("ECS45", "ReadSupplyStatus"),
    _read("ECS52", "ReadFirmwareVersion", DSP_DATED),
    _read("ECS61a", "ReadALCSData", DSP_DATED),
    _read("ECS61c", "ReadBoostButtonDetails", DSP_DATED, read_period(SECONDS_2000, "boost_log")),
    _read("ECS61d", "ReadAuxiliaryControllerConfigurationData", DSP_DATED),
    _read("ECS61e", "ReadAuxiliaryControllerOperationalData", DSP_DATED),
    _read("ECS66", "RetrieveDailyConsumptionLog", DSP_DATED, SEALED_LOG, KEY),
    _read("ECS82", "ReadMeterBalance", DSP_DATED),
)
