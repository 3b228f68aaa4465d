"""A Response or Alert as its MMC document: what Parse & Correlate gives to the User.

In: a decoded `Message` and, when known, the Service Reference Variant it answers. Out: the octets of
`ra:GBCSResponse`, schema version 5.4, in exclusive canonical form (so: no white space, no XML
declaration). Values nobody could open stand in `GBCSData` for a second pass with the User's keys,
beside a response element without them; the schema has no other place. What opened stands in
`SMETSData`, what failed also in `DebugInfo`. Left out: `GBCSData` for parts that are plain, whose
use by the real Parse & Correlate is not published; SMETS1.
"""

from __future__ import annotations

from typing import Final

from dcc_sim.catalogue.row import AlertCase, UseCase
from dcc_sim.codec.exchange import Body, sealed_values
from dcc_sim.codec.gbz import GbzAlertRow, GbzRow
from dcc_sim.codec.shape import Value
from dcc_sim.errors import EncodeError, Unsupported
from dcc_sim.gbcs.header import GroupingHeader
from dcc_sim.ids import CraFlag, DeviceType, ServiceReferenceVariant
from dcc_sim.mmc.alerts import ALERT_CONTENTS
from dcc_sim.mmc.conversions import Base64, Hex, Integer, Moment, Plain, YesNo
from dcc_sim.mmc.debug import DEBUG_ROWS, debug_values
from dcc_sim.mmc.elements import TIME_STATUS
from dcc_sim.mmc.outcome import succeeded
from dcc_sim.mmc.responses import RESPONSES
from dcc_sim.mmc.rows import POSITION, Attribute, Each, Element, Leaf, ResponseRow, Row, When
from dcc_sim.mmc.views import clock_status
from dcc_sim.mmc.writer import Writer
from dcc_sim.transform.message import Message

NAMESPACE: Final = "http://www.dccinterface.co.uk/ResponseAndAlert"
SCHEMA_VERSION: Final = "5.4"

_VARIANTS: Final = """
1.1.1 1.1.2 1.2.1 1.2.2 1.5 1.6 1.7 2.1 2.2 2.3 2.5 3.1 3.2 3.3 3.4 3.5 4.1.1 4.1.2 4.1.3 4.1.4 4.2 4.3
4.4.2 4.4.3 4.4.4 4.4.5 4.6.1 4.6.2 4.8.1 4.8.2 4.8.3 4.10 4.11.1 4.11.2 4.12.1 4.12.2 4.13 4.14 4.15
4.16 4.17 4.18 5.1 5.2 5.3 6.2.1 6.2.2 6.2.3 6.2.4 6.2.5 6.2.7 6.2.8 6.2.9 6.2.10 6.4.1 6.4.2 6.5 6.6 6.7
6.8 6.11 6.12 6.13 6.14.1 6.14.2 6.14.3 6.15.1 6.15.2 6.17 6.18.1 6.18.2 6.20.1 6.20.2 6.21 6.22 6.23
6.24.1 6.24.2 6.25 6.26 6.27 6.28 6.29 6.30 6.31 6.32 7.1 7.2 7.3 7.4 7.5 7.6 7.7 7.8 7.9 7.10 7.11 7.12
7.13 7.14 7.15 7.16 8.1.1 8.2 8.3 8.4 8.5 8.6 8.7.1 8.7.2 8.8.1 8.8.2 8.9 8.11 8.12.1 8.12.2 8.13 8.14.1
8.14.2 8.14.3 8.14.4 9.1 11.1 11.2 11.3 11.4 12.1 12.2 14.1
"""
SERVICE_REFERENCE_VARIANTS: Final = frozenset(_VARIANTS.split())
"""What the ServiceReferenceVariant element may hold (MMC 5.4)."""

_NOT_SPECIFIED: Final = 0xFF
_FROM_GSME: Final = {0x00: False, 0x04: True}
"""Whose data a GPF gives; with 02 (unreliable) the status does not tell (reference `gbcs.md` §a.4)."""
_COUNTER: Final = Integer(0, 0xFFFF_FFFF_FFFF_FFFF)

_HEADER: Final[tuple[Row, ...]] = (
    Element(
        "Header",
        Leaf("BusinessOriginatorID", "originator", Plain()),
        Leaf("BusinessTargetID", "target", Plain()),
        Leaf("OriginatorCounter", "counter", _COUNTER),
        When("party", Leaf("SupplementaryRemotePartyID", "party", Plain())),
        When("party_counter", Leaf("SupplementaryRemotePartyCounter", "party_counter", _COUNTER)),
        When("own_counter", Leaf("SupplementaryOriginatorCounter", "own_counter", _COUNTER)),
        Leaf("GBCSHexadecimalMessageCode", "message_code", Hex(2)),
        When("reference", Leaf("ServiceReference", "reference", Plain())),
        When("variant", Leaf("ServiceReferenceVariant", "variant", Plain())),
        When(
            "time",
            Leaf(
                "Timestamp",
                "time",
                Moment(),
                (
                    Attribute("ClockStatus", TIME_STATUS, "clock_status", optional=True),
                    Attribute("isFromGSME", YesNo(), "from_gsme", optional=True),
                ),
            ),
        ),
        at="header",
    ),
)

_SEALED: Final[tuple[Row, ...]] = (
    Each(
        "sealed",
        Leaf(
            "GBCSData",
            "octets",
            Base64(),
            (
                Attribute("format", Plain(), "format"),
                Attribute("name", Plain(), "name"),
                Attribute("sequence", Integer(0), POSITION),
                Attribute("type", Plain(), "type"),
            ),
        ),
        high=100,
    ),
)


def render(message: Message, *, service_reference_variant: str | None = None) -> bytes:
    """The MMC document of a Response or Alert.

    Raises Unsupported for a use case without MMC rows; EncodeError for a Command, for a Service
    Request that the use case does not answer, and for a value its schema type cannot say (its
    `field` is the path of the value).
    """
    row = message.row
    variant = _variant(service_reference_variant)
    if message.header.cra is CraFlag.COMMAND:
        raise EncodeError(f"{row.code} is a Command; only Responses and Alerts have an MMC document")
    writer = Writer()
    writer.pieces.append(f'<ra:GBCSResponse xmlns:ra="{NAMESPACE}" schemaVersion="{SCHEMA_VERSION}">')
    header = _header_values(message.header, row, variant)
    writer.write(_HEADER, {"header": header}, partial=False)
    writer.open("Body")
    if isinstance(row, AlertCase):
        _write_alert(writer, row, message.body)
    else:
        _write_response(writer, row, message.body, variant)
    writer.close("Body")
    writer.close("GBCSResponse")
    return "".join(writer.pieces).encode()


def _write_response(
    writer: Writer, row: UseCase, body: Body, variant: ServiceReferenceVariant | None
) -> None:
    if row.code not in RESPONSES:
        raise Unsupported(f"MMC for {row.code}")
    mapping = RESPONSES[row.code]
    element = response_element(mapping, variant)
    writer.open("ResponseMessage")
    _write_sealed(writer, row, body)
    if element is not None:
        writer.open("SMETSData")
        writer.open(element, [("MessageSuccess", "true" if succeeded(row, body) else "false")])
        writer.write(mapping.rows, body.values, partial=True)
        writer.close(element)
        writer.close("SMETSData")
    debug = debug_values(row, body)
    if debug is not None:
        writer.open("DebugInfo")
        writer.write(DEBUG_ROWS, debug, partial=False)
        writer.close("DebugInfo")
    writer.close("ResponseMessage")


def _write_alert(writer: Writer, row: AlertCase, body: Body) -> None:
    if row.code not in ALERT_CONTENTS:
        raise Unsupported(f"MMC for {row.code}")
    writer.open("DeviceAlertMessage")
    _write_sealed(writer, row, body)
    writer.open("DeviceAlertContent")
    writer.write(ALERT_CONTENTS[row.code].rows, body.values, partial=False)
    writer.close("DeviceAlertContent")
    writer.close("DeviceAlertMessage")


def _write_sealed(writer: Writer, row: UseCase | AlertCase, body: Body) -> None:
    # The name is that of the value in the catalogue row, with the number of the item in a list: the
    # second pass finds its place by it.
    kind = "zigbeeCiphered" if isinstance(row.payload, GbzRow | GbzAlertRow) else "dlms"
    sealed: list[Value] = [
        {"octets": bytes(value), "format": "encrypted", "name": name, "type": kind}
        for name, value in sealed_values(body.values)
    ]
    writer.write(_SEALED, {"sealed": sealed}, partial=False)


def response_element(row: ResponseRow, variant: ServiceReferenceVariant | None) -> str | None:
    """The response element for a Service Request; without one the first. Raises EncodeError.

    None where the schema has no element for it.
    """
    if variant is None:
        return next(iter(row.elements.values()))
    if variant.text not in row.elements:
        raise EncodeError(f"{row.code} does not answer Service Request {variant}")
    return row.elements[variant.text]


def _variant(text: str | None) -> ServiceReferenceVariant | None:
    if text is None:
        return None
    if text not in SERVICE_REFERENCE_VARIANTS:
        raise EncodeError(f"{text!r} is not a Service Reference Variant of MMC {SCHEMA_VERSION}")
    return ServiceReferenceVariant(text)


def _header_values(
    header: GroupingHeader, row: UseCase | AlertCase, variant: ServiceReferenceVariant | None
) -> dict[str, Value]:
    values: dict[str, Value] = {
        "originator": str(header.originator),
        "target": str(header.target),
        "counter": header.counter,
        "party": None if header.supplementary_party is None else str(header.supplementary_party),
        "party_counter": header.supplementary_counter,
        "own_counter": header.supplementary_originator_counter,
        "message_code": int(header.message_code),
        "reference": None if variant is None else variant.service_reference,
        "variant": None if variant is None else variant.text,
        "time": header.time,
    }
    if header.time is not None and header.time[11] != _NOT_SPECIFIED:
        values["clock_status"] = clock_status(header.time[11])["status"]
        if isinstance(row, UseCase) and DeviceType.GPF in row.targets:
            values["from_gsme"] = _FROM_GSME.get(header.time[11])
    return values
