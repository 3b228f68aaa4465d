from __future__ import annotations

import json
import re

import pytest
from mtd_reference import reference

from dcc_sim.errors import NotFound
from dcc_sim.mtd.flows import FLOWS, Flow, Group, MarketRole, flow_layout
from dcc_sim.mtd.formats import Kind

ROLES = {
    "Supplier": MarketRole.SUPPLIER,
    "MOP": MarketRole.METER_OPERATOR,
    "NHHDC": MarketRole.DATA_COLLECTOR,
    "Distributor": MarketRole.DISTRIBUTOR,
    "MPAS": MarketRole.REGISTRATION,
    "MAP": MarketRole.ASSET_PROVIDER,
}
# What the catalogue calls plain numbers, or leaves open, and we check more closely.
CLOSER = {Kind.MPAN: {"NUM(13)", "INT(13)"}, Kind.TPR: {"(0)"}, Kind.MPID: {"(0)", "CHAR(4)"}}


def walk(flow: Flow) -> list[tuple[Group, str | None, int]]:
    def below(group: Group, parent: str | None, level: int) -> list[tuple[Group, str | None, int]]:
        rows = [(group, parent, level)]
        for child in group.groups:
            rows += below(child, group.id, level + 1)
        return rows

    return [row for top in flow.groups for row in below(top, None, 1)]


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.code)
def test_group_ids_are_unique_three_characters(flow: Flow) -> None:
    ids = [group.id for group, _, _ in walk(flow)]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch("[0-9A-Z]{3}", group_id) for group_id in ids)


@pytest.mark.parametrize("flow", [flow for flow in FLOWS if not flow.invented], ids=lambda flow: flow.code)
def test_layout_is_that_of_the_catalogue(flow: Flow) -> None:
    theirs = json.loads(reference("mtd-flows.json").read_text())["flows"][flow.code]
    ours = walk(flow)
    assert [(group.id, parent, level) for group, parent, level in ours] == [
        (group["id"], group["parent"], group["level"]) for group in theirs["groups"]
    ]
    for (group, _, _), row in zip(ours, theirs["groups"], strict=True):
        assert (group.minimum, group.maximum) == (row["min"], row["max"]), group.id
        assert [(item.number, item.name, item.mandatory) for item in group.items] == [
            (number, name, mark == "M") for number, name, _, mark in row["fields"]
        ]
        for item, (_, _, form, _) in zip(group.items, row["fields"], strict=True):
            kind = item.format.kind
            if kind in CLOSER:
                assert form in CLOSER[kind], item
            elif form.startswith(("DATE", "BOOLEAN")):
                assert form.split("(")[0] == kind.value, item
            elif form != "(0)":
                assert form == f"{kind.value}({item.format.length})", item


@pytest.mark.parametrize("flow", [flow for flow in FLOWS if not flow.invented], ids=lambda flow: flow.code)
def test_routes_are_those_of_the_catalogue(flow: Flow) -> None:
    routes = json.loads(reference("mtd-flows.json").read_text())["flows"][flow.code]["routes"]
    assert set(flow.routes) == {
        (ROLES[sender], ROLES[recipient])
        for sender, recipients in routes.items()
        for recipient in recipients
        if sender in ROLES and recipient in ROLES
    }


def test_the_change_of_supplier_reading_mirrors_the_reading() -> None:
    readings, of_change = (walk(flow_layout(code)) for code in ("D0010002", "D0086002"))
    assert [(g.items, level) for g, _, level in readings] == [(g.items, level) for g, _, level in of_change]
    assert [g.id for g, _, _ in of_change] == ["196", "765", "197", "766", "198", "07A", "199"]


def test_invented_flows_are_marked() -> None:
    assert [flow.code for flow in FLOWS if flow.invented] == ["D9388001", "D9389001"]
    assert all(flow.invented == ("SIM-INVENTED" in flow.name) == flow.code.startswith("D9") for flow in FLOWS)
    assert flow_layout("D9389001").groups == flow_layout("D0367001").groups


def test_unknown_names() -> None:
    with pytest.raises(NotFound, match="D0155001"):
        flow_layout("D0155001")
    with pytest.raises(NotFound, match="'999'"):
        flow_layout("D0367001").group("999")
    assert flow_layout("D0367001").group("05J").name == "Meter Register"
