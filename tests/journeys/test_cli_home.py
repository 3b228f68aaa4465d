"""`dcc-sim home`: what it writes reads back and works, what is wrong in a file is named."""

from __future__ import annotations

import json
import tomllib
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from dcc_sim.cli import app
from dcc_sim.clock import parse_moment
from dcc_sim.dsp.home import parse_home
from dcc_sim.dsp.home_writing import write_home
from dcc_sim.dsp.world import build_world
from dcc_sim.duis.schema import default_schemas
from dcc_sim.edge.inputs import read_home
from dcc_sim.ids import DeviceType

NOW = parse_moment("2026-11-30T14:00:00Z")
RUNNER = CliRunner()


def run(*arguments: str, code: int = 0) -> str:
    result = RUNNER.invoke(app, ["home", *arguments])
    assert result.exit_code == code, result.output
    return result.stdout


def test_the_usual_home_is_one_that_works() -> None:
    text = run()
    home = parse_home(tomllib.loads(text))
    assert [r.type.value for r in home.devices] == ["ESME", "GSME", "CHF", "GPF", "PPMID"]
    world = build_world(home, default_schemas(), NOW - timedelta(days=1))
    meter = world.devices[home.device(DeviceType.ESME).eui]
    assert meter.model.tariff.tou_prices[1] == 29_000
    assert run() == text


def test_devices_and_seed_are_chosen(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    assert run("--devices", "esme,esme,gsme,hcalcs,ihd", "--seed", "mine", "--out", str(file)) == ""
    home = read_home(str(file))
    assert [r.type.value for r in home.devices] == ["ESME", "ESME", "GSME", "HCALCS", "IHD"]
    assert home.seed == "mine"
    assert run("--check", str(file)).endswith(
        "a home with ESME, ESME, GSME, HCALCS, IHD; 7 parties, 0 faults\n"
    )
    assert {r.eui for r in home.devices}.isdisjoint({r.eui for r in parse_home(tomllib.loads(run())).devices})


@pytest.mark.parametrize("name", ["demo", "full", "rtds"])
def test_bundled_homes_are_valid(name: str) -> None:
    assert f"{name}: a home with ESME" in run("--check", name)
    assert run("--check", name, "--json") == "[]\n"


def test_findings(tmp_path: Path) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text(run().replace("mpxn", "mpxm", 1).replace("ADEF", "AX"), encoding="utf-8")
    found = json.loads(run("--check", str(file), "--json", code=1))
    assert [(f["place"], f["rule"]) for f in found] == [
        ("device[1].mpxm", "unknown key"),
        ("device[1].variant", "value"),
    ]
    run("--check", str(file), code=1)
    file.write_text("name = ", encoding="utf-8")
    run("--check", str(file), code=1)
    run("--check", str(tmp_path / "none.toml"), code=2)


@pytest.mark.parametrize("arguments", [("--devices", "esme,fridge"), ("--name", 'a"b'), ("--seed", "")])
def test_wrong_usage(arguments: tuple[str, str]) -> None:
    run(*arguments, code=2)


@given(
    devices=st.lists(st.sampled_from(DeviceType), min_size=1, max_size=20),
    seed=st.text(
        st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters='"\\'), min_size=1
    ),
)
def test_any_home_that_is_written_is_valid(devices: list[DeviceType], seed: str) -> None:
    home = parse_home(tomllib.loads(write_home(devices, seed=seed)))
    assert [record.type for record in home.devices] == devices
    assert home.seed == seed
