"""Each published command does what its published request asks, and no longer when one octet is another.

Time, counter of the ACB and what only the DCC knows are taken from the command. The vectors are not in the
repository: `DCC_SIM_VECTORS`, else `../shared/vectors`, else skipped.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from mismatched_pairs import MISMATCHED

from dcc_sim.duis.parsing import parse_xml
from dcc_sim.duis.request import ServiceRequest, read_request
from dcc_sim.edge.corpus import read_corpus
from dcc_sim.gbcs.frame import Frame, decode_frame
from dcc_sim.testing.conformance import Corpus, Vector
from dcc_sim.testing.given import given_context
from dcc_sim.transform.context import TransformContext, certificates_of
from dcc_sim.transform.correlate import Correlation, correlate
from dcc_sim.transform.message import read_frame

MISMATCHED_USE_CASES = {use_case for use_case, level in MISMATCHED if level == "transform"}
ENOUGH = 250
SAMPLE = 4
Pairs = list[tuple[Vector, ServiceRequest]]


@pytest.fixture(scope="module")
def corpus(vectors: Path) -> Corpus:
    return read_corpus(vectors)


@pytest.fixture(scope="module")
def pairs(corpus: Corpus) -> Pairs:
    kinds = ("COMMAND", "PRECOMMAND")
    return [
        (v, read_request(parse_xml(corpus.requests[v.scenario])))
        for v in corpus.vectors
        if v.kind in kinds and v.scenario in corpus.requests and v.use_case not in MISMATCHED_USE_CASES
    ]


def context_of(corpus: Corpus, request: ServiceRequest, frame: Frame) -> TransformContext:
    """What is known of device and User; not what the command says of the DCC."""
    message = read_frame(frame, corpus.keys)
    known = given_context(request, corpus.devices, corpus.parties, message, certificates_of(corpus.keys))
    return replace(known, broker=None, cos_party=None, given={})


def compared(corpus: Corpus, request: ServiceRequest, frame: Frame) -> Correlation:
    device = corpus.devices[request.request_id.target]
    return correlate(request, device, frame, context_of(corpus, request, frame))


def test_every_command_does_what_its_request_asks(corpus: Corpus, pairs: Pairs) -> None:
    wrong = []
    for vector, request in pairs:
        result = compared(corpus, request, decode_frame(vector.octets))
        if not result.same or result.made_at not in (None, corpus.now):
            wrong.append((vector.name, result.made_at, result.differences[:2]))
    assert wrong == []
    assert len(pairs) > ENOUGH


def test_another_last_octet_is_a_difference(corpus: Corpus, pairs: Pairs) -> None:
    """Of the payload, where a value stands or the end of one."""
    for vector, request in pairs[::SAMPLE]:
        frame = decode_frame(vector.octets)
        if not frame.payload:
            continue
        payload = frame.payload[:-1] + bytes((frame.payload[-1] ^ 1,))
        spoiled = Frame.build(frame.header, payload)
        device = corpus.devices[request.request_id.target]
        result = correlate(request, device, spoiled, context_of(corpus, request, frame), corpus.now)
        assert not result.same or result.taken, vector.name
