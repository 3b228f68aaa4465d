"""`dcc-sim correlate`: whether a command does exactly what a request asks.

In: a request; a pre-command, signed or not, or a finished command, also inside the DUIS document that
carries it. Out: the differences on standard output, exit 1 when there are any. Left out: the comparison
(`transform.correlate`), MAC and signature (`dcc-sim decode`).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from dcc_sim.bundled import bundled
from dcc_sim.codec.shape import Value
from dcc_sim.duis.names import local_name
from dcc_sim.duis.parsing import parse_xml
from dcc_sim.duis.request import parse_request
from dcc_sim.duis.schema import Schemas
from dcc_sim.edge.console.frames import show_value
from dcc_sim.edge.console.options import (
    Acb,
    AcbCounter,
    Cin,
    Gbcs,
    HomeFile,
    Json,
    Keys,
    Now,
    Phases,
    Request,
    SchemaDir,
    Twin,
    UnknownUser,
)
from dcc_sim.edge.inputs import frame_from_text, read_bytes, read_frame_or_document, read_home, read_keys
from dcc_sim.edge.messages import DccState, device_type, transform_context
from dcc_sim.errors import NotFound
from dcc_sim.gbcs.frame import decode_frame
from dcc_sim.transform.correlate import NUMBER, Correlation, Difference
from dcc_sim.transform.correlate import correlate as compare

_PIPE_WIDTH = 400  # nothing is folded for a program that reads lines

Command = Annotated[
    str,
    typer.Argument(
        metavar="PRECOMMAND", help="Hex, base64, a file, or -; also a DUIS document that carries it."
    ),
]


def correlate(
    request: Request,
    command: Command,
    now: Now = None,
    home: HomeFile = None,
    schemas: SchemaDir = None,
    keys: Keys = None,
    acb: Acb = None,
    acb_counter: AcbCounter = None,
    unknown_user: UnknownUser = False,
    cin: Cin = None,
    gbcs: Gbcs = None,
    phases: Phases = None,
    twin: Twin = False,
    as_json: Json = False,
) -> None:
    """Whether a pre-command does exactly what a request asks; each difference by field.

    Without --now and --acb-counter, the time and the counter are those of the command.
    """
    if request == command == "-":
        raise typer.BadParameter("only one of the two can be standard input")
    asked = parse_request(read_bytes(request), Schemas(schemas or bundled("schemas")))
    if asked.signed_pre_command is not None:
        raise NotFound("this request carries a signed pre-command: give the one that it was made of")
    frame = decode_frame(_command_octets(read_frame_or_document(command)))
    homes = [read_home(home)] if home else [read_home("demo"), read_home("rtds")]
    counter = frame.header.counter if acb_counter is None else acb_counter
    state = DccState(
        acb=acb, counter=counter, unknown_user=unknown_user, cin=cin, gbcs=gbcs, phases=phases, twin=twin
    )
    ring = read_keys(keys) if keys else None
    context = transform_context(asked, homes, state, ring)
    found = compare(asked, device_type(asked, homes), frame, context, now)
    if as_json:
        sys.stdout.write(json.dumps(_as_json(found), indent=2, ensure_ascii=False) + "\n")
    else:
        width = None if sys.stdout.isatty() else _PIPE_WIDTH
        _print(Console(highlight=False, soft_wrap=True, width=width), found)
    if not found.same:
        raise typer.Exit(1)


def _command_octets(content: bytes) -> bytes:
    """The GBCS octets in a DUIS document, or the content itself. Raises NotFound, DecodeError."""
    if not content.lstrip().startswith(b"<"):
        return content
    payloads = [each for each in parse_xml(content).iter() if local_name(each) == "GBCSPayload"]
    if not payloads:
        raise NotFound("the document has no GBCSPayload")
    return frame_from_text("".join(payloads[0].itertext()).encode())


def _text(value: Value) -> str:
    if value is None:
        return ""
    return f'"{value}"' if isinstance(value, str) and not value.strip() else show_value(value)


def _field(difference: Difference) -> str:
    path, _, last = difference.field.rpartition(".")
    return f"number of {path}" if last == NUMBER else difference.field


def _taken(found: Correlation) -> Iterable[tuple[str, str]]:
    """What came out of the command because the request does not hold it."""
    if found.made_at is not None:
        yield "made at", f"{found.made_at:%Y-%m-%dT%H:%M:%SZ}"
    for name, value in found.taken.items():
        yield name, show_value(value) if not isinstance(value, list) else f"{len(value)} items"


def _as_json(found: Correlation) -> dict[str, Any]:
    return {
        "same": found.same,
        "use_case": found.use_case,
        "taken_from_command": dict(_taken(found)),
        "differences": [
            {
                "field": _field(each),
                "asked": None if each.asked is None else _text(each.asked),
                "found": None if each.found is None else _text(each.found),
                "line": each.line or None,
                "path": each.path or None,
            }
            for each in found.differences
        ],
    }


def _print(console: Console, found: Correlation) -> None:
    for name, value in _taken(found):
        console.print(f"[dim]from the command: {escape(name)} {escape(value)}[/]")
    if found.same:
        console.print(f"[green]same[/]: the command is {found.use_case} and does what the request asks")
        return
    table = Table("field", "the request asks", "the command has", "where", box=None, header_style="bold")
    for each in found.differences:
        asked, has = (escape(_text(side)) if side is not None else "–" for side in (each.asked, each.found))
        where = f"line {each.line} {each.path}" if each.line else ""
        table.add_row(escape(_field(each)), f"[green]{asked}[/]", f"[red]{has}[/]", escape(where))
    console.print(table)
