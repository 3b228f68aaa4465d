from __future__ import annotations

import pytest
from device_bench import DAY, KEYS, START, STRANGER, TRUST_ANCHORS, Bench, Steady

from dcc_sim.devices.engine import Device
from dcc_sim.devices.estate import Estate
from dcc_sim.devices.profiles import make_esme, make_gsme
from dcc_sim.errors import NotFound
from dcc_sim.ids import Eui64

HOME = [Eui64((0x005E_0000_0000_0000 + n).to_bytes(8, "big")) for n in range(1, 6)]


def esme_of(eui: Eui64) -> Device:
    return make_esme(eui, keys=KEYS, trust_anchors=TRUST_ANCHORS, seed=4, started_at=START)


def gsme_of(eui: Eui64) -> Device:
    return make_gsme(eui, keys=KEYS, trust_anchors=TRUST_ANCHORS, seed=4, started_at=START)


def steady_of(eui: Eui64) -> Device:
    return make_esme(eui, keys=KEYS, trust_anchors=TRUST_ANCHORS, seed=4, started_at=START, load=Steady())


def test_a_device_made_late_has_counted_like_one_made_early() -> None:
    estate = Estate(esme_of, HOME)
    early = esme_of(HOME[0])
    early.settle(START + 3 * DAY)
    late = estate[HOME[0]]
    for device in (early, late):
        device.settle(START + 9 * DAY)
    assert early.state() == late.state()
    assert (len(estate), list(estate)) == (5, HOME)
    assert estate[HOME[0]] is late
    with pytest.raises(NotFound):
        _ = estate[STRANGER]


@pytest.mark.parametrize("make", [esme_of, gsme_of])
def test_a_device_that_rested_is_the_same_to_the_last_value(make: object) -> None:
    assert make in (esme_of, gsme_of)
    maker = esme_of if make is esme_of else gsme_of
    estate = Estate(maker, HOME)
    device, other = estate[HOME[0]], maker(HOME[0])
    for one in (device, other):
        bench = Bench(one)
        code, change = (
            ("ECS04a", {"adjust_meter_balance": 700})
            if maker is esme_of
            else ("GCS40a", {"credit_adjustment": {"issuer_event_id": 1, "amount": 700}})
        )
        assert bench.send(code, change) is not None
        one.settle(START + 40 * DAY)
    before = device.state()
    assert estate.rest(HOME[0])
    del device
    again = estate[HOME[0]]
    assert again.state() == before == other.state()
    assert again.event_log == other.event_log
    assert again.model.kind is other.model.kind
    for one in (again, other):
        one.settle(START + 50 * DAY)
    assert again.state() == other.state()
    assert again.model.meter is not None
    assert other.model.meter is not None
    assert again.model.meter.midnights(31) == other.model.meter.midnights(31)


def test_what_cannot_be_packed_stays_awake() -> None:
    estate = Estate(steady_of, HOME)
    device = estate[HOME[1]]
    assert not estate.rest(HOME[1])
    assert estate[HOME[1]] is device
    assert estate.rest(HOME[2])  # nobody has touched it
    assert not estate.rest(STRANGER)
    assert estate.next_wake() is None
