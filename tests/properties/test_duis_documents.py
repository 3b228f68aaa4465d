"""For all documents: what is read is written again, whatever it looks like, and its values are its text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from dcc_sim.duis.names import RA, SR, sr
from dcc_sim.duis.parsing import parse_xml
from dcc_sim.duis.request import parse_request
from dcc_sim.duis.response import parse_response, render_response
from dcc_sim.duis.schema import default_schemas
from dcc_sim.duis.values import Document, Node, read, render
from dcc_sim.errors import DccSimError, RequestInvalid
from dcc_sim.testing.strategies_requests import requests

if TYPE_CHECKING:
    from lxml.etree import _Element

BLANKS: Final = st.text(" \t\n", max_size=4)
PREFIXES: Final = st.sampled_from((None, "sr", "x", "ra", "ds", "ns"))

RESPONSE: Final = (
    f'<sr:Response xmlns:sr="{SR}" schemaVersion="5.4"><sr:Header><sr:RequestID>00-50-C2-5F-30-01-00-00:'
    "00-50-C2-5F-31-00-00-A0:7</sr:RequestID><sr:ResponseCode>I0</sr:ResponseCode><sr:ResponseDateTime>"
    "2026-01-05T09:30:00.123Z</sr:ResponseDateTime></sr:Header><sr:Body><sr:ResponseMessage><sr:ServiceReference>"
    "5.1</sr:ServiceReference><sr:ServiceReferenceVariant>5.1</sr:ServiceReferenceVariant><sr:DSPScheduleID>12"
    "</sr:DSPScheduleID></sr:ResponseMessage></sr:Body></sr:Response>"
).encode()


def canonical(root: _Element) -> bytes:
    return etree.tostring(root.getroottree(), method="c14n", with_comments=False)


def every(node: Node) -> Iterator[Node]:
    yield node
    for each in node:
        yield from every(each)


@given(requests())
def test_any_request(document: bytes) -> None:
    root = parse_xml(document)
    found = read(root)
    assert canonical(parse_xml(render(found))) == canonical(root)
    for node, element in zip(every(found.root), root.iter(), strict=True):
        assert node.children or node.text == (element.text or "")
        kind = node.type.text
        if kind is None:
            continue
        try:
            value = node.value
        except RequestInvalid:
            assert kind.form.name in ("dateTime", "time")  # moments that no clock here shows
            continue
        assert value is not None
        assert kind.form.parse(kind.form.render(value)) == value


@given(requests())
def test_the_model_is_the_document(document: bytes) -> None:
    try:
        request = parse_request(document, default_schemas())
    except RequestInvalid as refused:
        assert "ExecutionDateTime" in str(refused)  # noqa: PT017  # any other refusal is a mistake
        return
    assert render(request.document) == render(read(parse_xml(document)))
    header = request.document.root["Header"]
    assert header["RequestID"].value == request.request_id
    before = header.first("PrecedingServiceRequestID")
    assert (before and before.value) == request.preceding_request_id
    first = header.first("FirstInSequence")
    assert bool(first and first.value) == request.first_in_sequence
    date = request.values.first("ExecutionDateTime")
    assert (date and date.value) == request.execution


@given(data=st.data())
def test_any_layout(data: st.DataObject) -> None:
    """Other prefixes, blanks between elements, declarations nobody uses, instructions around the root."""
    document = data.draw(requests())
    plain = parse_xml(document)
    root = relaid(data, plain)
    octets = b"<?before it?>" + etree.tostring(root) + b"<?after?>"
    parsed = parse_xml(octets)
    found = read(parsed)
    assert canonical(parse_xml(render(found))) == canonical(parsed)
    assert found.root == read(plain).root
    assert found != Document(found.root)


def relaid(data: st.DataObject, element: _Element, above: _Element | None = None) -> _Element:
    spaces = {data.draw(PREFIXES): SR, None: SR, "unused": RA} if data.draw(st.booleans()) else {}
    if above is None:
        made = etree.Element(element.tag, nsmap={data.draw(PREFIXES): SR, **spaces})
    else:
        made = etree.SubElement(above, element.tag, nsmap=spaces)
    for name in sorted(map(str, element.attrib), reverse=data.draw(st.booleans())):
        made.set(name, str(element.attrib[name]))
    if len(element):
        made.text = data.draw(BLANKS)
        for each in element:
            relaid(data, each, made).tail = data.draw(BLANKS)
    else:
        made.text = element.text
    return made


@given(data=st.data())
def test_damaged_responses(data: st.DataObject) -> None:
    """Read or refused, and what is read can be written."""
    octets = bytearray(RESPONSE)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(octets) - 1))
        octets[at : at + data.draw(st.integers(0, 20))] = data.draw(st.binary(max_size=6))
    try:
        response = parse_response(bytes(octets), default_schemas())
    except DccSimError:
        return
    root = parse_xml(bytes(octets))
    assert root.tag == sr("Response")
    assert canonical(parse_xml(render_response(response))) == canonical(root)
