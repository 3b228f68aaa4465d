"""Whether a command does what a request asks: what is the same, what differs, and where it is asked."""

from __future__ import annotations

from dataclasses import replace

import pytest
from home_bench import ECONOMY_7, ESME, GAS_BLOCKS, GSME, MIDNIGHT, SINGLE_RATE, SUPPLIER
from request_bench import NOW, STATE, fitting, forms

from dcc_sim.catalogue.usecases import use_case
from dcc_sim.clock import parse_moment
from dcc_sim.duis.parsing import parse_xml
from dcc_sim.duis.request import ServiceRequest, parse_request, read_request
from dcc_sim.duis.schema import default_schemas
from dcc_sim.errors import AccessDenied
from dcc_sim.gbcs.frame import Frame, decode_frame
from dcc_sim.ids import DeviceType, Eui64, MessageCode, RequestId
from dcc_sim.transform.context import NOTHING_GIVEN
from dcc_sim.transform.correlate import Correlation, Difference, correlate, frame_differences
from dcc_sim.transform.message import build_command, read_frame
from dcc_sim.transform.request import transform

ESME_ID = RequestId(SUPPLIER, ESME, 1000)
GSME_ID = RequestId(SUPPLIER, GSME, 1000)
OTHER_TIME = parse_moment("2026-10-25T01:30:07Z")


def asked(document: bytes) -> ServiceRequest:
    return parse_request(document, default_schemas())


TARIFF = asked(ECONOMY_7.request(ESME_ID, MIDNIGHT))
MADE = transform(TARIFF, DeviceType.ESME, NOW)
GAS = asked(GAS_BLOCKS.request(GSME_ID))
GAS_MADE = transform(GAS, DeviceType.GSME, OTHER_TIME)


def compared(frame: Frame, request: ServiceRequest = TARIFF) -> Correlation:
    return correlate(request, DeviceType.ESME, frame)


def fields(found: Correlation) -> list[str]:
    return [each.field for each in found.differences]


def test_a_command_of_the_request() -> None:
    found = compared(MADE)
    assert (found.same, found.use_case, found.differences, found.made_at) == (True, "ECS01a", (), None)
    assert not found.taken


@pytest.mark.parametrize("signature", [b"", bytes(64)], ids=["empty", "some"])
@pytest.mark.parametrize("mac", [None, bytes(12)], ids=["bare", "wrapped"])
def test_signature_and_mac_are_not_looked_at(signature: bytes, mac: bytes | None) -> None:
    frame = MADE.with_signature(signature)
    frame = frame if mac is None else frame.with_mac(mac)
    assert compared(decode_frame(frame.encode())).same


def test_one_value_is_named_with_its_element() -> None:
    document = ECONOMY_7.request(ESME_ID, MIDNIGHT).replace(b"14000", b"14001")
    found = compared(MADE, asked(document))
    (each,) = found.differences
    assert (each.field, each.asked, each.found) == ("prices.table.[2].charge", 14001, 14000)
    assert each.path.startswith("/Request/Body/UpdateImportTariffPrimaryElement/PriceElements")
    line = document.decode().splitlines()[each.line - 1]
    assert "14001" in line or len(document.splitlines()) == 1


def test_lists_of_other_lengths_are_said_once() -> None:
    found = compared(transform(asked(SINGLE_RATE.request(ESME_ID, MIDNIGHT)), DeviceType.ESME, NOW))
    lists = [each for each in found.differences if each.field.endswith("#")]
    assert [(each.field, each.asked, each.found) for each in lists] == [("days.[1].schedule.#", 3, 1)]
    assert not any(each.field.startswith("days.[1].schedule.[2]") for each in found.differences)


@pytest.mark.parametrize(
    ("change", "field", "shown"),
    [
        ({"counter": 1001}, "header.originator_counter", 1001),
        ({"target": GSME}, "header.business_target_id", str(GSME)),
        ({"originator": Eui64(bytes(8))}, "header.business_originator_id", "00-00-00-00-00-00-00-00"),
        ({"supplementary_party": SUPPLIER}, "header.supplementary_party", str(SUPPLIER)),
    ],
)
def test_fields_of_the_header(change: dict[str, object], field: str, shown: object) -> None:
    header = replace(MADE.header, **change)  # type: ignore[arg-type]  # as the table says
    values = read_frame(MADE).body.values
    found = compared(build_command(header, use_case("ECS01a"), values))
    assert [(each.field, each.found) for each in found.differences] == [(field, shown)]
    assert found.differences[0].path == "/Request/Header/RequestID"


def test_a_command_of_another_use_case() -> None:
    header = replace(MADE.header, message_code=MessageCode(0x62))
    found = compared(Frame.build(header, MADE.payload))
    assert [(e.field, e.asked, e.found) for e in found.differences] == [
        ("header.message_code", "0x0019 ECS01a", "0x0062 ECS70")
    ]
    unknown = compared(Frame.build(replace(header, message_code=MessageCode(0xFFF0)), b""))
    assert unknown.differences[0].found == "0xFFF0"


def test_a_payload_that_cannot_be_read() -> None:
    found = compared(Frame.build(MADE.header, MADE.payload[:-1]))
    assert fields(found) == ["payload"]
    assert "offset" in str(found.differences[0].found)


def test_octets_that_say_the_same_in_another_way() -> None:
    # A Boolean may be written 01 instead of FF.
    at = MADE.payload.index(b"\x03\xff")
    other = MADE.payload[: at + 1] + b"\x01" + MADE.payload[at + 2 :]
    found = compared(Frame.build(MADE.header, other))
    assert [(each.field, each.line) for each in found.differences] == [(f"payload from octet {at + 1}", 0)]


# ------------------------------------------------------------------- what the request does not hold


def test_the_time_is_that_of_the_command() -> None:
    found = correlate(GAS, DeviceType.GSME, GAS_MADE)
    assert found.same
    assert found.made_at == OTHER_TIME


def test_the_time_can_be_said() -> None:
    assert correlate(GAS, DeviceType.GSME, GAS_MADE, now=OTHER_TIME).same
    found = correlate(GAS, DeviceType.GSME, GAS_MADE, now=NOW)
    assert found.made_at is None
    assert len(found.differences) > 3
    assert all("issuer" in each.field for each in found.differences)


def test_times_that_do_not_agree_are_a_difference() -> None:
    values = {**read_frame(GAS_MADE).body.values}
    price = values["price_matrix"]
    assert isinstance(price, dict)
    values["price_matrix"] = {**price, "issuer_event_id": price["issuer_event_id"] + 1}
    found = correlate(GAS, DeviceType.GSME, build_command(GAS_MADE.header, use_case("GCS01a"), values))
    assert fields(found) == ["price_matrix.issuer_event_id"]
    assert found.made_at == OTHER_TIME


def made(variant: str, device: DeviceType) -> tuple[ServiceRequest, Frame]:
    number = next(iter(fitting(variant, device)))
    request = read_request(parse_xml(_document(variant, number)))
    return request, transform(request, device, NOW, fitting(variant, device)[number])


def _document(variant: str, number: int) -> bytes:
    from lxml import etree  # noqa: PLC0415

    return etree.tostring(forms(variant)[number])


def test_the_counter_of_the_dcc_is_that_of_the_command() -> None:
    request, frame = made("8.12.2", DeviceType.GPF)
    found = correlate(request, DeviceType.GPF, frame, replace(NOTHING_GIVEN, certificate=STATE.certificate))
    assert found.same
    assert found.taken["header.originator_counter"] == frame.header.counter
    assert set(found.taken) == {
        "header.business_originator_id",
        "header.originator_counter",
        "device_log_entries",
    }
    said = correlate(request, DeviceType.GPF, frame, STATE)
    assert said.same
    assert not said.taken


def test_a_number_that_only_the_dcc_knows() -> None:
    request, frame = made("9.1", DeviceType.ESME)
    found = correlate(request, DeviceType.ESME, frame, replace(STATE, given={}))
    assert (found.same, found.taken) == (True, {"customer_number": b"1234"})
    wrong = replace(STATE, given={"customer identification number": b"4321"})
    (each,) = correlate(request, DeviceType.ESME, frame, wrong).differences
    assert (each.field, each.asked, each.found) == ("customer_number", b"4321", b"1234")


def test_the_use_case_that_the_device_has_is_told_by_the_command() -> None:
    # 6.2.1 is ECS26k for one phase and ECS26b for another meter: nobody said which this is.
    number = next(iter(fitting("6.2.1", DeviceType.ESME)))
    request = read_request(forms("6.2.1")[number])
    for polyphase in (True, False):
        context = replace(STATE, polyphase=polyphase)
        frame = transform(request, DeviceType.ESME, NOW, context)
        assert correlate(request, DeviceType.ESME, frame, replace(STATE, polyphase=None)).same
        wrong = correlate(request, DeviceType.ESME, frame, replace(STATE, polyphase=not polyphase))
        assert fields(wrong) == ["header.message_code"]


def test_a_request_that_no_command_can_be_made_of() -> None:
    with pytest.raises(AccessDenied, match="does not apply to a CHF"):
        correlate(TARIFF, DeviceType.CHF, MADE)


# ------------------------------------------------------------------------------------- two commands


def test_two_commands() -> None:
    assert list(frame_differences(MADE, MADE.with_signature(bytes(64)))) == []
    other = Frame.build(replace(MADE.header, counter=7), MADE.payload)
    assert next(iter(frame_differences(MADE, other))) == Difference("header.originator_counter", 1000, 7)
    broken = list(frame_differences(MADE, Frame.build(MADE.header, b"\x00")))
    assert [each.field for each in broken] == ["payload"]
