"""The page of incidents: which cause raises which code on which devices, read off the tables.

In: `devices.causes`, `devices.incidents`, the alert table. Out: Markdown, the same for the same tables.
Left out: the meaning of alert messages (`coverage`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Final

from dcc_sim.catalogue.alerts import ALERT_CODES, AlertCode, Log
from dcc_sim.devices.alert_settings import can_be_set
from dcc_sim.devices.alerting import message_of
from dcc_sim.devices.causes import CAUSES, NOT_APPLICABLE, Cause
from dcc_sim.devices.incidents import ACTIONS, HANDLERS
from dcc_sim.devices.occurrences import OCCURRENCES, Occurrence
from dcc_sim.ids import DeviceType

_ALL: Final = len(DeviceType) - 2
"""Type 2 devices raise nothing."""


def incidents_page() -> str:
    """The page `docs/reference/incidents.md`, whole."""
    lines = [
        "# Incidents, events and alerts",
        "",
        "Generated from the tables by `python scripts/generate_incidents.py`; a test keeps it fresh.",
        "",
        (
            f"{len(CAUSES)} of the {len(ALERT_CODES)} codes are raised by devices here; "
            f"{len(NOT_APPLICABLE)} are not."
        ),
        "",
        "## Incidents",
        "",
        "`device.undergo(incident, moment)` lets one happen. An `Occurrence` needs no parameters.",
        "",
        "incident | parameters | devices | what happens",
        "--- | --- | --- | ---",
        *sorted(_occurrences()),
        *_parametrized(),
        "",
        "## Codes and their causes",
        "",
        "Sent: the message code of the alert; nothing for events that are logged only. Set: the device",
        "has a setting for it (ECS25a … b3, GCS20).",
        "",
        "code | meaning | log | sent | set | causes",
        "--- | --- | --- | --- | --- | ---",
        *(_code(row) for row in ALERT_CODES.values()),
        "",
    ]
    return "\n".join(lines)


def _occurrences() -> Iterator[str]:
    for which in Occurrence:
        devices = OCCURRENCES[which].devices if which in OCCURRENCES else ACTIONS[which][0]
        yield f"`Occurrence.{which.name}` | | {_devices(devices)} | {which.value}"


def _parametrized() -> Iterator[str]:
    for kind, (devices, _) in sorted(HANDLERS.items(), key=lambda one: one[0].__name__):
        yield f"`{kind.__name__}` | {_parameters(kind)} | {_devices(devices)} | {_doc(kind)}"


def _parameters(kind: type) -> str:
    return ", ".join(f"`{one.name}`" for one in fields(kind))


def _doc(kind: type) -> str:
    return " ".join((kind.__doc__ or "").split())


def _devices(devices: tuple[DeviceType, ...]) -> str:
    return "all" if len(devices) == _ALL else ", ".join(kind.value for kind in devices)


def _code(row: AlertCode) -> str:
    causes = CAUSES.get(row.code, ())
    devices = list(dict.fromkeys(kind for cause in causes for kind in cause.devices))
    messages = {m.message_code: None for kind in devices if (m := message_of(row.code, kind)) is not None}
    sent = ", ".join(str(code) for code in messages) if row.is_alert else ""
    set_by = ", ".join(kind.value for kind in devices if can_be_set(row, kind))
    why = "; ".join(map(_cause, causes)) or f"not applicable: {NOT_APPLICABLE.get(row.code, '')}"
    log = "" if row.log is Log.NONE else row.log.value
    return f"{row.code:04X} | {row.meaning} | {log} | {sent} | {set_by} | {why}"


def _cause(cause: Cause) -> str:
    return f"{cause.by.value}: {cause.what} ({_devices(cause.devices)})"
