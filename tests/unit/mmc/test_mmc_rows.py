"""Is every value that a Response or Alert can hold carried by the XML, or omitted with a reason?"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from mmc_messages import TARIFF

from dcc_sim.catalogue.row import AlertCase, UseCase
from dcc_sim.catalogue.usecases import ALERTS, use_case
from dcc_sim.codec.access import AccessRow
from dcc_sim.codec.cosem import Array, Null, Struct
from dcc_sim.codec.der import Sequence
from dcc_sim.codec.gbz import GbzRow
from dcc_sim.codec.packed import Packed
from dcc_sim.codec.shape import Shape, Value
from dcc_sim.codec.zcl import CountOf, Fields, Listed
from dcc_sim.mmc.alerts import ALERT_CONTENTS
from dcc_sim.mmc.responses import RESPONSES
from dcc_sim.mmc.rows import Each, Element, Row, View, When, carried, leaves, omitted
from dcc_sim.mmc.writer import look_up


def _shape_leaves(shape: Shape | CountOf, path: str) -> Iterator[str]:
    match shape:
        case Struct() | Sequence():
            for part in shape.parts:
                yield from _shape_leaves(part.shape, f"{path}.{part.name}" if path else part.name)
        case Fields():
            for field in shape.fields:
                yield from _shape_leaves(field.shape, f"{path}.{field.name}")
        case Packed():
            for part in shape.parts:
                yield from _shape_leaves(part.shape, f"{path}.{part.name}")
        case Array() | Listed():
            yield from _shape_leaves(shape.element, f"{path}[]")
        case Null() | CountOf():
            pass
        case _:
            yield path


def _response_leaves(row: UseCase) -> Iterator[str]:
    payload = row.payload
    if isinstance(payload, AccessRow):
        for item in payload.items:
            yield from _shape_leaves(item.answer, item.name)
            for wanted in item.protected:
                yield from _shape_leaves(wanted.shape, f"{item.name}.{wanted.name}")
    elif isinstance(payload, GbzRow):
        yield from (read.name for command in payload.commands for read in command.reads)
    else:
        yield from _shape_leaves(payload.response, "")


def _alert_leaves(row: AlertCase) -> Iterator[str]:
    yield from ("alert_code", "time")
    for part in row.payload.content:
        yield from _shape_leaves(part.shape, part.name)


CASES: list[tuple[str, set[str], tuple[Row, ...]]] = [
    *((code, set(_response_leaves(use_case(code))), row.rows) for code, row in RESPONSES.items()),
    *((code, set(_alert_leaves(ALERTS[code])), row.rows) for code, row in ALERT_CONTENTS.items()),
]


def _covers(path: str, leaf: str) -> bool:
    return leaf == path or leaf.startswith((f"{path}.", f"{path}[]"))


@pytest.mark.parametrize(("held", "rows"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_every_value_is_carried_or_omitted_with_a_reason(held: set[str], rows: tuple[Row, ...]) -> None:
    said = [*carried(rows), *omitted(rows)]
    assert [leaf for leaf in sorted(held) if not any(_covers(path, leaf) for path in said)] == []


@pytest.mark.parametrize(("held", "rows"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_every_path_leads_to_a_value(held: set[str], rows: tuple[Row, ...]) -> None:
    said = [*carried(rows), *omitted(rows)]
    assert [path for path in said if not any(_covers(path, leaf) for leaf in held)] == []


def test_nothing_is_both_carried_and_omitted() -> None:
    for _, _, rows in CASES:
        assert set(carried(rows)) & set(omitted(rows)) == set()


def _views(rows: tuple[Row, ...]) -> Iterator[View]:
    for row in rows:
        if isinstance(row, View):
            yield row
        if isinstance(row, View | Element | Each | When):
            yield from _views(row.rows)


SAMPLES: dict[str, tuple[Value, ...]] = {
    "date_parts": (b"\xff" * 5,),
    "price_matrix": (look_up(TARIFF, "prices.table"),),
    "gas_volume": (1, 1, 1),
    "clock_status": (0,),
}


@pytest.mark.parametrize(
    "view", [view for _, _, rows in CASES for view in _views(rows)], ids=lambda v: v.paths[0]
)
def test_every_part_that_a_view_makes_is_carried(view: View) -> None:
    parts = set(leaves(view.function(*SAMPLES[view.function.__name__])))
    assert parts == set(carried(view.rows))
