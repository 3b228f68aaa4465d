"""Our XSDs allow exactly what the published ones allow, as far as ours go.

Two independent looks. *Walking*: both are read by xmlschema and compared part by part (names, order,
cardinality, types, facets, attributes). *Mutating*: thousands of documents, valid and damaged, get
the same verdict from both in libxml2. Skipped where the published schemas are not at hand.
"""

from __future__ import annotations

import copy
import random
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
import xmlschema
from lxml import etree

from dcc_sim.bundled import bundled
from dcc_sim.duis.names import ds, local_name, ra, sr
from dcc_sim.duis.parsing import parse_xml
from dcc_sim.duis.services import BY_VARIANT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

    from dcc_sim.duis.schema import Schemas

ROOT: Final = Path(__file__).resolve().parents[3]
COVERED: Final = ("1.1.1", "1.2.1", "4.1.1", "4.1.2", "4.11.1", "6.11", "11.2")
MUTANTS: Final = 4_000  # per interface

# ---------------------------------------------------------------------------------------- walking

# Where the published schema offers more than ours has so far: parents of those choices.
OPEN_CHOICES: Final = {sr("Body"), sr("ResponseMessage"), ra("SMETSData")}

# Patterns that we write in other words; test_identifiers compares what they accept.
REWORDED: Final = ("[A-Fa-f0-9]{2}-", "[0-9A-Fa-f]{2}(-")


def load(directory: Any, name: str) -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(str(directory / name))


def simple_form(kind: Any) -> Any:
    """A simple type as its built-in ancestor and all its facets."""
    if kind.is_list() or kind.is_union():
        return ("other", kind.name)
    facets: dict[str, Any] = {}
    while kind.target_namespace != "http://www.w3.org/2001/XMLSchema":
        for name, facet in kind.facets.items():
            if name is None:
                continue
            short = local(name)
            if short == "enumeration":
                facets.setdefault(short, frozenset(str(each) for each in facet.enumeration))
            elif short == "pattern":
                texts = [each.get("value") for each in facet]
                facets.setdefault(short, "an identifier" if texts[0].startswith(REWORDED) else tuple(texts))
            elif short != "whiteSpace":
                facets.setdefault(short, Decimal(str(facet.value)))
        kind = kind.base_type
    return (kind.name, tuple(sorted(facets.items(), key=lambda pair: pair[0])))


def local(name: str) -> str:
    return name.rpartition("}")[2]


def particles(group: Any, model: str) -> list[Any]:
    """A content model without needless nesting; the alternatives of a choice in any order."""
    parts: list[Any] = []
    for each in group:
        if isinstance(each, xmlschema.validators.XsdGroup):
            inner = particles(each, each.model)
            once = tuple(each.occurs) == (1, 1)
            if once and (each.model == model or len(inner) == 1):
                parts.extend(inner)
            elif inner:
                parts.append((each.model, tuple(each.occurs), tuple(inner)))
        elif isinstance(each, xmlschema.validators.XsdAnyElement):
            parts.append(("any", tuple(each.namespace), each.process_contents, tuple(each.occurs)))
        else:
            parts.append(("element", each.name, tuple(each.occurs)))
    return sorted(parts, key=str) if model == "choice" else parts


def attributes(kind: Any) -> frozenset[Any]:
    return frozenset(
        (name, each.use, each.default, simple_form(each.type))
        for name, each in kind.attributes.items()
        if name
    )


def own_form(element: Any) -> Any:
    """All that an element allows, except what its children allow."""
    kind = element.type
    common = (element.nillable, element.default, element.fixed)
    if kind.is_simple():
        return (*common, simple_form(kind))
    if kind.has_simple_content():
        return (*common, simple_form(kind.content), attributes(kind))
    return (*common, kind.mixed, tuple(particles([kind.content], "sequence")), attributes(kind))


def children(element: Any) -> dict[str, Any]:
    kind = element.type
    if kind.is_simple() or kind.has_simple_content():
        return {}
    parts = (each for each in kind.content.iter_elements() if isinstance(each, xmlschema.XsdElement))
    return {each.name: each for each in parts if each.name}


def differences(ours: Any, theirs: Any, path: str, seen: set[Any]) -> Iterator[str]:
    if (ours.type, theirs.type) in seen:
        return
    seen.add((ours.type, theirs.type))
    here = f"{path}/{local(ours.name)}"
    below, published = children(ours), children(theirs)
    if ours.name in OPEN_CHOICES:
        # Ours may have fewer alternatives, but none of its own.
        if not set(below) <= set(published):
            yield f"{here}: {set(below) - set(published)} are not in the published schema"
    elif own_form(ours) != own_form(theirs):
        yield f"{here}:\n  ours   {own_form(ours)}\n  theirs {own_form(theirs)}"
    for name in below.keys() & published.keys():
        yield from differences(below[name], published[name], here, seen)


@pytest.mark.parametrize(
    ("file", "roots"),
    [("duis.xsd", (sr("Request"), sr("Response"))), ("mmc.xsd", (ra("GBCSResponse"),))],
)
def test_walking(file: str, roots: tuple[str, ...], official: Schemas) -> None:
    ours, theirs = load(bundled("schemas"), file), load(official.directory, file)
    seen: set[Any] = set()
    found = [
        each
        for root in roots
        for each in differences(ours.maps.elements[root], theirs.maps.elements[root], "", seen)
    ]
    assert not found, "\n".join(found)
    assert len(seen) > 80, "the walk did not get far"


def test_every_covered_service_is_there() -> None:
    ours = load(bundled("schemas"), "duis.xsd").maps.elements[sr("Request")]
    body = children(children(ours)[sr("Body")])
    assert set(body) == {sr(BY_VARIANT[each].body) for each in COVERED} | {sr("SignedPreCommand")}
    parsed = load(bundled("schemas"), "mmc.xsd").maps.elements[ra("GBCSResponse")]
    message = children(children(children(parsed)[ra("Body")])[ra("ResponseMessage")])
    assert set(children(message[ra("SMETSData")])) == {ra(str(BY_VARIANT[each].answer)) for each in COVERED}


def test_our_schemas_share_no_words_with_the_published_ones(official: Schemas) -> None:
    """Names of elements are the interface; comments are somebody's text."""
    published = " ".join(
        " ".join(str(comment.text).split())
        for path in official.directory.glob("*.xsd")
        for comment in etree.parse(str(path)).iter(etree.Comment)
    )
    for path in bundled("schemas").rglob("*.xsd"):
        for comment in etree.parse(str(path)).iter(etree.Comment):
            words = str(comment.text).split()
            for start in range(len(words) - 5):
                assert " ".join(words[start : start + 6]) not in published, path


# --------------------------------------------------------------------------------------- mutating

PLAIN: Final = """
    x 0 1 2 3 4 5 7 8 9 10 12 13 16 17 31 32 48 49 50 100 101 127 128 -1 -128 -129 00 01 +1 1.0 1.5 1e1
    2013 2014 9999 10000 32767 32768 -32768 -32769 65535 65536 86400 86401 4294967295 4294967296
    281474976710655 281474976710656 1000000000000 1000000000001 18446744073709551615
    18446744073709551616 true false TRUE GBP ECB EUR I0 E1 E120207 1.1 4.1.1 12345678 123456789 00:00:00
    24:00:00 24:00:01 07:30:00.00Z 7:30:00 2026-01-01T00:00:00Z 2026-02-30T00:00:00Z 2026-01-01
    3000-12-31T00:00:00.00Z 8F66 8f67 8F68 8F6 AAAA AAA AAA= reliable success SUCCESS Wh m3 plain
    encrypted gbcs 00-50-C2-5F-30-01-00-00 00-50-c2-5f-30-01-00-0
"""
VALUES: Final = ("", " ", " 1 ", " 1.1", "A A\nA A", "a" * 250, "a" * 251, *PLAIN.split())


def mutate(root: _Element, dice: random.Random, names: list[str]) -> None:
    """One random change somewhere below the root."""
    every = [each for each in root.iter(etree.Element) if each is not root]
    if not every:
        return
    element = dice.choice(every)
    parent = element.getparent()
    assert parent is not None
    place = parent.index(element)
    match dice.randrange(10):
        case 0:
            parent.remove(element)
        case 1:
            for _ in range(dice.choice((1, 1, 2, 4, 17, 48))):
                parent.insert(place, copy.deepcopy(element))
        case 2:
            parent.insert(dice.randrange(len(parent)), element)
        case 3:
            element.tag = dice.choice(names)
        case 4:
            etree.SubElement(element, dice.choice(names)).text = dice.choice((None, *VALUES))
        case 5 if element.attrib:
            name = dice.choice(sorted(str(each) for each in element.attrib))
            element.set(name, dice.choice(VALUES))
        case 6 if element.attrib:
            element.attrib.pop(dice.choice(sorted(str(each) for each in element.attrib)))
        case 7:
            element.set(
                dice.choice(("index", "extra", "schemaVersion", "MessageSuccess", "Id")), dice.choice(VALUES)
            )
        case 8:
            parent.insert(place, copy.deepcopy(dice.choice(every)))
        case _:
            leaves = [each for each in every if not len(each)]
            dice.choice(leaves).text = dice.choice(VALUES)


def agree(start: list[_Element], file: str, official: Schemas, uncovered: set[str]) -> tuple[int, int]:
    """Mutate, ask both, compare. Returns how many documents were valid and invalid."""
    ours = etree.XMLSchema(file=str(bundled("schemas") / file))
    theirs = etree.XMLSchema(file=str(official.directory / file))
    dice = random.Random(20260105)  # a fixed seed: the same documents every time
    names = sorted({str(each.tag) for root in start for each in root.iter(etree.Element)})
    verdicts = [0, 0]
    for count in range(MUTANTS):
        root = copy.deepcopy(start[count % len(start)])
        for _ in range(0 if count < len(start) else dice.choice((1, 1, 1, 2, 3))):
            mutate(root, dice, names)
        # xmlschema and libxml2 cannot be asked about what we do not cover.
        if any(local_name(each) in uncovered for each in root.iter(etree.Element)):
            continue
        mine, other = ours.validate(root), theirs.validate(root)
        shown = etree.tostring(root, pretty_print=True).decode()
        assert mine == other, f"ours: {mine}\n{ours.error_log}\n{theirs.error_log}\n{shown}"
        verdicts[not mine] += 1
    return verdicts[0], verdicts[1]


def requests(official: Schemas | None = None) -> list[_Element]:
    folder = ROOT / "fixtures" / "requests"
    found = [parse_xml(path.read_bytes()) for path in sorted(folder.glob("*.xml"))]
    if official is None:
        return found
    vectors = official.directory.parents[1] / "vectors" / "requests"
    for path in sorted(vectors.glob("*.XML")):
        root = parse_xml(path.read_bytes())
        if root.findtext(f"{sr('Header')}/{sr('ServiceReferenceVariant')}") in COVERED:
            found.append(root)
    return found


def documents(name: str) -> list[_Element]:
    """Documents of our own, each with all the optional parts its kind may have."""
    folder = ROOT / "tests" / "unit" / "duis" / "documents"
    return [parse_xml(etree.tostring(each)) for each in parse_xml((folder / name).read_bytes())]


def test_requests_and_responses_get_the_same_verdict(official: Schemas) -> None:
    start = [*requests(official), *documents("responses.xml")]
    theirs = load(official.directory, "duis.xsd")
    body = children(children(theirs.maps.elements[sr("Request")])[sr("Body")])
    uncovered = (
        {local(each) for each in body} - {BY_VARIANT[each].body for each in COVERED} - {"SignedPreCommand"}
    )
    valid, invalid = agree(start, "duis.xsd", official, uncovered)
    assert valid > 300
    assert invalid > 2_000


def test_parsed_answers_get_the_same_verdict(official: Schemas) -> None:
    theirs = load(official.directory, "mmc.xsd").maps.elements[ra("GBCSResponse")]
    message = children(children(children(theirs)[ra("Body")])[ra("ResponseMessage")])
    uncovered = {local(each) for each in children(message[ra("SMETSData")])}
    uncovered -= {str(BY_VARIANT[each].answer) for each in COVERED}
    valid, invalid = agree(documents("parsed-answers.xml"), "mmc.xsd", official, uncovered)
    assert valid > 300
    assert invalid > 2_000


def test_every_document_we_start_from_is_valid() -> None:
    duis = etree.XMLSchema(file=str(bundled("schemas") / "duis.xsd"))
    mmc = etree.XMLSchema(file=str(bundled("schemas") / "mmc.xsd"))
    for root in (*requests(), *documents("responses.xml")):
        duis.assertValid(root)
    for root in documents("parsed-answers.xml"):
        mmc.assertValid(root)


def test_identifiers_get_the_same_verdict(official: Schemas) -> None:
    """The one pattern that we write in other words, around every digit of its limit."""
    ours = etree.XMLSchema(file=str(bundled("schemas") / "duis.xsd"))
    theirs = etree.XMLSchema(file=str(official.directory / "duis.xsd"))
    root = requests()[0]
    field = root.find(f"{sr('Header')}/{sr('RequestID')}")
    assert field is not None
    pair = "00-50-c2-5F-30-01-00-00:00-50-C2-5F-31-00-00-A0"
    limit = 2**64 - 1
    counters = {str(limit + step * 10**power) for power in range(21) for step in (-9, -5, -2, -1, 0, 1, 2, 5)}
    counters |= {str(10**power + step) for power in range(22) for step in (-1, 0, 1)} | {
        "",
        "00",
        "01",
        "+1",
        "-1",
        "1 ",
    }
    counters |= {
        f"{str(limit)[:cut]}{digit}{'9' * (19 - cut)}" for cut in range(20) for digit in "0123456789"
    }
    others = (pair, pair[1:] + ":1", pair.replace("-", ":") + ":1", f" {pair}:1 ")
    for text in (*(f"{pair}:{each}" for each in counters), *others):
        field.text = text
        assert ours.validate(root) == theirs.validate(root), text
        counter = text.strip().rpartition(":")[2]
        if text.startswith(pair + ":") and counter.isdigit() and str(int(counter)) == counter:
            assert ours.validate(root) == (int(counter) <= limit)


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
    ours = etree.XMLSchema(file=str(bundled("schemas") / "duis.xsd"))
    theirs = etree.XMLSchema(file=str(official.directory / "duis.xsd"))
    (signed, *_) = [
        each for each in requests(official) if each.find(ds("Signature")) is not None
    ] or pytest.skip("no vectors")
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
        assert ours.validate(copied) == theirs.validate(copied), text
