"""Whatever happens to a frame on its way, reading it ends in a message or in an error of ours.

Every frame of every use case that the demo home has, as it leaves the DCC or a device, is flipped, cut,
stretched, spliced and made to lie about its lengths, several thousand times. The draws are seeded:
the same frames on every run but for the signatures in them.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache

import pytest
from home_bench import ACB, MIDNIGHT, every_kind_of_document, house, messages

from dcc_sim.devices.engine import Device
from dcc_sim.errors import DccSimError, DecodeError, SecurityError, Unsupported
from dcc_sim.gbcs.protection import check_protection
from dcc_sim.ids import CraFlag
from dcc_sim.mmc.document import render
from dcc_sim.transform.message import encode_again, read_message

EACH = 120
"""Times each way of spoiling is tried on each frame."""

KINDS = (CraFlag.COMMAND, CraFlag.RESPONSE)
HOME = house()


@cache
def frames() -> dict[str, bytes]:
    """Name and octets of one frame of each kind."""
    found = {}
    for _, document in every_kind_of_document(HOME):
        for message in messages(HOME.send(document)):
            found[f"{message.row.code} {message.header.cra.name}"] = message.frame.encode()
    for alert in HOME.pass_time(MIDNIGHT):
        found[f"{alert.row.code} ALERT"] = alert.frame.encode()
    return found


NAMES = sorted(frames())


def built(name: str) -> bytes:
    return frames()[name]


def flip(draw: random.Random, octets: bytearray) -> None:
    for _ in range(draw.choice((1, 1, 1, 2, 8))):
        octets[draw.randrange(len(octets))] ^= 1 << draw.randrange(8)


def cut(draw: random.Random, octets: bytearray) -> None:
    del octets[draw.randrange(len(octets)) :]


def cut_out(draw: random.Random, octets: bytearray) -> None:
    start = draw.randrange(len(octets))
    del octets[start : start + draw.choice((1, 2, 12, 64))]


def stretch(draw: random.Random, octets: bytearray) -> None:
    at = draw.randrange(len(octets) + 1)
    octets[at:at] = draw.randbytes(draw.choice((1, 2, 4, 64)))


def lie(draw: random.Random, octets: bytearray) -> None:
    # Any octet may be a length, a count or a tag: let it be an extreme one, or announce a long one.
    at = draw.randrange(len(octets))
    told = draw.choice(("00", "01", "7F", "80", "81FF", "82FFFF", "84FFFFFFFF", "88", "FF", "FE"))
    octets[at : at + len(told) // 2] = bytes.fromhex(told)


def splice(draw: random.Random, octets: bytearray) -> None:
    other = draw.choice(sorted(frames().values(), key=len))
    at = draw.randrange(len(octets))
    octets[at:] = other[min(at, len(other) - 1) :]


def repeat(draw: random.Random, octets: bytearray) -> None:
    start = draw.randrange(len(octets))
    part = octets[start : start + draw.randrange(1, 80)]
    octets[start:start] = part * draw.choice((1, 3, 50))


SPOIL: tuple[Callable[[random.Random, bytearray], None], ...] = (
    flip, cut, cut_out, stretch, lie, splice, repeat,
)  # fmt: skip


def spoiled(name: str) -> list[bytes]:
    draw = random.Random(f"frames {name}")
    found = []
    for spoil in SPOIL:
        for _ in range(EACH):
            octets = bytearray(built(name))
            spoil(draw, octets)
            found.append(bytes(octets))
    return found


def test_every_use_case_that_is_built_has_its_frames() -> None:
    first_ten = {
        "ECS01a",
        "ECS01b",
        "ECS17b",
        "ECS17d",
        "ECS24",
        "ECS52",
        "ECS70",
        "GCS01a",
        "GCS13a",
        "GCS28",
    }
    wanted = {f"{code} {kind.name}" for code in first_ten for kind in KINDS}
    wanted |= {"FutureDatedAlert-DLMS ALERT", "FutureDatedAlert-GBZ ALERT"}
    assert wanted <= frames().keys()


@pytest.mark.parametrize("name", NAMES)
def test_an_unspoiled_frame_is_read_checked_and_written_again(name: str) -> None:
    message = read_message(built(name), HOME.world.keys)
    check_protection(message.frame, HOME.world.keys, ACB)
    assert encode_again(message, HOME.world.keys) == built(name)


@pytest.mark.parametrize("name", NAMES)
def test_a_spoiled_frame_raises_what_it_may_and_nothing_else(name: str) -> None:
    keys, errors = HOME.world.keys, 0
    genuine = {read_message(octets).frame.signed_octets for octets in frames().values()}
    for octets in spoiled(name):
        try:
            message = read_message(octets, keys)
            check_protection(message.frame, keys, ACB)
        except (DecodeError, SecurityError, Unsupported):
            errors += 1
        else:
            # Spoiled in what protection does not cover, or not at all: what it says was said.
            assert message.frame.signed_octets in genuine
    assert errors > len(SPOIL) * EACH // 2


@pytest.mark.parametrize("name", [name for name in NAMES if not name.endswith("COMMAND")])
def test_a_spoiled_answer_is_rendered_or_refused(name: str) -> None:
    for octets in spoiled(name):
        try:
            message = read_message(octets)  # without keys: more of them get as far as the renderer
            render(message)
        except DccSimError:
            continue


@pytest.mark.parametrize("name", [name for name in NAMES if name.endswith("COMMAND")])
def test_a_device_is_silent_about_a_spoiled_command(name: str) -> None:
    octets = built(name)
    device: Device = HOME.world.devices[read_message(octets).header.target]
    before = device.state()
    for frame in spoiled(name):
        if frame not in frames().values():
            assert device.receive(frame, MIDNIGHT) == ()
    after = device.state()
    assert after == before
