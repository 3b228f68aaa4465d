"""What a User may ask: the 129 Service Reference Variants, their names, elements, rights and forms.

In: a variant or the name of a body element. Out: its row. Facts from the request matrix, the DUIS and
MMC 5.4 schemas and reference `duis.md` §3, §27; where a source is wrong (§28) the row is right and
says so in `differences`, and the tests hold that list against the sources in both directions. Left
out: what a request becomes on which device (`routes`), response codes (`duis.codes`).
"""

from __future__ import annotations

from typing import Final

from dcc_sim.catalogue.request_row import (
    CRITICAL_FORMS,
    DCC_FORMS,
    GBCS_PAYLOAD,
    NON_CRITICAL_FORMS,
    Difference,
    Doubt,
    FutureDating,
    RequestRow,
    Source,
)
from dcc_sim.errors import NotFound
from dcc_sim.ids import CommandVariant, Confidence, ServiceReferenceVariant, UserRole

_SAME: Final = "body + Rsp"
"""Stands for the usual name of an answer: that of the request with `Rsp` behind it."""

_GLUED: Final = "a note of the spreadsheet is glued to the name"
_NOTE_OF_8_2: Final = "(Current and Future Suppliers may use this Service Request)"
_SPELLING: Final = "three rows of one service, spelt in three ways"
_LOST_ZERO: Final = "the spreadsheet took 6.20 for a number and lost its zero"
_SCHEDULED_SINCE_5_3: Final = "the schema takes it in schedules since 5.3"
_COMMENT_SWAPPED: Final = "7.12 and 7.13 are swapped with 7.14 and 7.15: matrix and published requests agree"
_LOAD_CONTROLLER: Final = "its published requests come from a Load Controller, newer than the list of roles"
_NO_ROLE: Final = "no role in the matrix: opting out and in is open to nobody now"
_MISSPELT: Final = "a type is named so by mistake; no document shows the name"
_SEVENTEEN: Final = "the schema ends an answer at 17 devices, which may be a mistake"
_GPF_TOO: Final = "the GBCS annex names the GPF as a target of its use case as well"
_NOT_ZIGBEE: Final = "the title says ZigBee device, the objects behind it are those of GSME and GPF"

_GPF_DOUBT: Final = Doubt("device types", Confidence.MEDIUM, "GPF: from the use case, no request seen")
_ZIGBEE_DOUBT: Final = Doubt("device types", Confidence.MEDIUM, _NOT_ZIGBEE)
_ONE_TARGET: Final = Doubt("device types", Confidence.LOW, "from the targets of published requests only")
_BY_NAME: Final = Doubt("response", Confidence.MEDIUM, "the schema ties no element to a service; by its name")


def _matrix(about: str, theirs: str, reason: str) -> Difference:
    return Difference(Source.MATRIX, about, theirs, reason)


def _catalogue(about: str, theirs: str, reason: str) -> Difference:
    return Difference(Source.CATALOGUE, about, theirs, reason)


def _schema_comment(about: str, theirs: str, reason: str) -> Difference:
    return Difference(Source.SCHEMA_COMMENT, about, theirs, reason)


def _plain(
    variant: str,
    name: str,
    body: str,
    roles: tuple[UserRole, ...],
    *,
    answer: str | None = _SAME,
    response: str = GBCS_PAYLOAD,
    forms: tuple[CommandVariant, ...] = NON_CRITICAL_FORMS,
    critical: bool = False,
    future_dating: FutureDating = FutureDating.NO,
    dated_only: bool = False,
    schedulable: bool = False,
    doubts: tuple[Doubt, ...] = (),
    differences: tuple[Difference, ...] = (),
) -> RequestRow:
    """A non-critical request to a device."""
    return RequestRow(
        variant=variant,
        name=name,
        body=body,
        answer=f"{body}Rsp" if answer == _SAME else answer,
        response=response,
        roles=roles,
        command_variants=forms,
        critical=critical,
        future_dating=future_dating,
        dated_only=dated_only,
        schedulable=schedulable,
        doubts=doubts,
        differences=differences,
    )


def _critical(
    variant: str,
    name: str,
    body: str,
    roles: tuple[UserRole, ...],
    *,
    answer: str | None = _SAME,
    forms: tuple[CommandVariant, ...] = CRITICAL_FORMS,
    future_dating: FutureDating = FutureDating.NO,
    doubts: tuple[Doubt, ...] = (),
    differences: tuple[Difference, ...] = (),
) -> RequestRow:
    """A critical request to a device: the User signs the command it becomes."""
    return _plain(
        variant,
        name,
        body,
        roles,
        answer=answer,
        forms=forms,
        critical=True,
        future_dating=future_dating,
        doubts=doubts,
        differences=differences,
    )


def _non_device(
    variant: str,
    name: str,
    body: str,
    roles: tuple[UserRole, ...],
    *,
    response: str | None = None,
    doubts: tuple[Doubt, ...] = (),
    differences: tuple[Difference, ...] = (),
) -> RequestRow:
    """A request that the DCC answers by itself."""
    return RequestRow(
        variant=variant,
        name=name,
        body=body,
        answer=None,
        response=response,
        roles=roles,
        command_variants=DCC_FORMS,
        doubts=doubts,
        differences=differences,
    )


_IS: Final = (UserRole.IMPORT_SUPPLIER,)
_GS: Final = (UserRole.GAS_SUPPLIER,)
_ES: Final = (UserRole.EXPORT_SUPPLIER,)
_ED: Final = (UserRole.ELECTRICITY_DISTRIBUTOR,)
_GT: Final = (UserRole.GAS_TRANSPORTER,)
_RSA: Final = (UserRole.REGISTERED_SUPPLIER_AGENT,)
_OU: Final = (UserRole.OTHER_USER,)
_LC: Final = (UserRole.LOAD_CONTROLLER,)
_SUPPLIERS: Final = _IS + _GS
_ALL_BUT_AGENTS: Final = _SUPPLIERS + _ES + _ED + _GT + _OU
_EVERYONE: Final = _ALL_BUT_AGENTS + _RSA

_DSP: Final = FutureDating.DSP
_DEVICE: Final = FutureDating.DEVICE
_BOTH: Final = FutureDating.DSP_AND_DEVICE

# fmt: off
_ROWS: Final = (
    _critical("1.1.1", "Update Import Tariff (Primary Element)", "UpdateImportTariffPrimaryElement",
              _SUPPLIERS, future_dating=_DEVICE),
    _critical("1.1.2", "Update Import Tariff (Secondary Element)", "UpdateImportTariffSecondaryElement", _IS,
              future_dating=_DEVICE),
    _critical("1.2.1", "Update Price (Primary Element)", "UpdatePricePrimaryElement", _SUPPLIERS,
              future_dating=_DEVICE),
    _critical("1.2.2", "Update Price (Secondary Element)", "UpdatePriceSecondaryElement", _IS,
              future_dating=_DEVICE),
    _critical("1.5", "Update Meter Balance", "UpdateMeterBalance", _SUPPLIERS),
    _critical("1.6", "Update Payment Mode", "UpdatePaymentMode", _SUPPLIERS, future_dating=_DEVICE),
    _critical("1.7", "Reset Tariff Block Counter Matrix", "ResetTariffBlockCounterMatrix", _IS),
    _critical("2.1", "Update Prepay Configuration", "UpdatePrepayConfiguration", _SUPPLIERS,
              future_dating=_DEVICE),
    _plain("2.2", "Top Up Device", "TopUpDevice", _SUPPLIERS),
    _critical("2.3", "Update Debt", "UpdateDebt", _SUPPLIERS),
    _critical("2.5", "Activate Emergency Credit", "ActivateEmergencyCredit", _SUPPLIERS),
    _plain("3.1", "Display Message", "DisplayMessage", _SUPPLIERS, future_dating=_DSP),
    _plain("3.2", "Restrict Access For Change Of Tenancy", "RestrictAccessForChangeOfTenancy", _SUPPLIERS,
           future_dating=_DSP),
    _plain("3.3", "Clear Event Log", "ClearEventLog", _SUPPLIERS, doubts=(_ZIGBEE_DOUBT,),
           differences=(_catalogue("device types", "ESME GPF GSME HCALCS PPMID", _NOT_ZIGBEE),)),
    _plain("3.4", "Update Supplier Name", "UpdateSupplierName", _SUPPLIERS, future_dating=_DSP),
    _plain("3.5", "Disable Privacy PIN", "DisablePrivacyPIN", _SUPPLIERS),
    _plain("4.1.1", "Read Instantaneous Import Registers", "ReadInstantaneousImportRegisters",
           _SUPPLIERS + _ED + _GT, future_dating=_DSP),
    _plain("4.1.2", "Read Instantaneous Import TOU Matrices", "ReadInstantaneousImportTOUMatrices",
           _SUPPLIERS + _ED + _GT, future_dating=_DSP),
    _plain("4.1.3", "Read Instantaneous Import TOU With Blocks Matrices",
           "ReadInstantaneousImportTOUWithBlocksMatrices", _IS + _ED, future_dating=_DSP),
    _plain("4.1.4", "Read Instantaneous Import Block Counters", "ReadInstantaneousImportBlockCounters", _GS,
           future_dating=_DSP),
    _plain("4.2", "Read Instantaneous Export Registers", "ReadInstantaneousExportRegisters", _ES + _ED,
           future_dating=_DSP, schedulable=True,
           differences=(_matrix("schedulable", "No", _SCHEDULED_SINCE_5_3),)),
    _plain("4.3", "Read Instantaneous Prepay Values", "ReadInstantaneousPrepayValues", _SUPPLIERS,
           future_dating=_DSP),
    _plain("4.4.2", "Retrieve Change Of Mode / Tariff Triggered Billing Data Log",
           "RetrieveCoMOrTariffTriggeredBillingDataLog", _SUPPLIERS, future_dating=_DSP, doubts=(_GPF_DOUBT,),
           differences=(_catalogue("device types", "ESME GSME", _GPF_TOO),)),
    _plain("4.4.3", "Retrieve Billing Calendar Triggered Billing Data Log",
           "RetrieveBillingCalendarTriggeredBillingDataLog", _SUPPLIERS, future_dating=_DSP,
           doubts=(_GPF_DOUBT,), differences=(_catalogue("device types", "ESME GSME", _GPF_TOO),)),
    _plain("4.4.4", "Retrieve Billing Data Log (Payment Based Debt Payments)",
           "RetrieveBillingDataLogDebtPayments", _SUPPLIERS, future_dating=_DSP, doubts=(_GPF_DOUBT,),
           differences=(_catalogue("device types", "ESME GSME", _GPF_TOO),)),
    _plain("4.4.5", "Retrieve Billing Data Log (Prepayment Credits)",
           "RetrieveBillingDataLogPrepaymentCredits", _SUPPLIERS, future_dating=_DSP, doubts=(_GPF_DOUBT,),
           differences=(_catalogue("device types", "ESME GSME", _GPF_TOO),)),
    _plain("4.6.1", "Retrieve Import Daily Read Log", "RetrieveImportDailyReadLog", _SUPPLIERS,
           future_dating=_DSP, schedulable=True, doubts=(_GPF_DOUBT,),
           differences=(_catalogue("device types", "ESME GSME", _GPF_TOO),)),
    _plain("4.6.2", "Retrieve Export Daily Read Log", "RetrieveExportDailyReadLog", _ES, future_dating=_DSP,
           schedulable=True),
    _plain("4.8.1", "Read Active Import Profile Data", "ReadActiveImportProfileData",
           _SUPPLIERS + _ED + _GT + _OU, future_dating=_DSP, schedulable=True, doubts=(_GPF_DOUBT,),
           differences=(_catalogue("device types", "ESME GSME", _GPF_TOO),)),
    _plain("4.8.2", "Read Reactive Import Profile Data", "ReadReactiveImportProfileData", _IS + _ED + _OU,
           future_dating=_DSP, schedulable=True),
    _plain("4.8.3", "Read Export Profile Data", "ReadExportProfileData", _ES + _ED + _OU, future_dating=_DSP,
           schedulable=True),
    _plain("4.10", "Read Network Data", "ReadNetworkData", _SUPPLIERS + _ED + _GT, future_dating=_DSP,
           schedulable=True),
    _plain("4.11.1", "Read Tariff (Primary Element)", "ReadTariffPrimaryElement", _SUPPLIERS + _OU,
           doubts=(_GPF_DOUBT,), differences=(_catalogue("device types", "ESME GSME", _GPF_TOO),)),
    _plain("4.11.2", "Read Tariff (Secondary Element)", "ReadTariffSecondaryElement", _IS + _OU),
    _plain("4.12.1", "Read Maximum Demand Import Registers", "ReadMaximumDemandImportRegisters", _IS + _ED,
           future_dating=_DSP, schedulable=True),
    _plain("4.12.2", "Read Maximum Demand Export Registers", "ReadMaximumDemandExportRegisters", _ES + _ED,
           future_dating=_DSP, schedulable=True),
    _plain("4.13", "Read Prepayment Configuration", "ReadPrepaymentConfiguration", _SUPPLIERS,
           future_dating=_DSP, doubts=(_GPF_DOUBT,),
           differences=(_catalogue("device types", "ESME GSME", _GPF_TOO),)),
    _plain("4.14", "Read Prepayment Daily Read Log", "ReadPrepaymentDailyReadLog", _SUPPLIERS,
           future_dating=_DSP, schedulable=True),
    _plain("4.15", "Read Load Limit Data", "ReadLoadLimitData", _IS + _ED, future_dating=_DSP,
           schedulable=True),
    _plain("4.16", "Read Active Power Import", "ReadActivePowerImport", _IS + _ED, schedulable=True),
    _plain("4.17", "Retrieve Daily Consumption Log", "RetrieveDailyConsumptionLog",
           _SUPPLIERS + _ED + _GT + _OU, future_dating=_DSP, schedulable=True),
    _plain("4.18", "Read Meter Balance", "ReadMeterBalance", _SUPPLIERS, future_dating=_DSP,
           doubts=(_GPF_DOUBT,), differences=(_catalogue("use cases", "GPF: GCS60a", _GPF_TOO),)),
    _non_device("5.1", "Create Schedule", "CreateSchedule", _ALL_BUT_AGENTS, response="DSPScheduleID"),
    _non_device("5.2", "Read Schedule", "ReadSchedule", _ALL_BUT_AGENTS, response="DSPSchedulesRead",
                doubts=(_BY_NAME,)),
    _non_device("5.3", "Delete Schedule", "DeleteSchedule", _ALL_BUT_AGENTS),
    _plain("6.2.1", "Read Device Configuration (Voltage)", "ReadDeviceConfigurationVoltage",
           _IS + _ED + _RSA),
    _plain("6.2.2", "Read Device Configuration (Randomisation)", "ReadDeviceConfigurationRandomisation",
           _IS + _ED + _RSA),
    _plain("6.2.3", "Read Device Configuration (Billing Calendar)", "ReadDeviceConfigurationBillingCalendar",
           _SUPPLIERS + _RSA, answer="ReadDeviceConfigurationDataBillingCalendarRsp", doubts=(_GPF_DOUBT,),
           differences=(_catalogue("device types", "ESME GSME", _GPF_TOO),)),
    _plain("6.2.4", "Read Device Configuration (Identity Exc MPxN)", "ReadDeviceConfigurationIdentityExcMPxN",
           _EVERYONE),
    _plain("6.2.5", "Read Device Configuration (Instantaneous Power Thresholds)",
           "ReadDeviceConfigurationInstantaneousPowerThresholds", _IS + _RSA),
    _plain("6.2.7", "Read Device Configuration (MPxN)", "ReadDeviceConfigurationMPxN", _EVERYONE,
           doubts=(_GPF_DOUBT,), differences=(_catalogue("device types", "ESME GSME", _GPF_TOO),)),
    _plain("6.2.8", "Read Device Configuration (Gas)", "ReadDeviceConfigurationGas", _GS + _GT + _RSA),
    _plain("6.2.9", "Read Device Configuration (Payment Mode)", "ReadDeviceConfigurationPaymentMode",
           _SUPPLIERS + _RSA, doubts=(_GPF_DOUBT,),
           differences=(_catalogue("device types", "ESME GSME", _GPF_TOO),)),
    _plain("6.2.10", "Read Device Configuration (Event and Alert Behaviours)",
           "ReadDeviceConfigurationEventAndAlertBehaviours", _SUPPLIERS + _ED),
    _critical("6.4.1", "Update Device Configuration (Load Limiting General Settings)",
              "UpdateDeviceConfigurationLoadLimitingGeneralSettings", _IS, future_dating=_DEVICE),
    _plain("6.4.2", "Update Device Configuration (Load Limiting Counter Reset)",
           "UpdateDeviceConfigurationLoadLimitingCounterReset", _IS, future_dating=_DSP),
    _plain("6.5", "Update Device Configuration (Voltage)", "UpdateDeviceConfigurationVoltage", _ED,
           future_dating=_DSP),
    _critical("6.6", "Update Device Configuration (Gas Conversion)", "UpdateDeviceConfigurationGasConversion",
              _GS),
    _critical("6.7", "Update Device Configuration (Gas Flow)", "UpdateDeviceConfigurationGasFlow", _GS),
    _critical("6.8", "Update Device Configuration (Billing Calendar)",
              "UpdateDeviceConfigurationBillingCalendar", _SUPPLIERS),
    _critical("6.11", "Synchronise Clock", "SynchroniseClock", _SUPPLIERS),
    _plain("6.12", "Update Device Configuration (Instantaneous Power Threshold)",
           "UpdateDeviceConfigurationInstantaneousPowerThreshold", _IS, future_dating=_DSP),
    _plain("6.13", "Read Event Or Security Log", "ReadEventOrSecurityLog", _SUPPLIERS + _ED + _GT + _RSA,
           doubts=(_ZIGBEE_DOUBT,),
           differences=(_catalogue("device types", "CHF ESME GPF GSME HCALCS PPMID", _NOT_ZIGBEE),)),
    _critical("6.14.1", "Update Device Configuration (Auxiliary Load Control Description)",
              "UpdateDeviceConfigurationALCDescriptions", _IS),
    _critical("6.14.2", "Update Device Configuration (Auxiliary Load Control Scheduler)",
              "UpdateDeviceConfigurationALCScheduler", _IS, future_dating=_DEVICE),
    _critical("6.14.3", "Update Device Configuration (Auxiliary Controller Scheduler)",
              "UpdateDeviceConfigurationAuxiliaryControllerScheduler", _IS, answer=None,
              future_dating=_DEVICE),
    _critical("6.15.1", "Update Security Credentials (KRP)", "UpdateSecurityCredentialsKRP",
              _SUPPLIERS + _ED + _GT, future_dating=_DEVICE),
    _critical("6.15.2", "Update Security Credentials (Device)", "UpdateSecurityCredentialsDevice",
              _SUPPLIERS),
    _critical("6.17", "Issue Security Credentials", "IssueSecurityCredentials", _SUPPLIERS),
    _plain("6.18.1", "Set Maximum Demand Configurable Time Period", "SetMaximumDemandConfigurableTimePeriod",
           _ED, future_dating=_DSP),
    _plain("6.18.2", "Reset Maximum Demand Registers", "ResetMaximumDemandRegisters", _ED,
           future_dating=_DSP),
    _plain("6.20.1", "Set Device Configuration (Import MPxN)", "SetDeviceConfigurationImportMPxN", _SUPPLIERS,
           future_dating=_DSP, differences=(_matrix("service reference", "6.2", _LOST_ZERO),)),
    _plain("6.20.2", "Set Device Configuration (Export MPAN)", "SetDeviceConfigurationExportMPAN", _ES,
           future_dating=_DSP,
           differences=(_matrix("service reference", "6.2", _LOST_ZERO),
                        Difference(Source.SCHEMA, "type", "SetDeviceConfiguratinExportMPAN", _MISSPELT))),
    _plain("6.21", "Request Handover Of DCC Controlled Device", "RequestHandoverOfDCCControlledDevice",
           _SUPPLIERS, future_dating=_DSP, doubts=(_ONE_TARGET,)),
    _plain("6.22", "Configure Alert Behaviour", "ConfigureAlertBehaviour", _SUPPLIERS + _ED),
    _plain("6.23", "Update Security Credentials (CoS)", "UpdateSecurityCredentialsCoS", _SUPPLIERS,
           future_dating=_BOTH, doubts=(_ONE_TARGET,)),
    _plain("6.24.1", "Retrieve Device Security Credentials (KRP)", "RetrieveDeviceSecurityCredentialsKRP",
           _SUPPLIERS + _ED + _GT),
    _critical("6.24.2", "Retrieve Device Security Credentials (Device)",
              "RetrieveDeviceSecurityCredentialsDevice", _SUPPLIERS),
    _critical("6.25", "Set Electricity Supply Tamper State", "SetElectricitySupplyTamperState", _IS),
    _critical("6.26", "Update Device Configuration (daily resetting of Tariff Block Counter Matrix)",
              "UpdateDeviceConfigurationDailyResettingOfTariffBlockCounterMatrix", _IS),
    _plain("6.27", "Update Device Configuration (RMS Voltage Counter Reset)",
           "UpdateDeviceConfigurationRMSVoltageCounterReset", _ED, future_dating=_DSP),
    _plain("6.28", "Set CHF Sub GHz Configuration", "SetCHFSubGHzConfiguration", _SUPPLIERS),
    _plain("6.29", "Request CHF Sub GHz Channel Scan", "RequestCHFSubGHzChannelScan", _SUPPLIERS),
    _plain("6.30", "Read CHF Sub GHz Configuration", "ReadCHFSubGHzConfiguration", _SUPPLIERS + _RSA),
    _plain("6.31", "Read CHF Sub GHz Channel", "ReadCHFSubGHzChannel", _SUPPLIERS + _RSA),
    _plain("6.32", "Read CHF Sub GHz Channel Log", "ReadCHFSubGHzChannelLog", _SUPPLIERS + _RSA),
    _critical("7.1", "Enable Supply", "EnableSupply", _IS),
    _critical("7.2", "Disable Supply", "DisableSupply", _SUPPLIERS),
    _critical("7.3", "Arm Supply", "ArmSupply", _SUPPLIERS),
    _plain("7.4", "Read Supply Status", "ReadSupplyStatus", _SUPPLIERS + _ES + _ED + _GT + _RSA,
           doubts=(_GPF_DOUBT,), differences=(_catalogue("device types", "ESME GSME", _GPF_TOO),)),
    _critical("7.5", "Activate Auxiliary Load", "ActivateAuxiliaryLoad", _IS),
    _critical("7.6", "Deactivate Auxiliary Load", "DeactivateAuxiliaryLoad", _IS),
    _plain("7.7", "Read Auxiliary Load Switch Data", "ReadALCSData", _IS + _ED + _OU, future_dating=_DSP),
    _critical("7.8", "Reset Auxiliary Load", "ResetAuxiliaryLoad", _IS),
    _plain("7.9", "Add Auxiliary Load To Boost Button", "AddAuxiliaryLoadToBoostButton", _IS,
           future_dating=_DSP),
    _plain("7.10", "Remove Auxiliary Load From Boost Button", "RemoveAuxiliaryLoadFromBoostButton", _IS,
           future_dating=_DSP),
    _plain("7.11", "Read Boost Button Details", "ReadBoostButtonDetails", _IS + _OU, future_dating=_DSP),
    _critical("7.12", "Set Randomised Offset Limit", "SetRandomisedOffsetLimit", _IS,
              differences=(_schema_comment("command variants", "1 2 3", _COMMENT_SWAPPED),)),
    _critical("7.13", "Set Auxiliary Controller State", "SetAuxiliaryControllerState", _IS,
              differences=(_schema_comment("command variants", "1 2 3", _COMMENT_SWAPPED),)),
    _plain("7.14", "Read Auxiliary Controller Configuration Data", "ReadAuxiliaryControllerConfigurationData",
           _IS + _ED + _OU, future_dating=_DSP,
           differences=(_schema_comment("command variants", "4 5 6 7", _COMMENT_SWAPPED),)),
    _plain("7.15", "Read Auxiliary Controller Operational Data", "ReadAuxiliaryControllerOperationalData",
           _IS + _ED + _OU, future_dating=_DSP,
           differences=(_schema_comment("command variants", "4 5 6 7", _COMMENT_SWAPPED),)),
    _critical("7.16", "Limit APC Level", "LimitAPCLevel", _LC,
              doubts=(Doubt("roles", Confidence.MEDIUM, _LOAD_CONTROLLER),),
              differences=(
                  _matrix("roles", "", _LOAD_CONTROLLER),
                  _catalogue("roles", "", _LOAD_CONTROLLER))),
    _critical("8.1.1", "Commission Device", "CommissionDeviceSynchroniseClock", _SUPPLIERS,
              forms=(CommandVariant.TRANSFORM, CommandVariant.SIGNED_SEND)),
    _non_device("8.2", "Read Inventory", "ReadInventory", _EVERYONE, response="DSPInventory",
                doubts=(Doubt("response", Confidence.LOW, _SEVENTEEN),),
                differences=(_matrix("name", f"Read Inventory {_NOTE_OF_8_2}", _GLUED),)),
    _non_device("8.3", "Decommission Device", "DecommissionDevice", _SUPPLIERS),
    _non_device("8.4", "Update Inventory", "UpdateInventory", _EVERYONE),
    _plain("8.5", "Service Opt Out", "ServiceOptOut", (), forms=(CommandVariant.SEND,), dated_only=True,
           future_dating=_DSP, doubts=(Doubt("roles", Confidence.MEDIUM, _NO_ROLE),)),
    _non_device("8.6", "Service Opt In", "ServiceOptIn", (), response="DSPOptIn",
                doubts=(Doubt("roles", Confidence.MEDIUM, _NO_ROLE), _BY_NAME)),
    _critical("8.7.1", "Join Service (Critical)", "JoinServiceCritical", _SUPPLIERS),
    _plain("8.7.2", "Join Service (Non-Critical)", "JoinServiceNonCritical", _SUPPLIERS + _OU),
    _critical("8.8.1", "Unjoin Service (Critical)", "UnjoinServiceCritical", _SUPPLIERS),
    _plain("8.8.2", "Unjoin Service (Non-Critical)", "UnjoinServiceNonCritical", _SUPPLIERS + _OU),
    _plain("8.9", "Read Device Log", "ReadDeviceLog", _SUPPLIERS + _OU, future_dating=_DSP),
    _plain("8.11", "Update HAN Device Log", "UpdateHANDeviceLog", _SUPPLIERS + _OU, future_dating=_DSP),
    _plain("8.12.1", "Restore HAN Device Log", "RestoreHANDeviceLog", _SUPPLIERS),
    _plain("8.12.2", "Restore Gas Proxy Function Device Log", "RestoreGPFDeviceLog", _SUPPLIERS),
    _non_device("8.13", "Return Local Command Response", "ReturnLocalCommandResponse", _SUPPLIERS),
    _non_device("8.14.1", "Communications Hub Status Update - Install Success", "CHFInstallSuccessSMWAN",
                _SUPPLIERS,
                differences=(
                    _matrix("name", "Communications Hub Status Update- Install Success", _SPELLING),
                    _catalogue("name", "Communications Hub Status Update- Install Success", _SPELLING))),
    _non_device("8.14.2", "Communications Hub Status Update - Install No SM WAN", "CHFInstallSuccessNoSMWAN",
                _SUPPLIERS),
    _non_device("8.14.3", "Communications Hub Status Update - Fault Return", "CHFFaultReturn", _SUPPLIERS,
                differences=(
                    _matrix("name", "Communications Hub Status Update. – Fault Return", _SPELLING),
                    _catalogue("name", "Communications Hub Status Update. – Fault Return", _SPELLING))),
    _non_device("8.14.4", "Communications Hub Status Update - No Fault Return", "CHFNoFaultReturn",
                _SUPPLIERS,
                differences=(
                    _matrix("name", "Communications Hub Status Update – No Fault Return", _SPELLING),
                    _catalogue("name", "Communications Hub Status Update – No Fault Return", _SPELLING))),
    _plain("9.1", "Request Customer Identification Number", "RequestCustomerIdentificationNumber", _OU,
           response="CINMessage"),
    _non_device("11.1", "Update Firmware", "UpdateFirmware", _SUPPLIERS, response="DSPUpdateFirmwareWarning"),
    _plain("11.2", "Read Firmware Version", "ReadFirmwareVersion", _EVERYONE, future_dating=_DSP,
           doubts=(_GPF_DOUBT,),
           differences=(_catalogue("device types", "CHF ESME GSME HCALCS PPMID", _GPF_TOO),)),
    _critical("11.3", "Activate Firmware", "ActivateFirmware", _SUPPLIERS, future_dating=_DEVICE),
    _non_device("11.4", "Update PPMID Firmware", "UpdatePPMIDFirmware", _SUPPLIERS,
                response="DSPUpdatePPMIDFirmwareWarning"),
    _non_device("12.1", "Request WAN Matrix", "RequestWANMatrix", _EVERYONE, response="DSPWANMatrix",
                doubts=(_BY_NAME,)),
    _non_device("12.2", "Device Pre-notification", "DevicePrenotification", _EVERYONE),
    _plain("14.1", "Record Network Data (GAS)", "RecordNetworkDataGAS", _GT, schedulable=True),
)
# fmt: on

REQUESTS: Final = {row.variant: row for row in _ROWS}
BY_BODY: Final = {row.body: row for row in _ROWS}


def request_row(variant: ServiceReferenceVariant) -> RequestRow:
    """Raises NotFound for a variant that does not exist."""
    if variant.text not in REQUESTS:
        raise NotFound(f"there is no Service Request {variant}")
    return REQUESTS[variant.text]
