"""Any life of an electricity and a gas meter: requests, time, outages, top-ups, replays, saving.

Whatever happens: registers sum to the total and money adds up, counters never go back, logs keep their
size and order, what was refused changed nothing but logs, and a saved meter is the same meter.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from journey_bench import NOW, check_documents, document, full_home, new_world, send

from dcc_sim.catalogue.requests import REQUESTS
from dcc_sim.catalogue.routes import devices_of
from dcc_sim.catalogue.row import UseCase
from dcc_sim.devices.engine import Device, DeviceState
from dcc_sim.devices.incidents import PowerLost, PowerRestored
from dcc_sim.devices.logs import CAPACITY
from dcc_sim.devices.store import CosemAttribute, Key, Record
from dcc_sim.dsp.saving import load_world, save_world
from dcc_sim.dsp.world import World
from dcc_sim.duis.drafting import Wishes, every_wish
from dcc_sim.duis.schema import default_schemas
from dcc_sim.errors import DccSimError
from dcc_sim.flow import alerts_until
from dcc_sim.ids import CraFlag, DeviceType, ServiceReferenceVariant
from dcc_sim.transform.message import Message, read_message

REPLACES = frozenset({"6.15.1", "6.15.2", "6.17", "6.21", "6.23"})
"""Requests that give a device other credentials: what it counts begins anew, or its parties are others."""
STEP = st.sampled_from(
    [
        timedelta(seconds=1),
        timedelta(minutes=29),
        timedelta(hours=5),
        timedelta(days=1),
        timedelta(days=9),
        timedelta(days=40),
    ]
)


@cache
def variants(kind: DeviceType) -> tuple[str, ...]:
    return tuple(
        variant
        for variant, row in REQUESTS.items()
        if not row.non_device and kind in devices_of(variant) and variant not in REPLACES
    )


@cache
def wishes_of(variant: str) -> tuple[Wishes, ...]:
    return tuple(every_wish(ServiceReferenceVariant(variant), default_schemas()))


def is_log(key: Key, device: Device) -> bool:
    """Places that keep what happened."""
    if isinstance(key, CosemAttribute):
        return key in device.model.holdings.logs or key.object.class_id == 7
    return isinstance(key, Record) and "log" in key.name


def core_of(device: Device) -> tuple[Any, ...]:
    """Everything but logs, and what telling of something moves: timers and the counter of alerts."""
    state: DeviceState = device.state()
    values = {
        k: v for k, v in state.values.items() if not is_log(k, device) and str(k) not in ("timers", "alerts")
    }
    return (
        values,
        state.pinned,
        state.pending,
        state.counters,
        state.anchors,
        state.utrn_counters,
        state.registers,
    )


class MeterLife(RuleBasedStateMachine):
    """One meter of the full home and its DCC. `now` never goes back."""

    kind = DeviceType.ESME
    letters = ""

    def __init__(self) -> None:
        super().__init__()
        self.world: World = new_world()
        self.world.hub.link.delay = timedelta(0)
        self.now: datetime = NOW
        self.counter = int(NOW.timestamp() * 1000)
        self.commands: list[tuple[bytes, UseCase]] = []
        self.off = False
        self.highest: dict[object, int] = {}
        self.total = 0

    @initialize(mode=st.sampled_from(("credit", "prepayment")))
    def begin(self, mode: str) -> None:
        if mode == "prepayment":
            self._send("1.6", Wishes(choices=((".", "Prepayment"),)))

    @property
    def device(self) -> Device:
        record = next(
            r
            for r in full_home().devices
            if r.type is self.kind and (not self.letters or str(r.variant) == self.letters)
        )
        return self.world.devices[record.eui]

    def _send(self, variant: str, wishes: Wishes) -> None:
        self.counter += 1
        parts: dict[str, Any] = {
            "choices": wishes.choices,
            "optional": wishes.optional,
            "optionals": wishes.optionals,
        }
        counter = self.counter if variant != "2.2" else (self.counter & 0xFFFF_FFFF) << 32
        try:
            made = document(self.world, variant, self.device.eui, self.now, counter, **parts)
        except DccSimError:
            return  # wishes that exclude each other
        before = self._settled()
        sent = send(self.world, made, self.now, timedelta(0))
        check_documents(sent)
        messages = [hop.artefact for hop in sent.hops if isinstance(hop.artefact, Message)]
        for hop, message in zip(
            (h for h in sent.hops if isinstance(h.artefact, Message)), messages, strict=True
        ):
            if hop.title == "Command" and isinstance(message.row, UseCase):
                self.commands.append((hop.octets, message.row))
        if sent.refused is not None:
            assert core_of(self.device) == before, (variant, sent.refused)

    def _settled(self) -> tuple[Any, ...]:
        """The state after all that is due has been done."""
        send_nothing(self.world, self.now)
        if not self.off:
            self.device.settle(self.now)
        return core_of(self.device)

    @rule(data=st.data())
    def request(self, data: st.DataObject) -> None:
        for variant in data.draw(st.lists(st.sampled_from(variants(self.kind)), min_size=1, max_size=5)):
            self._send(variant, data.draw(st.sampled_from(wishes_of(variant))))

    @rule(times=st.integers(1, 3))
    def top_up(self, times: int) -> None:
        for _ in range(times):
            self._send("2.2", Wishes())

    @rule(step=STEP)
    def time_passes(self, step: timedelta) -> None:
        self.now += step
        send_nothing(self.world, self.now)
        self.counter = max(self.counter, int(self.now.timestamp() * 1000))

    @rule(step=STEP)
    @precondition(lambda self: not self.off)
    def outage(self, step: timedelta) -> None:
        self.device.undergo(PowerLost(), self.now)
        self.now += step
        assert self.device.receive(b"\xdd", self.now) == ()
        self.device.undergo(PowerRestored(), self.now)

    @rule(data=st.data())
    @precondition(lambda self: self.commands)
    def replay(self, data: st.DataObject) -> None:
        octets, row = data.draw(st.sampled_from(self.commands))
        before = self._settled()
        answers = self.device.receive(octets, self.now)
        told = [read_message(answer).header.cra for answer in answers]
        if row.replay_protected and row.code not in ("CS01a", "CS01b"):
            assert CraFlag.RESPONSE not in told, row.code
            assert core_of(self.device) == before, row.code

    @rule()
    def saved_and_loaded(self) -> None:
        state = json.loads(json.dumps(save_world(self.world)))
        world = load_world(state, default_schemas())
        for eui, device in self.world.devices.items():
            assert world.devices[eui].state() == device.state()
            assert world.devices[eui].event_log == device.event_log
            assert world.devices[eui].security_log == device.security_log
        self.world = world

    @invariant()
    def registers_sum_to_the_total(self) -> None:
        meter = self.device.model.meter
        assert meter is not None
        assert meter.registers.total == meter.total
        if meter.second_total is not None:
            assert sum(meter.registers.secondary) == meter.second_total
        assert meter.total >= self.total
        self.total = meter.total

    @invariant()
    def money_adds_up(self) -> None:
        assert self.device.model.meter is not None
        account = self.device.model.meter.account
        held = account.balance - account.emergency_used - account.accumulated_debt - account.bill
        assert held == account.received - account.charged

    @invariant()
    def counters_never_go_back(self) -> None:
        counted: dict[object, int] = dict(self.device.guard.counters)
        counted["own"] = self.device.own_counter
        for name, value in self.highest.items():
            assert counted[name] >= value, name
        self.highest = counted

    @invariant()
    def logs_keep_size_and_order(self) -> None:
        for log in (self.device.event_log, self.device.security_log):
            assert len(log) <= CAPACITY
            moments = [entry.at for entry in log]
            assert moments == sorted(moments)


def send_nothing(world: World, now: datetime) -> None:
    """Everything that happens by itself up to now."""
    for _ in alerts_until(world, now):
        pass


class GasLife(MeterLife):
    kind = DeviceType.GSME


class TwinLife(MeterLife):
    letters = "BDE"


class PolyphaseLife(MeterLife):
    letters = "CDEF"


SMALL = settings(
    max_examples=8, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
)
LONG = settings(
    max_examples=20, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)

TestElectricity = MeterLife.TestCase
TestElectricity.settings = SMALL
TestGas = GasLife.TestCase
TestGas.settings = SMALL


@pytest.mark.slow
@pytest.mark.parametrize("machine", [MeterLife, GasLife, TwinLife, PolyphaseLife])
def test_long_lives(machine: type[MeterLife]) -> None:
    run_state_machine_as_test(machine, settings=LONG)
