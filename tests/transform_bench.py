"""Requests of every form, made up from the schema, and the DCC state in which they become commands."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from dcc_sim.catalogue.requests import REQUESTS
from dcc_sim.catalogue.routes import BY_VARIANT
from dcc_sim.duis.drafting import House, PlaceToSet, places
from dcc_sim.duis.schema import default_schemas
from dcc_sim.ids import DeviceType, Eui64, ServiceReferenceVariant
from dcc_sim.transform.bindings import COMMANDS
from dcc_sim.transform.context import DccParty, TransformContext

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dcc_sim.transform.rows import Row

NOW: Final = datetime(2027, 3, 1, 12, tzinfo=UTC)
USER: Final = Eui64.parse("90-B3-D5-1F-30-01-00-00")
ACB: Final = Eui64.parse("90-B3-D5-1F-30-00-00-02")
COS: Final = Eui64.parse("90-B3-D5-1F-30-00-00-04")


def _device(number: int) -> Eui64:
    return Eui64(bytes.fromhex("00DB1234567890") + bytes((number,)))


HOUSE: Final = House(
    originator=USER,
    acb=ACB,
    devices={kind: _device(0xA0 + n) for n, kind in enumerate(DeviceType)},
    mpan="1312345678111",
    mprn="1234567800",
)
STATE: Final = TransformContext(
    broker=DccParty(eui=ACB, counter=1302),
    cos_party=DccParty(eui=COS, counter=6001),
    other=DeviceType.PPMID,
    given={
        "customer identification number": b"1234",
        "GPF device log": [{"device_id": bytes(8), "device_type": 5}],
        "device log": {
            "extended_pan_id": bytes(8),
            "devices": [{"device": bytes(8), "hashed_link_key": bytes(16)}],
        },
    },
)
DLMS_DEVICES: Final = (DeviceType.ESME, DeviceType.CHF)


def body_of(variant: str) -> str:
    return REQUESTS[variant].body


def built(device: DeviceType) -> Iterator[str]:
    """Variants all of whose routes to a device have rows."""
    for variant, routes in BY_VARIANT.items():
        codes = [route.use_case for route in routes if device in route.devices]
        if codes and all((code, body_of(variant)) in COMMANDS for code in codes):
            yield variant


def rows_of(variant: str) -> tuple[Row, ...]:
    """The rows of all use cases that a variant leads to."""
    codes = dict.fromkeys(route.use_case for route in BY_VARIANT[variant])
    found = (COMMANDS.get((code, body_of(variant))) for code in codes)
    return tuple(row for command in found if command is not None for row in command.rows)


def places_of(variant: str) -> list[PlaceToSet]:
    return list(places(ServiceReferenceVariant(variant), default_schemas()))
