"""Answers near to the published ones: each item failing in turn, each code of an outcome.

A published Response is changed, protected again with a key of ours, and has to be read, written, given by
a device and told in MMC like any other. So a failure is tried at every item, not only where
the published errors have theirs.
"""

from __future__ import annotations

import copy
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from dcc_sim.catalogue.row import UseCase
from dcc_sim.codec.access import NOT_PROCESSED, AccessRow
from dcc_sim.codec.der import DerRow
from dcc_sim.codec.exchange import NOT_FOUND, Body, Result
from dcc_sim.codec.gbz import NOT_PROCESSED_STATUS, GbzRow
from dcc_sim.codec.gbz_command import Command
from dcc_sim.devices.rehearsal import check_same_answer, rehearsal_key, rehearse
from dcc_sim.edge.corpus import read_corpus
from dcc_sim.errors import DccSimError
from dcc_sim.gbcs.frame import MAC_LENGTH, decode_frame
from dcc_sim.gbcs.keys import KeyEntry, KeyRing
from dcc_sim.gbcs.protection import protect, signed
from dcc_sim.ids import Eui64, KeyUsage
from dcc_sim.mmc.document import render
from dcc_sim.testing.conformance import Corpus, Vector
from dcc_sim.transform.message import (
    Message,
    build_command,
    build_response,
    encode_again,
    read_frame,
    read_message,
)

HARDWARE_FAILURE = 0xC0
STATUSES = (5, 10, 17, 25, 30, 127)
CODES = {"CS02c": (1, 2, 3), "CS02e": (1, 2, 3), "CS02d": range(8), "GCS28": (), "CS07": (1,), "CS08": (0, 1)}
"""Codes that `response_code` has, where it is not that of a join or of an unjoin."""


@pytest.fixture(scope="module")
def corpus(vectors: Path) -> Corpus:
    return read_corpus(vectors)


def zigbee(row: GbzRow, body: Body) -> Iterator[Body]:
    """Each attribute and each command that succeeded fails; what is behind it is not processed."""
    owner = {read.name: command for command in row.commands for read in command.reads}
    owner |= {command.name: command for command in row.commands}
    groups: dict[int, list[Result]] = {}
    for result in body.results:
        groups.setdefault(result.index, []).append(result)
    for index, group in groups.items():
        if any(result.code for result in group):
            continue
        command = owner[group[0].name]
        before = [result for n in groups if n < index for result in groups[n]]
        behind = [
            Result(owner[groups[n][0].name].name, n, NOT_PROCESSED_STATUS, executed=False)
            for n in groups
            if n > index
        ]
        for failed in _failures(command, group):
            yield _kept(owner, body, (*before, *failed, *behind))
        if command.reply is not None and not command.step:
            absent = Result(command.name, index, NOT_FOUND)
            later = [result for n in groups if n > index for result in groups[n]]
            yield _kept(owner, body, (*before, absent, *later))


def _failures(command: Command, group: list[Result]) -> Iterator[list[Result]]:
    yield [Result(command.name, group[0].index, HARDWARE_FAILURE)]
    if command.reads:
        for failing in group:
            yield [replace(result, code=HARDWARE_FAILURE * (result is failing)) for result in group]


def _kept(owner: Mapping[str, Command], body: Body, results: tuple[Result, ...]) -> Body:
    values = {}
    for name, value in body.values.items():
        count = sum(result.name == name and result.executed and not result.code for result in results)
        if count:
            values[name] = value[:count] if owner[name].step and isinstance(value, list) else value
    return Body(values, results)


def dlms(row: AccessRow, body: Body) -> Iterator[Body]:
    """Each item that succeeded fails; what is behind it is not processed."""
    for stop, failing in enumerate(body.results):
        if failing.code:
            return
        results = (
            *body.results[:stop],
            replace(failing, code=1),
            *(replace(result, code=NOT_PROCESSED, executed=False) for result in body.results[stop + 1 :]),
        )
        done = {result.name for result in body.results[:stop]}
        yield Body({name: value for name, value in body.values.items() if name in done}, results)


def asn1(row: UseCase, body: Body) -> Iterator[Body]:
    """Each code of a Response, for each cell, role and entry."""
    values = dict(body.values)
    if "response_code" in values or row.code in CODES:
        whole = row.code == "CS08"
        for code in CODES.get(row.code, range(3) if "CS04" in row.code else range(14)):
            yield Body({**(values if whole else {}), "response_code": code})
    if "clock_status" in values:
        yield from (Body({**values, "clock_status": status}) for status in range(3))
    for name, code_name, codes in (
        ("remote_party_details", "status_code", STATUSES),
        ("restore_outcomes", "join_response_code", (1, 2, 4, 5)),
    ):
        listed: Any = values.get(name, ())
        for n in range(len(listed)):
            for code in codes:
                changed = copy.deepcopy(listed)
                changed[n][code_name] = code
                if name == "remote_party_details":
                    changed[n] = {"remote_party_role": changed[n]["remote_party_role"], code_name: code}
                yield Body({name: changed})
    yield from _updates(values)


def _updates(values: dict[str, Any]) -> Iterator[Body]:
    outcome = values.get("execution_outcome") or {}
    cells = outcome.get("replacement_outcomes", ())
    for failing in (*({n} for n in range(len(cells))), set(range(len(cells)))) if cells else ():
        for status in STATUSES:
            changed = copy.deepcopy(outcome)
            for n in failing:
                one = changed["replacement_outcomes"][n]
                one["status_code"] = status
                for part in ("subject_unique_id", "subject_key_identifier"):
                    one[f"replacing_{part}"] = one[f"existing_{part}"]
            yield Body({**values, "execution_outcome": changed})


def near(message: Message) -> Iterator[Body]:
    row = message.row
    assert isinstance(row, UseCase)
    match row.payload:
        case GbzRow() as payload:
            yield from zigbee(payload, message.body)
        case AccessRow() as payload:
            yield from dlms(payload, message.body)
        case DerRow():
            yield from asn1(row, message.body)


def _ring(corpus: Corpus, device: Eui64) -> KeyRing:
    ring = KeyRing(dict(corpus.keys.entries), corpus.keys.secrets)
    ring.entries.pop((device, KeyUsage.DIGITAL_SIGNATURE), None)
    ring.add_private(device, KeyUsage.DIGITAL_SIGNATURE, rehearsal_key(device))
    return ring


def protected(like: Message, body: Body, ring: KeyRing, acb: Eui64) -> bytes:
    row = like.row
    assert isinstance(row, UseCase)
    frame = build_response(like.header, row, body, ring)
    frame = signed(frame, ring) if like.frame.signature else frame.with_signature(b"")
    if like.frame.mac is None:
        return frame.encode()
    return (protect(frame, ring, acb) if row.roles else frame.with_mac(bytes(MAC_LENGTH))).encode()


def check(corpus: Corpus, command: Vector, like: Message, body: Body) -> None:
    device = like.header.originator
    ring = _ring(corpus, device)
    octets = protected(like, body, ring, corpus.acb)
    read = read_message(octets, ring)
    assert encode_again(read, ring) == octets
    assert [(r.index, r.code, r.executed) for r in read.body.results] == [
        (r.index, r.code, r.executed) for r in body.results
    ]
    corpus.mmc_schema.assertValid(etree.fromstring(render(read)))
    built = rehearse(command.octets, octets, corpus.keys, corpus.devices[device], corpus.acb)
    check_same_answer(built, octets, device)


@pytest.mark.parametrize("language", [GbzRow, DerRow, AccessRow])
def test_answers_near_to_the_published_ones_are_given(corpus: Corpus, language: type) -> None:
    frames = {(vector.scenario, vector.kind): vector for vector in corpus.vectors}
    failed: dict[str, str] = {}
    count = 0
    for command in corpus.vectors:
        answer = frames.get((command.scenario, "RESPONSE"))
        if command.kind != "COMMAND" or answer is None:
            continue
        like = read_frame(decode_frame(answer.octets), corpus.keys)
        if not isinstance(like.row, UseCase) or not isinstance(like.row.payload, language):
            continue
        for body in near(like):
            count += 1
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    check(corpus, command, like, body)
            except (DccSimError, AssertionError, etree.DocumentInvalid) as error:
                failed[f"{command.scenario} {body.results or body.values}"] = f"{error!r}"
    assert count > 300
    assert not failed, "\n".join(f"{name[:400]}: {why[:300]}" for name, why in failed.items())


OUTCOMES = {
    "CS06_11.3": "CS06_11.3_8F67_FUTURE_DATED_ERROR_ALERT",
    "CS02bSupplierBySupplier_6.15.1": "CS02bSupplierBySupplier_6.15.1_8F66_FUTURE_DATED_SUCCESS_ALERT",
    "CS02bSupplierByTransCoS_6.23": "CS02bSupplierByTransCoS_6.23_8F66_FUTURE_DATED_SUCCESS_ALERT",
    "CS02gLoadControllerByLoadController_NA": (
        "CS02gLoadControllerByLoadController_NA_8F66_FUTURE_DATED_SUCCESS_ALERT"
    ),
}
"""What a dated Command came to, by its scenario; the Response to an immediate one says the same."""


@pytest.mark.parametrize("scenario", OUTCOMES)
def test_what_was_dated_may_be_done_at_once(corpus: Corpus, scenario: str) -> None:
    frames = {vector.name: vector for vector in corpus.vectors}
    dated = f"{scenario}_FUTURE_DATED_SUCCESS"
    if f"{dated}_COMMAND" not in frames or OUTCOMES[scenario] not in frames:
        pytest.skip(f"no vectors of {scenario}")
    asked = read_message(frames[f"{dated}_COMMAND"].octets)
    like = read_message(frames[f"{dated}_RESPONSE"].octets)
    told: Any = read_message(frames[OUTCOMES[scenario]].octets).body.values["execution_outcome"]
    assert isinstance(asked.row, UseCase)
    values = {name: value for name, value in asked.body.values.items() if name != "execution_date_time"}
    ring = _with_made_up_signer(corpus, asked.header.originator)
    command = signed(build_command(asked.header, asked.row, values), ring)
    octets = protect(command, ring, corpus.acb).encode()
    altered = replace(corpus, keys=ring)
    vector = replace(frames[f"{dated}_COMMAND"], octets=octets)
    if "replacement_outcomes" not in told:
        for code in range(4):
            check(altered, vector, like, Body({"execution_outcome": {**told, "response_code": code}}))
        return
    body = {"command_accepted": None, "execution_outcome": told}
    for near_body in (Body(body), *_updates(body)):
        check(altered, vector, like, near_body)


def _with_made_up_signer(corpus: Corpus, party: Eui64) -> KeyRing:
    """Nobody has the private key of a party; the certificate, which says its role, stays."""
    ring = KeyRing(dict(corpus.keys.entries), corpus.keys.secrets)
    place = (party, KeyUsage.DIGITAL_SIGNATURE)
    key = rehearsal_key(party)
    ring.entries[place] = KeyEntry(key, key.public_key(), ring.entries[place].certificate)
    return ring
