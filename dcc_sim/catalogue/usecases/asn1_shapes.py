"""What ASN.1 use cases and alerts share: roles, cells, device log entries, outcomes.

Names of codes are those of the MMC schema and of the GBCS ASN.1 modules, as listed in reference
`gbcs.md` §f. Left out: the rows (`asn1_credentials`, `asn1_joining`, `asn1_firmware`, `asn1_alerts`).
"""

from __future__ import annotations

from typing import Final

from dcc_sim.codec.cosem import Part
from dcc_sim.codec.der import Bits, Default, Enumerated, Fixed, Int, Sequence, SequenceOf
from dcc_sim.codec.shape import Shape
from dcc_sim.ids import MAX_COUNTER

ROLE_NAMES: Final = {
    0: "root",
    1: "recovery",
    2: "supplier",
    3: "networkOperator",
    4: "accessControlBroker",
    5: "transitionalCoS",
    6: "wanProvider",
    7: "issuingAuthority",
    8: "loadController",
    127: "other",
}
KEY_USAGE_NAMES: Final = {1: "digitalSignature", 16: "keyAgreement", 32: "keyCertSign"}
"""Bit 0, bit 4 and bit 5; a trust anchor cell has exactly one."""
CELL_USAGE_NAMES: Final = {0: "management", 1: "prePaymentTopUp"}
SEQUENCE_USAGE_NAMES: Final = {0: "prepaymentTopUp"}
REPLACEMENT_MODES: Final = {
    0: "rootBySupplier",
    1: "rootByWanProvider",
    2: "supplierBySupplier",
    3: "networkOperatorByNetworkOperator",
    4: "accessControlBrokerByACB",
    5: "wanProviderByWanProvider",
    6: "transCoSByTransCoS",
    7: "supplierByTransCoS",
    8: "anyExceptAbnormalRootByRecovery",
    9: "anyByContingency",
    10: "loadControllerByLoadController",
    11: "loadControllerBySupplier",
}
CREDENTIAL_STATUS: Final = {
    0: "success",
    5: "badCertificate",
    10: "noTrustAnchor",
    17: "insufficientMemory",
    25: "trustAnchorNotFound",
    30: "resourcesBusy",
    127: "other",
}
DEVICE_TYPE_NAMES: Final = {
    0: "GSME",
    1: "ESME",
    2: "CHF",
    3: "GPF",
    4: "HCALCS",
    5: "PPMID",
    6: "type 2",
}
JOIN_OUTCOMES: Final = {
    0: "success",
    1: "invalidMessageCodeForJoinMethodAndRole",
    2: "invalidJoinMethodAndRole",
    3: "incompatibleWithExistingEntry",
    4: "deviceLogFull",
    5: "writeFailure",
    6: "keyAgreementNoResources",
    7: "keyAgreementUnknownIssuer",
    8: "keyAgreementUnsupportedSuite",
    9: "keyAgreementBadMessage",
    10: "keyAgreementBadKeyConfirm",
    11: "invalidOrMissingCertificate",
    12: "noPartnerLinkKeyReceived",
    13: "noCBKEResponse",
}
ACTIVATION_OUTCOMES: Final = {0: "success", 1: "noImageHeld", 2: "hashMismatch", 3: "activationFailure"}

ENTITY_ID: Final = Fixed(8)
KEY_IDENTIFIER: Final = Fixed(8)
FIRMWARE_VERSION: Final = Fixed(4)
ROLE: Final = Int(ROLE_NAMES, low=0)
KEY_USAGE: Final = Bits(KEY_USAGE_NAMES)
CELL_USAGE: Final = Default(Int(CELL_USAGE_NAMES, low=0), 0)
SEQUENCE_NUMBER: Final = Int(low=0, high=MAX_COUNTER)
STATUS: Final = Enumerated(CREDENTIAL_STATUS)

CELL: Final = Sequence(
    Part("remote_party_role", ROLE), Part("key_usage", KEY_USAGE), Part("cell_usage", CELL_USAGE)
)
"""TrustAnchorCellIdentifier."""

SPECIALIST_NUMBERS: Final = SequenceOf(
    Sequence(
        Part("seq_number_usage", Int(SEQUENCE_USAGE_NAMES, low=0)),
        Part("seq_number", SEQUENCE_NUMBER),
    )
)
"""Floors of counters that run apart from the party's own: top-ups."""

FLOOR_CHANGES: Final = SequenceOf(
    Sequence(
        Part("remote_party_role", ROLE),
        Part("floor_seq_number", SEQUENCE_NUMBER),
        Part("specialist_floor_seq_number", SPECIALIST_NUMBERS, optional=True),
    )
)

EXECUTION_OUTCOME: Final = Sequence(
    Part("authorising_remote_party_seq_number", SEQUENCE_NUMBER),
    Part("credentials_replacement_mode", Int(REPLACEMENT_MODES, low=0)),
    Part("remote_party_seq_number_changes", FLOOR_CHANGES),
    Part(
        "replacement_outcomes",
        SequenceOf(
            Sequence(
                Part("affected_trust_anchor_cell", CELL),
                Part("status_code", STATUS),
                Part("existing_subject_unique_id", ENTITY_ID),
                Part("existing_subject_key_identifier", KEY_IDENTIFIER),
                # On failure these two repeat what is there already.
                Part("replacing_subject_unique_id", ENTITY_ID),
                Part("replacing_subject_key_identifier", KEY_IDENTIFIER),
            )
        ),
    ),
)
"""What became of an update of credentials: in the Response, or in the alert of a future-dated one."""

DEVICE_LOG_ENTRY: Final = Sequence(
    Part("device_id", ENTITY_ID), Part("device_type", Int(DEVICE_TYPE_NAMES, low=0))
)

ACTIVATION_OUTCOME: Final = Sequence(
    Part("response_code", Int(ACTIVATION_OUTCOMES, low=0)), Part("firmware_version", FIRMWARE_VERSION)
)


def outcome(meaning: dict[int, str]) -> Shape:
    """A response code INTEGER; codes without a meaning are read as numbers."""
    return Int(meaning, low=0)
