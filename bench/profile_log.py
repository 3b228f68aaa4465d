"""A month of half-hours: the log of an ECS22b Response, at once and entry by entry.

In: nothing; 1,488 entries are made. Out: microseconds of four ways to read them and their ratios;
exit 1 when the general way takes less than `TIMES` as long as at once. All read the same values.

* at once: the compact array as it comes from a meter, through the row;
* general: the same octets the way logs of any fields are read, entry by entry through their shapes
  (a log with octet-strings has no other way);
* hand-made: the same octets, entry by entry, by a loop written for these two fields and no other;
* array: the same entries as a plain array of structures, half as long again, through the shapes
  that read all other data (which have a quick way of their own).

    python bench/profile_log.py
"""

import sys
import timeit
from collections.abc import Callable

from dcc_sim.catalogue.usecases import use_case
from dcc_sim.codec.access import AccessRow
from dcc_sim.codec.axdr import decode_bounded_length
from dcc_sim.codec.compact import CompactArray, _unpack_each
from dcc_sim.codec.cosem import Array, Struct
from dcc_sim.codec.shape import Reader, Value

ENTRIES = 1488
TIMES = 10.0
REPEATS, ROUNDS = 5, 40


def general(log: CompactArray, octets: bytes) -> list[Value]:
    """Through the shapes of the entry, as a log with octet-strings is read."""
    reader = Reader(octets)
    description, layout = next(pair for pair in log.layouts.items() if octets.startswith(pair[0], 1))
    reader.expect(b"\x13" + description, "type")
    return _unpack_each(layout, reader.within(decode_bounded_length(reader)))


def hand_made(octets: bytes) -> list[Value]:
    """Two u32 an entry, nothing else understood."""
    reader = Reader(octets)
    reader.expect(b"\x13\x02\x02\x06\x06", "type")
    inner = reader.within(decode_bounded_length(reader))
    entries: list[Value] = []
    while inner.left:
        time, value = inner.take(4), inner.take(4)
        entries.append({"timestamp": int.from_bytes(time, "big"), "primary": int.from_bytes(value, "big")})
    return entries


def best(*ways: Callable[[], object]) -> list[float]:
    """Microseconds of the fastest round of each way; the ways take turns, so that a busy machine hits all."""
    rounds = [[timeit.timeit(way, number=REPEATS) for way in ways] for _ in range(ROUNDS)]
    return [min(times) / REPEATS * 1e6 for times in zip(*rounds, strict=True)]


def octets_of(shape: CompactArray | Array, value: list[dict[str, int]]) -> bytes:
    out = bytearray()
    shape.encode(value, out)
    return bytes(out)


def main() -> int:
    row = use_case("ECS22b").payload
    assert isinstance(row, AccessRow)
    log = row.items[0].protected[0].shape
    assert isinstance(log, CompactArray)
    tagged = Array(Struct(*(part for part in log.element.parts if not part.optional)))
    made = [{"timestamp": 473299200 + 1800 * n, "primary": n * 7 % 4000} for n in range(ENTRIES)]
    compact, plain = octets_of(log, made), octets_of(tagged, made)
    ways: dict[str, Callable[[], object]] = {
        "at once": lambda: log.decode(Reader(compact)),
        "general": lambda: general(log, compact),
        "hand-made": lambda: hand_made(compact),
        "array": lambda: tagged.decode(Reader(plain)),
    }
    different = [name for name, way in ways.items() if way() != made]
    if different:
        print(f"reads different values: {', '.join(different)}")
        return 1
    times = dict(zip(ways, best(*ways.values()), strict=True))
    print(f"{ENTRIES} entries: {len(compact)} octets as compact array, {len(plain)} as array of structures")
    for name, time in times.items():
        print(f"{name:10} {time:8.1f} µs {time / times['at once']:6.1f} times")
    ratio = times["general"] / times["at once"]
    print(f"entry by entry takes {ratio:.1f} times as long as at once, wanted {TIMES:.0f}")
    return 0 if ratio >= TIMES else 1


if __name__ == "__main__":
    sys.exit(main())
