"""The table of alert and event codes against itself, the rows of alerts, and the reference."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dcc_sim.catalogue.alerts import (
    ALERT_CODES,
    GENERIC_CRITICAL,
    GENERIC_NON_CRITICAL,
    MEANINGS,
    Addressing,
    Category,
    Log,
    alert_code,
    codes_carried_by,
)
from dcc_sim.catalogue.usecases import ALERTS
from dcc_sim.errors import NotFound
from dcc_sim.ids import Confidence, MessageCode, RemotePartyRole

REFERENCE = Path(__file__).resolve().parents[3].parent / "shared" / "reference" / "gbcs.md"
LOGS = {"Security": Log.SECURITY, "Event": Log.EVENT, "Power event": Log.POWER}
ENGLISH = {"a", "an", "the", "and", "of", "for", "with", "has", "does", "its", "is", "on", "in", "to", "or"}
# Rows whose wording shares too few words with the reference to be told from their neighbours by them.
REWORDED = {0x8155, 0x8F49, 0x8F89}


def _reference() -> str:
    if not REFERENCE.is_file():
        pytest.skip(f"no reference in {REFERENCE}")
    return REFERENCE.read_text()


def _listed() -> dict[int, str]:
    """Code → name, phase variants expanded."""
    block = re.search(r"`code meaning` list.*?```\n(.*?)```", _reference(), re.DOTALL)
    assert block is not None
    found = {}
    for line in block[1].strip().splitlines():
        code, name = int(line[:4], 16), line[5:]
        phases = 4 if "(+1,+2,+3 = phases 1-3)" in name else 1
        found.update({code + phase: name.replace("(+1,+2,+3 = phases 1-3)", "") for phase in range(phases)})
    return found


def _codes(text: str) -> set[int]:
    found = set()
    for first, last in re.findall(r"\b(8[0-9A-F]{3})(?:[–…]+([0-9A-F]{2,4}))?", text):
        low = int(first, 16)
        high = low if not last else int(last if len(last) == 4 else first[:2] + last, 16)
        found |= set(range(low, high + 1))
    return found


def _section_l1() -> str:
    section = re.search(r"### l\.1 Where codes.*?\n---", _reference(), re.DOTALL)
    assert section is not None
    return section[0]


def test_the_table_has_exactly_the_codes_of_the_reference() -> None:
    gaps = {0x8012}  # l.1 prints ranges; nothing names this number in them
    assert ALERT_CODES.keys() == (_listed().keys() | _codes(_section_l1())) - gaps


def _stems(text: str) -> set[str]:
    text = text.lower().replace("unsuccessfully", "not").replace("failed", "not").replace("failure", "not")
    words = re.findall(r"[a-z0-9]+", text)
    return {word[:5] for word in words if word not in ENGLISH}


def test_each_meaning_is_closer_to_its_own_name_than_to_any_other() -> None:
    names = {code: _stems(name) for code, name in _listed().items()}

    def likeness(code: int, other: int) -> float:
        meaning = MEANINGS[code] if "supply" in MEANINGS[code] else re.sub(r", phase \d", "", MEANINGS[code])
        ours, theirs = _stems(meaning), names[other]
        return len(ours & theirs) / len(ours | theirs)

    mistaken = {
        code
        for code in names
        if any(likeness(code, other) > likeness(code, code) for other in names if names[other] != names[code])
    }
    assert mistaken == REWORDED


@pytest.mark.parametrize("name", LOGS)
def test_the_logs_are_those_of_the_manuals(name: str) -> None:
    line = re.search(rf"\* {name} log: (.*)", _section_l1())
    assert line is not None
    codes = _codes(line[1]) & ALERT_CODES.keys()
    assert codes
    # 8F12 is written by the hub; 8F66 and 8F67 stand in the list of one manufacturer only.
    assert {code for code in codes if ALERT_CODES[code].log is not LOGS[name]} == set()


def test_what_the_manuals_call_alert_only_is_in_no_log() -> None:
    line = re.search(r"\* No log, alert only: (.*?); ALCS", _section_l1())
    assert line is not None
    assert {ALERT_CODES[code].log for code in _codes(line[1])} == {Log.NONE}


def test_what_is_always_sent_is_critical() -> None:
    line = re.search(
        r"\* Always-on critical WAN alerts: (.*?)\. Non-critical mandated: ([^;]*)", _section_l1()
    )
    assert line is not None
    assert {ALERT_CODES[code].category for code in _codes(line[1])} == {Category.CRITICAL}
    assert {ALERT_CODES[code].category for code in _codes(line[2])} == {Category.NON_CRITICAL}


def test_what_is_shown_in_the_home_and_what_says_more_are_marked() -> None:
    section = _section_l1()
    home = re.search(r"\* HAN alert as well: (.*)", section)
    more = re.search(r"\* Extra payload \(\"type 2\"\): (.*)", section)
    assert home is not None
    assert more is not None
    assert {code for code, row in ALERT_CODES.items() if row.on_han} == _codes(home[1])
    assert all(ALERT_CODES[code].payload for code in _codes(more[1]))


def test_voltage_and_outage_go_to_the_network_operator() -> None:
    network = (RemotePartyRole.NETWORK_OPERATOR,)
    for code, row in ALERT_CODES.items():
        if 0x8002 <= code <= 0x809C and code != 0x8071:
            assert row.recipients == network
            assert row.log is Log.POWER
    assert all(row.recipients == network for row in codes_carried_by(MessageCode(0x0067)))


@pytest.mark.parametrize("row", ALERT_CODES.values(), ids=lambda row: f"{row.code:04X}")
def test_each_row_is_consistent(row: object) -> None:
    assert isinstance(row, type(ALERT_CODES[0x8F0A]))
    assert 0x8000 <= row.code <= 0x8FFF
    assert row.meaning
    assert row.meaning == row.meaning.strip()
    assert row.source
    assert row.is_alert is bool(row.message_codes) is bool(row.recipients)
    assert row.is_alert or row.log is not Log.NONE
    generic = {GENERIC_CRITICAL, GENERIC_NON_CRITICAL} & set(row.message_codes)
    # A message code of its own is for what the generic ones cannot say.
    assert bool(row.payload) is (row.is_alert and not generic)
    if row.confidence is Confidence.LOW:
        assert "vector" not in row.source
    assert str(row).startswith(f"{row.code:04X} ")


def test_meanings_are_unique() -> None:
    assert len(set(MEANINGS.values())) == len(MEANINGS)


def test_the_category_is_that_of_the_messages_that_carry_it() -> None:
    for row in ALERTS.values():
        carried = codes_carried_by(row.message_code)
        assert carried, row.code
        kind = Category.CRITICAL if row.critical else Category.NON_CRITICAL
        assert {each.category for each in carried} == {kind}, row.code
        # Rows that name recipients allow for each that a code of theirs can have.
        if row.recipients:
            assert {role for each in carried for role in each.recipients} & set(row.recipients), row.code


def test_every_message_that_the_table_names_is_an_alert_with_a_row() -> None:
    named = {code for row in ALERT_CODES.values() for code in row.message_codes}
    assert named == {row.message_code for row in ALERTS.values()}


def test_several_recipients_are_explained() -> None:
    assert ALERT_CODES[0x8F34].addressing is Addressing.EACH
    assert ALERT_CODES[0x8F30].addressing is Addressing.CONCERNED
    assert ALERT_CODES[0x8F66].addressing is Addressing.CONCERNED


def test_an_unknown_code_is_not_found() -> None:
    assert alert_code(0x8F0A).message_codes == (0x0061, 0x008B)
    with pytest.raises(NotFound, match="8012"):
        alert_code(0x8012)
    assert codes_carried_by(MessageCode(0x0019)) == ()
