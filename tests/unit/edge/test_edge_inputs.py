"""What users hand over: files, standard input, frames as text, keys, homes; and what they get wrong."""

from __future__ import annotations

import base64
import io
import json
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from home_bench import ECONOMY_7, ESME, NOW, SUPPLIER, demo_home, house

from dcc_sim.dsp.home_writing import write_home
from dcc_sim.dsp.world import home_keys
from dcc_sim.edge.inputs import frame_from_text, read_bytes, read_frame, read_home, read_keys
from dcc_sim.errors import DecodeError, NotFound, Unreadable
from dcc_sim.gbcs.keys import KeyRing
from dcc_sim.ids import KeyUsage

FRAME = bytes.fromhex("DF0901") + bytes(range(60))
LONG = "A" * 5000


class Stdin:
    def __init__(self, content: bytes) -> None:
        self.buffer = io.BytesIO(content)


# -------------------------------------------------------------------------------------------- octets


def test_a_file_and_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x.xml").write_bytes(b"<x/>\xff")
    assert read_bytes(str(tmp_path / "x.xml")) == b"<x/>\xff"
    monkeypatch.setattr(sys, "stdin", Stdin(b"piped\xff"))
    assert read_bytes("-") == b"piped\xff"


@pytest.mark.parametrize("name", ["no such file", "", "\x00", "a\x00b", LONG, "/", "."])
def test_what_cannot_be_read(name: str) -> None:
    with pytest.raises(NotFound):
        read_bytes(name)


# -------------------------------------------------------------------------------------------- frames

FORMS = {
    "hex": FRAME.hex(),
    "upper case": FRAME.hex().upper(),
    "in lines": "\n".join(FRAME.hex()[n : n + 16] for n in range(0, len(FRAME.hex()), 16)),
    "with blanks": FRAME.hex(" "),
    "with colons": FRAME.hex(":"),
    "with hyphens": FRAME.hex("-"),
    "base64": base64.b64encode(FRAME).decode(),
    "base64 in lines": base64.encodebytes(FRAME).decode(),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_frame_as_text(form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = FORMS[form]
    assert frame_from_text(text.encode()) == FRAME
    assert read_frame(text) == FRAME
    (tmp_path / "frame").write_text(text)
    assert read_frame(str(tmp_path / "frame")) == FRAME
    monkeypatch.setattr(sys, "stdin", Stdin(text.encode()))
    assert read_frame("-") == FRAME


def test_a_frame_as_octets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "frame").write_bytes(FRAME)
    assert read_frame(str(tmp_path / "frame")) == FRAME
    monkeypatch.setattr(sys, "stdin", Stdin(FRAME))
    assert read_frame("-") == FRAME


def test_a_long_frame_is_not_taken_for_a_file_name() -> None:
    assert len(read_frame("DF" * 100_000)) == 100_000


@pytest.mark.parametrize(
    "text",
    [
        "hello",
        "00" * 40,
        "DF0",
        "D",
        base64.b64encode(b"something else").decode(),
        "\x00",
        "\udcff\udcfe",
        "é",
    ],
)
def test_what_is_no_frame(text: str) -> None:
    with pytest.raises(DecodeError, match="neither hex nor base64 of a GBCS frame"):
        read_frame(text)


def test_nothing_is_no_frame() -> None:
    with pytest.raises(DecodeError, match="there is nothing"):
        read_frame("")


@pytest.mark.parametrize("name", ["no/such/file.hex", "answer.b64", ".", ".."])
def test_what_was_meant_as_a_file(name: str) -> None:
    with pytest.raises(Unreadable, match=r"No such file|Is a directory"):
        read_frame(name)


def test_a_directory_with_the_name_of_a_frame(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "df0901").mkdir()
    assert read_frame("df0901") == bytes.fromhex("df0901")


# ---------------------------------------------------------------------------------------------- keys


def pem_folder(folder: Path, ring: KeyRing) -> Path:
    """Each entry as `<eui>-<usage>.key` and `<eui>-<usage>.pem`."""
    for (eui, usage), entry in ring.entries.items():
        name = f"{eui.compact}-{usage.value}"
        if entry.private is not None:
            key = entry.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            (folder / f"{name}.key").write_bytes(key)
        if entry.certificate is not None:
            (folder / f"{name}.pem").write_bytes(entry.certificate.public_bytes(Encoding.PEM))
    return folder


def as_json(ring: KeyRing) -> str:
    found: dict[str, dict[str, dict[str, str]]] = {}
    for (eui, usage), entry in ring.entries.items():
        parts = found.setdefault(str(eui), {}).setdefault(usage.value, {})
        if entry.private is not None:
            parts["scalar"] = f"{entry.private.private_numbers().private_value:064x}"
        if entry.certificate is not None:
            parts["certificate"] = base64.b64encode(entry.certificate.public_bytes(Encoding.DER)).decode()
    return json.dumps(found)


def test_a_folder_of_pem_files_is_the_ring_it_was_made_of(tmp_path: Path) -> None:
    ring = home_keys(demo_home())
    (tmp_path / "README").write_text("not a key")
    (tmp_path / "folder-ds.pem").mkdir()
    found = read_keys(str(pem_folder(tmp_path, ring)))
    assert found.entries.keys() == ring.entries.keys()
    for place, entry in ring.entries.items():
        assert found.private(*place).private_numbers() == ring.private(*place).private_numbers()
        assert found.entries[place].certificate == entry.certificate
    assert found.shared_secret(SUPPLIER, ESME) == ring.shared_secret(SUPPLIER, ESME)


@pytest.mark.parametrize("in_folder", [True, False])
def test_one_json_file(tmp_path: Path, in_folder: bool) -> None:
    ring = home_keys(demo_home())
    file = tmp_path / ("keys.json" if in_folder else "mine.json")
    file.write_text(as_json(ring))
    found = read_keys(str(tmp_path if in_folder else file))
    assert found.entries.keys() == ring.entries.keys()
    assert found.certificate(ESME, KeyUsage.KEY_AGREEMENT) == ring.certificate(ESME, KeyUsage.KEY_AGREEMENT)


def test_the_keys_of_a_folder_verify_what_the_home_signed(tmp_path: Path) -> None:
    home = house()
    document = home.changing(ECONOMY_7)
    home.world.hub.keys = read_keys(str(pem_folder(tmp_path, home.world.keys)))
    home.world.hub.admit(document, NOW)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"{", b"[]", b"[" * 100_000, b'{"x": {}}'])
@pytest.mark.parametrize("name", ["keys.json", "mine.json"])
def test_a_json_file_that_is_none(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(NotFound):
        read_keys(str(tmp_path / name))
    if name == "keys.json":
        with pytest.raises(NotFound):
            read_keys(str(tmp_path))


@pytest.mark.parametrize("name", ["no such folder", "", "\x00", LONG])
def test_keys_that_are_not_there(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NotFound):
        read_keys(name)


def test_a_folder_without_keys(tmp_path: Path) -> None:
    (tmp_path / "README").write_text("nothing")
    with pytest.raises(NotFound, match=r"no file is named <eui>-ds\.pem"):
        read_keys(str(tmp_path))


# --------------------------------------------------------------------------------------------- homes


def test_a_home_by_name_and_by_file(tmp_path: Path) -> None:
    assert read_home("demo").name == "demo"
    assert read_home("rtds").name == "rtds"
    (tmp_path / "mine.toml").write_text(write_home(name="mine"))
    assert read_home(str(tmp_path / "mine.toml")).name == "mine"


@pytest.mark.parametrize("name", ["nowhere", "", "\x00", LONG, "../homes/demo\x00", "."])
def test_a_home_that_is_not_there(name: str) -> None:
    with pytest.raises(NotFound, match="bundled homes are demo, full, rtds"):
        read_home(name)


@pytest.mark.parametrize("content", [b"", b"\xff", b"name = ", b"name = 1", b"x = " + b"[" * 5000, b"\x00"])
def test_a_file_that_is_no_home(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "home.toml").write_bytes(content)
    with pytest.raises(NotFound):
        read_home(str(tmp_path / "home.toml"))
