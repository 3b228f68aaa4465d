"""Do the ASN.1 rows say what the published frames and the reference pages say?"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from asn1_vectors import Published, published

from dcc_sim.catalogue.row import AlertCase, UseCase
from dcc_sim.catalogue.usecases import ALERTS, USE_CASES
from dcc_sim.codec.certificates import describe_certificate, describe_request
from dcc_sim.codec.der import Certificate, CertificationRequest, DerAlertRow, DerRow
from dcc_sim.ids import CraFlag, RemotePartyRole
from dcc_sim.transform.message import encode_again

ROWS = {code: row for code, row in USE_CASES.items() if isinstance(row.payload, DerRow)}
ALERT_ROWS = {code: row for code, row in ALERTS.items() if isinstance(row.payload, DerAlertRow)}
EVERY_ROW: list[UseCase | AlertCase] = [*ROWS.values(), *ALERT_ROWS.values()]

WITHOUT_VECTOR = {"CS02bRootBySupplier", "CS02bRootByWP", "FailureToDeliverAlert"}

ROLES = {
    "90b3d51f30000001": RemotePartyRole.RECOVERY,
    "90b3d51f30000002": RemotePartyRole.ACCESS_CONTROL_BROKER,
    "90b3d51f30000004": RemotePartyRole.TRANSITIONAL_COS,
    "90b3d51f30000007": RemotePartyRole.WAN_PROVIDER,
    "90b3d51f30010000": RemotePartyRole.SUPPLIER,
    "90b3d51f30010008": RemotePartyRole.LOAD_CONTROLLER,
    "90b3d51f30020000": RemotePartyRole.NETWORK_OPERATOR,
}


def name_of(row: UseCase | AlertCase) -> str:
    return row.code


def of_row(vectors: Path, row: UseCase | AlertCase) -> list[Published]:
    found = [one for one in published(vectors) if one.message.row is row]
    assert bool(found) is (row.code not in WITHOUT_VECTOR)
    return found


def test_126_frames_are_read_and_written_again(vectors: Path) -> None:
    found = published(vectors)
    assert len(found) == 126
    assert [one.name for one in found if encode_again(one.message) != one.octets] == []


@pytest.mark.parametrize("row", EVERY_ROW, ids=name_of)
def test_every_octet_of_a_payload_is_explained(vectors: Path, row: UseCase | AlertCase) -> None:
    for one in of_row(vectors, row):
        start, covered = one.frame.payload_offset, set[int]()
        for note in one.notes:
            covered |= set(range(note.offset, note.offset + note.length))
        assert covered == set(range(start, start + len(one.frame.payload))), one.name


@pytest.mark.parametrize("row", EVERY_ROW, ids=name_of)
def test_every_code_that_is_met_has_a_meaning(vectors: Path, row: UseCase | AlertCase) -> None:
    for one in of_row(vectors, row):
        for note in one.notes:
            meanings = getattr(note.shape, "meaning", None)
            assert not meanings or note.value in meanings, (one.name, note.path, note.value)


@pytest.mark.parametrize("row", ROWS.values(), ids=name_of)
def test_protection_and_time_are_those_of_the_frames(vectors: Path, row: UseCase) -> None:
    commands = {protection.command for protection in row.protections}
    responses = {protection.response for protection in row.protections}
    for one in of_row(vectors, row):
        if one.message.header.cra is CraFlag.RESPONSE:
            assert one.guard in responses, one.name
            assert (one.message.header.time is not None) is row.timed, one.name
        elif "_PRECOMMAND_" not in one.name:
            assert one.guard in commands, one.name


@pytest.mark.parametrize("row", ALERT_ROWS.values(), ids=name_of)
def test_an_alert_is_signed_or_has_a_mac(vectors: Path, row: AlertCase) -> None:
    for one in of_row(vectors, row):
        assert bool(one.frame.signature) is row.critical
        assert (one.frame.mac is None) is row.critical


@pytest.mark.parametrize("row", ROWS.values(), ids=name_of)
def test_the_originator_has_a_role_of_the_row(vectors: Path, row: UseCase) -> None:
    for one in of_row(vectors, row):
        if one.message.header.cra is CraFlag.COMMAND:
            role = ROLES[one.message.header.originator.compact]
            if "Handover" in one.name:  # the ACB's certificate is in the cell of another role
                assert role is RemotePartyRole.ACCESS_CONTROL_BROKER
            else:
                assert role in row.roles, one.name


@pytest.mark.parametrize("row", ROWS.values(), ids=name_of)
def test_response_and_command_come_from_the_folder_of_the_row(vectors: Path, row: UseCase) -> None:
    for one in of_row(vectors, row):
        use_case = one.folder.partition("_")[2]
        if one.name.startswith("CS04B_8.8.2_ERROR_"):  # says 000F on the wire
            assert (use_case, row.code) == ("CS04B", "CS04AC")
        else:
            assert use_case.startswith(row.code), one.name


def lengths(octets: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Tag, length and length octets of everything that is not inside a certificate."""
    at = 0
    while at < len(octets):
        tag, first = octets[at], octets[at + 1]
        size = first & 0x7F if first & 0x80 else 0
        coded = octets[at + 1 : at + 2 + size]
        length = int.from_bytes(coded[1:], "big") if size else first
        content = octets[at + 2 + size : at + 2 + size + length]
        yield tag, length, coded
        # version 3 or, for a request, a version and an empty subject, follow within two SEQUENCEs
        inner = content[4:9]
        if tag & 0x20 and not inner.startswith((b"\xa0\x03\x02\x01\x02", b"\x01\x00\x30\x00")):
            yield from lengths(content)
        at += 2 + size + length


def test_devices_and_only_devices_write_long_lengths(vectors: Path) -> None:
    forms: Counter[tuple[bool, bytes]] = Counter()
    for one in published(vectors):
        if "Contingency" in one.name or one.name.startswith("CS02c_6.17_SUCCESS_RESPONSE"):
            continue  # a list of 489 octets that starts like a request; a request
        command = one.message.header.cra is CraFlag.COMMAND
        for tag, length, coded in lengths(one.frame.payload):
            if 0x80 <= length <= 0xFF:
                assert tag == 0x30
                forms[command, coded[:2]] += 1
            elif length > 0xFF:
                assert coded[:1] == b"\x82"
                assert len(coded) == 3
            else:
                assert len(coded) == 1
    assert forms == {(False, b"\x82\x00"): 17}


def test_certificates_are_described(vectors: Path) -> None:
    texts = set()
    for one in published(vectors):
        for note in one.notes:
            if isinstance(note.shape, Certificate):
                assert isinstance(note.value, bytes)
                texts.add(describe_certificate(note.value).partition(", serial")[0])
            elif isinstance(note.shape, CertificationRequest):
                assert isinstance(note.value, bytes)
                texts.add(describe_request(note.value))
    assert "supplier 90-B3-D5-1F-30-01-00-00, digital signature" in texts
    assert "device 00-DB-12-34-56-78-90-A0, digital signature" in texts
    assert any(
        text.startswith("issuing authority") and text.endswith("key cert sign, crl sign") for text in texts
    )
    assert not any(text.startswith(("not ", "nobody")) for text in texts), texts


def pages(vectors: Path) -> dict[str, dict[str, Any]]:
    path = vectors.parent / "reference" / "gbcs-use-cases.json"
    if not path.is_file():
        pytest.skip(f"no reference pages in {path.parent}")
    return {page["use_case"]: page for page in json.loads(path.read_text(encoding="utf-8"))}


PAGES = {
    "FutureDatedAlert-CS06": "Futured_Dated_Firmware_Activation_Alert",
    "FutureDatedAlert-CS02b": "Futured_Dated_Updated_Security_Credentials_Alert",
    "FutureDatedAlert-CS02g": "Future_Dated_Update_Load_Controller_Security_Credentials_Alert",
    "FailureToDeliverAlert": "Failure_to_Deliver_Remote_Party_Message_to_ESME_Alert",
}


@pytest.mark.parametrize("row", EVERY_ROW, ids=name_of)
def test_the_reference_page_agrees(vectors: Path, row: UseCase | AlertCase) -> None:
    all_pages = pages(vectors)
    base = row.code[:5] if row.code.startswith(("CS02b", "CS02g")) else row.code
    page = all_pages[PAGES.get(row.code, base)]
    codes = {page["code"]} if "code" in page else set(page.get("codes_in_rtds", ()))
    if row.code not in WITHOUT_VECTOR:
        assert f"0x{row.message_code:04X}" in codes
    kind = page.get("message_type") or (page.get("peer_mapping_table") or {}).get("message_type", "")
    if kind.startswith("SME."):
        assert row.critical is kind.endswith(".C")
    else:
        assert row.code in VARIANTS, kind
    if isinstance(row, UseCase):
        for flag, mine in (
            ("future_datable", row.future_datable),
            ("replay_protection", row.replay_protected),
        ):
            if flag in page:
                assert mine is (page[flag] == "Yes")


VARIANTS = {
    *("CS02a", "CS02e", "CS02f", "CS08", "CCS08"),
    *PAGES,
    *(code for code in ROWS if code.startswith(("CS02b", "CS02g"))),
}
"""Pages that give no message type, or say `See GBCS` or `Variant`."""
