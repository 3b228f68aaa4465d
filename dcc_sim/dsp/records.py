"""Requests that the DCC answers out of its own records: inventory, notifications, status, schedules.

In: a request that was admitted and asks no device. Out: the `Response`; the records changed only when it
is a success. Facts: reference `duis.md` §9, §10, §12; meanings of service-specific codes are known for
12.2 alone, so all other refusals carry E100. Left out, by name: 8.6, 8.13, 11.1, 11.4, 12.1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from dcc_sim.codec.shape import as_bytes, as_struct
from dcc_sim.dsp.inventory import DeviceRecord, EsmeVariant, SmiStatus
from dcc_sim.dsp.schedules import MOST_SCHEDULES, Schedule, schedule_of
from dcc_sim.duis.names import sr
from dcc_sim.duis.response import Response, dcc_answer, done
from dcc_sim.duis.values import read_element
from dcc_sim.errors import AccessDenied, RequestInvalid, Unsupported
from dcc_sim.ids import DeviceType, Eui64, Mpxn
from dcc_sim.transform.message import Message

if TYPE_CHECKING:
    from dcc_sim.dsp.hub import Hub
    from dcc_sim.duis.request import ServiceRequest

_MOST_DEVICES: Final = 17
_DATES: Final = "dates of the schedule"
_IN_USE: Final = "E120201"
_TYPE_2: Final = frozenset({DeviceType.IHD, DeviceType.CAD})
_AGAIN: Final = frozenset({SmiStatus.DECOMMISSIONED, SmiStatus.WITHDRAWN})
_GONE: Final = frozenset({SmiStatus.DECOMMISSIONED})


def answer_from_records(hub: Hub, request: ServiceRequest, now: datetime) -> Response:
    """The answer of the DCC itself. Raises AccessDenied, RequestInvalid, Unsupported."""
    handler = _HANDLERS.get(request.variant.text)
    if handler is None:
        raise Unsupported(f"Service Request {request.variant} {request.name}")
    return handler(hub, request, now)


def changed_device(variant: str, command: Message) -> Eui64 | None:
    """The device whose status follows from a success: installed, joined, or let into the home network."""
    values = command.body.values
    match variant:
        case "8.1.1":
            return command.header.target
        case "8.7.1" | "8.7.2":
            return Eui64(as_bytes(values["other_device_entity_identifier"]))
        case "8.11" if "add_device" in values:
            return Eui64(as_bytes(as_struct(values["add_device"])["device"]))
        case _:
            return None


def _said(request: ServiceRequest, name: str) -> str | None:
    found = request.body.findtext(f".//{sr(name)}")
    return None if found is None else found.strip()


def _device(hub: Hub, request: ServiceRequest) -> DeviceRecord:
    """The device that the body names. Raises AccessDenied (E19), RequestInvalid."""
    return hub.inventory.device(_eui(request, "DeviceID"))


def _eui(request: ServiceRequest, name: str) -> Eui64:
    try:
        return Eui64.parse(_said(request, name) or "")
    except ValueError as error:
        raise RequestInvalid(str(error), rule="EUI-64", place=name) from error


def _mpxn(request: ServiceRequest, name: str) -> Mpxn:
    try:
        return Mpxn(_said(request, name) or "")
    except ValueError as error:
        raise RequestInvalid(str(error), rule="meter point", place=name) from error


def _responsible(hub: Hub, request: ServiceRequest, record: DeviceRecord) -> None:
    """Raises AccessDenied (E4) when the device has a registered meter point and it is another's."""
    registration = None if record.mpxn is None else hub.inventory.registrations.get(record.mpxn)
    user = request.request_id.originator
    if registration is not None and user not in (registration.supplier, registration.network):
        name = hub.inventory.party(user).name
        raise AccessDenied(
            f"{name} may not change {record.eui}: it is not registered at {registration.mpxn}",
            code="E4",
            rule="responsible party",
        )


# ---------------------------------------------------------------------------------------- inventory


def _read_inventory(hub: Hub, request: ServiceRequest, now: datetime) -> Response:
    """8.2: a device and those at its meter points, or all at one meter point."""
    records = list(hub.inventory.devices.values())
    if (eui := _said(request, "DeviceID")) is not None:
        asked = hub.inventory.device(Eui64.parse(eui))
        points = _points(asked)
        records = [r for r in records if r.eui == asked.eui or points & _points(r)]
    elif (point := _said(request, "MPxN")) is not None:
        records = [r for r in records if point in {str(p) for p in _points(r)}]
    else:
        records = []  # no home here says where it stands
    if not records:
        raise AccessDenied("nothing in the inventory fits", code="E080201", rule="inventory")
    devices = tuple(("Device", _on_record(record)) for record in records[:_MOST_DEVICES])
    return dcc_answer(request, "DSPInventory", devices, now)


def _points(record: DeviceRecord) -> set[Mpxn]:
    return {p for p in (record.mpxn, record.secondary, record.export) if p is not None}


def _on_record(record: DeviceRecord) -> tuple[Any, ...]:
    at = record.commissioned_at
    said: tuple[tuple[str, Any], ...] = (
        ("DeviceID", record.eui),
        ("DeviceType", record.type),
        ("DeviceStatus", None if record.type in _TYPE_2 else record.status.value),
        ("DeviceManufacturer", record.manufacturer),
        ("DeviceModel", record.model),
        ("DeviceFirmwareVersion", None if record.type in _TYPE_2 else record.firmware),
        ("DateCommissioned", None if at is None else at.date()),
        ("ImportMPxN", None if record.mpxn is None else str(record.mpxn)),
        ("SecondaryImportMPAN", None if record.secondary is None else str(record.secondary)),
        ("ExportMPAN", None if record.export is None else str(record.export)),
        ("ESMEVariant", None if record.variant is None else record.variant.letters),
        ("DeviceGBCSVersion", None if record.gbcs is None else str(record.gbcs)),
    )
    return tuple((name, value) for name, value in said if value is not None)


def _decommission(hub: Hub, request: ServiceRequest, now: datetime) -> Response:
    """8.3: whatever waits for the device goes with it."""
    record = _device(hub, request)
    _responsible(hub, request, record)
    if record.status in _GONE:
        raise AccessDenied(f"{record.eui} is {record.status.value} already", code="E5", rule="SMI status")
    hub.inventory.add([replace(record, status=SmiStatus.DECOMMISSIONED)])
    hub.diary.forget(record.eui)
    return done(request, now)


def _update(hub: Hub, request: ServiceRequest, now: datetime) -> Response:
    """8.4: status, details, a meter point; or the device is deleted."""
    record = _device(hub, request)
    _responsible(hub, request, record)
    is_hub = record.type is DeviceType.CHF
    for name, fits in (("UpdateDeviceStatusCH", is_hub), ("UpdateDeviceStatusExceptCH", not is_hub)):
        status = _said(request, name)
        if status is not None and not fits:
            raise RequestInvalid(f"{name} is not for a {record.type.value}", rule="device type", place=name)
        if status is not None:
            hub.inventory.add([replace(record, status=SmiStatus(status))])
    if _said(request, "DeleteDevice") is not None:
        del hub.inventory.devices[record.eui]
        hub.diary.forget(record.eui)
    changed = _details(request)
    for name, item in (
        ("ImportMPxN", "mpxn"),
        ("SecondaryImportMPAN", "secondary"),
        ("ExportMPAN", "export"),
    ):
        if _said(request, name) is not None:
            changed[item] = _mpxn(request, name)
    if changed:
        hub.inventory.add([replace(record, **changed)])
    return done(request, now)


def _details(request: ServiceRequest) -> dict[str, Any]:
    said = {
        "manufacturer": _said(request, "DeviceManufacturer"),
        "model": _said(request, "DeviceModel"),
        "firmware": _said(request, "FirmwareVersion"),
    }
    changed: dict[str, Any] = {name: text for name, text in said.items() if text is not None}
    variant = _said(request, "ESMEVariant")
    if variant is not None:
        changed["variant"] = EsmeVariant(variant)
    return changed


def _notify(hub: Hub, request: ServiceRequest, now: datetime) -> Response:
    """12.2: a device that will be installed; a hub brings its gas proxy with it."""
    eui, kind = _eui(request, "DeviceID"), DeviceType(_said(request, "DeviceType") or "")
    records = [DeviceRecord(eui=eui, type=kind, status=SmiStatus.PENDING, **_details(request))]
    if _said(request, "AssociatedGPFDeviceID") is not None:
        proxy = _eui(request, "AssociatedGPFDeviceID")
        records.append(replace(records[0], eui=proxy, type=DeviceType.GPF, variant=None))
    euis = [record.eui for record in records]
    for record in records:
        known = hub.inventory.devices.get(record.eui)
        taken = record.eui in hub.inventory.parties or euis.count(record.eui) > 1
        if taken or (known is not None and (known.status not in _AGAIN or known.type is not record.type)):
            raise AccessDenied(f"{record.eui} is already in use", code=_IN_USE, rule="identifier unused")
    hub.inventory.add(records)
    return done(request, now)


# ---------------------------------------------------------------------------------------- schedules


def _create_schedule(hub: Hub, request: ServiceRequest, now: datetime) -> Response:
    """5.1: runs from its first day on; those that would lie in the past are not made up for."""
    user = request.request_id.originator
    try:
        schedule = schedule_of(hub.diary.numbered + 1, user, request.body)
    except ValueError as error:
        raise RequestInvalid(str(error), rule=_DATES) from error
    if schedule.last is not None and schedule.last < schedule.first:
        raise RequestInvalid("it ends before it starts", rule=_DATES, place="ScheduleEndDate")
    while (run := schedule.next_run) is not None and run < now:
        schedule = replace(schedule, runs=schedule.runs + 1)
    if run is None:
        raise RequestInvalid("its last day is past", rule=_DATES, place="ScheduleEndDate")
    same = [s for s in hub.diary.schedules.values() if (s.user, s.device) == (user, schedule.device)]
    if len(same) >= MOST_SCHEDULES:
        raise RequestInvalid(
            f"there are {MOST_SCHEDULES} for the device already", rule="schedules of a device"
        )
    hub.diary.numbered = schedule.number
    hub.diary.schedules[schedule.number] = schedule
    return dcc_answer(request, "DSPScheduleID", schedule.number, now)


def _schedules(hub: Hub, request: ServiceRequest) -> list[Schedule]:
    """Those of the User that the body names. Raises AccessDenied when there is none."""
    number, eui = _said(request, "DSPScheduleID"), _said(request, "DeviceID")
    found = [
        schedule
        for schedule in hub.diary.schedules.values()
        if schedule.user == request.request_id.originator
        and (schedule.number == int(number) if number is not None else str(schedule.device) == eui)
    ]
    if not found:
        raise AccessDenied("there is no such schedule of this User", code="E100", rule="schedule known")
    return found


def _read_schedules(hub: Hub, request: ServiceRequest, now: datetime) -> Response:
    """5.2: what was asked for, as it was asked for."""
    read = tuple(
        ("DSPSchedules", (("DSPScheduleID", s.number), ("DSPScheduleDetails", _details_of(s))))
        for s in _schedules(hub, request)
    )
    return dcc_answer(request, "DSPSchedulesRead", read, now)


def _details_of(schedule: Schedule) -> tuple[Any, ...]:
    return read_element(schedule.details).children


def _delete_schedules(hub: Hub, request: ServiceRequest, now: datetime) -> Response:
    """5.3."""
    for schedule in _schedules(hub, request):
        del hub.diary.schedules[schedule.number]
    return done(request, now)


def _hub_status(status: SmiStatus | None) -> Callable[[Hub, ServiceRequest, datetime], Response]:
    """8.14: what an installer says of a hub, and what status that makes of it."""

    def handle(hub: Hub, request: ServiceRequest, now: datetime) -> Response:
        record = _device(hub, request)
        if record.type is not DeviceType.CHF:
            raise AccessDenied(f"{record.eui} is a {record.type.value}", code="E11", rule="device type")
        if status is not None and record.status in (SmiStatus.PENDING, SmiStatus.COMMISSIONED, *_AGAIN):
            if status is SmiStatus.INSTALLED and record.status is SmiStatus.COMMISSIONED:
                return done(request, now)
            hub.inventory.add([replace(record, status=status)])
        return done(request, now)

    return handle


_HANDLERS: Final[Mapping[str, Callable[[Hub, ServiceRequest, datetime], Response]]] = {
    "5.1": _create_schedule,
    "5.2": _read_schedules,
    "5.3": _delete_schedules,
    "8.2": _read_inventory,
    "8.3": _decommission,
    "8.4": _update,
    "8.14.1": _hub_status(SmiStatus.INSTALLED),
    "8.14.2": _hub_status(SmiStatus.INSTALLED),
    "8.14.3": _hub_status(SmiStatus.DECOMMISSIONED),
    "8.14.4": _hub_status(SmiStatus.DECOMMISSIONED),
    "12.2": _notify,
}
