"""What all tests share: how Hypothesis runs, the two schema sets, the published vectors."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from dcc_sim.duis.schema import Schemas, default_schemas

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"

# "ci" gives the same examples on every run; "long" is for a night of search.
settings.register_profile("ci", derandomize=True, deadline=None, max_examples=80)
settings.register_profile("long", deadline=None, max_examples=5_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture(scope="session")
def schemas() -> Schemas:
    """The schema set that ships with the package."""
    return default_schemas()


@pytest.fixture(scope="session")
def official() -> Schemas:
    """The published schema set, of which there is no copy here."""
    given = os.environ.get("DCC_SIM_OFFICIAL_SCHEMAS")
    directory = Path(given) if given else SHARED / "schemas-official" / "5.4"
    if not (directory / "duis.xsd").is_file():
        pytest.skip(f"no official schemas in {directory} (set DCC_SIM_OFFICIAL_SCHEMAS)")
    return Schemas(directory)


@pytest.fixture(scope="session")
def vectors() -> Path:
    """The folder of published vectors, of which there is no copy here."""
    given = os.environ.get("DCC_SIM_VECTORS")
    directory = Path(given) if given else SHARED / "vectors"
    if not (directory / "rtds").is_dir():
        pytest.skip(f"no published vectors in {directory} (set DCC_SIM_VECTORS)")
    return directory
