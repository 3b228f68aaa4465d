from __future__ import annotations

from dataclasses import replace

import pytest
from mmc_messages import DEVICE, PRICE_INDICES, TARIFF, TIME, USER, alert, response

from dcc_sim.catalogue.row import UseCase
from dcc_sim.catalogue.usecases import ALERTS, USE_CASES, use_case
from dcc_sim.codec.exchange import Result, Sealed
from dcc_sim.codec.shape import Value, Values
from dcc_sim.codec.times import CosemDate, CosemDateTime, CosemTime
from dcc_sim.errors import EncodeError, Unsupported
from dcc_sim.gbcs.header import GroupingHeader
from dcc_sim.ids import CraFlag, Eui64
from dcc_sim.mmc.alerts import ALERT_CONTENTS
from dcc_sim.mmc.document import SERVICE_REFERENCE_VARIANTS, render
from dcc_sim.mmc.elements import NO_REQUEST
from dcc_sim.mmc.responses import RESPONSES
from dcc_sim.transform.message import Message, build_command, read_message

ROOT = (
    '<ra:GBCSResponse xmlns:ra="http://www.dccinterface.co.uk/ResponseAndAlert" schemaVersion="5.4">'
    "<ra:Header><ra:BusinessOriginatorID>00-DB-00-00-00-00-00-01</ra:BusinessOriginatorID>"
    "<ra:BusinessTargetID>90-B3-D5-00-00-00-00-02</ra:BusinessTargetID>"
)
MOMENT = "<ra:Timestamp>2026-03-29T01:30:00Z</ra:Timestamp>"
REGISTERS: Values = {
    "registers": {
        "active": 123,
        "active_unit": {"scaler": 0, "unit": 30},
        "reactive": 0,
        "reactive_unit": {"scaler": 0, "unit": 32},
    }
}
GAS: Values = {"divisor": 1000, "multiplier": 1, "unit": 1, "consumption": 12345}


def xml(short: str) -> str:
    """`<a b="1">x<c/></a>` with the prefix and without empty tags."""
    out = short.replace("</", "\0").replace("<", "<ra:").replace("\0", "</ra:")
    while "/>" in out:
        head, tail = out.split("/>", 1)
        start = head.rindex("<")
        out = f"{head}></{head[start + 1 :].split()[0]}>{tail}"
    return out


def document(code: str, rest: str, variant: str = "", *, time: str = "", counter: int = 1234) -> str:
    reference = ""
    if variant:
        short = ".".join(variant.split(".")[:2])
        reference = (
            f"<ra:ServiceReference>{short}</ra:ServiceReference>"
            f"<ra:ServiceReferenceVariant>{variant}</ra:ServiceReferenceVariant>"
        )
    head = (
        f"<ra:OriginatorCounter>{counter}</ra:OriginatorCounter>"
        f"<ra:GBCSHexadecimalMessageCode>{code}</ra:GBCSHexadecimalMessageCode>{reference}{time}</ra:Header>"
    )
    return f"{ROOT}{head}<ra:Body>{xml(rest)}</ra:Body></ra:GBCSResponse>"


def smets(element: str, inner: str = "", *, success: bool = True, more: str = "") -> str:
    flag = "true" if success else "false"
    data = f'<SMETSData><{element} MessageSuccess="{flag}">{inner}</{element}></SMETSData>'
    return f"<ResponseMessage>{data}{more}</ResponseMessage>"


def text(message: Message, variant: str | None = None) -> str:
    return render(message, service_reference_variant=variant).decode()


@pytest.mark.parametrize(
    ("code", "message_code", "variant", "element"),
    [
        ("ECS01a", "0019", "1.1.1", "UpdateImportTariffPrimaryElementRsp"),
        ("ECS01b", "00A2", "1.2.1", "UpdatePricePrimaryElementRsp"),
    ],
)
def test_a_write_that_succeeds_is_an_empty_element(
    code: str, message_code: str, variant: str, element: str
) -> None:
    expected = document(message_code, smets(element), variant, time=MOMENT)
    assert text(response(code, {}), variant) == expected


def test_a_write_that_fails_lists_every_item_with_its_position() -> None:
    statuses = [(0, "success"), (0, "success"), (3, "read-write-denied"), (250, "other-reason")]
    listed = "".join(
        f'<COSEMResponse Position="{n}" ResponseCode="{c}"><DataAccessResult>{name}</DataAccessResult>'
        "</COSEMResponse>"
        for n, (c, name) in enumerate(statuses, 1)
    )
    debug = f"<DebugInfo><COSEMDebug>{listed}</COSEMDebug></DebugInfo>"
    rest = smets("UpdatePricePrimaryElementRsp", success=False, more=debug)
    assert text(response("ECS01b", {}, failures={2: 3})) == document("00A2", rest, time=MOMENT)


def test_a_code_without_a_name_keeps_its_number() -> None:
    assert (
        '<ra:COSEMResponse Position="1" ResponseCode="99"><ra:DataAccessResult>response-code-not-known<'
        in text(response("ECS01b", {}, failures={0: 99}))
    )


def test_gbz_statuses_stand_by_cluster_and_command() -> None:
    results = (
        Result("calendar", 0),
        Result("day_profiles", 1),
        Result("day_profiles", 2),
        Result("week_profiles", 3),
        Result("seasons", 4),
        Result("special_days", 5, 0x85),
        Result("tariff_information", 6, 1, executed=False),
        Result("price_matrix", 7, 1, executed=False),
    )

    def command(number: str, *statuses: tuple[str, str]) -> str:
        listed = "".join(
            f'<Status ResponseCode="{c}"><ZCLStatus>{n}</ZCLStatus></Status>' for c, n in statuses
        )
        return f"<ZIGBEECommandResponse><CommandID>{number}</CommandID>{listed}</ZIGBEECommandResponse>"

    fine, failed = ("00", "SUCCESS"), ("01", "FAILURE")
    calendar = "".join(
        (
            command("00", fine),
            command("01", fine, fine),
            command("02", fine),
            command("03", fine),
            command("04", ("85", "INVALID_FIELD")),
        )
    )
    debug = (
        "<DebugInfo><ZIGBEEDebug>"
        f'<ZIGBEEClusterResponse><ClusterName id="0707">Calendar</ClusterName>{calendar}'
        "</ZIGBEEClusterResponse>"
        f'<ZIGBEEClusterResponse><ClusterName id="0700">Price</ClusterName>{command("FF", failed, failed)}'
        "</ZIGBEEClusterResponse></ZIGBEEDebug></DebugInfo>"
    )
    rest = smets("UpdateImportTariffPrimaryElementRsp", success=False, more=debug)
    message = response("GCS01a", {}, results=results)
    assert text(message, "1.1.1") == document("006B", rest, "1.1.1", time=MOMENT)


def test_ecs17b_registers() -> None:
    inner = (
        "<Electricity>"
        "<ActiveImportRegister><Value>123</Value><ActiveEnergyUnit>Wh</ActiveEnergyUnit></ActiveImportRegister>"
        "<ReactiveImportRegister><Value>0</Value><ReactiveEnergyUnit>varh</ReactiveEnergyUnit>"
        "</ReactiveImportRegister>{}</Electricity>"
    )
    element = "ReadInstantaneousImportRegistersRsp"
    message = response("ECS17b", {"import_registers": REGISTERS})
    assert text(message, "4.1.1") == document("0027", smets(element, inner.format("")), "4.1.1", time=MOMENT)
    registers = REGISTERS["registers"]
    assert isinstance(registers, dict)
    twin = response("ECS17b", {"import_registers": {"registers": {**registers, "secondary": 0xFFFF_FFFF}}})
    second = (
        "<SecondaryActiveImportRegister><Value>4294967295</Value><ActiveEnergyUnit>Wh</ActiveEnergyUnit>"
        "</SecondaryActiveImportRegister>"
    )
    assert text(twin) == document("0027", smets(element, inner.format(second)), time=MOMENT)


def test_ecs17b_failure_keeps_the_element_the_schema_needs() -> None:
    debug = (
        '<DebugInfo><COSEMDebug><COSEMResponse Position="1" ResponseCode="1"><ActionResult>hardware-fault'
        "</ActionResult></COSEMResponse></COSEMDebug></DebugInfo>"
    )
    rest = smets("ReadInstantaneousImportRegistersRsp", "<Electricity/>", success=False, more=debug)
    assert text(response("ECS17b", {}, failures={0: 1})) == document("0027", rest, time=MOMENT)


def test_what_nobody_could_open_stands_in_gbcs_data() -> None:
    message = response("ECS17b", {"import_registers": Sealed(b"\x31\0\0\0\0secret")}, ring=None)
    sealed = (
        '<GBCSData format="encrypted" name="import_registers" sequence="1" type="dlms">'
        "MQAAAABzZWNyZXQ=</GBCSData>"
    )
    rest = smets("ReadInstantaneousImportRegistersRsp", "<Electricity/>").replace(
        "<ResponseMessage>", f"<ResponseMessage>{sealed}"
    )
    assert text(message) == document("0027", rest, time=MOMENT)
    gas = response("GCS13a", {"consumption_register": Sealed(b"s")}, ring=None)
    assert (
        '<ra:GBCSData format="encrypted" name="consumption_register" sequence="1" type="zigbeeCiphered">cw=='
        in text(gas)
    )


def test_ecs17d_registers() -> None:
    primary = list(range(100, 148))
    values: Values = {"tou_registers": {"registers": {"primary": primary, "secondary": [1, 2, 3, 4]}}}
    listed = "".join(
        f'<TOUPrimaryRegisterValue index="{n}">{v}</TOUPrimaryRegisterValue>'
        for n, v in enumerate(primary, 1)
    ) + "".join(f'<TOUSecondRegisterValue index="{n}">{n}</TOUSecondRegisterValue>' for n in range(1, 5))
    inner = f"<Electricity><TariffTOURegisterCollection>{listed}</TariffTOURegisterCollection></Electricity>"
    rest = smets("ReadInstantaneousImportTOUMatricesRsp", inner)
    assert text(response("ECS17d", values), "4.1.2") == document("0029", rest, "4.1.2", time=MOMENT)


def _blocks() -> str:
    out = []
    for number in range(1, 9):
        prices = (PRICE_INDICES[47 + number + 8 * block] - 100 for block in range(4))
        inner = "".join(f'<BlockPrice index="{n}">{p}</BlockPrice>' for n, p in enumerate(prices, 1))
        out.append(f'<TariffBlockPrices index="{number}">{inner}</TariffBlockPrices>')
    return f"<TariffBlockPriceMatrix>{''.join(out)}</TariffBlockPriceMatrix>"


def test_ecs24_tariff() -> None:
    tou = "".join(f'<TariffTOUPrice index="{n}">{n - 100}</TariffTOUPrice>' for n in range(1, 49))
    week = "".join(f'<ReferencedElecDay index="{n}">1</ReferencedElecDay>' for n in range(1, 8))
    thresholds = "".join(
        f'<ElecTariffThresholds index="{n}"><BlockThreshold index="1">{n}</BlockThreshold>'
        '<BlockThreshold index="2">4294967295</BlockThreshold></ElecTariffThresholds>'
        for n in range(1, 9)
    )
    inner = (
        "<Electricity><PrimaryActiveTariffPrice>2500</PrimaryActiveTariffPrice>"
        "<CurrencyUnitsLabel>ECB</CurrencyUnitsLabel><CurrencyUnitsName>Millicent</CurrencyUnitsName>"
        "<StandingCharge>-300</StandingCharge><StandingChargeScale>-4</StandingChargeScale>"
        f"<PriceScale>-5</PriceScale>{_blocks()}<TariffTOUPriceMatrix>{tou}</TariffTOUPriceMatrix>"
        "<TariffSwitchingTable><DayProfiles><DayProfile><Day>1</Day>"
        "<ProfileSchedule><StartTime>00:00:00Z</StartTime><TOUTariffAction>2</TOUTariffAction></ProfileSchedule>"
        "<ProfileSchedule><StartTime>07:00:00Z</StartTime><BlockTariffAction>8</BlockTariffAction>"
        "</ProfileSchedule></DayProfile></DayProfiles>"
        f"<WeekProfiles><WeekProfile><WeekName>1</WeekName>{week}</WeekProfile></WeekProfiles>"
        "<Seasons><Season><SeasonName>SEASON</SeasonName><SeasonStartDate><Year><NonSpecifiedYear/></Year>"
        "<Month><SpecifiedMonth>3</SpecifiedMonth></Month><DayOfMonth><LastDayOfMonth/></DayOfMonth>"
        "<DayOfWeek><NonSpecifiedDayOfWeek/></DayOfWeek></SeasonStartDate>"
        "<ReferencedWeekName>1</ReferencedWeekName></Season></Seasons></TariffSwitchingTable>"
        "<TariffSwitchingTableSpecialDays><SpecialDay><Date><Year><NonSpecifiedYear/></Year>"
        "<Month><SpecifiedMonth>12</SpecifiedMonth></Month>"
        "<DayOfMonth><SpecifiedDayOfMonth>25</SpecifiedDayOfMonth></DayOfMonth>"
        "<DayOfWeek><NonSpecifiedDayOfWeek/></DayOfWeek></Date><ReferencedDay>1</ReferencedDay></SpecialDay>"
        f"</TariffSwitchingTableSpecialDays><TariffThresholdMatrix>{thresholds}</TariffThresholdMatrix>"
        "</Electricity>"
    )
    expected = document("003A", smets("ReadTariffPrimaryElementRsp", inner), "4.11.1")
    expected = expected.replace("SEASON", "A&amp;B &lt;\ue0ff\u2400")
    assert text(response("ECS24", TARIFF), "4.11.1") == expected


def test_ecs24_carries_what_was_read_before_the_failure() -> None:
    shown = text(response("ECS24", TARIFF, failures={3: 1}))
    assert 'MessageSuccess="false"' in shown
    assert "<ra:Seasons>" in shown
    assert "<ra:WeekProfiles>" not in shown
    assert "<ra:TariffThresholdMatrix>" not in shown
    assert shown.count("<ra:COSEMResponse ") == 17


def test_ecs24_without_special_days_says_so() -> None:
    shown = text(response("ECS24", {**TARIFF, "special_days": []}))
    assert "<ra:TariffSwitchingTableSpecialDays></ra:TariffSwitchingTableSpecialDays>" in shown


def test_ecs52_firmware_version() -> None:
    rest = smets("ReadFirmwareVersionRsp", "<FirmwareVersion>0123ABCD</FirmwareVersion>")
    message = response("ECS52", {"firmware_version": bytes.fromhex("0123abcd")})
    assert text(message, "11.2") == document("0059", rest, "11.2")


@pytest.mark.parametrize(
    ("variant", "element"),
    [("6.11", "SynchroniseClockRsp"), ("8.1.1", "CommissionDeviceSynchroniseClockRsp")],
)
def test_clocks(variant: str, element: str) -> None:
    inner = (
        "<DeviceTime>2026-03-29T01:30:00Z</DeviceTime><Electricity>"
        '<ElecClockTimeStatus TimeStatusCode="2"><TimeStatus>unreliable</TimeStatus></ElecClockTimeStatus>'
        "</Electricity>"
    )
    message = response("ECS70", {"time": TIME, "clock_status": 2})
    assert text(message, variant) == document("0062", smets(element, inner), variant)
    inner = (
        "<DeviceTime>2026-03-29T01:30:00Z</DeviceTime><Gas>"
        '<GasClockTimeStatus ResponseCode="1"><ASN1Status>invalid</ASN1Status></GasClockTimeStatus></Gas>'
    )
    message = response("GCS28", {"time": TIME.moment, "clock_status": 1})
    assert text(message, variant) == document("007F", smets(element, inner), variant)


def test_a_clock_status_outside_the_list() -> None:
    assert '<ra:GasClockTimeStatus ResponseCode="7"><ra:ASN1Status>notKnown<' in text(
        response("GCS28", {"time": TIME.moment, "clock_status": 7})
    )


def test_ecs70_that_fails_half_way() -> None:
    shown = text(response("ECS70", {}, failures={1: 3}), "6.11")
    assert '<ra:SynchroniseClockRsp MessageSuccess="false"></ra:SynchroniseClockRsp>' in shown
    assert '<ra:COSEMResponse Position="2" ResponseCode="3"><ra:ActionResult>read-write-denied<' in shown
    assert '<ra:COSEMResponse Position="5" ResponseCode="250"><ra:DataAccessResult>other-reason<' in shown


@pytest.mark.parametrize(
    ("status", "attributes"),
    [
        (0x00, ' ClockStatus="reliable" isFromGSME="false"'),
        (0x04, ' ClockStatus="reliable" isFromGSME="true"'),
        (0x02, ' ClockStatus="unreliable"'),
        (0x01, ' ClockStatus="invalid"'),
        (0xFF, ""),
    ],
)
def test_gcs13a_register_and_whose_clock(status: int, attributes: str) -> None:
    inner = "<Gas><ConsumptionRegister><Value>12.345</Value><Unit>m3</Unit></ConsumptionRegister></Gas>"
    time = CosemDateTime(TIME[:11] + bytes((status,)))
    stamp = f"<ra:Timestamp{attributes}>2026-03-29T01:30:00Z</ra:Timestamp>"
    rest = smets("ReadInstantaneousImportRegistersRsp", inner)
    message = response("GCS13a", GAS, time=time)
    assert text(message, "4.1.1") == document("0074", rest, "4.1.1", time=stamp)


def test_gcs13a_with_one_attribute_missing() -> None:
    shown = text(response("GCS13a", GAS, failures={0: 0xC0}))
    assert "<ra:ConsumptionRegister><ra:Unit>m3</ra:Unit></ra:ConsumptionRegister>" in shown
    assert (
        '<ra:ZIGBEEDataResponse><ra:AttributeID>0302</ra:AttributeID><ra:Status ResponseCode="C0">'
        "<ra:ZCLStatus>HARDWARE_FAILURE</ra:ZCLStatus></ra:Status></ra:ZIGBEEDataResponse>" in shown
    )


def test_gcs13a_not_executed_at_all() -> None:
    results = (Result("consumption_register", 0, 0x81, executed=False),)
    shown = text(
        replace(response("GCS13a", GAS), body=replace(response("GCS13a", GAS).body, results=results))
    )
    assert "<ra:CommandID>FF</ra:CommandID>" in shown


def test_future_dated_alert_of_an_esme() -> None:
    values: dict[str, Value] = {
        "alert_code": 0x8F67,
        "time": bytes(TIME),
        "instruction": {
            "message_code": 0x19,
            "originator_counter": 2**64 - 1,
            "class_id": 20,
            "logical_name": 0x0000_0D00_00FF,
            "attribute": 10,
        },
    }
    rest = (
        "<DeviceAlertMessage><DeviceAlertContent><GBCSHexAlertCode>8F67</GBCSHexAlertCode>"
        "<AlertDescription>future-dated command not carried out</AlertDescription>"
        "<Timestamp>2026-03-29T01:30:00Z</Timestamp><Payload><FutureDatedCommandOutcomeDeviceAlert>"
        "<COSEMFutureDatedAlert><FutureDatedCommandMessageCode>0019</FutureDatedCommandMessageCode>"
        "<FutureDatedCommandOriginatorCounter>18446744073709551615</FutureDatedCommandOriginatorCounter>"
        "<DLMSCOSEMFDInstructionIdentification><ClassId>0014</ClassId><InstanceId>00000D0000FF</InstanceId>"
        "<AttributeId>0A</AttributeId></DLMSCOSEMFDInstructionIdentification></COSEMFutureDatedAlert>"
        "</FutureDatedCommandOutcomeDeviceAlert></Payload></DeviceAlertContent></DeviceAlertMessage>"
    )
    expected = document("00CC", rest, "1.1.1", counter=77)
    assert text(alert("FutureDatedAlert-DLMS", values), "1.1.1") == expected


def test_future_dated_alert_of_a_gsme() -> None:
    values: dict[str, Value] = {
        "alert_code": 0x8F66,
        "time": 0,
        "instruction": {
            "message_code": 0x6B,
            "originator_counter": 5,
            "cluster": 0x700,
            "frame_control": 9,
            "command": 5,
        },
    }
    rest = (
        "<DeviceAlertMessage><DeviceAlertContent><GBCSHexAlertCode>8F66</GBCSHexAlertCode>"
        "<AlertDescription>future-dated command carried out</AlertDescription>"
        "<Timestamp>2000-01-01T00:00:00Z</Timestamp><Payload><FutureDatedCommandOutcomeDeviceAlert>"
        "<GBZFutureDatedAlert><FutureDatedCommandMessageCode>006B</FutureDatedCommandMessageCode>"
        "<FutureDatedCommandOriginatorCounter>5</FutureDatedCommandOriginatorCounter>"
        "<GBZFDInstructionIdentification><ExtendedHeaderClusterID>0700</ExtendedHeaderClusterID>"
        "<FrameControl>09</FrameControl><CommandIdentifier>05</CommandIdentifier>"
        "</GBZFDInstructionIdentification></GBZFutureDatedAlert></FutureDatedCommandOutcomeDeviceAlert>"
        "</Payload></DeviceAlertContent></DeviceAlertMessage>"
    )
    assert text(alert("FutureDatedAlert-GBZ", values)) == document("00CD", rest, counter=77)


def test_supplementary_fields_of_a_party_the_device_does_not_know() -> None:
    message = response(
        "ECS52",
        {"firmware_version": b"1234"},
        supplementary_party=Eui64.parse("0011223344556677"),
        supplementary_counter=8,
        supplementary_originator_counter=9,
    )
    assert (
        "<ra:SupplementaryRemotePartyID>00-11-22-33-44-55-66-77</ra:SupplementaryRemotePartyID>"
        "<ra:SupplementaryRemotePartyCounter>8</ra:SupplementaryRemotePartyCounter>"
        "<ra:SupplementaryOriginatorCounter>9</ra:SupplementaryOriginatorCounter>"
        "<ra:GBCSHexadecimalMessageCode>0059<" in text(message)
    )


def _tariff_with(name: str, position: int, part: str, value: Value) -> Values:
    items = TARIFF[name]
    assert isinstance(items, list)
    changed = [dict(item) for item in items]
    changed[position][part] = value
    return {**TARIFF, name: changed}


SPOILT = [
    (_tariff_with("seasons", 0, "week", b"\x05"), "seasons[1].week"),
    (_tariff_with("seasons", 0, "week", b""), "seasons[1].week"),
    (
        _tariff_with("seasons", 0, "start", CosemDateTime(bytes.fromhex("FFFFFD01FF000000008000FF"))),
        "seasons[1].start.month",
    ),
    (_tariff_with("weeks", 0, "friday", 17), "weeks[1].friday"),
    (
        _tariff_with("special_days", 0, "date", CosemDate(bytes.fromhex("07DD0C19FF"))),
        "special_days[1].date.year",
    ),
    (
        _tariff_with("days", 0, "schedule", [{"start_time": CosemTime(b"\xff\0\0\0"), "script": 1}]),
        "days[1].schedule[1].start_time",
    ),
    (
        _tariff_with("days", 0, "schedule", [{"start_time": CosemTime(b"\0\0\0\0"), "script": 201}]),
        "days[1].schedule[1].script",
    ),
]


@pytest.mark.parametrize(("values", "path"), SPOILT, ids=[path for _, path in SPOILT])
def test_a_value_the_schema_cannot_say_is_named(values: Values, path: str) -> None:
    with pytest.raises(EncodeError) as caught:
        render(response("ECS24", values))
    assert caught.value.field == path


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({**GAS, "divisor": 7}, "consumption"),
        ({**GAS, "divisor": 0}, "consumption"),
        ({**GAS, "consumption": 2**48 - 1, "multiplier": 2**24 - 1}, "consumption"),
    ],
)
def test_a_gas_volume_that_is_no_decimal(values: Values, path: str) -> None:
    with pytest.raises(EncodeError) as caught:
        render(response("GCS13a", values))
    assert caught.value.field == path


def test_a_header_time_that_is_no_moment() -> None:
    with pytest.raises(EncodeError) as caught:
        render(response("ECS01b", {}, time=CosemDateTime(b"\xff" * 12)))
    assert caught.value.field == "header.time"


def test_a_command_has_no_document() -> None:
    row = use_case("ECS52")
    header = GroupingHeader(
        cra=CraFlag.COMMAND, counter=1, originator=USER, target=DEVICE, message_code=row.message_code
    )
    command = read_message(build_command(header, row, {}).encode())
    with pytest.raises(EncodeError, match="is a Command"):
        render(command)


@pytest.mark.parametrize("variant", ["9.9", "4.1.1", "<"])
def test_a_service_request_that_does_not_fit(variant: str) -> None:
    with pytest.raises(EncodeError):
        render(response("ECS52", {"firmware_version": b"1234"}), service_reference_variant=variant)


def test_a_use_case_without_rows() -> None:
    message = response("ECS52", {"firmware_version": b"1234"})
    assert isinstance(message.row, UseCase)
    with pytest.raises(Unsupported, match="MMC for ECS99"):
        render(replace(message, row=replace(message.row, code="ECS99")))


def test_an_alert_without_rows() -> None:
    values: dict[str, Value] = {
        "alert_code": 1,
        "time": 0,
        "instruction": dict.fromkeys(
            ("message_code", "originator_counter", "cluster", "frame_control", "command"), 0
        ),
    }
    message = alert("FutureDatedAlert-GBZ", values)
    assert "Alert without a description here" in text(message)
    with pytest.raises(Unsupported, match="MMC for other"):
        render(replace(message, row=replace(ALERTS["FutureDatedAlert-GBZ"], code="other")))


def test_results_of_another_use_case_are_refused() -> None:
    message = response("ECS52", {"firmware_version": b"1234"})
    with pytest.raises(EncodeError, match="no item x"):
        render(replace(message, body=replace(message.body, results=(Result("x", 9, 1),))))
    gas = response("GCS13a", GAS)
    with pytest.raises(EncodeError, match="no such command"):
        render(replace(gas, body=replace(gas.body, results=(Result("x", 0, 1),))))


def test_every_row_of_the_catalogue_that_is_listed_has_one() -> None:
    assert RESPONSES.keys() <= USE_CASES.keys()
    assert ALERT_CONTENTS.keys() <= ALERTS.keys()
    variants = {variant for row in RESPONSES.values() for variant in row.elements}
    assert variants - {NO_REQUEST} <= SERVICE_REFERENCE_VARIANTS
