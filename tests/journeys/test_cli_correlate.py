"""`dcc-sim correlate` from the shell's side."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from dcc_sim.cli import app

NOW = ("--now", "2026-11-30T14:00:00Z")
EARLIER = "2026-11-30T13:59:58Z"
GSME = "00-50-C2-5F-31-00-00-A1"
CHARGE = "PriceElements/ElectricityPriceElements/StandingCharge"


def dcc_sim(*arguments: str, stdin: bytes = b"") -> Any:
    result = CliRunner().invoke(app, list(arguments), input=stdin)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise AssertionError(f"dcc-sim {arguments}: {result.exception!r}") from result.exception
    return result


def written(name: str, *arguments: str) -> str:
    """What a command prints, in a file."""
    result = dcc_sim(*arguments)
    assert result.exit_code == 0, result.output
    Path(name).write_bytes(result.stdout_bytes)
    return name


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DCC_SIM_SCHEMAS", raising=False)
    return tmp_path


@pytest.fixture
def debt(elsewhere: Path) -> tuple[str, str]:
    """A request to change a debt, and its pre-command in hex."""
    request = written("debt.xml", "new", "2.3", *NOW)
    return request, Path(written("debt.hex", "transform", request, *NOW)).read_text("ascii").strip()


@pytest.mark.parametrize("form", ["hex", "base64", "file", "standard input", "signed", "finished"])
def test_every_form_of_the_same(debt: tuple[str, str], form: str) -> None:
    request, text = debt
    octets, stdin = bytes.fromhex(text), b""
    match form:
        case "hex":
            command = text
        case "base64":
            command = base64.b64encode(octets).decode()
        case "file":
            command = "debt.hex"
        case "standard input":
            command, stdin = "-", text.encode()
        case "signed":
            command = (octets + b"\x40" + bytes(64)).hex()
        case _:
            command = written("finished.hex", "command", request, *NOW)
    result = dcc_sim("correlate", request, command, stdin=stdin)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("same: the command is ECS07 ")


def test_a_document_that_carries_it(debt: tuple[str, str]) -> None:
    request, text = debt
    written("signed.xml", "new", "2.3", *NOW, "--pre-command", text)
    assert dcc_sim("correlate", request, "signed.xml").exit_code == 0
    refused = dcc_sim("correlate", "signed.xml", text)
    assert refused.exit_code == 1
    assert "carries a signed pre-command" in refused.stderr
    assert "no GBCSPayload" in dcc_sim("correlate", request, request).stderr


def test_each_difference_is_named(debt: tuple[str, str]) -> None:
    _, text = debt
    other = written("other.xml", "new", "1.1.1", *NOW, "--set", f"{CHARGE}=7")
    made = written("tariff.hex", "transform", written("tariff.xml", "new", "1.1.1", *NOW), *NOW)
    result = dcc_sim("correlate", other, made)
    assert (result.exit_code, result.stderr) == (1, "")
    assert "standing_charge" in result.stdout
    assert "StandingCharge" in result.stdout
    shown = dcc_sim("correlate", other, made, "--json")
    assert shown.exit_code == 1
    found = json.loads(shown.stdout)
    assert (found["same"], found["use_case"], found["taken_from_command"]) == (False, "ECS01a", {})
    (each,) = found["differences"]
    assert each["field"] == "standing_charge.table.[1].charge"
    assert each["asked"] == "7"
    line = Path(other).read_text("utf-8").splitlines()[each["line"] - 1]
    assert "StandingCharge" in line
    assert each["path"].endswith("/StandingCharge")
    another = dcc_sim("correlate", other, text)
    assert another.exit_code == 1
    assert "0x0019 ECS01a" in another.stdout


@pytest.fixture
def gas(elsewhere: Path) -> tuple[str, str]:
    """Gas prices, and the pre-command that was made of them two seconds earlier."""
    request = written("gas.xml", "new", "1.2.1", *NOW, "--device", GSME)
    return request, written("gas.hex", "transform", request, "--now", EARLIER)


def test_the_time_is_taken_from_the_command_unless_it_is_said(gas: tuple[str, str]) -> None:
    result = dcc_sim("correlate", *gas)
    assert result.exit_code == 0, result.output
    first, second = result.stdout.splitlines()
    assert first == f"from the command: made at {EARLIER}"
    assert second.startswith("same: the command is GCS01b ")
    shown = json.loads(dcc_sim("correlate", *gas, "--json").stdout)
    assert shown["taken_from_command"] == {"made at": EARLIER}
    assert dcc_sim("correlate", *gas, "--now", EARLIER).exit_code == 0
    exact = dcc_sim("correlate", *gas, *NOW)
    assert exact.exit_code == 1
    assert all("issuer" in line for line in exact.stdout.splitlines()[1:])


def test_the_counter_of_the_acb_is_taken_from_the_command(elsewhere: Path) -> None:
    request = written("log.xml", "new", "4.8.1", *NOW)
    made = written("log.hex", "transform", request, *NOW, "--acb-counter", "77", "--unknown-user")
    assert dcc_sim("correlate", request, made, "--unknown-user").exit_code == 0
    wrong = dcc_sim("correlate", request, made, "--unknown-user", "--acb-counter", "78")
    assert wrong.exit_code == 1
    assert "originator_counter" in wrong.stdout


@pytest.mark.parametrize(
    ("arguments", "said", "code"),
    [
        (("nowhere.xml", "DF"), "nowhere.xml", 2),
        (("debt.xml", "hello"), "neither hex nor base64", 1),
        (("debt.xml", "DF0102"), "DecodeError", 1),
    ],
)
def test_what_cannot_be_read(debt: tuple[str, str], arguments: tuple[str, str], said: str, code: int) -> None:
    result = dcc_sim("correlate", *arguments)
    assert (result.exit_code, result.stdout) == (code, "")
    assert said in result.stderr


def test_one_standard_input_is_not_two(elsewhere: Path) -> None:
    assert dcc_sim("correlate", "-", "-").exit_code == 2
