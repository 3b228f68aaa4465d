"""The Communications Hub Function: whitelist and device log, sub-GHz settings, its own logs.

In: identity, keys, trust anchors. Out: a `Device`. The device log is a COSEM object of its own
(ZigBee coordinator): a Command adds, removes, restores, reads. What was removed goes to the historic
log of 15, the oldest of which gives way (reference `gbcs.md` §k.6). A device that is only on the
whitelist has no link key yet; where its hash is asked for, 16 zero octets stand.
A change of the log is told to the Access Control Broker (CS14), so are a new sub-GHz configuration
(DBCH09) and the assessment of a request to scan (DBCH08); everything else about sub-GHz is an
incident. Left out: joining over the radio, link quality.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Final

from dcc_sim.catalogue.objects import (
    DEVICE_IDENTITY,
    SUB_GHZ_CHANNEL,
    SUB_GHZ_CONFIGURATION,
    SUB_GHZ_LOG,
    SUB_GHZ_SCAN,
    ZIGBEE_COORDINATOR,
    ZIGBEE_COORDINATOR_HISTORIC,
)
from dcc_sim.catalogue.usecases import ALERTS
from dcc_sim.codec.shape import Value, as_bytes, as_list, as_struct
from dcc_sim.codec.times import NEVER, CosemDateTime
from dcc_sim.devices.access_items import TYPE_UNMATCHED
from dcc_sim.devices.anchors import TrustAnchors
from dcc_sim.devices.credentials import credential_deferred
from dcc_sim.devices.engine import Device
from dcc_sim.devices.holdings import holdings_of, initial_values
from dcc_sim.devices.log_reading import cosem_logs
from dcc_sim.devices.methods import class_methods
from dcc_sim.devices.model import Execution, FutureAlert, Handler, ItemFailed, Kind, Live, Method, Model
from dcc_sim.devices.profiles.any_device import common_exchanges, pinned_or
from dcc_sim.devices.store import CosemAttribute, Key, Record
from dcc_sim.devices.timekeeping import DeviceClock
from dcc_sim.gbcs.keys import KeyRing
from dcc_sim.ids import DeviceType, Eui64, OriginatorCounter

FIRST_ALERT_COUNTER: Final = 0xFA0
CAPACITY: Final = 16
_PAGES: Final = (28, 29, 30, 31)
"""Channel pages of the sub-GHz bands: 5 bits, then one for each channel, channel 0 last."""
HISTORIC_CAPACITY: Final = 15

DEVICES: Final = Record("CHF device log")
HISTORIC: Final = Record("CHF historic device log")
NETWORK: Final = Record("extended PAN id")
ACTIVE_DEVICES: Final = CosemAttribute(ZIGBEE_COORDINATOR, 4)

_NO_KEY: Final = bytes(16)
_LOG_CHANGED: Final = 0x8F12
_SCAN_STARTED: Final = 0x8F27
_SCAN_ASSESSED: Final = 0x8F28
_CONFIGURED: Final = 0x8F2A
_INSUFFICIENT: Final = 2
"""temporary-failure: there is no room for another device. No source names the code."""
_UNKNOWN_LINK: Final[Mapping[str, Value]] = {
    "status": "00000000",
    "max_rssi": 0,
    "average_rssi": 0,
    "min_rssi": 0,
    "max_lqi": 0,
    "average_lqi": 0,
    "min_lqi": 0,
    "last_communication": NEVER,
    "hops": 0,
    "transmission_failures": 0,
    "transmission_successes": 0,
    "application_version": 0,
    "stack_version": 0,
}


def make_chf(
    eui: Eui64,
    *,
    keys: KeyRing,
    trust_anchors: TrustAnchors,
    own_counter: OriginatorCounter = FIRST_ALERT_COUNTER,
) -> Device:
    """A CHF with an empty device log; its network is named by its own EUI."""
    model = Model(kind=chf_kind(), clock=DeviceClock())
    return Device(eui, model, keys=keys, trust_anchors=trust_anchors, own_counter=own_counter)


_IDENTITY: Final = CosemAttribute(DEVICE_IDENTITY, 2)


@cache
def chf_kind() -> Kind:
    """What all CHFs share."""
    kind = DeviceType.CHF
    return Kind(
        device_type=kind,
        future_alert=FutureAlert(ALERTS["FutureDatedAlert-DLMS"], CosemDateTime.at, lambda _: {}),
        initial=_initial(),
        live={
            **cosem_logs(),
            _IDENTITY: pinned_or(_IDENTITY, lambda model, _: model.credentials.eui.octets),
            ACTIVE_DEVICES: Live(_read_active, _load_active),
        },
        writes=_settings(),
        methods=class_methods(holdings_of(kind).methods) | _coordinator_methods(),
        exchanges=common_exchanges(kind),
        deferred=credential_deferred(),
    )


@cache
def _initial() -> Mapping[Key, Value]:
    known: dict[str, Value] = {"firmware_version": bytes.fromhex("00000001")}
    values = initial_values(holdings_of(DeviceType.CHF), known)
    values[CosemAttribute(SUB_GHZ_LOG, 2)] = []
    values[CosemAttribute(SUB_GHZ_CHANNEL, 2)] = f"{_PAGES[0]:05b}{1:027b}"
    settings = CosemAttribute(SUB_GHZ_CONFIGURATION, 2)
    masks = {f"page_{page}_mask": f"{page:05b}{0:027b}" for page in _PAGES}
    values[settings] = {**as_struct(values[settings]), **masks}
    return MappingProxyType(values)


def _devices(model: Model, log: Record = DEVICES) -> list[Mapping[str, Value]]:
    return [as_struct(entry) for entry in as_list(model.store.get(log, ()))]


def _hold(model: Model, entries: list[Mapping[str, Value]], log: Record = DEVICES) -> None:
    model.store.write(log, entries)


def _read_active(model: Model, _: datetime) -> Value:
    return [{"device": d["device"], **{k: d[k] for k in _UNKNOWN_LINK}} for d in _devices(model)]


def _load_active(model: Model, value: Value) -> None:
    _hold(model, [{"hashed_link_key": _NO_KEY, **as_struct(entry)} for entry in as_list(value)])


def _coordinator_methods() -> dict[CosemAttribute, Method]:
    return {
        CosemAttribute(ZIGBEE_COORDINATOR, 1): Method(_add),
        CosemAttribute(ZIGBEE_COORDINATOR, 2): Method(_remove),
        CosemAttribute(ZIGBEE_COORDINATOR, 5): Method(_restore),
        CosemAttribute(ZIGBEE_COORDINATOR, 4): _backup(DEVICES),
        CosemAttribute(ZIGBEE_COORDINATOR_HISTORIC, 4): _backup(HISTORIC),
    }


def _add(run: Execution, value: Value) -> None:
    added, model = as_struct(value), run.model
    entries = [entry for entry in _devices(model) if entry["device"] != added["device"]]
    if len(entries) >= CAPACITY:
        raise ItemFailed(_INSUFFICIENT, "the device log is full")
    _hold(model, [*entries, {**_UNKNOWN_LINK, "hashed_link_key": _NO_KEY, **added}])
    _report_change(run)


def _remove(run: Execution, value: Value) -> None:
    model = run.model
    entries = _devices(model)
    removed = [entry for entry in entries if entry["device"] == value]
    _hold(model, [entry for entry in entries if entry["device"] != value])
    kept = [entry for entry in _devices(model, HISTORIC) if entry["device"] != value]
    _hold(model, [*kept, *removed][-HISTORIC_CAPACITY:], HISTORIC)
    _report_change(run)


def _restore(run: Execution, value: Value) -> None:
    restored = as_struct(value)
    entries = [as_struct(entry) for entry in as_list(restored["devices"])]
    if len({entry["device"] for entry in entries}) != len(entries):
        raise ItemFailed(TYPE_UNMATCHED, "a device stands in the log twice")
    run.model.store.write(NETWORK, restored["extended_pan_id"])
    _hold(run.model, [{**_UNKNOWN_LINK, **entry} for entry in entries])
    _report_change(run)


def _report_change(run: Execution) -> None:
    model = run.model
    backup: Value = {
        "backup_time": CosemDateTime.at(model.clock.at(run.now).replace(microsecond=0)),
        "extended_pan_id": model.store.get(NETWORK, model.credentials.eui.octets),
        "devices": [
            {
                "device_id": entry["device"],
                # Empty as long as the device has no trust centre link key.
                "hashed_link_key": b"" if entry["hashed_link_key"] == _NO_KEY else entry["hashed_link_key"],
            }
            for entry in _devices(model)
        ],
    }
    model.report(_LOG_CHANGED, run.now, content={"device_log": backup})


def _settings() -> dict[CosemAttribute, Handler]:
    """Sets that are worth an alert: the sub-GHz configuration, a scan."""
    return {
        CosemAttribute(SUB_GHZ_CONFIGURATION, 2): _configure,
        CosemAttribute(SUB_GHZ_SCAN, 2): _scan,
    }


def _configure(run: Execution, value: Value) -> None:
    run.model.write(CosemAttribute(SUB_GHZ_CONFIGURATION, 2), value)
    run.model.report(_CONFIGURED, run.now, content={"sub_ghz_configuration": value})


def _scan(run: Execution, value: Value) -> None:
    run.model.write(CosemAttribute(SUB_GHZ_SCAN, 2), value)
    # The request is assessed at once, and nothing speaks against it (outcome and reason of the vector).
    assessed: Value = {"outcome": b"\x00", "reason": b"\x00"}
    run.model.report(_SCAN_ASSESSED, run.now, content={"assessment": assessed}, data=bytes(2))
    run.model.report(_SCAN_STARTED, run.now)


def _backup(log: Record) -> Method:
    def handle(run: Execution, _: Value) -> Value:
        model = run.model
        return {
            "time": CosemDateTime.at(model.clock.at(run.now)),
            "extended_pan_id": model.store.get(NETWORK, model.credentials.eui.octets),
            "devices": [
                {name: entry[name] for name in ("device", "hashed_link_key")}
                for entry in _devices(model, log)
            ],
        }

    def load(model: Model, value: Value) -> datetime | None:
        backup = as_struct(value)
        model.store.write(NETWORK, backup["extended_pan_id"])
        _hold(model, [{**_UNKNOWN_LINK, **as_struct(e)} for e in as_list(backup["devices"])], log)
        return CosemDateTime(as_bytes(backup["time"])).moment

    return Method(handle, load)
