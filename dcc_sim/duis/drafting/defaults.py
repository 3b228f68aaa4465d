"""What a draft says where nobody has said anything: plausible values that go together.

In: the place (element, what is around it, what the user wants). Out: a text. Tables by element name; a
function stands where a value depends on the situation or on what is already in the document. The names
are the interface's, so the same tables draft from our schemas and from the published ones. Left out:
walking (`engine`), and what is there at all (`presence`).

The values obey the rules beyond the schema: a week uses days that are there, the first switch of a
day is at midnight, thresholds increase, check digits are right, what is to happen lies ahead.
"""

from __future__ import annotations

import base64
import calendar
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from dcc_sim.catalogue.requests import REQUESTS
from dcc_sim.duis.drafting.place import is_hybrid
from dcc_sim.duis.drafting.texts import plain_text, refusal
from dcc_sim.duis.names import local_name
from dcc_sim.gbcs.frame import Frame
from dcc_sim.gbcs.header import GroupingHeader
from dcc_sim.gbcs.utrn import make_utrn
from dcc_sim.ids import CraFlag, DeviceType, Eui64, MessageCode, RequestId, mpan_check_digit

if TYPE_CHECKING:
    from collections.abc import Callable

    from dcc_sim.duis.drafting.place import Place
    from dcc_sim.duis.drafting.shape import Attribute, Simple

    Text = str | Callable[["Place"], str]


# --------------------------------------------------------------------------------------- moments


def _moment(when: datetime) -> str:
    return f"{when:%Y-%m-%dT%H:%M:%S}Z"


def _midnight(place: Place) -> datetime:
    return place.situation.now.replace(hour=0, minute=0, second=0, microsecond=0)


def _on(days: int, hours: int = 0) -> Callable[[Place], str]:
    """Midnight some days from today, and some hours."""
    return lambda place: _moment(_midnight(place) + timedelta(days=days, hours=hours))


def _in(hours: int) -> Callable[[Place], str]:
    return lambda place: _moment(place.situation.now + timedelta(hours=hours))


def _day(days: int, zone: str = "") -> Callable[[Place], str]:
    return lambda place: f"{(_midnight(place) + timedelta(days=days)).date().isoformat()}{zone}"


def _next_month(place: Place) -> str:
    first = _midnight(place).replace(day=28) + timedelta(days=4)
    return _moment(first.replace(day=1))


def _by(name: str, *texts: str) -> Callable[[Place], str]:
    """By the position of an element around it, from the beginning again."""
    return lambda place: texts[(place.position_of(name) - 1) % len(texts)]


def _half_hours(place: Place) -> str:
    """Of switches: midnight, seven o'clock, then a half hour each, so that they always increase."""
    number = place.position_above
    minutes = (0, 420)[number - 1] if number < 3 else 420 + 20 * (number - 2)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:00Z"


# ------------------------------------------------------------------------------- dates with holes


def _year(place: Place) -> str:
    return str(max(place.situation.now.year + 1, 2014))


def _weekday(place: Place) -> str:
    """The one that the date around it falls on, as far as it is said."""
    around = place.node.getparent()
    whole = around.getparent() if around is not None else None
    said = (
        {local_name(leaf): leaf.text for leaf in whole.iter() if not len(leaf)} if whole is not None else {}
    )
    try:
        year, month = int(said.get("SpecifiedYear") or _year(place)), int(said.get("SpecifiedMonth") or 1)
        last = calendar.monthrange(year, month)[1]
        day = int(said.get("SpecifiedDayOfMonth") or 1)
        day = last if "LastDayOfMonth" in said else last - 1 if "SecondLastDayOfMonth" in said else day
        return str(date(year, month, day).isoweekday())
    except (ValueError, OverflowError):
        return "1"


# --------------------------------------------------------------------------------------- identity


def _device(kind: DeviceType) -> Callable[[Place], str]:
    return lambda place: str(place.situation.devices[kind])


def _this_device(place: Place) -> str:
    return str(place.situation.device)


def _neighbour(place: Place) -> str:
    """Another device of the house: what joins a gas meter is its proxy, what joins others is a switch."""
    devices = place.situation.devices
    if place.situation.is_gas:
        return str(devices[DeviceType.GPF])
    kind = DeviceType.HCALCS if "NonCritical" not in place.service else DeviceType.PPMID
    return str(devices[kind])


def _original_id(place: Place) -> str:
    """Of a request to the device itself."""
    ids = place.situation.request_id
    return str(RequestId(ids.originator, place.situation.device, ids.counter))


def _preceding_id(place: Place) -> str:
    ids = place.situation.request_id
    return str(RequestId(ids.originator, ids.target, max(ids.counter - 1, 0)))


def _new_device(place: Place) -> str:
    """One that nobody has seen yet: the last of the device's block."""
    return str(Eui64(place.situation.device.octets[:-1] + b"\xef"))


def _old(kind: DeviceType) -> Callable[[Place], str]:
    """The one before the one in the house."""

    def other(place: Place) -> str:
        octets = place.situation.devices[kind].octets
        return str(Eui64(octets[:-1] + bytes((octets[-1] ^ 0x10,))))

    return other


def _mpxn(place: Place) -> str:
    return place.situation.mprn if place.situation.is_gas else place.situation.mpan


def _mpan(step: int) -> Callable[[Place], str]:
    """Another MPAN of the same house."""
    return lambda place: _mpan_after(place.situation.mpan, step)


def _mpan_after(mpan: str, step: int) -> str:
    body = f"{(int(mpan[:12]) + step) % 10**12:012d}"
    return body + mpan_check_digit(body)


def _certificate(place: Place) -> str:
    der = place.situation.certificates.get(place.name, b"\x30\x00")
    return base64.b64encode(der).decode()


def _utrn(place: Place) -> str:
    """Five pounds for this device, under the counter of this request."""
    ids = place.situation.request_id
    return make_utrn(
        place.situation.top_up_secret,
        supplier=ids.originator,
        device=ids.target,
        utrn_counter=ids.counter >> 32,
        amount=500,
    )


_LOAD_SWITCH_CLOSED: Final = 0x004F


def _answer(place: Place) -> str:
    """What a meter says after 7.1 was carried out. The signature is a stand-in: keys are not ours to have."""
    ids = place.situation.request_id
    header = GroupingHeader(
        cra=CraFlag.RESPONSE,
        counter=ids.counter,
        originator=place.situation.device,
        target=ids.originator,
        message_code=MessageCode(_LOAD_SWITCH_CLOSED),
    )
    invoke_id = (0x2000_0000 | ids.counter & 0xFF_FFFF).to_bytes(4, "big")
    payload = b"\xda" + invoke_id + bytes.fromhex("00000100010300")
    return base64.b64encode(Frame.build(header, payload, signature=bytes(64)).encode()).decode()


# ------------------------------------------------------------------------------------- small lists


def _of(*texts: str) -> Callable[[Place], str]:
    """By position of the element, from the beginning again."""
    return lambda place: texts[(place.position - 1) % len(texts)]


def _steps(first: int, step: int) -> Callable[[Place], str]:
    """A series by position."""
    return lambda place: str(first + step * (place.position - 1))


def _switch_target(place: Place) -> str:
    """A register or block: those of the first two switches in turn, all of which have a price."""
    return str((place.position_above - 1) % 2 + 1)


def _block_target(place: Place) -> str:
    """Blocks 1 and 2 in turn; of a tariff with registers too, always 1."""
    return "1" if is_hybrid(place) else _switch_target(place)


def _register_target(place: Place) -> str:
    return "1" if is_hybrid(place) else _switch_target(place)


def scheduled_variant(place: Place) -> str:
    """What a schedule reads: what its user named, else daily reads."""
    for row in REQUESTS.values():
        if row.scheduled_body in place.names:
            return row.variant
    reference = place.wish("DSPScheduledServiceReference")
    wish = place.wish("DSPScheduledServiceReferenceVariant")
    within = (each for each in REQUESTS if reference and each.startswith(reference + "."))
    return wish or next(within, reference or "4.6.1")


def _scheduled_reference(place: Place) -> str:
    return ".".join(scheduled_variant(place).split(".")[:2])


def _kind_of_device(place: Place) -> str:
    if {"AssociatedGPFDeviceID"} & place.names:
        return "CHF"
    return "GSME" if place.situation.is_gas else "ESME"


# fmt: off
_WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

TEXTS: Final[dict[str, Text]] = {
    # when
    "ExecutionDateTime": _on(2),
    "StartDateTime": _on(-1), "EndDateTime": _on(0),
    "SetAuxiliaryControllerState/StartDateTime": _in(1), "SetAuxiliaryControllerState/EndDateTime": _in(3),
    "LimitAPCLevel/StartDateTime": _in(1), "LimitAPCLevel/EndDateTime": _in(3),
    "RestrictionDateTime": _on(0), "CurrentDateTime": _in(0), "TolerancePeriod": "60",
    "InstallDateTime": _in(-1), "UserRefDateTime": _in(-1),
    "BillingPeriodStart": _next_month, "BillingTime": "00:00:00Z",
    "OptInDate": _day(2), "ScheduleStartDate": _day(1), "ScheduleEndDate": _day(366),
    "ScheduleExecutionStartTime": "01:00:00Z",
    "StartDateOffset": "-1", "EndDateOffset": "0", "StartTime": "00:00:00Z", "EndTime": "00:00:00Z",
    "MaximumDemandTimePeriodSchedule/StartTime": "17:00:00Z",
    "MaximumDemandTimePeriodSchedule/EndTime": "20:00:00Z",
    "ProfileSchedule/StartTime": _half_hours,
    "TimeStartAction/StartTime": _by("TimeStartAction", "00:00:00Z", "10:00:00Z", "18:00:00Z"),
    "SwitchTime": "07:00:00Z",
    "ScheduleDatesAndTime/SwitchTime": _by("ElectricityNonDisablementSchedule", "18:00:00Z", "10:00:00Z"),
    "ScheduleDatesAndTime/StartDate": _day(1, "Z"), "ScheduleDatesAndTime/EndDate": _day(366, "Z"),
    "SpecifiedYear": _year, "SpecifiedMonth": _by("Season", "1", "4", "7", "10"), "SpecifiedDayOfMonth": "1",
    "Date/Month/SpecifiedMonth": "12", "Date/DayOfMonth/SpecifiedDayOfMonth": "25",
    "Date/GasMonthWithWildcards/SpecifiedMonth": "12",
    "Date/GasDayOfMonthWithWildcards/SpecifiedDayOfMonth": "25",
    "EndDate/Month/SpecifiedMonth": "12", "EndDate/DayOfMonth/SpecifiedDayOfMonth": "31",
    "SpecifiedDayOfWeek": _weekday,
    "DayOfWeekID": _by("DayOfWeekApplicability", *_WEEKDAYS),

    # tariff
    "CurrencyUnits": "GBP", "StandingCharge": "4500", "StandingChargeScale": "-4", "PriceScale": "-5",
    "GasPriceElements/StandingCharge": "30000",
    "TOUPrice": _steps(15000, 9000), "BlockPrice": _steps(28000, -2000),
    "ElectricityPriceElement": _steps(15000, 2000),
    "GasPriceElements/TOUTariff/TOUPrice": _steps(6000, 250),
    "BlockThreshold": _steps(500_000, 500_000), "NumberOfThresholds": "3",
    "DayName": lambda place: str(place.position_above), "GasDayName": lambda place: str(place.position_above),
    "WeekName": lambda place: str(place.position_above),
    "ReferencedDayName": "1", "ReferencedWeekName": "1",
    "SeasonName": _by("Season", "winter", "spring", "summer", "autumn"),
    "TOUTariffAction": _register_target, "BlockTariffAction": _block_target,
    "DayProfile/TOUTariffAction": lambda place: str(place.position_above),

    # money, in the thousandths of a penny that meters count in
    "AdjustMeterBalance": "10000", "DisablementThreshold": "0",
    "DebtRecoveryRateCap": "3000", "EmergencyCreditLimit": "500000", "EmergencyCreditThreshold": "100000",
    "LowCreditThreshold": "200000", "MaxMeterBalance": "50000000", "MaxCreditThreshold": "25000000",
    "TimeDebtRegister1": "500000", "TimeDebtRegister2": "0", "PaymentDebtRegister": "200000",
    "DebtRecoveryPerPayment": "1000", "DebtRecoveryRate": "100", "DebtRecoveryRatePriceScale": "-2",
    "DebtRecoveryRatePeriod": "DAILY", "SuspendDebtDisabled": "true", "SuspendDebtEmergency": "false",
    "UTRN": _utrn,
    "NonDisablementScript": _by("ElectricityNonDisablementSchedule", "START", "STOP"),
    "NonDisablementAction": _by("TimeStartAction", "START", "STOP"),

    # who and what
    "DeviceID": _this_device, "OtherDeviceID": _neighbour, "AssociatedGPFDeviceID": _device(DeviceType.GPF),
    "UpdateHANDeviceLog/DeviceID": _device(DeviceType.ESME), "DevicePrenotification/DeviceID": _new_device,
    "OldCHFID": _old(DeviceType.CHF), "OldGPFID": _old(DeviceType.GPF), "HCALCS": _device(DeviceType.HCALCS),
    "CHFFaultReturn/OtherDeviceID": _device(DeviceType.ESME),
    "DeviceIDList": _this_device, "OriginalRequestID": _original_id,
    "MPxN": _mpxn, "ImportMPxN": _mpxn, "ImportMPAN": lambda place: place.situation.mpan,
    "ImportMPRN": lambda place: place.situation.mprn, "SecondaryImportMPAN": _mpan(1), "ExportMPAN": _mpan(2),
    "UPRN": "100000000001", "PostCode": "AB12 3CD", "AddressIdentifier": "1",
    "DeviceType": _kind_of_device, "DeviceManufacturer": "1234", "DeviceModel": "00010002",
    "SMETSCHTSVersion": "SMETS2 V5.1", "FirmwareVersion": "00010001", "ESMEVariant": "A",
    "SupplierMessage": "Your tariff has changed.", "SupplierName": "Supplier",
    "SupplierTelephoneNumber": "0800 000 0000",
    "ESMEEventLogType": "ESME", "LogToRead": "Event",
    "SwitchDescription": lambda place: f"Load {place.position_above}",
    "UserRefID": "VISIT-1", "GISData": "SK 30 50", "IncidentReference": "INC000000000001",
    "AdditionalInformation": "Nothing to add.",
    "CHFInstallType": "New CHF Install", "CHFInstallSuccessNoSMWAN/CHFInstallType": "CHF Install - no SM WAN",
    "DSPScheduledServiceReferenceVariant": scheduled_variant,
    "DSPScheduledServiceReference": _scheduled_reference,
    "DSPScheduleID": "1", "RequestType": "Add", "JoinTimePeriod": "3600",
    "InstallCode": "000102030405060708090A0B0C0D0E0F",
    "PrecedingServiceRequestID": _preceding_id,

    # certificates
    "DigitalSigningCertificate": _certificate, "KeyAgreementCertificate": _certificate,
    "KeyAgreementTopUpCertificate": _certificate, "Certificate": _certificate,
    "DeviceCertificate": _certificate,
    "KAPublicSecurityCredentials": _certificate, "KAPublicSecurityCredential": _certificate,
    "RemotePartyRole": _of(
        "Supplier", "NetworkOperator", "ACB", "Recovery", "Root", "TransCoS", "LoadController"),
    "RemotePartyFloorSeqNumber": "0", "RemotePartyPrepaymentTopUpFloorSeqNumber": "0",
    "SupplierFloorSeqNumber": "0",
    "SupplierPrepaymentTopUpFloorSeqNumber": "0", "ACBFloorSeqNumber": "0", "ApplyTimeBasedCPVChecks": "true",
    "DeviceGBCSResponse": _answer,

    # settings of a meter: volts, watts, seconds
    "LoadLimitPeriod": "300", "LoadLimitPowerThreshold": "7000", "LoadLimitRestorationPeriod": "60",
    "LoadLimitSupplyState": "Unchanged",
    "RMSExtremeOverVoltageMeasurementPeriod": "30", "RMSExtremeOverVoltageThreshold": "280",
    "RMSExtremeUnderVoltageMeasurementPeriod": "30", "RMSExtremeUnderVoltageThreshold": "180",
    "RMSVoltageSagMeasurementPeriod": "30", "RMSVoltageSagThreshold": "210",
    "RMSVoltageSwellMeasurementPeriod": "30", "RMSVoltageSwellThreshold": "260",
    "AverageRMSOverVoltageThreshold": "253", "AverageRMSUnderVoltageThreshold": "216",
    "AverageRMSVoltageMeasurementPeriod": "1800", "Phase": lambda place: str(place.position_above),
    "LowMediumPowerThreshold": "1000", "MediumHighPowerThreshold": "3000",
    "CalorificValue": "39.5", "ConversionFactor": "1.02264", "UncontrolledGasFlowRate": "1000",
    "UncontrolledGasFlowRateDecimal": "0.1000", "StabilisationPeriod": "60", "MeasurementPeriod": "300",
    "RandomisedOffsetLimit": "600", "Duration": "30", "CommandedStateLevel": "100",
    "AddToBoostButton": "true", "RemoveFromBoostButton": "true", "AerialInstall": "false",
    "MetalObstructionCheck": "true", "ConnectivityObstructionCheck": "true", "SharedObstructionCheck": "true",

    # the hub's second radio: percent, minutes, dB
    "NormalLimitedDutyCycleThreshold": "1.5", "LimitedCriticalDutyCycleThreshold": "2.0",
    "MaximumSubGHzChannelChangesPerWeek": "3", "GSMECurfew": "24", "ChannelQuieterThreshold": "6",
    "ChannelNoisierThreshold": "6", "NonGSMEPoorCommsPercentageThreshold": "50.00",
    "NonGSMEPoorCommsMeasurementPeriods": "100", "LocalCHNoiseMeasurementPeriod": "120",
    "LocalCHFailurePercentage": "25.00", "LocalCHRetryPercentage": "25.00",

    # an image: enough octets to be one
    "FirmwareImage": base64.b64encode(bytes(range(64))).decode(), "FirmwareHash": "00" * 32,
    "FirstInSequence": "true",
}
"""Texts by element name, by `parent/name`, or by `grandparent/parent/name`; the longest counts."""
# fmt: on


def text(place: Place, kind: Simple) -> str:
    """What an element says. Falls back to the plainest text of its type."""
    names = [name for name, _ in place.steps[-3:]] or [place.name]
    if len(place.steps) < 3:
        names = [place.service, *names]
    for start in range(len(names)):
        known = TEXTS.get("/".join(names[start:]))
        if known is not None:
            said = known if isinstance(known, str) else known(place)
            if refusal(kind, said) is None:
                return said
    return plain_text(kind)


def attribute(place: Place, wanted: Attribute) -> str:
    """What an attribute says: places in a table are numbered as they come."""
    said = str(place.position)
    return said if refusal(wanted.type, said) is None else plain_text(wanted.type)
