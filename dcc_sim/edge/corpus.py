"""A folder of published vectors as a `Corpus`.

In: a folder with `rtds/<srv>_<use case>/<scenario>_<kind>_GBCS.HEX`, `requests/…_REQUEST_DUIS.XML`,
`keys.json`. Out: the corpus, with the device types of the bundled `rtds` home and the official MMC
schema when it lies beside the folder. Left out: any judgement (`testing.conformance`).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from lxml import etree

from dcc_sim.bundled import bundled
from dcc_sim.edge.inputs import read_home, read_keys
from dcc_sim.errors import NotFound
from dcc_sim.ids import RemotePartyRole
from dcc_sim.testing.conformance import Corpus, Vector

_FRAME: Final = re.compile(r"(?P<scenario>.+)_(?P<kind>COMMAND|PRECOMMAND|RESPONSE)_GBCS", re.IGNORECASE)
_REQUEST: Final = "_REQUEST_DUIS"
_WRITTEN_FOR: Final = datetime(2015, 1, 1, tzinfo=UTC)
"""The moment the published requests were transformed at (reference README)."""


def read_corpus(folder: Path) -> Corpus:
    """Raises NotFound when the folder does not have the shape of a vector folder."""
    try:
        frames = sorted((folder / "rtds").glob("*/*.[hH][eE][xX]"))
    except (OSError, ValueError) as error:  # a name that is too long, or has a NUL in it
        raise NotFound(f"{str(folder)!r}: {error}") from error
    if not frames:
        raise NotFound(f"{folder}: no rtds/*/*.HEX below it")
    home = read_home("rtds")
    return Corpus(
        vectors=tuple(_vector(path) for path in frames),
        requests={
            path.stem.removesuffix(_REQUEST): path.read_bytes()
            for path in sorted((folder / "requests").glob(f"*{_REQUEST}.*"))
        },
        keys=read_keys(str(folder / "keys.json")),
        devices={record.eui: record.type for record in home.devices},
        parties={party.eui: party.remote_role for party in home.parties},
        acb=home.party(RemotePartyRole.ACCESS_CONTROL_BROKER).eui,
        now=_WRITTEN_FOR,
        mmc_schema=_mmc_schema(folder),
    )


def _vector(path: Path) -> Vector:
    match = _FRAME.fullmatch(path.stem)
    _, _, use_case = path.parent.name.partition("_")
    try:
        octets = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError as error:
        raise NotFound(f"{path}: not hex") from error
    return Vector(
        name=path.stem.removesuffix("_GBCS"),
        scenario=match["scenario"] if match else path.stem,
        use_case=use_case or path.parent.name,
        kind=match["kind"].upper() if match else "ALERT",
        octets=octets,
    )


def _mmc_schema(folder: Path) -> etree.XMLSchema:
    official = sorted((folder.parent / "schemas-official").glob("*/mmc.xsd"))
    path = official[-1] if official else bundled("schemas") / "mmc.xsd"
    return etree.XMLSchema(etree.parse(path))
