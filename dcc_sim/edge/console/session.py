"""One user at one home: sends documents, looks at the answers, hands the industry its flows.

In: documents, signed or not. Out: what the teller shows and writes; a refusal goes on as the
exception it is. Left out: the order of events (`demo`, `submit`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from lxml import etree
from rich.markup import escape
from rich.table import Table

from dcc_sim.clock import VirtualClock
from dcc_sim.codec.shape import Values, as_int, as_list, as_struct
from dcc_sim.dsp.settlement import Switch, differences, outcome_of
from dcc_sim.dsp.world import World
from dcc_sim.duis.names import ds, sr
from dcc_sim.duis.parsing import parse_xml
from dcc_sim.duis.request import render_request
from dcc_sim.edge.console.teller import Teller
from dcc_sim.edge.documents import originator
from dcc_sim.errors import NotFound
from dcc_sim.flow import alerts_until, journey
from dcc_sim.ids import CommandVariant, CraFlag, DeviceType, Eui64, RequestId, ServiceReferenceVariant
from dcc_sim.mtd.dtn import encode
from dcc_sim.mtd.models import Desk, Outcome, flows_for, model
from dcc_sim.transform.message import Message

MODELS = ("cp1388", "cp1395")
_READ_TARIFF = ("4.11.1", "ReadTariffPrimaryElement")
_READ_TOU = ("4.1.2", "ReadInstantaneousImportTOUMatrices")


@dataclass(slots=True)
class Session:
    """`counter` is the next originator counter for documents that are made here."""

    teller: Teller
    world: World
    clock: VirtualClock
    counter: int

    def send(self, document: bytes) -> list[Message]:
        """A document on its journey; the messages that came of it."""
        hops = self.teller.follow(journey(self.world, document, self.clock.now()))
        return [hop.artefact for hop in hops if isinstance(hop.artefact, Message)]

    def signed(self, document: bytes) -> bytes:
        """The document with the XML signature of its originator's test key."""
        return self.world.xml_signer(originator(parse_xml(document))).sign(document)

    def ask(self, request: tuple[str, str], target: Eui64, user: Eui64) -> Values:
        """A read without parameters, made and signed here; the values of the answer."""
        variant, body = request
        self.counter += 1
        document = render_request(
            RequestId(user, target, self.counter),
            ServiceReferenceVariant(variant),
            CommandVariant.SEND,
            etree.Element(sr(body)),
        )
        return values_of(self.send(self.signed(document)), CraFlag.RESPONSE)

    def read_registers_wh(self, target: Eui64, user: Eui64) -> list[int]:
        """4.1.2: the 48 time-of-use registers in Wh."""
        found = as_struct(self.ask(_READ_TOU, target, user)["tou_registers"])
        collection = as_struct(found["registers"])
        return [as_int(register_wh) for register_wh in as_list(collection["primary"])]

    def read_back(self, asked: Values, target: Eui64, user: Eui64) -> Values:
        """4.11.1, compared with what was asked. Raises NotFound when it differs."""
        found = self.ask(_READ_TARIFF, target, user)
        wrong = differences(asked, found)
        if wrong:
            raise NotFound(f"the read-back differs from what was asked in {', '.join(wrong)}")
        self.teller.say("\n[green]✓[/] the read-back shows the tariff that was asked for, value by value")
        return found

    def pass_time(self, until: datetime) -> None:
        """Let time pass; alerts are shown as they come."""
        for _, hop in alerts_until(self.world, until):
            self.teller.show(hop)
        self.clock.move_to(until)

    def industry(self, switch: Switch, wanted: str | None) -> None:
        """The flows of every operating model after a tariff change."""
        supply = self.world.home.settlement
        mpan = next((r.mpxn for r in self.world.home.devices if r.type is DeviceType.ESME), None)
        if supply is None or mpan is None:
            self.teller.say("The home file has no settlement details, table electricity: no flows are made.")
            return
        try:
            outcome, why = outcome_of(switch, supply, mpan, wanted)
        except NotFound as error:
            if wanted is not None:
                raise
            # The tariff is on the meter: that nobody can tell its SSC is no failure of the request.
            self.teller.say(f"\n[bold]No MTD flow.[/] {escape(str(error))}.")
            return
        self.teller.say(f"\n[dim]{escape(why)}[/]")
        self.flows(outcome)

    def flows(self, outcome: Outcome) -> None:
        """What follows an outcome, model by model, in the order it is sent."""
        for name in MODELS:
            following = flows_for(outcome, model(name), Desk(count(101)))
            if not following.emissions:
                self.teller.say(f"\n[bold]No MTD flow.[/] {escape(following.reason)}")
                return
            self.teller.say(f"\n[bold cyan]▸ {name.upper()}[/] {escape(following.reason)}")
            table = Table(box=None, show_header=False, pad_edge=False)
            for emission in sorted(following.emissions, key=lambda e: e.created):
                flow = emission.file.flow.code
                file = self.teller.write(
                    f"{name}-{flow}-to-{emission.recipient.role.value}.usr", encode(emission.file).encode()
                )
                route = f"{emission.sender} → {emission.recipient}"
                day = f"  {emission.created:%Y-%m-%d}"
                table.add_row(day, flow, route, escape(emission.why), f"[dim]{file}[/]")
            self.teller.console.print(table)


def values_of(messages: Iterable[Message], kind: CraFlag) -> Values:
    """Values of the last message of a kind. Raises NotFound when the device did not succeed."""
    found = [message for message in messages if message.header.cra is kind]
    if not found:
        raise NotFound("the request did not lead to a message of that kind")
    failed = found[-1].body.first_failure
    if failed is not None:
        raise NotFound(f"the device failed at item {failed.index + 1}, {failed.name}, with {failed.code}")
    return found[-1].body.values


def has_signature(document: bytes) -> bool:
    """Whether a request carries an XML signature of whatever kind."""
    return parse_xml(document).find(ds("Signature")) is not None


def day_and_night(teller: Teller, before_wh: Sequence[int], after_wh: Sequence[int]) -> None:
    """Registers 1 and 2 at two moments, as a table."""
    table = Table("register", "at the switch", "now", "since", box=None, header_style="bold")
    for register, name in ((1, "day"), (2, "night")):
        before, after = before_wh[register - 1], after_wh[register - 1]
        since = f"{(after - before) / 1000:.3f} kWh"
        table.add_row(f"{register} {name}", f"{before / 1000:.3f} kWh", f"{after / 1000:.3f} kWh", since)
    teller.console.print()
    teller.console.print(table)
