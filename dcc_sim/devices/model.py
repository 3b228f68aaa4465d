"""What a device is made of: its store, clock, meter and agenda, and tables of what it can do.

In: tables filled by a profile (`profiles/`). Out: reads, writes and activations that the executors
(`execution`) call without knowing which device they serve. A handler checks everything before it
changes anything and raises `ItemFailed` when it says no, so no item is ever half applied.
Left out: frames and protection (`engine`, `security`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from dcc_sim.catalogue.row import AlertCase, UseCase
from dcc_sim.codec.shape import Value, Values
from dcc_sim.devices.agenda import Agenda, Pending
from dcc_sim.devices.logs import LogEntry
from dcc_sim.devices.metering import Meter
from dcc_sim.devices.store import CosemAttribute, Instruction, Key, ObjectStore, ZclCommand
from dcc_sim.devices.tariff import Tariff
from dcc_sim.devices.timekeeping import DeviceClock
from dcc_sim.errors import DccSimError
from dcc_sim.gbcs.header import GroupingHeader
from dcc_sim.ids import DeviceType, MessageCode


class ItemFailed(DccSimError):
    """One item of a Command cannot be done; `code` is its DLMS result or ZCL status."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(slots=True)
class Execution:
    """One Command while it is executed. `now` is true time, which the Communications Hub has.

    `draft` holds what belongs together until it is complete; `events` and `security_events` what
    handlers want logged; `failed` names the item that failed; `scheduled` counts instructions.
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


Handler = Callable[[Execution, Value], None]


@dataclass(frozen=True, slots=True)
class Live:
    """A value that moves by itself. `load` makes the device hold it, and tells the moment if it does."""

    read: Callable[[datetime], Value]
    load: Callable[[Value], datetime | None]


@dataclass(frozen=True, slots=True)
class Exchange:
    """An ASN.1 use case: values in, values out; `load` as in `Live`."""

    handle: Callable[[Execution, Values], Values]
    load: Callable[[Values], datetime | None]


@dataclass(frozen=True, slots=True)
class FutureAlert:
    """How this device reports future-dated instructions: the alert and its varying parts."""

    row: AlertCase
    time: Callable[[datetime], Value]
    parts: Callable[[Instruction], Mapping[str, Value]]


@dataclass(slots=True, kw_only=True)
class Model:
    """One device without its security. `tariff_of` compiles the tariff from the store."""

    device_type: DeviceType
    clock: DeviceClock
    future_alert: FutureAlert
    store: ObjectStore = field(default_factory=ObjectStore)
    agenda: Agenda = field(default_factory=Agenda)
    meter: Meter | None = None
    tariff_of: Callable[[ObjectStore], Tariff] | None = None
    live: dict[Key, Live] = field(default_factory=dict)
    methods: dict[CosemAttribute, Handler] = field(default_factory=dict)
    publishes: dict[ZclCommand, Handler] = field(default_factory=dict)
    exchanges: dict[MessageCode, Exchange] = field(default_factory=dict)
    activations: dict[Instruction, tuple[tuple[Key, Key], ...]] = field(default_factory=dict)
    pinned: dict[Key, Value] = field(default_factory=dict)
    compiled: Tariff | None = None

    @property
    def tariff(self) -> Tariff:
        """The tariff in force, compiled when first asked for. Raises ItemFailed without one."""
        if self.compiled is None:
            if self.tariff_of is None:
                raise ItemFailed(4, "this device has no tariff")
            self.compiled = self.tariff_of(self.store)
        return self.compiled

    def settle(self, now: datetime) -> None:
        """Count what flowed up to now under the tariff in force."""
        if self.meter is not None:
            self.meter.settle(now, self.tariff, self.clock.drift)

    def has(self, key: Key) -> bool:
        """Whether the device has such an attribute."""
        return key in self.live or key in self.store

    def read(self, key: Key, now: datetime) -> Value:
        """The value at this moment. Raises KeyError for what the device does not have."""
        if key in self.pinned:
            return self.pinned[key]
        if key in self.live:
            return self.live[key].read(now)
        return self.store.read(key)

    def load(self, key: Key, value: Value) -> datetime | None:
        """Hold a value that was read from elsewhere."""
        self.compiled = None
        if key in self.live:
            return self.live[key].load(value)
        self.store.write(key, value)
        return None

    def pin(self, key: Key, value: Value) -> None:
        """Answer with this value until the next activation, whatever the tariff says."""
        self.pinned[key] = value

    def schedule(self, instruction: Instruction, at: datetime | None, run: Execution) -> None:
        """Activate now (`at` None, or past), or plan it. The device's clock decides what is past."""
        position = run.scheduled
        run.scheduled += 1
        if at is None or at <= self.clock.at(run.now):
            self.agenda.cancel(instruction)
            self.activate(instruction)
            return
        self.agenda.plan(
            instruction,
            at,
            position=position,
            message_code=run.header.message_code,
            counter=run.header.counter,
            commander=run.header.originator,
        )

    def activate(self, instruction: Instruction) -> None:
        """Passive over active. The meter must be settled up to this moment."""
        self.store.copy(self.activations[instruction])
        self.pinned.clear()
        self.compiled = None

    def due(self, now: datetime) -> list[Pending]:
        """Take what the device's clock says is due."""
        return self.agenda.take_due(self.clock.at(now))
