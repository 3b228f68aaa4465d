"""What a User may ask: rights and forms of each Service Request Variant that is built.

Facts from reference `duis.md` §3, §27 and `srv-catalogue.json`. Left out: names and elements
(`duis.services`), device types (`routes`), the variants that are not built yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from dcc_sim.errors import Unsupported
from dcc_sim.ids import CommandVariant, ServiceReferenceVariant, UserRole


class FutureDating(Enum):
    """Who keeps a request whose ExecutionDateTime lies ahead."""

    NO = "no"
    DSP = "DSP"
    DEVICE = "device"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRow:
    """One Service Request Variant."""

    variant: str
    critical: bool
    roles: tuple[UserRole, ...]
    future_dating: FutureDating = FutureDating.NO

    @property
    def command_variants(self) -> tuple[CommandVariant, ...]:
        """The forms a User may send it in: transform and signed forms, or the direct ones."""
        if self.critical:
            return (
                CommandVariant.TRANSFORM,
                CommandVariant.SIGNED_SEND,
                CommandVariant.SIGNED_LOCAL,
                CommandVariant.SIGNED_SEND_AND_LOCAL,
            )
        return CommandVariant.SEND, CommandVariant.LOCAL, CommandVariant.SEND_AND_LOCAL


_IS: Final = UserRole.IMPORT_SUPPLIER
_GS: Final = UserRole.GAS_SUPPLIER
_ED: Final = UserRole.ELECTRICITY_DISTRIBUTOR
_GT: Final = UserRole.GAS_TRANSPORTER
_SUPPLIERS: Final = (_IS, _GS)
_READERS: Final = (_IS, _GS, _ED, _GT)

REQUESTS: Final = {
    row.variant: row
    for row in (
        RequestRow(variant="1.1.1", critical=True, roles=_SUPPLIERS, future_dating=FutureDating.DEVICE),
        RequestRow(variant="1.2.1", critical=True, roles=_SUPPLIERS, future_dating=FutureDating.DEVICE),
        RequestRow(variant="4.1.1", critical=False, roles=_READERS, future_dating=FutureDating.DSP),
        RequestRow(variant="4.1.2", critical=False, roles=_READERS, future_dating=FutureDating.DSP),
        RequestRow(variant="4.11.1", critical=False, roles=(*_SUPPLIERS, UserRole.OTHER_USER)),
        RequestRow(variant="6.11", critical=True, roles=_SUPPLIERS),
        RequestRow(variant="11.2", critical=False, roles=tuple(UserRole), future_dating=FutureDating.DSP),
    )
}


def request_row(variant: ServiceReferenceVariant, name: str = "") -> RequestRow:
    """Raises Unsupported for a variant that is not built; `name` is what to call it then."""
    if variant.text not in REQUESTS:
        raise Unsupported(f"Service Request {variant} {name}".rstrip())
    return REQUESTS[variant.text]
