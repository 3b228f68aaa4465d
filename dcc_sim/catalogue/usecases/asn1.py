"""Use cases whose payload is ASN.1: GCS28, and all others from the modules of their subjects.

Source: reference `gbcs.md` §f (GBCS 9.1).
"""

from __future__ import annotations

from typing import Final

from dcc_sim.catalogue.row import UseCase
from dcc_sim.catalogue.usecases import asn1_credentials, asn1_firmware, asn1_joining
from dcc_sim.codec.cosem import Part
from dcc_sim.codec.der import DerRow, Int, Moment, Sequence
from dcc_sim.ids import DeviceType, MessageCode, RemotePartyRole

TIME_STATUS: Final = {0: "reliable", 1: "invalid", 2: "unreliable"}

GCS28: Final = UseCase(
    code="GCS28",
    message_code=MessageCode(0x007F),
    title="Set Clock on GSME",
    targets=(DeviceType.GSME,),
    roles=(RemotePartyRole.SUPPLIER,),
    critical=True,
    replay_protected=True,
    payload=DerRow(
        command=Sequence(
            Part("start", Moment(), "Time: methodInput: timeRangeStart"),
            Part("end", Moment(), "Time: methodInput: timeRangeEnd"),
        ),
        response=Sequence(
            Part("time", Moment(), "Time: methodOutput: value"),
            Part("clock_status", Int(TIME_STATUS), "Time: methodOutput: status"),
        ),
    ),
    source="GBCS 9.1; replay protection: critical Update, as ECS70",
)

USE_CASES: Final = (
    GCS28,
    *asn1_credentials.USE_CASES,
    *asn1_joining.USE_CASES,
    *asn1_firmware.USE_CASES,
)
