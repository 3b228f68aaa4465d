"""What the DCC sends to a User: from values to octets, and back.

In: what happened, the moment (always handed in), GBCS octets and what is in the DCC's records. Out: DUIS
`Response` documents, signed when a Signer is given; or a typed Response read from one. Left out: what the
device's octets say (`mmc`); when each answer is due (`dsp`).

Documents are compact and every answer names its service, also acknowledgements and refusals:
clients depend on both (reference `dcc-boxed.md` §0).

A Response that was read keeps the Document it was read from. It is written as that document for as long as
it says the same, to the last character; once a field was replaced it is written anew, unsigned.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final, NoReturn, cast

from dcc_sim.clock import utc
from dcc_sim.duis.contents import (
    GBCS_VERSION,
    Content,
    CustomerIdentification,
    DccAlert,
    DccAnswer,
    DeviceAlert,
    DeviceResponse,
    FutureDatedOutcome,
    LocalCommand,
    PreCommand,
    ScheduledResponse,
    Smets1Message,
    content_items,
    read_content,
)
from dcc_sim.duis.headers import SignedBy, signed_by
from dcc_sim.duis.names import ds, sr
from dcc_sim.duis.parsing import parse_xml
from dcc_sim.duis.request import SCHEMA_VERSION
from dcc_sim.duis.schema_versions import version_of
from dcc_sim.duis.signature import verify
from dcc_sim.duis.value_types import ElementType, value_types
from dcc_sim.duis.values import Document, Items, Node, draft, draft_text, read, render
from dcc_sim.errors import EncodeError, RequestInvalid
from dcc_sim.ids import RequestId, ServiceReferenceVariant

if TYPE_CHECKING:
    from datetime import datetime

    from dcc_sim.duis import values
    from dcc_sim.duis.request import ServiceRequest
    from dcc_sim.duis.schema import Schemas
    from dcc_sim.duis.signature import KeyLookup, Signer
    from dcc_sim.errors import Refused

__all__ = [
    "ACKNOWLEDGED",
    "ALERT_EXECUTED",
    "ALERT_NOT_EXECUTED",
    "SUCCESS",
    "Content",
    "CustomerIdentification",
    "DccAlert",
    "DccAnswer",
    "DeviceAlert",
    "DeviceResponse",
    "FutureDatedOutcome",
    "LocalCommand",
    "PreCommand",
    "ProviderMessage",
    "Response",
    "ScheduledResponse",
    "Smets1Message",
    "acknowledgement",
    "customer_identification",
    "dcc_alert",
    "dcc_answer",
    "device_alert",
    "device_response",
    "done",
    "for_local_delivery",
    "future_dated_outcome",
    "parse_provider_message",
    "parse_response",
    "refusal",
    "render_response",
    "scheduled_response",
    "transformed",
]

SUCCESS: Final = "I0"
ACKNOWLEDGED: Final = "I99"

ALERT_EXECUTED: Final = 0x8F66
ALERT_NOT_EXECUTED: Final = 0x8F67

_PROVIDER_ROOTS: Final = (sr("SMETS1SignedResponse"), sr("S1SPAlert"))


@dataclass(frozen=True, slots=True)
class Response:
    """A DUIS Response. Without content it is an acknowledgement, a bare success or a refusal.

    `signed_by` and `verified` tell how it came, `document` is what it was read from; two Responses that
    say the same are equal whatever these are.
    """

    code: str
    moment: datetime
    variant: ServiceReferenceVariant | None = None
    request_id: RequestId | None = None
    response_id: RequestId | None = None
    content: Content | None = None
    schema_version: str = SCHEMA_VERSION
    signed_by: SignedBy | None = field(default=None, compare=False)
    verified: bool = field(default=False, compare=False)
    document: Document | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ProviderMessage:
    """What a service provider of SMETS1 meters signs: a SMETS1SignedResponse or an S1SPAlert, typed."""

    document: Document
    signed_by: SignedBy | None = field(default=None, compare=False)
    verified: bool = field(default=False, compare=False)

    @property
    def values(self) -> Node:
        """The root: `["S1SPAlertCode"].value`, or `["SMETS1Response"]` for `parsed.read_answer`."""
        return self.document.root


# ---------------------------------------------------------------------------------- what happened


def acknowledgement(request: ServiceRequest, now: datetime) -> Response:
    """Accepted; the device's answer follows later."""
    return _to(request, ACKNOWLEDGED, now)


def refusal(
    refused: Refused,
    variant: ServiceReferenceVariant,
    now: datetime,
    request_id: RequestId | None = None,
    schema_version: str = SCHEMA_VERSION,
) -> Response:
    """The DCC says no. The id is left out only when it could not be read."""
    return Response(refused.response_code, utc(now), variant, request_id, schema_version=schema_version)


def transformed(
    request: ServiceRequest, gbcs: bytes, now: datetime, gbcs_version: str = GBCS_VERSION
) -> Response:
    """The pre-command for a critical request."""
    return _to(request, SUCCESS, now, PreCommand(gbcs, gbcs_version))


def for_local_delivery(request: ServiceRequest, gbcs: bytes, now: datetime) -> Response:
    """The finished command, handed back instead of sent."""
    return _to(request, SUCCESS, now, LocalCommand(gbcs))


def done(request: ServiceRequest, now: datetime) -> Response:
    """The DCC has done it and has nothing to return, as after a pre-notification."""
    return _to(request, SUCCESS, now)


def dcc_answer(
    request: ServiceRequest, name: str, content: values.Content, now: datetime, code: str = SUCCESS
) -> Response:
    """An answer out of the DCC's records: an element of `contents.DCC_ANSWERS` and what is in it.

    `dcc_answer(request, "DSPScheduleID", 12, now)`. Raises NotFound for an element that the interface, in
    the version of the request, does not have in this place; EncodeError for a value of a wrong type.
    """
    types = _types(request.schema_version, "Response", "Body", "ResponseMessage")
    return _to(request, code, now, DccAnswer(draft(types, name, content)))


def device_response(
    request_id: RequestId, variant: ServiceReferenceVariant, gbcs: bytes, now: datetime
) -> Response:
    """The device's answer to that request."""
    content = DeviceResponse(gbcs)
    return Response(SUCCESS, utc(now), variant, request_id, request_id.response_id, content)


def future_dated_outcome(
    request_id: RequestId, variant: ServiceReferenceVariant, outcome: FutureDatedOutcome, now: datetime
) -> Response:
    """What became of one instruction of that future-dated request."""
    return Response(SUCCESS, utc(now), variant, request_id, request_id.response_id, outcome)


def scheduled_response(
    request_id: RequestId, variant: ServiceReferenceVariant, run: ScheduledResponse, now: datetime
) -> Response:
    """The device's answer in one run of a schedule; `request_id` is that of the DCC's command."""
    return Response(SUCCESS, utc(now), variant, request_id, request_id.response_id, run)


def customer_identification(
    request_id: RequestId, variant: ServiceReferenceVariant, answer: CustomerIdentification, now: datetime
) -> Response:
    """The device's answer to 9.1, with the number."""
    return Response(SUCCESS, utc(now), variant, request_id, request_id.response_id, answer)


def device_alert(alert_id: RequestId, alert_code: int, gbcs: bytes, now: datetime) -> Response:
    """An alert; `alert_id` is device:recipient:counter of the device."""
    return Response(SUCCESS, utc(now), response_id=alert_id, content=DeviceAlert(alert_code, gbcs))


def dcc_alert(
    alert_id: RequestId,
    code: str,
    name: str,
    content: values.Content,
    now: datetime,
    schema_version: str = SCHEMA_VERSION,
) -> Response:
    """An alert of the DCC; `alert_id` is DCC:recipient:counter of the DCC, `name` one of the 24 elements.

    Raises NotFound and EncodeError like `dcc_answer`.
    """
    types = _types(schema_version, "Response", "Body", "DCCAlertMessage", "DCCAlert")
    alert = DccAlert(code, draft(types, name, content))
    return Response(SUCCESS, utc(now), response_id=alert_id, content=alert, schema_version=schema_version)


def _to(request: ServiceRequest, code: str, now: datetime, content: Content | None = None) -> Response:
    """An answer in the version of the interface that the request speaks."""
    return Response(
        code, utc(now), request.variant, request.request_id, None, content, request.schema_version
    )


def _types(schema_version: str, *path: str) -> ElementType:
    version = version_of(schema_version)
    if version is None:
        raise EncodeError(f"{schema_version} is no version of the interface", field="schemaVersion")
    types = value_types(version)
    for each in path:
        types = types.child(types.named(each))
    return types


# --------------------------------------------------------------------------------------- writing


def render_response(response: Response, signer: Signer | None = None) -> bytes:
    """The document. Raises ValueError for an answer that names no service, EncodeError for a bad value."""
    document = response.document
    if document is None or read_response(document) != response:
        document = Document(_drafted(response))
    return render(document) if signer is None else signer.sign(render(document))


def _drafted(response: Response) -> Node:
    header: Items = (
        *((("RequestID", response.request_id),) if response.request_id else ()),
        *((("ResponseID", response.response_id),) if response.response_id else ()),
        ("ResponseCode", response.code),
        draft_text(
            _types(response.schema_version, "Response", "Header"), "ResponseDateTime", _stamp(response)
        ),
    )
    name, items = content_items(response.content)
    service: Items = ()
    if response.variant is not None and name in ("ResponseMessage", "SMETS1ResponseMessage"):
        reference = response.variant.service_reference
        service = (("ServiceReference", reference), ("ServiceReferenceVariant", response.variant))
    if name == "ResponseMessage" and not service:
        raise ValueError("only an alert can do without a service")
    body = ((name, (*service, *items)),)
    try:
        version = Decimal(response.schema_version)
    except InvalidOperation:
        raise EncodeError(f"{response.schema_version!r} is no number", field="schemaVersion") from None
    items = (("Header", header), ("Body", body))
    return draft(_types(response.schema_version), "Response", items, {"schemaVersion": version})


def _stamp(response: Response) -> str:
    moment = utc(response.moment)
    return f"{moment.replace(tzinfo=None, microsecond=0).isoformat()}.{moment.microsecond // 1000:03d}Z"


# --------------------------------------------------------------------------------------- reading


def parse_response(data: bytes, schemas: Schemas, lookup: KeyLookup | None = None) -> Response:
    """Parse, validate, verify and read a Response.

    A signature is checked when there is one and `lookup` is given; the interface allows responses
    without, so look at `verified`. Raises MalformedXml, SchemaInvalid, XmlSignatureInvalid, RequestInvalid.
    """
    document, by, verified = _checked(data, schemas, lookup)
    if document.root.name != sr("Response"):
        _refuse(f"a {document.root.local} is not a Response", "Response", document.root)
    return read_response(document, by, verified=verified)


def read_response(document: Document, by: SignedBy | None = None, *, verified: bool = False) -> Response:
    """The Response in a schema-valid document. Raises RequestInvalid for what the XSD cannot say."""
    header, message = document.root["Header"], document.root["Body"].children[0]
    service = message.first("ServiceReferenceVariant")
    return Response(
        code=cast("str", header["ResponseCode"].value),
        moment=_moment(header["ResponseDateTime"]),
        variant=None if service is None else cast("ServiceReferenceVariant", service.value),
        request_id=_identifier(header, "RequestID"),
        response_id=_identifier(header, "ResponseID"),
        content=read_content(message),
        schema_version=str(document.root.attribute("schemaVersion")),
        signed_by=by,
        verified=verified,
        document=document,
    )


def parse_provider_message(data: bytes, schemas: Schemas, lookup: KeyLookup | None = None) -> ProviderMessage:
    """Parse, validate, verify (when `lookup` is given) and read what a SMETS1 service provider signed.

    Raises MalformedXml, SchemaInvalid, XmlSignatureInvalid, RequestInvalid.
    """
    document, by, verified = _checked(data, schemas, lookup)
    if document.root.name not in _PROVIDER_ROOTS:
        _refuse(f"a {document.root.local} is not of a service provider", "root", document.root)
    return ProviderMessage(document, by, verified)


def _checked(
    data: bytes, schemas: Schemas, lookup: KeyLookup | None
) -> tuple[Document, SignedBy | None, bool]:
    """What the signature covers, by whom, and whether that was checked. Nothing else is read."""
    root = parse_xml(data)
    schemas.check_duis(root)
    verified = lookup is not None and root.find(ds("Signature")) is not None
    if lookup is not None and verified and (covered := verify(root, lookup)) is not root:
        root = covered  # without indentation: not quite the tree that was found valid above
        schemas.check_duis(root)
    return read(root), signed_by(root), verified


def _identifier(header: Node, name: str) -> RequestId | None:
    found = header.first(name)
    return None if found is None else cast("RequestId", found.value)


def _moment(node: Node) -> datetime:
    moment = cast("datetime", node.value)
    try:
        return utc(moment)
    except ValueError:
        _refuse("not a moment in UTC", "ResponseDateTime", node)


def _refuse(reason: str, rule: str, node: Node) -> NoReturn:
    raise RequestInvalid(reason, rule=rule, place=node.place)
