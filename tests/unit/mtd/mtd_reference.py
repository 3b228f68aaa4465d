"""Where the reference material lies, if it is there."""

from __future__ import annotations

from pathlib import Path

import pytest

REFERENCE = Path(__file__).parents[4] / "shared" / "reference"


def reference(name: str) -> Path:
    """A file or folder of the reference; the test is skipped when it is not there."""
    path = REFERENCE / name
    if not path.exists():
        pytest.skip(f"no {path}")
    return path
