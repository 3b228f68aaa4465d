"""A home as a user describes it: parties, devices, what they measure, what goes wrong, settlement details.

In: a mapping read from TOML. Out: `Home`, typed and checked as a whole, or `HomeInvalid` with every
finding: place, rule, what would be valid. Left out: reading of tables (`home_reading`), bringing it to
life (`world`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, TypeVar, get_type_hints

from dcc_sim.catalogue.usecases import USE_CASES
from dcc_sim.devices.load import LoadEvent
from dcc_sim.dsp.faults import CERTIFICATES, OWN_KEYS, Fault, FaultKind
from dcc_sim.dsp.home_reading import (
    HomeFinding,
    HomeInvalid,
    Key,
    Reading,
    amount,
    day,
    each,
    member,
    moment,
    of_text,
    one_of,
    text,
    truth,
    version,
    whole,
)
from dcc_sim.dsp.home_tariff import TARIFF_KEYS, HomeTariff, home_tariff
from dcc_sim.dsp.inventory import DeviceRecord, EsmeVariant, Inventory, Party, Registration, SmiStatus
from dcc_sim.errors import NotFound
from dcc_sim.ids import DeviceType, Eui64, Mpxn, RemotePartyRole, UserRole
from dcc_sim.mtd.models import change as mtd
from dcc_sim.mtd.models.change import Meter, Parties

__all__ = ("Home", "HomeFinding", "HomeInvalid", "Settlement", "Setup", "parse_home")

T = TypeVar("T")

EMULATED: Final = frozenset(DeviceType) - {DeviceType.IHD, DeviceType.CAD}
_METERS: Final = (DeviceType.ESME, DeviceType.GSME)
_GAS: Final = (DeviceType.GSME, DeviceType.GPF)
_REMOTE_ROLES: Final = {role.name.lower().replace("_", " "): role for role in RemotePartyRole}
_NEEDED: Final = (
    RemotePartyRole.SUPPLIER,
    RemotePartyRole.NETWORK_OPERATOR,
    RemotePartyRole.ACCESS_CONTROL_BROKER,
)
_OF_FUEL: Final = {
    (RemotePartyRole.SUPPLIER, False): UserRole.IMPORT_SUPPLIER,
    (RemotePartyRole.SUPPLIER, True): UserRole.GAS_SUPPLIER,
    (RemotePartyRole.NETWORK_OPERATOR, False): UserRole.ELECTRICITY_DISTRIBUTOR,
    (RemotePartyRole.NETWORK_OPERATOR, True): UserRole.GAS_TRANSPORTER,
}
_EUI: Final = "16 hex digits such as 00-50-C2-5F-31-00-00-A0"
_MPXN: Final = "13 digits (MPAN) or 6 to 10 (MPRN) with their check digits, in quotation marks"
_MOMENT: Final = "a moment such as 2026-12-01T00:00:00Z"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What the supplier has on record of an electricity supply, for the industry flows."""

    ssc: str
    annual_kwh: Decimal
    meter: Meter
    registration: mtd.Registration
    parties: Parties


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """How a device is when its home begins: who is responsible for it, what it measures and charges.

    `annual_kwh` is what flows in a year, electricity or the gas of that energy; None for the usual.
    """

    supplier: Eui64 | None = None
    network_operator: Eui64 | None = None
    annual_kwh: int | None = None
    events: tuple[LoadEvent, ...] = ()
    tariff: HomeTariff | None = None


PLAIN_SETUP: Final = Setup()


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """One home and the parties around it."""

    name: str
    seed: str
    parties: tuple[Party, ...]
    devices: tuple[DeviceRecord, ...]
    settlement: Settlement | None = None
    setups: Mapping[Eui64, Setup] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()

    def party(self, role: RemotePartyRole) -> Party:
        """The first party of a role. Raises NotFound."""
        for party in self.parties:
            if party.remote_role is role:
                return party
        raise NotFound(f"home {self.name!r} has no {role.name.lower().replace('_', ' ')}")

    def responsible(self, role: RemotePartyRole, record: DeviceRecord) -> Party:
        """Who plays a role for a device: as its table says, else the first of its fuel. Raises NotFound."""
        setup = self.setups.get(record.eui, PLAIN_SETUP)
        named = {
            RemotePartyRole.SUPPLIER: setup.supplier,
            RemotePartyRole.NETWORK_OPERATOR: setup.network_operator,
        }.get(role)
        wanted = _OF_FUEL.get((role, is_gas(record)))
        parties = [party for party in self.parties if party.remote_role is role]
        for party in parties:
            if party.eui == named or (named is None and wanted in party.user_roles):
                return party
        return self.party(role)

    def device(self, kind: DeviceType) -> DeviceRecord:
        """The first device of a type. Raises NotFound."""
        for record in self.devices:
            if record.type is kind:
                return record
        raise NotFound(f"home {self.name!r} has no {kind.value}")

    def inventory(self) -> Inventory:
        """What the DCC knows of it; every meter point is registered with those responsible for its meter."""
        inventory = Inventory()
        inventory.add(self.parties)
        inventory.add(self.devices)
        # A meter decides for its meter point, whatever stands at the devices around it.
        for record in sorted(self.devices, key=lambda r: r.type in _METERS):
            for point in (record.mpxn, record.secondary, record.export):
                if point is not None:
                    supplier = self.responsible(RemotePartyRole.SUPPLIER, record).eui
                    network = self.responsible(RemotePartyRole.NETWORK_OPERATOR, record).eui
                    inventory.add([Registration(mpxn=point, supplier=supplier, network=network)])
        return inventory


def is_gas(record: DeviceRecord) -> bool:
    """Whether a device serves gas: by its meter point, else by its type."""
    return record.type in _GAS if record.mpxn is None else not record.mpxn.is_mpan


_HOME: Final = {
    "name": Key(text, "a name", required=True),
    "seed": Key(text, "any text: keys and consumption follow from it", required=True),
}
_PARTY: Final = {
    "eui": Key(of_text(Eui64.parse), _EUI, required=True),
    "name": Key(text, "a name", required=True),
    "user_roles": Key(
        lambda v: frozenset(each(member(UserRole))(v)),
        "a list of " + ", ".join(role.value for role in UserRole),
        required=True,
        default=frozenset(),
    ),
    "remote_role": Key(one_of(_REMOTE_ROLES), "one of " + ", ".join(_REMOTE_ROLES), required=True),
    "active": Key(truth, "true or false", default=True),
}
_DEVICE: Final = {
    "eui": Key(of_text(Eui64.parse), _EUI, required=True),
    "type": Key(member(DeviceType), "one of " + ", ".join(t.value for t in DeviceType), required=True),
    "status": Key(
        member(SmiStatus), "one of " + ", ".join(s.value for s in SmiStatus), default=SmiStatus.COMMISSIONED
    ),
    "mpxn": Key(of_text(Mpxn), _MPXN),
    "secondary_mpxn": Key(of_text(Mpxn), _MPXN),
    "export_mpxn": Key(of_text(Mpxn), _MPXN),
    "gbcs": Key(version, 'a version such as "4.1"'),
    "variant": Key(of_text(EsmeVariant), "one of the 25 of DUIS: A, B or C, then D, E, F, G"),
    "firmware": Key(of_text(lambda v: bytes.fromhex(v).hex().upper()), "8 hex digits", default="00000001"),
    "manufacturer": Key(text, "up to 30 characters", default="dcc-sim"),
    "model": Key(text, "up to 30 characters", default="simulated"),
    "supplier": Key(of_text(Eui64.parse), "the EUI of a party whose remote_role is supplier"),
    "network_operator": Key(of_text(Eui64.parse), "the EUI of a party whose remote_role is network operator"),
}
_LOAD: Final = {"annual_kwh": Key(whole(1, 1_000_000), "kWh in a year, from 1 to 1000000")}
_EVENT: Final = {
    "starts": Key(moment, _MOMENT, required=True),
    "ends": Key(moment, _MOMENT, required=True),
    "watts": Key(whole(0, 100_000), "W, from 0 to 100000", required=True, default=0),
}
_FAULT: Final = {
    "device": Key(of_text(Eui64.parse), "the EUI of an emulated device of this home", required=True),
    "kind": Key(member(FaultKind), "one of " + ", ".join(k.value for k in FaultKind), required=True),
    "starts": Key(moment, _MOMENT),
    "ends": Key(moment, _MOMENT),
    "seconds": Key(whole(-31_536_000, 31_536_000), "seconds"),
    "use_case": Key(one_of(USE_CASES), "a use case such as ECS17b"),
    "item": Key(whole(0, 999), "the item that fails, the first is 0"),
    "result": Key(whole(1, 255), "a DLMS result or ZigBee status from 1 to 255"),
    "attribute": Key(text, "the name of one attribute of a ZigBee read"),
    "at_activation": Key(truth, "true or false"),
    "party": Key(one_of({name: name for name in CERTIFICATES}), "one of " + ", ".join(CERTIFICATES)),
}
_DATES: Final = {"device", "kind", "starts", "ends"}
_FAILING: Final = {"use_case", "item", "result", "attribute", "at_activation"}
_FAULT_KEYS: Final[Mapping[FaultKind, tuple[frozenset[str], frozenset[str]]]] = {
    FaultKind.CLOCK_ERROR: (frozenset({"seconds"}), frozenset({"device", "kind", "starts", "seconds"})),
    FaultKind.FAILING_ITEM: (
        frozenset({"use_case", "result"}),
        frozenset({"device", "kind", "starts"} | _FAILING),
    ),
    FaultKind.SLOW: (frozenset({"seconds"}), frozenset(_DATES | {"seconds"})),
    FaultKind.WRONG_CERTIFICATE: (frozenset(), frozenset(_DATES | {"party"})),
}
"""Keys that a kind of fault needs, and all that it may have; of the others dates alone."""


def parse_home(content: Mapping[str, Any]) -> Home:
    """Read a home. Raises HomeInvalid with everything that is missing, unknown or wrong."""
    reading = Reading()
    top = reading.table(content, "", _HOME, ("party", "device", "fault", "electricity"))
    parties = [(place, _party(reading, place, e)) for place, e in reading.tables(content, "party")]
    devices = [(place, _device(reading, place, e)) for place, e in reading.tables(content, "device")]
    faults = [(place, _fault(reading, place, e)) for place, e in reading.tables(content, "fault")]
    settlement = _settlement(reading, content["electricity"]) if "electricity" in content else None
    reading.finish()  # what does not read cannot be compared
    found = {place: record for place, (record, _) in devices if record is not None}
    known = {place: party for place, party in parties if party is not None}
    setups = {record.eui: setup for record, setup in (d for _, d in devices) if record is not None}
    errors = {place: fault for place, fault in faults if fault is not None}
    _check_parties(reading, known, found)
    _check_devices(reading, known, found, setups)
    _check_faults(reading, found, errors)
    reading.finish()
    return Home(
        name=top["name"],
        seed=top["seed"],
        parties=tuple(known.values()),
        devices=tuple(found.values()),
        settlement=settlement,
        setups={eui: setup for eui, setup in setups.items() if setup != PLAIN_SETUP},
        faults=tuple(errors.values()),
    )


# ---------------------------------------------------------------------------------------- one table


def _party(reading: Reading, place: str, entry: object) -> Party | None:
    values = reading.table(entry, place, _PARTY)
    return None if values["eui"] is None or values["remote_role"] is None else Party(**values)


def _device(reading: Reading, place: str, entry: object) -> tuple[DeviceRecord | None, Setup]:
    values = reading.table(entry, place, _DEVICE, ("load", "tariff"))
    kind: DeviceType | None = values["type"]
    if values["eui"] is None or kind is None or not isinstance(entry, Mapping):
        return None, PLAIN_SETUP
    _check_device(reading, place, kind, entry)
    setup = Setup(supplier=values.pop("supplier"), network_operator=values.pop("network_operator"))
    if kind in _METERS:
        annual, events = _load(reading, f"{place}.load", entry["load"]) if "load" in entry else (None, ())
        tariff = None
        if "tariff" in entry:
            there = f"{place}.tariff"
            tariff = home_tariff(reading, there, reading.table(entry["tariff"], there, TARIFF_KEYS), kind)
        setup = Setup(
            supplier=setup.supplier,
            network_operator=setup.network_operator,
            annual_kwh=annual,
            events=events,
            tariff=tariff,
        )
    secondary, export = values.pop("secondary_mpxn"), values.pop("export_mpxn")
    return DeviceRecord(**values, secondary=secondary, export=export), setup


def _check_device(reading: Reading, place: str, kind: DeviceType, entry: Mapping[str, Any]) -> None:
    """What goes with the type of the device, and nothing else."""
    for key, kinds in (
        *((key, (DeviceType.ESME,)) for key in ("variant", "secondary_mpxn", "export_mpxn")),
        *((key, _METERS) for key in ("load", "tariff")),
    ):
        if key in entry and kind not in kinds:
            names = " or ".join(k.value for k in kinds)
            reading.say(f"{place}.{key}", "device type", f"a {kind.value} has none", f"only of an {names}")
    if "secondary_mpxn" in entry and not str(entry.get("variant", "A")).startswith("B"):
        reading.say(
            f"{place}.secondary_mpxn", "device type", "only a twin-element ESME has one", "variant B…"
        )


def _load(reading: Reading, place: str, entry: object) -> tuple[int | None, tuple[LoadEvent, ...]]:
    values = reading.table(entry, place, _LOAD, ("event",))
    events = []
    for there, event in reading.tables(entry if isinstance(entry, Mapping) else {}, "event", place):
        given = reading.table(event, there, _EVENT)
        if given["starts"] is None or given["ends"] is None:
            continue
        if given["ends"] < given["starts"]:
            reading.say(f"{there}.ends", "order", "lies before its start", "a later moment")
            continue
        events.append(LoadEvent(given["starts"], given["ends"], given["watts"]))
    return values["annual_kwh"], tuple(events)


def _fault(reading: Reading, place: str, entry: object) -> Fault | None:
    values = reading.table(entry, place, _FAULT)
    kind: FaultKind | None = values["kind"]
    if kind is None or values["device"] is None or not isinstance(entry, Mapping):
        return None
    needed, possible = _FAULT_KEYS.get(kind, (frozenset[str](), frozenset(_DATES)))
    for key in sorted(needed - set(entry)):
        reading.say(f"{place}.{key}", "required", f"is missing for {kind.value}", _FAULT[key].valid)
    for key in sorted((set(entry) & set(_FAULT)) - possible):
        reading.say(f"{place}.{key}", "fault", f"says nothing of {kind.value}", ", ".join(sorted(possible)))
    if kind is FaultKind.SLOW and (values["seconds"] or 0) < 0:
        reading.say(f"{place}.seconds", "value", "nothing is answered before it was asked", "0 or more")
    starts, ends = values["starts"], values["ends"]
    if starts is not None and ends is not None and ends < starts:
        reading.say(f"{place}.ends", "order", "lies before its start", "a later moment")
    use_case = values["use_case"]
    return Fault(
        device=values["device"],
        kind=kind,
        starts=starts,
        ends=ends,
        seconds=values["seconds"] or 0,
        use_case="" if use_case is None else use_case.code,
        item=values["item"] or 0,
        result=values["result"] or 0,
        name=values["attribute"] or "",
        at_activation=bool(values["at_activation"]),
        party=values["party"] or OWN_KEYS,
    )


# ------------------------------------------------------------------------------------- tables together


def _check_parties(
    reading: Reading, parties: Mapping[str, Party], devices: Mapping[str, DeviceRecord]
) -> None:
    seen: dict[Eui64, str] = {}
    euis = [(place, party.eui) for place, party in parties.items()]
    for place, eui in (*euis, *((place, record.eui) for place, record in devices.items())):
        first = seen.setdefault(eui, place)
        if first != place:
            reading.say(f"{place}.eui", "unique", f"{eui} is that of {first} too", "another EUI")
    roles = [party.remote_role for party in parties.values()]
    for role in _NEEDED:
        if role not in roles:
            name = role.name.lower().replace("_", " ")
            reading.say("party", "required", f"there is no {name}", f'add one with remote_role = "{name}"')


def _check_devices(
    reading: Reading,
    parties: Mapping[str, Party],
    devices: Mapping[str, DeviceRecord],
    setups: Mapping[Eui64, Setup],
) -> None:
    if not devices:
        reading.say("device", "required", "there is no device", "add [[device]] with eui and type")
    for place, record in devices.items():
        for key, point in (
            ("mpxn", record.mpxn),
            ("secondary_mpxn", record.secondary),
            ("export_mpxn", record.export),
        ):
            fits = point is None or record.type not in (*_METERS, DeviceType.GPF)
            if not fits and point is not None and point.is_mpan is (record.type in _GAS):
                kind = "an MPRN" if record.type in _GAS else "an MPAN"
                reading.say(f"{place}.{key}", "meter point", f"{point} is not of its fuel", kind)
        if record.type in (*_METERS, DeviceType.GPF) and record.mpxn is None:
            reading.say(f"{place}.mpxn", "required", f"is missing for a {record.type.value}", _MPXN)
        setup = setups[record.eui]
        for key, named, role in (
            ("supplier", setup.supplier, RemotePartyRole.SUPPLIER),
            ("network_operator", setup.network_operator, RemotePartyRole.NETWORK_OPERATOR),
        ):
            able = [party.eui for party in parties.values() if party.remote_role is role]
            if named is not None and named not in able:
                reading.say(f"{place}.{key}", "party", f"{named} is none", "one of " + _listed(able))


def _check_faults(reading: Reading, devices: Mapping[str, DeviceRecord], faults: Mapping[str, Fault]) -> None:
    able = [record.eui for record in devices.values() if record.type in EMULATED]
    kinds = {record.eui: record.type for record in devices.values()}
    for place, fault in faults.items():
        if fault.device not in able:
            reading.say(
                f"{place}.device", "device", f"{fault.device} is not emulated", "one of " + _listed(able)
            )
        elif fault.use_case and kinds[fault.device] not in USE_CASES[fault.use_case].targets:
            kind = kinds[fault.device].value
            reading.say(f"{place}.use_case", "device type", f"{fault.use_case} is not for a {kind}")


def _listed(euis: list[Eui64]) -> str:
    return ", ".join(map(str, euis)) or "none there is"


# ------------------------------------------------------------------------------------- settlement


def _settlement(reading: Reading, entry: object) -> Settlement | None:
    place = "electricity"
    keys = {
        "ssc": Key(text, "four digits", required=True),
        "annual_kwh": Key(amount, "kWh in a year", required=True),
    }
    before = len(reading.findings)
    values = reading.table(entry, place, keys, ("meter", "registration", "parties"))
    if not isinstance(entry, Mapping):
        return None
    for name, kind in (("meter", Meter), ("registration", mtd.Registration), ("parties", Parties)):
        if name not in entry:
            reading.say(f"{place}.{name}", "required", "is missing", f"a table [{place}.{name}]")
            continue
        wanted = _dataclass_keys(kind)
        given = reading.table(entry[name], f"{place}.{name}", wanted)
        if len(reading.findings) == before:
            values[name] = kind(**given)
    return Settlement(**values) if len(reading.findings) == before else None


_CONVERSIONS: Final = {
    str: Key(text, "a text"),
    int: Key(whole(0, 999_999), "a whole number"),
    date: Key(day, "a date such as 2026-09-01"),
    datetime: Key(moment, _MOMENT),
}


def _dataclass_keys(kind: type[Any]) -> dict[str, Key]:
    """The fields of a dataclass as keys of a table."""
    hints = get_type_hints(kind)
    keys = {}
    for item in fields(kind):
        plain = _CONVERSIONS[hints[item.name]]
        optional = item.default is not MISSING
        keys[item.name] = Key(
            plain.convert, plain.valid, required=not optional, default=item.default if optional else None
        )
    return keys
