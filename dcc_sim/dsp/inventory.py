"""The Smart Metering Inventory, the parties and the registration data the DCC decides by.

In: records. Out: lookups that raise with the response code of what is missing. Left out: status
changes and their history, Type 2 devices (reference `duis.md` §9, §23).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum

from dcc_sim.errors import AccessDenied
from dcc_sim.ids import DeviceType, Eui64, Mpxn, RemotePartyRole, UserRole


class SmiStatus(Enum):
    """Status of a device in the inventory (DUIS 5.4 `DeviceStatus`)."""

    PENDING = "Pending"
    WHITELISTED = "Whitelisted"
    INSTALLED = "InstalledNotCommissioned"
    COMMISSIONED = "Commissioned"
    DECOMMISSIONED = "Decommissioned"
    WITHDRAWN = "Withdrawn"
    SUSPENDED = "Suspended"
    RECOVERY = "Recovery"
    RECOVERED = "Recovered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """An organisation: its User Roles at the DCC, its role in the trust anchors of devices."""

    eui: Eui64
    name: str
    user_roles: frozenset[UserRole]
    remote_role: RemotePartyRole
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRecord:
    """A device in the inventory; meters carry their meter point, other devices that of their meter."""

    eui: Eui64
    type: DeviceType
    status: SmiStatus = SmiStatus.COMMISSIONED
    mpxn: Mpxn | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """Who is registered at a meter point."""

    mpxn: Mpxn
    supplier: Eui64
    network: Eui64


@dataclass(slots=True)
class Inventory:
    """Parties, devices and registrations of one DCC."""

    parties: dict[Eui64, Party] = field(default_factory=dict)
    devices: dict[Eui64, DeviceRecord] = field(default_factory=dict)
    registrations: dict[Mpxn, Registration] = field(default_factory=dict)

    def add(self, records: Iterable[Party | DeviceRecord | Registration]) -> None:
        """Take records in; a later one for the same thing replaces the earlier."""
        for record in records:
            match record:
                case Party():
                    self.parties[record.eui] = record
                case DeviceRecord():
                    self.devices[record.eui] = record
                case Registration():
                    self.registrations[record.mpxn] = record

    def party(self, eui: Eui64) -> Party:
        """Raises AccessDenied (E1)."""
        if eui not in self.parties:
            raise AccessDenied(f"{eui} is not a User of this DCC", code="E1", rule="User known")
        return self.parties[eui]

    def device(self, eui: Eui64) -> DeviceRecord:
        """Raises AccessDenied (E19)."""
        if eui not in self.devices:
            raise AccessDenied(f"device {eui} is not in the inventory", code="E19", rule="device known")
        return self.devices[eui]
