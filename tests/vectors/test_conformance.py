"""Is it what the world sends? Every published vector of a use case that is built, at every level.

The vectors are not in the repository: `DCC_SIM_VECTORS`, else `../shared/vectors`, else skipped.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from mismatched_pairs import MISMATCHED
from typer.testing import CliRunner

from dcc_sim.cli import app
from dcc_sim.edge.corpus import read_corpus
from dcc_sim.gbcs.crypto import check_mac, check_signature
from dcc_sim.gbcs.frame import decode_frame
from dcc_sim.ids import Eui64, KeyUsage
from dcc_sim.testing.conformance import Corpus, Level, Report, Vector, run

BUILT = ("ECS01a", "ECS01b", "ECS17b", "ECS17d", "ECS24", "ECS52", "ECS70", "GCS01a", "GCS13a", "GCS28")
CRITICAL = {"ECS01a", "ECS01b", "ECS70", "GCS01a", "GCS28"}
WRITTEN_FOR = "2015-01-01T00:00:00Z"
ACB = Eui64.parse("90-B3-D5-1F-30-00-00-02")


@pytest.fixture(scope="module")
def corpus(vectors: Path) -> Corpus:
    return read_corpus(vectors)


@pytest.fixture(scope="module")
def report(corpus: Corpus) -> Report:
    return run(corpus)


def commands(corpus: Corpus, use_case: str) -> list[Vector]:
    """Commands of a use case for which the request is published as well."""
    return [
        v
        for v in corpus.vectors
        if v.use_case == use_case and v.kind == "COMMAND" and v.scenario in corpus.requests
    ]


def dcc_sim(*arguments: str) -> bytes:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == 0, result.output
    return bytes.fromhex(result.stdout)


def test_the_ten_use_cases_are_not_missing(report: Report) -> None:
    assert report.missing.isdisjoint(BUILT)
    assert set(BUILT) <= report.by_use_case.keys()


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("use_case", BUILT)
def test_everything_passes_at_every_level(report: Report, use_case: str, level: Level) -> None:
    passed, total = report.by_use_case[use_case][level]
    assert (passed, total) == (total, total)
    assert total > 0


def test_what_is_built_beyond_them_passes_too(report: Report) -> None:
    failed = {
        (use_case, level.value): counts
        for use_case, levels in report.by_use_case.items()
        if use_case not in report.missing
        for level, counts in levels.items()
        if counts[0] != counts[1]
    }
    assert {where: counts for where, counts in failed.items() if MISMATCHED.get(where) != counts} == {}


def test_every_message_is_counted(corpus: Corpus, report: Report) -> None:
    assert report.levels[Level.DECODE].total == len(corpus.vectors)
    assert report.levels[Level.REENCODE].total == len(corpus.vectors)
    assert list(report.levels) == list(Level)


def test_a_spoiled_vector_is_found(corpus: Corpus) -> None:
    good = next(v for v in corpus.vectors if v.use_case == "ECS24" and v.kind == "RESPONSE")
    octets = bytearray(good.octets)
    octets[-1] ^= 1
    spoiled = Vector(good.name, good.scenario, good.use_case, good.kind, bytes(octets))
    one = Corpus(
        vectors=(spoiled,),
        requests={},
        keys=corpus.keys,
        devices=corpus.devices,
        parties=corpus.parties,
        acb=corpus.acb,
        now=corpus.now,
        mmc_schema=corpus.mmc_schema,
    )
    found = run(one)
    assert found.levels[Level.DECODE].failed == []
    assert [name for name, _ in found.levels[Level.VERIFY].failed] == [good.name]


@pytest.mark.parametrize("use_case", BUILT)
def test_transform_on_the_command_line(vectors: Path, corpus: Corpus, use_case: str) -> None:
    frames = {(v.scenario, v.kind): v.octets for v in corpus.vectors}
    checked = 0
    for vector in commands(corpus, use_case):
        path = next((vectors / "requests").glob(f"{vector.scenario}_REQUEST_DUIS.*"))
        made = dcc_sim("transform", str(path), "--now", WRITTEN_FOR)
        wanted = decode_frame(vector.octets)
        assert made == wanted.header_octets + wanted.payload
        assert made == frames.get((vector.scenario, "PRECOMMAND"), made)
        checked += 1
    assert checked


@pytest.mark.parametrize("use_case", BUILT)
def test_command_on_the_command_line(vectors: Path, corpus: Corpus, use_case: str) -> None:
    for vector in commands(corpus, use_case):
        path = next((vectors / "requests").glob(f"{vector.scenario}_REQUEST_DUIS.*"))
        made = dcc_sim("command", str(path), "--now", WRITTEN_FOR, "--keys", str(vectors))
        if use_case not in CRITICAL:
            assert made == vector.octets
            continue
        # Signatures differ at every signing: all before it is the same, and it verifies, as the MAC does.
        tail = 64 + 12
        assert made[:-tail] == vector.octets[:-tail]
        assert made[-tail:] != vector.octets[-tail:]
        frame = decode_frame(made)
        check_signature(corpus.keys.public(frame.header.originator, KeyUsage.DIGITAL_SIGNATURE), frame)
        check_mac(corpus.keys.shared_secret(ACB, frame.header.target), frame)


@pytest.mark.parametrize("use_case", ["ECS21b", "ECS21c", "ECS39b", "CCS01", "DBCH04"])
def test_commands_of_the_broker_on_the_command_line(vectors: Path, corpus: Corpus, use_case: str) -> None:
    for vector in commands(corpus, use_case):
        path = next((vectors / "requests").glob(f"{vector.scenario}_REQUEST_DUIS.*"))
        options = ["--now", WRITTEN_FOR, "--keys", str(vectors), "--acb", str(ACB)]
        header = decode_frame(vector.octets).header
        if header.originator == ACB:
            options += ["--acb-counter", str(header.counter)]
        assert dcc_sim("command", str(path), *options) == vector.octets


def test_the_report_on_the_command_line(vectors: Path, report: Report) -> None:
    result = CliRunner().invoke(app, ["vectors", str(vectors), "--json"])
    found = json.loads(result.stdout)
    assert list(found["levels"]) == ["decode", "reencode", "verify", "transform", "execute", "mmc"]
    for name, level in found["levels"].items():
        tally = report.levels[Level(name)]
        assert (level["passed"], level["total"]) == (tally.passed, tally.total)
        assert len(level["failed"]) == level["total"] - level["passed"]
    assert set(found["missing"]) == report.missing
    assert result.exit_code == (1 if any(level["failed"] for level in found["levels"].values()) else 0)
