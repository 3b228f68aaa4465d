"""Valid requests for the tests of business rules, and each rule broken in one of them.

Identifiers, prices and dates are our own. The bodies are written compactly and indented afterwards,
one element to a line, so that lines can be told.
"""

from __future__ import annotations

import base64
import functools
from datetime import UTC, datetime
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from lxml import etree

from dcc_sim.gbcs.utrn import check_digit
from dcc_sim.ids import Eui64, KeyUsage, RemotePartyRole
from dcc_sim.smki.pki import ISSUER, TestPki

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
USER = "00-50-C2-5F-30-01-00-00"
RIVAL = "00-50-C2-5F-30-09-00-00"
NETWORK = "00-50-C2-5F-30-02-00-00"
DEVICE = "00-50-C2-5F-31-00-00-A0"
OTHER = "00-50-C2-5F-31-00-00-A1"
MPAN, SECOND_MPAN, EXPORT_MPAN = "1099000000016", "1099000000025", "1099000000034"


def document(
    variant: str, body: str, *, form: int = 1, counter: int = 7, extra: str = "", target: str = DEVICE
) -> str:
    """A request as text, on one line; `indented` is what the tests read."""
    service = ".".join(variant.split(".")[:2])
    return (
        f'<Request xmlns="http://www.dccinterface.co.uk/ServiceUserGateway" schemaVersion="5.4"><Header>'
        f"<RequestID>{USER}:{target}:{counter}</RequestID>{extra}<CommandVariant>{form}</CommandVariant>"
        f"<ServiceReference>{service}</ServiceReference>"
        f"<ServiceReferenceVariant>{variant}</ServiceReferenceVariant></Header><Body>{body}</Body></Request>"
    )


def indented(text: str) -> str:
    """One element to a line."""
    root = etree.fromstring(text)
    etree.indent(root)
    return etree.tostring(root, encoding="unicode")


def tag(name: str, content: object = "", **attributes: object) -> str:
    stated = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<{name}{stated}>{content}</{name}>"


def when(
    year: int | None = None, month: int | None = None, day: int | None = None, *, gas: bool = False
) -> str:
    def part(name: str, value: int | None) -> str:
        none = f"GasNonSpecified{name}" if gas and name == "DayOfMonth" else f"NonSpecified{name}"
        holder = f"Gas{name}WithWildcards" if gas else name
        return tag(holder, tag(none) if value is None else tag(f"Specified{name}", value))

    return part("Year", year) + part("Month", month) + part("DayOfMonth", day) + part("DayOfWeek", None)


def week(number: int, *days: int) -> str:
    named = "".join(tag("ReferencedDayName", day, index=index) for index, day in enumerate(days, 1))
    return tag("WeekProfile", tag("WeekName", number) + named)


def season(name: str, start: str, number: int) -> str:
    named = tag("SeasonName", name) if name else ""
    return tag("Season", named + tag("SeasonStartDate", start) + tag("ReferencedWeekName", number))


def day(number: int, *switches: tuple[str, str, int]) -> str:
    entries = "".join(
        tag("ProfileSchedule", tag("StartTime", time) + tag(action, value))
        for time, action, value in switches
    )
    return tag("DayProfile", tag("DayName", number) + entries)


def calendar(days: str, weeks: str, seasons: str) -> str:
    return tag(
        "SwitchingTable", tag("DayProfiles", days) + tag("WeekProfiles", weeks) + tag("Seasons", seasons)
    )


def special(start: str, number: int) -> str:
    return tag("SpecialDay", tag("Date", start) + tag("ReferencedDayName", number))


TOU, BLOCK = "TOUTariffAction", "BlockTariffAction"
_UNLIMITED = "4294967295"


def _thresholds() -> str:
    used = {1: ("10000", "20000"), 2: ("40000",)}
    return "".join(
        tag(
            "Thresholds",
            "".join(tag("BlockThreshold", v, index=i) for i, v in enumerate(used.get(n, (_UNLIMITED,)), 1)),
            index=n,
        )
        for n in range(1, 9)
    )


_PRICES = (
    tag("BlockPrices", "".join(tag("BlockPrice", 2200 + i, index=i) for i in (1, 2, 3)), index=1)
    + tag("BlockPrices", "".join(tag("BlockPrice", 3300 + i, index=i) for i in (1, 2)), index=2)
    + tag("TOUPrice", 29130, index=1)
    + tag("TOUPrice", 14270, index=2)
)

ELECTRICITY = document(
    "1.1.1",
    tag(
        "UpdateImportTariffPrimaryElement",
        tag("ExecutionDateTime", "2026-01-20T00:00:00Z")
        + tag(
            "ElecTariffElements",
            tag("CurrencyUnits", "GBP")
            + calendar(
                day(1, ("00:00:00.00Z", TOU, 1), ("00:30:00.00Z", TOU, 2), ("07:30:00.00Z", TOU, 1))
                + day(2, ("00:00:00.00Z", BLOCK, 1), ("06:00:00.00Z", BLOCK, 2)),
                week(1, 1, 1, 1, 1, 1, 2, 2) + week(2, 2, 2, 2, 2, 2, 2, 2),
                season("winter", when(None, 10, 25), 1) + season("summer", when(None, 3, 29), 2),
            )
            + tag("SpecialDays", special(when(None, 12, 25), 2) + special(when(2026, 12, 28), 2))
            + tag("ThresholdMatrix", _thresholds()),
        )
        + tag(
            "PriceElements",
            tag(
                "ElectricityPriceElements",
                tag("StandingCharge", 4861)
                + tag("StandingChargeScale", -4)
                + tag("PriceScale", -5)
                + tag("HybridTariff", _PRICES),
            ),
        ),
    ),
    form=4,
)
SECONDARY = document(
    "1.1.2",
    tag(
        "UpdateImportTariffSecondaryElement",
        calendar(
            day(1, ("00:00:00Z", TOU, 1), ("07:00:00Z", TOU, 2)),
            week(1, *[1] * 7),
            season("year", when(None, 1, 1), 1),
        )
        + tag("SpecialDays")
        + tag(
            "PriceElements",
            tag("PriceScale", -5)
            + tag("ElectricityPriceElement", 900, index=1)
            + tag("ElectricityPriceElement", 1900, index=2),
        ),
    ),
    form=4,
)


def _gas(days: str, prices: str) -> str:
    return document(
        "1.1.1",
        tag(
            "UpdateImportTariffPrimaryElement",
            tag("ExecutionDateTime", "2026-01-20T00:00:00Z")
            + tag(
                "GasTariffElements",
                calendar(
                    days, week(1, *[1] * 7) + week(2, *[2] * 7),
                    season("", when(None, 3, 20, gas=True), 1) + season("", when(None, 9, 20, gas=True), 2),
                )
                + tag("SpecialDays", special(when(2026, 12, 25, gas=True), 2))
                + tag(
                    "ThresholdMatrix",
                    tag("BlockThreshold", 1000000, index=1) + tag("BlockThreshold", 2000000, index=2),
                ),
            )
            + tag(
                "PriceElements",
                tag("GasPriceElements", tag("CurrencyUnits", "GBP") + tag("StandingCharge", 27000) + prices),
            ),
        ),
        form=4,
        target=OTHER,
    )  # fmt: skip


GAS_TOU = _gas(
    "".join(tag("DayProfile", tag("DayName", n) + tag(TOU, n)) for n in (1, 2)),
    tag("TOUTariff", tag("TOUPrice", 9600, index=1) + tag("TOUPrice", 10200, index=2)),
)
GAS_BLOCK = _gas(
    "".join(tag("DayProfile", tag("DayName", n) + tag("BlockTariff")) for n in (1, 2)),
    tag(
        "BlockTariff",
        "".join(tag("BlockPrice", 9000 + n, index=n) for n in (1, 2, 3)) + tag("NumberOfThresholds", 2),
    ),
)


def _quiet(script: str, time: str, days: tuple[str, ...], specials: tuple[int, ...] = ()) -> str:
    named = "".join(tag("DayOfWeekApplicability", tag("DayOfWeekID", each)) for each in days)
    applied = "".join(tag("SpecialDayApplicability", tag("SpecialDayID", each)) for each in specials)
    dates = tag("SwitchTime", time) + tag("StartDate", "2026-02-01Z") + tag("EndDate", "2026-03-28Z")
    return tag(
        "ElectricityNonDisablementSchedule",
        tag("NonDisablementScript", script)
        + tag("SpecialDaysApplicability", applied)
        + tag("DaysOfWeekApplicability", named)
        + tag("ScheduleDatesAndTime", dates),
    )


_ELECTRICITY_LIMITS = (
    tag("DebtRecoveryRateCap", 30)
    + tag("EmergencyCreditLimit", 500000)
    + tag("EmergencyCreditThreshold", 100000)
    + tag("LowCreditThreshold", 200000)
)
_MAXIMA = tag("MaxMeterBalance", 20000000) + tag("MaxCreditThreshold", 5000000)
PREPAY = document(
    "2.1",
    tag(
        "UpdatePrepayConfiguration",
        tag(
            "UpdatePrepayConfigElectricity",
            _ELECTRICITY_LIMITS
            + tag(
                "ElectricityNonDisablementCalendar",
                tag(
                    "ElectricitySpecialDays",
                    tag("SpecialDay", tag("Date", when(None, 12, 25)), index=1)
                    + tag("SpecialDay", tag("Date", when(2026, 12, 28)), index=2),
                )
                + _quiet("START", "18:00:00Z", ("Saturday", "Sunday"), (1, 2))
                + _quiet("STOP", "09:00:00Z", ("Saturday", "Sunday")),
            )
            + _MAXIMA,
        ),
    ),
    form=4,
)


def _quiet_day(number: int, *switches: tuple[str, str]) -> str:
    entries = "".join(
        tag("TimeStartAction", tag("StartTime", time) + tag("NonDisablementAction", action))
        for time, action in switches
    )
    return tag("GasNonDisablementDayProfile", entries + tag("GasDayName", number))


PREPAY_GAS = document(
    "2.1",
    tag(
        "UpdatePrepayConfiguration",
        tag(
            "UpdatePrepayConfigGas",
            _ELECTRICITY_LIMITS
            + tag(
                "GasNonDisablementCalendar",
                tag(
                    "DayProfiles",
                    _quiet_day(1, ("00:00:00Z", "START"), ("08:00:00Z", "STOP"), ("18:00:00Z", "START"))
                    + _quiet_day(3, ("00:00:00Z", "START")),
                )
                + tag("WeekProfiles", week(1, 1, 1, 1, 1, 1, 3, 3))
                + tag("SeasonProfiles", season("", when(None, 1, 1, gas=True), 1))
                + tag("SpecialDays", special(when(None, 12, 25, gas=True), 3)),
            )
            + _MAXIMA,
        ),
    ),
    form=4,
    target=OTHER,
)


def utrn(counter: int) -> str:
    """Digits that look like a token of that counter, 10 pounds; the MAC is none."""
    body = f"{(counter % 1024 << 15 | 1 << 13 | 10) << 32 | 0x12345678:d}"
    digits = f"{int(body) + 0x669D_529B_714A_0000:019d}"
    return digits + check_digit(digits)


TOKEN = utrn(3)
TOP_UP = document("2.2", tag("TopUpDevice", tag("UTRN", TOKEN)), counter=3 << 32)


def _repayment(rate: int) -> str:
    return (
        tag("DebtRecoveryRate", rate)
        + tag("DebtRecoveryRatePriceScale", -1)
        + tag("DebtRecoveryRatePeriod", "DAILY")
    )


DEBT = document(
    "2.3",
    tag(
        "UpdateDebt",
        tag("TimeDebtRegister1", 30000)
        + tag("TimeDebtRegister2", 15000)
        + tag("PaymentDebtRegister", 50000)
        + tag("DebtRecoveryPerPayment", 1000)
        + tag("ElecDebtRecovery1", _repayment(3))
        + tag("ElecDebtRecovery2", _repayment(4)),
    ),
    form=4,
)


def _load(index: int, action: str, time: str, specials: tuple[int, ...] = ()) -> str:
    days = tag("DayOfWeekApplicability", tag("DayOfWeekID", "Monday"))
    return tag(
        "ALCSHCALCSConnectionSchedule",
        tag("ActivateDeactivateSwitch", tag(action), index=index)
        + "".join(tag("SpecialDaysApplicability", index=each) for each in specials)
        + tag("DaysOfWeekApplicability", days)
        + tag(
            "ALCSScheduleDatesAndTime",
            tag("SwitchTime", time) + tag("StartDate", when(2026, 6, 21)) + tag("EndDate", when(2026, 9, 21)),
        ),
    )


LOADS = document(
    "6.14.2",
    tag(
        "UpdateDeviceConfigurationALCScheduler",
        _load(1, "ActivateSwitch", "06:00:00Z", (1, 2))
        + _load(1, "DeactivateSwitch", "10:00:00Z")
        + _load(2, "ActivateSwitch", "17:00:00Z")
        + tag(
            "ALCSHCALCSSpecialDays",
            tag("ALCSHCALCSSpecialDay", when(None, 12, 25), index=1)
            + tag("ALCSHCALCSSpecialDay", when(2026, 12, 28), index=2),
        )
        + tag("SwitchTypeAndId", tag("ALCS"), index=1)
        + tag("SwitchTypeAndId", tag("HCALCS", "00-50-C2-5F-31-00-00-A5"), index=2)
        + tag("SwitchTypeAndId", tag("HCALCS", "00-50-C2-5F-31-00-00-A6"), index=3),
    ),
    form=4,
)
CONTROLLERS = document(
    "6.14.3",
    tag(
        "UpdateDeviceConfigurationAuxiliaryControllerScheduler",
        "".join(
            tag(
                "AuxiliaryControllerSchedule",
                tag("AuxiliaryControllerAction", tag("CommandedStateLevel", level), auxiliaryControllerN=1)
                + tag("SpecialDaysApplicability", identifier=1)
                + tag(
                    "AuxiliaryControllerSchedulePeriodAndTime",
                    tag("SwitchTime", time) + tag("StartDate", when()) + tag("EndDate", when()),
                ),
            )
            for level, time in ((0, "09:00:00Z"), (50, "09:30:00Z"))
        )
        + tag(
            "AuxiliaryControllerSpecialDayDefinitions",
            tag("AuxiliaryControllerSpecialDayDefinition", when(None, 12, 25), identifier=1),
        ),
    ),
    form=4,
)
BOOST = document(
    "7.9",
    tag(
        "AddAuxiliaryLoadToBoostButton",
        "".join(tag("AddToBoostButton", str(n == 2).lower(), index=n) for n in range(1, 6)),
    ),
)
LEVEL = document(
    "7.13",
    tag(
        "SetAuxiliaryControllerState",
        tag("StartDateTime", "2026-01-06T00:00:00Z")
        + tag("EndDateTime", "2026-01-06T01:00:00Z")
        + tag("CommandedStateLevel", 100),
        auxiliaryControllerN=5,
    ),
    form=4,
)
READ = document(
    "4.1.1", tag("ReadInstantaneousImportRegisters", tag("ExecutionDateTime", "2026-01-20T00:00:00Z"))
)
PLAIN_READ = document("4.11.1", tag("ReadTariffPrimaryElement"))
LOG = document(
    "4.8.1",
    tag(
        "ReadActiveImportProfileData",
        tag(
            "ReadLogPeriod",
            tag("StartDateTime", "2026-01-01T00:00:00Z") + tag("EndDateTime", "2026-01-04T00:00:00Z"),
        ),
    ),
)
SCHEDULE = document(
    "5.1",
    tag(
        "CreateSchedule",
        tag("ScheduleFrequency", "Daily")
        + tag("ScheduleStartDate", "2026-01-06")
        + tag("ScheduleEndDate", "2026-12-31")
        + tag("DSPScheduledServiceReference", "4.6")
        + tag("DSPScheduledServiceReferenceVariant", "4.6.1")
        + tag("DeviceID", DEVICE)
        + tag(
            "DSPRetrieveImportDailyReadLog",
            tag("StartDateOffset", -1)
            + tag("StartTime", "00:00:00")
            + tag("EndDateOffset", 0)
            + tag("EndTime", "00:00:00"),
        ),
    ),
    form=8,
    target="00-50-C2-5F-30-00-00-02",
)
SLOTS = document(
    "6.24.1",
    tag(
        "RetrieveDeviceSecurityCredentialsKRP",
        tag("RemotePartyRole", "Supplier") + tag("RemotePartyRole", "NetworkOperator"),
    ),
)
CLOCK = document(
    "6.11",
    tag(
        "SynchroniseClock",
        tag("CurrentDateTime", "2026-01-05T09:00:00Z") + tag("TolerancePeriod", 30),
    ),
    form=4,
)
POWER = document(
    "6.12",
    tag(
        "UpdateDeviceConfigurationInstantaneousPowerThreshold",
        tag("LowMediumPowerThreshold", 2300) + tag("MediumHighPowerThreshold", 4600),
    ),
)
VOLTAGE = document(
    "6.5",
    tag(
        "UpdateDeviceConfigurationVoltage",
        tag(
            "RMSVoltageSettings",
            "".join(
                tag(f"RMS{name}MeasurementPeriod", 30) + tag(f"RMS{name}Threshold", value)
                for name, value in (
                    ("ExtremeOverVoltage", 287),
                    ("ExtremeUnderVoltage", 180),
                    ("VoltageSag", 216),
                    ("VoltageSwell", 253),
                )
            ),
        )
        + "".join(
            tag(
                "PolyPhaseVoltageSettings",
                tag("Phase", phase)
                + tag(
                    "PhaseVoltageSettings",
                    tag("AverageRMSOverVoltageThreshold", 264)
                    + tag("AverageRMSUnderVoltageThreshold", 200)
                    + tag("AverageRMSVoltageMeasurementPeriod", 30),
                ),
            )
            for phase in (1, 2, 3)
        ),
    ),
)
CONVERSION = document(
    "6.6",
    tag(
        "UpdateDeviceConfigurationGasConversion",
        tag("CalorificValue", "39.5") + tag("ConversionFactor", "1.02264"),
    ),
    form=4,
    target=OTHER,
)
RADIO = document(
    "6.28",
    tag(
        "SetCHFSubGHzConfiguration",
        tag("LowerBandSubGHzChannels0To26", tag("Channel3"))
        + tag("LowerBandSubGHzChannels27To34")
        + tag("LowerBandSubGHzChannels35To61")
        + tag("UpperBandSubGHzChannels0To26")
        + tag("NormalLimitedDutyCycleThreshold", "1.0")
        + tag("LimitedCriticalDutyCycleThreshold", "2.0")
        + tag("MaximumSubGHzChannelChangesPerWeek", 2)
        + tag("GSMECurfew", 60)
        + tag("ChannelQuieterThreshold", 10)
        + tag("ChannelNoisierThreshold", 5)
        + tag("NonGSMEPoorCommsPercentageThreshold", 5)
        + tag("NonGSMEPoorCommsMeasurementPeriods", 60)
        + tag("LocalCHNoiseMeasurementPeriod", 120)
        + tag("LocalCHFailurePercentage", 5)
        + tag("LocalCHRetryPercentage", 5),
    ),
)
DEMAND = document(
    "6.18.1",
    tag(
        "SetMaximumDemandConfigurableTimePeriod",
        tag(
            "MaximumDemandTimePeriodSchedule",
            tag("StartTime", "17:00:00Z") + tag("EndTime", "22:00:00Z"),
        ),
    ),
)
RESET = document("6.18.2", tag("ResetMaximumDemandRegisters", tag("MaxDemandActivePowerImportValue")))
ALERTS = document(
    "6.22",
    tag(
        "ConfigureAlertBehaviour",
        tag("ElectricitySupplierAlerts", tag("SupplierESMECommon", tag("x810D", "Enable"))),
    ),
)
MESSAGE = document("3.1", tag("DisplayMessage", tag("SupplierMessage", "Hello")))
SUPPLIER = document(
    "3.4",
    tag(
        "UpdateSupplierName",
        tag("SupplierName", "Our Power") + tag("SupplierTelephoneNumber", "0800 555 111"),
    ),
)
MODE = document(
    "1.6",
    tag(
        "UpdatePaymentMode",
        tag(
            "Prepayment",
            tag("SuspendDebtDisabled", "false")
            + tag("SuspendDebtEmergency", "true")
            + tag("DisablementThreshold", 0),
        ),
    ),
    form=4,
)
POINTS = document(
    "6.20.1",
    tag(
        "SetDeviceConfigurationImportMPxN",
        tag("ImportMPANs", tag("ImportMPAN", MPAN) + tag("SecondaryImportMPAN", SECOND_MPAN)),
    ),
)
WHITELIST = document(
    "8.11",
    tag(
        "UpdateHANDeviceLog",
        tag("DeviceID", OTHER)
        + tag("RequestType", "Add")
        + tag(
            "AddDeviceToCHFWhitelist",
            tag("JoinTimePeriod", 90) + tag("InstallCode", "00112233445566778899AABBCCDDEEFF"),
        ),
    ),
    target="00-50-C2-5F-31-00-00-A2",
)
_DCC = "00-50-C2-5F-30-00-00-02"
HUB = document(
    "12.2",
    tag(
        "DevicePrenotification",
        tag("DeviceID", "00-50-C2-5F-31-00-00-A2")
        + tag("DeviceManufacturer", "0001")
        + tag("DeviceModel", "00010001")
        + tag("DeviceType", "CHF")
        + tag("AssociatedGPFDeviceID", "00-50-C2-5F-31-00-00-A3"),
    ),
    form=8,
    target=_DCC,
)
METER = document(
    "12.2",
    tag(
        "DevicePrenotification",
        tag("DeviceID", DEVICE)
        + tag("DeviceManufacturer", "0001")
        + tag("DeviceModel", "00010001")
        + tag("DeviceType", "ESME")
        + tag("ESMEVariant", "AD"),
    ),
    form=8,
    target=_DCC,
)
FIRMWARE = document(
    "11.1",
    tag(
        "UpdateFirmware",
        tag("FirmwareImage", "AAEC")
        + tag("FirmwareVersion", "00010002")
        + tag("DeviceIDList", f"{DEVICE},{OTHER}"),
    ),
    form=8,
    target=_DCC,
)  # fmt: skip
OPT_IN = document(
    "8.6",
    tag(
        "ServiceOptIn",
        tag("DeviceID", DEVICE)
        + tag("DeviceType", "ESME")
        + tag("MPxNs", tag("ImportMPxN", MPAN) + tag("ExportMPAN", EXPORT_MPAN))
        + tag("OptInDate", "2026-02-01"),
    ),
    form=8,
    target=_DCC,
)
JOIN = document("8.7.1", tag("JoinServiceCritical", tag("OtherDeviceID", OTHER)), form=4)
DECOMMISSION = document("8.3", tag("DecommissionDevice", tag("DeviceID", DEVICE)), form=8, target=_DCC)


@functools.cache
def certificate(owner: str, usage: KeyUsage, role: RemotePartyRole = RemotePartyRole.SUPPLIER) -> str:
    """A certificate of a party of ours, base64."""
    pki = TestPki("rules")
    pki.enrol_organisation(Eui64.parse(owner), role)
    found = next(cert for eui, use, cert in pki.ring.certificates() if use is usage and str(eui) == owner)
    return base64.b64encode(found.public_bytes(Encoding.DER)).decode()


@functools.cache
def authority() -> str:
    der = TestPki("rules").authority_certificate().public_bytes(Encoding.DER)
    return base64.b64encode(der).decode()


@functools.cache
def odd_certificate(*, expired: bool = False, other_curve: bool = False, other_issuer: bool = False) -> str:
    """A supplier's signing certificate with one thing wrong."""
    key = ec.derive_private_key(7, ec.SECP384R1() if other_curve else ec.SECP256R1())
    ours = x509.load_der_x509_certificate(base64.b64decode(certificate(USER, KeyUsage.DIGITAL_SIGNATURE)))
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "somebody")]) if other_issuer else ISSUER
    made = (
        x509.CertificateBuilder()
        .serial_number(7)
        .issuer_name(issuer)
        .subject_name(ours.subject)
        .not_valid_before(datetime(2014, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2025 if expired else 2049, 12, 31, tzinfo=UTC))
        .public_key(key.public_key())
        .sign(ec.derive_private_key(8, ec.SECP256R1()), hashes.SHA256())
    )
    return base64.b64encode(made.public_bytes(Encoding.DER)).decode()


DS, KA, PP = KeyUsage.DIGITAL_SIGNATURE, KeyUsage.KEY_AGREEMENT, KeyUsage.PREPAYMENT_KEY_AGREEMENT


def _credentials(role: str, certificates: str, checks: str = "true") -> str:
    return document(
        "6.15.1",
        tag(
            "UpdateSecurityCredentialsKRP",
            tag("RemotePartyRole", role)
            + tag("RemotePartyFloorSeqNumber", 7)
            + tag("ReplacementCertificates", tag("SupplierOrNetworkOperatorCertificates", certificates))
            + tag("CertificationPathCertificates", tag("Certificate", authority()))
            + tag("ApplyTimeBasedCPVChecks", checks),
        ),
        form=4,
    )


CREDENTIALS = _credentials(
    "Supplier",
    tag("DigitalSigningCertificate", certificate(USER, DS))
    + tag("KeyAgreementCertificate", certificate(USER, KA))
    + tag("KeyAgreementTopUpCertificate", certificate(USER, PP)),
)
UNCHECKED = CREDENTIALS.replace(">true<", ">false<")
TAKEOVER = document(
    "6.23",
    tag(
        "UpdateSecurityCredentialsCoS",
        tag("SupplierFloorSeqNumber", 7)
        + tag("SupplierReplacementCertificates", tag("DigitalSigningCertificate", certificate(USER, DS)))
        + tag("CertificationPathCertificates", tag("Certificate", authority()))
        + tag("ApplyTimeBasedCPVChecks", "true")
        + tag("ImportMPxN", MPAN),
    ),
)
# A slot with no name in the table of whose it is: the rules on owners have nothing to say.
HANDOVER = document(
    "6.21",
    tag(
        "RequestHandoverOfDCCControlledDevice",
        tag("RemotePartyRole", "NetworkOperator")
        + tag("RemotePartyFloorSeqNumber", 7)
        + tag(
            "ReplacementCertificates",
            tag("DigitalSigningCertificate", certificate(NETWORK, DS, RemotePartyRole.NETWORK_OPERATOR))
            + tag("KeyAgreementCertificate", certificate(NETWORK, KA, RemotePartyRole.NETWORK_OPERATOR)),
        )
        + tag("CertificationPathCertificates", tag("Certificate", authority()))
        + tag("ApplyTimeBasedCPVChecks", "true"),
    ),
)
ENCRYPTED_READ = document(
    "4.14",
    tag(
        "ReadPrepaymentDailyReadLog",
        tag(
            "ReadLogPeriod",
            tag("StartDateTime", "2026-01-01T00:00:00Z") + tag("EndDateTime", "2026-01-04T00:00:00Z"),
        )
        + tag("KAPublicSecurityCredentials", certificate(USER, KA)),
    ),
)
SIGNED = document("7.2", tag("SignedPreCommand", tag("GBCSPayload", "AAEC")), form=5)

_DS = "http://www.w3.org/2000/09/xmldsig#"
_SIGNATURE = (
    f'<Signature xmlns="{_DS}"><SignedInfo>'
    '<CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>'
    '<SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"/><Reference URI="">'
    '<DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><DigestValue>AAEC</DigestValue>'
    "</Reference></SignedInfo><SignatureValue>AAEC</SignatureValue></Signature>"
)
AUTHENTIC = PLAIN_READ.replace("</Body>", f"</Body>{_SIGNATURE}")

BASES = {
    name: value
    for name, value in sorted(globals().items())
    if name.isupper() and str(value).startswith("<Request")
}


class Broken(NamedTuple):
    """A base with one change: `new` stands for the n-th `old`, or for each when `nth` is 0.

    `path` is where the finding has to be ("" for anywhere), `also` what else cannot but be broken.
    """

    code: str
    base: str
    old: str
    new: str
    path: str
    nth: int = 1
    also: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        text = BASES[self.base]
        parts = text.split(self.old)
        assert len(parts) > max(self.nth, 1), f"{self.base} has no {self.old!r} #{self.nth}"
        if not self.nth:
            return text.replace(self.old, self.new)
        return self.old.join(parts[: self.nth]) + self.new + self.old.join(parts[self.nth :])


_TARIFF = "/Request/Body/UpdateImportTariffPrimaryElement"
_E = f"{_TARIFF}/ElecTariffElements"
_G = f"{_TARIFF}/GasTariffElements"
_EP = f"{_TARIFF}/PriceElements/ElectricityPriceElements"
_GP = f"{_TARIFF}/PriceElements/GasPriceElements"
_H = "/Request/Header"
_B = "/Request/Body"
_Q = f"{_B}/UpdatePrepayConfiguration/UpdatePrepayConfigElectricity"
_QG = f"{_B}/UpdatePrepayConfiguration/UpdatePrepayConfigGas"
_QC = f"{_Q}/ElectricityNonDisablementCalendar"
_L = f"{_B}/UpdateDeviceConfigurationALCScheduler"
_C = f"{_B}/UpdateSecurityCredentialsKRP/ReplacementCertificates/SupplierOrNetworkOperatorCertificates"
_FIRST_SWITCH = "<StartTime>00:00:00.00Z</StartTime>"


_PERIOD = f"{_B}/SetMaximumDemandConfigurableTimePeriod/MaximumDemandTimePeriodSchedule"
_NOTHING = "<MaxDemandActivePowerImportValue></MaxDemandActivePowerImportValue>"


def _day(number: int) -> str:
    return f"<DayName>{number}</DayName>"


def _prices_of(text: str) -> str:
    return text.partition("<PriceElements>")[2].partition("</PriceElements>")[0]


BROKEN = (
    Broken("R001", "PLAIN_READ", "ServiceReference>4.11<", "ServiceReference>4.1<", f"{_H}/ServiceReference"),
    Broken("R002", "CLOCK", "Variant>4<", "Variant>5<", f"{_H}/CommandVariant"),
    Broken("R002", "SIGNED", "Variant>5<", "Variant>4<", f"{_H}/CommandVariant"),
    Broken("R003", "READ", "ReadInstantaneousImportRegisters>", "ReadInstantaneousImportTOUMatrices>",
           f"{_B}/ReadInstantaneousImportTOUMatrices", nth=0),
    Broken("R004", "CLOCK", "Variant>4<", "Variant>1<", f"{_H}/CommandVariant"),
    Broken("R004", "PLAIN_READ", "Variant>1<", "Variant>9<", f"{_H}/CommandVariant"),
    Broken("R004", "DECOMMISSION", "Variant>8<", "Variant>1<", f"{_H}/CommandVariant"),
    Broken("R005", "PLAIN_READ", DEVICE, USER, f"{_H}/RequestID"),
    Broken("R006", "PLAIN_READ", f"{DEVICE}:7", f"{DEVICE}:0", f"{_H}/RequestID"),
    Broken("R007", "PLAIN_READ", f"{DEVICE}:7", f"{DEVICE}:18446744073709551615", f"{_H}/RequestID"),
    Broken("R008", "PLAIN_READ", "<CommandVariant>",
           "<FirstInSequence>true</FirstInSequence><PrecedingServiceRequestID>"
           f"{USER}:{DEVICE}:6</PrecedingServiceRequestID><CommandVariant>",
           f"{_H}/PrecedingServiceRequestID"),
    Broken("R009", "PLAIN_READ", "<CommandVariant>",
           f"<PrecedingServiceRequestID>{USER}:{DEVICE}:7</PrecedingServiceRequestID><CommandVariant>",
           f"{_H}/PrecedingServiceRequestID"),
    Broken("R010", "PLAIN_READ", "<CommandVariant>",
           f"<PrecedingServiceRequestID>{RIVAL}:{DEVICE}:6</PrecedingServiceRequestID><CommandVariant>",
           f"{_H}/PrecedingServiceRequestID"),
    Broken("R011", "JOIN", f"<OtherDeviceID>{OTHER}", f"<OtherDeviceID>{DEVICE}",
           f"{_B}/JoinServiceCritical/OtherDeviceID"),
    Broken("R012", "DECOMMISSION", f"{USER}:00-50-C2-5F-30-00-00-02", f"{USER}:{DEVICE}", f"{_H}/RequestID"),
    Broken("R013", "AUTHENTIC", "</Signature>", "<Object/></Signature>", "/Request/Signature/Object"),
    Broken("R013", "AUTHENTIC", 'URI=""', 'URI="#b"', "/Request/Signature/SignedInfo/Reference/@URI"),
    Broken("R020", "SIGNED", "<GBCSPayload>",
           "<ExecutionDateTime>2026-01-20T00:00:00Z</ExecutionDateTime><GBCSPayload>",
           f"{_B}/SignedPreCommand/ExecutionDateTime"),
    Broken("R021", "READ", "2026-01-20T", "2026-01-04T",
           f"{_B}/ReadInstantaneousImportRegisters/ExecutionDateTime"),
    Broken("R021", "READ", "2026-01-20T00:00:00Z", "2026-01-05T09:00:00Z",
           f"{_B}/ReadInstantaneousImportRegisters/ExecutionDateTime"),
    Broken("R022", "ELECTRICITY", "2026-01-20T", "2026-03-20T", f"{_TARIFF}/ExecutionDateTime"),
    Broken("R023", "READ", "Variant>1<", "Variant>2<",
           f"{_B}/ReadInstantaneousImportRegisters/ExecutionDateTime"),
    Broken("R024", "READ", "T00:00:00Z", "T00:00:00",
           f"{_B}/ReadInstantaneousImportRegisters/ExecutionDateTime"),
    Broken("R024", "LOG", "2026-01-04T00:00:00Z", "10026-01-04T00:00:00Z",
           f"{_B}/ReadActiveImportProfileData/ReadLogPeriod/EndDateTime"),
    Broken("R025", "ELECTRICITY", "20T00:00:00Z", "20T00:00:00.5Z", f"{_TARIFF}/ExecutionDateTime"),
    Broken("R026", "READ", "T00:00:00Z", "T00:00:00+01:00",
           f"{_B}/ReadInstantaneousImportRegisters/ExecutionDateTime"),
    Broken("R027", "ELECTRICITY", "07:30:00.00Z", "07:30:00.50Z",
           f"{_E}/SwitchingTable/DayProfiles/DayProfile[1]/ProfileSchedule[3]/StartTime"),
    Broken("R027", "DEMAND", "17:00:00Z", "17:00:00+01:00",
           f"{_B}/SetMaximumDemandConfigurableTimePeriod/MaximumDemandTimePeriodSchedule/StartTime"),
    Broken("R028", "GAS_TOU", "2026-01-20T", "2150-01-20T", f"{_TARIFF}/ExecutionDateTime", also=("R022",)),
    Broken("R029", "GAS_TOU", "<SpecifiedYear>2026", "<SpecifiedYear>2155",
           f"{_G}/SpecialDays/SpecialDay/Date/GasYearWithWildcards/SpecifiedYear"),
    Broken("R030", "ELECTRICITY", when(2026, 12, 28), when(2026, 2, 29),
           f"{_E}/SpecialDays/SpecialDay[2]/Date"),
    Broken("R031", "ELECTRICITY", "<SpecifiedYear>2026", "<SpecifiedYear>2025",
           f"{_E}/SpecialDays/SpecialDay[2]/Date"),
    Broken("R032", "CLOCK", "T09:00:00Z", "T08:00:00Z", f"{_B}/SynchroniseClock/CurrentDateTime"),
    Broken("R033", "CLOCK", "2026-01-05T09:00:00Z", "9999-12-31T23:59:59Z",
           f"{_B}/SynchroniseClock/TolerancePeriod"),

    Broken("R101", "ELECTRICITY", '"7">2<', '"7">3<',
           f"{_E}/SwitchingTable/WeekProfiles/WeekProfile[1]/ReferencedDayName[7]"),
    Broken("R101", "PREPAY_GAS", '"7">3<', '"7">5<',
           f"{_QG}/GasNonDisablementCalendar/WeekProfiles/WeekProfile/ReferencedDayName[7]"),
    Broken("R102", "ELECTRICITY", "<ReferencedDayName>2", "<ReferencedDayName>3",
           f"{_E}/SpecialDays/SpecialDay[1]/ReferencedDayName"),
    Broken("R103", "ELECTRICITY", "<ReferencedWeekName>1", "<ReferencedWeekName>3",
           f"{_E}/SwitchingTable/Seasons/Season[1]/ReferencedWeekName", also=("R105",)),
    Broken("R104", "SECONDARY", _day(1), _day(2),
           "/Request/Body/UpdateImportTariffSecondaryElement/SwitchingTable/DayProfiles/DayProfile/DayName",
           also=("R101",) * 7),
    Broken("R105", "ELECTRICITY", "<ReferencedWeekName>2", "<ReferencedWeekName>1",
           f"{_E}/SwitchingTable/WeekProfiles/WeekProfile[2]/WeekName"),
    Broken("R106", "ELECTRICITY", _FIRST_SWITCH, "<StartTime>00:15:00.00Z</StartTime>",
           f"{_E}/SwitchingTable/DayProfiles/DayProfile[1]/ProfileSchedule[1]/StartTime"),
    Broken("R107", "ELECTRICITY", "07:30:00.00Z", "00:20:00.00Z",
           f"{_E}/SwitchingTable/DayProfiles/DayProfile[1]/ProfileSchedule[3]/StartTime"),
    Broken("R108", "ELECTRICITY", "07:30:00.00Z", "00:30:00.00Z",
           f"{_E}/SwitchingTable/DayProfiles/DayProfile[1]/ProfileSchedule[3]/StartTime"),
    Broken("R108", "PREPAY_GAS", "18:00:00Z", "08:00:00Z",
           f"{_QG}/GasNonDisablementCalendar/DayProfiles/GasNonDisablementDayProfile[1]"
           "/TimeStartAction[3]/StartTime"),
    Broken("R109", "ELECTRICITY", '<ReferencedDayName index="7">2', '<ReferencedDayName index="6">2',
           f"{_E}/SwitchingTable/WeekProfiles/WeekProfile[1]/ReferencedDayName[7]/@index"),
    Broken("R110", "ELECTRICITY", _day(2), _day(1), f"{_E}/SwitchingTable/DayProfiles/DayProfile[2]/DayName",
           also=("R101",) * 9 + ("R102",) * 2),
    Broken("R111", "ELECTRICITY", "<WeekName>2", "<WeekName>1",
           f"{_E}/SwitchingTable/WeekProfiles/WeekProfile[2]/WeekName", also=("R103",)),
    Broken("R112", "ELECTRICITY", ">summer<", ">winter<",
           f"{_E}/SwitchingTable/Seasons/Season[2]/SeasonName"),
    Broken("R113", "GAS_TOU", "<SpecifiedMonth>9", "<SpecifiedMonth>3",
           f"{_G}/SwitchingTable/Seasons/Season[2]/SeasonStartDate"),
    Broken("R114", "ELECTRICITY", special(when(2026, 12, 28), 2), special(when(None, 12, 25), 1),
           f"{_E}/SpecialDays/SpecialDay[2]/ReferencedDayName"),
    Broken("R115", "ELECTRICITY", special(when(2026, 12, 28), 2), special(when(None, 12, 25), 2),
           f"{_E}/SpecialDays/SpecialDay[2]/Date"),
    Broken("R116", "SECONDARY", day(1, ("00:00:00Z", TOU, 1), ("07:00:00Z", TOU, 2)),
           "".join(
               day(n, *((f"{m // 2:02}:{m % 2 * 30:02}:00Z", TOU, 1 + m % 2) for m in range(41)))
               for n in range(1, 6)
           ),
           "/Request/Body/UpdateImportTariffSecondaryElement/SwitchingTable/DayProfiles", also=("R104",) * 4),

    Broken("R201", "ELECTRICITY", f"<{TOU}>2", f"<{TOU}>3",
           f"{_E}/SwitchingTable/DayProfiles/DayProfile[1]/ProfileSchedule[2]/{TOU}", also=("R202",)),
    Broken("R202", "ELECTRICITY", f"<{TOU}>2", f"<{TOU}>1", f"{_EP}/HybridTariff/TOUPrice[2]"),
    Broken("R202", "SECONDARY", f"<{TOU}>2", f"<{TOU}>1",
           "/Request/Body/UpdateImportTariffSecondaryElement/PriceElements/ElectricityPriceElement[2]"),
    Broken("R203", "ELECTRICITY", f"<{BLOCK}>2", f"<{BLOCK}>3",
           f"{_E}/SwitchingTable/DayProfiles/DayProfile[2]/ProfileSchedule[2]/{BLOCK}", also=("R204",)),
    Broken("R204", "ELECTRICITY", f"<{BLOCK}>2", f"<{BLOCK}>1", f"{_EP}/HybridTariff/BlockPrices[2]/@index"),
    Broken("R205", "GAS_TOU", _prices_of(GAS_TOU), _prices_of(ELECTRICITY),
           f"{_TARIFF}/PriceElements/ElectricityPriceElements"),
    Broken("R205", "ELECTRICITY", _prices_of(ELECTRICITY), _prices_of(GAS_TOU),
           f"{_TARIFF}/PriceElements/GasPriceElements"),
    Broken("R206", "ELECTRICITY", ">20000<", ">9000<",
           f"{_E}/ThresholdMatrix/Thresholds[1]/BlockThreshold[2]"),
    Broken("R206", "GAS_BLOCK", ">2000000<", ">1000000<", f"{_G}/ThresholdMatrix/BlockThreshold[2]"),
    Broken("R207", "ELECTRICITY", 'index="2">20000', 'index="3">20000',
           f"{_E}/ThresholdMatrix/Thresholds[1]"),
    Broken("R208", "ELECTRICITY", 'Thresholds index="8"', 'Thresholds index="7"',
           f"{_E}/ThresholdMatrix/Thresholds[8]/@index"),
    Broken("R209", "ELECTRICITY", 'index="2">14270', 'index="1">14270',
           f"{_EP}/HybridTariff/TOUPrice[2]/@index", also=("R201",)),
    Broken("R209", "GAS_TOU", 'index="2">10200', 'index="1">10200',
           f"{_GP}/TOUTariff/TOUPrice[2]/@index"),
    Broken("R210", "ELECTRICITY", tag("BlockPrice", 3302, index=2), "",
           f"{_EP}/HybridTariff/BlockPrices[2]/@index"),
    Broken("R211", "GAS_BLOCK", "Thresholds>2<", "Thresholds>3<", f"{_GP}/BlockTariff/NumberOfThresholds"),
    Broken("R212", "GAS_TOU", f"<{TOU}>2</{TOU}>", "<BlockTariff/>",
           f"{_G}/SwitchingTable/DayProfiles/DayProfile[2]/BlockTariff"),
    Broken("R213", "GAS_TOU", f"<{TOU}>2", f"<{TOU}>3",
           f"{_G}/SwitchingTable/DayProfiles/DayProfile[2]/{TOU}"),
    Broken("R214", "GAS_TOU", 'index="2">10200', 'index="3">10200', f"{_GP}/TOUTariff/TOUPrice[1]/@index"),
    Broken("R215", "ELECTRICITY", "Scale>-4<", "Scale>-6<", f"{_EP}/StandingCharge"),
    Broken("R216", "ELECTRICITY", "Scale>-4<", "Scale>0<", f"{_EP}/StandingCharge"),
    Broken("R217", "ELECTRICITY", ">14270<", ">-14270<", f"{_EP}/HybridTariff/TOUPrice[2]"),

    Broken("R301", "TOP_UP", f"{TOKEN[-1]}<", f"{(int(TOKEN[-1]) + 1) % 10}<", f"{_B}/TopUpDevice/UTRN"),
    Broken("R302", "TOP_UP", TOKEN, "9" * 19 + check_digit("9" * 19), f"{_B}/TopUpDevice/UTRN"),
    Broken("R303", "TOP_UP", f":{3 << 32}", f":{(3 << 32) + 1}", f"{_H}/RequestID"),
    Broken("R304", "TOP_UP", f":{3 << 32}", f":{4 << 32}", f"{_B}/TopUpDevice/UTRN"),
    Broken("R305", "PREPAY", "Limit>500000<", "Limit>-500000<", f"{_Q}/EmergencyCreditLimit"),
    Broken("R306", "PREPAY", "Threshold>200000<", "Threshold>50000<", f"{_Q}/LowCreditThreshold"),
    Broken("R307", "PREPAY", "Threshold>5000000<", "Threshold>50000000<", f"{_Q}/MaxCreditThreshold"),
    Broken("R308", "DEBT", "Rate>3<", "Rate>0<", f"{_B}/UpdateDebt/ElecDebtRecovery1/DebtRecoveryRate"),
    Broken("R308", "DEBT", "Payment>1000<", "Payment>0<", f"{_B}/UpdateDebt/DebtRecoveryPerPayment"),
    Broken("R309", "DEBT", "Rate>3<", "Rate>-3<", f"{_B}/UpdateDebt/ElecDebtRecovery1/DebtRecoveryRate"),
    Broken("R310", "DEBT", "Scale>-1<", "Scale>2<", f"{_B}/UpdateDebt/ElecDebtRecovery1/DebtRecoveryRate"),

    Broken("R401", "PREPAY", "<SpecialDayID>2", "<SpecialDayID>3",
           f"{_QC}/ElectricityNonDisablementSchedule[1]/SpecialDaysApplicability"
           "/SpecialDayApplicability[2]/SpecialDayID"),
    Broken("R401", "LOADS", 'SpecialDaysApplicability index="2"', 'SpecialDaysApplicability index="3"',
           f"{_L}/ALCSHCALCSConnectionSchedule[1]/SpecialDaysApplicability[2]/@index"),
    Broken("R401", "CONTROLLERS", 'Applicability identifier="1"', 'Applicability identifier="2"',
           f"{_B}/UpdateDeviceConfigurationAuxiliaryControllerScheduler/AuxiliaryControllerSchedule[1]"
           "/SpecialDaysApplicability/@identifier"),
    Broken("R402", "PREPAY", 'SpecialDay index="2"', 'SpecialDay index="1"',
           f"{_QC}/ElectricitySpecialDays/SpecialDay[2]/@index", also=("R401",)),
    Broken("R403", "PREPAY", "2026-03-28Z", "2026-01-28Z",
           f"{_QC}/ElectricityNonDisablementSchedule[1]/ScheduleDatesAndTime/EndDate"),
    Broken("R403", "LOADS", "<SpecifiedMonth>9", "<SpecifiedMonth>5",
           f"{_L}/ALCSHCALCSConnectionSchedule[1]/ALCSScheduleDatesAndTime/EndDate"),
    Broken("R404", "LOADS", tag("DayOfWeekApplicability", tag("DayOfWeekID", "Monday")), "",
           f"{_L}/ALCSHCALCSConnectionSchedule[2]", nth=2),
    Broken("R405", "PREPAY", "09:00:00Z", "18:00:00Z",
           f"{_QC}/ElectricityNonDisablementSchedule[2]/ScheduleDatesAndTime/SwitchTime"),
    Broken("R405", "LOADS", "10:00:00Z", "06:00:00Z",
           f"{_L}/ALCSHCALCSConnectionSchedule[2]/ALCSScheduleDatesAndTime/SwitchTime"),
    Broken("R406", "PREPAY", ">STOP<", ">START<",
           f"{_QC}/ElectricityNonDisablementSchedule[1]/NonDisablementScript"),
    Broken("R407", "LOADS", 'Switch index="2"', 'Switch index="4"',
           f"{_L}/ALCSHCALCSConnectionSchedule[3]/ActivateDeactivateSwitch/@index"),
    Broken("R408", "BOOST", 'index="5"', 'index="4"',
           f"{_B}/AddAuxiliaryLoadToBoostButton/AddToBoostButton[5]/@index"),
    Broken("R409", "LOADS", "31-00-00-A6", "31-00-00-A5", f"{_L}/SwitchTypeAndId[3]/HCALCS"),
    Broken("R410", "BOOST", ">true<", ">false<", f"{_B}/AddAuxiliaryLoadToBoostButton/AddToBoostButton[1]"),
    Broken("R411", "LEVEL", "06T01:", "05T23:", f"{_B}/SetAuxiliaryControllerState/EndDateTime"),
    Broken("R412", "LEVEL", "2026-01-06", "2026-01-04", "", nth=0),

    Broken("R501", "LOG", "2026-01-04T", "2025-12-04T",
           f"{_B}/ReadActiveImportProfileData/ReadLogPeriod/EndDateTime"),
    Broken("R502", "LOG", "2026-01-", "2026-02-", "", nth=0),
    Broken("R503", "LOG", "2026-01-", "2023-01-", "", nth=0),
    Broken("R504", "LOG", "2026-01-04T", "3000-01-04T",
           f"{_B}/ReadActiveImportProfileData/ReadLogPeriod/EndDateTime"),
    Broken("R510", "SCHEDULE", "2026-12-31", "2026-01-05", f"{_B}/CreateSchedule/ScheduleEndDate"),
    Broken("R511", "SCHEDULE", "2026-01-06", "2026-01-04", f"{_B}/CreateSchedule/ScheduleStartDate"),
    Broken("R512", "SCHEDULE", "Reference>4.6<", "Reference>4.8<",
           f"{_B}/CreateSchedule/DSPScheduledServiceReference"),
    Broken("R513", "SCHEDULE", "DSPRetrieveImportDailyReadLog>", "DSPReadNetworkData>", "", nth=0),
    Broken("R514", "SCHEDULE", "<EndDateOffset>0", "<EndDateOffset>-2",
           f"{_B}/CreateSchedule/DSPRetrieveImportDailyReadLog/EndDateOffset"),
    Broken("R520", "SLOTS", ">NetworkOperator<", ">Supplier<",
           f"{_B}/RetrieveDeviceSecurityCredentialsKRP/RemotePartyRole[2]"),

    Broken("R601", "POWER", ">4600<", ">2300<",
           f"{_B}/UpdateDeviceConfigurationInstantaneousPowerThreshold/MediumHighPowerThreshold"),
    Broken("R602", "VOLTAGE", ">253<", ">200<",
           f"{_B}/UpdateDeviceConfigurationVoltage/RMSVoltageSettings/RMSVoltageSwellThreshold"),
    Broken("R602", "VOLTAGE", ">264<", ">164<",
           f"{_B}/UpdateDeviceConfigurationVoltage/PolyPhaseVoltageSettings[1]/PhaseVoltageSettings"
           "/AverageRMSOverVoltageThreshold"),
    Broken("R603", "VOLTAGE", "<Phase>3", "<Phase>2",
           f"{_B}/UpdateDeviceConfigurationVoltage/PolyPhaseVoltageSettings[3]/Phase"),
    Broken("R604", "CONVERSION", ">39.5<", ">0.0<",
           f"{_B}/UpdateDeviceConfigurationGasConversion/CalorificValue"),
    Broken("R605", "RADIO", "Threshold>1.0<", "Threshold>2.0<",
           f"{_B}/SetCHFSubGHzConfiguration/LimitedCriticalDutyCycleThreshold"),
    Broken("R606", "RADIO", "<Channel3></Channel3>", "",
           f"{_B}/SetCHFSubGHzConfiguration/LowerBandSubGHzChannels0To26"),
    Broken("R607", "DEMAND", "22:00:00Z", "17:00:00Z",
           f"{_B}/SetMaximumDemandConfigurableTimePeriod/MaximumDemandTimePeriodSchedule/EndTime"),
    Broken("R608", "RESET", _NOTHING, "", f"{_B}/ResetMaximumDemandRegisters"),
    Broken("R608", "ALERTS", "<x810D>Enable</x810D>", "", f"{_B}/ConfigureAlertBehaviour"),
    Broken("R610", "MESSAGE", ">Hello<", ">   <", f"{_B}/DisplayMessage/SupplierMessage"),
    Broken("R611", "SUPPLIER", ">Our Power<", ">Our Power <", f"{_B}/UpdateSupplierName/SupplierName"),
    Broken("R612", "SUPPLIER", ">0800 555 111<", ">  <", f"{_B}/UpdateSupplierName/SupplierTelephoneNumber"),
    Broken("R613", "MODE", "Threshold>0<", "Threshold>5<",
           f"{_B}/UpdatePaymentMode/Prepayment/DisablementThreshold"),

    Broken("R701", "POINTS", MPAN, "109900000001X",
           f"{_B}/SetDeviceConfigurationImportMPxN/ImportMPANs/ImportMPAN"),
    Broken("R701", "OPT_IN", MPAN, "12345", f"{_B}/ServiceOptIn/MPxNs/ImportMPxN"),
    Broken("R702", "POINTS", MPAN, "1099000000017",
           f"{_B}/SetDeviceConfigurationImportMPxN/ImportMPANs/ImportMPAN"),
    Broken("R702", "OPT_IN", MPAN, "1000999888", f"{_B}/ServiceOptIn/MPxNs/ImportMPxN"),
    Broken("R703", "POINTS", SECOND_MPAN, MPAN,
           f"{_B}/SetDeviceConfigurationImportMPxN/ImportMPANs/SecondaryImportMPAN"),
    Broken("R710", "WHITELIST", ">Add<", ">Remove<", f"{_B}/UpdateHANDeviceLog/AddDeviceToCHFWhitelist"),
    Broken("R711", "HUB", ">CHF<", ">GSME<", f"{_B}/DevicePrenotification/AssociatedGPFDeviceID"),
    Broken("R712", "HUB", "31-00-00-A3", "31-00-00-A2", f"{_B}/DevicePrenotification/AssociatedGPFDeviceID"),
    Broken("R713", "METER", ">ESME<", ">GSME<", f"{_B}/DevicePrenotification/ESMEVariant"),
    Broken("R713", "METER", "<ESMEVariant>AD</ESMEVariant>", "", f"{_B}/DevicePrenotification/DeviceType"),
    Broken("R714", "FIRMWARE", f",{OTHER}", f",{DEVICE}", f"{_B}/UpdateFirmware/DeviceIDList"),
    Broken("R715", "FIRMWARE", ">AAEC<", "><", f"{_B}/UpdateFirmware/FirmwareImage"),
    Broken("R716", "OPT_IN", "2026-02-01", "2025-02-01", f"{_B}/ServiceOptIn/OptInDate"),

    Broken("R801", "CREDENTIALS", certificate(USER, DS), "AAEC", f"{_C}/DigitalSigningCertificate"),
    Broken("R802", "CREDENTIALS", certificate(USER, DS), odd_certificate(other_curve=True),
           f"{_C}/DigitalSigningCertificate"),
    Broken("R803", "CREDENTIALS", certificate(USER, DS), certificate(USER, KA),
           f"{_C}/DigitalSigningCertificate"),
    Broken("R804", "CREDENTIALS", f"<Certificate>{authority()}", f"<Certificate>{certificate(USER, DS)}",
           f"{_B}/UpdateSecurityCredentialsKRP/CertificationPathCertificates/Certificate",
           also=("R813",) * 3),
    Broken("R805", "CREDENTIALS", certificate(USER, DS), odd_certificate(expired=True),
           f"{_C}/DigitalSigningCertificate"),
    Broken("R806", "UNCHECKED", certificate(USER, DS), odd_certificate(expired=True),
           f"{_C}/DigitalSigningCertificate"),
    Broken("R807", "CREDENTIALS",
           f"<DigitalSigningCertificate>{certificate(USER, DS)}</DigitalSigningCertificate>"
           f"<KeyAgreementCertificate>{certificate(USER, KA)}</KeyAgreementCertificate>"
           f"<KeyAgreementTopUpCertificate>{certificate(USER, PP)}</KeyAgreementTopUpCertificate>", "", _C),
    Broken("R808", "CREDENTIALS", certificate(USER, KA), certificate(RIVAL, KA),
           f"{_C}/KeyAgreementCertificate", also=("R810",)),
    Broken("R809", "HANDOVER", ">NetworkOperator<", ">LoadController<", "", also=("R809",)),
    Broken("R810", "TAKEOVER", certificate(USER, DS), certificate(RIVAL, DS),
           f"{_B}/UpdateSecurityCredentialsCoS/SupplierReplacementCertificates/DigitalSigningCertificate"),
    Broken("R811", "ENCRYPTED_READ", certificate(USER, KA), certificate(RIVAL, KA),
           f"{_B}/ReadPrepaymentDailyReadLog/KAPublicSecurityCredentials"),
    Broken("R812", "HANDOVER", "<ReplacementCertificates>",
           "<RemotePartyPrepaymentTopUpFloorSeqNumber>7</RemotePartyPrepaymentTopUpFloorSeqNumber>"
           "<ReplacementCertificates>",
           f"{_B}/RequestHandoverOfDCCControlledDevice/RemotePartyPrepaymentTopUpFloorSeqNumber"),
    Broken("R813", "CREDENTIALS", certificate(USER, DS), odd_certificate(other_issuer=True),
           f"{_C}/DigitalSigningCertificate"),
)  # fmt: skip
