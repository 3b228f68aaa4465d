"""The account, the switch and the rules of a gas meter, in the attributes of its clusters.

In: the object store, Commands, reads. Out: `GasRules`, the conversion of the tariff, entries for the
tables of the kind. The credits of prepayment mode and the bill of credit mode are two things (GCS40a
to d): in credit mode all charges go to BillToDateDelivered, which consumption makes grow.
Left out: replies that carry a token or a mode (`gas_requests`), the alerts (`engine`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

from dcc_sim.catalogue.usecases.gbz_clusters import CALENDAR, PRICE
from dcc_sim.codec.gbz_command import Command
from dcc_sim.codec.shape import Value, as_bytes, as_int, as_list, as_struct
from dcc_sim.devices.billing import billing_periods
from dcc_sim.devices.calendar import Calendar, DatePattern, Season, Timetable
from dcc_sim.devices.metering import Meter, Supply
from dcc_sim.devices.model import Execution, Handler, ItemFailed, Live, Model, Request
from dcc_sim.devices.prepayment import DAY, HOUR, WEEK, Account, DebtRate, Terms
from dcc_sim.devices.profiles.gas_attributes import (
    BALANCE,
    BILL_TO_DATE,
    BILLING_PERIOD,
    CREDIT_LIMIT,
    CREDIT_THRESHOLD,
    EMERGENCY_CREDIT,
    NON_DISABLEMENT,
    PREPAYMENT,
    SUPPLY_STATUS,
    TARIFF_PARTS,
    TO_SERVER,
)
from dcc_sim.devices.settling import Rules
from dcc_sim.devices.store import Key, ObjectStore, Published, ZclAttribute, ZclCommand
from dcc_sim.devices.tariff import GasConversion
from dcc_sim.devices.zigbee_commands import INVALID_VALUE

ACCUMULATED_DEBT: Final = ZclAttribute(PREPAYMENT, 0x0005)
_MODE: Final = ZclAttribute(PREPAYMENT, 0x0000)
_CAP: Final = ZclAttribute(PREPAYMENT, 0x0006)
_LOW_CREDIT: Final = ZclAttribute(PREPAYMENT, 0x0031)
_CUT_OFF: Final = ZclAttribute(PREPAYMENT, 0x0040)
_SHARE: Final = ZclAttribute(PREPAYMENT, 0x0239)
_RATES: Final = tuple(
    (ZclAttribute(PREPAYMENT, 0x0217 + 16 * n), ZclAttribute(PREPAYMENT, 0x0216 + 16 * n)) for n in (0, 1)
)
CONVERSION: Final = tuple(ZclAttribute(PRICE, n) for n in (0x0302, 0x0303, 0x0304, 0x0306))
_DIGITS: Final = 5
_PREPAYMENT_BIT: Final = 0x0001
_NOT_WHILE_DISABLED: Final = 0x0400
_ALSO_IN_EMERGENCY: Final = 0x0800
"""Of the payment control configuration (reference `gbcs.md` §k.4: 0497, 0097, 0C97, 0897, 0C94)."""
_HOURLY: Final = 0
_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CALENDAR: Final = tuple(
    Published(ZclCommand(CALENDAR, TARIFF_PARTS[name].id, calendar=NON_DISABLEMENT))
    for name in ("day_profiles", "week_profiles", "seasons", "special_days")
)
_SETTINGS: Final[tuple[Key, ...]] = (
    _MODE, _CAP, _LOW_CREDIT, _CUT_OFF, _SHARE, CREDIT_LIMIT, CREDIT_THRESHOLD,
    *(key for pair in _RATES for key in pair), Published(BILLING_PERIOD), *_CALENDAR,
)  # fmt: skip
_RULING: Final = frozenset(_SETTINGS)
_INITIAL: Final = Rules(terms=Terms(billed=True))
_FAILURE: Final = 1


def gas_conversion(store: ObjectStore) -> GasConversion:
    """The conversion figures in force, in units of 10⁻⁵."""
    factor, factor_digits, value, value_digits = (as_int(store.read(key)) for key in CONVERSION)
    return GasConversion(
        factor=_in_units(factor, factor_digits >> 4), calorific_value=_in_units(value, value_digits >> 4)
    )


def _in_units(value: int, digits: int) -> int:
    power = _DIGITS - digits
    return value * int(10**power) if power >= 0 else value // int(10**-power)


class GasRules:
    """Gives the rules in force, and the same object while nothing was written."""

    __slots__ = ("_rules", "_seen", "_store")

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        self._seen: list[Value] = []
        self._rules = _INITIAL

    def __call__(self) -> Rules:
        """The rules in force."""
        if _RULING.isdisjoint(self._store.values):
            return _INITIAL
        seen = [self._store.get(key) for key in _SETTINGS]
        if len(seen) != len(self._seen) or any(a is not b for a, b in zip(seen, self._seen, strict=True)):
            self._seen, self._rules = seen, _rules(self._store)
        return self._rules


def _rules(store: ObjectStore) -> Rules:
    mode = as_int(store.read(_MODE))
    cap = store.values.get(_CAP)
    period = store.values.get(Published(BILLING_PERIOD))
    return Rules(
        terms=Terms(
            prepayment=bool(mode & _PREPAYMENT_BIT),
            billed=not mode & _PREPAYMENT_BIT,
            suspend_debt_disabled=bool(mode & _NOT_WHILE_DISABLED),
            suspend_debt_emergency=not mode & _ALSO_IN_EMERGENCY,
            disablement_threshold=as_int(store.read(_CUT_OFF)),
            low_credit_threshold=as_int(store.read(_LOW_CREDIT)),
            emergency_limit=as_int(store.read(CREDIT_LIMIT)),
            emergency_threshold=as_int(store.read(CREDIT_THRESHOLD)),
            debt_rates=(_rate(store, 0), _rate(store, 1)),
            payment_share=as_int(store.read(_SHARE)),
            cap=None if cap is None else as_int(cap),
            cap_period=WEEK,
        ),
        billing=None if period is None else billing_periods(period),
        protected=_protected(store),
    )


def _rate(store: ObjectStore, number: int) -> DebtRate:
    amount, frequency = (as_int(store.read(key)) for key in _RATES[number])
    return DebtRate(numerator=amount, period=HOUR if frequency == _HOURLY else DAY)


def _protected(store: ObjectStore) -> Timetable[bool] | None:
    days, weeks, seasons, special = (store.values.get(key) for key in _CALENDAR)
    if days is None or weeks is None or seasons is None:
        return None
    return Timetable(
        Calendar(
            seasons=tuple(
                Season(DatePattern.of_zcl(as_bytes(season["start"])), 0, as_int(season["week_id"]))
                for season in map(as_struct, as_list(as_struct(seasons)["seasons"]))
            ),
            weeks={
                as_int(week["week_id"]): tuple(as_int(week[day]) for day in _WEEKDAYS)
                for week in map(as_struct, as_list(weeks))
            },
            days={
                as_int(day["day_id"]): tuple(
                    (as_int(entry["start_minute"]) * 60, bool(entry["non_disablement"]))
                    for entry in map(as_struct, as_list(day["schedule"]))
                )
                for day in map(as_struct, as_list(days))
            },
            special_days=()
            if special is None
            else tuple(
                (DatePattern.of_zcl(as_bytes(day["date"])), as_int(day["day_id"]))
                for day in map(as_struct, as_list(as_struct(special)["special_days"]))
            ),
            otherwise=False,
        )
    )


# ---------------------------------------------------------------------------------------- attributes

Assign = Callable[[Account, int], None]


def _meter(model: Model) -> Meter:
    assert model.meter is not None
    return model.meter


def _set_balance(account: Account, value: int) -> None:
    account.balance = value


def _set_accumulated(account: Account, value: int) -> None:
    account.accumulated_debt = value


def _set_first_debt(account: Account, value: int) -> None:
    account.time_debts = (value, account.time_debts[1])


def _set_second_debt(account: Account, value: int) -> None:
    account.time_debts = (account.time_debts[0], value)


def _set_payment_debt(account: Account, value: int) -> None:
    account.payment_debt = value


def _set_bill(account: Account, value: int) -> None:
    account.bill = value


_MOST: Final = 0xFFFF_FFFF
_AMOUNTS: Final[dict[ZclAttribute, tuple[Callable[[Account], int], Assign]]] = {
    BALANCE: (lambda account: account.balance, _set_balance),
    ACCUMULATED_DEBT: (lambda account: account.accumulated_debt, _set_accumulated),
    ZclAttribute(PREPAYMENT, 0x0211): (lambda account: account.time_debts[0], _set_first_debt),
    ZclAttribute(PREPAYMENT, 0x0221): (lambda account: account.time_debts[1], _set_second_debt),
    ZclAttribute(PREPAYMENT, 0x0231): (lambda account: account.payment_debt, _set_payment_debt),
    BILL_TO_DATE: (lambda account: min(max(account.bill, 0), _MOST), _set_bill),
}
_STATUSES: Final = {Supply.DISABLED: 0, Supply.ARMED: 1, Supply.ENABLED: 2}
"""The switch as attribute 0702/0014 tells it: off, armed, on."""
SUPPLY_OF: Final = {status: supply for supply, status in _STATUSES.items()}


def gas_account_live() -> dict[Key, Live]:
    """Balances, debts, the bill and the state of supply."""
    found: dict[Key, Live] = {key: _amount(*how) for key, how in _AMOUNTS.items()}
    found[EMERGENCY_CREDIT] = Live(_read_emergency, _load_emergency)
    found[SUPPLY_STATUS] = Live(lambda model, _: _STATUSES[_meter(model).supply], _load_supply)
    return found


def _amount(amount: Callable[[Account], int], assign: Assign) -> Live:
    def load(model: Model, value: Value) -> None:
        assign(_meter(model).account, as_int(value))
        _meter(model).mark()

    return Live(lambda model, _: amount(_meter(model).account), load)


def _read_emergency(model: Model, _: datetime) -> Value:
    meter = _meter(model)
    return meter.account.emergency_balance(meter.terms())


def _load_emergency(model: Model, value: Value) -> None:
    meter = _meter(model)
    meter.account.emergency_used = meter.terms().emergency_limit - as_int(value)
    meter.mark()


def _load_supply(model: Model, value: Value) -> None:
    _meter(model).switch(SUPPLY_OF.get(as_int(value), Supply.ENABLED))


# ------------------------------------------------------------------------------------------ commands


def gas_account_handlers() -> dict[ZclCommand, Handler]:
    """Commands that change the account and have no reply."""
    return {
        ZclCommand(PREPAYMENT, 0x00, TO_SERVER): _select_emergency,
        ZclCommand(PREPAYMENT, 0x02, TO_SERVER): _change_debt,
        ZclCommand(PREPAYMENT, 0x05, TO_SERVER): _adjust_credit,
    }


def gas_account_requests() -> dict[ZclCommand, Request]:
    """What has to be so for a Command without a reply to succeed."""
    return {ZclCommand(PREPAYMENT, 0x00, TO_SERVER): Request(_no_replies, _load_selected)}


def _no_replies(run: Execution, command: Command, value: Value) -> Sequence[Value]:  # noqa: ARG001
    return ()


def _load_selected(
    model: Model,
    command: Command,  # noqa: ARG001
    asked: Mapping[str, Value],  # noqa: ARG001
    replies: Sequence[Mapping[str, Value]],  # noqa: ARG001
) -> None:
    if model.meter is not None:
        model.meter.account.emergency_active = True


def _select_emergency(run: Execution, _: Value) -> None:
    if not _meter(run.model).activate_emergency():
        raise ItemFailed(_FAILURE, "emergency credit is not activated and cannot be")


_TIME_DEBTS: Final = {1: 0, 3: 1}
_PAYMENT_DEBT: Final = 5
"""Types of amount: an increase of time debt 1 or 2, or of the payment debt."""


def _change_debt(run: Execution, value: Value) -> None:
    change, store, meter = as_struct(value), run.model.store, _meter(run.model)
    kind, amount = as_int(change["amount_type"]), as_int(change["amount"])
    number = _TIME_DEBTS.get(kind)
    held = meter.account.payment_debt if number is None else meter.account.time_debts[number]
    rate = as_int(change["recovery_amount"])
    if held + amount > _MOST or rate < 0:
        raise ItemFailed(INVALID_VALUE, f"a debt of {held + amount} recovered at {rate}")
    if number is None:
        store.write(_SHARE, change["recovery_percentage"])
        meter.change_account(lambda account: account.adjust_payment_debt(amount))
        return
    rate_key, frequency_key = _RATES[number]
    store.write(rate_key, rate)
    store.write(frequency_key, change["recovery_frequency"])
    meter.change_account(lambda account: account.adjust_time_debt(number, amount))


_ADJUST, _RESET, _RESET_BILL, _ADJUST_BILL = range(4)
_LEAST_BALANCE, _MOST_BALANCE = -(1 << 31), (1 << 31) - 1


def _adjust_credit(run: Execution, value: Value) -> None:
    adjustment, meter = as_struct(value), _meter(run.model)
    kind, amount = as_int(adjustment["adjustment_type"]), as_int(adjustment["amount"])
    total = meter.account.balance + amount
    if kind == _ADJUST and not _LEAST_BALANCE <= total <= _MOST_BALANCE:
        raise ItemFailed(INVALID_VALUE, f"a balance of {total}")
    changes: dict[int, Callable[[Account], None]] = {
        _ADJUST: lambda account: account.adjust_balance(amount),
        _RESET: _reset,
        _RESET_BILL: Account.reset_bill,
        _ADJUST_BILL: lambda account: account.adjust_bill(amount),
    }
    meter.change_account(changes[kind])


def _reset(account: Account) -> None:
    account.reset_balance()
    account.reset_emergency()
    account.reset_accumulated()
