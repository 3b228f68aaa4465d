"""The named functions of the MMC tables of gas, each with its way back.

In: decoded values. Out: named parts that rows can say. Each raises EncodeError for what its schema
cannot express. A way back is a reason instead of values where MMC leaves something out. Left out:
element names; the volume with multiplier and divisor, whose way back alone is here (`views.gas_volume`).
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from dcc_sim.codec.shape import Value, Values, as_bytes, as_int, as_list, as_struct, in_range
from dcc_sim.codec.times import ZclDate
from dcc_sim.errors import EncodeError
from dcc_sim.mmc.conversions_gas import Scaled
from dcc_sim.mmc.views import ANY

_WILD: Final = 0xFF


def gas_date(date: Value) -> Values:
    """A ZigBee Date (ZCL 2.6.2.18: year since 1900, month, day, weekday) with `any` for FF."""
    octets = as_bytes(date)
    if len(octets) != 4:
        raise EncodeError(f"a ZigBee date has 4 octets, not {len(octets)}")
    year, month, day, weekday = (ANY if octet == _WILD else octet for octet in octets)
    return {
        "year": year if isinstance(year, str) else 1900 + year,
        "month": month,
        "day": day,
        "weekday": weekday,
    }


def gas_date_values(parts: Values) -> tuple[Value, ...]:
    """The way back from `gas_date`."""
    octets = []
    for name, first in (("year", 1900), ("month", 0), ("day", 0), ("weekday", 0)):
        part = parts.get(name)
        octets.append(_WILD if part == ANY else in_range(as_int(part) - first, 0, _WILD - 1))
    return (ZclDate(bytes(octets)),)


def single_action(schedule: Value) -> Values:
    """The one price tier of a day of the gas switching table: 1 … 4, or 0 for block pricing.

    MMC has no times of day here: a day with several tiers cannot be said (`DUIS` cannot ask for one).
    """
    entries = [as_struct(entry) for entry in as_list(schedule)]
    if len(entries) != 1 or entries[0].get("start_minute") != 0:
        raise EncodeError("MMC has room for one action, from midnight on")
    return {"tier": entries[0].get("price_tier")}


def single_action_values(parts: Values) -> tuple[Value, ...]:
    """The way back from `single_action`."""
    return ([{"start_minute": 0, "price_tier": parts.get("tier")}],)


def digits_after_point(nibbles: Value) -> Values:
    """Scale of the price in force: the high nibble is its digits after the point (ZSE D.4.2.4.1)."""
    return {"scale": -(in_range(as_int(nibbles), 0, 0xFF) >> 4)}


def digits_after_point_values(parts: Values) -> tuple[Value, ...] | str:  # noqa: ARG001
    """Why there is no way back."""
    return "the low nibble, the price tier in force, is not in MMC"


def trailing_digits(value: Value, nibbles: Value) -> Values:
    """A value with its digits after the point in the high nibble (reference `gbcs.md` §k.3)."""
    number, places = in_range(as_int(value), 0, 0xFFFF_FFFF), in_range(as_int(nibbles), 0, 0xFF) >> 4
    digits = str(number).rjust(places + 1, "0")
    whole, part = (digits[:-places], digits[-places:]) if places else (digits, "")
    # Zeros at the end stay: they say how many digits there are.
    return {"decimal": f"{whole}.{part}" if part else whole}


def trailing_digits_values(parts: Values) -> tuple[Value, ...]:
    """The way back from `trailing_digits`; the low nibble, which says nothing, is 0."""
    whole, _, part = str(parts.get("decimal")).partition(".")
    if not (whole + part).isdecimal() or len(part) > 0xF:
        raise EncodeError(f"{parts.get('decimal')!r} is not a decimal with up to 15 places")
    return (int(whole + part), len(part) << 4)


_LITRES: Final = Scaled(3)
_FLOW: Final = Scaled(4)


def gas_volume_values(parts: Values) -> tuple[Value, ...]:
    """The way back from `views.gas_volume` with multiplier 1 and divisor 1000 (every published meter)."""
    return (_LITRES.value(str(parts.get("volume"))), 1, 1000)


def gas_flow_values(parts: Values) -> tuple[Value, ...]:
    """The way back from `views.gas_volume` of a flow: multiplier 1, divisor 10 000 (page GCS24a)."""
    return (_FLOW.value(str(parts.get("volume"))), 1, 10_000)


_PERIODS: Final = {
    (1, 0x21): "Daily",
    (1, 0x22): "Weekly",
    (1, 0x23): "Monthly",
    (3, 0x23): "Quarterly",
    (6, 0x23): "SixMonthly",
    (12, 0x23): "Yearly",
}


def billing_period(duration: Value, duration_type: Value) -> Values:
    """How often a billing period ends (page GCS25a; published vectors)."""
    period = (as_int(duration), as_int(duration_type))
    if period not in _PERIODS:
        raise EncodeError(f"MMC has no word for {period[0]} times duration type {period[1]:02X}")
    return {"periodicity": _PERIODS[period]}


def billing_period_values(parts: Values) -> tuple[Value, ...]:
    """The way back from `billing_period`."""
    for period, name in _PERIODS.items():
        if name == parts.get("periodicity"):
            return period
    raise EncodeError(f"{parts.get('periodicity')!r} is none of {', '.join(_PERIODS.values())}")


_EUI_AT: Final = 8


def model_and_device(model: Value) -> Values:
    """The model of a meter read by GCS21e: up to 8 octets, and in 16 the identifier of the device too.

    Published vector; no page tells.
    """
    octets = as_bytes(model)
    if len(octets) == 2 * _EUI_AT:
        return {"model": octets[:_EUI_AT], "device": octets[_EUI_AT:]}
    in_range(len(octets), 0, _EUI_AT)
    return {"model": octets}


def model_and_device_values(parts: Values) -> tuple[Value, ...]:
    """The way back from `model_and_device`."""
    return (as_bytes(parts.get("model")) + as_bytes(parts.get("device", b"")),)


_CREDIT_MODE: Final = 0x0C94
_SUSPENSION: Final = {
    0x0497: (True, True),
    0x0097: (True, False),
    0x0C97: (False, True),
    0x0897: (False, False),
}
"""Prepayment mode: is debt suspended in emergency, and when disabled?"""


def payment_control(configuration: Value) -> Values:
    """Payment mode, and in prepayment mode when the collection of debt is suspended (page GCS21j)."""
    code = as_int(configuration)
    if code == _CREDIT_MODE:
        return {"mode": "Credit"}
    if code not in _SUSPENSION:
        raise EncodeError(f"payment control configuration {code:04X} is none of GBCS")
    emergency, disabled = _SUSPENSION[code]
    return {"mode": "Prepayment", "emergency": emergency, "disabled": disabled}


def payment_control_values(parts: Values) -> tuple[Value, ...]:
    """The way back from `payment_control`."""
    for code in (_CREDIT_MODE, *_SUSPENSION):
        if payment_control(code) == dict(parts):
            return (code,)
    raise EncodeError("no payment control configuration of GBCS says this")


_DAY: Final = 86_400
_HALF_HOUR: Final = 1800
_SIX_MINUTES: Final = 360
_NO_SAMPLE: Final = 0xFFFFFF


def half_hours(start: Value, samples: Value) -> Values:
    """Samples of the profile data log with the moment of each (page GCS17)."""
    return _series(start, samples, _HALF_HOUR)


def half_hours_values(parts: Values) -> tuple[Value, ...] | str:
    """The way back from `half_hours`."""
    return _samples(parts, _HALF_HOUR)


def days(start: Value, samples: Value) -> Values:
    """Samples of the daily consumption log with the moment of each (page GCS61)."""
    return _series(start, samples, _DAY)


def days_values(parts: Values) -> tuple[Value, ...] | str:
    """The way back from `days`."""
    return _samples(parts, _DAY)


def six_minutes(start: Value, samples: Value) -> Values:
    """Samples of the network data log with the moment of each (page GCS18)."""
    return _series(start, samples, _SIX_MINUTES)


def six_minutes_values(parts: Values) -> tuple[Value, ...] | str:
    """The way back from `six_minutes`."""
    return _samples(parts, _SIX_MINUTES)


def _series(start: Value, samples: Value, interval: int) -> Values:
    entries: list[Value] = []
    for number, sample in enumerate(as_list(samples)):
        entry: dict[str, Value] = {"time": as_int(start) + number * interval}
        if sample != _NO_SAMPLE:
            entry["value"] = sample
        entries.append(entry)
    return {"entries": entries}


def _samples(parts: Values, interval: int) -> tuple[Value, ...] | str:
    entries = [as_struct(entry) for entry in as_list(parts.get("entries") or [])]
    if not entries:
        return "an empty log does not say when it starts"
    moments = [as_int(entry.get("time")) for entry in entries]
    if any(other - one != interval for one, other in pairwise(moments)):
        raise EncodeError(f"entries are {interval} seconds apart")
    return (moments[0], [entry.get("value", _NO_SAMPLE) for entry in entries])


ALERT_EVENTS: Final = (
    *(0x810D, 0x810E, 0x8119, 0x8145, 0x8154, 0x8155, 0x8161, 0x8162, 0x8168, 0x8183, 0x8184),
    *(0x81A0, 0x81A1, 0x81A4, 0x81A5, 0x81A6, 0x81A7, 0x81A8, 0x81A9, 0x81AA, 0x81AB, 0x81AC),
    *(0x81AD, 0x81AE, 0x81AF, 0x81B0, 0x81B1, 0x81B2, 0x81B3, 0x81B4, 0x81B5, 0x81B6, 0x81B9),
    *(0x81BA, 0x81BC, 0x81BD, 0x81BE, 0x81BF, 0x81C0, 0x81C2, 0x81C3, 0x81C4, 0x81C5, 0x81C6),
)
"""The codes whose behaviour MMC can say, in its order."""
_LOG: Final = 0b011
_WAN: Final = 0x08
_HAN: Final = 0x10
_ALARM: Final = 0x40
_ACTIONS: Final = {"wan": _WAN, "han": _HAN, "log": _LOG, "alarm": _ALARM}


def event_behaviours(events: Value) -> Values:
    """What the meter does at each event code: four switches in a bitmap (page GCS20r, ZSE D.14).

    Bits 0 to 2 are the log that keeps it: 3, its event log, or 0, none. A meter may report more codes
    than GBCS asks for; those that MMC has no element for are left out.
    """
    behaviours: dict[str, Value] = {}
    for position, event in enumerate(map(as_struct, as_list(events)), 1):
        code, bits = as_int(event.get("event_id")), as_int(event.get("configuration"))
        name = f"x{code:04X}"
        if code not in ALERT_EVENTS:
            continue
        if name in behaviours:
            raise EncodeError(f"{code:04X} is there twice", field=f"[{position}]")
        if bits & 0b111 not in (0, _LOG) or bits & ~(_LOG | _WAN | _HAN | _ALARM):
            raise EncodeError(f"MMC cannot say configuration {bits:02X}", field=f"[{position}]")
        behaviours[name] = {action: bool(bits & mask) for action, mask in _ACTIONS.items()}
    return behaviours


def event_behaviours_values(parts: Values) -> tuple[Value, ...]:
    """The way back from `event_behaviours`, in the order of MMC."""
    events: list[Value] = []
    for code in ALERT_EVENTS:
        switches = parts.get(f"x{code:04X}")
        if switches is not None:
            chosen = as_struct(switches)
            bits = sum(mask for action, mask in _ACTIONS.items() if chosen.get(action))
            events.append({"event_id": code, "configuration": bits})
    return (events,)
