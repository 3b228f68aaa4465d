"""For any tariff: the request is valid, and its command says, value by value, what was asked for."""

from __future__ import annotations

from datetime import datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st
from tariff_extremes import EVERY_PRICE, LARGEST, SMALLEST

from dcc_sim.clock import parse_moment
from dcc_sim.codec.shape import Value
from dcc_sim.duis.parsing import parse_xml
from dcc_sim.duis.request import parse_request
from dcc_sim.duis.schema import Schemas
from dcc_sim.gbcs.frame import Frame
from dcc_sim.gbcs.keys import KeyRing
from dcc_sim.gbcs.protection import check_protection, protect, signed
from dcc_sim.ids import CraFlag, DeviceType, Eui64, KeyUsage, RequestId
from dcc_sim.testing.strategies import (
    ElectricityTariff,
    GasTariff,
    PriceUpdate,
    electricity_tariffs,
    gas_tariffs,
    moments,
    price_updates,
    request_ids,
    tariffs,
)
from dcc_sim.testing.strategies_calendar import Form, flat
from dcc_sim.transform.message import encode_again, read_message
from dcc_sim.transform.request import transform

Asked = ElectricityTariff | GasTariff | PriceUpdate

few = settings(max_examples=20)
NOW = parse_moment("2026-11-30T14:00:00Z")
ID = RequestId(Eui64(b"supplier"), Eui64(b"a meter!"), 2**64 - 1)
ACB = Eui64(b"the ACB.")
EXTREMES: tuple[Asked, ...] = (*LARGEST, *SMALLEST, *EVERY_PRICE)
FORMS: st.SearchStrategy[Form] = st.one_of(st.none(), st.just("cancel"), moments())


def device_of(asked: Asked) -> DeviceType:
    return DeviceType.GSME if isinstance(asked, GasTariff) else DeviceType.ESME


def expected(asked: Asked, execution: Form, now: datetime) -> dict[str, Value]:
    return asked.values(now, execution) if isinstance(asked, GasTariff) else asked.values(execution)


def command(asked: Asked, schemas: Schemas, execution: Form = None, request_id: RequestId = ID) -> Frame:
    request = parse_request(asked.request(request_id, execution), schemas)
    return transform(request, device_of(asked), NOW)


def check_it_arrives(asked: Asked, schemas: Schemas, execution: Form, request_id: RequestId) -> None:
    octets = command(asked, schemas, execution, request_id).encode()
    message = read_message(octets)
    assert flat(message.body.values) == flat(expected(asked, execution, NOW))
    header = message.header
    assert (header.originator, header.target) == (request_id.originator, request_id.target)
    assert (header.cra, header.counter, header.time) == (CraFlag.COMMAND, request_id.counter, None)
    assert encode_again(message) == octets


@given(asked=st.one_of(tariffs(), price_updates()), execution=FORMS, request_id=request_ids())
def test_what_is_asked_for_arrives(
    schemas: Schemas, asked: Asked, execution: Form, request_id: RequestId
) -> None:
    check_it_arrives(asked, schemas, execution, request_id)


@pytest.mark.parametrize("execution", [None, "cancel", parse_moment("2026-12-01T00:00:00Z")], ids=str)
@pytest.mark.parametrize("number", range(len(EXTREMES)))
def test_the_extremes_arrive(schemas: Schemas, number: int, execution: Form) -> None:
    check_it_arrives(EXTREMES[number], schemas, execution, ID)


@pytest.mark.parametrize("number", range(len(EXTREMES)))
def test_the_extremes_are_valid_by_the_published_schema(official: Schemas, number: int) -> None:
    official.check_duis(parse_xml(EXTREMES[number].request(ID)))


@few
@given(asked=st.one_of(tariffs(), price_updates()), execution=FORMS)
def test_the_request_is_valid_by_the_published_schema(
    official: Schemas, asked: Asked, execution: Form
) -> None:
    official.check_duis(parse_xml(asked.request(ID, execution)))


def _keys() -> KeyRing:
    ring = KeyRing()
    for n, eui in enumerate((ID.originator, ID.target, ACB), 1):
        for usage in (KeyUsage.DIGITAL_SIGNATURE, KeyUsage.KEY_AGREEMENT):
            ring.add_private(eui, usage, ec.derive_private_key(0xA5A5 + n, ec.SECP256R1()))
    return ring


KEYS = _keys()


@few
@given(asked=st.one_of(tariffs(), price_updates()), execution=FORMS)
def test_the_finished_command_is_what_is_read_back(schemas: Schemas, asked: Asked, execution: Form) -> None:
    octets = protect(signed(command(asked, schemas, execution), KEYS), KEYS, ACB).encode()
    message = read_message(octets)
    check_protection(message.frame, KEYS, ACB)
    assert encode_again(message) == octets
    assert flat(message.body.values) == flat(expected(asked, execution, NOW))


@pytest.mark.parametrize("kind", ["tou", "block", "hybrid"])
def test_a_kind_that_is_asked_for_is_drawn(kind: str) -> None:
    @few
    @given(st.one_of(electricity_tariffs(kind), price_updates(kind)))  # type: ignore[arg-type]  # a str
    def drawn(asked: ElectricityTariff | PriceUpdate) -> None:
        assert asked.prices.kind == kind
        assert bool(asked.prices.registers) == (kind != "block")
        assert bool(asked.prices.blocks) == (kind != "tou")

    drawn()


@pytest.mark.parametrize("kind", ["tou", "block"])
def test_a_gas_kind_that_is_asked_for_is_drawn(kind: str) -> None:
    @few
    @given(gas_tariffs(kind))  # type: ignore[arg-type]  # a str
    def drawn(asked: GasTariff) -> None:
        assert asked.kind == kind
        assert all((day.tier is None) == (kind == "block") for day in asked.days)

    drawn()
