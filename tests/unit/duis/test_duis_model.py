"""The models of requests and responses: every element in and out, and only what was signed."""

from __future__ import annotations

import copy
import functools
import random
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from lxml import etree
from lxml.etree import _Element
from schema_samples import Samples
from schema_walk import children, local

from dcc_sim.catalogue.requests import REQUESTS
from dcc_sim.duis.contents import DCC_ANSWERS, FRAMED, DccAlert, DccAnswer, Smets1Message
from dcc_sim.duis.headers import SignedBy, signed_by
from dcc_sim.duis.names import DS, RA, ds, ra, sr
from dcc_sim.duis.parsed import parse_answer
from dcc_sim.duis.parsing import parse_xml
from dcc_sim.duis.request import parse_request, render_request
from dcc_sim.duis.response import parse_provider_message, parse_response, render_response
from dcc_sim.duis.schema import Schemas
from dcc_sim.duis.schema import _explainer as explainer
from dcc_sim.duis.signature import Signer, sign, verify
from dcc_sim.duis.values import render
from dcc_sim.errors import DccSimError, RequestInvalid, SchemaInvalid, XmlSignatureInvalid
from dcc_sim.ids import CommandVariant, Eui64, RequestId, ServiceReferenceVariant

Lookup = Callable[[int, str], ec.EllipticCurvePublicKey | None]
Example = Callable[[str], bytes]


def canonical(root: _Element) -> bytes:
    return etree.tostring(root.getroottree(), method="c14n", with_comments=False)


@functools.cache
def samples(directory: Path, file: str = "duis.xsd") -> Samples:
    return Samples(explainer(directory, "5.4", file), random.Random(54))


def set_text(root: _Element, path: str, text: str) -> None:
    found = root.find("/".join(map(sr, path.split("/"))))
    assert found is not None
    found.text = text


# --------------------------------------------------------------------------------- every response


def paths_of_responses() -> tuple[str, ...]:
    """Element names, each of which is one shape of a Response. Counted against the published schema below."""
    alerts = """
        PowerOutageEvent DeviceStatusChangeEvent DSPScheduleRemoval CommandFailure FirmwareDistributionFailure
        UpdateHANDeviceLogResult ChangeOfSupplier DeviceLogRestored PPMIDAlert SecurityCredentialsUpdated
        PPMIDRemoval QuarantinedRequest FirmwareVersionMismatch DualBandCHAlert S1SPAlertDSP
        SMETS1CHFirmwareNotification ALCSHCALCSConfigurationChange FirmwareUpgradeRequested
        CSPFirmwareDeliveryStatus CommsHubAlert ECoSAlert CommsHubFirmwareActivation CoSCertificateAlert
        DUISVersionMismatch
    """
    others = ("GBCSPayload", "DeviceAlertMessage", "SMETS1ResponseMessage")
    return (*FRAMED, *DCC_ANSWERS, *others, *alerts.split())


SHAPES: Final = paths_of_responses()


def test_these_are_all_shapes(official: Schemas) -> None:
    body = children(explainer(official.directory, "5.4", "duis.xsd").maps.elements[sr("Response")])[
        sr("Body")
    ]
    messages = children(body)
    answers = {local(each) for each in children(messages[sr("ResponseMessage")])}
    alerts = {local(each) for each in children(children(messages[sr("DCCAlertMessage")])[sr("DCCAlert")])}
    found = (answers - {"ServiceReference", "ServiceReferenceVariant"}) | alerts
    found |= {local(each) for each in messages} - {"ResponseMessage", "DCCAlertMessage"}
    assert found == set(SHAPES)


@pytest.mark.parametrize("name", SHAPES)
def test_every_response_of_the_published_schema(name: str, official: Schemas, schemas: Schemas) -> None:
    for _ in range(4):
        document = response_with(name, samples(official.directory))
        data = etree.tostring(document)
        response = parse_response(data, official)
        assert parse_response(data, schemas) == response
        assert canonical(parse_xml(render_response(response))) == canonical(parse_xml(data))
        # Without the document that it came from: written from nothing but its values.
        anew = render_response(replace(response, document=None))
        assert parse_response(anew, official) == response == parse_response(anew, schemas)


def response_with(name: str, source: Samples) -> _Element:
    for _ in range(50):
        root = source.document(sr("Response"), inner=sr(name))
        if next(root[1].iter(sr(name)), None) is not None:
            break
    message = root[1][0]
    assert next(message.iter(sr(name)), message).tag == sr(name)
    for each in root.iter(sr("AlertCode")):
        each.text = "81C0"
    for old in root.findall(ds("Signature")):
        root.remove(old)
    variant = message.find(sr("ServiceReferenceVariant"))
    reference = message.find(sr("ServiceReference"))
    if variant is not None and reference is not None:
        reference.text = ServiceReferenceVariant(variant.text or "").service_reference
    elif variant is not None or reference is not None:
        for half in (variant, reference):
            if half is not None:
                message.remove(half)
    return root


def test_contents_are_told_apart(schemas: Schemas) -> None:
    source = samples(schemas.directory)
    kinds: dict[str, type] = {"CommandFailure": DccAlert, "DSPWANMatrix": DccAnswer}
    for name, made in {**kinds, **{each: row[0] for each, row in FRAMED.items()}}.items():
        content = parse_response(etree.tostring(response_with(name, source)), schemas).content
        assert type(content) is made


def test_values_of_answers_are_typed(schemas: Schemas) -> None:
    root = response_with("DSPInventory", samples(schemas.directory))
    content = parse_response(etree.tostring(root), schemas).content
    assert isinstance(content, DccAnswer)
    device = content.values["Device"]
    assert isinstance(device["DeviceID"].value, Eui64)
    assert device["DeviceType"].type.text is not None
    assert "GPF" in device["DeviceType"].type.text.choices


# -------------------------------------------------------------------------------- every request


@pytest.mark.parametrize("variant", REQUESTS)
def test_every_request(variant: str, schemas: Schemas) -> None:
    """Read, written and read; and rebuilt around its typed body."""
    service = REQUESTS[variant]
    root = samples(schemas.directory).document(sr("Request"), inner=sr(service.body))
    reference = ServiceReferenceVariant(variant)
    set_text(root, "Header/CommandVariant", "1")
    set_text(root, "Header/ServiceReference", reference.service_reference)
    set_text(root, "Header/ServiceReferenceVariant", variant)
    request = parse_request(etree.tostring(root), schemas)
    assert canonical(parse_xml(render(request.document))) == canonical(request.root)
    assert request.values.local == service.body
    assert request.values is request.values
    again = parse_request(
        render_request(
            request.request_id,
            request.variant,
            request.command_variant,
            request.values,
            first_in_sequence=request.first_in_sequence,
            preceding_request_id=request.preceding_request_id,
        ),
        schemas,
    )
    assert again.values == request.values
    assert (again.preceding_request_id, again.execution) == (request.preceding_request_id, request.execution)


def test_the_header_is_typed(example: Example, schemas: Schemas) -> None:
    header = parse_request(example("4.1.2"), schemas).document.root["Header"]
    assert isinstance(header["RequestID"].value, RequestId)
    assert header["CommandVariant"].value is CommandVariant.SEND
    assert header["ServiceReferenceVariant"].value == ServiceReferenceVariant("4.1.2")


@pytest.mark.parametrize(
    ("stated", "version"),
    [("5.0", "5.0"), ("5.1", "5.1"), ("5.2", "5.3a"), ("5.3", "5.3a"), (" 5.40 ", "5.4")],
)
def test_versions(stated: str, version: str, example: Example, schemas: Schemas) -> None:
    request = parse_request(example("4.1.2").replace(b'"5.4"', f'"{stated}"'.encode()), schemas)
    assert (request.version, request.schema_version) == (version, stated.strip())


@pytest.mark.parametrize("stated", ["1.0", "5.5", "6.0", "-5.4", "54"])
def test_unknown_versions(stated: str, example: Example, schemas: Schemas, official: Schemas) -> None:
    """Also by a folder with one published set, which would let any number through."""
    data = example("4.1.2").replace(b'"5.4"', f'"{stated}"'.encode())
    for each in (schemas, official):
        with pytest.raises(
            (SchemaInvalid, RequestInvalid), match=r"expected one of 5\.0, 5\.1, 5\.2, 5\.3, 5\.4"
        ):
            parse_request(data, each)
    answer = RESPONSE.replace('"5.4"', f'"{stated}"').encode()
    for each in (schemas, official):
        with pytest.raises(
            (SchemaInvalid, RequestInvalid), match=r"expected one of 5\.0, 5\.1, 5\.2, 5\.3, 5\.4"
        ):
            parse_response(answer, each)


RESPONSE: Final = (
    f'<r:Response xmlns:r="{sr("")[1:-1]}" schemaVersion="5.4"><r:Header><r:ResponseCode>I99</r:ResponseCode>'
    "<r:ResponseDateTime>2026-01-05T09:30:00.5+01:00</r:ResponseDateTime></r:Header>\n<r:Body>"
    "<r:ResponseMessage><r:ServiceReference>4.1</r:ServiceReference><r:ServiceReferenceVariant>4.1.1"
    "</r:ServiceReferenceVariant></r:ResponseMessage></r:Body></r:Response>"
)


def test_forms_are_kept(schemas: Schemas) -> None:
    response = parse_response(RESPONSE.encode(), schemas)
    assert response.moment == datetime(2026, 1, 5, 8, 30, 0, 500_000, UTC)
    assert canonical(parse_xml(render_response(response))) == canonical(parse_xml(RESPONSE.encode()))
    anew = render_response(replace(response, document=None))
    assert b"2026-01-05T08:30:00.500Z" in anew


PAGE: Final = Path(__file__).resolve().parents[3] / "docs" / "reference" / "duis-models.md"


def test_the_example_of_the_page(example: Example, schemas: Schemas) -> None:
    code = PAGE.read_text(encoding="utf-8").partition("```python\n")[2].partition("```")[0]
    names: dict[str, Any] = {"request": parse_request(example("1.1.1-eco"), schemas)}
    exec(code, names)  # noqa: S102
    assert names["body"]["PriceElements/ElectricityPriceElements/PriceScale"].value == -5
    assert isinstance(names["day"].content, tuple)
    assert names["body"]["ElecTariffElements/ThresholdMatrix/Thresholds"].attribute("index") == 1


# ------------------------------------------------------------------------- answers in readable form


def test_parsed_answers(schemas: Schemas) -> None:
    for _ in range(40):
        root = samples(schemas.directory, "mmc.xsd").document(ra("GBCSResponse"))
        for each in root.iter(ra("GBCSHexadecimalMessageCode")):
            each.text = "0019"
        answer = parse_answer(etree.tostring(root), schemas)
        assert answer.message_code in (None, 0x19)
        assert answer.is_alert == (root[1][0].tag == ra("DeviceAlertMessage"))
        assert (answer.answer is None) == (root.find(f".//{ra('SMETSData')}") is None)
        said = root.xpath("string(.//*[local-name()='SMETSData']/*/@MessageSuccess)")
        assert answer.message_success == {"": None, "true": True, "1": True}.get(str(said), False)
        assert len(answer.gbcs) == len(root[1][0].findall(ra("GBCSData")))
        assert answer.document is not None
        assert canonical(parse_xml(render(answer.document))) == canonical(parse_xml(etree.tostring(root)))


def test_what_is_no_parsed_answer(schemas: Schemas) -> None:
    data = f'<GBCSData xmlns="{RA}" format="plain" sequence="0" name="x" type="gbcs">AAAA</GBCSData>'
    with pytest.raises(RequestInvalid, match="a GBCSData is not a GBCSResponse"):
        parse_answer(data.encode(), schemas)
    root = samples(schemas.directory, "mmc.xsd").document(ra("GBCSResponse"))
    header = root[0]
    for each in header.findall(ra("GBCSHexadecimalMessageCode")):
        header.remove(each)
    code = etree.Element(ra("GBCSHexadecimalMessageCode"))
    code.text = "001900"
    before = [each for each in header if "Counter" in str(each.tag) or "Party" in str(each.tag)]
    before[-1].addnext(code)
    with pytest.raises(RequestInvalid, match="two octets"):
        parse_answer(etree.tostring(root), schemas)


# ------------------------------------------------------------------- what is read is what was signed


def refused(data: bytes | _Element, schemas: Schemas, lookup: Lookup) -> str:
    octets = data if isinstance(data, bytes) else etree.tostring(data)
    with pytest.raises(DccSimError) as error:
        parse_request(octets, schemas, lookup)
    assert isinstance(error.value, (XmlSignatureInvalid, SchemaInvalid))
    return str(error.value)


@pytest.fixture
def signed(example: Example, signer: Signer) -> bytes:
    return signer.sign(example("6.11"))


@pytest.fixture
def other(example: Example) -> _Element:
    """Another request, unsigned, that somebody would like to smuggle in."""
    return parse_xml(example("6.11").replace(b"Period>10<", b"Period>3600<"))


def test_the_model_says_who_signed(
    signed: bytes, example: Example, schemas: Schemas, signer: Signer, lookup: Lookup
) -> None:
    by = SignedBy(signer.issuer_name, signer.serial)
    request = parse_request(signed, schemas, lookup)
    assert (request.signed_by, request.verified) == (by, True)
    request = parse_request(signed, schemas)
    assert (request.signed_by, request.verified) == (by, False)
    request = parse_request(example("6.11"), schemas)
    assert (request.signed_by, request.verified) == (None, False)


def test_names_of_keys_that_are_none(signed: bytes) -> None:
    root = parse_xml(signed)
    info = root[-1][-1]
    etree.SubElement(info[0], ds("X509Certificate")).text = "AAEC"
    etree.SubElement(info[0], ds("X509Certificate")).text = "no"
    found = signed_by(root)
    assert found is not None
    assert found.certificates == (b"\x00\x01\x02",)
    serial = next(info.iter(ds("X509SerialNumber")))
    serial.text = "x"
    assert signed_by(root) == SignedBy(None, None, (b"\x00\x01\x02",))
    serial.text = "7"
    assert signed_by(root) == SignedBy((info[0][0][0].text or "").strip(), 7, found.certificates)
    info[0].append(copy.deepcopy(info[0][0]))
    assert signed_by(root) == SignedBy(None, None, (b"\x00\x01\x02",))


def test_detached_copy(signed: bytes, other: _Element, schemas: Schemas, lookup: Lookup) -> None:
    """A true signature beside another request."""
    other.append(copy.deepcopy(parse_xml(signed)[-1]))
    assert "digest differs" in refused(other, schemas, lookup)


@pytest.mark.parametrize("place", ["Object", "KeyInfo", "SignedInfo", "Header", "Body", "root"])
def test_moved_body(place: str, signed: bytes, other: _Element, schemas: Schemas, lookup: Lookup) -> None:
    """The signed Body put away somewhere, and another in its place."""
    root = parse_xml(signed)
    body, signature = root[1], root[-1]
    root.replace(body, copy.deepcopy(other[1]))
    homes: dict[str, _Element] = {"Header": root[0], "Body": root[1], "root": root}
    if place == "Object":
        etree.SubElement(signature, ds("Object")).append(body)
    elif place in homes:
        homes[place].append(body)
    else:
        next(signature.iter(ds(place))).append(body)
    refused(root, schemas, lookup)


@pytest.mark.parametrize("whole", [True, False])
def test_second_request_in_an_object(
    *, whole: bool, signed: bytes, other: _Element, schemas: Schemas, lookup: Lookup
) -> None:
    root = parse_xml(signed)
    etree.SubElement(root[-1], ds("Object")).append(other if whole else copy.deepcopy(other[1]))
    assert "no place in the signature" in refused(root, schemas, lookup)
    # The other way round: the signed one inside, the other one outside.
    outer = copy.deepcopy(other)
    signature = copy.deepcopy(parse_xml(signed)[-1])
    etree.SubElement(signature, ds("Object")).append(parse_xml(signed))
    outer.append(signature)
    refused(outer, schemas, lookup)


def test_second_request_where_the_signature_does_not_look(
    signed: bytes, other: _Element, schemas: Schemas, lookup: Lookup
) -> None:
    """KeyInfo takes foreign elements and is not signed: whatever is there is not read."""
    root = parse_xml(signed)
    root[-1][-1].append(other)
    request = parse_request(etree.tostring(root), schemas, lookup)
    assert request.values["TolerancePeriod"].value == 10
    assert request.body.getparent() is request.root[1]


def test_ids_that_collide(signed: bytes, schemas: Schemas, signer: Signer, lookup: Lookup) -> None:
    root = parse_xml(signed)
    root[-1].set("Id", "a")
    root[-1][0].set("Id", "a")
    refused(root, schemas, lookup)
    root = parse_xml(signed)
    root[1].set("Id", "a")  # the interface has no Id outside of signatures
    assert "Id" in refused(root, schemas, lookup)
    root = parse_xml(signed)
    root[-1].set("Id", "a")
    next(root.iter(ds("Reference"))).set("URI", "#a")
    assert "not to the whole document" in refused(root, schemas, lookup)


def test_a_comment_splits_no_value(signed: bytes, schemas: Schemas, lookup: Lookup) -> None:
    """Comments are not signed. A reader that stops at one would read 1 where 10 was signed."""
    request = parse_request(signed.replace(b"Period>10<", b"Period>1<!-- -->0<"), schemas, lookup)
    assert request.values["TolerancePeriod"].value == 10
    assert (request.values["TolerancePeriod"].text, request.verified) == ("10", True)


def test_values_are_of_the_tree_that_was_covered(signed: bytes, schemas: Schemas, lookup: Lookup) -> None:
    """A digest without blanks covers no blanks, so that the values have none."""
    spaced = signed.replace(b"Period>10<", b"Period> 10 <")
    request = parse_request(spaced, schemas, lookup)
    assert request.values["TolerancePeriod"].text == "10"
    assert parse_request(spaced, schemas).values["TolerancePeriod"].text == " 10 "
    assert verify(request.root, lookup) is request.root


# --------------------------------------------------------------------- messages inside of messages


@pytest.fixture
def provider(key: ec.EllipticCurvePrivateKey) -> Signer:
    """A service provider of SMETS1 meters."""
    return Signer(key, "CN=Provider", 77)


@pytest.fixture
def both(lookup: Lookup, key: ec.EllipticCurvePrivateKey) -> Lookup:
    def find(serial: int, issuer: str) -> ec.EllipticCurvePublicKey | None:
        return key.public_key() if issuer == "CN=Provider" else lookup(serial, issuer)

    return find


def smets1(schemas: Schemas, provider: Signer) -> tuple[bytes, _Element]:
    """A message that a provider signed, and a Response that hands it on."""
    source = samples(schemas.directory)
    inner = source.document(sr("SMETS1SignedResponse"))
    for each in inner.iter(ra("GBCSHexadecimalMessageCode")):
        each.text = "0019"
    message = provider.sign(inner)
    root = response_with("SMETS1ResponseMessage", source)
    old = next(root.iter(sr("SMETS1SignedResponse")))
    parent = old.getparent()
    assert parent is not None
    parent.replace(old, parse_xml(message))
    return message, root


def test_messages_of_providers(schemas: Schemas, provider: Signer, both: Lookup) -> None:
    message, _ = smets1(schemas, provider)
    found = parse_provider_message(message, schemas, both)
    assert (found.verified, found.signed_by) == (True, SignedBy("CN=Provider", 77))
    assert found.values.local == "SMETS1SignedResponse"
    assert canonical(parse_xml(render(found.document))) == canonical(parse_xml(message))
    alert = provider.sign(samples(schemas.directory).document(sr("S1SPAlert")))
    assert parse_provider_message(alert, schemas, both).values["S1SPAlertCode"].value is not None
    with pytest.raises(RequestInvalid, match="not of a service provider"):
        parse_provider_message(RESPONSE.encode(), schemas)
    with pytest.raises(XmlSignatureInvalid):
        parse_provider_message(
            re.sub(rb"<sr:S1SPAlertCode>[^<]*<", b"<sr:S1SPAlertCode>other<", alert), schemas, both
        )


def test_a_response_hands_on_a_signed_message(
    schemas: Schemas, signer: Signer, provider: Signer, both: Lookup
) -> None:
    message, root = smets1(schemas, provider)
    data = sign(root, signer.key, signer.issuer_name, signer.serial)
    response = parse_response(data, schemas, both)
    assert (response.verified, response.signed_by) == (True, SignedBy(signer.issuer_name, signer.serial))
    assert isinstance(response.content, Smets1Message)
    inner = parse_xml(message)
    assert str(response.content.answer.originator) == (inner[0][0][0].text or "").strip().upper()
    assert len(list(response.content.values.every("Signature"))) == 1
    assert canonical(parse_xml(render_response(response))) == canonical(parse_xml(data))


def test_responses_too_are_read_as_they_were_covered(
    schemas: Schemas, signer: Signer, lookup: Lookup
) -> None:
    """Blanks that came in on the way are not covered, so they are in no value and are not written again."""
    schedule = "<r:DSPScheduleID>12</r:DSPScheduleID></r:ResponseMessage>"
    data = signer.sign(parse_xml(RESPONSE.replace("</r:ResponseMessage>", schedule).encode()))
    spaced = data.replace(b"ID>12<", b"ID> \n 12 <")
    assert spaced != data
    response = parse_response(spaced, schemas, lookup)
    assert response.verified
    assert isinstance(response.content, DccAnswer)
    assert response.content.values.text == "12"
    assert parse_response(render_response(response), schemas, lookup) == response


def test_an_alert_hands_on_a_signed_alert(schemas: Schemas, signer: Signer, lookup: Lookup) -> None:
    root = response_with("S1SPAlertDSP", samples(schemas.directory))
    data = signer.sign(root)
    assert parse_response(data, schemas, lookup).verified
    changed = re.sub(rb"<sr:S1SPAlertCode>[^<]*<", b"<sr:S1SPAlertCode>other<", data)
    with pytest.raises(XmlSignatureInvalid, match="digest differs"):
        parse_response(changed, schemas, lookup)


def test_the_inner_signature_is_covered_and_covers_nothing_else(
    schemas: Schemas, signer: Signer, provider: Signer, both: Lookup
) -> None:
    message, root = smets1(schemas, provider)
    data = sign(root, signer.key, signer.issuer_name, signer.serial)

    def reason(change: Callable[[_Element, _Element], Any]) -> str:
        tree = parse_xml(data)
        change(tree, next(tree.iter(sr("SMETS1SignedResponse"))))
        with pytest.raises((XmlSignatureInvalid, SchemaInvalid)) as error:
            parse_response(etree.tostring(tree), schemas, both)
        return str(error.value)

    assert "digest differs" in reason(
        lambda _, inner: setattr(next(inner.iter(ds("DigestValue"))), "text", "AAAA")
    )
    # Not of a provider: two signatures of the whole, or one that lies elsewhere.
    reason(lambda tree, inner: tree.append(copy.deepcopy(inner[-1])))
    reason(lambda tree, inner: tree.replace(tree[-1], copy.deepcopy(inner[-1])))
    reason(lambda tree, inner: tree[-1][-1].append(copy.deepcopy(inner)) or inner.remove(inner[-1]))
    # Stripped of the DCC's signature it is a Response like any unsigned one, and says so.
    tree = parse_xml(data)
    tree.remove(tree[-1])
    assert not parse_response(etree.tostring(tree), schemas, both).verified
    # The message alone is no Response.
    with pytest.raises(RequestInvalid, match="not a Response"):
        parse_response(message, schemas, both)


def test_foreign_signatures_in_key_info(
    signed: bytes, schemas: Schemas, provider: Signer, lookup: Lookup
) -> None:
    """A provider's message has no place in the unsigned part of a signature."""
    message, _ = smets1(schemas, provider)
    root = parse_xml(signed)
    root[-1][-1].append(parse_xml(message))
    assert "signatures" in refused(root, schemas, lookup)
    assert DS in str(root[-1].tag)
