"""The way back from MMC: what a Device would have sent, and what is no answer of a use case."""

from __future__ import annotations

from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from mmc_messages import DEVICE, PRICE_INDICES, RING, TARIFF, TIME, USER, alert, response

from dcc_sim.catalogue.usecases import use_case
from dcc_sim.codec.exchange import Result, Sealed
from dcc_sim.codec.shape import Values
from dcc_sim.codec.times import CosemDateTime
from dcc_sim.errors import EncodeError, MalformedXml, Unsupported
from dcc_sim.ids import Eui64
from dcc_sim.mmc.document import render
from dcc_sim.mmc.reader import read
from dcc_sim.mmc.responses import RESPONSES
from dcc_sim.transform.message import build_response, read_message

REGISTERS: Values = {
    "registers": {
        "active": 123,
        "active_unit": {"scaler": 0, "unit": 30},
        "reactive": 0,
        "reactive_unit": {"scaler": 0, "unit": 32},
    }
}


def test_a_tariff_comes_back_with_its_constants() -> None:
    message = response("ECS24", TARIFF, time=None)
    answer = read(render(message, service_reference_variant="4.11.1"))
    assert answer.variant == "4.11.1"
    assert answer.row is use_case("ECS24")
    assert answer.body == message.body
    assert answer.header == message.header


def test_what_came_back_makes_the_same_frame() -> None:
    message = response("ECS24", TARIFF, time=None)
    answer = read(render(message))
    assert (
        build_response(answer.header, use_case("ECS24"), answer.body, RING).payload == message.frame.payload
    )


def test_parties_counters_and_time_of_the_header() -> None:
    party = Eui64.parse("90-B3-D5-00-00-00-00-09")
    more = {"supplementary_party": party, "supplementary_counter": 9, "supplementary_originator_counter": 8}
    values: Values = {
        "active_export": 1,
        "active_export_unit": {"scaler": 0, "unit": 30},
        "reactive_export": 2,
        "reactive_export_unit": {"scaler": 0, "unit": 32},
    }
    message = response("ECS17a", values, time=CosemDateTime(TIME[:11] + b"\x01"), **more)
    answer = read(render(message))
    assert (answer.header, answer.body) == (message.header, message.body)
    assert (answer.header.originator, answer.header.target) == (DEVICE, USER)


def test_what_nobody_opened_stays_sealed() -> None:
    message = response("ECS17b", {"import_registers": REGISTERS}, ring=None)
    values = read(render(message)).body.values
    assert values == message.body.values
    assert isinstance(values["import_registers"], Sealed)


def test_a_failed_item_is_not_there_and_its_result_is() -> None:
    message = response("ECS26c", {"randomised_offset": 7}, failures={1: 3})
    answer = read(render(message))
    assert answer.body == message.body
    assert answer.body.results[2] == Result("randomised_offset_limit", 2, 250, executed=False)


def test_success_and_debug_information_agree() -> None:
    good = render(response("ECS26c", {"randomised_offset": 7}, failures={1: 3}))
    told = good.replace(b'MessageSuccess="false"', b'MessageSuccess="true"')
    untold = good[: good.index(b"<ra:DebugInfo>")] + good[good.index(b"</ra:DebugInfo>") + 15 :]
    for document in (told, untold):
        with pytest.raises(EncodeError, match="MessageSuccess"):
            read(document)


def test_an_empty_log_is_there_and_one_that_failed_is_not() -> None:
    assert read(render(response("ECS35a", {"log": []}))).body.values == {"log": []}
    assert read(render(response("ECS35a", {}, failures={0: 11}))).body.values == {}


def test_optional_items_are_told_by_the_caller() -> None:
    sent = ("reset_max_demand_import",)
    results = (Result(sent[0], 0),)
    document = render(response("ECS57", {}, results=results))
    assert read(document).body.results == ()
    assert read(document, sent=sent).body.results == results


def test_an_alert_comes_back() -> None:
    instruction = {
        "message_code": 0x0019,
        "originator_counter": 7,
        "class_id": 20,
        "logical_name": 0x00000D0000FF,
        "attribute": 10,
    }
    message = alert("FutureDatedAlert-DLMS", {"alert_code": 0x8F66, "time": TIME, "instruction": instruction})
    answer = read(render(message))
    assert (answer.row.code, answer.body) == (message.row.code, message.body)


def test_what_a_device_says_twice_is_filled_in() -> None:
    rate = {"scaling": {"price_scale": -5}, "commodity": {}, "table": [{"charge": 5000}]}
    values: Values = {"debt_rate_1": rate, "non_disablement_special_days": [], "debt_period_1": 86_400}
    values = {**values, "debt_rate_1_again": rate}
    message = response("ECS26a", values, failures={4: 11})
    assert read(render(message)).body == message.body
    other = {**values, "debt_rate_1_again": {**rate, "table": [{"charge": 5001}]}}
    with pytest.raises(EncodeError, match="differs from debt_rate_1") as caught:
        render(response("ECS26a", other, failures={4: 11}))
    assert caught.value.field == "debt_rate_1_again"


def changed(old: str, new: str) -> bytes:
    document = render(response("ECS24", TARIFF, time=None), service_reference_variant="4.11.1").decode()
    assert old in document
    return document.replace(old, new, 1).encode()


FIRST_PRICE = f'<ra:TariffTOUPrice index="1">{PRICE_INDICES[0] - 100}</ra:TariffTOUPrice>'
ELEMENT = "Body/ResponseMessage/SMETSData/ReadTariffPrimaryElementRsp"


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("<ra:Day>1<", "<ra:Day>17<", "DayProfile/Day"),
        ("<ra:StartTime>00:00:00Z<", "<ra:StartTime>noon<", "ProfileSchedule[1]/StartTime"),
        ('index="1">-99<', 'index="2">-99<', "TariffTOUPrice[1]"),
        ("Millicent", "Millipence", "CurrencyUnitsName"),
        ("<ra:StandingCharge>", "<ra:Surprise></ra:Surprise><ra:StandingCharge>", "Surprise"),
        ("<ra:PriceScale>-5<", "<ra:PriceScale><ra:x></ra:x><", "PriceScale"),
        (FIRST_PRICE, "", "TariffTOUPrice[1]"),
        ('<ra:TariffBlockPrices index="1">', "<ra:TariffBlockPrices>", "TariffBlockPrices[1]"),
        ("<ra:OriginatorCounter>1234<", "<ra:OriginatorCounter>-1<", "OriginatorCounter"),
        ("ReadTariffPrimaryElementRsp", "ArmSupplyRsp", "ArmSupplyRsp"),
    ],
)
def test_what_no_row_wrote_is_an_error_with_its_place(old: str, new: str, place: str) -> None:
    document = changed(old, new)
    if new == "ArmSupplyRsp":
        document = document.replace(b"/ra:ReadTariffPrimaryElementRsp", b"/ra:ArmSupplyRsp")
    with pytest.raises(EncodeError) as caught:
        read(document)
    assert caught.value.field.endswith(place)


def test_what_is_no_mmc_document() -> None:
    with pytest.raises(MalformedXml):
        read(b"<")
    for document in (b"<a></a>", changed("ra:Header>", "ra:Head>").replace(b"/ra:Header>", b"/ra:Head>")):
        with pytest.raises(EncodeError):
            read(document)
    with pytest.raises(Unsupported):
        read(changed(">003A<", ">0FFF<"))
    with pytest.raises(Unsupported):
        read(changed(">003A<", ">003A<"), code="ECS99")


def test_the_code_names_a_use_case_when_the_document_does_not() -> None:
    document = changed("<ra:GBCSHexadecimalMessageCode>003A</ra:GBCSHexadecimalMessageCode>", "")
    with pytest.raises(EncodeError, match="message code"):
        read(document)
    assert read(document, code="ECS24").row.code == "ECS24"


def test_white_space_and_another_prefix_do_not_matter() -> None:
    message = response(
        "ECS26c", {"randomised_offset": 7, "randomised_offset_number": 1, "randomised_offset_limit": 2}
    )
    document = (
        render(message).replace(b"ra:", b"m:").replace(b"xmlns:ra", b"xmlns:m").replace(b"><", b">\n  <")
    )
    assert read(document).body == message.body


def test_a_message_read_from_the_wire_is_what_its_document_says() -> None:
    message = response("ECS70", {"time": TIME, "clock_status": 0})
    assert read(render(message)).body == read_message(message.frame.encode(), RING).body


_DOCUMENTS = [
    etree.fromstring(render(message))
    for message in (
        response("ECS24", TARIFF, time=None),
        response("ECS17b", {"import_registers": REGISTERS}, ring=None),
        response("ECS26c", {"randomised_offset": 7}, failures={1: 3}),
        response(
            "ECS35a",
            {"log": [{"timestamp": n, "code": 0x8100 + n, "other_information": b"\1"} for n in (1, 2)]},
        ),
    )
]
_TEXTS = st.sampled_from(("", "x", "-1", "1", "9" * 20, "FFFF", "true", "2015-01-01T00:00:00Z", "\u2421"))


@given(data=st.data())
def test_a_spoilt_document_is_read_or_refused_with_a_place(data: st.DataObject) -> None:
    root = deepcopy(data.draw(st.sampled_from(_DOCUMENTS)))
    elements = list(root.iterdescendants())
    element = elements[data.draw(st.integers(0, len(elements) - 1))]
    parent = element.getparent()
    assert parent is not None
    match data.draw(st.integers(0, 4)):
        case 0:
            parent.remove(element)
        case 1:
            parent.append(deepcopy(element))
        case 2:
            element.text = data.draw(_TEXTS)
        case 3:
            parent.insert(0, element)
        case _:
            for name in element.attrib:
                element.set(name, data.draw(_TEXTS))
    try:
        answer = read(etree.tostring(root))
    except Unsupported:
        return
    except EncodeError as error:
        assert error.field  # noqa: PT017  # the point is the place
        return
    assert answer.row.code in RESPONSES
