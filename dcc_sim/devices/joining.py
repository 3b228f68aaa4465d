"""The device log of a device: who it has joined (GBCS 13.7, 13.8): CS03x, CS04x, CS07, GCS59.

In: the identity and type of the other device, a join method. Out: outcome codes, a changed log.
The log is a `Record`: a list of {device_id, device_type} in the order of joining, as on the wire.
Which method joins which types: reference `gbcs.md` §f, §k.7; outcomes of the talk over the HAN
(6–10, 12, 13) come from nowhere but an injected failure. Capacity: 16 entries, as the CHF's array;
no source gives another figure for the other devices.
Left out: the CHF's own log, which is a COSEM object (`profiles.chf`), link keys.
"""

from __future__ import annotations

from typing import Final

from cryptography import x509

from dcc_sim.codec.shape import Value, Values, as_bytes, as_int, as_list, as_struct
from dcc_sim.devices.holdings import holdings_of
from dcc_sim.devices.model import Exchange, Execution, Fault, Model
from dcc_sim.devices.store import Record
from dcc_sim.errors import KeyMissing
from dcc_sim.gbcs.keys import certificate_key
from dcc_sim.ids import DeviceType, Eui64, MessageCode

DEVICE_LOG: Final = Record("device log")
CAPACITY: Final = 16

TYPE_NUMBERS: Final = {
    DeviceType.GSME: 0,
    DeviceType.ESME: 1,
    DeviceType.CHF: 2,
    DeviceType.GPF: 3,
    DeviceType.HCALCS: 4,
    DeviceType.PPMID: 5,
    DeviceType.IHD: 6,
    DeviceType.CAD: 6,
}
"""DeviceType of the GBCS ASN.1 modules; IHD and CAD are both type 2 devices."""
_TYPES: Final = {number: kind for kind, number in reversed(TYPE_NUMBERS.items())}

_A_INITIATOR, _A_RESPONDER, _B, _C = range(4)
_JOIN_A1: Final = MessageCode(0x000D)
_JOIN_A2: Final = MessageCode(0x00AB)
_JOIN_B: Final = MessageCode(0x000E)
_JOIN_C: Final = MessageCode(0x00AF)
_METHOD_OF: Final = {
    _JOIN_A1: _A_INITIATOR,
    _JOIN_A2: _A_RESPONDER,
    _JOIN_B: _B,
    _JOIN_C: _C,
}
WRITE_FAILURES: Final = dict.fromkeys(_METHOD_OF, 5)
"""Message code to outcome where there is no room for the entry."""
_ESME, _GSME, _HCALCS, _PPMID = DeviceType.ESME, DeviceType.GSME, DeviceType.HCALCS, DeviceType.PPMID
_PARTNERS: Final = {
    (_A_INITIATOR, _ESME): {4, 5},
    (_A_RESPONDER, _HCALCS): {1},
    (_A_RESPONDER, _PPMID): {1},
    (_B, _ESME): {2, 3, 5, 6},
    (_B, _GSME): {2, 3},
    (_C, _GSME): {5},
    (_C, _PPMID): {0},
}
"""Who may join whom by which method: (method and role, own type) to types of the other device."""

NOT_JOINED, JOINED, NOT_UNJOINED, UNJOINED = 0x8F48, 0x8F49, 0x8F4A, 0x8F4B
GPF_LOG_CHANGED: Final = 0x8071
SUCCESS: Final = 0
_WRONG_CODE: Final = 1
_WRONG_ROLE: Final = 2
_INCOMPATIBLE: Final = 3
_FULL: Final = 4
_NO_CERTIFICATE: Final = 11
_NOT_JOINED: Final = 1
_UNEXPLAINED_JOIN: Final = frozenset({_WRONG_CODE, _WRONG_ROLE, 5, 6, 7, 8, 9, 10, _NO_CERTIFICATE, 12, 13})


def device_log(model: Model) -> list[Value]:
    """The entries, in the order of joining."""
    return list(as_list(model.store.get(DEVICE_LOG, ())))


def joined_type(model: Model, other: Eui64) -> DeviceType | None:
    """The type under which another device has joined, if it has."""
    for entry in map(as_struct, device_log(model)):
        if entry["device_id"] == other.octets:
            return _TYPES.get(as_int(entry["device_type"]))
    return None


def joining_exchanges(device_type: DeviceType) -> dict[MessageCode, Exchange]:
    """The exchanges about the device log that this type of device has."""
    join = Exchange(_join, _load_join, _join_faults)
    unjoin = Exchange(_unjoin, _load_unjoin, _unjoin_faults)
    read = Exchange(_read, _load_read, _read_faults)
    restore = Exchange(_restore, lambda *_: None, _restore_faults)
    known = {
        _JOIN_A1: join,
        _JOIN_A2: join,
        _JOIN_B: join,
        _JOIN_C: join,
        MessageCode(0x000F): unjoin,
        MessageCode(0x0010): unjoin,
        MessageCode(0x0013): read,
        MessageCode(0x008C): restore,
    }
    return {code: exchange for code, exchange in known.items() if code in holdings_of(device_type).exchanges}


def _join(run: Execution, values: Values) -> Values:
    fault = run.fault_at(0)
    code = fault.code if fault is not None else _join_outcome(run, values)
    other = Eui64(as_bytes(values["other_device_entity_identifier"]))
    run.model.report(JOINED if code == SUCCESS else NOT_JOINED, run.now, detail=str(other))
    if code == SUCCESS:
        _log_changed(run)
    return {"response_code": code}


def _log_changed(run: Execution) -> None:
    # The GPF's device log has a backup at the Access Control Broker (GCS62).
    if run.model.device_type is DeviceType.GPF:
        content: dict[str, Value] = {"device_log_entries": device_log(run.model)}
        run.model.report(GPF_LOG_CHANGED, run.now, content=content)


def _join_outcome(run: Execution, values: Values) -> int:
    model, method = run.model, as_int(values["join_method_and_role"])
    other_type = as_int(values["other_device_type"])
    if _METHOD_OF[run.row.message_code] != method:
        return _WRONG_CODE
    if other_type not in _PARTNERS.get((method, model.device_type), ()):
        return _WRONG_ROLE
    entry: Value = {"device_id": values["other_device_entity_identifier"], "device_type": other_type}
    log = device_log(model)
    found = next((e for e in log if as_struct(e)["device_id"] == as_struct(entry)["device_id"]), None)
    if found is not None and as_struct(found)["device_type"] != other_type:
        return _INCOMPATIBLE
    if found is None and len(log) >= CAPACITY:
        return _FULL
    if method == _C:
        octets = values.get("other_device_certificate")
        if octets is None:
            return _NO_CERTIFICATE
        try:
            certificate = x509.load_der_x509_certificate(as_bytes(octets))
            key = certificate_key(certificate)
        except (ValueError, KeyMissing):
            return _NO_CERTIFICATE
        other = Eui64(as_bytes(values["other_device_entity_identifier"]))
        model.credentials.agree_with(other, certificate, key)
    if found is None:
        model.store.write(DEVICE_LOG, [*log, entry])
    return SUCCESS


def _load_join(model: Model, asked: Values, known: Values) -> None:
    code, other = known.get("response_code"), asked.get("other_device_entity_identifier")
    kept = [e for e in device_log(model) if as_struct(e)["device_id"] != other]
    if code == _INCOMPATIBLE:
        another = (as_int(asked["other_device_type"]) + 1) % len(_TYPES)
        kept.append({"device_id": other, "device_type": another})
    elif code == _FULL:
        kept = [{"device_id": bytes(7) + bytes((n,)), "device_type": 6} for n in range(CAPACITY)]
    model.store.write(DEVICE_LOG, kept)


def _join_faults(known: Values) -> tuple[Fault, ...]:
    code = as_int(known["response_code"])
    return (Fault(0, code),) if code in _UNEXPLAINED_JOIN else ()


def _unjoin(run: Execution, values: Values) -> Values:
    fault = run.fault_at(0)
    code = fault.code if fault is not None else _unjoin_outcome(run, values)
    other = Eui64(as_bytes(values["other_device_entity_identifier"]))
    run.model.report(UNJOINED if code == SUCCESS else NOT_UNJOINED, run.now, detail=str(other))
    if code == SUCCESS:
        _log_changed(run)
    return {"response_code": code}


def _unjoin_outcome(run: Execution, values: Values) -> int:
    log = device_log(run.model)
    kept = [e for e in log if as_struct(e)["device_id"] != values["other_device_entity_identifier"]]
    if len(kept) == len(log):
        return _NOT_JOINED
    run.model.store.write(DEVICE_LOG, kept)
    return SUCCESS


def _load_unjoin(model: Model, asked: Values, known: Values) -> None:
    other = asked.get("other_device_entity_identifier")
    kept = [e for e in device_log(model) if as_struct(e)["device_id"] != other]
    if known.get("response_code") == SUCCESS:
        kept.append({"device_id": other, "device_type": TYPE_NUMBERS[DeviceType.IHD]})
    model.store.write(DEVICE_LOG, kept)


def _unjoin_faults(known: Values) -> tuple[Fault, ...]:
    code = as_int(known["response_code"])
    return (Fault(0, code),) if code not in (SUCCESS, _NOT_JOINED) else ()


def _read(run: Execution, values: Values) -> Values:  # noqa: ARG001
    fault = run.fault_at(0)
    if fault is not None:
        return {"response_code": fault.code}
    return {"response_code": SUCCESS, "device_log_entries": device_log(run.model)}


def _load_read(model: Model, _: Values, known: Values) -> None:
    model.store.write(DEVICE_LOG, known.get("device_log_entries") or [])


def _read_faults(known: Values) -> tuple[Fault, ...]:
    code = as_int(known["response_code"])
    return (Fault(0, code),) if code else ()


def _restore(run: Execution, values: Values) -> Values:
    log: list[Value] = []
    outcomes: list[Value] = []
    for index, entry in enumerate(as_list(values["device_log_entries"])):
        fault = run.fault_at(index)
        code = fault.code if fault is not None else SUCCESS if len(log) < CAPACITY else _FULL
        if code == SUCCESS:
            log.append(entry)
        else:
            run.failed = run.failed or "device_log_entries"
        outcomes.append({"device_log_entry": entry, "join_response_code": code})
    run.model.store.write(DEVICE_LOG, log)
    _log_changed(run)
    return {"restore_outcomes": outcomes}


def _restore_faults(known: Values) -> tuple[Fault, ...]:
    codes = [as_int(as_struct(o)["join_response_code"]) for o in as_list(known["restore_outcomes"])]
    return tuple(Fault(index, code) for index, code in enumerate(codes) if code)
