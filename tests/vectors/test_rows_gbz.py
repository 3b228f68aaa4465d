"""Each row of a GBZ use case against its page of the GBCS annex: components, fields, names, access.

A difference that is meant stands in a table here with its reason; one that is no longer there fails.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from dcc_sim.catalogue.row import UseCase
from dcc_sim.catalogue.usecases import USE_CASES
from dcc_sim.codec.gbz import AttributeRead, Command, GbzRow
from dcc_sim.codec.shape import Shape
from dcc_sim.codec.zcl import UTC_TIME, CountOf, Field, Fields, Listed, Number, OctetString, Repeat
from dcc_sim.ids import DeviceType, RemotePartyRole

_SHARED = Path(__file__).resolve().parents[2].parent / "shared"
REFERENCE = Path(os.environ.get("DCC_SIM_REFERENCE") or _SHARED / "reference") / "gbcs-use-cases.json"

ROWS = [row for row in USE_CASES.values() if isinstance(row.payload, GbzRow)]

ROLES = {
    "Supplier": RemotePartyRole.SUPPLIER,
    "Network Operator": RemotePartyRole.NETWORK_OPERATOR,
    "Access Control Broker": RemotePartyRole.ACCESS_CONTROL_BROKER,
}
TARGETS = {
    "GSME": (DeviceType.GSME,),
    "GPF": (DeviceType.GPF,),
    "GPF; GSME": (DeviceType.GPF, DeviceType.GSME),
    "GPF (primary); GSME": (DeviceType.GPF, DeviceType.GSME),
    "GPF (primary and for any Remote Party with access rights); GSME (Supplier only)": (
        DeviceType.GPF,
        DeviceType.GSME,
    ),
    "ZigBee Device": (DeviceType.GPF, DeviceType.GSME),
}
TYPES = {
    "UINT8": 0x20,
    "UINT16": 0x21,
    "UINT24": 0x22,
    "UINT32": 0x23,
    "UINT48": 0x25,
    "INT32": 0x2B,
    "ENUM8": 0x30,
    "BITMAP8": 0x18,
    "BITMAP8 (NIBBLES)": 0x18,
    "BITMAP16": 0x19,
    "BITMAP32": 0x1B,
    "UTCTIME": UTC_TIME,
    "OCTETSTRING": 0x41,
    "CHARSTRING": 0x42,
}
SIZES = {0x20: 1, 0x21: 2}
TIMED = {
    *("GCS01a", "GCS01b", "GCS02", "GCS03", "GCS05", "CS01b"),
    *("GCS13a", "GCS13b", "GCS13c", "GCS14", "GCS60a"),
}

NO_PAGE = {
    "GCS21d": "withdrawn; the vectors have it",
    "GCS21e": "withdrawn; the vectors have it",
    "GCS60a": "newer than the annex; the vectors have it",
}
WITHDRAWN = {
    "GCS21d": "not in 4.0",
    "GCS21e": "not in 4.0",
    "GCS24": "the last edition with it is 3.1",
    "GCS25": "4.0 keeps it for the GPF alone: nobody may send it",
}
ROLES_DIFFER = {
    "CS01b": "the page says `See GBCS`; the vectors come from the Supplier",
    "GCS25": "the page has none; the vectors come from the Supplier",
}
TARGETS_DIFFER = {"GCS25": "the page says none; the vectors go to a GSME"}
TYPES_DIFFER = {
    "Issuer Event ID": "a UTCTime in ZSE, and the current time says the page",
    "Message ID": "the time, says the page",
    "Debt Recovery Start Time": "a UTCTime in ZSE",
    "Calendar Time Reference": "an enumeration in ZSE",
}
VALUES_DIFFER = {
    ("GCS04", "Debt Recovery Frequency"): "a meter has to read other values to refuse them",
}
MORE_THAN_THE_PAGE = {
    ("GCS21f", "reserved"): "the 19 octets that a note on the page allows",
}
NAMES_MISSING = {
    ("GCS41", "MeterPointReferenceNumber: set"): "the command itself, no leaf of it",
    ("GCS21j", "PaymentMode: value.PaymentMode"): "the same attribute as the name the row has",
}

_USED: set[tuple[str, object]] = set()


def _meant(table: str, key: object) -> bool:
    known = globals()[table]
    if key in known:
        _USED.add((table, key))
    return key in known


@cache
def pages() -> dict[str, Any]:
    if not REFERENCE.exists():
        pytest.skip(f"no reference pages in {REFERENCE}")
    return {page["use_case"]: page for page in json.loads(REFERENCE.read_text())}


def page_of(row: UseCase) -> dict[str, Any]:
    page: dict[str, Any] = pages()[row.code]
    if not page["page"]:
        assert _meant("NO_PAGE", row.code)
        pytest.skip(NO_PAGE[row.code])
    return page


def commands_of(row: UseCase) -> tuple[Command, ...]:
    assert isinstance(row.payload, GbzRow)
    return row.payload.commands


every_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.code)


def test_every_gbz_page_has_a_row() -> None:
    wanted = {code for code, page in pages().items() if page.get("protocol") == "GBZ" and "command" in page}
    assert wanted | NO_PAGE.keys() == {row.code for row in ROWS}


@every_row
def test_title_code_and_access(row: UseCase) -> None:
    assert row.timed == (row.code in TIMED)
    assert row.withdrawn == _meant("WITHDRAWN", row.code)
    page = page_of(row)
    assert int(row.message_code) == int(page["code"], 16)
    assert row.title == page["title"]
    assert row.critical == bool(page["critical"])
    assert row.future_datable == (page["future_datable"] == "Yes")
    assert row.replay_protected == (page["replay_protection"] == "Yes")
    if not _meant("TARGETS_DIFFER", row.code):
        assert row.targets == TARGETS[page["target"]]
    if not _meant("ROLES_DIFFER", row.code):
        assert row.roles == tuple(ROLES[role] for role in page["roles"] or ())


def _number(text: str) -> int:
    return int(text, 2 if text.startswith("0b") else 16 if text.startswith("0x") else 10)


def _values(field: dict[str, Any]) -> set[int]:
    """The constants of a page: one, alternates, or none."""
    text = field["value"]
    if text == "*" or " - " in text or "UTC" in text or ("-" in text and not text.startswith("0x")):
        return set()
    signed = field["type"].startswith("INT")
    found = set()
    for part in text.split("|"):
        value = _number(part.strip())
        found.add(value - (1 << 32) if signed and value >> 31 else value)
    return found


def _ours(shape: Number) -> set[int]:
    return {shape.const} if shape.const is not None else set(shape.allowed)


def _check_field(code: str, field: dict[str, Any], part: Field) -> None:
    shape = part.shape
    name = field["field"]
    wanted = TYPES[field["type"].upper()]
    if isinstance(shape, CountOf):
        assert (wanted, field["value"]) == ({1: 0x20, 2: 0x21}[shape.size], field["value"]), name
        return
    assert isinstance(shape, Number | OctetString), name
    if shape.data_type != wanted:
        assert _meant("TYPES_DIFFER", name), f"{name}: type {shape.data_type:02X}, the page {wanted:02X}"
    if isinstance(shape, OctetString):
        if field["octets"] == "1" and field["value"] == "0x00":
            assert shape.const == b"", name
        elif field["octets"] not in ("*", "1"):
            assert shape.low == shape.high == int(field["octets"]) - 1, name
        return
    if field["octets"] != "*":
        assert shape.size == int(field["octets"]), name
    if _ours(shape) != _values(field):
        assert _meant("VALUES_DIFFER", (code, name)), f"{name}: {_ours(shape)}, the page {_values(field)}"


def _check_fields(code: str, payload: list[dict[str, Any]], fields: Fields) -> None:
    ours = list(fields.fields)
    for field in payload:
        if field["type"].startswith("Refer to ZigBee"):
            assert ours, field["field"]
            ours = []
        else:
            _check_field(code, field, ours.pop(0))
    for part in ours:
        assert _meant("MORE_THAN_THE_PAGE", (code, part.name)), part.name


def _instances(text: str) -> tuple[int, int]:
    low, _, high = text.partition("-")
    return int(low or 1), int((high or low or "1").replace("n", "255"))


def _header(component: dict[str, Any]) -> tuple[int, int, int]:
    return (
        int(component["cluster_id"], 16),
        int(component["frame_control"], 2),
        int(component["command_id"], 16),
    )


@every_row
def test_the_command_is_that_of_the_page(row: UseCase) -> None:
    template = page_of(row)["command"]
    commands = commands_of(row)
    low, high = sum(c.low for c in commands), sum(c.high for c in commands)
    assert _instances(template["component_count"]) == (low, high)
    assert len(template["components"]) == len(commands)
    for component, command in zip(template["components"], commands, strict=True):
        assert _header(component) == (command.cluster, command.frame_control, command.id)
        assert _instances(component.get("instances", "")) == (command.low, command.high)
        assert (component["ext_control"][:3] == "0x1") == (command.from_time is not None)
        if command.reads:
            assert [int(f["value"], 16) for f in component["payload"]] == [r.id for r in command.reads]
            continue
        payload = component["payload"]
        if command.step:
            (step,) = (f for f in payload if f["value"] == f"0-{command.high - 1}")
            position = payload.index(step)
            assert command.fields.fields[position].name == command.step
        _check_fields(row.code, payload, command.fields)


@dataclass
class Answers:
    """The components of a page's Response: what comes, and what comes instead."""

    normal: list[dict[str, Any]]
    instead: dict[int, dict[str, Any]]


def _answers(row: UseCase) -> Answers:
    normal: list[dict[str, Any]] = []
    instead: dict[int, dict[str, Any]] = {}
    for component in page_of(row)["response"]["components"]:
        if component.get("alternate"):
            instead[len(normal) - 1] = component
        else:
            normal.append(component)
    return Answers(normal, instead)


def _check_default(component: dict[str, Any], command: Command) -> None:
    assert _header(component) == (command.cluster, command.default_control, 0x0B)
    assert _values(component["payload"][0]) == {command.id}
    assert not component.get("encrypted")


def _check_attributes(code: str, payload: list[dict[str, Any]], reads: tuple[AttributeRead, ...]) -> None:
    assert len(payload) == 4 * len(reads)
    for position, read in enumerate(reads):
        identity, status, kind, value = payload[4 * position : 4 * position + 4]
        assert (int(identity["value"], 16), status["field"]) == (read.id, "Status")
        assert int(kind["value"], 16) == read.shape.data_type
        _check_field(code, value, Field(read.name, read.shape))


@every_row
def test_the_response_is_that_of_the_page(row: UseCase) -> None:
    answers = _answers(row)
    commands = commands_of(row)
    assert len(answers.normal) == len(commands)
    for position, (component, command) in enumerate(zip(answers.normal, commands, strict=True)):
        assert bool(component.get("encrypted")) == command.encrypted
        low, high = _instances(component.get("instances", ""))
        if command.reads:
            assert _header(component) == (command.cluster, command.answer_control, 0x01)
            _check_attributes(row.code, component["payload"], command.reads)
        elif command.reply is None:
            _check_default(component, command)
            assert (low, high) == (command.low, command.high)
        else:
            reply = command.reply
            assert _header(component) == (command.cluster, reply.frame_control, reply.id)
            assert high == (command.high if command.step else reply.high)
            _check_fields(row.code, component["payload"], reply.fields)
        if position in answers.instead:
            _check_default(answers.instead[position], command)


def _smets(shape: Shape | CountOf) -> Iterator[str]:
    if isinstance(shape, Fields):
        for part in shape.fields:
            yield part.smets
            yield from _smets(part.shape)
    elif isinstance(shape, Listed | Repeat):
        yield from _smets(shape.element)


def _row_names(row: UseCase) -> set[str]:
    names: set[str] = set()
    for command in commands_of(row):
        names |= {read.smets for read in command.reads} | set(_smets(command.fields))
        if command.reply is not None:
            names |= set(_smets(command.reply.fields))
        if command.from_time is not None:
            names.add(command.from_time.smets)
    return names - {""}


def _each(name: str) -> set[str]:
    """`A / B: x` names the items `A: x` and `B: x`, unless the page joins them itself."""
    objects, _, element = name.rpartition(": ")
    return {name} | {f"{item}: {element}" for item in objects.split(" / ")}


@every_row
def test_the_names_are_those_of_the_page(row: UseCase) -> None:
    wanted = {f["smets_name"].strip() for part in page_of(row)["mapping"] for f in part["fields"]}
    ours = _row_names(row)
    for name in sorted(wanted - {one for joined in ours for one in _each(joined)}):
        assert _meant("NAMES_MISSING", (row.code, name)), f"missing: {name}"
    for name in sorted(ours - wanted):
        items = _each(name) - {name}
        assert items, f"not on the page: {name}"
        assert items <= wanted, f"not on the page: {', '.join(sorted(items - wanted))}"


@every_row
def test_names_are_words_and_unique(row: UseCase) -> None:
    commands = commands_of(row)
    names = [c.name for c in commands] + [read.name for c in commands for read in c.reads]
    assert len(names) == len(set(names))
    for command in commands:
        for fields in (command.fields, command.reply.fields if command.reply else Fields()):
            members = [part.name for part in fields.fields]
            assert len(members) == len(set(members))
            assert all(member.isidentifier() and member == member.lower() for member in members)


def test_every_difference_is_still_there() -> None:
    if not REFERENCE.exists():
        pytest.skip(f"no reference pages in {REFERENCE}")
    for row in ROWS:
        for check in (
            test_title_code_and_access,
            test_the_command_is_that_of_the_page,
            test_the_response_is_that_of_the_page,
            test_the_names_are_those_of_the_page,
        ):
            try:
                check(row)
            except pytest.skip.Exception:
                continue
    tables = (
        *("NO_PAGE", "WITHDRAWN", "ROLES_DIFFER", "TARGETS_DIFFER", "TYPES_DIFFER", "VALUES_DIFFER"),
        *("MORE_THAN_THE_PAGE", "NAMES_MISSING"),
    )
    assert {(table, key) for table in tables for key in globals()[table]} == _USED
