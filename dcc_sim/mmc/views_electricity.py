"""The named functions of the MMC tables of an ESME: registers, calendars, settings; each with its way back.

In: decoded values. Out: named parts that rows can say; and for the way back, parts to values. Each
raises EncodeError for what its schema cannot express. Left out: element names; what an ESME
switches (`views_load`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dcc_sim.codec.shape import Value, Values, as_bytes, as_int, as_list, as_struct, as_text, in_range
from dcc_sim.codec.times import CosemDate
from dcc_sim.errors import EncodeError

_BLOCKS: Final = 4
_PER_BLOCK: Final = 8


def block_matrices(values: Value) -> Values:
    """64 values as, for each of four blocks, 8 registers and 8 counters (page ECS17e, SMETS 5.7.5.35)."""
    listed = as_list(values)
    size = _BLOCKS * 2 * _PER_BLOCK
    in_range(len(listed), size, size)
    parts = [listed[n : n + _PER_BLOCK] for n in range(0, size, _PER_BLOCK)]
    return {
        "blocks": [{"registers": parts[2 * n], "counters": parts[2 * n + 1]} for n in range(_BLOCKS)],
    }


def block_matrices_values(parts: Values) -> tuple[Value, ...]:
    """The way back from `block_matrices`."""
    values: list[Value] = []
    for item in as_list(parts.get("blocks")):
        block = as_struct(item)
        values += [*as_list(block.get("registers")), *as_list(block.get("counters"))]
    size = _BLOCKS * 2 * _PER_BLOCK
    in_range(len(values), size, size)
    return (values,)


_START: Final = 1
_END: Final = 2


def demand_period(entries: Value) -> Values:
    """The configurable demand period: script 1 is its start, 2 its end (SMETS 5.7.4.26, page ECS37).

    What else the entries have are constants and their own numbers.
    """
    times: dict[int, Value] = {}
    for item in as_list(entries):
        entry = as_struct(item)
        times[as_int(entry.get("script"))] = entry.get("switch_time")
    if times.keys() != {_START, _END}:
        raise EncodeError("the schema needs a start and an end", field="")
    return {"start": times[_START], "end": times[_END]}


def demand_period_values(parts: Values) -> tuple[Value, ...]:
    """The way back from `demand_period`: the start is entry 1, the end entry 2 (vectors)."""
    ends = ((_START, parts.get("start")), (_END, parts.get("end")))
    return ([{"index": script, "script": script, "switch_time": time} for script, time in ends],)


def power_thresholds(thresholds: Value) -> Values:
    """Low to medium, then medium to high (SMETS 5.7.4, page ECS26f)."""
    listed = as_list(thresholds)
    in_range(len(listed), 2, 2)
    return {"low_medium": listed[0], "medium_high": listed[1]}


def power_thresholds_values(parts: Values) -> tuple[Value, ...]:
    """The way back from `power_thresholds`."""
    return ([parts.get("low_medium"), parts.get("medium_high")],)


_MPAN: Final = 13


def mpans(octets: Value) -> Values:
    """One MPAN of 13 characters, or that of the primary and then that of the secondary element."""
    both = as_bytes(octets)
    parts: dict[str, Value] = {"primary": both[:_MPAN]}
    if len(both) > _MPAN:
        parts["secondary"] = both[_MPAN:]
    return parts


def mpans_values(parts: Values) -> tuple[Value, ...]:
    """The way back from `mpans`."""
    primary, secondary = as_bytes(parts.get("primary")), parts.get("secondary")
    if secondary is None:
        return (primary,)
    in_range(len(primary), _MPAN, _MPAN)
    return (primary + as_bytes(secondary),)


_ANY_YEAR: Final = 0xFFFF
_ANY: Final = 0xFF
_MONTHS: Final = 12
_REPEATS: Final = {1: "yearly", 2: "six_monthly", 4: "quarterly"}
"""Times a year to the periodicity whose dates have a month."""


def billing_periodicity(times: Value) -> Values:
    """Execution times of the billing calendar as one time of day and a periodicity.

    One date without day, with weekday, day, or day and month is daily, weekly, monthly, yearly; two
    and four dates 6 and 3 months apart are six-monthly and quarterly, the first one first (vectors
    of ECS30a and ECS26l for quarterly, of ECS26d for monthly; the others by the Blue Book's
    wildcards).
    """
    entries = [as_struct(item) for item in as_list(times)]
    clock = {as_bytes(entry.get("time")) for entry in entries}
    dates = [as_bytes(entry.get("date")) for entry in entries]
    if len(clock) != 1 or any(len(d) != 5 or int.from_bytes(d[:2], "big") != _ANY_YEAR for d in dates):
        raise EncodeError("the dates of a billing calendar have one time of day and no year")
    months, days, weekdays = (tuple(date[n] for date in dates) for n in (2, 3, 4))
    parts: dict[str, Value] = {"time": entries[0].get("time")}
    if len(set(days)) != 1 or len(set(weekdays)) != 1:
        raise EncodeError("the dates of a billing calendar differ in more than the month")
    month, day, weekday = months[0], days[0], weekdays[0]
    if month != _ANY and weekday == _ANY and len(dates) in _REPEATS:
        if months != _every(month, len(dates)):
            raise EncodeError(f"months {', '.join(map(str, months))} are no even parts of a year")
        return parts | {_REPEATS[len(dates)]: {"day": day, "month": month}}
    if month != _ANY or len(dates) > 1 or _ANY not in (day, weekday):
        raise EncodeError(f"{', '.join(d.hex() for d in dates)} is no periodicity of the schema")
    if weekday != _ANY:
        return parts | {"weekly": weekday}
    return parts | ({"monthly": day} if day != _ANY else {"daily": True})


def billing_periodicity_values(parts: Values) -> tuple[Value, ...]:
    """The way back from `billing_periodicity`."""
    time = parts.get("time")
    for count, name in _REPEATS.items():
        if name in parts:
            start = as_struct(parts[name])
            months = _every(as_int(start.get("month")), count)
            return ([_billed(time, month, as_int(start.get("day")), _ANY) for month in months],)
    if "weekly" in parts:
        return ([_billed(time, _ANY, _ANY, as_int(parts["weekly"]))],)
    return ([_billed(time, _ANY, as_int(parts["monthly"]) if "monthly" in parts else _ANY, _ANY)],)


def _every(month: int, count: int) -> tuple[int, ...]:
    return tuple((month - 1 + n * _MONTHS // count) % _MONTHS + 1 for n in range(count))


def _billed(time: Value, month: int, day: int, weekday: int) -> Value:
    return {"time": time, "date": CosemDate(_ANY_YEAR.to_bytes(2, "big") + bytes((month, day, weekday)))}


_CREDITS: Final = bytes.fromhex("0000130A")
_CHARGES: Final = bytes.fromhex("00001314")
_LAST: Final = b"\xff"
_BALANCE, _EMERGENCY, _ACCUMULATED = 0, 1, 2
_TIME_DEBTS: Final = (1, 2)
_LEAST_OF_PREPAYMENT: Final = 4
"""Credit mode has two or three entries (vectors of ECS02)."""


def charges_mode(charges: Value) -> Values:
    """The payment mode that goes with the configured charges: credit has only those of the balance."""
    return {"mode": "Credit" if len(_collections(charges)) < _LEAST_OF_PREPAYMENT else "Prepayment"}


def debt_suspension(charges: Value) -> Values:
    """Which charge is taken from which credit, as the two suspensions of time debt; none in credit mode.

    GBCS 18.2.1 has five values; what the published frames show of them: the last of the three bits
    of both time debts against the meter balance and emergency credit is 0 where debt is suspended
    while supply is disabled (0-0:19.10.0, .1 with 0-0:19.20.1, .2), and time debts are also charged
    to the accumulated debt (0-0:19.10.2) where debt is suspended in emergency credit. The latter is
    uncertain: no published frame has it otherwise.
    """
    bits = _collections(charges)
    if len(bits) < _LEAST_OF_PREPAYMENT:
        return {}
    against = ((credit, debt) for credit in (_BALANCE, _EMERGENCY) for debt in _TIME_DEBTS)
    collected = [bits[key] for key in against if key in bits]
    return {
        "disabled": bool(collected) and all(flags.endswith("0") for flags in collected),
        "emergency": all((_ACCUMULATED, debt) in bits for debt in _TIME_DEBTS),
    }


def _collections(charges: Value) -> dict[tuple[int, int], str]:
    bits: dict[tuple[int, int], str] = {}
    for item in as_list(charges):
        entry = as_struct(item)
        credit, charge = as_bytes(entry.get("credit")), as_bytes(entry.get("charge"))
        if credit[:4] != _CREDITS or charge[:4] != _CHARGES or credit[5:] != _LAST or charge[5:] != _LAST:
            raise EncodeError(f"{credit.hex()} with {charge.hex()} is no credit and charge of GBCS")
        bits[credit[4], charge[4]] = as_text(entry.get("collection"))
    return bits


_SETTINGS: Final = 256


def alert_settings(prefix: int, codes: Sequence[str], bits: Value) -> dict[str, Value]:
    """256 bits, bit 0 last, as enabled or not by code; bit n stands for `prefix` and n (page ECS25r1).

    A bit that is set for a code without an element in the schema would be lost, so it is refused.
    """
    text = as_text(bits)
    in_range(len(text), _SETTINGS, _SETTINGS)
    known = {f"x{prefix << 8 | n:04X}": text[_SETTINGS - 1 - n] == "1" for n in range(_SETTINGS)}
    unknown = [name for name, enabled in known.items() if enabled and name not in codes]
    if unknown:
        raise EncodeError(f"the schema has no element for {', '.join(unknown)}")
    return {name: known[name] for name in codes}


def alert_settings_bits(prefix: int, parts: Values) -> str:
    """The way back from `alert_settings`; what is not named is off."""
    enabled = {int(name[1:], 16) & 0xFF for name, value in parts.items() if value}
    wrong = [name for name in parts if int(name[1:], 16) >> 8 != prefix]
    if wrong:
        raise EncodeError(f"{', '.join(wrong)} does not start with {prefix:02X}")
    return "".join("1" if n in enabled else "0" for n in range(_SETTINGS - 1, -1, -1))


def _codes(texts: str) -> tuple[str, ...]:
    return tuple(f"x{text}" for text in texts.split())


SUPPLIER_CODES: Final = _codes(
    "810D 810E 8119 8145 8154 8155 8161 8162 8168 8183 81A0 81A1 81A2 81A3 81A4 81A5 81A6 81A7 81A8 81A9 "
    "81AA 81AB 81AC 81AD 81AE 81AF 81B0 81B1 81B2 81B3 81B8 81B9 81BA 81BB 81BC 81BD 81BE 81C0 81C1 81C4 "
    "81C5 81C6"
)
SUPPLIER_POLYPHASE_CODES: Final = _codes("81B7")
NETWORK_CODES: Final = _codes("8014 8015")
NETWORK_SINGLE_PHASE_CODES: Final = _codes("8002 8006 8020 8024 8028 802C 8085 8089 808D 8091 8095 8099 8010")
NETWORK_POLYPHASE_CODES: Final = _codes(
    "8003 8004 8005 8007 8008 8009 8021 8022 8023 8025 8026 8027 8029 802A 802B 802D 802E 802F 8086 8087 "
    "8088 808A 808B 808C 808E 808F 8090 8092 8093 8094 8096 8097 8098 809A 809B 809C 8011 8016 8013"
)
_SUPPLIER: Final = 0x81
_NETWORK: Final = 0x80


def supplier_settings(bits: Value) -> Values:
    """The alerts and events of a Supplier: enabled or not, those of polyphase meters apart."""
    found = alert_settings(_SUPPLIER, (*SUPPLIER_CODES, *SUPPLIER_POLYPHASE_CODES), bits)
    return {
        "common": {name: found[name] for name in SUPPLIER_CODES},
        "polyphase": {name: found[name] for name in SUPPLIER_POLYPHASE_CODES},
    }


def supplier_settings_values(parts: Values) -> tuple[Value, ...]:
    """The way back from `supplier_settings`."""
    return (alert_settings_bits(_SUPPLIER, _merged(parts)),)


def network_settings(bits: Value) -> Values:
    """The alerts and events of a Network Operator; the schema has those of one phase or of three.

    The bits do not say which meter it is: it has three phases when one of theirs is set.
    """
    every = (*NETWORK_CODES, *NETWORK_SINGLE_PHASE_CODES, *NETWORK_POLYPHASE_CODES)
    found = alert_settings(_NETWORK, every, bits)
    single = {name: found[name] for name in NETWORK_SINGLE_PHASE_CODES}
    three = {name: found[name] for name in NETWORK_POLYPHASE_CODES}
    if any(single.values()) and any(three.values()):
        raise EncodeError("the schema has settings of one phase or of three, not both")
    phases = {"three_phases": three} if any(three.values()) else {"one_phase": single}
    return {"common": {name: found[name] for name in NETWORK_CODES}, **phases}


def network_settings_values(parts: Values) -> tuple[Value, ...]:
    """The way back from `network_settings`."""
    return (alert_settings_bits(_NETWORK, _merged(parts)),)


def _merged(parts: Values) -> Values:
    merged: dict[str, Value] = {}
    for group in parts.values():
        merged |= as_struct(group)
    return merged
