"""ASN.1 payloads at the edges: lengths around 127, 255, 65535; counters at byte boundaries; empty lists.

A walker of this module, which knows nothing of shapes, tells which form each length has.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from dcc_sim.catalogue.usecases import use_case
from dcc_sim.codec.axdr import encode_length
from dcc_sim.codec.der import DerRow
from dcc_sim.codec.exchange import Body, Envelope
from dcc_sim.codec.shape import Reader, Value
from dcc_sim.errors import DecodeError, EncodeError
from dcc_sim.ids import MAX_COUNTER

NOBODY = Envelope(bytes(8), bytes(8), 0, None, None)
CONSTRUCTED = 0x20


def row(code: str) -> DerRow:
    payload = use_case(code).payload
    assert isinstance(payload, DerRow)
    return payload


def lengths(octets: bytes) -> Iterator[tuple[int, bytes]]:
    """Every length below, as number and as octets."""
    at = 0
    while at < len(octets):
        tag, first = octets[at], octets[at + 1]
        count = first & 0x7F if first & 0x80 else 0
        form = octets[at + 1 : at + 2 + count]
        length = int.from_bytes(form[1:], "big") if count else first
        start = at + 2 + count
        yield length, form
        if tag & CONSTRUCTED:
            yield from lengths(octets[start : start + length])
        at = start + length
        assert at <= len(octets)


def shortest(length: int) -> bytes:
    return encode_length(length)


def of_a_device(length: int) -> bytes:
    return b"\x82\x00" + bytes((length,)) if 128 <= length <= 255 else encode_length(length)


def blob(nulls: int) -> bytes:
    """A SEQUENCE of this many NULLs."""
    return b"\x30" + encode_length(2 * nulls) + b"\x05\x00" * nulls


def update(certificates: list[bytes], path: list[bytes], **control: Value) -> dict[str, Any]:
    return {
        "authorising_remote_party_control": {
            "credentials_replacement_mode": 2,
            "apply_time_based_cpv_checks": 0,
            "authorising_remote_party_ta_cell_identifier": {
                "remote_party_role": 2,
                "key_usage": 1,
                "cell_usage": 0,
            },
            "authorising_remote_party_seq_number": 1,
            **control,
        },
        "replacements": [
            {
                "replacement_certificate": certificate,
                "target_trust_anchor_cell": {"remote_party_role": 2, "key_usage": 16, "cell_usage": 1},
            }
            for certificate in certificates
        ],
        "certification_path_certificates": path,
    }


def command(code: str, values: dict[str, Any]) -> bytes:
    octets = row(code).encode_command(values, NOBODY)
    assert row(code).decode_command(Reader(octets), NOBODY).values == values
    return octets


def response(code: str, values: dict[str, Any]) -> bytes:
    octets = row(code).encode_response(Body(values), NOBODY)
    assert row(code).decode_response(Reader(octets), NOBODY).values == values
    return octets


NULLS = (*range(30, 70), *range(100, 135), *range(32_700, 32_775))


@pytest.mark.parametrize("where", ["replacement", "path"])
def test_lengths_of_a_command_are_the_shortest(where: str) -> None:
    seen = set()
    for nulls in NULLS:
        for counter in (1, 0x80):
            lists = ([blob(nulls)], []) if where == "replacement" else ([], [blob(nulls)])
            values = update(*lists, authorising_remote_party_seq_number=counter)
            for length, form in lengths(command("CS02bSupplierBySupplier", values)):
                assert form == shortest(length)
                seen.add(length)
    assert seen >= {127, 128, 255, 256, 65_535, 65_536}


def log(count: int) -> list[dict[str, Any]]:
    return [{"device_id": bytes((n,)) * 8, "device_type": n % 7} for n in range(count)]


def test_lengths_of_a_device_have_two_octets_from_128_on() -> None:
    seen = set()
    for count in range(40):
        octets = response("CS07", {"response_code": 0, "device_log_entries": log(count)})
        for length, form in lengths(octets):
            assert form == of_a_device(length)
            seen.add(length)
        entries = [{"device_log_entry": entry, "join_response_code": 200} for entry in log(count)]
        for length, form in lengths(response("GCS59", {"restore_outcomes": entries})):
            assert form == of_a_device(length)
    assert any(length < 128 for length in seen)
    assert any(128 <= length <= 255 for length in seen)
    assert any(length > 255 for length in seen)


def test_the_same_log_in_a_command_has_the_shortest() -> None:
    for count in range(40):
        for length, form in lengths(command("GCS59", {"device_log_entries": log(count)})):
            assert form == shortest(length)


@pytest.mark.parametrize(
    "counter", [0, 1, *(1 << 8 * n - m for n in range(1, 8) for m in (0, 1)), MAX_COUNTER - 1, MAX_COUNTER]
)
def test_counters_take_the_octets_they_need(counter: int) -> None:
    for number in {counter, max(counter - 1, 0)}:
        floors = [{"remote_party_role": 2, "floor_seq_number": number}]
        values = update(
            [],
            [],
            authorising_remote_party_seq_number=number,
            new_remote_party_floor_seq_number=number,
            new_remote_party_specialist_floor_seq_number=[{"seq_number_usage": 0, "seq_number": number}],
            other_remote_party_seq_number_changes=floors,
        )
        octets = command("CS02bSupplierByTransCoS", values)
        content = number.to_bytes(number.bit_length() // 8 + 1, "big")
        assert octets.count(bytes((len(content),)) + content) >= 4


@pytest.mark.parametrize("counter", [-1, MAX_COUNTER + 1])
def test_a_counter_that_is_none(counter: int) -> None:
    with pytest.raises(EncodeError):
        command("CS02bSupplierBySupplier", update([], [], authorising_remote_party_seq_number=counter))


def test_most_and_fewest_of_everything() -> None:
    for count in (0, 1, 16, 255):
        command("CS02bSupplierBySupplier", update([blob(4)] * count, [blob(6)] * count))
    with pytest.raises(EncodeError):
        command("CS02bSupplierBySupplier", update([blob(4)] * 256, []))
    roles = {"remote_party_role": 4, "key_usage": 16, "cell_usage": 0}
    for count in (0, 7):
        command(
            "CS02a",
            {
                "authorising_remote_party_ta_cell_identifier": roles,
                "remote_party_roles_credentials_required": list(range(count)),
            },
        )


def test_parts_that_may_be_absent() -> None:
    bare = update([], [])
    del bare["authorising_remote_party_control"]["authorising_remote_party_ta_cell_identifier"]
    assert command("CS02bACBByACB", bare).hex() == "300c 3006 020102 830101 3000 3000".replace(" ", "")
    dated = update([], []) | {"execution_date_time": datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)}
    assert command("CS02bNOByNO", dated).endswith(b"\x18\x0f99991231235959Z")
    assert response("CS02bNOByNO", {"command_accepted": None}) == b"\x30\x02\x05\x00"
    assert response("CS07", {"response_code": 1}).hex() == "3003020101"


@pytest.mark.parametrize("code", ["CS02bSupplierBySupplier", "GCS59", "CS02a", "CS03A1", "CS06"])
def test_a_payload_with_something_behind_it(code: str) -> None:
    with pytest.raises(DecodeError):
        row(code).decode_command(Reader(b"\x30\x00\x00"), NOBODY)
