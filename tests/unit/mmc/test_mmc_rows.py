"""Is every value that a Response or Alert can hold carried by the XML, or omitted with a reason?"""

from __future__ import annotations

from datetime import date

import pytest
from mmc_leaves import alert_leaves, response_leaves
from mmc_messages import TARIFF
from mmc_samples_electricity import SAMPLES as ELECTRICITY_SAMPLES
from mmc_samples_gas import SAMPLES as GAS_SAMPLES

from dcc_sim.catalogue.usecases import ALERTS, use_case
from dcc_sim.codec.shape import Value
from dcc_sim.codec.times import CosemDate
from dcc_sim.mmc.alerts import ALERT_CONTENTS
from dcc_sim.mmc.responses import RESPONSES
from dcc_sim.mmc.rows import Row, View, carried, leaves, omitted, views
from dcc_sim.mmc.writer import look_up

CASES: list[tuple[str, set[str], tuple[Row, ...]]] = [
    *((code, set(response_leaves(use_case(code))), row.rows) for code, row in RESPONSES.items()),
    *((code, set(alert_leaves(ALERTS[code])), row.rows) for code, row in ALERT_CONTENTS.items()),
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


SAMPLES: dict[str, tuple[tuple[Value, ...], ...]] = {
    "date_parts": ((b"\xff" * 5,), (CosemDate.on(date(2026, 3, 29)),)),
    "price_matrix": ((look_up(TARIFF, "prices.table"),),),
    "gas_volume": ((1, 1, 1000),),
    "clock_status": ((0,), (2,)),
    **ELECTRICITY_SAMPLES,
    **{name: (arguments,) for name, arguments in GAS_SAMPLES.items()},
}
"""What a view is tried with: all of it together makes every part that the view can make."""

VIEWS: dict[str, list[View]] = {}
for _, _, case_rows in CASES:
    for found in views(case_rows):
        VIEWS.setdefault(found.function.__name__, []).append(found)


@pytest.mark.parametrize("name", VIEWS)
def test_every_part_that_a_view_makes_is_carried(name: str) -> None:
    for view in VIEWS[name]:
        parts = {leaf for sample in SAMPLES[name] for leaf in leaves(view.function(*sample))}
        assert parts == set(carried(view.rows))


@pytest.mark.parametrize("name", VIEWS)
def test_every_view_has_a_way_back_or_says_why_not(name: str) -> None:
    for view in VIEWS[name]:
        assert view.inverse, view.paths
        for sample in SAMPLES[name] if not isinstance(view.inverse, str) else ():
            parts = view.function(*sample)
            values = view.inverse(parts)
            if not isinstance(values, str):
                assert view.function(*values) == parts
                assert len(values) == len(view.paths)


@pytest.mark.parametrize("name", ELECTRICITY_SAMPLES)
def test_the_way_back_gives_the_same_values(name: str) -> None:
    for view in VIEWS[name]:
        for sample in SAMPLES[name] if not isinstance(view.inverse, str) else ():
            assert view.inverse(view.function(*sample)) == sample
