"""Firmware: activation (CS06), version of devices without DLMS or ZigBee reads (CS08).

Source: reference `gbcs.md` §f (GBCS 11.5, 11.8), the published vectors. Left out: distribution of
images, which GBCS does outside Commands.
"""

from __future__ import annotations

from typing import Final

from dcc_sim.catalogue.row import UseCase
from dcc_sim.catalogue.usecases.asn1_shapes import (
    ACTIVATION_OUTCOME,
    FIRMWARE_VERSION,
    SEQUENCE_NUMBER,
    outcome,
)
from dcc_sim.codec.cosem import Part
from dcc_sim.codec.der import Choice, DerRow, Fixed, Moment, Nothing, Null, Sequence
from dcc_sim.ids import DeviceType, MessageCode, RemotePartyRole

USE_CASES: Final = (
    UseCase(
        code="CS06",
        message_code=MessageCode(0x0012),
        title="Activate Firmware",
        targets=(DeviceType.ESME, DeviceType.GSME, DeviceType.HCALCS),
        roles=(RemotePartyRole.SUPPLIER,),
        critical=True,
        future_datable=True,
        replay_protected=True,
        timed=True,
        payload=DerRow(
            command=Sequence(
                Part("manufacturer_image_hash", Fixed(32)),
                Part("originator_counter", SEQUENCE_NUMBER),
                Part("execution_date_time", Moment(), optional=True),
            ),
            # Accepted: future-dated or cancelled; the outcome of the former comes in alert 0x00CA.
            response=Choice(Part("command_accepted", Null()), Part("execution_outcome", ACTIVATION_OUTCOME)),
        ),
        source="GBCS 11.5; the Response of an immediate activation has no vector, its layout is the alert's",
    ),
    UseCase(
        code="CS08",
        message_code=MessageCode(0x0129),
        title="Read PPMID/HCALCS Firmware Version",
        targets=(DeviceType.PPMID, DeviceType.HCALCS),
        roles=(RemotePartyRole.ACCESS_CONTROL_BROKER,),
        critical=False,
        payload=DerRow(
            command=Nothing(),
            response=Sequence(
                Part("firmware_version", FIRMWARE_VERSION),
                Part("response_code", outcome({0: "success", 1: "readFailure"})),
            ),
        ),
        source="GBCS 11.8; the name of code 1 is that of CS07",
    ),
)
