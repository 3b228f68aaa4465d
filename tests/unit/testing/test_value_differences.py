"""Differences between two messages, by name."""

from __future__ import annotations

from dataclasses import replace

from dcc_sim.catalogue.usecases import use_case
from dcc_sim.codec.exchange import Body
from dcc_sim.gbcs.frame import Frame
from dcc_sim.gbcs.header import GroupingHeader
from dcc_sim.ids import CraFlag, Eui64
from dcc_sim.testing.value_differences import differences
from dcc_sim.transform.message import Message

ROW = use_case("ECS52")
HEADER = GroupingHeader(
    cra=CraFlag.COMMAND,
    counter=1,
    originator=Eui64(bytes(8)),
    target=Eui64(bytes(7) + b"\x01"),
    message_code=ROW.message_code,
)


def message(values: dict[str, object], header: GroupingHeader = HEADER) -> Message:
    return Message(Frame.build(header, b""), ROW, Body(values))  # type: ignore[arg-type]


def test_values_that_differ_are_named_by_their_paths() -> None:
    ours = {"a": {"b": [{"c": 1}, {"c": b"\x01"}]}, "d": bytes(100), "only": 1}
    theirs = {"a": {"b": [{"c": 1}, {"c": b"\x02"}]}, "d": bytes(99), "other": 1}
    assert list(differences(message(ours), message(theirs))) == [
        "a.b[2].c is 01, wanted 02",
        "d differs",
        "only is not wanted",
        "other is missing",
    ]
    assert list(differences(message(ours), message(ours))) == []


def test_fields_of_the_header_come_first() -> None:
    party = Eui64(bytes(7) + b"\x02")
    other = replace(
        HEADER, counter=2, supplementary_party=party, supplementary_counter=3, certificate=b"\x30"
    )
    assert list(differences(message({"a": 1}), message({"a": 2}, other))) == [
        "counter is 1, wanted 2",
        "supplementary_party is None, wanted 00-00-00-00-00-00-00-02",
        "supplementary_counter is None, wanted 3",
        "certificate differs",
        "a is 1, wanted 2",
    ]
