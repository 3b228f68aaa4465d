"""Faults that a home has or a test asks for: what goes wrong with which device, from when to when.

In: `Fault`s, the devices and the link of a world, moments. Out: devices and link in the state that the
fault puts them in, and back. Nothing is rolled: a fault begins and ends because somebody said so.
Left out: faults of the DCC itself, what incidents of daily life do to a device (`devices`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

from dcc_sim.codec.times import COSEM_EPOCH
from dcc_sim.devices.anchors import Anchor, Cell
from dcc_sim.devices.engine import Device
from dcc_sim.devices.incidents import (
    BatteryAt,
    BatteryReplaced,
    ClockDrifted,
    Incident,
    PowerLost,
    PowerRestored,
)
from dcc_sim.devices.model import Model
from dcc_sim.errors import NotFound
from dcc_sim.gbcs.keys import KeyRing
from dcc_sim.ids import DeviceType, Eui64, KeyUsage, RemotePartyRole
from dcc_sim.smki.pki import TestPki, key_identifier
from dcc_sim.wan.link import Link

_BEGINNING: Final = COSEM_EPOCH
_OWN_USAGES: Final = (KeyUsage.DIGITAL_SIGNATURE, KeyUsage.KEY_AGREEMENT)


class FaultKind(Enum):
    """What can be asked for; the value is its name in a home file."""

    CLOCK_ERROR = "clock error"
    """The device's clock is `seconds` fast, or slow when they are negative."""
    FAILING_ITEM = "failing item"
    """Item `item` (0 first) of the next command of `use_case` answers with `result`."""
    FULL_MEMORY = "full memory"
    """Whatever would store something fails; reads go on."""
    SILENT = "silent"
    """Commands reach the device, nothing comes back."""
    SLOW = "slow"
    """Answers and alerts come `seconds` later."""
    DUPLICATE_ANSWERS = "duplicate answers"
    """Everything the device sends comes twice."""
    DEAD_BATTERY = "dead battery"
    """A gas meter stops; another meter forgets the time when its power fails."""
    LOST_POWER = "lost power"
    """The device is off; with a hub its whole home is out of reach."""
    WRONG_CERTIFICATE = "wrong certificate"
    """The cell of `party` holds another key than that party has; `device`: its own keys are not certified."""


OWN_KEYS: Final = "device"
CERTIFICATES: Final = {
    "supplier": RemotePartyRole.SUPPLIER,
    "network operator": RemotePartyRole.NETWORK_OPERATOR,
    "access control broker": RemotePartyRole.ACCESS_CONTROL_BROKER,
    "transitional cos": RemotePartyRole.TRANSITIONAL_COS,
    OWN_KEYS: None,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault of one device, from `starts` (None: from the beginning) up to `ends` (None: for good)."""

    device: Eui64
    kind: FaultKind
    starts: datetime | None = None
    ends: datetime | None = None
    seconds: int = 0
    use_case: str = ""
    item: int = 0
    result: int = 0
    name: str = ""
    at_activation: bool = False
    party: str = OWN_KEYS


@dataclass(slots=True)
class Faults:
    """The faults of a world, and which of them are on. Time passes only forward.

    `begun` and `over` are indexes into `faults`; `kept` is what has to be put back at the end of each.
    """

    devices: Mapping[Eui64, Device]
    link: Link
    certified: KeyRing
    faults: list[Fault] = field(default_factory=list)
    begun: set[int] = field(default_factory=set)
    over: set[int] = field(default_factory=set)
    kept: dict[int, dict[Cell, Anchor | None]] = field(default_factory=dict)
    said: list[bytes] = field(default_factory=list)

    def inject(self, fault: Fault) -> None:
        """Have it go wrong at its time. Raises NotFound for a device that is not emulated."""
        if fault.device not in self.devices:
            raise NotFound(f"{fault.device} is not emulated: there is nothing to go wrong")
        self.faults.append(fault)

    def come_to(self, now: datetime) -> tuple[bytes, ...]:
        """Begin and end what is due up to now, in the order of time; what devices say because of it."""
        if len(self.over) == len(self.faults):
            return ()
        for at, ends, index in sorted(self._changes()):
            if at > now:
                break
            fault = self.faults[index]
            begin, end = _WORKINGS[fault.kind]
            (self.over if ends else self.begun).add(index)
            (end if ends else begin)(self, index, fault, at)
        said, self.said = tuple(self.said), []
        return said

    def happen(self, device: Eui64, incident: Incident, at: datetime) -> None:
        """An incident that a fault consists of."""
        self.said += self.devices[device].undergo(incident, at)

    def next_change(self) -> datetime | None:
        """The next moment at which a fault that lies ahead begins or ends."""
        if len(self.over) == len(self.faults):
            return None
        return min((at for at, _, _ in self._changes() if at > _BEGINNING), default=None)

    def proxies_of(self, meter: Model) -> list[Model]:
        """The devices that mirror a meter."""
        return [device.model for device in self.devices.values() if device.model.behind is meter]

    def _changes(self) -> Iterator[tuple[datetime, bool, int]]:
        for index, fault in enumerate(self.faults):
            starts = fault.starts or _BEGINNING
            if index not in self.begun:
                yield starts, False, index
            if index not in self.over and fault.ends is not None:
                yield max(starts, fault.ends), True, index


Change = Callable[[Faults, int, Fault, datetime], None]


def _nothing(faults: Faults, index: int, fault: Fault, at: datetime) -> None:
    """What happened once does not end: a clock stays wrong until it is set."""


def _clock(faults: Faults, _: int, fault: Fault, at: datetime) -> None:
    faults.happen(fault.device, ClockDrifted(timedelta(seconds=fault.seconds)), at)


def _failing(faults: Faults, _: int, fault: Fault, __: datetime) -> None:
    faults.devices[fault.device].inject_failure(
        fault.use_case, fault.item, fault.result, name=fault.name, at_activation=fault.at_activation
    )


def _memory(full: bool) -> Change:
    def change(faults: Faults, _: int, fault: Fault, __: datetime) -> None:
        faults.devices[fault.device].memory_full = full

    return change


def _enter(group: str) -> Change:
    return lambda faults, _, fault, __: getattr(faults.link, group).add(fault.device)


def _leave(group: str) -> Change:
    return lambda faults, _, fault, __: getattr(faults.link, group).discard(fault.device)


def _slow(faults: Faults, _: int, fault: Fault, __: datetime) -> None:
    faults.link.slow[fault.device] = timedelta(seconds=fault.seconds)


def _quick(faults: Faults, _: int, fault: Fault, __: datetime) -> None:
    faults.link.slow.pop(fault.device, None)


def _power_off(faults: Faults, _: int, fault: Fault, at: datetime) -> None:
    faults.happen(fault.device, PowerLost(), at)
    faults.link.off.add(fault.device)


def _power_on(faults: Faults, _: int, fault: Fault, at: datetime) -> None:
    """The clock went on with its battery, or stood still without."""
    faults.link.off.discard(fault.device)
    kept = fault.device not in faults.link.no_battery
    faults.happen(fault.device, PowerRestored(clock_kept=kept), at)
    if not kept:
        since = fault.starts or at
        faults.devices[fault.device].model.clock.drift -= at - since


def _battery_dies(faults: Faults, _: int, fault: Fault, at: datetime) -> None:
    model = faults.devices[fault.device].model
    if model.device_type is not DeviceType.GSME:
        faults.link.no_battery.add(fault.device)
        return
    faults.happen(fault.device, BatteryAt(0), at)
    faults.link.off.add(fault.device)
    for proxy in faults.proxies_of(model):
        # What the meter told last is all that its proxy has from now on.
        for key in {*proxy.kind.live, *model.kind.live}:
            if proxy.has(key) and key not in proxy.pinned:
                proxy.pin(key, proxy.read(key, at))


def _battery_replaced(faults: Faults, _: int, fault: Fault, at: datetime) -> None:
    model = faults.devices[fault.device].model
    faults.link.no_battery.discard(fault.device)
    if model.device_type is not DeviceType.GSME:
        return
    faults.link.off.discard(fault.device)
    faults.happen(fault.device, BatteryReplaced(), at)
    for proxy in faults.proxies_of(model):
        proxy.pinned.clear()


def _certificate(faults: Faults, index: int, fault: Fault, _: datetime) -> None:
    """Keys that nobody certified, the same for the same device and party."""
    credentials = faults.devices[fault.device].model.credentials
    pki = TestPki(f"wrong certificate of {fault.party}")
    role = CERTIFICATES[fault.party]
    if role is None:
        pki.enrol_device(fault.device)
        for usage in _OWN_USAGES:
            credentials.hold(fault.device, usage, pki.ring.entries[fault.device, usage])
        return
    faults.kept[index] = {c: credentials.anchor(c) for c in credentials.cells if c.role == role and c.usage}
    for cell, anchor in faults.kept[index].items():
        if anchor is not None and cell.usage is not None:
            pki.enrol_organisation(anchor.holder, role)
            entry = pki.ring.entries[anchor.holder, cell.usage]
            assert entry.public is not None
            other = Anchor(anchor.holder, key_identifier(entry.public), entry.public, entry.certificate)
            credentials.replace(cell, other)


def _certificate_restored(faults: Faults, index: int, fault: Fault, _: datetime) -> None:
    credentials = faults.devices[fault.device].model.credentials
    if CERTIFICATES[fault.party] is None:
        for usage in _OWN_USAGES:
            credentials.hold(fault.device, usage, faults.certified.entries[fault.device, usage])
    for cell, anchor in faults.kept.pop(index, {}).items():
        credentials.replace(cell, anchor)


_WORKINGS: Final[Mapping[FaultKind, tuple[Change, Change]]] = {
    FaultKind.CLOCK_ERROR: (_clock, _nothing),
    FaultKind.FAILING_ITEM: (_failing, _nothing),
    FaultKind.FULL_MEMORY: (_memory(full=True), _memory(full=False)),
    FaultKind.SILENT: (_enter("quiet"), _leave("quiet")),
    FaultKind.SLOW: (_slow, _quick),
    FaultKind.DUPLICATE_ANSWERS: (_enter("repeat"), _leave("repeat")),
    FaultKind.DEAD_BATTERY: (_battery_dies, _battery_replaced),
    FaultKind.LOST_POWER: (_power_off, _power_on),
    FaultKind.WRONG_CERTIFICATE: (_certificate, _certificate_restored),
}
