"""Which use case a request becomes, who its command comes from, and what the header says of the User.

In: a request, the device type, the DCC's own state. Out: the `Route`, then the Grouping Header. Facts:
reference `duis.md` §4.4, `gbcs.md` §a.1. Left out: which User may ask what (`dsp.access`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from cryptography import x509

from dcc_sim.catalogue.routes import (
    BY_VARIANT,
    UNKNOWN_PARTY_KEY,
    Circumstances,
    CommandOriginator,
    candidates,
)
from dcc_sim.errors import KeyMissing, NotFound
from dcc_sim.gbcs.header import GroupingHeader
from dcc_sim.ids import CraFlag, Eui64, KeyUsage, RemotePartyRole
from dcc_sim.transform.conversions import BASE64
from dcc_sim.transform.elements import NAMESPACE, find, refuse, text

if TYPE_CHECKING:
    from lxml.etree import _Element

    from dcc_sim.catalogue.routes import Route
    from dcc_sim.catalogue.row import UseCase
    from dcc_sim.duis.request import ServiceRequest
    from dcc_sim.ids import DeviceType, OriginatorCounter
    from dcc_sim.transform.context import DccParty, TransformContext


def route_of(request: ServiceRequest, device: DeviceType, context: TransformContext) -> Route:
    """The route a request takes. Raises Unsupported, AccessDenied, RequestInvalid."""
    return open_routes(request, device, context)[0]


def open_routes(request: ServiceRequest, device: DeviceType, context: TransformContext) -> tuple[Route, ...]:
    """The routes that nothing known speaks against, the one to take first. Raises as `route_of` does."""
    entries = BY_VARIANT.get(request.variant.text, ())
    wishes = {wish for entry in entries if device in entry.devices for wish in (*entry.has, *entry.lacks)}
    known = Circumstances(
        contents=frozenset(wish for wish in wishes if _holds(request.body, wish)),
        gbcs=context.gbcs,
        polyphase=context.polyphase,
        party=context.party,
        other=context.other,
    )
    return candidates(request.variant, device, request.name, known)


def command_header(
    request: ServiceRequest, route: Route, row: UseCase, context: TransformContext
) -> GroupingHeader:
    """The header of the command. Raises NotFound when the DCC's own party is needed and not given."""
    key = find(request.body, UNKNOWN_PARTY_KEY)
    contents = frozenset() if key is None else frozenset((UNKNOWN_PARTY_KEY,))
    # A User that nobody vouched for is taken for one whose credentials the device holds.
    known_as = (context.party if context.party is not None else row.roles[0]) if row.roles else None
    originator = route.originator_for(known_as or RemotePartyRole.OTHER, contents)
    user, counter = request.request_id.originator, request.request_id.counter
    supplementary = originator is CommandOriginator.ACB_FOR_USER
    match originator:
        case CommandOriginator.USER:
            eui, own_counter = user, counter
        case CommandOriginator.ACB_FOR_USER | CommandOriginator.ACB:
            eui, own_counter = _originating(context.broker, "the Access Control Broker", row)
        case CommandOriginator.COS_PARTY:
            eui, own_counter = _originating(context.cos_party, "the Change of Supplier party", row)
        case _:
            assert_never(originator)
    return GroupingHeader(
        cra=CraFlag.COMMAND,
        counter=own_counter,
        originator=eui,
        target=request.request_id.target,
        message_code=row.message_code,
        supplementary_party=user if supplementary else None,
        supplementary_counter=counter if supplementary else None,
        certificate=_certificate(key, user, context) if supplementary and key is not None else None,
    )


def named_device(body: _Element) -> Eui64 | None:
    """The other device that a body is about: the one to join, add or remove."""
    for name in ("OtherDeviceID", "DeviceID"):
        element = find(body, name)
        if element is None:
            continue
        try:
            return Eui64.parse(text(element))
        except ValueError as error:
            raise refuse(element, str(error), rule="EUI-64") from None
    return None


def _originating(party: DccParty | None, who: str, row: UseCase) -> tuple[Eui64, OriginatorCounter]:
    if party is None:
        raise NotFound(f"{row.code} is originated by {who}: its EUI and counter are not given")
    return party.eui, party.counter


def _certificate(element: _Element, user: Eui64, context: TransformContext) -> bytes:
    """The key agreement certificate that the answer is encrypted for, as DER.

    The one that the repository has for the User, if it certifies the same key: it may be an earlier
    issue of the one in the request (vectors).
    """
    try:
        asked = BASE64.read(text(element))
        key = x509.load_der_x509_certificate(asked).public_key()
    except ValueError as error:
        raise refuse(element, f"no certificate: {error}", rule="X.509 certificate") from None
    if context.certificate is None:
        return asked
    try:
        known = context.certificate(user, KeyUsage.KEY_AGREEMENT)
    except KeyMissing:
        return asked
    return known if x509.load_der_x509_certificate(known).public_key() == key else asked


def _holds(body: _Element, wish: str) -> bool:
    """Whether the body holds `path` or `path=text`; any element on the way may be there many times."""
    path, _, said = wish.partition("=")
    found = body.iterfind("/".join(NAMESPACE + name for name in path.split("/")))
    return any(not said or text(element) == said for element in found)
