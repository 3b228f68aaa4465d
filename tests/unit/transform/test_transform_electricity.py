"""Electricity and hub requests with values that are worked out by hand: what the vectors do not show."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from lxml import etree
from transform_bench import HOUSE, NOW, STATE

from dcc_sim.catalogue.usecases import use_case
from dcc_sim.duis.drafting import draft
from dcc_sim.duis.names import SR
from dcc_sim.duis.request import ServiceRequest, read_request
from dcc_sim.duis.schema import default_schemas
from dcc_sim.errors import NotFound, RequestInvalid
from dcc_sim.ids import CommandVariant, DeviceType, RequestId, ServiceReferenceVariant
from dcc_sim.transform.context import TransformContext
from dcc_sim.transform.request import command_values, transform

TWIN = replace(STATE, twin_element=True)
SINGLE_PHASE = replace(STATE, polyphase=False)


def values(code: str, body: str, content: str, context: TransformContext = STATE) -> Any:
    return command_values(asked(body, content), use_case(code), NOW, context)


def asked(body: str, content: str) -> ServiceRequest:
    root = etree.fromstring(f'<{body} xmlns="{SR}">{content}</{body}>'.replace("><", ">\n<"))
    return ServiceRequest(
        request_id=RequestId(HOUSE.originator, HOUSE.devices[DeviceType.ESME], 7),
        command_variant=CommandVariant.SEND,
        service_reference="1.1",
        variant=ServiceReferenceVariant("1.1.1"),
        schema_version="5.4",
        body_name=root.tag.rpartition("}")[2],
        body=root,
        root=root,
    )


def billing(content: str) -> list[tuple[str, str]]:
    name = "ElectricityBillingCalendar"
    calendar = f"<{name}><BillingTime>06:30:00Z</BillingTime>{content}</{name}>"
    found = values("ECS30a", "UpdateDeviceConfigurationBillingCalendar", calendar)["billing_calendar"]
    return [(each["time"].hex(), each["date"].hex()) for each in found]


def start(month: int, day: int) -> str:
    return f"<DayOfMonth>{day}</DayOfMonth><BillingPeriodStartMonth>{month}</BillingPeriodStartMonth>"


@pytest.mark.parametrize(
    ("content", "dates"),
    [
        ("<Daily/>", ["ffffffffff"]),
        ("<Weekly>7</Weekly>", ["ffffffff07"]),
        ("<Monthly>28</Monthly>", ["ffffff1cff"]),
        (f"<Quarterly>{start(11, 5)}</Quarterly>", ["ffff0b05ff", "ffff0205ff", "ffff0505ff", "ffff0805ff"]),
        (f"<SixMonthly>{start(9, 1)}</SixMonthly>", ["ffff0901ff", "ffff0301ff"]),
        (f"<Yearly>{start(4, 6)}</Yearly>", ["ffff0406ff"]),
    ],
)
def test_billing_periods(content: str, dates: list[str]) -> None:
    assert billing(content) == [("061e0000", date) for date in dates]


def charges(context: TransformContext, *, disabled: bool, emergency: bool) -> list[tuple[int, int, str]]:
    content = (
        f"<Prepayment><SuspendDebtDisabled>{str(disabled).lower()}</SuspendDebtDisabled><SuspendDebtEmergency>"
        f"{int(emergency)}</SuspendDebtEmergency><DisablementThreshold>-5</DisablementThreshold></Prepayment>"
    )
    found = values("ECS03", "UpdatePaymentMode", content, context)
    assert found["disablement_threshold"] == -5
    return [(e["credit"][4], e["charge"][4], e["collection"]) for e in found["credit_charges"]]


def test_what_prepayment_collects_from_which_credit() -> None:
    both = charges(STATE, disabled=True, emergency=True)
    assert len(both) == 13
    assert {each for each in both if each[2] == "110"} == {(c, d, "110") for c in (0, 1) for d in (1, 2)}
    neither = charges(STATE, disabled=False, emergency=False)
    assert {each[2] for each in neither} == {"111"}
    assert {each[:2] for each in both} - {each[:2] for each in neither} == {(2, 1), (2, 2)}
    twin = charges(TWIN, disabled=True, emergency=True)
    assert twin[:13] == both
    assert twin[13:] == [(0, 5, "111"), (1, 5, "111")]


def test_what_credit_mode_collects() -> None:
    for context, expected in ((STATE, [0, 4]), (TWIN, [0, 4, 5])):
        found = values("ECS02", "UpdatePaymentMode", "<Credit/>", context)
        assert [each["charge"][4] for each in found["credit_charges"]] == expected
        assert found["payment_mode"] == {"mode": 1}


ALERTS = (
    "<ElectricitySupplierAlerts><SupplierESMECommon><x810D>Enable</x810D><x81C6>Disable</x81C6>"
    "</SupplierESMECommon><SupplierESMEPolyPhase><x81B7>Enable</x81B7></SupplierESMEPolyPhase>"
    "</ElectricitySupplierAlerts>"
)


def test_alerts_are_bits_counted_from_the_last() -> None:
    bits = values("ECS25a", "ConfigureAlertBehaviour", ALERTS)["wan_alerts"]
    assert int(bits[:256], 2) == 1 << 0x0D | 1 << 0xC6 | 1 << 0xB7
    assert int(bits[256:], 2) == 1 << 0x0D | 1 << 0xB7
    bits = values("ECS25a", "ConfigureAlertBehaviour", ALERTS, SINGLE_PHASE)["wan_alerts"]
    assert int(bits[:256], 2) == 1 << 0x0D | 1 << 0xC6
    with pytest.raises(RequestInvalid, match="does not start with 81 at line 4, x8014"):
        values("ECS25a", "ConfigureAlertBehaviour", ALERTS.replace("x810D", "x8014"))


def state(level: int, content: str = "") -> str:
    return (
        "<StartDateTime>2027-01-01T00:00:00Z</StartDateTime><EndDateTime>2027-01-01T01:00:00Z</EndDateTime>"
        f"<CommandedStateLevel>{level}</CommandedStateLevel>{content}"
    )


def test_states_of_auxiliary_controllers() -> None:
    for number, level, content, expected in (
        (1, 0, "", 0x1100),
        (5, 100, "", 0x1564),
        (3, 50, "<InputFromControlledLoad/>", 0x2332),
    ):
        request = asked("SetAuxiliaryControllerState", state(level, content))
        request.body.set("auxiliaryControllerN", str(number))
        found: Any = command_values(request, use_case("ECS47a"), NOW)
        assert found["controller_and_state"] == expected
        assert found["start"]["object"] == found["end"]["object"] == number
        assert found["end"]["value"].hex() == "07eb0101ff010000008000ff"


def boost(element: str, *said: str) -> str:
    return "".join(f'<{element} index="{n}">{text}</{element}>' for n, text in enumerate(said, 1))


def test_what_is_not_removed_from_the_boost_button_stays() -> None:
    said = ("true", "false", "1", "0", "true")
    added = values("ECS62", "AddAuxiliaryLoadToBoostButton", boost("AddToBoostButton", *said))
    removed = values("ECS62", "RemoveAuxiliaryLoadFromBoostButton", boost("RemoveFromBoostButton", *said))
    assert list(added.values()) == [True, False, True, False, True]
    assert list(removed.values()) == [not each for each in added.values()]


def test_meter_point_numbers_stand_side_by_side() -> None:
    one, two = (
        "<ImportMPAN>1312345678111</ImportMPAN>",
        "<SecondaryImportMPAN>1312345678222</SecondaryImportMPAN>",
    )
    for content, expected in ((one, b"1312345678111"), (one + two, b"13123456781111312345678222")):
        found = values("ECS39a", "SetDeviceConfigurationImportMPxN", f"<ImportMPANs>{content}</ImportMPANs>")
        assert found == {"mpans": expected}


def test_the_time_of_maximum_demand() -> None:
    content = "<StartTime>17:00:00Z</StartTime><EndTime>22:30:00Z</EndTime>"
    found = values(
        "ECS37",
        "SetMaximumDemandConfigurableTimePeriod",
        f"<MaximumDemandTimePeriodSchedule>{content}</MaximumDemandTimePeriodSchedule>",
    )["max_demand_period"]
    entries = [(each["index"], each["script"], each["switch_time"].hex()) for each in found]
    assert entries == [(0, 1, "11000000"), (1, 2, "161e0000")]


def test_channels_of_the_hub() -> None:
    content = "<Channel27/><Channel34/>"
    request = draft(ServiceReferenceVariant("6.28"), HOUSE, NOW, default_schemas()).root
    element = next(e for e in request.iter() if str(e.tag).endswith("}LowerBandSubGHzChannels27To34"))
    element[:] = list(etree.fromstring(f'<a xmlns="{SR}">{content}</a>'))
    found: Any = command_values(read_request(request), use_case("DBCH04"), NOW)
    assert found["sub_ghz_configuration"]["page_29_mask"] == "11101" + "0" * 19 + "10000001"


def test_special_days_of_an_entry_must_be_defined() -> None:
    days = "<SpecialDaysApplicability identifier='{}'/>"
    times = "AuxiliaryControllerSchedulePeriodAndTime"
    entry = (
        "<AuxiliaryControllerSchedule><AuxiliaryControllerAction auxiliaryControllerN='2'>"
        "<CommandedStateLevel>50</CommandedStateLevel></AuxiliaryControllerAction>{}"
        f"<{times}><SwitchTime>06:00:00Z</SwitchTime><StartDate>{{}}</StartDate><EndDate>{{}}</EndDate>"
        f"</{times}></AuxiliaryControllerSchedule><AuxiliaryControllerSpecialDayDefinitions>{{}}"
        "</AuxiliaryControllerSpecialDayDefinitions>"
    )
    date = (
        "<Year><NonSpecifiedYear/></Year><Month><SpecifiedMonth>12</SpecifiedMonth></Month><DayOfMonth>"
        "<LastDayOfMonth/></DayOfMonth><DayOfWeek><NonSpecifiedDayOfWeek/></DayOfWeek>"
    )
    name = "AuxiliaryControllerSpecialDayDefinition"
    table = "".join(f"<{name} identifier='{n}'>{date}</{name}>" for n in (2, 1, 3))
    body = "UpdateDeviceConfigurationAuxiliaryControllerScheduler"

    def calendar(*numbers: int) -> Any:
        chosen = "".join(days.format(n) for n in numbers)
        return values("ECS46d", body, entry.format(chosen, date, date, table))

    found = calendar(3, 1)
    assert found["auxiliary_calendar"][0]["special_days"] == "101"
    assert found["auxiliary_calendar"][0]["script"] == 0x12B2
    assert found["auxiliary_calendar"][0]["weekdays"] == "0000000"
    assert [each["index"] for each in found["auxiliary_special_days"]] == [1, 2, 3]
    for numbers, reason in (((4,), "special day 4 is not defined"), ((1, 1), "special day 1 is named twice")):
        with pytest.raises(RequestInvalid, match=reason):
            calendar(*numbers)


def test_what_only_the_dcc_knows_is_not_made_up() -> None:
    request = read_request(draft(ServiceReferenceVariant("9.1"), HOUSE, NOW, default_schemas()).root)
    assert values("ECS50", "RequestCustomerIdentificationNumber", "") == {"customer_number": b"1234"}
    with pytest.raises(NotFound, match="ECS50 needs customer identification number"):
        transform(request, DeviceType.ESME, NOW)
    added = read_request(draft(ServiceReferenceVariant("8.11"), HOUSE, NOW, default_schemas()).root)
    assert command_values(added, use_case("CCS01"), NOW, STATE)["join_timeout"]
    with pytest.raises(NotFound, match="CCS01 needs the type of the device"):
        command_values(added, use_case("CCS01"), NOW)
