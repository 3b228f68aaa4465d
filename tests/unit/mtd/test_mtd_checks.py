from __future__ import annotations

from dataclasses import replace

import pytest
from mtd_change import CHANGE, a_desk

from dcc_sim.mtd.checks import SettlementRefused, check_configuration, check_consistent
from dcc_sim.mtd.dtn import FlowFile, decode, encode
from dcc_sim.mtd.models import cp1395

FILES = [emission.file for emission in cp1395.emissions(CHANGE, a_desk())]
D0205, D0367, MAPPING_X, DETAILS_X, MAPPING_D, DETAILS_D, _, _, D0052, D0010 = FILES


def edited(file: FlowFile, old: str, new: str) -> FlowFile:
    """The file with one text in its records changed."""
    text = encode(file)
    assert old in text
    changed = text.replace(old, new)
    lines = changed.splitlines()
    footer = lines[-1].split("|")
    footer[2] = str(len(lines) - 2)
    return decode("\n".join([*lines[:-1], "|".join(footer)]))


def refused(*files: FlowFile) -> tuple[str, str]:
    with pytest.raises(SettlementRefused) as caught:
        check_consistent(files)
    return caught.value.code, caught.value.flow


def test_all_files_of_a_change_agree() -> None:
    check_consistent(FILES)
    check_consistent([D0010])
    check_consistent([])


@pytest.mark.parametrize("file", [D0367, MAPPING_D, D0052], ids=lambda file: file.header.flow)
def test_tprs_must_be_those_of_the_ssc(file: FlowFile) -> None:
    pair = [DETAILS_D] if file is MAPPING_D else []
    flow = file.header.flow
    assert refused(edited(file, "|00043|", "|00044|"), *pair) == ("09", flow)
    assert refused(edited(file, "|00043|", "|00210|"), *pair) == ("11", flow)


def test_a_tpr_is_missing_or_the_ssc_unknown() -> None:
    assert refused(edited(D0052, "124|00210|1300.0|20261015|\n", "")) == ("10", "D0052001")
    assert refused(edited(D0052, "122|0151|", "122|9999|")) == ("04", "D0052001")


def test_ssc_and_its_date_must_be_the_same_everywhere() -> None:
    assert refused(edited(D0205, "|0151|", "|0393|"), D0367) == ("12", "D0367001")
    other_day = edited(D0052, "122|0151|20261015|", "122|0151|20261016|")
    assert refused(D0367, other_day) == ("18", "D0052001")


def test_details_may_not_start_before_their_ssc() -> None:
    early = edited(DETAILS_D, "288|1099000000016|20261015|", "288|1099000000016|20261014|")
    assert refused(early) == ("18", "D0150002")


def test_mapping_and_details_travel_as_a_pair_to_each_party() -> None:
    assert refused(MAPPING_D) == ("20", "D0149001")
    assert refused(DETAILS_D) == ("20", "D0150002")
    assert refused(MAPPING_D, DETAILS_X, MAPPING_X) == ("20", "D0149001")


def test_every_mapped_register_is_described() -> None:
    assert refused(MAPPING_D, edited(DETAILS_D, "293|02|", "293|03|")) == ("99", "D0149001")


def test_the_meter_operator_checks_meter_and_tprs() -> None:
    check_configuration(D0367, ["S26A001234"])
    with pytest.raises(SettlementRefused, match=r"D0367001 \[99\]: meter S26A001234 is not known"):
        check_configuration(D0367, [])
    with pytest.raises(SettlementRefused, match="00044 is not in the SSC"):
        check_configuration(edited(D0367, "|00043|", "|00044|"), ["S26A001234"])


def test_one_meter_point_at_a_time() -> None:
    (top,) = D0052.records
    other = replace(top, values=("2000000000006", *top.values[1:]))
    assert refused(replace(D0052, records=(top, other))) == ("99", "D0052001")
