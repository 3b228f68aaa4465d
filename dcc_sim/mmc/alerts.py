"""The table of alerts: what stands in the DeviceAlertContent of each.

Rows in the order of the MMC 5.4 schema; paths are the names of `catalogue.usecases.alerts`. The
descriptions are this project's wording of the alert names (reference `gbcs.md` §i.2). Left out:
alerts whose rows are not in the catalogue yet.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from dcc_sim.mmc.conversions import Hex, Integer, Moment, Named, SecondsSince2000
from dcc_sim.mmc.rows import AlertContentRow, Element, Leaf

DESCRIPTIONS: Final = Named(
    {
        0x8F66: "Future dated command executed",
        0x8F67: "Future dated command not executed",
    },
    otherwise="Alert without a description here",
)

_HEAD: Final = (
    Leaf("GBCSHexAlertCode", "alert_code", Hex(2)),
    Leaf("AlertDescription", "alert_code", DESCRIPTIONS),
)
_COMMAND: Final = (
    Leaf("FutureDatedCommandMessageCode", "message_code", Hex(2)),
    Leaf("FutureDatedCommandOriginatorCounter", "originator_counter", Integer(0)),
)


def _outcome(alert: Element) -> Element:
    return Element("Payload", Element("FutureDatedCommandOutcomeDeviceAlert", alert))


_ROWS: Final = (
    AlertContentRow(
        code="FutureDatedAlert-DLMS",
        rows=(
            *_HEAD,
            Leaf("Timestamp", "time", Moment()),
            _outcome(
                Element(
                    "COSEMFutureDatedAlert",
                    *_COMMAND,
                    Element(
                        "DLMSCOSEMFDInstructionIdentification",
                        Leaf("ClassId", "class_id", Hex(2)),
                        Leaf("InstanceId", "logical_name", Hex(6)),
                        Leaf("AttributeId", "attribute", Hex(1)),
                    ),
                    at="instruction",
                )
            ),
        ),
    ),
    AlertContentRow(
        code="FutureDatedAlert-GBZ",
        rows=(
            *_HEAD,
            Leaf("Timestamp", "time", SecondsSince2000()),
            _outcome(
                Element(
                    "GBZFutureDatedAlert",
                    *_COMMAND,
                    Element(
                        "GBZFDInstructionIdentification",
                        Leaf("ExtendedHeaderClusterID", "cluster", Hex(2)),
                        Leaf("FrameControl", "frame_control", Hex(1)),
                        Leaf("CommandIdentifier", "command", Hex(1)),
                    ),
                    at="instruction",
                )
            ),
        ),
    ),
)

ALERT_CONTENTS: Final[MappingProxyType[str, AlertContentRow]] = MappingProxyType(
    {row.code: row for row in _ROWS}
)
