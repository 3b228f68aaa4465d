"""Logs of a gas meter that are read without an end: all entries, whatever year the request names."""

from __future__ import annotations

import copy

import pytest
from lxml import etree
from transform_bench import HOUSE, NOW, STATE

from dcc_sim.codec.shape import as_struct
from dcc_sim.duis.drafting import Wishes, draft
from dcc_sim.duis.names import local_name
from dcc_sim.duis.request import read_request
from dcc_sim.duis.schema import default_schemas
from dcc_sim.errors import RequestInvalid
from dcc_sim.ids import DeviceType, ServiceReferenceVariant
from dcc_sim.transform.message import read_frame
from dcc_sim.transform.request import transform

LOGS = [("4.4.4", "debt_log"), ("4.4.5", "top_up_log")]
FORMS = {
    variant: draft(
        ServiceReferenceVariant(variant),
        HOUSE,
        NOW,
        default_schemas(),
        Wishes(device=str(HOUSE.devices[DeviceType.GSME])),
    ).root
    for variant in ("4.4.4", "4.4.5", "4.6.1")
}


def end_of(variant: str, name: str, until: str) -> object:
    root = copy.deepcopy(FORMS[variant])
    for element in root.iter(etree.Element):
        if local_name(element) == "EndDateTime":
            element.text = until
    command = transform(read_request(root), DeviceType.GSME, NOW, STATE)
    return as_struct(read_frame(command).body.values[name])["end_time"]


@pytest.mark.parametrize(("variant", "name"), LOGS)
@pytest.mark.parametrize(
    ("until", "seconds"),
    [
        ("2136-02-07T06:28:13Z", 0xFFFF_FFFD),
        ("2136-02-07T06:28:14Z", 0xFFFF_FFFE),
        ("2136-02-07T06:28:15Z", 0xFFFF_FFFE),
        ("3000-12-31T00:00:00.00Z", 0xFFFF_FFFE),
        ("9999-12-31T23:59:59Z", 0xFFFF_FFFE),
    ],
)
def test_an_end_beyond_the_years_of_a_meter_is_none(
    variant: str, name: str, until: str, seconds: int
) -> None:
    assert end_of(variant, name, until) == seconds


@pytest.mark.parametrize(("variant", "name"), LOGS)
def test_an_end_before_them_is_refused(variant: str, name: str) -> None:
    with pytest.raises(RequestInvalid, match="2000"):
        end_of(variant, name, "1999-12-31T23:59:59Z")


def test_other_logs_have_no_such_end() -> None:
    with pytest.raises(RequestInvalid, match="2136"):
        end_of("4.6.1", "snapshots", "3000-12-31T00:00:00Z")
