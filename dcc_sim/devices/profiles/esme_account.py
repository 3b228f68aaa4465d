"""The account and the switch of an ESME: balances, debts, top-ups, emergency credit, supply.

In: Commands and reads, by object. Out: entries for the tables of the kind; the work is done by the
meter, whose account keeps the order of reference `gbcs.md` §k.4. All money is 10⁻⁵ currency units.
Left out: the settings (`esme_rules`), the alerts about it (`engine`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from dcc_sim.catalogue.objects import (
    ACCUMULATED_DEBT,
    CREDIT_LOG,
    DEBT_PAYMENT_LOG,
    EMERGENCY_CREDIT,
    MAX_CREDIT,
    MAX_METER_BALANCE,
    METER_BALANCE,
    PAYMENT_DEBT,
    PREPAYMENT_BALANCES,
    SUPPLY_SCRIPT_TABLE,
    SUPPLY_SWITCH,
    TARIFF_SCRIPT_TABLE,
    TIME_DEBTS,
    TOKEN_GATEWAY,
)
from dcc_sim.codec.shape import Value, as_bytes, as_int, as_struct
from dcc_sim.codec.times import seconds_since_2000
from dcc_sim.devices.access_items import OBJECT_UNDEFINED, TYPE_UNMATCHED
from dcc_sim.devices.metering import Meter, Supply
from dcc_sim.devices.methods import REMAINING, VALUE
from dcc_sim.devices.model import Execution, ItemFailed, Live, Method, Model
from dcc_sim.devices.prepayment import Account
from dcc_sim.devices.profiles.any_device import append_entry
from dcc_sim.devices.profiles.esme_initial import MOST_MONEY
from dcc_sim.devices.profiles.esme_metering import meter_of
from dcc_sim.devices.store import CosemAttribute, Key
from dcc_sim.devices.supply import commanded, require_free
from dcc_sim.devices.top_up import redeem
from dcc_sim.errors import DecodeError

BALANCE: Final = CosemAttribute(METER_BALANCE, VALUE)
EMERGENCY: Final = CosemAttribute(EMERGENCY_CREDIT, VALUE)
SUPPLY_STATE: Final = CosemAttribute(SUPPLY_SWITCH, 3)
CREDIT_ENTRIES: Final = 5
DEBT_ENTRIES: Final = 10
OTHER_REASON: Final = 250
_LEAST_MONEY: Final = -(1 << 31)

Amount = Callable[[Account], int]
Assign = Callable[[Account, int], None]


def _set_balance(account: Account, value: int) -> None:
    account.balance = value


def _set_accumulated(account: Account, value: int) -> None:
    account.accumulated_debt = value


def _set_payment_debt(account: Account, value: int) -> None:
    account.payment_debt = value


def _set_first_debt(account: Account, value: int) -> None:
    account.time_debts = (value, account.time_debts[1])


def _set_second_debt(account: Account, value: int) -> None:
    account.time_debts = (account.time_debts[0], value)


_AMOUNTS: Final[dict[str, tuple[CosemAttribute, Amount, Assign]]] = {
    "meter_balance": (BALANCE, lambda a: a.balance, _set_balance),
    "accumulated_debt": (
        CosemAttribute(ACCUMULATED_DEBT, VALUE), lambda a: a.accumulated_debt, _set_accumulated,
    ),
    "time_debt_1": (CosemAttribute(TIME_DEBTS[0], REMAINING), lambda a: a.time_debts[0], _set_first_debt),
    "time_debt_2": (CosemAttribute(TIME_DEBTS[1], REMAINING), lambda a: a.time_debts[1], _set_second_debt),
    "payment_debt": (CosemAttribute(PAYMENT_DEBT, REMAINING), lambda a: a.payment_debt, _set_payment_debt),
}  # fmt: skip
"""By the names of ECS19: where each amount lies, and how the account is asked and told."""


def account_live() -> dict[Key, Live]:
    """Balances and debts, one by one and as the collection of ECS19; the state of supply."""
    found: dict[Key, Live] = {
        place: Live(_reading(amount), _loading(assign)) for place, amount, assign in _AMOUNTS.values()
    }
    found[EMERGENCY] = Live(_read_emergency, _load_emergency)
    found[CosemAttribute(PREPAYMENT_BALANCES, 2)] = Live(_read_balances, _load_balances)
    found[SUPPLY_STATE] = Live(lambda model, _: int(meter_of(model).supply), _load_supply)
    return found


def _reading(amount: Amount) -> Callable[[Model, datetime], Value]:
    return lambda model, _: amount(meter_of(model).account)


def _loading(assign: Assign) -> Callable[[Model, Value], None]:
    def load(model: Model, value: Value) -> None:
        meter = meter_of(model)
        assign(meter.account, as_int(value))
        meter.mark()

    return load


def _read_emergency(model: Model, _: datetime) -> Value:
    meter = meter_of(model)
    return meter.account.emergency_balance(meter.terms())


def _load_emergency(model: Model, value: Value) -> None:
    meter = meter_of(model)
    meter.account.emergency_used = meter.terms().emergency_limit - as_int(value)
    meter.mark()


def _read_balances(model: Model, now: datetime) -> Value:
    found = {name: amount(meter_of(model).account) for name, (_, amount, _) in _AMOUNTS.items()}
    return {**found, "emergency_credit": _read_emergency(model, now)}


def _load_balances(model: Model, value: Value) -> None:
    amounts = as_struct(value)
    for name, (_, _, assign) in _AMOUNTS.items():
        _loading(assign)(model, amounts[name])
    _load_emergency(model, amounts["emergency_credit"])


def _load_supply(model: Model, value: Value) -> None:
    try:
        state = Supply(as_int(value))
    except ValueError:
        raise DecodeError(f"{value!r} is no state of the supply", offset=0, field="supply_state") from None
    meter_of(model).switch(state)


# ------------------------------------------------------------------------------------------ methods


def account_methods() -> dict[CosemAttribute, Method]:
    """What Actions do to the account, the switch and the block counters."""
    return {
        CosemAttribute(METER_BALANCE, 1): Method(_adjust("meter_balance", Account.adjust_balance)),
        CosemAttribute(METER_BALANCE, 2): Method(_assign(Account.reset_balance, _set_balance)),
        CosemAttribute(EMERGENCY_CREDIT, 2): Method(_assign(Account.reset_emergency, None)),
        CosemAttribute(EMERGENCY_CREDIT, 3): Method(_select_emergency, _load_selected),
        CosemAttribute(ACCUMULATED_DEBT, 2): Method(_assign(Account.reset_accumulated, _set_accumulated)),
        CosemAttribute(PAYMENT_DEBT, 4): Method(_adjust("payment_debt", Account.adjust_payment_debt)),
        CosemAttribute(TIME_DEBTS[0], 4): Method(
            _adjust("time_debt_1", lambda account, change: account.adjust_time_debt(0, change))
        ),
        CosemAttribute(TIME_DEBTS[1], 4): Method(
            _adjust("time_debt_2", lambda account, change: account.adjust_time_debt(1, change))
        ),
        CosemAttribute(TOKEN_GATEWAY, 1): Method(_enter_token),
        CosemAttribute(TARIFF_SCRIPT_TABLE, 1): Method(_reset_block_counters),
        CosemAttribute(SUPPLY_SCRIPT_TABLE, 1): Method(_switch_supply),
    }


def _adjust(name: str, adjust: Assign) -> Callable[[Execution, Value], None]:
    place, amount, _ = _AMOUNTS[name]

    def handle(run: Execution, value: Value) -> None:
        meter, change = meter_of(run.model), as_int(value)
        total = amount(meter.account) + change
        if not _LEAST_MONEY <= total <= MOST_MONEY:
            raise ItemFailed(TYPE_UNMATCHED, f"{place}: {total} does not fit 32 bits")
        meter.change_account(lambda account: adjust(account, change))

    return handle


def _assign(reset: Callable[[Account], None], assign: Assign | None) -> Callable[[Execution, Value], None]:
    # The rows send 0 and nothing else; another value can only come from a Command made by hand.
    def handle(run: Execution, value: Value) -> None:
        amount = as_int(value)
        if amount and assign is None:
            raise ItemFailed(TYPE_UNMATCHED, f"emergency credit cannot be set to {amount}")

        def change(account: Account) -> None:
            reset(account)
            if assign is not None and amount:
                assign(account, amount)

        meter_of(run.model).change_account(change)

    return handle


def _select_emergency(run: Execution, _: Value) -> None:
    if not meter_of(run.model).activate_emergency():
        raise ItemFailed(OTHER_REASON, "emergency credit is not activated and cannot be")


def _load_selected(model: Model, _: Value) -> None:
    meter_of(model).account.emergency_active = True


def _enter_token(run: Execution, value: Value) -> None:
    model, meter = run.model, meter_of(run.model)
    amount = redeem(
        run,
        as_bytes(value),
        balance=meter.account.balance,
        max_credit=as_int(model.store.get(CosemAttribute(MAX_CREDIT, 2), MOST_MONEY)),
        max_balance=as_int(model.store.get(CosemAttribute(MAX_METER_BALANCE, 2), MOST_MONEY)),
    )
    paid = meter.top_up(amount).payment_debt
    at = seconds_since_2000(model.clock.at(run.now))
    append_entry(model, CosemAttribute(CREDIT_LOG, 2), {"timestamp": at, "amount": amount}, CREDIT_ENTRIES)
    if paid:
        append_entry(
            model, CosemAttribute(DEBT_PAYMENT_LOG, 2), {"timestamp": at, "amount": paid}, DEBT_ENTRIES
        )


_RESET_COUNTERS: Final = 99


def _reset_block_counters(run: Execution, value: Value) -> None:
    if value != _RESET_COUNTERS:
        raise ItemFailed(OBJECT_UNDEFINED, f"no script {value!r} to be called by a Command")
    meter_of(run.model).reset_counters()


_SUPPLY_SCRIPTS: Final = {51: Supply.ENABLED, 52: Supply.DISABLED, 54: Supply.ARMED}
"""Reference `gbcs.md` §d.7."""


def _switch_supply(run: Execution, value: Value) -> None:
    state = _SUPPLY_SCRIPTS.get(as_int(value))
    if state is None:
        raise ItemFailed(OBJECT_UNDEFINED, f"no script {value!r}")
    meter: Meter = meter_of(run.model)
    require_free(run, state)
    meter.switch(state)
    commanded(run, state)
