"""`dcc-sim list`: what is found by which words, and what is said about it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from dcc_sim.catalogue.requests import REQUESTS
from dcc_sim.catalogue.routes import ROUTES
from dcc_sim.cli import app
from dcc_sim.edge.console.listing import facts, matching
from dcc_sim.errors import NotFound


def found(*words: str) -> list[str]:
    return [row.variant for row in matching(words)]


@pytest.mark.parametrize(
    ("words", "variants"),
    [
        (("1.2",), ["1.2.1", "1.2.2"]),
        (("1.2.",), ["1.2.1", "1.2.2"]),
        (("4.1",), ["4.1.1", "4.1.2", "4.1.3", "4.1.4"]),
        (("6.20",), ["6.20.1", "6.20.2"]),
        (("14",), ["14.1"]),
        (("ECS01a",), ["1.1.1"]),
        (("ecs01",), ["1.1.1", "1.1.2", "1.2.1", "1.2.2"]),
        (("ReadALCSData",), ["7.7"]),
        (("supplier", "NAME"), ["3.4"]),
        (("price", "1.2.2"), ["1.2.2"]),
    ],
)
def test_what_words_find(words: tuple[str, ...], variants: list[str]) -> None:
    assert found(*words) == variants


def test_no_words_find_all() -> None:
    assert found() == found("", " ") == list(REQUESTS)


@pytest.mark.parametrize("words", [("99",), ("1.1.1.1",), ("nothing of the kind",), ("1.1.1", "gas")])
def test_no_match(words: tuple[str, ...]) -> None:
    with pytest.raises(NotFound, match="no Service Request matches"):
        matching(words)


def listed(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["list", *arguments])


def test_the_table_has_a_line_per_request() -> None:
    result = listed("6.2")
    assert result.exit_code == 0
    head, *lines = result.stdout.splitlines()
    assert " ".join(head.split()) == "SRV name critical roles devices use cases future dating"
    assert [line.split()[0] for line in lines] == found("6.2")
    line = " ".join(listed("1.6").stdout.splitlines()[1].split())
    assert line == "1.6 Update Payment Mode yes IS GS ESME GSME ECS02 ECS03 GCS02 GCS03 device"
    assert "nobody" in listed("8.6").stdout
    assert "DCC only" in listed("8.6").stdout
    assert "DSP (always)" in listed("8.5").stdout


def test_the_whole_table_fits_a_line_each() -> None:
    assert len(listed().stdout.splitlines()) == 130


def test_json_says_all() -> None:
    result = listed("--json", "6.20.1")
    (said,) = json.loads(result.stdout)
    assert said == facts(REQUESTS["6.20.1"])
    assert said["service_reference"] == "6.20"
    assert said["routes"][0] == {
        "devices": ["ESME"],
        "use_case": "ECS39a",
        "condition": "ImportMPANs",
        "originators": ["User"],
        "confidence": "high",
        "source": "",
    }
    assert said["differences"][0]["theirs"] == "6.2"
    assert facts(REQUESTS["1.1.1"])["response_codes"] == ["E010101", "E010102"]
    assert sum(len(facts(row)["routes"]) for row in REQUESTS.values()) == len(ROUTES)


def test_nothing_found_is_an_exit_of_one_with_a_reason() -> None:
    result = listed("zzz")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "no Service Request matches 'zzz'" in result.stderr
