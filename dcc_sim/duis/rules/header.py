"""Rules on the header: ids, service, command variant, chains of requests.

In: a request. Out: flaws. Left out: whether the sender may do this at all (`dsp.access`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dcc_sim.catalogue.requests import BY_BODY, REQUESTS
from dcc_sim.duis.names import SIGNED_PRE_COMMAND, ds, local_name
from dcc_sim.duis.rules.reading import child, number, text
from dcc_sim.duis.rules.row import ERROR, HIGH, LOW, MEDIUM, WARNING, Flaw, RequestUnderCheck, Rule
from dcc_sim.ids import CommandVariant, RequestId

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

_SECOND_HALF: Final = (5, 6, 7)
_LARGEST_FLOOR: Final = 2**63 - 1


def _named(request: RequestUnderCheck, name: str) -> Iterator[_Element]:
    element = child(request.header, name)
    if element is not None:
        yield element


def _id(element: _Element | None) -> RequestId | None:
    try:
        return RequestId.parse(text(element))
    except ValueError:
        return None


def _service(request: RequestUnderCheck) -> Iterator[Flaw]:
    expected = ".".join(request.variant.split(".")[:2])
    for element in _named(request, "ServiceReference"):
        if text(element) != expected:
            yield Flaw(element, f"{text(element)} is not the service of variant {request.variant}", expected)


def _second_half(request: RequestUnderCheck) -> Iterator[Flaw]:
    signed = request.name == SIGNED_PRE_COMMAND
    for element in _named(request, "CommandVariant"):
        if signed != (number(element) in _SECOND_HALF):
            valid = "5, 6 or 7" if signed else "1, 2, 3, 4 or 8"
            yield Flaw(element, f"command variant {text(element)} with a {request.name} as body", valid)


def _body(request: RequestUnderCheck) -> Iterator[Flaw]:
    service = REQUESTS.get(request.variant)
    if service is None or request.name in (service.body, SIGNED_PRE_COMMAND):
        return
    owner = BY_BODY.get(request.name)
    belongs = f", which is {owner.variant}" if owner else ""
    valid = f"{service.body}, or {SIGNED_PRE_COMMAND}"
    yield Flaw(request.content, f"variant {request.variant} with a {request.name}{belongs}", valid)


def _variants(request: RequestUnderCheck) -> Iterator[Flaw]:
    row = request.row
    if row is None:
        return
    allowed = [int(each) for each in row.command_variants]
    for element in _named(request, "CommandVariant"):
        if number(element) not in allowed:
            kind = "for the DCC alone" if row.non_device else "critical" if row.critical else "not critical"
            reason = f"command variant {text(element)} for {request.variant}, which is {kind}"
            yield Flaw(element, reason, _or([str(each) for each in allowed]))


def _or(texts: list[str]) -> str:
    return " or ".join(texts) if len(texts) < 3 else f"{', '.join(texts[:-1])} or {texts[-1]}"


def _parties(request: RequestUnderCheck) -> Iterator[Flaw]:
    for element in _named(request, "RequestID"):
        identifier = _id(element)
        if identifier and identifier.originator == identifier.target:
            yield Flaw(element, f"{identifier.originator} writes to itself", "the User, then the device")


def _counter_zero(request: RequestUnderCheck) -> Iterator[Flaw]:
    if number(child(request.header, "CommandVariant")) == CommandVariant.DCC_ONLY:
        return
    for element in _named(request, "RequestID"):
        identifier = _id(element)
        if identifier and identifier.counter == 0:
            yield Flaw(element, "counter 0 is not above any counter a device has seen", "a counter from 1")


def _counter_end(request: RequestUnderCheck) -> Iterator[Flaw]:
    for element in _named(request, "RequestID"):
        identifier = _id(element)
        if identifier and identifier.counter > _LARGEST_FLOOR:
            reason = f"counter {identifier.counter} is above the largest floor a device can hold"
            yield Flaw(element, reason, f"a counter up to {_LARGEST_FLOOR}")


def _chain_both(request: RequestUnderCheck) -> Iterator[Flaw]:
    first = text(child(request.header, "FirstInSequence")) in ("true", "1")
    for element in _named(request, "PrecedingServiceRequestID"):
        if first:
            reason = "the first of a sequence that follows another request"
            yield Flaw(element, reason, "FirstInSequence, or PrecedingServiceRequestID")


def _chain_itself(request: RequestUnderCheck) -> Iterator[Flaw]:
    own = _id(child(request.header, "RequestID"))
    for element in _named(request, "PrecedingServiceRequestID"):
        if own is not None and _id(element) == own:
            yield Flaw(element, "the request follows itself", "the RequestID of the request before")


def _chain_foreign(request: RequestUnderCheck) -> Iterator[Flaw]:
    own = _id(child(request.header, "RequestID"))
    for element in _named(request, "PrecedingServiceRequestID"):
        other = _id(element)
        if own and other and own.originator != other.originator:
            reason = f"it follows a request of {other.originator}"
            yield Flaw(element, reason, f"a request of the same User, {own.originator}")


def _itself(request: RequestUnderCheck) -> Iterator[Flaw]:
    identifier = _id(child(request.header, "RequestID"))
    for name in ("OtherDeviceID", "OldCHFID", "OldGPFID", "HCALCS"):
        for element in request.content.iter(f"{{*}}{name}"):
            if identifier and text(element).upper() == str(identifier.target):
                valid = "another device than the target"
                yield Flaw(element, f"{local_name(element)} is the target of the request", valid)


def _dcc_target(request: RequestUnderCheck) -> Iterator[Flaw]:
    if number(child(request.header, "CommandVariant")) != CommandVariant.DCC_ONLY:
        return
    identifier, device = _id(child(request.header, "RequestID")), child(request.content, "DeviceID")
    for element in _named(request, "RequestID"):
        if identifier and device is not None and text(device).upper() == str(identifier.target):
            yield Flaw(
                element, f"a request for the DCC alone is addressed to {identifier.target}", "the DCC's EUI"
            )


def _foreign_signature(request: RequestUnderCheck) -> Iterator[Flaw]:
    for signature in request.root.findall(ds("Signature")):
        for held in signature.findall(ds("Object")):
            valid = "SignedInfo, SignatureValue and KeyInfo alone"
            yield Flaw(held, "the signature holds something beside itself", valid)
        for reference in signature.iter(ds("Reference")):
            if reference.get("URI") != "":
                reason = f"the signature refers to {reference.get('URI')!r}, not to the whole document"
                yield Flaw(reference, reason, 'URI=""', "URI")


RULES: Final = (
    Rule(
        code="R001",
        severity=ERROR,
        title="Service Reference and variant disagree",
        why="The Service Reference is the first two numbers of the variant. The DCC refuses a request that "
        "says "
        "two things.",
        example="`ServiceReference` 1.2 with `ServiceReferenceVariant` 1.1.1",
        source="duis.md §2, all published requests",
        confidence=HIGH,
        answer="E100",
        check=_service,
    ),
    Rule(
        code="R002",
        severity=ERROR,
        title="Command variant does not go with the form of the body",
        why="Variants 5, 6 and 7 carry a signed pre-command; the others carry the service itself.",
        example="`CommandVariant` 5 with an `UpdatePaymentMode`",
        source="duis.md §3",
        confidence=HIGH,
        answer="E12",
        check=_second_half,
    ),
    Rule(
        code="R003",
        severity=ERROR,
        title="Body is not that of the variant",
        why="Each variant has one body element. The schema allows any, the DCC does not.",
        example="variant 4.1.1 with a `ReadFirmwareVersion`",
        source="duis.md §27",
        confidence=HIGH,
        answer="E100",
        check=_body,
    ),
    Rule(
        code="R004",
        severity=ERROR,
        title="Command variant not open to this service",
        why="Critical services are transformed (4) and come back signed (5, 6, 7), others are sent (1, 2, "
        "3), and "
        "those without a device are for the DCC alone (8). 9 is never a User's.",
        example="`CommandVariant` 1 for 1.1.1, which is critical",
        source="duis.md §3, §7.1",
        confidence=HIGH,
        answer="E12",
        check=_variants,
    ),
    Rule(
        code="R005",
        severity=ERROR,
        title="Originator and target are the same",
        why="A request goes from a User to a device or to the DCC.",
        example="`00-50-…-00-00:00-50-…-00-00:7`",
        source="duis.md §2, §8",
        confidence=MEDIUM,
        answer="E19",
        check=_parties,
    ),
    Rule(
        code="R006",
        severity=ERROR,
        title="Counter 0",
        why="A device takes a command only if its counter is above all it has seen from this party; it "
        "begins at 0.",
        example="a `RequestID` that ends in `:0`",
        source="gbcs.md §b, replay protection",
        confidence=MEDIUM,
        check=_counter_zero,
    ),
    Rule(
        code="R007",
        severity=WARNING,
        title="Counter near its end",
        why="No command can follow one with such a counter, and new credentials cannot state a floor above "
        "it.",
        example="a `RequestID` that ends in `:18446744073709551615`",
        source="DUIS schema, floor counters below 2 to the 63",
        confidence=MEDIUM,
        check=_counter_end,
    ),
    Rule(
        code="R008",
        severity=ERROR,
        title="First of a sequence, and after another request",
        why="A chain opens with FirstInSequence; every later request names the one before.",
        example="`FirstInSequence` true and a `PrecedingServiceRequestID`",
        source="duis.md §15",
        confidence=LOW,
        answer="E40",
        check=_chain_both,
    ),
    Rule(
        code="R009",
        severity=ERROR,
        title="Request that follows itself",
        why="It would wait for its own answer until it times out.",
        example="`PrecedingServiceRequestID` equal to `RequestID`",
        source="duis.md §15",
        confidence=LOW,
        answer="E40",
        check=_chain_itself,
    ),
    Rule(
        code="R010",
        severity=WARNING,
        title="Sequence across Users",
        why="The DCC holds a request until the one before has succeeded; it knows only the chains of one "
        "User.",
        example="a `PrecedingServiceRequestID` of another originator",
        source="duis.md §15",
        confidence=LOW,
        check=_chain_foreign,
    ),
    Rule(
        code="R011",
        severity=ERROR,
        title="Device put together with itself",
        why="Joining, unjoining, restoring and switching name a second device.",
        example="8.7.1 to a meter with that meter as `OtherDeviceID`",
        source="duis.md §10",
        confidence=MEDIUM,
        check=_itself,
    ),
    Rule(
        code="R012",
        severity=WARNING,
        title="Request for the DCC alone, addressed to a device",
        why="Where no device is asked the target is the DCC's access control broker; the device stands in "
        "the body.",
        example="8.3 with the meter both as target and as `DeviceID`",
        source="duis.md §2, all published requests of command variant 8",
        confidence=MEDIUM,
        check=_dcc_target,
    ),
    Rule(
        code="R013",
        severity=ERROR,
        title="Signature of something else",
        why="The signature of a request covers the whole document and holds nothing but itself. What is "
        "signed "
        "elsewhere, or kept inside the signature, is a way to show one request and have another one "
        "verified.",
        example="a `ds:Object` with a second request in it; `Reference` with `URI` #x",
        source="dcc-boxed.md §3, profile of signatures",
        confidence=HIGH,
        answer="E100",
        check=_foreign_signature,
    ),
)
