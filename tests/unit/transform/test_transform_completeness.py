"""Everything a body may hold is carried or omitted with a reason; no row mentions what does not exist."""

from __future__ import annotations

from importlib import import_module

import pytest
from transform_bench import DLMS_DEVICES, body_of, built, places_of, rows_of

from dcc_sim.catalogue.routes import BY_VARIANT
from dcc_sim.catalogue.usecases import USE_CASES
from dcc_sim.codec.access import AccessRow
from dcc_sim.ids import DeviceType
from dcc_sim.transform.bindings import COMMANDS, function_names
from dcc_sim.transform.compiling import compile_rows
from dcc_sim.transform.rows import Omit, carried, functions, omitted, uncovered

COMPLETE = [
    variant
    for variant, routes in BY_VARIANT.items()
    if all((route.use_case, body_of(variant)) in COMMANDS for route in routes)
]
"""Variants with rows for every device."""


def covered_by(pattern: str, path: str) -> bool:
    return (
        not uncovered({path}, (Omit(pattern.removesuffix("/**"), ""),))
        if pattern.endswith("/**")
        else (
            len(pattern.split("/")) == len(path.split("/"))
            and all(p in ("*", s) for p, s in zip(pattern.split("/"), path.split("/"), strict=True))
        )
    )


@pytest.mark.parametrize("variant", COMPLETE)
def test_every_leaf_of_the_schema_is_carried_or_omitted(variant: str) -> None:
    paths = [place.path for place in places_of(variant)]
    inner = {path.rpartition("/")[0] for path in paths if "@" not in path}
    leaves = {path for path in paths if path not in inner}
    assert uncovered(leaves, rows_of(variant)) == set()


@pytest.mark.parametrize("variant", list(BY_VARIANT))
def test_no_row_reads_what_the_schema_does_not_have(variant: str) -> None:
    paths = [place.path for place in places_of(variant)]
    rows = rows_of(variant)
    patterns = {*carried(rows), *(path for path, _ in omitted(rows))}
    assert [
        p for p in sorted(patterns) if p not in ("", "**") and not any(covered_by(p, path) for path in paths)
    ] == []


@pytest.mark.parametrize("device", DLMS_DEVICES)
def test_every_dlms_use_case_that_a_request_leads_to_has_rows(device: DeviceType) -> None:
    wanted = {
        (route.use_case, body_of(variant))
        for variant, routes in BY_VARIANT.items()
        for route in routes
        if device in route.devices and isinstance(USE_CASES[route.use_case].payload, AccessRow)
    }
    assert sorted(wanted - COMMANDS.keys()) == []
    assert len(list(built(device))) > (60 if device is DeviceType.ESME else 9)


@pytest.mark.parametrize(("code", "body"), list(COMMANDS))
def test_every_row_is_on_a_route_and_compiles(code: str, body: str) -> None:
    assert any(
        route.use_case == code and body_of(variant) == body
        for variant, routes in BY_VARIANT.items()
        for route in routes
    )
    compile_rows(COMMANDS[code, body].rows)


def test_functions_are_few_and_documented() -> None:
    found = {each for command in COMMANDS.values() for each in functions(command.rows)}
    assert len(function_names()) <= len(found) <= len(COMMANDS) // 3
    for name in function_names():
        module, _, function = name.rpartition(".")
        assert getattr(import_module(module), function).__doc__, name


def test_omissions_have_reasons() -> None:
    for command in COMMANDS.values():
        assert all(len(why) > len("because") for _, why in omitted(command.rows))
