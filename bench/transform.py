"""What transforming a tariff costs, in microseconds and as a multiple of one P-256 verify in the same run.

In: a vector folder. Out: figures; exit 1 above the limit. The 8.7 KB request is 1.1.1 TOU; its parsed
XML is at hand, as it is in the hub, which has checked it before.

    python bench/transform.py ../shared/vectors
"""

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from dcc_sim.duis.parsing import parse_xml
from dcc_sim.duis.request import read_request
from dcc_sim.ids import DeviceType
from dcc_sim.transform.request import transform

LIMIT = 8.0
REQUEST = "ECS01a_1.1.1_IMMEDIATE_TOU_SUCCESS_REQUEST_DUIS.XML"
ROUNDS, REPEATS = 60, 20


def seconds(work: Callable[[], object]) -> float:
    """Processor time of one call, over a few."""
    start = time.process_time()
    for _ in range(REPEATS):
        work()
    return (time.process_time() - start) / REPEATS


def main(folder: Path) -> int:
    """Measure both in turns, so that a busy machine is busy for both; the best of each counts."""
    document = (folder / "requests" / REQUEST).read_bytes()
    request, now = read_request(parse_xml(document)), datetime(2015, 1, 1, tzinfo=UTC)
    key = ec.generate_private_key(ec.SECP256R1())
    public, how, message = key.public_key(), ec.ECDSA(hashes.SHA256()), bytes(1500)
    signature = key.sign(message, how)
    made: list[float] = []
    verified: list[float] = []
    for _ in range(ROUNDS):
        verified.append(seconds(lambda: public.verify(signature, message, how)))
        made.append(seconds(lambda: transform(request, DeviceType.ESME, now)))
    ratio = min(made) / min(verified)
    sys.stdout.write(
        f"transform of {len(document)} octets: {min(made) * 1e6:.0f} µs; P-256 verify "
        f"{min(verified) * 1e6:.0f} µs; {ratio:.1f} ×, limit {LIMIT:.0f} ×\n"
    )
    return int(ratio > LIMIT)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/vectors")))
