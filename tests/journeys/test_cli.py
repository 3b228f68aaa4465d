"""Every command from the shell's side: results, exit codes, and never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from home_bench import (
    ECONOMY_7,
    ESME,
    GAS_BLOCKS,
    GPF,
    GSME,
    MIDNIGHT,
    NEW_PRICES,
    SUPPLIER,
    House,
    house,
    messages,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from typer.testing import CliRunner

from dcc_sim.cli import app
from dcc_sim.gbcs.frame import decode_frame
from dcc_sim.ids import RequestId

NOW = ("--now", "2026-11-30T14:00:00Z")
MAIN = (sys.executable, "-c", "from dcc_sim.cli import main; main()")
LONG = "x" * 300  # more than a file system allows


def dcc_sim(*arguments: str, stdin: bytes = b"") -> Any:
    """Run in process; an exception other than leaving would be a traceback on the screen."""
    result = CliRunner().invoke(app, list(arguments), input=stdin)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise AssertionError(f"dcc-sim {arguments}: {result.exception!r}") from result.exception
    return result


def ok(*arguments: str, stdin: bytes = b"") -> str:
    result = dcc_sim(*arguments, stdin=stdin)
    assert result.exit_code == 0, result.output
    return str(result.stdout)


def refused(*arguments: str, stdin: bytes = b"", code: int = 1) -> str:
    result = dcc_sim(*arguments, stdin=stdin)
    assert result.exit_code == code, result.output
    assert result.stderr
    assert "Traceback" not in result.output
    return str(result.stderr)


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Each test in a folder of its own: some commands make files where they stand."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DCC_SIM_SCHEMAS", raising=False)
    monkeypatch.delenv("DCC_SIM_VECTORS", raising=False)
    return tmp_path


@pytest.fixture(scope="module")
def home() -> House:
    return house()


@pytest.fixture
def files(elsewhere: Path, home: House) -> Path:
    """Requests and frames as files."""
    requests = {
        "tariff.xml": ECONOMY_7.request(RequestId(SUPPLIER, ESME, 5001)),
        "dated.xml": ECONOMY_7.request(RequestId(SUPPLIER, ESME, 5002), MIDNIGHT),
        "prices.xml": NEW_PRICES.request(RequestId(SUPPLIER, ESME, 5003)),
        "gas.xml": GAS_BLOCKS.request(RequestId(SUPPLIER, GSME, 5004)),
        "signed.xml": home.changing(ECONOMY_7),
        "read.xml": home.asking("4.1.1", ESME),
        "gas-read.xml": home.asking("4.1.1", GPF),
        "clock.xml": home.setting_clock(ESME),
    }
    for name, octets in requests.items():
        (elsewhere / name).write_bytes(octets)
    other = house()
    for kind, document in (("tariff", other.changing(ECONOMY_7)), ("read", other.asking("4.1.1", ESME))):
        for message in messages(other.send(document)):
            name = f"{kind}-{message.header.cra.name.lower()}.hex"
            (elsewhere / name).write_text(message.frame.encode().hex())
    return elsewhere


# ---------------------------------------------------------------------------------------- happy paths


def test_version_and_help() -> None:
    assert ok("--version").startswith("dcc-sim ")
    text = ok("--help")
    for command in (
        "demo",
        "submit",
        "validate",
        "sign",
        "verify",
        "transform",
        "command",
        "decode",
        "mmc",
        "vectors",
    ):
        assert command in text
        assert "Usage" in ok(command, "--help")


def test_demo_writes_every_artefact(elsewhere: Path) -> None:
    text = ok("demo", "--out", "out")
    names = sorted(path.name for path in (elsewhere / "out").iterdir())
    kinds = {name.partition("-")[2] for name in names}
    wanted = {"service-request.xml", "pre-command.xml", "signed-pre-command.xml", "command.hex"}
    wanted |= {"response.hex", "mmc.xml", "alert.hex"}
    assert wanted <= kinds
    assert sum(name.endswith(".usr") for name in names) >= 10
    assert [int(name[:2]) for name in names] == list(range(1, len(names) + 1))
    for word in (
        "SSC 0151",
        "✓ responsible party",
        "the read-back shows the tariff",
        "CP1388",
        "CP1395",
        "Gas.",
    ):
        assert word in text
    for path in (elsewhere / "out").iterdir():
        match path.suffix:
            case ".xml":
                etree.fromstring(path.read_bytes())
            case ".hex":
                decode_frame(bytes.fromhex(path.read_text()))
            case suffix:
                assert suffix == ".usr"
                assert path.read_text().startswith("ZHV|")


def test_demo_makes_a_new_folder_each_time_and_names_it(elsewhere: Path) -> None:
    assert "dcc-sim-demo-1" in ok("demo")
    assert "dcc-sim-demo-2" in ok("demo")
    one, two = ({p.name for p in (elsewhere / f"dcc-sim-demo-{n}").iterdir()} for n in (1, 2))
    assert one == two


def test_demo_in_a_process_of_its_own(elsewhere: Path) -> None:
    ran = subprocess.run([*MAIN, "demo", "--out", "out"], capture_output=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert any(Path("out").iterdir())


def test_submit_one_after_the_other(files: Path) -> None:
    text = ok(
        "submit", "signed.xml", "prices.xml", "read.xml", *NOW, "--out", "out", "--sign", "--ssc", "0151"
    )
    assert "The SSC changed from 0393 to 0151" in text
    assert "Only prices changed" in text
    assert {path.suffix for path in (files / "out").iterdir()} == {".xml", ".hex", ".usr"}


def test_submit_signs_what_is_unsigned_and_says_so(files: Path) -> None:
    assert "signed here with the test key" in ok("submit", "tariff.xml", *NOW, "--ssc", "0151")
    assert "signed here" not in ok("submit", "signed.xml", *NOW, "--ssc", "0151")


def test_submit_lets_a_dated_command_fall_due(files: Path) -> None:
    text = ok("submit", "dated.xml", *NOW, "--ssc", "0151")
    assert "0x00CC" in text
    assert "The SSC changed from 0393 to 0151" in text


def test_submit_from_standard_input(files: Path) -> None:
    assert "ECS17b" in ok("submit", "-", *NOW, stdin=(files / "read.xml").read_bytes())


def test_submit_gas(files: Path) -> None:
    assert "GCS01a" in ok("submit", "gas.xml", *NOW)


def test_validate(files: Path) -> None:
    assert ok("validate", "tariff.xml", "gas.xml").splitlines() == [
        "tariff.xml: valid Request",
        "gas.xml: valid Request",
    ]
    assert ok("validate", "-", stdin=(files / "read.xml").read_bytes()) == "-: valid Request\n"
    found = json.loads(ok("validate", "tariff.xml", "--json"))
    assert found == [{"file": "tariff.xml", "kind": "Request", "findings": []}]


def test_validate_finds_lines(files: Path) -> None:
    spoiled = (files / "tariff.xml").read_bytes().replace(b"><", b">\n<").replace(b">GBP<", b">USD<")
    (files / "spoiled.xml").write_bytes(spoiled)
    line = next(n for n, text in enumerate(spoiled.splitlines(), 1) if b"USD" in text)
    result = dcc_sim("validate", "tariff.xml", "spoiled.xml")
    assert result.exit_code == 1
    assert f"spoiled.xml: line {line}," in result.stdout
    assert "tariff.xml: valid" in result.stdout
    result = dcc_sim("validate", "spoiled.xml", "--json")
    assert result.exit_code == 1
    (finding,) = json.loads(result.stdout)[0]["findings"]
    assert (finding["line"], finding["rule"]) == (line, "enumeration")
    assert "ElecTariffElements" in finding["path"]


def test_validate_with_the_published_schemas(files: Path, official: Any) -> None:
    assert ok("validate", "tariff.xml", "--schemas", str(official.directory)) == "tariff.xml: valid Request\n"


def test_sign_and_verify(files: Path) -> None:
    signed = ok("sign", "tariff.xml").encode()
    assert ok("verify", "-", stdin=signed) == f"the signature holds: {SUPPLIER}\n"
    assert ok("verify", "signed.xml") == f"the signature holds: {SUPPLIER}\n"
    assert ok("sign", "-", stdin=(files / "tariff.xml").read_bytes()).startswith("<?xml")
    assert "XmlSignatureInvalid: E100" in refused("verify", "tariff.xml")
    assert "its digest differs" in refused("verify", "-", stdin=signed.replace(b">29000<", b">29001<"))


def test_transform(files: Path) -> None:
    text = ok("transform", "tariff.xml", *NOW)
    frame = decode_frame(bytes.fromhex(text))
    assert (frame.signature, frame.mac, text) == (None, None, text.upper())
    assert ok("transform", "-", *NOW, stdin=(files / "tariff.xml").read_bytes()) == text
    assert ok("transform", "tariff.xml", *NOW, "--null-signature") == text.strip() + "00\n"
    assert ok("transform", "gas.xml", *NOW) != ok("transform", "gas.xml", "--now", "2027-01-01T00:00:00Z")


def test_command_and_decode(files: Path) -> None:
    for name, signed in (("tariff.xml", True), ("read.xml", False)):
        text = ok("command", name, *NOW)
        frame = decode_frame(bytes.fromhex(text))
        assert (bool(frame.signature), frame.mac is not None) == (signed, True)
        assert frame.encode().hex().upper()[: len(frame.body)] == text[: len(frame.body)]
        shown = ok("decode", text.strip())
        assert "MAC: holds" in shown
        assert ("signature: holds" in shown) == signed
        assert ok("transform", name, *NOW).strip() in text


def test_decode_in_all_forms(files: Path) -> None:
    by_file = ok("decode", "read-response.hex")
    text = (files / "read-response.hex").read_text()
    assert ok("decode", "-", stdin=text.encode()) == by_file
    assert ok("decode", "-", stdin=bytes.fromhex(text)) == by_file
    assert "ECS17b Read ESME Energy Registers" in by_file
    assert "decryption: holds" in by_file


def test_decode_as_json(files: Path) -> None:
    found = json.loads(ok("decode", "tariff-command.hex", "--json"))
    assert found["message"] == "ECS01a Set Tariff and Price on ESME"
    assert [(check["check"], check["ok"]) for check in found["checks"]] == [
        ("MAC", True),
        ("signature", True),
    ]
    assert found["problem"] is None
    assert {"offset", "octets", "field", "value", "meaning"} == found["fields"][0].keys()
    price = next(row for row in found["fields"] if row["field"] == "prices.table.[1].charge")
    assert price["value"] == "29000"


def test_decode_of_a_spoiled_frame(files: Path) -> None:
    text = (files / "tariff-command.hex").read_text()
    last = f"{int(text[-2:], 16) ^ 1:02x}"
    result = dcc_sim("decode", text[:-2] + last)
    assert result.exit_code == 1
    assert "MAC: FAILS" in result.stdout
    assert "signature: holds" in result.stdout
    assert "DecodeError: offset" in refused("decode", text[:-2])
    cut = dcc_sim("decode", text[:200], "--json")
    assert cut.exit_code == 1
    assert json.loads(cut.stdout)["problem"].startswith("offset ")


def test_decode_with_keys_of_the_users_own(files: Path, home: House) -> None:
    (files / "keys").mkdir()
    for (eui, usage), entry in home.world.keys.entries.items():
        if entry.private is not None:
            pem = entry.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            (files / "keys" / f"{eui.compact}-{usage.value}.pem").write_bytes(pem)
    assert "MAC: holds" in ok("decode", "tariff-command.hex", "--keys", "keys")
    assert ok("command", "read.xml", *NOW, "--keys", "keys") == ok("command", "read.xml", *NOW)
    for path in (files / "keys").iterdir():
        if path.name.startswith(ESME.compact):
            path.unlink()
    assert "MAC: not checked" in ok("decode", "tariff-command.hex", "--keys", "keys")
    assert "KeyMissing" in refused("command", "read.xml", *NOW, "--keys", "keys")


def test_mmc(files: Path) -> None:
    root = etree.fromstring(ok("mmc", "tariff-response.hex").encode())
    assert etree.QName(root).localname == "GBCSResponse"
    assert ok("mmc", "-", stdin=(files / "tariff-response.hex").read_bytes()) == ok(
        "mmc", "tariff-response.hex"
    )
    assert "this is a Command" in refused("mmc", "tariff-command.hex")


def test_vectors_of_a_folder_of_our_own(files: Path) -> None:
    # The folder's shape with frames of ours in it; the published ones are checked in tests/vectors.
    folder = files / "vectors" / "rtds" / "4.1.1_ECS17b"
    folder.mkdir(parents=True)
    (folder / "OURS_COMMAND_GBCS.HEX").write_text((files / "read-command.hex").read_text())
    (files / "vectors" / "keys.json").write_text("{}")
    result = dcc_sim("vectors", "vectors", "--json")
    assert result.exit_code == 1  # no keys: the MAC cannot be verified
    found = json.loads(result.stdout)
    assert list(found["levels"]) == ["decode", "reencode", "verify", "transform", "execute", "mmc"]
    assert found["levels"]["decode"] == {"passed": 1, "total": 1, "failed": []}
    ((name, reason),) = found["levels"]["verify"]["failed"]
    assert name == "OURS_COMMAND"
    assert "KeyMissing" in reason
    assert found["missing"] == []


@pytest.mark.parametrize("command", ["mtd", "tariff", "serve"])
@pytest.mark.parametrize("rest", [(), ("anything",), ("--port", "80"), ("-x",)])
def test_what_is_not_built_says_so(command: str, rest: tuple[str, ...]) -> None:
    result = dcc_sim(command, *rest)
    if result.exit_code == 0 or "not built yet" not in result.stderr:
        pytest.skip(f"dcc-sim {command} is built")
    assert result.exit_code == 1
    assert f"not built yet: dcc-sim {command}" in result.stderr


def test_a_counter_of_the_acb_changes_nothing_in_a_command_of_the_user(files: Path) -> None:
    with_counter = dcc_sim("command", "read.xml", *NOW, "--acb-counter", "5")
    assert with_counter.exit_code == 0
    assert with_counter.stdout == dcc_sim("command", "read.xml", *NOW).stdout


# ---------------------------------------------------------------------------------------- refusals


def test_a_refusal_has_its_code_its_reason_and_what_passed_before(files: Path, home: House) -> None:
    (files / "wrong.xml").write_bytes(home.sign(ECONOMY_7.request(home.id(GSME))))
    text = refused("submit", "wrong.xml", *NOW)
    assert "RequestInvalid: E100" in text
    assert "GCS01a for GasTariffElements" in text
    unknown = home.sign(ECONOMY_7.request(home.id(SUPPLIER)))
    text = refused("submit", "-", *NOW, stdin=unknown)
    assert "AccessDenied: E19" in text
    assert "passed: User known" in text


def test_a_second_request_that_is_refused_ends_the_run(files: Path) -> None:
    text = refused("submit", "signed.xml", "signed.xml", *NOW, "--ssc", "0151")
    assert "was used before" in text


USAGE = [
    (),
    ("nonsense",),
    ("demo", "--nonsense"),
    ("demo", "extra"),
    ("submit",),
    ("validate",),
    ("transform",),
    ("transform", "a", "b"),
    ("transform", "x.xml", "--now", "yesterday"),
    ("transform", "x.xml", "--now", "2026-11-30"),
    ("transform", "x.xml", "--now", "0001-01-01T00:00:00+14:00"),
    ("command", "x.xml", "--acb", "12"),
    ("command", "x.xml", "--acb-counter", "many"),
    ("decode", "--nonsense", "x"),
]


@pytest.mark.parametrize("arguments", USAGE, ids=" ".join)
def test_usage(arguments: tuple[str, ...]) -> None:
    assert dcc_sim(*arguments).exit_code == 2


NASTY: dict[str, bytes] = {
    "empty": b"",
    "blank": b"\n \n",
    "junk": bytes(range(256)) * 4,
    "nul": b"\x00" * 50,
    "text": b"hello, world\n",
    "not utf-8": b"\xff\xfe<\x00x\x00/\x00>\x00",
    "a doctype": b"<!DOCTYPE x SYSTEM 'file:///etc/passwd'><x/>",
    "another root": b"<x/>",
    "open": b"<x>" * 1000,
    "json": b'{"a": [1, 2]}',
    "half a frame": bytes.fromhex("DF0901"),
    "hex of half a frame": b"DD000000000000",
    "long": b"A" * 100_000,
    "markup for the console": b"[/red][bold]DF[/]",
}  # fmt: skip
READERS = [
    ("submit", "FILE", *NOW),
    ("validate", "FILE"),
    ("sign", "FILE"),
    ("verify", "FILE"),
    ("transform", "FILE", *NOW),
    ("command", "FILE", *NOW),
    ("decode", "FILE"),
    ("decode", "FILE", "--json"),
    ("mmc", "FILE"),
]


@pytest.mark.parametrize("name", NASTY)
@pytest.mark.parametrize("command", READERS, ids=lambda command: " ".join(command[:1] + command[2:]))
def test_nasty_content_from_a_file_and_from_standard_input(
    elsewhere: Path, command: tuple[str, ...], name: str
) -> None:
    (elsewhere / "nasty").write_bytes(NASTY[name])
    for file in ("nasty", "-") if command[0] in ("validate", "decode") else ("nasty",):
        result = dcc_sim(*(file if part == "FILE" else part for part in command), stdin=NASTY[name])
        assert result.exit_code == 1
        assert "Traceback" not in result.output


NAMES = ["no such file", "", "\x00", "a\x00b", ".", "/", LONG, "\udcff", "[red]", "-x", "--", "nasty/nasty"]


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name[:9]))
@pytest.mark.parametrize("command", READERS[1::2], ids=lambda command: " ".join(command[:1] + command[2:]))
def test_nasty_names(elsewhere: Path, command: tuple[str, ...], name: str) -> None:
    result = dcc_sim(*(name if part == "FILE" else part for part in command))
    assert result.exit_code in (1, 2)
    assert "Traceback" not in result.output


@pytest.mark.parametrize("name", NAMES[:7], ids=lambda name: ascii(name[:9]))
@pytest.mark.parametrize(
    "option",
    [
        ("command", "read.xml", *NOW, "--keys"),
        ("decode", "read-command.hex", "--keys"),
        ("verify", "signed.xml", "--keys"),
        ("sign", "tariff.xml", "--home"),
        ("transform", "tariff.xml", *NOW, "--home"),
        ("submit", "tariff.xml", *NOW, "--home"),
        ("validate", "tariff.xml", "--schemas"),
        ("submit", "tariff.xml", *NOW, "--schemas"),
        ("vectors",),
        ("submit", "tariff.xml", *NOW, "--ssc", "0151", "--out"),
    ],
    ids=lambda option: f"{option[0]} {option[-1]}",
)
def test_nasty_options(files: Path, option: tuple[str, ...], name: str) -> None:
    result = dcc_sim(*option, name)
    # An empty --home or --keys is as none; an existing folder may be written to.
    allowed = (0, 1, 2) if name in ("", ".", "/", "no such file") else (1, 2)
    assert result.exit_code in allowed
    assert "Traceback" not in result.output


def test_a_folder_that_cannot_be_written_to(files: Path) -> None:
    (files / "a file").write_text("in the way")
    for place in ("a file", "a file/below"):
        assert "NotFound" in refused("demo", "--out", place)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    command=st.sampled_from([command for command in READERS if command[0] != "submit"]),
    content=st.one_of(
        st.binary(max_size=200),
        st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")),
        st.text("0123456789ABCDEFdf", max_size=200).map(lambda text: ("DF09" + text).encode()),
        st.binary(max_size=100).map(lambda octets: b"\xdf\x09" + octets),
    ),
)
def test_any_content(command: tuple[str, ...], content: bytes) -> None:
    result = dcc_sim(*("-" if part == "FILE" else part for part in command), stdin=content)
    assert result.exit_code == 1
    assert "Traceback" not in result.output


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(arguments=st.lists(st.text(max_size=20), max_size=4))
def test_any_arguments(arguments: list[str]) -> None:
    for first in ("decode", "validate"):
        if not set(arguments) & {"-", "--help"}:
            assert dcc_sim(first, *arguments).exit_code in (1, 2)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((b"decode", b"\xff\xfe"), 1),
        ((b"validate", b"\xff.xml"), 2),
        ((b"transform", b"\xc3\x28"), 2),
        ((b"submit", b"tariff.xml", b"--ssc", b"0151", b"--out", b"\xff"), 0),
    ],
)
def test_names_that_are_not_text_on_a_terminal_that_knows_little(
    files: Path, arguments: tuple[bytes, ...], code: int
) -> None:
    command = [*(os.fsencode(part) for part in MAIN), *arguments]
    ran = subprocess.run(
        command, capture_output=True, check=False, env={**os.environ, "PYTHONIOENCODING": "ascii"}
    )
    assert ran.returncode == code, ran.stderr
    assert b"Traceback" not in ran.stderr


def test_a_reader_that_has_seen_enough(files: Path) -> None:
    # More than fits into a pipe, so that writing goes on after the reader has left.
    for name in ("many.xml",):
        (files / name).write_bytes(b"<x>" + b"<y/>" * 10)
    command = f"{sys.executable} -c '{MAIN[2]}' validate {'many.xml ' * 2000} | head -1"
    ran = subprocess.run(["bash", "-c", command], capture_output=True, check=False, text=True)
    assert ran.stdout.startswith("many.xml: line 1")
    assert "Traceback" not in ran.stderr
    assert "Exception" not in ran.stderr


def test_two_runs_give_the_same_octets(files: Path) -> None:
    one, other = ok("command", "read.xml", *NOW), ok("command", "read.xml", *NOW)
    assert one == other


def test_a_tariff_that_fits_no_ssc_is_no_failure(files: Path) -> None:
    drafted = ok("new", "1.1.1", *NOW)
    Path("drafted.xml").write_text(drafted)
    shown = ok("submit", "drafted.xml", *NOW)
    assert "No MTD flow." in shown
    assert "fit no SSC of the table" in shown
