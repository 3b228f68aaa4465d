"""Access control: whether this User may ask this of this device now.

In: a request, the EUI whose key signed it, the inventory. Out: the checks that passed, in order;
or AccessDenied with the response code, the rule and what passed before it. Order and codes:
reference `duis.md` §7.1, §8 (the sequence as a whole is inferred there). A schedule (5.1) is checked
like the request it will make. Left out: anomaly detection, sequencing, certified product list, what
the DCC's own services check in their bodies.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from dcc_sim.catalogue.request_row import FutureDating, RequestRow
from dcc_sim.catalogue.requests import request_row
from dcc_sim.catalogue.routes import candidates
from dcc_sim.dsp.inventory import DeviceRecord, Inventory, SmiStatus
from dcc_sim.duis.names import sr
from dcc_sim.duis.request import ServiceRequest
from dcc_sim.errors import AccessDenied
from dcc_sim.ids import CommandVariant, DeviceType, Eui64, RequestId, ServiceReferenceVariant, UserRole

SIGNED: Final = frozenset(
    {CommandVariant.SIGNED_SEND, CommandVariant.SIGNED_LOCAL, CommandVariant.SIGNED_SEND_AND_LOCAL}
)

_OPEN_STATUSES: Final = frozenset(
    {SmiStatus.PENDING, SmiStatus.WHITELISTED, SmiStatus.INSTALLED, SmiStatus.COMMISSIONED}
)
_SUSPENDED_MAY: Final = frozenset({"11.2", "11.3"})
"""Requests that a Suspended device still takes (MP105, reference `duis.md` §9)."""

_SCHEDULED_VARIANT: Final = sr("DSPScheduledServiceReferenceVariant")
_SCHEDULED_DEVICE: Final = sr("DeviceID")
_NO_DEVICE: Final = "no device is asked"

_ELECTRICITY_ROLES: Final = frozenset(
    {UserRole.IMPORT_SUPPLIER, UserRole.EXPORT_SUPPLIER, UserRole.ELECTRICITY_DISTRIBUTOR}
)
_GAS_ROLES: Final = frozenset({UserRole.GAS_SUPPLIER, UserRole.GAS_TRANSPORTER})
_OTHER_FUEL: Final = {
    DeviceType.ESME: _GAS_ROLES,
    DeviceType.HCALCS: _GAS_ROLES,
    DeviceType.GSME: _ELECTRICITY_ROLES,
    DeviceType.GPF: _ELECTRICITY_ROLES,
}
"""Roles that have no say over a device; a CHF or PPMID serves both fuels."""
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
    def row(self) -> RequestRow:
        """What the catalogue says of the request."""
        return request_row(self.request.variant)

    @property
    def asked(self) -> RequestRow:
        """What the catalogue says of the request that reaches a device: the scheduled one of a schedule."""
        scheduled = self.request.body.findtext(_SCHEDULED_VARIANT)
        return self.row if scheduled is None else request_row(ServiceReferenceVariant(scheduled.strip()))

    @property
    def device(self) -> DeviceRecord | None:
        """The device that is asked, now or by a schedule. Raises AccessDenied (E19)."""
        if self.asked.non_device:
            return None
        if not self.row.non_device:
            return self.inventory.device(self.request.request_id.target)
        return self.inventory.device(Eui64.parse(self.request.body.findtext(_SCHEDULED_DEVICE, "")))

    def usable_roles(self, device: DeviceRecord) -> frozenset[UserRole]:
        """Roles of the User that the request admits and that fit the fuel of the device."""
        mine = self.inventory.party(self.request.request_id.originator).user_roles
        other_fuel = _OTHER_FUEL.get(device.type, frozenset[UserRole]())
        return (mine & frozenset(self.row.roles) & frozenset(self.asked.roles)) - other_fuel


def check_access(application: Application) -> tuple[Passed, ...]:
    """Run all checks. Raises AccessDenied.

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
    mine = a.inventory.party(a.request.request_id.originator).user_roles
    for row in dict.fromkeys((a.row, a.asked)):
        if not mine & frozenset(row.roles):
            wanted = ", ".join(role.value for role in row.roles) or "no User Role"
            raise AccessDenied(f"{row.variant} is for {wanted}", code="E2", rule="role may use the service")
    return ", ".join(sorted(role.value for role in mine & frozenset(a.asked.roles)))


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
    if not a.asked.schedulable and a.asked is not row:
        raise AccessDenied(f"{a.asked.variant} cannot be scheduled", rule="scheduling", code="E100")
    if when is None and row.dated_only:
        raise AccessDenied(f"{a.request.variant} has to be future-dated", rule="future dating", code="E100")
    if when is None:
        return "at once" if a.asked is row else f"schedule of {a.asked.variant}"
    if row.future_dating is FutureDating.NO:
        raise AccessDenied(f"{a.request.variant} cannot be future-dated", rule="future dating", code="E100")
    if a.request.is_cancellation:
        return "cancellation"
    if when <= a.now:
        raise AccessDenied(f"{when:%Y-%m-%dT%H:%M:%SZ} is past", rule="execution date", code="E100")
    return f"{when:%Y-%m-%dT%H:%M:%SZ}, kept by the {row.future_dating.value}"


def _known_device(a: Application) -> str:
    device = a.device
    return _NO_DEVICE if device is None else f"{device.type.value} {device.eui}"


def _device_type(a: Application) -> str:
    device, asked = a.device, a.asked
    if device is None:
        return _NO_DEVICE
    routes = candidates(ServiceReferenceVariant(asked.variant), device.type, asked.name)
    return " or ".join(dict.fromkeys(entry.use_case for entry in routes))


def _status(a: Application) -> str:
    device = a.device
    if device is None:
        return _NO_DEVICE
    status = device.status
    suspended_ok = status is SmiStatus.SUSPENDED and a.request.variant.text in _SUSPENDED_MAY
    if status not in _OPEN_STATUSES and not suspended_ok:
        raise AccessDenied(f"the device is {status.value}", code="E5", rule="SMI status")
    return status.value


def _responsible(a: Application) -> str:
    device = a.device
    if device is None:
        return _NO_DEVICE
    roles = a.usable_roles(device)
    originator = a.request.request_id.originator
    if not roles & (_SUPPLIER_ROLES | _NETWORK_ROLES):
        if roles:
            return "no registration needed"
        raise _not_responsible(a, device, "its roles are for the other fuel")
    registration = a.inventory.registrations.get(device.mpxn) if device.mpxn is not None else None
    if registration is None:
        raise _not_responsible(a, device, "the device has no registered meter point")
    if roles & _SUPPLIER_ROLES and registration.supplier == originator:
        return f"supplier of {registration.mpxn}"
    if roles & _NETWORK_ROLES and registration.network == originator:
        return f"network operator of {registration.mpxn}"
    raise _not_responsible(a, device, f"it is not registered at {registration.mpxn}")


def _not_responsible(a: Application, device: DeviceRecord, why: str) -> AccessDenied:
    name = a.inventory.party(a.request.request_id.originator).name
    return AccessDenied(f"{name} may not address {device.eui}: {why}", code="E4", rule="responsible party")


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
