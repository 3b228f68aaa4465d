"""The situation that a draft is made in, and the place in it that a default is asked for.

In: who asks, of whom, when; a half-made document. Out: questions about them that defaults ask, such as
whether it is about gas. Left out: the defaults (`defaults`, `presence`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dcc_sim.duis.names import local_name
from dcc_sim.ids import DeviceType, Eui64, RequestId

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from lxml.etree import _Element

    from dcc_sim.duis.drafting.paths import Path, Steps


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Who asks, of whom, when, and what is in the house.

    `request_id` is the draft's own; `device` the one it is about, `devices` one of each type.
    `certificates` are DER by the name of the element that they are for, `top_up_secret` is what
    supplier and meter share (32 octets); both have stand-ins of the right form.
    """

    now: datetime
    request_id: RequestId
    device: Eui64
    devices: Mapping[DeviceType, Eui64]
    mpan: str
    mprn: str
    certificates: Mapping[str, bytes] = field(default_factory=dict)
    top_up_secret: bytes = bytes(32)

    @property
    def is_gas(self) -> bool:
        """Whether the device is a gas meter or its proxy."""
        return self.device in (self.devices.get(DeviceType.GSME), self.devices.get(DeviceType.GPF))


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a draft a default is asked for. `node` is the element, with all that was drafted before it.

    `names` are all the elements that the user has named in one way or another, `wishes` the texts.
    """

    node: _Element
    steps: Steps
    names: frozenset[str]
    wishes: Mapping[Path, str]
    situation: Situation

    @property
    def name(self) -> str:
        """The element's local name."""
        return local_name(self.node)

    @property
    def above(self) -> str:
        """The name of the element around it, empty for the service."""
        parent = self.node.getparent()
        return "" if parent is None else local_name(parent)

    @property
    def position(self) -> int:
        """Which of its name it is, from 1."""
        return self.steps[-1][1] if self.steps else 1

    @property
    def position_above(self) -> int:
        """Which of its name the element around it is."""
        return self.steps[-2][1] if len(self.steps) > 1 else 1

    def position_of(self, name: str) -> int:
        """Which of its name the nearest element of that name around it is; 1 when there is none."""
        return next((position for each, position in reversed(self.steps) if each == name), 1)

    @property
    def service(self) -> str:
        """The name of the service's element."""
        return local_name(self.node.getroottree().getroot())

    def wish(self, name: str) -> str | None:
        """What the user wants an element of that name to say, wherever it is."""
        found = (text for path, text in self.wishes.items() if path.steps and path.steps[-1][0] == name)
        return next(found, None)


def is_gas(place: Place) -> bool:
    """Whether anything named is of gas; what nobody has said goes by the device."""
    if any(each.startswith(("Gas", "ImportMPRN", "UpdatePrepayConfigGas")) for each in place.names):
        return True
    if any(each.startswith(("Elec", "ImportMPAN", "UpdatePrepayConfigElec")) for each in place.names):
        return False
    return place.situation.is_gas


def has_blocks(place: Place) -> bool:
    """Whether anything named is of a tariff with blocks."""
    return bool(
        {"BlockTariff", "BlockTariffAction", "BlockPrices", "BlockPrice", "HybridTariff"} & place.names
    )


def is_hybrid(place: Place) -> bool:
    """Registers and blocks: asked for, or one switch to each was."""
    return "HybridTariff" in place.names or {"TOUTariffAction", "BlockTariffAction"} <= place.names
