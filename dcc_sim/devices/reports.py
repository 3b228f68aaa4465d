"""What a device has to report: a code of the table, when, and what its alert says beyond these.

In: facts, from whatever notices them (handlers of Commands, timers, incidents, the meter). Out:
`Report`, which `alerting` turns into log entries and Alerts. Left out: where a code is logged and
who gets it (`catalogue.alerts`), what the settings of the device let through (`alert_settings`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from dcc_sim.codec.shape import Value
from dcc_sim.ids import Eui64, MessageCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One occurrence. `at` is the device's own time, UTC.

    `content` are the values of the alert message besides code and time. `message_code` and `data`
    are the other information of an event log entry, `value` that of the power event log (u32).
    `concerned` is who sent the Command or holds the credentials in question; `party` is named in the
    header as supplementary party. Without `logged` the entry is in its log already.
    """

    code: int
    at: datetime
    content: Mapping[str, Value] = field(default_factory=dict)
    message_code: MessageCode | None = None
    data: bytes | None = None
    value: int = 0
    detail: str = ""
    concerned: Eui64 | None = None
    party: Eui64 | None = None
    logged: bool = True
