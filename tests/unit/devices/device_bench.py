"""A bench to test devices on: parties with keys of their own, and commands made by table rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric import ec

from dcc_sim.catalogue.row import UseCase
from dcc_sim.catalogue.usecases import use_case
from dcc_sim.codec.shape import Value
from dcc_sim.codec.times import NOW, CosemDate, CosemDateTime, CosemTime
from dcc_sim.devices.engine import Device
from dcc_sim.devices.profiles import make_esme, make_gpf, make_gsme
from dcc_sim.gbcs.header import GroupingHeader
from dcc_sim.gbcs.keys import KeyRing
from dcc_sim.gbcs.protection import protect, signed
from dcc_sim.ids import CraFlag, Eui64, KeyUsage, RemotePartyRole
from dcc_sim.transform.message import Message, build_command, read_message

ESME = Eui64.parse("00-5E-00-00-00-00-00-01")
GSME = Eui64.parse("00-5E-00-00-00-00-00-02")
GPF = Eui64.parse("00-5E-00-00-00-00-00-03")
SUPPLIER = Eui64.parse("00-5E-01-00-00-00-00-01")
NETWORK = Eui64.parse("00-5E-01-00-00-00-00-02")
ACB = Eui64.parse("00-5E-01-00-00-00-00-03")
STRANGER = Eui64.parse("00-5E-01-00-00-00-00-04")
PARTIES = (ESME, GSME, GPF, SUPPLIER, NETWORK, ACB, STRANGER)

START = datetime(2024, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

TRUST_ANCHORS = {
    RemotePartyRole.SUPPLIER: SUPPLIER,
    RemotePartyRole.NETWORK_OPERATOR: NETWORK,
    RemotePartyRole.ACCESS_CONTROL_BROKER: ACB,
}
SCRIPTS = bytes.fromhex("00000A0064FF")
EVERY_YEAR = CosemDateTime(bytes.fromhex("FFFF0101FF000000008000FF"))
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def keys() -> KeyRing:
    """Fixed keys: the scalars are a hash of nothing in particular, the same on every run."""
    ring = KeyRing()
    for n, eui in enumerate(PARTIES, 1):
        for m, usage in enumerate((KeyUsage.DIGITAL_SIGNATURE, KeyUsage.KEY_AGREEMENT), 1):
            ring.add_private(eui, usage, ec.derive_private_key(n << 64 | m << 32 | 0xB0B, ec.SECP256R1()))
    return ring


KEYS = keys()


@dataclass
class Bench:
    """One device, and whoever talks to it."""

    device: Device
    now: datetime = START
    counter: int = 1000
    replies: list[Message] = field(default_factory=list)

    def frame(
        self,
        code: str,
        values: Mapping[str, Value] | None = None,
        *,
        originator: Eui64 = SUPPLIER,
        target: Eui64 | None = None,
        counter: int | None = None,
    ) -> bytes:
        """A finished command."""
        row = use_case(code)
        if counter is None:
            self.counter += 1
            counter = self.counter
        header = GroupingHeader(
            cra=CraFlag.COMMAND,
            counter=counter,
            originator=originator,
            target=target or self.device.eui,
            message_code=row.message_code,
        )
        return finish(header, row, values or {})

    def send(self, code: str, values: Mapping[str, Value] | None = None, **how: object) -> Message | None:
        """Send a command; the response, decoded, or None for silence."""
        frame = self.frame(code, values, **how)  # type: ignore[arg-type]  # passed through
        return self.deliver(frame)

    def deliver(self, frame: bytes) -> Message | None:
        """Deliver octets; the response, decoded, or None for silence."""
        self.replies = [read_message(octets, KEYS) for octets in self.device.receive(frame, self.now)]
        return self.replies[-1] if self.replies else None

    def wake(self) -> list[Message]:
        """Go to the next wake moment; the alerts."""
        due = self.device.next_wake()
        assert due is not None
        self.now = due
        return [read_message(octets, KEYS) for octets in self.device.wake(due)]


def finish(header: GroupingHeader, row: UseCase, values: Mapping[str, Value]) -> bytes:
    """Sign when critical, then the ACB's MAC."""
    frame = build_command(header, row, values)
    frame = signed(frame, KEYS) if row.critical else frame.with_signature(b"")
    return protect(frame, KEYS, ACB).encode()


def esme(**how: object) -> Bench:
    return Bench(make_esme(ESME, keys=KEYS, trust_anchors=TRUST_ANCHORS, seed=1, started_at=START, **how))  # type: ignore[arg-type]


def gsme(**how: object) -> Bench:
    return Bench(make_gsme(GSME, keys=KEYS, trust_anchors=TRUST_ANCHORS, seed=1, started_at=START, **how))  # type: ignore[arg-type]


def gpf(behind: Device | None = None) -> Bench:
    return Bench(make_gpf(GPF, keys=KEYS, trust_anchors=TRUST_ANCHORS, gsme=behind))


class Steady:
    """One unit every so many seconds; easy to reckon with."""

    def __init__(self, seconds_per_unit: int = 1) -> None:
        self.seconds_per_unit = seconds_per_unit

    def at(self, moment: datetime) -> int:
        return int((moment - datetime(2000, 1, 1, tzinfo=UTC)).total_seconds()) // self.seconds_per_unit


def entry(hour: int, script: int) -> Value:
    return {"start_time": CosemTime.of_day(hour * 3600), "script_table": SCRIPTS, "script": script}


def day_night(activation: CosemDateTime = NOW) -> dict[str, Value]:
    """Economy 7 as ECS01a: night is register 1 from 00:00 to 07:00, day register 2; Christmas is 3."""
    values: dict[str, Value] = {
        "seasons": [{"name": b"all", "start": EVERY_YEAR, "week": b"\x01"}],
        "weeks": [{"name": b"\x01", **dict.fromkeys(WEEKDAYS, 1)}],
        "days": [
            {"day_id": 1, "schedule": [entry(0, 1), entry(7, 2)]},
            {"day_id": 2, "schedule": [entry(0, 3)]},
        ],
        "special_days": [{"index": 1, "date": CosemDate(bytes.fromhex("FFFF0C19FF")), "day_id": 2}],
        "currency_gbp": True,
        **prices({1: 1200, 2: 3400, 3: 900}, activation),
        **{f"thresholds_{n}": [0xFFFF_FFFF] for n in range(1, 9)},
    }
    names = ("switching_table", "special_days", "currency", "thresholds")
    return values | {f"activate_{name}": activation for name in names}


def prices(given: Mapping[int, int], activation: CosemDateTime = NOW, scale: int = -5) -> dict[str, Value]:
    """ECS01b: prices by table index, the rest 0."""
    indexes = [*range(1, 49), *(block << 4 | n for block in range(0xA, 0xE) for n in range(1, 9))]
    return {
        "standing_charge": {
            "scaling": {"commodity_scale": 0, "price_scale": -5},
            "commodity": {"class_id": 0, "logical_name": bytes(6), "attribute": 0},
            "table": [{"index": b"", "charge": 20000}],
        },
        "prices": {
            "scaling": {"commodity_scale": 3, "price_scale": scale},
            "commodity": {"class_id": 3, "logical_name": bytes.fromhex("0100010800FF"), "attribute": 2},
            "table": [{"index": bytes((n,)), "charge": given.get(n, 0)} for n in indexes],
        },
        "activate_standing_charge": activation,
        "activate_prices": activation,
    }


def gas_tariff(start: int = 0, *, block: bool = False, seasons: int = 1, tier: int = 2) -> dict[str, Value]:
    """GCS01a with one season, one week, one day; a tariff in tiers, or in blocks of 1 and 2 kWh."""
    issuer: dict[str, Value] = {"issuer_event_id": 7, "issuer_calendar_id": 7}
    priced: dict[str, Value] = {"issuer_event_id": 7, "start_time": start}
    ids = (0, 1, 2) if block else (1, 2, 3, 4)
    values: dict[str, Value] = {
        "calendar": {**issuer, "start_time": start, "name": b"", "seasons": seasons, "weeks": 1, "days": 1},
        "day_profiles": [
            {**issuer, "day_id": 1, "schedule": [{"start_minute": 0, "price_tier": 0 if block else tier}]}
        ],
        "week_profiles": [{**issuer, "week_id": 1, **dict.fromkeys(WEEKDAYS, 1)}],
        "seasons": {**issuer, "seasons": [{"start": bytes.fromhex("FF0101FF"), "week_id": 1}]},
        "special_days": {**issuer, "start_time": start, "special_days": []},
        "tariff_information": {
            **priced,
            "tariff_type": 0x10 if block else 0,
            "label": b"",
            "price_tiers": 0 if block else 4,
            "block_thresholds": 2 if block else 0,
            "currency": 826,
            "price_trailing_digit": 0x50,
            "standing_charge": 100,
        },
        "price_matrix": {
            **priced,
            "sub_payload_control": 0 if block else 1,
            "prices": [{"tier_block_id": n, "price": 5000 + n} for n in ids],
        },
    }
    if block:
        values["block_thresholds"] = {**priced, "thresholds": [1000, 2000]}
    return values
