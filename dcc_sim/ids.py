"""Identifiers and closed sets that the whole package speaks in.

In: text or octets as they stand on an interface. Out: small immutable values that are always
well formed. Left out: anything that needs a table (message code names are in `catalogue`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, IntEnum, StrEnum
from typing import Final, Self

OriginatorCounter = int
"""0 … 2⁶⁴−1; one strictly increasing series per organisation or device (GBCS 4.3.1)."""

MAX_COUNTER: Final = 0xFFFF_FFFF_FFFF_FFFF


@dataclass(frozen=True, slots=True, order=True)
class Eui64:
    """An EUI-64 entity identifier: 8 octets. Written `00-DB-12-34-56-78-90-A0` in DUIS."""

    octets: bytes

    def __post_init__(self) -> None:
        if len(self.octets) != 8:
            raise ValueError(f"an EUI-64 has 8 octets, not {len(self.octets)}")

    def __hash__(self) -> int:
        return hash(self.octets)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read 16 hex digits, with or without `-`/`:` between the octets. Raises ValueError."""
        digits = text.strip().replace("-", "").replace(":", "")
        if not re.fullmatch(r"[0-9A-Fa-f]{16}", digits):
            raise ValueError(f"not an EUI-64: {text!r}")
        return cls(bytes.fromhex(digits))

    @property
    def compact(self) -> str:
        """16 lower-case hex digits, the form of key file names."""
        return self.octets.hex()

    def __str__(self) -> str:
        return self.octets.hex("-").upper()


class MessageCode(int):
    """GBCS message code, 0x0000 … 0xFFFF (GBCS 4.x annex; one code per use case or alert)."""

    def __new__(cls, value: int) -> Self:
        """Raises ValueError outside 16 bits."""
        if not 0 <= value <= 0xFFFF:
            raise ValueError(f"message code out of range: {value}")
        return super().__new__(cls, value)

    def __str__(self) -> str:
        return f"0x{int(self):04X}"


class CraFlag(IntEnum):
    """First octet of the transaction id (GBCS 7.2.7): Command, Response or Alert."""

    COMMAND = 1
    RESPONSE = 2
    ALERT = 3


class DeviceType(Enum):
    """Device types of the DUIS inventory."""

    ESME = "ESME"
    GSME = "GSME"
    CHF = "CHF"
    GPF = "GPF"
    PPMID = "PPMID"
    HCALCS = "HCALCS"
    IHD = "IHD"
    CAD = "CAD"


class UserRole(Enum):
    """User Roles of the SEC, as in the DUIS request matrix, and the Load Controller, newer than it."""

    IMPORT_SUPPLIER = "IS"
    GAS_SUPPLIER = "GS"
    EXPORT_SUPPLIER = "ES"
    ELECTRICITY_DISTRIBUTOR = "ED"
    GAS_TRANSPORTER = "GT"
    REGISTERED_SUPPLIER_AGENT = "RSA"
    OTHER_USER = "OU"
    LOAD_CONTROLLER = "LC"


class RemotePartyRole(IntEnum):
    """RemotePartyRole INTEGER of the GBCS ASN.1 module (GBCS 12); also the trust-anchor cells."""

    ROOT = 0
    RECOVERY = 1
    SUPPLIER = 2
    NETWORK_OPERATOR = 3
    ACCESS_CONTROL_BROKER = 4
    TRANSITIONAL_COS = 5
    WAN_PROVIDER = 6
    ISSUING_AUTHORITY = 7
    LOAD_CONTROLLER = 8
    OTHER = 127


class KeyUsage(StrEnum):
    """What a P-256 key pair is for; the value is the short form in key file names."""

    DIGITAL_SIGNATURE = "ds"
    KEY_AGREEMENT = "ka"
    PREPAYMENT_KEY_AGREEMENT = "pp-ka"
    XML_SIGNATURE = "xml"


class Confidence(Enum):
    """How far a fact in a table can be trusted: not all sources of the interface are public."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    UNKNOWN = "unknown"


class CommandVariant(IntEnum):
    """How a Service Request is processed (DUIS 5.4, comment on `CommandVariant`)."""

    SEND = 1
    LOCAL = 2
    SEND_AND_LOCAL = 3
    TRANSFORM = 4
    SIGNED_SEND = 5
    SIGNED_LOCAL = 6
    SIGNED_SEND_AND_LOCAL = 7
    DCC_ONLY = 8
    DCC_INTERNAL = 9


@dataclass(frozen=True, slots=True, order=True)
class ServiceReferenceVariant:
    """A Service Reference Variant such as `1.1.1`; `service_reference` is its first two numbers."""

    text: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"\d{1,2}\.\d{1,2}(\.\d{1,2})?", self.text):
            raise ValueError(f"not a Service Reference Variant: {self.text!r}")

    @property
    def service_reference(self) -> str:
        """First two numbers: `6.20` for `6.20.1`."""
        return ".".join(self.text.split(".")[:2])

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class RequestId:
    """`originator:target:counter` of a request; of a response with the parties swapped."""

    originator: Eui64
    target: Eui64
    counter: OriginatorCounter

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the DUIS form. Raises ValueError."""
        parts = text.strip().split(":")
        if len(parts) != 3 or not re.fullmatch(r"\d{1,20}", parts[2]) or int(parts[2]) > MAX_COUNTER:
            raise ValueError(f"not originator:target:counter: {text!r}")
        return cls(Eui64.parse(parts[0]), Eui64.parse(parts[1]), int(parts[2]))

    @property
    def response_id(self) -> RequestId:
        """The id of the answer: parties swapped, same counter."""
        return RequestId(self.target, self.originator, self.counter)

    def __str__(self) -> str:
        return f"{self.originator}:{self.target}:{self.counter}"


_MPAN_PRIMES: Final = (3, 5, 7, 13, 17, 19, 23, 29, 31, 37, 41, 43)


@dataclass(frozen=True, slots=True, order=True)
class Mpxn:
    """A meter point number: MPAN core (13 digits, electricity) or MPRN (6–10 digits, gas).

    The check digits are verified: MPAN by the prime weights, MPRN by position weights mod 11
    (reference `mtd.md` §2.1).
    """

    text: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"\d{6,10}|\d{13}", self.text):
            raise ValueError(f"an MPAN has 13 digits, an MPRN 6 to 10: {self.text!r}")
        if self.is_mpan and mpan_check_digit(self.text[:12]) != self.text[12]:
            raise ValueError(f"MPAN {self.text}: check digit should be {mpan_check_digit(self.text[:12])}")
        if not self.is_mpan and mprn_check_digits(self.text[:-2]) != self.text[-2:]:
            raise ValueError(f"MPRN {self.text}: check digits should be {mprn_check_digits(self.text[:-2])}")

    @property
    def is_mpan(self) -> bool:
        """True for electricity."""
        return len(self.text) == 13

    def __str__(self) -> str:
        return self.text


def mpan_check_digit(first_twelve: str) -> str:
    """The 13th digit of an MPAN core."""
    weighted = sum(int(d) * w for d, w in zip(first_twelve, _MPAN_PRIMES, strict=True))
    return str(weighted % 11 % 10)


def mprn_check_digits(body: str) -> str:
    """The last two digits of an MPRN, from all digits before them."""
    weighted = sum(int(d) * w for d, w in zip(body, range(len(body), 0, -1), strict=True))
    return f"{weighted % 11:02d}"
