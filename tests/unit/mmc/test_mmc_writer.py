from __future__ import annotations

import pytest

from dcc_sim.codec.exchange import Sealed
from dcc_sim.codec.shape import Value, Values
from dcc_sim.errors import EncodeError
from dcc_sim.mmc.conversions import Integer, OctetText, Plain
from dcc_sim.mmc.rows import POSITION, Attribute, Choice, Each, Element, Flag, Leaf, Omit, Row, View, When
from dcc_sim.mmc.writer import Writer, look_up


def written(row: Row, values: Value, *, partial: bool = False) -> str:
    writer = Writer()
    writer.write((row,), values, partial=partial)
    return "".join(writer.pieces).replace("ra:", "")


A = Leaf("A", "a", Plain())


def test_text_and_attributes_are_escaped_as_c14n_does() -> None:
    row = Leaf("A", "a", Plain(), (Attribute("z", Plain(), "a"), Attribute("b", Plain(), "a")))
    hard = "<&>\"'\t\n\r"
    attribute = "&lt;&amp;>&quot;'&#x9;&#xA;&#xD;"
    assert written(row, {"a": hard}) == (f'<A b="{attribute}" z="{attribute}">&lt;&amp;&gt;"\'\t\n&#xD;</A>')


def test_what_is_missing_is_an_error_except_at_the_top_of_partial_values() -> None:
    assert written(A, {}, partial=True) == ""
    for row in (A, Element("E", A), Each("a", A, high=1), Choice(A), View(dict, ("a",), A)):
        assert written(row, {}, partial=True) == ""
        with pytest.raises(EncodeError, match="missing"):
            written(row, {})
    with pytest.raises(EncodeError) as caught:
        written(Element("E", A, at="e"), {"e": {}}, partial=True)
    assert caught.value.field == "e.a"


def test_an_element_stays_when_the_schema_needs_it() -> None:
    assert written(Element("E", A, keep=True), {}, partial=True) == "<E></E>"
    assert written(Element("E", A, at="e", keep=True), {}, partial=True) == "<E></E>"


def test_an_empty_list_was_there() -> None:
    assert written(Element("E", Each("a", A, high=1)), {"a": []}, partial=True) == "<E></E>"


def test_each_counts_and_is_bounded() -> None:
    row = Each("a", Leaf("N", "", Integer(), (Attribute("index", Integer(), POSITION),)), high=2)
    assert written(row, {"a": [7, 8]}) == '<N index="1">7</N><N index="2">8</N>'
    with pytest.raises(EncodeError, match="room for 2"):
        written(row, {"a": [7, 8, 9]})
    with pytest.raises(EncodeError) as caught:
        written(Each("a", Each("", row, high=9), high=9), {"a": [[{"a": [1, "x"]}]]})
    assert caught.value.field == "a[1][1].a[2]"


def test_choice_takes_what_fits() -> None:
    row = Choice(Leaf("Number", "a", Integer(1, 9)), Flag("Any", "a", "any"))
    assert written(row, {"a": 5}) == "<Number>5</Number>"
    assert written(row, {"a": "any"}) == "<Any></Any>"
    with pytest.raises(EncodeError, match="none of Number, Any"):
        written(row, {"a": 10})


def test_when_and_omit() -> None:
    assert written(When("a", A), {}) == ""
    assert written(When("a", A), {"a": "x"}) == "<A>x</A>"
    assert written(Omit("a", "because"), {"a": "x"}) == ""


def test_a_view_names_the_value_it_reads() -> None:
    def halves(value: Value) -> Values:
        assert isinstance(value, bytes)
        if len(value) != 2:
            raise EncodeError("two octets are needed")
        return {"high": value[:1], "low": value[1:]}

    row = View(halves, ("a",), Leaf("H", "high", OctetText(1)), Leaf("L", "low", OctetText(1)))
    assert written(row, {"a": b"xy"}) == "<H>x</H><L>y</L>"
    with pytest.raises(EncodeError) as caught:
        written(row, {"a": b"x"})
    assert caught.value.field == "a"


def test_an_optional_attribute() -> None:
    row = Leaf("A", "a", Plain(), (Attribute("b", Plain(), "b", optional=True),))
    assert written(row, {"a": "x"}) == "<A>x</A>"
    assert written(row, {"a": "x", "b": "y"}) == '<A b="y">x</A>'


def test_look_up() -> None:
    assert look_up({"a": {"b": 1}}, "a.b") == 1
    assert look_up(5, "") == 5
    assert look_up({"a": Sealed(b"")}, "a.b") is None
    with pytest.raises(EncodeError, match="named parts"):
        look_up({"a": 1}, "a.b")
