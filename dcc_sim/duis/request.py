"""A Service Request: from octets to a typed value, and from values to octets.

In: what a User sent (DUIS 5.4 `Request`). Out: a ServiceRequest that is well-formed, valid, signed
if a key lookup was given, and consistent in itself; or a refusal. Left out: whether this User may
ask this of this device (`dsp`), and what the body means for the device (`transform`).

The body stays an XML element: the tables of `transform` read it, this module does not need to know
129 shapes. Who wants it typed asks for `values`: that tree is made on first use and costs nothing before.
What is read comes from the tree that the signature check returned and no other.
"""

from __future__ import annotations

import base64
import binascii
import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NoReturn

from lxml import etree

from dcc_sim.catalogue.requests import BY_BODY, REQUESTS
from dcc_sim.clock import parse_moment
from dcc_sim.duis.headers import SignedBy, interface_version, signed_by
from dcc_sim.duis.names import SIGNED_PRE_COMMAND, SR, line_of, local_name, sr
from dcc_sim.duis.parsing import parse_xml
from dcc_sim.duis.signature import verify
from dcc_sim.errors import RequestInvalid, Unsupported
from dcc_sim.ids import CommandVariant, RequestId, ServiceReferenceVariant

if TYPE_CHECKING:
    from lxml.etree import _Element

    from dcc_sim.duis.schema import Schemas
    from dcc_sim.duis.signature import KeyLookup
    from dcc_sim.duis.values import Document, Node

SCHEMA_VERSION: Final = "5.4"
CANCELLATION: Final = datetime(3000, 12, 31, tzinfo=UTC)
"""The execution date that takes back an earlier future-dated request (reference `duis.md` §13)."""

_SECOND_HALF: Final = frozenset(
    {CommandVariant.SIGNED_SEND, CommandVariant.SIGNED_LOCAL, CommandVariant.SIGNED_SEND_AND_LOCAL}
)


@dataclass(frozen=True, slots=True, eq=False)
class ServiceRequest:
    """A valid Service Request. Two are the same only if they are the same document.

    `verified` is True when there is a signature and it was found to be right. `schema_version` is as stated
    (`5.3`), `version` the set of rules that goes with it (`5.3a`). `preceding_request_id` is the request that
    must have succeeded before this one.
    """

    request_id: RequestId
    command_variant: CommandVariant
    service_reference: str
    variant: ServiceReferenceVariant
    schema_version: str
    body_name: str
    body: _Element
    root: _Element
    execution: datetime | None = None
    first_in_sequence: bool = False
    preceding_request_id: RequestId | None = None
    signed_pre_command: bytes | None = None
    verified: bool = False
    _read: list[Document] = field(default_factory=list, repr=False)

    @property
    def signed_by(self) -> SignedBy | None:
        """The key that the signature names; None for an unsigned request."""
        return signed_by(self.root)

    @property
    def version(self) -> str:
        """One of `schema_versions.VERSIONS`."""
        return interface_version(self.root)

    @property
    def document(self) -> Document:
        """The whole request as typed values; `values.render` of it is this document again."""
        if not self._read:
            from dcc_sim.duis.values import read  # noqa: PLC0415  # only who wants values pays for them

            self._read.append(read(self.root))
        return self._read[0]

    @property
    def values(self) -> Node:
        """The body as typed values: `request.values["TolerancePeriod"].value`."""
        return self.document.root["Body"].children[0]

    @property
    def is_cancellation(self) -> bool:
        """True when it takes back an earlier future-dated request."""
        return self.execution == CANCELLATION

    @property
    def name(self) -> str:
        """The service in words: `Update Import Tariff (Primary Element)`."""
        return REQUESTS[self.variant.text].name


# --------------------------------------------------------------------------------------- reading


def parse_request(data: bytes, schemas: Schemas, lookup: KeyLookup | None = None) -> ServiceRequest:
    """Parse, validate, verify (when `lookup` is given) and read a request.

    Raises MalformedXml, SchemaInvalid, XmlSignatureInvalid, RequestInvalid, or Unsupported for a
    service whose body the schema set does not have yet.
    """
    root = parse_xml(data)
    _check_built(root, schemas)
    schemas.check_duis(root)
    if lookup is not None and (covered := verify(root, lookup)) is not root:
        root = covered  # without indentation: not quite the tree that was found valid above
        schemas.check_duis(root)
    return read_request(root, verified=lookup is not None)


def read_request(root: _Element, *, verified: bool = False) -> ServiceRequest:
    """The request in a schema-valid tree. Raises RequestInvalid for what the XSD cannot say.

    `verified` is for whoever has checked the signature: the tree must be the one that `verify` returned.
    """
    header, body = root.find(sr("Header")), root.find(sr("Body"))
    if root.tag != sr("Request") or header is None or body is None or len(body) != 1:
        _refuse(f"a {local_name(root)} is not a Service Request", "Request", root)
    interface_version(root)
    content = body[0]
    request = ServiceRequest(
        request_id=_identifier(header, "RequestID"),
        command_variant=CommandVariant(int(_text(header, "CommandVariant"))),
        service_reference=_text(header, "ServiceReference"),
        variant=ServiceReferenceVariant(_text(header, "ServiceReferenceVariant")),
        schema_version=root.get("schemaVersion", "").strip(),
        body_name=local_name(content),
        body=content,
        root=root,
        execution=_execution(content),
        first_in_sequence=_text(header, "FirstInSequence") in ("true", "1"),
        preceding_request_id=_identifier(header, name)
        if header.find(sr(name := "PrecedingServiceRequestID")) is not None
        else None,
        signed_pre_command=_payload(content) if local_name(content) == SIGNED_PRE_COMMAND else None,
        verified=verified,
    )
    _check_consistent(request, header)
    return request


def peek_header(data: bytes) -> tuple[RequestId | None, ServiceReferenceVariant | None]:
    """Id and variant of a request that was refused, as far as they can be read, to answer it by name.

    Raises MalformedXml when there is no document at all, and nothing for whatever else is wrong.
    """
    header = parse_xml(data).find(sr("Header"))
    if header is None:
        return None, None
    try:
        request_id = RequestId.parse(_text(header, "RequestID"))
    except ValueError:
        request_id = None
    service = REQUESTS.get(_text(header, "ServiceReferenceVariant"))
    return request_id, ServiceReferenceVariant(service.variant) if service else None


def _check_built(root: _Element, schemas: Schemas) -> None:
    """Raise Unsupported for one of the 129 services that this schema set does not have.

    Comes before the schema check, which could only say that the element is not allowed.
    """
    body = root.find(sr("Body"))
    if body is None or len(body) != 1:
        return
    service = BY_BODY.get(local_name(body[0]))
    if service is not None and body[0].tag == sr(service.body) and not schemas.declares(service.body):
        raise Unsupported(f"Service Request {service.variant} {service.name}")


def _check_consistent(request: ServiceRequest, header: _Element) -> None:
    """Three things that are said twice in a request and must agree."""
    if request.service_reference != request.variant.service_reference:
        _refuse(
            f"service {request.service_reference} does not go with variant {request.variant}",
            "ServiceReference and ServiceReferenceVariant",
            header,
        )
    second_half = request.command_variant in _SECOND_HALF
    if second_half != (request.body_name == SIGNED_PRE_COMMAND):
        _refuse(
            f"command variant {int(request.command_variant)} does not go with a {request.body_name}",
            "CommandVariant and Body",
            header,
            code="E12",
        )
    expected = REQUESTS[request.variant.text].body
    if not second_half and request.body_name != expected:
        _refuse(
            f"variant {request.variant} has a {expected}, not a {request.body_name}",
            "ServiceReferenceVariant and Body",
            request.body,
        )


def _text(parent: _Element, name: str) -> str:
    return (parent.findtext(sr(name)) or "").strip()


def _identifier(header: _Element, name: str) -> RequestId:
    try:
        return RequestId.parse(_text(header, name))
    except ValueError as error:
        _refuse(str(error), name, header)


def _execution(body: _Element) -> datetime | None:
    element = body.find(sr("ExecutionDateTime"))
    if element is None:
        return None
    try:
        return parse_moment((element.text or "").strip())
    except (ValueError, OverflowError):
        # XSD allows times without zone, hour 24 and years that no calendar here has.
        _refuse(f"{element.text!r} is not a moment in UTC", "ExecutionDateTime", element)


def _payload(body: _Element) -> bytes:
    element = body.find(sr("GBCSPayload"))
    if element is None:
        _refuse("a signed pre-command without its command", "GBCSPayload", body)
    try:
        return base64.b64decode("".join((element.text or "").split()), validate=True)
    except (binascii.Error, ValueError):
        _refuse("not base64", "GBCSPayload", element)


def _refuse(reason: str, rule: str, element: _Element, *, code: str | None = None) -> NoReturn:
    raise RequestInvalid(reason, code=code, rule=rule, place=f"line {line_of(element)}")


# --------------------------------------------------------------------------------------- writing


def render_request(
    request_id: RequestId,
    variant: ServiceReferenceVariant,
    command_variant: CommandVariant,
    body: _Element | Node,
    *,
    schema_version: str = SCHEMA_VERSION,
    first_in_sequence: bool = False,
    preceding_request_id: RequestId | None = None,
) -> bytes:
    """An unsigned Request document around a body: an element (which is copied) or typed values."""
    copied = copy.deepcopy(body) if isinstance(body, etree._Element) else _element(body)
    root = etree.Element(sr("Request"), nsmap={"sr": SR}, schemaVersion=schema_version)
    header = etree.SubElement(root, sr("Header"))
    etree.SubElement(header, sr("RequestID")).text = str(request_id)
    if first_in_sequence:
        etree.SubElement(header, sr("FirstInSequence")).text = "true"
    if preceding_request_id is not None:
        etree.SubElement(header, sr("PrecedingServiceRequestID")).text = str(preceding_request_id)
    etree.SubElement(header, sr("CommandVariant")).text = str(int(command_variant))
    etree.SubElement(header, sr("ServiceReference")).text = variant.service_reference
    etree.SubElement(header, sr("ServiceReferenceVariant")).text = variant.text
    copied.tail = None
    etree.SubElement(root, sr("Body")).append(copied)
    etree.cleanup_namespaces(root, keep_ns_prefixes=["sr"])
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=False)


def _element(body: Node) -> _Element:
    from dcc_sim.duis.values import element_of  # noqa: PLC0415  # as above

    return element_of(body)


def render_signed_pre_command(
    original: ServiceRequest, gbcs: bytes, command_variant: CommandVariant = CommandVariant.SIGNED_SEND
) -> bytes:
    """The second half of a critical request: same ids, the signed command as body.

    The execution date of the original is repeated: the DCC cannot read it out of the command.
    """
    body = etree.Element(sr(SIGNED_PRE_COMMAND), nsmap={"sr": SR})
    date = original.body.find(sr("ExecutionDateTime"))
    if date is not None:
        etree.SubElement(body, sr("ExecutionDateTime")).text = (date.text or "").strip()
    etree.SubElement(body, sr("GBCSPayload")).text = base64.b64encode(gbcs).decode()
    return render_request(
        original.request_id,
        original.variant,
        command_variant,
        body,
        schema_version=original.schema_version,
        first_in_sequence=original.first_in_sequence,
        preceding_request_id=original.preceding_request_id,
    )
