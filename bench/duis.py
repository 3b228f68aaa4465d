"""Reading, checking and verifying all published requests, as a multiple of what libraries alone need.

    python bench/duis.py [VECTORS] [ROUNDS]

The requests' own signatures are placeholders, so each is signed with a test key first, outside of the
timing. *Ours* is `parse_xml`, `check_duis` and `signature.verify`; shown beside it is `parse_request`,
which reads header and body on top. The *floor* is, on the same octets: lxml parse, lxml validate, two
canonicalisations (of the document without its signature, and of SignedInfo) and one P-256 verification,
on inputs prepared before. Goal: at most 1.5 times. Both are measured request by request in turn; the
sum of the best of each counts.
"""

from __future__ import annotations

import base64
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from lxml import etree

from dcc_sim.duis.names import ds
from dcc_sim.duis.parsing import parse_xml
from dcc_sim.duis.request import parse_request
from dcc_sim.duis.schema import _compiled, default_schemas
from dcc_sim.duis.schema_versions import CURRENT
from dcc_sim.duis.signature import Signer, verify

ROOT = Path(__file__).resolve().parents[1]
GOAL = 1.5

KEY = ec.derive_private_key(20261122, ec.SECP256R1())
PUBLIC = KEY.public_key()
SIGNER = Signer(KEY, "CN=bench", 7)
SCHEMAS = default_schemas()
SCHEMA = _compiled(SCHEMAS.directory, CURRENT, "duis.xsd")
STEPS = ("parse", "validate", "c14n of the document", "c14n of SignedInfo", "verify")


def lookup(_serial: int, _issuer: str) -> ec.EllipticCurvePublicKey:
    return PUBLIC


def floor_steps(document: bytes) -> list[Callable[[], object]]:
    """The five things that no implementation can leave out."""
    root = etree.fromstring(document)
    bare = etree.fromstring(document)
    bare.remove(bare.find(ds("Signature")))
    info = root.find(f"{ds('Signature')}/{ds('SignedInfo')}")
    text = root.findtext(f"{ds('Signature')}/{ds('SignatureValue')}")
    value = base64.b64decode(text)
    der = encode_dss_signature(int.from_bytes(value[:32], "big"), int.from_bytes(value[32:], "big"))
    covered = etree.tostring(info, method="c14n", exclusive=True)
    return [
        lambda: etree.fromstring(document),
        lambda: SCHEMA.validate(root),
        lambda: etree.tostring(bare, method="c14n"),
        lambda: etree.tostring(info, method="c14n", exclusive=True),
        lambda: PUBLIC.verify(der, covered, ec.ECDSA(SHA256())),
    ]


def our_steps(document: bytes) -> list[Callable[[], object]]:
    """Parts of ours, for whoever wants to know where the time goes."""
    root = parse_xml(document)
    return [
        lambda: parse_xml(document),
        lambda: SCHEMAS.check_duis(root),
        lambda: verify(root, lookup),
    ]


def best(run: Callable[[], object], rounds: int) -> float:
    shortest = float("inf")
    for _ in range(rounds):
        started = time.perf_counter()
        run()
        shortest = min(shortest, time.perf_counter() - started)
    return shortest


def main() -> int:
    given = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("DCC_SIM_VECTORS")
    folder = Path(given) if given else ROOT.parent / "shared" / "vectors"
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 9
    paths = sorted((folder / "requests").glob("*.XML"))
    if not paths:
        print(f"no requests in {folder}")
        return 2
    documents = [SIGNER.sign(path.read_bytes()) for path in paths]
    floor, parts, ours = [0.0] * len(STEPS), [0.0] * 3, 0.0
    for document in documents:
        floor = [
            sum(pair)
            for pair in zip(floor, (best(each, rounds) for each in floor_steps(document)), strict=True)
        ]
        ours += best(lambda document=document: parse_request(document, SCHEMAS, lookup), rounds)
        parts = [
            sum(pair)
            for pair in zip(parts, (best(each, rounds) for each in our_steps(document)), strict=True)
        ]
    scale = 1e6 / len(documents)
    size = sum(len(each) for each in documents) // len(documents)
    print(f"{len(documents)} requests, {size} octets on average, best of {rounds}")
    for name, taken in zip(STEPS, floor, strict=True):
        print(f"  {name:22} {taken * scale:7.1f} us")
    print(f"floor                    {sum(floor) * scale:7.1f} us")
    for name, taken in zip(("parse_xml", "check_duis", "signature.verify"), parts, strict=True):
        print(f"  {name:22} {taken * scale:7.1f} us")
    print(f"parse_request            {ours * scale:7.1f} us")
    ratio = sum(parts) / sum(floor)
    print(f"ratio                    {ratio:7.2f}    (parse, XSD, signature; goal: at most {GOAL})")
    print(f"with the request read    {ours / sum(floor):7.2f}")
    return int(ratio > GOAL)


if __name__ == "__main__":
    sys.exit(main())
