"""Whether a Response says that the Command was carried out: its MessageSuccess.

In: a use case and the decoded body. Out: yes or no. DLMS and GBZ Responses have a result for each
item; ASN.1 ones, and some replies of a ZigBee cluster, tell it in their values. A log entry that a
GSME does not have (NOT_FOUND) is no failure: processing goes on (`Body.first_failure`). Left out: what
it was that failed (`debug`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dcc_sim.catalogue.row import UseCase
from dcc_sim.codec.access import AccessRow
from dcc_sim.codec.der import DerRow
from dcc_sim.codec.exchange import Body
from dcc_sim.codec.shape import Value
from dcc_sim.mmc.writer import look_up

_STATUSES: Final = frozenset(("response_code", "status_code", "join_response_code"))
"""Members of ASN.1 values that are 0 for success."""

_ACCEPTED_TOP_UPS: Final = frozenset((0x00, 0x10, 0x11, 0x12))
_REPLIES: Final[Mapping[str, tuple[str, frozenset[int]]]] = {
    "CS01b": ("top_up.result", _ACCEPTED_TOP_UPS),
    "PCS01": ("top_up.result", _ACCEPTED_TOP_UPS),
    "CS11": ("event_log.cleared", frozenset((0x08,))),
    "GCS31": ("sampling.sample_id", frozenset((0x0002,))),
}
"""Where a reply of a cluster says whether the order was carried out, and what it then says."""


def succeeded(row: UseCase, body: Body) -> bool:
    """Whether everything that was asked for was done; a sealed value says nothing against it."""
    if isinstance(row.payload, DerRow):
        return not _refused(body.values)
    if isinstance(row.payload, AccessRow):
        return not any(result.code for result in body.results)
    if body.first_failure is not None:
        return False
    path, good = _REPLIES.get(row.code, ("", frozenset()))
    told = look_up(body.values, path) if path else None
    return told is None or told in good


def _refused(value: Value) -> bool:
    if isinstance(value, Mapping):
        return any(bool(part) if name in _STATUSES else _refused(part) for name, part in value.items())
    return isinstance(value, list | tuple) and any(map(_refused, value))
