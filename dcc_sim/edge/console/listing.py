"""`dcc-sim list`: which Service Requests there are, and what they become.

In: words to search by. Out: a table, or JSON with all that the catalogue knows. Left out: the facts
(`catalogue.requests`, `catalogue.routes`, `duis.codes`).
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable
from typing import Annotated, Any, Final

import typer
from rich.console import Console

from dcc_sim.catalogue.request_row import FutureDating, RequestRow
from dcc_sim.catalogue.requests import REQUESTS
from dcc_sim.catalogue.routes import Route, describe, devices_of, routes_of, use_cases_of
from dcc_sim.duis.codes import codes_of
from dcc_sim.edge.console.options import Json
from dcc_sim.edge.console.tables import Column, print_table
from dcc_sim.errors import NotFound
from dcc_sim.ids import ServiceReferenceVariant

_COLUMNS: Final = (
    Column("SRV", "cyan", whole=True),
    Column("name"),
    Column("critical", "red"),
    Column("roles"),
    Column("devices", "green"),
    Column("use cases"),
    Column("future dating", "dim"),
)


def matching(words: Iterable[str]) -> list[RequestRow]:
    """The rows that every word speaks of. Raises NotFound when there is none.

    A word is a number or the beginning of one, a part of a name or body element, or the beginning of a
    use case code.
    """
    asked = [word for word in words if word.strip()]
    found = [row for row in REQUESTS.values() if all(_speaks_of(word.strip(), row) for word in asked)]
    if not found:
        raise NotFound(f"no Service Request matches {' '.join(asked)!r}: try a number, a name or a use case")
    return found


def _speaks_of(word: str, row: RequestRow) -> bool:
    if re.fullmatch(r"[\d.]+", word):
        return f"{row.variant}.".startswith(f"{word.rstrip('.')}.")
    text = word.lower()
    return (
        text in row.name.lower()
        or text in row.body.lower()
        or any(code.lower().startswith(text) for code in use_cases_of(row.variant))
    )


def facts(row: RequestRow) -> dict[str, Any]:
    """All that is known of a request, JSON-ready."""
    service = ServiceReferenceVariant(row.variant).service_reference
    return {
        "variant": row.variant,
        "service_reference": service,
        "name": row.name,
        "body": row.body,
        "answer": row.answer,
        "response": row.response,
        "critical": row.critical,
        "non_device": row.non_device,
        "on_demand": row.on_demand,
        "future_dating": row.future_dating.value,
        "dated_only": row.dated_only,
        "scheduled_body": row.scheduled_body,
        "command_variants": [int(form) for form in row.command_variants],
        "roles": [role.value for role in row.roles],
        "devices": [device.value for device in devices_of(row.variant)],
        "routes": [_route_facts(entry) for entry in routes_of(row.variant)],
        "response_codes": [each.code for each in codes_of(service)],
        "doubts": [
            {"about": d.about, "confidence": d.confidence.value, "source": d.source} for d in row.doubts
        ],
        "differences": [
            {"source": d.source.value, "about": d.about, "theirs": d.theirs, "reason": d.reason}
            for d in row.differences
        ],
    }


def _route_facts(entry: Route) -> dict[str, Any]:
    return {
        "devices": [device.value for device in entry.devices],
        "use_case": entry.use_case,
        "condition": describe(entry),
        "originators": [originator.value for originator in entry.originators],
        "confidence": entry.confidence.value,
        "source": entry.source,
    }


def list_requests(
    words: Annotated[
        list[str] | None,
        typer.Argument(help="Number (6.2), part of a name or element, or use case (ECS01a)."),
    ] = None,
    as_json: Json = False,
) -> None:
    """List Service Requests, or those that match all words.

    With their names, rights, devices and use cases; exit 1 if none matches.
    """
    found = matching(words or ())
    if as_json:
        sys.stdout.write(json.dumps([facts(row) for row in found], indent=2, ensure_ascii=False) + "\n")
        return
    print_table(Console(highlight=False), _COLUMNS, map(_cells, found))


def _cells(row: RequestRow) -> tuple[str, ...]:
    dating = "" if row.future_dating is FutureDating.NO else row.future_dating.value
    return (
        row.variant,
        row.name,
        "yes" if row.critical else "",
        " ".join(role.value for role in row.roles) or "nobody",
        "DCC only" if row.non_device else " ".join(d.value for d in devices_of(row.variant)),
        " ".join(use_cases_of(row.variant)),
        f"{dating} (always)" if row.dated_only else dating,
    )
