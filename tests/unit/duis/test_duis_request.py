"""Requests read into values, refused with the right class, and written again."""

from __future__ import annotations

import random
import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from schema_samples import Samples

from dcc_sim.catalogue.requests import REQUESTS
from dcc_sim.duis.names import SR, sr
from dcc_sim.duis.parsing import parse_xml
from dcc_sim.duis.request import (
    parse_request,
    peek_header,
    read_request,
    render_request,
    render_signed_pre_command,
)
from dcc_sim.duis.schema import Schemas, default_schemas
from dcc_sim.duis.schema import _explainer as read_by_xmlschema
from dcc_sim.errors import (
    DccSimError,
    MalformedXml,
    RequestInvalid,
    SchemaInvalid,
    Unsupported,
    XmlSignatureInvalid,
)
from dcc_sim.ids import CommandVariant, RequestId, ServiceReferenceVariant

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric import ec

    from dcc_sim.duis.signature import Signer

SUPPLIER, ESME = "00-50-C2-5F-30-01-00-00", "00-50-C2-5F-31-00-00-A0"
EXAMPLES = (
    "1.1.1-eco",
    "1.1.1-single",
    "1.1.1-gas",
    "1.2.1",
    "4.1.1-read",
    "4.1.1-gas",
    "4.1.2",
    "4.11.1",
    "6.11",
    "11.2",
)


def dated(data: bytes, moment: str) -> bytes:
    """The price change, at a date."""
    start = b"<sr:UpdatePricePrimaryElement>"
    date = f"<sr:ExecutionDateTime>{moment}</sr:ExecutionDateTime>".encode()
    return data.replace(start, start + date)


@pytest.mark.parametrize("start", EXAMPLES)
def test_examples_are_valid_by_both_sets(
    start: str, example: Callable[[str], bytes], schemas: Schemas, official: Schemas
) -> None:
    ours, theirs = parse_request(example(start), schemas), parse_request(example(start), official)
    assert ours.request_id == theirs.request_id
    assert str(ours.variant) == start.partition("-")[0]


def test_what_is_read(example: Callable[[str], bytes], schemas: Schemas) -> None:
    request = parse_request(example("1.1.1-eco"), schemas)
    assert str(request.request_id) == f"{SUPPLIER}:{ESME}:20001"
    assert request.command_variant is CommandVariant.TRANSFORM
    assert (request.service_reference, request.variant.text) == ("1.1", "1.1.1")
    assert request.name == "Update Import Tariff (Primary Element)"
    assert request.schema_version == "5.4"
    assert request.body_name == "UpdateImportTariffPrimaryElement"
    assert request.body.getparent() is request.root[1]
    assert request.execution is None
    assert not request.is_cancellation
    assert request.signed_pre_command is None
    assert (request.first_in_sequence, request.preceding_request_id) == (False, None)


def test_dates(example: Callable[[str], bytes], schemas: Schemas) -> None:
    later = parse_request(dated(example("1.2.1"), "2027-04-01T01:00:00.00+01:00"), schemas)
    assert later.execution == datetime(2027, 4, 1, tzinfo=UTC)
    assert not later.is_cancellation
    assert parse_request(dated(example("1.2.1"), "3000-12-31T00:00:00.00Z"), schemas).is_cancellation


@pytest.mark.parametrize(
    "moment",
    ["2027-04-01T00:00:00", "-0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "99999-01-01T00:00:00Z"],
)
def test_dates_that_no_clock_shows(moment: str, example: Callable[[str], bytes], schemas: Schemas) -> None:
    with pytest.raises(RequestInvalid, match="ExecutionDateTime"):
        parse_request(dated(example("1.2.1"), moment), schemas)


def test_sequence(example: Callable[[str], bytes], schemas: Schemas) -> None:
    before = f"{SUPPLIER}:{ESME}:7"
    extra = (
        "<sr:FirstInSequence>1</sr:FirstInSequence>"
        f"<sr:PrecedingServiceRequestID>{before}</sr:PrecedingServiceRequestID>"
    )
    data = example("4.1.2").replace(b"<sr:CommandVariant>", extra.encode() + b"<sr:CommandVariant>")
    request = parse_request(data, schemas)
    assert request.first_in_sequence
    assert str(request.preceding_request_id) == before


@pytest.mark.parametrize(
    ("old", "new", "code", "match"),
    [
        (b"Reference>4.1<", b"Reference>4.2<", "E100", "does not go with variant 4.1.1"),
        (b"Variant>4.1.1<", b"Variant>4.1.2<", "E100", "has a ReadInstantaneousImportTOUMatrices"),
        (b"Variant>1<", b"Variant>5<", "E12", "command variant 5"),
    ],
)
def test_contradictions(
    *, old: bytes, new: bytes, code: str, match: str, example: Callable[[str], bytes], schemas: Schemas
) -> None:
    with pytest.raises(RequestInvalid, match=match) as refused:
        parse_request(example("4.1.1-read").replace(old, new), schemas)
    assert refused.value.response_code == code
    assert refused.value.place.startswith("line ")


def test_all_services_are_read(schemas: Schemas, official: Schemas) -> None:
    """One made-up request each; what the schema takes, the reader takes."""
    samples = Samples(read_by_xmlschema(schemas.directory, "5.4", "duis.xsd"), random.Random(4))
    for service in REQUESTS.values():
        root = samples.document(sr("Request"), inner=sr(service.body))
        header = root.find(sr("Header"))
        assert header is not None
        variant = ServiceReferenceVariant(service.variant)
        for name, text in (
            ("CommandVariant", "1"),
            ("ServiceReference", variant.service_reference),
            ("ServiceReferenceVariant", service.variant),
        ):
            field = header.find(sr(name))
            assert field is not None
            field.text = text
        request = parse_request(etree.tostring(root), schemas)
        assert (request.body_name, request.name) == (service.body, service.name)
        official.check_duis(root)


def test_a_service_that_a_schema_set_lacks_is_said_by_name(
    example: Callable[[str], bytes], schemas: Schemas, tmp_path: Path
) -> None:
    partial = shutil.copytree(schemas.directory, tmp_path / "partial")
    reads = partial / "duis" / "reads.xsd"
    kept = [line for line in reads.read_text().splitlines() if "ReadMeterBalance" not in line]
    reads.write_text("\n".join(kept))
    data = example("4.1.1-read").replace(b"ReadInstantaneousImportRegisters", b"ReadMeterBalance")
    data = data.replace(b">4.1.1<", b">4.18<").replace(b">4.1<", b">4.18<")
    assert parse_request(data, schemas).body_name == "ReadMeterBalance"
    with pytest.raises(Unsupported, match=r"Service Request 4\.18 Read Meter Balance"):
        parse_request(data, Schemas(partial))


def test_an_invented_service_is_invalid(example: Callable[[str], bytes], schemas: Schemas) -> None:
    data = example("4.1.1-read").replace(b"ReadInstantaneousImportRegisters", b"ReadMind")
    with pytest.raises(SchemaInvalid):
        parse_request(data, schemas)
    with pytest.raises(SchemaInvalid):
        parse_request(b'<Request xmlns="%s"/>' % SR.encode(), schemas)


def test_a_response_is_no_request(schemas: Schemas) -> None:
    root = etree.Element(sr("Response"))
    with pytest.raises(RequestInvalid, match="not a Service Request"):
        read_request(root)


def test_signatures_are_checked_when_keys_are_given(
    example: Callable[[str], bytes],
    schemas: Schemas,
    signer: Signer,
    lookup: Callable[[int, str], ec.EllipticCurvePublicKey | None],
) -> None:
    assert parse_request(signer.sign(example("6.11")), schemas, lookup).variant.text == "6.11"
    with pytest.raises(XmlSignatureInvalid):
        parse_request(example("6.11"), schemas, lookup)
    changed = signer.sign(example("6.11")).replace(b"Period>10<", b"Period>99<")
    with pytest.raises(XmlSignatureInvalid):
        parse_request(changed, schemas, lookup)


def test_what_is_read_is_what_was_signed(
    example: Callable[[str], bytes],
    schemas: Schemas,
    signer: Signer,
    lookup: Callable[[int, str], ec.EllipticCurvePublicKey | None],
) -> None:
    # Blanks that were put in on the way are not covered, so they are not in the tree that is read.
    indented = signer.sign(example("6.11")).replace(b"><sr:", b">\n<sr:").replace(b">4</", b"> 4 </")
    request = parse_request(indented, schemas, lookup)
    assert request.command_variant is CommandVariant.TRANSFORM
    assert b" 4 " not in etree.tostring(request.root)


def test_the_second_half(example: Callable[[str], bytes], schemas: Schemas, official: Schemas) -> None:
    first = parse_request(dated(example("1.2.1"), "2027-04-01T00:00:00.00Z"), schemas)
    octets = render_signed_pre_command(first, b"\xdf\x09command")
    for each in (schemas, official):
        second = parse_request(octets, each)
        assert second.signed_pre_command == b"\xdf\x09command"
        assert second.command_variant is CommandVariant.SIGNED_SEND
        assert (second.request_id, second.variant, second.execution) == (
            first.request_id,
            first.variant,
            first.execution,
        )
    local = render_signed_pre_command(first, b"", CommandVariant.SIGNED_LOCAL)
    assert parse_request(local, schemas).signed_pre_command == b""
    with pytest.raises(RequestInvalid) as refused:
        parse_request(octets.replace(b"Variant>5<", b"Variant>4<"), schemas)
    assert refused.value.response_code == "E12"


def test_written_and_read_again(example: Callable[[str], bytes], schemas: Schemas) -> None:
    first = parse_request(example("1.1.1-gas"), schemas)
    again = parse_request(
        render_request(
            first.request_id,
            first.variant,
            first.command_variant,
            first.body,
            first_in_sequence=True,
            preceding_request_id=first.request_id,
        ),
        schemas,
    )
    assert etree.tostring(again.body, method="c14n", with_tail=False) == etree.tostring(
        first.body, method="c14n", with_tail=False
    )
    assert again.first_in_sequence
    assert again.preceding_request_id == first.request_id == again.request_id


def test_peeking_at_a_refused_request(example: Callable[[str], bytes]) -> None:
    variant = ServiceReferenceVariant("4.1.1")
    data = example("4.1.1-read").replace(b"</sr:Body>", b"<sr:x/></sr:Body>")
    assert peek_header(data) == (RequestId.parse(f"{SUPPLIER}:{ESME}:20003"), variant)
    assert peek_header(data.replace(b":20003", b":x")) == (None, variant)
    assert peek_header(data.replace(b">4.1.1<", b">4.1.77<"))[1] is None
    assert peek_header(b"<a/>") == (None, None)
    with pytest.raises(MalformedXml):
        peek_header(b"")


@given(data=st.binary(max_size=300))
def test_any_octets(data: bytes) -> None:
    with pytest.raises(DccSimError):
        parse_request(data, default_schemas())


@settings(deadline=None)
@given(data=st.data())
def test_damaged_requests(data: st.DataObject, example: Callable[[str], bytes]) -> None:
    octets = bytearray(example(data.draw(st.sampled_from(EXAMPLES))))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(octets) - 1))
        octets[at : at + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=6))
    try:
        request = parse_request(bytes(octets), default_schemas())
    except DccSimError:
        return
    assert parse_xml(bytes(octets)).tag == request.root.tag
