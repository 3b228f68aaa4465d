"""Options that several commands take, and how their texts are read.

In: nothing. Out: annotated types for Typer. Left out: options of one command alone.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from dcc_sim.catalogue.routes import GbcsVersion
from dcc_sim.clock import parse_moment
from dcc_sim.ids import Eui64


def moment(text: str) -> datetime:
    """A time in UTC. Raises BadParameter, as all of these do."""
    try:
        return parse_moment(text)
    except ValueError as error:
        raise typer.BadParameter(f"{error}; write 2026-11-22T12:00:00Z") from error


def gbcs_version(text: str) -> GbcsVersion:
    """A version of GBCS, as 4.1."""
    try:
        return GbcsVersion(*(int(part) for part in text.split(".", 1)))
    except (ValueError, TypeError) as error:
        raise typer.BadParameter(f"{text!r} is no version such as 4.1") from error


def eui(text: str) -> Eui64:
    """An EUI-64."""
    try:
        return Eui64.parse(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


Request = Annotated[str, typer.Argument(metavar="REQUEST", help="A Service Request: XML file, or -.")]
Requests = Annotated[
    list[str], typer.Argument(metavar="REQUEST", help="Service Requests, sent one after the other; or -.")
]
Document = Annotated[str, typer.Argument(metavar="FILE", help="An XML file, or -.")]
ToSign = Annotated[str, typer.Argument(metavar="FILE", help="An XML file or a pre-command in hex, or -.")]
Documents = Annotated[
    list[str], typer.Argument(metavar="FILE", help="XML files: requests, responses, MMC; or -.")
]
_FRAME: Final = "hex, base64, a file of either or of the octets, or -; also XML that carries it."
FrameText = Annotated[str, typer.Argument(metavar="FRAME", help=f"A frame: {_FRAME}")]
FrameA = Annotated[str, typer.Argument(metavar="A", help=f"A frame: {_FRAME}")]
FrameB = Annotated[str, typer.Argument(metavar="B", help="The frame to compare with.")]
PreCommand = Annotated[str, typer.Argument(metavar="PRECOMMAND", help=f"The command: {_FRAME}")]
Now = Annotated[
    datetime | None,
    typer.Option(
        parser=moment, metavar="ISO", help="Time to work at, 2026-11-22T12:00:00Z; default the present."
    ),
]
Keys = Annotated[
    str | None,
    typer.Option(
        metavar="DIR", help="Folder of PEM keys, or a keys.json; default the test keys of the home."
    ),
]
HomeFile = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="A home file, or demo, full or rtds; default demo and rtds."),
]
SchemaDir = Annotated[
    Path | None,
    typer.Option(
        envvar="DCC_SIM_SCHEMAS", metavar="DIR", help="Folder with the published XSDs; default ours."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Acb = Annotated[
    Eui64 | None, typer.Option(parser=eui, metavar="EUI", help="The ACB; default that of the device's home.")
]
OutDir = Annotated[
    Path | None, typer.Option("--out", metavar="DIR", help="Folder for the files; default a new one here.")
]
AcbCounter = Annotated[
    int | None, typer.Option(metavar="N", help="Counter of a command that the ACB or CoS party originates.")
]
UnknownUser = Annotated[
    bool, typer.Option("--unknown-user", help="The device lacks the User's credentials: the ACB acts for it.")
]
Gbcs = Annotated[
    GbcsVersion | None, typer.Option(parser=gbcs_version, metavar="X.Y", help="GBCS version of the device.")
]
Phases = Annotated[int | None, typer.Option(min=1, max=3, metavar="N", help="Phases of the ESME, 1 to 3.")]
Twin = Annotated[bool, typer.Option("--twin", help="The ESME has a second element.")]
Cin = Annotated[
    str | None, typer.Option(metavar="DIGITS", help="Customer identification number, made by the DCC.")
]
