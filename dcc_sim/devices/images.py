"""Firmware images as they reach a device: verified, held, and on a PPMID taken into use.

In: the octets of a manufacturer image, the hash it was announced with, its version. Out: 8F72 and an
image to be activated (CS06, `firmware`), or 8F1C and nothing; on a PPMID, which nobody tells to activate
it, the new version and 8F8B (CS09); on the Communications Hub, which passes images on, 8F8A or 8F89
(CCS08). Source: reference `gbcs.md` §f, §i.1 (GBCS 11.2, 11.9). Left out: the blocks of the transfer
over WAN and HAN, the manufacturer's signature inside an image.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Final

from dcc_sim.devices.firmware import FIRMWARE_CHANGED, VERSION, hold_image
from dcc_sim.devices.model import Model
from dcc_sim.ids import DeviceType, Eui64

_VERIFIED: Final = 0x8F72
_NOT_VERIFIED: Final = 0x8F1C
_PPMID_VERSION: Final = 0x8F8B
_TRANSFERRED: Final = 0x8F8A
_NOT_TRANSFERRED: Final = 0x8F89


def receive_image(model: Model, image: bytes, announced: bytes, version: bytes, now: datetime) -> bool:
    """All of an image has arrived; whether it is what was announced (SHA-256)."""
    found = hashlib.sha256(image).digest()
    verified = found == announced
    if verified and model.device_type is DeviceType.PPMID:
        model.store.write(VERSION, version)
        model.report(FIRMWARE_CHANGED, now)
        model.report(_PPMID_VERSION, now, content={"firmware_version": version, "response_code": 0})
        return True
    if verified:
        hold_image(model, found, version)
    code = _VERIFIED if verified else _NOT_VERIFIED
    model.report(code, now, content={"manufacturer_hash": found})
    return verified


def transfer_done(model: Model, device: Eui64, version: bytes, response_code: int, now: datetime) -> None:
    """The hub has passed an image on to a device of the home, or could not (response code not 0)."""
    model.report(
        _NOT_TRANSFERRED if response_code else _TRANSFERRED,
        now,
        content={
            "entity_id": device.octets,
            "firmware_version": version,
            "response_code": response_code,
        },
    )
