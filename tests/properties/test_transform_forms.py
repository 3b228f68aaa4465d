"""Every form of every request to a device: a command that says the same, or a reason.

Forms are made up from the schema: each alternative of each choice, each optional part with and without.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from transform_bench import HOUSE, NOW, built, rows_of
from transform_bench import STATE as WITHOUT_CERTIFICATES

from dcc_sim.catalogue.usecases import use_case
from dcc_sim.duis.drafting import ALL, Wishes, draft, every_choice
from dcc_sim.duis.request import ServiceRequest, read_request
from dcc_sim.duis.schema import default_schemas
from dcc_sim.errors import AccessDenied, RequestInvalid, SchemaInvalid
from dcc_sim.ids import DeviceType, KeyUsage, ServiceReferenceVariant
from dcc_sim.smki.pki import TestPki
from dcc_sim.transform.bindings import plan_for
from dcc_sim.transform.compiled import Job, Traced, origin
from dcc_sim.transform.elements import local_name
from dcc_sim.transform.message import read_frame
from dcc_sim.transform.originators import route_of
from dcc_sim.transform.request import command_values, transform
from dcc_sim.transform.rows import omitted

if TYPE_CHECKING:
    from lxml.etree import _Element

    from dcc_sim.gbcs.frame import Frame

PKI = TestPki("forms")
PKI.enrol_device(HOUSE.devices[DeviceType.GSME])
CERTIFICATE = PKI.ring.certificate(HOUSE.devices[DeviceType.GSME], KeyUsage.KEY_AGREEMENT)
STATE = replace(
    WITHOUT_CERTIFICATES,
    certificate=lambda *_: CERTIFICATE.public_bytes(Encoding.DER),
    other=DeviceType.ESME,
)
CASES = [(variant, device) for device in DeviceType for variant in built(device)]


UNUSED = {"GasTariffElements/ThresholdMatrix"}
"""What the schema wants even where it says nothing: a tariff by time of use has no thresholds."""


def leaves(value: Any, base: str = "") -> Iterator[tuple[str, Any]]:
    """Dotted paths as `compiled.origin` and the codec write them."""
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from leaves(part, f"{base}.{name}" if base else name)
    elif isinstance(value, list | tuple):
        yield f"{base}.#", len(value)
        for n, item in enumerate(value, 1):
            yield from leaves(item, f"{base}.[{n}]")
    else:
        yield base, value


@pytest.mark.parametrize(("variant", "device"), CASES)
def test_a_form_becomes_a_command_that_says_the_same(variant: str, device: DeviceType) -> None:
    made, reasons = 0, []
    for form in every_choice(ServiceReferenceVariant(variant), HOUSE, NOW, default_schemas()):
        request = read_request(form.root)
        try:
            frame = transform(request, device, NOW, STATE)
        except (RequestInvalid, AccessDenied) as refused:
            reasons.append((refused.response_code, refused.place))
            continue
        row = use_case(route_of(request, device, STATE).use_case)
        asked = dict(leaves(command_values(request, row, NOW, STATE)))
        said = dict(leaves(read_frame(frame).body.values))
        assert {path: said.get(path) for path in asked} == asked
        made += 1
    assert made
    assert all(code and place for code, place in reasons)


def changed(text: str) -> Iterator[str]:
    """Texts near to one, for whatever type it may have."""
    swaps = {
        "true": "false", "false": "true", "Enable": "Disable", "Disable": "Enable", "GBP": "ECB",
        "START": "STOP", "STOP": "START", "HOURLY": "DAILY", "DAILY": "HOURLY", "Locked": "Unchanged",
        "Unchanged": "Locked", "Monday": "Tuesday",
    }  # fmt: skip
    if text in swaps:
        yield swaps[text]
    if text.lstrip("-").isdigit():
        yield from (str(int(text) + 1), str(int(text) - 1))
        yield f"{int(text) + 1:0{len(text)}d}"
    for old, new in (
        ("-01", "-02"),
        (":00Z", ":01Z"),
        ("00", "01"),
        ("1", "2"),
        ("2", "1"),
        ("a", "b"),
        ("e", "f"),
    ):
        if old in text:
            yield text.replace(old, new, 1)
    yield text + "x"


def one_changes(root: _Element) -> Iterator[tuple[_Element, _Element]]:
    """Valid documents in which one text or attribute of the body is another, and its element."""
    body = root[1][0]
    places: list[tuple[int, str | None]] = [
        (n, None) for n, e in enumerate(body.iter()) if not len(e) and (e.text or "").strip()
    ]
    places += [(n, str(a)) for n, e in enumerate(body.iter()) for a in e.attrib]
    for number, attribute in places:
        for text in changed(_said(list(body.iter())[number], attribute)):
            other = copy.deepcopy(root)
            target = list(other[1][0].iter())[number]
            if attribute is None:
                target.text = text
            else:
                target.set(attribute, text)
            if is_valid(other):
                yield other, target
                break


def _said(element: _Element, attribute: str | None) -> str:
    return (element.text or "").strip() if attribute is None else (element.get(attribute) or "")


def is_valid(root: _Element) -> bool:
    try:
        default_schemas().check_duis(root)
    except SchemaInvalid:
        return False
    return True


def accepted(variant: str, device: DeviceType) -> Iterator[tuple[_Element, ServiceRequest, Frame]]:
    """Forms that become a command, the fullest one first, then those of the other alternatives."""
    service = ServiceReferenceVariant(variant)
    full = draft(service, HOUSE, NOW, default_schemas(), Wishes(optionals=ALL))
    for form in (full, *every_choice(service, HOUSE, NOW, default_schemas())):
        request = read_request(form.root)
        with suppress(RequestInvalid, AccessDenied):
            yield form.root, request, transform(request, device, NOW, STATE)


@pytest.mark.parametrize(("variant", "device"), CASES)
def test_one_change_in_the_request_is_one_change_in_the_command(variant: str, device: DeviceType) -> None:
    found = next(accepted(variant, device), None)
    if found is None:
        pytest.skip("no form has what this device asks for")
    root, request, first = found
    before = dict(leaves(read_frame(first).body.values))
    dropped = {path.removesuffix("/**") for path, _ in omitted(rows_of(variant))} | UNUSED
    for other, element in one_changes(root):
        asked = read_request(other)
        try:
            frame = transform(asked, device, NOW, STATE)
        except (RequestInvalid, AccessDenied):
            continue
        message = read_frame(frame)
        place = path_of(element, asked.body)
        is_dropped = any(f"{place}/".startswith(f"{path}/") for path in dropped)
        assert (frame.encode() == first.encode()) <= is_dropped, place
        after = dict(leaves(message.body.values))
        sources = origins(request, message.row.code), origins(asked, message.row.code)
        for path in before.keys() | after.keys():
            if before.get(path) != after.get(path):
                assert any(f"{place}/".startswith(source(path)) for source in sources), (path, place)


def origins(request: ServiceRequest, code: str) -> Callable[[str], str]:
    """The path, with a stroke behind it, of the element that a value comes from; `?` when it has none."""
    trace: Traced = []
    values: dict[str, Any] = {}
    job = Job(request, use_case(code), NOW, STATE, trace=trace)
    with suppress(RequestInvalid):  # a change may have led to another use case
        plan_for(code, request.body_name).fill(request.body, values, job)

    def source(path: str) -> str:
        element = origin(trace, values, path)
        if element is None:
            return "?"
        return "" if element is request.body else f"{path_of(element, request.body)}/"

    return source


def path_of(element: _Element, body: _Element) -> str:
    names = [
        local_name(element),
        *(local_name(e) for e in element.iterancestors() if body in e.iterancestors()),
    ]
    return "/".join(reversed(names))
