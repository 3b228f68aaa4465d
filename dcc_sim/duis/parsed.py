"""A device's answer or alert in readable form (MMC): from octets to a typed value.

In: a `GBCSResponse` document, or the `SMETS1Response` inside an answer of a meter of the first
generation, which has the same shape. Out: a ParsedAnswer: header, frame, and the answer as typed values.
Left out: making such a document from a frame (`mmc`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, NoReturn, cast

from dcc_sim.duis.names import ra
from dcc_sim.duis.parsing import parse_xml
from dcc_sim.duis.values import Document, Node, read
from dcc_sim.errors import RequestInvalid
from dcc_sim.ids import Eui64, ServiceReferenceVariant

if TYPE_CHECKING:
    from dcc_sim.duis.schema import Schemas


@dataclass(frozen=True, slots=True)
class ParsedAnswer:
    """Header and content. `moment` is the device's clock, and stands in the header of answers only.

    `message_code` is None for SMETS1. The supplementary fields name the User for whom the DCC asked.
    """

    originator: Eui64
    target: Eui64
    counter: int
    message_code: int | None
    variant: ServiceReferenceVariant | None
    moment: datetime | None
    clock_status: str | None
    is_from_gsme: bool | None
    supplementary_party: Eui64 | None
    supplementary_party_counter: int | None
    supplementary_originator_counter: int | None
    body: Node = field(repr=False)
    document: Document | None = field(default=None, compare=False, repr=False)

    @property
    def answer(self) -> Node | None:
        """`ReadTariffPrimaryElementRsp` or another of the 112; None in an alert, or if there is none."""
        found = self.body.first("SMETSData")
        return found.children[0] if found is not None else None

    @property
    def is_alert(self) -> bool:
        """True when the device was not asked."""
        return self.body.local == "DeviceAlertMessage"

    @property
    def message_success(self) -> bool | None:
        """Whether the device did all that was asked; None when it is not said."""
        found = self.answer
        return None if found is None else cast("bool | None", found.attribute("MessageSuccess"))

    @property
    def gbcs(self) -> tuple[bytes, ...]:
        """The frame, and parts of it that only their owner can decrypt, in order. Raises RequestInvalid."""
        return tuple(cast("bytes", each.value) for each in self.body.every("GBCSData"))


def parse_answer(data: bytes, schemas: Schemas) -> ParsedAnswer:
    """Parse, validate and read a GBCSResponse. Raises MalformedXml, SchemaInvalid, RequestInvalid."""
    root = parse_xml(data)
    schemas.check_mmc(root)
    document = read(root)
    if document.root.name != ra("GBCSResponse"):
        _refuse(f"a {document.root.local} is not a GBCSResponse", "GBCSResponse", document.root)
    return read_answer(document.root, document)


def read_answer(node: Node, document: Document | None = None) -> ParsedAnswer:
    """The same of a node that holds a header and a body. Raises RequestInvalid."""
    header, body = node["Header"], node["Body"]
    code, stamp = header.first("GBCSHexadecimalMessageCode"), header.first("Timestamp")
    octets = None if code is None else cast("bytes", code.value)
    if octets is not None and len(octets) != 2:
        _refuse("a message code has two octets", "GBCSHexadecimalMessageCode", header)

    def given(name: str) -> object:
        found = header.first(name)
        return None if found is None else found.value

    return ParsedAnswer(
        originator=cast("Eui64", given("BusinessOriginatorID")),
        target=cast("Eui64", given("BusinessTargetID")),
        counter=cast("int", given("OriginatorCounter")),
        message_code=None if octets is None else int.from_bytes(octets, "big"),
        variant=cast("ServiceReferenceVariant | None", given("ServiceReferenceVariant")),
        moment=cast("datetime | None", given("Timestamp")),
        clock_status=None if stamp is None else cast("str | None", stamp.attribute("ClockStatus")),
        is_from_gsme=None if stamp is None else cast("bool | None", stamp.attribute("isFromGSME")),
        supplementary_party=cast("Eui64 | None", given("SupplementaryRemotePartyID")),
        supplementary_party_counter=cast("int | None", given("SupplementaryRemotePartyCounter")),
        supplementary_originator_counter=cast("int | None", given("SupplementaryOriginatorCounter")),
        body=body.children[0],
        document=document,
    )


def _refuse(reason: str, rule: str, node: Node) -> NoReturn:
    raise RequestInvalid(
        reason, rule=rule, place=f"line {node.layout.line}" if node.layout.line else node.local
    )
