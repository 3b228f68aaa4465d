"""The coverage page: what is built for each GBCS message, read off the tables.

In: the catalogue and the tables of transform, devices and MMC. Out: Markdown, the same for the same
tables. A use case without a row is listed with the reason. Left out: how well a row does on
published vectors (`conformance`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from dcc_sim.catalogue.message_codes import MESSAGE_CODES, MessageCodeRow
from dcc_sim.catalogue.routes import ROUTES
from dcc_sim.catalogue.row import AlertCase, UseCase
from dcc_sim.catalogue.usecases import ALERTS, USE_CASES
from dcc_sim.codec.access import AccessRow, NotificationRow
from dcc_sim.codec.gbz import GbzAlertRow, GbzRow
from dcc_sim.mmc.alerts import ALERT_CONTENTS
from dcc_sim.mmc.responses import RESPONSES
from dcc_sim.mmc.rows import views
from dcc_sim.transform.bindings import CODES, function_names

NO_ROW: Final = {
    "ZSE specified": "a ZigBee message between devices, no GBCS frame; its code only serves event logs",
}
"""Why a message code has no row, by its category."""

_HEADER: Final = (
    "code | use case | title | language | command and response | transform | MMC | service requests",
    "--- | --- | --- | --- | --- | --- | --- | ---",
)


def coverage_page() -> str:
    """The page `docs/reference/coverage.md`, whole."""
    rows = {row.message_code: row for row in USE_CASES.values()}
    alerts: dict[int, list[AlertCase]] = {}
    for alert in ALERTS.values():
        alerts.setdefault(alert.message_code, []).append(alert)
    lines = [
        "# Coverage",
        "",
        "Generated from the tables by `python scripts/generate_coverage.py`; a test keeps it fresh.",
        "",
        (
            f"{len(rows)} use cases and {len(ALERTS)} alerts have a row, which reads and writes them; "
            f"{len(CODES)} use cases are made from Service Requests, {len(RESPONSES)} responses and "
            f"{len(ALERT_CONTENTS)} alerts are rendered as MMC. "
            f"{len(function_names())} functions make values of a request that no row can say, "
            f"{_view_count()} make elements of MMC that no row can say."
        ),
        "",
        "## Commands and responses",
        "",
        *_table(_HEADER, (_command(c, rows.get(c.code)) for c in _entries(is_alert=False))),
        "",
        "## Alerts",
        "",
        *_table(
            _HEADER, (line for c in _entries(is_alert=True) for line in _alert(c, alerts.get(c.code, [])))
        ),
    ]
    return "\n".join(lines) + "\n"


def _view_count() -> int:
    tables = [row.rows for row in RESPONSES.values()] + [row.rows for row in ALERT_CONTENTS.values()]
    return len({view.function for rows in tables for view in views(rows)})


def _entries(*, is_alert: bool) -> Iterator[MessageCodeRow]:
    alert_codes = {alert.message_code for alert in ALERTS.values()}
    for entry in sorted(MESSAGE_CODES.values(), key=lambda e: e.code):
        if (entry.code in alert_codes or entry.category.is_alert) is is_alert:
            yield entry


def _table(header: tuple[str, str], lines: Iterable[str]) -> list[str]:
    return [f"| {line} |" for line in (*header, *lines)]


def _command(entry: MessageCodeRow, row: UseCase | None) -> str:
    if row is None:
        why = NO_ROW.get(entry.category.value, "not built")
        return f"{entry.code} | {entry.use_case} | {entry.title} | – | no row: {why} | | |"
    routes = sorted({route.variant for route in ROUTES if route.use_case == row.code})
    return " | ".join(
        (
            str(entry.code),
            row.code + (" (withdrawn)" if row.withdrawn else ""),
            row.title,
            _language(row),
            "yes",
            "yes" if row.code in CODES else "missing",
            "yes" if row.code in RESPONSES else "missing",
            ", ".join(routes) or "",
        )
    )


def _alert(entry: MessageCodeRow, found: list[AlertCase]) -> Iterator[str]:
    if not found:
        why = NO_ROW.get(entry.category.value, "not built")
        yield f"{entry.code} | {entry.use_case} | {entry.title} | – | no row: {why} | | |"
    for alert in found:
        mmc = "yes" if alert.code in ALERT_CONTENTS else "missing"
        yield f"{entry.code} | {alert.code} | {alert.title} | {_language(alert)} | yes | – | {mmc} |"


def _language(row: UseCase | AlertCase) -> str:
    match row.payload:
        case AccessRow() | NotificationRow():
            return "DLMS"
        case GbzRow() | GbzAlertRow():
            return "GBZ"
        case _:
            return "ASN.1"
