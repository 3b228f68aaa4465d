"""Does our device give the Response that the published vectors hold? Level `execute`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dcc_sim.devices.rehearsal import check_same_answer, rehearse, rehearse_alert
from dcc_sim.gbcs.frame import decode_frame
from dcc_sim.gbcs.keys import KeyRing, key_ring_from_json
from dcc_sim.ids import DeviceType, Eui64
from dcc_sim.transform.message import read_message

ROOT = Path(os.environ.get("DCC_SIM_VECTORS", Path(__file__).parents[3] / "shared" / "vectors"))
USE_CASES = ("ECS01a", "ECS01b", "ECS17b", "ECS17d", "ECS24", "ECS52", "ECS70", "GCS01a", "GCS13a", "GCS28")
FOLDERS = (*USE_CASES, "ECS70Commission", "GCS28Commission")
ACB = Eui64.parse("90-B3-D5-1F-30-00-00-02")
# The published set names its devices by EUI; the types are those of the inventory that goes with it.
DEVICE_TYPES = {"a0": DeviceType.ESME, "a1": DeviceType.GSME, "a2": DeviceType.CHF, "a3": DeviceType.GPF}


def pairs() -> list[object]:
    found: list[object] = []
    for folder in FOLDERS:
        for command in sorted(ROOT.glob(f"rtds/*_{folder}/*_COMMAND_GBCS.HEX")):
            response = command.with_name(command.name.replace("_COMMAND_", "_RESPONSE_"))
            if response.exists():
                found.append(
                    pytest.param(command, response, id=command.name.removesuffix("_COMMAND_GBCS.HEX"))
                )
    return found or [
        pytest.param(None, None, marks=pytest.mark.skip(reason=f"no published vectors in {ROOT}"))
    ]


@pytest.fixture(scope="module")
def keys() -> KeyRing:
    return key_ring_from_json((ROOT / "keys.json").read_text())


@pytest.mark.parametrize(("command", "response"), pairs())
def test_the_device_gives_the_published_response(command: Path, response: Path, keys: KeyRing) -> None:
    asked, expected = (bytes.fromhex(path.read_text()) for path in (command, response))
    device = decode_frame(asked).header.target
    built = rehearse(asked, expected, keys, DEVICE_TYPES[device.compact[-2:]], ACB)
    check_same_answer(built, expected, device)


def alerts() -> list[object]:
    """Each published future-dated alert, with the published command whose counter it names."""
    found: list[object] = []
    for folder in USE_CASES:
        commands = {
            decode_frame(bytes.fromhex(path.read_text())).header.counter: path
            for path in ROOT.glob(f"rtds/*_{folder}/*_COMMAND_GBCS.HEX")
        }
        for alert in sorted(ROOT.glob(f"rtds/*_{folder}/*_8F66_*_GBCS.HEX")):
            named = read_message(bytes.fromhex(alert.read_text())).body.values["instruction"]
            assert isinstance(named, dict)
            if named["originator_counter"] in commands:
                command = commands[named["originator_counter"]]
                found.append(pytest.param(command, alert, id=alert.name.removesuffix("_GBCS.HEX")))
    return found or [
        pytest.param(None, None, marks=pytest.mark.skip(reason=f"no published vectors in {ROOT}"))
    ]


@pytest.mark.parametrize(("command", "alert"), alerts())
def test_the_device_gives_the_published_alert(command: Path, alert: Path, keys: KeyRing) -> None:
    asked, expected = (bytes.fromhex(path.read_text()) for path in (command, alert))
    device = decode_frame(asked).header.target
    built = rehearse_alert(asked, expected, keys, DEVICE_TYPES[device.compact[-2:]], ACB)
    check_same_answer(built, expected, device)
