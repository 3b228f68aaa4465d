"""What holds for every row of a DLMS use case, without any reference at hand."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

import pytest

from dcc_sim.catalogue import objects
from dcc_sim.catalogue.row import UseCase
from dcc_sim.catalogue.usecases import USE_CASES
from dcc_sim.codec.access import AccessRow, Item
from dcc_sim.codec.compact import CompactArray
from dcc_sim.codec.cosem import Array, Null, Struct
from dcc_sim.codec.exchange import CosemObject
from dcc_sim.codec.shape import Shape

ROWS = {code: row for code, row in USE_CASES.items() if isinstance(row.payload, AccessRow)}
EACH = pytest.mark.parametrize("code", sorted(ROWS))

# Reference `gbcs.md` §a.4: these Responses, and no others, carry the Device's date-time.
TIMED = {
    "CS01a", "ECS01a", "ECS01b", "ECS01c", "ECS01d", "ECS02", "ECS03", "ECS08", "ECS08a", "ECS17a",
    "ECS17b", "ECS17c", "ECS17d", "ECS17e", "ECS18a", "ECS18b", "ECS19", "ECS23", "ECS23b", "ECS28a",
    "ECS46c", "ECS46d",
}  # fmt: skip
WITHDRAWN = {
    "CCS05CCS04", "ECS08", "ECS26d", "ECS26e", "ECS26i", "ECS30", "ECS35f", "ECS46c", "ECS47", "ECS61a",
}  # fmt: skip


def items(row: UseCase) -> tuple[Item, ...]:
    assert isinstance(row.payload, AccessRow)
    return row.payload.items


def test_how_many_there_are() -> None:
    assert len(ROWS) == 120


def test_message_codes_are_unique() -> None:
    counts = Counter(row.message_code for row in USE_CASES.values())
    assert [code for code, count in counts.items() if count > 1] == []


def test_which_are_timed_and_which_are_withdrawn() -> None:
    assert {code for code, row in ROWS.items() if row.timed} == TIMED
    assert {code for code, row in ROWS.items() if row.withdrawn} == WITHDRAWN


def test_critical_ones_are_protected_against_replay_but_one() -> None:
    assert {code for code, row in ROWS.items() if row.critical and not row.replay_protected} == {"ECS46a"}
    assert all(row.critical for row in ROWS.values() if row.future_datable)


def unnamed(shape: Shape, smets: str) -> Iterator[str]:
    """Leaves without a SMETS name around them."""
    match shape:
        case Struct(parts=parts):
            for part in parts:
                yield from (f"{part.name}.{rest}" for rest in unnamed(part.shape, part.smets or smets))
        case Array(element=element) | CompactArray(element=element):
            yield from unnamed(element, smets)
        case Null():
            pass
        case _:
            if not smets:
                yield type(shape).__name__


@EACH
def test_every_value_has_its_smets_name(code: str) -> None:
    for item in items(ROWS[code]):
        for shape in (item.argument, item.answer):
            assert list(unnamed(shape, item.smets)) == [], item.name
        for wanted in item.protected:
            assert list(unnamed(wanted.shape, "")) == [], wanted.name
        if item.ranged or item.protected or item.choices:
            assert item.smets, item.name


@EACH
def test_names_are_words_and_unique(code: str) -> None:
    names = [item.name for item in items(ROWS[code])]
    assert len(set(names)) == len(names)
    assert all(name.isidentifier() and name.islower() for name in names)


def test_the_same_attribute_has_the_same_name_in_all_rows() -> None:
    names: defaultdict[tuple[int, CosemObject, int], set[str]] = defaultdict(set)
    for row in ROWS.values():
        for item in items(row):
            names[item.kind, item.object, item.index].add(item.name.removesuffix("_again"))
    several = {str(target.obis): found for (_, target, _), found in names.items() if len(found) > 1}
    assert several == {
        # One script table switches the supply on, off and arms it.
        "0-0:10.0.106.255": {"enable_supply", "disable_supply", "arm_supply"},
        # Minutes in ECS47, a date-time in ECS47a.
        "0-0:94.44.117.1": {"close_time", "start"},
        "0-0:94.44.117.2": {"open_time", "end"},
    }


def test_each_object_is_defined_once() -> None:
    counts: Counter[bytes] = Counter()
    for value in vars(objects).values():
        for target in value if isinstance(value, tuple) else (value,):
            if isinstance(target, CosemObject):
                counts[target.octets] += 1
    assert [octets.hex() for octets, count in counts.items() if count > 1] == []
