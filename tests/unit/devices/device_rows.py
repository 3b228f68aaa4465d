"""Any Command to any device: one device of each kind with one EUI, and frames made by table rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from device_bench import ACB, ESME, KEYS, NETWORK, START, SUPPLIER

from dcc_sim.catalogue.row import Guard, Protection, UseCase
from dcc_sim.catalogue.usecases import USE_CASES
from dcc_sim.codec.shape import Value
from dcc_sim.devices.credentials import MODES
from dcc_sim.devices.engine import Device
from dcc_sim.devices.profiles import make_chf, make_esme, make_gpf, make_gsme, make_hcalcs, make_ppmid
from dcc_sim.gbcs.header import GroupingHeader
from dcc_sim.gbcs.protection import protect, signed
from dcc_sim.ids import CraFlag, DeviceType, Eui64, RemotePartyRole
from dcc_sim.transform.message import build_command

DEVICE = ESME
ANCHORS = {
    **dict.fromkeys(RemotePartyRole, SUPPLIER),
    RemotePartyRole.ACCESS_CONTROL_BROKER: ACB,
    RemotePartyRole.NETWORK_OPERATOR: NETWORK,
}
VARIANTS = ("single", "twin", "polyphase")


def make(kind: DeviceType, variant: str = "single") -> Device:
    """A device that trusts the supplier, network and ACB of the bench in every role."""
    shared = {"keys": KEYS, "trust_anchors": ANCHORS}
    match kind:
        case DeviceType.ESME:
            return make_esme(DEVICE, seed=1, started_at=START, variant=variant, **shared)  # type: ignore[arg-type]
        case DeviceType.GSME:
            return make_gsme(DEVICE, seed=1, started_at=START, **shared)  # type: ignore[arg-type]
        case DeviceType.GPF:
            return make_gpf(DEVICE, **shared)  # type: ignore[arg-type]
        case DeviceType.CHF:
            return make_chf(DEVICE, **shared)  # type: ignore[arg-type]
        case DeviceType.PPMID:
            return make_ppmid(DEVICE, **shared)  # type: ignore[arg-type]
        case _:
            return make_hcalcs(DEVICE, **shared)  # type: ignore[arg-type]


def originator(row: UseCase) -> Eui64:
    """Somebody whom the devices of this module trust in a role of the use case."""
    return ANCHORS[row.roles[0]]


def askable() -> Iterator[UseCase]:
    """The use cases that a remote party may send."""
    return (row for row in USE_CASES.values() if row.roles)


def command(
    row: UseCase, values: Mapping[str, Value], counter: int, protection: Protection | None = None
) -> bytes:
    """A finished Command; what an ASN.1 payload repeats of its header and code is put right."""
    wanted = (protection or row.protections[0]).command
    values = dict(values)
    if "originator_counter" in values:
        values["originator_counter"] = counter
    control = values.get("authorising_remote_party_control")
    if isinstance(control, Mapping):
        values["authorising_remote_party_control"] = {
            **control,
            "authorising_remote_party_seq_number": counter,
            "credentials_replacement_mode": MODES[row.message_code],
        }
    header = GroupingHeader(
        cra=CraFlag.COMMAND,
        counter=counter,
        originator=originator(row),
        target=DEVICE,
        message_code=row.message_code,
    )
    frame = build_command(header, row, values)
    frame = signed(frame, KEYS) if Guard.SIGNATURE in wanted else frame.with_signature(b"")
    return (protect(frame, KEYS, ACB) if Guard.MAC in wanted else frame).encode()
