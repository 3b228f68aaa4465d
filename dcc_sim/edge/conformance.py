"""The report of a conformance run, as a table or as the JSON object the command line documents.

In: a corpus. Out: what is printed, and whether everything passed. Left out: the checks themselves
(`testing.conformance`).
"""

from __future__ import annotations

import json
import sys
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from dcc_sim.testing.conformance import GIVEN, Corpus, Level, Report, run


def report(out: Console, err: Console, corpus: Corpus, *, as_json: bool) -> bool:
    """Run, print, and say whether every vector passed at every level."""
    with Progress(console=err, transient=True) as bar:
        task = bar.add_task("vectors", total=len(corpus.vectors))
        result = run(corpus, lambda done, total: bar.update(task, completed=done, total=total))
    if as_json:
        sys.stdout.write(json.dumps(as_object(result), indent=1, ensure_ascii=False) + "\n")
    else:
        _print(out, result)
    return all(not tally.failed for tally in result.levels.values())


def as_object(result: Report) -> dict[str, Any]:
    """The JSON shape fixed in the design."""
    return {
        "levels": {
            level.value: {"passed": tally.passed, "total": tally.total, "failed": tally.failed}
            for level, tally in result.levels.items()
        },
        "missing": sorted(result.missing),
        "given": GIVEN,
        "unverifiable": result.unverifiable,
    }


def _print(out: Console, result: Report) -> None:
    built = sorted(result.by_use_case)
    table = Table("use case", *(level.value for level in Level), box=None, header_style="bold")
    for name in built:
        cells = (result.by_use_case[name].get(level) for level in Level)
        table.add_row(escape(name), *("–" if cell is None else _cell(*cell) for cell in cells))
    totals = (result.levels[level] for level in Level)
    table.add_section()
    table.add_row("all vectors", *(_cell(tally.passed, tally.total) for tally in totals))
    out.print(table)
    for level in Level:
        for name, reason in result.levels[level].failed:
            if not reason.startswith("not built yet"):
                out.print(f"[red]{level.value}[/] {escape(name)}: {escape(reason)}")
    out.print(f"\nmissing, {len(result.missing)} use cases: {escape(', '.join(sorted(result.missing)))}")
    for name, reason in result.unverifiable:
        out.print(f"not verifiable: {escape(name)}: {escape(reason)}")
    for what, fields in GIVEN.items():
        out.print(f"given for {what}: {'; '.join(fields)}")


def _cell(passed: int, total: int) -> str:
    colour = "green" if passed == total else "yellow" if passed else "red"
    return f"[{colour}]{passed}/{total}[/]"
