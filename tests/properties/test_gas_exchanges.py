"""Request, command, answer, document: once for every gas and ASN.1 use case that a User can ask for.

Most have no published frame of every kind. Here each is drafted, transformed, protected, read, done by
a device, told in MMC and read back; then once more with a failure at each of its components.
"""

from __future__ import annotations

import copy
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from request_bench import KEYS, NOW, OTHERS, STATE, forms
from transform_bench import ACB, COS

from dcc_sim.catalogue.routes import ROUTES, UNKNOWN_PARTY_KEY, GbcsVersion, Route
from dcc_sim.catalogue.row import Guard, UseCase
from dcc_sim.catalogue.usecases import use_case
from dcc_sim.clock import parse_moment
from dcc_sim.codec.access import AccessRow
from dcc_sim.codec.exchange import NOT_FOUND, Body, sealed_values
from dcc_sim.codec.gbz import GbzRow
from dcc_sim.devices import rehearsal
from dcc_sim.devices.engine import Device
from dcc_sim.devices.model import Fault
from dcc_sim.devices.rehearsal import check_same_answer, rehearsal_key, rehearse
from dcc_sim.duis.names import local_name
from dcc_sim.duis.request import ServiceRequest, read_request
from dcc_sim.duis.schema import default_schemas
from dcc_sim.errors import AccessDenied, KeyMissing, NotFound, RequestInvalid
from dcc_sim.gbcs.frame import decode_frame
from dcc_sim.gbcs.keys import KeyRing
from dcc_sim.gbcs.protection import check_protection, protect, signed
from dcc_sim.ids import CraFlag, DeviceType, KeyUsage, RemotePartyRole
from dcc_sim.mmc.document import render
from dcc_sim.mmc.reader import read as read_mmc
from dcc_sim.transform.context import TransformContext
from dcc_sim.transform.message import Message, build_command, encode_again, read_message
from dcc_sim.transform.originators import route_of
from dcc_sim.transform.request import transform

HARDWARE_FAILURE = 0xC0
DUE = parse_moment("2027-06-01T00:00:00Z")
FAR_DATE = "3000-12-31T00:00:00Z"
CASES = list(
    dict.fromkeys(
        (route.use_case, device)
        for route in ROUTES
        if not isinstance(use_case(route.use_case).payload, AccessRow)
        for device in route.devices
    )
)
TEXTS: tuple[dict[str, str], ...] = (
    {},
    {"LogToRead": "Security"},
    {"LogToRead": "GSMEEvent"},
    {"RemotePartyRole": "NetworkOperator"},
    {"RemotePartyRole": "LoadController"},
)
"""What the drafts do not vary: words of which each form takes the first."""
DATE = "ExecutionDateTime"
VERSIONS = (None, GbcsVersion(1, 0), GbcsVersion(3, 0), GbcsVersion(4, 0))
REFUSED = {
    "GCS06",
    "CS02c",
    "CS02d",
    "CS02e",
    "CS03A1",
    "CS03A2",
    "CS03B",
    "CS03C",
    "CS04AC",
    "CS04B",
    "CS06",
}
"""What a device in its first state may have a reason to refuse: no debt, no key pair, not joined."""


@dataclass(frozen=True)
class Asked:
    """A request that becomes a command of one use case for a device."""

    request: ServiceRequest
    context: TransformContext
    row: UseCase
    device: DeviceType


def drafts(
    route: Route, device: DeviceType, *, unknown: bool = False, dated: str | None = None
) -> Iterator[Asked]:
    for form in forms(route.variant):
        for words in TEXTS:
            root = copy.deepcopy(form)
            texts = words if dated is None else {**words, DATE: dated}
            for element in root.iter(etree.Element):
                element.text = texts.get(local_name(element), element.text)
            request = read_request(root)
            names = [local_name(element) for element in request.body]
            if (UNKNOWN_PARTY_KEY in names) is not unknown or (dated is not None and DATE not in names):
                continue
            for gbcs in VERSIONS:
                for other in OTHERS:
                    party = RemotePartyRole.OTHER if unknown else None
                    context = replace(STATE, gbcs=gbcs, other=other, party=party)
                    try:
                        if route_of(request, device, context).use_case != route.use_case:
                            continue
                        transform(request, device, NOW, context)
                    except (RequestInvalid, AccessDenied, NotFound):
                        continue
                    default_schemas().check_duis(root)
                    yield Asked(request, context, use_case(route.use_case), device)


@cache
def asked(code: str, device: DeviceType, *, unknown: bool = False, dated: str | None = None) -> Asked | None:
    for route in ROUTES:
        if route.use_case == code and device in route.devices:
            found = next(drafts(route, device, unknown=unknown, dated=dated), None)
            if found is not None:
                return found
    return None


def ring(message: Message) -> KeyRing:
    """The keys of the home, with made-up ones for the devices and parties of DCC it has none of."""
    keys = KeyRing(dict(KEYS.entries), KEYS.secrets)
    header = message.header
    for eui in (header.originator, header.target, ACB, COS):
        for usage in (KeyUsage.DIGITAL_SIGNATURE, KeyUsage.KEY_AGREEMENT):
            try:
                keys.private(eui, usage)
            except KeyMissing:
                keys.entries.pop((eui, usage), None)
                keys.add_private(eui, usage, rehearsal_key(eui))
    return keys


def finished(wish: Asked) -> tuple[bytes, Message, KeyRing]:
    """The command: signed and MAC'd as its use case wants, read again."""
    frame = transform(wish.request, wish.device, NOW, wish.context)
    keys = ring(read_message(frame.with_signature(b"").encode()))
    wanted = wish.row.protections[0].command
    frame = signed(frame, keys) if Guard.SIGNATURE in wanted else frame.with_signature(b"")
    octets = (protect(frame, keys, ACB) if Guard.MAC in wanted else frame).encode()
    message = read_message(octets, keys)
    assert message.row is wish.row
    assert encode_again(message, keys) == octets
    check_protection(decode_frame(octets), keys, ACB)
    return octets, message, keys


def device_for(wish: Asked, message: Message, keys: KeyRing) -> tuple[Device, KeyRing]:
    """A device that began two months ago."""
    own = rehearsal._device_keys(keys, message.header, wish.row)
    began = NOW - timedelta(days=60)
    return rehearsal._device(wish.device, message.header, wish.row, own, ACB, began), own


@cache
def mmc_schema() -> etree.XMLSchema:
    path = Path(__file__).resolve().parents[2].parent / "shared" / "schemas-official" / "5.4" / "mmc.xsd"
    if not path.is_file():
        pytest.skip(f"no official MMC schema at {path}")
    return etree.XMLSchema(etree.parse(path))


def check_answer(
    wish: Asked, command: bytes, message: Message, keys: KeyRing, faults: tuple[Fault, ...] = ()
) -> Body:
    """The device answers; its answer holds together, is given again by a rehearsal and told in MMC."""
    device, own = device_for(wish, message, keys)
    if faults:
        device.inject_failures(wish.row.code, faults)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        answers = device.receive(command, NOW)
    assert answers, device.security_log[-1]
    answer = read_message(answers[-1], own)
    assert answer.row is wish.row
    assert answer.header.cra is CraFlag.RESPONSE
    assert (answer.header.time is not None) is wish.row.timed
    assert encode_again(answer, own) == answers[-1]
    check_protection(answer.frame, own, ACB)
    check_same_answer(
        rehearse(command, answers[-1], keys, wish.device, ACB, now=NOW), answers[-1], message.header.target
    )
    document = render(answer)
    mmc_schema().assertValid(etree.fromstring(document))
    said = read_mmc(document)
    assert said.row is wish.row
    assert said.header.counter == message.header.counter
    return answer.body


def failures(row: UseCase, body: Body) -> Iterator[tuple[int, Fault]]:
    """One failure for each component of a command."""
    if isinstance(row.payload, GbzRow):
        for index, (command, _) in enumerate(row.payload.expand(body.values)):
            name = command.reads[-1].name if command.reads else ""
            yield index, Fault(index, HARDWARE_FAILURE, name)


@pytest.mark.parametrize(("code", "device"), CASES)
def test_a_request_is_answered(code: str, device: DeviceType) -> None:
    wish = asked(code, device)
    assert wish is not None, "no draft leads there"
    command, message, keys = finished(wish)
    body = check_answer(wish, command, message, keys)
    if code not in REFUSED:
        assert all(result.executed and result.code in (0, NOT_FOUND) for result in body.results)
        assert not body.values.get("response_code")


@pytest.mark.parametrize(
    ("code", "device"), [case for case in CASES if isinstance(use_case(case[0]).payload, GbzRow)]
)
def test_a_failure_at_any_component_is_answered(code: str, device: DeviceType) -> None:
    wish = asked(code, device)
    assert wish is not None
    command, message, keys = finished(wish)
    for index, fault in failures(wish.row, message.body):
        body = check_answer(wish, command, message, keys, (fault,))
        codes = {result.index: result.code for result in body.results if result.code}
        behind = [result for result in body.results if result.index > index]
        assert HARDWARE_FAILURE in codes.values()
        assert not any(result.executed for result in behind)


UNKNOWN = ["GCS15b", "GCS15c", "GCS16a", "GCS16b", "GCS17", "GCS18"]
"""Reads of a GSME for which an unknown party may bring a key; GCS61 is of the GPF alone."""
KEPT = ("GCS16a", "GCS16b", "GCS17")
"""Logs with entries in the period of the draft, a day."""


@pytest.mark.parametrize("code", UNKNOWN)
def test_an_unknown_party_alone_reads_what_it_asked_for(code: str) -> None:
    wish = asked(code, DeviceType.GSME, unknown=True)
    assert wish is not None
    command, message, keys = finished(wish)
    user = wish.request.request_id
    header = message.header
    assert (header.originator, header.supplementary_party) == (ACB, user.originator)
    assert header.supplementary_counter == user.counter
    assert header.certificate
    body = check_answer(wish, command, message, keys)
    device, _ = device_for(wish, message, keys)
    (answer,) = device.receive(command, NOW)
    told = read_message(answer).header
    assert told.supplementary_originator_counter is not None
    assert told.certificate is None
    agree, reader = KeyUsage.KEY_AGREEMENT, user.originator
    public = KeyRing()
    public.add_public(header.target, agree, keys.public(header.target, agree))
    public.add_private(reader, agree, keys.private(reader, agree))
    opened = read_message(answer, public)
    assert not any(sealed_values(opened.body.values))
    assert opened.body == body
    found = any(not result.code for result in body.results)
    assert found or code not in KEPT
    assert any(sealed_values(read_message(answer, KeyRing()).body.values)) is found


DATED = [(code, device) for code, device in CASES if use_case(code).future_datable]
DATED.remove(("CS02bACBByACB", DeviceType.ESME))
DATED.remove(("CS02bACBByACB", DeviceType.GSME))
"""Use cases with a date that the device keeps; that of 8.5, and of 6.21 on a GPF, the DCC keeps."""


@pytest.mark.parametrize(("code", "device"), DATED)
def test_what_is_to_come_comes_due_and_what_is_cancelled_does_not(code: str, device: DeviceType) -> None:
    later, never = (asked(code, device, dated=date) for date in ("2027-06-01T00:00:00Z", FAR_DATE))
    assert later is not None
    assert never is not None
    command, message, keys = finished(later)
    check_answer(later, command, message, keys)
    meter, own = device_for(later, message, keys)
    meter.receive(command, NOW)
    due = _planned(meter)
    assert due == {DUE}
    alerts = [read_message(octets, own) for octets in meter.wake(DUE)]
    told = [alert for alert in alerts if alert.body.values["alert_code"] in (0x8F66, 0x8F67)]
    assert told
    for alert in told:
        mmc_schema().assertValid(etree.fromstring(render(alert)))
        assert alert.frame.signature
    cancelled, message, keys = finished(never)
    check_answer(never, cancelled, message, keys)
    meter, _ = device_for(later, message, keys)
    meter.receive(command, NOW)
    assert _planned(meter)
    header = message.header
    again = replace(header, counter=header.counter + 1)
    values = dict(message.body.values)
    repeat(values, again.counter)
    frame = build_command(again, never.row, values)
    meter.receive(protect(signed(frame, keys), keys, ACB).encode(), NOW)
    assert not _planned(meter)


def _planned(meter: Device) -> set[datetime]:
    return {pending.at for pending in meter.state().pending}


def repeat(values: dict[str, Any], counter: int) -> None:
    """Put the counter where a payload repeats it."""
    if "originator_counter" in values:
        values["originator_counter"] = counter
    control = values.get("authorising_remote_party_control")
    if control is not None:
        values["authorising_remote_party_control"] = {
            **control,
            "authorising_remote_party_seq_number": counter,
        }
