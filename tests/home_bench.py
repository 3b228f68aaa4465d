"""The demo home brought to life, for tests that send documents through the public door."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import cache

from lxml import etree

from dcc_sim.catalogue.requests import REQUESTS, request_row
from dcc_sim.clock import parse_moment
from dcc_sim.devices.engine import Device
from dcc_sim.dsp.home import Home
from dcc_sim.dsp.world import World, build_world
from dcc_sim.duis.names import sr
from dcc_sim.duis.request import render_request
from dcc_sim.duis.schema import default_schemas
from dcc_sim.edge.inputs import read_home
from dcc_sim.flow import Hop, alerts_until, journey
from dcc_sim.ids import CommandVariant, CraFlag, DeviceType, Eui64, RequestId, ServiceReferenceVariant
from dcc_sim.testing.strategies_calendar import Date, Form, WeekProfile
from dcc_sim.testing.strategies_electricity import (
    DayProfile,
    ElectricityPrices,
    ElectricityTariff,
    PriceUpdate,
    Season,
    Switch,
)
from dcc_sim.testing.strategies_gas import GasDay, GasSeason, GasTariff
from dcc_sim.transform.message import Message

ESME = Eui64.parse("00-50-C2-5F-31-00-00-A0")
GSME = Eui64.parse("00-50-C2-5F-31-00-00-A1")
GPF = Eui64.parse("00-50-C2-5F-31-00-00-A3")
SUPPLIER = Eui64.parse("00-50-C2-5F-30-01-00-00")
NETWORK = Eui64.parse("00-50-C2-5F-30-02-00-00")
ACB = Eui64.parse("00-50-C2-5F-30-00-00-02")
STRANGER = Eui64.parse("00-50-C2-5F-30-0F-00-00")

NOW = parse_moment("2026-11-30T14:00:00Z")
MIDNIGHT = parse_moment("2026-12-01T00:00:00Z")
NO_LIMIT = 2**32 - 1

_EVERY_DAY = WeekProfile(number=1, days=(1,) * 7)
_NEW_YEAR = Date(month=1, day=1)


def tariff_of(*switches: tuple[str, int], prices: tuple[int, ...]) -> ElectricityTariff:
    """The same switches on every day: (time, register)."""
    schedule = tuple(
        Switch(start=time.fromisoformat(start), kind="tou", number=number) for start, number in switches
    )
    return ElectricityTariff(
        currency="GBP",
        days=(DayProfile(number=1, switches=schedule),),
        weeks=(_EVERY_DAY,),
        seasons=(Season(name="year", start=_NEW_YEAR, week=1),),
        special_days=(),
        thresholds=((NO_LIMIT,),) * 8,
        prices=prices_of(*prices),
    )


def prices_of(*prices: int) -> ElectricityPrices:
    """A price for each register from 1 on, in 10⁻⁵ pounds."""
    return ElectricityPrices(
        kind="tou",
        standing_charge=5000,
        standing_charge_scale=-4,
        price_scale=-5,
        registers=tuple(enumerate(prices, 1)),
    )


SINGLE_RATE = tariff_of(("00:00", 1), prices=(25_000,))
ECONOMY_7 = tariff_of(("00:00", 1), ("00:30", 2), ("07:30", 1), prices=(29_000, 14_000))
NEW_PRICES = PriceUpdate(prices=prices_of(31_000, 15_000))
GAS_BLOCKS = GasTariff(
    kind="block",
    currency="GBP",
    days=(GasDay(number=1, tier=None),),
    weeks=(_EVERY_DAY,),
    seasons=(GasSeason(start=_NEW_YEAR, week=1),),
    special_days=(),
    thresholds=(20_000, 60_000),
    standing_charge=29_000,
    prices=((1, 7_000), (2, 6_500), (3, 6_000)),
)


@cache
def demo_home() -> Home:
    """The bundled home."""
    return read_home("demo")


@dataclass
class House:
    """One world, a clock, and the counter of the next request."""

    world: World
    now: datetime = NOW
    counter: int = 1000
    hops: list[Hop] = field(default_factory=list)

    def device(self, eui: Eui64 = ESME) -> Device:
        """One of the meters."""
        return self.world.devices[eui]

    def id(self, target: Eui64, originator: Eui64 = SUPPLIER) -> RequestId:
        """The next request id."""
        self.counter += 1
        return RequestId(originator, target, self.counter)

    def sign(self, document: bytes, signer: Eui64 = SUPPLIER) -> bytes:
        """The document with a party's XML signature."""
        return self.world.xml_signer(signer).sign(document)

    def asking(
        self,
        variant: str,
        target: Eui64,
        *content: etree._Element,
        originator: Eui64 = SUPPLIER,
        command_variant: CommandVariant | None = None,
    ) -> bytes:
        """A signed request whose body is of the variant's own element."""
        service = ServiceReferenceVariant(variant)
        critical = request_row(service).critical
        form = command_variant or (CommandVariant.TRANSFORM if critical else CommandVariant.SEND)
        body = etree.Element(sr(REQUESTS[variant].body))
        body.extend(content)
        document = render_request(self.id(target, originator), service, form, body)
        return self.sign(document, originator)

    def setting_clock(self, target: Eui64, tolerance: int = 10) -> bytes:
        """6.11 around the present moment."""
        start, period = etree.Element(sr("CurrentDateTime")), etree.Element(sr("TolerancePeriod"))
        start.text, period.text = f"{self.now:%Y-%m-%dT%H:%M:%S}.00Z", str(tolerance)
        return self.asking("6.11", target, start, period)

    def changing(
        self, tariff: ElectricityTariff | PriceUpdate | GasTariff, execution: Form = None, **how: Eui64
    ) -> bytes:
        """1.1.1 or 1.2.1, signed."""
        target = GSME if isinstance(tariff, GasTariff) else ESME
        originator = how.get("originator", SUPPLIER)
        return self.sign(tariff.request(self.id(target, originator), execution), originator)

    def send(self, document: bytes) -> list[Hop]:
        """A document on its journey; a minute passes."""
        self.hops = []
        for hop in journey(self.world, document, self.now):
            self.hops.append(hop)
        self.now += timedelta(minutes=1)
        return self.hops

    def answer(self, document: bytes) -> Message:
        """The device's response to a document."""
        found = [m for m in messages(self.send(document)) if m.header.cra is CraFlag.RESPONSE]
        assert len(found) == 1
        return found[0]

    def pass_time(self, until: datetime) -> list[Message]:
        """Alerts that the devices send by themselves."""
        alerts = messages(hop for _, hop in alerts_until(self.world, until))
        self.now = max(self.now, until)
        return alerts


def messages(hops: Iterable[Hop]) -> list[Message]:
    """The GBCS messages among some hops, pre-commands as documents left out."""
    return [
        hop.artefact for hop in hops if isinstance(hop.artefact, Message) and not hop.octets.startswith(b"<")
    ]


def house() -> House:
    """A new world of the demo home; its meters have run for 30 days."""
    return House(build_world(demo_home(), default_schemas(), NOW - timedelta(days=30)))


def every_kind_of_document(home: House) -> list[tuple[str, bytes]]:
    """One document for each use case that is built, in an order in which all of them succeed."""
    return [
        ("ECS01a", home.changing(ECONOMY_7, MIDNIGHT)),
        ("ECS01b", home.changing(NEW_PRICES)),
        ("ECS17b", home.asking("4.1.1", ESME)),
        ("ECS17d", home.asking("4.1.2", ESME)),
        ("ECS24", home.asking("4.11.1", ESME)),
        ("ECS52", home.asking("11.2", ESME)),
        ("ECS70", home.setting_clock(ESME)),
        ("GCS01a", home.changing(GAS_BLOCKS, MIDNIGHT)),
        ("GCS13a", home.asking("4.1.1", GPF)),
        ("GCS28", home.setting_clock(GSME)),
    ]


METERS = {DeviceType.ESME: ESME, DeviceType.GSME: GSME, DeviceType.GPF: GPF}
