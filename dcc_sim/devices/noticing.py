"""What a device notices by itself: Commands that it discards, and what its meter tells.

In: a refusal of the checks (`security`), the happenings of a meter (`settling`). Out: reports.
A discarded Command gives the Alert of its code to the party it claims to come from, if the device
knows that party in such a role; one that the device does not support gives 8F85 (ECS100) where the
device has that message. Twenty discarded Commands within an hour are unusual (8F60, once an hour;
no source gives figures). What a happening says beyond its code is in `Kind.told`.
Supply that was armed because emergency credit was activated is worth 8168 besides 8F32.
Left out: logging and sending (`alerting`, `engine`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from dcc_sim.codec.shape import Value
from dcc_sim.devices.alerting import message_of
from dcc_sim.devices.logs import (
    CONTENT_INVALID,
    NO_AUTHORITY,
    NOT_AUTHENTIC,
    UNAUTHORISED_ACCESS,
    UNUSUAL_COMMANDS,
)
from dcc_sim.devices.model import Model
from dcc_sim.devices.prepayment import EMERGENCY_ACTIVATED
from dcc_sim.devices.security import Discarded
from dcc_sim.devices.settling import SUPPLY_ARMED, Happening
from dcc_sim.errors import DecodeError, Unsupported
from dcc_sim.gbcs.frame import decode_frame
from dcc_sim.ids import Eui64

UNUSUAL_NUMBER: Final = 20
UNUSUAL_PERIOD: Final = timedelta(hours=1)

_NOT_SUPPORTED: Final = 0x8F85
_ARMED_BY_EMERGENCY_CREDIT: Final = 0x8168
_DISCARDED: Final = frozenset((CONTENT_INVALID, NO_AUTHORITY, NOT_AUTHENTIC, UNAUTHORISED_ACCESS))


def report_discarded(model: Model, octets: bytes, refusal: Discarded, now: datetime) -> None:
    """A Command was discarded; its entry stands in the security log already."""
    unsupported = refusal.unsupported
    if unsupported is not None and message_of(_NOT_SUPPORTED, model.device_type) is not None:
        command: Value = {
            "message_code": int(unsupported.message_code),
            "originator_counter": unsupported.counter,
        }
        model.report(
            _NOT_SUPPORTED, now, content={"command": command}, concerned=unsupported.originator, logged=False
        )
    else:
        model.report(refusal.code, now, detail=refusal.reason, concerned=_originator(octets), logged=False)
    at = model.clock.at(now)
    lately = [e.code for e in model.security_log.entries if at - e.at <= UNUSUAL_PERIOD]
    if UNUSUAL_COMMANDS not in lately and sum(c in _DISCARDED for c in lately) >= UNUSUAL_NUMBER:
        model.report(UNUSUAL_COMMANDS, now)


def _originator(octets: bytes) -> Eui64 | None:
    try:
        return decode_frame(octets).header.originator
    except (DecodeError, Unsupported):
        return None


def report_happenings(model: Model) -> None:
    """What the meter has to tell since it was last asked."""
    assert model.meter is not None
    happened = model.meter.take_happenings()
    for one in happened:
        told = model.kind.told.get(one.code)
        model.report(one.code, one.at, content={} if told is None else told(model, one.at))
        if one.code == SUPPLY_ARMED and Happening(one.at, EMERGENCY_ACTIVATED) in happened:
            model.report(_ARMED_BY_EMERGENCY_CREDIT, one.at)
