"""Does our device give the Response that the published vectors hold? Level `execute`, every pair.

A pair that fails stands in `KNOWN`, with its reason; nothing else may fail, and what stands there
must. Future-dated alerts are given too, where their Command is among the vectors.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from dcc_sim.devices.rehearsal import check_same_answer, rehearse, rehearse_alert
from dcc_sim.edge.corpus import read_corpus
from dcc_sim.errors import DccSimError
from dcc_sim.gbcs.frame import decode_frame
from dcc_sim.testing.conformance import Corpus, Vector
from dcc_sim.transform.message import read_message

KNOWN: Final[dict[str, str]] = {}
"""Pairs whose Response our device does not give, by scenario, and why."""

ODD_ALERTS: Final = {
    "GCS05_2.1_8F66_FUTURE_DATED_SUCCESS_ALERT_PUBLISH_SPECIAL_DAYS": (
        "it names the frame control of a command to a server, its Command carried one from a server"
    ),
}


@pytest.fixture(scope="module")
def corpus(vectors: Path) -> Corpus:
    return read_corpus(vectors)


def pairs(corpus: Corpus) -> Iterator[tuple[Vector, Vector]]:
    frames = {(vector.scenario, vector.kind): vector for vector in corpus.vectors}
    for vector in corpus.vectors:
        answer = frames.get((vector.scenario, "RESPONSE"))
        if vector.kind == "COMMAND" and answer is not None:
            yield vector, answer


def test_every_published_response_is_given(corpus: Corpus) -> None:
    failed: dict[str, str] = {}
    count = 0
    for command, response in pairs(corpus):
        count += 1
        device = decode_frame(command.octets).header.target
        try:
            built = rehearse(command.octets, response.octets, corpus.keys, corpus.devices[device], corpus.acb)
            check_same_answer(built, response.octets, device)
        except DccSimError as error:
            failed[command.scenario] = f"{type(error).__name__}: {error}"
    assert count > 300
    assert failed.keys() == KNOWN.keys(), failed


def planned(corpus: Corpus) -> Iterator[tuple[Vector, Vector]]:
    """Each future-dated alert with the Command whose counter it names."""
    commands = {
        (vector.use_case, decode_frame(vector.octets).header.counter): vector
        for vector in corpus.vectors
        if vector.kind == "COMMAND"
    }
    for vector in corpus.vectors:
        if vector.kind != "ALERT" or not any(code in vector.name for code in ("_8F66_", "_8F67_")):
            continue
        values = read_message(vector.octets).body.values
        told = values.get("instruction", values)
        assert isinstance(told, dict)
        counter = told.get("originator_counter")
        if counter is None:
            counter = told["execution_outcome"]["authorising_remote_party_seq_number"]
        command = commands.get((vector.use_case, counter))
        if command is not None:
            yield command, vector


def test_every_published_future_dated_alert_is_given(corpus: Corpus) -> None:
    failed: dict[str, str] = {}
    count = 0
    for command, alert in planned(corpus):
        count += 1
        device = decode_frame(command.octets).header.target
        try:
            built = rehearse_alert(
                command.octets, alert.octets, corpus.keys, corpus.devices[device], corpus.acb
            )
            check_same_answer(built, alert.octets, device)
        except DccSimError as error:
            failed[alert.name] = f"{type(error).__name__}: {error}"
    assert count > 15
    assert failed.keys() == ODD_ALERTS.keys(), failed
