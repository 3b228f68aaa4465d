"""What the tables of alerts share: leaves with meanings, the parties, the names of instructions.

In: the code tables. Out: shapes and shorthand for `alerts_dlms` and `alerts_gbz`. Left out: the rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from dcc_sim.catalogue import objects
from dcc_sim.catalogue.alerts import MEANINGS
from dcc_sim.catalogue.message_codes import NAMES
from dcc_sim.codec.cosem import Part, UInt16
from dcc_sim.codec.exchange import CosemObject, Obis
from dcc_sim.codec.gbz_command import FROM_SERVER, TO_SERVER
from dcc_sim.codec.gbz_component import BigEndian
from dcc_sim.codec.packed import Depending, Raw
from dcc_sim.codec.shape import Value
from dcc_sim.codec.zcl import CLUSTERS
from dcc_sim.ids import RemotePartyRole

Roles = tuple[RemotePartyRole, ...]

SUPPLIER: Final[Roles] = (RemotePartyRole.SUPPLIER,)
NETWORK: Final[Roles] = (RemotePartyRole.NETWORK_OPERATOR,)
ACB: Final[Roles] = (RemotePartyRole.ACCESS_CONTROL_BROKER,)
ANYBODY: Final[Roles] = (
    RemotePartyRole.SUPPLIER,
    RemotePartyRole.NETWORK_OPERATOR,
    RemotePartyRole.ACCESS_CONTROL_BROKER,
    RemotePartyRole.WAN_PROVIDER,
)
"""Of a generic alert: its code says who of them (`catalogue.alerts`)."""
COMMANDERS: Final[Roles] = (*SUPPLIER, *NETWORK, RemotePartyRole.LOAD_CONTROLLER)
"""Who can have sent the Command that the alert reports on."""

ALERT_CODE: Final = UInt16(meaning=MEANINGS)
ALERT_CODE_GBZ: Final = BigEndian(2, MEANINGS)
MESSAGE_CODE: Final = BigEndian(2, NAMES)

COMMAND: Final = (Part("message_code", MESSAGE_CODE), Part("originator_counter", BigEndian(8)))
"""Which Command an alert is about."""

MESSAGE: Final = (
    Part("originator", Raw(8)),
    Part("target", Raw(8)),
    Part("cra_flag", BigEndian(1, {1: "Command", 2: "Response", 3: "Alert"})),
    Part("originator_counter", BigEndian(8)),
)
"""Which message, of whatever kind, an alert is about."""

ISSUE: Final = BigEndian(
    2,
    {
        0: "other",
        1: "non-volatile memory",
        2: "program execution",
        3: "program storage",
        4: "RAM",
        5: "unexpected hardware reset",
        6: "watchdog",
        7: "metrology firmware does not verify",
        8: "measurement fault",
        9: "unspecified",
    },
)
"""The kind of an integrity issue (reference `gbcs.md` §i.1)."""


def _objects() -> Iterator[CosemObject]:
    for value in vars(objects).values():
        if isinstance(value, CosemObject):
            yield value
        elif isinstance(value, tuple):
            yield from (item for item in value if isinstance(item, CosemObject))


class _LogicalNames(Mapping[int, str]):
    """Any six octets, read as a number, to the logical name they are and the object's name."""

    def __init__(self) -> None:
        self._known = {target.obis.octets: target.name for target in _objects()}

    def __getitem__(self, number: int) -> str:
        if not 0 <= number < 1 << 48:
            raise KeyError(number)
        octets = number.to_bytes(6, "big")
        return f"{Obis(octets)} {self._known.get(octets, '')}".rstrip()

    def __contains__(self, number: object) -> bool:
        return isinstance(number, int) and 0 <= number < 1 << 48

    def __iter__(self) -> Iterator[int]:
        return (int.from_bytes(octets, "big") for octets in self._known)

    def __len__(self) -> int:
        return len(self._known)


_CLASSES: Final = {
    20: "activity calendar",
    111: "account",
    113: "charge",
    9000: "extended data (GBCS)",
}
_ATTRIBUTES: Final[dict[tuple[Value, ...], BigEndian]] = {
    (20,): BigEndian(1, {10: "activate passive calendar time"}),
    (111,): BigEndian(1, {13: "account activation time"}),
    (113,): BigEndian(1, {7: "unit charge activation time"}),
    (9000,): BigEndian(1, {6: "activate passive value time"}),
}

COSEM_INSTRUCTION: Final = (
    Part("class_id", BigEndian(2, _CLASSES)),
    Part("logical_name", BigEndian(6, _LogicalNames())),
    Part("attribute", Depending(("class_id",), MappingProxyType(_ATTRIBUTES), BigEndian(1))),
)
"""The attribute that a future-dated DLMS Command set to make its values active (reference `gbcs.md` §d.5)."""

_COMMANDS: Final[dict[tuple[Value, ...], BigEndian]] = {
    (0x0700, FROM_SERVER): BigEndian(
        1, {4: "Publish Tariff Information", 5: "Publish Price Matrix", 6: "Publish Block Thresholds"}
    ),
    (0x0705, TO_SERVER): BigEndian(
        1,
        {
            3: "Emergency Credit Setup",
            6: "Change Payment Mode",
            9: "Set Low Credit Warning Level",
            11: "Set Maximum Credit Limit",
            12: "Set Overall Debt Cap",
        },
    ),
    (0x0707, TO_SERVER): BigEndian(1, {4: "Get Special Days"}),
    (0x0707, FROM_SERVER): BigEndian(1, {0: "Publish Calendar", 4: "Publish Special Days"}),
}

ZCL_INSTRUCTION: Final = (
    Part("cluster", BigEndian(2, CLUSTERS)),
    Part("frame_control", BigEndian(1, {TO_SERVER: "to the server", FROM_SERVER: "from the server"})),
    Part("command", Depending(("cluster", "frame_control"), MappingProxyType(_COMMANDS), BigEndian(1))),
)
"""The component of a future-dated GBZ Command that has become due."""
