"""Security credentials: the bodies of 6.15.*, 6.17, 6.21, 6.23, 6.24.*, 8.5.

Values of CS02a–g. An update names who authorises it by the cell that holds its key (left out when the
ACB replaces its own), its counter, the floors of the counters it sets, and the cell of each
certificate. ExecutionDateTime is carried where the device waits; 99991231235959Z cancels. Source:
reference `gbcs.md` §f (GBCS 13.2–13.6), `duis.md` §11; vectors. Left out: who the originator is
(`originators`), whether certificates are what they should be (the device, the CoS party).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Final

from dcc_sim.catalogue.routes import CommandOriginator
from dcc_sim.catalogue.usecases.asn1_shapes import KEY_USAGE_NAMES, REPLACEMENT_MODES, ROLE_NAMES
from dcc_sim.codec.shape import as_bytes
from dcc_sim.errors import NotFound
from dcc_sim.transform.compiled import converted
from dcc_sim.transform.conversions import BASE64, MOMENT, WHOLE, Named
from dcc_sim.transform.elements import CANCELLATION, children, find, get, local_name, refuse
from dcc_sim.transform.rows import (
    CHOSE_USE_CASE,
    DSP_DATED,
    LEFT_OUT,
    CommandRow,
    Constant,
    Each,
    Element,
    Leaf,
    Omit,
    Row,
    View,
)

if TYPE_CHECKING:
    from lxml.etree import _Element

    from dcc_sim.codec.shape import Value
    from dcc_sim.transform.compiled import Job

_ROLES: Final = {name: number for number, name in ROLE_NAMES.items()}
_USAGES: Final = {name: number for number, name in KEY_USAGE_NAMES.items()}
_MODES: Final = {name: number for number, name in REPLACEMENT_MODES.items()}
_SUPPLIER, _NETWORK, _ACB, _COS, _LOAD_CONTROLLER = (
    _ROLES[name]
    for name in ("supplier", "networkOperator", "accessControlBroker", "transitionalCoS", "loadController")
)
_SIGN, _AGREE = _USAGES["digitalSignature"], _USAGES["keyAgreement"]
_MANAGEMENT, _TOP_UP = 0, 1
_NEVER: Final = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)

_REQUESTED_ROLES: Final = Named(
    {
        "ACB": _ACB,
        "NetworkOperator": _NETWORK,
        "Recovery": _ROLES["recovery"],
        "Root": _ROLES["root"],
        "Supplier": _SUPPLIER,
        "TransCoS": _COS,
        "LoadController": _LOAD_CONTROLLER,
    }
)


def _cell(role: int, usage: int, cell_usage: int = _MANAGEMENT) -> dict[str, Value]:
    return {"remote_party_role": role, "key_usage": usage, "cell_usage": cell_usage}


@dataclass(frozen=True, slots=True)
class Activation:
    """ExecutionDateTime as GeneralizedTime; the far date becomes the last second there is."""

    rule: str = "UTC date and time"

    def read(self, text: str) -> datetime:
        """Refuses fractions of a second, and the last second itself, which would cancel."""
        moment = MOMENT.read(text)
        if moment == CANCELLATION:
            return _NEVER
        if moment == _NEVER:
            raise ValueError("on the wire this second cancels")
        return moment


@dataclass(frozen=True, slots=True)
class TopUpFloor:
    """The floor of the counter of top-ups, as the list of counters that run apart from the party's own."""

    rule: str = "counter"

    def read(self, text: str) -> Value:
        """A list of one."""
        return [{"seq_number_usage": 0, "seq_number": WHOLE.read(text)}]


@dataclass(frozen=True, slots=True)
class FloorOfOther:
    """The floor of the counter of a role other than the one that authorises, as a list of changes."""

    role: int
    rule: str = "counter"

    def read(self, text: str) -> Value:
        """A list of one."""
        return [{"remote_party_role": self.role, "floor_seq_number": WHOLE.read(text)}]


FUTURE_DATED: Final = Leaf("ExecutionDateTime", "execution_date_time", Activation(), absent=LEFT_OUT)
_CONTROL: Final = "authorising_remote_party_control"
_COUNTER: Final = f"{_CONTROL}.authorising_remote_party_seq_number"
_FLOOR: Final = f"{_CONTROL}.new_remote_party_floor_seq_number"
_TOP_UP_FLOOR: Final = f"{_CONTROL}.new_remote_party_specialist_floor_seq_number"
_OTHER_FLOORS: Final = f"{_CONTROL}.other_remote_party_seq_number_changes"


@cache
def originator_counter(
    name: str, originator: CommandOriginator = CommandOriginator.USER
) -> Callable[[_Element, Job], Mapping[str, Value]]:
    """A function for the counter of the command, which stands in the payload as well as in the header."""

    def counter(body: _Element, job: Job) -> Mapping[str, Value]:  # noqa: ARG001
        if originator is CommandOriginator.USER:
            return {name: job.request.request_id.counter}
        cos = originator is CommandOriginator.COS_PARTY
        party = job.context.cos_party if cos else job.context.broker
        if party is None:
            raise NotFound(
                f"{job.row.code} is originated by the {originator.value}: its counter is not given"
            )
        return {name: party.counter}

    return counter


_CELL_OF: Final = {
    "DigitalSigningCertificate": (_SIGN, _MANAGEMENT),
    "KeyAgreementCertificate": (_AGREE, _MANAGEMENT),
    "KeyAgreementTopUpCertificate": (_AGREE, _TOP_UP),
}


@cache
def replacements(role: int) -> Callable[[_Element, Job], Mapping[str, Value]]:
    """A function for the certificates of a role: each with the cell it goes to, in the request's order."""

    def found(certificates: _Element, job: Job) -> Mapping[str, Value]:
        listed: list[Value] = []
        for each in children(certificates):
            usage, cell_usage = _CELL_OF[local_name(each)]
            if cell_usage == _TOP_UP and role != _SUPPLIER:
                raise refuse(each, "only a Supplier has a cell for top-ups", rule="trust anchor cells")
            listed.append(
                {
                    "replacement_certificate": _issued(each, job),
                    "target_trust_anchor_cell": _cell(role, usage, cell_usage),
                }
            )
        if not listed:
            raise refuse(certificates, "it replaces nothing")
        return {"replacements": listed}

    return found


def _issued(certificate: _Element, job: Job) -> Value:
    asked = as_bytes(converted(BASE64, certificate))
    return asked if job.context.reissued is None else job.context.reissued(asked)


def supplier_floors(body: _Element, job: Job) -> Mapping[str, Value]:  # noqa: ARG001
    """The floors that the CoS party sets for the new Supplier; its cancellation sets none (vector)."""
    dated = find(body, "ExecutionDateTime")
    if dated is not None and converted(MOMENT, dated) == CANCELLATION:
        return {}
    change: dict[str, Value] = {
        "remote_party_role": _SUPPLIER,
        "floor_seq_number": converted(WHOLE, get(body, "SupplierFloorSeqNumber")),
    }
    top_up = find(body, "SupplierPrepaymentTopUpFloorSeqNumber")
    if top_up is not None:
        change["specialist_floor_seq_number"] = converted(TopUpFloor(), top_up)
    return {_OTHER_FLOORS: [change]}


def _certificates(path: str, role: int, *usages: str) -> Element:
    return Element(path, View(replacements(role), usages or tuple(_CELL_OF), ("replacements",)))


def _update(
    mode: str,
    certificates: Element,
    *rows: Row,
    authoriser: int | None = None,
    originator: CommandOriginator = CommandOriginator.USER,
) -> tuple[Row, ...]:
    """Rows that all updates have; `authoriser` is the role whose signing cell authorises."""
    cell = f"{_CONTROL}.authorising_remote_party_ta_cell_identifier"
    return (
        Constant(f"{_CONTROL}.credentials_replacement_mode", _MODES[mode]),
        Leaf(
            "ApplyTimeBasedCPVChecks",
            f"{_CONTROL}.apply_time_based_cpv_checks",
            Named({"true": 0, "1": 0, "false": 1, "0": 1}, rule="boolean"),
        ),
        *(() if authoriser is None else (Constant(cell, _cell(authoriser, _SIGN)),)),
        View(originator_counter(_COUNTER, originator), (), (_COUNTER,)),
        certificates,
        Each(
            "CertificationPathCertificates/Certificate",
            "certification_path_certificates",
            Leaf(".", "", BASE64),
        ),
        *rows,
    )


_ROLE: Final = Omit("RemotePartyRole", CHOSE_USE_CASE)
_OWN_FLOOR: Final = Leaf("RemotePartyFloorSeqNumber", _FLOOR, WHOLE, absent=LEFT_OUT)
_OWN_TOP_UP_FLOOR: Final = Leaf(
    "RemotePartyPrepaymentTopUpFloorSeqNumber", _TOP_UP_FLOOR, TopUpFloor(), absent=LEFT_OUT
)
_KRP, _HANDOVER = "UpdateSecurityCredentialsKRP", "RequestHandoverOfDCCControlledDevice"
_KRP_CERTIFICATES: Final = "ReplacementCertificates/SupplierOrNetworkOperatorCertificates"
_USAGE: Final = Leaf(
    "CredentialType", "key_usage", Named({"Digital Signature": _SIGN, "Key Agreement": _AGREE})
)


def _own(code: str, mode: str, role: int, *floors: Row) -> tuple[CommandRow, CommandRow]:
    """A party replaces its own certificates, or the ACB hands its cells over to the party."""
    certificates = _certificates(_KRP_CERTIFICATES, role)
    handed_over = _certificates("ReplacementCertificates", role)
    return (
        CommandRow(
            code=code,
            bodies=(_KRP,),
            rows=_update(mode, certificates, _ROLE, *floors, FUTURE_DATED, authoriser=role),
        ),
        CommandRow(
            code=code,
            bodies=(_HANDOVER,),
            rows=_update(
                mode,
                handed_over,
                _ROLE,
                *floors,
                DSP_DATED,
                authoriser=role,
                originator=CommandOriginator.ACB,
            ),
        ),
    )


def _details(code: str) -> CommandRow:
    return CommandRow(
        code=code,
        bodies=("RetrieveDeviceSecurityCredentialsKRP",),
        rows=(
            Constant("authorising_remote_party_ta_cell_identifier", _cell(_ACB, _AGREE)),
            Each(
                "RemotePartyRole", "remote_party_roles_credentials_required", Leaf(".", "", _REQUESTED_ROLES)
            ),
        ),
    )


ROWS: Final = (
    _details("CS02a"),
    _details("CS02f"),
    *_own("CS02bSupplierBySupplier", "supplierBySupplier", _SUPPLIER, _OWN_FLOOR, _OWN_TOP_UP_FLOOR),
    *_own("CS02bNOByNO", "networkOperatorByNetworkOperator", _NETWORK, _OWN_FLOOR),
    CommandRow(
        code="CS02gLoadControllerBySupplier",
        bodies=(_KRP,),
        rows=_update(
            "loadControllerBySupplier",
            _certificates(_KRP_CERTIFICATES, _LOAD_CONTROLLER),
            _ROLE,
            Leaf("RemotePartyFloorSeqNumber", _OTHER_FLOORS, FloorOfOther(_LOAD_CONTROLLER), absent=LEFT_OUT),
            FUTURE_DATED,
            authoriser=_SUPPLIER,
        ),
    ),
    CommandRow(
        code="CS02bSupplierByTransCoS",
        bodies=("UpdateSecurityCredentialsCoS",),
        rows=_update(
            "supplierByTransCoS",
            _certificates("SupplierReplacementCertificates", _SUPPLIER),
            View(
                supplier_floors,
                ("SupplierFloorSeqNumber", "SupplierPrepaymentTopUpFloorSeqNumber"),
                (_OTHER_FLOORS,),
            ),
            FUTURE_DATED,
            Omit("ImportMPxN", "for the CoS party's check against registration data; no device reads it"),
            authoriser=_COS,
            originator=CommandOriginator.COS_PARTY,
        ),
    ),
    CommandRow(
        code="CS02bACBByACB",
        bodies=("ServiceOptOut",),
        rows=_update(
            "accessControlBrokerByACB",
            _certificates(
                "ReplacementCertificates", _ACB, "DigitalSigningCertificate", "KeyAgreementCertificate"
            ),
            Leaf("ACBFloorSeqNumber", _FLOOR, WHOLE),
            DSP_DATED,
            originator=CommandOriginator.ACB,
        ),
    ),
    CommandRow(
        code="CS02d",
        bodies=("UpdateSecurityCredentialsDevice",),
        rows=(Leaf("DeviceCertificate", "certificate", BASE64),),
    ),
    CommandRow(code="CS02c", bodies=("IssueSecurityCredentials",), rows=(_USAGE,)),
    CommandRow(code="CS02e", bodies=("RetrieveDeviceSecurityCredentialsDevice",), rows=(_USAGE,)),
)
