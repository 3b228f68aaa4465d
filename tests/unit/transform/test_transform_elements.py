"""Reading typed values out of a request body, and saying where a wrong one stands."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from lxml import etree

from dcc_sim.duis.names import SR
from dcc_sim.errors import RequestInvalid
from dcc_sim.transform import elements


def body(content: str) -> etree._Element:
    return etree.fromstring(f'<b xmlns="{SR}">\n{content}\n</b>')


def test_paths() -> None:
    root = body("<a><b>1</b></a><a/><c>2</c>")
    assert elements.text(root, "a/b") == "1"
    assert elements.find(root, "a/x/y") is None
    assert elements.integer(root, "c") == 2
    assert len(elements.every(body("<l><a/><b/><a/></l>"), "l", "a")) == 2
    with pytest.raises(RequestInvalid, match="a/x is missing at line 1, b"):
        elements.get(root, "a/x")


def test_a_comment_does_not_cut_a_value_short() -> None:
    assert elements.integer(body("<a>1<!-- 9 -->2<?pi?>3</a>"), "a") == 123
    assert elements.text(body("<a> \n x y\t</a>"), "a") == "x y"


def test_comments_are_no_children() -> None:
    root = body("<!-- c --><a/><?pi x?><b/>")
    assert [elements.local_name(child) for child in elements.children(root)] == ["a", "b"]


@pytest.mark.parametrize("text", ["", "x", "1.0", "1e3", "--1"])
def test_what_is_no_whole_number(text: str) -> None:
    with pytest.raises(RequestInvalid, match="is not a whole number") as refused:
        elements.integer(body(f"<a>{text}</a>"), "a")
    assert refused.value.place == "line 2, a"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-12-01T00:00:00Z", datetime(2026, 12, 1, tzinfo=UTC)),
        ("2026-12-01T00:00:00.00Z", datetime(2026, 12, 1, tzinfo=UTC)),
        ("2026-12-01T01:30:00+01:30", datetime(2026, 12, 1, tzinfo=UTC)),
    ],
)
def test_a_moment(text: str, moment: datetime) -> None:
    assert elements.moment(body(f"<a>{text}</a>"), "a") == moment


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("2026-12-01T00:00:00", "UTC date and time"),
        ("2026-12-01T00:00:00.5Z", "whole seconds"),
        ("0001-01-01T00:00:00+14:00", "UTC date and time"),
        ("9999-12-31T23:59:59-14:00", "UTC date and time"),
        ("12026-12-01T00:00:00Z", "UTC date and time"),
        ("yesterday", "UTC date and time"),
    ],
)
def test_what_is_no_moment(text: str, rule: str) -> None:
    with pytest.raises(RequestInvalid) as refused:
        elements.moment(body(f"<a>{text}</a>"), "a")
    assert refused.value.rule == rule


def test_indexes() -> None:
    root = body('<a index="2"/><a index="1"/>')
    assert list(elements.indexed(list(root), 1, 2)) == [2, 1]
    for spoiled, reason in (
        ('<a index="3"/>', "index 3 is outside 1 … 2"),
        ("<a/>", "index 0 is outside"),
        ('<a index="1"/><a index="1"/>', "index 1 appears twice"),
    ):
        with pytest.raises(RequestInvalid, match=reason):
            elements.indexed(list(body(spoiled)), 1, 2)
