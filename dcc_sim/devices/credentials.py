"""Commands about trust anchor cells: CS02a, CS02f (read), CS02b, CS02g (replace).

In: certificates, cells, counter floors. Out: a status per cell or role, changed cells and counters.
Each cell is replaced or left alone by itself. Source: reference `gbcs.md` §c, §f (GBCS 13.2, 13.3).
Where sources are silent: floors are set when at least one cell was replaced; a clock that is not
reliable cannot check the time of certificates. Left out: the device's own keys (`own_keys`), what
is checked in a certificate (`certificates`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from dcc_sim.catalogue.usecases import ALERTS
from dcc_sim.catalogue.usecases.asn1_credentials import CS02A, CS02F, UPDATES
from dcc_sim.codec.shape import Value, Values, as_bytes, as_int, as_list, as_moment, as_struct
from dcc_sim.devices.agenda import Pending
from dcc_sim.devices.anchors import CERTIFYING, Anchor, Cell, Credentials
from dcc_sim.devices.billing import CHANGE_OF_SUPPLIER
from dcc_sim.devices.certificates import (
    NO_TRUST_ANCHOR,
    Trust,
    Unacceptable,
    acceptable,
    itself,
)
from dcc_sim.devices.firmware import NEVER
from dcc_sim.devices.holdings import holdings_of
from dcc_sim.devices.logs import LogEntry
from dcc_sim.devices.model import DeferredCommand, Exchange, Execution, Fault, Model
from dcc_sim.devices.store import Deferred, Record
from dcc_sim.devices.timekeeping import ClockStatus
from dcc_sim.gbcs.header import GroupingHeader
from dcc_sim.gbcs.utrn import CounterCache
from dcc_sim.ids import DeviceType, Eui64, MessageCode, RemotePartyRole

CREDENTIALS_CHANGED: Final = 0x8F70
SUCCESS: Final = 0
INSUFFICIENT_MEMORY: Final = 17
NOT_FOUND: Final = 25
OTHER: Final = 127

MODES: Final = {row.message_code: mode for mode, row in enumerate(UPDATES)}
"""Message code to replacement mode: the table has one row for each mode, in order."""
_ANY: Final = frozenset(range(128))
_REPLACEABLE: Final[Mapping[int, frozenset[int]]] = {
    0: frozenset({0}),
    1: frozenset({0}),
    2: frozenset({2}),
    3: frozenset({3}),
    4: frozenset({4}),
    5: frozenset({6}),
    6: frozenset({5}),
    7: frozenset({2}),
    8: _ANY - {0},
    9: _ANY,
    10: frozenset({8}),
    11: frozenset({8}),
}
"""Roles whose cells each mode may replace (reference `gbcs.md` §f, names of the modes)."""
_CONTINGENCY: Final = 9
_LOAD_CONTROLLER_MODES: Final = (10, 11)
_BROKER: Final = RemotePartyRole.ACCESS_CONTROL_BROKER
_UNNAMED: Final = {_CONTINGENCY: RemotePartyRole.ROOT}
"""Whose floor a Command sets that names no cell to authorise it; of other modes the ACB's."""
_ROOT: Final = Cell(RemotePartyRole.ROOT, CERTIFYING)
_NOBODY: Final = Anchor(Eui64(bytes(8)), bytes(8))
_ANOTHER_ROOT: Final = Anchor(Eui64(bytes(8)), b"\x40" + bytes(7))
_ROLES: Final = frozenset(int(role) for role in RemotePartyRole)
_PATH: Final = "certification_path_certificates"
_CONTROL: Final = "authorising_remote_party_control"
_AUTHORISER: Final = "authorising_remote_party_ta_cell_identifier"


def credential_exchanges(device_type: DeviceType) -> dict[MessageCode, Exchange]:
    """The exchanges about trust anchors that a type of device has."""
    read = Exchange(_read_details, _load_details, _details_faults)
    update = Exchange(_update, _load_update, _update_faults, _check_update)
    found = {CS02A.message_code: read, CS02F.message_code: read}
    found |= dict.fromkeys((row.message_code for row in UPDATES), update)
    return {code: exchange for code, exchange in found.items() if code in holdings_of(device_type).exchanges}


def credential_deferred() -> dict[MessageCode, DeferredCommand]:
    """Updates that waited for their moment."""
    found: dict[MessageCode, DeferredCommand] = {}
    for code, mode in MODES.items():
        name = "CS02g" if mode in _LOAD_CONTROLLER_MODES else "CS02b"
        found[code] = DeferredCommand(ALERTS[f"FutureDatedAlert-{name}"], _come_due)
    return found


# ------------------------------------------------------------------------------ reading: CS02a, CS02f


def _read_details(run: Execution, values: Values) -> Values:
    roles = as_list(values["remote_party_roles_credentials_required"])
    details: list[Value] = []
    for index, role in enumerate(roles):
        fault = run.fault_at(index)
        details.append(
            _details(run.model.credentials, as_int(role))
            if fault is None
            else {"remote_party_role": role, "status_code": fault.code}
        )
    return {"remote_party_details": details}


def _details(credentials: Credentials, role: int) -> Value:
    held = [(cell, credentials.anchor(cell)) for cell in credentials.cells if cell.role == role]
    found = [(cell, anchor) for cell, anchor in held if anchor is not None]
    if not found:
        return {"remote_party_role": role, "status_code": NOT_FOUND}
    return {
        "remote_party_role": role,
        "status_code": SUCCESS,
        "current_seq_number": credentials.counters.get((RemotePartyRole(role), ""), 0),
        "trust_anchor_cell_details": [
            {
                "key_usage": cell.key_usage,
                "cell_usage": cell.cell_usage,
                "subject_unique_id": anchor.holder.octets,
                "subject_key_identifier": anchor.key_identifier,
            }
            for cell, anchor in found
        ],
    }


def _load_details(model: Model, asked: Values, known: Values) -> None:  # noqa: ARG001
    credentials = model.credentials
    for detail in map(as_struct, as_list(known["remote_party_details"])):
        role = as_int(detail["remote_party_role"])
        for cell in credentials.cells:
            if cell.role == role:
                credentials.replace(cell, None)
        if detail["status_code"] != SUCCESS:
            continue
        credentials.counters[RemotePartyRole(role), ""] = as_int(detail["current_seq_number"])
        for one in map(as_struct, as_list(detail["trust_anchor_cell_details"])):
            cell = Cell(role, as_int(one["key_usage"]), as_int(one["cell_usage"]))
            holder = Eui64(as_bytes(one["subject_unique_id"]))
            credentials.replace(cell, Anchor(holder, as_bytes(one["subject_key_identifier"])))


def _details_faults(known: Values) -> tuple[Fault, ...]:
    statuses = [as_int(as_struct(d)["status_code"]) for d in as_list(known["remote_party_details"])]
    return tuple(Fault(n, status) for n, status in enumerate(statuses) if status not in (SUCCESS, NOT_FOUND))


# ---------------------------------------------------------------------------- replacing: CS02b, CS02g


def _check_update(values: Values, header: GroupingHeader) -> str:
    control = as_struct(values[_CONTROL])
    if control["credentials_replacement_mode"] != MODES[header.message_code]:
        return "the replacement mode is not that of the message code"
    if control["authorising_remote_party_seq_number"] != header.counter:
        return "the authorising party's counter is not that of the header"
    return ""


def _update(run: Execution, values: Values) -> Values:
    waiting = Deferred(run.row.message_code)
    at = values.get("execution_date_time")
    if at is None:
        run.model.cancel(waiting)
        done, outcome = _replace(run.model, values, run.now, run.faults)
        if not done:
            run.failed = "replacements"
        return {"command_accepted": None, "execution_outcome": outcome}
    if as_moment(at) >= NEVER:
        run.model.cancel(waiting)
        run.model.store.forget(_waiting(run.row.message_code))
    else:
        run.model.store.write(_waiting(run.row.message_code), values)
        run.model.agenda.plan(
            waiting,
            as_moment(at),
            position=0,
            message_code=run.row.message_code,
            counter=run.header.counter,
            commander=run.header.originator,
        )
    return {"command_accepted": None}


def _waiting(code: MessageCode) -> Record:
    return Record(f"credentials to come, {code}")


def _come_due(model: Model, due: Pending, now: datetime) -> tuple[bool, Values]:
    place = _waiting(due.message_code)
    values = as_struct(model.store.read(place))
    model.store.forget(place)
    done, outcome = _replace(model, values, now, ())
    return done, {"execution_outcome": outcome}


def _replace(model: Model, values: Values, now: datetime, faults: tuple[Fault, ...]) -> tuple[bool, Values]:
    """Whether every cell was replaced, and the ExecutionOutcome."""
    control = as_struct(values[_CONTROL])
    outcomes: list[Value] = []
    replaced, moved = 0, False
    for index, entry in enumerate(map(as_struct, as_list(values["replacements"]))):
        fault = next((f for f in faults if f.index == index), None)
        cell = cell_of(entry["target_trust_anchor_cell"])
        before = model.credentials.anchor(cell) or _NOBODY
        after, status = before, SUCCESS
        try:
            after = _new_anchor(model, values, cell, entry, now, fault)
        except Unacceptable as refusal:
            status = refusal.status
        else:
            model.credentials.replace(cell, after)
            replaced += 1
            if cell.role == RemotePartyRole.SUPPLIER and before.holder != _NOBODY.holder:
                moved |= before.holder != after.holder
        outcomes.append(
            {
                "affected_trust_anchor_cell": entry["target_trust_anchor_cell"],
                "status_code": status,
                "existing_subject_unique_id": before.holder.octets,
                "existing_subject_key_identifier": before.key_identifier,
                "replacing_subject_unique_id": after.holder.octets,
                "replacing_subject_key_identifier": after.key_identifier,
            }
        )
    changes = _floor_changes(control)
    if moved and model.meter is not None:
        model.meter.take_down(CHANGE_OF_SUPPLIER)
    if replaced:
        _set_floors(model.credentials, changes)
        model.security_log.add(LogEntry(CREDENTIALS_CHANGED, model.clock.at(now)))
    return replaced == len(outcomes), {
        "authorising_remote_party_seq_number": control["authorising_remote_party_seq_number"],
        "credentials_replacement_mode": control["credentials_replacement_mode"],
        "remote_party_seq_number_changes": changes,
        "replacement_outcomes": outcomes,
    }


def _new_anchor(
    model: Model, values: Values, cell: Cell, entry: Values, now: datetime, fault: Fault | None
) -> Anchor:
    credentials, control = model.credentials, as_struct(values[_CONTROL])
    if fault is not None:
        raise Unacceptable(fault.code, "failure injected")
    if cell not in credentials.cells:
        raise Unacceptable(NOT_FOUND, f"this device has no cell {cell}")
    if cell.role not in _REPLACEABLE[as_int(control["credentials_replacement_mode"])]:
        raise Unacceptable(OTHER, "this mode does not replace cells of that role")
    timed = control["apply_time_based_cpv_checks"] == 0 and model.clock.status is ClockStatus.RELIABLE
    anchors = [credentials.anchor(held) for held in credentials.cells]
    octets = as_bytes(entry["replacement_certificate"])
    root = credentials.anchor(_ROOT)
    if control["credentials_replacement_mode"] == _CONTINGENCY and cell == _ROOT:
        # The root of before is given up: whoever has the contingency key vouches for the new one.
        root = itself(octets)
    trust = Trust(root, tuple(a.certificate for a in anchors if a is not None and a.certificate))
    return acceptable(
        octets,
        cell,
        [as_bytes(one) for one in as_list(values[_PATH])],
        trust,
        model.clock.at(now) if timed else None,
    )


def _floor_changes(control: Values) -> list[Value]:
    changes: list[Value] = []
    floor = control.get("new_remote_party_floor_seq_number")
    if floor is not None:
        authoriser = control.get(_AUTHORISER)
        unnamed = _UNNAMED.get(as_int(control["credentials_replacement_mode"]), _BROKER)
        role = unnamed if authoriser is None else as_int(as_struct(authoriser)["remote_party_role"])
        change: dict[str, Value] = {"remote_party_role": int(role), "floor_seq_number": floor}
        special = control.get("new_remote_party_specialist_floor_seq_number")
        if special is not None:
            change["specialist_floor_seq_number"] = special
        changes.append(change)
    return changes + list(as_list(control.get("other_remote_party_seq_number_changes") or ()))


def _set_floors(credentials: Credentials, changes: list[Value]) -> None:
    """The counters of each role begin again at its floor; those of top-ups with a cache of their own."""
    for change in map(as_struct, changes):
        if as_int(change["remote_party_role"]) not in _ROLES:
            continue
        role = RemotePartyRole(as_int(change["remote_party_role"]))
        for counter in [cell for cell in credentials.counters if cell[0] is role]:
            del credentials.counters[counter]
        credentials.counters[role, ""] = as_int(change["floor_seq_number"])
        for special in map(as_struct, as_list(change.get("specialist_floor_seq_number") or ())):
            floor = as_int(special["seq_number"]) >> 32
            credentials.utrn_counters = CounterCache(floor=floor)


def cell_of(value: Value) -> Cell:
    """A cell as the wire names it."""
    parts = as_struct(value)
    return Cell(as_int(parts["remote_party_role"]), as_int(parts["key_usage"]), as_int(parts["cell_usage"]))


def _load_update(model: Model, asked: Values, known: Values) -> None:
    if "execution_outcome" not in known or _PATH not in asked:
        return
    credentials = model.credentials
    statuses: set[int] = set()
    for outcome in map(as_struct, as_list(as_struct(known["execution_outcome"])["replacement_outcomes"])):
        cell = cell_of(outcome["affected_trust_anchor_cell"])
        statuses.add(as_int(outcome["status_code"]))
        holder = Eui64(as_bytes(outcome["existing_subject_unique_id"]))
        identifier = as_bytes(outcome["existing_subject_key_identifier"])
        before = credentials.anchor(cell) or _NOBODY
        credentials.replaced[cell] = replace(before, holder=holder, key_identifier=identifier)
    if statuses == {NO_TRUST_ANCHOR}:
        credentials.replaced[_ROOT] = _ANOTHER_ROOT
    elif SUCCESS in statuses:
        # What was accepted before its time was accepted without looking at the time.
        model.clock.status = ClockStatus.UNRELIABLE


def _update_faults(known: Values) -> tuple[Fault, ...]:
    if "execution_outcome" not in known:
        return ()
    outcomes = as_list(as_struct(known["execution_outcome"])["replacement_outcomes"])
    codes = [as_int(as_struct(outcome)["status_code"]) for outcome in outcomes]
    if set(codes) == {NO_TRUST_ANCHOR}:
        return ()
    return tuple(Fault(index, code) for index, code in enumerate(codes) if code)
