"""One message looked at: how far it can be read, what the checks say, its MMC."""

from __future__ import annotations

from functools import cache

import pytest
from home_bench import ACB, ECONOMY_7, ESME, STRANGER, House, demo_home, house, messages

from dcc_sim.dsp.world import home_keys
from dcc_sim.duis.request import parse_request
from dcc_sim.duis.schema import default_schemas
from dcc_sim.edge.console.frames import field_rows, meaning, show_value
from dcc_sim.edge.messages import device_type, mmc_document, read_with_checks
from dcc_sim.errors import DecodeError, NotFound
from dcc_sim.gbcs.blocks import segment
from dcc_sim.gbcs.keys import KeyRing
from dcc_sim.ids import DeviceType

KEYS = home_keys(demo_home())


@cache
def frames() -> dict[str, bytes]:
    home: House = house()
    found = {}
    for name, document in (
        ("tariff", home.changing(ECONOMY_7)),
        ("read", home.asking("4.1.1", ESME)),
    ):
        for message in messages(home.send(document)):
            found[f"{name} {message.header.cra.name.lower()}"] = message.frame.encode()
    return found


def verdicts(octets: bytes, keys: KeyRing = KEYS) -> dict[str, bool | None]:
    return {v.check: v.ok for v in read_with_checks(octets, keys, lambda _: ACB).verdicts}


def flipped(octets: bytes, place: int) -> bytes:
    spoiled = bytearray(octets)
    spoiled[place] ^= 1
    return bytes(spoiled)


def test_all_checks_of_a_good_message() -> None:
    assert verdicts(frames()["tariff command"]) == {"MAC": True, "signature": True}
    assert verdicts(frames()["tariff response"]) == {"signature": True}
    assert verdicts(frames()["read response"]) == {"MAC": True, "decryption": True}


def test_checks_that_fail() -> None:
    command = frames()["tariff command"]
    assert verdicts(flipped(command, -1)) == {"MAC": False, "signature": True}
    assert verdicts(flipped(command, -20)) == {"MAC": False, "signature": False}
    sealed = frames()["read response"]
    assert verdicts(flipped(sealed, -30))["decryption"] is False


def test_checks_that_cannot_be_made() -> None:
    assert verdicts(frames()["tariff command"], KeyRing()) == {"MAC": None, "signature": None}
    assert verdicts(frames()["read response"], KeyRing()) == {"MAC": None, "decryption": None}


def test_a_frame_is_read_as_far_as_it_goes() -> None:
    command = frames()["tariff command"]
    reading = read_with_checks(command[:100], KEYS, lambda _: ACB)
    assert isinstance(reading.problem, DecodeError)
    assert reading.message is None
    assert all(note.offset + note.length <= 100 for note in reading.notes)
    unknown = command.replace(b"\x02\x00\x19", b"\x02\xff\xfe", 1)
    reading = read_with_checks(unknown, KEYS, lambda _: ACB)
    assert isinstance(reading.problem, DecodeError)
    assert {v.check: v.ok for v in reading.verdicts} == {"MAC": False, "signature": False}


def test_rows_of_fields() -> None:
    reading = read_with_checks(frames()["read response"], KEYS, lambda _: ACB)
    rows = field_rows(frames()["read response"], reading.notes)
    by_name = {row["field"]: row for row in rows}
    assert by_name["business_originator_id"]["octets"] == ESME.octets.hex().upper()
    assert by_name["business_originator_id"]["offset"] == 26  # after MAC Header, tag, transaction
    active = next(row for name, row in by_name.items() if name.endswith("registers.active"))
    assert (active["offset"], active["octets"], active["meaning"]) == (None, "", "Wh")
    assert int(active["value"]) > 0


@pytest.mark.parametrize(
    ("value", "shown"),
    [(None, ""), (b"\x01\x02", "0102"), (bytes(40), "00" * 24 + "… (40 octets)"), (5, "5"), (True, "True")],
)
def test_a_value_on_one_line(value: object, shown: str) -> None:
    assert show_value(value) == shown  # type: ignore[arg-type]  # a Value


def test_the_meaning_of_a_coded_value() -> None:
    reading = read_with_checks(frames()["tariff command"], KEYS, lambda _: ACB)
    meanings = {".".join(note.path): meaning(note) for note in reading.notes}
    assert meanings["currency_gbp"] == "GB Pounds"
    assert meanings["seasons.[1].name"] == '"year"'
    assert meanings["thresholds_1.[1]"] == "Wh"


def test_mmc_of_answers_only() -> None:
    document = mmc_document(frames()["tariff response"], KEYS)
    assert b"UpdateImportTariffPrimaryElementRsp" in document
    with pytest.raises(NotFound, match="this is a Command"):
        mmc_document(frames()["tariff command"], KEYS)
    with pytest.raises(DecodeError):
        mmc_document(b"\xdf", KEYS)


def test_the_type_of_a_device_is_what_a_home_says() -> None:
    home = house()
    request = parse_request(home.asking("11.2", ESME), default_schemas())
    assert device_type(request, [demo_home()]) is DeviceType.ESME
    other = parse_request(home.asking("11.2", STRANGER), default_schemas())
    with pytest.raises(NotFound, match="is in none of the homes demo"):
        device_type(other, [demo_home()])


def test_a_block_is_explained_by_itself() -> None:
    blocks = segment(frames()["tariff command"], limit=600)
    assert len(blocks) > 1
    reading = read_with_checks(blocks[0], KEYS, lambda _: ACB)
    assert reading.title == "General Block Transfer: block 1 of a message with code 0x0019"
    names = [note.path[-1] for note in reading.notes]
    assert names[-3:] == ["block_number", "block_number_ack", "block_data"]
    assert "the last" in read_with_checks(blocks[-1], KEYS, lambda _: ACB).title


def test_a_block_that_breaks_off_says_where() -> None:
    block = segment(frames()["tariff command"], limit=600)[0]
    problem = read_with_checks(block[:-1], KEYS, lambda _: ACB).problem
    assert problem is not None
    assert "follow" in str(problem)
