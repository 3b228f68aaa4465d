"""What the tables of ASN.1 responses and alerts share: status codes, the outcome of an update.

In: the code tables of `catalogue.usecases.asn1_shapes`, whose names are those of the schema. Out:
rows. Left out: whole responses (`responses_security`, `alerts`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from dcc_sim.catalogue.usecases.asn1_shapes import ACTIVATION_OUTCOMES, CREDENTIAL_STATUS
from dcc_sim.codec.shape import Value, Values
from dcc_sim.ids import MAX_COUNTER
from dcc_sim.mmc.conversions import Base64, Eui, Hex, Integer, Named, Plain
from dcc_sim.mmc.rows import Attribute, Each, Element, Leaf, Omit, Row, View, When
from dcc_sim.mmc.views_security import (
    certificate_type,
    certificate_type_values,
    load_controller_mode_values,
    remote_party_role,
    remote_party_role_values,
    replacement_mode,
    replacement_mode_values,
)

COUNTER: Final = Integer(0, MAX_COUNTER)


def status(name: str, path: str, meanings: Mapping[int, str]) -> When:
    """StatusASN1: the name of a code, `notKnown` when it has none, and always its number."""
    return When(
        path,
        Element(
            name,
            Leaf("ASN1Status", path, Named(meanings, "notKnown")),
            attributes=(Attribute("ResponseCode", Integer(0), path),),
        ),
    )


def role(path: str) -> View:
    """RemotePartyRole, left out for a role that MMC does not know."""
    return View(
        remote_party_role,
        (path,),
        When("role", Leaf("RemotePartyRole", "role", Plain())),
        inverse=remote_party_role_values,
    )


ACTIVATION: Final[tuple[Row, ...]] = (
    status("ActivateImageResponseCode", "execution_outcome.response_code", ACTIVATION_OUTCOMES),
    When(
        "execution_outcome",
        Leaf("FirmwareVersion", "execution_outcome.firmware_version", Hex(4)),
    ),
)

_CELL: Final = "affected_trust_anchor_cell"


def _authority(inverse: Callable[[Values], tuple[Value, ...] | str]) -> tuple[Row, ...]:
    return (
        Leaf("AuthorisingRemotePartyOriginatorCounter", "authorising_remote_party_seq_number", COUNTER),
        View(
            replacement_mode,
            ("credentials_replacement_mode",),
            When("mode", Leaf("CredentialsReplacementMode", "mode", Plain())),
            inverse=inverse,
        ),
    )


_ONE_PARTY: Final[tuple[Row, ...]] = (
    # One party at most: the one whose credentials were replaced.
    Each(
        "remote_party_seq_number_changes",
        Element(
            "RemotePartySeqNumberChange",
            role("remote_party_role"),
            Leaf("RemotePartyFloorSeqNumber", "floor_seq_number", COUNTER),
            When(
                "specialist_floor_seq_number",
                Each(
                    "specialist_floor_seq_number",
                    Omit("seq_number_usage", "there is one, and the element is named for it"),
                    Leaf("RemotePartyPrepaymentTopUpFloorSeqNumber", "seq_number", COUNTER),
                    high=1,
                ),
            ),
        ),
        high=1,
    ),
    Each(
        "replacement_outcomes",
        Element(
            "ReplacementOutcome",
            status("StatusCode", "status_code", CREDENTIAL_STATUS),
            View(
                certificate_type,
                (f"{_CELL}.key_usage", f"{_CELL}.cell_usage"),
                Leaf("CertificateType", "type", Plain()),
                inverse=certificate_type_values,
            ),
            role(f"{_CELL}.remote_party_role"),
            Leaf("ExistingRemotePartyID", "existing_subject_unique_id", Eui()),
            Leaf("NewRemotePartyID", "replacing_subject_unique_id", Eui()),
            Leaf("ExistingCertificateHash", "existing_subject_key_identifier", Base64()),
            Leaf("NewCertificateHash", "replacing_subject_key_identifier", Base64()),
        ),
        high=3,
    ),
)

EXECUTION_OUTCOME: Final[tuple[Row, ...]] = (*_authority(replacement_mode_values), *_ONE_PARTY)
"""ExecutionOutcome, of one party and its three cells."""

LOAD_CONTROLLER_OUTCOME: Final[tuple[Row, ...]] = (
    *_authority(load_controller_mode_values),
    *_ONE_PARTY,
)
"""As `EXECUTION_OUTCOME`, in the alert that CS02g has for its two modes."""

_TOO_MANY: Final = (
    "the schema has room for one party and three cells; these updates replace the credentials of many, "
    "and answer no User's request"
)
EXECUTION_OUTCOME_OF_MANY: Final[tuple[Row, ...]] = (
    *_authority(replacement_mode_values),
    Omit("remote_party_seq_number_changes", _TOO_MANY),
    Omit("replacement_outcomes", _TOO_MANY),
)
"""ExecutionOutcome of recovery and contingency."""
