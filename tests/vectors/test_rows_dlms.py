"""Each row of a DLMS use case against its page of the GBCS annex: order, objects, types, names, access.

A difference that is meant stands in a table here with its reason; one that is no longer there fails.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from dcc_sim.catalogue.row import UseCase
from dcc_sim.catalogue.usecases import USE_CASES
from dcc_sim.codec.access import AccessRow, Attribute, Item
from dcc_sim.codec.compact import CompactArray
from dcc_sim.codec.cosem import Array, Bits, Boolean, Date, DateTime, Integer, Null, Octets, Struct, Time
from dcc_sim.codec.exchange import CosemObject
from dcc_sim.codec.shape import Shape
from dcc_sim.ids import DeviceType, RemotePartyRole

_SHARED = Path(__file__).resolve().parents[2].parent / "shared"
REFERENCE = Path(os.environ.get("DCC_SIM_REFERENCE") or _SHARED / "reference") / "gbcs-use-cases.json"

ROLES = {
    "Supplier": RemotePartyRole.SUPPLIER,
    "Network Operator": RemotePartyRole.NETWORK_OPERATOR,
    "Access Control Broker": RemotePartyRole.ACCESS_CONTROL_BROKER,
    "Load Controller": RemotePartyRole.LOAD_CONTROLLER,
}
TARGETS = {
    "ESME": (DeviceType.ESME,),
    "CHF": (DeviceType.CHF,),
    "CHF in a Dual Band CH only": (DeviceType.CHF,),
    "CHF; ESME": (DeviceType.ESME, DeviceType.CHF),
}

NO_PAGE = {
    "ECS08": "withdrawn; the vectors have it",
    "ECS26d": "withdrawn; the vectors have it",
    "ECS26e": "withdrawn; the vectors have it",
    "ECS26i": "withdrawn; the vectors have it",
    "ECS30": "withdrawn; the vectors have it",
    "CCS05CCS04": "withdrawn; the vectors have it",
}
ROLES_DIFFER = {"CS01a": "the page says `See GBCS`; the vectors come from the Supplier"}
NOT_OPTIONAL = {
    "ECS61a": "optional in the use case that writes them only, says the page; the vectors read all",
    "ECS61d": "optional in the use case that writes them only; the vectors read all",
}
NAMES_DIFFER = {
    ("ECS57", "MaximumDemand(ConfigurableTime)ActiveEnergyImportValue: reset"): "elsewhere it is ActivePower",
    ("ECS57", "MaximumDemandActiveEnergyExportValue: reset"): "elsewhere it is ActivePower",
}
ORDER_DIFFERS = {
    ("ECS70", 5): "the page names the end before the start; the structure is start, end (vectors)"
}

SHORTER = {
    ".Name": "a season's name is text",
    ".WeekIdentifier": "a week's name is text",
    ".weekIdentifier": "a week's name is text",
    "SupplierMessage: value": "text",
    "ContactDetails: supplierTelephoneNumber": "text",
    "ContactDetails: supplierName": "text",
    ": Description": "text",
    ": stateAndAssociatedInformation": "text",
    ": typeAndIdentifier": "empty without a controller, one octet for an APC (vectors)",
    ".otherInformation": "as many octets as the code has; the vectors have 0, 2 and 7",
    "MeterPointAdministrationNumber(combinedMPANS): value": "13 octets without a secondary MPAN",
    "MeterPointAdministrationNumber(ExportMPAN): value": "an MPAN is text",
    ".execSpecdays": "as many bits as there are special days, says the page",
    ".execSpecdaysNext": "as many bits as there are special days, says the page",
}
"""Lengths on the page that are the greatest: how the SMETS name ends, and why."""

FIXED_SIZE = {
    "charge_table", "TOU_primary_registers", "TOU_secondary_registers", "Block_primary_registers",
    "tariffTOURegisterValues", "secondaryTariffTOURegisterValues", "tariffTOUBlock1RegisterValues",
    "tariffTOUBlock2RegisterValues", "tariffTOUBlock3RegisterValues", "tariffTOUBlock4RegisterValues",
}  # fmt: skip
"""Arrays the page writes [1..n] that always have n elements (matrices; vectors)."""

EXCEPTIONAL = {
    "execution_time": ("octet-string", "octet-string"),
    "credit_charge_configuration": ("octet-string", "octet-string", "bit-string"),
}
"""The page leaves these to GBCS 18.2.1; the types are those of the vectors."""

INTEGERS = {
    0x0F: "integer", 0x10: "long", 0x05: "double-long", 0x11: "unsigned", 0x12: "long-unsigned",
    0x06: "double-long-unsigned", 0x16: "enum",
}  # fmt: skip
STRINGS = {0x09: "octet-string", 0x0A: "visible-string", 0x0C: "utf8-string"}


@dataclass(frozen=True)
class Leaf:
    type: str
    size: tuple[int, int] | None
    const: object
    bounds: tuple[tuple[int, int], ...]
    smets: str
    twin: bool = False
    log: bool = False


@cache
def pages() -> dict[str, Any]:
    if not REFERENCE.is_file():
        pytest.skip(f"no reference pages in {REFERENCE}")
    found = json.loads(REFERENCE.read_text())
    return {page["use_case"]: page for page in found if page.get("protocol") == "DLMS" and "access" in page}


def rows() -> dict[str, UseCase]:
    return {code: row for code, row in USE_CASES.items() if isinstance(row.payload, AccessRow)}


def items_of(code: str) -> tuple[Item, ...]:
    payload = USE_CASES[code].payload
    assert isinstance(payload, AccessRow)
    return payload.items


WITH_PAGE = sorted(rows().keys() - NO_PAGE.keys())


def test_every_page_of_a_command_has_its_row() -> None:
    commands = {code for code, page in pages().items() if page["message_type"].startswith("SME.C")}
    assert commands == set(WITH_PAGE)
    assert not NO_PAGE.keys() & pages().keys()
    assert all(USE_CASES[code].withdrawn for code in NO_PAGE)


@pytest.mark.parametrize("code", WITH_PAGE)
def test_the_head_of_the_row_is_that_of_the_page(code: str) -> None:
    page, row = pages()[code], USE_CASES[code]
    assert row.message_code == int(page["code"], 16)
    assert row.title == page["title"]
    assert row.targets == TARGETS[page["target"]]
    if code in ROLES_DIFFER:
        assert page["roles"] == ["See GBCS"]
    else:
        assert row.roles == tuple(ROLES[role] for role in page["roles"])
    assert row.critical == page["critical"]
    assert row.future_datable == (page["future_datable"] == "Yes")
    assert row.replay_protected == (page["replay_protection"] == "Yes")
    assert row.withdrawn == (page["source_version"] != "4.0")


@pytest.mark.parametrize("code", WITH_PAGE)
def test_the_items_are_those_of_the_page_in_its_order(code: str) -> None:
    page = pages()[code]
    wanted = [
        (access["op"], access["class_id"], access["obis"], access["number"], bool(access.get("optional")))
        for access in page["access"]
    ]
    if code in NOT_OPTIONAL:
        assert any(optional for *_, optional in wanted)
        wanted = [(*access, False) for *access, _ in wanted]
    assert [
        (
            "GET with range" if item.ranged and not item.protected else item.kind.name,
            target.class_id,
            str(target.obis),
            item.index,
            item.optional,
        )
        for item, target in expanded(items_of(code))
    ] == wanted


def expanded(items: tuple[Item, ...]) -> Iterator[tuple[Item, CosemObject]]:
    """Items with choices as the page has them: one after the other for each controller."""
    for choices, group in groupby(items, key=lambda item: len(item.choices)):
        same = list(group)
        for number in range(choices or 1):
            yield from ((item, item.choices[number] if choices else item.object) for item in same)


@pytest.mark.parametrize("code", WITH_PAGE)
def test_the_values_are_those_of_the_page(code: str) -> None:
    page = pages()[code]
    fields = {field["seq"]: (side, field) for side in ("command", "response") for field in page[side]}
    differences: list[str] = []
    for (item, target), access in zip(expanded(items_of(code)), page["access"], strict=True):
        mine = [fields[number] for number in access["seq"]]
        asked = [field for side, field in mine if side == "command"]
        given = [field for side, field in mine if side == "response"]
        where = f"{code} {item.name}"
        differences += compare_range(where, item, asked)
        number = str(item.choices.index(target) + 1) if item.choices else ""
        smets = item.smets.replace("[n]", f"[{number}]") if number else item.smets
        if item.protected:
            continue
        if not item.ranged:
            ours = list(leaves(item.argument, smets))
            theirs = list(page_leaves(asked))
            if (code, item.index) in ORDER_DIFFERS:
                theirs = [theirs[0], theirs[2], theirs[1]]
            differences += compare(where, code, ours, theirs)
        differences += compare(where, code, list(leaves(item.answer, smets)), list(page_leaves(given)))
    attributes = [attribute for item in items_of(code) for attribute in item.protected]
    differences += compare_protected(code, attributes, page)
    assert differences == []


def compare_range(where: str, item: Item, asked: list[dict[str, Any]]) -> Iterator[str]:
    names = [field["smets_name"] for field in asked if field["smets_name"].endswith("fromDateTime")]
    if item.ranged != bool(names):
        yield f"{where}: ranged is {item.ranged}, the page has {names}"
    if names and names != [f"{item.smets}: methodInput: fromDateTime"]:
        yield f"{where}: the range is of {names}, not of {item.smets}"


def compare_protected(code: str, attributes: list[Attribute], page: dict[str, Any]) -> Iterator[str]:
    wanted = [(p["class_id"], p["obis"], p["attribute"]) for p in page.get("protected_attributes", [])]
    found = [(a.object.class_id, str(a.object.obis), a.index) for a in attributes]
    if found != wanted:
        yield f"{code}: protected {found}, the page has {wanted}"
    for attribute in attributes:
        fields = [
            field for field in page["response"]
            if field.get("sensitive") and field["obis"] == str(attribute.object.obis)
        ]  # fmt: skip
        yield from compare(
            f"{code} {attribute.name}", code, list(leaves(attribute.shape, "")), list(page_leaves(fields))
        )


def leaves(shape: Shape, smets: str, of: Leaf = Leaf("", None, None, (), "")) -> Iterator[Leaf]:
    """The leaves of a shape; `of` says what they have from the containers around them."""
    match shape:
        case Struct(parts=parts):
            for part in parts:
                yield from leaves(part.shape, part.smets or smets, replace(of, twin=of.twin or part.optional))
        case Array(element=element, low=low, high=high) | CompactArray(element=element, low=low, high=high):
            log = of.log or isinstance(shape, CompactArray)
            yield from leaves(element, smets, replace(of, bounds=(*of.bounds, (low, high)), log=log))
        case Integer(tag=tag, const=const):
            yield replace(of, type=INTEGERS[tag], const=const, smets=smets)
        case Boolean(const=const):
            yield replace(of, type="boolean", const=const, smets=smets)
        case Octets(tag=tag, low=low, high=high, const=const):
            yield replace(of, type=STRINGS[tag], size=(low, high), const=const, smets=smets)
        case Bits(low=low, high=high, const=const):
            yield replace(of, type="bit-string", size=(low, high), const=const, smets=smets)
        case DateTime(const=const):
            yield replace(of, type="octet-string", size=(12, 12), const=const, smets=smets)
        case Date(const=const):
            yield replace(of, type="octet-string", size=(5, 5), const=const, smets=smets)
        case Time():
            yield replace(of, type="octet-string", size=(4, 4), smets=smets)
        case Null():
            pass
        case _:
            raise AssertionError(shape)


def page_leaves(fields: list[dict[str, Any]]) -> Iterator[Leaf]:
    """What the rows of an item say; several rows may speak of one value."""
    named = [field for field in fields if not field["data_type"].startswith(("null", "structure"))]
    named = [field for field in named if field["data_type"] and "range_descriptor" not in field["path"]]
    named = [field for field in named if field["path"] != "see notes column"]
    if len(named) > 1:
        # A row for the method and one for its data: the second is the value.
        whole = named[0]["path"].split(":")[0]
        named = [field for field in named if field["path"] != whole]
    halves = [field for field in named if "of2.." in field["path"]]
    if halves:
        both = " / ".join(field["smets_name"] for field in halves)
        yield Leaf("double-long-unsigned", None, None, ((2, 2),), both)
        return
    for field in named:
        bounds = tuple(
            (int(low), int(high)) if name not in FIXED_SIZE else (int(high), int(high))
            for name, low, high in re.findall(r"(\w+)\[(\d+)\.\.(\d+)\]", field["path"].partition(":")[2])
        )
        if field["data_type"] == "EXCEPTIONAL":
            name = field["path"].partition(":")[0]
            for type_ in EXCEPTIONAL[name]:
                yield Leaf(type_, None, None, bounds or ((1, 15),), field["smets_name"])
            continue
        found = re.fullmatch(r"([a-z0-9-]+)(?:\((\d+)\))?", field["data_type"])
        assert found, field["data_type"]
        size = (int(found[2]), int(found[2])) if found[2] else None
        twin = "TWIN_ELEMENT_ESME_ONLY" in (field.get("flags") or [])
        const = constant(field.get("constant"), found[1], size)
        yield Leaf(found[1], size, const, bounds, field["smets_name"], twin)


def constant(text: str | None, type_: str, size: tuple[int, int] | None) -> object:
    if not text or " or " in text:
        # Nothing to say, or a choice; a string of no octets can only be empty.
        return b"" if size == (0, 0) and type_ == "octet-string" else None
    raw = text.partition("||")[2] or text
    if raw.startswith("0b"):
        return raw[2 : 2 + (size or (0, 0))[0]]
    if type_ == "bit-string":
        return ""
    if type_ == "octet-string":
        return bytes.fromhex(raw.removeprefix("0x"))
    number = int(raw, 16) if raw.startswith("0x") else int(raw)
    return bool(number) if type_ == "boolean" else number


def plain(name: str) -> str:
    """A SMETS name without the ranges in it, which the pages write in several ways."""
    return re.sub(r"\[\d*\.\.\w*[\]}]", "", name)


def compare(where: str, code: str, ours: list[Leaf], theirs: list[Leaf]) -> Iterator[str]:
    if len(ours) != len(theirs):
        yield f"{where}: {len(ours)} values, the page has {len(theirs)}"
        return
    for our, their in zip(ours, theirs, strict=True):
        if our.type != their.type:
            yield f"{where}: {our.smets} is {our.type}, the page says {their.type}"
        if our.const != their.const:
            yield f"{where}: {our.smets} is {our.const!r}, the page says {their.const!r}"
        if our.twin != their.twin:
            yield f"{where}: {our.smets} twin is {our.twin}"
        if not same_bounds(our, their):
            yield f"{where}: {our.smets} has bounds {our.bounds}, the page says {their.bounds}"
        yield from compare_sizes(where, our, their)
        if plain(our.smets) != plain(their.smets) and (code, their.smets) not in NAMES_DIFFER:
            yield f"{where}: named {our.smets}, the page says {their.smets}"


def same_bounds(our: Leaf, their: Leaf) -> bool:
    # Log buffers are [1..n] on the pages; a range without entries is answered with an empty one.
    ours = list(our.bounds)
    if our.log and their.bounds[:1] == ((1, ours[0][1]),) and ours[0][0] == 0:
        ours[0] = their.bounds[0]
    return tuple(ours) == their.bounds


def compare_sizes(where: str, our: Leaf, their: Leaf) -> Iterator[str]:
    if our.size is None or their.size is None or our.size == their.size:
        return
    shorter = any(plain(our.smets).endswith(last) for last in SHORTER)
    if our.size[1] != their.size[1] or not shorter:
        yield f"{where}: {our.smets} has length {our.size}, the page says {their.size}"


def test_each_difference_is_still_there() -> None:
    for code, name in NAMES_DIFFER:
        page = pages()[code]
        assert name in {field["smets_name"] for field in page["command"] + page["response"]}
    used = {
        last
        for code in WITH_PAGE
        for item in items_of(code)
        for shape in (item.argument, item.answer, *(a.shape for a in item.protected))
        for leaf in leaves(shape, item.smets)
        for last in SHORTER
        if leaf.size and leaf.size[0] != leaf.size[1] and plain(leaf.smets).endswith(last)
    }
    assert used == set(SHORTER)
