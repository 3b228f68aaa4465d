from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mtd_reference import reference

from dcc_sim.errors import DecodeError, EncodeError, NotFound
from dcc_sim.ids import mpan_check_digit
from dcc_sim.mtd.dtn import FlowFile, Header, Record, check_route, decode, encode, pool_checksum, record
from dcc_sim.mtd.flows import FLOWS, Flow, Group, Item, MarketRole, flow_layout
from dcc_sim.mtd.formats import Kind, Value

SAMPLES = [
    "01_D0367_ssc_change",
    "02_D0149_ssc_change",
    "03_D0150_ssc_change",
    "04_D0010_final_and_initial",
    "05_D0052_new_ssc",
    "06_D0312_install",
    "07_D0303_install",
]

# Ours: a D0010 of one register.
READING = (
    "ZHV|0000000009|D0010002|X|ONEX|D|TWOD|20260105091500||||TR01|\n"
    "026|2000000000006|U|\n"
    "028|M1|R|\n"
    "030|01|20260105000000|17.5|||T|N|\n"
    "ZPT|0000000009|3||1|20260105091500|\n"
)


def _texts(item: Item) -> st.SearchStrategy[str]:
    form = item.format
    digits = st.text("0123456789", min_size=1, max_size=form.length)
    match form.kind:
        case Kind.CHAR:
            text = st.text(" ABCXYZabc0123456789&-_~", min_size=1, max_size=form.length)
        case Kind.NUM if form.decimals:
            text = st.integers(0, 10**form.length - 1).map(
                lambda n: f"{n // 10**form.decimals}.{n % 10**form.decimals:0{form.decimals}d}"
            )
        case Kind.NUM if form.leading_zeros:
            text = digits
        case Kind.NUM | Kind.INT:
            text = st.integers(-9 if form.signed else 0, 10**form.length - 1).map(str)
        case Kind.DATE:
            text = st.dates(date(1990, 1, 1)).map(lambda d: d.strftime("%Y%m%d"))
        case Kind.DATETIME:
            text = st.datetimes().map(
                lambda d: f"{d.year:04d}{d.month:02d}{d.day:02d}{d.hour:02d}{d.minute:02d}{d.second:02d}"
            )
        case Kind.BOOLEAN:
            text = st.sampled_from("TF")
        case Kind.TPR:
            text = st.text("0123456789", min_size=5, max_size=5)
        case Kind.MPID:
            text = st.text("ABCDXYZ", min_size=4, max_size=4)
        case Kind.MPAN:
            text = st.text("0123456789", min_size=12, max_size=12).map(lambda t: t + mpan_check_digit(t))
    return text if item.mandatory else st.just("") | text


def _records(group: Group) -> st.SearchStrategy[Record]:
    return st.builds(
        lambda values, children: Record(group, values, tuple(row for rows in children for row in rows)),
        st.tuples(*(_texts(item) for item in group.items)),
        st.tuples(*(_some(child) for child in group.groups)),
    )


def _some(group: Group) -> st.SearchStrategy[list[Record]]:
    highest = 2 if group.maximum is None else group.maximum
    return st.lists(_records(group), min_size=group.required, max_size=highest)


def _files(flow: Flow) -> st.SearchStrategy[FlowFile]:
    header = Header("F1", flow.code, "X", "ONEX", "M", "TWOM", "20260105091500", "TR02", "", "APP", "")
    return _some(flow.groups[0]).map(lambda rows: FlowFile(header, tuple(rows), "20260105091501"))


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.code)
def test_any_file_survives(flow: Flow) -> None:
    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(_files(flow))
    def survives(file: FlowFile) -> None:
        text = encode(file)
        assert decode(text) == file
        assert encode(decode(text)) == text
        assert decode(encode(file, with_checksum=True)) == file

    survives()


@pytest.mark.parametrize("name", SAMPLES)
def test_reference_samples_survive_byte_for_byte(name: str) -> None:
    text = reference(f"mtd-samples/{name}.usr").read_bytes().decode("ascii")
    assert encode(decode(text)) == text


def test_a_file_as_values() -> None:
    file = decode(READING)
    assert (file.header.file_id, file.header.from_mpid, file.flow.name) == (
        "0000000009",
        "ONEX",
        "Meter Readings",
    )
    (row,) = file.find("030")
    assert (row["J0040"], row["J0044"], row["J1888"]) == ("17.5", "", "N")
    with pytest.raises(NotFound, match="J9999"):
        row["J9999"]


def test_windows_line_ends_are_read() -> None:
    assert decode(READING.replace("\n", "\r\n")) == decode(READING)


def test_checksum_by_hand() -> None:
    # "ABC|" = 41 42 43 7C; "D|" = 44 7C 00 00
    assert pool_checksum(["ABC|", "D|"]) == 0x053E437C


BAD: list[tuple[str, Callable[[str], str], str, str, str]] = [
    ("empty", lambda _: "", "", "file", "at least one record"),
    ("no body", lambda _: "ZHV|\nZPT|\n", "", "file", "at least one record"),
    ("no pipe", lambda t: t.replace("U|\n", "U\n"), "\n028", "line 2", "ends with"),
    ("pool", lambda t: t.replace("ZHV", "ZHD"), "ZHD", "line 1 ZHD", "pool format"),
    ("no header", lambda t: t.replace("ZHV", "XXX"), "XXX", "line 1 XXX", "starts with ZHV"),
    ("short header", lambda t: t.replace("||||TR01", "|||TR01"), "ZHV", "line 1 ZHV", "12 items"),
    ("flow", lambda t: t.replace("D0010002", "D0010003"), "D0010003", "line 1 ZHV flow", "no layout"),
    ("mpid", lambda t: t.replace("ONEX", "onex"), "onex", "line 1 ZHV from MPID", "capitals"),
    ("role", lambda t: t.replace("|X|", "|xx|"), "xx|", "line 1 ZHV from role", "role code"),
    ("flag", lambda t: t.replace("TR01", "LIVE"), "LIVE", "line 1 ZHV test flag", "OPER"),
    (
        "created",
        lambda t: t.replace("20260105091500||||", "20261305091500||||"),
        "20261305",
        "line 1 ZHV created",
        "calendar",
    ),
    ("item count", lambda t: t.replace("028|M1|R|", "028|M1|R||"), "028|", "line 3 028", "2 items, not 3"),
    (
        "mandatory",
        lambda t: t.replace("028|M1|R|", "028||R|"),
        "|R|",
        "line 3 028 J0004",
        "Meter Id is mandatory",
    ),
    (
        "check digit",
        lambda t: t.replace("2000000000006", "2000000000007"),
        "2000000000007",
        "line 2 026 J0003",
        "check digit",
    ),
    ("number", lambda t: t.replace("17.5", "17,5"), "17,5", "line 4 030 J0040", "not a number"),
    ("order", lambda t: t.replace("028|M1|R|\n", ""), "030|", "line 3 030", "028 .* missing below 026"),
    (
        "foreign",
        lambda t: t.replace("ZPT", "999|1|\nZPT").replace("|3|", "|4|"),
        "999|1|",
        "line 5 999",
        "no group",
    ),
    ("footer", lambda t: t.replace("ZPT", "ZZZ"), "ZZZ", "line 5 ZZZ", "ends with ZPT"),
    ("footer items", lambda t: t.replace("|3||1|", "|3|1|"), "ZPT", "line 5 ZPT", "6 items"),
    (
        "file id",
        lambda t: t.replace("ZPT|0000000009", "ZPT|0000000008"),
        "0000000008",
        "line 5 ZPT file id",
        "0000000009",
    ),
    ("count", lambda t: t.replace("|3||1|", "|4||1|"), "4||1", "line 5 ZPT record count", "there are 3"),
    ("checksum", lambda t: t.replace("|3||1|", "|3|5|1|"), "5|1", "line 5 ZPT checksum", "the records give"),
    ("flow count", lambda t: t.replace("|3||1|", "|3||2|"), "2|2026", "line 5 ZPT flow count", "there are 1"),
    (
        "completed",
        lambda t: t.replace("1|20260105091500|", "1|20261305091500|"),
        "20261305",
        "line 5 ZPT completed",
        "calend",
    ),
    ("ascii", lambda t: t.replace("M1", "Mé"), "é", "line 3", "ASCII"),
]


@pytest.mark.parametrize(
    ("spoil", "there", "field", "rule"), [row[1:] for row in BAD], ids=[row[0] for row in BAD]
)
def test_bad_files_say_where_and_why(spoil: Callable[[str], str], there: str, field: str, rule: str) -> None:
    with pytest.raises(DecodeError, match=rule) as caught:
        decode(text := spoil(READING))
    assert caught.value.field == field
    assert text[caught.value.offset :].startswith(there)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_input_gives_another_exception(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(READING)))
    cut = data.draw(st.integers(0, 6))
    text = READING[:at] + data.draw(st.text("|\n\r0129ZHVPTé. ", max_size=6)) + READING[at + cut :]
    try:
        file = decode(text)
    except DecodeError as error:
        assert 0 <= error.offset <= len(text) + 1  # noqa: PT017 - either outcome is fine, others are not
    else:
        assert decode(encode(file)) == file


def test_more_than_the_allowed_number_of_groups() -> None:
    file = FlowFile(
        Header("1", "D0367001", "X", "ONEX", "M", "TWOM", "20260105091500", "TR01"),
        (_smart_record("0151", "0151"),),
        "20260105091500",
    )
    with pytest.raises(EncodeError, match="2 records of group 02J"):
        encode(file)
    lines = encode(replace(file, records=(_smart_record("0151"),))).splitlines()
    lines[6:6] = lines[2:6]
    lines[-1] = lines[-1].replace("|5|", "|9|")
    with pytest.raises(DecodeError, match="at most 1 02J below 01J"):
        decode("\n".join(lines))


def _smart_record(*codes: str) -> Record:
    flow = flow_layout("D0367001")
    register: dict[str, Value] = {
        "J0010": "01",
        "J0679": 1,
        "J0474": "C",
        "J0103": "AI",
        "J0475": 1,
        "J0478": 5,
    }
    mappings = [
        record(
            flow,
            "02J",
            {"J0076": code, "J0300": date(2026, 1, 1)},
            [
                record(
                    flow,
                    "03J",
                    {"J0078": "00001"},
                    [record(flow, "04J", {"J0004": "M1"}, [record(flow, "05J", register)])],
                )
            ],
        )
        for code in codes
    ]
    top: dict[str, Value] = {
        "J0003": "2000000000006",
        "J1254": date(2026, 1, 1),
        "J0098": "R",
        "J0722": date(2026, 1, 1),
        "J0483": "S2A",
    }
    return record(flow, "01J", top, mappings)


def test_records_are_checked_when_they_are_made() -> None:
    flow = flow_layout("D0010002")
    with pytest.raises(EncodeError, match="D0010002 028 J0171: mandatory"):
        record(flow, "028", {"J0004": "M1"})
    with pytest.raises(EncodeError, match="no item J9999"):
        record(flow, "028", {"J0004": "M1", "J0171": "R", "J9999": 1})
    with pytest.raises(EncodeError, match="D0010002 028 J0004: CHAR"):
        record(flow, "028", {"J0004": "12345678901", "J0171": "R"})


def test_files_are_checked_when_they_are_written() -> None:
    file = decode(READING)
    (top,) = file.records
    for bad, rule in (
        (replace(file, header=replace(file.header, test_flag="LIVE")), "test flag"),
        (replace(file, completed="now"), "footer completed"),
        (replace(file, records=()), "no records"),
        (replace(file, records=(replace(top, records=()),)), "0 records of group 028"),
        (replace(file, records=(replace(top, values=("2000000000006",)),)), "1 items instead of 2"),
        (replace(file, records=(replace(top, values=("2000000000006", "")),)), "J0022: mandatory"),
        (replace(file, records=(replace(top, values=("2000000000006", "UU")),)), "J0022: CHAR"),
        (replace(file, records=top.records), "not in the order"),
    ):
        with pytest.raises(EncodeError, match=rule):
            encode(bad)


def test_an_invented_flow_is_never_operational() -> None:
    head = Header("1", "D9389001", "X", "ONEX", "D", "TWOD", "20260105091500", "TR01")
    file = FlowFile(head, (_smart_record("0151"),), "20260105091500")
    text = encode(file)
    with pytest.raises(EncodeError, match="never operational"):
        encode(replace(file, header=replace(head, test_flag="OPER")))
    with pytest.raises(DecodeError, match="never operational"):
        decode(text.replace("TR01", "OPER"))


def test_routes() -> None:
    check_route(flow_layout("D0367001"), MarketRole.SUPPLIER, MarketRole.METER_OPERATOR)
    with pytest.raises(EncodeError, match="no route M to X"):
        check_route(flow_layout("D0367001"), MarketRole.METER_OPERATOR, MarketRole.SUPPLIER)
