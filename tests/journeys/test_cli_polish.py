"""What a first user stumbles over at the command line, each thing held by a test."""

from __future__ import annotations

import io
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from home_bench import ECONOMY_7, ESME, SUPPLIER
from rich.console import Console
from typer.main import get_command
from typer.testing import CliRunner

from dcc_sim.cli import app
from dcc_sim.dsp.world import home_keys
from dcc_sim.edge.console.examples import EXAMPLES
from dcc_sim.edge.console.frames import field_rows, print_fields
from dcc_sim.edge.inputs import read_home
from dcc_sim.edge.messages import names_of, read_with_checks
from dcc_sim.gbcs.blocks import segment
from dcc_sim.ids import RequestId

NOW = ("--now", "2026-11-30T14:00:00Z")
MAIN = (sys.executable, "-c", "from dcc_sim.cli import main; main()")


def dcc_sim(*arguments: str, stdin: bytes = b"") -> Any:
    result = CliRunner().invoke(app, list(arguments), input=stdin)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise AssertionError(f"dcc-sim {arguments}: {result.exception!r}") from result.exception
    return result


def ok(*arguments: str, stdin: bytes = b"") -> str:
    result = dcc_sim(*arguments, stdin=stdin)
    assert result.exit_code == 0, result.output
    return str(result.stdout)


@pytest.fixture(scope="module")
def command_hex(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A finished tariff command."""
    path = tmp_path_factory.mktemp("request") / "tariff.xml"
    path.write_bytes(ECONOMY_7.request(RequestId(SUPPLIER, ESME, 5001)))
    return ok("command", str(path), *NOW).strip()


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DCC_SIM_SCHEMAS", raising=False)
    monkeypatch.delenv("DCC_SIM_VECTORS", raising=False)
    return tmp_path


# -------------------------------------------------------------------------------------------- help


def commands() -> dict[str, Any]:
    group: Any = get_command(app)
    found = dict(group.commands)
    tokens = found.pop("utrn")
    return found | {f"utrn {name}": each for name, each in tokens.commands.items()}


@pytest.mark.parametrize("name", commands())
def test_the_help_of_a_command_fits_80_columns_and_shows_how_it_is_called(name: str) -> None:
    shown = ok(*name.split(), "-h")
    assert shown == ok(*name.split(), "--help")
    if name in ("mtd", "tariff", "serve") and "Not built yet" in shown:
        pytest.skip(f"dcc-sim {name} is not built")
    assert f"dcc-sim {name}" in shown.partition("Examples:")[2]
    for line in shown.splitlines():
        assert len(line) <= 80 or line.lstrip().startswith("dcc-sim")
    for option in re.findall(r"(?m)^  (--[a-z-]+).*$", shown):
        assert re.search(rf"{option}\b[^\n]*  +\S|{option}\b[^\n]*\n {{10,}}\S", shown), (
            f"{option} is not explained"
        )


def test_the_list_of_commands_is_whole_sentences() -> None:
    listed = ok("--help").partition("Commands:")[2]
    for name in commands():
        if " " not in name:
            assert re.search(rf"(?m)^  {name} +\S", listed)
    assert "..." not in listed.replace("Not built yet", "").partition("serve")[0]


def test_an_option_means_the_same_wherever_it_is() -> None:
    said: dict[str, set[tuple[str, str]]] = {}
    for command in commands().values():
        for parameter in command.params:
            for option in parameter.opts:
                if option in (
                    "--keys",
                    "--schemas",
                    "--now",
                    "--acb",
                    "--cin",
                    "--gbcs",
                    "--json",
                    "--phases",
                ):
                    said.setdefault(option, set()).add((parameter.metavar or "", parameter.help or ""))
    assert {option: len(texts) for option, texts in said.items()} == dict.fromkeys(said, 1)


def test_every_command_that_reads_a_frame_knows_the_users_home() -> None:
    for name in (
        "decode",
        "diff",
        "mmc",
        "transform",
        "command",
        "correlate",
        "sign",
        "verify",
        "submit",
        "new",
    ):
        options = {option for parameter in commands()[name].params for option in parameter.opts}
        assert "--home" in options, name


def test_the_examples_of_the_help_run(elsewhere: Path) -> None:
    """All lines, in the order of the table, in one folder; `|`, `<` and `>` as in a shell."""
    token = ""
    for lines in EXAMPLES.values():
        for line in lines:
            if "vectors" in line:
                continue
            output = b""
            for part in line.replace("UTRN", token).split(" | "):
                words = shlex.split(part)
                assert words.pop(0) == "dcc-sim"
                to = words[words.index(">") + 1] if ">" in words else None
                if "<" in words:
                    output = Path(words[words.index("<") + 1]).read_bytes()
                words = words[: min((words.index(sign) for sign in "<>" if sign in words), default=None)]
                result = dcc_sim(*words, stdin=output)
                assert result.exit_code == 0, f"{line}: {result.output}"
                output = result.stdout.encode()
                if to is not None:
                    Path(to).write_bytes(output)
            if "utrn make" in line:
                token = output.decode().strip()


# ------------------------------------------------------------------------------------------- files


@pytest.mark.parametrize(
    "name", ["validate", "sign", "verify", "transform", "command", "submit", "decode", "mmc"]
)
def test_a_file_that_is_not_there_is_wrong_usage_of_every_command(name: str) -> None:
    result = dcc_sim(name, "absent.xml")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "absent.xml: No such file or directory" in result.stderr
    assert dcc_sim(name, ".").exit_code == 2


def test_two_standard_inputs_are_one_too_many() -> None:
    assert dcc_sim("diff", "-", "-").exit_code == 2
    assert dcc_sim("correlate", "-", "-").exit_code == 2


def test_a_full_disk_is_said_and_is_a_failure() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run([*MAIN, "list"], stdout=full, stderr=subprocess.PIPE, check=False, text=True)
    assert ran.returncode == 1
    assert ran.stderr == "standard output: No space left on device\n"


def test_a_reader_that_leaves_early_sees_no_complaint() -> None:
    ran = subprocess.run(
        ["bash", "-c", f"{shlex.join(MAIN)} list --json | head -1"],
        capture_output=True,
        check=False,
        text=True,
    )
    assert (ran.stdout, ran.stderr) == ("[\n", "")


# ------------------------------------------------------------------------------------------ frames


def test_a_frame_as_people_paste_it(command_hex: str) -> None:
    shown = ok("decode", command_hex)
    pairs = re.findall("..", command_hex)
    for pasted in (
        command_hex.lower(),
        " ".join(pairs),
        ":".join(pairs),
        "-".join(pairs),
        "0x" + command_hex,
        ", ".join(f"0x{pair}" for pair in pairs),
        "\n".join(command_hex[n : n + 64] for n in range(0, len(command_hex), 64)),
    ):
        assert ok("decode", pasted) == shown


def test_a_frame_inside_the_xml_that_carries_it(elsewhere: Path) -> None:
    ok("new", "1.1.1", *NOW, "--out", "request.xml")
    command = ok("command", "request.xml", *NOW).strip()
    carrying = ok("new", "1.1.1", *NOW, "--command-variant", "5", "--pre-command", command)
    assert ok("decode", "-", stdin=carrying.encode()) == ok("decode", command)
    assert dcc_sim("diff", "-", command, stdin=carrying.encode()).stdout == "no field differs\n"
    bare = dcc_sim("decode", "request.xml")
    assert (bare.exit_code, bare.stdout) == (1, "")
    assert "NotFound: this Request has no GBCSPayload" in bare.stderr


def test_every_octet_of_a_frame_is_in_a_row(command_hex: str) -> None:
    fields = json.loads(ok("decode", command_hex, "--json"))["fields"]
    covered: set[int] = set()
    for row in fields:
        if row["offset"] is not None:
            covered |= set(range(row["offset"], row["offset"] + len(row["octets"]) // 2))
            assert row["field"] or row["meaning"], row
    assert covered == set(range(len(command_hex) // 2))
    assert not [row for row in fields if row["meaning"] == "not read"]


def test_the_header_says_what_its_numbers_mean(command_hex: str) -> None:
    said = {row["field"]: row["meaning"] for row in json.loads(ok("decode", command_hex, "--json"))["fields"]}
    assert said["cra_flag"] == "Command"
    assert said["message_code"] == "0019 ECS01a Set Tariff and Price on ESME"
    assert said["business_target_id"] == "ESME, home demo"
    assert said["seasons.[1]"] == "structure of 3"
    assert said["invoke_id"].startswith("access-request")
    assert said["signature"] == "ECDSA P-256: r, s"
    rows = json.loads(ok("decode", command_hex, "--json"))["fields"]
    assert next(row for row in rows if row["field"] == "seasons")["meaning"] == (
        "set: class 20, 0-0:13.0.0.255, attribute 7"
    )


def test_a_frame_that_breaks_off_is_explained_as_far_as_it_goes(command_hex: str) -> None:
    whole = [row for row in json.loads(ok("decode", command_hex, "--json"))["fields"] if row["field"]]
    for octets in (30, 60, 200, 500):
        result = dcc_sim("decode", command_hex[: 2 * octets], "--json")
        assert result.exit_code == 1
        found = json.loads(result.stdout)
        rows = [row for row in found["fields"] if row["field"]]
        assert rows == whole[: len(rows)] or rows[1:] == whole[1 : len(rows)]
        assert found["fields"][-1]["meaning"] in ("not read", rows[-1]["meaning"])
    assert "the data ends at offset 500, in " in found["problem"]
    assert "the data ends at offset 500, in " in dcc_sim("decode", command_hex[:1000]).stderr


def test_a_wrong_mac_names_the_keys_it_was_checked_with(command_hex: str) -> None:
    spoiled = command_hex[:-1] + ("0" if command_hex[-1] != "0" else "1")
    result = dcc_sim("decode", spoiled)
    assert result.exit_code == 1
    assert "checked with the test keys of home demo and home rtds; --keys gives others" in result.stderr


def test_an_unknown_message_code_leaves_the_payload_unread(command_hex: str) -> None:
    at = command_hex.index("00020019") + 4
    result = dcc_sim("decode", command_hex[:at] + "07FF" + command_hex[at + 4 :], "--json")
    assert result.exit_code == 1
    rows = {row["field"]: row["meaning"] for row in json.loads(result.stdout)["fields"]}
    assert rows["message_code"] == "07FF is no code of GBCS"
    assert "not read" in [row["meaning"] for row in json.loads(result.stdout)["fields"]]


def test_differences_stand_in_the_order_of_the_frame(command_hex: str) -> None:
    other = command_hex.replace("00020019", "0002001A")
    spoiled = command_hex[:-1] + ("0" if command_hex[-1] != "0" else "1")
    assert dcc_sim("diff", command_hex, other).exit_code == 1
    found = json.loads(dcc_sim("diff", command_hex, spoiled, "--json").stdout)
    assert [each["field"] for each in found] == ["mac"]
    one, two = (ok("new", "1.1.1", *NOW, "--counter", number) for number in ("7", "8"))
    one, two = (ok("transform", "-", *NOW, stdin=each.encode()).strip() for each in (one, two))
    found = json.loads(dcc_sim("diff", one, two, "--json").stdout)
    assert [each["field"] for each in found] == ["originator_counter", "invoke_id"]


def test_a_block_says_which_it_is(command_hex: str) -> None:
    first, *_ = segment(bytes.fromhex(command_hex), limit=600)
    shown = ok("decode", first.hex())
    assert "block 1 of a message with code" in shown
    assert re.search(r"block_control +\d+ +more follow, streaming, window 63", shown)


def test_text_in_a_frame_is_no_markup_of_the_console(command_hex: str) -> None:
    spoiled = command_hex.replace(b"year".hex().upper(), b"[/x]".hex().upper())
    assert spoiled != command_hex
    assert '"[/x]"' in dcc_sim("decode", spoiled).stdout
    assert '"[/x]"' in dcc_sim("diff", command_hex, spoiled).stdout


def test_a_pipe_gets_one_line_per_field_without_colours_and_padding(command_hex: str) -> None:
    lines = ok("decode", command_hex).splitlines()
    assert not [line for line in lines if line != line.rstrip() or "\x1b" in line]
    names = [line for line in lines if "schedule" in line or "name" in line]
    assert all(len(line.split()) >= 3 for line in names)
    assert not [line for line in ok("list").splitlines() if line != line.rstrip()]


@pytest.mark.parametrize("width", [80, 120])
def test_a_terminal_gets_lines_that_fit(command_hex: str, width: int) -> None:
    homes = [read_home("demo")]
    octets = bytes.fromhex(command_hex)
    reading = read_with_checks(octets, home_keys(homes[0]), lambda _: homes[0].parties[0].eui)
    console = Console(force_terminal=True, width=width, record=True, highlight=False, file=io.StringIO())
    print_fields(console, field_rows(octets, reading.notes, names_of(homes)), ())
    text = console.export_text()
    assert max(map(len, text.splitlines())) <= width
    assert "business_originator_id" in text
    assert "0-0:13.0.0.255" in text


def test_the_way_of_a_critical_request_by_hand(elsewhere: Path) -> None:
    """Request, pre-command, its signature, the signed pre-command in a request; none of it needs Python."""
    ok("new", "7.1", *NOW, "--counter", "7", "--out", "request.xml")
    bare = ok("transform", "request.xml", *NOW)
    signed = ok("sign", "-", stdin=bare.encode())
    assert signed.startswith(bare.strip())
    assert len(signed) == len(bare) + 2 * 65
    assert "signature: holds" in ok("decode", signed)
    assert "same: the command is ECS42" in ok("correlate", "request.xml", signed.strip())
    second = ok(
        "new", "7.1", *NOW, "--counter", "7", "--command-variant", "5", "--pre-command", signed.strip()
    )
    assert ok("validate", "-", *NOW, stdin=second.encode()) == "-: valid Request\n"
    finished = ok("command", "request.xml", *NOW).strip()
    assert "only a Command without a MAC is a pre-command" in dcc_sim("sign", finished).stderr


@pytest.mark.parametrize(
    ("variant", "said"),
    [
        ("5.1", "5.1 Create Schedule is done by the DCC itself: no command is made of it"),
        ("6.23", "say the counter with --acb-counter"),
    ],
)
def test_a_request_that_makes_no_command_says_why(elsewhere: Path, variant: str, said: str) -> None:
    ok("new", variant, *NOW, "--out", "request.xml")
    result = dcc_sim("transform", "request.xml", *NOW)
    assert (result.exit_code, result.stdout) == (1, "")
    assert said in result.stderr


def test_a_place_in_broken_xml_is_said_once(elsewhere: Path) -> None:
    told = dcc_sim("transform", "-", stdin=b"DF09 no XML").stderr
    assert told.count("column 1") == 1


def test_a_document_that_holds_no_answer_is_no_mmc(elsewhere: Path) -> None:
    ok("new", "4.1.1", *NOW, "--out", "request.xml")
    result = dcc_sim("mmc", "request.xml")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.strip() == "NotFound: this Request has no GBCSPayload, so there is no frame in it"


# -------------------------------------------------------------------------------------------- JSON


def test_whose_signature_it_is_as_json(elsewhere: Path) -> None:
    ok("new", "1.1.1", *NOW, "--sign", "--out", "signed.xml")
    assert json.loads(ok("verify", "signed.xml", "--json")) == {"holds": True, "signer": str(SUPPLIER)}


def test_a_home_of_the_users_own_opens_what_was_made_in_it(elsewhere: Path) -> None:
    text = (Path(__file__).parents[2] / "fixtures" / "homes" / "demo.toml").read_text(encoding="utf-8")
    (elsewhere / "mine.toml").write_text(re.sub(r"(?m)^seed = .*$", 'seed = "mine"', text), encoding="utf-8")
    ok("new", "4.1.1", *NOW, "--out", "read.xml")
    mine = ok("command", "read.xml", *NOW, "--home", "mine.toml").strip()
    assert "MAC: holds" in ok("decode", mine, "--home", "mine.toml")
    assert "MAC: FAILS" in dcc_sim("decode", mine).stdout
