"""The page that explains every business rule, made from their table.

In: `duis.rules`. Out: Markdown. Left out: writing the file (`scripts/generate_rules.py`).
"""

from __future__ import annotations

from typing import Final

from dcc_sim.duis.rules import RULES, SUBJECTS, Rule
from dcc_sim.errors import Severity

_INTRODUCTION: Final = """\
# Business rules

Generated from the table in `dcc_sim/duis/rules` by `python scripts/generate_rules.py`; a test keeps it fresh.

`dcc-sim validate` checks a request in three steps, and goes on to the next when one has found nothing:
is it XML that is accepted here, is it valid against the schema, and does it keep these rules. Responses
and MMC documents have no rules of their own. See
[how to validate a request](../how-to/validate-a-request.md).

* An **error** is refused by the DCC or by a device, has no form on the wire, or leaves a device without a
  defined behaviour. The command exits 1.
* A **warning** is legal but surely not meant. The command exits 0, or 1 with `--strict`.

Sources are published requests, the DUIS schema, the GBCS use cases (`ECS01a`) and the project's reference
pages (`duis.md`, `gbcs.md`, `mtd.md`); the wording of the interface's own documents is not public. How far
a rule can be trusted stands beside its source. `answer` is the DUIS response code of the DCC, where the DCC
itself refuses.
"""


def rules_page() -> str:
    """The whole page."""
    errors = sum(rule.severity is Severity.ERROR for rule in RULES.values())
    parts = [_INTRODUCTION, f"{len(RULES)} rules: {errors} errors, {len(RULES) - errors} warnings.\n"]
    parts += ["| subject | codes |\n| --- | --- |"]
    parts += [f"| {subject} | {', '.join(_link(rule) for rule in rules)} |" for subject, rules in SUBJECTS]
    for subject, rules in SUBJECTS:
        parts.append(f"\n## {subject}\n")
        parts += [_section(rule) for rule in rules]
    return "\n".join(parts)


def _link(rule: Rule) -> str:
    return f"[{rule.code}](#{rule.code.lower()})"


def _section(rule: Rule) -> str:
    """A heading that is the code alone, so that links to it last."""
    answer = f" · answer {rule.answer}" if rule.answer else ""
    return (
        f"### {rule.code}\n\n"
        f"**{rule.title}** · {rule.severity.value}{answer}\n\n"
        f"{rule.why}\n\n"
        f"* Example: {rule.example}\n"
        f"* Source: {rule.source} (confidence: {rule.confidence.value})\n"
    )
