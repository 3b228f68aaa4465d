"""The page of Service Requests: every variant with its rights and use cases, read off the tables.

In: the catalogue. Out: Markdown, the same for the same tables, with what is doubtful and where a source
says something else. Left out: what is built of each use case (`coverage`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from dcc_sim.catalogue.request_row import FutureDating, RequestRow
from dcc_sim.catalogue.requests import REQUESTS
from dcc_sim.catalogue.routes import ROUTES, Route, describe, devices_of, use_cases_of
from dcc_sim.duis.codes import codes_of
from dcc_sim.ids import Confidence, ServiceReferenceVariant

_VARIANTS: Final = (
    "SRV | name | body element | critical | forms | roles | devices | use cases | dating | schedule | answer",
    "--- | --- | --- | --- | --- | --- | --- | --- | --- | --- | ---",
)
_ROUTES: Final = (
    "SRV | devices | use case | if | command from | confidence",
    "--- | --- | --- | --- | --- | ---",
)
_CODES: Final = ("service | response codes", "--- | ---")
_DOUBTS: Final = ("SRV | about | confidence | source", "--- | --- | --- | ---")
_DIFFERENCES: Final = (
    "SRV | source | about | it says | why the table does not follow",
    "--- | --- | --- | --- | ---",
)


def request_page() -> str:
    """The page `docs/reference/service-requests.md`, whole."""
    rows = REQUESTS.values()
    lines = [
        "# Service Requests",
        "",
        "Generated from the tables by `python scripts/generate_service_requests.py`; a test keeps it fresh.",
        "On the command line: `dcc-sim list`.",
        "",
        (
            f"{len(rows)} Service Reference Variants, {sum(row.critical for row in rows)} of them critical, "
            f"{sum(row.non_device for row in rows)} answered by the DCC itself. Roles are those of the SEC: "
            "IS import supplier, GS gas supplier, ES export supplier, ED electricity distributor, GT gas "
            "transporter, RSA registered supplier agent, OU other User, LC load controller. Forms are the "
            "command variants; `dating` is who keeps a request for later, `schedule` whether the DCC repeats "
            "it; the answer is an element of MMC, or of DUIS where the DCC itself answers."
        ),
        "",
        "## Variants",
        "",
        *_table(_VARIANTS, (_variant(row) for row in rows)),
        "",
        "## Routes that depend on something",
        "",
        (
            "Where one request to one device can become several use cases, and where somebody else than the "
            "User may originate the command. The first line that fits is taken; a fact that is not known "
            "decides nothing."
        ),
        "",
        *_table(_ROUTES, (_route(entry) for entry in ROUTES if _says_something(entry))),
        "",
        "## Response codes of their own",
        "",
        *_table(_CODES, _codes()),
        "",
        "## Doubts",
        "",
        *_table(_DOUBTS, _doubts()),
        "",
        "## Where a source says something else",
        "",
        *_table(_DIFFERENCES, _differences()),
    ]
    return "\n".join(lines) + "\n"


def _table(header: tuple[str, str], lines: Iterable[str]) -> list[str]:
    return [f"| {line} |" for line in (*header, *lines)]


def _variant(row: RequestRow) -> str:
    dating = "" if row.future_dating is FutureDating.NO else row.future_dating.value
    return " | ".join(
        (
            row.variant,
            row.name,
            f"`{row.body}`",
            "yes" if row.critical else "",
            " ".join(str(int(form)) for form in row.command_variants),
            " ".join(role.value for role in row.roles) or "nobody",
            "DCC only" if row.non_device else " ".join(d.value for d in devices_of(row.variant)),
            " ".join(use_cases_of(row.variant)),
            f"{dating}, always" if row.dated_only else dating,
            "yes" if row.schedulable else "",
            f"`{row.answer or row.response}`" if row.answer or row.response else "code only",
        )
    )


def _says_something(entry: Route) -> bool:
    return bool(describe(entry)) or entry.originator is not None or len(entry.originators) > 1


def _route(entry: Route) -> str:
    doubt = "" if entry.confidence is Confidence.HIGH else f"{entry.confidence.value}: {entry.source}"
    return " | ".join(
        (
            entry.variant,
            " ".join(device.value for device in entry.devices),
            entry.use_case,
            describe(entry),
            ", or ".join(originator.value for originator in entry.originators),
            doubt,
        )
    )


def _codes() -> Iterator[str]:
    services = dict.fromkeys(ServiceReferenceVariant(variant).service_reference for variant in REQUESTS)
    for service in services:
        codes = [code.code for code in codes_of(service)]
        if codes:
            yield f"{service} | {' '.join(codes)}"


def _doubts() -> Iterator[str]:
    for row in REQUESTS.values():
        for doubt in row.doubts:
            yield f"{row.variant} | {doubt.about} | {doubt.confidence.value} | {doubt.source}"


def _differences() -> Iterator[str]:
    for row in REQUESTS.values():
        for d in row.differences:
            yield f"{row.variant} | {d.source.value} | {d.about} | {d.theirs or 'nothing'} | {d.reason}"
