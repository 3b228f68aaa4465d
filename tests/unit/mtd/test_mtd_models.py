from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from itertools import count

import pytest
from mtd_change import CHANGE, CHANGE_DAY, METER, PARTIES, REGISTRATION, SUPPLIED, a_desk
from mtd_reference import reference

from dcc_sim.errors import EncodeError, NotFound, Unsupported
from dcc_sim.ids import Mpxn
from dcc_sim.mtd.checks import SettlementRefused
from dcc_sim.mtd.dtn import decode, encode
from dcc_sim.mtd.flows import MarketRole
from dcc_sim.mtd.models import (
    Certainty,
    Desk,
    Emission,
    NonSettlement,
    NonSettlementRegister,
    Outcome,
    OutcomeKind,
    SscChange,
    Step,
    Timing,
    Timings,
    cp1388,
    cp1395,
    flows_for,
    model,
)
from dcc_sim.mtd.models.change import register_descriptions, register_ids
from dcc_sim.mtd.models.timing import DEFAULT_ROWS
from dcc_sim.mtd.settlement import ssc


def body(emission: Emission) -> list[str]:
    """The records between header and footer."""
    return encode(emission.file).splitlines()[1:-1]


def routes(emissions: list[Emission]) -> list[str]:
    return [f"{e.sender.role.value}{e.recipient.role.value} {e.file.header.flow[:5]}" for e in emissions]


MAPPING = [
    "280|1099000000016|20261015|",
    "281|0151|20261015|",
    "778|00043|",
    "283|S26A001234|",
    "284|01|1|",
    "778|00210|",
    "283|S26A001234|",
    "284|02|1|",
]


def test_cp1395_in_the_order_of_the_table() -> None:
    sent = cp1395.emissions(CHANGE, a_desk())
    assert routes(sent) == [
        "XP D0205",
        "XM D0367",
        "MX D0149",
        "MX D0150",
        "MD D0149",
        "MD D0150",
        "MR D0149",
        "MR D0150",
        "XD D0052",
        "XD D0010",
    ]
    assert [e.row for e in sent] == [3, 4, 5, 5, 5, 5, 5, 5, 6, 6]
    assert [e.file.header.file_id for e in sent] == [f"{n:010d}" for n in range(101, 111)]


def test_cp1388_in_the_order_of_the_table() -> None:
    assert routes(cp1388.emissions(CHANGE, a_desk())) == [
        "XP D0205",
        "XD D9389",
        "XR D9389",
        "XD D0052",
        "XD D0010",
    ]
    with_copy = cp1388.emissions(CHANGE, a_desk(), copy_to_meter_operator=True)
    assert routes(with_copy)[3] == "XM D9389"
    assert all(e.file.header.test_flag == "TR01" for e in with_copy)


def test_the_smart_configuration_is_the_same_under_both_models() -> None:
    assert body(cp1388.emissions(CHANGE, a_desk())[1]) == body(cp1395.emissions(CHANGE, a_desk())[1])


@pytest.mark.parametrize(
    ("at", "sample"),
    [
        (1, "01_D0367_ssc_change"),
        (4, "02_D0149_ssc_change"),
        (5, "03_D0150_ssc_change"),
        (9, "04_D0010_final_and_initial"),
        (8, "05_D0052_new_ssc"),
    ],
)
def test_cp1395_is_group_by_group_the_reference_sample(at: int, sample: str) -> None:
    theirs = decode(reference(f"mtd-samples/{sample}.usr").read_text())
    ours = cp1395.emissions(CHANGE, a_desk())[at]
    assert ours.file.records == theirs.records
    for part in ("flow", "from_role", "from_mpid", "to_role", "to_mpid", "test_flag"):
        assert getattr(ours.file.header, part) == getattr(theirs.header, part)


def test_the_registration_update() -> None:
    update = body(cp1395.emissions(CHANGE, a_desk())[0])
    assert update[0] == "752|101|"
    assert update[1].startswith(
        "452|1|SP04|1099000000016|20250401|||||811|20261015|02|20261015|0151|20261015|"
    )
    same = replace(REGISTRATION, profile_class_from=SUPPLIED, timeswitch_class_from=SUPPLIED)
    only_ssc = body(cp1395.emissions(replace(CHANGE, registration=same), a_desk())[0])
    assert only_ssc[1].startswith("452|1|SP04|1099000000016|20250401|||||||||0151|20261015|")


def test_the_mapping_reaches_everyone_alike() -> None:
    sent = cp1395.emissions(CHANGE, a_desk())
    assert [body(sent[at]) for at in (2, 4, 6)] == [MAPPING] * 3


def test_back_to_a_single_rate() -> None:
    back = replace(
        CHANGE,
        old_ssc=ssc("0151"),
        new_ssc=ssc("0393"),
        eac_kwh=(Decimal("3100.5"),),
        final_kwh=(Decimal("100.5"), Decimal("50.2")),
        initial_kwh=(Decimal("100.5"),),
    )
    sent = cp1395.emissions(back, a_desk())
    assert [line for line in body(sent[-1]) if line.startswith(("028", "030"))] == [
        "028|S26A001234|F|",
        "030|01|20261015000000|100.5||||N|",
        "030|02|20261015000000|50.2||||N|",
        "028|S26A001234|I|",
        "030|01|20261015000000|100.5||||N|",
    ]
    assert "124|00001|3100.5|20261015|" in body(sent[-2])


def test_polyphase_and_three_rates() -> None:
    three = replace(
        CHANGE,
        meter=replace(METER, meter_type="2CDEF"),
        new_ssc=ssc("0947"),
        eac_kwh=(Decimal(1),) * 3,
        initial_kwh=(Decimal("999999.9"),) * 3,
    )
    lines = body(cp1395.emissions(three, a_desk())[1])
    assert [line for line in lines if line.startswith("05J")] == [
        "05J|01|RATE 1|1|C|AI|1.00|6|",
        "05J|02|RATE 2|1|C|AI|1.00|6|",
        "05J|03|RATE 3|1|C|AI|1.00|6|",
    ]


def test_non_settlement_registers_get_coefficient_and_tpr_from_the_meter_operator() -> None:
    extra = NonSettlement(
        functionality_code="TOTAL",
        effective_from=None,
        registers=(NonSettlementRegister(register_id="99", tpr="00001", description="TOTAL"),),
    )
    sent = cp1395.emissions(replace(CHANGE, non_settlement=extra), a_desk())
    assert body(sent[1])[-3:] == ["06J|TOTAL||", "07J|S26A001234|", "08J|99|TOTAL|C|AI|1.00|5|"]
    assert body(sent[2])[-4:] == ["23A|TOTAL||", "24A|00001|", "25A|S26A001234|", "26A|99|1|"]
    assert body(sent[3])[1] == "289|0151|20261015|TOTAL||"
    assert body(sent[3])[-1] == "293|99|C|AI|1.00|T|5|||"


def test_files_are_made_on_working_days_at_local_time() -> None:
    sent = cp1395.emissions(CHANGE, a_desk())
    assert sent[1].created == datetime(2026, 10, 16, 8, 15, tzinfo=UTC)  # Friday, summer time
    assert sent[1].file.header.created == sent[1].file.completed == "20261016091500"
    assert sent[2].created == datetime(2026, 10, 19, 9, 15, tzinfo=UTC)  # Monday, not the Saturday
    assert sent[1].due == datetime(2026, 10, 22, 23, tzinfo=UTC)  # end of Thursday
    assert str(sent[1]).startswith("2026-10-16T08:15Z X/SIMX → M/SIMM D0367001: tells")


def test_timings_are_a_table_that_can_be_replaced() -> None:
    at_once = Timings(
        rows=tuple(replace(row, sent_after_wd=0) for row in DEFAULT_ROWS), supplier_at=time(0, 30)
    )
    sent = cp1395.emissions(CHANGE, Desk(count(1), timings=at_once))
    assert sent[1].created == CHANGE.occurred_at
    assert {row.step for row in DEFAULT_ROWS} == set(Step)
    assert all(row.certainty is not Certainty.SOURCED for row in DEFAULT_ROWS)
    assert Timing(Step.READINGS, 1, 3, Certainty.SOURCED, "").due_after_wd == 3


def test_the_same_input_gives_the_same_files() -> None:
    first, second = (cp1395.emissions(CHANGE, a_desk()) for _ in range(2))
    assert first == second


def test_the_meter_operator_refuses_a_meter_it_does_not_know() -> None:
    with pytest.raises(SettlementRefused, match="S26A001234 is not known"):
        cp1395.emissions(CHANGE, a_desk(), meters_of_operator={"OTHER"})


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lambda: replace(CHANGE, mpan=Mpxn("3938424403")), "gas"),
        (lambda: replace(CHANGE, new_ssc=ssc("0393")), "in force already"),
        (lambda: replace(CHANGE, effective_from=date(1990, 1, 1)), "not valid yet"),
        (lambda: replace(CHANGE, eac_kwh=(Decimal(1),)), "annual consumptions: 1 for the 2"),
        (lambda: replace(CHANGE, final_kwh=()), "final readings: 0 for the 1"),
        (lambda: replace(CHANGE, initial_kwh=(Decimal(100000), Decimal(0))), "does not fit"),
        (lambda: replace(CHANGE, occurred_at=datetime(2026, 10, 14, 22, tzinfo=UTC)), "before its date"),
        (lambda: replace(CHANGE, meter=replace(METER, meter_type="RCAMR")), "no SMETS meter type"),
    ],
)
def test_what_cannot_have_happened(change: Callable[[], SscChange], rule: str) -> None:
    with pytest.raises(EncodeError, match=rule):
        change()


def test_a_reading_with_two_decimals_is_refused_at_its_item() -> None:
    fine = replace(CHANGE, final_kwh=(Decimal("1.25"),))
    with pytest.raises(EncodeError, match="D0010002 030 J0040"):
        cp1395.emissions(fine, a_desk())


@pytest.mark.parametrize(
    ("meter_type", "digits"), [("S1", 5), ("S2A", 5), ("S2BDE", 5), ("2BF", 5), ("S2C", 6), ("2CEF", 6)]
)
def test_register_digits(meter_type: str, digits: int) -> None:
    assert replace(METER, meter_type=meter_type).register_digits == digits


def test_registers_in_ascending_order_of_tpr() -> None:
    assert register_ids(ssc("0151")) == (("01", "00043"), ("02", "00210"))
    assert register_descriptions(ssc("0151")) == ("DAY", "NIGHT")
    assert register_descriptions(ssc("0393")) == ("ALL DAY",)
    assert register_descriptions(ssc("0958")) == ("RATE 1", "RATE 2")


def test_nobody_else_takes_part() -> None:
    with pytest.raises(EncodeError, match="ASSET_PROVIDER"):
        PARTIES.party(MarketRole.ASSET_PROVIDER)


@pytest.mark.parametrize("name", ["cp1388", "CP1395"])
def test_a_change_is_followed_by_flows(name: str) -> None:
    following = flows_for(Outcome(OutcomeKind.SSC_CHANGED, CHANGE), model(name), a_desk())
    assert len(following.emissions) == {"cp1388": 5, "CP1395": 10}[name]
    assert following.reason.startswith("The SSC changed from 0393 to 0151")
    for emission in following.emissions:
        assert decode(encode(emission.file)) == emission.file


@pytest.mark.parametrize(
    ("kind", "word"),
    [(OutcomeKind.PRICE_ONLY, "prices"), (OutcomeKind.FAILED, "failed"), (OutcomeKind.GAS, "RGMA")],
)
@pytest.mark.parametrize("name", ["cp1388", "cp1395"])
def test_nothing_follows_and_it_says_why(kind: OutcomeKind, word: str, name: str) -> None:
    following = flows_for(Outcome(kind), model(name), a_desk())
    assert following.emissions == ()
    assert word in following.reason


def test_an_outcome_without_its_change() -> None:
    with pytest.raises(EncodeError, match="SSC_CHANGED"):
        Outcome(OutcomeKind.SSC_CHANGED)
    with pytest.raises(EncodeError, match="SSC_CHANGED"):
        Outcome(OutcomeKind.FAILED, CHANGE)


def test_models_that_are_not_there() -> None:
    with pytest.raises(Unsupported, match="MHHS operating model"):
        model("mhhs")
    with pytest.raises(NotFound, match="cp1388, cp1395"):
        model("cp1400")


def test_the_change_day_is_a_local_midnight() -> None:
    assert CHANGE.read_at == datetime(2026, 10, 14, 23, tzinfo=UTC)
    assert isinstance(CHANGE, SscChange)
    assert CHANGE.effective_from == CHANGE_DAY
