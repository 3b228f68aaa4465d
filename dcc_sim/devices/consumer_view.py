"""What devices of the home may show the consumer: logs since the tenancy began, messages, numbers.

In: a model, a log, the moment. Out: entries that are not older than the date of the last change of
tenancy (ECS12, GCS09), once that date has come; remote reads are not restricted (reference `gbcs.md`
§k.6, pages ECS12 and GCS09). The supplier's message (ECS10) and the customer identification number
(ECS50, GCS36) as they are in force.
Left out: how a display lays them out; the Privacy PIN.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from dcc_sim.catalogue.objects import CUSTOMER_NUMBER, RESTRICT_DATA, SUPPLIER_MESSAGE
from dcc_sim.codec.shape import Value, as_bytes, as_int, as_list, as_struct
from dcc_sim.codec.times import CosemDateTime, moment_since_2000, seconds_since_2000
from dcc_sim.devices.access_items import entry_time
from dcc_sim.devices.model import Model
from dcc_sim.devices.store import CosemAttribute, Key, Published, ZclCommand
from dcc_sim.ids import DeviceType

_RESTRICTED: Final = CosemAttribute(RESTRICT_DATA, 2)
_MESSAGE: Final = CosemAttribute(SUPPLIER_MESSAGE, 2)
_CUSTOMER: Final = CosemAttribute(CUSTOMER_NUMBER, 2)
_TENANCY: Final = Published(ZclCommand(0x0708, 0x00))


def restricted_before(model: Model, now: datetime) -> datetime | None:
    """The moment from which on a consumer may see data; None when there is no such moment yet."""
    if model.device_type is DeviceType.ESME:
        value = model.store.values.get(_RESTRICTED)
        since = None if value is None else CosemDateTime(as_bytes(value)).moment
    else:
        change = model.store.values.get(_TENANCY)
        start = 0 if change is None else as_int(as_struct(change)["start_time"])
        since = moment_since_2000(start) if start else None
    return since if since is not None and since <= model.clock.at(now) else None


def log_at_home(model: Model, log: Key, now: datetime) -> list[Value]:
    """The entries of a COSEM log that a device of the home is given."""
    since = restricted_before(model, now)
    entries = as_list(model.read(log, now))
    if since is None:
        return list(entries)
    return [entry for entry in entries if entry_time(entry) >= seconds_since_2000(since)]


def shown(model: Model, now: datetime) -> Mapping[str, bytes]:
    """The supplier's message and the customer identification number of an ESME."""
    return {
        name: as_bytes(model.read(place, now))
        for name, place in (("message", _MESSAGE), ("customer number", _CUSTOMER))
    }
