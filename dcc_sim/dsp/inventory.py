"""The Smart Metering Inventory, the parties and the registration data the DCC decides by.

In: records. Out: lookups that raise with the response code of what is missing. Left out: the history of
statuses, Type 2 devices (reference `duis.md` §9, §23).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from typing import Final

from dcc_sim.catalogue.routes import GbcsVersion
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


ESME_VARIANTS: Final = (
    *("A", "B", "C", "AD", "BD", "CD", "ADE", "BDE", "CDE", "ADF", "BDF", "CDF", "ADEF", "BDEF", "CDEF"),
    *("ADG", "ADEG", "AF", "BF", "CF", "AEF", "BEF", "CEF", "AG", "AEG"),
)
"""The 25 variants of DUIS 5.4."""


@dataclass(frozen=True, slots=True)
class EsmeVariant:
    """A letter for the elements, then one for each part that an ESME may have.

    A single element, B twin element, C polyphase; D auxiliary load control, E boost function, F auxiliary
    proportional control. G is taken for a controller of its own kind (SAPC), which no source says.
    Raises ValueError for what is none of the 25.
    """

    letters: str

    def __post_init__(self) -> None:
        if self.letters not in ESME_VARIANTS:
            raise ValueError(f"{self.letters!r} is no ESME variant")

    @property
    def twin_element(self) -> bool:
        """Whether it has a second element."""
        return self.letters[0] == "B"

    @property
    def phases(self) -> int:
        """1 or 3."""
        return 3 if self.letters[0] == "C" else 1

    def __str__(self) -> str:
        return self.letters


WITHOUT_USERS: Final = frozenset({DeviceType.CHF, DeviceType.PPMID})
"""Devices that hold no User's credentials: the ACB acts for Users there (reference `gbcs.md` §a.1)."""
USUAL_VARIANT: Final = EsmeVariant("ADEF")
USUAL_GBCS: Final = GbcsVersion(4, 1)


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
    """A device in the inventory; meters carry their meter point, other devices that of their meter.

    `gbcs` is the version of GBCS it follows, None when nobody has said; `variant` is that of an ESME.
    `secondary` and `export` are the further meter points of an ESME.
    """

    eui: Eui64
    type: DeviceType
    status: SmiStatus = SmiStatus.COMMISSIONED
    mpxn: Mpxn | None = None
    secondary: Mpxn | None = None
    export: Mpxn | None = None
    gbcs: GbcsVersion | None = None
    variant: EsmeVariant | None = None
    firmware: str = "00000001"
    manufacturer: str = "dcc-sim"
    model: str = "simulated"
    commissioned_at: datetime | None = None

    @property
    def phases(self) -> int | None:
        """1 or 3 for an ESME whose variant is known."""
        return None if self.variant is None else self.variant.phases


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """Who is registered at a meter point."""

    mpxn: Mpxn
    supplier: Eui64
    network: Eui64


_NOT_YET: Final = frozenset({SmiStatus.PENDING, SmiStatus.WHITELISTED, SmiStatus.INSTALLED})
_JOINED: Final = frozenset({DeviceType.GPF, DeviceType.PPMID, DeviceType.HCALCS})
_MOVES: Final = {
    "8.1.1": (_NOT_YET, SmiStatus.COMMISSIONED, frozenset({DeviceType.ESME, DeviceType.GSME})),
    "8.7.1": (_NOT_YET, SmiStatus.COMMISSIONED, _JOINED),
    "8.7.2": (_NOT_YET, SmiStatus.COMMISSIONED, _JOINED),
    "8.11": (frozenset({SmiStatus.PENDING}), SmiStatus.WHITELISTED, frozenset(DeviceType)),
}
"""By the request that succeeded: from which statuses, to which, for which types of device."""


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

    def succeeded(self, variant: str, eui: Eui64, now: datetime) -> None:
        """A device did what a request asked: the status of one moves on (reference `duis.md` §9)."""
        record, move = self.devices.get(eui), _MOVES.get(variant)
        if record is None or move is None:
            return
        before, after, kinds = move
        if record.status in before and record.type in kinds:
            at = now if after is SmiStatus.COMMISSIONED else record.commissioned_at
            self.devices[eui] = replace(record, status=after, commissioned_at=at)

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
