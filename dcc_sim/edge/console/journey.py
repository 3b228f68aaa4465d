"""`dcc-sim demo` and `dcc-sim submit`: journeys on the console, every artefact in a folder.

In: documents, homes, the time. Out: text and files; a refusal goes on as the exception it is.
Left out: single steps (`session`), the journey itself (`flow`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Final

from lxml import etree
from rich.console import Console
from rich.markup import escape

from dcc_sim.bundled import bundled
from dcc_sim.clock import VirtualClock, parse_moment
from dcc_sim.dsp.home import Home
from dcc_sim.dsp.settlement import Switch
from dcc_sim.dsp.world import build_world
from dcc_sim.duis.names import sr
from dcc_sim.duis.parsing import parse_xml
from dcc_sim.duis.request import peek_header
from dcc_sim.duis.schema import Schemas
from dcc_sim.edge.console.session import Session, day_and_night, has_signature, values_of
from dcc_sim.edge.console.teller import Teller
from dcc_sim.edge.inputs import read_home
from dcc_sim.errors import NotFound
from dcc_sim.flow import next_dated
from dcc_sim.ids import CraFlag, DeviceType, RemotePartyRole
from dcc_sim.mtd.models import Outcome, OutcomeKind
from dcc_sim.transform.message import Message

_METERS_START: Final = parse_moment("2026-09-01T00:00:00Z")
_DEMO_STARTS: Final = parse_moment("2026-11-30T14:00:00Z")
_EFFECTIVE: Final = parse_moment("2026-12-01T00:00:00Z")
_A_LITTLE_LATER: Final = timedelta(minutes=5)
_TARIFF_USE_CASE: Final = "ECS01a"
_PRICE_USE_CASE: Final = "ECS01b"


def run_demo(console: Console, out_dir: Path | None) -> None:
    """The main job with embedded defaults."""
    world = build_world(read_home("demo"), Schemas(bundled("schemas")), _METERS_START)
    teller = Teller(console, _folder(out_dir, "demo"))
    session = Session(teller, world, VirtualClock(_DEMO_STARTS), counter=1000)
    console.print(
        "A supplier moves a home from SSC 0393 (single rate) to SSC 0151 (Economy 7).\n"
        f"Files go to [bold]{escape(str(teller.folder))}[/]."
    )
    _electricity(session)
    _gas(session)
    teller.chapter("Done")
    console.print(f"{teller.number} files in [bold]{escape(str(teller.folder))}[/]")


def _electricity(session: Session) -> None:
    teller, world, clock = session.teller, session.world, session.clock
    meter = world.home.device(DeviceType.ESME).eui
    user = world.home.party(RemotePartyRole.SUPPLIER).eui
    teller.chapter(f"{clock.now():%d %b %Y %H:%M} UTC: 1.1.1 Update Import Tariff, for midnight")
    messages = session.send(_example(session, "1.1.1-economy-7.xml", ExecutionDateTime=_EFFECTIVE))
    asked = values_of(messages[:-1], CraFlag.COMMAND)
    values_of(messages, CraFlag.RESPONSE)
    teller.chapter(f"{_EFFECTIVE:%d %b %Y %H:%M} UTC: the new tariff takes over")
    session.pass_time(_EFFECTIVE)
    clock.advance(_A_LITTLE_LATER)
    teller.chapter("4.11.1 Read the tariff back")
    found = session.read_back(asked, meter, user)
    teller.chapter("4.1.2 Read the registers just after the switch")
    registers_wh = session.read_registers_wh(meter, user)
    occurred = clock.now()
    session.pass_time(clock.now() + timedelta(days=2))
    teller.chapter(f"{clock.now():%d %b %Y %H:%M} UTC, two days of load later: 4.1.2 again")
    day_and_night(teller, registers_wh, session.read_registers_wh(meter, user))
    teller.chapter("What the industry is told")
    switch = Switch(
        asked=asked, found=found, registers_wh=registers_wh, effective=_EFFECTIVE, occurred=occurred
    )
    session.industry(switch, "0151")


def _gas(session: Session) -> None:
    teller, clock = session.teller, session.clock
    teller.chapter("6.11 Set the clock of the gas meter")
    session.send(_example(session, "6.11-gas-clock.xml", CurrentDateTime=clock.now()))
    clock.advance(_A_LITTLE_LATER)
    teller.chapter("1.1.1 A block tariff for the gas meter")
    session.send(_example(session, "1.1.1-gas-block-tariff.xml"))
    clock.advance(_A_LITTLE_LATER)
    teller.chapter("4.1.1 Read the gas meter")
    session.send(_example(session, "4.1.1-gas-read.xml"))
    session.flows(Outcome(OutcomeKind.GAS))


def _example(session: Session, name: str, **dates: datetime) -> bytes:
    """A bundled request with a fresh counter and the dates of the story, signed."""
    root = parse_xml((bundled("fixtures") / "requests" / name).read_bytes())
    session.counter += 1
    request_id = root.find(f"{sr('Header')}/{sr('RequestID')}")
    body = root.find(f"{sr('Body')}/*")
    if request_id is None or request_id.text is None or body is None:
        raise NotFound(f"the bundled request {name} has no RequestID or no body")
    request_id.text = f"{request_id.text.rpartition(':')[0]}:{session.counter}"
    for element_name, moment in dates.items():
        element = body.find(sr(element_name))
        if element is None:
            element = etree.Element(sr(element_name))
            body.insert(0, element)
        element.text = f"{moment:%Y-%m-%dT%H:%M:%S}.00Z"
    return session.signed(etree.tostring(root))


def run_submit(
    console: Console,
    documents: Sequence[tuple[str, bytes]],
    *,
    homes: Sequence[Home],
    schemas: Schemas,
    now: datetime,
    folder: Path | None,
    sign: bool,
    ssc: str | None,
) -> None:
    """Requests of the user's own, one after the other. Raises what refuses them."""
    teller = Teller(console, _folder(folder, "submit"))
    console.print(f"Files go to [bold]{escape(str(teller.folder))}[/].")
    sessions: dict[str, Session] = {}
    for name, document in documents:
        home = _home_of(document, homes)
        if home.name not in sessions:
            world = build_world(home, schemas, now - timedelta(days=30))
            sessions[home.name] = Session(teller, world, VirtualClock(now), counter=_counter_above(documents))
        session = sessions[home.name]
        teller.chapter(f"{name}, in the home {home.name}")
        if sign or not has_signature(document):
            teller.say("[dim]signed here with the test key of its originator[/]")
            document = session.signed(document)  # noqa: PLW2901 - the signed one is what is sent
        _after(session, session.send(document), ssc)
        session.clock.advance(_A_LITTLE_LATER)


def _after(session: Session, messages: list[Message], ssc: str | None) -> None:
    """What a request set off: dated commands that fall due, and the flows of a tariff change."""
    effective = session.clock.now()
    due = next_dated(session.world)
    if due is not None:
        session.teller.chapter(f"{due:%d %b %Y %H:%M} UTC: a dated command falls due")
        session.pass_time(max(due, session.clock.now()))
        effective = due
    commands = [m for m in messages if m.header.cra is CraFlag.COMMAND]
    answers = [m for m in messages if m.header.cra is CraFlag.RESPONSE]
    if not commands or not answers or commands[-1].row.code not in (_TARIFF_USE_CASE, _PRICE_USE_CASE):
        return
    session.teller.chapter("What the industry is told")
    command = commands[-1]
    if answers[-1].body.first_failure is not None:
        session.flows(Outcome(OutcomeKind.FAILED))
    elif command.row.code == _PRICE_USE_CASE:
        session.flows(Outcome(OutcomeKind.PRICE_ONLY))
    else:
        session.clock.advance(_A_LITTLE_LATER)
        meter, user = command.header.target, command.header.originator
        found = session.read_back(command.body.values, meter, user)
        registers_wh = session.read_registers_wh(meter, user)
        switch = Switch(
            asked=command.body.values,
            found=found,
            registers_wh=registers_wh,
            effective=effective,
            occurred=session.clock.now(),
        )
        session.industry(switch, ssc)


def _home_of(document: bytes, homes: Sequence[Home]) -> Home:
    """The home of the target, else of the originator, of a request; the first, if nobody knows them."""
    request_id, _ = peek_header(document)
    if request_id is None:
        return homes[0]
    targets = (home for home in homes if any(r.eui == request_id.target for r in home.devices))
    senders = (home for home in homes if any(p.eui == request_id.originator for p in home.parties))
    return next(targets, None) or next(senders, homes[0])


def _counter_above(documents: Sequence[tuple[str, bytes]]) -> int:
    ids = (peek_header(document)[0] for _, document in documents)
    return max((request_id.counter for request_id in ids if request_id is not None), default=0)


def _folder(wanted: Path | None, what: str) -> Path:
    """The output folder; a new one when none is named. Raises NotFound."""
    try:
        if wanted is not None:
            wanted.mkdir(parents=True, exist_ok=True)
            return wanted
        free = next(path for n in count(1) if not (path := Path(f"dcc-sim-{what}-{n}")).exists())
        free.mkdir()
    except OSError as error:
        raise NotFound(f"{wanted or Path.cwd()}: {error.strerror}") from error
    return free
