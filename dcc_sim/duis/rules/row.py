"""The row of a rule, what a rule looks at, and what it finds.

In: a schema-valid request. Out: flaws, which become findings with line, path and value. Left out:
the rules themselves, one module per subject, and their table (`rules`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dcc_sim.catalogue.requests import REQUESTS
from dcc_sim.duis.names import line_of, local_name, path_of, sr
from dcc_sim.duis.rules.reading import child, text
from dcc_sim.errors import Finding, Severity
from dcc_sim.ids import Confidence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from lxml.etree import _Element

    from dcc_sim.catalogue.request_row import RequestRow

_SHOWN: Final = 60  # characters of a value


@dataclass(frozen=True, slots=True)
class RequestUnderCheck:
    """A schema-valid Request and the time it is; `content` is the one element of its body."""

    root: _Element
    header: _Element
    content: _Element
    now: datetime

    @classmethod
    def of(cls, root: _Element, now: datetime) -> RequestUnderCheck | None:
        """None for a document that is not a Request with one body element."""
        header, body = root.find(sr("Header")), root.find(sr("Body"))
        if root.tag != sr("Request") or header is None or body is None or len(body) != 1:
            return None
        return cls(root, header, body[0], now)

    @property
    def name(self) -> str:
        """The local name of the body's element."""
        return local_name(self.content)

    @property
    def variant(self) -> str:
        """The Service Reference Variant that the header states."""
        return text(child(self.header, "ServiceReferenceVariant"))

    @property
    def row(self) -> RequestRow | None:
        """What the catalogue says of the variant; None when it has no row."""
        return REQUESTS.get(self.variant)


@dataclass(frozen=True, slots=True)
class Flaw:
    """A place, what is wrong there and what would be valid; the value is the place's text."""

    element: _Element
    reason: str
    valid: str
    attribute: str = ""

    @property
    def value(self) -> str:
        """What stands there."""
        if self.attribute:
            return str(self.element.get(self.attribute) or "")
        return text(self.element)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One business rule.

    `why` says what happens to who breaks it, `example` shows it broken. `answer` is the DUIS
    response code, where the DCC itself refuses; without one the device refuses or does something else
    than is meant. How far a rule can be trusted is `confidence`; it is that of `source`.
    """

    code: str
    severity: Severity
    title: str
    why: str
    example: str
    source: str
    confidence: Confidence
    check: Callable[[RequestUnderCheck], Iterator[Flaw]]
    answer: str = ""

    def findings(self, request: RequestUnderCheck) -> Iterator[Finding]:
        """All places where the rule is broken."""
        for flaw in self.check(request):
            value = flaw.value
            yield Finding(
                line=line_of(flaw.element),
                path=path_of(flaw.element, flaw.attribute),
                rule=self.code,
                message=f"{flaw.reason}; expected {flaw.valid}",
                value=value if len(value) <= _SHOWN else value[: _SHOWN - 1] + "…",
                valid=flaw.valid,
                severity=self.severity,
            )


ERROR: Final = Severity.ERROR
WARNING: Final = Severity.WARNING
HIGH: Final = Confidence.HIGH
MEDIUM: Final = Confidence.MEDIUM
LOW: Final = Confidence.LOW
