"""The table of message codes against the rows that are built, and the reference."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dcc_sim.catalogue.alerts import ALERT_CODES
from dcc_sim.catalogue.message_codes import (
    MESSAGE_CODES,
    NAMES,
    Category,
    Status,
    message_code,
    status,
)
from dcc_sim.catalogue.usecases import ALERTS, USE_CASES, alert_by_message_code, is_built
from dcc_sim.errors import NotFound, Unsupported
from dcc_sim.ids import Confidence, MessageCode

REFERENCE = Path(__file__).resolve().parents[3].parent / "shared" / "reference"
# Titles that the reference tables print with a slip or an addition of their own.
CORRECTED = {0x0004, 0x0111, 0x00CA, 0x00CB, 0x00FB, 0x0120, 0x0121, 0x0122, 0x0123, 0x0124}


def _text(name: str) -> str:
    path = REFERENCE / name
    if not path.is_file():
        pytest.skip(f"no reference in {path}")
    return path.read_text()


def _listed() -> dict[int, tuple[str, str, str, str]]:
    """Code → name, category, Service References, protection on the wire."""
    section = re.search(r"^## \(h\).*?^## \(i\)", _text("gbcs.md"), re.DOTALL | re.MULTILINE)
    assert section is not None
    rows = re.findall(r"^\| ([0-9A-F]{4}) \|([^|]*)\|([^|]*)\|([^|]*)\|([^|]*)\|", section[0], re.MULTILINE)
    return {int(code, 16): (a.strip(), b.strip(), c.strip(), d.strip()) for code, a, b, c, d in rows}


def test_the_table_has_exactly_the_codes_of_the_reference() -> None:
    assert MESSAGE_CODES.keys() == _listed().keys()
    assert len(MESSAGE_CODES) == 240


def test_names_are_those_of_the_reference() -> None:
    listed = _listed()
    other = {code for code in listed if NAMES[code] != listed[code][0]}
    assert other == CORRECTED


def test_categories_are_those_of_the_reference_or_of_the_protection_on_the_wire() -> None:
    wire = {"C:M R:M": "SME.C.NC", "C:SM R:S": "SME.C.C", "A:S": "SME.A.C", "A:M": "SME.A.NC"}
    for code, (_, category, _, protection) in _listed().items():
        row = MESSAGE_CODES[MessageCode(code)]
        if row.category is Category.VARIANT:
            assert category.startswith(("See GBCS", "Variant"))
            continue
        if category.startswith(("SME", "ZSE")):
            assert row.category.value == category
        if protection in wire and row.category is not Category.PPMID_TO_GSME:
            assert row.category.value == wire[protection]
        assert (row.confidence is Confidence.LOW) is (not category and not protection)


def test_service_references_are_those_of_both_reference_tables() -> None:
    section = re.search(r"^## 10 Service.*?^## 11", _text("gbcs-general.md"), re.DOTALL | re.MULTILINE)
    assert section is not None
    expected: dict[int, set[str]] = {}
    for service, code, use_case in re.findall(
        r"^\| ([\d.]+) \|[^|]*\| 0x(\w{4}) \| (\S+) \|", section[0], re.MULTILINE
    ):
        if use_case != "CS08":  # printed with the code of CS06
            expected.setdefault(int(code, 16), set()).add(service)
    for code, (_, _, services, _) in _listed().items():
        numbers = re.findall(r"\d+\.\d+", services)
        expected.setdefault(code, set()).update(numbers)
    for code, row in MESSAGE_CODES.items():
        assert set(row.services) == expected[code], code
        assert list(row.services) == sorted(row.services, key=lambda s: [int(n) for n in s.split(".")])


def test_codes_that_no_source_lists_are_unlisted() -> None:
    sentence = re.search(r"Codes in 0001–012B that no source lists: (.*?)\.", _text("gbcs.md"))
    assert sentence is not None
    gaps = set()
    for first, last in re.findall(r"([0-9A-F]{4})(?:–([0-9A-F]{4}))?", sentence[1]):
        gaps |= set(range(int(first, 16), int(last or first, 16) + 1))
    assert gaps == {code for code in range(1, 0x012C) if MessageCode(code) not in MESSAGE_CODES}
    assert {status(MessageCode(code)) for code in gaps} == {Status.UNLISTED}


def test_lookups() -> None:
    assert message_code(MessageCode(0x0019)).use_case == "ECS01a"
    assert str(message_code(MessageCode(0x1000))) == "Generic Critical Alert"
    assert status(MessageCode(0x0019)) is Status.CURRENT
    assert status(MessageCode(0x001F)) is Status.WITHDRAWN
    with pytest.raises(Unsupported, match="0x0127"):
        message_code(MessageCode(0x0127))
    for outside in (0, 0x012C, 0x1002, 0xFFFF):
        with pytest.raises(NotFound):
            message_code(MessageCode(outside))


def test_every_row_that_is_built_is_in_the_table() -> None:
    for row in (*USE_CASES.values(), *ALERTS.values()):
        listed = message_code(row.message_code)
        assert row.code.startswith(listed.use_case), row.code
        assert is_built(row.message_code)
    listed_as = {row.code for row in USE_CASES.values() if status(row.message_code) is Status.WITHDRAWN}
    marked = {row.code for row in USE_CASES.values() if row.withdrawn}
    # GCS25 still has a page in GBCS 4.0, for what the GPF taps off only.
    assert listed_as == marked - {"GCS25"}
    assert not is_built(MessageCode(0x0127))


def test_alerts_are_alerts_on_both_sides() -> None:
    alerts = {code for code, row in MESSAGE_CODES.items() if row.category.is_alert}
    assert alerts == {row.message_code for row in ALERTS.values()}
    assert alerts == {code for row in ALERT_CODES.values() for code in row.message_codes}
    for row in ALERTS.values():
        kind = Category.CRITICAL_ALERT if row.critical else Category.NON_CRITICAL_ALERT
        assert message_code(row.message_code).category is kind, row.code


def test_a_code_shared_by_languages_is_told_by_the_first_octet() -> None:
    code = MessageCode(0x1000)
    assert alert_by_message_code(code, b"\x0f\x20").code == "GenericCriticalAlert-DLMS"
    assert alert_by_message_code(code, b"\x01\x09").code == "GenericCriticalAlert-GBZ"
    for payload in (b"", b"\x30\x00"):
        with pytest.raises(Unsupported, match="0x1000"):
            alert_by_message_code(code, payload)
    # A code of one language needs no payload.
    assert alert_by_message_code(MessageCode(0x0067)).code == "ECS80"
    with pytest.raises(Unsupported, match="0x0019"):
        alert_by_message_code(MessageCode(0x0019), b"\x0f")
