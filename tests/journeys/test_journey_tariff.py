"""The whole flow through the public door: a tariff change with an SSC change, and what surrounds it."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from cryptography import x509
from home_bench import (
    ECONOMY_7,
    ESME,
    GAS_BLOCKS,
    GPF,
    GSME,
    MIDNIGHT,
    NETWORK,
    NEW_PRICES,
    NOW,
    SINGLE_RATE,
    SUPPLIER,
    House,
    house,
    messages,
)

from dcc_sim.codec.shape import Values, as_int, as_list, as_struct
from dcc_sim.devices.tariff import TouRegister
from dcc_sim.dsp.hub import Admitted
from dcc_sim.dsp.settlement import Switch, outcome_of
from dcc_sim.duis.parsing import parse_xml
from dcc_sim.duis.request import render_signed_pre_command
from dcc_sim.duis.response import LocalCommand, Response, parse_response
from dcc_sim.duis.schema import Schemas, default_schemas
from dcc_sim.duis.signature import verify
from dcc_sim.events import CommandExecuted, InstructionActivated
from dcc_sim.gbcs.protection import signed
from dcc_sim.ids import CommandVariant, CraFlag, Mpxn
from dcc_sim.mtd.dtn import decode, encode
from dcc_sim.mtd.models import Desk, Following, Outcome, OutcomeKind, flows_for, model
from dcc_sim.testing.strategies_calendar import flat

MPAN = Mpxn("1099000000016")
HALF_HOUR = timedelta(minutes=30)


@pytest.fixture
def home() -> House:
    return house()


def registers_wh(home: House) -> list[int]:
    answer = home.answer(home.asking("4.1.2", ESME))
    collection = as_struct(as_struct(answer.body.values["tou_registers"])["registers"])
    return [as_int(value) for value in as_list(collection["primary"])]


def read_back(home: House) -> Values:
    return home.answer(home.asking("4.11.1", ESME)).body.values


def following(outcome: Outcome, name: str) -> Following:
    return flows_for(outcome, model(name), Desk(count(1)))


def switched_home() -> tuple[House, Outcome]:
    """Economy 7 from midnight on, read back, and what settlement has to know of it."""
    home = house()
    home.answer(home.changing(ECONOMY_7, MIDNIGHT))
    home.pass_time(MIDNIGHT + timedelta(minutes=5))
    settlement = home.world.home.settlement
    assert settlement is not None
    switch = Switch(
        asked=ECONOMY_7.values(MIDNIGHT),
        found=read_back(home),
        registers_wh=registers_wh(home),
        effective=MIDNIGHT,
        occurred=home.now,
    )
    return home, outcome_of(switch, settlement, MPAN, "0151")[0]


# ----------------------------------------------------------------------------------------- the hops


def test_the_hops_of_a_critical_request_in_their_order(home: House) -> None:
    hops = home.send(home.changing(ECONOMY_7, MIDNIGHT))
    assert [hop.title for hop in hops] == [
        "Service Request",
        "Access control",
        "PreCommand",
        "Signed pre-command",
        "Command",
        "Acknowledgement",
        "Device response",
        "Service Response",
        "MMC",
    ]
    admitted = hops[1].artefact
    assert isinstance(admitted, Admitted)
    assert admitted.passed[-1].detail == "supplier of 1099000000016"


def test_the_hops_of_a_read(home: House) -> None:
    titles = [hop.title for hop in home.send(home.asking("4.1.1", ESME))]
    assert titles == [
        "Service Request",
        "Access control",
        "Command",
        "Acknowledgement",
        "Device response",
        "Service Response",
        "MMC",
    ]


def test_a_local_command_goes_back_to_the_user(home: House) -> None:
    before = home.device().state()
    hops = home.send(home.asking("4.1.1", ESME, command_variant=CommandVariant.LOCAL))
    assert [hop.title for hop in hops][-1] == "Local command"
    assert home.device().state() == before
    # What comes back is the finished command: the device takes it from whoever brings it.
    command = next(hop.octets for hop in hops if hop.title == "Command")
    assert len(home.device().receive(command, home.now)) == 1


def signed_form(home: House, form: CommandVariant) -> list[str]:
    """The hops of a tariff change whose signed pre-command comes back in that form."""
    world, now = home.world, home.now
    admitted = world.hub.admit(home.changing(ECONOMY_7, MIDNIGHT), now)
    frame = signed(world.hub.pre_command(admitted, now), world.keys)
    again = render_signed_pre_command(admitted.request, frame.encode(), form)
    return [hop.title for hop in home.send(home.sign(again))]


def test_a_signed_pre_command_in_its_three_forms(home: House) -> None:
    start = ["Service Request", "Access control", "Command"]
    answered = ["Device response", "Service Response", "MMC"]
    assert signed_form(home, CommandVariant.SIGNED_SEND) == [*start, "Acknowledgement", *answered]
    before = home.device().state()
    assert signed_form(home, CommandVariant.SIGNED_LOCAL) == [*start, "Local command"]
    assert home.device().state() == before
    both = CommandVariant.SIGNED_SEND_AND_LOCAL
    assert signed_form(home, both) == [*start, "Local command", *answered]
    local = parse_response(home.hops[3].octets, default_schemas())
    assert local.content == LocalCommand(home.hops[2].octets)


def test_a_read_that_is_sent_and_given_back(home: House) -> None:
    hops = home.send(home.asking("4.1.1", ESME, command_variant=CommandVariant.SEND_AND_LOCAL))
    titles = [hop.title for hop in hops]
    assert titles[3:] == ["Local command", "Device response", "Service Response", "MMC"]
    local = parse_response(hops[3].octets, default_schemas())
    assert (local.code, local.content) == ("I0", LocalCommand(hops[2].octets))


def test_every_document_of_the_way_is_valid_signed_and_names_its_request(
    home: House, schemas: Schemas
) -> None:
    for document in (
        home.changing(ECONOMY_7, MIDNIGHT),
        home.asking("4.1.1", ESME),
        home.changing(GAS_BLOCKS),
    ):
        for hop in home.send(document):
            if hop.title == "MMC":
                schemas.check_mmc(parse_xml(hop.octets))
            elif hop.octets.startswith(b"<"):
                root = parse_xml(hop.octets)
                schemas.check_duis(root)
                verify(root, lambda serial, _: certificate_of(home, serial))


def certificate_of(home: House, serial: int) -> x509.Certificate:
    return next(c for _, _, c in home.world.keys.certificates() if c.serial_number == serial)


def test_every_document_of_the_way_is_valid_by_the_published_schema(home: House, official: Schemas) -> None:
    for document in (
        home.changing(ECONOMY_7, MIDNIGHT),
        home.asking("4.1.1", ESME),
        home.changing(GAS_BLOCKS),
    ):
        for hop in home.send(document):
            if hop.octets.startswith(b"<"):
                root = parse_xml(hop.octets)
                (official.check_mmc if hop.title == "MMC" else official.check_duis)(root)


def test_response_codes_and_ids(home: House, schemas: Schemas) -> None:
    document = home.changing(ECONOMY_7, MIDNIGHT)
    hops = {hop.title: hop for hop in home.send(document)}
    codes = {}
    for title in ("PreCommand", "Acknowledgement", "Service Response"):
        response = parse_response(hops[title].octets, schemas)
        assert isinstance(response, Response)
        assert response.request_id is not None
        assert response.request_id.counter == home.counter
        codes[title] = response.code
    assert codes == {"PreCommand": "I0", "Acknowledgement": "I99", "Service Response": "I0"}


# -------------------------------------------------------------------------------------- the main job


def test_the_tariff_waits_for_its_moment_and_then_reports(home: House) -> None:
    answer = home.answer(home.changing(ECONOMY_7, MIDNIGHT))
    assert answer.body.first_failure is None
    before = home.device().state()
    assert home.pass_time(MIDNIGHT - timedelta(seconds=1)) == []
    assert home.device().state().values == before.values
    assert len(before.pending) == 6

    alerts = home.pass_time(MIDNIGHT)
    assert [alert.body.values["alert_code"] for alert in alerts] == [0x8F66] * 6
    instructions = [as_struct(alert.body.values["instruction"]) for alert in alerts]
    assert {part["message_code"] for part in instructions} == {0x0019}
    assert {part["originator_counter"] for part in instructions} == {answer.header.counter}
    assert {(part["class_id"], part["attribute"]) for part in instructions} == {(20, 10), (9000, 6), (113, 7)}
    counters = [alert.header.counter for alert in alerts]
    assert counters == list(range(counters[0], counters[0] + 6))
    assert home.device().state().pending == ()


def test_what_is_read_back_is_what_was_asked(home: House) -> None:
    home.answer(home.changing(ECONOMY_7, MIDNIGHT))
    home.pass_time(MIDNIGHT)
    found, asked = flat(read_back(home)), flat(ECONOMY_7.values(MIDNIGHT))
    compared = {path for path in asked if not path.startswith(".activate")}
    assert compared <= found.keys()
    assert {path: found[path] for path in compared} == {path: asked[path] for path in compared}


def test_day_and_night_are_counted_apart(home: House) -> None:
    home.answer(home.changing(ECONOMY_7, MIDNIGHT))
    home.pass_time(MIDNIGHT)
    start = registers_wh(home)
    home.pass_time(MIDNIGHT + timedelta(hours=6))
    morning = registers_wh(home)
    home.pass_time(MIDNIGHT + timedelta(hours=20))
    evening = registers_wh(home)
    assert morning[0] - start[0] < morning[1] - start[1]  # half an hour of day, the rest night
    assert evening[1] - morning[1] < evening[0] - morning[0]
    assert start[2:] == morning[2:] == evening[2:] == [0] * 46
    moment = home.now
    answer = home.answer(home.asking("4.1.1", ESME))
    total = as_struct(as_struct(answer.body.values["import_registers"])["registers"])["active"]
    home.now = moment
    assert total == sum(registers_wh(home)) > sum(evening)


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("cp1388", {"D9389", "D0010", "D0052", "D0205"}),
        ("cp1395", {"D0367", "D0149", "D0150", "D0010", "D0052", "D0205"}),
    ],
)
def test_the_flows_that_follow(name: str, codes: set[str]) -> None:
    _, outcome = switched_home()
    assert outcome.kind is OutcomeKind.SSC_CHANGED
    followed = following(outcome, name)
    assert {emission.file.flow.code[:5] for emission in followed.emissions} == codes
    for emission in followed.emissions:
        assert decode(encode(emission.file)) == emission.file
        assert MPAN.text in encode(emission.file)
        assert emission.created >= MIDNIGHT


def test_the_same_story_twice_is_the_same_story() -> None:
    stories = [switched_home() for _ in range(2)]
    assert stories[0][1] == stories[1][1]
    frames = [[m.frame.payload for m in messages(home.hops)] for home, _ in stories]
    assert frames[0] == frames[1]


@pytest.mark.parametrize("name", ["cp1388", "cp1395"])
def test_new_prices_emit_no_flow(home: House, name: str) -> None:
    home.answer(home.changing(ECONOMY_7))
    times = read_back(home)["days"]
    answer = home.answer(home.changing(NEW_PRICES))
    assert (answer.row.code, answer.body.first_failure) == ("ECS01b", None)
    found = read_back(home)
    assert found["days"] == times
    table = as_list(as_struct(found["prices"])["table"])
    assert [as_struct(entry)["charge"] for entry in table][:3] == [31_000, 15_000, 0]
    settlement = home.world.home.settlement
    assert settlement is not None
    asked = ECONOMY_7.values() | NEW_PRICES.values()
    switch = Switch(asked=asked, found=found, registers_wh=registers_wh(home), effective=NOW, occurred=NOW)
    outcome, _ = outcome_of(switch, dataclasses.replace(settlement, ssc="0151"), MPAN, None)
    assert outcome.kind is OutcomeKind.PRICE_ONLY
    assert following(outcome, name).emissions == ()


@pytest.mark.parametrize("name", ["cp1388", "cp1395"])
def test_a_request_that_fails_on_the_device_emits_no_flow(home: House, name: str) -> None:
    home.device().inject_failure("ECS01a", 3, 3)
    before = home.device().state()
    answer = home.answer(home.changing(ECONOMY_7, MIDNIGHT))
    failed = answer.body.first_failure
    assert failed is not None
    assert (failed.index, failed.code) == (3, 3)
    assert [result.code for result in answer.body.results[4:]] == [250] * (len(answer.body.results) - 4)
    assert home.pass_time(MIDNIGHT) == []
    assert home.device().model.tariff.action_at(MIDNIGHT + timedelta(hours=3)) == TouRegister(1)
    assert home.device().state().pending == before.pending == ()
    settlement = home.world.home.settlement
    assert settlement is not None
    switch = Switch(
        asked=ECONOMY_7.values(MIDNIGHT),
        found=read_back(home),
        registers_wh=registers_wh(home),
        effective=MIDNIGHT,
        occurred=home.now,
    )
    outcome, why = outcome_of(switch, settlement, MPAN, "0151")
    assert outcome.kind is OutcomeKind.FAILED
    assert "read-back differs" in why
    assert following(outcome, name).emissions == ()


def test_a_future_dated_activation_that_fails_says_so(home: House) -> None:
    home.device().inject_failure("ECS01a", 0, 0, at_activation=True)
    home.answer(home.changing(ECONOMY_7, MIDNIGHT))
    codes = [as_int(alert.body.values["alert_code"]) for alert in home.pass_time(MIDNIGHT)]
    assert sorted(codes) == [0x8F66] * 5 + [0x8F67]


def test_a_future_dated_tariff_is_taken_back(home: House) -> None:
    before = home.device().state()
    home.answer(home.changing(ECONOMY_7, MIDNIGHT))
    home.answer(home.changing(ECONOMY_7, "cancel"))
    assert home.device().state().pending == ()
    assert home.pass_time(MIDNIGHT + timedelta(days=1)) == []
    home.device().settle(home.now)
    active = home.device().model.tariff
    assert {active.action_at(MIDNIGHT + n * HALF_HOUR) for n in range(48)} == {TouRegister(1)}
    assert before.pending == ()


def test_events_tell_who_did_what_when(home: House) -> None:
    home.answer(home.changing(ECONOMY_7, MIDNIGHT))
    home.pass_time(MIDNIGHT)
    executed, *activated = home.device().take_events()
    assert isinstance(executed, CommandExecuted)
    assert (executed.use_case, executed.originator, executed.result) == ("ECS01a", SUPPLIER, 0)
    assert all(isinstance(event, InstructionActivated) for event in activated)
    assert {event.at for event in activated} == {MIDNIGHT}


# ----------------------------------------------------------------------------- two half hours a year


def economy_7_register(moment: datetime) -> int:
    """A reading of SSC 0151 of our own: night, TPR 00210, is 00:30 to 07:30 GMT all year."""
    gmt = moment.astimezone(UTC)
    minute = gmt.hour * 60 + gmt.minute
    return 2 if 30 <= minute < 450 else 1


def test_every_half_hour_of_a_leap_year_with_both_clock_changes(home: House) -> None:
    home.answer(home.changing(ECONOMY_7, MIDNIGHT))
    home.pass_time(MIDNIGHT)
    tariff = home.device().model.tariff
    london = ZoneInfo("Europe/London")
    moment, asked, offsets = datetime(2028, 1, 1, tzinfo=UTC), 0, set()
    while moment.year == 2028:
        assert tariff.action_at(moment) == TouRegister(economy_7_register(moment)), moment
        last_second = moment + HALF_HOUR - timedelta(seconds=1)
        assert tariff.action_at(last_second) == TouRegister(economy_7_register(moment)), last_second
        offsets.add((moment.astimezone(london).utcoffset(), moment.month == 2 and moment.day == 29))
        moment += HALF_HOUR
        asked += 1
    assert asked == 366 * 48
    assert offsets == {(timedelta(0), False), (timedelta(0), True), (timedelta(hours=1), False)}


def test_the_registers_of_a_leap_year_are_what_the_load_says(home: House) -> None:
    home.answer(home.changing(ECONOMY_7))
    meter = home.device().model.meter
    assert meter is not None
    start, end = datetime(2028, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)
    home.device().settle(start)
    before = list(meter.registers.tou)
    home.device().settle(end)
    expected = [0, 0]
    moment = start
    while moment < end:
        flowed = meter.load.at(moment + HALF_HOUR) - meter.load.at(moment)
        expected[economy_7_register(moment) - 1] += flowed
        moment += HALF_HOUR
    assert [after - b for after, b in zip(meter.registers.tou, before, strict=True)][:2] == expected


# ------------------------------------------------------------------------------------------------ gas


def test_gas_from_clock_to_read(home: House) -> None:
    clock = home.answer(home.setting_clock(GSME))
    assert clock.body.values["clock_status"] == 0
    tariff = home.answer(home.changing(GAS_BLOCKS))
    assert tariff.body.first_failure is None
    assert {result.code for result in tariff.body.results} == {0}
    read = home.answer(home.asking("4.1.1", GPF))
    meter = home.device(GSME).model.meter
    assert meter is not None
    # The proxy knows what the meter pushed at the last half hour.
    assert read.body.values["consumption"] == meter.total_at(NOW) > 0
    prices = home.device(GSME).model.tariff.block_prices
    assert prices == {(1, 1): 7_000, (1, 2): 6_500, (1, 3): 6_000}


def test_gas_has_no_flow_and_says_why() -> None:
    for name in ("cp1388", "cp1395"):
        followed = following(Outcome(OutcomeKind.GAS), name)
        assert followed.emissions == ()
        assert "gas has no SSC" in followed.reason


def test_a_future_dated_gas_tariff(home: House) -> None:
    home.answer(home.changing(GAS_BLOCKS, MIDNIGHT))
    alerts = home.pass_time(MIDNIGHT)
    assert alerts
    assert {alert.row.code for alert in alerts} == {"FutureDatedAlert-GBZ"}
    assert {alert.header.cra for alert in alerts} == {CraFlag.ALERT}
    assert home.device(GSME).model.tariff.thresholds != ((),)


def test_a_network_operator_reads_but_does_not_write(home: House) -> None:
    answer = home.answer(home.asking("4.1.1", ESME, originator=NETWORK))
    assert answer.header.target == NETWORK


def test_a_meter_that_was_never_told_is_on_a_single_rate(home: House) -> None:
    asked = flat(SINGLE_RATE.values())
    found = flat(read_back(home))
    schedule = [path for path in asked if path.startswith(".days.")]
    assert {path: found[path] for path in schedule} == {path: asked[path] for path in schedule}
