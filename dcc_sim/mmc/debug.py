"""The DebugInfo of a Response in which something failed: what became of each item.

In: a Message. Out: named values, and the rows that write them. A DLMS Response lists every access
item with its position from 1; a GBZ Response every component by cluster, with the command that was
answered or the attribute that was read. ASN.1 Responses carry their status as data. Left out:
SMETS1. The names of codes are those of the schema (reference `gbcs.md` §d.2, §e.3; ZCL 2.5.3).
"""

from __future__ import annotations

from typing import Final

from dcc_sim.catalogue.row import UseCase
from dcc_sim.codec.access import AccessRow, Kind
from dcc_sim.codec.exchange import Body, Result
from dcc_sim.codec.gbz import NOT_PROCESSED_COMMAND, AttributeRead, Command, GbzRow
from dcc_sim.codec.shape import Value, Values
from dcc_sim.codec.zcl import CLUSTERS, STATUSES
from dcc_sim.errors import EncodeError
from dcc_sim.mmc.conversions import Hex, Integer, Named, Plain
from dcc_sim.mmc.rows import Attribute, Each, Element, Leaf, Row, When

_DATA_ACCESS: Final = {
    0: "success",
    1: "hardware-fault",
    2: "temporary-failure",
    3: "read-write-denied",
    4: "object-undefined",
    9: "object-class-inconsistent",
    11: "object-unavailable",
    12: "type-unmatched",
    13: "scope-of-access-violated",
    14: "data-block-unavailable",
    15: "long-get-aborted",
    16: "no-long-get-in-progress",
    17: "long-set-aborted",
    18: "no-long-set-in-progress",
    19: "data-block-number-invalid",
    250: "other-reason",
}
_ACTION: Final = {code: name for code, name in _DATA_ACCESS.items() if code < 15 or code == 250} | {
    15: "long-action-aborted",
    16: "no-long-action-in-progress",
}
DATA_ACCESS_RESULT: Final = Named(_DATA_ACCESS, "response-code-not-known")
ACTION_RESULT: Final = Named(_ACTION, "response-code-not-known")

ZCL_STATUS: Final = Named(STATUSES, "RESPONSE_CODE_NOT_KNOWN")

_COSEM_STATUS: Final = (
    Attribute("Position", Integer(1), "position"),
    Attribute("ResponseCode", Integer(), "code"),
)
_STATUS: Final = Element(
    "Status", Leaf("ZCLStatus", "", ZCL_STATUS), attributes=(Attribute("ResponseCode", Hex(1)),)
)

DEBUG_ROWS: Final[tuple[Row, ...]] = (
    When(
        "cosem",
        Element(
            "COSEMDebug",
            Each(
                "cosem",
                Element(
                    "COSEMResponse",
                    When("data_access", Leaf("DataAccessResult", "code", DATA_ACCESS_RESULT)),
                    When("action", Leaf("ActionResult", "code", ACTION_RESULT)),
                    attributes=_COSEM_STATUS,
                ),
                high=0xFF,
            ),
        ),
    ),
    When(
        "clusters",
        Element(
            "ZIGBEEDebug",
            Each(
                "clusters",
                Element(
                    "ZIGBEEClusterResponse",
                    Leaf("ClusterName", "name", Plain(), (Attribute("id", Hex(2), "id"),)),
                    Each(
                        "answers",
                        When(
                            "command",
                            Element(
                                "ZIGBEECommandResponse",
                                Leaf("CommandID", "command", Hex(1)),
                                Each("statuses", _STATUS, high=0xFF),
                            ),
                        ),
                        When(
                            "attribute",
                            Element(
                                "ZIGBEEDataResponse",
                                Leaf("AttributeID", "attribute", Hex(2)),
                                Each("statuses", _STATUS, high=1),
                            ),
                        ),
                        high=0xFF,
                    ),
                ),
                high=0xFF,
            ),
        ),
    ),
)


def debug_values(row: UseCase, body: Body) -> Values | None:
    """What became of each item, or None when all went well. Raises EncodeError.

    A Response in which only entries of a log were not found has it too: it says which.
    """
    if not any(result.code for result in body.results):
        return None
    if isinstance(row.payload, AccessRow):
        return {"cosem": [_cosem(row.payload, result) for result in body.results]}
    if isinstance(row.payload, GbzRow):
        return {"clusters": _clusters(row.payload, body)}
    return None


def _cosem(payload: AccessRow, result: Result) -> Values:
    item = payload.item(result.name)
    if item is None:
        raise EncodeError(f"the use case has no item {result.name}", field=f"results.{result.name}")
    kind = "action" if item.kind is Kind.ACTION else "data_access"
    return {kind: True, "code": result.code, "position": result.index + 1}


def _clusters(payload: GbzRow, body: Body) -> list[Value]:
    # Neighbours are put together, order is kept: a cluster that is come back to is listed again.
    known: dict[str, tuple[Command, AttributeRead | None]] = {}
    for command in payload.commands:
        known[command.name] = (command, None)
        known |= {read.name: (command, read) for read in command.reads}
    clusters: list[tuple[int, list[tuple[str, int, list[Value]]]]] = []
    for result in body.results:
        if result.name not in known:
            raise EncodeError("the use case has no such command", field=f"results.{result.name}")
        command, read = known[result.name]
        if not clusters or clusters[-1][0] != command.cluster:
            clusters.append((command.cluster, []))
        answers = clusters[-1][1]
        # What was not processed is answered for command FF, whatever it was (reference `gbcs.md` §e.3).
        answered = ("command", command.id if result.executed else NOT_PROCESSED_COMMAND)
        if read is not None and result.executed:
            answers.append(("attribute", read.id, [result.code]))
        elif answers and answers[-1][:2] == answered:
            answers[-1][2].append(result.code)
        else:
            answers.append((*answered, [result.code]))
    return [
        {
            "id": cluster,
            "name": CLUSTERS.get(cluster, "not known"),
            "answers": [{kind: number, "statuses": statuses} for kind, number, statuses in answers],
        }
        for cluster, answers in clusters
    ]
