"""Responses written, valid by both schema sets, and read into the same values."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from dcc_sim.duis import response as r
from dcc_sim.duis.codes import RESPONSE_CODES
from dcc_sim.duis.contents import Throttling
from dcc_sim.duis.headers import SignedBy
from dcc_sim.duis.request import parse_request
from dcc_sim.errors import (
    AccessDenied,
    EncodeError,
    NotFound,
    RequestInvalid,
    SchemaInvalid,
    XmlSignatureInvalid,
)
from dcc_sim.ids import DeviceType, Eui64, RequestId, ServiceReferenceVariant

if TYPE_CHECKING:
    from collections.abc import Callable

    from cryptography.hazmat.primitives.asymmetric import ec

    from dcc_sim.duis.request import ServiceRequest
    from dcc_sim.duis.schema import Schemas
    from dcc_sim.duis.signature import Signer

NOW = datetime(2026, 1, 5, 9, 30, 0, 123000, tzinfo=UTC)
GBCS = bytes(range(256)) * 3
DEVICE = Eui64.parse("00-50-C2-5F-31-00-00-A0")
ALERT_ID = RequestId(Eui64.parse("00-50-C2-5F-31-00-00-A0"), Eui64.parse("00-50-C2-5F-30-01-00-00"), 99)


@pytest.fixture
def request_(example: Callable[[str], bytes], schemas: Schemas) -> ServiceRequest:
    return parse_request(example("1.1.1-eco"), schemas)


def all_kinds(request: ServiceRequest) -> dict[str, r.Response]:
    later = r.FutureDatedOutcome(r.ALERT_EXECUTED, GBCS, 2, 6)
    run, number = r.ScheduledResponse(GBCS, 10**12), r.CustomerIdentification(GBCS, "0042")
    denied = AccessDenied("no", code="E4")
    return {
        "acknowledgement": r.acknowledgement(request, NOW),
        "refusal": r.refusal(denied, request.variant, NOW, request.request_id),
        "refusal without id": r.refusal(denied, request.variant, NOW),
        "pre-command": r.transformed(request, GBCS, NOW),
        "local command": r.for_local_delivery(request, GBCS, NOW),
        "device response": r.device_response(request.request_id, request.variant, GBCS, NOW),
        "future-dated outcome": r.future_dated_outcome(request.request_id, request.variant, later, NOW),
        "device alert": r.device_alert(ALERT_ID, 0x81C0, GBCS, NOW),
        "success": r.done(request, NOW),
        "run of a schedule": r.scheduled_response(request.request_id, request.variant, run, NOW),
        "customer": r.customer_identification(request.request_id, request.variant, number, NOW),
    }


KINDS = (
    "acknowledgement",
    "refusal",
    "refusal without id",
    "pre-command",
    "local command",
    "device response",
    "future-dated outcome",
    "device alert",
    "success",
    "run of a schedule",
    "customer",
)


@pytest.mark.parametrize("kind", KINDS)
def test_there_and_back(kind: str, request_: ServiceRequest, schemas: Schemas, official: Schemas) -> None:
    response = all_kinds(request_)[kind]
    octets = r.render_response(response)
    assert r.parse_response(octets, schemas) == response
    assert r.parse_response(octets, official) == response
    assert b">\n" not in octets.split(b"?>\n", 1)[1]


def test_ids(request_: ServiceRequest) -> None:
    kinds = all_kinds(request_)
    assert kinds["acknowledgement"].response_id is None
    assert kinds["device response"].response_id == request_.request_id.response_id
    assert kinds["device alert"].request_id is None
    assert kinds["refusal"].code == "E4"


def test_times_are_utc_with_milliseconds(request_: ServiceRequest) -> None:
    summer = NOW.astimezone(timezone(timedelta(hours=1)))
    assert b">2026-01-05T09:30:00.123Z<" in r.render_response(r.acknowledgement(request_, summer))


def test_signed(
    request_: ServiceRequest,
    schemas: Schemas,
    signer: Signer,
    lookup: Callable[[int, str], ec.EllipticCurvePublicKey | None],
) -> None:
    response = r.transformed(request_, GBCS, NOW)
    octets = r.render_response(response, signer)
    assert r.parse_response(octets, schemas, lookup) == response
    with pytest.raises(XmlSignatureInvalid):
        r.parse_response(octets.replace(b">I0<", b">I99<"), schemas, lookup)
    # The interface lets a response go unsigned.
    assert r.parse_response(r.render_response(response), schemas, lookup) == response


def test_every_code_can_be_sent(request_: ServiceRequest, schemas: Schemas) -> None:
    for code in RESPONSE_CODES:
        response = r.Response(code, NOW, request_.variant, request_.request_id)
        assert r.parse_response(r.render_response(response), schemas).code == code
    with pytest.raises(SchemaInvalid):
        r.parse_response(r.render_response(r.Response("E999", NOW, request_.variant)), schemas)


def test_an_answer_names_its_service() -> None:
    with pytest.raises(ValueError, match="service"):
        r.render_response(r.Response("I0", NOW))


def test_what_is_not_a_response(example: Callable[[str], bytes], schemas: Schemas) -> None:
    with pytest.raises(RequestInvalid, match="not a Response"):
        r.parse_response(example("11.2"), schemas)


@pytest.mark.parametrize(
    ("old", "new"),
    [(b".123Z<", b".123<"), (b">81C0<", b">81C0FF<"), (b">81C0<", b"><")],
)
def test_values_the_schema_lets_through(old: bytes, new: bytes, schemas: Schemas) -> None:
    octets = r.render_response(r.device_alert(ALERT_ID, 0x81C0, GBCS, NOW))
    with pytest.raises(RequestInvalid):
        r.parse_response(octets.replace(old, new), schemas)


def test_throttling(schemas: Schemas, official: Schemas) -> None:
    octets = r.render_response(r.device_alert(ALERT_ID, 0x81C0, GBCS, NOW))
    extra = b"<sr:ThrottledAlertCount>3</sr:ThrottledAlertCount><sr:GBCSPayload>"
    response = r.parse_response(octets.replace(b"<sr:GBCSPayload>", extra), schemas)
    assert response.content == r.DeviceAlert(0x81C0, GBCS, Throttling(count=3))
    alert = r.DeviceAlert(0x81C0, GBCS, Throttling(4_294_967_295, 7))
    response = r.Response("I0", NOW, response_id=ALERT_ID, content=alert)
    assert r.parse_response(r.render_response(response), official) == response


def test_answers_out_of_the_records(request_: ServiceRequest, schemas: Schemas, official: Schemas) -> None:
    response = r.dcc_answer(request_, "DSPScheduleID", 12, NOW)
    octets = r.render_response(response)
    assert b"<sr:DSPScheduleID>12</sr:DSPScheduleID></sr:ResponseMessage>" in octets
    device = (
        ("DeviceID", DEVICE),
        ("DeviceType", DeviceType.GPF),
        ("DeviceManufacturer", "m"),
        ("DeviceModel", "x"),
    )
    inventory = r.dcc_answer(request_, "DSPInventory", (("Device", device), ("Device", device)), NOW)
    for each in (response, inventory):
        again = r.parse_response(r.render_response(each), official)
        assert again == each == r.parse_response(r.render_response(each), schemas)
    content = again.content
    assert isinstance(content, r.DccAnswer)
    assert content.name == "DSPInventory"
    assert [each["DeviceID"].value for each in content.values.every("Device")] == [DEVICE, DEVICE]
    with pytest.raises(NotFound, match="no element DSPNonsense"):
        r.dcc_answer(request_, "DSPNonsense", 1, NOW)
    with pytest.raises(EncodeError, match="DSPScheduleID: 'x' cannot be written as integer"):
        r.dcc_answer(request_, "DSPScheduleID", "x", NOW)


def test_alerts_of_the_dcc(schemas: Schemas, official: Schemas) -> None:
    failure = (("CommandRequestID", ALERT_ID), ("DSPScheduleID", 3), ("DeviceID", DEVICE))
    response = r.dcc_alert(ALERT_ID, "N13", "CommandFailure", failure, NOW)
    again = r.parse_response(r.render_response(response), official)
    assert again == response == r.parse_response(r.render_response(response), schemas)
    assert isinstance(again.content, r.DccAlert)
    assert (again.content.code, again.content.name) == ("N13", "CommandFailure")
    assert again.content.values.content == failure
    with pytest.raises(SchemaInvalid, match="N32"):
        r.parse_response(
            r.render_response(r.dcc_alert(ALERT_ID, "N32", "CommandFailure", failure, NOW)), schemas
        )


def test_an_older_user_gets_what_its_version_can_say(request_: ServiceRequest) -> None:
    with pytest.raises(NotFound, match="no element ECoSAlert"):
        r.dcc_alert(ALERT_ID, "N63", "ECoSAlert", (), NOW, "5.0")
    with pytest.raises(EncodeError, match=r"7\.0 is no version of the interface"):
        r.dcc_alert(ALERT_ID, "N63", "ECoSAlert", (), NOW, "7.0")


def test_answers_speak_the_version_of_the_request(example: Callable[[str], bytes], schemas: Schemas) -> None:
    request = parse_request(example("1.1.1-eco").replace(b'"5.4"', b'"5.1"'), schemas)
    assert request.version == "5.1"
    for response in (
        r.acknowledgement(request, NOW),
        r.transformed(request, GBCS, NOW),
        r.done(request, NOW),
        r.for_local_delivery(request, GBCS, NOW),
        r.dcc_answer(request, "DSPScheduleID", 1, NOW),
    ):
        octets = r.render_response(response)
        assert b'schemaVersion="5.1"' in octets
        assert r.parse_response(octets, schemas) == response


def test_a_changed_response_is_written_anew(
    request_: ServiceRequest, schemas: Schemas, signer: Signer
) -> None:
    octets = r.render_response(r.acknowledgement(request_, NOW), signer)
    response = r.parse_response(octets, schemas)
    assert response.signed_by == SignedBy(signer.issuer_name, signer.serial)
    assert not response.verified
    assert b"SignatureValue" in r.render_response(response)
    changed = r.render_response(replace(response, code="E21"))
    assert b"SignatureValue" not in changed
    assert r.parse_response(changed, schemas).code == "E21"


def test_what_cannot_be_written(request_: ServiceRequest) -> None:
    with pytest.raises(ValueError, match="two octets"):
        r.render_response(r.device_alert(ALERT_ID, 0x10000, GBCS, NOW))
    with pytest.raises(EncodeError, match="no version"):
        r.render_response(r.Response("I0", NOW, request_.variant, schema_version="6.0"))


def test_variants_are_typed(request_: ServiceRequest) -> None:
    assert r.acknowledgement(request_, NOW).variant == ServiceReferenceVariant("1.1.1")
