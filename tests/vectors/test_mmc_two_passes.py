"""Published sensitive Responses and Alerts: two passes make the document that one makes with keys."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pytest

from dcc_sim.codec.exchange import sealed_values
from dcc_sim.errors import Unsupported
from dcc_sim.gbcs.keys import KeyRing, key_ring_from_json
from dcc_sim.mmc.document import render
from dcc_sim.mmc.second_pass import second_pass
from dcc_sim.transform.message import read_message

_SHARED = Path(__file__).resolve().parents[2].parent / "shared"
VECTORS = Path(os.environ.get("DCC_SIM_VECTORS") or _SHARED / "vectors")


@cache
def _ring() -> KeyRing:
    return key_ring_from_json((VECTORS / "keys.json").read_text())


def _octets(path: Path) -> bytes:
    return bytes.fromhex(path.read_text().strip())


def _sensitive() -> list[Path]:
    found = []
    for path in sorted((VECTORS / "rtds").rglob("*.HEX")):
        if "COMMAND" in path.name:
            continue
        try:
            message = read_message(_octets(path))
        except Unsupported:
            continue
        if any(sealed_values(message.body.values)):
            found.append(path)
    return found


_PARAMETERS: list[object] = list(_sensitive()) or [
    pytest.param(
        Path(), marks=pytest.mark.skip(reason=f"no vectors in {VECTORS} (set DCC_SIM_VECTORS)"), id="none"
    )
]


@pytest.mark.parametrize("path", _PARAMETERS, ids=lambda path: path.stem)
def test_two_passes_make_what_one_makes_with_keys(path: Path) -> None:
    first = render(read_message(_octets(path)))
    assert b"GBCSData" in first
    assert second_pass(first, _ring()) == render(read_message(_octets(path), _ring()))
