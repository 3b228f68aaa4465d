"""Where the files that ship with the package are: `schemas/` and `fixtures/`.

In a wheel they lie inside this package; in a checkout they are the folders beside `dcc_sim/`.
"""

from __future__ import annotations

from pathlib import Path

from dcc_sim.errors import NotFound


def bundled(name: str) -> Path:
    """The folder `schemas` or `fixtures`. Raises NotFound when the installation is incomplete."""
    here = Path(__file__).resolve().parent
    for candidate in (here / name, here.parents[1] / name):
        if candidate.is_dir():
            return candidate
    raise NotFound(f"the installation has no {name!r} folder")
