"""What a tariff costs each way, in microseconds and as a multiple of one P-256 verify in the same run.

In: a vector folder. Out: figures; exit 1 above the limit. There is the 8.7 KB request of 1.1.1 (time of
use), whose parsed XML is at hand as it is in the hub, made into its pre-command; and back the device's
response, from octets to MMC XML. The runs take turns, and the shortest of each counts, as in `corpus.py`.

    python bench/transform.py ../shared/vectors
"""

import gc
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from dcc_sim.duis.parsing import parse_xml
from dcc_sim.duis.request import read_request
from dcc_sim.flow import answer_as_mmc
from dcc_sim.ids import DeviceType
from dcc_sim.transform.message import read_message
from dcc_sim.transform.request import transform

LIMIT = 8.0
SCENARIO = "ECS01a_1.1.1_IMMEDIATE_TOU_SUCCESS"
ROUNDS, REPEATS = 60, 20


def seconds(work: Callable[[], object]) -> float:
    """Processor time of one call, over a few, without garbage collection."""
    gc.collect()
    gc.disable()
    start = time.process_time()
    for _ in range(REPEATS):
        work()
    spent = time.process_time() - start
    gc.enable()
    return spent / REPEATS


def main(folder: Path) -> int:
    document = (folder / "requests" / f"{SCENARIO}_REQUEST_DUIS.XML").read_bytes()
    (answer,) = folder.glob(f"rtds/*/{SCENARIO}_RESPONSE_GBCS.HEX")
    response = bytes.fromhex(answer.read_text(encoding="ascii").strip())
    request, now = read_request(parse_xml(document)), datetime(2015, 1, 1, tzinfo=UTC)
    key = ec.generate_private_key(ec.SECP256R1())
    public, how, message = key.public_key(), ec.ECDSA(hashes.SHA256()), bytes(1500)
    signature = key.sign(message, how)
    runs: dict[str, Callable[[], object]] = {
        "P-256 verify": lambda: public.verify(signature, message, how),
        f"transform of {len(document)} octets": lambda: transform(request, DeviceType.ESME, now),
        f"parse of its response, {len(response)} octets": lambda: answer_as_mmc(
            read_message(response), "1.1.1"
        ),
    }
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(ROUNDS):
        for name, work in runs.items():
            times[name].append(seconds(work))
    floor = min(times["P-256 verify"])
    for name, taken in times.items():
        print(f"{name:40} {min(taken) * 1e6:6.0f} us  {min(taken) / floor:5.1f} x (limit {LIMIT:.0f})")
    return int(any(min(taken) > LIMIT * floor for taken in times.values()))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/vectors")))
