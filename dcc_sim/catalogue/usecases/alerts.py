"""Alerts of the future-dated use cases: 0x00CC (DLMS) and 0x00CD (GBZ).

Source: reference `gbcs.md` §i.1 (GBCS 9.2.2.6).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dcc_sim.catalogue.row import AlertCase
from dcc_sim.codec.access import NotificationRow
from dcc_sim.codec.gbz import BigEndian, GbzAlertRow
from dcc_sim.codec.shape import Reader, Shape, Value, as_struct, decode_field, encode_field
from dcc_sim.ids import DeviceType, MessageCode


@dataclass(frozen=True, slots=True)
class Packed:
    """Fixed big-endian fields behind a prefix that counts their octets."""

    prefix: bytes
    parts: tuple[tuple[str, Shape], ...]

    def encode(self, value: Value, out: bytearray) -> None:
        """Append prefix and fields. Raises EncodeError."""
        members = as_struct(value)
        out += self.prefix
        for name, shape in self.parts:
            encode_field(name, shape, members.get(name), out)

    def decode(self, reader: Reader) -> dict[str, Value]:
        """Read prefix and fields. Raises DecodeError."""
        reader.expect(self.prefix, "length")
        return {name: decode_field(name, shape, reader) for name, shape in self.parts}


_COMMAND: Final = (("message_code", BigEndian(2)), ("originator_counter", BigEndian(8)))

FUTURE_DATED_DLMS: Final = AlertCase(
    code="FutureDatedAlert-DLMS",
    message_code=MessageCode(0x00CC),
    title="Future Dated Execution Of Instruction Alert (DLMS COSEM)",
    senders=(DeviceType.ESME,),
    critical=True,
    payload=NotificationRow(
        (
            (
                "instruction",
                Packed(
                    b"\x09\x13",
                    (
                        *_COMMAND,
                        ("class_id", BigEndian(2)),
                        ("logical_name", BigEndian(6)),
                        ("attribute", BigEndian(1)),
                    ),
                ),
            ),
        )
    ),
    source="GBCS 9.2.2.6",
)

FUTURE_DATED_GBZ: Final = AlertCase(
    code="FutureDatedAlert-GBZ",
    message_code=MessageCode(0x00CD),
    title="Future Dated Execution Of Instruction Alert (GBZ)",
    senders=(DeviceType.GSME,),
    critical=True,
    payload=GbzAlertRow(
        (
            (
                "instruction",
                Packed(
                    b"\x0e",
                    (
                        *_COMMAND,
                        ("cluster", BigEndian(2)),
                        ("frame_control", BigEndian(1)),
                        ("command", BigEndian(1)),
                    ),
                ),
            ),
        )
    ),
    source="GBCS 9.2.2.6",
)

ALERTS: Final = (FUTURE_DATED_DLMS, FUTURE_DATED_GBZ)
