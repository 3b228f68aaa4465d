"""The wheel by itself, away from the repository: what it holds, and that it runs."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built by the back end of the project."""
    pytest.importorskip("hatchling", reason="hatchling is not installed: python -m build brings it")
    folder = tmp_path_factory.mktemp("wheel")
    code = f"from hatchling.build import build_wheel; print(build_wheel({str(folder)!r}))"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return folder / ran.stdout.split()[-1]


@pytest.fixture(scope="module")
def unpacked(wheel: Path) -> Path:
    folder = wheel.parent / "unpacked"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def run(unpacked: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`dcc-sim` from the unpacked wheel, with nothing of the repository on the path."""
    code = "import dcc_sim, sys; sys.stderr.write(dcc_sim.__file__ + chr(10));"
    code += "from dcc_sim.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-P", "-c", code, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(unpacked)},
        capture_output=True,
        text=True,
        check=False,
    )


def relative(folder: Path, pattern: str) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob(pattern)}


def test_it_holds_the_package_its_schemas_and_its_fixtures(unpacked: Path) -> None:
    package = unpacked / "dcc_sim"
    assert relative(package, "*.py") == relative(ROOT / "dcc_sim", "*.py")
    assert (package / "py.typed").is_file()
    assert relative(package / "bundled" / "schemas", "*.xsd") == relative(ROOT / "schemas", "*.xsd") != set()
    for pattern in ("*.xml", "*.toml"):
        assert (
            relative(package / "bundled" / "fixtures", pattern)
            == relative(ROOT / "fixtures", pattern)
            != set()
        )


def test_it_holds_nothing_else(unpacked: Path) -> None:
    assert {path.name for path in unpacked.iterdir()} == {"dcc_sim", next(unpacked.glob("*.dist-info")).name}
    assert relative(unpacked, "test_*.py") == set()


def test_it_says_what_it_needs_and_how_it_is_called(unpacked: Path) -> None:
    (information,) = unpacked.glob("*.dist-info")
    text = (information / "METADATA").read_text()
    assert "Requires-Dist: hypothesis>=6.130; extra == 'testing'" in text
    assert "License-Expression: Apache-2.0" in text
    assert "dcc-sim = dcc_sim.cli:main" in (information / "entry_points.txt").read_text()


def test_it_runs_away_from_the_repository(unpacked: Path, tmp_path: Path) -> None:
    ran = run(unpacked, tmp_path, "demo", "--out", "out")
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr.splitlines()[0].startswith(str(unpacked))
    assert len(list((tmp_path / "out").iterdir())) > 40
    validated = run(unpacked, tmp_path, "validate", *sorted(map(str, (tmp_path / "out").glob("*.xml"))))
    assert validated.returncode == 0, validated.stdout
