"""Does a published request become its published command? All pairs of gas and ASN.1 use cases.

Where the two halves do not belong together, they may differ in the values named here and in no other.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from dcc_sim.edge.corpus import read_corpus
from dcc_sim.testing.conformance import Corpus, Level, Tally, run

REPLACED = "replacements[{}].replacement_certificate differs"
OTHER_VALUES = {
    # The year 2016 and an odd second, where the request says 1 February 2015.
    "GCS09_3.2_SUCCESS": ["change_of_tenancy.start_time is 476064000, wanted 533098016"],
    # A period that begins a month later, one second past midnight.
    "GCS15c_4.4.3_SUCCESS": [
        "snapshots.start_time is 470707200, wanted 473385601",
        "snapshots.end_time is 499651200, wanted 504921601",
        "prepay_snapshots.start_time is 470707200, wanted 473385601",
        "prepay_snapshots.end_time is 499651200, wanted 504921601",
    ],
    # A day earlier.
    "GCS16b_4.14_URP_SUCCESS": ["prepay_snapshots.start_time is 473295600, wanted 473209200"],
    # Twelve days later, and all that the log holds.
    "GCS61_4.17_SUCCESS": [
        "samples.start_time is 471484800, wanted 472521600",
        "samples.number_of_samples is 11, wanted 731",
    ],
    # The request itself comes from the ACB.
    "CS08_11.2_SUCCESS": [
        "header.supplementary_party is 90-B3-D5-1F-30-00-00-02, wanted 90-B3-D5-1F-30-01-00-00"
    ],
    # Certificates that were issued again for the requests, where no earlier one is published.
    "CS02bACBByACB_8.5_SUCCESS": [REPLACED.format(1)],
    "CS02bNOByNO_6.15.1_SUCCESS": [REPLACED.format(n) for n in (1, 2)],
    "CS02bSupplierBySupplier_6.15.1_CANCELLATION_SUCCESS": [REPLACED.format(n) for n in (1, 2, 3)],
    "CS02bSupplierBySupplier_6.15.1_FUTURE_DATED_SUCCESS": [REPLACED.format(n) for n in (1, 2, 3)],
    "CS02gLoadControllerBySupplier_6.15.1_CANCELLATION_SUCCESS": [REPLACED.format(n) for n in (1, 2)],
    "CS02gLoadControllerBySupplier_6.15.1_IMMEDIATE_SUCCESS": [REPLACED.format(n) for n in (1, 2)],
    # An unpublished issue for the PPMID; the certificate of another GSME.
    "CS03CCritical_8.7.1_SUCCESS": ["other_device_certificate differs"],
    "CS03CNonCritical_8.7.2_SUCCESS": ["other_device_certificate differs"],
}


@pytest.fixture(scope="module")
def corpus(vectors: Path) -> Corpus:
    whole = read_corpus(vectors)
    wanted = [
        v
        for v in whole.vectors
        if v.kind in ("COMMAND", "PRECOMMAND")
        and v.scenario in whole.requests
        and re.match(r"GCS|CS\d", v.use_case)
    ]
    return replace(whole, vectors=tuple(wanted))


@pytest.fixture(scope="module")
def tally(corpus: Corpus) -> Tally:
    return run(corpus).levels[Level.TRANSFORM]


def test_all_others_are_equal(corpus: Corpus, tally: Tally) -> None:
    assert tally.total == sum(v.kind == "COMMAND" for v in corpus.vectors)
    failed = {name.removesuffix("_COMMAND") for name, _ in tally.failed}
    assert failed <= OTHER_VALUES.keys()
    assert tally.passed > 5 * len(tally.failed)


def test_what_differs_is_named(tally: Tally) -> None:
    for name, reason in tally.failed:
        _, *named = reason.split("; ")
        assert named == OTHER_VALUES[name.removesuffix("_COMMAND")]
