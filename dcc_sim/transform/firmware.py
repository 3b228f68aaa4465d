"""Firmware of any device: the bodies of 11.2 and 11.3 as values of CS08 and CS06.

Source: reference `gbcs.md` §f; vectors. Left out: firmware versions of meters (`electricity_reads`,
`gas_reads`), distribution of images.
"""

from __future__ import annotations

from typing import Final

from dcc_sim.transform.conversions import Hex
from dcc_sim.transform.rows import DSP_DATED, CommandRow, Leaf, View
from dcc_sim.transform.security_credentials import FUTURE_DATED, originator_counter

_HASH_OCTETS: Final = 32

ROWS: Final = (
    CommandRow(
        code="CS06",
        bodies=("ActivateFirmware",),
        rows=(
            Leaf("FirmwareHash", "manufacturer_image_hash", Hex(_HASH_OCTETS)),
            View(originator_counter("originator_counter"), (), ("originator_counter",)),
            FUTURE_DATED,
        ),
    ),
    CommandRow(code="CS08", bodies=("ReadFirmwareVersion",), rows=(DSP_DATED,)),
)
