"""Every exception of the package, in one tree.

    DccSimError
    ├── Refused                 the DCC says no to a User; carries a DUIS response code
    │   ├── MalformedXml        not XML, or XML that is not accepted here (DTD, entities, size)
    │   ├── SchemaInvalid       not valid against its XSD
    │   ├── XmlSignatureInvalid missing, malformed or wrong XML signature
    │   ├── AccessDenied        one of the access control checks said no
    │   └── RequestInvalid      schema-valid, but no command can be made of it
    ├── DecodeError             bytes that are not what they should be; carries offset and field
    ├── EncodeError             a value that cannot be put on the wire; carries the field
    ├── SecurityError           a cryptographic check failed
    │   ├── MacInvalid
    │   ├── SignatureInvalid
    │   ├── DecryptionFailed
    │   ├── KeyMissing          the check could not be made: no such key or certificate
    │   ├── UtrnInvalid         a device refuses a top-up token; carries the event it logs
    │   └── Discarded           a device drops a command in silence (`devices.security`)
    ├── ItemFailed              a device cannot carry out one item of a command (`devices.model`)
    ├── SettlementRefused       flows that contradict each other (`mtd.checks`)
    ├── NotFound                a file, folder or entry named by the user does not exist
    │   └── Unreadable          a file that the user named is not there or cannot be read
    └── Unsupported             not built yet; names what is missing

What is wrong on the peer's side (`Refused`, `DecodeError`, `SecurityError`), what the caller did
wrong (`EncodeError`, `NotFound`) and what is not built (`Unsupported`) are separate branches.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import ClassVar


class DccSimError(Exception):
    """Base of everything this package raises on purpose."""


class Refused(DccSimError):
    """The DCC refuses a Service Request.

    `response_code` is the DUIS response code (DUIS 5.4 `ResponseCode`), `rule` the check that
    failed, `place` where in the document (line, path) or empty.
    """

    default_code: ClassVar[str] = "E100"

    def __init__(self, reason: str, *, code: str | None = None, rule: str = "", place: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.response_code = code or self.default_code
        self.rule = rule
        self.place = place

    def __str__(self) -> str:
        where = f" at {self.place}" if self.place else ""
        rule = f" [{self.rule}]" if self.rule else ""
        return f"{self.response_code}: {self.reason}{where}{rule}"


class MalformedXml(Refused):
    """Not well-formed, or uses a construct that is never accepted (DTD, entity, size, depth)."""


class Severity(Enum):
    """ERROR: refused, not possible on the wire, or undefined. WARNING: legal but surely not meant."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing in a document that is not as it should be.

    `rule` is the part of the schema that is broken (`enumeration`), the check of the parser
    (`no DTD`) or the code of a business rule (`R101`); `value` what stands there, `valid` what could.
    """

    line: int
    path: str
    rule: str
    message: str
    value: str = ""
    valid: str = ""
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        warning = "warning: " if self.severity is Severity.WARNING else ""
        return f"line {self.line}, {self.path}: {warning}{self.message} [{self.rule}]"


class SchemaInvalid(Refused):
    """Not valid against the XSD of its interface; `findings` are all the places, in document order."""

    def __init__(self, reason: str, *, findings: tuple[Finding, ...] = (), code: str | None = None) -> None:
        first = findings[0] if findings else None
        place = f"line {first.line}, {first.path}" if first else ""
        super().__init__(reason, code=code, rule=first.rule if first else "", place=place)
        self.findings = findings


class XmlSignatureInvalid(Refused):
    """The XML signature is missing, malformed, made with an unknown key, or does not verify."""


class AccessDenied(Refused):
    """An access control check failed (reference `duis.md` §8)."""

    default_code = "E1"


class RequestInvalid(Refused):
    """The request is schema-valid but asks for something no command can express."""


class DecodeError(DccSimError):
    """Bytes on the wire that do not follow their layout.

    `offset` counts octets from the start of the frame (or payload, when only that was given),
    `field` is the dotted path of what was being read.
    """

    def __init__(self, reason: str, *, offset: int, field: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.offset = offset
        self.field = field

    def __str__(self) -> str:
        where = f" in {self.field}" if self.field else ""
        return f"offset {self.offset}{where}: {self.reason}"


class EncodeError(DccSimError):
    """A value that its field on the wire cannot hold. `field` is its dotted path."""

    def __init__(self, reason: str, *, field: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.field = field

    def __str__(self) -> str:
        return f"{self.field}: {self.reason}" if self.field else self.reason


class SecurityError(DccSimError):
    """A cryptographic check did not pass."""


class MacInvalid(SecurityError):
    """The 12-octet GMAC of a message is not the one its keys give."""


class SignatureInvalid(SecurityError):
    """The ECDSA signature of a message does not verify."""


class DecryptionFailed(SecurityError):
    """An encrypted attribute does not authenticate under the key derived for it."""


class KeyMissing(SecurityError):
    """A key or certificate that is needed is not in the key ring."""


class UtrnInvalid(SecurityError):
    """A top-up token that a device refuses; `event_code` is what it writes into its security log."""

    def __init__(self, reason: str, *, event_code: int) -> None:
        super().__init__(reason)
        self.event_code = event_code

    def __str__(self) -> str:
        return f"{self.event_code:04X}: {self.args[0]}"


class NotFound(DccSimError):
    """Something the user named does not exist."""


class Unreadable(NotFound):
    """A file the user named is not there or cannot be read: wrong usage, not a refusal."""


class Unsupported(DccSimError):
    """Part of the interface that is not built yet. `name` says which (use case, SRV, command)."""

    def __init__(self, name: str, detail: str = "") -> None:
        super().__init__(name)
        self.name = name
        self.detail = detail

    def __str__(self) -> str:
        return f"not built yet: {self.name}" + (f" ({self.detail})" if self.detail else "")
