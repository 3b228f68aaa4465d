"""Any request for a tariff that the schema lets through becomes a command or a refusal with a reason.

The tariffs here are not whole: what the schema cannot say, such as indexes that appear twice, times
without a zone, years that no meter knows, prices of the other fuel.
"""

from __future__ import annotations

import functools
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from lxml import etree

from dcc_sim.clock import parse_moment
from dcc_sim.duis.names import local_name, sr
from dcc_sim.duis.parsing import parse_xml
from dcc_sim.duis.request import parse_request
from dcc_sim.duis.schema import Schemas
from dcc_sim.errors import Refused, RequestInvalid, SchemaInvalid, Unsupported
from dcc_sim.ids import DeviceType, Eui64, RequestId
from dcc_sim.testing.strategies import (
    ElectricityTariff,
    GasTariff,
    PriceUpdate,
    electricity_tariffs,
    gas_tariffs,
    price_updates,
    tariffs,
)
from dcc_sim.transform.message import encode_again, read_message
from dcc_sim.transform.request import transform

NOW = parse_moment("2026-11-30T14:00:00Z")
few = settings(max_examples=8)
ID = RequestId(Eui64(b"supplier"), Eui64(b"a meter!"), 77)

TIMES = ("24:00:00", "24:00:00Z", "00:00:00.5Z", "12:00:00", "12:00:00+01:00", "12:00:00-14:00",
         "23:59:59.000Z", "\n07:30:00Z ", "00:00:00.00Z")  # fmt: skip
DATES = ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "9999-12-31T24:00:00Z",
         "12026-01-01T00:00:00Z", "-0044-03-15T00:00:00Z", "2026-12-01T00:00:00", "2026-12-01T00:00:00.5Z",
         "2026-12-01T01:00:00+01:00", "1999-12-31T23:59:59Z", "2000-01-01T00:00:00Z",
         "2136-02-07T06:28:14Z", "2136-02-07T06:28:15Z", "2136-02-07T06:28:16Z", "3000-12-31T00:00:00Z",
         "2026-02-28T24:00:00Z")  # fmt: skip
SPELLINGS = ("{}", "+{}", "0{}", " {}\n", "-0", "+0", "00000000000000000000{}")
NUMBERS = (0, 1, 2, 3, 4, 7, 8, 16, 31, 48, 2014, 2154, 2155, 9999, -128, 127, -(2**15), 2**32 - 1, 2**48 - 1)
SEASONS = ("é" * 8, "𝄞" * 8, "        ", " a ", "\t", "x" * 8, "")


def meddle(draw: st.DataObject, root: etree._Element) -> None:
    """Change one thing, in a way that the schema may or may not allow."""
    body = root.find(sr("Body"))
    assert body is not None
    elements = [each for each in body[0].iter(etree.Element) if each is not body[0]]
    if not elements:
        return
    target = draw.draw(st.sampled_from(elements))
    name, parent = local_name(target), target.getparent()
    assert parent is not None
    match draw.draw(st.sampled_from(("value", "index", "again", "away", "comment", "date"))):
        case "value" if name == "StartTime":
            target.text = draw.draw(st.sampled_from(TIMES))
        case "value" if name == "SeasonName":
            target.text = draw.draw(st.sampled_from(SEASONS))
        case "value" if len(target) == 0 and (target.text or "").strip():
            target.text = draw.draw(st.sampled_from(SPELLINGS)).format(draw.draw(st.sampled_from(NUMBERS)))
        case "index" if "index" in target.attrib:
            target.set("index", draw.draw(st.sampled_from(("1", "2", "3", "4", "8", "48", " 1 ", "+2"))))
        case "again":
            parent.insert(parent.index(target), parse_xml(etree.tostring(target, with_tail=False)))
        case "away":
            parent.remove(target)
        case "comment":
            target.insert(0, etree.Comment("7"))
        case _:
            old = body[0].find(sr("ExecutionDateTime"))
            date = etree.Element(sr("ExecutionDateTime")) if old is None else old
            date.text = draw.draw(st.sampled_from(DATES))
            body[0].insert(0, date)


def check_command_or_refusal(document: bytes, schemas: Schemas, device: DeviceType) -> None:
    """Any other exception than the ones named here is a failure."""
    try:
        request = parse_request(document, schemas)
        octets = transform(request, device, NOW).encode()
    except SchemaInvalid:
        raise  # it was found valid before
    except Refused as refused:
        assert refused.reason  # noqa: PT017  # either is right; what matters is that it says why
        assert refused.response_code.startswith("E")  # noqa: PT017
    except Unsupported as unbuilt:
        assert (device, unbuilt.name) == (DeviceType.GSME, "transform of GCS01b")  # noqa: PT017
    else:
        assert encode_again(read_message(octets)) == octets


@given(
    asked=st.one_of(tariffs(), price_updates()),
    data=st.data(),
    times=st.integers(1, 4),
    device=st.sampled_from((DeviceType.ESME, DeviceType.GSME)),
)
def test_a_command_or_a_refusal(
    schemas: Schemas,
    asked: ElectricityTariff | GasTariff | PriceUpdate,
    data: st.DataObject,
    times: int,
    device: DeviceType,
) -> None:
    root = parse_xml(asked.request(ID))
    for _ in range(times):
        meddle(data, root)
    octets = etree.tostring(root)
    assume(compiled(schemas.directory).validate(parse_xml(octets)))  # fast: says nothing but no
    check_command_or_refusal(octets, schemas, device)


@functools.cache
def compiled(directory: Path) -> etree.XMLSchema:
    return etree.XMLSchema(file=str(directory / "duis.xsd"))


def replaced(document: bytes, name: str, text: str) -> bytes:
    root = parse_xml(document)
    element = next(root.iter(sr(name)))
    element.text = text
    return etree.tostring(root)


def refusal(document: bytes, schemas: Schemas, device: DeviceType) -> RequestInvalid:
    request = parse_request(document, schemas)
    with pytest.raises(RequestInvalid) as refused:
        transform(request, device, NOW)
    return refused.value


@few
@given(asked=electricity_tariffs(), text=st.sampled_from(TIMES[:6]))
def test_a_time_of_day_that_a_meter_cannot_hold(
    schemas: Schemas, asked: ElectricityTariff, text: str
) -> None:
    refused = refusal(replaced(asked.request(ID), "StartTime", text), schemas, DeviceType.ESME)
    assert text in refused.reason
    assert "StartTime" in refused.place


@few
@given(asked=electricity_tariffs(), text=st.sampled_from(SEASONS[:2]))
def test_a_season_name_of_more_than_eight_octets(
    schemas: Schemas, asked: ElectricityTariff, text: str
) -> None:
    refused = refusal(replaced(asked.request(ID), "SeasonName", text), schemas, DeviceType.ESME)
    assert refused.place.endswith("SeasonName (seasons.[1].name)")


@pytest.mark.parametrize(
    ("date", "reason"),
    [
        ("1999-12-31T23:59:59Z", "not within 2000 … 2136"),
        ("2000-01-01T00:00:00Z", "means now or never"),
        ("2136-02-07T06:28:14Z", "means now or never"),
        ("2136-02-07T06:28:15Z", "means now or never"),
        ("2136-02-07T06:28:16Z", "not within 2000 … 2136"),
    ],
)
@few
@given(asked=gas_tariffs())
def test_a_date_that_a_gas_meter_cannot_hold_or_takes_for_something_else(
    schemas: Schemas, asked: GasTariff, date: str, reason: str
) -> None:
    dated = replaced(asked.request(ID, "cancel"), "ExecutionDateTime", date)
    assert reason in refusal(dated, schemas, DeviceType.GSME).reason


@pytest.mark.parametrize("year", [2155, 9999])
@few
@given(asked=gas_tariffs().filter(lambda tariff: tariff.seasons[0].start.year is not None))
def test_a_year_that_a_zigbee_date_cannot_hold(schemas: Schemas, asked: GasTariff, year: int) -> None:
    document = asked.request(ID)
    refused = refusal(replaced(document, "SpecifiedYear", str(year)), schemas, DeviceType.GSME)
    assert str(year) in refused.reason


@few
@given(asked=tariffs())
def test_a_tariff_of_the_other_fuel(schemas: Schemas, asked: ElectricityTariff | GasTariff) -> None:
    other = DeviceType.ESME if isinstance(asked, GasTariff) else DeviceType.GSME
    missing = "ElecTariffElements" if isinstance(asked, GasTariff) else "GasTariffElements"
    assert missing in refusal(asked.request(ID), schemas, other).reason


@few
@given(asked=electricity_tariffs(), row=st.integers(1, 8), other=st.integers(1, 8))
def test_a_threshold_row_twice_or_missing(
    schemas: Schemas, asked: ElectricityTariff, row: int, other: int
) -> None:
    assume(row != other)
    root = parse_xml(asked.request(ID))
    next(e for e in root.iter(sr("Thresholds")) if e.get("index") == str(row)).set("index", str(other))
    refused = refusal(etree.tostring(root), schemas, DeviceType.ESME)
    assert f"index {other} appears twice" in refused.reason


@few
@given(asked=electricity_tariffs(), data=st.data())
def test_a_price_for_the_same_place_twice(
    schemas: Schemas, asked: ElectricityTariff, data: st.DataObject
) -> None:
    root = parse_xml(asked.request(ID))
    prices = list(root.iter(sr("TOUPrice"), sr("BlockPrice")))
    chosen = data.draw(st.sampled_from(prices))
    parent = chosen.getparent()
    assert parent is not None
    assume(len(parent.findall(chosen.tag)) < (48 if local_name(chosen) == "TOUPrice" else 4))
    parent.insert(parent.index(chosen), parse_xml(etree.tostring(chosen, with_tail=False)))
    refused = refusal(etree.tostring(root), schemas, DeviceType.ESME)
    assert f"index {chosen.get('index')} appears twice" in refused.reason
