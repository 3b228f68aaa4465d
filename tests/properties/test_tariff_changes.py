"""For any tariff: one value changed in the request is one value changed in the command."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from dcc_sim.clock import parse_moment
from dcc_sim.codec.shape import Value
from dcc_sim.duis.names import local_name, sr
from dcc_sim.duis.parsing import parse_xml
from dcc_sim.duis.request import parse_request
from dcc_sim.duis.schema import Schemas
from dcc_sim.ids import DeviceType, Eui64, RequestId
from dcc_sim.testing.strategies import (
    ElectricityTariff,
    GasTariff,
    electricity_tariffs,
    gas_tariffs,
    price_updates,
)
from dcc_sim.testing.strategies_calendar import flat
from dcc_sim.transform.message import read_frame
from dcc_sim.transform.request import transform

NOW = parse_moment("2026-11-30T14:00:00Z")
ID = RequestId(Eui64(b"supplier"), Eui64(b"a meter!"), 77)

# What an element may hold instead, and where in the command it goes. None: any of the texts.
Place = tuple[int, int, str]
DATE = r"(seasons|special_days)(\.seasons|\.special_days)?\.\d+\.(start|date)"
ELECTRICITY: dict[str, Place] = {
    "DayName": (1, 16, r"days\.\d+\.day_id"),
    "WeekName": (1, 4, r"weeks\.\d+\.name"),
    "ReferencedWeekName": (1, 4, r"seasons\.\d+\.week"),
    "ReferencedDayName": (1, 16, r"weeks\.\d+\.\w+day|special_days\.\d+\.day_id"),
    "TOUTariffAction": (1, 48, r"days\.\d+\.schedule\.\d+\.script"),
    "BlockTariffAction": (1, 8, r"days\.\d+\.schedule\.\d+\.script"),
    "BlockThreshold": (0, 2**32 - 1, r"thresholds_[1-8]\.\d+"),
    "StandingCharge": (-(2**15), 2**15 - 1, r"standing_charge\.table\.1\.charge"),
    "StandingChargeScale": (-128, 127, r"standing_charge\.scaling\.price_scale"),
    "PriceScale": (-128, 127, r"prices\.scaling\.price_scale"),
    "TOUPrice": (-(2**15), 2**15 - 1, r"prices\.table\.\d+\.charge"),
    "BlockPrice": (-(2**15), 2**15 - 1, r"prices\.table\.\d+\.charge"),
    "SpecifiedYear": (2014, 9999, DATE),
    "SpecifiedMonth": (1, 12, DATE),
    "SpecifiedDayOfMonth": (1, 31, DATE),
    "SpecifiedDayOfWeek": (1, 7, DATE),
}
GAS: dict[str, Place] = {
    "DayName": (1, 4, r"day_profiles\.\d+\.day_id"),
    "WeekName": (1, 2, r"week_profiles\.\d+\.week_id"),
    "ReferencedWeekName": (1, 2, r"seasons\.seasons\.\d+\.week_id"),
    "ReferencedDayName": (1, 4, r"week_profiles\.\d+\.\w+day|special_days\.special_days\.\d+\.day_id"),
    "TOUTariffAction": (1, 4, r"day_profiles\.\d+\.schedule\.1\.price_tier"),
    "BlockThreshold": (0, 2**48 - 1, r"block_thresholds\.thresholds\.\d+"),
    "StandingCharge": (0, 2**32 - 1, r"tariff_information\.standing_charge"),
    "TOUPrice": (0, 2**32 - 1, r"price_matrix\.prices\.\d+\.price"),
    "BlockPrice": (0, 2**32 - 1, r"price_matrix\.prices\.\d+\.price"),
    "SpecifiedYear": (2014, 2154, DATE),
    "SpecifiedMonth": (1, 12, DATE),
    "SpecifiedDayOfMonth": (1, 31, DATE),
    "SpecifiedDayOfWeek": (1, 7, DATE),
}
TEXTS = {
    "CurrencyUnits": (("GBP", "ECB"), r"currency_gbp|tariff_information\.currency"),
    "StartTime": (("00:00:00.00Z", "23:59:59.00Z", "12:34:56.00Z"), r"days\.\d+\.schedule\.\d+\.start_time"),
    "SeasonName": (("", "summer", "x&<>'\"y"), r"seasons\.\d+\.name"),
}


def values(root: etree._Element, schemas: Schemas, device: DeviceType) -> dict[str, Value]:
    frame = transform(parse_request(etree.tostring(root), schemas), device, NOW)
    return flat(read_frame(frame).body.values)


def check_one_change(
    data: st.DataObject, document: bytes, schemas: Schemas, places: dict[str, Place], device: DeviceType
) -> None:
    root = parse_xml(document)
    body = root.find(sr("Body"))
    assert body is not None
    leaves = [each for each in body.iter(etree.Element) if local_name(each) in places | TEXTS]
    leaf = data.draw(st.sampled_from(leaves), "element")
    name, before = local_name(leaf), values(root, schemas, device)
    if name in TEXTS:
        texts, place = TEXTS[name]
        leaf.text = data.draw(st.sampled_from([t for t in texts if t != (leaf.text or "")]), "new text")
    else:
        low, high, place = places[name]
        old = int(leaf.text or "")
        leaf.text = str(data.draw(st.integers(low, high).filter(lambda n: n != old), "new value"))
    after = values(root, schemas, device)
    changed = [path for path in before.keys() | after.keys() if before.get(path) != after.get(path)]
    if isinstance(before.get(changed[0]) if changed else None, int) and name not in TEXTS:
        shown = after[changed[0]]
        offset = 100 if name == "BlockTariffAction" else 0
        assert shown == int(leaf.text or "") + offset
    assert len(changed) == 1, (name, changed)
    assert re.fullmatch(place, changed[0].lstrip(".")), (name, changed)


@given(asked=st.one_of(electricity_tariffs(), price_updates()), data=st.data())
def test_electricity(schemas: Schemas, asked: ElectricityTariff, data: st.DataObject) -> None:
    check_one_change(data, asked.request(ID), schemas, ELECTRICITY, DeviceType.ESME)


@given(asked=gas_tariffs(), data=st.data())
def test_gas(schemas: Schemas, asked: GasTariff, data: st.DataObject) -> None:
    places = dict(GAS)
    if asked.kind == "tou":
        del places["BlockThreshold"]  # stands in the request, has no place in a time-of-use command
    check_one_change(data, asked.request(ID), schemas, places, DeviceType.GSME)


@settings(max_examples=20)
@given(asked=gas_tariffs("tou"), thresholds=st.lists(st.integers(0, 2**48 - 1), min_size=1, max_size=3))
def test_thresholds_do_not_reach_a_time_of_use_gas_tariff(
    schemas: Schemas, asked: GasTariff, thresholds: list[int]
) -> None:
    root = parse_xml(asked.request(ID))
    before = values(root, schemas, DeviceType.GSME)
    matrix = next(root.iter(sr("ThresholdMatrix")))
    for old in list(matrix):
        matrix.remove(old)
    for n, threshold in enumerate(thresholds, 1):
        etree.SubElement(matrix, sr("BlockThreshold"), index=str(n)).text = str(threshold)
    assert values(root, schemas, DeviceType.GSME) == before
