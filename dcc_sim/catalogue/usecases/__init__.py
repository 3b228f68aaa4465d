"""One row per GBCS use case; `use_case` and `by_message_code` find them."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from dcc_sim.catalogue.row import AlertCase, UseCase
from dcc_sim.catalogue.usecases import (
    alerts,
    asn1,
    asn1_alerts,
    dlms_chf,
    dlms_configuration,
    dlms_load,
    dlms_logs,
    dlms_prepayment,
    dlms_reads,
    dlms_tariff,
    dlms_voltage,
    gbz_configuration,
    gbz_logs,
    gbz_prepayment,
    gbz_reads,
    gbz_tariff,
)
from dcc_sim.codec.access import NotificationRow
from dcc_sim.codec.der import DerAlertRow
from dcc_sim.codec.gbz import GbzAlertRow
from dcc_sim.errors import Unsupported
from dcc_sim.ids import MessageCode

USE_CASES: Final[MappingProxyType[str, UseCase]] = MappingProxyType(
    {
        row.code: row
        for table in (
            dlms_tariff.USE_CASES,
            dlms_reads.USE_CASES,
            dlms_logs.USE_CASES,
            dlms_prepayment.USE_CASES,
            dlms_configuration.USE_CASES,
            dlms_voltage.USE_CASES,
            dlms_load.USE_CASES,
            dlms_chf.USE_CASES,
            gbz_tariff.USE_CASES,
            gbz_prepayment.USE_CASES,
            gbz_reads.USE_CASES,
            gbz_configuration.USE_CASES,
            gbz_logs.USE_CASES,
            asn1.USE_CASES,
        )
        for row in table
    }
)
ALERTS: Final[MappingProxyType[str, AlertCase]] = MappingProxyType(
    {row.code: row for table in (alerts.ALERTS, asn1_alerts.ALERTS) for row in table}
)

_BY_CODE: Final = {row.message_code: row for row in USE_CASES.values()}
_ALERTS_BY_CODE: Final[dict[MessageCode, tuple[AlertCase, ...]]] = {
    code: tuple(row for row in ALERTS.values() if row.message_code == code)
    for code in {row.message_code for row in ALERTS.values()}
}
_LANGUAGES: Final = {0x0F: NotificationRow, 0x01: GbzAlertRow}
"""First octet of a payload to the kind of row that reads it; anything else is ASN.1."""


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


def alert_by_message_code(code: MessageCode, payload: bytes = b"") -> AlertCase:
    """The row of an Alert; the payload says which where a code has one in each language.

    Raises Unsupported.
    """
    rows = _ALERTS_BY_CODE.get(code, ())
    if len(rows) == 1:
        return rows[0]
    language = _LANGUAGES.get(payload[0], DerAlertRow) if payload else None
    for row in rows:
        if language is not None and isinstance(row.payload, language):
            return row
    detail = f"none of {', '.join(row.code for row in rows)} starts like this" if rows else ""
    raise Unsupported(f"alert message code {code}", detail)


def is_built(code: MessageCode) -> bool:
    """Whether messages of this code can be read and written."""
    return code in _BY_CODE or code in _ALERTS_BY_CODE
