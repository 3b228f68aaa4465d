"""What stands where in the documents of ESME and Communications Hub, value by value."""

from __future__ import annotations

import re

import pytest
from mmc_messages import TIME as TIME_OF_HEADER
from mmc_messages import header_for, response
from mmc_samples_electricity import LOWER, MASKS, charges, settings

from dcc_sim.catalogue.usecases import use_case
from dcc_sim.codec.exchange import Body
from dcc_sim.codec.shape import Value, Values
from dcc_sim.codec.times import CosemDate, CosemDateTime, CosemTime
from dcc_sim.errors import EncodeError
from dcc_sim.gbcs.frame import Frame
from dcc_sim.mmc.document import render
from dcc_sim.transform.message import Message

AT = 473_385_600
"""2015-01-01T00:00:00Z."""
TIME = "2015-01-01T00:00:00Z"
MOMENT = CosemDateTime(bytes.fromhex("07DF0101FF000000008000FF"))
NEVER = CosemDateTime(bytes.fromhex("FFFFFFFFFFFFFFFFFF8000FF"))
NOON = CosemTime.of_day(12 * 3600)
ANY_DAY = CosemDate(b"\xff" * 5)
WATT: Values = {"scaler": 0, "unit": 27}
WATT_HOUR: Values = {"scaler": 0, "unit": 30}
VAR_HOUR: Values = {"scaler": 0, "unit": 32}
NO_UNIT: Values = {"scaler": 0, "unit": 255}
HUB_DEVICE = bytes.fromhex("00DB1234567890A0")

ANY_DATE = (
    "<Year><NonSpecifiedYear/></Year><Month><NonSpecifiedMonth/></Month>"
    "<DayOfMonth><NonSpecifiedDayOfMonth/></DayOfMonth><DayOfWeek><NonSpecifiedDayOfWeek/></DayOfWeek>"
)


def inside(code: str, values: Values, *, failures: dict[int, int] | None = None) -> str:
    """What the response element holds, with short empty tags and without the prefix."""
    return smets_data(response(code, values, failures=failures))


def some_of(code: str, values: Values) -> str:
    """As `inside`, of values that are not a whole answer and so cannot come over the wire."""
    row = use_case(code)
    return smets_data(Message(Frame(header=header_for(row, TIME_OF_HEADER), payload=b""), row, Body(values)))


def smets_data(message: Message) -> str:
    text = render(message).decode().replace("ra:", "")
    short = re.sub(r"<(\w+)([^<>]*)></\1>", r"<\1\2/>", text)
    found = re.search(r"<SMETSData><(\w+Rsp) MessageSuccess=\"\w+\"(?:/>|>(.*)</\1>)</SMETSData>", short)
    assert found is not None
    return found[2] or ""


def entry(script: int, special_days: str = "", weekdays: str = "0000000", **more: Value) -> Value:
    return {
        "index": 1,
        "script": script,
        "switch_time": NOON,
        "weekdays": weekdays,
        "special_days": special_days,
        "begin_date": ANY_DAY,
        "end_date": ANY_DAY,
        **more,
    }


SCHEDULE = f"<SwitchTime>12:00:00Z</SwitchTime><StartDate>{ANY_DATE}</StartDate><EndDate>{ANY_DATE}</EndDate>"
CODES = {"description_1": b"Immersion", **{f"description_{n}": b"" for n in range(2, 6)}}
BALANCES: Values = {
    "meter_balance": 1,
    "emergency_credit": 2,
    "accumulated_debt": -3,
    "time_debt_1": 4,
    "time_debt_2": 5,
    "payment_debt": 6,
}
BALANCES_OF_ENTRY = (
    "<AccumulatedDebtRegister>-3</AccumulatedDebtRegister><EmergencyCreditBalance>2</EmergencyCreditBalance>"
    "<MeterBalance>1</MeterBalance><PaymentDebtRegister>6</PaymentDebtRegister>"
    f"<TimeDebtRegisters1>4</TimeDebtRegisters1><TimeDebtRegisters2>5</TimeDebtRegisters2><Timestamp>{TIME}</Timestamp>"
)

CASES: list[tuple[str, Values, str]] = [
    (
        "ECS17a",
        {
            "active_export": 1,
            "active_export_unit": WATT_HOUR,
            "reactive_export": 2,
            "reactive_export_unit": VAR_HOUR,
        },
        (
            "<ActiveExportRegister><Value>1</Value><ActiveEnergyUnit>Wh</ActiveEnergyUnit></ActiveExportRegister>"
            "<ReactiveExportRegister><Value>2</Value><ReactiveEnergyUnit>varh</ReactiveEnergyUnit>"
            "</ReactiveExportRegister>"
        ),
    ),
    (
        "ECS17c",
        {"power_import": {"active": 7, "active_unit": WATT, "primary_active": 6}},
        (
            "<ActivePowerImport><Value>7</Value><Unit>W</Unit></ActivePowerImport>"
            "<PrimaryActivePowerImportValue>6</PrimaryActivePowerImportValue>"
        ),
    ),
    (
        "ECS18a",
        {
            "max_demand_export_last_reset": NEVER,
            "max_demand_export": 5,
            "max_demand_export_unit": WATT,
            "max_demand_export_time": MOMENT,
        },
        f"<MaxDemandActiveEnergyExport><Value>5</Value><CaptureTime>{TIME}</CaptureTime></MaxDemandActiveEnergyExport>",
    ),
    (
        "ECS19",
        {"prepayment_balances": {"registers": BALANCES}},
        (
            "<EmergencyCreditBalance>2</EmergencyCreditBalance><AccumulatedDebtRegister>-3</AccumulatedDebtRegister>"
            "<PaymentDebtRegister>6</PaymentDebtRegister><TimeDebtRegister1>4</TimeDebtRegister1>"
            "<TimeDebtRegister2>5</TimeDebtRegister2><MeterBalance>1</MeterBalance>"
        ),
    ),
    (
        "ECS20a",
        {"log": [{"timestamp": AT, "amount": 9}]},
        (
            f"<PaymentBasedDebtRepayment><LogEntry><Amount>9</Amount><Timestamp>{TIME}</Timestamp></LogEntry>"
            "</PaymentBasedDebtRepayment>"
        ),
    ),
    (
        "ECS21b",
        {"log": {"entries": [{"timestamp": AT, **BALANCES}]}},
        f"<Electricity><LogEntry>{BALANCES_OF_ENTRY}</LogEntry></Electricity>",
    ),
    (
        "ECS21c",
        {"log": [{"timestamp": AT, "active_export": 3}]},
        f"<LogEntry><ActiveExportRegisterValue>3</ActiveExportRegisterValue><TimeStamp>{TIME}</TimeStamp></LogEntry>",
    ),
    (
        "ECS22b",
        {"log": {"entries": [{"timestamp": AT, "primary": 1, "secondary": 2}]}},
        (
            f"<LogEntry><Timestamp>{TIME}</Timestamp><Electricity><PrimaryValue>1</PrimaryValue>"
            "<SecondaryValue>2</SecondaryValue></Electricity></LogEntry>"
        ),
    ),
    (
        "ECS26d",
        {"billing_calendar": [{"time": NOON, "date": CosemDate(bytes.fromhex("FFFFFF05FF"))}]},
        (
            "<BillingCalendar><ElectricityBillingCalendar><BillingTime>12:00:00Z</BillingTime><Monthly>5</Monthly>"
            "</ElectricityBillingCalendar></BillingCalendar>"
        ),
    ),
    (
        "ECS27",
        {
            "load_limit_disables": True,
            "load_limit_count": 1,
            "load_limit_count_unit": NO_UNIT,
            "load_limit_power": 2,
            "load_limit_period": 3,
            "load_limit_restoration_period": 4,
        },
        (
            "<LoadLimitCounterValue>1</LoadLimitCounterValue><LoadLimitPowerThreshold>2</LoadLimitPowerThreshold>"
            "<LoadLimitPeriod>3</LoadLimitPeriod><LoadLimitRestorationPeriod>4</LoadLimitRestorationPeriod>"
            "<LoadLimitSupplyState>Disable</LoadLimitSupplyState>"
        ),
    ),
    (
        "ECS35e",
        {"log": [{"timestamp": AT, "code": 0x8002, "other_information": 30}]},
        (
            f"<Log><LogEntry><Timestamp>{TIME}</Timestamp><LogCode>8002</LogCode>"
            "<LogMeaning>average RMS voltage rose above its over-voltage threshold</LogMeaning>"
            "<OtherInformation>0000001E</OtherInformation></LogEntry></Log>"
        ),
    ),
    (
        "ECS35g",
        {
            "log": [
                {"timestamp": AT, "switch_and_action": 0x0220, "outcome": 1, "han_command_id": 7},
                {"timestamp": AT, "switch_and_action": 0x2332, "outcome": 0, "han_command_id": 0},
            ]
        },
        (
            f"<ALCSEvent><ALCSEventLogEntry><Timestamp>{TIME}</Timestamp><SwitchNumber>2</SwitchNumber>"
            "<SwitchAction>Revert to calendar control</SwitchAction><Outcome>Success</Outcome>"
            "<HANCommandID>7</HANCommandID></ALCSEventLogEntry>"
            f"<ALCSEventLogEntry><Timestamp>{TIME}</Timestamp><SwitchNumber>3</SwitchNumber>"
            "<Outcome>Outcome not known</Outcome><HANCommandID>0</HANCommandID>"
            "<AuxiliaryControllerLevel>50</AuxiliaryControllerLevel><InputFromControlledLoad/></ALCSEventLogEntry></ALCSEvent>"
        ),
    ),
    (
        "ECS40",
        {"mpans": b"12345678901233210987654321", "export_mpan": b""},
        (
            "<Electricity><ImportMPAN>1234567890123</ImportMPAN><SecondaryImportMPAN>3210987654321</SecondaryImportMPAN>"
            "<ExportMPAN/></Electricity>"
        ),
    ),
    ("ECS45", {"supply_state": 2}, "<SupplyState>Armed</SupplyState>"),
    (
        "ECS61c",
        {
            "boost_function": True,
            "boost_log": [{"start": AT - 60, "end": AT}],
            **{f"boost_controls_{n}": n == 2 for n in range(1, 6)},
        },
        f"<EventLogEntry><BoostEnd>{TIME}</BoostEnd><BoostStart>2014-12-31T23:59:00Z</BoostStart></EventLogEntry>"
        "<BoostFunctionAvailability>true</BoostFunctionAvailability>"
        + "".join(
            f"<BoostFunctionControl{n}Value>{str(n == 2).lower()}</BoostFunctionControl{n}Value>"
            for n in range(1, 6)
        ),
    ),
    (
        "ECS61d",
        {
            **CODES,
            "auxiliary_special_days": [{"index": 1, "date": ANY_DAY, "day_id": 3}],
            "auxiliary_calendar": [entry(0x22B2, "1", "1000001")],
        },
        '<AuxiliaryControllerDescription auxiliaryControllerN="1"><AuxiliaryControlDescription>Immersion'
        "</AuxiliaryControlDescription></AuxiliaryControllerDescription>"
        + "".join(
            f'<AuxiliaryControllerDescription auxiliaryControllerN="{n}"><AuxiliaryControlDescription/>'
            "</AuxiliaryControllerDescription>"
            for n in range(2, 6)
        )
        + '<AuxiliaryControllerSpecialDayDefinitions><AuxiliaryControllerSpecialDayDefinition identifier="3">'
        f"{ANY_DATE}</AuxiliaryControllerSpecialDayDefinition></AuxiliaryControllerSpecialDayDefinitions>"
        '<AuxiliaryControllerSchedule><AuxiliaryControllerAction auxiliaryControllerN="2">'
        "<CommandedStateLevel>50</CommandedStateLevel><InputFromControlledLoad/></AuxiliaryControllerAction>"
        '<SpecialDaysApplicability identifier="1"/><DaysOfWeekApplicability>'
        "<DayOfWeekApplicability><DayOfWeekID>Monday</DayOfWeekID></DayOfWeekApplicability>"
        "<DayOfWeekApplicability><DayOfWeekID>Sunday</DayOfWeekID></DayOfWeekApplicability>"
        f"</DaysOfWeekApplicability><AuxiliaryControllerSchedulePeriodAndTime>{SCHEDULE}"
        "</AuxiliaryControllerSchedulePeriodAndTime></AuxiliaryControllerSchedule>",
    ),
    ("ECS82", {"meter_balance": -1}, "<MeterBalance>-1</MeterBalance>"),
    (
        "CCS07",
        {
            "device_log": {
                "time": MOMENT,
                "extended_pan_id": bytes(8),
                "devices": [{"device": HUB_DEVICE, "hashed_link_key": bytes(range(16))}],
            },
            "historic_device_log": {"time": MOMENT, "extended_pan_id": bytes(8), "devices": []},
        },
        (
            "<CHFConnectedDeviceLog><CHFCurrentConnectedDeviceLogEntry><DeviceID>00-DB-12-34-56-78-90-A0</DeviceID>"
            "<DeviceSecurityDetails>000102030405060708090A0B0C0D0E0F</DeviceSecurityDetails>"
            "</CHFCurrentConnectedDeviceLogEntry></CHFConnectedDeviceLog>"
        ),
    ),
    (
        "DBCH01",
        {"sub_ghz_channel": LOWER},
        (
            "<OperatingSubGHzChannel><OperatingLowerBandSubGHzChannel><Channel33/></OperatingLowerBandSubGHzChannel>"
            "</OperatingSubGHzChannel>"
        ),
    ),
]


@pytest.mark.parametrize(("code", "values", "expected"), CASES, ids=[case[0] for case in CASES])
def test_every_value_stands_in_its_element(code: str, values: Values, expected: str) -> None:
    assert inside(code, values) == expected


def test_mode_and_suspensions_come_from_the_charges() -> None:
    assert some_of("ECS26a", {"credit_charges": charges("110", accumulated=True)}) == (
        "<SuspendDebtDisabled>true</SuspendDebtDisabled><SuspendDebtEmergency>true</SuspendDebtEmergency>"
        "<Electricity><PaymentMode>Prepayment</PaymentMode></Electricity>"
    )


def test_three_phases_of_which_the_last_was_not_answered() -> None:
    values: dict[str, Value] = {}
    for n in (1, 2):
        values |= {f"under_voltage_count_{n}": 10 * n, f"over_voltage_count_{n}": 10 * n + 1}
        values |= {f"under_voltage_count_{n}_unit": NO_UNIT, f"over_voltage_count_{n}_unit": NO_UNIT}
        values |= {f"voltage_log_{n}": [{"timestamp": AT, "voltage": 230 + n}], f"voltage_period_{n}": 1800}

    def phase(n: int) -> str:
        return (
            "<PhaseVoltageOperationalData><VoltageOperationalData>"
            f"<AvgRMSOverVoltageCounter><Value>{10 * n + 1}</Value></AvgRMSOverVoltageCounter>"
            f"<AvgRMSUnderVoltageCounter><Value>{10 * n}</Value></AvgRMSUnderVoltageCounter>"
            f"<AvgRMSVoltageProfileDataLog><LogEntry><Value>{230 + n}</Value><Timestamp>{TIME}</Timestamp>"
            "</LogEntry>"
            "<MeasurementPeriod>1800</MeasurementPeriod></AvgRMSVoltageProfileDataLog></VoltageOperationalData>"
            f"<Phase>{n}</Phase></PhaseVoltageOperationalData>"
        )

    expected = f"<Electricity><PolyPhaseESME>{phase(1)}{phase(2)}</PolyPhaseESME></Electricity>"
    assert inside("ECS23b", values, failures={12: 11}) == expected


def test_settings_of_a_supplier_name_every_alert() -> None:
    text = inside(
        "ECS25r1", {name: settings(0x0D) for name in ("wan_alerts", "han_sharing", "alarms", "logging")}
    )
    assert text.count("<x810D>Enable</x810D>") == 4
    assert text.count(">Disable<") == 4 * 42
    assert text.count("<SupplierESMEPolyPhase><x81B7>") == 4


def test_channels_that_may_be_used_are_flags() -> None:
    masks = {f"page_{page}_mask": mask for page, mask in zip(range(28, 32), MASKS, strict=True)}
    values = {**dict.fromkeys(NUMBERS, 1), **masks, "normal_limited_threshold": 125}
    text = inside("DBCH03", {"sub_ghz_configuration": values})
    assert len(re.findall(r"<Channel\d+/>", text)) == 27 + 8 + 27 + 27
    assert "<NormalLimitedDutyCycleThreshold>1.25</NormalLimitedDutyCycleThreshold>" in text
    assert "<LocalCHRetryPercentage>0.01</LocalCHRetryPercentage>" in text


NUMBERS = (
    "normal_limited_threshold",
    "limited_critical_threshold",
    "max_channel_changes_per_week",
    "gsme_curfew",
    "channel_quieter_threshold",
    "channel_noisier_threshold",
    "non_gsme_poor_communications",
    "non_gsme_measurement_period",
    "local_noise_measurement_period",
    "local_failure_percentage",
    "local_retry_percentage",
)


def test_a_request_without_a_response_element() -> None:
    message = response("ECS46d", {})
    text = render(message, service_reference_variant="6.14.3").decode()
    assert "<ra:Body><ra:ResponseMessage></ra:ResponseMessage></ra:Body>" in text
    failed = render(response("ECS46d", {}, failures={1: 3})).decode()
    assert "SMETSData" not in failed
    assert "read-write-denied" in failed


@pytest.mark.parametrize(
    ("code", "values", "path"),
    [
        ("ECS45", {"supply_state": 3}, "supply_state"),
        ("ECS61d", {"auxiliary_calendar": [entry(0x0101)]}, "auxiliary_calendar[1].script"),
        ("ECS25r2", {"wan_alerts": settings(0xFF)}, "wan_alerts"),
        ("DBCH01", {"sub_ghz_channel": "0" * 32}, "sub_ghz_channel"),
    ],
)
def test_what_the_schema_cannot_say_is_named(code: str, values: Values, path: str) -> None:
    with pytest.raises(EncodeError) as caught:
        some_of(code, values)
    assert caught.value.field == path
