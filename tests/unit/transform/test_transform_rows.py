"""The words of the transform tables: what each takes from a body, and what it refuses."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

import pytest
from home_bench import ESME, SUPPLIER
from lxml import etree

from dcc_sim.catalogue.usecases import use_case
from dcc_sim.duis.names import SR
from dcc_sim.duis.request import ServiceRequest
from dcc_sim.errors import NotFound, RequestInvalid
from dcc_sim.ids import CommandVariant, RequestId, ServiceReferenceVariant
from dcc_sim.transform.compiled import Job, origin
from dcc_sim.transform.compiling import compile_rows
from dcc_sim.transform.context import NOTHING_GIVEN, TransformContext
from dcc_sim.transform.conversions import TEXT, WHOLE, Whole
from dcc_sim.transform.rows import (
    ANY,
    LEFT_OUT,
    Constant,
    Count,
    Each,
    Element,
    Flag,
    Given,
    Leaf,
    Now,
    Numbered,
    Omit,
    Position,
    Row,
    Spread,
    View,
    When,
    carried,
    functions,
    omitted,
    uncovered,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def job(content: str, context: TransformContext = NOTHING_GIVEN) -> Job:
    body = etree.fromstring(f'<b xmlns="{SR}">\n{content}\n</b>')
    request = ServiceRequest(
        request_id=RequestId(SUPPLIER, ESME, 1),
        command_variant=CommandVariant.SEND,
        service_reference="3.1",
        variant=ServiceReferenceVariant("3.1"),
        schema_version="5.4",
        body_name="b",
        body=body,
        root=body,
    )
    return Job(request, use_case("ECS10"), NOW, context)


def fill(content: str, *rows: Row, context: TransformContext = NOTHING_GIVEN) -> dict[str, Any]:
    values: dict[str, Any] = {}
    at = job(content, context)
    compile_rows(rows).fill(at.request.body, values, at)
    return values


def test_a_leaf_becomes_a_value_under_all_its_names() -> None:
    assert fill("<a><b>7</b></a>", Leaf("a/b", ("x", "y.z"), WHOLE)) == {"x": 7, "y": {"z": 7}}
    assert fill("<a n='3'/>", Leaf("a/@n", "x", WHOLE)) == {"x": 3}
    assert fill("", Leaf("a", "x", WHOLE, absent=0)) == {"x": 0}
    assert fill("", Leaf("a/b", "x", WHOLE, absent=LEFT_OUT)) == {}


def test_two_rows_may_read_one_element() -> None:
    rows = (Leaf("a", "x", WHOLE), Leaf("a", "y", Whole(plus=100)), Count("a", "z"))
    assert fill("<a>1</a>", *rows) == {"x": 1, "y": 101, "z": 1}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("<a>1</a><c/>", "ECS10 has no place for it at line 2, c"),
        ("<a>1</a>\n<a>2</a>", "appears twice at line 3, a"),
        ("", "a is missing at line 1, b"),
        ("<a>x</a>", "'x' is not a whole number at line 2, a"),
    ],
)
def test_what_is_refused(content: str, reason: str) -> None:
    with pytest.raises(RequestInvalid, match=reason):
        fill(content, Leaf("a", "x", WHOLE))


def test_comments_are_no_elements() -> None:
    assert fill("<!-- c --><a>1<!-- 2 -->3</a><?pi x?>", Leaf("a", "x", WHOLE)) == {"x": 13}


def test_white_space_belongs_to_a_text_only() -> None:
    content = "<a> two  words </a><n> 5 </n>"
    assert fill(content, Leaf("a", "x", TEXT), Leaf("n", "y", WHOLE)) == {"x": b" two  words ", "y": 5}


def test_an_element_groups_values_or_not() -> None:
    rows = (Leaf("b", "x", WHOLE), Constant("k", 1))
    assert fill("<a><b>7</b></a>", Element("a", *rows)) == {"x": 7, "k": 1}
    assert fill("<a><b>7</b></a>", Element("a", *rows, to=("p", "q.r"))) == {
        "p": {"x": 7, "k": 1},
        "q": {"r": {"x": 7, "k": 1}},
    }
    with pytest.raises(RequestInvalid, match="a is missing"):
        fill("", Element("a", Constant("k", 1)))


def test_a_branch() -> None:
    rows = When("a", Leaf("b", "x", WHOLE), otherwise=(Constant("x", 0),))
    assert fill("<a><b>7</b></a>", rows) == {"x": 7}
    assert fill("", rows) == {"x": 0}
    assert fill("<a/>", Flag("a", "x", 1, absent=0)) == {"x": 1}
    assert fill("", Flag("a", "x", 1, absent=0)) == {"x": 0}
    assert fill("", Flag("a", "x", 1)) == {}


def test_a_list_in_document_order_or_by_number() -> None:
    rows = (Position("n"), Position("from_0", first=0), Leaf("v", "v", WHOLE))
    found = fill("<l><i><v>5</v></i><i><v>4</v></i></l>", Each("l/i", "list", *rows))
    assert found == {"list": [{"n": 1, "from_0": 0, "v": 5}, {"n": 2, "from_0": 1, "v": 4}]}
    plain = Each("l/i", "list", Leaf(".", "", WHOLE), key="@n")
    assert fill('<l><i n="2">20</i><i n="1">10</i></l>', plain) == {"list": [10, 20]}
    for spoiled in ('<i n="1">1</i><i n="3">3</i>', '<i n="1">1</i><i n="1">3</i>', "<i>1</i>"):
        with pytest.raises(RequestInvalid):
            fill(f"<l>{spoiled}</l>", plain)
    with pytest.raises(RequestInvalid, match="i is missing at line 2, l"):
        fill("<l/>", plain)
    with pytest.raises(RequestInvalid, match="l is missing at line 1, b"):
        fill("", plain)
    assert fill("", Each("l/i", "list", Leaf(".", "", WHOLE), low=0)) == {"list": []}


def test_lists_in_lists_keep_their_positions() -> None:
    inner = Each("j", "js", Position("n"))
    found = fill("<i><j/><j/></i><i><j/></i>", Each("i", "is", inner, Position("n")))
    assert found == {"is": [{"js": [{"n": 1}, {"n": 2}], "n": 1}, {"js": [{"n": 1}], "n": 2}]}


def test_numbered_elements_become_values_of_their_own() -> None:
    spread = Spread("a", ("one", "two", "three"), Leaf(".", "", WHOLE), absent=LEFT_OUT)
    assert fill('<a index="3">30</a><a index="1">10</a>', spread) == {"one": 10, "three": 30}
    with pytest.raises(RequestInvalid, match="index 4 is outside 1 … 3"):
        fill('<a index="4">1</a>', spread)
    strict = Spread("a", ("one", "two"), Leaf(".", "", WHOLE), key="")
    assert fill("<a>1</a><a>2</a>", strict) == {"one": 1, "two": 2}
    with pytest.raises(RequestInvalid, match="a 2 is missing"):
        fill("<a>1</a>", strict)
    with pytest.raises(RequestInvalid, match="no place for more than 2"):
        fill("<a>1</a><a>2</a><a>3</a>", strict)


def test_numbered_elements_with_rows_of_their_own() -> None:
    rows = Numbered("a", (Leaf("v", "x", WHOLE),), (Leaf("v", "y", WHOLE),), key="n")
    assert fill("<a><n>2</n><v>20</v></a><a><n>1</n><v>10</v></a>", rows) == {"x": 10, "y": 20}
    with pytest.raises(RequestInvalid, match="a 2 is missing"):
        fill("<a><n>1</n><v>10</v></a>", rows)
    with pytest.raises(RequestInvalid, match="n 1 appears twice"):
        fill("<a><n>1</n><v>1</v></a><a><n>1</n><v>1</v></a>", rows)


def test_what_is_not_in_the_request() -> None:
    assert fill("", Now("t", lambda now: now.year), Constant("k", b"x")) == {"t": 2026, "k": b"x"}
    known = TransformContext(given={"number": 5})
    assert fill("", Given("x", "number"), context=known) == {"x": 5}
    with pytest.raises(NotFound, match="ECS10 needs number"):
        fill("", Given("x", "number"))


def _sum(element: etree._Element, at: Job) -> dict[str, Any]:
    total = sum(int(each.text or 0) for each in element)
    return {"sum": total, "at.code": at.row.code}


def test_a_function_is_the_last_resort() -> None:
    view = View(_sum, ("a", "c/**"), ("sum", "at.code"))
    assert fill("<a>1</a><a>2</a><c>3</c>", view) == {"sum": 6, "at": {"code": "ECS10"}}
    rows = (Element("x", view), When("y", view, otherwise=(view,)), Each("l", "l", view))
    assert list(functions(rows)) == [_sum] * 4


def test_what_rows_cover() -> None:
    rows: tuple[Row, ...] = (
        Leaf("a/@n", "n", WHOLE),
        Each("l/i", "l", Leaf("v", "v", WHOLE), key="@k"),
        Numbered("g", (Leaf("v", "v", WHOLE), Omit("w", "why")), key="n"),
        View(_sum, (f"s/{ANY}", "t/**"), ("sum",)),
        When("o", Leaf("p", "p", WHOLE), otherwise=(Omit("q", "because"),)),
    )
    leaves = {"a", "a/@n", "l/i/v", "l/i/@k", "g/n", "g/v", "g/w", "s/x", "t", "t/u/v", "o/p", "q"}
    assert uncovered(leaves, rows) == set()
    assert uncovered({"a/@m", "l/i/w", "s", "s/x/y", "z"}, rows) == {"a/@m", "l/i/w", "s", "s/x/y", "z"}
    assert dict(omitted(rows)) == {"g/w/**": "why", "q/**": "because"}
    assert "l/i/v" in set(carried(rows))


def test_a_value_knows_where_it_came_from() -> None:
    at = job("<a><b>1</b></a>\n<l><i><v>5</v></i></l>")
    at.trace = []
    values: dict[str, Any] = {}
    rows = (Leaf("a/b", "x.y", WHOLE), Each("l/i", "list", Leaf("v", "v", WHOLE)))
    compile_rows(rows).fill(at.request.body, values, at)
    for path, name in (("x.y", "b"), ("list.[1].v", "v"), ("list.[1].w", "v"), ("x", None)):
        found = origin(at.trace, values, path)
        assert (None if found is None else etree.QName(found).localname) == name
    assert cast("int", values["x"]["y"]) == 1
