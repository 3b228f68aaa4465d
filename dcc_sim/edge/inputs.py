"""What users hand over on the command line: files, standard input, frames as text, keys, homes.

In: names. Out: octets and values. Everything that does not exist or cannot be read raises
NotFound with the name the user typed, Unreadable when it is a file. Left out: the corpus of
vectors (`corpus`).
"""

from __future__ import annotations

import base64
import binascii
import re
import sys
import tomllib
from pathlib import Path
from typing import Final

from dcc_sim.bundled import bundled
from dcc_sim.dsp.home import Home, parse_home
from dcc_sim.duis.names import local_name
from dcc_sim.duis.parsing import parse_xml
from dcc_sim.errors import DecodeError, NotFound, Unreadable
from dcc_sim.gbcs.keys import KeyRing, key_ring_from_files, key_ring_from_json

_FRAME_TAGS: Final = (b"\xdd", b"\xdf")
_MAYBE_FILE: Final = re.compile(r".*\.[A-Za-z]\w*", re.DOTALL)
"""What was meant as the name of a file: it has an ending."""


def read_bytes(name: str) -> bytes:
    """A file, or standard input for `-`. Raises Unreadable."""
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise Unreadable(f"{name or repr(name)}: {error.strerror or error}") from error
    except ValueError as error:  # a NUL in the name
        raise Unreadable(f"{name!r}: {error}") from error


def read_all(names: list[str]) -> tuple[list[tuple[str, bytes]], list[str]]:
    """Names with contents, and why the others could not be read."""
    found: list[tuple[str, bytes]] = []
    absent: list[str] = []
    for name in names:
        try:
            found.append((name, read_bytes(name)))
        except Unreadable as error:
            absent.append(str(error))
    return found, absent


def read_frame(argument: str) -> bytes:
    """A frame as hex or base64, typed, in a file, or on standard input; also XML that carries it.

    Raises Unreadable, NotFound, DecodeError.
    """
    content = read_frame_or_document(argument)
    return frame_in(content) if content.lstrip().startswith(b"<") else content


def read_frame_or_document(argument: str) -> bytes:
    """As `read_frame`, but an XML document in a file or on standard input is given as it is."""
    if argument != "-" and not _is_file(argument):
        return _typed_frame(argument)
    content = read_bytes(argument)
    if content[:1] in _FRAME_TAGS or content.lstrip().startswith(b"<"):
        return content
    return frame_from_text(content)


def _typed_frame(argument: str) -> bytes:
    try:
        return frame_from_text(argument.encode(errors="surrogateescape"))
    except DecodeError:
        if _MAYBE_FILE.fullmatch(argument) or (argument and _is_dir(argument)):
            read_bytes(argument)  # which says why not
        raise


def frame_in(document: bytes) -> bytes:
    """The GBCS octets that a DUIS document carries. Raises NotFound, DecodeError, MalformedXml."""
    root = parse_xml(document)
    payloads = [each for each in root.iter() if local_name(each) == "GBCSPayload"]
    if not payloads:
        raise NotFound(f"this {local_name(root)} has no GBCSPayload, so there is no frame in it")
    return frame_from_text((payloads[0].text or "").encode())


def frame_from_text(content: bytes) -> bytes:
    """Hex digits (with `0x`, white space, `:`, `-` or `,` between them) or base64. Raises DecodeError."""
    text = b"".join(content.split())
    for convert in (_from_hex, lambda t: base64.b64decode(t, validate=True)):
        try:
            octets = convert(text)
        except (ValueError, binascii.Error):
            continue
        if octets[:1] in _FRAME_TAGS:
            return octets
    if not text:
        raise DecodeError("a frame is expected, there is nothing", offset=0)
    shown = text[:32].decode("ascii", "backslashreplace")
    raise DecodeError(f"neither hex nor base64 of a GBCS frame (DD… or DF…): {shown!r}", offset=0)


def _from_hex(text: bytes) -> bytes:
    return bytes.fromhex(re.sub(r"0[xX]|[:,-]", "", text.decode("ascii")))


def _is_file(name: str) -> bool:
    try:
        return Path(name).is_file()
    except (OSError, ValueError):  # hex text is too long for a file name
        return False


def read_keys(name: str) -> KeyRing:
    """A folder of PEM files, or one JSON file. Raises NotFound."""
    path = Path(name)
    if not _is_dir(name):
        return _keys_of_json(name)
    if _is_file(str(path / "keys.json")):
        return _keys_of_json(str(path / "keys.json"))
    try:
        entries = sorted(entry for entry in path.iterdir() if entry.is_file())
    except OSError as error:
        raise NotFound(f"{name}: {error.strerror or error}") from error
    ring = key_ring_from_files({entry.name: read_bytes(str(entry)) for entry in entries})
    if not ring.entries:
        raise NotFound(f"{name}: no file is named <eui>-ds.pem, <eui>-ka.pem or the like")
    return ring


def _keys_of_json(name: str) -> KeyRing:
    try:
        return key_ring_from_json(read_bytes(name).decode("utf-8"))
    except UnicodeDecodeError as error:
        raise NotFound(f"{name}: not a JSON key file") from error


def _is_dir(name: str) -> bool:
    try:
        return Path(name).is_dir()
    except (OSError, ValueError):  # a name that is too long, or has a NUL in it
        return False


def home_path(name: str) -> str:
    """The path of a home file, or of a bundled home by its name. Raises Unreadable."""
    if _is_file(name):
        return name
    homes = bundled("fixtures") / "homes"
    path = str(homes / f"{name}.toml")
    if not _is_file(path):
        known = ", ".join(sorted(p.stem for p in homes.glob("*.toml")))
        raise Unreadable(f"no home file {name!r}; bundled homes are {known}")
    return path


def read_home(name: str) -> Home:
    """A home file, or a bundled home by its name. Raises NotFound; HomeInvalid names all that is wrong."""
    try:
        return parse_home(tomllib.loads(read_bytes(home_path(name)).decode("utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NotFound(f"{name}: {error}") from error
