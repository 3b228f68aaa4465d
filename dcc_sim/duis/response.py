"""What the DCC sends to a User: from values to octets, and back.

In: what happened, the moment (always handed in) and GBCS octets. Out: DUIS `Response` documents,
signed when a Signer is given; or a typed Response read from one. Left out: DCC alerts, inventory,
schedules and the other answers of services that reach no device; SMETS1.

Documents are compact and every answer names its service, also acknowledgements and refusals:
clients depend on both (reference `dcc-boxed.md` §0).
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NoReturn, assert_never

from lxml import etree

from dcc_sim.clock import parse_moment, utc
from dcc_sim.duis.names import SR, ds, line_of, local_name, sr
from dcc_sim.duis.parsing import parse_xml
from dcc_sim.duis.request import SCHEMA_VERSION
from dcc_sim.duis.signature import verify
from dcc_sim.errors import RequestInvalid, Unsupported
from dcc_sim.ids import RequestId, ServiceReferenceVariant

if TYPE_CHECKING:
    from datetime import datetime

    from lxml.etree import _Element

    from dcc_sim.duis.request import ServiceRequest
    from dcc_sim.duis.schema import Schemas
    from dcc_sim.duis.signature import KeyLookup, Signer
    from dcc_sim.errors import Refused

SUCCESS: Final = "I0"
ACKNOWLEDGED: Final = "I99"

GBCS_VERSION: Final = "4.3"
"""The GBCS that DUIS 5.4 is aligned with. No published pre-command shows what the live DCC writes here."""

ALERT_EXECUTED: Final = 0x8F66
ALERT_NOT_EXECUTED: Final = 0x8F67


@dataclass(frozen=True, slots=True)
class PreCommand:
    """Answer of Transform: the command that the User has to sign."""

    gbcs: bytes
    gbcs_version: str = GBCS_VERSION


@dataclass(frozen=True, slots=True)
class LocalCommand:
    """A finished command that the User carries to the device by hand."""

    gbcs: bytes


@dataclass(frozen=True, slots=True)
class DeviceResponse:
    """What the device answered."""

    gbcs: bytes


@dataclass(frozen=True, slots=True)
class FutureDatedOutcome:
    """One instruction of a future-dated command was executed (8F66) or not (8F67)."""

    alert_code: int
    gbcs: bytes
    instruction: int
    total_instructions: int


@dataclass(frozen=True, slots=True)
class DeviceAlert:
    """Something the device says without having been asked."""

    alert_code: int
    gbcs: bytes


Content = PreCommand | LocalCommand | DeviceResponse | FutureDatedOutcome | DeviceAlert


@dataclass(frozen=True, slots=True)
class Response:
    """A DUIS Response. Without content it is an acknowledgement, a bare success or a refusal."""

    code: str
    moment: datetime
    variant: ServiceReferenceVariant | None = None
    request_id: RequestId | None = None
    response_id: RequestId | None = None
    content: Content | None = None
    schema_version: str = SCHEMA_VERSION


# ---------------------------------------------------------------------------------- what happened


def acknowledgement(request: ServiceRequest, now: datetime) -> Response:
    """Accepted; the device's answer follows later."""
    return Response(ACKNOWLEDGED, utc(now), request.variant, request.request_id)


def refusal(
    refused: Refused, variant: ServiceReferenceVariant, now: datetime, request_id: RequestId | None = None
) -> Response:
    """The DCC says no. The id is left out only when it could not be read."""
    return Response(refused.response_code, utc(now), variant, request_id)


def transformed(
    request: ServiceRequest, gbcs: bytes, now: datetime, gbcs_version: str = GBCS_VERSION
) -> Response:
    """The pre-command for a critical request."""
    content = PreCommand(gbcs, gbcs_version)
    return Response(SUCCESS, utc(now), request.variant, request.request_id, content=content)


def for_local_delivery(request: ServiceRequest, gbcs: bytes, now: datetime) -> Response:
    """The finished command, handed back instead of sent."""
    return Response(SUCCESS, utc(now), request.variant, request.request_id, content=LocalCommand(gbcs))


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


def device_alert(alert_id: RequestId, alert_code: int, gbcs: bytes, now: datetime) -> Response:
    """An alert; `alert_id` is device:recipient:counter of the device."""
    return Response(SUCCESS, utc(now), response_id=alert_id, content=DeviceAlert(alert_code, gbcs))


# --------------------------------------------------------------------------------------- writing


def render_response(response: Response, signer: Signer | None = None) -> bytes:
    """The document. Raises ValueError for an answer that names no service."""
    root = etree.Element(sr("Response"), nsmap={"sr": SR}, schemaVersion=response.schema_version)
    header = etree.SubElement(root, sr("Header"))
    if response.request_id is not None:
        _add(header, "RequestID", str(response.request_id))
    if response.response_id is not None:
        _add(header, "ResponseID", str(response.response_id))
    _add(header, "ResponseCode", response.code)
    moment = utc(response.moment)
    _add(header, "ResponseDateTime", f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z")
    _render_body(etree.SubElement(root, sr("Body")), response)
    if signer is not None:
        return signer.sign(root)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=False)


def _render_body(body: _Element, response: Response) -> None:
    content = response.content
    if isinstance(content, DeviceAlert):
        message = etree.SubElement(body, sr("DeviceAlertMessage"))
        _add(message, "AlertCode", f"{content.alert_code:04X}")
        _add_gbcs(message, content.gbcs)
        return
    if response.variant is None:
        raise ValueError("only an alert can do without a service")
    message = etree.SubElement(body, sr("ResponseMessage"))
    _add(message, "ServiceReference", response.variant.service_reference)
    _add(message, "ServiceReferenceVariant", response.variant.text)
    match content:
        case None:
            pass
        case PreCommand():
            inner = etree.SubElement(message, sr("PreCommand"))
            _add(inner, "GBCSVersion", content.gbcs_version)
            _add_gbcs(inner, content.gbcs)
        case LocalCommand():
            _add_gbcs(etree.SubElement(message, sr("LocalCommand")), content.gbcs)
        case DeviceResponse():
            _add_gbcs(message, content.gbcs)
        case FutureDatedOutcome():
            inner = etree.SubElement(message, sr("FutureDatedDeviceAlertMessage"))
            _add(inner, "FutureDatedAlertCode", f"{content.alert_code:04X}")
            _add_gbcs(inner, content.gbcs)
            _add(inner, "InstructionNumber", str(content.instruction))
            _add(inner, "TotalCommandInstructions", str(content.total_instructions))
        case _:
            assert_never(content)


def _add(parent: _Element, name: str, text: str) -> None:
    etree.SubElement(parent, sr(name)).text = text


def _add_gbcs(parent: _Element, gbcs: bytes) -> None:
    _add(parent, "GBCSPayload", base64.b64encode(gbcs).decode())


# --------------------------------------------------------------------------------------- reading


def parse_response(data: bytes, schemas: Schemas, lookup: KeyLookup | None = None) -> Response:
    """Parse, validate, verify and read a Response.

    A signature is checked when there is one and `lookup` is given; the interface allows responses
    without. Raises MalformedXml, SchemaInvalid, XmlSignatureInvalid, RequestInvalid; Unsupported
    for content that this version does not read.
    """
    root = parse_xml(data)
    schemas.check_duis(root)
    if lookup is not None and root.find(ds("Signature")) is not None:
        root = verify(root, lookup)
    header, body = root.find(sr("Header")), root.find(sr("Body"))
    if root.tag != sr("Response") or header is None or body is None or len(body) != 1:
        _refuse(f"a {local_name(root)} is not a Response", "Response", root)
    variant = _text(body[0], "ServiceReferenceVariant")
    return Response(
        code=_text(header, "ResponseCode"),
        moment=_moment(header),
        variant=ServiceReferenceVariant(variant) if variant else None,
        request_id=_identifier(header, "RequestID"),
        response_id=_identifier(header, "ResponseID"),
        content=_content(body[0]),
        schema_version=root.get("schemaVersion", "").strip(),
    )


def _content(message: _Element) -> Content | None:
    if message.tag == sr("DeviceAlertMessage"):
        return DeviceAlert(_alert_code(message, "AlertCode"), _gbcs(message))
    if message.tag != sr("ResponseMessage"):
        raise Unsupported(f"Response with {local_name(message)}")
    if len(message) <= 2:
        return None
    inner = message[2]
    match local_name(inner):
        case "PreCommand":
            return PreCommand(_gbcs(inner), inner.findtext(sr("GBCSVersion")) or "")
        case "LocalCommand":
            return LocalCommand(_gbcs(inner))
        case "GBCSPayload":
            return DeviceResponse(_gbcs(message))
        case "FutureDatedDeviceAlertMessage":
            return FutureDatedOutcome(
                _alert_code(inner, "FutureDatedAlertCode"),
                _gbcs(inner),
                int(_text(inner, "InstructionNumber")),
                int(_text(inner, "TotalCommandInstructions")),
            )
        case other:
            raise Unsupported(f"Response with {other}")


def _text(parent: _Element, name: str) -> str:
    return (parent.findtext(sr(name)) or "").strip()


def _identifier(header: _Element, name: str) -> RequestId | None:
    text = _text(header, name)
    return RequestId.parse(text) if text else None


def _moment(header: _Element) -> datetime:
    try:
        return parse_moment(_text(header, "ResponseDateTime"))
    except (ValueError, OverflowError):
        _refuse("not a moment in UTC", "ResponseDateTime", header)


def _alert_code(parent: _Element, name: str) -> int:
    text = _text(parent, name)
    if len(text) != 4:
        _refuse(f"{text!r}, an alert code has two octets", name, parent)
    return int(text, 16)


def _gbcs(parent: _Element) -> bytes:
    try:
        return base64.b64decode("".join(_text(parent, "GBCSPayload").split()), validate=True)
    except (binascii.Error, ValueError):
        _refuse("not base64", "GBCSPayload", parent)


def _refuse(reason: str, rule: str, element: _Element) -> NoReturn:
    raise RequestInvalid(reason, rule=rule, place=f"line {line_of(element)}")
