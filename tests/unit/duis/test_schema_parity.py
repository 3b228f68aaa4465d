"""Ours and the published schemas give the same verdict on thousands of documents that are nearly right.

The documents are those that this package makes: drafts of all 129 requests, answers to Users, parsed
answers of devices from the published vectors; then damaged near the limits (`schema_mutations`). Both
verdicts are libxml2's, the one that counts in `Schemas`. The walk over both sets (`test_schema_equivalence`,
`test_mmc_schema_equivalence`) says that they are the same; this says so without reading them.
"""

from __future__ import annotations

import copy
import functools
import random
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from drafts_bench import NOW, make_house
from lxml import etree
from schema_mutations import Mutator
from schema_samples import Samples

from dcc_sim.bundled import bundled
from dcc_sim.catalogue.requests import REQUESTS
from dcc_sim.duis.drafting import draft, every_wish
from dcc_sim.duis.names import sr
from dcc_sim.duis.parsing import parse_xml
from dcc_sim.duis.schema import Schemas, _compiled, _explainer
from dcc_sim.duis.schema_versions import VERSIONS
from dcc_sim.edge.inputs import read_keys
from dcc_sim.edge.messages import mmc_document
from dcc_sim.errors import DccSimError
from dcc_sim.ids import ServiceReferenceVariant

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml.etree import _Element

OURS: Final = bundled("schemas")
HOUSE: Final = make_house()
FEW, MANY = 300, 10_000  # documents per version, as a rule and in the long run
SEED: Final = 20261122
DOCUMENTS: Final = Path(__file__).parent / "documents"


def folder_of(official: Schemas, version: str) -> Path:
    folder = official.directory.parent
    if not (folder / version / "duis.xsd").is_file():
        pytest.skip(f"no official schemas of version {version} in {folder}")
    return folder


@functools.cache
def requests(version: str, *, every: bool) -> tuple[_Element, ...]:
    """Drafts of all services as that version has them, in every form or in the usual one."""
    schemas = Schemas(OURS, version)
    made: list[_Element] = []
    for name in REQUESTS:
        variant = ServiceReferenceVariant(name)
        wishes = list(every_wish(variant, schemas))
        asked = wishes if every else wishes[:2]
        made += (parse_xml(draft(variant, HOUSE, NOW, schemas, each).document) for each in asked)
    return tuple(made)


@functools.cache
def answers(version: str, count: int) -> tuple[_Element, ...]:
    """Responses and alerts to Users: those in `documents`, and some made from the schema."""
    texts = (DOCUMENTS / "responses.xml").read_bytes()
    written = [copy.deepcopy(each) for each in parse_xml(texts).iter(sr("Response"))]
    samples = Samples(_explainer(OURS, version, "duis.xsd"), random.Random(SEED))
    return (*written, *(samples.document(sr("Response"), version) for _ in range(count)))


@functools.cache
def parsed(vectors: Path, every: int) -> tuple[_Element, ...]:
    """MMC of the answers and alerts of devices in the vectors, each `every`th."""
    keys = read_keys(str(vectors / "keys.json"))
    found = []
    for path in sorted(vectors.glob("rtds/*/*.HEX"))[::every]:
        if path.name.endswith(("_COMMAND_GBCS.HEX", "_PRECOMMAND_GBCS.HEX")):
            continue
        try:
            document = mmc_document(bytes.fromhex(path.read_text("ascii").strip()), keys)
        except DccSimError:  # another test counts what is not built
            continue
        found.append(parse_xml(document))
    return tuple(found)


def verdicts(official: Schemas, version: str, name: str) -> tuple[Callable[[_Element], bool], ...]:
    folders = (OURS, folder_of(official, version))
    return tuple(_compiled(each, version, name).validate for each in folders)


def compare(
    official: Schemas, version: str, name: str, documents: tuple[_Element, ...], count: int, seed: int
) -> Counter[bool]:
    """Ask both about that many documents; how many were valid, and how many not."""
    ours, theirs = verdicts(official, version, name)
    mutator = Mutator(_explainer(OURS, version, name))
    dice = random.Random(f"{seed} {version} {name}")
    said: Counter[bool] = Counter()
    for _ in range(count):
        root = copy.deepcopy(dice.choice(documents))
        for _ in range(dice.choice((1, 1, 1, 1, 1, 2, 3))):
            mutator.mutate(root, dice)
        mine, other = ours(root), theirs(root)
        assert mine == other, (
            f"ours: {mine}, theirs: {other}\n{etree.tostring(root, pretty_print=True).decode()}"
        )
        said[mine] += 1
    return said


def check_all(official: Schemas, vectors: Path, version: str, count: int, *, every: bool) -> None:
    """A third requests, a third answers, a third MMC; both verdicts in sound proportions in each."""
    third = count // 3
    for name, documents, number in (
        ("duis.xsd", requests(version, every=every), count - 2 * third),
        ("duis.xsd", answers(version, 300 if every else 40), third),
        ("mmc.xsd", parsed(vectors, 1 if every else 12), third),
    ):
        assert len(documents) > 20
        said = compare(official, version, name, documents, number, SEED)
        assert said[True] >= number // 5, (version, name, said)
        assert said[False] >= number // 5, (version, name, said)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_same_verdict(version: str, official: Schemas, vectors: Path) -> None:
    check_all(official, vectors, version, FEW, every=False)


@pytest.mark.slow
@pytest.mark.parametrize("version", VERSIONS)
def test_the_same_verdict_at_length(version: str, official: Schemas, vectors: Path) -> None:
    check_all(official, vectors, version, MANY, every=True)


@pytest.mark.parametrize("version", VERSIONS)
def test_undamaged_documents_are_valid_by_both(version: str, official: Schemas) -> None:
    for verdict in verdicts(official, version, "duis.xsd"):
        assert all(verdict(each) for each in requests(version, every=False))


def test_published_requests(official: Schemas, vectors: Path) -> None:
    paths = sorted((vectors / "requests").glob("*.XML"))
    assert len(paths) > 200
    for version in VERSIONS:
        ours, theirs = verdicts(official, version, "duis.xsd")
        for path in paths:
            root = parse_xml(path.read_bytes())
            assert ours(root) == theirs(root), (version, path.name)


def test_a_difference_would_be_found(official: Schemas) -> None:
    """The newest of ours against the oldest of theirs: the same questions, and they disagree."""
    ours = _compiled(OURS, "5.4", "duis.xsd").validate
    theirs = _compiled(folder_of(official, "5.0"), "5.0", "duis.xsd").validate
    documents = answers("5.4", 300)
    assert any(ours(each) and not theirs(each) for each in documents)
