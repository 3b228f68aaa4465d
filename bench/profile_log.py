"""A month of half-hours: the log of an ECS22b Response, at once and entry by entry.

In: nothing; 1,488 entries are made. Out: microseconds of three ways to read them and their ratios;
exit 1 when entry by entry takes less than `TIMES` as long as at once. At once: the compact array
as it comes from a meter, through the row. Entry by entry: the same octets, each field of each entry
read by itself. Array: the same entries as a plain array of structures, a third longer, through the
shapes that read all other data (which have a quick way of their own). All three are asked to give
the same values first.

    python bench/profile_log.py
"""

import sys
import timeit
from collections.abc import Callable

from dcc_sim.catalogue.usecases import use_case
from dcc_sim.codec.access import AccessRow
from dcc_sim.codec.axdr import decode_bounded_length
from dcc_sim.codec.compact import CompactArray
from dcc_sim.codec.cosem import Array, Struct
from dcc_sim.codec.shape import Reader, Value

ENTRIES = 1488
TIMES = 10.0
REPEATS, ROUNDS = 5, 40


def entry_by_entry(element: Struct, octets: bytes) -> list[Value]:
    """Each entry of a compact array by itself, each field by its size."""
    fields = [(part.name, part.shape.size, part.shape.signed) for part in element.parts]
    reader = Reader(octets)
    tags = bytes(part.shape.tag for part in element.parts)
    reader.expect(b"\x13\x02" + bytes((len(fields),)) + tags, "type")
    inner = reader.within(decode_bounded_length(reader))
    entries: list[Value] = []
    while inner.left:
        entries.append(
            {name: int.from_bytes(inner.take(size), "big", signed=signed) for name, size, signed in fields}
        )
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
    element = Struct(*(part for part in log.element.parts if not part.optional))
    general = Array(element)
    made = [{"timestamp": 473299200 + 1800 * n, "primary": n * 7 % 4000} for n in range(ENTRIES)]
    compact, plain = octets_of(log, made), octets_of(general, made)
    if not log.decode(Reader(compact)) == general.decode(Reader(plain)) == made:
        print("the ways read different values")
        return 1
    if entry_by_entry(element, compact) != made:
        print("the ways read different values")
        return 1
    fast, slow, array = best(
        lambda: log.decode(Reader(compact)),
        lambda: entry_by_entry(element, compact),
        lambda: general.decode(Reader(plain)),
    )
    print(f"{ENTRIES} entries: {len(compact)} octets as compact array, {len(plain)} as array of structures")
    print(f"at once         {fast:8.1f} µs")
    print(f"entry by entry  {slow:8.1f} µs, {slow / fast:5.1f} times as long (wanted {TIMES:.0f})")
    print(f"array           {array:8.1f} µs, {array / fast:5.1f} times as long")
    return 0 if slow >= TIMES * fast else 1


if __name__ == "__main__":
    sys.exit(main())
