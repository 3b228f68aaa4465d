"""`dcc-sim home`: a home file to start from, or what is wrong in one.

In: options. Out: the text of a home, on standard output or in a file; or findings. Left out: what makes a
home (`dsp.home`, `dsp.home_writing`).
"""

from __future__ import annotations

import json
import sys
import tomllib
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Final

import typer

from dcc_sim.dsp.home import HomeInvalid, parse_home
from dcc_sim.dsp.home_writing import USUAL_DEVICES, write_home
from dcc_sim.edge.console.options import Json
from dcc_sim.edge.inputs import home_path, read_bytes
from dcc_sim.errors import NotFound
from dcc_sim.ids import DeviceType

_TYPES: Final = {kind.value.lower(): kind for kind in DeviceType}


def _kinds(text: str) -> tuple[DeviceType, ...]:
    names = [name.strip().lower() for name in text.split(",")]
    unknown = [name for name in names if name not in _TYPES]
    if unknown:
        raise typer.BadParameter(f"{unknown[0]!r} is none of {', '.join(_TYPES)}")
    return tuple(_TYPES[name] for name in names)


Devices = Annotated[
    str | None, typer.Option(metavar="TYPES", help="Such as esme,gsme,chf,gpf,ppmid; one may come twice.")
]
Name = Annotated[str, typer.Option(help="The name of the home.")]
Seed = Annotated[str, typer.Option(help="Keys, EUIs and consumption follow from it.")]
OutFile = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", help="File to write; default standard output.")
]
Check = Annotated[
    str | None, typer.Option("--check", metavar="FILE", help="Say what is wrong in a home file.")
]


def home(
    devices: Devices = None,
    name: Name = "home",
    seed: Seed = "home",
    out: OutFile = None,
    check: Check = None,
    as_json: Json = False,
) -> None:
    """A home file with valid defaults, or the findings in one."""
    if check is not None:
        _check(check, as_json=as_json)
        return
    try:
        text = write_home(USUAL_DEVICES if devices is None else _kinds(devices), name=name, seed=seed)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    if out is None:
        sys.stdout.write(text)
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise NotFound(f"{out}: {error.strerror or error}") from error


def _check(name: str, *, as_json: bool) -> None:
    """Raises HomeInvalid; NotFound for what is no TOML."""
    findings: tuple[object, ...] = ()
    content = read_bytes(name if name == "-" else home_path(name))
    try:
        read = parse_home(tomllib.loads(content.decode("utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NotFound(f"{name}: {error}") from error
    except HomeInvalid as invalid:
        if not as_json:
            raise
        findings = invalid.findings
        sys.stdout.write(json.dumps([asdict(each) for each in invalid.findings], indent=2) + "\n")
    if findings:
        raise typer.Exit(1)
    if as_json:
        sys.stdout.write("[]\n")
        return
    kinds = ", ".join(record.type.value for record in read.devices)
    sys.stdout.write(f"{name}: a home with {kinds}; {len(read.parties)} parties, {len(read.faults)} faults\n")
