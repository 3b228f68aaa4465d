"""The DCC, the smart meters behind it and the industry flows after it, in one package.

Read `dcc_sim.flow` first: it is the whole journey on one page.
"""

__version__ = "0.1.0"
