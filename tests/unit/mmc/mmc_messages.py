"""Messages of our own for the MMC tests: built by the rows, put on the wire, read back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric import ec

from dcc_sim.catalogue.row import UseCase
from dcc_sim.catalogue.usecases import ALERTS, use_case
from dcc_sim.codec.access import NOT_PROCESSED, AccessRow
from dcc_sim.codec.exchange import Body, Result
from dcc_sim.codec.gbz import GbzRow
from dcc_sim.codec.shape import Value, Values
from dcc_sim.codec.times import CosemDate, CosemDateTime, CosemTime
from dcc_sim.gbcs.header import GroupingHeader
from dcc_sim.gbcs.keys import KeyRing
from dcc_sim.ids import CraFlag, Eui64, KeyUsage
from dcc_sim.transform.message import Message, build_alert, build_response, read_message

DEVICE = Eui64.parse("00-DB-00-00-00-00-00-01")
USER = Eui64.parse("90-B3-D5-00-00-00-00-02")
TIME = CosemDateTime.at(datetime(2026, 3, 29, 1, 30, tzinfo=UTC))


def keys() -> KeyRing:
    ring = KeyRing()
    for number, party in enumerate((DEVICE, USER), 7):
        ring.add_private(party, KeyUsage.KEY_AGREEMENT, ec.derive_private_key(number, ec.SECP256R1()))
    return ring


RING = keys()


def header_for(row: UseCase, time: CosemDateTime | None, **more: Eui64 | int) -> GroupingHeader:
    return GroupingHeader(
        cra=CraFlag.RESPONSE,
        counter=1234,
        originator=DEVICE,
        target=USER,
        message_code=row.message_code,
        time=time if row.timed else None,
        **more,  # type: ignore[arg-type]  # named by the caller, checked by the header
    )


def results_of(row: UseCase, failures: Mapping[int, int], runs: Sequence[str] = ()) -> tuple[Result, ...]:
    """One result per item; `failures` is code by position, and what follows in DLMS is 250."""
    payload = row.payload
    if isinstance(payload, AccessRow):
        results = []
        stopped = False
        for n, item in enumerate(payload.items):
            code = failures.get(n, NOT_PROCESSED if stopped else 0)
            results.append(Result(item.name, n, code, executed=not stopped))
            stopped = stopped or code != 0
        return tuple(results)
    if isinstance(payload, GbzRow):
        names = list(runs) or [read.name for command in payload.commands for read in command.reads]
        reads = not runs
        return tuple(Result(name, 0 if reads else n, failures.get(n, 0)) for n, name in enumerate(names))
    return ()


def response(
    code: str,
    values: Values,
    *,
    failures: Mapping[int, int] | None = None,
    results: tuple[Result, ...] | None = None,
    time: CosemDateTime | None = TIME,
    ring: KeyRing | None = RING,
    **more: Eui64 | int,
) -> Message:
    """The Response over the wire; `ring=None` reads it without keys."""
    row = use_case(code)
    body = Body(values, results_of(row, failures or {}) if results is None else results)
    frame = build_response(header_for(row, time, **more), row, body, RING)
    return read_message(frame.encode(), ring)


def alert(code: str, values: Values, *, ring: KeyRing | None = RING) -> Message:
    row = ALERTS[code]
    header = GroupingHeader(
        cra=CraFlag.ALERT, counter=77, originator=DEVICE, target=USER, message_code=row.message_code
    )
    return read_message(build_alert(header, row, values, RING).encode(), ring)


def charge(table: Sequence[Value], price_scale: int, commodity_scale: int | None = None) -> Values:
    scaling: dict[str, Value] = {"price_scale": price_scale}
    if commodity_scale is not None:
        scaling["commodity_scale"] = commodity_scale
    return {"scaling": scaling, "commodity": {}, "table": table}


PRICE_INDICES = [*range(0x01, 0x31), *(first + n for first in (0xA1, 0xB1, 0xC1, 0xD1) for n in range(8))]

EVERY_DAY_1 = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), 1)
WEEK: Values = {"name": b"\x01", **EVERY_DAY_1}

TARIFF: Values = {
    "active_price": 2500,
    "active_price_unit": {"scaler": -5, "unit": 254},
    "seasons": [
        {
            "name": b"A&B <\xff\x00",
            "start": CosemDateTime(bytes.fromhex("FFFF03FEFF000000008000FF")),
            "week": b"\x01",
        }
    ],
    "weeks": [WEEK],
    "days": [
        {
            "day_id": 1,
            "schedule": [
                {"start_time": CosemTime.of_day(0), "script": 2},
                {"start_time": CosemTime.of_day(7 * 3600), "script": 108},
            ],
        }
    ],
    "special_days": [{"index": 1, "date": CosemDate(bytes.fromhex("FFFF0C19FF")), "day_id": 1}],
    **{f"thresholds_{n}": [n, 0xFFFF_FFFF] for n in range(1, 9)},
    "currency_gbp": False,
    "standing_charge": charge([{"charge": -300}], -4),
    "prices": charge(
        [{"index": bytes((index,)), "charge": index - 100} for index in PRICE_INDICES], -5, commodity_scale=3
    ),
}
