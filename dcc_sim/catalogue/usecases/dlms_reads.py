"""Use cases that read registers and versions of an ESME and set its clock.

ECS17b, ECS17d, ECS52, ECS70; rows in wire order, from reference `gbcs-use-cases/`.
"""

from __future__ import annotations

from typing import Final

from dcc_sim.catalogue.objects import (
    CLOCK,
    FIRMWARE_VERSION,
    IMPORT_REGISTERS,
    IMPORT_REGISTERS_PROTECTION,
    TOU_REGISTERS,
    TOU_REGISTERS_PROTECTION,
)
from dcc_sim.catalogue.row import UseCase
from dcc_sim.codec.access import AccessRow, Attribute, Do, Get, Protected, Set
from dcc_sim.codec.cosem import Array, DateTime, Enum8, Fixed, Int8, Part, Struct, UInt8, UInt32
from dcc_sim.codec.times import NEVER
from dcc_sim.ids import DeviceType, MessageCode, RemotePartyRole

_SUPPLIER: Final = RemotePartyRole.SUPPLIER
_NETWORK: Final = RemotePartyRole.NETWORK_OPERATOR
_ACB: Final = RemotePartyRole.ACCESS_CONTROL_BROKER

CLOCK_STATUS: Final = {0x00: "reliable", 0x01: "invalid", 0x02: "unreliable"}


def _unit(item: str, unit: int) -> Struct:
    return Struct(Part("scaler", Int8(0), f"{item}.scale"), Part("unit", Enum8(unit), f"{item}.unit"))


_IMPORT: Final = "ImportRegisterCollection:"
_IMPORT_REGISTERS: Final = Struct(
    Part("active", UInt32(unit="Wh"), f"{_IMPORT} active.value"),
    Part("active_unit", _unit(f"{_IMPORT} active", 30)),
    Part("reactive", UInt32(unit="varh"), f"{_IMPORT} reactive.value"),
    Part("reactive_unit", _unit(f"{_IMPORT} reactive", 32)),
    Part("secondary", UInt32(unit="Wh"), f"{_IMPORT} secondary.value", optional=True),
)

_TOU: Final = "TariffTOURegisterCollection:"
_TOU_REGISTERS: Final = Struct(
    Part("primary", Array(UInt32(unit="Wh"), low=48, high=48), f"{_TOU} TOUPrimaryRegister[1..48].value"),
    Part(
        "secondary",
        Array(UInt32(unit="Wh"), low=4, high=4),
        f"{_TOU} TOUSecondRegister[1..4].value",
        optional=True,
    ),
)

ECS17B: Final = UseCase(
    code="ECS17b",
    message_code=MessageCode(0x0027),
    title="Read ESME Energy Registers (Import Energy)",
    targets=(DeviceType.ESME,),
    roles=(_SUPPLIER, _NETWORK),
    critical=False,
    timed=True,
    payload=AccessRow(
        (
            Protected(
                IMPORT_REGISTERS_PROTECTION,
                "import_registers",
                Attribute(IMPORT_REGISTERS, 2, "registers", _IMPORT_REGISTERS),
            ),
        )
    ),
    source="GBCS 4.0 annex, ECS17b",
)

ECS17D: Final = UseCase(
    code="ECS17d",
    message_code=MessageCode(0x0029),
    title="Read ESME Energy Register (TOU)",
    targets=(DeviceType.ESME,),
    roles=(_SUPPLIER, _NETWORK),
    critical=False,
    timed=True,
    payload=AccessRow(
        (
            Protected(
                TOU_REGISTERS_PROTECTION,
                "tou_registers",
                Attribute(TOU_REGISTERS, 2, "registers", _TOU_REGISTERS),
            ),
        )
    ),
    source="GBCS 4.0 annex, ECS17d",
)

ECS52: Final = UseCase(
    code="ECS52",
    message_code=MessageCode(0x0059),
    title="Read ESME/CHF Firmware Version",
    targets=(DeviceType.ESME, DeviceType.CHF),
    roles=(_SUPPLIER, _NETWORK, _ACB),
    critical=False,
    payload=AccessRow((Get(FIRMWARE_VERSION, 2, "firmware_version", Fixed(4)),)),
    source="GBCS 4.0 annex, ECS52",
)

ECS70: Final = UseCase(
    code="ECS70",
    message_code=MessageCode(0x0062),
    title="Set Clock on ESME",
    targets=(DeviceType.ESME,),
    roles=(_SUPPLIER,),
    critical=True,
    replay_protected=True,
    payload=AccessRow(
        (
            Set(CLOCK, 9, "clock_base", Enum8(5)),
            Do(
                CLOCK,
                5,
                "valid_time_range",
                Struct(
                    Part("preset_time", DateTime(NEVER), "Time: methodInput: presetTime"),
                    Part("start", DateTime(), "Time: methodInput: timeRangeStart"),
                    Part("end", DateTime(), "Time: methodInput: timeRangeEnd"),
                ),
            ),
            Do(CLOCK, 4, "set_time", Int8(0)),
            Get(CLOCK, 2, "time", DateTime()),
            Get(CLOCK, 4, "clock_status", UInt8(meaning=CLOCK_STATUS)),
        )
    ),
    source="GBCS 4.0 annex, ECS70",
)

USE_CASES: Final = (ECS17B, ECS17D, ECS52, ECS70)
