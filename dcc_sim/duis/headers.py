"""What every document says about itself: the version of the interface, and by whose key it was signed.

In: a root. Out: the name of the version; a SignedBy, or None for an unsigned document. Left out: whether the
signature is right (`signature`) and whose key it is (`smki`): this is what the document claims.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dcc_sim.duis.names import ds, line_of
from dcc_sim.duis.schema_versions import NUMBERS, version_of
from dcc_sim.errors import RequestInvalid

if TYPE_CHECKING:
    from lxml.etree import _Element

_SERIAL: Final = re.compile(r"[0-9]{1,50}")


@dataclass(frozen=True, slots=True)
class SignedBy:
    """How a signature names its key: issuer and serial number, and certificates that came along (DER).

    Issuer and serial are None unless there is exactly one pair of them; a signature without would not verify.
    """

    issuer: str | None
    serial: int | None
    certificates: tuple[bytes, ...] = ()


def interface_version(root: _Element) -> str:
    """Which of `VERSIONS` a document says it is in. Raises RequestInvalid for one that nobody knows."""
    stated = root.get("schemaVersion")
    version = version_of(stated)
    if version is None:
        raise RequestInvalid(
            f"version {stated!r} is not known; expected one of {', '.join(NUMBERS)}",
            rule="schemaVersion",
            place=f"line {line_of(root)}",
        )
    return version


def signed_by(root: _Element) -> SignedBy | None:
    """The key named by the signature of the whole document: a child of the root, and no other."""
    signature = root.find(ds("Signature"))
    if signature is None:
        return None
    names = list(signature.iterfind(f"{ds('KeyInfo')}//{ds('X509IssuerSerial')}"))
    certificates = signature.iterfind(f"{ds('KeyInfo')}//{ds('X509Certificate')}")
    der = tuple(each for each in map(_octets, certificates) if each is not None)
    if len(names) != 1:
        return SignedBy(None, None, der)
    issuer = (names[0].findtext(ds("X509IssuerName")) or "").strip()
    serial = (names[0].findtext(ds("X509SerialNumber")) or "").strip()
    if not _SERIAL.fullmatch(serial):
        return SignedBy(None, None, der)
    return SignedBy(issuer, int(serial), der)


def _octets(element: _Element) -> bytes | None:
    try:
        return base64.b64decode("".join((element.text or "").split()), validate=True)
    except (binascii.Error, ValueError):
        return None
