"""`dcc-sim new` from the shell's side: a request of any service, which the other commands take."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from dcc_sim.catalogue.requests import REQUESTS
from dcc_sim.cli import app
from dcc_sim.duis.parsing import parse_xml
from dcc_sim.duis.request import parse_request
from dcc_sim.duis.schema import Schemas, default_schemas
from dcc_sim.ids import CommandVariant

OURS = default_schemas()
NOW = ("--now", "2026-11-30T14:00:00Z")
TARIFF = "PriceElements/ElectricityPriceElements"


def dcc_sim(*arguments: str, stdin: bytes = b"") -> Any:
    result = CliRunner().invoke(app, list(arguments), input=stdin)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise AssertionError(f"dcc-sim {arguments}: {result.exception!r}") from result.exception
    return result


def new(*arguments: str) -> bytes:
    result = dcc_sim("new", *arguments)
    assert result.exit_code == 0, result.output
    return bytes(result.stdout_bytes)


def refused(*arguments: str, code: int = 1) -> str:
    result = dcc_sim("new", *arguments)
    assert result.exit_code == code, result.output
    assert not result.stdout
    assert "Traceback" not in result.stderr
    return " ".join(result.stderr.split())


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DCC_SIM_SCHEMAS", raising=False)
    return tmp_path


def test_every_service_is_valid(official: Schemas) -> None:
    for variant in REQUESTS:
        document = new(variant, *NOW)
        assert parse_request(document, OURS).variant.text == variant
        official.check_duis(parse_xml(document))


def test_what_it_writes_is_found_valid(elsewhere: Path) -> None:
    names = []
    for variant in ("1.1.1", "2.1", "6.15.1", "8.11"):
        assert new(variant, "--out", f"{variant}.xml") == b""
        names.append(f"{variant}.xml")
    result = dcc_sim("validate", *names)
    assert result.exit_code == 0, result.output
    assert result.stdout.count("valid Request") == len(names)


def test_a_signed_one_goes_through_the_house() -> None:
    signed = new("4.1.1", "--sign", *NOW)
    assert dcc_sim("verify", "-", stdin=signed).exit_code == 0
    done = dcc_sim("submit", "-", *NOW, stdin=signed)
    assert done.exit_code == 0, done.output
    assert "ReadInstantaneousImportRegistersRsp" in done.output


def test_a_tariff_becomes_a_command() -> None:
    request = new("1.1.1", "--choose", f"{TARIFF}=BlockTariff", *NOW)
    assert dcc_sim("transform", "-", *NOW, stdin=request).stdout.startswith("DF09")


def test_wishes() -> None:
    request = parse_request(
        new(
            "1.2.1",
            "--set", f"{TARIFF}/TOUTariff/TOUPrice[3]=-5",
            "--set", f"{TARIFF}/TOUTariff/TOUPrice[3]/@index=48",
            "--execution", "3000-12-31T00:00:00Z",
            "--counter", "5",
            "--device", "00-50-C2-5F-31-00-00-77",
            "--originator", "00-50-C2-5F-30-02-00-00",
            *NOW,
        ),
        OURS,
    )  # fmt: skip
    assert str(request.request_id) == "00-50-C2-5F-30-02-00-00:00-50-C2-5F-31-00-00-77:5"
    assert request.is_cancellation
    prices = [(each.get("index"), each.text) for each in request.body.iter("{*}TOUPrice")]
    assert prices[2] == ("48", "-5")


def test_the_user_is_one_who_may() -> None:
    assert b">00-50-C2-5F-30-02-00-00:" in new("6.5", *NOW)
    assert b">00-50-C2-5F-30-01-00-00:" in new("4.10", *NOW)


def test_optional_parts() -> None:
    assert b"ExecutionDateTime" not in new("1.6")
    assert b"ExecutionDateTime" in new("1.6", "--optional", "ExecutionDateTime")
    assert new("8.11", "--optional", "all", *NOW).count(b"MP") > 3


def test_the_second_half_of_a_critical_request() -> None:
    first = new("7.1", *NOW)
    frame = dcc_sim("transform", "-", "--null-signature", *NOW, stdin=first)
    assert frame.exit_code == 0, frame.output
    pre_command = frame.stdout.strip()
    second = parse_request(new("7.1", "--pre-command", pre_command, *NOW), OURS)
    assert second.command_variant is CommandVariant.SIGNED_SEND
    assert second.signed_pre_command == bytes.fromhex(pre_command)
    Path("frame.hex").write_text(pre_command, "ascii")
    assert parse_request(new("7.1", "--pre-command", "frame.hex", "--command-variant", "6"), OURS)
    assert "signed pre-command" in refused("7.1", "--command-variant", "5")


def test_places_are_listed() -> None:
    lines = new("2.3", "--list-paths").decode().splitlines()
    assert "     1  DebtRecoveryPerPayment  unsignedShort, 0 … 10000" in lines
    assert any(each.endswith("ElecDebtRecovery1  [choice at .]") for each in lines)
    found = json.loads(new("2.3", "--list-paths", "--json"))
    assert {"path": "TimeDebtRegister1", "least": 1, "most": 1, "type": "int, -2147483648 … 2147483647",
            "chosen_at": None} in found  # fmt: skip


def test_what_is_said_when_it_cannot_be() -> None:
    assert "expected one of GBP, ECB" in refused("1.1.1", "--set", "ElecTariffElements/CurrencyUnits=USD")
    assert "there is CurrencyUnits," in refused("1.1.1", "--set", "ElecTariffElements/Currency=GBP")
    assert "no alternative; there is" in refused("1.1.1", "--choose", "PriceElements=Free")
    assert "no Service Request 9.9; nearest" in refused("9.9")
    assert "no '='" in refused("1.1.1", "--set", "ElecTariffElements", code=2)
    assert "not a Service Reference Variant" in refused("one", code=2)
    assert "not an EUI-64" in refused("4.1.1", "--device", "x", code=2)
    assert "a/b: No such file" in refused("4.1.1", "--out", "a/b")
    assert "KeyMissing" in refused("4.1.1", "--sign", "--originator", "00-50-C2-5F-30-0F-00-00")


def test_the_published_schemas_draft_the_same(official: Schemas) -> None:
    assert new("1.1.1", "--schemas", str(official.directory), *NOW) == new("1.1.1", *NOW)
