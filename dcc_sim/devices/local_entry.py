"""What a consumer does at the meter or at the PPMID: keys in a UTRN, asks for emergency credit, a boost.

In: digits, presses of a button. Out: credit on the meter or a refusal (8161, 8162), 810E when it was
added, 81C4 when manual entry is suspended after too many wrong tokens, 81C5 for a token that comes
while it is. Exact counts and times are in no source: here five wrong tokens in a row suspend entry for
five minutes. A boost lasts as long as was asked for. Left out: displays.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from dcc_sim.catalogue.objects import EMERGENCY_CREDIT, TOKEN_GATEWAY
from dcc_sim.catalogue.usecases import use_case
from dcc_sim.codec.gbz import GbzRow
from dcc_sim.codec.shape import Value, as_int, as_struct
from dcc_sim.codec.times import seconds_since_2000
from dcc_sim.devices.controllers import boost
from dcc_sim.devices.model import Execution, ItemFailed, Model
from dcc_sim.devices.store import CosemAttribute, Record, ZclCommand
from dcc_sim.gbcs.header import GroupingHeader
from dcc_sim.ids import CraFlag, DeviceType

MOST_FAILURES: Final = 5
SUSPENSION: Final = timedelta(minutes=5)

_FAILURES: Final = Record("wrong tokens in a row")
_SUSPENDED: Final = Record("token entry suspended until")
_DONE, _FAILED = 0x8161, 0x8162
_ADDED_LOCALLY: Final = 0x810E
_ENTRY_SUSPENDED, _WHILE_SUSPENDED = 0x81C4, 0x81C5
_TYPED_IN: Final = "PCS01"
"""The use case of a token that comes from the home; its counter is not that of a Command."""
_ENTER_TOKEN: Final = CosemAttribute(TOKEN_GATEWAY, 1)
_INVOKE_EMERGENCY: Final = CosemAttribute(EMERGENCY_CREDIT, 3)
_CONSUMER_TOP_UP: Final = ZclCommand(0x0705, 0x04, 0x01)
_SELECT_EMERGENCY: Final = ZclCommand(0x0705, 0x00, 0x01)
_LOCAL: Final = 2
"""Origin of a ZigBee top-up: physically at the meter."""


def _run(model: Model, now: datetime) -> Execution:
    row = use_case(_TYPED_IN)
    header = GroupingHeader(
        cra=CraFlag.COMMAND,
        counter=0,
        originator=model.credentials.eui,
        target=model.credentials.eui,
        message_code=row.message_code,
    )
    return Execution(model, row, header, now)


def enter_utrn(model: Model, digits: str, now: datetime) -> bool:
    """A token is keyed in; whether the credit was added."""
    if as_int(model.store.get(_SUSPENDED, 0)) > seconds_since_2000(now):
        model.report(_WHILE_SUSPENDED, now)
        return False
    model.settle(now)
    run = _run(model, now)
    try:
        _redeem(run, digits.encode("ascii", "replace"))
    except ItemFailed as refusal:
        _refused(model, refusal.reason, now)
        done = False
    else:
        model.store.forget(_FAILURES)
        model.report(_ADDED_LOCALLY, now)
        model.report(_DONE, now, detail="top-up")
        done = True
    for entry in run.security_events:
        model.security_log.add(entry)
    return done


def _redeem(run: Execution, digits: bytes) -> None:
    kind = run.model.kind
    if run.model.device_type is DeviceType.ESME:
        kind.methods[_ENTER_TOKEN].handle(run, digits)
        return
    payload = use_case(_TYPED_IN).payload
    assert isinstance(payload, GbzRow)
    asked: Value = {"originator": _LOCAL, "utrn": digits}
    replies = kind.requests[_CONSUMER_TOP_UP].handle(run, payload.commands[0], asked)
    if any(as_struct(reply)["result"] != 0 for reply in replies):
        raise ItemFailed(1, "the token was refused")


def _refused(model: Model, reason: str, now: datetime) -> None:
    model.report(_FAILED, now, detail=f"top-up: {reason}")
    failures = as_int(model.store.get(_FAILURES, 0)) + 1
    model.store.write(_FAILURES, failures)
    if failures >= MOST_FAILURES:
        model.store.forget(_FAILURES)
        model.store.write(_SUSPENDED, seconds_since_2000(now + SUSPENSION))
        model.report(_ENTRY_SUSPENDED, now)


def ask_for_emergency_credit(model: Model, now: datetime) -> bool:
    """Emergency credit is selected at the meter; whether it is active then."""
    model.settle(now)
    try:
        if model.device_type is DeviceType.ESME:
            model.kind.methods[_INVOKE_EMERGENCY].handle(_run(model, now), 0)
        else:
            model.kind.publishes[_SELECT_EMERGENCY](_run(model, now), {})
    except ItemFailed as refusal:
        model.report(_FAILED, now, detail=f"emergency credit: {refusal.reason}")
        return False
    model.report(_DONE, now, detail="emergency credit")
    return True


def press_boost(model: Model, duration: timedelta, now: datetime) -> bool:
    """The boost button is pressed; whether anything follows it."""
    done = boost(model, duration, now)
    model.report(_DONE if done else _FAILED, now, detail="boost")
    return done
