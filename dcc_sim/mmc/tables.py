"""What the MMC tables hold, counted for the coverage page and the tests.

In: nothing. Out: names. Left out: the rows themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dcc_sim.codec.shape import Values
from dcc_sim.mmc.alerts import ALERT_CONTENTS
from dcc_sim.mmc.responses import RESPONSES
from dcc_sim.mmc.rows import View, views


def response_elements() -> frozenset[str]:
    """The elements of SMETSData that some use case is answered with."""
    return frozenset(
        element for row in RESPONSES.values() for element in row.elements.values() if element is not None
    )


def view_functions() -> dict[str, Callable[..., Values]]:
    """The named functions of the tables, for what a row cannot say, by name."""
    return dict(sorted({view.function.__name__: view.function for view in _views()}.items()))


def functions_without_way_back() -> dict[str, str]:
    """Those of `view_functions` that cannot be undone, and why."""
    return {view.function.__name__: view.inverse for view in _views() if isinstance(view.inverse, str)}


def _views() -> Iterator[View]:
    for response in RESPONSES.values():
        yield from views(response.rows)
    for alert in ALERT_CONTENTS.values():
        yield from views(alert.rows)
