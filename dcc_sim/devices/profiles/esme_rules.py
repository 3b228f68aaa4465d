"""The tariff and the rules that the objects of an ESME hold, as its meter reads them.

In: the object store. Out: `Tariff` and `Rules`; the same ones as long as the store holds the same
values, so that a meter knows by identity that nothing changed. A billing calendar, a daily reset and
a debt recovery rate cap count only when they were set: there is no value that says "none".
Left out: what follows from a change (`settling`).
"""

from __future__ import annotations

from functools import cache
from typing import Final

from dcc_sim.catalogue.objects import (
    ACCOUNT_ACTIVE,
    BILLING_CALENDAR,
    BLOCK_COUNTER_SCHEDULE,
    DISABLEMENT_THRESHOLD_ACTIVE,
    EMERGENCY_CREDIT,
    NON_DISABLEMENT_ACTIVE,
    NON_DISABLEMENT_DAYS_ACTIVE,
    PAYMENT_DEBT,
    TIME_DEBTS,
)
from dcc_sim.catalogue.usecases.dlms_tariff import ECS24, ECS24B
from dcc_sim.codec.access import AccessRow
from dcc_sim.codec.shape import Value, as_bytes, as_int, as_list, as_struct, as_text
from dcc_sim.devices.billing import execution_times
from dcc_sim.devices.prepayment import DAY, WEEK, DebtRate, Terms
from dcc_sim.devices.profiles.esme_initial import esme_initial
from dcc_sim.devices.schedule import non_disablement
from dcc_sim.devices.settling import Rules
from dcc_sim.devices.store import CosemAttribute, Key, ObjectStore
from dcc_sim.devices.tariff import MONEY_DIGITS, Tariff, electricity_tariff

_PREPAYMENT: Final = 2
_UNITS: Final = 10**MONEY_DIGITS
_ACCUMULATED: Final = bytes.fromhex("0000130A02FF")
_TIME_CHARGES: Final = tuple(bytes.fromhex(f"000013140{n}FF") for n in (1, 2))
_MOVING: Final = frozenset(("active_price", "secondary_active_price"))

_KEYS: Final = {
    "mode": CosemAttribute(ACCOUNT_ACTIVE, 2),
    "charges": CosemAttribute(ACCOUNT_ACTIVE, 11),
    "low_credit": CosemAttribute(ACCOUNT_ACTIVE, 16),
    "cap": CosemAttribute(ACCOUNT_ACTIVE, 18),
    "cap_period": CosemAttribute(ACCOUNT_ACTIVE, 19),
    "disablement": CosemAttribute(DISABLEMENT_THRESHOLD_ACTIVE, 2),
    "emergency_limit": CosemAttribute(EMERGENCY_CREDIT, 9),
    "emergency_threshold": CosemAttribute(EMERGENCY_CREDIT, 10),
    "rate_1": CosemAttribute(TIME_DEBTS[0], 5),
    "period_1": CosemAttribute(TIME_DEBTS[0], 8),
    "rate_2": CosemAttribute(TIME_DEBTS[1], 5),
    "period_2": CosemAttribute(TIME_DEBTS[1], 8),
    "share": CosemAttribute(PAYMENT_DEBT, 13),
    "billing": CosemAttribute(BILLING_CALENDAR, 4),
    "daily_reset": CosemAttribute(BLOCK_COUNTER_SCHEDULE, 4),
    "protected": CosemAttribute(NON_DISABLEMENT_ACTIVE, 2),
    "protected_days": CosemAttribute(NON_DISABLEMENT_DAYS_ACTIVE, 2),
}
_RULING: Final[frozenset[Key]] = frozenset(_KEYS.values())
_ONLY_WHEN_SET: Final = frozenset(("billing", "daily_reset", "cap", "cap_period"))


@cache
def _tariff_keys(*, twin: bool) -> tuple[tuple[str, CosemAttribute], ...]:
    rows = (ECS24, ECS24B) if twin else (ECS24,)
    return tuple(
        (item.name, CosemAttribute(item.object, item.index))
        for row in rows
        if isinstance(row.payload, AccessRow)
        for item in row.payload.items
        if item.name not in _MOVING and not item.name.endswith("_unit")
    )


@cache
def _tariff_places(*, twin: bool) -> frozenset[Key]:
    return frozenset(key for _, key in _tariff_keys(twin=twin))


@cache
def _initial_tariff(*, twin: bool) -> Tariff:
    initial = esme_initial()
    return electricity_tariff({name: initial[key] for name, key in _tariff_keys(twin=twin) if key in initial})


def compile_electricity(store: ObjectStore, *, twin: bool) -> Tariff:
    """The tariff in force; that of a new ESME is one and the same for all of them."""
    keys = _tariff_keys(twin=twin)
    if _tariff_places(twin=twin).isdisjoint(store.values):
        return _initial_tariff(twin=twin)
    return electricity_tariff({name: store.read(key) for name, key in keys if key in store})


_INITIAL: Final = Rules()


class EsmeRules:
    """Gives the rules in force, and the same object while nothing was written."""

    __slots__ = ("_rules", "_seen", "_store")

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        self._seen: list[Value] = []
        self._rules = _INITIAL

    def __call__(self) -> Rules:
        """The rules in force."""
        values = self._store.values
        if _RULING.isdisjoint(values):
            return _INITIAL
        seen = [values.get(k) if n in _ONLY_WHEN_SET else self._store.get(k) for n, k in _KEYS.items()]
        if len(seen) != len(self._seen) or any(a is not b for a, b in zip(seen, self._seen, strict=True)):
            self._seen, self._rules = seen, _rules(dict(zip(_KEYS, seen, strict=True)))
        return self._rules


def _rules(held: dict[str, Value]) -> Rules:
    disabled, emergency = _suspensions(held["charges"])
    thresholds = as_list(held["disablement"])
    cap = held["cap"]
    return Rules(
        terms=Terms(
            prepayment=as_struct(held["mode"])["mode"] == _PREPAYMENT,
            suspend_debt_disabled=disabled,
            suspend_debt_emergency=emergency,
            disablement_threshold=as_int(thresholds[0]) if thresholds else 0,
            low_credit_threshold=as_int(held["low_credit"]),
            emergency_limit=as_int(held["emergency_limit"]),
            emergency_threshold=as_int(held["emergency_threshold"]),
            debt_rates=(_rate(held["rate_1"], held["period_1"]), _rate(held["rate_2"], held["period_2"])),
            payment_share=as_int(held["share"]),
            cap=None if cap is None else as_int(cap) * _UNITS,
            cap_period=as_int(held["cap_period"]) if held["cap_period"] else WEEK,
        ),
        billing=None if held["billing"] is None else execution_times(held["billing"]),
        counter_resets=None if held["daily_reset"] is None else execution_times(held["daily_reset"]),
        protected=non_disablement(held["protected"], held["protected_days"]),
    )


def _rate(charge: Value, period: Value) -> DebtRate:
    held = as_struct(charge)
    table = as_list(held["table"])
    power = as_int(as_struct(held["scaling"])["price_scale"]) + MONEY_DIGITS
    return DebtRate(
        numerator=(as_int(as_struct(table[0])["charge"]) if table else 0) * 10 ** max(power, 0),
        denominator=10 ** max(-power, 0),
        period=as_int(period) or DAY,
    )


def _suspensions(charges: Value) -> tuple[bool, bool]:
    """Whether debt is suspended while supply is disabled, and while emergency credit is in use.

    As `transform.electricity_prepayment.prepayment_charges` writes them: the last bit of a time debt
    against a credit that is spent, and time debts against the accumulated debt.
    """
    entries = [as_struct(entry) for entry in as_list(charges)]
    debts = [e for e in entries if e["charge"] in _TIME_CHARGES]
    spent = [e for e in debts if as_bytes(e["credit"]) != _ACCUMULATED]
    disabled = bool(spent) and all(as_text(e["collection"]).endswith("0") for e in spent)
    return disabled, any(as_bytes(e["credit"]) == _ACCUMULATED for e in debts)
