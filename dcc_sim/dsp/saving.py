"""A home and its DCC, saved as plain data (JSON) and brought back as they were.

In: a `World`, or what was saved and a schema set. Out: one mapping that holds everything, the home
included; or a new `World` in the same state. Keys and certificates follow from the seed of the home and
are not saved, but for those that devices made or were given later. What is under way stays under way.
Left out: files (`edge`), versions of this package that hold their state differently.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from dcc_sim.devices.plain_data import Reader, Writer
from dcc_sim.devices.saving import load_device, save_device
from dcc_sim.dsp.home import Home
from dcc_sim.dsp.world import World, build_world
from dcc_sim.duis.schema import Schemas
from dcc_sim.errors import NotFound
from dcc_sim.ids import Eui64

FORMAT: Final = "dcc-sim state 1"
_OF_HUB: Final = (
    "inventory",
    "seen",
    "pre_commands",
    "counters",
    "diary",
    "device_logs",
    "dropped",
)
_OF_CORRESPONDENCE: Final = ("awaited", "heard")
_OF_LINK: Final = (
    "delay",
    "lose",
    "double",
    "quiet",
    "repeat",
    "slow",
    "off",
    "no_battery",
    "gateway",
    "patience",
    "under_way",
)
_OF_FAULTS: Final = ("faults", "begun", "over", "kept", "said")


def save_world(world: World) -> dict[str, Any]:
    """Everything of a world. Raises Unsupported for a load of a caller's own making."""
    writer = Writer({})
    link, faults = world.hub.link, world.faults
    return {
        "format": FORMAT,
        "home": writer.plain(world.home, "home"),
        "started_at": writer.plain(world.started_at),
        "hub": {name: writer.plain(getattr(world.hub, name), f"hub.{name}") for name in _OF_HUB},
        "correspondence": {
            name: writer.plain(getattr(world.hub.correspondence, name), f"correspondence.{name}")
            for name in _OF_CORRESPONDENCE
        },
        "link": {name: writer.plain(getattr(link, name), f"link.{name}") for name in _OF_LINK},
        "faults": {name: writer.plain(getattr(faults, name), f"faults.{name}") for name in _OF_FAULTS},
        "devices": {str(eui): save_device(device) for eui, device in world.devices.items()},
    }


def load_world(state: object, schemas: Schemas) -> World:
    """A new world in a saved state. Raises NotFound for what is not one of this version."""
    if not isinstance(state, Mapping) or state.get("format") != FORMAT:
        raise NotFound(f"not a saved state: it does not say {FORMAT!r}")
    reader = Reader({})
    try:
        home, started_at = reader.value(state["home"]), reader.value(state["started_at"])
        if not isinstance(home, Home):
            raise NotFound("not a saved state of this version: its home is none")
        # The faults of the home have had their effects already: they come with the devices.
        world = build_world(replace(home, faults=()), schemas, started_at)
        world = replace(world, home=home)
        for part, names, target in (
            ("hub", _OF_HUB, world.hub),
            ("correspondence", _OF_CORRESPONDENCE, world.hub.correspondence),
            ("link", _OF_LINK, world.hub.link),
            ("faults", _OF_FAULTS, world.faults),
        ):
            for name in names:
                setattr(target, name, reader.value(state[part][name]))
        world.hub.correspondence.dropped = world.hub.dropped
        world.hub.correspondence.inventory = world.hub.inventory
        for eui, saved in state["devices"].items():
            load_device(world.devices[Eui64.parse(eui)], saved)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise NotFound(f"not a saved state of this version: {error}") from error
    if world.faults.faults:
        world.hub.link.conditions = world.faults
    return world
