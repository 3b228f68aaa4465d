"""Documents made to deceive or to exhaust: each is refused with a reason, before anything costs much."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from dcc_sim.duis.names import ds
from dcc_sim.duis.parsing import parse_xml
from dcc_sim.duis.schema import default_schemas
from dcc_sim.duis.signature import verify
from dcc_sim.edge.documents import validate
from dcc_sim.errors import MalformedXml, XmlSignatureInvalid

if TYPE_CHECKING:
    from collections.abc import Callable

    from cryptography.hazmat.primitives.asymmetric import ec

    from dcc_sim.duis.signature import Signer

    Lookup = Callable[[int, str], ec.EllipticCurvePublicKey | None]

ROOT = Path(__file__).resolve().parents[3]
TARIFF = (ROOT / "fixtures" / "requests" / "1.1.1-economy-7.xml").read_bytes()
READ = (ROOT / "fixtures" / "requests" / "4.1.1-read-import.xml").read_bytes()
SCHEMAS = default_schemas()
NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
DTD = "never accepted"
_ENTITIES = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True))

EXHAUSTING = {
    "DTD": (b'<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd"><x/>', DTD),
    "XXE": (b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>', DTD),
    "XXE by parameter": (b'<!DOCTYPE x [<!ENTITY % e SYSTEM "http://127.0.0.1:1/">%e;]><x/>', DTD),
    "billion laughs": (f'<!DOCTYPE x [<!ENTITY a "lol">{_ENTITIES}]><x>&j;</x>'.encode(), DTD),
    "quadratic blowup": (b'<!DOCTYPE x [<!ENTITY a "%b">]><x>%b</x>' % (b"a" * 99_999, b"&a;" * 9_999), DTD),
    "not well-formed": (TARIFF.replace(b"</sr:Body>", b""), "mismatch"),
    "cut off": (TARIFF[: len(TARIFF) // 2], "Premature end"),
    "50 MB of text": (TARIFF.replace(b"GBP", b"G" * 50_000_000), "octets, at most"),
    "15 MB in a value": (TARIFF.replace(b"GBP", b"G" * 15_000_000), "characters in CurrencyUnits"),
    "deep nesting": (TARIFF.replace(b"GBP", b"<a>" * 60 + b"</a>" * 60), "nested deeper than 64"),
    "deeper nesting": (b"<a>" * 100_000, "depth"),
    "a million elements": (b"<a>" + b"<b/>" * 1_000_000 + b"</a>", "pieces of markup"),
    "a million attributes": (b"<a " + b" ".join(b'a%d=""' % n for n in range(10**6)) + b"/>", "attributes"),
    "duplicate attribute": (b'<a Id="1" Id="2"/>', "redefined"),
}


@pytest.mark.parametrize(("document", "reason"), EXHAUSTING.values(), ids=EXHAUSTING)
def test_exhausting_documents(document: bytes, reason: str) -> None:
    with pytest.raises(MalformedXml, match=reason) as refused:
        parse_xml(document)
    assert refused.value.rule
    assert refused.value.place.startswith("line ")


def _around(signer: Signer) -> etree._Element:
    """The signed request inside the body of a new one."""
    evil = parse_xml(TARIFF)
    evil[1].append(parse_xml(signer.sign(READ)))
    return evil


def _inside_the_signature(signer: Signer) -> etree._Element:
    """The signed request kept in an Object of its own signature, below a new request."""
    evil, signed = parse_xml(TARIFF), parse_xml(signer.sign(READ))
    signature = signed[-1]
    evil.append(signature)
    etree.SubElement(signature, ds("Object")).append(signed)
    return evil


def _by_reference(signer: Signer) -> etree._Element:
    """A signature that points to a part of the document."""
    evil = parse_xml(signer.sign(TARIFF))
    evil[1].set("Id", "b")
    next(evil.iter(ds("Reference"))).set("URI", "#b")
    return evil


def _duplicate_ids(signer: Signer) -> etree._Element:
    """Two parts of the same identifier: one may be signed, the other read."""
    evil = _by_reference(signer)
    evil[0].set("Id", "b")
    return evil


def _duplicate_ids_in_the_signature(signer: Signer) -> etree._Element:
    evil = parse_xml(signer.sign(TARIFF))
    evil[-1].set("Id", "b")
    next(evil.iter(ds("Reference"))).set("Id", "b")
    return evil


SHAPES = (_around, _inside_the_signature, _by_reference, _duplicate_ids, _duplicate_ids_in_the_signature)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda each: each.__name__.strip("_"))
def test_what_is_wrapped_is_neither_authentic_nor_valid(
    shape: Callable[[Signer], etree._Element], signer: Signer, lookup: Lookup
) -> None:
    evil = parse_xml(etree.tostring(shape(signer)))
    with pytest.raises(XmlSignatureInvalid) as refused:
        verify(evil, lookup)
    assert refused.value.rule
    assert validate(etree.tostring(evil), SCHEMAS, NOW).errors


def test_only_a_refusal_loads_the_slow_reader() -> None:
    """What explains is half a second that a valid document does not pay."""
    code = (
        "import sys; from dcc_sim.cli import app\n"
        f"try: app(['validate', {str(ROOT / 'fixtures' / 'requests' / '4.1.1-read-import.xml')!r}])\n"
        "except SystemExit as left: assert left.code == 0\n"
        "assert 'xmlschema' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
