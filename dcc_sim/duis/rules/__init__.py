"""Business rules: what a schema cannot say about a request, each rule with a code.

In: the root of a schema-valid Request, the time it is. Out: findings with line, path, rule and what
would be valid. Left out: everything that needs to know the world beside the document: rights,
inventory, keys (`dsp.access`, `duis.signature`). Nothing is read or written.

An ERROR is refused by the DCC or by a device, has no form on the wire, or leaves a device without a
defined behaviour. A WARNING is legal but surely not meant. The table is `RULES`; the page
`docs/reference/rules.md` is made from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dcc_sim.duis.rules import (
    calendar,
    credentials,
    dates,
    header,
    inventory,
    prepayment,
    reads,
    settings,
    switching,
    tariff,
)
from dcc_sim.duis.rules.row import Flaw, RequestUnderCheck, Rule

if TYPE_CHECKING:
    from datetime import datetime

    from lxml.etree import _Element

    from dcc_sim.errors import Finding

SUBJECTS: Final = (
    ("Header", header.RULES),
    ("Moments and dates", dates.RULES),
    ("Calendars", calendar.RULES),
    ("Tariffs and prices", tariff.RULES),
    ("Prepayment", prepayment.RULES),
    ("Switches and auxiliary loads", switching.RULES),
    ("Reads and schedules", reads.RULES),
    ("Settings and texts", settings.RULES),
    ("Inventory", inventory.RULES),
    ("Certificates", credentials.RULES),
)
"""Rules by subject, in the order of their codes."""

RULES: Final = {rule.code: rule for _, rules in SUBJECTS for rule in rules}
"""All rules by code."""


def check_rules(root: _Element, now: datetime) -> tuple[Finding, ...]:
    """All findings in a schema-valid Request, by line; none for other documents."""
    request = RequestUnderCheck.of(root, now)
    if request is None:
        return ()
    found = (finding for rule in RULES.values() for finding in rule.findings(request))
    return tuple(sorted(found, key=lambda each: each.line))


__all__ = ["RULES", "SUBJECTS", "Flaw", "RequestUnderCheck", "Rule", "check_rules"]
