"""Fails when a use case that is built falls short on the published vectors.

In: the JSON of `dcc-sim vectors --json`. Out: one line per level; exit 1 on a real failure. What
is not built yet is listed as missing by the report and is no failure here.
"""

import json
import sys
from pathlib import Path


def main() -> int:
    """Check the report named on the command line."""
    report = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    real = 0
    for level, tally in report["levels"].items():
        failed = [
            (name, reason) for name, reason in tally["failed"] if not reason.startswith("not built yet")
        ]
        print(
            f"{level}: {tally['passed']} of {tally['total']} passed, {len(failed)} failed, others not built"
        )
        for name, reason in failed:
            print(f"  {name}: {reason}")
        real += len(failed)
    print(f"missing use cases: {len(report['missing'])}")
    return 1 if real or not report["levels"]["decode"]["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
