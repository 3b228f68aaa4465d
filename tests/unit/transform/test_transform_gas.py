"""Gas requests with values that are worked out by hand: what the vectors do not show, and refusals."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from lxml import etree
from transform_bench import HOUSE, NOW, STATE, body_of

from dcc_sim.catalogue.routes import BY_VARIANT, GbcsVersion
from dcc_sim.catalogue.usecases import USE_CASES, use_case
from dcc_sim.codec.exchange import Envelope
from dcc_sim.codec.gbz import GbzRow
from dcc_sim.codec.times import seconds_since_2000
from dcc_sim.duis.drafting import every_choice
from dcc_sim.duis.names import SR
from dcc_sim.duis.request import ServiceRequest, read_request
from dcc_sim.duis.schema import default_schemas
from dcc_sim.errors import AccessDenied, NotFound, RequestInvalid
from dcc_sim.ids import CommandVariant, DeviceType, RequestId, ServiceReferenceVariant
from dcc_sim.transform.bindings import COMMANDS
from dcc_sim.transform.context import TransformContext
from dcc_sim.transform.message import read_frame
from dcc_sim.transform.request import command_values, transform

ISSUED = seconds_since_2000(NOW)
LATER = datetime(2027, 6, 1, tzinfo=UTC)
ENVELOPE = Envelope(bytes(8), bytes(8), 7, None, None)
NEVER = "<ExecutionDateTime>3000-12-31T00:00:00Z</ExecutionDateTime>"


def asked(body: str, content: str = "") -> ServiceRequest:
    root = etree.fromstring(f'<{body} xmlns="{SR}">{content}</{body}>'.replace("><", ">\n<"))
    return ServiceRequest(
        request_id=RequestId(HOUSE.originator, HOUSE.devices[DeviceType.GSME], 7),
        command_variant=CommandVariant.SEND,
        service_reference="1.1",
        variant=ServiceReferenceVariant("1.1.1"),
        schema_version="5.4",
        body_name=body,
        body=root,
        root=root,
    )


def values(code: str, body: str, content: str = "", context: TransformContext = STATE) -> Any:
    request = asked(body, content)
    row = use_case(code)
    found = command_values(request, row, NOW, context)
    # Whatever comes out has to go on the wire.
    assert isinstance(row.payload, GbzRow)
    assert row.payload.encode_command(found, ENVELOPE)
    return found


def test_every_gas_use_case_that_a_request_leads_to_has_rows() -> None:
    wanted = {
        (route.use_case, body_of(variant))
        for variant, routes in BY_VARIANT.items()
        for route in routes
        if isinstance(USE_CASES[route.use_case].payload, GbzRow)
    }
    assert len({code for code, _ in wanted}) > 50
    assert sorted(wanted - COMMANDS.keys()) == []


# ------------------------------------------------------------------ tariffs

DATE = (
    "<GasYearWithWildcards><SpecifiedYear>{}</SpecifiedYear></GasYearWithWildcards>"
    "<GasMonthWithWildcards><SpecifiedMonth>2</SpecifiedMonth></GasMonthWithWildcards>"
    "<GasDayOfMonthWithWildcards><GasNonSpecifiedDayOfMonth/></GasDayOfMonthWithWildcards>"
    "<GasDayOfWeekWithWildcards><SpecifiedDayOfWeek>7</SpecifiedDayOfWeek></GasDayOfWeekWithWildcards>"
)
WEEK = "<WeekProfile><WeekName>2</WeekName>{}</WeekProfile>".format(
    "".join(f'<ReferencedDayName index="{n}">{1 + n % 2}</ReferencedDayName>' for n in (7, 6, 5, 4, 3, 2, 1))
)


def tariff(prices: str, day: str, thresholds: str, year: int = 2028, dated: str = "") -> str:
    return (
        f"{dated}<GasTariffElements><SwitchingTable><DayProfiles><DayProfile><DayName>3</DayName>{day}"
        f"</DayProfile></DayProfiles><WeekProfiles>{WEEK}</WeekProfiles><Seasons><Season><SeasonStartDate>"
        f"{DATE.format(year)}</SeasonStartDate><ReferencedWeekName>2</ReferencedWeekName></Season></Seasons>"
        f"</SwitchingTable><SpecialDays><SpecialDay><Date>{DATE.format(year)}</Date><ReferencedDayName>3"
        f"</ReferencedDayName></SpecialDay></SpecialDays><ThresholdMatrix>{thresholds}</ThresholdMatrix>"
        "</GasTariffElements><PriceElements><GasPriceElements><CurrencyUnits>ECB</CurrencyUnits>"
        f"<StandingCharge>4294967295</StandingCharge>{prices}</GasPriceElements></PriceElements>"
    )


def numbered(name: str, *said: int, first: int = 1) -> str:
    return "".join(f'<{name} index="{n}">{text}</{name}>' for n, text in enumerate(said, first))


TOU = f"<TOUTariff>{numbered('TOUPrice', 11, 22)}</TOUTariff>"
BLOCK = f"<BlockTariff>{numbered('BlockPrice', 5, 6)}<NumberOfThresholds>1</NumberOfThresholds></BlockTariff>"
THRESHOLD = numbered("BlockThreshold", 1 << 40)
BODY = "UpdateImportTariffPrimaryElement"


def test_a_gas_tariff_by_time_of_use() -> None:
    found = values("GCS01a", BODY, tariff(TOU, "<TOUTariffAction>2</TOUTariffAction>", THRESHOLD))
    assert found["day_profiles"] == [
        {
            "issuer_event_id": ISSUED,
            "issuer_calendar_id": ISSUED,
            "day_id": 3,
            "schedule": [{"start_minute": 0, "price_tier": 2}],
        }
    ]
    week = found["week_profiles"][0]
    assert (week["week_id"], week["monday"], week["tuesday"], week["sunday"]) == (2, 2, 1, 2)
    assert found["seasons"]["seasons"][0]["start"].hex() == "8002ff07"
    assert found["special_days"]["special_days"] == [{"date": bytes.fromhex("8002ff07"), "day_id": 3}]
    assert found["calendar"] == {
        "issuer_event_id": ISSUED,
        "issuer_calendar_id": ISSUED,
        "start_time": 0,
        "seasons": 1,
        "weeks": 1,
        "days": 1,
    }
    assert found["tariff_information"] == {
        "issuer_event_id": ISSUED,
        "start_time": 0,
        "tariff_type": 0,
        "price_tiers": 2,
        "block_thresholds": 0,
        "currency": 978,
        "standing_charge": 0xFFFF_FFFF,
    }
    assert found["price_matrix"]["prices"] == [
        {"tier_block_id": 1, "price": 11},
        {"tier_block_id": 2, "price": 22},
    ]
    assert "block_thresholds" not in found


def test_prices_keep_their_numbers() -> None:
    swapped = "<TOUTariff><TOUPrice index='4'>44</TOUPrice><TOUPrice index='2'>22</TOUPrice></TOUTariff>"
    found = values("GCS01a", BODY, tariff(swapped, "<TOUTariffAction>2</TOUTariffAction>", THRESHOLD))
    assert found["price_matrix"]["prices"] == [
        {"tier_block_id": 2, "price": 22},
        {"tier_block_id": 4, "price": 44},
    ]


def test_a_gas_tariff_by_blocks_is_cancelled() -> None:
    found = values("GCS01a", BODY, tariff(BLOCK, "<BlockTariff/>", THRESHOLD, dated=NEVER))
    starts = {name: part["start_time"] for name, part in found.items() if "start_time" in part}
    assert starts == {
        "calendar": 0xFFFF_FFFE,
        "special_days": 0xFFFF_FFFE,
        "tariff_information": 0xFFFF_FFFF,
        "block_thresholds": 0xFFFF_FFFE,
        "price_matrix": 0xFFFF_FFFE,
    }
    assert found["day_profiles"][0]["schedule"] == [{"start_minute": 0, "price_tier": 0}]
    assert found["block_thresholds"]["thresholds"] == [1 << 40]
    assert [each["tier_block_id"] for each in found["price_matrix"]["prices"]] == [0, 1]
    assert found["tariff_information"]["block_thresholds"] == 1


def test_the_thresholds_of_prices_alone_are_counted_by_the_request() -> None:
    content = tariff(BLOCK.replace(">1</Num", ">3</Num"), "", "").partition("</GasTariffElements>")[2]
    found = values("GCS01b", "UpdatePricePrimaryElement", content)
    assert found["tariff_information"]["block_thresholds"] == 3
    content = tariff(TOU, "", "").partition("</GasTariffElements>")[2]
    found = values("GCS01b", "UpdatePricePrimaryElement", content)
    assert found["tariff_information"]["block_thresholds"] == 0


def on(date: str) -> str:
    dated = f"<ExecutionDateTime>{date}</ExecutionDateTime>"
    return tariff(TOU, "<BlockTariff/>", THRESHOLD, dated=dated)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (tariff(BLOCK, "<BlockTariff/>", THRESHOLD, year=2155), r"2155 does not fit a ZigBee date.*Season"),
        (
            tariff(BLOCK, "<BlockTariff/>", numbered("BlockThreshold", 7, first=2)),
            "without a gap.*ThresholdM",
        ),
        (
            tariff(TOU.replace('"2"', '"5"'), "<BlockTariff/>", THRESHOLD),
            r"index 5 is outside 1 … 4.*line \d+, TOUPrice",
        ),
        (tariff(TOU.replace('"2"', '"1"'), "<BlockTariff/>", THRESHOLD), "index 1 appears twice"),
        (on("2000-01-01T00:00:00Z"), "now or never at line 2, ExecutionDateTime"),
        (on("2028-01-01T00:00:00.5Z"), "fraction of a second"),
        (on("2200-01-01T00:00:00Z"), r"ExecutionDateTime.*moment within 2000"),
    ],
)
def test_gas_tariffs_that_cannot_be_carried(content: str, reason: str) -> None:
    with pytest.raises(RequestInvalid, match=reason):
        values("GCS01a", BODY, content)


# ------------------------------------------------------------------ prepayment


@pytest.mark.parametrize(
    ("disabled", "emergency", "expected"),
    [("true", "1", 0x0497), ("0", "true", 0x0097), ("1", "false", 0x0C97), ("false", "0", 0x0897)],
)
def test_suspensions_of_debt(disabled: str, emergency: str, expected: int) -> None:
    found = values("GCS03", "UpdatePaymentMode", prepayment(disabled, emergency, "-7"))
    assert found["payment_mode"] == {
        "issuer_event_id": ISSUED,
        "start_time": 0,
        "payment_control_configuration": expected,
        "cut_off_value": -7,
    }


def prepayment(disabled: str, emergency: str, threshold: str) -> str:
    return (
        f"<Prepayment><SuspendDebtDisabled>{disabled}</SuspendDebtDisabled><SuspendDebtEmergency>{emergency}"
        f"</SuspendDebtEmergency><DisablementThreshold>{threshold}</DisablementThreshold></Prepayment>"
    )


@pytest.mark.parametrize("threshold", ["-1", "-2147483648"])
def test_a_threshold_that_the_wire_reads_otherwise(threshold: str) -> None:
    with pytest.raises(RequestInvalid, match=rf"on the wire {threshold}.*line \d+, DisablementThreshold"):
        values("GCS03", "UpdatePaymentMode", prepayment("true", "true", threshold))


@pytest.mark.parametrize(
    ("code", "mode", "content", "amount"),
    [
        ("GCS40a", "PrepaymentMode", "<AdjustMeterBalance>-5</AdjustMeterBalance>", -5),
        ("GCS40b", "PrepaymentMode", "<ResetMeterBalance/>", None),
        ("GCS40c", "CreditMode", "<AdjustMeterBalance>2147483647</AdjustMeterBalance>", 2147483647),
        ("GCS40d", "CreditMode", "<ResetMeterBalance/>", None),
    ],
)
def test_balances(code: str, mode: str, content: str, amount: int | None) -> None:
    found = values(code, "UpdateMeterBalance", f"<{mode}>{content}</{mode}>")["credit_adjustment"]
    assert found == {"issuer_event_id": ISSUED} | ({} if amount is None else {"amount": amount})


def switches(*times: str) -> str:
    return "".join(
        f"<TimeStartAction><StartTime>{time}</StartTime><NonDisablementAction>{action}</NonDisablementAction>"
        "</TimeStartAction>"
        for time, action in zip(times, ("START", "STOP", "START"), strict=False)
    )


def configuration(schedule: str) -> str:
    return (
        f"{NEVER}<UpdatePrepayConfigGas><DebtRecoveryRateCap>-3</DebtRecoveryRateCap><EmergencyCreditLimit>1"
        "</EmergencyCreditLimit><EmergencyCreditThreshold>2</EmergencyCreditThreshold><LowCreditThreshold>3"
        "</LowCreditThreshold><GasNonDisablementCalendar><DayProfiles><GasNonDisablementDayProfile>"
        f"{schedule}<GasDayName>5</GasDayName></GasNonDisablementDayProfile></DayProfiles><WeekProfiles>"
        f"{WEEK}</WeekProfiles><SeasonProfiles><Season><SeasonStartDate>{DATE.format(2014)}</SeasonStartDate>"
        "<ReferencedWeekName>1</ReferencedWeekName></Season></SeasonProfiles><SpecialDays/>"
        "</GasNonDisablementCalendar><MaxMeterBalance>4</MaxMeterBalance><MaxCreditThreshold>5"
        "</MaxCreditThreshold></UpdatePrepayConfigGas>"
    )


def test_prepayment_settings() -> None:
    found = values("GCS05", "UpdatePrepayConfiguration", configuration(switches("00:00:00Z", "23:59:00.00Z")))
    high = {"start_time": 0xFFFF_FFFF}
    assert found["emergency_credit"] == high | {"issuer_event_id": ISSUED, "limit": 1, "threshold": 2}
    assert found["debt_cap"] == high | {"issuer_event_id": ISSUED, "amount": -3}
    assert found["low_credit_warning"] == high | {"level": 3}
    assert found["calendar"]["start_time"] == found["special_days"]["start_time"] == 0xFFFF_FFFE
    assert found["special_days"]["special_days"] == []
    assert found["day_profiles"][0]["schedule"] == [
        {"start_minute": 0, "non_disablement": True},
        {"start_minute": 1439, "non_disablement": False},
    ]


@pytest.mark.parametrize("time", ["07:30:01Z", "07:30:00+01:00", "07:30:00", "24:00:00Z", "07:30:00.01Z"])
def test_times_of_day_that_are_no_minute(time: str) -> None:
    with pytest.raises(RequestInvalid, match=r"line \d+, StartTime \[UTC time to the minute\]"):
        values("GCS05", "UpdatePrepayConfiguration", configuration(switches(time)))


def test_debts() -> None:
    recovery = (
        "<GasDebtRecovery{0}><DebtRecoveryRate>{1}</DebtRecoveryRate><DebtRecoveryRatePeriod>{2}"
        "</DebtRecoveryRatePeriod></GasDebtRecovery{0}>"
    )
    found = values(
        "GCS04",
        "UpdateDebt",
        "<TimeDebtRegister1>1</TimeDebtRegister1><TimeDebtRegister2>-2</TimeDebtRegister2><PaymentDebtRegister>3"
        "</PaymentDebtRegister><DebtRecoveryPerPayment>10000</DebtRecoveryPerPayment>"
        + recovery.format(1, 40, "HOURLY")
        + recovery.format(2, 50, "DAILY"),
    )
    event = {"issuer_event_id": ISSUED}
    assert found == {
        "time_debt_1": event | {"amount": 1, "recovery_amount": 40, "recovery_frequency": 0},
        "time_debt_2": event | {"amount": -2, "recovery_amount": 50, "recovery_frequency": 1},
        "payment_debt": event | {"amount": 3, "recovery_percentage": 10000},
    }


# ------------------------------------------------------------------ settings

PERIODS = {
    "Daily": (0x21, 1),
    "Weekly": (0x22, 1),
    "Monthly": (0x23, 1),
    "Quarterly": (0x23, 3),
    "SixMonthly": (0x23, 6),
    "Yearly": (0x23, 12),
}


@pytest.mark.parametrize("name", list(PERIODS))
def test_billing_periods_of_gas(name: str) -> None:
    content = (
        "<GasBillingCalendar><BillingPeriodStart>2027-06-01T00:00:00Z</BillingPeriodStart><Periodicity>"
        f"{name}</Periodicity></GasBillingCalendar>"
    )
    body = "UpdateDeviceConfigurationBillingCalendar"
    found = values("GCS25a", body, content)
    expected = {"issuer_event_id": ISSUED, "start_time": seconds_since_2000(LATER)}
    expected |= dict(zip(("duration_type", "duration"), PERIODS[name], strict=True))
    assert found == {"billing_period": expected, "block_period": expected}
    if PERIODS[name][1] > 1:
        with pytest.raises(RequestInvalid, match="is not one of Daily, Weekly, Monthly at line"):
            values("GCS25", body, content)
    else:
        assert values("GCS25", body, content) == found


def flow(rate: str) -> str:
    return (
        f"{rate}<SupplyDepletionState>Locked</SupplyDepletionState><SupplyTamperState>Unchanged"
        "</SupplyTamperState><StabilisationPeriod>255</StabilisationPeriod><MeasurementPeriod>65535"
        "</MeasurementPeriod>"
    )


def test_uncontrolled_flow() -> None:
    body, name = "UpdateDeviceConfigurationGasFlow", "UncontrolledGasFlowRate"
    fine = values("GCS24a", body, flow(f"<{name}Decimal>0.0001</{name}Decimal>"))
    assert fine["uncontrolled_flow"]["threshold"] == 1
    assert fine["supply_states"] == {"issuer_event_id": ISSUED, "tamper_state": 3, "depletion_state": 0}
    coarse = values("GCS24", body, flow(f"<{name}>65535</{name}>"))
    assert coarse["uncontrolled_flow"] == {
        "issuer_event_id": ISSUED,
        "threshold": 65535,
        "stabilisation_period": 255,
        "measurement_period": 65535,
    }
    with pytest.raises(RequestInvalid, match="more than 4 decimal places at line"):
        values("GCS24a", body, flow(f"<{name}Decimal>0.00015</{name}Decimal>"))
    with pytest.raises(RequestInvalid, match="GCS24 has no place for it"):
        values("GCS24", body, flow(f"<{name}Decimal>1</{name}Decimal>"))


def test_gas_conversion() -> None:
    body = "UpdateDeviceConfigurationGasConversion"
    content = "<CalorificValue>{}</CalorificValue><ConversionFactor>{}</ConversionFactor>"
    found = values("GCS23", body, content.format("429496729.5", "0.00001"))
    assert (found["calorific_value"]["value"], found["conversion_factor"]["value"]) == (0xFFFF_FFFF, 1)
    for numbers, places in ((("39.55", "1"), 1), (("39.5", "1.000001"), 5)):
        with pytest.raises(RequestInvalid, match=f"more than {places} decimal places"):
            values("GCS23", body, content.format(*numbers))


def setting(code: str, said: str) -> str:
    names = ("WANAlert", "HANAlert", "EventLog", "Alarm")
    parts = (f"<{n}>{'Enable' if s == '1' else 'Disable'}</{n}>" for n, s in zip(names, said, strict=True))
    return f"<x{code}>{''.join(parts)}</x{code}>"


def test_events_with_the_same_actions_share_a_command() -> None:
    said = {"8145": "0000", "8154": "0110", "8155": "1000", "8161": "0110", "8162": "0001", "8168": "1111"}
    content = "".join(setting(*each) for each in said.items())
    name = "GasSupplierAlertEventSettings"
    found = values("GCS20", "ConfigureAlertBehaviour", f"<{name}>{content}</{name}>")["event_configurations"]
    assert [(each["configuration"], each["events"]) for each in found] == [
        (0x5B, [0x8168]),
        (0x08, [0x8155]),
        (0x13, [0x8154, 0x8161]),
        (0x00, [0x8145]),
        (0x40, [0x8162]),
    ]
    with pytest.raises(RequestInvalid, match=r"named twice at line .*x8168"):
        values("GCS20", "ConfigureAlertBehaviour", f"<{name}>{content}{setting('8168', '1111')}</{name}>")
    with pytest.raises(RequestInvalid, match="it sets no event"):
        values("GCS20", "ConfigureAlertBehaviour", f"<{name}/>")


def test_alerts_without_log_and_alarm_are_refused() -> None:
    content = "<GasSupplierAlerts><x810D>Enable</x810D></GasSupplierAlerts>"
    with pytest.raises(RequestInvalid, match=r"HAN alert, log and alarm.* at line 2, GasSupplierAlerts"):
        values("GCS20", "ConfigureAlertBehaviour", content)


def test_an_identification_number_comes_from_the_dcc() -> None:
    body = "RequestCustomerIdentificationNumber"
    found = values("GCS36", body)
    assert found == {"customer_identification": {"issuer_event_id": ISSUED, "number": b"1234"}}
    with pytest.raises(NotFound, match="GCS36 needs customer identification number"):
        values("GCS36", body, context=replace(STATE, given={}))


def test_texts_are_kept_as_they_are() -> None:
    content = "<SupplierName> A  B </SupplierName><SupplierTelephoneNumber>0800 1</SupplierTelephoneNumber>"
    contact = values("GCS44", "UpdateSupplierName", content)["contact"]
    assert (contact["name"], contact["telephone"]) == (b" A  B ", b"0800 1")
    message = values("GCS07", "DisplayMessage", "<SupplierMessage>  </SupplierMessage>")["message"]
    assert message == {"message_id": ISSUED, "start_time": 0, "text": b"  "}


# ------------------------------------------------------------------ logs


def period(start: datetime, end: datetime) -> str:
    first, last = (f"{each:%Y-%m-%dT%H:%M:%SZ}" for each in (start, end))
    ends = f"<StartDateTime>{first}</StartDateTime><EndDateTime>{last}</EndDateTime>"
    return f"<ReadLogPeriod>{ends}</ReadLogPeriod>"


HALF_HOUR, DAY = timedelta(minutes=30), timedelta(days=1)


@pytest.mark.parametrize(("code", "step", "most"), [("GCS17", HALF_HOUR, 19056), ("GCS61", DAY, 731)])
def test_samples_within_a_period(code: str, step: timedelta, most: int) -> None:
    body = {"GCS17": "ReadActiveImportProfileData", "GCS61": "RetrieveDailyConsumptionLog"}[code]

    def number(start: datetime, end: datetime) -> int:
        found = values(code, body, period(start, end))["samples"]
        assert found["start_time"] == seconds_since_2000(start)
        return int(found["number_of_samples"])

    second = timedelta(seconds=1)
    assert number(LATER, LATER) == 1
    assert number(LATER, LATER + 10 * step) == 11
    assert number(LATER, LATER + 10 * step - second) == 10
    assert number(LATER + second, LATER + 10 * step) == 10
    assert number(LATER + second, LATER + 10 * step + second) == 10
    assert number(LATER, LATER + (most - 1) * step) == most
    assert number(datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)) == most
    for start, end in ((LATER + second, LATER + step - second), (LATER + step, LATER)):
        with pytest.raises(
            RequestInvalid, match="no entry of the log lies within it at line 2, ReadLogPeriod"
        ):
            number(start, end)


@pytest.mark.parametrize(
    ("log", "code", "number"),
    [
        ("Event", "CS10a", 0x13),
        ("GSMEEvent", "CS10a", 0x16),
        ("Security", "CS10b", 4),
        ("GSMESecurity", "CS10b", 7),
    ],
)
def test_event_logs(log: str, code: str, number: int) -> None:
    content = f"{period(LATER, LATER + DAY)}<LogToRead>{log}</LogToRead>"
    found = values(code, "ReadEventOrSecurityLog", content)["event_log"]
    start = seconds_since_2000(LATER)
    assert found == {"log": number, "start_time": start, "end_time": start + 86400}


GSME_VARIANTS = [
    variant
    for variant, routes in BY_VARIANT.items()
    if any(isinstance(USE_CASES[route.use_case].payload, GbzRow) for route in routes)
]


@pytest.mark.parametrize("variant", GSME_VARIANTS)
def test_every_form_becomes_a_command_or_is_refused_with_a_reason(variant: str) -> None:
    codes: set[str] = set()
    forms = every_choice(ServiceReferenceVariant(variant), HOUSE, NOW, default_schemas())
    for request in (read_request(form.root) for form in forms):
        for device in (DeviceType.GSME, DeviceType.GPF):
            for gbcs in (GbcsVersion(1, 0), GbcsVersion(4, 1)):
                try:
                    frame = transform(request, device, NOW, replace(STATE, gbcs=gbcs))
                except (RequestInvalid, AccessDenied):
                    continue
                codes.add(read_frame(frame).row.code)
    wanted = {r.use_case for r in BY_VARIANT[variant] if isinstance(USE_CASES[r.use_case].payload, GbzRow)}
    assert codes & wanted
