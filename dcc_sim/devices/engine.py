"""A device: octets in, octets out, and a clock that is handed to it.

In: frames (`receive`), moments (`wake`), incidents (`undergo`), faults to inject, Responses to answer
like (`load`). Out: Responses and Alerts as octets; silence where the checks say so; logs, events, a
comparable state. Alerts that follow from a Command are sent at the next `wake`, which they ask for.
Any use case that has a row is executed here; what its objects do is the model's business.
Left out: the network (`wan`), what the hub knows of the device (`dsp`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from dcc_sim.catalogue.alerts import alert_code
from dcc_sim.catalogue.row import AlertCase, UseCase
from dcc_sim.catalogue.row import Guard as Protect
from dcc_sim.catalogue.usecases import use_case as row_of
from dcc_sim.clock import utc
from dcc_sim.codec.exchange import Body
from dcc_sim.codec.shape import Value, Values
from dcc_sim.codec.times import CosemDateTime
from dcc_sim.devices import execution
from dcc_sim.devices.agenda import Pending
from dcc_sim.devices.alert_settings import behaviour
from dcc_sim.devices.alerting import Notice, take_notices
from dcc_sim.devices.anchors import Anchor, Cell, CounterCell, Credentials, TrustAnchors
from dcc_sim.devices.incidents import Incident, happen
from dcc_sim.devices.logs import (
    COMMAND_EXECUTED,
    COMMAND_FAILED,
    FUTURE_DATED_DONE,
    FUTURE_DATED_FAILED,
    LogEntry,
)
from dcc_sim.devices.model import Execution, Fault, Model
from dcc_sim.devices.noticing import report_discarded, report_happenings
from dcc_sim.devices.power import is_off
from dcc_sim.devices.security import Accepted, Discarded, Guard
from dcc_sim.devices.store import Deferred, Key
from dcc_sim.devices.timekeeping import NOT_SPECIFIED
from dcc_sim.devices.timers import next_timer, stop_timer
from dcc_sim.devices.top_up import VOUCHED
from dcc_sim.events import CommandDiscarded, CommandExecuted, DeviceEvent, InstructionActivated
from dcc_sim.gbcs.header import GroupingHeader
from dcc_sim.gbcs.keys import KeyRing
from dcc_sim.gbcs.protection import protect, signed
from dcc_sim.ids import CraFlag, Eui64, MessageCode, OriginatorCounter
from dcc_sim.transform.message import build_alert, build_response


@dataclass(frozen=True, slots=True)
class DeviceState:
    """Everything of a device but its logs; two are equal when nothing has changed."""

    values: Mapping[Key, Value]
    pinned: Mapping[Key, Value]
    pending: tuple[Pending, ...]
    counters: Mapping[CounterCell, OriginatorCounter]
    anchors: Mapping[Cell, Anchor | None]
    utrn_counters: frozenset[int]
    clock: tuple[object, ...]
    registers: tuple[object, ...]
    own_counter: OriginatorCounter


class Device:
    """One device. `own_counter` is the counter of the next Alert.

    `numbers_answers` says whether encrypted answers to parties it does not know carry that counter
    too; published vectors have both forms, the newer one is usual. With `memory_full` whatever would
    store something fails.
    """

    def __init__(
        self,
        eui: Eui64,
        model: Model,
        *,
        keys: KeyRing,
        trust_anchors: TrustAnchors,
        own_counter: OriginatorCounter,
    ) -> None:
        self.eui = eui
        self.model = model
        self.home_keys = keys
        model.credentials = Credentials(
            eui=eui, device_type=model.device_type, keys=keys, holders=dict(trust_anchors)
        )
        self.guard = Guard(model.credentials)
        self.own_counter = own_counter
        self.numbers_answers = True
        self.memory_full = False
        self._events: list[DeviceEvent] = []
        self._faults: dict[str, list[tuple[Fault, ...]]] = {}
        self._activation_faults: dict[MessageCode, set[int]] = {}
        self._outbox: tuple[Notice, ...] = ()
        self._seen: datetime | None = None

    @property
    def event_log(self) -> tuple[LogEntry, ...]:
        """Executed Commands, future-dated outcomes, clock adjustments; oldest first."""
        return self.model.event_log.entries

    @property
    def security_log(self) -> tuple[LogEntry, ...]:
        """Discarded Commands and why; oldest first."""
        return self.model.security_log.entries

    def receive(self, octets: bytes, now: datetime) -> tuple[bytes, ...]:
        """Do what a frame says, or stay silent. Alerts of what came due before stand in front."""
        now = utc(now)
        if is_off(self.model):
            return ()
        alerts = self._advance(now)
        try:
            accepted = self.guard.check(octets, self.model)
        except Discarded as refusal:
            self._discard(octets, refusal, now)
            return alerts
        return (*alerts, self._execute(accepted, now))

    def next_wake(self) -> datetime | None:
        """When `wake` has something to do, in true time; a moment that has passed when it is overdue."""
        if is_off(self.model):
            return None
        timer = next_timer(self.model.store)
        moments = [None if timer is None else timer.at, self._next_instruction(), self._next_happening()]
        moments.append(self._seen if any(notice.recipients for notice in self._outbox) else None)
        return min((moment for moment in moments if moment is not None), default=None)

    def wake(self, now: datetime) -> tuple[bytes, ...]:
        """Do what is due and send every Alert that waits: one for each instruction, then the others."""
        now = utc(now)
        return (*self._advance(now), *self._send())

    def undergo(self, incident: Incident, now: datetime) -> tuple[bytes, ...]:
        """Let something happen to the device; the Alerts it sends, after those of what came due before.

        Raises Unsupported for what cannot happen to a device of its type.
        """
        now = utc(now)
        alerts = self.wake(now)
        back = is_off(self.model)
        happen(self.model, incident, now)
        if back and not is_off(self.model):
            # What came due without power is done now.
            self._seen = now
        if not is_off(self.model):
            self._settle(now)
        self._note()
        return (*alerts, *self.wake(now))

    def settle(self, now: datetime) -> None:
        """Bring the registers up to a moment without asking the device anything."""
        self.model.settle(utc(now))

    def inject_failure(
        self, use_case: str, item_index: int, code: int, *, name: str = "", at_activation: bool = False
    ) -> None:
        """Let the next Command of a use case fail at an item, with that result or status.

        `name` narrows it to one attribute of a ZigBee read. With `at_activation` the Command
        succeeds and the future-dated instruction at `item_index`, counted among the instructions
        of the Command from 0, fails when it comes due.
        """
        row = row_of(use_case)
        if at_activation:
            self._activation_faults.setdefault(row.message_code, set()).add(item_index)
        else:
            self.inject_failures(use_case, (Fault(item_index, code, name),))

    def inject_failures(self, use_case: str, faults: tuple[Fault, ...]) -> None:
        """Let the next Command of a use case fail at several places (attributes of ZigBee reads)."""
        self._faults.setdefault(row_of(use_case).code, []).append(faults)

    def vouch_for(self, digits: bytes) -> None:
        """Let a top-up token be taken as its supplier's, once, whatever its MAC says."""
        self.model.store.write(VOUCHED, digits)

    def load(
        self, row: UseCase, body: Body, *, asked: Body | None = None, time: CosemDateTime | None = None
    ) -> datetime | None:
        """Hold what a Response says, so that this device would give it to the Command `asked`.

        `time` is the date-time of its header. Returns the moment the Response was given at, when
        it says so.
        """
        told = execution.load(self.model, row.payload, row.message_code, asked or Body({}), body)
        if time is None:
            return told
        self.model.clock.load(time[11])
        return time.moment or told

    def state(self) -> DeviceState:
        """What it is now."""
        model, meter = self.model, self.model.meter
        registers: tuple[object, ...] = ()
        if meter is not None:
            registers = (
                *(meter.settled, meter.total, meter.reactive, meter.second_total),
                *(meter.registers.copy(), meter.account.copy(), meter.supply, meter.snapshots),
            )
        return DeviceState(
            values=model.store.snapshot(),
            pinned=dict(model.pinned),
            pending=tuple(sorted(model.agenda.pending.values(), key=lambda p: p.order)),
            counters=dict(self.guard.counters),
            anchors=dict(model.credentials.replaced),
            utrn_counters=model.credentials.utrn_counters.accepted,
            clock=(model.clock.drift, model.clock.status, model.clock.stamp),
            registers=registers,
            own_counter=self.own_counter,
        )

    def take_events(self) -> tuple[DeviceEvent, ...]:
        """What happened since the last call."""
        events, self._events = tuple(self._events), []
        return events

    def _execute(self, accepted: Accepted, now: datetime) -> bytes:
        model, row, header = self.model, accepted.row, accepted.header
        self._settle(now)
        faults = self._faults.get(row.code)
        asked_for = faults.pop(0) if faults else ()
        full = execution.storing_faults(row) if self.memory_full else ()
        run = Execution(model, row, header, now, faults=(*asked_for, *full))
        answer = execution.execute(run, accepted.body)
        at = model.clock.at(now)
        self._settle(now)
        self._note()
        outcome = COMMAND_FAILED if run.failed else COMMAND_EXECUTED
        for entry in (*run.events, LogEntry(outcome, at, row.message_code, run.failed)):
            if behaviour(alert_code(entry.code), model.store, model.device_type).log:
                model.event_log.add(entry)
        for entry in run.security_events:
            model.security_log.add(entry)
        failure = answer.first_failure
        self._events.append(
            CommandExecuted(
                device=self.eui,
                at=now,
                use_case=row.code,
                message_code=row.message_code,
                originator=header.originator,
                counter=header.counter,
                checks=accepted.checks,
                failed_item=run.failed,
                result=failure.code if failure is not None else 0,
            )
        )
        return self._respond(accepted, answer, at)

    def _respond(self, accepted: Accepted, answer: Body, at: datetime) -> bytes:
        row, asked = accepted.row, accepted.header
        own_counter = None
        if asked.certificate is not None and self.numbers_answers:
            own_counter = self._next_counter()
        # Only instantaneous reads say which clock the time stamp came from (reference §a.4).
        updates = row.critical or row.replay_protected
        status = NOT_SPECIFIED if updates else self.model.clock.stamp_status
        header = GroupingHeader(
            cra=CraFlag.RESPONSE,
            counter=asked.counter,
            originator=self.eui,
            target=asked.originator,
            message_code=asked.message_code,
            time=CosemDateTime.at(at, status) if row.timed else None,
            supplementary_party=asked.supplementary_party,
            supplementary_counter=asked.supplementary_counter,
            supplementary_originator_counter=own_counter,
        )
        frame = build_response(header, row, answer, accepted.answer_keys)
        if accepted.protection & Protect.SIGNATURE:
            return signed(frame, self.guard.keys).encode()
        return protect(frame.with_signature(b""), accepted.answer_keys, header.originator).encode()

    def _activate(self, due: Pending, now: datetime) -> bytes:
        if isinstance(due.instruction, Deferred):
            return self._run_deferred(due, now)
        faults = self._activation_faults.get(due.message_code, set())
        if due.position in faults:
            faults.discard(due.position)
            code = FUTURE_DATED_FAILED
        else:
            self.model.activate(due.instruction, now)
            code = FUTURE_DATED_DONE
        at = self.model.clock.at(now)
        self._note_activation(due, now, code)
        alert = self.model.kind.future_alert
        instruction = {
            "message_code": int(due.message_code),
            "originator_counter": due.counter,
            **alert.parts(due.instruction),
        }
        values = {"alert_code": code, "time": alert.time(at), "instruction": instruction}
        return self._alert(alert.row, values, due.commander)

    def _run_deferred(self, due: Pending, now: datetime) -> bytes:
        row, done, values = self.model.run_deferred(due, now)
        code = FUTURE_DATED_DONE if done else FUTURE_DATED_FAILED
        self._note_activation(due, now, code)
        at = self.model.clock.at(now).replace(microsecond=0)
        return self._alert(row, {"alert_code": code, "time": at, **values}, due.commander)

    def _note_activation(self, due: Pending, now: datetime, code: int) -> None:
        at = self.model.clock.at(now)
        self.model.event_log.add(LogEntry(code, at, due.message_code, str(due.instruction)))
        self._events.append(
            InstructionActivated(
                device=self.eui,
                at=now,
                message_code=due.message_code,
                counter=due.counter,
                instruction=str(due.instruction),
                code=code,
            )
        )

    def _advance(self, now: datetime) -> tuple[bytes, ...]:
        """Do what is due, in the order of its moments; one Alert for each instruction."""
        alerts: list[bytes] = []
        if is_off(self.model):
            return ()
        while True:
            timer, planned = next_timer(self.model.store), self._next_instruction()
            if planned is not None and planned <= now and (timer is None or planned <= timer.at):
                alerts += self._carry_out(planned)
            elif timer is not None and timer.at <= now:
                moment = self._not_before(timer.at)
                stop_timer(self.model.store, timer.name, timer.number)
                self._settle(moment)
                self.model.kind.timed[timer.name](self.model, timer.number, moment)
            else:
                break
        happening = self._next_happening()
        if happening is not None and happening <= now:
            self._settle(now)
        self._seen = now if self._seen is None else max(now, self._seen)
        self._note()
        return tuple(alerts)

    def _carry_out(self, planned: datetime) -> Iterator[bytes]:
        for due in self.model.due(planned):
            moment = self._not_before(due.at - self.model.clock.drift)
            self._settle(moment)
            yield self._activate(due, moment)

    def _not_before(self, moment: datetime) -> datetime:
        # Late calls change nothing: it happened when the device's clock came to that moment,
        # unless a clock that was set jumped over it, or there was no power.
        return moment if self._seen is None else max(moment, self._seen)

    def _next_instruction(self) -> datetime | None:
        planned = self.model.agenda.next_at()
        return None if planned is None else planned - self.model.clock.drift

    def _next_happening(self) -> datetime | None:
        meter = self.model.meter
        if meter is None or meter.rules_of is None:
            return None
        rules = meter.rules_of()
        if not rules.terms.prepayment and rules.billing is None:
            return None
        return meter.next_happening(self.model.tariff, self.model.clock.drift)

    def _settle(self, now: datetime) -> None:
        """Settle the meter, and report what happened on the way."""
        self.model.settle(now)
        if self.model.meter is not None:
            report_happenings(self.model)

    def _note(self) -> None:
        if self.model.reports:
            self._outbox = (*self._outbox, *take_notices(self.model))

    def _send(self) -> tuple[bytes, ...]:
        """The Alerts that wait, numbered in this order."""
        notices, self._outbox = self._outbox, ()
        frames: list[bytes] = []
        for notice in notices:
            self._events.append(notice.event(self.eui))
            if notice.message is not None:
                frames += [
                    self._alert(notice.message, notice.values, recipient, notice.report.party)
                    for recipient in notice.recipients
                ]
        return tuple(frames)

    def _discard(self, octets: bytes, refusal: Discarded, now: datetime) -> None:
        model, at = self.model, self.model.clock.at(now)
        model.security_log.add(LogEntry(refusal.code, at, detail=refusal.reason))
        report_discarded(model, octets, refusal, now)
        self._note()
        self._events.append(
            CommandDiscarded(device=self.eui, at=now, code=refusal.code, reason=refusal.reason)
        )

    def _alert(self, row: AlertCase, values: Values, recipient: Eui64, party: Eui64 | None = None) -> bytes:
        header = GroupingHeader(
            cra=CraFlag.ALERT,
            counter=self._next_counter(),
            originator=self.eui,
            target=recipient,
            message_code=row.message_code,
            supplementary_party=party,
        )
        frame = build_alert(header, row, values, self.guard.keys)
        if row.critical:
            return signed(frame, self.guard.keys).encode()
        return protect(frame.with_signature(b""), self.guard.keys, self.guard.acb).encode()

    def _next_counter(self) -> OriginatorCounter:
        self.own_counter += 1
        return self.own_counter - 1
