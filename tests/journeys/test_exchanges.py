"""From every request to an ESME, hub, HCALCS or PPMID to MMC and back, and every failure on the way.

Drafted, transformed, protected, decoded, executed by a new device, rendered, judged by the official schema,
read back, and given again by a device that is made to. For whoever may ask: a party that the device knows,
one that it does not, with and without a key to encrypt for.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Final

import pytest
from exchange_bench import (
    ACB,
    DEVICES,
    KEYS,
    NOW,
    PARTIES,
    TYPES,
    Asked,
    answer,
    asked,
    check_answer,
    check_command,
    every_form,
    finished,
    house,
    make,
)
from lxml import etree

from dcc_sim.catalogue.routes import BY_VARIANT, devices_of
from dcc_sim.catalogue.usecases import USE_CASES
from dcc_sim.clock import parse_moment
from dcc_sim.codec.access import AccessRow
from dcc_sim.devices.model import Fault
from dcc_sim.devices.rehearsal import check_same_answer, rehearse_alert
from dcc_sim.duis.drafting import draft, every_wish
from dcc_sim.duis.names import local_name
from dcc_sim.duis.schema import Schemas, default_schemas
from dcc_sim.errors import NotFound, RequestInvalid, SchemaInvalid
from dcc_sim.gbcs.frame import Frame
from dcc_sim.gbcs.protection import check_protection
from dcc_sim.ids import DeviceType, Eui64, RemotePartyRole, ServiceReferenceVariant
from dcc_sim.mmc.document import render
from dcc_sim.transform.message import build_command, encode_again, read_frame, read_message

if TYPE_CHECKING:
    from lxml.etree import _Element

CASES = [(variant, device) for variant in BY_VARIANT for device in devices_of(variant) if device in TYPES]
FAILURE: Final = 1
NOT_REACHED: Final = 250

OLD_CALENDAR: Final = {
    "ECS61a": "a new meter holds a calendar as meters have it from GBCS 4 on; this is how older ones say it"
}
CREDIT_MODE: Final = {"ECS09": "a new meter is in credit mode, without emergency credit to select"}


@pytest.fixture(scope="module")
def judge(request: pytest.FixtureRequest, schemas: Schemas) -> Schemas:
    """The official schemas, else our own."""
    try:
        found: Schemas = request.getfixturevalue("official")
    except pytest.skip.Exception:
        return schemas
    return found


@cache
def first_of_each(variant: str, device: DeviceType) -> tuple[Asked, ...]:
    """One Command for each use case and kind of originator."""
    found: dict[tuple[str, str], Asked] = {}
    for ask in asked(variant, device):
        found.setdefault((ask.row.code, ask.kind), ask)
    return tuple(ask for ask in found.values() if ask.row.code not in OLD_CALENDAR)


@pytest.mark.parametrize(("variant", "device"), CASES)
def test_a_request_is_answered_and_told(variant: str, device: DeviceType, judge: Schemas) -> None:
    for ask in first_of_each(variant, device):
        check_command(ask)
        message = check_answer(ask, answer(ask), judge)
        assert message.row is ask.row
        assert (message.body.first_failure is not None) == (ask.row.code in CREDIT_MODE)


@pytest.mark.slow
@pytest.mark.parametrize(("variant", "device"), CASES)
def test_every_form_is_answered_and_told(variant: str, device: DeviceType, judge: Schemas) -> None:
    for ask in asked(variant, device):
        if ask.row.code not in OLD_CALENDAR:
            check_command(ask)
            check_answer(ask, answer(ask), judge)


def check_failure(ask: Asked, position: int, judge: Schemas) -> None:
    """An item that fails stops those behind it; what was read before it is still told."""
    message = check_answer(ask, answer(ask, Fault(position, FAILURE)), judge)
    codes = [result.code for result in message.body.results]
    assert codes == [0] * position + [FAILURE] + [NOT_REACHED] * (len(codes) - position - 1)


def fallible(variant: str, device: DeviceType) -> Iterator[tuple[Asked, int]]:
    for ask in first_of_each(variant, device):
        if isinstance(ask.row.payload, AccessRow):
            yield ask, len(read_message(answer(ask), KEYS).body.results)


@pytest.mark.parametrize(("variant", "device"), CASES)
def test_the_last_item_may_fail(variant: str, device: DeviceType, judge: Schemas) -> None:
    for ask, items in fallible(variant, device):
        check_failure(ask, items - 1, judge)


@pytest.mark.slow
@pytest.mark.parametrize(("variant", "device"), CASES)
def test_any_item_may_fail(variant: str, device: DeviceType, judge: Schemas) -> None:
    for ask, items in fallible(variant, device):
        for position in range(items):
            check_failure(ask, position, judge)


def test_every_use_case_of_these_devices_that_has_a_service_is_asked() -> None:
    routed = {r.use_case for routes in BY_VARIANT.values() for r in routes if set(r.devices) & set(TYPES)}
    reached = {ask.row.code for variant, device in CASES for ask in first_of_each(variant, device)}
    # Their requests name another role, log or action; `test_exchanges_chosen` sends those.
    chosen = {"CCS02", "CS02bNOByNO", "CS02gLoadControllerBySupplier", "ECS15c"}
    assert routed - reached == chosen | OLD_CALENDAR.keys()
    assert routed <= USE_CASES.keys()


# ------------------------------------------------------------------------------------ future dating

LATER: Final = NOW + timedelta(days=20)
CANCELLED: Final = parse_moment("3000-12-31T00:00:00Z")
"""The date that a request to cancel has (DUIS; vectors)."""
DATED: Final = [
    variant
    for variant, routes in BY_VARIANT.items()
    if any(USE_CASES[route.use_case].future_datable for route in routes)
    and isinstance(USE_CASES[routes[0].use_case].payload, AccessRow)
]


def dated(moment: datetime, variant: str) -> list[Asked]:
    """Every form of a request with a date, that becomes a future-datable Command to an ESME."""

    def forms(variant: str, user: Eui64) -> Iterator[_Element]:
        service, about = ServiceReferenceVariant(variant), house(user)
        for wish in every_wish(service, default_schemas()):
            with suppress(NotFound, RequestInvalid, SchemaInvalid):
                yield draft(service, about, NOW, default_schemas(), replace(wish, execution=moment)).root

    return [ask for ask in asked(variant, DeviceType.ESME, forms) if ask.row.future_datable]


def activations(ask: Asked) -> int:
    assert isinstance(ask.row.payload, AccessRow)
    return sum(item.name.startswith("activate_") for item in ask.row.payload.items)


@pytest.mark.parametrize("variant", DATED)
def test_what_is_dated_comes_due_and_is_reported(variant: str, judge: Schemas) -> None:
    asks = {ask.row.code: ask for ask in dated(LATER, variant)}
    assert asks
    for ask in asks.values():
        device = make(ask.device, ask.row)
        (octets,) = device.receive(ask.command, NOW)
        assert check_answer(ask, octets, judge).body.first_failure is None
        assert len(device.state().pending) == activations(ask)
        assert device.next_wake() is not None
        alerts = device.wake(LATER)
        assert len(alerts) >= activations(ask)
        given_again = 0
        for alert in alerts:
            message = read_message(alert, KEYS)
            assert encode_again(message, KEYS) == alert
            check_protection(message.frame, KEYS, ACB)
            judge.check_mmc(etree.fromstring(render(message)))
            if message.row.code.startswith("FutureDated"):
                built = rehearse_alert(ask.command, alert, KEYS, ask.device, ACB, now=NOW)
                check_same_answer(built, alert, DEVICES[ask.device])
                given_again += 1
        assert given_again == activations(ask)


@pytest.mark.parametrize("variant", DATED)
def test_a_cancellation_leaves_nothing_planned(variant: str, judge: Schemas) -> None:
    planned = {ask.row.code: ask for ask in dated(LATER, variant)}
    for ask in {ask.row.code: ask for ask in dated(CANCELLED, variant)}.values():
        check_command(ask)
        assert check_answer(ask, answer(ask), judge).body.first_failure is None
        device = make(ask.device, ask.row)
        device.receive(planned[ask.row.code].command, NOW)
        assert device.state().pending
        device.receive(finished(one_later(ask), ask.row), NOW)
        assert not device.state().pending


def one_later(ask: Asked) -> Frame:
    """The same with the next counter."""
    header = replace(ask.frame.header, counter=ask.frame.header.counter + 1)
    return build_command(header, ask.row, read_frame(ask.frame).body.values)


# ------------------------------------------------------------------------------------------- prices


@pytest.mark.parametrize(("whole", "alone"), [("1.1.1", "1.2.1"), ("1.1.2", "1.2.2")])
def test_prices_say_the_same_in_a_tariff_and_alone(whole: str, alone: str) -> None:
    """The price part of a tariff request, in a request of its own, fills the same fields."""
    supplier = PARTIES[RemotePartyRole.SUPPLIER]
    compared = 0
    for root in every_form(whole, supplier):
        for frame in commands(whole, root):
            moved = copy.deepcopy(every_form(alone, supplier)[0])
            for part in list(moved[1][0]):
                moved[1][0].remove(part)
            for part in root[1][0]:
                if local_name(part) in ("ExecutionDateTime", *PRICES):
                    moved[1][0].append(copy.deepcopy(part))
            default_schemas().check_duis(moved)
            (other,) = commands(alone, moved)
            told = read_frame(frame).body.values
            said = read_frame(other).body.values
            assert said
            assert {name: told[name] for name in said} == said
            compared += 1
    assert compared > 2


PRICES: Final = ("PriceElements", "ElectricityPriceElements", "TOUPricesElectricity", "PricesSecondary")


def commands(variant: str, root: _Element) -> list[Frame]:
    asks = asked(variant, DeviceType.ESME, lambda *_: (root,))
    return [ask.frame for ask in asks]
