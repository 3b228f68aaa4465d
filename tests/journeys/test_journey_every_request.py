"""Every device request, on every device it is for: an MMC document that is valid, or a refusal by name."""

from __future__ import annotations

from datetime import timedelta

import pytest
from journey_bench import NOW, Sent, check_documents, document, full_home, name_of, new_world, pairs, send

from dcc_sim.dsp.inventory import DeviceRecord
from dcc_sim.duis.response import CustomerIdentification, FutureDatedOutcome, Response
from dcc_sim.errors import RequestInvalid, Unsupported
from dcc_sim.ids import DeviceType
from dcc_sim.transform.message import Message

PAIRS = {name_of(*pair): pair for pair in pairs()}
NO_TWIN = "the meter has no second element: it discards the command in silence"
OTHER_VERSION = "the use case is of another GBCS"
REFUSED = {
    **dict.fromkeys(
        (f"{v}-ESME-{m}" for v in ("1.1.2", "1.2.2", "4.11.2") for m in ("ADEF", "CDEF")), ("E21", NO_TWIN)
    ),
    **dict.fromkeys(
        (f"{v}-ESME-{m}" for v in ("6.14.2", "7.5", "7.6", "7.7", "7.8") for m in ("ADEF", "CDEF")),
        ("E100", OTHER_VERSION),
    ),
    **dict.fromkeys(
        (f"{v}-ESME-BDE" for v in ("6.14.3", "7.13", "7.14", "7.15", "7.16")), ("E100", OTHER_VERSION)
    ),
    **dict.fromkeys(
        ("8.5-ESME-ADEF", "8.5-ESME-BDE", "8.5-ESME-CDEF", "8.5-GSME"), ("E2", "for no User Role")
    ),
    "6.21-GPF": ("E21", "the supplier holds the cells already, so the ACB may not hand them over"),
}
SAMPLE = [name for number, name in enumerate(PAIRS) if number % 12 == 0]


def arrive(name: str, **wishes: object) -> Sent:
    variant, record = PAIRS[name]
    world = new_world()
    sent = send(world, document(world, variant, record.eui, **wishes))
    check_documents(sent)
    if name in REFUSED:
        assert sent.refused is not None
        assert sent.refused.response_code == REFUSED[name][0]
    else:
        assert sent.refused is None, sent.refused
        assert "MMC" in sent.titles()
    return sent


@pytest.mark.parametrize("name", SAMPLE)
def test_a_request_is_answered_or_refused_by_name(name: str) -> None:
    arrive(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in PAIRS if name not in SAMPLE])
def test_every_request_is_answered_or_refused_by_name(name: str) -> None:
    arrive(name)


@pytest.mark.slow
@pytest.mark.parametrize("optionals", ["all", "none"])
@pytest.mark.parametrize("name", PAIRS)
def test_every_request_with_all_it_may_have_and_nothing(name: str, optionals: str) -> None:
    variant, record = PAIRS[name]
    world = new_world()
    sent = send(world, document(world, variant, record.eui, optionals=optionals))
    check_documents(sent)
    assert sent.refused is not None or sent.documents or "Acknowledgement" in sent.titles()


def record_of(kind: DeviceType) -> DeviceRecord:
    return full_home().device(kind)


def responses(sent: Sent) -> list[Response]:
    return [hop.artefact for hop in sent.hops if isinstance(hop.artefact, Response)]


def test_a_customer_identification_number_is_made_by_the_dcc() -> None:
    world = new_world()
    sent = send(world, document(world, "9.1", record_of(DeviceType.ESME).eui))
    (command,) = [h.artefact for h in sent.hops if h.title == "Command"]
    answer = responses(sent)[-1].content
    assert isinstance(command, Message)
    assert isinstance(answer, CustomerIdentification)
    assert command.header.originator == world.hub.acb
    assert command.body.values["customer_number"] == answer.number.encode()


def test_counters_of_the_broker_only_rise() -> None:
    world, hub = new_world(), record_of(DeviceType.CHF).eui
    counters = []
    for number in range(3):
        sent = send(world, document(world, "8.9", hub, counter=7000 + number), wait=timedelta(0))
        (command,) = [h.artefact for h in sent.hops if h.title == "Command"]
        assert isinstance(command, Message)
        counters.append(command.header.counter)
    assert counters == sorted(set(counters))


def test_sealed_values_come_back_open_for_their_reader() -> None:
    world = new_world()
    sent = send(world, document(world, "4.8.1", record_of(DeviceType.ESME).eui))
    assert b"GBCSData" not in sent.documents[-1]
    assert b"PrimaryValue" in sent.documents[-1] or b"LogEntry" in sent.documents[-1]


def test_the_outcomes_of_a_dated_request_are_told_one_by_one() -> None:
    world, meter = new_world(), record_of(DeviceType.ESME)
    when = NOW + timedelta(days=1)
    sent = send(world, document(world, "1.1.1", meter.eui, execution=when))
    outcomes = [r.content for r in responses(sent) if isinstance(r.content, FutureDatedOutcome)]
    assert [o.instruction for o in outcomes] == list(range(1, 7))
    assert {(o.alert_code, o.total_instructions) for o in outcomes} == {(0x8F66, 6)}
    check_documents(sent)


def test_a_request_that_the_dcc_keeps_is_sent_at_its_date() -> None:
    world, meter = new_world(), record_of(DeviceType.ESME)
    when = NOW + timedelta(hours=5)
    sent = send(world, document(world, "4.1.1", meter.eui, execution=when), wait=timedelta(hours=4))
    assert sent.titles()[-1] == "Acknowledgement"
    later = send(world, document(world, "4.1.1", meter.eui, counter=9), NOW + timedelta(hours=4))
    kept = later.titles()[later.titles().index("MMC") + 1 :]
    assert kept[:4] == ["Command", "Device response", "Service Response", "MMC"]
    check_documents(later)


def test_a_request_that_the_dcc_keeps_can_be_taken_back() -> None:
    world, meter = new_world(), record_of(DeviceType.ESME)
    send(world, document(world, "4.1.1", meter.eui, execution=NOW + timedelta(hours=5)), wait=timedelta(0))
    cancelling = document(
        world, "4.1.1", meter.eui, counter=9, values=(("ExecutionDateTime", "3000-12-31T00:00:00.00Z"),)
    )
    assert world.hub.diary.kept != []
    send(world, cancelling, wait=timedelta(0))
    assert world.hub.diary.kept == []


def test_what_is_not_built_says_so() -> None:
    world = new_world()
    with pytest.raises((Unsupported, RequestInvalid), match=r"8\.6|12\.1"):
        send(world, document(world, "12.1", record_of(DeviceType.ESME).eui))
