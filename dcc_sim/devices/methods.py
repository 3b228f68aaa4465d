"""What the methods of COSEM classes do, whatever the object: reset, add, set, activate, clear.

In: the methods a device type has. Out: a `Method` for each whose class says what it does (Blue
Book classes 3, 4, 7, 112, 113). Left out: methods whose meaning is the object's own: scripts,
clock, tokens, the ZigBee coordinator (`profiles`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from dcc_sim.codec.shape import Value, as_int
from dcc_sim.codec.times import CosemDateTime
from dcc_sim.devices.access_items import TYPE_UNMATCHED
from dcc_sim.devices.model import Execution, ItemFailed, Method
from dcc_sim.devices.store import CosemAttribute

Does = Callable[[Execution, Value], None]

VALUE: Final = 2
CAPTURE_TIME: Final = 5
UNIT_CHARGE_ACTIVE: Final = 5
UNIT_CHARGE_PASSIVE: Final = 6
REMAINING: Final = 12
"""total_amount_remaining of a charge."""

_LEAST, _MOST = -(1 << 31), (1 << 31) - 1


def class_methods(targets: Iterable[CosemAttribute]) -> dict[CosemAttribute, Method]:
    """The methods that their class explains."""
    return {
        target: Method(_METHODS[target.object.class_id, target.index](target))
        for target in targets
        if (target.object.class_id, target.index) in _METHODS
    }


def attribute(target: CosemAttribute, index: int) -> CosemAttribute:
    """Another attribute of the same object."""
    return CosemAttribute(target.object, index)


def amount(run: Execution, place: CosemAttribute) -> int:
    """An amount of money that a device holds, 0 when it was never written."""
    return as_int(run.model.store.get(place, 0))


def add_amount(run: Execution, place: CosemAttribute, change: int) -> None:
    """Change an amount of money. Raises ItemFailed when 32 bits cannot hold the sum."""
    total = amount(run, place) + change
    if not _LEAST <= total <= _MOST:
        raise ItemFailed(TYPE_UNMATCHED, f"{place}: {total} does not fit 32 bits")
    run.model.write(place, total)


def _reset_register(target: CosemAttribute) -> Does:
    def reset(run: Execution, _: Value) -> None:
        run.model.write(attribute(target, VALUE), 0)

    return reset


def _reset_extended_register(target: CosemAttribute) -> Does:
    def reset(run: Execution, _: Value) -> None:
        run.model.write(attribute(target, VALUE), 0)
        run.model.write(attribute(target, CAPTURE_TIME), CosemDateTime.at(run.model.clock.at(run.now)))

    return reset


def _clear_log(target: CosemAttribute) -> Does:
    def clear(run: Execution, _: Value) -> None:
        run.model.load(attribute(target, VALUE), [])

    return clear


def _add_to_credit(target: CosemAttribute) -> Does:
    def add(run: Execution, value: Value) -> None:
        add_amount(run, attribute(target, VALUE), as_int(value))

    return add


def _set_credit(target: CosemAttribute) -> Does:
    def assign(run: Execution, value: Value) -> None:
        run.model.write(attribute(target, VALUE), as_int(value))

    return assign


def _activate_charge(target: CosemAttribute) -> Does:
    def activate(run: Execution, _: Value) -> None:
        moves = ((attribute(target, UNIT_CHARGE_PASSIVE), attribute(target, UNIT_CHARGE_ACTIVE)),)
        run.model.store.copy(moves)
        run.model.compiled = None

    return activate


def _add_to_debt(target: CosemAttribute) -> Does:
    def add(run: Execution, value: Value) -> None:
        add_amount(run, attribute(target, REMAINING), as_int(value))

    return add


_METHODS: Final[dict[tuple[int, int], Callable[[CosemAttribute], Does]]] = {
    (3, 1): _reset_register,
    (4, 1): _reset_extended_register,
    (7, 1): _clear_log,
    (112, 1): _add_to_credit,
    (112, 2): _set_credit,
    (113, 2): _activate_charge,
    (113, 4): _add_to_debt,
}
"""Class and method to what makes the method of an object."""
