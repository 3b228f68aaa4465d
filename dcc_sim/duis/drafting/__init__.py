"""Requests made up from the schema: for users who want one to start from, and for tests of all forms.

`draft` makes one, `every_choice` all forms of a service, `places` lists what can be set.
"""

from dcc_sim.duis.drafting.choices import PlaceToSet, every_choice, every_wish, places
from dcc_sim.duis.drafting.drafts import Draft, House, Wishes, draft
from dcc_sim.duis.drafting.engine import ALL, NONE, USUAL

__all__ = [
    "ALL",
    "NONE",
    "USUAL",
    "Draft",
    "House",
    "PlaceToSet",
    "Wishes",
    "draft",
    "every_choice",
    "every_wish",
    "places",
]
