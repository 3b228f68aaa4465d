"""Tells a journey hop by hop: on the console with the time each hop took, and as files in a folder.

In: hops of `dcc_sim.flow`. Out: text and files. Left out: what the hops are (`flow`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Final

from lxml import etree
from rich.console import Console
from rich.markup import escape

from dcc_sim.codec.exchange import Body
from dcc_sim.codec.shape import as_int
from dcc_sim.dsp.hub import Admitted
from dcc_sim.duis.codes import meaning
from dcc_sim.duis.response import Response
from dcc_sim.edge.console.outline import outline
from dcc_sim.errors import NotFound
from dcc_sim.flow import Artefact, Hop
from dcc_sim.gbcs.frame import Frame
from dcc_sim.ids import CraFlag
from dcc_sim.transform.message import Message

_HEX_SHOWN: Final = 160
_XML_LINES: Final = 14
_VALUES_SHOWN: Final = 26


@dataclass(slots=True)
class Teller:
    """`number` counts the files, so that a folder reads in the order of events."""

    console: Console
    folder: Path
    number: int = 0

    def chapter(self, title: str) -> None:
        """A new part of the story."""
        self.console.print()
        self.console.rule(f"[bold]{escape(title)}[/]", align="left")

    def say(self, text: str) -> None:
        """A line between hops."""
        self.console.print(text)

    def follow(self, hops: Iterable[Hop]) -> Iterator[Hop]:
        """Show each hop as it happens, write it down, and hand it on."""
        started = perf_counter()
        for hop in hops:
            self.show(hop, perf_counter() - started)
            yield hop
            started = perf_counter()

    def show(self, hop: Hop, seconds: float | None = None) -> None:
        """One hop."""
        took = "" if seconds is None else f"[dim]{seconds * 1000:7.1f} ms[/]"
        name = self.write(hop.file, hop.octets) if hop.file else ""
        self.console.print(f"\n[bold cyan]▸ {escape(hop.title)}[/] {took} [dim]{escape(name)}[/]")
        for line in _lines(hop.artefact, hop):
            self.console.print(f"  {line}")

    def write(self, file: str, octets: bytes) -> str:
        """A file of the folder; frames are written as hex. Raises NotFound when it cannot be."""
        self.number += 1
        path = self.folder / f"{self.number:02d}-{file}"
        content = octets.hex().upper().encode() + b"\n" if file.endswith(".hex") else octets
        try:
            path.write_bytes(content)
        except OSError as error:
            raise NotFound(f"{path}: {error.strerror}") from error
        return path.name


def _lines(artefact: Artefact, hop: Hop) -> Iterator[str]:
    match artefact:
        case Admitted():
            for passed in artefact.passed:
                yield f"[green]✓[/] {escape(passed.rule)}: [dim]{escape(passed.detail)}[/]"
        case Message():
            yield from _message(artefact, hop.octets)
        case Frame():
            signature = (artefact.signature or b"").hex().upper()
            yield f"signature r‖s {signature[:48]}… by {artefact.header.originator}"
        case Response():
            yield f"response code [bold]{artefact.code}[/] [dim]{escape(meaning(artefact.code).meaning)}[/]"
        case bytes():
            yield from _xml(artefact)


def _message(message: Message, octets: bytes) -> Iterator[str]:
    header, frame = message.header, message.frame
    kind = header.cra.name.lower()
    yield (
        f"[bold]{message.row.code}[/] {escape(message.row.title)}, {kind} {header.message_code}, "
        f"counter {header.counter}, {header.originator} → {header.target}"
    )
    shown = frame.encode() if octets[:1] == b"<" else octets
    text = shown.hex().upper()
    more = "…" if len(text) > _HEX_SHOWN else ""
    yield f"[yellow]{text[:_HEX_SHOWN]}{more}[/] [dim]({len(shown)} octets)[/]"
    if header.cra is CraFlag.COMMAND and frame.mac is not None:
        by = "the User's signature and " if frame.signature else ""
        yield f"carries {by}the ACB's MAC {frame.mac.hex().upper()}"
        return
    if header.cra is CraFlag.ALERT:
        yield f"alert code [bold]{as_int(message.body.values['alert_code']):04X}[/]"
    else:
        yield from _body(message.body)
    if header.cra is not CraFlag.COMMAND:
        proof = "signature of the device" if frame.signature else "MAC of the device"
        yield f"[green]✓[/] {proof} holds"


def _body(body: Body) -> Iterator[str]:
    values = list(outline(body.values))
    width = min(max((len(name) for name, _ in values), default=0), 40)
    for name, text in values[:_VALUES_SHOWN]:
        yield f"{escape(name):<{width}}  [green]{escape(text)}[/]"
    if len(values) > _VALUES_SHOWN:
        yield f"[dim]… {len(values) - _VALUES_SHOWN} more[/]"
    failed = body.first_failure
    if failed is not None:
        yield f"[red]item {failed.index + 1}, {escape(failed.name)}, failed with {failed.code}[/]"
    elif body.results:
        count = len(body.results)
        yield f"[green]✓[/] {count} item{'s' if count > 1 else ''} carried out"


_HEART: Final = (
    "{*}Body/*[1]",
    "{*}Body/{*}ResponseMessage/{*}SMETSData/*",
    "{*}Body//{*}DeviceAlertContent",
)


def _xml(document: bytes) -> Iterator[str]:
    """What a document is about: its heart, without the envelope around it."""
    root = etree.fromstring(document)
    found = [element for path in _HEART if (element := root.find(path)) is not None]
    heart = found[-1] if found else root
    etree.indent(heart)
    # The namespace is the same throughout; on the screen it only hides the names.
    lines = [_NAMESPACES.sub("", line) for line in etree.tostring(heart, encoding="unicode").splitlines()]
    lines = [line for line in lines if line.strip()]
    for line in lines[:_XML_LINES]:
        yield f"[blue]{escape(line)}[/]"
    if len(lines) > _XML_LINES:
        yield f"[dim]… {len(lines) - _XML_LINES} more lines[/]"


_NAMESPACES: Final = re.compile(r' xmlns(:\w+)?="[^"]*"')
