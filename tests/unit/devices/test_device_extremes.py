"""Values at the ends of their range, and answers that tell when they were given."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from exchange_bench import ACB, DEVICES, KEYS, NOW, Asked, answer_of, asked, house, make

from dcc_sim.codec.exchange import Body, Result
from dcc_sim.codec.shape import as_text
from dcc_sim.codec.times import CosemDateTime, moment_since_2000
from dcc_sim.devices.alert_settings import initial_states
from dcc_sim.devices.rehearsal import check_same_answer, rehearse
from dcc_sim.devices.store import ObjectStore
from dcc_sim.devices.timers import next_timer, set_timer
from dcc_sim.duis.drafting import ALL, Wishes, draft
from dcc_sim.duis.schema import default_schemas
from dcc_sim.errors import DecodeError
from dcc_sim.ids import DeviceType, Eui64, ServiceReferenceVariant

if TYPE_CHECKING:
    from datetime import datetime

    from lxml.etree import _Element

    from dcc_sim.codec.shape import Value, Values


def one(code: str, variant: str, device: DeviceType, **values: str) -> Asked:
    """The Command that a request with these values and all optional parts becomes."""

    def form(variant: str, user: Eui64) -> tuple[_Element, ...]:
        wishes = Wishes(values=tuple(values.items()), optionals=ALL)
        return (draft(ServiceReferenceVariant(variant), house(user), NOW, default_schemas(), wishes).root,)

    return next(ask for ask in asked(variant, device, form) if ask.row.code == code)


def done(ask: Asked, values: Values) -> bytes:
    results = tuple(Result(name, n, 0, True) for n, name in enumerate(values))
    return answer_of(ask, Body(values, results))


def test_the_longest_period_of_a_load_limit_can_be_set() -> None:
    ask = one("ECS28a", "6.4.1", DeviceType.ESME, LoadLimitPeriod="4294967295", LoadLimitPowerThreshold="0")
    assert make(ask.device, ask.row).receive(ask.command, NOW)


@pytest.mark.parametrize(
    ("at", "rings"),
    [
        (NOW, NOW),
        (NOW + timedelta(microseconds=1), NOW + timedelta(seconds=1)),
        (NOW + timedelta(seconds=2**32), NOW + timedelta(seconds=2**32)),
    ],
)
def test_a_timer_rings_at_the_next_whole_second_however_far(at: datetime, rings: datetime) -> None:
    store = ObjectStore(initial={})
    set_timer(store, "any", 0, at)
    timer = next_timer(store)
    assert timer is not None
    assert timer.at == rings


@pytest.mark.parametrize("seconds", [0, 473_385_600, 500_000_000])
def test_a_device_log_is_backed_up_at_the_time_that_its_answer_says(seconds: int) -> None:
    ask = one("CCS07", "8.9", DeviceType.CHF)
    backup: dict[str, Value] = {
        "time": CosemDateTime.at(moment_since_2000(seconds)),
        "extended_pan_id": bytes(range(8)),
        "devices": [{"device": bytes(8), "hashed_link_key": bytes(range(16))}],
    }
    known = done(ask, {"device_log": backup, "historic_device_log": {**backup, "devices": []}})
    built = rehearse(ask.command, known, KEYS, DeviceType.CHF, ACB)
    check_same_answer(built, known, DEVICES[DeviceType.CHF])


def test_a_state_of_the_supply_that_there_is_not_is_named() -> None:
    ask = one("ECS45", "7.4", DeviceType.ESME)
    with pytest.raises(DecodeError, match="3 is no state of the supply"):
        rehearse(ask.command, done(ask, {"supply_state": 3}), KEYS, DeviceType.ESME, ACB)


@pytest.mark.parametrize("polyphase", [False, True])
def test_a_new_meter_has_alerts_of_its_own_phases_only(polyphase: bool) -> None:
    """8002 … of the only phase, or the three codes behind each; never both (ECS25r2 cannot tell both)."""
    switched_on = {
        as_text(bits) for bits in initial_states(polyphase=polyphase).values() if "1" in as_text(bits)
    }
    only, first = 255 - 0x02, 255 - 0x03
    network = [bits for bits in switched_on if "1" in (bits[only], bits[first]) and bits[255 - 0x14] == "1"]
    assert network
    assert {(bits[only], bits[first]) for bits in network} == {("0", "1") if polyphase else ("1", "0")}
