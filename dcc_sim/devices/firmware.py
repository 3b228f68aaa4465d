"""Firmware: which version runs, which image waits, activation (CS06) and reading it (CS08).

In: images handed over by hash and version (`hold_image`), Commands. Out: outcomes, a new version.
Source: reference `gbcs.md` §f (GBCS 11.5, 11.8). Left out: the distribution of images.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from dcc_sim.catalogue.usecases import ALERTS
from dcc_sim.codec.shape import Value, Values, as_bytes, as_int, as_moment, as_struct
from dcc_sim.devices.agenda import Pending
from dcc_sim.devices.holdings import holdings_of
from dcc_sim.devices.logs import LogEntry
from dcc_sim.devices.model import DeferredCommand, Exchange, Execution, Fault, Model
from dcc_sim.devices.store import Deferred, Key, Record
from dcc_sim.gbcs.header import GroupingHeader
from dcc_sim.ids import DeviceType, MessageCode

ACTIVATE: Final = MessageCode(0x0012)
READ_VERSION: Final = MessageCode(0x0129)
IMAGE: Final = Record("firmware image")
VERSION: Final = Record("firmware version")
"""Of devices without an attribute for it."""
FIRMWARE_CHANGED: Final = 0x8F43
NEVER: Final = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
"""The execution time that cancels."""

_SUCCESS, _NO_IMAGE, _OTHER_HASH = 0, 1, 2
_WAITING: Final = Record("firmware activation")
_UNKNOWN: Final = bytes(4)


def hold_image(model: Model, image_hash: bytes, version: bytes) -> None:
    """An image has arrived: 32 octets of SHA-256 over it, 4 octets of version."""
    model.store.write(IMAGE, {"hash": image_hash, "version": version})


def firmware_exchanges(device_type: DeviceType, version: Key = VERSION) -> dict[MessageCode, Exchange]:
    """The exchanges about firmware that a type of device has; `version` is where its version lies."""

    def load_activation(model: Model, asked: Values, known: Values) -> None:
        _load_outcome(model, version, asked, known)

    def load_version(model: Model, _: Values, known: Values) -> None:
        model.store.write(version, known["firmware_version"])

    found = {
        ACTIVATE: Exchange(_activation(version), load_activation, _activation_faults, _check),
        READ_VERSION: Exchange(_reading(version), load_version, _reading_faults),
    }
    return {code: exchange for code, exchange in found.items() if code in holdings_of(device_type).exchanges}


def firmware_deferred(version: Key = VERSION) -> dict[MessageCode, DeferredCommand]:
    """Activation that waited for its moment."""

    def come_due(model: Model, due: Pending, now: datetime) -> tuple[bool, Values]:
        return _come_due(model, version, due, now)

    return {ACTIVATE: DeferredCommand(ALERTS["FutureDatedAlert-CS06"], come_due)}


def _check(values: Values, header: GroupingHeader) -> str:
    if values["originator_counter"] != header.counter:
        return "the counter in the payload is not that of the header"
    return ""


def _activation(version: Key) -> Callable[[Execution, Values], Values]:
    def handle(run: Execution, values: Values) -> Values:
        waiting = Deferred(ACTIVATE)
        at = values.get("execution_date_time")
        if at is None:
            run.model.cancel(waiting)
            fault = run.fault_at(0)
            outcome = _activate(
                run.model, version, as_bytes(values["manufacturer_image_hash"]), fault, run.now
            )
            if outcome["response_code"] != _SUCCESS:
                run.failed = "manufacturer_image_hash"
            return {"execution_outcome": outcome}
        if as_moment(at) >= NEVER:
            run.model.cancel(waiting)
            run.model.store.forget(_WAITING)
        else:
            run.model.store.write(_WAITING, values["manufacturer_image_hash"])
            run.model.agenda.plan(
                waiting,
                as_moment(at),
                position=0,
                message_code=ACTIVATE,
                counter=run.header.counter,
                commander=run.header.originator,
            )
        return {"command_accepted": None}

    return handle


def _activate(model: Model, version: Key, wanted: bytes, fault: Fault | None, now: datetime) -> Values:
    image = model.store.get(IMAGE)
    code = _SUCCESS
    if fault is not None:
        code = fault.code
    elif image is None:
        code = _NO_IMAGE
    elif as_struct(image)["hash"] != wanted:
        code = _OTHER_HASH
    if code == _SUCCESS and image is not None:
        model.store.write(version, as_struct(image)["version"])
        model.store.forget(IMAGE)
        model.security_log.add(LogEntry(FIRMWARE_CHANGED, model.clock.at(now)))
    running: Value = model.store.get(version, _UNKNOWN)
    return {"response_code": code, "firmware_version": as_bytes(running)[-4:]}


def _come_due(model: Model, version: Key, due: Pending, now: datetime) -> tuple[bool, Values]:
    wanted = as_bytes(model.store.get(_WAITING, b""))
    model.store.forget(_WAITING)
    outcome = _activate(model, version, wanted, None, now)
    return outcome["response_code"] == _SUCCESS, {
        "originator_counter": due.counter,
        "execution_outcome": outcome,
    }


def _load_outcome(model: Model, version: Key, asked: Values, known: Values) -> None:
    if "execution_outcome" not in known:
        return
    outcome = as_struct(known["execution_outcome"])
    model.store.forget(IMAGE)
    if outcome["response_code"] == _SUCCESS:
        hold_image(model, as_bytes(asked["manufacturer_image_hash"]), as_bytes(outcome["firmware_version"]))
        return
    model.store.write(version, outcome["firmware_version"])
    if outcome["response_code"] == _OTHER_HASH:
        hold_image(model, bytes(32), as_bytes(outcome["firmware_version"]))


def _activation_faults(known: Values) -> tuple[Fault, ...]:
    if "execution_outcome" not in known:
        return ()
    code = as_int(as_struct(known["execution_outcome"])["response_code"])
    return (Fault(0, code),) if code > _OTHER_HASH else ()


def _reading(version: Key) -> Callable[[Execution, Values], Values]:
    def handle(run: Execution, _: Values) -> Values:
        fault = run.fault_at(0)
        running = as_bytes(run.model.store.get(version, _UNKNOWN))
        return {"firmware_version": running, "response_code": 0 if fault is None else fault.code}

    return handle


def _reading_faults(known: Values) -> tuple[Fault, ...]:
    code = as_int(known["response_code"])
    return (Fault(0, code),) if code else ()
