"""Clock synchronisation: the body of 6.11 as values of ECS70 and GCS28.

The command holds no time, only the interval within which the device may take the hub's time:
from CurrentDateTime for TolerancePeriod seconds (vectors).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from lxml import etree

from dcc_sim.codec.shape import Value
from dcc_sim.codec.times import CosemDateTime
from dcc_sim.transform.elements import get, integer, moment, refuse


def _interval(body: etree._Element) -> tuple[datetime, datetime]:
    start = moment(body, "CurrentDateTime")
    try:
        return start, start + timedelta(seconds=integer(body, "TolerancePeriod"))
    except OverflowError as error:
        raise refuse(get(body, "TolerancePeriod"), "the interval ends after the year 9999") from error


def electricity(body: etree._Element) -> Mapping[str, Value]:
    """Values of ECS70. Raises RequestInvalid."""
    start, end = _interval(body)
    return {"valid_time_range": {"start": CosemDateTime.at(start), "end": CosemDateTime.at(end)}}


def gas(body: etree._Element) -> Mapping[str, Value]:
    """Values of GCS28. Raises RequestInvalid."""
    start, end = _interval(body)
    return {"start": start, "end": end}
