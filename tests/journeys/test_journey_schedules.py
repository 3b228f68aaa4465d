"""Schedules of the DCC: made, read back, run at their times, deleted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from journey_bench import NOW, Sent, check_documents, document, full_home, new_world, send

from dcc_sim.dsp.faults import Fault, FaultKind
from dcc_sim.dsp.world import World
from dcc_sim.duis.names import sr
from dcc_sim.duis.parsing import parse_xml
from dcc_sim.duis.response import DccAlert, DccAnswer, Response, ScheduledResponse, parse_response
from dcc_sim.duis.schema import Schemas
from dcc_sim.ids import DeviceType
from dcc_sim.transform.message import Message

ESME = full_home().device(DeviceType.ESME).eui
DAY = timedelta(days=1)
AT_ONCE = timedelta(0)


@pytest.fixture
def world() -> World:
    return new_world()


def ask(
    world: World, variant: str, counter: int = 1, wait: timedelta = timedelta(0), **wishes: object
) -> Sent:
    sent = send(world, document(world, variant, ESME, counter=counter, **wishes), wait=wait)
    check_documents(sent)
    return sent


def created(world: World, counter: int = 1, *values: tuple[str, str], wait: timedelta = AT_ONCE) -> Sent:
    said = (("ScheduleFrequency", "Daily"), ("ScheduleStartDate", f"{NOW + DAY:%Y-%m-%d}"), *values)
    return ask(world, "5.1", counter, wait, values=said)


def responses(sent: Sent) -> list[Response]:
    return [hop.artefact for hop in sent.hops if isinstance(hop.artefact, Response)]


def test_a_schedule_runs_every_day_and_is_answered_as_such(world: World, official: Schemas) -> None:
    sent = created(world, wait=3 * DAY + timedelta(hours=12))
    answer, *runs = responses(sent)
    assert isinstance(answer.content, DccAnswer)
    assert answer.content.values.value == 1
    assert len(runs) == 4  # midnight of 1 to 4 December
    for run in runs:
        assert isinstance(run.content, ScheduledResponse)
        assert run.content.schedule == 1
    for hop in sent.hops:
        if hop.title == "Service Response":
            parse_response(hop.octets, official)
    commands = [hop.artefact for hop in sent.hops if hop.title == "Command"]
    counters = [m.header.counter for m in commands if isinstance(m, Message)]
    assert counters == sorted(set(counters))


def test_a_schedule_ends_with_its_last_day(world: World) -> None:
    sent = created(world, 1, ("ScheduleEndDate", f"{NOW + 2 * DAY:%Y-%m-%d}"), wait=9 * DAY)
    assert len(responses(sent)) == 1 + 2
    assert world.hub.diary.next_at() is None


def test_months_that_are_shorter(world: World) -> None:
    sent = created(
        world, 1, ("ScheduleFrequency", "Monthly"), ("ScheduleStartDate", "2026-12-31"), wait=100 * DAY
    )
    asked = [str(hop.artefact.header.counter) for hop in sent.hops if isinstance(hop.artefact, Message)]
    assert asked
    schedule = world.hub.diary.schedules[1]
    assert [f"{schedule._day(n):%m-%d}" for n in range(4)] == ["12-31", "01-31", "02-28", "03-31"]


def test_schedules_are_read_back_and_deleted(world: World, official: Schemas) -> None:
    created(world)
    created(world, 2)
    read = ask(world, "5.2", 3, choices=((".", "DeviceID"),))
    parse_response(read.hops[-1].octets, official)
    root = parse_xml(read.hops[-1].octets)
    assert [e.text for e in root.iter(sr("DSPScheduleID"))] == ["1", "2"]
    assert [e.text for e in root.iter(sr("ScheduleFrequency"))] == ["Daily", "Daily"]
    assert responses(ask(world, "5.3", 4, values=(("DSPScheduleID", "1"),)))[-1].code == "I0"
    assert list(world.hub.diary.schedules) == [2]
    gone = ask(world, "5.2", 5, values=(("DSPScheduleID", "1"),)).refused
    assert gone is not None


def test_a_run_that_is_not_answered_is_told(world: World, official: Schemas) -> None:
    world.inject(Fault(device=ESME, kind=FaultKind.SILENT))
    sent = created(world, wait=DAY + timedelta(hours=12))
    alert = responses(sent)[-1]
    assert isinstance(alert.content, DccAlert)
    assert (alert.content.code, alert.content.name) == ("N13", "CommandFailure")
    assert alert.content.values["DSPScheduleID"].value == 1
    parse_response(sent.hops[-1].octets, official)


@pytest.mark.parametrize(
    "values",
    [
        (("ScheduleEndDate", "2026-01-01"),),
        (("ScheduleStartDate", "2020-01-01"), ("ScheduleEndDate", "2020-02-01")),
    ],
)
def test_a_schedule_that_could_never_run(world: World, values: tuple[tuple[str, str], ...]) -> None:
    refused = created(world, 1, *values).refused
    assert refused is not None
    assert refused.rule == "dates of the schedule"
    assert world.hub.diary.schedules == {}


def test_a_decommissioned_device_loses_its_schedules(world: World) -> None:
    created(world)
    ask(world, "8.3", 2)
    assert world.hub.diary.schedules == {}
