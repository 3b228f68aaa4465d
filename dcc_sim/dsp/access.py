"""Access control: whether this User may ask this of this device now.

In: a request, the EUI whose key signed it, the inventory. Out: the checks that passed, in order;
or AccessDenied with the response code, the rule and what passed before it. Order and codes:
reference `duis.md` §7.1, §8 (the sequence as a whole is inferred there). Left out: anomaly
detection, sequencing, certified product list.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from dcc_sim.catalogue.requests import FutureDating, RequestRow, request_row
from dcc_sim.catalogue.routes import route
from dcc_sim.dsp.inventory import DeviceRecord, Inventory, SmiStatus
from dcc_sim.duis.request import ServiceRequest
from dcc_sim.errors import AccessDenied
from dcc_sim.ids import CommandVariant, Eui64, RequestId, UserRole

SIGNED: Final = frozenset(
    {CommandVariant.SIGNED_SEND, CommandVariant.SIGNED_LOCAL, CommandVariant.SIGNED_SEND_AND_LOCAL}
)

_OPEN_STATUSES: Final = frozenset(
    {SmiStatus.PENDING, SmiStatus.WHITELISTED, SmiStatus.INSTALLED, SmiStatus.COMMISSIONED}
)
_SUSPENDED_MAY: Final = frozenset({"11.2", "11.3"})
"""Requests that a Suspended device still takes (MP105, reference `duis.md` §9)."""

_ELECTRICITY_ROLES: Final = frozenset(
    {UserRole.IMPORT_SUPPLIER, UserRole.EXPORT_SUPPLIER, UserRole.ELECTRICITY_DISTRIBUTOR}
)
_GAS_ROLES: Final = frozenset({UserRole.GAS_SUPPLIER, UserRole.GAS_TRANSPORTER})
_SUPPLIER_ROLES: Final = frozenset({UserRole.IMPORT_SUPPLIER, UserRole.GAS_SUPPLIER})
_NETWORK_ROLES: Final = frozenset({UserRole.ELECTRICITY_DISTRIBUTOR, UserRole.GAS_TRANSPORTER})


@dataclass(frozen=True, slots=True)
class Passed:
    """A check that said yes, and on what ground."""

    rule: str
    detail: str


@dataclass(frozen=True, slots=True)
class Application:
    """One request before the checks."""

    request: ServiceRequest
    signer: Eui64
    inventory: Inventory
    seen: frozenset[tuple[RequestId, bool]]
    now: datetime

    @property
    def device(self) -> DeviceRecord:
        """The target. Raises AccessDenied (E19)."""
        return self.inventory.device(self.request.request_id.target)

    @property
    def row(self) -> RequestRow:
        """What the catalogue says of the request. Raises Unsupported."""
        return request_row(self.request.variant, self.request.name)

    def usable_roles(self) -> frozenset[UserRole]:
        """Roles of the User that the request admits and that fit the fuel of the device."""
        mine = self.inventory.party(self.request.request_id.originator).user_roles
        other_fuel = _ELECTRICITY_ROLES if self.device.is_gas else _GAS_ROLES
        return (mine & frozenset(self.row.roles)) - other_fuel


def check_access(application: Application) -> tuple[Passed, ...]:
    """Run all checks. Raises AccessDenied, or Unsupported for a request that is not built.

    The exception's notes list what passed before it.
    """
    passed: list[Passed] = []
    for rule, check in _CHECKS:
        try:
            passed.append(Passed(rule, check(application)))
        except AccessDenied as denied:
            for done in passed:
                denied.add_note(f"passed: {done.rule} ({done.detail})")
            raise
    return tuple(passed)


def _signer(a: Application) -> str:
    originator = a.request.request_id.originator
    if a.signer != originator:
        reason = f"the request is signed by {a.signer} but sent in the name of {originator}"
        raise AccessDenied(reason, code="E100", rule="signer is the originator")
    return str(originator)


def _fresh(a: Application) -> str:
    # The same id comes twice for a critical request: for its transform and as signed pre-command.
    key = (a.request.request_id, a.request.command_variant in SIGNED)
    if key in a.seen:
        raise AccessDenied(f"{a.request.request_id} was used before", code="E100", rule="request id unused")
    return f"counter {a.request.request_id.counter}"


def _user(a: Application) -> str:
    party = a.inventory.party(a.request.request_id.originator)
    if not party.user_roles:
        raise AccessDenied(f"{party.name} has no User Role", code="E1", rule="User known")
    return f"{party.name}: {', '.join(sorted(role.value for role in party.user_roles))}"


def _role(a: Application) -> str:
    row = a.row
    admitted = a.inventory.party(a.request.request_id.originator).user_roles & frozenset(row.roles)
    if not admitted:
        wanted = ", ".join(role.value for role in row.roles)
        raise AccessDenied(f"{a.request.variant} is for {wanted}", code="E2", rule="role may use the service")
    return ", ".join(sorted(role.value for role in admitted))


def _standing(a: Application) -> str:
    party = a.inventory.party(a.request.request_id.originator)
    if not party.active:
        raise AccessDenied(f"{party.name} is suspended", code="E3", rule="User status")
    return "active"


def _form(a: Application) -> str:
    row, form = a.row, a.request.command_variant
    if form not in row.command_variants:
        allowed = ", ".join(str(int(v)) for v in row.command_variants)
        raise AccessDenied(
            f"command variant {int(form)} does not go with {a.request.variant}, only {allowed}",
            code="E12",
            rule="command variant",
        )
    return f"{int(form)} {form.name.lower().replace('_', ' ')}"


def _dating(a: Application) -> str:
    row, when = a.row, a.request.execution
    if when is None:
        return "at once"
    if row.future_dating is FutureDating.NO:
        raise AccessDenied(f"{a.request.variant} cannot be future-dated", rule="future dating", code="E100")
    if a.request.is_cancellation:
        return "cancellation"
    if when <= a.now:
        raise AccessDenied(f"{when:%Y-%m-%dT%H:%M:%SZ} is past", rule="execution date", code="E100")
    return f"{when:%Y-%m-%dT%H:%M:%SZ}, kept by the {row.future_dating.value}"


def _known_device(a: Application) -> str:
    return f"{a.device.type.value} {a.device.eui}"


def _device_type(a: Application) -> str:
    return route(a.request.variant, a.device.type, a.request.name)


def _status(a: Application) -> str:
    status = a.device.status
    suspended_ok = status is SmiStatus.SUSPENDED and a.request.variant.text in _SUSPENDED_MAY
    if status not in _OPEN_STATUSES and not suspended_ok:
        raise AccessDenied(f"the device is {status.value}", code="E5", rule="SMI status")
    return status.value


def _responsible(a: Application) -> str:
    roles, device = a.usable_roles(), a.device
    originator = a.request.request_id.originator
    if not roles & (_SUPPLIER_ROLES | _NETWORK_ROLES):
        if roles:
            return "no registration needed"
        raise _not_responsible(a, "its roles are for the other fuel")
    registration = a.inventory.registrations.get(device.mpxn) if device.mpxn is not None else None
    if registration is None:
        raise _not_responsible(a, "the device has no registered meter point")
    if roles & _SUPPLIER_ROLES and registration.supplier == originator:
        return f"supplier of {registration.mpxn}"
    if roles & _NETWORK_ROLES and registration.network == originator:
        return f"network operator of {registration.mpxn}"
    raise _not_responsible(a, f"it is not registered at {registration.mpxn}")


def _not_responsible(a: Application, why: str) -> AccessDenied:
    name = a.inventory.party(a.request.request_id.originator).name
    return AccessDenied(f"{name} may not address {a.device.eui}: {why}", code="E4", rule="responsible party")


_CHECKS: Final[tuple[tuple[str, Callable[[Application], str]], ...]] = (
    ("signer is the originator", _signer),
    ("request id unused", _fresh),
    ("User known", _user),
    ("role may use the service", _role),
    ("User status", _standing),
    ("command variant", _form),
    ("execution date", _dating),
    ("device known", _known_device),
    ("device type", _device_type),
    ("SMI status", _status),
    ("responsible party", _responsible),
)
