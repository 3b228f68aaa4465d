"""`dcc-sim correlate`: whether a command does exactly what a request asks.

In: a request; a pre-command, signed or not, or a finished command, also inside the DUIS document that
carries it. Out: the differences on standard output, exit 1 when there are any. Left out: the comparison
(`transform.correlate`), MAC and signature (`dcc-sim decode`).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import Any, Final

import typer
from rich.console import Console
from rich.markup import escape

from dcc_sim.bundled import bundled
from dcc_sim.codec.shape import Value
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
    PreCommand,
    Request,
    SchemaDir,
    Twin,
    UnknownUser,
)
from dcc_sim.edge.console.tables import Column, print_table
from dcc_sim.edge.inputs import read_bytes, read_frame, read_home, read_keys
from dcc_sim.edge.messages import DccState, device_type, transform_context
from dcc_sim.errors import NotFound
from dcc_sim.gbcs.frame import decode_frame
from dcc_sim.transform.correlate import NUMBER, Correlation, Difference
from dcc_sim.transform.correlate import correlate as compare

_COLUMNS: Final = (
    Column("field"),
    Column("the request asks", "green"),
    Column("the command has", "red"),
    Column("where"),
)


def correlate(
    request: Request,
    command: PreCommand,
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
    """Check that a pre-command does what a request asks.

    Prints each difference by field. Without --now and --acb-counter, the time and the counter are those
    of the command.
    """
    if request == command == "-":
        raise typer.BadParameter("only one can be standard input", param_hint="REQUEST and PRECOMMAND")
    asked = parse_request(read_bytes(request), Schemas(schemas or bundled("schemas")))
    if asked.signed_pre_command is not None:
        raise NotFound("this request carries a signed pre-command: give the one that it was made of")
    frame = decode_frame(read_frame(command))
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
        _print(Console(highlight=False, soft_wrap=True), found)
    if not found.same:
        raise typer.Exit(1)


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
    print_table(console, _COLUMNS, map(_cells, found.differences))


def _cells(each: Difference) -> tuple[str, ...]:
    asked, has = (_text(side) if side is not None else "–" for side in (each.asked, each.found))
    return _field(each), asked, has, f"line {each.line} {each.path}" if each.line else ""
