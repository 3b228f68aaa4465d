"""A home as a user describes it: parties, devices, meter points, settlement details.

In: a mapping read from TOML. Out: `Home`, typed and checked, with an error that names the entry.
Left out: device behaviour beyond its type (load profiles, tariffs, faults).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, TypeVar, get_type_hints

from dcc_sim.dsp.inventory import DeviceRecord, Inventory, Party, Registration, SmiStatus
from dcc_sim.errors import NotFound
from dcc_sim.ids import DeviceType, Eui64, Mpxn, RemotePartyRole, UserRole
from dcc_sim.mtd.models import change as mtd
from dcc_sim.mtd.models.change import Meter, Parties

T = TypeVar("T")

_REMOTE_ROLES: Final = {role.name.lower().replace("_", " "): role for role in RemotePartyRole}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What the supplier has on record of an electricity supply, for the industry flows."""

    ssc: str
    annual_kwh: Decimal
    meter: Meter
    registration: mtd.Registration
    parties: Parties


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """One home and the parties around it."""

    name: str
    seed: str
    parties: tuple[Party, ...]
    devices: tuple[DeviceRecord, ...]
    settlement: Settlement | None

    def party(self, role: RemotePartyRole) -> Party:
        """The first party of a role. Raises NotFound."""
        for party in self.parties:
            if party.remote_role is role:
                return party
        raise NotFound(f"home {self.name!r} has no {role.name.lower().replace('_', ' ')}")

    def device(self, kind: DeviceType) -> DeviceRecord:
        """The first device of a type. Raises NotFound."""
        for record in self.devices:
            if record.type is kind:
                return record
        raise NotFound(f"home {self.name!r} has no {kind.value}")

    def inventory(self) -> Inventory:
        """What the DCC knows of it; supplier and network are registered at every meter point."""
        inventory = Inventory()
        inventory.add(self.parties)
        inventory.add(self.devices)
        supplier = self.party(RemotePartyRole.SUPPLIER).eui
        network = self.party(RemotePartyRole.NETWORK_OPERATOR).eui
        points = sorted({record.mpxn for record in self.devices if record.mpxn is not None})
        inventory.add(Registration(mpxn=point, supplier=supplier, network=network) for point in points)
        return inventory


def parse_home(content: Mapping[str, Any]) -> Home:
    """Read a home. Raises NotFound naming the entry that is missing or wrong."""
    return Home(
        name=_read(content, "name", str, "the home"),
        seed=_read(content, "seed", str, "the home"),
        parties=tuple(_party(entry, n) for n, entry in enumerate(_tables(content, "party"), 1)),
        devices=tuple(_device(entry, n) for n, entry in enumerate(_tables(content, "device"), 1)),
        settlement=_settlement(_read(content, "electricity", dict, "the home"))
        if "electricity" in content
        else None,
    )


def _tables(content: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    found = content.get(key, [])
    if not isinstance(found, list) or not all(isinstance(entry, Mapping) for entry in found):
        raise NotFound(f"the home: write [[{key}]] before the entries of each {key}")
    return found


def _party(entry: Mapping[str, Any], number: int) -> Party:
    where = f"party {number}"
    return Party(
        eui=_read(entry, "eui", Eui64.parse, where),
        name=_read(entry, "name", str, where),
        user_roles=_read(entry, "user_roles", lambda names: frozenset(UserRole(n) for n in names), where),
        remote_role=_read(entry, "remote_role", _remote_role, where),
    )


def _device(entry: Mapping[str, Any], number: int) -> DeviceRecord:
    where = f"device {number}"
    return DeviceRecord(
        eui=_read(entry, "eui", Eui64.parse, where),
        type=_read(entry, "type", DeviceType, where),
        status=_read(entry, "status", SmiStatus, where) if "status" in entry else SmiStatus.COMMISSIONED,
        mpxn=_read(entry, "mpxn", Mpxn, where) if "mpxn" in entry else None,
    )


def _settlement(entry: Mapping[str, Any]) -> Settlement:
    where = "electricity"
    return Settlement(
        ssc=_read(entry, "ssc", str, where),
        annual_kwh=_read(entry, "annual_kwh", lambda v: Decimal(str(v)), where),
        meter=_whole(Meter, entry, "meter"),
        registration=_whole(mtd.Registration, entry, "registration"),
        parties=_whole(Parties, entry, "parties"),
    )


def _whole(kind: type[T], entry: Mapping[str, Any], key: str) -> T:
    """A dataclass from the table `key`, its fields by their own names."""
    table = _read(entry, key, dict, "electricity")
    hints = get_type_hints(kind)
    for name, value in table.items():
        if name in hints and not isinstance(value, hints[name]):
            wanted = hints[name].__name__
            raise NotFound(f"electricity.{key}.{name}: {value!r} is not of type {wanted}")
    try:
        return kind(**table)
    except TypeError as error:
        raise NotFound(f"electricity.{key}: {error}") from error


def _remote_role(name: str) -> RemotePartyRole:
    if name not in _REMOTE_ROLES:
        raise ValueError(f"{name!r} is none of {', '.join(_REMOTE_ROLES)}")
    return _REMOTE_ROLES[name]


def _read(entry: Mapping[str, Any], key: str, convert: Callable[[Any], T], where: str) -> T:
    if key not in entry:
        raise NotFound(f"{where}: {key} is missing")
    try:
        return convert(entry[key])
    except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError) as error:
        raise NotFound(f"{where}: {key}: {error}") from error
