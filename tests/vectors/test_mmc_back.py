"""MMC and back: every published Response and Alert comes back as what the Device sent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from dcc_sim.catalogue.row import AlertCase
from dcc_sim.codec.exchange import Result
from dcc_sim.codec.gbz import GbzRow
from dcc_sim.codec.shape import Value
from dcc_sim.codec.times import CosemDateTime
from dcc_sim.gbcs.keys import KeyRing, key_ring_from_json
from dcc_sim.mmc.alerts import ALERT_CONTENTS
from dcc_sim.mmc.document import SERVICE_REFERENCE_VARIANTS, render
from dcc_sim.mmc.reader import read
from dcc_sim.mmc.responses import RESPONSES
from dcc_sim.mmc.rows import Row, carried
from dcc_sim.transform.message import Message, read_message

ANOTHER_FORM = {
    "ECS24b": "the schema has no time of day for the start of a season",
    "GCS20r": "events come back in the order of the schema",
    "GCS21a": "decimals come back with the usual divisor and trailing digit",
}
"""Not the same values, but the same document again."""

NO_WAY_BACK = {
    "ECS26a": "credit charges also depend on the number of elements",
    "GCS21f": "the tier in force has no place in MMC",
    "CS02a": "a role without a name in MMC",
    "CS02bAnyByContingency": "more outcomes than MMC has room for",
    "CS02bWPByWP": "a role without a name in MMC",
    "FutureDatedAlert-CS02g": "a replacement mode without a name in MMC",
}
"""A view or row says why; the other values come back."""


@cache
def ring(vectors: Path) -> KeyRing:
    return key_ring_from_json((vectors / "keys.json").read_text())


def rows_of(message: Message) -> tuple[Row, ...]:
    table = ALERT_CONTENTS if isinstance(message.row, AlertCase) else RESPONSES
    return table[message.row.code].rows


def flat(value: Value, path: str = "") -> Iterator[tuple[str, Value]]:
    """Leaves with the numbers of items."""
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from flat(part, f"{path}.{name}" if path else name)
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value):
            yield from flat(item, f"{path}[{number}]")
    else:
        # MMC carries the moment, not the clock status of each date-time.
        yield path, (value.moment or value) if isinstance(value, CosemDateTime) else value


def sent(message: Message) -> list[str] | None:
    """The items or commands that were answered; a document of success does not tell them."""
    row, results = message.row, message.body.results
    if isinstance(row, AlertCase):
        return None
    if not isinstance(row.payload, GbzRow):
        return [result.name for result in results]
    owners = {read.name: command.name for command in row.payload.commands for read in command.reads}
    first: dict[int, Result] = {}
    for result in results:
        first.setdefault(result.index, result)
    return [owners.get(result.name, result.name) for result in first.values()]


def covers(paths: set[str], leaf: str) -> bool:
    return any(leaf == path or leaf.startswith((f"{path}.", f"{path}[]")) for path in paths)


def documents(vectors: Path) -> Iterator[tuple[str, str | None, Message]]:
    for path in sorted((vectors / "rtds").rglob("*.HEX")):
        if "COMMAND" not in path.name:
            variant = path.parent.name.split("_")[0]
            known = variant if variant in SERVICE_REFERENCE_VARIANTS else None
            yield path.stem, known, read_message(bytes.fromhex(path.read_text().strip()), ring(vectors))


def changed_leaves(message: Message, values: Value) -> Iterator[str]:
    """Carried leaves that did not come back as they were."""
    said = set(carried(rows_of(message)))
    got = dict(flat(values))
    for path, value in flat(message.body.values):
        if covers(said, re.sub(r"\[\d+\]", "[]", path)) and got.get(path) != value:
            yield path


def test_every_published_answer_comes_back(vectors: Path) -> None:
    failed = []
    changed = set()
    for name, variant, message in documents(vectors):
        code = message.row.code
        document = render(message, service_reference_variant=variant)
        answer = read(document, code=code, sent=sent(message))
        if any(changed_leaves(message, answer.body.values)):
            changed.add(code)
        elif answer.body.results != message.body.results:
            failed.append(f"{name}: results")
        if (answer.header, answer.variant) != (message.header, variant):
            failed.append(f"{name}: header")
        again = replace(message, body=answer.body)
        if code not in NO_WAY_BACK and render(again, service_reference_variant=variant) != document:
            failed.append(f"{name}: document")
    assert failed == []
    assert changed - ANOTHER_FORM.keys() - NO_WAY_BACK.keys() == set()
