"""Fails when the published vectors show more than is known to be wrong with them.

In: the JSON of `dcc-sim vectors --json`. Out: one line per level and failure; exit 1 when a use case
fails that `tests/vectors/mismatched_pairs.py` does not list with its reason, or anything is missing.
"""

import json
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "vectors"))
from mismatched_pairs import MISMATCHED


def main() -> int:
    """Check the report named on the command line."""
    report = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    unknown = 0
    for level, tally in report["levels"].items():
        known = {
            case: total - passed for (case, where), (passed, total) in MISMATCHED.items() if where == level
        }
        failed = Counter(name.partition("_")[0] for name, _ in tally["failed"])
        beyond = failed - Counter(known)
        print(f"{level}: {tally['passed']} of {tally['total']} passed, {beyond.total()} failures not known")
        for name, reason in tally["failed"]:
            print(f"  {name}: {reason}")
        unknown += beyond.total()
    missing = report["missing"]
    print(f"missing use cases: {', '.join(missing) or 'none'}")
    return 1 if unknown or missing or not report["levels"]["decode"]["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
