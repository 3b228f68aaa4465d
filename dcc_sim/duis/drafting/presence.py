"""What a draft has without being asked: how often, which optional parts, which alternatives.

In: the place. Out: a number, yes or no, a name. Left out: texts (`defaults`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dcc_sim.catalogue.requests import REQUESTS
from dcc_sim.duis.drafting.defaults import scheduled_variant
from dcc_sim.duis.drafting.place import has_blocks, is_gas, is_hybrid
from dcc_sim.duis.names import sr

if TYPE_CHECKING:
    from collections.abc import Callable

    from dcc_sim.duis.drafting.place import Place

# fmt: off
TIMES: Final = {
    "ProfileSchedule": 2, "TOUPrice": 2, "BlockPrices": 2, "BlockPrice": 4, "BlockThreshold": 3,
    "ElectricityPriceElement": 2, "ElectricityNonDisablementSchedule": 2, "TimeStartAction": 2,
    "DayOfWeekApplicability": 7,
}
"""How often an element is there when it is there at all; once, if it is not in here."""

USUAL: Final = frozenset({
    "UpdateSecurityCredentialsKRP/RemotePartyFloorSeqNumber",
    "SupplierOrNetworkOperatorCertificates/DigitalSigningCertificate",
    "SupplierOrNetworkOperatorCertificates/KeyAgreementCertificate",
    "RequestHandoverOfDCCControlledDevice/RemotePartyFloorSeqNumber",
    "ReplacementCertificates/KeyAgreementCertificate",
    "SupplierReplacementCertificates/KeyAgreementCertificate",
    "DaysOfWeekApplicability/DayOfWeekApplicability",
    "UpdateDeviceConfigurationAuxiliaryControllerScheduler/AuxiliaryControllerSchedule",
    "AuxiliaryControllerSchedule/DaysOfWeekApplicability",
    "ALCSHCALCSConnectionSchedule/DaysOfWeekApplicability",
    "DevicePrenotification/SMETSCHTSVersion", "DevicePrenotification/FirmwareVersion",
    "ResetMaximumDemandRegisters/MaxDemandActivePowerImportValue", "UpdateDeviceDetails/FirmwareVersion",
    "LowerBandSubGHzChannels0To26/Channel0", "LowerBandSubGHzChannels27To34/Channel27",
    "LowerBandSubGHzChannels35To61/Channel35", "UpperBandSubGHzChannels0To26/Channel0",
    "ElectricitySupplierAlerts/SupplierESMECommon", "ElectricitySupplierHANAlertSettings/SupplierESMECommon",
    "ElectricitySupplierAlarmSettings/SupplierESMECommon",
    "ElectricitySupplierLoggingSettings/SupplierESMECommon",
    "SupplierESMECommon/x810D", "SupplierESMEPolyPhase/x81B7",
    "ElectricityNetworkOperatorAlerts/NetworkOperatorESMECommon",
    "ElectricityNetworkOperatorLoggingSettings/NetworkOperatorESMECommon", "NetworkOperatorESMECommon/x8014",
    "NetworkOperatorESMESinglePhase/x8002", "NetworkOperatorESMEPolyPhase/x8003",
    "GasSupplierAlerts/x810D", "GasSupplierAlertEventSettings/x810D",
})
"""Optional parts that are drafted anyway: without them a request would say nothing, or too little."""

_WHEN_USUAL: Final[dict[str, Callable[[Place], bool]]] = {
    "ClearEventLog/ESMEEventLogType": lambda place: not place.situation.is_gas,
    "UpdateHANDeviceLog/AddDeviceToCHFWhitelist":
        lambda place: place.node.findtext(sr("RequestType")) == "Add",
    "DevicePrenotification/ESMEVariant": lambda place: place.node.findtext(sr("DeviceType")) == "ESME",
    # A special day that something refers to has to be defined.
    "ALCSHCALCSSpecialDays/ALCSHCALCSSpecialDay": lambda place: "SpecialDaysApplicability" in place.names,
    "AuxiliaryControllerSpecialDayDefinitions/AuxiliaryControllerSpecialDayDefinition":
        lambda place: "SpecialDaysApplicability" in place.names,
    "ElectricitySpecialDays/SpecialDay": lambda place: "SpecialDayApplicability" in place.names,
}
_NOT_WITH_ALL: Final[dict[str, Callable[[Place], bool]]] = {
    "DevicePrenotification/AssociatedGPFDeviceID":
        lambda place: place.node.findtext(sr("DeviceType")) != "CHF",
}
"""Optional parts that do not go with the rest, even when all are asked for."""
# fmt: on


def times(place: Place, name: str) -> int:
    """How often a child of a place is there."""
    if name == "BlockPrices" and is_hybrid(place):
        return 1
    if name == "TOUPrice" and place.name == "HybridTariff":
        return 1
    return TIMES.get(name, 1)


def is_usual(place: Place, name: str) -> bool:
    """Whether an optional child of a place is there without being asked for."""
    key = f"{place.name}/{name}"
    return key in USUAL or (key in _WHEN_USUAL and _WHEN_USUAL[key](place))


def goes_with_all(place: Place, name: str) -> bool:
    """Whether an optional child of a place is there when all are asked for."""
    key = f"{place.name}/{name}"
    return key not in _NOT_WITH_ALL or not _NOT_WITH_ALL[key](place)


# --------------------------------------------------------------------------------------- choices


def alternative(place: Place) -> str | None:
    """The alternative at a place that goes with what the user has named; None for the first one."""
    choose = _CHOICES.get(place.name)
    return None if choose is None else choose(place)


def _by_fuel(electricity: str, gas: str) -> Callable[[Place], str]:
    return lambda place: gas if is_gas(place) else electricity


def _prices(place: Place) -> str:
    if is_hybrid(place):
        return "HybridTariff"
    return "BlockTariff" if has_blocks(place) else "TOUTariff"


def _switch(place: Place) -> str:
    if is_hybrid(place):
        return "TOUTariffAction" if place.position % 2 else "BlockTariffAction"
    return "BlockTariffAction" if has_blocks(place) else "TOUTariffAction"


def _gas_day(place: Place) -> str:
    return "BlockTariff" if has_blocks(place) else "TOUTariffAction"


_EVERY_YEAR: Final = {
    "Year": "NonSpecifiedYear",
    "GasYearWithWildcards": "NonSpecifiedYear",
    "DayOfWeek": "NonSpecifiedDayOfWeek",
    "GasDayOfWeekWithWildcards": "NonSpecifiedDayOfWeek",
}
_CHOICES: Final[dict[str, Callable[[Place], str]]] = {
    "UpdateImportTariffPrimaryElement": _by_fuel("ElecTariffElements", "GasTariffElements"),
    "PriceElements": _by_fuel("ElectricityPriceElements", "GasPriceElements"),
    "ElectricityPriceElements": _prices,
    "GasPriceElements": _prices,
    "ProfileSchedule": _switch,
    "DayProfile": _gas_day,
    "UpdatePrepayConfiguration": _by_fuel("UpdatePrepayConfigElectricity", "UpdatePrepayConfigGas"),
    "UpdateDebt": _by_fuel("ElecDebtRecovery1", "GasDebtRecovery1"),
    "UpdateDeviceConfigurationBillingCalendar": _by_fuel("ElectricityBillingCalendar", "GasBillingCalendar"),
    "SetDeviceConfigurationImportMPxN": _by_fuel("ImportMPANs", "ImportMPRN"),
    "ConfigureAlertBehaviour": _by_fuel("ElectricitySupplierAlerts", "GasSupplierAlerts"),
    "ElectricityBillingCalendar": lambda _: "Monthly",
    "CreateSchedule": lambda place: f"DSP{REQUESTS[scheduled_variant(place)].body}",
    **{name: (lambda _, chosen=chosen: chosen) for name, chosen in _EVERY_YEAR.items()},  # type: ignore[misc]
}
