"""`dcc-sim`: one function per command; options in, exit code out.

In: the command line. Out: results on standard output, diagnostics on standard error; exit 0 done,
1 refused or a check failed, 2 usage. No traceback reaches the user. Left out: what the commands do
(`edge`).
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, ParamSpec, TypeVar

import typer
from rich.console import Console
from rich.markup import escape

from dcc_sim import __version__
from dcc_sim.bundled import bundled
from dcc_sim.catalogue.requests import request_row
from dcc_sim.dsp.home import Home
from dcc_sim.dsp.world import home_keys
from dcc_sim.duis.request import parse_request
from dcc_sim.duis.schema import Schemas
from dcc_sim.edge import conformance as conformance_report
from dcc_sim.edge import documents, messages, utrn
from dcc_sim.edge.console import findings
from dcc_sim.edge.console.correlation import correlate
from dcc_sim.edge.console.examples import epilog
from dcc_sim.edge.console.frames import differences, field_rows, print_differences, print_fields
from dcc_sim.edge.console.home import home as home_command
from dcc_sim.edge.console.journey import run_demo, run_submit
from dcc_sim.edge.console.listing import list_requests
from dcc_sim.edge.console.new import new
from dcc_sim.edge.console.options import (
    Acb,
    AcbCounter,
    Cin,
    Document,
    Documents,
    FrameA,
    FrameB,
    FrameText,
    Gbcs,
    HomeFile,
    Json,
    Keys,
    Now,
    OutDir,
    Phases,
    Request,
    Requests,
    SchemaDir,
    ToSign,
    Twin,
    UnknownUser,
)
from dcc_sim.edge.corpus import read_corpus
from dcc_sim.edge.inputs import read_all, read_bytes, read_frame, read_frame_or_document, read_home, read_keys
from dcc_sim.errors import DccSimError, Unreadable, Unsupported
from dcc_sim.gbcs.keys import KeyRing
from dcc_sim.ids import Eui64, RemotePartyRole

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    pretty_exceptions_enable=False,
    help="The DCC, the smart meters behind it and the industry flows after it.",
)
_PIPE_WIDTH = 160
out = Console(soft_wrap=True, highlight=False, width=None if sys.stdout.isatty() else _PIPE_WIDTH)
err = Console(stderr=True, soft_wrap=True, highlight=False)

NullSignature = Annotated[
    bool, typer.Option("--null-signature", help="Append the 00 that the DUIS interface carries.")
]

P = ParamSpec("P")
R = TypeVar("R")


def guarded(command: Callable[P, R]) -> Callable[P, R]:
    """Turn what the package raises on purpose into one line on standard error and exit 1, or 2."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except DccSimError as error:
            err.print(f"[red]{type(error).__name__}[/]: {escape(str(error))}")
            for note in getattr(error, "__notes__", ()):
                err.print(f"  [dim]{escape(note)}[/]")
            raise typer.Exit(2 if isinstance(error, Unreadable) else 1) from None

    return run


def offered(command: Callable[P, R]) -> Callable[P, R]:
    """Make a function a command of its name, guarded, with examples at the end of its help."""
    name = command.__name__.removesuffix("_requests")
    return app.command(name, epilog=epilog(name))(guarded(command))


def _schemas(directory: Path | None) -> Schemas:
    return Schemas(directory or bundled("schemas"))


def _homes(name: str | None) -> list[Home]:
    return [read_home(name)] if name else [read_home("demo"), read_home("rtds")]


def _names(homes: list[Home]) -> str:
    return " and ".join(f"home {home.name}" for home in homes)


def _present(now: datetime | None) -> datetime:
    return now or datetime.now(UTC).replace(microsecond=0)


def _known_keys(name: str | None, homes: list[Home]) -> KeyRing:
    if name:
        return read_keys(name)
    ring = KeyRing()
    for home in homes:
        ring.entries |= home_keys(home).entries
    return ring


def _acb_of(target: Eui64, homes: list[Home]) -> Eui64:
    for home in homes:
        if any(record.eui == target for record in home.devices):
            return home.party(RemotePartyRole.ACCESS_CONTROL_BROKER).eui
    return homes[0].party(RemotePartyRole.ACCESS_CONTROL_BROKER).eui


def _with_notes(error: DccSimError) -> str:
    return "; ".join((str(error), *getattr(error, "__notes__", ())))


def _print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False) + "\n")


@offered
def demo(
    out_dir: OutDir = None,
) -> None:
    """Do the main job on bundled input: a tariff change, hop by hop."""
    run_demo(out, out_dir)


@offered
def submit(
    request: Requests,
    out_dir: OutDir = None,
    home: HomeFile = None,
    now: Now = None,
    schemas: SchemaDir = None,
    sign: Annotated[
        bool, typer.Option("--sign", help="Replace the XML signature by one with the test key.")
    ] = False,
    ssc: Annotated[
        str | None,
        typer.Option(metavar="SSC", help="The SSC that the tariff is meant for, if its times fit more."),
    ] = None,
) -> None:
    """Send requests of your own through DCC, device, MMC and MTD."""
    documents_ = [(name, read_bytes(name)) for name in request]
    run_submit(
        out,
        documents_,
        homes=_homes(home),
        schemas=_schemas(schemas),
        now=_present(now),
        folder=out_dir,
        sign=sign,
        ssc=ssc,
    )


offered(list_requests)
offered(new)
offered(home_command)


@offered
def validate(
    file: Documents,
    now: Now = None,
    schemas: SchemaDir = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 for warnings too.")] = False,
    as_json: Json = False,
) -> None:
    """Check XML against schema and business rules; exit 1 for errors.

    Each finding has its line, path, rule, value and what would be valid. 2 for files that are not there.
    """
    loaded, moment = _schemas(schemas), _present(now)
    contents, absent = read_all(file)
    results = [(name, documents.validate(octets, loaded, moment)) for name, octets in contents]
    if as_json:
        _print_json(findings.as_json(results))
    else:
        for name, checked in results:
            findings.print_findings(out, name, checked)
        findings.print_summary(err, (checked for _, checked in results))
    for reason in absent:
        err.print(f"[red]NotFound[/]: {escape(reason)}")
    if absent:
        raise typer.Exit(2)
    if any(checked.findings if strict else checked.errors for _, checked in results):
        raise typer.Exit(1)


@offered
def sign(file: ToSign, keys: Keys = None, home: HomeFile = None) -> None:
    """Sign XML, or a pre-command, with its originator's key.

    XML gets an XML signature and stays XML; a pre-command, as `transform` prints it, gets the signature of
    GBCS and is printed in hex.
    """
    content, ring = read_frame_or_document(file), _known_keys(keys, _homes(home))
    if messages.is_document(content):
        sys.stdout.buffer.write(documents.sign_document(content, ring))
    else:
        sys.stdout.write(messages.signed_pre_command(content, ring).encode().hex().upper() + "\n")


@offered
def verify(file: Document, keys: Keys = None, home: HomeFile = None, as_json: Json = False) -> None:
    """Check an XML signature, and say whose it is."""
    signer = documents.verify_document(read_bytes(file), _known_keys(keys, _homes(home)))
    if as_json:
        _print_json({"holds": True, "signer": str(signer)})
        return
    out.print(f"[green]the signature holds[/]: {signer}")


@offered
def transform(
    request: Request,
    now: Now = None,
    home: HomeFile = None,
    schemas: SchemaDir = None,
    null_signature: NullSignature = False,
    keys: Keys = None,
    acb: Acb = None,
    acb_counter: AcbCounter = None,
    unknown_user: UnknownUser = False,
    cin: Cin = None,
    gbcs: Gbcs = None,
    phases: Phases = None,
    twin: Twin = False,
) -> None:
    """Print the GBCS pre-command of a request, in hex.

    Of a request that is not critical, the command without protection.
    """
    state = messages.DccState(
        acb=acb, counter=acb_counter, unknown_user=unknown_user, cin=cin, gbcs=gbcs, phases=phases, twin=twin
    )
    ring = read_keys(keys) if keys else None
    homes, loaded = _homes(home), _schemas(schemas)
    frame = messages.pre_command(read_bytes(request), loaded, homes, _present(now), state, ring)
    octets = (frame.with_signature(b"") if null_signature else frame).encode()
    sys.stdout.write(octets.hex().upper() + "\n")


offered(correlate)


@offered
def command(
    request: Request,
    keys: Keys = None,
    now: Now = None,
    acb: Acb = None,
    acb_counter: AcbCounter = None,
    unknown_user: UnknownUser = False,
    cin: Cin = None,
    gbcs: Gbcs = None,
    phases: Phases = None,
    twin: Twin = False,
    home: HomeFile = None,
    schemas: SchemaDir = None,
) -> None:
    """Print the finished command, signed and MAC'd, in hex."""
    state = messages.DccState(
        acb=acb, counter=acb_counter, unknown_user=unknown_user, cin=cin, gbcs=gbcs, phases=phases, twin=twin
    )
    homes, loaded = _homes(home), _schemas(schemas)
    document = read_bytes(request)
    ring = _known_keys(keys, homes)
    frame = messages.pre_command(document, loaded, homes, _present(now), state, ring)
    asked = parse_request(document, loaded)
    critical = request_row(asked.variant).critical
    broker = acb or _acb_of(frame.header.target, homes)
    finished = messages.finished_command(frame, ring, broker, critical=critical)
    sys.stdout.write(finished.encode().hex().upper() + "\n")


@offered
def decode(
    frame: FrameText, keys: Keys = None, home: HomeFile = None, acb: Acb = None, as_json: Json = False
) -> None:
    """Explain every octet of a frame; check MAC and signature.

    They, and decryption, need the keys. Exit 1 if a check fails.
    """
    octets = read_frame(frame)
    homes = _homes(home)
    ring = _known_keys(keys, homes)
    reading = messages.read_with_checks(octets, ring, lambda target: acb or _acb_of(target, homes))
    rows = field_rows(octets, reading.notes, messages.names_of(homes))
    if as_json:
        checks = [{"check": v.check, "ok": v.ok, "detail": v.detail} for v in reading.verdicts]
        problem = _with_notes(reading.problem) if reading.problem else None
        _print_json({"message": reading.title, "fields": rows, "checks": checks, "problem": problem})
    else:
        if reading.title:
            out.print(f"[bold]{escape(reading.title)}[/]")
        if rows:
            print_fields(out, rows, reading.verdicts)
    if reading.problem is not None:
        raise reading.problem
    if any(verdict.ok is False for verdict in reading.verdicts):
        if not keys:
            err.print(f"checked with the test keys of {_names(homes)}; --keys gives others")
        raise typer.Exit(1)


@offered
def diff(
    a: FrameA,
    b: FrameB,
    keys: Keys = None,
    home: HomeFile = None,
    acb: Acb = None,
    as_json: Json = False,
) -> None:
    """Show the fields in which two frames differ; exit 1 if any."""
    if a == b == "-":
        raise typer.BadParameter("only one can be standard input", param_hint="A and B")
    homes = _homes(home)
    ring = _known_keys(keys, homes)
    left, right = (
        messages.read_with_checks(read_frame(text), ring, lambda target: acb or _acb_of(target, homes))
        for text in (a, b)
    )
    for reading in (left, right):
        if reading.problem is not None:
            raise reading.problem
    names = messages.names_of(homes)
    found = differences(*(field_rows(each.octets, each.notes, names) for each in (left, right)))
    if as_json:
        _print_json([{"field": d.field, "a": d.left, "b": d.right} for d in found])
    elif found:
        print_differences(out, found)
    else:
        out.print("no field differs")
    if found:
        raise typer.Exit(1)


@offered
def mmc(frame: FrameText, keys: Keys = None, home: HomeFile = None) -> None:
    """Print the MMC XML of a response or alert.

    Of an MMC document with encrypted parts, the second pass: the parts opened.
    """
    ring = _known_keys(keys, _homes(home))
    sys.stdout.buffer.write(messages.mmc_document(read_frame_or_document(frame), ring) + b"\n")


@offered
def vectors(
    folder: Annotated[
        Path, typer.Argument(envvar="DCC_SIM_VECTORS", metavar="DIR", help="A folder of vectors.")
    ] = Path("../shared/vectors"),
    as_json: Json = False,
) -> None:
    """Measure conformance on published test vectors."""
    complete = conformance_report.report(out, err, read_corpus(folder), as_json=as_json)
    if not complete:
        raise typer.Exit(1)


utrn_app = typer.Typer(no_args_is_help=True, help="Top-up tokens: make, verify, decode.")
for _utrn_command in (utrn.make, utrn.verify, utrn.decode):
    _name = _utrn_command.__name__
    utrn_app.command(_name, epilog=epilog(f"utrn {_name}"))(guarded(_utrn_command))
app.add_typer(utrn_app, name="utrn")


def _not_built(name: str, what: str) -> None:
    @app.command(name, help=f"Not built yet: {what}", context_settings={"ignore_unknown_options": True})
    @guarded
    def placeholder(argument: Annotated[list[str] | None, typer.Argument()] = None) -> None:  # noqa: ARG001
        raise Unsupported(f"dcc-sim {name}")


for _name, _what in (
    ("mtd", "flow files."),
    ("tariff", "tariffs from and against an SSC."),
    ("serve", "the DUIS web services, the certificate search, the console."),
):
    _not_built(_name, _what)


@app.callback(invoke_without_command=True)
def _version(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    if version:
        out.print(f"dcc-sim {__version__}")
        raise typer.Exit


def main() -> None:
    """Entry point of the `dcc-sim` script."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal without our signs, or a file name that is not text, is no reason to stop.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        try:
            app()
        finally:
            sys.stdout.flush()
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except OSError as error:  # BrokenPipeError: the reader of our output has seen enough; else a full disk
        if not isinstance(error, BrokenPipeError):
            sys.stderr.write(f"standard output: {error.strerror or error}\n")
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(1) from None
