"""Store, logs, clock and agenda: the small parts a model is made of."""

from __future__ import annotations

from datetime import timedelta

import pytest
from device_bench import DAY, HOUR, START, SUPPLIER

from dcc_sim.catalogue.objects import CLOCK, SWITCHING_TABLE
from dcc_sim.devices.agenda import Agenda
from dcc_sim.devices.logs import CAPACITY, COMMAND_EXECUTED, Log, LogEntry
from dcc_sim.devices.store import CosemAttribute, ObjectStore, Published, ZclAttribute, ZclCommand
from dcc_sim.devices.timekeeping import ClockStatus, DeviceClock
from dcc_sim.ids import MessageCode

KEY = CosemAttribute(SWITCHING_TABLE, 7)
OTHER = CosemAttribute(SWITCHING_TABLE, 3)


def test_a_snapshot_does_not_follow_the_store() -> None:
    store = ObjectStore({KEY: 1})
    before = store.snapshot()
    store.write(KEY, 2)
    assert before == {KEY: 1}
    assert store.read(KEY) == 2


def test_copying_what_is_not_there_leaves_nothing() -> None:
    store = ObjectStore({KEY: 1, OTHER: 0})
    store.copy([(KEY, OTHER)])
    assert store.read(OTHER) == 1
    store.forget(KEY)
    store.copy([(KEY, OTHER)])
    assert OTHER not in store
    with pytest.raises(KeyError):
        store.read(OTHER)


def test_keys_say_what_they_are() -> None:
    assert str(CosemAttribute(CLOCK, 2)) == "8 0-0:1.0.0.255 Time #2"
    assert str(ZclAttribute(0x0702, 0)) == "cluster 0702 attribute 0000"
    assert str(Published(ZclCommand(0x0707, 4), coming=True)) == "cluster 0707 command 04 (coming)"
    assert str(Published(ZclCommand(0x0707, 4))) == "cluster 0707 command 04 (in force)"


def test_a_log_forgets_its_oldest_entry() -> None:
    log = Log()
    for n in range(CAPACITY + 1):
        log.add(LogEntry(n, START))
    assert len(log.entries) == CAPACITY
    assert log.entries[0].code == 1


def test_a_log_entry_can_be_read() -> None:
    entry = LogEntry(COMMAND_EXECUTED, START, MessageCode(0x19), "seasons")
    assert str(entry) == "2024-01-01T00:00:00Z 8154 immediate command carried out 0x0019: seasons"
    assert str(LogEntry(0x1234, START)) == "2024-01-01T00:00:00Z 1234 "


def test_a_clock_drifts_until_it_is_set() -> None:
    clock = DeviceClock(drift=timedelta(seconds=5), status=ClockStatus.INVALID)
    assert clock.at(START) == START + timedelta(seconds=5)
    clock.set()
    assert (clock.at(START), clock.status) == (START, ClockStatus.RELIABLE)


@pytest.mark.parametrize(
    ("own", "loaded", "answered"),
    [(0xFF, 0xFF, 0xFF), (0x04, 0x02, 0x02), (0x00, 0x04, 0x04), (0x00, 0x00, 0x00)],
)
def test_a_stamp_that_is_loaded_is_answered(own: int, loaded: int, answered: int) -> None:
    clock = DeviceClock(stamp=own)
    clock.load(loaded)
    assert clock.stamp_status == answered


def test_the_agenda_keeps_one_instruction_per_object_in_order() -> None:
    agenda = Agenda()
    facts = {"message_code": MessageCode(0x19), "counter": 1, "commander": SUPPLIER}
    agenda.plan(KEY, START + DAY, position=0, **facts)  # type: ignore[arg-type]  # the same facts each time
    agenda.plan(OTHER, START + DAY, position=1, **facts)  # type: ignore[arg-type]
    agenda.plan(KEY, START + HOUR, position=0, **facts)  # type: ignore[arg-type]
    assert agenda.next_at() == START + HOUR
    assert agenda.take_due(START) == []
    assert [p.instruction for p in agenda.take_due(START + DAY)] == [KEY, OTHER]
    assert agenda.next_at() is None
    agenda.cancel(KEY)
