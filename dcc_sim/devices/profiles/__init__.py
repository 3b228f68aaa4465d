"""The kinds of device: which objects each has, what they hold at first, what they do.

IHD and CAD are type 2 devices: they read over the HAN and receive no GBCS Command.
"""

from dcc_sim.devices.profiles.chf import make_chf
from dcc_sim.devices.profiles.esme import make_esme
from dcc_sim.devices.profiles.gpf import make_gpf
from dcc_sim.devices.profiles.gsme import make_gsme
from dcc_sim.devices.profiles.hcalcs import make_hcalcs
from dcc_sim.devices.profiles.ppmid import make_ppmid

__all__ = ["make_chf", "make_esme", "make_gpf", "make_gsme", "make_hcalcs", "make_ppmid"]
