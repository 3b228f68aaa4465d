"""The way back: an MMC document as what a Device would have sent.

In: the octets of `ra:GBCSResponse`. Out: `Answer`: the use case or alert, its Grouping Header, its
values and results, driven by the rows that write the document. So a tester can write an expected
answer as MMC. What the schema has no place for is not there, except constants of GBCS and what a row
says how to fill in; encrypted parts stay sealed. Elements stand in the order of the schema. Left out:
validity against the schema, frames and keys, SMETS1.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dcc_sim.catalogue.row import AlertCase, UseCase
from dcc_sim.catalogue.usecases import ALERTS, USE_CASES, by_message_code
from dcc_sim.codec.access import AccessRow
from dcc_sim.codec.exchange import Body, Result, Sealed
from dcc_sim.codec.gbz import GbzRow
from dcc_sim.codec.shape import Value, as_bytes
from dcc_sim.codec.times import CosemDateTime
from dcc_sim.duis.parsing import parse_xml
from dcc_sim.errors import EncodeError, Unsupported
from dcc_sim.gbcs.header import GroupingHeader
from dcc_sim.ids import CraFlag, Eui64, MessageCode, OriginatorCounter
from dcc_sim.mmc.alerts import ALERT_CONTENTS
from dcc_sim.mmc.completion import Unknown, complete, shapes
from dcc_sim.mmc.conversions import Base64, Eui, Hex, Integer, Moment
from dcc_sim.mmc.elements import TIME_STATUS
from dcc_sim.mmc.places import TAG, child, converted, need, only, path_of, text_of
from dcc_sim.mmc.responses import RESPONSES
from dcc_sim.mmc.results import listed_results, successes
from dcc_sim.mmc.row_reader import Node, RowReader
from dcc_sim.mmc.rows import Row

if TYPE_CHECKING:
    from lxml.etree import _Element

_RELIABLE: Final = 0x00
_RELIABLE_OF_GSME: Final = 0x04
_NOT_SPECIFIED: Final = 0xFF
_TRUE: Final = ("true", "1")
_COUNTER: Final = Integer(0, 0xFFFF_FFFF_FFFF_FFFF)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a document says; `variant` is the Service Reference Variant it answers, if it says so.

    `body` is as a decoder would give it, without what MMC has no place for. A successful answer does
    not tell which optional items or repeated commands there were: unless they are named, `results`
    has none of them, or one.
    """

    row: UseCase | AlertCase
    header: GroupingHeader
    body: Body
    variant: str | None = None


def read(document: bytes, *, code: str | None = None, sent: Sequence[str] | None = None) -> Answer:
    """Read an MMC document.

    `code` names the use case or alert where the document has no message code, or where two alerts
    share it; `sent` the items (DLMS) or commands (GBZ) of the Command, in order. Raises MalformedXml;
    Unsupported for what has no rows; EncodeError for what its rows cannot have written, with the path
    of the element in `field`.
    """
    root = parse_xml(document)
    if root.tag != f"{TAG}GBCSResponse":
        raise EncodeError("the root is GBCSResponse", field=str(root.tag))
    header = need(root, "Header")
    body = need(root, "Body")
    content = only(body)
    is_alert = content is not None and content.tag == f"{TAG}DeviceAlertMessage"
    if content is None or not (is_alert or content.tag == f"{TAG}ResponseMessage"):
        raise EncodeError("ResponseMessage or DeviceAlertMessage is needed", field="Body")
    message_code = _message_code(header)
    row: UseCase | AlertCase
    if is_alert:
        row, values = _alert(content, message_code, code)
    else:
        row = _use_case(message_code, code)
        values = _response(content, row, sent)
    return Answer(
        row,
        _header(header, row),
        values,
        text_of(header, "ServiceReferenceVariant"),
    )


# --- responses ------------------------------------------------------------------------------


def _use_case(message_code: int | None, code: str | None) -> UseCase:
    if code is not None:
        if code not in USE_CASES:
            raise Unsupported(f"use case {code}")
        return USE_CASES[code]
    if message_code is None:
        raise EncodeError("no message code says which use case it is", field="Header")
    return by_message_code(MessageCode(message_code))


def _response(content: _Element, row: UseCase, sent: Sequence[str] | None) -> Body:
    if row.code not in RESPONSES:
        raise Unsupported(f"MMC for {row.code}")
    mapping = RESPONSES[row.code]
    debug = child(content, "DebugInfo")
    node = Node()
    sealed = _sealed(content)
    results = listed_results(row, debug) if debug is not None else None
    answered = _answered(results, sealed)
    reader = RowReader(answered)
    data = child(content, "SMETSData")
    element = only(data) if data is not None else None
    if element is not None:
        names = {f"{TAG}{name}" for name in mapping.elements.values() if name is not None}
        if element.tag not in names:
            raise EncodeError(f"{row.code} is answered with another element", field=path_of(element))
        _check_success(row, element, results)
        reader.read(mapping.rows, element, node, top=True)
        reader.finish()
    values = _complete(row, node, answered)
    sealed.place(values)
    if mapping.settle is not None:
        mapping.settle(values)
    return Body(values, results if results is not None else successes(row, values, sent))


def _check_success(row: UseCase, element: _Element, results: tuple[Result, ...] | None) -> None:
    # Gas and ASN.1 answers may tell in their values that something failed.
    told = element.get("MessageSuccess")
    if told is None or not isinstance(row.payload, AccessRow):
        return
    failed = results is not None and any(result.code for result in results)
    if failed is (told in _TRUE):
        place = "DebugInfo lists a failure" if failed else "DebugInfo does not say what failed"
        raise EncodeError(f"MessageSuccess is {told}, but {place}", field=path_of(element))


def _answered(results: tuple[Result, ...] | None, sealed: _SealedValues) -> Callable[[str], bool]:
    """Which items the Device answered in the clear."""
    if results is None:
        return sealed.answered
    succeeded = {result.name for result in results if not result.code}
    return lambda name: name in succeeded and sealed.answered(name)


_ITEM: Final = re.compile(r"(\w+)(?:\[(\d+)\])?", re.ASCII)


class _SealedValues:
    """Encrypted values by the name of the value, and its number from 1 in a list."""

    __slots__ = ("found",)

    def __init__(self) -> None:
        self.found: list[tuple[str, int | None, Sealed]] = []

    def answered(self, name: str) -> bool:
        """Whether nothing of that name is encrypted."""
        return all(name != known for known, _, _ in self.found)

    def place(self, values: dict[str, Value]) -> None:
        """Put them among the others."""
        for name, number, value in self.found:
            if number is None:
                values[name] = value
                continue
            items = values.setdefault(name, [])
            if not isinstance(items, list) or number > len(items) + 1:
                raise EncodeError("an encrypted item without the items before it", field=f"{name}[{number}]")
            items.insert(number - 1, value)


def _sealed(content: _Element) -> _SealedValues:
    values = _SealedValues()
    for element in content.iterchildren(f"{TAG}GBCSData"):
        name = _ITEM.fullmatch(element.get("name", ""))
        if element.get("format") != "encrypted" or name is None:
            raise EncodeError("only encrypted values with a name are read", field=path_of(element))
        blob = Sealed(as_bytes(converted(Base64(), element)))
        values.found.append((name[1], int(name[2]) if name[2] else None, blob))
    return values


def _complete(row: UseCase | AlertCase, node: Node, answered: Callable[[str], bool]) -> dict[str, Value]:
    found = node.plain()
    values = dict(found) if isinstance(found, dict) else {}
    for name, shape in shapes(row).items():
        # A GSME answers as many of its commands as it likes: there only what is named is there.
        if name not in values and (isinstance(row.payload, GbzRow) or not answered(name)):
            continue
        try:
            whole = complete(node.at(name).plain(), shape)
        except EncodeError as error:
            error.field = f"{name}.{error.field}" if error.field else name
            raise
        if isinstance(whole, Unknown):
            values.pop(name, None)
        else:
            values[name] = whole
    return values


# --- alerts ---------------------------------------------------------------------------------


def _alert(content: _Element, message_code: int | None, code: str | None) -> tuple[AlertCase, Body]:
    known = [
        row
        for row in ALERTS.values()
        if row.code in ALERT_CONTENTS
        and (row.code == code if code is not None else row.message_code == message_code)
    ]
    if not known:
        raise Unsupported(f"MMC for alert {code or message_code}")
    failure: EncodeError | None = None
    for row in known:
        try:
            return row, _alert_body(content, row, ALERT_CONTENTS[row.code].rows)
        except EncodeError as error:
            failure = failure or error
    raise failure or EncodeError("no alert")


def _alert_body(content: _Element, row: AlertCase, rows: tuple[Row, ...]) -> Body:
    node = Node()
    sealed = _sealed(content)
    reader = RowReader(sealed.answered)
    reader.read(rows, need(content, "DeviceAlertContent"), node, top=True)
    reader.finish()
    values = _complete(row, node, sealed.answered)
    sealed.place(values)
    return Body(values)


# --- header ---------------------------------------------------------------------------------


def _message_code(header: _Element) -> int | None:
    element = child(header, "GBCSHexadecimalMessageCode")
    return None if element is None else int.from_bytes(as_bytes(converted(Hex(2), element)), "big")


def _header(header: _Element, row: UseCase | AlertCase) -> GroupingHeader:
    counter = _counter(header, "OriginatorCounter")
    if counter is None:
        raise EncodeError("OriginatorCounter is missing", field="Header")
    party = child(header, "SupplementaryRemotePartyID")
    return GroupingHeader(
        cra=CraFlag.ALERT if isinstance(row, AlertCase) else CraFlag.RESPONSE,
        counter=counter,
        originator=_eui(need(header, "BusinessOriginatorID")),
        target=_eui(need(header, "BusinessTargetID")),
        message_code=row.message_code,
        time=_time(child(header, "Timestamp")),
        supplementary_party=None if party is None else _eui(party),
        supplementary_counter=_counter(header, "SupplementaryRemotePartyCounter"),
        supplementary_originator_counter=_counter(header, "SupplementaryOriginatorCounter"),
    )


def _counter(header: _Element, name: str) -> OriginatorCounter | None:
    element = child(header, name)
    if element is None:
        return None
    return OriginatorCounter(int(str(converted(_COUNTER, element))))


def _eui(element: _Element) -> Eui64:
    return Eui64(as_bytes(converted(Eui(), element)))


def _time(element: _Element | None) -> CosemDateTime | None:
    if element is None:
        return None
    time = as_bytes(converted(Moment(), element))
    name = element.get("ClockStatus")
    if name is not None:
        try:
            status = TIME_STATUS.value(name)
        except EncodeError as error:
            error.field = path_of(element)
            raise
        octet = status if isinstance(status, int) else _NOT_SPECIFIED
        if element.get("isFromGSME") in _TRUE and octet == _RELIABLE:
            octet = _RELIABLE_OF_GSME
        time = time[:11] + bytes((octet,))
    return CosemDateTime(time)
