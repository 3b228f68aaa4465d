"""`dcc-sim utrn` from the outside."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dcc_sim.cli import app

ROOT = Path(__file__).resolve().parents[3]
PARTIES = ("--supplier", "00-50-C2-5F-30-01-00-00", "--device", "0050c25f310000a0")


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["utrn", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.stdout


def made(*credit: str) -> str:
    code, text = run("make", *PARTIES, *credit)
    assert code == 0
    return text.strip()


def test_make_and_verify() -> None:
    utrn = made("--counter", "5", "--pence", "1250")
    code, text = run("verify", utrn, *PARTIES, "--highest", "4")
    assert code == 0
    assert "pence: 1250" in text
    assert "utrn counter: 5" in text
    assert run("verify", utrn, *PARTIES)[0] == 0
    assert run("verify", utrn, *PARTIES, "--counter", "5")[0] == 0


@pytest.mark.parametrize(
    "how", [("--highest", "5"), ("--counter", "6"), ("--counter", "1029"), ("--counter", "-1")]
)
def test_verify_refuses(how: tuple[str, str]) -> None:
    utrn = made("--counter", "5", "--pence", "1250")
    code, text = run("verify", utrn, *PARTIES, *how)
    assert code == 1
    assert text == ""


def test_another_meter_refuses() -> None:
    utrn = made("--counter", "5", "--pounds", "20")
    other = ("--supplier", PARTIES[1], "--device", "00-50-C2-5F-31-00-00-A1")
    assert run("verify", utrn, *other)[0] == 1


def test_json() -> None:
    code, text = run("make", *PARTIES, "--counter", "1030", "--pounds", "20", "--json")
    assert code == 0
    token = json.loads(text)
    assert (token["truncated_counter"], token["value_class"], token["pence"]) == (6, "pounds", 2000)
    assert token["originator_counter"] == 1030 << 32
    said = json.loads(run("decode", token["utrn"], "--json")[1])
    assert said == {name: token[name] for name in said}
    verified = json.loads(run("verify", token["utrn"], *PARTIES, "--highest", "1000", "--json")[1])
    assert verified == {**said, "utrn_counter": 1030, "originator_counter": 1030 << 32, "verified": True}


def test_decode_reads_aloud() -> None:
    utrn = made("--counter", "5", "--pence", "1250")
    code, text = run("decode", f"{utrn[:4]} {utrn[4:]}")
    assert code == 0
    assert "value class: pence" in text
    assert run("decode", utrn[:-1] + str((int(utrn[-1]) + 1) % 10))[0] == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("make", *PARTIES, "--counter", "5"),
        ("make", *PARTIES, "--counter", "5", "--pence", "1", "--pounds", "1"),
        ("make", "--supplier", "x", "--device", "y", "--counter", "5", "--pence", "1"),
        ("verify", "1" * 20, *PARTIES, "--counter", "5", "--highest", "5"),
        ("decode",),
        ("burn",),
    ],
)
def test_wrong_usage(arguments: tuple[str, ...]) -> None:
    assert run(*arguments)[0] == 2


@pytest.mark.parametrize(
    "credit", [("--counter", "5", "--pence", "8192"), ("--counter", "-1", "--pence", "1")]
)
def test_what_no_token_can_hold(credit: tuple[str, ...]) -> None:
    assert run("make", *PARTIES, *credit)[0] == 1


def test_the_example_of_the_documentation() -> None:
    page = (ROOT / "docs" / "reference" / "utrn.md").read_text(encoding="utf-8")
    block = page.partition("```console\n")[2].partition("```")[0]
    commands = [part.partition("\n") for part in block.split("$ dcc-sim utrn ")[1:]]
    assert [command.split()[0] for command, _, _ in commands] == ["make", "verify"]
    for command, _, printed in commands:
        assert run(*command.split()) == (0, printed)


def test_without_keys_of_the_parties() -> None:
    strangers = ("--supplier", "0123456789ABCDEF", "--device", "0123456789ABCDEE")
    assert run("make", *strangers, "--counter", "5", "--pence", "1")[0] == 1
