"""Which use case answers which Service Request on which device type.

Facts from reference `duis.md` §27 and `gbcs-use-cases/`. A route may lead to a use case that has
no row yet; then `usecases.use_case` says so by name. Left out: Service Requests that are not
built (`requests`), the choice between use cases of one device type by what the body holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dcc_sim.errors import AccessDenied, Unsupported
from dcc_sim.ids import DeviceType, ServiceReferenceVariant


@dataclass(frozen=True, slots=True)
class Route:
    """Requests of one variant to these device types become this use case."""

    variant: str
    devices: tuple[DeviceType, ...]
    use_case: str


_ESME: Final = (DeviceType.ESME,)
_GSME: Final = (DeviceType.GSME,)
_GAS: Final = (DeviceType.GSME, DeviceType.GPF)

ROUTES: Final = (
    Route("1.1.1", _ESME, "ECS01a"),
    Route("1.1.1", _GSME, "GCS01a"),
    Route("1.2.1", _ESME, "ECS01b"),
    Route("1.2.1", _GSME, "GCS01b"),
    Route("4.1.1", _ESME, "ECS17b"),
    Route("4.1.1", _GAS, "GCS13a"),
    Route("4.1.2", _ESME, "ECS17d"),
    Route("4.1.2", _GAS, "GCS13c"),
    Route("4.11.1", _ESME, "ECS24"),
    Route("4.11.1", _GSME, "GCS21f"),
    Route("6.11", _ESME, "ECS70"),
    Route("6.11", _GSME, "GCS28"),
    Route("11.2", (DeviceType.ESME, DeviceType.CHF), "ECS52"),
    Route("11.2", _GSME, "GCS38"),
    Route("11.2", (DeviceType.PPMID, DeviceType.HCALCS), "CS08"),
)


def route(variant: ServiceReferenceVariant, device: DeviceType, name: str = "") -> str:
    """The use case. Raises Unsupported for a variant without routes, AccessDenied (E11) for a device.

    `name` is what to call a variant that has none.
    """
    known = [entry for entry in ROUTES if entry.variant == variant.text]
    if not known:
        raise Unsupported(f"Service Request {variant} {name}".rstrip())
    for entry in known:
        if device in entry.devices:
            return entry.use_case
    allowed = ", ".join(sorted({d.value for entry in known for d in entry.devices}))
    raise AccessDenied(
        f"Service Request {variant} does not apply to a {device.value}, only to {allowed}",
        code="E11",
        rule="device type",
    )
