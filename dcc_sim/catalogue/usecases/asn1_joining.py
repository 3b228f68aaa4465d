"""Joining, unjoining, device logs: CS03x, CS04x, CS07, GCS59.

Source: reference `gbcs.md` §f, §b.5 (GBCS 13.7, 13.8), the published vectors. A critical code stays
critical when the ACB sends it on behalf of a User (to a PPMID): then the ACB signs it.
"""

from __future__ import annotations

from typing import Final

from dcc_sim.catalogue.row import UseCase
from dcc_sim.catalogue.usecases.asn1_shapes import (
    DEVICE_LOG_ENTRY,
    DEVICE_TYPE_NAMES,
    ENTITY_ID,
    JOIN_OUTCOMES,
    outcome,
)
from dcc_sim.codec.cosem import Part
from dcc_sim.codec.der import Bare, Certificate, DerRow, Int, Nothing, Sequence, SequenceOf
from dcc_sim.ids import DeviceType, MessageCode, RemotePartyRole

_SUPPLIER: Final = (RemotePartyRole.SUPPLIER,)
_ACB: Final = (RemotePartyRole.ACCESS_CONTROL_BROKER,)
_BOTH: Final = (*_SUPPLIER, *_ACB)
_METERS: Final = (DeviceType.ESME, DeviceType.GSME)
_JOINED_DEVICES: Final = (*_METERS, DeviceType.HCALCS, DeviceType.PPMID)

JOIN_METHODS: Final = {0: "methodAInitiator", 1: "methodAResponder", 2: "methodB", 3: "methodC"}

_JOIN: Final = DerRow(
    command=Sequence(
        Part("join_method_and_role", Int(JOIN_METHODS, low=0)),
        Part("other_device_entity_identifier", ENTITY_ID),
        Part("other_device_type", Int(DEVICE_TYPE_NAMES, low=0)),
        # Key Agreement certificate of the other device: between GSME and PPMID only.
        Part("other_device_certificate", Certificate(), optional=True),
    ),
    response=Bare("response_code", outcome(JOIN_OUTCOMES)),
)
_UNJOIN: Final = DerRow(
    command=Bare("other_device_entity_identifier", ENTITY_ID),
    response=Bare(
        "response_code", outcome({0: "success", 1: "otherDeviceNotInDeviceLog", 2: "otherFailure"})
    ),
)
_ENTRIES: Final = SequenceOf(DEVICE_LOG_ENTRY)

USE_CASES: Final = (
    UseCase(
        code="CS03A1",
        message_code=MessageCode(0x000D),
        title="Method A Join (Meter)",
        targets=(DeviceType.ESME,),
        roles=_SUPPLIER,
        critical=True,
        replay_protected=True,
        payload=_JOIN,
        source="GBCS 13.7; replay protection: a critical Update",
    ),
    UseCase(
        code="CS03A2",
        message_code=MessageCode(0x00AB),
        title="Method A Join (non Meter)",
        targets=(DeviceType.HCALCS, DeviceType.PPMID),
        roles=_BOTH,
        critical=True,
        replay_protected=True,
        payload=_JOIN,
        source="GBCS 13.7; replay protection: a critical Update",
    ),
    UseCase(
        code="CS03B",
        message_code=MessageCode(0x000E),
        title="Method B Join",
        targets=_METERS,
        roles=_BOTH,
        critical=False,
        replay_protected=True,
        payload=_JOIN,
        source="GBCS 13.7; replay protection inferred from CCS01, the other non-critical join",
    ),
    UseCase(
        code="CS03C",
        message_code=MessageCode(0x00AF),
        title="Method C Join",
        targets=(DeviceType.GSME, DeviceType.PPMID),
        roles=_BOTH,
        critical=True,
        replay_protected=True,
        payload=_JOIN,
        source="GBCS 13.7; replay protection: a critical Update",
    ),
    UseCase(
        # The RTDS files CS04B_8.8.2_ERROR_… are in the folder of CS04B but carry this code, and the
        # signatures that go with it: they are CS04AC messages, and are read and written as such.
        code="CS04AC",
        message_code=MessageCode(0x000F),
        title="Method A or C Unjoin",
        targets=_JOINED_DEVICES,
        roles=_BOTH,
        critical=True,
        replay_protected=True,
        payload=_UNJOIN,
        source="GBCS 13.7; replay protection: a critical Update",
    ),
    UseCase(
        code="CS04B",
        message_code=MessageCode(0x0010),
        title="Method B Unjoin",
        targets=_METERS,
        roles=_BOTH,
        critical=False,
        replay_protected=True,
        payload=_UNJOIN,
        source="GBCS 13.7; replay protection inferred from CCS02, the other non-critical unjoin",
    ),
    UseCase(
        code="CS07",
        message_code=MessageCode(0x0013),
        title="Read Device Join Details",
        targets=(*_JOINED_DEVICES, DeviceType.GPF),
        roles=_BOTH,
        critical=False,
        payload=DerRow(
            command=Nothing(),
            response=Sequence(
                Part("response_code", outcome({0: "success", 1: "readFailure"})),
                Part("device_log_entries", _ENTRIES, optional=True),
            ),
        ),
        source="GBCS 13.7.4; roles: vectors and SRV 8.9",
    ),
    UseCase(
        code="GCS59",
        message_code=MessageCode(0x008C),
        title="Restore GPF Device Log",
        targets=(DeviceType.GPF,),
        roles=_ACB,
        critical=False,
        replay_protected=True,
        payload=DerRow(
            command=Sequence(Part("device_log_entries", _ENTRIES)),
            response=Sequence(
                Part(
                    "restore_outcomes",
                    SequenceOf(
                        Sequence(
                            Part("device_log_entry", DEVICE_LOG_ENTRY),
                            Part("join_response_code", outcome(JOIN_OUTCOMES)),
                        )
                    ),
                )
            ),
        ),
        source="GBCS 13.8; replay protection inferred from CCS03, which restores the CHF's log",
    ),
)
