"""Security credentials: CS02a … CS02g.

CS02b has a message code for each way to replace credentials; they share one layout, differ in who
authorises and in protection. Source: reference `gbcs.md` §f, §a.2, §b.5 (GBCS 13.2 – 13.6, 13.9,
13.10), the published vectors. Left out: what a device does with them (`devices`).
"""

from __future__ import annotations

from typing import Final

from dcc_sim.catalogue.row import Guard, Protection, UseCase
from dcc_sim.catalogue.usecases.asn1_shapes import (
    CELL,
    CELL_USAGE,
    ENTITY_ID,
    EXECUTION_OUTCOME,
    FLOOR_CHANGES,
    KEY_IDENTIFIER,
    KEY_USAGE,
    REPLACEMENT_MODES,
    ROLE,
    SEQUENCE_NUMBER,
    SPECIALIST_NUMBERS,
    STATUS,
    outcome,
)
from dcc_sim.codec.cosem import Part
from dcc_sim.codec.der import (
    Bare,
    Certificate,
    CertificationRequest,
    Choice,
    Default,
    DerRow,
    Implicit,
    Int,
    Moment,
    Null,
    Octets,
    Sequence,
    SequenceOf,
)
from dcc_sim.ids import DeviceType, MessageCode, RemotePartyRole

_SUPPLIER: Final = (RemotePartyRole.SUPPLIER,)
_METERS: Final = (DeviceType.ESME, DeviceType.GSME)
_ALL_WITH_CELLS: Final = (
    DeviceType.ESME,
    DeviceType.GSME,
    DeviceType.GPF,
    DeviceType.CHF,
    DeviceType.HCALCS,
    DeviceType.PPMID,
)
_WITH_OWN_KEYS: Final = (DeviceType.ESME, DeviceType.GSME, DeviceType.HCALCS)
_ANY_ROLE: Final = (
    RemotePartyRole.RECOVERY,
    RemotePartyRole.SUPPLIER,
    RemotePartyRole.NETWORK_OPERATOR,
    RemotePartyRole.ACCESS_CONTROL_BROKER,
    RemotePartyRole.TRANSITIONAL_COS,
    RemotePartyRole.WAN_PROVIDER,
)

_SIGNED: Final = Protection(Guard.SIGNATURE, Guard.SIGNATURE)
_AS_ASKED: Final = (Protection(Guard.MAC, Guard.MAC), _SIGNED)
"""The answer is protected as the question was: parties without a Key Agreement cell sign."""
_BY_ACB: Final = (Protection(Guard.MAC, Guard.SIGNATURE),)
_BEYOND_ACB: Final = (_SIGNED,)
"""Recovery and contingency do without the ACB's MAC."""

_DETAILS_COMMAND: Final = Sequence(
    Part("authorising_remote_party_ta_cell_identifier", CELL),
    Part("remote_party_roles_credentials_required", SequenceOf(ROLE)),
)
_DETAILS_RESPONSE: Final = Bare(
    "remote_party_details",
    SequenceOf(
        Sequence(
            Part("remote_party_role", ROLE),
            Part("status_code", STATUS),
            # Only with status 0: every role asked for is answered, whatever became of the others.
            Part("current_seq_number", SEQUENCE_NUMBER, optional=True),
            Part(
                "trust_anchor_cell_details",
                SequenceOf(
                    Sequence(
                        Part("key_usage", KEY_USAGE),
                        Part("cell_usage", CELL_USAGE),
                        Part("subject_unique_id", ENTITY_ID),
                        Part("subject_key_identifier", KEY_IDENTIFIER),
                    )
                ),
                optional=True,
            ),
        )
    ),
)

CS02A: Final = UseCase(
    code="CS02a",
    message_code=MessageCode(0x0008),
    title="Provide Security Credentials Details",
    targets=_ALL_WITH_CELLS,
    roles=_ANY_ROLE,
    critical=False,
    variants=_AS_ASKED,
    payload=DerRow(command=_DETAILS_COMMAND, response=_DETAILS_RESPONSE),
    source="GBCS 13.2; roles: whoever has a cell to name, vectors show the ACB (MAC) and transitional "
    "CoS (signature)",
)

CS02F: Final = UseCase(
    code="CS02f",
    message_code=MessageCode(0x011B),
    title="Provide Security Credential Details",
    targets=(DeviceType.ESME,),
    roles=(*_ANY_ROLE, RemotePartyRole.LOAD_CONTROLLER),
    critical=False,
    variants=_AS_ASKED,
    payload=DerRow(command=_DETAILS_COMMAND, response=_DETAILS_RESPONSE),
    source="GBCS 13.9: CS02a for devices that have load controller cells (ESME, SAPC); roles as CS02a",
)

_CONTROL: Final = Sequence(
    Part("credentials_replacement_mode", Int(REPLACEMENT_MODES, low=0)),
    # Contingency only: the key that opens the stored contingency public key. Its size is not in any
    # vector; AES keys have 16 to 32 octets.
    Part("plaintext_symmetric_key", Implicit(0, Octets(16, 32)), optional=True),
    Part("apply_time_based_cpv_checks", Implicit(1, Default(Int({0: "apply", 1: "disapply"}, low=0), 0))),
    # Absent when the ACB replaces its own credentials, and then only.
    Part("authorising_remote_party_ta_cell_identifier", Implicit(2, CELL), optional=True),
    Part("authorising_remote_party_seq_number", Implicit(3, SEQUENCE_NUMBER)),
    Part("new_remote_party_floor_seq_number", Implicit(4, SEQUENCE_NUMBER), optional=True),
    Part("new_remote_party_specialist_floor_seq_number", Implicit(5, SPECIALIST_NUMBERS), optional=True),
    Part("other_remote_party_seq_number_changes", Implicit(6, FLOOR_CHANGES), optional=True),
)
_UPDATE: Final = DerRow(
    command=Sequence(
        Part("authorising_remote_party_control", _CONTROL),
        Part(
            "replacements",
            SequenceOf(
                Sequence(
                    Part("replacement_certificate", Certificate()),
                    Part("target_trust_anchor_cell", CELL),
                )
            ),
        ),
        Part("certification_path_certificates", SequenceOf(Certificate())),
        # Far in the future (9999-12-31T23:59:59Z) it cancels the update that waits.
        Part("execution_date_time", Moment(), optional=True),
    ),
    # A future-dated update is only accepted; its outcome comes in alert 0x00CB or 0x0124.
    response=Sequence(
        Part("command_accepted", Null()), Part("execution_outcome", EXECUTION_OUTCOME, optional=True)
    ),
)


def _update(
    code: str,
    message_code: int,
    mode: int,
    targets: tuple[DeviceType, ...],
    role: RemotePartyRole,
    *,
    variants: tuple[Protection, ...] = (),
    source: str = "",
) -> UseCase:
    load_controller = code.startswith("CS02g")
    subject = "Load Controller Security Credentials" if load_controller else "Security Credentials"
    return UseCase(
        code=code,
        message_code=MessageCode(message_code),
        title=f"Update {subject} ({REPLACEMENT_MODES[mode]})",
        targets=targets,
        roles=(role,),
        critical=True,
        future_datable=True,
        replay_protected=True,
        timed=True,
        variants=variants,
        payload=_UPDATE,
        source=f"GBCS {'13.10' if load_controller else '13.3'}{f'; {source}' if source else ''}",
    )


_NOT_SEEN: Final = "a code without a vector: layout, targets and protection as the other modes"
_WITH_HANDOVER: Final = (*_METERS, DeviceType.GPF)

UPDATES: Final = (
    _update("CS02bRootBySupplier", 0x0100, 0, _METERS, RemotePartyRole.SUPPLIER, source=_NOT_SEEN),
    _update("CS02bRootByWP", 0x0101, 1, (DeviceType.CHF,), RemotePartyRole.WAN_PROVIDER, source=_NOT_SEEN),
    _update("CS02bSupplierBySupplier", 0x0102, 2, _WITH_HANDOVER, RemotePartyRole.SUPPLIER),
    _update("CS02bNOByNO", 0x0103, 3, _WITH_HANDOVER, RemotePartyRole.NETWORK_OPERATOR),
    _update(
        "CS02bACBByACB",
        0x0104,
        4,
        _METERS,
        RemotePartyRole.ACCESS_CONTROL_BROKER,
        variants=_BY_ACB,
        source="the Command is MAC'd only, the Response signed",
    ),
    _update("CS02bWPByWP", 0x0105, 5, (DeviceType.CHF,), RemotePartyRole.WAN_PROVIDER),
    _update("CS02bTransCoSByTransCoS", 0x0106, 6, _METERS, RemotePartyRole.TRANSITIONAL_COS),
    _update("CS02bSupplierByTransCoS", 0x0107, 7, _METERS, RemotePartyRole.TRANSITIONAL_COS),
    _update(
        "CS02bAnyExceptAbnormalRootByRecovery",
        0x0108,
        8,
        _ALL_WITH_CELLS,
        RemotePartyRole.RECOVERY,
        variants=_BEYOND_ACB,
    ),
    _update(
        "CS02bAnyByContingency",
        0x0109,
        9,
        _ALL_WITH_CELLS,
        RemotePartyRole.ROOT,
        variants=_BEYOND_ACB,
        source="no Command among the vectors; role: the contingency key is kept in the root cell",
    ),
    _update(
        "CS02gLoadControllerByLoadController",
        0x0125,
        10,
        (DeviceType.ESME,),
        RemotePartyRole.LOAD_CONTROLLER,
        source="ESME and SAPC",
    ),
    _update("CS02gLoadControllerBySupplier", 0x0126, 11, (DeviceType.ESME,), RemotePartyRole.SUPPLIER),
)

_KEY_USAGE_COMMAND: Final = Sequence(Part("key_usage", KEY_USAGE))

CS02C: Final = UseCase(
    code="CS02c",
    message_code=MessageCode(0x000A),
    title="Issue Security Credentials",
    targets=_WITH_OWN_KEYS,
    roles=_SUPPLIER,
    critical=True,
    replay_protected=True,
    payload=DerRow(
        command=_KEY_USAGE_COMMAND,
        response=Choice(
            Part("certification_request", CertificationRequest()),
            Part(
                "response_code",
                outcome({1: "invalidKeyUsage", 2: "keyPairGenerationFailed", 3: "cRProductionFailed"}),
            ),
        ),
    ),
    source="GBCS 13.4; replay protection: a critical Update",
)

CS02D: Final = UseCase(
    code="CS02d",
    message_code=MessageCode(0x000B),
    title="Update Device Certificates on Device",
    targets=_WITH_OWN_KEYS,
    roles=_SUPPLIER,
    critical=True,
    replay_protected=True,
    payload=DerRow(
        command=Bare("certificate", Certificate()),
        response=Bare(
            "response_code",
            outcome(
                {
                    0: "success",
                    1: "invalidCertificate",
                    2: "wrongDeviceIdentity",
                    3: "invalidKeyUsage",
                    4: "noCorrespondingKeyPairGenerated",
                    5: "wrongPublicKey",
                    6: "certificateStorageFailed",
                    7: "privateKeyChangeFailed",
                }
            ),
        ),
    ),
    source="GBCS 13.5; replay protection: a critical Update",
)

CS02E: Final = UseCase(
    code="CS02e",
    message_code=MessageCode(0x000C),
    title="Provide Device Certificates from Device",
    targets=_WITH_OWN_KEYS,
    roles=_SUPPLIER,
    critical=True,
    payload=DerRow(
        command=_KEY_USAGE_COMMAND,
        response=Choice(
            Part("certificate", Certificate()),
            Part(
                "response_code",
                outcome({1: "invalidKeyUsage", 2: "noCertificateHeld", 3: "certificateRetrievalFailure"}),
            ),
        ),
    ),
    source="GBCS 13.6, where it is a variant; the vectors sign Command and Response. No replay "
    "protection: a Read",
)

USE_CASES: Final = (CS02A, CS02F, *UPDATES, CS02C, CS02D, CS02E)
