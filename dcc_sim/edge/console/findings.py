"""What validation found, on the console or as JSON.

In: names of files with what was found in them. Out: text or a JSON value. Left out: finding it
(`edge.documents`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.markup import escape

from dcc_sim.duis.rules import RULES
from dcc_sim.edge.documents import Checked
from dcc_sim.errors import Finding, Severity

RULES_PAGE = "docs/reference/rules.md"
"""Where each business rule is explained, under its code."""


def documentation(finding: Finding) -> str:
    """Page and section on a business rule; empty for rules of the schema and the parser."""
    return f"{RULES_PAGE}#{finding.rule.lower()}" if finding.rule in RULES else ""


def as_json(results: Iterable[tuple[str, Checked]]) -> list[dict[str, Any]]:
    """One object for each file."""
    return [
        {"file": name, "kind": checked.kind, "findings": [_finding(each) for each in checked.findings]}
        for name, checked in results
    ]


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "line": finding.line,
        "path": finding.path,
        "rule": finding.rule,
        "severity": finding.severity.value,
        "value": finding.value,
        "valid": finding.valid,
        "message": finding.message,
        "documentation": documentation(finding),
    }


def print_findings(out: Console, name: str, checked: Checked) -> None:
    """One line for each finding; that the file is valid, if nothing in it is an error."""
    for finding in checked.findings:
        style = "red" if finding.severity is Severity.ERROR else "yellow"
        place = escape(f"{name}: line {finding.line}, {finding.path}: ")
        kind = "warning: " if finding.severity is Severity.WARNING else ""
        out.print(f"{place}[{style}]{kind}{escape(finding.message)}[/] {escape(f'[{finding.rule}]')}")
    if not checked.errors:
        count = len(checked.findings)
        but = f", {count} warning{'s' if count > 1 else ''}" if count else ""
        out.print(f"{escape(name)}: [green]valid[/] {checked.kind}{but}")


def print_summary(err: Console, results: Iterable[Checked]) -> None:
    """How many there are, and where to read on; nothing when there are none."""
    found = [finding for checked in results for finding in checked.findings]
    if not found:
        return
    errors = sum(finding.severity is Severity.ERROR for finding in found)
    explained = f"; R codes are explained in {RULES_PAGE}" if any(map(documentation, found)) else ""
    err.print(f"[dim]errors: {errors}, warnings: {len(found) - errors}{explained}[/]")
