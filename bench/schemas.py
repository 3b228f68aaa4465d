"""How long until the schemas are ready, against libxml2 alone.

    python bench/schemas.py [ROUNDS]

Both are measured in new processes, in turn, and the shortest round counts: *ours* imports
`dcc_sim.duis.schema` and has both schemas ready; *bare* imports lxml and compiles the same two files.
The goal is 2.5 times. Shown beside it: the oldest version, the published sets (where they are at
hand), and the compiling without the import of lxml, which takes as long.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PUBLISHED = ROOT.parent / "shared" / "schemas-official"
GOAL = 2.5

START = "import time; start = time.perf_counter()\n"
END = "\nprint(time.perf_counter() - start)"
OURS = """
from pathlib import Path
from dcc_sim.duis.schema import _compiled
for name in ("duis.xsd", "mmc.xsd"):
    _compiled(Path({folder!r}), {version!r}, name)
"""
BARE = """
from lxml import etree
{then}
for name in ("duis.xsd", "mmc.xsd"):
    etree.XMLSchema(file={folder!r} + "/" + name)
"""


def seconds(code: str) -> float:
    """Of that code in a new process, without the start of Python."""
    command = [sys.executable, "-c", START + code + END]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)  # noqa: S603
    return float(done.stdout)


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    folder = str(ROOT / "schemas")
    codes = {
        "bare lxml, ours": BARE.format(folder=folder, then=""),
        "  compiling alone": BARE.format(folder=folder, then="start = time.perf_counter()"),
        "dcc_sim, ours": OURS.format(folder=folder, version="5.4"),
        "dcc_sim, ours as 5.0": OURS.format(folder=folder, version="5.0"),
    }
    if PUBLISHED.is_dir():
        codes["bare lxml, published"] = BARE.format(folder=str(PUBLISHED / "5.4"), then="")
        codes["dcc_sim, published"] = OURS.format(folder=str(PUBLISHED), version="5.4")
    best = dict.fromkeys(codes, float("inf"))
    for _ in range(rounds):
        for name, code in codes.items():
            best[name] = min(best[name], seconds(code))
    for name, taken in best.items():
        print(f"{name:22} {1000 * taken:7.1f} ms")
    ratio = best["dcc_sim, ours"] / best["bare lxml, ours"]
    strict = best["dcc_sim, ours"] / best["  compiling alone"]
    print(f"{'ratio':22} {ratio:7.2f}    (goal: at most {GOAL})")
    print(f"{'to compiling alone':22} {strict:7.2f}")
    return int(ratio > GOAL)


if __name__ == "__main__":
    sys.exit(main())
