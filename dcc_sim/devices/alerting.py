"""From reports to log entries and Alerts: where a code is kept, who gets it, in which message.

In: the reports of a model (`Model.report`), the table (`catalogue.alerts`), the settings of the device.
Out: entries in its logs, and `Notice`s, each a message with its values and its recipients, for
`engine` to number, sign and send. A meter alerts the parties of the table; the alerts of the
Communications Hub, the GPF, a PPMID and an HCALCS all go to the Access Control Broker (reference
`gbcs.md` §i.1). A code for which a device has no message is logged only: no source gives a PPMID or
an HCALCS a generic alert. Left out: the frames (`engine`), what causes a report (`incidents` and
the modules of the subjects).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final

from dcc_sim.catalogue.alerts import Addressing, AlertCode, Log, alert_code
from dcc_sim.catalogue.objects import POWER_EVENT_LOG, SUB_GHZ_LOG
from dcc_sim.catalogue.row import AlertCase
from dcc_sim.catalogue.usecases import ALERTS
from dcc_sim.codec.access import NotificationRow
from dcc_sim.codec.gbz import GbzAlertRow
from dcc_sim.codec.shape import Value, as_list
from dcc_sim.codec.times import CosemDateTime, seconds_since_2000
from dcc_sim.devices.alert_settings import Behaviour, behaviour
from dcc_sim.devices.logs import CAPACITY, LogEntry
from dcc_sim.devices.model import Model
from dcc_sim.devices.reports import Report
from dcc_sim.devices.store import CosemAttribute, Key
from dcc_sim.events import EventReported
from dcc_sim.ids import DeviceType, Eui64, RemotePartyRole

POWER_LOG: Final = CosemAttribute(POWER_EVENT_LOG, 2)
CHANNEL_LOG: Final = CosemAttribute(SUB_GHZ_LOG, 2)
CHANNEL_CODES: Final = frozenset((0x8F26, 0x8F27, 0x8F28, 0x8F2B))
"""What the sub-GHz channel log keeps besides the event log: changes of channel, and scans."""

_METERS: Final = (DeviceType.ESME, DeviceType.GSME)
_ACB: Final = RemotePartyRole.ACCESS_CONTROL_BROKER
_OTHERWISE: Final = (RemotePartyRole.SUPPLIER, _ACB)
"""Who gets an alert that concerns nobody the device knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One report after it was dealt with. Without a message, or recipients, nothing is sent."""

    report: Report
    row: AlertCode
    behaviour: Behaviour
    message: AlertCase | None
    recipients: tuple[Eui64, ...]

    @property
    def values(self) -> Mapping[str, Value]:
        """The values of the message."""
        at = self.report.at.replace(microsecond=0)
        return {"alert_code": self.report.code, "time": self._time(at), **self.report.content}

    def event(self, device: Eui64) -> EventReported:
        """What the core announces about it."""
        return EventReported(
            device=device,
            at=self.report.at,
            code=self.report.code,
            detail=self.report.detail,
            logged=self.behaviour.log,
            recipients=self.recipients,
            on_han=self.behaviour.han,
            alarm=self.behaviour.alarm,
        )

    def _time(self, at: datetime) -> Value:
        match None if self.message is None else self.message.payload:
            case NotificationRow():
                return CosemDateTime.at(at)
            case GbzAlertRow():
                return seconds_since_2000(at)
            case _:
                return at


def take_notices(model: Model) -> list[Notice]:
    """Log what the model has reported since the last call, and say what is to be sent about it."""
    reports, model.reports = model.reports, ()
    return [_deal_with(model, report) for report in reports]


def _deal_with(model: Model, report: Report) -> Notice:
    row = alert_code(report.code)
    wanted = behaviour(row, model.store, model.device_type)
    if wanted.log and report.logged:
        _log(model, row, report)
    message = message_of(report.code, model.device_type) if wanted.wan else None
    recipients = () if message is None else tuple(_recipients(model, row, report))
    return Notice(report=report, row=row, behaviour=wanted, message=message, recipients=recipients)


@cache
def message_of(code: int, device_type: DeviceType) -> AlertCase | None:
    """The message in which a device of that type sends a code; None when it has none."""
    carried = alert_code(code).message_codes
    rows = (row for row in ALERTS.values() if row.message_code in carried and device_type in row.senders)
    return next(rows, None)


def _recipients(model: Model, row: AlertCode, report: Report) -> Iterator[Eui64]:
    holders = model.credentials.holders
    if model.device_type not in _METERS:
        roles: tuple[RemotePartyRole, ...] = (_ACB,)
    elif row.addressing is Addressing.EACH:
        roles = row.recipients
    elif any(holders.get(role) == report.concerned for role in row.recipients if report.concerned):
        assert report.concerned is not None
        yield report.concerned
        return
    else:
        roles = tuple(r for r in _OTHERWISE if r in row.recipients and r in holders)[:1]
    yield from dict.fromkeys(holders[role] for role in roles if role in holders)


def _log(model: Model, row: AlertCode, report: Report) -> None:
    entry = LogEntry(report.code, report.at, report.message_code, report.detail, report.data)
    if row.log is Log.POWER and model.device_type is DeviceType.ESME:
        _append(
            model,
            POWER_LOG,
            {
                "timestamp": seconds_since_2000(report.at),
                "code": report.code,
                "other_information": report.value,
            },
        )
    elif row.log is Log.SECURITY:
        model.security_log.add(entry)
    elif row.log in (Log.EVENT, Log.POWER):
        model.event_log.add(entry)
    if report.code in CHANNEL_CODES and model.has(CHANNEL_LOG):
        at = seconds_since_2000(report.at)
        _append(
            model,
            CHANNEL_LOG,
            {"timestamp": at, "code": report.code, "other_information": report.data or b""},
        )


def _append(model: Model, place: Key, entry: Value) -> None:
    model.store.write(place, [*as_list(model.store.get(place, ())), entry][-CAPACITY:])
