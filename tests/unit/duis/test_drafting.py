"""Drafts: valid in every form of every service, sensible beyond the schema, and as the user wishes."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import pytest
from drafts_bench import ACB, DEVICES, NOW, SUPPLIER, make_house
from lxml import etree

from dcc_sim.catalogue.requests import REQUESTS
from dcc_sim.duis.drafting import ALL, NONE, Draft, Wishes, draft, every_choice, every_wish, places
from dcc_sim.duis.drafting.choices import alternatives
from dcc_sim.duis.drafting.drafts import service_shape
from dcc_sim.duis.drafting.shape import Simple
from dcc_sim.duis.drafting.texts import plain_text, refusal
from dcc_sim.duis.names import local_name, sr
from dcc_sim.duis.parsing import parse_xml
from dcc_sim.duis.request import parse_request
from dcc_sim.duis.rules import check_rules
from dcc_sim.duis.schema import Schemas, default_schemas
from dcc_sim.errors import NotFound, RequestInvalid
from dcc_sim.gbcs.frame import decode_frame
from dcc_sim.gbcs.utrn import check_token, decode_utrn
from dcc_sim.ids import CommandVariant, DeviceType, ServiceReferenceVariant

if TYPE_CHECKING:
    from lxml.etree import _Element

OURS = default_schemas()
HOUSE = make_house()
VARIANTS = [ServiceReferenceVariant(each) for each in REQUESTS]
DAYS = "ElecTariffElements/SwitchingTable/DayProfiles"
TARIFF = ServiceReferenceVariant("1.1.1")


def make(variant: str, **wishes: object) -> Draft:
    return draft(ServiceReferenceVariant(variant), HOUSE, NOW, OURS, Wishes(**wishes))  # type: ignore[arg-type]


@functools.cache
def forms(variant: ServiceReferenceVariant) -> tuple[Draft, ...]:
    return tuple(every_choice(variant, HOUSE, NOW, OURS))


def body(made: Draft) -> _Element:
    content = made.root.find(sr("Body"))
    assert content is not None
    return content[0]


def said(made: Draft, path: str) -> str | None:
    return body(made).findtext("/".join(sr(each) for each in path.split("/")))


# ----------------------------------------------------------------------------------- every service


def test_there_are_129() -> None:
    assert len(VARIANTS) == 129


def test_every_form_is_valid_in_both_schema_sets(official: Schemas) -> None:
    count = 0
    for variant in VARIANTS:
        for each in forms(variant):
            root = parse_xml(each.document)
            OURS.check_duis(root)
            official.check_duis(root)
            count += 1
    assert count > 2000


def test_every_form_reads_as_the_request_it_is() -> None:
    for variant in VARIANTS:
        request = parse_request(forms(variant)[0].document, OURS)
        assert request.variant == variant
        assert request.command_variant is REQUESTS[variant.text].command_variants[0]
        assert request.request_id.originator == SUPPLIER
        assert (request.request_id.target == ACB) == REQUESTS[variant.text].non_device


def test_drafts_obey_the_rules_beyond_the_schema() -> None:
    """All forms but those without anything that may be left out: some of these say nothing."""
    for variant in VARIANTS:
        for each in forms(variant):
            if each.wishes.optionals != NONE:
                found = check_rules(each.root, NOW)
                assert not found, (variant, each.wishes, [str(finding) for finding in found])


def test_all_alternatives_and_optional_parts_come_up_with_and_without() -> None:
    for variant in VARIANTS:
        shape = service_shape(variant, OURS)
        documents = [
            {path_of(each, body(made)) for each in body(made).iter(etree.Element)} for made in forms(variant)
        ]
        seen = set().union(*documents)
        for above, name in alternatives(shape.content, ""):
            assert f"{above}/{name}".strip("/") in seen, (variant, above, name)
        for place in places(variant, OURS):
            if "@" in place.path:
                continue
            assert place.path in seen, (variant, place)
            if place.least == 0 and place.chosen_at is None:
                above = place.path.rpartition("/")[0]
                assert any(above in each and place.path not in each for each in documents), (variant, place)


def path_of(element: _Element, top: _Element) -> str:
    names = []
    here: _Element | None = element
    while here is not None and here is not top:
        names.append(local_name(here))
        here = here.getparent()
    return "/".join(reversed(names))


def test_the_published_set_drafts_the_same_documents(official: Schemas) -> None:
    for variant in VARIANTS:
        for wishes in (Wishes(), Wishes(optionals=ALL)):
            ours = draft(variant, HOUSE, NOW, OURS, wishes).document
            assert draft(variant, HOUSE, NOW, official, wishes).document == ours


def test_older_versions_are_drafted_too() -> None:
    for version, stated in (("5.0", "5.0"), ("5.3a", "5.3")):
        made = draft(TARIFF, HOUSE, NOW, Schemas(OURS.directory, version))
        assert made.root.get("schemaVersion") == stated
    with pytest.raises(NotFound, match="DSPReadInstantaneousExportRegisters"):
        draft(
            ServiceReferenceVariant("5.1"),
            HOUSE,
            NOW,
            Schemas(OURS.directory, "5.1"),
            Wishes(choices=((".", "DSPReadInstantaneousExportRegisters"),)),
        )


def test_same_wishes_same_octets() -> None:
    assert make("1.1.1").document == make("1.1.1").document


# -------------------------------------------------------------------------------------- defaults


def test_a_top_up_is_one(schemas: Schemas) -> None:
    request = parse_request(make("2.2").document, schemas)
    counter = request.request_id.counter
    assert counter & 0xFFFF_FFFF == 0
    token = decode_utrn(said(make("2.2"), "UTRN") or "")
    meter = DEVICES[DeviceType.ESME]
    check_token(HOUSE.top_up_secret, token, supplier=SUPPLIER, device=meter, utrn_counter=counter >> 32)
    assert token.pence == 500


def test_the_answer_that_is_handed_in_is_a_frame(schemas: Schemas) -> None:
    request = parse_request(make("8.13").document, schemas)
    frame = decode_frame(request.values["DeviceGBCSResponse"].value)  # type: ignore[arg-type]
    assert frame.header.originator == DEVICES[DeviceType.ESME]


@pytest.mark.parametrize(
    ("wishes", "expected"),
    [
        ({}, ("TOUTariff", {"TOUTariffAction"})),
        (
            {"choices": (("PriceElements/ElectricityPriceElements", "BlockTariff"),)},
            ("BlockTariff", {"BlockTariffAction"}),
        ),
        (
            {"choices": (("PriceElements/ElectricityPriceElements", "HybridTariff"),)},
            ("HybridTariff", {"TOUTariffAction", "BlockTariffAction"}),
        ),
        (
            {"values": ((f"{DAYS}/DayProfile/ProfileSchedule/BlockTariffAction", "3"),)},
            ("BlockTariff", {"BlockTariffAction"}),
        ),
    ],
)  # fmt: skip
def test_prices_go_with_switches(wishes: dict[str, object], expected: tuple[str, set[str]]) -> None:
    made = make("1.1.1", **wishes)
    names = {local_name(each) for each in made.root.iter(etree.Element)}
    assert expected[0] in names
    assert {each for each in names if each in {"TOUTariffAction", "BlockTariffAction"}} == expected[1]


def test_gas_goes_with_gas() -> None:
    made = make("1.1.1", choices=(("PriceElements", "GasPriceElements"),))
    assert body(made).find(sr("GasTariffElements")) is not None
    assert str(DEVICES[DeviceType.GSME]) in (made.root.findtext(f"{sr('Header')}/{sr('RequestID')}") or "")
    made = make("3.2", device=DEVICES[DeviceType.GPF])
    assert str(DEVICES[DeviceType.GPF]) in (made.root.findtext(f"{sr('Header')}/{sr('RequestID')}") or "")


def test_a_schedule_reads_what_it_says() -> None:
    made = make("5.1", choices=((".", "DSPReadNetworkData"),))
    assert said(made, "DSPScheduledServiceReferenceVariant") == "4.10"
    made = make("5.1", values=(("DSPScheduledServiceReferenceVariant", "4.12.2"),))
    assert body(made).find(sr("DSPReadMaximumDemandExportRegisters")) is not None
    assert said(made, "DSPScheduledServiceReference") == "4.12"


def test_a_weekday_that_is_asked_for_is_the_right_one() -> None:
    date = "ElecTariffElements/SwitchingTable/Seasons/Season/SeasonStartDate"
    made = make(
        "1.1.1",
        values=((f"{date}/Year/SpecifiedYear", "2027"), (f"{date}/Month/SpecifiedMonth", "3")),
        choices=((f"{date}/DayOfMonth", "LastDayOfMonth"), (f"{date}/DayOfWeek", "SpecifiedDayOfWeek")),
    )
    assert said(made, f"{date}/DayOfWeek/SpecifiedDayOfWeek") == "3"  # 31 March 2027


# ---------------------------------------------------------------------------------------- wishes


def test_values_positions_and_attributes() -> None:
    prices = "PriceElements/ElectricityPriceElements/TOUTariff"
    made = make(
        "1.2.1",
        values=(
            (f"{prices}/TOUPrice[4]", "-7"),
            (f"UpdatePricePrimaryElement/{prices}/TOUPrice[2]/@index", "9"),
        ),
    )
    found = body(made).findall("/".join(sr(each) for each in f"{prices}/TOUPrice".split("/")))
    assert [(each.get("index"), each.text) for each in found][1::2] == [("9", "24000"), ("4", "-7")]


def test_header_fields_and_dates() -> None:
    made = make(
        "4.1.1", values=(("Header/FirstInSequence", "true"),), counter=17, execution=NOW.replace(year=2027),
        command_variant=CommandVariant.LOCAL,
    )  # fmt: skip
    request = parse_request(made.document, OURS)
    assert (request.request_id.counter, request.first_in_sequence) == (17, True)
    assert request.execution == NOW.replace(year=2027)
    assert request.command_variant is CommandVariant.LOCAL


def test_a_signed_pre_command() -> None:
    made = make("1.2.1", pre_command=b"\xdf\x09", execution=NOW)
    request = parse_request(made.document, OURS)
    assert (request.signed_pre_command, request.command_variant) == (b"\xdf\x09", CommandVariant.SIGNED_SEND)
    assert request.execution == NOW
    for wishes, reason in (
        ({"command_variant": CommandVariant.SIGNED_LOCAL}, "carries a signed pre-command"),
        ({"command_variant": CommandVariant.TRANSFORM, "pre_command": b"x"}, "5, 6 or 7"),
    ):
        with pytest.raises(RequestInvalid, match=reason):
            make("1.2.1", **wishes)


@pytest.mark.parametrize(
    ("variant", "wishes", "reason"),
    [
        ("1.1.1", {"values": (("ElecTariffElements/Currency", "GBP"),)}, "ElecTariffElements; there is Cur"),
        ("1.1.1", {"values": (("PriceElements/@index", "1"),)}, "attribute index, which has nothing"),
        ("6.22", {"optional": ("GasSupplierAlerts/x810C",)}, "nearest of 40: x81"),
        ("1.1.1", {"values": (("ElecTariffElements[2]", ""),)}, "at most 1 ElecTariffElements"),
        ("1.1.1", {"values": (("PriceElements[0]", ""),)}, "count from 1"),
        ("1.1.1", {"values": (("Price Elements", ""),)}, "no name of an element"),
        ("1.1.1", {"choices": (("PriceElements", "x"),)}, "ElectricityPriceElements, GasPriceElements"),
        ("4.1.1", {"choices": ((".", "x"),)}, "leaves no choice"),
        ("6.11", {"execution": NOW}, "no ExecutionDateTime"),
        ("9.9", {}, "no Service Request 9.9; nearest 9.1"),
    ],
)  # fmt: skip
def test_places_that_there_are_not(variant: str, wishes: dict[str, object], reason: str) -> None:
    with pytest.raises(NotFound) as refused:
        make(variant, **wishes)
    assert reason in str(refused.value)


@pytest.mark.parametrize(
    ("place", "text", "reason"),
    [
        ("ElecTariffElements/CurrencyUnits", "USD", "expected one of GBP, ECB"),
        ("PriceElements/ElectricityPriceElements/StandingCharge", "32768", "-32768 … 32767"),
        ("ExecutionDateTime", "tomorrow", "a moment such as"),
        ("ElecTariffElements/SwitchingTable/Seasons/Season/SeasonName", "a long name", "0 … 8 characters"),
        ("PriceElements", "5", "has no text"),
        ("Header/RequestID", "1", "not valid"),
    ],
)
def test_texts_that_a_place_does_not_take(place: str, text: str, reason: str) -> None:
    with pytest.raises(RequestInvalid) as refused:
        make("1.1.1", values=((place, text),))
    assert reason in str(refused.value)
    assert str(refused.value).startswith(f"E100: {place}")


def test_alternatives_exclude_each_other() -> None:
    with pytest.raises(RequestInvalid, match="either ElecTariffElements and GasTariffElements"):
        make("1.1.1", choices=((".", "GasTariffElements"), (".", "ElecTariffElements")))


def test_what_is_asked_for_is_there() -> None:
    made = make("8.11", optional=("AddDeviceToCHFWhitelist/ExportMPAN",))
    assert said(made, "AddDeviceToCHFWhitelist/ExportMPAN")
    made = make("8.11", values=(("RequestType", "Remove"),))
    assert body(made).find(sr("AddDeviceToCHFWhitelist")) is None


def test_places_are_listed_with_type_and_choice() -> None:
    found = {each.path: each for each in places(TARIFF, OURS)}
    assert found["ElecTariffElements/CurrencyUnits"].type == "GBP | ECB"
    assert found["GasTariffElements"].chosen_at == "."
    day = found["ElecTariffElements/SwitchingTable/DayProfiles/DayProfile"]
    assert (day.least, day.most, day.type, day.chosen_at) == (1, 16, "", None)
    for each in found:
        if "@" not in each:
            make("1.1.1", optional=(each,))


def test_wishes_are_many() -> None:
    assert sum(1 for each in VARIANTS for _ in every_wish(each, OURS)) > 2000


# ----------------------------------------------------------------------------------------- texts


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        (Simple("dateTime"), ("2026-01-01T24:00:00Z", "12026-01-01T00:00:00Z"), ("2026-01-01", "x")),
        (Simple("date"), ("2026-01-01", "2026-01-01Z", "65535-07-25Z"), ("2026-02-30", "1.1.2026")),
        (Simple("time"), ("00:00:00", "07:30:00.00Z"), ("7:30:00", "07:30")),
        (Simple("boolean"), ("true", "0"), ("yes", "")),
        (Simple("hexBinary", shortest=2, longest=2), ("00fF",), ("00", "0", "zz00")),
        (Simple("base64Binary", longest=3), ("AAAA", "AA\nAA"), ("AAA", "AAAAAAAA")),
        (Simple("string", longest=2), ("", "ab"), ("abc",)),
    ],
)  # fmt: skip
def test_texts_of_a_type(kind: Simple, right: tuple[str, ...], wrong: tuple[str, ...]) -> None:
    assert [refusal(kind, each) for each in right] == [None] * len(right)
    for each in wrong:
        assert refusal(kind, each)
    if kind.is_number or kind.base in ("string", "hexBinary", "base64Binary"):
        assert refusal(kind, plain_text(kind)) is None
