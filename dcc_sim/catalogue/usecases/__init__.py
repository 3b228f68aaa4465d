"""One row per GBCS use case; `use_case` and `by_message_code` find them."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from dcc_sim.catalogue.row import AlertCase, UseCase
from dcc_sim.catalogue.usecases import alerts, asn1, dlms_reads, dlms_tariff, gbz
from dcc_sim.errors import Unsupported
from dcc_sim.ids import MessageCode

USE_CASES: Final[MappingProxyType[str, UseCase]] = MappingProxyType(
    {
        row.code: row
        for table in (dlms_tariff.USE_CASES, dlms_reads.USE_CASES, gbz.USE_CASES, asn1.USE_CASES)
        for row in table
    }
)
ALERTS: Final[MappingProxyType[str, AlertCase]] = MappingProxyType({row.code: row for row in alerts.ALERTS})

_BY_CODE: Final = {row.message_code: row for row in USE_CASES.values()}
_ALERT_BY_CODE: Final = {row.message_code: row for row in ALERTS.values()}


def use_case(code: str) -> UseCase:
    """The row of a use case such as `ECS01a`. Raises Unsupported."""
    if code not in USE_CASES:
        raise Unsupported(f"use case {code}")
    return USE_CASES[code]


def by_message_code(code: MessageCode) -> UseCase:
    """The row of a Command or Response. Raises Unsupported."""
    if code not in _BY_CODE:
        raise Unsupported(f"message code {code}")
    return _BY_CODE[code]


def alert_by_message_code(code: MessageCode) -> AlertCase:
    """The row of an Alert. Raises Unsupported."""
    if code not in _ALERT_BY_CODE:
        raise Unsupported(f"alert message code {code}")
    return _ALERT_BY_CODE[code]
