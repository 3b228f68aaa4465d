"""The kinds of device: which objects each has, what they hold at first, what they do."""

from dcc_sim.devices.profiles.esme import make_esme
from dcc_sim.devices.profiles.gpf import make_gpf
from dcc_sim.devices.profiles.gsme import make_gsme

__all__ = ["make_esme", "make_gpf", "make_gsme"]
