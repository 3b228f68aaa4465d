"""A million mutated frames: only DecodeError (or its siblings), no hang, little memory.

In: a vector folder, the number of mutants, a seed. Out: figures; exit 1 for any other exception, a
frame that takes over a second, or more than 100 MB above the start. Not a unit test: it takes
minutes.

    python bench/fuzz_frames.py ../shared/vectors 1000000
"""

import contextlib
import random
import resource
import sys
import time
from collections import Counter
from pathlib import Path

from dcc_sim.codec.shape import Notes
from dcc_sim.edge.inputs import read_keys
from dcc_sim.errors import DecodeError, SecurityError, Unsupported
from dcc_sim.transform.message import read_message

LIMIT_MB = 100
SLOW_S = 1.0


def mutate(frame: bytes, others: list[bytes], rng: random.Random) -> bytes:
    """One of: bit flips, cut, lie about a length, repeat a piece, splice with another frame."""
    data = bytearray(frame)
    kind = rng.randrange(6)
    if kind == 0:
        for _ in range(rng.randint(1, 8)):
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    elif kind == 1:
        del data[rng.randrange(len(data)) :]
    elif kind == 2:
        at = rng.randrange(len(data))
        data[at : at + 1] = rng.choice((b"\xff", b"\x84\xff\xff\xff\xff", b"\x82\xff\xff", b"\x80", b"\x00"))
    elif kind == 3:
        at = rng.randrange(len(data))
        piece = bytes(data[at : at + rng.randint(1, 32)])
        data[at:at] = piece * rng.randint(1, 60)
    elif kind == 4:
        # Nested containers of every language: DLMS structure and array, DER sequence.
        data[rng.randrange(len(data)) :] = (
            rng.choice((b"\x02\x01", b"\x01\x01", b"\x30\x80", b"\x30\x82\x03\xe8")) * 500
        )
    else:
        other = rng.choice(others)
        data[rng.randrange(len(data)) :] = other[rng.randrange(len(other)) :]
    return bytes(data)


def main() -> int:
    """Run and report."""
    folder, count = Path(sys.argv[1]), int(sys.argv[2])
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    frames = [bytes.fromhex(p.read_text().strip()) for p in sorted(folder.glob("rtds/*/*.HEX"))]
    keys = read_keys(str(folder / "keys.json"))
    rng = random.Random(seed)
    outcome: Counter[str] = Counter()
    for frame in frames:  # everything that is built once is built before the measurement
        with contextlib.suppress(DecodeError, SecurityError, Unsupported):
            read_message(frame, keys, Notes())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    slowest, started = 0.0, time.perf_counter()
    for number in range(count):
        mutant = mutate(rng.choice(frames), frames, rng)
        begun = time.perf_counter()
        try:
            read_message(mutant, keys, Notes() if number % 4 == 0 else None)
            outcome["decoded"] += 1
        except (DecodeError, SecurityError, Unsupported) as error:
            outcome[type(error).__name__] += 1
        except Exception as error:  # noqa: BLE001 - finding these is the purpose
            outcome[f"UNEXPECTED {type(error).__name__}"] += 1
            print(f"{type(error).__name__}: {error}\n  {mutant.hex()}")
        slowest = max(slowest, time.perf_counter() - begun)
    grown_mb = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    seconds = time.perf_counter() - started
    print(f"{count} mutants in {seconds:.0f} s, slowest {slowest * 1000:.1f} ms, memory +{grown_mb:.1f} MB")
    for name, number in outcome.most_common():
        print(f"  {name}: {number}")
    bad = any(name.startswith("UNEXPECTED") for name in outcome)
    return 1 if bad or slowest > SLOW_S or grown_mb > LIMIT_MB else 0


if __name__ == "__main__":
    sys.exit(main())
