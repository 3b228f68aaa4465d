"""What a device is made of: a `Kind`, which many share, and a `Model`, its own state.

In: tables filled by a profile (`profiles/`). Out: reads, writes and activations that the executors
(`execution`) call without knowing which device they serve. Behaviour hangs on objects, in tables of
the kind, so that a device costs only what it has done: an entry is handed the model or the execution
it works on and keeps nothing to itself. `live` is a value that moves by itself, `writes` what a Set
does beyond storing, `methods` what an Action does, `publishes` and `requests` what a ZigBee command
does, `exchanges` an ASN.1 use case, `activations` which passive values a due instruction makes
active and `effects` what follows from that, `deferred` a whole ASN.1 Command that comes due,
`timed` what a timer of that name looks at, `told` what the alert of something that the meter tells
says beyond code and time. What has none of these is stored and read back. A handler checks
everything before it changes anything and raises `ItemFailed` when it says no, so no item is ever
half applied.
Left out: frames and protection (`engine`, `security`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Final

from dcc_sim.catalogue.row import AlertCase, UseCase
from dcc_sim.codec.gbz_command import Command
from dcc_sim.codec.shape import Value, Values
from dcc_sim.devices.agenda import Agenda, Pending
from dcc_sim.devices.anchors import Credentials
from dcc_sim.devices.holdings import Holdings, holdings_of
from dcc_sim.devices.logs import Log, LogEntry
from dcc_sim.devices.metering import Meter
from dcc_sim.devices.reports import Report
from dcc_sim.devices.store import (
    CosemAttribute,
    Deferred,
    Instruction,
    Key,
    ObjectStore,
    Published,
    ZclCommand,
)
from dcc_sim.devices.tariff import Tariff
from dcc_sim.devices.timekeeping import DeviceClock
from dcc_sim.errors import DccSimError
from dcc_sim.gbcs.header import GroupingHeader
from dcc_sim.ids import DeviceType, Eui64, MessageCode

_NO_CONTENT: Final[Mapping[str, Value]] = MappingProxyType({})


class ItemFailed(DccSimError):
    """One item of a Command cannot be done; `code` is its DLMS result or ZCL status."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Fault:
    """A failure that was asked for: the item at `index` (0 first) answers with `code`.

    `name` narrows it to one attribute of a ZigBee read.
    """

    index: int
    code: int
    name: str = ""


@dataclass(slots=True)
class Execution:
    """One Command while it is executed. `now` is true time, which the Communications Hub has.

    `draft` holds what belongs together until it is complete; `events` and `security_events` what
    handlers want logged; `failed` names the item that failed; `scheduled` counts instructions;
    `faults` are the failures that were asked for.
    """

    model: Model
    row: UseCase
    header: GroupingHeader
    now: datetime
    draft: dict[Key, Value] = field(default_factory=dict)
    events: list[LogEntry] = field(default_factory=list)
    security_events: list[LogEntry] = field(default_factory=list)
    failed: str = ""
    scheduled: int = 0
    faults: tuple[Fault, ...] = ()

    def fault_at(self, index: int, name: str = "") -> Fault | None:
        """The failure that was asked for at an item, or at one attribute of it, if one was."""
        here = (f for f in self.faults if f.index == index)
        return next((f for f in here if not name or f.name in ("", name)), None)


Handler = Callable[[Execution, Value], None]
"""Does what a Set or a ZigBee command without a reply says, or raises ItemFailed."""


@dataclass(frozen=True, slots=True)
class Live:
    """A value that moves by itself. `load` makes the device hold it, and tells the moment if it does.

    `write` does what a Set says; without it the value is read only.
    """

    read: Callable[[Model, datetime], Value]
    load: Callable[[Model, Value], datetime | None]
    write: Handler | None = None


@dataclass(frozen=True, slots=True)
class Method:
    """What an Action does. Its answer is None unless the row has a shape for one; `load` as in `Live`."""

    handle: Callable[[Execution, Value], Value]
    load: Callable[[Model, Value], datetime | None] | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """A ZigBee command that has replies of its own.

    `handle` gives them, or raises ItemFailed; `load(model, command, asked, replies)` makes the device
    give those replies, of which there are none when nothing was found.
    """

    handle: Callable[[Execution, Command, Value], Sequence[Value]]
    load: Callable[[Model, Command, Mapping[str, Value], Sequence[Mapping[str, Value]]], None]


@dataclass(frozen=True, slots=True)
class Exchange:
    """An ASN.1 use case: values in, values out.

    `load(model, asked, known)` puts the device into the state in which it answers so, and tells the moment
    if the answer does; `faults` names the outcomes that no state leads to. `check` says what is
    wrong with a Command, which is then discarded.
    """

    handle: Callable[[Execution, Values], Values]
    load: Callable[[Model, Values, Values], datetime | None]
    faults: Callable[[Values], tuple[Fault, ...]] = lambda _: ()
    check: Callable[[Values, GroupingHeader], str] = lambda *_: ""


@dataclass(frozen=True, slots=True)
class FutureAlert:
    """How this device reports future-dated instructions: the alert and its varying parts."""

    row: AlertCase
    time: Callable[[datetime], Value]
    parts: Callable[[Instruction], Mapping[str, Value]]


@dataclass(frozen=True, slots=True)
class DeferredCommand:
    """A whole ASN.1 Command that waited: `run` carries it out and gives success and alert values."""

    alert: AlertCase
    run: Callable[[Model, Pending, datetime], tuple[bool, Values]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What all devices of a kind and variant share; never changed. Tables: see the module.

    `tariff_of` compiles the tariff from the store; `lacking` is what the use cases give the type
    but this variant has not; `initial` what its objects hold at first.
    """

    device_type: DeviceType
    future_alert: FutureAlert
    initial: Mapping[Key, Value] = field(default_factory=dict)
    tariff_of: Callable[[ObjectStore], Tariff] | None = None
    lacking: frozenset[Key] = frozenset()
    live: Mapping[Key, Live] = field(default_factory=dict)
    writes: Mapping[CosemAttribute, Handler] = field(default_factory=dict)
    methods: Mapping[CosemAttribute, Method] = field(default_factory=dict)
    publishes: Mapping[ZclCommand, Handler] = field(default_factory=dict)
    requests: Mapping[ZclCommand, Request] = field(default_factory=dict)
    exchanges: Mapping[MessageCode, Exchange] = field(default_factory=dict)
    activations: Mapping[Instruction, tuple[tuple[Key, Key], ...]] = field(default_factory=dict)
    effects: Mapping[Instruction, Callable[[Model, datetime], None]] = field(default_factory=dict)
    deferred: Mapping[MessageCode, DeferredCommand] = field(default_factory=dict)
    told: Mapping[int, Callable[[Model, datetime], Mapping[str, Value]]] = field(default_factory=dict)
    timed: Mapping[str, Callable[[Model, int, datetime], None]] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Model:
    """The state of one device, without the checks of its security.

    `behind` is the device whose values this one mirrors (a GPF its GSME); `pinned` are values that
    were loaded and cannot be turned into state; `reports` wait to be logged and alerted (`alerting`).
    """

    kind: Kind
    clock: DeviceClock
    credentials: Credentials = field(default_factory=Credentials)
    store: ObjectStore = field(default_factory=ObjectStore)
    agenda: Agenda = field(default_factory=Agenda)
    event_log: Log = field(default_factory=Log)
    security_log: Log = field(default_factory=Log)
    meter: Meter | None = None
    behind: Model | None = None
    pinned: dict[Key, Value] = field(default_factory=dict)
    compiled: Tariff | None = None
    reports: tuple[Report, ...] = ()

    def __post_init__(self) -> None:
        self.store.initial = self.kind.initial

    @property
    def device_type(self) -> DeviceType:
        """The type of the device."""
        return self.kind.device_type

    @property
    def holdings(self) -> Holdings:
        """What its type has, variants aside."""
        return holdings_of(self.kind.device_type)

    @property
    def tariff(self) -> Tariff:
        """The tariff in force, compiled when first asked for. Raises ItemFailed without one."""
        if self.compiled is None:
            if self.kind.tariff_of is None:
                raise ItemFailed(4, "this device has no tariff")
            self.compiled = self.kind.tariff_of(self.store)
        return self.compiled

    def settle(self, now: datetime) -> None:
        """Count what flowed up to now under the tariff in force."""
        if self.meter is not None:
            self.meter.settle(now, self.tariff, self.clock.drift)

    def has(self, key: Key) -> bool:
        """Whether the device has such an attribute."""
        return (key in self.kind.live or key in self.store) and key not in self.kind.lacking

    def has_method(self, target: CosemAttribute) -> bool:
        """Whether the device has such a method."""
        return target in self.kind.methods and target not in self.kind.lacking

    def read(self, key: Key, now: datetime) -> Value:
        """The value at this moment. Raises KeyError for what the device does not have."""
        if key in self.pinned:
            return self.pinned[key]
        if key in self.kind.live:
            return self.kind.live[key].read(self, now)
        if self.behind is not None and key not in self.store.values and self.behind.has(key):
            return self.behind.read(key, now)
        return self.store.read(key)

    def load(self, key: Key, value: Value) -> datetime | None:
        """Hold a value that was read from elsewhere."""
        self.compiled = None
        if key in self.kind.live:
            return self.kind.live[key].load(self, value)
        self.store.write(key, value)
        return None

    def pin(self, key: Key, value: Value) -> None:
        """Answer with this value until the next activation, whatever the tariff says."""
        self.pinned[key] = value

    def write(self, key: Key, value: Value) -> None:
        """Store a value that takes effect at once."""
        self.store.write(key, value)
        self.pinned.pop(key, None)
        self.compiled = None

    def report(
        self,
        code: int,
        now: datetime,
        *,
        content: Mapping[str, Value] = _NO_CONTENT,
        message_code: MessageCode | None = None,
        data: bytes | None = None,
        value: int = 0,
        detail: str = "",
        concerned: Eui64 | None = None,
        party: Eui64 | None = None,
        logged: bool = True,
    ) -> None:
        """Have a code of the table logged and alerted (`reports.Report`); `now` is true time."""
        found = Report(
            code=code,
            at=self.clock.at(now),
            content=content,
            message_code=message_code,
            data=data,
            value=value,
            detail=detail,
            concerned=concerned,
            party=party,
            logged=logged,
        )
        self.reports = (*self.reports, found)

    def schedule(self, instruction: Instruction, at: datetime | None, run: Execution) -> None:
        """Activate now (`at` None, or past), or plan it. The device's clock decides what is past."""
        position = run.scheduled
        run.scheduled += 1
        if at is None or at <= self.clock.at(run.now):
            self.agenda.cancel(instruction)
            self.activate(instruction, run.now)
            return
        self.agenda.plan(
            instruction,
            at,
            position=position,
            message_code=run.header.message_code,
            counter=run.header.counter,
            commander=run.header.originator,
        )

    def activate(self, instruction: Instruction, now: datetime) -> None:
        """Passive over active, then what follows from it. The meter must be settled up to now."""
        self.store.copy(self.kind.activations.get(instruction, ()))
        self.pinned.clear()
        self.compiled = None
        effect = self.kind.effects.get(instruction)
        if effect is not None:
            effect(self, now)

    def cancel(self, instruction: Instruction) -> None:
        """Have it not done; what was to come is forgotten."""
        self.agenda.cancel(instruction)
        if isinstance(instruction, ZclCommand):
            for source, _ in self.kind.activations.get(instruction, ()):
                if isinstance(source, Published):
                    self.store.forget(source)

    def due(self, now: datetime) -> list[Pending]:
        """Take what the device's clock says is due."""
        return self.agenda.take_due(self.clock.at(now))

    def run_deferred(self, due: Pending, now: datetime) -> tuple[AlertCase, bool, Values]:
        """Carry out a whole Command that came due."""
        assert isinstance(due.instruction, Deferred)
        command = self.kind.deferred[due.instruction.message_code]
        done, values = command.run(self, due, now)
        return command.alert, done, values
