"""For any Command a row can encode: an answer that reads back, or silence with a log entry."""

from __future__ import annotations

import warnings
from collections.abc import Mapping

import pytest
from device_bench import ACB, KEYS, START
from device_rows import DEVICE, VARIANTS, askable, command, make
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import dcc_sim.testing.shapes_der
import dcc_sim.testing.shapes_zcl  # noqa: F401  # they register the strategies of their languages
from dcc_sim.catalogue.row import UseCase
from dcc_sim.codec.access import AccessRow, Kind
from dcc_sim.codec.shape import Shape, Value
from dcc_sim.codec.times import NEVER
from dcc_sim.devices.engine import Device
from dcc_sim.devices.holdings import holdings_of
from dcc_sim.devices.rehearsal import check_same_answer, rehearse
from dcc_sim.devices.store import CosemAttribute
from dcc_sim.errors import EncodeError
from dcc_sim.ids import DeviceType
from dcc_sim.testing.shapes import command_values
from dcc_sim.transform.message import read_message

ROWS = list(askable())
KINDS = [(row, kind) for row in ROWS for kind in row.targets]
relaxed = settings(max_examples=120, suppress_health_check=list(HealthCheck))


@relaxed
@given(st.data())
def test_any_command_gets_an_answer_or_silence_with_an_entry(data: st.DataObject) -> None:
    row, kind = data.draw(st.sampled_from(KINDS))
    device = make(kind, data.draw(st.sampled_from(VARIANTS)))
    protection = data.draw(st.sampled_from(row.protections))
    octets = command(row, data.draw(command_values(row)), 1 << 40, protection)
    before = device.state()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        answers = device.receive(octets, START)
    if not answers:
        assert device.state() == before
        assert len(device.security_log) == 1
        return
    message = read_message(answers[-1], KEYS)
    assert message.row is row
    assert device.event_log[-1].message_code == row.message_code


POLYPHASE = ("ECS23b", "ECS26k", "ECS29b", "ECS29d", "ECS29f")
TWIN = ("ECS01c", "ECS01d", "ECS24b")


@relaxed
@given(st.data())
def test_what_one_device_answered_another_is_made_to_answer(data: st.DataObject) -> None:
    row, kind = data.draw(st.sampled_from(KINDS))
    variant = "polyphase" if row.code in POLYPHASE else "twin" if row.code in TWIN else "single"
    octets = command(row, data.draw(command_values(row)), 1 << 40)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        answers = make(kind, variant).receive(octets, START)
        if not answers:
            return
        built = rehearse(octets, answers[-1], KEYS, kind, ACB, now=START)
    check_same_answer(built, answers[-1], DEVICE)


@pytest.mark.parametrize("kind", [k for k in DeviceType if k not in (DeviceType.IHD, DeviceType.CAD)])
def test_what_a_device_holds_at_first_fits_a_shape_of_its_row(kind: DeviceType) -> None:
    model, held = make(kind).model, holdings_of(kind)
    for key, shapes in (*held.attributes.items(), *held.zcl_attributes.items()):
        value = model.read(key, START)
        assert any(fits(shape, value) for shape in shapes), key


def fits(shape: Shape, value: Value) -> bool:
    try:
        shape.encode(value, bytearray())
    except EncodeError:
        return False
    return True


@pytest.mark.parametrize("kind", [k for k in DeviceType if k not in (DeviceType.IHD, DeviceType.CAD)])
def test_an_untouched_device_answers_every_read(kind: DeviceType) -> None:
    device = make(kind, "twin")
    reads = [row for row in ROWS if kind in row.targets and is_read(row)]
    for number, row in enumerate(reads, 1):
        assert isinstance(row.payload, AccessRow)
        # Wildcards leave a range of dates open.
        values: dict[str, Value] = {
            item.name: {"from": NEVER, "to": NEVER} if item.protected else {"from": 0, "to": 0xFFFF_FFFF}
            for item in row.payload.items
            if item.ranged
        }
        if lacking(device, row):
            continue
        answers = device.receive(command(row, values, number), START)
        assert answers, (row.code, device.security_log[-1])
        assert read_message(answers[-1], KEYS).body.first_failure is None, row.code
    assert device.state().values == {}


def is_read(row: UseCase) -> bool:
    return isinstance(row.payload, AccessRow) and all(
        item.kind is Kind.GET or item.protected for item in row.payload.items
    )


def lacking(device: Device, row: UseCase) -> bool:
    missing = device.model.kind.lacking
    assert isinstance(row.payload, AccessRow)
    return any(CosemAttribute(item.object, item.index) in missing for item in row.payload.items)


def test_what_was_written_is_read_back() -> None:
    """Every attribute that one row sets at once and another gets."""
    pairs = 0
    for kind in (DeviceType.ESME, DeviceType.CHF):
        rows = [row for row in ROWS if kind in row.targets and isinstance(row.payload, AccessRow)]
        read = {
            CosemAttribute(item.object, item.index): (row, item)
            for row in rows
            if is_read(row)
            for item in row.payload.items
            if not item.protected and not item.ranged
        }
        for row in rows:
            device = make(kind, "polyphase")
            items = [i for i in row.payload.items if i.kind is Kind.SET and not i.choices]
            seen = [i for i in items if CosemAttribute(i.object, i.index) in read]
            seen = [i for i in seen if CosemAttribute(i.object, i.index) not in device.model.kind.writes]
            if not seen or lacking(device, row):
                continue
            values = example(row)
            assert device.receive(command(row, values, 1), START)
            for item in seen:
                place = CosemAttribute(item.object, item.index)
                if place in device.model.kind.live or item.name not in values:
                    continue
                reader, wanted = read[place]
                try:
                    wanted.answer.encode(values[item.name], bytearray())
                except EncodeError:
                    continue
                if lacking(device, reader):
                    continue
                pairs += 1
                assert device.model.read(place, START) == values[item.name], (row.code, item.name)
    assert pairs > 40


def example(row: UseCase) -> Mapping[str, Value]:
    """Some values of a Command, the same on every run."""
    found: list[Mapping[str, Value]] = []

    @settings(max_examples=1, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(command_values(row))
    def draw(values: Mapping[str, Value]) -> None:
        found.append(values)

    draw()
    return found[-1]


def test_every_device_type_holds_what_its_rows_name() -> None:
    for row, kind in KINDS:
        if isinstance(row.payload, AccessRow):
            held = holdings_of(kind)
            for item in row.payload.items:
                for target in item.choices or (item.object,):
                    place = CosemAttribute(target, item.index)
                    assert item.protected or place in held.attributes or place in held.methods
