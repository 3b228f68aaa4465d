"""Clock synchronisation: the bodies of 6.11 and 8.1.1 as values of ECS70 and GCS28.

The command holds no time, only the interval within which the device may take the hub's time:
from CurrentDateTime for TolerancePeriod seconds (vectors).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from dcc_sim.codec.times import CosemDateTime
from dcc_sim.transform.elements import get, integer, moment, refuse
from dcc_sim.transform.rows import CommandRow, View

if TYPE_CHECKING:
    from lxml.etree import _Element

    from dcc_sim.codec.shape import Value
    from dcc_sim.transform.compiled import Job


def _interval(body: _Element) -> tuple[datetime, datetime]:
    start = moment(body, "CurrentDateTime")
    try:
        return start, start + timedelta(seconds=integer(body, "TolerancePeriod"))
    except OverflowError as error:
        raise refuse(get(body, "TolerancePeriod"), "the interval ends after the year 9999") from error


def cosem_interval(body: _Element, job: Job) -> Mapping[str, Value]:  # noqa: ARG001
    """The interval of ECS70: from CurrentDateTime for TolerancePeriod seconds."""
    start, end = _interval(body)
    return {"valid_time_range": {"start": CosemDateTime.at(start), "end": CosemDateTime.at(end)}}


def zcl_interval(body: _Element, job: Job) -> Mapping[str, Value]:  # noqa: ARG001
    """The interval of GCS28: from CurrentDateTime for TolerancePeriod seconds."""
    start, end = _interval(body)
    return {"start": start, "end": end}


_BODIES: Final = ("SynchroniseClock", "CommissionDeviceSynchroniseClock")
_READS: Final = ("CurrentDateTime", "TolerancePeriod")

ROWS: Final = (
    CommandRow(code="ECS70", bodies=_BODIES, rows=(View(cosem_interval, _READS, ("valid_time_range",)),)),
    CommandRow(code="GCS28", bodies=_BODIES, rows=(View(zcl_interval, _READS, ("start", "end")),)),
)
