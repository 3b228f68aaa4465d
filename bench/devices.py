"""What devices cost: a year of one meter, a day of a thousand homes, the room that one takes.

In: nothing. Out: seconds of the processor (others on the machine do not count) and octets, each beside
its goal; exit 1 when one is missed.

* year: an ESME with a day and night tariff with blocks is settled over 366 days, then every register
  and every log it computes is read once, 19,056 half hours at most among them.
* idle: 1,000 homes of an ESME and a GSME in credit mode, made before; 24 hours pass, each device is
  asked when it has to wake, and its total import is read at the end of them.
* room: tracemalloc over 100,000 devices of an estate, first untouched, then touched: in each a setting
  was written, and it was put to rest again. Keys and kind are shared. Takes a minute or two.

    python bench/devices.py
"""

import gc
import sys
import time
import tracemalloc
from datetime import UTC, datetime, timedelta

from dcc_sim.catalogue.objects import LOW_CREDIT_THRESHOLD, SWITCHING_TABLE, THRESHOLDS_ACTIVE
from dcc_sim.codec.times import CosemDateTime, CosemTime
from dcc_sim.devices.engine import Device
from dcc_sim.devices.estate import Estate
from dcc_sim.devices.profiles import make_esme, make_gsme
from dcc_sim.devices.store import CosemAttribute
from dcc_sim.gbcs.keys import KeyRing
from dcc_sim.ids import Eui64

START = datetime(2024, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
YEAR_GOAL, IDLE_GOAL = 0.3, 1.0
UNTOUCHED_GOAL, TOUCHED_GOAL = 200, 1024
HOMES, DEVICES = 1000, 100_000
KEYS = KeyRing()
SCRIPTS = bytes.fromhex("00000A0064FF")
EVERY_YEAR = CosemDateTime(bytes.fromhex("FFFF0101FF000000008000FF"))
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SETTING = CosemAttribute(LOW_CREDIT_THRESHOLD, 4)


def eui(number: int) -> Eui64:
    return Eui64((0x005E_0000_0000_0000 + number).to_bytes(8, "big"))


def esme(identity: Eui64) -> Device:
    return make_esme(identity, keys=KEYS, trust_anchors={}, seed=1, started_at=START)


def gsme(identity: Eui64) -> Device:
    return make_gsme(identity, keys=KEYS, trust_anchors={}, seed=1, started_at=START)


def with_tariff() -> Device:
    """Register 1 at night, block set 2 by day, another day at weekends."""
    device = esme(eui(1))
    store = device.model.store
    entry = [
        {"start_time": CosemTime.of_day(at * 1800), "script_table": SCRIPTS, "script": script}
        for at, script in ((1, 1), (15, 102), (32, 3), (38, 102))
    ]
    week = dict.fromkeys(WEEKDAYS, 1) | {"saturday": 2, "sunday": 2}
    store.write(CosemAttribute(SWITCHING_TABLE, 3), [{"name": b"all", "start": EVERY_YEAR, "week": b"\x01"}])
    store.write(CosemAttribute(SWITCHING_TABLE, 4), [{"name": b"\x01", **week}])
    store.write(
        CosemAttribute(SWITCHING_TABLE, 5),
        [{"day_id": 1, "schedule": entry}, {"day_id": 2, "schedule": entry[:2]}],
    )
    store.write(CosemAttribute(THRESHOLDS_ACTIVE[1], 2), [400_000, 800_000])
    device.model.compiled = None
    return device


def year() -> float:
    """Seconds."""
    device = with_tariff()
    begun = time.process_time()
    end = START + 366 * DAY
    device.settle(end)
    entries = 0
    for key in filter(device.model.has, device.model.kind.live):
        value = device.model.read(key, end)
        entries += len(value) if isinstance(value, list) else 1
    taken = time.process_time() - begun
    print(f"      {entries} values and entries; {device.model.meter.total / 1000:.0f} kWh")
    return taken


def idle() -> float:
    """Seconds."""
    devices = [make(eui(2 * n + m)) for n in range(HOMES) for m, make in enumerate((esme, gsme))]
    begun = time.process_time()
    end, total = START + DAY, 0
    for device in devices:
        due = device.next_wake()
        while due is not None and due <= end:
            device.wake(due)
            due = device.next_wake()
        device.settle(end)
        total += device.model.meter.total
    taken = time.process_time() - begun
    print(f"      {len(devices)} devices, {total} units counted")
    return taken


def room() -> tuple[float, float]:
    """Octets of a device that nobody has touched, and of one that was."""
    esme(eui(0)).settle(START + DAY)
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    estate = Estate(esme, map(eui, range(DEVICES)))
    untouched = (tracemalloc.get_traced_memory()[0] - before) / DEVICES
    before = tracemalloc.get_traced_memory()[0]
    for number in range(DEVICES):
        estate[eui(number)].model.write(SETTING, number)
        estate.rest(eui(number))
    touched = (tracemalloc.get_traced_memory()[0] - before) / DEVICES
    tracemalloc.stop()
    return untouched, touched


def main() -> int:
    untouched, touched = room()
    figures = (
        ("year of one ESME, then every register and log", min(year() for _ in range(3)), YEAR_GOAL, "s"),
        ("24 hours of 1,000 idle homes", idle(), IDLE_GOAL, "s"),
        ("room of an untouched device", untouched, UNTOUCHED_GOAL, "octets"),
        ("room of a touched device", touched, TOUCHED_GOAL, "octets"),
    )
    for what, figure, goal, unit in figures:
        print(f"{what:48} {figure:10.3f} {unit:7} goal {goal} {'' if figure <= goal else 'MISSED'}")
    return int(any(figure > goal for _, figure, goal, _ in figures))


if __name__ == "__main__":
    sys.exit(main())
