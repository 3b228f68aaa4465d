"""How each command is called, for its `--help`; a test runs every line.

In: nothing. Out: command lines. They are meant for an empty folder and lean on each other in this order:
`new` makes what the others take. Left out: options (`options`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_PARTIES: Final = "--supplier 00-50-C2-5F-30-01-00-00 --device 00-50-C2-5F-31-00-00-A0"

EXAMPLES: Final[Mapping[str, tuple[str, ...]]] = {
    "demo": ("dcc-sim demo --out story",),
    "list": ("dcc-sim list tariff", "dcc-sim list 6.2", "dcc-sim list ECS01a --json"),
    "home": (
        "dcc-sim home --out mine.toml",
        "dcc-sim home --devices esme,gsme,chf,gpf --seed mine --out mine.toml",
        "dcc-sim home --check mine.toml",
    ),
    "new": (
        "dcc-sim new 1.1.1 > request.xml",
        "dcc-sim new 1.2.1 --device 00-50-C2-5F-31-00-00-A1 --out gas.xml",
        "dcc-sim new 6.8 --list-paths",
    ),
    "validate": ("dcc-sim validate request.xml gas.xml", "dcc-sim validate --json - < request.xml"),
    "sign": ("dcc-sim sign request.xml > signed.xml", "dcc-sim transform request.xml | dcc-sim sign -"),
    "verify": ("dcc-sim verify signed.xml",),
    "transform": (
        "dcc-sim transform request.xml > precommand.hex",
        "dcc-sim new 1.1.1 | dcc-sim transform -",
    ),
    "correlate": ("dcc-sim correlate request.xml precommand.hex",),
    "command": ("dcc-sim command request.xml > command.hex",),
    "decode": ("dcc-sim decode command.hex", "dcc-sim decode --json - < command.hex"),
    "diff": ("dcc-sim diff command.hex command.hex",),
    "submit": ("dcc-sim submit request.xml --out results",),
    "mmc": ("dcc-sim mmc story/06-response.hex",),
    "vectors": ("dcc-sim vectors ../shared/vectors",),
    "utrn make": (f"dcc-sim utrn make {_PARTIES} --counter 1 --pounds 10",),
    "utrn verify": (f"dcc-sim utrn verify {_PARTIES} UTRN",),
    "utrn decode": ("dcc-sim utrn decode UTRN",),
}
"""By command; `UTRN` stands for what `utrn make` printed."""


def epilog(command: str) -> str | None:
    """The end of a command's help; the backspace sign keeps its lines as they are."""
    lines = EXAMPLES.get(command)
    return None if lines is None else "\n".join(("\b", "Examples:", *(f"  {line}" for line in lines)))
