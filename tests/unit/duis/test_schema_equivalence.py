"""Our DUIS XSDs allow exactly what the published ones allow, in all versions.

Two independent looks. *Walking*: both are read by xmlschema and compared part by part, from every
root (`schema_walk`). *Asking*: thousands of documents, valid ones made up from the schema and damaged
ones, get the same verdict from both, in libxml2 and in xmlschema (`schema_samples`). Skipped where
the published schemas are not at hand.
"""

from __future__ import annotations

import copy
import random
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pytest
from lxml import etree
from schema_samples import Samples, mutate
from schema_walk import children, compare, language, same_language

from dcc_sim.bundled import bundled
from dcc_sim.catalogue.requests import BY_BODY
from dcc_sim.duis.names import ds, ra, sr
from dcc_sim.duis.parsing import parse_xml
from dcc_sim.duis.schema import _compiled as read_by_libxml2
from dcc_sim.duis.schema import _explainer as read_by_xmlschema
from dcc_sim.duis.schema_versions import VERSIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import xmlschema
    from lxml.etree import _Element

    from dcc_sim.duis.schema import Schemas

OURS: Final = bundled("schemas")
ROOTS: Final = (sr("Request"), sr("Response"), sr("SMETS1SignedResponse"), sr("S1SPAlert"))
FEW, MANY = 300, 10_000  # documents per version, as a rule and in the long run


@dataclass(frozen=True, slots=True)
class Judge:
    """One schema set, asked in both ways."""

    verdict: Callable[[_Element], bool]
    slow_verdict: Callable[[Any], bool]
    schema: xmlschema.XMLSchema


def published(version: str, official: Schemas) -> Path:
    """The folder with all published sets; skips when it has not that version."""
    folder = official.directory.parent
    if not (folder / version / "duis.xsd").is_file():
        pytest.skip(f"no official schemas of version {version} in {folder}")
    return folder


def pair(version: str, official: Schemas) -> tuple[Judge, Judge]:
    ours, theirs = (
        Judge(read_by_libxml2(each, version, "duis.xsd").validate, schema.is_valid, schema)
        for each in (OURS, published(version, official))
        for schema in (read_by_xmlschema(each, version, "duis.xsd"),)
    )
    return ours, theirs


# ---------------------------------------------------------------------------------------- walking


@pytest.mark.parametrize("version", VERSIONS)
def test_no_part_differs(version: str, official: Schemas) -> None:
    ours, theirs = pair(version, official)
    found, compared = compare(ours.schema, theirs.schema)
    assert not found, "\n".join(found)
    assert compared > 900, "the walk did not get far"


def test_the_walk_sees_what_differs_between_versions(official: Schemas) -> None:
    """The newest of ours against the oldest of theirs: the differences that are listed, and no others."""
    theirs = read_by_xmlschema(published("5.0", official), "5.0", "duis.xsd")
    found, _ = compare(read_by_xmlschema(OURS, "5.4", "duis.xsd"), theirs)
    assert {each.partition(":")[0].rpartition("/")[2] for each in found} == {
        "CreateSchedule",
        "DSPScheduledServiceReference",
        "DSPScheduledServiceReferenceVariant",
        "ResponseCode",
        "Device",
        "CSPRegion",
        "DSPWANMatrix",
        "DCCAlertCode",
        "DCCAlert",
        "ChangeOfSupplier",
        "Timestamp",
    }


def test_patterns_are_compared_by_what_they_accept() -> None:
    assert same_language("[0-9]{2}(-[0-9]{2}){1}", "[0-9][0-9]-[0-9]{2}")
    assert same_language("(a,)*a", "a(,a)*")
    assert not same_language("[0-9]{2}", "[0-9]{1,2}")
    assert not same_language("1[0-7]|2", "1[0-8]|2")
    assert language("[ab]+") == language("[ab][ab]*")


def test_every_service_is_there() -> None:
    request = read_by_xmlschema(OURS, "5.4", "duis.xsd").maps.elements[sr("Request")]
    body = children(children(request)[sr("Body")])
    assert set(body) == {sr(each) for each in (*BY_BODY, "SignedPreCommand")}
    assert len(body) == 130


def test_our_schemas_share_no_words_with_the_published_ones(official: Schemas) -> None:
    """Names of elements are the interface; comments and names of types are somebody's text."""
    trees = [etree.parse(str(path)) for path in official.directory.parent.rglob("*.xsd")]
    texts = " ".join(" ".join(str(each.text).split()) for tree in trees for each in tree.iter(etree.Comment))
    for path in OURS.rglob("*.xsd"):
        for comment in etree.parse(str(path)).iter(etree.Comment):
            words = str(comment.text).split()
            for start in range(len(words) - 5):
                assert " ".join(words[start : start + 6]) not in texts, path


# ----------------------------------------------------------------------------------------- asking


def made_up(schema: xmlschema.XMLSchema, version: str, dice: random.Random) -> Iterator[_Element]:
    """Valid documents of all kinds without end; in the first 130 requests each body comes once."""
    samples = Samples(schema, dice)
    bodies = sorted(children(children(schema.maps.elements[sr("Request")])[sr("Body")]))
    while True:
        for body in bodies:
            yield samples.document(sr("Request"), version, inner=body)
            yield samples.document(sr("Response"), version)
            yield samples.document(dice.choice((*ROOTS, ra("GBCSResponse"))), version)


def ask(version: str, official: Schemas, count: int, *, slowly: int) -> Counter[bool]:
    """The same questions to both; how many documents were valid, and how many not.

    xmlschema is asked about each `slowly`th document and all damaged ones that are still valid.
    """
    ours, theirs = pair(version, official)
    dice = random.Random(20260105)  # a fixed seed: the same documents every time
    names = sorted({str(each) for each in ours.schema.maps.elements} | {sr(each) for each in BY_BODY})
    names += [
        sr("Connectivity"),
        sr("ECoSErrorCode"),
        sr("CSPRegion"),
        sr("DeviceID"),
        sr("ExecutionDateTime"),
    ]
    verdicts: Counter[bool] = Counter()
    source = made_up(ours.schema, version, dice)
    for number in range(count):
        root = next(source)
        if number % 4:
            for _ in range(dice.choice((1, 1, 1, 2, 3))):
                mutate(root, dice, names)
        mine = ours.verdict(root)
        assert mine == theirs.verdict(root), etree.tostring(root, pretty_print=True).decode()
        assert mine or number % 4, "a document made up from the schema is not valid"
        if number % slowly == 0 or (mine and number % 4):
            slow = ours.slow_verdict(root), theirs.slow_verdict(root)
            assert slow[0] == slow[1], etree.tostring(root, pretty_print=True).decode()
        verdicts[mine] += 1
    return verdicts


@pytest.mark.parametrize("version", VERSIONS)
def test_documents_get_the_same_verdict(version: str, official: Schemas) -> None:
    verdicts = ask(version, official, FEW, slowly=10)
    assert verdicts[True] > FEW // 4
    assert verdicts[False] > FEW // 3


@pytest.mark.slow
@pytest.mark.parametrize("version", VERSIONS)
def test_many_documents_get_the_same_verdict(version: str, official: Schemas) -> None:
    verdicts = ask(version, official, MANY, slowly=1)
    assert verdicts[True] > MANY // 4
    assert verdicts[False] > MANY // 3


def test_published_requests_get_the_same_verdict(official: Schemas, vectors: Path) -> None:
    paths = sorted((vectors / "requests").glob("*.XML"))
    assert len(paths) > 200
    for version in VERSIONS:
        ours, theirs = pair(version, official)
        for path in paths:
            root = parse_xml(path.read_bytes())
            assert ours.verdict(root) == theirs.verdict(root), (version, path.name)
            if version == "5.4":
                assert ours.verdict(root), path.name
                assert ours.slow_verdict(root) == theirs.slow_verdict(root), path.name


def test_the_limit_of_a_counter() -> None:
    """The longest pattern of the interface is a number: below 2 to the 64."""
    verdict = read_by_libxml2(OURS, "5.4", "duis.xsd").validate
    root = Samples(read_by_xmlschema(OURS, "5.4", "duis.xsd"), random.Random(1)).document(sr("Request"))
    field = root.find(f"{sr('Header')}/{sr('RequestID')}")
    assert field is not None
    for power in range(64, 57, -1):
        for step in (-2, -1, 0, 1):
            counter = 2**power + step
            field.text = f"00-50-c2-5F-30-01-00-00:00-50-C2-5F-31-00-00-A0:{counter}"
            assert verdict(root) == (counter < 2**64), counter


KEY_INFOS: Final = (
    "<KeyName>x</KeyName>",
    "<MgmtData/>",
    "<KeyValue><RSAKeyValue><Modulus>AAAA</Modulus><Exponent>AQAB</Exponent></RSAKeyValue></KeyValue>",
    "<KeyValue/>",
    "<KeyValue><DSAKeyValue><P/><Q/><Y>AA==</Y></DSAKeyValue></KeyValue>",
    "<KeyValue><DSAKeyValue><P/><Y/></DSAKeyValue></KeyValue>",
    '<RetrievalMethod URI="x"/>',
    "<PGPData/>",
    "<PGPData><PGPKeyID>AA==</PGPKeyID></PGPData>",
    "<SPKIData><SPKISexp>AA==</SPKISexp></SPKIData>",
    "<X509Data/>",
    "<X509Data><X509SKI>AA==</X509SKI><X509SubjectName>x</X509SubjectName><X509CRL>AA==</X509CRL></X509Data>",
    '<a xmlns="urn:x"/>',
    "<Object/>",
    "text",
)


def test_signatures_are_part_of_it(official: Schemas) -> None:
    """The vocabulary of XML signatures beyond what the interface uses."""
    ours, theirs = (each.verdict for each in pair("5.4", official))
    signed = Samples(read_by_xmlschema(OURS, "5.4", "duis.xsd"), random.Random(1)).document(sr("S1SPAlert"))
    info = signed.find(f"{ds('Signature')}/{ds('KeyInfo')}")
    assert info is not None
    number = '<q xmlns="http://www.w3.org/2000/09/xmldsig#">{}</q>'
    for text in KEY_INFOS:
        copied = copy.deepcopy(signed)
        place = copied.find(f"{ds('Signature')}/{ds('KeyInfo')}")
        assert place is not None
        wrapper = parse_xml(number.format(text).encode())
        place.text = wrapper.text
        place.extend(list(wrapper))
        assert ours(copied) == theirs(copied), text
